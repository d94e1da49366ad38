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

from qpvlib import comparison, display, exhibits, figures, indicators, rows
from qpvlib.areas import neighbourhoods, places
from qpvlib.catalogue import QpvError
from qpvlib.figures import canvas, land
from qpvlib.publishing import batch, execution, page, register

__all__ = [
    "batch",
    "display",
    "execution",
    "figures",
    "ipykernel",
    "nbconvert",
    "page",
    "papermill",
    "register",
]

with contextlib.suppress(QpvError, OSError, ValueError, KeyError, StopIteration):
    first = next(iter(neighbourhoods().values()))
    positions = comparison.compare(indicators.observations(around=first), first)
    rows.views(first, positions, ["taux_pauvrete"])
    places(first)
    land.outlines()
    land.perimeters()
    axes = canvas.canvas(10, 10)
    canvas.write(axes, 1, 1, "é")
    canvas.svg(axes)
    canvas.width("é", 13)
    canvas.width("é", 13, bold=True)
    exhibits.style()

gc.collect()
gc.freeze()  # what is here is never collected: the pages of memory stay shared with the forks
