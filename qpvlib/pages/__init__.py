"""Table → formatted piece of a page."""

from qpvlib.pages.coverage import (
    actions_of,
    coverage_brief,
    coverage_gaps,
    coverage_header,
    coverage_matrix,
    coverage_means,
    coverage_of,
    engaged_here,
)
from qpvlib.pages.details import nearby, series_details, sources, theme_details
from qpvlib.pages.landmarks import landmarks
from qpvlib.pages.opening import brief, header, identity, points, unmeasured
from qpvlib.pages.proposals import axes_block as axes
from qpvlib.pages.roadmap import contracts, matrix, roadmap_header, shared
from qpvlib.pages.summer import (
    summer_criteria,
    summer_grid,
    summer_header,
    summer_list,
    summer_related,
    summer_table,
    summer_week,
)
from qpvlib.pages.synthesis import (
    everyone,
    grid,
    index_header,
    index_list,
    index_map,
    note,
    synthesis_header,
)
from qpvlib.pages.themes import themes

__all__ = [
    "actions_of",
    "axes",
    "brief",
    "contracts",
    "coverage_brief",
    "coverage_gaps",
    "coverage_header",
    "coverage_matrix",
    "coverage_means",
    "coverage_of",
    "engaged_here",
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
    "summer_criteria",
    "summer_grid",
    "summer_header",
    "summer_list",
    "summer_related",
    "summer_table",
    "summer_week",
    "synthesis_header",
    "theme_details",
    "themes",
    "unmeasured",
]
