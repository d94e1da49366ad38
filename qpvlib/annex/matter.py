"""What a sheet is written from, for one neighbourhood."""

from dataclasses import dataclass

import pandas as pd

from qpvlib import comparison, diagnosis, roadmap
from qpvlib.areas import Neighbourhood
from qpvlib.roadmap import Stand


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
    found = diagnosis.findings(positions)
    stands = roadmap.stands(place, positions, scheme)
    return Matter(place, positions, found, observations, stands)
