"""A neighbourhood among its references, and its small drawing in a row of the landmarks table."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from qpvlib.catalogue import Indicator, QpvError, catalogue, wording
from qpvlib.diagnosis import comparison
from qpvlib.diagnosis.comparison import Spread
from qpvlib.diagnosis.findings import orientation
from qpvlib.document.exhibits import escape
from qpvlib.project import kept
from qpvlib.tables import indicators, tidy
from qpvlib.tables.areas import Neighbourhood, siblings
from qpvlib.tables.tidy import Record

INK, TEXT, NOTE, ACCENT = "#1a1f24", "#3d454e", "#59626c", "#0b4a57"
BAND, CENTRE, MEDIAN, PEER = "#e4e8eb", "#c3cad0", "#2b333b", "#66717c"
COLOURS = {
    "harder": "#b4470a",
    "easier": "#175f9e",
    "comparable": "#4b545e",
    "descriptive": "#4b545e",
}

MIDDLE, WIDE = 40.0, 34.0  # percent of the width: the median, and from p10 to p90
NARROW, LETTER = 300.0, 6.8  # narrowest drawing and mean letter of its labels, in pixels
LANE, THICK = 15, 14  # height of a line of labels and of the band, in pixels


@dataclass(frozen=True)
class View:
    """One indicator of one neighbourhood, with all that a drawing of it shows.

    ``row`` is its comparison with the metropolitan QPV, ``part`` with every benchmark, ``limits``
    the distribution of the metropolitan QPV or None, ``around`` its rows for communes (or EPCI)
    and département of the same series and year, ``peers`` the values of the département's other
    QPV in that year.
    """

    place: Neighbourhood
    code: str
    declared: Indicator
    row: Record
    part: list[Record]
    limits: Spread | None
    around: list[Record]
    peers: tuple[float, ...]

    @property
    def published(self) -> bool:
        """Whether the neighbourhood has a value."""
        return pd.notna(self.row["value"])

    @property
    def sign(self) -> str:
        """Which mark it gets, as ``sign`` says."""
        return sign(self.row["verdict"], self.declared)

    def text(self, value: float, decimals: float | None = None) -> str:
        """A value in the indicator's unit, in French words."""
        shown = self.row["decimals"] if decimals is None else decimals
        return wording.value(value, self.declared.unit, int(shown))


def sign(verdict: str, indicator: Indicator) -> str:
    """Which mark a neighbourhood gets: ``harder, easier, comparable`` or ``descriptive``.

    >>> sign("higher", catalogue().indicator("taux_pauvrete"))
    'harder'
    """
    if indicator.descriptive or verdict == "not_compared":
        return "descriptive"
    found = orientation(verdict, indicator)
    plain = "comparable" if verdict == "comparable" else "descriptive"
    return {"unfavourable": "harder", "favourable": "easier"}.get(found, plain)


def view(place: Neighbourhood, code: str, positions: pd.DataFrame | None = None) -> View:
    """What there is to draw of an indicator in a neighbourhood.

    Parameters
    ----------
    positions : DataFrame, optional
        As ``compare`` gives for this neighbourhood; computed for the indicator when left out.

    Raises
    ------
    QpvError
        When the indicator has no observation in the neighbourhood.
    """
    declared = catalogue().indicator(code)
    if positions is None:
        observed = indicators.observations(indicator=code, around=place)
        positions = comparison.compare(observed, place)
    found = views(place, positions, [code]) if len(positions) else []
    if not found:
        raise QpvError(f"« {declared.label} » n'a aucune observation pour {place.code}.")
    return found[0]


def views(place: Neighbourhood, positions: pd.DataFrame, codes: Sequence[str]) -> list[View]:
    """What there is to draw of several indicators, in their order, without those not observed.

    Parameters
    ----------
    positions : DataFrame
        As ``compare`` gives for this neighbourhood.
    """
    rows = positions[positions.indicator.isin(codes)]
    parts = tidy.grouped(tidy.records(rows), "indicator")
    return [_view(place, code, parts[code]) for code in codes if code in parts]


def _view(place: Neighbourhood, code: str, part: list[Record]) -> View:
    declared = catalogue().indicator(code)
    row = next(r for r in part if r["benchmark"] == "metropole_qpv")
    limits = None if declared.measure == "count" else comparison.spread(code, row["year"])
    return View(
        place, code, declared, row, part, limits, _around(part), _peers(place, code, row["year"])
    )


def _around(part: list[Record]) -> list[Record]:
    same = [r for r in part if r["reference_year"] == r["year"] and pd.notna(r["gap"])]
    nearest = "commune" if any(r["benchmark"] == "commune" for r in same) else "epci"
    return [r for r in same if r["benchmark"] in (nearest, "departement")]


def _peers(place: Neighbourhood, code: str, year: int) -> tuple[float, ...]:
    known = _published(siblings(place)).get((code, year), {})
    return tuple(sorted(value for area, value in known.items() if area != place.code))


