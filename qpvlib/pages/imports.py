"""The page of an import: every fault of a refused file, or what a kept one changed."""

from collections.abc import Sequence
from functools import partial

from qpvlib.actions import register
from qpvlib.actions.register import Merged
from qpvlib.catalogue import Fault, catalogue
from qpvlib.document.blocks import Content, Heading, Listing, Masthead, Paragraph, Table
from qpvlib.document.exhibits import Exhibit
from qpvlib.pages.cells import exhibit, say, several
from qpvlib.pages.register import heads, invented, runs

LINES = 1000  # line numbers listed for one fault
MOST = 2000  # rows of a table; a page stays one that opens
_say, _several = partial(say, "control"), partial(several, "control")


def control(
    file: str, flaws: Sequence[Fault], notices: Sequence[str], done: Merged | None
) -> Exhibit:
    """What an import found: place, found, expected, remedy; what it noticed; what it changed."""
    told = Heading(2, _say("notices")), Listing(tuple(notices), "dash")
    content = (
        invented() if register.fictitious() else "",
        Masthead(catalogue().territory["office"], file, _say("over"), state=False),
        Paragraph(_several("refused", len(flaws)) if flaws else _kept(done), "lead wide-lead"),
        told if notices else "",
        _faults(flaws) if flaws else _changes(done),
    )
    return exhibit(None, _say("title"), content)


def _kept(done: Merged | None) -> Content:
    if done is None:
        return ""
    told = {"added": done.added, "changed": done.changed, "removed": done.removed}
    return _several("kept", done.rows, same=done.same, **told)


def _faults(flaws: Sequence[Fault]) -> Content:
    head = tuple(map(_say, ("where", "found", "expected", "remedy")))
    rows = tuple(_row(flaw) for flaw in flaws[:MOST])
    table = Table(_say("faults"), head, rows, "control")
    return table, _beyond("more_faults", len(flaws))


def _row(flaw: Fault) -> tuple[str, ...]:
    """Where a fault is, what was found and expected, what to do."""
    where = (
        _say("sheet", name=flaw.sheet) if flaw.sheet else "",
        _say("column", name=flaw.column) if flaw.column else "",
        _lines(sorted([flaw.line, *flaw.others]) if flaw.line else []),
    )
    place = ", ".join(filter(None, where)) or _say("whole")
    return place, flaw.found, flaw.expected, flaw.remedy


def _lines(lines: Sequence[int]) -> Content:
    if not lines:
        return ""
    told = _several("lines", len(lines), lines=runs(lines[:LINES]))
    rest = len(lines) - LINES
    return _say("lines_more", lines=told, n=rest) if rest > 0 else told


def _changes(done: Merged | None) -> Content:
    changes = [one for one in done.changes if one.kind != register.ADDED] if done else []
    if not changes:
        return ""
    head = *heads("action"), *map(_say, ("change", "field", "before", "after"))
    blank = _say("blank")
    rows = tuple(
        (one.reference, one.kind, one.field, one.before or blank, one.after or blank)
        for one in changes[:MOST]
    )
    return Table(_say("changes"), head, rows), _beyond("more_changes", len(changes))


def _beyond(key: str, number: int) -> Content:
    """What a table leaves out, said."""
    return Paragraph(_several(key, number - MOST), "small") if number > MOST else ""
