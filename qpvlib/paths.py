"""Where the project is: its catalogue, its tables, its notebooks, its reports.

Read at each call: one process can hand another project, or other tables, to those it starts.
"""

import os
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent


def root() -> Path:
    """The project's folder: the one that holds this library, or the one ``QPV_ROOT`` names."""
    return Path(os.environ.get("QPV_ROOT", HERE))


def catalogue() -> Path:
    """Folder of the catalogue."""
    return _inside(os.environ.get("QPV_ROOT", HERE), "data", "catalogue")


def raw() -> Path:
    """Folder of the producers' files, as received."""
    return root() / "data" / "raw"


def tidy() -> Path:
    """Folder of the tidy tables: the embedded ones, or those that ``QPV_TIDY`` names."""
    given = os.environ.get("QPV_TIDY")
    if given is not None:
        return _inside(given)
    return _inside(os.environ.get("QPV_ROOT", HERE), "data", "tidy")


def notebooks() -> Path:
    """Folder of the notebooks."""
    return root() / "notebooks"


def reports() -> Path:
    """Folder of the pages, once built."""
    return root() / "reports"


def decisions() -> Path:
    """Folder of the decisions and signatures, or the one ``QPV_DECISIONS`` names."""
    return Path(os.environ.get("QPV_DECISIONS", root() / "data" / "decisions"))


def register() -> Path:
    """Folder of the user's register of actions, or the one that ``QPV_REGISTER`` names."""
    return Path(os.environ.get("QPV_REGISTER", root() / "data" / "register"))


@cache
def _inside(folder: str | Path, *names: str) -> Path:
    # Asked thousands of times a page: the environment is read each time, the path made once.
    return Path(folder, *names)
