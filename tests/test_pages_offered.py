"""What the roadmap and the annex propose: each number and each word, as the diagnoses have it."""

import re
import tomllib
from functools import cache

import facts
import offered
import portraits
import pytest
import reading
import sentences
import surroundings
import together
from facts import INDICATORS, PLACES
from reading import plain
from test_pages_prose import unknown


def sheet(site, code):
    """Heading and texts of a neighbourhood in the annex."""
    annex = reading.page(site / "annexe-appel-a-projets.html")
    people = facts.series(code, "population")[-1]
    communes = sentences.listed(facts.communes(code).split(", "))
    title = f"{PLACES[code].name} ({communes}), {facts.shown(people)} habitants ({people.year})"
    return annex.section(plain(title))


def test_each_number_of_a_sheet_of_the_annex_is_its_neighbourhood_s(site, code):
    children = facts.series(code, "enfants_6_17")[-1]
    known = [words for _, words in offered.publics(code)]
    known += [f"{facts.shown(children)} enfants de 6 à 17 ans ({facts.when(children)})",
              "Périmètre 2015-2023 (ANCT)"]  # fmt: skip
    known += [*named_codes(), *near(code)]
    said = [words for words in sheet(site, code) if "déduite" not in words]
    found = (unknown(words, sentences.of(code), known) for words in said)
    assert list(filter(None, found)) == []


@cache
def named_codes():
    """« 1.3 Parentalité et droits sociaux »: the codes of the nomenclature of the call."""
    themes = tomllib.loads((facts.DATA / "catalogue" / "nomenclatures.toml").read_text("utf-8"))
    own = themes["2020-2023"]["codes"].items()
    return ["P147 (2020-2023)", *(plain(f"{code} {theme['label']}") for code, theme in own)]


def near(code):
    """The places that an objective or the summer names, with their address or their distance."""
    for row in facts.resources(code):
        yield plain(f"{surroundings.named(row)} ({sentences.distance(row.distance_m)})")
    for row in facts.nearby(code):
        yield plain(f"{surroundings.proper(row.name)} ({surroundings.proper(row.address)})")
        yield f"{sentences.distance(row.distance_m)} à vol d'oiseau"


def test_the_annex_tells_each_need_of_the_diagnosis_once(site, code):
    """By its sentence; or by its public, where that has the figure already."""
    said = next(words for words in sheet(site, code) if words.startswith("Pour qui."))
    publics = {p: words for p, words in offered.publics(code) if words.lower() in said.lower()}
    named = {facts.PATTERNS[p].get("indicator") for p in publics}
    topics = {q["topic"] for p in publics if "indicator" not in (q := facts.PATTERNS[p])}
    for need in portraits.needs(code):
        public = {row.indicator for row in need.rows} & named or need.topic in topics
        assert (plain(sentences.need(need)) in said) or public, need.topic
        assert said.count(plain(sentences.statement(need.row))) <= 1


def test_the_objectives_of_the_roadmap_have_the_figures_of_each_neighbourhood(site):
    roadmap = reading.page(site / "feuille-de-route.html")
    names = sorted(PLACES, key=lambda code: -len(PLACES[code].name))
    tables = [table for table in roadmap.tables if table.caption.startswith("Qui peut agir")]
    cells = [row.elements["Où, pour qui"] for table in tables for row in table.rows]
    told = [
        (reading.text(name), plain(name.tail)) for cell in cells for name in cell.iter("strong")
    ]
    for name, words in told:
        code = next(code for code in names if name == plain(PLACES[code].name))
        doubt = words.endswith(", à confirmer")
        words = words.removeprefix(": ").removesuffix(", à confirmer")
        codes = [
            pattern
            for pattern, public in offered.publics(code)
            if words in {public + more for more in ("", offered.excess(code, pattern))}
        ]
        assert codes, (name, words)
        assert doubt in {
            not offered.solid(code, p) for p in codes if p in offered.patterns(site, code)
        }
    assert len(told) == sum(len(offered.patterns(site, code)) for code in PLACES)


MAPS = (
    "Dans l",
    "Dans plusieurs communes (",
    "Périmètre 2015-2023 (ANCT)",
)  # one a neighbourhood there, three here


def test_the_word_file_says_what_the_page_of_the_annex_says(site):
    page = reading.page(site / "annexe-appel-a-projets.html")
    words = reading.word(site / "annexe-appel-a-projets.docx")
    said = [line for line in words if not line.startswith(MAPS)]
    footer = {reading.text(p) for p in page.root.xpath("//footer//p")}
    assert said == [line for line in page.written
                    if not line.startswith(MAPS) and line not in footer]  # fmt: skip
    assert len(said) > 300


def test_the_captions_of_the_word_file_s_maps_have_the_right_areas(site):
    words = reading.word(site / "annexe-appel-a-projets.docx")
    captions = [line for line in words if line.startswith("Dans le Loiret, ")]
    sizes = [re.search(r"Périmètre \((.*?) ha\)", line)[1] for line in captions]
    order = [code for codes in together.by_contract().values() for code in codes]
    assert sizes == [facts.french(facts.Decimal(PLACES[code].area_ha), 1) for code in order]


def told_of_2018(site):
    """Indicators of a deduced year among the needs and what is proposed."""
    rows = {row.indicator: row for code in PLACES for n in portraits.needs(code) for row in n.rows}
    for code in PLACES:
        named = [facts.PATTERNS[name].get("indicator") for name in offered.patterns(site, code)]
        rows |= {c: facts.own(code, c) for c in named if c}
    return {code for code, row in rows.items() if row.year_status == "deduced"}


@pytest.mark.parametrize("name", ["feuille-de-route", "annexe-appel-a-projets"])
def test_what_is_proposed_says_once_which_years_were_deduced(site, name):
    said = reading.page(site / f"{name}.html").prose
    (noted,) = (words for words in said if "déduite" in words)
    labels = {c: plain(i.label.partition(",")[0]).lower() for c, i in INDICATORS.items()}
    first = {code for codes in facts.observations() for code in [codes[1]] if code in labels}
    codes = [c for c in first if re.search(rf"(^|, | et ){re.escape(labels[c])}\b", noted.lower())]
    assert noted == plain(sentences.deduced(codes))
    assert told_of_2018(site) <= set(codes)
