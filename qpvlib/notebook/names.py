"""Les noms d'un carnet, premiers pas : les quartiers, où est un point, les chiffres publiés."""

from collections.abc import Iterable

import pandas as pd

from qpvlib.catalogue import QpvError
from qpvlib.catalogue.meant import each
from qpvlib.notebook import asked
from qpvlib.tables import areas, given
from qpvlib.tables import where as contours
from qpvlib.tables.areas import Neighbourhood
from qpvlib.tables.given import understanding
from qpvlib.tables.where import Spot

Place = str | int | Neighbourhood


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
    if lat is None:
        raise QpvError(f"« {lon} » : un point est {contours.ORDER}.")
    return contours.where(lon, lat)


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
    places = [] if area is None else [given.area(one) for one in each(area, "un territoire")]
    places = [code for code in areas.around(around) if code] if around else places
    rows = asked.rows(codes, places, [] if year is None else asked.years(year))
    return asked.ours(rows, "observations")
