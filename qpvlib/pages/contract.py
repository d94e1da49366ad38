"""The feuille de route's pages of the contracts: each objective and each question told once.

A public of several neighbourhoods is said once, then figure by figure; what their follow-up table
counts, or what a proposal says above, is not said again of a question.
"""

import re
from collections.abc import Iterable
from itertools import groupby

from qpvlib.catalogue import axes, catalogue, wording
from qpvlib.catalogue.axes import Scheme
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.document.named import named
from qpvlib.pages import together
from qpvlib.pages.cells import DASH, by_group, exhibit, grouped, say
from qpvlib.pages.proposed import answer_line, decision_line, goal_line, shown
from qpvlib.roadmap import answers, stands
from qpvlib.roadmap.objectives import Objective, latest
from qpvlib.roadmap.stands import Plan, Total
from qpvlib.tables.areas import Neighbourhood

COUNTS = ("population", "logements_sociaux", "demandeurs_emploi")
ACTORS = ("association", "commune", "bailleur", "departement", "region", "etat", "education")
NOTES = ("note_goal", "note_more", "note_follow", "note_sum")


def contracts(found: dict[str, Plan], scheme: str | None = None) -> Exhibit:
    """How to read them, then a page a contract: its objectives, its questions, its follow-up."""
    chosen, title = axes.scheme(scheme), grouped("pages")
    notes = b.Listing(tuple(say("roadmap", key) for key in NOTES), "guide")
    pages = tuple(_contract(*group, found, chosen) for group in by_group())
    content = b.Group((b.Heading(2, title), notes, *_codes(found, chosen)), "sec"), *pages
    return exhibit(None, title, content, shown(list(found.values())))


def _contract(
    name: str, places: list[Neighbourhood], found: dict[str, Plan], chosen: Scheme
) -> b.Group:
    plans = [found[place.code] for place in places]
    head = [b.Heading(2, name), b.Paragraph(together.counted(places), "small")]
    if not any(plan.stands for plan in plans):
        head.append(b.Paragraph(say("axes", "unknown", scheme=chosen.short), "notice"))
    body = *_decided(plans), _goals(name, plans, chosen), _questions(name, plans)
    return b.Group((*head, *body, _follow(name, places, plans)), "contract")


def _codes(found: dict[str, Plan], chosen: Scheme) -> list[b.Content]:
    """Codes of the programme 147 that objectives have, and the next ones by our own crosswalk."""
    known, period = axes.declared(), chosen.nomenclature
    codes = sorted({code for plan in found.values() for o in plan.proposals for code in o.p147})
    if not codes:
        return []
    walk, head = known.crosswalks.get(period), [known.nomenclatures[period].label]
    columns = [axes.labelled(tuple(codes), period)]
    if walk:
        following, own = known.nomenclatures[walk.to].label, walk.label.lower()
        head.append(say("roadmap", "walk_next", label=following, crosswalk=own))
        next_ = (axes.labelled(walk.codes.get(code, ()), walk.to) for code in codes)
        columns.append([" ; ".join(labels) for labels in next_])
    rows = tuple(zip(*columns, strict=True))
    return [b.Fold(say("roadmap", "walk_title"), b.Table(
        b.Span(say("roadmap", "walk_title"), "hidden"), tuple(head), rows, "codes"
    ))]  # fmt: skip


def _caption(key: str, name: str) -> b.Content:
    """« Indicateurs de suivi », and of which contract for who does not see where it stands."""
    return say("roadmap", key), b.Span(f", {name}", "hidden")


# --- objectives ----------------------------------------------------------------------------------


def _decided(plans: list[Plan]) -> list[b.Content]:
    """What people decided, axis by axis, before what is only proposed."""
    lines = []
    for stand in (s for plan in plans for s in plan.stands if s.decision):
        goals = " ".join(b.plain(goal_line(*goal)) for goal in stands.goals(stand))
        told = f"{stand.place.name}, {stand.axis.short}. "
        lines.append((b.strong(told), decision_line(stand), " ", goals))
    return [b.Listing(tuple(lines), "dash")] if lines else []


