"""What weighs most in each contract, in neighbourhoods and in inhabitants: two sentences each."""

import pandas as pd

from qpvlib.catalogue import wording
from qpvlib.diagnosis.reading import SOLID, Reading
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.pages import together
from qpvlib.pages.cells import by_group, exhibit, grouped, headline, say
from qpvlib.pages.together import Columns
from qpvlib.tables import areas, grouping
from qpvlib.tables.areas import Neighbourhood

Gap = list[Reading]  # the neighbourhoods of a contract that an indicator sets on one side


def weighed(found: pd.DataFrame) -> Exhibit:
    """Each contract: how many it has, and the two sentences.

    Parameters
    ----------
    found : DataFrame
        As ``everyone`` gives.
    """
    read, title = together.columns(found), grouped("weighing")
    lines = b.Listing(tuple(_contract(read, *named) for named in by_group()), "weights")
    return exhibit(None, title, (b.Heading(2, title), lines), together.data(found))


def _contract(read: Columns, name: str, group: list[Neighbourhood]) -> b.Content:
    lines = b.Paragraph(_first(read, group)), b.Paragraph(_second(read, group))
    return b.Heading(3, name), b.Paragraph(together.counted(group), "small"), *lines


def _first(read: Columns, group: list[Neighbourhood]) -> b.Content:
    """The unfavourable gap that concerns most inhabitants."""
    gaps = _gaps(read, group, "unfavourable")
    return _told("worse", gaps[0], read, group) if gaps else say("weighing", "no_worse")


def _second(read: Columns, group: list[Neighbourhood]) -> b.Content:
    """The favourable gap that concerns most; without any, what the other contracts have not."""
    if better := _gaps(read, group, "favourable"):
        return _told("better", better[0], read, group)
    if len(by_group()) == 1:  # there is no other to be set apart from
        return say("weighing", "no_better")
    first, *others = _gaps(read, group, "unfavourable") or [[]]
    own = [gap for gap in others if _family(gap) != _family(first) and _apart(gap, read, group)]
    return _told("apart", own[0], read, group) if own else grouped("nothing")


def _gaps(read: Columns, group: list[Neighbourhood], side: str) -> list[Gap]:
    """Gaps of a contract on a side, solid somewhere, those that weigh most first.

    RSA and C2S are never on the favourable side: a reading is not.
    """
    own, weight = {place.code for place in group}, _weights(group)
    found = []
    for column in (read[code] for code in headline() if code in read):
        gap = [one for area, one in column.items() if area in own and one.orientation == side]
        if sure := [one for one in gap if one.solidity == SOLID]:
            strongest = max(one.strength for one in sure)
            found.append(((_weight(gap, weight), _weight(sure, weight), strongest), gap))
    return [gap for _, gap in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _weights(places: list[Neighbourhood]) -> dict[str, float]:
    """Inhabitants by neighbourhood; one each, as soon as those of one are unknown."""
    people = together.inhabitants(places)
    return people[0] if people else dict.fromkeys((place.code for place in places), 1)


def _weight(gap: Gap, weights: dict[str, float]) -> float:
    return sum(weights[one.area] for one in gap)


def _family(gap: Gap) -> str:
    """Several indicators say the same thing."""
    return gap[0].declared.family or gap[0].code


def _apart(gap: Gap, read: Columns, group: list[Neighbourhood]) -> bool:
    """Whether it concerns most inhabitants of its contract, and of no other."""
    every = _weights(list(areas.neighbourhoods().values()))
    column, side = read[gap[0].code], gap[0].orientation

    def most(places: list[Neighbourhood]) -> bool:
        alike = [p.code for p in places if p.code in column and column[p.code].orientation == side]
        return 2 * sum(every[code] for code in alike) > sum(every[p.code] for p in places)

    return most(group) and not any(most(other) for _, other in by_group() if other != group)


# --- in words --------------------------------------------------------------------------------


def _told(key: str, gap: Gap, read: Columns, group: list[Neighbourhood]) -> b.Content:
    one, told = gap[0], f"grouped_{grouping.by()}" if key == "apart" else "weighing"
    return say(
        told, key, places=_places(len(gap), len(group)), people=_people(gap, group),
        noun=one.declared.noun, values=_values(gap), year=one.when, median=one.metropole_shown,
        more=_doubt(gap) + _blank(read[one.code], group),
    )  # fmt: skip


def _places(n: int, of: int) -> str:
    """« 3 de ses 10 quartiers », « l'un de ses 4 quartiers », « ses 2 quartiers »…"""
    if of == 1:
        return wording.say("weighing", "only")
    if n == of:
        return wording.say("weighing", "all", n=n)
    return wording.say("weighing", "one" if n == 1 else "some", n=n, of=of)


def _people(gap: Gap, group: list[Neighbourhood]) -> str:
    """How many inhabitants live there, of all the contract's; nothing where that is unknown."""
    every = together.inhabitants(group)
    if every is None:
        return ""
    people, year = every
    told = {"people": wording.number(sum(people.values())), "year": year}
    if len(gap) == len(group):
        return wording.say("weighing", "people_all", **told)
    return wording.say("weighing", "people", part=wording.number(_weight(gap, people)), **told)


def _values(gap: Gap) -> str:
    """The value, or the lowest and the highest, of those with enough people for a share."""
    shown = [one for one in gap if not one.few]
    low, high = (end(shown, key=lambda one: one.value).shown for end in (min, max))
    return low if low == high else wording.say("weighing", "values", low=low, high=high)


def _doubt(gap: Gap) -> str:
    unsure = sum(one.solidity != SOLID for one in gap)
    key = "confirm_one" if unsure == 1 else "confirm"
    return wording.say("weighing", key, n=unsure, of=len(gap)) if unsure else ""


def _blank(column: dict[str, Reading], group: list[Neighbourhood]) -> str:
    """In how many neighbourhoods of the contract it is not published."""
    n = sum(place.code not in column or not column[place.code].published for place in group)
    return wording.say("weighing", "blank_one" if n == 1 else "blank", n=n) if n else ""
