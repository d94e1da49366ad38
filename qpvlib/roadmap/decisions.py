"""What people decided: one entry per neighbourhood and axis, kept in ``data/decisions``.

The file is written with its comments kept; it is read strictly: one fault, and nothing is built.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import tomlkit
from pydantic import Field, ValidationError
from tomlkit.items import Table

from qpvlib.actions import names, register
from qpvlib.actions.contract import words
from qpvlib.catalogue import Faults, axes, catalogue, unknown
from qpvlib.catalogue.coordinates import coordinates
from qpvlib.catalogue.faults import counted, strangers
from qpvlib.catalogue.lexicon import lexicon, tokens
from qpvlib.catalogue.people import Form
from qpvlib.catalogue.producers import Entry
from qpvlib.catalogue.strict import entry_faults
from qpvlib.catalogue.written import toml_file
from qpvlib.project import current
from qpvlib.tables import writing
from qpvlib.tables.areas import neighbourhoods

LONGEST_FUNCTION = 150
LONGEST = 5000  # a cell of a workbook cuts what is longer than 32 767, without a word
# What XML refuses: neither a Word file nor a workbook can hold it.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
HEADER = """\
# Les décisions sur les axes, une par quartier et par axe. Ce fichier se modifie à la main, ou par
# le classeur : qpv decide --export, puis qpv decide --import. Pas de nom : une fonction.
# « figures » garde les chiffres sur lesquels la décision repose ; qpv check dit s'ils ont changé.
"""


Typed = TypeVar("Typed", bound=Entry)


class Decision(Entry):
    """A decision on one axis of one neighbourhood."""

    neighbourhood: str
    axis: str
    state: Literal["retained", "rejected", "modified"]
    function: str
    date: dt.date
    reason: str = ""
    field: str = ""
    objectives: tuple[str, ...] = ()
    figures: dict[str, str] = Field(default={}, description="indicator → its figure, as read")
    checksum: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Neighbourhood and axis."""
        return self.neighbourhood, self.axis

    @property
    def kept(self) -> bool:
        """Retained, as proposed or modified."""
        return self.state != "rejected"


def refused(faults: Sequence[str], what: str = "les décisions") -> Faults:
    """Decisions, or what else people wrote, that cannot be used."""
    head = f"{counted(len(faults), 'défaut')} dans {what} ; "
    return Faults(head + "rien n'a été construit ni modifié.", list(map(_shielded, faults)))


def _shielded(fault: str) -> str:
    """A fault that says no one's coordinates: its place, and that they are to be removed."""
    place, _, told = fault.partition(" : ")
    if not coordinates(told, dated=True, numbered=True):
        return fault
    return f"{place} : {names.HIDDEN} ; la retirer"


@dataclass(frozen=True)
class Draft:
    """A decision as typed, not yet checked, and where it was typed."""

    place: str
    table: dict


