"""The summer: weeks, what is planned where, criteria, planned and actual, what to chase."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import pandas as pd

from qpvlib.actions.contract import MONEY
from qpvlib.actions.coverage import ENGAGED, parts
from qpvlib.catalogue import catalogue
from qpvlib.catalogue.written import toml
from qpvlib.project import current
from qpvlib.tables.areas import neighbourhoods

SCHEME, DONE = "Quartiers d'été", "réalisée"
WHOLE = ("requested", "paid")  # amounts of every action: what was paid was, whatever the state


@dataclass(frozen=True)
class Week:
    """An ISO week, less its days outside July and August."""

    number: int
    start: date
    end: date


def bounds(year: int) -> tuple[date, date]:
    """First and last day of the summer followed.

    >>> bounds(2021)
    (datetime.date(2021, 7, 1), datetime.date(2021, 8, 31))
    """
    return date(year, 7, 1), date(year, 8, 31)


def summer_weeks(year: int) -> list[Week]:
    """Weeks of July and August.

    >>> [week.number for week in summer_weeks(2021)]
    [26, 27, 28, 29, 30, 31, 32, 33, 34, 35]
    """
    first, last = bounds(year)
    monday = first - timedelta(days=first.weekday())
    found = []
    while monday <= last:
        end = min(monday + timedelta(days=6), last)
        found.append(Week(monday.isocalendar().week, max(monday, first), end))
        monday += timedelta(days=7)
    return found


def phase(year: int, at: date) -> Literal["before", "during", "after"]:
    """Before, during or after the summer, at a date.

    >>> phase(2021, date(2021, 4, 15)), phase(2021, date(2021, 9, 15))
    ('before', 'after')
    """
    first, last = bounds(year)
    if at < first:
        return "before"
    return "during" if at <= last else "after"


def summer(actions: pd.DataFrame, year: int) -> pd.DataFrame:
    """Actions of a summer, whatever their state, with ``summer_weeks``, the weeks they hold.

    An action belongs to it by its scheme (the year of its exercice), by its weeks, or by dates
    that meet July or August.
    """
    numbers = {week.number for week in summer_weeks(year)}

    def belongs(action: object) -> bool:
        named = SCHEME in action.schemes or bool(numbers & set(action.weeks))
        return (named and action.fiscal_year == year) or _meets(action, year)

    rows = list(actions.itertuples())
    held = [_held(action, year) for action in rows]
    return actions.assign(summer_weeks=held)[[belongs(action) for action in rows]]


def _meets(action: object, year: int) -> bool:
    first, last = bounds(year)
    return bool(action.start and action.end and action.start <= last and action.end >= first)


def _held(action: object, year: int) -> tuple[int, ...]:
    """Weeks of the summer of an action: those declared, else all of its dates if it is short."""
    weeks = summer_weeks(year)
    dated = action.start and action.end
    if action.weeks:
        ours = _meets(action, year) if dated else action.fiscal_year == year
        return tuple(w.number for w in weeks if ours and w.number in action.weeks)
    if not dated:
        return ()
    if (action.end - action.start).days > catalogue().rule("action_short_days"):
        return ()  # a year-long action does not say that it is there in July
    return tuple(w.number for w in weeks if action.start <= w.end and action.end >= w.start)


def engaged(found: pd.DataFrame) -> pd.DataFrame:
    """Those pending or granted: what the grid shows."""
    return found[found.group.isin(ENGAGED)]


def presence(found: pd.DataFrame) -> pd.DataFrame:
    """One row per neighbourhood × week × action engaged.

    ``area`` (2015 code), ``week`` (ISO number), ``action`` (reference), ``theme`` (P147 code),
    ``group`` (pending or granted).
    """
    rows = [
        (code, week, action.action, action.theme, action.group)
        for action in engaged(found).itertuples()
        for code, _ in action.neighbourhoods
        for week in action.summer_weeks
    ]
    return pd.DataFrame(rows, columns=["area", "week", "action", "theme", "group"])


def empty_weeks(found: pd.DataFrame, year: int) -> pd.DataFrame:
    """Neighbourhood × week with nothing, in order: ``area`` (2015 code), ``week`` (ISO number),
    ``start, end`` (dates); ``found`` as ``summer`` gives.
    """
    held = set(presence(found)[["area", "week"]].itertuples(index=False, name=None))
    rows = [
        (code, week.number, week.start, week.end)
        for code in neighbourhoods()
        for week in summer_weeks(year)
        if (code, week.number) not in held
    ]
    return pd.DataFrame(rows, columns=["area", "week", "start", "end"])


def unplaced(found: pd.DataFrame) -> pd.DataFrame:
    """Actions engaged of which no week is known."""
    shown = engaged(found)
    return shown.loc[[not weeks for weeks in shown.summer_weeks]]


# --- criteria --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Criterion:
    """A priority of the call, how an action answers it, and what it must say for that."""

    code: str
    column: str
    values: tuple[str | int, ...]
    also: tuple[str, ...] = ()


CRITERIA = (
    Criterion("evening", "slots", ("soirée",)),
    Criterion("weekend", "slots", ("week-end",)),
    Criterion("women", "publics", ("filles et femmes",)),
    Criterion("young", "ages", ("12-17", "18-25")),
    Criterion("seniors", "ages", ("65 et plus",), ("seniors",)),
)


def criteria(found: pd.DataFrame, year: int) -> pd.DataFrame:
    """The call's criteria: one row each, with what is missing.

    ``criterion, actions`` (that answer it), ``silent`` (that do not say), ``areas`` (number of
    neighbourhoods with one at least), ``missing`` (tuple of codes of those with none).
    """
    shown = engaged(found)
    weeks = tuple(w.number for w in summer_weeks(year) if w.end >= date(year, 8, 1))
    rows = []
    for criterion in (Criterion("august", "summer_weeks", weeks), *CRITERIA):
        told = [_answers(criterion, action) for action in shown.itertuples()]
        yes = shown.loc[[answer is True for answer in told]]
        reached = {code for held in yes.neighbourhoods for code, _ in held}
        missing = tuple(code for code in neighbourhoods() if code not in reached)
        rows.append((criterion.code, len(yes), told.count(None), len(reached), missing))
    return pd.DataFrame(rows, columns=["criterion", "actions", "silent", "areas", "missing"])


def _answers(criterion: Criterion, action: object) -> bool | None:
    """Whether an action answers a criterion; None when it does not say."""
    own = set(getattr(action, criterion.column))
    yes = bool(own & set(criterion.values)) or bool(set(criterion.also) & set(action.publics))
    said = bool(own) or bool(criterion.also and action.publics)
    return yes if yes or said else None


# --- planned and actual, money ---------------------------------------------------------------


def outcome(found: pd.DataFrame, at: date) -> dict[str, int]:
    """Planned against actual, on the actions engaged that are over at a date.

    ``over``: actions over; ``told``: of them, those that give their participants; ``planned`` and
    ``actual``: participants of those that give both; ``under_26`` of those that give it, with the
    participants of the same actions (``under_26_of``); ``visits``: attendances, apart. ``ahead``:
    actions that are not over at that date, and yet said done or counted: the register is later.
    """
    shown = engaged(found)
    past = pd.Series([end is not None and end < at for end in shown.end], shown.index, dtype=bool)
    over = shown.loc[past]
    done = (shown.state == DONE) | shown.actual_participants.notna()
    told = over[over.actual_participants.notna()]
    both = told[told.planned_participants.notna()]
    young = told[told.actual_under_26.notna()]
    return {
        "over": len(over), "told": len(told), "both": len(both),
        "planned": int(both.planned_participants.sum()),
        "actual": int(both.actual_participants.sum()),
        "under_26": int(young.actual_under_26.sum()),
        "under_26_of": int(young.actual_participants.sum()),
        "visits": int(told.actual_attendances.sum()), "ahead": int((done & ~past).sum()),
    }  # fmt: skip


def by_area(found: pd.DataFrame) -> pd.DataFrame:
    """One row a neighbourhood: actions, weeks held, places, participants, cents by stage.

    Requested and paid count every action, whatever its state; granted and places those engaged,
    ``unsized`` of which do not give their places.
    """
    rows = parts(found)
    live = engaged(rows).groupby("area")
    table = pd.DataFrame(
        {"actions": live.size(), "weeks": presence(found).groupby("area").week.nunique()}
    )
    table = table.reindex(pd.Index(list(neighbourhoods()), name="area")).fillna(0).astype(int)
    unsized = engaged(rows).planned_participants.isna().groupby(engaged(rows).area).sum()
    table["unsized"] = unsized.reindex(table.index).fillna(0).astype(int)
    for column in WHOLE:
        table[column] = rows.groupby("area")[column].sum(min_count=1)
    for column in ("granted", "others", "planned_participants", "actual_participants"):
        table[column] = live[column].sum(min_count=1)
    return table.reset_index()


def money(found: pd.DataFrame) -> dict[str, int | None]:
    """Cents requested and paid (every action), granted and by others (those engaged).

    None where no action gives the amount: not given is not zero.
    """
    sums = engaged(found)[[*MONEY]].sum(min_count=1)
    for column in WHOLE:
        sums[column] = found[column].sum(min_count=1)
    return {stage: None if pd.isna(cents) else int(cents) for stage, cents in sums.items()}


# --- what to chase, the dates of the call --------------------------------------------------------


@dataclass(frozen=True)
class Deadline:
    """A date of the call, and whether it is only indicative."""

    label: str
    when: date
    indicative: bool
    reason: str


def calendar(year: int) -> list[Deadline]:
    """Dates that a summer follows, in order."""
    found = []
    for entry in toml(current().contract / "calendrier.toml")["echeance"]:
        when = date.fromisoformat(f"{year + entry.get('next_year', False)}-{entry['date']}")
        found.append(Deadline(entry["label"], when, entry["indicative"], entry["reason"]))
    return sorted(found, key=lambda deadline: deadline.when)


REASONS = ("undecided", "unfiled", "uncounted", "unpaid", "undated", "unsaid", "unexplained")


def chase(found: pd.DataFrame, at: date) -> pd.DataFrame:
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
    rank = table.reason.map(REASONS.index)
    return (
        table.assign(rank=rank, undated=table.when.isna())
        .sort_values(["rank", "undated", "when", "action"], ignore_index=True)
        .drop(columns=["rank", "undated"])
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
    # Not given is asked for as zero is.
    awaited, paid = (0 if pd.isna(n) else n for n in (action.granted, action.paid))
    unpaid = awaited > 0 and not paid
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
    rows = empty_weeks(found, year)
    return rows.loc[[end >= at for end in rows.end]]
