"""What the roadmap and the annex propose: each number and each word, as the diagnoses have it."""

import re

import facts
import offered
import portraits
import pytest
import reading
import sentences
import together
from facts import INDICATORS, PLACES
from reading import NUMBER, plain


def sheet(site, code):
    """Heading and texts of a neighbourhood in the annex."""
    annex = reading.page(site / "annexe-appel-a-projets.html")
    people = facts.series(code, "population")[-1]
    communes = sentences.listed(facts.communes(code).split(", "))
    order = [code for codes in together.by_contract().values() for code in codes]
    title = f"{order.index(code) + 1}. {PLACES[code].name} ({communes}), "
    title += f"{facts.shown(people)} habitants ({people.year})"
    return annex.section(plain(title))


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
    tables = [table for table in roadmap.tables if table.caption.startswith("Objectifs, selon")]
    cells = [row.elements["Où, pour qui"] for table in tables for row in table.rows]
    told = 0
    for cell in cells:
        whole = ""
        for name in cell.iter("strong"):
            area = next(code for code in names if reading.text(name) == plain(PLACES[code].name))
            words = plain(name.tail).removeprefix(": ")
            doubt, words = words.endswith(", à confirmer"), words.removesuffix(", à confirmer")
            codes = [
                p for p, public in offered.publics(area) if same(area, p, public, words, whole)
            ]
            assert codes, (area, words)
            assert doubt in {
                not offered.solid(area, p) for p in codes if p in offered.patterns(site, area)
            }
            whole = whole or words
            told += 1
    assert told == sum(len(offered.patterns(site, code)) for code in PLACES)


def same(area, pattern, public, words, whole):
    """Whether words are a public of a place, whole, or its figure alone below one of its kind."""
    more = re.search(r"environ [\d ]+ de plus", offered.excess(area, pattern))
    if words == public + (f" ; {more[0]} qu'à la médiane" if more else ""):
        return True
    alone = re.fullmatch(rf"({NUMBER}(?: [%€])?)(?: ; (environ [\d ]+ de plus))?", words)
    kinds = {re.sub(NUMBER, "", told.partition(" (")[0]) for told in (public, whole)}
    return (
        bool(alone)
        and len(kinds) == 1
        and alone[1] in public
        and alone[2] == (more[0] if more else None)
    )


MAPS = (
    "Dans l",
    "Dans plusieurs communes (",
    "Périmètre 2015-2023 (ANCT)",
)  # one a neighbourhood there, three here


def test_the_word_file_says_what_the_page_of_the_annex_says(site):
    page = reading.page(site / "annexe-appel-a-projets.html")
    words = reading.word(site / "annexe-appel-a-projets.docx")
    said = [line for line in words if not line.startswith(MAPS)]
    other = {reading.text(p) for p in page.root.xpath("//footer//p")} | {"Retour au sommaire"}
    on_paper = ["Page", *(str(n) for n in range(3, 3 + len(PLACES)))]
    for line in on_paper:  # the column that a Word file has, last of each row
        said.remove(line)
    assert said == [line for line in page.written
                    if not line.startswith(MAPS) and line not in other]  # fmt: skip
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
