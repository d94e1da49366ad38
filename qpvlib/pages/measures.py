"""What the figures say: the landmarks, a small drawing in each row; then a drawing a theme."""

from collections.abc import Sequence

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.diagnosis import reading, spreads
from qpvlib.diagnosis.reading import Reading
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.figures import rows
from qpvlib.pages.cells import deduced, exhibit, headline, reading_cell, say, value_cell
from qpvlib.tables import areas, indicators
from qpvlib.tables.areas import Neighbourhood


def landmarks(place: Neighbourhood, positions: pd.DataFrame) -> Exhibit:
    """The headline indicators: a small drawing, the value, how it reads, the areas around.

    Parameters
    ----------
    positions : DataFrame
        As ``compare`` gives for this neighbourhood.
    """
    seen = reading.readings(positions, headline())
    judged = [one for one in seen.values() if not one.declared.descriptive]
    described = [one for one in seen.values() if one.declared.descriptive]
    own = reading.series(indicators.observations(area=place.code))
    shown = [one.code for one in (*judged, *described)]
    first = positions[positions.benchmark == reading.METROPOLE].set_index("indicator").loc[shown]
    first = first.reset_index()
    content = (
        _legend(place), _table("judged", judged, own), _table("described", described, own),
        *deduced(first, others=True),
    )  # fmt: skip
    data = first[["indicator", "year", "value", "reference", "verdict"]]
    return exhibit(place, say("landmarks", "title"), content, data)


def _legend(place: Neighbourhood) -> b.Listing:
    many = len(areas.siblings(place))
    signs = ["band", *(["peers"] if many > 1 else []), "around"]
    signs += ["harder", "easier", "comparable", "descriptive"]
    items = [(rows.key(sign), b.Span(say("landmarks", f"sign_{sign}", n=many))) for sign in signs]
    return b.Listing(tuple(items), "key", label=say("landmarks", "signs"))


def _table(kind: str, seen: Sequence[Reading], own: dict[str, list[Reading]]) -> b.Table:
    """``judged`` indicators, under the heads of their themes, or ``described`` ones."""
    ends = b.Span(say("landmarks", f"{kind}_left")), " ", b.Span(say("landmarks", f"{kind}_right"))
    head = (
        say("landmarks", "indicator"), b.Cell(b.Group(ends), "ends"),
        b.Cell(say("landmarks", "own"), "num"), say("landmarks", "reads"),
    )  # fmt: skip
    lines: list[b.Row] = []
    theme, labelled = "", True
    for one in seen:
        label = catalogue().themes[one.declared.theme].short
        if kind == "judged" and label != theme:
            lines.append(b.Row((label,), "th"))
            theme = label
        lines.append(_row(one, own[one.code], labelled))
        labelled = labelled and one.limits is None
    caption = say("landmarks", kind)
    return b.Table(caption, head, tuple(lines), "marks", scroll=False, reflows=True)


def _row(one: Reading, own: list[Reading], labelled: bool) -> b.Row:
    cells = (
        (f"{one.declared.label} ", b.small(one.when)),
        b.Cell(rows.drawing(one, labelled), "draw"),
        b.Cell(value_cell(one), "num"),
        b.Cell((reading_cell(one), _later(one, own)), "read"),
    )
    return b.Row(cells)


def _later(one: Reading, own: list[Reading]) -> b.Content:
    """The last value published after the leading year, with that year's median; never a gap."""
    after = [other for other in own if other.year > one.year and other.published]
    if not after:
        return ""
    last = max(after, key=lambda other: other.year)
    limits = spreads.spread(one.code, last.year)
    parts = {"year": last.when, "value": last.short}
    if limits is None:
        return b.small(say("landmarks", "later", **parts))
    median = last.beside(last.text(limits.at(50)), limits.at(50))
    n = wording.number(limits.n)
    return b.small(say("landmarks", "later_median", **parts, median=median, n=n))


# --- theme by theme -------------------------------------------------------------------------
