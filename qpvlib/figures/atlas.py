"""The map of the index: every neighbourhood, the dense towns enlarged."""

import re
from itertools import accumulate
from math import ceil

import geopandas as gpd
import pandas as pd
from matplotlib.axes import Axes
from shapely.geometry import box

from qpvlib.catalogue import wording
from qpvlib.document.blocks import Figure, Picture
from qpvlib.document.exhibits import Exhibit
from qpvlib.document.palette import ACCENT, EDGE, INK, LAND, TINT
from qpvlib.figures.canvas import Box, canvas, plainly, say, stroke, svg, width, write
from qpvlib.figures.land import (
    Label,
    Window,
    beside,
    drawable,
    framed,
    outlines,
    paint,
    perimeters,
    put_names,
    scale_bar,
    successors,
)
from qpvlib.tables.areas import Neighbourhood, neighbourhoods, whole
from qpvlib.tables.grouping import numbers

LAND_WIDE, LAND_HIGH = 248, 200  # the département on the map of the index, in pixels
ZOOM_WIDE, APART = 114, 10  # a zoom beside it, and what stands between them
HEAD = 22  # the name over a zoom
DENSE = 3  # QPV from which a group gets its own zoom
CROWD, CROWD_WIDE = 12, 470  # beyond as many, a large one, alone


def groups(generation: str = "2015") -> list[list[Neighbourhood]]:
    """Neighbourhoods by intercommunality, the most numerous first."""
    found: dict[str, list[Neighbourhood]] = {}
    for code in numbers(generation):
        place = neighbourhoods(generation)[code]
        key = next((area.code for area in (*place.areas("epci"), *place.communes)), code)
        found.setdefault(key, []).append(place)
    return sorted(found.values(), key=len, reverse=True)


def crowded(generation: str = "2015") -> bool:
    """Whether a group is too many for the map to stand beside the words."""
    return any(len(group) > CROWD for group in groups(generation))


def town(group: list[Neighbourhood]) -> str:
    """Commune with most QPV surface in a group; the intercommunalité of a crowd."""
    if len(group) > CROWD and (epci := group[0].areas("epci")):
        return epci[0].name
    surface: dict[str, float] = {}
    for place in group:
        for area in place.communes:
            surface[area.name] = surface.get(area.name, 0) + place.area_ha * (area.share or 1)
    return max(surface, key=lambda name: surface[name])


def _ranges(group: list[Neighbourhood]) -> str:
    """« 1 à 10 », « 16 », « 15 et 16 »."""
    known = numbers(group[0].generation)
    found = sorted(known[place.code] for place in group)
    if len(found) > 2 and found[-1] - found[0] == len(found) - 1:
        return wording.span(pd.Series(found))
    return wording.listed([str(number) for number in found])


@plainly
def overview_svg(generation: str = "2015") -> str:
    """Map of every neighbourhood, numbered, as SVG text."""
    return svg(overview_axes(generation), halo=True)


def overview_axes(generation: str = "2015") -> Axes:
    """Map of every neighbourhood, numbered; the densest groups in a zoom each."""
    found = groups(generation)
    dense = [group for group in found if len(group) >= DENSE]
    dense = dense[: 1 if crowded(generation) else 2]
    rest = [group for group in found if group not in dense]
    wide, height, frames = _zoom_frames(dense)
    axes = canvas(wide, height)
    shapes = outlines()
    around = shapes[_departements()]
    land = around.total_bounds if len(around) else _land(list(neighbourhoods(generation).values()))
    frame = (4, height - LAND_HIGH, LAND_WIDE - 4, height - 4)
    window = Window(tuple(land), frame)
    paint(axes, window.pixels(around, 0.9), LAND, EDGE, 0.8)
    zooms = [zoomed(group, frame) for group, frame in zip(dense, frames, strict=True)]
    taken = [_zoom_link(axes, window, zoom) for zoom in zooms]
    for group, zoom in zip(dense, zooms, strict=True):
        _zoom_map(axes, group, zoom)
    _name_groups(axes, rest, frame, window, taken)
    scale_bar(axes, window, 6, 6, 13)
    return axes


def _departements() -> list[str]:
    found = {area.code for p in neighbourhoods().values() for area in p.areas("departement")}
    return sorted(found & set(outlines().index))


def _zoom_frames(dense: list[list[Neighbourhood]]) -> tuple[int, int, list[Box]]:
    """Width and height of the picture, and frames of the zooms in one row beside the map."""
    crowd = any(len(group) > CROWD for group in dense)
    least, most = (CROWD_WIDE * 0.7, CROWD_WIDE) if crowd else (100, 190)
    wides = _zoom_wides(dense)
    shaped = zip(wides, map(shape_of, dense), strict=True)
    sizes = [int(min(max(wide * shape, least), most)) for wide, shape in shaped]
    height = max([LAND_HIGH + 16, *(HEAD + size + 2 for size in sizes)])
    lefts = list(accumulate((wide + APART for wide in wides), initial=LAND_WIDE + APART))
    top = height - HEAD
    frames = [(left, top - size, left + wide, top)
              for left, size, wide in zip(lefts[:-1], sizes, wides, strict=True)]  # fmt: skip
    # Without a zoom too: drawn larger, its letters would be larger than those around.
    return max(lefts[-1] - APART, LAND_WIDE + APART + ZOOM_WIDE) + 2, height, frames


def _zoom_wides(dense: list[list[Neighbourhood]]) -> list[int]:
    """Width of each zoom, its name included; that of the last may begin over what is before it."""
    wides = [CROWD_WIDE if len(group) > CROWD else ZOOM_WIDE for group in dense]
    names = [ceil(width(town(group), 14, True)) for group in dense]
    free = wides[0] - names[0] if len(dense) > 1 else 0
    last = len(dense) - 1
    return [
        wide if i == last and name <= wide + APART + free else max(wide, name)
        for i, (wide, name) in enumerate(zip(wides, names, strict=True))
    ]


