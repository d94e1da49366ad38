"""One notebook, checked parameters → executed notebook (papermill)."""

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets.config import Config

from qpvlib.catalogue import Faults, QpvError, catalogue
from qpvlib.project import current
from qpvlib.publishing import forked, fresh, machine, withheld
from qpvlib.publishing.parameters import checked
from qpvlib.publishing.states import SECTIONS
from qpvlib.tables import writing

GIGABYTE = 1 << 30
PATIENCE = 10  # seconds for a page to tell that a section has outlasted its time


@dataclass(frozen=True)
class Executed:
    """An executed notebook: what libraries warned of, and how long its start and cells took."""

    notebook: NotebookNode
    warnings: tuple[str, ...]
    start: float
    cells: float


@dataclass  # not frozen: Python writes the traceback of an exception on it
class Failure(Exception):
    """A notebook that did not reach its end: the cell, the cause, and what was executed.

    ``machine`` says what is wrong with the machine, where the fault is not the notebook's.
    """

    cell: int | None
    cause: str
    notebook: str = field(default="", repr=False)
    machine: str = ""

    def __str__(self) -> str:
        return f"cellule {self.cell} : {self.cause}"


def execute(notebook: Path, parameters: dict) -> Executed:
    """Run a notebook: in this process, which should be its own (:mod:`.fresh`), or in a kernel.

    ``Failure`` is raised when a cell raises, or outlasts the notebook's time in a kernel;
    ``QpvError`` before anything starts, for a file that is no notebook.
    """
    own = notebook.parent.name == SECTIONS
    parameters = checked("diagnostic.ipynb" if own else notebook.name, parameters)
    source, watch = read(notebook), Watch()
    ordinary = current().kernels == "ordinary" or not fresh.available()
    with (_kernel if ordinary else _here)(watch) as given:
        try:
            node = papermill.execute_notebook(
                source, None, parameters=parameters, kernel_name="python3", progress_bar=False,
                log_output=False, cwd=str(notebook.parent), **given,
            )  # fmt: skip
        except Exception as error:
            raise watch.failure(error) from None
    return Executed(
        node, _warnings(node), watch.ready - watch.begun, time.monotonic() - watch.ready
    )


def apart(notebook: Path, parameters: dict) -> Executed:
    """The same in a process of its own, killed beyond the time of a notebook, from a page's.

    What happens to it is a ``Failure``: nothing of it is left where the page is made.
    """
    if current().kernels == "ordinary" or not fresh.available():
        return execute(notebook, parameters)
    seconds = catalogue().rule("notebook_seconds")
    forked.limit(seconds + PATIENCE)
    try:
        return forked.apart(seconds, execute, notebook, parameters)
    except forked.Lost as lost:
        raise recovered(lost) from None


def read(notebook: Path) -> NotebookNode:
    """A notebook, whatever mark begins its file; ``QpvError`` for a file that is none."""
    try:
        return nbformat.reads(notebook.read_bytes().decode("utf-8-sig"), as_version=4)
    except OSError as error:
        raise QpvError(f"carnet {notebook.name} : {writing.reason(error)}") from None
    except Exception:  # of its letters, of JSON, or of what a notebook must hold
        raise QpvError(
            f"carnet {notebook.name} : ce n'est pas un carnet Jupyter ; le rouvrir dans JupyterLab "
            "et l'enregistrer"
        ) from None


def recovered(lost: forked.Lost) -> Failure:
    """The failure of a page whose process was lost, from what its notebook, if any, had told."""
    cell, notebook = None, None
    for step in lost.steps:
        match step:
            case int():
                cell = step
            case (index, outputs):
                notebook.cells[index].outputs = outputs
            case _:
                notebook = step
    cause = "le processus qui l'exécutait s'est arrêté : tué, ou mémoire épuisée"
    if lost.seconds:
        what = "le carnet" if notebook else "le document"
        cause = f"{what} n'a pas fini en {lost.seconds:g} secondes"
    return Failure(cell, cause, nbformat.writes(notebook) if notebook else "")


