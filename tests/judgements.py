"""What the tables allow to say, worked out apart from qpvlib: verdicts, assets, changes."""

from functools import cache
from itertools import pairwise
from math import erf, hypot, sqrt
from types import SimpleNamespace

import facts
from facts import HEADLINE, INDICATORS, RULES, grid, noise, rounded


def verdict(row: SimpleNamespace) -> str:
    """``higher``, ``lower``, ``comparable``, or empty where nothing can be said."""
    limits = grid(row.indicator, row.year)
    if row.status == "censored" and limits:
        return "comparable" if facts.bound(row) <= limits[RULES["quartile_high"]] else ""
    if row.value is None or limits is None or INDICATORS[row.indicator].measure == "count":
        return ""
    if leaps(row.area, row.indicator):
        return ""
    limit, gap = noise(row.indicator, row.area), row.value - limits[50]
    if limit is not None and abs(gap) <= limit:
        return "comparable"
    if row.value > limits[RULES["quartile_high"]]:
        return "higher"
    return "lower" if row.value < limits[RULES["quartile_low"]] else "comparable"


@cache
def leaps(area: str, code: str) -> bool:
    """Whether a published value leaps from the one before it further than 1 in 1,000 do."""
    rows = [row for row in facts.series(area, code) if row.value is not None]
    return any(_leap(before, after) for before, after in pairwise(rows))


def _leap(before: SimpleNamespace, after: SimpleNamespace) -> bool:
    breaks = INDICATORS[before.indicator].breaks
    over = [step for (a, b), step in facts.steps(before.indicator).items()
            if before.year <= a and b <= after.year]  # fmt: skip
    if not over or any(before.year < year <= after.year for year in breaks):
        return False
    moved = after.value - before.value - sum(median for median, _ in over)
    return abs(moved) > len(over) * over[0][1]


def clearly(row: SimpleNamespace) -> bool:
    """Whether the gap, as displayed, is over twice the noise."""
    limit = noise(row.indicator, row.area)
    if verdict(row) not in ("higher", "lower") or limit is None:
        return False
    return abs(_gap(row)) > RULES["clearly"] * limit


def _gap(row: SimpleNamespace) -> facts.Decimal:
    """Distance to the median, both as displayed."""
    median = grid(row.indicator, row.year)[50]
    return rounded(row.value, row.decimals) - rounded(median, row.decimals)


def sure(row: SimpleNamespace) -> bool:
    """Solid: a measured noise that seldom turns the verdict, enough people, a label that was seen,
    a distribution that no threshold cuts.

    A deduced year is no reason to doubt the gap.
    """
    many = row.denominator is None or row.denominator >= RULES["count_alone"]
    measured = noise(row.indicator, row.area) is not None
    seen = not INDICATORS[row.indicator].label_deduced and not facts.cut(row.indicator, row.year)
    return many and measured and seen and holds(row) >= float(RULES["axis_holds"])


def holds(row: SimpleNamespace) -> float:
    """How often its gap would be told again, were its value drawn anew in its noise."""
    told, limit = verdict(row), noise(row.indicator, row.area)
    if told not in ("higher", "lower") or not limit:
        return 1
    limits = grid(row.indicator, row.year)
    if told == "higher":
        margin = row.value - max(limits[RULES["quartile_high"]], limits[50] + limit)
    else:
        margin = min(limits[RULES["quartile_low"]], limits[50] - limit) - row.value
    deviations = float(margin / limit * RULES["axis_noise_sd"])
    return (1 + erf(deviations / sqrt(2))) / 2


def side(row: SimpleNamespace) -> str:
    """``worse``, ``better``, or empty: no gap, no direction, or not good news."""
    declared, found = INDICATORS[row.indicator], verdict(row)
    if found not in ("higher", "lower") or declared.favourable not in ("higher", "lower"):
        return ""
    if found != declared.favourable:
        return "worse"
    return "better" if declared.strength else ""


def words(row: SimpleNamespace) -> str:
    """« nettement plus élevé », « plus bas », « comparable »; « au plus » of what is hidden."""
    if row.status == "censored":
        return "au plus comparable" if verdict(row) else "non publié pour ce quartier"
    if row.value is not None and leaps(row.area, row.indicator):
        return "rupture propre à ce quartier"
    told = {"higher": "plus élevé", "lower": "plus bas", "comparable": "comparable"}
    return "nettement " * (clearly(row) and sure(row)) + told.get(verdict(row), "sans repère")


def mark(row: SimpleNamespace) -> str:
    """Which mark it gets in a drawing."""
    declared, found = INDICATORS[row.indicator], verdict(row)
    if not found or declared.favourable == "none":
        return "descriptive"
    if found == "comparable":
        return "comparable"
    return {"worse": "harder", "better": "easier"}.get(side(row), "descriptive")


