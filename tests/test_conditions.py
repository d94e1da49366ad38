"""Conditions of the patterns: each field is a test or a limit of one; nothing holds on a blank."""

import shutil
import tomllib
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import facts
import pandas as pd
import pytest
from elsewhere import TWIN, tables
from nineteen import CODES, GIEN, compared

from qpvlib.catalogue.axes import Condition
from qpvlib.diagnosis import comparison, needs, traits
from qpvlib.diagnosis.portrait import portrait
from qpvlib.project import current
from qpvlib.roadmap import conditions, stands
from qpvlib.roadmap.conditions import holds
from qpvlib.tables import indicators
from qpvlib.tables.areas import neighbourhood

PATTERNS = tomllib.loads((facts.DATA / "catalogue" / "objectives.toml").read_text("utf-8"))
# What narrows a test, and an example that it narrows: the same without it holds of more.
LIMITS = {
    "side": {"trait": "demandeurs_sans_cap_bep", "side": "lower"},
    "own": {"trait": "demandeurs_sans_cap_bep", "own": True},
    "solid": {"worse": "demandeurs_sans_cap_bep", "solid": True},
    "least": {"count": "demandeurs_sans_cap_bep", "least": 250},
    "within": {"place": "france_services", "within": 300},
    "beyond": {"place": "france_services", "beyond": 1000},
    "public": {"place": "college", "within": 500, "public": True},
}


@cache
def drawn(area):
    return portrait(compared(area))


def where(**fields):
    return {area for area in CODES if holds(Condition(**fields), drawn(area))}


def test_every_field_is_a_test_or_a_limit_of_one():
    assert set(Condition.model_fields) == set(conditions._TESTS) | set(LIMITS)
    assert set(conditions._TESTS) & set(LIMITS) == set()


def test_every_field_is_used_by_a_pattern():
    used = {field for pattern in PATTERNS.values() for one in pattern.get("when", ())
            for field in named(one)}  # fmt: skip
    assert used == set(Condition.model_fields)


def named(condition):
    yield from condition
    for part in (*condition.get("any_of", ()), *condition.get("none_of", ())):
        yield from named(part)


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_narrows_its_test(limit):
    whole = {field: value for field, value in LIMITS[limit].items() if field != limit}
    assert where(**LIMITS[limit]) < where(**whole)


SEVERAL = {a for a in CODES if len(facts.around(a, "commune", least=0.1)) > 1}


@pytest.mark.parametrize(("fields", "expected"), [
    # facts.py reads the tables; the counts, places and contracts are those of the CSV files
    ({"people": 5000}, {a for a in CODES if facts.own(a, "population").value >= 5000}),
    ({"people_most": 1200}, {a for a in CODES if facts.own(a, "population").value <= 1200}),
    ({"contract": 2}, {a for a in CODES if facts.PLACES[a].contract in ("CN04504I", "CN04502M")}),
    ({"contract": 1}, {"QP045015"}),
    ({"communes": 2}, SEVERAL),
    ({"count": "demandeurs_sans_cap_bep", "least": 250},
     {a for a in CODES if facts.own(a, "demandeurs_sans_cap_bep").numerator >= 250}),
    ({"place": "france_services", "within": 300},
     {a for a in CODES for p in facts.nearby(a)
      if p.kind == "france_services" and int(p.distance_m) <= 300}),
    ({"any_of": ({"contract": 1}, {"communes": 2})}, {"QP045015"} | SEVERAL),
    ({"none_of": ({"contract": 1}, {"communes": 2})}, set(CODES) - {"QP045015"} - SEVERAL),
])  # fmt: skip
def test_what_holds_is_the_tables(fields, expected):
    assert 0 < len(expected) < 19
    assert where(**fields) == expected


# --- blanks -------------------------------------------------------------------------------------

BLANK = {"value": float("nan"), "numerator": float("nan"), "status": "not_published",
         "verdict": "not_compared", "percentile": float("nan")}  # fmt: skip


