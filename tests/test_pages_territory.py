"""The pages of the whole territory, against the tidy tables read apart: none left out."""

import re
from functools import cache
from itertools import groupby

import facts
import judgements
import offered
import portraits
import pytest
import reading
import sentences
import together
from facts import AXES, CONTRACTS, HEADLINE, INDICATORS, PLACES
from reading import check, plain
from together import by_contract, column, counted, grid_column, median_of, people

LANDMARKS = ("taux_pauvrete", "niveau_vie_median", "taux_emploi", "demandeurs_sans_cap_bep")


@pytest.fixture
def page(site):
    return lambda name: reading.page(site / f"{name}.html")


# --- the grid of the synthesis -----------------------------------------------------------------


def grid_cell(row):
    """The value, with a triangle where it stands out, hollow where that is good news."""
    if row.status == "censored":
        return f"< {facts.shown(row).removeprefix('moins de ')}"
    if row.value is None:
        return "n. p."
    told = facts.shown(row)
    if facts.few(row):
        told = f"{facts.french(row.numerator)} / {facts.french(row.denominator)}"
    signs = {"worse": "▲▼", "better": "△▽"}.get(judgements.side(row))
    return f"{signs[judgements.verdict(row) == 'lower']} {told}" if signs else told


def grid_columns():
    judged = [c for c in HEADLINE if INDICATORS[c].favourable != "none"]
    return [*judged, *(c for c in HEADLINE if c not in judged)]


def test_the_columns_are_the_landmarks_with_their_years(page):
    columns = page("synthese").table("Indicateurs repères").columns
    assert columns == ["Quartier", *map(grid_column, grid_columns())]


def test_the_rows_are_the_neighbourhoods_of_each_contract_never_ranked(page):
    rows = page("synthese").table("Indicateurs repères").rows[1:]
    shown = {name: [r.head for r in part] for name, part in groupby(rows, lambda row: row.group)}
    expected = {plain(CONTRACTS[c]["short"]): [plain(PLACES[p].name) for p in codes]
                for c, codes in by_contract().items()}  # fmt: skip
    assert shown == expected


def test_each_cell_of_the_grid_is_the_value_of_its_row_and_column(page):
    table = page("synthese").table("Indicateurs repères").by_head
    for area, place in PLACES.items():
        expected = {grid_column(code): grid_cell(facts.own(area, code)) for code in HEADLINE}
        cells = table[plain(place.name)].cells
        check(page("synthese"), {k: v for k, v in cells.items() if k != "Quartier"}, expected)


def test_the_medians_over_the_grid_are_those_of_the_columns_years(page):
    row = page("synthese").table("Indicateurs repères").rows[0]
    expected = {"Quartier": "Médiane, QPV de métropole"}
    expected |= {grid_column(code): median_of(code) for code in HEADLINE}
    check(page("synthese"), row.cells, expected)


def colour(row):
    """Which of the legend's four colours a cell must have: none without a solid gap."""
    if not judgements.side(row) or not judgements.sure(row):
        return None
    more = "plus" if judgements.side(row) == "worse" else "moins"
    return f"{more} de difficultés" + ", nettement" * judgements.clearly(row)


def test_each_cell_of_the_grid_has_the_colour_that_the_legend_tells(page):
    shown = page("synthese")
    chips = shown.root.xpath("//ul/li[span[2]]/span[1]")
    kinds = {reading.text(chip.getnext()): chip.get("class").split()[-1] for chip in chips}
    kinds = {words: kind for words, kind in kinds.items() if "difficultés" in words}
    table = shown.table("Indicateurs repères").by_head
    wrong = [
        (place.name, code)
        for area, place in PLACES.items()
        for code in HEADLINE
        for cell in [table[plain(place.name)].elements[grid_column(code)]]
        for found in [set((cell.get("class") or "").split()) & set(kinds.values())]
        if found != set(filter(None, [kinds.get(colour(facts.own(area, code)))]))
    ]
    assert len(kinds) == 4
    assert wrong == []


def test_the_footnotes_are_said_once(page):
    said = page("synthese").prose
    assert [words for words in said if words[0] in "¹²³"] == together.FOOTNOTES


