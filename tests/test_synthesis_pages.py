"""The synthesis and the index as a browser lays them out: first screen, phone, paper, grey."""

import re

import pytest
from paper import BOXES, letters, sheets
from reading import plain

pytestmark = pytest.mark.browser

# A picture is an image of the page: opened inside it, its letters can be measured.
OPEN_MAP = """() => {
    const image = document.querySelector('figure img'), b = image.getBoundingClientRect();
    const held = document.createElement('div');
    held.innerHTML = decodeURIComponent(image.src.split(',').slice(1).join(','));
    const svg = held.querySelector('svg');
    svg.setAttribute('viewBox', `0 0 ${svg.getAttribute('width')} ${svg.getAttribute('height')}`);
    svg.setAttribute('width', b.width); svg.setAttribute('height', b.height);
    image.replaceWith(svg);
}"""


@pytest.fixture(scope="module")
def opened(pages, chromium):
    """A tab on a page, at a width."""
    tabs = []

    def open_(name, width=1280, height=800):
        tab = chromium.new_page(viewport={"width": width, "height": height})
        tab.goto(pages[name].as_uri())
        tabs.append(tab)
        return tab

    yield open_
    for tab in tabs:
        tab.close()


@pytest.fixture(scope="module")
def printed(opened):
    """Sheets of a page on paper."""
    kept = {}

    def of(name):
        if name not in kept:
            kept[name] = sheets(opened(name))
        return kept[name]

    return of


# --- both, on paper ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["synthese", "index"])
def test_no_letter_on_paper_is_under_six_points_and_a_half(printed, name):
    pieces = [piece for sheet in printed(name) for piece in letters(sheet)]
    assert len(pieces) > 200
    assert [piece for piece in pieces if piece[0] < 6.48] == []


@pytest.mark.parametrize("name", ["synthese", "index"])
def test_no_sheet_but_the_last_is_half_empty(printed, name):
    for sheet in printed(name)[:-1]:
        middle = float(sheet.mediabox.height) / 2
        lowest = sorted(y for _, y, _ in letters(sheet))
        assert sum(50 < y < middle for y in lowest) > 40


# --- the synthesis -------------------------------------------------------------------------------


def test_the_synthesis_opens_on_its_table(opened):
    tab = opened("synthese")
    titles = [box["text"] for box in tab.evaluate(BOXES, "h1, h2")]
    assert titles[1:5] == [
        "Les quartiers côte à côte", "Ce qui pèse dans chaque contrat",
        "Note pour la direction", "Chaque quartier en une ligne",
    ]  # fmt: skip
    lead = plain(tab.evaluate(BOXES, ".prose p")[0]["text"])
    assert len(re.findall(r"[.] |[.]$", lead)) == 2
    legend, table = tab.evaluate(BOXES, ".key")[0], tab.evaluate(BOXES, "table")[0]
    assert 0 <= table["top"] - legend["bottom"] < 20
    assert table["top"] < 400


def test_the_table_of_the_synthesis_holds_in_the_width_of_a_screen(opened):
    table = opened("synthese").evaluate(BOXES, "table")[0]
    assert table["right"] <= 1280


def test_the_table_prints_with_its_title_and_its_notes_on_one_landscape_sheet(printed):
    sheets = printed("synthese")
    assert all(sheet.mediabox.width > sheet.mediabox.height for sheet in sheets)
    first, *others = [plain(sheet.extract_text()) for sheet in sheets]
    for words in ("Synthèse des 19 quartiers", "Médiane, QPV", "Le Hameau", "¹ Fichier Insee 2022",
                  "Les colonnes ne s'additionnent pas."):  # fmt: skip
        assert words in first
        assert not any("additionnent pas" in other for other in others)
    assert len(sheets) == 3


def test_good_and_bad_are_told_apart_without_colour(opened):
    """A full triangle and a heavy border, or a hollow triangle and none."""
    found = opened("synthese").evaluate("""() => [...document.querySelectorAll('.side td')]
        .filter(e => e.querySelector('i')).map(e => [e.querySelector('i').textContent,
        e.querySelector('i').ariaLabel, parseFloat(getComputedStyle(e).borderLeftWidth),
        getComputedStyle(e).backgroundColor != 'rgba(0, 0, 0, 0)'])""")
    assert len(found) > 90
    for sign, said, border, coloured in found:
        worse = "plus de difficultés" in said
        assert (sign in "▲▼") == worse
        assert (border >= 3) == (worse and coloured)
        assert ("à confirmer" in said) != coloured


# --- the index -----------------------------------------------------------------------------------


def test_the_first_neighbourhood_is_on_the_first_screen(opened):
    assert opened("index").evaluate(BOXES, ".list a")[0]["top"] < 700


def test_the_legend_draws_each_sign_of_the_list(opened):
    said = [plain(box["text"]) for box in opened("index").evaluate(BOXES, ".key li")]
    assert [words for words in said if "bande" in words and "médiane" in words] == said[:1]
    assert said[1:] == ["plus de difficultés", "moins de difficultés", "comparable"]
    assert len(opened("index").evaluate(BOXES, ".key li > svg")) == len(said)


@pytest.mark.parametrize("width", [1280, 1024, 360])
def test_a_drawing_and_its_value_stand_side_by_side(opened, width):
    tab = opened("index", width)
    drawings, values = (tab.evaluate(BOXES, f".list td {what}") for what in ("> svg", ".v"))
    assert len(drawings) == len(values) > 70
    for drawn, value in zip(drawings, values, strict=True):
        assert drawn["right"] <= value["left"] + 1
        assert value["top"] < (drawn["top"] + drawn["bottom"]) / 2 < value["bottom"]


def test_on_a_phone_the_map_is_small_before_the_list(opened):
    (figure,) = opened("index", 360, 740).evaluate(BOXES, "figure")
    assert figure["bottom"] - figure["top"] < 740 / 2


@pytest.mark.parametrize("width", [1280, 360])
def test_no_name_of_the_map_is_over_another(opened, width):
    tab = opened("index", width)
    tab.evaluate(OPEN_MAP)
    boxes = tab.evaluate(BOXES, "figure svg text")
    assert len(boxes) > 15
    over = [
        (a["text"], b["text"])
        for i, a in enumerate(boxes)
        for b in boxes[:i]
        if min(a["right"], b["right"]) - max(a["left"], b["left"]) > 1
        and min(a["bottom"], b["bottom"]) - max(a["top"], b["top"]) > 3
    ]
    assert over == []


def test_the_numbers_of_the_map_are_those_of_the_list(opened):
    tab = opened("index")
    listed = [int(box["text"].split()[0]) for box in tab.evaluate(BOXES, ".list th[scope=row]")]
    tab.evaluate(OPEN_MAP)
    drawn = " ".join(
        box["text"] for box in tab.evaluate(BOXES, "figure svg text") if "km" not in box["text"]
        and " m" not in box["text"].replace("\u202f", " ")
    )  # fmt: skip
    assert sorted(map(int, re.findall(r"\d+", drawn))) == sorted(listed) == list(range(1, 20))


def test_the_index_prints_on_one_sheet(printed):
    assert len(printed("index")) == 1
