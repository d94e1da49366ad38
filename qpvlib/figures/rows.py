"""The small drawing of a figure among its references, in a row of a table: inline SVG."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
from lxml.builder import E
from lxml.etree import _Element as Element
from lxml.etree import tostring

from qpvlib.diagnosis.reading import Reading, Reference
from qpvlib.document.blocks import Drawing
from qpvlib.document.palette import ACCENT, BAND, CENTRE, COLOURS, INK, MEDIAN, PEER, TEXT
from qpvlib.figures.canvas import say

MIDDLE, WIDE = 40.0, 34.0  # percent of the width: the median, and from p10 to p90
NARROW, LETTER = 300.0, 6.8  # narrowest drawing and mean letter of its labels, in pixels
LANE, THICK = 15, 14  # height of a line of labels and of the band, in pixels
PAIR = {"first": ACCENT, "second": INK}  # two neighbourhoods in one row


def picture(*shapes: Element, **size: str) -> Drawing:
    """Shapes as one drawing, hidden from assistive technologies: words beside say the same."""
    return Drawing(tostring(E.svg({"aria-hidden": "true", **size}, *shapes), encoding="unicode"))


def drawing(seen: Reading, labelled: bool = False) -> Drawing | str:
    """One row of the landmarks, which stretches to any width.

    Own scale: the median at 40 % of the width, p10 to p90 over 34 %; turned round where high means
    difficulty, so that left is « plus de difficultés ».

    Parameters
    ----------
    labelled : bool
        Also write the value and the median, as the first row does.

    Returns
    -------
    Drawing
        Nothing where the indicator has no distribution to be placed in.
    """
    if seen.limits is None:
        return ""
    scale = _Scale(seen)
    above = _stairs([_Tag.of(scale, r) for r in _level(seen, False)])
    below = [_Tag.of(scale, r) for r in _level(seen, True)]
    extra = _own_labels(seen, scale, above) if labelled else []
    top = LANE * max([lane + 1 for lane, _ in above] + [1] * bool(extra), default=0) + 3
    height = top + THICK + 11 + LANE * bool(below)
    parts = [
        *_bands(scale, top),
        *(_line(scale(v), top + THICK + 3, 6, PEER, 1.25) for v in seen.peers if scale.holds(v)),
        *_reference_marks(above, below, top),
        *(tag.text(top - 5) for tag in extra),
        *_own_mark(seen, scale, top + THICK / 2, COLOURS[seen.sign], marker(seen.sign)),
    ]
    return _wide(parts, height)


def _wide(parts: Sequence[Element], height: int) -> Drawing:
    own = {"class": "row", "width": "100%", "height": str(height), "focusable": "false"}
    return picture(*parts, **own)


def pair(first: Reading, second: Reading) -> Drawing | str:
    """Two neighbourhoods of the same year in one row, a lane each, on the scale of ``drawing``.

    A disc above, a hollow square below, each in its noise: where both noises meet, nothing can be
    said of the gap. Nothing where the indicator has no distribution to be placed in.
    """
    if first.limits is None:
        return ""
    scale, thick = _Scale(first), 2 * LANE
    marks = [
        part
        for (sign, colour), seen, lane in zip(PAIR.items(), (first, second), (0, 1), strict=True)
        for part in _own_mark(seen, scale, 3 + LANE * (lane + 0.5), colour, paired(sign))
    ]
    return _wide([*_bands(scale, 3, thick), *marks], thick + 6)


class _Scale:
    """Value → percent of the width, the median at ``MIDDLE``."""

    def __init__(self, seen: Reading):
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
    def of(cls, scale: _Scale, r: Reference) -> "_Tag":
        words = f"{r.name} {r.shown}"
        x = scale(r.value)
        if scale.holds(r.value):
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
        return replace(self, anchor=anchor)

    def inside(self) -> "_Tag":
        """The same, anchored so that its text stays in the drawing."""
        left, right = self.span()
        if right > 100:
            return replace(self, x=100.0, anchor="end")
        if left < 0:
            return replace(self, x=0.0, anchor="start")
        return self

    def text(self, y: float) -> Element:
        place = {"x": f"{_n(self.x)}%", "y": _n(y), "text-anchor": self.anchor}
        hand = {"font-size": "12", "font-weight": str(self.weight), "fill": self.colour}
        return E.text(place | hand, self.words)


def _level(seen: Reading, widest: bool) -> list[Reference]:
    """Rows of the département (drawn below), or of what is inside it (drawn above)."""
    return [r for r in seen.around if (r.benchmark == "departement") == widest]


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


def _own_labels(seen: Reading, scale: _Scale, above: list) -> list[_Tag]:
    """Value and median in words, where they meet neither the communes nor each other."""
    taken = [label.span() for lane, (_, label) in above if lane == 0]
    taken += [(tag.x - 2, tag.x + 2) for lane, (tag, _) in above if lane > 0]
    wanted = []
    if seen.published:
        x = _held(scale(seen.value))
        wanted.append(_Tag(x, seen.amount, "middle", COLOURS[seen.sign], 700).inside())
    wanted.append(_Tag(MIDDLE, say("row_median", median=seen.text(seen.limits.at(50)))))
    kept = []
    for tag in wanted:
        left, right = tag.span()
        if all(right + 1 < start or end + 1 < left for start, end in taken):
            kept.append(tag)
            taken.append(tag.span())
    return kept


def _bands(scale: _Scale, top: int, thick: int = THICK) -> list[Element]:
    bars = [
        _bar(sorted(scale(scale.limits.at(rank)) for rank in (low, high)), top, thick, colour)
        for low, high, colour in ((10, 90, BAND), (25, 75, CENTRE))
    ]
    return [*bars, _line(MIDDLE, top - 2, thick + 4, MEDIAN, 2)]


def _bar(ends: Sequence[float], top: int, thick: int, colour: str) -> Element:
    left, right = _held(ends[0]), _held(ends[1])
    # Its outline is inside: where a half of the neighbourhoods ends is read on it.
    place = {"x": f"{_n(left)}%", "y": f"{top + 0.5}", "width": f"{_n(right - left)}%"}
    return E.rect(place | {"height": str(thick - 1), "fill": colour, "stroke": PEER})


def _line(x: float, y: float, height: float, colour: str, width: float) -> Element:
    place = {"x1": f"{_n(x)}%", "x2": f"{_n(x)}%", "y1": _n(y), "y2": _n(y + height)}
    return E.line(place | {"stroke": colour, "stroke-width": str(width)})


def _reference_marks(above: list, below: list[_Tag], top: int) -> list[Element]:
    parts = []
    for lane, (tag, label) in above:
        y = top - 5 - LANE * lane
        if lane and not tag.beyond:
            parts.append(_line(tag.x, y + 3, top - y - 1, PEER, 0.75))
        parts.append(label.text(y))
    parts += [tag.inside().text(top + THICK + 10 + LANE - 2) for tag in below]
    held = [tag.x for _, (tag, _) in above if not tag.beyond]
    held += [tag.x for tag in below if not tag.beyond]
    return parts + [_at(x, top, triangle()) for x in held]


def triangle(outline: str = "M-5.5 2h11L0 12z") -> Element:
    """The mark of a commune, an agglomeration or a département."""
    return E.path(d=outline, fill="#fff", stroke=MEDIAN, **{"stroke-width": "1.5"})


def marker(sign: str) -> Element:
    """A neighbourhood's mark, centred on 0,0: a disc, a diamond, a ring or a square."""
    colour = COLOURS[sign]
    # Four shapes as well as three colours: seen in grey, or by who confuses red and green.
    return {
        "harder": lambda: E.circle(r="7.5", fill=colour, stroke="#fff", **{"stroke-width": "1.5"}),
        "easier": lambda: E.path(
            d="M0-9L9 0 0 9-9 0z", fill=colour, stroke="#fff", **{"stroke-width": "1.5"}
        ),
        "comparable": lambda: E.circle(r="6", fill="#fff", stroke=colour, **{"stroke-width": "3"}),
        "descriptive": lambda: E.path(d="M-6-6H6V6H-6z", fill=colour, stroke="#fff"),
    }[sign]()


