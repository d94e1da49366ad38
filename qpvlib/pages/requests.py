"""« Données à demander »: by body, what is asked, where, what for; and a letter to each, for Word.

The page and the letters have the same tables; the letters also define each figure.
"""

import re
from dataclasses import dataclass, field

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.catalogue import requests as declared
from qpvlib.catalogue.entries import Body, Request
from qpvlib.diagnosis.blanks import blanks
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.document.named import named
from qpvlib.pages import cells
from qpvlib.pages.cells import exhibit, say, several, year_notes
from qpvlib.tables import areas, indicators
from qpvlib.tables.areas import Neighbourhood

WORD = "donnees-a-demander.docx"
SHOWN = ["area", "indicator", "year", "value", "status"]
OUTLINES = {"unchanged": "list_unchanged", "modified": "list_modified"}
TERMS = ("perimeter", "format", "secrecy", "personal", "purpose")


@dataclass(frozen=True)
class Asked:
    """What a body is asked for; ``rows`` are the blanks that some of its requests would fill.

    ``requests`` pairs each request with the codes of the neighbourhoods it is about; none: all.
    """

    name: str
    minimum: int
    requests: tuple[tuple[Request, tuple[str, ...]], ...]
    rows: pd.DataFrame = field(repr=False)


def asked() -> list[Asked]:
    """Every body that has something to be asked for.

    What is published in every neighbourhood is not asked for: such a request is left out.
    """
    home = all(place.home for place in areas.neighbourhoods().values())
    every = (_asked(body, home) for body in declared.bodies().values())
    return [one for one in every if one.requests]


def _asked(body: Body, home: bool) -> Asked:
    held = {r.unpublished: blanks(r.unpublished) for r in body.requests.values() if r.unpublished}
    kept = tuple(
        (request, tuple(held[request.unpublished].area) if request.unpublished else ())
        for request in body.requests.values()
        if not request.unpublished or len(held[request.unpublished])
    )
    rows = pd.concat([*held.values(), blanks("population").head(0)])
    return Asked(body.home if home else body.name, body.minimum, kept, rows)


# --- the page ------------------------------------------------------------------------------------


def requests_header() -> Exhibit:
    """Title, what the page is, and that nothing is sent by itself."""
    title = say("requests", "title")
    letters = b.Span(say("requests", "letters"), link=WORD)
    lead = say("requests", "lead"), " ", say("requests", "nothing_sent", letters=letters)
    content = b.Masthead(areas.whole()[0], title), b.Paragraph(lead, "lead")
    return exhibit(None, title, content)


def requests_list() -> Exhibit:
    """By body, a table: the figure, in which neighbourhoods, what it would throw light on."""
    every = asked()
    rows = pd.concat([one.rows for one in every])
    mark = b.Span(say("requests", "mandate"), "tag")
    content = (
        *(part for one in every for part in (b.Heading(2, one.name), table(one))),
        b.Paragraph(say("requests", "note", mark=mark), "small"), *year_notes(rows),
    )  # fmt: skip
    return exhibit(None, say("requests", "title"), content, rows[SHOWN])


def table(one: Asked, letter: bool = False) -> b.Table:
    """What a body is asked for; a ``letter`` defines each figure, where the page has a mark."""
    keys = ["label", "definition", "places", "use"] if letter else ["label", "places", "use"]
    heads = {key: say("requests", f"head_{key}") for key in keys}
    rows = tuple(
        (first, *(b.Cell(content, label=heads[key]) for key, content in rest.items()))
        for request, codes in one.requests
        for first, rest in [_row(request, codes, one.rows, letter)]
    )
    caption = b.Span(say("requests", "caption", body=one.name), "hidden")
    widths = (5, 13, 7, 9) if letter else (4, 4, 7)
    return b.Table(caption, tuple(heads.values()), rows, "asked", widths=widths, scroll=False)


