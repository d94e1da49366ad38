"""The grammar of objectives on the sixty metropolitan neighbourhoods: never empty, never absurd."""

import re
from collections import Counter
from functools import cache

import metropole
import pytest

from qpvlib.diagnosis import comparison
from qpvlib.roadmap import stands
from qpvlib.tables import indicators
from qpvlib.tables.areas import neighbourhood

pytestmark = pytest.mark.usefixtures("metropole")
every = pytest.mark.parametrize("code", metropole.CODES)


@cache
def plan(code):
    place = neighbourhood(code)
    return stands.plan(comparison.compare(indicators.observations(around=place), place))


def texts(one):
    yield from (one.text, one.short, one.whom, one.finding, one.question, one.follow, one.actors)
    yield from (one.invite, one.summer, one.tell, one.amount)


@every
def test_each_has_a_proposal_and_questions(code):
    found = plan(code)
    assert 1 <= len(found.proposals) <= 3
    assert 2 <= len(found.questions) <= 3
    assert [o.topic for o in found.proposals if o.kind == "act"] == [
        need.topic for need in found.portrait.needs
    ]


def test_the_only_ones_without_a_need_are_where_poverty_is_not_published():
    published = metropole.part("observations").set_index(["area", "indicator", "year"]).value
    blank = [code for code in metropole.CODES
             if not published.get((code, "taux_pauvrete", "2019"), "")]  # fmt: skip
    bare = [code for code in metropole.CODES if not plan(code).portrait.needs]
    assert set(bare) <= set(blank)
    assert len(bare) < 3


@every
def test_no_text_says_anything_raw(code):
    for one in plan(code).objectives:
        for text in texts(one):
            assert not re.search(r"[{}]|  |\b(?:None|nan|NaN|inf)\b|\(\)| [,.]|\d{5}", text), text
            assert not text.startswith((" ", ";", ","))
        assert one.question.endswith("?")


@every
def test_no_question_is_asked_twice(code):
    counted = Counter(one.question for one in plan(code).objectives)
    assert [question for question, n in counted.items() if n > 1] == []


@every
def test_each_public_has_a_number_and_its_year_or_its_finding_does(code):
    for one in plan(code).objectives:
        told = one.public if re.search(r"\d", one.public) else one.finding
        assert re.search(r"\d", told)
        assert re.search(r"\((?:fichier Insee )?20\d\d\)|\(01/01/20\d\d\)|20\d\d", told)


def test_arrondissements_are_one_commune():
    """Six of Marseille, one town; two communes, one question of their tariffs."""
    marseille, nantes = plan("QP013032"), plan("QP044005")
    assert "communes" not in {o.pattern for o in marseille.objectives}
    (asked,) = [o for o in nantes.objectives if o.pattern == "communes"]
    assert "Nantes et Saint-Herblain" in asked.public


def test_a_large_excess_is_written_as_other_numbers():
    (one,) = [o for o in plan("QP013032").objectives if o.pattern == "bac_plus"]
    assert one.excess > 1000
    assert re.search(r"environ \d\u202f\d{3} de plus", one.whom)


def test_situations_differ_beyond_the_loiret_too():
    used = Counter(o.pattern for code in metropole.CODES for o in plan(code).objectives)
    sets = Counter(frozenset(o.pattern for o in plan(code).objectives) for code in metropole.CODES)
    assert len(used) >= 45
    assert len(sets) >= 57
