"""What the figures say: the landmarks, a small drawing in each row."""

from collections.abc import Sequence

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.diagnosis import reading, spreads
from qpvlib.diagnosis.change import history
from qpvlib.diagnosis.observed import UNKNOWN
from qpvlib.diagnosis.reading import Reading
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.document.named import named
from qpvlib.figures import rows
from qpvlib.pages.cells import NAMED, around, edition, exhibit, headline, reads, say, value_cell
from qpvlib.tables import areas
from qpvlib.tables.areas import Neighbourhood


def landmarks(place: Neighbourhood, positions: pd.DataFrame) -> Exhibit:
    """The headline indicators: a small drawing, the value, how it reads, the areas around.

    Parameters
    ----------
    positions : DataFrame
        As ``compare`` gives for this neighbourhood.
    """
    seen = reading.readings(positions, headline(), edition(positions))
    first = [one for one in seen.values() if not one.declared.descriptive]
    ordered = first + [one for one in seen.values() if one.declared.descriptive]
    own = history(place.code)
    shown = [one.code for one in ordered]
    rows_ = positions[positions.benchmark == reading.METROPOLE].set_index("indicator").loc[shown]
    data = rows_.reset_index()[["indicator", "year", "value", "reference", "verdict"]]
    content = legend(place), _table(ordered, own)
    return exhibit(place, say("landmarks", "title"), content, data)


def legend(place: Neighbourhood) -> b.Listing:
    """The signs of the table; of 2024, no area around has a figure of the same source."""
    many = len(areas.siblings(place))
    signs = ["band", *(["peers"] if many > 1 else [])]
    signs += ["around"] if place.generation == "2015" else []
    signs += ["harder", "easier", "comparable", "descriptive"]
    items = [(rows.key(sign), b.Span(say("landmarks", f"sign_{sign}", n=many))) for sign in signs]
    return b.Listing(tuple(items), "key", label=say("landmarks", "signs"))


def _table(seen: Sequence[Reading], own: dict[str, list[Reading]]) -> b.Table:
    """The indicators under the heads of what they speak of, those that only describe the last."""
    ends = b.Span(say("landmarks", "left")), " ", b.Span(say("landmarks", "right"))
    head = (
        say("landmarks", "indicator"), b.Cell(b.Group(ends), "ends"),
        b.Cell(say("landmarks", "own"), "num"), b.Cell(say("landmarks", "median"), "num"),
        say("landmarks", "reads"),
    )  # fmt: skip
    lines: list[b.Row] = []
    above, first = "", True
    for one in seen:
        group, label = heading(one)
        if group != above:
            lines.append(b.Row((group,), "th"))
            above = group
        lines.append(_row(one, label, own, first))
        first = first and one.limits is None
    caption = say("landmarks", "caption")
    return b.Table(caption, head, tuple(lines), "marks", scroll=False)


def heading(one: Reading) -> tuple[str, str]:
    """The head it stands under, and its label there: that of its theme, or of those it counts."""
    people = str(say("landmarks", "seekers"))
    label, _, among = one.declared.label.partition(", ")
    if one.declared.descriptive:
        return str(say("landmarks", "described")), one.declared.label
    if among == people:
        return wording.sentence(people), label
    return catalogue().themes[one.declared.theme].short, one.declared.label


def _row(one: Reading, label: str, own: dict[str, tuple[Reading, ...]], first: bool) -> b.Row:
    median = one.median_beside if pd.notna(one.median) else ""
    cells = (
        labelled(one, label),
        b.Cell(rows.drawing(one, first), "draw"),
        b.Cell(value_cell(one), "num"),
        b.Cell(median, "num med", str(say("landmarks", "median"))),
        b.Cell((reads(one), _around(one), _later(one, own[one.code])), "read"),
    )
    return b.Row(cells)


def labelled(one: Reading, label: str) -> b.Content:
    """Its label, then its year, or the mark of a year that no one knows."""
    if one.when == UNKNOWN:
        return named(one.code, f"{label}{UNKNOWN}")
    return named(one.code, label), " ", b.small(one.when)


def _around(one: Reading) -> b.Content:
    """The areas around, each with its value, and its year where it is another."""
    told = [around(r, one) for r in one.references if r.benchmark in NAMED]
    return b.small(" · ".join(told)) if told else ""


def _later(one: Reading, own: Sequence[Reading]) -> b.Content:
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
    return b.small(say("landmarks", "later_median", **parts, median=median))
