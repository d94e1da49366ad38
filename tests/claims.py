"""What the tables allow a number of a page to be, and what must then be read with it.

Nothing of qpvlib: values and roundings are those of ``facts`` and ``judgements``.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import facts
import judgements
import offered
from extracting import TOKEN
from facts import AREAS, INDICATORS, PLACES, UNITS, french
from reading import plain
from sentences import distance
from surroundings import proper

QPV = ("qpv", "médiane")
PEERS = ("médiane des quartiers du département",)
SCHOOL = {"ips": ("ips", 1), "dnb": ("brevet", 1), "va": ("valeur ajoutée", 0)}


@dataclass(frozen=True)
class Claim:
    """What a number may be.

    ``words``: names of its indicator ``code``, one of which is read with it; ``years``: how its
    year may be told; ``who``: whose it is, told beside it or over it, unless the neighbourhood's
    own; ``after``: its unit.
    """

    kind: str
    code: str
    words: frozenset[str]
    years: frozenset[str] = frozenset()
    who: frozenset[str] = frozenset()
    after: str = ""


class Known(defaultdict[str, list[Claim]]):
    """Claims by the number that they are about."""

    def __init__(self) -> None:
        super().__init__(list)

    def add(self, shown: str, claim: Claim) -> None:
        """A claim on every number of a display."""
        for token in TOKEN.finditer(plain(shown)):
            self[token[0]].append(claim)


# --- words ---------------------------------------------------------------------------------------


def low(words_: str) -> str:
    return plain(re.sub("</?strong>", "", words_)).lower()


@cache
def words(code: str) -> frozenset[str]:
    """How an indicator may be named: its labels, and what sentences say of it."""
    declared = INDICATORS[code]
    label, short = low(declared.label), low(declared.short)
    told = {label, label.partition(",")[0], short, short.partition(",")[0], low(declared.noun)}
    texts = [declared.statement, declared.asset or ""]
    texts += [need["said"].get(code, "") for need in facts.NEEDS.values()]
    texts += [p["public"] for p in facts.PATTERNS.values() if code in _codes(p)]
    return frozenset(told - {""} | {part for text in texts for part in _fragments(text)})


def _fragments(template: str) -> Iterator[str]:
    """What a sentence says between its places."""
    for part in re.split(r"\{\w*\}|%", template):
        if len(part := low(part).strip(" .,;:()«»%")) >= 6:
            yield part


def _codes(pattern: dict) -> list[str]:
    """Indicators that a pattern may be offered for, the first by itself."""
    if "indicator" in pattern:
        return [pattern["indicator"]]
    return facts.NEEDS[pattern["topic"]]["indicators"] if "topic" in pattern else []


def years(row) -> frozenset[str]:
    """How the year of an observation may be told."""
    if row.year_status == "unknown":
        marks = ["¹"] * (row.edition == 2022)
        return frozenset([f"fichier insee {row.edition}", *marks])
    return frozenset({facts.when(row)})


# --- of a neighbourhood --------------------------------------------------------------------------


@cache
def of(area: str) -> Known:
    """Every number that a page may say of a neighbourhood: its own, and what it is read against."""
    known = Known()
    for code in INDICATORS:
        _told(known, area, code)
    for row in (*facts.nearby(area), *facts.resources(area)):
        _placed(known, row)
    for name, pattern in facts.PATTERNS.items():
        for code in _codes(pattern)[:1]:
            known.add(offered.excess(area, name), Claim("excess", code, words(code)))
    return known


def _told(known: Known, area: str, code: str) -> None:
    """What may be said of an indicator: every year, and beside every area around."""
    for row in [*facts.series(area, code), *facts.series(PLACES[area].successor, code)]:
        _observed(known, row)
    for row in facts.series(area, code):
        _compared(known, row)
    for other in facts.around(area):
        for row in facts.series(other, code):
            _observed(known, row, "around", named(other))
    _moved(known, area, code)


@cache
def elsewhere(code: str) -> Known:
    """What is said of a neighbourhood that resembles another."""
    known = Known()
    for row in facts.elsewhere(code):
        _observed(known, row)
    return known


def named(area: str) -> frozenset[str]:
    """How an area that contains neighbourhoods is named."""
    brief = {c["brief"] for c in facts.CONTRACTS.values() if c["epci"] == area}
    return frozenset(map(low, {AREAS[area].name, AREAS[area].locative} | brief))


def _observed(known: Known, row, kind: str = "own", who: Iterable[str] = ()) -> None:
    code = row.indicator
    said, when, who = words(code), years(row), frozenset(who)
    known.add(facts.when(row), Claim("year", code, said))
    unit = UNITS.get(INDICATORS[code].unit, "")
    known.add(facts.shown(row), Claim(kind, code, said, when, who, unit))
    if row.note:
        known.add(row.note, Claim("note", code, said, when, frozenset({"note"})))
    if row.status == "censored":
        known.add(facts.fewer(row), Claim("bound", code, said, when, who))
    for count in (row.numerator if row.value is not None else None, row.denominator):
        if count is not None:
            known.add(french(count), Claim("count", code, said, when, who))


def _compared(known: Known, row) -> None:
    """Against the metropolitan QPV each year, and the département's in the leading one."""
    code, said, when = row.indicator, words(row.indicator), years(row)
    limits, unit = facts.grid(code, row.year), UNITS.get(INDICATORS[code].unit, "")
    qpv = frozenset(QPV)
    if limits:
        known.add(facts.median_shown(row), Claim("median", code, said, when, qpv, unit))
        n = french(facts.known(code, row.year))
        known.add(n, Claim("published", code, said, when, qpv))
    if row.year != facts.leading(code):
        return
    if limits:
        position = Claim("position", code, said, when, frozenset({"position"}))
        known.add(judgements.rank(row), position)
    if limits and row.denominator is not None:
        equal = french(limits[50] * row.denominator / 100)
        known.add(equal, Claim("equivalent", code, said, when, qpv))
    peers, whose = facts.peers(code, row.year), frozenset(PEERS)
    known.add(f"{len(peers)} publiés", Claim("peers", code, said, when, whose, " publi"))
    if len(peers) == len(PLACES):
        shown = facts.amount(facts.middle(peers), code, row.decimals)
        known.add(shown, Claim("peers", code, said, when, whose, unit))


