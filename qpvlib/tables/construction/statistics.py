"""Where any neighbourhood stands among those of metropolitan France, and what is only noise."""

import numpy as np
import pandas as pd

from qpvlib.catalogue import catalogue
from qpvlib.tables import tidy

OVERSEAS = r"QP97|QP98"
FEWEST = 100  # neighbourhoods needed for percentiles


def metropolitan(rows: pd.DataFrame) -> pd.DataFrame:
    """Observations of the metropolitan QPV of 2015."""
    return rows[(rows.generation == "2015") & ~rows.area.str.match(OVERSEAS)]


def distributions(rows: pd.DataFrame) -> pd.DataFrame:
    """Percentiles of each indicator and year over the metropolitan QPV of 2015.

    Returns
    -------
    DataFrame
        ``indicator, year, n, min, p01 … p99, max, source``.
    """
    grid = np.arange(0, 101) / 100
    names = ["min", *tidy.PERCENTILES, "max"]
    published = metropolitan(rows).dropna(subset=["value"])
    types = {"indicator": str, "year": int, "n": int, "source": str} | dict.fromkeys(names, float)
    return pd.DataFrame(
        [
            {"indicator": indicator, "year": year, "n": len(part)}
            | dict(zip(names, np.quantile(part.value, grid).round(6), strict=True))
            | {"source": part.source.mode()[0]}
            for (indicator, year), part in published.groupby(["indicator", "year"], sort=True)
            if len(part) >= FEWEST
        ],
        columns=["indicator", "year", "n", *names, "source"],
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
    """Size class of every QPV by its population of 2018."""
    rows = files["insee_population"]
    rows = rows[rows.edition == 2018].set_index("area")
    return rows["pop"].dropna().map(size_class)


def noise(rows: pd.DataFrame, sizes: pd.Series) -> pd.DataFrame:
    """Change between two years that nine QPV out of ten do not exceed, by size class.

    Parameters
    ----------
    rows : DataFrame
        National observations.
    sizes : Series of str
        Size class by area.

    Returns
    -------
    DataFrame
        ``indicator, size_class, year_from, year_to, n, p50, p90, source`` in the indicator's unit.
    """
    parts = dict(list(metropolitan(rows).groupby("indicator")))
    found = []
    for code, indicator in catalogue().indicators.items():
        if indicator.noise.years is not None and code in parts:
            found += _noise(code, indicator.noise.years, parts[code], sizes)
    columns = ["indicator", "size_class", "year_from", "year_to", "n", "p50", "p90", "source"]
    types = dict.fromkeys(["indicator", "size_class", "source"], str)
    types |= dict.fromkeys(["year_from", "year_to", "n"], int) | {"p50": float, "p90": float}
    return pd.DataFrame(found, columns=columns).astype(types)


def _noise(code: str, years: tuple[int, int], part: pd.DataFrame, sizes: pd.Series) -> list[dict]:
    first, second = years
    wide = part.pivot(index="area", columns="year", values="value")
    if not {first, second} <= set(wide):
        return []
    change = (wide[second] - wide[first]).abs().dropna()
    groups = [("ensemble", change), *change.groupby(sizes.reindex(change.index))]
    known = catalogue()
    return [
        {
            "indicator": code,
            "size_class": name,
            "year_from": first,
            "year_to": second,
            "n": len(values),
            "p50": round(values.quantile(0.5), 4),
            "p90": round(values.quantile(known.rule("noise_rank") / 100), 4),
            "source": part.source.iloc[0],
        }
        for name, values in groups
        if len(values) >= (known.rule("noise_pairs") if name != "ensemble" else 1)
    ]
