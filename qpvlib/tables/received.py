"""A producer's file → columns of text cells, whatever its kind; its faults of form are gathered."""

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from qpvlib.catalogue import Fault, Source, SourceFile, catalogue
from qpvlib.catalogue.faults import near
from qpvlib.tables import books, delimited, finess, projections, sources, writing
from qpvlib.tables.delimited import Row

AGAIN = "Télécharger de nouveau le fichier entier."
ALIKE = 0.75  # names of files and of columns differ by a letter: a far one offered would mislead


@dataclass
class Received:
    """A file as columns of text cells, with its name in messages and the true line of each row."""

    path: str
    columns: dict[str, list]
    lines: list[int]
    header: int = 1
    unit: str = "ligne"
    shown: dict[str, str] = field(default_factory=dict)
    twice: tuple[str, ...] = ()
    faults: list[Fault] = field(default_factory=list)  # gathered; shared by the rows kept

    def names(self, column: str) -> str:
        """Name of a column as the file has it."""
        return self.shown.get(column, column)

    def shared(self, column: str, rows: Sequence[int], found: str, remedy: str) -> list[Fault]:
        """One fault for the rows (by position) that share it."""
        return self.on(column, [self.lines[row] for row in rows], found, remedy)

    def on(self, column: str, lines: Sequence[int], found: str, remedy: str) -> list[Fault]:
        """One fault for the lines that share it."""
        return Fault(self.path, found, remedy, None, self.names(column), self.unit).on(lines)

    def only(self, kept: list[bool]) -> "Received":
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

    @property
    def tail(self) -> str:
        """What its edition adds to the names of its columns: « 19 » when Q219 is Q2 of 2019."""
        return str(self.entry.edition)[2:] if self.source.edition_suffix else ""


def receive(place: Place) -> tuple[Received | None, list[Fault]]:
    """A file as text cells, or None when nothing can be read of it; and its faults."""
    if not place.file.is_file():
        return None, [_missing(place)]
    try:
        content = place.file.read_bytes()
    except OSError as error:
        found = f"lecture impossible ({writing.reason(error)})"
        return None, [Fault(place.path, found, "Vérifier les droits du fichier et le disque.")]
    start = content[:400].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        return None, [Fault(place.path, "le fichier est vide", AGAIN)]
    other = place.source.kind == "csv" and start.startswith((b"<", b"{"))
    if other or delimited.is_page(start):
        found = "c'est une page web, pas un tableau (le site a répondu par un message)"
        return None, [Fault(place.path, found, f"Le reprendre sur {place.source.page}.", 1)]
    kinds = {"csv": _csv, "xls": _xls, "geojson": _geojson, "finess": _finess}
    return kinds[place.source.kind](place, content)


def _missing(place: Place) -> Fault:
    """A file that is not there, where to get it, and one of a near name if there is."""
    known = {Path(p).name for s in catalogue().sources.values() for p in sources.files(s)}
    others = sorted({p.name for p in place.file.parent.glob("*") if p.is_file()} - known)
    nearest = near(place.file.name, others, ALIKE)
    found = "fichier absent" + (f", mais « {nearest} » est dans le même dossier" if nearest else "")
    source = place.source
    where = f"À prendre sur {source.page} ({source.get or source.title}), à déposer sous ce nom."
    return Fault(place.path, found, where)


def _csv(place: Place, content: bytes) -> tuple[Received | None, list[Fault]]:
    text, faults = _decoded(place, content)
    rows, broken = delimited.rows(text, place.source.delimiter)
    rows = [row for row in rows if row[0] > place.source.header]
    if broken:
        found = "guillemet jamais refermé : fichier coupé" if broken.cut else "guillemet mal placé"
        faults.append(Fault(place.path, found, AGAIN, broken.line))
    if not rows:
        return None, faults or [Fault(place.path, "le fichier est vide", AGAIN)]
    (header, names), *rows = rows
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
    return Received(place.path, columns, [line for line, _ in rows], header, twice=twice), faults


