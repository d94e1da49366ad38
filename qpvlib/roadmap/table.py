"""``donnees/objectifs.csv``: one row per neighbourhood and objective, or question."""

import csv
import io
from collections.abc import Iterable

import pandas as pd

from qpvlib.catalogue import axes, wording
from qpvlib.roadmap.objectives import Objective
from qpvlib.roadmap.stands import Plan

COLUMNS = (
    "code", "quartier", "axe", "nature", "motif", "objectif", "public", "effectif", "annee",
    "element_local", "qui", "constat", "solidite", "question", "suivi", "p147",
)  # fmt: skip
JOIN = " | "


def rows(plans: Iterable[Plan], scheme: str | None = None) -> list[dict[str, str]]:
    """What each neighbourhood is offered and asked, in words, by column of ``COLUMNS``.

    ``effectif`` is the published number of persons or households of the public, empty where none
    is; ``objectif`` of a question is what associations are invited to, or empty. What a decision
    sets aside is left out.
    """
    known = axes.scheme(scheme).axes
    return [_row(one, known) for plan in plans for one in (*plan.proposals, *plan.questions)]


def _row(one: Objective, known: dict[str, axes.Axis]) -> dict[str, str]:
    sure = wording.say("reading", one.solidity) if one.solidity else ""
    cells = (
        one.place.code, one.place.name, JOIN.join(known[c].short for c in one.axes if c in known),
        wording.say("kind", one.kind), one.pattern, one.text if one.proposal else one.invite,
        one.public, "" if pd.isna(one.count) else f"{one.count:.0f}", one.year,
        one.resource or one.public, JOIN.join(wording.say("who", who) for who in one.who),
        one.finding, sure, one.question, one.follow, JOIN.join(one.p147),
    )  # fmt: skip
    return dict(zip(COLUMNS, cells, strict=True))


def written(plans: Iterable[Plan], scheme: str | None = None) -> bytes:
    """The file: UTF-8, « ; »."""
    stream = io.StringIO()
    table = csv.DictWriter(stream, COLUMNS, delimiter=";", lineterminator="\n")
    table.writeheader()
    table.writerows(rows(plans, scheme))
    return stream.getvalue().encode()
