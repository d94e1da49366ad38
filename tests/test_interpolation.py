"""Areal interpolation on squares that a reader can count, on any grid, then by another tool."""

import geopandas
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from shapely.geometry import box

from qpvlib.catalogue import QpvError
from qpvlib.tables import interpolation

METRES = 2154


def shapes(**boxes):
    return geopandas.GeoSeries({name: box(*ends) for name, ends in boxes.items()}, crs=METRES)


# Two squares of 10 000 m² side by side; A has 100 people, B 300.
BEFORE = shapes(A=(0, 0, 100, 100), B=(100, 0, 200, 100))
PEOPLE, RATES = pd.Series({"A": 100, "B": 300}), pd.Series({"A": 20.0, "B": 60.0})

CASES = [
    # Contour, then people and rate: each its value, its least, its most.
    ("the same", (0, 0, 100, 100), (100, 100, 100), (20, 20, 20)),
    ("both", (0, 0, 200, 100), (400, 400, 400), (40, 20, 60)),
    # half of A, nothing else: 50 people by area, perhaps none, perhaps all
    ("half of A", (0, 0, 50, 100), (50, 0, 100), (20, 20, 20)),
    # A and as much outside: nobody there, or as dense as A; its rate from 0 to 100 there
    ("A and outside", (-100, 0, 100, 100), (100, 100, 200), (20, 10, 60)),
    # half of each
    ("astride", (50, 0, 150, 100), (200, 0, 400), (40, 20, 60)),
    # a quarter of B, three quarters outside: 75 people; 300 + 3/4 of 300 at most
    ("mostly outside", (175, 0, 275, 100), (75, 0, 525), (60, 15, 90)),
]


@pytest.mark.parametrize(("contour", "people", "rate"), [case[1:] for case in CASES],
                         ids=[case[0] for case in CASES])  # fmt: skip
def test_by_hand(contour, people, rate):
    found = interpolation.overlaps(BEFORE, shapes(new=contour))
    counted = interpolation.extensive(found, PEOPLE).loc["new"]
    rated = interpolation.intensive(found, RATES).loc["new"]
    assert counted[["value", "low", "high"]].tolist() == pytest.approx(people)
    assert rated[["value", "low", "high"]].tolist() == pytest.approx(rate)


def test_contours_that_only_touch_share_nothing():
    found = interpolation.overlaps(BEFORE, shapes(beside=(200, 0, 300, 100)))
    assert found.empty


def test_a_blank_is_never_zero():
    found = interpolation.overlaps(BEFORE, shapes(both=(0, 0, 200, 100), A=(0, 0, 100, 100)))
    blank = pd.Series({"A": 100.0})  # nothing is known of B
    for estimates in (interpolation.extensive(found, blank), interpolation.intensive(found, blank)):
        assert estimates.loc["both"].isna().all()
        assert estimates.loc["A"].notna().all()


def test_what_simplifying_may_have_cut_is_whole():
    found = interpolation.overlaps(BEFORE, shapes(new=(0, 0, 96, 100)))
    assert interpolation.extensive(found, PEOPLE).low["new"] == 0
    assert interpolation.extensive(found, PEOPLE, tolerance=0.05).low["new"] == 100
    wide = interpolation.intensive(found, RATES, tolerance=0.05).loc["new"]
    assert wide.tolist() == pytest.approx([20, 19, 24])


@pytest.mark.parametrize("crs", [None, 4326])
def test_degrees_are_refused(crs):
    with pytest.raises(QpvError, match="2154"):
        interpolation.overlaps(BEFORE.set_crs(crs, allow_override=True), BEFORE)


# --- on any grid ---------------------------------------------------------------------------------

few = settings(max_examples=25, deadline=None)
values = some.lists(some.integers(0, 5000), min_size=4, max_size=4)
GRID = shapes(**{f"s{i}{j}": (10 * i, 10 * j, 10 * i + 10, 10 * j + 10)
                 for i in range(2) for j in range(2)})  # fmt: skip


@some.composite
def contours(draw):
    left, low = draw(some.integers(-15, 19)), draw(some.integers(-15, 19))
    return (
        left,
        low,
        draw(some.integers(max(left, 0) + 1, 40)),
        draw(some.integers(max(low, 0) + 1, 40)),
    )


@few
@given(contours(), values)
def test_bounds_hold_the_estimate(contour, given_values):
    known = pd.Series(given_values, index=GRID.index)
    found = interpolation.overlaps(GRID, shapes(new=contour))
    for told in (
        interpolation.extensive(found, known),
        interpolation.intensive(found, known / 50),
        interpolation.intensive(found, known / 50, tolerance=0.06),
    ):
        one = told.loc["new"]
        assert one.low - 1e-6 <= one.value <= one.high + 1e-6


@few
@given(some.integers(1, 19), some.integers(1, 19), values)
def test_nobody_is_lost_nor_made_where_contours_cover_all(across, along, given_values):
    known = pd.Series(given_values, index=GRID.index)
    cut = shapes(a=(0, 0, across, along), b=(across, 0, 20, along), c=(0, along, 20, 20))
    found = interpolation.overlaps(GRID, cut)
    assert interpolation.extensive(found, known).value.sum() == pytest.approx(known.sum())


@few
@given(values)
def test_the_same_contours_give_the_same_figures(given_values):
    known = pd.Series(given_values, index=GRID.index, dtype=float)
    found = interpolation.overlaps(GRID, GRID)
    for told in (
        interpolation.extensive(found, known),
        interpolation.intensive(found, known, (0, 5000)),
    ):
        for column in ("value", "low", "high"):
            assert told[column].to_dict() == pytest.approx(known.to_dict())


@few
@given(contours(), some.integers(0, 20), values)
def test_a_larger_contour_has_no_fewer_people(contour, more, given_values):
    known = pd.Series(given_values, index=GRID.index)
    left, low, right, high = contour
    larger = shapes(small=contour, large=(left - more, low - more, right + more, high + more))
    told = interpolation.extensive(interpolation.overlaps(GRID, larger), known)
    assert (told.loc["large"] >= told.loc["small"] - 1e-6).all()


# --- by another tool -----------------------------------------------------------------------------


@pytest.mark.acceptance
@pytest.mark.filterwarnings("ignore")  # those of its own imports
def test_tobler_gives_the_same_estimates():
    from tobler.area_weighted import area_interpolate

    after = shapes(**{f"c{i}": case[1] for i, case in enumerate(CASES)})
    source = geopandas.GeoDataFrame({"people": PEOPLE, "rate": RATES}, geometry=BEFORE)
    other = area_interpolate(
        source, geopandas.GeoDataFrame(geometry=after), ["people"], ["rate"], allocate_total=False
    )
    found = interpolation.overlaps(BEFORE, after)
    mine = interpolation.extensive(found, PEOPLE).value, interpolation.intensive(found, RATES).value
    for column, estimates in zip(("people", "rate"), mine, strict=True):
        theirs = pd.Series(other[column].to_numpy(), index=after.index)
        assert estimates.to_dict() == pytest.approx(theirs.to_dict())
