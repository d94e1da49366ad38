"""The declarations of ``data/catalogue`` (TOML), read strictly, checked, frozen."""

import re
import tomllib
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from qpvlib.catalogue.entries import (
    Catalogue,
    Contract,
    Indicator,
    Likeness,
    Name,
    NotMeasured,
    ResourceType,
    Rule,
    Theme,
    Topic,
    TraitFamily,
)
from qpvlib.catalogue.faults import Faults, QpvError, misread, near, strangers, unknown
from qpvlib.catalogue.producers import Entry, Source
from qpvlib.catalogue.sentences import (
    TO_FILL,
    group_faults,
    phrase_faults,
    statement_fault,
    texts,
    unsound,
)
from qpvlib.project import current, kept

# --- reading ---------------------------------------------------------------------------------

_KINDS: dict[str, tuple[str, type[Entry]]] = {
    "sources": ("sources.toml", Source),
    "resources": ("resources.toml", ResourceType),
    "themes": ("themes.toml", Theme),
    "not_measured": ("not_measured.toml", NotMeasured),
    "traits": ("traits.toml", TraitFamily),
    "needs": ("needs.toml", Topic),
    "contracts": ("contracts.toml", Contract),
    "names": ("names.toml", Name),
    "rules": ("rules.toml", Rule),
    "similar": ("similar.toml", Likeness),
}
HEAD = "Catalogue :"
_HOME = (
    "departement", "departement_name", "departement_of", "departement_in", "region", "region_name",
    "region_in", "office", "contact",
)  # fmt: skip
_EXPECTED = {
    "int": "un nombre entier",
    "float": "un nombre",
    "string": "un texte entre guillemets",
    "bool": "true ou false",
    "tuple": "une liste entre crochets",
    "dict": "une table",
    "model": "une table",
    "date": "une date (2026-09-15)",
}


@kept("root")
def catalogue() -> Catalogue:
    """Read, check and freeze the catalogue of the current project.

    Raises
    ------
    Faults
        Every one, when a file is missing, a field unknown, or a name leads nowhere.
    """
    folder = current().catalogue
    faults: list[str] = []
    read = {kind: toml_file(folder, name, faults) for kind, (name, _) in _KINDS.items()}
    parts: dict = {
        kind: entries(name, read[kind], model, faults) for kind, (name, model) in _KINDS.items()
    }
    files = [path.name for path in sorted(folder.glob("indicators-*.toml"))]
    declared = {name: toml_file(folder, name, faults) for name in files}
    read["indicators"] = {code: table for part in declared.values() for code, table in part.items()}
    home = {code: name for name, part in declared.items() for code in part}
    parts["indicators"] = {
        code: entry
        for name, part in declared.items()
        for code, entry in entries(name, part, Indicator, faults).items()
    }
    said = ["phrases.toml", *(path.name for path in sorted(folder.glob("phrases-*.toml")))]
    phrases = {name: toml_file(folder, name, faults) for name in said}
    faults += phrase_faults(phrases)
    home_file = toml_file(folder, "territory.toml", faults)
    territory = home_file.get("territory", {})
    faults += _territory_faults(territory) if home_file else []
    for code, source in parts["sources"].items():
        faults += _source_faults(code, source)
        if source.resource:
            faults += _resource_faults(f"sources.toml, [{code}.resource]", source, read)
    for code, indicator in parts["indicators"].items():
        faults += _indicator_faults(f"{home[code]}, [{code}]", indicator, parts, read)
    if all(declared.values()):  # a file that cannot be read would accuse the others
        faults += _told_faults(parts, read["indicators"])
    if faults:
        raise Faults(HEAD, faults)
    groups = {group: table for part in phrases.values() for group, table in part.items()}
    return Catalogue(**parts, phrases=groups, territory=territory, home=home)


def toml_file(folder: Path, name: str, faults: list[str]) -> dict:
    """A file of the catalogue; an unreadable one is a fault, and empty."""
    try:
        return toml(folder / name)
    except QpvError as error:
        faults.append(str(error))
        return {}