def _decoded(place: Place, content: bytes) -> tuple[str, list[Fault]]:
    """Text of a file; in another encoding it is read all the same, for its other faults."""
    decoded = delimited.decoded(content)
    text, (line, byte) = decoded.text, decoded.first
    remedy = "L'enregistrer de nouveau en « CSV UTF-8 », ou reprendre le fichier d'origine."
    if byte:
        return text, [Fault(place.path, f"le fichier n'est pas en UTF-8 ({byte})", remedy, line)]
    spoilt, sample = delimited.spoilt(text)
    if not sample:
        return text, []
    around = re.sub(r"\s+", " ", text[max(0, sample.start() - 8) : sample.end() + 8])
    found = f"caractères abîmés (« {around} ») : enregistré dans un autre encodage que l'UTF-8"
    return text, Fault(place.path, found, remedy).on(spoilt)


def _separator_fault(place: Place, header: int, names: list[str]) -> Fault | None:
    expected = place.source.delimiter
    for other in {",", ";", "\t", "|"} - {expected}:
        if len(names) == 1 and names[0].count(other) > 2:
            shown = "tabulation" if other == "\t" else f"« {other} »"
            found = f"colonnes séparées par {shown}, attendu « {expected} »"
            remedy = "Reprendre le fichier d'origine, sans l'enregistrer depuis un tableur."
            return Fault(place.path, found, remedy, header)
    return None


def _width_faults(place: Place, width: int, named: int, rows: list[Row]) -> list[Fault]:
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
        faults += Fault(place.path, found, remedy).on(lines)
    return faults


def _first(names: list[str]) -> Iterator[tuple[int, str]]:
    """Named columns, the first of each name."""
    return ((i, name) for i, name in enumerate(names) if name and name not in names[:i])


def _finess(place: Place, content: bytes) -> tuple[Received | None, list[Fault]]:
    text, faults = _decoded(place, content)
    columns, lines = finess.columns(text)
    received = Received(place.path, columns, lines)
    return received, faults + _few(place, len(lines), "lignes")


def _xls(place: Place, content: bytes) -> tuple[Received | None, list[Fault]]:
    source = place.source
    grids = books.opened(place.file, source.sheet or "").grids
    rows = [row for row in grids[0].rows if row[0] > source.header] if grids else []
    if not rows:
        found = f"classeur illisible, ou sans feuille « {source.sheet} »"
        return None, [Fault(place.path, found, AGAIN)]
    (header, names), *rows = rows
    columns = {
        name: [books.text(row[i]) for _, row in rows]
        for i, name in _first([books.text(name).strip() for name in names])
    }
    received = Received(place.path, columns, [line for line, _ in rows], header)
    return received, _few(place, len(rows), "lignes")


def _geojson(place: Place, content: bytes) -> tuple[Received | None, list[Fault]]:
    received, faults = mapped(place.path, content)
    few = _few(place, len(received.lines), "contours") if received else []
    return received, faults + few


def mapped(path: str, content: bytes) -> tuple[Received | None, list[Fault]]:
    """A GeoJSON as columns, its ``geometry`` in degrees; ``path`` is its name in messages."""
    import geopandas

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what GDAL mends is found below
            shapes = geopandas.read_file(io.BytesIO(content))
        shapes, faults = projections.in_degrees(shapes, content, path)
        columns = {str(name): shapes[name].tolist() for name in shapes}
        broken = [
            i
            for i, shape in enumerate(columns["geometry"], 1)
            if shape is None or shape.is_empty or not shape.is_valid
        ]
    except Exception as error:  # pyogrio raises several kinds for an unreadable file
        found = f"carte illisible, coupée peut-être ({type(error).__name__})"
        return None, [Fault(path, found, AGAIN)]
    received = Received(path, columns, list(range(1, len(shapes) + 1)), unit="contour")
    found = "contour vide ou qui se recoupe"
    faults += Fault(path, found, AGAIN, column="geometry", unit="contour").on(broken)
    return received, faults


def _few(place: Place, count: int, noun: str, last: int | None = None) -> list[Fault]:
    """A file with fewer rows than the whole one has."""
    if count >= place.fewest:
        return []
    found = f"{count} {noun} au lieu de {place.fewest} au moins : fichier tronqué"
    return [Fault(place.path, found, AGAIN, last)]
