"""Findings: the rules, in the open, from a comparison to three points and their sentences."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.diagnosis.change import trend
from qpvlib.diagnosis.reading import (
    CONFIRM,
    METROPOLE,
    SOLID,
    UNDOCUMENTED,
    Reading,
    Reference,
    readings,
    small_communes,
)
from qpvlib.tables import tidy
from qpvlib.tables.areas import Neighbourhood, places
from qpvlib.tables.tidy import Record

RESOURCES = ("france_services", "hopital")
BRIEF = ("emploi_insertion", "education_jeunesse")


@dataclass(frozen=True)
class Point:
    """One point of vigilance or point d'appui: what it rests on, and how sure it is."""

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


def vigilance(found: pd.DataFrame) -> list[Point]:
    """Up to three points of vigilance, of three families, the surest first, then the widest gap."""
    return [_point(row, "sentence") for row in _watched(found)]


def _watched(found: pd.DataFrame) -> list[Record]:
    return _distinct(_of_side(_ordered(found), "unfavourable"), catalogue().rule("points"))


def unsaid(found: pd.DataFrame) -> list[str]:
    """Indicators with an unfavourable gap that no point of vigilance tells: nothing is dropped."""
    told = {row["indicator"] for row in _watched(found)}
    worse = _of_side(_ordered(found), "unfavourable")
    known = catalogue().indicators
    return [known[r["indicator"]].label for r in worse if r["indicator"] not in told]


def _point(row: Record, told: str) -> Point:
    known = catalogue()
    theme = known.themes[known.indicator(row["indicator"]).theme].short
    return Point(theme, row[told], "figure", row["solidity"], row["indicator"])


def strengths(found: pd.DataFrame, neighbourhood: Neighbourhood) -> list[Point]:
    """Up to three points d'appui: figures first, then near resources; never an invented one.

    A figure is one when its gap is favourable and beyond a measured noise, when it tells of what
    people have, and when nothing of its family is a point of vigilance on the same page.
    """
    most, watched = catalogue().rule("points"), {row["family"] for row in _watched(found)}
    rows = [
        row
        for row in _of_side(_ordered(found), "favourable")
        if row["asset"] and pd.notna(row["noise"]) and row["family"] not in watched
    ]
    figures = [_point(row, "asset") for row in _distinct(rows, most)]
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
    detail = wording.say(
        "strength", f"{kind}_detail", address=row["address"], commune=row["commune"]
    )
    title = wording.say("strength", kind, distance=away)
    return Point(title, detail, kind)


def brief(found: pd.DataFrame, positions: pd.DataFrame, neighbourhood: Neighbourhood) -> list[str]:
    """The few sentences that open the page: poverty, what stands out in work, what is near."""
    return [*_against(_ordered(found)), *_income_line(positions), *_near_line(neighbourhood)]


def _near_line(neighbourhood: Neighbourhood) -> list[str]:
    """The resources inside the perimeter, then those that are near it, in one sentence."""
    held: dict[bool, list[str]] = {}
    for kind in RESOURCES:
        if row := near(neighbourhood, kind):
            name = catalogue().phrases["brief"][kind]
            held.setdefault(row["distance_m"] > 0, []).append(name)
    where = {False: wording.say("distance", "inside"), True: wording.say("brief", "within")}
    clauses = [
        wording.say(
            "brief", "near_many" if len(names) > 1 else "near", what=wording.listed(names),
            where=where[outside],
        )
        for outside, names in sorted(held.items())
    ]  # fmt: skip
    return [wording.sentence(f"{wording.listed(clauses)}.")] if clauses else []


def _against(rows: list[Record]) -> list[str]:
    """How poverty and work stand against most neighbourhoods; what is not published is said."""
    out = [row for row in rows if row["theme"] in BRIEF and _in_brief(row["indicator"])]
    # Difficulties first: a page that has one must not open without it.
    worse = _distinct(_of_side(out, "unfavourable"), 2)
    better = _distinct(_of_side(out, "favourable"), 2)
    told_of = [*worse, *better][:2]
    clauses = [_clause(row) for row in [*filter(_is_poverty, rows), *told_of]]
    verdicts = {row["verdict"] for row in out}
    unpublished = verdicts == {"not_compared"}
    if not told_of and not unpublished:
        key = "none" if verdicts == {"comparable"} else "none_worse"
        clauses.append(catalogue().phrases["brief"][key])
    told = [wording.say("brief", "against", clauses=wording.listed(clauses))] if clauses else []
    return told + ([wording.say("brief", "unpublished")] if unpublished else [])


def _in_brief(code: str) -> bool:
    return f"brief_{code}" in catalogue().phrases


def _is_poverty(row: Record) -> bool:
    return row["indicator"] == "taux_pauvrete" and row["verdict"] != "not_compared"


def _clause(row: Record) -> str:
    lines, brief = catalogue().phrases[f"brief_{row['indicator']}"], catalogue().phrases["brief"]
    sure = row["solidity"] == SOLID
    told = lines[row["verdict"]].format(clearly=brief["clearly"] if row["clearly"] and sure else "")
    return told if sure else f"{told} ({catalogue().phrases['reading']['confirm']})"


def _income_line(positions: pd.DataFrame) -> list[str]:
    """The median income against the communes of the same year."""
    own = readings(positions, ["niveau_vie_median"]).get("niveau_vie_median")
    beside = (
        [r for r in own.references if r.benchmark == "commune" and pd.notna(r.gap)] if own else []
    )
    if not beside:
        return []
    small = small_communes(own.area)
    gaps = wording.listed([_income_gap(r) for r in beside if r.area not in small])
    return [wording.say("brief", "income", value=own.amount, year=own.when, gaps=gaps)]


def _income_gap(against: Reference) -> str:
    if against.gap == 0:
        return wording.say("brief", "income_same", locative=against.locative)
    gap = wording.points(against.gap, against.unit, 0)
    return wording.say("brief", "income_gap", gap=gap, locative=against.locative)


def field_questions(found: pd.DataFrame, neighbourhood: Neighbourhood) -> list[str]:
    """What figures cannot say and people can: at most five questions."""
    asked = [
        question
        for point in vigilance(found)
        if (question := catalogue().indicator(point.indicator).field_question)
    ]
    asked += _population_question(neighbourhood)
    if near(neighbourhood, "france_services") is not None:
        asked.append(catalogue().phrases["field"]["services"])
    asked += [catalogue().phrases["field"][key] for key in ("associations", "voices")]
    return [wording.spaced(question) for question in asked[:5]]


def _population_question(neighbourhood: Neighbourhood) -> list[str]:
    """Asked where the population moved by more than a share that the rules give."""
    told = trend(neighbourhood, "population")
    if not told.ends:
        return []
    start = told.ends[0].value
    if abs(told.change) < start * catalogue().rule("population_change") / 100:
        return []
    parts = {"change": wording.inhabitants(told.change), "first": told.first, "last": told.last}
    return [wording.say("field", "population", **parts)]
