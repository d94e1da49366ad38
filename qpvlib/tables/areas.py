"""Neighbourhoods, the areas that contain them, their perimeters, the two generations."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from qpvlib.catalogue import Contract, QpvError, catalogue, slug, unknown
from qpvlib.project import kept
from qpvlib.tables import tidy

if TYPE_CHECKING:
    import geopandas

METRES = 2154  # Lambert-93, the projection in which areas and distances are true
DEGREES = 4326
GENERATIONS = ("2015", "2024")
MOST = 200  # answers kept by neighbourhood: more than any département has, not the country


@dataclass(frozen=True)
class Area:
    """A territory of comparison, with the French words that place a figure in it."""

    code: str
    level: str
    name: str
    locative: str
    share: float | None = None


@dataclass(frozen=True)
class Neighbourhood:
    """Un quartier prioritaire : ses codes, le sort de son périmètre, ce qui le contient.

    De ``generation`` 2015, il nomme sa suite, ``successor`` ; de 2024, ses ``predecessors`` et le
    sort de son contour, ``fate`` (``unchanged``, ``modified``, ``new``, ``other``), d'après la
    dernière lettre de son code.
    """

    code: str
    generation: str
    name: str
    slug: str
    departement: str
    contract_code: str
    successor: str
    successor_name: str
    successor_status: str
    area_ha: float
    size_class: str
    within: tuple[Area, ...]
    predecessors: tuple[str, ...] = ()
    fate: str = ""

    @property
    def contract(self) -> Contract | None:
        """Son contrat de ville, ou None si le catalogue n'en a pas."""
        return catalogue().contracts.get(self.contract_code)

    def areas(self, level: str) -> tuple[Area, ...]:
        """Les territoires d'un niveau (« commune », « epci »…) qui le contiennent."""
        return tuple(area for area in self.within if area.level == level)

    @property
    def communes(self) -> tuple[Area, ...]:
        """Ses communes, d'abord celle qui a le plus de sa surface."""
        return self.areas("commune")

    @property
    def home(self) -> bool:
        """S'il est du département de ``territory.toml``."""
        return self.departement == catalogue().territory["departement"]

    @property
    def office(self) -> str:
        """De qui est sa page, en toutes lettres."""
        if self.home:
            return catalogue().territory["office"]
        named = [area.name for area in self.areas("departement")] or [self.departement]
        return catalogue().phrases["elsewhere"]["office"].format(departement=named[0])

    @property
    def of(self) -> str:
        """Son nom après un autre, « du Plateau », « d'Argonne », « du quartier Planoise ».

        >>> neighbourhood("QP045003").of
        'du Plateau'
        """
        known = catalogue()
        if self.code in known.names:
            return known.names[self.code].of
        name = self.name.removeprefix("Quartier ")
        return known.phrases["elsewhere"]["of_name"].format(name=name)

    @property
    def departement_of(self) -> str:
        """Son département après un nom, « du Loiret », « du département »."""
        known = catalogue()
        return known.territory["departement_of"] if self.home else known.phrases["elsewhere"]["of"]

    @property
    def page(self) -> str:
        """Le nom du fichier de sa page.

        >>> neighbourhood("QP045010").page
        'qp045010-la-source.html'
        """
        return f"{self.code.lower()}-{self.slug}.html"


def neighbourhoods(generation: str = "2015") -> dict[str, Neighbourhood]:
    """Every neighbourhood of the tidy tables, by code.

    Parameters
    ----------
    generation : {"2015", "2024"}, optional
        Of the perimeters: those that every diagnosis is of, or those of 2024, apart.

    Raises
    ------
    QpvError
        For another generation.
    """
    if generation not in GENERATIONS:
        raise QpvError(unknown("La génération", str(generation), GENERATIONS))
    return _of_2015() if generation == "2015" else _of_2024()


@kept("tidy")
def _within() -> dict[str, tuple[Area, ...]]:
    """Areas that contain each neighbourhood, of either generation, by its code."""
    named = {
        row["area"]: (row["name"], row["locative"]) for row in tidy.records(tidy.table("areas"))
    }
    links = tidy.grouped(tidy.records(tidy.table("containment")), "neighbourhood")
    return {
        code: tuple(
            Area(
                link["area"], link["level"], *named[link["area"]],
                None if pd.isna(link["share"]) else link["share"],
            )
            for link in found
        )
        for code, found in links.items()
    }  # fmt: skip


@kept("tidy")
def _of_2024() -> dict[str, Neighbourhood]:
    within = _within()
    return {
        row["code"]: Neighbourhood(
            row["code"], "2024", row["name"], row["slug"], row["departement"], row["contract"],
            "", "", "", row["area_ha"], "ensemble",
            within.get(row["code"], ()), tuple(row["predecessors"].split()), row["fate"],
        )
        for row in tidy.records(tidy.table("neighbourhoods_2024"))
    }  # fmt: skip


@kept("tidy")
def _of_2015() -> dict[str, Neighbourhood]:
    within = _within()
    return {
        row["code"]: Neighbourhood(
            row["code"], row["generation"], row["name"], row["slug"], row["departement"],
            row["contract"], row["successor"], row["successor_name"], row["successor_status"],
            row["area_ha"], row["size_class"], within.get(row["code"], ()),
        )
        for row in tidy.records(tidy.table("neighbourhoods"))
    }  # fmt: skip


