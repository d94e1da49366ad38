"""A table of ours as a notebook shows it: French heads, names, years, units; blanks explained.

The table itself stays a plain DataFrame: it is known by a mark that pandas keeps when rows or
columns are chosen, or by its columns.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.catalogue.wording import say
from qpvlib.diagnosis.observed import OBSERVED, Observed
from qpvlib.document.blocks import BREAK, Cell, Content, Paragraph, Table, plain, small
from qpvlib.notebook import asked
from qpvlib.tables import indicators, tidy
from qpvlib.tables.tidy import Record

MOST, HALF = 40, 20  # rows shown at most; beyond, those of each end
DASH = "–"
BRIEF = {
    "observations": ["area", "indicator", "year", "value", "status", "source"],
    "positions": ["indicator", "benchmark_name", "year", "value", "reference", "reference_year",
                  "gap", "verdict"],
    "findings": ["indicator", "year", "value", "verdict", "solidity", "sentence"],
}  # fmt: skip
# Columns that tell each kind of table from another's, the richest first.
CORE = {"area", "indicator", "year", "year_status", "value", "status", "source"}
KINDS = {"findings": {"solidity", "sentence"}, "positions": {"benchmark", "verdict"},
         "observations": set()}  # fmt: skip
UNITED = {"value", "reference", "median", "gap", "noise"}  # in the unit of the indicator
TEXTS = {
    "area", "generation", "indicator", "year_status", "status", "note", "source", "benchmark",
    "benchmark_area", "benchmark_name", "locative", "verdict", "reason", "theme", "family",
    "orientation", "solidity", "sentence", "asset",
}  # fmt: skip
word = partial(say, "shown_table")


@dataclass(frozen=True)
class Sheet:
    """What is shown of a table.

    Attributes
    ----------
    caption : str
        What it is, and how many of its rows are shown.
    heads : list of (str, str)
        French title and name of each column.
    rows : list of list of Content
    notes : list of str
        What is not shown, and what cannot be told.
    """

    caption: str
    heads: list[tuple[str, str]]
    rows: list[list[Content]]
    notes: list[str]

    @property
    def blocks(self) -> Content:
        """The same as blocks."""
        heads = tuple(
            Cell((title, BREAK, small(name)) if title != name else title, "wrap")
            for title, name in self.heads
        )
        rows = tuple(tuple(row) for row in self.rows)
        return Table(self.caption, heads, rows, "full"), *(
            Paragraph(n, "small") for n in self.notes
        )

    @property
    def text(self) -> str:
        """The same as text, with the names of the columns."""
        frame = pd.DataFrame(
            [list(map(plain, row)) for row in self.rows],
            columns=[title for title, _ in self.heads],
        )
        lines = frame.to_string(index=False, justify="left", max_colwidth=60) if len(frame) else ""
        names = ", ".join(name for title, name in self.heads if name and title != name)
        return "\n".join(filter(None, [self.caption, lines, names and f"[{names}]", *self.notes]))


def kind(table: pd.DataFrame) -> str:
    """Which of ours a table is: a key of ``BRIEF``; empty when it is not ours.

    What pandas computes of one keeps its mark, and is another thing: what it counts, ranks, tests.
    """
    if isinstance(table.columns, pd.MultiIndex) or not table.columns.is_unique:
        return ""
    if table.index.name not in CELLS and not pd.api.types.is_integer_dtype(table.index):
        return ""
    named = [name for name in table.columns if _head(name) != str(name)]
    if not all(_of_its_kind(name, table[name]) for name in named):
        return ""
    whole = (name for name, own in KINDS.items() if set(table.columns) >= CORE | own)
    return next(whole, _mark(table)["kind"] if named or table.index.name in CELLS else "")


def _of_its_kind(name: object, column: pd.Series) -> bool:
    """Whether a column still holds texts, or numbers, as the one of its name does."""
    if name == "clearly":
        return pd.api.types.is_bool_dtype(column)
    number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    return number != (name in TEXTS)


def _mark(table: pd.DataFrame) -> dict[str, str]:
    return table.attrs.get(asked.MARK, {"kind": "", "indicator": ""})


def sheet(table: pd.DataFrame) -> Sheet:
    """What is shown of a table of ours.

    Of one that has all the columns of its kind, the essential ones, and the others are named; of
    one whose columns were chosen, each of them.
    """
    what = kind(table)
    names, hidden = _columns(table, what)
    shown, caption = _rows(table, what)
    heads = [(_head(name), str(name)) for name in names]
    own = _mark(table)["indicator"]
    # A table of numbers alone may hold ranks, or changes: nothing then tells their unit.
    base = {"indicator": own} if own and TEXTS & set(names) else {}
    records = [base | row for row in tidy.records(shown)]
    rows = [[_cell(name, row) for name in names] for row in records]
    if table.index.name or not isinstance(table.index, pd.RangeIndex):
        index = str(table.index.name or "")
        heads = [(_head(index), index), *heads]
        labels = [_index(index, label) for label in shown.index]
        rows = [[label, *row] for label, row in zip(labels, rows, strict=True)]
    known = set(table.columns) | {table.index.name} | set(base)
    return Sheet(caption, heads, rows, _notes(names, hidden, known))


def _columns(table: pd.DataFrame, what: str) -> tuple[list, list[str]]:
    """Columns shown, those of a user's own included; columns that are not."""
    every, brief = list(table.columns), BRIEF[what]
    if not set(tidy.COLUMNS["observations"]) - {"generation"} <= set(every):
        return every, []
    own = [name for name in every if _head(name) == name]
    shown = [*(name for name in brief if name in every), *own]
    return shown, [name for name in every if name not in shown]


