"""What we know, as data: sources, indicators, themes, benchmarks, rules, sentences.

Everything a reader sees and every threshold is declared in ``data/catalogue`` (TOML and one CSV);
this module reads it strictly, checks that the pieces fit together, and freezes the result.
"""

import difflib
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qpvlib import paths

YearStatus = Literal["verified", "deduced", "unknown"]


class QpvError(Exception):
    """A mistake of the user or of a file: told in French, shown without a traceback."""


class CatalogueError(QpvError):
    """The catalogue is wrong: every fault, each with its file, entry and field."""

    def __init__(self, faults: list[str]):
        self.faults = faults
        super().__init__("Catalogue :\n" + "\n".join(f"- {fault}" for fault in faults))


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Block(_Entry):
    """Columns of a source that share one data year per edition.

    ``years`` gives the data year of each edition; an edition left out has an unknown year, and the
    edition then stands in its place, said to be a file and not a year.
    """

    series: str = Field(description="only values of one series are ever subtracted")
    cite: str
    columns: tuple[str, ...]
    years: dict[int, int] = {}
    deduced: tuple[int, ...] = ()
    dates: dict[int, str] = Field(default={}, description="edition → date in words")
    estimate: bool = False
    note: str | None = None
    rounded: dict[str, tuple[int, ...]] = Field(
        default={}, description="column → editions published rounded to the unit"
    )
    rounded_levels: tuple[str, ...] = ()

    def year(self, edition: int) -> int:
        """Data year of an edition, or the edition itself where the year is unknown."""
        return self.years.get(edition, edition)

    def year_status(self, edition: int) -> YearStatus:
        """Whether that year was verified, deduced, or is unknown."""
        if edition not in self.years:
            return "unknown"
        return "deduced" if edition in self.deduced else "verified"


class SourceFile(_Entry):
    """One producer's file: its edition and its place under the raw folder."""

    edition: int
    path: str
    copies: tuple[str, ...] = ()
    level: str = ""
    rows: int = 0
    absent: int = Field(default=0, description="metropolitan QPV that an edition of it lacks")
    without: tuple[str, ...] = Field(default=(), description="columns this edition never had")


class Identity(_Entry):
    """Columns whose sum must equal another column, within a tolerance in units."""

    total: str
    parts: tuple[str, ...]
    tolerance: float = 0.0


class Total(_Entry):
    """A published total: the rows whose code starts with ``prefix`` sum to ``value``."""

    column: str
    edition: int
    prefix: str
    value: float


class Source(_Entry):
    """A family of producer's files of one shape."""

    title: str
    producer: str
    cite: str
    level: Literal["neighbourhood", "mixed", "school", "place", "perimeter", "outline", "list"]
    licence: str
    page: str = ""
    get: str = ""
    url: str | None = None
    updated: str
    kind: Literal["csv", "xls", "geojson"] = "csv"
    delimiter: str = ";"
    decimal: str = ","
    sheet: str | None = None
    header: int = 0
    key: str = ""
    key_pattern: str = ""
    edition_column: str | None = None
    edition_suffix: bool = Field(default=False, description="Q219 is Q2 of the 2019 edition")
    wide_years: Literal["", "_yy", "_yyyy"] = Field(default="", description="one column a year")
    level_column: str | None = None
    rows: int = Field(default=1, description="fewest rows a whole file has")
    codes: dict[str, str] = Field(default={}, description="column → pattern of text codes")
    text: tuple[str, ...] = ()
    skip: tuple[str, ...] = Field(default=(), description="keys of rows left out, such as totals")
    keep: dict[str, tuple[str, ...]] = Field(default={}, description="column → values kept")
    optional: tuple[str, ...] = Field(default=(), description="columns that some copies lack")
    departements: tuple[str, ...] = Field(default=(), description="those it covers; empty: all")
    percent: tuple[str, ...] = Field(default=(), description="columns that go from 0 to 100")
    renames: dict[str, str] = {}
    files: tuple[SourceFile, ...]
    blocks: dict[str, Block] = {}
    identities: tuple[Identity, ...] = ()
    totals: tuple[Total, ...] = ()

    def block_of(self, column: str) -> tuple[str, Block] | None:
        """The block that a column belongs to, or None."""
        return next(((n, b) for n, b in self.blocks.items() if column in b.columns), None)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column read, blocks' first, without repetition."""
        named = [c for b in self.blocks.values() for c in b.columns]
        return tuple(dict.fromkeys([*named, *self.text, *self.codes]))


class Input(_Entry):
    """Where an indicator's figures are: columns of one source, added together."""

    source: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] = ()


class Nearest(_Entry):
    """The nearest place of a kind: its distance, or a figure that it carries."""

    kind: Literal["college", "france_services", "hopital"]
    source: str
    column: str | None = None
    national: bool = Field(default=False, description="the list covers all metropolitan QPV")