def of_2024(code: str) -> bool:
    """Whether a code is that of a perimeter of 2024.

    >>> of_2024("QN04516I"), of_2024("QP045016"), of_2024("45155")
    (True, False, False)
    """
    return code.strip().upper().startswith("QN")


def siblings(place: Neighbourhood) -> tuple[str, ...]:
    """Codes of the neighbourhoods of its département and generation, itself included."""
    if place.generation == "2024":
        every = neighbourhoods("2024").values()
        return tuple(other.code for other in every if other.departement == place.departement)
    return tuple(_held()[place.departement])


def around(place: Neighbourhood) -> tuple[str, ...]:
    """Codes of the areas that its page reads: itself, its successor (or ``""``), the areas that
    contain it, the neighbourhoods of its département. Of one of 2024, those of 2024 alone: no area
    around has a figure of the same source and year.
    """
    if place.generation == "2024":
        return siblings(place)
    containing = (area.code for area in place.within)
    return place.code, place.successor, *containing, *siblings(place)


def sharing(communes: Iterable[Area]) -> tuple[str, ...]:
    """Codes of the neighbourhoods with a part in one of these communes."""
    return tuple(sorted({code for area in communes for code in _held().get(area.code, ())}))


@kept("tidy")
def _held() -> dict[str, list[str]]:
    """Codes of the neighbourhoods of each département and of each commune."""
    groups: dict[str, list[str]] = {}
    for place in neighbourhoods().values():
        for area in (place.departement, *(commune.code for commune in place.communes)):
            groups.setdefault(area, []).append(place.code)
    return groups


def single() -> bool:
    """Whether the tables hold one département: an index and a synthesis of more would not read."""
    return len({place.departement for place in neighbourhoods().values()}) == 1


def neighbourhood(code: str) -> Neighbourhood:
    """A neighbourhood by its code: of 2015 (``QP…``) or of 2024 (``QN…``), two perimeters.

    Raises
    ------
    QpvError
        When no neighbourhood has this code; the nearest one is offered.
    """
    known = neighbourhoods()
    given = code.strip().upper()
    if given in known:
        return known[given]
    if of_2024(given) and given in (later := neighbourhoods("2024")):
        return later[given]
    named = {slug(place.name): place for place in known.values()}.get(slug(code))
    offer = f"« {code} » est le nom de {named.code}. " if named else ""
    raise QpvError(unknown("Le quartier", code, known, f"{offer}Liste des {len(known)} : qpv list"))


def before(place: Neighbourhood) -> Neighbourhood:
    """The neighbourhood of 2015 that one of 2024 succeeds to; itself for one of 2015.

    Raises
    ------
    QpvError
        When it succeeds to none, or to several.
    """
    if place.generation == "2015":
        return place
    if len(place.predecessors) != 1:
        held = " et ".join(place.predecessors) or "aucun quartier de 2015"
        raise QpvError(f"{place.code} est un périmètre de 2024, qui succède à : {held}.")
    return neighbourhoods()[place.predecessors[0]]


def whole() -> tuple[str, str]:
    """Office and « of » of the neighbourhoods of the tables: « du Loiret » when all are home."""
    home, words = catalogue().territory, catalogue().phrases["elsewhere"]
    places = neighbourhoods().values()
    if all(place.home for place in places):
        return home["office"], home["departement_of"]
    named = sorted({area.name for place in places for area in place.areas("departement")})
    key = "whole_of_one" if len(named) == 1 else "whole_of_several"
    return words["whole_office"], words[key].format(departement=named[0], n=len(named))


def perimeter(place: Neighbourhood) -> "geopandas.GeoDataFrame":
    """Perimeter of a neighbourhood as a GeoDataFrame of one row, EPSG:2154 (metres)."""
    shapes = tidy.outlines("perimeters")
    return shapes[shapes.code == place.code].to_crs(METRES)


@kept("tidy")
def drawn_from() -> frozenset[str]:
    """Sources of the outlines that the tables hold."""
    return frozenset(
        source for name in tidy.OUTLINES for source in tidy.outlines(name).get("source", ())
    )


def places(place: Neighbourhood, kind: str | None = None) -> pd.DataFrame:
    """Nearest collèges, France services and hospitals, nearest first, distances in metres."""
    rows = tidy.part("places", "neighbourhood", [place.code])
    return (rows if kind is None else rows[rows.kind == kind]).sort_values(["kind", "rank"])


def resources(place: Neighbourhood) -> pd.DataFrame:
    """Named places within a kilometre, by type in the catalogue's order, then the nearest first.

    ``distance_m`` in metres as the crow flies from the perimeter of 2015 (0: inside);
    ``reliability`` is ``listed``, or ``to_check`` where the list is old. Those of no list are not
    there: see ``lists``.
    """
    return tidy.part("resources", "neighbourhood", [place.code])


def lists(place: Neighbourhood) -> pd.DataFrame:
    """The lists read that cover its département: a row a type and source, with its ``year``.

    Of a type that none covers, nothing can be said.
    """
    rows = tidy.table("lists")
    departements = rows.departements.str.split()
    return rows[[not some or place.departement in some for some in departements]]


def short_name(code: str, name: str) -> str:
    """A name short enough for a table cell: an EPCI gets that of its contrat, others keep theirs.

    >>> short_name("45155", "Gien")
    'Gien'
    """
    contract = next((c for c in catalogue().contracts.values() if c.epci == code), None)
    return contract.brief if contract else name
