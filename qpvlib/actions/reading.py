"""A file → the register's rows, or every fault at once: structure first, then the rows."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from math import isfinite
from pathlib import Path

from qpvlib.actions import (
    agreement,
    cells,
    gathering,
    headers,
    margins,
    names,
    places,
    sheets,
    suggestions,
    widths,
)
from qpvlib.actions.contract import Field, Words, fields, words
from qpvlib.actions.refusal import refused
from qpvlib.actions.values import Wrong, cents, plain, quoted
from qpvlib.catalogue import slug
from qpvlib.catalogue.faults import also
from qpvlib.tables.delimited import Row

NUMBERS = ("cents", "integer", "weeks")  # what is read of them holds no one's name
LONGEST = 2000  # characters of any cell; fields have their own limits below
Record = dict[str, object]
Looks = dict[str, Callable[[str], names.Looked]]


@dataclass(frozen=True)
class Reading:
    """What a file gave: one record a row, by French name of field, in the order of the file."""

    file: str
    records: list[Record]
    columns: tuple[str, ...]
    notices: list[str]


@dataclass(frozen=True)
class _Work:
    """A file being read."""

    opened: sheets.Opened
    head: headers.Header
    words: Words
    looks: Looks  # at the names that each free field may hold
    asked: names.Asked
    summed: bool = False

    def wrong(self, line: int, column: str, wrong: Wrong, cell: object = "") -> None:
        """Add what is wrong with the cell of a field, or of a column that is not imported."""
        told = names.hidden(wrong.found or quoted(plain(cell)), column)
        self.opened.wrong(
            told, wrong.expected, wrong.remedy, line, "row",
            column=self.head.titles.get(column, column), sheet=self.head.grid.sheet,
        )  # fmt: skip

    def put(self, line: int, record: Record, column: str, value: object, cell: object) -> None:
        """Keep a value, or tell what is wrong with it."""
        if isinstance(value, Wrong):
            self.wrong(line, column, value, cell)
        else:
            record[column] = value


def read(
    file: Path, sheet: str = "", equal: bool = False, synonyms: Path | None = None,
    known: frozenset[str] = frozenset(), summed: bool = False,
) -> Reading:  # fmt: skip
    """Rows of a CSV, XLSX or ODS file, in the register's terms.

    Parameters
    ----------
    file : Path
    sheet : str
        Sheet to read, when several hold a table.
    equal : bool
        Share an action equally between neighbourhoods given without shares.
    synonyms : Path, optional
        The user's own synonyms.
    known : frozenset of str
        References already in the register: a file of these alone may lack required columns.
    summed : bool
        Add up the amounts of the lines of an action, where nothing says who funds each.

    Raises
    ------
    Faults
        Every one.
    """
    vocabulary = words(synonyms)
    opened = sheets.opened(file)
    head = None if opened.told else headers.header(opened, vocabulary, sheet)
    if head is None:
        raise refused(opened.faults)
    opened.notices += headers.notices(head)
    looks = {name: names.cells(vocabulary, name) for name in names.FORMS}
    work = _Work(opened, head, vocabulary, looks, names.Asked(), summed)
    rows = widths.even(opened, head, margins.rows(opened, head, known))
    place = head.columns.get("reference")
    updates = place is not None and all(
        plain(margins.cell_at(row, place)) in known for _, row in rows
    )
    offers = suggestions.offers(head, rows, vocabulary)
    headers.check(opened, head, offers, required=not (known and updates))
    opened.notices += _seconds(head, rows)
    records = _records(work, rows, equal)
    _check_rows(work, records)
    kept = [] if opened.told else _unique(work, rows, records)
    if opened.told:
        raise refused(opened.faults)
    held = {*head.columns, *(name for record in kept for name in record)}
    columns = tuple(f.name for f in fields() if f.name in held)
    notices = [*map(names.notice, opened.notices), *work.asked.notices()]
    return Reading(opened.file, [_masked(work, record) for record in kept], columns, notices)


def _masked(work: _Work, record: Record) -> Record:
    """A record as it is kept: until here its lines were told apart by what they say."""
    free = {name: look(record[name]).text for name, look in work.looks.items() if record.get(name)}
    return record | free


def _records(work: _Work, rows: list[Row], equal: bool) -> list[tuple[int, Record]]:
    """Every row's values; a cell that is wrong is a fault, and is left empty."""
    records: list[tuple[int, Record]] = [(line, {}) for line, _ in rows]
    for entry in fields():
        place = work.head.columns.get(entry.name)
        if place is not None:
            parse = cells.parser(entry, work.words, equal, work.opened.since_1904)
            column = [margins.cell_at(row, place) for _, row in rows]
            _column(work, entry, parse, column, records)
            _ask(work, entry.name, records)
    funders = _beside(work, work.words.funders)
    for place, title in work.head.ignored.items():
        column = [(line, plain(margins.cell_at(row, place))) for line, row in rows]
        (_funders if place == funders else _private)(work, title, column)
    if "theme" in work.head.columns:
        _themes(work, records)
    return records


