"""The contract of the register: a Table Schema file, the words users may write, the P147 themes."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from qpvlib.catalogue import QpvError, axes, slug
from qpvlib.catalogue.declared import toml
from qpvlib.project import current, kept

SYNONYMS = "synonymes.toml"  # the project's, and the user's beside the register
MONEY = ("requested", "granted", "paid", "others")
PEOPLE = ("planned_participants", "actual_participants", "actual_under_26")
VISITS = ("planned_attendances", "actual_attendances")
WHOLE = (*PEOPLE, *VISITS, "stays")


@dataclass(frozen=True)
class Field:
    """A column of the register: its French name in files, its English name in tables."""

    name: str
    column: str
    title: str
    kind: str
    description: str
    example: str
    required: bool = False
    values: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    longest: int | None = None


@kept("root")
def schema() -> dict:
    """The Table Schema, as read."""
    return json.loads((current().contract / "schema.json").read_text("utf-8"))


@kept("root")
def fields() -> tuple[Field, ...]:
    """Columns of the register, in order."""
    return tuple(_field(entry) for entry in schema()["fields"])


def _field(entry: dict) -> Field:
    limits = entry.get("constraints", {})
    number = {"number", "integer"} & {entry["type"]}
    return Field(
        entry["name"], entry["qpv:column"], entry["title"], entry["qpv:kind"],
        entry["description"], entry["example"], limits.get("required", False),
        tuple(limits.get("enum") or entry.get("qpv:values", ())),
        limits.get("minimum") if number else None, limits.get("maximum") if number else None,
        limits.get("maxLength"),
    )  # fmt: skip


def field_of(column: str) -> Field:
    """The field of a table's column.

    >>> field_of("requested").title
    'Montant demandé (€)'
    """
    return next(field for field in fields() if field.column == column)


@dataclass(frozen=True)
class Words:
    """The words of ``synonymes.toml``, keyed by their slug."""

    headers: dict[str, str]
    contacts: frozenset[str]
    suspects: tuple[str, ...]
    blanks: frozenset[str]
    values: dict[str, dict[str, str]]
    groups: dict[str, tuple[str, ...]]
    places: dict[str, str]
    themes: dict[tuple[str, str], str]
    first_names: frozenset[str]
    structures: frozenset[str]

    def group(self, state: str) -> str:
        """Group of a state: pending, granted, refused, ineligible or cancelled."""
        return next(name for name, states in self.groups.items() if state in states)


@kept("root")
def words(own: Path | None = None) -> Words:
    """Synonyms of the project, and those a user adds in a file of their own.

    Raises
    ------
    QpvError
        When a file is not TOML, or names a field or a value that does not exist.
    """
    shared = common()
    added = toml(own) if own is not None and own.exists() else {}
    if added:
        check(added, own.name)
    return Words(
        _headers(shared, added),
        frozenset(_flat(shared, added, "contacts", "colonnes")),
        tuple(_flat(shared, added, "contacts", "suspects")),
        frozenset(
            word.strip().lower()
            for part in (shared, added)
            for word in part.get("vides", {}).get("mots", [])
        ),
        _values(shared, added),
        {name: tuple(states) for name, states in shared["groupes"].items()},
        {slug(k): v for part in (shared, added) for k, v in part.get("quartiers", {}).items()},
        {
            (period, slug(name)): code
            for part in (shared, added)
            for period, table in part.get("themes", {}).items()
            for name, code in table.items()
        },
        frozenset(_flat(shared, added, "personnes", "prenoms")),
        frozenset(_flat(shared, added, "personnes", "structures")),
    )


def _flat(common: dict, added: dict, group: str, key: str) -> list[str]:
    return [slug(word) for part in (common, added) for word in part.get(group, {}).get(key, [])]


def _headers(common: dict, added: dict) -> dict[str, str]:
    found = {}
    for part in (common, added):
        for name, titles in part.get("colonnes", {}).items():
            found |= {slug(title): name for title in titles}
    for field in fields():
        found |= {slug(field.name): field.name, slug(field.title): field.name}
        found[slug(re.sub(r"\(.*?\)", "", field.title))] = field.name
    return found


def _values(common: dict, added: dict) -> dict[str, dict[str, str]]:
    """By field, every way to write each of its values."""
    found = {f.name: {slug(value): value for value in f.values} for f in fields() if f.values}
    for part in (common, added):
        groups = part.get("valeurs", {}) | {"etat": part.get("etats", {})}
        for name, table in groups.items():
            for value, others in table.items():
                found[name] |= {slug(other): value for other in others}
    return found


def common() -> dict:
    """The project's own synonyms, as read."""
    return toml(current().contract / SYNONYMS)


def check(added: dict, name: str) -> None:
    """Hold synonyms to the fields and the values that exist."""
    known = {field.name: field for field in fields()}
    groups = added.get("valeurs", {}) | {"etat": added.get("etats", {})}
    wrong = [name for name in (*added.get("colonnes", {}), *groups) if name not in known]
    wrong += [v for n, t in groups.items() if n in known for v in t if v not in known[n].values]
    if wrong:
        listing = ", ".join(f"« {name} »" for name in wrong)
        raise QpvError(f"{name} : ni champ ni valeur du registre : {listing}.")


# --- the themes of the programme 147 ---------------------------------------------------------


def theme_label(code: str, year: int) -> str:
    """Label of a P147 theme the year of its action; « thème non précisé » without one."""
    held = axes.in_force(year)[1].codes
    return held[code].label if code in held else "thème non précisé"


def theme_short(code: str, year: int) -> str:
    """A theme in one word, for a cell of the grid; empty when it has none.

    >>> theme_short("1.5b", 2021)
    'Sport'
    """
    held = axes.in_force(year)[1].codes
    return held[code].short if code in held else ""
