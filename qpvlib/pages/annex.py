"""The annex « enjeux et objectifs par quartier »: what is common, the map, a side for each."""

from qpvlib.catalogue import axes
from qpvlib.diagnosis.needs import beyond_communes, surroundings
from qpvlib.diagnosis.reading import Reading
from qpvlib.document.blocks import Break, Content, Figure, Heading, Paragraph, Table
from qpvlib.pages.cells import say
from qpvlib.pages.roadmap import scheme_line
from qpvlib.pages.sheet import Maps, Matter, deduced, sheet, status, title
from qpvlib.tables import areas

POVERTY = "taux_pauvrete"


def annex(matters: list[Matter], maps: Maps, overview: Figure, final: bool) -> Content:
    """What is common to all, the map, then a side for each neighbourhood; below the title.

    ``maps`` gives those of a neighbourhood; ``overview`` is that of all, by their numbers;
    ``final`` when every axis is decided.
    """
    sheets: list[Content] = []
    for one in matters:
        sheets += [Break(), Heading(2, title(one)), *sheet(one, maps, 3)]
    return (
        *_front(matters, final), Heading(2, say("annex", "map")), overview, _numbers(matters),
        *sheets, *deduced(matters),
    )  # fmt: skip


def _front(matters: list[Matter], final: bool) -> tuple[Content, ...]:
    notes = ("median", "reading", "who", "unread")
    return (
        Paragraph(say("annex", "lead", office=areas.whole()[0]), "lead"),
        status([stand for one in matters for stand in one.stands], final),
        Heading(2, say("annex", "base")), *(Paragraph(line) for line in _base(matters)),
        *(Paragraph(say("annex", key), "small") for key in notes), scheme_line(axes.scheme()),
    )  # fmt: skip


def _base(matters: list[Matter]) -> list[Content]:
    """What is true of all: said once, and counted."""
    rates = [one.plan.portrait.readings.get(POVERTY) for one in matters]
    poorer = sum(one is not None and _than_communes(one) for one in rates)
    key = "base_all" if poorer == len(matters) else "base_some"
    return [say("annex", key, n=poorer, all=len(matters)), say("annex", "base_every"),
            say("annex", "base_others")]  # fmt: skip


def _than_communes(one: Reading) -> bool:
    """Whether it is beyond its communes, and not a wider area where none has the figure."""
    return all(r.benchmark == "commune" for r in surroundings(one)) and beyond_communes(one)


def _numbers(matters: list[Matter]) -> Table:
    order = areas.numbers()
    places = sorted((one.place for one in matters), key=lambda place: order[place.code])
    rows = tuple(
        (str(order[place.code]), place.name, ", ".join(area.name for area in place.communes),
         place.contract.short if place.contract else "")
        for place in places
    )  # fmt: skip
    head = tuple(say("annex", f"map_{key}") for key in ("number", "place", "communes", "contract"))
    return Table(say("annex", "map_note"), head, rows, widths=(1, 4, 5, 5))
