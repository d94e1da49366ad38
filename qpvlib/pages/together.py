"""What the pages on all the neighbourhoods share: their readings, and how many people they have."""

from collections.abc import Sequence

import pandas as pd

from qpvlib.catalogue import wording
from qpvlib.diagnosis.needs import beyond_communes, surroundings
from qpvlib.diagnosis.reading import Reading
from qpvlib.document.blocks import Content, Span
from qpvlib.pages.cells import count, say
from qpvlib.roadmap.stands import Plan
from qpvlib.tables import tidy
from qpvlib.tables.areas import Neighbourhood

Columns = dict[str, dict[str, Reading]]


def columns(found: pd.DataFrame) -> Columns:
    """The findings of several neighbourhoods as readings, by indicator then by neighbourhood."""
    read: Columns = {}
    for row in tidy.records(found):
        read.setdefault(row["indicator"], {})[row["area"]] = Reading.of(row)
    return read


def first(column: dict[str, Reading]) -> Reading:
    """Any reading of a column, for what they all have: label, year, metropolitan median."""
    return next(iter(column.values()))


def data(found: pd.DataFrame) -> pd.DataFrame:
    """The figures that such a page shows."""
    return found[["area", "indicator", "year", "value", "verdict"]]


def label(one: Reading) -> str:
    """The short name of its indicator."""
    return one.declared.short or one.declared.label


def link(place: Neighbourhood, kind: str = "") -> Span:
    """Its name, which leads to its page."""
    return Span(place.name, kind, place.page)


def inhabitants(places: Sequence[Neighbourhood]) -> tuple[dict[str, float], int] | None:
    """Inhabitants of each neighbourhood, by code, and their year; None where one is unknown."""
    own = tidy.part("observations", "area", [place.code for place in places])
    own = own[own.indicator == "population"]
    last = own[own.year == own.year.max()]
    if len(last) != len(places) or last.value.isna().any():
        return None
    return dict(zip(last.area, last.value, strict=True)), int(last.year.max())


def population(places: Sequence[Neighbourhood]) -> tuple[str, int] | None:
    """All their inhabitants, and the year; None as soon as those of one are unknown."""
    found = inhabitants(places)
    return (wording.number(sum(found[0].values())), found[1]) if found else None


def counted(places: Sequence[Neighbourhood]) -> Content:
    """« 3 quartiers, 8 120 habitants (2018) »."""
    number, people = count(len(places), "quartier"), population(places)
    if people is None:
        return number
    return say("together", "counted", places=number, people=people[0], year=people[1])


def poorer(plans: Sequence[Plan]) -> Content:
    """How many are poorer than their communes, beyond the noise: of the same year, and published.

    A wider area does not stand for a commune that has no figure.
    """
    rates = [plan.portrait.readings.get("taux_pauvrete") for plan in plans]
    known = [
        one
        for one in rates
        if one is not None and any(r.benchmark == "commune" for r in surroundings(one))
    ]
    if not known:
        return say("annex", "base_unknown")
    n = sum(map(beyond_communes, known))
    key = {0: "none", 1: "one"}.get(n, "some") if n < len(plans) else "all"
    return say(
        "annex", f"base_{key}" if len(plans) > 1 else f"base_alone_{key}", n=n, all=len(plans)
    )


def contracts(places: Sequence[Neighbourhood]) -> int:
    """How many contracts they have, all told; 0 as soon as one has none that is known."""
    held = [place.contract_code for place in places if place.contract]
    return len(set(held)) if len(held) == len(places) else 0
