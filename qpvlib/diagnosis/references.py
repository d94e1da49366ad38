"""What a figure is read against: areas around, metropolitan QPV, those of the département."""

from dataclasses import dataclass

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.diagnosis import spreads
from qpvlib.project import kept
from qpvlib.tables import indicators, tidy
from qpvlib.tables.areas import neighbourhood
from qpvlib.tables.tidy import Record


@dataclass(frozen=True)
class Reference:
    """What a figure is read against: an area, the metropolitan QPV, the département's.

    ``gap`` is missing where series or years differ; ``n`` how many have a value.
    """

    benchmark: str
    area: str
    name: str
    locative: str
    value: float
    year: int
    decimals: int
    n: int
    gap: float
    unit: str

    @property
    def shown(self) -> str:
        """Its value, in the unit of the indicator."""
        return wording.value(self.value, self.unit, self.decimals)


def reference(row: Record, unit: str) -> Reference:
    """The reference of a row of a comparison."""
    return Reference(
        row["benchmark"], row["benchmark_area"], row["benchmark_name"], row["locative"],
        row["reference"], int(row["reference_year"]),
        int(row["reference_decimals"]), int(row["n"]), row["gap"], unit,
    )  # fmt: skip


def quarters(n: int) -> str:
    """« quartiers de métropole », with their number unless nearly all have the figure."""
    whole = catalogue().rule("mostly_published") / 100 * spreads.broadest()
    if n >= whole:
        return wording.say("finding", "quarters")
    return wording.say("finding", "quarters_published", n=wording.number(n))


def small_communes(code: str) -> list[str]:
    """Communes that hold too little of a neighbourhood to be told beside it."""
    least = catalogue().rule("commune_share") / 100
    return [a.code for a in neighbourhood(code).communes if a.share is not None and a.share < least]


@kept("tidy", most=4)  # a page reads one département; a whole country would not leave the memory
def peer_values(codes: tuple[str, ...]) -> dict[tuple[str, int], dict[str, float]]:
    """Published values of some areas, by indicator and year, then by area."""
    return valued(indicators.of(codes))


def valued(rows: pd.DataFrame) -> dict[tuple[str, int], dict[str, float]]:
    """Published values of observations, by indicator and year, then by area."""
    rows = rows[rows.value.notna()]
    found: dict[tuple[str, int], dict[str, float]] = {}
    columns = (tidy.listed(rows[column]) for column in ("area", "indicator", "year", "value"))
    for area, code, year, value in zip(*columns, strict=True):
        found.setdefault((code, year), {})[area] = value
    return found
