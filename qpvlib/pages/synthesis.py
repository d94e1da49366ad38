"""The synthesis: the neighbourhoods side by side, each in a line, the note for the direction."""

from collections.abc import Iterable
from itertools import groupby

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.diagnosis import comparison, findings
from qpvlib.diagnosis.needs import Need
from qpvlib.diagnosis.reading import SOLID, Reading
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.document.named import named
from qpvlib.pages import together
from qpvlib.pages.cells import (
    ARROWS,
    DASH,
    count,
    exhibit,
    group_rows,
    grouped,
    headline,
    say,
    several,
)
from qpvlib.pages.proposed import shown
from qpvlib.pages.together import Columns
from qpvlib.project import kept
from qpvlib.roadmap.stands import Plan
from qpvlib.tables import areas
from qpvlib.tables.areas import Neighbourhood


def everyone(observations: pd.DataFrame | None = None) -> pd.DataFrame:
    """Findings of every neighbourhood: as ``findings`` gives, one block under the other.

    Those of the project, unless other ``observations`` are given.
    """
    if observations is None:
        return _everyone().copy(deep=False)
    return _together(comparison.compare(observations, p) for p in areas.neighbourhoods().values())


@kept("tidy", "root")
def _everyone() -> pd.DataFrame:
    return _together(map(comparison.compared, areas.neighbourhoods().values()))


