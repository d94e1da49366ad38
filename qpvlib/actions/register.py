"""The user's register: read, merged with a file, written all or nothing, its history kept."""

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from qpvlib.actions import agreement, cells
from qpvlib.actions.contract import SYNONYMS, fields, schema, words
from qpvlib.actions.reading import Reading
from qpvlib.actions.refusal import refused
from qpvlib.actions.values import quoted
from qpvlib.catalogue import Fault, QpvError
from qpvlib.project import current
from qpvlib.tables import delimited, writing

TABLE, HISTORY, IMPORTS, STATE = "registre.csv", "historique.csv", "imports.csv", "registre.json"
LOCK = ".verrou"
HISTORY_HEAD = ["import", "date", "reference", "changement", "champ", "avant", "apres"]
IMPORTS_HEAD = [
    "import", "date", "fichier", "lues", "ajoutees", "modifiees", "retirees", "inchangees",
]  # fmt: skip
# What an empty cell is in the table; of a number or a date: nothing.
BLANKS = dict.fromkeys(("list", "weeks", "neighbourhoods"), ()) | dict.fromkeys(
    ("string", "siret", "rna", "theme"), ""
)
ADDED, CHANGED, REMOVED = "ajout", "modification", "retrait"


@dataclass(frozen=True)
class Change:
    """What an import did to one field of one action; ``field`` is empty for a whole action."""

    reference: str
    kind: str
    field: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Merged:
    """What an import did, or would do."""

    reading: Reading
    changes: tuple[Change, ...]
    rows: int
    added: int
    changed: int
    removed: int
    kept: int
    doubts: tuple[str, ...] = ()  # what a file of some columns makes the register contradict

    @property
    def same(self) -> int:
        """Actions of the file that the register already had as they are."""
        return self.rows - self.added - self.changed


Texts = dict[str, dict[str, str]]


def names() -> list[str]:
    """Headers of the register's file, in order."""
    return [field.name for field in fields()]


def synonyms() -> Path:
    """The user's own synonyms, beside the register."""
    return current().register / SYNONYMS


def texts() -> Texts:
    """The register as its file has it: by reference, the text of each field; empty without one."""
    place = current().register / TABLE
    if place.parent.is_file():
        raise QpvError(f"{place.parent} : un fichier est à la place du dossier du registre.")
    if not place.exists():
        return {}  # a project without a register needs no contract to read one
    try:
        rows = delimited.records(place, names())
    except QpvError:
        raise QpvError(
            f"Registre {place} abîmé, ou d'une autre version. Le reconstruire en important de "
            "nouveau les exports dans un dossier neuf (QPV_REGISTER)."
        ) from None
    return {row["reference"]: row for row in rows}


def fictitious() -> bool:
    """Whether the register was declared invented when it was first imported."""
    place = current().register / STATE
    if not place.exists():
        return False
    try:
        return bool(json.loads(place.read_bytes())["fictitious"])
    except (ValueError, KeyError, TypeError):
        told = '{"fictitious": false} si les actions sont réelles, true si elles sont inventées.'
        raise QpvError(f"{place} : abîmé. Y écrire {told}") from None


def merged(reading: Reading, complete: bool = False) -> Merged:
    """What the register becomes with a file: nothing is written.

    A column that the file lacks leaves the register as it is; an action that the file lacks stays,
    unless ``complete`` says that the file is the whole register.
    """
    return _compare(reading, texts(), complete)[0]


def _compare(reading: Reading, before: Texts, complete: bool) -> tuple[Merged, Texts]:
    kinds = {field.name: field.kind for field in fields()}
    after, changes, given = dict(before), [], set()
    for record in reading.records:
        row = {n: cells.written(kinds[n], record.get(n)) for n in reading.columns}
        reference = row["reference"]
        given.add(reference)
        own = before.get(reference)
        if own is None:
            changes.append(Change(reference, ADDED))
        else:
            changes += [
                Change(reference, CHANGED, n, own[n], v) for n, v in row.items() if own[n] != v
            ]
        after[reference] = (own or dict.fromkeys(names(), "")) | row
    absent = sorted(set(before) - given)
    for reference in absent if complete else ():
        row = after.pop(reference)
        changes += [Change(reference, REMOVED, n, v) for n, v in row.items() if v]
    many = (len({c.reference for c in changes if c.kind == k}) for k in (ADDED, CHANGED, REMOVED))
    kept = 0 if complete else len(absent)
    doubts = _doubts(reading, [ref for ref in before if ref in given], after)
    return Merged(reading, tuple(changes), len(reading.records), *many, kept, doubts), after


