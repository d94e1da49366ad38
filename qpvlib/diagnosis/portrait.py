"""A neighbourhood as its figures draw it: what makes it itself, what it needs, what it has."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from qpvlib.catalogue import catalogue
from qpvlib.diagnosis import comparison, needs, traits
from qpvlib.diagnosis.needs import Need
from qpvlib.diagnosis.reading import Reading, readings
from qpvlib.diagnosis.traits import Trait
from qpvlib.project import kept
from qpvlib.tables.areas import MOST, Neighbourhood, neighbourhood


@dataclass(frozen=True)
class Portrait:
    """What the objectives of a neighbourhood are chosen from.

    Attributes
    ----------
    readings : dict
        Every figure, by indicator.
    traits, rare : tuple of Trait
        Those that are told, and every rare figure.
    gap : Trait or None
        An unusual gap of the living standard to its communes, told or not.
    needs, more : tuple of Need
        Those that are told, and those left out.
    """

    place: Neighbourhood
    readings: dict[str, Reading]
    traits: tuple[Trait, ...]
    rare: tuple[Trait, ...]
    gap: Trait | None
    needs: tuple[Need, ...]
    more: tuple[Need, ...]

    def trait(self, code: str, side: str = "", own: bool = False) -> Trait | None:
        """Its trait of an indicator, told or not; none of another side, nor shared if ``own``."""
        among: Iterator[Trait] = (t for t in (*self.traits, *self.rare) if t.code == code)
        return next((t for t in among if side in ("", t.side) and not (own and t.shared)), None)


@kept("tidy", "root", most=MOST)
def portrait_of(code: str) -> Portrait:
    """The portrait of a neighbourhood by its code, drawn once from what the tables tell."""
    return portrait(comparison.compared(neighbourhood(code)))


def portrait(positions: pd.DataFrame) -> Portrait:
    """The portrait of one neighbourhood.

    Parameters
    ----------
    positions : DataFrame
        As ``compare`` gives.
    """
    place, read = neighbourhood(positions.area.iloc[0]), readings(positions)
    found, most = needs.every(read), catalogue().rule("points")
    return Portrait(
        place, read, tuple(traits.chosen(read)), tuple(traits.rare(read)), traits.beside(read),
        tuple(found[:most]), tuple(found[most:]),
    )  # fmt: skip
