"""Pictures laid out in CSS pixels, y upwards; lean SVG, the same bytes on every machine."""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.textpath import text_to_path

from qpvlib.catalogue import QpvError, wording
from qpvlib.document.palette import TEXT
from qpvlib.document.writing import french

STACK = '"Segoe UI",-apple-system,Roboto,"Helvetica Neue",Arial,sans-serif'
FONT = "DejaVu Sans"  # the widest of the usual ones, shipped with matplotlib: what fits in it fits
FACES = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}
STYLE = {"svg.hashsalt": "qpvlib", "svg.fonttype": "none", "font.family": FONT}
DPI = 72  # one pixel of ours is one point of matplotlib
NO_DATE = {"Date": None, "Creator": None, "Format": None, "Type": None}

Given, Told = ParamSpec("Given"), TypeVar("Told")
Box = tuple[float, float, float, float]  # left, bottom, right, top


def say(key: str, **parts: object) -> str:
    """A sentence of the figures (``phrases.toml``, group ``figures``)."""
    return wording.say("figures", key, **parts)


def plainly(draw: Callable[Given, Told]) -> Callable[Given, Told]:
    """Draw with matplotlib's own settings, whatever the user's: the same bytes on every machine."""

    @wraps(draw)
    def drawn(*given: Given.args, **named: Given.kwargs) -> Told:
        with mpl.rc_context():
            mpl.rcdefaults()
            mpl.rcParams.update(STYLE)
            return draw(*given, **named)

    return drawn


def canvas(width: float, height: float) -> Axes:
    """Axes of ``width × height`` pixels, y upwards, that fill their figure, blank.

    Always the same ones, wiped: one picture at a time, finished by ``svg``. Within ``onto``, those
    that it was given.
    """
    given = _given.get()
    axes = given or _axes()
    for artist in (*axes.lines, *axes.collections, *axes.patches, *axes.texts):
        artist.remove()
    if given:
        axes.set_axis_off()
    else:
        axes.figure.set_size_inches(width / DPI, height / DPI)
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    return axes


_given: ContextVar[Axes | None] = ContextVar("axes", default=None)


@contextmanager
def onto(axes: Axes) -> Iterator[None]:
    """Draw the next picture in these axes, in pixels all the same."""
    token = _given.set(axes)
    try:
        yield
    finally:
        _given.reset(token)


@cache
def _axes() -> Axes:
    # Making axes takes longer than drawing most of our pictures in them.
    figure = Figure(dpi=DPI)
    FigureCanvasAgg(figure)  # kept too: pictures of one size share its pixels and its texts' sizes
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xticks=[], yticks=[])
    return axes


class _Renderer(RendererSVG):
    """Measures a text once, however many pictures write it."""

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: bool
    ) -> tuple[float, float, float]:
        return _measured(s, prop, ismath)


_measured = lru_cache(10_000)(text_to_path.get_text_width_height_descent)


def svg(axes: Axes, halo: bool = False, told: dict[str, str] | None = None) -> str:
    """The picture as SVG text: same input, same bytes; the page's fonts; short numbers.

    ``told`` is what a file of its own says of itself, in the terms of Dublin Core.
    """
    out = io.StringIO()
    wide, high = axes.figure.get_size_inches() * DPI
    # The axes alone: what a figure does to save itself takes as long as drawing what is in them.
    renderer = _Renderer(wide, high, out, metadata=NO_DATE | (told or {}))
    renderer.open_group("figure")
    axes.draw(renderer)
    renderer.close_group("figure")
    renderer.finalize()
    lean = _lean(out.getvalue(), halo)
    return _alone(lean, out.getvalue()) if told else lean


def _alone(lean: str, whole: str) -> str:
    """A picture for a file of its own: its title, what matplotlib wrote of it, and white paper."""
    said = re.sub(r">\s+<", "><", re.search(r"<metadata>.*?</metadata>", whole, re.DOTALL)[0])
    paper = '<rect width="100%" height="100%" fill="#fff"/>'
    lean = lean.replace("<svg ", '<svg role="img" ', 1)
    return lean.replace("</title>", f"</title>{said}{paper}", 1)


