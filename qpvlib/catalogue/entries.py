"""What may be declared: sources, indicators, themes, rules… each field, each type."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from qpvlib.catalogue.faults import QpvError, unknown

YearStatus = Literal["verified", "deduced", "unknown"]


class Entry(BaseModel):
    """A declaration: no unknown field, never changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    unsaid: ClassVar[tuple[str, ...]] = ()  # fields whose texts are not said as they are


class Censored(Entry):
    """A threshold under which a producer leaves a rate blank: the blank is then an upper bound."""

    below: int = Field(description="published from this count on")
    of: str = Field(description="column that the rate is a share of")
    noun: str = Field(description="what is counted, in the plural")
    reason: str = Field(description="the evidence")


class Block(Entry):
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
    censored: dict[str, Censored] = {}

    def year(self, edition: int) -> int:
        """Data year of an edition, or the edition itself where the year is unknown."""
        return self.years.get(edition, edition)

    def year_status(self, edition: int) -> YearStatus:
        """Whether that year was verified, deduced, or is unknown."""
        if edition not in self.years:
            return "unknown"
        return "deduced" if edition in self.deduced else "verified"


class SourceFile(Entry):
    """One producer's file: its edition and its place under the raw folder."""

    edition: int
    path: str
    copies: tuple[str, ...] = ()
    level: str = ""
    rows: int = 0
    absent: int = Field(default=0, description="metropolitan QPV that an edition of it lacks")
    without: tuple[str, ...] = Field(default=(), description="columns this edition never had")


class Identity(Entry):
    """Columns whose sum must equal another column, within a tolerance in units."""

    total: str
    parts: tuple[str, ...]
    tolerance: float = 0.0


class Total(Entry):
    """A published total: the rows whose code starts with ``prefix`` sum to ``value``."""

    column: str
    edition: int
    prefix: str
    value: float


class Source(Entry):
    """A family of producer's files of one shape."""

    unsaid = ("key_pattern", "codes")
    title: str
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

    def editions(self, columns: tuple[str, ...]) -> list[int]:
        """Editions that have these columns of one block, as far as they are declared."""
        _, block = self.block_of(columns[0])
        if self.edition_column or self.wide_years:
            return list(block.years)
        return [f.edition for f in self.files if not set(columns) & set(f.without)]

    def years(self, columns: tuple[str, ...]) -> dict[int, YearStatus]:
        """Data years of those editions, and how each is known."""
        _, block = self.block_of(columns[0])
        return {block.year(e): block.year_status(e) for e in self.editions(columns)}


class Input(Entry):
    """Where an indicator's figures are: columns of one source, added together."""

    source: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All that it reads."""
        return (*self.numerator, *self.denominator)


class Nearest(Entry):
    """The nearest place of a kind: its distance, or a figure that it carries."""

    kind: Literal["college", "france_services", "hopital"]
    source: str
    column: str | None = None
    national: bool = Field(default=False, description="the list covers all metropolitan QPV")


class Noise(Entry):
    """Two data years whose change measures the noise, or why there is none; and the reason."""

    years: tuple[int, int] | None = None
    reason: str


class Indicator(Entry):
    """One indicator: what it says, how it is computed, how it may be read."""

    unsaid = (
        "statement",
        "asset",
    )
    label: str
    short: str = ""
    noun: str = Field(description="with its article, to begin a sentence in lower case")
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
    strength: bool = Field(default=True, description="few of them is good news")
    asset: str | None = Field(
        default=None,
        description="its clause as a point d'appui, of what people have; empty: never one",
    )

    @property
    def descriptive(self) -> bool:
        """Neither favourable nor unfavourable, never coloured."""
        return self.favourable == "none"


class Theme(Entry):
    """One of the themes of a diagnosis."""

    label: str
    short: str
    chart: str
    look: str


class NotMeasured(Entry):
    """What the mandate names and no file gives, with the nearest clue."""

    label: str
    mandate: bool = False
    clue: str = ""
    indicators: tuple[str, ...] = ()
    partial: str = Field(default="", description="the clue where an indicator has no figure")


class Contract(Entry):
    """A contrat de ville: its name and the intercommunality that leads it."""

    label: str
    short: str
    brief: str
    epci: str
    locative: str


class Name(Entry):
    """A neighbourhood's name after a noun: « du Plateau », « d'Argonne »."""

    of: str


class Rule(Entry):
    """A threshold, with its reason."""

    value: float | int | list
    unit: str = ""
    reason: str
    elsewhere: str = Field(default="", description="the reason told outside the home département")
    public: bool = Field(default=True, description="told in the pages' method")


class Catalogue(Entry):
    """The whole catalogue, checked."""

    sources: dict[str, Source]
    indicators: dict[str, Indicator]
    themes: dict[str, Theme]
    not_measured: dict[str, NotMeasured]
    contracts: dict[str, Contract]
    names: dict[str, Name]
    rules: dict[str, Rule]
    phrases: dict[str, dict[str, str]]
    territory: dict[str, str]
    home: dict[str, str] = Field(description="indicator → the file that declares it")

    def rule(self, name: str) -> float | int | list:
        """Value of a rule of ``rules.toml``, in the unit that the rule declares."""
        return self.rules[name].value

    def indicator(self, code: str) -> Indicator:
        """An indicator by its code; an unknown one is an error that offers the nearest."""
        if code not in self.indicators:
            raise QpvError(unknown("l'indicateur", code, self.indicators))
        return self.indicators[code]

    def place(self, code: str) -> str:
        """Where an indicator is declared, as a fault names it."""
        return f"{self.home[code]}, [{code}]"
