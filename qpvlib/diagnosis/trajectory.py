"""A neighbourhood's gap to the areas that contain it, and whether it closed between two years."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import hypot

from qpvlib.catalogue import Indicator, catalogue, wording
from qpvlib.diagnosis import change, noise
from qpvlib.diagnosis.comparison import beyond
from qpvlib.diagnosis.noise import Horizon
from qpvlib.diagnosis.reading import Reading
from qpvlib.diagnosis.references import small_communes
from qpvlib.tables import indicators
from qpvlib.tables.areas import Area, Neighbourhood

Ends = tuple[Reading, Reading]


@dataclass(frozen=True)
class Trajectory:
    """A gap to an area at two years that both have, of one series and one perimeter.

    Attributes
    ----------
    own, beside : (Reading, Reading)
        The neighbourhood's first and last, then the area's, of the same two years.
    breach : str
        ``leap`` or ``break`` where the neighbourhood's series cannot be compared; else empty.
    """

    area: Area
    own: Ends
    beside: Ends
    breach: str

    @property
    def declared(self) -> Indicator:
        """Its indicator."""
        return self.own[0].declared

    @property
    def relative(self) -> bool:
        """Whether gaps are in percent of the area's value.

        In current euros, a gap widens with prices alone.
        """
        return self.declared.unit == "€"

    @property
    def decimals(self) -> int:
        """Those with which gaps are shown, and judged."""
        return 1 if self.relative else int(min(r.decimals for r in (*self.own, *self.beside)))

    @property
    def gaps(self) -> tuple[float, float]:
        """Value − reference, first and last, on displayed values: percent, or the unit."""
        first, last = map(self._gap, self.own, self.beside)
        return first, last

    def _gap(self, own: Reading, other: Reading) -> float:
        shown = (wording.rounded(one.value, int(one.decimals)) for one in (own, other))
        return wording.rounded(self._apart(*shown), self.decimals)

    def _apart(self, value: float, reference: float) -> float:
        return 100 * (value / reference - 1) if self.relative else value - reference

    @property
    def change(self) -> float:
        """Of the gap, from the first year to the last, as displayed."""
        first, last = self.gaps
        return wording.rounded(last - first, self.decimals)

    @cached_property
    def horizons(self) -> tuple[Horizon, Horizon] | None:
        """Noise of the changes of the two; None where one is not measured."""
        years = self.own[0].year, self.own[1].year
        mine = noise.horizon(self.own[0].code, self.own[0].place.size_class, *years)
        its = noise.around(self.own[0].code, self.area.level, *years)
        return (mine, its) if mine and its else None

    @property
    def noise(self) -> float | None:
        """Of the change of the gap, in its unit; None where it is not measured.

        That of the two changes, as if independent: they are rather alike, which overstates it.
        """
        if self.horizons is None:
            return None
        limits = [one.limit for one in self.horizons]
        if self.relative:
            value, reference = self.own[1].value, self.beside[1].value
            limits = [100 * limits[0] / reference, 100 * value * limits[1] / reference**2]
        return wording.rounded(hypot(*limits), self.decimals)

    @property
    def drift(self) -> float:
        """What the gap would have changed by, had each of the two moved as those of its kind."""
        if self.horizons is None:
            return 0.0
        before = self.own[0].value, self.beside[0].value
        after = (a + one.median for a, one in zip(before, self.horizons, strict=True))
        return self._apart(*after) - self._apart(*before)

    @property
    def verdict(self) -> str:
        """What may be said of the gap.

        ``broken``, ``unmeasured``; under the noise ``kept`` (noise included, it changed by less
        than the declared part of itself) or ``not_conclusive``; beyond it, ``follows`` unless it is
        as far from the drift; then ``closing`` or ``losing`` for who was on the unfavourable side;
        without judgement ``reduced``, ``widened`` or ``turned``.
        """
        if self.breach:
            return "broken"
        if self.noise is None:
            return "unmeasured"
        if not beyond(self.change, self.noise):
            most = catalogue().rule("gap_kept") / 100 * abs(self.gaps[0])
            return "not_conclusive" if beyond(abs(self.change) + self.noise, most) else "kept"
        excess = self.change - self.drift
        if not beyond(excess, self.noise) or excess * self.change < 0:
            return "follows"
        return self._direction()

    def _direction(self) -> str:
        """Which way a gap that changed went."""
        first, last = self.gaps
        better = {"higher": 1, "lower": -1}.get(self.declared.favourable, 0)
        if better * first < 0:
            return "closing" if better * self.change > 0 else "losing"
        if first * last < 0:
            return "turned"
        return "reduced" if abs(last) < abs(first) else "widened"


def trajectories(place: Neighbourhood, code: str) -> tuple[Trajectory, ...]:
    """Gaps of a neighbourhood to its communes, the largest part first, then to its EPCI.

    Only where both have the same series in two years that a change may compare (see
    ``change.trend``), and an EPCI whose perimeter is declared unchanged since; else nothing.
    """
    own = change.series(place, code)
    small = small_communes(place.code)
    found = (
        _trajectory(own, area, code)
        for area in (*place.communes, *place.areas("epci"))
        if area.code not in small
    )
    return tuple(one for one in found if one)


def _trajectory(own: tuple[Reading, ...], area: Area, code: str) -> Trajectory | None:
    beside = {one.year: one for one in _usable(area, code)}
    both = [one for one in change.comparable(own) if _alike(one, beside.get(one.year))]
    if not both or not (ends := change.stretch_ends(both, both[0].declared.breaks)):
        return None
    stretch = [one for one in own if ends[0].year <= one.year <= ends[1].year and one.published]
    its = beside[ends[0].year], beside[ends[1].year]
    return Trajectory(area, ends, its, change.breach(stretch))


def _usable(area: Area, code: str) -> Iterator[Reading]:
    """The area's readings, those of an EPCI since its perimeter is today's."""
    since = 0
    if area.level == "epci":
        known = (c.unchanged_since for c in catalogue().contracts.values() if c.epci == area.code)
        since = next(known, None)
    if since is not None:
        for one in change.comparable(change.history(area.code).get(code, ())):
            if one.year >= since:
                yield one


def _alike(own: Reading, other: Reading | None) -> bool:
    """Whether two readings are of one series."""
    if other is None:
        return False
    known = catalogue()
    return indicators.series(known, own.source) == indicators.series(known, other.source)
