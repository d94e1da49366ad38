"""Table → exhibit: maps, positions and trends, drawn with matplotlib, seaborn and geopandas.

Everything is laid out in CSS pixels, y upwards, on axes that fill the picture; geometries are
brought to pixels before being drawn, and simplified there.
"""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from shapely.geometry import Point, box
from shapely.geometry.base import BaseGeometry

from qpvlib import exhibits, paths, tables, wording
from qpvlib.areas import METRES, Neighbourhood, neighbourhoods, places
from qpvlib.catalogue import Indicator, catalogue
from qpvlib.comparison import Trend, trend
from qpvlib.exhibits import Exhibit, escape
from qpvlib.rows import (
    ACCENT,
    BAND,
    CENTRE,
    COLOURS,
    INK,
    MEDIAN,
    NOTE,
    PEER,
    TEXT,
    View,
    view,
)

LAND, TINT, NOISE, EDGE, RULE = "#f4f6f7", "#d0dfe2", "#d9e6e8", "#9aa3ab", "#c9cfd5"
STACK = '"Segoe UI",-apple-system,Roboto,"Helvetica Neue",Arial,sans-serif'
FONT = "DejaVu Sans"  # the widest of the usual ones, shipped with matplotlib: what fits in it fits
STYLE = {"svg.hashsalt": "qpvlib", "svg.fonttype": "none", "font.family": FONT}
NO_DATE = {"Date": None, "Creator": None, "Format": None, "Type": None}

Box = tuple[float, float, float, float]  # left, bottom, right, top

# Sentences of the figures, in the grammar of phrases.toml.
WORDS = {
    "map_title": "Où se trouve {name}",
    "map_area": "{Within}, {epci}",
    "map_area_alt": "{departement} : {communes} et {epci} y sont en couleur, {side}.",
    "map_commune": "{Within}",
    "map_communes": "Dans les communes de {communes}",
    "map_commune_alt": "{name} {within}, {side}{others}.",
    "map_others_one": " ; un autre quartier prioritaire : {names}",
    "map_others": " ; {n} autres quartiers prioritaires : {names}",
    "map_perimeter": "Périmètre ({area}) et services proches",
    "map_perimeter_alone": "Périmètre ({area}) ; ni France services ni hôpital à moins de {near} m",
    "map_perimeter_alt": "Périmètre de {name}, {area} : {services}.",
    "map_no_service": "ni France services ni hôpital à moins de {near} m à vol d'oiseau",
    "map_table": "Services les plus proches de {name}, à vol d'oiseau",
    "france_services": "France services",
    "hopital": "Hôpital",
    "position_title": "{label}, {year}",
    "position_alt": "{label}, {year} : {value} ({name}), {reading}{median}{around}.",
    "position_blank_alt": "{label}, {year} : non publié pour ce quartier{median}.",
    "position_median": " ; médiane de {median} pour {n} quartiers prioritaires de métropole",
    "position_caption": "<strong>{label}</strong>, {year}. En gris, les {n} quartiers"
    " prioritaires de métropole (foncé : la moitié centrale) ; petits traits : les autres"
    " quartiers {of}{noise}.",
    "position_noise": " ; trait horizontal : le bruit",
    "position_alone": "<strong>{label}</strong>, {year}. Aucun repère pour cette année.",
    "position_table": "{label}, {year}",
    "median": "médiane",
    "blank": "non publié pour ce quartier",
    "no_spread": "aucun repère pour cette année",
    "more": "plus de difficultés",
    "less": "moins de difficultés",
    "high": "plus élevé",
    "low": "plus bas",
    "half": "Moitié centrale des quartiers de métropole",
    "eight": "Huit quartiers de métropole sur dix",
    "all_median": "Médiane des {n} quartiers de métropole",
    "others": "Autres quartiers {of} ({n} publiés)",
    "between": "de {low} à {high}",
    "trend_title": "Tendances",
    "trend_alt": "{label} : {points}. {verdict}.",
    "trend_none": "{label} : non publié pour ce quartier.",
    "trend_two": "{first} en {first_year}, {last} en {last_year}{deduced} : ",
    "trend_deduced": " (années déduites)",
    "trend_noise": "écart inférieur au bruit ({noise}).",
    "trend_follows": "{change} ; médiane des quartiers de métropole, {median}. Le reste"
    " est sous le bruit ({noise}).",
    "trend_moves": "{change} ; médiane des quartiers de métropole, {median}.",
    "trend_reason": "{reason}.",
    "trend_breaks": "Trait interrompu : la méthode change en {years}.",
    "trend_count": "Deux dates seulement : le trait ne dit rien de l'entre-deux ;"
    " cause non connue ici.",
    "trend_unpublished": "Non publié pour ce quartier en {years}.",
    "trend_clearly": "{verdict} nette",
    "trend_same": "Aucun changement",
    "trend_equal": "aucun changement",
    "trend_table": "Tendances de {name}",
    "overview_title": "Les quartiers prioritaires {of}",
    "overview_alt": "Carte {of} : {groups}.",
    "overview_group": "{n} à {town} et autour (n° {numbers})",
    "overview_single": "{n} à {town} (n° {numbers})",
    "overview_caption": "Les numéros sont ceux de la liste.",
}


def _say(key: str, **parts: object) -> str:
    return wording.spaced(WORDS[key].format(**parts))


# --- canvas ----------------------------------------------------------------------------------


def _canvas(width: float, height: float):
    """Axes of ``width × height`` pixels, y upwards, that fill their figure."""
    figure = Figure(figsize=(width / 72, height / 72))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(0, width), ylim=(0, height), xticks=[], yticks=[])
    return axes


def _svg(axes: Axes, halo: bool = False) -> str:
    """The picture as SVG text: same input, same bytes; the page's fonts; short numbers."""
    out = io.StringIO()
    with mpl.rc_context(STYLE):
        axes.figure.savefig(out, format="svg", metadata=NO_DATE, transparent=True)
    return _lean(out.getvalue(), halo)


_FACE = f"text{{font-family:{STACK}}}"
_HALO = "text{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}"
_JUNK = re.compile(
    r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>"
    r'|<g id="patch_1">.*?</g>| id="(?!mark)[A-Za-z0-9]+_\d+"| version="1.1"'
    r'| transform="rotate\(-?0(?:\.0+)? [^"]*"|; stroke-linejoin: miter|font-family: [^;"]*; ',
    re.DOTALL,
)


def _lean(svg: str, halo: bool) -> str:
    """SVG of matplotlib without what a browser does not need, in the page's own fonts."""
    svg = _JUNK.sub("", svg)
    svg = re.sub(r'\b(d|x|y|transform)="([^"]*)"', _short, svg)
    svg = re.sub(r'(width|height)="(\d+)(?:\.\d+)?pt"', r'\1="\2"', svg)
    svg = svg.replace("</style>", f"{_FACE}{_HALO if halo else ''}</style>", 1)
    svg = re.sub(r"<g>\s*</g>", "", re.sub(r"[ \n]+", " ", svg))
    # Written as an entity, the thin no-break space survives whoever tidies white space.
    return re.sub(r">\s+<", "><", svg).replace(wording.THIN, "&#8239;").strip()


def _short(found: re.Match) -> str:
    text = re.sub(
        r"-?\d+\.\d+(e-?\d+)?", lambda n: f"{float(n[0]):.1f}".removesuffix(".0"), found[2]
    )
    text = re.sub(r"\s+", " ", text).strip()
    tight = re.sub(r" ?([MLQCz]) ?", r"\1", text)
    return f'{found[1]}="{tight}"'


