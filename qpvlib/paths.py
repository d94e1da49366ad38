"""Where the project is: its catalogue, its tables, its notebooks, its reports."""

import os
from pathlib import Path

ROOT = Path(os.environ.get("QPV_ROOT", Path(__file__).resolve().parent.parent))
CATALOGUE = ROOT / "data" / "catalogue"
RAW = ROOT / "data" / "raw"
NOTEBOOKS = ROOT / "notebooks"
REPORTS = ROOT / "reports"


def tidy() -> Path:
    """Folder of the tidy tables: the embedded ones, or those that ``QPV_TIDY`` names.

    Read at each call, so that one process can hand other tables to the kernels it starts.
    """
    return Path(os.environ.get("QPV_TIDY", ROOT / "data" / "tidy"))
