"""Each number of each table of a diagnosis, against the tidy tables read apart."""

import re

import drawings
import facts
import judgements
import pytest
import reading
import sentences
from facts import HEADLINE, INDICATORS, PLACES
from reading import check

NAMED = ("commune", "epci", "departement")


def observed(area, *codes):
    """Observations of the leading year that a neighbourhood has, by label."""
    rows = (facts.own(area, code) for code in codes or INDICATORS)
    return {reading.plain(INDICATORS[row.indicator].label): row for row in rows if row}


# --- cells -----------------------------------------------------------------------------------


def own_cell(row):
    """A value and its counts; the counts alone when they are few; never 0 when unpublished."""
    if row.status == "censored":
        return f"{facts.shown(row)} {facts.fewer(row)}"
    if row.value is None:
        return "non publié"
    if INDICATORS[row.indicator].measure != "share":
        return facts.shown(row)
    counts = f"{facts.french(row.numerator)} des {facts.french(row.denominator)}"
    return counts if facts.few(row) else f"{facts.shown(row)} {counts}"


def around(row, levels=()):
    """Areas around, each with its value, and its year when it is another."""
    told = []
    for area in facts.around(row.area, *levels):
        other = facts.beside(area, row)
        brief = next((c["brief"] for c in facts.CONTRACTS.values() if c["epci"] == area), None)
        if other and area in facts.AREAS:
            year = "" if other.year == row.year else f" ({other.year})"
            name = reading.plain(brief or facts.AREAS[area].name)
            told.append(f"{name} {facts.shown(other)}{year}")
    return told


def how_it_reads(row):
    """« ▲ plus élevé · à confirmer », nothing where an indicator only describes."""
    if row.value is None and row.status != "censored":
        return "pour ce quartier" + f" (note {row.note})" * bool(row.note)
    if INDICATORS[row.indicator].favourable == "none":
        return ""
    verdict = judgements.verdict(row)
    arrow = {"higher": "▲ ", "lower": "▼ ", "comparable": "○ "}.get(verdict, "")
    told = verdict in ("higher", "lower")
    heard = {"worse": ", plus de difficultés", "better": ", moins de difficultés"}
    words = f"{judgements.words(row)}{heard.get(judgements.side(row), '')}"
    return f"{arrow}{words}{' · à confirmer' * (told and not judgements.sure(row))}"


def later(row):
    """The last value after the leading year, with the median of that same year."""
    after = [r for r in facts.series(row.area, row.indicator) if r.year > row.year]
    last = next((r for r in reversed(after) if r.value is not None), None)
    if last is None:
        return ""
    limits, told = (
        facts.grid(last.indicator, last.year),
        f"{facts.when(last)} : {facts.shown(last)}",
    )
    if limits is None:
        return told
    median = facts.median_shown(last)
    return f"{told} (QPV publiés : {median})"


def reading_cell(row):
    beside = " · ".join(around(row, NAMED))
    return " ".join(filter(None, [how_it_reads(row), beside, later(row)]))


# --- the landmarks ---------------------------------------------------------------------------


def landmarks(page):
    return page.table("Tableau 1.").rows


def told(page, column):
    return {row.head: row.cells[column] for row in landmarks(page)}


def expected(code, cell):
    rows = filter(None, (facts.own(code, indicator) for indicator in HEADLINE))
    return {reading.plain(facts.landmark(row)): cell(row) for row in rows}


def test_each_landmark_shows_its_value_and_its_counts(page, code):
    check(page, told(page, "Quartier"), expected(code, own_cell))


def test_each_landmark_has_the_median_of_its_year(page, code):
    def median(row):
        limits = facts.grid(row.indicator, row.year)
        return sentences.beside(row, facts.median_shown(row), limits[50]) if limits else ""

    check(page, told(page, "QPV"), expected(code, median))


def test_each_landmark_reads_as_quartiles_and_noise_say(page, code):
    check(page, told(page, "Lecture"), expected(code, reading_cell))


def test_jobseekers_are_told_once_and_what_only_describes_comes_last(page, code):
    seekers = ", parmi les demandeurs d'emploi"
    for row, (indicator, seen) in zip(landmarks(page), grouped(code), strict=True):
        declared = INDICATORS[indicator]
        group = facts.THEMES[declared.theme]["short"]
        if declared.favourable == "none":
            group = "Données descriptives (à droite, plus élevé)"
        elif declared.label.endswith(seekers):
            group = "Parmi les demandeurs d'emploi"
        assert (row.group, row.head) == (reading.plain(group), reading.plain(facts.landmark(seen)))


