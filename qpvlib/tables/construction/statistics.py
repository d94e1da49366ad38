"""Where any neighbourhood stands among those of metropolitan France, and what is only noise."""

import itertools
from collections.abc import Callable

import numpy as np
import pandas as pd

from qpvlib.catalogue import Indicator, catalogue
from qpvlib.tables import indicators, tidy

OVERSEAS = r"Q[PN]9[78]"
AROUND = {"commune": r"\d{5}|2[AB]\d{3}", "epci": r"\d{9}"}  # codes of the areas around
FEWEST = 100  # neighbourhoods needed for percentiles


def metropolitan(rows: pd.DataFrame, generation: str = "2015") -> pd.DataFrame:
    """Observations of the metropolitan QPV of a generation."""
    return rows[(rows.generation == generation) & ~rows.area.str.match(OVERSEAS)]


def distributions(rows: pd.DataFrame, generation: str = "2015") -> pd.DataFrame:
    """Percentiles of each indicator and year over the metropolitan QPV of a generation.

    Returns
    -------
    DataFrame
        ``indicator, year, n, censored, min, p01 … p99, max, source``. Where a producer hides
        what is under a threshold, the ``censored`` QPV count among the ``n`` for their bound: the
        percentiles are then the highest they can be.
    """
    grid = np.arange(0, 101) / 100
    names = ["min", *tidy.PERCENTILES, "max"]
    rows = metropolitan(rows, generation)
    bound = (100 * rows.numerator / rows.denominator).where(rows.status == "censored")
    known = rows.assign(value=rows.value.fillna(bound)).dropna(subset=["value"])
    types = {
        "indicator": str,
        "year": int,
        "n": int,
        "censored": int,
        "source": str,
    } | dict.fromkeys(names, float)
    return pd.DataFrame(
        [
            {"indicator": indicator, "year": year, "n": len(part)}
            | {"censored": int((part.status == "censored").sum())}
            | dict(zip(names, np.quantile(part.value, grid).round(6), strict=True))
            | {"source": part.source.mode()[0]}
            for (indicator, year), part in known.groupby(["indicator", "year"], sort=True)
            if len(part) >= FEWEST
        ],
        columns=["indicator", "year", "n", "censored", *names, "source"],
    ).astype(types)


def size_class(population: float) -> str:
    """Size class of a QPV by its inhabitants, with the rules' limits.

    >>> size_class(1360), size_class(4487), size_class(11284)
    ('0-2499', '2500-4999', '5000+')
    """
    low, high = catalogue().rule("size_classes")
    if population >= high:
        return f"{high}+"
    return f"0-{low - 1}" if population < low else f"{low}-{high - 1}"


def sizes_of(files: dict[str, pd.DataFrame]) -> pd.Series:
    """Size class of every QPV by its latest population."""
    rows = files["insee_population"].dropna(subset=["pop"]).sort_values("edition", kind="stable")
    return rows.drop_duplicates("area", keep="last").set_index("area")["pop"].map(size_class)


RANKS = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p999": 0.999}
KEYS = ["indicator", "size_class", "kind", "year_from", "year_to"]
COLUMNS = [*KEYS, "n", "median", *RANKS, "source"]


def noise(rows: pd.DataFrame, sizes: pd.Series) -> pd.DataFrame:
    """How far QPV move when nothing can be said of them, by indicator, kind and size class.

    Parameters
    ----------
    rows : DataFrame
        National observations.
    sizes : Series of str
        Size class by area.

    Returns
    -------
    DataFrame
        In the indicator's unit: ``median`` change between two years, and quantiles ``p50, p90,
        p95, p999`` over ``n`` QPV of what ``kind`` says:

        - ``change``: absolute change between the two years that the catalogue declares;
        - ``excess``: distance of a QPV's change to the median change, over each horizon that a
          trend may have;
        - ``step``: the same from an edition to the next; its ``p999`` is that of all the steps of
          the indicator, beyond which a neighbourhood's own leap is not believed;
        - ``commune``, ``epci``: ``excess`` over the communes of QPV, over the EPCI of France.
    """
    parts = dict(list(metropolitan(rows).groupby("indicator")))
    found: list[dict] = []
    for code, indicator in catalogue().indicators.items():
        # A count moves with the size of the neighbourhood: no noise of it can be shared.
        if code in parts and indicator.measure != "count":
            found += _noise(code, indicator, parts[code], sizes)
            pairs = {(r["year_from"], r["year_to"]) for r in found if r["indicator"] == code}
            found += _around(code, indicator, rows[rows.indicator == code], pairs)
    types = dict.fromkeys(["indicator", "size_class", "kind", "source"], str)
    types |= dict.fromkeys(["year_from", "year_to", "n"], int)
    return pd.DataFrame(found, columns=COLUMNS).astype(
        types | dict.fromkeys(["median", *RANKS], float)
    )


