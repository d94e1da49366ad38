"""Table → exhibit: maps, positions and trends, drawn with matplotlib, seaborn and geopandas.

The same table gives the same bytes; each drawing has its words, for who does not see it.
Gives notebooks ``locator``, ``contours_2024``, ``overview``, ``position``, ``trends``; pages, rows.
"""

from qpvlib.figures.atlas import overview
from qpvlib.figures.changes import trends
from qpvlib.figures.maps import contours_2024, locator
from qpvlib.figures.positions import position

__all__ = ["contours_2024", "locator", "overview", "position", "trends"]