def test_who_does_not_see_the_signs_is_told_what_they_mean(page):
    for row in page("synthese").table("Indicateurs repères").rows[1:]:
        area = next(code for code, place in PLACES.items() if plain(place.name) == row.head)
        for code in HEADLINE:
            seen = facts.own(area, code)
            said = [plain(i.get("aria-label")) for i in row.elements[grid_column(code)].iter("i")]
            side = {"worse": "plus", "better": "moins"}.get(judgements.side(seen))
            doubt = "" if judgements.sure(seen) else ", à confirmer"
            told = f"{judgements.words(seen)}, {side} de difficultés{doubt}"
            assert said == ([told] if side else []), (area, code)


# --- the contracts and the note of the synthesis ------------------------------------------------


def test_what_is_said_of_all_has_the_right_numbers(page):
    assert page("synthese").section("Ce qui est commun") == [
        together.note(),
        together.poorer(),
        *together.shared(),
    ]


def test_each_contract_is_weighed_in_two_sentences(page):
    items = page("synthese").root.xpath("//h2[contains(., 'pèse')]/following::ul[1]/li")
    said = [[reading.text(p) for p in li.iter("h3", "p")] for li in items]
    assert said == [
        [plain(CONTRACTS[c]["short"]), counted(codes), *together.weighed(codes)]
        for c, codes in by_contract().items()
    ]


# --- the index -----------------------------------------------------------------------------------


def test_the_index_counts_neighbourhoods_contracts_and_inhabitants(page):
    said = page("index").prose
    assert {*together.lead(), together.overview()} <= set(said)


def index_rows():
    number = 0
    for codes in by_contract().values():
        for code in codes:
            number += 1
            commune = plain(facts.communes(code))
            own = plain(sentences.trait_short(portraits.traits(code)[0]))
            head = f"{number} {plain(PLACES[code].name)} {commune} · {people([code])} hab. {own}"
            rows = [facts.own(code, indicator) for indicator in LANDMARKS]
            yield head, [f"{facts.shown(row)} {judgements.words(row)}" for row in rows]


def test_the_index_lists_each_neighbourhood_with_its_four_landmarks(page):
    rows = page("index").table("Les diagnostics").rows
    assert [(row.head, list(row.cells.values())[1:]) for row in rows] == list(index_rows())
    groups = [name for name, _ in groupby(row.group for row in rows)]
    assert groups == [f"{plain(CONTRACTS[c]['short'])} {counted(codes)}"
                      for c, codes in by_contract().items()]  # fmt: skip


def test_no_two_neighbourhoods_have_the_same_line(page):
    heads = [row.elements["Quartier"] for row in page("index").table("Les diagnostics").rows]
    lines = [reading.text(head.xpath("./span")[-1]) for head in heads]
    assert len(set(lines)) == len(PLACES)
    assert all(re.search(r"\d", line) and line.endswith(".") for line in lines)


def test_the_heads_of_the_index_have_the_median_of_their_year(page):
    columns = page("index").table("Les diagnostics").columns[1:]
    assert columns == [f"{column(code)} · médiane {median_of(code)}" for code in LANDMARKS]


def test_each_name_leads_to_its_own_page(page, site):
    for name in ("index", "synthese", "feuille-de-route"):
        links = page(name).root.xpath("//table//th//a[starts-with(@href, 'qp')]")
        found = {reading.text(link): link.get("href") for link in links}
        expected = {plain(p.name): f"{c.lower()}-{p.slug}.html" for c, p in PLACES.items()}
        assert found == expected
        assert all((site / href).exists() for href in found.values())


# --- the roadmap -------------------------------------------------------------------------------


@cache
def known(site):
    """Axes of which something is known in some neighbourhood: the others have no column."""
    states = [offered.states(site, area).items() for area in PLACES]
    return {code for each in states for code, told in each if told != "non documenté"}


