"""Each indicator through three lenses: metropolitan QPV, the areas around, a conclusive change."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from qpvlib import axes, comparison, diagnosis, paths
from qpvlib.areas import Neighbourhood
from qpvlib.catalogue import catalogue

WORSE, BETTER, ALIKE, UNKNOWN = "unfavourable", "favourable", "comparable", "undocumented"
LENSES = ("metropole", "around", "change")


def evidence(
    place: Neighbourhood, positions: pd.DataFrame, codes: Iterable[str], noise: float = 1.0
) -> pd.DataFrame:
    """How each indicator reads through each lens.

    Parameters
    ----------
    positions : DataFrame
        As ``compare`` gives.
    codes : iterable of str
        Indicators, none of them descriptive.
    noise : float
        What the noise of the areas around is multiplied by: 1, except to see what it changes.

    Returns
    -------
    DataFrame
        One row per indicator and lens: ``indicator, subject, lens, state, solidity, strength``.
    """
    rows = []
    for code in codes:
        part = positions[positions.indicator == code]
        if part.empty:
            continue
        row = part[part.benchmark == "metropole_qpv"].iloc[0]
        sure, size = diagnosis.solidity(row), diagnosis.strength(row)
        states = (_judged(row, code), _around(place, part, code, noise), change(place, code))
        rows += [
            {"indicator": code, "subject": axes.family(code), "lens": lens, "state": state,
             "solidity": sure, "strength": size}
            for lens, state in zip(LENSES, states, strict=True)
        ]  # fmt: skip
    columns = ["indicator", "subject", "lens", "state", "solidity", "strength"]
    return pd.DataFrame(rows, columns=columns)


def _judged(row: pd.Series, code: str) -> str:
    if row["verdict"] == "not_compared":
        return UNKNOWN
    side = diagnosis.orientation(row["verdict"], catalogue().indicator(code))
    return ALIKE if side == "neutral" else side


def _around(place: Neighbourhood, part: pd.DataFrame, code: str, times: float) -> str:
    """Against every commune and EPCI of the same year: on one side beyond the noise, or alike."""
    near = around(place, part)
    limit = comparison.noise(code, place.size_class)
    if near.empty or limit is None:
        return UNKNOWN
    limit *= times
    sign = 1 if catalogue().indicator(code).favourable == "lower" else -1
    gaps = sign * near.gap.to_numpy(dtype=float)
    if (np.round(gaps - limit, 6) > 0).all():
        return WORSE
    return BETTER if (np.round(-gaps - limit, 6) > 0).all() else ALIKE


def around(place: Neighbourhood, part: pd.DataFrame) -> pd.DataFrame:
    """Comparisons with communes and EPCI of the same year, small parts of a commune left out."""
    least = catalogue().rule("commune_share") / 100
    small = [a.code for a in place.communes if a.share is not None and a.share < least]
    same = part[part.benchmark.isin(["commune", "epci"]) & part.gap.notna()]
    return same[~same.benchmark_area.isin(small)]


def change(place: Neighbourhood, code: str) -> str:
    """A conclusive change alone says something."""
    told = _trend(place, code, paths.tidy())
    if told == "not_conclusive":
        return UNKNOWN
    verdict = {"up": "higher", "down": "lower"}[told]
    side = diagnosis.orientation(verdict, catalogue().indicator(code))
    return ALIKE if side == "neutral" else side


@cache
def _trend(place: Neighbourhood, code: str, _folder: Path) -> str:
    return comparison.trend(place, code).verdict
