"""What the tables allow to say, worked out apart from qpvlib: verdicts, changes, axes."""

from collections import defaultdict
from fractions import Fraction
from functools import cache
from itertools import pairwise
from types import SimpleNamespace

import facts
from facts import AXES, INDICATORS, RULES, grid, noise, rounded


def verdict(row: SimpleNamespace) -> str:
    """``higher``, ``lower``, ``comparable``, or empty where nothing can be said."""
    limits = grid(row.indicator, row.year)
    if row.value is None or limits is None or INDICATORS[row.indicator].measure == "count":
        return ""
    limit, gap = noise(row.indicator, row.area), row.value - limits[50]
    if limit is not None and abs(gap) <= limit:
        return "comparable"
    if row.value > limits[RULES["quartile_high"]]:
        return "higher"
    return "lower" if row.value < limits[RULES["quartile_low"]] else "comparable"


def clearly(row: SimpleNamespace) -> bool:
    """Whether the gap, as displayed, is over twice the noise."""
    limit = noise(row.indicator, row.area)
    if verdict(row) not in ("higher", "lower") or limit is None:
        return False
    limits = grid(row.indicator, row.year)
    gap = rounded(row.value, row.decimals) - rounded(limits[50], row.decimals)
    return abs(gap) > RULES["clearly"] * limit


def sure(row: SimpleNamespace) -> bool:
    """Whether the noise is measured, the denominator large enough, the label seen."""
    many = row.denominator is None or row.denominator >= RULES["count_alone"]
    measured = noise(row.indicator, row.area) is not None
    return many and measured and not INDICATORS[row.indicator].label_deduced


def side(row: SimpleNamespace) -> str:
    """``worse``, ``better``, or empty: no gap, no direction, or not good news."""
    declared, found = INDICATORS[row.indicator], verdict(row)
    if found not in ("higher", "lower") or declared.favourable not in ("higher", "lower"):
        return ""
    if found != declared.favourable:
        return "worse"
    return "better" if declared.strength else ""


def words(row: SimpleNamespace) -> str:
    """« nettement plus élevé », « plus bas », « comparable »."""
    told = {"higher": "plus élevé", "lower": "plus bas", "comparable": "comparable"}
    return "nettement " * clearly(row) + told.get(verdict(row), "sans repère")


def mark(row: SimpleNamespace) -> str:
    """Which mark it gets in a drawing."""
    declared, found = INDICATORS[row.indicator], verdict(row)
    if not found or declared.favourable == "none":
        return "descriptive"
    if found == "comparable":
        return "comparable"
    return {"worse": "harder", "better": "easier"}.get(side(row), "descriptive")


def rank(row: SimpleNamespace) -> str:
    """How many of a hundred quarters surely have less, or more."""
    limits = grid(row.indicator, row.year)
    if not verdict(row):
        return "—"
    value = rounded(row.value, 6)
    below, above = (
        sum(limit < value for limit in limits) - 1,
        sum(limit > value for limit in limits) - 1,
    )
    if abs(max(below, 0) - max(above, 0)) <= 1:
        return "à peu près autant de quartiers au-dessus qu'au-dessous"
    ends = [("plus élevé que dans", below), ("plus bas que dans", above)]
    (first, most), (second, least) = sorted(ends, key=lambda end: -end[1])
    told = f"{first} {min(most, 99)} quartiers sur 100"
    return f"{told}, {second} {least}" if least > 0 and most + least < 97 else told


# --- change ------------------------------------------------------------------------------------


