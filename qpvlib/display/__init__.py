"""Table → formatted piece of a page."""

from qpvlib.display.details import nearby, series_details, sources, theme_details
from qpvlib.display.landmarks import landmarks
from qpvlib.display.opening import brief, header, identity, points, unmeasured
from qpvlib.display.proposals import axes_block as axes
from qpvlib.display.roadmap import contracts, matrix, roadmap_header, shared
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
    "axes",
    "brief",
    "contracts",
    "everyone",
    "grid",
    "header",
    "identity",
    "index_header",
    "index_list",
    "index_map",
    "landmarks",
    "matrix",
    "nearby",
    "note",
    "points",
    "roadmap_header",
    "series_details",
    "shared",
    "sources",
    "synthesis_header",
    "theme_details",
    "themes",
    "unmeasured",
]
