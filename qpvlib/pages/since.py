"""« Ce qui a changé »: what pages say otherwise than the last edition; nothing where none was kept.

A diagnosis has a few lines, the synthesis all of them; the index says how many.
"""

from collections.abc import Sequence

import pandas as pd

from qpvlib.catalogue import catalogue
from qpvlib.document.blocks import Content, Fold, Group, Heading, Listing, Paragraph, Span, strong
from qpvlib.document.exhibits import Exhibit
from qpvlib.pages.cells import exhibit, say, several
from qpvlib.roadmap import differences, published
from qpvlib.roadmap.differences import Since
from qpvlib.tables.areas import Neighbourhood

ANCHOR = "ce-qui-a-change"
ALL = f"synthese.html#{ANCHOR}"
DECIDED = ("decision", "axis", "objective")


def changes_here(place: Neighbourhood) -> Exhibit | None:
    """What changed in a neighbourhood since the last edition, in a few lines; None for nothing."""
    since = differences.since()
    found = since.of(place) if since else ()
    if not found:
        return None
    most = catalogue().rule("changes_shown")
    lines = [(one.title, told) for one, told in found]
    more = several("edition", "more", len(lines) - most, link=_link())
    rest = (Paragraph(more, "small"),) if len(lines) > most else ()
    content = Heading(3, _title(since)), _listing(lines[:most]), *rest
    return exhibit(place, _title(since), Group(content, "since"), _data(lines))


def changes(kinds: Sequence[str] = differences.KINDS) -> Exhibit | None:
    """What changed in all of them, the first lines in sight, the others folded."""
    since = differences.since()
    found = [one for one in since.found if one.kind in kinds] if since else []
    if not found:
        return None
    most = catalogue().rule("changes_shown")
    lines = [(one.title, one.whole(most)) for one in found]
    rest = several("edition", "rest", len(lines) - most)
    folded = (Fold(rest, _listing(lines[most:])),) if len(lines) > most else ()
    content = Heading(2, _title(since), anchor=ANCHOR), _listing(lines[:most]), *folded
    return exhibit(None, _title(since), Group(content, "since"), _data(lines))


def changes_decided() -> Exhibit | None:
    """What changed in all of them of what is decided and proposed."""
    return changes(DECIDED)


def changes_count() -> Exhibit | None:
    """How much changed, and where it is told."""
    since = differences.since()
    if since is None:
        return None
    n = len(since.found)
    told = Paragraph(several("edition", "brief", n, day=_day(since), link=_link()))
    content = Group(told, "since")
    return exhibit(None, _title(since), content, _data([(o.title, o.what) for o in since.found]))


def _title(since: Since) -> Content:
    return say("edition", "title", day=_day(since))


def _day(since: Since) -> str:
    return f"{published.day(since.date):%d/%m/%Y}"


def _link() -> Span:
    return Span(say("edition", "link"), link=ALL)


def _listing(lines: Sequence[tuple[str, str]]) -> Listing:
    return Listing(tuple(say("edition", "line", kind=strong(k), told=t) for k, t in lines), "dash")


def _data(lines: Sequence[tuple[str, str]]) -> pd.DataFrame:
    return pd.DataFrame(lines, columns=["kind", "told"])
