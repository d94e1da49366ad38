"""What is wrong in a producer's file: where, what was found, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from qpvlib.catalogue import QpvError

LISTED = 5  # lines named one by one before « et … autres »


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a file: its place, what was found, what to do."""

    file: str
    found: str
    remedy: str
    line: int | None = None
    column: str | None = None
    unit: str = "ligne"

    def __str__(self) -> str:
        line = f", {self.unit} {self.line}" if self.line else ""
        column = f", colonne « {self.column} »" if self.column else ""
        return f"Fichier {self.file}{line}{column} : {self.found}. {self.remedy}"


class FileFaults(QpvError):
    """Producers' files that cannot be used, with every fault."""

    def __init__(self, faults: Sequence[Fault]):
        self.faults = list(faults)
        files = len({fault.file for fault in faults})
        lines = "\n".join(f"- {fault}" for fault in faults)
        super().__init__(
            f"{counted(len(faults), 'défaut')} dans {counted(files, 'fichier')} ; "
            f"les tables du projet n'ont pas été touchées.\n{lines}"
        )


def counted(number: int, noun: str) -> str:
    """A number and its noun.

    >>> counted(1, "défaut"), counted(2, "défaut")
    ('1 défaut', '2 défauts')
    """
    return f"{number} {noun}{'s' if number > 1 else ''}"


def also(lines: Sequence[int], unit: str = "ligne") -> str:
    """The other places of a fault already told once.

    >>> also([])
    ''
    >>> also([7])
    ' (de même ligne 7)'
    >>> also([7, 9, 11, 12, 15, 21, 30])
    ' (de même lignes 7, 9, 11, 12, 15 et 2 autres)'
    """
    if not lines:
        return ""
    named = ", ".join(map(str, lines[:LISTED]))
    others = len(lines) - LISTED
    rest = f" et {others} autre{'s' if others > 1 else ''}" if others > 0 else ""
    return f" (de même {unit}{'s' if len(lines) > 1 else ''} {named}{rest})"


def shared(
    file: str,
    column: str | None,
    lines: Sequence[int],
    found: str,
    remedy: str,
    unit: str = "ligne",
) -> list[Fault]:
    """One fault for the lines that share it: the first told in full, the others listed."""
    if not len(lines):
        return []
    first, *others = [int(line) for line in lines]
    return [Fault(file, found + also(others, unit), remedy, first, column, unit)]
