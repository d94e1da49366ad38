"""The feuille de route: axis × neighbourhood, what is shared, one page per contract."""

from collections.abc import Iterable

import pandas as pd

from qpvlib.catalogue import axes, catalogue, wording
from qpvlib.catalogue.axes import Scheme
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.pages import together
from qpvlib.pages.cells import by_contract, contract_rows, deduced, exhibit, say
from qpvlib.pages.proposals import goal_line, none, shown
from qpvlib.roadmap import stands
from qpvlib.roadmap.objectives import latest
from qpvlib.roadmap.stands import Stand, Total
from qpvlib.tables import areas, tidy
from qpvlib.tables.areas import Neighbourhood

Found = dict[str, list[Stand]]
COUNTS = ("population", "logements_sociaux", "demandeurs_emploi")


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
        b.Paragraph(lead(found), "lead"), scheme_line(chosen), *deduced(_observed(found)),
    )  # fmt: skip
    return exhibit(None, title, content, _data(found))


def _observed(found: Found) -> pd.DataFrame:
    """Observations of the indicators that the axes rest on."""
    codes = {code for held in found.values() for stand in held for code in stand.figures}
    rows = tidy.part("observations", "area", found)
    return rows[rows.indicator.isin(codes)]


def lead(found: Found) -> b.Content:
    """How many neighbourhoods have a proposed axis, and how much is decided."""
    n = sum(any(s.proposal.proposed for s in held) for held in found.values())
    decided = sum(s.decision is not None for held in found.values() for s in held)
    key = {0: "nothing", 1: "one"}.get(decided, "some")
    told = say("roadmap", key, n=wording.number(decided))
    return say("roadmap", "lead", n=n, all=len(found), decided=told)


def scheme_line(chosen: Scheme) -> b.Paragraph:
    """The scheme of axes and where it comes from."""
    told = say("roadmap", "scheme", label=chosen.label, origin=chosen.origin)
    return b.Paragraph(told, "small")


def _data(found: Found) -> pd.DataFrame:
    return pd.concat([shown(held) for held in found.values()], ignore_index=True)


# --- the matrix ----------------------------------------------------------------------------------


def matrix(found: Found, scheme: str | None = None) -> Exhibit:
    """Axis × neighbourhood, by contract: the order within the neighbourhood, and how sure."""
    chosen, title = axes.scheme(scheme), say("roadmap", "matrix")
    rows = contract_rows(lambda place: _row(place, found, chosen))
    content = _grid(title, rows, chosen), b.Paragraph(say("roadmap", "matrix_note"), "small")
    return exhibit(None, title, content, _data(found))


def _grid(caption: b.Content, rows: Iterable[b.Row], chosen: Scheme) -> b.Table:
    head = say("roadmap", "place"), *(axis.short for axis in chosen.axes.values())
    return b.Table(caption, head, tuple(rows), "matrix")


def _row(place: Neighbourhood, found: Found, chosen: Scheme) -> b.Row:
    held = {stand.code: stand for stand in found[place.code]}
    return b.Row((together.link(place), *(_cell(held.get(code)) for code in chosen.axes)))


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
    proposal = stand.proposal
    if proposal.proposed:
        main, sure = stand.axis.kind != "cross", proposal.solidity == "solid"
        head = b.Span(str(proposal.rank), "number") if main else say("roadmap", "proposed")
        doubt = () if sure else (" ", say("reading", proposal.solidity))
        return (head, *doubt), proposal.solidity
    if proposal.status == "undocumented":
        return say("reading", "undocumented"), "na"
    return say("axes", "no_gap_short"), "alike"


# --- what is shared ------------------------------------------------------------------------------


def shared(found: Found, scheme: str | None = None) -> Exhibit:
    """In how many neighbourhoods each axis stands out: counts, and no ranking."""
    chosen, title = axes.scheme(scheme), say("roadmap", "shared")
    lines = tuple(shared_line(code, found, chosen) for code in chosen.axes)
    content = b.Heading(2, title), b.Listing(lines, "five"), _walk(chosen)
    return exhibit(None, title, b.Group(content, "sec"), _data(found))


def shared_line(code: str, found: Found, chosen: Scheme) -> b.Content:
    """One axis over all the neighbourhoods: where it stands out, where it is documented."""
    axis = chosen.axes[code]
    mine = [s for held in found.values() for s in held if s.code == code]
    out = [s for s in mine if s.proposal.proposed]
    known = [s for s in mine if s.proposal.status != "undocumented"]
    solid = sum(s.proposal.solidity == "solid" for s in out)
    if out:
        key = "shared_one" if len(out) == 1 else "shared_line" if solid else "shared_unsure"
    else:
        key = "shared_none" if known else "shared_silent"
    parts = {"n": len(out or known), "all": len(mine), "solid": solid, "limit": axis.limit}
    return say("roadmap", key, axis=axis.label, **parts)


