"""Producers' files → the project's own tables (``qpv build``): all or nothing."""

from pathlib import Path

import pandas as pd

from qpvlib.catalogue import QpvError, catalogue
from qpvlib.tables import declarations, sealing, tidy, writing
from qpvlib.tables.areas import DEGREES
from qpvlib.tables.construction import (
    computed,
    later,
    likeness,
    places,
    resources,
    territory,
)
from qpvlib.tables.construction.computed import Tables
from qpvlib.tables.construction.files import Files
from qpvlib.tables.construction.partial import UNTOUCHED
from qpvlib.tables.reading import area_id


def build(
    raw: Path, folder: Path, departements: tuple[str, ...] | None = None
) -> tuple[list[Path], list[str]]:
    """Build the tidy tables from the producers' files, all or nothing.

    Parameters
    ----------
    raw : Path
        Folder of the producers' files, laid out as in ``sources.toml``.
    folder : Path
        Where the tables go; replaced only once all are written and checked.
    departements : tuple of str, optional
        Départements of the neighbourhoods kept (default: the territory's; ``("all",)``: all).

    Returns
    -------
    (list of Path, list of str)
        The files written; in French, the columns and vintages left out.

    Raises
    ------
    Faults
        Every one; the folder is then untouched.
    QpvError
        When the disk refuses; the folder is then untouched.
    """
    made, shapes, said = prepared(raw, departements)
    with writing.aside(folder, UNTOUCHED) as work:
        for name, table in made.items():
            tidy.write(name, table, work)
        for name, frame in shapes.items():
            (work / f"{name}.geojson").write_text(frame, encoding="utf-8")
        names = sorted(path.name for path in work.iterdir())
        return writing.put(work, folder, [*names, *sealing.seal(work)]), said


def prepared(
    raw: Path, departements: tuple[str, ...] | None = None
) -> tuple[Tables, dict[str, str], list[str]]:
    """Everything that ``build`` writes: the tables by name, the outlines as GeoJSON text.

    And, in French, each column and vintage of the files that was left out. ``Faults`` tells every
    one, of every file.
    """
    known = catalogue()
    read = computed.read(raw, known.sources, known.indicators)
    files = read.files
    kept = territory.neighbourhoods(files, departements or (known.territory["departement"],))
    if kept.empty:
        raise QpvError(f"Aucun quartier prioritaire dans : {', '.join(departements or ())}.")
    near = places.places(files)
    inside, contours = territory.containment(files, kept), territory.successors(files, kept)
    after = later.neighbourhoods(files, kept, contours)
    inside = pd.concat([inside, later.containment(files, kept, contours)])
    wanted = {*kept.code, *kept.successor, *inside.area} - {""}
    found = computed.figures(read, near, set(kept.code), wanted, set(after.code))
    alike, alike_values = likeness.similar(files, found.national, kept.code)
    made = found.tables | {
        "neighbourhoods": kept,
        "neighbourhoods_2024": after,
        "areas": territory.areas(files, inside),
        "containment": inside,
        "places": near[near.neighbourhood.isin(kept.code)],
        "resources": resources.resources(files, kept.code),
        "lists": resources.lists(files),
        "similar": alike,
        "similar_values": alike_values,
        "declarations": declarations.declarations(),
    }
    made = {name: table[list(tidy.COLUMNS[name])] for name, table in made.items()}
    return made, _outlines(files, kept, inside, contours), found.said


def _outlines(
    files: Files, kept: pd.DataFrame, inside: pd.DataFrame, contours: pd.DataFrame
) -> dict[str, str]:
    shapes = files["anct_perimetres_2015"]
    shapes = shapes[shapes.area.isin(kept.code)].sort_values("area")
    own = shapes.rename(columns={"area": "code"})[["code", "geometry"]]
    levels = {"ign_departement": "departement", "ign_epci": "epci", "ign_communes": "commune"}
    parts = []
    for source, level in levels.items():
        ids = [area_id(level, code) for code in files[source].area]
        part = files[source].assign(code=ids, level=level, source=source)
        parts.append(part[part.code.isin(set(inside.area))].sort_values("code"))
    around = pd.concat(parts)[["code", "level", "source", "geometry"]]
    return {
        "perimeters": _geojson(own.assign(source="anct_perimetres_2015"), 1e-6),
        "perimeters_2024": _geojson(contours, 1e-6),
        "outlines": _geojson(around, 1e-4),
    }


def _geojson(rows: pd.DataFrame, grid: float) -> str:
    import geopandas

    frame = geopandas.GeoDataFrame(rows, crs=DEGREES).reset_index(drop=True)
    # As RFC 7946 asks: what is inside is on the left of a ring.
    frame["geometry"] = frame.geometry.set_precision(grid).orient_polygons()
    return frame.to_json(drop_id=True, ensure_ascii=False) + "\n"
