"""The drawings of a page, each as two files that stand without it: titled, sourced, SVG and PNG."""

import io
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patheffects import withStroke
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from qpvlib.catalogue import catalogue, wording
from qpvlib.diagnosis.change import trend
from qpvlib.document.palette import (
    ACCENT,
    BAND,
    CENTRE,
    EDGE,
    INK,
    LAND,
    NOISE,
    NOTE,
    PEER,
    RULE,
    TEXT,
    TINT,
)
from qpvlib.document.writing import french
from qpvlib.figures import atlas, changes, generations, mapped, maps, services
from qpvlib.figures import positions as positioned
from qpvlib.figures.canvas import DPI, Box, font, onto, plainly, svg, width, write
from qpvlib.figures.mapped import Mapped
from qpvlib.figures.stills import DOTS, pixels
from qpvlib.tables.areas import Neighbourhood, drawn_from, neighbourhoods, whole

NARROWEST, MARGIN = 300, 10  # of a drawing that stands alone, in pixels
HEAD, LINE = 14, 11  # sizes of its letters
LEADING = 4  # between two of its lines


class Alone(NamedTuple):
    """A drawing to be saved: its file's name, how it is drawn, what is written over and under."""

    name: str
    axes: Callable[[], Axes]
    title: str
    caption: str
    credit: str
    alt: str


class _Line(NamedTuple):
    """A line of text around a drawing: where it starts, in pixels over its bottom left corner."""

    y: float
    text: str
    size: float
    colour: str
    bold: bool


@plainly
def saved(drawings: list[Alone], office: str) -> dict[str, bytes]:
    """Each drawing as SVG and as PNG, by name of file: drawn once, saved twice."""
    found: dict[str, bytes] = {}
    for one in drawings:
        axes = one.axes()
        inside = pixels(axes)
        frame, lines = _framed(one, axes)
        told = {
            "Title": f"{one.title}. {one.caption}", "Description": one.alt, "Publisher": office,
            "Source": one.credit, "Rights": say("open"), "Language": "fr",
        }  # fmt: skip
        found[f"{one.name}.svg"] = _svg(axes, frame, lines, told).encode()
        found[f"{one.name}.png"] = _png(inside, frame, lines, told)
    return found


def say(key: str, **parts: object) -> str:
    """What is written on a drawing that stands alone (``phrases-donnees.toml``)."""
    return wording.say("alone", key, **parts)


def _framed(one: Alone, axes: Axes) -> tuple[Box, list[_Line]]:
    """A drawing with room over and under it for its title, its caption and its sources."""
    wide, high = axes.get_xlim()[1], axes.get_ylim()[1]
    full = max(wide, NARROWEST)
    over = [(line, HEAD, INK, True) for line in _lines(one.title, HEAD, full, True) if line]
    over += [(line, LINE, TEXT, False) for line in _lines(one.caption, LINE, full)]
    under = [(line, LINE, NOTE, False) for line in _lines(one.credit, LINE, full)]
    top, bottom = (2 * MARGIN + sum(size + LEADING for _, size, *_ in p) for p in (over, under))
    lines = []
    for part, y in ((over, high + top - MARGIN), (under, -MARGIN)):
        for text, size, colour, bold in part:
            y -= size + LEADING
            lines.append(_Line(y + LEADING, french(text), size, colour, bold))
    left = -MARGIN if wide + MARGIN <= full else 0  # under the texts, where there is room
    return (left, -bottom, full + left, high + top), lines


def _svg(axes: Axes, frame: Box, lines: list[_Line], told: dict[str, str]) -> str:
    left, bottom, right, top = frame
    _write(axes, frame, lines)
    axes.figure.set_size_inches((right - left) / DPI, (top - bottom) / DPI)
    return svg(axes, halo=True, told=told)


def _write(axes: Axes, frame: Box, lines: list[_Line]) -> None:
    left, bottom, right, top = frame
    for line in lines:
        write(axes, left + MARGIN, line.y, line.text, line.size, line.colour, line.bold, "left")
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)


def drawn(one: Alone, axes: Axes) -> None:
    """A drawing in some axes, with its texts, in pixels: whoever has the axes gives them a size."""
    with onto(axes):
        one.axes()
    for text in axes.texts:
        text.set_path_effects([withStroke(linewidth=3, foreground="#fff")])
    _write(axes, *_framed(one, axes))


def _png(inside: Image.Image, frame: Box, lines: list[_Line], told: dict[str, str]) -> bytes:
    left, bottom, right, top = frame
    scale = DOTS / DPI
    whole = Image.new("RGB", (round((right - left) * scale), round((top - bottom) * scale)), "#fff")
    whole.paste(inside, (round(-left * scale), round(top * scale) - inside.height))
    pen = ImageDraw.Draw(whole)
    for line in lines:
        face = _face(line.size * scale, line.bold)
        place = MARGIN * scale, (top - line.y) * scale
        pen.text(place, line.text, line.colour, face, "ls")
    said = PngImagePlugin.PngInfo()
    for key, text in told.items():
        said.add_itxt(key, text, "fr")
    out = io.BytesIO()
    light = whole.quantize(palette=_palette(), dither=Image.Dither.NONE)
    light.save(out, "png", pnginfo=said, dpi=(DOTS, DOTS))
    return out.getvalue()


