"""One number, one object: every number of every page is one value, of one area, of one year.

Each is resolved by what is read around it, prose, tables, drawings and what replaces them alike;
one that nothing resolves fails, with its page and its text.
"""

import re
from collections import Counter
from functools import cache

import extracting
import pytest
import recounted
import resolving
from conftest import TERRITORY
from facts import PLACES
from lxml import html
from reading import plain

# The cards are recomputed card by card (test_cards), the statement criterion by criterion
# (test_accessibility), the perimeters of 2024 line by line (test_later).
APART = {"indicateurs", "accessibilite", "perimetres-2024"}
PAGES = [(None, name) for name in TERRITORY if name not in APART]
PAGES += [(code, f"{code.lower()}-{place.slug}") for code, place in PLACES.items()]
GIEN, BESIDE = "QP045016", "QP045017"


@cache
def pieces(path):
    return extracting.page(path)


@pytest.fixture(scope="module")
def more(site):
    return recounted.indexed(recounted.of_site(site))


def left(read, area, more):
    """Kinds of the numbers of some pieces, and those that nothing resolves, with what is around."""
    kinds, unknown = Counter(), []
    for piece in read:
        for number in extracting.numbers(piece):
            kind = resolving.resolved(number, area, more)
            kinds[kind] += 1
            if not kind:
                around = piece.text[max(0, number.start - 60) : number.end + 40]
                unknown.append((number.token, piece.kind, piece.heads[-2:], around))
    return kinds, unknown


@pytest.mark.parametrize(("area", "name"), PAGES, ids=[name for _, name in PAGES])
def test_each_number_of_a_page_is_one_value(site, more, area, name):
    kinds, unknown = left(pieces(site / f"{name}.html"), area, more)
    assert unknown == []
    assert kinds.total() > (30 if name == "donnees-a-demander" else 250)


def test_the_tables_of_a_page_are_numbered_one_after_the_other(site, code):
    read = pieces(site / f"{code.lower()}-{PLACES[code].slug}.html")
    told = [int(found[1]) for piece in read if piece.kind != "alt"
            and (found := re.match(r"Tableau (\d+)\.", piece.text))]  # fmt: skip
    assert told == list(range(1, len(told) + 1))
    assert len(told) == 10


# --- what it sees: a page spoilt once ------------------------------------------------------------

SPOILT = [
    # a digit, in a sentence, in a cell, in what replaces a drawing, in one, under one
    ("28,4 % des 15-64", "28,5 % des 15-64"),
    ("Femmes : 19,9 %", "Femmes : 91,9 %"),
    ("82 des 266", "83 des 266"),
    ("62,2 % en 2018, 58,0", "62,2 % en 2018, 58,1"),
    ("−38,9 % (2014)", "−38,8 % (2014)"),
    ("plus élevé que dans 95", "plus élevé que dans 96"),
    ("médiane 42,4 %", "médiane 42,5 %"),
    ("Bruit : 4,6 points", "Bruit : 4,5 points"),
    # a year
    ("sous le seuil (2019)", "sous le seuil (2018)"),
    ("62,2 % en 2018", "62,2 % en 2017"),
    ("Taux de pauvreté, 2016", "Taux de pauvreté, 2015"),
    ("−38,9 % (2014)", "−38,9 % (2015)"),
    ("2 fois le bruit", "3 fois le bruit"),
    # another neighbourhood's, the commune's, that of the QPV
    ("58,0 % des habitants", "49,5 % des habitants"),
    ("QPV : 42,4 %", "QPV : 58,0 %"),
    ("Gien : 23 %", "Gien : 58 %"),
    ("1 360 habitants", "1 430 habitants"),
    ("QP045016", "QP045017"),
]


def spoilt(path, before, after):
    """The page, with one text changed where it first stands, even in pieces or in an attribute."""
    root = html.parse(str(path), html.HTMLParser(encoding="utf-8", huge_tree=True)).getroot()
    for element in root.iter():
        for name in ("text", "tail"):
            if before in (words := plain(getattr(element, name) or "")):
                setattr(element, name, f" {words.replace(before, after, 1)} ")
                return extracting.pieces(root)
        for name, said in element.attrib.items():
            if name in extracting.SAID and before in (words := plain(said)):
                element.set(name, words.replace(before, after, 1))
                return extracting.pieces(root)
    raise AssertionError(f"« {before} » n'est pas dans {path.name}")


@pytest.mark.parametrize(("before", "after"), SPOILT, ids=[after for _, after in SPOILT])
def test_a_page_with_one_wrong_number_is_seen(site, more, before, after):
    path = site / f"{GIEN.lower()}-{PLACES[GIEN].slug}.html"
    _, unknown = left(spoilt(path, before, after), GIEN, more)
    assert unknown


@pytest.mark.parametrize(("name", "before", "after"), [
    ("index", "13 310 €", "13 130 €"), ("index", "48 579", "48 597"),
    ("synthese", "7 279", "7 297"), ("feuille-de-route", "56 objectifs", "57 objectifs"),
    ("annexe-appel-a-projets", "2 540 enfants", "2 450 enfants"),
    ("donnees-a-demander", "Les 19 quartiers", "Les 18 quartiers"),
])  # fmt: skip
def test_a_page_of_all_with_one_wrong_number_is_seen(site, more, name, before, after):
    _, unknown = left(spoilt(site / f"{name}.html", before, after), None, more)
    assert unknown


def test_the_figures_of_a_neighbourhood_are_not_those_of_another(site, more):
    """A page read as that of the next quarter of the same commune: a quarter of it is unknown."""
    read = pieces(site / f"{GIEN.lower()}-{PLACES[GIEN].slug}.html")
    kinds, unknown = left(read, BESIDE, more)
    assert len(unknown) > 0.25 * kinds.total()
