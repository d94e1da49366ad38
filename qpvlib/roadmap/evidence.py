"""Each indicator through three lenses: metropolitan QPV, the areas around, a conclusive change."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from qpvlib.catalogue import axes, catalogue
from qpvlib.diagnosis import comparison, findings
from qpvlib.project import kept
from qpvlib.tables.areas import Neighbourhood

WORSE, BETTER, ALIKE, UNKNOWN = "unfavourable", "favourable", "comparable", "undocumented"
LENSES = ("metropole", "around", "change")
AROUND = ("commune", "epci")


@dataclass(frozen=True)
class Seen:
    """An indicator of a neighbourhood: its state through each lens, and how sure it is.

    ``states`` follows ``LENSES``; ``row`` is its comparison with the metropolitan QPV; ``around``
    the values of communes and EPCI of the same year.
    """

    indicator: str
    subject: str
    states: tuple[str, str, str]
    solidity: str
    strength: float
    row: dict[str, Any]
    around: tuple[float, ...]

    @property
    def documented(self) -> bool:
        """Whether the metropolitan QPV say something of it: without them, nothing is counted."""
        return self.states[0] != UNKNOWN


def evidence(
    place: Neighbourhood, positions: pd.DataFrame, codes: Iterable[str], noise: float = 1.0
) -> dict[str, Seen]:
    """How each indicator reads through each lens; one absent from the positions is left out.

    Parameters
    ----------
    positions : DataFrame
        As ``compare`` gives for this neighbourhood.
    codes : iterable of str
        Indicators, none of them descriptive.
    noise : float
        What the noise of the areas around is multiplied by: 1, except to see what it changes.
    """
    wanted = list(dict.fromkeys(codes))
    # Plain rows rather than tables inside the loop: hundreds of tiny tables would cost a second.
    parts: dict[str, list[dict[str, Any]]] = {code: [] for code in wanted}
    for row in positions[positions.indicator.isin(wanted)].to_dict("records"):
        parts[row["indicator"]].append(row)
    return {code: _seen(place, code, rows, noise) for code, rows in parts.items() if rows}


def _seen(place: Neighbourhood, code: str, rows: list[dict[str, Any]], noise: float) -> Seen:
    row = next(r for r in rows if r["benchmark"] == "metropole_qpv")
    near = _near(place, rows)
    states = (_judged(row, code), _around(place, near, code, noise), change(place, code))
    values = tuple(float(r["reference"]) for r in near)
    sure, size = findings.solidity(row), findings.strength(row)
    return Seen(code, axes.family(code), states, sure, size, row, values)


def _judged(row: dict[str, Any], code: str) -> str:
    if row["verdict"] == "not_compared":
        return UNKNOWN
    side = findings.orientation(row["verdict"], catalogue().indicator(code))
    return ALIKE if side == "neutral" else side


def _near(place: Neighbourhood, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Communes and EPCI of the same year, small parts of a commune left out."""
    least = catalogue().rule("commune_share") / 100
    small = [a.code for a in place.communes if a.share is not None and a.share < least]
    return [
        r
        for r in rows
        if r["benchmark"] in AROUND and pd.notna(r["gap"]) and r["benchmark_area"] not in small
    ]


def _around(place: Neighbourhood, near: list[dict[str, Any]], code: str, times: float) -> str:
    """Against every commune and EPCI: on one side beyond the noise, or alike."""
    limit = comparison.noise(code, place.size_class)
    if not near or limit is None:
        return UNKNOWN
    sign = 1 if catalogue().indicator(code).favourable == "lower" else -1
    gaps = [sign * r["gap"] for r in near]
    if all(round(gap - times * limit, 6) > 0 for gap in gaps):
        return WORSE
    return BETTER if all(round(-gap - times * limit, 6) > 0 for gap in gaps) else ALIKE


def change(place: Neighbourhood, code: str) -> str:
    """A conclusive change alone says something."""
    told = _trend(place, code)
    if told == "not_conclusive":
        return UNKNOWN
    verdict = {"up": "higher", "down": "lower"}[told]
    side = findings.orientation(verdict, catalogue().indicator(code))
    return ALIKE if side == "neutral" else side


@kept("tidy", "root")
def _trend(place: Neighbourhood, code: str) -> str:
    return comparison.trend(place, code).verdict
