"""A map → degrees, by the projection it declares; what is not in France is refused, and why."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qpvlib.catalogue import Fault
from qpvlib.tables.areas import DEGREES

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Box = Sequence[float]  # west, south, east, north
METROPOLE = (-5.5, 41.0, 10.0, 51.5)  # degrees, and some room
OVERSEAS = (
    (-63.3, 14.2, -60.6, 18.3), (-54.8, 2.0, -51.4, 6.0), (55.0, -21.6, 56.0, -20.7),
    (44.9, -13.2, 45.5, -12.4), (-56.6, 46.6, -56.0, 47.3), (-155.0, -28.0, -134.0, -7.0),
    (163.0, -23.0, 169.0, -19.0), (-178.4, -14.6, -176.0, -13.0),
)  # fmt: skip
# What French maps are drawn in, to name what coordinates look like.
USUAL = {
    4326: "des degrés (WGS 84, EPSG:4326)",
    2154: "du Lambert-93 (EPSG:2154)",
    3857: "du Web Mercator (EPSG:3857)",
    27572: "du Lambert II étendu (EPSG:27572)",
    **{3900 + n: f"du Lambert conique {n} (EPSG:{3900 + n})" for n in range(42, 51)},
    32631: "de l'UTM 31 nord (EPSG:32631)",
}
AGAIN = "reprojeter la carte en WGS 84 (EPSG:4326) ou en Lambert-93 (EPSG:2154)"
ADDED = '"crs": {{"type": "name", "properties": {{"name": "urn:ogc:def:crs:EPSG::{}"}}}}'


def in_degrees(
    shapes: "GeoDataFrame", content: bytes, path: str
) -> tuple["GeoDataFrame", list[Fault]]:
    """Shapes of a GeoJSON in WGS 84; as they are, with a fault, when they cannot be placed.

    Without a ``crs`` member they are in degrees, longitude first, as RFC 7946 has it. A member of
    the former specification is obeyed: GDAL alone would take one that it does not know for degrees.

    Parameters
    ----------
    shapes : GeoDataFrame
        As read, in whatever projection.
    content : bytes
        The file.
    path : str
        Its name in messages.
    """
    name = _named(json.loads(content).get("crs"))
    try:
        placed = shapes.set_crs(name or DEGREES, allow_override=True).to_crs(DEGREES)
    except Exception:  # pyproj raises several kinds for what is no projection of a map
        if not name:
            raise
        found = f"projection déclarée « {name} » inconnue (membre crs)"
        return shapes, [Fault(path, found, f"La corriger, ou {AGAIN}.")]
    off = [not _in_france(bounds) for bounds in placed.bounds.to_numpy()]
    off = [out and not empty for out, empty in zip(off, _empty(shapes), strict=True)]
    if not any(off):
        return placed, []
    found, remedy = _told(shapes[off], name)
    lines = [line for line, out in enumerate(off, 1) if out]
    return shapes, Fault(path, found, remedy, column="geometry", unit="contour").on(lines)


def _named(member: object) -> str:
    """Name of a declared projection; a text that is none when it is not declared by name."""
    if member is None:
        return ""
    try:
        told = member["properties"]
        return str(told["name"] if member["type"] == "name" else f"EPSG:{told['code']}")
    except (KeyError, TypeError):
        return json.dumps(member, ensure_ascii=False)[:80]


def _empty(shapes: "GeoDataFrame") -> list[bool]:
    return (shapes.geometry.isna() | shapes.geometry.is_empty).tolist()


def _in_france(bounds: Box) -> bool:
    """Whether a rectangle, in degrees, is in one of those that hold France."""
    west, south, east, north = bounds
    return any(
        box[0] <= west and box[1] <= south and east <= box[2] and north <= box[3]
        for box in (METROPOLE, *OVERSEAS)
    )


def _told(shapes: "GeoDataFrame", name: str) -> tuple[str, str]:
    """What is wrong with the coordinates of some shapes, and what to do."""
    west, south, east, north = shapes.total_bounds.tolist()
    declared = f"projection déclarée « {name} »" if name else "aucune projection déclarée (crs)"
    seen = f"coordonnées {west:.10g} {south:.10g}"
    if _in_france((south, west, north, east)):
        found = f"{declared}, {seen} : latitude et longitude inversées"
        return found, "Écrire la longitude d'abord, ou reprendre le fichier d'origine."
    like = [code for code in USUAL if _fits(shapes, code)]
    if not like:
        found = f"{declared}, {seen} : hors de France, dans toutes les projections d'usage"
        return found, f"Vérifier la projection chez le producteur, ou {AGAIN}."
    found = f"{declared}, {seen} : hors de France ; on dirait {' ou '.join(map(USUAL.get, like))}"
    written = " ou ".join(ADDED.format(code) for code in like)
    return found, f"Si c'est bien cela, l'écrire en tête du fichier ({written}), ou {AGAIN}."


def _fits(shapes: "GeoDataFrame", code: int) -> bool:
    return _in_france(shapes.set_crs(code, allow_override=True).to_crs(DEGREES).total_bounds)
