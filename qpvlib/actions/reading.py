"""A file → the register's rows, or every fault at once: structure first, then the rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from qpvlib.actions import cells, grids, headers
from qpvlib.actions.contract import Field, Words, fields, words
from qpvlib.actions.headers import Header
from qpvlib.actions.people import person
from qpvlib.actions.refusal import quoted, refused
from qpvlib.actions.values import Wrong, plain
from qpvlib.catalogue.faults import Fault, also, counted
from qpvlib.tables.delimited import Row

FREE = ("porteur", "intitule", "axe", "autres_financeurs", "commentaire")
Record = dict[str, object]
Parse = Callable[[object], object]


@dataclass
class Reading:
    """What a file gave: one record a row, by French name of field, in the order of the file."""

    file: str
    records: list[Record] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    notices: list[str] = field(default_factory=list)


@dataclass
class _Work:
    """A file being read."""

    opened: grids.Opened
    head: Header
    words: Words
    equal: bool
    faults: list[Fault]
    notices: list[str]

    def wrong(self, line: int, column: str, wrong: Wrong, cell: object) -> None:
        """Add what is wrong with the cell of a field."""
        title = self.head.titles.get(column, column)
        self.faults.append(self.fault(wrong, wrong.found or quoted(plain(cell)), line, title))

    def fault(self, wrong: Wrong, found: str, line: int | None, title: str = "") -> Fault:
        """What is wrong with a row, or with a cell under a title."""
        return Fault(
            self.opened.file, found, wrong.remedy, line, title, sheet=self.head.grid.sheet,
            expected=wrong.expected, kind="row" if line else "structure",
        )  # fmt: skip


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
    opened = grids.opened(file)
    head = None if opened.faults else headers.found(opened, vocabulary, sheet)
    if head is None:
        raise refused(opened.faults)
    work = _Work(opened, head, vocabulary, equal, [], [*opened.notices, *headers.notices(head)])
    rows = _rows(work)
    place = head.columns.get("reference")
    updates = place is not None and all(plain(cell_at(row, place)) in known for _, row in rows)
    structure = headers.faults(file.name, head, vocabulary, required=not (known and updates))
    records = _records(work, rows)
    _check_rows(work, records)
    if structure or work.faults:
        raise refused([*structure, *work.faults])
    kept = _unique(work, records)
    columns = tuple(f.name for f in fields() if f.name in head.columns)
    return Reading(file.name, kept, columns, work.notices)


def _rows(work: _Work) -> list[Row]:
    """The rows under the header, less its repetitions and the row of totals."""
    head = work.head
    labels = [plain(cell) for cell in head.grid.rows[head.row][1]]
    place = head.columns.get("reference")
    kept, totals = [], []
    for line, row in head.grid.rows[head.row + 1 :]:
        texts = [plain(cell) for cell in row[:6]]
        if texts == labels[:6] and [plain(cell) for cell in row] == labels:
            continue
        (totals if _is_total(texts, cell_at(row, place)) else kept).append((line, row))
    if totals:
        work.notices.append(
            f"Ligne {totals[0][0]}{also([n for n, _ in totals[1:]])} : total, non importé."
        )
    if not kept:
        wrong = Wrong("une ligne par action", "Vérifier l'export.")
        work.faults.append(work.fault(wrong, "aucune ligne sous l'en-tête", None))
    return kept


def _is_total(texts: list[str], reference: object) -> bool:
    """A row of totals: its first word says so, and its reference is empty or is that word."""
    first = next(filter(None, texts), "")
    return first.lower().startswith(("total", "sous-total")) and plain(reference) in ("", first)


def cell_at(row: list, place: int | None) -> object:
    """A cell of a row, empty beyond its end."""
    return row[place] if place is not None and place < len(row) else ""


def _records(work: _Work, rows: list[Row]) -> list[tuple[int, Record]]:
    """Every row's values; a cell that is wrong is a fault, and is left empty."""
    records: list[tuple[int, Record]] = [(line, {}) for line, _ in rows]
    for entry in fields():
        place = work.head.columns.get(entry.name)
        if place is not None:
            _column(work, entry, place, rows, records)
    for place, title in work.head.ignored.items():
        for line, row in rows:
            _private(work, line, title, cell_at(row, place))
    if "theme" in work.head.columns:
        _themes(work, records)
    return records


