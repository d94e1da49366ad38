"""Figures of some contours told of others that overlap them: estimates, each with its bounds.

An even density is supposed inside each contour, and nothing is known outside them: bounds say what
that leaves open. Counts (extensive) are shared out; shares and rates (intensive) are averaged.
"""

from typing import TYPE_CHECKING

import pandas as pd

from qpvlib.catalogue import QpvError

if TYPE_CHECKING:
    from geopandas import GeoSeries

ROUNDING = 1e-9  # share of an area under which two areas are the same


def overlaps(before: "GeoSeries", after: "GeoSeries") -> pd.DataFrame:
    """What each pair of contours has in common.

    Parameters
    ----------
    before, after : GeoSeries
        Contours by code, in one projection in metres.

    Returns
    -------
    DataFrame
        A row a pair that meets: ``before, after``, and ``common, of_before, of_after``, the areas
        in m² of what they share, of the first and of the second.

    Raises
    ------
    QpvError
        When the projections differ, or are in degrees: areas would be false.
    """
    import geopandas

    if before.crs != after.crs or before.crs is None or not before.crs.is_projected:
        raise QpvError(
            f"Contours en {before.crs} et {after.crs} : il en faut une seule projection, en "
            "mètres. Les mettre en Lambert-93 : .to_crs(2154)"
        )
    frames = (
        geopandas.GeoDataFrame({name: shapes.index}, geometry=shapes.array, crs=shapes.crs)
        for name, shapes in (("before", before), ("after", after))
    )
    pieces = geopandas.overlay(*frames, how="intersection", keep_geom_type=True)
    common = pieces.geometry.area.groupby([pieces.before, pieces.after]).sum()
    found = common.rename("common").reset_index()
    found["of_before"] = found.before.map(before.area)
    found["of_after"] = found.after.map(after.area)
    return found.sort_values(["after", "before"]).reset_index(drop=True)


def extensive(found: pd.DataFrame, values: pd.Series, tolerance: float = 0.0) -> pd.DataFrame:
    """A count of the first contours, on the second ones.

    Parameters
    ----------
    found : DataFrame
        As ``overlaps`` gives.
    values : Series
        Counts by code of the first contours; one missing makes the estimates it enters missing.
    tolerance : float, optional
        Share of an area by which simplified contours may be wrong: what is cut by less is whole.

    Returns
    -------
    DataFrame
        By code of the second contours. ``value``: each count shared out by area, which keeps the
        total where the second contours cover the first; ``low``: those that are whole inside alone;
        ``high``: all of those that are touched, and what no first contour covers as dense as the
        densest of them. ``low <= value <= high``.
    """
    rows = found.assign(count=found.before.map(values).astype(float))
    part = rows.common / rows.of_before
    part = part.where(part < 1 - max(tolerance, ROUNDING), 1)
    rows = rows.assign(
        value=rows["count"] * part,
        low=rows["count"] * (part == 1),
        high=rows["count"],
        density=rows["count"] / rows.of_before,
    )
    groups = rows.groupby("after")
    told = groups[["value", "low", "high"]].agg(_sum)
    return told.assign(high=told.high + groups.density.max() * uncovered(found))


def intensive(
    found: pd.DataFrame,
    values: pd.Series,
    ends: tuple[float, float] = (0.0, 100.0),
    tolerance: float = 0.0,
) -> pd.DataFrame:
    """A share or a rate of the first contours, on the second ones.

    Parameters
    ----------
    found, values, tolerance
        As for ``extensive``.
    ends : (float, float), optional
        Between what the figure must be, in its unit: 0 and 100 for a share in percent.

    Returns
    -------
    DataFrame
        By code of the second contours. ``value``: mean of those it has, by area in common; ``low``,
        ``high``: the least and the greatest of them where they are known, and the ``ends`` on the
        part of the contour that none of the first covers. ``low <= value <= high``.
    """
    rows = found.assign(rate=found.before.map(values).astype(float))
    groups = rows.assign(weighed=rows.rate * rows.common).groupby("after")
    known = groups.common.sum()
    part = 1 - uncovered(found) / groups.of_after.first()
    part = (part - tolerance).clip(0, 1)
    missing = groups.rate.agg(_sum).isna()
    told = pd.DataFrame(
        {
            "value": groups.weighed.sum() / known,
            "low": part * groups.rate.min() + (1 - part) * ends[0],
            "high": part * groups.rate.max() + (1 - part) * ends[1],
        }
    )
    return told.mask(missing)


def uncovered(found: pd.DataFrame) -> pd.Series:
    """Area in m² of each second contour that none of the first covers, by its code."""
    groups = found.groupby("after")
    return (groups.of_after.first() - groups.common.sum()).clip(lower=0)


def _sum(values: pd.Series) -> float:
    return values.sum(skipna=False)
