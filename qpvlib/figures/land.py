"""Maps: shapes brought to pixels, scale bars, and names that do not collide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.path import Path
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from qpvlib.catalogue import wording
from qpvlib.document.palette import NOTE, TEXT
from qpvlib.figures.canvas import Box, stroke, strokes, width, write
from qpvlib.project import kept
from qpvlib.tables.areas import Area
from qpvlib.tables.shapes import metres


def outlines() -> gpd.GeoSeries:
    """Outlines of the areas of comparison, by code, in metres."""
    return metres("outlines")


def perimeters() -> gpd.GeoSeries:
    """Perimeters of the neighbourhoods, by code, in metres."""
    return metres("perimeters")


def successors() -> gpd.GeoSeries:
    """Outlines of 2024 of the neighbourhoods, by the successor's code, in metres."""
    return metres("perimeters_2024")


def drawable(areas: Iterable[Area]) -> list[str]:
    """Codes of the areas whose outline is known; the files give them for some départements."""
    known = outlines().index
    return [area.code for area in areas if area.code in known]


@kept("tidy", most=200)
def seen(window: "Window", codes: tuple[str, ...], detail: float = 0.5) -> gpd.GeoSeries:
    """Outlines in pixels, drawn by every neighbourhood that is in these areas."""
    return window.pixels(outlines()[list(codes)], detail)


def around(window: "Window", spot: Box) -> gpd.GeoSeries:
    """Perimeters that may show in a box of the picture, in metres: a few of them all."""
    found = perimeters()
    return found.iloc[np.sort(found.sindex.query(window.land_under(spot)))]


@dataclass(frozen=True)
class Window:
    """A part of the land, in metres, shown in a box of the picture, in pixels."""

    land: Box
    frame: Box

    @property
    def scale(self) -> float:
        """Pixels per metre."""
        wide, high = self.land[2] - self.land[0], self.land[3] - self.land[1]
        return min((self.frame[2] - self.frame[0]) / wide, (self.frame[3] - self.frame[1]) / high)

    def _move(self) -> tuple[float, float, float]:
        """Pixels per metre, then pixels of the origin of the land."""
        k = self.scale
        east, north = (self.land[0] + self.land[2]) / 2, (self.land[1] + self.land[3]) / 2
        x, y = (self.frame[0] + self.frame[2]) / 2, (self.frame[1] + self.frame[3]) / 2
        return k, x - k * east, y - k * north

    def land_under(self, spot: Box) -> BaseGeometry:
        """Land, in metres, under a box of the picture."""
        k, x, y = self._move()
        a, b, c, d = spot
        return box((a - x) / k, (b - y) / k, (c - x) / k, (d - y) / k)

    def pixels(self, shapes: gpd.GeoSeries, detail: float = 0.5) -> gpd.GeoSeries:
        """Shapes in pixels, without what is smaller than ``detail``."""
        k, x, y = self._move()
        moved = shapely.transform(np.asarray(shapes), lambda spots: spots * k + (x, y))
        return gpd.GeoSeries(shapely.simplify(moved, detail), index=shapes.index)

    def cut(self, shapes: gpd.GeoSeries, detail: float = 0.5) -> gpd.GeoSeries:
        """Shapes in pixels, without what is outside the frame."""
        shown = self.pixels(shapes, detail).intersection(box(*self.frame))
        return shown[~shown.is_empty]


def paint(
    axes: Axes, shapes: gpd.GeoSeries, fill: str | None, edge: str = "none", width: float = 1.0
) -> None:
    """Fill shapes and stroke them; without a fill, their outlines alone."""
    # Not GeoSeries.plot, which makes a class and reads its documentation at each call.
    if fill is None:
        draw_lines(axes, shapes.boundary, edge, width)
        return
    rings = map(shapely.get_rings, shapely.normalize(shapes.values))
    paths = [_path(found) for found in rings if len(found)]
    if paths:
        style = {"facecolor": fill, "edgecolor": edge, "linewidth": width}
        axes.add_collection(PathCollection(paths, clip_on=False, **style), autolim=False)


def draw_lines(
    axes: Axes, lines: gpd.GeoSeries, colour: str, width: float, dashes: str | tuple = "solid"
) -> None:
    """Stroke lines; the points where some cut shapes touched are left out."""
    parts = shapely.get_parts(shapely.get_parts(shapely.normalize(lines.values)))
    drawn = [shapely.get_coordinates(part) for part in parts if part.length]
    if drawn:
        strokes(axes, drawn, colour, width, linestyle=dashes)


def _path(rings: Sequence[BaseGeometry]) -> Path:
    # In one path, normalized: a hole is told by the way it turns.
    return Path.make_compound_path(
        *(Path(shapely.get_coordinates(ring), closed=True) for ring in rings)
    )


