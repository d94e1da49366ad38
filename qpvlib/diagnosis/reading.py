"""One figure of an area, and all that may be said of it: the one place of these rules.

Few people are counted and never put in percent; what is not published is said, and never 0; a
value has its year; a gap is told as sure as it is. Tables, grids, sentences, drawings and Word
files take a ``Reading`` and apply nothing of their own.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from qpvlib.catalogue import Indicator, QpvError, catalogue, wording
from qpvlib.diagnosis import comparison
from qpvlib.diagnosis.comparison import Spread
from qpvlib.project import kept
from qpvlib.tables import indicators, tidy
from qpvlib.tables.areas import Neighbourhood, neighbourhood, siblings
from qpvlib.tables.tidy import Record

METROPOLE, PEERS = "metropole_qpv", "peers"
SOLID, CONFIRM, UNDOCUMENTED = "solid", "confirm", "undocumented"
NAN = float("nan")


@dataclass(frozen=True)
class Reference:
    """What a figure is read against: an area, the metropolitan QPV, the département's.

    ``gap`` is missing where series or years differ; ``n`` how many have a value.
    """

    benchmark: str
    area: str
    name: str
    locative: str
    value: float
    year: int
    decimals: int
    n: int
    gap: float
    unit: str

    @property
    def shown(self) -> str:
        """Its value, in the unit of the indicator."""
        return wording.value(self.value, self.unit, self.decimals)


@dataclass(frozen=True)
class Reading:
    """A figure: what was published, and how it compares where it was compared.

    Attributes
    ----------
    value, numerator, denominator : float
        In the indicator's unit; missing, never 0, where ``status`` is ``not_published``.
    year, year_status, edition : int, str, int
        Data year, how it is known, and the file it comes from.
    median, noise, gap, percentile : float
        Against the metropolitan QPV of the same year; ``n`` of them have a value.
    verdict : {"higher", "comparable", "lower", "not_compared"}
    references : tuple of Reference
        Every benchmark, the metropolitan QPV first.

    Examples
    --------
    >>> poverty = read(neighbourhood("QP045010"), "taux_pauvrete")
    >>> poverty.dated, poverty.words, poverty.solidity
    ('45,6\\u202f% (2015)', 'comparable', 'solid')
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
    median: float = NAN
    n: int = 0
    noise: float = NAN
    gap: float = NAN
    percentile: float = NAN
    verdict: str = "not_compared"
    clearly: bool = False
    reason: str = ""
    references: tuple[Reference, ...] = ()

    @classmethod
    def of(cls, row: Record, part: Iterable[Record] = ()) -> "Reading":
        """The reading of a row of the observations, or of a comparison.

        Parameters
        ----------
        row : Record
        part : iterable of Record
            The rows of its indicator against every benchmark.
        """
        declared = catalogue().indicator(row["indicator"])
        compared = {name: row[name] for name in _COMPARED} if "verdict" in row else {}
        return cls(
            code=row["indicator"],
            declared=declared,
            generation=row.get("generation", ""),
            **{name: row[name] for name in _OBSERVED},
            **compared,
            references=tuple(_reference(r, declared.unit) for r in part),
        )

    # --- the figure itself ---------------------------------------------------------------------

    @property
    def published(self) -> bool:
        """Whether there is a value."""
        return bool(pd.notna(self.value))

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
        """« 37 % », or « non publié »."""
        return self.text(self.value)

    @property
    def counts(self) -> str:
        """« 145 des 497 » of a share; nothing of another measure, nor of a blank."""
        return self._counted("of") if self.declared.measure == "share" and self.published else ""

    def _counted(self, key: str) -> str:
        return wording.say(
            "figure", key, part=wording.number(self.numerator),
            whole=wording.number(self.denominator),
        )  # fmt: skip

    @property
    def shown(self) -> str:
        """« 37 % »; « 33 des 87 » where they are few; « non publié »."""
        return self.counts if self.few and self.published else self.amount

    @property
    def brief(self) -> str:
        """The same in a narrow cell: « 37 % », « 33 / 87 », « n. p. »."""
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
        """« non publié », with the note of the file where there is one."""
        key = "blank_note" if self.note else "blank"
        return wording.say("figure", key, note=self.note)

    @property
    def when(self) -> str:
        """Its data year, in words."""
        return wording.year(self.year, self.year_status, self.edition, self.source)

    @property
    def dated(self) -> str:
        """« 37 % (2021) »."""
        return f"{self.shown} ({self.when})"

    @property
    def cite(self) -> str:
        """How its source is cited."""
        return indicators.cite(self.source)

    @property
    def statement(self) -> str:
        """What it says of its area, with its year: the clause of every finding."""
        text = self.declared.statement or self.declared.noun + " : {value}"
        if self.declared.measure == "share":
            told = "({year})" if self.few else "({value}, {year})"
            clause = text.replace("({value})", told).format(
                value=self.amount, year=self.when, numerator=wording.number(self.numerator),
                denominator=wording.number(self.denominator),
            )  # fmt: skip
            return wording.sentence(wording.spaced(clause))
        clause = text.format(value=self.amount)
        if re.fullmatch(r"\d{4}", self.when):
            return wording.say("year", "in_year", year=self.when, statement=clause)
        if re.match(r"\d{2}/", self.when):
            return wording.say("year", "at_date", year=self.when, statement=clause)
        return wording.say("year", "after", Statement=wording.sentence(clause), year=self.when)

    # --- how it reads --------------------------------------------------------------------------

    @property
    def words(self) -> str:
        """« nettement plus élevé », « comparable », « non publié pour ce quartier »…"""
        phrases = catalogue().phrases["reading"]
        if self.status == "not_published":
            return phrases["not_published"]
        return phrases[self.verdict + ("_clearly" if self.clearly else "")]

    @property
    def orientation(self) -> str:
        """``favourable``, ``unfavourable`` or ``neutral``."""
        return orientation(self.verdict, self.declared)

    @property
    def sign(self) -> str:
        """Which mark it gets: ``harder, easier, comparable`` or ``descriptive``."""
        return sign(self.verdict, self.declared)

    @property
    def solidity(self) -> str:
        """How sure a comparison is: ``solid``, ``confirm`` or ``undocumented``.

        Solid when the noise is measured, the denominator, if any, is at least 100, and the label
        of the columns was seen rather than deduced from their names.
        """
        if self.verdict == "not_compared":
            return UNDOCUMENTED
        few = pd.notna(self.denominator) and self.denominator < catalogue().rule("count_alone")
        unsure = few or self.declared.label_deduced or pd.isna(self.noise)
        return CONFIRM if unsure else SOLID

    @property
    def strength(self) -> float:
        """Size of a gap: in times the noise; unmeasured, under 1, by distance from the middle."""
        if self.verdict == "not_compared":
            return 0.0
        if pd.isna(self.noise) or self.noise == 0:
            return abs(self.percentile - 50) / 100
        return abs(self.gap) / self.noise

    @property
    def rank(self) -> str:
        """Position among metropolitan QPV in plain words, without a rank; empty where unknown."""
        if pd.isna(self.percentile):
            return ""
        if self.percentile == 50:
            return wording.say("position", "middle")
        if self.percentile > 50:
            return wording.say("position", "above", rank=int(min(self.percentile, 99)))
        return wording.say("position", "below", rank=int(min(100 - self.percentile, 99)))

    # --- what it is read against ---------------------------------------------------------------

    def against(self, benchmark: str) -> Reference:
        """Its reference to a benchmark that has one area."""
        return next(r for r in self.references if r.benchmark == benchmark)

    @property
    def metropole(self) -> Reference:
        """The median of the metropolitan QPV."""
        return self.against(METROPOLE)

    @cached_property
    def limits(self) -> Spread | None:
        """Distribution of the metropolitan QPV that year; None for a count."""
        if self.declared.measure == "count":
            return None
        return comparison.spread(self.code, self.year)

    @cached_property
    def peers(self) -> tuple[float, ...]:
        """Values of the département's other QPV in that year, from the lowest."""
        known = _published(siblings(self.place)).get((self.code, self.year), {})
        return tuple(sorted(value for area, value in known.items() if area != self.area))

    @property
    def place(self) -> Neighbourhood:
        """The neighbourhood it is the figure of."""
        return neighbourhood(self.area)

    @property
    def around(self) -> tuple[Reference, ...]:
        """Communes (or EPCI) and département of the same year: what may be drawn beside it."""
        same = [r for r in self.references if r.year == self.year and pd.notna(r.gap)]
        nearest = "commune" if any(r.benchmark == "commune" for r in same) else "epci"
        return tuple(r for r in same if r.benchmark in (nearest, "departement"))

    # --- the finding ---------------------------------------------------------------------------

    @property
    def sentence(self) -> str:
        """The finding: value, year, the areas around of the same year, the QPV's median."""
        if self.status == "not_published":
            note = wording.say("finding", "blank_note", note=self.note) if self.note else ""
            return wording.say("finding", "blank", Label=self.declared.label, note=note)
        alone = wording.say("finding", "alone", dated=self.statement)
        if self.verdict == "not_compared":
            return alone
        median, quarters = self.metropole_shown, _quarters(self.n)
        if self.verdict == "comparable":
            key = "equal" if self.gap == 0 else "comparable"
            return wording.say(
                "finding", key, dated=self.statement, median=median, quarters=quarters
            )
        around = self.surroundings
        head = wording.say("finding", "places", dated=self.statement, places=around)
        told = wording.say("finding", "median", median=median, quarters=quarters)
        return f"{head if around else alone} {told}"

    @property
    def metropole_shown(self) -> str:
        """The median of the metropolitan QPV that year, or « non publié »."""
        return self.text(self.median)

    @property
    def surroundings(self) -> str:
        """« 23 % dans la commune de Gien, 13,3 % dans le Loiret »: same year only, else empty."""
        small = small_communes(self.area)
        return ", ".join(
            f"{r.shown} {r.locative}"
            for r in self.references
            if r.benchmark in ("commune", "departement") and pd.notna(r.gap) and r.area not in small
        )


