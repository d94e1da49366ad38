"""A row is exactly as wide as its header, and what it holds is under a title."""

from qpvlib.actions.headers import Header
from qpvlib.actions.names import hidden
from qpvlib.actions.sheets import Opened
from qpvlib.actions.values import plain, quoted
from qpvlib.catalogue.faults import counted
from qpvlib.tables.delimited import Row

UNTITLED = "sans titre"  # where a cell is that no column tells
NAMED = 3  # cells or columns named in a message
QUOTE = (
    "Mettre entre guillemets la cellule qui contient le séparateur (une virgule décimale, par "
    "exemple), ou exporter avec un autre séparateur."
)


def even(opened: Opened, head: Header, rows: list[Row]) -> list[Row]:
    """The rows as wide as the header; the others, and what no title heads, are faults."""
    titles = [plain(cell) for cell in head.grid.rows[head.row][1]]
    kept = [(line, row) for line, row in rows if len(row) == len(titles)]
    for line, row in rows:
        if len(row) != len(titles):
            _uneven(opened, head, line, row, titles)
    held = {*head.columns.values(), *head.dropped, *head.ignored, *head.suspect}
    bare = (place for place, title in enumerate(titles) if not title and place not in held)
    for place in bare:
        _untitled(opened, head, place, [(n, row[place]) for n, row in kept if plain(row[place])])
    return kept


def _uneven(opened: Opened, head: Header, line: int, row: list, titles: list[str]) -> None:
    many, width = len(row), len(titles)
    if many > width:
        beyond = ", ".join(_shown(cell) for cell in row[width:][:NAMED])
        where, remedy = f"au-delà de « {hidden(titles[-1])} » : {beyond}", QUOTE
    else:
        absent = ", ".join(f"« {hidden(title)} »" for title in titles[many:][:NAMED])
        where, remedy = f"rien pour {absent}", "Reprendre l'export : la ligne est coupée."
    found = f"{counted(many, 'cellule')}, l'en-tête a {counted(width, 'colonne')} ({where})"
    opened.wrong(
        found, "autant de cellules que de colonnes", remedy, line, "row", sheet=head.grid.sheet
    )


def _untitled(opened: Opened, head: Header, place: int, cells: list[tuple[int, object]]) -> None:
    """One fault for a column: its first cell, and every line that has one."""
    first = _shown(plain(cells[0][1])) if cells else ""
    found = f"{first}, dans une colonne sans titre (la {place + 1}e)"
    remedy = "Donner un titre à la colonne, ou la vider."
    for line, _ in cells:
        opened.wrong(found, "une cellule sous un titre", remedy, line, "row", sheet=head.grid.sheet)


def _shown(cell: object) -> str:
    return hidden(quoted(cell), UNTITLED)