def positive(fields):
    """Conditions on a figure, as the patterns have them, without ``none_of``."""
    figures = ("trait", "worse", "better", "count", "people", "people_most", "change", "commune")
    return any(field in fields for field in figures)


FIGURES = [one for pattern in PATTERNS.values() for one in pattern.get("when", ()) if positive(one)]


def test_nothing_holds_where_nothing_is_published(monkeypatch):
    blank = {code: replace(one, **BLANK) for code, one in drawn(GIEN).readings.items()}
    monkeypatch.setattr(conditions, "trend", lambda *_: SimpleNamespace(ends=()))
    assert len(FIGURES) > 40
    for readings in (blank, {}):
        of = replace(
            drawn(GIEN), readings=readings, needs=tuple(needs.every(readings)), more=(),
            traits=tuple(traits.chosen(readings)), rare=tuple(traits.rare(readings)),
            gap=traits.beside(readings),
        )  # fmt: skip
        assert [one for one in FIGURES if holds(Condition(**one), of)] == []
    assert any(holds(Condition(**one), drawn(GIEN)) for one in FIGURES)


def test_what_is_not_there_never_makes_a_pattern_alone():
    """``none_of`` holds on a blank: it stands beside a condition that does not."""
    for name, pattern in PATTERNS.items():
        conditions_ = pattern.get("when", [])
        if any("none_of" in one for one in conditions_):
            assert any(positive(one) for one in conditions_), name


def test_a_list_that_does_not_cover_is_neither_near_nor_far(tmp_path, opened):
    opened(tidy=tables(tmp_path / "tidy"))
    place = neighbourhood(TWIN)  # Gien again, where no list of France services is read
    of = portrait(comparison.compare(indicators.observations(around=place), place))
    for limit in ({"within": 300}, {"beyond": 1000}, {}):
        assert not holds(Condition(place="france_services", **limit), of)
    assert holds(Condition(place="college", within=10**6), of)
    told = [o.pattern for o in stands.plan(comparison.compare(
        indicators.observations(around=place), place)).objectives]  # fmt: skip
    assert told
    assert not {n for n in told if "france_services" in n or n == "droits_permanence"}


# --- who else is in the tables --------------------------------------------------------------------


def plans():
    found = stands.all_plans(indicators.observations())
    return {area: plan for area, plan in found.items() if area in CODES}


def told_of(plan):
    needs = [(need.topic, need.sentence) for need in plan.portrait.needs]
    return needs, [(o.pattern, o.text, o.whom, o.solidity) for o in plan.objectives]


def relative(plan):
    """What is said by comparison with the others of the département: shared, usual gap."""
    rare = {trait.code: trait.shared for trait in plan.portrait.rare}
    return rare, plan.portrait.gap and plan.portrait.gap.side


def test_the_same_tables_give_the_same_plans():
    assert [told_of(p) for p in plans().values()] == [told_of(p) for p in plans().values()]


def test_a_neighbourhood_elsewhere_changes_nothing(tmp_path, opened):
    before = {area: (told_of(p), relative(p)) for area, p in plans().items()}
    opened(tidy=tables(tmp_path / "tidy"))
    assert {area: (told_of(p), relative(p)) for area, p in plans().items()} == before


def test_one_of_another_contract_changes_only_what_is_shared(tmp_path, opened):
    """Le Hameau is alone in its contract: without it, the eighteen others."""
    before = plans()
    folder = shutil.copytree(current().tidy, tmp_path / "tidy")
    rows = pd.read_csv(folder / "neighbourhoods.csv", dtype=str, keep_default_na=False)
    rows[rows.code != "QP045015"].to_csv(folder / "neighbourhoods.csv", index=False)
    opened(tidy=folder)
    after = plans()
    assert set(before) - set(after) == {"QP045015"}
    alike = [area for area in after if relative(before[area]) == relative(after[area])]
    assert len(alike) > 12
    for area in after:
        assert told_of(before[area])[0] == told_of(after[area])[0]
        if area in alike:
            assert told_of(before[area]) == told_of(after[area])
