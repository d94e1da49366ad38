"""What only chance, or a change of method, may explain: the noise of gaps, of changes, of leaps.

Measured on the metropolitan QPV, on the very quantity that is judged (``noise.csv``).
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from qpvlib.catalogue import Indicator, QpvError, catalogue, wording
from qpvlib.project import kept
from qpvlib.tables import tidy

ALL = "ensemble"


@dataclass(frozen=True)
class Horizon:
    """What is noise between two years: median change, and how far QPV are from it.

    Attributes
    ----------
    median : float
        Change of the metropolitan QPV, in the indicator's unit.
    limit : float
        Distance to that change that 95 QPV in 100 of the size class do not exceed.
    n : int
        QPV observed both years.
    """

    median: float
    limit: float
    n: int


def noise(indicator: str, size_class: str) -> float | None:
    """Noise of an indicator's value for a size class, in its unit; None where not measured.

    The change from one edition to the next that nine QPV in ten do not exceed.
    """
    known = _changes()
    return known.get((indicator, size_class), known.get((indicator, ALL)))


def horizon(indicator: str, size_class: str, first: int, last: int) -> Horizon | None:
    """Noise of a change between two years for a size class; None where it is not measured."""
    known = _horizons("excess")
    pair = indicator, int(first), int(last)
    return known.get((*pair, size_class), known.get((*pair, ALL)))


def around(indicator: str, level: str, first: int, last: int) -> Horizon | None:
    """The same for the areas of a level, ``commune`` or ``epci``; None where it is not measured."""
    return _horizons(level).get((indicator, int(first), int(last), ALL))


def leaps(
    indicator: str, values: Sequence[tuple[int, float]], declared: Indicator
) -> tuple[tuple[int, int], ...]:
    """Pairs of years between which a series leaps further than fewer than 1 QPV in 1,000 do.

    Neither end can be believed without asking the producer.

    Parameters
    ----------
    values : sequence of (year, value)
        Published values of one neighbourhood, by year.

    Examples
    --------
    >>> income = catalogue().indicator("niveau_vie_median")
    >>> leaps("niveau_vie_median", [(2016, 12000.0), (2017, 12300.0)], income)
    ()
    >>> leaps("niveau_vie_median", [(2016, 12000.0), (2017, 19300.0)], income)
    ((2016, 2017),)
    """
    steps = _steps().get(indicator, {})
    found = []
    for (a, before), (b, after) in itertools.pairwise(values):
        between = [step for pair, step in steps.items() if a <= pair[0] and pair[1] <= b]
        broken = any(a < year <= b for year in declared.breaks)
        # Over a blank year the series had several steps to take.
        if between and not broken:
            median = sum(step[0] for step in between)
            if abs(after - before - median) > between[0][1] * len(between):
                found.append((a, b))
    return tuple(found)


def measured(rule: str) -> str:
    """The column of ``noise.csv`` that has the rank of a rule.

    Raises
    ------
    QpvError
        When the tables do not measure this rank: it is not only the rule that is to be changed.
    """
    column = f"p{catalogue().rule(rule)}"
    known = [name for name in tidy.COLUMNS["noise"] if name[1:].isdigit()]
    if column not in known:
        raise QpvError(
            f"rules.toml, [{rule}] : le rang {column[1:]} n'est pas mesuré. Rangs mesurés : "
            f"{wording.listed([name[1:] for name in known])}"
        )
    return column


def _rows(kind: str) -> pd.DataFrame:
    rows = tidy.table("noise")
    return rows[rows.kind == kind]


@kept("tidy", "root")
def _changes() -> dict[tuple[str, str], float]:
    rows, rank = _rows("change"), measured("noise_rank")
    return dict(zip(zip(rows.indicator, rows.size_class, strict=True), rows[rank], strict=True))


@kept("tidy", "root")
def _horizons(kind: str) -> dict[tuple[str, int, int, str], Horizon]:
    rank = measured("change_rank")
    return {
        (r["indicator"], r["year_from"], r["year_to"], r["size_class"]): Horizon(
            r["median"], r[rank], r["n"]
        )
        for r in tidy.records(_rows(kind))
    }


@kept("tidy", "root")
def _steps() -> dict[str, dict[tuple[int, int], tuple[float, float]]]:
    """Median change and leap of each step, by indicator."""
    found: dict[str, dict] = {}
    rank = measured("leap_rank")
    for r in tidy.records(_rows("step")):
        pair = r["year_from"], r["year_to"]
        found.setdefault(r["indicator"], {})[pair] = r["median"], r[rank]
    return found
