"""The annex of the call for projects and the neighbourhood's sheet, as blocks of a document.

Blocks know nothing of Word nor of HTML; ``publishing.annex`` writes them in one or the other.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from qpvlib import areas, axes, comparison, diagnosis, roadmap, wording
from qpvlib.areas import Neighbourhood
from qpvlib.catalogue import catalogue
from qpvlib.faults import counted
from qpvlib.roadmap import Stand

Still = tuple[bytes, str, str]  # picture, alternative text, caption


@dataclass(frozen=True)
class Heading:
    """A title, 0 for the document's."""

    level: int
    text: str


@dataclass(frozen=True)
class Text:
    """A paragraph; ``kind`` is a style: ``normal``, ``lead``, ``small``, ``state``, ``goal``…"""

    text: str
    kind: str = "normal"
    strong: str = ""


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table: its title, headers, rows whose first cell is a header; relative widths."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A picture (PNG for Word, SVG for a page), its alternative text, its caption, its width."""

    image: bytes = field(repr=False)
    alt: str = ""
    caption: str = ""
    width: float = 8.0


@dataclass(frozen=True)
class Pictures:
    """Pictures side by side, of one width in centimetres, and what they have in common."""

    pictures: tuple[Picture, ...]
    caption: str = ""


@dataclass(frozen=True)
class Break:
    """A new page."""


@dataclass(frozen=True)
class Room:
    """Lines to write on by hand."""

    lines: int


Block = Heading | Text | Bullets | Grid | Picture | Pictures | Break | Room
Stills = Callable[[Neighbourhood], list[Still]]


@dataclass(frozen=True)
class Matter:
    """What a sheet is written from, for one neighbourhood."""

    place: Neighbourhood
    positions: pd.DataFrame
    findings: pd.DataFrame
    observations: pd.DataFrame
    stands: list[Stand]


def _say(key: str, **parts: object) -> str:
    return wording.say("annex", key, **parts)


# --- a neighbourhood's sheet -----------------------------------------------------------------


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
        Pictures(pictures, _say("maps")),
        Heading(level + 1, _say("brief")),
        Text(" ".join(diagnosis.brief(matter.findings, matter.positions, place)), "lead"),
        *_points(matter, level + 1),
        Heading(level + 1, _say("axes")),
        *_axes(matter),
        Heading(level + 1, _say("objectives")),
        *_objectives(matter.stands),
        Heading(level + 1, _say("ask")),
        Bullets(tuple(diagnosis.field_questions(matter.findings, place))),
        Heading(level + 1, _say("field")),
        *_field(matter.stands),
        Text(_say("room"), "small"),
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
    head = (_say("identity"), "Valeur", "Année")
    return Grid(_say("identity_title", name=matter.place.name), head, tuple(rows), (5, 2, 3))


