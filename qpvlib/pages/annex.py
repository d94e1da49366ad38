"""The annex « enjeux et objectifs par quartier »: contents, what is common, map, then each."""

from qpvlib.catalogue import axes
from qpvlib.document.blocks import (
    Break,
    Cell,
    Content,
    Figure,
    Group,
    Heading,
    Paragraph,
    Span,
    Table,
)
from qpvlib.pages import together
from qpvlib.pages.cells import grouped, say
from qpvlib.pages.roadmap import scheme_line
from qpvlib.pages.sheet import Maps, Matter, sheet, status, title, year_notes
from qpvlib.tables import areas, grouping

CONTENTS = "sommaire"


def annex(matters: list[Matter], maps: Maps, overview: Figure, final: bool, paper: bool) -> Content:
    """Contents and what is common to all, the map, then a side for each; below the title.

    ``maps`` gives those of a neighbourhood; ``overview`` is that of all, by their numbers;
    ``final`` when every axis is decided; ``paper`` when it has pages, where a screen has ways back.
    """
    order = grouping.numbers()
    back = () if paper else (Paragraph(Span(say("annex", "back"), link=f"#{CONTENTS}"), "back"),)
    sheets: list[Content] = []
    for one in matters:
        named = f"{order[one.place.code]}. ", title(one)
        sheets += [Break(), Heading(2, named, anchor=_anchor(one)), *sheet(one, maps, 3), *back]
    return (
        *_front(matters, final, paper), Break(), Heading(2, say("annex", "map")), overview,
        *sheets, *year_notes(matters),
    )  # fmt: skip


def _anchor(matter: Matter) -> str:
    return matter.place.code.lower()


def _front(matters: list[Matter], final: bool, paper: bool) -> tuple[Content, ...]:
    notes, told = ("median", "reading", "who", "unread"), say("annex", "contents")
    return (
        Paragraph(say("annex", "lead", office=areas.whole()[0]), "lead"),
        status([stand for one in matters for stand in one.stands], final),
        Group((Heading(2, told, anchor=CONTENTS), _contents(matters, paper)), "ways", told),
        Heading(2, say("annex", "base")), *(Paragraph(line) for line in _base(matters)),
        *(Paragraph(say("annex", key), "small") for key in notes), scheme_line(axes.scheme()),
    )  # fmt: skip


def _base(matters: list[Matter]) -> list[Content]:
    """What is true of all: said once, and counted."""
    return [together.poorer([one.plan for one in matters]), say("annex", "base_every"),
            say("annex", "base_others")]  # fmt: skip


def _contents(matters: list[Matter], paper: bool) -> Table:
    """Each neighbourhood by its number on the map; of a Word file, its page too."""
    order, keys = grouping.numbers(), ["number", "place", "communes"]
    rows = []
    for one in matters:
        place, to = one.place, f"#{_anchor(one)}"
        communes = ", ".join(area.name for area in place.communes)
        group = grouping.of(place)
        page = (Span("", "page", link=to),) if paper else ()
        name = Cell(Span(place.name, link=to), "named")
        rows.append((str(order[place.code]), name, communes, group, *page))
    head = *(say("annex", f"map_{key}") for key in keys), grouped("one")
    head += (say("annex", "map_page"),) if paper else ()
    return Table(
        say("annex", "map_note"), head, tuple(rows),
        "contents", widths=(1, 4, 5.8, 6.6, 1.4)[: len(head)], scroll=False,
    )  # fmt: skip
