"""The small drawing of a distribution: where the metropolitan QPV are, and the ones of here."""

from collections.abc import Sequence

from lxml.builder import E

from qpvlib.diagnosis.spreads import Spread
from qpvlib.document.blocks import Drawing
from qpvlib.document.palette import BAND, CENTRE, MEDIAN, PEER
from qpvlib.figures.rows import picture

WIDE, MARGIN = 100.0, 2.0  # of the drawing, which stretches; what is left on both sides


def span(limits: Spread, values: Sequence[float]) -> Drawing:
    """From the 10th to the 90th percentile, the central half, the median; below, a tick a value.

    Low values on the left, whatever the polarity; the scale holds every value.
    """
    low = min([limits.at(10), *values])
    wide = (max([limits.at(90), *values]) - low) or 1.0

    def place(value: float) -> float:
        return MARGIN + (WIDE - 2 * MARGIN) * (value - low) / wide

    def bar(first: int, last: int) -> str:
        left, right = place(limits.at(first)), place(limits.at(last))
        return f"M{left:.1f} .5H{right:.1f}V9.5H{left:.1f}z"

    ticks = "".join(f"M{x}12v6" for x in dict.fromkeys(f"{place(v):.1f} " for v in sorted(values)))
    thin = {"vector-effect": "non-scaling-stroke"}
    edged = thin | {"stroke": PEER}
    return picture(
        E.path(edged, d=bar(10, 90), fill=BAND), E.path(edged, d=bar(25, 75), fill=CENTRE),
        E.path(thin | {"stroke-width": "2"}, d=f"M{place(limits.at(50)):.1f} 0v10", stroke=MEDIAN),
        E.path(thin, d=ticks, stroke=PEER),
        **{"class": "span", "viewBox": "0 0 100 18", "preserveAspectRatio": "none"},
    )  # fmt: skip
