"""Bounds of a count from facts about counts: integer linear programming (HiGHS, by scipy).

Exact where the series has whole counts; its relaxation, which is wider, where they are estimates.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from qpvlib.diagnosis.disclosure.model import Count, Fact

if TYPE_CHECKING:
    import numpy as np

MOST = 1e6  # no count of a neighbourhood is above it: what reaches it has no bound
SLACK = 1e-6
INFINITE = float("inf")


class Contradiction(Exception):
    """Public figures that cannot all be true."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.facts = tuple(facts)
        super().__init__(self.facts)


class Row(NamedTuple):
    """What a fact still says once the counts that are known are put in it."""

    terms: tuple[tuple[Count, float], ...]
    low: float
    high: float
    fact: Fact


class System:
    """What facts together say of counts.

    Parameters
    ----------
    facts : iterable of Fact
        All that is known.
    whole : collection of str
        Series whose counts are whole numbers.

    Raises
    ------
    Contradiction
        As soon as some facts are found that cannot all be true, here or by any method.
    """

    def __init__(self, facts: Iterable[Fact], whole: Collection[str]) -> None:
        self.whole = whole
        self.known: dict[Count, float] = {}
        self._rows = self._settled(list(facts))
        self._of: dict[Count, list[int]] = {}
        for place, row in enumerate(self._rows):
            for count, _ in row.terms:
                self._of.setdefault(count, []).append(place)

    def _settled(self, facts: list[Fact]) -> list[Row]:
        """Facts less what they settle one after the other: most counts need no programme."""
        rows = [Row(fact.terms, fact.low, fact.high, fact) for fact in facts]
        while True:
            before = len(self.known)
            rows = [row for row in map(self._reduced, rows) if not self._settles(row)]
            if len(self.known) == before:
                return rows

    def _reduced(self, row: Row) -> Row:
        found = [(count, weight) for count, weight in row.terms if count in self.known]
        if not found:
            return row
        sure = sum(weight * self.known[count] for count, weight in found)
        left = tuple(term for term in row.terms if term not in found)
        return Row(left, row.low - sure, row.high - sure, row.fact)

    def _settles(self, row: Row) -> bool:
        if not row.terms:
            if row.low > SLACK or row.high < -SLACK:
                raise Contradiction([row.fact])
            return True
        if len(row.terms) > 1 or row.low != row.high:
            return False
        ((count, weight),) = row.terms
        value = row.low / weight
        if value < -SLACK or abs(self.known.setdefault(count, value) - value) > SLACK:
            raise Contradiction([row.fact])
        return True

    # --- ends ------------------------------------------------------------------------------------

    def most(self, counts: Collection[Count]) -> float:
        """The most that a sum of counts can be; infinite where nothing bounds it."""
        return self._end(counts, -1)

    def least(self, counts: Collection[Count]) -> float:
        """The least that it can be."""
        return self._end(counts, 1)

    def _end(self, counts: Collection[Count], sign: int) -> float:
        free = [count for count in counts if count not in self.known]
        found = 0.0
        if free:
            rows, order = self._around(free)
            found = sign * self._solved(rows, order, dict.fromkeys(free, float(sign)))[0]
            if all(count.series in self.whole for count in free):
                found = round(found)
        sure = sum(self.known[count] for count in counts if count in self.known)
        return sure + (found if found < MOST / 2 else INFINITE)

    def share(self, counts: Collection[Count], of: Count, unit: float) -> tuple[float, float]:
        """Least and most that a part of a count can be, by unit of it.

        Where that count is not known, a ratio of two linear forms is made linear as Charnes and
        Cooper do: all counts are divided by it.
        """
        if of in self.known:
            whole = self.known[of] / unit
            low, high = self.least(counts), self.most(counts)
            return (low / whole, high / whole) if whole > 0 else (0.0, INFINITE)
        free = {count: 1.0 for count in counts if count not in self.known}
        rows, order = self._around([*free, of])
        scale = Count("", "", 0, "")  # by what all are divided
        sure = sum(self.known[count] for count in counts if count in self.known)
        divided = [Row(((of, 1.0),), unit, unit, rows[0].fact)] if rows else []
        for row in rows:
            for end, low, high in ((row.low, 0.0, INFINITE), (row.high, -INFINITE, 0.0)):
                if abs(end) != INFINITE:
                    divided.append(Row((*row.terms, (scale, -end)), low, high, row.fact))
        ends = []
        for sign in (1.0, -1.0):
            costs = dict.fromkeys(free, sign) | {scale: sign * sure}
            found, _ = self._solved(divided, [*order, scale], costs, relaxed=True)
            ends.append(sign * found)
        low, high = ends
        return low, high if high < MOST / 2 else INFINITE

    # --- programmes ------------------------------------------------------------------------------

    def solution(self, costs: Mapping[Count, float], caps: Mapping[Count, float]) -> dict:
        """Counts that agree with every fact, for the least cost.

        ``caps`` are counts wanted as high as that, and no matter beyond. One programme for all
        areas: where it finds a count high, nobody can tell that it is low.
        """
        order = [*self._of]
        wanted = {c: Count(*c[:3], f"cap {c.name}") for c in caps if c in self._of}
        rows = [
            Row(((count, 1.0), (cap, -1.0)), 0.0, INFINITE, self._rows[0].fact)
            for count, cap in wanted.items()
        ]
        rows += [
            Row(((cap, 1.0),), 0.0, float(caps[count]), self._rows[0].fact)
            for count, cap in wanted.items()
        ]
        kept = {count: cost for count, cost in costs.items() if count in self._of}
        kept |= dict.fromkeys(wanted.values(), -1.0)
        if not order:
            return dict(self.known)
        try:
            _, values = self._solved([*self._rows, *rows], [*order, *wanted.values()], kept)
        except Contradiction:
            self._blame(order)
            raise
        return self.known | dict(zip(order, values.tolist(), strict=False))

    def _blame(self, counts: Iterable[Count]) -> None:
        """Raise the contradiction of the first counts that cannot be, and no other."""
        left = dict.fromkeys(counts)
        while left:
            rows, order = self._around([next(iter(left))])
            self._solved(rows, order, {})
            for count in order:
                left.pop(count, None)

    def _around(self, counts: Iterable[Count]) -> tuple[list[Row], list[Count]]:
        """The facts that may bear on some counts, and the counts that they tell of."""
        seen, rows, waiting = dict.fromkeys(counts), {}, list(counts)
        while waiting:
            for place in self._of.get(waiting.pop(), ()):
                if place not in rows:
                    rows[place] = self._rows[place]
                    fresh = [c for c, _ in self._rows[place].terms if c not in seen]
                    seen |= dict.fromkeys(fresh)
                    waiting += fresh
        return list(rows.values()), list(seen)

    def _solved(
        self,
        rows: Sequence[Row],
        order: Sequence[Count],
        costs: Mapping[Count, float],
        relaxed: bool = False,
    ) -> tuple[float, "np.ndarray"]:
        """The least cost, and counts that have it, in order."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import coo_array

        place = {count: i for i, count in enumerate(order)}
        cells = [(i, place[c], w) for i, row in enumerate(rows) for c, w in row.terms]
        told = []
        if cells:
            lines, columns, weights = zip(*cells, strict=True)
            matrix = coo_array((weights, (lines, columns)), shape=(len(rows), len(order)))
            told = [
                LinearConstraint(matrix.tocsr(), *zip(*(row[1:3] for row in rows), strict=True))
            ]
        found = milp(
            [costs.get(count, 0.0) for count in order],
            integrality=[not relaxed and count.series in self.whole for count in order],
            bounds=Bounds(0, MOST), constraints=told, options={"mip_rel_gap": 0},
        )  # fmt: skip
        if found.status == 2:
            raise Contradiction(row.fact for row in rows)
        if found.status != 0:
            raise RuntimeError(f"HiGHS: {found.message}")
        return found.fun, found.x
