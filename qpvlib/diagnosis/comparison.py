"""Gap, position and verdict of a neighbourhood's observations: the one function that decides."""

from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

from qpvlib.catalogue import Indicator, catalogue, wording
from qpvlib.diagnosis.leading import leading_year
from qpvlib.diagnosis.noise import leaps, noise
from qpvlib.diagnosis.references import peer_values, valued
from qpvlib.diagnosis.spreads import Spread, percentile, spread
from qpvlib.project import kept
from qpvlib.tables import areas, indicators, tidy
from qpvlib.tables.areas import MOST, Area, Neighbourhood, siblings
from qpvlib.tables.given import understanding
from qpvlib.tables.tidy import Record

METROPOLE, PEERS = "metropole_qpv", "peers"  # benchmarks that are no area


def verdict(
    value: float | None,
    median: float | None,
    quartiles: tuple[float, float] | None,
    noise: float | None,
) -> str:
    """Where a value stands against the metropolitan QPV.

    ``higher`` or ``lower`` only outside the quartiles *and* at a distance from the median beyond
    the noise; where the noise is not measured, the quartiles alone decide (and the finding is then
    « à confirmer »).

    Parameters
    ----------
    value, median : float or None
        In the indicator's unit, of the same source and data year.
    quartiles : (float, float) or None
    noise : float or None
        None where it is not measured.

    Examples
    --------
    >>> verdict(62.2, 43.5, (38.0, 49.65), 4.8), verdict(47.4, 43.5, (38.0, 49.65), 4.8)
    ('higher', 'comparable')
    """
    if value is None or median is None or quartiles is None or np.isnan(value):
        return "not_compared"
    low, high = quartiles
    outside_noise = noise is None or beyond(value - median, noise)
    if value > high and outside_noise:
        return "higher"
    if value < low and outside_noise:
        return "lower"
    return "comparable"


def orientation(verdict: str, indicator: Indicator) -> str:
    """``favourable``, ``unfavourable``, or ``neutral``: no gap, no polarity, or not good news.

    >>> orientation("higher", catalogue().indicator("taux_pauvrete"))
    'unfavourable'
    """
    if verdict not in ("higher", "lower") or indicator.descriptive:
        return "neutral"
    if verdict != indicator.favourable:
        return "unfavourable"
    # Few beneficiaries of a right is not good news: it may be a right that nobody asked for.
    return "favourable" if indicator.strength else "neutral"


def sign(verdict: str, indicator: Indicator) -> str:
    """Which mark a neighbourhood gets: ``harder, easier, comparable`` or ``descriptive``.

    >>> sign("higher", catalogue().indicator("taux_pauvrete"))
    'harder'
    """
    if indicator.descriptive or verdict == "not_compared":
        return "descriptive"
    found = orientation(verdict, indicator)
    plain = "comparable" if verdict == "comparable" else "descriptive"
    return {"unfavourable": "harder", "favourable": "easier"}.get(found, plain)


def beyond(gap: float, noise: float) -> bool:
    """Whether a gap is larger than the noise, either way."""
    # 53.2 − 48.4 is 4.800000000000004 for the machine: equal to a noise of 4.8, not beyond it.
    return round(abs(gap) - noise, 6) > 0


