"""Gap, position, verdict and change: decision tables, properties, and the real cases."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nineteen import CODES, DAUPHINE, GIEN, LIGNEROLLES, PLATEAU, compared, observed

from qpvlib.catalogue import catalogue
from qpvlib.diagnosis import change, comparison, findings
from qpvlib.diagnosis import noise as noises
from qpvlib.diagnosis.change import trend
from qpvlib.diagnosis.comparison import compare, verdict
from qpvlib.diagnosis.reading import read
from qpvlib.diagnosis.spreads import percentile
from qpvlib.tables import tidy
from qpvlib.tables.areas import Area, neighbourhood

QUARTILES = (38.0, 49.65)
FEW = ("taux_pauvrete", "taux_emploi_femmes", "demandeurs_sans_cap_bep", "vacance")


def few():
    return observed()[observed().indicator.isin(FEW)]


def metropolitan(positions):
    rows = positions[positions.benchmark == "metropole_qpv"]
    return rows.set_index("indicator").sort_index()


def one(code, indicator, benchmark):
    """The only row of a benchmark."""
    rows = compared(code)
    rows = rows[(rows.indicator == indicator) & (rows.benchmark == benchmark)]
    assert len(rows) == 1
    return rows.iloc[0]


@pytest.mark.parametrize(
    ("value", "median", "quartiles", "noise", "expected"),
    [
        (62.2, 43.5, QUARTILES, 4.8, "higher"),  # 18.7 > 4.8, above 49.65
        (49.7, 43.5, QUARTILES, 4.8, "higher"),  # 6.2 > 4.8
        (49.6, 43.5, QUARTILES, 4.8, "comparable"),  # 6.1 > 4.8 but within the quartiles
        (47.4, 43.5, QUARTILES, 4.8, "comparable"),  # 3.9 <= 4.8
        (53.2, 48.4, (40.0, 50.0), 4.8, "comparable"),  # 4.8 <= 4.8, whatever the machine says
        (53.3, 48.4, (40.0, 50.0), 4.8, "higher"),  # 4.9 > 4.8
        (50.0, 43.5, QUARTILES, 7.0, "comparable"),  # outside, but 6.5 <= 7.0
        (30.3, 43.5, QUARTILES, 4.8, "lower"),  # 13.2 > 4.8, under 38.0
        (38.0, 43.5, QUARTILES, 4.8, "comparable"),  # at the quartile
        (43.5, 43.5, QUARTILES, 4.8, "comparable"),
        (5.8, 3.2, (1.9, 5.9), None, "comparable"),  # noise not measured: the quartiles alone
        (8.4, 3.2, (1.9, 5.9), None, "higher"),
        (None, 43.5, QUARTILES, 4.8, "not_compared"),  # not published
        (float("nan"), 43.5, QUARTILES, 4.8, "not_compared"),
        (62.2, None, None, 4.8, "not_compared"),  # no reference that year
    ],
)
def test_verdict(value, median, quartiles, noise, expected):
    assert verdict(value, median, quartiles, noise) == expected


numbers = st.floats(-1000, 1000).map(lambda x: round(x, 2))


@given(numbers, st.tuples(numbers, numbers, numbers).map(sorted), st.floats(0, 100) | st.none())
def test_verdict_is_symmetric_under_a_change_of_sign(value, spread, noise):
    low, median, high = spread
    mirror = {"higher": "lower", "lower": "higher", "comparable": "comparable"}
    turned = verdict(-value, -median, (-high, -low), noise)
    assert turned == mirror[verdict(value, median, (low, high), noise)]


GRID = np.arange(0.0, 101.0)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (97.6, 97),  # towards the middle
        (2.4, 3),
        (50.0, 50),
        (50.4, 50),
        (49.6, 50),
        (75.0, 74),
        (-5.0, 0),  # below them all: the sentence says 99 of 100
        (200.0, 100),
    ],
)
def test_percentile(value, expected):
    assert percentile(value, GRID) == expected


def test_percentile_of_ties_stays_in_the_middle():
    flat = np.array([0.0] * 30 + [5.0] * 41 + [9.0] * 30)
    assert percentile(5.0, flat) == 50


@pytest.mark.parametrize("code", [PLATEAU, GIEN])
def test_what_is_computed_once_is_what_all_the_observations_tell_and_nobody_can_change_it(code):
    place, keys = neighbourhood(code), ["indicator", "benchmark_area"]
    once = comparison.compared(place)
    pd.testing.assert_frame_equal(
        *(rows.sort_values(keys, ignore_index=True) for rows in (once, compared(code)))
    )
    once.loc[0, "value"] = -1.0
    assert comparison.compared(place).value[0] != -1.0


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_row_order_does_not_matter(random):
    order = list(range(len(few())))
    random.shuffle(order)
    keys = ["indicator", "benchmark", "benchmark_area"]
    shuffled, straight = (
        compare(rows, neighbourhood(PLATEAU)).sort_values(keys, ignore_index=True)
        for rows in (few().iloc[order], few())
    )
    pd.testing.assert_frame_equal(shuffled, straight)


@pytest.mark.parametrize("code", [GIEN, PLATEAU, DAUPHINE])
def test_an_area_compared_with_itself_has_gap_0(code):
    itself = Area(code, "commune", "lui-même", "ici")
    alone = replace(neighbourhood(code), within=(itself,))
    rows = compare(observed(), alone)
    rows = rows[(rows.benchmark == "commune") & (rows.year_status != "unknown")]
    assert len(rows) > 20
    assert (rows.gap.dropna() == 0).all()
    assert rows.gap.notna().sum() == rows.value.notna().sum()


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(CODES), st.sampled_from(FEW))
def test_suppressed_in_suppressed_out(code, indicator):
    rows = observed()[observed().indicator == indicator]
    blank = (rows.area == code).to_numpy()
    rows = rows.assign(
        value=rows.value.mask(blank), status=rows.status.mask(blank, "not_published")
    )
    positions = compare(rows, neighbourhood(code))
    assert (positions.verdict == "not_compared").all()
    assert positions.gap.isna().all()
    assert positions.percentile.isna().all()
    told = findings.findings(positions).iloc[0]
    assert "non publié" in told.sentence
    assert told.solidity == "undocumented"


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(CODES), st.floats(0, 100))
def test_a_twentieth_neighbourhood_changes_no_verdict(code, value):
    more = few()[few().area == GIEN].assign(area="QP045020", value=value)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparison, "siblings", lambda _place: (*CODES, "QP045020"))
        twenty = compare(pd.concat([few(), more]), neighbourhood(code))
    nineteen = compare(few(), neighbourhood(code))
    pd.testing.assert_frame_equal(metropolitan(twenty), metropolitan(nineteen))
    assert "20 quartiers" in twenty.benchmark_name[1]


# --- gaps only between equals ------------------------------------------------------------------


def test_gap_is_between_displayed_values():
    row = one(DAUPHINE, "demandeurs_moins_26", "metropole_qpv")
    assert row.gap == 1.4  # 16.25 shows as 16.3, 14.8688 as 14.9: 16.3 − 14.9
    row = one(DAUPHINE, "taux_pauvrete", "commune")
    assert row.gap == 15  # 35.5 − 21, the commune being rounded to the unit: 14.5 → 15


def test_income_and_poverty_of_2019_have_every_level():
    rows = compared(GIEN)
    poverty = rows[rows.indicator == "taux_pauvrete"].set_index("benchmark")
    assert set(poverty.index) >= {"commune", "departement", "region", "france", "peers"}
    assert poverty.gap["commune"] == 35  # 58.0 − 23
    assert poverty.gap["departement"] == 44.7  # 58.0 − 13.3
    income = rows[rows.indicator == "niveau_vie_median"].set_index("benchmark")
    assert income.gap["commune"] == -6260  # 12 560 − 18 820
    assert income.gap["epci"] == 12560 - income.reference["epci"]


@pytest.mark.parametrize("code", CODES)
def test_employment_of_2018_stands_beside_2016_without_a_gap(code):
    rows = compared(code)
    around = rows[
        (rows.indicator == "taux_emploi") & ~rows.benchmark.isin(["metropole_qpv", "peers"])
    ]
    assert set(around.benchmark) == {"commune", "departement", "region", "france"}
    assert set(around.year) == {2018}
    assert set(around.reference_year) == {2016}
    assert around.reference.notna().all()
    assert around.gap.isna().all()


@pytest.mark.parametrize("code", CODES)
def test_a_gap_has_equal_known_years_and_an_equal_series(code):
    rows = compared(code)
    rows = rows[rows.gap.notna()]
    assert (rows.year == rows.reference_year).all()
    around = rows[~rows.benchmark.isin(["metropole_qpv", "peers"])]
    assert (around.year_status != "unknown").all()


def nearby(**changes):
    """A row of the commune of Gien made from the neighbourhood's own, and its comparison."""
    code = changes["indicator"]
    mine = observed()[(observed().indicator == code) & (observed().area == GIEN)]
    commune = mine.assign(area="45155", generation="", **changes)
    rows = compare(pd.concat([mine, commune]), neighbourhood(GIEN))
    return rows[rows.benchmark == "commune"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"indicator": "taux_emploi"}, "gap"),
        ({"indicator": "c2s"}, "beside"),  # years unknown: an edition proves nothing
        ({"indicator": "taux_emploi", "year": 2022}, "beside"),
        ({"indicator": "taux_emploi", "source": "insee_revn/filosofi"}, "absent"),
        ({"indicator": "taux_emploi", "value": np.nan}, "absent"),
    ],
)
def test_when_a_reference_gives_a_gap(changes, expected):
    rows = nearby(**changes)
    found = "absent" if rows.empty else "gap" if rows.gap.notna().all() else "beside"
    assert found == expected


