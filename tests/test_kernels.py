"""Forked kernels: fresh, isolated, of the right folder and environment, gone when asked."""

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import nbformat
import papermill
import pytest

from qpvlib.publishing import kernels

pytestmark = pytest.mark.skipif(not kernels.available(), reason="pas de fork ici")


def ran(tmp_path, *sources, **config):
    """Text that each cell printed or gave, in a kernel of its own."""
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(source, id=f"c{i}") for i, source in enumerate(sources)]
    path = tmp_path / "n.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), path)
    folder = tmp_path / f"k{len(list(tmp_path.iterdir()))}"
    folder.mkdir()
    kernels.warm(["json", "decimal"])
    settings = kernels.config(folder, **config)
    node = papermill.execute_notebook(
        str(path), None, kernel_name="python3", progress_bar=False, config=settings, cwd=tmp_path
    )
    assert list(folder.iterdir()) == []  # sockets and connection file are gone
    return [
        "".join(o.get("text", "") or o.get("data", {}).get("text/plain", "") for o in c.outputs)
        for c in node.cells
    ]


@pytest.fixture(autouse=True)
def settled():
    before = environment()
    yield
    kernels.cool()
    assert environment() == before  # nothing writes it


def environment():
    """This process's own, but for what pytest writes there."""
    return {name: said for name, said in os.environ.items() if name != "PYTEST_CURRENT_TEST"}


def test_the_provisioner_is_registered():
    (found,) = entry_points(group="jupyter_client.kernel_provisioners", name=kernels.NAME)
    assert found.load() is kernels.ForkedProvisioner


def test_each_notebook_has_a_fresh_process_from_the_same_warm_one(tmp_path):
    source = "import os, decimal\nold = hasattr(decimal, 'mark')\ndecimal.mark = 1\n"
    source += "print(os.getpid(), os.getppid(), old)"
    one, other = (ran(tmp_path, source)[0].split() for _ in range(2))
    assert one[0] != other[0]
    assert one[1] == other[1] != str(os.getpid())
    assert [one[2], other[2]] == ["False", "False"]


def test_a_kernel_has_the_modules_already_and_one_thread_for_numbers(tmp_path):
    told = ran(tmp_path, "import sys, os\n'decimal' in sys.modules, os.environ['OMP_NUM_THREADS']")
    assert told == ["(True, '1')"]


def test_a_kernel_has_its_caller_s_folder_and_environment(tmp_path, monkeypatch):
    kernels.warm(["json"])
    monkeypatch.setenv("SAID_AFTER", "oui")
    told = ran(tmp_path, "import os\nos.getcwd(), os.environ['SAID_AFTER']")
    assert told == [f"({str(tmp_path)!r}, 'oui')"]


def test_the_callers_main_is_not_imported_again(tmp_path):
    main = tmp_path / "main.py"
    main.write_text(
        "print('importé')\n"
        "if __name__ == '__main__':\n"
        "    import sys; sys.path.insert(0, sys.argv[1])\n"
        "    import pathlib, test_kernels\n"
        "    print(test_kernels.ran(pathlib.Path(sys.argv[2]), '1 + 1'))\n"
    )
    (tmp_path / "work").mkdir()
    here = str(Path(__file__).parent)
    done = subprocess.run(
        [sys.executable, str(main), here, str(tmp_path / "work")], capture_output=True, text=True
    )
    assert done.stdout == "importé\n['2']\n"


def test_another_token_asks_for_another_warm_process():
    kernels.warm(["json"], lambda: "un")
    first = kernels.forkserver._forkserver._forkserver_pid
    kernels.warm(["json"], lambda: "un")
    assert kernels.forkserver._forkserver._forkserver_pid == first
    kernels.warm(["json"], lambda: "deux")
    assert kernels.forkserver._forkserver._forkserver_pid != first


def test_ordinary_kernels_where_there_is_no_fork(tmp_path, monkeypatch):
    monkeypatch.setattr(kernels.sys, "platform", "win32")
    assert not kernels.available()
    assert "AsyncKernelManager" not in kernels.config(tmp_path)
    monkeypatch.undo()
    assert "AsyncKernelManager" in kernels.config(tmp_path)


@pytest.mark.parametrize("forked", [True, False])
def test_a_kernel_is_forked_or_ordinary_and_has_what_its_project_says(tmp_path, forked):
    source = "import os\n'QPV_TIDY' in os.environ and os.environ['QPV_TIDY'], os.getppid()"
    given = {"QPV_TIDY": "ailleurs"}
    (told,) = ran(tmp_path, source, environment=given, forked=forked)
    said, parent = told.strip("()").split(", ")
    assert said == "'ailleurs'"
    assert (int(parent) == os.getpid()) != forked
    assert "QPV_TIDY" not in os.environ


def test_outputs_of_every_kind_come_whole_and_in_order(tmp_path):
    many = "import sys\nfor i in range(200): print(i)\nprint('fin', file=sys.stderr)"
    told = ran(tmp_path, many, "'x' * 1_000_000")
    assert told[0].split() == [*map(str, range(200)), "fin"]
    assert len(told[1]) == 1_000_002
