"""What a sheet is written from, for one neighbourhood."""

from dataclasses import dataclass

import pandas as pd

from qpvlib.diagnosis import comparison, findings
from qpvlib.roadmap import stands
from qpvlib.roadmap.stands import Stand
from qpvlib.tables.areas import Neighbourhood


@dataclass(frozen=True)
class Matter:
    """What a sheet is written from, for one neighbourhood."""

    place: Neighbourhood
    positions: pd.DataFrame
    findings: pd.DataFrame
    observations: pd.DataFrame
    stands: list[Stand]


def matter(place: Neighbourhood, observations: pd.DataFrame, scheme: str | None = None) -> Matter:
    """Everything a sheet is written from."""
    positions = comparison.compare(observations, place)
    found = findings.findings(positions)
    held = stands.stands(place, positions, scheme)
    return Matter(place, positions, found, observations, held)
