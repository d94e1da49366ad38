"""A fictitious register of sixty actions, to show the board without anyone's data.

Everything in it is invented: bearers, numbers, titles, amounts. The needs set against it are those
that the figures of each neighbourhood propose. The gaps are wanted: two neighbourhoods without
action, a thin month of August, evenings and seniors little served.

    python -m examples.registre_fictif DOSSIER      the demonstration's register
    python -m examples.registre_fictif --modeles    the template and the example of data/actions
"""

import random
import sys
from datetime import date, timedelta
from pathlib import Path

from qpvlib.actions import documentation
from qpvlib.actions.cells import written
from qpvlib.actions.contract import field_of
from qpvlib.actions.values import luhn
from qpvlib.project import current
from qpvlib.tables.areas import neighbourhoods

SEED = 2021
YEAR = 2021
NOTE = "DONNÉES FICTIVES : tout est inventé, porteurs compris"
BEARERS = (
    "Association fictive Les Cigales", "Compagnie fictive du Préau", "Club fictif des Berges",
    "Centre social fictif Arc-en-Ciel", "Atelier fictif du Pont", "Ligue fictive du Plein Air",
    "Médiathèque fictive des Tilleuls", "Amicale fictive des Locataires",
    "Mission fictive Tremplin", "Fédération fictive des Jardins", "École de musique fictive Do-Ré",
    "Régie fictive Coup de Main",
)  # fmt: skip
WOMEN = "filles et femmes"
# title, theme, objective, ages, publics
IDEAS = (
    ("Ateliers de lecture en plein air", "1.1", "apprendre", "6-11", ""),
    ("Stages de remise à niveau", "1.1", "apprendre", "12-17", ""),
    ("Parcours santé et nutrition", "1.2", "prendre soin de soi", "tous les âges", "familles"),
    ("Café des parents", "1.3", "se rencontrer", "26-45", "familles"),
    ("Cinéma en plein air", "1.4", "s'amuser", "tous les âges", "familles"),
    ("Fresque participative", "1.4", "s'amuser", "12-17 ; 18-25", ""),
    ("Fête des voisins d'août", "1.5", "se rencontrer", "tous les âges", "familles"),
    ("Séjour au bord de l'eau", "1.5a", "s'amuser", "12-17", ""),
    ("Chantier jeunes", "1.5a", "saisir des opportunités", "12-17 ; 18-25", ""),
    ("Tournoi multisport", "1.5b", "s'amuser", "6-11 ; 12-17", ""),
    ("Boxe et confiance en soi", "1.5b", "prendre soin de soi", "12-17 ; 18-25", WOMEN),
    ("Permanence d'accès aux droits", "1.6", "habitants et institutions", "26-45 ; 46-64", ""),
    ("Coaching vers l'emploi", "2.1", "saisir des opportunités", "18-25", ""),
    ("Découverte des métiers", "2.1", "saisir des opportunités", "18-25 ; 26-45", WOMEN),
    ("Jardin partagé", "3.1", "se rencontrer", "65 et plus", "seniors"),
    ("Médiation en pied d'immeuble", "3.2", "habitants et institutions", "tous les âges", ""),
)  # fmt: skip
SLOTS = ("journée", "journée", "journée", "journée ; soirée", "week-end", "")
NOTHING = {"QP045008", "QP045019"}  # two neighbourhoods left bare
STATES = ("réalisée", "réalisée", "accordée", "accordée", "accordée", "déposée", "refusée")


def identifier(rank: int) -> str:
    """A SIRET of an invented establishment, its key right."""
    return next(d for d in (f"{rank:09d}0000{k}" for k in range(10)) if luhn(d))


def register() -> list[dict[str, str]]:
    """Sixty invented actions, by name of field: the same at each call."""
    draw = random.Random(SEED)
    places = [code for code in neighbourhoods() if code not in NOTHING]
    return [_action(draw, rank, places) for rank in range(1, 61)]


def _action(draw: random.Random, rank: int, places: list[str]) -> dict[str, str]:
    title, theme, objective, ages, publics = draw.choice(IDEAS)
    bearer = draw.randrange(len(BEARERS))
    row = {
        "reference": f"FICTIF{rank:04d}", "exercice": str(YEAR), "porteur": BEARERS[bearer],
        "siret": identifier(bearer + 11), "intitule": f"{title} (fictif)",
        "quartiers": _shares(draw, rank, places), "theme": theme, "objectif": objective,
        "orientation": draw.choice(field_of("orientation").values), "ages": ages,
        "publics": publics,
        "lieu": draw.choice(("dans le quartier", "dans le quartier", "hors du quartier")),
        "creneaux": draw.choice(SLOTS),
        "dispositif": draw.choice(("Quartiers d'été", "Quartiers d'été",
                                   "Quartiers d'été ; Ville Vie Vacances", "contrat de ville")),
    }  # fmt: skip
    if title.startswith("Séjour"):
        row |= {"sejours": str(draw.randint(1, 2)), "dispositif": "Colos apprenantes"}
    row |= _dates(draw, row["dispositif"])
    return row | _money(draw, row | {"etat": draw.choice(STATES)}, rank)


def _shares(draw: random.Random, rank: int, places: list[str]) -> str:
    if rank % 5:
        return places[rank % len(places)]
    one, two, three = draw.sample(places, 3)
    return draw.choice((
        f"{one} 60 % ; {two} 40 %", f"{one} 1/3 ; {two} 1/3 ; {three} 1/3",
    ))  # fmt: skip


def _dates(draw: random.Random, scheme: str) -> dict[str, str]:
    """Weeks of July for most, of August for few; the whole year for some."""
    if scheme == "contrat de ville":
        return {"debut": f"{YEAR}-01-04", "fin": f"{YEAR}-12-17"}
    first = date(YEAR, 7, 5) + timedelta(days=7 * draw.choice((0, 0, 0, 1, 1, 2, 2, 3, 5, 7)))
    last = first + timedelta(days=draw.choice((4, 4, 11, 11, 18)))
    return {"debut": first.isoformat(), "fin": min(last, date(YEAR, 8, 31)).isoformat()}


def _money(draw: random.Random, row: dict[str, str], rank: int) -> dict[str, str]:
    asked = draw.randrange(80_000, 900_000, 2_500) + rank % 3
    people = draw.randrange(12, 140)
    row |= {"montant_demande": written("cents", asked), "participants_prevus": str(people),
            "presences_prevues": str(people * draw.randint(2, 6))}  # fmt: skip
    if rank % 17 == 0:
        row |= {"etat": "annulée", "motif_annulation": draw.choice(("chaleur", ""))}
    if row["etat"] in ("accordée", "réalisée"):
        granted = asked * draw.choice((10, 10, 8, 7)) // 10
        paid = granted if draw.random() < 0.7 else 0
        row |= {"montant_accorde": written("cents", granted),
                "montant_verse": written("cents", paid)}  # fmt: skip
    if row["etat"] == "réalisée":
        came = max(4, int(people * draw.uniform(0.5, 1.15)))
        row |= {"participants_reels": str(came), "moins_26_reels": str(int(came * draw.random())),
                "presences_reelles": str(came * draw.randint(1, 5))}  # fmt: skip
    return row


def main(place: Path) -> None:
    """Write the register (XLSX)."""
    place.mkdir(parents=True, exist_ok=True)
    documentation.write_register(place / "registre-fictif.xlsx", register(), NOTE)


if __name__ == "__main__":
    if sys.argv[1] == "--modeles":
        documentation.write_templates(current().contract, register()[:6], NOTE)
    else:
        main(Path(sys.argv[1]))