@kept("tidy", most=4)  # a page reads one département; a whole country would not leave the memory
def _published(codes: tuple[str, ...]) -> dict[tuple[str, int], dict[str, float]]:
    """Published values of some areas, by indicator and year, then by area."""
    rows = tidy.part("observations", "area", codes)
    rows = rows[rows.value.notna()]
    found: dict[tuple[str, int], dict[str, float]] = {}
    columns = (rows[column].tolist() for column in ("area", "indicator", "year", "value"))
    for area, code, year, value in zip(*columns, strict=True):
        found.setdefault((code, year), {})[area] = value
    return found


def row(
    place: Neighbourhood,
    indicator: str,
    positions: pd.DataFrame | None = None,
    labelled: bool = False,
) -> str:
    """Drawing of one row of the landmarks, an inline SVG that stretches to any width.

    Own scale: the median at 40 % of the width, p10 to p90 over 34 %; turned round where high means
    difficulty, so that left is « plus de difficultés ». Hidden from assistive technologies: the
    row's cells say the same in words.

    Parameters
    ----------
    positions : DataFrame, optional
        As ``compare`` gives for this neighbourhood.
    labelled : bool
        Also write the value and the median, as the first row does.

    Returns
    -------
    str
        HTML; empty where the indicator has no distribution to be placed in.
    """
    return drawing(view(place, indicator, positions), labelled)


def drawing(seen: View, labelled: bool = False) -> str:
    """The drawing of ``row``, from what it shows."""
    if seen.limits is None:
        return ""
    scale = _Scale(seen)
    above = _stairs([_Tag.of(seen, scale, r) for r in _level(seen, False)])
    below = [_Tag.of(seen, scale, r) for r in _level(seen, True)]
    extra = _own_labels(seen, scale, above) if labelled else []
    top = LANE * max([lane + 1 for lane, _ in above] + [1] * bool(extra), default=0) + 3
    height = top + THICK + 11 + LANE * bool(below)
    parts = [
        *_bands(scale, top),
        *(_line(scale(v), top + THICK + 3, 6, PEER, 1.25) for v in seen.peers if scale.holds(v)),
        *_reference_marks(above, below, top),
        *(tag.text(top - 5) for tag in extra),
        *_own_mark(seen, scale, top),
    ]
    return (
        f'<svg class="row" width="100%" height="{height}" aria-hidden="true" focusable="false">'
        f"{''.join(parts)}</svg>"
    )


class _Scale:
    """Value → percent of the width, the median at ``MIDDLE``."""

    def __init__(self, seen: View):
        self.limits = seen.limits
        turned = seen.declared.favourable == "lower"
        wide = self.limits.at(90) - self.limits.at(10)
        self.step = WIDE / (wide or 1) * (-1 if turned else 1)

    def __call__(self, value: float) -> float:
        return MIDDLE + self.step * (value - self.limits.at(50))

    def holds(self, value: float) -> bool:
        return 1 <= self(value) <= 99


@dataclass(frozen=True)
class _Tag:
    """A label of the drawing: where it points, in percent, and the text it carries."""

    x: float
    words: str
    anchor: str = "middle"
    colour: str = TEXT
    weight: int = 400
    beyond: bool = False

    @classmethod
    def of(cls, seen: View, scale: _Scale, r: Record) -> "_Tag":
        words = f"{r['benchmark_name']} {seen.text(r['reference'], r['reference_decimals'])}"
        x = scale(r["reference"])
        if scale.holds(r["reference"]):
            return cls(x, words)
        right = x > 50
        return cls(100.0 * right, f"{words} →" if right else f"← {words}", beyond=True)

    @property
    def width(self) -> float:
        return 100 * len(self.words) * LETTER / NARROW

    def span(self) -> tuple[float, float]:
        """Left and right ends of the text on the narrowest drawing, in percent."""
        left = self.x - {"start": 0, "middle": 0.5, "end": 1}[self.anchor] * self.width
        return left, left + self.width

    def turned(self, anchor: str) -> "_Tag":
        return _Tag(self.x, self.words, anchor, self.colour, self.weight, self.beyond)

    def inside(self) -> "_Tag":
        """The same, anchored so that its text stays in the drawing."""
        left, right = self.span()
        if right > 100:
            return _Tag(100.0, self.words, "end", self.colour, self.weight, self.beyond)
        if left < 0:
            return _Tag(0.0, self.words, "start", self.colour, self.weight, self.beyond)
        return self

    def text(self, y: float) -> str:
        return (
            f'<text x="{_n(self.x)}%" y="{_n(y)}" text-anchor="{self.anchor}" font-size="12" '
            f'font-weight="{self.weight}" fill="{self.colour}">{escape(self.words)}</text>'
        )


def _level(seen: View, widest: bool) -> list[Record]:
    """Rows of the département (drawn below), or of what is inside it (drawn above)."""
    return [r for r in seen.around if (r["benchmark"] == "departement") == widest]


