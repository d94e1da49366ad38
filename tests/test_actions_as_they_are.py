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
        "(3 100,00 € demandés).",
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


# --- headers ------------------------------------------------------------------------------------

WHO = "00012345600006"
PLATFORMS = {
    "OSIRIS": (
        "Numero Action Osiris;N° Dossier Compte Asso;Etat dossier;Exercice début;N° Siret;Nom;"
        "Type structure;Intitulé;QPV;Demandé;Accordé\n"
        f"DD45-21-0001-1;21-1;A justifier;2021;{WHO};Association Alpha;Association;Tournoi;"
        "QP045010;4500;4000\n",
        "DD45-21-0001-1",
    ),
    "OSIRIS, two rows": (
        "Dossier/action;;Bénéficiaire;;Territoires;;Caractéristiques actions;Cofinanceurs;;"
        "Montants et versements;;Suivi;\n"
        "Numero Action Osiris;Exercice budgetaire;N° Siret;Nom;Statut;QPV;Intitulé;Noms;"
        "Montants demandés;Demandé;Accordé;Etat dossier;Coût (total charges)\n"
        f"DD45-21-0001-1;2021;{WHO};Association Alpha;QPV;QP045010;Tournoi;Caf;700;4500;4000;"
        "A justifier;6000\n",
        "DD45-21-0001-1",
    ),
    "GISPRO": (
        "CHORUS EJ;Action de demande - Code dossier;Projet - Code dossier;Code SIRET;"
        "Direction du gestionnaire du dossier;Libellé de la famille de procédure;Montant engagé;"
        "Type de tiers;Raison sociale;Exercice;Libellé;QPV;Statut;Montant demandé\n"
        f"2100;DA00000001;PR00000009;{WHO};DDETS;P147;4000;Association;Association Alpha;2021;"
        "Tournoi;QP045010;A justifier;4500\n",
        "DA00000001",
    ),
    "Dauphin": (
        "exerciceBudgetaire;siretDemandeur;referenceAdministrative;intituleProjet;Demandeur;"
        "thematique.title;virtualStatusLabel;QPV;montantDemande;montantAccorde\n"
        f"2021;{WHO};DA00000001;Tournoi;Association Alpha;Sport;A justifier;QP045010;4500;4000\n",
        "DA00000001",
    ),
    "Le Compte Asso": (
        "N° Dossier Compte Asso;Exercice;Nom de l'association;SIRET;Intitulé du projet;"
        "Quartier prioritaire;Statut de la demande;Montant demandé;Montant accordé\n"
        f"21-000001;2021;Association Alpha;{WHO};Tournoi;La Source;A justifier;4500;4000\n",
        "21-000001",
    ),
    "SCDL": (
        "nomAttribuant;idAttribuant;referenceDecision;nomBeneficiaire;idBeneficiaire;objet;montant;"
        "nature;exercice;QPV;etat;montantDemande\n"
        f"Préfecture;1;D1;Association Alpha;{WHO};Tournoi;4000;aide en numéraire;2021;QP045010;"
        "accordée;4500\n",
        "D1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_titles_of_platforms_are_known(tmp_path, platform):
    text_, reference = PLATFORMS[platform]
    (tmp_path / "f.csv").write_text(text_, "utf-8")
    (one,) = reading.read(tmp_path / "f.csv").records
    assert (one["reference"], one["porteur"], one["intitule"]) == (
        reference, "Association Alpha", "Tournoi",
    )  # fmt: skip
    assert (one["montant_demande"], one["montant_accorde"], one["etat"]) == (
        450_000, 400_000, "accordée",
    )  # fmt: skip


def test_of_two_columns_the_first_of_the_declared_order_is_read_wherever_it_is(tmp_path):
    for titles in (["Projet - Code dossier", "Action - Code dossier"],
                   ["Action - Code dossier", "Projet - Code dossier"]):  # fmt: skip
        codes = {"Action - Code dossier": "DA1", "Projet - Code dossier": "PR9"}
        cells = {title: codes[title] for title in titles} | row(reference=None)
        found = read(tmp_path, cells)
        assert found.records[0]["reference"] == "DA1"
        assert found.notices == [
            "Deux colonnes pour un champ : « Action - Code dossier » est lue, « Projet - Code "
            "dossier » est laissée ; autre valeur ligne 2."
        ]


def test_a_group_that_is_not_of_an_action_gives_no_field(tmp_path):
    found = read(
        tmp_path, row() | {"Financeur principal - SIRET": "1", "Territoires - Statut": "x"}
    )
    assert found.records[0]["siret"] == WHO
    assert "« Territoires - Statut »" in found.notices[0]


def offered(folder, **columns):
    """Field and title of each suggestion, when some columns of a row are renamed."""
    cells = row(**dict.fromkeys(columns)) | dict(columns.values())
    told = [one for one in faults(folder, cells) if "Est-ce" in one]
    return {one.split("« ")[1].split(" »")[0]: one.split("Est-ce « ")[1].split(" »")[0]
            for one in told}  # fmt: skip


def test_no_column_is_offered_for_two_fields_and_cells_are_looked_at(tmp_path):
    assert offered(tmp_path, etat=("Statutt", "accordée")) == {"État": "Statutt"}
    assert offered(tmp_path, etat=("Statutt", "La Source")) == {}
    assert offered(tmp_path, porteur=("Structuree", "Association")) == {}
    both = offered(tmp_path, reference=("Etatt", "DA1"), etat=("Etat du dossierr", "accordée"))
    assert both == {"État": "Etat du dossierr"}
    near = "Nom de l'associationn"  # near a title of the action too
    assert offered(tmp_path, porteur=(near, "Les Ateliers"), intitule=("x", "Tournoi")) == {
        "Porteur": near
    }


@pytest.mark.parametrize(("head", "told"), [
    ("Code UAI;Nom établissement;Commune", "une liste d'établissements scolaires"),
    ("Nom;Prénom;Date de naissance;Quartier", "une liste de bénéficiaires ou de participants"),
])  # fmt: skip
def test_a_file_of_another_kind_is_known_in_one_sentence(tmp_path, head, told):
    (tmp_path / "f.csv").write_text(f"{head}\n{';'.join('abcd'[: head.count(';') + 1])}\n", "utf-8")
    with pytest.raises(Faults) as refused:
        reading.read(tmp_path / "f.csv")
    assert len(refused.value.faults) == 1
    assert told in str(refused.value)


def test_empty_not_communicated_and_zero_are_told_apart(tmp_path):
    found = read(
        tmp_path, row(participants_reels=""), row(reference="DA2", participants_reels="NC"),
        row(reference="DA3", participants_reels="0"),
    )  # fmt: skip
    assert [one["participants_reels"] for one in found.records] == [None, None, 0]
    assert "« participants_reels » : non communiqué, et non zéro : ligne 3." in found.notices


def test_a_page_says_that_an_action_is_outside_every_neighbourhood(tmp_path, opened):
    from datetime import date

    from bs4 import BeautifulSoup

    from qpvlib.actions import summer
    from qpvlib.pages import summer as board

    opened(register=tmp_path / "register")
    register.keep(read(tmp_path, row(quartiers="Hors QPV")))
    found = summer.summer(register.actions(), 2021)
    page = board.summer_week(found, 2021, date(2021, 8, 20))
    told = BeautifulSoup(page.html, "html.parser").get_text(" ", strip=True)
    assert "DA1, hors quartier prioritaire, finie le" in told.replace("\xa0", " ")
