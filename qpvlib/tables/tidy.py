"""The project's own tables: their contract, their reading, their writing."""

import re
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from qpvlib.catalogue import QpvError
from qpvlib.catalogue.wording import Record
from qpvlib.project import current, kept

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandera.pandas import DataFrameSchema

SUMS = "SHA256SUMS"
PERCENTILES = [f"p{rank:02d}" for rank in range(1, 100)]
# Columns of each table in the order of its file, each a text unless its kind is said: ``whole``
# number, ``number``, or ``blank``, a number that may be missing.
COLUMNS = {
    table: dict(re.findall(r"(\w+):?(\w*)", columns))
    for table, columns in {
        "observations": "area generation indicator year:whole year_status edition:whole "
        "value:blank decimals:whole numerator:blank denominator:blank status note source",
        "distributions": "indicator year:whole n:whole censored:whole "
        + " ".join(f"{name}:number" for name in ("min", *PERCENTILES, "max"))
        + " source",
        "noise": "indicator size_class kind year_from:whole year_to:whole n:whole median:number "
        "p50:number p90:number p95:number p999:number source",
        "calls": "indicator verdict rank:whole year_from:whole year_to:whole n:whole told:whole "
        "source",
        "neighbourhoods": "code generation name official_name slug departement region contract "
        "successor successor_name successor_status size_class area_ha:number source",
        "neighbourhoods_2024": "code name slug departement contract fate predecessors "
        "area_ha:blank source",
        "areas": "area level name locative source",
        "containment": "neighbourhood area level share:blank source",
        "places": "neighbourhood kind place name address commune sector longitude:blank "
        "latitude:blank year:blank ips:blank ips_year:blank dnb:blank dnb_year:blank va:blank "
        "va_year:blank source rank:blank distance_m:blank",
        "resources": "neighbourhood type place name address commune detail distance_m:whole "
        "year:blank reliability source",
        "lists": "type source year:blank departements",
        "declarations": "name digest",
        "similar": "area similar name communes departement distance:number published:whole source",
    }.items()
}
COLUMNS["similar_values"] = COLUMNS["observations"]  # of those that ``similar`` names
# Of the perimeters of 2024, apart: nothing that reads those of 2015 may meet them.
COLUMNS |= {f"{name}_2024": COLUMNS[name] for name in ("observations", "distributions")}
KEYS = {
    "observations": ["area", "indicator", "year"],
    "distributions": ["indicator", "year"],
    "noise": ["indicator", "size_class", "kind", "year_from", "year_to"],
    "calls": ["indicator", "verdict", "rank"],
    "neighbourhoods": ["code"],
    "areas": ["area"],
    "containment": ["neighbourhood", "area"],
    "places": ["neighbourhood", "kind", "rank"],
    "resources": ["neighbourhood", "type", "place"],
    "lists": ["type", "source"],
    "declarations": ["name"],
    "similar": ["area", "similar"],
    "similar_values": ["area", "indicator", "year"],
    "neighbourhoods_2024": ["code"],
    "observations_2024": ["area", "indicator", "year"],
    "distributions_2024": ["indicator", "year"],
}
OUTLINES = ("perimeters", "perimeters_2024", "outlines")


def numbers(name: str) -> list[str]:
    """Columns of a table that are not text."""
    return [column for column, kind in COLUMNS[name].items() if kind]


def schema(name: str) -> "DataFrameSchema":
    """Contract of a tidy table (pandera): columns, types, allowed values.

    Imported only where tables are written or checked: pandera would cost each notebook a second.
    The message of each check is French, for ``qpv check``.
    """
    import pandera.pandas as pa

    lists = {
        "year_status": ["verified", "deduced", "unknown"],
        "status": ["published", "estimated", "not_published", "not_applicable", "censored"],
        "reliability": ["listed", "to_check"],
    }
    allowed = {
        column: pa.Check.isin(values, error=f"n'est pas parmi : {', '.join(values)}")
        for column, values in lists.items()
    } | {"area_ha": pa.Check.gt(0, error="doit dépasser 0")}
    types = {"": str, "whole": int, "number": float, "blank": float}
    columns = {
        column: pa.Column(
            types[kind], allowed.get(column), nullable=kind == "blank" or column == "note"
        )
        for column, kind in COLUMNS[name].items()
    }
    unique = pa.Check(
        lambda rows: ~rows.duplicated(KEYS[name]), error=f"déjà là ({', '.join(KEYS[name])})"
    )
    return pa.DataFrameSchema(
        columns, checks=[unique, *_rules(pa).get(name.removesuffix("_2024"), [])], strict=True
    )


