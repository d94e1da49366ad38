"""The cells of a notebook run in this very process: a papermill engine, without a kernel.

For a process of the notebook's own (:mod:`.fresh`). IPython's shell runs the cells: displays,
magics, errors are those of a kernel, and so are the outputs, to the byte. The user's own settings
of IPython are not read.
"""

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from ipykernel.compiler import XCachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.jsonutil import json_default
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines
from traitlets.config import Config

from qpvlib.document.exhibits import Unpublished
from qpvlib.notebook import display

NAME = "here"


class Outputs(list):
    """Outputs of the cell that runs, as a notebook keeps them."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: dict[str, list[NotebookNode]] = {}
        self.stale = False

    def begin(self) -> list[NotebookNode]:
        """Outputs of a new cell, which this one fills."""
        self.clear()
        self.stale = False
        return self

    def add(self, kind: str, **fields: Any) -> NotebookNode:
        """One more output, its data as JSON would give them back."""
        if self.stale:
            self.clear()
            self.stale = False
        output = new_output(kind, **json.loads(json.dumps(fields, default=json_default)))
        self.append(output)
        return output

    def write(self, name: str, text: str) -> None:
        """Text on a stream, after what it has just said."""
        last = self[-1] if self and not self.stale else None
        if last and last.output_type == "stream" and last.name == name:
            last.text += text
        else:
            self.add("stream", name=name, text=text)

    def display(self, data: dict, metadata: dict | None, mark: str, update: bool) -> None:
        """A display, or the new state of those that bear the same mark."""
        if update:
            for output in self.shown.get(mark, []):
                output |= new_output("display_data", data, metadata=metadata or {})
            return
        output = self.add("display_data", data=data, metadata=metadata or {})
        if mark:
            self.shown.setdefault(mark, []).append(output)


class _Stream(io.TextIOBase):
    def __init__(self, outputs: Outputs, name: str) -> None:
        self.outputs, self.name = outputs, name

    encoding = "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text:
            self.outputs.write(self.name, text)
        return len(text)


class _Publisher(DisplayPublisher):
    def publish(self, data: dict, metadata: dict | None = None, **named: Any) -> None:
        mark = (named.get("transient") or {}).get("display_id", "")
        self.shell.outputs.display(data, metadata, mark, named.get("update", False))

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.stale = True
        if not wait:
            self.shell.outputs.clear()


class _Hook(DisplayHook):
    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        self.shell.outputs.add(
            "execute_result", data=format_dict, metadata=md_dict or {},
            execution_count=self.prompt_count,
        )  # fmt: skip

    def finish_displayhook(self) -> None:
        self._is_active = False


class _Shell(InteractiveShell):
    """IPython's, which keeps no history, reads no profile, and writes to a notebook."""

    compiler_class = XCachingCompiler
    display_pub_class = _Publisher
    displayhook_class = _Hook

    def __init__(self, **named: Any) -> None:
        self.outputs = Outputs()
        super().__init__(**named)

    def init_ipython_dir(self, _folder: str | None) -> None:
        pass

    def init_profile_dir(self, _folder: str | None) -> None:
        pass

    def init_completer(self) -> None:
        pass

    def enable_gui(self, gui: str | None = None) -> None:
        """No window: figures are displayed in the notebook."""

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.outputs.add("error", ename=etype.__name__, evalue=str(evalue), traceback=stb)


def shell() -> _Shell:
    """A new shell, the only one of this process from now on."""
    for kind in (_Shell, InteractiveShell):  # each forgets its own only
        kind.clear_instance()
    own = _Shell.instance(config=Config(HistoryManager={"enabled": False, "hist_file": ":memory:"}))
    display.register(own)  # as importing the library does in a kernel: here it is there already
    return own


class Here(Engine):
    """Run a notebook's cells in this process; it stops at the first that raises.

    ``watch`` is told of the start, and of each cell: ``started``, ``entered``, ``left``.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        watch: Any = None,
        **_named: Any,
    ) -> None:
        """What papermill asks of an engine."""
        own = shell()
        watch.started(nb_man.nb)
        with _surrounded(own.outputs):
            for index, cell in enumerate(nb_man.nb.cells):
                nb_man.cell_start(cell, index)
                sound = not _runs(cell) or _ran(own, cell, index, watch)
                if not sound:
                    nb_man.cell_exception(cell, index)
                nb_man.cell_complete(cell, index)
                if not sound:
                    return


papermill_engines.register(NAME, Here)


def _runs(cell: NotebookNode) -> bool:
    tags = cell.metadata.get("tags", ())
    return cell.cell_type == "code" and bool(cell.source.strip()) and "skip-execution" not in tags


def _ran(own: _Shell, cell: NotebookNode, index: int, watch: Any) -> bool:
    """Whether a cell reached its end, or may fail."""
    watch.entered(index)
    outputs = own.outputs.begin()
    done = own.run_cell(cell.source, store_history=True)
    cell.execution_count = own.execution_count - 1
    cell.outputs = list(outputs)
    watch.left(cell, index)
    told = isinstance(done.error_in_exec, Unpublished)  # the page says it
    return done.success or told or "raises-exception" in cell.metadata.get("tags", ())


@contextmanager
def _surrounded(outputs: Outputs) -> Iterator[None]:
    """What a kernel has around its cells: its streams, and modules of the current folder."""
    sys.path.insert(0, "")
    try:
        with (
            redirect_stdout(_Stream(outputs, "stdout")),
            redirect_stderr(_Stream(outputs, "stderr")),
        ):
            yield
    finally:
        sys.path.remove("")