def _doubts(reading: Reading, references: list[str], after: Texts) -> tuple[str, ...]:
    """What the columns of a file contradict in those that the register already had.

    Raises
    ------
    Faults
        Where nothing can be right.
    """
    if set(reading.columns) >= set(names()):
        return ()  # the file's own rows were compared as they were read
    vocabulary = words()
    parse = {field.name: cells.parser(field, vocabulary) for field in fields()}
    records = [
        (ref, {n: parse[n](text) if text else None for n, text in after[ref].items()})
        for ref in references
    ]
    wrong = [
        Fault(reading.file, quoted(cell), one.remedy, None, column, expected=one.expected,
              entry=ref)
        for ref, record in records
        for column, one, cell in agreement.disagreements(record)
    ]  # fmt: skip
    if wrong:
        raise refused(wrong)
    told = agreement.notices(records, vocabulary, {}, "action")
    return tuple(one for one in told if one not in reading.notices)


def keep(
    reading: Reading, complete: bool = False, invented: bool = False, when: date | None = None
) -> Merged:
    """Merge a file into the register: all of it or nothing; nothing written if nothing changes.

    Raises
    ------
    QpvError
        When the disk refuses, when another import is at work, or when invented actions would mix
        with real ones.
    """
    folder = current().register
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / LOCK, timeout=0):
            return _kept(reading, complete, invented, when, folder)
    except Timeout:
        raise QpvError(
            f"Un autre import écrit déjà dans {folder} : attendre qu'il finisse."
        ) from None


def _kept(
    reading: Reading, complete: bool, invented: bool, when: date | None, folder: Path
) -> Merged:
    before = texts()
    if before and invented != fictitious():
        raise QpvError(
            "Données fictives et données réelles ne se mêlent pas : utiliser un autre dossier de "
            "registre (QPV_REGISTER)."
        )
    done, after = _compare(reading, before, complete)
    if not done.changes:
        return done
    with writing.aside(folder, "Le registre n'a pas changé.") as work:
        number = len(delimited.records(folder / IMPORTS)) + 1
        run = [number, (when or date.today()).isoformat()]
        numbers = [done.rows, done.added, done.changed, done.removed, done.same]
        rows = [names(), *(row.values() for _, row in sorted(after.items()))]
        (work / TABLE).write_text(delimited.written(rows), "utf-8", newline="")
        changes = ([*run, *astuple(change)] for change in done.changes)
        _append(folder / HISTORY, work / HISTORY, HISTORY_HEAD, changes)
        told = [*run, reading.file, *numbers]
        _append(folder / IMPORTS, work / IMPORTS, IMPORTS_HEAD, [told])
        state = {"fictitious": invented, "contract": schema()["version"]}
        (work / STATE).write_text(json.dumps(state) + "\n", "utf-8")
        writing.put(work, folder, [TABLE, HISTORY, IMPORTS, STATE])
    return done


def _append(former: Path, place: Path, head: list[str], rows: Iterable[list]) -> None:
    start = former.read_bytes() if former.exists() else delimited.written([head]).encode()
    place.write_bytes(start + delimited.written(rows).encode())


def history(reference: str | None = None) -> list[dict[str, str]]:
    """Every change kept, of one action or of all, oldest first.

    Each is a dict by column of ``historique.csv``: ``import`` (its number), ``date``,
    ``reference``, ``changement``, ``champ``, ``avant``, ``apres``.
    """
    rows = delimited.records(current().register / HISTORY)
    return [row for row in rows if reference in (None, row["reference"])]


def imported() -> date | None:
    """Date of the last import that changed something."""
    runs = delimited.records(current().register / IMPORTS)
    return date.fromisoformat(runs[-1]["date"]) if runs else None


# --- the table that the rest of the library reads ---------------------------------------------


def actions() -> pd.DataFrame | None:
    """The register as a table, one row an action, or None when there is no register.

    Columns
    -------
    As ``schema.json`` names them (``qpv:column``): amounts in cents (Int64), people and visits
    (Int64), ``start`` and ``end`` dates, ``neighbourhoods`` a tuple of (code, share) whose shares
    sum to 1, ``weeks``, ``slots``, ``ages``, ``publics``, ``schemes`` tuples; and ``group``, the
    group of the state (pending, granted, refused, ineligible, cancelled), and ``fictitious``.
    """
    found = texts()
    return table(found, fictitious()) if found else None


def required() -> pd.DataFrame:
    """The register, or the error that says how to have one."""
    found = actions()
    if found is None:
        raise QpvError(
            f"Pas de registre dans {current().register}. L'importer : qpv actions import FICHIER"
        )
    return found


def table(found: Texts, invented: bool = False) -> pd.DataFrame:
    """Texts of a register → its table (see ``actions``)."""
    vocabulary = words()
    columns = {}
    for field in fields():
        parse, blank = cache(cells.parser(field, vocabulary)), BLANKS.get(field.kind)
        texts_ = (row[field.name] for row in found.values())
        columns[field.column] = [parse(text) if text else blank for text in texts_]
    rows = pd.DataFrame(columns, dtype=object)
    numbers = (field.column for field in fields() if field.kind in ("cents", "integer"))
    rows = rows.astype(dict.fromkeys(numbers, "Int64") | {"fiscal_year": int})
    return rows.assign(group=rows.state.map(vocabulary.group), fictitious=invented)