def checksum(figures: dict[str, str]) -> str:
    """Twelve hexadecimal digits of the figures a decision rests on."""
    text = json.dumps(figures, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def place_of(scheme: str) -> Path:
    """File of a scheme's decisions."""
    return current().decisions / f"{scheme}.toml"


# --- reading -------------------------------------------------------------------------------------


def read(scheme: str, today: dt.date | None = None) -> dict[tuple[str, str], Decision]:
    """Decisions of a scheme, by neighbourhood and axis; none without a file; else ``Faults``."""
    path = place_of(scheme)
    if not path.exists():
        return {}
    faults: list[str] = []
    tables = toml_file(path.parent, path.name, faults)
    if not faults:
        faults += _frame_faults(path.name, scheme, tables)
    if faults:
        raise refused(faults)
    typed = tables["decision"]
    drafts = [
        Draft(f"{path.name}, ligne {line}", table)
        for line, table in zip(_lines(path, len(typed)), typed, strict=True)
    ]
    return checked(scheme, drafts, today)


def _frame_faults(name: str, scheme: str, tables: dict) -> list[str]:
    faults = frame_faults(name, tables, "decision", "chaque décision", "scheme")
    if tables.get("scheme", scheme) != scheme:
        faults.append(f"{name} : décisions du schéma « {tables['scheme']} », et non « {scheme} »")
    return faults


def frame_faults(name: str, tables: dict, entry: str, each: str, *others: str) -> list[str]:
    """Fields that a file of decisions has not; entries that do not open by ``[[entry]]``."""
    faults = strangers(name, "le champ", tables, [*others, entry])
    typed = tables.setdefault(entry, [])
    if not isinstance(typed, list) or any(not isinstance(one, dict) for one in typed):
        faults.append(f"{name} : {each} s'ouvre par [[{entry}]]")
    return faults


def _lines(path: Path, count: int) -> list[int]:
    """Line of each decision; the first where they cannot be told."""
    text = path.read_text("utf-8").splitlines()
    found = [n for n, line in enumerate(text, 1) if re.match(r"\s*\[\[\s*decision\s*\]\]", line)]
    return found if len(found) == count else [1] * count


def checked(
    scheme: str, drafts: Sequence[Draft], today: dt.date | None = None
) -> dict[tuple[str, str], Decision]:
    """Drafts turned into decisions, all or none: unknown axis, two for one axis… are ``Faults``."""
    faults: list[str] = []
    kept: dict[tuple[str, str], Decision] = {}
    where: dict[tuple[str, str], str] = {}
    for place, decision in valid(drafts, Decision, faults):
        faults += [f"{place} : {f}" for f in _faults(scheme, decision, today)]
        if decision.key in kept:
            faults.append(
                f"{place} : deux décisions pour l'axe « {decision.axis} » de "
                f"{decision.neighbourhood} (l'autre : {where[decision.key]})"
            )
        kept[decision.key], where[decision.key] = decision, place
    if faults:
        raise refused(faults)
    return kept


def valid(
    drafts: Iterable[Draft], kind: type[Typed], faults: list[str]
) -> Iterator[tuple[str, Typed]]:
    """Drafts that are well formed, and where each was typed; the others are faults."""
    for draft in drafts:
        try:
            yield draft.place, kind.model_validate(draft.table)
        except ValidationError as error:
            faults += entry_faults(draft.place, kind, error)


def _faults(scheme: str, decision: Decision, today: dt.date | None) -> list[str]:
    faults = []
    places = neighbourhoods()
    axes_ = axes.scheme(scheme).axes
    if decision.neighbourhood not in places:
        faults.append(
            unknown("le quartier", names.hidden(decision.neighbourhood), places, "Liste : qpv list")
        )
    else:
        axes_ = axes.scheme(scheme).of(places[decision.neighbourhood].contract_code)
    if decision.axis not in axes_:
        faults.append(
            unknown("l'axe", names.hidden(decision.axis), axes_, f"Il y a : {', '.join(axes_)}.")
        )
    faults += author_faults(decision.date, decision.function, today)
    return faults + _objective_faults(decision) + _text_faults(decision)


def author_faults(date: dt.date, function: str, today: dt.date | None = None) -> list[str]:
    """A date that has not come yet, an author without a function that reads in one line."""
    faults, limit = [], today or dt.date.today()
    if date > limit:
        faults.append(f"date {date:%d/%m/%Y} dans le futur (nous sommes le {limit:%d/%m/%Y})")
    if not re.search(r"[^\W\d_]{2}", function):
        faults.append("fonction de l'auteur absente (une fonction, jamais un nom)")
    if len(function) > LONGEST_FUNCTION:
        faults.append(f"fonction : {len(function)} caractères, {LONGEST_FUNCTION} au plus")
    hidden = {sign for sign in function if not (sign.isprintable() or sign in "\xa0\u202f")}
    if seen := sorted(sign for sign in hidden if not CONTROL.match(sign)):
        faults.append(f"fonction : signe caché (U+{ord(seen[0]):04X}) ; l'écrire en une ligne")
    words = {part for one in tokens(function) for part in one.slug.split("-")}
    if words and words <= lexicon().first_names - lexicon().apart:
        faults.append("fonction : un prénom ; écrire la fonction, sans nom")
    return faults


def _objective_faults(decision: Decision) -> list[str]:
    most = catalogue().rule("axis_objectives")
    faults = [
        f"l'objectif « {names.hidden(objective)} » ne commence pas par un verbe d'action "
        "(à l'infinitif ; liste : data/catalogue/verbs.toml)"
        for objective in decision.objectives
        if not axes.begins_with_verb(objective)
    ]
    if len(decision.objectives) > most:
        faults.append(f"{len(decision.objectives)} objectifs, {most} au plus")
    return faults


def _text_faults(decision: Decision) -> list[str]:
    texts: dict[str, tuple[str, Form]] = {
        "motif": (decision.reason, "prose"), "terrain": (decision.field, "prose"),
        "fonction": (decision.function, "name"),
    }  # fmt: skip
    goals = enumerate(decision.objectives, 1)
    return text_faults(texts | {f"objectif {n}": (text, "title") for n, text in goals})


def text_faults(texts: dict[str, tuple[str, Form]]) -> list[str]:
    """Texts that are too long for a cell, that no document can hold, or that name someone.

    ``texts``: what each is → the text, and what it holds (see ``people.names``).
    """
    faults = [
        f"{name} : {len(text)} caractères, {LONGEST} au plus"
        for name, (text, _) in texts.items()
        if len(text) > LONGEST
    ]
    faults += [
        f"{name} : caractère de contrôle refusé (0x{ord(found[0]):02X})"
        for name, (text, _) in texts.items()
        if (found := CONTROL.search(text))
    ]
    return faults + names.written(texts, words(register.synonyms()))


# --- writing -------------------------------------------------------------------------------------


def store(scheme: str, decided: dict[tuple[str, str], Decision]) -> Path:
    """Write decisions, the comments of the file and the decisions not given kept; its path."""
    return save({place_of(scheme): text(scheme, decided)})[0]


def text(scheme: str, decided: dict[tuple[str, str], Decision]) -> str:
    """The file of a scheme as it becomes with these decisions."""
    start = HEADER + f'\nscheme = "{scheme}"\n\n'
    entries = [decision.model_dump() for decision in decided.values()]
    return edited(place_of(scheme), start, "decision", ("neighbourhood", "axis"), entries)


def keep(
    path: Path, start: str, name: str, keys: Sequence[str], entries: Iterable[dict[str, Any]]
) -> Path:
    """Write entries into the tables ``[[name]]`` of a TOML file: ``edited``, then ``save``."""
    return save({path: edited(path, start, name, keys, entries)})[0]


def edited(
    path: Path, start: str, name: str, keys: Sequence[str], entries: Iterable[dict[str, Any]]
) -> str:
    """A TOML file that people edit too, with these entries in its tables ``[[name]]``.

    An entry with the ``keys`` of one of the file updates it in place; comments and other entries
    stay. A new file begins with ``start``.
    """
    document = tomlkit.parse(path.read_text("utf-8-sig") if path.exists() else start)
    tables = document.setdefault(name, tomlkit.aot())
    former = {tuple(table[key] for key in keys): table for table in tables}
    for entry in entries:
        known = tuple(entry[key] for key in keys)
        if known in former:
            _update(former[known], entry)
        else:
            tables.append(_update(tomlkit.table(), entry))
    return tomlkit.dumps(document)


def save(texts: dict[Path, str]) -> list[Path]:
    """Write files of one folder, all or none: when the disk refuses, they are what they were."""
    folder, names = next(iter(texts)).parent, [path.name for path in texts]
    kept = f"{names[0]} n'a pas changé." if len(names) == 1 else "Rien n'a changé."
    with writing.aside(folder, kept) as work:
        for path, content in texts.items():
            (work / path.name).write_text(content, "utf-8", newline="\n")
        writing.put(work, folder, names)
    return list(texts)


def _update(table: Table, entry: dict[str, Any]) -> Table:
    """Change what differs, and nothing else: a comment beside a value stays."""
    for name, value in entry.items():
        value = list(value) if isinstance(value, tuple) else value
        present = table.get(name)
        plain = present.unwrap() if present is not None else None
        if plain == value or (present is None and value in ("", [], {})):
            continue
        if isinstance(value, dict):
            table[name] = tomlkit.inline_table()
            table[name].update(value)
        else:
            table[name] = value
    return table