@pytest.mark.parametrize("area", sorted(PLACES))
def test_the_matrix_tells_what_the_diagnosis_proposes_and_what_the_figures_say(page, site, area):
    row = page("feuille-de-route").table("Axes par quartier").by_head[plain(PLACES[area].name)]
    states = offered.states(site, area)
    expected = {plain(AXES[c]["short"]): told for c, told in states.items() if c in known(site)}
    cells = {name: cell for name, cell in row.cells.items() if name != "Quartier"}
    check(page("feuille-de-route"), cells, expected)


def test_the_sums_over_the_axes_are_the_matrix_s(page, site):
    said = page("feuille-de-route").section("Ce que les quartiers ont en commun")
    states = {area: offered.states(site, area) for area in PLACES}
    for code, axis in AXES.items():
        told = [states[area][code] for area in PLACES]
        proposed = [t for t in told if re.match(r"\d", t)]
        sure, known = [t for t in proposed if len(t) == 1], [t for t in told if "non" not in t]
        n, every = len(proposed), len(PLACES)
        more = f", dont {len(sure)} de façon solide" if sure else ", chaque fois à confirmer"
        words = f"un objectif dans {n} quartiers sur {every}{more}."
        if not proposed:
            words = "aucun objectif qui lui soit propre ; documenté dans "\
                f"{len(known)} quartiers sur {every}."  # fmt: skip
        if not known:
            words = f"non documenté. {plain(axis['limit'])}"
        assert f"{plain(axis['label'])} : {words}" in said or n == 1


def test_the_objectives_are_counted_from_the_diagnoses(page, site):
    own = [offered.own(site, area) for area in PLACES]
    found = [one.pattern for diagnosis in own for one in offered.proposals(diagnosis)]
    asked = [words for diagnosis in own for words in diagnosis.section("À demander")]
    assert (
        f"{len(found)} objectifs de {len(set(found))} sortes pour {len(PLACES)} quartiers, et "
        f"{len(asked)} questions à poser. Rien n'est décidé : ce document ne contient que des "
        "propositions."
    ) in page("feuille-de-route").prose
    tables = [t for t in page("feuille-de-route").tables if t.caption.startswith("À demander")]
    told = {c: t for t in tables for c in CONTRACTS if plain(CONTRACTS[c]["short"]) in t.caption}
    for contract, areas in by_contract().items():
        questions = [row.cells["Question"] for row in told[contract].rows]
        own = [w for a in areas for w in offered.own(site, a).section("À demander")]
        assert sorted(questions) == sorted(set(own))


def follow_cell(area, code, year):
    row = facts.observations().get((area, code, year))
    if row and row.status == "censored":
        return f"< {facts.shown(row).removeprefix('moins de ')}"
    if row is None or row.value is None:
        return "n. p."
    return f"{row.numerator} / {row.denominator}" if facts.few(row) else facts.shown(row)


def total_cell(codes, code, year):
    """Counts add up, a share is that of the sums, a median or a rate has no total."""
    measure = INDICATORS[code].measure
    rows = [facts.observations().get((area, code, year)) for area in codes]
    known = [row for row in rows if row and row.value is not None]
    if measure == "value":
        return "—"
    if len(known) < len(codes):
        return f"publié pour {len(known)} des {len(codes)}"
    if measure == "count":
        return facts.french(sum(row.value for row in known))
    top, bottom = sum(r.numerator for r in known), sum(r.denominator for r in known)
    share = facts.amount(100 * top / bottom, code, 1)
    return f"{share} {facts.french(top)} des {facts.french(bottom)}"


def start(label):
    """« Niveau bac ou plus parmi les demandeurs d'emploi »: a label as the head of a column."""
    return plain(f"{label.replace(', ', ' ') if '(' not in label else label} ").removesuffix(" ")


