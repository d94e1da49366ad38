"""Where a neighbourhood is: département, commune, perimeter with its nearest services."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from shapely.geometry import Point, box
from shapely.geometry.base import BaseGeometry

from qpvlib.catalogue import catalogue, wording
from qpvlib.document.blocks import Figure, Group, Picture
from qpvlib.document.exhibits import Exhibit
from qpvlib.document.palette import (
    ACCENT,
    BAND,
    CENTRE,
    EDGE,
    INK,
    LAND,
    NOTE,
    PEER,
    TINT,
)
from qpvlib.figures import generations
from qpvlib.figures.canvas import Box, canvas, plainly, say, stroke, svg
from qpvlib.figures.land import (
    Label,
    Window,
    around,
    beside,
    draw_lines,
    drawable,
    folded,
    framed,
    outlines,
    paint,
    perimeters,
    put_names,
    scale_bar,
    seen,
    side_of,
    successors,
)
from qpvlib.figures.services import SIGNS, TOLD, listed, near
from qpvlib.project import kept
from qpvlib.tables.areas import (
    Area,
    Neighbourhood,
    neighbourhood,
    places,
    sharing,
    siblings,
)

WIDE, HIGH = 300, 260  # a map, in pixels
T = TypeVar("T")
vector = partial(svg, halo=True)


def _map() -> tuple:
    axes = canvas(WIDE, HIGH)
    return axes, (4, 22, WIDE - 4, HIGH - 4)


def _towns(place: Neighbourhood) -> list[Area]:
    """Communes of the département that have QPV, most surface first."""
    towns: dict[str, Area] = {}
    surface: dict[str, float] = {}
    for other in map(neighbourhood, siblings(place)):
        for area in other.communes:
            towns.setdefault(area.code, area)
            surface[area.code] = surface.get(area.code, 0) + other.area_ha * (area.share or 1)
    return sorted(towns.values(), key=lambda area: -surface[area.code])


def _departement_map(place: Neighbourhood) -> Axes:
    axes, frame = _map()
    whole = _codes(place.areas("departement"))
    window = Window(tuple(outlines()[list(whole)].total_bounds), frame)
    mine = seen(window, _codes(place.communes), 0.3)
    paint(axes, seen(window, whole, 0.7), LAND, EDGE, 0.8)
    paint(axes, seen(window, tuple(drawable(place.areas("epci")))), TINT, EDGE, 0.8)
    paint(axes, mine, ACCENT, ACCENT, 0.8)
    heart = mine.union_all()
    names = "\n".join(area.name for area in place.communes[:3])
    main = beside(heart, names, ACCENT, True, False)
    others = _town_labels(place, window, heart)
    dots = [(d.x - 4, d.y - 4, d.x + 4, d.y + 4) for d in others]
    named = put_names(axes, [main, *others], (0, 20, WIDE, HIGH), [*dots, framed(heart, 1)])
    for dot in named[1:]:
        stroke(axes, [dot.x], [dot.y], marker="o", ms=4.5, color=PEER, mew=0, ls="")
    scale_bar(axes, window, 5, 6)
    return axes


def _codes(areas: tuple[Area, ...]) -> tuple[str, ...]:
    return tuple(area.code for area in areas)


def _town_labels(place: Neighbourhood, window: Window, heart: BaseGeometry) -> list[Label]:
    """One dot for each group of communes with QPV, apart from this neighbourhood's."""
    mine = {area.code for area in place.communes}
    heads: list[Label] = []
    towns = {town.code: town for town in _towns(place)}
    spots = seen(window, tuple(drawable(towns.values()))).representative_point()
    for code, spot in spots.items():
        if code not in mine and all(np.hypot(spot.x - k.x, spot.y - k.y) > 30 for k in heads):
            heads.append(Label(spot.x, spot.y, towns[code].name))
    return [label for label in heads if heart.distance(Point(label.x, label.y)) > 6]


def _beside_it(place: Neighbourhood) -> list[Neighbourhood]:
    """Other QPV with a part in one of its communes."""
    return [neighbourhood(code) for code in sharing(place.communes) if code != place.code]


def _commune_map(place: Neighbourhood) -> Axes:
    (axes, frame), codes = _map(), _codes(place.communes)
    window = Window(tuple(outlines()[list(codes)].total_bounds), frame)
    communes = seen(window, codes)
    others = window.pixels(perimeters()[[other.code for other in _beside_it(place)]])
    mine = window.pixels(perimeters()[[place.code]], 0.3).iloc[0]
    paint(axes, communes, LAND, EDGE, 0.9)
    paint(axes, others, CENTRE, PEER, 0.9)
    paint(axes, gpd.GeoSeries([mine]), ACCENT, ACCENT, 1.2)
    edges = communes.boundary.union_all()
    labels = [
        beside(mine, place.name, ACCENT, True, False),
        *(beside(shape, folded(neighbourhood(code).name, 18)) for code, shape in others.items()),
        *_commune_names(place, communes),
    ]
    put_names(axes, labels, (0, 20, WIDE, HIGH), [framed(s, 0) for s in (mine, *others)], edges)
    scale_bar(axes, window, 5, 6)
    return axes


