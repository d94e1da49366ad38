"""How an indicator is spread over the metropolitan QPV, and on which side of them a value is."""

from dataclasses import dataclass

import numpy as np

from qpvlib.project import kept
from qpvlib.tables import tidy
from qpvlib.tables.areas import of_2024

PERCENTILES = ["min", *tidy.PERCENTILES, "max"]
GRID_DECIMALS = 6  # of the percentiles, in the tables


@dataclass(frozen=True, eq=False)
class Spread:
    """Distribution of an indicator over the metropolitan QPV, in its unit.

    ``n`` is how many have a value, ``grid`` their least, their 99 percentiles and their greatest;
    ``censored`` of them have only an upper bound, and the grid is the highest it can be.
    """

    n: int
    grid: np.ndarray
    censored: int = 0

    def at(self, rank: int) -> float:
        """Value at a rank from 0, the least, to 100, the greatest; the median is at 50."""
        return float(self.grid[rank])

    def sides(self, value: float) -> tuple[int, int]:
        """How many QPV of a hundred surely have a lower value, and how many a higher one.

        Those that are hidden by a threshold may all be lower: none of them is surely higher.
        """
        below, above = sides(value, self.grid)
        hidden = int(np.ceil(100 * self.censored / self.n)) if self.censored else 0
        return below, max(above - hidden, 0)


def sides(value: float, grid: np.ndarray) -> tuple[int, int]:
    """How many values of a hundred are surely lower, and how many higher.

    Equal values are on neither side: the two do not add up to a hundred.

    Parameters
    ----------
    grid : array of 101 values
        As in ``Spread``.

    Examples
    --------
    >>> sides(97.6, np.arange(0.0, 101.0)), sides(3.0, np.repeat([2.0, 3.0, 4.0], [21, 40, 40]))
    ((97, 2), (20, 39))
    """
    value = round(value, GRID_DECIMALS)  # else 33.333333333 would be over the 33.333333 it made
    below, above = int((grid < value).sum()) - 1, int((grid > value).sum()) - 1
    return max(below, 0), max(above, 0)


def percentile(value: float, grid: np.ndarray) -> float:
    """Share of the metropolitan QPV with a lower value, 0 to 100, rounded towards the middle.

    Parameters
    ----------
    grid : array of 101 values
        As in ``Spread``.

    Examples
    --------
    >>> grid = np.arange(0.0, 101.0)
    >>> percentile(97.6, grid), percentile(2.4, grid), percentile(50.0, grid)
    (97.0, 3.0, 50.0)
    """
    below, above = sides(value, grid)
    if below >= 50:
        return float(below)
    return float(100 - above) if above >= 50 else 50.0


def spread(indicator: str, year: int, area: str = "") -> Spread | None:
    """Distribution of an indicator over metropolitan QPV for a data year, or None.

    Those of the generation of ``area``: no perimeter is placed among those of the other.
    """
    return _held(area).get((indicator, int(year)))


def last_year(indicator: str) -> int | None:
    """Last data year that an indicator has a distribution for; None without any."""
    return _last_years().get(indicator)


@kept("tidy")
def _last_years() -> dict[str, int]:
    return dict(sorted(_spreads()))


def _held(area: str) -> dict[tuple[str, int], Spread]:
    return _spreads("distributions_2024" if of_2024(area) else "distributions")


@kept("tidy")
def _spreads(table: str = "distributions") -> dict[tuple[str, int], Spread]:
    rows = tidy.table(table)
    keys = zip(rows.indicator, rows.year.astype(int), strict=True)
    grids = rows[PERCENTILES].to_numpy(dtype=float)
    columns = zip(keys, rows.n, grids, rows.censored, strict=True)
    return {key: Spread(int(n), grid, int(hidden)) for key, n, grid, hidden in columns}


@kept("tidy")
def broadest(area: str = "") -> int:
    """Most metropolitan QPV that an indicator has values for: all those of a generation."""
    return max(limits.n for limits in _held(area).values())
