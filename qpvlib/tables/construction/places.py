"""The nearest collèges, France services and hospitals, as the crow flies."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qpvlib.catalogue import catalogue
from qpvlib.tables.areas import DEGREES, METRES
from qpvlib.tables.construction.files import Files
from qpvlib.tables.construction.territory import departement_of, geo

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

NEAREST = {"college": 3, "france_services": 2, "hopital": 2}
LISTS = {"college": "men_colleges", "france_services": "anct_france_services",
         "hopital": "eurostat_hopitaux"}  # fmt: skip
SOURCES = ("anct_perimetres_2015", *LISTS.values(), "depp_ips", "depp_dnb", "depp_va")
LIMITS = (8_000, 60_000)  # beyond, nothing is near
# What describes a place, as the list of its kind names it.
COLUMNS = {
    "college": {
        "name": "appellation_officielle", "commune": "libelle_commune",
        "sector": "secteur_public_prive_libe", "longitude": "longitude", "latitude": "latitude",
    },
    "france_services": {
        "name": "lib_fs", "address": "adresse", "commune": "lib_com", "sector": "format_fs",
        "longitude": "longitude", "latitude": "latitude",
    },
    "hopital": {
        "name": "hospital_name", "address": "facility_type", "commune": "city",
        "sector": "public_private", "longitude": "lon", "latitude": "lat",
    },
}  # fmt: skip


def places(files: Files) -> pd.DataFrame:
    """The nearest collèges, France services and hospitals, from the perimeter.

    One row per neighbourhood, kind and rank; ``distance_m`` in metres (0: inside).
    """
    shapes = geo(files["anct_perimetres_2015"])
    there = [kind for kind, source in LISTS.items() if source in files]
    points = {kind: _listed(files, kind) for kind in there} | {"college": _colleges(files)}
    found = [near(_covered(shapes, kind), kind, listed) for kind, listed in points.items()]
    table = pd.concat(found, ignore_index=True)
    return table.sort_values(["neighbourhood", "kind", "rank"]).reset_index(drop=True)


def _covered(shapes: "GeoDataFrame", kind: str) -> "GeoDataFrame":
    """Neighbourhoods that the list of a kind covers: of the others it says nothing."""
    departements = catalogue().sources[LISTS[kind]].departements
    if not departements:
        return shapes
    return shapes[shapes["area"].map(departement_of).isin(departements)]


def _listed(files: Files, kind: str) -> pd.DataFrame:
    source = LISTS[kind]
    rows = files[source]
    own = {column: rows[name] for column, name in COLUMNS[kind].items()}
    year = rows.edition.astype(float)
    return pd.DataFrame({"place": rows.area, **own, "year": year, "source": source})


def _colleges(files: Files) -> pd.DataFrame:
    rows = _listed(files, "college")
    rows = rows[files["men_colleges"].etat_etablissement_libe.str.upper() == "OUVERT"]
    ips, dnb = (files[name].set_index("area") for name in ("depp_ips", "depp_dnb"))
    va = files["depp_va"].sort_values("edition", kind="stable").drop_duplicates("area", keep="last")
    va = va.set_index("area")
    return rows.assign(
        address="",
        ips=rows.place.map(ips.ips),
        ips_year=float(ips.edition.max()),
        dnb=rows.place.map(dnb.taux_de_reussite),
        dnb_year=float(dnb.edition.max()),
        va=rows.place.map(va["VA du taux de réussite - G"]),
        va_year=rows.place.map(va.edition.astype(float)),
        source="men_colleges, depp_ips, depp_dnb, depp_va",
    )


def near(shapes: "GeoDataFrame", kind: str, points: pd.DataFrame) -> pd.DataFrame:
    """The nearest points of a kind to each shape; of the collèges, always the nearest public one.

    ``shapes`` have an ``area`` and a geometry in metres; ``points`` a ``longitude``,
    a ``latitude``, a ``sector`` and what describes each.
    """
    points = points.dropna(subset=["longitude", "latitude"]).reset_index(drop=True)
    pairs = _pairs(shapes, points)
    pairs["public"] = (points.sector == "Public").to_numpy()[pairs.point]
    rank = pairs.groupby("shape").cumcount()
    kept = rank < NEAREST[kind]
    if kind == "college":  # the public one, always: it is the one that has an indicator
        kept |= pairs.public & (pairs.groupby(["shape", "public"]).cumcount() == 0)
    pairs = pairs[kept]
    return points.loc[pairs.point].assign(
        neighbourhood=shapes["area"].to_numpy()[pairs["shape"]],
        kind=kind,
        rank=pairs.groupby("shape").cumcount().to_numpy() + 1.0,
        distance_m=pairs.distance.round().to_numpy(),
    )


def _pairs(shapes: "GeoDataFrame", points: pd.DataFrame) -> pd.DataFrame:
    """Every shape with the points around it, nearest first: far ones only where few are close."""
    import geopandas
    import shapely

    spots = geopandas.GeoSeries.from_xy(points.longitude, points.latitude, crs=DEGREES)
    spots = spots.to_crs(METRES)
    geometry, todo, found = shapes.geometry.to_numpy(), np.arange(len(shapes)), []
    for limit in LIMITS:
        which, close = spots.sindex.query(geometry[todo], predicate="dwithin", distance=limit)
        distance = shapely.distance(geometry[todo][which], spots.to_numpy()[close])
        table = pd.DataFrame({"shape": todo[which], "point": close, "distance": distance})
        public = table.point.isin(points.index[points.sector == "Public"])
        enough = (table.groupby("shape").size() >= 3) & (public.groupby(table["shape"]).sum() > 0)
        full = set(enough.index[enough]) if limit != LIMITS[-1] else set(todo)
        found.append(table[table["shape"].isin(full)])
        todo = np.array(sorted(set(todo) - full), dtype=int)
    pairs = pd.concat(found, ignore_index=True)
    return pairs.sort_values(["shape", "distance", "point"], ignore_index=True)
