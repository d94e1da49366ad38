"""The summer before its call: what is still open, and a meeting page for each contract."""

from collections.abc import Iterator, Sequence
from functools import partial

import pandas as pd

from qpvlib.actions import planning, register, summer
from qpvlib.actions.contract import theme_short
from qpvlib.actions.intentions import Intention
from qpvlib.actions.summer import Week
from qpvlib.catalogue import catalogue, wording
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.pages import cells
from qpvlib.pages.cells import count, exhibit, say, several
from qpvlib.pages.register import day, invented, runs
from qpvlib.pages.sheet import summer_called, summer_publics
from qpvlib.roadmap import stands
from qpvlib.roadmap.preparation import Preparation, preparation
from qpvlib.roadmap.season import CHILDREN
from qpvlib.tables.areas import Neighbourhood, neighbourhoods

_say, _several = partial(say, "preparation"), partial(several, "preparation")
LEAST, MOST, ROWS = 2, 6, 16  # empty rows of a neighbourhood, and of a meeting page
ALONE = 6  # neighbourhoods from which the grid has a sheet of its own
ASKED = 3  # questions of a meeting


def prepared(year: int) -> Preparation:
    """What the planning of a summer is written from."""
    return preparation(year)


# --- opening -----------------------------------------------------------------------------------


def preparation_header(of: Preparation) -> Exhibit:
    """Title, what the summer is made of, what is known of it so far, who has answered."""
    over = _say("over")
    if register.fictitious():
        over = say("register", "invented", over=over)
    banner = invented() if register.fictitious() else ""
    head = b.Masthead(catalogue().territory["office"], _say("title", year=of.year), over)
    every = list(neighbourhoods().values())
    told = " ".join(filter(None, (_weeks_told(of.year), _children(every))))
    content = (
        banner, head, b.Paragraph(told, "lead wide-lead"), b.Paragraph(_so_far(of)),
        b.Paragraph(_answers(of, every)),
        b.Paragraph(_say("intention"), "small"),
    )  # fmt: skip
    return exhibit(None, _say("title", year=of.year), content, _data(of))


def _data(of: Preparation) -> pd.DataFrame:
    rows = [(code, s.children.value if s.children else None) for code, s in of.seasons.items()]
    return pd.DataFrame(rows, columns=["area", CHILDREN])


def _weeks_told(year: int) -> str:
    weeks, start = summer.summer_weeks(year), planning.holidays(year)
    ends = {"n": len(weeks), "first": weeks[0].number, "last": weeks[-1].number}
    school = _say("holidays", day=day(start)) if start else _say("holidays_unread", year=year)
    return f"{_say('weeks', **ends)} {school}"


def _children(places: list[Neighbourhood]) -> str:
    """How many children, where every neighbourhood has its published number, of one year."""
    total = stands.total(CHILDREN, places)
    if total.value is None:
        return ""
    return _several("children", int(total.value), year=total.year,
                    places=count(len(places), "quartier"))  # fmt: skip


def _so_far(of: Preparation) -> b.Content:
    if of.found is None:
        return _say("no_register")
    live, weeks = summer.engaged(of.found), len(summer.summer_weeks(of.year))
    empty = sum(len(gap.weeks) for gap in of.gaps.values())
    return _several("so_far", len(live), empty=wording.number(empty),
                    all=wording.number(weeks * len(of.gaps)))  # fmt: skip


def _answers(of: Preparation, places: Sequence[Neighbourhood]) -> b.Content:
    """Who has answered, who has not; nothing where no partner is declared."""
    asked = of.asked_of(places)
    if not asked:
        return _say("no_partner")
    silent = [partner.name for partner in asked if partner.name not in of.answered]
    told = _say("answered", n=len(asked) - len(silent), all=len(asked))
    rest = _say("silent", names=wording.listed(silent)) if silent else ""
    return f"{told} {rest}".strip()


# --- what is without proposal ------------------------------------------------------------------


def preparation_gaps(of: Preparation) -> Exhibit:
    """Weeks, slots, themes without proposal, by neighbourhood; one sentence without a register."""
    caption = _say("gaps_caption")
    if of.found is None:
        return exhibit(None, caption, b.Paragraph(_say("gaps_unknown")))
    head = tuple(_say(f"gaps_{key}") for key in ("place", "weeks", "slots", "themes"))

    def row(place: Neighbourhood) -> b.Row:
        parts = _open(of, place)
        return b.Row((place.name, *map(b.Cell, parts, [""] * 3, head[1:])))

    table = b.Table(caption, head, cells.group_rows(row), "asked plan", scroll=False)
    return exhibit(None, caption, (table, b.Paragraph(_say("gaps_note"), "small")), _data(of))


def _open(of: Preparation, place: Neighbourhood) -> tuple[b.Content, ...]:
    gap = of.gaps[place.code]
    weeks: b.Content = runs(gap.weeks) if gap.weeks else b.muted(_say("all_weeks"))
    if gap.intended:
        weeks = weeks, b.small(_say("intended", weeks=runs(gap.intended)))
    themes = [theme_short(code, of.year) or code for code in gap.themes]
    none = b.muted(_say("all_held"))
    return weeks, ", ".join(gap.slots) or none, ", ".join(themes) or none