def _moved(known: Known, area: str, code: str) -> None:
    """The gaps to the areas around, with their noise."""
    for one in judgements.gaps(area, code):
        for gap, row in zip(one.gaps, one.own, strict=True):
            shown, when = f"{'+' * (gap > 0)}{french(gap, 1)}", frozenset({str(row.year)})
            known.add(shown, Claim("gap", code, words(code), when, frozenset({"écart"}), " %"))
        noise = Claim("gap", code, words(code), when, frozenset({"bruit"}), " point")
        known.add(french(one.limit, 1), noise)


def _placed(known: Known, row) -> None:
    """A place near it: how far, by what list, what is published of a collège."""
    kind = {"france_services": "france services", "hopital": "hôpital"}.get(vars(row).get("kind"))
    name = low(proper(row.name)) or low(facts.RESOURCES[row.type]["label"])
    said = frozenset({name} | ({kind} if kind else set()))
    known.add(distance(row.distance_m), Claim("place", "", said))
    known.add(row.year, Claim("year", "", said))
    for column, (head, decimals) in SCHOOL.items():
        if vars(row).get(column):
            year, over = int(float(vars(row)[f"{column}_year"])), frozenset({head})
            value = french(facts.Decimal(vars(row)[column]), decimals)
            known.add(value, Claim("place", "", said, frozenset({str(year)}), over))
            for told in (str(year), f"{year}-{year + 1}"):
                known.add(told, Claim("year", "", said, frozenset(), over))


# --- of several ----------------------------------------------------------------------------------


@cache
def of_contract(contract: str) -> Known:
    """What is summed over the neighbourhoods of a contract; no sum lacks one of them."""
    known = Known()
    areas = [area for area, place in PLACES.items() if place.contract == contract]
    for code in INDICATORS:
        for row in facts.series(areas[0], code):
            rows = [facts.observations().get((area, code, row.year)) for area in areas]
            if all(one and one.value is not None for one in rows):
                for shown in _sums(code, rows):
                    known.add(shown, Claim("sum", code, words(code), years(row)))
    return known


def _sums(code: str, rows: list) -> Iterator[str]:
    if INDICATORS[code].measure == "count":
        yield french(sum(one.value for one in rows))
    if INDICATORS[code].measure == "share":
        part = sum(one.numerator for one in rows)
        whole = sum(one.denominator for one in rows)
        yield from (french(part), french(whole), french(100 * part / whole, 1))


@cache
def of_all() -> Known:
    """What is said of no neighbourhood: medians, and the years of what is shown."""
    known = Known()
    for code in INDICATORS:
        for row in (row for area in PLACES for row in facts.series(area, code)):
            known.add(facts.when(row), Claim("year", code, words(code)))
        row = next(filter(None, (facts.own(area, code) for area in PLACES)), None)
        if row and facts.grid(code, row.year):
            unit = UNITS.get(INDICATORS[code].unit, "")
            claim = Claim("median", code, words(code), years(row), after=unit)
            known.add(facts.median_shown(row), claim)
    return known
