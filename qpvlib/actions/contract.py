"""The contract of the register: a Table Schema file, the words users may write, the P147 themes."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasChoices, AliasPath, BaseModel, BeforeValidator
from pydantic import Field as Read

from qpvlib.catalogue import QpvError, axes, slug
from qpvlib.catalogue.coordinates import coordinates
from qpvlib.catalogue.lexicon import Lexicon, lexicon
from qpvlib.catalogue.people import names
from qpvlib.catalogue.written import toml
from qpvlib.project import current, kept

ANSWERS = ("structure", "masquer", "refuser")  # what a user says of a name that is a question
CODE = re.compile(r"[0-9a-f]{8}")
SYNONYMS = "synonymes.toml"  # the project's, and the user's beside the register
MONEY = ("requested", "granted", "paid", "others")


class Field(BaseModel, frozen=True):
    """A column of the register: its French name in files, its English name in tables."""

    name: str
    column: str = Read(alias="qpv:column")
    title: str
    kind: str = Read(alias="qpv:kind")
    description: str
    example: Annotated[str, BeforeValidator(str)]  # a number where the field is one
    required: bool = Read(False, alias=AliasPath("constraints", "required"))
    values: tuple[str, ...] = Read(
        (), validation_alias=AliasChoices(AliasPath("constraints", "enum"), "qpv:values")
    )
    least: float | date | None = Read(None, alias=AliasPath("constraints", "minimum"))
    most: float | date | None = Read(None, alias=AliasPath("constraints", "maximum"))
    longest: int | None = Read(None, alias=AliasPath("constraints", "maxLength"))


@kept("root")
def schema() -> dict:
    """The Table Schema, as read."""
    place = current().contract / "schema.json"
    try:
        return json.loads(place.read_bytes())
    except ValueError:
        told = f"{place} : ce n'est pas du JSON en UTF-8. Reprendre celui du projet."
        raise QpvError(told) from None


@kept("root")
def fields() -> tuple[Field, ...]:
    """Columns of the register, in order."""
    return tuple(map(Field.model_validate, schema()["fields"]))


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
    title_groups: frozenset[str]
    unread: frozenset[str]
    preferred: dict[str, tuple[str, ...]]
    platforms: dict[str, tuple[frozenset[str], dict[str, str]]]
    other_kinds: dict[str, frozenset[str]]
    contacts: frozenset[str]
    suspects: tuple[str, ...]
    totals: frozenset[str]
    funders: frozenset[str]
    state_funders: frozenset[str]
    other_funders: frozenset[str]
    blanks: frozenset[str]
    values: dict[str, dict[str, str]]
    groups: dict[str, tuple[str, ...]]
    places: dict[str, str]
    everywhere: tuple[str, ...]
    nowhere: tuple[str, ...]
    themes: dict[tuple[str, str], str]
    people: Lexicon
    answers: dict[str, str]

    @property
    def known(self) -> frozenset[str]:
        """Titles that are read whole, group and field: those of a field, and those of none."""
        return self.unread | set(self.headers)

    def group(self, state: str) -> str:
        """Group of a state: pending, granted, refused, ineligible or cancelled."""
        return next(name for name, states in self.groups.items() if state in states)


@kept("root")
def words(own: Path | None = None) -> Words:
    """Synonyms of the project, and those a user adds in a file of their own, held to the fields."""
    parts = [common()]
    if own is not None and own.exists():
        parts.append(toml(own))
        check(parts[1], own.name)
    return Words(
        _headers(parts),
        frozenset(_listed(parts, "entetes", "groupes")),
        frozenset(_listed(parts, "entetes", "sans_champ")),
        {name: tuple(map(slug, titles)) for name, titles in _entries(parts, "preferences")},
        {name: _platform(own) for name, own in _entries(parts, "plateformes")},
        {told: frozenset(map(slug, titles)) for told, titles in _entries(parts, "autres_fichiers")},
        frozenset(_listed(parts, "contacts", "colonnes")),
        tuple(_listed(parts, "contacts", "suspects")),
        frozenset(_listed(parts, "controle", "total")),
        frozenset(_listed(parts, "financeurs", "colonnes")),
        frozenset(_listed(parts, "financeurs", "politique")),
        frozenset(_listed(parts, "financeurs", "autres")),
        frozenset(word.strip().lower() for word in _words(parts, "vides", "mots")),
        _values(parts),
        {name: tuple(states) for name, states in parts[0]["groupes"].items()},
        {slug(name): code for name, code in _entries(parts, "quartiers")},
        tuple(sorted(_listed(parts, "portee", "tous"), key=len, reverse=True)),
        tuple(_listed(parts, "portee", "hors")),
        {
            (period, slug(name)): code
            for period, table in _entries(parts, "themes")
            for name, code in table.items()
        },
        lexicon(
            frozenset(_listed(parts, "personnes", "structures")),
            frozenset(_listed(parts, "personnes", "prenoms")),
        ),
        {fingerprint(name): answer for name, answer in _entries(parts, "noms")},
    )


def _entries(parts: list[dict], group: str) -> list[tuple[str, Any]]:
    """What the project, then the user, put in a table."""
    return [entry for part in parts for entry in part.get(group, {}).items()]


def _words(parts: list[dict], group: str, key: str) -> list[str]:
    return [word for name, own in _entries(parts, group) if name == key for word in own]


def _listed(parts: list[dict], group: str, key: str) -> list[str]:
    return list(map(slug, _words(parts, group, key)))


def _headers(parts: list[dict]) -> dict[str, str]:
    found = {slug(t): name for name, titles in _entries(parts, "colonnes") for t in titles}
    for field in fields():
        bare = re.sub(r"\(.*?\)", "", field.title)
        found |= {slug(text): field.name for text in (field.name, field.title, bare)}
    return found


def _platform(own: dict) -> tuple[frozenset[str], dict[str, str]]:
    """The titles that tell a platform, and the fields of its own words."""
    columns = {slug(t): name for name, titles in own["colonnes"].items() for t in titles}
    return frozenset(map(slug, own["signes"])), columns


def _values(parts: list[dict]) -> dict[str, dict[str, str]]:
    """By field, every way to write each of its values."""
    found = {f.name: {slug(value): value for value in f.values} for f in fields() if f.values}
    for part in parts:
        for name, table in _tables(part).items():
            found[name] |= {slug(o): value for value, others in table.items() for o in others}
    return found


def _tables(part: dict) -> dict[str, dict[str, list[str]]]:
    return part.get("valeurs", {}) | {"etat": part.get("etats", {})}


def common() -> dict:
    """The project's own synonyms, as read."""
    return toml(current().contract / SYNONYMS)