def _column(
    work: _Work, entry: Field, parse: Callable[[object], object], column: list,
    records: list[tuple[int, Record]],
) -> None:  # fmt: skip
    # Cells repeat from row to row, and 1.0, 1 and True are not the same cell.
    read = lru_cache(None, typed=True)(partial(_read, entry, parse, work))
    padded, beside, unsaid = [], [], []
    for cell, (line, record) in zip(column, records, strict=True):
        work.put(line, record, entry.name, read(cell), cell)
        if entry.kind in ("cents", "integer") and record.get(entry.name, 0) is None:
            unsaid += [line] if plain(cell) else []
        if entry.kind == "siret" and record.get(entry.name):
            padded += [line] if len(plain(cell).replace(" ", "")) < 14 else []
        if entry.kind == "neighbourhoods" and record.get(entry.name):
            beside += [line] if places.unread(cell, work.words) else []
    if unsaid:
        work.opened.notices.append(
            f"« {work.head.titles[entry.name]} » : non communiqué, et non zéro : ligne {unsaid[0]}"
            f"{also(unsaid[1:])}."
        )
    if beside:
        work.opened.notices.append(
            f"Mots à côté d'un code de quartier, le code seul est lu : ligne {beside[0]}"
            f"{also(beside[1:])}."
        )
    if padded:
        work.opened.notices.append(
            f"SIRET complété par ses zéros perdus, clé vérifiée : ligne {padded[0]}"
            f"{also(padded[1:])}."
        )


def _ask(work: _Work, name: str, records: list[tuple[int, Record]]) -> None:
    """Note the names that the cells of a free field leave unsure."""
    title = names.hidden(work.head.titles[name])
    for line, record in records if name in work.looks else ():
        if record.get(name):
            work.asked.add(work.looks[name](record[name]).asked, line, title)


def _read(entry: Field, parse: Callable[[object], object], work: _Work, cell: object) -> object:
    """A cell's value, None when empty, or what is wrong with it."""
    text = cell.strip() if isinstance(cell, str) else cell
    if text == "" or (isinstance(text, str) and text.lower() in work.words.blanks):
        if entry.required:
            return Wrong("une valeur", "Compléter la cellule.", "une cellule vide")
        return None
    if wrong := _spoilt(text):
        return wrong
    try:
        value = parse(cell)
    except Wrong as wrong:
        return names.personal(plain(cell), work.words, entry.kind) or wrong
    if entry.name in work.looks:
        kept = names.free(entry, work.looks[entry.name](value))
        return kept if isinstance(kept, Wrong) else _limits(entry, kept) or value
    known = entry.kind in NUMBERS
    seen = None if known else names.personal(plain(cell), work.words, entry.kind, named=False)
    return seen or _limits(entry, value) or value


def _spoilt(text: object) -> Wrong | None:
    """A cell that no field holds: an error of a formula, no number, without end."""
    if isinstance(text, float) and not isfinite(text):
        remedy = "Corriger la formule du tableur."
        return Wrong("une valeur", remedy, "un nombre qui n'en est pas un")
    if not isinstance(text, str):
        return None
    if len(text) > LONGEST:
        return Wrong(f"au plus {LONGEST} caractères", "Raccourcir, ou vérifier l'export.")
    if text.startswith("#") and text.rstrip("!?").isupper():
        remedy = "Corriger la formule du tableur."
        return Wrong("une valeur", remedy, f"l'erreur {quoted(text)}")
    return None


def _limits(entry: Field, value: object) -> Wrong | None:
    if entry.longest and isinstance(value, str) and len(value) > entry.longest:
        return Wrong(f"au plus {entry.longest} caractères", "Raccourcir.")
    if entry.kind == "date":
        told = f"une date de {entry.least:%Y} à {entry.most:%Y}"
        return None if entry.least <= value <= entry.most else Wrong(told, "Vérifier l'année.")
    scale = 100 if entry.kind == "cents" else 1
    if entry.most is not None and value > entry.most * scale:
        return Wrong(f"au plus {entry.most:.0f}", "Vérifier l'unité et la virgule.")
    if entry.least is not None and value < entry.least * scale:
        return Wrong(f"au moins {entry.least:.0f}", "Vérifier la valeur.")
    return None