def position(row: SimpleNamespace) -> int:
    """Of a hundred quarters, how many surely have less, or at most; 50 in the middle."""
    return placed(row.value, grid(row.indicator, row.year))


def placed(value: facts.Decimal, limits: list[facts.Decimal]) -> int:
    """The same, of any value among 101 limits."""
    value = rounded(value, 6)
    least = max(sum(limit < value for limit in limits) - 1, 0)
    most = min(101 - sum(limit > value for limit in limits), 100)
    return least if least > 50 else min(most, 50)


def rank(row: SimpleNamespace) -> str:
    """How many of a hundred quarters surely have less, or more."""
    if not verdict(row) or row.value is None:
        return "—"
    n, limits, hidden = facts.grids()[row.indicator, row.year]
    value = rounded(row.value, 6)
    below = sum(limit < value for limit in limits) - 1
    above = sum(limit > value for limit in limits) - 1 + (-100 * hidden // n)
    if abs(max(below, 0) - max(above, 0)) <= 1 and not hidden:
        return "à peu près autant de quartiers au-dessus qu'au-dessous"
    ends = [("plus élevé que dans", below), ("plus bas que dans", above)]
    (first, most), (second, least) = sorted(ends, key=lambda end: -end[1])
    told = f"{first} {min(most, 99)} quartiers sur 100"
    return f"{told}, {second} {least}" if least > 0 and most + least < 97 else told


# --- assets --------------------------------------------------------------------------------------


def strength(row: SimpleNamespace) -> float:
    """Size of a gap: in times its noise; where it is not measured, under 1."""
    limit = noise(row.indicator, row.area)
    return float(abs(_gap(row)) / limit) if limit else abs(position(row) - 50) / 100


def of_side(area: str, wanted: str) -> list[SimpleNamespace]:
    """Landmarks of a side, the solid first, then the widest, then in the catalogue's order."""
    rows = [row for code in HEADLINE if (row := facts.own(area, code)) and side(row) == wanted]
    return sorted(rows, key=lambda row: (not sure(row), -strength(row)))


def family(row: SimpleNamespace) -> str:
    return INDICATORS[row.indicator].family or row.indicator


def assets(area: str) -> list[SimpleNamespace]:
    """Favourable gaps beyond a measured noise, of what people have; none of a family of which a
    figure is unfavourable.
    """
    worse, held = {family(row) for row in of_side(area, "worse")}, []
    for row in of_side(area, "better"):
        said = INDICATORS[row.indicator].asset
        good = said is None and INDICATORS[row.indicator].favourable == "higher"
        # A remainder that we compute is not shown under the threshold of small counts.
        few = row.numerator is not None and row.denominator - row.numerator < RULES["small_count"]
        said = said if not few else ""
        measured = noise(row.indicator, area) is not None
        if (good or said) and measured and family(row) not in {*worse, *map(family, held)}:
            held.append(row)
    return held


# --- change ------------------------------------------------------------------------------------


@cache
def change(area: str, code: str) -> SimpleNamespace:
    """Whether a series says anything, and its two ends.

    ``verdict``: ``up``, ``down``; ``noise`` where it moved no further than chance does over these
    very years, ``follows`` where no further from the others than that; ``leap``, ``break``,
    ``unmeasured``; empty without two ends.
    """
    told = SimpleNamespace(verdict="", first=None, last=None, gap=None, drift=None, limit=None,
                           clear=False)  # fmt: skip
    declared, step = INDICATORS[code], noise(code, area)
    rows = [row for row in facts.series(area, code) if row.value is not None]
    rows = [r for r in rows if r.year_status != "unknown" and r.year >= declared.trend_from]
    part = _stretch(rows, declared.breaks)
    if not part:
        return told
    told.first, told.last = part[0], part[-1]
    decimals = min(told.first.decimals, told.last.decimals)
    told.gap = rounded(facts.as_shown(told.last) - facts.as_shown(told.first), decimals)
    known = facts.horizon(code, area, told.first.year, told.last.year)
    if known is None:
        told.verdict = "unmeasured"
        return told
    told.drift, told.limit = known
    medians = [limits[50] for row in part if (limits := grid(code, row.year))]
    jump = RULES["median_jump"] * (told.limit if step is None else step)
    net = told.gap - told.drift
    if any(_leap(before, after) for before, after in pairwise(part)):
        told.verdict = "leap"
    elif any(abs(after - before) > jump for before, after in pairwise(medians)):
        told.verdict = "break"
    elif abs(told.gap) <= told.limit:
        told.verdict = "noise"
    elif abs(net) <= told.limit or net * told.gap < 0:
        told.verdict = "follows"
    else:
        told.verdict = "up" if told.gap > 0 else "down"
        told.clear = abs(net) > RULES["clearly"] * told.limit
    return told


def _stretch(rows: list, breaks: list[int]) -> list:
    """The latest run without a break that spans the years needed to speak of a change."""
    edges = [0, *sorted(breaks), 9999]
    runs = [[r for r in rows if low <= r.year < high] for low, high in pairwise(edges)]
    long = [run for run in runs if run and run[-1].year - run[0].year >= RULES["change_years"]]
    return long[-1] if long else []


# --- the gap to the areas around -----------------------------------------------------------------


def gaps(area: str, code: str) -> list[SimpleNamespace]:
    """Gap to each commune but slivers, then to the EPCI, at the first and last year of both.

    ``told``: what is said of it; ``limit``: the noise of its change; ``own, beside``: both rows.
    """
    least = float(RULES["commune_share"]) / 100
    areas = facts.around(area, "commune", least=least) + facts.around(area, "epci")
    return [found for other in areas if (found := _gap_to(area, other, code))]


def _gap_to(area: str, other: str, code: str) -> SimpleNamespace | None:
    declared = INDICATORS[code]
    since = max(declared.trend_from, _unchanged(other))
    theirs = {row.year: row for row in facts.series(other, code) if row.value is not None}
    rows = [
        row for row in facts.series(area, code)
        if row.value is not None and row.year_status != "unknown" and row.year >= since
        and row.year in theirs and _kind(theirs[row.year]) == _kind(row)
    ]  # fmt: skip
    part = _stretch(rows, declared.breaks)
    if not part:
        return None
    own, beside = (part[0], part[-1]), (theirs[part[0].year], theirs[part[-1].year])
    told = SimpleNamespace(area=other, own=own, beside=beside, euros=declared.unit == "€")
    told.gaps = [_apart(told, *map(facts.as_shown, pair)) for pair in zip(own, beside, strict=True)]
    told.limit, told.drift = _noise_of_gap(told, area, code)
    told.told = _said_of_gap(told, area, declared.favourable)
    return told


def _kind(row: SimpleNamespace) -> str:
    return facts.block(row.source)["series"]


def _unchanged(area: str) -> int:
    """First year of an EPCI's perimeter; a commune's is that of always."""
    if facts.AREAS[area].level == "commune":
        return 0
    found = [c.get("unchanged_since") for c in facts.CONTRACTS.values() if c["epci"] == area]
    return (found or [None])[0] or 9999


def _apart(told: SimpleNamespace, value, reference):
    """Percent of the area's value for euros, else the difference; as displayed."""
    apart = 100 * (value - reference) / reference if told.euros else value - reference
    return rounded(apart, 1 if told.euros else min(r.decimals for r in (*told.own, *told.beside)))


def _noise_of_gap(told: SimpleNamespace, area: str, code: str) -> tuple:
    years = told.own[0].year, told.own[1].year
    mine, its = facts.horizon(code, area, *years), facts.wider(code, told.area, *years)
    if mine is None or its is None:
        return None, None
    weights = 1, 1
    if told.euros:
        value, reference = float(told.own[1].value), float(told.beside[1].value)
        weights = 100 / reference, 100 * value / reference / reference
    limit = hypot(*(w * float(limit) for w, (_, limit) in zip(weights, (mine, its), strict=True)))
    before = told.own[0].value, told.beside[0].value
    after = before[0] + mine[0], before[1] + its[0]
    away = [100 * (v / r - 1) if told.euros else v - r for v, r in (before, after)]
    decimals = 1 if told.euros else min(r.decimals for r in (*told.own, *told.beside))
    return rounded(facts.Decimal(str(limit)), decimals), away[1] - away[0]


def _said_of_gap(told: SimpleNamespace, area: str, favourable: str) -> str:
    if _broken(told, area):
        return "rupture possible"
    if told.limit is None:
        return "non mesuré"
    first, last = told.gaps
    moved = last - first
    if abs(moved) <= told.limit:
        kept = 100 * (abs(moved) + told.limit) <= RULES["gap_kept"] * abs(first)
        return "maintien" if kept else "non concluant"
    excess = moved - told.drift
    if abs(excess) <= told.limit or excess * moved < 0:
        return "comme ailleurs"
    good = {"higher": moved, "lower": -moved}.get(favourable, 0)
    if good * first * moved < 0:  # it was on the unfavourable side
        return "rattrapage" if good > 0 else "décrochage"
    if first * last < 0:
        return "s'est inversé"
    return "s'est réduit" if abs(last) < abs(first) else "s'est creusé"


def _broken(told: SimpleNamespace, area: str) -> bool:
    """Whether the neighbourhood's series leaps, or the median of all the others does."""
    code, years = told.own[0].indicator, (told.own[0].year, told.own[1].year)
    rows = [row for row in facts.series(area, code) if row.value is not None]
    part = [row for row in rows if years[0] <= row.year <= years[1]]
    medians = [grid(code, row.year)[50] for row in part]
    jump = RULES["median_jump"] * noise(code, area)
    return any(_leap(a, b) for a, b in pairwise(part)) or any(
        abs(b - a) > jump for a, b in pairwise(medians)
    )