def test_peers_have_no_median_when_one_is_unpublished():
    row = one(GIEN, "vacance", "peers")
    assert row.n == 12  # of the 19
    assert np.isnan(row.reference)
    assert np.isnan(row.gap)
    assert one(GIEN, "taux_pauvrete", "peers").n == 19


@pytest.mark.parametrize("code", CODES)
def test_counts_are_never_compared(code):
    rows = compared(code)
    counts = [c for c, i in catalogue().indicators.items() if i.measure == "count"]
    assert set(rows[rows.indicator.isin(counts)].verdict) == {"not_compared"}


@pytest.mark.parametrize("code", CODES)
def test_one_verdict_by_indicator_with_its_reason(code):
    by = compared(code).groupby("indicator")
    assert (by.verdict.nunique() == 1).all()
    assert set(compared(code).verdict) <= {"higher", "comparable", "lower", "not_compared"}
    assert compared(code).reason.str.len().min() > 0


@pytest.mark.parametrize("code", CODES)
def test_clearly_is_beyond_twice_the_noise(code):
    rows = metropolitan(compared(code))
    told = rows[rows.verdict.isin(["higher", "lower"])]
    twice = (told.gap.abs() - 2 * told.noise).round(6) > 0
    assert (told.clearly == twice).all()
    assert not rows[rows.verdict == "comparable"].clearly.any()


