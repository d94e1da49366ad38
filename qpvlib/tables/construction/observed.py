"""Every observation of every indicator, from the files' rows."""

from collections.abc import Collection, Iterator

import numpy as np
import pandas as pd

from qpvlib.catalogue import Indicator, Input, QpvError, catalogue, wording
from qpvlib.catalogue.disclosure import disclosure
from qpvlib.tables import indicators, tidy
from qpvlib.tables.construction import territory

OBSERVED = list(tidy.COLUMNS["observations"])
TRACE = ["file", "line", "column"]


def measures(
    files: dict[str, pd.DataFrame],
    codes: Collection[str],
    kinds: tuple[str, ...] = ("inputs", "context"),
) -> dict[str, list[pd.DataFrame]]:
    """Observations of some indicators, one table for each input, with the place of each figure.

    Of ``inputs`` and ``context``, or of ``later`` alone: what perimeters of 2024 alone have.
    Communes are those where a neighbourhood is: the others are never shown.

    To the columns of the observations are added ``file``, ``line`` and ``column``.
    """
    held = territory.communes(files)
    rows = {
        name: table[(table.level != "commune") | table.area.isin(held)] if held else table
        for name, table in files.items()
    }
    return {
        code: [
            _traced(indicators.measured(code, indicator, entry, rows[entry.source]), rows, entry)
            for kind in kinds
            for entry in getattr(indicator, kind)
            if entry.source in rows
        ]
        for code, indicator in _of(codes)
    }


def _of(codes: Collection[str]) -> Iterator[tuple[str, Indicator]]:
    """Some indicators, in the catalogue's order."""
    return ((code, one) for code, one in catalogue().indicators.items() if code in codes)


def _traced(found: pd.DataFrame, rows: dict[str, pd.DataFrame], entry: Input) -> pd.DataFrame:
    if not len(found):
        return found
    place = rows[entry.source].loc[found.index, ["file", "line"]]
    return found.assign(file=place.file, line=place.line, column=entry.numerator[0])


def blanks(files: dict[str, pd.DataFrame], codes: Collection[str]) -> list[str]:
    """What an edition is declared to have and has nowhere, and the indicators that then lack it."""
    lost: dict[tuple, list[str]] = {}
    for code, indicator in _of(codes):
        for entry in (*indicator.inputs, *indicator.context, *indicator.later):
            rows, source = files.get(entry.source), catalogue().sources[entry.source]
            for edition in [] if rows is None else source.editions(entry.columns):
                told = rows[rows.edition == edition].notna().any()
                blank = [c for c in entry.columns if not told.get(c, False)]
                if blank:
                    lost.setdefault((entry.source, edition, *blank), []).append(code)
    return [
        f"{source}, édition {edition} : rien dans {', '.join(blank)} ; sans cette édition : "
        f"{wording.listed(codes)}"
        for (source, edition, *blank), codes in lost.items()
    ]


def observations(
    measured: dict[str, list[pd.DataFrame]], places: pd.DataFrame, kept: set[str]
) -> tuple[pd.DataFrame, list[str]]:
    """The observations of every indicator, settled: one per area and year.

    ``kept`` are the neighbourhoods built: a local list of places says nothing of the others.

    Returns
    -------
    (DataFrame, list of str)
        The observations, and each vintage left out, in French.
    """
    parts, said = [], []
    for code, indicator in _of(measured):
        found = [part.drop(columns=TRACE) for part in measured[code] if len(part)]
        if indicator.nearest:
            found.append(_nearest(code, indicator, places, kept))
        if any(map(len, found)):
            settled = indicators.settled(found)
            rows, repeated = indicators.once(settled)
            parts.append(rows)
            said += [_repeat(code, settled, *years) for years in repeated.items()]
    return pd.concat(parts or [pd.DataFrame(columns=OBSERVED)], ignore_index=True), said


def withheld(rows: pd.DataFrame, codes: Collection[str] | None = None) -> pd.DataFrame:
    """The observations less the figures that ``disclosure.toml`` withholds: not published.

    ``codes`` are the indicators that the rows are of (default: all).

    Raises
    ------
    QpvError
        When one of them is no figure of the tables.
    """
    rows = rows.copy()
    for code, one in disclosure().withheld.items():
        if codes is not None and one.indicator not in codes:
            continue
        cell = (rows.area == one.area) & (rows.indicator == one.indicator) & (rows.year == one.year)
        if not rows.value[cell].notna().any():
            raise QpvError(
                f"disclosure.toml, [withheld.{code}] : « {one.indicator} » de {one.area} n'a pas "
                f"de chiffre en {one.year}. Corriger, ou retirer cette section."
            )
        rows.loc[cell, ["value", "numerator", "denominator"]] = float("nan")
        rows.loc[cell, "status"] = "not_published"
    return rows


def _repeat(code: str, rows: pd.DataFrame, year: int, first: int) -> str:
    told = rows[rows.year == year].drop_duplicates(["source", "edition"])
    files = [f"{r.source.partition('/')[0]}, édition {r.edition}" for r in told.itertuples()]
    return f"{code}, {year} : mêmes chiffres qu'en {first} partout, non repris ({'; '.join(files)})"


def _nearest(code: str, indicator: Indicator, places: pd.DataFrame, kept: set[str]) -> pd.DataFrame:
    nearest = indicator.nearest
    rows = places[places.kind == nearest.kind]
    if nearest.kind == "college":
        rows = rows[rows.sector == "Public"]
    # By rank: of two at the same distance, a sort by distance alone would not keep the same one on
    # every processor.
    rows = rows.sort_values(["neighbourhood", "rank"]).drop_duplicates("neighbourhood")
    if not nearest.national:
        rows = rows[rows.neighbourhood.isin(kept)]
    source = catalogue().sources[nearest.source]
    edition = max(entry.edition for entry in source.files)
    value = rows[nearest.column or "distance_m"].to_numpy(dtype=float)
    return pd.DataFrame(
        {
            "area": rows.neighbourhood.to_numpy(),
            "generation": "2015",
            "indicator": code,
            "year": edition,
            "year_status": "verified",
            "edition": edition,
            "value": value,
            "decimals": indicator.decimals,
            "numerator": float("nan"),
            "denominator": float("nan"),
            "status": np.where(np.isnan(value), "not_published", "published"),
            "note": "",
            "source": f"{nearest.source}/{next(iter(source.blocks))}",
        }
    )
