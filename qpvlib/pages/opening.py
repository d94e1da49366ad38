"""The first screen of a diagnosis, and the room left for people at the end of its main part."""

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.catalogue.entries import NotMeasured
from qpvlib.diagnosis import findings, traits
from qpvlib.diagnosis import needs as diagnosed
from qpvlib.diagnosis.needs import Need
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
from qpvlib.pages.cells import exhibit, headline, numbered, say, tag
from qpvlib.tables import indicators
from qpvlib.tables.areas import Neighbourhood

SHOWN = ("population", "logements_sociaux", "enfants_6_17")


def header(place: Neighbourhood) -> Exhibit:
    """Name, commune, contract, and what the perimeter became."""
    communes = ", ".join(commune.name for commune in place.communes)
    contract = (Paragraph(place.contract.label, "small"),) if place.contract else ()
    under = *contract, Paragraph(perimeter(place), "per")
    office = say("opening", "office", office=place.office)
    return exhibit(place, place.name, Masthead(office, place.name, communes, under))


def perimeter(place: Neighbourhood) -> Content:
    """What the perimeter of 2015 became in 2024, in a sentence."""
    known = place.successor_status in ("unchanged", "modified")
    status = place.successor_status if known else "unknown"
    since = strong(say("perimeter", f"{status}_since")) if known else ""
    return say(
        "perimeter", status, code=place.code, since=since, successor=place.successor,
        successor_name=place.successor_name,
    )  # fmt: skip


def brief(place: Neighbourhood, positions: pd.DataFrame) -> Exhibit:
    """« Ce qui le distingue »: the traits that open the page."""
    read = readings(positions)
    found = traits.chosen(read)
    title = say("opening", "brief")
    lead = Paragraph(traits.told(found, read), "lead")
    shown = positions[positions.indicator.isin([trait.code for trait in found])]
    content = Group((Heading(2, title), lead), "br")
    return exhibit(place, title, content, shown[["indicator", "value", "verdict"]])


# --- identity ----------------------------------------------------------------------------------


def identity(place: Neighbourhood, observations: pd.DataFrame, positions: pd.DataFrame) -> Exhibit:
    """Identity card: inhabitants by year, area, social dwellings, children, age of the figures."""
    rows = observations[observations.area == place.code]
    own = series(rows.sort_values("year"))
    after = series(observations[observations.area == place.successor].sort_values("year"))
    pairs = (
        _people(own.get("population", []), after.get("population", [])),
        *(_single(own.get(code, []), code) for code in SHOWN[1:]),
        (f"{wording.number(place.area_ha, 1)} ha", say("identity", "area")),
    )
    figures = tuple((Span(figure, "number"), words) for figure, words in pairs)
    title = say("identity", "title")
    content = Facts(figures, label=title), Paragraph(_ages(positions), "s age")
    shown = rows[rows.indicator.isin(SHOWN)][["indicator", "year", "value"]]
    return exhibit(place, title, content, shown)


def _published(years: list[Reading]) -> list[Reading]:
    return [one for one in years if one.published]


def _people(own: list[Reading], later: list[Reading]) -> tuple[str, Content]:
    """Inhabitants of the last year, of the years before, and in the perimeter of 2024."""
    known, after = _published(own), _published(later)
    if not known:
        return say("figure", "blank_short"), say("identity", "people_blank")
    *before, last = known
    told = [say("identity", "people", year=last.year)]
    if before:
        others = (say("identity", "in", value=one.amount, year=one.year) for one in before)
        told.append(", ".join(others))
    if after:
        told.append(say("identity", "people_2024", value=after[-1].amount, year=after[-1].year))
    return last.amount, " ; ".join(told)


def _single(years: list[Reading], code: str) -> tuple[str, Content]:
    """The last year of a count; said blank where that year is, whatever there was before."""
    last = years[-1] if years else None
    if last is None or not last.published:
        return say("figure", "blank_short"), say("identity", code, year=say("figure", "blank"))
    return last.amount, say("identity", code, year=last.when)


