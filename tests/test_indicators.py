"""Formulas and observations: one row per area, indicator and year, blanks said."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nineteen import GIEN, observed

from qpvlib.catalogue import QpvError, catalogue
from qpvlib.tables import indicators
from qpvlib.tables.indicators import (
    identical_vintages,
    measured,
    once,
    settled,
    share,
    share_faults,
    total,
)


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (82, 266, 30.827),  # 100 × 82 / 266
        (0, 266, 0),  # a published 0 is a 0
        (266, 266, 100),
        (np.nan, 266, np.nan),
        (82, np.nan, np.nan),
        (82, 0, np.nan),
    ],
)
def test_share(numerator, denominator, expected):
    found = share(pd.Series([numerator]), pd.Series([denominator]))[0]
    np.testing.assert_allclose(found, expected, atol=0.001)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1))
def test_a_part_of_a_whole_is_between_0_and_100(parts):
    rows = pd.DataFrame(parts, columns=["part", "rest"]).astype(float)
    found = share(rows.part, rows.part + rows.rest).dropna()
    assert found.between(0, 100).all()


def test_a_sum_with_an_unpublished_part_is_unpublished():
    rows = pd.DataFrame({"BAC": [60.0, np.nan], "SUP": [40.0, 40.0]})
    np.testing.assert_array_equal(total(rows, ("BAC", "SUP")), [100.0, np.nan])


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=20))
def test_a_count_that_we_compute_is_never_shown_between_1_and_4(parts):
    columns = {"ABC_BAC": "bac", "ABC_SUPBAC": "sup", "ABC": "all"}
    rows = pd.DataFrame([(*p, 100) for p in parts], columns=columns).astype(float)
    rows = rows.assign(area="QP045016", edition=2022, level="", NOTE_PE="0")
    indicator = catalogue().indicator("demandeurs_bac_plus")
    found = measured("demandeurs_bac_plus", indicator, indicator.inputs[0], rows)
    assert not found.numerator.between(1, 4).any()
    assert found.status.eq("not_published").tolist() == [1 <= sum(p) <= 4 for p in parts]


def revn(**columns):
    """Two rows of the 2022 edition of REVN."""
    base = {"area": ["QP045016", "QP045008"], "edition": 2022, "level": ""}
    return pd.DataFrame(base | columns)


def told(code, rows):
    indicator = catalogue().indicator(code)
    entry = next(e for e in indicator.inputs if e.source == "insee_revn")
    return measured(code, indicator, entry, rows)


def test_the_2022_edition_of_revn_is_of_2018():
    found = told("taux_pauvrete", revn(TP60=[62.2, 30.3], NOTE_FILO=["0", "0"]))
    assert found.year.tolist() == [2018, 2018]
    assert found.edition.tolist() == [2022, 2022]
    assert set(found.year_status) == {"verified"}
    assert found.value.tolist() == [62.2, 30.3]


def test_a_blank_keeps_its_status_and_its_note():
    found = told("taux_pauvrete", revn(TP60=[62.2, np.nan], NOTE_FILO=["0", "3"]))
    assert found.status.tolist() == ["published", "not_published"]
    assert found.note.tolist() == ["", "3"]
    assert np.isnan(found.value[1])  # never 0


def test_a_share_keeps_its_two_counts():
    found = told("rsa_allocataires", revn(ARSAS=[144.0, 0.0], A=[515.0, 300.0]))
    assert found.numerator.tolist() == [144, 0]
    assert found.denominator.tolist() == [515, 300]
    assert found.value.round(3).tolist() == [27.961, 0]  # 100 × 144 / 515
    assert set(found.year_status) == {"unknown"}


def test_a_missing_column_gives_no_row():
    assert told("rsa_allocataires", revn(A=[515.0, 300.0])).empty


def part(**columns):
    base = {"area": "QP1", "indicator": "x", "year": 2018, "edition": 2022, "value": 1.0}
    return pd.DataFrame({k: [v] for k, v in (base | columns).items()})


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([part(value=1.0), part(value=2.0)], 1.0),  # the first source
        ([part(value=np.nan), part(value=2.0)], 2.0),  # unless it is blank
        ([part(edition=2021, value=1.0), part(edition=2022, value=1.5)], 1.0),
        ([pd.concat([part(edition=2021, value=1.0), part(value=2.0)])], 2.0),  # latest edition
    ],
)
def test_settled(parts, expected):
    assert settled(parts).value.tolist() == [expected]


def census(*values):
    """Years 2010, 2011… with one value each, the same in 300 areas but for a small shift."""
    return pd.DataFrame(
        [
            {"area": f"QP{i}", "generation": "2015", "year": 2010 + j, "value": value + i}
            for i in range(300)
            for j, value in enumerate(values)
        ]
    )


@pytest.mark.parametrize(
    ("values", "repeated"),
    [
        ((40.0, 40.0, 42.0), [(2010, 2011)]),
        ((40.0, 41.0, 42.0), []),
        ((40.0, 41.0, 40.0), [(2010, 2012)]),  # whatever lies between
        ((40.0, 40.0, 40.0), [(2010, 2011), (2010, 2012), (2011, 2012)]),
    ],
)
def test_identical_vintages_are_kept_once(values, repeated):
    rows = census(*values)
    assert identical_vintages(rows) == repeated
    kept, said = once(rows)
    assert said == {later: min(a for a, b in repeated if b == later) for _, later in repeated}
    assert set(kept.year) == {2010, 2011, 2012} - set(said)


def test_a_copied_file_of_neighbourhoods_hides_behind_no_true_area_around():
    copied, around = census(40.0, 40.0), census(40.0, 43.0).assign(generation="")
    kept, said = once(pd.concat([copied, around], ignore_index=True))
    assert said == {2011: 2010}
    assert kept.groupby("generation").year.nunique().to_dict() == {"": 2, "2015": 1}


def shares(*counts):
    """Shares of the RSA in a file, a row each; the column of the numerator is ARSAS."""
    rows = pd.DataFrame(counts, columns=["numerator", "denominator"]).astype(float)
    value = share(rows.numerator, rows.denominator)
    where = {"area": "QP045016", "year": 2022, "file": "REVN.csv", "column": "ARSAS"}
    return rows.assign(value=value, line=range(2, len(rows) + 2), **where)


def test_a_share_the_wrong_way_up_is_the_catalogue_s_fault():
    (told,) = share_faults("rsa_allocataires", shares((515, 14), (300, 144), (10, 20)))
    assert str(told).startswith(
        "Fichier indicators-2-revenus.toml, [rsa_allocataires], champ « inputs » : QP045016, 2022 :"
        " « 515 des 14 » n'est pas une part de 0 à 100 %, comme pour 2 parts sur 3"
    )


def test_a_part_above_its_whole_is_the_file_s_fault():
    (told,) = share_faults("rsa_allocataires", shares((10, 20), (30, 20), (-1, 20), (1, 2), (2, 2)))
    assert str(told).startswith("Fichier REVN.csv, ligne 3, colonne « ARSAS » : [rsa_allocataires]")
    assert "« 30 des 20 »" in told.found
    assert told.others == (4,)


def test_no_published_share_is_impossible():
    rows = observed().assign(file="", line=0, column="")
    told = [share_faults(code, part) for code, part in rows.groupby("indicator")]
    assert [faults for faults in told if faults] == []


def test_a_few_equal_areas_prove_nothing():
    rows = census(40.0, 40.0)
    assert identical_vintages(rows[rows.area.isin(["QP1", "QP2"])]) == []


def test_observations_are_filtered():
    assert set(indicators.observations(area=GIEN).area) == {GIEN}
    assert set(indicators.observations(indicator="c2s").indicator) == {"c2s"}


def test_an_unknown_name_offers_the_nearest():
    with pytest.raises(QpvError, match="taux_pauvrete"):
        indicators.observations(indicator="taux_pauvret")


def test_one_row_per_area_indicator_and_year():
    assert not observed().duplicated(["area", "indicator", "year"]).any()


def test_cite_and_series():
    source = "insee_revn/filosofi"
    assert indicators.series(catalogue(), source) == "filosofi"
    assert indicators.cite(source).startswith("Insee-DGFiP")
