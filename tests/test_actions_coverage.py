"""Coverage, summer, what to chase, upward report: on small tables whose sums are in sight."""

from datetime import date
from fractions import Fraction
from types import SimpleNamespace

import pandas as pd
import pytest
import raw
from hypothesis import given
from hypothesis import strategies as st

from qpvlib.actions import coverage, register, summer, upward
from qpvlib.catalogue import QpvError
from qpvlib.tables.areas import neighbourhoods

SOURCE, ARGONNE, GIEN = "QP045010", "QP045011", "QP045016"


def actions(*changes):
    """A register: one sound action, changed, for each mapping."""
    sound = {
        "exercice": "2021", "porteur": "Alpha", "siret": "00012345600006", "intitule": "Tournoi",
        "quartiers": SOURCE, "theme": "1.5b", "debut": "2021-07-05", "fin": "2021-07-16",
        "participants_prevus": "60", "montant_demande": "100.00", "montant_accorde": "100.00",
        "etat": "accordée", "creneaux": "journée", "ages": "12-17",
    }  # fmt: skip
    blank = dict.fromkeys(register.names(), "")
    rows = [blank | sound | {"reference": f"A{i}"} | c for i, c in enumerate(changes or ({},))]
    return register.table({row["reference"]: row for row in rows})


def priorities(*rows):
    return pd.DataFrame(rows, columns=coverage.COLUMNS)


TWO_AXES = priorities(
    (SOURCE, "a", "Axe A", "retained"), (SOURCE, "b", "Axe B", "solid"),
    (ARGONNE, "a", "Axe A", "confirm"), (GIEN, "b", "Axe B", "rejected"),
)  # fmt: skip


# --- shares ---------------------------------------------------------------------------------

FRACTIONS = st.lists(st.integers(1, 1000), min_size=1, max_size=19).map(
    lambda weights: [Fraction(w, sum(weights)) for w in weights]
)


@given(st.integers(0, 10**11), FRACTIONS)
def test_parts_sum_to_the_cent_and_are_off_by_less_than_one(total, held):
    parts = coverage.apportioned(total, held)
    assert sum(parts) == total
    assert all(abs(part - total * share) < 1 for part, share in zip(parts, held, strict=True))


def test_euros_by_neighbourhood_sum_to_the_register_s():
    rows = actions({"quartiers": f"{SOURCE} 1/3 ; {ARGONNE} 1/3 ; {GIEN} 1/3"}, {})
    found = coverage.coverage(rows, TWO_AXES)
    assert int(found.cells.granted.sum()) == 20_000
    split = coverage.parts(rows).query("action == 'A0'").granted.tolist()
    assert split == [3334, 3333, 3333]


# --- coverage -------------------------------------------------------------------------------

THEMES = pd.DataFrame(
    [("2020-2023", theme, axis, True) for theme, axis in (("1", "a"), ("2", "a"), ("2", "b"))],
    columns=coverage.CROSSWALK,
)


@pytest.mark.parametrize(("change", "axis"), [
    ({"axe": "Axe B"}, "b"),      # named, by label
    ({"axe": "a"}, "a"),          # named, by code
    ({"axe": "Autre"}, ""),       # named, unknown: its theme does not speak for it
    ({"theme": "1.5b"}, "a"),     # the only axis of its theme
    ({"theme": "2.1"}, ""),       # two axes hold it
    ({"theme": "3.1"}, ""),       # none holds it
    ({"theme": ""}, ""),
])  # fmt: skip
def test_the_axis_of_an_action(change, axis):
    found = coverage.axis_of(actions(change), {"a": "Axe A", "b": "Axe B"}, THEMES)
    assert found.tolist() == [axis]


