"""The neighbourhoods of 2024 and their figures, in tables of their own: no one mixes them."""

import pandas as pd

from qpvlib.catalogue import slug
from qpvlib.tables import tidy
from qpvlib.tables.construction import statistics
from qpvlib.tables.construction.territory import COUNTRIES, Files, departement_of, geo
from qpvlib.tables.reading import area_id

# What the last letter of a code says, as both generations' outlines bear out; of « C », no
# producer's words were found.
LETTERS = {"I": "unchanged", "M": "modified", "N": "new", "C": "other"}
LIST = "anct_correspondance"


def neighbourhoods(
    files: Files, kept: pd.DataFrame, contours: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The neighbourhoods of 2024 in the départements of those of 2015 that are kept.

    Those that the list of correspondence names: of a département that it lacks, none.

    Parameters
    ----------
    kept : DataFrame
        Neighbourhoods of 2015, as ``territory.neighbourhoods`` gives.
    contours : DataFrame
        Outlines of 2024, as ``territory.successors`` gives.

    Returns
    -------
    (DataFrame, DataFrame)
        Their identity; ``area, level`` of what contains them.
    """
    regions = dict(zip(kept.departement, kept.region, strict=True))
    contracts = dict(zip(kept.code, kept.contract, strict=True))
    sizes = geo(contours.rename(columns={"code": "area"})).set_index("area").geometry.area / 1e4
    found, inside = [], {}
    for code, part in files[LIST].groupby("area"):
        departement = departement_of(code)
        if departement not in regions:
            continue
        within = _within(files, part.insee_com.iloc[0], departement, regions[departement])
        before, name = sorted(set(part.qp2015) & set(contracts)), part.label_qp2024.iloc[0]
        inside |= within
        found.append({
            "code": code, "name": name, "slug": slug(name), "departement": departement,
            "contract": next((contracts[area] for area in before), ""),
            "fate": LETTERS.get(code[-1], "other"), "predecessors": " ".join(before),
            "within": " ".join(within), "area_ha": sizes.round(2).get(code), "source": LIST,
        })  # fmt: skip
    columns = tidy.COLUMNS["neighbourhoods_2024"]
    table = pd.DataFrame(found, columns=list(columns))
    types = {name: float if kind else str for name, kind in columns.items()}
    return table.astype(types), pd.DataFrame(inside.items(), columns=["area", "level"])


def _within(files: Files, communes: str, departement: str, region: str) -> dict[str, str]:
    """Level of each area that contains a neighbourhood, by code, the nearest first."""
    epci = files["insee_cog"].set_index("area").siren_epci
    found = dict.fromkeys(communes.split("|"), "commune")
    found |= {epci[code]: "epci" for code in [*found] if code in epci.index}
    above = {"departement": departement, "region": region} | COUNTRIES
    return found | {area_id(level, code): level for level, code in above.items() if code}


def spreads(national: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Percentiles over the metropolitan QPV of 2024, of every figure that they have.

    Parameters
    ----------
    national, own : DataFrame
        Observations of both generations; those of their pages alone.
    """
    later = national[national.generation == "2024"]
    return statistics.distributions(pd.concat([later, own], ignore_index=True), "2024")
