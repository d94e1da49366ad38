"""Gap, position and verdict of a neighbourhood's observations: the one function that decides."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from qpvlib import indicators, paths, tidy, wording
from qpvlib.areas import Area, Neighbourhood, neighbourhoods
from qpvlib.catalogue import Indicator, catalogue

PERCENTILES = ["min", *tidy.PERCENTILES, "max"]
VERDICTS = ("higher", "comparable", "lower", "not_compared")


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
    beyond = noise is None or _beyond(value - median, noise)
    if value > high and beyond:
        return "higher"
    if value < low and beyond:
        return "lower"
    return "comparable"


def _beyond(gap: float, noise: float) -> bool:
    # 53.2 − 48.4 is 4.800000000000004 for the machine: equal to a noise of 4.8, not beyond it.
    return round(abs(gap) - noise, 6) > 0


def percentile(value: float, spread: pd.Series) -> float:
    """Share of the metropolitan QPV with a lower value, 0 to 100, rounded towards the middle.

    Parameters
    ----------
    spread : Series
        A row of ``distributions``: ``min, p01 … p99, max``.

    Examples
    --------
    >>> grid = pd.Series(np.arange(0.0, 101.0), index=PERCENTILES)
    >>> percentile(97.6, grid), percentile(2.4, grid), percentile(50.0, grid)
    (97.0, 3.0, 50.0)
    """
    grid = spread[PERCENTILES].to_numpy(dtype=float)
    below, above = int((grid < value).sum()) - 1, 101 - int((grid > value).sum())
    low, high = max(below, 0), min(above, 100)
    if low >= 50:
        return float(low)
    return float(high) if high <= 50 else 50.0


def spread(indicator: str, year: int) -> pd.Series | None:
    """Distribution of an indicator over metropolitan QPV for a data year, or None."""
    return _spreads(paths.tidy()).get((indicator, int(year)))


@cache
def _spreads(_folder: Path) -> dict[tuple[str, int], pd.Series]:
    rows = tidy.table("distributions").set_index(["indicator", "year"])
    return dict(rows.iterrows())


def noise(indicator: str, size_class: str) -> float | None:
    """Noise of an indicator for a size class, in its unit; None where it is not measured."""
    known = _noises(paths.tidy())
    return known.get((indicator, size_class), known.get((indicator, "ensemble")))


@cache
def _noises(_folder: Path) -> dict[tuple[str, str], float]:
    rows = tidy.table("noise")
    return dict(zip(zip(rows.indicator, rows.size_class, strict=True), rows.p90, strict=True))


def leading_year(observations: pd.DataFrame, indicator: Indicator) -> int:
    """The year a report leads with: the catalogue's, or the latest that QPV of 2015 have."""
    rows = observations[observations.generation == "2015"]
    if indicator.leading_year in set(rows.year):
        return indicator.leading_year
    return int(rows.year.max())


def compare(observations: pd.DataFrame, neighbourhood: Neighbourhood) -> pd.DataFrame:
    """A neighbourhood against each benchmark, indicator by indicator, in its leading year.

    A gap is ``value − reference``, on displayed values, and only between equal series and data
    years; otherwise both stand with their years and there is no gap. The verdict, the same on
    every row of an indicator, rests on the metropolitan QPV.

    Parameters
    ----------
    observations : DataFrame
        As ``qpvlib.observations`` gives, every area included.
    neighbourhood : Neighbourhood

    Returns
    -------
    DataFrame
        One row per indicator × benchmark area: ``area, indicator, benchmark, benchmark_area,
        benchmark_name, locative, year, year_status, edition, value, decimals, numerator,
        denominator, status, note, source, reference, reference_year, reference_decimals, n, gap,
        noise, percentile, verdict, clearly, reason``.
    """
    known = catalogue()
    within = {area.code for area in neighbourhood.within}
    near = observations[
        observations.area.isin({neighbourhood.code, *within, *_siblings(neighbourhood)})
    ]
    rows = []
    # Plain rows rather than tables inside the loop: thousands of tiny tables would cost a second.
    for code, part in near.groupby("indicator", sort=False):
        year = leading_year(part, known.indicators[code])
        records = list(part.itertuples(index=False))
        mine = [r for r in records if r.area == neighbourhood.code and r.year == year]
        if mine:
            rows += _comparisons(code, known.indicators[code], mine[0], records, neighbourhood)
    return pd.DataFrame(rows)


