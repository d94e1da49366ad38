"""Les noms d'un carnet, la lecture des chiffres : comparaison, constats, traits, besoins, plan."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from qpvlib.catalogue import QpvError
from qpvlib.diagnosis import change, comparison
from qpvlib.diagnosis import findings as judged
from qpvlib.diagnosis import needs as told
from qpvlib.diagnosis import traits as distinct
from qpvlib.diagnosis.change import Trend
from qpvlib.diagnosis.needs import Need
from qpvlib.diagnosis.traits import Trait
from qpvlib.notebook import asked
from qpvlib.tables import given, indicators
from qpvlib.tables.areas import Neighbourhood
from qpvlib.tables.given import understanding

if TYPE_CHECKING:
    from qpvlib.roadmap.stands import Plan

Place = str | int | Neighbourhood


@understanding
def compare(
    observations: "pd.DataFrame | Place | None" = None,
    neighbourhood: "Place | pd.DataFrame | None" = None,
    years: Mapping[str, int] | None = None,
    benchmark: object = None,
) -> pd.DataFrame:
    """Un quartier face à chaque repère, indicateur par indicateur, en son année de référence.

    ``compare(quartier)`` prend tous les chiffres ; ``compare(chiffres, quartier)``, ceux-là.

    Parameters
    ----------
    observations : DataFrame, facultatif
        Ce que donne ``observations``, ce à quoi l'on compare compris.
    neighbourhood : str, int ou Neighbourhood
        Un seul quartier.
    years : dict, facultatif
        Par indicateur, une année des données à la place de celle de référence.
    benchmark : str ou liste, facultatif
        Les seuls repères voulus : « QPV de métropole », « commune », « Gien »…

    Returns
    -------
    DataFrame
        Une ligne par indicateur et repère. ``gap`` vaut ``value`` − ``reference``, sur les valeurs
        affichées, et seulement à source et année égales ; ``noise`` est le changement d'une année
        à la suivante que neuf quartiers sur dix ne dépassent pas ; ``verdict``, le même pour tous
        les repères, situe le quartier parmi ceux de métropole.

    Raises
    ------
    QpvError
        Quartier, repère, année inconnus ; chiffres qui ne sont pas ceux de ce quartier.

    Examples
    --------
    >>> pauvrete = compare("la source", benchmark="commune").set_index("indicator")
    >>> pauvrete.loc["taux_pauvrete", "benchmark_name"], pauvrete.gap["taux_pauvrete"].item()
    ('Orléans', 27.0)
    """
    if isinstance(neighbourhood, pd.DataFrame) or (
        neighbourhood is None and not isinstance(observations, pd.DataFrame)
    ):
        observations, neighbourhood = neighbourhood, observations
    place = given.place(neighbourhood)
    if observations is None and years is None:
        found = comparison.compared(place)
    else:
        rows = (
            indicators.observations(around=place)
            if observations is None
            else asked.observed(observations, place)
        )
        found = comparison.compare(
            rows, place, asked.led({} if years is None else years, rows, place)
        )
    found = found if benchmark is None else asked.benchmarks(benchmark, found)
    return asked.ours(found, "positions")


@understanding
def findings(positions: pd.DataFrame | Place) -> pd.DataFrame:
    """Les constats d'un quartier : ses indicateurs repères, lus, et dits en une phrase.

    Parameters
    ----------
    positions : DataFrame, str, int ou Neighbourhood
        Ce que donne ``compare`` pour un quartier, ou le quartier.

    Returns
    -------
    DataFrame
        Une ligne par indicateur repère : sa comparaison aux QPV de métropole, et ``orientation``,
        ``solidity`` (solide, à confirmer, non documenté), ``sentence``.

    Raises
    ------
    QpvError
        Ce qui n'est pas la comparaison d'un seul quartier ; aucun indicateur repère.

    Examples
    --------
    >>> constats = findings("la source").set_index("indicator")
    >>> constats.loc["taux_pauvrete", "sentence"]
    "En 2019, 48,4... des habitants vivent sous le seuil de pauvreté..."
    """
    found = judged.findings(asked.positions(positions))
    if found.empty:
        raise QpvError(
            "Aucun constat : ces lignes n'ont aucun indicateur repère. Les avoir tous : "
            "qpv.findings(quartier)."
        )
    return asked.ours(found, "findings")


@understanding
def traits(positions: pd.DataFrame | Place) -> list[Trait]:
    """Les deux ou trois chiffres par lesquels un quartier est lui-même : ni bons ni mauvais.

    Parameters
    ----------
    positions : DataFrame, str, int ou Neighbourhood
        Ce que donne ``compare`` pour un quartier, ou le quartier.

    Returns
    -------
    liste de Trait
        Le plus propre d'abord ; ``sentence`` le dit.

    Raises
    ------
    QpvError
        Ce qui n'est pas la comparaison d'un seul quartier.

    Examples
    --------
    >>> [trait.code for trait in traits("Blossières")]
    ['monoparents_caf', 'taux_emploi', 'demandeurs_bac_plus']
    """
    return distinct.traits(asked.positions(positions))


@understanding
def needs(positions: pd.DataFrame | Place) -> list[Need]:
    """Les besoins d'un quartier que les chiffres disent : trois au plus, le plus sûr d'abord.

    Parameters
    ----------
    positions : DataFrame, str, int ou Neighbourhood
        Ce que donne ``compare`` pour un quartier, ou le quartier.

    Returns
    -------
    liste de Need
        ``label``, ``sentence``, ``solidity``. Une liste vide : aucun écart défavorable n'est assez
        grand pour être dit ; ce n'est pas l'absence de besoin.

    Raises
    ------
    QpvError
        Ce qui n'est pas la comparaison d'un seul quartier.

    Examples
    --------
    >>> [need.label for need in needs("la source")][0]
    'Pauvreté'
    """
    return told.needs(asked.positions(positions))


@understanding
def trend(neighbourhood: Place, indicator: str) -> Trend:
    """L'évolution d'un indicateur dans un quartier : concluante, ou pourquoi elle ne l'est pas.

    Parameters
    ----------
    neighbourhood : str, int ou Neighbourhood
        Un seul quartier.
    indicator : str
        Un seul indicateur : son code ou son libellé.

    Returns
    -------
    Trend
        ``points`` : la série, une ligne par année ; ``change`` : d'une borne à l'autre, dans
        l'unité de l'indicateur ; ``verdict`` : ``up``, ``down`` ou ``not_conclusive`` ; ``why`` :
        pourquoi, en français.

    Raises
    ------
    QpvError
        Quartier ou indicateur inconnu ; indicateur sans aucune observation dans ce quartier.

    Examples
    --------
    >>> trend("la source", "Taux de pauvreté").verdict
    'not_conclusive'
    """
    found = change.trend(neighbourhood, indicator)
    if not found.series:
        raise QpvError(asked.missing([indicator], [neighbourhood.code], []))
    return found


@understanding
def plan(positions: pd.DataFrame | Place, scheme: str | None = None) -> "Plan":
    """La feuille de route d'un quartier : objectifs proposés, questions, décisions, axe par axe.

    Parameters
    ----------
    positions : DataFrame, str, int ou Neighbourhood
        Ce que donne ``compare`` pour un quartier, ou le quartier.
    scheme : str, facultatif
        Un schéma d'axes ; celui du territoire à défaut.

    Returns
    -------
    Plan
        ``proposals``, ``questions``, et ``stands`` : chaque axe, sa décision s'il y en a une.

    Raises
    ------
    QpvError
        Quartier ou schéma inconnu ; fichier des décisions fautif.

    Examples
    --------
    >>> [stand.axis.short for stand in plan("la source").stands if stand.proposed][:1]
    ['Cohésion sociale']
    """
    from qpvlib.roadmap import stands

    if isinstance(positions, pd.DataFrame):
        return stands.plan(asked.positions(positions), scheme)
    return stands.plan_of(given.place(positions), scheme)
