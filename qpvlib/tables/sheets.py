"""A producer's file → a sheet of text cells, whatever its kind; its faults of form are gathered."""

import csv
import difflib
import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from qpvlib.catalogue import Source, SourceFile, catalogue
from qpvlib.tables import sources, writing
from qpvlib.tables.faults import Fault, shared

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

AGAIN = "Télécharger de nouveau le fichier entier."
MOJIBAKE = re.compile("Ã[\u0080-\u00bf©¨ª«´®§]|â€|\ufffd")


@dataclass
class Sheet:
    """A file as columns of text cells, with the true line of each row in the file."""

    columns: dict[str, list]
    lines: list[int]
    header: int = 1
    unit: str = "ligne"
    shown: dict[str, str] = field(default_factory=dict)
    twice: tuple[str, ...] = ()

    def names(self, column: str) -> str:
        """Name of a column as the file has it."""
        return self.shown.get(column, column)

    def only(self, kept: list[bool]) -> "Sheet":
        """The rows kept."""
        if all(kept):
            return self
        columns = {
            name: [cell for cell, keep in zip(cells, kept, strict=True) if keep]
            for name, cells in self.columns.items()
        }
        lines = [line for line, keep in zip(self.lines, kept, strict=True) if keep]
        return replace(self, columns=columns, lines=lines)


@dataclass(frozen=True)
class Place:
    """One file being read: what the catalogue says of it, its name in messages, where it is."""

    source: Source
    entry: SourceFile
    path: str
    file: Path

    @property
    def fewest(self) -> int:
        """Fewest rows that the whole file has."""
        return self.entry.rows or self.source.rows


def missing(place: Place) -> Fault:
    """A file that is not there, where to get it, and one of a near name if there is."""
    folder = place.file.parent
    known = {Path(p).name for s in catalogue().sources.values() for p in sources.files(s)}
    others = sorted({p.name for p in folder.glob("*") if p.is_file()} - known)
    near = difflib.get_close_matches(place.file.name, others, n=1, cutoff=0.75)
    source = place.source
    found = "fichier absent" + (f", mais « {near[0]} » est dans le même dossier" if near else "")
    where = f"À prendre sur {source.page} ({source.get or source.title}), à déposer sous ce nom."
    return Fault(place.path, found, where)


def sheet(place: Place) -> tuple[Sheet | None, list[Fault]]:
    """A file as text cells, or None when nothing can be read of it; and its faults."""
    if not place.file.is_file():
        return None, [missing(place)]
    try:
        content = place.file.read_bytes()
    except OSError as error:
        found = f"lecture impossible ({writing.reason(error)})"
        return None, [Fault(place.path, found, "Vérifier les droits du fichier et le disque.")]
    start = content[:400].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not start:
        return None, [Fault(place.path, "le fichier est vide", AGAIN)]
    web = start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body"))
    if web or (place.source.kind == "csv" and start.startswith((b"<", b"{"))):
        found = "c'est une page web, pas un tableau (le site a répondu par un message)"
        return None, [Fault(place.path, found, f"Le reprendre sur {place.source.page}.", 1)]
    return {"csv": _csv, "xls": _xls, "geojson": _geojson}[place.source.kind](place, content)


def _csv(place: Place, content: bytes) -> tuple[Sheet | None, list[Fault]]:
    text, faults = _decoded(place, content)
    records, broken = _records(place, text)
    faults += broken
    if not records:
        return None, faults or [Fault(place.path, "le fichier est vide", AGAIN)]
    (header, names), *rows = records
    wrong = _separator_fault(place, header, names)
    if wrong:
        return None, [*faults, wrong]
    names = [name.strip() for name in names]
    named = max((i + 1 for i, name in enumerate(names) if name), default=0)
    faults += _width_faults(place, len(names), named, rows)
    cut = any(fault.remedy == AGAIN for fault in faults)
    faults += [] if cut else _few(place, len(rows), "lignes", rows[-1][0] if rows else header)
    cells = [row + [""] * (named - len(row)) for _, row in rows]
    columns = {name: [row[i] for row in cells] for i, name in _first(names[:named])}
    twice = tuple(name for name in columns if names.count(name) > 1)
    return Sheet(columns, [line for line, _ in rows], header, twice=twice), faults


def _decoded(place: Place, content: bytes) -> tuple[str, list[Fault]]:
    """Text of a file; in another encoding it is read all the same, for its other faults."""
    remedy = "L'enregistrer de nouveau en « CSV UTF-8 », ou reprendre le fichier d'origine."
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        found = f"le fichier n'est pas en UTF-8 (octet 0x{content[error.start]:02X})"
        wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
        text = content.decode("utf-16" if wide else "cp1252", errors="replace")
        return text, [Fault(place.path, found, remedy, line)]
    spoilt = [n for n, line in enumerate(text.split("\n"), 1) if MOJIBAKE.search(line)]
    if not spoilt:
        return text, []
    sample = MOJIBAKE.search(text)
    around = re.sub(r"\s+", " ", text[max(0, sample.start() - 8) : sample.end() + 8])
    found = f"caractères abîmés (« {around} ») : enregistré dans un autre encodage que l'UTF-8"
    return text, shared(place.path, None, spoilt, found, remedy)


