"""JupyterLab as the project starts it: what it is told, what it writes."""

import copy
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from qpvlib.catalogue import QpvError
from qpvlib.project import Project, current
from qpvlib.workbench import lab, saving

ROOT = current().root
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def run(notebook):
    """The same, as JupyterLab holds it once its cells were run, folded and scrolled."""
    notebook = copy.deepcopy(notebook)
    notebook.metadata |= {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "name": "python3"},
        "language_info": {"name": "python", "version": "3.99", "mimetype": "text/x-python"},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}}},
    }
    for n, cell in enumerate(notebook.cells):
        cell.metadata |= {"scrolled": True, "jupyter": {"outputs_hidden": True}, "trusted": True}
        if cell.cell_type == "code":
            cell.execution_count = n
            cell.outputs = [new_output("stream", text="37 %")]
    return notebook


def saved(notebook, path, root=ROOT):
    model = {"type": "notebook", "content": notebook}
    saving.as_in_git(model, path, SimpleNamespace(root_dir=str(root)))
    return nbformat.writes(model["content"], version=nbformat.NO_CONVERT) + "\n"


@pytest.mark.parametrize("place", NOTEBOOKS, ids=lambda place: place.stem)
def test_a_notebook_that_was_run_is_saved_with_the_bytes_that_git_has(place):
    held = nbformat.read(place, 4)
    assert saved(run(held), f"notebooks/{place.name}") == place.read_text("utf-8")


def test_a_new_notebook_of_the_project_has_no_output_and_its_author_keeps_what_they_wrote(tmp_path):
    own = new_notebook(cells=[new_code_cell("1"), new_markdown_cell("a")])
    own.cells[0].metadata["tags"] = ["parameters"]
    told = json.loads(saved(run(own), "notebooks/neuf.ipynb", tmp_path))
    assert [cell.get("outputs") for cell in told["cells"]] == [[], None]
    assert told["cells"][0]["metadata"] == {"tags": ["parameters"]}
    assert told["metadata"] == saving.KERNEL


@pytest.mark.parametrize("path", ["notebooks/mes-essais/a.ipynb", "a.ipynb", "/ailleurs/b.ipynb"])
def test_a_notebook_of_ones_own_keeps_its_outputs(path):
    own = run(new_notebook(cells=[new_code_cell("1")]))
    assert "37 %" in saved(own, path)


def test_a_file_that_is_no_notebook_is_left_as_it_is():
    model = {"type": "file", "content": "texte"}
    saving.as_in_git(model, "notebooks/a.txt")
    assert model == {"type": "file", "content": "texte"}


def test_the_command_is_the_first_on_the_path_of_a_terminal_whatever_the_path(tmp_path):
    """In a process told as JupyterLab's are, as a terminal or « !qpv » would call it."""
    told = lab.environment({"PATH": "/nowhere", "HOME": str(tmp_path)}, current())
    found = subprocess.run(
        ["/bin/sh", "-c", "command -v qpv"], env=told, capture_output=True, text=True, check=True
    )
    assert Path(found.stdout.strip()).parent.samefile(Path(sys.executable).parent)


def test_nothing_is_written_in_the_home_of_its_user(tmp_path):
    told = lab.environment({"HOME": str(tmp_path)}, Project.at(tmp_path / "projet"))
    state = str(tmp_path / "projet" / ".jupyter")
    assert all(told[name].startswith(state) for name in lab.WHERE)


def test_without_it_how_to_have_it_is_said(monkeypatch):
    monkeypatch.setattr(lab.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(QpvError, match=r"make lab.*qpvlib\[lab\]"):
        lab.command(current())
