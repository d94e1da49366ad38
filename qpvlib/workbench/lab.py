"""JupyterLab for the project: in French, at its root, silent, and nothing written elsewhere."""

import importlib.util
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from qpvlib.catalogue import QpvError
from qpvlib.project import EMBEDDED, Project

FIRST = "notebooks/exploration.ipynb"
STATE = ".jupyter"  # in the project: settings of its user, history of commands; not in git
CONFIG = Path(__file__).parent / "jupyter"
WHERE = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "IPYTHONDIR": "ipython",
    "MPLCONFIGDIR": "matplotlib",
}
MISSING = 'JupyterLab n\'est pas installé : « make lab », ou pip install "qpvlib[lab]".'


def folder(project: Project) -> Path:
    """Where it opens: the root of the project, so that its catalogue and documents are seen.

    Installed from a wheel, the project is inside the library: the folder where the command runs.
    """
    return (Path.cwd() if project.root == EMBEDDED else project.root).resolve()


def environment(given: Mapping[str, str], project: Project) -> dict[str, str]:
    """What its process and its kernels are told: our ``qpv`` first, and where to write."""
    state, programs = folder(project) / STATE, str(Path(sys.executable).parent)
    path = os.pathsep.join(filter(None, (programs, given.get("PATH"))))
    places = {name: str(state / part) for name, part in WHERE.items()}
    silent = {"PYDEVD_DISABLE_FILE_VALIDATION": "1", "JUPYTER_PREFER_ENV_PATH": "1"}
    config = {"JUPYTER_CONFIG_PATH": str(CONFIG)}
    return dict(given) | places | silent | config | {"PATH": path}


def prepared(project: Project) -> None:
    """Lay out its first window, once: the notebook, beside the files of the root.

    The address of a notebook would show the files of its folder alone. Then the window is its
    user's.
    """
    root = folder(project)
    place = root / STATE / WHERE["JUPYTER_CONFIG_DIR"] / "lab" / "workspaces"
    if place.is_dir() or not (root / FIRST).is_file():
        return
    from jupyterlab_server.workspaces_handler import WorkspacesManager

    tab = f"notebook:{FIRST}"
    dock = {"type": "tab-area", "currentIndex": 0, "widgets": [tab]}
    files = {"collapsed": False, "visible": True, "current": "filebrowser"}
    layout = {
        "main": {"dock": dock, "current": tab},
        "left": files | {"widgets": ["filebrowser"]},
        "relativeSizes": [0.2, 0.8, 0],
    }
    told = {
        "layout-restorer:data": layout,
        "file-browser-filebrowser:cwd": {"path": ""},
        tab: {"data": {"path": FIRST, "factory": "Notebook"}},
    }
    window = {"data": told, "metadata": {"id": "default"}}
    WorkspacesManager(str(place)).save("default", json.dumps(window))


def command(project: Project, asked: Sequence[str] = ()) -> list[str]:
    """What starts it; ``asked`` are options of ``jupyter lab``, which have the last word.

    Raises
    ------
    QpvError
        It is not installed.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise QpvError(MISSING)
    options = {
        "ServerApp.root_dir": folder(project),
        "Application.log_level": "WARN",
        "ServerApp.answer_yes": True,  # a Ctrl-C stops it, as it stops the other commands
        "FileContentsManager.pre_save_hook": "qpvlib.workbench.saving.as_in_git",
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.extension_manager": "readonly",  # else it asks an index what there is to install
        "LanguageServerManager.autodetect": False,  # looks for programs that it does not need
    }
    root_user = ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    told = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "jupyterlab", *root_user, *told, *asked]
