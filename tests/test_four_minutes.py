"""A diagnosis is read in four minutes: what it says first, how long it is, what it prints.

Measured over the nineteen pages in a real browser, and in the sheets that it prints.
"""

import re
from collections import Counter

import pytest
import reading
from facts import PLACES
from lxml import html
from paper import BOXES, letters, sheets
from reading import plain

pytestmark = pytest.mark.browser
PARTS = [
    "Ce qui le distingue", "Besoins", "Appuis", "Propositions", "À demander", "Autour du quartier",
    "Déjà à l'œuvre", "Ce que 2024 a changé", "Repères", "Tendances", "Non mesuré ici", "Détails",
]  # fmt: skip
# The letters of a picture, in points, where it is laid out on paper.
PICTURES = """() => [...document.querySelectorAll('main img')].map(e => {
    const source = decodeURIComponent(e.src.split(',').slice(1).join(','));
    const size = Math.min(...[...source.matchAll(/font(?:-size)?: ?([\\d.]+)px/g)].map(m => +m[1]));
    return 0.75 * size * e.getBoundingClientRect().width / e.getAttribute('width');
})"""


@pytest.fixture(scope="module")
def tab(chromium):
    tab = chromium.new_page()
    yield tab
    tab.close()


@pytest.fixture
def opened(tab, site, code):
    """The page of each neighbourhood, in a tab."""
    tab.emulate_media(media="null")
    tab.goto((site / f"{code.lower()}-{PLACES[code].slug}.html").as_uri())
    return tab


# --- on a screen -------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height", "screens"), [(1280, 800, 1), (360, 740, 2)])
def test_needs_and_decisions_are_seen_first(opened, width, height, screens):
    opened.set_viewport_size({"width": width, "height": height})
    titles = [plain(box["text"]) for box in opened.evaluate(BOXES, "h2")]
    assert [t.removesuffix(" rien n'est décidé") for t in titles] == PARTS
    asked, notes = (opened.evaluate(BOXES, f".{kind}") for kind in ("q", "notes"))
    assert asked[-1]["bottom"] < notes[0]["bottom"] <= screens * height
    assert opened.evaluate(BOXES, ".maps")[0]["top"] >= notes[0]["bottom"]


def test_a_point_of_the_first_screen_is_a_line_or_two(opened):
    opened.set_viewport_size({"width": 1280, "height": 800})
    points = opened.evaluate(BOXES, ".points > li")
    assert 4 <= len(points) <= 8
    assert max(point["bottom"] - point["top"] for point in points) < 60


def test_the_details_are_closed(opened):
    assert opened.locator("details").count() > 10
    assert opened.locator("details[open]").count() == 0


# --- how long it is ------------------------------------------------------------------------------


def main_part(path):
    """What is seen without opening anything: no navigation, foot, drawing, detail, hidden word."""
    part = html.parse(str(path), html.HTMLParser(encoding="utf-8")).getroot().find(".//main")
    for element in part.xpath(
        ".//details | .//svg | .//style | .//nav | .//footer| .//*[@class='vh']"
    ):
        element.drop_tree()
    return part


@pytest.fixture(scope="module")
def parts(site):
    return {path.name: main_part(path) for path in sorted(site.glob("qp*.html"))}


def words(text):
    return len(re.findall(r"\w+", text))


def test_the_main_part_is_short(parts):
    long = {name: words(part.text_content()) for name, part in parts.items()}
    assert len(long) == len(PLACES)
    assert sum(n <= 950 for n in long.values()) >= 17, long
    assert max(long.values()) <= 1100, long


LINES = ("p", "li", "td", "th", "caption", "h2", "h3", "figcaption", "dt", "dd")


def test_less_than_four_words_in_ten_stand_on_most_pages(parts):
    """Words of the lines that stand letter for letter on fifteen pages or more."""
    lines = {name: [e.text_content() for e in part.iter(*LINES)] for name, part in parts.items()}
    pages = Counter(line for own in lines.values() for line in set(own))
    for name, own in lines.items():
        alike = sum(words(line) for line in own if pages[line] >= 15)
        assert alike < 0.4 * sum(map(words, own)), name


# --- on paper ------------------------------------------------------------------------------------


def test_it_prints_on_two_full_sheets_with_no_small_letter(opened, code):
    printed = sheets(opened)
    assert len(printed) == 2
    for sheet in printed:
        assert (float(sheet.mediabox.width), float(sheet.mediabox.height)) == pytest.approx(
            (595, 842), abs=1
        )
        pieces = letters(sheet)
        assert [piece for piece in pieces if piece[0] < 6.48] == []
        assert min(y for _, y, _ in pieces if y > 45) < 0.25 * 842  # not a half empty sheet


def test_no_table_is_cut_and_no_title_is_alone(opened, code, site):
    first, second = (plain(sheet.extract_text()) for sheet in sheets(opened))
    page = reading.page(site / f"{code.lower()}-{PLACES[code].slug}.html")
    for row in page.table("Tableau 1.").rows:
        assert row.head.split("¹")[0].split(" 20")[0][:25] in second, row.head
    held = ("Repères", "Tableau 1. Indicateurs repères", "Tendances", "Non mesuré ici", "Sources")
    assert [title for title in held if title in first] == []
    assert [title for title in held if title not in second] == []
    for title in PARTS[:8]:
        assert title in first
    assert "Tous les indicateurs" not in first + second
    assert "Toutes les années publiées" not in first + second


def test_the_letters_of_pictures_are_large_enough_on_paper(opened):
    opened.emulate_media(media="print")
    opened.set_viewport_size(
        {"width": 703, "height": 1000}
    )  # 186 mm: an A4 sheet, less its margins
    sizes = opened.evaluate(PICTURES)
    assert len(sizes) == 7
    assert min(sizes) >= 6.48


def test_opened_details_are_printed(tab, site):
    tab.emulate_media(media="null")
    tab.goto((site / f"qp045010-{PLACES['QP045010'].slug}.html").as_uri())
    tab.evaluate("() => document.querySelectorAll('#details details').forEach(d => d.open = true)")
    printed = " ".join(plain(sheet.extract_text()) for sheet in sheets(tab))
    assert "Toutes les années publiées" in printed
    assert "Licence Ouverte 2.0" in printed
