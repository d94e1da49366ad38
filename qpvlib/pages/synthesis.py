"""The synthesis: the note for the direction, and the neighbourhoods side by side in a grid."""

import statistics
from collections.abc import Iterable
from itertools import groupby

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.diagnosis import comparison, findings
from qpvlib.diagnosis.needs import Need
from qpvlib.diagnosis.reading import SOLID, Reading
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.pages import together
from qpvlib.pages.cells import (
    ARROWS,
    DASH,
    by_contract,
    contract_rows,
    deduced,
    exhibit,
    headline,
    say,
)
from qpvlib.pages.proposed import shown
from qpvlib.pages.together import Columns
from qpvlib.roadmap.stands import Plan
from qpvlib.tables import areas, tidy
from qpvlib.tables.areas import Neighbourhood


def everyone(observations: pd.DataFrame) -> pd.DataFrame:
    """Findings of every neighbourhood: as ``findings`` gives, one block under the other."""
    index = observations.groupby("area", sort=False).indices
    parts = []
    for place in areas.neighbourhoods().values():
        near = tidy.taken(observations, index, areas.around(place))
        parts.append(findings.findings(comparison.compare(near, place)))
    return pd.concat(parts, ignore_index=True)


def synthesis_header(found: pd.DataFrame) -> Exhibit:
    """Title of the synthesis."""
    index = b.Span(say("synthesis", "index"), link="index.html")
    office = say("synthesis", "office", office=areas.whole()[0], index=index)
    title = say("synthesis", "title", n=found.area.nunique())
    return exhibit(None, say("synthesis", "name"), b.Masthead(office, title))


# --- the note --------------------------------------------------------------------------------


def note(found: pd.DataFrame) -> Exhibit:
    """One page for the direction: five sentences, what is shared, each contract, what to decide."""
    read = together.columns(found)
    decide = b.Listing(tuple(catalogue().phrases["decide"].values()), "five dash")
    contracts = b.Listing(tuple(_contract(read, *named) for named in by_contract()), "contracts")
    content = (
        b.Listing(_five(read), "five", ordered=True),
        b.Group(
            (_part("shared", b.Listing(_shared(read), "five")), _part("decide", decide)), "duo"
        ),
        b.Group(_part("contracts", contracts), "duo"),
    )
    return exhibit(None, say("synthesis", "note"), content, together.data(found))


def _part(key: str, content: b.Content) -> b.Group:
    return b.Group((b.Heading(2, say("synthesis", key)), content))


def _five(read: Columns) -> tuple[b.Content, ...]:
    lines = (
        _people(), _range(read, "taux_pauvrete", "poverty"),
        _middle(read, "demandeurs_sans_cap_bep", "level"),
        _range(read, "taux_emploi_femmes", "women"), say("note", "missing"),
    )  # fmt: skip
    return tuple(line for line in lines if line)


def _people() -> b.Content:
    places = list(areas.neighbourhoods().values())
    people, contracts = together.population(places), together.contracts(places)
    if people is None:
        return ""
    low = catalogue().rule("size_classes")[0]
    few = [place for place in places if place.size_class == f"0-{low - 1}"]
    return say(
        "note" if contracts else "elsewhere", "people", n=len(places), people=people[0],
        year=people[1], contracts=contracts, small=len(few),
    )  # fmt: skip


def _range(read: Columns, code: str, key: str) -> b.Content:
    """Lowest and highest values, without naming who has them: not a ranking."""
    part = [one for one in read.get(code, {}).values() if one.published]
    if not part:
        return ""
    ends = {f(one.value for one in part): name for f, name in ((min, "low"), (max, "high"))}
    told = {name: part[0].text(value) for value, name in ends.items()}
    return _against(part, key, **told)


def _middle(read: Columns, code: str, key: str) -> b.Content:
    """The value that half of the neighbourhoods reach; nothing unless they all have one."""
    part = list(read.get(code, {}).values())
    if not part or not all(one.published for one in part):
        return ""
    return _against(part, key, local=part[0].text(statistics.median(one.value for one in part)))


def _against(part: list[Reading], key: str, **told: str) -> b.Content:
    """A sentence on neighbourhoods, the metropolitan median, and how many are beyond the noise."""
    one = part[0]
    return say(
        "note", key, **told, year=one.when, median=one.metropole_shown,
        worse=_side(part, "unfavourable"), all=len(part),
    )  # fmt: skip


def _side(part: Iterable[Reading], side: str) -> int:
    """How many readings are on a side."""
    return sum(one.orientation == side for one in part)


def _shared(read: Columns) -> tuple[b.Content, ...]:
    """What most neighbourhoods have in common, indicator by indicator."""
    lines = []
    for column in read.values():
        worse, one = _side(column.values(), "unfavourable"), together.first(column)
        if worse * 2 >= len(column):
            parts = {"label": one.declared.label, "worse": worse, "all": len(column)}
            lines.append(say("note", "shared", **parts))
    return tuple(lines) or (say("note", "nothing_shared"),)


def _contract(read: Columns, name: str, group: list[Neighbourhood]) -> b.Content:
    about = b.Paragraph(together.counted(group), "small")
    return b.Heading(3, name), about, b.Paragraph(_contract_line(read, group))


