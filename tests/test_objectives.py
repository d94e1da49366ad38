"""Objectives over the 19: as many as there are situations, each local, each from a figure."""

import re
import tomllib
from collections import Counter
from functools import cache
from itertools import groupby

import facts
import pytest
from facts import PLACES, RULES
from nineteen import compared
from reading import plain

from qpvlib.roadmap import stands

CODES = sorted(PLACES)
PATTERNS = tomllib.loads((facts.DATA / "catalogue" / "objectives.toml").read_text("utf-8"))
TOPICS = tomllib.loads((facts.DATA / "catalogue" / "needs.toml").read_text("utf-8"))
VERBS = tomllib.loads((facts.DATA / "catalogue" / "verbs.toml").read_text("utf-8"))
every = pytest.mark.parametrize("area", CODES)


@cache
def plan(area, scheme=None):
    return stands.plan(compared(area), scheme)


def offered(area):
    return [(o.kind, PATTERNS[o.pattern], o) for o in plan(area).objectives]


# --- between neighbourhoods ----------------------------------------------------------------------


def test_there_are_as_many_kinds_as_situations():
    used = Counter(o.pattern for area in CODES for o in plan(area).objectives)
    assert len(used) >= 30
    assert [name for name, n in used.items() if n > 5] == []


def test_no_two_neighbourhoods_are_told_the_same():
    for part in ("objectives", "proposals"):
        sets = {area: frozenset(o.pattern for o in getattr(plan(area), part)) for area in CODES}
        alike = [area for area in CODES if list(sets.values()).count(sets[area]) > 1]
        assert alike == [], part


def test_no_question_is_asked_twice_of_a_neighbourhood():
    twice = {
        (area, question)
        for area in CODES
        for question, n in Counter(o.question for o in plan(area).objectives).items()
        if n > 1
    }
    assert twice == set()


# --- within one ----------------------------------------------------------------------------------


@every
def test_something_is_proposed_and_asked_in_few_lines(area):
    kinds = [kind for kind, _, _ in offered(area)]
    assert 1 <= len(kinds) - kinds.count("ask") <= 3
    assert 2 <= kinds.count("ask") <= RULES["questions"]
    assert kinds == sorted(kinds, key=["act", "preserve", "ask"].index)


@every
def test_every_need_has_its_answer_in_the_same_order(area):
    needed = [need.topic for need in plan(area).portrait.needs]
    answers = [pattern["topic"] for kind, pattern, _ in offered(area) if kind == "act"]
    assert answers == needed
    assert needed[0] == "pauvrete"  # every commune is less poor than its neighbourhoods
    assert len(needed) == len(set(needed)) <= RULES["points"]


@every
def test_to_act_never_rests_on_a_description_alone(area):
    """The gap is the need's: of a direction, against the metropolitan QPV or every commune."""
    for need in plan(area).portrait.needs:
        assert set(need.codes) <= set(TOPICS[need.topic]["indicators"])
        for code in need.codes:
            assert facts.INDICATORS[code].favourable in ("higher", "lower")
            row = facts.own(area, code)
            limits, harder = facts.grid(code, row.year), facts.INDICATORS[code].favourable
            edge = limits[75] if harder == "lower" else limits[25]
            far = row.value > edge if harder == "lower" else row.value < edge
            assert far or (need.commune and poorer_than_communes(area, row))
    for kind, pattern, one in offered(area):
        if kind == "preserve":
            assert facts.INDICATORS[one.indicator].favourable in ("higher", "lower")
            assert {"better": one.indicator} in pattern["when"]


def poorer_than_communes(area, row):
    """By more than the noise than each of them, slivers left out, whatever the QPV say."""
    around = [facts.beside(a, row) for a in facts.around(area, "commune", least=0.1)]
    gaps = [facts.as_shown(row) - facts.as_shown(other) for other in around if other]
    return bool(gaps) and all(gap > facts.noise(row.indicator, area) for gap in gaps)


@every
def test_every_objective_is_local(area):
    """Its public has a published number or value and its year, or it names a place nearby."""
    for _, pattern, one in offered(area):
        told, row = plain(one.public), facts.own(area, one.indicator)
        assert plain(one.finding) or one.kind == "ask"
        if "{count}" in pattern["public"]:
            assert told.startswith(f"{facts.french(row.numerator)} ")
            assert row.numerator >= RULES["trait_persons"]
        if "{value}" in pattern["public"]:
            assert facts.shown(row) in told
        if "{count}" in pattern["public"] or "{value}" in pattern["public"]:
            assert told.endswith(f"({facts.when(row)})")
        else:
            assert one.resource
        if one.resource:
            named = [plain(place.name).lower() for place in facts.nearby(area)]
            assert any(name.partition(" ")[2] in plain(one.resource).lower() for name in named)


