"""The départements of metropolitan France, and how French says them (Insee, code officiel)."""

import csv
from dataclasses import dataclass

from qpvlib.catalogue.faults import QpvError, near, slug
from qpvlib.project import current, kept

OVERSEAS = {
    "971": "Guadeloupe", "972": "Martinique", "973": "Guyane", "974": "La Réunion",
    "976": "Mayotte", "977": "Saint-Barthélemy", "978": "Saint-Martin",
    "987": "Polynésie française", "988": "Nouvelle-Calédonie",
}  # fmt: skip


@dataclass(frozen=True)
class Region:
    """A region: its code, its name, the words that place a figure in it."""

    code: str
    name: str
    locative: str


@dataclass(frozen=True)
class Departement:
    """A département: « Indre-et-Loire », « d'Indre-et-Loire », « en Indre-et-Loire »."""

    code: str
    name: str
    of: str
    locative: str
    region: Region


@kept("catalogue")
def departements() -> dict[str, Departement]:
    """Those of metropolitan France, by code (``departements.csv``, ``regions.csv``)."""
    regions = {row["code"]: Region(**row) for row in _rows("regions.csv")}
    return {
        row["code"]: Departement(**row | {"region": regions[row["region"]]})
        for row in _rows("departements.csv")
    }


def _rows(name: str) -> list[dict[str, str]]:
    with (current().catalogue / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def departement(given: str) -> Departement:
    """A département by its code or its name, however it is written.

    >>> departement("indre et loire").code, departement("2a").name, departement("1").name
    ('37', 'Corse-du-Sud', 'Ain')

    Raises
    ------
    QpvError
        Overseas, whose figures are not read here; unknown, with the nearest name.
    """
    known = departements()
    named = {slug(one.name): code for code, one in known.items()}
    code = given.strip().upper().zfill(2)
    code = named.get(slug(given), code)
    if code in known:
        return known[code]
    overseas = {slug(name): code for code, name in OVERSEAS.items()}
    if (away := overseas.get(slug(given), code)) in OVERSEAS:
        raise QpvError(
            f"{OVERSEAS[away]} ({away}) n'est pas couvert : les repères de ces pages sont ceux des "
            "quartiers prioritaires de métropole, et l'Insee ne publie pas outre-mer les mêmes "
            "chiffres par quartier (revenus et recensement y manquent)."
        )
    nearest = near(slug(given), named)
    offer = f"{known[named[nearest]].name} ({named[nearest]})" if nearest else ""
    raise QpvError(
        f"Le département « {given} » n'existe pas."
        + (f" Voulez-vous dire « {offer} » ?" if offer else " Donner son code : 37, 2A, 93…")
    )
