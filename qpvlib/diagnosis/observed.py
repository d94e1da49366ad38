"""A published figure of an area, as it may be told: before any comparison."""

import re
from dataclasses import dataclass, field

import pandas as pd

from qpvlib.catalogue import Indicator, catalogue, wording
from qpvlib.tables import indicators
from qpvlib.tables.areas import Neighbourhood, neighbourhood

OBSERVED = (
    "area", "value", "decimals", "numerator", "denominator", "status", "note", "year",
    "year_status", "edition", "source",
)  # fmt: skip


UNKNOWN, DEDUCED = "¹", "²"  # the footnotes of a page


@dataclass(frozen=True)
class Observed:
    """A figure as it was published.

    Attributes
    ----------
    value, numerator, denominator : float
        In the indicator's unit; missing, never 0, where ``status`` is ``not_published``.
    year, year_status, edition : int, str, int
        Data year, how it is known, and the file it comes from.
    marks : int
        Edition that the page's footnote ¹ stands for: a year that is not sure then has its mark
        (¹ unknown, ² deduced), and not its words. 0 where the page has no footnotes.
    """

    code: str
    declared: Indicator
    area: str
    generation: str
    value: float
    decimals: int
    numerator: float
    denominator: float
    status: str
    note: str
    year: int
    year_status: str
    edition: int
    source: str
    marks: int = field(default=0, kw_only=True)

    @property
    def place(self) -> Neighbourhood:
        """The neighbourhood it is the figure of."""
        return neighbourhood(self.area)

    @property
    def published(self) -> bool:
        """Whether there is a value."""
        return bool(pd.notna(self.value))

    @property
    def bound(self) -> float | None:
        """What a hidden rate is at most, in percent; None for any other figure."""
        return 100 * self.numerator / self.denominator if self.status == "censored" else None

    @property
    def fewer(self) -> str:
        """« moins de 11 logements sociaux vacants », of a hidden rate."""
        name, _, block = self.source.partition("/")
        column = self.declared.inputs[0].numerator[0]
        noun = catalogue().sources[name].blocks[block].censored[column].noun
        return wording.say("figure", "fewer", n=int(self.numerator), noun=noun)

    @property
    def hidden(self) -> str:
        """« moins de 11 logements sociaux vacants, soit moins de 1,5 % »."""
        return wording.say("figure", "that_is", value=self.fewer, counts=self.amount)

    @property
    def few(self) -> bool:
        """Too few people or households for a percentage: the count alone is told.

        A blank denominator is not few: nothing is then known of it.
        """
        share = self.declared.measure == "share"
        return share and self.denominator < catalogue().rule("count_alone")

    def text(self, value: float) -> str:
        """Any value in this indicator's unit, with this figure's decimals."""
        return wording.value(value, self.declared.unit, int(self.decimals))

    @property
    def amount(self) -> str:
        """« 37 % », « moins de 1,5 % » where only a bound is known, or « non publié »."""
        if self.bound is not None:
            return wording.say("figure", "below", value=self.text(self.bound))
        return self.text(self.value)

    @property
    def counts(self) -> str:
        """« 145 des 497 » of a share; nothing of another measure, nor of a blank."""
        return self._counted("of") if self.declared.measure == "share" and self.published else ""

    def _counted(self, key: str, part: float | None = None) -> str:
        return wording.say(
            "figure", key, part=wording.number(self.numerator if part is None else part),
            whole=wording.number(self.denominator),
        )  # fmt: skip

    def beside(self, shown: str, value: float) -> str:
        """What it is read against: a percentage has its count where the counts stand alone.

        « 38,1 %, l'équivalent de 33 sur 87 »: a count is never compared with a percentage.
        """
        if not (self.few and self.published) or pd.isna(value):
            return shown
        counts = self._counted("out_of", self.equivalent(value))
        return wording.say("figure", "equivalent", value=shown, counts=counts)

    def equivalent(self, share: float) -> float:
        """How many of its people a share in percent would be."""
        return share * self.denominator / 100

    @property
    def shown(self) -> str:
        """« 37 % »; « 33 des 87 » where they are few; « non publié »."""
        return self.counts if self.few and self.published else self.amount

    @property
    def brief(self) -> str:
        """The same in a narrow cell: « 37 % », « 33 / 87 », « n. p. »."""
        if self.bound is not None:
            return wording.say("figure", "below_short", value=self.text(self.bound))
        if not self.published:
            return wording.say("figure", "blank_short")
        return self._counted("brief") if self.few else self.amount

    @property
    def full(self) -> str:
        """The same in a sentence of its own: « 37 %, soit 145 sur 497 », « 33 sur 87 »."""
        if self.declared.measure != "share" or not self.published:
            return self.amount
        counts = self._counted("out_of")
        return (
            counts
            if self.few
            else wording.say("figure", "that_is", value=self.amount, counts=counts)
        )

    @property
    def short(self) -> str:
        """« 37 % », « 33 sur 87 »."""
        return self._counted("out_of") if self.few and self.published else self.amount

    @property
    def blank(self) -> str:
        """« non publié », with the note of the file where there is one; or what bounds it."""
        if self.bound is not None:
            return self.hidden
        key = "blank_note" if self.note else "blank"
        return wording.say("figure", key, note=self.note)

    @property
    def when(self) -> str:
        """Its data year, in words; « ¹ » or « 2018² » on a page that has footnotes."""
        told = wording.year(self.year, self.year_status, self.edition, self.source)
        if not self.marks or self.year_status == "verified":
            return told
        if self.year_status == "deduced":
            return f"{told}{DEDUCED}"
        return UNKNOWN if self.edition == self.marks else told

    def dates(self, text: str) -> str:
        """A text followed by its year: « 37 % (2021) », « 37 %¹ »."""
        return f"{text}{UNKNOWN}" if self.when == UNKNOWN else f"{text} ({self.when})"

    @property
    def dated(self) -> str:
        """« 37 % (2021) »."""
        return self.dates(self.shown)

    @property
    def cite(self) -> str:
        """How its source is cited."""
        return indicators.cite(self.source)

    @property
    def statement(self) -> str:
        """What it says of its area, with its year: the clause of every finding."""
        share = self.declared.measure == "share"
        told = "{numerator} sur {denominator} ({value})" if share else "{value}"
        return self.says(self.declared.statement or f"{self.declared.noun} : {told}")

    def says(self, text: str) -> str:
        """The same in other words, with ``{value}``, or ``{numerator}`` and ``{denominator}``."""
        if self.bound is not None:
            text = self.hidden
        if self.declared.measure == "share":
            return wording.sentence(wording.spaced(self._share(text)))
        clause = text.format(value=self.amount)
        if self.marks:
            return self.dates(wording.sentence(clause))
        if re.fullmatch(r"\d{4}", self.when):
            return wording.say("year", "in_year", year=self.when, statement=clause)
        if re.match(r"\d{2}/", self.when):
            return wording.say("year", "at_date", year=self.when, statement=clause)
        return wording.say("year", "after", Statement=wording.sentence(clause), year=self.when)

    def _share(self, text: str) -> str:
        """« 145 des 497 foyers… (29,2 %, fichier Insee 2022) »; no percentage of a few."""
        marked = self.when == UNKNOWN
        if self.few:
            told = UNKNOWN if marked else f" ({self.when})"
        else:
            told = f" ({{value}}{UNKNOWN})" if marked else f" ({{value}}, {self.when})"
        return text.replace(" ({value})", told).format(
            value=self.amount, numerator=wording.number(self.numerator),
            denominator=wording.number(self.denominator),
        )  # fmt: skip
