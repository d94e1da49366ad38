"""Seeded draws over noise and weights: how firmly the axes of a neighbourhood stand in their order.

Never on a page: the pages say solide, à confirmer, non documenté; ``docs/method.md`` says the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any
from zlib import crc32

import numpy as np

from qpvlib.catalogue import Faults, axes, catalogue
from qpvlib.catalogue.axes import Axis
from qpvlib.catalogue.declared import HEAD
from qpvlib.diagnosis import noise
from qpvlib.roadmap.evidence import UNKNOWN, WORSE, Seen
from qpvlib.tables.areas import Neighbourhood

SHARE = (lambda v: isinstance(v, int | float) and 0 < v <= 1, "une part, entre 0 et 1")
LIMITS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "axis_subject": SHARE,
    "axis_documented": SHARE,
    "axis_level": SHARE,
    "axis_holds": SHARE,
    "axis_weights": (lambda v: isinstance(v, int | float) and 0 <= v < 1, "de 0 à moins de 1"),
    "axis_draws": (lambda v: isinstance(v, int) and v >= 100, "100 tirages ou plus"),
    # Else the areas around would make a subject that no metropolitan comparison justifies.
    "axis_lenses": (
        lambda v: len(v) == 3 and min(v) >= 0 and v[0] > v[1] + v[2],
        "trois poids, le premier plus grand que les deux autres ensemble",
    ),
}


@dataclass(frozen=True)
class Settings:
    """The rules of the axes, as ``rules.toml`` gives them."""

    subject: Fraction
    documented: Fraction
    lenses: tuple[int, int, int]
    level: float
    holds: float
    draws: int
    weights: float
    noise_sd: float
    noise_unmeasured: float
    seed: int
    quartiles: tuple[int, int]
    noise: float = 1.0


def settings() -> Settings:
    """The rules of ``rules.toml``.

    Raises
    ------
    Faults
        When a rule would break what the others rest on.
    """
    rule = catalogue().rule
    faults = [
        f"rules.toml, [{name}] : {rule(name)} refusé, attendu : {wanted}"
        for name, (holds, wanted) in LIMITS.items()
        if not holds(rule(name))
    ]
    if faults:
        raise Faults(HEAD, faults)
    return Settings(
        subject=Fraction(str(rule("axis_subject"))),
        documented=Fraction(str(rule("axis_documented"))),
        lenses=tuple(rule("axis_lenses")),
        level=rule("axis_level"),
        holds=rule("axis_holds"),
        draws=rule("axis_draws"),
        weights=rule("axis_weights"),
        noise_sd=rule("axis_noise_sd"),
        noise_unmeasured=rule("axis_noise_unmeasured"),
        seed=rule("axis_seed"),
        quartiles=(rule("quartile_low"), rule("quartile_high")),
    )


@dataclass(frozen=True)
class Drawn:
    """For each axis, in each draw: whether it is proposed, and the key that orders it."""

    proposed: dict[str, np.ndarray]
    key: dict[str, np.ndarray]

    def holds(self, axis: str) -> float:
        """Share of the draws where an axis is proposed."""
        return float(self.proposed[axis].mean()) if axis in self.proposed else 0.0

    def swaps(self, before: str, after: str) -> float:
        """Share of the draws where the second comes before the first; equal, half of one."""
        first, second = self.key[before], self.key[after]
        return float((second > first).mean() + (second == first).mean() / 2)

    def ranks(self, axis: str, among: list[str]) -> tuple[int, int]:
        """Best and worst place of an axis, one draw in twenty left out at each end."""
        ahead = sum((self.key[other] > self.key[axis]).astype(int) for other in among)
        low, high = np.quantile(1 + ahead, [0.05, 0.95], method="nearest")
        return int(low), int(high)


def draw(
    place: Neighbourhood, held: dict[str, Axis], seen: dict[str, Seen], rules: Settings
) -> Drawn:
    """The axes of a neighbourhood, drawn again and again; the same seed gives the same draws.

    Parameters
    ----------
    held : dict
        The axes that hold for its contract.
    seen : dict
        As ``evidence`` gives for their indicators.
    """
    known = {code: one for code, one in seen.items() if one.documented}
    levels = {code: _levels(place, one, rules) for code, one in known.items()}
    firm = {code: solid(one, rules) for code, one in known.items()}
    proposed, key = {}, {}
    for code, axis in held.items():
        if any(c in levels for c in axis.links):
            proposed[code], key[code] = _axis(place, code, axis, levels, firm, rules)
    return Drawn(proposed, key)


def solid(seen: Seen, rules: Settings) -> bool:
    """Whether a finding is solid under these rules: the project's are those of every page."""
    return seen.reading.sure(rules.holds, rules.noise_sd, rules.quartiles)