def _siblings(place: Neighbourhood) -> list[str]:
    return [p.code for p in neighbourhoods().values() if p.departement == place.departement]


def _comparisons(
    code: str, indicator: Indicator, mine: NamedTuple, records: list, place: Neighbourhood
) -> list[dict]:
    judged = _judged(code, indicator, mine, place)
    base = mine._asdict() | judged
    del base["generation"]
    against_all = {
        "benchmark": "metropole_qpv",
        "benchmark_area": "",
        "benchmark_name": "QPV de métropole",
        "locative": "",
        "reference": judged["median"],
        "reference_year": mine.year,
        "reference_decimals": int(mine.decimals),
        "n": judged["n"],
        "gap": _gap(mine, judged["median"], int(mine.decimals)),
    }
    contexts = (_context(area, mine, records) for area in place.within)
    found = [against_all, _peers(mine, records, place), *(c for c in contexts if c)]
    return [base | entry for entry in found]


def _judged(code: str, indicator: Indicator, mine: NamedTuple, place: Neighbourhood) -> dict:
    limits = spread(code, mine.year)
    limit = noise(code, place.size_class)
    published = pd.notna(mine.value)
    if indicator.measure == "count":
        limits = None
    if limits is None or not published:
        reason = "non publié pour ce quartier" if not published else "aucun repère pour cette année"
        if published and indicator.measure == "count":
            reason = "effectif : ne se compare pas d'un quartier à l'autre"
        median = None if limits is None else float(limits.p50)
        return {
            "median": median, "n": 0 if limits is None else int(limits.n), "noise": limit,
            "percentile": np.nan, "verdict": "not_compared", "clearly": False, "reason": reason,
        }  # fmt: skip
    low, high = (f"p{catalogue().rule(name):02d}" for name in ("quartile_low", "quartile_high"))
    median, value = float(limits.p50), float(mine.value)
    found = verdict(value, median, (limits[low], limits[high]), limit)
    shown = _gap(mine, median, int(mine.decimals))
    clearly = limit is not None and _beyond(shown, catalogue().rule("clearly") * limit)
    reason = {
        "comparable": "dans la moitié centrale des quartiers ou écart inférieur au bruit",
        "higher": "hors de la moitié centrale",
        "lower": "hors de la moitié centrale",
    }[found]
    if found != "comparable":
        reason += ", écart supérieur au bruit" if limit is not None else ", bruit non mesuré"
    return {
        "median": median, "n": int(limits.n), "noise": limit,
        "percentile": percentile(value, limits), "verdict": found,
        "clearly": bool(clearly) and found != "comparable", "reason": reason,
    }  # fmt: skip


def _gap(mine: NamedTuple, reference: float | None, decimals: int) -> float:
    if reference is None or pd.isna(reference) or pd.isna(mine.value):
        return np.nan
    return _shown_gap(mine.value, int(mine.decimals), reference, decimals)


def _shown_gap(value: float, decimals: int, reference: float, its_decimals: int) -> float:
    """Gap between two values as displayed, each with its decimals, at the coarser of the two."""
    shown = wording.rounded(value, decimals) - wording.rounded(reference, its_decimals)
    return wording.rounded(shown, min(decimals, its_decimals))


def _peers(mine: NamedTuple, records: list, place: Neighbourhood) -> dict:
    others = set(_siblings(place))
    values = [
        r.value
        for r in records
        if r.area in others and r.year == mine.year and not np.isnan(r.value)
    ]
    # A median of some of them would be taken for the median of all.
    median = float(np.median(values)) if len(values) == len(others) else None
    return {
        "benchmark": "peers",
        "benchmark_area": f"D{place.departement}",
        "benchmark_name": f"les {len(others)} quartiers du département",
        "locative": "",
        "reference": np.nan if median is None else median,
        "reference_year": mine.year,
        "reference_decimals": int(mine.decimals),
        "n": len(values),
        "gap": _gap(mine, median, int(mine.decimals)),
    }