def test_a_cross_cutting_axis_is_served_where_no_main_one_is():
    axes = {"main": SimpleNamespace(p147=["1.5"], kind="main"),
            "cross": SimpleNamespace(p147=["1.5", "1.6"], kind="cross")}  # fmt: skip
    themes = coverage.crosswalk_of(axes, "2020-2023")
    rows = actions({"theme": "1.5b"}, {"theme": "1.6"}, {"theme": "2.1"})
    found = coverage.axis_of(rows, {"main": "M", "cross": "C"}, themes)
    assert found.tolist() == ["main", "cross", ""]


@pytest.mark.parametrize(("kept", "status", "solidity", "need"), [
    (True, "undocumented", "", "retained"),     # a person may retain what is not documented
    (False, "proposed", "solid", "rejected"),
    (None, "proposed", "solid", "solid"),
    (None, "proposed", "confirm", "confirm"),
    (None, "carried", "solid", "solid"),       # a proposal of another axis speaks of it
    (None, "gap", "", "confirm"),              # unfavourable, and not among the needs told
    (None, "no_gap", "", "no_gap"),
    (None, "undocumented", "", "undocumented"),
])  # fmt: skip
def test_the_need_of_an_axis_as_it_stands(kept, status, solidity, need):
    stand = SimpleNamespace(
        place=SimpleNamespace(code=SOURCE), code="a", axis=SimpleNamespace(short="Axe A"),
        decision=None if kept is None else SimpleNamespace(kept=kept),
        status=status, solidity=solidity,
    )  # fmt: skip
    assert coverage.needs_of([stand]).values.tolist() == [[SOURCE, "a", "Axe A", need]]


def test_a_need_without_action_is_uncovered_and_only_a_need():
    found = coverage.coverage(actions(), TWO_AXES, THEMES)
    assert list(zip(found.uncovered.area, found.uncovered.axis, strict=True)) == [(SOURCE, "b")]
    assert found.idle_axes == ("b",)
    assert SOURCE not in found.bare_areas
    assert len(found.bare_areas) == 18


@pytest.mark.parametrize(("state", "counted"), [
    ("déposée", 1), ("accordée", 1), ("réalisée", 1), ("projetée", 1),
    ("refusée", 0), ("irrecevable", 0), ("annulée", 0),
])  # fmt: skip
def test_what_engages(state, counted):
    found = coverage.coverage(actions({"etat": state}), TWO_AXES, THEMES)
    assert found.cells.actions.sum() == counted


def test_actions_outside_any_axis_are_listed_and_their_euros_kept():
    found = coverage.coverage(actions({"theme": "3.1"}), TWO_AXES, THEMES)
    assert found.outside.action.tolist() == ["A0"]
    assert int(found.cells.query("axis == ''").granted.sum()) == 10_000


def test_an_amount_not_given_is_not_zero():
    found = coverage.coverage(actions({"montant_accorde": ""}), TWO_AXES, THEMES)
    assert found.cells.granted.isna().all()


def test_needs_given_beside_the_register_are_checked(tmp_path, opened):
    opened(register=tmp_path)
    assert coverage.given_needs() is None
    (tmp_path / "priorites.csv").write_text("area,axis,label,need\nQP1,a,A,fort\n", "utf-8")
    with pytest.raises(QpvError, match="« QP1 » n'existe pas\n- ligne 2 : « fort »"):
        coverage.given_needs()


# --- the summer -----------------------------------------------------------------------------


@pytest.mark.parametrize(("change", "weeks"), [
    ({}, (27, 28)),
    ({"semaines": "28"}, (28,)),
    ({"debut": "2021-06-28", "fin": "2021-07-02"}, (26,)),
    ({"debut": "2021-01-04", "fin": "2021-12-17"}, ()),                         # all year: unknown
    ({"debut": "2021-01-04", "fin": "2021-12-17", "semaines": "30"}, (30,)),    # unless it says
    ({"debut": "", "fin": "", "dispositif": "Quartiers d'été"}, ()),
])  # fmt: skip
def test_weeks_that_an_action_holds(change, weeks):
    assert summer.summer(actions(change), 2021).summer_weeks.tolist() == [weeks]


