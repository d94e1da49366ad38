"""The notebook author's dozen names: areas, observations, comparison, findings, what pages show."""

import importlib

__version__ = "0.1.0"

_HOMES = {
    "neighbourhood": "tables.areas",
    "neighbourhoods": "tables.areas",
    "where": "tables.where",
    "observations": "tables.indicators",
    "compare": "diagnosis.comparison",
    "compared": "diagnosis.comparison",
    "trend": "diagnosis.change",
    "findings": "diagnosis.findings",
    "strengths": "diagnosis.findings",
    "side_by_side": "pages.pair",
    "traits": "diagnosis.traits",
    "needs": "diagnosis.needs",
    "plan": "roadmap.stands",
    "all_plans": "roadmap.stands",
    "map": "figures.notebook",
    "to_excel": "workbench.excel",
    "explore": "workbench.explorer",
    "Project": "project",
}
_ROOMS = ("pages", "figures")

__all__ = [*_HOMES, *_ROOMS]


def __getattr__(name: str) -> object:
    """Import a name when it is first used: the command answers before pandas is there."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"qpvlib.{_HOMES[name]}"), name)
    if name in _ROOMS:
        return importlib.import_module(f"qpvlib.{name}")
    raise AttributeError(f"qpvlib n'a pas de nom « {name} » ; il a : {', '.join(__all__)}")


def __dir__() -> list[str]:
    return list(__all__)
