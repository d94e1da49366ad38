"""The metropolitan neighbourhoods whose figures resemble those of one: experience to look for."""

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.diagnosis.reading import Reading
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.document.named import named
from qpvlib.pages.cells import DASH, exhibit, say, value_cell
from qpvlib.tables import tidy
from qpvlib.tables.areas import Neighbourhood, neighbourhoods
from qpvlib.tables.tidy import Record

Figures = dict[str, dict[str, Reading]]  # by area, then by indicator


def similar(place: Neighbourhood) -> Exhibit | None:
    """« Quartiers qui ressemblent à celui-ci », their figures beside its own, in no order of merit.

    Where too few of its figures are published, that is said; None where the tables, made without
    the whole country, name none.
    """
    found = tidy.part("similar", "area", [place.code]).sort_values(["name", "similar"])
    own = _figures("observations", [place.code])
    known = own.get(place.code, {})
    title = say("alike", "title")
    if found.empty:
        published = sum(one.published for one in known.values())
        few = published < catalogue().rule("similar_published")
        content = b.Fold(_fold(title), b.Paragraph(say("alike", "few"), "small"))
        return exhibit(place, title, content) if few else None
    figures = own | _figures("similar_values", found.similar)
    rows = tidy.records(found)
    where = say("alike", "where_contract" if place.contract_code else "where_towns")
    content = b.Fold(_fold(title), (
        b.Paragraph(say("alike", "lead", where=where)), _table(place, rows, figures),
        *(b.Paragraph(say("alike", key), "small") for key in ("how", "caution")),
    ), data=True)  # fmt: skip
    return exhibit(place, title, content, _data(figures))


def _fold(title: b.Content) -> b.Content:
    return say("alike", "fold", title=title)


def _figures(table: str, areas: list[str]) -> Figures:
    """The declared figures of some areas, each in its declared year."""
    years = {code: entry.year for code, entry in catalogue().similar.items()}
    rows = tidy.part(table, "area", areas)
    found: Figures = {area: {} for area in areas}
    for row in tidy.records(rows[rows.year == rows.indicator.map(years)]):
        found[row["area"]][row["indicator"]] = Reading.of(row)
    return found


def _table(place: Neighbourhood, found: list[Record], figures: Figures) -> b.Table:
    areas = [place.code, *(row["similar"] for row in found)]
    head = say("alike", "indicator"), place.name, *map(_name, found)
    rows = [_row(code, [figures[area].get(code) for area in areas]) for code in catalogue().similar]
    last = b.Row((say("alike", "distance"), DASH, *map(_distance, found)), "total")
    caption = say("alike", "caption", name=place.name)
    return b.Table(caption, head, (*rows, last), "alike", numeric=1)


def _name(row: Record) -> b.Content:
    """Its name, which leads to its page where there is one, its communes, its département."""
    home = neighbourhoods().get(row["similar"])
    name = b.Span(row["name"], link=home.page if home else "")
    where = {name: row[name] for name in ("communes", "departement")}
    return name, " ", b.small(say("alike", "town", **where))


def _row(code: str, read: list[Reading | None]) -> tuple[b.Content, ...]:
    """One figure of all; its year is the same, known in the same way, wherever it is published."""
    when = next((one.when for one in read if one is not None), "")
    cells = (value_cell(one) if one else b.muted(say("figure", "blank")) for one in read)
    return (named(code), " ", b.small(when)), *cells


def _distance(row: Record) -> b.Content:
    mean, published = (wording.number(row[name]) for name in ("distance", "published"))
    return say("alike", "mean", n=mean), b.small(say("alike", "published", n=published))


def _data(figures: Figures) -> pd.DataFrame:
    read = [one for known in figures.values() for one in known.values()]
    rows = [(one.area, one.code, one.year, one.value) for one in read]
    return pd.DataFrame(rows, columns=["area", "indicator", "year", "value"])
