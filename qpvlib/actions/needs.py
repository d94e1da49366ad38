"""The needs that coverage sets against the actions: a plain table, by neighbourhood and axis."""

from collections.abc import Iterable, Mapping

import pandas as pd

from qpvlib.catalogue import Faults
from qpvlib.project import current
from qpvlib.tables import delimited
from qpvlib.tables.areas import neighbourhoods

COLUMNS = ["area", "axis", "label", "need"]
NEEDS = ("retained", "solid", "confirm", "no_gap", "undocumented", "rejected")


def priorities() -> pd.DataFrame | None:
    """Needs given beside the register (``priorites.csv``), or None.

    Raises
    ------
    Faults
        Every one of the file; ``QpvError`` when it is no CSV.
    """
    place = current().register / "priorites.csv"
    if not place.exists():
        return None
    rows = delimited.records(place)
    faults = [fault for line, row in enumerate(rows, 2) for fault in _faults(line, row)]
    if faults:
        raise Faults(f"{place} :", faults)
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


def crosswalk_of(axes: Mapping[str, object], period: str) -> pd.DataFrame:
    """P147 themes of the axes of a scheme: ``period, theme, axis, main``.

    Parameters
    ----------
    axes : mapping
        Axes of the scheme by code, each with ``p147`` (codes) and ``kind`` (« cross » or not).
    period : str
        Name of the scheme's nomenclature: ``2020-2023``.
    """
    rows = [
        (period, theme, code, axis.kind != "cross")
        for code, axis in axes.items()
        for theme in axis.p147
    ]
    return pd.DataFrame(rows, columns=["period", "theme", "axis", "main"])
