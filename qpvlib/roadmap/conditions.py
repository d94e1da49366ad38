"""Does a pattern belong to a neighbourhood? Each condition of ``objectives.toml``, one by one."""

from collections.abc import Callable

from qpvlib.catalogue import catalogue
from qpvlib.catalogue.axes import Condition
from qpvlib.catalogue.programmes import programmes_of
from qpvlib.diagnosis.change import trend
from qpvlib.diagnosis.portrait import Portrait
from qpvlib.diagnosis.reading import SOLID
from qpvlib.diagnosis.references import small_communes
from qpvlib.tables import areas, tidy
from qpvlib.tables.tidy import Record

PEOPLE = "population"
TOWNS = ("751", "6938", "132")  # how the codes of their arrondissements begin


def holds(one: Condition, of: Portrait) -> bool:
    """Whether everything that a condition names is true of a neighbourhood.

    What is not published, or that no list covers, is not true: nothing rests on a blank.
    """
    named = [test for field, test in _TESTS.items() if getattr(one, field)]
    return all(test(one, of) for test in named)


def _trait(one: Condition, of: Portrait) -> bool:
    return of.trait(one.trait, one.side, one.own) is not None


def _judged(code: str, side: str, one: Condition, of: Portrait) -> bool:
    read = of.readings.get(code)
    sure = not one.solid or (read is not None and read.solidity == SOLID)
    return read is not None and read.orientation == side and sure


def _count(one: Condition, of: Portrait) -> bool:
    read = of.readings.get(one.count)
    return read is not None and read.published and read.numerator >= one.least


def _place(one: Condition, of: Portrait) -> bool:
    return place(one, of) is not None


def place(one: Condition, of: Portrait) -> Record | None:
    """The nearest place of a condition; none where it is too far, too near, or where none is."""
    rows = tidy.records(areas.places(of.place, one.place))
    rows = [r for r in rows if not one.public or r["sector"] == "Public"]
    nearest = min(rows, key=lambda row: row["distance_m"], default=None)
    if nearest is None:
        return None
    metres = nearest["distance_m"]
    near = one.within is None or metres <= one.within
    far = one.beyond is None or metres > one.beyond
    return nearest if near and far else None


def _people(one: Condition, of: Portrait) -> bool:
    read = of.readings.get(PEOPLE)
    return read is not None and read.published and read.value >= one.people


def _few(one: Condition, of: Portrait) -> bool:
    read = of.readings.get(PEOPLE)
    return read is not None and read.published and read.value <= one.people_most


def _change(one: Condition, of: Portrait) -> bool:
    told = trend(of.place, PEOPLE)
    if not told.ends:
        return False
    least = told.ends[0].value * catalogue().rule("population_change") / 100
    moved = told.change if one.change == "higher" else -told.change
    return moved >= least


def _commune(one: Condition, of: Portrait) -> bool:
    return of.gap is not None and of.gap.side == one.commune


def _communes(one: Condition, of: Portrait) -> bool:
    return len(communes(of)) >= one.communes


def communes(of: Portrait) -> list[str]:
    """Names of the communes that hold enough of a neighbourhood to be told.

    The arrondissements of Paris, Lyon or Marseille are one commune: the first alone is named.
    """
    small, found = small_communes(of.place.code), {}
    for area in of.place.communes:
        town = next((town for town in TOWNS if area.code.startswith(town)), area.code)
        if area.code not in small:
            found.setdefault(town, area.name)
    return list(found.values())


def _contract(one: Condition, of: Portrait) -> bool:
    held = of.place.contract_code
    known = [p for p in areas.neighbourhoods().values() if held and p.contract_code == held]
    return len(known) == one.contract


def _programme(one: Condition, of: Portrait) -> bool:
    return any(known.kind == one.programme for known in programmes_of(of.place))


def _neighbours(one: Condition, of: Portrait) -> bool:
    return bool(neighbours(of)) == one.neighbours


def neighbours(of: Portrait) -> list[str]:
    """Names of the other neighbourhoods of its first commune."""
    codes = areas.sharing(of.place.communes[:1])
    known = areas.neighbourhoods()
    return [known[code].name for code in codes if code != of.place.code]


_TESTS: dict[str, Callable[[Condition, Portrait], bool]] = {
    "trait": _trait,
    "worse": lambda one, of: _judged(one.worse, "unfavourable", one, of),
    "better": lambda one, of: _judged(one.better, "favourable", one, of),
    "count": _count,
    "place": _place,
    "people": _people,
    "people_most": _few,
    "change": _change,
    "commune": _commune,
    "communes": _communes,
    "contract": _contract,
    "neighbours": _neighbours,
    "programme": _programme,
    "any_of": lambda one, of: any(holds(part, of) for part in one.any_of),
    "none_of": lambda one, of: not any(holds(part, of) for part in one.none_of),
}
