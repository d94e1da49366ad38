"""What stands around the rows of a table: repeated headers, totals, notes, sources."""

import re

from qpvlib.actions.headers import Header
from qpvlib.actions.sheets import Opened
from qpvlib.actions.values import Wrong, cents, plain
from qpvlib.catalogue import slug
from qpvlib.catalogue.faults import also
from qpvlib.tables.delimited import Row

LOOKED = 6  # first cells of a row, where a total says its name
FEWEST = 3  # columns of a table under which a lone cell is a note
TOTALS = ("total", "totaux", "sous-total", "sous-totaux", "ensemble", "somme", "cumul")
NOTE = re.compile(r"^\s*(?:\*|\(\d\)|\[\d\]|[¹²³])|[^\W\d]+\W+[^\W\d]{2,}")
MONEY = ("montant_demande", "montant_accorde", "montant_verse", "montant_autres")


def rows(opened: Opened, head: Header, known: frozenset[str]) -> list[Row]:
    """The rows under the header, less its repetitions, totals and notes: told in one line each.

    ``known``: references of the register, which a lone cell may well be.
    """
    labels = [plain(cell) for cell in head.grid.rows[head.row][1]]
    kept: list[Row] = []
    totals: list[int] = []
    notes: list[int] = []
    for line, row in head.grid.rows[head.row + 1 :]:
        texts = [plain(cell) for cell in row[:LOOKED]]
        if texts == labels[:LOOKED] and [plain(cell) for cell in row] == labels:
            continue
        if _is_total(texts, cell_at(row, head.columns.get("reference"))):
            totals.append(line)
        elif len(labels) >= FEWEST and _is_note(row, known):
            notes.append(line)
        else:
            kept.append((line, row))
    if kept and _sums(head, kept[:-1], kept[-1][1]):
        totals.append(kept.pop()[0])
    _tell(opened, "total, non importé", totals)
    _tell(opened, "note ou source, non lue", notes)
    if not kept:
        told = "aucune ligne sous l'en-tête"
        opened.wrong(told, "une ligne par action", "Vérifier l'export.", sheet=head.grid.sheet)
    return kept


def cell_at(row: list, place: int | None) -> object:
    """A cell of a row, empty beyond its end."""
    return row[place] if place is not None and place < len(row) else ""


def _tell(opened: Opened, what: str, lines: list[int]) -> None:
    if lines:
        opened.notices.append(f"Ligne {lines[0]}{also(lines[1:])} : {what}.")


def _is_total(texts: list[str], reference: object) -> bool:
    """A row of totals: its first word says so, and its reference is empty or is that word."""
    first = next(filter(None, texts), "")
    said = any(f"{slug(first)}-".startswith(f"{word}-") for word in TOTALS)
    return said and plain(reference) in ("", first)


def _is_note(row: list, known: frozenset[str]) -> bool:
    """A lone cell that is a sentence; a lone reference is a row to complete."""
    filled = [text for text in map(plain, row) if text]
    return len(filled) == 1 and bool(NOTE.search(filled[0])) and filled[0] not in known


def _sums(head: Header, above: list[Row], last: list) -> bool:
    """Whether the last row holds amounts alone, each the sum of its column."""
    places = [head.columns[name] for name in MONEY if name in head.columns]
    filled = [i for i, cell in enumerate(last) if plain(cell)]
    if not above or not filled or not set(filled) <= set(places):
        return False
    return all(_sum([r for _, r in above], i) == _sum([last], i) for i in filled)


def _sum(rows: list[list], place: int) -> int | None:
    try:
        cells = [cell_at(row, place) for row in rows]
        return sum(cents(cell) for cell in cells if plain(cell))
    except Wrong:
        return None
