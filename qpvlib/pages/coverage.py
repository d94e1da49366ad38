"""Need against action, shown: the matrix, what is not covered, existing means, what is engaged."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd

from qpvlib.actions import coverage as covered
from qpvlib.actions import register
from qpvlib.actions.contract import theme_label
from qpvlib.actions.coverage import ENGAGED, OUTSIDE, Coverage
from qpvlib.catalogue import axes, catalogue, wording
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.pages import cells
from qpvlib.pages.cells import count, euros, exhibit, given, say, several
from qpvlib.pages.register import banner, heads, opening
from qpvlib.roadmap import stands
from qpvlib.tables import areas
from qpvlib.tables.areas import Neighbourhood

SUMMED = ["actions", "pending", "granted", "planned_participants"]
MARKS = {"retained": "●", "solid": "○", "confirm": "◌"}
SCHEMES = ("adultes-relais", "fonjep")
_say = partial(say, "actions")


def actions_of(actions: pd.DataFrame, year: int) -> pd.DataFrame:
    """The actions of an exercice."""
    return actions[actions.fiscal_year == year]


def coverage_of(actions: pd.DataFrame) -> Coverage:
    """Coverage of the needs given beside the register, or of the axes as they stand.

    An axis is a need when people retained it, or when the figures propose it and nobody decided.
    """
    given = covered.given_needs()
    if given is not None:
        return covered.coverage(actions, given)
    held = stands.all_stands()
    scheme = axes.scheme()
    return covered.coverage(
        actions,
        covered.needs_of(stand for part in held.values() for stand in part),
        covered.crosswalk_of(scheme.axes, scheme.nomenclature),
    )


def coverage_header(actions: pd.DataFrame, found: Coverage, year: int) -> Exhibit:
    """Title, and in three sentences what is engaged and what need is not covered."""
    title = _say("coverage_title")
    live = actions[actions.group.isin(ENGAGED)]
    many = len(areas.neighbourhoods())
    lead = _say(
        "coverage_lead", year=year, actions=_waited(len(live), (live.group == "pending").sum()),
        areas=count(many - len(found.bare_areas), "quartier"), all=many,
        granted=given(live.granted.sum(min_count=1)), gaps=_gaps(found),
    )  # fmt: skip
    top = opening(actions, title, _say("coverage_over"))
    content = top, b.Paragraph(lead, "lead wide-lead")
    return exhibit(None, title, content, found.cells[["area", "axis", "actions"]])


def _waited(actions: int, pending: int, kind: str | None = None) -> b.Content:
    """« 5 actions, dont 1 sans décision »; ``kind`` is that of the first number."""
    told = count(actions, "action")
    told = told if kind is None else b.Span(told, kind)
    return _say("waiting", actions=told, number=wording.number(pending)) if pending else told


def _gaps(found: Coverage) -> b.Content:
    gaps = len(found.uncovered)
    if not _known(found):
        return _say("gaps_unknown")
    return several("actions", "gaps", gaps) if gaps else _say("gaps_none")


def _known(found: Coverage) -> bool:
    """Whether needs were given at all: without them, the axes are only themes."""
    return bool(found.cells.need.isin([*MARKS, "no_gap", "rejected"]).any())


# --- the matrix --------------------------------------------------------------------------------


def coverage_matrix(found: Coverage, year: int) -> Exhibit:
    """Neighbourhood × axis: need, actions, euros granted, places; what is empty says so."""
    held, told = found.cells.set_index(["area", "axis"]), _known(found)
    labels = found.axes | {OUTSIDE: _say("outside")}
    rows = cells.group_rows(lambda p: _row(p, held.loc[p.code].loc[list(labels)], told))
    caption, (place, every) = _say("matrix_caption", year=year), heads("place", "every")
    head = place, *labels.values(), every
    table = b.Table(caption, head, (*rows, _total(found, labels)), "grid cover")
    note = _say("matrix_note"), f" {_say('undocumented_note')}" if told else ""
    needs_ = *(_marked(need) for need in MARKS), b.Span(_say("uncovered"), "gap")
    content = b.Listing(needs_, "key") if told else "", table, b.Paragraph(note, "small")
    shown = found.cells[["area", "axis", "need", "actions", "granted", "planned_participants"]]
    return exhibit(None, caption, content, shown)


def _marked(need: str) -> b.Content:
    """A need in words, after its mark if it has one."""
    words = _say(f"need_{need}")
    return (b.Span(b.Span(MARKS[need], "mark"), "number"), f" {words}") if need in MARKS else words


def _row(place: Neighbourhood, own: pd.DataFrame, told: bool) -> b.Row:
    sums = _sums(own[SUMMED].sum(min_count=1)) or b.Span(_say("nothing"), "none")
    marks = (_cell(cell, told) for cell in own.itertuples())
    return b.Row((place.name, *marks, b.Cell(sums, "sum")))


def _cell(cell: Any, told: bool) -> b.Content:
    """A cell of the matrix: the need where needs are known, then what answers it."""
    need = b.Span(_marked(cell.need), "need") if told and cell.need else ""
    if cell.uncovered:
        return b.Span((need, b.Span(_say("uncovered"), "number")), "gap")
    return need, _sums(cell) or cells.DASH


def _sums(cell: Any) -> b.Content:
    """Actions, euros granted, places; nothing where there is no action."""
    if not cell.actions:
        return ""
    people = cell.planned_participants
    amounts = [euros(cell.granted)] if pd.notna(cell.granted) else []
    amounts += [count(int(people), "place")] if pd.notna(people) else []
    told = _waited(int(cell.actions), int(cell.pending), "number")
    return b.Span((told, b.BREAK, " · ".join(amounts)), "sums")


def _total(found: Coverage, labels: dict[str, str]) -> b.Row:
    """Totals of euros: each action's are shared, so that they sum to the register's."""
    sums = found.cells.groupby("axis").granted.sum(min_count=1)
    own = (euros(sums.get(axis)) for axis in labels)
    return b.Row((_say("matrix_total"), *own, b.Cell(euros(sums.sum()), "sum")), "total")


# --- what is not covered -----------------------------------------------------------------------


def coverage_gaps(found: Coverage) -> Exhibit:
    """What is not covered, in words: needs, axes, neighbourhoods, actions outside any axis."""
    lost = found.uncovered.groupby("axis", sort=False).area.agg(list)
    unmet = [
        (b.strong(found.axes[axis]), f" : {cells.names(codes)}.") for axis, codes in lost.items()
    ]
    outside = [
        (f"{one.title} ", b.small(_say("outside_whose", bearer=one.bearer, action=one.action)))
        for one in found.outside.itertuples()
    ]
    note = b.Paragraph(_say("outside_note"), "small") if outside else ""
    bare = b.Paragraph(f"{cells.names(found.bare_areas)}.") if found.bare_areas else _none()
    left = (
        b.Heading(3, _say("bare_needs")), _dashed(unmet),
        b.Heading(3, _say("bare_axes")), _dashed([found.axes[axis] for axis in found.idle_axes]),
    )  # fmt: skip
    right = (
        b.Heading(3, _say("bare_areas")), bare,
        b.Heading(3, _say("bare_outside")), _dashed(outside), note,
    )  # fmt: skip
    content = b.Group((b.Group(left), b.Group(right)), "duo")
    return exhibit(None, _say("bare"), content, found.uncovered[["area", "axis"]])


def _dashed(items: Sequence[b.Content]) -> b.Content:
    return b.Listing(tuple(items), "dash") if items else _none()


def _none() -> b.Paragraph:
    return b.Paragraph(_say("bare_none"), "small")


# --- existing means ----------------------------------------------------------------------------


def coverage_means(year: int) -> Exhibit:
    """Posts of adultes-relais and Fonjep by contract; a wrong amount is said, not shown."""
    known = covered.means()
    near = min(sorted(known.year.unique()), key=lambda y: abs(y - year))
    rows = known[known.year == near]
    contracts = {code: one.short for code, one in catalogue().contracts.items()}
    contracts[""] = _say("means_unknown_contract")
    lines = tuple(
        (name, *(_post(rows, scheme, code) for scheme in SCHEMES))
        for code, name in contracts.items()
        if code in set(rows.contract)
    )
    head = _say("means_contract"), *(_say(f"means_{scheme}") for scheme in SCHEMES)
    title = _say("means_title")
    content = (
        b.Heading(2, title), b.Table(_say("means_caption", year=near), head, lines, "short"),
        b.Paragraph((_say("means_note", source=covered.CITE), _anomaly(rows, near)), "small"),
    )  # fmt: skip
    return exhibit(None, title, content, rows[["scheme", "contract", "posts"]])


def _post(rows: pd.DataFrame, scheme: str, contract: str) -> b.Content:
    own = rows[(rows.scheme == scheme) & (rows.contract == contract)]
    if own.empty:
        return b.muted(_say("means_none"))
    row = own.iloc[0]
    amount = (b.BREAK, b.small(euros(row.cents))) if row.usable else ()
    return count(int(row.posts), "poste"), *amount


def _anomaly(rows: pd.DataFrame, year: int) -> str:
    wrong = rows[~rows.usable]
    if wrong.empty:
        return ""
    unit = euros(wrong.cents.iloc[0] // wrong.posts.iloc[0])
    return f" {_say('means_anomaly', year=year, unit=unit)}"


# --- in a diagnosis ----------------------------------------------------------------------------


def engaged_here(place: Neighbourhood) -> Exhibit | None:
    """« Ce qui est engagé ici », the last exercice of the register; None without a register."""
    actions = register.actions()
    if actions is None:
        return None
    year = int(actions.fiscal_year.max())
    rows = covered.parts(actions_of(actions, year))
    own = rows[(rows.area == place.code) & rows.group.isin(ENGAGED)]
    title = _say("here_title")
    note = _say("here_note", when=f"{register.imported():%d/%m/%Y}")
    content = banner(actions), b.Heading(2, title), _here(own, year), b.Paragraph(note, "small")
    return exhibit(place, title, content, own[["action", "granted"]])


def _here(own: pd.DataFrame, year: int) -> b.Content:
    if own.empty:
        return b.Paragraph(_say("here_none", year=year))
    told = _say(
        "here", actions=_waited(len(own), (own.group == "pending").sum()), year=year,
        granted=given(own.granted.sum(min_count=1)), places=_places(own),
    )  # fmt: skip
    rows = own.sort_values("title")
    granted = cells.aligned(rows.granted)
    lines = tuple(map(_engaged, rows.itertuples(), granted))
    head = *heads("action", "theme", "state"), _say("here_granted"), _say("here_places")
    return b.Paragraph(told), b.Table(_say("here_caption", year=year), head, lines, numeric=3)


def _places(own: pd.DataFrame) -> b.Content:
    """Planned places, or that no action says how many: a blank is never zero."""
    planned = own.planned_participants.sum(min_count=1)
    return _say("here_places_none") if pd.isna(planned) else count(planned, "place")


def _engaged(action: Any, granted: str) -> tuple[b.Content, ...]:
    theme = theme_label(action.theme, action.fiscal_year)
    amounts = granted, cells.whole(action.planned_participants)
    return (f"{action.title} ", b.small(action.bearer)), theme, action.state, *amounts


def coverage_brief() -> Exhibit | None:
    """The matrix of the last exercice, for the synthesis; None without a register."""
    actions = register.actions()
    if actions is None:
        return None
    year = int(actions.fiscal_year.max())
    shown = coverage_matrix(coverage_of(actions_of(actions, year)), year)
    content = banner(actions), b.Heading(2, _say("coverage_title")), shown.content
    return exhibit(None, shown.title, content, shown.data)
