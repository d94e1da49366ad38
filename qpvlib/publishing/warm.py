"""Imported once by the process that kernels are forked from: what every notebook needs.

Imports, then what a first use would load: the catalogue, the tables, the fonts. All of it is a
function of the project's files, never of an area. A table that is missing or wrong is told by the
notebook that reads it, not here.
"""

import contextlib
import gc

import geopandas  # noqa: F401
import ipykernel.ipkernel
import ipykernel.kernelapp  # noqa: F401
import matplotlib.backends.backend_svg
import nbconvert  # noqa: F401
import papermill  # noqa: F401
import seaborn  # noqa: F401

from qpvlib import comparison, display, exhibits, figures, indicators  # noqa: F401
from qpvlib.areas import neighbourhoods
from qpvlib.catalogue import QpvError
from qpvlib.figures import canvas, land

with contextlib.suppress(QpvError, OSError, ValueError, KeyError):
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
