"""The feuille de route: axis × neighbourhood, what is shared, and by contract who can do what."""

from collections.abc import Iterable

import pandas as pd

from qpvlib.catalogue import axes, catalogue, wording
from qpvlib.catalogue.axes import Scheme
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.pages import together
from qpvlib.pages.cells import DASH, by_contract, contract_rows, deduced, exhibit, say
from qpvlib.pages.proposed import answer_line, decision_line, goal_line, shown
from qpvlib.roadmap import answers, stands
from qpvlib.roadmap.objectives import Objective, latest
from qpvlib.roadmap.stands import Plan, Stand, Total
from qpvlib.tables import areas, tidy
from qpvlib.tables.areas import Neighbourhood

Found = dict[str, Plan]
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
    parts = {"n": len(offered), "kinds": kinds, "asked": len(asked), "all": len(found)}
    return say("roadmap", "lead", decided=told, **parts)


def scheme_line(chosen: Scheme) -> b.Paragraph:
    """The scheme of axes and where it comes from."""
    told = say("roadmap", "scheme", label=chosen.label, origin=chosen.origin)
    return b.Paragraph(told, "small")


def _data(found: Found) -> pd.DataFrame:
    return shown(list(found.values()))


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
    held = {stand.code: stand for stand in found[place.code].stands}
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
    if stand.proposed:
        doubt = () if stand.solidity == "solid" else (" ", say("reading", stand.solidity))
        return (b.Span(str(stand.rank), "number"), *doubt), stand.solidity
    kind = {"carried": stand.solidity, "gap": "confirm", "undocumented": "na"}
    return say("axes", f"{stand.status}_short"), kind.get(stand.status, "alike")


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
    mine = [s for plan in found.values() for s in plan.stands if s.code == code]
    out = [s for s in mine if s.proposed]
    known = [s for s in mine if s.status != "undocumented"]
    solid = sum(s.solidity == "solid" for s in out)
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
    plans = [found[place.code] for place in places]
    head = [b.Heading(2, name), b.Paragraph(together.counted(places), "small")]
    if not any(plan.stands for plan in plans):
        head.append(b.Paragraph(say("axes", "unknown", scheme=chosen.short), "notice"))
    body = *_decided(plans), *_goals(plans, chosen), _questions(plans)
    return b.Group((*head, *body, *_follow(name, places, plans)), "contract")


# --- objectives ----------------------------------------------------------------------------------


def _decided(plans: list[Plan]) -> list[b.Content]:
    """What people decided, axis by axis, before what is only proposed."""
    lines = []
    for stand in (s for plan in plans for s in plan.stands if s.decision):
        goals = " ".join(b.plain(goal_line(*goal)) for goal in stands.goals(stand))
        told = f"{stand.place.name}, {stand.axis.short}. "
        lines.append((b.strong(told), decision_line(stand), " ", goals))
    return [b.Listing(tuple(lines), "dash")] if lines else []


def _goals(plans: list[Plan], chosen: Scheme) -> list[b.Content]:
    """Proposals of a contract, each once, by who can act first: where, for whom, what to ask."""
    offered = [o for plan in plans for o in plan.proposals if _open(plan, o)]
    tables = []
    for who in dict.fromkeys(sorted((o.who[0] for o in offered), key=list(ACTORS).index)):
        groups: dict[tuple[str, str], list[Objective]] = {}
        for one in offered:
            if one.who[0] == who:
                groups.setdefault((one.pattern, one.text), []).append(one)
        head = tuple(say("roadmap", f"goals_{key}") for key in ("text", "where", "with", "ask"))
        caption = say("roadmap", "goals_by", who=wording.sentence(say("who", who)))
        rows = tuple(_goal(same, chosen) for same in groups.values())
        tables.append(b.Table(caption, head, rows, "goals"))
    return tables


ACTORS = ("association", "commune", "bailleur", "departement", "region", "etat", "education")


def _open(plan: Plan, objective: Objective) -> bool:
    """Whether nothing was decided on its axis: what was is told apart."""
    stand = plan.stand(objective)
    return stand is None or stand.decision is None


def _goal(same: list[Objective], chosen: Scheme) -> b.Row:
    """An objective: its text and axes, where and for whom, with whom, what to ask, how sure."""
    one = same[0]
    named = [chosen.axes[code].short for code in one.axes if code in chosen.axes]
    codes = " ; ".join(axes.labelled(one.p147, chosen.nomenclature))
    about = f"{wording.listed(named)}. {say('roadmap', 'walk', codes=codes)}"
    where: list[b.Content] = []
    for each in same:
        doubt = "" if each.solidity in ("", "solid") else f", {say('reading', each.solidity)}"
        where += [b.BREAK, b.strong(each.place.name), f" : {each.whom}{doubt}"]
    others = wording.listed([wording.say("who", name) for name in one.who[1:]])
    return b.Row((
        (goal_line("proposal", one.text), b.BREAK, b.small(about)), tuple(where[1:]),
        others or DASH, (one.question, b.BREAK, b.small(one.tracked)),
    ))  # fmt: skip


def _questions(plans: list[Plan]) -> b.Table:
    """What is to be asked, neighbourhood by neighbourhood, and what the field answered."""
    known, rows = answers.read(), []
    for one in (o for plan in plans for o in plan.questions):
        answer = known.get(one.key)
        said = answer_line(answer).content if answer else ""
        rows.append(b.Row((one.place.name, one.whom, one.question, said)))
    head = tuple(say("roadmap", f"asked_{key}") for key in ("place", "whom", "question", "answer"))
    return b.Table(say("roadmap", "asked"), head, tuple(rows), "goals")


# --- follow-up -----------------------------------------------------------------------------------


def _follow(name: str, places: list[Neighbourhood], plans: list[Plan]) -> tuple[b.Content, ...]:
    """Follow-up indicators with their present value, and a line for the whole where it adds up."""
    codes = [*COUNTS, *stands.followed(plans)]
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
