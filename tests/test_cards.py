"""The cards of the indicators, by a reader that shares nothing with what writes them."""

import re
from dataclasses import replace

import facts
import pytest
import reading
from facts import INDICATORS, PLACES, SOURCES
from reading import plain

from qpvlib import pages
from qpvlib.diagnosis import comparison, explaining
from qpvlib.document.blocks import Paragraph
from qpvlib.document.exhibits import PAGE
from qpvlib.document.named import named
from qpvlib.publishing import jobs, page
from qpvlib.tables.areas import neighbourhood

HERE = "indicateurs.html"
NATIONALITY = ("etrangers", "taux_emploi_etrangers")  # no neighbourhood is placed by it
STATES = {
    "published": "publié",
    "estimated": "estimé par le producteur",
    "not_published": "non publié",
    "censored": "sous le seuil de publication",
}


@pytest.fixture(scope="module")
def cards(site):
    """Each card of the page, by its anchor."""
    root = reading.page(site / HERE).root
    return {div.find("h3").get("id"): div for div in root.xpath("//div[@class='card']")}


def every():
    """Observations of both generations."""
    return facts.observations() | facts.later()


def rows_of(code):
    """Observations of the neighbourhoods in the year that leads, by neighbourhood."""
    seen = (facts.own(area, code) for area in PLACES)
    return {row.area: row for row in seen if row}


# Of the others, there is nothing before the perimeters of 2024.
HELD = [code for code in INDICATORS if rows_of(code)]


def short(row):
    """A value, its counts where they are few, or a bound."""
    if row.value is not None and facts.few(row):
        return f"{facts.french(row.numerator)} sur {facts.french(row.denominator)}"
    return facts.shown(row)


def test_each_published_indicator_has_one_card_and_a_line_of_the_contents(cards, site):
    published = {row.indicator for row in every().values()}
    assert set(cards) == published == set(INDICATORS)
    links = reading.page(site / HERE).root.xpath("//div[@class='toc']//a/@href")
    assert links == [f"#{code}" for code in cards]


@pytest.mark.parametrize("code", INDICATORS)
def test_a_card_says_what_it_is_and_who_publishes_it(cards, code):
    told, it = reading.text(cards[code].find("dl")), INDICATORS[code]
    assert plain(it.definition) in told
    assert plain(getattr(it, "caution", "")) in told
    named = {dt.text_content(): reading.text(dt.getnext()) for dt in cards[code].iter("dt")}
    assert {"Ce qu’il dit", "Ce qu’il ne dit pas", "Qui compte", "Sens", "Bruit"} <= set(named)
    side = {"higher": "élevée est favorable", "lower": "basse est favorable",
            "none": "Ni favorable ni défavorable"}  # fmt: skip
    assert side[it.favourable] in named["Sens"]
    assert plain(it.noise["reason"]) in named["Bruit"]
    addresses = set(cards[code].xpath(".//dl//a/@href"))
    held = [row for row in every().values() if row.indicator == code]
    own = [row for row in held if row.area in PLACES or row.area.startswith("QN")]
    assert addresses == {SOURCES[row.source.partition("/")[0]]["page"] for row in own}
    for row in own:
        when = str(row.edition) if row.year_status == "unknown" else facts.when(row)
        assert when in named["Qui compte"], row


@pytest.mark.parametrize("code", HELD)
def test_a_card_has_the_value_of_each_neighbourhood_in_its_alphabetical_order(cards, code):
    (found,) = (reading._table(t) for t in cards[code].xpath(".//table[@class='those']"))
    rows = rows_of(code)
    expected = sorted(PLACES, key=lambda area: (PLACES[area].name, area))
    assert [row.head for row in found.rows] == [plain(PLACES[area].name) for area in expected]
    for line, area in zip(found.rows, expected, strict=True):
        row = rows[area]
        state = f"{facts.when(row)}, {STATES[row.status]}"
        assert [*line.cells.values()][1:] == [plain(short(row)), state], line.head


@pytest.mark.parametrize("code", HELD)
def test_the_percentiles_of_a_card_are_those_of_its_year(cards, code):
    row = next(iter(rows_of(code).values()))
    found = [reading._table(t) for t in cards[code].xpath(".//table[@class='ranks']")]
    limits = facts.grids().get((code, row.year))
    assert bool(found) == bool(limits)
    for table in found:
        known, grid, hidden = limits
        assert (
            table.caption
            == f"{facts.french(known)} quartiers prioritaires de métropole, {facts.when(row)}"
        )
        told = [facts.amount(grid[rank], code, row.decimals) for rank in (10, 25, 50, 75, 90)]
        assert [*table.rows[0].cells.values()][1:] == [
            plain(value) + " ou moins" * bool(hidden) for value in told
        ]


