"""Two neighbourhoods beside each other, figure by figure: same year, and what noise allows to say.

Nothing here says which of the two is better off: a gap between them has no sign.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from qpvlib.catalogue import QpvError, catalogue, wording
from qpvlib.diagnosis import comparison
from qpvlib.diagnosis.reading import Reading, readings
from qpvlib.tables import indicators
from qpvlib.tables.areas import Neighbourhood, before, neighbourhood

State = Literal["beyond", "alike", "unmeasured", "bound", "blank", "apart", "leap", "count"]


@dataclass(frozen=True)
class Pair:
    """One indicator of two neighbourhoods.

    Attributes
    ----------
    first, second : Reading
        Of the same data year wherever both publish one.
    """

    first: Reading
    second: Reading

    @property
    def code(self) -> str:
        """Its indicator."""
        return self.first.code

    @property
    def both(self) -> tuple[Reading, Reading]:
        """The two readings."""
        return self.first, self.second

    @property
    def together(self) -> bool:
        """Whether both are of one series and one data year."""
        series = [indicators.series(catalogue(), one.source) for one in self.both]
        return series[0] == series[1] and self.first.year == self.second.year

    @property
    def gap(self) -> float:
        """Distance between the two values as displayed, without a sign."""
        one, other = self.both
        return abs(
            comparison.shown_gap(one.value, int(one.decimals), other.value, int(other.decimals))
        )

    @property
    def noise(self) -> float:
        """Noise of the gap: that of one value and that of the other, added.

        Drawn on both sides of its value, neither noise then meets the other: seen at a glance. From
        a year to the next, the gap of two metropolitan QPV drawn at random moves by more once in
        forty (once in twelve by more than the square root of the sum of squares), and a page has
        some fifteen gaps, of two neighbourhoods that somebody chose.
        """
        return self.first.noise + self.second.noise

    @property
    def state(self) -> State:
        """What may be said of the two: ``beyond`` the noise, ``alike``, or why nothing is."""
        if self.first.declared.measure == "count":
            return "count"
        if not all(one.published for one in self.both):
            return "blank" if all(one.bound is None for one in self.both) else "bound"
        if not self.together:
            return "apart"
        if any(one.reason == wording.say("why", "leap") for one in self.both):
            return "leap"
        if np.isnan(self.noise):
            return "unmeasured"
        return "beyond" if comparison.beyond(self.gap, self.noise) else "alike"

    @property
    def unsure(self) -> bool:
        """Whether a gap is still to be confirmed: few people, or a label that nobody read."""
        return self.first.declared.label_deduced or any(one.few for one in self.both)


def two(a: str | Neighbourhood, b: str | Neighbourhood) -> tuple[Neighbourhood, Neighbourhood]:
    """Two neighbourhoods, given by their codes or themselves, in alphabetical order.

    The order in which they are given says nothing, and changes nothing.

    Raises
    ------
    QpvError
        When a code is unknown, or when both are the same.
    """
    one, other = (before(neighbourhood(p) if isinstance(p, str) else p) for p in (a, b))
    if one.code == other.code:
        raise QpvError(f"{one.name} ({one.code}) est donné deux fois : il faut deux quartiers.")
    first, second = sorted((one, other), key=lambda place: (place.name, place.code))
    return first, second


def pairs(first: pd.DataFrame, second: pd.DataFrame, codes: Sequence[str]) -> dict[str, Pair]:
    """The indicators that both have, in the order of ``codes``.

    Each in the leading year of both; where they differ, in the last year that both publish; where
    there is none, each in its own, and they are then not compared.

    Parameters
    ----------
    first, second : DataFrame
        As ``compare`` gives for one neighbourhood.
    """
    own, other = readings(first, codes), readings(second, codes)
    held = [code for code in codes if code in own and code in other]
    years = {
        code: year
        for code in held
        if own[code].year != other[code].year and (year := _common(own[code], other[code]))
    }
    if years:
        own |= _again(own, years)
        other |= _again(other, years)
    return {code: Pair(own[code], other[code]) for code in held}


def _common(one: Reading, other: Reading) -> int | None:
    """The last data year that both publish."""
    known = indicators.observations(indicator=one.code)
    known = known[known.value.notna()]
    both = [set(known[known.area == each.area].year) for each in (one, other)]
    return max(map(int, both[0] & both[1]), default=None)


def _again(read: dict[str, Reading], years: dict[str, int]) -> dict[str, Reading]:
    place = next(iter(read.values())).place
    observed = indicators.observations(around=place)
    observed = observed[observed.indicator.isin(years)]
    return readings(comparison.compare(observed, place, years))
