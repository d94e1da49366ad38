"""Public figures as facts about counts, and the counts that they might give away."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from qpvlib.catalogue import Catalogue, Input, catalogue
from qpvlib.catalogue.disclosure import Disclosure
from qpvlib.tables import indicators, tidy
from qpvlib.tables.areas import Neighbourhood

HIDDEN = ("not_published", "censored")
INFINITE = float("inf")
STRIP = " dans ce que 2024 ajoute au périmètre de 2015"


class Count(NamedTuple):
    """A count that exists, known or not: of an area, in a series, one year."""

    area: str
    series: str
    year: int
    name: str


class Figure(NamedTuple):
    """A public figure: what may be withdrawn. ``edition`` is that of a former publication."""

    area: str
    indicator: str
    year: int
    edition: str = ""


@dataclass(frozen=True)
class Fact:
    """A weighted sum of counts that is between two numbers.

    It is public as long as all its ``figures`` are; of none, anyone knows it.
    """

    terms: tuple[tuple[Count, float], ...]
    low: float
    high: float
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Target:
    """What someone would find: a hidden figure, or a remainder that no one publishes.

    Attributes
    ----------
    counts : tuple of Count
        What it is the sum of.
    threshold : int
        Fewest values that it must keep; 0: it is no count.
    figure : Figure, optional
        The hidden figure; None for a remainder, which is secret only where it is small.
    of, unit, step : Count, float, float
        Of a hidden rate: what it is a part of, how much of it makes one unit, its rounding.
    within : tuple of Count
        Of a remainder: the totals that it is a part of.
    """

    counts: tuple[Count, ...]
    threshold: int
    figure: Figure | None = None
    of: Count | None = None
    unit: float = 1
    step: float = 0
    within: tuple[Count, ...] = ()


@dataclass(frozen=True)
class Total:
    """A public total of several areas, over the observations it is the total of, hidden or not."""

    rows: tuple[dict, ...]
    numerator: float
    denominator: float
    figure: Figure


@dataclass(frozen=True)
class Public:
    """All that is public, and all that it must not give away."""

    facts: tuple[Fact, ...]
    targets: tuple[Target, ...]


def public(
    rows: pd.DataFrame,
    places: Iterable[Neighbourhood],
    declared: Disclosure,
    totals: Iterable[Total] = (),
    nested: Iterable[tuple[str, str]] = (),
) -> Public:
    """The facts that observations give, and what must stay hidden.

    Parameters
    ----------
    rows : DataFrame
        Columns of the observations; ``release``, where there is one, names the former edition
        that published the row, which is then no reason to hide it.
    places : iterable of Neighbourhood
        Their perimeters of 2015 and 2024 are one area where the catalogue says they are the same.
    totals : iterable of Total
        Those that pages tell.
    nested : iterable of (str, str)
        Codes of 2015 and 2024 of each neighbourhood that 2024 made larger: what is added may be
        known by difference.
    """
    same = {
        place.successor: place.code
        for place in places
        if place.successor and place.successor_status in declared.perimeters.same
    }
    reader = _Reader(catalogue(), declared, same)
    for row in tidy.records(rows):
        reader.read(row)
    for total in totals:
        reader.total(total)
    hidden = tuple(reader.hidden)
    seen = _counts(reader.facts) | {count for target in hidden for count in target.counts}
    facts = [*reader.facts, *_relations(seen, declared), *_strips(seen, reader.facts, nested)]
    facts += _scales(seen | _counts(facts), reader.inhabitants, declared)
    return Public(tuple(facts), (*hidden, *_remainders(facts, hidden, declared)))


def _counts(facts: Iterable[Fact]) -> set[Count]:
    return {count for fact in facts for count, _ in fact.terms}


class _Reader:
    """Reads observations one by one."""

    def __init__(self, known: Catalogue, declared: Disclosure, same: Mapping[str, str]) -> None:
        self.known, self.declared, self.same = known, declared, same
        self.facts: list[Fact] = []
        self.hidden: list[Target] = []
        self.inhabitants: dict[str, dict[int, float]] = {}

    def read(self, row: dict) -> None:
        """What an observation says, or hides."""
        indicator = self.known.indicators.get(row["indicator"])
        if indicator is None or row["status"] == "not_applicable":
            return
        parts, wholes = self._counts(row)
        release = row.get("release", "")
        figure = Figure(row["area"], row["indicator"], row["year"], release)
        if pd.notna(row["value"]):
            self._shown(row, parts, wholes, figure)
        elif row["status"] == "censored":  # the page says « moins de 11 »
            terms = tuple((count, 1.0) for count in parts)
            self.facts.append(Fact(terms, 0, row["numerator"] - 1, (figure,)))
        if row["status"] in HIDDEN and not release:
            self.hidden.append(self._target(row, parts, wholes, figure))
        if row["indicator"] == "population" and pd.notna(row["value"]):
            self.inhabitants.setdefault(parts[0].area, {})[row["year"]] = row["value"]

    def total(self, total: Total) -> None:
        """What the total of several areas says of each: no more, once one of them is withdrawn."""
        held = [self._counts(row) for row in total.rows]
        own = (
            Figure(row["area"], row["indicator"], row["year"])
            for row in total.rows
            if pd.notna(row["value"])
        )
        figures = total.figure, *own
        self._sum([count for parts, _ in held for count in parts], total.numerator, *figures)
        wholes = [count for _, counts in held for count in counts]
        if wholes:
            self._sum(wholes, total.denominator, *figures)

    def _counts(self, row: dict) -> tuple[tuple[Count, ...], tuple[Count, ...]]:
        """The counts that a figure is the sum of, and those that it is a part of."""
        code = row["indicator"]
        series = indicators.series(self.known, row["source"])
        where = self.same.get(row["area"], row["area"]), series, row["year"]
        if self.known.indicators[code].measure != "value":
            entry = self._input(row)
            names = entry.numerator, entry.denominator
        else:  # a median or an index is no count; what is hidden here may be told there
            whole = self.known.indicators[code].part_of
            names = (code,), (whole,) if whole else ()
        parts, wholes = (tuple(Count(*where, name) for name in some) for some in names)
        return parts, wholes

    def _shown(
        self, row: dict, parts: tuple[Count, ...], wholes: tuple[Count, ...], figure: Figure
    ) -> None:
        counted = self.known.indicators[row["indicator"]].measure != "value"
        if wholes and (not counted or pd.isna(row["denominator"])):
            self._rate(row, parts, wholes, figure)
        elif wholes:
            self._sum(parts, row["numerator"], figure)
            self._sum(wholes, row["denominator"], figure)
        elif counted:
            self._sum(parts, row["value"], figure)
        else:
            half = _step(row) / 2
            ends = row["value"] - half, row["value"] + half
            self.facts.append(Fact(((parts[0], 1.0),), *ends, (figure,)))

    def _target(
        self, row: dict, parts: tuple[Count, ...], wholes: tuple[Count, ...], figure: Figure
    ) -> Target:
        rate = self.known.indicators[row["indicator"]].measure == "value"
        threshold = self.declared.series[parts[0].series].threshold if wholes or not rate else 0
        if not rate:
            return Target(parts, threshold, figure)
        of = wholes[0] if wholes else None
        return Target(parts, threshold, figure, of, self._unit(row), _step(row))

    def _unit(self, row: dict) -> float:
        return 100 if self.known.indicators[row["indicator"]].unit == "%" else 1

    def _input(self, row: dict) -> Input:
        """Which of the indicator's inputs a row comes from: a count keeps no trace of it."""
        source, _, _ = row["source"].partition("/")
        entries = [e for e in self.known.indicators[row["indicator"]].inputs if e.source == source]
        editions = self.known.sources[source].editions
        held = [e for e in entries if row["edition"] in editions(e.columns)]
        return (held or entries)[0]

    def _sum(self, counts: Iterable[Count], value: float, *figures: Figure) -> None:
        self.facts.append(Fact(tuple((count, 1.0) for count in counts), value, value, figures))

    def _rate(
        self, row: dict, parts: tuple[Count, ...], wholes: tuple[Count, ...], figure: Figure
    ) -> None:
        """A rounded rate bounds its part by its whole, known or not: two linear facts."""
        half, unit = _step(row) / 2, self._unit(row)
        for rate, ends in (
            (row["value"] - half, (0.0, INFINITE)),
            (row["value"] + half, (-INFINITE, 0.0)),
        ):
            whole = [(count, -max(rate, 0.0) / unit) for count in wholes]
            terms = (*((count, 1.0) for count in parts), *whole)
            self.facts.append(Fact(terms, *ends, (figure,)))


