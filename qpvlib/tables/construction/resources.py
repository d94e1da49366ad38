"""Named places within a kilometre of each neighbourhood, from every list that declares some."""

import re
from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from qpvlib.catalogue import Source, catalogue, slug
from qpvlib.tables import tidy
from qpvlib.tables.areas import DEGREES, METRES
from qpvlib.tables.construction.files import Files
from qpvlib.tables.construction.territory import commune_names, departement_of, geo

ENDING = re.compile(r"(?P<street>.*?),? ?\d{5} (?P<commune>[^\d/]+)")
# As the files of the State shorten the kinds of streets.
WAYS = {
    "R": "rue", "AV": "avenue", "BD": "boulevard", "PL": "place", "ALL": "allée", "RTE": "route",
    "CHE": "chemin", "IMP": "impasse", "SQ": "square", "QU": "quai",
}  # fmt: skip
POINT = re.compile(r"\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*")


def lists(files: Files) -> pd.DataFrame:
    """Types that each list read can tell of, the year of its last line, the départements covered.

    One row per type and source; ``departements`` is empty where the list covers all.
    """
    rows = [
        (kind, code, _years(source, files[code]).max(), " ".join(source.departements))
        for code, source in _read(files)
        for kind in _types(source)
    ]
    table = pd.DataFrame(rows, columns=list(tidy.COLUMNS["lists"]))
    return table.astype({"year": float}).sort_values(tidy.KEYS["lists"])


def resources(files: Files, codes: Iterable[str]) -> pd.DataFrame:
    """Named places within a kilometre of the outlines of 2015, one line each.

    One row per neighbourhood, type and place; ``distance_m`` in whole metres, as the crow flies
    from the perimeter (0: inside). Types in the catalogue's order, then the nearest first.
    """
    shapes = geo(files["anct_perimetres_2015"])
    shapes = shapes[shapes["area"].isin(list(codes))]
    spelt = _spelling(files)
    found = []
    for code, source in _read(files):
        inside = shapes["area"].map(departement_of).isin(source.departements)
        covered = shapes[inside] if source.departements else shapes
        found.append(_near(covered, _listed(code, source, files[code], spelt)))
    return _ordered(_once(pd.concat(found, ignore_index=True)))


def _read(files: Files) -> Iterator[tuple[str, Source]]:
    """Lists that declare places and that were there."""
    for code, source in catalogue().sources.items():
        if source.resource and code in files:
            yield code, source


def _types(source: Source) -> list[str]:
    told = source.resource
    return sorted(set(told.types.values())) if told.by else [told.type]


# --- a list → places -----------------------------------------------------------------------------


def _listed(code: str, source: Source, rows: pd.DataFrame, spelt: dict[str, str]) -> pd.DataFrame:
    """Places of a list, with their ``geometry`` in metres; those without position are left."""
    import geopandas

    told, known = source.resource, catalogue().resources
    kinds = rows[told.by].map(told.types) if told.by else pd.Series(told.type, rows.index)
    x, y = _spots(source, rows)
    kept = kinds.notna() & x.notna() & y.notna()
    if "etat_etablissement_libe" in rows:  # what is closed is no resource
        kept &= rows.etat_etablissement_libe.str.upper() == "OUVERT"
    rows, kinds, x, y = rows[kept], kinds[kept], x[kept], y[kept]
    unnamed = kinds.map(lambda kind: known[kind].unnamed).astype(bool)
    names = _text(rows, told.name).map(lambda name: _spelled(name, told.spelling))
    streets, ended = _addresses(source, rows, names)
    given = _text(rows, told.commune).where(_text(rows, told.commune) != "", ended)
    given = [_spelled(commune, told.spelling) for commune in given]
    communes = pd.Series([spelt.get(c, spelt.get(slug(c), c)) for c in given], rows.index)
    if told.post:  # what is written to another commune goes nowhere near
        cities = _text(rows, told.post).str.replace(r" Cedex.*", "", regex=True, flags=re.I)
        streets = streets.where(cities.map(slug) == communes.map(slug), "")
    table = pd.DataFrame(
        {
            "type": kinds,
            "place": rows.area,
            "name": names.mask(unnamed, ""),
            "address": streets,
            "commune": communes,
            "detail": [told.details.get(cell, "") for cell in _text(rows, told.detail)],
            "year": _years(source, rows),
            "reliability": "to_check" if told.to_check else "listed",
            "source": code,
        }
    )
    if not told.coded:
        spots = zip(x.round(4), y.round(4), strict=True)
        table["place"] = [f"{a} {b:g} {c:g}" for a, (b, c) in zip(rows.area, spots, strict=True)]
    spots = geopandas.GeoSeries.from_xy(x, y, crs=METRES if told.metres else DEGREES)
    return geopandas.GeoDataFrame(table, geometry=spots.to_crs(METRES))