def fingerprint(name: str) -> str:
    """Eight signs that stand for a name, whatever its order and capitals: the name is not kept.

    >>> fingerprint("DUPONT Marie") == fingerprint("Marie Dupont"), fingerprint("0a1b2c3d")
    (True, '0a1b2c3d')
    """
    if CODE.fullmatch(name):
        return name
    ordered = "-".join(sorted(slug(name).split("-")))
    return hashlib.blake2s(ordered.encode(), digest_size=4).hexdigest()


def check(added: dict, name: str) -> None:
    """Hold synonyms to the fields and the values that exist, and to name no one."""
    _check_people(added, name)
    known = {field.name: field for field in fields()}
    groups = _tables(added)
    wrong = [name for name in (*added.get("colonnes", {}), *groups) if name not in known]
    wrong += [v for n, t in groups.items() if n in known for v in t if v not in known[n].values]
    if wrong:
        listing = ", ".join(f"« {name} »" for name in wrong)
        raise QpvError(f"{name} : ni champ ni valeur du registre : {listing}.")


def _check_people(added: dict, file: str) -> None:
    """No one's coordinates, no sure name; a name that is no body's is answered by its code."""
    for text, place in _texts(added, ""):
        sure = [one.kind for one in names(text, lexicon()) if one.kind]
        if seen := coordinates(text, dated=True, numbered=True) or next(iter(sure), ""):
            raise QpvError(f"{file}{place} : {seen} ; l'effacer : ce fichier ne nomme personne.")
    for text, answer in added.get("noms", {}).items():
        if answer not in ANSWERS:
            told = ", ".join(ANSWERS)
            raise QpvError(f"{file}, [noms] : une réponse inconnue. Réponses : {told}.")
        if answer != "structure" and not CODE.fullmatch(text):
            raise QpvError(
                f"{file}, [noms] : un nom écrit en clair. Le remplacer par son code, que "
                f"l'import donne : {fingerprint(text)} (réponse : {answer})."
            )


def _texts(part: object, place: str) -> Iterator[tuple[str, str]]:
    """Every text of a file, keys included, and the table that holds it."""
    if isinstance(part, str):
        yield part, place
    elif isinstance(part, list):
        for one in part:
            yield from _texts(one, place)
    elif isinstance(part, dict):
        for key, one in part.items():
            yield key, place
            yield from _texts(one, place or f", [{key}]")


# --- the themes of the programme 147 ---------------------------------------------------------


def theme_label(code: str, year: int) -> str:
    """Label of a P147 theme the year of its action; « thème non précisé » without one."""
    held = axes.in_force(year)[1].codes.get(code)
    return held.label if held else "thème non précisé"


def theme_short(code: str, year: int) -> str:
    """A theme in one word, for a cell of the grid; empty when it has none.

    >>> theme_short("1.5b", 2021)
    'Sport'
    """
    held = axes.in_force(year)[1].codes.get(code)
    return held.short if held else ""
