"""Invented tables: the Loiret's neighbourhoods, and the same again in a département « 99 ».

Nothing there is true: a twin has the figures of its model, without contract, successor, EPCI,
region, outlines nor list of services, as any neighbourhood outside the home département.
"""

import json
import shutil
from pathlib import Path

import pandas as pd

from qpvlib.project import current
from qpvlib.tables import sealing
from qpvlib.tables.areas import neighbourhoods

TWIN = "QP099016"  # of Champ de la Ville, Gien
KEYS = {
    "observations": "area",
    "places": "neighbourhood",
    "resources": "neighbourhood",
    "containment": "neighbourhood",
    "neighbourhoods": "code",
}


def tables(folder: Path) -> Path:
    """Write the tables into a folder."""
    shutil.copytree(current().tidy, folder)
    codes = {code: code.replace("QP045", "QP099") for code in neighbourhoods()}
    for name, key in KEYS.items():
        rows = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        twins = rows[rows[key].isin(codes)].assign(**{key: lambda r, k=key: r[k].map(codes)})
        twins = _elsewhere(name, twins)
        pd.concat([rows, twins]).to_csv(folder / f"{name}.csv", index=False)
    _areas(folder / "areas.csv")
    _perimeters(folder / "perimeters.geojson", codes)
    sealing.seal(folder)
    return folder


def _elsewhere(name: str, twins: pd.DataFrame) -> pd.DataFrame:
    if name == "neighbourhoods":
        return twins.assign(
            departement="99", contract="", region="", successor="", successor_name="",
            successor_status="",
        )  # fmt: skip
    if name == "containment":
        kept = twins[~twins.level.isin(["epci", "region"])]
        areas = kept.area.str.replace(r"^45", "99", regex=True).replace("D45", "D99")
        return kept.assign(area=areas)
    if name == "places":
        return twins[twins.kind == "college"]
    if name == "resources":  # the one list of the whole country
        return twins[twins.type == "college"]
    return twins[~twins.indicator.isin(["distance_hopital", "distance_france_services"])]


def _areas(place: Path) -> None:
    rows = pd.read_csv(place, dtype=str)
    twins = rows[rows.level.isin(["commune", "departement"])]
    areas = twins.area.str.replace(r"^45", "99", regex=True).replace("D45", "D99")
    names = twins.name.replace("Loiret", "Ailleurs")
    words = twins.locative.str.replace("le Loiret", "le département (Ailleurs)")
    twins = twins.assign(area=areas, name=names, locative=words)
    pd.concat([rows, twins]).to_csv(place, index=False)


def _perimeters(place: Path, codes: dict[str, str]) -> None:
    shapes = json.loads(place.read_text(encoding="utf-8"))
    twins = json.loads(json.dumps(shapes["features"]))
    for shape in twins:
        shape["properties"]["code"] = codes[shape["properties"]["code"]]
    shapes["features"] += twins
    place.write_text(json.dumps(shapes), encoding="utf-8")
