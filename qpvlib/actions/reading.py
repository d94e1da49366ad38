"""A file → the register's rows, or every fault at once: structure first, then the rows."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, lru_cache, partial
from pathlib import Path

from qpvlib.actions import cells, names, sheets
from qpvlib.actions.contract import Field, Words, fields, words
from qpvlib.actions.values import Wrong, plain, quoted
from qpvlib.catalogue.faults import Fault, Faults, also, counted
from qpvlib.tables.delimited import Row

NUMBERS = ("cents", "integer", "weeks")  # what is read of them holds no one's name
SHOWN = 40  # faults on screen; the HTML page has them all
ALIKE = 3  # values named one by one before « et … autres »
Record = dict[str, object]


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
    head: sheets.Header
    words: Words
    asked: names.Asked

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
    known: frozenset[str] = frozenset(),
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

    Raises
    ------
    Faults
        Every one.
    """
    vocabulary = words(synonyms)
    opened = sheets.opened(file)
    head = None if opened.faults else sheets.header(opened, vocabulary, sheet)
    if head is None:
        raise refused(opened.faults)
    opened.notices += sheets.notices(head)
    work = _Work(opened, head, vocabulary, names.Asked())
    rows = _rows(work)
    place = head.columns.get("reference")
    updates = place is not None and all(plain(cell_at(row, place)) in known for _, row in rows)
    sheets.check(opened, head, vocabulary, required=not (known and updates))
    records = _records(work, rows, equal)
    _check_rows(work, records)
    kept = [] if opened.faults else _unique(work, records)
    if opened.faults:
        raise refused(opened.faults)
    columns = tuple(f.name for f in fields() if f.name in head.columns)
    notices = [*map(names.hidden, opened.notices), *work.asked.notices()]
    return Reading(names.hidden(file.name), kept, columns, notices)


def _rows(work: _Work) -> list[Row]:
    """The rows under the header, less its repetitions and the row of totals."""
    head, opened = work.head, work.opened
    labels = [plain(cell) for cell in head.grid.rows[head.row][1]]
    place = head.columns.get("reference")
    kept, totals = [], []
    for line, row in head.grid.rows[head.row + 1 :]:
        texts = [plain(cell) for cell in row[:6]]
        if texts == labels[:6] and [plain(cell) for cell in row] == labels:
            continue
        (totals if _is_total(texts, cell_at(row, place)) else kept).append((line, row))
    if totals:
        opened.notices.append(
            f"Ligne {totals[0][0]}{also([n for n, _ in totals[1:]])} : total, non importé."
        )
    if not kept:
        told = "aucune ligne sous l'en-tête"
        opened.wrong(told, "une ligne par action", "Vérifier l'export.", sheet=head.grid.sheet)
    return kept


def _is_total(texts: list[str], reference: object) -> bool:
    """A row of totals: its first word says so, and its reference is empty or is that word."""
    first = next(filter(None, texts), "")
    return first.lower().startswith(("total", "sous-total")) and plain(reference) in ("", first)


def cell_at(row: list, place: int | None) -> object:
    """A cell of a row, empty beyond its end."""
    return row[place] if place is not None and place < len(row) else ""


def _records(work: _Work, rows: list[Row], equal: bool) -> list[tuple[int, Record]]:
    """Every row's values; a cell that is wrong is a fault, and is left empty."""
    records: list[tuple[int, Record]] = [(line, {}) for line, _ in rows]
    for entry in fields():
        place = work.head.columns.get(entry.name)
        if place is not None:
            parse = cells.parser(entry, work.words, equal, work.opened.since_1904)
            column = [cell_at(row, place) for _, row in rows]
            _column(work, entry, parse, column, records)
    for place, title in work.head.ignored.items():
        _private(work, title, [(line, plain(cell_at(row, place))) for line, row in rows])
    if "theme" in work.head.columns:
        _themes(work, records)
    return records


def _column(
    work: _Work, entry: Field, parse: Callable[[object], object], column: list,
    records: list[tuple[int, Record]],
) -> None:  # fmt: skip
    # Cells repeat from row to row, and 1.0, 1 and True are not the same cell.
    look = names.cells(work.words, entry.name) if entry.name in names.FORMS else None
    read = lru_cache(None, typed=True)(partial(_read, entry, parse, work.words, look))
    title, padded = names.hidden(work.head.titles[entry.name]), []
    for cell, (line, record) in zip(column, records, strict=True):
        work.put(line, record, entry.name, read(cell), cell)
        if look and record.get(entry.name):
            work.asked.add(look(plain(cell)).asked, line, title)
        if entry.kind == "siret" and record.get(entry.name):
            padded += [line] if len(plain(cell).replace(" ", "")) < 14 else []
    if padded:
        work.opened.notices.append(
            f"SIRET complété par ses zéros perdus, clé vérifiée : ligne {padded[0]}"
            f"{also(padded[1:])}."
        )


