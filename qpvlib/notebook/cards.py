"""What a notebook shows of a neighbourhood, a finding, a plan, a decision: a card, or a line."""

from collections.abc import Iterator
from functools import partial, singledispatch

import pandas as pd

from qpvlib.catalogue import Contract, wording
from qpvlib.catalogue.wording import say
from qpvlib.diagnosis.change import Trend, history
from qpvlib.diagnosis.findings import Point
from qpvlib.diagnosis.needs import Need
from qpvlib.diagnosis.reading import Reading
from qpvlib.diagnosis.traits import Trait
from qpvlib.document.blocks import (
    Content,
    Facts,
    Heading,
    Listing,
    Paragraph,
    Table,
    muted,
    plain,
    small,
)
from qpvlib.notebook import asked, sheet
from qpvlib.roadmap.decisions import Decision
from qpvlib.roadmap.objectives import Objective
from qpvlib.roadmap.stands import Plan, Stand
from qpvlib.tables import indicators
from qpvlib.tables.areas import Area, Neighbourhood
from qpvlib.tables.where import Spot

word = partial(say, "shown_card")
PEOPLE = "population"


def known(thing: object) -> bool:
    """Whether a thing is shown in French: all but a DataFrame that is not ours."""
    return not isinstance(thing, pd.DataFrame) or bool(sheet.kind(thing))


def blocks(thing: object) -> Content:
    """A thing as blocks: a card, a table, or the line that says it."""
    made = card(thing)
    return Paragraph(line(thing)) if made is None else made


def text(thing: object) -> str:
    """The same as text."""
    if not known(thing):
        return repr(thing)
    if isinstance(thing, pd.DataFrame):
        return sheet.sheet(thing).text
    made = card(thing)
    return line(thing) if made is None else "\n".join(lines(made))


def lines(content: Content) -> Iterator[str]:
    """Lines of text of the blocks of a card."""
    if isinstance(content, tuple):
        for one in content:
            yield from lines(one)
    elif isinstance(content, Facts):
        yield from (f"{plain(words)} : {plain(figure)}" for figure, words in content.pairs)
    elif isinstance(content, Listing):
        yield from (f"- {plain(item)}" for item in content.items)
    elif isinstance(content, Table):
        yield from (" | ".join(map(plain, row.cells)) for row in content.lines)
    else:
        yield plain(content.content)


# --- in a line -------------------------------------------------------------------------------


@singledispatch
def line(thing: object) -> str:
    """A thing in one line, as in a list."""
    return repr(thing)


line.register(pd.DataFrame, lambda t: sheet.sheet(t).caption if sheet.kind(t) else repr(t))
line.register(Area, lambda a: word("place", name=a.name, code=a.code))
line.register(Contract, lambda c: c.label)
line.register(Spot, str)
line.register(Trait, lambda t: t.sentence)
line.register(Objective, lambda o: o.text)
line.register(Point, lambda p: word("point", title=p.title, sentence=p.sentence))


@line.register(Neighbourhood)
def _(place: Neighbourhood) -> str:
    communes = wording.listed([area.name for area in place.communes])
    return f"{word('place', name=place.name, code=place.code)}, {communes}"


@line.register(Reading)
def _(one: Reading) -> str:
    return f"{one.declared.label} : {one.dated}, {one.words}"


@line.register(Need)
def _(need: Need) -> str:
    solidity = wording.say("reading", need.solidity)
    return word("need", label=need.label, sentence=need.sentence, solidity=solidity)


@line.register(Trend)
def _(trend: Trend) -> str:
    name = asked.name_of(trend.area)
    verdict = wording.say("trend", trend.verdict)
    return word("trend", label=trend.declared.label, name=name, told=wording.lowered(verdict))


@line.register(Decision)
def _(decision: Decision) -> str:
    state = wording.say("decision", decision.state)
    return word(
        "decided", place=asked.name_of(decision.neighbourhood), axis=decision.axis,
        state=wording.lowered(state), date=f"{decision.date:%d/%m/%Y}", function=decision.function,
    )  # fmt: skip


@line.register(Stand)
def _(stand: Stand) -> str:
    state = _state(stand)
    key = "stand_state" if state else "stand"
    return word(key, axis=stand.axis.short, told=stand.told, state=wording.lowered(state))


