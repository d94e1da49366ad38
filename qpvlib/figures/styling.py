"""The look of the house for one's own chart: colours, letters, numbers as French writes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.axis import Axis
from matplotlib.scale import LinearScale, register_scale
from matplotlib.ticker import ScalarFormatter

from qpvlib.catalogue import wording
from qpvlib.document.palette import EDGE, INK, RULE, SERIES, TEXT
from qpvlib.figures.canvas import FONT

LONG = 10_000  # from here on, thousands are set apart: no year is
RC: dict[str, Any] = {
    "font.family": FONT, "font.size": 10, "text.color": TEXT,
    "figure.figsize": (6.4, 3.8), "figure.dpi": 110, "figure.facecolor": "#fff",
    "savefig.dpi": 200, "savefig.bbox": "tight", "svg.fonttype": "none",
    "axes.prop_cycle": cycler(color=SERIES), "axes.facecolor": "#fff", "axes.edgecolor": EDGE,
    "axes.labelcolor": TEXT, "axes.titlecolor": INK, "axes.titlelocation": "left",
    "axes.titlesize": 12, "axes.titleweight": "bold", "axes.titlepad": 12,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True,
    "axes.grid.axis": "y", "axes.axisbelow": True, "grid.color": RULE, "grid.linewidth": 0.8,
    "xtick.color": EDGE, "ytick.color": EDGE, "xtick.labelcolor": TEXT, "ytick.labelcolor": TEXT,
    "lines.linewidth": 2, "lines.markersize": 5, "legend.frameon": False,
    "axes.formatter.useoffset": False, "axes.formatter.limits": (-6, 12),
    "axes.unicode_minus": True,
}  # fmt: skip


class _Numbers(ScalarFormatter):
    """« 0,5 », « 12 000 »; a year stays « 2019 »."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        told = super().__call__(x, pos)
        whole, _, part = told.partition(".")
        if abs(x) >= LONG and whole.lstrip("−-").isdigit():
            whole = f"{int(whole.replace('−', '-')):,}".replace(",", wording.THIN)
            whole = whole.replace("-", "−")
        return f"{whole},{part}" if part else whole


_ours: ContextVar[bool] = ContextVar("style", default=False)


class _Linear(LinearScale):
    """The usual scale; on an axis made within ``style``, its numbers written so."""

    name = "linear"

    def __init__(self, *given: Axis) -> None:
        super().__init__(*given)  # the axis, which matplotlib gives, or no longer

    def set_default_locators_and_formatters(self, axis: Axis) -> None:
        super().set_default_locators_and_formatters(axis)
        if _ours.get():
            axis.set_major_formatter(_Numbers())


@contextmanager
def style() -> Iterator[None]:
    """Le style de la maison, pour un graphique de votre main.

    Couleurs, lettres et grille des figures du projet ; virgule décimale sur les axes. Les couleurs
    des séries ne disent ni « plus » ni « moins de difficultés » : ces deux-là sont aux figures.

    Returns
    -------
    gestionnaire de contexte
        Ce qui est tracé dans le bloc est dans ce style ; vos réglages reviennent ensuite.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> with style():
    ...     figure, axes = plt.subplots()
    ...     _ = axes.plot([2012, 2019], [42.5, 48.4])
    >>> axes.spines["top"].get_visible()
    False
    >>> plt.close(figure)
    """
    register_scale(_Linear)  # what an axis takes when it is made: no setting writes a comma
    token = _ours.set(True)
    try:
        with mpl.rc_context(RC):
            yield
    finally:
        _ours.reset(token)
