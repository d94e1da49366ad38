"""Pictures laid out in CSS pixels, y upwards; lean SVG, the same bytes on every machine."""

import io
import re
from collections.abc import Callable
from functools import cache, lru_cache, wraps
from typing import ParamSpec, TypeVar

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from qpvlib.catalogue import wording
from qpvlib.document.palette import TEXT
from qpvlib.document.writing import french

STACK = '"Segoe UI",-apple-system,Roboto,"Helvetica Neue",Arial,sans-serif'
FONT = "DejaVu Sans"  # the widest of the usual ones, shipped with matplotlib: what fits in it fits
STYLE = {"svg.hashsalt": "qpvlib", "svg.fonttype": "none", "font.family": FONT}
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
            return draw(*given, **named)

    return drawn


def canvas(width: float, height: float) -> Axes:
    """Axes of ``width × height`` pixels, y upwards, that fill their figure, blank.

    Always the same ones, wiped: one picture at a time, finished by ``svg``.
    """
    axes = _axes()
    for artist in (*axes.lines, *axes.collections, *axes.patches, *axes.texts):
        artist.remove()
    axes.figure.set_size_inches(width / 72, height / 72)
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    return axes


@cache
def _axes() -> Axes:
    # Making axes takes longer than drawing most of our pictures in them.
    axes = Figure().add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xticks=[], yticks=[])
    return axes


def svg(axes: Axes, halo: bool = False) -> str:
    """The picture as SVG text: same input, same bytes; the page's fonts; short numbers."""
    out = io.StringIO()
    with mpl.rc_context(STYLE):
        axes.figure.savefig(out, format="svg", metadata=NO_DATE, transparent=True)
    return _lean(out.getvalue(), halo)


_FACE = f"text{{font-family:{STACK}}}"
_HALO = "text{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}"
_JUNK = re.compile(
    r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>"
    r'|<g id="patch_1">.*?</g>| id="(?!mark)[A-Za-z0-9]+_\d+"| version="1.1"'
    r'| transform="rotate\(-?0(?:\.0+)? [^"]*"|; stroke-linejoin: miter|font-family: [^;"]*; ',
    re.DOTALL,
)


def _lean(svg: str, halo: bool) -> str:
    """SVG of matplotlib without what a browser does not need, in the page's own fonts."""
    svg = _JUNK.sub("", svg)
    svg = re.sub(r'\b(d|x|y|transform)="([^"]*)"', _short, svg)
    svg = re.sub(r'(width|height)="(\d+)(?:\.\d+)?pt"', r'\1="\2"', svg)
    svg = svg.replace("</style>", f"{_FACE}{_HALO if halo else ''}</style>", 1)
    svg = re.sub(r"<g>\s*</g>", "", re.sub(r"[ \n]+", " ", svg))
    # Written as an entity, the thin no-break space survives whoever tidies white space.
    return re.sub(r">\s+<", "><", svg).replace(wording.THIN, "&#8239;").strip()


def _short(found: re.Match) -> str:
    text = re.sub(
        r"-?\d+\.\d+(e-?\d+)?", lambda n: f"{float(n[0]):.1f}".removesuffix(".0"), found[2]
    )
    text = re.sub(r"\s+", " ", text).strip()
    tight = re.sub(r" ?([MLQCz]) ?", r"\1", text)
    return f'{found[1]}="{tight}"'


@cache
def _font(size: float, bold: bool) -> FontProperties:
    return FontProperties(family=FONT, size=size, weight="bold" if bold else "normal")


@lru_cache(maxsize=10_000)
def width(text: str, size: float, bold: bool = False) -> float:
    """Width of a text in pixels, in the widest font."""
    plain = text.replace(wording.THIN, " ")
    return text_to_path.get_text_width_height_descent(plain, _font(size, bold), False)[0]


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
    weight = "bold" if bold else "normal"
    axes.text(x, y, french(text), fontsize=size, color=colour, fontweight=weight, ha=ha)
