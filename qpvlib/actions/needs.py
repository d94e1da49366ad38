"""The needs that coverage sets against the actions: a plain table, by neighbourhood and axis."""

import csv
from collections.abc import Iterable, Mapping

import pandas as pd

from qpvlib.catalogue import QpvError
from qpvlib.project import current
from qpvlib.tables.areas import neighbourhoods

COLUMNS = ["area", "axis", "label", "need"]
NEEDS = ("retained", "solid", "confirm", "no_gap", "undocumented", "rejected")


def priorities() -> pd.DataFrame | None:
    """Needs given beside the register (``priorites.csv``), or None.

    Raises
    ------
    QpvError
        With every fault of the file.
    """
    place = current().register / "priorites.csv"
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


def of_stands(stands: Iterable[object]) -> pd.DataFrame:
    """Needs of the axes as they stand (``roadmap.stands``): decided, else as the figures propose.

    Parameters
    ----------
    stands : iterable
        Each with ``place.code``, ``code``, ``axis.short``, ``decision`` (None, or ``kept``) and
        ``proposal`` (``status``, ``solidity``).
    """
    rows = [(s.place.code, s.code, s.axis.short, _need(s)) for s in stands]
    return pd.DataFrame(rows, columns=COLUMNS)


def _need(stand: object) -> str:
    if stand.decision is not None:
        return "retained" if stand.decision.kept else "rejected"
    if stand.proposal.status != "proposed":
        return "no_gap" if stand.proposal.status == "no_gap" else "undocumented"
    return "solid" if stand.proposal.solidity == "solid" else "confirm"


def crosswalk_of(axes: Mapping[str, object], nomenclature_name: str) -> pd.DataFrame:
    """P147 themes of the axes of a scheme: ``period, theme, axis, main``.

    Parameters
    ----------
    axes : mapping
        Axes of the scheme by code, each with ``p147`` (codes) and ``kind`` (« cross » or not).
    nomenclature_name : str
        Name of the scheme's nomenclature, which ends with its period: ``p147_2020_2023``.
    """
    period = "-".join(nomenclature_name.split("_")[-2:])
    rows = [
        (period, theme, code, axis.kind != "cross")
        for code, axis in axes.items()
        for theme in axis.p147
    ]
    return pd.DataFrame(rows, columns=["period", "theme", "axis", "main"])
