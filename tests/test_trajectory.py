"""The gap to the commune and the agglomeration: every verdict worked out again, cases by hand."""

from dataclasses import replace

import facts
import judgements
import pytest
from facts import INDICATORS, PLACES
from reading import plain
from sentences import gap_line, signed

from qpvlib.catalogue import catalogue
from qpvlib.diagnosis import change, noise, trajectory
from qpvlib.diagnosis.noise import Horizon
from qpvlib.tables.areas import neighbourhood

# --- on the pages --------------------------------------------------------------------------------


def test_every_gap_of_every_page_is_that_of_the_tables(page, code):
    rows = page.table("avec les territoires qui le contiennent").rows
    expected, codes = [], [c for c in INDICATORS if judgements.gaps(code, c)]
    for indicator in codes:
        for one in judgements.gaps(code, indicator):
            contracts = facts.CONTRACTS.values()
            brief = [c["brief"] for c in contracts if c["epci"] == one.area]
            name = (brief or [facts.AREAS[one.area].name])[0]
            first, last = (row.year for row in one.own)
            few = float(one.limit) < 2
            expected.append([
                plain(f"{INDICATORS[indicator].label} : {name}, {first} et {last}"),
                *(" puis ".join(map(facts.shown, ends)) for ends in (one.own, one.beside)),
                " puis ".join(f"{signed(gap)} %" for gap in one.gaps),
                f"{facts.french(one.limit, 1)} point{'s' * (not few)}", one.told,
            ])  # fmt: skip
    assert [list(row.cells.values()) for row in rows] == expected
    assert codes == ["niveau_vie_median", "premier_decile", "neuvieme_decile"]


def test_the_line_under_the_trend_is_that_of_the_largest_commune(page, code):
    caption = page.figure("Niveau de vie médian").caption
    told = judgements.change(code, "niveau_vie_median")
    assert plain(gap_line(code, "niveau_vie_median", brief=told.verdict != "noise")) in caption
    for other in ("Taux de pauvreté", "Taux d'emploi des femmes", "Habitants"):
        assert "Écart" not in page.figure(other).caption


# --- by hand, on the figures of the tables -------------------------------------------------------

BY_HAND = [
    # 12 611 / 19 060 − 1 = −33,8 %; 13 250 / 20 180 − 1 = −34,3 %. The noise: 716,5 € of QPV of its
    # size are 3,55 points of 20 180 €; 824,485 € of the communes, 2,68; together 4,45. 0,5 + 4,5 is
    # under a quarter of 33,8.
    ("QP045010", "niveau_vie_median", "45234", (-33.8, -34.3), 4.5, "kept"),
    # 11 868 / 15 614 − 1 = −24,0 %; 12 680 / 15 890 − 1 = −20,2 %: 3,8 + 6,9 is over 6,0.
    ("QP045003", "niveau_vie_median", "45208", (-24.0, -20.2), 6.9, "not_conclusive"),
    # 6 004 / 8 832,6 − 1 = −32,0 %; 8 200 / 9 850 − 1 = −16,8 %: 15,2 points closer, noise 11,4.
    ("QP045019", "premier_decile", "45252", (-32.0, -16.8), 11.4, "closing"),
    # Nine tenths have less: no side is favourable.
    ("QP045019", "neuvieme_decile", "45252", (-37.7, -29.0), 7.4, "reduced"),
    # 7,7 points closer, noise 7,4: but 0,5 point is what the medians of both sides give.
    ("QP045011", "premier_decile", "45234", (-24.7, -17.0), 7.4, "follows"),
]


@pytest.mark.parametrize(("code", "indicator", "area", "gaps", "limit", "verdict"), BY_HAND)
def test_by_hand(code, indicator, area, gaps, limit, verdict):
    found = trajectory.trajectories(neighbourhood(code), indicator)
    one = next(t for t in found if t.area.code == area)
    assert (one.own[0].year, one.own[1].year) == (2014, 2018)
    assert (one.gaps, one.noise, one.verdict) == (gaps, limit, verdict)


@pytest.mark.parametrize("indicator", ["taux_pauvrete", "taux_emploi", "taux_emploi_femmes",
                                       "population", "part_minima"])  # fmt: skip
def test_nothing_is_said_without_three_years_of_both(indicator):
    """Communes: poverty of 2019 and 2021, employment of 2016 alone before 2022; incomes' shares of
    2016 to 2018 before the break of 2019.
    """
    assert all(trajectory.trajectories(neighbourhood(code), indicator) == () for code in PLACES)


def test_an_intercommunality_is_told_since_its_perimeter_is_todays():
    """Those of Pithiviers and Sully, made of others in 2017, have three years in 2016-2018."""
    names = {}
    for code in PLACES:
        found = trajectory.trajectories(neighbourhood(code), "niveau_vie_median")
        names[code] = [one.area.level for one in found]
    without = {code for code, levels in names.items() if "epci" not in levels}
    assert without == {"QP045015", "QP045018", "QP045019"}
    assert all("commune" in levels for levels in names.values())
    assert names["QP045003"] == ["commune", "commune", "epci"]  # Villemandeur holds 1,5 % of it