class Watch:
    """What papermill does not give back when it fails: the live notebook and where it is.

    It tells the same to who waits for this process, should it be lost.
    """

    def __init__(self) -> None:
        self.begun = self.ready = time.monotonic()
        self.cell, self.limited = 0, False
        self.notebook: NotebookNode | None = None

    def started(self, notebook: NotebookNode) -> None:
        """The notebook, before its first cell."""
        self.notebook, self.ready = notebook, time.monotonic()
        forked.tell(notebook)

    def entered(self, cell_index: int, **_named: object) -> None:
        """The cell that begins."""
        self.cell = cell_index
        forked.tell(cell_index)

    def left(self, cell: NotebookNode, cell_index: int, **_named: object) -> None:
        """What a cell has shown, once it has ended."""
        withheld.explained(cell)
        forked.tell((cell_index, cell.outputs))

    def failure(self, error: Exception) -> Failure:
        """What is told of a notebook that stopped."""
        text = nbformat.writes(self.notebook) if self.notebook else ""
        wrong = machine.told(error)
        if isinstance(error, papermill.PapermillExecutionError):
            raised = error.ename == "MemoryError"
            wrong = machine.told(MemoryError()) if raised and self.limited else ""
            wrong = wrong or machine.told(error.evalue)
        return Failure(self.cell, _cause(error), text, wrong)


# --- the two ways to run cells -------------------------------------------------------------------


@contextmanager
def _here(watch: Watch) -> Iterator[dict]:
    """In this process: what papermill is given."""
    import resource

    from qpvlib.publishing import engine

    most = catalogue().rule("kernel_gigabytes") * GIGABYTE
    before = resource.getrlimit(resource.RLIMIT_AS)
    # Beyond, Python raises MemoryError in the cell. A limit of the user's own is the machine's.
    watch.limited = before[0] != resource.RLIM_INFINITY
    if not watch.limited:
        resource.setrlimit(resource.RLIMIT_AS, (most, before[1]))
    try:
        yield {"engine_name": engine.NAME, "watch": watch}
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@contextmanager
def _kernel(watch: Watch) -> Iterator[dict]:
    """In an ordinary kernel: what papermill is given."""
    seconds = catalogue().rule("notebook_seconds")

    def left(cell: NotebookNode) -> int:
        return max(1, round(watch.begun + seconds - time.monotonic()))

    # Functions: traitlets copies whatever else it is given.
    def started(notebook: NotebookNode) -> None:
        watch.started(notebook)

    def entered(cell: NotebookNode, cell_index: int) -> None:
        watch.entered(cell_index)

    def executed(cell: NotebookNode, cell_index: int, execute_reply: dict) -> None:
        watch.left(cell, cell_index)

    work, before = machine.workplace(), os.environ.copy()
    # What the kernel inherits: its project, and nobody's settings of IPython.
    os.environ |= current().environment | {"IPYTHONDIR": str(work)}
    try:
        yield {
            "config": Config(
                KernelManager={"connection_file": str(work / "kernel.json")},
                NotebookClient={
                    "on_notebook_start": started, "on_cell_start": entered,
                    "on_cell_executed": executed, "timeout_func": left,
                    "allow_error_names": [withheld.NAME],
                    "extra_arguments": ["--IPKernelApp.log_level=CRITICAL"],
                },
            )
        }  # fmt: skip
    finally:
        os.environ.clear()
        os.environ |= before
        shutil.rmtree(work, ignore_errors=True)


def _cause(error: Exception) -> str:
    """Why a notebook stopped, in one line."""
    if isinstance(error, papermill.PapermillExecutionError):
        # What we say is whole; what Python or a library says needs the name of its kind.
        ours = error.ename in (QpvError.__name__, Faults.__name__)
        return _one_line(error.evalue if ours else f"{error.ename} : {error.evalue}")
    if isinstance(error, CellTimeoutError):
        return f"le carnet n'a pas fini en {catalogue().rule('notebook_seconds'):g} secondes"
    if isinstance(error, DeadKernelError):
        return "le noyau s'est arrêté : tué, ou mémoire épuisée"
    return _one_line(f"{type(error).__name__} : {error}")


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\x1b\[[0-9;]*m", "", text)).strip()[:400]


_CELL = re.compile(r"\S*ipykernel_\d+\S*\.py:(?=\d)")  # where IPython pretends cells are


def _warnings(notebook: NotebookNode) -> tuple[str, ...]:
    """What the cells have written or printed: recorded, never published."""
    return tuple(
        f"cellule {i} : {_one_line(_CELL.sub('ligne ', output.text))}"
        for i, cell in enumerate(notebook.cells)
        for output in cell.get("outputs", [])
        if output.output_type == "stream"
    )
