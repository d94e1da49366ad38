"""Which hidden or small counts are known too well, from which figures, and what to hide."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from qpvlib.catalogue import catalogue, wording
from qpvlib.catalogue.disclosure import Disclosure
from qpvlib.diagnosis.disclosure.model import STRIP, Count, Fact, Figure, Public, Target
from qpvlib.diagnosis.disclosure.solving import SLACK, Contradiction, System
from qpvlib.tables.areas import neighbourhoods

TRIED = 60  # ways to find a target: beyond, a table is to be withdrawn, not figures

NAMED = 6  # figures in a message


@dataclass(frozen=True)
class Leak:
    """What is known too well.

    Attributes
    ----------
    target : Target
        The hidden figure, or the remainder.
    low, high : float
        The least and the most that it can be, in persons, or in its unit where it is a rate.
    culprits : tuple of Figure
        Public figures that give it, none of which may be spared.
    hide : tuple of Figure
        The fewest to withdraw; empty where none of few would do.
    """

    target: Target
    low: float
    high: float
    culprits: tuple[Figure, ...]
    hide: tuple[Figure, ...]


def leaks(known: Public, declared: Disclosure) -> list[Leak]:
    """Every target that public figures narrow below its threshold, less what is accepted."""
    return [
        _explained(target, ends, known.facts, declared.whole)
        for target, ends in narrowed(known, declared)
    ]


def narrowed(known: Public, declared: Disclosure) -> list[tuple[Target, tuple[float, float]]]:
    """The same targets, each with the least and the most that it can be, and no explanation."""
    accepted = {one.rest for one in declared.accepted.values()}
    asked = [t for t in known.targets if t.figure or t.counts[0].name not in accepted]
    system = System(known.facts, declared.whole)
    points = _solutions(asked, system)
    ends = [(t, _narrow(t, system)) for t in asked if not _spared(t, points)]
    return [(target, found) for target, found in ends if found]


def _solutions(targets: Iterable[Target], system: System) -> list[dict[Count, float]]:
    """A few ways in which all figures are true: what differs enough in them is not given away."""
    hidden, small = {}, {}
    for target in targets:
        if target.figure:
            hidden |= dict.fromkeys(target.counts, 1.0)
        else:
            small[target.counts[0]] = target.threshold
    apart = {target.of: 0.1 for target in targets if target.of} | dict.fromkeys(hidden, -1.0)
    return [
        system.solution(costs, caps) for costs, caps in (({}, small), (hidden, {}), (apart, {}))
    ]


def _spared(target: Target, points: Sequence[dict[Count, float]]) -> bool:
    """Whether those ways are enough to tell that a target is not known too well."""
    values = [sum(point.get(count, 0.0) for count in target.counts) for point in points]
    if target.figure is None:
        return max(values) > target.threshold - SLACK
    if max(values) - min(values) + 1 < target.threshold + SLACK:
        return False
    if target.of is not None:
        wholes = [point.get(target.of, 0.0) for point in points]
        values = [v * target.unit / w for v, w in zip(values, wholes, strict=True) if w > SLACK]
        people = (max(values) - min(values)) / target.unit * max(wholes) if values else 0
        if people + 1 < target.threshold + SLACK:
            return False
    return not target.step or (bool(values) and max(values) - min(values) > target.step * 1.01)


def _narrow(target: Target, system: System) -> tuple[float, float] | None:
    """Least and most of a target that is known too well."""
    high = system.most(target.counts)
    if target.figure is None:
        if not 1 - SLACK <= high < target.threshold - SLACK:
            return None
        # A part of a small count tells no more than that count.
        if any(system.most([total]) < target.threshold - SLACK for total in target.within):
            return None
    low = system.least(target.counts)
    if target.threshold and high - low + 1 < target.threshold - SLACK:
        return low, high
    if not target.step:
        return None
    if target.of is not None:
        low, high = system.share(target.counts, target.of, target.unit)
        people = (high - low) / target.unit * system.most([target.of])
        if people + 1 < target.threshold - SLACK:
            return low, high
    return (low, high) if high - low <= target.step * (1 + SLACK) else None


# --- from what, and what to do -----------------------------------------------------------------


def _explained(
    target: Target, ends: tuple[float, float], facts: Iterable[Fact], whole: Collection[str]
) -> Leak:
    hunt = _Hunt(target, _around(target, facts), whole)
    culprits = hunt.culprits(frozenset())
    return Leak(target, *ends, culprits, hunt.fewest(culprits))


def _around(target: Target, facts: Iterable[Fact]) -> list[Fact]:
    """The facts that may bear on a target, the nearest first."""
    left, found = list(facts), []
    seen = {*target.counts, *filter(None, [target.of])}
    while True:
        near, far = [], []
        for fact in left:
            (near if any(count in seen for count, _ in fact.terms) else far).append(fact)
        if not near:
            return found
        found, left = found + near, far
        seen |= {count for fact in near for count, _ in fact.terms}


class _Hunt:
    """Looks for what gives a target away, and for what would keep it."""

    def __init__(self, target: Target, facts: list[Fact], whole: Collection[str]) -> None:
        self.target, self.facts, self.whole = target, facts, whole
        # Of a total, the parts come first: each stands alone.
        self.figures = dict.fromkeys(figure for fact in facts for figure in fact.figures[::-1])

    def given(self, figures: Iterable[Figure]) -> bool:
        """Whether some figures alone give the target away."""
        chosen = set(figures)
        facts = (fact for fact in self.facts if chosen.issuperset(fact.figures))
        return _narrow(self.target, System(facts, self.whole)) is not None

    def culprits(self, hidden: Collection[Figure]) -> tuple[Figure, ...]:
        """Figures none of which may be spared, once some are hidden; the nearest are preferred."""
        left = [figure for figure in self.figures if figure not in hidden]
        return tuple(self._needed([], left)) if self.given(left) else ()

    def _needed(self, sure: list[Figure], left: list[Figure], fresh: bool = False) -> list[Figure]:
        """Junker's QuickXplain: of the figures ``left``, those that ``sure`` ones need."""
        if fresh and self.given(sure):
            return []
        if len(left) == 1:
            return left
        near, far = left[: (len(left) + 1) // 2], left[(len(left) + 1) // 2 :]
        last = self._needed([*sure, *near], far, True)
        first = self._needed([*sure, *last], near, bool(last))
        return [*first, *last]

    def fewest(self, culprits: tuple[Figure, ...]) -> tuple[Figure, ...]:
        """The fewest figures to hide: one at least of each set of culprits, found one by one."""
        sets: list[tuple[Figure, ...]] = []
        hidden: tuple[Figure, ...] = ()
        while culprits and len(sets) < TRIED:
            sets.append(culprits)
            hidden = _hitting(sets)
            culprits = self.culprits(hidden)
        return () if culprits else hidden


def _hitting(sets: Sequence[Sequence[Figure]]) -> tuple[Figure, ...]:
    """The fewest figures that are in each set; of as many, those that matter least."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    order = sorted({figure for one in sets for figure in one}, key=_worth)
    costs = [1 + i / (len(order) + 1) ** 2 for i in range(len(order))]
    matrix = [[float(figure in one) for figure in order] for one in sets]
    found = milp(
        costs, integrality=1, bounds=Bounds(0, 1), constraints=LinearConstraint(matrix, 1),
        options={"mip_rel_gap": 0},
    )  # fmt: skip
    return tuple(figure for figure, x in zip(order, found.x, strict=True) if x > 0.5)


def _worth(figure: Figure) -> tuple:
    """Figures that matter least to a reader first: no headline, then the last of the catalogue."""
    known = catalogue().indicators
    declared = known.get(figure.indicator)
    order = list(known).index(figure.indicator) if declared else len(known)
    return declared is not None and declared.place == "headline", -order, figure


# --- in words ------------------------------------------------------------------------------------


def told(leak: Leak, declared: Disclosure) -> str:
    """A leak in French: what is found, from what, what to hide."""
    target = leak.target
    count = target.counts[0]
    kind = "chiffre caché" if target.figure else "petit effectif que l'on obtient en soustrayant"
    culprits, hide = (
        " ; ".join(_figure(figure, count) for figure in some) for some in (leak.culprits, leak.hide)
    )
    remedy = f"À retirer au moins : {hide}." if hide else "Retirer tous ces chiffres."
    return (
        f"{_area(count.area)}, {count.year}, {_label(target, declared)} : {kind}, {_ends(leak)}, "
        f"que donnent : {culprits or 'les sommes déclarées'}. {remedy}"
    )


def contradicted(error: Contradiction) -> str:
    """Figures that cannot all be true, in French."""
    figures = list(dict.fromkeys(figure for fact in error.facts for figure in fact.figures))
    named = " ; ".join(_figure(figure) for figure in figures[:NAMED])
    more = f" et {len(figures) - NAMED} autres" if len(figures) > NAMED else ""
    return (
        f"Des chiffres publiés ne peuvent être vrais ensemble : {named}{more}. Corriger les tables,"
        " ou les sommes déclarées dans disclosure.toml."
    )


def _ends(leak: Leak) -> str:
    ends = (leak.low, leak.high)
    low, high = (wording.number(round(end, 1), int(end != round(end))) for end in ends)
    least = f" (seuil : {leak.target.threshold})" if leak.target.threshold else ""
    return (f"{low} exactement" if low == high else f"de {low} à {high}") + least


def _label(target: Target, declared: Disclosure) -> str:
    if target.figure:
        return catalogue().indicators[target.figure.indicator].label
    name = target.counts[0].name
    base = name.removesuffix(STRIP)
    if base in declared.labels or name == base:
        return declared.labels.get(base, base) + name[len(base) :]
    known = catalogue().indicators
    columns = {i.inputs[0].numerator[0]: i.label for i in known.values() if i.measure == "count"}
    label = known[base].label if base in known else columns.get(base, base)
    return f"« {label} »{STRIP}"


def _figure(figure: Figure, near: Count | None = None) -> str:
    """A public figure, with its area and its year where they are not those of a count."""
    known = catalogue().indicators
    label = known[figure.indicator].label if figure.indicator in known else figure.indicator
    parts = [f"« {label} »"]
    if near is None or figure.area != near.area:
        parts.append(_area(figure.area))
    if near is None or figure.year != near.year:
        parts.append(str(figure.year))
    if figure.edition:
        parts.append(f"édition du {figure.edition}")
    return ", ".join(parts)


def _area(code: str) -> str:
    place = neighbourhoods().get(code)
    if place:
        return f"{code} ({place.name})"
    contract = catalogue().contracts.get(code)
    return contract.label if contract else code
