"""The project's own tables: their contract, their reading, their writing."""

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
TEXT = {
    "observations": ["area", "generation", "indicator", "year_status", "status", "note", "source"],
    "distributions": ["indicator", "source"],
    "noise": ["indicator", "size_class", "kind", "source"],
    "neighbourhoods": [
        "code", "generation", "name", "official_name", "slug", "departement", "region", "contract",
        "successor", "successor_name", "successor_status", "size_class", "source",
    ],
    "areas": ["area", "level", "name", "locative", "source"],
    "containment": ["neighbourhood", "area", "level", "source"],
    "places": [
        "neighbourhood", "kind", "place", "name", "address", "commune", "sector", "source",
    ],
}  # fmt: skip
NUMBERS = {
    "observations": ["year", "edition", "value", "decimals", "numerator", "denominator"],
    "distributions": ["year", "n", "censored", "min", *PERCENTILES, "max"],
    "noise": ["year_from", "year_to", "n", "median", "p50", "p90", "p95", "p999"],
    "neighbourhoods": ["area_ha"],
    "areas": [],
    "containment": ["share"],
    "places": [
        "rank", "distance_m", "longitude", "latitude", "year", "ips", "ips_year", "dnb", "dnb_year",
        "va", "va_year",
    ],
}  # fmt: skip
WHOLE = {
    "observations": ["year", "edition", "decimals"],
    "distributions": ["year", "n", "censored"],
    "noise": ["year_from", "year_to", "n"],
}
BLANK = {  # may be missing
    "observations": ["value", "numerator", "denominator"],
    "containment": ["share"],
    "places": NUMBERS["places"],
}
KEYS = {
    "observations": ["area", "indicator", "year"],
    "distributions": ["indicator", "year"],
    "noise": ["indicator", "size_class", "kind", "year_from", "year_to"],
    "neighbourhoods": ["code"],
    "areas": ["area"],
    "containment": ["neighbourhood", "area"],
    "places": ["neighbourhood", "kind", "rank"],
}
OUTLINES = ("perimeters", "outlines")


def schema(name: str) -> "DataFrameSchema":
    """Contract of a tidy table (pandera): columns, types, allowed values.

    Imported only where tables are written or checked: pandera would cost each notebook a second.
    The message of each check is French, for ``qpv check``.
    """
    import pandera.pandas as pa

    text = {column: pa.Column(str, nullable=column == "note") for column in TEXT[name]}
    whole, blank = WHOLE.get(name, []), BLANK.get(name, [])
    figures = {
        column: pa.Column(int if column in whole else float, nullable=column in blank)
        for column in NUMBERS[name]
    }
    unique = pa.Check(
        lambda rows: ~rows.duplicated(KEYS[name]), error=f"déjà là ({', '.join(KEYS[name])})"
    )
    columns = text | figures
    for column, check in _allowed(pa).get(name, {}).items():
        columns[column] = pa.Column(columns[column].dtype, check, nullable=columns[column].nullable)
    return pa.DataFrameSchema(columns, checks=[unique, *_rules(pa).get(name, [])], strict=True)


def _allowed(pa: ModuleType) -> dict:
    """Values that a column may take, by table."""
    among = "n'est pas parmi : {}"
    lists = {
        "year_status": ["verified", "deduced", "unknown"],
        "status": ["published", "estimated", "not_published", "not_applicable", "censored"],
    }
    return {
        "observations": {
            column: pa.Check.isin(values, error=among.format(", ".join(values)))
            for column, values in lists.items()
        },
        "neighbourhoods": {"area_ha": pa.Check.gt(0, error="doit dépasser 0")},
    }


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
    """One of the project's own tables (see ``TEXT`` for their names), read once per process.

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
    return rows.to_dict("records")


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
    numbers = NUMBERS[name]
    try:
        rows = pd.read_csv(
            place,
            usecols=[*TEXT[name], *numbers],
            dtype=dict.fromkeys(TEXT[name], str),
            keep_default_na=False,
            na_values={column: [""] for column in numbers},
        )
        if len(rows[numbers].select_dtypes("number").columns) < len(numbers):
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
    """Perimeters (``perimeters``) or context outlines (``outlines``) as a GeoDataFrame, WGS84."""
    import geopandas

    place = present(current().tidy / f"{name}.geojson")
    try:
        return geopandas.read_file(place)
    except Exception:  # pyogrio raises several kinds for an unreadable file
        raise QpvError(f"Table {place} abîmée. La reconstruire : qpv build --raw DOSSIER") from None
