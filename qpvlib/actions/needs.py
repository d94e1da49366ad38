"""The needs that coverage sets against the actions: a plain table, by neighbourhood and axis."""

import csv

import pandas as pd

from qpvlib import paths
from qpvlib.actions.contract import nomenclature
from qpvlib.areas import neighbourhoods
from qpvlib.catalogue import QpvError

COLUMNS = ["area", "axis", "label", "need"]
NEEDS = ("retained", "solid", "confirm", "undocumented", "rejected")


def priorities() -> pd.DataFrame | None:
    """Needs given beside the register (``priorites.csv``), or None.

    Raises
    ------
    QpvError
        With every fault of the file.
    """
    place = paths.register() / "priorites.csv"
    if not place.exists():
        return None
    with place.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    faults = [fault for line, row in enumerate(rows, 2) for fault in _faults(line, row)]
    if faults:
        raise QpvError(f"{place} :\n" + "\n".join(f"- {fault}" for fault in faults))
    return pd.DataFrame(rows, columns=COLUMNS)


def _faults(line: int, row: dict[str, str]) -> list[str]:
    told = []
    if row.get("area") not in neighbourhoods():
        told.append(f"ligne {line} : le quartier « {row.get('area')} » n'existe pas")
    if row.get("need") not in NEEDS:
        told.append(f"ligne {line} : « {row.get('need')} » n'est pas parmi : {', '.join(NEEDS)}")
    return told


def by_theme(year: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Without needs: the main P147 themes of a year as axes, undocumented; their crosswalk."""
    period, themes = nomenclature(year)
    axes = {code: label for code, label in themes.items() if "." not in code}
    rows = [
        (c, axis, label, "undocumented") for c in neighbourhoods() for axis, label in axes.items()
    ]
    crosswalk = pd.DataFrame({"period": period, "theme": list(axes), "axis": list(axes)})
    return pd.DataFrame(rows, columns=COLUMNS), crosswalk
