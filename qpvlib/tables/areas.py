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
    """A quartier prioritaire: its two codes, its perimeter's fate, what contains it."""

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

    @property
    def contract(self) -> Contract | None:
        """Its contrat de ville, or None where the catalogue has none."""
        return catalogue().contracts.get(self.contract_code)

    def areas(self, level: str) -> tuple[Area, ...]:
        """Areas of a level that contain it; communes by decreasing share of its surface."""
        return tuple(area for area in self.within if area.level == level)

    @property
    def communes(self) -> tuple[Area, ...]:
        """Its communes, by decreasing share of its surface."""
        return self.areas("commune")

    @property
    def home(self) -> bool:
        """Whether it is in the département of ``territory.toml``."""
        return self.departement == catalogue().territory["departement"]

    @property
    def office(self) -> str:
        """Whose page it is: the home office, or what can be said elsewhere."""
        if self.home:
            return catalogue().territory["office"]
        named = [area.name for area in self.areas("departement")] or [self.departement]
        return catalogue().phrases["elsewhere"]["office"].format(departement=named[0])

    @property
    def of(self) -> str:
        """Its name after a noun: « du Plateau », « d'Argonne », « du quartier Planoise ».

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
        """Its département after a noun: « du Loiret », « du département »."""
        known = catalogue()
        return known.territory["departement_of"] if self.home else known.phrases["elsewhere"]["of"]

    @property
    def page(self) -> str:
        """File name of its diagnosis.

        >>> neighbourhood("QP045010").page
        'qp045010-la-source.html'
        """
        return f"{self.code.lower()}-{self.slug}.html"


@kept("tidy")
def neighbourhoods() -> dict[str, Neighbourhood]:
    """Every neighbourhood of the tidy tables, by code."""
    named = {
        row["area"]: (row["name"], row["locative"]) for row in tidy.records(tidy.table("areas"))
    }
    links = tidy.grouped(tidy.records(tidy.table("containment")), "neighbourhood")
    return {
        row["code"]: Neighbourhood(
            row["code"], row["generation"], row["name"], row["slug"], row["departement"],
            row["contract"], row["successor"], row["successor_name"], row["successor_status"],
            row["area_ha"], row["size_class"],
            tuple(
                Area(
                    link["area"], link["level"], *named[link["area"]],
                    None if pd.isna(link["share"]) else link["share"],
                )
                for link in links.get(row["code"], [])
            ),
        )
        for row in tidy.records(tidy.table("neighbourhoods"))
    }  # fmt: skip


def siblings(place: Neighbourhood) -> tuple[str, ...]:
    """Codes of the neighbourhoods of its département, itself included."""
    return tuple(_held()[place.departement])


def around(place: Neighbourhood) -> tuple[str, ...]:
    """Codes of the areas that its page reads: itself, its successor (or ``""``), the areas that
    contain it, the neighbourhoods of its département.
    """
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


def grouping() -> str:
    """What pages put the neighbourhoods together by.

    ``contract``; ``epci`` where no contract is declared; ``none`` where neither is known.
    """
    if catalogue().contracts:
        return "contract"
    return "epci" if any(place.areas("epci") for place in neighbourhoods().values()) else "none"


@kept("tidy", "catalogue")
def groups() -> dict[str, tuple[str, list[Neighbourhood]]]:
    """Names of the groups and their neighbourhoods in alphabetical order: never a ranking.

    By the code of a contract, in the catalogue's order, or of an intercommunalité, by name; those
    of none come last, together, under an empty code.
    """
    names = _group_names()
    found: dict[str, list[Neighbourhood]] = {code: [] for code in names}
    for place in sorted(neighbourhoods().values(), key=lambda p: (p.name, p.code)):
        found[_group_of(place, names)].append(place)
    return {code: (names[code], held) for code, held in found.items() if held}


def _group_names() -> dict[str, str]:
    words = catalogue().phrases["cells"]
    if grouping() == "contract":
        named = {code: contract.short for code, contract in catalogue().contracts.items()}
    else:
        held = {area for place in neighbourhoods().values() for area in place.areas("epci")[:1]}
        named = {
            area.code: area.name for area in sorted(held, key=lambda a: (slug(a.name), a.code))
        }
    return named | {"": words["other_contracts" if named else "everywhere"]}


def _group_of(place: Neighbourhood, names: dict[str, str]) -> str:
    epci = next((area.code for area in place.areas("epci")), "")
    code = place.contract_code if grouping() == "contract" else epci
    return code if code in names else ""


def group(place: Neighbourhood) -> str:
    """Name of the contract, or intercommunalité, that its page is put with."""
    return next(name for name, held in groups().values() if place in held)


def numbers() -> dict[str, int]:
    """Number of each neighbourhood on the index and its map: by group, then by name."""
    ordered = (place.code for _, held in groups().values() for place in held)
    return {code: i for i, code in enumerate(ordered, start=1)}


def neighbourhood(code: str) -> Neighbourhood:
    """A neighbourhood by its code of 2015 (``QP…``) or of 2024 (``QN…``).

    Raises
    ------
    QpvError
        When no neighbourhood has this code; the nearest one is offered.
    """
    known = neighbourhoods()
    given = code.strip().upper()
    if given in known:
        return known[given]
    successors = {place.successor: place for place in known.values() if place.successor}
    if given in successors:
        return successors[given]
    named = {slug(place.name): place for place in known.values()}.get(slug(code))
    offer = f"« {code} » est le nom de {named.code}. " if named else ""
    raise QpvError(unknown("Le quartier", code, known, f"{offer}Liste des {len(known)} : qpv list"))


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
