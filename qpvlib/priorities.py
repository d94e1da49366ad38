"""From findings to proposed axes: what is counted, how it adds up, what stands against it.

Nothing here compares two neighbourhoods: an axis is ordered among the axes of its own neighbourhood.
Every reference is frozen (the distributions of metropolitan QPV): another neighbourhood in the
tables moves nothing.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

import pandas as pd

from qpvlib import axes, diagnosis, draws
from qpvlib.areas import Neighbourhood
from qpvlib.axes import Axis, Scheme
from qpvlib.draws import Drawn, Settings
from qpvlib.evidence import BETTER, LENSES, UNKNOWN, WORSE, evidence

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
    code: str, axis: Axis, seen: pd.DataFrame, settings: Settings
) -> tuple[Contribution, ...]:
    """Exact shares that add up to the axis's score, one per documented indicator and lens."""
    weights, documented = subject_weights(axis, seen)
    total = sum(weights[s] for s in documented)
    states = {(r.indicator, r.lens): r.state for r in seen.itertuples()}
    found = []
    for subject, codes in documented.items():
        inner = sum(axis.links[c] for c in codes)
        for indicator in codes:
            share = Fraction(weights[subject] * axis.links[indicator], total * inner)
            lenses = {
                lens: weight
                for lens, weight in zip(LENSES, settings.lenses, strict=True)
                if states[indicator, lens] != UNKNOWN and weight
            }
            for lens, weight in lenses.items():
                state = states[indicator, lens]
                part = share * Fraction(weight, sum(lenses.values()))
                amount = part if state == WORSE else Fraction(0)
                found.append(Contribution(code, subject, indicator, lens, state, amount))
    return tuple(found)


def subject_weights(axis: Axis, seen: pd.DataFrame) -> tuple[dict[str, int], dict[str, list[str]]]:
    """Weight of each subject of an axis, and the documented indicators of each that has some.

    A subject weighs what its heaviest indicator does, documented or not.
    """
    weights: dict[str, int] = {}
    for indicator, weight in axis.links.items():
        subject = axes.family(indicator)
        weights[subject] = max(weight, weights.get(subject, 0))
    known = set(seen[(seen.lens == "metropole") & (seen.state != UNKNOWN)].indicator)
    documented: dict[str, list[str]] = {}
    for indicator in axis.links:
        if indicator in known:
            documented.setdefault(axes.family(indicator), []).append(indicator)
    return weights, documented


def _signals(found: tuple[Contribution, ...], axis: Axis, settings: Settings) -> tuple[str, ...]:
    """Subjects in difficulty: at least half of their documented weight."""
    named = []
    for subject in dict.fromkeys(c.subject for c in found):
        part = [c for c in found if c.subject == subject]
        whole = sum({c.indicator: axis.links[c.indicator] for c in part}.values())
        level = Fraction(0)
        for indicator in dict.fromkeys(c.indicator for c in part):
            mine = [c for c in part if c.indicator == indicator]
            lens = dict(zip(LENSES, settings.lenses, strict=True))
            all_ = sum(lens[c.lens] for c in mine)
            worse = sum(lens[c.lens] for c in mine if c.state == WORSE)
            level += Fraction(axis.links[indicator] * worse, whole * all_)
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
    drawn = draws.draw(place, positions, held, seen, settings)
    return _ordered({c: _sure(p, drawn, settings) for c, p in first.items()}, held, drawn, settings)


def _counted(code: str, axis: Axis, seen: pd.DataFrame, settings: Settings) -> Proposal:
    weights, documented = subject_weights(axis, seen)
    known = sum(weights[s] for s in documented)
    enough = bool(documented) and Fraction(known, sum(weights.values())) >= settings.documented
    found = contributions(code, axis, seen, settings) if enough else ()
    signals = _signals(found, axis, settings)
    own = seen[(seen.lens == "metropole") & seen.indicator.isin(axis.links)]
    worse = own[(own.state == WORSE) & own.subject.isin(signals)]
    status = (PROPOSED if signals else NO_GAP) if enough else UNDOCUMENTED
    sure = diagnosis.SOLID if (worse.solidity == diagnosis.SOLID).any() else diagnosis.CONFIRM
    return Proposal(
        axis=code, status=status, rank=0, level=False,
        solidity={PROPOSED: sure, NO_GAP: ""}.get(status, diagnosis.UNDOCUMENTED),
        signals=signals, documented=tuple(documented), subjects=tuple(weights),
        score=sum((c.amount for c in found), Fraction(0)), contributions=found,
        findings=tuple(_strongest(worse)), counter=tuple(_strongest(own[own.state == BETTER])),
    )  # fmt: skip


def _strongest(rows: pd.DataFrame) -> list[str]:
    sure = (rows.solidity != diagnosis.SOLID).astype(int)
    rows = rows.assign(sure=sure).sort_values(
        ["sure", "strength"], ascending=[True, False], kind="stable"
    )
    return list(rows.indicator)


def _sure(proposal: Proposal, drawn: Drawn, settings: Settings) -> Proposal:
    """The proposal with the share of the draws where it stands; solid only if nearly all."""
    holds = drawn.holds(proposal.axis)
    fragile = proposal.proposed and holds < settings.holds
    solidity = diagnosis.CONFIRM if fragile else proposal.solidity
    return replace(proposal, holds=holds, solidity=solidity)


def _ordered(
    found: dict[str, Proposal], held: dict[str, Axis], drawn: Drawn, settings: Settings
) -> dict[str, Proposal]:
    """Ranks among the axes of a kind; those that swap too often share one."""
    ranked = dict(found)
    for kind in ("main", "cross"):
        mine = [p for c, p in found.items() if p.proposed and held[c].kind == kind]
        mine = sorted(mine, key=lambda p: (p.solidity != diagnosis.SOLID, -p.score))
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
