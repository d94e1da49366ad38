"""A producer's file → a validated table: one tolerant reader driven by the catalogue.

A file's columns of text cells are given the catalogue's column names, checked cell by cell, and
laid out as one row per area and edition.
Faults are gathered, never raised one at a time.
"""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import tomlkit

from qpvlib.catalogue import Fault, Source, SourceFile, wording
from qpvlib.tables import naming, soundness, sources
from qpvlib.tables.received import Place, Received, receive


@dataclass
class Reading:
    """What reading a source gave: a table for each readable file, and every fault."""

    parts: dict[str, pd.DataFrame] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def rows(self) -> pd.DataFrame:
        """The files one under the other; second copies are compared, not added."""
        return pd.concat(self.parts.values(), ignore_index=True) if self.parts else pd.DataFrame()


def area_id(level: str, code: str) -> str:
    """Identifier of an area, unique among levels: département 24 is not région 24.

    >>> area_id("departement", "45"), area_id("region", "24"), area_id("commune", "45155")
    ('D45', 'R24', '45155')
    """
    prefixes = {"departement": "D", "region": "R"}
    names = {"metropole": "METRO", "france": "FR"}
    return names.get(level, prefixes.get(level, "") + code)


def read(source: Source, raw: Path) -> Reading:
    """All the files of a source.

    Each table has one row per area and edition: ``area`` (text code), ``edition``, ``level``,
    ``line``, the source's numeric columns as floats, its notes and texts as strings.
    """
    reading = Reading()
    for entry in source.files:
        if source.if_there and not (raw / entry.path).exists():
            continue
        rows, faults = read_file(source, entry, entry.path, raw / entry.path)
        reading.faults += faults
        if rows is None:
            continue
        reading.parts[entry.path] = rows
        reading.faults += soundness.total_faults(source, entry, rows)
        for copy in entry.copies:
            if (raw / copy).exists():
                other, faults = read_file(source, entry, copy, raw / copy)
                if other is not None and not faults:
                    faults = soundness.copy_faults(entry.path, rows, copy, other)
                reading.faults += faults
    return reading


def read_file(
    source: Source, entry: SourceFile, path: str, file: Path
) -> tuple[pd.DataFrame | None, list[Fault]]:
    """One file of a source, wherever it is; ``path`` is its name in the messages.

    None, with its faults, when nothing can be read of it.
    """
    place = Place(source, entry, path, file)
    got, faults = receive(place)
    if got is None:
        return None, faults
    got.faults += faults + _renamed(place, got)
    got.faults += [
        Fault(path, "nom de colonne en double", "Ne garder que la bonne.", got.header, name)
        for name in _wanted(place).values()
        if name in got.twice
    ]
    if any(not got.columns.get(name) for name in (source.key, source.level_column) if name):
        return None, got.faults
    return _table(place, got), got.faults


# --- the catalogue's names -------------------------------------------------------------------


def _wanted(place: Place) -> dict[str, str]:
    """Columns that the file must have → the catalogue's names, the years of a wide form kept."""
    source = place.source
    names = [source.key, source.level_column, source.edition_column]
    if source.wide_years:
        names += [*_figures(source), *source.text, *source.codes]
    else:
        names += [*source.columns, *(b.note for b in source.blocks.values())]
    excused = {*place.entry.without, *source.optional}
    wanted = dict.fromkeys(name for name in names if name and name not in excused)
    tail = place.tail
    bare = {source.key, *source.text, *source.codes}
    return {name: name if name in bare else name + tail for name in wanted}


def _suffix(source: Source, year: int) -> str:
    return "_" + str(year)[-2 if source.wide_years == "_yy" else -4 :]


def _renamed(place: Place, got: Received) -> list[Fault]:
    """Names as the catalogue has them; a missing column is a fault that offers the near one."""
    source = place.source
    tail = place.tail
    canonical = {name: source.renames.get(name, name).removesuffix(tail) for name in got.columns}
    got.columns = {canonical[name]: cells for name, cells in got.columns.items()}
    got.shown = {new: name for name, new in canonical.items()}
    wanted = _wanted(place)
    spare = [got.shown[name] for name in got.columns if name not in wanted]
    offers = {
        name: _offered(place, got, name, spare)
        for name in wanted
        if name not in got.columns and not (tail and name + tail in got.columns)
    }
    gone = [*place.entry.without, *(name for name, offered in offers.items() if not offered)]
    return [_missing_column(place, got.header, name, offers[name], gone) for name in offers]


