"""The axes on a diagnosis's first screen: proposed or decided, objectives, what nuances."""

import pandas as pd

from qpvlib.catalogue import axes as declared
from qpvlib.catalogue import wording
from qpvlib.diagnosis import findings
from qpvlib.diagnosis.reading import SOLID
from qpvlib.document.blocks import (
    Content,
    Group,
    Heading,
    Listing,
    Paragraph,
    Span,
    small,
    strong,
)
from qpvlib.document.exhibits import Exhibit
from qpvlib.pages.cells import exhibit, say, tag
from qpvlib.roadmap import stands
from qpvlib.roadmap.stands import Stand
from qpvlib.tables.areas import Neighbourhood

PAGE = "feuille-de-route.html"


def axes(
    place: Neighbourhood, found: pd.DataFrame, positions: pd.DataFrame, scheme: str | None = None
) -> Exhibit:
    """The kept axes side by side, then those that the figures leave aside and why.

    Parameters
    ----------
    found, positions : DataFrame
        As ``findings`` and ``compare`` give for this neighbourhood.
    scheme : str, optional
        Name of a scheme of axes; the territory's by default.
    """
    held = stands.stands(place, positions, scheme)
    kept = [stand for stand in held if stand.kept]
    mixed = any(stand.decision for stand in held)
    main = tuple(_column(stand, mixed) for stand in kept if stand.axis.kind == "main")
    crossing = (_crossing(stand, mixed) for stand in kept if stand.axis.kind == "cross")
    body = Listing(main, "three", ordered=True) if main else Paragraph(none(held, scheme))
    content = _title(kept), body, *crossing, Paragraph(_foot(held, found), "small")
    label = say("axes", "label")
    return exhibit(place, label, Group(content, "axes", label), shown(held))


def shown(stands: list[Stand]) -> pd.DataFrame:
    """What the axes rest on, as a table: the checksum of the exhibit."""
    return pd.DataFrame(
        [
            (s.place.code, s.code, s.proposal.status, s.proposal.rank, s.state, *figure)
            for s in stands
            for figure in (s.figures.items() or [("", "")])
        ],
        columns=["area", "axis", "status", "rank", "state", "indicator", "figure"],
    )


def none(held: list[Stand], scheme: str | None = None) -> Content:
    """Why there is no axis to show, among the axes of a neighbourhood or of a contract."""
    if not held:
        return say("axes", "unknown", scheme=declared.scheme(scheme).short)
    if any(stand.proposal.proposed and not stand.kept for stand in held):
        return say("axes", "none_kept")
    return say("axes", "none", reason=say("axes", "none_gap"))


def decision_line(stand: Stand) -> Content:
    """« Décision du 15/09/2026 (déléguée du préfet) : retenu. »"""
    decision = stand.decision
    state = say("decision", decision.state).lower()
    day = f"{decision.date:%d/%m/%Y}"
    return say("decision", "by", date=day, function=decision.function, state=state)


def goal_line(kind: str, goal: str) -> Content:
    """« Proposition : … », « Décision : … », as its kind wants."""
    return say("decision", kind, objective=f"{goal.rstrip('.')}.")


# --- one axis ----------------------------------------------------------------------------------


def _title(kept: list[Stand]) -> Heading:
    decided = [stand.decision is not None for stand in kept]
    if not any(decided):
        return Heading(2, (say("axes", "title"), " ", small(say("axes", "undecided"))))
    return Heading(2, say("axes", "title_decided" if all(decided) else "title_mixed"))


def _column(stand: Stand, mixed: bool) -> Content:
    rank = f"{stand.proposal.rank}. " if stand.proposal.rank else ""
    level = (" ", small(say("axes", "level"))) if stand.proposal.level else ()
    label = Span(say("axes", "nuance_label"), "l")
    nuance = (Paragraph((label, f" {stand.nuance}")),) if stand.nuance else ()
    return (
        Heading(3, (f"{rank}{stand.axis.short}", *level)),
        Paragraph((*_state(stand, mixed), stand.told)), Listing(tuple(_goals(stand))), *nuance,
    )  # fmt: skip


def _crossing(stand: Stand, mixed: bool) -> Paragraph:
    """A cross-cutting axis on one line: it takes up what another axis measures."""
    goals = (part for goal in _goals(stand) for part in (" ", goal))
    lead = strong(say("axes", "cross", axis=stand.axis.short))
    return Paragraph((lead, " ", *_state(stand, mixed), *tuple(goals)[1:]))


def _state(stand: Stand, mixed: bool) -> tuple[Content, ...]:
    """How sure it is; the decision; beside decisions, what is only proposed says so."""
    doubt = stand.proposal.solidity  # none of an axis without a gap, that people may retain
    sure = () if doubt in ("", SOLID) else (*tag(doubt)[1:], " ")
    if stand.decision:
        return *sure, strong(decision_line(stand)), " "
    return (*sure, strong(say("axes", "proposal")), " ") if mixed else sure


def _goals(stand: Stand) -> list[Content]:
    if stand.decision:
        return [_verb(goal) for _, goal in stands.goals(stand)]
    return [_verb(draft.short) for draft in stand.drafts]


def _verb(goal: str) -> Content:
    """An objective, its verb in bold: « Faire connaître », « Aller vers », « Établir »."""
    size = 2 if goal.lower().startswith(("faire ", "aller ", "mettre ", "se ")) else 1
    words = goal.rstrip(".").split(" ")
    return strong(" ".join(words[:size])), f" {' '.join(words[size:])}."


# --- the axes left aside -----------------------------------------------------------------------


def _foot(held: list[Stand], found: pd.DataFrame) -> Content:
    """Axes that figures leave aside, what no axis carries, how to read the order."""
    lines = [*_apart(held, "quiet", "no_gap"), *_apart(held, "silent", "undocumented")]
    for stand in held:
        if stand.decision and not stand.decision.kept:
            line = wording.lowered(decision_line(stand))
            lines.append(say("axes", "set_aside", axis=stand.axis.short, line=line))
    subjects = stands.carried(findings.vigilance(found), held)
    if held and subjects:
        lines.append(say("axes", "carried", subjects=", ".join(subjects).lower()))
    told = " ".join([*lines, say("axes", "order")])
    return f"{told} ", Span(say("axes", "more"), link=PAGE), "."


def _apart(held: list[Stand], key: str, status: str) -> list[Content]:
    """The axes of a status that nobody decided on, in a sentence."""
    apart = [s.axis.short for s in held if not s.decision and s.proposal.status == status]
    one = "_one" if key == "silent" and len(apart) == 1 else ""
    return [say("axes", key + one, axes=", ".join(apart))] if apart else []
