"""The page of a perimeter of 2024: its own figures, what it became, what 2015 says of it."""

from functools import partial
from math import ceil, floor

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.diagnosis import carried, spreads
from qpvlib.diagnosis.carried import Carried
from qpvlib.diagnosis.reading import Reading, readings
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.document.named import named
from qpvlib.figures import rows
from qpvlib.pages import cells, changed, details, measures
from qpvlib.pages.cells import DASH, NATIONALITY, exhibit, say, value_cell
from qpvlib.tables.areas import Neighbourhood

COUNTS = ("population", "logements_sociaux", "personnes_couvertes_caf")
OUTLINES = ("anct_perimetres_2015", "anct_perimetres_2024", "anct_correspondance")
_say = partial(say, "later")


def later_header(place: Neighbourhood) -> Exhibit:
    """Name, the perimeter that it is, communes, contract."""
    communes = ", ".join(commune.name for commune in place.communes)
    contract = (b.Span(f" · {place.contract.label}", "contract_of"),) if place.contract else ()
    over = b.strong(_say("over", code=place.code)), f" · {communes}", *contract
    office = say("opening", "office", office=place.office)
    return exhibit(place, place.name, b.Masthead(office, place.name, over))


def later_identity(place: Neighbourhood, positions: pd.DataFrame) -> Exhibit:
    """Inhabitants, area, social dwellings, people covered by the Caf."""
    read = _readings(positions)
    pairs = [_count(read.get(code), code) for code in COUNTS]
    pairs.insert(1, _area(place))
    title = _say("identity")
    content = b.Facts(tuple(pairs), label=title)
    return exhibit(place, title, content, _shown(positions[positions.indicator.isin(COUNTS)]))


def _readings(positions: pd.DataFrame) -> dict[str, Reading]:
    """Its figures, one footnote standing for the years that no one knows."""
    return readings(positions, marks=cells.edition(positions))


def _shown(positions: pd.DataFrame) -> pd.DataFrame:
    return positions.drop_duplicates("indicator")[["area", "indicator", "year", "value"]]


def _count(one: Reading | None, code: str) -> tuple[b.Content, b.Content]:
    label = _say(code)
    if one is None or not one.published:
        short = say("figure", "blank_short")
        return b.Span(short, "number"), say("identity", "blank", label=label)
    return b.Span(one.amount, "number"), named(code, one.dates(label))


def _area(place: Neighbourhood) -> tuple[b.Content, b.Content]:
    if pd.isna(place.area_ha):
        return b.Span(cells.NOT_GIVEN, "number"), _say("area_unread")
    exact = place.fate == "unchanged"
    area = wording.number(place.area_ha, 1 if exact else 0)
    told = _say("area_exact" if exact else "area_simplified")
    return b.Span(f"{area}{wording.SOLID}ha", "number"), told


# --- what the contour became ---------------------------------------------------------------------


def later_changed(place: Neighbourhood, contours: Exhibit) -> Exhibit:
    """What 2024 changed, in words beside the map of both contours.

    Parameters
    ----------
    contours : Exhibit
        As ``figures.contours_2024`` gives.
    """
    before = carried.predecessor(place)
    words, data = changed.told(before) if before else ((b.Paragraph(_say("alone")),), None)
    told = b.Paragraph(_say(place.fate)), *words, *_entered(place, data)
    title = _say("changed")
    column = b.Group((b.Heading(2, title), *told))
    content = b.Group((column, b.Group(contours.content)), "duo") if contours.content else column
    return exhibit(place, title, content, data)


def _entered(place: Neighbourhood, data: pd.DataFrame | None) -> tuple[b.Paragraph, ...]:
    """What it adds, and who may have lived there: an estimate between its bounds."""
    found = carried.entered(place)
    if found is None:
        return ()
    area, people = found
    parts = {
        "area": f"{wording.number(area)}{wording.SOLID}ha",
        "people": wording.number(_up(people, 10)), "year": int(data.year.iloc[0]),
    }  # fmt: skip
    return (b.Paragraph(_say("entered", **parts)),)


# --- its figures ---------------------------------------------------------------------------------


def later_figures(place: Neighbourhood, positions: pd.DataFrame) -> Exhibit:
    """Every rate published for the perimeter, among the metropolitan QPV of 2024 alone.

    Parameters
    ----------
    positions : DataFrame
        As ``compare`` gives for this neighbourhood.
    """
    read = _readings(positions)
    every = [read[code] for code in catalogue().indicators if code in read]
    seen = [one for one in every if one.declared.measure != "count"]
    seen.sort(key=lambda one: (one.declared.descriptive, one.code in NATIONALITY))
    ends = b.Span(say("landmarks", "left")), " ", b.Span(say("landmarks", "right"))
    head = (
        say("landmarks", "indicator"), b.Cell(b.Group(ends), "ends"),
        b.Cell(say("landmarks", "own"), "num"),
        b.Cell((_say("median"), b.BREAK, b.small(_say("half"))), "num"),
        say("landmarks", "reads"),
    )  # fmt: skip
    lines: list[b.Row] = []
    above = ""
    for one in seen:
        group, label = measures.heading(one)
        if group != above:
            lines.append(b.Row((group,), "th"))
            above = group
        lines.append(_row(one, label))
    table = b.Table(_say("caption"), head, tuple(lines), "marks alone", scroll=False)
    shown = _shown(positions[positions.indicator.isin([one.code for one in seen])])
    return exhibit(place, _say("figures"), (measures.legend(place), table), shown)