@cache
def _font(size: float, bold: bool) -> FontProperties:
    return FontProperties(family=FONT, size=size, weight="bold" if bold else "normal")


@cache
def _width(text: str, size: float, bold: bool = False) -> float:
    """Width of a text in pixels, in the widest font."""
    plain = text.replace(wording.THIN, " ")
    return text_to_path.get_text_width_height_descent(plain, _font(size, bold), False)[0]


def _write(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    size: float = 13,
    colour: str = TEXT,
    bold: bool = False,
    ha: str = "center",
) -> None:
    weight = "bold" if bold else "normal"
    axes.text(x, y, text, fontsize=size, color=colour, fontweight=weight, ha=ha)


# --- maps ------------------------------------------------------------------------------------


@cache
def _shapes(name: str, _folder: Path) -> gpd.GeoSeries:
    """Outlines by code, in metres."""
    return tables.outlines(name, _folder).to_crs(METRES).set_index("code").geometry


def _outlines() -> gpd.GeoSeries:
    return _shapes("outlines", paths.tidy())


def _perimeters() -> gpd.GeoSeries:
    return _shapes("perimeters", paths.tidy())


@dataclass(frozen=True)
class _Window:
    """A part of the land, in metres, shown in a box of the picture, in pixels."""

    land: Box
    frame: Box

    @property
    def scale(self) -> float:
        """Pixels per metre."""
        wide, high = self.land[2] - self.land[0], self.land[3] - self.land[1]
        return min((self.frame[2] - self.frame[0]) / wide, (self.frame[3] - self.frame[1]) / high)

    def _matrix(self) -> list[float]:
        k = self.scale
        east, north = (self.land[0] + self.land[2]) / 2, (self.land[1] + self.land[3]) / 2
        x, y = (self.frame[0] + self.frame[2]) / 2, (self.frame[1] + self.frame[3]) / 2
        return [k, 0, 0, k, x - k * east, y - k * north]

    def pixels(self, shapes: gpd.GeoSeries, detail: float = 0.5) -> gpd.GeoSeries:
        """Shapes in pixels, without what is smaller than ``detail``."""
        flat = gpd.GeoSeries(shapes.array, index=shapes.index).set_crs(None, allow_override=True)
        return flat.affine_transform(self._matrix()).simplify(detail)

    def cut(self, shapes: gpd.GeoSeries, detail: float = 0.5) -> gpd.GeoSeries:
        """Shapes in pixels, without what is outside the frame."""
        shown = self.pixels(shapes, detail).intersection(box(*self.frame))
        return shown[~shown.is_empty]


def _paint(
    axes: Axes, shapes: gpd.GeoSeries, fill: str | None, edge: str = "none", width: float = 1.0
) -> None:
    """Fill shapes and stroke them; without a fill, their outlines alone."""
    if len(shapes) == 0:
        return
    if fill is None:
        shapes.boundary.plot(ax=axes, color=edge, linewidth=width, aspect=None, clip_on=False)
        return
    shapes.plot(ax=axes, color=fill, edgecolor=edge, linewidth=width, aspect=None, clip_on=False)


def _scale_bar(axes: Axes, window: _Window, x: float, y: float, size: float = 12) -> None:
    """A bar of a round length, about a sixth of the frame."""
    wide = (window.frame[2] - window.frame[0]) / 5 / window.scale
    unit = 10 ** np.floor(np.log10(wide))
    length = unit * max(step for step in (1, 2, 5) if step * unit <= wide)
    end = x + length * window.scale
    axes.plot([x, x, end, end], [y + 3, y, y, y + 3], color=NOTE, lw=1, clip_on=False)
    text = (
        wording.number(length / 1000) + " km" if length >= 1000 else wording.number(length) + " m"
    )
    _write(axes, end + 5, y - 2, text, size, NOTE, ha="left")


@dataclass(frozen=True)
class _Label:
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
        wide = max(_width(line, self.size, self.bold) for line in lines)
        high = self.size * 1.2 * len(lines)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)):
            near = 0.5 if dx and dy else 1
            across, along = self.half[0] * near + 3, self.half[1] * near + 1
            left = self.x + {1: across, 0: -wide / 2, -1: -across - wide}[dx]
            low = self.y + {1: along, 0: -high / 2, -1: -along - high}[dy]
            yield left, low, left + wide, low + high


def _overlap(a: Box, b: Box) -> float:
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return max(wide, 0) * max(high, 0)


def _outside(spot: Box, frame: Box) -> float:
    return sum(max(gap, 0) for gap in (
        frame[0] - spot[0], frame[1] - spot[1], spot[2] - frame[2], spot[3] - frame[3]
    ))  # fmt: skip


def _name(
    axes: Axes,
    labels: list[_Label],
    frame: Box,
    taken: list[Box],
    lines: BaseGeometry | None = None,
) -> list[_Label]:
    """Write labels, the first ones first, each where it hides least; those that found room."""
    filled, written = list(taken), []
    for label in labels:
        costs = [(_hidden(spot, frame, filled), spot) for spot in label.boxes()]
        if label.optional:
            costs = [pair for pair in costs if pair[0] < 1]
        if not costs:
            continue
        crossed = [cost + _crossed(spot, lines) for cost, spot in costs]
        best = costs[int(np.argmin(crossed))][1]
        filled.append(best)
        written.append(label)
        _write_lines(axes, label, best)
    return written


def _hidden(spot: Box, frame: Box, filled: list[Box]) -> float:
    return 100 * _outside(spot, frame) + sum(_overlap(spot, other) for other in filled)


def _crossed(spot: Box, lines: BaseGeometry | None) -> float:
    return 0.0 if lines is None else lines.intersection(box(*spot)).length


def _write_lines(axes: Axes, label: _Label, spot: Box) -> None:
    left = spot[0] > label.x
    ha, x = ("left", spot[0]) if left else ("right", spot[2])
    if spot[0] < label.x < spot[2]:
        ha, x = "center", (spot[0] + spot[2]) / 2
    for i, line in enumerate(label.text.split("\n")):
        y = spot[3] - label.size * (0.95 + 1.2 * i)
        _write(axes, x, y, line, label.size, label.colour, label.bold, ha)


def _around(shape: BaseGeometry, margin: float) -> Box:
    """Bounding box of a shape in pixels, widened."""
    a, b, c, d = shape.bounds
    return a - margin, b - margin, c + margin, d + margin


def _side(of: BaseGeometry, within: BaseGeometry) -> str:
    """Where a shape lies in another: « au nord-est », « au centre »."""
    a, b, c, d = within.bounds
    x, y = of.centroid.x, of.centroid.y
    across, along = (x - a) / (c - a), (y - b) / (d - b)
    north = "nord" if along > 0.6 else "sud" if along < 0.4 else ""
    east = "est" if across > 0.6 else "ouest" if across < 0.4 else ""
    where = "-".join(filter(None, (north, east)))
    if not where:
        return "au centre"
    return f"à l'{where}" if where[0] in "eo" else f"au {where}"


def _listed(names: Iterable[str]) -> str:
    """« Montargis, Châlette-sur-Loing et Villemandeur »."""
    names = list(names)
    return " et ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


WIDE, HIGH = 300, 260  # a map, in pixels


