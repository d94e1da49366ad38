"""Each indicator through three lenses: metropolitan QPV, the areas around, a conclusive change."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from qpvlib.catalogue import axes, catalogue
from qpvlib.diagnosis import noise
from qpvlib.diagnosis.change import trend
from qpvlib.diagnosis.reading import Reading, Reference, orientation, readings, small_communes
from qpvlib.project import kept
from qpvlib.tables.areas import Neighbourhood

WORSE, BETTER, ALIKE, UNKNOWN = "unfavourable", "favourable", "comparable", "undocumented"
LENSES = ("metropole", "around", "change")
AROUND = ("commune", "epci")


@dataclass(frozen=True)
class Seen:
    """An indicator of a neighbourhood: its reading, and its state through each lens.

    ``states`` follows ``LENSES``; ``around`` are the values of communes and EPCI of the same year.
    """

    reading: Reading
    subject: str
    states: tuple[str, str, str]
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
    found = readings(positions, list(dict.fromkeys(codes)))
    return {code: _seen(place, one, noise) for code, one in found.items()}


def _seen(place: Neighbourhood, one: Reading, noise: float) -> Seen:
    near = _near(one)
    states = (_judged(one), _around(place, near, one, noise), change(place, one.code))
    return Seen(one, axes.family(one.code), states, tuple(float(r.value) for r in near))


def _judged(one: Reading) -> str:
    if one.verdict == "not_compared":
        return UNKNOWN
    return ALIKE if one.orientation == "neutral" else one.orientation


def _near(one: Reading) -> list[Reference]:
    """Communes and EPCI of the same year, small parts of a commune left out."""
    small = small_communes(one.area)
    return [
        r
        for r in one.references
        if r.benchmark in AROUND and pd.notna(r.gap) and r.area not in small
    ]


def _around(place: Neighbourhood, near: list[Reference], one: Reading, times: float) -> str:
    """Against every commune and EPCI: on one side beyond the noise, or alike."""
    limit = noise.noise(one.code, place.size_class)
    if not near or limit is None:
        return UNKNOWN
    sign = 1 if one.declared.favourable == "lower" else -1
    gaps = [sign * r.gap for r in near]
    if all(round(gap - times * limit, 6) > 0 for gap in gaps):
        return WORSE
    return BETTER if all(round(-gap - times * limit, 6) > 0 for gap in gaps) else ALIKE


def change(place: Neighbourhood, code: str) -> str:
    """A conclusive change alone says something."""
    told = _trend(place, code)
    if told == "not_conclusive":
        return UNKNOWN
    verdict = {"up": "higher", "down": "lower"}[told]
    side = orientation(verdict, catalogue().indicator(code))
    return ALIKE if side == "neutral" else side


@kept("tidy", "root")
def _trend(place: Neighbourhood, code: str) -> str:
    return trend(place, code).verdict