@pytest.mark.parametrize(
    "change", [{"debut": "2021-09-06", "fin": "2021-09-10"}, {"debut": "", "fin": ""}]
)
def test_an_action_that_is_not_of_the_summer(change):
    assert summer.summer(actions(change), 2021).empty
    assert summer.summer(actions(), 2022).empty


def test_empty_cells_are_the_others():
    found = summer.summer(actions(), 2021)
    empty = summer.empty_weeks(found, 2021)
    assert len(empty) == 19 * 10 - 2
    assert not ((empty.area == SOURCE) & empty.week.isin([27, 28])).any()


@pytest.mark.parametrize(("change", "criterion", "actions_", "silent"), [
    ({"debut": "2021-08-02", "fin": "2021-08-06"}, "august", 1, 0),
    ({"debut": "2021-07-26", "fin": "2021-07-30"}, "august", 1, 0),  # its week ends on 1 August
    ({}, "august", 0, 0),
    ({"creneaux": "soirée"}, "evening", 1, 0),
    ({"creneaux": ""}, "evening", 0, 1),
    ({"creneaux": "week-end"}, "weekend", 1, 0),
    ({"publics": "filles et femmes"}, "women", 1, 0),
    ({"ages": "26-45"}, "young", 0, 0),
    ({"ages": "", "publics": ""}, "young", 0, 1),
    ({"ages": "", "publics": "seniors"}, "seniors", 1, 0),
])  # fmt: skip
def test_criteria(change, criterion, actions_, silent):
    found = summer.criteria(summer.summer(actions(change), 2021), 2021).set_index("criterion")
    assert (found.actions[criterion], found.silent[criterion]) == (actions_, silent)
    assert found.areas[criterion] == actions_


def test_planned_meets_actual_only_where_both_are_given_and_visits_stay_apart():
    rows = actions(
        {"participants_reels": "40", "moins_26_reels": "30", "presences_reelles": "400"},
        {"participants_reels": "10", "participants_prevus": ""},
        {},
    )
    seen = summer.outcome(summer.summer(rows, 2021), date(2021, 9, 1))
    assert seen == {"over": 3, "told": 2, "both": 1, "planned": 60, "actual": 40,
                    "under_26": 30, "under_26_of": 40, "visits": 400, "ahead": 0}  # fmt: skip
    assert summer.outcome(summer.summer(rows, 2021), date(2021, 7, 1))["over"] == 0


def test_by_neighbourhood_money_sums_to_the_cent():
    rows = actions({"quartiers": f"{SOURCE} 1/3 ; {GIEN} 2/3"}, {"etat": "refusée"})
    table = summer.by_area(summer.summer(rows, 2021))
    assert int(table.requested.sum()) == 20_000  # the refused one was requested
    assert int(table.granted.sum()) == 10_000


def test_by_neighbourhood_what_is_not_given_stays_blank():
    rows = actions({"montant_accorde": "", "participants_prevus": ""})
    table = summer.by_area(summer.summer(rows, 2021)).set_index("area")
    assert table.loc[SOURCE, ["granted", "planned_participants", "paid"]].isna().all()
    assert summer.money(summer.summer(rows, 2021)) == {
        "requested": 10_000, "granted": None, "paid": None, "others": None,
    }  # fmt: skip


# --- what to chase ---------------------------------------------------------------------------

AT = date(2021, 7, 20)
PAID = {"montant_verse": "100.00", "participants_reels": "1"}


@pytest.mark.parametrize(("change", "reasons"), [
    (PAID, []),
    (PAID | {"participants_reels": ""}, ["uncounted"]),
    (PAID | {"montant_verse": "0.00"}, ["unpaid"]),
    ({"etat": "déposée", "debut": "2021-07-26", "fin": "2021-07-30"}, ["undecided"]),
    ({"etat": "déposée", "debut": "2021-08-23", "fin": "2021-08-27"}, []),         # not yet
    ({"etat": "projetée", "debut": "2021-08-23", "fin": "2021-08-27"}, ["unfiled"]),
    ({"etat": "annulée"}, ["unexplained"]),
    ({"etat": "annulée", "motif_annulation": "chaleur"}, []),
    ({"etat": "refusée"}, []),
    (PAID | {"debut": "2021-01-04", "fin": "2021-12-17"}, ["undated"]),
    (PAID | {"fin": "2021-07-30", "creneaux": ""}, ["unsaid"]),
])  # fmt: skip
def test_what_is_asked(change, reasons):
    found = summer.summer(actions(change), 2021)
    assert summer.chase(found, AT).reason.tolist() == reasons


