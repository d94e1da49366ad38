"""Existing means of each contrat de ville: adultes-relais and Fonjep posts, never spread."""

from pathlib import Path

import pandas as pd

from qpvlib.project import current, kept

RAW = {"adultes-relais": "adultes_relais_loiret.csv", "fonjep": "postes_fonjep_loiret.csv"}
CITE = "ANCT, subventions politique de la ville (plateforme Dauphin)"
# The posts of adultes-relais of 2025 are priced at the unit amount of Fonjep: an error upstream.
UNUSABLE = {("adultes-relais", 2025)}
SUCCESSORS = {
    "CV144": "CN04501I", "CV145": "CN04505M", "CV146": "CN04504I", "CV147": "CN04502M",
    "CV148": "CN04503M",
}  # fmt: skip


@kept("root")
def _means() -> pd.DataFrame:
    rows = pd.read_csv(
        current().contract / "moyens.csv", dtype={"contract": str}, keep_default_na=False
    )
    return rows.assign(usable=rows.usable == "yes")


def means() -> pd.DataFrame:
    """Posts by scheme, year and contract: ``scheme, year, contract, posts, cents, usable, source``.

    ``contract`` is empty where the producer gives none. They are those of the whole contract: no
    file says in which neighbourhood a post works. Where ``usable`` is false the amount is wrong at
    its source and is not to be shown as a sum.
    """
    return _means().copy()


def of_files(raw: Path) -> pd.DataFrame:
    """The same table, from the producer's two files: posts and cents, one row a group.

    Parameters
    ----------
    raw : Path
        Folder that holds ``adultes_relais_loiret.csv`` and ``postes_fonjep_loiret.csv``.
    """
    read = [pd.read_csv(raw / name, dtype=str).assign(scheme=s) for s, name in RAW.items()]
    rows = pd.concat(read).assign(
        year=lambda r: r.annee.astype(int),
        contract=lambda r: r.code_cv.fillna("").replace(SUCCESSORS),
        cents=lambda r: (r.montant.astype(float) * 100).round().astype(int),
    )
    table = rows.groupby(["scheme", "year", "contract"]).cents.agg(["size", "sum"]).reset_index()
    usable = [
        "no" if pair in UNUSABLE else "yes" for pair in zip(table.scheme, table.year, strict=True)
    ]
    table.columns = ["scheme", "year", "contract", "posts", "cents"]
    return table.assign(usable=usable, source=CITE)
