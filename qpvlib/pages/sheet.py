"""A neighbourhood's sheet: who, where, what the figures say, axes, objectives; two pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.diagnosis import comparison, findings
from qpvlib.diagnosis.reading import series
from qpvlib.document.blocks import Content, Figure, Group, Heading, Listing, Paragraph, Room, Table
from qpvlib.pages import cells
from qpvlib.pages.cells import say
from qpvlib.pages.opening import perimeter, point_line
from qpvlib.pages.proposals import decision_line, goal_line, none
from qpvlib.roadmap import stands
from qpvlib.roadmap.stands import Stand
from qpvlib.tables.areas import Neighbourhood

COUNTS = ("population", "logements_sociaux", "enfants_6_17", "demandeurs_emploi")
Maps = Callable[[Neighbourhood], Sequence[Figure]]


@dataclass(frozen=True)
class Matter:
    """What a sheet is written from, for one neighbourhood."""

    place: Neighbourhood
    positions: pd.DataFrame
    findings: pd.DataFrame
    observations: pd.DataFrame
    stands: list[Stand]


def matter(place: Neighbourhood, observations: pd.DataFrame) -> Matter:
    """Everything a sheet is written from."""
    positions = comparison.compare(observations, place)
    held = stands.stands(place, positions)
    return Matter(place, positions, findings.findings(positions), observations, held)


def deduced(matters: Sequence[Matter]) -> tuple[Paragraph, ...]:
    """What figures of some sheets have a year that was deduced: those that are judged."""
    known, rows = catalogue().indicators, pd.concat([one.findings for one in matters])
    return cells.deduced(rows[[not known[code].descriptive for code in rows.indicator]])


def title(place: Neighbourhood) -> Content:
    """The neighbourhood and its communes."""
    communes = wording.listed([area.name for area in place.communes])
    return say("annex", "sheet", name=place.name, communes=communes)


def sheet(matter: Matter, maps: Maps, level: int = 2, final: bool = False) -> Content:
    """The two-page sheet of a neighbourhood, below its title; ``final`` when all is decided.

    ``maps`` gives the maps of a neighbourhood; ``level`` is that of the headings.
    """
    place = matter.place
    brief = " ".join(findings.brief(matter.findings, matter.positions, place))
    questions = tuple(findings.field_questions(matter.findings, place))
    contract = f"{place.contract.label}. " if place.contract else ""
    return (
        status(matter.stands, final), Paragraph((contract, perimeter(place)), "small"),
        _identity(matter),
        Group((*maps(place), Paragraph(say("annex", "maps"), "small")), "maps"),
        Heading(level, say("opening", "brief")), Paragraph(brief, "lead"),
        *_points(matter, level),
        Heading(level, say("annex", "axes")), *_axes(matter),
        Heading(level, say("annex", "objectives")), *_objectives(matter.stands),
        Heading(level, say("opening", "ask")), Listing(questions, "dash"),
        Heading(level, say("annex", "field")), *_field(matter.stands),
        Paragraph(say("annex", "room"), "small"), Room(3),
    )  # fmt: skip


def status(held: list[Stand], final: bool) -> Paragraph:
    """What the document is: a draft, a draft with decisions, or final."""
    key = "draft_decided" if any(stand.decision for stand in held) else "draft"
    return Paragraph(say("annex", "final" if final else key), "state")


# --- what figures say --------------------------------------------------------------------------


def _identity(matter: Matter) -> Table:
    """The last published value of each count, with its year."""
    own = matter.observations[matter.observations.area == matter.place.code]
    known, rows = series(own.sort_values("year")), []
    for code in COUNTS:
        published = [one for one in known.get(code, []) if one.published]
        figure = (published[-1].amount, published[-1].when) if published else ()
        label = catalogue().indicator(code).label
        rows.append((label, *(figure or (say("figure", "blank"), ""))))
    area = f"{wording.number(matter.place.area_ha, 1)} ha"
    rows.append((say("annex", "identity_area"), area, say("annex", "identity_perimeter")))
    head = tuple(say("annex", key) for key in ("identity", "identity_value", "identity_year"))
    caption = say("annex", "identity_title", name=matter.place.name)
    return Table(caption, head, tuple(rows), widths=(5, 2, 3))


def _doubt(solidity: str) -> str:
    """What is said after a finding that is not solid."""
    return "" if solidity == "solid" else f" {wording.sentence(say('reading', solidity))}."


def _points(matter: Matter, level: int) -> list[Content]:
    able = tuple(map(point_line, findings.strengths(matter.findings, matter.place)))
    watched = findings.vigilance(matter.findings)
    left = " ; ".join(map(wording.lowered, findings.unsaid(matter.findings)))
    worse = tuple((point_line(point), _doubt(point.solidity)) for point in watched)
    return [
        Heading(level, say("opening", "strengths")),
        Listing(able, "dash") if able else Paragraph(say("strength", "none")),
        Heading(level, say("opening", "vigilance")),
        Listing(worse, "dash") if worse else Paragraph(say("vigilance", "none")),
        *([Paragraph(say("vigilance", "also", labels=left), "small")] if left else []),
    ]


# --- axes --------------------------------------------------------------------------------------


def _axes(matter: Matter) -> list[Content]:
    if not matter.stands:
        return [Paragraph(none([]))]
    rows = tuple(
        (
            stand.axis.label, _state(stand), stand.told,
            " ".join(filter(None, [wording.sentence(stand.nuance), stand.axis.limit])),
        )
        for stand in matter.stands
    )  # fmt: skip
    columns = "axes_axis", "axes_state", "axes_told"
    head = *(say("annex", key) for key in columns), say("axes", "nuance")
    caption = say("annex", "axes_title", name=matter.place.name)
    table = Table(caption, head, rows, widths=(3, 3, 4, 5))
    return [table, Paragraph(say("annex", "compare"), "small")]


def _state(stand: Stand) -> Content:
    """« Proposition : 1, à confirmer », « Décision du 15/09/2026 (…) : retenu. »…"""
    proposal = stand.proposal
    if stand.decision:
        return decision_line(stand)
    if proposal.proposed:
        rank = say("roadmap", "proposed") if stand.axis.kind == "cross" else str(proposal.rank)
        doubt = "" if proposal.solidity == "solid" else f", {say('reading', proposal.solidity)}"
        level = f" ({say('axes', 'level')})" if proposal.level else ""
        return say("decision", "proposal", objective=f"{rank}{doubt}{level}")
    silent = proposal.status == "undocumented"
    return wording.sentence(say("reading", "undocumented") if silent else say("axes", "alike"))


def _objectives(held: list[Stand]) -> list[Content]:
    """For each kept axis: finding, proposal or decision, what to verify, how to follow."""
    kept = [stand for stand in held if stand.kept]
    if not kept:
        return [Paragraph(none(held))]
    blocks: list[Content] = []
    for stand in kept:
        told = _decided(stand) if stand.decision else _drafts(stand)
        blocks += [Paragraph(stand.axis.label, "axis"), *told]
    return blocks


def _drafts(stand: Stand) -> list[Content]:
    return [
        line
        for draft in stand.drafts
        for line in (
            _line("finding", sentence=draft.finding),
            Paragraph(goal_line("proposal", draft.text), "goal"),
            _line("verify", question=draft.verify), _line("follow", follow=draft.follow),
        )
    ]  # fmt: skip


def _decided(stand: Stand) -> list[Content]:
    reason = stand.decision.reason
    return [
        *(_line("finding", sentence=draft.finding) for draft in stand.drafts),
        Paragraph(decision_line(stand), "state"),
        *([_line("reason", reason=reason)] if reason else []),
        *(Paragraph(goal_line(*goal), "goal") for goal in stands.goals(stand)),
    ]


def _line(key: str, **parts: str) -> Paragraph:
    return Paragraph(say("decision", key, **parts), "finding")


def _field(held: list[Stand]) -> list[Content]:
    """What people of the field said with their decisions, marked as such."""
    lines: list[Content] = []
    for stand in held:
        decision = stand.decision
        if decision and decision.field:
            parts = {"function": decision.function, "date": f"{decision.date:%d/%m/%Y}"}
            told = say("decision", "field", field=decision.field, **parts)
            lines.append(Paragraph(f"{stand.axis.short}. {told}", "field"))
    return lines
