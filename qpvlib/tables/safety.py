"""A workbook looked at before it is opened: what it unfolds to, hides, or runs."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from qpvlib.catalogue.faults import Fault

MOST_BYTES = 60_000_000  # of the file itself
MOST_UNFOLDED = 600_000_000  # of its parts together: 50 000 full rows take about a tenth
MOST_ROWS = 100_000
MOST_COLUMNS = 400
MOST_CELLS = 4_000_000  # of the rectangle that holds the table: what reading it takes
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of any spreadsheet
CHUNK = 1 << 20

# A workbook may put its sheets anywhere: every part is looked at but those that never are one.
NO_SHEET = re.compile(r"(sharedStrings|styles|calcChain)\.xml$|/theme/", re.I)
CELL = re.compile(rb'<(?:\w+:)?c (?:[^>]*? )?r="([A-Z]{1,3})(\d{1,7})"[^>]*(?<!/)>')
TAG = re.compile(rb"<(?:\w+:)?c(?=[\s/>])([^>]*)>")
PLACED = re.compile(rb'<(?:\w+:)?c(?=\s)[^>]*?\sr="[A-Z]{1,3}\d{1,7}"')
PLACE = re.compile(rb"\sr\s*=\s*([^\s>]{0,40})")
ROW = re.compile(rb"<(?:\w+:)?row(?=[\s/>])")
ROW_NUMBER = re.compile(rb"[^>]*?\sr\s*=\s*[\"'](\d{1,20})")
HUGE = re.compile(rb"<(?:\w+:)?v>\s*(?:-?[\d.]+[eE]\+?\d{3,}|-?\d{300,})")
FORMULA = re.compile(
    rb'<(?:\w+:)?c (?:[^>]*? )?r="([A-Z]{1,3}\d{1,7})"[^>]*(?<!/)>(?:(?!</(?:\w+:)?c>).)*?'
    rb"<(?:\w+:)?f\b(?:(?!</(?:\w+:)?c>).)*</(?:\w+:)?c>",
    re.S,
)
VALUE = re.compile(rb"<(?:\w+:)?v>[^<]")
ODS = re.compile(rb"<table:(table-row|table-cell|covered-table-cell|table)(?=[\s/>])([^>]*)>")
TABLE = "un tableau de moins de 100 000 lignes et 400 colonnes"
SAVE = "L'ouvrir dans un tableur et l'enregistrer de nouveau"


@dataclass
class Inspection:
    """What a workbook holds besides its cells.

    ``kind`` is ``xlsx``, ``ods``, ``xls``, ``csv`` or nothing; ``uncomputed`` names the cells (or
    the lines) whose formula has no saved result; ``since_1904``: its dates are numbered from 1904.
    """

    kind: str = ""
    faults: list[Fault] = field(default_factory=list)
    linked: bool = False
    formulas: bool = False
    uncomputed: list[str] = field(default_factory=list)
    since_1904: bool = False


def inspect(file: Path) -> Inspection:
    """Look at every part of a zipped workbook without keeping it; nothing of it is run.

    A reader of XML would unfold a bomb, or lay out a cell typed by mistake on the millionth line,
    before anyone could say no: this looks first, chunk by chunk, in bounded memory.
    """
    seen = Inspection()
    try:
        with zipfile.ZipFile(file) as archive:
            names = {entry.filename for entry in archive.infolist()}
            kinds = {"xl/workbook.xml": "xlsx", "content.xml": "ods"}
            seen.kind = next((kind for part, kind in kinds.items() if part in names), "")
            _hidden(file.name, names, seen)
            if not seen.faults:
                _parts(file.name, archive, seen)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        seen.faults.append(unreadable(file.name, "classeur illisible, coupé ou protégé"))
    return seen


def unreadable(file: str, found: str) -> Fault:
    """A workbook that a spreadsheet may mend by saving it again."""
    return _fault(file, found, f"{SAVE}.")


def uncomputed(file: str, cells: list[str]) -> Fault:
    """A workbook whose formulas were never computed, such as one that a program wrote."""
    remedy = f"{SAVE}, ou coller les valeurs à la place des formules."
    found = f"des formules sans résultat enregistré ({', '.join(cells[:5])})"
    return _fault(file, found, remedy, "des valeurs")


def macros(file: str) -> Fault:
    """A workbook that runs something."""
    remedy = "L'enregistrer en .xlsx ou .ods, sans macro."
    return _fault(file, "un classeur qui contient des macros", remedy)


def locked(file: str) -> Fault:
    """A workbook behind a password."""
    found = "un classeur protégé par mot de passe"
    return _fault(file, found, "L'enregistrer en .xlsx, sans mot de passe.")


def oversized(file: str, found: str) -> Fault:
    """A table larger than any register, or a cell typed far from it."""
    remedy = "Supprimer ce qui est loin du tableau, ou le copier dans un classeur neuf."
    return _fault(file, found, remedy, TABLE)


def _fault(file: str, found: str, remedy: str, expected: str = "un classeur XLSX ou ODS") -> Fault:
    return Fault(file, found, remedy, expected=expected, kind="structure")


def _hidden(file: str, names: set[str], seen: Inspection) -> None:
    if not seen.kind:
        remedy = "Enregistrer le tableau en XLSX, ODS ou CSV."
        seen.faults.append(_fault(file, "une archive, et non un classeur", remedy))
    if any(n.endswith("vbaProject.bin") or n.startswith(("Basic/", "Scripts/")) for n in names):
        seen.faults.append(macros(file))
    seen.linked = any(n.startswith("xl/externalLinks/") for n in names)


def _parts(file: str, archive: zipfile.ZipFile, seen: Inspection) -> None:
    left = MOST_UNFOLDED
    for entry in archive.infolist():
        scan = _scanner(entry.filename, seen)
        for chunk in _chunks(archive, entry):
            left -= len(chunk)
            if entry.filename == "xl/workbook.xml" and re.search(rb'date1904="(1|true)"', chunk):
                seen.since_1904 = True
            if fault := _wrong(file, entry.filename, chunk, left) or _scanned(file, scan, chunk):
                seen.faults.append(fault)
                return
        if fault := _scanned(file, scan):
            seen.faults.append(fault)
            return
        if scan:
            seen.formulas |= scan.formulas
            seen.uncomputed += scan.uncomputed


def _wrong(file: str, name: str, chunk: bytes, left: int) -> Fault | None:
    """A bomb, or what no spreadsheet writes."""
    if left < 0:
        found = "un classeur qui se déplie en plus de 600 Mo"
        return _fault(file, found, "Reprendre l'export d'origine.", "")
    unusual = _unusual(chunk) if name.endswith(".xml") else ""
    return unreadable(file, unusual) if unusual else None


def _scanned(
    file: str, scan: "_Sheet | _Document | None", chunk: bytes | None = None
) -> Fault | None:
    """What a chunk of a sheet, or its end, shows of its extent."""
    found = "" if scan is None else scan.close() if chunk is None else scan(chunk)
    return oversized(file, found) if found else None


def _unusual(chunk: bytes) -> str:
    """What no spreadsheet writes, and a trap would."""
    if chunk.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "un classeur écrit en UTF-16, que rien n'écrit d'ordinaire"
    if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
        return "un classeur dont le contenu déclare des entités"
    return ""


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(entry) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _scanner(name: str, seen: Inspection) -> "_Sheet | _Document | None":
    if seen.kind == "ods":
        return _Document() if name == "content.xml" else None
    return _Sheet() if name.lower().endswith(".xml") and not NO_SHEET.search(name) else None


def too_far(rows: int, columns: int) -> bool:
    """Whether the rectangle that holds the table is larger than any register."""
    return rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS


def column(letters: bytes) -> int:
    """Number of a column by its letters.

    >>> column(b"A"), column(b"AB")
    (1, 28)
    """
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


class _Sheet:
    """Extent and formulas of a sheet of an XLSX workbook, chunk after chunk."""

    def __init__(self):
        self.tail = b""
        self.rows = self.columns = 0
        self.formulas = False
        self.uncomputed: list[str] = []

    def __call__(self, chunk: bytes) -> str:
        text = self.tail + chunk
        cut = max(text.rfind(b"<row"), text.rfind(b":row") - 20)
        cut = max((row.start() for row in ROW.finditer(text, max(cut, 0))), default=0)
        ready, self.tail = (text[:cut], text[cut:]) if cut > 0 else (text[:0], text)
        if len(self.tail) > 16 * CHUNK:
            return "une ligne démesurée"
        return self._look(ready)

    def close(self) -> str:
        """Look at what is left."""
        return self._look(self.tail)

    def _look(self, text: bytes) -> str:
        found = CELL.findall(text)
        if found:
            columns = max(map(column, {letters for letters, _ in found}))
            self.columns = max(self.columns, columns)
            self.rows = max(self.rows, *(int(row) for row in {row for _, row in found}))
        tags = TAG.findall(text)
        if len(tags) != len(PLACED.findall(text)):
            strange = next(filter(None, map(_strange, set(tags))), "")
            if strange:
                return strange
            self._unplaced(text)
        if too_far(self.rows, self.columns):
            return f"une cellule remplie à la ligne {self.rows}, colonne {self.columns}"
        if HUGE.search(text):
            return "un nombre démesuré"
        self._formulas(text)
        return ""

    def _unplaced(self, text: bytes) -> None:
        """Cells that do not say where they are follow each other: they are counted."""
        starts = [row.end() for row in ROW.finditer(text)]
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
            self.rows += 1
            if number := ROW_NUMBER.match(text, start):
                self.rows = max(self.rows, int(number[1]))
            self.columns = max(self.columns, len(TAG.findall(text, start, end)))

    def _formulas(self, text: bytes) -> None:
        if b"<f" in text or b":f>" in text or b":f " in text:
            for cell in FORMULA.finditer(text):
                self.formulas = True
                if not VALUE.search(cell[0]):
                    self.uncomputed.append(cell[1].decode())


def _strange(attributes: bytes) -> str:
    """A cell whose place is not one, where a reader would allocate without end."""
    place = PLACE.search(attributes)
    if attributes.count(b'"') % 2 or attributes.count(b"'") % 2:
        return "une cellule mal écrite"
    if place and not PLACED.match(b"<c" + attributes):
        return f"une cellule dont la place n'existe pas ({place[1][:30].decode('latin-1')})"
    return ""


class _Document:
    """Extent and formulas of the sheets of an ODS workbook, chunk after chunk."""

    def __init__(self):
        self.tail = b""
        self.row = self.column = self.widest = 0
        self.repeat = 0
        self.formulas = False
        self.uncomputed: list[str] = []

    def __call__(self, chunk: bytes) -> str:
        text = self.tail + chunk
        cut = text.rfind(b"<")
        ready, self.tail = text[:cut], text[cut:]
        return next(filter(None, (self._element(tag) for tag in ODS.finditer(ready))), "")

    def close(self) -> str:
        """Look at what is left."""
        return next(filter(None, (self._element(tag) for tag in ODS.finditer(self.tail))), "")

    def _element(self, tag: re.Match[bytes]) -> str:
        name, attributes = tag[1], tag[2]
        if name == b"table":
            self.row = self.column = 0
            self.repeat = 0
        elif name == b"table-row":
            self.row += self.repeat
            self.repeat, self.column = _repeated(attributes, b"rows"), 0
        else:
            return self._cell(attributes)
        return "une ligne répétée sans fin" if self.repeat > LAST_ROW else ""

    def _cell(self, attributes: bytes) -> str:
        repeated = _repeated(attributes, b"columns")
        if repeated > LAST_COLUMN:
            return "une cellule répétée sans fin"
        self.column += repeated
        filled = b"office:value-type" in attributes or not attributes.rstrip().endswith(b"/")
        if b"table:formula" in attributes:
            self.formulas = True
            if b"office:value-type" not in attributes:
                self.uncomputed.append(f"ligne {self.row + 1}")
        rows = self.row + self.repeat
        self.widest = max(self.widest, self.column) if filled else self.widest
        if filled and too_far(rows, self.widest):
            return f"une cellule remplie à la ligne {rows}, colonne {self.column}"
        return ""


def _repeated(attributes: bytes, what: bytes) -> int:
    if b"-repeated" not in attributes:
        return 1
    found = re.search(b"table:number-" + what + rb"-repeated\s*=\s*[\"'](\d{1,20})", attributes)
    return int(found[1]) if found else 1