# --- a meeting page a contract -----------------------------------------------------------------


def preparation_meetings(of: Preparation) -> Exhibit:
    """A page to print or to project for each contract: publics, three questions, an empty grid."""
    pages = tuple(_meeting(of, name, places) for name, places in cells.by_group())
    return exhibit(None, cells.grouped("meetings"), pages, _data(of))


def _meeting(of: Preparation, name: str, places: list[Neighbourhood]) -> b.Group:
    answers = _answers(of, places) if of.asked_of(places) else ""
    told = " ".join(filter(None, (_children(places), answers)))
    content = (
        b.Heading(2, name), b.Paragraph(told), _publics(of, name, places),
        b.Heading(3, _say("questions")), b.Listing(tuple(_questions(of, places)), "awaited", True),
        *[b.Break()] * (len(places) > ALONE), _grid(of, name, places),
        b.Paragraph("" if of.found is None else _say("grid_note"), "small"),
    )  # fmt: skip
    return b.Group(content, "meeting", _say("meeting", contract=name))


def _publics(of: Preparation, name: str, places: list[Neighbourhood]) -> b.Table:
    """For whom, what is asked, and, where there is a register, what is still open."""
    keys = ("place", "whom", "asked", "open")[: 4 if of.gaps else 3]
    head = tuple(_say(f"publics_{key}") for key in keys)
    rows = []
    for place in places:
        one = of.seasons[place.code]
        parts = [" ; ".join(summer_publics(one)), summer_called(one)]
        parts += [_open_line(of, place)] if of.gaps else []
        labelled = zip(parts, head[1:], strict=True)
        rows.append(b.Row((place.name, *(b.Cell(part, "", title) for part, title in labelled))))
    caption = _say("publics_caption", contract=name)
    return b.Table(caption, head, tuple(rows), "asked plan", scroll=False)


def _open_line(of: Preparation, place: Neighbourhood) -> b.Content:
    weeks, slots, themes = _open(of, place)
    told = zip(("weeks", "slots", "themes"), (weeks, slots, themes), strict=True)
    return tuple(b.Span((f"{_say(f'short_{key}')} ", part), "line") for key, part in told)


def _questions(of: Preparation, places: list[Neighbourhood]) -> list[b.Content]:
    """Two on the publics, from what the places ask of the field; one on the weeks."""
    own = [
        text if len(places) == 1 else f"{text} ({wording.listed(names)})"
        for text, names in of.questions(places).items()
    ]
    open_ = {w for p in places if p.code in of.gaps for w in of.gaps[p.code].weeks}
    weeks = _say("question_weeks", weeks=runs(sorted(open_))) if open_ else _say("question_august")
    common = [_say("question_children"), _say("question_absent")]
    return [*[*own, *common][: ASKED - 1], weeks]


def _grid(of: Preparation, name: str, places: list[Neighbourhood]) -> b.Table:
    weeks = summer.summer_weeks(of.year)
    head = (
        _say("who"), *(_week(week, of.year) for week in weeks), _say("public"), _say("slot"),
    )  # fmt: skip
    empty = max(LEAST, min(MOST, ROWS // len(places)))
    rows = tuple(row for place in places for row in _lines(of, place, weeks, empty))
    widths = (4, *(1,) * len(weeks), 3, 2)
    return b.Table(_say("grid_caption", contract=name), head, rows, "meet", widths=widths)


def _week(week: Week, year: int) -> b.Cell:
    start = planning.holidays(year)
    days = b.small(f"{week.start.day}/{week.start.month}")
    name = say("summer", "week", number=week.number)
    if not start or week.end >= start:
        return b.Cell((name, days))
    return b.Cell((name, days, b.Span(_say("term"), "hidden")), "off")


def _lines(of: Preparation, place: Neighbourhood, weeks: list[Week], empty: int) -> Iterator[b.Row]:
    many: pd.Series = pd.Series(dtype=int)
    if of.found is not None:
        held = summer.presence(of.found)
        many = held[held.area == place.code].groupby("week").action.nunique()
    marks = (str(many[w.number]) if w.number in many else "" for w in weeks)
    yield b.Row((place.name, *marks, "", ""), "held")
    for one in of.intentions:
        if one.area == place.code:
            yield _intended(one, weeks)
    blank = b.Span(_say("to_write"), "hidden")
    yield from (b.Row((blank, *[""] * (len(weeks) + 2)), "free") for _ in range(empty))


def _intended(one: Intention, weeks: list[Week]) -> b.Row:
    who = f"{one.partner} ", b.Span(_say("tag"), "tag c")
    marks = ("×" if week.number in one.weeks else "" for week in weeks)
    people = "" if one.expected is None else f" ({count(one.expected, 'personne')})"
    theme = theme_short(one.theme, one.year) if one.theme else ""
    told = " · ".join(filter(None, (one.slot, theme)))
    return b.Row((who, *marks, f"{one.public}{people}", told), "intended")
