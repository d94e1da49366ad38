"""How a neighbourhood's figure changed, and whether it can be said."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from qpvlib.catalogue import Indicator, catalogue, wording
from qpvlib.diagnosis import noise, reading
from qpvlib.diagnosis.comparison import beyond, shown_gap
from qpvlib.diagnosis.noise import Horizon
from qpvlib.diagnosis.reading import Reading
from qpvlib.project import kept
from qpvlib.tables import tidy
from qpvlib.tables.areas import MOST, Neighbourhood

POINT = ["year", "year_status", "edition", "value", "decimals", "status", "median", "n"]


@dataclass(frozen=True)
class Trend:
    """La série d'un indicateur dans un quartier, et ce que l'on peut en dire.

    Attributes
    ----------
    series : tuple de Reading
        Une par année des données, avec la médiane de métropole de son année, s'il y en a une.
    noise : float ou None
        D'une valeur, d'une édition à la suivante ; None s'il n'est pas mesuré.
    ends : tuple de Reading
        La première et la dernière comparées ; vide si aucune ne l'est.
    horizon : Horizon ou None
        Le bruit d'un changement entre ces deux années ; None s'il n'est pas mesuré.
    reason : str
        ``beyond`` si l'évolution est concluante ; sinon ``unverified``, ``single``, ``short``,
        ``leap``, ``unmeasured``, ``break``, ``noise`` ou ``follows``. ``why`` le dit en français.
    """

    area: str
    indicator: str
    series: tuple[Reading, ...]
    noise: float | None
    ends: tuple[Reading, ...]
    horizon: Horizon | None
    reason: str

    @property
    def declared(self) -> Indicator:
        """Son indicateur, tel qu'il est déclaré."""
        return catalogue().indicator(self.indicator)

    @property
    def first(self) -> int | None:
        """La première année comparée."""
        return self.ends[0].year if self.ends else None

    @property
    def last(self) -> int | None:
        """La dernière année comparée."""
        return self.ends[1].year if self.ends else None

    @property
    def change(self) -> float:
        """De la première année à la dernière, sur les valeurs affichées."""
        return _change(*self.ends) if self.ends else np.nan

    @property
    def median_change(self) -> float:
        """Le changement médian des QPV de métropole entre les mêmes années."""
        return self.horizon.median if self.horizon else np.nan

    @property
    def excess(self) -> float:
        """Ce que le changement a de plus que celui des autres QPV ; c'est ce qui est jugé."""
        return self.change - self.median_change

    @property
    def clearly(self) -> bool:
        """Si la même quantité est assez grande pour que l'on dise « nettement »."""
        told = self.reason == "beyond"
        return told and beyond(self.excess, catalogue().rule("clearly") * self.horizon.limit)

    @property
    def verdict(self) -> str:
        """``up``, ``down`` ou ``not_conclusive``."""
        if self.reason != "beyond":
            return "not_conclusive"
        return "up" if self.change > 0 else "down"

    @property
    def why(self) -> str:
        """Sa raison, en français."""
        return wording.say("trend", f"why_{self.reason}")

    @property
    def points(self) -> pd.DataFrame:
        """Une ligne par an, ``year, year_status, edition, value, decimals, status, median, n``."""
        rows = ([getattr(one, name) for name in POINT] for one in self.series)
        return pd.DataFrame(rows, columns=POINT)


def trend(neighbourhood: Neighbourhood, code: str) -> Trend:
    """Change of an indicator in a neighbourhood, conclusive or not.

    Conclusive only between verified or deduced data years at least three apart, on the same side
    of every break, without a leap of its own nor a sudden jump of the metropolitan median in
    between; in itself, and beyond the metropolitan QPV's own change, further than the noise of that
    very horizon: 95 QPV in 100 of its size are nearer.
    """
    declared, own = catalogue().indicator(code), series(neighbourhood, code)
    size, horizon = neighbourhood.size_class, None
    published = [one for one in own if one.published]
    usable = comparable(own)
    ends = stretch_ends(usable, declared.breaks)
    if ends:
        stretch = [one for one in usable if ends[0].year <= one.year <= ends[1].year]
        horizon = noise.horizon(code, size, ends[0].year, ends[1].year)
        reason = _reason(stretch, horizon)
    elif len(usable) < 2:
        reason = "unverified" if len(published) >= 2 else "single"
    else:
        reason = "short"
    return Trend(neighbourhood.code, code, own, noise.noise(code, size), ends, horizon, reason)


@kept("tidy", "root", most=MOST)
def history(area: str) -> dict[str, tuple[Reading, ...]]:
    """Readings of all that is observed of an area, by indicator, year after year; not compared."""
    rows = tidy.part("observations", "area", [area]).sort_values("year", kind="stable")
    return {code: tuple(found) for code, found in reading.series(rows).items()}


def series(place: Neighbourhood, code: str) -> tuple[Reading, ...]:
    """Its readings of an indicator, each with the metropolitan median of its year.

    A file whose data year is unknown has no place among years that are known.
    """
    own = history(place.code).get(code, ())
    known = [one for one in own if one.year_status != "unknown"]
    return tuple(map(_among, known or own))


def _among(one: Reading) -> Reading:
    """The same, with the metropolitan median of its year."""
    limits = one.limits
    return one if limits is None else replace(one, median=limits.at(50), n=limits.n)


def comparable(read: Iterable[Reading]) -> list[Reading]:
    """The readings that a change may use: published, of a year that is known, since the first."""
    return [
        one
        for one in read
        if one.published
        and one.year_status != "unknown"
        and one.year >= (one.declared.trend_from or 0)
    ]


def stretch_ends(usable: Sequence[Reading], breaks: tuple[int, ...]) -> tuple[Reading, ...]:
    """Ends of the latest stretch without a break that is long enough, if there is one."""
    edges = [-1, *sorted(breaks), 9999]
    for low, high in zip(edges[-2::-1], edges[:0:-1], strict=True):
        stretch = [one for one in usable if low <= one.year < high]
        if stretch and stretch[-1].year - stretch[0].year >= catalogue().rule("change_years"):
            return stretch[0], stretch[-1]
    return ()


def breach(stretch: Sequence[Reading]) -> str:
    """What forbids to compare the ends of a stretch: ``leap``, ``break``, or nothing."""
    first, last = stretch[0], stretch[-1]
    if noise.leaps(first.code, [(one.year, one.value) for one in stretch], first.declared):
        return "leap"
    size = first.place.size_class
    step = noise.noise(first.code, size)
    if step is None:
        whole = noise.horizon(first.code, size, first.year, last.year)
        step = whole.limit if whole else np.inf
    jump = catalogue().rule("median_jump") * step
    jumps = (b.median - a.median for a, b in itertools.pairwise(stretch))
    return "break" if any(beyond(one, jump) for one in jumps) else ""


def _reason(stretch: Sequence[Reading], horizon: Horizon | None) -> str:
    """Why the change over a stretch can be told or not: ``beyond``, or what forbids it."""
    first, last = stretch[0], stretch[-1]
    if horizon is None:
        return "unmeasured"
    if found := breach(stretch):
        return found
    change = _change(first, last)
    excess = change - horizon.median
    if not beyond(change, horizon.limit):
        return "noise"
    apart = beyond(excess, horizon.limit) and np.sign(excess) == np.sign(change)
    return "beyond" if apart else "follows"


def _change(first: Reading, last: Reading) -> float:
    return shown_gap(last.value, int(last.decimals), first.value, int(first.decimals))
