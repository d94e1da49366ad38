"""Need against action: by neighbourhood and axis, what is engaged and what is not covered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pandas as pd

from qpvlib.actions.contract import MONEY
from qpvlib.catalogue import Faults, slug
from qpvlib.catalogue import axes as schemes
from qpvlib.catalogue.written import toml
from qpvlib.project import current
from qpvlib.tables import delimited
from qpvlib.tables.areas import neighbourhoods

NEEDS = ("retained", "solid", "confirm", "no_gap", "undocumented", "rejected")
NEEDED = ("retained", "solid")  # retained by decision, else proposed as « solide »
ENGAGED = ("pending", "granted")
OUTSIDE = ""  # the axis of an action that no axis holds
COUNTED = [*MONEY, "planned_participants"]
SPLIT = (*COUNTED, "actual_participants")
COLUMNS = ["area", "axis", "label", "need"]
CROSSWALK = ["period", "theme", "axis", "main"]
RAW = {"adultes-relais": "adultes_relais_loiret.csv", "fonjep": "postes_fonjep_loiret.csv"}
CITE = "ANCT, subventions politique de la ville (plateforme Dauphin)"
# The posts of adultes-relais of 2025 are priced at the unit amount of Fonjep: an error upstream.
UNUSABLE = {("adultes-relais", 2025)}
SUCCESSORS = {
    "CV144": "CN04501I", "CV145": "CN04505M", "CV146": "CN04504I", "CV147": "CN04502M",
    "CV148": "CN04503M",
}  # fmt: skip


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
    """Our crosswalk, one row a theme of an axis: ``period, theme, axis, main`` (all of them)."""
    rows = [
        (period, theme, axis, True)
        for axis, entry in toml(current().contract / "axes_p147.toml").items()
        for period, themes in entry["themes"].items()
        for theme in themes
    ]
    return pd.DataFrame(rows, columns=CROSSWALK)


def axis_of(actions: pd.DataFrame, axes: dict[str, str], themes: pd.DataFrame) -> pd.Series:
    """The one axis of each action: the one it names, else the only one that holds its theme.

    ``axes``: label of each by its code; ``themes``: the crosswalk, where a cross-cutting axis (not
    ``main``) is served by an action's theme only where no main axis holds it.
    """
    named = {slug(word): code for code, label in axes.items() for word in (code, label)}
    held: dict[tuple[str, str, bool], set[str]] = {}
    for row in themes[themes.axis.isin(axes)].itertuples():
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
        The crosswalk for actions that name no axis (default: ``axis_themes``).

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
    rows = rows.assign(actions=1, pending=rows.group.eq("pending").astype(int))
    groups = rows.groupby(["area", "axis"])
    sums = groups[COUNTED].sum(min_count=1).reindex(index)
    counts = groups[["actions", "pending"]].sum().reindex(index, fill_value=0)
    needs = priorities.set_index(["area", "axis"]).need.reindex(index).fillna("undocumented")
    cells = sums.join(counts).assign(need=needs).reset_index()
    cells.loc[cells.axis == OUTSIDE, "need"] = ""
    cells["label"] = cells.axis.map(axes | {OUTSIDE: "hors axe"})
    cells["needed"] = cells.need.isin(NEEDED)
    cells["uncovered"] = cells.needed & (cells.actions == 0)
    return cells


# --- the needs ----------------------------------------------------------------------------------


def given_needs() -> pd.DataFrame | None:
    """Needs given beside the register (``priorites.csv``), or None; its faults are raised."""
    place = current().register / "priorites.csv"
    if not place.exists():
        return None
    rows = delimited.records(place)
    faults = [fault for line, row in enumerate(rows, 2) for fault in _faults(line, row)]
    if faults:
        raise Faults(f"{place} :", faults)
    return pd.DataFrame(rows, columns=COLUMNS)


def _faults(line: int, row: dict[str, str]) -> list[str]:
    told = []
    if row.get("area") not in neighbourhoods():
        told.append(f"ligne {line} : le quartier « {row.get('area')} » n'existe pas")
    if row.get("need") not in NEEDS:
        told.append(f"ligne {line} : « {row.get('need')} » n'est pas parmi : {', '.join(NEEDS)}")
    return told


def needs_of(stands: Iterable[object]) -> pd.DataFrame:
    """Needs of the axes as they stand (``roadmap.stands``): decided, else as the figures propose.

    Parameters
    ----------
    stands : iterable
        Each with ``place.code``, ``code``, ``axis.short``, ``decision`` (None, or ``kept``),
        ``status`` and ``solidity``.
    """
    rows = [(s.place.code, s.code, s.axis.short, _need(s)) for s in stands]
    return pd.DataFrame(rows, columns=COLUMNS)


def _need(stand: object) -> str:
    if stand.decision is not None:
        return "retained" if stand.decision.kept else "rejected"
    if stand.status in ("proposed", "carried"):
        return "solid" if stand.solidity == "solid" else "confirm"
    # A gap that is not among the three told is a need all the same, to be confirmed.
    return {"no_gap": "no_gap", "gap": "confirm"}.get(stand.status, "undocumented")


def crosswalk_of(axes: Mapping[str, object], period: str) -> pd.DataFrame:
    """P147 themes of the axes of a scheme (``p147``): ``period, theme, axis, main``.

    ``period`` is the name of the scheme's nomenclature, ``2020-2023``; ``kind`` tells main axes.
    """
    rows = [
        (period, theme, code, axis.kind != "cross")
        for code, axis in axes.items()
        for theme in axis.p147
    ]
    return pd.DataFrame(rows, columns=CROSSWALK)


# --- an action between its neighbourhoods -------------------------------------------------------


def apportioned(total: int | object, shares: Sequence[Fraction]) -> list[int | object]:
    """Whole parts that sum to the total: largest remainders first, then the order given.

    >>> apportioned(100, [Fraction(1, 3)] * 3)
    [34, 33, 33]
    """
    if pd.isna(total):
        return [pd.NA] * len(shares)
    exact = [int(total) * share for share in shares]
    parts = [int(amount) for amount in exact]
    order = sorted(range(len(shares)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def parts(actions: pd.DataFrame) -> pd.DataFrame:
    """One row per action × neighbourhood: ``area``, ``share``, and its part of each amount.

    Amounts stay in cents and sum to those of the actions; participants are shared the same way,
    which is an estimate. Attendances and everything else are the action's, as they are.
    """
    held = actions.assign(pair=actions.neighbourhoods)
    out = held.explode("pair", ignore_index=True).dropna(subset="pair")
    out = out.assign(area=out.pair.str[0].astype(str), share=out.pair.str[1]).drop(columns="pair")
    shares = [[share for _, share in pairs] for pairs in actions.neighbourhoods]
    for column in SPLIT:
        own = zip(actions[column], shares, strict=True)
        values = [part for total, held in own for part in apportioned(total, held)]
        out[column] = pd.Series(values, dtype="Int64")
    return out


# --- existing means -----------------------------------------------------------------------------


def means() -> pd.DataFrame:
    """Posts by scheme, year and contract: ``scheme, year, contract, posts, cents, usable, source``.

    ``contract`` is empty where the producer gives none. They are those of the whole contract: no
    file says in which neighbourhood a post works. Where ``usable`` is false the amount is wrong at
    its source and is not to be shown as a sum.
    """
    place = current().contract / "moyens.csv"
    rows = pd.read_csv(place, dtype={"contract": str}, keep_default_na=False)
    return rows.assign(usable=rows.usable == "yes")


def means_of(raw: Path) -> pd.DataFrame:
    """The same table, from the producer's two files (``RAW``): what ``moyens.csv`` holds."""
    read = [pd.read_csv(raw / name, dtype=str).assign(scheme=s) for s, name in RAW.items()]
    rows = pd.concat(read).assign(
        year=lambda r: r.annee.astype(int),
        contract=lambda r: r.code_cv.fillna("").replace(SUCCESSORS),
        cents=lambda r: (r.montant.astype(float) * 100).round().astype(int),
    )
    table = rows.groupby(["scheme", "year", "contract"]).cents.agg(posts="size", cents="sum")
    usable = ["no" if row[:2] in UNUSABLE else "yes" for row in table.index]
    return table.assign(usable=usable, source=CITE).reset_index()