def _goals(name: str, plans: list[Plan], chosen: Scheme) -> b.Table:
    """Proposals under who can act first and their axis, each once: where, for whom, what to ask."""
    offered = [o for plan in plans for o in plan.proposals if plan.undecided(o)]
    order = list(chosen.axes)
    place = {o: (ACTORS.index(o.who[0]), *map(order.index, o.axes[:1])) for o in offered}
    rows: list[b.Row] = []
    for (who, *axis), theirs in groupby(sorted(offered, key=place.get), key=place.get):
        named = wording.say("who", ACTORS[who]), *(chosen.axes[order[n]].short for n in axis)
        rows.append(b.Row((wording.sentence(" · ".join(named)),), "group"))
        rows += [_goal(same, chosen) for same in _alike(theirs, "pattern")]
    return b.Table(
        _caption("goals", name), tuple(_goal_heads().values()), tuple(rows), "goals",
        scroll=False,
    )  # fmt: skip


def _goal_heads() -> dict[str, b.Content]:
    return {k: say("roadmap", f"goals_{k}") for k in ("text", "where", "with", "ask", "follow")}


def _alike(objectives: Iterable[Objective], *same: str) -> list[list[Objective]]:
    """Those of a pattern together, in the order of the first of each."""
    groups: dict[tuple[str, ...], list[Objective]] = {}
    for one in objectives:
        groups.setdefault(tuple(getattr(one, name) for name in same), []).append(one)
    return list(groups.values())


def _goal(same: list[Objective], chosen: Scheme) -> b.Row:
    """An objective: its text, other axes and codes, where, for whom, with whom, what to ask."""
    one, heads = same[0], _goal_heads()
    named = [chosen.axes[code].short for code in one.axes[1:] if code in chosen.axes]
    about = " · ".join((*named, *one.p147))
    others = wording.listed([wording.say("who", name) for name in one.who[1:]])
    cells = {
        "where": _where(same), "with": others or DASH,
        "ask": _lines(dict.fromkeys(o.question for o in same)), "follow": _tracked(one),
    }  # fmt: skip
    told = (b.Cell(content, label=b.plain(heads[key])) for key, content in cells.items())
    return b.Row(((*_texts(same), b.small(about)), *told))


def _texts(same: list[Objective]) -> tuple[b.Content, ...]:
    """The text; where it differs from place to place, each, with the names of its own."""
    by_text = _alike(same, "text")
    texts = [f"{alike[0].text.rstrip('.')}." for alike in by_text]
    if len(texts) == 1:
        return texts[0], " "
    names = (wording.listed([o.place.name for o in alike]) for alike in by_text)
    told = ((text, " ", b.small(name)) for text, name in zip(texts, names, strict=True))
    return _lines(told), b.BREAK


def _lines(parts: Iterable[b.Content]) -> b.Content:
    """Contents, each on its line."""
    return tuple(piece for part in parts for piece in (b.BREAK, part))[1:]


def _where(same: list[Objective]) -> b.Content:
    """Each place and its public: whole for the first, of the others the figure alone."""
    told, lines = None, []
    for one in same:
        again = told is not None and one.amount and told == (one.pattern, one.year)
        more = "more_too" if again else "more"
        excess = say("roadmap", more, n=wording.number(one.excess)) if one.excess else ""
        doubt = "" if one.solidity in ("", "solid") else f", {say('reading', one.solidity)}"
        words = one.amount if again else one.public
        lines.append((b.strong(one.place.name), f" : {words}{excess}{doubt}"))
        told = (one.pattern, one.year) if one.amount else None
    return _lines(lines)


def _tracked(one: Objective) -> b.Content:
    """Published indicators that follow it, then what is to be counted."""
    pattern = axes.declared().patterns[one.pattern]
    labels = [named(code, _named(code)[0]) for code in pattern.follow]
    return _lines([*labels, b.small(pattern.action)])


