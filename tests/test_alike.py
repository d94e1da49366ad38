"""The neighbourhoods that resemble one: found again another way, shown true, in no order."""

import csv
import re
import tomllib
from statistics import fmean

import facts
import pandas as pd
import pytest
import raw
import reading
from facts import PLACES, observations
from reading import plain

from qpvlib import pages
from qpvlib.catalogue import catalogue
from qpvlib.cli import checking
from qpvlib.pages import alike
from qpvlib.tables.areas import neighbourhood, neighbourhoods
from qpvlib.tables.construction import likeness

DECLARED = tomllib.loads((facts.DATA / "catalogue" / "similar.toml").read_text("utf-8"))
LEAST = facts.RULES["similar_published"]


def found(area):
    return [row for row in facts._rows("similar") if row.area == area]


VALUES = {(r.area, r.indicator): r for r in facts._rows("similar_values")}


def values(area):
    """Declared figures of a neighbourhood, here or elsewhere; blanks left out."""
    own = {c: observations().get((area, c, entry["year"])) for c, entry in DECLARED.items()}
    if area not in PLACES:
        own = {c: VALUES.get((area, c)) for c in DECLARED}
    return {c: float(row.value) for c, row in own.items() if row is not None and row.value}


# --- found again another way -------------------------------------------------------------------


def place(value, grid):
    """Where a value is among the 101 percentiles: half of those that are equal are under it."""
    grid = [float(edge) for edge in grid]
    under, to = sum(e < value - 1e-6 for e in grid), sum(e <= value + 1e-6 for e in grid)
    return (under + to - 1) / 2


def test_a_distance_is_that_of_the_percentiles_of_everyone(code):
    for row in found(code):
        own, other = values(code), values(row.similar)
        both = own.keys() & other.keys() - {"population"}  # of a count there is no percentile
        grids = {c: facts.grid(c, DECLARED[c]["year"]) for c in both}
        apart = [abs(place(own[c], grids[c]) - place(other[c], grids[c])) for c in both]
        assert int(row.published) == len(own.keys() & other.keys()) >= LEAST
        most, least = sum(apart) / (len(both) + 1) + 100 / (len(both) + 1), sum(apart)
        assert least / (len(both) + 1) - 1.5 <= float(row.distance) <= most + 1.5


def table(path, key, delimiter=";", keep=lambda row: True):
    with (raw.REAL / path).open(encoding="utf-8-sig", newline="") as file:
        return {row[key]: row for row in csv.DictReader(file, delimiter=delimiter) if keep(row)}


def figure(words):
    kept = re.sub(r"[\s\u202f\u00a0]", "", words or "").replace(",", ".")
    return float(kept) if re.fullmatch(r"-?\d+(\.\d+)?", kept) else None


def share(part, whole):
    part, whole = figure(part), figure(whole)
    return None if part is None or not whole else round(100 * part / whole, 6)


def of_everyone():
    """Declared figures of every metropolitan QPV, from the producers' files."""
    demo, ipro, revn = (
        table(f"insee/qpv_thematique/{name}_2022.csv", "CODGEO")
        for name in ("DEMO", "IPRO", "REVN")
    )
    filosofi = table(
        "insee/filosofi/filosofi_qpv_2016_2019_metropole.csv", "CODGEO", ",",
        lambda row: row["annee"] == "2019",
    )  # fmt: skip
    panel = table(
        "insee/filosofi/filosofi_qpv_panel_2012_2021_metropole.csv", "code", ",",
        lambda row: row["annee"] == "2019",
    )  # fmt: skip
    people = table("insee/population_qpv_2013_2018.csv", "code", ",")
    empty: dict[str, str] = {}
    for area in people:
        if re.match("QP9[78]", area):
            continue
        d, i, r, f = (t.get(area, empty) for t in (demo, ipro, revn, filosofi))
        poverty = figure(f.get("DISP_TP60"))
        if poverty is None:
            poverty = figure(panel.get(area, empty).get("taux_pauvrete"))
        yield (
            area,
            {
                "population": figure(people[area]["pop_2018"]),
                "moins_25_ans": figure(d.get("TX_TOT_0A24")),
                "menages_une_personne": figure(d.get("TX_TOT_MEN1")),
                "monoparents_caf": share(d.get("AM"), d.get("A")),
                "taux_pauvrete": poverty,
                "part_pensions": figure(f.get("DISP_PPEN")),
                "prime_activite": share(r.get("APPA"), r.get("A")),
                "taux_emploi": figure(i.get("TX_TOT_EMPL")),
                "emplois_duree_limitee": figure(i.get("TX_TOT_EDLIM")),
                "demandeurs_sans_cap_bep": share(i.get("ABC_INFCAPBEP"), i.get("ABC")),
            },
        )


