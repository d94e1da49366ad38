"""What the construction tells of itself: the page of the ledger, and a page that was not made."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from qpvlib.catalogue import catalogue, wording
from qpvlib.catalogue.wording import Record
from qpvlib.document import blocks as b
from qpvlib.pages.cells import count, say

STATES = ("published", "failed", "pending")
COLUMNS = ("page", "state", "built", "seconds", "parts", "why", "inputs", "code", "commit")
_say = partial(say, "ledger")


def listing(records: Sequence[Record], title: str) -> b.Content:
    """The page of the ledger: what failed first, then every page.

    A record has the fields of ``publishing.ledger.Record``.
    """
    office, about = catalogue().territory["office"], b.Paragraph(_say("about"), "small")
    head = b.Masthead(office, title, under=about, state=False)
    failures = [_failure(one) for one in records if one["state"] == "failed"]
    warnings = [
        _say("warning", name=b.strong(one["name"]), line=line)
        for one in records
        for line in one["warnings"]
    ]
    lacking = [
        _say("warning", name=b.strong(one["name"]), line=line)
        for one in records
        for line in one["lacks"]
    ]
    table = b.Table(_say("caption"), tuple(map(_say, COLUMNS)), tuple(map(_row, records)))
    return (
        head, _part("failed", failures), _part("lacking", lacking), _part("warned", warnings),
        b.Heading(2, _say("every"), "part"), b.Paragraph(_summary(records)), table,
    )  # fmt: skip


def _part(key: str, items: Sequence[b.Content]) -> b.Content:
    return (b.Heading(2, _say(key), "part"), b.Listing(tuple(items), "dash")) if items else ""


def _failure(one: Record) -> b.Content:
    cell = "" if one["cell"] is None else _say("failure_cell", cell=one["cell"])
    told = _say("failure", name=b.strong(one["name"]), cell=cell, cause=one["cause"])
    return (told, " ", b.small(_say("kept", file=one["kept"]))) if one["kept"] else told


def _summary(records: Sequence[Record]) -> b.Content:
    states = [one["state"] for one in records]
    counts = {state: states.count(state) for state in STATES}
    return _say("summary", pages=count(len(records), "page"), **counts)


def _row(one: Record) -> tuple[b.Content, ...]:
    when = one["published_at"]
    built = _say("when", when=datetime.fromisoformat(when)) if when else _say("none")
    checksums = (b.Span(one[key], "code") for key in ("inputs", "code", "commit"))
    name = b.Span(one["name"], link=one["file"])
    return name, _say(f"state_{one['state']}"), built, *_times(one), one["why"], *checksums


def _times(one: Record) -> tuple[b.Content, b.Content]:
    """Seconds of a page, then those of its parts; a page that was never made has none."""
    times = [one["start"], one["cells"], one["export"]]
    if not sum(times):
        return _say("none"), " · ".join([_say("none")] * len(times))
    parts = " · ".join(wording.number(part, 2) for part in times)
    return _say("amount", seconds=wording.number(sum(times), 2)), parts


def unmade(title: str, today: date, published_at: str) -> b.Content:
    """What stands in for a page that could not be refreshed: it cannot look current.

    ``published_at`` is when the page no longer shown was made; empty where there was none.
    """
    told = partial(say, "notice")
    when = datetime.fromisoformat(published_at) if published_at else None
    before = f" {told('before', when=when)}" if when else ""
    stale = b.strong(told("stale")), " ", told("failed", day=today), before
    return (
        b.Heading(1, title),
        b.Group((b.Paragraph(stale), b.Paragraph(told("others"))), "notice unmade"),
    )