def _records(place: Place, text: str) -> tuple[list[tuple[int, list[str]]], list[Fault]]:
    """The records of a CSV text that hold something, each with its first line in the file."""
    stream = io.StringIO(text, newline="")
    reader = csv.reader(stream, delimiter=place.source.delimiter, strict=True)
    records, line = [], 1
    try:
        for cells in reader:
            if any(cells):
                records.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        cut = "unexpected end" in str(error)
        found = "guillemet jamais refermé : fichier coupé" if cut else "guillemet mal placé"
        return records, [Fault(place.path, found, AGAIN, line)]
    return records, []


def _separator_fault(place: Place, header: int, names: list[str]) -> Fault | None:
    expected = place.source.delimiter
    for other in {",", ";", "\t", "|"} - {expected}:
        if len(names) == 1 and names[0].count(other) > 2:
            shown = "tabulation" if other == "\t" else f"« {other} »"
            found = f"colonnes séparées par {shown}, attendu « {expected} »"
            remedy = "Reprendre le fichier d'origine, sans l'enregistrer depuis un tableur."
            return Fault(place.path, found, remedy, header)
    return None


def _width_faults(
    place: Place, width: int, named: int, rows: list[tuple[int, list[str]]]
) -> list[Fault]:
    """Rows with fewer or more cells than the header; empty trailing cells may be missing."""
    if not rows:
        return []
    faults = []
    end, last = rows[-1]
    usual = len(rows[-2][1]) if len(rows) > 1 else width
    cut = len(last) < min(width, usual)
    if cut:
        found = f"dernière ligne coupée ({len(last)} cellules au lieu de {width})"
        faults.append(Fault(place.path, found, AGAIN, end))
    rest = rows[:-1] if cut else rows
    narrow = [line for line, cells in rest if len(cells) < named]
    wide = [line for line, cells in rest if len(cells) > width and any(cells[width:])]
    for lines, word in ((narrow, "moins"), (wide, "plus")):
        found = f"{word} de cellules que l'en-tête n'a de colonnes"
        remedy = "Chercher un séparateur perdu ou ajouté, ou reprendre le fichier d'origine."
        faults += shared(place.path, None, lines, found, remedy)
    return faults


def _first(names: list[str]) -> Iterator[tuple[int, str]]:
    """Named columns, the first of each name."""
    return ((i, name) for i, name in enumerate(names) if name and name not in names[:i])


def _xls(place: Place, content: bytes) -> tuple[Sheet | None, list[Fault]]:
    source = place.source
    try:
        table = pd.read_excel(
            io.BytesIO(content), sheet_name=source.sheet, header=None, dtype=str, engine="calamine"
        )
    except Exception as error:  # calamine has no public base class for a broken workbook
        found = f"classeur illisible, ou sans feuille « {source.sheet} » ({type(error).__name__})"
        return None, [Fault(place.path, found, AGAIN)]
    table = table.fillna("")
    names = [str(name).strip() for name in table.iloc[source.header]] if len(table) else []
    rows = table.iloc[source.header + 1 :]
    columns = {name: rows.iloc[:, i].tolist() for i, name in _first(names)}
    sheet = Sheet(columns, [i + 1 for i in rows.index], source.header + 1)
    return sheet, _few(place, len(rows), "lignes")


def _geojson(place: Place, content: bytes) -> tuple[Sheet | None, list[Fault]]:
    import geopandas

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what GDAL mends is found below
            shapes = geopandas.read_file(io.BytesIO(content))
        columns = {str(name): shapes[name].tolist() for name in shapes}
        broken = [i for i, shape in enumerate(columns["geometry"], 1) if not _usable(shape)]
    except Exception as error:  # pyogrio raises several kinds for an unreadable file
        found = f"carte illisible, coupée peut-être ({type(error).__name__})"
        return None, [Fault(place.path, found, AGAIN)]
    sheet = Sheet(columns, list(range(1, len(shapes) + 1)), unit="contour")
    found = "contour vide ou qui se recoupe"
    faults = shared(place.path, "geometry", broken, found, AGAIN, "contour")
    return sheet, faults + _few(place, len(shapes), "contours")


def _usable(shape: "BaseGeometry | None") -> bool:
    return shape is not None and not shape.is_empty and shape.is_valid


def _few(place: Place, count: int, noun: str, last: int | None = None) -> list[Fault]:
    """A file with fewer rows than the whole one has."""
    if count >= place.fewest:
        return []
    found = f"{count} {noun} au lieu de {place.fewest} au moins : fichier tronqué"
    return [Fault(place.path, found, AGAIN, last)]