def _rows(table: pd.DataFrame, what: str) -> tuple[pd.DataFrame, str]:
    title = word(what if set(table.columns) >= CORE else f"from_{what}")
    if "area" in table and len(table.area.unique()) == 1:
        code = table.area.iloc[0]
        title = word("of", title=title, name=asked.name_of(code), code=code)
    n = len(table)
    if n <= MOST:
        key = "none" if n == 0 else "one" if n == 1 else "all"
        return table, word(key, title=title, n=wording.number(n))
    told = word("some", title=title, shown=MOST, n=wording.number(n), head=HALF, tail=HALF)
    return pd.concat([table.head(HALF), table.tail(HALF)]), told


def _notes(names: Sequence, hidden: Sequence[str], held: set) -> list[str]:
    notes = [word("hidden", columns=", ".join(hidden))] if hidden else []
    if "year" in names and "year_status" not in held:
        notes.append(word("year"))
    if "indicator" not in held and UNITED & set(names):
        notes.append(word("unit"))
    return notes


def _head(name: object) -> str:
    """French title of a column, of an indicator where values were set out by indicator."""
    if name in catalogue().indicators:
        return catalogue().indicators[str(name)].label
    return wording.spaced(catalogue().phrases["shown_column"].get(str(name), str(name)))


# --- cells -----------------------------------------------------------------------------------


def _cell(name: object, row: Record) -> Content:
    value = row[name]
    if name in catalogue().indicators:
        declared = catalogue().indicators[str(name)]
        return wording.value(value, declared.unit, min(declared.decimals, _places(value)))
    if name in CELLS:
        return CELLS[str(name)](row)
    return _own(value)


def _index(name: str, label: object) -> Content:
    return _cell(name, {name: label}) if name in CELLS else str(label)


def _own(value: Any) -> str:
    """What is no column of ours, or is told as it is."""
    if isinstance(value, bool):
        return word("yes" if value else "no")
    if isinstance(value, float):
        return DASH if pd.isna(value) else wording.number(value, _places(value))
    return DASH if value is None or value == "" else str(value)


def _places(value: float, most: int = 3) -> int:
    """Decimals enough for a number, three at most."""
    return next((n for n in range(most) if round(value, n) == round(value, 6)), most)


def _coded(name: str, code: str) -> Content:
    return (f"{name} ", small(f"({code})")) if name != code else code


def _area(column: str, row: Record) -> Content:
    code = str(row[column])
    return _coded(asked.name_of(code), code) if code else DASH


def _indicator(row: Record) -> Content:
    code = str(row["indicator"])
    known = catalogue().indicators.get(code)
    return _coded(known.label, code) if known else code


def _year(row: Record) -> str:
    """The data year, in the words of the pages where the columns allow it."""
    if not {"year_status", "edition", "source"} <= row.keys():
        status = row.get("year_status", "verified")
        told = str(row["year"])
        return (
            told if status == "verified" else f"{told} ({wording.say('tabled', f'year_{status}')})"
        )
    told = wording.year_of(row)
    return word("deduced", year=told) if row["year_status"] == "deduced" else told


