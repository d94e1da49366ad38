"""Contradictions are told, a notice each; money paid is never left out."""

import pandas as pd
import pytest
from registers import csv_file, read_csv, row

from qpvlib.actions import reading, register, summer, upward
from qpvlib.catalogue import Faults


def noticed(tmp_path, *rows):
    return reading.read(csv_file(tmp_path, *rows)).notices


LOST = "des actions refusées, irrecevables (« clôturée » en est) ou annulées ; vérifier l'état."
DOUBTS = [
    ({"etat": "Cloturée", "montant_accorde": "15000", "montant_verse": "15000"}, f"15 000,00 € versés à {LOST} La remontée les compte."),
    ({"etat": "Refusée", "montant_accorde": "4000"}, f"4 000,00 € accordés à {LOST}"),
    ({"etat": "annulée", "montant_verse": "10,50"}, f"10,50 € versés à {LOST} La remontée les compte."),
    ({"etat": "déposée", "montant_accorde": "4000"}, "4 000,00 € accordés ou versés à des actions encore en attente ; vérifier l'état."),
    ({"montant_accorde": ""}, "action accordée ou réalisée, sans montant accordé."),
    ({"montant_accorde": "0"}, "action accordée ou réalisée, sans montant accordé."),
    ({"montant_accorde": "4600"}, "100,00 € accordés de plus que demandé ; vérifier les deux montants."),
    ({"exercice": "2023"}, "des dates hors de l'exercice et de l'année qui le suit."),
    ({"exercice": "2019"}, "des dates hors de l'exercice et de l'année qui le suit."),
    ({"etat": "refusée", "participants_reels": "12"}, "des participants ou des présences, sans que l'action soit accordée."),
    ({"motif_annulation": "chaleur"}, "un motif d'annulation, sans que l'action soit annulée."),
    ({"autres_financeurs": "Commune 500 € ; Caf 1 000 €", "montant_autres": "1600"}, "les montants écrits à côté des autres financeurs ne font pas leur total."),
    ({"montant_autres": "1000", "Coût total": "5 000,00 €"}, "l'État et les autres financeurs dépassent le coût total du fichier."),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "told"), DOUBTS)
def test_two_statements_that_contradict_each_other_are_told(tmp_path, changes, told):
    assert f"Ligne 2 : {told}" in noticed(tmp_path, row(**changes))


SOUND = [
    {"montant_accorde": "4000", "montant_verse": "4000"}, {"etat": "déposée"}, {"etat": "refusée"},
    {"exercice": "2020"}, {"montant_autres": "500", "Coût total": "5000"},
    {"autres_financeurs": "Commune 500 € ; Caf 1 000 €", "montant_autres": "1500"},
    {"etat": "annulée", "motif_annulation": "chaleur", "montant_accorde": "0"},
]  # fmt: skip


@pytest.mark.parametrize("changes", SOUND)
def test_a_row_that_agrees_is_not_told(tmp_path, changes):
    assert [n for n in noticed(tmp_path, row(**changes)) if not n.startswith("Colonnes")] == []


def test_lines_that_share_a_doubt_are_told_once_with_their_sum(tmp_path):
    paid = {"etat": "refusée", "montant_accorde": "4000", "montant_verse": "4000"}
    told = noticed(tmp_path, row(**paid), row(reference="DA2", **paid))
    assert told[0].startswith("Ligne 2 (de même ligne 3) : 8 000,00 € versés")


def test_more_participants_than_attendances_planned_is_a_fault(tmp_path):
    with pytest.raises(Faults, match="au plus les 12 présences prévues"):
        reading.read(csv_file(tmp_path, row(presences_prevues="12")))


@pytest.fixture
def paid(tmp_path, opened):
    """The table of three actions: one granted and paid, one refused and paid, one not paid."""
    opened(register=tmp_path / "register")
    money = {"montant_accorde": "4000", "montant_verse": "4000"}
    rows = [
        row(**money), row(reference="DA2", etat="refusée", **money),
        row(reference="DA3", etat="refusée", montant_accorde="", montant_verse=""),
    ]  # fmt: skip
    register.keep(reading.read(csv_file(tmp_path, *rows)))
    return summer.summer(register.actions(), 2021)


def test_money_paid_is_never_left_out_of_the_upward_report(tmp_path, paid):
    title, lines = upward.template()
    figures = upward.report(paid, 2021, lines)
    names = {a.action: (a.bearer, a.title) for a in paid.itertuples()}
    upward.write_report(tmp_path / "r.csv", title, figures, names)
    found = {line[0]: line for line in read_csv(tmp_path / "r.csv", ";")}
    label, value, _, counted, silent, note = found["Montant versé (€)"]
    assert (value, counted, silent) == ("8000.0", "2", "1")
    assert (
        note == "4 000,00 € versés à 1 action ni accordée ni réalisée, compris : état à vérifier."
    )
    assert [line[1] for line in read_csv(tmp_path / "r-lignes.csv", ";") if line[0] == label] == [
        "DA1", "DA2",
    ]  # fmt: skip


def test_a_template_that_leaves_money_paid_out_says_so(paid):
    line = upward.Line(label="Versé", compte="montant_verse", etats=("granted",))
    (figure,) = upward.report(paid, 2021, [line])
    assert figure.value == 400_000
    assert figure.note.startswith(
        "4 000,00 € versés à 1 action ni accordée ni réalisée, non compris"
    )


def test_money_paid_is_on_the_board_too(paid):
    assert summer.money(paid)["paid"] == 800_000
    held = summer.by_area(paid).set_index("area").loc["QP045010"]
    assert held.paid == 800_000
    assert pd.notna(held.granted)


@pytest.fixture
def refused_action(tmp_path, opened):
    """A register of one refused action that gives 12 attendances."""
    opened(register=tmp_path / "register")
    one = row(etat="refusée", presences_reelles="12", participants_reels="")
    register.keep(reading.read(csv_file(tmp_path, one)))
    return frozenset({"DA1"})


def test_a_file_of_a_few_columns_is_compared_with_what_the_register_has(tmp_path, refused_action):
    later = {"reference": "DA1", "montant_verse": "4000", "sejours": "0"}
    found = reading.read(csv_file(tmp_path, later), known=refused_action)
    assert found.notices == []
    assert f"Action DA1 : 4 000,00 € versés à {LOST} La remontée les compte." in (
        register.merged(found).doubts
    )


def test_a_file_that_makes_the_register_impossible_is_refused(tmp_path, refused_action):
    later = {"reference": "DA1", "participants_reels": "30", "sejours": "0"}
    found = reading.read(csv_file(tmp_path, later), known=refused_action)
    with pytest.raises(Faults, match="au plus les 12 présences réelles"):
        register.keep(found)
    assert register.texts()["DA1"]["participants_reels"] == ""