def _noise(code: str, indicator: Indicator, part: pd.DataFrame, sizes: pd.Series) -> list[dict]:
    wide, known, rows = _changes_of(code, part, sizes)
    found = []
    if indicator.noise.years is not None and set(indicator.noise.years) <= set(wide):
        change = _change(wide, indicator.noise.years)
        found += rows("change", indicator.noise.years, change.abs(), change.median())
    found += _excesses("excess", wide, _horizons(known, indicator), rows)
    return found + _steps(wide, indicator, rows)


def _around(code: str, indicator: Indicator, part: pd.DataFrame, kept: set) -> list[dict]:
    """How far the areas that contain neighbourhoods move apart, over their horizons."""
    found = []
    for level, pattern in AROUND.items():
        areas = part[part.area.str.fullmatch(pattern)]
        wide, known, rows = _changes_of(code, areas, pd.Series(dtype=str))
        pairs = [pair for pair in _horizons(known, indicator) if pair in kept]
        found += _excesses(level, wide, pairs, rows)
    return found


def _changes_of(
    code: str, part: pd.DataFrame, sizes: pd.Series
) -> tuple[pd.DataFrame, list[int], Callable]:
    """Values by area and year, the years known, and what makes rows of changes."""
    wide = part.pivot(index="area", columns="year", values="value")
    source = part.drop_duplicates("year").set_index("year").source
    known = sorted(part[part.year_status != "unknown"].year.unique())

    def rows(kind: str, pair: tuple[int, int], apart: pd.Series, median: float) -> list[dict]:
        groups = [("ensemble", apart)]
        if kind != "step":
            groups += apart.groupby(sizes.reindex(apart.index))
        head = {"indicator": code, "kind": kind, "year_from": pair[0], "year_to": pair[1]}
        return [
            head | {"size_class": name, "n": len(values), "median": round(median, 4)}
            | {p: round(values.quantile(rank), 4) for p, rank in RANKS.items()}
            | {"source": source[pair[0]]}
            for name, values in groups
            if len(values) >= (1 if kind == "change" and name == "ensemble" else _pairs())
        ]  # fmt: skip

    return wide, known, rows


def _excesses(
    kind: str, wide: pd.DataFrame, pairs: list[tuple[int, int]], rows: Callable
) -> list[dict]:
    found: list[dict] = []
    for pair in pairs:
        change = _change(wide, pair)
        found += rows(kind, pair, (change - change.median()).abs(), change.median())
    return found


def _pairs() -> int:
    return catalogue().rule("noise_pairs")


def _change(wide: pd.DataFrame, pair: tuple[int, int]) -> pd.Series:
    return (wide[pair[1]] - wide[pair[0]]).dropna()


def _together(first: int, second: int, breaks: tuple[int, ...]) -> bool:
    """Whether no break lies between two years."""
    return not any(first < year <= second for year in breaks)


def _horizons(years: list[int], indicator: Indicator) -> list[tuple[int, int]]:
    """Pairs of years that a trend may compare."""
    since, least = indicator.trend_from or 0, catalogue().rule("change_years")
    return [
        (int(a), int(b))
        for a, b in itertools.combinations(years, 2)
        if a >= since and b - a >= least and _together(a, b, indicator.breaks)
    ]


def _steps(wide: pd.DataFrame, indicator: Indicator, rows: Callable) -> list[dict]:
    """From an edition to the next, and the rank of all the steps together."""
    pairs = [
        (int(a), int(b))
        for a, b in itertools.pairwise(sorted(wide))
        if _together(a, b, indicator.breaks)
    ]
    changes = {pair: _change(wide, pair) for pair in pairs}
    changes = {pair: change for pair, change in changes.items() if len(change) >= _pairs()}
    if not changes:
        return []
    apart = {pair: (change - change.median()).abs() for pair, change in changes.items()}
    leap = round(pd.concat(apart.values()).quantile(RANKS[f"p{catalogue().rule('leap_rank')}"]), 4)
    return [
        row | {"p999": leap}
        for pair, change in changes.items()
        for row in rows("step", pair, apart[pair], change.median())
    ]


# --- what the rules call -------------------------------------------------------------------------

CALLED = (90, 95, 99)  # ranks of the noise of a change at which its calls are counted


