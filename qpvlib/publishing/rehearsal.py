"""What pages share: imported, computed and gone through once, before their processes exist."""

import contextlib

import ipykernel.compiler
import nbconvert
import nbformat
import papermill

from qpvlib import figures, pages
from qpvlib.catalogue import QpvError
from qpvlib.document import writing
from qpvlib.document.blocks import Paragraph
from qpvlib.publishing import batch, engine, execution, inputs, page, states
from qpvlib.publishing.job import Page
from qpvlib.tables.areas import neighbourhoods

__all__ = ["batch", "engine", "execution", "ipykernel", "nbconvert", "page", "papermill", "prepare"]


def prepare() -> None:
    """Load what every page of the project needs: catalogue, tables, fonts, common facts.

    All of it is a function of the project's files. A table that is missing or wrong is told by the
    page that reads it, not here.
    """
    unread = QpvError, OSError, ValueError, KeyError, StopIteration
    with contextlib.suppress(*unread):
        states.programme()
        _rehearse()
        first = next(iter(neighbourhoods().values()))
        pages.nearby(first)
        figures.locator(first)
        figures.trends(first)
        writing.style()
        inputs.facts()


def _rehearse() -> None:
    """Go once through the making of a page, of a notebook that says nothing of any project.

    What libraries import, compile or parse at their first use is then there for every page.
    """
    cells = nbformat.v4.new_markdown_cell("a"), nbformat.v4.new_code_cell("0")
    done = papermill.execute_notebook(
        nbformat.v4.new_notebook(cells=cells), None, kernel_name="python3", progress_bar=False,
        log_output=False, engine_name=engine.NAME, watch=execution.Watch(),
    )  # fmt: skip
    page.export(done, Page("", "", "", "", ""))
    writing.framed(Paragraph(("a",)))
    for name in pages.__all__:
        getattr(pages, name)
