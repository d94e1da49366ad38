"""The pages of the whole territory, against the tidy tables read apart: none left out."""

import re
from itertools import groupby

import facts
import judgements
import pytest
import reading
import together
from facts import AXES, CONTRACTS, HEADLINE, INDICATORS, PLACES, SHORTS
from reading import check, plain
from together import by_contract, column, counted, distinguished, median_of, people

LANDMARKS = ("taux_pauvrete", "niveau_vie_median", "taux_emploi", "demandeurs_sans_cap_bep")


@pytest.fixture
def page(site):
    return lambda name: reading.page(site / f"{name}.html")


# --- the grid of the synthesis -----------------------------------------------------------------


def grid_cell(row):
    """The value, with an arrow where it stands out; « n. p. », never 0, where unpublished."""
    if row.status == "censored":
        return f"< {facts.shown(row).removeprefix('moins de ')}"
    if row.value is None:
        return "n. p."
    told = facts.shown(row)
    if facts.few(row):
        told = f"{facts.french(row.numerator)} / {facts.french(row.denominator)}"
    arrow = {"higher": "▲ ", "lower": "▼ "}[judgements.verdict(row)] if judgements.side(row) else ""
    return arrow + told


def grid_columns():
    judged = [c for c in HEADLINE if INDICATORS[c].favourable != "none"]
    return [*judged, *(c for c in HEADLINE if c not in judged)]


def test_the_columns_are_the_landmarks_with_their_years(page):
    columns = page("synthese").table("Indicateurs repères").columns
    assert columns == ["Quartier", *map(column, grid_columns())]


def test_the_rows_are_the_neighbourhoods_of_each_contract_never_ranked(page):
    rows = page("synthese").table("Indicateurs repères").rows[1:]
    shown = {name: [r.head for r in part] for name, part in groupby(rows, lambda row: row.group)}
    expected = {plain(CONTRACTS[c]["short"]): [plain(PLACES[p].name) for p in codes]
                for c, codes in by_contract().items()}  # fmt: skip
    assert shown == expected


def test_each_cell_of_the_grid_is_the_value_of_its_row_and_column(page):
    table = page("synthese").table("Indicateurs repères").by_head
    for area, place in PLACES.items():
        expected = {column(code): grid_cell(facts.own(area, code)) for code in HEADLINE}
        cells = table[plain(place.name)].cells
        check(page("synthese"), {k: v for k, v in cells.items() if k != "Quartier"}, expected)


def test_the_medians_over_the_grid_are_those_of_the_columns_years(page):
    row = page("synthese").table("Indicateurs repères").rows[0]
    expected = {"Quartier": "Médiane, QPV de métropole"}
    expected |= {column(code): median_of(code) for code in HEADLINE}
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
        for cell in [table[plain(place.name)].elements[column(code)]]
        for found in [set((cell.get("class") or "").split()) & set(kinds.values())]
        if found != set(filter(None, [kinds.get(colour(facts.own(area, code)))]))
    ]
    assert len(kinds) == 4
    assert wrong == []


# --- the note of the synthesis ------------------------------------------------------------------


def test_the_sentences_of_the_note_have_the_right_numbers(page):
    assert page("synthese").section("Note pour la direction")[1:5] == together.note()


def test_what_is_shared_is_what_half_of_the_neighbourhoods_have(page):
    assert page("synthese").section("Ce qui est commun") == together.shared()


