"""A user's file → its sheets, and what was told of it."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from qpvlib.actions.names import filed, hidden
from qpvlib.catalogue.faults import Fault
from qpvlib.tables import books
from qpvlib.tables.books import Grid


@dataclass
class Opened:
    """A file opened: its sheets, what it said, what is wrong with it."""

    file: str
    grids: list[Grid] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    since_1904: bool = False
    told: dict[Fault, list[int]] = field(default_factory=dict)  # the lines that share each

    @property
    def faults(self) -> list[Fault]:
        """Every fault, each once for all its lines."""
        return [one for fault, lines in self.told.items() for one in fault.on(lines) or [fault]]

    def wrong(
        self, found: str, expected: str, remedy: str, line: int | None = None,
        kind: str = "structure", **where: str,
    ) -> None:  # fmt: skip
        """Add a fault: of the file itself, or of the ``sheet`` and the ``column`` given."""
        where = {name: hidden(text) for name, text in where.items()}
        if kind == "structure":  # what is found in a row is hidden by who knows its field
            found, expected = hidden(found), hidden(expected)
        fault = Fault(self.file, found, remedy, expected=expected, kind=kind, **where)
        self.told.setdefault(fault, []).extend([line] if line else [])


def opened(file: Path) -> Opened:
    """The sheets of a CSV, XLSX, ODS or XLS file; a file that cannot be read has only faults."""
    book = books.opened(file)
    found = Opened(filed(file), notices=book.notices)
    found.told = {replace(fault, file=found.file): [] for fault in book.faults}
    found.since_1904 = book.seen.since_1904
    _told(book, found)
    if not found.told and not any(grid.rows for grid in found.grids):
        found.wrong("aucune cellule remplie", "un tableau", "Vérifier que c'est le bon fichier.")
    return found


def _told(book: books.Book, found: Opened) -> None:
    """What a workbook holds besides its cells; a hidden sheet is not read."""
    if book.seen.linked:
        found.notices.append(
            "Le classeur est lié à d'autres fichiers : aucun n'est ouvert, les valeurs "
            "enregistrées dans celui-ci sont lues."
        )
    if book.seen.formulas:
        found.notices.append(
            "Le classeur contient des formules : leur dernier résultat enregistré est lu, rien "
            "n'est recalculé."
        )
    for grid in book.grids:
        if grid.hidden:
            found.notices.append(f"Feuille masquée « {grid.sheet} » : non lue.")
        else:
            found.grids.append(grid)
