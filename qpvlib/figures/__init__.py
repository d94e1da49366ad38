"""Les cartes, positions et tendances des pages, et le style de la maison pour les vôtres.

Table → exhibit, drawn with matplotlib, seaborn and geopandas: the same table gives the same bytes;
each drawing has its words, for who does not see it. Gives pages rows.
"""

from qpvlib.figures.maps import contours_2024
from qpvlib.figures.notebook import locator, overview, position, trends
from qpvlib.figures.styling import style

__all__ = ["contours_2024", "locator", "overview", "position", "style", "trends"]


def __dir__() -> list[str]:
    return __all__
