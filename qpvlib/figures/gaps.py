"""The gap of a neighbourhood to its commune and its EPCI, beside its trends: a line, a table."""

from collections.abc import Sequence
from functools import partial

import pandas as pd

from qpvlib.catalogue import wording
from qpvlib.diagnosis.trajectory import Trajectory
from qpvlib.document.blocks import Content, Paragraph, Table
from qpvlib.tables.areas import Neighbourhood, short_name

_say = partial(wording.say, "trajectory")


def line(found: Sequence[Trajectory], brief: bool = False) -> str:
    """What a trend says of the first of the areas; nothing where there is none.

    ``brief``: without its values, which are in the table.
    """
    if not found:
        return ""
    one, *others = found
    alone = all(other.area.level != one.area.level for other in others)
    named = _say("commune") if alone and one.area.level == "commune" else _name(one)
    first, last = (_gap(one, gap) for gap in one.gaps)
    key, since, until = "brief" if brief else "line", one.own[0].year, one.own[1].year
    parts = {"first": first, "since": since, "last": last, "until": until}
    return _say(key, area=named, told=_say(one.verdict), **parts)


def table(place: Neighbourhood, found: Sequence[Trajectory]) -> Content:
    """Every gap with the values that make it, its noise and its reading; and how to read them."""
    if not found:
        return ()
    head = tuple(_say(f"column_{key}") for key in ("row", "own", "area", "gap", "noise", "told"))
    caption = _say("table", of=place.of)
    rows = tuple(map(_row, found))
    return Table(caption, head, rows, numeric=1), Paragraph(_say("note"), "small")


def _row(one: Trajectory) -> tuple[Content, ...]:
    years = {"since": one.own[0].year, "until": one.own[1].year}
    label = _say("row", label=one.declared.label, area=_name(one), **years)
    values = (_pair(*(end.amount for end in ends)) for ends in (one.own, one.beside))
    unit = "%" if one.relative else one.declared.unit
    limit = "" if one.noise is None else wording.size(one.noise, unit, one.decimals)
    return label, *values, _pair(*(_gap(one, gap) for gap in one.gaps)), limit, _say(one.verdict)


def _pair(first: str, last: str) -> str:
    return _say("pair", first=first, last=last)


def _name(one: Trajectory) -> str:
    return short_name(one.area.code, one.area.name)


def _gap(one: Trajectory, gap: float) -> str:
    """« −33,8 % » of the area's value, « +2,1 points »; its sign is that of the gap."""
    if one.relative:
        shown = wording.value(gap, "%", one.decimals)
    else:
        sign = "−" if wording.rounded(gap, one.decimals) < 0 else ""
        shown = sign + wording.size(gap, one.declared.unit, one.decimals)
    return f"+{shown}" if wording.rounded(gap, one.decimals) > 0 else shown


def values(found: Sequence[Trajectory]) -> pd.DataFrame:
    """The values of the areas: ``area, indicator, year, value``, in each indicator's unit."""
    rows = [(one.area.code, e.code, e.year, e.value) for one in found for e in one.beside]
    return pd.DataFrame(rows, columns=["area", "indicator", "year", "value"])
