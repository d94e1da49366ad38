"""The two outlines of a neighbourhood, 2015 and 2024: how far they differ, where it can be told."""

from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from qpvlib.catalogue import wording
from qpvlib.figures.land import perimeters, side_of, successors
from qpvlib.tables.areas import Neighbourhood

ROUNDED = 5  # points: how finely simplified outlines may be compared


@dataclass(frozen=True)
class Change:
    """What the outline of 2024 has of that of 2015.

    Attributes
    ----------
    after : float
        Its area, in hectares.
    share, kept : int
        Percent of it that was in the old one, and of the old one that it keeps, by 5 points.
    """

    after: float
    share: int
    kept: int


def both(place: Neighbourhood) -> bool:
    """Whether both outlines are read."""
    return place.code in perimeters().index and place.successor in successors().index


def drawn(place: Neighbourhood) -> bool:
    """Whether the outline of 2024 is another, to be drawn over that of 2015."""
    return both(place) and place.successor_status != "unchanged"


def _shapes(place: Neighbourhood) -> tuple[BaseGeometry, BaseGeometry]:
    return perimeters()[place.code], successors()[place.successor]


def change(place: Neighbourhood) -> Change | None:
    """How both outlines differ; None where they are nowhere further apart than they are exact."""
    import shapely

    before, after = _shapes(place)
    # Along the edges too: between corners alone, one outline would seem nearer than it is.
    if shapely.hausdorff_distance(before, after, densify=0.01) < wording.STEP:
        return None
    common = before.intersection(after).area
    return Change(after.area / 1e4, _percent(common / after.area), _percent(common / before.area))


def _percent(share: float) -> int:
    """A share in points, no finer than simplified outlines allow.

    >>> _percent(0.514), _percent(0.847)
    (50, 85)
    """
    return ROUNDED * round(100 * share / ROUNDED)


def added(place: Neighbourhood) -> str:
    """On which side 2024 adds most, where it adds more than simplified outlines are off."""
    before, after = _shapes(place)
    more = after.difference(before.buffer(wording.STEP))
    if more.is_empty:
        return ""
    largest = max(getattr(more, "geoms", [more]), key=lambda part: part.area)
    return side_of(largest, before.union(after))
