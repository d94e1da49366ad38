"""What of an unknown file the project knows: its codes, its names of columns, its figures."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from qpvlib.catalogue import Input, catalogue
from qpvlib.project import kept
from qpvlib.tables import naming, tidy
from qpvlib.tables.areas import neighbourhoods
from qpvlib.tables.profiling.columns import YEAR, Column
from qpvlib.tables.profiling.unfolded import Table

LEAST = 5  # areas whose figures are the same: fewer may be by chance
MOST = 0.7  # of the columns of a source: a file that has more may be an edition of it
EQUAL = 0.95  # of the areas that both have
QPV = ("quartier prioritaire de 2015", "quartier prioritaire de 2024")


@dataclass(frozen=True)
class Key:
    """The column of the codes: what they are codes of, and the column of their year, if any."""

    name: str
    of: str
    year: str = ""

    @property
    def pattern(self) -> str:
        """Form of its codes; empty where it is not one of the usual ones."""
        return naming.KEYS.get(self.of, "")


def key(table: Table, columns: Iterable[Column]) -> Key | None:
    """The likeliest column of codes: of neighbourhoods first, then the one that repeats least."""
    coded = [c for c in columns if c.kind.startswith("code : ")]
    order = [*naming.KEYS]
    rank = {of: i for i, of in enumerate(order)}

    def worth(column: Column) -> tuple:
        of = column.kind.removeprefix("code : ")
        return (of not in QPV, -len(set(column.cells)) // 2, rank.get(of, len(rank)))

    if not coded:
        return None
    best = min(coded, key=worth)
    years = (c.name for c in columns if c.kind == "année" and _separates(best, c))
    repeats = len(set(filled(best))) < len(filled(best))
    return Key(best.name, best.kind.removeprefix("code : "), next(years, "") if repeats else "")


def filled(column: Column) -> list[str]:
    """Cells of a column that hold something."""
    return [cell for cell in column.cells if cell]


def _separates(key: Column, year: Column) -> bool:
    pairs = [*zip(key.cells, year.cells, strict=True)]
    return len(set(pairs)) == len(pairs)


def repeated(table: Table, key: Key) -> list[tuple[str, int]]:
    """Codes that come more than once, a year being a year, and how many times."""
    names = [key.name, key.year] if key.year else [key.name]
    rows = zip(*(table.columns[name] for name in names), strict=True)
    return [(row[0], n) for row, n in Counter(rows).items() if n > 1 and row[0]]


# --- codes ---------------------------------------------------------------------------------------


def neighbours(table: Table, key: Key) -> tuple[list[str], list[str], list[str]]:
    """Of the codes of a file: the project's that it has, those it lacks, those that do not exist.

    The last are codes of the project's own départements that no neighbourhood has.
    """
    places = neighbourhoods().values()
    own = {p.code if key.of == QPV[0] else p.successor for p in places} - {""}
    found = {code for code in table.columns[key.name] if re.fullmatch(key.pattern, code)}
    beginnings = {code[:5] for code in own}
    strange = {code for code in found - own if code[:5] in beginnings}
    return sorted(found & own), sorted(own - found), sorted(strange)


# --- names ---------------------------------------------------------------------------------------


@kept("root")
def _declared() -> dict[str, list[str]]:
    """Names of declared columns without their writing → « COLUMN [source] »."""
    found: dict[str, list[str]] = {}
    for code, source in catalogue().sources.items():
        for name in (source.key, *source.columns, *source.renames):
            told = f"{source.renames.get(name, name)} [{code}]"
            if told not in found.setdefault(naming.bare(name), []):
                found[naming.bare(name)].append(told)
    return found


def named(header: str) -> tuple[bool, list[str]]:
    """Whether declared columns have this very name, but for its writing; they, or the nearest."""
    bare = naming.bare(header)
    exact = _declared().get(bare) or _declared().get(re.sub(r"\d\d$", "", bare), [])
    if exact:
        return True, exact
    near = naming.nearest(header, _declared()) if len(bare) > 4 else []
    return False, [told for name in near[:1] for told in _declared()[name]]


def edition_of(columns: Iterable[Column]) -> list[str]:
    """That a file has most of the columns of a source: it may be an edition of it."""
    mine = {naming.bare(column.name) for column in columns}
    shared = {
        code: len(mine & {naming.bare(name) for name in source.columns}) / len(source.columns)
        for code, source in catalogue().sources.items()
        if len(source.columns) >= LEAST
    }
    best = max(shared, key=lambda code: shared[code], default="")
    if not best or shared[best] <= MOST:
        return []
    return [
        f"Presque toutes les colonnes de [{best}] y sont : si c'en est une édition, l'ajouter à ses"
        " « files » plutôt que cette ébauche ; qpv check --raw DOSSIER en donne la ligne."
    ]


# --- figures -------------------------------------------------------------------------------------


@kept("tidy", "root")
def _figures() -> dict[str, dict[str, float]]:
    """Figures of the tables by area, under the name of their column and their year."""
    found: dict[str, dict[str, float]] = {}
    for row in tidy.records(tidy.table("observations")):
        source, _, _ = row["source"].partition("/")
        year = f"fichier {row['edition']}" if row["year_status"] == "unknown" else row["year"]
        for part, columns in _columns(row["indicator"], source).items():
            if row[part] == row[part] and columns:
                told = f"{columns} {year} [{source}]"
                found.setdefault(told, {})[row["area"]] = float(row[part])
    return found


@cache
def _parts(entry: Input) -> dict[str, str]:
    numerator = " + ".join(entry.numerator)
    if not entry.denominator:
        return {"value": numerator}
    return {"numerator": numerator, "denominator": " + ".join(entry.denominator)}


def _columns(code: str, source: str) -> dict[str, str]:
    indicator = catalogue().indicators.get(code)
    entries = (*indicator.inputs, *indicator.context) if indicator else ()
    return next((_parts(entry) for entry in entries if entry.source == source), {})


def same(table: Table, key: Key, column: Column) -> tuple[str, int]:
    """The figures of the tables that a column repeats, and for how many areas; nothing if none."""
    mine = _by_area(table, key, column)
    best = ("", 0)
    for told, theirs in _figures().items():
        shared = mine.keys() & theirs.keys()
        if len(shared) < LEAST or len({theirs[area] for area in shared}) < LEAST:
            continue
        equal = sum(abs(mine[area] - theirs[area]) < 1e-6 for area in shared)
        if equal >= EQUAL * len(shared) and equal > best[1]:
            best = (told, equal)
    return best


def _by_area(table: Table, key: Key, column: Column) -> Mapping[str, float]:
    """Its figures by area, of the last year where there are several."""
    years = table.columns.get(key.year, [""] * len(column.cells))
    last = max(filter(YEAR.fullmatch, years), default="")
    prefix = "D" if key.of.startswith("département") else ""
    rows = zip(table.columns[key.name], years, column.values, strict=True)
    return {
        prefix + code: value for code, year, value in rows if value is not None and year == last
    }


def is_note(column: Column) -> bool:
    """Whether it is a column of notes on others, whose numbers count nothing."""
    return column.name.upper().startswith("NOTE")
