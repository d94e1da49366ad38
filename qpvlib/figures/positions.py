"""Where a neighbourhood stands among the metropolitan QPV, one indicator at a time."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from qpvlib.catalogue import Indicator, wording
from qpvlib.document import exhibits
from qpvlib.document.exhibits import Exhibit, escape
from qpvlib.figures.canvas import canvas, say, svg, width, write
from qpvlib.figures.maps import _folded
from qpvlib.figures.rows import BAND, CENTRE, COLOURS, INK, MEDIAN, NOTE, PEER, TEXT, View, view
from qpvlib.tables.areas import Neighbourhood

CHART, EDGE_GAP, HILL = 440, 16, 56  # width, side margin and height of the silhouette, in pixels


class _Axis:
    """Value → pixel, from the distribution's first percentile to its last, and further if needed.

    Own value and the département's QPV always fit; other areas if they are not too far.
    """

    def __init__(self, seen: View):
        limits = seen.limits
        kept = [limits.at(1), limits.at(99), *seen.peers]
        if seen.published:
            kept.append(seen.row["value"])
        low, high = min(kept), max(kept)
        far = 0.5 * (limits.at(99) - limits.at(1))
        references = [r["reference"] for r in seen.around]
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


def _silhouette(axes: Axes, seen: View, axis: _Axis, base: float) -> None:
    """Smooth shape of the distribution, its central half darker."""
    sns.kdeplot(
        x=axis(seen.limits.grid), ax=axes, bw_adjust=0.6, gridsize=90, clip=(2, CHART - 2), cut=2
    )
    curve = axes.lines[-1]
    x, y = curve.get_data()
    curve.remove()
    axes.set(xlim=(0, CHART))
    y = base + HILL * y / y.max()
    left, right = axis(seen.limits.at(25)), axis(seen.limits.at(75))
    middle = np.unique([left, *x[(x > left) & (x < right)], right])
    for along, colour in ((x, BAND), (middle, CENTRE)):
        ends = [along[0], *along, along[-1]]
        axes.fill(ends, [base, *np.interp(along, x, y), base], color=colour, lw=0, clip_on=False)


def _stem(
    axes: Axes, callout: _Callout, centre: float, ends: tuple[float, float, float], style: dict
) -> None:
    """A line from a mark to its callout: upright, then aslant where the callout was moved."""
    start, turn, end = ends
    half = max(callout.width / 2 - 6, 0)
    foot = min(max(callout.x, centre - half), centre + half)
    axes.plot([callout.x, callout.x, foot], [start, turn, end], clip_on=False, **style)


def _above(axes: Axes, seen: View, axis: _Axis, base: float) -> None:
    """Median and own value, with their callouts over the silhouette."""
    shown = seen.text(seen.row["reference"], seen.row["reference_decimals"])
    x, value = axis(seen.limits.at(50)), seen.row["value"]
    median = _Callout(x, say("median"), shown, MEDIAN)
    if seen.published:
        mine = _Callout(axis(value), seen.place.name, seen.text(value), COLOURS[seen.sign], 19)
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


def _mark(axes: Axes, seen: View, axis: _Axis, base: float) -> None:
    """The neighbourhood's mark on its noise."""
    if not seen.published:
        return
    value, noise, sign = seen.row["value"], seen.row["noise"], seen.sign
    colour = COLOURS[sign]
    if pd.notna(noise):
        ends = np.clip(axis(np.array([value - noise, value + noise])), 2, CHART - 2)
        axes.plot(ends, [base, base], color=colour, lw=3, solid_capstyle="butt", clip_on=False)
    hollow = sign == "comparable"
    axes.plot(
        [axis(value)], [base], MARKS[sign], ms=13 if hollow else 15, clip_on=False,
        mfc="#fff" if hollow else colour, mec=colour if hollow else "#fff",
        mew=4 if hollow else 1.5, gid=f"mark-{sign}",
    )  # fmt: skip


def _callouts_around(seen: View, axis: _Axis) -> list[_Callout]:
    found = []
    for row in seen.around:
        inside = axis.holds(row["reference"])
        beyond = 0 if inside else int(np.sign(row["reference"] - axis.low))
        x = axis(row["reference"]) if inside else {1: CHART - 4, -1: 4}[beyond]
        value = seen.text(row["reference"], row["reference_decimals"])
        value = {1: f"{value} →", -1: f"← {value}"}.get(beyond, value)
        found.append(_Callout(x, _folded(row["benchmark_name"], 14), value, TEXT, 14, beyond))
    return sorted(found, key=lambda c: c.x)


