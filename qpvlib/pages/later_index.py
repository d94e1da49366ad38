"""The perimeters of 2024 together, each with that of 2015 before it: the way to their pages."""

from functools import partial

import pandas as pd

from qpvlib.catalogue import wording
from qpvlib.diagnosis import carried
from qpvlib.diagnosis.reading import Reading, series
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.figures import generations
from qpvlib.pages import cells, together
from qpvlib.pages.cells import DASH, exhibit, say
from qpvlib.tables import areas, grouping, indicators
from qpvlib.tables.areas import Neighbourhood

_say = partial(say, "later_index")


def later_index_header() -> Exhibit:
    """Title of the page."""
    office, of = areas.whole()
    return exhibit(None, _say("name"), b.Masthead(office, _say("title", of=of)))


def later_map(overview: Exhibit) -> Exhibit:
    """Counts in words, beside the map.

    Parameters
    ----------
    overview : Exhibit
        As ``figures.overview`` gives of 2024.
    """
    places = list(areas.neighbourhoods("2024").values())
    people, fates = together.population(places), [place.fate for place in places]
    told = _say("inhabitants", people=people[0], year=people[1]) if people else ""
    kept = {"kept": fates.count("unchanged"), "changed": fates.count("modified")}
    words = (
        b.Paragraph(_say("lead", n=len(places), people=told), "lead"),
        b.Paragraph(_say("kept", **kept)),
        b.Paragraph(_say("apart")), b.Paragraph(_say("order")),
    )  # fmt: skip
    content = b.Group((b.Group(words), b.Group(overview.content, "wide")), "index")
    return exhibit(None, _say("name"), content, overview.data)


def later_list() -> Exhibit:
    """Each perimeter of 2024, the one of 2015, what the contours have in common, inhabitants."""
    people = _people(list(areas.neighbourhoods("2024").values()))
    order = grouping.numbers("2024")
    last = max((one.year for one in people.values()), default="")
    heads = _say("before"), _say("fate"), _say("common"), _say("people", year=last)
    lines = tuple(
        line
        for name, group in cells.by_group("2024")
        for line in (
            b.Row((name,), "group"),
            *(_row(place, order[place.code], people.get(place.code), heads) for place in group),
        )
    )
    table = b.Table(_say("caption"), (_say("place"), *heads), lines, "list later", scroll=False)
    data = pd.DataFrame(
        [(one.area, one.code, one.year, one.value) for one in people.values()],
        columns=["area", "indicator", "year", "value"],
    )
    return exhibit(None, _say("caption"), table, data)


def _people(places: list[Neighbourhood]) -> dict[str, Reading]:
    rows = indicators.of([place.code for place in places])
    found = series(rows[rows.indicator == "population"]).get("population", [])
    return {one.area: one for one in found if one.published}


def _row(
    place: Neighbourhood, number: int, people: Reading | None, heads: tuple[b.Content, ...]
) -> b.Row:
    before = carried.predecessor(place)
    communes = ", ".join(area.name for area in place.communes)
    name = b.small(str(number)), " ", together.link(place, "name"), " "
    former = (together.link(before), " ", b.Span(before.code, "line")) if before else DASH
    told = former, *_contour(place, before), people.amount if people else DASH
    return b.Row((
        (*name, b.Span(f"{communes} · {place.code}", "line")),
        *(b.Cell(b.Span(one), label=str(head)) for one, head in zip(told, heads, strict=True)),
    ))  # fmt: skip


def _contour(place: Neighbourhood, before: Neighbourhood | None) -> tuple[b.Content, b.Content]:
    """What became of it; both areas and what they share: no finer than is known."""
    if before is None or not generations.both(before):
        return _say(place.fate), DASH
    area = wording.number(before.area_ha, 1)
    if place.fate == "unchanged":
        return _say("unchanged"), area
    found = generations.change(before)
    if found is None:
        return (_say(place.fate), " ", b.Span(_say("alike"), "line")), area
    told = _say("areas", before=area, after=wording.number(found.after))
    return _say(place.fate), (told, " ", b.Span(_say("share", share=found.share), "line"))
