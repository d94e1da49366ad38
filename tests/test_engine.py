"""Cells run in a process of the notebook's own: the outputs are those of a kernel, to the byte."""

import json
import os
import subprocess
import sys

import nbformat
import pytest

from qpvlib.publishing import engine

pytest.importorskip("resource", reason="les carnets ont ici des noyaux ordinaires")

CELLS = [
    "x = 3\nprint('a'); print('b')",
    "x",
    "x;",
    "%timeit -n1 -r1 -q x",
    "!echo dit",
    "import sys; print('e', file=sys.stderr)",
    "from IPython.display import display, HTML, clear_output, update_display\n"
    "h = display(HTML('<b>'), display_id='q')",
    "display({'image/png': b'abc', 'text/plain': 't'}, raw=True)\n"
    "update_display(HTML('<i>'), display_id='q')",
    "import matplotlib.pyplot as plt\nplt.figure(figsize=(1, 1)).add_subplot().plot([1, 2]);",
    "import asyncio\nawait asyncio.sleep(0)\n1 + 1",
    "for i in range(3):\n    clear_output(wait=True); print(i)",
    "_ + 1, __name__, sys.modules['__main__'].x",
    "",
    "get_ipython().user_ns['x']",
    "class Odd:\n    def __repr__(self): return 'o'\n    def _repr_mimebundle_(self, **given):\n"
    "        return {'text/html': '<i>'}, {'a': 1}\nOdd()",
    "import pandas as pd\npd.DataFrame({'a': [1]})",
    "import qpvlib as qpv\nqpv.neighbourhood(16)",
    "qpv.observations(area=16)",
    "import os\n'' in sys.path, os.path.basename(os.getcwd())",
    "def deep(): 1 / 0\ndeep()",
    "print('jamais')",
]
RUN = """
import sys, papermill
from pathlib import Path
from qpvlib.publishing import engine, execution
class Nothing:
    def __getattr__(self, name): return lambda *given: None
way = {"engine_name": engine.NAME, "watch": Nothing()} if sys.argv[1] == "here" else {}
papermill.execute_notebook(
    "n.ipynb", sys.argv[2], progress_bar=False, kernel_name="python3", **way
)
"""


def executed(folder, way):
    """Code cells of the notebook as one of the two ways leaves it."""
    source = [nbformat.v4.new_code_cell(cell, id=f"c{i}") for i, cell in enumerate(CELLS)]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(
        nbformat.v4.new_notebook(cells=source, metadata={"kernelspec": spec}), folder / "n.ipynb"
    )
    shown = {"MPLBACKEND": "module://matplotlib_inline.backend_inline", "HOME": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", RUN, way, f"{way}.ipynb"], cwd=folder, capture_output=True,
        text=True, env=os.environ | shown,
    )  # fmt: skip
    assert "ZeroDivisionError" in done.stderr
    return [c for c in nbformat.read(folder / f"{way}.ipynb", 4).cells if c.cell_type == "code"]


def test_the_outputs_are_those_of_a_kernel_to_the_byte(tmp_path):
    here, kernel = (executed(tmp_path, way) for way in ("here", "kernel"))
    assert [c.source for c in here] == CELLS
    for mine, its in zip(here, kernel, strict=True):
        assert (mine.source, json.dumps(mine.outputs), mine.execution_count) == (
            its.source, json.dumps(its.outputs), its.execution_count
        )  # fmt: skip


def test_a_new_shell_knows_nothing_of_the_last():
    before = engine.shell()
    before.run_cell("known = 1", store_history=True)
    after = engine.shell()
    assert after is not before
    assert "known" not in after.user_ns
    assert after.execution_count == 1