def _row(one: Reading, label: str) -> b.Row:
    placed = one.code not in NATIONALITY and one.published
    rank = b.small(wording.sentence(one.rank)) if placed and one.rank else ""
    undrawn = one.code in NATIONALITY and one.published
    reads = b.muted(_say("undrawn")) if undrawn else (cells.reads(one), rank)
    return b.Row((
        measures.labelled(one, label), b.Cell(rows.drawing(one) if placed else "", "draw"),
        b.Cell(value_cell(one), "num"), b.Cell(_middle(one), "num med", str(_say("median"))),
        b.Cell(reads, "read"),
    ))  # fmt: skip


def _middle(one: Reading) -> b.Content:
    """The median of the QPV of 2024, and where the middle half of them is."""
    if one.limits is None:
        return DASH
    low, high = (
        one.text(one.limits.at(catalogue().rule(name)))
        for name in ("quartile_low", "quartile_high")
    )
    shown = one.text(one.limits.at(50))
    return shown, " ", b.small(_say("middle", low=low, high=high))


# --- what 2015 says of it ------------------------------------------------------------------------


def later_missing(place: Neighbourhood, positions: pd.DataFrame) -> Exhibit:
    """What no one publishes yet on the perimeter, and what the figures of 2015 say of it.

    Parameters
    ----------
    positions : DataFrame
        As ``compare`` gives for this neighbourhood.
    """
    found, read = carried.carried(place), _readings(positions)
    missing = [one for one in found if one.reading.code not in read]
    if not found:
        content = b.Paragraph(_say("method_alone"), "small")
        return exhibit(place, _say("missing", n=0), content)
    head = say("landmarks", "indicator"), _say("before"), _say("after")
    lines = tuple(_carried(one, read.get(one.reading.code)) for one in found)
    table = b.Table(_say("missing_caption"), head, lines, numeric=1)
    title = _say("missing", n=len(missing))
    fold = b.Fold(title, (table, b.Paragraph(_method(place), "small")))
    content = b.Group(fold)  # on paper its title is told
    data = [(o.reading.area, o.reading.code, o.reading.year, o.reading.value, o.low, o.high)
            for o in found]  # fmt: skip
    names = ["area", "indicator", "year", "value", "low", "high"]
    return exhibit(place, title, content, pd.DataFrame(data, columns=names))


def _method(place: Neighbourhood) -> b.Content:
    if place.fate == "unchanged":
        return _say("method_same")
    rule = catalogue().rule
    return _say("method", error=rule("outline_error"), width=rule("estimate_width"))


def _carried(one: Carried, later: Reading | None) -> tuple[b.Content, ...]:
    """A figure of 2015, and the one published on the same contour, its estimate, or neither."""
    reading = one.reading
    label = named(reading.code), " ", b.small(reading.when)
    if one.same and later and later.published:
        return label, reading.shown, later.dated
    if one.same:
        return label, reading.shown, _say("same")
    if pd.isna(one.low):
        return label, reading.shown, b.muted(_say("nothing"))
    step = 10 if reading.declared.measure == "count" else 1
    unit = "" if reading.declared.measure == "count" else f"{wording.THIN}%"
    low, high = wording.number(_down(one.low, step)), wording.number(_up(one.high, step))
    return label, reading.shown, _say("between", low=low, high=f"{high}{unit}")


def _up(value: float, step: int) -> int:
    """A bound rounded away from what it holds.

    >>> _up(1019.5, 10), _down(1088, 10), _up(53.2, 1), _down(32.0, 1)
    (1020, 1080, 54, 32)
    """
    return step * ceil(value / step)


def _down(value: float, step: int) -> int:
    return step * floor(value / step)


# --- what is to be known -------------------------------------------------------------------------


def later_notes(place: Neighbourhood) -> Exhibit:
    """Each caveat of the page, once."""
    n = wording.number(spreads.broadest(place.code))
    keys = ("year", "copy", "qpv", "noise", "apart")
    parts = tuple(part for key in keys for part in (_say(f"notes_{key}", n=n), " "))
    return exhibit(place, say("notes", "title"), b.Paragraph(parts, "notes"))


def later_sources(place: Neighbourhood, observations: pd.DataFrame) -> Exhibit:
    """Who publishes what the page shows."""
    own = observations[observations.area == place.code]
    cites = (catalogue().sources[name].cite for name in OUTLINES)
    outlines = [say("sources", "cite_outline", cite=cite) for cite in cites]
    lines = b.Listing((*details.cites(own), *outlines), "s cites")
    title, licence = _say("sources"), b.Paragraph(say("sources", "licence"), "small")
    return exhibit(place, title, b.Group(b.Fold(title, (lines, licence)), "foot"))
