"""The neighbourhoods of 2024 and their figures, in tables of their own: no one mixes them."""

import pandas as pd

from qpvlib.catalogue import slug
from qpvlib.tables import tidy
from qpvlib.tables.construction import statistics, territory
from qpvlib.tables.construction.territory import Files, departement_of, geo

# What the last letter of a code says, as both generations' outlines bear out; of « C », no
# producer's words were found.
LETTERS = {"I": "unchanged", "M": "modified", "N": "new", "C": "other"}
LIST = "anct_correspondance"


def neighbourhoods(files: Files, kept: pd.DataFrame, contours: pd.DataFrame) -> pd.DataFrame:
    """The neighbourhoods of 2024 in the départements of those of 2015 that are kept.

    Those that the list of correspondence names: of a département that it lacks, none.

    Parameters
    ----------
    kept : DataFrame
        Neighbourhoods of 2015, as ``territory.neighbourhoods`` gives.
    contours : DataFrame
        Outlines of 2024, as ``territory.successors`` gives.
    """
    contracts = dict(zip(kept.code, kept.contract, strict=True))
    sizes = geo(_outlines(contours)).set_index("area").geometry.area / 1e4
    found = []
    for code, part in _listed(files, kept).groupby("area"):
        before, name = sorted(set(part.qp2015) & set(contracts)), part.label_qp2024.iloc[0]
        found.append({
            "code": code, "name": name, "slug": slug(name), "departement": departement_of(code),
            "contract": next((contracts[area] for area in before), ""),
            "fate": LETTERS.get(code[-1], "other"), "predecessors": " ".join(before),
            "area_ha": sizes.round(2).get(code), "source": LIST,
        })  # fmt: skip
    columns = tidy.COLUMNS["neighbourhoods_2024"]
    types = {name: float if kind else str for name, kind in columns.items()}
    return pd.DataFrame(found, columns=list(columns)).astype(types)


def containment(files: Files, kept: pd.DataFrame, contours: pd.DataFrame) -> pd.DataFrame:
    """The areas that contain each of them, as ``territory.containment`` gives those of 2015."""
    rows = _listed(files, kept).drop_duplicates("area").set_index("area")
    regions = dict(zip(kept.departement, kept.region, strict=True))
    places = pd.DataFrame({"code": rows.index, "departement": rows.index.map(departement_of)})
    places["region"] = places.departement.map(regions)
    listed = {code: communes.split("|") for code, communes in rows.insee_com.items()}
    found = territory.contained(files, places, listed, _outlines(contours))
    drawn = territory.cited(files, LIST, "anct_perimetres_2024", "ign_communes")
    return found.assign(source=drawn)


def _listed(files: Files, kept: pd.DataFrame) -> pd.DataFrame:
    """Lines of the list of correspondence, of the départements kept."""
    rows = files[LIST]
    return rows[rows.area.map(departement_of).isin(set(kept.departement))]


def _outlines(contours: pd.DataFrame) -> pd.DataFrame:
    return contours.rename(columns={"code": "area"})


def spreads(national: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Percentiles over the metropolitan QPV of 2024, of every figure that they have.

    Parameters
    ----------
    national, own : DataFrame
        Observations of both generations; those of their pages alone.
    """
    later = national[national.generation == "2024"]
    return statistics.distributions(pd.concat([later, own], ignore_index=True), "2024")