def _map() -> tuple:
    axes = _canvas(WIDE, HIGH)
    return axes, (4, 22, WIDE - 4, HIGH - 4)


def _towns(place: Neighbourhood) -> list[tuple[str, str]]:
    """Communes of the département that have QPV, most surface first: code and name."""
    surface: dict[tuple[str, str], float] = {}
    for other in neighbourhoods().values():
        if other.departement == place.departement:
            for area in other.communes:
                key = (area.code, area.name)
                surface[key] = surface.get(key, 0) + other.area_ha * (area.share or 1)
    return sorted(surface, key=lambda key: -surface[key])


def _departement_map(place: Neighbourhood) -> str:
    shapes, (axes, frame) = _outlines(), _map()
    whole = shapes[[area.code for area in place.areas("departement")]]
    window = _Window(tuple(whole.total_bounds), frame)
    mine = window.pixels(shapes[[area.code for area in place.communes]], 0.3)
    _paint(axes, window.pixels(whole, 0.7), LAND, EDGE, 0.8)
    _paint(axes, window.pixels(shapes[[a.code for a in place.areas("epci")]]), TINT)
    _paint(axes, mine, ACCENT, ACCENT, 0.8)
    heart = mine.union_all()
    names = "\n".join(area.name for area in place.communes[:3])
    main = _beside(heart, names, ACCENT, True, False)
    others = _town_labels(place, window, heart)
    dots = [(d.x - 4, d.y - 4, d.x + 4, d.y + 4) for d in others]
    named = _name(axes, [main, *others], (0, 20, WIDE, HIGH), [*dots, _around(heart, 1)])
    for dot in named[1:]:
        axes.plot(dot.x, dot.y, "o", ms=4.5, color=PEER, mew=0, clip_on=False)
    _scale_bar(axes, window, 5, 6)
    return _svg(axes, halo=True)


def _town_labels(place: Neighbourhood, window: _Window, heart: BaseGeometry) -> list[_Label]:
    """One dot for each group of communes with QPV, apart from this neighbourhood's."""
    mine = {area.code for area in place.communes}
    heads: list[_Label] = []
    for code, name in _towns(place):
        spot = window.pixels(_outlines()[[code]]).iloc[0].representative_point()
        if code not in mine and all(np.hypot(spot.x - k.x, spot.y - k.y) > 30 for k in heads):
            heads.append(_Label(spot.x, spot.y, name))
    return [label for label in heads if heart.distance(Point(label.x, label.y)) > 6]


def _siblings(place: Neighbourhood) -> list[Neighbourhood]:
    """Other QPV with a part in one of its communes."""
    mine = {area.code for area in place.communes}
    return [
        other
        for other in neighbourhoods().values()
        if other.code != place.code and mine & {area.code for area in other.communes}
    ]


def _commune_map(place: Neighbourhood) -> str:
    shapes, (axes, frame) = _outlines(), _map()
    communes = shapes[[area.code for area in place.communes]]
    window = _Window(tuple(communes.total_bounds), frame)
    others = window.pixels(_perimeters()[[other.code for other in _siblings(place)]])
    mine = window.pixels(_perimeters()[[place.code]], 0.3).iloc[0]
    _paint(axes, window.pixels(communes), LAND, EDGE, 0.9)
    _paint(axes, others, CENTRE, PEER, 0.9)
    _paint(axes, gpd.GeoSeries([mine]), ACCENT, ACCENT, 1.2)
    edges = window.pixels(communes).boundary.union_all()
    labels = [
        _beside(mine, place.name, ACCENT, True, False),
        *(_beside(shape, _sibling_name(code)) for code, shape in others.items()),
        *_commune_names(place, window),
    ]
    _name(axes, labels, (0, 20, WIDE, HIGH), [_around(s, 0) for s in (mine, *others)], edges)
    _scale_bar(axes, window, 5, 6)
    return _svg(axes, halo=True)


def _beside(
    shape: BaseGeometry, text: str, colour: str = TEXT, bold: bool = False, optional: bool = True
) -> _Label:
    a, b, c, d = shape.bounds
    half = (c - a) / 2, (d - b) / 2
    return _Label((a + c) / 2, (b + d) / 2, text, 13, colour, bold, half, optional)


def _sibling_name(code: str) -> str:
    """Name of a neighbourhood, on two lines where it is long."""
    name = neighbourhoods()[code].name
    gaps = [i for i, letter in enumerate(name) if letter == " "]
    if len(name) < 18 or not gaps:
        return name
    cut = min(gaps, key=lambda i: abs(i - len(name) / 2))
    return f"{name[:cut]}\n{name[cut + 1 :]}"


def _commune_names(place: Neighbourhood, window: _Window) -> list[_Label]:
    """Names of the communes, where there are several."""
    if len(place.communes) < 2:
        return []
    found = []
    for area in place.communes:
        spot = window.pixels(_outlines()[[area.code]]).iloc[0].representative_point()
        found.append(_Label(spot.x, spot.y, area.name, 12, NOTE, half=(-3, -1)))
    return found


def _services(place: Neighbourhood) -> gpd.GeoDataFrame:
    """Near France services and hospitals: ``kind, name, commune, distance_m`` and a point."""
    rows = places(place)
    rows = rows[rows.kind.isin(["france_services", "hopital"])]
    rows = rows[rows.distance_m <= catalogue().rule("near")]
    points = gpd.points_from_xy(rows.longitude, rows.latitude, crs=4326)
    return gpd.GeoDataFrame(
        rows[["kind", "name", "commune", "distance_m"]].reset_index(drop=True), geometry=points
    ).to_crs(METRES)


SIGNS = {"france_services": "s", "hopital": "P"}


def _perimeter_map(place: Neighbourhood, services: gpd.GeoDataFrame) -> str:
    axes, _ = _map()
    mine = _perimeters()[[place.code]]
    land = pd.concat([mine, services.geometry]).total_bounds
    window = _Window(_roomy(land), (24, 34, WIDE - 24, HIGH - 24))
    _paint(axes, gpd.GeoSeries([box(0, 0, WIDE, HIGH)]), LAND)
    shape = window.pixels(mine, 0.3)
    nearby = window.pixels(_perimeters().drop(place.code)).intersection(box(0, 0, WIDE, HIGH))
    _paint(axes, nearby[~nearby.is_empty], BAND, CENTRE, 1)
    _paint(axes, shape, TINT, ACCENT, 2)
    _commune_borders(axes, place, window)
    points = window.pixels(services.geometry, 0)
    labels = []
    for kind, point in zip(services.kind, points, strict=True):
        axes.plot(point.x, point.y, SIGNS[kind], ms=9, color=INK, mec="#fff", mew=1, clip_on=False)
        labels.append(_Label(point.x, point.y, WORDS[kind], 13, INK, half=(6, 6), optional=False))
    taken = [(p.x - 5, p.y - 5, p.x + 5, p.y + 5) for p in points]
    _name(axes, labels, (4, 20, WIDE - 4, HIGH - 4), taken, shape.boundary.iloc[0])
    _scale_bar(axes, window, 8, 8)
    return _svg(axes, halo=True)


def _roomy(land: Box) -> Box:
    """At least 400 m across, so that a small perimeter is not blown up."""
    east, north = (land[0] + land[2]) / 2, (land[1] + land[3]) / 2
    wide, high = max(land[2] - land[0], 400) / 2, max(land[3] - land[1], 400) / 2
    return east - wide, north - high, east + wide, north + high