@pytest.mark.skipif(not raw.REAL.is_dir(), reason=raw.NO_REAL)
def test_the_four_are_those_that_the_producers_files_give():
    known = dict(of_everyone())
    places = {area: {} for area in known}
    for code in DECLARED:
        held = sorted((v[code], area) for area, v in known.items() if v[code] is not None)
        ordered = [value for value, _ in held]
        for value, area in held:  # the middle of those that are equal
            first, last = ordered.index(value), len(ordered) - ordered[::-1].index(value)
            places[area][code] = 100 * (first + last) / 2 / len(ordered)
    size = {area: sum(v["population"] >= edge for edge in facts.RULES["size_classes"])
            for area, v in known.items() if v["population"]}  # fmt: skip
    for own in PLACES:
        apart = []
        for area, other in places.items():
            both = places[own].keys() & other.keys()
            away = not area.startswith("QP045") or PLACES[area].contract != PLACES[own].contract
            if away and size.get(area) == size[own] and len(both) >= LEAST:
                apart.append((fmean(abs(places[own][c] - other[c]) for c in both), area))
        # Two as near to a thousandth may be in either order.
        nearest = sorted(apart)[:4]
        assert [area for _, area in nearest] == [row.similar for row in found(own)]
        assert [round(d, 1) for d, _ in nearest] == pytest.approx(
            [float(row.distance) for row in found(own)], abs=0.11
        )


# --- which are left out --------------------------------------------------------------------------


def test_neither_its_contract_nor_its_towns_nor_another_size_nor_too_few_figures():
    kept = pd.DataFrame(
        {
            "contract": ["C1", "C1", "C2", "", "", ""],
            "towns": [{"a"}, {"b"}, {"a", "c"}, {"d"}, {"e"}, {"f"}],
            "size_class": ["0", "0", "0", "5000+", "0", "0"],
        },
        index=["own", "contract", "town", "size", "few", "kept"],
    )
    places = pd.DataFrame({f"f{i}": [50.0] * 6 for i in range(LEAST)}, index=kept.index)
    places.loc["few", "f0"] = None
    places.loc["kept"] += 12.5
    (row,) = likeness._nearest("own", places, kept).itertuples()
    assert (row.Index, row.distance, row.n) == ("kept", 12.5, LEAST)


def test_no_nationality_and_nothing_but_declared_indicators():
    assert not DECLARED.keys() & {"etrangers", "taux_emploi_etrangers"}
    assert DECLARED.keys() <= facts.INDICATORS.keys()


def test_a_year_that_no_neighbourhood_has_is_told(monkeypatch):
    wrong = catalogue().similar["taux_emploi"].model_copy(update={"year": 2031})
    changed = catalogue().model_copy(update={"similar": {"taux_emploi": wrong}})
    monkeypatch.setattr(checking, "catalogue", lambda: changed)
    (fault,) = checking._similar_faults(checking.tidy.table("observations"))
    assert fault.startswith("similar.toml, [taux_emploi], champ « year » :")


# --- what the page shows -------------------------------------------------------------------------


def test_the_page_shows_each_figure_beside_its_own_in_alphabetical_order(page, code):
    shown = page.table("et les quartiers qui lui ressemblent")
    due = sorted(found(code), key=lambda row: row.name)
    heads = [f"{r.name} {r.communes} ({r.departement})" for r in due]
    assert shown.columns[1:] == [plain(words) for words in (PLACES[code].name, *heads)]
    assert [row.head.split(" fichier")[0] for row in shown.rows[:1]] == ["Habitants 2018"]
    areas = [code, *(row.similar for row in due)]
    for (indicator, _), row in zip(DECLARED.items(), shown.rows[:-1], strict=True):
        assert row.head.startswith(plain(facts.INDICATORS[indicator].label))
        for area, cell in zip(areas, list(row.cells.values())[1:], strict=True):
            known = values(area).get(indicator)
            given = plain(cell)
            assert (known is None) == (given == "non publié")
            if known is not None and "des" not in given.split()[1:2]:  # few: the counts alone
                assert reading.number(given) == pytest.approx(
                    known, abs=0.051 if known < 100 else 1
                )
    means = list(shown.rows[-1].cells.values())[2:]
    assert [reading.number(words) for words in means] == [
        float(facts.rounded(facts.Decimal(row.distance), 0)) for row in due
    ]


def test_the_page_says_that_it_judges_no_one(page):
    said = " ".join(page.prose)
    for words in ("n'est pas avoir la même histoire", "rien ici ne juge ces quartiers"):
        assert words in said
    (summary,) = page.root.xpath("//summary[contains(., 'Quartiers qui ressemblent')]")
    assert summary.xpath("ancestor::*[@id='details']")


def test_where_too_few_figures_are_published_that_is_said(monkeypatch):
    own = neighbourhood("QP045010")
    none = pd.DataFrame(columns=["area", "similar", "name"])
    part = alike.tidy.part
    monkeypatch.setattr(alike.tidy, "part", lambda t, *_: none if t == "similar" else part(t, *_))
    assert pages.similar(own) is None  # it has the figures: the tables name none
    few = catalogue().rules["points"].model_copy(update={"value": 11})
    monkeypatch.setitem(catalogue().rules, "similar_published", few)
    assert "Trop peu de chiffres sont publiés" in plain(pages.similar(own).html)


def test_tables_that_name_none_say_nothing(metropole):
    shown = [pages.similar(place) for place in list(neighbourhoods().values())[:12]]
    assert all(one is None or "Trop peu" in plain(one.html) for one in shown)
