"""From findings to proposed axes: what is counted, how it adds up, what stands against it.

Nothing here compares two neighbourhoods: an axis is ordered among those of its own.
Every reference is frozen (the distributions of metropolitan QPV): another neighbourhood in the
tables moves nothing.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

import pandas as pd

from qpvlib.catalogue import axes
from qpvlib.catalogue.axes import Axis, Scheme
from qpvlib.diagnosis.reading import CONFIRM, SOLID
from qpvlib.roadmap import draws
from qpvlib.roadmap.draws import Drawn, Settings
from qpvlib.roadmap.evidence import BETTER, LENSES, UNKNOWN, WORSE, Seen, evidence
from qpvlib.tables.areas import Neighbourhood

PROPOSED, NO_GAP, UNDOCUMENTED = "proposed", "no_gap", "undocumented"


@dataclass(frozen=True)
class Contribution:
    """What one indicator, seen through one lens, brings to an axis: a share of its whole."""

    axis: str
    subject: str
    indicator: str
    lens: str
    state: str
    amount: Fraction


@dataclass(frozen=True)
class Proposal:
    """An axis as the figures propose it, for one neighbourhood.

    ``status`` is ``proposed``, ``no_gap`` (no subject in difficulty) or ``undocumented``; ``rank``
    is shared by axes that the figures do not separate, 0 for an axis that is not proposed;
    ``signals`` subjects out of ``documented`` are in difficulty, of ``subjects`` declared.
    ``findings`` and ``counter`` are indicators, strongest first.
    """

    axis: str
    status: str
    rank: int
    level: bool
    solidity: str
    signals: tuple[str, ...]
    documented: tuple[str, ...]
    subjects: tuple[str, ...]
    score: Fraction
    contributions: tuple[Contribution, ...]
    findings: tuple[str, ...]
    counter: tuple[str, ...]
    ranks: tuple[int, int] = (0, 0)
    holds: float = 0.0

    @property
    def proposed(self) -> bool:
        """Whether the figures propose it."""
        return self.status == PROPOSED


# --- counting: exact, by subject ---------------------------------------------------------------


def contributions(
    code: str, axis: Axis, seen: dict[str, Seen], settings: Settings
) -> tuple[Contribution, ...]:
    """Exact shares that add up to the axis's score, one per documented indicator and lens."""
    weights, documented = subject_weights(axis, seen)
    total = sum(weights[subject] for subject in documented)
    found = []
    for subject, codes in documented.items():
        inner = sum(axis.links[c] for c in codes)
        for indicator in codes:
            share = Fraction(weights[subject] * axis.links[indicator], total * inner)
            for lens, state, part in _lenses(seen[indicator], settings):
                amount = share * part if state == WORSE else Fraction(0)
                found.append(Contribution(code, subject, indicator, lens, state, amount))
    return tuple(found)


def _lenses(seen: Seen, settings: Settings) -> list[tuple[str, str, Fraction]]:
    """Lenses that say something of an indicator, with the share of each."""
    said = [
        (lens, state, weight)
        for lens, state, weight in zip(LENSES, seen.states, settings.lenses, strict=True)
        if state != UNKNOWN
    ]
    whole = sum(weight for _, _, weight in said)
    return [(lens, state, Fraction(weight, whole)) for lens, state, weight in said]