def _together(compared: Iterable[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(map(findings.findings, compared), ignore_index=True)


def synthesis_header(found: pd.DataFrame) -> Exhibit:
    """Title of the synthesis."""
    index = b.Span(say("synthesis", "index"), link="index.html")
    office = say("synthesis", "office", office=areas.whole()[0], index=index)
    n = found.area.nunique()
    title = say("synthesis", "title" if n > 1 else "title_one", n=n)
    return exhibit(None, say("synthesis", "name"), b.Masthead(office, title))


# --- side by side ----------------------------------------------------------------------------

HOLLOW = {"higher": "△", "lower": "▽"}  # favourable: outlined, so that grey tells it too
MARKS = "¹²³⁴⁵⁶⁷⁸⁹"

Notes = dict[tuple[str, int, int], str]  # status, year, edition → the sign of its footnote


def grid(found: pd.DataFrame) -> Exhibit:
    """Indicator × neighbourhood: a triangle for the number, full where it means difficulties."""
    columns = _ordered(together.columns(found))
    heads = [together.first(column) for column in columns]
    notes = _notes(heads)
    medians = say("grid", "median"), *(one.metropole_shown for one in heads)

    def row(place: Neighbourhood) -> b.Row:
        return b.Row((together.link(place), *(_cell(column[place.code]) for column in columns)))

    rows = b.Row(medians, "medians"), *group_rows(row)
    head = (
        say("together", "place"),
        *((named(one.code, _named(one)[0]), _dated(one, notes)) for one in heads),
    )
    table = b.Table(grouped("grid"), head, rows, "side", over=_over(heads))
    content = _signs(), table, b.Listing((*_footnotes(notes), *_cautions()), "notes")
    return exhibit(None, say("grid", "title"), content, together.data(found))


def _ordered(read: Columns) -> list[dict[str, Reading]]:
    """The headline indicators that are there, those which are only descriptive at the end."""
    known = catalogue().indicators
    codes = sorted(headline(), key=lambda code: known[code].descriptive)
    return [read[code] for code in codes if code in read]


def _named(one: Reading) -> tuple[str, str]:
    """« Sans CAP-BEP », « demandeurs d'emploi »: what is counted, and among whom where it says."""
    name, _, among = together.label(one).partition(", ")
    return name, among


def _over(heads: list[Reading]) -> tuple[b.Cell, ...]:
    """Heads of the columns' groups: what is descriptive, whom the shares are of, or the theme."""
    themes, labels = catalogue().themes, []
    for one in heads:
        theme = wording.sentence(_named(one)[1]) or themes[one.declared.theme].short
        labels.append(say("grid", "described") if one.declared.descriptive else theme)
    return tuple(b.Cell(label, span=len(list(group))) for label, group in groupby(labels))


def _cell(one: Reading) -> b.Content:
    """A value: its triangle where the gap means something, its colour where that is sure."""
    if not one.published:
        return b.Cell(one.brief, "na")
    if one.orientation == "neutral":
        return b.Span(one.brief, "few") if one.few else one.brief
    worse, sure = one.orientation == "unfavourable", one.solidity == SOLID
    said = wording.say("grid", f"said_{one.orientation}", words=one.words)
    said += "" if sure else wording.say("grid", "said_confirm")
    sign = b.Span((ARROWS if worse else HOLLOW)[one.verdict], "sign", said=said)
    content = sign, f" {one.brief}"
    return b.Cell(content, ("w" if worse else "b") + "12"[one.clearly]) if sure else content


def _signs() -> b.Listing:
    """The legend: colours and triangles, then what is said without one."""
    shown = [
        ("w2", "▲ 31"),
        ("w1", "▲ 31"),
        ("b1", "△ 31"),
        ("b2", "△ 31"),
        ("arrows", "▲ △ ▼ ▽"),
        ("confirm", "▲ 31 △ 31"),
        ("plain", "31"),
        ("blank", say("figure", "blank_short")),
    ]
    items = (
        (b.Span(sample, f"chip {key}"), b.Span(say("grid", f"sign_{key}"))) for key, sample in shown
    )
    return b.Listing(tuple(items), "key side", label=say("grid", "signs"))


def _notes(heads: list[Reading]) -> Notes:
    """Signs of the columns whose year is not verified, in their order."""
    found = dict.fromkeys(
        (one.year_status, int(one.year), int(one.edition))
        for one in heads
        if one.year_status != "verified"
    )
    return dict(zip(found, MARKS, strict=False))


def _dated(one: Reading, notes: Notes) -> b.Content:
    """The year of a column, or its file, and the sign of its footnote."""
    mark = notes.get((one.year_status, int(one.year), int(one.edition)))
    key = "file" if one.year_status == "unknown" else "year"
    return b.small(say("grid", key, year=one.when, mark=mark) if mark else one.when)


def _footnotes(notes: Notes) -> list[b.Content]:
    return [
        say("grid", f"note_{status}", mark=mark, year=year, edition=edition)
        for (status, year, edition), mark in notes.items()
    ]


def _cautions() -> list[b.Content]:
    return [say("grid", f"note_{key}") for key in ("gap", "confirm", "rights")]


# --- each in a line ----------------------------------------------------------------------------


def profiles(plans: dict[str, Plan]) -> Exhibit:
    """Each neighbourhood in a line: what distinguishes it, what it needs, what is proposed."""
    head = tuple(say("profiles", key) for key in ("place", "own", "needs", "proposals"))
    rows = group_rows(lambda place: _profile(plans[place.code]))
    title = say("profiles", "title")
    table = b.Table(grouped("profiles"), head, tuple(rows), "profiles")
    note = b.Paragraph(say("notes", "qpv"), "small")
    return exhibit(None, title, (b.Heading(2, title), table, note), shown(list(plans.values())))


def _profile(plan: Plan) -> b.Row:
    own = " ".join(trait.short for trait in plan.portrait.traits[:2])
    needs = ", ".join(map(wording.lowered, map(_told, plan.portrait.needs)))
    offered = " ".join(f"{one.short}." for one in plan.proposals)
    told = wording.sentence(f"{needs}.") if needs else DASH
    return b.Row((together.link(plan.place), own, told, offered))


def _told(need: Need) -> str:
    """« contrats courts », « logements sociaux vides (à confirmer) »."""
    if need.solidity == SOLID:
        return need.label
    return wording.say("note", "confirm", noun=need.label)


# --- the note --------------------------------------------------------------------------------


def note(found: pd.DataFrame, plans: dict[str, Plan]) -> Exhibit:
    """What the direction has to know beside the table: what is common, what is to decide."""
    decide = tuple(catalogue().phrases["decide"].values())
    common = _people(), together.poorer(list(plans.values())), *_shared(together.columns(found))
    parts = _part("shared", common), _part("decide", decide)
    return exhibit(None, say("synthesis", "note"), b.Group(parts, "duo"), together.data(found))


def _part(key: str, lines: tuple[b.Content, ...]) -> b.Group:
    held = tuple(line for line in lines if line)
    return b.Group((b.Heading(3, say("synthesis", key)), b.Listing(held, "dash")))


def _people() -> b.Content:
    places = list(areas.neighbourhoods().values())
    people, contracts = together.population(places), together.contracts(places)
    if people is None:
        return ""
    low = catalogue().rule("size_classes")[0]
    few = sum(place.size_class == f"0-{low - 1}" for place in places)
    told = {"people": people[0], "year": people[1]}
    told["small"] = several("note", "small", few) if few and len(places) > 1 else ""
    if not contracts or len(places) == 1:
        return say("elsewhere", "people", quarters=count(len(places), "quartier"), **told)
    held = count(contracts, "contrat")
    return say("note", "people", n=len(places), contracts=held, **told)


def _shared(read: Columns) -> tuple[b.Content, ...]:
    """What most neighbourhoods have in common, indicator by indicator."""
    lines = []
    if len(areas.neighbourhoods()) == 1:
        return ()
    for column in read.values():
        worse = sum(one.orientation == "unfavourable" for one in column.values())
        if worse * 2 >= len(column):
            label = together.first(column).declared.label
            lines.append(
                say("note", "shared", label=label, worse=count(worse, "quartier"), all=len(column))
            )
    return tuple(lines) or (say("note", "nothing_shared"),)