def _ages(positions: pd.DataFrame) -> Content:
    shown = positions[positions.indicator.isin(headline())].drop_duplicates("indicator")
    sure = shown[shown.year_status != "unknown"].year
    files = sorted(shown[shown.year_status == "unknown"].edition.unique())
    parts = [say("identity", "data", years=wording.span(sure))] if len(sure) else []
    if files:
        parts.append(say("identity", "files", editions=", ".join(map(str, files))))
    return say("identity", "ages", parts=", et ".join(parts)) if parts else ""


# --- needs and assets ----------------------------------------------------------------------------


def needs(place: Neighbourhood, found: pd.DataFrame, positions: pd.DataFrame) -> Exhibit:
    """Needs, each with both its references, and assets: three and two at most, side by side."""
    read, told = readings(positions), diagnosed.needs(positions)
    left = diagnosed.others(read, told)
    content = Group((Group(_needs(told, left)), Group(_assets(place, found))), "duo")
    shown = found[["indicator", "value", "orientation"]]
    return exhibit(place, say("opening", "needs"), content, shown)


def _needs(told: list[Need], left: list[str]) -> Content:
    title, labels = Heading(2, say("opening", "needs")), " ; ".join(map(wording.lowered, left))
    also = (Paragraph(say("need", "also", labels=labels), "small"),) if left else ()
    if not told:
        return title, Paragraph(say("need", "none")), *also
    note = Paragraph(say("need", "note"), "small")
    return title, numbered([need_line(need) for need in told]), *also, note


def need_line(need: Need) -> Content:
    """A need: its label in bold, its figure with both references, what is not sure."""
    aside = need.reading.declared.aside  # a right is not a fault
    more = f" {aside}" if aside else ""
    return strong(f"{need.label}."), f" {need.sentence}{more}", tag(need.solidity)


def _assets(place: Neighbourhood, found: pd.DataFrame) -> Content:
    held = findings.strengths(found, place)
    sides = found.set_index("indicator").orientation
    favourable = any(sides.get(point.indicator) == "favourable" for point in held)
    none = "" if favourable else f"{say('strength', 'none')} "
    field = strong(say("strength", "field"))
    listed = numbered([_strength(point) for point in held])
    return (
        Heading(2, say("opening", "strengths")), listed, Paragraph((none, field), "small"), Room(2),
    )  # fmt: skip


def point_line(point: findings.Point) -> Content:
    """An asset: its title in bold, its sentence."""
    stop = "." if point.kind == "figure" else ""
    return strong(point.title + stop), f" {point.sentence}"


def _strength(point: findings.Point) -> Content:
    if point.kind == "figure":
        return point_line(point), " ", tag(point.solidity)
    return point_line(point), " ", small(say("strength", f"{point.kind}_label"))


# --- what is left to people --------------------------------------------------------------------


def unmeasured(place: Neighbourhood) -> Exhibit:
    """« Non mesuré ici »: what the mandate names and no file gives at this scale."""
    known = catalogue().not_measured.values()
    observed = set(indicators.observations(area=place.code).indicator)
    named = tuple(_missing(entry, observed) for entry in known if entry.mandate)
    others = ", ".join(wording.lowered(entry.label) for entry in known if not entry.mandate)
    title = say("opening", "unmeasured")
    box = (
        Heading(2, title), Listing(named), Paragraph(say("opening", "neither", others=others)),
        Paragraph(strong(say("opening", "no_figure"))),
    )  # fmt: skip
    return exhibit(place, title, Group(box, "box"))


def _missing(entry: NotMeasured, observed: set[str]) -> Content:
    """What is not measured, with the nearest clue that this neighbourhood has."""
    clue = entry.clue if observed.issuperset(entry.indicators) else entry.partial
    more = (" ", small(say("opening", "clue", clue=clue))) if clue else ()
    return strong(entry.label), *more
