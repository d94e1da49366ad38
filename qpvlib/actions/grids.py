"""A user's file → grids of cells, one a sheet: kind by content, encoding, separator."""

from dataclasses import dataclass, field
from pathlib import Path

from qpvlib.catalogue.faults import Fault, also
from qpvlib.tables import books, delimited, safety, writing
from qpvlib.tables.books import Grid

ORIGIN = "Reprendre l'export d'origine, sans l'enregistrer depuis un tableur."
YEARLY = "Exporter une année à la fois."
THREE = "un fichier CSV, XLSX ou ODS"
KINDS = {
    b"\xd0\xcf\x11\xe0": ("un ancien classeur .xls, ou un classeur protégé par mot de passe",
                          "L'enregistrer en .xlsx, sans mot de passe."),
    b"%PDF": ("un document PDF", "Demander le tableau, non son impression."),
    b"{\\rtf": ("un texte mis en forme", "L'enregistrer en CSV depuis un tableur."),
}  # fmt: skip


@dataclass
class Opened:
    """A file opened: its sheets, what it said, what is wrong with it."""

    file: str
    grids: list[Grid] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    since_1904: bool = False

    def wrong(self, found: str, expected: str, remedy: str, line: int | None = None) -> None:
        """Add a fault of the file itself."""
        self.faults.append(
            Fault(self.file, found, remedy, line, expected=expected, kind="structure")
        )


def opened(file: Path) -> Opened:
    """The sheets of a CSV, XLSX or ODS file; a file that cannot be read has only faults."""
    found = Opened(file.name)
    start = _start(file, found)
    if found.faults:
        return found
    if start.startswith(b"PK"):
        _workbook(file, found)
    else:
        _text(file, found)
    if not found.faults and not any(grid.rows for grid in found.grids):
        found.wrong("aucune cellule remplie", "un tableau", "Vérifier que c'est le bon fichier.")
    return found


def _start(file: Path, found: Opened) -> bytes:
    """How a file starts; told when that forbids even to try: empty, too large, another kind."""
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            start = stream.read(2000).lstrip()
    except OSError as error:
        told = f"lecture impossible ({writing.reason(error)})"
        found.wrong(told, THREE, "Vérifier le chemin et les droits.")
        return b""
    if not start:
        found.wrong("le fichier est vide", THREE, "Reprendre l'export.")
    elif size > safety.MOST_BYTES:
        found.wrong("plus de 60 Mo", THREE, YEARLY)
    elif delimited.is_page(start):
        remedy = "Se reconnecter à la plateforme et télécharger de nouveau."
        found.wrong("une page web, et non un tableau", THREE, remedy)
    for magic, (kind, remedy) in KINDS.items():
        if start.startswith(magic):
            found.wrong(kind, THREE, remedy)
    return start


def _workbook(file: Path, found: Opened) -> None:
    book = books.opened(file)
    seen = book.seen
    found.faults += book.faults
    found.since_1904 = seen.since_1904
    if seen.linked:
        found.notices.append(
            "Le classeur est lié à d'autres fichiers : aucun n'est ouvert, les valeurs "
            "enregistrées dans celui-ci sont lues."
        )
    if seen.formulas:
        found.notices.append(
            "Le classeur contient des formules : leur dernier résultat enregistré est lu, rien "
            "n'est recalculé."
        )
    for grid in book.grids:
        if grid.hidden:
            found.notices.append(f"Feuille masquée « {grid.sheet} » : non lue.")
        else:
            found.grids.append(grid)


def _text(file: Path, found: Opened) -> None:
    text = _decoded(file.read_bytes(), found)
    spoilt, sample = delimited.spoilt(text)
    if sample:
        told = f"caractères abîmés (« {sample[0]} »){also(spoilt[1:])}"
        found.wrong(told, "un texte lisible", ORIGIN, spoilt[0])
    if "\0" in text:
        found.wrong("des octets nuls", "un texte", ORIGIN)
        return
    rows, broken = delimited.rows(text, delimited.separator(text))
    if broken:
        told = "guillemet mal placé, ou cellule démesurée"
        told = "guillemet jamais refermé" if broken.cut else told
        found.wrong(told, "des cellules entre guillemets droits", ORIGIN, broken.line)
    if len(rows) > safety.MOST_ROWS:
        found.wrong(f"{len(rows)} lignes", safety.TABLE, YEARLY)
    found.grids.append(Grid("", rows))


def _decoded(content: bytes, found: Opened) -> str:
    """Text of a file; an encoding that is not UTF-8 is told."""
    text = delimited.decoded(content)
    if text.encoding == "mixed":
        found.notices.append(
            f"Encodages mêlés : ligne {text.strays[0]}{also(text.strays[1:])} lue en Windows-1252, "
            "les autres en UTF-8."
        )
    elif text.encoding not in ("utf-8", "utf-16"):
        found.notices.append(f"Encodage reconnu : {text.encoding.replace('_', '-')}.")
    return text.text
