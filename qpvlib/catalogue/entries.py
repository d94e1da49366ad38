"""What may be declared besides: indicators, themes, traits, needs, rules… each field, each type."""

from typing import Literal

from pydantic import Field

from qpvlib.catalogue.faults import QpvError, unknown
from qpvlib.catalogue.producers import Entry, Input, Nearest, Source, Whole


class Noise(Entry):
    """Two data years whose change measures the noise, or why there is none; and the reason."""

    years: tuple[Whole, Whole] | None = None
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
    decimals: Whole = Field(ge=0, le=4)
    favourable: Literal["higher", "lower", "none"]
    measure: Literal["value", "share", "count"]
    part_of: str | None = Field(
        default=None, description="the count that a rate is a part of; empty: of no count"
    )
    inputs: tuple[Input, ...]
    context: tuple[Input, ...] = ()
    later: tuple[Input, ...] = Field(
        default=(), description="on the perimeters of 2024 alone, for their own pages"
    )
    nearest: Nearest | None = None
    family: str = ""
    leading: Literal["latest", "compared"] = Field(
        default="latest", description="year pages lead with; compared: nearly all, benchmarks too"
    )
    noise: Noise
    caution: str = ""
    place: Literal["headline", "details", "identity"] = "details"
    breaks: tuple[Whole, ...] = Field(default=(), description="first year after each break")
    trend_from: Whole | None = Field(default=None, description="first year that a change may use")
    label_deduced: bool = Field(default=False, description="no label of its columns was seen")
    field_question: str = ""
    aside: str = Field(default="", description="a sentence that stands beside a need")
    strength: bool = Field(default=True, description="few of them is good news")
    asset: str | None = Field(
        default=None,
        description="its clause as a point d'appui, of what people have; empty: never one",
    )

    @property
    def descriptive(self) -> bool:
        """Neither favourable nor unfavourable, never coloured."""
        return self.favourable == "none"


class ResourceType(Entry):
    """A kind of place that people go to, in the order of its usefulness."""

    label: str
    family: str = Field(description="of three shown first, one a family")
    unnamed: bool = Field(default=False, description="its name may be a person's: not kept")


class Theme(Entry):
    """One of the themes of a diagnosis."""

    label: str
    short: str


class NotMeasured(Entry):
    """What the mandate names and no file gives, with the nearest clue."""

    label: str
    mandate: bool = False
    clue: str = ""
    indicators: tuple[str, ...] = ()
    partial: str = Field(default="", description="the clue where an indicator has no figure")


class TraitFamily(Entry):
    """Indicators that may distinguish a neighbourhood, the first that does being told."""

    theme: str
    indicators: dict[str, Literal["higher", "lower", "both"]]
    composition: tuple[str, ...] = Field(default=(), description="those that name no public")


class Topic(Entry):
    """What a neighbourhood may need, and the indicators that tell it."""

    unsaid = ("said",)
    label: str
    indicators: tuple[str, ...]
    commune: str = Field(default="", description="a need against the commune too")
    together: tuple[str, ...] = Field(default=(), description="told in one sentence")
    second: str = Field(default="", description="short name of the other one told with the first")
    held: str = Field(default="", description="its name as an asset, told of the others")
    said: dict[str, str] = Field(description="in few words, with its value, by indicator")


class Request(Entry):
    """A figure to ask for, at the scale of the neighbourhood, and what it would serve.

    What it concerns: what is not measured (``not_measured``), an indicator blank in some
    neighbourhoods, which alone are then asked about (``unpublished``), or one whose question to
    the field it throws light on (``answers``).
    """

    label: str
    numerator: str
    denominator: str = Field(default="", description="empty: a count alone")
    unit: str
    period: str = Field(description="the year wanted, in words")
    use: str = Field(description="a sentence")
    not_measured: tuple[str, ...] = ()
    unpublished: str = ""
    answers: str = ""


class Likeness(Entry):
    """A figure by which neighbourhoods resemble each other: its year, the same for all, and why."""

    year: int
    reason: str


class Body(Entry):
    """An organisation that holds figures, never a person, and what it is asked for."""

    name: str
    home: str = Field(description="its name in the home département")
    minimum: int = Field(ge=1, description="smallest count asked for; fewer are hidden")
    requests: dict[str, Request] = Field(min_length=1)


class Contract(Entry):
    """A contrat de ville: its name and the intercommunality that leads it."""

    label: str
    short: str
    brief: str
    epci: str
    unchanged_since: int | None = Field(
        default=None, description="first year since which its perimeter has not changed"
    )
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
    resources: dict[str, ResourceType]
    themes: dict[str, Theme]
    not_measured: dict[str, NotMeasured]
    traits: dict[str, TraitFamily]
    needs: dict[str, Topic]
    contracts: dict[str, Contract]
    names: dict[str, Name]
    rules: dict[str, Rule]
    similar: dict[str, Likeness]
    phrases: dict[str, dict[str, str]]
    territory: dict[str, str]
    home: dict[str, str] = Field(description="indicator → the file that declares it")

    def rule(self, name: str) -> float | int | list:
        """Value of a rule of ``rules.toml``, in the unit that the rule declares."""
        if name not in self.rules:
            raise QpvError(f"rules.toml : {unknown('la règle', name, self.rules)} La déclarer.")
        return self.rules[name].value

    def indicator(self, code: str) -> Indicator:
        """An indicator by its code; an unknown one is an error that offers the nearest."""
        if code not in self.indicators:
            raise QpvError(unknown("l'indicateur", code, self.indicators))
        return self.indicators[code]

    def place(self, code: str) -> str:
        """Where an indicator is declared, as a fault names it."""
        return f"{self.home[code]}, [{code}]"