def _commune_borders(axes: Axes, place: Neighbourhood, window: _Window) -> None:
    if len(place.communes) < 2:
        return
    lines = window.pixels(_outlines()[[area.code for area in place.communes]]).boundary
    lines = lines.intersection(box(0, 0, WIDE, HIGH))
    lines[~lines.is_empty].plot(
        ax=axes, color=PEER, linewidth=1, linestyle=(0, (4, 3)), aspect=None, clip_on=False
    )


def locator(place: Neighbourhood) -> Exhibit:
    """Three small maps: the département, the commune with its QPV, the perimeter and what is near.

    Returns
    -------
    Exhibit
        ``data`` has one row per near service: ``kind, name, commune, distance_m``.
    """
    services = _services(place)
    pictures = [_departement_map(place), _commune_map(place), _perimeter_map(place, services)]
    texts = [_departement_words(place), _commune_words(place), _perimeter_words(place, services)]
    figures = [
        exhibits.figure(exhibits.image(svg, alt, WIDE, HIGH), escape(caption), escape(caption))
        for svg, (caption, alt) in zip(pictures, texts, strict=True)
    ]
    data = services.drop(columns="geometry")
    title = _say("map_title", name=place.name)
    return Exhibit(
        html=f'<div class="maps">{"".join(figures)}</div>{_services_table(place, data)}',
        title=title,
        area=place.code,
        data=pd.DataFrame(data),
        alt=" ".join(alt for _, alt in texts),
    )


def _departement_words(place: Neighbourhood) -> tuple[str, str]:
    epci = _listed(area.name for area in place.areas("epci")) or place.name
    whole = place.areas("departement")[0]
    shapes = _outlines()
    heart = shapes[[area.code for area in place.communes]].union_all()
    caption = _say("map_area", Within=wording.sentence(whole.locative), epci=epci)
    alt = _say(
        "map_area_alt",
        departement=whole.name,
        communes=_listed(area.name for area in place.communes),
        epci=epci,
        side=_side(heart, shapes[whole.code]),
    )
    return caption, alt


def _commune_words(place: Neighbourhood) -> tuple[str, str]:
    communes = _listed(area.name for area in place.communes)
    within = place.communes[0].locative
    caption = _say("map_commune", Within=wording.sentence(within))
    if len(place.communes) > 1:
        caption = _say("map_communes", communes=communes)
        within = caption[0].lower() + caption[1:]
    others = sorted(other.name for other in _siblings(place))
    key = "map_others_one" if len(others) == 1 else "map_others"
    land = _outlines()[[area.code for area in place.communes]].union_all()
    alt = _say(
        "map_commune_alt",
        name=place.name,
        within=within,
        side=_side(_perimeters()[place.code], land),
        others=_say(key, n=len(others), names=_listed(others)) if others else "",
    )
    return caption, alt


def _perimeter_words(place: Neighbourhood, services: pd.DataFrame) -> tuple[str, str]:
    near = wording.number(catalogue().rule("near"))
    area = f"{wording.number(place.area_ha, 1)} ha"
    key = "map_perimeter" if len(services) else "map_perimeter_alone"
    told = [
        f"{WORDS[row.kind]} {wording.distance(row.distance_m)}" for row in services.itertuples()
    ] or [_say("map_no_service", near=near)]
    alt = _say("map_perimeter_alt", name=place.name, area=area, services=", ".join(told))
    return _say(key, area=area, near=near), alt


def _services_table(place: Neighbourhood, data: pd.DataFrame) -> str:
    if data.empty:
        return ""
    rows = [
        [WORDS[kind], escape(name), escape(wording.distance(metres))]
        for kind, name, metres in zip(data["kind"], data["name"], data["distance_m"], strict=True)
    ]
    caption = escape(_say("map_table", name=place.name))
    table = exhibits.table(caption, ["Service", "Nom", "Distance"], rows, numeric=3)
    return f"<details><summary>Données des cartes</summary>{table}</details>"


# --- position --------------------------------------------------------------------------------

CHART, EDGE_GAP, HILL = 520, 16, 56  # width, side margin and height of the silhouette, in pixels


class _Axis:
    """Value → pixel, from the distribution's first percentile to its last, and further if needed.

    Own value and the département's QPV always fit; other areas if they are not too far.
    """

    def __init__(self, seen: View):
        limits = seen.limits
        kept = [limits.p01, limits.p99, *seen.peers]
        if seen.published:
            kept.append(seen.row["value"])
        low, high = min(kept), max(kept)
        far = 0.5 * (limits.p99 - limits.p01)
        near = [v for v in seen.around.reference if low - far <= v <= high + far]
        self.low, self.high = min([low, *near]), max([high, *near])
        self.step = (CHART - 2 * EDGE_GAP) / ((self.high - self.low) or 1)

    def __call__(self, value: float | np.ndarray):
        return EDGE_GAP + (value - self.low) * self.step

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True)
class _Callout:
    """A name and a value, tied to a place on the axis."""

    x: float
    name: str
    value: str
    colour: str = TEXT
    size: float = 14
    beyond: int = 0

    @property
    def width(self) -> float:
        return max(_width(self.name, 13), _width(self.value, self.size, True))


def _spread_out(callouts: list[_Callout], gap: float = 12) -> list[float]:
    """Centres of the callouts, in their order, moved apart and kept in the picture."""
    if not callouts:
        return []
    half = np.array([c.width / 2 for c in callouts])
    least = half[:-1] + half[1:] + gap
    centres = np.array([c.x for c in callouts], dtype=float)
    for _ in range(40):
        lack = np.maximum(least - np.diff(centres), 0) / 2
        centres[:-1] -= lack
        centres[1:] += lack
        centres = np.clip(centres, half + 2, CHART - half - 2)
    for i, step in enumerate(least):
        centres[i + 1] = max(centres[i + 1], centres[i] + step)
    return list(centres)


def _silhouette(axes: Axes, seen: View, axis: _Axis, base: float) -> None:
    """Smooth shape of the distribution, its central half darker."""
    grid = seen.limits["min":"max"].to_numpy(dtype=float)
    sns.kdeplot(x=axis(grid), ax=axes, bw_adjust=0.6, gridsize=90, clip=(2, CHART - 2), cut=2)
    curve = axes.lines[-1]
    x, y = curve.get_data()
    curve.remove()
    axes.set(xlim=(0, CHART))
    y = base + HILL * y / y.max()
    left, right = axis(seen.limits.p25), axis(seen.limits.p75)
    middle = np.unique([left, *x[(x > left) & (x < right)], right])
    for along, colour in ((x, BAND), (middle, CENTRE)):
        ends = [along[0], *along, along[-1]]
        axes.fill(ends, [base, *np.interp(along, x, y), base], color=colour, lw=0, clip_on=False)


def _stem(
    axes: Axes, callout: _Callout, centre: float, ends: tuple[float, float, float], style: dict
) -> None:
    """A line from a mark to its callout: upright, then aslant where the callout was moved."""
    start, turn, end = ends
    half = max(callout.width / 2 - 6, 0)
    foot = min(max(callout.x, centre - half), centre + half)
    axes.plot([callout.x, callout.x, foot], [start, turn, end], clip_on=False, **style)


