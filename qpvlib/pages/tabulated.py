"""A DataFrame → a table of a page: headers that reach every cell, French numbers, dates, blanks."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from math import floor, isclose, isinf, log10
from typing import Any

import pandas as pd
from pandas.api import types

from qpvlib.catalogue import catalogue, wording
from qpvlib.document import blocks as b
from qpvlib.pages.cells import DASH

YEAR = re.compile(r"(années?|ans?|years?|millésimes?|[ée]ditions?)\b", re.I)
EXACT, FINEST = 3, 6  # decimals shown as they are; decimals at most


def framed(given: pd.DataFrame | pd.Series) -> tuple[pd.DataFrame, str]:
    """A table whose first column heads its rows, and why it cannot be shown; empty if it can.

    >>> framed(pd.Series([1, 2], index=["a", "b"], name="n"))[1].partition(" ;")[0]
    "les lignes n'ont pas d'en-tête"
    """
    frame = given.to_frame() if isinstance(given, pd.Series) else given
    unnamed = None in frame.index.names
    counted = unnamed and frame.index.nlevels == 1 and types.is_integer_dtype(frame.index)
    if unnamed and not counted:
        return frame, (
            "les lignes n'ont pas d'en-tête ; nommer l'index : tableau.rename_axis(\"Quartier\")"
        )
    frame = frame.reset_index(drop=counted)
    return frame, next(_faults(given, frame), "")


def _faults(given: pd.DataFrame | pd.Series, frame: pd.DataFrame) -> Iterator[str]:
    most = catalogue().rule("own_rows")
    if isinstance(given, pd.Series) and given.name is None:
        yield "la colonne n'a pas de nom ; l'écrire : serie.rename(\"Habitants\")"
    if frame.columns.nlevels > 1:
        yield "ses colonnes ont plusieurs niveaux ; leur donner un nom à chacune"
    if frame.empty:
        yield "il est vide"
    if len(frame) > most:
        yield f"il a {len(frame)} lignes, {most:g} au plus ; en montrer moins : tableau.head()"
    for name, column in frame.items():
        yield from _column_faults(str(name), column)


def _column_faults(name: str, column: pd.Series) -> Iterator[str]:
    if not name.strip():
        yield "une colonne n'a pas de nom"
    if str(column.dtype) == "geometry":
        yield f"« {name} » est une colonne de contours : la retirer, ou en faire une carte"
    if types.is_float_dtype(column) and column.map(isinf).any():
        yield f"« {name} » contient une valeur infinie (une division par zéro)"


def table(frame: pd.DataFrame, caption: str) -> b.Table:
    """A table under its title; its first column heads its rows, numbers are set to the right."""
    shown = [_shown(str(name), frame.iloc[:, i]) for i, name in enumerate(frame.columns)]
    kinds = ["", *("num" if _counts(dtype) else "" for dtype in frame.dtypes[1:])]
    head = tuple(b.Cell(str(n), k) for n, k in zip(frame.columns, kinds, strict=True))
    rows = tuple(
        tuple(b.Cell(text, kind) for text, kind in zip(line, kinds, strict=True))
        for line in zip(*shown, strict=True)
    )
    return b.Table(caption, head, rows, "own")


def _counts(dtype: object) -> bool:
    return types.is_numeric_dtype(dtype) and not types.is_bool_dtype(dtype)


def _shown(name: str, column: pd.Series) -> list[b.Content]:
    """Values of a column, as a reader reads them; a blank is never zero."""
    told = _writer(name, column.dropna().infer_objects())
    return [DASH if pd.isna(one) else told(one) for one in column]


def _writer(name: str, known: pd.Series) -> Callable[[Any], str]:
    """What writes a value of a column, from those that it has."""
    if types.is_bool_dtype(known):
        return {True: "oui", False: "non"}.__getitem__
    if types.is_datetime64_any_dtype(known):
        return "{:%d/%m/%Y}".format
    if not _counts(known.dtype):
        return str
    if YEAR.match(name):
        return "{:.0f}".format
    return partial(wording.number, decimals=_decimals(known.astype(float).tolist()))


def _decimals(values: list[float]) -> int:
    """Decimals of a column: those that its values have, or those without which one would be zero.

    >>> _decimals([12.0, 7.0]), _decimals([12.5, 7.25]), _decimals([1 / 3, 41.2]), _decimals([])
    (0, 2, 2, 0)
    """
    for decimals in range(EXACT + 1):
        if all(isclose(one, round(one, decimals), abs_tol=1e-9) for one in values):
            return decimals
    least = min(abs(one) for one in values if one)
    return min(max(1, 1 - floor(log10(least))), FINEST)
