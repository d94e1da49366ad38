"""The first screen of a diagnosis, its footnotes, and what no figure tells."""

from dataclasses import replace

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.catalogue.entries import NotMeasured
from qpvlib.diagnosis import findings, traits
from qpvlib.diagnosis import needs as diagnosed
from qpvlib.diagnosis.needs import Need
from qpvlib.diagnosis.observed import DEDUCED, UNKNOWN
from qpvlib.diagnosis.reading import Reading, readings, series
from qpvlib.document.blocks import (
    Content,
    Facts,
    Group,
    Heading,
    Listing,
    Masthead,
    Paragraph,
    Room,
    Span,
    small,
    strong,
)
from qpvlib.document.exhibits import Exhibit
from qpvlib.document.named import named
from qpvlib.pages.cells import edition, exhibit, numbered, say, tag
from qpvlib.tables import indicators
from qpvlib.tables.areas import Neighbourhood

SHOWN = ("population", "enfants_6_17", "logements_sociaux")


def header(place: Neighbourhood) -> Exhibit:
    """Name, communes, contract."""
    communes = ", ".join(commune.name for commune in place.communes)
    contract = (Span(f" · {place.contract.label}", "contract_of"),) if place.contract else ()
    over = communes, *contract
    office = say("opening", "office", office=place.office)
    return exhibit(place, place.name, Masthead(office, place.name, over))


def identity(place: Neighbourhood, observations: pd.DataFrame, positions: pd.DataFrame) -> Exhibit:
    """The last count of inhabitants, of children, of social dwellings, each with its year."""
    rows = observations[observations.area == place.code].sort_values("year")
    own = series(rows, edition(positions))
    pairs = tuple(fact(own.get(code, [])[-1:], code) for code in SHOWN)
    title = say("identity", "title")
    shown = rows[rows.indicator.isin(SHOWN)][["indicator", "year", "value"]]
    return exhibit(place, title, Facts(pairs, label=title), shown)


def fact(last: list[Reading], code: str) -> tuple[Content, Content]:
    """A count, whose last year is told blank where it is, whatever there was before."""
    label = say("identity", code)
    if not last or not last[0].published:
        return Span(say("figure", "blank_short"), "number"), say("identity", "blank", label=label)
    return Span(last[0].amount, "number"), named(code, last[0].dates(label))


def brief(place: Neighbourhood, positions: pd.DataFrame) -> Exhibit:
    """« Ce qui le distingue »: the traits that open the page."""
    read = marked(positions)
    found = traits.chosen(read)
    title = say("opening", "brief")
    lead = Paragraph(traits.told(found, read), "lead")
    shown = positions[positions.indicator.isin([trait.code for trait in found])]
    content = Group((Heading(2, title), lead), "br")
    return exhibit(place, title, content, shown[["indicator", "value", "verdict"]])


# --- needs and assets ----------------------------------------------------------------------------


def needs(place: Neighbourhood, found: pd.DataFrame, positions: pd.DataFrame) -> Exhibit:
    """Needs, each with both its references, and assets: three and two at most, side by side."""
    read = marked(positions)
    told = diagnosed.shown(read)
    left = diagnosed.others(read, told)
    content = Group((Group(_needs(told, left)), Group(_assets(place, found, read))), "duo")
    shown = found[["indicator", "value", "orientation"]]
    return exhibit(place, say("opening", "needs"), content, shown)


def _needs(told: list[Need], left: list[str]) -> Content:
    title, labels = Heading(2, say("opening", "needs")), " ; ".join(map(wording.lowered, left))
    also = (Paragraph(say("need", "also", labels=labels), "small"),) if left else ()
    if not told:
        return title, Paragraph(say("need", "none")), *also
    return title, numbered(map(need_line, told)), *also


def need_line(need: Need) -> Content:
    """Its label in bold, its figure with both references, what is not sure."""
    aside = need.reading.declared.aside  # a right is not a fault
    more = f" {aside}" if aside else ""
    return strong(f"{need.label}."), f" {need.short}{more}", tag(need.solidity)


def _assets(place: Neighbourhood, found: pd.DataFrame, read: dict[str, Reading]) -> Content:
    held = findings.strengths(found, place)
    sides = found.set_index("indicator").orientation
    favourable = any(sides.get(point.indicator) == "favourable" for point in held)
    none = () if favourable else (Paragraph(say("strength", "none"), "small"),)
    told = (replace(p, sentence=read[p.indicator].asset) if p.indicator else p for p in held)
    return (
        Heading(2, say("opening", "strengths")), numbered(map(_strength, told)), *none,
        Paragraph(say("strength", "field"), "s fill"), Room(2),
    )  # fmt: skip


def _strength(point: findings.Point) -> Content:
    """Its title in bold, its sentence, what is not sure or what it does not say."""
    if point.kind == "figure":
        return strong(f"{point.title}."), f" {point.sentence}", tag(point.solidity)
    label = small(say("strength", f"{point.kind}_label"))
    return strong(point.title), f" {point.sentence} ", label


# --- what is to be known to read it --------------------------------------------------------------


def footnotes(place: Neighbourhood, positions: pd.DataFrame) -> Exhibit:
    """Each caveat of the page, once: years that are not sure, what QPV means, which outline."""
    parts = tuple(part for line in caveats(positions) for part in (line, " "))
    content = Paragraph((*parts, perimeter(place)), "notes")
    return exhibit(place, say("notes", "title"), content)


def caveats(positions: pd.DataFrame) -> list[Content]:
    """What the marks of years stand for, and what QPV does."""
    known = set(positions.year_status)
    told = [
        say("notes", status, mark=mark, edition=edition(positions))
        for status, mark in (("unknown", UNKNOWN), ("deduced", DEDUCED))
        if status in known
    ]
    return [*told, say("notes", "qpv")]


def marked(positions: pd.DataFrame) -> dict[str, Reading]:
    """Readings of a page that has these footnotes."""
    return readings(positions, marks=edition(positions))


def perimeter(place: Neighbourhood) -> Content:
    """What the perimeter of 2015 became in 2024, in a sentence."""
    known = place.successor_status in ("unchanged", "modified")
    status = place.successor_status if known else "unknown"
    since = strong(say("perimeter", f"{status}_since")) if known else ""
    return say(
        "perimeter", status, code=place.code, since=since, successor=place.successor,
        successor_name=place.successor_name,
    )  # fmt: skip


def unmeasured(place: Neighbourhood) -> Exhibit:
    """« Non mesuré ici »: what the mandate names and no file gives at this scale.

    The rest, and the nearest clues, are in the details.
    """
    known = catalogue().not_measured.values()
    first, *others = (entry.label for entry in known if entry.mandate)
    named, n = ", ".join([first, *map(wording.lowered, others)]), len(known) - len(others) - 1
    title = say("opening", "unmeasured")
    told = say("opening", "others", named=named, n=n), strong(say("opening", "no_figure"))
    return exhibit(place, title, Group((Heading(2, title), Paragraph(told)), "box"))


def clues(place: Neighbourhood) -> Listing:
    """What is not measured, each with the nearest clue that this neighbourhood has."""
    observed = set(indicators.observations(area=place.code).indicator)
    return Listing(tuple(_clue(e, observed) for e in catalogue().not_measured.values()), "dash")


def _clue(entry: NotMeasured, observed: set[str]) -> Content:
    label = strong(entry.label)
    clue = entry.clue if observed.issuperset(entry.indicators) else entry.partial
    return say("opening", "clue", label=label, clue=clue) if clue else label