def _spots(source: Source, rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Longitude or x, latitude or y of each row; both missing where it has none."""
    spot = source.resource.spot
    if len(spot) == 2:
        return rows[spot[0]], rows[spot[1]]
    found = rows[spot[0]].map(POINT.fullmatch)
    pairs = [(float(m[2]), float(m[1])) if m else (None, None) for m in found]
    table = pd.DataFrame(pairs, index=rows.index, columns=["x", "y"], dtype=float)
    return table.x, table.y


def _text(rows: pd.DataFrame, column: str) -> pd.Series:
    """A column of texts; empty ones where the list has it not."""
    if column not in rows:
        return pd.Series("", rows.index)
    return rows[column].fillna("").replace("nan", "")


def _spelled(text: str, spelling: dict[str, str]) -> str:
    for wrong, right in spelling.items():
        text = text.replace(wrong, right)
    return text.strip()


def _addresses(source: Source, rows: pd.DataFrame, names: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The street of each row, and the commune that its address ends with, if it does."""
    parts = [_text(rows, column) for column in source.resource.address]
    if not parts:
        return _text(rows, ""), _text(rows, "")
    wrong = source.resource.spelling
    lines = (_spelled(" ".join(filter(None, cells)), wrong) for cells in zip(*parts, strict=True))
    pairs = [_street(line, name) for line, name in zip(lines, names, strict=True)]
    table = pd.DataFrame(pairs, index=rows.index, columns=["street", "commune"])
    return table.street, table.commune


def _street(address: str, name: str = "") -> tuple[str, str]:
    """Where to go, without what is only for the post or repeats the name; and the commune.

    >>> _street("14 AV FOCH CS 867 45000 ORLEANS"), _street("TSA 372 / Caf / 2 r", "Caf de Gien")
    (('14 AVENUE FOCH', 'ORLEANS'), ('2 r', ''))
    """
    bare = re.sub(r"\b(?:CS|BP|TSA) ?\d+", "", address)
    parts = [re.sub(r"\s+", " ", part).strip(" ,") for part in bare.split("/")]
    own = set(slug(name).split("-"))
    line = ", ".join(part for part in parts if part and not set(slug(part).split("-")) <= own)
    ends = ENDING.fullmatch(line)
    line, commune = (ends["street"], ends["commune"]) if ends else (line, "")
    for short, whole in WAYS.items():
        said = whole.upper() if line.isupper() else whole
        line = re.sub(rf"^((?:\d+\w* )?){short} ", rf"\1{said} ", line)
    return line, commune


def _years(source: Source, rows: pd.DataFrame) -> pd.Series:
    """The year of each row: of its own date where the list dates them, else of the edition."""
    if not source.resource.dated:
        return pd.Series(float(source.files[-1].edition), rows.index)
    found = _text(rows, source.resource.dated).str.extract(r"\b((?:19|20)\d\d)\b", expand=False)
    return found.astype(float)


def _spelling(files: Files) -> dict[str, str]:
    """Names of communes by their code, and of the official list by their name as a file has it."""
    official = files["insee_cog"].lib_com
    return {slug(name): name for name in official} | commune_names(files)


# --- places → those around -----------------------------------------------------------------------


def _near(shapes: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """Each place with each neighbourhood that it is within reach of."""
    import shapely

    outlines, spots = shapes.geometry.to_numpy(), listed.geometry
    reach = catalogue().rule("near")
    which, close = spots.sindex.query(outlines, predicate="dwithin", distance=reach)
    away = shapely.distance(outlines[which], spots.to_numpy()[close])
    found = pd.DataFrame(listed.drop(columns="geometry").iloc[close])
    return found.assign(
        neighbourhood=shapes["area"].to_numpy()[which],
        # 0 is said to be inside: a step out of the perimeter is not.
        distance_m=np.maximum(away.round(), away > 0).astype(int),
    )


def _once(found: pd.DataFrame) -> pd.DataFrame:
    """One line a place: of the latest list that has it, with what the others add."""
    keys = tidy.KEYS["resources"]
    found = found.sort_values([*keys, "distance_m", "source"], kind="stable")
    last = found.sort_values("year", ascending=False, kind="stable", na_position="last")
    last = last.drop_duplicates(keys).set_index(keys).sort_index()
    groups = found.groupby(keys)
    for column in ("detail", "source"):
        last[column] = groups[column].agg(lambda cells: ", ".join(sorted(set(cells) - {""})))
    return last.reset_index()


def _ordered(found: pd.DataFrame) -> pd.DataFrame:
    order = {kind: rank for rank, kind in enumerate(catalogue().resources)}
    found = found.assign(rank=found.type.map(order))
    by = ["neighbourhood", "rank", "distance_m", "name", "place"]
    columns = tidy.COLUMNS["resources"]
    kinds = {column: {"": str, "whole": int, "blank": float}[k] for column, k in columns.items()}
    # A neighbourhood may have none: the columns of an empty table keep their kinds.
    return found.sort_values(by)[list(columns)].astype(kinds).reset_index(drop=True)
