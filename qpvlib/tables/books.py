"""Anyone's file → grids of cells, one a sheet: CSV, XLSX, ODS, XLS; values only, nothing is run.

The one gate of what comes from outside: register, decisions, producers' workbooks. What would take
a machine's memory, or is no table, is told before it is read.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from qpvlib.catalogue.faults import Fault, also
from qpvlib.tables import biff, delimited, safety, writing
from qpvlib.tables.delimited import Row
from qpvlib.tables.safety import Inspection

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

ORIGIN = "Reprendre l'export d'origine, sans l'enregistrer depuis un tableur."
YEARLY = "Exporter une année à la fois."
FILES = "un fichier CSV, XLSX ou ODS"
KINDS = {
    b"%PDF": ("un document PDF", "Demander le tableau, non son impression."),
    b"{\\rtf": ("un texte mis en forme", "L'enregistrer en CSV depuis un tableur."),
}
EPOCH = datetime(2021, 1, 1)  # the same content, the same bytes
_RELATIONS = "xl/_rels/workbook.xml.rels"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CORE_END = b"</cp:coreProperties>"
_CELL = re.compile(r"([A-Z]+)(\d+)")


@dataclass
class Grid:
    """The rows of a sheet that hold something, each with its line."""

    sheet: str
    rows: list[Row]
    hidden: bool = False


@dataclass
class Book:
    """A file: what was seen of it before it was opened, and its sheets if nothing forbids."""

    seen: Inspection = field(default_factory=Inspection)
    grids: list[Grid] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[Fault]:
        """Why it is not read."""
        return self.seen.faults


def opened(file: Path, sheet: str = "", computed: bool = True) -> Book:
    """A file, or one of its sheets; an unsafe or unreadable one has only faults.

    A formula gives its last saved result, an empty cell an empty text.

    Parameters
    ----------
    sheet : str
        Read this one alone, if it is there.
    computed : bool
        A formula without a saved result is a fault: it would read as an empty cell.
    """
    start, faults = begun(file)
    if faults:
        return Book(Inspection(faults=faults))
    if start.startswith(biff.MAGIC):
        book = Book(Inspection("xls", biff.inspect(file)))
    elif start.startswith(b"PK"):
        book = Book(safety.inspect(file))
    else:
        return _delimited(file)
    if computed and book.seen.uncomputed:
        book.faults.append(safety.uncomputed(file.name, book.seen.uncomputed))
    if not book.faults:
        _fill(book, file, sheet)
    return book


def begun(file: Path) -> tuple[bytes, list[Fault]]:
    """How a file starts; a fault when that forbids even to try: empty, too large, another kind."""

    def wrong(found: str, remedy: str) -> tuple[bytes, list[Fault]]:
        return b"", [Fault(file.name, found, remedy, expected=FILES, kind="structure")]

    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            start = stream.read(2000).lstrip()
    except OSError as error:
        found = f"lecture impossible ({writing.reason(error)})"
        return wrong(found, "Vérifier le chemin et les droits.")
    if not start:
        return wrong("le fichier est vide", "Reprendre l'export.")
    if size > safety.MOST_BYTES:
        return wrong("plus de 60 Mo", YEARLY)
    if delimited.is_page(start):
        remedy = "Se reconnecter à la plateforme et télécharger de nouveau."
        return wrong("une page web, et non un tableau", remedy)
    other = next((told for magic, told in KINDS.items() if start.startswith(magic)), None)
    return wrong(*other) if other else (start, [])


def _fill(book: Book, file: Path, sheet: str) -> None:
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_path(str(file)) as read:
            for held in read.sheets_metadata:
                if sheet in ("", held.name):
                    hidden = held.visible != SheetVisibleEnum.Visible
                    rows = _rows(read.get_sheet_by_name(held.name))
                    book.grids.append(Grid(held.name, rows, hidden))
    except (CalamineError, OSError, ValueError, OverflowError):
        book.faults.append(safety.unreadable(file.name, "classeur illisible"))
    except BaseException as error:
        # What its reader did not foresee, such as a date before any calendar.
        if type(error).__name__ != "PanicException":
            raise
        book.faults.append(safety.unreadable(file.name, "classeur illisible"))


def _rows(sheet: object) -> list[Row]:
    if sheet.start is None:
        return []
    return [
        (line, cells)
        for line, cells in enumerate(sheet.iter_rows(), 1)
        if any(cell != "" for cell in cells)
    ]


# --- delimited text --------------------------------------------------------------------------


def _delimited(file: Path) -> Book:
    book = Book(Inspection("csv"))
    text = _decoded(file.read_bytes(), book)

    def wrong(found: str, expected: str, remedy: str, line: int | None = None) -> None:
        told = Fault(file.name, found, remedy, line, expected=expected, kind="structure")
        book.faults.append(told)

    spoilt, sample = delimited.spoilt(text)
    if sample:
        told = f"caractères abîmés (« {sample[0]} »){also(spoilt[1:])}"
        wrong(told, "un texte lisible", ORIGIN, spoilt[0])
    if "\0" in text:
        wrong("des octets nuls", "un texte", ORIGIN)
        return book
    mark = delimited.separator(text)
    line, columns = delimited.widest(text, mark)
    if columns > safety.MOST_COLUMNS:
        wrong(f"{columns} colonnes", safety.TABLE, "Ne garder que les colonnes utiles.", line)
        return book
    rows, broken = delimited.rows(text, mark)
    if broken:
        told = "guillemet mal placé, ou cellule démesurée"
        told = "guillemet jamais refermé" if broken.cut else told
        wrong(told, "des cellules entre guillemets droits", ORIGIN, broken.line)
    if len(rows) > safety.MOST_ROWS:
        wrong(f"{len(rows)} lignes", safety.TABLE, YEARLY)
    book.grids.append(Grid("", [(n, list(map(delimited.bare, cells))) for n, cells in rows]))
    return book


def _decoded(content: bytes, book: Book) -> str:
    """Text of a file; an encoding that is not UTF-8 is told."""
    text = delimited.decoded(content)
    if text.encoding == "mixed":
        book.notices.append(
            f"Encodages mêlés : ligne {text.strays[0]}{also(text.strays[1:])} lue en Windows-1252, "
            "les autres en UTF-8."
        )
    elif text.encoding not in ("utf-8", "utf-16"):
        book.notices.append(f"Encodage reconnu : {text.encoding.replace('_', '-')}.")
    return text.text


# --- cells, formulas, new workbooks ----------------------------------------------------------


def text(cell: object) -> str:
    """A cell as text; a whole number has no decimals, whatever the spreadsheet.

    >>> text(45.0), text(0.5), text(True), text(datetime(2021, 7, 5)), text(" a ")
    ('45', '0.5', 'oui', '2021-07-05', ' a ')
    """
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return cell.date().isoformat() if isinstance(cell, datetime) else str(cell)


def formulas(file: Path, sheet: str) -> dict[tuple[int, int], str]:
    """Text of the formulas of a sheet of a safe XLSX workbook, by line and column, from 1.

    One copied along cells has in each the text of the first.
    """
    from lxml import etree

    def part(name: str) -> etree._Element:
        return etree.fromstring(archive.read(name), etree.XMLParser(resolve_entities=False))

    with zipfile.ZipFile(file) as archive:
        targets = {link.get("Id"): link.get("Target") for link in part(_RELATIONS)}
        held = part("xl/workbook.xml").iterfind(".//{*}sheet")
        target = targets[next(s.get(_ID) for s in held if s.get("name") == sheet)]
        # Relative to xl/, unless it starts from the root of the archive.
        tree = part(str(PurePosixPath("/xl") / target).removeprefix("/"))
    found, first = {}, {}
    for formula in tree.iterfind(".//{*}c/{*}f"):
        told = first.setdefault(formula.get("si") or formula, formula.text or "")
        letters, line = _CELL.fullmatch(formula.getparent().get("r")).groups()
        found[int(line), safety.column(letters.encode())] = f"={told}"
    return found


def put(sheet: "Worksheet", place: tuple[int, int], value: object, book: "Workbook") -> None:
    """A number or a text in a cell; a text that would be run if it were typed again is quoted."""
    if not isinstance(value, str):
        sheet.write_number(*place, value)
    elif risky(value):
        sheet.write_string(*place, value, book.add_format({"quote_prefix": True}))
    else:
        sheet.write_string(*place, value)


def risky(text: str) -> bool:
    """Whether a text would be run if it were typed again in a cell.

    >>> risky("=1+1"), risky("@moi"), risky("33 des 87")
    (True, True, False)
    """
    return bool(delimited.RISKY.match(text))


@contextmanager
def made(
    place: Path | io.BytesIO, title: str, note: str = "", author: str = ""
) -> "Iterator[Workbook]":
    """A new XLSX workbook, filled in a ``with`` block; a text that begins with « = » stays one.

    ``OSError`` when the disk refuses.
    """
    import xlsxwriter

    options = {"strings_to_formulas": False, "in_memory": not isinstance(place, Path)}
    book = xlsxwriter.Workbook(str(place) if isinstance(place, Path) else place, options)
    known = {"title": title, "comments": note, "created": EPOCH}
    book.set_properties(known | ({"author": author} if author else {}))
    yield book
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise error.args[0] from None


def french(book: bytes) -> bytes:
    """A workbook that says in its properties that it is in French: xlsxwriter cannot."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as read, zipfile.ZipFile(out, "w") as pack:
        for entry in read.infolist():
            part = read.read(entry)
            if entry.filename == "docProps/core.xml":
                part = part.replace(_CORE_END, b"<dc:language>fr-FR</dc:language>" + _CORE_END)
            pack.writestr(entry, part)
    return out.getvalue()
