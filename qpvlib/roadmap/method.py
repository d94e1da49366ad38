"""``docs/method.md``: the rules of the axes, and what changes if a threshold moves by a quarter."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import pandas as pd

from qpvlib.catalogue import axes, catalogue, wording
from qpvlib.diagnosis import comparison, noise
from qpvlib.project import current
from qpvlib.roadmap import draws, priorities
from qpvlib.roadmap.draws import Settings
from qpvlib.roadmap.priorities import Proposal
from qpvlib.tables import indicators, tidy
from qpvlib.tables.areas import Neighbourhood, neighbourhoods

Positions = dict[str, pd.DataFrame]
Found = dict[tuple[str, str], Proposal]
QUARTER = Fraction(1, 4)


@dataclass(frozen=True)
class Move:
    """A threshold that moves: its rule, how the settings change by a factor."""

    rule: str
    changed: Callable[[Settings, Fraction], Settings]
    shown: Callable[[Settings], object]


def _times(name: str, kind: Callable = float) -> Callable[[Settings, Fraction], Settings]:
    return lambda s, k: replace(s, **{name: kind(Fraction(getattr(s, name)) * k)})


MOVES = (
    Move(
        "quartile_low",
        lambda s, k: replace(s, quartiles=(low := round(s.quartiles[0] * k), 100 - low)),
        lambda s: s.quartiles[0],
    ),
    Move("noise_rank", _times("noise"), lambda s: f"bruit × {_number(s.noise)}"),
    Move("axis_subject", _times("subject", Fraction), lambda s: float(s.subject)),
    Move("axis_documented", _times("documented", Fraction), lambda s: float(s.documented)),
    Move(
        "axis_lenses",
        lambda s, k: replace(s, lenses=(round(s.lenses[0] * k), *s.lenses[1:])),
        lambda s: ", ".join(map(str, s.lenses)),
    ),
    Move("axis_level", _times("level"), lambda s: s.level),
    Move("axis_holds", _times("holds"), lambda s: s.holds),
    Move("axis_weights", _times("weights"), lambda s: s.weights),
    Move("axis_noise_sd", _times("noise_sd"), lambda s: s.noise_sd),
    Move("axis_noise_unmeasured", _times("noise_unmeasured"), lambda s: s.noise_unmeasured),
    Move("axis_draws", _times("draws", int), lambda s: s.draws),
    Move("axis_seed", _times("seed", round), lambda s: s.seed),
)


def document() -> str:
    """The whole of ``docs/method.md``, in French, from the catalogue and the tables."""
    observations = indicators.observations()
    places = neighbourhoods()
    positions = {code: comparison.compare(observations, p) for code, p in places.items()}
    base = found(positions, draws.settings())
    proposed = [p for p in base.values() if p.proposed]
    parts = {
        "n": len(tidy.table("distributions")),
        "pairs": len(base),
        "scheme": axes.scheme().short,
        "proposed": len(proposed),
        "solid": sum(p.solidity == "solid" for p in proposed),
        "sensitivity": _sensitivity(positions, base),
        "weights": _weights(),
        "draws": wording.number(draws.settings().draws),
        "holds": f"{draws.settings().holds:.0%}".replace("%", " %"),
        "level": f"{draws.settings().level:.0%}".replace("%", " %"),
        "table": _draws(base),
    }
    text = (current().catalogue / "method.md").read_text("utf-8")
    for name, value in parts.items():
        text = text.replace("{{" + name + "}}", str(value))
    return text


def found(positions: Positions, settings: Settings) -> Found:
    """Every proposal under some settings, by neighbourhood and axis."""
    base = settings.quartiles == draws.settings().quartiles and settings.noise == 1
    scheme, places = axes.scheme(), neighbourhoods()
    return {
        (code, axis): proposal
        for code, rows in positions.items()
        for axis, proposal in priorities.propose(
            places[code], rows if base else judged(rows, places[code], settings), scheme, settings
        ).items()
    }


def judged(rows: pd.DataFrame, place: Neighbourhood, settings: Settings) -> pd.DataFrame:
    """A comparison read again with other quartiles or another noise."""
    verdicts: dict[str, str] = {}
    for row in rows.drop_duplicates("indicator").itertuples():
        limits = comparison.spread(row.indicator, int(row.year))
        limit = noise.noise(row.indicator, place.size_class)
        if row.verdict != "not_compared":
            low, high = map(limits.at, settings.quartiles)
            verdicts[row.indicator] = comparison.verdict(
                row.value, limits.at(50), (low, high),
                None if limit is None else limit * settings.noise,
            )  # fmt: skip
    return rows.assign(verdict=rows.indicator.map(verdicts).fillna(rows.verdict))


# --- sensitivity ---------------------------------------------------------------------------------


def _sensitivity(positions: Positions, base: Found) -> str:
    lines = [
        "| règle | valeur | un quart de moins | un quart de plus | raison |",
        "|---|---|---|---|---|",
    ]
    settings = draws.settings()
    for move in MOVES:
        cells = []
        for factor in (1 - QUARTER, 1 + QUARTER):
            moved = move.changed(settings, factor)
            told = differences(base, found(positions, moved))
            cells.append(f"{_number(move.shown(moved))} : {told}")
        reason = catalogue().rules[move.rule].reason
        if reason.startswith("Voir"):
            reason = catalogue().rules["quartile_low"].reason
        now = _number(move.shown(settings))
        lines.append(f"| `{move.rule}` | {now} | {cells[0]} | {cells[1]} | {reason} |")
    return "\n".join(lines)


def differences(base: Found, other: Found) -> str:
    """What differs between two sets of proposals, counted and named."""
    more = [key for key in base if other[key].proposed and not base[key].proposed]
    less = [key for key in base if base[key].proposed and not other[key].proposed]
    both = [key for key in base if base[key].proposed and other[key].proposed]
    labels = [key for key in both if base[key].solidity != other[key].solidity]
    ranks = [key for key in both if base[key].rank != other[key].rank]
    told = [
        f"{sign}{len(keys)} {name} ({_names(keys)})"
        for keys, sign, name in (
            (more, "+", "proposés"), (less, "−", "proposés"), (labels, "", "étiquettes"),
            (ranks, "", "ordre"),
        )
        if keys
    ]  # fmt: skip
    return " ; ".join(told) or "rien ne change"


def _names(keys: list[tuple[str, str]]) -> str:
    places, known = neighbourhoods(), axes.scheme().axes
    named = [f"{places[code].name} : {known[axis].short}" for code, axis in keys[:3]]
    others = len(keys) - 3
    return ", ".join(named) + (
        f" et {others} autres" if others > 1 else " et une autre" if others == 1 else ""
    )


def _number(value: object) -> str:
    return f"{value:g}".replace(".", ",") if isinstance(value, int | float) else str(value)


# --- weights and draws ---------------------------------------------------------------------------


def _weights() -> str:
    lines = ["| axe | sujet | indicateurs et poids |", "|---|---|---|"]
    subjects = axes.declared().subjects
    for axis in axes.scheme().axes.values():
        groups: dict[str, list[str]] = {}
        for code, weight in axis.links.items():
            groups.setdefault(axes.family(code), []).append(f"`{code}` {weight}")
        for subject, told in groups.items():
            lines.append(f"| {axis.label} | {subjects[subject].label} | {', '.join(told)} |")
        if not groups:
            lines.append(f"| {axis.label} | aucun | non documenté partout |")
    return "\n".join(lines)


def _draws(base: Found) -> str:
    lines = ["| quartier | axe | sujets | part | rang | rang dans les tirages | tient |",
             "|---|---|---|---|---|---|---|"]  # fmt: skip
    for (code, axis), p in base.items():
        if p.proposed:
            span = str(p.ranks[0]) if p.ranks[0] == p.ranks[1] else f"{p.ranks[0]} à {p.ranks[1]}"
            lines.append(
                f"| {neighbourhoods()[code].name} | {axes.scheme().axes[axis].short} | "
                f"{len(p.signals)} sur {len(p.documented)} | {p.score} | "
                f"{p.rank}{' (au même niveau)' if p.level else ''} | {span} | "
                f"{100 * p.holds:.0f} % |"
            )
    return "\n".join(lines)
