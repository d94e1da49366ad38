"""One notebook, checked parameters → executed notebook (papermill)."""

import codecs
import json
import os
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from qpvlib.catalogue import QpvError, axes, catalogue, unknown
from qpvlib.project import current
from qpvlib.publishing import WARM, inputs, kernels
from qpvlib.tables.areas import neighbourhood

GIGABYTE = 1 << 30


class Parameters(BaseModel):
    """Parameters of a notebook that has none: papermill would accept anything, this does not."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class DiagnosticParameters(Parameters):
    """Parameters of the diagnostic: the code of a neighbourhood, of 2015 or of 2024."""

    code: str

    @field_validator("code")
    @classmethod
    def _known(cls, code: str) -> str:
        return neighbourhood(code).code


class RoadmapParameters(Parameters):
    """Parameters of the feuille de route: a scheme of axes; empty, the territory's."""

    scheme: str = ""

    @field_validator("scheme")
    @classmethod
    def _known(cls, scheme: str) -> str:
        return axes.scheme_name(scheme)


class PairParameters(Parameters):
    """Parameters of two neighbourhoods side by side: their codes, of 2015 or of 2024."""

    a: str
    b: str

    @field_validator("a", "b")
    @classmethod
    def _known(cls, code: str) -> str:
        return neighbourhood(code).code


class CoverageParameters(Parameters):
    """Parameters of the coverage of needs, or of the planning of a summer: a year."""

    year: int


class SummerParameters(CoverageParameters):
    """Parameters of the summer board: its year, and the date it is seen from (2021-07-20)."""

    at: str


MODELS: dict[str, type[Parameters]] = {
    "comparaison.ipynb": PairParameters,
    "diagnostic.ipynb": DiagnosticParameters,
    "feuille_de_route.ipynb": RoadmapParameters,
    "couverture.ipynb": CoverageParameters,
    "preparation_ete.ipynb": CoverageParameters,
    "quartiers_ete.ipynb": SummerParameters,
}


def checked(notebook: str, parameters: dict) -> dict:
    """Parameters of a notebook, held to its typed model, before any kernel starts.

    A name that it does not have, one it lacks, a wrong type, an unknown code raise ``QpvError``.
    """
    model = MODELS.get(notebook, Parameters)
    try:
        return model(**parameters).model_dump()
    except ValidationError as error:
        faults = [_parameter_fault(notebook, model, detail) for detail in error.errors()]
        raise QpvError(" ; ".join(faults)) from None


def _parameter_fault(notebook: str, model: type[Parameters], detail: dict) -> str:
    name = ".".join(map(str, detail["loc"]))
    if detail["type"] == "extra_forbidden":
        names = list(model.model_fields)
        listing = f"{notebook} attend : {', '.join(names) or 'aucun paramètre'}."
        return unknown("Le paramètre", name, names, listing)
    if detail["type"] == "missing":
        return f"Le paramètre « {name} » de {notebook} manque."
    kind = "un nombre entier" if detail["type"].startswith("int") else "un texte"
    return f"Le paramètre « {name} » de {notebook} vaut {detail['input']!r} : {kind} est attendu."


@dataclass(frozen=True)
class Executed:
    """An executed notebook: what libraries warned of, and how long its start and cells took."""

    notebook: nbformat.NotebookNode
    warnings: tuple[str, ...]
    start: float
    cells: float


@dataclass  # not frozen: Python writes the traceback of an exception on it
class Failure(Exception):
    """A notebook that did not reach its end: the cell, the cause, and what was executed."""

    cell: int
    cause: str
    notebook: str = field(repr=False)

    def __str__(self) -> str:
        return f"cellule {self.cell} : {self.cause}"


