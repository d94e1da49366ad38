"""What is asked of the bodies that hold figures (``requests.toml``), checked with the catalogue."""

from collections.abc import Iterator

from qpvlib.catalogue.declared import catalogue
from qpvlib.catalogue.entries import Body, Catalogue, Request
from qpvlib.catalogue.faults import strangers
from qpvlib.catalogue.strict import entries
from qpvlib.catalogue.written import refused, toml_file
from qpvlib.project import current, kept

FILE = "requests.toml"


@kept("root")
def bodies() -> dict[str, Body]:
    """The bodies, by code, each with its requests, in the order they are shown.

    Raises
    ------
    Faults
        Every one: a field or a name that is unknown, a request about nothing, something that the
        mandate names and nobody is asked for.
    """
    faults: list[str] = []
    read = entries(FILE, toml_file(current().catalogue, FILE, faults), Body, faults)
    if not faults:
        faults += _faults(read, catalogue())
    if faults:
        raise refused(faults)
    return read


def mandated(request: Request) -> bool:
    """Whether the mandate names what a request would measure."""
    known = catalogue().not_measured
    return any(known[code].mandate for code in request.not_measured)


def _faults(read: dict[str, Body], known: Catalogue) -> list[str]:
    asked = {
        f"{body}.requests.{code}": r for body, b in read.items() for code, r in b.requests.items()
    }
    faults = [fault for place, r in asked.items() for fault in _wrong(place, r, known)]
    told = {code for request in asked.values() for code in request.not_measured}
    return faults + [
        f"{FILE} : aucune demande pour « {code} », que la mission nomme (not_measured.toml)"
        for code, entry in known.not_measured.items()
        if entry.mandate and code not in told
    ]


def _wrong(code: str, request: Request, known: Catalogue) -> Iterator[str]:
    place = f"{FILE}, [{code}]"
    named = {
        "not_measured": ("l’entrée", request.not_measured, known.not_measured),
        "unpublished": ("l’indicateur", filter(None, [request.unpublished]), known.indicators),
        "answers": ("l’indicateur", filter(None, [request.answers]), known.indicators),
    }
    for field, (what, names, existing) in named.items():
        yield from strangers(f"{place}, champ « {field} »", what, names, existing)
    answered = known.indicators.get(request.answers)
    if answered and not answered.field_question:
        yield f"{place}, champ « answers » : « {request.answers} » n'a pas de question au terrain"
    if not (request.not_measured or request.unpublished or request.answers):
        none = "ni « not_measured », ni « unpublished », ni « answers »"
        yield f"{place} : {none} : que concerne-t-elle ?"
    if not request.use.endswith("."):
        yield f"{place}, champ « use » : une phrase, qui finit par un point, est attendue"