def toml(place: Path) -> dict:
    """A TOML file that people edit.

    Raises
    ------
    QpvError
        When it is absent, not UTF-8, or not TOML: the line, what to do.
    """
    try:
        return tomllib.loads(place.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        told = f" : fichier absent de {place.parent}"
    except UnicodeDecodeError as error:
        line, byte = misread(error)
        told = f", ligne {line} : pas en UTF-8 ({byte}) ; l'enregistrer en UTF-8"
    except (ValueError, RecursionError) as error:  # a number of 5 000 digits, nested brackets
        where = re.search(r"line (\d+), column (\d+)", str(error))
        line = f", ligne {where[1]}, caractère {where[2]}" if where else ", à la fin"
        told = (
            f"{line} : ce n'est pas du TOML (guillemet, crochet ou signe = oublié, ou nom déclaré "
            "deux fois ?)"
        )
    raise QpvError(place.name + told)


def entries(name: str, tables: dict, kind: type[Entry], faults: list[str]) -> dict:
    """The entries of a file that are well declared; the others are faults."""
    valid = {}
    for code, table in tables.items():
        try:
            valid[code] = kind.model_validate(table)
        except ValidationError as error:
            place, refused = f"{name}, [{code}]", error.errors()
            faults += [entry_fault(place, kind, detail) for detail in refused]
            wrong = {detail["loc"][0] for detail in refused if detail["loc"]}
            faults += _draft_faults(place, {f: table[f] for f in table if f not in wrong})
        else:
            place = f"{name}, [{code}]"
            faults += _brace_faults(place, kind, table) + _draft_faults(place, table)
    return valid


def _draft_faults(place: str, table: dict) -> list[str]:
    """Fields of a pasted draft that nobody has completed yet."""
    return [
        f"{place}, champ « {field} » : « {TO_FILL} » : à lire chez le producteur, et à écrire"
        for field, content in table.items()
        if any(TO_FILL in text for text in texts(content))
    ]


def _brace_faults(place: str, kind: type[Entry], table: dict) -> list[str]:
    """Texts that are said as they are: a brace would be read."""
    return [
        f"{place}, champ « {field} » : {wrong}"
        for field, content in table.items()
        if field not in kind.unsaid
        for text in texts(content)
        if (wrong := unsound(text))
    ]


def entry_fault(place: str, kind: type[Entry], detail: dict) -> str:
    """A pydantic error in French: place, field, what was found, what is expected."""
    field = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        nearest = near(str(detail["loc"][-1]), _fields(kind, detail["loc"]))
        offer = f", voulez-vous dire « {nearest} » ?" if nearest else ""
        return f"{place} : champ « {field} » inconnu{offer}"
    if detail["type"] == "missing":
        return f"{place} : champ « {field} » absent"
    expected = _EXPECTED.get(detail["type"].partition("_")[0], "une autre forme")
    if detail["type"] == "literal_error":
        expected = detail["ctx"]["expected"].replace(" or ", " ou ").replace("'", "")
    given = re.sub(r"\s+", " ", repr(detail["input"]))[:60]
    where = f"{place}, champ « {field} »" if field else place
    return f"{where} : {given} refusé, attendu : {expected}"


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


def _territory_faults(territory: dict) -> list[str]:
    place = "territory.toml, [territory]"
    if not isinstance(territory, dict):
        return [f"{place} : une table est attendue"]
    absent = [f"{place} : champ « {f} » absent" for f in _HOME if f not in territory]
    others = strangers(place, "le champ", territory, (*_HOME, "axes"))
    return absent + others + group_faults(place, territory, {})


def _source_faults(code: str, source: Source) -> list[str]:
    """Columns and editions that a source's own checks name and that it does not have."""
    place = f"sources.toml, [{code}]"
    columns, editions = source.columns, [entry.edition for entry in source.files]
    named = [("percent", column) for column in source.percent]
    named += [("totals", total.column) for total in source.totals]
    named += [
        ("identities", column)
        for identity in source.identities
        for column in (identity.total, *identity.parts)
    ]
    faults = [
        f"{place}, champ « {field} » : {unknown('la colonne', column, columns)}"
        for field, column in named
        if column not in columns
    ]
    faults += [
        f"{place}, champ « totals » : {unknown('l’édition', str(total.edition), editions)}"
        for total in source.totals
        if total.edition not in editions
    ]
    return faults + [
        f"{place}, champ « blocks.{name}.deduced » : l'édition {edition} n'a pas d'année dans years"
        for name, block in source.blocks.items()
        for edition in block.deduced
        if edition not in block.years
    ]


def _resource_faults(place: str, source: Source, read: dict) -> list[str]:
    """Columns that a list does not read, and types that no one declares."""
    listed = source.resource
    known = [*(c for b in source.blocks.values() for c in b.columns), *source.text]
    types = [*listed.types.values(), *([] if listed.by else [listed.type])]
    faults = [
        f"{place} : {unknown('la colonne', column, known)}"
        for column in listed.columns
        if column not in known
    ]
    return faults + [
        f"{place} : {unknown('le type', name, read['resources'])}"
        for name in types
        if read["resources"] and name not in read["resources"]
    ]


def _indicator_faults(place: str, indicator: Indicator, parts: dict, read: dict) -> list[str]:
    """Names that lead nowhere; what a file with a fault declares is not unknown for all that."""
    faults = []
    if read["themes"] and indicator.theme not in read["themes"]:
        wrong = unknown("le thème", indicator.theme, read["themes"])
        faults.append(f"{place}, champ « theme » : {wrong}")
    if not indicator.inputs and not indicator.nearest:
        faults.append(f"{place} : ni « inputs » ni « nearest » : aucun chiffre à lire")
    if any((indicator.measure == "share") != bool(entry.denominator) for entry in indicator.inputs):
        faults.append(f"{place} : une part (share) a un dénominateur, et elle seule")
    for field, entries in (("inputs", indicator.inputs), ("context", indicator.context)):
        for entry in entries:
            named = (*entry.numerator, *entry.denominator)
            faults += _named(f"{place}, champ « {field} »", entry.source, named, parts, read)
    if indicator.nearest:
        faults += _named(f"{place}, champ « nearest »", indicator.nearest.source, (), parts, read)
    if not indicator.descriptive:
        faults += [
            f"{place}, champ « {field} » absent : un indicateur qui a un sens (« favourable ») se "
            "dit par une phrase et a une famille"
            for field in ("family", "statement")
            if not getattr(indicator, field)
        ]
    return [
        *faults,
        *(
            f"{place}, champ « {field} » : {wrong}"
            for field in ("statement", "asset")
            if (wrong := statement_fault(indicator, getattr(indicator, field) or ""))
        ),
        *(f"{place}, champ « noise » : {wrong}" for wrong in _noise_faults(indicator, parts)),
    ]


def _noise_faults(indicator: Indicator, parts: dict) -> list[str]:
    """Two years whose change measures nothing: none before the other, or never published."""
    if indicator.noise.years is None:
        return []
    first, second = indicator.noise.years
    if first >= second:
        return [f"{first} n'est pas avant {second}"]
    known: dict[int, str] = {}
    for entry in indicator.inputs:
        source = parts["sources"].get(entry.source)
        if source is None or not all(map(source.block_of, entry.columns)):
            return []  # told already
        known = source.years(entry.columns) | known
    held = ", ".join(map(str, sorted(known)))
    faults = [
        f"aucune édition ne donne {year} ; il y a : {held}"
        for year in (first, second)
        if year not in known
    ]
    if not faults and (known[first] == "unknown") != (known[second] == "unknown"):
        faults = [f"de {first} et {second}, l'une est l'édition d'un fichier d'année inconnue"]
    return faults


def _named(place: str, name: str, columns: tuple[str, ...], parts: dict, read: dict) -> list[str]:
    if name not in read["sources"]:
        wrong = unknown("la source", name, read["sources"])
        return [f"{place} : {wrong}"] if read["sources"] else []
    source = parts["sources"].get(name)
    if source is None:
        return []
    known = [c for b in source.blocks.values() for c in b.columns]
    return [
        f"{place} : {unknown(f'la colonne de [{name}]', column, known)}"
        for column in columns
        if column not in known
    ]


def _told_faults(parts: dict, indicators: dict) -> list[str]:
    """Traits, needs and likeness that rest on what is not declared."""
    faults = strangers("similar.toml", "l'indicateur", parts["similar"], indicators)
    for code, family in parts["traits"].items():
        place = f"traits.toml, [{code}]"
        faults += strangers(place, "l'indicateur", family.indicators, indicators)
        faults += strangers(place, "l'indicateur", family.composition, family.indicators)
        if parts["themes"]:
            faults += strangers(place, "le thème", [family.theme], parts["themes"])
    for code, topic in parts["needs"].items():
        place, own = f"needs.toml, [{code}]", topic.indicators
        faults += strangers(place, "l'indicateur", own, indicators)
        faults += strangers(place, "l'indicateur", filter(None, [topic.commune]), own)
        faults += strangers(place, "l'indicateur", topic.together, own)
        faults += strangers(place, "l'indicateur", topic.said, own)
        for name in {*own} & {*parts["indicators"]}:
            told = topic.said.get(name, "")
            wrong = statement_fault(parts["indicators"][name], told) if told else "absent"
            faults += [f"{place}, champ « said.{name} » : {wrong}"] if wrong else []
    return faults