def scale_bar(axes: Axes, window: Window, x: float, y: float, size: float = 12) -> None:
    """A bar of a round length, about a sixth of the frame."""
    wide = (window.frame[2] - window.frame[0]) / 5 / window.scale
    unit = 10 ** np.floor(np.log10(wide))
    length = unit * max(step for step in (1, 2, 5) if step * unit <= wide)
    end = x + length * window.scale
    stroke(axes, [x, x, end, end], [y + 3, y, y, y + 3], color=NOTE, lw=1)
    text = (
        wording.number(length / 1000) + " km" if length >= 1000 else wording.number(length) + " m"
    )
    write(axes, end + 5, y - 2, text, size, NOTE, ha="left")


@dataclass(frozen=True)
class Label:
    """A name beside a thing of half-sizes ``half``; when optional, dropped without room."""

    x: float
    y: float
    text: str
    size: float = 13
    colour: str = TEXT
    bold: bool = False
    half: tuple[float, float] = (4, 4)
    optional: bool = True

    def boxes(self) -> Iterable[Box]:
        """Places where it could go, best first."""
        lines = self.text.split("\n")
        wide = max(width(line, self.size, self.bold) for line in lines)
        high = self.size * 1.2 * len(lines)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)):
            near = 0.5 if dx and dy else 1
            across, along = self.half[0] * near + 3, self.half[1] * near + 1
            left = self.x + {1: across, 0: -wide / 2, -1: -across - wide}[dx]
            low = self.y + {1: along, 0: -high / 2, -1: -along - high}[dy]
            yield left, low, left + wide, low + high


def beside(
    shape: BaseGeometry, text: str, colour: str = TEXT, bold: bool = False, optional: bool = True
) -> Label:
    """The name of a shape, around its bounding box."""
    a, b, c, d = shape.bounds
    half = (c - a) / 2, (d - b) / 2
    return Label((a + c) / 2, (b + d) / 2, text, 13, colour, bold, half, optional)


def folded(name: str, longest: int) -> str:
    """A long name on two lines, cut at the space or hyphen nearest its middle."""
    gaps = [i + 1 for i, letter in enumerate(name) if letter in " -"]
    if len(name) < longest or not gaps:
        return name
    cut = min(gaps, key=lambda i: abs(i - len(name) / 2))
    return f"{name[:cut].rstrip()}\n{name[cut:].lstrip()}"


def _overlap(a: Box, b: Box) -> float:
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return max(wide, 0) * max(high, 0)


def _outside(spot: Box, frame: Box) -> float:
    return sum(max(gap, 0) for gap in (
        frame[0] - spot[0], frame[1] - spot[1], spot[2] - frame[2], spot[3] - frame[3]
    ))  # fmt: skip


def put_names(
    axes: Axes,
    labels: list[Label],
    frame: Box,
    taken: list[Box],
    lines: BaseGeometry | None = None,
) -> list[Label]:
    """Write labels, the first ones first, each where it hides least; those that found room."""
    filled, written = list(taken), []
    for label in labels:
        spots = list(label.boxes())
        costs = np.array([_hidden(spot, frame, filled) for spot in spots])
        fits = costs < (1 if label.optional else np.inf)
        if not fits.any():
            continue
        if lines is not None:
            costs += _crossed(spots, lines)
        best = spots[int(np.argmin(np.where(fits, costs, np.inf)))]
        filled.append(best)
        written.append(label)
        _write_lines(axes, label, best)
    return written


def _hidden(spot: Box, frame: Box, filled: list[Box]) -> float:
    return 100 * _outside(spot, frame) + sum(_overlap(spot, other) for other in filled)


def _crossed(spots: list[Box], lines: BaseGeometry) -> np.ndarray:
    """Length of lines under each box."""
    return shapely.length(shapely.intersection(lines, shapely.box(*np.transpose(spots))))


def _write_lines(axes: Axes, label: Label, spot: Box) -> None:
    left = spot[0] > label.x
    ha, x = ("left", spot[0]) if left else ("right", spot[2])
    if spot[0] < label.x < spot[2]:
        ha, x = "center", (spot[0] + spot[2]) / 2
    for i, line in enumerate(label.text.split("\n")):
        y = spot[3] - label.size * (0.95 + 1.2 * i)
        write(axes, x, y, line, label.size, label.colour, label.bold, ha)


def framed(shape: BaseGeometry, margin: float) -> Box:
    """Bounding box of a shape in pixels, widened."""
    a, b, c, d = shape.bounds
    return a - margin, b - margin, c + margin, d + margin


def side_of(of: BaseGeometry, within: BaseGeometry) -> str:
    """Where a shape lies in another: « au nord-est », « au centre »."""
    a, b, c, d = within.bounds
    across, along = (of.centroid.x - a) / (c - a), (of.centroid.y - b) / (d - b)
    north = "n" if along > 0.6 else "s" if along < 0.4 else ""
    east = "e" if across > 0.6 else "w" if across < 0.4 else ""
    return wording.say("side", north + east or "centre")