def _stairs(tags: list[_Tag]) -> list[tuple[int, tuple[_Tag, _Tag]]]:
    """Lane, then pointer and label, of each tag; no label meets another nor another's pointer.

    Alone, a label is centred. Several go up like stairs, each text on the left of its pointer.
    """
    if len(tags) < 2:
        return [(0, (tag, tag.inside())) for tag in tags]
    placed: list[tuple[int, tuple[_Tag, _Tag]]] = []
    for tag in sorted(tags, key=lambda t: t.x):
        label = tag.turned("end").inside()
        left = label.span()[0] - 2
        blocked = [lane for lane, (_, other) in placed if other.span()[1] > left]
        placed.append((max(blocked, default=-1) + 1, (tag, label)))
    return placed


def _own_labels(seen: View, scale: _Scale, above: list) -> list[_Tag]:
    """Value and median in words, where they meet neither the communes nor each other."""
    taken = [label.span() for lane, (_, label) in above if lane == 0]
    taken += [(tag.x - 2, tag.x + 2) for lane, (tag, _) in above if lane > 0]
    wanted = []
    if seen.published:
        mine = _Tag(_held(scale(seen.row["value"])), seen.text(seen.row["value"]))
        wanted.append(_Tag(mine.x, mine.words, "middle", COLOURS[seen.sign], 700).inside())
    wanted.append(_Tag(MIDDLE, f"médiane {seen.text(seen.limits.at(50))}"))
    kept = []
    for tag in wanted:
        left, right = tag.span()
        if all(right + 1 < start or end + 1 < left for start, end in taken):
            kept.append(tag)
            taken.append(tag.span())
    return kept


def _bands(scale: _Scale, top: int) -> list[str]:
    bars = [
        _bar(sorted((scale(scale.limits.at(low)), scale(scale.limits.at(high)))), top, colour)
        for low, high, colour in ((10, 90, BAND), (25, 75, CENTRE))
    ]
    return [*bars, _line(MIDDLE, top - 2, THICK + 4, MEDIAN, 2)]


def _bar(ends: Sequence[float], top: int, colour: str) -> str:
    left, right = _held(ends[0]), _held(ends[1])
    return (
        f'<rect x="{_n(left)}%" y="{top}" width="{_n(right - left)}%" '
        f'height="{THICK}" fill="{colour}"/>'
    )


def _line(x: float, y: float, height: float, colour: str, width: float) -> str:
    at = f'x1="{_n(x)}%" x2="{_n(x)}%" y1="{_n(y)}" y2="{_n(y + height)}"'
    return f'<line {at} stroke="{colour}" stroke-width="{width}"/>'


def _reference_marks(above: list, below: list[_Tag], top: int) -> list[str]:
    parts = []
    for lane, (tag, label) in above:
        y = top - 5 - LANE * lane
        if lane and not tag.beyond:
            parts.append(_line(tag.x, y + 3, top - y - 1, PEER, 0.75))
        parts.append(label.text(y))
    parts += [tag.inside().text(top + THICK + 10 + LANE - 2) for tag in below]
    held = [tag.x for _, (tag, _) in above if not tag.beyond]
    held += [tag.x for tag in below if not tag.beyond]
    return parts + [_at(x, top, _TRIANGLE) for x in held]


_TRIANGLE = f'<path d="M-5.5 2h11L0 12z" fill="#fff" stroke="{MEDIAN}" stroke-width="1.5"/>'


def marker(sign: str) -> str:
    """SVG of a neighbourhood's mark, centred on 0,0: a disc, a diamond, a ring or a square."""
    colour = COLOURS[sign]
    return {
        "harder": f'<circle r="7.5" fill="{colour}" stroke="#fff" stroke-width="1.5"/>',
        "easier": f'<path d="M0-9L9 0 0 9-9 0z" fill="{colour}" stroke="#fff" stroke-width="1.5"/>',
        "comparable": f'<circle r="6" fill="#fff" stroke="{colour}" stroke-width="3"/>',
        "descriptive": f'<path d="M-6-6H6V6H-6z" fill="{colour}" stroke="#fff"/>',
    }[sign]


def _own_mark(seen: View, scale: _Scale, top: int) -> list[str]:
    if not seen.published:
        return []
    value, noise, middle = seen.row["value"], seen.row["noise"], top + THICK / 2
    colour = COLOURS[seen.sign]
    parts = []
    if pd.notna(noise):
        left, right = (_n(_held(x)) for x in sorted((scale(value - noise), scale(value + noise))))
        parts.append(
            f'<line x1="{left}%" x2="{right}%" y1="{_n(middle)}" y2="{_n(middle)}" '
            f'stroke="{colour}" stroke-width="2"/>'
        )
    x = scale(value)
    if not scale.holds(value):
        tip = "M8 -5L14 0 8 5z" if x > 50 else "M-8 -5L-14 0 -8 5z"
        edge = 96.0 if x > 50 else 4.0
        return [*parts, _at(edge, middle, f'<path d="{tip}" fill="{colour}"/>{marker(seen.sign)}')]
    return [*parts, _at(x, middle, marker(seen.sign))]


def _at(x: float, y: float, shape: str) -> str:
    return f'<svg x="{_n(x)}%" y="{_n(y)}" overflow="visible">{shape}</svg>'


def _held(x: float) -> float:
    return min(max(x, 0.0), 100.0)


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