def _walk(chosen: Scheme) -> b.Fold:
    """Each axis in the programme 147's nomenclature, and in the next one by our own crosswalk."""
    known = axes.declared()
    crosswalk = known.crosswalks.get(chosen.nomenclature)
    head = [say("roadmap", "walk_axis"), known.nomenclatures[chosen.nomenclature].label]
    if crosswalk:
        following, own = known.nomenclatures[crosswalk.to].label, crosswalk.label.lower()
        head.append(say("roadmap", "walk_next", label=following, crosswalk=own))
    rows = tuple(
        (axis.label, *(" ; ".join(codes) for codes in _codes(axis.p147, chosen.nomenclature)))
        for axis in chosen.axes.values()
    )
    table = b.Table(say("roadmap", "walk_caption"), tuple(head), rows)
    note = (b.Paragraph(say("roadmap", "walk_note"), "small"),) if crosswalk else ()
    return b.Fold(say("roadmap", "walk_title"), (table, *note))


def _codes(codes: tuple[str, ...], nomenclature: str) -> list[list[str]]:
    """Codes of a nomenclature, labelled, then those of the next where we have a crosswalk."""
    own, walk = axes.labelled(codes, nomenclature), axes.declared().crosswalks.get(nomenclature)
    if walk is None:
        return [own]
    found = {c for code in codes for c in walk.codes.get(code, ())}
    return [own, axes.labelled(tuple(sorted(found)), walk.to)]


# --- one page per contract -----------------------------------------------------------------------


def contracts(found: Found, scheme: str | None = None) -> Exhibit:
    """One printed page per contract: its matrix, its objectives, its indicators of follow-up."""
    pages = tuple(_contract(*group, found, axes.scheme(scheme)) for group in by_contract())
    return exhibit(None, say("roadmap", "contracts"), pages, _data(found))


def _contract(name: str, places: list[Neighbourhood], found: Found, chosen: Scheme) -> b.Group:
    held = [stand for place in places for stand in found[place.code]]
    kept = [stand for stand in held if stand.kept]
    head = b.Heading(2, name), b.Paragraph(together.counted(places), "small")
    if not held:
        body: b.Content = b.Paragraph(say("axes", "unknown", scheme=chosen.short), "notice")
    else:
        caption = say("roadmap", "matrix_contract", contract=name)
        goals = _goals(kept) if kept else b.Paragraph(none(held))
        body = _grid(caption, (_row(place, found, chosen) for place in places), chosen), goals
    return b.Group((*head, body, *_follow(name, places, kept)), "contract")


# --- objectives ----------------------------------------------------------------------------------


def _goals(kept: list[Stand]) -> b.Table:
    """Objectives of a contract, each once: where, on which figures, what to ask."""
    groups: dict[tuple[str, b.Content, str], list[tuple[Stand, str]]] = {}
    for stand in sorted(kept, key=lambda s: (s.axis.kind == "cross", s.axis.label)):
        for text, ask, indicator in _told(stand):
            groups.setdefault((stand.axis.short, text, ask), []).append((stand, indicator))
    rows = tuple((axis, text, _where(held), ask) for (axis, text, ask), held in groups.items())
    head = tuple(say("roadmap", f"goals_{key}") for key in ("axis", "text", "where", "ask"))
    return b.Table(say("roadmap", "goals"), head, rows, "goals")


def _told(stand: Stand) -> list[tuple[b.Content, str, str]]:
    """Each objective of an axis, what to ask and the indicator it rests on, while proposed."""
    if stand.decision:
        return [(goal_line(*goal), "", "") for goal in stands.goals(stand)]
    return [(goal_line("proposal", d.text), d.verify, d.indicator) for d in stand.drafts]


def _where(where: list[tuple[Stand, str]]) -> b.Content:
    parts: list[b.Content] = []
    for stand, indicator in where:
        figure = stand.figures.get(indicator, "").partition(" ; ")[0]
        parts += [" · ", stand.place.name, *((" ", b.small(figure)) if figure else ())]
    return tuple(parts[1:])


# --- follow-up -----------------------------------------------------------------------------------


def _follow(name: str, places: list[Neighbourhood], kept: list[Stand]) -> tuple[b.Content, ...]:
    """Follow-up indicators with their present value, and a line for the whole where it adds up."""
    codes = [*COUNTS, *stands.followed(kept)]
    totals = [stands.total(code, places) for code in codes]
    head = say("roadmap", "place"), *map(_head, totals)
    blank = b.muted(say("figure", "blank_short"))
    rows = [
        (place.name, *(one.brief if (one := latest(place, code)) else blank for code in codes))
        for place in places
    ]
    if len(places) > 1:
        rows.append((b.strong(say("roadmap", "together")), *map(total_cell, totals)))
    caption = say("roadmap", "follow", contract=name)
    table = b.Table(caption, head, tuple(rows), "follow", numeric=1)
    return table, b.Paragraph(say("roadmap", "follow_note"), "small")


def _head(total: Total) -> b.Content:
    indicator = catalogue().indicator(total.indicator)
    return indicator.short or indicator.label, b.small(total.year)


def total_cell(found: Total) -> b.Content:
    """A total, or why there is none."""
    indicator = catalogue().indicator(found.indicator)
    if indicator.measure == "value":
        return b.muted(say("roadmap", "no_sum"))
    if found.value is None:
        return b.muted(say("roadmap", "partial", n=found.published, all=found.places))
    value = b.strong(wording.value(found.value, indicator.unit, indicator.decimals))
    if indicator.measure == "count":
        return value
    parts = {"part": found.numerator, "whole": found.denominator}
    counts = {name: wording.number(part) for name, part in parts.items()}
    return value, b.small(say("figure", "of", **counts))
