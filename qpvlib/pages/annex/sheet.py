"""A neighbourhood's sheet: who, where, what the figures say, axes, objectives; two pages."""

import re

from qpvlib.catalogue import axes, catalogue, wording
from qpvlib.diagnosis import findings
from qpvlib.pages.annex.blocks import (
    Block,
    Bullets,
    Grid,
    Heading,
    Picture,
    Pictures,
    Room,
    Stills,
    Text,
)
from qpvlib.pages.annex.matter import Matter
from qpvlib.roadmap import stands
from qpvlib.roadmap.stands import Stand
from qpvlib.tables.areas import Neighbourhood


def say(key: str, **parts: object) -> str:
    """A sentence of the documents (``phrases-axes.toml``, group ``annex``)."""
    return wording.say("annex", key, **parts)


def sheet(matter: Matter, stills: Stills, level: int = 1, final: bool = False) -> list[Block]:
    """The two-page sheet of a neighbourhood: who, where, what figures say, axes, objectives."""
    place = matter.place
    communes = wording.listed([area.name for area in place.communes])
    contract = place.contract.label if place.contract else ""
    pictures = tuple(Picture(*still, 5.7) for still in stills(place))
    return [
        Heading(level, f"{place.name}, {communes}"),
        Text(status(matter.stands, final), "state"),
        Text(f"{contract}. {_perimeter(place)}", "small"),
        _identity(matter),
        Pictures(pictures, say("maps")),
        Heading(level + 1, say("brief")),
        Text(" ".join(findings.brief(matter.findings, matter.positions, place)), "lead"),
        *_points(matter, level + 1),
        Heading(level + 1, say("axes")),
        *_axes(matter),
        Heading(level + 1, say("objectives")),
        *_objectives(matter.stands),
        Heading(level + 1, say("ask")),
        Bullets(tuple(findings.field_questions(matter.findings, place))),
        Heading(level + 1, say("field")),
        *_field(matter.stands),
        Text(say("room"), "small"),
        Room(3),
    ]


def _perimeter(place: Neighbourhood) -> str:
    known = place.successor_status
    status = known if known in ("unchanged", "modified") else "unknown"
    told = wording.say(
        "perimeter", status, code=place.code, successor=place.successor,
        successor_name=place.successor_name,
    )  # fmt: skip
    return re.sub(r"</?strong>", "", told)


def _identity(matter: Matter) -> Grid:
    own = matter.observations[matter.observations.area == matter.place.code]
    rows = []
    for code in ("population", "logements_sociaux", "enfants_6_17", "demandeurs_emploi"):
        part = own[(own.indicator == code) & own.value.notna()].sort_values("year")
        label = catalogue().indicator(code).label
        if part.empty:
            rows.append((label, "non publié", ""))
        else:
            row = part.iloc[-1]
            rows.append((label, wording.number(row.value), wording.year_of(row)))
    rows.append(("Superficie", f"{wording.number(matter.place.area_ha, 1)} ha", "périmètre 2015"))
    head = (say("identity"), "Valeur", "Année")
    return Grid(say("identity_title", name=matter.place.name), head, tuple(rows), (5, 2, 3))


def _points(matter: Matter, level: int) -> list[Block]:
    reading, phrases = catalogue().phrases["reading"], catalogue().phrases
    strengths = findings.strengths(matter.findings, matter.place)
    watched = findings.vigilance(matter.findings)
    able = [f"{p.title} {p.sentence}" if p.kind != "figure" else f"{p.title}. {p.sentence}"
            for p in strengths]  # fmt: skip
    worse = [f"{p.title}. {p.sentence} {wording.sentence(reading[p.solidity])}." for p in watched]
    return [
        Heading(level, say("strengths")),
        Bullets(tuple(able)) if able else Text(wording.spaced(phrases["strength"]["none"])),
        Heading(level, say("vigilance")),
        Bullets(tuple(worse)) if worse else Text(wording.spaced(phrases["vigilance"]["none"])),
    ]


