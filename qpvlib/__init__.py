"""Les diagnostics des quartiers prioritaires : ``import qpvlib as qpv``.

Où : neighbourhood, neighbourhoods, where.
Les chiffres : observations.
Leur lecture : compare, findings, traits, needs, trend, plan.
Les montrer : explore, side_by_side, map, figures, pages.
Les emporter : to_excel, un classeur ; exhibit, dans le diagnostic.

Chaque nom a son aide : ``help(qpv.compare)``, ou ``qpv.compare?`` dans un carnet.
"""

import importlib
import sys

__version__ = "0.1.0"

# What the author of a notebook calls, and the French words by which it is looked for.
_NAMES = {
    "neighbourhood": ("notebook.names", "quartier"),
    "neighbourhoods": ("notebook.names", "quartiers"),
    "where": ("notebook.names", "adresse point"),
    "observations": ("notebook.names", "chiffres donnees"),
    "compare": ("notebook.read", "comparer comparaison"),
    "findings": ("notebook.read", "constats"),
    "traits": ("notebook.read", "traits"),
    "needs": ("notebook.read", "besoins"),
    "trend": ("notebook.read", "tendance evolution"),
    "plan": ("notebook.read", "objectifs decisions"),
    "side_by_side": ("pages", "comparaison paire"),
    "explore": ("workbench.explorer", "explorer"),
    "map": ("figures.notebook", "carte"),
    "exhibit": ("pages.own", "publier exposer"),
    "to_excel": ("workbench.excel", "excel classeur tableur"),
    "figures": ("", "graphiques dessins"),
    "pages": ("", "blocs"),
}
# What the notebooks of the pages need besides: reached by its name, and not listed.
_BESIDES = {
    "compared": "diagnosis.comparison",
    "strengths": "diagnosis.findings",
    "all_plans": "roadmap.stands",
    "Project": "project",
}

__all__ = [*_NAMES]


def __getattr__(name: str) -> object:
    """Import a name when it is first used: the command answers before pandas is there."""
    if name not in _NAMES and name not in _BESIDES:
        from qpvlib.catalogue.faults import near

        words = {word: own for own, (_, said) in _NAMES.items() for word in (own, *said.split())}
        found = near(name, words)
        offer = f" Voulez-vous dire « {words[found]} » ?" if found else ""
        raise AttributeError(
            f"qpvlib n'a pas de nom « {name} ».{offer} Il y a : {', '.join(__all__)}"
        )
    home = _BESIDES.get(name) or _NAMES[name][0]
    if not home:
        return importlib.import_module(f"qpvlib.{name}")
    return getattr(importlib.import_module(f"qpvlib.{home}"), name)


def __dir__() -> list[str]:
    return list(__all__)


if (_asked := getattr(sys.modules.get("IPython"), "get_ipython", None)) and (_shell := _asked()):
    importlib.import_module("qpvlib.notebook.display").register(_shell)
