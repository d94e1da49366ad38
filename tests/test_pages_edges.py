"""Rules whose edge no page of today shows: each as a table of decisions.

The only tests of pages that call qpvlib: what they call stands in one function for each rule.
"""

import json
import zipfile
from datetime import date
from types import SimpleNamespace

import nineteen
import pytest
import registers
from facts import PLACES
from reading import plain

ORLEANS = sorted(code for code, place in PLACES.items() if place.contract == "CN04505M")


# --- what weighs in a contract ---------------------------------------------------------------


def told_of_orleans(poorer, jobless=()):
    """What is said of Orléans Métropole when poverty and unemployment stand out here alone."""
    from qpvlib import pages

    found = nineteen.everyone().assign(verdict="comparable", clearly=False)
    gaps = ("taux_pauvrete", poorer, 70.0), ("taux_emploi", jobless, 10.0)
    for indicator, areas, value in gaps:
        bad = found.area.isin(areas) & (found.indicator == indicator)
        found.loc[bad, "verdict"] = "higher" if value > 50 else "lower"
        found.loc[bad, "value"] = value
    told = plain(nineteen.plain(pages.weighed(found).html))
    return told.partition("Orléans Métropole")[2].partition("Agglomération montargoise")[0]


@pytest.mark.parametrize(("inside", "where"), [
    (0, "Aucun écart défavorable n'y est sûr"),
    (1, "Dans l'un de ses 10 quartiers, où vivent 1 040"),
    (2, "Dans 2 de ses 10 quartiers, où vivent 2 727 de ses 31 079 habitants (2018)"),
    (10, "Dans ses 10 quartiers (31 079 habitants, 2018), le taux de pauvreté"),
])  # fmt: skip
def test_a_contract_says_how_many_live_where_the_gap_is(inside, where):
    assert where in told_of_orleans(ORLEANS[:inside])


@pytest.mark.parametrize(
    ("elsewhere", "apart"),
    [
        # A part of three other contracts, under half of each; then the whole of one.
        (("QP045002", "QP045005", "QP045016", "QP045019"), True),
        (("QP045002", "QP045003", "QP045004", "QP045005"), False),
    ],
)
def test_a_contract_is_set_apart_by_what_most_of_the_others_have_not(elsewhere, apart):
    told = told_of_orleans(ORLEANS, [*ORLEANS[2:], *elsewhere])
    assert ("se distingue des autres" in told) == apart
    assert ("rien d'autre ne distingue" in told) != apart


# --- the areas around ------------------------------------------------------------------------


def around(montargis, chalette, villemandeur):
    """Whether Le Plateau's poverty is a need by its gaps with its communes alone."""
    from qpvlib.diagnosis import needs, reading

    gaps = {"45208": montargis, "45068": chalette, "45338": villemandeur}
    positions = nineteen.compared("QP045003").copy()
    positions["gap"] = positions.benchmark_area.map(gaps).fillna(positions.gap)
    positions["verdict"] = "comparable"
    found = needs.every(reading.readings(positions))
    return [(need.topic, need.commune, need.solidity) for need in found]


@pytest.mark.parametrize(("gaps", "needed"), [
    ((9, 9, 9), True),
    ((9, 9, 0), True),  # Villemandeur holds 1,5 % of it
    ((9, 0, 9), False),  # one commune is enough to say nothing
    ((9, -9, 9), False),
    ((0, 0, 9), False),
    ((-9, -9, 9), False),
    ((3.8, 3.8, 0), True),
    ((3.8, 3.7, 0), False),  # the noise of a neighbourhood of this size
])  # fmt: skip
def test_a_gap_with_the_communes_is_a_need_only_against_all_of_them(gaps, needed):
    assert around(*gaps) == [("pauvrete", True, "solid")] * needed


# --- what is over, what is in August ---------------------------------------------------------


@pytest.fixture
def follow(tmp_path, opened):
    """The summer of a register of one action, and how the library follows it."""
    from qpvlib.actions import register, summer
    from qpvlib.actions.reading import read

    def followed(**changes):
        opened(register=tmp_path / "register")
        register.keep(read(registers.csv_file(tmp_path, registers.row(**changes))))
        found = summer.summer(register.actions(), 2021)
        return SimpleNamespace(found=found, summer=summer)

    return followed


@pytest.mark.parametrize(("start", "end", "in_august"), [
    ("05/07/2021", "16/07/2021", False),
    ("19/07/2021", "25/07/2021", False),  # Sunday of the week before
    ("26/07/2021", "31/07/2021", True),  # its week ends on 1 August
    ("01/08/2021", "01/08/2021", True),
    ("23/08/2021", "31/08/2021", True),
])  # fmt: skip
def test_august_begins_with_the_week_of_its_first_day(follow, start, end, in_august):
    seen = follow(debut=start, fin=end)
    rows = seen.summer.criteria(seen.found, 2021).set_index("criterion")
    assert bool(rows.actions["august"]) == in_august


@pytest.mark.parametrize(("at", "over"), [
    (date(2021, 7, 15), False), (date(2021, 7, 16), False), (date(2021, 7, 17), True),
])  # fmt: skip
def test_an_action_is_over_the_day_after_its_last(follow, at, over):
    seen = follow(debut="05/07/2021", fin="16/07/2021", montant_accorde="10")
    assert seen.summer.outcome(seen.found, at)["over"] == over
    reasons = set(seen.summer.chase(seen.found, at).reason)
    assert ("uncounted" in reasons) == over


# --- the archive -----------------------------------------------------------------------------


def test_the_archive_has_the_pages_of_the_ledger_byte_for_byte(site):
    lines = (site / "run.jsonl").read_text("utf-8").splitlines()
    files = {json.loads(line)["file"] for line in lines}
    with zipfile.ZipFile(site.parent / f"{site.name}.zip") as pack:
        held = {name.removeprefix("reports/"): pack.read(name) for name in pack.namelist()}
    assert held == {file: (site / file).read_bytes() for file in files}
