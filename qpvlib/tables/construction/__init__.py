"""Producers' files → the project's own tables (``qpv build``): all or nothing."""

from pathlib import Path

import pandas as pd

from qpvlib.catalogue import Fault, Faults, QpvError, catalogue
from qpvlib.catalogue.faults import counted
from qpvlib.tables import indicators, reading, sealing, tidy, writing
from qpvlib.tables.areas import DEGREES
from qpvlib.tables.construction import (
    agreement,
    later,
    likeness,
    observed,
    places,
    resources,
    statistics,
    territory,
)
from qpvlib.tables.reading import area_id

Tables = dict[str, pd.DataFrame]
UNTOUCHED = "Les tables précédentes n'ont pas été touchées."


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
    files, faults = read_all(raw)
    measures, own = observed.measures(files), observed.measures(files, ("later",))
    for found in (measures, own):
        faults += agreement.value_faults(found) + agreement.share_faults(found)
    if faults:
        raise _refused(faults)
    kept = territory.neighbourhoods(files, departements or (catalogue().territory["departement"],))
    if kept.empty:
        raise QpvError(f"Aucun quartier prioritaire dans : {', '.join(departements or ())}.")
    near = places.places(files)
    inside, contours = territory.containment(files, kept), territory.successors(files, kept)
    after = later.neighbourhoods(files, kept, contours)
    inside = pd.concat([inside, later.containment(files, kept, contours)])
    national, repeats = observed.observations(measures, near, set(kept.code))
    national = observed.withheld(national)
    wanted = {*kept.code, *kept.successor, *inside.area} - {""}
    sizes = statistics.sizes_of(files)
    spreads, noises = statistics.distributions(national), statistics.noise(national, sizes)
    own, _ = observed.observations(own, near.iloc[:0], set())
    alike, alike_values = likeness.similar(files, national, kept.code)
    made = {
        "observations": national[national.area.isin(wanted)].sort_values(indicators.KEYS),
        "distributions": spreads,
        "noise": noises,
        "calls": statistics.calls(national, sizes, spreads, noises),
        "neighbourhoods": kept,
        "neighbourhoods_2024": after,
        "observations_2024": own[own.area.isin(after.code)].sort_values(indicators.KEYS),
        "distributions_2024": later.spreads(national, own),
        "areas": territory.areas(files, inside),
        "containment": inside,
        "places": near[near.neighbourhood.isin(kept.code)],
        "resources": resources.resources(files, kept.code),
        "lists": resources.lists(files),
        "similar": alike,
        "similar_values": alike_values,
    }
    made = {name: table[list(tidy.COLUMNS[name])] for name, table in made.items()}
    return made, _outlines(files, kept, inside, contours), observed.blanks(files) + repeats


def read_all(raw: Path) -> tuple[Tables, list[Fault]]:
    """Every source of the catalogue: the rows of its sound files, and every fault.

    Each row says the ``file`` that it comes from.
    """
    readings = {code: reading.read(source, raw) for code, source in catalogue().sources.items()}
    faults = [fault for read in readings.values() for fault in read.faults]
    faults += agreement.code_faults(readings)
    faulty = {fault.file for fault in faults}
    sound = {
        code: [t.assign(file=path) for path, t in read.parts.items() if path not in faulty]
        for code, read in readings.items()
    }
    files = {code: pd.concat(parts, ignore_index=True) for code, parts in sound.items() if parts}
    return files, faults


def _refused(faults: list[Fault]) -> Faults:
    """Faults file by file, in the order of the catalogue, then by line."""
    rank = {fault.file: i for i, fault in reversed(list(enumerate(faults)))}
    ordered = sorted(faults, key=lambda fault: (rank[fault.file], fault.line or 0))
    number, files = counted(len(faults), "défaut"), counted(len(rank), "fichier")
    return Faults(f"{number} dans {files} ; les tables du projet n'ont pas été touchées.", ordered)


def _outlines(
    files: Tables, kept: pd.DataFrame, inside: pd.DataFrame, contours: pd.DataFrame
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
