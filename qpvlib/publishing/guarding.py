"""Nothing secret may be rebuilt from what is published together: asked before each publication.

Everything that pages, packs and tables tell comes from the project's own tables; besides, pages
give totals, and former editions stay public. All are attacked together (``diagnosis.disclosure``).
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from qpvlib.catalogue import Faults, catalogue
from qpvlib.catalogue.disclosure import Disclosure, disclosure
from qpvlib.diagnosis import spreads
from qpvlib.diagnosis.disclosure import (
    Contradiction,
    Figure,
    Total,
    contradicted,
    leaks,
    public,
    told,
)
from qpvlib.project import current, kept
from qpvlib.roadmap import stands
from qpvlib.tables import tidy
from qpvlib.tables.areas import Neighbourhood, neighbourhoods

HEAD = "Rien n'est publié, le secret statistique n'est pas tenu (docs/secret.md) :"
TOGETHER = "ensemble"  # in place of an area: all the neighbourhoods


def refuse() -> None:
    """Refuse to publish what gives a secret away.

    Raises
    ------
    Faults
        Each count known too well, in French: from what, and the least to withdraw.
    """
    if found := faults():
        raise Faults(HEAD, list(found))


@kept("tidy", "root", "decisions")
def faults() -> tuple[str, ...]:
    """What the public figures give away, in French; empty when nothing."""
    return attacked(disclosure(), tidy.table("observations"))


def attacked(declared: Disclosure, rows: pd.DataFrame) -> tuple[str, ...]:
    """The same of some observations, as some declarations protect them."""
    every = pd.concat([rows, tidy.table("similar_values"), former(rows)], ignore_index=True)
    every["release"] = every.release.fillna("")
    places = neighbourhoods().values()
    try:
        totals = _totals(rows, list(places))
        known = public(every, places, declared, totals, _nested(declared))
        return tuple(told(leak, declared) for leak in leaks(known, declared))
    except Contradiction as error:
        return (contradicted(error),)


def _nested(declared: Disclosure) -> list[tuple[str, str]]:
    """Codes of 2015 and 2024 where the perimeter of 2024 keeps that of 2015, and is another."""
    shapes = [tidy.outlines(name) for name in ("perimeters", "perimeters_2024")]
    # Of no shape, there are no columns.
    before, after = (
        dict(zip(one.code, one.geometry, strict=True)) if len(one) else {} for one in shapes
    )
    return [
        (place.code, place.successor)
        for place in neighbourhoods().values()
        if place.code in before
        and place.successor in after
        and place.successor_status not in declared.perimeters.same
        # A ratio of surfaces is the same in degrees.
        and 100 * before[place.code].intersection(after[place.successor]).area
        >= declared.perimeters.nested * before[place.code].area
    ]


# --- what is public besides the observations -----------------------------------------------------


def _totals(rows: pd.DataFrame, places: list[Neighbourhood]) -> Iterator[Total]:
    """Totals of each contract and of all, as the pages compute them."""
    groups = tidy.grouped([{"place": p, "contract": p.contract_code} for p in places], "contract")
    held = {code: [one["place"] for one in group] for code, group in groups.items() if code}
    own = rows[rows.area.isin([place.code for place in places])]
    for area, group in {**held, TOGETHER: places}.items():
        for code, indicator in catalogue().indicators.items():
            found = stands.total(code, group) if indicator.measure != "value" else None
            if found is None or found.value is None:
                continue
            year = spreads.last_year(code)
            summed = own[(own.indicator == code) & (own.year == year)]
            summed = summed[summed.area.isin([place.code for place in group])]
            figure = Figure(area, code, year)
            if summed.empty:
                continue
            yield Total(tuple(tidy.records(summed)), found.numerator, found.denominator, figure)


def former(rows: pd.DataFrame) -> pd.DataFrame:
    """Figures that a former edition published and that are hidden or absent now.

    Reads ``data/editions/<date>/figures.csv``: area, indicator, year, value, and the counts where
    pages told them (« 12/45 »). A figure that is still published, revised or not, is not taken:
    two revisions are two measures.

    Returns
    -------
    DataFrame
        Columns of the observations, and ``release``, the date of the edition.
    """
    shown = rows[rows.value.notna()]
    public_now = set(zip(shown.area, shown.indicator, shown.year, strict=True))
    like = {one["indicator"]: one for one in tidy.records(rows.drop_duplicates("indicator"))}
    same = {
        (one["area"], one["indicator"], one["year"]): one
        for one in tidy.records(rows[rows.value.isna()])
    }
    found = []
    for place in sorted(current().editions.glob("*/figures.csv")):
        for line in _lines(place):
            key = line["area"], line["indicator"], int(line["year"])
            base = same.get(key) or like.get(key[1])
            if line["value"] and base and key not in public_now:
                found.append(base | _published(line) | {"release": place.parent.name})
    return pd.DataFrame(found, columns=[*rows.columns, "release"])


def _lines(place: Path) -> Iterator[dict[str, str]]:
    with place.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _published(line: dict[str, str]) -> dict:
    part, _, whole = line.get("count", "").partition("/")
    counts = {"numerator": float(part), "denominator": float(whole)} if whole else {}
    blank = float("nan")
    return {
        "area": line["area"], "year": int(line["year"]), "status": "published",
        "value": float(line["value"]), "decimals": len(line["value"].partition(".")[2]),
        "numerator": blank, "denominator": blank,
    } | counts  # fmt: skip