# --- change ------------------------------------------------------------------------------------

FLAT = [43.0, 43.0, 43.0, 43.0]


@pytest.mark.parametrize(
    ("years", "values", "medians", "status", "noise", "expected"),
    [
        ([2015, 2016, 2017, 2018], [40, 42, 46, 50], FLAT, "verified", 4.8, ("up", "au-delà")),
        ([2015, 2016, 2017, 2018], [50, 46, 42, 40], FLAT, "deduced", 4.8, ("down", "au-delà")),
        # a change of 4.8 is not beyond a noise of 4.8
        ([2015, 2016, 2017, 2018], [40, 41, 42, 44.8], FLAT, "verified", 4.8, "inférieur au bruit"),
        # 6 > 4.8, but 6 − 2 = 4 <= 4.8
        ([2015, 2016, 2017, 2018], [40, 42, 44, 46], [43, 44, 44, 45], "verified", 4.8, "ne se"),
        # 6 > 4.8, and 6 − 12 = −6 is beyond it too, but the other way: a rise is not told
        ([2015, 2016, 2017, 2018], [40, 42, 44, 46], [43, 47, 51, 55], "verified", 4.8, "ne se"),
        # a leap of 20 in one edition, which fewer than 1 in 1,000 show: whatever the ends say
        ([2015, 2016, 2017, 2018], [40, 42, 62, 64], FLAT, "verified", 4.8, "propre à ce quartier"),
        ([2015, 2016, 2017, 2018], [40, 42, 62, 41], FLAT, "verified", 4.8, "propre à ce quartier"),
        # over a blank year the series had two steps to take
        ([2015, 2016, 2018], [40, 42, 62], FLAT[:3], "verified", 4.8, ("up", "au-delà")),
        # the median jumps by 5 > 4.8 in one edition
        ([2015, 2016, 2017, 2018], [40, 46, 50, 55], [43, 48, 48, 48], "verified", 4.8,
         "rupture possible, ne pas commenter"),
        ([2016, 2017, 2018], [40, 46, 60], FLAT, "verified", 4.8, "trois ans"),  # 2 years
        # a break in 2019: 2016-2018 and 2019-2021 are both too short
        ([2016, 2018, 2019, 2021], [40, 42, 55, 60], FLAT, "verified", 4.8, "trois ans"),
        # 2015 to 2018 only: what follows the break is left out
        ([2015, 2018, 2019, 2020], [40, 41, 60, 60], FLAT, "verified", 4.8, "inférieur au bruit"),
        ([2015, 2016, 2017, 2018], [40, 42, 46, 50], FLAT, "unknown", 4.8, "non vérifiées"),
        ([2018], [50], FLAT, "verified", 4.8, "une seule année"),
        ([2015, 2018], [np.nan, 50], FLAT, "verified", 4.8, "une seule année"),
        ([2015, 2016, 2017, 2018], [40, 42, 46, 50], FLAT, "verified", None, "bruit non mesuré"),
    ],
)  # fmt: skip
def test_trend(monkeypatch, years, values, medians, status, noise, expected):
    one = read(neighbourhood(GIEN), "taux_pauvrete")
    series = [
        replace(one, year=year, value=float(value), year_status=status, median=median)
        for year, value, median in zip(years, values, medians, strict=False)
    ]
    # The horizon's median is that of the changes: here, the medians' own change.
    moved = {(a, b): medians[j] - medians[i]
             for i, a in enumerate(years) for j, b in enumerate(years[: len(medians)])}  # fmt: skip
    monkeypatch.setattr(change, "series", lambda place, code: tuple(series))
    monkeypatch.setattr(noises, "noise", lambda code, size: noise)
    monkeypatch.setattr(
        noises, "horizon",
        lambda code, size, first, last: noise and noises.Horizon(moved[first, last], noise, 900),
    )  # fmt: skip
    monkeypatch.setattr(noises, "_steps", lambda: {"taux_pauvrete": dict.fromkeys(
        [(2015, 2016), (2016, 2017), (2017, 2018)], (0.0, 16.0))})  # fmt: skip
    told = trend(neighbourhood(GIEN), "taux_pauvrete")  # a break in 2019
    direction, words = expected if isinstance(expected, tuple) else ("not_conclusive", expected)
    assert told.verdict == direction
    assert words in told.why


