"""A table of TOML → a declaration, or its faults: each told once, with what to write instead."""

import re
from collections.abc import Iterator, Mapping
from typing import get_args

from pydantic import ValidationError

from qpvlib.catalogue.entries import Indicator
from qpvlib.catalogue.faults import near, slug
from qpvlib.catalogue.producers import Entry, Source
from qpvlib.catalogue.sentences import TO_FILL, texts, unsound

_EXPECTED = {
    "int": "un nombre entier",
    "float": "un nombre",
    "string": "un texte entre guillemets",
    "bool": "true ou false",
    "tuple": "une liste entre crochets",
    "dict": "une table",
    "model": "une table",
    "date": "une date (2026-09-15)",
    "less": "{le} au plus",
    "greater": "{ge} au moins",
}
ALIKE = 0.85  # names of fields that differ by a letter or two
_FILES: dict[type[Entry], str] = {Indicator: "indicators-*.toml", Source: "sources.toml"}


def entries(name: str, tables: Mapping, kind: type[Entry], faults: list[str]) -> dict:
    """The entries of a file that are well declared; the others are faults."""
    valid = {}
    loose = [code for code, table in tables.items() if not isinstance(table, dict | list)]
    if loose:
        faults.append(f"{name} : « {loose[0]} » hors de toute section ; écrire [nom] au-dessus")
    for code, table in tables.items():
        if code in loose:
            continue
        place = f"{name}, [{code}]"
        if wrong := _misplaced(code, table, kind):
            faults.append(f"{place} : {wrong}")
            continue
        try:
            valid[code] = kind.model_validate(table)
        except ValidationError as error:
            faults += entry_faults(place, kind, error)
            wrong = {detail["loc"][0] for detail in error.errors() if detail["loc"]}
            faults += _draft_faults(place, {f: table[f] for f in table if f not in wrong})
        else:
            faults += _brace_faults(place, kind, table) + _draft_faults(place, table)
    return valid


def _draft_faults(place: str, table: dict) -> list[str]:
    """Fields of a pasted draft that nobody has completed yet."""
    return [
        f"{place}, champ « {field} » : « {TO_FILL} » : à lire chez le producteur, et à écrire"
        for field, content in table.items()
        if any(TO_FILL in text for text in texts(content))
    ]


def _misplaced(code: str, table: object, kind: type[Entry]) -> str:
    """What is wrong with a whole section: its name, or the file that it is in."""
    if not isinstance(table, dict):
        return f"une seule paire de crochets : [{code}]"
    fit = slug(code).replace("-", "_")
    if kind is Indicator and not re.fullmatch("[a-z][a-z0-9_]*", code):
        return f"nom refusé : des minuscules sans accent, des chiffres et _ ; écrire [{fit}]"
    inner = [key for key, part in table.items() if isinstance(part, dict)]
    if inner and len(inner) == len(table) and not {*inner} & {*kind.model_fields}:
        return f"pas de point dans le nom d'une section ; écrire [{code}_{inner[0]}]"
    for other, file in _FILES.items():
        strange = {*table} - {*kind.model_fields}
        if other is not kind and len(strange) > 1 and {*table} <= {*other.model_fields}:
            return f"cette section est de celles de {file} : l'y déplacer"
    return ""


def _brace_faults(place: str, kind: type[Entry], table: dict) -> list[str]:
    """Texts that are said as they are: a brace would be read."""
    return [
        f"{place}, champ « {field} » : {wrong}"
        for field, content in table.items()
        if field not in kind.unsaid
        for text in texts(content)
        if (wrong := unsound(text))
    ]


def entry_faults(place: str, kind: type[Entry], error: ValidationError) -> Iterator[str]:
    """Errors of pydantic in French: place, field, what was found, what is expected.

    A field that is missing because its name is misspelt is told once, by the name written.
    """
    # Once a field: each of the values of a list would be told.
    details = {(*_named(one["loc"]), one["type"]): one for one in error.errors()}.values()
    missing = {detail["loc"] for detail in details if detail["type"] == "missing"}
    meant: dict[tuple, str] = {}
    for loc in (detail["loc"] for detail in details if detail["type"] == "extra_forbidden"):
        lost = [str(other[-1]) for other in missing if other[:-1] == loc[:-1]]
        name = near(str(loc[-1]), lost) or near(str(loc[-1]), _fields(kind, loc))
        if name and not _home(kind, loc):
            meant[loc] = name
    told = {(*loc[:-1], name) for loc, name in meant.items()}
    for detail in details:
        if detail["type"] != "missing" or detail["loc"] not in told:
            yield _told(place, kind, detail, meant.get(detail["loc"]))


def _told(place: str, kind: type[Entry], detail: Mapping, meant: str | None) -> str:
    loc, sort = detail["loc"], detail["type"]
    field = ".".join(_named(loc))
    if sort == "extra_forbidden":
        offer = f", voulez-vous dire « {meant} » ?" if meant else _home(kind, loc)
        return f"{place} : champ « {field} » inconnu{offer}"
    where = f"{place}, champ « {field} »" if field else place
    if sort == "missing" and isinstance(loc[-1], str):
        return f"{place} : champ « {field} » absent"
    if sort == "missing":
        return f"{where} : il y manque une valeur, la {loc[-1] + 1}e"
    if sort == "too_long":
        return f"{where} : {detail['ctx']['max_length']} valeurs au plus"
    expected = _EXPECTED.get(sort.partition("_")[0], "une autre forme")
    expected = expected.format(**detail.get("ctx", {}))
    if sort == "literal_error":
        expected = detail["ctx"]["expected"].replace(" or ", " ou ").replace("'", "")
    given = re.sub(r"\s+", " ", repr(detail["input"]))[:60]
    return f"{where} : {given} refusé, attendu : {expected}"


def _named(loc: tuple) -> list[str]:
    """The fields of a place, less the ranks in lists."""
    return [part for part in loc if isinstance(part, str)]


def _home(kind: type[Entry], loc: tuple) -> str:
    """The field in which an unknown one, or one nearly of its name, would be known."""
    for name, field in kind.model_fields.items() if len(loc) == 1 else ():
        inner = _inner(field.annotation)
        if inner and (meant := near(loc[0], inner.model_fields, ALIKE)):
            return f" ; « {meant} » se met dans « {name} »"
    return ""


def _fields(kind: type[Entry], place: tuple) -> list[str]:
    """Names of the fields that stand where an unknown one was found."""
    owner = kind
    for part in place[:-1]:
        field = owner.model_fields.get(str(part))
        owner = (_inner(field.annotation) if field else None) or owner
    return list(owner.model_fields)


def _inner(annotation: object) -> type[Entry] | None:
    """The declaration that a field holds, one or many."""
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        return annotation
    return next(filter(None, map(_inner, get_args(annotation))), None)