def test_before_during_and_after_are_the_same_data():
    found = summer.summer(actions({"etat": "déposée"}, {}), 2021)
    asked = [summer.chase(found, date(2021, m, 20)).reason.tolist() for m in (4, 7, 9)]
    assert asked == [[], ["undecided", "uncounted", "unpaid"], ["undecided", "uncounted", "unpaid"]]
    ahead = [len(summer.empty_ahead(found, 2021, date(2021, m, 20))) for m in (4, 7, 9)]
    assert ahead == [188, 19 * 7, 0]


def test_the_calendar_is_in_order_and_says_what_is_indicative():
    dates = summer.calendar(2022)
    assert [d.when for d in dates] == sorted(d.when for d in dates)
    close = next(d for d in dates if d.label.startswith("Clôture"))
    assert (close.when, close.indicative) == (date(2022, 6, 1), True)


# --- upward ---------------------------------------------------------------------------------


def test_every_figure_is_the_sum_of_its_rows():
    rows = actions(
        {"participants_reels": "40", "moins_26_reels": "30", "presences_reelles": "400",
         "creneaux": "soirée"},
        {"participants_reels": "10", "presences_reelles": "25"}, {},
    )  # fmt: skip
    _, lines = upward.template()
    figures = upward.report(summer.summer(rows, 2021), 2021, lines)
    found = {figure.line.label: figure for figure in figures}
    people = found["Habitants touchés (participants réels, additionnés par action)"]
    assert (people.value, people.silent) == (50, ("A2",))
    assert found["Présences réelles"].value == 425  # and never 475
    assert found["Part des moins de 26 ans parmi eux"].value == 75  # 30 of 40, not of 50
    assert found["Actions en soirée ou le week-end"].value == 1
    for figure in figures:
        if figure.line.compte not in ("part_moins_26", "quartiers", "porteurs"):
            assert (figure.value or 0) == figure.rows.value.sum()


def test_a_figure_that_no_row_gives_is_not_zero():
    line = upward.Line(label="Séjours", compte="sejours")
    figure = upward.report(summer.summer(actions(), 2021), 2021, [line])[0]
    assert (figure.value, figure.silent) == (None, ("A0",))


def test_a_template_with_faults_is_told(tmp_path):
    place = tmp_path / "r.toml"
    place.write_text('[[champ]]\nlabel = "X"\ncompte = "participant_reels"\n'
                     '[[champ]]\nlabel = "Y"\ncompt = "actions"\n', "utf-8")  # fmt: skip
    with pytest.raises(QpvError) as told:
        upward.template(place)
    assert "Voulez-vous dire « participants_reels »" in str(told.value)
    assert "champ 2 : « compte, compt » inconnu, absent ou mal écrit" in str(told.value)


def test_a_twentieth_neighbourhood_is_not_needed():
    assert len(neighbourhoods()) == 19


POSTS = raw.REAL / "dispositifs"


@pytest.mark.skipif(not POSTS.is_dir(), reason=raw.NO_REAL)
def test_the_committed_posts_are_those_of_the_producer_s_files():
    """Otherwise: ``coverage.means_of(folder).to_csv("data/actions/moyens.csv", index=False)``."""
    counted = coverage.means_of(POSTS)
    committed = coverage.means().assign(usable=lambda r: r.usable.map({True: "yes", False: "no"}))
    assert counted.astype(str).values.tolist() == committed.astype(str).values.tolist()