@pytest.mark.parametrize(
    ("code", "indicator", "moved", "verdict", "reason"),
    [
        (GIEN, "taux_pauvrete", 0.7, "not_conclusive", "inférieur au bruit"),  # 62.2 − 61.5
        (GIEN, "taux_emploi_femmes", 2.5, "not_conclusive", "inférieur au bruit"),
        (GIEN, "population", -316, "not_conclusive", "bruit non mesuré"),  # 1 360 − 1 676
        (GIEN, "niveau_vie_median", 936, "not_conclusive", "inférieur au bruit"),
        ("QP045010", "taux_pauvrete", 4.8, "not_conclusive", "inférieur au bruit"),  # 47.6 − 42.8
        # Six that the noise of one edition told as changes: over these years, 95 QPV in 100 of
        # their size keep within 9.8 points (employment), 8.0 or 8.8 (poverty).
        ("QP045005", "taux_emploi_femmes", -6.4, "not_conclusive", "inférieur au bruit"),
        ("QP045014", "taux_emploi_femmes", -6.1, "not_conclusive", "inférieur au bruit"),
        ("QP045019", "taux_emploi_femmes", -5.4, "not_conclusive", "inférieur au bruit"),
        ("QP045004", "taux_pauvrete", 6.9, "not_conclusive", "inférieur au bruit"),
        ("QP045012", "taux_pauvrete", 8.3, "not_conclusive", "inférieur au bruit"),
        ("QP045018", "taux_pauvrete", 8.1, "not_conclusive", "inférieur au bruit"),
        (LIGNEROLLES, "niveau_vie_median", 2073, "up", "au-delà du bruit"),  # 15 990 − 13 917
        (GIEN, "demandeurs_sans_cap_bep", np.nan, "not_conclusive", "non vérifiées"),
        (GIEN, "vacance", np.nan, "not_conclusive", "une seule année"),
    ],
)
def test_real_trends(code, indicator, moved, verdict, reason):
    told = trend(neighbourhood(code), indicator)
    assert told.verdict == verdict
    assert reason in told.why
    np.testing.assert_equal(told.change, moved)


