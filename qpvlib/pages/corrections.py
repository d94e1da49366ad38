"""Corrections made in the open: a block at the top of the pages concerned, a page that has all."""

from collections.abc import Sequence

from qpvlib.catalogue import catalogue, wording
from qpvlib.document.blocks import (
    BREAK,
    Content,
    Group,
    Heading,
    Listing,
    Masthead,
    Paragraph,
    Span,
    strong,
)
from qpvlib.pages.cells import say, several
from qpvlib.roadmap import corrections
from qpvlib.roadmap.corrections import Correction
from qpvlib.tables import areas
from qpvlib.tables.areas import neighbourhoods


def block(found: Sequence[Correction], link: str = "") -> Content:
    """The last corrections of a page, a line each; nothing without one.

    Parameters
    ----------
    link : str, optional
        Where they all are; none on paper.
    """
    if not found:
        return ""
    # A page does not change with the day it is made: it cannot drop those older than a year.
    most = catalogue().rule("corrections_shown")
    lines = [Paragraph((_head(one), " ", _told(one))) for one in found[:most]]
    if link:
        n, every = len(found) - most, Span(say("correction", "every"), link=link)
        told = several("correction", "more", n, link=every) if n > 0 else every
        lines.append(Paragraph(told, "small"))
    return Group(tuple(lines), "corrections", say("correction", "title"))


def _head(one: Correction) -> Content:
    day = f"{one.date:%d/%m/%Y}"
    if not one.indicator:
        return strong(say("correction", "head", day=day))
    label = wording.lowered(catalogue().indicators[one.indicator].label)
    return strong(say("correction", "head_of", day=day, label=label))


def _told(one: Correction) -> Content:
    wrong, right = (text.strip().rstrip(".") for text in (one.wrong, one.right))
    since = f"{one.since:%d/%m/%Y}"
    return say("correction", "told", since=since, wrong=wrong, right=right)


def listing() -> Content:
    """The page of all the corrections, and how to report an error."""
    title = say("correction", "title")
    items = tuple((_head(one), " ", _where(one), BREAK, _told(one)) for one in corrections.read())
    contact = say("correction", "contact", contact=catalogue().territory["contact"])
    return (
        Masthead(areas.whole()[0], title, under=Paragraph(say("correction", "about"), "small")),
        Listing(items, "five"), Heading(2, say("correction", "report"), "part"), Paragraph(contact),
    )  # fmt: skip


def _where(one: Correction) -> Content:
    to, known = corrections.place(one), neighbourhoods()
    if not to:
        return say("correction", "all")
    if one.page in known:
        return Span(known[one.page].name, link=to)
    return Span(say("correction", one.page.removesuffix(".html")), link=to)
