"""A figure that someone drew with matplotlib or seaborn → SVG for a page, as it was drawn."""

import io
import re
import sys
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from qpvlib.figures.canvas import FACE, JUNK, NO_DATE, STYLE, tidied

POINT = 4 / 3  # pixels: a letter of ten points is as large as on any page
SAVED = {name: STYLE[name] for name in ("svg.hashsalt", "svg.fonttype")}


class Drawn(NamedTuple):
    """A figure as SVG text, with its size in pixels."""

    svg: str
    width: int
    height: int


def figure_of(given: object) -> Figure | None:
    """The matplotlib figure behind what a notebook draws with; None for anything else.

    Parameters
    ----------
    given : object
        A ``Figure``; one of its ``Axes`` or of its artists, or several; a grid or a ``Plot`` of
        seaborn.
    """
    if isinstance(given, np.ndarray | list | tuple) and len(given):
        return figure_of(np.ravel(np.asarray(given, object))[0])
    if isinstance(given, Figure):
        return given
    if isinstance(given, Artist):
        return given.get_figure(root=True)
    if type(given).__module__.startswith("seaborn.") and hasattr(given, "on"):
        figure = Figure()
        given.on(figure).plot()
        return figure
    held = getattr(given, "figure", None)  # a grid of seaborn
    return held if isinstance(held, Figure) else None


def drawn(figure: Figure) -> Drawn:
    """A figure as SVG: same figure, same bytes."""
    out = io.StringIO()
    with mpl.rc_context(SAVED):
        figure.savefig(out, format="svg", bbox_inches="tight", metadata=NO_DATE)
    svg = JUNK.sub("", out.getvalue()).replace("</style>", f"{FACE}</style>", 1)
    wide, high = (float(n) for n in re.search(r'viewBox="0 0 (\S+) (\S+)"', svg).groups())
    return Drawn(tidied(svg), round(wide * POINT), round(high * POINT))


def close(figure: Figure) -> None:
    """Tell pyplot, if it is there, that the figure has been shown."""
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(figure)


def blank(figure: Figure) -> bool:
    """Whether nothing is drawn in it."""
    return not any(axes.has_data() or axes.texts or axes.images for axes in figure.axes)