def subject_weights(
    axis: Axis, seen: dict[str, Seen]
) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Weight of each subject of an axis, and the documented indicators of each that has some.

    A subject weighs what its heaviest indicator does, documented or not.
    """
    weights: dict[str, int] = {}
    documented: dict[str, list[str]] = {}
    for indicator, weight in axis.links.items():
        subject = axes.family(indicator)
        weights[subject] = max(weight, weights.get(subject, 0))
        if indicator in seen and seen[indicator].documented:
            documented.setdefault(subject, []).append(indicator)
    return weights, documented


def _signals(axis: Axis, seen: dict[str, Seen], settings: Settings) -> tuple[str, ...]:
    """Subjects in difficulty: at least half of their documented weight."""
    named = []
    for subject, codes in subject_weights(axis, seen)[1].items():
        whole = sum(axis.links[code] for code in codes)
        level = sum(
            Fraction(axis.links[code], whole) * part
            for code in codes
            for _, state, part in _lenses(seen[code], settings)
            if state == WORSE
        )
        if level >= settings.subject:
            named.append(subject)
    return tuple(named)


# --- proposing ---------------------------------------------------------------------------------


def propose(
    place: Neighbourhood,
    positions: pd.DataFrame,
    scheme: Scheme,
    settings: Settings | None = None,
) -> dict[str, Proposal]:
    """Every axis of a scheme that holds for a neighbourhood's contract, as the figures see it.

    Parameters
    ----------
    positions : DataFrame
        As ``compare`` gives for this neighbourhood.

    Returns
    -------
    dict
        Axis code → proposal, in the scheme's order. Empty where the contract's axes are unknown.
    """
    settings = settings or draws.settings()
    held = scheme.of(place.contract_code)
    codes = list(dict.fromkeys(c for axis in held.values() for c in axis.links))
    seen = evidence(place, positions, codes, settings.noise)
    first = {code: _counted(code, axis, seen, settings) for code, axis in held.items()}
    drawn = draws.draw(place, held, seen, settings)
    found = {code: replace(one, holds=drawn.holds(code)) for code, one in first.items()}
    return _ordered(found, held, drawn, settings)


def _counted(code: str, axis: Axis, seen: dict[str, Seen], settings: Settings) -> Proposal:
    weights, documented = subject_weights(axis, seen)
    known = sum(weights[subject] for subject in documented)
    enough = bool(documented) and Fraction(known, sum(weights.values())) >= settings.documented
    found = contributions(code, axis, seen, settings) if enough else ()
    signals = _signals(axis, seen, settings) if enough else ()
    own = [seen[c] for codes in documented.values() for c in codes]
    worse = [s for s in own if s.states[0] == WORSE and s.subject in signals]
    status = (PROPOSED if signals else NO_GAP) if enough else UNDOCUMENTED
    sure = SOLID if any(draws.solid(s, settings) for s in worse) else CONFIRM
    return Proposal(
        axis=code, status=status, rank=0, level=False,
        solidity={PROPOSED: sure, NO_GAP: ""}.get(status, "undocumented"),
        signals=signals, documented=tuple(documented), subjects=tuple(weights),
        score=sum((c.amount for c in found), Fraction(0)), contributions=found,
        findings=_strongest(worse),
        counter=_strongest([s for s in own if s.states[0] == BETTER]),
    )  # fmt: skip


def _strongest(seen: list[Seen]) -> tuple[str, ...]:
    ordered = sorted(seen, key=lambda s: (s.reading.solidity != SOLID, -s.reading.strength))
    return tuple(s.reading.code for s in ordered)


def _ordered(
    found: dict[str, Proposal], held: dict[str, Axis], drawn: Drawn, settings: Settings
) -> dict[str, Proposal]:
    """Ranks among the axes of a kind; those that swap too often share one."""
    ranked = dict(found)
    for kind in ("main", "cross"):
        mine = [p for c, p in found.items() if p.proposed and held[c].kind == kind]
        mine = sorted(mine, key=lambda p: (p.solidity != SOLID, -p.score))
        for group in _tiers([p.axis for p in mine], drawn, settings):
            for axis in group:
                rank = 1 + [p.axis for p in mine].index(group[0])
                ranked[axis] = replace(
                    found[axis], rank=rank, level=len(group) > 1,
                    ranks=drawn.ranks(axis, [p.axis for p in mine]),
                )  # fmt: skip
    return ranked


def _tiers(order: list[str], drawn: Drawn, settings: Settings) -> list[list[str]]:
    """Groups of axes that the draws do not separate from the first of the group."""
    groups: list[list[str]] = []
    for axis in order:
        if groups and drawn.swaps(groups[-1][0], axis) > settings.level:
            groups[-1].append(axis)
        else:
            groups.append([axis])
    return groups