def _commune_names(place: Neighbourhood, shapes: gpd.GeoSeries) -> list[Label]:
    """Names of the communes, where there are several."""
    if len(place.communes) < 2:
        return []
    spots = zip(place.communes, shapes.representative_point(), strict=True)
    return [Label(at.x, at.y, area.name, 12, NOTE, half=(-3, -1)) for area, at in spots]


def _perimeter_map(place: Neighbourhood) -> Axes:
    axes, services = _map()[0], near(place)
    mine = perimeters()[[place.code]]
    later = successors()[[place.successor]] if generations.drawn(place) else mine.iloc[:0]
    land = shapely.total_bounds([*mine, *later, *services.geometry])
    window = Window(roomy(tuple(land)), (24, 34, WIDE - 24, HIGH - 24))
    paint(axes, gpd.GeoSeries([box(0, 0, WIDE, HIGH)]), LAND)
    shape = window.pixels(mine, 0.3)
    others = around(window, (0, 0, WIDE, HIGH)).drop(place.code)
    nearby = window.pixels(others).intersection(box(0, 0, WIDE, HIGH))
    paint(axes, nearby[~nearby.is_empty], BAND, PEER, 0.8)
    paint(axes, shape, TINT, ACCENT, 2)
    axes.collections[-1].set_gid("mark-2015")
    _dashed(axes, window.pixels(later, 0.3))
    _commune_borders(axes, place, window)
    points = window.pixels(services.geometry, 0)
    labels = []
    for kind, point in zip(services.kind, points, strict=True):
        sign = {"marker": SIGNS[kind], "ms": 9, "mec": "#fff", "mew": 1, "color": INK, "ls": ""}
        stroke(axes, [point.x], [point.y], **sign)
        labels.append(Label(point.x, point.y, say(kind), 13, INK, half=(6, 6), optional=False))
    taken = [(p.x - 5, p.y - 5, p.x + 5, p.y + 5) for p in points]
    put_names(axes, labels, (4, 20, WIDE - 4, HIGH - 4), taken, shape.boundary.iloc[0])
    scale_bar(axes, window, 8, 8)
    return axes


def _dashed(axes: Axes, later: gpd.GeoSeries) -> None:
    """The outline of 2024 over that of 2015: told apart by its dashes, colour or not."""
    if later.empty:
        return
    draw_lines(axes, later.boundary, INK, 1.8, (0, (4, 2.5)))
    axes.collections[-1].set_gid("mark-2024")


def roomy(land: Box) -> Box:
    """At least 400 m across, so that a small perimeter is not blown up."""
    east, north = (land[0] + land[2]) / 2, (land[1] + land[3]) / 2
    wide, high = max(land[2] - land[0], 400) / 2, max(land[3] - land[1], 400) / 2
    return east - wide, north - high, east + wide, north + high


def _commune_borders(axes: Axes, place: Neighbourhood, window: Window) -> None:
    known = drawable(place.communes)
    if len(known) < 2:
        return
    lines = seen(window, tuple(known)).boundary
    lines = lines.intersection(box(0, 0, WIDE, HIGH))
    draw_lines(axes, lines, EDGE, 0.9)


@plainly
def locator(place: Neighbourhood) -> Exhibit:
    """Three small maps: the département, the commune with its QPV, the perimeter and what is near.

    A map whose outlines are not among the tables is left out.

    Returns
    -------
    Exhibit
        ``data`` has one row per near service: ``kind, name, commune, distance_m``.
    """
    maps = drawn(place, vector)
    figures = tuple(
        Figure(Picture(image, alt, WIDE, HIGH), caption, caption) for image, caption, alt in maps
    )
    data = pd.DataFrame(near(place)[TOLD])
    content = Group(figures, "maps"), *listed(place, data)
    alt = " ".join(alt for _, _, alt in maps)
    return Exhibit(content, say("map_title", of=place.of), place.code, data, alt)


