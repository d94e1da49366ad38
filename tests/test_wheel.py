"""The wheel, installed in a fresh environment, far from the project."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from qpvlib.project import current

ROOT = current().root
UV = str(Path(sys.executable).with_name("uv"))
pytestmark = pytest.mark.acceptance


def run(*command, **given):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **given)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Folder of the programmes of an environment that holds the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("wheel")
    tracked = run("git", "ls-files", "-z", cwd=ROOT).split("\0")
    for name in filter(None, tracked):
        target = folder / "sources" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation")
    run(*pip, "--wheel-dir", str(folder), str(folder / "sources"))
    shutil.rmtree(folder / "sources")
    (wheel,) = folder.glob("*.whl")
    run(UV, "venv", "--quiet", "--python", sys.executable, str(folder / "env"))
    into = (UV, "pip", "install", "--quiet", "--python", str(folder / "env"))
    run(*into, "--requirements", str(ROOT / "requirements/reports.txt"))
    run(*into, "--no-deps", str(wheel))
    return folder / "env/bin"


def test_it_lists_the_neighbourhoods_and_makes_a_page(installed, tmp_path):
    outside = {k: v for k, v in os.environ.items() if not k.startswith(("QPV_", "PYTHON"))}
    given = {"cwd": tmp_path, "env": outside | {"PATH": f"{installed}:{os.environ['PATH']}"}}
    listed = run(installed / "qpv", "list", **given)
    assert "QP045016" in listed
    assert "Champ de la Ville" in listed
    run(installed / "qpv", "report", "QP045010", **given)
    (made,) = tmp_path.glob("**/qp045010-la-source.html")
    assert "La Source" in made.read_text("utf-8")
    assert str(ROOT) not in made.read_text("utf-8")
