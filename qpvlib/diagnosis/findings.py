"""Findings: the rules, in the open, from a comparison to assets and their sentences."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.diagnosis.reading import (
    CONFIRM,
    METROPOLE,
    SOLID,
    UNDOCUMENTED,
    Reading,
    readings,
)
from qpvlib.tables import tidy
from qpvlib.tables.areas import Neighbourhood, places
from qpvlib.tables.given import understanding
from qpvlib.tables.tidy import Record

RESOURCES = ("france_services", "hopital")


@dataclass(frozen=True)
class Point:
    """One point d'appui: what it rests on, and how sure it is."""

    title: str
    sentence: str
    kind: str
    solidity: str = ""
    indicator: str = ""


def findings(positions: pd.DataFrame) -> pd.DataFrame:
    """The headline indicators of a comparison, judged and told.

    Parameters
    ----------
    positions : DataFrame
        As ``compare`` gives.

    Returns
    -------
    DataFrame
        One row per headline indicator: the columns of its metropolitan comparison, and ``theme,
        family, orientation, strength, solidity, sentence, asset, order``; in the catalogue's order.
    """
    known = catalogue()
    headline = [c for c, i in known.indicators.items() if i.place == "headline"]
    shown = positions[positions.indicator.isin(headline)]
    rows = shown[shown.benchmark == METROPOLE].reset_index(drop=True)
    judged = [_judged(one) for one in readings(shown).values()]
    order = {code: i for i, code in enumerate(headline)}
    told = pd.DataFrame(judged, index=rows.index, columns=_JUDGED)
    return rows.join(told).assign(order=rows.indicator.map(order))


_JUDGED = ["theme", "family", "orientation", "strength", "solidity", "sentence", "asset"]


def _judged(one: Reading) -> tuple[Any, ...]:
    """What ``findings`` adds to a row."""
    family = one.declared.family or one.code
    return (
        one.declared.theme, family, one.orientation, one.strength, one.solidity, one.sentence,
        one.asset,
    )  # fmt: skip


def _distinct(rows: Iterable[Record], most: int) -> list[Record]:
    """The first rows, one per family: two of a family would say the same thing twice."""
    first: dict[str, Record] = {}
    for row in rows:
        first.setdefault(row["family"], row)
    return list(first.values())[:most]


def _ordered(found: pd.DataFrame) -> list[Record]:
    """Findings, the surest first, then the strongest."""
    sure = {SOLID: 0, CONFIRM: 1, UNDOCUMENTED: 2}
    return sorted(
        tidy.records(found), key=lambda r: (sure[r["solidity"]], -r["strength"], r["order"])
    )


def _of_side(rows: Iterable[Record], side: str) -> list[Record]:
    return [row for row in rows if row["orientation"] == side]


def _asset(row: Record) -> Point:
    """A favourable gap as an asset, under the name of what it speaks of."""
    code, known = row["indicator"], catalogue()
    topics = [
        topic.held or topic.label for topic in known.needs.values() if code in topic.indicators
    ]
    title = next(iter(topics), known.themes[known.indicator(code).theme].short)
    return Point(title, row["asset"], "figure", row["solidity"], code)


@understanding
def strengths(found: pd.DataFrame, neighbourhood: Neighbourhood) -> list[Point]:
    """Two points d'appui at most: figures first, then near resources; never an invented one.

    A figure is one when its gap is favourable and beyond a measured noise, when it tells of what
    people have, and when nothing of its family is unfavourable.
    """
    most = catalogue().rule("assets")
    watched = {row["family"] for row in _of_side(_ordered(found), "unfavourable")}
    rows = [
        row
        for row in _of_side(_ordered(found), "favourable")
        if row["asset"] and pd.notna(row["noise"]) and row["family"] not in watched
    ]
    figures = [_asset(row) for row in _distinct(rows, most)]
    resources = [p for kind in RESOURCES if (p := _resource(neighbourhood, kind))]
    return (figures[: most - min(len(resources), 1)] + resources)[:most]


def near(neighbourhood: Neighbourhood, kind: str) -> Record | None:
    """The nearest place of a kind, if it is near enough to be called so."""
    rows = tidy.records(places(neighbourhood, kind))
    return next((row for row in rows if row["distance_m"] <= catalogue().rule("near")), None)


def _resource(neighbourhood: Neighbourhood, kind: str) -> Point | None:
    row = near(neighbourhood, kind)
    if row is None:
        return None
    away = wording.distance(row["distance_m"])
    if row["distance_m"] > 0:
        away += " " + wording.say("distance", "bird")
    detail = wording.say("strength", f"{kind}_detail")
    title = wording.say("strength", kind, distance=away)
    return Point(title, detail, kind)