def _row(
    request: Request, codes: tuple[str, ...], rows: pd.DataFrame, letter: bool
) -> tuple[b.Content, dict[str, b.Content]]:
    mark = b.Span(say("requests", "mandate"), "tag")
    told: dict[str, b.Content] = {"definition": _definition(request)} if letter else {}
    told |= {"places": _places(request, codes, rows), "use": _use(request)}
    marked = declared.mandated(request) and not letter
    return ((request.label, " ", mark) if marked else request.label), told


def _definition(request: Request) -> b.Content:
    key = "share" if request.denominator else "count"
    parts = request.model_dump(include={"numerator", "denominator", "unit", "period"})
    return say("requests", key, **parts)


def _places(request: Request, codes: tuple[str, ...], rows: pd.DataFrame) -> b.Content:
    if not codes:
        return several("requests", "all", len(areas.neighbourhoods()))
    first = rows[rows.indicator == request.unpublished].iloc[0]
    label = wording.lowered(catalogue().indicator(request.unpublished).label.partition(",")[0])
    label = named(request.unpublished, label)
    source, when = indicators.cite(first.source), wording.year_of(first)
    if when not in source:  # « RPLS au 01/01/2022 » has it
        source = say("requests", "source", cite=source, when=when)
    why = say("requests", "unpublished", label=label, source=source)
    known = areas.neighbourhoods()
    ordered = sorted(codes, key=lambda code: (known[code].name, code))
    return cells.names(ordered), b.BREAK, b.small(why)


def _use(request: Request) -> b.Content:
    if not request.answers:
        return request.use
    question = catalogue().indicator(request.answers).field_question
    return request.use, b.BREAK, b.small(say("requests", "answers", question=question))


# --- the letters ---------------------------------------------------------------------------------


def letters() -> b.Content:
    """A letter to each body, each on its own sheet, then the list of the neighbourhoods."""
    sheets = (part for one in asked() for part in (*_letter(one), b.Break()))
    return (*sheets, b.Heading(2, say("requests", "list_title")), _list())


def _letter(one: Asked) -> tuple[b.Content, ...]:
    office, of = areas.whole()
    terms = (say("requests", key) for key in TERMS if key != "secrecy")
    return (
        b.Paragraph(office, "small"), b.Paragraph(blanked(say("requests", "date"))),
        b.Heading(2, one.name), b.Paragraph(blanked(say("requests", "address"))),
        b.Paragraph(b.strong(say("requests", "object", of=of))),
        b.Paragraph(say("requests", "greeting")), b.Paragraph(say("requests", "why", of=of)),
        table(one, letter=True), *year_notes(one.rows),
        b.Listing((
            say("requests", "secrecy", minimum=one.minimum), *map(blanked, terms),
        )),
        b.Paragraph(blanked(say("requests", "reply"))),
        b.Paragraph(blanked(say("requests", "signatory"))),
        b.Paragraph(say("requests", "enclosed"), "small"),
    )  # fmt: skip


def blanked(words: str) -> b.Content:
    """A sentence whose blanks to fill, in brackets, stand out.

    >>> blanked("le [date]")
    ('le ', Span(content='[date]', kind='strong', link='', said=''))
    """
    parts = re.split(r"(\[.*?\])", words)
    return tuple(b.strong(part) if part.startswith("[") else part for part in parts if part)


def _list() -> b.Table:
    keys = ("place", "communes", "2015", "2024", "outline")
    head = tuple(say("requests", f"list_{key}") for key in keys)
    rows = tuple(map(_listed, (p for _, places in cells.by_group() for p in places)))
    return b.Table(say("requests", "list_note"), head, rows, widths=(5, 5, 2, 4, 2))


def _listed(place: Neighbourhood) -> tuple[b.Content, ...]:
    outline = say("requests", OUTLINES.get(place.successor_status, "list_unknown"))
    communes = ", ".join(area.name for area in place.communes)
    return place.name, communes, place.code, _successor(place), outline


def _successor(place: Neighbourhood) -> b.Content:
    if not place.successor:
        return cells.DASH
    if place.successor_name == place.name:
        return place.successor
    return say("requests", "renamed", code=place.successor, name=place.successor_name)
