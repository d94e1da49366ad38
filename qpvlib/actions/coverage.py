"""Need against action: by neighbourhood and axis, what is engaged and what is not covered."""

from dataclasses import dataclass

import pandas as pd

from qpvlib.actions.contract import MONEY
from qpvlib.actions.shares import parts
from qpvlib.catalogue import axes as schemes
from qpvlib.catalogue import slug
from qpvlib.catalogue.declared import toml
from qpvlib.project import current
from qpvlib.tables.areas import neighbourhoods

NEEDED = ("retained", "solid")  # retained by decision, else proposed as « solide »
ENGAGED = ("pending", "granted")
OUTSIDE = ""  # the axis of an action that no axis holds
COUNTED = [*MONEY, "planned_participants"]


@dataclass(frozen=True)
class Coverage:
    """The matrix and what it says.

    ``cells``: one row per area × axis: ``area, axis, label, need, needed, actions``, of which
    ``pending`` wait for a decision; ``requested, granted, paid, others`` (cents);
    ``planned_participants`` (places); ``uncovered`` (needed and without action). The axis « » is
    that of actions outside every axis.
    """

    cells: pd.DataFrame
    axes: dict[str, str]
    idle_axes: tuple[str, ...]
    bare_areas: tuple[str, ...]
    outside: pd.DataFrame

    @property
    def uncovered(self) -> pd.DataFrame:
        """Needs without any action."""
        return self.cells[self.cells.uncovered]


def axis_themes() -> pd.DataFrame:
    """Our crosswalk: ``axis, label, period, theme``, one row a theme of an axis."""
    rows = [
        (axis, entry["label"], period, theme)
        for axis, entry in toml(current().contract / "axes_p147.toml").items()
        for period, themes in entry["themes"].items()
        for theme in themes
    ]
    return pd.DataFrame(rows, columns=["axis", "label", "period", "theme"])


def axis_of(actions: pd.DataFrame, axes: dict[str, str], themes: pd.DataFrame) -> pd.Series:
    """The one axis of each action: the one it names, else the only one that holds its theme.

    Parameters
    ----------
    axes : dict
        Label of each axis by its code.
    themes : DataFrame
        ``period, theme, axis``: the crosswalk; and ``main``, false for a cross-cutting axis, which
        an action serves by its theme only where no main axis holds it.
    """
    named = {slug(word): code for code, label in axes.items() for word in (code, label)}
    held: dict[tuple[str, str, bool], set[str]] = {}
    known = themes if "main" in themes else themes.assign(main=True)
    for row in known[known.axis.isin(axes)].itertuples():
        held.setdefault((row.period, row.theme, bool(row.main)), set()).add(row.axis)

    def one(action: object) -> str:
        if action.axis:
            return named.get(slug(action.axis), OUTSIDE)
        period, _ = schemes.in_force(action.fiscal_year)
        keys = [(period, theme, main) for theme in wider(action.theme) for main in (True, False)]
        own = next((held[key] for key in keys if key in held), set())
        return next(iter(own)) if len(own) == 1 else OUTSIDE

    found = [one(action) for action in actions.itertuples()]
    return pd.Series(found, index=actions.index, dtype=str)


def wider(theme: str) -> list[str]:
    """A P147 theme and those that hold it, nearest first.

    >>> wider("1.5b"), wider("2"), wider("")
    (['1.5b', '1.5', '1'], ['2'], [])
    """
    return list(dict.fromkeys(t for t in (theme, theme[:3], theme[:1]) if t))


def coverage(
    actions: pd.DataFrame, priorities: pd.DataFrame, themes: pd.DataFrame | None = None
) -> Coverage:
    """Set need against action.

    Parameters
    ----------
    actions : DataFrame
        The register (``register.actions``), of the years wanted. Only what is pending or granted
        counts: a refused, ineligible or cancelled action engages nothing.
    priorities : DataFrame
        One row per neighbourhood × axis: ``area`` (2015 code), ``axis`` (code), ``label``,
        ``need``: « retained » (by decision), « solid », « confirm », « undocumented »,
        « no_gap » (nothing in difficulty), « rejected » (by decision). A pair left out is
        « undocumented ».
    themes : DataFrame, optional
        ``period, theme, axis`` for actions that name no axis (default: ``axis_themes``).

    Returns
    -------
    Coverage
        Euros by neighbourhood sum, to the cent, to those of the actions.
    """
    axes = dict(zip(priorities.axis, priorities.label, strict=True))
    engaged = actions[actions.group.isin(ENGAGED)]
    themes = axis_themes() if themes is None else themes
    engaged = engaged.assign(axis=axis_of(engaged, axes, themes))
    cells = _cells(parts(engaged), axes, priorities)
    used = set(engaged.axis)
    wanted = set(cells.axis[cells.needed])
    totals = cells.groupby("area").actions.sum()
    return Coverage(
        cells, axes,
        tuple(axis for axis in axes if axis in wanted - used),
        tuple(code for code in neighbourhoods() if not totals[code]),
        engaged[engaged.axis == OUTSIDE],
    )  # fmt: skip


def _cells(rows: pd.DataFrame, axes: dict[str, str], priorities: pd.DataFrame) -> pd.DataFrame:
    pairs = [(area, axis) for area in neighbourhoods() for axis in (*axes, OUTSIDE)]
    index = pd.MultiIndex.from_tuples(pairs, names=["area", "axis"])
    groups = rows.groupby(["area", "axis"])
    sums = groups[COUNTED].sum(min_count=1).reindex(index)
    count = groups.size().reindex(index, fill_value=0)
    needs = priorities.set_index(["area", "axis"]).need.reindex(index)
    waiting = rows[rows.group == "pending"].groupby(["area", "axis"]).size()
    count_pending = waiting.reindex(index, fill_value=0)
    cells = sums.assign(
        actions=count, pending=count_pending, need=needs.fillna("undocumented")
    ).reset_index()
    cells.loc[cells.axis == OUTSIDE, "need"] = ""
    cells["label"] = cells.axis.map(axes | {OUTSIDE: "hors axe"})
    cells["needed"] = cells.need.isin(NEEDED)
    cells["uncovered"] = cells.needed & (cells.actions == 0)
    return cells