def _above(axes: Axes, seen: View, axis: _Axis, base: float) -> None:
    """Median and own value, with their callouts over the silhouette."""
    shown = seen.text(seen.row["reference"], seen.row["reference_decimals"])
    median = _Callout(axis(seen.limits.p50), WORDS["median"], shown, MEDIAN)
    x, value = axis(seen.limits.p50), seen.row["value"]
    if seen.published:
        mine = _Callout(axis(value), seen.place.name, seen.text(value), COLOURS[seen.sign], 19)
    else:
        mine = _Callout(CHART * (0.25 if x > CHART / 2 else 0.75), "", WORDS["blank"], INK, 15)
    callouts = sorted([median, mine], key=lambda c: (c.x, c is mine))
    ends = (base, base + HILL + 5, base + HILL + 14)
    for callout, centre in zip(callouts, _spread_out(callouts), strict=True):
        style = {"color": callout.colour, "lw": 1.2 if callout is mine else 2}
        if callout.name:
            _stem(axes, callout, centre, ends, style)
        y = base + HILL + 19
        _write(axes, centre, y, callout.value, callout.size, callout.colour, bold=True)
        _write(axes, centre, y + callout.size + 2, callout.name, 13, callout.colour)


MARKS = {"harder": "o", "easier": "D", "comparable": "o", "descriptive": "s"}


def _mark(axes: Axes, seen: View, axis: _Axis, base: float) -> None:
    """The neighbourhood's mark on its noise."""
    if not seen.published:
        return
    value, noise, sign = seen.row["value"], seen.row["noise"], seen.sign
    colour = COLOURS[sign]
    if pd.notna(noise):
        ends = np.clip(axis(np.array([value - noise, value + noise])), 2, CHART - 2)
        axes.plot(ends, [base, base], color=colour, lw=3, solid_capstyle="butt", clip_on=False)
    hollow = sign == "comparable"
    axes.plot(
        [axis(value)], [base], MARKS[sign], ms=13 if hollow else 15, clip_on=False,
        mfc="#fff" if hollow else colour, mec=colour if hollow else "#fff",
        mew=4 if hollow else 1.5, gid=f"mark-{sign}",
    )  # fmt: skip


def _callouts_around(seen: View, axis: _Axis) -> list[_Callout]:
    found = []
    for row in seen.around.itertuples():
        inside = axis.holds(row.reference)
        beyond = 0 if inside else int(np.sign(row.reference - axis.low))
        x = axis(row.reference) if inside else {1: CHART - 4, -1: 4}[beyond]
        value = seen.text(row.reference, row.reference_decimals)
        value = {1: f"{value} →", -1: f"← {value}"}.get(beyond, value)
        found.append(_Callout(x, row.benchmark_name, value, TEXT, 14, beyond))
    return sorted(found, key=lambda c: c.x)


def _below(axes: Axes, seen: View, axis: _Axis, base: float) -> None:
    """Other QPV of the département, then communes and département with their callouts."""
    if seen.peers:
        axes.vlines(
            [axis(v) for v in seen.peers], base - 13, base - 6, color=PEER, lw=1.3, clip_on=False
        )
    callouts = _callouts_around(seen, axis)
    style = {"color": PEER, "lw": 0.9}
    for callout, centre in zip(callouts, _spread_out(callouts), strict=True):
        if not callout.beyond:
            axes.plot(
                [callout.x], [base - 22], "^", ms=9, mfc="#fff", mec=MEDIAN, mew=1.4,
                clip_on=False, gid="mark-reference",
            )  # fmt: skip
            _stem(axes, callout, centre, (base - 28, base - 31, base - 37), style)
        _write(axes, centre, base - 51, callout.name, 13)
        _write(axes, centre, base - 67, callout.value, 14, bold=True)


def _ends(axes: Axes, declared: Indicator) -> None:
    """What left and right mean, in words."""
    left, right = {
        "lower": ("less", "more"), "higher": ("more", "less"), "none": ("low", "high")
    }[declared.favourable]  # fmt: skip
    axes.plot([7], [9.5], "<", ms=6, color=NOTE, mew=0, clip_on=False)
    axes.plot([CHART - 7], [9.5], ">", ms=6, color=NOTE, mew=0, clip_on=False)
    _write(axes, 15, 5, WORDS[left], 13, NOTE, ha="left")
    _write(axes, CHART - 15, 5, WORDS[right], 13, NOTE, ha="right")


def _position_svg(seen: View) -> tuple[str, int]:
    """Picture of a position and its height."""
    base = 104 if len(seen.around) else 42
    height = base + HILL + 58 if seen.limits is not None else 48
    axes = _canvas(CHART, height)
    if seen.limits is None:
        _write(axes, CHART / 2, height / 2, WORDS["no_spread"], 14)
        return _svg(axes), height
    axis = _Axis(seen)
    _silhouette(axes, seen, axis, base)
    axes.plot([2, CHART - 2], [base, base], color=PEER, lw=1, clip_on=False)
    _above(axes, seen, axis, base)
    _below(axes, seen, axis, base)
    _mark(axes, seen, axis, base)
    _ends(axes, seen.declared)
    return _svg(axes), height


def position(
    place: Neighbourhood, indicator: str, positions: pd.DataFrame | None = None
) -> Exhibit:
    """Where a neighbourhood stands among the metropolitan QPV, for one indicator.

    Low values on the left, whatever the polarity, which the ends say in words.

    Parameters
    ----------
    positions : DataFrame, optional
        As ``compare`` gives for this neighbourhood; computed for the indicator when left out.

    Returns
    -------
    Exhibit
        ``data`` has one row per figure shown: ``area, value, high, year``; ``high`` is the upper
        end of an interval, in the indicator's unit.
    """
    seen = view(place, indicator, positions)
    svg, height = _position_svg(seen)
    year = wording.year_of(seen.row)
    title = _say("position_title", label=seen.declared.label, year=year)
    alt = _position_alt(seen, year)
    data = _position_data(seen)
    picture = exhibits.image(svg, alt, CHART, height)
    table = _position_table(seen, data, year)
    return Exhibit(
        html=exhibits.figure(picture, escape(title), _position_caption(seen, year), table),
        title=title,
        area=place.code,
        data=data,
        alt=alt,
    )


def _position_caption(seen: View, year: str) -> str:
    label = escape(seen.declared.label)
    if seen.limits is None:
        return _say("position_alone", label=label, year=year)
    noisy = seen.published and pd.notna(seen.row["noise"])
    return _say(
        "position_caption",
        label=label,
        year=year,
        n=wording.number(seen.row["n"]),
        of=catalogue().territory["departement_of"],
        noise=WORDS["position_noise"] if noisy else "",
    )


def _position_alt(seen: View, year: str) -> str:
    row = seen.row
    median = ""
    if seen.limits is not None:
        shown = seen.text(row["reference"], row["reference_decimals"])
        median = _say("position_median", median=shown, n=wording.number(seen.limits.n))
    parts = {"label": seen.declared.label, "year": year, "median": median}
    if not seen.published:
        return _say("position_blank_alt", **parts)
    around = "".join(
        f" ; {seen.text(r.reference, r.reference_decimals)} {r.locative}"
        for r in seen.around.itertuples()
    )
    reading = "donnée descriptive" if seen.declared.descriptive else wording.reading(row)
    return _say(
        "position_alt", **parts, name=seen.place.name, value=seen.text(row["value"]),
        reading=reading, around=around,
    )  # fmt: skip