FACE = f"text{{font-family:{STACK}}}"
_HALO = "text{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}"
JUNK = re.compile(
    r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>"
    r'| id="(?!mark)[A-Za-z0-9]+_\d+"| version="1.1"'
    r'| transform="rotate\(-?0(?:\.0+)? [^"]*"|; stroke-linejoin: miter|font-family: [^;"]*; ',
    re.DOTALL,
)


def _lean(svg: str, halo: bool) -> str:
    """SVG of matplotlib without what a browser does not need, in the page's own fonts."""
    svg = JUNK.sub("", svg)
    svg = re.sub(r'\b(d|x|y|transform)="([^"]*)"', _short, svg)
    svg = re.sub(r'(width|height)="(\d+)(?:\.\d+)?pt"', r'\1="\2"', svg)
    svg = svg.replace("</style>", f"{FACE}{_HALO if halo else ''}</style>", 1)
    return tidied(svg)


def tidied(svg: str) -> str:
    """SVG without the white space that says nothing."""
    svg = re.sub(r"<g>\s*</g>", "", re.sub(r"[ \n]+", " ", svg))
    # Written as an entity, the thin no-break space survives whoever tidies white space.
    return re.sub(r">\s+<", "><", svg).replace(wording.THIN, "&#8239;").strip()


_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")


def _short(found: re.Match) -> str:
    return f'{found[1]}="{_shortened(found[2])}"'


@lru_cache(maxsize=500)  # an outline of a département is in every page of its neighbourhoods
def _shortened(numbers: str) -> str:
    text = " ".join(_NUMBER.sub(_one_decimal, numbers).split())
    for letter in "MLQCz":
        text = text.replace(f" {letter}", letter).replace(f"{letter} ", letter)
    return text


def _one_decimal(number: re.Match) -> str:
    return f"{float(number[0]):.1f}".removesuffix(".0")


@cache
def font(size: float, bold: bool) -> FontProperties:
    """The font of the drawings, by its file: another one of its name elsewhere does not enter.

    Raises
    ------
    QpvError
        The file is not with matplotlib.
    """
    file = Path(mpl.get_data_path(), "fonts", "ttf", FACES[bold])
    if not file.is_file():
        raise QpvError(say("no_font", name=file.name, folder=file.parent))
    weight = "bold" if bold else "normal"
    return FontProperties(family=FONT, fname=file, size=size, weight=weight)


def width(text: str, size: float, bold: bool = False) -> float:
    """Width of a text in pixels, in the widest font."""
    return _measured(text.replace(wording.THIN, " "), font(size, bold), False)[0]


def write(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    size: float = 13,
    colour: str = TEXT,
    bold: bool = False,
    ha: str = "center",
) -> None:
    """A text at a place in pixels, ``size`` in pixels too."""
    axes.text(x, y, french(text), fontproperties=font(size, bold), color=colour, ha=ha)


def stroke(axes: Axes, x: Sequence[float], y: Sequence[float], **style: Any) -> None:
    """A line through points, or its markers, as ``Axes.plot`` would: ``style`` is of a Line2D."""
    axes.add_artist(Line2D(x, y, clip_on=False, **style))


def strokes(axes: Axes, lines: Sequence, colour: str, width: float, **style: Any) -> None:
    """Lines of one hand, each a sequence of points."""
    drawn = LineCollection(lines, color=colour, linewidth=width, clip_on=False, **style)
    axes.add_collection(drawn, autolim=False)


def shade(
    axes: Axes,
    x: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    colour: str,
    edge: str,
) -> None:
    """The surface between two lines of the same ``x``, and its outline, by which it is seen."""
    back = zip(reversed(x), reversed(high), strict=True)
    outline = [(x[0], high[0]), *zip(x, low, strict=True), (x[-1], high[-1]), *back]
    drawn = PolyCollection(
        [outline], facecolor=colour, edgecolor=edge, linewidth=0.8, clip_on=False
    )
    axes.add_collection(drawn, autolim=False)
