"""Pieces of a page: well-formed, captioned, and the same number in the sentence and the table."""

import re
from html.parser import HTMLParser

import pytest
from bs4 import BeautifulSoup
from nineteen import (
    CODES,
    GIEN,
    LIGNEROLLES,
    PLATEAU,
    compared,
    details,
    drawn,
    everyone,
    first_screen,
    found,
    landmarks,
    observed,
    plain,
    plans,
)

from qpvlib import pages
from qpvlib.catalogue import catalogue, wording
from qpvlib.diagnosis import findings
from qpvlib.document.writing import french
from qpvlib.tables.areas import neighbourhood

VOID = {"br", "img", "hr", "input", "path", "rect", "circle", "line"}


class Balance(HTMLParser):
    """Tags left open, or closed without being opened."""

    def __init__(self):
        super().__init__()
        self.open, self.wrong = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def faults(markup):
    checked = Balance()
    checked.feed(markup)
    return checked.wrong + checked.open


def page(code):
    place = neighbourhood(code)
    rest = (
        pages.unmeasured(place),
        pages.series_details(place, observed()),
        pages.nearby(place),
        pages.around(place),
        pages.around_details(place),
        pages.sources(place, compared(code), observed()),
    )
    return first_screen(code) + landmarks(code) + details(code) + "".join(e.html for e in rest)


@pytest.mark.parametrize("code", [GIEN, PLATEAU, LIGNEROLLES, "QP045013"])
def test_a_page_is_well_formed_and_its_tables_accessible(code):
    markup = page(code)
    assert faults(markup) == []
    soup = BeautifulSoup(markup, "html.parser")
    assert len(soup.find_all("table")) >= 9
    for table in soup.find_all("table"):
        assert table.caption.get_text(strip=True)
        assert table.find_all("th")
    assert all(th.get("scope") for th in soup.find_all("th"))
    assert not [cell for cell in soup.find_all(["td", "th"]) if re.search(r"\bnan\b", cell.text)]


@pytest.mark.parametrize("code", CODES)
def test_the_first_screen_is_read_in_a_minute_and_a_half(code):
    soup = BeautifulSoup(first_screen(code), "html.parser")
    words = " ".join(tag.get_text(" ") for tag in soup.select(".br, .id, .duo"))
    assert len(re.findall(r"\w[\w'’\u202f-]*", words)) <= 300


def test_the_synthesis_and_the_index_are_well_formed():
    rows = everyone()
    markup = (
        "".join(f(rows).html for f in (pages.grid, pages.weighed)) + pages.note(rows, plans()).html
    )
    markup += pages.index_list(rows, plans()).html
    assert faults(markup) == []
    soup = BeautifulSoup(markup, "html.parser")
    assert all(table.caption for table in soup.find_all("table"))
    assert all(th.get("scope") for th in soup.find_all("th"))
    assert len(soup.select("table.side tbody a")) == 19
    assert len(soup.select("table.list tbody a")) == 19
    assert all(i.get("aria-label") for i in soup.select("table.side i"))


def test_neighbourhoods_are_in_alphabetical_order_within_a_contract():
    for exhibit in (pages.grid(everyone()), pages.index_list(everyone(), plans())):
        soup = BeautifulSoup(exhibit.html, "html.parser")
        group, names = [], []
        for row in soup.select("tbody tr"):
            if "group" in row.get("class", []):
                assert group == sorted(group)
                group = []
            elif row.a:
                group.append(row.a.text)
                names.append(row.a.text)
        assert group == sorted(group)
        assert len(names) == 19


# --- one value object: the sentence and the table say the same number ----------------------------

NUMBER = r"\d+(?:\u202f\d{3})*(?:,\d+)?"
AFTER = r"\u202f[%€]| des (?!quartiers)| (?:demandeurs|foyers|assurés)"
TOLD = re.compile(rf"(?<![\w-])({NUMBER})(?={AFTER})")


def numbers(sentence):
    return TOLD.findall(sentence)


FULL = (GIEN, PLATEAU, LIGNEROLLES, "QP045001", "QP045013")  # those whose details are read too