def _position_data(seen: View) -> pd.DataFrame:
    """One row per figure shown; an interval has two ends."""
    rows = [(seen.place.name, seen.row["value"], np.nan, seen.row["decimals"])]
    if seen.limits is not None:
        low = seen.limits
        decimals = seen.row["decimals"]
        n = wording.number(low.n)
        rows += [
            (
                _say("all_median", n=n),
                seen.row["reference"],
                np.nan,
                seen.row["reference_decimals"],
            ),
            (WORDS["half"], low.p25, low.p75, decimals),
            (WORDS["eight"], low.p10, low.p90, decimals),
        ]
    if seen.peers:
        of = catalogue().territory["departement_of"]
        label = _say("others", of=of, n=len(seen.peers))
        rows.append((label, min(seen.peers), max(seen.peers), seen.row["decimals"]))
    rows += [
        (r.benchmark_name, r.reference, np.nan, r.reference_decimals)
        for r in seen.around.itertuples()
    ]
    data = pd.DataFrame(rows, columns=["area", "value", "high", "decimals"])
    return data.assign(year=int(seen.row["year"]))


def _position_table(seen: View, data: pd.DataFrame, year: str) -> str:
    rows = []
    for row in data.itertuples():
        shown = seen.text(row.value, row.decimals)
        if pd.notna(row.high):
            shown = _say("between", low=shown, high=seen.text(row.high, row.decimals))
        rows.append([escape(row.area), shown])
    caption = escape(_say("position_table", label=seen.declared.label, year=year))
    return exhibits.table(caption, ["Territoire", "Valeur"], rows)


# --- trends ----------------------------------------------------------------------------------

SMALL_WIDE, SMALL_HIGH = 260, 156
TREND_FRAME = (12, 41, 174, 134)  # left, bottom, right, top of the lines, in pixels


def _segments(points: pd.DataFrame, breaks: tuple[int, ...]) -> list[pd.DataFrame]:
    """Stretches of published years that a line may join: no break, no missing year inside.

    Two dates alone are joined, whatever lies between.
    """
    shown = points[points.value.notna()]
    if len(shown) == 2 and not any(shown.year.iloc[0] < b <= shown.year.iloc[1] for b in breaks):
        return [shown]
    cut = shown.year.diff().ne(1) | shown.year.isin(breaks)
    return [part for _, part in shown.groupby(cut.cumsum())]


class _Small:
    """Year and value → pixels, in a small drawing."""

    def __init__(self, told: Trend, declared: Indicator):
        points = told.points
        noise = told.noise or 0
        values = [*(points.value - noise), *(points.value + noise)]
        if declared.measure == "count":
            values.append(0)
        else:
            values += list(points["median"])
        self.low, self.high = np.nanmin(values), np.nanmax(values)
        self.first, self.last = points.year.min(), points.year.max()

    def x(self, year: float | pd.Series):
        left, _, right, _ = TREND_FRAME
        return left + (year - self.first) / max(self.last - self.first, 1) * (right - left)

    def y(self, value: float | pd.Series):
        _, low, _, high = TREND_FRAME
        return low + (value - self.low) / ((self.high - self.low) or 1) * (high - low)


def _trend_line(axes: Axes, told: Trend, part: pd.DataFrame, at: _Small) -> None:
    """A stretch in its noise; strong where it is the one compared."""
    x, y = at.x(part.year), at.y(part.value)
    compared = told.first is not None and part.year.iloc[0] <= told.first <= part.year.iloc[-1]
    if told.noise:
        half = at.y(told.noise) - at.y(0)
        wide = x if len(x) > 1 else pd.Series([x.iloc[0] - 3, x.iloc[0] + 3])
        middle = y if len(y) > 1 else pd.Series([y.iloc[0]] * 2)
        axes.fill_between(wide, middle - half, middle + half, color=NOISE, lw=0, clip_on=False)
    axes.plot(
        x, y, color=ACCENT, lw=2.4 if compared else 1.4, marker="o", clip_on=False,
        ms=4.5 if compared else 3.5, mew=0, solid_joinstyle="round",
    )  # fmt: skip


def _trend_median(axes: Axes, part: pd.DataFrame, at: _Small) -> None:
    x, y = at.x(part.year), at.y(part["median"])
    axes.plot(x, y, color=PEER, lw=1.5, ls=(0, (4, 3)) if len(part) > 1 else "-", clip_on=False)
    if len(part) == 1:
        axes.plot(
            [x.iloc[0] - 3, x.iloc[0] + 3], [y.iloc[0]] * 2, color=PEER, lw=1.5, clip_on=False
        )


def _trend_svg(told: Trend, declared: Indicator) -> str:
    axes = _canvas(SMALL_WIDE, SMALL_HIGH)
    at = _Small(told, declared)
    counted = declared.measure == "count"
    if not counted:
        known = told.points.assign(value=told.points["median"])
        for part in _segments(known, declared.breaks):
            _trend_median(axes, part, at)
    for part in _segments(told.points, declared.breaks):
        _trend_line(axes, told, part, at)
    _trend_years(axes, told, at)
    _trend_values(axes, told, declared, at, counted)
    return _svg(axes, halo=True)


def _trend_years(axes: Axes, told: Trend, at: _Small) -> None:
    left, _, right, _ = TREND_FRAME
    axes.plot([left - 8, right + 8], [20, 20], color=RULE, lw=1, clip_on=False)
    years = list(told.points.year)
    axes.vlines([at.x(year) for year in years], 16, 20, color=NOTE, lw=0.9, clip_on=False)
    _write(axes, left - 8, 3, str(years[0]), 12, NOTE, ha="left")
    _write(axes, right + 8, 3, str(years[-1]), 12, NOTE, ha="right")


def _trend_values(axes: Axes, told: Trend, declared: Indicator, at: _Small, counted: bool) -> None:
    """First and last values written, and the last median, without touching each other."""
    shown = told.points[told.points.value.notna()]
    first, last = shown.iloc[0], shown.iloc[-1]
    mine = at.y(last.value)
    notes = [(mine, wording.value(last.value, declared.unit, int(last.decimals)), ACCENT, True)]
    known = told.points[told.points["median"].notna()]
    if not counted and len(known):
        median = known.iloc[-1]
        text = wording.value(median["median"], declared.unit, int(median.decimals))
        notes.append((at.y(median["median"]), text, NOTE, False))
    _, _, right, _ = TREND_FRAME
    for y, (_, text, colour, bold) in zip(_apart([n[0] for n in notes]), notes, strict=True):
        _write(axes, right + 8, y - 4.5, text, 13, colour, bold, ha="left")
    if len(shown) > 1:
        _first_value(axes, told, declared, at, first)


def _apart(heights: list[float], least: float = 17) -> list[float]:
    if len(heights) < 2 or abs(heights[0] - heights[1]) >= least:
        return heights
    middle, sign = sum(heights) / 2, 1 if heights[0] >= heights[1] else -1
    return [middle + sign * least / 2, middle - sign * least / 2]


def _first_value(
    axes: Axes, told: Trend, declared: Indicator, at: _Small, first: pd.Series
) -> None:
    """Over the first point, or under where the median is in the way."""
    text = wording.value(first.value, declared.unit, int(first.decimals))
    half = at.y(told.noise) - at.y(0) if told.noise else 0
    near = told.points[told.points.year <= first.year + 3]
    over, under = at.y(near.value.max()) + half + 6, at.y(near.value.min()) - half - 15
    medians = at.y(near["median"].dropna()) if declared.measure != "count" else []
    blocked = over > SMALL_HIGH - 12 or any(over - 6 < y < over + 14 for y in medians)
    y = under if blocked and under > 22 else min(over, SMALL_HIGH - 13)
    _write(axes, at.x(first.year) - 8, y, text, 13, ACCENT, ha="left")


