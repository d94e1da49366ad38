"""The built pages in a real Chromium: read by all, on a phone, on paper, without a network."""

from importlib.resources import files
from io import BytesIO

import pytest
from conftest import TERRITORY
from pypdf import PdfReader

AXE = files("axe_playwright_python").joinpath("axe.min.js")
SERIOUS = """async () => (await axe.run({preload: false, resultTypes: ["violations"]})).violations
    .filter(v => ["serious", "critical"].includes(v.impact))
    .map(v => `${v.id}: ${v.nodes.length} × ${v.nodes[0].target}`)"""
OPEN_DETAILS = "() => document.querySelectorAll('details').forEach(d => { d.open = true })"
# The elements that stick out, where the page itself scrolls sideways.
OVERFLOW = """() => {
    const page = document.scrollingElement, width = page.clientWidth;
    if (page.scrollWidth <= width) return [];
    const out = [...document.body.querySelectorAll('*')]
        .filter(e => e.getBoundingClientRect().right > width + 1)
        .map(e => e.tagName.toLowerCase() + (e.className ? '.' + e.className : ''));
    return [`${page.scrollWidth} px > ${width} px`, ...out.slice(0, 3)];
}"""
# The cells whose text sticks out, over the next one; a drawing may.
CELLS = """() => [...document.querySelectorAll('td, th')]
    .filter(e => !e.querySelector('svg') && e.scrollWidth > e.clientWidth + 1)
    .map(e => e.textContent)"""
# The cells that lie over another one of their row.
OVER = """() => [...document.querySelectorAll('tr')].flatMap(tr => {
    const cells = [...tr.cells].map(e => [e, e.getBoundingClientRect()]);
    return cells.flatMap(([a, p], i) => cells.slice(i + 1)
        .filter(([b, q]) => Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1
            && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 1)
        .map(([b]) => `${a.textContent} / ${b.textContent}`));
})"""
# Active content that the policy of the page would block, or should.
ACTIVE = """() => [...document.querySelectorAll('*')].filter(e =>
    ['script', 'iframe', 'object', 'embed'].includes(e.localName)
    || [...e.attributes].some(a => /^on/.test(a.name) || /^javascript:/i.test(a.value)))
    .map(e => e.localName)"""
A4 = {
    "format": "A4",
    "prefer_css_page_size": True,
    "margin": dict.fromkeys(("top", "right", "bottom", "left"), "10mm"),
}

# The one with the most words, and one with few and a figure of which a bound alone is known.
DIAGNOSTICS = ("qp045003-le-plateau", "qp045008-lignerolles")

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def requests():
    """Every address asked for while the pages were opened."""
    return []


@pytest.fixture(scope="module", params=["kinds", pytest.param("all", marks=pytest.mark.acceptance)])
def shown(pages, request):
    """Path of one page of each kind by its name, or of every page."""
    if request.param == "all":
        return pages
    return {name: pages[name] for name in (*TERRITORY, *DIAGNOSTICS)}


@pytest.fixture(scope="module")
def tabs(shown, chromium, requests):
    """One tab by page, its details open; axe is put in from outside, past the page's policy."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.on("request", lambda request: requests.append(request.url))
    axe = AXE.read_text(encoding="utf-8")
    tabs = {}
    requests.clear()
    for name, path in shown.items():
        tabs[name] = tab = context.new_page()
        tab.goto(path.as_uri())
        tab.evaluate(OPEN_DETAILS)
        tab.evaluate(axe)
    yield tabs
    context.close()


def faults(tabs, script, width=1280):
    """What the script finds in each page at that width, the pages without fault left out."""
    start = f"() => {{ window.found = new Promise(go => setTimeout(go, 0)).then({script}) }}"
    for tab in tabs.values():  # each tab has its process: they work together
        tab.set_viewport_size({"width": width, "height": 900})
        tab.evaluate(start)
    found = {name: tab.evaluate("() => window.found") for name, tab in tabs.items()}
    return {name: what for name, what in found.items() if what}


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_no_serious_violation(tabs, width):
    assert faults(tabs, SERIOUS, width) == {}


@pytest.mark.parametrize("width", [1280, 360, 320])
def test_no_page_scrolls_sideways(tabs, width):
    assert faults(tabs, OVERFLOW, width) == {}


@pytest.mark.parametrize("width", [1280, 360])
def test_no_text_sticks_out_of_its_cell(tabs, width):
    assert faults(tabs, CELLS, width) == {}


@pytest.mark.parametrize("width", [1280, 360])
def test_no_cell_lies_over_another(tabs, width):
    assert faults(tabs, OVER, width) == {}


def test_pages_hold_no_script(tabs):
    assert faults(tabs, ACTIVE) == {}


def test_pages_ask_for_nothing_but_themselves(tabs, shown, requests):
    asked = {url for url in requests if not url.startswith("data:")}
    assert asked == {path.as_uri() for path in shown.values()}


def test_the_figures_to_ask_for_print_on_two_sheets(pages, chromium):
    tab = chromium.new_page()
    tab.goto(pages["donnees-a-demander"].as_uri())
    assert len(PdfReader(BytesIO(tab.pdf(**A4))).pages) == 2
    tab.close()


def test_the_feuille_de_route_prints_each_contract_from_a_new_page(pages, chromium):
    tab = chromium.new_page()
    tab.goto(pages["feuille-de-route"].as_uri())
    contracts = tab.eval_on_selector_all("h2", "found => found.map(e => e.textContent)")
    printed = PdfReader(BytesIO(tab.pdf(**A4))).pages
    tab.close()
    # The first line is the running foot, whose page number makes it unlike any other.
    titles = [page.extract_text().splitlines()[1] for page in printed[1:]]
    assert [title for title in titles if title in contracts] == contracts[-5:]
    # One goes on, with a table, or where the heads of one are printed again: none for two rows.
    (other,) = (number for number, title in enumerate(titles, 1) if title not in contracts)
    assert titles[other - 1].split()[0] in {"À", "Objectif", "Question"}
    assert len(printed[other].extract_text().splitlines()) > 40
