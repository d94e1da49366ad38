"""Labels of the pictures, as Chromium draws them: none over another, none over what is drawn dark.

A label is taken by its ink, from the top of its letters to their foot. Light land is no mark, nor
is an outline under a label that has a halo: a name may stand on them.
"""

import re

import pytest
from conftest import TERRITORY

pytestmark = pytest.mark.browser

DIAGNOSTICS = ("qp045003-le-plateau", "qp045008-lignerolles")
# Boxes of labels, and what overlaps by more than a pixel, as lines « picture: label | other ».
BOXES = """
const pen = document.createElement('canvas').getContext('2d');
function ink(text) {
    const style = getComputedStyle(text), own = text.getBBox(), to = text.getScreenCTM();
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const size = pen.measureText(text.textContent), base = text.getStartPositionOfChar(0).y;
    const corners = [own.x, own.x + own.width].flatMap(x =>
        [base - size.actualBoundingBoxAscent, base + size.actualBoundingBoxDescent].map(
            y => new DOMPoint(x, y).matrixTransform(to)));
    const xs = corners.map(p => p.x), ys = corners.map(p => p.y);
    return {what: text.textContent, halo: style.stroke !== 'none', left: Math.min(...xs),
            right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys)};
}
const inks = drawing =>
    [...drawing.querySelectorAll('text')].filter(t => t.textContent.trim()).map(ink);
function over(name, one, other) {
    const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
    const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    const size = `${wide.toFixed(1)} × ${high.toFixed(1)}`;
    return wide > 1 && high > 1 ? [`${name}: ${one.what} | ${other.what}, ${size}`] : [];
}
const pairs = (name, texts) => texts.flatMap(
    (one, at) => texts.slice(at + 1).flatMap(other => over(name, one, other)));
"""
# Of a picture, alone at the corner of a window: what is painted dark at each pixel of a label.
PICTURES = f"""pictures => {{ {BOXES}
    const dark = paint => {{
        const seen = paint.match(/[\\d.]+/g);
        return seen && 0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2] < 128;
    }};
    const painted = (e, halo) => {{
        const style = getComputedStyle(e);
        if (!/^(use|path|circle|rect|line)$/.test(e.localName)) return false;
        return style.fill === 'none' ? !halo && dark(style.stroke) : dark(style.fill);
    }};
    function marks(name, root, one) {{
        const xs = [], ys = [];
        for (let x = Math.ceil(one.left); x <= one.right; x++)
            for (let y = Math.ceil(one.top); y <= one.bottom; y++)
                if (root.elementsFromPoint(x, y).some(e => painted(e, one.halo))) {{
                    xs.push(x);
                    ys.push(y);
                }}
        const box = {{what: 'mark', left: Math.min(...xs), right: Math.max(...xs) + 1,
                     top: Math.min(...ys), bottom: Math.max(...ys) + 1}};
        const edge = root.querySelector('svg').getBoundingClientRect(), out = one.left < -1
            || one.top < -1 || one.right > edge.right + 1 || one.bottom > edge.bottom + 1;
        return [...(xs.length ? over(name, one, box) : []),
                ...(out ? [`${{name}}: ${{one.what}} | edge, cut`] : [])];
    }}
    return pictures.flatMap(([name, svg]) => {{
        const host = document.body.appendChild(document.createElement('div'));
        host.style = 'position:fixed;left:0;top:0';
        const root = host.attachShadow({{mode: 'open'}});
        root.innerHTML = svg;
        const texts = inks(root);
        const found = [...pairs(name, texts), ...texts.flatMap(one => marks(name, root, one))];
        host.remove();
        return found;
    }});
}}"""
# Of a row of the landmarks, its marks are small: their boxes, and the lines that are drawn.
ROWS = f"""() => {{ {BOXES}
    function mark(shape) {{
        const {{left, right, top, bottom}} = shape.getBoundingClientRect();
        const half = shape.localName === 'line' ? shape.getAttribute('stroke-width') / 2 : 0;
        return {{what: shape.localName, left: left - half, right: right + half, top, bottom}};
    }}
    return [...document.querySelectorAll('svg.row')].filter(e => e.getClientRects().length)
        .flatMap(row => {{
            const name = row.closest('tr').querySelector('th').textContent, texts = inks(row);
            const marks = [...row.querySelectorAll(
                ':scope > line, :scope svg path, :scope svg circle, :scope svg rect')].map(mark);
            return [...pairs(name, texts),
                    ...texts.flatMap(one => marks.flatMap(other => over(name, one, other)))];
        }});
}}"""
SOURCES = """() => [...document.querySelectorAll('img[src^="data:image/svg+xml,"]')].map(
    e => [e.alt.slice(0, 60), decodeURIComponent(e.src.slice(e.src.indexOf(',') + 1))])"""


@pytest.fixture(scope="module", params=["kinds", pytest.param("all", marks=pytest.mark.acceptance)])
def shown(pages, request):
    """Path of one page of each kind by its name, or of every page."""
    names = pages if request.param == "all" else (*TERRITORY, *DIAGNOSTICS)
    return {name: pages[name] for name in names}


@pytest.fixture
def tab(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def test_no_label_of_a_picture_is_over_another_or_over_a_mark(shown, tab):
    pictures = []
    for name, path in shown.items():
        tab.goto(path.as_uri())
        pictures += [(f"{name}, {alt}", svg) for alt, svg in tab.evaluate(SOURCES)]
    tab.goto("about:blank")
    assert len(pictures) > 10
    found = tab.evaluate(PICTURES, pictures)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [1280, 360])
def test_no_label_of_the_landmarks_is_over_another_or_over_a_mark(shown, tab, width):
    tab.set_viewport_size({"width": width, "height": 900})
    found = []
    for name, path in shown.items():
        tab.goto(path.as_uri())
        found += [f"{name}, {line}" for line in tab.evaluate(ROWS)]
    assert not found, "\n".join(found)


def test_a_label_put_over_another_is_seen(tab):
    drawn = """<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60">
        <rect width="90" height="60" fill="#f4f6f7"/><text x="5" y="20">Gien</text>
        <text x="{}" y="{}">Sully</text><circle cx="{}" cy="15" r="4" fill="#0b4a57"/></svg>"""
    cases = [("apart", 5, 45, 80), ("texts", 20, 24, 80), ("mark", 5, 45, 12), ("cut", 70, 45, 60)]
    lines = tab.evaluate(PICTURES, [(name, drawn.format(*at)) for name, *at in cases])
    seen = [re.split(r", [\dc]", line)[0] for line in lines]
    assert seen == ["texts: Gien | Sully", "mark: Gien | mark", "cut: Sully | edge"]
