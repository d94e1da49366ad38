"""Imported once by the process that kernels are forked from: what every notebook needs.

Imports, then what a first use would load: the catalogue, the tables, the fonts. All of it is a
function of the project's files, never of an area. A table that is missing or wrong is told by the
notebook that reads it, not here.
"""

import contextlib
import gc

import ipykernel.kernelapp
import nbconvert
import papermill

from qpvlib import figures, pages
from qpvlib.catalogue import QpvError
from qpvlib.diagnosis import comparison
from qpvlib.document import writing
from qpvlib.publishing import batch, execution, page
from qpvlib.tables import indicators
from qpvlib.tables.areas import neighbourhoods

__all__ = ["batch", "execution", "figures", "ipykernel", "nbconvert", "page", "pages", "papermill"]

with contextlib.suppress(QpvError, OSError, ValueError, KeyError, StopIteration):
    first = next(iter(neighbourhoods().values()))
    positions = comparison.compare(indicators.observations(around=first), first)
    pages.landmarks(first, positions)
    pages.proposals(first, positions)
    pages.nearby(first)
    figures.locator(first)
    figures.trends(first)
    writing.style()

gc.collect()
gc.freeze()  # what is here is never collected: the pages of memory stay shared with the forks