def told_already(code, areas, site):
    """Whether it has no total, and each objective that it follows tells its latest figure."""
    own = []
    for name in {p for a in areas for p in offered.patterns(site, a)}:
        pattern = facts.PATTERNS[name]
        if pattern["follow"][:1] == [code]:
            based = pattern.get("indicator") or facts.NEEDS[pattern["topic"]]["indicators"][0]
            own.append(based == code and "{value}" in pattern["public"])
    last = max(year for indicator, year in facts.grids() if indicator == code)
    latest = {facts.own(a, code).year for a in areas if facts.own(a, code)} == {last}
    return INDICATORS[code].measure == "value" and latest and all(own)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_follow_up_has_what_objectives_do_not_tell_already(page, site, contract):
    codes, name = by_contract()[contract], plain(CONTRACTS[contract]["short"])
    columns = page("feuille-de-route").table(f"Indicateurs de suivi, {name}").columns[4:]
    named = {p for a in codes for p in offered.patterns(site, a)}
    followed = {c for p in named for c in facts.PATTERNS[p]["follow"][:1]}
    expected = [c for c in INDICATORS if c in followed and not told_already(c, codes, site)]
    assert len(columns) == len(expected)
    for head, code in zip(columns, expected, strict=True):
        assert head.startswith(start(INDICATORS[code].label))


@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_follow_up_of_a_contract_has_the_latest_figures_and_true_sums(page, contract):
    codes, name = by_contract()[contract], plain(CONTRACTS[contract]["short"])
    table = page("feuille-de-route").table(f"Indicateurs de suivi, {name}")
    for head in table.columns[1:]:
        code = next(c for c, one in INDICATORS.items() if head.startswith(start(one.label)))
        last = max(year for indicator, year in facts.grids() if indicator == code)
        expected = {plain(PLACES[area].name): follow_cell(area, code, last) for area in codes}
        if len(codes) > 1:
            expected["Ensemble"] = total_cell(codes, code, last)
        check(page("feuille-de-route"), {r.head: r.cells[head] for r in table.rows}, expected)


# --- the annex ---------------------------------------------------------------------------------


@pytest.mark.parametrize("area", sorted(PLACES))
def test_the_annex_awaits_what_the_diagnosis_proposes_and_an_association_can_do(page, site, area):
    people = facts.french(facts.series(area, "population")[-1].value)
    name = f". {plain(PLACES[area].name)} ("
    annex = page("annexe-appel-a-projets")
    title = next(t for h in annex.root.iter("h2") if name in (t := reading.text(h)))
    assert title.endswith(f", {people} habitants (2018)")
    said = annex.section(title)
    awaited = annex.section("Nous attendons", after=title)
    for one in offered.proposals(offered.own(site, area)):
        pattern = facts.PATTERNS[one.pattern]
        open_ = "association" in pattern["who"]
        start = plain(pattern["objective"]).partition("{")[0].lower()
        assert any(line.lower().startswith(start) for line in awaited) == open_, one.pattern
        short = plain(pattern["short"]).lower()
        falls = [w for w in said if w.startswith("Relève ") and short in w.lower()]
        assert bool(falls) == (not open_)


def test_the_list_of_the_annex_names_communes_and_contracts(page):
    rows = page("annexe-appel-a-projets").table("Chaque quartier porte").rows
    expected = [
        (str(n), *map(plain, (PLACES[code].name, facts.communes(code), CONTRACTS[c]["short"])))
        for n, (c, code) in enumerate(((c, p) for c, ps in by_contract().items() for p in ps), 1)
    ]  # fmt: skip
    assert [tuple(row.cells.values()) for row in rows] == expected


# --- each in a line ------------------------------------------------------------------------------


@pytest.mark.parametrize("area", sorted(PLACES))
def test_the_synthesis_tells_each_in_a_line(page, site, area):
    columns, *_ = [t.columns for t in page("synthese").tables if len(t.columns) == 4]
    table = next(t for t in page("synthese").tables if t.columns == columns)
    _, own, needs, proposed = table.by_head[plain(PLACES[area].name)].cells.values()
    assert own == plain(" ".join(map(sentences.trait_short, portraits.traits(area)[:2])))
    named = [f"{facts.NEEDS[n.topic]['label']}{' (à confirmer)' * (not n.sure)}"
             for n in portraits.needs(area)]  # fmt: skip
    assert needs.lower() == plain(f"{', '.join(named)}.").lower()
    short = [facts.PATTERNS[name]["short"] for name in offered.patterns(site, area)]
    assert proposed == plain(" ".join(f"{one}." for one in short))
