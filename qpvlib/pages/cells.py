"""Cells shared by the tables of a page: a value, how it reads, the areas around it."""

import pandas as pd

from qpvlib.catalogue import Indicator, catalogue, wording
from qpvlib.diagnosis import findings
from qpvlib.document.exhibits import Exhibit, escape
from qpvlib.tables import areas
from qpvlib.tables.areas import Neighbourhood
from qpvlib.tables.tidy import Record

TAGS = {
    "solid": '<span class="tag">solide</span>',
    "confirm": '<span class="tag c">à confirmer</span>',
    "undocumented": '<span class="tag c">non documenté</span>',
}
ARROWS = {"higher": "▲", "lower": "▼", "comparable": "○", "not_compared": ""}
NAMED = ("commune", "epci", "departement")  # the areas that a landmark names
DASH = '<span class="na">—</span>'


def exhibit(
    place: Neighbourhood | None, title: str, html: str, data: pd.DataFrame | None = None
) -> Exhibit:
    """An exhibit of a neighbourhood, or of the whole territory when there is none."""
    area = place.code if place else f"D{catalogue().territory['departement']}"
    return Exhibit(html, title, area, pd.DataFrame() if data is None else data)


def text(words: str) -> str:
    """French text, spaced and escaped."""
    return escape(wording.spaced(words))


def against(part: list[Record], benchmark: str) -> Record:
    """The row of a benchmark, among those of one indicator."""
    return next(row for row in part if row["benchmark"] == benchmark)


def headline() -> list[str]:
    """Codes of the headline indicators, in the catalogue's order."""
    return [code for code, i in catalogue().indicators.items() if i.place == "headline"]


def value_cell(row: Record, indicator: Indicator) -> str:
    """A value and the counts it is made of; the counts alone when they are few."""
    if pd.isna(row["value"]):
        return '<span class="na">non publié</span>'
    few = indicator.measure == "share" and row["denominator"] < catalogue().rule("count_alone")
    counts = (
        f'<span class="s">{wording.number(row["numerator"])} des '
        f"{wording.number(row['denominator'])}</span>"
        if indicator.measure == "share"
        else ""
    )
    shown = wording.value(row["value"], indicator.unit, int(row["decimals"]))
    return counts if few else f"<b>{shown}</b>{counts}"


def reading_cell(row: Record, part: list[Record], indicator: Indicator) -> str:
    """How a value reads, its solidity, the median and the areas around."""
    words = escape(wording.reading(row))
    if row["status"] == "not_published":
        note = f" (note {escape(row['note'])})" if row["note"] else ""
        head = f'<span class="na">pour ce quartier{note}</span>'
    elif indicator.descriptive:
        head = ""
    else:
        side = findings.orientation(row["verdict"], indicator)
        sure = findings.solidity(row)
        doubt = " · à confirmer" if sure == "confirm" and row["verdict"] != "comparable" else ""
        head = (
            f'<span class="le {side}"><span aria-hidden="true">{ARROWS[row["verdict"]]}</span> '
            f"{words}{doubt}</span>"
        )
    median = wording.value(row["median"], indicator.unit, int(row["decimals"]))
    refs = [f"médiane {median}"] if pd.notna(row["median"]) else []
    refs += [around(r, row, indicator) for r in part if r["benchmark"] in NAMED]
    return f'{head}<span class="s">{" · ".join(refs)}</span>'


def around(r: Record, row: Record, indicator: Indicator) -> str:
    """An area's value, with its year where it is not the neighbourhood's."""
    value = wording.value(r["reference"], indicator.unit, int(r["reference_decimals"]))
    when = "" if r["reference_year"] == row["year"] else f" ({int(r['reference_year'])})"
    short = areas.short_name(r["benchmark_area"], r["benchmark_name"])
    return f"{escape(short)} {value}{when}"
