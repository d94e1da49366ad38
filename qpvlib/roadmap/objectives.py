"""From a portrait to objectives: the patterns that belong to the place, filled in with its figures.

A need has its answer; an asset may be kept; a description opens a question. Nothing links two
figures, says a cause, or promises a result.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from qpvlib.catalogue import axes, catalogue, wording
from qpvlib.catalogue.axes import Condition, Pattern
from qpvlib.diagnosis import spreads
from qpvlib.diagnosis.change import history, trend
from qpvlib.diagnosis.needs import Need
from qpvlib.diagnosis.portrait import Portrait
from qpvlib.diagnosis.reading import CONFIRM, SOLID, Reading
from qpvlib.roadmap.conditions import communes, holds, neighbours, place
from qpvlib.tables import tidy
from qpvlib.tables.areas import Neighbourhood

ACT, PRESERVE, ASK = "act", "preserve", "ask"


@dataclass(frozen=True)
class Objective:
    """One objective, or one question, of a neighbourhood.

    Attributes
    ----------
    pattern : str
        Its name in ``objectives.toml``.
    kind : {"act", "preserve", "ask"}
    topic : str
        The need it answers; empty for the others.
    axes : tuple of str
        In the scheme asked for: its own first.
    text, short : str
        Whole, and as a title; of a question, what it is about.
    public : str
        For whom, with the published number or value and its year: the local element.
    amount : str
        The figure of the public, where it is all that another place's would have of its own.
    count : float
        Persons or households of the public; missing where none is published.
    excess : int
        About how many more than at the median of the metropolitan QPV; 0 where it may not be told.
    solidity : str
        Of the finding; empty for a question.
    """

    place: Neighbourhood
    pattern: str
    kind: str
    topic: str
    indicator: str
    axes: tuple[str, ...]
    text: str
    short: str
    public: str
    amount: str
    count: float
    year: str
    excess: int
    resource: str
    finding: str
    solidity: str
    question: str
    invite: str
    summer: str
    tell: str
    who: tuple[str, ...]
    p147: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str]:
        """Neighbourhood and pattern: what an answer of the field is kept under."""
        return self.place.code, self.pattern

    @property
    def open(self) -> bool:
        """Whether an association can act: else it falls to those that ``who`` names."""
        return "association" in self.who

    @cached_property
    def follow(self) -> str:
        """How it may be followed: a published indicator of the place, a count of actions."""
        return follow_up(self.place, axes.declared().patterns[self.pattern])

    @property
    def actors(self) -> str:
        """« associations, commune »: who can act."""
        return wording.listed([wording.say("who", name) for name in self.who])

    @property
    def whom(self) -> str:
        """For whom, and about how many more than at the median where that may be told."""
        more = wording.say("who", "excess", n=wording.number(self.excess)) if self.excess else ""
        return f"{self.public}{more}"

    @property
    def proposal(self) -> bool:
        """An answer or an asset to keep, and not a question."""
        return self.kind != ASK


def objectives(of: Portrait, scheme: str | None = None) -> list[Objective]:
    """What a neighbourhood is offered: an answer to each need, assets to keep, questions.

    Parameters
    ----------
    of : Portrait
    scheme : str, optional
        Name of a scheme of axes; the territory's by default.
    """
    acts = [_filled(*_answer(need, of), of, scheme) for need in of.needs]
    most = catalogue().rule("axis_objectives")
    told = {code for need in of.needs for code in need.codes}
    used = told | {objective.indicator for objective in acts}
    kept = [o for o in _preserved(of, scheme) if o.indicator not in used]
    kept = kept[: max(most - len(acts), 0)]
    told |= {objective.indicator for objective in kept}
    return [*acts, *kept, *_asked(of, told, scheme)]


def _patterns(kind: str) -> Iterable[tuple[str, Pattern]]:
    return ((n, p) for n, p in axes.declared().patterns.items() if p.kind == kind)


def _belongs(pattern: Pattern, of: Portrait) -> bool:
    return all(holds(one, of) for one in pattern.when)


def _answer(need: Need, of: Portrait) -> tuple[str, Pattern, Need]:
    """The first pattern of the topic that belongs to the place; the last of them always does."""
    name, pattern = next(
        (n, p) for n, p in _patterns(ACT) if p.topic == need.topic and _belongs(p, of)
    )
    return name, pattern, need


def _preserved(of: Portrait, scheme: str | None) -> list[Objective]:
    """Assets that a pattern speaks of, the surest first, then the widest gap."""
    found = [
        (of.readings[p.indicator], _filled(n, p, None, of, scheme))
        for n, p in _patterns(PRESERVE)
        if _belongs(p, of)
    ]
    ordered = sorted(found, key=lambda pair: (pair[0].solidity != SOLID, -pair[0].strength))
    return [objective for _, objective in ordered]


def _asked(of: Portrait, told: set[str], scheme: str | None) -> list[Objective]:
    """The questions that its traits open, then those of the place; none on what is told already."""
    most, found = catalogue().rule("questions"), []
    for trait in of.traits:
        if (trait.look != "metropole" and trait.look != "contract") or trait.code in told:
            continue
        asked = (
            (n, p)
            for n, p in _patterns(ASK)
            if p.when and p.when[0].trait == trait.code and _belongs(p, of)
        )
        found += [_filled(n, p, None, of, scheme) for n, p in list(asked)[:1]]
    here = [
        _filled(n, p, None, of, scheme)
        for n, p in _patterns(ASK)
        if not (p.when and p.when[0].trait) and _belongs(p, of)
    ]
    # One question of the place at least, two where the traits open none.
    return (found[:most] + here[: max(1, 2 - len(found))])[:most]


# --- filling in --------------------------------------------------------------------------------


def _filled(
    name: str, pattern: Pattern, need: Need | None, of: Portrait, scheme: str | None
) -> Objective:
    code = pattern.indicator or need.code
    read, chosen = of.readings.get(code), axes.scheme_name(scheme)
    slots = _slots(pattern, read, of)
    finding = need.sentence if need else _finding(code, read, of)
    solidity = "" if pattern.kind == ASK else need.solidity if need else read.solidity
    period = axes.scheme(chosen).nomenclature
    return Objective(
        place=of.place, pattern=name, kind=pattern.kind, topic=pattern.topic, indicator=code,
        axes=pattern.axes.get(chosen, ()), short=wording.spaced(pattern.short),
        text=_said(pattern.objective or pattern.question, slots),
        public=_public(pattern, read, slots), amount=_amount(pattern, slots),
        count=_persons(pattern, read), year=read.when if read else "",
        excess=_excess(read) if read else 0,
        resource=slots["resource"], finding=finding,
        solidity=CONFIRM if pattern.unsure and solidity else solidity,
        question=_said(pattern.question, slots), invite=wording.spaced(pattern.invite),
        summer=wording.spaced(pattern.summer), tell=wording.spaced(pattern.tell),
        who=pattern.who, p147=pattern.p147.get(period, ()),
    )  # fmt: skip


def _finding(code: str, read: Reading | None, of: Portrait) -> str:
    trait = of.trait(code)
    if trait:
        return trait.sentence
    return read.sentence if read else ""


def _said(template: str, slots: dict[str, str]) -> str:
    return wording.spaced(re.sub(r"\s+", " ", template.format(**slots)).strip())


def _slots(pattern: Pattern, read: Reading | None, of: Portrait) -> dict[str, str]:
    """What its texts name, and nothing else: figures as published, a place, the commune."""
    near = next(iter(_places(pattern.when)), None)
    row = place(near, of) if near else None
    named, prefix = of.place.communes[:1], wording.say("who", "locative")
    first = named[0].locative if named and named[0].locative.startswith(prefix) else ""
    counted = read is not None and not pd.isna(_persons(pattern, read))
    texts = f"{pattern.public} {pattern.objective} {pattern.question}"
    return {
        "count": wording.number(read.numerator) if counted else "",
        "value": read.amount if read else "",
        "resource": _resource(near.place, row) if row is not None else "",
        "distance": _distance(row["distance_m"]) if row is not None else "",
        "commune_of": first.removeprefix(prefix),
        "communes": wording.listed(communes(of)) if "{communes}" in texts else "",
        "neighbours": wording.listed(neighbours(of)) if "{neighbours}" in texts else "",
        "change": _change(of) if "{change}" in texts else "",
    }


def _places(conditions: Iterable[Condition]) -> list[Condition]:
    return [one for one in conditions if one.place]


def _resource(kind: str, row: tidy.Record) -> str:
    """« la France services de Gien (10 rue des Tulipes) »."""
    key = "france_services" if kind == "france_services" else "other"
    name, where = row["name"], row["address"] or _distance(row["distance_m"])
    return wording.say("resource", key, name=wording.lowered(name), place=where, own=name)


def _distance(metres: float) -> str:
    away = wording.distance(metres)
    return away if metres == 0 else f"{away} {wording.say('distance', 'bird')}"


def _change(of: Portrait) -> str:
    told = trend(of.place, "population")
    if not told.ends:
        return ""
    parts = {"change": wording.inhabitants(told.change), "first": told.first, "last": told.last}
    return wording.say("who", "change", **parts)


def _persons(pattern: Pattern, read: Reading | None) -> float:
    """Persons of the public, where the pattern counts them and they are published and enough."""
    if read is None or "{count}" not in pattern.public or not read.published:
        return float("nan")
    enough = read.numerator >= catalogue().rule("trait_persons")
    return read.numerator if enough else float("nan")


def _public(pattern: Pattern, read: Reading | None, slots: dict[str, str]) -> str:
    """For whom, with its published number or value, and the year; or that none is published."""
    told = _said(pattern.public, slots)
    if "{count}" in pattern.public and not slots["count"]:
        return wording.say("who", "uncounted", public=told)
    counts = any(slot in pattern.public for slot in ("{count}", "{value}"))
    if read is None or not read.published or not counts:
        return told
    return wording.say("who", "public", public=told, year=read.when)


def _amount(pattern: Pattern, slots: dict[str, str]) -> str:
    """« 174 », « 56,5 % », where its public names nothing else; else empty."""
    named = re.findall(r"{(\w+)}", pattern.public)
    return slots[named[0]] if named in (["count"], ["value"]) else ""


def _excess(read: Reading) -> int:
    """About how many persons more than at the median, under every guard; else 0.

    A share with its counts, of at least a hundred people, outside the middle half, beyond a
    measured noise, its label read; at least twenty; rounded to 5 under a hundred, else to 10.
    """
    rule, one = catalogue().rule, read
    if one.declared.measure != "share" or one.declared.label_deduced or pd.isna(one.noise):
        return 0
    if not one.published or one.few or one.numerator < rule("trait_persons") or one.cut:
        return 0
    if not rule("quartile_high") < one.percentile:
        return 0
    more = one.numerator - one.median * one.denominator / 100
    if more < rule("excess_persons") or more <= one.noise * one.denominator / 100:
        return 0
    step = 5 if more < 100 else 10
    return int(step * round(more / step))


# --- follow-up -----------------------------------------------------------------------------------


def latest(place: Neighbourhood, code: str) -> Reading | None:
    """An indicator in its latest year, if it is published for this neighbourhood, or bounded.

    The latest year is that of the metropolitan QPV: who else is in the tables changes nothing.
    """
    last = spreads.last_year(code)
    own = {one.year: one for one in history(place.code).get(code, ())}
    one = own.get(last)
    return one if one and (one.published or one.bound is not None) else None


def follow_up(place: Neighbourhood, pattern: Pattern) -> str:
    """How an objective may be followed: by a published indicator, and by a count of actions."""
    count = wording.say("axes", "follow_none", action=pattern.action)
    for code in pattern.follow:
        one = latest(place, code)
        if one is not None:
            label = one.declared.label
            told = wording.say("axes", "follow", label=label, value=one.full, year=one.when)
            return f"{told} {count}"
    return count
