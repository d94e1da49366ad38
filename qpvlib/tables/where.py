"""A point → the neighbourhood whose contour of 2015 or of 2024 holds it, or the nearest one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qpvlib.catalogue import QpvError, catalogue, wording
from qpvlib.project import kept
from qpvlib.tables import areas, tidy
from qpvlib.tables.areas import DEGREES, METRES
from qpvlib.tables.projections import METROPOLE

if TYPE_CHECKING:
    from geopandas import GeoSeries
    from shapely import STRtree
    from shapely.geometry.base import BaseGeometry

FILES = {2015: "perimeters", 2024: "perimeters_2024"}
ON = 0.5  # metres: distances are told to the metre, and nearer than half of one is on the edge
NUMBER = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
ORDER = "la longitude puis la latitude, en degrés (WGS 84)"


@dataclass(frozen=True)
class Nearest:
    """The contour of a generation that holds a point, else the nearest to it.

    Attributes
    ----------
    code, name : str
        Of the neighbourhood, in this generation.
    edge : float
        Metres from the point to the edge of the contour, below zero inside.
    simplified : int
        Metres between this contour and the published one, at most; 0 where it is the same.
    """

    code: str
    name: str
    edge: float
    simplified: int

    @property
    def inside(self) -> bool:
        """Whether the contour holds the point; one on its edge is held."""
        return self.edge < ON

    @property
    def metres(self) -> int:
        """Distance from the contour in whole metres: 0 inside, and only there."""
        return 0 if self.inside else int(wording.rounded(self.edge, 0))

    @property
    def notes(self) -> list[str]:
        """What a reader must know of the answer: on the edge, or too near one that is not exact."""
        told = ["sur le bord, compté dedans"] if abs(self.edge) < ON else []
        if self.doubtful:
            away = wording.number(abs(self.edge))
            told.append(f"à vérifier : à {away} m du bord, contour simplifié, {self.within}")
        return told

    @property
    def doubtful(self) -> bool:
        """Whether the published contour could answer otherwise: this one is not, and too near."""
        return self.simplified > 0 and abs(self.edge) < max(wording.STEP, self.simplified)

    @property
    def within(self) -> str:
        """How far off the contour may be, in words."""
        return f"à {self.simplified} m près"


@dataclass(frozen=True)
class Spot:
    """Où est un point : de chaque génération, le contour qui le contient, ou le plus proche.

    Imprimé, c'est la réponse en toutes lettres.

    Attributes
    ----------
    of_2015 : Nearest
    of_2024 : Nearest ou None
        None si le contour de 2024 n'est pas lu.
    beyond : bool
        S'il est hors des départements des tables, dont aucun quartier n'est lu.
    """

    of_2015: Nearest
    of_2024: Nearest | None
    beyond: bool = False

    @property
    def both(self) -> dict[int, Nearest]:
        """Ce que l'on sait, par année du contour."""
        known = {2015: self.of_2015, 2024: self.of_2024}
        return {year: nearest for year, nearest in known.items() if nearest}

    @property
    def held(self) -> dict[int, Nearest]:
        """Les contours qui le contiennent, par année."""
        return {year: nearest for year, nearest in self.both.items() if nearest.inside}

    @property
    def nearest(self) -> Nearest:
        """Le contour qui le contient, sinon le plus proche des deux générations."""
        return min(self.both.values(), key=lambda nearest: nearest.metres)

    @property
    def metres(self) -> int:
        """La distance au contour le plus proche, en mètres entiers ; 0 dedans."""
        return self.nearest.metres

    @property
    def notes(self) -> list[str]:
        """Ce qu'il faut savoir de la réponse, avec l'année du contour."""
        told = [f"{note} ({year})" for year, near in self.both.items() for note in near.notes]
        told += [] if self.of_2024 else ["contour de 2024 non lu"]
        return told + ([_elsewhere()] if self.beyond else [])

    def __str__(self) -> str:
        lines = [_told(year, nearest) for year, nearest in self.both.items()]
        lines += [] if self.of_2024 else ["2024 : contour non lu."]
        return "\n".join(lines + ([wording.sentence(_elsewhere()) + "."] if self.beyond else []))


def where(lon: float, lat: float) -> Spot:
    """In which neighbourhood a point is, in its contours of 2015 and of 2024, or how far from it.

    Parameters
    ----------
    lon, lat : float
        Longitude and latitude in degrees, WGS 84.

    Returns
    -------
    Spot
        Distances in metres, in Lambert-93, from the nearest contour among those of the tables.

    Raises
    ------
    QpvError
        When the point is not in metropolitan France, or is not one.

    Examples
    --------
    >>> print(where(1.9347, 47.8371))
    2015 : dans La Source (QP045010).
    2024 : dans La Source (QN04505M).
    >>> where(1.9347, 47.8371).metres
    0
    """
    spot = [number(str(given)) for given in (lon, lat)]
    if None in spot:
        raise QpvError(f"« {lon} », « {lat} » : un point est {ORDER}.")
    if not in_france(*spot):
        raise QpvError(misplaced(*spot))
    return spots([spot[0]], [spot[1]])[0]


def number(text: str) -> float | None:
    """A number as people and spreadsheets write it; None for anything else.

    >>> number("1,9093"), number(" −4.5 "), number("617 500.25"), number("nan")
    (1.9093, -4.5, 617500.25, None)
    """
    bare = re.sub(r"\s", "", text).replace("−", "-")
    return float(bare.replace(",", ".")) if NUMBER.fullmatch(bare) else None