def _step(row: dict) -> float:
    """What a figure is rounded to, by all the decimals that any file of ours gives of it."""
    told = row["value"] if pd.notna(row["value"]) else 0.0
    given = len(f"{told:.6f}".rstrip("0").partition(".")[2])
    return 10.0 ** -max(given, int(row["decimals"]))


# --- what anyone knows -----------------------------------------------------------------------


def _relations(seen: set[Count], declared: Disclosure) -> Iterator[Fact]:
    """Sums that hold in each area, series and year where one of their counts is."""
    names: dict[tuple[str, str, int], set[str]] = {}
    for count in seen:
        names.setdefault(count[:3], set()).add(count.name)
    exact = {
        (block.series, identity.total, identity.parts): None
        for source in catalogue().sources.values()
        for identity in source.identities
        for block in source.blocks.values()
        if identity.total in block.columns
    }
    sums = [(*key, ()) for key in exact]
    sums += [(r.series, r.total, r.parts, (r.rest,)) for r in declared.relations.values()]
    for where, known in sorted(names.items()):
        todo = [one for one in sums if one[0] == where[1]]
        while found := [one for one in todo if known & {one[1], *one[2]}]:
            for _, total, parts, rest in found:
                known |= {total, *parts}
                terms = [(Count(*where, name), 1.0) for name in (*parts, *rest)]
                yield Fact(((Count(*where, total), -1.0), *terms), 0, 0)
            todo = [one for one in todo if one not in found]


