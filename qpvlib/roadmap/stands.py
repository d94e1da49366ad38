"""Each axis of each neighbourhood as it stands: what is proposed there, what people decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from qpvlib.catalogue import axes, catalogue, wording
from qpvlib.catalogue.axes import Axis
from qpvlib.diagnosis import comparison
from qpvlib.diagnosis.portrait import Portrait, portrait, portrait_of
from qpvlib.diagnosis.reading import CONFIRM, SOLID
from qpvlib.project import kept
from qpvlib.roadmap import decisions
from qpvlib.roadmap.decisions import Decision
from qpvlib.roadmap.objectives import Objective, latest, objectives
from qpvlib.tables import indicators
from qpvlib.tables.areas import MOST, Neighbourhood, neighbourhoods

PROPOSED, CARRIED, GAP, NO_GAP = "proposed", "carried", "gap", "no_gap"
UNDOCUMENTED = "undocumented"
Decided = dict[tuple[str, str], Decision]
Status = Literal["proposed", "carried", "gap", "no_gap", "undocumented"]


@dataclass(frozen=True)
class Stand:
    """One axis of one neighbourhood: its objectives, its decision if there is one.

    Attributes
    ----------
    objectives : tuple of Objective
        Those whose own axis it is, questions last; ``also``, the proposals of others that name it.
    status : {"proposed", "carried", "gap", "no_gap", "undocumented"}
        It has a proposal; one of another axis speaks of it; an unfavourable gap that is not among
        the needs told; none; no figure.
    rank : int
        Its order among the neighbourhood's, by the needs it answers; 0 without a proposal.
    figures : dict
        What it rests on today: indicator → value, year, reading, in words.
    """

    place: Neighbourhood
    code: str
    axis: Axis
    objectives: tuple[Objective, ...]
    also: tuple[Objective, ...]
    status: Status
    rank: int
    figures: dict[str, str]
    decision: Decision | None = None

    @property
    def proposed(self) -> bool:
        """Whether something is proposed on it."""
        return self.status == PROPOSED

    @property
    def proposals(self) -> tuple[Objective, ...]:
        """Its objectives, questions left out."""
        return tuple(o for o in self.objectives if o.proposal)

    @property
    def solidity(self) -> str:
        """That of its surest proposal, or of those that carry it; empty without one."""
        sure = {o.solidity for o in self.proposals or self.also}
        return (SOLID if SOLID in sure else CONFIRM) if sure else ""

    @property
    def told(self) -> str:
        """What the figures say of it, in a sentence."""
        known = [o.short for o in self.proposals]
        return " ; ".join(known) if known else wording.say("axes", self.status)

    @property
    def state(self) -> Literal["retained", "rejected", "modified", "pending", ""]:
        """The decision's state; ``pending`` for a proposal without one; else empty."""
        if self.decision:
            return self.decision.state
        return "pending" if self.proposed else ""

    @property
    def kept(self) -> bool:
        """An axis to show: retained, or proposed and not yet decided."""
        return self.decision.kept if self.decision else self.proposed

    @property
    def stale(self) -> dict[str, tuple[str, str]]:
        """Figures that have changed since the decision: indicator → then, now."""
        then = self.decision.figures if self.decision else {}
        return {
            code: (text, self.figures.get(code, "absent"))
            for code, text in then.items()
            if text != self.figures.get(code)
        }


@dataclass(frozen=True)
class Plan:
    """Tout ce qui est proposé pour un quartier : pages, classeurs et fichiers le lisent.

    Attributes
    ----------
    portrait : Portrait
    objectives : tuple de Objective
        Réponses aux besoins, dans leur ordre ; atouts à préserver ; questions.
    stands : tuple de Stand
        Ses axes, d'abord ceux qui ont une proposition ; vide si ceux du contrat sont inconnus.
    """

    portrait: Portrait
    objectives: tuple[Objective, ...]
    stands: tuple[Stand, ...]

    @property
    def place(self) -> Neighbourhood:
        """Le quartier."""
        return self.portrait.place

    @property
    def proposals(self) -> tuple[Objective, ...]:
        """Ses objectifs, sans les questions ni ceux d'un axe qu'une décision écarte."""
        return tuple(o for o in self.objectives if o.proposal and not self._aside(o))

    @property
    def questions(self) -> tuple[Objective, ...]:
        """Ce qui est à demander au terrain, sur les mêmes axes."""
        return tuple(o for o in self.objectives if not o.proposal and not self._aside(o))

    def undecided(self, objective: Objective) -> bool:
        """Si personne n'a encore décidé de l'axe d'un objectif."""
        stand = self.stand(objective)
        return stand is None or stand.decision is None

    def stand(self, objective: Objective) -> Stand | None:
        """L'axe d'un objectif ; None si ceux du contrat sont inconnus."""
        return next((s for s in self.stands if objective.axes[:1] == (s.code,)), None)

    def _aside(self, objective: Objective) -> bool:
        stand = self.stand(objective)
        return bool(stand and stand.decision and not stand.decision.kept)


