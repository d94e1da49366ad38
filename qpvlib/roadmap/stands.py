"""Each axis of each neighbourhood as it stands: what the figures propose, what people decided."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from qpvlib.catalogue import axes, catalogue
from qpvlib.catalogue.axes import Axis
from qpvlib.diagnosis import comparison
from qpvlib.diagnosis.findings import SOLID
from qpvlib.roadmap import decisions, objectives, priorities
from qpvlib.roadmap.decisions import Decision
from qpvlib.roadmap.objectives import Objective
from qpvlib.roadmap.priorities import Proposal
from qpvlib.tables import indicators
from qpvlib.tables.areas import Neighbourhood, neighbourhoods


@dataclass(frozen=True)
class Stand:
    """One axis of one neighbourhood: proposal, draft objectives, decision if there is one.

    ``told`` says how many subjects are in difficulty; ``nuance`` what stands against; ``figures``
    what the axis rests on today.
    """

    place: Neighbourhood
    code: str
    axis: Axis
    proposal: Proposal
    drafts: tuple[Objective, ...]
    told: str
    nuance: str
    figures: dict[str, str]
    decision: Decision | None = None

    @property
    def state(self) -> Literal["retained", "rejected", "modified", "pending", ""]:
        """The decision's state; ``pending`` for a proposal without one; else empty."""
        if self.decision:
            return self.decision.state
        return "pending" if self.proposal.proposed else ""

    @property
    def kept(self) -> bool:
        """An axis to show: retained, or proposed and not yet decided."""
        return self.decision.kept if self.decision else self.proposal.proposed

    @property
    def stale(self) -> dict[str, tuple[str, str]]:
        """Figures that have changed since the decision: indicator → then, now."""
        if not self.decision or not self.decision.figures:
            return {}
        then = self.decision.figures
        return {
            code: (then.get(code, "absent"), self.figures.get(code, "absent"))
            for code in dict.fromkeys([*then, *self.figures])
            if then.get(code) != self.figures.get(code)
        }


def stands(place: Neighbourhood, positions: pd.DataFrame, scheme: str | None = None) -> list[Stand]:
    """The axes that hold for a neighbourhood's contract: kept ones first, in their order.

    Parameters
    ----------
    positions : DataFrame
        As ``compare`` gives for this neighbourhood.
    scheme : str, optional
        Name of a scheme; the territory's by default.

    Raises
    ------
    Faults
        When the file of decisions has a fault: nothing is built from it.
    """
    name = axes.scheme_name(scheme)
    chosen = axes.scheme(name)
    decided = decisions.read(name)
    found = [
        _stand(place, positions, chosen.axes[code], proposal, decided.get((place.code, code)))
        for code, proposal in priorities.propose(place, positions, chosen).items()
    ]
    order = {stand.code: i for i, stand in enumerate(found)}
    return sorted(
        found,
        key=lambda s: (
            s.axis.kind == "cross", not s.kept, s.proposal.rank or 99,
            s.proposal.solidity != SOLID, order[s.code],
        ),
    )  # fmt: skip


def _stand(
    place: Neighbourhood,
    positions: pd.DataFrame,
    axis: Axis,
    proposal: Proposal,
    decision: Decision | None,
) -> Stand:
    return Stand(
        place, proposal.axis, axis, proposal,
        tuple(objectives.draft(place, proposal, positions)),
        objectives.told(proposal), objectives.nuance(place, proposal, positions),
        objectives.figures(axis, positions), decision,
    )  # fmt: skip


def all_stands(observations: pd.DataFrame, scheme: str | None = None) -> dict[str, list[Stand]]:
    """The axes of every neighbourhood of the tables, by code, as ``stands`` gives them.

    ``observations`` are those of ``indicators.observations()``: all of them.
    """
    return {
        code: stands(place, comparison.compare(observations, place), scheme)
        for code, place in neighbourhoods().items()
    }


def goals(stand: Stand) -> list[tuple[str, str]]:
    """Objectives to show: ``proposal`` while nothing is decided, else ``goal``; with their text."""
    if stand.decision is None:
        return [("proposal", draft.text) for draft in stand.drafts]
    return [("goal", text) for text in stand.decision.objectives] if stand.decision.kept else []


def carried(vigilance: list, stands_: list[Stand]) -> list[str]:
    """Titles of the points of vigilance that no axis of the scheme speaks of."""
    linked = {code for stand in stands_ for code in stand.axis.links}
    return [point.title for point in vigilance if point.indicator not in linked]


# --- figures of a contract -----------------------------------------------------------------------


@dataclass(frozen=True)
class Total:
    """A contract's figure: a sum of counts, a share of sums, or why there is none."""

    indicator: str
    value: float | None
    numerator: float
    denominator: float
    year: str
    published: int
    places: int


def total(code: str, places: list[Neighbourhood]) -> Total:
    """An indicator over several neighbourhoods, in its latest year.

    Counts add up; a share is recomputed from the sums of its counts; a median or a rate without
    counts has no total; one neighbourhood not published, and there is none either.
    """
    indicator = catalogue().indicator(code)
    found = [objectives.latest(place, code) for place in places]
    known = [one for one in found if one is not None and one.published]  # a bound is not added
    year = known[0].when if known else ""
    whole = len(known) == len(places) and len({one.year for one in known}) == 1
    if not whole or indicator.measure == "value":
        return Total(code, None, float("nan"), float("nan"), year, len(known), len(places))
    if indicator.measure == "count":
        summed = sum(one.value for one in known)
        return Total(code, summed, summed, float("nan"), year, len(known), len(places))
    top = pd.Series([sum(one.numerator for one in known)])
    bottom = pd.Series([sum(one.denominator for one in known)])
    share = indicators.share(top, bottom)[0]
    return Total(code, share, top[0], bottom[0], year, len(known), len(places))


def followed(stands_: list[Stand]) -> list[str]:
    """Indicators that follow the objectives of several axes, in the catalogue's order."""
    used = {d.indicator for stand in stands_ if stand.kept for d in stand.drafts}
    return [code for code in catalogue().indicators if code in used]
