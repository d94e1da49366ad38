"""The declarations of ``data/catalogue`` (TOML), read strictly, checked, frozen."""

from pathlib import Path

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
from qpvlib.catalogue.faults import near, strangers, unknown
from qpvlib.catalogue.indicated import indicator_faults, together_faults
from qpvlib.catalogue.producers import Entry, Source
from qpvlib.catalogue.sentences import group_faults, phrase_faults, statement_fault
from qpvlib.catalogue.strict import entries
from qpvlib.catalogue.written import refused, toml_file
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
ALIKE = 0.85  # names of indicators that differ by a letter or two
_HOME = (
    "departement", "departement_name", "departement_of", "departement_in", "region", "region_name",
    "region_in", "office", "contact",
)  # fmt: skip


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
    read["indicators"], parts["indicators"], home = _indicators(folder, faults)
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
    groups = {group: table for part in phrases.values() for group, table in part.items()}
    read["polarity"] = groups.get("polarity", {})
    for code, indicator in parts["indicators"].items():
        faults += indicator_faults(f"{home[code]}, [{code}]", indicator, parts, read)
    faults += together_faults(home, parts["indicators"])
    faults += _told_faults(parts, read["indicators"])
    if faults:
        raise refused(faults)
    return Catalogue(**parts, phrases=groups, territory=territory, home=home)


def _indicators(folder: Path, faults: list[str]) -> tuple[dict, dict, dict[str, str]]:
    """The file of each indicator declared, those well declared, the file of each that was read."""
    files = [path.name for path in sorted(folder.glob("indicators-*.toml"))]
    declared = {name: toml_file(folder, name, faults) for name in files}
    home = {code: name for name, part in reversed(declared.items()) for code in part}
    every = [(code, name) for name, part in declared.items() for code in part]
    twice = {code: name for code, name in every if name != home[code]}
    faults += [
        f"{home[code]}, [{code}] : aussi dans {name} ; n'en garder qu'une, ou en renommer une"
        for code, name in twice.items()
    ]
    valid = {
        code: entry
        for name, part in declared.items()
        for code, entry in entries(name, part, Indicator, faults).items()
        if code not in twice
    }
    # Of a file that cannot be read, nothing is known: it would accuse the others.
    return home if all(declared.values()) else {}, valid, home


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


def _told_faults(parts: dict, home: dict[str, str]) -> list[str]:
    """Traits, needs and likeness that rest on what is not declared; ``home`` empty: not known."""
    if not home:
        return []
    renamed = _renamed(parts, home)
    known = {*home, *renamed}
    faults = [
        f"{home[new]}, [{new}] : {', '.join(files)} disent « {old} », qui n'est plus déclaré. "
        "Reprendre ce nom, ou le changer partout"
        for old, (new, files) in renamed.items()
    ]
    faults += strangers("similar.toml", "l'indicateur", parts["similar"], known)
    for code, family in parts["traits"].items():
        place = f"traits.toml, [{code}]"
        faults += strangers(place, "l'indicateur", family.indicators, known)
        faults += strangers(place, "l'indicateur", family.composition, family.indicators)
        if parts["themes"]:
            faults += strangers(place, "le thème", [family.theme], parts["themes"])
    for code, topic in parts["needs"].items():
        faults += _topic_faults(f"needs.toml, [{code}]", topic, parts["indicators"], known)
    return faults


def _topic_faults(
    place: str, topic: Topic, indicators: dict[str, Indicator], known: set[str]
) -> list[str]:
    own = topic.indicators
    faults = strangers(place, "l'indicateur", own, known)
    for names in (filter(None, [topic.commune]), topic.together, topic.said):
        faults += strangers(place, "l'indicateur", names, own)
    for name in {*own} & {*indicators}:
        told = topic.said.get(name, "")
        wrong = statement_fault(indicators[name], told) if told else "absent"
        faults += [f"{place}, champ « said.{name} » : {wrong}"] if wrong else []
    return faults


def _renamed(parts: dict, home: dict[str, str]) -> dict[str, tuple[str, list[str]]]:
    """Names that other files tell and that are not declared, when one that none tells is near."""
    named: dict[str, list[str]] = {}
    told = {"traits.toml": parts["traits"].values(), "needs.toml": parts["needs"].values()}
    codes = {file: [c for one in rows for c in one.indicators] for file, rows in told.items()}
    for file, some in (codes | {"similar.toml": parts["similar"]}).items():
        for code in dict.fromkeys(some):
            named.setdefault(code, []).append(file)
    spare = [code for code in home if code not in named]
    near_ = {code: near(code, spare, ALIKE) for code in named if code not in home}
    return {old: (new, named[old]) for old, new in near_.items() if new}