def _offered(place: Place, got: Received, name: str, spare: list[str]) -> list[str]:
    """Headers of the file that may be a column that is not there; a key is known by its codes."""
    source = place.source
    if name == source.key and source.key_pattern:
        cells = {got.shown[column]: got.columns[column] for column in got.columns}
        coded = naming.keyed({column: cells[column] for column in spare}, source.key_pattern)
        return coded[: naming.OFFERED] or naming.nearest(name, spare)
    return naming.nearest(_wanted(place)[name], spare, place.tail)


def _missing_column(
    place: Place, header: int, name: str, offered: list[str], gone: list[str]
) -> Fault:
    """The near headers of the file, and the line to write: of « renames », or of « without »."""
    shown, owner = _wanted(place)[name], sources.owner(place.entry.path)
    where = f"data/catalogue/sources.toml, [{owner}]"
    if offered:
        several = "les plus proches sont" if len(offered) > 1 else "la plus proche est"
        named = wording.listed([f"« {one} »" for one in offered])
        found = f"colonne attendue absente ; {several} {named}"
        target = tomlkit.item(name).as_string()
        lines = " ou ".join(f"{tomlkit.key(one).as_string()} = {target}" for one in offered)
        remedy = f"Si le producteur l'a renommée, dans {where}, ajouter à « renames » : {lines}."
        return Fault(place.path, found, remedy, header, shown)
    found = "colonne attendue absente"
    if name in (place.source.key, place.source.level_column):
        remedy = f"Vérifier que c'est le bon fichier ; sinon, changer « key » dans {where}."
        return Fault(place.path, found, remedy, header, shown)
    remedy = (
        f"Vérifier l'édition du fichier ; si elle n'a jamais eu cette colonne, dans {where}, sa "
        f"ligne de « files » prend : without = {tomlkit.item(gone).as_string()}."
    )
    return Fault(place.path, found, remedy, header, shown)


# --- columns of cells → a table ----------------------------------------------------------------


def _table(place: Place, got: Received) -> pd.DataFrame:
    source = place.source
    got = got.only(_kept(source, got))
    keys = [str(key).strip() for key in got.columns[source.key]]
    levels = [place.entry.level or source.level] * len(got.lines)
    if source.level_column:
        levels = [str(cell).strip() for cell in got.columns[source.level_column]]
    got.faults += soundness.key_faults(source, got, keys, levels)
    got.faults += soundness.code_faults(source, got)
    ids = [area_id(level, key) for level, key in zip(levels, keys, strict=True)]
    if source.level_column is None and not place.entry.level:
        ids = keys
    table = pd.DataFrame({"area": ids, "line": got.lines, "level": levels})
    notes = [b.note for b in source.blocks.values() if b.note]
    for name in dict.fromkeys([*source.text, *notes]):
        if name in got.columns:
            table[name] = [str(cell).strip() for cell in got.columns[name]]
    if source.kind == "geojson":
        table["geometry"] = got.columns["geometry"]
    long = _years(place, got, table)
    got.faults += soundness.row_faults(source, got, long)
    return long


def _kept(source: Source, got: Received) -> list[bool]:
    """Rows that are not totals, labels, blank, nor of a kind left out."""
    skipped = {*source.skip, "", "nan", "None"}
    kept = [str(key).strip() not in skipped for key in got.columns[source.key]]
    for name, values in source.keep.items():
        cells = got.columns.get(name, [])
        kept = [a and b in values for a, b in zip(kept, cells, strict=True)] if cells else kept
    return kept


def _years(place: Place, got: Received, table: pd.DataFrame) -> pd.DataFrame:
    """One row per area and edition, whether the file has one edition, a column or a wide form."""
    source = place.source
    figures = {
        name: soundness.numbers(source, got, name)
        for name in _figures(source)
        if name in got.columns
    }
    if source.wide_years:
        return _melted(source, table, figures)
    editions = [place.entry.edition] * len(table)
    if source.edition_column in got.columns:
        editions = soundness.editions(source, got)
    return table.assign(edition=editions, **figures)


def _figures(source: Source) -> list[str]:
    """Numeric columns as the file has them, one for each year in a wide form."""
    blocks = source.blocks.values()
    if source.wide_years:
        return [c + _suffix(source, y) for b in blocks for c in b.columns for y in b.years]
    return [c for b in blocks for c in b.columns]


def _melted(source: Source, table: pd.DataFrame, figures: dict) -> pd.DataFrame:
    parts = []
    for year in sorted({year for block in source.blocks.values() for year in block.years}):
        values = {
            column: figures[column + _suffix(source, year)]
            for block in source.blocks.values()
            for column in block.columns
            if column + _suffix(source, year) in figures and year in block.years
        }
        parts.append(table.assign(edition=year, **values))
    return pd.concat(parts, ignore_index=True)
