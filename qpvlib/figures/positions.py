"""Where a neighbourhood stands among the metropolitan QPV, one indicator at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from qpvlib.catalogue import Indicator, catalogue, wording
from qpvlib.diagnosis.reading import Reading, read
from qpvlib.document.blocks import Content, Figure, Fold, Picture, Table, fill, strong
from qpvlib.document.exhibits import Exhibit
from qpvlib.document.named import named
from qpvlib.document.palette import BAND, CENTRE, COLOURS, INK, MEDIAN, NOTE, PEER, TEXT
from qpvlib.figures.canvas import canvas, plainly, say, stroke, strokes, svg, width, write
from qpvlib.figures.land import folded
from qpvlib.tables.areas import Neighbourhood
from qpvlib.tables.given import understanding

CHART, EDGE_GAP, HILL = 440, 16, 56  # width, side margin and height of the silhouette, in pixels


class _Axis:
    """Value → pixel, from the distribution's first percentile to its last, and further if needed.

    Own value and the département's QPV always fit; other areas if they are not too far.
    """

    def __init__(self, seen: Reading):
        limits = seen.limits
        kept = [limits.at(1), limits.at(99), *seen.peers]
        if seen.published:
            kept.append(seen.value)
        low, high = min(kept), max(kept)
        far = 0.5 * (limits.at(99) - limits.at(1))
        references = [r.value for r in seen.around]
        near = [v for v in references if low - far <= v <= high + far]
        self.low, self.high = min([low, *near]), max([high, *near])
        self.step = (CHART - 2 * EDGE_GAP) / ((self.high - self.low) or 1)

    def __call__(self, value: float | np.ndarray):
        return EDGE_GAP + (value - self.low) * self.step

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True)
class _Callout:
    """A name and a value, tied to a place on the axis."""

    x: float
    name: str
    value: str
    colour: str = TEXT
    size: float = 14
    beyond: int = 0

    @property
    def width(self) -> float:
        names = max(width(line, 13) for line in self.name.split("\n"))
        return max(names, width(self.value, self.size, True))


def _spread_out(callouts: list[_Callout], gap: float = 12) -> list[float]:
    """Centres of the callouts, in their order, moved apart and kept in the picture."""
    if not callouts:
        return []
    half = np.array([c.width / 2 for c in callouts])
    least = half[:-1] + half[1:] + gap
    centres = np.array([c.x for c in callouts], dtype=float)
    for _ in range(40):
        lack = np.maximum(least - np.diff(centres), 0) / 2
        centres[:-1] -= lack
        centres[1:] += lack
        centres = np.clip(centres, half + 2, CHART - half - 2)
    for i, step in enumerate(least):
        centres[i + 1] = max(centres[i + 1], centres[i] + step)
    return list(centres)


def _silhouette(axes: Axes, seen: Reading, axis: _Axis, base: float) -> None:
    """Smooth shape of the distribution, its central half darker."""
    sns.kdeplot(
        x=axis(seen.limits.grid), ax=axes, bw_adjust=0.6, gridsize=90, clip=(2, CHART - 2), cut=2,
        warn_singular=False,
    )  # fmt: skip
    if not axes.lines:  # all have the same value
        return
    curve = axes.lines[-1]
    x, y = curve.get_data()
    curve.remove()
    axes.set(xlim=(0, CHART))
    y = base + HILL * y / y.max()
    left, right = axis(seen.limits.at(25)), axis(seen.limits.at(75))
    middle = np.unique([left, *x[(x > left) & (x < right)], right])
    for along, colour in ((x, BAND), (middle, CENTRE)):
        ends = [along[0], *along, along[-1]]
        style = {"facecolor": colour, "edgecolor": PEER, "lw": 0.8, "clip_on": False}
        axes.fill(ends, [base, *np.interp(along, x, y), base], **style)


def _stem(
    axes: Axes, callout: _Callout, centre: float, ends: tuple[float, float, float], style: dict
) -> None:
    """A line from a mark to its callout: upright, then aslant where the callout was moved."""
    start, turn, end = ends
    half = max(callout.width / 2 - 6, 0)
    foot = min(max(callout.x, centre - half), centre + half)
    stroke(axes, [callout.x, callout.x, foot], [start, turn, end], **style)


def _above(axes: Axes, seen: Reading, axis: _Axis, base: float) -> None:
    """Median and own value, with their callouts over the silhouette."""
    x, value = axis(seen.limits.at(50)), seen.value
    median = _Callout(x, say("median"), seen.metropole_shown, MEDIAN)
    if seen.published:
        mine = _Callout(axis(value), seen.place.name, seen.amount, COLOURS[seen.sign], 19)
    else:
        mine = _Callout(CHART * (0.25 if x > CHART / 2 else 0.75), "", say("blank"), INK, 15)
    callouts = sorted([median, mine], key=lambda c: (c.x, c is mine))
    ends = (base, base + HILL + 5, base + HILL + 14)
    for callout, centre in zip(callouts, _spread_out(callouts), strict=True):
        style = {"color": callout.colour, "lw": 1.2 if callout is mine else 2}
        if callout.name:
            _stem(axes, callout, centre, ends, style)
        y = base + HILL + 19
        write(axes, centre, y, callout.value, callout.size, callout.colour, bold=True)
        write(axes, centre, y + callout.size + 2, callout.name, 13, callout.colour)


MARKS = {"harder": "o", "easier": "D", "comparable": "o", "descriptive": "s"}


def _mark(axes: Axes, seen: Reading, axis: _Axis, base: float) -> None:
    """The neighbourhood's mark on its noise."""
    if not seen.published:
        return
    value, noise, sign = seen.value, seen.noise, seen.sign
    colour = COLOURS[sign]
    if pd.notna(noise):
        ends = np.clip(axis(np.array([value - noise, value + noise])), 2, CHART - 2)
        stroke(axes, ends, [base, base], color=colour, lw=3, solid_capstyle="butt")
    hollow = sign == "comparable"
    stroke(
        axes, [axis(value)], [base], marker=MARKS[sign], ms=13 if hollow else 15, ls="",
        mfc="#fff" if hollow else colour, mec=colour if hollow else "#fff",
        mew=4 if hollow else 1.5, gid=f"mark-{sign}",
    )  # fmt: skip


