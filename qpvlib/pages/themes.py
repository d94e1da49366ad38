"""Theme by theme: one drawing, one sentence that says what to look at, one finding."""

from collections.abc import Callable

import pandas as pd

from qpvlib.catalogue import catalogue
from qpvlib.document.exhibits import Exhibit, escape
from qpvlib.pages.cells import exhibit, text
from qpvlib.tables.areas import Neighbourhood

Draw = Callable[[Neighbourhood, str, pd.DataFrame], Exhibit]


def themes(place: Neighbourhood, positions: pd.DataFrame, draw: Draw) -> Exhibit:
    """The six themes, each with its indicator drawn by ``draw`` (``figures.position``)."""
    parts, data = [], []
    for theme in catalogue().themes.values():
        drawn = draw(place, theme.chart, positions)
        data.append(drawn.data.assign(indicator=theme.chart))
        parts.append(
            f'<div><h3>{escape(theme.label)}</h3><p class="look">{text(theme.look)}</p>'
            f"{drawn.html}</div>"
        )
    html = f'<div class="charts">{"".join(parts)}</div>'
    return exhibit(place, "Thème par thème", html, pd.concat(data, ignore_index=True))