class Noise(_Entry):
    """Two data years whose change measures the noise, or why there is none; and the reason."""

    years: tuple[int, int] | None = None
    reason: str


class Indicator(_Entry):
    """One indicator: what it says, how it is computed, how it may be read."""

    label: str
    short: str = ""
    noun: str = Field(description="with its article, to begin a sentence in lower case")
    feminine: bool = False
    plural: bool = False
    definition: str
    statement: str = Field(default="", description="a clause with {value}, {numerator}, …")
    theme: str
    unit: Literal["%", "€", "nombre", "indice", "rapport", "m", "€/m²", "personnes"]
    decimals: int
    favourable: Literal["higher", "lower", "none"]
    measure: Literal["value", "share", "count"]
    inputs: tuple[Input, ...]
    context: tuple[Input, ...] = ()
    nearest: Nearest | None = None
    family: str = ""
    denominator_name: str = ""
    leading_year: int | None = None
    leading_reason: str = ""
    noise: Noise
    caution: str = ""
    place: Literal["headline", "details", "identity"] = "details"
    breaks: tuple[int, ...] = Field(default=(), description="first year after each break")
    trend_from: int | None = Field(default=None, description="first year that a change may use")
    label_deduced: bool = Field(default=False, description="no label of its columns was seen")
    field_question: str = ""
    aside: str = Field(default="", description="a sentence that stands beside a vigilance point")
    strength: bool = Field(default=True, description="may be a point d'appui")

    @property
    def descriptive(self) -> bool:
        """Neither favourable nor unfavourable, never coloured."""
        return self.favourable == "none"


class Theme(_Entry):
    """One of the themes of a diagnosis."""

    label: str
    short: str
    chart: str
    look: str


class Benchmark(_Entry):
    """An area or a set of areas that a neighbourhood is compared with."""

    label: str
    short: str
    role: Literal["verdict", "context"]
    level: str


class NotMeasured(_Entry):
    """What the mandate names and no file gives, with the nearest clue."""

    label: str
    mandate: bool = False
    clue: str = ""
    indicators: tuple[str, ...] = ()
    partial: str = Field(default="", description="the clue where an indicator has no figure")


class Contract(_Entry):
    """A contrat de ville: its name and the intercommunality that leads it."""

    label: str
    short: str
    brief: str
    epci: str
    locative: str


class Rule(_Entry):
    """A threshold, with its reason."""

    value: float | int | list
    unit: str = ""
    reason: str
    elsewhere: str = Field(default="", description="the reason told outside the home département")
    public: bool = Field(default=True, description="told in the pages' method")


class Catalogue(_Entry):
    """The whole catalogue, checked."""

    sources: dict[str, Source]
    indicators: dict[str, Indicator]
    themes: dict[str, Theme]
    benchmarks: dict[str, Benchmark]
    not_measured: dict[str, NotMeasured]
    contracts: dict[str, Contract]
    rules: dict[str, Rule]
    phrases: dict[str, dict[str, str]]
    territory: dict[str, str]

    def rule(self, name: str) -> float | int | list:
        """Value of a rule of ``rules.toml``."""
        return self.rules[name].value

    def indicator(self, code: str) -> Indicator:
        """An indicator by its code; an unknown one is an error that offers the nearest."""
        if code not in self.indicators:
            raise QpvError(unknown("l'indicateur", code, self.indicators))
        return self.indicators[code]


def unknown(what: str, given: str, existing: object, listing: str = "") -> str:
    """French message for an unknown name: what was given, the nearest that exists.

    Parameters
    ----------
    what : str
        The kind of thing with its article (« l'indicateur »).
    given : str
    existing : iterable of str
    listing : str
        Where to see the whole list.
    """
    names = [str(name) for name in existing]
    lowered = {name.lower(): name for name in names}
    near = difflib.get_close_matches(given.lower(), lowered, n=1, cutoff=0.5)
    offer = f" Voulez-vous dire « {lowered[near[0]]} » ?" if near else ""
    return f"{what} « {given} » n'existe pas.{offer}{' ' + listing if listing else ''}"


# --- reading ---------------------------------------------------------------------------------

_KINDS: dict[str, tuple[str, type[_Entry]]] = {
    "sources": ("sources.toml", Source),
    "themes": ("themes.toml", Theme),
    "benchmarks": ("benchmarks.toml", Benchmark),
    "not_measured": ("not_measured.toml", NotMeasured),
    "contracts": ("contracts.toml", Contract),
    "rules": ("rules.toml", Rule),
}
_HOME = ("departement", "departement_name", "departement_in", "region", "region_name", "region_in")
_EXPECTED = {
    "int": "un nombre entier",
    "float": "un nombre",
    "string": "un texte entre guillemets",
    "bool": "true ou false",
    "tuple": "une liste entre crochets",
    "dict": "une table",
    "model": "une table",
}


