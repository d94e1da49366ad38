"""One figure of an area, and all that may be said of it: the one place of these rules.

Few people are counted and never put in percent; what is not published is said, and never 0; a
value has its year; a gap is told as sure as it is. Tables, grids, sentences, drawings and Word
files take a ``Reading`` and apply nothing of their own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import NormalDist

import pandas as pd

from qpvlib.catalogue import QpvError, catalogue, wording
from qpvlib.diagnosis import comparison, spreads
from qpvlib.diagnosis.comparison import orientation, sign
from qpvlib.diagnosis.observed import OBSERVED, Observed
from qpvlib.diagnosis.references import (
    Reference,
    peer_values,
    quarters,
    reference,
    small_communes,
)
from qpvlib.diagnosis.spreads import Spread
from qpvlib.tables import indicators, tidy
from qpvlib.tables.areas import Neighbourhood, siblings
from qpvlib.tables.tidy import Record

METROPOLE, PEERS = comparison.METROPOLE, comparison.PEERS
SOLID, CONFIRM, UNDOCUMENTED = "solid", "confirm", "undocumented"
NAN = float("nan")


@dataclass(frozen=True)
class Reading(Observed):
    """A figure: what was published, and how it compares where it was compared.

    Attributes
    ----------
    median, noise, gap, percentile : float
        Against the metropolitan QPV of the same year; ``n`` of them have a value.
    verdict : {"higher", "comparable", "lower", "not_compared"}
    references : tuple of Reference
        Every benchmark, the metropolitan QPV first.

    Examples
    --------
    >>> from qpvlib.tables.areas import neighbourhood
    >>> poverty = read(neighbourhood("QP045010"), "taux_pauvrete")
    >>> poverty.dated, poverty.words, poverty.solidity
    ('48,4\\u202f% (2019)', 'plus élevé', 'confirm')
    """

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
    def of(cls, row: Record, part: Iterable[Record] = (), marks: int = 0) -> "Reading":
        """The reading of a row of the observations, or of a comparison.

        ``part`` has the rows of its indicator against every benchmark.
        """
        declared = catalogue().indicator(row["indicator"])
        compared = {name: row[name] for name in _COMPARED} if "verdict" in row else {}
        return cls(
            code=row["indicator"],
            declared=declared,
            generation=row.get("generation", ""),
            **{name: row[name] for name in OBSERVED},
            **compared,
            references=tuple(reference(r, declared.unit) for r in part),
            marks=marks,
        )

    # --- how it reads --------------------------------------------------------------------------

    @property
    def words(self) -> str:
        """« nettement plus élevé », « comparable », « non publié pour ce quartier »…"""
        phrases = catalogue().phrases["reading"]
        if self.status in ("not_published", "censored"):
            return phrases["bound" if self.verdict == "comparable" else "not_published"]
        if self.reason == wording.say("why", "leap"):
            return phrases["leap"]
        sure = self.clearly and self.solidity != CONFIRM
        return phrases[self.verdict + ("_clearly" if sure else "")]

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

        The only rule of solidity. To be confirmed: a noise not measured, a denominator under 100, a
        distribution cut at a threshold, a label deduced from the name of its column, a verdict that
        chance alone would often turn.
        A deduced year makes a finding no less true: pages say it apart.
        """
        if self.verdict == "not_compared":
            return UNDOCUMENTED
        rule = catalogue().rule
        quartiles = rule("quartile_low"), rule("quartile_high")
        return SOLID if self.sure(rule("axis_holds"), rule("axis_noise_sd"), quartiles) else CONFIRM

    def sure(self, least: float, sd: float, quartiles: tuple[int, int]) -> bool:
        """Whether it is solid under some rules: the project's, but to see what another changes."""
        few = pd.notna(self.denominator) and self.denominator < catalogue().rule("count_alone")
        unsure = few or self.cut or self.declared.label_deduced or pd.isna(self.noise)
        return not unsure and self.holds(sd, quartiles) >= least

    @property
    def asset(self) -> str:
        """The finding told as an asset; empty for what may not be one.

        People in difficulty are not turned into good news: where few is favourable, it is told of
        the others (« inscrits depuis moins de deux ans »), or not at all.
        """
        told = self.declared.asset
        if told is None:
            return self.told if self.declared.favourable == "higher" else ""
        few = self.denominator - self.numerator < catalogue().rule("small_count")
        return self._turned(told).told if told and not few else ""

    def _turned(self, statement: str) -> "Reading":
        """The same share told of the others: each value is what it lacks to be whole."""
        other = {"higher": "lower", "lower": "higher"}
        declared = self.declared.model_copy(update={"statement": statement})
        return replace(
            self, declared=declared, value=100 - self.value, median=100 - self.median,
            numerator=self.denominator - self.numerator, gap=-self.gap,
            verdict=other.get(self.verdict, self.verdict),
            references=tuple(replace(r, value=100 - r.value, gap=-r.gap) for r in self.references),
        )  # fmt: skip

    def holds(self, sd: float, quartiles: tuple[int, int]) -> float:
        """How often a gap would be told again, its value drawn anew in its noise: 0 to 1.

        The noise is ``sd`` standard deviations of a normal law.
        """
        if self.verdict not in ("higher", "lower") or pd.isna(self.noise) or not self.noise:
            return 1.0
        sign = 1 if self.verdict == "higher" else -1
        edge = self.limits.at(quartiles[sign > 0])
        least = max(sign * edge, sign * self.limits.at(50) + self.noise)
        return NormalDist().cdf((sign * self.value - least) * sd / self.noise)

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
        """Position among metropolitan QPV in plain words, without a rank; empty where unknown.

        Both sides are told where several QPV have the same value, or are hidden by a threshold:
        they are on neither.
        """
        if pd.isna(self.percentile) or self.limits is None:
            return ""
        below, above = (min(n, 99) for n in self.limits.sides(self.value))
        if abs(below - above) <= 1 and not self.cut:
            return wording.say("position", "middle")
        key = "above" if below > above else "below"
        rank, other = max(below, above), min(below, above)
        ties = "_ties" if other and rank + other < 97 else ""
        return wording.say("position", key + ties, rank=rank, other=other)

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
        return spreads.spread(self.code, self.year, self.area)

    @cached_property
    def peers(self) -> tuple[float, ...]:
        """Values of the département's other QPV in that year, from the lowest."""
        known = peer_values(siblings(self.place)).get((self.code, self.year), {})
        return tuple(sorted(value for area, value in known.items() if area != self.area))

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
        if self.verdict == "not_compared" or self.bound is not None:
            return alone
        median, among = self.median_beside, quarters(self.n)
        if self.verdict == "comparable":
            key = "equal" if self.gap == 0 else "comparable"
            return wording.say("finding", key, dated=self.statement, median=median, quarters=among)
        around = self.surroundings
        head = wording.say("finding", "places", dated=self.statement, places=around)
        half = "median_most" if self.cut else "median"
        told = wording.say("finding", half, median=median, quarters=among)
        return f"{head if around else alone} {told}"

    @property
    def told(self) -> str:
        """Value, year and median: « En 2018, 56,5 % des 15-64 ans ont un emploi ; QPV : 44,7 %. »

        The page says once what « QPV » is.
        """
        if pd.isna(self.median):
            return wording.say("finding", "alone", dated=self.statement)
        parts = {"statement": self.statement, "median": self.median_beside}
        return wording.say("finding", "beside", **parts)

    @property
    def metropole_shown(self) -> str:
        """The median of the metropolitan QPV that year, or « non publié ».

        « 2,8 % ou moins » where a threshold hides the lowest: the percentiles are the highest there
        can be.
        """
        shown = self.text(self.median)
        return wording.say("figure", "at_most", value=shown) if self.cut else shown

    @property
    def cut(self) -> bool:
        """Whether the distribution of its year is cut by a producer's threshold."""
        return bool(self.limits and self.limits.censored)

    @property
    def median_beside(self) -> str:
        """The same where it is read beside the value."""
        return self.beside(self.metropole_shown, self.median)

    @property
    def brief(self) -> str:
        """The value in a narrow cell, under a median in percent: « 33 / 87 (médiane 28) »."""
        told = super().brief
        if not (self.few and self.published) or pd.isna(self.median):
            return told
        part = wording.number(self.equivalent(self.median))
        return wording.say("figure", "brief_median", value=told, part=part)

    @property
    def surroundings(self) -> str:
        """« 23 % dans la commune de Gien, 13,3 % dans le Loiret »: same year only, else empty."""
        small = small_communes(self.area)
        return ", ".join(
            f"{self.beside(r.shown, r.value)}{',' * self.few} {r.locative}"
            for r in self.references
            if r.benchmark in ("commune", "departement") and pd.notna(r.gap) and r.area not in small
        )


_COMPARED = ("median", "n", "noise", "gap", "percentile", "verdict", "clearly", "reason")


# --- from tables to readings -------------------------------------------------------------------


def readings(
    positions: pd.DataFrame, codes: Sequence[str] | None = None, marks: int = 0
) -> dict[str, Reading]:
    """Readings of one neighbourhood's indicators, by code.

    Parameters
    ----------
    positions : DataFrame
        As ``compare`` gives for a neighbourhood.
    codes : sequence of str, optional
        The indicators wanted, in this order; those without observation are left out.
    marks : int, optional
        Edition that the page's footnote stands for.
    """
    rows = positions if codes is None else positions[positions.indicator.isin(codes)]
    parts = tidy.grouped(tidy.records(rows), "indicator")
    return {
        code: Reading.of(parts[code][0], parts[code], marks)
        for code in codes or parts
        if code in parts
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


def series(rows: pd.DataFrame, marks: int = 0) -> dict[str, list[Reading]]:
    """Readings of observations, by indicator, in the order of the rows; not compared."""
    found: dict[str, list[Reading]] = {}
    for row in tidy.records(rows):
        found.setdefault(row["indicator"], []).append(Reading.of(row, marks=marks))
    return found
