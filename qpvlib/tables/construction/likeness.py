"""The metropolitan QPV whose declared figures are nearest to those of a neighbourhood."""

import re
from collections.abc import Collection

import pandas as pd

from qpvlib.catalogue import catalogue
from qpvlib.tables import tidy
from qpvlib.tables.construction import statistics, territory
from qpvlib.tables.construction.files import Files

NAMES = "anct_perimetres_2015"


def similar(
    files: Files, national: pd.DataFrame, codes: Collection[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """For each neighbourhood, those of metropolitan France that resemble it most, elsewhere.

    Parameters
    ----------
    national : DataFrame
        Observations of every neighbourhood.
    codes : collection of str
        Neighbourhoods wanted; the metropolitan QPV of 2015 are those among which to look.

    Returns
    -------
    (DataFrame, DataFrame)
        ``area, similar, name, communes, departement, distance, published, source``, the nearest
        first: ``distance`` is the mean, over the ``published`` figures that both have, of the
        metropolitan QPV of a hundred that stand between the two. Then the declared figures of
        those that are named, as observations.
    """
    figures = _declared(national)
    known = territory.neighbourhoods(files, ("all",)).set_index("code")
    known["communes"] = files[NAMES].set_index("area").commune_qp
    known["towns"] = [*map(_towns, known.communes, known.departement)]
    places = _places(figures)
    read = {source.partition("/")[0] for source in figures.source}
    source = ", ".join([NAMES, *sorted(read)])
    rows = [
        {"area": code, "similar": other, "published": n, "distance": distance, "source": source}
        for code in sorted(set(codes) & set(places.index))
        for other, distance, n in _nearest(code, places, known).itertuples()
    ]
    named = pd.DataFrame(rows, columns=["area", "similar", "published", "distance", "source"])
    for column in ("name", "communes", "departement"):
        named[column] = named.similar.map(known[column])
    kinds = {"": str, "whole": int, "number": float}
    kept = {column: kinds[kind] for column, kind in tidy.COLUMNS["similar"].items()}
    values = figures[figures.area.isin(named.similar)].sort_values(tidy.KEYS["similar_values"])
    return named.astype(kept), values


def _declared(national: pd.DataFrame) -> pd.DataFrame:
    """The declared figures of the metropolitan QPV, published or not."""
    years = {code: entry.year for code, entry in catalogue().similar.items()}
    rows = statistics.metropolitan(national)
    return rows[rows.year == rows.indicator.map(years)]


def _places(figures: pd.DataFrame) -> pd.DataFrame:
    """Place of each value among those of its indicator, 0 to 100: a row a neighbourhood."""
    wide = figures.pivot(index="area", columns="indicator", values="value")
    return 100 * (wide.rank() - 0.5) / wide.notna().sum()


def _nearest(code: str, places: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Distance and number of figures of those that resemble a neighbourhood, the nearest first."""
    rule, own = catalogue().rule, known.loc[code]
    apart = (places - places.loc[code]).abs()
    found = pd.DataFrame({"distance": apart.mean(axis=1).round(6), "n": apart.notna().sum(axis=1)})
    others = known.reindex(found.index)
    elsewhere = (others.contract == "") | (others.contract != own.contract)
    elsewhere &= others.towns.map(own.towns.isdisjoint).astype(bool)
    alike = (others.size_class == own.size_class) & (found.n >= rule("similar_published"))
    found = found[elsewhere & alike]
    # By code where two are as far: the same four on every machine.
    found = found.sort_values("distance", kind="stable").drop(code, errors="ignore")
    return found.head(rule("similar_shown")).round({"distance": 1})


def _towns(communes: str, departement: str) -> set[tuple[str, str]]:
    """Towns of a cell, the arrondissements of one being one.

    >>> sorted(_towns("Marseille 3ème, 1er et 6ème arrondissements", "13"))
    [('13', 'Marseille')]
    """
    named = (re.split(r"\s*\d", part)[0].strip() for part in str(communes).split(","))
    return {(departement, name) for name in named if name}
