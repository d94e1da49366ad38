"""Les blocs des pages, chacun par une fonction : les carnets de « notebooks » les appellent.

A module a page, or a part of one; sentences are the catalogue's, figures are readings.
Gives notebooks their cells, and publishing the annex and the page of an import.
"""

import importlib

# No module has the name of what it gives: once imported, it would be taken for it.
_HOMES = {
    "opening": ("header", "brief", "identity", "needs", "footnotes", "unmeasured"),
    "measures": ("landmarks",),
    "programmes": ("under_way",),
    "proposed": ("proposals",),
    "changed": ("contours",),
    "later": (
        "later_header", "later_identity", "later_changed", "later_figures", "later_missing",
        "later_notes", "later_sources",
    ),
    "later_index": ("later_index_header", "later_map", "later_list"),
    "details": ("theme_details", "series_details", "nearby", "sources"),
    "alike": ("similar",),
    "resources": ("around", "around_details"),
    "since": ("changes", "changes_count", "changes_decided", "changes_here"),
    "pair": ("pair_header", "side_by_side"),
    "synthesis": ("everyone", "synthesis_header", "note", "grid", "profiles"),
    "weighing": ("weighed",),
    "index": ("index_header", "index_map", "index_list"),
    "roadmap": ("roadmap_header", "matrix", "shared"),
    "contract": ("contracts",),
    "cards": ("cards_header", "cards_contents", "cards_list"),
    "words": ("glossary",),
    "requests": ("requests_header", "requests_list"),
    "accessibility": ("statement_header", "statement", "statement_criteria"),
    "coverage": (
        "actions_of", "coverage_of", "coverage_header", "coverage_matrix", "coverage_gaps",
        "coverage_means", "coverage_brief", "engaged_here",
    ),
    "summer": ("summer_header", "summer_criteria", "summer_week"),
    "summer_tables": (
        "summer_grid", "summer_places", "summer_table", "summer_related", "summer_list",
    ),
    "preparation": (
        "prepared", "preparation_header", "preparation_gaps", "preparation_meetings",
    ),
}  # fmt: skip
_MODULE = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted(_MODULE)


def __getattr__(name: str) -> object:
    """Import a page's module when one of its names is used; it understands what is given to it."""
    from qpvlib.tables.given import understanding

    if name not in _MODULE:
        raise AttributeError(
            f"qpvlib.pages n'a pas de nom « {name} » ; il a : {', '.join(__all__)}"
        )
    return understanding(getattr(importlib.import_module(f"qpvlib.pages.{_MODULE[name]}"), name))


def __dir__() -> list[str]:
    return __all__