def test_each_contract_is_counted_and_told_by_what_most_of_it_has(page):
    said = page("synthese").section("Ce qui distingue chaque contrat")
    assert said == [
        plain(f"{CONTRACTS[c]['short']} {counted(codes)} {distinguished(codes)}")
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
            head = f"{number} {plain(PLACES[code].name)} {commune} · {people([code])} hab."
            rows = [facts.own(code, indicator) for indicator in LANDMARKS]
            yield head, [f"{facts.shown(row)} {judgements.words(row)}" for row in rows]


def test_the_index_lists_each_neighbourhood_with_its_four_landmarks(page):
    rows = page("index").table("Les diagnostics").rows
    assert [(row.head, list(row.cells.values())[1:]) for row in rows] == list(index_rows())
    groups = [name for name, _ in groupby(row.group for row in rows)]
    assert groups == [f"{plain(CONTRACTS[c]['short'])} {counted(codes)}"
                      for c, codes in by_contract().items()]  # fmt: skip


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


def state(area, axis):
    """« non documenté », « sans écart », that it is proposed, and whether that is to be confirmed.

    It is solid when one of its indicators in difficulty is: silent, then.
    """
    found = judgements.subjects(area, axis)
    if found is None:
        return "non documenté"
    return f"proposé{' à confirmer' * (not solid(area, axis))}" if found[1] else "sans écart"


def solid(area, axis):
    return any(
        state == "worse" and judgements.sure(facts.own(area, code))
        for code in AXES[axis].get("links", {})
        for _, state in judgements.lenses(area, code)[:1]
    )


def test_the_matrix_proposes_the_axes_whose_subjects_are_in_difficulty(page):
    rows = page("feuille-de-route").table("Axes par quartier").by_head
    for area, place in PLACES.items():
        expected = {plain(axis["short"]): state(area, code) for code, axis in AXES.items()}
        cells = {
            name: re.sub(r"^(\d|proposé)(?= à confirmer$|$)", "proposé", cell)
            for name, cell in rows[plain(place.name)].cells.items()
            if name in expected
        }
        check(page("feuille-de-route"), cells, expected)


def test_the_main_axes_of_the_matrix_have_a_rank_and_the_others_none(page):
    rows = page("feuille-de-route").table("Axes par quartier").by_head
    for row in rows.values():
        for axis in AXES.values():
            cell, cross = row.cells[plain(axis["short"])], axis.get("kind") == "cross"
            assert not re.match(r"\d" if cross else "proposé", cell), cell


def test_the_sums_over_the_axes_are_the_matrix_s(page):
    rows = page("feuille-de-route").table("Axes par quartier").rows
    said = page("feuille-de-route").prose
    states = {area: {code: state(area, code) for code in AXES} for area in PLACES}
    proposed = [area for area in PLACES if any("proposé" in s for s in states[area].values())]
    assert len(rows) == len(PLACES)
    assert any(s.startswith(f"Dans {len(proposed)} des 19 quartiers") for s in said)
    for code, axis in AXES.items():
        told = [states[area][code] for area in PLACES]
        n, sure = sum("proposé" in t for t in told), told.count("proposé")
        line = next(s for s in said if s.startswith(f"{plain(axis['label'])} : "))
        where = "un quartier" if n == 1 else f"{n} quartiers"
        assert ("ressort dans" in line) == (n > 0), line
        assert f"ressort dans {where} sur 19" in line or n == 0
        assert (f"dont {sure} de façon solide" in line) == (sure > 0 and n > 1), line


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
        return "ne s'additionne pas"
    if len(known) < len(codes):
        return f"publié pour {len(known)} des {len(codes)}"
    if measure == "count":
        return facts.french(sum(row.value for row in known))
    top, bottom = sum(r.numerator for r in known), sum(r.denominator for r in known)
    share = facts.amount(100 * top / bottom, code, 1)
    return f"{share} {facts.french(top)} des {facts.french(bottom)}"


@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_follow_up_of_a_contract_has_the_latest_figures_and_true_sums(page, contract):
    codes, name = by_contract()[contract], plain(CONTRACTS[contract]["short"])
    table = page("feuille-de-route").table(f"Indicateurs de suivi, {name}")
    for head in table.columns[1:]:
        code = next(SHORTS[short] for short in SHORTS if head.startswith(f"{short} "))
        last = max(year for indicator, year in facts.grids() if indicator == code)
        expected = {plain(PLACES[area].name): follow_cell(area, code, last) for area in codes}
        if len(codes) > 1:
            expected["Ensemble du contrat"] = total_cell(codes, code, last)
        check(page("feuille-de-route"), {r.head: r.cells[head] for r in table.rows}, expected)


@pytest.mark.parametrize("area", sorted(PLACES))
def test_each_axis_says_how_many_of_its_subjects_are_in_difficulty(page, area):
    sheet = page("annexe-appel-a-projets").table(f"Axes, {plain(PLACES[area].name)}").by_head
    for code, axis in AXES.items():
        told = sheet[plain(axis["label"])].cells["Ce que disent les chiffres"]
        documented, worse = judgements.subjects(area, code) or ((), ())
        n, m = len(worse), len(documented)
        counts = {0: [], 1: []}.get(m, [str(m)] if n in (0, m) else [str(n), str(m)])
        assert re.findall(r"\d+", told) == counts, told
        assert ("non documenté" in told.lower()) == (m == 0)
        assert ("Écart défavorable" in told) == (n > 0)


# --- the annex ---------------------------------------------------------------------------------


def last_published(area, code):
    rows = [row for row in facts.series(area, code) if row.value is not None]
    return (facts.shown(rows[-1]), facts.when(rows[-1])) if rows else ("non publié", "")


@pytest.mark.parametrize("area", sorted(PLACES))
def test_each_sheet_of_the_annex_has_the_neighbourhood_s_landmarks(page, area):
    codes = ("population", "logements_sociaux", "enfants_6_17", "demandeurs_emploi")
    expected = {plain(INDICATORS[code].label): last_published(area, code) for code in codes}
    size = facts.french(facts.Decimal(PLACES[area].area_ha), 1)
    expected["Superficie"] = (f"{size} ha", "périmètre 2015")
    name = plain(PLACES[area].name)
    found = [t for t in page("annexe-appel-a-projets").tables if t.caption == f"Repères : {name}"]
    shown = {row.head: tuple(row.cells.values())[1:] for row in found[0].rows}
    check(page("annexe-appel-a-projets"), shown, expected)


@pytest.mark.parametrize("area", sorted(PLACES))
def test_the_annex_the_roadmap_and_the_diagnosis_tell_the_same_axes(page, area):
    name = plain(PLACES[area].name)
    row = page("feuille-de-route").table("Axes par quartier").by_head[name]
    sheet = page("annexe-appel-a-projets").table(f"Axes, {name}").by_head
    own = page(f"{area.lower()}-{PLACES[area].slug}")
    diagnosis = " ".join(own.section("Axes proposés"))
    headings = {reading.text(h).removesuffix(" au même niveau") for h in own.root.iter("h3")}
    for axis in AXES.values():
        cell, told = row.cells[plain(axis["short"])], sheet[plain(axis["label"])].cells["État"]
        shown = re.sub(r"^Proposition : |,| \(.*?\)$|\.$", "", told).lower()
        assert shown.replace(" défavorable", "") == cell, axis["label"]
        if re.match(r"\d", cell):
            assert f"{cell[0]}. {plain(axis['short'])}" in headings
        if "non documenté" in cell:
            assert plain(axis["short"]) in diagnosis.partition("Non documentés ici :")[2]


def test_the_list_of_the_annex_names_communes_and_contracts(page):
    rows = page("annexe-appel-a-projets").table("numéro de la liste").rows
    expected = [
        (str(n), *map(plain, (PLACES[code].name, facts.communes(code), CONTRACTS[c]["short"])))
        for n, (c, code) in enumerate(((c, p) for c, ps in by_contract().items() for p in ps), 1)
    ]  # fmt: skip
    assert [tuple(row.cells.values()) for row in rows] == expected
