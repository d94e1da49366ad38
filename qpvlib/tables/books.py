"""A workbook → grids of cells, one a sheet: XLSX, ODS, XLS; values only, nothing is run."""

import re
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from qpvlib.catalogue.faults import Fault
from qpvlib.tables import safety
from qpvlib.tables.delimited import Row
from qpvlib.tables.safety import Inspection

if TYPE_CHECKING:
    from xlsxwriter import Workbook

EPOCH = datetime(2021, 1, 1)  # the same content, the same bytes
_RELATIONS = "xl/_rels/workbook.xml.rels"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(r"([A-Z]+)(\d+)")


@dataclass
class Grid:
    """The rows of a sheet that hold something, each with its line."""

    sheet: str
    rows: list[Row]
    hidden: bool = False


@dataclass
class Book:
    """A workbook: what was seen of it before it was opened, and its sheets if nothing forbids."""

    seen: Inspection
    grids: list[Grid] = field(default_factory=list)

    @property
    def faults(self) -> list[Fault]:
        """Why it is not read."""
        return self.seen.faults


def opened(file: Path, sheet: str = "", computed: bool = True) -> Book:
    """A workbook, or one of its sheets; an unsafe or unreadable one has only faults.

    A formula gives its last saved result, an empty cell an empty text.

    Parameters
    ----------
    sheet : str
        Read this one alone, if it is there.
    computed : bool
        A formula without a saved result is a fault: it would read as an empty cell.
    """
    # An .xls is no archive: it unfolds to nothing, and calamine runs none of it.
    with file.open("rb") as stream:
        zipped = stream.read(2) == b"PK"
    book = Book(safety.inspect(file) if zipped else Inspection("xls"))
    if computed and book.seen.uncomputed:
        book.faults.append(safety.uncomputed(file.name, book.seen.uncomputed))
    if book.faults:
        return book
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_path(str(file)) as read:
            for held in read.sheets_metadata:
                if sheet in ("", held.name):
                    hidden = held.visible != SheetVisibleEnum.Visible
                    rows = _rows(read.get_sheet_by_name(held.name))
                    book.grids.append(Grid(held.name, rows, hidden))
    except (CalamineError, OSError, ValueError):
        book.faults.append(safety.unreadable(file.name, "classeur illisible"))
    return book


def _rows(sheet: object) -> list[Row]:
    top, left = sheet.start or (0, 0)
    return [
        (top + i, [""] * left + cells)
        for i, cells in enumerate(sheet.to_python(skip_empty_area=True), 1)
        if any(cell != "" for cell in cells)
    ]


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


def made(place: Path, title: str, note: str = "") -> "Workbook":
    """A new XLSX workbook, filled in a ``with`` block; a text that begins with « = » stays one."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(place), {"strings_to_formulas": False})
    book.set_properties({"title": title, "comments": note, "created": EPOCH})
    return book
