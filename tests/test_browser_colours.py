"""Colours in a real Chromium: contrasts, a dark screen, forced colours, eyes that see few."""

from io import BytesIO
from itertools import combinations

import pytest
from browsing import faults
from colours import DRAWN, TEXTS, UNFOLD
from PIL import Image

pytestmark = pytest.mark.browser

SEEN = ("achromatopsia", "deuteranopia", "protanopia", "tritanopia")
# Words of a sense that no sign goes with.
UNSIGNED = """() => [...document.querySelectorAll(
        'main :is(.unfavourable, .favourable, .w1, .w2, .b1, .b2)')]
    .filter(e => !/[▲▼△▽]/.test(e.textContent)).map(e => e.outerHTML.slice(0, 120))"""
# What tells each mark of a neighbourhood: its shape, by the colour that it has.
SHAPES = """() => {
    const found = {};
    for (const e of document.querySelectorAll('.row circle[r], .row svg path[d]')) {
        const paint = [e.getAttribute('fill'), e.getAttribute('stroke')].find(p => p !== '#fff');
        const shape = e.getAttribute('d') ?? e.getAttribute('r');
        (found[paint] ??= new Set()).add(`${e.localName} ${shape}`);
    }
    return Object.fromEntries(Object.entries(found).map(([k, v]) => [k, [...v]]));
}"""
HIDDEN = """() => [...document.querySelectorAll('main svg')].filter(e => {
    const style = getComputedStyle(e);
    return style.forcedColorAdjust !== 'none' || style.backgroundColor !== 'rgb(255, 255, 255)';
}).length"""


@pytest.fixture(params=["light", "dark"])
def lit(tabs, request):
    """The pages as a reader has them who asks for a light or for a dark screen."""
    for tab in tabs.values():
        tab.emulate_media(color_scheme=request.param)
    yield tabs
    for tab in tabs.values():
        tab.emulate_media(color_scheme="light")


def test_every_text_is_read_on_its_ground(lit):
    assert faults(lit, TEXTS) == {}


def test_every_shape_is_seen_on_its_ground(lit):
    assert faults(lit, DRAWN) == {}


@pytest.fixture
def tab(pages, chromium):
    """A diagnosis, in a tab of its own."""
    tab = chromium.new_page(viewport={"width": 1280, "height": 900})
    tab.goto(pages["qp045003-le-plateau"].as_uri())
    yield tab
    tab.close()


def test_the_texts_of_a_picture_are_read_and_its_shapes_are_seen(pages, tab):
    for name in ("index", "qp045003-le-plateau"):
        tab.goto(pages[name].as_uri())
        tab.evaluate(UNFOLD)
        assert tab.locator(".unfolded svg").count() >= 1
        assert faults({name: tab}, TEXTS) | faults({name: tab}, DRAWN) == {}


def test_a_sense_has_a_sign_and_a_shape_besides_its_colour(tabs):
    assert faults(tabs, UNSIGNED) == {}
    shapes = tabs["qp045003-le-plateau"].evaluate(SHAPES)
    shapes |= tabs["qp045008-lignerolles"].evaluate(SHAPES)
    assert len(shapes) >= 3
    for (one, its), (other, others) in combinations(shapes.items(), 2):
        assert not set(its) & set(others), (one, other)


@pytest.mark.parametrize("eyes", SEEN)
def test_marks_are_told_apart_without_their_colours(tab, eyes):
    tab.context.new_cdp_session(tab).send("Emulation.setEmulatedVisionDeficiency", {"type": eyes})
    marks = tab.locator(".key svg").all()[-4:]  # harder, easier, comparable, descriptive
    dark = [inked(mark.screenshot()) for mark in marks]
    for one, other in combinations(dark, 2):
        assert sum(a != b for a, b in zip(one, other, strict=True)) > 0.05 * len(one)


def inked(picture):
    """Which pixels of a picture are dark, whatever their hue."""
    seen = Image.open(BytesIO(picture)).convert("L").resize((20, 18))
    return [light < 170 for light in seen.tobytes()]


def test_a_forced_palette_leaves_the_drawings_on_their_sheet(tab):
    tab.emulate_media(forced_colors="active", color_scheme="dark")
    assert tab.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
    assert tab.evaluate(HIDDEN) == 0
    assert tab.evaluate(DRAWN) == []


def test_paper_is_white_on_a_dark_screen_too(tab):
    tab.emulate_media(color_scheme="dark", media="print")
    ground = "() => getComputedStyle(document.body).backgroundColor"
    assert tab.evaluate(ground) == "rgb(255, 255, 255)"
    tab.emulate_media(media="screen")
    assert tab.evaluate(ground) != "rgb(255, 255, 255)"
