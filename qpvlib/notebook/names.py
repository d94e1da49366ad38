"""Les noms que l'on appelle dans un carnet : ce que l'on donne y est compris, ou refusé.

Un quartier se donne par son code de 2015 ou de 2024 (« QP045010 », « qp 045010 »), son numéro
(45010, 10), son nom (« la source ») ou lui-même ; un indicateur par son code ou son libellé. Ce qui
n'existe pas, ou veut dire plusieurs choses, est refusé (``QpvError``) avec les noms proches. Aucune
table n'est rendue vide : il est dit pourquoi elle le serait.
"""

from collections.abc import Iterable, Mapping
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
from qpvlib.tables import areas, given, indicators
from qpvlib.tables import where as contours
from qpvlib.tables.areas import Neighbourhood
from qpvlib.tables.given import understanding
from qpvlib.tables.where import Spot

if TYPE_CHECKING:
    from qpvlib.roadmap.stands import Plan

Place = str | int | Neighbourhood


# --- où --------------------------------------------------------------------------------------


@understanding
def neighbourhood(place: Place) -> Neighbourhood:
    """Un quartier, par son code, son numéro ou son nom.

    Parameters
    ----------
    place : str, int ou Neighbourhood
        « QP045010 », « QN04505M », 45010, 10, « la source » : majuscules, accents et articles
        sont indifférents.

    Returns
    -------
    Neighbourhood
        Son nom, ses codes, ses communes, son contrat, sa surface (``area_ha``, en hectares), le
        nom de sa page.

    Raises
    ------
    QpvError
        Quartier inconnu ou ambigu, avec les noms proches ; quartier d'un autre département.

    Examples
    --------
    >>> neighbourhood("la source").code, neighbourhood(45010).name
    ('QP045010', 'La Source')
    """
    return place


@understanding
def neighbourhoods(places: object = None) -> dict[str, Neighbourhood]:
    """Les quartiers du projet, par code ; ou ceux d'une commune, d'un contrat, d'une liste.

    Parameters
    ----------
    places : str, int, Neighbourhood ou liste, facultatif
        Le nom d'une commune ou d'un contrat (« Gien »), ou des quartiers. Sans rien : tous.

    Returns
    -------
    dict
        Le code de 2015 de chacun, et le quartier.

    Raises
    ------
    QpvError
        Quartier inconnu ou ambigu, avec les noms proches.

    Examples
    --------
    >>> len(neighbourhoods()), list(neighbourhoods("Gien"))
    (19, ['QP045016', 'QP045017'])
    """
    if places is None:
        return dict(areas.neighbourhoods())
    return {one.code: one for one in given.places(places)}


@understanding
def where(lon: float, lat: float | None = None) -> Spot:
    """Dans quel quartier est un point, sur les contours de 2015 et de 2024, ou à quelle distance.

    Parameters
    ----------
    lon, lat : float ou str
        Longitude puis latitude, en degrés (WGS 84). Un couple (longitude, latitude) convient.

    Returns
    -------
    Spot
        ``of_2015`` et ``of_2024`` : le contour qui contient le point, ou le plus proche ;
        ``metres`` : la distance, 0 dedans.

    Raises
    ------
    QpvError
        Ce qui n'est pas un point de France métropolitaine.

    Examples
    --------
    >>> print(where(1.9347, 47.8371))
    2015 : dans La Source (QP045010).
    2024 : dans La Source (QN04505M).
    """
    if lat is None and isinstance(lon, (tuple, list)) and len(lon) == 2:
        lon, lat = lon
    return contours.where(lon, lat)


# --- les chiffres ----------------------------------------------------------------------------


@understanding
def observations(
    theme: str | Iterable[str] | None = None,
    indicator: str | Iterable[str] | None = None,
    area: object = None,
    around: Place | None = None,
    year: object = None,
) -> pd.DataFrame:
    """Les chiffres publiés : une ligne par territoire, indicateur et année des données.

    Sans argument, tous. Les arguments se combinent ; chacun accepte une liste, sauf ``around``.

    Parameters
    ----------
    theme : str, facultatif
        Un thème : son nom, son code, ou leur début (« santé », ``revenus``).
    indicator : str, facultatif
        Un indicateur : son code ou son libellé (``taux_pauvrete``, « Taux de pauvreté »).
    area : str, int, Neighbourhood, facultatif
        Un territoire : un quartier, ou ce qui le contient, par son code ou son nom
        (« Gien », ``D45``, ``QN04505M``).
    around : str, int, Neighbourhood, facultatif
        Un quartier et tout ce à quoi il est comparé : son périmètre de 2024, ses communes, son
        intercommunalité, le département, la région, la France, les autres quartiers.
    year : int ou str, facultatif
        L'année des données, jamais celle du fichier.

    Returns
    -------
    DataFrame
        Colonnes ``area, generation, indicator, year, year_status, edition, value, decimals,
        numerator, denominator, status, note, source``. ``value`` est dans l'unité de
        l'indicateur ; elle manque, et n'est jamais 0, où ``status`` est ``not_published``.

    Raises
    ------
    QpvError
        Nom inconnu, avec les noms proches ; ou aucune ligne, et pourquoi.

    Examples
    --------
    >>> observations(indicator="Taux de pauvreté", area="la source", year="2019").value.tolist()
    [48.4]
    """
    if area is not None and around is not None:
        raise QpvError("« area » et « around » sont donnés : choisir l'un ou l'autre.")
    codes = asked.chosen(theme, indicator)
    places = (
        [] if area is None else [given.area(one) for one in asked.listed(area, "un territoire")]
    )
    places = [code for code in areas.around(around) if code] if around else places
    rows = asked.rows(codes, places, [] if year is None else asked.years(year))
    return _ours(rows, "observations")


# --- leur lecture ----------------------------------------------------------------------------


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
    >>> pauvrete = observations(indicator="taux_pauvrete")
    >>> compare(pauvrete, "la source", benchmark="commune").gap.tolist()
    [27.4]
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
        found = comparison.compare(rows, place, asked.led(years or {}, rows, place))
    found = found if benchmark is None else asked.benchmarks(benchmark, found)
    return _ours(found, "positions")


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
    'En 2019, ...'
    """
    found = judged.findings(asked.positions(positions))
    if found.empty:
        raise QpvError(
            "Aucun constat : ces lignes n'ont aucun indicateur repère. Les avoir tous : "
            "qpv.findings(quartier)."
        )
    return _ours(found, "findings")


@understanding
def traits(positions: pd.DataFrame | Place) -> list[Trait]:
    """Les deux ou trois chiffres par lesquels un quartier est lui-même : ni bons ni mauvais.

    Parameters
    ----------
    positions : DataFrame, str, int ou Neighbourhood
        Ce que donne ``compare`` pour un quartier, ou le quartier.

    Returns
    -------
    list of Trait
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
    list of Need
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


def _ours(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The same table, known as ours when it is displayed, whatever columns are then chosen."""
    rows = rows.reset_index(drop=True)
    rows.attrs[asked.MARK] = kind
    return rows