def grouped(code):
    rows = [(i, row) for i in HEADLINE if (row := facts.own(code, i))]
    return sorted(rows, key=lambda pair: INDICATORS[pair[0]].favourable == "none")


# --- the details -----------------------------------------------------------------------------


def detail_head(row):
    estimate = " ; estimation" if row.status == "estimated" else ""
    caution = INDICATORS[row.indicator].caution
    label = INDICATORS[row.indicator].label
    return reading.plain(f"{label} ({facts.when(row)}{estimate}) {caution}")


def metropolitan_cell(row):
    limits = facts.grid(row.indicator, row.year)
    if limits is None or INDICATORS[row.indicator].measure == "count":
        return "—"
    return f"{facts.median_shown(row)} ({facts.french(facts.known(row.indicator, row.year))})"


def peers_cell(row):
    """Median of the 19, only if all are published: one of a part would be taken for all."""
    values = facts.peers(row.indicator, row.year)
    if len(values) == len(PLACES):
        return facts.amount(facts.middle(values), row.indicator, row.decimals)
    return f"{len(values)} publiés" if len(values) > 1 else f"{len(values) or 'aucun'} publié"


def rank_cell(row):
    return "—" if "etrangers" in row.indicator else judgements.rank(row)


DETAILS = {
    "Quartier": own_cell,
    "Médiane des QPV de métropole (nombre)": metropolitan_cell,
    "Position": rank_cell,
    "Médiane des quartiers du département": peers_cell,
    "Territoires autour": lambda row: " ".join(around(row)) or "—",
}


@pytest.mark.parametrize("theme", facts.THEMES)
def test_each_detail_is_the_observation_of_its_indicator_and_year(page, code, theme):
    number = list(facts.THEMES).index(theme) + 3
    codes = [c for c, indicator in INDICATORS.items() if indicator.theme == theme]
    shown, expected = page.table(f"Tableau {number}."), observed(code, *codes).values()
    assert [row.head for row in shown.rows] == [detail_head(row) for row in expected]
    for column, cell in DETAILS.items():
        cells = {row.head: row.cells[column] for row in shown.rows}
        check(page, cells, {detail_head(row): cell(row) for row in expected})


def year_cell(row):
    perimeter = " (périmètre 2024)" * (row.generation == "2024")
    note = f", note {row.note}" if row.note else ""
    told = facts.shown(row) if row.value is not None else f"non publié{note}"
    return f"{facts.when(row)}{perimeter} {told}"


def test_each_year_of_each_series_is_shown_with_its_value(page, code):
    expected = {}
    for indicator in INDICATORS.values():
        areas = (code, PLACES[code].successor)
        rows = [row for area in areas for row in facts.series(area, indicator.code)]
        if len(rows) > 1:
            expected[reading.plain(indicator.label)] = " ".join(map(year_cell, rows))
    shown = page.table("Toutes les années publiées").rows
    check(page, {row.head: row.cells["Année et valeur"] for row in shown}, expected)


def test_each_year_of_the_trends_has_the_median_of_that_year(page, code):
    expected = {}
    for indicator in ("taux_pauvrete", "niveau_vie_median", "taux_emploi_femmes", "population"):
        for row in facts.series(code, indicator):
            limits = facts.grid(indicator, row.year)
            counted = INDICATORS[indicator].measure == "count"
            median = (
                "–" if counted else facts.amount(limits and limits[50], indicator, row.decimals)
            )
            head = reading.plain(f"{INDICATORS[indicator].label}, {facts.when(row)}")
            expected[head] = (facts.shown(row), median)
    shown = page.table(f"Tendances {reading.plain(facts.of(code))}").rows
    check(page, {row.head: tuple(row.cells.values())[1:] for row in shown}, expected)


# --- figures and places ----------------------------------------------------------------------


def position_rows(row):
    """What the table under a hill must say, label by label."""
    limits = facts.grid(row.indicator, row.year)
    others = facts.peers(row.indicator, row.year)
    if row.value is not None:
        others.remove(row.value)

    def show(*ranks):
        ends = [facts.amount(limits[rank], row.indicator, row.decimals) for rank in ranks]
        return f"de {ends[0]} à {ends[1]}" if len(ends) > 1 else ends[0]

    ends = [facts.amount(v, row.indicator, row.decimals) for v in (others[0], others[-1])]
    n = facts.french(facts.known(row.indicator, row.year))
    beside = {}
    for area in facts.around(row.area, "commune", "departement"):
        other = facts.beside(area, row)
        if other and other.year == row.year and row.value is not None:
            beside[reading.plain(facts.AREAS[area].name)] = facts.shown(other)
    return {
        PLACES[row.area].name: facts.shown(row),
        f"Médiane des {n} quartiers de métropole": show(50),
        "Moitié centrale des quartiers de métropole": show(25, 75),
        "Huit quartiers de métropole sur dix": show(10, 90),
        f"Autres quartiers du Loiret ({len(others)} publiés)": f"de {ends[0]} à {ends[1]}",
        **beside,
    }


