"""The summer board: where the summer is, what to chase, the calendar, the call's criteria."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

import pandas as pd

from qpvlib.actions import register, summer
from qpvlib.actions.summer import Deadline
from qpvlib.catalogue import wording
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.figures import rows as drawn
from qpvlib.pages.cells import count, exhibit, given, held, names, say, several
from qpvlib.pages.register import day, heads, opening, runs
from qpvlib.tables import areas

MOST = 5  # actions listed under one reason to chase; the others are counted
_say, _several = partial(say, "summer"), partial(several, "summer")


# --- opening -----------------------------------------------------------------------------------


def summer_header(found: pd.DataFrame, year: int, at: date) -> Exhibit:
    """Title, one sentence that says where the summer is, five numbers."""
    over = _say("over", phase=_say(f"phase_{summer.phase(year, at)}"))
    when, sizes = register.imported(), _sizes(found, year)
    content = (
        opening(found, _say("title", year=year), over),
        b.Paragraph(_lead(found, sizes, year, at), "lead wide-lead"),
        _numbers(found, sizes),
        b.Paragraph(_say("state", when=day(when)) if when else "", "s age"),
    )
    return exhibit(None, _say("name"), content, found[["action", "group"]])


def _sizes(found: pd.DataFrame, year: int) -> dict[str, int]:
    """How many actions are engaged, neighbourhoods reached, cells of the grid, empty ones."""
    live, every = summer.engaged(found), len(areas.neighbourhoods())
    return {
        "actions": len(live),
        "granted": int((live.group == "granted").sum()),
        "areas": len({code for held in live.neighbourhoods for code, _ in held}),
        "all": every,
        "empty": len(summer.empty_weeks(found, year)),
        "cells": every * len(summer.summer_weeks(year)),
    }


def _lead(found: pd.DataFrame, sizes: dict[str, int], year: int, at: date) -> b.Content:
    seen, empty, lost = summer.outcome(found, at), sizes["empty"], len(summer.unplaced(found))
    return _say(
        f"lead_{summer.phase(year, at)}",
        at=day(at),
        actions=count(sizes["actions"], "action"),
        areas=count(sizes["areas"], "quartier"),
        all=sizes["all"],
        granted=count(sizes["granted"], "accordée"),
        empty=_several("empty", empty, all=sizes["cells"]) if empty else _say("empty_none"),
        lost=_several("lost", lost) if lost else "",
        told=_several("told", seen["over"], told=wording.number(seen["told"])),
    )


def _numbers(found: pd.DataFrame, sizes: dict[str, int]) -> b.Facts:
    sums, granted = summer.money(found), count(sizes["granted"], "accordée")
    places = summer.engaged(found).planned_participants.sum(min_count=1)
    pairs = (
        (wording.number(sizes["actions"]),
         _several("number_actions", sizes["actions"], granted=granted)),
        (f"{sizes['areas']} / {sizes['all']}", _say("number_areas")),
        (f"{sizes['empty']} / {sizes['cells']}", _say("number_empty")),
        (_say("not_given") if pd.isna(places) else wording.number(places), _say("number_places")),
        (given(sums["granted"]), _say("number_granted", requested=given(sums["requested"]))),
    )  # fmt: skip
    return b.Facts(tuple((b.Span(figure, "number"), words) for figure, words in pairs))


# --- criteria ----------------------------------------------------------------------------------


def summer_criteria(found: pd.DataFrame, year: int) -> Exhibit:
    """Each criterion of the call: actions that answer it, neighbourhoods reached, and not."""
    rows = summer.criteria(found, year)
    lines = tuple(_criterion(row) for row in rows.itertuples())
    caption = _say("criteria_caption")
    keys = "reached", "silent", "missing"
    head = _say("criterion"), *heads("actions"), *(_say(key) for key in keys)
    content = (
        b.Table(caption, head, lines, "criteria"), b.Paragraph(_say("criteria_note"), "small"),
    )  # fmt: skip
    return exhibit(None, caption, content, rows.drop(columns="missing"))


def _criterion(row: Any) -> tuple[b.Content, ...]:
    reached = part_of(row.areas, len(areas.neighbourhoods()), "number")
    missing = names(row.missing) or _say("everywhere")
    return (
        _say(row.criterion),
        b.Span(str(row.actions), "number"),
        reached,
        str(row.silent),
        missing,
    )


def part_of(number: int, whole: int, kind: str | None = None) -> b.Content:
    """« 12 sur 19 », with a bar; ``kind`` is that of the number."""
    shown = str(number) if kind is None else b.Span(str(number), kind)
    return say("register", "out_of", n=shown, all=whole), drawn.bar(number / whole)


# --- what to do this week ----------------------------------------------------------------------


def summer_week(found: pd.DataFrame, year: int, at: date) -> Exhibit:
    """What to chase, the dates of the call, the empty weeks to come."""
    asked = summer.chase(found, at)
    dates = tuple(_deadline(deadline, at) for deadline in summer.calendar(year))
    left = b.Heading(3, _say("chase_title")), *_asked(asked)
    right = (
        b.Heading(3, _say("calendar_title")), b.Listing(dates, "dates", ordered=True),
        b.Heading(3, _say("ahead_title")), _ahead(found, year, at),
    )  # fmt: skip
    content = b.Group((b.Group(left), b.Group(right)), "duo")
    return exhibit(None, _say("chase"), content, asked[["reason", "action"]])


def _asked(asked: pd.DataFrame) -> Iterator[b.Content]:
    if asked.empty:
        yield b.Paragraph(_say("chase_none"))
    for reason, rows in asked.groupby("reason", sort=False):
        rest = len(rows) - MOST
        more = [b.Item(_say("chase_more", count=count(rest, "autre")), "s")] if rest > 0 else []
        items = [_ask(row) for row in rows.head(MOST).itertuples()]
        yield b.Paragraph((b.strong(_say(reason)), " ", b.small(f"({len(rows)})")), "why")
        yield b.Listing((*items, *more), "dash")


def _ask(row: Any) -> b.Content:
    when = ""
    if pd.notna(row.when):
        when = _say("ends" if row.reason == "uncounted" else "starts", date=day(row.when))
    own = f"{row.action}, {held(row.areas)}{when}"
    return f"{row.title} · {row.bearer} ", b.Span(own, "line")


def _deadline(deadline: Deadline, at: date) -> b.Item:
    days = (deadline.when - at).days
    state = "today" if days == 0 else "passed" if days < 0 else "coming"
    doubt = (" ", b.Span(_say("indicative"), "tag c")) if deadline.indicative else ""
    reason = f" {deadline.reason}" if deadline.indicative else ""
    told = b.Span((_say(state, count=count(abs(days), "jour")), reason), "line")
    date_, words = b.Span(day(deadline.when), "number"), b.Span((deadline.label, doubt, told))
    return b.Item((date_, " ", words), state)


def _ahead(found: pd.DataFrame, year: int, at: date) -> b.Content:
    empty = summer.empty_ahead(found, year, at)
    left = [week.number for week in summer.summer_weeks(year) if week.end >= at]
    if empty.empty or not left:
        return b.Paragraph(_say("ahead_none"))
    groups: dict[tuple[int, ...], list[str]] = {}
    for code, rows in empty.groupby("area", sort=False):
        groups.setdefault(tuple(rows.week), []).append(str(code))
    ordered = sorted(groups.items(), key=lambda item: (-len(item[0]), item[1]))
    items = ((b.strong(names(codes)), f" : {_weeks(weeks, left)}") for weeks, codes in ordered)
    return b.Listing(tuple(items), "dash")


def _weeks(weeks: Sequence[int], left: list[int]) -> b.Content:
    """« semaines 26 et 30 à 33 », or all those left.

    >>> _weeks((26, 30, 31, 32), [26, 27, 28, 29, 30, 31, 32])
    'semaines 26 et 30 à 32'
    """
    if len(weeks) == len(left) > 1:
        return _say("ahead_all", count=len(left))
    return _several("weeks", len(weeks), weeks=runs(weeks))
