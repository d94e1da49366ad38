"""What a diagnosis proposes and asks: objectives, proposed or decided; questions and answers."""

from collections.abc import Iterator, Sequence

import pandas as pd

from qpvlib.catalogue import axes as declared
from qpvlib.catalogue import wording
from qpvlib.diagnosis.reading import SOLID
from qpvlib.document.blocks import (
    BREAK,
    Content,
    Group,
    Heading,
    Listing,
    Paragraph,
    Room,
    Span,
    small,
    strong,
)
from qpvlib.document.exhibits import Exhibit
from qpvlib.pages.cells import exhibit, numbered, say, tag
from qpvlib.roadmap import answers, stands
from qpvlib.roadmap.answers import Answer
from qpvlib.roadmap.objectives import Objective
from qpvlib.roadmap.stands import Plan, Stand
from qpvlib.tables.areas import Neighbourhood

PAGE = "feuille-de-route.html"


def proposals(
    place: Neighbourhood, positions: pd.DataFrame | None = None, scheme: str | None = None
) -> Exhibit:
    """The proposals, each under its axis or under those it falls to, and what is to be asked.

    Parameters
    ----------
    positions : DataFrame, optional
        As ``compare`` gives for this neighbourhood; what the tables tell when left out.
    scheme : str, optional
        Name of a scheme of axes; the territory's by default.
    """
    plan = stands.plan_of(place, scheme) if positions is None else stands.plan(positions, scheme)
    label = say("axes", "label")
    offered = _title(plan.stands), numbered(_lines(plan)), *_foot(plan, scheme)
    parts = Group(offered), Group(_asked(plan))
    return exhibit(place, label, Group(parts, "duo", label), shown([plan]))


def shown(plans: Sequence[Plan]) -> pd.DataFrame:
    """What is proposed and asked, and for whom, as a table: the checksum of the exhibit."""
    return pd.DataFrame(
        [
            (
                o.place.code,
                o.pattern,
                o.kind,
                ";".join(o.axes),
                o.public,
                o.solidity,
                _state(plan, o),
            )
            for plan in plans
            for o in plan.objectives
        ],
        columns=["area", "pattern", "kind", "axes", "public", "solidity", "state"],
    )


def _state(plan: Plan, objective: Objective) -> str:
    stand = plan.stand(objective)
    return stand.state if stand else ""


def decision_line(stand: Stand) -> Content:
    """« Décision du 15/09/2026 (déléguée du préfet) : retenu. »"""
    decision = stand.decision
    state = say("decision", decision.state).lower()
    day = f"{decision.date:%d/%m/%Y}"
    return say("decision", "by", date=day, function=decision.function, state=state)


def goal_line(kind: str, goal: str) -> Content:
    """« Proposition : … », « Décision : … », as its kind wants."""
    return say("decision", kind, objective=f"{goal.rstrip('.')}.")


# --- proposals ---------------------------------------------------------------------------------


def _title(held: Sequence[Stand]) -> Heading:
    decided = [stand.decision is not None for stand in held if stand.kept]
    if not any(decided):
        return Heading(2, (say("axes", "title"), " ", small(say("axes", "undecided"))))
    return Heading(2, say("axes", "title_decided" if all(decided) else "title_mixed"))


def _lines(plan: Plan) -> Iterator[Content]:
    """Each proposal under its axis; a decided axis once, as it was decided."""
    told: set[str] = set()
    mixed = any(stand.decision for stand in plan.stands)
    for objective in plan.proposals:
        stand = plan.stand(objective)
        if stand is None or stand.decision is None:
            yield _proposal(objective, stand, mixed)
        elif stand.code not in told:
            yield _decided(stand)
        told.add(stand.code if stand else "")
    for stand in plan.stands:  # retained on knowledge of the field alone
        if stand.decision and stand.kept and stand.code not in told:
            yield _decided(stand)


def _proposal(objective: Objective, stand: Stand | None, mixed: bool) -> Content:
    """« Emploi : Organiser des rencontres… », « Relève du bailleur et de l'État : … »."""
    lead = stand.axis.short if stand else ""
    if not objective.open:
        lead = say("axes", "falls", who=falls_to(objective))
    doubt = () if objective.solidity in ("", SOLID) else tag(objective.solidity)
    state = (strong(say("axes", "proposal")), " ") if mixed else ()
    head = (strong(f"{lead}."), " ") if lead else ()
    return Span((*state, *head, f"{objective.short}.", *doubt))


def falls_to(objective: Objective) -> str:
    """« du bailleur et de l'État »."""
    return wording.listed([wording.say("falls", name) for name in objective.who])


def _decided(stand: Stand) -> Content:
    goals = (part for _, goal in stands.goals(stand) for part in (BREAK, f"{goal.rstrip('.')}."))
    return Span((strong(f"{stand.axis.short}."), " ", strong(decision_line(stand)), *goals))


def _foot(plan: Plan, scheme: str | None) -> list[Content]:
    """What decisions set aside, axes that are not known, where the rest is."""
    lines = []
    if not plan.stands:
        lines.append(say("axes", "unknown", scheme=declared.scheme(scheme).short))
    for stand in plan.stands:
        if stand.decision and not stand.decision.kept:
            line = wording.lowered(decision_line(stand))
            lines.append(say("axes", "set_aside", axis=stand.axis.short, line=line))
    told = "".join(f"{line} " for line in lines)
    return [Paragraph((told, Span(say("axes", "more"), link=PAGE), "."), "small")]


# --- questions ---------------------------------------------------------------------------------


def _asked(plan: Plan) -> Content:
    """What is to be asked of the field; where it answered, what it said, and who."""
    known = answers.read()
    asked = tuple(_question(o, known.get(o.key)) for o in plan.questions)
    other = [known[o.key] for o in plan.objectives if o.key in known and o not in plan.questions]
    told = Listing(tuple((a.asked, " ", answer_line(a)) for a in other), "q") if other else ()
    return Heading(2, say("opening", "ask")), Listing(asked, "q"), told


def _question(objective: Objective, answer: Answer | None) -> Content:
    left: Content = answer_line(answer) if answer else Room(1)
    return objective.question, left


def answer_line(answer: Answer) -> Paragraph:
    """« Terrain (fonction, date) : … »."""
    day = f"{answer.date:%d/%m/%Y}"
    told = say("axes", "field", function=answer.function, date=day, answer=answer.answer)
    return Paragraph(told, "field")
