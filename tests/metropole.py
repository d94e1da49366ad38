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
from functools import cache
from pathlib import Path

import pandas as pd

from qpvlib.project import current
from qpvlib.tables import construction, tidy
from qpvlib.tables.construction import statistics

FILE = Path(__file__).parent / "data" / "metropole.csv.gz"
SEED, DRAWN, EXTREMES = 147, 50, 2
LEAPS = ("QP075005", "QP025002", "QP092018", "QP091035")  # whose niveau_vie_median leaps
TABLES = ("observations", "neighbourhoods", "areas", "containment", "places")


# --- from the producers' files to the file -----------------------------------------------------


def draw(observations: pd.DataFrame) -> list[str]:
    """Fifty at random; the least and the most peopled; two of Corsica; those that leap."""
    own = statistics.metropolitan(observations)
    people = own[own.indicator == "population"].sort_values(["year", "value", "area"])
    ordered = people[people.year == people.year.max()].dropna(subset=["value"]).area.tolist()
    codes, chance = sorted(own.area.unique()), random.Random(SEED)
    corsica = chance.sample([code for code in codes if code[:4] == "QP02" and code[4] in "AB"], 2)
    ends = ordered[:EXTREMES] + ordered[-EXTREMES:]
    return sorted({*chance.sample(codes, DRAWN), *ends, *corsica, *LEAPS})


def rows_of(codes: list[str], made: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The rows of some neighbourhoods, of what contains them and of their successors."""
    kept = made["neighbourhoods"][made["neighbourhoods"].code.isin(codes)]
    inside = made["containment"][made["containment"].neighbourhood.isin(codes)]
    wanted = {*codes, *inside.area, *kept.successor} - {""}
    parts = {"neighbourhoods": kept, "containment": inside}
    for name, key, among in (
        ("observations", "area", wanted),
        ("areas", "area", wanted),
        ("places", "neighbourhood", set(codes)),
    ):
        parts[name] = made[name][made[name][key].isin(among)]
    return parts | {"ranks": ranks(codes, made["observations"])}


def ranks(codes: list[str], observations: pd.DataFrame) -> pd.DataFrame:
    """How many of the ``n`` metropolitan QPV are strictly below and above, counted one by one."""
    own = statistics.metropolitan(observations).dropna(subset=["value"])
    own = own[own.generation == "2015"]
    values = own.value.round(6)
    groups = values.groupby([own.indicator, own.year])
    own = own.assign(
        n=groups.transform("size"),
        below=groups.rank(method="min").astype(int) - 1,
        above=groups.rank(method="min", ascending=False).astype(int) - 1,
    )
    columns = ["area", "indicator", "year", "n", "below", "above", "source"]
    return own.loc[own.area.isin(codes), columns]


def write(raw: Path) -> None:
    """Draw them, and write their rows: a column ``table`` says of which table each is."""
    made, shapes = construction.prepared(raw, ("all",))
    codes = draw(made["observations"])
    parts = [rows.assign(table=name) for name, rows in rows_of(codes, made).items()]
    perimeters = json.loads(shapes["perimeters"])["features"]
    parts.append(pd.DataFrame(
        {"table": "perimeters", "code": shape["properties"]["code"],
         "geometry": json.dumps(shape["geometry"], separators=(",", ":")),
         "source": shape["properties"]["source"]}
        for shape in perimeters if shape["properties"]["code"] in codes
    ))  # fmt: skip
    rows = pd.concat(parts, ignore_index=True)
    text = rows[["table", *rows.columns.drop("table")]].to_csv(
        index=False, lineterminator="\n", float_format="%.10g"
    )
    FILE.write_bytes(gzip.compress(text.encode(), mtime=0))


# --- from the file to tables -------------------------------------------------------------------


@cache
def _rows() -> pd.DataFrame:
    text = gzip.decompress(FILE.read_bytes()).decode()
    return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)


def part(name: str) -> pd.DataFrame:
    """The rows of a table, as text."""
    rows = _rows()[_rows().table == name].drop(columns="table")
    return rows.loc[:, (rows != "").any()]


CODES = sorted(part("neighbourhoods").code) if FILE.exists() else []


def tables(folder: Path) -> Path:
    """Write the tables of the sixty into a folder, those of everyone beside them."""
    folder.mkdir()
    for name in TABLES:
        columns = [*tidy.TEXT[name], *tidy.NUMBERS[name]]
        part(name).reindex(columns=columns, fill_value="").to_csv(
            folder / f"{name}.csv", index=False
        )
    for name in ("distributions", "noise"):
        shutil.copy(current().tidy / f"{name}.csv", folder)
    features = [
        {"type": "Feature", "properties": {"code": row.code, "source": row.source},
         "geometry": json.loads(row.geometry)}
        for row in part("perimeters").itertuples()
    ]  # fmt: skip
    for name, shapes in (("perimeters", features), ("outlines", [])):
        collection = {"type": "FeatureCollection", "features": shapes}
        (folder / f"{name}.geojson").write_text(json.dumps(collection), encoding="utf-8")
    return folder


if __name__ == "__main__":
    write(Path(sys.argv[1]))
