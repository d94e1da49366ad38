"""An action's amounts and places between its neighbourhoods: to the cent, nothing lost."""

from collections.abc import Sequence
from fractions import Fraction

import pandas as pd

from qpvlib.actions.contract import MONEY

SPLIT = (*MONEY, "planned_participants", "actual_participants")


def apportioned(total: int, shares: Sequence[Fraction]) -> list[int]:
    """Whole parts that sum to the total: largest remainders first, then the order given.

    >>> apportioned(100, [Fraction(1, 3)] * 3)
    [34, 33, 33]
    """
    exact = [total * share for share in shares]
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
    rows = actions.reset_index(drop=True)
    row_of = [i for i, held in enumerate(rows.neighbourhoods) for _ in held]
    pairs = [pair for held in rows.neighbourhoods for pair in held]
    out = rows.iloc[row_of].reset_index(drop=True)
    out["area"] = pd.Series([code for code, _ in pairs], dtype=str)
    out["share"] = pd.Series([share for _, share in pairs], dtype=object)
    for column in SPLIT:
        values = [
            part
            for total, held in zip(rows[column], rows.neighbourhoods, strict=True)
            for part in (
                [pd.NA] * len(held)
                if pd.isna(total)
                else apportioned(int(total), [share for _, share in held])
            )
        ]
        out[column] = pd.Series(values, dtype="Int64")
    return out