@cache
def _face(size: float, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(
        font(size, bold).get_file(), size, layout_engine=ImageFont.Layout.BASIC
    )


@cache
def _palette() -> Image.Image:
    """Our colours and what is between them at the edge of a line: what a lighter picture has."""
    grounds = [to_rgb(colour) for colour in ("#fff", LAND, TINT, NOISE, CENTRE, BAND)]
    inks = [to_rgb(colour) for colour in (INK, TEXT, NOTE, ACCENT, PEER, EDGE, RULE)]
    steps = [
        tuple(a + (b - a) * i / n for a, b in zip(ground, ink, strict=True))
        for ground, n in zip(grounds, (6, 4, 4, 4, 4, 4), strict=True)
        for ink in inks
        for i in range(1, n)
    ]
    held = Image.new("P", (1, 1))
    held.putpalette([round(255 * part) for one in (*grounds, *inks, *steps) for part in one])
    return held


def _lines(text: str, size: float, full: float, bold: bool = False) -> list[str]:
    """A text in lines that fit, in the widest font."""
    lines: list[list[str]] = []
    left, space = 0.0, size / 3
    for word in text.split(" "):
        wide = width(word, size, bold)  # the same words come again and again: lines do not
        left -= wide + space
        if left < 0:
            lines.append([])
            left = full - 2 * MARGIN - wide
        lines[-1].append(word)
    return [" ".join(words) for words in lines]


# --- those of the pages --------------------------------------------------------------------------


def of_page(place: Neighbourhood) -> list[Alone]:
    """The maps and the trends of a diagnosis."""
    return [*of_maps(place), *of_trends(place)]


def _title(place: Neighbourhood) -> str:
    communes = wording.listed([area.name for area in place.communes])
    return say("title", name=place.name, communes=communes)


def of_position(
    place: Neighbourhood, indicator: str, positions: pd.DataFrame | None = None
) -> list[Alone]:
    """Where a neighbourhood stands, for one indicator."""
    seen, axes, alt = positioned.alone(place, indicator, positions)
    parts = {"label": seen.declared.label, "year": seen.when}
    caption = say("position" if seen.limits else "position_none", **parts)
    credit = say("credit", cites=seen.cite, licence=say("open"))
    name = f"position-{indicator.replace('_', '-')}"
    return [Alone(name, axes, _title(place), caption, credit, alt)]


def of_all(generation: str = "2015") -> list[Alone]:
    """The map of an index."""
    n, alt = len(neighbourhoods(generation)), atlas.overview_alt(generation)
    sources = f"anct_perimetres_{generation}", "ign_communes", "ign_departement"
    axes, title = partial(atlas.overview_axes, generation), say("overview", n=n, of=whole()[1])
    return [Alone("carte", axes, title, say("numbered"), _credit(sources), alt)]


def of_map(of: Mapped) -> list[Alone]:
    """An indicator on the map."""
    credit = say("credit", cites=" ; ".join(of.cites), licence=say("open"))
    axes, alt = partial(mapped.axes_of, of), mapped.alternative(of)
    return [Alone("carte-indicateur", axes, of.title, of.caption, credit, alt)]


MAPS = {
    "departement": ("carte-departement", ("ign_departement", "ign_epci", "ign_communes")),
    "commune": ("carte-commune", ("anct_perimetres_2015", "ign_communes")),
    "perimeter": ("carte-perimetre", ("anct_perimetres_2015", "ign_communes")),
}


def of_maps(place: Neighbourhood) -> Iterator[Alone]:
    """Its maps that can be drawn."""
    title = _title(place)
    for key in maps.known(place):
        draw, _, words = maps.MAPS[key]
        (name, sources), (caption, alt) = MAPS[key], words(place)
        if key == "perimeter":
            later = ("anct_perimetres_2024",) if generations.drawn(place) else ()
            sources = (*sources, *later, *dict.fromkeys(services.near(place).source))
        yield Alone(name, partial(draw, place), title, caption, _credit(sources), alt)


def _credit(sources: tuple[str, ...]) -> str:
    """Sources of a map, whose dates their names tell, and the licences that are not the usual."""
    held, every = drawn_from(), catalogue().sources
    known = [
        every[s] for s in sources if s in held or every[s].level not in ("outline", "perimeter")
    ]
    cites = " ; ".join(dict.fromkeys(source.cite for source in known))
    others = dict.fromkeys(s.licence for s in known if not s.licence.startswith(say("open")))
    return say("credit", cites=cites, licence=" ; ".join([say("open"), *others]))


def of_trends(place: Neighbourhood, indicators: Iterable[str] = changes.TRENDS) -> Iterator[Alone]:
    """Its trends; nothing of an indicator without any value."""
    title = _title(place)
    for code in indicators:
        told = trend(place, code)
        if drawn := changes.alone(told):
            axes, words, alt = drawn
            key = () if told.declared.measure == "count" else (say("key"),)
            cites = dict.fromkeys(one.cite for one in told.series)
            years = wording.span(told.points.year)
            dated = " ; ".join(say("dated", cite=cite, years=years) for cite in cites)
            credit = say("credit", cites=dated, licence=say("open"))
            name = f"evolution-{code.replace('_', '-')}"
            yield Alone(name, axes, title, " ".join([words, *key]), credit, alt)
