"""What a column of text is: codes, numbers, dates; what it hides; what its numbers cannot be."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from qpvlib.tables import naming
from qpvlib.tables.soundness import MARKERS, SPACES

HIDDEN = {*MARKERS, "n.d.", "nc", "n.c.", "…", "...", "*", "**", "-", "secret", "na", "nan"}
NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?%?")
DATE = re.compile(r"\d{4}-\d\d-\d\d.*|\d\d?/\d\d?/\d{4}")
YEAR = re.compile(r"(19|20)\d\d")
THOUSANDS = re.compile(r"\d[\u202f\u00a0\u2009 ]\d{3}(?!\d)")
# A code of digits alone is one by its name.
CODED = re.compile(r"^(cod|depcom|insee|uai|iris)|^(com|dep|reg)$|insee$|_(dep|code)$", re.I)
RATE = re.compile(r"tx|taux|part|pct|prct|pourc|tp60", re.I)
SURE = 0.9  # of what is filled, the share that tells what a column is


@dataclass(frozen=True)
class Column:
    """A column: its header, its cells as text."""

    name: str
    cells: Sequence[str]

    @cached_property
    def filled(self) -> list[str]:
        """Cells that hold something, secrecy marks left out where they stand among numbers."""
        there = [cell for cell in self.cells if cell]
        shown = [cell for cell in there if cell.lower() not in HIDDEN]
        return shown if shown and _sure(NUMBER, map(_tight, shown)) else there

    @cached_property
    def marks(self) -> Counter:
        """Secrecy marks, and how many of each."""
        hidden = len([cell for cell in self.cells if cell]) - len(self.filled)
        marks = Counter(cell for cell in self.cells if cell.lower() in HIDDEN and cell)
        return marks if hidden else Counter()

    @property
    def empty(self) -> float:
        """Share of its cells that are empty."""
        return sum(not cell for cell in self.cells) / max(len(self.cells), 1)

    @cached_property
    def kind(self) -> str:
        """``vide``, ``année``, ``code…``, ``entier``, ``nombre``, ``date`` or ``texte``."""
        if not self.filled:
            return "vide"
        if _sure(YEAR, self.filled):
            return "année"
        codes = (k for k, pattern in naming.KEYS.items() if _sure(re.compile(pattern), self.filled))
        kind, zeros = next(codes, ""), any(re.fullmatch(r"0\d+", cell) for cell in self.filled)
        digits = _sure(re.compile(r"\d+"), self.filled)
        if kind and (zeros or not digits or CODED.search(self.name)):
            return f"code : {kind}"
        if _sure(re.compile(r"\d{9}"), self.filled) and len(set(self.filled)) > 1:
            return f"code : {'intercommunalité (SIREN)' if _siren(self.filled) else 'IRIS'}"
        tight = [*map(_tight, self.filled)]
        if _sure(NUMBER, tight) and not zeros:
            return "entier" if all(re.fullmatch(r"-?\d+", cell) for cell in tight) else "nombre"
        return "date" if _sure(DATE, self.filled) else "texte"

    @property
    def numeric(self) -> bool:
        """Whether it holds figures."""
        return self.kind in ("entier", "nombre")

    @cached_property
    def values(self) -> list[float | None]:
        """Its numbers, row by row; None where there is none, never 0."""
        found = (NUMBER.fullmatch(_tight(cell)) for cell in self.cells)
        return [float(one[0].rstrip("%").replace(",", ".")) if one else None for one in found]

    @property
    def rate(self) -> bool:
        """Whether its name is that of a percentage."""
        return bool(RATE.match(self.name))


def _tight(cell: str) -> str:
    return cell.translate(SPACES)


def _sure(pattern: re.Pattern[str], cells: "Sequence[str] | map") -> bool:
    cells = [*cells]
    left = (1 - SURE) * len(cells)
    for cell in cells:
        if not pattern.fullmatch(cell):
            left -= 1
            if left < 0:
                return False
    return bool(cells)


def _siren(codes: Sequence[str]) -> bool:
    """Whether numbers of nine digits have the check digit of a SIREN, which IRIS have not."""
    good = 0
    for code in codes:
        doubled = [int(d) * (1 + i % 2) for i, d in enumerate(code) if d.isdigit()]
        good += sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0
    return good >= SURE * len(codes)


def decimal(columns: Sequence[Column]) -> str:
    """Decimal mark of the numbers: ``any`` where both are used, empty where none is.

    >>> decimal([Column("a", ["1,5", "2,25"])]), decimal([Column("a", ["1.5", "2,25"])])
    (',', 'any')
    """
    used = {
        mark for c in columns if c.numeric for cell in c.filled for mark in ",." if mark in cell
    }
    return used.pop() if len(used) == 1 else ("any" if used else "")


def thousands(columns: Sequence[Column]) -> str:
    """What is between thousands, in words; empty where nothing is."""
    names = {"\u202f": "espace fine insécable", "\u00a0": "espace insécable",
             "\u2009": "espace fine", " ": "espace"}  # fmt: skip
    found = (THOUSANDS.search(cell) for c in columns if c.numeric for cell in c.filled)
    return next((names[one[0][1]] for one in found if one), "")
