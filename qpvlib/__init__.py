"""The notebook author's dozen names: areas, observations, comparison, findings, exhibits."""

import importlib

__version__ = "0.1.0"

_HOMES = {
    "neighbourhood": "areas",
    "neighbourhoods": "areas",
    "observations": "indicators",
    "compare": "comparison",
    "trend": "comparison",
    "findings": "diagnosis",
    "vigilance": "diagnosis",
    "strengths": "diagnosis",
    "stands": "roadmap",
    "all_stands": "roadmap",
}
_MODULES = ("display", "figures")

__all__ = [*_HOMES, *_MODULES]


def __getattr__(name: str):
    """Import a name when it is first used: the command answers before pandas is there."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"qpvlib.{_HOMES[name]}"), name)
    if name in _MODULES:
        return importlib.import_module(f"qpvlib.{name}")
    raise AttributeError(f"qpvlib n'a pas de nom « {name} » ; il a : {', '.join(__all__)}")