_OBSERVED = (
    "area", "value", "decimals", "numerator", "denominator", "status", "note", "year",
    "year_status", "edition", "source",
)  # fmt: skip
_COMPARED = ("median", "n", "noise", "gap", "percentile", "verdict", "clearly", "reason")


def _reference(row: Record, unit: str) -> Reference:
    return Reference(
        row["benchmark"], row["benchmark_area"], row["benchmark_name"], row["locative"],
        row["reference"], int(row["reference_year"]),
        int(row["reference_decimals"]), int(row["n"]), row["gap"], unit,
    )  # fmt: skip


def orientation(verdict: str, indicator: Indicator) -> str:
    """``favourable``, ``unfavourable``, or ``neutral``: no gap, no polarity, or not good news.

    >>> orientation("higher", catalogue().indicator("taux_pauvrete"))
    'unfavourable'
    """
    if verdict not in ("higher", "lower") or indicator.descriptive:
        return "neutral"
    if verdict != indicator.favourable:
        return "unfavourable"
    # Few beneficiaries of a right is not good news: it may be a right that nobody asked for.
    return "favourable" if indicator.strength else "neutral"


def sign(verdict: str, indicator: Indicator) -> str:
    """Which mark a neighbourhood gets: ``harder, easier, comparable`` or ``descriptive``.

    >>> sign("higher", catalogue().indicator("taux_pauvrete"))
    'harder'
    """
    if indicator.descriptive or verdict == "not_compared":
        return "descriptive"
    found = orientation(verdict, indicator)
    plain = "comparable" if verdict == "comparable" else "descriptive"
    return {"unfavourable": "harder", "favourable": "easier"}.get(found, plain)