@pytest.mark.parametrize("code", HELD)
def test_the_drawing_of_a_card_is_in_proportion(cards, code):
    row = next(iter(rows_of(code).values()))
    drawings = cards[code].xpath(".//svg[@class='span']")
    drawn = (code, row.year) in facts.grids() and code not in NATIONALITY
    assert len(drawings) == drawn
    for svg in drawings:
        grid = facts.grids()[code, row.year][1]
        bars = [[float(x) for x in re.findall(r"[MH]([\d.]+)", path.get("d"))] for path in svg]
        (p10, p90, _), (p25, p75, _), (p50,), ticks = bars
        wide = float(grid[90] - grid[10])
        for place, rank in ((p25, 25), (p50, 50), (p75, 75)):
            expected = p10 + (p90 - p10) * float(grid[rank] - grid[10]) / (wide or 1)
            assert place == pytest.approx(expected, abs=0.2)
        values = [float(row.value) for row in rows_of(code).values() if row.value is not None]
        expected = [p10 + (p90 - p10) * (v - float(grid[10])) / (wide or 1) for v in values]
        assert max(min(abs(x - tick) for tick in ticks) for x in expected) < 0.3
        assert max(min(abs(x - tick) for x in expected) for tick in ticks) < 0.3


@pytest.mark.parametrize("code", HELD)
def test_what_is_blank_is_counted_and_what_is_bounded_is_said(cards, code):
    named = {dt.text_content(): reading.text(dt.getnext()) for dt in cards[code].iter("dt")}
    states = [row.status for row in rows_of(code).values()]
    told = named.get("Non publié", "")
    blank = sum(int(n) for n in re.findall(r"(\d+) des 19 quartiers : case vide", told))
    bounded = sum(int(n) for n in re.findall(r"(\d+) des 19 quartiers : sous le seuil", told))
    assert (blank, bounded) == (states.count("not_published"), states.count("censored"))


SIZES = {"ensemble": "ensemble", "0-2499": "0 à 2 499 habitants",
         "2500-4999": "2 500 à 4 999 habitants", "5000+": "5 000 habitants ou plus"}  # fmt: skip
VERDICTS = (("higher", "au-dessus de la médiane pour", "90"), ("lower", "au-dessous pour", "90"),
            ("up", "en hausse pour", "95"), ("down", "en baisse pour", "95"))  # fmt: skip


def told(card, title):
    """What a card says under a title, where it has it."""
    (found,) = [reading.text(dt.getnext()) for dt in card.iter("dt")
                if dt.text_content() == title] or [""]  # fmt: skip
    return found


@pytest.mark.parametrize("code", INDICATORS)
def test_the_noise_of_a_card_is_what_nine_in_ten_move_by(cards, code):
    said = told(cards[code], "Bruit")
    parts = re.findall(r"([\d ]+(?:,\d+)?) ?(?:points?|€)? \(([^,()]+), ([\d ]+) quartiers\)", said)
    found = [(number(value), size, number(n)) for value, size, n in parts]
    rows = [facts._noises("change").get((code, size)) for size in SIZES]
    rows = [row for row in rows if row]
    precise = -number(parts[0][0]).as_tuple().exponent if parts else 0
    assert found == [
        (facts.rounded(facts.Decimal(row.p90), precise), SIZES[row.size_class], int(row.n))
        for row in rows
    ]
    for row in rows:
        assert f"De {row.year_from} à {row.year_to}, 90 quartiers sur 100" in said


def number(words):
    """A number as a page writes it."""
    return facts.Decimal(words.replace(" ", "").replace(",", "."))


@pytest.mark.parametrize("code", INDICATORS)
def test_what_the_rule_calls_is_counted(cards, code):
    said = told(cards[code], "Ce que la règle dit")
    rows = {(row.verdict, row.rank): row for row in facts._rows("calls") if row.indicator == code}
    for verdict, words, rank in VERDICTS:
        found = re.findall(rf"{words} (\d+,\d) %", said)
        row = rows.get((verdict, rank))
        share = [facts.rounded(100 * facts.Decimal(row.told) / int(row.n), 1)] if row else []
        assert [number(value) for value in found] == share, verdict
        if row and row.year_from != row.year_to:
            assert f"de {row.year_from} à {row.year_to} est dite" in said