def _callouts_around(seen: Reading, axis: _Axis) -> list[_Callout]:
    found = []
    for one in seen.around:
        inside = axis.holds(one.value)
        beyond = 0 if inside else int(np.sign(one.value - axis.low))
        x = axis(one.value) if inside else {1: CHART - 4, -1: 4}[beyond]
        value = {1: f"{one.shown} →", -1: f"← {one.shown}"}.get(beyond, one.shown)
        found.append(_Callout(x, folded(one.name, 14), value, TEXT, 14, beyond))
    return sorted(found, key=lambda c: c.x)


def _below(axes: Axes, seen: Reading, axis: _Axis, base: float) -> None:
    """Other QPV of the département, then communes and département with their callouts."""
    if seen.peers:
        lines = [[(axis(v), base - 13), (axis(v), base - 6)] for v in seen.peers]
        strokes(axes, lines, PEER, 1.3)
    callouts = _callouts_around(seen, axis)
    style = {"color": PEER, "lw": 0.9}
    for callout, centre in zip(callouts, _spread_out(callouts), strict=True):
        if not callout.beyond:
            stroke(
                axes, [callout.x], [base - 22], marker="^", ms=9, mfc="#fff", mec=MEDIAN, mew=1.4,
                ls="", gid="mark-reference",
            )  # fmt: skip
            _stem(axes, callout, centre, (base - 28, base - 31, base - 37), style)
        write(axes, centre, base - 51, callout.value, 14, bold=True)
        for i, line in enumerate(callout.name.split("\n")):
            write(axes, centre, base - 66 - 14 * i, line, 13)


def _ends(axes: Axes, declared: Indicator) -> None:
    """What left and right mean, in words."""
    left, right = {
        "lower": ("less", "more"), "higher": ("more", "less"), "none": ("low", "high")
    }[declared.favourable]  # fmt: skip
    for x, way in ((7, "<"), (CHART - 7, ">")):
        stroke(axes, [x], [9.5], marker=way, ms=6, color=NOTE, mew=0, ls="")
    write(axes, 15, 5, say(left), 13, NOTE, ha="left")
    write(axes, CHART - 15, 5, say(right), 13, NOTE, ha="right")


def drawn(seen: Reading) -> Axes:
    """Picture of a position."""
    tall = any("\n" in folded(one.name, 14) for one in seen.around)
    base = 102 + 14 * tall if seen.around else 42
    height = base + HILL + 58 if seen.limits is not None else 48
    axes = canvas(CHART, height)
    if seen.limits is None:
        write(axes, CHART / 2, height / 2, say("no_spread"), 14)
        return axes
    axis = _Axis(seen)
    _silhouette(axes, seen, axis, base)
    stroke(axes, [2, CHART - 2], [base, base], color=PEER, lw=1)
    _above(axes, seen, axis, base)
    _below(axes, seen, axis, base)
    _mark(axes, seen, axis, base)
    _ends(axes, seen.declared)
    return axes