@pytest.mark.parametrize(("since", "years"), [(2014, (2014, 2018)), (2015, (2015, 2018)),
                                              (2016, None), (None, None)])  # fmt: skip
def test_an_intercommunality_whose_perimeter_changed_is_not_told_before(monkeypatch, since, years):
    known = catalogue().contracts
    other = known["CN04505M"].model_copy(update={"unchanged_since": since})
    monkeypatch.setitem(known, "CN04505M", other)
    *_, last = trajectory.trajectories(neighbourhood("QP045010"), "niveau_vie_median")
    found = tuple(one.year for one in last.own) if last.area.level == "epci" else None
    assert found == years


# --- on invented figures -------------------------------------------------------------------------


@pytest.fixture
def told(monkeypatch):
    """What is said of invented values: those of a neighbourhood and of its commune, by year."""
    place = neighbourhood("QP045010")

    def verdict(indicator, own, its, limits=(4.0, 3.0), drift=(0.0, 0.0)):
        one = known[indicator][-1]
        fields = {"decimals": 1, "year_status": "verified", "status": "published"}
        mine, beside = (
            tuple(replace(one, year=year, value=value, **fields) for year, value in part.items())
            for part in (own, its)
        )
        monkeypatch.setattr(change, "series", lambda *given: mine)
        monkeypatch.setattr(change, "history", lambda area: {indicator: beside})
        ends = [limit and Horizon(d, limit, 900) for limit, d in zip(limits, drift, strict=True)]
        monkeypatch.setattr(noise, "horizon", lambda *given: ends[0])
        monkeypatch.setattr(noise, "around", lambda *given: ends[1])
        monkeypatch.setattr(noise, "leaps", lambda *given: ())
        found = trajectory.trajectories(place, indicator)
        return found[0].verdict if found else None

    known = change.history(place.code)
    return verdict


COMMUNE = {2014: 20.0, 2018: 20.0}


@pytest.mark.parametrize(
    ("indicator", "own", "expected"),
    [
        # noise √(4² + 3²) = 5; a quarter of a gap of 40 is 10
        ("taux_pauvrete", {2014: 60, 2018: 55.1}, "kept"),  # 4.9 + 5 ≤ 10
        ("taux_pauvrete", {2014: 60, 2018: 55}, "kept"),  # 5 is not beyond 5; 5 + 5 ≤ 10
        ("taux_pauvrete", {2014: 59.9, 2018: 54.9}, "not_conclusive"),  # 5 + 5 > 9,975
        ("taux_pauvrete", {2014: 60, 2018: 54.9}, "closing"),  # 5.1 less poor
        ("taux_pauvrete", {2014: 60, 2018: 65.1}, "losing"),
        ("taux_pauvrete", {2014: 14, 2018: 8}, "widened"),  # it was ahead: not a catching up
        ("taux_pauvrete", {2014: 14, 2018: 26}, "turned"),
        ("taux_emploi", {2015: 40, 2018: 46}, "closing"),  # the other way is favourable
        ("taux_emploi", {2015: 40, 2018: 34}, "losing"),
        ("moins_25_ans", {2015: 40, 2018: 46}, "widened"),  # neither is
        ("moins_25_ans", {2015: 40, 2018: 34}, "reduced"),
        ("taux_pauvrete", {2015: 60, 2018: 40}, None),  # 2015 is not a year of the commune
        ("taux_pauvrete", {2014: 60, 2017: 40}, None),
    ],
)
def test_what_is_said_of_a_gap(told, indicator, own, expected):
    wide = dict.fromkeys(own, 60.0 if indicator == "taux_emploi" else 20.0)
    its = COMMUNE if indicator == "taux_pauvrete" else wide
    assert told(indicator, own, its) == expected


def test_a_gap_is_read_against_both_noises_and_what_the_others_did(told):
    own = {2014: 60, 2018: 54.9}
    for limits in ((None, 3.0), (4.0, None)):
        assert told("taux_pauvrete", own, COMMUNE, limits) == "unmeasured"
    assert told("taux_pauvrete", own, COMMUNE, (5.2, 0.1)) == "not_conclusive"
    assert told("taux_pauvrete", own, COMMUNE, drift=(-0.2, 0.0)) == "follows"
    assert told("taux_pauvrete", own, COMMUNE, drift=(1.0, 0.0)) == "closing"


def test_no_gap_crosses_a_break(told):
    """Incomes of the neighbourhoods are located anew in 2019."""
    assert told("taux_pauvrete", {2015: 60, 2019: 40}, {2015: 20, 2019: 20}) is None
    assert told("taux_pauvrete", {2015: 60, 2018: 40}, {2015: 20, 2018: 20}) == "closing"


def test_the_gap_in_euros_is_that_of_what_money_buys(told):
    """Both sides in current euros grow alike: the gap in euros widens, that in percent does not."""
    own, its = {2014: 12000, 2018: 13200}, {2014: 20000, 2018: 22000}
    assert told("niveau_vie_median", own, its, (800.0, 600.0)) == "kept"
