"""A file of unknown make → its rows as text, and how it is written."""

import json
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from qpvlib.catalogue import Fault, Faults
from qpvlib.catalogue.faults import also
from qpvlib.catalogue.wording import number
from qpvlib.tables import biff, books, delimited, received, safety
from qpvlib.tables.delimited import Row

TOP = 30  # rows among which the header is
MARKS = {"\t": "tabulation", ";": "« ; »", ",": "« , »", "|": "« | »"}


@dataclass
class Table:
    """A file as columns of text, with what was seen of its writing.

    ``head`` is the line of the header, ``above`` the rows before it, ``lines`` that of each row;
    ``written`` says in French how the file is written, ``notes`` what is strange in it. ``unit`` is
    what a row is called.
    """

    file: Path
    kind: str  # of sources.toml
    columns: dict[str, list[str]]
    lines: list[int]
    written: list[str]
    head: int = 1
    above: int = 0
    blank: int = 0
    mark: str = ";"
    sheet: str = ""
    unit: str = "ligne"
    notes: list[str] = field(default_factory=list)


def unfolded(file: Path) -> Table:
    """A file as columns of text; ``Faults`` when it is no table."""
    start, faults = books.begun(file)
    if faults:
        raise _nothing(faults)
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"{", b"[")):
        return _map(file)
    if start.startswith((b"PK", biff.MAGIC)):
        return _workbook(file)
    return _text(file)


def _nothing(faults: list) -> Faults:
    return Faults("Rien à décrire :", faults)


def _workbook(file: Path) -> Table:
    book = books.opened(file, computed=False)
    grid = max(book.grids, key=lambda grid: len(grid.rows), default=None)
    if grid is None or not grid.rows:
        empty = Fault(file.name, "aucune ligne remplie", "Reprendre l'export.")
        raise _nothing([*(book.faults or [empty]), *_archived(file)])
    table = _table(file, [(line, [*map(books.text, cells)]) for line, cells in grid.rows])
    table.kind, table.sheet = "xls", grid.sheet
    table.written = [f"classeur {book.seen.kind.upper()}", f"feuille « {grid.sheet} »"]
    others = [other.sheet for other in book.grids if other is not grid]
    table.notes += [f"Autres feuilles : {', '.join(others)}."] if others else []
    return table


def _archived(file: Path) -> list[str]:
    """What an archive that is no workbook holds."""
    if not zipfile.is_zipfile(file):
        return []
    with zipfile.ZipFile(file) as archive:
        held = [f"{e.filename} ({number(e.file_size / 1000)} ko)" for e in archive.infolist()[:20]]
    return [f"Elle contient : {', '.join(held)}. L'extraire, puis décrire un de ses fichiers."]


# --- text ----------------------------------------------------------------------------------------


def _text(file: Path) -> Table:
    """A delimited text; some of the producers' have a thousand empty columns to the right."""
    content = file.read_bytes()
    read = delimited.decoded(content)
    mark = delimited.separator(read.text)
    wrong = ""
    if "\0" in read.text:
        wrong = "des octets nuls, non un texte"
    elif read.text.count(mark) > safety.MOST_CELLS:
        wrong = f"plus de {number(safety.MOST_CELLS)} cellules"
    rows, broken = delimited.rows(read.text, mark) if not wrong else ([], None)
    if not rows:
        found = wrong or "aucune ligne remplie"
        raise _nothing([Fault(file.name, found, "Reprendre l'export, ou le découper.")])
    table = _table(file, rows)
    table.mark, table.written = mark, _written(content, read, mark)
    if broken:
        found = "jamais refermé" if broken.cut else "mal placé"
        table.notes.append(f"Guillemet {found} ligne {broken.line} : la suite n'est pas lue.")
    lines, sample = delimited.spoilt(read.text)
    if sample:
        table.notes.append(
            f"Caractères abîmés (« {sample[0]} ») ligne {lines[0]}{also(lines[1:])}."
        )
    if read.strays:
        strays = f"ligne {read.strays[0]}{also(read.strays[1:])}"
        table.notes.append(f"En Windows-1252, quand le reste est en UTF-8 : {strays}.")
    return table


