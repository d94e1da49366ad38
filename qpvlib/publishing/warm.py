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

from qpvlib import comparison, diagnosis, display, exhibits, figures, indicators, tidy
from qpvlib.areas import neighbourhoods
from qpvlib.catalogue import QpvError
from qpvlib.figures import canvas, land
from qpvlib.publishing import batch, execution, page

__all__ = [
    "batch",
    "comparison",
    "diagnosis",
    "display",
    "execution",
    "figures",
    "ipykernel",
    "nbconvert",
    "page",
    "papermill",
]

with contextlib.suppress(QpvError, OSError, ValueError, KeyError):
    for name in tidy.TEXT:
        tidy.table(name)
    indicators.observations()
    neighbourhoods()
    comparison.spread("", 0)
    comparison.noise("", "")
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