def test_the_excess_of_the_only_income_that_stands():
    told = trend(neighbourhood(LIGNEROLLES), "niveau_vie_median")
    assert (told.horizon.median, told.excess, told.horizon.limit) == (724, 1349, 1228.6)
    assert not told.clearly  # 2,073 € would be: it is the excess that is judged


def test_no_trend_is_told_under_the_noise_of_its_horizon():
    rows = tidy.table("noise")
    limits = rows[rows.kind == "excess"].set_index(
        ["indicator", "year_from", "year_to", "size_class"]
    )
    told = 0
    for code in CODES:
        place = neighbourhood(code)
        for indicator in catalogue().indicators:
            one = trend(place, indicator)
            if one.verdict == "not_conclusive":
                continue
            row = limits.loc[(indicator, one.first, one.last, place.size_class)]
            excess = one.change - row["median"]
            assert min(abs(one.change), abs(excess)) > row.p95, (code, indicator)
            assert excess * one.change > 0, (code, indicator)
            told += 1
    assert 5 < told < 0.05 * len(CODES) * len(catalogue().indicators)


@pytest.mark.parametrize(("change", "clear"), [(9.6, False), (9.7, True), (-9.7, True)])
def test_a_clear_change_is_twice_the_noise_net_of_the_others(change, clear):
    told = trend(neighbourhood(LIGNEROLLES), "niveau_vie_median")
    horizon = noises.Horizon(median=0.0 if change < 0 else 2.0, limit=4.8, n=900)
    first = replace(told.ends[0], value=10.0, decimals=1)
    last = replace(first, value=10.0 + change + horizon.median)
    assert replace(told, ends=(first, last), horizon=horizon).clearly == clear


@pytest.mark.parametrize("indicator", ["taux_emploi", "taux_emploi_femmes", "moins_25_ans"])
def test_no_change_crosses_2010(indicator):
    for code in CODES:
        assert trend(neighbourhood(code), indicator).first in (None, 2015)
