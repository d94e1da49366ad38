"""Neighbourhoods together: by contract, or by intercommunalité; never a ranking."""

from qpvlib.catalogue import catalogue, slug
from qpvlib.project import kept
from qpvlib.tables.areas import Neighbourhood, neighbourhoods


def by() -> str:
    """What pages put the neighbourhoods together by.

    ``contract``; ``epci`` where no contract is declared; ``none`` where neither is known.
    """
    if catalogue().contracts:
        return "contract"
    return "epci" if any(place.areas("epci") for place in neighbourhoods().values()) else "none"


@kept("tidy", "catalogue")
def groups(generation: str = "2015") -> dict[str, tuple[str, list[Neighbourhood]]]:
    """Names of the groups and their neighbourhoods in alphabetical order: never a ranking.

    By the code of a contract, in the catalogue's order, or of an intercommunalité, by name; those
    of none come last, together, under an empty code.
    """
    names = _group_names(generation)
    found: dict[str, list[Neighbourhood]] = {code: [] for code in names}
    for place in sorted(neighbourhoods(generation).values(), key=lambda p: (p.name, p.code)):
        found[_group_of(place, names)].append(place)
    return {code: (names[code], held) for code, held in found.items() if held}


def _group_names(generation: str) -> dict[str, str]:
    words = catalogue().phrases["cells"]
    if by() == "contract":
        named = {code: contract.short for code, contract in catalogue().contracts.items()}
    else:
        every = neighbourhoods(generation).values()
        held = {area for place in every for area in place.areas("epci")[:1]}
        named = {
            area.code: area.name for area in sorted(held, key=lambda a: (slug(a.name), a.code))
        }
    return named | {"": words["other_contracts" if named else "everywhere"]}


def _group_of(place: Neighbourhood, names: dict[str, str]) -> str:
    epci = next((area.code for area in place.areas("epci")), "")
    code = place.contract_code if by() == "contract" else epci
    return code if code in names else ""


def of(place: Neighbourhood) -> str:
    """Name of the contract, or intercommunalité, that its page is put with."""
    return next(name for name, held in groups(place.generation).values() if place in held)


def numbers(generation: str = "2015") -> dict[str, int]:
    """Number of each neighbourhood on the index and its map: by group, then by name."""
    ordered = (place.code for _, held in groups(generation).values() for place in held)
    return {code: i for i, code in enumerate(ordered, start=1)}
