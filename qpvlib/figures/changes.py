"""How a neighbourhood changed, and whether it can be said."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from qpvlib.catalogue import Indicator, catalogue, wording
from qpvlib.diagnosis.comparison import Trend, trend
from qpvlib.document.blocks import Figure, Fold, Group, Heading, Paragraph, Picture, Table, strong
from qpvlib.document.exhibits import Exhibit
from qpvlib.figures.canvas import canvas, say, svg, write
from qpvlib.figures.land import listed
from qpvlib.figures.palette import ACCENT, NOISE, NOTE, PEER, RULE
from qpvlib.tables import tidy
from qpvlib.tables.areas import Neighbourhood
from qpvlib.tables.tidy import Record

SMALL_WIDE, SMALL_HIGH = 260, 156
TREND_FRAME = (12, 41, 174, 134)  # left, bottom, right, top of the lines, in pixels


def _segments(points: list[Record], breaks: tuple[int, ...], of: str = "value") -> list[list]:
    """Stretches of published years that a line may join: no break, no missing year inside.

    Two dates alone are joined, whatever lies between.
    """
    shown = [point for point in points if pd.notna(point[of])]
    if len(shown) == 2 and not any(shown[0]["year"] < b <= shown[1]["year"] for b in breaks):
        return [shown]
    parts: list[list[Record]] = []
    for point in shown:
        follows = parts and parts[-1][-1]["year"] == point["year"] - 1
        if follows and point["year"] not in breaks:
            parts[-1].append(point)
        else:
            parts.append([point])
    return parts


class _Small:
    """Year and value → pixels, in a small drawing."""

    def __init__(self, told: Trend, points: list[Record], declared: Indicator):
        noise = told.noise or 0
        values = [point["value"] + half for point in points for half in (-noise, noise)]
        if declared.measure == "count":
            values.append(0)
        else:
            values += [point["median"] for point in points]
        self.low, self.high = np.nanmin(values), np.nanmax(values)
        self.first, self.last = points[0]["year"], points[-1]["year"]

    def x(self, year: float) -> float:
        left, _, right, _ = TREND_FRAME
        return left + (year - self.first) / max(self.last - self.first, 1) * (right - left)

    def y(self, value: float) -> float:
        _, low, _, high = TREND_FRAME
        return low + (value - self.low) / ((self.high - self.low) or 1) * (high - low)

    def line(self, part: list[Record], of: str) -> tuple[list[float], list[float]]:
        """Pixels of a stretch of points."""
        return [self.x(p["year"]) for p in part], [self.y(p[of]) for p in part]


def _dash(x: list[float], y: list[float]) -> tuple[list[float], list[float]]:
    """A line, or a dash where there is but one point."""
    return (x, y) if len(x) > 1 else ([x[0] - 3, x[0] + 3], y * 2)


def _trend_line(axes: Axes, told: Trend, part: list[Record], at: _Small) -> None:
    """A stretch in its noise; strong where it is the one compared."""
    x, y = at.line(part, "value")
    compared = told.first is not None and part[0]["year"] <= told.first <= part[-1]["year"]
    if told.noise:
        half = at.y(told.noise) - at.y(0)
        wide, middle = _dash(x, y)
        ends = [m - half for m in middle], [m + half for m in middle]
        axes.fill_between(wide, *ends, color=NOISE, lw=0, clip_on=False)
    axes.plot(
        x, y, color=ACCENT, lw=2.4 if compared else 1.4, marker="o", clip_on=False,
        ms=4.5 if compared else 3.5, mew=0, solid_joinstyle="round",
    )  # fmt: skip


def _trend_median(axes: Axes, part: list[Record], at: _Small) -> None:
    x, y = at.line(part, "median")
    axes.plot(x, y, color=PEER, lw=1.5, ls=(0, (4, 3)) if len(part) > 1 else "-", clip_on=False)
    if len(part) == 1:
        axes.plot(*_dash(x, y), color=PEER, lw=1.5, clip_on=False)


def _trend_svg(told: Trend, declared: Indicator) -> str:
    axes, points = canvas(SMALL_WIDE, SMALL_HIGH), tidy.records(told.points)
    at = _Small(told, points, declared)
    if declared.measure != "count":
        for part in _segments(points, declared.breaks, "median"):
            _trend_median(axes, part, at)
    for part in _segments(points, declared.breaks):
        _trend_line(axes, told, part, at)
    _trend_years(axes, points, at)
    _trend_values(axes, told, points, declared, at)
    return svg(axes, halo=True)


def _trend_years(axes: Axes, points: list[Record], at: _Small) -> None:
    left, _, right, _ = TREND_FRAME
    axes.plot([left - 8, right + 8], [20, 20], color=RULE, lw=1, clip_on=False)
    years = [point["year"] for point in points]
    axes.vlines([at.x(year) for year in years], 16, 20, color=NOTE, lw=0.9, clip_on=False)
    write(axes, left - 8, 3, str(years[0]), 12, NOTE, ha="left")
    write(axes, right + 8, 3, str(years[-1]), 12, NOTE, ha="right")


def _trend_values(
    axes: Axes, told: Trend, points: list[Record], declared: Indicator, at: _Small
) -> None:
    """First and last values written, and the last median, without touching each other."""
    shown = [point for point in points if pd.notna(point["value"])]
    notes = [(shown[-1], "value", ACCENT, True)]
    known = [point for point in points if pd.notna(point["median"])]
    if declared.measure != "count" and known:
        notes.append((known[-1], "median", NOTE, False))
    heights = _apart([at.y(point[of]) for point, of, _, _ in notes])
    for y, (point, of, colour, bold) in zip(heights, notes, strict=True):
        text = wording.value(point[of], declared.unit, int(point["decimals"]))
        write(axes, TREND_FRAME[2] + 8, y - 4.5, text, 13, colour, bold, ha="left")
    if len(shown) > 1:
        _first_value(axes, told, points, declared, at)


def _apart(heights: list[float], least: float = 17) -> list[float]:
    if len(heights) < 2 or abs(heights[0] - heights[1]) >= least:
        return heights
    middle, sign = sum(heights) / 2, 1 if heights[0] >= heights[1] else -1
    return [middle + sign * least / 2, middle - sign * least / 2]


def _first_value(
    axes: Axes, told: Trend, points: list[Record], declared: Indicator, at: _Small
) -> None:
    """Over the first point, or under where the median is in the way."""
    first = next(point for point in points if pd.notna(point["value"]))
    text = wording.value(first["value"], declared.unit, int(first["decimals"]))
    half = at.y(told.noise) - at.y(0) if told.noise else 0
    near = [point for point in points if point["year"] <= first["year"] + 3]
    values = [point["value"] for point in near if pd.notna(point["value"])]
    over, under = at.y(max(values)) + half + 6, at.y(min(values)) - half - 15
    medians = [at.y(p["median"]) for p in near if pd.notna(p["median"])]
    crossed = declared.measure != "count" and any(over - 6 < y < over + 14 for y in medians)
    blocked = over > SMALL_HIGH - 12 or crossed
    y = under if blocked and under > 22 else min(over, SMALL_HIGH - 13)
    write(axes, at.x(first["year"]) - 8, y, text, 13, ACCENT, ha="left")


def _trend_verdict(told: Trend, declared: Indicator) -> str:
    """The subtitle: what the series says, if it says anything."""
    phrases = catalogue().phrases["trend"]
    if declared.measure == "count" and told.first is not None:
        return _count_change(told)
    if told.verdict == "not_conclusive":
        return phrases[
            "follows" if told.reason == "suit les autres quartiers" else "not_conclusive"
        ]
    words = phrases[told.verdict]
    clear = abs(told.change) > catalogue().rule("clearly") * told.noise
    return say("trend_clearly", verdict=words) if clear else words


def _count_change(told: Trend) -> str:
    return wording.inhabitants(told.change) if told.change else say("trend_same")


def _trend_caption(told: Trend, declared: Indicator) -> str:
    """One or two sentences, from the same numbers as the drawing."""
    points = told.points
    shown, blank = points.year[points.value.notna()], points.year[points.value.isna()]
    tail = []
    if len(blank):
        tail.append(say("trend_unpublished", years=listed(map(str, blank))))
    inner = [b for b in declared.breaks if shown.min() < b <= shown.max()]
    if inner:
        tail.append(say("trend_breaks", years=listed(map(str, inner))))
    return " ".join([_trend_sentence(told, declared), *tail])


def _trend_sentence(told: Trend, declared: Indicator) -> str:
    if told.first is None:
        return wording.sentence(say("trend_reason", reason=told.reason))
    by_year = {point["year"]: point for point in tidy.records(told.points)}
    ends = by_year[told.first], by_year[told.last]
    first, last = (wording.value(p["value"], declared.unit, int(p["decimals"])) for p in ends)
    deduced = say("trend_deduced") if all(p["year_status"] == "deduced" for p in ends) else ""
    if declared.measure == "count":
        return f"{first} en {told.first}, {last} en {told.last}. " + say("trend_count")
    head = say(
        "trend_two", first=first, last=last, first_year=told.first, last_year=told.last,
        deduced=deduced,
    )  # fmt: skip
    return head + _trend_tail(told, declared, int(min(p["decimals"] for p in ends)))


def _trend_tail(told: Trend, declared: Indicator, decimals: int) -> str:
    def moved(change: float) -> str:
        if wording.rounded(change, decimals) == 0:
            return say("trend_equal")
        return wording.points(change, declared.unit, decimals)

    parts = {"change": moved(told.change), "median": moved(told.median_change)}
    noise = wording.points(told.noise, declared.unit, decimals) if told.noise else ""
    noise = noise.removesuffix(" de plus")
    if told.verdict != "not_conclusive":
        return say("trend_moves", **parts)
    if told.reason == "écart inférieur au bruit":
        return say("trend_noise", noise=noise)
    if told.reason == "suit les autres quartiers":
        return say("trend_follows", **parts, noise=noise)
    return say("trend_reason", reason=told.reason)


def _trend_figure(told: Trend, declared: Indicator) -> tuple[Figure, str]:
    """One small drawing, and its alternative text."""
    if told.points.value.notna().sum() == 0:
        alt = say("trend_none", label=declared.label)
        caption = (strong(declared.label), f" {say('blank')}.")
        return Figure((), declared.label, caption), alt
    verdict, caption = _trend_verdict(told, declared), _trend_caption(told, declared)
    values = ", ".join(
        f"{wording.value(p['value'], declared.unit, int(p['decimals']))} en {p['year']}"
        for p in tidy.records(told.points)
    )
    alt = say("trend_alt", label=declared.label, points=values, verdict=verdict)
    head = Heading(3, declared.label), Paragraph(f"{verdict}.", "verdict")
    picture = Picture(_trend_svg(told, declared), alt, SMALL_WIDE, SMALL_HIGH)
    return Figure((*head, picture), declared.label, caption), alt


TRENDS = ("taux_pauvrete", "niveau_vie_median", "taux_emploi_femmes", "population")


def trends(place: Neighbourhood, indicators: tuple[str, ...] = TRENDS) -> Exhibit:
    """Small drawings of what changed, or did not, each with its reading and one or two sentences.

    Returns
    -------
    Exhibit
        ``data`` has one row per indicator and year: ``indicator, year, value, median, n``, in each
        indicator's unit.
    """
    known = catalogue()
    told = [(trend(place, code), known.indicator(code)) for code in indicators]
    drawn = [_trend_figure(*pair) for pair in told]
    data = pd.concat([_trend_data(*pair) for pair in told], ignore_index=True)
    title = say("trend_title")
    figures = Group(tuple(figure for figure, _ in drawn), "trends")
    return Exhibit(
        (figures, Fold(say("data"), _trend_table(place, told))), title, place.code, data,
        " ".join(alt for _, alt in drawn),
    )  # fmt: skip


def _trend_data(told: Trend, declared: Indicator) -> pd.DataFrame:
    rows = told.points[["year", "value", "median", "n"]].copy()
    if declared.measure == "count":
        rows = rows.assign(median=np.nan, n=np.nan)
    rows.insert(0, "indicator", told.indicator)
    return rows


def _trend_table(place: Neighbourhood, told: list[tuple[Trend, Indicator]]) -> Table:
    rows = []
    for line, declared in told:
        for p in tidy.records(line.points):
            value, median = (
                wording.value(p[of], declared.unit, int(p["decimals"]))
                for of in ("value", "median")
            )
            year = wording.year(p["year"], p["year_status"], p["edition"])
            told_median = "–" if declared.measure == "count" else median
            rows.append((f"{declared.label}, {year}", value, told_median))
    head = say("column_series"), say("column_own"), say("column_median")
    return Table(say("trend_table", name=place.name), head, tuple(rows), numeric=1)
