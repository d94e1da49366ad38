"""Theme by theme: one drawing, one sentence that says what to look at."""

import pandas as pd

from qpvlib.catalogue import catalogue
from qpvlib.document.blocks import Group, Heading, Paragraph
from qpvlib.document.exhibits import Exhibit
from qpvlib.figures.positions import position
from qpvlib.pages.cells import exhibit, say
from qpvlib.tables.areas import Neighbourhood


def themes(place: Neighbourhood, positions: pd.DataFrame) -> Exhibit:
    """The six themes, each with its indicator drawn among the metropolitan QPV."""
    parts, data = [], []
    for theme in catalogue().themes.values():
        drawn = position(place, theme.chart, positions)
        data.append(drawn.data.assign(indicator=theme.chart))
        look = Heading(3, theme.label), Paragraph(theme.look, "look")
        parts.append(Group((*look, drawn.content)))
    content = Group(tuple(parts), "charts")
    return exhibit(place, say("themes", "title"), content, pd.concat(data, ignore_index=True))
