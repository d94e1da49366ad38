"""Files as people really have them: funders in lines, codes with names, notes, real headers."""

from fractions import Fraction

import pytest
from registers import csv_file, openpyxl_file, row, table, text

from qpvlib.actions import reading, register
from qpvlib.actions.places import shares
from qpvlib.catalogue import Faults

HALF = Fraction(1, 2)
ONE, TWO = "QP045010", "QP045011"


def read(folder, *rows, **how):
    return reading.read(csv_file(folder, *rows), **how)


def faults(folder, *rows, **how):
    with pytest.raises(Faults) as refused:
        read(folder, *rows, **how)
    return [str(fault) for fault in refused.value.faults]


# --- neighbourhoods ---------------------------------------------------------------------------

ALONE = [
    "QP045010 - La Source", "La Source (QP045010)", "Orléans - La Source", "Quartier de La Source",
    "QP045010 – La Source, Orléans", "QN04505M : La Source", "QPV La Source (Orléans)",
]  # fmt: skip
SEVERAL = [
    "QP045010 QP045011", "QP045010/QP045011", "QP045010 et QP045011", "La Source et Argonne",
    "QP045010 - La Source, QP045011 - Argonne", "La Source (QP045010) Argonne (QP045011)",
]  # fmt: skip
WRONG = [
    "QP045010 - Argonne", "QP045010 - Gien", "hors QP045010", "QP045010 sauf Bolière",
    "QP045010 - La Source et Argonne", "quartiers nord et centre-ville", 
    "Tous les QPV de Marseille",
    "QP045010 - 2021", "Orléans",
]  # fmt: skip


@pytest.mark.parametrize("cell", ALONE)
def test_a_code_and_its_names_are_one_neighbourhood(tmp_path, cell):
    assert read(tmp_path, row(quartiers=cell)).records[0]["quartiers"] == ((ONE, Fraction(1)),)


@pytest.mark.parametrize("cell", SEVERAL)
def test_several_neighbourhoods_ask_for_shares_or_are_equal_if_asked(tmp_path, cell):
    assert "une part pour chaque quartier" in faults(tmp_path, row(quartiers=cell))[0]
    held = read(tmp_path, row(quartiers=cell), equal=True).records[0]["quartiers"]
    assert held == ((ONE, HALF), (TWO, HALF))


@pytest.mark.parametrize("cell", WRONG)
def test_what_contradicts_a_code_or_is_no_neighbourhood_is_refused(tmp_path, cell):
    for equal in (False, True):
        assert len(faults(tmp_path, row(quartiers=cell), equal=equal)) == 1


def test_a_code_wins_over_the_words_beside_it_and_that_is_told(tmp_path):
    found = read(tmp_path, row(quartiers="QP045010 - secteur Bolière"))
    assert found.records[0]["quartiers"] == ((ONE, Fraction(1)),)
    assert found.notices == ["Mots à côté d'un code de quartier, le code seul est lu : ligne 2."]


def test_all_the_neighbourhoods_are_said_and_shared_only_if_asked(tmp_path):
    assert "(parts égales entre 19)" in faults(tmp_path, row(quartiers="Tous les QPV"))[0]
    held = read(tmp_path, row(quartiers="Tous les QPV"), equal=True).records[0]["quartiers"]
    assert [share for _, share in held] == [Fraction(1, 19)] * 19
    gien = read(tmp_path, row(quartiers="tous les QPV de Gien"), equal=True).records[0]
    assert gien["quartiers"] == (("QP045016", HALF), ("QP045017", HALF))


def test_outside_every_neighbourhood_is_kept_and_read_back(tmp_path, opened):
    opened(register=tmp_path / "register")
    register.keep(read(tmp_path, row(quartiers="Hors QPV")))
    assert register.texts()["DA1"]["quartiers"] == "hors QPV"
    assert register.actions().neighbourhoods[0] == ()


def test_a_name_that_the_user_declares_holds_several_neighbourhoods(tmp_path):
    own = tmp_path / "synonymes.toml"
    own.write_text(f'[quartiers]\n"Cœur de ville" = "{ONE} 1/2 ; {TWO} 1/2"\n', "utf-8")
    held = read(tmp_path, row(quartiers="cœur de ville"), synonyms=own).records[0]["quartiers"]
    assert held == ((ONE, HALF), (TWO, HALF))
    from qpvlib.actions.contract import words

    assert shares("Cœur de ville", words(own)) == held


# --- one line a funder --------------------------------------------------------------------------


def funded(funder, asked, granted, **changes):
    amounts = {"montant_demande": asked, "montant_accorde": granted}
    return row(**amounts, **changes) | {"Financeur": funder}