class _Watch:
    """What papermill does not give back when it fails: the live notebook and where it is."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self.begun = time.monotonic()
        self.ready = self.begun
        self.cell = 0
        self.notebook: nbformat.NotebookNode | None = None

    def hooks(self) -> dict[str, Callable]:
        """Hooks of nbclient: functions, since traitlets copies whatever else it is given."""

        def started(notebook: nbformat.NotebookNode) -> None:
            self.notebook, self.ready = notebook, time.monotonic()

        def entered(cell: nbformat.NotebookNode, cell_index: int) -> None:
            self.cell = cell_index

        def left(cell: nbformat.NotebookNode) -> int:
            return max(1, round(self.begun + self.seconds - time.monotonic()))

        return {"on_notebook_start": started, "on_cell_start": entered, "timeout_func": left}

    def text(self) -> str:
        """The notebook as far as it went, once it had begun."""
        return nbformat.writes(self.notebook) if self.notebook else ""


def execute(notebook: Path, parameters: dict) -> Executed:
    """Run a notebook in a fresh kernel: forked from a warm process where it can be.

    ``Failure`` is raised when a cell raises, outlasts the notebook's time, or loses its kernel;
    ``QpvError`` before anything starts, for a file that is no notebook.
    """
    parameters = checked(notebook.name, parameters)
    _require_readable(notebook)
    kernels.warm([WARM], inputs.everything)
    watch = _Watch(catalogue().rule("notebook_seconds"))
    with tempfile.TemporaryDirectory(prefix="qpv-", dir=_short()) as work:
        config = kernels.config(
            Path(work),
            catalogue().rule("kernel_gigabytes") * GIGABYTE,
            current().environment,
            forked=current().kernels != "ordinary",
        )
        config.NotebookClient.update(watch.hooks())
        try:
            node = papermill.execute_notebook(
                str(notebook),
                None,
                parameters=parameters,
                kernel_name="python3",
                progress_bar=False,
                log_output=False,
                cwd=str(notebook.parent),
                config=config,
            )
        except Exception as error:
            raise Failure(watch.cell, _cause(error, watch.seconds), watch.text()) from None
    end = time.monotonic()
    return Executed(node, _warnings(node), watch.ready - watch.begun, end - watch.ready)


def _require_readable(notebook: Path) -> None:
    """In French: papermill would say it in English, without what to do."""
    content = notebook.read_bytes()
    wrong = ""
    if content.startswith(codecs.BOM_UTF8):
        wrong = "marque d'ordre (BOM) en tête ; l'enregistrer en UTF-8 sans BOM"
    else:
        try:
            found = json.loads(content)
        except ValueError:  # of JSON, or of its letters
            found = None
        if not isinstance(found, dict) or "cells" not in found:
            wrong = "ce n'est pas un carnet Jupyter ; le rouvrir dans JupyterLab et l'enregistrer"
    if wrong:
        raise QpvError(f"carnet {notebook.name} : {wrong}")


def _short() -> str | None:
    """Where sockets go: their path must be short, whatever TMPDIR says (108 bytes at most)."""
    return "/tmp" if os.name == "posix" and len(tempfile.gettempdir()) > 60 else None


def _cause(error: Exception, seconds: float) -> str:
    """Why a notebook stopped, in one line."""
    if isinstance(error, papermill.PapermillExecutionError):
        return _one_line(f"{error.ename} : {error.evalue}")
    if isinstance(error, CellTimeoutError):
        return f"le carnet n'a pas fini en {seconds:g} secondes"
    if isinstance(error, DeadKernelError):
        return "le noyau s'est arrêté : tué, ou mémoire épuisée"
    return _one_line(f"{type(error).__name__} : {error}")


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\x1b\[[0-9;]*m", "", text)).strip()[:400]


_TEMPORARY = re.compile(r"\S*ipykernel_\d+\S*\.py:(?=\d)")  # where IPython pretends cells are


def _warnings(notebook: nbformat.NotebookNode) -> tuple[str, ...]:
    """What was written on the standard error of the cells: recorded, never published."""
    return tuple(
        f"cellule {i} : {_one_line(_TEMPORARY.sub('ligne ', output.text))}"
        for i, cell in enumerate(notebook.cells)
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
    )