def cells(code, indicator):
    """Texts of the cells of an indicator, in the landmarks and in the details."""
    label = french(catalogue().indicator(indicator).label)
    short = label.removesuffix(french(", parmi les demandeurs d'emploi"))
    texts = []
    for piece, head in ((landmarks(code), short), (details(code), label))[: 1 + (code in FULL)]:
        row = rf"<th [^>]*><a [^>]*>{re.escape(head)}¹?</a>.*?</th>(.*?)</tr>"
        rows = re.findall(row, piece, re.S)
        assert len(rows) == 1, head
        texts.append(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", rows[0], flags=re.S))
    return texts


def test_numbers_are_seen_in_a_sentence():
    sentence = "82 des 266 demandeurs d'emploi (30,8\u202f%, fichier 2022) ; 12\u202f560\u202f€."
    assert numbers(sentence) == ["82", "266", "30,8", "12\u202f560"]


def others(number, written, told):
    """« 13,4 » for « 86,6 », « 21 » for « 136 » of the 157 that the sentence says."""
    if "," in number:
        return f"{100 - float(number.replace(',', '.')):.1f}".replace(".", ",")
    whole = max(int(n.replace("\u202f", "")) for n in told if "," not in n)
    return wording.number(whole - int(number.replace("\u202f", "")))


@pytest.mark.parametrize("code", CODES)
def test_assets_and_tables_say_the_same_numbers(code):
    rows = found(code)
    for point in findings.strengths(rows, neighbourhood(code)):
        if not point.indicator:
            continue
        told = numbers(point.sentence)
        assert len(told) >= 2, point.sentence
        turned = catalogue().indicator(point.indicator).asset
        for table in cells(code, point.indicator):
            written = re.findall(NUMBER, table)
            said = [n for n in told if n not in written]
            # An asset is told of the others: what each number lacks to the whole is in the table.
            said = [n for n in said if not turned or others(n, written, told) not in written]
            assert said == [], (point.sentence, table)


@pytest.mark.parametrize("code", CODES)
def test_traits_needs_and_tables_say_the_same_numbers(code):
    for one in (*drawn(code).traits, *drawn(code).needs):
        if one.reading.declared.place != "headline" or getattr(one, "look", "") == "commune":
            continue
        for table in cells(code, one.code):
            written = re.findall(NUMBER, table)
            own = one.sentence.partition(" Femmes")[0]  # whose figure has a row of its own
            assert [n for n in numbers(own) if n not in written] == [], (one.sentence, table)


def test_an_unpublished_value_is_said_and_never_0():
    status = {code: found(code).set_index("indicator").status for code in CODES}
    blank = [(code, i) for code, told in status.items() for i in told.index
             if told[i] == "not_published"]  # fmt: skip
    for code, indicator in blank:
        for words in cells(code, indicator):
            assert "non publié" in words
            assert not re.search(r"\b0(,0)?\u202f%", words)


def test_a_hidden_value_is_told_by_its_bound_and_never_0():
    """11 of 471: under 2.3 %."""
    assert found("QP045001").set_index("indicator").status["vacance"] == "censored"
    for words in cells("QP045001", "vacance"):
        assert "moins de 2,3\u202f%" in words
        assert "moins de 11 logements sociaux vacants" in words
        assert "non publié" not in words
        assert not re.search(r"\b0(,0)?\u202f%", words)


def test_fewer_than_a_hundred_people_have_no_percentage():
    code, indicator = "QP045009", "demandeurs_sans_cap_bep"
    positions = compared(code).copy()
    mine = positions.indicator == indicator
    positions.loc[mine, ["numerator", "denominator"]] = [21.0, 99.0]
    html = pages.landmarks(neighbourhood(code), positions).html
    row = next(r for r in html.split("<tr") if "inférieur au CAP-BEP" in r)
    assert "21 des 99" in row
    assert "<b>21,3" not in row


def test_another_year_is_said_beside_its_value():
    assert all("(2016)" in words for words in cells(GIEN, "taux_emploi"))
    assert "(2019)" not in cells(GIEN, "taux_pauvrete")[0]  # the same year: nothing to say


def test_at_least_two_references_wherever_published():
    for code in CODES:
        words = cells(code, "taux_pauvrete")[0]
        assert "42,4" in words
        assert "Loiret 13,3" in words
        assert neighbourhood(code).communes[0].name in words


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (GIEN, "inchangé depuis"),
        ("QP045010", "modifié depuis 2024"),
        ("QP045010", "les chiffres décrivent l'ancien contour"),
    ],
)
def test_the_footnotes_say_what_the_perimeter_became(code, words):
    assert words in plain(pages.footnotes(neighbourhood(code), compared(code)).html)


def test_the_identity_card_gives_each_count_its_year():
    words = plain(pages.identity(neighbourhood(GIEN), observed(), compared(GIEN)).html)
    for told in ("habitants (2018) 1 360", "logements sociaux (01/01/2022) 679",
                 "enfants de 6 à 17 ans couverts par la Caf¹ 320"):  # fmt: skip
        assert told in words.replace("\u202f", " ")


def test_schools_are_in_the_details_only():
    assert "Collège" not in plain(first_screen(GIEN) + landmarks(GIEN))
    assert "Collège" in plain(pages.nearby(neighbourhood(GIEN)).html)


def test_what_is_not_measured_is_named_with_its_clue():
    place = neighbourhood(GIEN)
    words = plain(pages.unmeasured(place).html)
    below = plain(pages.sources(place, compared(GIEN), observed()).html)
    entries = catalogue().not_measured.values()
    named = [entry for entry in entries if entry.mandate]
    assert all(entry.label.lower() in words.lower() for entry in named)
    assert f"{len(entries) - len(named)} autres dans les détails" in words
    assert all(f"{entry.label}" in below for entry in entries)
    assert all(entry.clue in below for entry in entries if entry.clue)
    assert "qui ne le remplace pas" in below
    assert "L'absence de chiffre n'est pas une absence de besoin" in words


@pytest.mark.parametrize("code", CODES)
def test_the_sources_cite_producers_never_a_copy(code):
    place = neighbourhood(code)
    words = plain(pages.sources(place, compared(code), observed()).html)
    assert "Licence Ouverte 2.0" in words
    assert "Insee" in words
    assert "github" not in words.lower()
