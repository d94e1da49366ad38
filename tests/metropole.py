"""Sixty metropolitan QPV drawn at random, their own tidy rows in one small file of the repository.

``python tests/metropole.py DOSSIER`` draws and writes them again from the producers' files. The
tables of everyone (distributions, noise) are the committed ones.
"""

import gzip
import io
import json
import random
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path

import pandas as pd

from qpvlib.project import current
from qpvlib.tables import construction, tidy
from qpvlib.tables.construction import statistics

FILE = Path(__file__).parent / "data" / "metropole.csv.gz"
SEED, DRAWN, EXTREMES = 147, 50, 2
LEAPS = ("QP075005", "QP025002", "QP092018", "QP091035")  # whose niveau_vie_median leaps
TABLES = ("observations", "neighbourhoods", "areas", "containment", "places", "resources")


# --- from the tables of the whole country to the file ------------------------------------------


def draw(observations: pd.DataFrame) -> list[str]:
    """Fifty at random; the least and the most peopled; two of Corsica; those that leap."""
    people = observations[observations.indicator == "population"]
    people = people[people.year == people.year.max()].dropna(subset=["value"])
    ordered = people.sort_values(["value", "area"]).area.tolist()
    codes, chance = sorted(observations.area.unique()), random.Random(SEED)
    corsica = chance.sample([code for code in codes if code.startswith(("QP02A", "QP02B"))], 2)
    ends = ordered[:EXTREMES] + ordered[-EXTREMES:]
    return sorted({*chance.sample(codes, DRAWN), *ends, *corsica, *LEAPS})


def ranks(observations: pd.DataFrame) -> pd.DataFrame:
    """How many of the ``n`` metropolitan QPV are surely below and above, counted one by one."""
    hidden = observations.status == "censored"  # at most their bound
    bound = (100 * observations.numerator / observations.denominator).where(hidden)
    own = observations.assign(most=observations.value.fillna(bound).round(6))
    own = own.dropna(subset=["most"])
    keys = [own.indicator, own.year]
    own = own.assign(
        n=own.most.groupby(keys).transform("size"),
        below=own.most.groupby(keys).rank(method="min") - 1,
        above=own.value.round(6).groupby(keys).rank(method="min", ascending=False) - 1,
    )
    own = own.dropna(subset=["value"]).astype({"below": int, "above": int})
    return own[["area", "indicator", "year", "n", "below", "above", "source"]]


def text(folder: Path) -> str:
    """What the file says, from the tables of the whole country (``qpv build --departement all``).

    A column ``table`` says of which table each row is.
    """
    made = {name: _read(folder / f"{name}.csv") for name in TABLES}
    numbers = made["observations"].astype({"year": int})
    for column in ("value", "numerator", "denominator"):
        numbers[column] = pd.to_numeric(numbers[column])
    national = statistics.metropolitan(numbers)
    codes = draw(national)
    inside = made["containment"][made["containment"].neighbourhood.isin(codes)]
    successors = made["neighbourhoods"].set_index("code").successor[codes]
    wanted = {*codes, *successors, *inside.area} - {""}
    made |= {"ranks": ranks(national).astype(str), "perimeters": _perimeters(folder)}
    parts = []
    for name, rows in made.items():
        named = ("neighbourhood", "area", "code")
        key = next(column for column in named if column in rows)
        among = wanted if name in ("observations", "areas") else codes
        parts.append(rows[rows[key].isin(among)].assign(table=name))
    rows = pd.concat(parts, ignore_index=True).fillna("")
    rows = rows[["table", *rows.columns.drop("table")]]
    return rows.to_csv(index=False, lineterminator="\n")


def _perimeters(folder: Path) -> pd.DataFrame:
    shapes = json.loads((folder / "perimeters.geojson").read_text("utf-8"))["features"]
    return pd.DataFrame(
        shape["properties"] | {"geometry": json.dumps(shape["geometry"], separators=(",", ":"))}
        for shape in shapes
    )


def _read(file: Path | io.StringIO) -> pd.DataFrame:
    return pd.read_csv(file, dtype=str, keep_default_na=False)


def write(raw: Path) -> None:
    """Build the whole country aside, draw, write."""
    with tempfile.TemporaryDirectory() as folder:
        construction.build(raw, Path(folder) / "tidy", ("all",))
        content = text(Path(folder) / "tidy")
    FILE.write_bytes(gzip.compress(content.encode(), mtime=0))


# --- from the file to tables -------------------------------------------------------------------


@cache
def _rows() -> pd.DataFrame:
    return _read(io.StringIO(committed()))


def committed() -> str:
    """The file, as text."""
    return gzip.decompress(FILE.read_bytes()).decode()


def part(name: str) -> pd.DataFrame:
    """The rows of a table, as text."""
    rows = _rows()[_rows().table == name].drop(columns="table")
    return rows.loc[:, (rows != "").any()]


CODES = sorted(part("neighbourhoods").code) if FILE.exists() else []


def tables(folder: Path) -> Path:
    """Write the tables of the sixty into a folder, those of everyone beside them."""
    folder.mkdir()
    for name in TABLES:
        columns = list(tidy.COLUMNS[name])
        part(name).reindex(columns=columns, fill_value="").to_csv(
            folder / f"{name}.csv", index=False
        )
    for name in tidy.COLUMNS.keys() - set(TABLES):  # those of everyone
        shutil.copy(current().tidy / f"{name}.csv", folder)
    features = [
        {"type": "Feature", "properties": {"code": row.code, "source": row.source},
         "geometry": json.loads(row.geometry)}
        for row in part("perimeters").itertuples()
    ]  # fmt: skip
    for name, shapes in (("perimeters", features), ("perimeters_2024", []), ("outlines", [])):
        collection = {"type": "FeatureCollection", "features": shapes}
        (folder / f"{name}.geojson").write_text(json.dumps(collection), encoding="utf-8")
    return folder


if __name__ == "__main__":
    write(Path(sys.argv[1]))