def _quarters(n: int) -> str:
    """« quartiers de métropole », with their number unless nearly all have the figure."""
    whole = catalogue().rule("mostly_published") / 100 * comparison.broadest()
    if n >= whole:
        return wording.say("finding", "quarters")
    return wording.say("finding", "quarters_published", n=wording.number(n))


def small_communes(code: str) -> list[str]:
    """Communes that hold too little of a neighbourhood to be told beside it."""
    least = catalogue().rule("commune_share") / 100
    return [a.code for a in neighbourhood(code).communes if a.share is not None and a.share < least]


@kept("tidy", most=4)  # a page reads one département; a whole country would not leave the memory
def _published(codes: tuple[str, ...]) -> dict[tuple[str, int], dict[str, float]]:
    """Published values of some areas, by indicator and year, then by area."""
    rows = tidy.part("observations", "area", codes)
    rows = rows[rows.value.notna()]
    found: dict[tuple[str, int], dict[str, float]] = {}
    columns = (rows[column].tolist() for column in ("area", "indicator", "year", "value"))
    for area, code, year, value in zip(*columns, strict=True):
        found.setdefault((code, year), {})[area] = value
    return found


# --- from tables to readings -------------------------------------------------------------------


def readings(positions: pd.DataFrame, codes: Sequence[str] | None = None) -> dict[str, Reading]:
    """Readings of one neighbourhood's indicators, by code.

    Parameters
    ----------
    positions : DataFrame
        As ``compare`` gives for a neighbourhood.
    codes : sequence of str, optional
        The indicators wanted, in this order; those without observation are left out.
    """
    rows = positions if codes is None else positions[positions.indicator.isin(codes)]
    parts = tidy.grouped(tidy.records(rows), "indicator")
    return {
        code: Reading.of(parts[code][0], parts[code]) for code in codes or parts if code in parts
    }


def read(place: Neighbourhood, code: str, positions: pd.DataFrame | None = None) -> Reading:
    """The reading of one indicator of a neighbourhood, in its leading year.

    Parameters
    ----------
    positions : DataFrame, optional
        As ``compare`` gives for this neighbourhood; computed for the indicator when left out.

    Raises
    ------
    QpvError
        When the indicator has no observation in the neighbourhood.
    """
    declared = catalogue().indicator(code)
    if positions is None:
        observed = indicators.observations(indicator=code, around=place)
        positions = comparison.compare(observed, place)
    found = readings(positions, [code]) if len(positions) else {}
    if not found:
        raise QpvError(f"« {declared.label} » n'a aucune observation pour {place.code}.")
    return found[code]


def series(rows: pd.DataFrame) -> dict[str, list[Reading]]:
    """Readings of observations, by indicator, in the order of the rows; not compared."""
    found: dict[str, list[Reading]] = {}
    for row in tidy.records(rows):
        found.setdefault(row["indicator"], []).append(Reading.of(row))
    return found
