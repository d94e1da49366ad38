"""A user's file → grids of cells, one a sheet: kind by content, encoding, separator."""

import csv
import io
import re
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from qpvlib.actions import safety
from qpvlib.actions.flaws import Flaw
from qpvlib.tables import writing
from qpvlib.tables.faults import also
from qpvlib.tables.sheets import MOJIBAKE

Row = tuple[int, list]
ENCODINGS = ["cp1252", "mac_roman", "cp850", "utf_16_le", "utf_16_be"]
ORIGIN = "Reprendre l'export d'origine, sans l'enregistrer depuis un tableur."


@dataclass
class Grid:
    """Rows of cells of a sheet, each with its line in the file."""

    sheet: str
    rows: list[Row]
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)


@dataclass
class Opened:
    """A file opened: its sheets, what it said, what is wrong with it."""

    file: str
    grids: list[Grid] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    since_1904: bool = False


def opened(file: Path) -> Opened:
    """The sheets of a CSV, XLSX or ODS file; a file that cannot be read has only flaws."""
    found = Opened(file.name)
    wrong = _unfit(file)
    if wrong:
        found.flaws.append(wrong)
    elif _start(file).startswith(b"PK"):
        _workbook(file, found)
    else:
        _text(file, found)
    if not found.flaws and not any(grid.rows for grid in found.grids):
        remedy = "Vérifier que c'est le bon fichier."
        found.flaws.append(_flaw(file, "aucune cellule remplie", "un tableau", remedy))
    return found


def _start(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(2000)


def _flaw(file: Path, found: str, expected: str, remedy: str, line: int | None = None) -> Flaw:
    return Flaw(file.name, found, expected, remedy, line=line, kind="structure")


def _unfit(file: Path) -> Flaw | None:
    """What forbids even to try: absent, empty, too large, of another kind."""
    three = "un fichier CSV, XLSX ou ODS"
    try:
        size, start = file.stat().st_size, _start(file).lstrip()
    except OSError as error:
        remedy = "Vérifier le chemin et les droits."
        return _flaw(file, f"lecture impossible ({writing.reason(error)})", three, remedy)
    if not start:
        return _flaw(file, "le fichier est vide", three, "Reprendre l'export.")
    if size > safety.MOST_BYTES:
        return _flaw(file, "plus de 60 Mo", three, "Exporter une année à la fois.")
    kinds = {
        b"\xd0\xcf\x11\xe0": ("un ancien classeur .xls, ou un classeur protégé par mot de passe",
                              "L'enregistrer en .xlsx, sans mot de passe."),
        b"%PDF": ("un document PDF", "Demander le tableau, non son impression."),
        b"{\\rtf": ("un texte mis en forme", "L'enregistrer en CSV depuis un tableur."),
    }  # fmt: skip
    for magic, (found, remedy) in kinds.items():
        if start.startswith(magic):
            return _flaw(file, found, three, remedy)
    if start.removeprefix(b"\xef\xbb\xbf").lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        remedy = "Se reconnecter à la plateforme et télécharger de nouveau."
        return _flaw(file, "une page web, et non un tableau", three, remedy)
    return None


# --- workbooks -------------------------------------------------------------------------------


def _workbook(file: Path, found: Opened) -> None:
    seen = safety.inspect(file)
    found.flaws += seen.flaws
    found.notices += seen.notices
    found.since_1904 = seen.since_1904
    if seen.flaws:
        return
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_path(str(file)) as book:
            for sheet in book.sheets_metadata:
                if sheet.visible == SheetVisibleEnum.Visible:
                    found.grids.append(_sheet(book.get_sheet_by_name(sheet.name)))
                else:
                    found.notices.append(f"Feuille masquée « {sheet.name} » : non lue.")
    except (CalamineError, OSError, ValueError):
        remedy = f"{safety.SAVE}."
        found.flaws.append(_flaw(file, "classeur illisible", "un classeur XLSX ou ODS", remedy))


def _sheet(sheet: object) -> Grid:
    first = sheet.start[0] if sheet.start else 0
    left = sheet.start[1] if sheet.start else 0
    cells = sheet.to_python(skip_empty_area=True)
    rows = [
        (first + i, [""] * left + row)
        for i, row in enumerate(cells, 1)
        if any(cell != "" for cell in row)
    ]
    return Grid(sheet.name, rows, list(sheet.merged_cell_ranges or []))


# --- texts -----------------------------------------------------------------------------------


def _text(file: Path, found: Opened) -> None:
    text = _decoded(file, file.read_bytes(), found)
    spoilt = [n for n, line in enumerate(text.split("\n"), 1) if MOJIBAKE.search(line)]
    if spoilt:
        told = f"caractères abîmés (« {MOJIBAKE.search(text)[0]} »){also(spoilt[1:])}"
        found.flaws.append(_flaw(file, told, "un texte lisible", ORIGIN, spoilt[0]))
    if "\0" in text:
        found.flaws.append(_flaw(file, "des octets nuls", "un texte", ORIGIN))
        return
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, line = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        cut = "unexpected end" in str(error)
        told = "guillemet jamais refermé" if cut else "guillemet mal placé, ou cellule démesurée"
        expected = "des cellules entre guillemets droits"
        found.flaws.append(_flaw(file, told, expected, ORIGIN, line))
    if len(rows) > safety.MOST_ROWS:
        remedy = "Exporter une année à la fois."
        found.flaws.append(_flaw(file, f"{len(rows)} lignes", safety.TABLE, remedy))
    found.grids.append(Grid("", rows))


def _decoded(file: Path, content: bytes, found: Opened) -> str:
    """Text of a file, its encoding found; lines of another encoding are told."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    broken = [n for n, line in enumerate(lines, 1) if not _utf8(line)]
    sound = sum(1 for line in lines if _utf8(line) and not line.isascii())
    if sound:
        found.notices.append(
            f"Encodages mêlés : ligne {broken[0]}{also(broken[1:])} lue en Windows-1252, les "
            "autres en UTF-8."
        )
        return "\n".join(
            line.decode("utf-8" if _utf8(line) else "cp1252", errors="replace") for line in lines
        )
    return _guessed(content, found)


def _guessed(content: bytes, found: Opened) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(content[:200_000], cp_isolation=ENCODINGS, threshold=0.6).best()
    name = best.encoding if best else "cp1252"
    found.notices.append(f"Encodage reconnu : {name.replace('_', '-')}.")
    return content.decode(name, errors="replace")


def _utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(text: str) -> str:
    """The separator that cuts most of the first lines in the same number of cells."""
    lines = [line for line in islice(text.splitlines(), 60) if line.strip()]
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines]

    def regular(mark: str) -> int:
        counts = [line.count(mark) for line in bare]
        most = max(set(counts) - {0}, key=counts.count, default=0)
        return counts.count(most) * min(most, 40) if most else 0

    return max(";\t,|", key=regular)