def compare(
    observations: pd.DataFrame,
    neighbourhood: Neighbourhood,
    years: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """A neighbourhood against each benchmark, indicator by indicator, in its leading year.

    A gap is ``value − reference``, on displayed values, and only between equal series and data
    years; otherwise both stand with their years and there is no gap. The verdict, the same on
    every row of an indicator, rests on the metropolitan QPV.

    Parameters
    ----------
    observations : DataFrame
        As ``qpvlib.observations`` gives, the areas it is compared with included.
    neighbourhood : Neighbourhood
    years : mapping, optional
        Data year by indicator, in place of the leading one.

    Returns
    -------
    DataFrame
        One row per indicator × benchmark area: ``area, indicator, benchmark, benchmark_area,
        benchmark_name, locative, year, year_status, edition, value, decimals, numerator,
        denominator, status, note, source, reference, reference_year, reference_decimals, n, gap,
        noise, percentile, verdict, clearly, reason``.
    """
    return next(compare_each(observations, [neighbourhood], years))


def compare_each(
    observations: pd.DataFrame,
    neighbourhoods: Sequence[Neighbourhood],
    years: Mapping[str, int] | None = None,
) -> Iterator[pd.DataFrame]:
    """The same for some neighbourhoods of one département, what they share computed once."""
    peers = observations[observations.area.isin(siblings(neighbourhoods[0]))]
    held, values = _years(peers), valued(peers)
    for place in neighbourhoods:
        near = observations[observations.area.isin(_areas(place))]
        yield pd.DataFrame(_rows(place, near, held, values, years or {}))


@understanding
def compared(neighbourhood: Neighbourhood) -> pd.DataFrame:
    """The same of all that the tables tell, computed once; yours to change."""
    return _positions(neighbourhood.code).copy(deep=False)


@kept("tidy", "root", most=MOST)
def _positions(code: str) -> pd.DataFrame:
    place = areas.neighbourhood(code)
    near = indicators.of(sorted(_areas(place)))
    held = siblings(place)
    return pd.DataFrame(_rows(place, near, _years_among(held), peer_values(held), {}))


@kept("tidy", most=4)
def _years_among(codes: tuple[str, ...]) -> dict[str, set[int]]:
    return _years(indicators.of(codes))


def _years(rows: pd.DataFrame) -> dict[str, set[int]]:
    """Data years that the neighbourhoods have, by indicator."""
    own = rows[rows.generation != ""]
    found: dict[str, set[int]] = {}
    for code, year in set(zip(tidy.listed(own.indicator), tidy.listed(own.year), strict=True)):
        found.setdefault(code, set()).add(year)
    return found


def _areas(place: Neighbourhood) -> set[str]:
    if place.generation == "2024":  # no area around has a figure of the same source and year
        return {place.code}
    return {place.code, *(area.code for area in place.within)}


def _rows(
    place: Neighbourhood,
    near: pd.DataFrame,
    held: Mapping[str, set[int]],
    peers: Mapping[tuple[str, int], Mapping[str, float]],
    years: Mapping[str, int],
) -> list[dict[str, Any]]:
    """Rows of a comparison.

    ``near`` has the observations of the neighbourhood and of the areas that contain it; ``held``
    and ``peers`` the years and the values of its département's; ``years`` those asked for.
    """
    rows: list[dict[str, Any]] = []
    for code, known in tidy.grouped(tidy.records(near), "indicator").items():
        indicator = catalogue().indicators[code]
        year = years.get(code) or leading_year(held.get(code, set()), code)
        around = tidy.grouped(known, "area")
        own = around.get(place.code, [])
        mine = next((r for r in own if r["year"] == year), None)
        if mine:
            values = list(peers.get((code, year), {}).values())
            rows += _comparisons(indicator, mine, around, values, place)
    return rows


def _comparisons(
    indicator: Indicator,
    mine: Record,
    around: Mapping[str, list[Record]],
    values: list[float],
    place: Neighbourhood,
) -> list[dict[str, Any]]:
    """Rows of an indicator; ``around`` are observations by area, ``values`` the peers'."""
    judged = _judged(indicator, mine, around[place.code], place)
    base = mine | judged
    del base["generation"]
    against_all = {
        "benchmark": METROPOLE,
        "benchmark_area": "",
        "benchmark_name": wording.say("benchmark", "metropole"),
        "locative": "",
        "reference": judged["median"],
        "reference_year": mine["year"],
        "reference_decimals": int(mine["decimals"]),
        "n": judged["n"],
        "gap": _gap(mine, judged["median"], int(mine["decimals"])),
    }
    peers = _peers(mine, values, place)
    contexts = (_context(area, mine, around.get(area.code, [])) for area in place.within)
    found = [against_all, peers, *(c for c in contexts if c)]
    return [base | entry for entry in found]


def _judged(
    indicator: Indicator, mine: Record, own: list[Record], place: Neighbourhood
) -> dict[str, Any]:
    """Median, noise, rank and verdict of an observation, and why."""
    limit, limits = None, None
    if place.generation == "2015":  # of 2024, no second edition measures it
        limit = noise(mine["indicator"], place.size_class)
    if indicator.measure != "count":
        limits = spread(mine["indicator"], mine["year"], place.code)
    found = {
        "median": None if limits is None else limits.at(50), "n": limits.n if limits else 0,
        "noise": limit, "percentile": np.nan, "verdict": "not_compared", "clearly": False,
    }  # fmt: skip
    if mine["status"] == "censored" and limits and _under(mine, limits):
        # What is hidden is at most its bound, and the bound is not among the highest.
        found["verdict"], why = "comparable", "bound"
    elif pd.isna(mine["value"]):
        why = "not_published"
    elif limits is None:
        why = "count" if indicator.measure == "count" else "no_reference"
    elif _leaps(indicator, own):
        why = "leap"
    else:
        found |= _placed(mine, limits, limit)
        why = "outside" if limit is not None else "outside_unmeasured"
        why = "comparable" if found["verdict"] == "comparable" else why
    return found | {"reason": wording.say("why", why)}


def _under(mine: Record, limits: Spread) -> bool:
    """Whether the bound of a hidden rate is enough to say that it is not a high one."""
    bound = 100 * mine["numerator"] / mine["denominator"]
    return bound <= limits.at(catalogue().rule("quartile_high"))


def _leaps(indicator: Indicator, own: list[Record]) -> bool:
    """Whether the series leaps as no other does: which of its ends is right cannot be told."""
    if indicator.measure == "count":
        return False
    values = sorted((r["year"], r["value"]) for r in own if not isnan(r["value"]))
    return bool(leaps(own[0]["indicator"], values, indicator))


def _placed(mine: Record, limits: Spread, limit: float | None) -> dict[str, Any]:
    """Rank and verdict of a value in the distribution of its year."""
    value, median = float(mine["value"]), limits.at(50)
    low, high = (limits.at(catalogue().rule(name)) for name in ("quartile_low", "quartile_high"))
    told, gap = (
        verdict(value, median, (low, high), limit),
        _gap(mine, median, int(mine["decimals"])),
    )
    clearly = limit is not None and beyond(gap, catalogue().rule("clearly") * limit)
    return {
        "percentile": percentile(value, limits.grid), "verdict": told,
        "clearly": clearly and told != "comparable",
    }  # fmt: skip


def _gap(mine: Record, reference: float | None, decimals: int) -> float:
    if reference is None or pd.isna(reference) or pd.isna(mine["value"]):
        return np.nan
    return shown_gap(mine["value"], int(mine["decimals"]), reference, decimals)


def shown_gap(value: float, decimals: int, reference: float, its_decimals: int) -> float:
    """Gap between two values as displayed, each with its decimals, at the coarser of the two."""
    shown = wording.rounded(value, decimals) - wording.rounded(reference, its_decimals)
    return wording.rounded(shown, min(decimals, its_decimals))


def _peers(mine: Record, values: list[float], place: Neighbourhood) -> dict[str, Any]:
    others = siblings(place)
    name = "peers" if len(others) > 1 else "alone"
    # A median of some of them would be taken for the median of all.
    median = float(np.median(values)) if len(values) == len(others) else None
    return {
        "benchmark": PEERS,
        "benchmark_area": f"D{place.departement}",
        "benchmark_name": wording.say("benchmark", name, n=len(others)),
        "locative": "",
        "reference": np.nan if median is None else median,
        "reference_year": mine["year"],
        "reference_decimals": int(mine["decimals"]),
        "n": len(values),
        "gap": _gap(mine, median, int(mine["decimals"])),
    }


def _context(area: Area, mine: Record, known: list[Record]) -> dict[str, Any] | None:
    series = indicators.series(catalogue(), mine["source"])
    rows = [
        r
        for r in known
        if not isnan(r["value"]) and indicators.series(catalogue(), r["source"]) == series
    ]
    if not rows:
        return None
    # Without the same year, the nearest in time stands beside, with its year and no gap.
    row = min(rows, key=lambda r: (abs(r["year"] - mine["year"]), r["year"]))
    comparable = row["year"] == mine["year"] and mine["year_status"] != "unknown"
    return {
        "benchmark": area.level,
        "benchmark_area": area.code,
        "benchmark_name": area.name,
        "locative": area.locative,
        "reference": row["value"],
        "reference_year": row["year"],
        "reference_decimals": int(row["decimals"]),
        "n": 1,
        "gap": _gap(mine, row["value"], int(row["decimals"])) if comparable else np.nan,
    }