def _column(
    work: _Work, entry: Field, place: int, rows: list[Row],
    records: list[tuple[int, Record]],
) -> None:  # fmt: skip
    parse = cells.parser(entry, work.words, work.equal, work.opened.since_1904)
    memory: dict[tuple[type, object], object] = {}
    padded = []
    for (line, row), (_, record) in zip(rows, records, strict=True):
        cell = cell_at(row, place)
        key = (type(cell), cell)
        if key not in memory:
            memory[key] = _read(entry, cell, parse, work.words)
        value = memory[key]
        if isinstance(value, Wrong):
            work.wrong(line, entry.name, value, cell)
        else:
            record[entry.name] = value
            if entry.kind == "siret" and value and len(plain(cell).replace(" ", "")) < 14:
                padded.append(line)
    if padded:
        work.notices.append(
            f"SIRET complété par ses zéros perdus, clé vérifiée : ligne {padded[0]}"
            f"{also(padded[1:])}."
        )


def _read(entry: Field, cell: object, parse: Parse, vocabulary: Words) -> object:
    """A cell's value, None when empty, or what is wrong with it."""
    text = cell.strip() if isinstance(cell, str) else cell
    if text == "" or (isinstance(text, str) and text.lower() in vocabulary.blanks):
        if entry.required:
            return Wrong("une valeur", "Compléter la cellule.", "une cellule vide")
        return None
    if isinstance(text, str) and text.startswith("#") and text.rstrip("!?").isupper():
        return Wrong("une valeur", "Corriger la formule du tableur.", f"l'erreur {quoted(text)}")
    try:
        value = parse(cell)
    except Wrong as wrong:
        return wrong
    if entry.name in FREE:
        seen = person(str(value), vocabulary, free=entry.name == "commentaire")
        if seen:
            remedy = "Écrire la fonction ou la structure ; si c'est un lieu, "
            remedy += "le faire précéder de son type."
            return Wrong("aucune donnée personnelle", remedy, seen)
    return _limits(entry, value) or value


def _limits(entry: Field, value: object) -> Wrong | None:
    if entry.longest and isinstance(value, str) and len(value) > entry.longest:
        return Wrong(f"au plus {entry.longest} caractères", "Raccourcir.")
    scale = 100 if entry.kind == "cents" else 1
    if entry.most is not None and value > entry.most * scale:
        return Wrong(f"au plus {entry.most:.0f}", "Vérifier l'unité et la virgule.")
    if entry.least is not None and value < entry.least * scale:
        return Wrong(f"au moins {entry.least:.0f}", "Vérifier la valeur.")
    if entry.kind == "date" and not date(2014, 1, 1) <= value <= date(2040, 12, 31):
        return Wrong("une date de 2014 à 2040", "Vérifier l'année.")
    return None


def _private(work: _Work, line: int, title: str, cell: object) -> None:
    """A column that is not imported must not hold people either."""
    seen = person(cell, work.words, free=True) if isinstance(cell, str) else ""
    if seen:
        remedy = f"Supprimer la colonne, ou l'ajouter à [contacts] de {headers.TOML}."
        wrong = Wrong("aucune donnée personnelle", remedy)
        work.faults.append(work.fault(wrong, seen, line, title))