def _context(area: Area, mine: NamedTuple, records: list) -> dict | None:
    series = indicators.series(catalogue(), mine.source)
    rows = [
        r
        for r in records
        if r.area == area.code
        and not np.isnan(r.value)
        and indicators.series(catalogue(), r.source) == series
    ]
    if not rows:
        return None
    # Without the same year, the nearest in time stands beside, with its year and no gap.
    row = min(rows, key=lambda r: (abs(r.year - mine.year), r.year))
    comparable = row.year == mine.year and mine.year_status != "unknown"
    return {
        "benchmark": area.level,
        "benchmark_area": area.code,
        "benchmark_name": area.name,
        "locative": area.locative,
        "reference": row.value,
        "reference_year": row.year,
        "reference_decimals": int(row.decimals),
        "n": 1,
        "gap": _gap(mine, row.value, int(row.decimals)) if comparable else np.nan,
    }


# --- change ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trend:
    """A neighbourhood's series of one indicator, and whether it says anything.

    ``points`` has one row per year: ``year, year_status, edition, value, decimals, status, median,
    n``. ``first`` and ``last`` are the years compared, or None; ``verdict`` is ``up``, ``down`` or
    ``not_conclusive``; ``reason`` says why, in French.
    """

    area: str
    indicator: str
    points: pd.DataFrame
    noise: float | None
    first: int | None
    last: int | None
    change: float
    median_change: float
    verdict: str
    reason: str


def trend(neighbourhood: Neighbourhood, code: str) -> Trend:
    """Change of an indicator in a neighbourhood, conclusive or not.

    Conclusive only between verified or deduced data years at least three apart, on the same side
    of every break, beyond the noise both in itself and net of the metropolitan median's own change,
    and with no sudden jump of that median in between.
    """
    known = catalogue()
    indicator = known.indicator(code)
    points = _points(neighbourhood, code)
    limit = noise(code, neighbourhood.size_class)
    usable = points[points.value.notna() & (points.year_status != "unknown")]
    usable = usable[usable.year >= (indicator.trend_from or 0)]

    def told(
        verdict: str,
        reason: str,
        ends: tuple[int | None, int | None] = (None, None),
        change: float = np.nan,
        drift: float = np.nan,
    ) -> Trend:
        return Trend(neighbourhood.code, code, points, limit, *ends, change, drift, verdict, reason)

    if len(usable) < 2:
        unknown_years = len(points[points.value.notna()]) >= 2
        why = "années des données non vérifiées" if unknown_years else "une seule année publiée"
        return told("not_conclusive", why)
    ends = _ends(list(usable.year), indicator.breaks, known.rule("change_years"))
    if ends is None:
        return told("not_conclusive", "aucune période de trois ans sans rupture de méthode")
    first, last = (usable[usable.year == year].iloc[0] for year in ends)
    change = _shown_gap(last.value, int(last.decimals), first.value, int(first.decimals))
    drift = last["median"] - first["median"]
    if limit is None:
        return told("not_conclusive", "bruit non mesuré", ends, change, drift)
    inside = usable[usable.year.between(*ends)]["median"].diff().abs().max()
    if _beyond(inside, known.rule("median_jump") * limit):
        return told("not_conclusive", "rupture possible, ne pas commenter", ends, change, drift)
    if not _beyond(change, limit):
        return told("not_conclusive", "écart inférieur au bruit", ends, change, drift)
    if not _beyond(change - drift, limit) or np.sign(change - drift) != np.sign(change):
        return told("not_conclusive", "suit les autres quartiers", ends, change, drift)
    why = "au-delà du bruit et de l'évolution des autres quartiers"
    return told("up" if change > 0 else "down", why, ends, change, drift)


def _points(neighbourhood: Neighbourhood, code: str) -> pd.DataFrame:
    rows = indicators.observations(indicator=code, area=neighbourhood.code)
    medians = tidy.table("distributions").query("indicator == @code").set_index("year")
    return (
        rows.sort_values("year")
        .assign(median=lambda r: r.year.map(medians.p50), n=lambda r: r.year.map(medians.n))
        .reset_index(drop=True)
    )


def _ends(years: list[int], breaks: tuple[int, ...], fewest: int) -> tuple[int, int] | None:
    """Latest stretch without a break that is long enough, as its first and last years."""
    edges = [-1, *sorted(breaks), 9999]
    for low, high in zip(edges[-2::-1], edges[:0:-1], strict=True):
        stretch = [year for year in years if low <= year < high]
        if stretch and stretch[-1] - stretch[0] >= fewest:
            return stretch[0], stretch[-1]
    return None
