"""How a neighbourhood changed, and whether it can be said."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from qpvlib.catalogue import catalogue, wording
from qpvlib.diagnosis.change import Trend, trend
from qpvlib.diagnosis.reading import Reading
from qpvlib.diagnosis.trajectory import Trajectory, trajectories
from qpvlib.document.blocks import Figure, Fold, Group, Heading, Paragraph, Picture, Table, strong
from qpvlib.document.exhibits import Exhibit
from qpvlib.document.named import named
from qpvlib.document.palette import ACCENT, EDGE, FRINGE, NOISE, NOTE, PEER
from qpvlib.figures import gaps
from qpvlib.figures.canvas import canvas, plainly, say, shade, stroke, strokes, svg, write
from qpvlib.tables.areas import Neighbourhood
from qpvlib.tables.given import understanding

SMALL_WIDE, SMALL_HIGH = 222, 136
TREND_FRAME = (12, 36, 142, 114)  # left, bottom, right, top of the lines, in pixels
TRENDS = ("taux_pauvrete", "niveau_vie_median", "taux_emploi_femmes", "population")


# --- the drawing -------------------------------------------------------------------------------


def _with(series: Sequence[Reading], of: str) -> list[Reading]:
    """The readings that have a ``value``, or a ``median``."""
    return [one for one in series if pd.notna(getattr(one, of))]


def _segments(
    series: Sequence[Reading], breaks: tuple[int, ...], of: str = "value"
) -> list[list[Reading]]:
    """Stretches of published years that a line may join: no break, no missing year inside.

    Two dates alone are joined, whatever lies between.
    """
    shown = _with(series, of)
    if len(shown) == 2 and not any(shown[0].year < b <= shown[1].year for b in breaks):
        return [shown]
    parts: list[list[Reading]] = []
    for one in shown:
        follows = parts and parts[-1][-1].year == one.year - 1
        if follows and one.year not in breaks:
            parts[-1].append(one)
        else:
            parts.append([one])
    return parts


class _Small:
    """Year and value → pixels, in a small drawing."""

    def __init__(self, told: Trend):
        noise, series = told.noise or 0, told.series
        values = [one.value + half for one in series for half in (-noise, noise)]
        # A count starts from zero, and has no median to be read against.
        values += [0] if told.declared.measure == "count" else [one.median for one in series]
        self.low, self.high = np.nanmin(values), np.nanmax(values)
        self.first, self.last = series[0].year, series[-1].year
        self.noise = self.y(noise) - self.y(0)

    def x(self, year: float) -> float:
        left, _, right, _ = TREND_FRAME
        return left + (year - self.first) / max(self.last - self.first, 1) * (right - left)

    def y(self, value: float) -> float:
        _, low, _, high = TREND_FRAME
        return low + (value - self.low) / ((self.high - self.low) or 1) * (high - low)

    def line(self, part: list[Reading], of: str) -> tuple[list[float], list[float]]:
        """Pixels of a stretch of years."""
        return [self.x(one.year) for one in part], [self.y(getattr(one, of)) for one in part]


def _dash(x: list[float], y: list[float]) -> tuple[list[float], list[float]]:
    """A line, or a dash where there is but one point."""
    return (x, y) if len(x) > 1 else ([x[0] - 3, x[0] + 3], y * 2)


def _trend_line(axes: Axes, told: Trend, part: list[Reading], at: _Small) -> None:
    """A stretch in its noise; strong where it is the one compared."""
    x, y = at.line(part, "value")
    compared = bool(told.ends) and part[0].year <= told.first <= part[-1].year
    if told.noise:
        wide, middle = _dash(x, y)
        low, high = ([m + sign * at.noise for m in middle] for sign in (-1, 1))
        shade(axes, wide, low, high, NOISE, FRINGE)
    stroke(
        axes, x, y, color=ACCENT, lw=2.4 if compared else 1.4, marker="o",
        ms=4.5 if compared else 3.5, mew=0, solid_joinstyle="round",
    )  # fmt: skip


def _trend_median(axes: Axes, part: list[Reading], at: _Small) -> None:
    x, y = at.line(part, "median")
    stroke(axes, x, y, color=PEER, lw=1.5, ls=(0, (4, 3)) if len(part) > 1 else "-")
    if len(part) == 1:
        stroke(axes, *_dash(x, y), color=PEER, lw=1.5)


def _trend_axes(told: Trend) -> Axes:
    axes, at, breaks = canvas(SMALL_WIDE, SMALL_HIGH), _Small(told), told.declared.breaks
    for part in _segments(told.series, breaks, "median"):
        _trend_median(axes, part, at)
    for part in _segments(told.series, breaks):
        _trend_line(axes, told, part, at)
    _trend_years(axes, told, at)
    _last_values(axes, told, at)
    _first_value(axes, told, at)
    return axes


def _trend_years(axes: Axes, told: Trend, at: _Small) -> None:
    left, _, right, _ = TREND_FRAME
    stroke(axes, [left - 8, right + 8], [20, 20], color=EDGE, lw=1)
    years = [at.x(one.year) for one in told.series]
    strokes(axes, [[(x, 16), (x, 20)] for x in years], NOTE, 0.9)
    write(axes, left - 8, 3, str(at.first), 12, NOTE, ha="left")
    write(axes, right + 8, 3, str(at.last), 12, NOTE, ha="right")


def _last_values(axes: Axes, told: Trend, at: _Small) -> None:
    """The last value and the last median, written without touching each other."""
    last = _with(told.series, "value")[-1]
    notes = [(at.y(last.value), last.amount, ACCENT, True)]
    for one in _with(told.series, "median")[-1:]:
        notes.append((at.y(one.median), one.metropole_shown, NOTE, False))
    heights = _apart([y for y, *_ in notes])
    for y, (_, text, colour, bold) in zip(heights, notes, strict=True):
        write(axes, TREND_FRAME[2] + 8, y - 4.5, text, 13, colour, bold, ha="left")


def _apart(heights: list[float], least: float = 17) -> list[float]:
    if len(heights) < 2 or abs(heights[0] - heights[1]) >= least:
        return heights
    middle, sign = sum(heights) / 2, 1 if heights[0] >= heights[1] else -1
    return [middle + sign * least / 2, middle - sign * least / 2]


def _first_value(axes: Axes, told: Trend, at: _Small) -> None:
    """Over the first point, or under where the median is in the way; not where it is the last."""
    first, *others = _with(told.series, "value")
    if not others:
        return
    near = [one for one in told.series if one.year <= first.year + 3]
    values = [one.value for one in _with(near, "value")]
    over, under = at.y(max(values)) + at.noise + 6, at.y(min(values)) - at.noise - 15
    crossed = any(over - 6 < at.y(one.median) < over + 14 for one in _with(near, "median"))
    blocked = over > SMALL_HIGH - 12 or crossed
    y = under if blocked and under > 22 else min(over, SMALL_HIGH - 13)
    write(axes, at.x(first.year) - 8, y, first.amount, 13, ACCENT, ha="left")


# --- its words ---------------------------------------------------------------------------------


def _trend_verdict(told: Trend) -> str:
    """The subtitle: what the series says, if it says anything."""
    if told.declared.measure == "count" and told.ends:
        return wording.inhabitants(told.change) if told.change else say("trend_same")
    if told.verdict == "not_conclusive":
        key = told.reason if told.reason in ("follows", "leap") else "not_conclusive"
        return wording.say("trend", key)
    words = wording.say("trend", told.verdict)
    moved = wording.say("trend", "clearly", moved=words) if told.clearly else words
    return say("trend_over", moved=moved, first=told.first, last=told.last)


def _trend_caption(told: Trend, around: Sequence[Trajectory]) -> str:
    """One or two sentences: the ends, unless they say nothing and a gap is told; the blanks."""
    blank = [str(one.year) for one in told.series if not one.published]
    said = told.reason != "noise"
    beside = gaps.line(around, brief=said)
    parts = [_trend_sentence(told)] if said or not beside else []
    parts += [beside] if beside else []
    parts += [say("trend_unpublished", years=wording.listed(blank))] if blank else []
    return " ".join(parts)


def _trend_sentence(told: Trend) -> str:
    if not told.ends:
        return wording.sentence(say("trend_reason", reason=told.why))
    first, last = (say("trend_point", value=one.amount, year=one.year) for one in told.ends)
    if told.declared.measure == "count":
        return say("trend_count", first=first, last=last)
    if told.reason == "noise":
        return say("trend_ends", first=first, last=last)
    if told.reason == "beyond":  # the word over it has the years
        first, last = (one.amount for one in told.ends)
        return say("trend_then", first=first, last=last, told=_trend_told(told))
    return say("trend_two", first=first, last=last, told=_trend_told(told))


def _trend_told(told: Trend) -> str:
    """The change, and what it is read against."""
    unit, decimals = told.declared.unit, int(min(one.decimals for one in told.ends))

    def moved(change: float) -> str:
        if wording.rounded(change, decimals) == 0:
            return say("trend_equal")
        return wording.points(change, unit, decimals)

    known = {"beyond": "trend_moves", "follows": "trend_follows"}
    return say(
        known.get(told.reason, "trend_reason"), change=moved(told.change),
        median=moved(told.median_change), reason=told.why,
        noise=wording.size(told.horizon.limit, unit, decimals) if told.horizon else "",
        currency=say("trend_currency") if unit == "€" else "",
    )  # fmt: skip


def _trend_figure(told: Trend, around: Sequence[Trajectory]) -> tuple[Figure, str]:
    """One small drawing, and its alternative text."""
    label = told.declared.label
    if not _with(told.series, "value"):
        return Figure((), label, (strong(label), f" {say('blank')}.")), say(
            "trend_none", label=label
        )
    verdict = _trend_verdict(told)
    alt = _trend_alt(told, verdict)
    head = Heading(3, named(told.indicator, label)), Paragraph(f"{verdict}.", "verdict")
    picture = Picture(svg(_trend_axes(told), halo=True), alt, SMALL_WIDE, SMALL_HIGH)
    return Figure((*head, picture), label, _trend_caption(told, around)), alt


def _trend_alt(told: Trend, verdict: str) -> str:
    points = (say("trend_point", value=one.amount, year=one.year) for one in told.series)
    return say("trend_alt", label=told.declared.label, points=", ".join(points), verdict=verdict)


def alone(told: Trend) -> tuple[Callable[[], Axes], str, str] | None:
    """A drawing that stands without its page: how it is drawn, its words, its alternative text.

    None where no year has a value.
    """
    if not _with(told.series, "value"):
        return None
    verdict = _trend_verdict(told)
    words = f"{told.declared.label}. {verdict}. {_trend_caption(told, ())}"
    return partial(_trend_axes, told), words, _trend_alt(told, verdict)


@understanding
@plainly
def trends(place: Neighbourhood, indicators: tuple[str, ...] = TRENDS) -> Exhibit:
    """Small drawings of what changed, or did not, each with its reading and one or two sentences.

    Returns
    -------
    Exhibit
        ``data`` has one row per area, indicator and year: ``area, indicator, year, value, median,
        n``, in each indicator's unit; the areas around are those that a gap is told with.
    """
    told = [trend(place, code) for code in indicators]
    around = {code: trajectories(place, code) for code in catalogue().indicators}
    pairs = (_trend_figure(one, around[one.indicator]) for one in told)
    figures, alts = zip(*pairs, strict=True)
    every = [one for found in around.values() for one in found]
    own = pd.concat([one.points.assign(area=place.code, indicator=one.indicator) for one in told])
    columns = ["area", "indicator", "year", "value", "median", "n"]
    data = pd.concat([own[columns], gaps.values(every)], ignore_index=True)
    tables = _trend_table(place, told), gaps.table(place, every)
    content = Group(figures, "trends"), Fold(say("data"), tables, data=True)
    return Exhibit(content, say("trend_title"), place.code, data, " ".join(alts))


def _trend_table(place: Neighbourhood, told: list[Trend]) -> Table:
    rows = tuple(
        (f"{one.declared.label}, {one.when}", one.amount, _median(one))
        for line in told
        for one in line.series
    )
    head = say("column_series"), say("column_own"), say("column_median")
    return Table(say("trend_table", of=place.of), head, rows, numeric=1)


def _median(one: Reading) -> str:
    """The metropolitan median; a count has none."""
    return "–" if one.declared.measure == "count" else one.metropole_shown
