"""How a neighbourhood's figure changed, and whether it can be said."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from qpvlib.catalogue import Indicator, catalogue, wording
from qpvlib.diagnosis import comparison, reading
from qpvlib.diagnosis.comparison import beyond, shown_gap
from qpvlib.diagnosis.reading import Reading
from qpvlib.tables import indicators
from qpvlib.tables.areas import Neighbourhood

POINT = ["year", "year_status", "edition", "value", "decimals", "status", "median", "n"]


@dataclass(frozen=True)
class Trend:
    """A neighbourhood's series of one indicator, and whether it says anything.

    Attributes
    ----------
    series : tuple of Reading
        One per data year, each with the metropolitan median of its year, if it has one.
    noise : float or None
        None where it is not measured.
    ends : tuple of Reading
        The first and the last compared; empty when none are.
    reason : str
        ``beyond`` when the change is conclusive; else ``unverified``, ``single``, ``short``,
        ``unmeasured``, ``break``, ``noise`` or ``follows``. ``why`` says it in French.
    """

    area: str
    indicator: str
    series: tuple[Reading, ...]
    noise: float | None
    ends: tuple[Reading, ...]
    reason: str

    @property
    def declared(self) -> Indicator:
        """Its indicator."""
        return catalogue().indicator(self.indicator)

    @property
    def first(self) -> int | None:
        """First year compared."""
        return self.ends[0].year if self.ends else None

    @property
    def last(self) -> int | None:
        """Last year compared."""
        return self.ends[1].year if self.ends else None

    @property
    def change(self) -> float:
        """From the first year to the last, on displayed values."""
        return _change(*self.ends) if self.ends else np.nan

    @property
    def median_change(self) -> float:
        """Change of the metropolitan median between the same years."""
        return self.ends[1].median - self.ends[0].median if self.ends else np.nan

    @property
    def verdict(self) -> str:
        """``up``, ``down`` or ``not_conclusive``."""
        if self.reason != "beyond":
            return "not_conclusive"
        return "up" if self.change > 0 else "down"

    @property
    def why(self) -> str:
        """Its reason in words."""
        return wording.say("trend", f"why_{self.reason}")

    @property
    def points(self) -> pd.DataFrame:
        """One row per year: ``year, year_status, edition, value, decimals, status, median, n``."""
        rows = ([getattr(one, name) for name in POINT] for one in self.series)
        return pd.DataFrame(rows, columns=POINT)


def trend(neighbourhood: Neighbourhood, code: str) -> Trend:
    """Change of an indicator in a neighbourhood, conclusive or not.

    Conclusive only between verified or deduced data years at least three apart, on the same side
    of every break, beyond the noise both in itself and net of the metropolitan median's own change,
    and with no sudden jump of that median in between.
    """
    declared, series = catalogue().indicator(code), _series(neighbourhood, code)
    noise = comparison.noise(code, neighbourhood.size_class)
    published = [one for one in series if one.published]
    since = declared.trend_from or 0
    usable = [one for one in published if one.year_status != "unknown" and one.year >= since]
    ends = _ends(usable, declared.breaks)
    if ends:
        reason = _reason([one for one in usable if ends[0].year <= one.year <= ends[1].year], noise)
    elif len(usable) < 2:
        reason = "unverified" if len(published) >= 2 else "single"
    else:
        reason = "short"
    return Trend(neighbourhood.code, code, series, noise, ends, reason)


def _series(place: Neighbourhood, code: str) -> tuple[Reading, ...]:
    rows = indicators.observations(indicator=code, area=place.code).sort_values("year")
    return tuple(map(_among, reading.series(rows).get(code, [])))


def _among(one: Reading) -> Reading:
    """The same, with the metropolitan median of its year."""
    limits = one.limits
    return one if limits is None else replace(one, median=limits.at(50), n=limits.n)


def _ends(usable: Sequence[Reading], breaks: tuple[int, ...]) -> tuple[Reading, ...]:
    """Ends of the latest stretch without a break that is long enough, if there is one."""
    edges = [-1, *sorted(breaks), 9999]
    for low, high in zip(edges[-2::-1], edges[:0:-1], strict=True):
        stretch = [one for one in usable if low <= one.year < high]
        if stretch and stretch[-1].year - stretch[0].year >= catalogue().rule("change_years"):
            return stretch[0], stretch[-1]
    return ()


def _reason(stretch: Sequence[Reading], noise: float | None) -> str:
    """Why the change over a stretch can be told or not: ``beyond``, or what forbids it."""
    first, last = stretch[0], stretch[-1]
    if noise is None:
        return "unmeasured"
    jump = catalogue().rule("median_jump") * noise
    if any(beyond(b.median - a.median, jump) for a, b in itertools.pairwise(stretch)):
        return "break"
    change = _change(first, last)
    net = change - (last.median - first.median)
    if not beyond(change, noise):
        return "noise"
    return "beyond" if beyond(net, noise) and np.sign(net) == np.sign(change) else "follows"


def _change(first: Reading, last: Reading) -> float:
    return shown_gap(last.value, int(last.decimals), first.value, int(first.decimals))
