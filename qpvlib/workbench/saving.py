"""What JupyterLab writes of a notebook of the project: as git has it, whatever was run."""

from pathlib import Path, PurePosixPath
from typing import Any

FOLDER = "notebooks"
# What a run or a click leaves in a cell; tags and the rest are its author's.
LEFT = ("collapsed", "execution", "heading_collapsed", "hidden", "jupyter", "scrolled", "trusted")
KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def as_in_git(model: dict[str, Any], path: str, contents_manager: object = None, **_: Any) -> None:
    """Save a notebook of ``notebooks/`` without outputs nor counts (a ``pre_save_hook``).

    The open tab keeps them. A notebook in any other folder, ``notebooks/mes-essais/`` included,
    is its author's and keeps its own. A hook rather than a git filter: nothing to install in each
    clone, and it holds without git.

    Parameters
    ----------
    model : dict
        What is to be written, changed in place.
    path : str
        From the root of the server, with « / ».
    """
    place = PurePosixPath(path.strip("/"))
    if model["type"] != "notebook" or place.parent != PurePosixPath(FOLDER):
        return
    notebook = model["content"]
    known = _known(Path(contents_manager.root_dir, place)) if contents_manager else KERNEL
    notebook["metadata"] = {
        key: value for key, value in notebook["metadata"].items() if key not in (*KERNEL, "widgets")
    } | known
    for cell in notebook["cells"]:
        for key in LEFT:
            cell["metadata"].pop(key, None)
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None


def _known(file: Path) -> dict[str, Any]:
    """Its kernel as the file says it: that of this machine has a version and another name."""
    import nbformat

    if not file.is_file():
        return KERNEL
    held = nbformat.read(file, as_version=4).metadata
    return {key: held.get(key, usual) for key, usual in KERNEL.items()}
