"""What may be declared of producers' files: columns, editions, data years, what their rows mean."""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

Whole = Annotated[int, Field(strict=True)]  # « "1" » is a text, and 1.0 not a year
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
    years: dict[int, Whole] = {}
    deduced: tuple[Whole, ...] = ()
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

    edition: Whole
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


class Listed(Entry):
    """How the rows of a list become named resources, by the columns that tell of each.

    The key of a list that is ``coded`` (UAI, Finess…) is that of the same place in other lists.
    """

    type: str = Field(default="", description="of resources.toml, when all rows are of one")
    by: str = Field(default="", description="column that tells the type")
    types: dict[str, str] = Field(default={}, description="its values → types; others are left")
    name: str = ""
    address: tuple[str, ...] = ()
    commune: str = Field(default="", description="a name or a code; else what ends the address")
    post: str = Field(default="", description="commune of the address: of another, it is left")
    spelling: dict[str, str] = Field(default={}, description="misspelt in it → as it is written")
    detail: str = ""
    details: dict[str, str] = Field(default={}, description="its values → words; others unsaid")
    spot: tuple[str, ...] = Field(description="columns x, y; or one, « latitude, longitude »")
    metres: bool = Field(default=False, description="x and y in Lambert-93, not in degrees")
    dated: str = Field(default="", description="column of each row's own date, else the edition")
    coded: bool = True
    to_check: bool = Field(default=False, description="old: never today's supply")

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that it names."""
        named = (self.by, self.name, *self.address, self.commune, self.post, self.detail)
        return tuple(column for column in (*named, self.dated, *self.spot) if column)


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
    kind: Literal["csv", "xls", "geojson", "finess"] = "csv"
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
    simplified: int = Field(default=0, description="metres off the exact outlines, at most")
    renames: dict[str, str] = {}
    if_there: bool = Field(default=False, description="read where it is; nothing said elsewhere")
    repeats: bool = Field(default=False, description="a key may come again")
    resource: Listed | None = None
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