def _themes(work: _Work, records: list[tuple[int, Record]]) -> None:
    memory: dict[tuple, object] = {}
    for line, record in records:
        cell, year = record.get("theme"), record.get("exercice")
        if cell is None or not isinstance(year, int):
            if cell is not None and "exercice" not in work.head.columns:
                remedy = "Ajouter la colonne de l'exercice : la nomenclature en dépend."
                work.wrong(line, "theme", Wrong("l'année de l'exercice", remedy), cell)
            continue
        if (cell, year) not in memory:
            try:
                memory[cell, year] = cells.theme(cell, year, work.words)
            except Wrong as wrong:
                memory[cell, year] = wrong
        value = memory[cell, year]
        if isinstance(value, Wrong):
            work.wrong(line, "theme", value, cell)
        else:
            record["theme"] = value


# --- what the cells of a row owe each other --------------------------------------------------


def _check_rows(work: _Work, records: list[tuple[int, Record]]) -> None:
    given = {"siret", "rna"} & set(work.head.columns)
    told_of = given or "porteur" in work.head.columns
    for line, record in records:
        read = given <= set(record)  # a SIRET that is wrong was already told
        if told_of and read and not (record.get("siret") or record.get("rna")):
            work.wrong(line, "siret", Wrong("un SIRET ou un RNA", "Donner l'un des deux."), "")
        for column, wrong, cell in _disagreements(record):
            work.wrong(line, column, wrong, cell)


def _disagreements(record: Record) -> list[tuple[str, Wrong, object]]:
    told = []
    start, end = record.get("debut"), record.get("fin")
    if start and end and start > end:
        told.append(("fin", Wrong("une fin qui suit le début", "Échanger les deux dates."), end))
    told += _outside(record, start, end)
    told += _more(record, "moins_26_reels", "participants_reels",
                  "au plus les {} participants réels", "Vérifier les deux nombres.")  # fmt: skip
    told += _more(record, "participants_reels", "presences_reelles",
                  "au plus les {} présences réelles",
                  "Participants et présences sont peut-être inversés.")  # fmt: skip
    paid, granted = record.get("montant_verse"), record.get("montant_accorde")
    if paid is not None and granted is not None and paid > granted:
        expected = f"au plus l'accordé ({cells.written('cents', granted).replace('.', ',')} €)"
        told.append(("montant_verse", Wrong(expected, "Vérifier les deux montants."),
                     cells.written("cents", paid).replace(".", ",")))  # fmt: skip
    return told


def _more(record: Record, part: str, total: str, expected: str, remedy: str) -> list:
    small, large = record.get(part), record.get(total)
    if small is None or large is None or small <= large:
        return []
    return [(part, Wrong(expected.format(large), remedy), small)]


def _outside(record: Record, start: date | None, end: date | None) -> list:
    """Weeks declared outside the dates of the action."""
    declared = record.get("semaines") or ()
    if not (declared and start and end) or start > end or (end - start).days > 366:
        return []
    held = weeks_of(start, end)
    strays = [week for week in declared if week not in held]
    if not strays:
        return []
    remedy = "Corriger les semaines ou les dates."
    expected = f"des semaines entre le {start:%d/%m/%Y} et le {end:%d/%m/%Y}"
    return [("semaines", Wrong(expected, remedy), ", ".join(map(str, strays)))]


def weeks_of(start: date, end: date) -> set[int]:
    """ISO weeks that a period touches."""
    days = range((end - start).days + 1)
    return {(start + timedelta(days=n)).isocalendar().week for n in (*days[::7], days[-1])}


def _unique(work: _Work, records: list[tuple[int, Record]]) -> list[Record]:
    """One record a reference; the same row twice is kept once, two different ones are faults."""
    first: dict[object, tuple[int, Record]] = {}
    same, faults = [], []
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
            wrong, own = Wrong("une ligne par action", remedy), work.head.titles["reference"]
            faults.append(work.fault(wrong, f"{found} (« {title} »)", line, own))
    if faults:
        raise refused(faults)
    if same:
        work.notices.append(
            f"{counted(len(same), 'ligne')} en double, identique{'s' if len(same) > 1 else ''} : "
            f"gardée{'s' if len(same) > 1 else ''} une fois (ligne {same[0]}{also(same[1:])})."
        )
    return [record for _, record in first.values()]
