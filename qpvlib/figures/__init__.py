"""Table → exhibit: maps, positions and trends, drawn with matplotlib, seaborn and geopandas.

The same table gives the same bytes; each drawing has its words, for who does not see it.
Gives notebooks ``locator``, ``contours_2024``, ``overview``, ``position``, ``trends``, ``style``;
pages, rows.
"""

from qpvlib.figures.maps import contours_2024
from qpvlib.figures.notebook import locator, overview, position, trends
from qpvlib.figures.styling import style

__all__ = ["contours_2024", "locator", "overview", "position", "style", "trends"]


def __dir__() -> list[str]:
    return __all__