def _trend_verdict(told: Trend, declared: Indicator) -> str:
    """The subtitle: what the series says, if it says anything."""
    phrases = catalogue().phrases["trend"]
    if declared.measure == "count" and told.first is not None:
        return _count_change(told)
    if told.verdict == "not_conclusive":
        return phrases[
            "follows" if told.reason == "suit les autres quartiers" else "not_conclusive"
        ]
    words = phrases[told.verdict]
    clear = abs(told.change) > catalogue().rule("clearly") * told.noise
    return _say("trend_clearly", verdict=words) if clear else words


def _count_change(told: Trend) -> str:
    if told.change == 0:
        return WORDS["trend_same"]
    key = "population_less" if told.change < 0 else "population_more"
    return wording.say("field", key, value=wording.number(abs(told.change)))


def _trend_caption(told: Trend, declared: Indicator) -> str:
    """One or two sentences, from the same numbers as the drawing."""
    shown = told.points[told.points.value.notna()]
    blank = told.points[told.points.value.isna()]
    tail = []
    if len(blank):
        tail.append(_say("trend_unpublished", years=_listed(blank.year.astype(str))))
    inner = [b for b in declared.breaks if shown.year.min() < b <= shown.year.max()]
    if inner:
        tail.append(_say("trend_breaks", years=_listed(map(str, inner))))
    return " ".join([_trend_sentence(told, declared), *tail])


def _trend_sentence(told: Trend, declared: Indicator) -> str:
    if told.first is None:
        return wording.sentence(_say("trend_reason", reason=told.reason))
    rows = told.points.set_index("year").loc[[told.first, told.last]]
    first, last = (
        wording.value(r.value, declared.unit, int(r.decimals)) for r in rows.itertuples()
    )
    deduced = WORDS["trend_deduced"] if (rows.year_status == "deduced").all() else ""
    if declared.measure == "count":
        return f"{first} en {told.first}, {last} en {told.last}. " + _say("trend_count")
    head = _say(
        "trend_two", first=first, last=last, first_year=told.first, last_year=told.last,
        deduced=deduced,
    )  # fmt: skip
    return head + _trend_tail(told, declared, int(rows.decimals.min()))


def _trend_tail(told: Trend, declared: Indicator, decimals: int) -> str:
    def moved(change: float) -> str:
        if wording.rounded(change, decimals) == 0:
            return WORDS["trend_equal"]
        return wording.points(change, declared.unit, decimals)

    parts = {"change": moved(told.change), "median": moved(told.median_change)}
    noise = wording.points(told.noise, declared.unit, decimals) if told.noise else ""
    noise = noise.removesuffix(" de plus")
    if told.verdict != "not_conclusive":
        return _say("trend_moves", **parts)
    if told.reason == "écart inférieur au bruit":
        return _say("trend_noise", noise=noise)
    if told.reason == "suit les autres quartiers":
        return _say("trend_follows", **parts, noise=noise)
    return _say("trend_reason", reason=told.reason)


def _trend_figure(told: Trend, declared: Indicator) -> tuple[str, str]:
    """HTML and alternative text of one small drawing."""
    label = escape(declared.label)
    if told.points.value.notna().sum() == 0:
        alt = _say("trend_none", label=declared.label)
        return exhibits.figure("", label, f"<strong>{label}</strong> {WORDS['blank']}."), alt
    verdict, caption = _trend_verdict(told, declared), _trend_caption(told, declared)
    values = ", ".join(
        f"{wording.value(r.value, declared.unit, int(r.decimals))} en {r.year}"
        for r in told.points.itertuples()
    )
    alt = _say("trend_alt", label=declared.label, points=values, verdict=verdict)
    picture = exhibits.image(_trend_svg(told, declared), alt, SMALL_WIDE, SMALL_HIGH)
    head = f'<h3>{label}</h3><p class="verdict">{escape(verdict)}.</p>'
    return exhibits.figure(head + picture, label, escape(caption)), alt


TRENDS = ("taux_pauvrete", "niveau_vie_median", "taux_emploi_femmes", "population")


def trends(place: Neighbourhood, indicators: tuple[str, ...] = TRENDS) -> Exhibit:
    """Small drawings of what changed, or did not, each with its reading and one or two sentences.

    Returns
    -------
    Exhibit
        ``data`` has one row per indicator and year: ``indicator, year, value, median, n``, in each
        indicator's unit.
    """
    known = catalogue()
    told = [(trend(place, code), known.indicator(code)) for code in indicators]
    drawn = [_trend_figure(*pair) for pair in told]
    data = pd.concat([_trend_data(*pair) for pair in told], ignore_index=True)
    table = _trend_table(place, told)
    return Exhibit(
        html=f'<div class="trends">{"".join(html for html, _ in drawn)}</div>'
        f"<details><summary>Données de la figure</summary>{table}</details>",
        title=WORDS["trend_title"],
        area=place.code,
        data=data,
        alt=" ".join(alt for _, alt in drawn),
    )


def _trend_data(told: Trend, declared: Indicator) -> pd.DataFrame:
    rows = told.points[["year", "value", "median", "n"]].copy()
    if declared.measure == "count":
        rows = rows.assign(median=np.nan, n=np.nan)
    rows.insert(0, "indicator", told.indicator)
    return rows


def _trend_table(place: Neighbourhood, told: list[tuple[Trend, Indicator]]) -> str:
    rows = []
    for line, declared in told:
        for r in line.points.itertuples():
            shown = [wording.value(v, declared.unit, int(r.decimals)) for v in (r.value, r.median)]
            year = wording.year(r.year, r.year_status, r.edition)
            median = "–" if declared.measure == "count" else shown[1]
            rows.append([f"{escape(declared.label)}, {year}", shown[0], median])
    caption = escape(_say("trend_table", name=place.name))
    head = ["Indicateur, année", "Quartier", "Médiane des quartiers de métropole"]
    return exhibits.table(caption, head, rows)


# --- overview --------------------------------------------------------------------------------

OVER = 480  # width of the index map, in pixels
DENSE = 3  # QPV from which a group gets its own zoom


def numbers() -> dict[str, int]:
    """Number of each neighbourhood on the index map: by contract, then by name."""
    order = {code: i for i, code in enumerate(catalogue().contracts)}
    ordered = sorted(
        neighbourhoods().values(),
        key=lambda p: (order.get(p.contract_code, len(order)), wording.sentence(p.name), p.code),
    )
    return {place.code: i for i, place in enumerate(ordered, start=1)}


def _groups() -> list[list[Neighbourhood]]:
    """Neighbourhoods by intercommunality, the most numerous first."""
    found: dict[str, list[Neighbourhood]] = {}
    for code in numbers():
        place = neighbourhoods()[code]
        key = next((area.code for area in (*place.areas("epci"), *place.communes)), code)
        found.setdefault(key, []).append(place)
    return sorted(found.values(), key=len, reverse=True)


def _town(group: list[Neighbourhood]) -> str:
    """Commune with most QPV surface in a group."""
    surface: dict[str, float] = {}
    for place in group:
        for area in place.communes:
            surface[area.name] = surface.get(area.name, 0) + place.area_ha * (area.share or 1)
    return max(surface, key=lambda name: surface[name])