def _value(row: Record) -> str:
    """The value as the pages tell it where the columns allow it: counts where people are few."""
    declared = catalogue().indicators.get(str(row.get("indicator")))
    if declared and set(OBSERVED) <= row.keys():
        told = {name: row[name] for name in OBSERVED}
        one = Observed(code=row["indicator"], declared=declared, generation="", **told)
        return one.shown if one.published or one.bound is not None else one.blank
    status = str(row.get("status", ""))
    if pd.isna(row["value"]) and status not in ("", "published", "estimated"):
        return wording.say("tabled", status)
    return _amount("value", row)


def _amount(column: str, row: Record, decimals: str = "decimals") -> str:
    """A number in the unit of its indicator, where the row has it."""
    value, declared = row[column], catalogue().indicators.get(str(row.get("indicator")))
    if pd.isna(value):
        return wording.value(None, "")
    if declared is None:
        return wording.number(value, int(row.get(decimals, _places(value))))
    most = row.get(decimals, min(declared.decimals, _places(value)))
    return wording.value(value, declared.unit, int(most))


def _reference(row: Record) -> str:
    if pd.isna(row["reference"]) and row.get("benchmark") == "peers":
        return word("not_computed")
    return _amount("reference", row, "reference_decimals")


def _reference_year(row: Record) -> str:
    """In the words of the value's own year, where it is the same."""
    same = row["reference_year"] == row.get("year")
    return _year(row) if same else _plain("reference_year", row)


def _gap(row: Record) -> str:
    """« 19,8 points de moins »; why there is none."""
    gap, declared = row["gap"], catalogue().indicators.get(str(row.get("indicator")))
    if pd.isna(gap):
        apart = row.get("year") != row.get("reference_year") and "reference_year" in row
        return word("other_year" if apart else "not_computed")
    if declared is None:
        key, size = "ahead" if gap > 0 else "behind", wording.number(abs(gap), _places(gap))
        return word(key, value=size) if gap else wording.points(0, "", 0)
    least = min(row.get(name, declared.decimals) for name in ("decimals", "reference_decimals"))
    return wording.points(gap, declared.unit, int(least))


def _noise(row: Record) -> str:
    if pd.isna(row["noise"]):
        return word("not_measured")
    declared = catalogue().indicators.get(str(row.get("indicator")))
    if declared is None:
        return _own(float(row["noise"]))
    return wording.size(row["noise"], declared.unit, declared.decimals)


def _word(group: str, column: str, row: Record, before: str = "") -> str:
    """A code in the words of a group of phrases; as it is where they have none."""
    code = str(row[column])
    return catalogue().phrases[group].get(before + code, code) or DASH


def _source(row: Record) -> Content:
    source = str(row["source"])
    name, _, block = source.partition("/")
    known = catalogue().sources.get(name)
    if known is None or block not in known.blocks:
        return source
    return _coded(indicators.cite(source), source)


def _theme(row: Record) -> str:
    known = catalogue().themes.get(str(row["theme"]))
    return known.label if known else str(row["theme"])


def _generation(row: Record) -> str:
    return word("generation", year=row["generation"]) if row["generation"] else DASH


def _count(column: str, row: Record) -> str:
    return DASH if pd.isna(row[column]) else wording.number(row[column])


def _plain(column: str, row: Record) -> str:
    return DASH if pd.isna(row[column]) else str(row[column])


CELLS: dict[str, Callable[[Record], Content]] = {
    "area": partial(_area, "area"), "benchmark_area": partial(_area, "benchmark_area"),
    "generation": _generation, "indicator": _indicator, "year": _year, "value": _value,
    "reference": _reference, "gap": _gap, "noise": _noise, "source": _source, "theme": _theme,
    "median": partial(_amount, "median"),
    "year_status": partial(_word, "tabled", "year_status", before="year_"),
    "status": partial(_word, "tabled", "status"), "verdict": partial(_word, "reading", "verdict"),
    "solidity": partial(_word, "reading", "solidity"),
    "orientation": partial(_word, "shown_side", "orientation"),
    "benchmark": partial(_word, "benchmark_kind", "benchmark"),
    **{name: partial(_count, name) for name in ("numerator", "denominator", "n", "percentile")},
    "reference_year": _reference_year, "edition": partial(_plain, "edition"),
}  # fmt: skip
