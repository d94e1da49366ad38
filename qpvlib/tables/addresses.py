"""Geocoded addresses → a file beside theirs: their own columns, and where each address is."""

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from qpvlib.catalogue import Fault, Faults, QpvError, slug
from qpvlib.catalogue.faults import also, counted
from qpvlib.tables import books, delimited, where, writing
from qpvlib.tables.delimited import Row
from qpvlib.tables.where import Spot

# Titles of the longitude and of the latitude, the surest first: of the two that the files of the
# Base adresse nationale have, « x » and « y » are in metres.
PAIRS = (("lon", "lat"), ("longitude", "latitude"), ("x", "y"))
EXPECTED = "lon et lat, longitude et latitude, ou x et y"
ADDED = (
    "qpv_code_2015", "qpv_nom", "qpv_code_2024", "qpv_distance_m", "qpv_plus_proche",
    "qpv_remarque",
)  # fmt: skip
BLANK = "sans coordonnées"
MOST_DEGREES = 180


@dataclass
class Addresses:
    """A file of addresses as read: its titles, its rows, the position in degrees of each.

    ``spots`` are by line of the file; an address without coordinates has none.
    """

    file: Path
    head: list[str]
    rows: list[Row]
    notices: list[str]
    pair: tuple[int, int] = (0, 0)
    spots: dict[int, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Answers:
    """Where the addresses of a file are, and the file that says so."""

    place: Path
    notices: list[str]
    found: list[Spot]
    blank: list[int]  # lines of the addresses without coordinates

    def __str__(self) -> str:
        """The summary, in one line of French."""
        total = len(self.found) + len(self.blank)
        of_2015, of_2024 = (sum(year in spot.held for spot in self.found) for year in where.FILES)
        outside = sum(not spot.held for spot in self.found)
        doubts = sum(any(near.doubtful for near in s.both.values()) for s in self.found)
        unread = sum(spot.of_2024 is None for spot in self.found)
        parts = [
            f"{of_2015} dans un contour de 2015, {of_2024} dans un contour de 2024, "
            f"{outside} hors de tout contour",
            f"{doubts} à vérifier (près du bord d'un contour simplifié)" if doubts else "",
            f"{unread} sans contour de 2024 lu" if unread else "",
            f"{len(self.blank)} {BLANK}" if self.blank else "",
        ]
        return f"{counted(total, 'adresse')} : {' ; '.join(filter(None, parts))}."


def answer(file: Path) -> Answers:
    """Write beside a CSV of geocoded addresses the same with the neighbourhood of each.

    Columns added: the code of 2015 and of 2024 of the contours that hold the address, the name,
    the distance in metres from the nearest contour (0 inside), its neighbourhood when outside,
    and what to check. The file is read and written here only, as private as it was.

    Raises
    ------
    QpvError
        When the answer is already there, or cannot be written.
    Faults
        Everything wrong in the file, by line: nothing is written.
    """
    place = _beside(file)
    told = _located(_opened(file))
    found = dict(zip(told.spots, where.spots(*zip(*told.spots.values(), strict=True)), strict=True))
    lines = [[*told.head, *ADDED]]
    for line, cells in told.rows:
        lines.append([*map(_typed, cells), *_added(found.get(line))])
    _write(file, place, lines)
    blank = [line for line, _ in told.rows if line not in found]
    return Answers(place, told.notices + _blank(blank), list(found.values()), blank)


# --- reading -------------------------------------------------------------------------------------


def _opened(file: Path) -> Addresses:
    """Titles and rows, each of the same width, and the two columns of the coordinates."""
    book = books.opened(file)
    if not book.faults and book.seen.kind != "csv":
        _refuse([_wrong(file, "un classeur", "L'enregistrer en CSV.", expected="un CSV")])
    _refuse(book.faults)
    (_, head), *rows = book.grids[0].rows or [(1, [])]
    told = Addresses(file, head, rows, book.notices)
    told.pair = _pair(told)
    told.rows = [(line, _even(cells, len(head))) for line, cells in rows]
    long = [line for line, cells in told.rows if len(cells) > len(head)]
    remedy = "Mettre entre guillemets ce qui contient le séparateur."
    _refuse(_wrong(file, f"plus de {len(head)} cellules", remedy).on(long))
    if not rows:
        _refuse([_wrong(file, "aucune adresse sous les titres", "Vérifier le fichier.")])
    return told


def _even(cells: list[str], width: int) -> list[str]:
    """Cells as many as the titles, but for those in excess that are not empty."""
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    return cells + [""] * (width - len(cells))


def _pair(told: Addresses) -> tuple[int, int]:
    titles = [slug(title) for title in told.head]
    pair = next((pair for pair in PAIRS if set(pair) <= set(titles)), None)
    if pair is None:
        remedy = "Géocoder d'abord les adresses, ou renommer les colonnes."
        found = "pas de colonnes de coordonnées"
        _refuse([_wrong(told.file, found, remedy, expected=EXPECTED)])
    twice = [f"deux colonnes « {title} »" for title in pair if titles.count(title) > 1]
    twice += [f"la colonne « {title} » y est déjà" for title in ADDED if title in told.head]
    _refuse(_wrong(told.file, found, "La retirer ou la renommer.") for found in twice)
    return titles.index(pair[0]), titles.index(pair[1])


def _located(told: Addresses) -> Addresses:
    """The same with the position of each address; every line that has none that holds is told."""
    faults: dict[Fault, list[int]] = {}
    for line, cells in told.rows:
        pair = [cells[column].strip() for column in told.pair]
        numbers = [where.number(cell) for cell in pair]
        if not any(pair):
            continue
        if None not in numbers:
            told.spots[line] = tuple(numbers)
        for fault in _not_numbers(told, pair, numbers):
            faults.setdefault(fault, []).append(line)
    _to_degrees(told)
    for line, spot in told.spots.items():
        if not where.in_france(*spot):
            faults.setdefault(_misplaced(told.file, *spot), []).append(line)
    _refuse(one for fault, lines in faults.items() for one in fault.on(lines))
    if not told.spots:
        _refuse([_wrong(told.file, "aucune adresse n'a de coordonnées", "Les géocoder d'abord.")])
    return told


def _not_numbers(told: Addresses, pair: list[str], numbers: list[float | None]) -> Iterator[Fault]:
    """What is wrong in the cells of a line; they are not repeated, for they may name someone."""
    for column, cell, number in zip(told.pair, pair, numbers, strict=True):
        if number is None:
            found = "cellule qui n'est pas un nombre" if cell else "cellule vide, l'autre remplie"
            remedy = "Corriger, ou vider les deux."
            yield _wrong(told.file, found, remedy, column=told.head[column].strip())


def _to_degrees(told: Addresses) -> None:
    """Turn « x » and « y » into degrees where they are metres, as those of the BAN are."""
    metres = any(abs(n) > MOST_DEGREES for spot in told.spots.values() for n in spot)
    if slug(told.head[told.pair[0]]) == "x" and metres:
        moved = where.degrees(*zip(*told.spots.values(), strict=True))
        told.spots = dict(zip(told.spots, moved, strict=True))
        told.notices.append("Colonnes x et y lues en mètres (Lambert-93).")


def _misplaced(file: Path, lon: float, lat: float) -> Fault:
    if where.in_france(lat, lon):
        return _wrong(file, "longitude et latitude inversées", "Échanger les deux titres.")
    remedy = f"Attendu : {where.ORDER}. Corriger, ou vider les deux cellules."
    return _wrong(file, "point hors de France métropolitaine", remedy)


def _wrong(file: Path, found: str, remedy: str, column: str = "", expected: str = "") -> Fault:
    return Fault(file.name, found, remedy, column=column, expected=expected)


def _refuse(faults: Iterable[Fault]) -> None:
    if faults := list(faults):
        raise Faults(f"{counted(len(faults), 'défaut')} ; rien n'a été écrit.", faults)


# --- writing -------------------------------------------------------------------------------------


def _added(spot: Spot | None) -> list[object]:
    """Cells of ``ADDED``: codes and name of what holds the address; else the nearest, named."""
    if spot is None:
        return ["", "", "", "", "", BLANK]
    codes = [spot.held[year].code if year in spot.held else "" for year in where.FILES]
    notes = " ; ".join(spot.notes)
    near = spot.nearest
    if spot.held:
        return [codes[0], near.name, codes[1], 0, "", notes]
    return ["", "", "", spot.metres, f"{near.name} ({near.code})", notes]


def _typed(cell: str) -> object:
    """A cell as it was; a negative number stays one where a text that begins with « - » is quoted.

    >>> _typed("-1.50"), _typed("-1+1"), _typed("0800")
    (Decimal('-1.50'), '-1+1', '0800')
    """
    negative = cell.startswith("-") and "," not in cell and where.NUMBER.fullmatch(cell)
    return Decimal(cell) if negative and str(Decimal(cell)) == cell else cell


def _beside(file: Path) -> Path:
    """Where the answer goes: never over what is there, were it a link to nothing."""
    place = file.with_name(f"{file.stem}-quartiers.csv")
    if os.path.lexists(place):
        raise QpvError(f"« {place} » existe déjà : le déplacer ou le renommer, puis recommencer.")
    return place


def _write(file: Path, place: Path, lines: list[list[object]]) -> None:
    """Write the whole answer at once, readable by those who could read the addresses."""
    with writing.aside(place.parent, f"{place.name} n'a pas été écrit.") as work:
        delimited.save(work / place.name, lines)
        shutil.copymode(file, work / place.name)
        writing.put(work, _beside(file).parent, [place.name])


def _blank(lines: list[int]) -> list[str]:
    """The addresses without coordinates, told once; nothing where there are none."""
    if not lines:
        return []
    return [f"Sans coordonnées, gardées sans réponse : ligne {lines[0]}{also(lines[1:])}."]
