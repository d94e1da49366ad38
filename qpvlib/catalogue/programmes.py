"""What is already under way, as data: urban renewal, cité éducative, posts, contracts, declared.

Each is that of some neighbourhoods, or of a whole contract; never of both, since nothing says how
what a contract has is shared between its neighbourhoods.
"""

import csv
import re
from collections.abc import Iterator
from typing import Literal, Protocol

from qpvlib.catalogue.declared import catalogue
from qpvlib.catalogue.faults import strangers
from qpvlib.catalogue.producers import Entry
from qpvlib.catalogue.strict import entries
from qpvlib.catalogue.written import refused, toml_file
from qpvlib.project import current, kept

FILE = "programmes.toml"
DATE = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
POSTS = ("adultes_relais", "fonjep")  # the kinds that are counted, in posts


class Cited(Entry):
    """Who says so, and where."""

    title: str
    publisher: str


class Programme(Entry):
    """Something under way: what it is, for whom, who says so, when, and how sure that is.

    ``date`` is that of what is told (``2019``, ``2019-09-13``), ``year`` that of ``figure``, which
    only posts have. ``reliability`` is ``file`` (a producer's), ``site`` (a body's page on the web)
    or ``press``; the last two are to be verified, and said to be.
    """

    kind: Literal["npnru", "cite_educative", "adultes_relais", "fonjep", "contract"]
    label: str
    neighbourhoods: tuple[str, ...] = ()
    contract: str = ""
    figure: int | None = None
    year: int | None = None
    source: Cited
    date: str
    reliability: Literal["file", "site", "press"]


class Placed(Protocol):
    """A neighbourhood, as far as its programmes are concerned."""

    code: str
    contract_code: str


def programmes_of(place: Placed) -> tuple[Programme, ...]:
    """What is under way for a neighbourhood, its contract's included, in the order of the file.

    What has a ``contract`` is the whole contract's: its ``figure`` is never the neighbourhood's.
    """
    return tuple(
        programme
        for programme in programmes().values()
        if place.code in programme.neighbourhoods
        or (programme.contract and programme.contract == place.contract_code)
    )


@kept("root")
def programmes() -> dict[str, Programme]:
    """The declarations of ``programmes.toml``, read strictly.

    Raises
    ------
    Faults
        Every one: an unknown neighbourhood or contract, both at once, no source, no date…
    """
    folder = current().catalogue
    faults: list[str] = []
    read = entries(FILE, toml_file(folder, FILE, faults), Programme, faults)
    with (folder / "neighbourhoods.csv").open(encoding="utf-8", newline="") as stream:
        codes = {row["code"] for row in csv.DictReader(stream)}
    for name, programme in read.items():
        place = f"{FILE}, [{name}]"
        faults += [f"{place}{fault}" for fault in _faults(programme)]
        faults += strangers(place, "le quartier", programme.neighbourhoods, codes)
        if programme.contract:
            faults += strangers(place, "le contrat", [programme.contract], catalogue().contracts)
    if faults:
        raise refused(faults)
    return read


def _faults(programme: Programme) -> Iterator[str]:
    """What is wrong with a declaration in itself."""
    if bool(programme.neighbourhoods) == bool(programme.contract):
        yield (
            " : « neighbourhoods » ou « contract », l'un des deux : ce qu'un contrat a en entier "
            "ne se répartit pas entre ses quartiers"
        )
    if not re.fullmatch(DATE, programme.date):
        yield (
            f", champ « date » : « {programme.date} » refusé, attendu : une année, un mois ou un "
            "jour (2019, 2019-09, 2019-09-13)"
        )
    counted = (programme.kind in POSTS, programme.figure is not None, programme.year is not None)
    if len(set(counted)) > 1:
        yield (
            f" : « figure » et « year » vont ensemble, pour les postes ({', '.join(POSTS)}) et "
            "eux seuls"
        )
    if programme.kind in POSTS and programme.neighbourhoods:
        yield " : des postes sont ceux d'un contrat ; aucun fichier ne dit dans quel quartier"
    if not all((programme.label, programme.source.title, programme.source.publisher)):
        yield " : intitulé (label), titre ou éditeur de la source vide"
