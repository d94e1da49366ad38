"""What differs between two publications, as readers need to hear it: what matters most, once."""

from dataclasses import dataclass
from functools import partial

from qpvlib.catalogue import axes, wording
from qpvlib.project import kept
from qpvlib.roadmap import comparing, decisions, published
from qpvlib.roadmap.comparing import ALL
from qpvlib.roadmap.published import MEDIAN, Said
from qpvlib.tables import tidy
from qpvlib.tables.areas import Neighbourhood, neighbourhoods, single

# What people decided, then what is proposed to them: these commit. Then what someone may have
# quoted and no longer can: another figure, none any more. Then what is new; then what explains.
KINDS = (
    "decision", "axis", "objective", "revised", "hidden", "year", "shown", "perimeter",
    "definition", "threshold",
)  # fmt: skip
FEW = 3  # neighbourhoods that are named; more are counted
_say = partial(wording.say, "edition")


@dataclass(frozen=True)
class Difference:
    """One thing that differs.

    Attributes
    ----------
    kind : str
        One of ``KINDS``.
    what : str
        In words, as true of every area.
    own : dict of str to str
        Area → what is to be said of it besides; empty: everyone is concerned alike.
    """

    kind: str
    what: str
    own: dict[str, str]

    def whole(self, most: int | None = None) -> str:
        """In a line, with the areas that it concerns, or the first of them."""
        if not self.own:
            return self.what
        every, own = neighbourhoods(), self.own
        if self.kind == "year":  # where it is published
            own = {area: "" for area, told in own.items() if not told} or dict.fromkeys(own, "")
        here = own.keys() & every.keys()
        if len(here) > FEW and not any(own.values()):
            many = _say("every" if len(here) == len(every) else "some", n=len(here), all=len(every))
            return _say("with", what=self.what, own=many)
        named = [f"{_name(area)} {told}".strip() for area, told in own.items()]
        shown = named if most is None or len(named) <= most + 1 else named[:most]
        told = (" ; " if any(own.values()) else ", ").join(shown)
        more = len(named) - len(shown)
        return _say("with", what=self.what, own=told + (_say("others", n=more) if more else ""))

    @property
    def title(self) -> str:
        """Its kind, in words."""
        return _say(f"kind_{self.kind}")

    def said(self) -> str:
        """In a line, its kind first, every area named."""
        return _say("line", kind=self.title, told=self.whole())

    def of(self, place: Neighbourhood) -> str:
        """In a line, of a neighbourhood and of what it is compared with; empty elsewhere."""
        if not self.own:
            return self.what
        around = (place.code, place.successor, *(area.code for area in place.within), MEDIAN)
        mine = {area: self.own[area] for area in around if area in self.own}
        if place.code in mine and (self.kind == "year" or not mine[place.code]):
            mine = {place.code: mine[place.code]}
        named = [
            told if area == place.code else f"{_name(area)} {told}".strip()
            for area, told in mine.items()
        ]
        own = " ; ".join(filter(None, named))
        return "" if not mine else _say("with", what=self.what, own=own) if own else self.what


def _name(area: str) -> str:
    known = neighbourhoods()
    return known[area].name if area in known else _names().get(area, area)


@kept("tidy", "root")
def _names() -> dict[str, str]:
    """Areas that are no neighbourhood of 2015, in words."""
    later = {
        one.successor: _say("later", name=one.successor_name) for one in neighbourhoods().values()
    }
    around = {row["area"]: row["name"] for row in tidy.records(tidy.table("areas"))}
    return later | around | {MEDIAN: _say("median")}


# --- against the last edition --------------------------------------------------------------------


@dataclass(frozen=True)
class Since:
    """What changed since an edition."""

    date: str
    found: tuple[Difference, ...]

    def of(self, place: Neighbourhood) -> tuple[tuple[Difference, str], ...]:
        """Those that concern a neighbourhood, each with its line there."""
        told = ((one, one.of(place)) for one in self.found)
        return tuple((one, line) for one, line in told if line)


def since() -> Since | None:
    """What the pages say otherwise than the last edition that says otherwise; None without one.

    Not the last edition whatever it says: once kept, it says what the pages do, and the pages that
    were published with it must be those that are built again from it.
    """
    known = tuple(published.dates())
    if not known or not single():
        return None
    return _since(known, repr(decisions.read(axes.scheme_name())))


@kept("tidy", "root", "scheme", "decisions", most=4)
def _since(known: tuple[str, ...], _decided: str) -> Since | None:
    now = published.present()
    found = ((date, between(published.read(date), now)) for date in reversed(known))
    return next((Since(date, differences) for date, differences in found if differences), None)


# --- between two ---------------------------------------------------------------------------------


def between(old: Said, new: Said) -> tuple[Difference, ...]:
    """What differs from one to the other, what matters most first, then by neighbourhood."""
    groups: dict[tuple[str, str], dict[str, str]] = {}
    for kind, what, area, own in comparing.told(old, new):
        groups.setdefault((kind, what), {})[area] = own
    order = {key[0]: i for i, key in enumerate(new.tables["perimeters"])}
    last = len(order)
    found = []
    for (kind, what), areas in groups.items():
        own = sorted((area for area in areas if area != ALL), key=lambda a: (order.get(a, last), a))
        found.append(Difference(kind, what, {area: areas[area] for area in own}))
    first = {id(one): min((order.get(a, last) for a in one.own), default=-1) for one in found}
    return tuple(sorted(found, key=lambda one: (KINDS.index(one.kind), first[id(one)])))