@line.register(Plan)
def _(plan: Plan) -> str:
    decided = sum(stand.decision is not None for stand in plan.stands)
    counts = {"proposals": len(plan.proposals), "questions": len(plan.questions),
              "decisions": decided}  # fmt: skip
    told = {
        name: word(f"{name[:-1]}_{('none', 'one')[n] if n < 2 else 'many'}", n=wording.number(n))
        for name, n in counts.items()
    }
    return word("plan_told", name=plan.place.name, code=plan.place.code, **told)


def _state(stand: Stand) -> str:
    """What was decided on an axis, or that nothing was; empty where nothing is proposed."""
    if stand.decision:
        return wording.say("decision", stand.state)
    return word("pending") if stand.state else ""


# --- cards -----------------------------------------------------------------------------------


@singledispatch
def card(thing: object) -> Content | None:
    """A thing as blocks of its own; None for what a line says."""
    return None


@card.register(pd.DataFrame)
def _(table: pd.DataFrame) -> Content:
    return sheet.sheet(table).blocks


@card.register(Neighbourhood)
def _(place: Neighbourhood) -> Content:
    contract = place.contract.label if place.contract else word("contract_unknown")
    area = word("hectares", value=wording.number(place.area_ha, 1))
    communes = word("communes" if len(place.communes) > 1 else "commune")
    pairs = (
        (wording.listed([_part(area) for area in place.communes]), communes),
        (contract, word("contract")), (_people(place), word("people")), (area, word("area")),
        (_successor(place), word("successor")), (place.page, word("page")),
    )  # fmt: skip
    kind = small(word("kind", code=place.code))
    return Heading(3, place.name), Paragraph(kind), Facts(pairs, "told")


def _part(area: Area) -> str:
    """A commune, and its share of the surface where it has not all of it."""
    if area.share is None or area.share >= 1:
        return area.name
    share = wording.value(100 * area.share, "%", 0 if area.share >= 0.01 else 1)
    return word("part", name=area.name, share=share)


def _people(place: Neighbourhood) -> Content:
    """Its inhabitants in the last year published, with its source."""
    told = [one for one in history(place.code).get(PEOPLE, ()) if one.published]
    if not told:
        return muted(wording.value(None, ""))
    one = told[-1]
    return word("people_told", value=one.shown, year=one.when, source=indicators.cite(one.source))


def _successor(place: Neighbourhood) -> str:
    if not place.successor or place.successor_status not in ("unchanged", "modified"):
        return word("successor_unknown")
    since = wording.say("perimeter", f"{place.successor_status}_since")
    return word("successor_told", code=place.successor, name=place.successor_name, state=since)


@card.register(Trend)
def _(trend: Trend) -> Content:
    name, declared = asked.name_of(trend.area), trend.declared
    why = word("trend_none", Why=wording.sentence(trend.why))
    if trend.verdict != "not_conclusive":
        decimals = min(int(one.decimals) for one in trend.ends)
        change = wording.points(trend.change, declared.unit, decimals)
        told = {"first": trend.first, "last": trend.last, "change": change, "why": trend.why}
        why = word("trend_change", **told)
    rows = tuple((one.when, one.shown if one.published else one.blank, _median(one))
                 for one in trend.series)  # fmt: skip
    heads = tuple(wording.say("shown_column", name) for name in ("year", "value", "median"))
    caption = word("trend_table", label=declared.label, name=name)
    return Heading(3, line(trend)), Paragraph(why), Table(caption, heads, rows, "short")


def _median(one: Reading) -> str:
    return sheet.DASH if one.declared.measure == "count" else one.metropole_shown


@card.register(Plan)
def _(plan: Plan) -> Content:
    place = plan.place
    heads = word("axis"), word("told"), word("state")
    rows = tuple((one.axis.short, one.told, _state(one) or word("nothing")) for one in plan.stands)
    asked_ = tuple(one.question for one in plan.questions if one.question)
    head = (
        Heading(3, word("plan", name=place.name, code=place.code)),
        Paragraph(line(plan), "small"),
    )
    shown = (Table(word("plan_table"), heads, rows),) if rows else ()
    put = (Heading(4, word("questions")), Listing(asked_, "dash")) if asked_ else ()
    return *head, *shown, *put


@card.register(Decision)
def _(decision: Decision) -> Content:
    told = filter(None, (decision.reason, decision.field))
    goals = (Listing(decision.objectives, "dash"),) if decision.objectives else ()
    return Paragraph(line(decision)), *goals, *(Paragraph(one, "small") for one in told)
