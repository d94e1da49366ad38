"""One indicator on a map: how each neighbourhood reads, each with its value under the map."""

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import pandas as pd
from matplotlib.axes import Axes
from shapely.geometry import box

from qpvlib.catalogue import Indicator, QpvError, catalogue, slug, unknown, wording
from qpvlib.diagnosis import comparison, reading
from qpvlib.diagnosis.reading import CONFIRM, Reading
from qpvlib.document.blocks import Figure, Fold, Picture, Table
from qpvlib.document.exhibits import Exhibit
from qpvlib.document.palette import COLOURS, EDGE, INK, LAND, NOTE, TEXT
from qpvlib.figures import atlas
from qpvlib.figures.canvas import Box, canvas, plainly, say, stroke, svg, width, write
from qpvlib.figures.land import (
    beside,
    drawable,
    framed,
    outlines,
    paint,
    perimeters,
    put_names,
    scale_bar,
)
from qpvlib.figures.positions import MARKS
from qpvlib.tables import indicators
from qpvlib.tables.areas import Neighbourhood, neighbourhoods, whole
from qpvlib.tables.grouping import numbers

WIDE, APART, ACROSS = 560, 13, 3  # the picture, between two towns, towns in a row
HIGHEST = 230  # of a town; of one alone, twice as much
LINE, SMALL = 18, 12  # height of a line of the key, its letters
SIGNS = ("harder", "easier", "comparable", "descriptive", "blank")
BLANK = "////"


@dataclass(frozen=True)
class Mapped:
    """Readings of an indicator in some neighbourhoods, in one year; None where nothing is held."""

    declared: Indicator
    contract: str
    seen: dict[str, Reading | None]

    @cached_property
    def first(self) -> Reading:
        """One of them, for what all share."""
        return next(one for one in self.seen.values() if one)

    def sign(self, code: str) -> str:
        """How a neighbourhood is drawn: one of ``SIGNS``."""
        one = self.seen[code]
        return one.sign if one and (one.published or one.bound is not None) else "blank"

    def shown(self, code: str) -> str:
        """Its value, « n. p. » where it is not published."""
        one = self.seen[code]
        return one.brief if one else wording.say("figure", "blank_short")

    def words(self, code: str) -> str:
        """How it reads, for the table."""
        one = self.seen[code]
        if one is None:
            return say("blank")
        if one.declared.descriptive and one.published:
            return say("map_sign_descriptive")
        unsure = one.solidity == CONFIRM and one.verdict != "comparable"
        return f"{one.words} ({wording.say('reading', 'confirm')})" if unsure else one.words

    @property
    def title(self) -> str:
        """The indicator, its year, and whose neighbourhoods they are."""
        known = catalogue().contracts
        of = known[self.contract].short if self.contract else whole()[1]
        key = "map_title_contract" if self.contract else "map_title_all"
        return say(key, label=self.declared.label, n=len(self.seen), of=of, year=self.first.when)

    @property
    def caption(self) -> str:
        """What the marks are read against, and what is estimated."""
        estimated = any(one and one.status == "estimated" for one in self.seen.values())
        key = "map_read_count" if self.declared.descriptive else "map_read"
        return say(key) + (f" {say('map_estimated')}" if estimated else "")

    @property
    def cites(self) -> list[str]:
        """Their sources, each once."""
        return list(dict.fromkeys(one.cite for one in self.seen.values() if one))


def mapped(indicator: str, contract: str | None = None, year: int | None = None) -> Mapped:
    """What a map shows; see ``notebook.map``."""
    declared, code = catalogue().indicator(indicator), _contract(contract) if contract else ""
    order = numbers()
    known = neighbourhoods()
    places = [known[c] for c in order if not code or known[c].contract_code == code]
    if not places:
        raise QpvError(say("map_empty", contract=contract))
    own = indicators.observations(indicator=indicator)
    found = _readings(own, places, indicator, year)
    seen = {place.code: found[place.code] for place in places}
    if not any(seen.values()):
        held = own[own.area.isin(seen)].year.unique()
        raise QpvError(_no_year(declared, sorted(held), year))
    return Mapped(declared, code, seen)