def _below(axes: Axes, seen: View, axis: _Axis, base: float) -> None:
    """Other QPV of the département, then communes and département with their callouts."""
    if seen.peers:
        axes.vlines(
            [axis(v) for v in seen.peers], base - 13, base - 6, color=PEER, lw=1.3, clip_on=False
        )
    callouts = _callouts_around(seen, axis)
    style = {"color": PEER, "lw": 0.9}
    for callout, centre in zip(callouts, _spread_out(callouts), strict=True):
        if not callout.beyond:
            axes.plot(
                [callout.x], [base - 22], "^", ms=9, mfc="#fff", mec=MEDIAN, mew=1.4,
                clip_on=False, gid="mark-reference",
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
    axes.plot([7], [9.5], "<", ms=6, color=NOTE, mew=0, clip_on=False)
    axes.plot([CHART - 7], [9.5], ">", ms=6, color=NOTE, mew=0, clip_on=False)
    write(axes, 15, 5, say(left), 13, NOTE, ha="left")
    write(axes, CHART - 15, 5, say(right), 13, NOTE, ha="right")


def _position_svg(seen: View) -> tuple[str, int]:
    """Picture of a position and its height."""
    names = [row["benchmark_name"] for row in seen.around]
    folded = any("\n" in _folded(name, 14) for name in names)
    base = 102 + 14 * folded if len(seen.around) else 42
    height = base + HILL + 58 if seen.limits is not None else 48
    axes = canvas(CHART, height)
    if seen.limits is None:
        write(axes, CHART / 2, height / 2, say("no_spread"), 14)
        return svg(axes), height
    axis = _Axis(seen)
    _silhouette(axes, seen, axis, base)
    axes.plot([2, CHART - 2], [base, base], color=PEER, lw=1, clip_on=False)
    _above(axes, seen, axis, base)
    _below(axes, seen, axis, base)
    _mark(axes, seen, axis, base)
    _ends(axes, seen.declared)
    return svg(axes), height


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
    seen = view(place, indicator, positions)
    svg, height = _position_svg(seen)
    year = wording.year_of(seen.row)
    title = say("position_title", label=seen.declared.label, year=year)
    alt = _position_alt(seen, year)
    data = _position_data(seen)
    picture = exhibits.image(svg, alt, CHART, height)
    table = _position_table(seen, data, year)
    return Exhibit(
        html=exhibits.figure(picture, escape(title), _position_caption(seen, year), table),
        title=title,
        area=place.code,
        data=data,
        alt=alt,
    )


def _position_caption(seen: View, year: str) -> str:
    label = escape(seen.declared.label)
    if seen.limits is None:
        return say("position_alone", label=label, year=year)
    return say("position_caption", label=label, year=year, n=wording.number(seen.limits.n))


def _position_alt(seen: View, year: str) -> str:
    row = seen.row
    median = ""
    if seen.limits is not None:
        shown = seen.text(row["reference"], row["reference_decimals"])
        median = say("position_median", median=shown, n=wording.number(seen.limits.n))
    parts = {"label": seen.declared.label, "year": year, "median": median}
    if not seen.published:
        return say("position_blank_alt", **parts)
    around = "".join(
        f" ; {seen.text(r['reference'], r['reference_decimals'])} {r['locative']}"
        for r in seen.around
    )
    reading = "donnée descriptive" if seen.declared.descriptive else wording.reading(row)
    return say(
        "position_alt", **parts, name=seen.place.name, value=seen.text(row["value"]),
        reading=reading, around=around,
    )  # fmt: skip


def _position_data(seen: View) -> pd.DataFrame:
    """One row per figure shown; an interval has two ends."""
    rows = [(seen.place.name, seen.row["value"], np.nan, seen.row["decimals"])]
    if seen.limits is not None:
        low = seen.limits
        decimals = seen.row["decimals"]
        n = wording.number(low.n)
        rows += [
            (
                say("all_median", n=n),
                seen.row["reference"],
                np.nan,
                seen.row["reference_decimals"],
            ),
            (say("half"), low.at(25), low.at(75), decimals),
            (say("eight"), low.at(10), low.at(90), decimals),
        ]
    if seen.peers:
        key = "others" if len(seen.peers) > 1 else "other"
        label = say(key, of=seen.place.departement_of, n=len(seen.peers))
        high = max(seen.peers) if len(seen.peers) > 1 else np.nan
        rows.append((label, min(seen.peers), high, seen.row["decimals"]))
    rows += [
        (r["benchmark_name"], r["reference"], np.nan, r["reference_decimals"]) for r in seen.around
    ]
    data = pd.DataFrame(rows, columns=["area", "value", "high", "decimals"])
    return data.assign(year=int(seen.row["year"]))


def _position_table(seen: View, data: pd.DataFrame, year: str) -> str:
    rows = []
    for area, value, high, decimals in zip(
        data.area, data.value, data.high, data.decimals, strict=True
    ):
        shown = seen.text(value, decimals)
        if pd.notna(high):
            shown = say("between", low=shown, high=seen.text(high, decimals))
        rows.append([escape(area), shown])
    caption = escape(say("position_table", label=seen.declared.label, year=year))
    return exhibits.table(caption, ["Territoire", "Valeur"], rows)