def _ranges(group: list[Neighbourhood]) -> str:
    """« 1 à 10 », « 16 », « 15 et 16 »."""
    known = numbers()
    found = sorted(known[place.code] for place in group)
    if len(found) > 2 and found[-1] - found[0] == len(found) - 1:
        return f"{found[0]} à {found[-1]}"
    return _listed(map(str, found))


def overview_svg() -> str:
    """Map of every neighbourhood, numbered, as SVG text; the densest groups in a zoom each."""
    groups = _groups()
    dense = [group for group in groups if len(group) >= DENSE][:2]
    rest = [group for group in groups if group not in dense]
    height, frames = _zoom_frames(dense)
    axes = _canvas(OVER, height)
    shapes = _outlines()
    whole = shapes[_departements()]
    window = _Window(tuple(whole.total_bounds), (4, height - 254, 304, height - 4))
    _paint(axes, window.pixels(whole, 0.9), LAND, EDGE, 0.8)
    zooms = [_zoom(group, frame) for group, frame in zip(dense, frames, strict=True)]
    taken = [_zoom_link(axes, window, zoom) for zoom in zooms]
    for group, zoom in zip(dense, zooms, strict=True):
        _zoom_map(axes, group, zoom)
    _name_groups(axes, rest, window, height, taken)
    _scale_bar(axes, window, 6, height - 254, 13)
    return _svg(axes, halo=True)


def _departements() -> list[str]:
    found = {area.code for p in neighbourhoods().values() for area in p.areas("departement")}
    return sorted(found & set(_outlines().index))


def _zoom_frames(dense: list[list[Neighbourhood]]) -> tuple[int, list[tuple]]:
    """Height of the picture and frames of the zooms: one on the right, one under the map."""
    sizes = [_shape_of(group) for group in dense]
    below = int(min(max(165 * sizes[1], 110), 200)) + 26 if len(sizes) > 1 else 0
    beside = int(min(max(158 * sizes[0], 110), 400)) if sizes else 0
    height = max(262 + below, beside + 28)
    frames = []
    if sizes:
        frames.append((OVER - 160, height - 22 - beside, OVER - 2, height - 22))
    if len(sizes) > 1:
        frames.append((138, 2, 303, below - 24))
    return height, frames


def _land(group: list[Neighbourhood]) -> Box:
    """Land that holds a group, with a margin for its numbers."""
    a, b, c, d = _perimeters()[[place.code for place in group]].total_bounds
    margin = 0.1 * max(c - a, d - b)
    return a - margin, b - margin, c + margin, d + margin


def _shape_of(group: list[Neighbourhood]) -> float:
    a, b, c, d = _land(group)
    return (d - b) / (c - a)


def _zoom(group: list[Neighbourhood], frame: Box) -> _Window:
    """Window whose land has exactly the shape of its frame."""
    a, b, c, d = _land(group)
    ratio = (frame[3] - frame[1]) / (frame[2] - frame[0])
    wide, high = max(c - a, (d - b) / ratio), max(d - b, (c - a) * ratio)
    east, north = (a + c) / 2, (b + d) / 2
    return _Window((east - wide / 2, north - high / 2, east + wide / 2, north + high / 2), frame)


def _zoom_link(axes: Axes, window: _Window, zoom: _Window) -> Box:
    """Rectangle of a zoom on the map, tied to its frame."""
    spot = window.pixels(gpd.GeoSeries([box(*zoom.land)]), 0).iloc[0].bounds
    a, b, c, d = zoom.frame
    ties = [((spot[2], spot[3]), (a, d)), ((spot[2], spot[1]), (a, b))]
    if a < window.frame[2]:
        ties = [((spot[0], spot[1]), (a, d)), ((spot[2], spot[1]), (c, d))]
    for start, end in ties:
        axes.plot(*zip(start, end, strict=True), color=RULE, lw=0.9, clip_on=False)
    _paint(axes, gpd.GeoSeries([box(*spot)]), TINT, ACCENT, 1)
    return spot


def _zoom_map(axes: Axes, group: list[Neighbourhood], zoom: _Window) -> None:
    known, (a, b, _, d) = numbers(), zoom.frame
    _paint(axes, gpd.GeoSeries([box(*zoom.frame)]), LAND, RULE, 1)
    communes = _outlines()[[area.code for area, _ in _communes_of(group)]]
    _paint(axes, zoom.cut(communes), None, RULE, 0.8)
    shapes = zoom.pixels(_perimeters()[[place.code for place in group]], 0.4)
    _paint(axes, shapes, ACCENT, ACCENT, 0.8)
    labels = [_beside(shape, str(known[code]), INK, True, False) for code, shape in shapes.items()]
    _name(axes, labels, zoom.frame, [_around(shape, 0) for shape in shapes])
    _write(axes, a, d + 6, _town(group), 14, INK, True, "left")
    _scale_bar(axes, zoom, a + 6, b + 7, 13)


def _communes_of(group: list[Neighbourhood]) -> list[tuple]:
    found = {area.code: (area, place) for place in group for area in place.communes}
    return [found[code] for code in sorted(found)]


def _name_groups(
    axes: Axes,
    groups: list[list[Neighbourhood]],
    window: _Window,
    height: int,
    taken: list[Box],
) -> None:
    """A dot, a town and numbers for each group without a zoom."""
    labels = []
    for group in groups:
        centre = _perimeters()[[place.code for place in group]].union_all().centroid
        spot = window.pixels(gpd.GeoSeries([centre]), 0).iloc[0]
        axes.plot(spot.x, spot.y, "o", ms=7, color=ACCENT, mew=0, clip_on=False)
        text = f"{_town(group)} {_ranges(group).replace(' et ', ', ')}"
        labels.append(_Label(spot.x, spot.y, text, 14, INK, True, (5, 5), optional=False))
    dots = [(label.x - 5, label.y - 5, label.x + 5, label.y + 5) for label in labels]
    _name(axes, labels, (2, height - 256, 306, height), [*taken, *dots])


def overview() -> Exhibit:
    """Map of the index: every neighbourhood by its number.

    Returns
    -------
    Exhibit
        ``data`` has one row per neighbourhood: ``number, code, name, communes``.
    """
    of = catalogue().territory["departement_of"]
    svg, title = overview_svg(), _say("overview_title", of=of)
    told = []
    for group in _groups():
        around = len({area.code for place in group for area in place.communes}) > 1
        key = "overview_group" if around else "overview_single"
        told.append(_say(key, n=len(group), town=_town(group), numbers=_ranges(group)))
    alt = _say("overview_alt", of=of, groups=", ".join(told))
    data = _overview_data()
    rows = [[str(r.number), escape(r.name), escape(r.communes)] for r in data.itertuples()]
    head = ["Numéro", "Quartier", "Communes"]
    table = exhibits.table(escape(title), head, rows, numeric=3)
    height = int(re.search(r'height="(\d+)"', svg)[1])
    picture = exhibits.image(svg, alt, OVER, height)
    caption = escape(_say("overview_caption"))
    html = exhibits.figure(picture, escape(title), caption, table)
    return Exhibit(html=html, title=title, area="", data=data, alt=alt)


def _overview_data() -> pd.DataFrame:
    known = neighbourhoods()
    return pd.DataFrame(
        [
            (number, code, known[code].name, _listed(area.name for area in known[code].communes))
            for code, number in numbers().items()
        ],
        columns=["number", "code", "name", "communes"],
    )