def _own_mark(
    seen: Reading, scale: _Scale, middle: float, colour: str, mark: Element
) -> list[Element]:
    """A value as its mark in its noise, on a line; on the edge with an arrow where out of scale."""
    if not seen.published:
        return []
    value, noise = seen.value, seen.noise
    parts = []
    if pd.notna(noise):
        left, right = (_n(_held(x)) for x in sorted((scale(value - noise), scale(value + noise))))
        ends = {"x1": f"{left}%", "x2": f"{right}%", "y1": _n(middle), "y2": _n(middle)}
        parts.append(E.line(ends | {"stroke": colour, "stroke-width": "2"}))
    x = scale(value)
    if not scale.holds(value):
        tip = "M8 -5L14 0 8 5z" if x > 50 else "M-8 -5L-14 0 -8 5z"
        edge = 96.0 if x > 50 else 4.0
        return [*parts, _at(edge, middle, E.path(d=tip, fill=colour), mark)]
    return [*parts, _at(x, middle, mark)]


def paired(sign: str) -> Element:
    """The mark of the ``first`` or of the ``second`` of two neighbourhoods, told apart in grey."""
    if sign == "first":
        return E.circle(r="6", fill=PAIR[sign], stroke="#fff", **{"stroke-width": "1"})
    return E.path(d="M-5-5H5V5H-5z", fill="#fff", stroke=PAIR[sign], **{"stroke-width": "2.5"})


