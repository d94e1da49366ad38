"""The feuille de route: axis × neighbourhood, and what is shared; the contracts follow."""

import pandas as pd

from qpvlib.catalogue import axes, wording
from qpvlib.catalogue.axes import Axis, Scheme
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.pages import together
from qpvlib.pages.cells import count, exhibit, group_rows, say, year_notes
from qpvlib.pages.proposed import shown
from qpvlib.roadmap.stands import UNDOCUMENTED, Plan, Stand
from qpvlib.tables import areas, tidy
from qpvlib.tables.areas import Neighbourhood

Found = dict[str, Plan]


def roadmap_header(found: Found, scheme: str | None = None) -> Exhibit:
    """Title, how much is decided, and under which scheme."""
    chosen, title = axes.scheme(scheme), say("roadmap", "title")
    office = say(
        "roadmap", "office", office=areas.whole()[0],
        index=b.Span(say("site", "index_link"), link="index.html"),
        synthesis=b.Span(say("site", "synthesis_link"), link="synthese.html"),
    )  # fmt: skip
    content = (
        b.Masthead(office, title, under=b.Paragraph(chosen.short, "small")),
        b.Paragraph(lead(found), "lead"), scheme_line(chosen), *year_notes(_observed(found)),
    )  # fmt: skip
    return exhibit(None, title, content, _data(found))


def _observed(found: Found) -> pd.DataFrame:
    """Observations of the indicators that the axes rest on."""
    codes = {o.indicator for plan in found.values() for o in plan.objectives}
    rows = tidy.part("observations", "area", found)
    return rows[rows.indicator.isin(codes)]


def lead(found: Found) -> b.Content:
    """How many objectives and questions, of how many kinds, and how much is decided."""
    offered = [o for plan in found.values() for o in plan.proposals]
    asked = [o for plan in found.values() for o in plan.questions]
    decided = sum(s.decision is not None for plan in found.values() for s in plan.stands)
    key = {0: "nothing", 1: "one"}.get(decided, "some")
    told = say("roadmap", key, n=wording.number(decided))
    kinds = len({o.pattern for o in offered})
    return say(
        "roadmap", "lead", offered=count(len(offered), "objectif"), kinds=count(kinds, "sorte"),
        all=count(len(found), "quartier"), asked=count(len(asked), "question"), decided=told,
    )  # fmt: skip


def scheme_line(chosen: Scheme) -> b.Paragraph:
    """The scheme of axes and where it comes from."""
    return b.Paragraph(say("roadmap", "scheme", origin=wording.lowered(chosen.origin)), "small")


def _data(found: Found) -> pd.DataFrame:
    return shown(list(found.values()))


# --- the matrix ----------------------------------------------------------------------------------


def matrix(found: Found, scheme: str | None = None) -> Exhibit:
    """Axis × neighbourhood, by contract: the order within the neighbourhood, and how sure."""
    shown_ = _documented(found, axes.scheme(scheme))
    title, head = say("roadmap", "matrix"), (axis.short for axis in shown_.values())
    rows = group_rows(lambda place: _row(place, found, list(shown_)))
    # The title of the section says it to who sees it.
    table = b.Table(b.Span(title, "hidden"), (say("roadmap", "place"), *head), rows, "matrix")
    content = table, b.Paragraph(say("roadmap", "matrix_note"), "small")
    return exhibit(None, title, content, _data(found))


def _documented(found: Found, chosen: Scheme) -> dict[str, Axis]:
    """Axes of which something is known, or decided, somewhere: of the others a line says it."""
    known = {
        stand.code
        for plan in found.values()
        for stand in plan.stands
        if stand.decision or stand.status != UNDOCUMENTED
    }
    return {code: axis for code, axis in chosen.axes.items() if code in known}


def _row(place: Neighbourhood, found: Found, codes: list[str]) -> b.Row:
    held = {stand.code: stand for stand in found[place.code].stands}
    return b.Row((together.link(place), *(_cell(held.get(code)) for code in codes)))


def _cell(stand: Stand | None) -> b.Cell:
    """« 1 », « 1 à confirmer », « non documenté », « sans écart »; the decision if there is one."""
    if stand is None:
        return b.Cell(b.Span(say("roadmap", "elsewhere"), "hidden"), "off")
    words, kind = _state(stand)
    if not stand.decision:
        return b.Cell(words, kind)
    decided = say("decision", stand.state).lower()
    return b.Cell((words, b.BREAK, b.strong(decided)), kind)


def _state(stand: Stand) -> tuple[b.Content, str]:
    """What figures propose of an axis, and the class of its cell."""
    doubt = () if stand.solidity in ("", "solid") else (" ", say("reading", stand.solidity))
    if stand.proposed:
        return (b.Span(str(stand.rank), "number"), *doubt), stand.solidity
    if stand.status == "carried":
        return (say("axes", "carried_short"), *doubt), stand.solidity
    kind = {"gap": "confirm", "undocumented": "na"}
    return say("axes", f"{stand.status}_short"), kind.get(stand.status, "alike")


# --- what is shared ------------------------------------------------------------------------------


def shared(found: Found, scheme: str | None = None) -> Exhibit:
    """In how many neighbourhoods each axis stands out: counts, and no ranking."""
    chosen, title = axes.scheme(scheme), say("roadmap", "shared")
    lines = tuple(shared_line(code, found, chosen) for code in chosen.axes)
    content = b.Heading(2, title), b.Listing(lines, "five")
    return exhibit(None, title, b.Group(content, "sec"), _data(found))


def shared_line(code: str, found: Found, chosen: Scheme) -> b.Content:
    """One axis over all the neighbourhoods: where it stands out, where it is documented."""
    axis = chosen.axes[code]
    mine = [s for plan in found.values() for s in plan.stands if s.code == code]
    out = [s for s in mine if s.proposed]
    known = [s for s in mine if s.status != UNDOCUMENTED]
    solid = sum(s.solidity == "solid" for s in out)
    if out:
        key = "shared_one" if len(out) == 1 else "shared_line" if solid else "shared_unsure"
    else:
        key = "shared_none" if known else "shared_silent"
    parts = {
        "n": count(len(out or known), "quartier"),
        "all": len(mine),
        "solid": solid,
        "limit": axis.limit,
    }
    return say("roadmap", key, axis=axis.label, **parts)
