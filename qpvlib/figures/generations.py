"""What 2024 changed: the two outlines of a neighbourhood on one map, and a sentence."""

from functools import partial

import geopandas as gpd
import pandas as pd
from matplotlib.axes import Axes
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from qpvlib.catalogue import catalogue, wording
from qpvlib.catalogue.wording import say
from qpvlib.diagnosis.reading import Reading, series
from qpvlib.document.blocks import Figure, Group, Heading, Paragraph, Picture
from qpvlib.document.exhibits import Exhibit
from qpvlib.document.palette import ACCENT, INK, LAND, TINT
from qpvlib.figures.canvas import canvas, svg, write
from qpvlib.figures.land import Window, paint, perimeters, scale_bar, side_of, successors
from qpvlib.figures.maps import roomy
from qpvlib.tables import indicators
from qpvlib.tables.areas import Neighbourhood

WIDE, HIGH = 300, 240  # in pixels
FRAME = (14, 30, WIDE - 14, HIGH - 30)  # left, bottom, right, top of the outlines
DASHES = (0, (4, 2.5))
SOURCE = "anct_perimetres_2024"
ROUNDED = 5  # points: how finely simplified outlines may be compared
_say = partial(say, "contours")


def contours(place: Neighbourhood) -> Exhibit:
    """What 2024 changed: both outlines on a map, solid and dashed; areas, overlap, inhabitants.

    Without an outline of 2024 there is no map, and it is said.

    Returns
    -------
    Exhibit
        ``data`` has the populations told: ``area, indicator, year, value``.
    """
    own, later = _people(place.code), _people(place.successor)
    drawn = _figure(place) if _both(place) else ()
    words = (Paragraph(_changed(place)), *_told(place, own, later), *_precision(place))
    content = Heading(2, _say("title")), Group((*drawn, Group(words)), "beside" if drawn else "")
    data = pd.DataFrame(
        [(one.area, "population", one.year, one.value) for one in (own, later) if one],
        columns=["area", "indicator", "year", "value"],
    )
    alt = drawn[0].content.alt if drawn else ""
    return Exhibit(content, _say("title"), place.code, data, alt)


# --- the map -----------------------------------------------------------------------------------


def _both(place: Neighbourhood) -> bool:
    return place.code in perimeters().index and place.successor in successors().index


def _figure(place: Neighbourhood) -> tuple[Figure, ...]:
    same = place.successor_status == "unchanged"
    caption = _say("caption_same" if same else "caption")
    alt = _say("alt_same") if same else _say("alt", added=_added(place))
    picture = Picture(svg(drawing(place), halo=True), alt, WIDE, HIGH)
    return (Figure(picture, _say("figure", of=place.of), caption),)


def drawing(place: Neighbourhood) -> Axes:
    """The map: the outline of 2015 filled and solid, that of 2024 dashed over it."""
    axes = canvas(WIDE, HIGH)
    before, after = perimeters()[[place.code]], successors()[[place.successor]]
    window = Window(roomy(pd.concat([before, after]).total_bounds), FRAME)
    paint(axes, gpd.GeoSeries([box(0, 0, WIDE, HIGH)]), LAND)
    paint(axes, window.pixels(before, 0.3), TINT, ACCENT, 2)
    axes.collections[-1].set_gid("mark-2015")
    window.pixels(after, 0.3).boundary.plot(
        ax=axes, color=INK, linewidth=1.8, linestyle=DASHES, aspect=None, clip_on=False
    )
    axes.collections[-1].set_gid("mark-2024")
    _legend(axes)
    scale_bar(axes, window, 8, 8)
    return axes


def _legend(axes: Axes) -> None:
    high = HIGH - 14
    lines = (("line_2015", 10, ACCENT, "-", 2), ("line_2024", 90, INK, DASHES, 1.8))
    for key, left, colour, style, width in lines:
        axes.plot([left, left + 28], [high] * 2, color=colour, ls=style, lw=width, clip_on=False)
        write(axes, left + 34, high - 4, _say(key), 13, colour, ha="left")


# --- the words ---------------------------------------------------------------------------------


def _shapes(place: Neighbourhood) -> tuple[BaseGeometry, BaseGeometry]:
    return perimeters()[place.code], successors()[place.successor]


def _added(place: Neighbourhood) -> str:
    """On which side 2024 adds most, where it adds more than simplified outlines are off."""
    before, after = _shapes(place)
    more = after.difference(before.buffer(wording.STEP))
    if more.is_empty:
        return ""
    largest = max(getattr(more, "geoms", [more]), key=lambda part: part.area)
    return _say("added", side=side_of(largest, before.union(after)))


def _changed(place: Neighbourhood) -> str:
    """What became of the outline, in a sentence; no reason is known."""
    named = {"successor": place.successor, "name": place.successor_name}
    area = _hectares(place.area_ha, 1)
    if not place.successor:
        return _say("unknown")
    if place.successor_status == "unchanged":
        return _say("unchanged", **named, before=area)
    if not _both(place):
        return _say("unread", **named)
    import shapely

    before, after = _shapes(place)
    # Along the edges too: between corners alone, one outline would seem nearer than it is.
    if shapely.hausdorff_distance(before, after, densify=0.01) < wording.STEP:
        return _say("alike", **named, step=wording.value(wording.STEP, "m"))
    common = before.intersection(after).area
    kept = _percent(common / before.area)
    whole = kept > 100 - 2 * ROUNDED
    return _say(
        "modified", **named, before=area, after=_hectares(after.area / 1e4),
        share=_percent(common / after.area),
        kept=_say("kept_whole") if whole else _say("kept_part", kept=kept),
    )  # fmt: skip


def _hectares(area: float, decimals: int = 0) -> str:
    return f"{wording.number(area, decimals)}{wording.SOLID}ha"


def _precision(place: Neighbourhood) -> tuple[Paragraph, ...]:
    """How far the outline of 2024 may be off, where it is a simplified one."""
    if place.successor_status == "unchanged" or not _both(place):
        return ()
    within = catalogue().sources[SOURCE].simplified
    return (Paragraph(_say("simplified", within=wording.value(within, "m")), "small"),)


def _percent(share: float) -> int:
    """A share in points, no finer than simplified outlines allow.

    >>> _percent(0.514), _percent(0.847)
    (50, 85)
    """
    return ROUNDED * round(100 * share / ROUNDED)


def _people(area: str) -> Reading | None:
    """The last population published for a perimeter."""
    rows = indicators.observations(area=area, indicator="population").sort_values("year")
    known = [one for one in series(rows).get("population", []) if one.published]
    return known[-1] if known else None


def _told(
    place: Neighbourhood, own: Reading | None, later: Reading | None
) -> tuple[Paragraph, ...]:
    """Inhabitants, each count with its year and its perimeter."""
    if own is None or later is None:
        return ()
    same = place.successor_status == "unchanged"
    parts = (
        _say("people", value=own.amount, year=own.year),
        _say("people_same" if same else "people_later", value=later.amount, year=later.year),
    )
    more = "" if same else f" {_say('apart')}"
    return (Paragraph(f"{' ; '.join(parts)}.{more}"),)