def test_the_lines_of_an_action_are_gathered_the_state_apart(tmp_path):
    found = read(
        tmp_path, funded("État - Politique de la ville", "4500", "4000"),
        funded("Commune d'Orléans", "1500", "1000"), funded("Caf", "700", ""),
        funded("Département", "900", "0", etat="refusée"),
    )  # fmt: skip
    (one,) = found.records
    assert (one["montant_demande"], one["montant_accorde"]) == (450_000, 400_000)
    assert one["montant_autres"] == 170_000  # granted, else asked, and nothing of a refusal
    assert one["autres_financeurs"] == "Commune d'Orléans ; Caf ; Département"
    assert one["etat"] == "accordée"
    assert found.notices[-2:] == [
        "DA1, ligne 5 : « etat » n'est pas celui de la ligne 2, qui est gardé.",
        "1 action sur plusieurs lignes, réunie par référence (ligne 2 (de même lignes 3, 4, 5)). "
        "État : État - Politique de la ville ; autres : Commune d'Orléans, Caf, Département "
        "(3100,00 € demandés).",
    ]


def test_an_action_that_only_others_fund_has_no_amount_of_the_state(tmp_path):
    (one,) = read(tmp_path, funded("Caf", "700", "600")).records
    assert (one["montant_demande"], one["montant_accorde"]) == (None, None)
    assert (one["montant_autres"], one["autres_financeurs"]) == (60_000, "Caf")


@pytest.mark.parametrize(("second", "told"), [
    (funded("Caf", "700", "600", intitule="Autre"), "avec un autre contenu (« intitule »)"),
    (funded("", "700", "600"), "attendu : le financeur de chaque ligne d'une action"),
    (funded("État - DREAL", "700", "600"), "« État - DREAL » ; attendu : un financeur dont"),
])  # fmt: skip
def test_lines_that_cannot_be_gathered_are_refused(tmp_path, second, told):
    assert told in faults(tmp_path, funded("ANCT", "4500", "4000"), second)[0]


def test_without_funders_the_lines_are_added_up_only_if_asked(tmp_path):
    rows = row(montant_accorde="4000"), row(montant_demande="1500", montant_accorde="1000")
    assert "importer avec --gather" in faults(tmp_path, *rows)[0]
    found = read(tmp_path, *rows, summed=True)
    assert found.records[0]["montant_demande"] == 600_000
    assert found.notices == [
        "1 action sur plusieurs lignes, réunie par référence (ligne 2 (de même ligne 3)) : "
        "montants additionnés, tous à l'État (--gather)."
    ]


# --- notes and totals ---------------------------------------------------------------------------


@pytest.mark.parametrize("note", [
    "Source : Dauphin, extraction du 12/07/2021", "* montants provisoires", "(1) hors report",
    "Extraction du service", "Note : à compléter",
])  # fmt: skip
@pytest.mark.parametrize("padded", [True, False])
def test_a_note_under_the_table_is_told_in_one_line(tmp_path, note, padded):
    end = ";" * (len(row()) - 1) if padded else ""
    (tmp_path / "f.csv").write_text(f"{text([row()])}\r\n{note}{end}\r\n", "utf-8", newline="")
    found = reading.read(tmp_path / "f.csv")
    assert len(found.records) == 1
    assert found.notices == ["Ligne 4 : note ou source, non lue."]


def test_a_lone_reference_is_a_row_to_complete_and_no_note(tmp_path):
    lone = dict.fromkeys(row(), "") | {"reference": "DA2"}
    assert len(faults(tmp_path, row(), lone)) > 1


@pytest.mark.parametrize("last", [
    {"intitule": "TOTAL", "montant_demande": "9000"}, {"reference": "Totaux"},
    {"montant_demande": "9 000,00"}, {"porteur": "Total général", "participants_prevus": "120"},
])  # fmt: skip
def test_totals_are_told_in_one_line(tmp_path, last):
    rows = row(), row(reference="DA2"), dict.fromkeys(row(), "") | last
    found = read(tmp_path, *rows)
    assert len(found.records) == 2
    assert found.notices == ["Ligne 4 : total, non importé."]


def test_amounts_alone_that_are_no_sum_are_a_row_to_complete(tmp_path):
    rows = row(), row(reference="DA2"), dict.fromkeys(row(), "") | {"montant_demande": "9001"}
    assert len(faults(tmp_path, *rows)) > 1


def test_notes_of_a_workbook_are_told_too(tmp_path):
    cells = [*table([row()]), [], ["Source : Dauphin"]]
    found = reading.read(openpyxl_file(tmp_path / "f.xlsx", cells))
    assert "Ligne 4 : note ou source, non lue." in found.notices
