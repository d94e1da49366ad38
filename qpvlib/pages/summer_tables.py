"""The tables of the summer board: weeks, neighbourhood by neighbourhood, money, every action."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any

import pandas as pd

from qpvlib.actions import summer
from qpvlib.actions.contract import theme_label, theme_short
from qpvlib.actions.summer import Week
from qpvlib.catalogue import wording
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.figures import rows as drawn
from qpvlib.pages import cells
from qpvlib.pages.cells import count, exhibit, given, say, several
from qpvlib.pages.register import day, heads, month, ordinal, runs
from qpvlib.pages.summer import part_of
from qpvlib.tables import areas, indicators
from qpvlib.tables.areas import Neighbourhood

CHILDREN = "enfants_6_17"
STAGES = ("requested", "granted", "paid", "others")
COLUMNS = STAGES[:3]  # those of the tables
_say, _several = partial(say, "summer"), partial(several, "summer")


# --- the grid ----------------------------------------------------------------------------------


def summer_grid(found: pd.DataFrame, year: int, at: date) -> Exhibit:
    """Neighbourhood × week, with themes; a week without action is a hatched cell."""
    held = summer.presence(found)
    unplaced = say("actions", "unplaced_theme")
    held = held.assign(short=[theme_short(theme, year) or unplaced for theme in held.theme])
    by_cell = dict(list(held.groupby(["area", "week"])))
    weeks = summer.summer_weeks(year)

    def row(place: Neighbourhood) -> b.Row:
        own = ((week, by_cell.get((place.code, week.number))) for week in weeks)
        return b.Row((place.name, *(_cell(held, _past(week, at)) for week, held in own)))

    caption = _say("grid_caption")
    head = *heads("place"), *(_week(week, at) for week in weeks)
    content = (
        _key(), b.Table(caption, head, cells.group_rows(row), "grid weeks"),
        b.Paragraph(_say("grid_note"), "small"), _unplaced(found),
    )  # fmt: skip
    return exhibit(None, caption, content, held[["area", "week", "action", "theme"]])


def _cell(held: pd.DataFrame | None, past: str) -> b.Cell:
    """A week of a neighbourhood: empty, it is seen, and read aloud."""
    if held is None:
        return b.Cell(b.Span(_say("empty_cell"), "hidden"), f"empty {past}".strip())
    return b.Cell(_themes(held), past)


def _past(week: Week, at: date) -> str:
    return "past" if week.end < at else ""


def _week(week: Week, at: date) -> b.Cell:
    now = b.Span(_say("now"), "now") if week.start <= at <= week.end else ""
    over = b.Span(_say("elapsed"), "hidden") if _past(week, at) else ""
    days = b.small(_days(week))
    return b.Cell((_say("week", number=week.number), days, now, over), _past(week, at))


def _days(week: Week) -> str:
    """« 5-11 juil. », « 26 juil.-1er août », « 31 août »."""
    first, last = week.start, week.end
    end = say("register", "day_short", day=ordinal(last), month=month(last))
    if first == last:
        return end
    if first.month == last.month:
        return f"{ordinal(first)}-{end}"
    return f"{say('register', 'day_short', day=ordinal(first), month=month(first))}-{end}"


def _themes(rows: pd.DataFrame) -> b.Content:
    """Themes of a neighbourhood's week, those granted first."""
    held = rows.assign(unsure=rows.group != "granted").groupby(["unsure", "short"]).size()
    tags = (_theme(short, many, unsure) for (unsure, short), many in held.items())
    return tuple(part for tag in tags for part in (" ", tag))[1:]


def _theme(short: str, many: int, unsure: bool) -> b.Span:
    times = f" ×{many}" if many > 1 else ""
    if not unsure:
        return b.Span(f"{short}{times}", "tag")
    return b.Span((f"{short}{times}", b.Span(_say("pending_short"), "hidden")), "tag c")


def _key() -> b.Listing:
    theme = say("register", "theme")
    signs = (
        (b.Span(theme, "tag"), f" {_say('granted')}"),
        (b.Span(theme, "tag c"), f" {_say('pending')}"),
        (b.Span("", "hatch"), f" {_say('empty_sign')}"),
    )  # fmt: skip
    return b.Listing(signs, "key")


def _unplaced(found: pd.DataFrame) -> b.Content:
    lost = summer.unplaced(found)
    if lost.empty:
        return ""
    titles = " ; ".join(sorted(lost.title.unique()))
    told = _say("unplaced", actions=count(len(lost), "action"), names=titles)
    return b.Paragraph(told, "small")


