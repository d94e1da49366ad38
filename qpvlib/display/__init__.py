"""Table → formatted piece of a page."""

from qpvlib.display.coverage import (
    against_needs,
    coverage_header,
    covered_here,
    engaged_here,
    existing_means,
    gaps,
    matrix,
    of_year,
)
from qpvlib.display.details import nearby, series_details, sources, theme_details
from qpvlib.display.landmarks import landmarks
from qpvlib.display.opening import brief, header, identity, points, unmeasured
from qpvlib.display.summer import (
    summer_criteria,
    summer_grid,
    summer_header,
    summer_list,
    summer_related,
    summer_table,
    summer_week,
)
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
    "against_needs",
    "brief",
    "coverage_header",
    "covered_here",
    "engaged_here",
    "everyone",
    "existing_means",
    "gaps",
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
    "of_year",
    "points",
    "series_details",
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