def _levels(place: Neighbourhood, seen: Seen, rules: Settings) -> np.ndarray:
    """Level of difficulty of an indicator in each draw, 0 to 1; and by the QPV alone, 0 or 1."""
    one = seen.reading
    limits, limit = one.limits, noise.noise(one.code, place.size_class)
    low, high = map(limits.at, rules.quartiles)
    sign = 1 if one.declared.favourable == "lower" else -1
    wide = rules.noise_unmeasured * (high - low) if limit is None else rules.noise * limit
    # Draws of its own for each neighbourhood and indicator: none moves another's.
    drawn = _drawn(rules.seed, rules.draws, (place.code, one.code), "normal")
    value = one.value + drawn * wide / rules.noise_sd
    judged = sign * (value - (high if sign > 0 else low)) > 0
    if limit is not None:
        judged &= np.round(sign * (value - limits.at(50)) - wide, 6) > 0
    parts, weights = [judged], [rules.lenses[0]]
    if seen.states[1] != UNKNOWN:
        gaps = sign * (value[:, None] - np.array(seen.around))
        parts.append((np.round(gaps - wide, 6) > 0).all(axis=1))
        weights.append(rules.lenses[1])
    if seen.states[2] != UNKNOWN:
        parts.append(np.full(rules.draws, seen.states[2] == WORSE))
        weights.append(rules.lenses[2])
    level = sum(w * part for w, part in zip(weights, parts, strict=True)) / sum(weights)
    return np.stack([level, judged])


def _axis(
    place: Neighbourhood,
    code: str,
    axis: Axis,
    levels: dict[str, np.ndarray],
    solid: dict[str, bool],
    rules: Settings,
) -> tuple[np.ndarray, np.ndarray]:
    """Whether an axis is proposed in each draw, and the key that orders it."""
    subjects: dict[str, list[str]] = {}
    for indicator in axis.links:
        if indicator in levels:
            subjects.setdefault(axes.family(indicator), []).append(indicator)
    total = np.zeros(rules.draws)
    score, signal = np.zeros(rules.draws), np.zeros(rules.draws, bool)
    sure = np.zeros(rules.draws, bool)
    for subject, codes in subjects.items():
        inner = np.array([axis.links[c] for c in codes], dtype=float)
        heaviest = max(w for c, w in axis.links.items() if axes.family(c) == subject)
        spread = _drawn(rules.seed, rules.draws, (place.code, code, subject), "uniform")
        weight = heaviest * (1 + rules.weights * spread)
        level = inner @ np.stack([levels[c][0] for c in codes]) / inner.sum()
        here = np.round(level - float(rules.subject), 9) >= 0
        firm = [levels[c][1] > 0 for c in codes if solid[c]]
        score += weight * level
        total += weight
        signal |= here
        sure |= here & np.any(firm, axis=0) if firm else False
    # A finding that is solid comes first, whatever its weight; an axis not proposed comes last.
    return signal, np.where(signal, score / total + 2 * sure, -1.0)


@lru_cache(2000)
def _drawn(seed: int, draws: int, names: tuple[str, ...], kind: str) -> np.ndarray:
    random = np.random.default_rng([seed, *(crc32(name.encode()) for name in names)])
    found = random.standard_normal(draws) if kind == "normal" else random.uniform(-1, 1, draws)
    found.setflags(write=False)
    return found