@understanding
@plainly
def position(
    place: Neighbourhood, indicator: str, positions: pd.DataFrame | None = None
) -> Exhibit:
    """Where a neighbourhood stands among the metropolitan QPV, for one indicator.

    Low values on the left, whatever the polarity, which the ends say in words.

    Parameters
    ----------
    positions : DataFrame, optional
        As ``compare`` gives for this neighbourhood; computed for the indicator when left out.

    Returns
    -------
    Exhibit
        ``data`` has one row per figure shown: ``area, value, high, year``; ``high`` is the upper
        end of an interval, in the indicator's unit.
    """
    seen = read(place, indicator, positions)
    axes = drawn(seen)
    image, height = svg(axes), int(axes.get_ylim()[1])
    title = say("position_title", label=seen.declared.label, year=seen.when)
    alt, data = in_words(seen), _position_data(seen)
    picture = Picture(image, alt, CHART, height)
    shown = Figure(picture, title, _position_caption(seen))
    folded = Fold(say("data"), _position_table(seen, data), data=True)
    return Exhibit((shown, folded), title, place.code, data, alt)


def alone(
    place: Neighbourhood, indicator: str, positions: pd.DataFrame | None = None
) -> tuple[Reading, Callable[[], Axes], str]:
    """A drawing that stands without its page: its figure, how it is drawn, its alternative text."""
    seen = read(place, indicator, positions)
    return seen, partial(drawn, seen), in_words(seen)


def _position_caption(seen: Reading) -> Content:
    phrases, label = catalogue().phrases["figures"], named(seen.code, strong(seen.declared.label))
    if seen.limits is None:
        return fill(phrases["position_alone"], label=label, year=seen.when)
    n = wording.number(seen.limits.n)
    return fill(phrases["position_caption"], label=label, year=seen.when, n=n)


def in_words(seen: Reading) -> str:
    """The same, for who does not see it."""
    median = ""
    if seen.limits is not None:
        n = wording.number(seen.limits.n)
        median = say("position_median", median=seen.metropole_shown, n=n)
    parts = {"label": seen.declared.label, "year": seen.when, "median": median}
    if not seen.published:
        return say("position_blank_alt", **parts)
    around = "".join(f" ; {one.shown} {one.locative}" for one in seen.around)
    descriptive = catalogue().phrases["reading"]["descriptive"]
    return say(
        "position_alt", **parts, name=seen.place.name, value=seen.amount,
        reading=descriptive if seen.declared.descriptive else seen.words, around=around,
    )  # fmt: skip


def _position_data(seen: Reading) -> pd.DataFrame:
    """One row per figure shown; an interval has two ends."""
    own = seen.decimals
    rows = [(seen.place.name, seen.value, np.nan, own)]
    if seen.limits is not None:
        limits, n = seen.limits, wording.number(seen.limits.n)
        rows += [
            (say("all_median", n=n), seen.median, np.nan, own),
            (say("half"), limits.at(25), limits.at(75), own),
            (say("eight"), limits.at(10), limits.at(90), own),
        ]
    if seen.peers:
        key = "others" if len(seen.peers) > 1 else "other"
        label = say(key, of=seen.place.departement_of, n=len(seen.peers))
        high = max(seen.peers) if len(seen.peers) > 1 else np.nan
        rows.append((label, min(seen.peers), high, own))
    rows += [(one.name, one.value, np.nan, one.decimals) for one in seen.around]
    data = pd.DataFrame(rows, columns=["area", "value", "high", "decimals"])
    return data.assign(year=int(seen.year))


def _position_table(seen: Reading, data: pd.DataFrame) -> Table:
    def told(row: object) -> str:
        low, high = (
            wording.value(value, seen.declared.unit, int(row.decimals))
            for value in (row.value, row.high)
        )
        return say("between", low=low, high=high) if pd.notna(row.high) else low

    rows = tuple((row.area, told(row)) for row in data.itertuples())
    caption = say("position_table", label=seen.declared.label, year=seen.when)
    return Table(caption, (say("column_area"), say("column_value")), rows, numeric=1)