def in_france(lon: float, lat: float) -> bool:
    """Whether a point, in degrees, may be in metropolitan France."""
    west, south, east, north = METROPOLE
    return west <= lon <= east and south <= lat <= north


def misplaced(lon: float, lat: float) -> str:
    """Why a point outside metropolitan France is refused, in one sentence.

    >>> misplaced(48, 2)
    'Le point 48 2 est hors de France métropolitaine, et inversé il y est : écrire 2 48.'
    """
    told = f"Le point {lon:.10g} {lat:.10g} est hors de France métropolitaine"
    if in_france(lat, lon):
        return f"{told}, et inversé il y est : écrire {lat:.10g} {lon:.10g}."
    return f"{told} ; attendu : {ORDER}."


def degrees(x: Sequence[float], y: Sequence[float]) -> list[tuple[float, float]]:
    """Longitude and latitude of points given in metres, Lambert-93; infinite where none is."""
    import geopandas

    found = geopandas.GeoSeries.from_xy(x, y, crs=METRES).to_crs(DEGREES)
    return list(zip(found.x.tolist(), found.y.tolist(), strict=True))


def spots(lons: Sequence[float], lats: Sequence[float]) -> list[Spot]:
    """Where points of metropolitan France are (see ``where``), in degrees, WGS 84."""
    import geopandas
    import shapely

    points = geopandas.GeoSeries.from_xy(lons, lats, crs=DEGREES).to_crs(METRES)
    before, after = (_nearest(points, year) for year in FILES)
    land, unread = _land(), _unread()
    out = np.zeros(len(points), bool) if land is None else ~shapely.covers(land, points.to_numpy())
    found = []
    for old, new, away in zip(before, after, out.tolist(), strict=True):
        if new and old.code in unread and not new.inside:
            new = None  # the nearest of those read is not the one that would answer
        held = old.inside or (new is not None and new.inside)
        found.append(Spot(old, new, away and not held))
    return found


# --- contours ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Contours:
    """Contours of a generation, in metres; ``simplified`` as in ``Nearest``."""

    codes: list[str]
    names: list[str]
    simplified: list[int]
    shapes: np.ndarray
    edges: np.ndarray
    tree: "STRtree"


@kept("tidy", "root")
def _contours(year: int) -> _Contours | None:
    """Those of a generation; None where the tables have no contour of 2024."""
    import shapely

    found = tidy.outlines(FILES[year])
    if found.empty and year == 2015:
        raise QpvError("Aucun contour de 2015. Reconstruire les tables : qpv build --raw DOSSIER")
    if found.empty:  # such a file has no columns
        return None
    shapes, known = found.to_crs(METRES).geometry.to_numpy(), catalogue().sources
    places = areas.neighbourhoods().values()
    names = {p.code: p.name for p in places} | {p.successor: p.successor_name for p in places}
    return _Contours(
        found.code.tolist(),
        [names.get(code, code) for code in found.code],
        [known[source].simplified for source in found.source],
        shapes,
        shapely.boundary(shapes),
        shapely.STRtree(shapes),
    )


def _nearest(points: "GeoSeries", year: int) -> list[Nearest] | list[None]:
    import shapely

    of = _contours(year)
    if of is None:
        return [None] * len(points)
    spot, shape = of.tree.query_nearest(points.to_numpy())
    held = shapely.within(points.to_numpy()[spot], of.shapes[shape])
    edges = shapely.distance(points.to_numpy()[spot], of.edges[shape]) * np.where(held, -1, 1)
    # Of contours equally near, such as two that share an edge, the one it is deepest in.
    order = np.lexsort((shape, edges, spot))
    first = order[np.unique(spot[order], return_index=True)[1]]
    return [
        Nearest(of.codes[i], of.names[i], edge, of.simplified[i])
        for i, edge in zip(shape[first].tolist(), edges[first].tolist(), strict=True)
    ]


@kept("tidy", "root")
def _unread() -> frozenset[str]:
    """Codes of 2015 whose contour of 2024 the tables do not have."""
    of = _contours(2024)
    read = set(of.codes) if of else set()
    places = areas.neighbourhoods().values()
    return frozenset(place.code for place in places if place.successor not in read)


@kept("tidy")
def _land() -> "BaseGeometry | None":
    """The départements of the tables, in metres; None where one has no outline."""
    found = tidy.outlines("outlines")
    wanted = {f"D{place.departement}" for place in areas.neighbourhoods().values()}
    if found.empty or not wanted <= set(found.code):
        return None
    return found[found.code.isin(wanted)].to_crs(METRES).union_all()


# --- in words ------------------------------------------------------------------------------------


def _told(year: int, found: Nearest) -> str:
    named = f"{found.name} ({found.code})"
    if found.inside:
        answer = f"dans {named}"
    else:
        away = f"à {wording.number(found.metres)} m"
        away += f" ({found.within})" if found.simplified and not found.doubtful else ""
        answer = f"hors de tout contour ; {_among()}, {away} : {named}"
    return f"{year} : {' ; '.join([answer, *found.notes])}."


def _among() -> str:
    return f"le plus proche des {len(areas.neighbourhoods())} quartiers {areas.whole()[1]}"


def _elsewhere() -> str:
    return f"hors {areas.whole()[1]}, dont les quartiers sont seuls lus"