def _read(
    entry: Field, parse: Callable[[object], object], vocabulary: Words,
    look: Callable[[str], names.Looked] | None, cell: object,
) -> object:  # fmt: skip
    """A cell's value, None when empty, or what is wrong with it."""
    text = cell.strip() if isinstance(cell, str) else cell
    if text == "" or (isinstance(text, str) and text.lower() in vocabulary.blanks):
        if entry.required:
            return Wrong("une valeur", "Compléter la cellule.", "une cellule vide")
        return None
    if isinstance(text, str) and text.startswith("#") and text.rstrip("!?").isupper():
        return Wrong("une valeur", "Corriger la formule du tableur.", f"l'erreur {quoted(text)}")
    if look:
        free = names.free(entry, look(plain(cell)))
        return free if isinstance(free, Wrong) else _limits(entry, free) or free
    try:
        value = parse(cell)
    except Wrong as wrong:
        return names.personal(plain(cell), vocabulary, entry.kind) or wrong
    known = entry.kind in NUMBERS
    seen = None if known else names.personal(plain(cell), vocabulary, entry.kind, named=False)
    return seen or _limits(entry, value) or value


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
            remedy = f"Supprimer la colonne, ou l'ajouter à [contacts] de {sheets.TOML}."
            work.wrong(line, title, Wrong(names.EXPECTED, remedy, seen))
        unsure += [line] if named and not seen else []
    if unsure:
        work.opened.notices.append(
            f"Colonne « {title} », non importée : ligne {unsure[0]}{also(unsure[1:])}, peut-être "
            "un nom de personne ; rien n'en est gardé."
        )


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
        for column, wrong, cell in _disagreements(record):
            work.wrong(line, column, wrong, cell)


def _disagreements(record: Record) -> Iterator[tuple[str, Wrong, object]]:
    start, end = record.get("debut"), record.get("fin")
    if start and end and start > end:
        yield "fin", Wrong("une fin qui suit le début", "Échanger les deux dates."), end
    elif start and end and (strays := _outside(record.get("semaines") or (), start, end)):
        expected = f"des semaines entre le {start:%d/%m/%Y} et le {end:%d/%m/%Y}"
        yield "semaines", Wrong(expected, "Corriger les semaines ou les dates."), strays
    for part, total, expected, remedy in (
        ("moins_26_reels", "participants_reels", "au plus les {} participants réels",
         "Vérifier les deux nombres."),
        ("participants_reels", "presences_reelles", "au plus les {} présences réelles",
         "Participants et présences sont peut-être inversés."),
    ):  # fmt: skip
        small, large = record.get(part), record.get(total)
        if small is not None and large is not None and small > large:
            yield part, Wrong(expected.format(large), remedy), small
    paid, granted = record.get("montant_verse"), record.get("montant_accorde")
    if paid is not None and granted is not None and paid > granted:
        most, given = (cells.written("cents", n).replace(".", ",") for n in (granted, paid))
        wrong = Wrong(f"au plus l'accordé ({most} €)", "Vérifier les deux montants.")
        yield "montant_verse", wrong, given


def _outside(weeks: Sequence[int], start: date, end: date) -> str:
    """Weeks declared outside the dates of the action; a year holds them all."""
    if (end - start).days > 366:
        return ""
    days = range((end - start).days + 1)
    held = {(start + timedelta(days=n)).isocalendar().week for n in (*days[::7], days[-1])}
    return ", ".join(str(week) for week in weeks if week not in held)


def _unique(work: _Work, records: list[tuple[int, Record]]) -> list[Record]:
    """One record a reference; the same row twice is kept once, two different ones are faults."""
    first: dict[object, tuple[int, Record]] = {}
    same = []
    for line, record in records:
        key = record.get("reference")
        if key not in first:
            first[key] = (line, record)
        elif first[key][1] == record:
            same.append(line)
        else:
            differ = next(n for n in record if record[n] != first[key][1].get(n))
            title = work.head.titles.get(differ, differ)
            found = f"{quoted(key)} est déjà à la ligne {first[key][0]}, avec un autre contenu"
            remedy = "Réunir les deux lignes, ou donner deux références."
            wrong = Wrong("une ligne par action", remedy, f"{found} (« {title} »)")
            work.wrong(line, "reference", wrong)
    if same:
        work.opened.notices.append(
            f"{counted(len(same), 'ligne')} en double, identique{'s' if len(same) > 1 else ''} : "
            f"gardée{'s' if len(same) > 1 else ''} une fois (ligne {same[0]}{also(same[1:])})."
        )
    return [record for _, record in first.values()]


# --- a file that is not imported ----------------------------------------------------------------


def refused(faults: Iterable[Fault]) -> Faults:
    """A file that is not imported: every fault; the register has not changed."""
    every = _grouped(faults)
    short = _shortened(every)
    told = list(map(str, short[:SHOWN]))
    rest = len(short) - SHOWN
    if rest > 0:
        told.append(f"et {rest} autre{'s' if rest > 1 else ''}, dans la page du contrôle.")
    number = counted(len(every), "défaut")
    return Faults(f"{number} ; rien n'est importé, le registre n'a pas changé.", every, told)


def _grouped(faults: Iterable[Fault]) -> list[Fault]:
    """Faults told once for all the lines that share them, structure first, then by line."""
    groups: dict[Fault, list[int]] = {}
    for fault in faults:
        lines = groups.setdefault(replace(fault, line=None), [])
        lines += [fault.line] if fault.line else []
    told = [one for fault, lines in groups.items() for one in fault.on(lines) or [fault]]
    return sorted(told, key=lambda fault: (fault.kind == "row", fault.line or 0))


def _shortened(faults: Sequence[Fault]) -> list[Fault]:
    """For the screen: the many values that a column gets wrong in one way are one line."""
    groups: dict[Fault, list[Fault]] = {}
    for fault in faults:
        groups.setdefault(replace(fault, found="", line=None, others=()), []).append(fault)
    return [one for alike in groups.values() for one in _together(alike)]


def _together(alike: list[Fault]) -> list[Fault]:
    if len(alike) <= ALIKE:
        return alike
    lines = sorted(line for fault in alike for line in (fault.line or 0, *fault.others))
    values = ", ".join(fault.found for fault in alike[:ALIKE])
    found = f"{values} et {len(alike) - ALIKE} autres"
    return replace(alike[0], found=found).on(lines)