def _readings(
    own: pd.DataFrame, places: list[Neighbourhood], code: str, year: int | None
) -> dict[str, Reading | None]:
    """Reading of each, None where nothing is held; compared a département at a time."""
    groups: dict[str, list[Neighbourhood]] = {}
    for place in places:
        groups.setdefault(place.departement, []).append(place)
    years = {code: int(year)} if year else None
    return {
        place.code: reading.readings(found, [code]).get(code) if len(found) else None
        for group in groups.values()
        for place, found in zip(group, comparison.compare_each(own, group, years), strict=True)
    }


def _no_year(declared: Indicator, held: list[int], year: int | None) -> str:
    if not held:
        return say("map_nothing", label=declared.label)
    years = wording.listed([str(one) for one in held])
    return say("map_no_year", label=declared.label, year=year, years=years)


def _contract(given: str) -> str:
    """Code of a contract by its code, or by a part of its name that no other has."""
    known = catalogue().contracts
    if given.upper() in known:
        return given.upper()
    asked = slug(given)
    found = [c for c, one in known.items() if asked and asked in slug(f"{one.label} {one.brief}")]
    if len(found) != 1:
        raise QpvError(unknown("Le contrat", given, {one.short: 1 for one in known.values()}))
    return found[0]


# --- the drawing ---------------------------------------------------------------------------------


def axes_of(of: Mapped) -> Axes:
    """Towns side by side, each with its neighbourhoods, then the key of their numbers."""
    groups = [kept for group in atlas.groups() if (kept := [p for p in group if p.code in of.seen])]
    rows = [groups[i : i + ACROSS] for i in range(0, len(groups), ACROSS)]
    highs = [max(_high(group, len(rows[0])) for group in row) + atlas.HEAD for row in rows]
    lines, columns = _lines(of)
    foot = LINE * (lines + 2)
    high = sum(highs) + APART * len(rows) + foot
    axes, top = canvas(WIDE, high), high
    for row, tall in zip(rows, highs, strict=True):
        wide = _wide(len(rows[0]))
        for i, group in enumerate(row):
            left, head = i * (wide + APART), top - atlas.HEAD
            _town(axes, of, group, (left, head - _high(group, len(rows[0])), left + wide, head))
        top -= tall + APART
    _key(axes, of, top - LINE, lines, columns)
    _legend(axes, of)
    return axes


def _wide(across: int) -> float:
    return (WIDE - APART * (across - 1)) / across


def _high(group: list[Neighbourhood], across: int) -> float:
    """Height of a town, by the shape of its land."""
    least, most = (90, HIGHEST) if across > 1 else (180, 2 * HIGHEST)
    return min(max(_wide(across) * atlas.shape_of(group), least), most)


def _town(axes: Axes, of: Mapped, group: list[Neighbourhood], frame: Box) -> None:
    """Commune outlines, then each neighbourhood as it reads, and its number."""
    window, order = atlas.zoomed(group, frame), numbers()
    paint(axes, gpd.GeoSeries([box(*frame)]), LAND, EDGE, 0.8)
    communes = outlines()[drawable(area for area, _ in atlas.communes_of(group))]
    paint(axes, window.cut(communes), None, EDGE, 0.8)
    shapes = window.pixels(perimeters()[[place.code for place in group]], 0.4)
    for code, shape in shapes.items():
        _perimeter(axes, shape, of.sign(code))
    labels = [beside(shape, str(order[code]), INK, True, False) for code, shape in shapes.items()]
    put_names(axes, labels, frame, [framed(shape, 0) for shape in shapes])
    write(axes, frame[0], frame[3] + 6, atlas.town(group), 14, INK, True, "left")
    scale_bar(axes, window, frame[0] + 6, frame[1] + 7, SMALL)


def _perimeter(axes: Axes, shape: object, sign: str) -> None:
    colour = COLOURS.get(sign, NOTE)
    fill = "#fff" if sign in ("comparable", "blank") else colour
    paint(axes, gpd.GeoSeries([shape]), fill, colour, 1.2)
    if sign == "blank":
        axes.collections[-1].set_hatch(BLANK)