def _rules(pa: ModuleType) -> dict:
    """What the columns of one row owe each other, by table."""
    absent = ["not_published", "not_applicable", "censored"]
    return {
        "observations": [
            pa.Check(
                lambda rows: rows.value.isna() == rows.status.isin(absent),
                error=f"valeur et statut en désaccord (sans valeur : {', '.join(absent)})",
            ),
            pa.Check(
                lambda rows: (
                    rows.denominator.isna()
                    | rows.value.isna()
                    | ((100 * rows.numerator / rows.denominator - rows.value).abs() < 1e-3)
                ),
                error="la valeur n'est pas 100 × numerator / denominator",
            ),
        ],
        "distributions": [
            pa.Check(
                lambda rows: (rows[["min", *PERCENTILES, "max"]].diff(axis=1).iloc[:, 1:] >= 0).all(
                    axis=1
                ),
                error="les centiles ne vont pas en croissant",
            )
        ],
    }


def write(name: str, table: pd.DataFrame, folder: Path) -> None:
    """Write a tidy table as CSV: stable order, no trailing zero, one figure one text.

    Raises
    ------
    QpvError
        When the table breaks its own contract.
    """
    import pandera.errors

    try:
        schema(name).validate(table)
    except pandera.errors.SchemaError as error:
        raise QpvError(f"Table {name} non conforme, qui n'est pas écrite : {error}") from None
    table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", float_format="%.10g")


def table(name: str) -> pd.DataFrame:
    """One of the project's own tables (see ``COLUMNS`` for their names), read once per process.

    Yours to change: pandas copies what you change, and only then.

    Raises
    ------
    QpvError
        When the table is not there, or cannot be read.
    """
    return _table(name).copy(deep=False)


def part(name: str, column: str, values: Iterable[str]) -> pd.DataFrame:
    """Rows of a table that have one of these values in a column, in the table's own order.

    Found through an index made once: the cost is that of the rows taken, however many there are.
    """
    return taken(_table(name), _index(name, column), values)


def taken(rows: pd.DataFrame, index: dict[str, np.ndarray], values: Iterable[str]) -> pd.DataFrame:
    """Rows of some values, in their order; ``index`` is their ``groupby(column).indices``."""
    found = [index[value] for value in dict.fromkeys(values) if value in index]
    return rows.take(np.sort(np.concatenate(found)) if found else [])


@kept("tidy")
def _index(name: str, column: str) -> dict[str, np.ndarray]:
    return _table(name).groupby(column, sort=False).indices


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain dicts: thousands of tiny tables or Series would cost a page its second."""
    names, columns = list(rows.columns), (listed(column) for _, column in rows.items())
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def listed(column: pd.Series) -> list[Any]:
    """Values of a column as Python's own, in order."""
    # Of texts, pandas would make the list one by one.
    text = isinstance(column.dtype, pd.StringDtype)
    return column.to_numpy(object).tolist() if text else column.tolist()


def grouped(rows: Iterable[Record], column: str) -> dict[Any, list[Record]]:
    """Records by their value in a column, in the order they come.

    >>> grouped([{"a": 1}, {"a": 2}, {"a": 1}], "a")
    {1: [{'a': 1}, {'a': 1}], 2: [{'a': 2}]}
    """
    found: dict[Any, list[Record]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found


@kept("tidy")
def _table(name: str) -> pd.DataFrame:
    place = present(current().tidy / f"{name}.csv")
    figures = numbers(name)
    try:
        rows = pd.read_csv(
            place,
            usecols=list(COLUMNS[name]),
            dtype={column: str for column, kind in COLUMNS[name].items() if not kind},
            keep_default_na=False,
            na_values={column: [""] for column in figures},
        )
        if rows.empty:  # of nothing, pandas cannot tell the type
            rows = rows.astype(dict.fromkeys(figures, float))
        if len(rows[figures].select_dtypes("number").columns) < len(figures):
            raise ValueError("text in a column of numbers")
    except ValueError:
        raise QpvError(
            f"Table {place} abîmée. Voir : qpv check. La reconstruire : qpv build --raw DOSSIER"
        ) from None
    return rows


def present(place: Path) -> Path:
    """The place of a table, once seen to be there."""
    if not place.exists():
        raise QpvError(f"Table {place} absente. La construire : qpv build --raw DOSSIER")
    return place


@kept("tidy")
def outlines(name: str) -> "GeoDataFrame":
    """One of ``OUTLINES`` as a GeoDataFrame, WGS84.

    ``perimeters`` are the neighbourhoods' of 2015, ``perimeters_2024`` those of their successors,
    by their own code, ``outlines`` the areas' around them.
    """
    import geopandas

    place = present(current().tidy / f"{name}.geojson")
    try:
        return geopandas.read_file(place)
    except Exception:  # pyogrio raises several kinds for an unreadable file
        raise QpvError(f"Table {place} abîmée. La reconstruire : qpv build --raw DOSSIER") from None
