"""``docs/method.md``: the rules of the axes, and what changes if a threshold moves by a quarter."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import pandas as pd
from jinja2 import StrictUndefined, Template

from qpvlib.catalogue import axes, catalogue, wording
from qpvlib.diagnosis import comparison, noise, spreads
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
    """A threshold that moves: its rule, how the settings change by a factor, its value in words."""

    rule: str
    changed: Callable[[Settings, Fraction], Settings]
    shown: Callable[[Settings], str]


def _times(rule: str, name: str, kind: Callable = float, told: str = "{}") -> Move:
    return Move(
        rule,
        lambda s, k: replace(s, **{name: kind(Fraction(getattr(s, name)) * k)}),
        lambda s: told.format(_number(getattr(s, name))),
    )


MOVES = (
    Move(
        "quartile_low",
        lambda s, k: replace(s, quartiles=(low := round(s.quartiles[0] * k), 100 - low)),
        lambda s: _number(s.quartiles[0]),
    ),
    _times("noise_rank", "noise", told="bruit × {}"),
    _times("axis_subject", "subject", Fraction),
    _times("axis_documented", "documented", Fraction),
    Move(
        "axis_lenses",
        lambda s, k: replace(s, lenses=(round(s.lenses[0] * k), *s.lenses[1:])),
        lambda s: ", ".join(map(str, s.lenses)),
    ),
    _times("axis_level", "level"),
    _times("axis_holds", "holds"),
    _times("axis_weights", "weights"),
    _times("axis_noise_sd", "noise_sd"),
    _times("axis_noise_unmeasured", "noise_unmeasured"),
    _times("axis_draws", "draws", int),
    _times("axis_seed", "seed", round),
)


def document() -> str:
    """The whole of ``docs/method.md``, in French, from the catalogue and the tables."""
    observations = indicators.observations()
    places = neighbourhoods()
    positions = {code: comparison.compare(observations, p) for code, p in places.items()}
    settings = draws.settings()
    base = found(positions, settings)
    proposed = {key: p for key, p in base.items() if p.proposed}
    parts = {
        "n": len(tidy.table("distributions")),
        "small": catalogue().rule("small_count"),
        "pairs": len(base),
        "scheme": axes.scheme().short,
        "proposed": proposed,
        "solid": sum(p.solidity == "solid" for p in proposed.values()),
        "sensitivity": _sensitivity(positions, base),
        "weights": _weights(),
        "draws": wording.number(settings.draws),
        "holds": f"{100 * settings.holds:.0f} %",
        "level": f"{100 * settings.level:.0f} %",
        "places": places,
        "axes": axes.scheme().axes,
        "rank": catalogue().rule("change_rank"),
        "gap_rank": catalogue().rule("noise_rank"),
        "clearly": catalogue().rule("clearly"),
        "few": catalogue().rule("count_alone"),
        **_calls(),
    }
    layout = (current().catalogue / "method.md").read_text("utf-8")
    return Template(layout, keep_trailing_newline=True, undefined=StrictUndefined).render(parts)


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
        limits = spreads.spread(row.indicator, int(row.year))
        limit = noise.noise(row.indicator, place.size_class)
        # A bound that decides is below the upper quartile: nothing here turns it.
        if row.verdict != "not_compared" and pd.notna(row.value):
            low, high = map(limits.at, settings.quartiles)
            verdicts[row.indicator] = comparison.verdict(
                row.value, limits.at(50), (low, high),
                None if limit is None else limit * settings.noise,
            )  # fmt: skip
    told = rows.indicator.map(verdicts).fillna(rows.verdict)
    return rows.assign(verdict=told, noise=rows.noise * settings.noise)


def _calls() -> dict[str, list[dict]]:
    """What the rules call over all the metropolitan QPV, by landmark: gaps of a year, changes."""
    held: dict[str, list[dict]] = {"gaps": [], "changes": []}
    keys = ["indicator", "year_from", "year_to"]
    for (code, first, last), part in tidy.table("calls").groupby(keys, sort=False):
        shares = dict(zip(zip(part.verdict, part["rank"], strict=True), 100 * part.told / part.n,
                          strict=True))  # fmt: skip
        line = {
            "label": catalogue().indicator(code).label, "n": wording.number(part.n.iloc[0]),
            "years": " → ".join(dict.fromkeys(map(str, (first, last)))),
            "share": lambda *asked, known=shares: _percent(sum(map(known.get, asked))),
        }  # fmt: skip
        held["changes" if first < last else "gaps"].append(line)
    return held


def _percent(share: float) -> str:
    return f"{wording.number(share, 1)} %"


# --- sensitivity ---------------------------------------------------------------------------------


def _sensitivity(positions: Positions, base: Found) -> str:
    lines, settings = [], draws.settings()
    for move in MOVES:
        cells = []
        for factor in (1 - QUARTER, 1 + QUARTER):
            moved = move.changed(settings, factor)
            told = differences(base, found(positions, moved))
            cells.append(f"{move.shown(moved)} : {told}")
        reason = catalogue().rules[move.rule].reason
        now = move.shown(settings)
        lines.append(f"| `{move.rule}` | {now} | {cells[0]} | {cells[1]} | {reason} |")
    return "\n".join(lines)


def differences(base: Found, other: Found) -> str:
    """What differs between two sets of proposals, counted and named."""
    more = [key for key in base if other[key].proposed and not base[key].proposed]
    less = [key for key in base if base[key].proposed and not other[key].proposed]
    both = [key for key in base if base[key].proposed and other[key].proposed]
    named = {
        "+{} proposés": more, "−{} proposés": less,
        "{} étiquettes": [key for key in both if base[key].solidity != other[key].solidity],
        "{} ordre": [key for key in both if base[key].rank != other[key].rank],
    }  # fmt: skip
    told = [f"{name.format(len(keys))} ({_names(keys)})" for name, keys in named.items() if keys]
    return " ; ".join(told) or "rien ne change"


def _names(keys: list[tuple[str, str]]) -> str:
    places, known = neighbourhoods(), axes.scheme().axes
    named = [f"{places[code].name} : {known[axis].short}" for code, axis in keys[:3]]
    others = len(keys) - 3
    rest = f" et {others} autres" if others > 1 else " et une autre" if others == 1 else ""
    return ", ".join(named) + rest


def _number(value: float | Fraction) -> str:
    return f"{float(value):g}".replace(".", ",")


# --- weights -------------------------------------------------------------------------------------


def _weights() -> str:
    lines = []
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