def calls(
    rows: pd.DataFrame, sizes: pd.Series, spreads: pd.DataFrame, noises: pd.DataFrame
) -> pd.DataFrame:
    """How many metropolitan QPV the rules would tell each thing of, by landmark.

    Parameters
    ----------
    rows, sizes : DataFrame, Series of str
        As for ``noise``, which gives ``noises``; ``spreads`` are those of ``distributions``.

    Returns
    -------
    DataFrame
        ``indicator, verdict, rank, year_from, year_to, n, told, source``: of the ``n`` QPV that
        have figures, ``told`` are said ``higher`` or ``lower`` (one year), ``up`` or ``down``
        between the two years that pages compare, by rank of the noise of changes.
    """
    found: list[dict] = []
    for code, part in metropolitan(rows).groupby("indicator"):
        indicator = catalogue().indicators[code]
        if indicator.place == "headline" and indicator.measure != "count":
            limits = spreads[spreads.indicator == code].set_index("year")
            years = _leading(indicator, limits, rows[rows.indicator == code]) & set(part.year)
            noise_of = _noise_of(code, part.area, sizes, noises)
            found += _gaps(part, limits, noise_of, max(years)) if years else []
            found += _moves(part, indicator, sizes)
    columns = list(tidy.COLUMNS["calls"])
    whole = dict.fromkeys(["rank", "year_from", "year_to", "n", "told"], int)
    return pd.DataFrame(found, columns=columns).astype(
        dict.fromkeys(["indicator", "verdict", "source"], str) | whole
    )


def _noise_of(code: str, areas: pd.Series, sizes: pd.Series, noises: pd.DataFrame) -> pd.Series:
    """Noise of a value of each area by its size, else of all; 0 where it is not measured."""
    kept = noises[(noises.indicator == code) & (noises.kind == "change")]
    known = kept.set_index("size_class")[f"p{catalogue().rule('noise_rank')}"]
    areas = areas.unique()
    return sizes.reindex(areas).map(known).fillna(known.get("ensemble", 0.0))


def _leading(indicator: Indicator, limits: pd.DataFrame, rows: pd.DataFrame) -> set[int]:
    """Years with percentiles, of which pages lead with the latest."""
    around = rows.year[(rows.generation == "") & rows.value.notna()]
    compared = indicators.benchmarked(limits.n, around)
    return compared if indicator.leading == "compared" and compared else set(limits.index)


def _gaps(part: pd.DataFrame, limits: pd.DataFrame, noise: pd.Series, year: int) -> list[dict]:
    mine, grid, rule = part[part.year == year], limits.loc[year], catalogue().rule
    value = mine.set_index("area").value.dropna()
    low, high = (grid[f"p{rule(name):02d}"] for name in ("quartile_low", "quartile_high"))
    gap, least = value - grid.p50, noise.reindex(value.index)
    beyond = (gap.abs() - least).round(6) > 0
    told = {"higher": beyond & (value > high), "lower": beyond & (value < low)}
    head = {"rank": rule("noise_rank"), "year_from": year, "year_to": year, "n": grid.n}
    return _counted(mine, told, head)


def _moves(part: pd.DataFrame, indicator: Indicator, sizes: pd.Series) -> list[dict]:
    """Over the two years that pages compare: the whole of the latest stretch without a break."""
    known = sorted(part[part.year_status != "unknown"].year.unique())
    pairs = _horizons(known, indicator)
    if not pairs:
        return []
    pair = max(pairs, key=lambda years: (years[1], -years[0]))
    change = _change(part.pivot(index="area", columns="year", values="value"), pair)
    excess, groups = change - change.median(), sizes.reindex(change.index)
    found = []
    for rank in CALLED:
        whole = excess.abs().quantile(rank / 100)
        many = groups.map(groups.value_counts()) >= _pairs()
        own = excess.abs().groupby(groups).transform("quantile", rank / 100)
        limit = own.where(many, whole).round(4)
        least = np.minimum(change.abs(), excess.abs())
        beyond = ((least - limit).round(6) > 0) & (change * excess > 0)
        told = {"up": beyond & (change > 0), "down": beyond & (change < 0)}
        head = {"rank": rank, "year_from": pair[0], "year_to": pair[1], "n": len(change)}
        found += _counted(part[part.year == pair[1]], told, head)
    return found


def _counted(part: pd.DataFrame, told: dict[str, pd.Series], head: dict) -> list[dict]:
    code, source = part.indicator.iloc[0], part.source.mode()[0]
    return [
        {"indicator": code, "verdict": verdict, **head, "told": int(which.sum()), "source": source}
        for verdict, which in told.items()
    ]