# --- places against public ---------------------------------------------------------------------


def summer_places(found: pd.DataFrame) -> Exhibit:
    """Places planned against the children to reach: where they are fewer first, by name."""
    rows, counts = summer.by_area(found).set_index("area"), _children()
    rows = rows.assign(children=counts.value.reindex(rows.index))
    rows["places"] = rows.planned_participants.mask(rows.actions == 0, 0).astype(float)
    known = rows[rows.places.notna() & rows.children.gt(0)]
    every = 100 * known.places.sum() / known.children.sum() if len(known) else float("nan")
    rows["rate"] = (100 * rows.places / rows.children).where(rows.children > 0)
    most = rows.rate.max()
    caption, first = _say("places_caption"), counts.iloc[0]
    head = (
        *heads("place"), _say("table_children"), _say("table_places"), _say("places_rate"),
    )  # fmt: skip
    groups = (
        ("fewer", rows.rate < every),
        ("unsized", rows.rate.isna()),
        ("more", rows.rate >= every),
    )
    lines = tuple(line for key, part in groups for line in _placed(key, rows[part], every, most))
    note = _say("places_note", cite=indicators.cite(first["source"]), year=wording.year_of(first))
    content = b.Table(caption, head, lines, "against", numeric=1), b.Paragraph(note, "small")
    return exhibit(None, caption, content, rows[["children", "places", "rate"]].reset_index())


def _placed(key: str, rows: pd.DataFrame, every: float, most: float) -> list[b.Row]:
    """The neighbourhoods of a group, by name, under what they share; nothing of an empty one."""
    if rows.empty:
        return []
    known, rate = areas.neighbourhoods(), "" if pd.isna(every) else wording.number(every)
    order = sorted(rows.index, key=lambda code: known[code].name)
    title = b.Row((_say(f"places_{key}", rate=rate),), "group")
    return [title, *(_against(known[code].name, rows.loc[code], most) for code in order)]


def _against(name: str, row: pd.Series, most: float) -> b.Row:
    blank, least = b.muted(_say("not_given")), _say("places_least") if row.unsized else ""
    children = b.muted(say("figure", "blank")) if pd.isna(row.children) else wording.number(
        row.children)  # fmt: skip
    if pd.isna(row.places):
        return b.Row((name, children, blank, blank))
    places = f"{least}{wording.number(row.places)}"
    rate: b.Content = blank
    if pd.notna(row.rate):
        share = row.rate / most if most else 0
        rate = f"{least}{wording.number(row.rate)}", drawn.bar(share)
    return b.Row((name, children, places, rate))


# --- neighbourhood by neighbourhood ------------------------------------------------------------


def summer_table(found: pd.DataFrame, year: int, at: date) -> Exhibit:
    """The public to reach, planned and actual, requested, granted, paid, to the cent."""
    rows, children = summer.by_area(found).set_index("area"), _children()
    weeks, sums = len(summer.summer_weeks(year)), rows.sum(numeric_only=True, min_count=1)
    columns = (cells.aligned([*rows[stage], sums[stage]]) for stage in COLUMNS)
    *money, total = zip(*columns, strict=True)
    held = dict(zip(rows.index, money, strict=True))
    lines = [
        (
            place.name,
            *_line(rows.loc[place.code], children.value.get(place.code), weeks),
            *held[place.code],
        )
        for _, places in cells.by_group()
        for place in places
    ]
    first, caption = children.iloc[0], _say("table_caption")
    cite, when = indicators.cite(first["source"]), wording.year_of(first)
    content = (
        b.Paragraph(_outcome(found, at)), _money(found),
        b.Table(caption, _heads(), (*lines, _total(sums, total)), "places", numeric=1),
        b.Paragraph(_say("table_note", cite=cite, year=when), "small"),
    )  # fmt: skip
    return exhibit(None, caption, content, rows.reset_index())


def _children() -> pd.DataFrame:
    """Last count of each neighbourhood, with its year and source."""
    rows = indicators.observations()
    own = rows[(rows.indicator == CHILDREN) & rows.area.isin(areas.neighbourhoods())]
    return own.sort_values("year").groupby("area").tail(1).set_index("area")


def _heads() -> tuple[str, ...]:
    place, actions, *amounts = heads("place", "actions", *COLUMNS)
    weeks, places, people = (_say(f"table_{key}") for key in ("weeks", "places", "people"))
    return place, _say("table_children"), actions, weeks, places, people, *amounts


