"""The built pages in a real Chromium: read by all, on a phone, zoomed, without a network."""

from io import BytesIO
from itertools import product

import pytest
from browsing import (
    ACTIVE,
    ANSWERS,
    AXE,
    CELLS,
    CLIPPED,
    JUDGED,
    LARGE,
    MOVING,
    OVER,
    OVERFLOW,
    SPACED,
    faults,
    heads,
    opened,
    styled,
)
from pypdf import PdfReader

A4 = {
    "format": "A4",
    "prefer_css_page_size": True,
    "margin": dict.fromkeys(("top", "right", "bottom", "left"), "10mm"),
}

# 320: a screen of 1280 enlarged four times.
WIDTHS = {"kinds": (1280, 320), "all": (1280, 768, 360, 320)}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def judged(tabs, extent):
    """What axe says of each page: by its name, a width, and whether its details are open."""
    seen = {}
    for tab in tabs.values():  # put in from outside, past the page's policy
        tab.evaluate(AXE)
    every = product((1280, 360, 320), (False, True))
    for width, wide in every if extent == "all" else ((1280, False), (360, True)):
        for tab in tabs.values():
            opened(tab, wide)
        found = faults(tabs, JUDGED, width)
        seen |= {(name, width, wide): said for name, said in found.items()}
    for tab in tabs.values():
        opened(tab, True)
    return seen


@pytest.mark.parametrize("said", ["violations", "unanswered"])
def test_axe_finds_no_violation_nor_a_doubt_without_an_answer(judged, said):
    assert len(judged) >= 14
    assert {where: found[said] for where, found in judged.items() if found[said]} == {}


def test_no_answer_is_of_no_use(judged, extent):
    used = {number for found in judged.values() for number in found["used"]}
    due = {n for n, a in enumerate(ANSWERS) if extent == "all" or not a.get("register")}
    assert [ANSWERS[n]["reason"] for n in due - used] == []
    assert all(answer["answer"] and answer["checked"] for answer in ANSWERS)


def test_no_header_of_a_table_is_lost_on_a_small_screen(tabs, extent):
    for name, tab in tabs.items():
        told = {}
        for width in WIDTHS[extent]:
            tab.set_viewport_size({"width": width, "height": 900})
            told[width] = heads(tab)
        assert [width for width, roles in told.items() if roles != told[1280]] == [], name
        assert told[1280]["columnheader"] >= told[1280]["table"], name


@pytest.mark.parametrize("width", [1280, 360, 320])
def test_no_page_scrolls_sideways(tabs, width):
    assert faults(tabs, OVERFLOW, width) == {}


@pytest.mark.parametrize("width", [1280, 360, 320])
def test_no_text_sticks_out_of_its_cell(tabs, width):
    assert faults(tabs, CELLS, width) == {}


@pytest.mark.parametrize("width", [1280, 360])
def test_no_cell_lies_over_another(tabs, width):
    assert faults(tabs, OVER, width) == {}


@pytest.mark.parametrize(
    ("css", "width", "scripts"),
    [(SPACED, 320, (OVERFLOW, CLIPPED, CELLS, OVER)), (LARGE, 1280, (OVERFLOW, CLIPPED, OVER))],
)
def test_spaced_or_twice_as_large_a_text_is_whole(tabs, css, width, scripts):
    for tab in tabs.values():
        styled(tab, css)
    found = [faults(tabs, script, width) for script in scripts]
    for tab in tabs.values():
        styled(tab, "")
    assert found == [{}] * len(scripts)


def test_pages_hold_no_script_and_nothing_moves(tabs):
    assert faults(tabs, ACTIVE) == {}
    assert faults(tabs, MOVING) == {}


def test_pages_ask_for_nothing_but_themselves(tabs, shown, asked):
    outside = {url for url in asked if not url.startswith("data:")}
    assert outside == {path.as_uri() for path in shown.values()}


def test_the_contents_of_a_page_lead_to_each_of_its_parts(tabs, shown):
    for name, tab in tabs.items():
        titles = [e.inner_text() for e in tab.locator("main h2").all()]
        ways = tab.locator("nav[aria-label=Sommaire] a")
        if len(titles) < 3:
            assert ways.count() == 0, name
            continue
        assert tab.locator("nav[aria-label=Sommaire]").count() == 1, name
        for way in ways.all():
            target = tab.locator(f"main :is(h2, h3)[id='{way.get_attribute('href')[1:]}']")
            assert reading(way.inner_text()) in reading(target.inner_text()), name


def reading(words):
    return " ".join(words.split()).casefold()


# --- on paper -------------------------------------------------------------------------------------


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
