"""What is wrong in a user's table: file, sheet, line, column, found, expected, remedy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from qpvlib.catalogue import QpvError
from qpvlib.tables.faults import also, counted

SHOWN = 40  # on screen; the HTML page has them all
ALIKE = 3  # values named one by one before « et … autres »
LONGEST = 60  # characters of a cell quoted in a message


def quoted(cell: object) -> str:
    """A cell as a message shows it, cut when long.

    >>> quoted("  12 k€ "), quoted("")
    ('« 12 k€ »', 'une cellule vide')
    """
    text = " ".join(str(cell).split())
    if not text:
        return "une cellule vide"
    return f"« {text[:LONGEST]}… »" if len(text) > LONGEST else f"« {text} »"


@dataclass(frozen=True)
class Flaw:
    """One thing wrong, with its place; ``others`` are the further lines that share it."""

    file: str
    found: str
    expected: str
    remedy: str
    sheet: str = ""
    line: int | None = None
    column: str = ""
    kind: Literal["structure", "row"] = "row"
    others: tuple[int, ...] = field(default=())

    @property
    def place(self) -> str:
        """« Fichier export.csv, feuille « Actions », ligne 12, colonne « Statut » »."""
        sheet = f", feuille « {self.sheet} »" if self.sheet else ""
        line = f", ligne {self.line}" if self.line else ""
        column = f", colonne « {self.column} »" if self.column else ""
        return f"Fichier {self.file}{sheet}{line}{column}"

    def __str__(self) -> str:
        expected = f" ; attendu : {self.expected}" if self.expected else ""
        return f"{self.place} : {self.found}{also(self.others)}{expected}. {self.remedy}"


def grouped(flaws: Iterable[Flaw]) -> list[Flaw]:
    """Flaws told once for all the lines that share them, structure first, then by line."""
    groups: dict[Flaw, list[int]] = {}
    for flaw in flaws:
        groups.setdefault(replace(flaw, line=None), []).append(flaw.line or 0)
    told = [
        replace(flaw, line=lines[0] or None, others=tuple(lines[1:]))
        for flaw, lines in groups.items()
    ]
    return sorted(told, key=lambda flaw: (flaw.kind == "row", flaw.line or 0))


def shortened(flaws: Sequence[Flaw]) -> list[Flaw]:
    """For the screen: the many values that a column gets wrong in one way are one line."""
    groups: dict[Flaw, list[Flaw]] = {}
    for flaw in flaws:
        groups.setdefault(replace(flaw, found="", line=None, others=()), []).append(flaw)
    return [one for alike in groups.values() for one in _together(alike)]


def _together(alike: list[Flaw]) -> list[Flaw]:
    if len(alike) <= ALIKE:
        return alike
    lines = sorted(line for flaw in alike for line in (flaw.line or 0, *flaw.others))
    values = ", ".join(flaw.found for flaw in alike[:ALIKE])
    found = f"{values} et {len(alike) - ALIKE} autres"
    return [replace(alike[0], found=found, line=lines[0], others=tuple(lines[1:]))]


class Refused(QpvError):
    """A file that is not imported: every flaw; the register has not changed."""

    def __init__(self, flaws: Sequence[Flaw]):
        self.flaws = grouped(flaws)
        told = shortened(self.flaws)
        lines = [f"- {flaw}" for flaw in told[:SHOWN]]
        rest = len(told) - SHOWN
        if rest > 0:
            lines.append(f"- et {rest} autre{'s' if rest > 1 else ''}, dans la page du contrôle.")
        super().__init__(
            f"{counted(len(self.flaws), 'défaut')} ; rien n'est importé, le registre n'a pas "
            "changé.\n" + "\n".join(lines)
        )