@pytest.mark.parametrize("code", INDICATORS)
def test_a_break_is_told_with_the_medians_of_both_sides(cards, code):
    said = told(cards[code], "Ruptures")
    sides = re.findall(r"([\d ]+(?:,\d+)?) ?[%€]? \((?:fichier Insee )?(\d{4})\)", said)
    grids = {(year, facts.rounded(grid[50], -number(value).as_tuple().exponent))
             for value, _ in sides for (c, year), (_, grid, _) in facts.grids().items()
             if c == code}  # fmt: skip
    assert {(int(year), number(value)) for value, year in sides} <= grids


def test_a_card_and_the_command_say_the_same(cards):
    for code in ("taux_pauvrete", "vacance", "demandeurs_bac_plus"):
        dl = reading.text(cards[code].find("dl"))
        for words in explaining.facts(code).values():
            assert plain(words)[1:] in dl


# --- the labels that lead there ------------------------------------------------------------------

IDENTITY = {"population": "habitants", "logements_sociaux": "logements sociaux",
            "enfants_6_17": "enfants de 6 à 17 ans couverts par la Caf"}  # fmt: skip


def labels_of(code):
    """What an indicator may be called: its names, whole or cut before whom it is a share of."""
    it = INDICATORS[code]
    every = (it.label, getattr(it, "short", ""), IDENTITY.get(code, ""))
    names = {plain(cut) for name in every for cut in (name, name.partition(", ")[0])}
    return names | {name[:1].lower() + name[1:] for name in names}


def test_each_label_of_each_page_leads_to_the_card_of_its_indicator(site, cards):
    seen = 0
    for path in site.glob("*.html"):
        for link in reading.page(path).root.xpath("//a[@class='label']"):
            file, _, code = link.get("href").partition("#")
            assert (file, code in cards) == (HERE, True), (path.name, link.get("href"))
            words = re.sub(r"¹$| \(\S+( \d+)?\)[¹²]?$", "", reading.text(link))
            assert words.rstrip("²") in labels_of(code), path.name
            seen += 1
    assert seen > 19 * 200


def heads(seen, caption, columns=False):
    """Cells of a table that name an indicator."""
    (table,) = (t for t in seen.root.iter("table") if caption in reading.text(t.find("caption")))
    if columns:
        return table.xpath("./thead/tr[last()]/th")[1:]
    return table.xpath("./tbody/tr/th[@scope='row']")


def test_each_row_and_column_named_by_an_indicator_leads_to_its_card(site):
    diagnosis = reading.page(site / f"qp045010-{PLACES['QP045010'].slug}.html")
    synthesis, index = (reading.page(site / f"{name}.html") for name in ("synthese", "index"))
    named = [
        *heads(diagnosis, "Indicateurs repères"), *heads(diagnosis, "Revenus et pauvreté"),
        *heads(diagnosis, "Toutes les années publiées"),
        *heads(diagnosis, "La Source et les quartiers qui lui ressemblent")[:-1],
        *heads(synthesis, "Indicateurs repères", True), *heads(index, "", True),
    ]  # fmt: skip
    assert [reading.text(e) for e in named if not e.xpath(".//a[@class='label']")] == []
    assert len(named) > 100


@pytest.mark.parametrize("beside", [True, False])
def test_labels_lead_to_cards_where_there_are_some(beside):
    """More than one département, two neighbourhoods side by side: no card is beside them."""
    job = jobs.diagnosis(neighbourhood("QP045010"))
    about = job.page if beside else replace(job.page, behind=())
    html = page.framed(about, Paragraph(named("taux_pauvrete")))
    assert ('href="indicateurs.html#taux_pauvrete"' in html) == beside
    assert "Taux de pauvreté" in html


def test_the_figures_of_jupyterlab_lead_nowhere():
    here = neighbourhood("QP045010")
    shown = pages.landmarks(here, comparison.compared(here))._repr_mimebundle_()
    assert 'class="label"' in shown[PAGE]
    assert 'class="label"' not in shown["text/html"]
    assert "Taux de pauvreté" in shown["text/html"]