def _points(matter: Matter, level: int) -> list[Block]:
    reading, phrases = catalogue().phrases["reading"], catalogue().phrases
    strengths = diagnosis.strengths(matter.findings, matter.place)
    watched = diagnosis.vigilance(matter.findings)
    able = [f"{p.title} {p.sentence}" if p.kind != "figure" else f"{p.title}. {p.sentence}"
            for p in strengths]  # fmt: skip
    worse = [f"{p.title}. {p.sentence} {wording.sentence(reading[p.solidity])}." for p in watched]
    return [
        Heading(level, _say("strengths")),
        Bullets(tuple(able)) if able else Text(wording.spaced(phrases["strength"]["none"])),
        Heading(level, _say("vigilance")),
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
    title = f"{_say('axes')}, {matter.place.name}"
    return [Grid(title, head, tuple(rows), (3, 3, 4, 5)), Text(_say("compare"), "small")]


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
        for _, goal in roadmap.goals(stand)
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


# --- the annex -------------------------------------------------------------------------------


def annex(matters: list[Matter], stills: Stills, overview: Still, final: bool) -> list[Block]:
    """The annex « enjeux et objectifs par quartier »: note, map, sheets, axes, evaluation."""
    blocks: list[Block] = [*_front(matters, final), Heading(1, _say("map"))]
    blocks += [Picture(*overview, 15.5), _numbers(matters), Break()]
    blocks += [Heading(1, _say("sheets"))]
    for i, matter in enumerate(matters):
        blocks += [Break()] if i else []
        blocks += sheet(matter, stills, 2, final)
    return [*blocks, Break(), *_together(matters), *_evaluation(matters)]


def _front(matters: list[Matter], final: bool) -> list[Block]:
    home = catalogue().territory
    chosen = axes.scheme()
    return [
        Heading(0, _say("title")),
        Text(f"{_say('subtitle')}. {home['office']}.", "lead"),
        Text(status([s for m in matters for s in m.stands], final), "state"),
        Heading(1, _say("note")),
        *[Text(_say(key)) for key in ("purpose", "reading", "sure", "compare", "who", "unread")],
        Text(wording.say("roadmap", "scheme", label=chosen.label, origin=chosen.origin), "small"),
    ]


def status(stands: list[Stand], final: bool) -> str:
    """What the document is: a draft, a draft with decisions, or final."""
    if final:
        return _say("final")
    return _say("draft_decided" if any(s.decision for s in stands) else "draft")


def _numbers(matters: list[Matter]) -> Grid:
    order = areas.numbers()
    rows = tuple(
        (str(order[m.place.code]), m.place.name, ", ".join(a.name for a in m.place.communes),
         m.place.contract.short if m.place.contract else "")
        for m in sorted(matters, key=lambda m: order[m.place.code])
    )  # fmt: skip
    head = ("N°", "Quartier", "Communes", "Contrat de ville")
    return Grid(_say("map_note"), head, rows, (1, 4, 5, 5))


def _together(matters: list[Matter]) -> list[Block]:
    """Each axis: where it is kept, and the objectives, each once."""
    blocks: list[Block] = [Heading(1, _say("goals"))]
    for code, axis in axes.scheme().axes.items():
        kept = [s for m in matters for s in m.stands if s.code == code and s.kept]
        blocks.append(Heading(2, axis.label))
        codes = " ; ".join(axes.labelled(axis.p147, axes.scheme().nomenclature))
        blocks.append(Text(wording.say("roadmap", "walk", codes=codes), "small"))
        if not kept:
            known = [m for m in matters for s in m.stands
                     if s.code == code and s.proposal.status != "undocumented"]  # fmt: skip
            none = wording.spaced(axis.limit) if not known else _say("nowhere")
            blocks.append(Text(none))
            continue
        blocks.append(_where(axis.short, kept))
    return blocks


def _where(axis: str, kept: list[Stand]) -> Grid:
    groups: dict[tuple[str, str], list[str]] = {}
    for stand in kept:
        for kind, goal in roadmap.goals(stand):
            groups.setdefault((kind, goal.rstrip(".")), []).append(stand.place.name)
    rows = tuple(
        (wording.say("decision", kind, objective=f"{goal}."), wording.listed(sorted(names)))
        for (kind, goal), names in groups.items()
    )
    title = f"{axis} : {counted(len({s.place.code for s in kept}), 'quartier')}"
    return Grid(wording.spaced(title), ("Objectif", "Quartiers"), rows, (5, 4))


def _evaluation(matters: list[Matter]) -> list[Block]:
    """Indicators of evaluation: what each neighbourhood is followed by, with its present value."""
    rows = []
    for matter in matters:
        for stand in matter.stands:
            for draft in stand.drafts if stand.kept else ():
                rows.append((matter.place.name, stand.axis.short, draft.follow))
    head = ("Quartier", "Axe", "Suivi possible")
    title = _say("follow")
    grid = [Grid(title, head, tuple(rows), (3, 3, 6))] if rows else []
    return [Heading(1, title), Text(_say("evaluation")), *grid]


def matter(place: Neighbourhood, observations: pd.DataFrame, scheme: str | None = None) -> Matter:
    """Everything a sheet is written from."""
    positions = comparison.compare(observations, place)
    found = diagnosis.findings(positions)
    stands = roadmap.stands(place, positions, scheme)
    return Matter(place, positions, found, observations, stands)