@plainly
def contours_2024(place: Neighbourhood) -> Exhibit:
    """Le contour d'un périmètre de 2024 sur celui de 2015, comme la page de ce dernier l'a.

    Rien n'est dessiné s'il ne succède pas à un seul.
    """
    before = [neighbourhood(code) for code in place.predecessors]
    found = drawn(before[0], vector, slice(-1, None)) if len(before) == 1 else []
    figures = tuple(
        Figure(Picture(image, alt, WIDE, HIGH), caption, caption) for image, caption, alt in found
    )
    alt = " ".join(alt for _, _, alt in found)
    return Exhibit(figures, say("map_title", of=place.of), place.code, alt=alt)


def drawn(
    place: Neighbourhood, saved: Callable[[Axes], T], only: slice = slice(None)
) -> list[tuple[T, str, str]]:
    """Picture, caption and alternative text of each map that can be drawn.

    Parameters
    ----------
    saved : callable
        Makes a picture of some axes, at once: the next map is drawn on the same ones.
    only : slice, optional
        Which of these maps; the others are not drawn.
    """
    maps = [MAPS[key] for key in known(place)][only]
    return [
        (_picture(saved, draw, alike(place) if alike else place), *words(place))
        for draw, alike, words in maps
    ]


def known(place: Neighbourhood) -> list[str]:
    """Which of ``MAPS`` can be drawn."""
    found = []
    if tuple(drawable(place.communes)) == _codes(place.communes):
        found = ["departement", "commune"] if drawable(place.areas("departement")) else ["commune"]
    return found + ["perimeter"] * (place.code in perimeters().index)


@kept("tidy", "root", most=100)
def _picture(
    saved: Callable[[Axes], T], draw: Callable[[Neighbourhood], Axes], of: Neighbourhood
) -> T:
    return saved(draw(of))


def _first_alike(place: Neighbourhood) -> Neighbourhood:
    """The first neighbourhood in the same areas, whose département is drawn the same."""
    others = map(neighbourhood, siblings(place))
    return next(other for other in others if _codes(other.within) == _codes(place.within))


def _departement_words(place: Neighbourhood) -> tuple[str, str]:
    epci = wording.listed([area.name for area in place.areas("epci")]) or place.name
    whole = place.areas("departement")[0]
    shapes = outlines()
    heart = shapes[[area.code for area in place.communes]].union_all()
    caption = say("map_area", Within=wording.sentence(whole.locative), epci=epci)
    alt = say(
        "map_area_alt",
        departement=whole.name,
        communes=wording.listed([area.name for area in place.communes]),
        epci=epci,
        side=side_of(heart, shapes[whole.code]),
    )
    return caption, alt


def _commune_words(place: Neighbourhood) -> tuple[str, str]:
    communes = wording.listed([area.name for area in place.communes])
    within = place.communes[0].locative
    caption = say("map_commune", Within=wording.sentence(within))
    if len(place.communes) > 1:
        caption = say("map_communes", communes=communes)
        within = caption[0].lower() + caption[1:]
    others = sorted(other.name for other in _beside_it(place))
    key = "map_others_one" if len(others) == 1 else "map_others"
    land = outlines()[[area.code for area in place.communes]].union_all()
    alt = say(
        "map_commune_alt",
        name=place.name,
        within=within,
        side=side_of(perimeters()[place.code], land),
        others=say(key, n=len(others), names=wording.listed(others)) if others else "",
    )
    return caption, alt


def _perimeter_words(place: Neighbourhood) -> tuple[str, str]:
    caption, alt = _near_words(place, near(place))
    if outlines().empty:
        caption += say("map_unread")
    if generations.drawn(place):
        return f"{caption}{say('map_later')}", f"{alt} {_later_alt(place)}"
    return caption, alt


def _near_words(place: Neighbourhood, services: pd.DataFrame) -> tuple[str, str]:
    near = wording.number(catalogue().rule("near"))
    area = f"{wording.number(place.area_ha, 1)} ha"
    if not set(SIGNS) <= set(places(place).kind):  # no list covers it: nothing may be said absent
        return say("map_perimeter_bare", area=area), say(
            "map_perimeter_bare_alt", of=place.of, area=area
        )
    key = "map_perimeter" if len(services) else "map_perimeter_alone"
    told = [
        f"{say(kind)} {wording.distance(metres)}"
        for kind, metres in zip(services["kind"], services["distance_m"], strict=True)
    ] or [say("map_no_service", near=near)]
    alt = say("map_perimeter_alt", of=place.of, area=area, services=", ".join(told))
    return say(key, area=area, near=near), alt


def _later_alt(place: Neighbourhood) -> str:
    side = generations.added(place)
    return say("map_later_alt", added=say("map_added", side=side) if side else "")


# How each is drawn, of which neighbourhood where others have the same, and in what words.
MAPS = {
    "departement": (_departement_map, _first_alike, _departement_words),
    "commune": (_commune_map, None, _commune_words),
    "perimeter": (_perimeter_map, None, _perimeter_words),
}
