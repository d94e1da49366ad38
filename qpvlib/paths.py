"""Where the project is: its catalogue, its tables, its notebooks, its reports.

Read at each call: one process can hand another project, or other tables, to those it starts.
"""

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent


def root() -> Path:
    """The project's folder: the one that holds this library, or the one ``QPV_ROOT`` names."""
    return Path(os.environ.get("QPV_ROOT", HERE))


def catalogue() -> Path:
    """Folder of the catalogue."""
    return root() / "data" / "catalogue"


def raw() -> Path:
    """Folder of the producers' files, as received."""
    return root() / "data" / "raw"


def tidy() -> Path:
    """Folder of the tidy tables: the embedded ones, or those that ``QPV_TIDY`` names."""
    return Path(os.environ.get("QPV_TIDY", root() / "data" / "tidy"))


def notebooks() -> Path:
    """Folder of the notebooks."""
    return root() / "notebooks"


def reports() -> Path:
    """Folder of the pages, once built."""
    return root() / "reports"


def register() -> Path:
    """Folder of the user's register of actions, or the one that ``QPV_REGISTER`` names."""
    return Path(os.environ.get("QPV_REGISTER", root() / "data" / "register"))