def plan(positions: pd.DataFrame, scheme: str | None = None) -> Plan:
    """The plan of one neighbourhood, decisions included.

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
    of, name = portrait(positions), axes.scheme_name(scheme)
    return _plan(of, tuple(objectives(of, name)), name, decisions.read(name))


def plan_of(place: Neighbourhood, scheme: str | None = None) -> Plan:
    """The same of what the tables tell: computed once, with the decisions as they now are."""
    name = axes.scheme_name(scheme)
    return _plan_of(place.code, name, decisions.read(name))


def _plan_of(code: str, name: str, decided: Decided) -> Plan:
    return _plan(portrait_of(code), _objectives_of(code, name), name, decided)


@kept("tidy", "root", most=MOST)
def _objectives_of(code: str, name: str) -> tuple[Objective, ...]:
    return tuple(objectives(portrait_of(code), name))


def _plan(of: Portrait, found: tuple[Objective, ...], name: str, decided: Decided) -> Plan:
    held = axes.scheme(name).of(of.place.contract_code)
    order = list(dict.fromkeys(o.axes[0] for o in found if o.proposal and o.axes))
    stands_ = [
        Stand(
            of.place, code, axis, tuple(o for o in found if o.axes[:1] == (code,)),
            tuple(o for o in found if o.proposal and code in o.axes[1:]),
            _status(code, axis, found, of), order.index(code) + 1 if code in order else 0,
            _figures(code, axis, found, of), decided.get((of.place.code, code)),
        )
        for code, axis in held.items()
    ]  # fmt: skip
    places = {stand.code: i for i, stand in enumerate(stands_)}
    stands_.sort(key=lambda s: (not s.kept, s.rank or 99, places[s.code]))
    return Plan(of, found, tuple(stands_))


def _status(code: str, axis: Axis, found: Sequence[Objective], of: Portrait) -> Status:
    own = [o for o in found if o.axes[:1] == (code,)]
    if any(o.proposal for o in own):
        return PROPOSED
    if any(o.proposal and code in o.axes for o in found):
        return CARRIED
    read = [of.readings[c] for c in axis.indicators if c in of.readings]
    read = [one for one in read if one.verdict != "not_compared"]
    if any(one.orientation == "unfavourable" for one in read):
        return GAP
    return NO_GAP if read else UNDOCUMENTED


def _figures(code: str, axis: Axis, found: Sequence[Objective], of: Portrait) -> dict[str, str]:
    """The figures an axis rests on as they read today: a decision keeps them."""
    own = [o.indicator for o in found if o.axes[:1] == (code,) and o.proposal]
    named = dict.fromkeys([*axis.indicators, *own])
    read = {c: of.readings[c] for c in named if c in of.readings}
    return {c: f"{one.full} ({one.when}) ; {one.words}" for c, one in read.items()}


def all_plans(
    observations: pd.DataFrame | None = None, scheme: str | None = None
) -> dict[str, Plan]:
    """The plan of every neighbourhood of the tables, by code.

    From what the tables tell, unless other ``observations`` are given.
    """
    if observations is not None:
        places = neighbourhoods().items()
        return {c: plan(comparison.compare(observations, p), scheme) for c, p in places}
    name = axes.scheme_name(scheme)
    decided = decisions.read(name)
    return {code: _plan_of(code, name, decided) for code in neighbourhoods()}


def all_stands(scheme: str | None = None) -> dict[str, list[Stand]]:
    """The axes of every neighbourhood of the tables, by code."""
    return {code: list(one.stands) for code, one in all_plans(scheme=scheme).items()}


def goals(stand: Stand) -> list[tuple[str, str]]:
    """Objectives to show: ``proposal`` while nothing is decided, else ``goal``; with their text."""
    if stand.decision is None:
        return [("proposal", objective.text) for objective in stand.proposals]
    return [("goal", text) for text in stand.decision.objectives] if stand.decision.kept else []


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
    found = [latest(place, code) for place in places]
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


def followed(plans: list[Plan]) -> list[str]:
    """Indicators that follow the proposals of several neighbourhoods, in the catalogue's order."""
    patterns = axes.declared().patterns
    used = {c for p in plans for o in p.proposals for c in patterns[o.pattern].follow[:1]}
    return [code for code in catalogue().indicators if code in used]