def _contours(group: list[Neighbourhood]) -> gpd.GeoSeries:
    shapes = perimeters() if group[0].generation == "2015" else successors()
    return shapes[[place.code for place in group if place.code in shapes.index]]


def _land(group: list[Neighbourhood]) -> Box:
    """Land that holds a group, with a margin for its numbers."""
    a, b, c, d = _contours(group).total_bounds
    margin = 0.1 * max(c - a, d - b)
    return a - margin, b - margin, c + margin, d + margin


def shape_of(group: list[Neighbourhood]) -> float:
    """Height of the land of a group for a width of 1."""
    a, b, c, d = _land(group)
    return (d - b) / (c - a)


def zoomed(group: list[Neighbourhood], frame: Box) -> Window:
    """Window whose land has exactly the shape of its frame."""
    a, b, c, d = _land(group)
    ratio = (frame[3] - frame[1]) / (frame[2] - frame[0])
    wide, high = max(c - a, (d - b) / ratio), max(d - b, (c - a) * ratio)
    east, north = (a + c) / 2, (b + d) / 2
    return Window((east - wide / 2, north - high / 2, east + wide / 2, north + high / 2), frame)


def _zoom_link(axes: Axes, window: Window, zoom: Window) -> Box:
    """Rectangle of a zoom on the map, tied to its frame."""
    spot = window.pixels(gpd.GeoSeries([box(*zoom.land)]), 0).iloc[0].bounds
    a, b, _, d = zoom.frame
    ties = [((spot[2], spot[3]), (a, d)), ((spot[2], spot[1]), (a, b))]
    for start, end in ties:
        stroke(axes, *zip(start, end, strict=True), color=EDGE, lw=0.8)
    paint(axes, gpd.GeoSeries([box(*spot)]), TINT, ACCENT, 1)
    return spot


def _zoom_map(axes: Axes, group: list[Neighbourhood], zoom: Window) -> None:
    known, (a, b, c, d) = numbers(group[0].generation), zoom.frame
    paint(axes, gpd.GeoSeries([box(*zoom.frame)]), LAND, EDGE, 0.8)
    communes = outlines()[drawable(area for area, _ in communes_of(group))]
    paint(axes, zoom.cut(communes), None, EDGE, 0.8)
    shapes = zoom.pixels(_contours(group), 0.4)
    paint(axes, shapes, ACCENT, ACCENT, 0.8)
    labels = [beside(shape, str(known[code]), INK, True, False) for code, shape in shapes.items()]
    scale = (a, b, a + 66, b + 22)
    put_names(axes, labels, zoom.frame, [scale, *(framed(shape, 0) for shape in shapes)])
    name = town(group)
    fits = width(name, 14, True) <= c - a
    write(axes, a if fits else c, d + 6, name, 14, INK, True, "left" if fits else "right")
    scale_bar(axes, zoom, a + 6, b + 7, 13)


def communes_of(group: list[Neighbourhood]) -> list[tuple]:
    """Communes of a group, each with one of its neighbourhoods."""
    found = {area.code: (area, place) for place in group for area in place.communes}
    return [found[code] for code in sorted(found)]


def _name_groups(
    axes: Axes, groups: list[list[Neighbourhood]], frame: Box, window: Window, taken: list[Box]
) -> None:
    """A dot, a town and numbers for each group without a zoom."""
    labels = []
    for group in groups:
        centre = _contours(group).union_all().centroid
        spot = window.pixels(gpd.GeoSeries([centre]), 0).iloc[0]
        stroke(axes, [spot.x], [spot.y], marker="o", ms=7, color=ACCENT, mew=0, ls="")
        text = f"{town(group)} {_ranges(group).replace(' et ', ', ')}"
        labels.append(Label(spot.x, spot.y, text, 14, INK, half=(5, 5), optional=False))
    dots = [(label.x - 5, label.y - 5, label.x + 5, label.y + 5) for label in labels]
    put_names(axes, labels, frame, [*taken, *dots])


@plainly
def overview(generation: str = "2015") -> Exhibit:
    """Map of the index: every neighbourhood of a generation by its number.

    Returns
    -------
    Exhibit
        ``data`` has one row per neighbourhood: ``number, code, name, communes``.
    """
    key = "overview_title" if generation == "2015" else "overview_title_later"
    title, alt = say(key, of=whole()[1]), overview_alt(generation)
    image = overview_svg(generation)
    caption = say("overview_caption" if len(outlines()) else "overview_caption_bare")
    figure = Figure(Picture(image, alt, *size(image), paper=15.5), title, caption)
    return Exhibit(figure, title, "", _overview_data(generation), alt)


def overview_alt(generation: str = "2015") -> str:
    """What the map of the index shows, in words."""
    told = []
    for group in groups(generation):
        around = len({area.code for place in group for area in place.communes}) > 1
        key = "overview_group" if around else "overview_single"
        told.append(say(key, n=len(group), town=town(group), numbers=_ranges(group)))
    return say("overview_alt", of=whole()[1], groups=", ".join(told))


def size(svg: str) -> tuple[int, int]:
    """Width and height of a picture, in pixels."""
    return tuple(int(re.search(rf'{side}="(\d+)"', svg)[1]) for side in ("width", "height"))


def _overview_data(generation: str) -> pd.DataFrame:
    known = neighbourhoods(generation)
    places = [(number, known[code]) for code, number in numbers(generation).items()]
    rows = [
        (number, place.code, place.name, wording.listed([area.name for area in place.communes]))
        for number, place in places
    ]
    return pd.DataFrame(rows, columns=["number", "code", "name", "communes"])
