"""« Environ 25 de plus » : a difference in persons, recomputed apart, under every guard."""

import math

import facts
import pytest
from facts import PLACES, RULES, Decimal
from nineteen import compared, finding

from qpvlib.diagnosis.reading import Reading
from qpvlib.roadmap import objectives, stands

NORTH = "QP045018"  # Quartiers Nord: 91 of 227 registered for two years or more, noise measured


def excess(area, code):
    """E = a − m × d / 100 as /domain/objectifs.md has it, rounded; 0 where it is not told."""
    row, declared = facts.own(area, code), facts.INDICATORS[code]
    if declared.measure != "share" or declared.label_deduced or row is None or row.value is None:
        return 0
    limits, noise = facts.grid(code, row.year), facts.noise(code, area)
    if limits is None or noise is None or row.denominator < 100 or row.numerator < 11:
        return 0
    more = row.numerator - limits[50] * row.denominator / 100
    if more < 20 or more <= noise * row.denominator / 100:
        return 0
    if row.value < limits[75] + (limits[76] - limits[75]) / 20:  # a position is to a tenth
        return 0
    step = 5 if more < 100 else 10
    return int((more / step).quantize(Decimal(1)) * step)


@pytest.mark.parametrize("area", sorted(PLACES))
def test_the_excess_of_every_objective_is_recomputed(area):
    for one in stands.plan(compared(area)).objectives:
        assert one.excess == excess(area, one.indicator), one.pattern
        assert (f"environ {one.excess} de plus" in one.whom.replace("\xa0", " ")) == bool(
            one.excess
        )


@pytest.mark.parametrize(("area", "code", "counted", "told"), [
    (NORTH, "demandeurs_deux_ans", 91, 25),
    ("QP045011", "demandeurs_sans_cap_bep", 367, 100),
    ("QP045003", "demandeurs_sans_cap_bep", 292, 90),
    ("QP045015", "demandeurs_deux_ans", 77, 0),  # 14: fewer than twenty
    ("QP045014", "couples_trois_enfants", 134, 65),
])  # fmt: skip
def test_the_examples_of_the_method(area, code, counted, told):
    """Published counts; the excess as worked out by hand in the method."""
    shown = {o.indicator: o for o in stands.plan(compared(area)).objectives}
    assert (shown[code].count, shown[code].excess) == (counted, told)


ONE = {"numerator": 91.0, "denominator": 227.0, "value": 100 * 91 / 227}


def told(code=None, **changes):
    row = finding(NORTH, code or "demandeurs_deux_ans", **changes)
    return objectives._excess(Reading.of(row))


@pytest.mark.parametrize("changes", [
    {"numerator": 86.0, "value": 100 * 86 / 227},     # 18.9 persons
    {"noise": 11.0},                                  # 25 persons of noise
    {"noise": math.nan},                              # a noise that is not measured
    {"percentile": 75.0},                             # in the middle half
    {"numerator": 60.0, "denominator": 99.0, "value": 100 * 60 / 99},
    {"value": math.nan, "status": "not_published"},
    {"value": math.nan, "status": "censored"},
])  # fmt: skip
def test_each_guard_alone_forbids_it(changes):
    assert told(**ONE) == 25
    assert told(**ONE | changes) == 0


def test_rates_deduced_labels_and_cut_distributions_have_none():
    many = {"numerator": 200.0, "denominator": 300.0, "value": 66.7, "percentile": 99.0,
            "noise": 1.0}  # fmt: skip
    deduced = [c for c, i in facts.INDICATORS.items() if i.label_deduced and i.measure == "share"]
    assert {"demandeurs_rsa", "c2s"} <= set(deduced)
    assert [told(code, **many) for code in ("demandeurs_rsa", "c2s", "taux_pauvrete")] == [0] * 3
    assert told("monoparents_caf", **many) > 0


@pytest.mark.parametrize(("persons", "rounded"), [(22, 20), (23, 25), (96, 95), (104, 100),
                                                  (106, 110)])  # fmt: skip
def test_it_is_rounded_to_five_then_to_ten(persons, rounded):
    part = finding(NORTH, "demandeurs_deux_ans")["median"] * 10 + persons
    counts = {"numerator": part, "denominator": 1000.0, "value": part / 10, "percentile": 99.0}
    assert told(**counts, noise=1.0) == rounded


def test_the_thresholds_are_those_of_the_method():
    assert (RULES["excess_persons"], RULES["count_alone"], RULES["trait_persons"]) == (20, 100, 11)
    assert RULES["quartile_high"] == 75