def _contract_line(read: Columns, group: list[Neighbourhood]) -> b.Content:
    """What most neighbourhoods of a contract share and most of the others do not."""
    own, told = {place.code for place in group}, []
    for side in ("unfavourable", "favourable"):
        nouns = _families(
            inside
            for code in headline()
            # RSA and C2S are never to a contract's credit.
            if side == "unfavourable" or catalogue().indicators[code].strength
            if (inside := _distinctive(read.get(code, {}), own, side))
        )
        key = side if len(group) > 1 else f"{side}_one"
        if nouns:
            line = wording.say("note", key, nouns=wording.listed(nouns))
            told.append(f"{wording.sentence(line)}.")
    return " ".join(told) or say("note", "like_others")


def _distinctive(column: dict[str, Reading], own: set[str], side: str) -> list[Reading]:
    """Readings of a contract where most are on a side, and most of the others' are not."""
    inside = [one for area, one in column.items() if area in own]
    outside = [one for area, one in column.items() if area not in own]
    return inside if _most(inside, side) and not _most(outside, side) else []


def _most(part: list[Reading], side: str) -> bool:
    """Whether more than half of the neighbourhoods, unpublished ones counted, are on a side."""
    return _side(part, side) * 2 > len(part)


def _families(parts: Iterable[list[Reading]]) -> list[str]:
    """The nouns, the first of each family only: several say the same thing."""
    first: dict[str, str] = {}
    for part in parts:
        declared = part[0].declared
        first.setdefault(declared.family or part[0].code, _noun(part))
    return list(first.values())


def _noun(part: list[Reading]) -> str:
    """The noun of an indicator, with its doubt if the findings are all to be confirmed."""
    noun = part[0].declared.noun
    sure = any(one.solidity == SOLID for one in part)
    return noun if sure else wording.say("note", "confirm", noun=noun)


# --- each in a line ----------------------------------------------------------------------------


def profiles(plans: dict[str, Plan]) -> Exhibit:
    """Each neighbourhood in a line: what distinguishes it, what it needs, what is proposed."""
    head = tuple(say("profiles", key) for key in ("place", "own", "needs", "proposals"))
    rows = contract_rows(lambda place: _profile(plans[place.code]))
    title = say("profiles", "title")
    table = b.Table(say("profiles", "caption"), head, tuple(rows), "profiles")
    note = b.Paragraph(say("notes", "qpv"), "small")
    return exhibit(None, title, (b.Heading(2, title), table, note), shown(list(plans.values())))


def _profile(plan: Plan) -> b.Row:
    own = (line for trait in plan.portrait.traits[:2] for line in (b.BREAK, trait.short))
    needs = ", ".join(map(wording.lowered, map(_told, plan.portrait.needs)))
    offered = (line for o in plan.proposals for line in (b.BREAK, f"{o.short}."))
    return b.Row((
        together.link(plan.place), tuple(own)[1:], wording.sentence(f"{needs}.") if needs else DASH,
        tuple(offered)[1:],
    ))  # fmt: skip


def _told(need: Need) -> str:
    """« contrats courts », « logements sociaux vides (à confirmer) »."""
    if need.solidity == SOLID:
        return need.label
    return wording.say("note", "confirm", noun=need.label)


# --- the grid --------------------------------------------------------------------------------


def grid(found: pd.DataFrame) -> Exhibit:
    """Indicator × neighbourhood by theme: an arrow for the number, a colour for what it means."""
    columns = _ordered(together.columns(found))
    heads = [together.first(column) for column in columns]
    medians = say("grid", "median"), *(one.metropole_shown for one in heads)

    def row(place: Neighbourhood) -> b.Row:
        return b.Row((together.link(place), *(_cell(column[place.code]) for column in columns)))

    rows = b.Row(medians), *contract_rows(row)
    head = say("together", "place"), *((together.label(one), b.small(one.when)) for one in heads)
    table = b.Table(say("grid", "caption"), head, rows, "grid", over=_themes(heads))
    content = _signs(), table, b.Paragraph(say("note", "grid"), "small"), *deduced(found)
    return exhibit(None, say("grid", "title"), content, together.data(found))


def _ordered(read: Columns) -> list[dict[str, Reading]]:
    """The headline indicators that are there, those which are only descriptive at the end."""
    known = catalogue().indicators
    codes = sorted(headline(), key=lambda code: known[code].descriptive)
    return [read[code] for code in codes if code in read]


def _themes(heads: list[Reading]) -> tuple[b.Cell, ...]:
    """Heads of the columns' groups: the themes, then what is only descriptive."""
    themes, described = catalogue().themes, say("grid", "described")
    labels = [
        described if one.declared.descriptive else themes[one.declared.theme].short for one in heads
    ]
    return tuple(b.Cell(label, span=len(list(group))) for label, group in groupby(labels))


def _cell(one: Reading) -> b.Content:
    """A value: its arrow where the gap means something, its colour where that is sure."""
    if not one.published:
        return b.Cell(one.brief, "na")
    if one.orientation == "neutral":
        return one.brief
    content = b.Span(ARROWS[one.verdict], "sign", said=one.words), f" {one.brief}"
    if one.solidity != SOLID:
        return content
    side = "w" if one.orientation == "unfavourable" else "b"
    return b.Cell(content, side + ("2" if one.clearly else "1"))


def _signs() -> b.Listing:
    """The legend: four colours, then what is said without one."""
    shown = [(kind, f"chip {kind}", "31") for kind in ("w2", "w1", "b1", "b2")]
    shown += [("arrows", "chip", "▲ ▼"), ("confirm", "chip", "▲ 7"), ("plain", "chip", "31")]
    shown.append(("blank", "chip", say("figure", "blank_short")))
    items = (
        (b.Span(sample, kind), b.Span(say("grid", f"sign_{key}"))) for key, kind, sample in shown
    )
    return b.Listing(tuple(items), "key grid", label=say("grid", "signs"))
