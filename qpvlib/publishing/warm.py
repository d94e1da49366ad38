"""What the warm process imports and computes once, before pages' processes are forked from it."""

import contextlib
import gc

import ipykernel.compiler
import nbconvert
import papermill

from qpvlib import figures, pages
from qpvlib.catalogue import QpvError
from qpvlib.document import writing
from qpvlib.project import Project
from qpvlib.publishing import batch, engine, execution, inputs, page
from qpvlib.tables.areas import neighbourhoods

__all__ = ["batch", "engine", "execution", "ipykernel", "nbconvert", "page", "papermill", "ready"]


def ready(project: Project) -> None:
    """Load what every page of a project needs: catalogue, tables, fonts, common facts.

    All of it is a function of the project's files. A table that is missing or wrong is told by the
    page that reads it, not here.
    """
    unread = QpvError, OSError, ValueError, KeyError, StopIteration
    with project.opened(), contextlib.suppress(*unread):
        first = next(iter(neighbourhoods().values()))
        pages.nearby(first)
        figures.locator(first)
        figures.trends(first)
        writing.style()
        inputs.facts()
    _freeze()


def _freeze() -> None:
    """What is here is never collected: the pages of memory stay shared with the forks."""
    gc.collect()
    gc.freeze()


_freeze()