def catalogue(folder: Path | None = None) -> Catalogue:
    """Read, check and freeze the catalogue, once for each folder.

    Raises
    ------
    CatalogueError
        With every fault, when a file is missing, a field unknown, or a name leads nowhere.
    """
    return _catalogue(folder or paths.catalogue())


@cache
def _catalogue(folder: Path) -> Catalogue:
    faults: list[str] = []
    read = {kind: _toml(folder, name, faults) for kind, (name, _) in _KINDS.items()}
    parts: dict = {
        kind: _entries(name, read[kind], model, faults) for kind, (name, model) in _KINDS.items()
    }
    files = [path.name for path in sorted(folder.glob("indicators-*.toml"))]
    declared = {name: _toml(folder, name, faults) for name in files}
    read["indicators"] = {code: table for part in declared.values() for code, table in part.items()}
    home = {code: name for name, part in declared.items() for code in part}
    parts["indicators"] = {
        code: entry
        for name, part in declared.items()
        for code, entry in _entries(name, part, Indicator, faults).items()
    }
    phrases = _toml(folder, "phrases.toml", faults)
    territory = _toml(folder, "territory.toml", faults).get("territory", {})
    faults += [
        f"territory.toml, [territory] : champ « {f} » absent" for f in _HOME if f not in territory
    ]
    for code, source in parts["sources"].items():
        faults += _source_faults(code, source)
    for code, indicator in parts["indicators"].items():
        faults += _indicator_faults(f"{home[code]}, [{code}]", indicator, parts, read)
    faults += _theme_faults(parts["themes"], read["indicators"])
    if faults:
        raise CatalogueError(faults)
    return Catalogue(**parts, phrases=phrases, territory=territory)


def _toml(folder: Path, name: str, faults: list[str]) -> dict:
    """A file of the catalogue; an unreadable one is a fault, and empty."""
    content = b""
    try:
        content = (folder / name).read_bytes()
        return tomllib.loads(content.decode("utf-8"))
    except FileNotFoundError:
        faults.append(f"{name} : fichier absent de {folder}")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        byte = f"octet 0x{content[error.start]:02X}"
        faults.append(f"{name}, ligne {line} : pas en UTF-8 ({byte}) ; l'enregistrer en UTF-8")
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"line (\d+), column (\d+)", str(error))
        line = f", ligne {where[1]}, caractère {where[2]}" if where else ", à la fin"
        faults.append(
            f"{name}{line} : ce n'est pas du TOML (guillemet, crochet ou signe = oublié, ou nom "
            "déclaré deux fois ?)"
        )
    return {}


def _entries(name: str, tables: dict, kind: type[_Entry], faults: list[str]) -> dict:
    entries = {}
    for code, table in tables.items():
        try:
            entries[code] = kind.model_validate(table)
        except ValidationError as error:
            faults += [_fault(name, code, kind, detail) for detail in error.errors()]
    return entries


def _fault(name: str, code: str, kind: type[_Entry], detail: dict) -> str:
    """A pydantic error in French: file, entry, field, what was found, what is expected."""
    place = f"{name}, [{code}]"
    field = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(detail["loc"][-1]), _fields(kind, detail["loc"]), n=1)
        offer = f", voulez-vous dire « {near[0]} » ?" if near else ""
        return f"{place} : champ « {field} » inconnu{offer}"
    if detail["type"] == "missing":
        return f"{place} : champ « {field} » absent"
    expected = _EXPECTED.get(detail["type"].partition("_")[0], "une autre forme")
    if detail["type"] == "literal_error":
        expected = detail["ctx"]["expected"].replace(" or ", " ou ").replace("'", "")
    given = re.sub(r"\s+", " ", repr(detail["input"]))[:60]
    return f"{place}, champ « {field} » : {given} refusé, attendu : {expected}"


def _fields(kind: type[_Entry], place: tuple) -> list[str]:
    """Names of the fields that stand where an unknown one was found."""
    inner = {
        "files": SourceFile, "blocks": Block, "identities": Identity, "totals": Total,
        "inputs": Input, "context": Input, "nearest": Nearest, "noise": Noise,
    }  # fmt: skip
    owner = inner.get(str(place[0]), kind) if len(place) > 1 else kind
    return list(owner.model_fields)


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
    return faults + [
        f"{place}, champ « totals » : {unknown('l’édition', str(total.edition), editions)}"
        for total in source.totals
        if total.edition not in editions
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


def _theme_faults(themes: dict[str, Theme], indicators: dict) -> list[str]:
    wrong = {
        code: unknown("l'indicateur", theme.chart, indicators)
        for code, theme in themes.items()
        if indicators and theme.chart not in indicators
    }
    return [f"themes.toml, [{code}], champ « chart » : {fault}" for code, fault in wrong.items()]


def slug(text: str) -> str:
    """ASCII, lower case, hyphens: a name fit for a file.

    >>> slug("Andrillons Ormes du Mail / Vésine")
    'andrillons-ormes-du-mail-vesine'
    """
    import unicodedata

    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