def _written(content: bytes, read: delimited.Text, mark: str) -> list[str]:
    both = read.text.count("\r\n")
    ends = {"CRLF (Windows)": both, "LF": read.text.count("\n") - both,
            "CR (ancien Mac)": read.text.count("\r") - both}  # fmt: skip
    return [
        f"texte, {_encoding(content, read)}",
        f"séparateur {MARKS[mark]}",
        f"fins de ligne {' et '.join(end for end, count in ends.items() if count) or 'aucune'}",
        "guillemets" if '"' in read.text else "sans guillemets",
    ]


def _encoding(content: bytes, read: delimited.Text) -> str:
    if read.encoding == "utf-8":
        if content.isascii():
            return "ASCII (de l'UTF-8)"
        return "UTF-8 avec BOM" if content.startswith(b"\xef\xbb\xbf") else "UTF-8 sans BOM"
    if read.encoding == "mixed":
        return "encodages mêlés, UTF-8 et Windows-1252"
    return {"cp1252": "Windows-1252"}.get(read.encoding, read.encoding.replace("_", "-").upper())


def _table(file: Path, rows: list[Row]) -> Table:
    """The header, after the titles that may be above, and the columns that have a name."""
    at = header(rows)
    (line, names), body = rows[at], rows[at + 1 :]
    width = max((len(cells) for _, cells in rows), default=0)
    names = [*map(str.strip, names), *[""] * (width - len(names))]
    columns: dict[str, list[str]] = {}
    notes, blank = [], 0
    for i, name in enumerate(names):
        cells = [cells[i].strip() if i < len(cells) else "" for _, cells in body]
        if not name and not any(cells):
            blank += 1
        elif not name or name in columns:
            told = f"« {name} » est en double" if name else "n'a pas de nom"
            notes.append(f"La colonne {i + 1} {told} : elle n'est pas décrite.")
        else:
            columns[name] = cells
    if len(columns) + len(notes) > safety.MOST_COLUMNS:
        found = f"{number(len(columns) + len(notes))} colonnes"
        raise _nothing([Fault(file.name, found, "Ne garder que les colonnes utiles.", line)])
    lines = [line for line, _ in body]
    return Table(file, "csv", columns, lines, [], line, at, blank, notes=notes)


def header(rows: list[Row]) -> int:
    """Place of the header among the first rows: the first that is nearly as wide as the table.

    >>> header([(1, ["Titre", ""]), (3, ["code", "pop"]), (4, ["QP045016", "12"])])
    1
    """
    filled = [sum(bool(cell.strip()) for cell in cells) for _, cells in rows[: 2 * TOP]]
    usual = Counter(filled).most_common(1)[0][0]
    fits = (i for i, count in enumerate(filled[:TOP]) if count >= max(0.6 * usual, 1))
    return next(fits, 0)


# --- maps ----------------------------------------------------------------------------------------


def _map(file: Path) -> Table:
    content = file.read_bytes()
    got, faults = received.mapped(file.name, content)
    if got is None or "geometry" not in got.columns:
        empty = Fault(file.name, "aucun contour", "Vérifier que c'est une carte.")
        raise _nothing(faults or [empty])
    columns = {
        name: ["" if cell is None or cell != cell else books.text(cell).strip() for cell in cells]
        for name, cells in got.columns.items()
        if name != "geometry"
    }
    kinds = sorted({shape.geom_type for shape in got.columns["geometry"] if shape})
    crs = json.loads(content).get("crs")
    named = json.dumps(crs, ensure_ascii=False)[:120] if crs else "aucune (donc WGS 84)"
    written = ["GeoJSON", f"formes {', '.join(kinds) or 'aucune'}", f"projection déclarée {named}"]
    notes = [str(fault) for fault in faults]
    return Table(file, "geojson", columns, got.lines, written, unit="contour", notes=notes)
