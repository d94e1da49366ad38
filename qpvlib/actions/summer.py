"""The summer: weeks of July and August, what is planned where, criteria, planned and actual."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import pandas as pd

from qpvlib.actions.contract import MONEY, theme_label
from qpvlib.actions.coverage import ENGAGED
from qpvlib.actions.shares import parts
from qpvlib.catalogue import catalogue
from qpvlib.tables.areas import neighbourhoods

Phase = Literal["before", "during", "after"]
SCHEME = "Quartiers d'été"


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


def phase(year: int, at: date) -> Phase:
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
    ``label`` (of the theme, the year of the action), ``group`` (pending or granted).
    """
    rows = [
        (code, week, action.action, action.theme, theme_label(action.theme, action.fiscal_year),
         action.group)
        for action in engaged(found).itertuples()
        for code, _ in action.neighbourhoods
        for week in action.summer_weeks
    ]  # fmt: skip
    columns = ["area", "week", "action", "theme", "label", "group"]
    return pd.DataFrame(rows, columns=columns)


def empty_weeks(found: pd.DataFrame, year: int) -> pd.DataFrame:
    """Neighbourhood × week with nothing, in order: ``area`` (2015 code), ``week`` (ISO number),
    ``start, end`` (dates); ``found`` as ``summer`` gives.
    """
    held = set(zip(*(presence(found)[c] for c in ("area", "week")), strict=True))
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
    values: tuple[str, ...]
    also: tuple[str, ...] = ()


CRITERIA = (
    Criterion("august", "summer_weeks", ()),
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
    rows = []
    for criterion in CRITERIA:
        told = [_answers(criterion, action, year) for action in shown.itertuples()]
        yes = shown.loc[[answer is True for answer in told]]
        reached = {code for held in yes.neighbourhoods for code, _ in held}
        missing = tuple(code for code in neighbourhoods() if code not in reached)
        rows.append((criterion.code, len(yes), told.count(None), len(reached), missing))
    return pd.DataFrame(rows, columns=["criterion", "actions", "silent", "areas", "missing"])


def _answers(criterion: Criterion, action: object, year: int) -> bool | None:
    """Whether an action answers a criterion; None when it does not say."""
    if criterion.code == "august":
        august = {w.number for w in summer_weeks(year) if w.end >= date(year, 8, 1)}
        return bool(august & set(action.summer_weeks)) if action.summer_weeks else None
    own = set(getattr(action, criterion.column))
    yes = bool(own & set(criterion.values)) or bool(set(criterion.also) & set(action.publics))
    said = bool(own) or bool(criterion.also and action.publics)
    return yes if yes or said else None


# --- planned and actual, money ---------------------------------------------------------------


def outcome(found: pd.DataFrame, at: date) -> dict[str, int]:
    """Planned against actual, on the actions engaged that are over at a date.

    ``over``: actions over; ``told``: of them, those that give their participants; ``planned`` and
    ``actual``: participants of those that give both; ``under_26`` of those that give it, with the
    participants of the same actions (``under_26_of``); ``visits``: attendances, apart.
    """
    shown = engaged(found)
    over = shown.loc[[end is not None and end < at for end in shown.end]]
    told = over[over.actual_participants.notna()]
    both = told[told.planned_participants.notna()]
    young = told[told.actual_under_26.notna()]
    return {
        "over": len(over), "told": len(told), "both": len(both),
        "planned": int(both.planned_participants.sum()),
        "actual": int(both.actual_participants.sum()),
        "under_26": int(young.actual_under_26.sum()),
        "under_26_of": int(young.actual_participants.sum()),
        "visits": int(told.actual_attendances.sum()),
    }  # fmt: skip


def by_area(found: pd.DataFrame) -> pd.DataFrame:
    """One row a neighbourhood: actions, weeks held, places, participants, cents by stage.

    Requested counts every action; granted, paid and places those that are engaged.
    """
    rows = parts(found)
    live = rows[rows.group.isin(ENGAGED)]
    held = presence(found).groupby("area").week.nunique()
    table = pd.DataFrame(index=pd.Index(list(neighbourhoods()), name="area"))
    table["actions"] = live.groupby("area").size()
    table["weeks"] = held
    table["requested"] = rows.groupby("area").requested.sum(min_count=1)
    for column in (*MONEY[1:], "planned_participants", "actual_participants"):
        table[column] = live.groupby("area")[column].sum(min_count=1)
    counts = ["actions", "weeks"]
    return table.assign(**{c: table[c].fillna(0).astype(int) for c in counts}).reset_index()


def money(found: pd.DataFrame) -> dict[str, int | None]:
    """Cents requested (every action), granted, paid, by others (those engaged).

    None where no action gives the amount: not given is not zero.
    """
    shown = engaged(found)
    amounts = {c: (found if c == "requested" else shown)[c] for c in MONEY}
    return {c: int(own.sum()) if own.notna().any() else None for c, own in amounts.items()}
