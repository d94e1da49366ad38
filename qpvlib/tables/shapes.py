"""The outlines of some neighbourhoods, of both generations, with all that is to be said of them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from qpvlib.catalogue import catalogue
from qpvlib.project import kept
from qpvlib.tables import interpolation, tidy
from qpvlib.tables.areas import METRES, Neighbourhood

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries

GENERATIONS = {"2015": "perimeters", "2024": "perimeters_2024"}


@kept("tidy")
def metres(table: str) -> "GeoSeries":
    """Outlines of a table by code, EPSG:2154."""
    import geopandas

    found = tidy.outlines(table).to_crs(METRES)
    if found.empty:  # an empty file has no columns
        return geopandas.GeoSeries([], index=pd.Index([], dtype=str, name="code"), crs=METRES)
    return found.set_index("code").geometry


@kept("tidy")
def overlaps() -> pd.DataFrame:
    """What each contour of 2024 has of those of 2015: see ``interpolation.overlaps``."""
    return interpolation.overlaps(*(metres(table) for table in GENERATIONS.values()))


def both(places: Iterable[Neighbourhood]) -> "GeoDataFrame":
    """Both outlines of each, of 2015 and of its successor in 2024: those that are read.

    In degrees (WGS84), a row an outline: ``code``, ``nom``, ``quartier`` (code of 2015),
    ``generation``, ``surface_ha`` (missing where it is not published), ``simplifie_m`` (metres off
    the exact outline, at most), ``source``, ``mise_a_jour`` and ``licence``.
    """
    parts = []
    for generation, table in GENERATIONS.items():
        shapes = tidy.outlines(table)
        if shapes.empty:  # an empty file has no columns
            continue
        shapes = shapes.set_index("code")
        told = (_told(place, generation) for place in places)
        parts += [
            shapes.loc[[one["code"]]].assign(**one) for one in told if one["code"] in shapes.index
        ]
    found = pd.concat(parts or [tidy.outlines("perimeters").head(0)])
    known = [catalogue().sources[name] for name in found.source]
    return found.assign(
        simplifie_m=[source.simplified for source in known],
        source=[source.cite for source in known],
        mise_a_jour=[source.updated for source in known],
        licence=[source.licence for source in known],
    )


def geojson(found: "GeoDataFrame") -> str:
    """Outlines as GeoJSON, wound as the tables hold them: as RFC 7946 asks."""
    return found.to_json(drop_id=True, ensure_ascii=False, na="null") + "\n"


def _told(place: Neighbourhood, generation: str) -> dict:
    own = {
        "2015": {"code": place.code, "nom": place.name, "surface_ha": place.area_ha},
        "2024": {"code": place.successor, "nom": place.successor_name, "surface_ha": None},
    }[generation]
    return own | {"quartier": place.code, "generation": generation}