def _lines(of: Mapped) -> tuple[int, int]:
    """Lines and columns of the key: two columns where every name has room."""
    known = neighbourhoods()
    longest = max(
        40 + width(known[code].name, SMALL) + 10 + width(of.shown(code), SMALL, True)
        for code in of.seen
    )
    columns = 2 if longest <= (WIDE - 2 * APART) / 2 else 1
    return -(-len(of.seen) // columns), columns


def _key(axes: Axes, of: Mapped, top: float, lines: int, columns: int) -> None:
    """Mark, number, name and value of each, in the order of the index."""
    order, known = numbers(), neighbourhoods()
    wide = (WIDE - 2 * APART * (columns - 1)) / columns
    for i, code in enumerate(of.seen):
        column, line = divmod(i, lines)
        left, y = column * (wide + 2 * APART), top - line * LINE
        _mark(axes, left + 7, y + 4.5, of.sign(code))
        write(axes, left + 35, y, str(order[code]), SMALL, INK, True, "right")
        write(axes, left + 42, y, known[code].name, SMALL, TEXT, ha="left")
        write(axes, left + wide - 4, y, of.shown(code), SMALL, INK, True, "right")


def _mark(axes: Axes, x: float, y: float, sign: str) -> None:
    """The mark of a sign, as in the drawings of positions; a hatched square for a blank."""
    if sign == "blank":
        paint(axes, gpd.GeoSeries([box(x - 6, y - 5, x + 6, y + 5)]), "#fff", NOTE, 1)
        axes.collections[-1].set_hatch(BLANK)
        return
    colour, hollow = COLOURS[sign], sign == "comparable"
    stroke(
        axes, [x], [y], marker=MARKS[sign], ms=7 if hollow else 9, ls="",
        mfc="#fff" if hollow else colour, mec=colour, mew=2.4 if hollow else 0,
    )  # fmt: skip


def _legend(axes: Axes, of: Mapped) -> None:
    """What the marks that are there mean."""
    x, held = 0.0, {of.sign(code) for code in of.seen}
    for sign in SIGNS:
        if sign in held:
            words = say(f"map_sign_{sign}")
            _mark(axes, x + 7, 8.5, sign)
            write(axes, x + 18, 4, words, SMALL, NOTE, ha="left")
            x += 18 + width(words, SMALL) + 18


# --- its words -----------------------------------------------------------------------------------


@plainly
def exhibit(of: Mapped) -> Exhibit:
    """The map, and its table folded."""
    image, alt = svg(axes_of(of), halo=True), alternative(of)
    caption = say("map_caption", told=of.caption, cites=" ; ".join(of.cites))
    figure = Figure(Picture(image, alt, *atlas.size(image), paper=15.5), of.title, caption)
    rows = tuple(
        (f"{numbers()[code]} {neighbourhoods()[code].name}", of.shown(code), of.words(code))
        for code in of.seen
    )
    head = say("column_area"), say("column_value"), wording.say("landmarks", "reads")
    folded = Fold(say("data"), Table(of.title, head, rows, numeric=1), data=True)
    return Exhibit((figure, folded), of.title, "", _data(of), alt)


def alternative(of: Mapped) -> str:
    """Every value, in words."""
    told = [f"{neighbourhoods()[code].name} {of.shown(code)}, {of.words(code)}" for code in of.seen]
    return say("map_alt", title=of.title, told=" ; ".join(told))


def _data(of: Mapped) -> pd.DataFrame:
    """One row per neighbourhood: ``code, name, year, value, status, verdict``."""
    known, year = neighbourhoods(), of.first.year
    rows = [
        (code, known[code].name, year, one.value, one.status, one.verdict)
        if (one := of.seen[code])
        else (code, known[code].name, year, float("nan"), "not_published", "not_compared")
        for code in of.seen
    ]
    return pd.DataFrame(rows, columns=["code", "name", "year", "value", "status", "verdict"])