def _at(x: float, y: float, *shapes: Element) -> Element:
    return E.svg({"x": f"{_n(x)}%", "y": _n(y), "overflow": "visible"}, *shapes)


def _held(x: float) -> float:
    return min(max(x, 0.0), 100.0)


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


# --- smaller still -----------------------------------------------------------------------------


def spark(seen: Reading) -> Drawing | str:
    """The position among metropolitan QPV, in a word's width; left is more difficulties."""
    if seen.limits is None:
        return ""
    ends = seen.limits.at(10), seen.limits.at(90)
    turned = seen.declared.favourable == "lower"

    def place(value: float) -> float:
        x = 30 + 36 * (value - ends[0]) / (ends[1] - ends[0])
        return min(max(96 - x if turned else x, 8), 88)

    left, right = sorted(place(end) for end in ends)
    wide = f"{right - left:.1f}"
    mark = E.g({"transform": "scale(.72)"}, marker(seen.sign))
    return picture(
        E.path(d=f"M{left:.1f} 7h{wide}v6h-{wide}z", fill=BAND, stroke=PEER),
        E.path({"stroke-width": "1.5"}, d=f"M{place(seen.limits.at(50)):.1f} 3v14", stroke=MEDIAN),
        E.svg({"x": f"{place(seen.value):.1f}", "y": "10", "overflow": "visible"}, mark),
        viewBox="0 0 96 20",
    )


def bar(part: float) -> Drawing:
    """A bar of a share, from 0 to 1: a drawing beside its number."""
    own = {"class": "bar", "viewBox": "0 0 100 8", "preserveAspectRatio": "none"}
    rail = E.path({"class": "rail", "d": "M0 0h100v8H0z"})
    return picture(rail, E.path(d=f"M0 0h{100 * min(max(part, 0), 1):.1f}v8H0z"), **own)


def key(sign: str) -> Drawing:
    """A mark alone, for a legend: a neighbourhood's, ``band``, ``spark``, ``peers``, ``around``,
    ``first`` or ``second`` of two.
    """
    if sign == "band":
        shapes = [
            E.path(d="M.5 2.5h39v13H.5z", fill=BAND, stroke=PEER),
            E.path(d="M11 2.5h20v13H11z", fill=CENTRE, stroke=PEER),
            E.path(d="M20 0v18", stroke=MEDIAN, **{"stroke-width": "2"}),
        ]  # fmt: skip
    elif sign == "spark":
        middle = E.path(d="M20 2v14", stroke=MEDIAN, **{"stroke-width": "1.5"})
        shapes = [E.path(d="M.5 6.5h39v5H.5z", fill=BAND, stroke=PEER), middle]
    elif sign == "peers":
        shapes = [E.path(d="M3 5v8M7 5v8M14 5v8M17 5v8", stroke=PEER)]
    elif sign == "around":
        shapes = [triangle("M4 4h12L10 15z")]
    else:
        mark = paired(sign) if sign in PAIR else marker(sign)
        shapes = [E.svg({"x": "10", "y": "9", "overflow": "visible"}, mark)]
    return picture(*shapes, width="40" if sign in ("band", "spark") else "20", height="18")