def _strips(
    seen: set[Count], facts: Iterable[Fact], nested: Iterable[tuple[str, str]]
) -> Iterator[Fact]:
    """What the perimeter of 2024 adds to that of 2015, of a same count the same year."""
    exact = {f.terms[0][0]: f.low for f in facts if len(f.terms) == 1 and f.low == f.high}
    later = dict(nested)
    for count in sorted(seen):
        wider = count._replace(area=later.get(count.area, ""))
        # Fewer in 2024: something was left out too, and a difference tells neither.
        if wider in seen and exact.get(count, 0) <= exact.get(wider, INFINITE):
            strip = count._replace(name=count.name + STRIP)
            yield Fact(((wider, -1.0), (count, 1.0), (strip, 1.0)), 0, 0)


def _scales(
    seen: set[Count], inhabitants: Mapping[str, Mapping[int, float]], declared: Disclosure
) -> Iterator[Fact]:
    """The inhabitants of a series: those of the population published nearest in time."""
    for count in sorted(seen):
        scale = declared.scales.get(count.series)
        people = inhabitants.get(count.area)
        if scale and people and count.name == scale.name:
            year = min(people, key=lambda year: (abs(year - count.year), year))
            margin = 0 if year == count.year else scale.within / 100
            low, high = people[year] * (1 - margin), people[year] * (1 + margin)
            yield Fact(((count, 1.0),), low, high)


def _remainders(
    facts: Iterable[Fact], hidden: Iterable[Target], declared: Disclosure
) -> Iterator[Target]:
    """Counts that no figure is: what is left of a sum, a column that is not told."""
    told = {fact.terms[0][0] for fact in facts if fact.figures and len(fact.terms) == 1}
    told |= {fact.terms[0][0] for fact in facts if fact.figures and fact.terms[-1][1] <= 0}
    told |= {count for target in hidden for count in target.counts}
    totals: dict[Count, list[Count]] = {}
    for fact in facts:
        if not fact.figures and len(fact.terms) > 1:
            total, *parts = (count for count, _ in fact.terms)
            for part in parts:
                totals.setdefault(part, []).append(total)
    for count in sorted(set(totals) - told):
        threshold = declared.series[count.series].threshold
        yield Target((count,), threshold, within=tuple(totals[count]))
