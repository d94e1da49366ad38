"""What a cell shows and a page cannot: never dropped in silence, it leaves a notice."""

from nbformat import NotebookNode

from qpvlib.document.exhibits import PAGE, Unpublished
from qpvlib.pages import own

REASON = "application/vnd.qpv.unpublished"  # what a refused exhibit shows
NAME = Unpublished.__name__  # as notebooks keep the kind of an error
BARE = {"text/plain", PAGE, REASON}


def reason(cell: NotebookNode) -> str:
    """Why something that a cell shows is not published, and what to write; empty when all is.

    A value in plain text is its author's alone: it is not published, and is no fault.
    """
    shown = [output.get("data", {}) for output in cell.get("outputs", ())]
    told = next((data[REASON] for data in shown if REASON in data), "")
    foreign = any(PAGE not in data and set(data) - BARE for data in shown)
    return told or (own.unpublished(own.say("own", "picture")) if foreign else "")


def lines(name: str, notebook: NotebookNode) -> tuple[str, ...]:
    """The same of each cell of a notebook, with its place."""
    found = ((index, reason(cell)) for index, cell in enumerate(notebook.cells))
    return tuple(f"carnet {name}, cellule {index} : {told}" for index, told in found if told)


def explained(cell: NotebookNode) -> None:
    """Make a refused exhibit what the cell shows, and no error: the page goes on, and tells it."""
    for output in cell.get("outputs", ()):
        if output.output_type == "error" and output.ename == NAME:
            told = output.evalue
            output.clear()
            output |= {"output_type": "display_data", "data": {REASON: told}, "metadata": {}}