@cache
def change(area: str, code: str) -> SimpleNamespace:
    """Whether a series says anything: ``up``, ``down``, ``follows`` or empty; and its two ends."""
    told = SimpleNamespace(verdict="", first=None, last=None, gap=None, drift=None, clear=False)
    declared, limit = INDICATORS[code], noise(code, area)
    rows = [row for row in facts.series(area, code) if row.value is not None]
    rows = [r for r in rows if r.year_status != "unknown" and r.year >= declared.trend_from]
    part = _stretch(rows, declared.breaks)
    if not part:
        return told
    told.first, told.last = part[0], part[-1]
    decimals = min(told.first.decimals, told.last.decimals)
    told.gap = rounded(facts.as_shown(told.last) - facts.as_shown(told.first), decimals)
    if declared.measure == "count" or limit is None:
        return told
    medians = [grid(code, row.year)[50] for row in part]
    told.drift = medians[-1] - medians[0]
    jumped = any(abs(after - before) > RULES["median_jump"] * limit
                 for before, after in pairwise(medians))  # fmt: skip
    if jumped or abs(told.gap) <= limit:
        return told
    net = told.gap - told.drift
    if abs(net) <= limit or net * told.gap < 0:
        told.verdict = "follows"
        return told
    told.verdict = "up" if told.gap > 0 else "down"
    told.clear = abs(told.gap) > RULES["clearly"] * limit
    return told


def _stretch(rows: list, breaks: list[int]) -> list:
    """The latest run without a break that spans the years needed to speak of a change."""
    edges = [0, *sorted(breaks), 9999]
    runs = [[r for r in rows if low <= r.year < high] for low, high in pairwise(edges)]
    long = [run for run in runs if run and run[-1].year - run[0].year >= RULES["change_years"]]
    return long[-1] if long else []


# --- axes ----------------------------------------------------------------------------------------


def lenses(area: str, code: str) -> list[tuple[int, str]]:
    """Weight and state of each lens that says something of an indicator: ``worse`` or not."""
    row = facts.own(area, code)
    if row is None or not verdict(row):
        return []
    parts = zip(RULES["axis_lenses"], (side(row), against(row), changed(area, code)), strict=True)
    return [(weight, state) for weight, state in parts if state is not None]


def against(row: SimpleNamespace) -> str | None:
    """Against all the communes and the EPCI of the same year, slivers left out."""
    limit, gaps = noise(row.indicator, row.area), []
    for area in facts.around(row.area, "commune", "epci", least=RULES["commune_share"] / 100):
        other = facts.beside(area, row)
        if other and other.year == row.year and row.year_status != "unknown":
            decimals = min(row.decimals, other.decimals)
            gaps.append(rounded(facts.as_shown(row) - facts.as_shown(other), decimals))
    if limit is None or not gaps:
        return None
    sign = 1 if INDICATORS[row.indicator].favourable == "lower" else -1
    return "worse" if all(sign * gap > limit for gap in gaps) else ""


def changed(area: str, code: str) -> str | None:
    verdict_ = {"up": "higher", "down": "lower"}.get(change(area, code).verdict)
    if verdict_ is None:
        return None
    return "worse" if verdict_ != INDICATORS[code].favourable else ""


def subjects(area: str, axis: str) -> tuple[list[str], list[str]] | None:
    """Documented subjects of an axis and those in difficulty; None if too few are documented."""
    weights, held = defaultdict(int), defaultdict(list)
    for code, weight in AXES[axis].get("links", {}).items():
        subject = INDICATORS[code].family or code
        weights[subject] = max(weight, weights[subject])
        if found := lenses(area, code):
            held[subject].append((weight, found))
    documented = sum(weights[subject] for subject in held)
    if not held or documented < RULES["axis_documented"] * sum(weights.values()):
        return None
    return list(held), [
        s for s, parts in held.items() if _level(parts) >= Fraction(RULES["axis_subject"])
    ]


def _level(parts: list[tuple[int, list[tuple[int, str]]]]) -> Fraction:
    """Share of a subject's documented weight that is in difficulty."""
    level = sum(
        weight * Fraction(sum(w for w, s in found if s == "worse"), sum(w for w, _ in found))
        for weight, found in parts
    )
    return level / sum(weight for weight, _ in parts)
