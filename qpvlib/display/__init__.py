"""Table → formatted piece of a page."""

from qpvlib.display.details import nearby, series_details, sources, theme_details
from qpvlib.display.landmarks import landmarks
from qpvlib.display.opening import brief, header, identity, points, unmeasured
from qpvlib.display.synthesis import (
    everyone,
    grid,
    index_header,
    index_list,
    index_map,
    note,
    synthesis_header,
)
from qpvlib.display.themes import themes

__all__ = [
    "brief",
    "everyone",
    "grid",
    "header",
    "identity",
    "index_header",
    "index_list",
    "index_map",
    "landmarks",
    "nearby",
    "note",
    "points",
    "series_details",
    "sources",
    "synthesis_header",
    "theme_details",
    "themes",
    "unmeasured",
]