def _private(work: _Work, title: str, column: list[tuple[int, str]]) -> None:
    """A column that is not imported must not hold people either; what may be a name is told."""
    unsure = []
    for line, text in column:
        seen, named = names.unread(text, title, work.words)
        if seen:
            remedy = f"Supprimer la colonne, ou l'ajouter à [contacts] de {headers.TOML}."
            work.wrong(line, title, Wrong(names.EXPECTED, remedy, seen))
        unsure += [line] if named and not seen else []
    if unsure:
        work.opened.notices.append(
            f"Colonne « {title} », non importée : ligne {unsure[0]}{also(unsure[1:])}, peut-être "
            "un nom de personne ; rien n'en est gardé."
        )


def _funders(work: _Work, title: str, column: list[tuple[int, str]]) -> None:
    """Who funds each line is kept with the other funders: it is looked at as they are."""
    look, shown = work.looks[gathering.NAMES], names.hidden(title)
    for line, text in column:
        found = look(text)
        if found.refused:
            work.wrong(line, title, Wrong(names.EXPECTED, names.REMEDY, found.refused))
        work.asked.add(found.asked, line, shown)


def _themes(work: _Work, records: list[tuple[int, Record]]) -> None:
    @cache
    def read(cell: str, year: int) -> str | Wrong:
        try:
            return cells.theme(cell, year, work.words)
        except Wrong as wrong:
            return wrong

    for line, record in records:
        cell, year = record.get("theme"), record.get("exercice")
        if cell is not None and isinstance(year, int):
            work.put(line, record, "theme", read(cell, year), cell)
        elif cell is not None and "exercice" not in work.head.columns:
            remedy = "Ajouter la colonne de l'exercice : la nomenclature en dépend."
            work.wrong(line, "theme", Wrong("l'année de l'exercice", remedy), cell)


# --- what the cells of a row owe each other --------------------------------------------------


def _check_rows(work: _Work, records: list[tuple[int, Record]]) -> None:
    given = {"siret", "rna"} & set(work.head.columns)
    told_of = given or "porteur" in work.head.columns
    for line, record in records:
        read = given <= set(record)  # a SIRET that is wrong was already told
        if told_of and read and not (record.get("siret") or record.get("rna")):
            work.wrong(line, "siret", Wrong("un SIRET ou un RNA", "Donner l'un des deux."))
        for column, wrong, cell in agreement.disagreements(record):
            work.wrong(line, column, wrong, cell)


def _seconds(head: headers.Header, rows: list[Row]) -> list[str]:
    """Of two columns for one field: which is read, where the other says otherwise."""
    told = []
    for place, name in head.second.items():
        own = head.columns[name]
        differ = [line for line, row in rows if plain(row[place]) != plain(row[own])]
        where = f" ; autre valeur ligne {differ[0]}{also(differ[1:])}" if differ else ""
        told.append(
            f"Deux colonnes pour un champ : « {head.titles[name]} » est lue, "
            f"« {head.ignored[place]} » est laissée{where}."
        )
    return told


def _totals(work: _Work, rows: list[Row]) -> dict[int, int | None]:
    """The total cost of each line, where a column that is not imported gives it."""
    place = _beside(work, work.words.totals)
    return {line: _amount(margins.cell_at(row, place)) for line, row in rows}


def _amount(cell: object) -> int | None:
    try:
        return cents(cell)
    except Wrong:
        return None


def _unique(work: _Work, rows: list[Row], records: list[tuple[int, Record]]) -> list[Record]:
    """One record a reference (see ``gathering``), and what contradicts itself in it."""
    place, funders = _beside(work, work.words.funders), None
    if place is not None:
        funders = {line: plain(margins.cell_at(row, place)) for line, row in rows}
    look = work.looks[gathering.NAMES]
    done = gathering.gathered(
        records, funders, work.words, work.head.titles, lambda name: look(name).text, work.summed
    )
    for line, wrong in done.wrong:
        work.wrong(line, "reference", wrong)
    if not done.wrong:
        work.opened.notices += done.notices
        totals = _totals(work, rows)
        work.opened.notices += agreement.notices(done.records, work.words, totals)
    return [record for _, record in done.records]


def _beside(work: _Work, titles: frozenset[str]) -> int | None:
    """Place of a column that the register has not, and that is read to compare or to gather."""
    return next((at for at, title in work.head.ignored.items() if slug(title) in titles), None)
