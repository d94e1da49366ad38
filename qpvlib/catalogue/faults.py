"""Mistakes told in French: what was given, what exists, what to do."""

import difflib
import re
import traceback
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from qpvlib.project import current

LISTED = 5  # lines named one by one before « et … autres »
NEAR = 0.6  # how alike two names are for one to be offered: 1 when equal (difflib)


class QpvError(Exception):
    """A mistake of the user or of a file: told in French, shown without a traceback."""

    def _render_traceback_(self) -> list[str]:
        # What IPython shows of it. Those who trace want the whole.
        return traceback.format_exception(self) if current().trace else [str(self)]


class Faults(QpvError):
    """What cannot be used, with every fault: nothing is built, read or written from it.

    Parameters
    ----------
    head : str
        What is wrong, and what has not changed.
    faults : sequence
        ``Fault``, or sentences that begin with their place.
    told : sequence, optional
        What the message lists, when it is not every fault.
    """

    def __init__(
        self, head: str, faults: Iterable[object] = (), told: Iterable[object] | None = None
    ):
        self.faults = list(faults)
        lines = self.faults if told is None else told
        super().__init__("\n".join([head, *(f"- {line}" for line in lines)]))


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a file: its place, what was found, what was expected, what to do.

    ``others`` are the further lines that share it; ``kind`` says whether it is the file's shape
    (``structure``) or one of its rows.

    >>> str(Fault("a.csv", "cellule vide", "La remplir.", 3, "pop", others=(7, 9)))
    'Fichier a.csv, ligne 3, colonne « pop » : cellule vide (de même lignes 7, 9). La remplir.'
    """

    file: str
    found: str
    remedy: str
    line: int | None = None
    column: str = ""
    unit: str = "ligne"
    sheet: str = ""
    expected: str = ""
    kind: Literal["structure", "row"] = "row"
    others: tuple[int, ...] = ()
    entry: str = ""  # of a file of the catalogue: the column is then a field of it

    def __str__(self) -> str:
        sheet = f", feuille « {self.sheet} »" if self.sheet else ""
        line = f", {self.unit} {self.line}" if self.line else ""
        what = f", [{self.entry}], champ" if self.entry else ", colonne"
        column = f"{what} « {self.column} »" if self.column else ""
        expected = f" ; attendu : {self.expected}" if self.expected else ""
        return (
            f"Fichier {self.file}{sheet}{line}{column} : {self.found}"
            f"{also(self.others, self.unit)}{expected}. {self.remedy}"
        )

    def on(self, lines: Iterable[int]) -> list["Fault"]:
        """Told once for all the lines that share it; none without a line."""
        first, *others = [*map(int, lines)] or [None]
        return [] if first is None else [replace(self, line=first, others=tuple(others))]


def counted(number: int, noun: str) -> str:
    """A number and its noun.

    >>> counted(1, "défaut"), counted(2, "défaut")
    ('1 défaut', '2 défauts')
    """
    return f"{number} {noun}{'s' if number > 1 else ''}"


def named(names: list[str], noun: str = "page") -> str:
    """How many, and the first names.

    >>> named(["Le Hameau"])
    '1 page (Le Hameau)'
    """
    shown = ", ".join(names[:3]) + (" et d'autres" if len(names) > 3 else "")
    return f"{counted(len(names), noun)} ({shown})"


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


def misread(error: UnicodeDecodeError) -> tuple[int, str]:
    """Line of the first byte that is not UTF-8, and that byte.

    >>> try: b"un\\nd\\xe9but".decode()
    ... except UnicodeDecodeError as error: misread(error)
    (2, 'octet 0xE9')
    """
    # The error's own bytes: those of the file may begin with a mark that it does not count.
    line = error.object[: error.start].count(b"\n") + 1
    return line, f"octet 0x{error.object[error.start]:02X}"


def near(given: str, known: Iterable[object], cutoff: float = NEAR) -> str | None:
    """The known name nearest to one given, whatever their capitals; None when none is near.

    >>> near("Taux_Pauvret", ["taux_pauvrete", "revenu"]), near("x", ["revenu"])
    ('taux_pauvrete', None)
    """
    names = {str(name).lower(): str(name) for name in known}
    found = difflib.get_close_matches(given.lower(), names, n=1, cutoff=cutoff)
    return names[found[0]] if found else None


def unknown(what: str, given: str, existing: Iterable[object], listing: str = "") -> str:
    """French message for an unknown name: what was given, the nearest that exists.

    Parameters
    ----------
    what : str
        The kind of thing with its article (« l'indicateur »).
    listing : str
        Where to see the whole list.

    Examples
    --------
    >>> unknown("le thème", "emplois", ["emploi", "sante"])
    "le thème « emplois » n'existe pas. Voulez-vous dire « emploi » ?"
    """
    nearest = near(given, existing)
    offer = f" Voulez-vous dire « {nearest} » ?" if nearest else ""
    return f"{what} « {given} » n'existe pas.{offer}{' ' + listing if listing else ''}"


def strangers(
    place: str, what: str, names: Iterable[str], existing: Collection[object]
) -> list[str]:
    """A message (see ``unknown``) for each name that is not among those that exist, and its place.

    >>> strangers("axes.toml", "le code", ["1", "3"], ["1", "2"])
    ["axes.toml : le code « 3 » n'existe pas."]
    """
    return [f"{place} : {unknown(what, n, existing)}" for n in names if n not in existing]


def slug(text: str) -> str:
    """ASCII, lower case, hyphens: a name fit for a file.

    >>> slug("Andrillons Ormes du Mail / Vésine")
    'andrillons-ormes-du-mail-vesine'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