def _axes(matter: Matter) -> list[Block]:
    phrases = catalogue().phrases
    if not matter.stands:
        return [Text(wording.say("axes", "unknown", scheme=axes.scheme().short))]
    rows = []
    for stand in matter.stands:
        limit = " ".join(filter(None, [wording.sentence(stand.nuance), stand.axis.limit]))
        rows.append((stand.axis.label, state_words(stand), stand.told, wording.spaced(limit)))
    head = (
        "Axe",
        "État",
        "Ce que disent les chiffres",
        wording.sentence(phrases["axes"]["nuance"]),
    )
    title = f"{say('axes')}, {matter.place.name}"
    return [Grid(title, head, tuple(rows), (3, 3, 4, 5)), Text(say("compare"), "small")]


def state_words(stand: Stand) -> str:
    """« Proposition : 1, solide », « Décision du 15/09/2026 (…) : retenu. », « Non documenté »."""
    phrases = catalogue().phrases
    if stand.decision:
        decision = stand.decision
        state = phrases["decision"][decision.state].lower()
        day = f"{decision.date:%d/%m/%Y}"
        return wording.say("decision", "by", date=day, function=decision.function, state=state)
    if stand.proposal.proposed:
        rank = "" if stand.axis.kind == "cross" else f"{stand.proposal.rank}, "
        level = f" ({phrases['axes']['level']})" if stand.proposal.level else ""
        sure = phrases["reading"][stand.proposal.solidity]
        return wording.say("decision", "proposal", objective=f"{rank}{sure}{level}")
    if stand.proposal.status == "undocumented":
        return wording.sentence(phrases["reading"]["undocumented"])
    return wording.sentence(phrases["axes"]["alike"])


def _objectives(stands: list[Stand]) -> list[Block]:
    """For each kept axis: finding, proposal or decision, what to verify, how to follow."""
    blocks: list[Block] = []
    for stand in stands:
        if stand.kept:
            blocks += _goals(stand)
    if blocks:
        return blocks
    reason = catalogue().phrases["axes"]["none_gap"]
    return [Text(wording.say("axes", "none", reason=reason))]


def _goals(stand: Stand) -> list[Block]:
    blocks: list[Block] = [Text(stand.axis.label, "axis")]
    if stand.decision is None:
        for draft in stand.drafts:
            blocks += [
                Text(wording.say("decision", "finding", sentence=draft.finding), "finding"),
                Text(wording.say("decision", "proposal", objective=f"{draft.text}."), "goal"),
                Text(wording.say("decision", "verify", question=draft.verify), "finding"),
                Text(wording.say("decision", "follow", follow=draft.follow), "finding"),
            ]
        return blocks
    told = [Text(wording.say("decision", "finding", sentence=d.finding), "finding")
            for d in stand.drafts]  # fmt: skip
    goals = [
        Text(wording.say("decision", "goal", objective=f"{goal.rstrip('.')}."), "goal")
        for _, goal in stands.goals(stand)
    ]
    reason = stand.decision.reason
    why = [Text(wording.say("decision", "reason", reason=reason), "finding")] if reason else []
    return [*blocks, *told, Text(state_words(stand), "state"), *why, *goals]


def _field(stands: list[Stand]) -> list[Block]:
    told = []
    for stand in stands:
        decision = stand.decision
        if decision and decision.field:
            line = wording.say(
                "decision", "field", function=decision.function,
                date=f"{decision.date:%d/%m/%Y}", field=decision.field,
            )  # fmt: skip
            told.append(Text(f"{stand.axis.short}. {line}", "field"))
    return told


def status(stands: list[Stand], final: bool) -> str:
    """What the document is: a draft, a draft with decisions, or final."""
    if final:
        return say("final")
    return say("draft_decided" if any(s.decision for s in stands) else "draft")
