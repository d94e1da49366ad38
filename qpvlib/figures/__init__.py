"""Table → exhibit: maps, positions and trends, drawn with matplotlib, seaborn and geopandas.

The same table gives the same bytes; each drawing has its words, for who does not see it.
Gives notebooks ``locator``, ``overview``, ``position``, ``trends``; pages, rows.
"""

from qpvlib.figures.atlas import overview
from qpvlib.figures.changes import trends
from qpvlib.figures.maps import locator
from qpvlib.figures.positions import position

__all__ = ["locator", "overview", "position", "trends"]


def __dir__() -> list[str]:
    return __all__
