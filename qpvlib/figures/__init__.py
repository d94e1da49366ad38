"""Table → exhibit: maps, positions and trends, drawn with matplotlib, seaborn and geopandas."""

from qpvlib.figures.atlas import overview, overview_svg
from qpvlib.figures.changes import trends
from qpvlib.figures.maps import locator
from qpvlib.figures.positions import position

__all__ = ["locator", "overview", "overview_svg", "position", "trends"]
