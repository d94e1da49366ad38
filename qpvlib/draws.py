"""Seeded draws over noise and weights: how firmly the axes of a neighbourhood stand in their order.

Never on a page: the pages say solide, à confirmer, non documenté; ``docs/method.md`` says the rest.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd

from qpvlib import axes, comparison, diagnosis, evidence
from qpvlib.areas import Neighbourhood
from qpvlib.axes import Axis
from qpvlib.catalogue import catalogue


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
    """The rules of ``rules.toml``."""
    rule = catalogue().rule
    return Settings(
        subject=Fraction(rule("axis_subject")),
        documented=Fraction(rule("axis_documented")),
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


@dataclass(frozen=True)
class _Figures:
    """An indicator's figure, its frozen limits, and what it is compared with around."""

    value: float
    median: float
    low: float
    high: float
    noise: float | None
    sign: int
    around: tuple[float, ...]
    change: int | None
    solid: bool


def draw(
    place: Neighbourhood,
    positions: pd.DataFrame,
    held: dict[str, Axis],
    seen: pd.DataFrame,
    rules: Settings,
) -> Drawn:
    """The axes of a neighbourhood, drawn again and again; the same seed gives the same draws.

    Parameters
    ----------
    seen : DataFrame
        As ``evidence`` gives for the same positions.
    """
    states = {(r.indicator, r.lens): r for r in seen.itertuples()}
    figures = {
        code: _figures(place, positions[positions.indicator == code], states[code, "change"], rules)
        for code in dict.fromkeys(seen.indicator)
        if states[code, "metropole"].state != evidence.UNKNOWN
    }
    levels = {code: _levels(place, code, f, rules) for code, f in figures.items()}
    solid = {code: f.solid for code, f in figures.items()}
    proposed, key = {}, {}
    for code, axis in held.items():
        if any(c in levels for c in axis.links):
            proposed[code], key[code] = _axis(place, code, axis, levels, solid, rules)
    return Drawn(proposed, key)


def _figures(
    place: Neighbourhood, part: pd.DataFrame, change: Any, rules: Settings
) -> _Figures:
    row, code = part[part.benchmark == "metropole_qpv"].iloc[0], change.indicator
    limits, limit = comparison.spread(code, int(row.year)), comparison.noise(code, place.size_class)
    low, high = (float(limits[f"p{rank:02d}"]) for rank in rules.quartiles)
    return _Figures(
        float(row.value), float(limits.p50), low, high, limit and rules.noise * limit,
        1 if catalogue().indicator(code).favourable == "lower" else -1,
        tuple(evidence.around(place, part).reference.astype(float)),
        None if change.state == evidence.UNKNOWN else int(change.state == evidence.WORSE),
        change.solidity == diagnosis.SOLID,
    )  # fmt: skip


def _levels(place: Neighbourhood, code: str, f: _Figures, rules: Settings) -> np.ndarray:
    """Level of difficulty of an indicator in each draw, 0 to 1; and by the QPV alone, 0 or 1."""
    noise = f.noise if f.noise is not None else rules.noise_unmeasured * (f.high - f.low)
    random = _generator(rules, place.code, code)
    value = f.value + random.standard_normal(rules.draws) * noise / rules.noise_sd
    gap, bound = f.sign * (value - f.median), f.high if f.sign > 0 else f.low
    outside = f.sign * (value - bound) > 0
    beyond = np.round(gap - f.noise, 6) > 0 if f.noise is not None else True
    judged = (outside & beyond).astype(float)
    parts, weights = [judged], [rules.lenses[0]]
    if f.around and f.noise is not None:
        gaps = f.sign * (value[:, None] - np.array(f.around))
        parts.append((np.round(gaps - f.noise, 6) > 0).all(axis=1).astype(float))
        weights.append(rules.lenses[1])
    if f.change is not None:
        parts.append(np.full(rules.draws, float(f.change)))
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
        spread = _generator(rules, place.code, code, subject).uniform(-1, 1, rules.draws)
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


def _generator(rules: Settings, *names: str) -> np.random.Generator:
    """Draws of their own for each neighbourhood, axis and indicator: none moves another's."""
    return np.random.default_rng([rules.seed, *(crc32(name.encode()) for name in names)])
