"""What the figures of 2015 say of a contour of 2024: as they are, estimated, or nothing."""

from dataclasses import dataclass

import pandas as pd

from qpvlib.catalogue import catalogue
from qpvlib.diagnosis import comparison
from qpvlib.diagnosis.change import history
from qpvlib.diagnosis.reading import Reading, readings
from qpvlib.tables import indicators, interpolation, shapes
from qpvlib.tables.areas import Neighbourhood, neighbourhoods


@dataclass(frozen=True)
class Carried:
    """A figure of the contour of 2015, and what it is on that of 2024.

    Attributes
    ----------
    reading : Reading
        Of the neighbourhood of 2015, in the year that its page leads with.
    low, high : float
        Between what it is on the contour of 2024, in the indicator's unit: equal where the contour
        is the same; missing where nothing can be said.
    """

    reading: Reading
    low: float
    high: float

    @property
    def same(self) -> bool:
        """Whether it holds as it is."""
        return self.low == self.high == self.reading.value


def predecessor(place: Neighbourhood) -> Neighbourhood | None:
    """The one neighbourhood of 2015 that it succeeds to, or None."""
    known = neighbourhoods()
    return known.get(place.predecessors[0]) if len(place.predecessors) == 1 else None


def entered(place: Neighbourhood) -> tuple[float, float] | None:
    """Area that 2024 adds, in hectares, and inhabitants that it has at the density of 2015 at most.

    None where the contours are no further apart than simplified ones are exact, or not both read.
    """
    before = predecessor(place)
    found = _overlaps(place)
    if before is None or found.empty or place.fate == "unchanged":
        return None
    more = float(interpolation.uncovered(found).iloc[0])
    if more <= _error() * found.of_after.iloc[0]:
        return None
    people = _people(before)
    if people is None:
        return None
    return more / 1e4, people.value * more / found.of_before.iloc[0]


def carried(place: Neighbourhood) -> list[Carried]:
    """Headline figures of 2015, inhabitants first: all of them where the contour is the same.

    Elsewhere, those that no one publishes on the perimeter of 2024: what is published needs no
    estimate.
    """
    before = predecessor(place)
    if before is None:
        return []
    held = set() if place.fate == "unchanged" else set(indicators.of([place.code]).indicator)
    read = readings(comparison.compared(before)).values()
    wanted = [one for one in read if one.declared.place == "headline" and one.code not in held]
    people = _people(before)
    every = [people] if people else []
    every += [one for one in wanted if one.published]
    return [Carried(one, *_bounds(place, one)) for one in every]


def _people(before: Neighbourhood) -> Reading | None:
    """The last population published for the contour of 2015."""
    known = [one for one in history(before.code).get("population", ()) if one.published]
    return known[-1] if known else None


def _bounds(place: Neighbourhood, one: Reading) -> tuple[float, float]:
    if place.fate == "unchanged":
        return one.value, one.value
    found, value = _overlaps(place), pd.Series({one.area: one.value})
    nothing = float("nan"), float("nan")
    if found.empty or one.few or one.bound is not None:
        return nothing
    if one.declared.measure == "count":
        told = interpolation.extensive(found, value, _error())
    elif one.declared.unit == "%":
        told = interpolation.intensive(found, value, tolerance=_error())
    else:  # a median is no mean of anything
        return nothing
    low, high = told.low.iloc[0], told.high.iloc[0]
    share = one.declared.measure != "count"
    return nothing if share and high - low > catalogue().rule("estimate_width") else (low, high)


def _overlaps(place: Neighbourhood) -> pd.DataFrame:
    """Of the contour of 2015 that it succeeds to alone: the others only brush against it."""
    found = shapes.overlaps()
    return found[(found.after == place.code) & found.before.isin(place.predecessors)]


def _error() -> float:
    return catalogue().rule("outline_error") / 100
