"""From a proposed axis to draft objectives: finding, proposal, what to verify, how to follow it.

Four separate sentences; nothing links two indicators.
"""

from dataclasses import dataclass

import pandas as pd

from qpvlib.catalogue import axes, catalogue, wording
from qpvlib.catalogue.axes import Axis, Pattern
from qpvlib.diagnosis import findings
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
    row = finding_row(code, positions)
    part = tidy.records(positions[positions.indicator == code])
    return Objective(
        axis,
        code,
        wording.spaced(pattern.objective),
        wording.spaced(pattern.short),
        findings.finding_sentence(row, part),
        wording.spaced(pattern.verify),
        follow_up(place, pattern),
        findings.solidity(row),
    )


def finding_row(code: str, positions: pd.DataFrame) -> pd.Series:
    """The comparison of an indicator with the metropolitan QPV."""
    own = positions[(positions.indicator == code) & (positions.benchmark == "metropole_qpv")]
    return own.iloc[0]


# --- follow-up -----------------------------------------------------------------------------------


def latest(place: Neighbourhood, code: str) -> pd.Series | None:
    """Value of an indicator in its latest year, if it is published for this neighbourhood.

    The latest year is that of the metropolitan QPV: who else is in the tables changes nothing.
    """
    spread = tidy.table("distributions")
    years = spread[spread.indicator == code].year
    own = indicators.observations(indicator=code, area=place.code)
    own = own[own.value.notna() & (own.year == years.max())]
    return None if own.empty else own.iloc[-1]


def follow_up(place: Neighbourhood, pattern: Pattern) -> str:
    """How an objective may be followed: a published indicator, else a count of actions."""
    for code in pattern.follow:
        row = latest(place, code)
        if row is not None:
            label = catalogue().indicator(code).label
            year = wording.year_of(row)
            return wording.say("axes", "follow", label=label, value=shown(row), year=year)
    return wording.say("axes", "follow_none", action=pattern.action)


def shown(row: pd.Series) -> str:
    """A value as it is told: few people are counted, never put in percent."""
    indicator = catalogue().indicator(row["indicator"])
    value = wording.value(row["value"], indicator.unit, int(row["decimals"]))
    if indicator.measure != "share" or pd.isna(row["value"]):
        return value
    counts = f"{wording.number(row['numerator'])} sur {wording.number(row['denominator'])}"
    few = row["denominator"] < catalogue().rule("count_alone")
    return counts if few else f"{value}, soit {counts}"


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


def nuance(proposal: Proposal, positions: pd.DataFrame) -> str:
    """The strongest evidence against a proposal, or what limits it."""
    if proposal.counter:
        return _counter(finding_row(proposal.counter[0], positions))
    subjects = len(proposal.documented)
    if subjects > 1:
        return wording.say("axes", "no_counter", m=subjects)
    return wording.say("axes", "single") if subjects else ""


def _counter(row: pd.Series) -> str:
    indicator = catalogue().indicator(row["indicator"])
    few = indicator.measure == "share" and row["denominator"] < catalogue().rule("count_alone")
    value = wording.value(row["value"], indicator.unit, int(row["decimals"]))
    if few:
        value = f"{wording.number(row['numerator'])} sur {wording.number(row['denominator'])}"
    return wording.say(
        "axes", "counter", noun=indicator.noun, value=value, year=wording.year_of(row)
    )


def figures(axis: Axis, positions: pd.DataFrame) -> dict[str, str]:
    """The figures an axis rests on as they read today: indicator → value, year, reading, in words.

    A decision keeps them: ``Stand.stale`` is what has changed since.
    """
    told_: dict[str, str] = {}
    for code in axis.links:
        if code in set(positions.indicator):
            row = finding_row(code, positions)
            value = shown(row) if row["status"] != "not_published" else "non publié"
            told_[code] = f"{value} ({wording.year_of(row)}) ; {wording.reading(row)}"
    return told_
