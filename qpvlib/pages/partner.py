"""The sheet of a partner: what it reads before it fills it in, and the same as a Word file."""

from functools import partial

from qpvlib.actions import replies
from qpvlib.actions.intentions import Partner, label
from qpvlib.catalogue import catalogue
from qpvlib.document.blocks import Break, Content, Heading, Listing, Paragraph, Table
from qpvlib.pages.cells import say
from qpvlib.pages.sheet import paragraph
from qpvlib.roadmap.preparation import Preparation

_say = partial(say, "partner")
EMPTY = 8  # rows of the Word table
LISTED = (replies.AREA, replies.FIRST, replies.PUBLIC, replies.SLOT, replies.THEME)
WIDTHS = (3.6, 3, 3, 3, 3, 2.6, 4.4, 3.4)


def notes(of: Preparation, partner: Partner) -> list[str]:
    """Why, how, and what each of its neighbourhoods asks of the summer: a line each."""
    office = catalogue().territory["office"]
    places = (of.seasons[code] for code in partner.areas)
    told = (f"{one.place.name}. {paragraph(one)}" for one in places)
    return [_say("title", year=of.year), _say("why", office=office), *_how(), *told]


def _how() -> list[str]:
    return [_say("how"), _say("privacy")]


def sheet(of: Preparation, partner: Partner) -> Content:
    """The sheet as blocks, for Word: it is read back as the workbook is."""
    title, *told = notes(of, partner)
    lists = replies.choices(of.year) | {replies.AREA: [*map(label, partner.areas)]}
    shown = tuple(f"{name} : {' ; '.join(lists[name])}." for name in LISTED)
    answer = f"{replies.WE_PROPOSE} / {replies.NOTHING}"
    top = ((replies.SUMMER, str(of.year)), (replies.ANSWER, ""))
    blank = ("",) * len(replies.COLUMNS)
    return (
        Heading(1, title), *(Paragraph(line) for line in told),
        Break(),
        Table(_say("who", choices=answer), (replies.PARTNER, partner.name), top, widths=(1, 3)),
        Table(_say("table"), replies.COLUMNS, (blank,) * EMPTY, widths=WIDTHS),
        Heading(2, _say("lists")), Listing(shown),
    )  # fmt: skip
