"""A neighbourhood in the call for projects: for whom, what is awaited, this summer, what to say.

Only what an association can do; what falls to others is in the feuille de route.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from qpvlib.catalogue import axes, wording
from qpvlib.diagnosis import comparison
from qpvlib.diagnosis.reading import SOLID
from qpvlib.document.blocks import (
    Content,
    Figure,
    Group,
    Heading,
    Listing,
    Paragraph,
    Room,
    strong,
)
from qpvlib.pages import cells
from qpvlib.pages.cells import say
from qpvlib.pages.opening import perimeter
from qpvlib.pages.proposed import answer_line, decision_line, falls_to
from qpvlib.pages.resources import near
from qpvlib.roadmap import answers, stands
from qpvlib.roadmap import season as seasons
from qpvlib.roadmap.objectives import Objective
from qpvlib.roadmap.season import CHILDREN, Season
from qpvlib.roadmap.stands import Plan, Stand
from qpvlib.tables import areas
from qpvlib.tables.areas import Neighbourhood

PEOPLE = "population"
PUBLICS, AWAITED = 4, 4  # more would not be read
COUNTS = (PEOPLE, "logements_sociaux", CHILDREN, "demandeurs_emploi")
Maps = Callable[[Neighbourhood], Sequence[Figure]]


@dataclass(frozen=True)
class Matter:
    """What a sheet is written from, for one neighbourhood."""

    place: Neighbourhood
    positions: pd.DataFrame
    plan: Plan

    @property
    def stands(self) -> list[Stand]:
        """Its axes."""
        return list(self.plan.stands)


def matter(place: Neighbourhood) -> Matter:
    """Everything a sheet is written from."""
    return Matter(place, comparison.compared(place), stands.plan_of(place))


def year_notes(matters: Sequence[Matter]) -> tuple[Paragraph, ...]:
    """What figures of some sheets have a year that was deduced: those that are told."""
    used = [(one.place.code, o.indicator) for one in matters for o in one.plan.objectives] + [
        (one.place.code, code)
        for one in matters
        for need in one.plan.portrait.needs
        for code in need.codes
    ]
    rows = pd.concat([one.positions for one in matters]).drop_duplicates(["area", "indicator"])
    keys = list(zip(rows.area, rows.indicator, strict=True))
    return cells.year_notes(rows[[key in set(used) for key in keys]])


def title(matter: Matter) -> Content:
    """« Blossières (Orléans), 1 452 habitants (2018) »."""
    place = matter.place
    communes = wording.listed([area.name for area in place.communes])
    people = _last(matter, PEOPLE)
    told = f", {say('annex', 'people', value=people[0], year=people[1])}" if people else ""
    return f"{say('annex', 'sheet', name=place.name, communes=communes)}{told}"


def _last(matter: Matter, code: str) -> tuple[str, str] | None:
    """The last published value of a count, and its year."""
    one = seasons.known(matter.place, code)
    return (one.amount, one.when) if one else None


def sheet(matter: Matter, maps: Maps, level: int = 2) -> Content:
    """The paragraph of a neighbourhood, below its title and its state.

    ``maps`` gives the maps of a neighbourhood; ``level`` is that of the headings.
    """
    contract = f"{matter.place.contract.label}. " if matter.place.contract else ""
    awaited, falls = _awaited(matter.plan), _falls(matter.plan)
    return (
        Paragraph((contract, perimeter(matter.place)), "small"),
        _named("for_whom", _for_whom(matter)),
        Heading(level, say("annex", "awaited")), _listed(awaited),
        *falls, *_set_aside(matter.stands),
        _named("this_summer", _summer(matter)), _named("to_say", _to_say(matter.plan)),
        Paragraph(_codes(matter.plan), "small"),
        *_answered(matter), *_known(matter.stands),
        Heading(level, say("annex", "field")), Paragraph(say("annex", "room"), "small"), Room(3),
        Group((*maps(matter.place), Paragraph(say("annex", f"maps{_drawn()}"), "small")), "maps"),
    )  # fmt: skip


def _listed(awaited: tuple[Content, ...]) -> Content:
    if not awaited:
        return Paragraph(say("annex", "nothing_awaited"))
    return Listing(awaited, "awaited", ordered=True)


def status(held: list[Stand], final: bool) -> Paragraph:
    """What the document is: a draft, a draft with decisions, or final."""
    key = "draft_decided" if any(stand.decision for stand in held) else "draft"
    return Paragraph(say("annex", "final" if final else key), "state")


def _named(key: str, content: Content) -> Paragraph:
    return Paragraph((strong(say("annex", key)), " ", content))


# --- the paragraph -----------------------------------------------------------------------------


def _for_whom(matter: Matter) -> Content:
    """Publics with their published numbers, then the needs that no public tells.

    Children first, then those of whom it has many, then those whom the proposals are for.
    """
    plan, children = matter.plan, _last(matter, CHILDREN)
    told = [say("annex", "children", value=children[0], year=children[1])] if children else []
    needed = {code for need in plan.portrait.needs for code in need.codes}
    own = {
        o.indicator: o.public
        for o in (*_invited(plan), *_offered(plan))
        if pd.notna(o.count) or o.indicator not in needed  # else its need says more of it
    }
    kept = [(code, public) for code, public in own.items() if code not in COUNTS]
    shown = dict(kept[:PUBLICS])
    first = wording.sentence(" ; ".join(dict.fromkeys([*told, *shown.values()])))
    needs = [n.sentence for n in plan.portrait.needs if not set(n.codes) & set(shown)]
    return f"{first}. {' '.join(needs)}"


def _offered(plan: Plan) -> list[Objective]:
    """Proposals that an association can answer."""
    return [o for o in plan.proposals if o.open]


def _invited(plan: Plan) -> list[Objective]:
    """Questions that an association may answer with the inhabitants."""
    return [o for o in plan.questions if o.open and o.invite]


def _awaited(plan: Plan) -> tuple[Content, ...]:
    """What is awaited of associations: what is decided, else proposed, then what is opened."""
    decided = {stand.code: stand for stand in plan.stands if stand.decision}
    lines: list[Content] = []
    for stand in decided.values():
        if stand.kept:
            goals = " ; ".join(goal.rstrip(".") for _, goal in stands.goals(stand))
            lines.append((decision_line(stand), " ", f"{goals}."))
    for objective in _here(plan):
        sure = objective.solidity in ("", SOLID)
        doubt = "" if sure else f" ({say('reading', objective.solidity)})"
        text = objective.text if objective.proposal else objective.invite
        lines.append(f"{wording.lowered(text)}{doubt} ;")
    if lines and isinstance(lines[-1], str):
        lines[-1] = f"{lines[-1].rstrip('; ').rstrip()}."
    return tuple(lines)


def _here(plan: Plan) -> list[Objective]:
    """Objectives, undecided, that the side has: what is proposed, then what is opened."""
    decided = {stand.code: stand for stand in plan.stands if stand.decision}
    proposed = [o for o in _offered(plan) if not (o.axes and o.axes[0] in decided)]
    room = AWAITED - sum(stand.kept for stand in decided.values())
    return [*proposed, *_invited(plan)][: max(room, 0)]


def _falls(plan: Plan) -> list[Content]:
    """Needs that no association is asked to answer: whom they fall to, in one line."""
    away = [o for o in plan.proposals if not o.open]
    lines = [say("annex", "falls", short=wording.lowered(o.short), who=falls_to(o)) for o in away]
    return [Paragraph(" ".join(lines), "small")] if lines else []


def _set_aside(held: list[Stand]) -> list[Content]:
    """What decisions set aside, said so."""
    return [
        Paragraph((stand.axis.short, ". ", decision_line(stand)), "state")
        for stand in held
        if stand.decision and not stand.decision.kept
    ]


def _summer(matter: Matter) -> Content:
    return paragraph(seasons.season(matter.plan))


def paragraph(of: Season) -> str:
    """What the summer is for here: what its figures call for, for whom, near what.

    >>> from qpvlib.tables.areas import neighbourhood
    >>> paragraph(seasons.season(stands.plan_of(neighbourhood("QP045010"))))[:44]
    'Soirées et week-ends, secteur par secteur, c'
    """
    parts = [summer_called(of)]
    if publics := summer_publics(of):
        parts.append(say("annex", "summer_publics", publics=" ; ".join(publics)))
    if of.near:
        parts.append(say("annex", "summer_near", places=" ; ".join(map(near, of.near))))
    return " ".join(parts)


def summer_called(of: Season) -> str:
    """What the figures of a neighbourhood ask of its summer; else what holds of every one."""
    texts = [o.summer for o in of.asked] or [say("annex", "summer")]
    return f"{' ; '.join([texts[0], *map(wording.lowered, texts[1:])]).rstrip('.')}."


def summer_publics(of: Season) -> list[str]:
    """Children of 6 to 17, then the publics that the place calls for, each with its year."""
    told = of.children
    first = [say("annex", "children", value=told.amount, year=told.when)] if told else []
    return [*first, *of.publics]


def _to_say(plan: Plan) -> Content:
    """What an application must say: what every one must, and what this place calls for."""
    own = dict.fromkeys(o.tell for o in _here(plan) if o.tell)
    count = dict.fromkeys(
        wording.lowered(axes.declared().patterns[o.pattern].action) for o in _offered(plan)
    )
    parts = {"own": "".join(f"{one}, " for one in [*own][:2]), "counts": " ; ".join(count)}
    return say("annex", "dossier" if count else "dossier_plain", **parts)


def _codes(plan: Plan) -> Content:
    """Codes of the programme 147 of what is awaited, in the nomenclature of the call."""
    period = axes.scheme().nomenclature
    codes = dict.fromkeys(c for o in (*_offered(plan), *_here(plan)) for c in o.p147)
    named = " ; ".join(axes.labelled(tuple(sorted(codes)), period))
    return say("annex", "codes", period=period, codes=named)


# --- what the field said -----------------------------------------------------------------------


def _answered(matter: Matter) -> list[Content]:
    """What people of the field answered to its questions."""
    known = answers.read()
    return [
        Paragraph((known[o.key].asked or o.question, " ", answer_line(known[o.key]).content))
        for o in matter.plan.objectives
        if o.key in known
    ]


def _known(held: list[Stand]) -> list[Content]:
    """What people of the field said with their decisions, marked as such."""
    lines: list[Content] = []
    for stand in held:
        decision = stand.decision
        if decision and decision.field:
            parts = {"function": decision.function, "date": f"{decision.date:%d/%m/%Y}"}
            told = say("decision", "field", field=decision.field, **parts)
            lines.append(Paragraph(f"{stand.axis.short}. {told}", "field"))
    return lines


def _drawn() -> str:
    """What the maps are drawn from: without outlines of communes, the perimeter alone."""
    return "" if "ign_communes" in areas.drawn_from() else "_own"
