"""What an unknown file is, in French: how it is written, its codes, its columns, its traps."""

import re
from collections.abc import Iterator

from qpvlib.catalogue import QpvError, wording
from qpvlib.catalogue.wording import number
from qpvlib.tables import areas, tidy
from qpvlib.tables.profiling import columns as looking
from qpvlib.tables.profiling import drafting, known
from qpvlib.tables.profiling.columns import Column
from qpvlib.tables.profiling.known import Key
from qpvlib.tables.profiling.unfolded import Table

SHOWN = 4  # of a list, those that are named
TOTAL = re.compile(r"\b(ensemble|total|toutes?|tous|france|métropole|département)\b", re.I)


def described(table: Table) -> str:
    """The description of a file, then the draft of its entry."""
    columns = [Column(name, cells) for name, cells in table.columns.items()]
    key = known.key(table, columns)
    there = _tables()
    heads = [f"{table.file.name} : {_written(table, columns)}.", _shape(table, columns)]
    heads += [*_codes(table, key, there)]
    told = [_column(table, key, column, there) for column in columns]
    notes = [*table.notes, *_traps(table, key, columns)]
    notes += known.edition_of(columns)
    notes += [] if there else ["Sans tables du projet, ni codes ni chiffres n'ont été comparés."]
    parts = ["\n".join(heads), "Colonnes :\n" + "\n".join(told)]
    parts += ["À savoir :\n" + "\n".join(f"- {note}" for note in notes)] if notes else []
    return "\n\n".join([*parts, drafting.draft(table, key, columns)])


def _tables() -> bool:
    try:
        return bool(len(tidy.table("observations")))
    except QpvError:
        return False


# --- the whole -----------------------------------------------------------------------------------


def _written(table: Table, columns: list[Column]) -> str:
    parts = list(table.written)
    mark = looking.decimal(columns)
    if mark:
        parts.append("décimales « , » et « . »" if mark == "any" else f"décimales « {mark} »")
    between = looking.thousands(columns)
    return ", ".join([*parts, f"milliers : {between}"] if between else parts)


def _shape(table: Table, columns: list[Column]) -> str:
    above = f", après {_many(table.above, 'ligne')} de titre" if table.above else ""
    told = f"En-tête ligne {table.head}{above}" if table.kind != "geojson" else "Une forme par code"
    rows = _many(len(table.lines), table.unit)
    blank = f", et {table.blank} vides à droite" if table.blank else ""
    return f"{told} ; {rows}, {_many(len(columns), 'colonne')}{blank}."


def _codes(table: Table, key: Key | None, there: bool) -> Iterator[str]:
    if key is None:
        yield "Clé : aucune colonne de codes reconnue."
        return
    codes = [cell for cell in table.columns[key.name] if cell]
    of = f"{_many(len(set(codes)), 'code')}, {key.of}"
    yield f"Clé : {key.name} ({of})" + (f", par année : {key.year}." if key.year else ".")
    if there and key.of in known.QPV:
        held, lacking, strange = known.neighbours(table, key)
        of_all = f"{len(held)} des {len(held) + len(lacking)} quartiers {areas.whole()[1]}"
        absent = f" ; absents : {_some(lacking)}" if lacking else ""
        odd = f" ; inconnus : {_some(strange)}" if strange else ""
        yield f"Quartiers : {of_all}{absent}{odd}."
    elif key.of not in known.QPV:
        yield "Quartiers : aucun code de quartier dans la clé."


def _some(names: list[str]) -> str:
    more = len(names) - SHOWN
    rest = f" et {number(more)} autre{'s' if more > 1 else ''}" if more > 0 else ""
    return ", ".join(names[:SHOWN]) + rest


def _many(count: int, noun: str) -> str:
    return f"{number(count)} {noun}{'s' if count > 1 else ''}"


# --- columns -------------------------------------------------------------------------------------


def _column(table: Table, key: Key | None, column: Column, there: bool) -> str:
    parts = [column.kind]
    if column.empty:
        share = 100 * column.empty
        parts.append(f"vide à {number(share, 0 if share >= 1 else 1)} %")
    parts += [f"« {mark} » {n} fois" for mark, n in sorted(column.marks.items())]
    exact, names = known.named(column.name)
    if names:
        parts.append(f"{'même nom que' if exact else 'nom proche de'} {_some(names)}")
    if there and key and column.numeric:
        told, n = known.same(table, key, column)
        parts += [f"mêmes valeurs que {told}, sur {n} territoires"] if told else []
    return f"  {column.name} : {' ; '.join(parts)}"


# --- what bites ----------------------------------------------------------------------------------


def _traps(table: Table, key: Key | None, columns: list[Column]) -> Iterator[str]:
    if key:
        yield from _rows(table, key)
    counts = [c for c in columns if c.kind == "entier" and not c.rate and not known.is_note(c)]
    least = min(
        ((v, c.name, i) for c in counts for i, v in enumerate(c.values) if v and v > 0),
        default=None,
    )
    if least:
        value, name, row = least
        place = f"{name}, {table.unit} {table.lines[row]}"
        yield f"Plus petit effectif publié, 0 mis à part : {number(value)} ({place})."
    for column in columns:
        yield from _rate(table, column)
        yield from _zeros(column)


def _rows(table: Table, key: Key) -> Iterator[str]:
    """Rows whose code is none, such as totals, and codes that come again."""
    codes = table.columns[key.name]
    if key.pattern:
        odd = [i for i, code in enumerate(codes) if not re.fullmatch(key.pattern, code)]
        totals = [i for i in odd if TOTAL.search(" ".join(_row(table, i)))]
        for word, rows in (
            ("de total", totals),
            ("sans code", [i for i in odd if i not in totals]),
        ):
            named = [f"« {codes[i]} » ({table.unit} {table.lines[i]})" for i in rows]
            if named:
                yield f"{_many(len(rows), table.unit)} {word} : {_some(named)}."
    again = known.repeated(table, key)
    if again:
        named = [f"{code} ({n} fois)" for code, n in again]
        yield f"{_many(len(again), 'code')} en double : {_some(named)}."


def _row(table: Table, i: int) -> list[str]:
    cells = (cells[i] for cells in table.columns.values())
    return [cell for cell in cells if not re.fullmatch(r"[\d.,\s-]*", cell)]


def _rate(table: Table, column: Column) -> Iterator[str]:
    if not column.numeric or not column.rate:
        return
    found = [(v, i) for i, v in enumerate(column.values) if v is not None]
    off = [(v, i) for v, i in found if not 0 <= v <= 100]
    if off:
        value, i = off[0]
        place = f"{table.unit} {table.lines[i]}"
        shown = wording.number(value, 0 if value == int(value) else 1)
        many = _many(len(off), "valeur")
        yield f"{column.name} : {many} hors de 0 à 100, la première {shown} ({place})."
    elif len(found) >= 10 and max(v for v, _ in found) <= 1:
        yield f"{column.name} : toutes les valeurs sont entre 0 et 1, non de 0 à 100."


def _zeros(column: Column) -> Iterator[str]:
    """Codes of communes that a spreadsheet took for numbers."""
    if column.kind == "entier" and looking.CODED.search(column.name):
        sizes = {len(cell) for cell in column.filled}
        if sizes == {4, 5}:
            yield f"{column.name} : des codes de commune y ont perdu leur zéro de tête."