@every
def test_every_finding_is_the_table_s(area):
    """An objective's finding tells a figure of its need, or its own, with its year."""
    needs = {need.topic: need.codes for need in plan(area).portrait.needs}
    for kind, pattern, one in offered(area):
        codes = needs[pattern["topic"]] if kind == "act" else (one.indicator,)
        told = plain(one.finding)
        for code in codes:
            row = facts.own(area, code)
            values = facts.shown(row), facts.french(row.numerator or 0)
            assert told == "" or any(value in told for value in values), (one.pattern, told)
            year = re.sub(r"^0?1/0?1/", "", facts.when(row))
            assert told == "" or year in told or one.indicator == "population"


@every
def test_a_text_begins_with_a_verb_and_links_nothing(area):
    verbs = {verb for entry in VERBS.values() for verb in entry["verbs"]}
    for kind, _, one in offered(area):
        if kind != "ask":
            first = plain(one.text).lower().split()[0]
            assert first in verbs
        assert plain(one.question).endswith("?")
        told = plain(f"{one.text} {one.whom} {one.finding} {one.question}")
        assert re.findall(r"\b(donc|parce que|à cause|grâce|malgré|faute de|tous)\b", told) == (
            ["à cause"] if one.pattern == "bac_plus_haut" else []  # what people say of it, asked
        )
        assert re.findall(r"[{}]|\b(?:None|nan)\b|  | ,|\(\)", told) == []


@every
def test_what_no_association_can_do_says_whom_it_falls_to(area, site):
    page = plain(re.sub(r"<[^>]+>", "", next(site.glob(f"{area.lower()}-*.html")).read_text()))
    words = {"bailleur": "du bailleur", "etat": "de l'État", "region": "de la Région",
             "departement": "du Département ou de la Caf", "commune": "de la commune"}  # fmt: skip
    for kind, pattern, one in offered(area):
        assert one.who
        if kind != "ask" and "association" not in pattern["who"]:
            whom = " et ".join(words[who] for who in pattern["who"])
            assert f"Relève {whom}. {plain(one.short)}." in page


def test_some_fall_to_others():
    away = [one for area in CODES for kind, _, one in offered(area)
            if kind != "ask" and "association" not in one.who]  # fmt: skip
    assert len(away) > 3


# --- schemes ---------------------------------------------------------------------------------


@every
def test_each_objective_is_of_one_axis_of_its_contract(area):
    held = {stand.code: stand for stand in plan(area).stands}
    for _, pattern, one in offered(area):
        own = pattern["axes"]["piliers_2015_2023"][0]
        assert one in held[own].objectives
    shown = [o for stand in held.values() for o in stand.objectives]
    assert len(shown) == len(set(map(id, shown))) == len(plan(area).objectives)


@every
def test_ranks_follow_the_objectives(area):
    proposed = [(s.rank, s.code) for s in plan(area).stands if s.status == "proposed"]
    first = [o.axes[0] for o in plan(area).proposals]
    assert [code for _, code in sorted(proposed)] == list(dict.fromkeys(first))
    assert [rank for rank, _ in sorted(proposed)] == list(range(1, len(proposed) + 1))
    unranked = [s for s in plan(area).stands if s.status != "proposed"]
    assert {s.rank for s in unranked} <= {0}


@every
def test_without_known_axes_everything_is_still_proposed(area):
    later, now = plan(area, "locales_2024_2030"), plan(area)
    assert [o.text for o in later.objectives] == [o.text for o in now.objectives]
    assert bool(later.stands) == (PLACES[area].contract == "CN04505M")


def test_kinds_are_grouped_by_what_they_are():
    """The catalogue's order is the order of trial: the general pattern of a topic is last."""
    for topic, patterns in groupby(
        (p for p in PATTERNS.values() if p["kind"] == "act"), key=lambda p: p["topic"]
    ):
        *special, general = patterns
        assert "when" not in general, topic
        assert all("when" in pattern for pattern in special)
