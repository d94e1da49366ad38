"""One notebook, checked parameters → executed notebook (papermill)."""

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
import papermill
from pydantic import BaseModel, ConfigDict, field_validator
from traitlets.config import Config

from qpvlib.areas import neighbourhood

SECONDS = 180  # a diagnosis takes a few; beyond, a cell never ends


class Parameters(BaseModel):
    """Parameters of the diagnostic notebook: papermill would accept anything, this does not."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    code: str

    @field_validator("code")
    @classmethod
    def _known(cls, code: str) -> str:
        return neighbourhood(code).code


@dataclass(frozen=True)
class Failure(Exception):
    """A notebook that did not reach its end: the cell, the cause, and what was executed."""

    cell: int
    cause: str
    notebook: str

    def __str__(self) -> str:
        return f"cellule {self.cell} : {self.cause}"


def execute(notebook: Path, parameters: dict) -> nbformat.NotebookNode:
    """Run a notebook in a fresh kernel.

    Raises
    ------
    Failure
        When a cell raises, times out or kills its kernel; the partly executed notebook is inside.
    """
    with tempfile.TemporaryDirectory(prefix="qpv-") as work:
        output = Path(work) / "notebook.ipynb"
        os.environ |= {"OMP_NUM_THREADS": "1", "JUPYTER_RUNTIME_DIR": work}
        try:
            return papermill.execute_notebook(
                str(notebook),
                str(output),
                parameters=parameters,
                kernel_name="python3",
                progress_bar=False,
                log_output=False,
                execution_timeout=SECONDS,
                cwd=str(notebook.parent),
                config=_transport(Path(work)),
            )
        except papermill.PapermillExecutionError as error:
            cause = f"{error.ename} : {error.evalue}".strip()
            raise Failure(error.cell_index, _one_line(cause), _text(output)) from None
        except Exception as error:  # nbclient's own: dead kernel, timeout
            cause = f"{type(error).__name__} : {error}"
            raise Failure(_last_cell(output), _one_line(cause), _text(output)) from None


def _transport(work: Path) -> Config:
    """Quiet kernels, and sockets in files: parallel ones cannot take each other's port.

    The address is given whole: left alone, it would be the same name in a shared folder.
    """
    quiet = {"NotebookClient": {"extra_arguments": ["--IPKernelApp.log_level=CRITICAL"]}}
    if os.name == "nt":
        return Config(quiet)
    return Config(quiet | {"KernelManager": {"transport": "ipc", "ip": str(work / "k")}})


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\x1b\[[0-9;]*m", "", text))[:400]


def _text(output: Path) -> str:
    return output.read_text(encoding="utf-8") if output.exists() else ""


def _last_cell(output: Path) -> int:
    if not output.exists():
        return 0
    cells = nbformat.read(output, as_version=4).cells
    done = [i for i, cell in enumerate(cells) if cell.get("execution_count")]
    return max(done, default=0)