def _line(row: pd.Series, children: float | None, weeks: int) -> Sequence[b.Content]:
    blank = b.muted(say("figure", "blank"))
    return (
        blank if pd.isna(children) else wording.number(children),
        str(row.actions) if row.actions else b.Span(_say("empty_cell"), "none"),
        part_of(row.weeks, weeks),
        *_people(row),
    )


def _people(row: pd.Series) -> Sequence[str]:
    return cells.whole(row.planned_participants), cells.whole(row.actual_participants)


def _total(sums: pd.Series, money: Iterable[str]) -> b.Row:
    amounts = (b.Span(amount, "number") for amount in money)
    every = b.Span(say("register", "every"), "number")
    return b.Row((every, "", "", "", *_people(sums), *amounts), "total")


def _outcome(found: pd.DataFrame, at: date) -> b.Content:
    """How many came, where it is known, against how many were planned."""
    seen = summer.outcome(found, at)
    ahead = _several("outcome_ahead", seen["ahead"], at=day(at)) if seen["ahead"] else ""
    if not seen["over"]:
        return ahead or _say("outcome_none")
    actual = _several("outcome_people", seen["actual"])
    parts = [_several(
        "outcome", seen["over"], at=day(at), told=seen["told"], actual=actual,
        both=count(seen["both"], "action"), planned=count(seen["planned"], "prévue"),
    )]  # fmt: skip
    if seen["under_26_of"]:
        under, of = wording.number(seen["under_26"]), count(seen["under_26_of"], "participant")
        parts.append(_say("outcome_young", under=under, of=of))
    if seen["visits"]:
        parts.append(_say("outcome_visits", visits=wording.number(seen["visits"])))
    return " ".join([*parts, *filter(None, [ahead])])


def _money(found: pd.DataFrame) -> b.Content:
    sums = summer.money(found)
    most = max((amount or 0) for amount in sums.values()) or 1
    stages = tuple(
        ((drawn.bar((sums[stage] or 0) / most), b.Span(given(sums[stage]), "number")), label)
        for stage, label in zip(STAGES, heads(*STAGES), strict=True)
    )
    return b.Heading(3, _say("money_title")), b.Facts(stages, "stages")


# --- details -----------------------------------------------------------------------------------


def summer_related(found: pd.DataFrame) -> Exhibit:
    """Actions engaged by related scheme, and files by state."""
    live = summer.engaged(found)
    schemes = pd.Series([s for own in live.schemes for s in own], dtype=str).value_counts()
    caption = _say("related_caption")
    related = _counted(caption, _say("related_scheme"), schemes)
    states = _counted(_say("states_caption"), say("register", "state"), found.state.value_counts())
    content = b.Group((b.Group(related), b.Group(states)), "duo")
    data = schemes.rename_axis("scheme").reset_index(name="actions")
    return exhibit(None, caption, content, data)


def _counted(caption: str, head: str, counts: pd.Series) -> b.Table:
    lines = tuple((name, str(number)) for name, number in counts.items())
    return b.Table(caption, (head, *heads("actions")), lines, "short", numeric=1)


def summer_list(found: pd.DataFrame, year: int) -> Exhibit:
    """Every action of the summer, as the register has it."""
    rows = found.sort_values("action")
    money = zip(*(cells.aligned(rows[stage]) for stage in COLUMNS), strict=True)
    lines = tuple((*_listed(a), *own) for a, own in zip(rows.itertuples(), money, strict=True))
    theme, state, *amounts = heads("theme", "state", *COLUMNS)
    head = (
        _say("list_reference"), *heads("action"), _say("list_areas"), theme, _say("list_weeks"),
        state, *amounts,
    )  # fmt: skip
    caption = _say("list_caption")
    title = _say("list_count", caption=caption, n=len(found))
    content = b.Fold(title, b.Table(caption, head, lines, numeric=6))
    return exhibit(None, caption, content, found[["action", *COLUMNS]])


def _listed(action: Any) -> tuple[b.Content, ...]:
    weeks = runs(action.summer_weeks) if action.summer_weeks else b.muted(_say("list_no_week"))
    return (
        (f"{action.action} ", b.small(action.bearer)), action.title,
        cells.held(code for code, _ in action.neighbourhoods),
        theme_label(action.theme, action.fiscal_year), weeks, action.state,
    )  # fmt: skip
