"""From a proposed axis to draft objectives: finding, proposal, what to verify, how to follow it.

Four separate sentences; nothing links two indicators.
"""

from dataclasses import dataclass

import pandas as pd

from qpvlib.catalogue import axes, catalogue, wording
from qpvlib.catalogue.axes import Axis, Pattern
from qpvlib.diagnosis.reading import Reading, read, readings
from qpvlib.roadmap.priorities import UNDOCUMENTED, Proposal
from qpvlib.tables import indicators, tidy
from qpvlib.tables.areas import Neighbourhood


@dataclass(frozen=True)
class Objective:
    """A draft objective, what justifies it, what to ask, how it may be followed."""

    axis: str
    indicator: str
    text: str
    short: str
    finding: str
    verify: str
    follow: str
    solidity: str


def draft(place: Neighbourhood, proposal: Proposal, positions: pd.DataFrame) -> list[Objective]:
    """One to three draft objectives for a proposed axis, one for each subject in difficulty.

    Parameters
    ----------
    positions : DataFrame
        As ``compare`` gives for this neighbourhood.
    """
    chosen: dict[str, str] = {}
    for indicator in proposal.findings:
        chosen.setdefault(axes.family(indicator), indicator)
    most = catalogue().rule("axis_objectives")
    return [_draft(place, proposal.axis, code, positions) for code in list(chosen.values())[:most]]


def _draft(place: Neighbourhood, axis: str, code: str, positions: pd.DataFrame) -> Objective:
    pattern = next(p for p in axes.declared().patterns.values() if p.indicator == code)
    one = read(place, code, positions)
    return Objective(
        axis,
        code,
        wording.spaced(pattern.objective),
        wording.spaced(pattern.short),
        one.sentence,
        wording.spaced(pattern.verify),
        follow_up(place, pattern),
        one.solidity,
    )


# --- follow-up -----------------------------------------------------------------------------------


def latest(place: Neighbourhood, code: str) -> Reading | None:
    """An indicator in its latest year, if it is published for this neighbourhood, or bounded.

    The latest year is that of the metropolitan QPV: who else is in the tables changes nothing.
    """
    spread = tidy.table("distributions")
    years = spread[spread.indicator == code].year
    own = indicators.observations(indicator=code, area=place.code)
    known = own.value.notna() | (own.status == "censored")
    own = own[known & (own.year == years.max())]
    return None if own.empty else Reading.of(tidy.records(own)[-1])


def follow_up(place: Neighbourhood, pattern: Pattern) -> str:
    """How an objective may be followed: a published indicator, else a count of actions."""
    for code in pattern.follow:
        one = latest(place, code)
        if one is not None:
            label = one.declared.label
            return wording.say("axes", "follow", label=label, value=one.full, year=one.when)
    return wording.say("axes", "follow_none", action=pattern.action)


# --- what a proposal says ------------------------------------------------------------------------


def told(proposal: Proposal) -> str:
    """How many subjects are in difficulty, of how many documented: the sentence of an axis."""
    subjects = axes.declared().subjects
    n, m = len(proposal.signals), len(proposal.documented)
    if proposal.status == UNDOCUMENTED:
        return wording.say("axes", "undocumented")
    subject = subjects[proposal.documented[0]].label
    if m == 1:
        return wording.say("axes", "only" if n else "no_gap_only", subject=subject)
    key = "no_gap" if n == 0 else "all" if n == m else "some"
    return wording.say("axes", key, n=n, m=m)


def nuance(place: Neighbourhood, proposal: Proposal, positions: pd.DataFrame) -> str:
    """The strongest evidence against a proposal, or what limits it."""
    if proposal.counter:
        one = read(place, proposal.counter[0], positions)
        noun = one.declared.noun
        return wording.say("axes", "counter", noun=noun, value=one.short, year=one.when)
    subjects = len(proposal.documented)
    if subjects > 1:
        return wording.say("axes", "no_counter", m=subjects)
    return wording.say("axes", "single") if subjects else ""


def figures(axis: Axis, positions: pd.DataFrame) -> dict[str, str]:
    """The figures an axis rests on as they read today: indicator → value, year, reading, in words.

    A decision keeps them: ``Stand.stale`` is what has changed since.
    """
    return {
        code: f"{one.full} ({one.when}) ; {one.words}"
        for code, one in readings(positions, list(axis.links)).items()
    }
