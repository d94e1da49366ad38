"""What to chase this week, and the dates of the call."""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from qpvlib.actions import summer
from qpvlib.actions.coverage import ENGAGED
from qpvlib.catalogue import catalogue
from qpvlib.catalogue.declared import toml
from qpvlib.project import current


@dataclass(frozen=True)
class Deadline:
    """A date of the call, and whether it is only indicative."""

    label: str
    when: date
    indicative: bool
    reason: str


def calendar(year: int) -> list[Deadline]:
    """Dates that a summer follows, in order."""
    found = [
        Deadline(
            entry["label"],
            date.fromisoformat(f"{year + entry.get('next_year', False)}-{entry['date']}"),
            entry["indicative"],
            entry["reason"],
        )
        for entry in toml(current().contract / "calendrier.toml")["echeance"]
    ]
    return sorted(found, key=lambda deadline: deadline.when)


REASONS = ("undecided", "unfiled", "uncounted", "unpaid", "undated", "unsaid", "unexplained")


def chase(found: pd.DataFrame, year: int, at: date) -> pd.DataFrame:
    """What to ask, of whom: ``reason, action, bearer, title, areas, when``, most pressing first.

    Each rule reads only what is known at the date: a payment or a count that is not due is not
    asked for.
    """
    ahead = at + timedelta(days=int(catalogue().rule("chase_days")))
    rows = []
    for action in found.itertuples():
        areas = tuple(code for code, _ in action.neighbourhoods)
        for reason, when in _asked(action, at, ahead):
            rows.append((reason, action.action, action.bearer, action.title, areas, when))
    table = pd.DataFrame(rows, columns=["reason", "action", "bearer", "title", "areas", "when"])
    rank = table.reason.map({reason: i for i, reason in enumerate(REASONS)})
    return (
        table.assign(rank=rank, known=table.when.isna())
        .sort_values(["rank", "known", "when", "action"], kind="stable")
        .drop(columns=["rank", "known"])
        .reset_index(drop=True)
    )


def _asked(action: object, at: date, ahead: date) -> list[tuple[str, date | None]]:
    """Reasons to chase an action at a date, each with the date that makes it pressing."""
    start, end = action.start, action.end
    if action.group == "cancelled":
        return [] if action.reason else [("unexplained", start)]
    if action.group not in ENGAGED:
        return []
    over, begun = bool(end and end < at), bool(start and start <= at)
    granted = action.group == "granted"
    awaited = pd.notna(action.granted) and action.granted > 0
    unpaid = awaited and (pd.isna(action.paid) or action.paid == 0)
    rules = {
        "undecided": action.state == "déposée" and bool(start) and start <= ahead,
        "unfiled": action.state == "projetée" and not begun,
        "uncounted": granted and over and pd.isna(action.actual_participants),
        "unpaid": granted and begun and unpaid,
        "undated": not action.summer_weeks and not over,
        "unsaid": not (action.slots and action.ages) and not over,
    }
    return [(why, end if why == "uncounted" else start) for why, asked in rules.items() if asked]


def empty_ahead(found: pd.DataFrame, year: int, at: date) -> pd.DataFrame:
    """Empty cells of the grid that are still to come: ``area, week, start, end``."""
    rows = summer.empty_weeks(found, year)
    return rows[[end >= at for end in rows.end]]