@pytest.mark.parametrize("chart", drawings.HILLS)
def test_the_table_under_each_hill_has_the_percentiles_of_its_year(page, code, chart):
    row = facts.own(code, chart)
    label = reading.plain(f"{INDICATORS[chart].label}, {facts.when(row)}")
    figure = drawings.hill(code, chart)
    assert figure.table.caption == label
    check(page, {r.head: r.cells["Valeur"] for r in figure.table.rows}, position_rows(row))
    assert f"({facts.french(facts.known(chart, row.year))} quartiers)" in figure.caption


def school(value, year, decimals, unit=""):
    if not value:
        return "non publié"
    season = year if unit else f"{year}-{int(year) + 1}"
    return f"{facts.french(facts.Decimal(value), decimals)}{unit} ({season})"


def place_cells(row):
    if row.kind != "college":
        return sentences.distance(row.distance_m), "—", "—", "—"
    added = "non publié" if not row.va else f"{facts.french(facts.Decimal(row.va))} ({row.va_year})"
    sign = "+" * (bool(row.va) and float(row.va) > 0)
    return (
        sentences.distance(row.distance_m),
        school(row.ips, row.ips_year, 1),
        school(row.dnb, row.dnb_year, 1, " %"),
        sign + added,
    )


def test_each_place_nearby_has_its_distance_and_its_results(page, code):
    shown = page.table("Lieux les plus proches").rows
    assert [tuple(row.cells.values())[1:] for row in shown] == [
        place_cells(row) for row in facts.nearby(code)
    ]
    for row, place in zip(shown, facts.nearby(code), strict=True):
        name = re.sub(r"\bEcole", "École", place.name)  # capitals have their accents
        assert reading.plain(name).lower() in row.head.lower()


# --- the identity card -----------------------------------------------------------------------


CARD = {
    "population": "habitants", "enfants_6_17": "enfants de 6 à 17 ans couverts par la Caf",
    "logements_sociaux": "logements sociaux",
}  # fmt: skip


def identity(code):
    last = {words: facts.series(code, c)[-1] for c, words in CARD.items()}
    return {facts.dated(words, row): facts.shown(row) for words, row in last.items()}


def test_the_identity_card_has_the_last_published_figures(page, code):
    card = page.root.xpath("//dl[1]")[0]
    terms, values = (map(reading.text, card.iter(tag)) for tag in ("dt", "dd"))
    check(page, dict(zip(terms, values, strict=True)), identity(code))


def test_the_heading_names_the_communes_and_the_contract(page, code):
    place = PLACES[code]
    heading = page.root.xpath("//header")[0]
    label = reading.plain(facts.CONTRACTS[place.contract]["label"])
    assert reading.text(heading.find(".//h1")) == reading.plain(
        f"{facts.communes(code)} · {label} {place.name}"
    )


def test_the_pages_of_the_contract_lead_from_one_to_the_next(page, code):
    held = [(p.name, c) for c, p in PLACES.items() if p.contract == PLACES[code].contract]
    order = [c for _, c in sorted(held)]
    at = order.index(code)
    near = order[max(at - 1, 0) : at] + order[at + 1 : at + 2]
    links = page.root.xpath("//nav[not(ancestor::footer)]//a/@href[not(starts-with(., '#'))]")
    files = [f"{c.lower()}-{PLACES[c].slug}.html" for c in near]
    assert links == ["index.html", "synthese.html", *files]


# --- no blank is a zero ----------------------------------------------------------------------


def test_no_unpublished_value_is_a_number_nor_a_mark(page, code):
    heads = expected(code, lambda row: row)
    for row in landmarks(page):
        seen = heads[row.head]
        if seen.value is None and seen.status != "censored":
            _, drawing, value, *_ = row.elements.values()
            assert re.search(r"\d", reading.text(value)) is None, row.head
            assert drawing.xpath(".//svg//circle") == [], row.head


def test_no_attribute_read_aloud_shows_an_escape(page):
    spoken = page.root.xpath("//@aria-label | //@alt | //@title")
    assert [words for words in spoken if "&#" in words or "&amp;" in words] == []


def test_no_name_of_the_code_is_in_a_sentence(page):
    assert [words for words in page.prose if re.search(r"[a-z]_[a-z]", words)] == []