def _named(code: str) -> tuple[str, str]:
    """« Niveau bac ou plus » and « parmi les demandeurs d'emploi »; a bracket is not cut."""
    label = catalogue().indicator(code).label
    first, rest = re.fullmatch(r"([^,(]*(?:\(.*?\))?)(?:, (.*))?", label).groups()
    return first, rest or ""


# --- questions -----------------------------------------------------------------------------------


def _questions(name: str, plans: list[Plan]) -> b.Table:
    """What is to be asked, each question once, of whom, and what the field answered."""
    told = {(o.place.code, o.public) for plan in plans for o in plan.proposals if plan.undecided(o)}
    asked = _alike((o for plan in plans for o in plan.questions), "pattern", "question")
    head = say("roadmap", "asked_question"), say("roadmap", "asked_whom")
    rows = tuple(b.Row((_question(s), b.Cell(_of(s, told), label=head[1]))) for s in asked)
    return b.Table(_caption("asked", name), head, rows, "goals asks", scroll=False)


def _question(same: list[Objective]) -> b.Content:
    known = answers.read()
    field = ((o.place.name, known[o.key]) for o in same if o.key in known)
    said = ((b.strong(place), " ", answer_line(answer).content) for place, answer in field)
    return same[0].question, *(part for line in said for part in (b.BREAK, *line))


def _of(same: list[Objective], told: set[tuple[str, str]]) -> b.Content:
    """Where it is asked: with its public, unless the page has it elsewhere."""
    here = [o for o in same if (o.place.code, o.public) in told or _counted(o)]
    names = b.strong(wording.listed([o.place.name for o in here])) if here else ""
    rest = _where([o for o in same if o not in here])
    return (names, b.BREAK, rest) if here and rest else names or rest


def _counted(one: Objective) -> bool:
    """Whether its public is a count that the follow-up table has."""
    return bool(one.amount) and one.indicator in COUNTS


# --- follow-up -----------------------------------------------------------------------------------


def _follow(name: str, places: list[Neighbourhood], plans: list[Plan]) -> b.Table:
    """Follow-up indicators with their present value, and a line for the whole where it adds up."""
    codes = [*COUNTS, *(code for code in stands.followed(plans) if not _said(code, plans))]
    totals = [stands.total(code, places) for code in codes]
    blank = b.muted(say("figure", "blank_short"))
    rows: list[b.Row | tuple[b.Content, ...]] = [
        (place.name, *(one.brief if (one := latest(place, code)) else blank for code in codes))
        for place in places
    ]
    if len(places) > 1:
        rows.append(b.Row((say("roadmap", "together"), *map(total_cell, totals)), "total"))
    head = say("roadmap", "place"), *map(_head, totals)
    return b.Table(_caption("follow", name), head, tuple(rows), "follow", numeric=1)


def _said(code: str, plans: list[Plan]) -> bool:
    """Whether no total can be given, and each objective that it follows has its figure already."""
    patterns = axes.declared().patterns
    theirs = (o for p in plans for o in p.proposals if p.undecided(o))
    followed = [o for o in theirs if code in patterns[o.pattern].follow[:1]]
    return (
        bool(followed)
        and catalogue().indicator(code).measure == "value"
        and all(
            o.indicator == code and o.amount and o.year == one.when
            for o in followed
            if (one := latest(o.place, code))
        )
    )


def _head(total: Total) -> b.Content:
    first, rest = _named(total.indicator)
    return named(total.indicator, first), b.small(", ".join(filter(None, (rest, total.year))))


def total_cell(found: Total) -> b.Content:
    """A total, or why there is none."""
    indicator = catalogue().indicator(found.indicator)
    if indicator.measure == "value":
        return DASH
    if found.value is None:
        return b.muted(say("roadmap", "partial", n=found.published, all=found.places))
    value = wording.value(found.value, indicator.unit, indicator.decimals)
    if indicator.measure == "count":
        return value
    parts = {"part": found.numerator, "whole": found.denominator}
    counts = {name: wording.number(part) for name, part in parts.items()}
    return value, b.small(say("figure", "of", **counts))
