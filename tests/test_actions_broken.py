"""Broken registers: each with its exact message, all faults at once, and nothing changed."""

import pytest
from registers import archive, csv_file, openpyxl_file, row, table, text

from qpvlib.actions import reading, register
from qpvlib.catalogue import Faults

CELL = "Fichier f.csv, ligne 2, colonne « {} » : {}"
CELLS = [
    ({"montant_demande": "12 k€"}, "montant_demande", "« 12 k€ » ; attendu : un montant en euros. Écrire le montant entier, sans k ni M."),
    ({"montant_demande": "1,234"}, "montant_demande", "« 1,234 » ; attendu : un montant qui ne se lit que d'une façon. Écrire 1234 ou 1,23, selon ce qui est voulu."),
    ({"montant_demande": "-50"}, "montant_demande", "« -50 » ; attendu : un montant positif ou nul. Écrire le montant sans signe."),
    ({"montant_demande": "environ 3000"}, "montant_demande", "« environ 3000 » ; attendu : un montant en euros. Écrire des chiffres, par exemple 4500 ou 4 500,00 €."),
    ({"montant_demande": "4500,1234"}, "montant_demande", "« 4500,1234 » ; attendu : au plus deux décimales. Arrondir au centime."),
    ({"montant_demande": "900000000"}, "montant_demande", "« 900000000 » ; attendu : au plus 100000000. Vérifier l'unité et la virgule."),
    ({"montant_demande": "#REF!"}, "montant_demande", "l'erreur « #REF! » ; attendu : une valeur. Corriger la formule du tableur."),
    ({"participants_prevus": "60-80"}, "participants_prevus", "« 60-80 » ; attendu : un nombre entier. Écrire un seul nombre, en chiffres, sans mot ni décimale."),
    ({"exercice": "2021-2022"}, "exercice", "« 2021-2022 » ; attendu : un nombre entier. Écrire un seul nombre, en chiffres, sans mot ni décimale."),
    ({"exercice": "21"}, "exercice", "« 21 » ; attendu : au moins 2014. Vérifier la valeur."),
    ({"debut": "07/25/2021"}, "debut", "« 07/25/2021 » ; attendu : une date qui existe. Mois et jour semblent inversés : écrire jour/mois/année."),
    ({"debut": "31/06/2021"}, "debut", "« 31/06/2021 » ; attendu : une date qui existe. Vérifier le jour et le mois."),
    ({"debut": "05/07/21"}, "debut", "« 05/07/21 » ; attendu : une date dont l'année a quatre chiffres. Écrire par exemple 05/07/2021."),
    ({"debut": "début juillet"}, "debut", "« début juillet » ; attendu : une date. Écrire 05/07/2021, 2021-07-05 ou 5 juillet 2021."),
    ({"debut": "05/07/1921"}, "debut", "« 05/07/1921 » ; attendu : une date de 2014 à 2040. Vérifier l'année."),
    ({"fin": "01/07/2021"}, "fin", "« 2021-07-01 » ; attendu : une fin qui suit le début. Échanger les deux dates."),
    ({"siret": "00012345600007"}, "siret", "« 00012345600007 » ; attendu : un SIRET dont la clé est juste. Vérifier chaque chiffre."),
    ({"siret": "1,00E+13"}, "siret", "« 1,00E+13 » ; attendu : les 14 chiffres d'un SIRET. Mettre la colonne en texte et reprendre le SIRET : ses chiffres sont perdus."),
    ({"siret": "732829320"}, "siret", "« 732829320 » ; attendu : les 14 chiffres d'un SIRET. C'est un SIREN : ajouter les 5 chiffres de l'établissement."),
    ({"siret": "000000000"}, "siret", "« 000000000 » ; attendu : les 14 chiffres d'un SIRET. Laisser vide si le SIRET n'est pas connu, et donner le RNA."),
    ({"siret": ""}, "siret", "une cellule vide ; attendu : un SIRET ou un RNA. Donner l'un des deux."),
    ({"siret": None, "rna": "W45"}, "rna", "« W45 » ; attendu : W suivi de neuf chiffres. Reprendre le numéro du répertoire des associations."),
    ({"quartiers": "la sourse"}, "quartiers", "« la sourse » ; attendu : le code ou le nom d'un quartier. Voulez-vous dire QP045010 (La Source) ? L'écrire, ou déclarer ce nom dans synonymes.toml, [quartiers]."),
    ({"quartiers": "QP045099"}, "quartiers", "« QP045099 » ; attendu : le code ou le nom d'un quartier. Voulez-vous dire QP045019 (Saint Aignan) ? L'écrire, ou déclarer ce nom dans synonymes.toml, [quartiers]."),
    ({"quartiers": "Marseille"}, "quartiers", "« Marseille » ; attendu : le code ou le nom d'un quartier. Liste : qpv list."),
    ({"quartiers": "QP045010, QP045011"}, "quartiers", "« QP045010, QP045011 » ; attendu : une part pour chaque quartier. Écrire par exemple « QP045010 60 % ; QP045011 40 % », ou importer avec --equal."),
    ({"quartiers": "QP045010 60 %, QP045011 39,9 %"}, "quartiers", "des parts qui font 99,9 % ; attendu : des parts qui font 100 %. Ajuster les parts (1/3 est admis)."),
    ({"quartiers": "QP045010 60, QP045011 40"}, "quartiers", "« QP045010 60, QP045011 40 » ; attendu : une part en pour cent ou entre 0 et 1. Écrire « QP045010 60 % »."),
    ({"quartiers": "QP045010 50 %, La Source 50 %"}, "quartiers", "QP045010 deux fois ; attendu : chaque quartier une fois. Additionner ses parts."),
    ({"quartiers": "QP045010 0 %, QP045011 100 %"}, "quartiers", "« QP045010 0 %, QP045011 100 % » ; attendu : des parts supérieures à zéro. Retirer le quartier dont la part est nulle."),
    ({"etat": "en discussion"}, "etat", "« en discussion » ; attendu : l'un de : projetée, déposée, accordée, réalisée, refusée, irrecevable, annulée. L'ajouter à synonymes.toml si c'est un autre nom de l'un d'eux (etat)."),
    ({"etat": "acordée"}, "etat", "« acordée » ; attendu : l'un de : projetée, déposée, accordée, réalisée, refusée, irrecevable, annulée. Voulez-vous dire « accordée » ?"),
    ({"etat": ""}, "etat", "une cellule vide ; attendu : une valeur. Compléter la cellule."),
    ({"theme": "9.9"}, "theme", "« 9.9 » ; attendu : un thème du programme 147, période 2020-2023. Voir data/catalogue/nomenclatures.toml, ou synonymes.toml, [themes]."),
    ({"theme": "Sport et loisirss"}, "theme", "« Sport et loisirss » ; attendu : un thème du programme 147, période 2020-2023. Voulez-vous dire 1.5b (Sport et loisir) ?"),
    ({"semaines": "54"}, "semaines", "« 54 » ; attendu : des numéros de semaine, de 1 à 53. Écrire par exemple « 27 ; 28 ; 32-34 »."),
    ({"semaines": "27, 33"}, "semaines", "« 33 » ; attendu : des semaines entre le 05/07/2021 et le 16/07/2021. Corriger les semaines ou les dates."),
    ({"participants_reels": "10", "moins_26_reels": "12"}, "moins_26_reels", "« 12 » ; attendu : au plus les 10 participants réels. Vérifier les deux nombres."),
    ({"participants_reels": "30", "presences_reelles": "12"}, "participants_reels", "« 30 » ; attendu : au plus les 12 présences réelles. Participants et présences sont peut-être inversés."),
    ({"montant_accorde": "100", "montant_verse": "100,01"}, "montant_verse", "« 100,01 » ; attendu : au plus l'accordé (100,00 €). Vérifier les deux montants."),
    ({"porteur": "Dr Durand"}, "porteur", "un nom précédé d'une civilité ; attendu : aucune donnée personnelle. Écrire la fonction ou la structure, sans nom ni coordonnées."),
    ({"commentaire": "voir Mme Durand"}, "commentaire", "un nom précédé d'une civilité ; attendu : aucune donnée personnelle. Écrire la fonction ou la structure, sans nom ni coordonnées."),
    ({"commentaire": "rappeler au 06 12 34 56 78"}, "commentaire", "un numéro de téléphone ; attendu : aucune donnée personnelle. Écrire la fonction ou la structure, sans nom ni coordonnées."),
    ({"autres_financeurs": "exemple@exemple.fr"}, "autres_financeurs", "une adresse électronique ; attendu : aucune donnée personnelle. Écrire la fonction ou la structure, sans nom ni coordonnées."),
    ({"Divers": "06 12 34 56 78"}, "Divers", "un numéro de téléphone ; attendu : aucune donnée personnelle. Supprimer la colonne, ou l'ajouter à [contacts] de data/actions/synonymes.toml."),
    ({"intitule": "x" * 301}, "intitule", f"« {'x' * 60}… » ; attendu : au plus 300 caractères. Raccourcir."),
]  # fmt: skip


def told(path, **how):
    """Messages of a file that is refused."""
    with pytest.raises(Faults) as refused:
        reading.read(path, **how)
    return [str(fault) for fault in refused.value.faults]


@pytest.mark.parametrize(("changes", "column", "message"), CELLS)
def test_a_wrong_cell_is_told_exactly(tmp_path, changes, column, message):
    path = csv_file(tmp_path, row(**changes))
    assert told(path) == [CELL.format(column, message)]


HEAD = "Fichier f.csv, ligne 1"
ADD = "L'ajouter, ou donner son autre nom dans data/actions/synonymes.toml, [colonnes], etat."
STRUCTURES = [
    ("", "Fichier f.csv : le fichier est vide ; attendu : un fichier CSV, XLSX ou ODS. Reprendre l'export."),
    ("<!DOCTYPE html><html>", "Fichier f.csv : une page web, et non un tableau ; attendu : un fichier CSV, XLSX ou ODS. Se reconnecter à la plateforme et télécharger de nouveau."),
    ("%PDF-1.4", "Fichier f.csv : un document PDF ; attendu : un fichier CSV, XLSX ou ODS. Demander le tableau, non son impression."),
    ("\n;;\n", "Fichier f.csv : aucune cellule remplie ; attendu : un tableau. Vérifier que c'est le bon fichier."),
    ("a;b\n1;2\n", "Fichier f.csv : aucune ligne d'en-tête reconnue ; attendu : des titres de colonne comme « Référence », « Exercice », « Porteur », « Intitulé », « Quartiers et parts », « État ». Vérifier que la première ligne du tableau porte les titres, ou ajouter les vôtres à data/actions/synonymes.toml."),
    (text([row(etat=None)]), f"{HEAD}, colonne « État » : colonne absente ; attendu : une colonne obligatoire. {ADD}"),
    (text([row(etat=None) | {"Statutt": "accordée"}]), f"{HEAD}, colonne « État » : colonne absente ; attendu : une colonne obligatoire. Est-ce « Statutt » ? Le dire dans data/actions/synonymes.toml, [colonnes], etat."),
    (text([row() | {"Statut": "accordée"}]), f"{HEAD} : deux colonnes pour le même champ (« etat », « Statut ») ; attendu : une seule. Retirer celle qui ne sert pas."),
    (text([row() | {"Prénom de l'enfant": "x"}]), f"{HEAD}, colonne « Prénom de l'enfant » : une colonne qui semble nommer des personnes ; attendu : aucune donnée personnelle. La supprimer, ou l'ajouter à [contacts] de data/actions/synonymes.toml pour qu'elle soit jetée."),
    (text([row()]).split("\r\n")[0], "Fichier f.csv : aucune ligne sous l'en-tête ; attendu : une ligne par action. Vérifier l'export."),
    (text([row()]).replace("Tournoi", '"Tournoi'), "Fichier f.csv, ligne 2 : guillemet jamais refermé ; attendu : des cellules entre guillemets droits. Reprendre l'export d'origine, sans l'enregistrer depuis un tableur."),
    (text([row(intitule="Ã©tÃ©")]), "Fichier f.csv, ligne 2 : caractères abîmés (« Ã© ») ; attendu : un texte lisible. Reprendre l'export d'origine, sans l'enregistrer depuis un tableur."),
    (text([row(), row(intitule="Autre")]), "Fichier f.csv, ligne 3, colonne « reference » : « DA1 » est déjà à la ligne 2, avec un autre contenu (« intitule ») ; attendu : une ligne par action. Réunir les deux lignes, ou donner deux références."),
]  # fmt: skip


@pytest.mark.parametrize(("content", "message"), STRUCTURES)
def test_a_wrong_structure_is_told_exactly(tmp_path, content, message):
    path = tmp_path / "f.csv"
    path.write_text(content, "utf-8", newline="")
    assert told(path) == [message]


def test_structure_comes_before_rows_and_all_is_told_at_once(tmp_path):
    bad = row(etat=None, debut="hier", montant_demande="x")
    messages = told(csv_file(tmp_path, bad, bad | {"reference": "DA2"}))
    assert [m.split(" : ")[0] for m in messages] == [
        "Fichier f.csv, ligne 1, colonne « État »",
        "Fichier f.csv, ligne 2, colonne « debut »",
        "Fichier f.csv, ligne 2, colonne « montant_demande »",
    ]
    assert "« hier » (de même ligne 3)" in messages[1]


# --- workbooks -------------------------------------------------------------------------------

BOOK = "Fichier f.xlsx : {} ; attendu : un classeur XLSX ou ODS. {}"
PARTS = {"xl__workbook_DOT_xml": "<workbook/>"}


def sheet(*cells):
    return {**PARTS, "xl__worksheets__sheet1_DOT_xml": f"<sheetData>{''.join(cells)}</sheetData>"}


FAR = '<row><c r="XFD1048576" t="n"><v>1</v></c></row>'
FORMULA = '<row><c r="B7"><f>1+1</f></c></row>'
BOOKS = [
    (PARTS | {"xl__vbaProject_DOT_bin": "x"}, BOOK.format("un classeur qui contient des macros", "L'enregistrer en .xlsx ou .ods, sans macro.")),
    ({"a_DOT_txt": "x"}, BOOK.format("une archive, et non un classeur", "Enregistrer le tableau en XLSX, ODS ou CSV.")),
    (sheet("<!DOCTYPE x [<!ENTITY a 'b'>]>"), BOOK.format("un classeur dont le contenu déclare des entités", "L'ouvrir dans un tableur et l'enregistrer de nouveau.")),
    (sheet(FAR), "Fichier f.xlsx : une cellule remplie à la ligne 1048576, colonne 16384 ; attendu : un tableau de moins de 100 000 lignes et 400 colonnes. Supprimer ce qui est loin du tableau, ou le copier dans un classeur neuf."),
    (sheet(FORMULA), "Fichier f.xlsx : des formules sans résultat enregistré (B7) ; attendu : des valeurs. L'ouvrir dans un tableur et l'enregistrer de nouveau, ou coller les valeurs à la place des formules."),
    (PARTS | {"elsewhere__part_DOT_xml": FAR}, "Fichier f.xlsx : une cellule remplie à la ligne 1048576, colonne 16384 ; attendu : un tableau de moins de 100 000 lignes et 400 colonnes. Supprimer ce qui est loin du tableau, ou le copier dans un classeur neuf."),
    (PARTS | {"xl__worksheets__sheet1_DOT_xml": FAR.encode("utf-16")}, BOOK.format("un classeur écrit en UTF-16, que rien n'écrit d'ordinaire", "L'ouvrir dans un tableur et l'enregistrer de nouveau.")),
    (PARTS, BOOK.format("classeur illisible", "L'ouvrir dans un tableur et l'enregistrer de nouveau.")),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "message"), BOOKS)
def test_a_hostile_workbook_is_refused(tmp_path, parts, message):
    assert told(archive(tmp_path / "f.xlsx", **parts)) == [message]


def test_a_zip_bomb_is_refused_before_it_unfolds(tmp_path, monkeypatch):
    monkeypatch.setattr("qpvlib.tables.safety.MOST_UNFOLDED", 2_000_000)
    path = archive(tmp_path / "f.xlsx", **PARTS, bomb=b"0" * 5_000_000)
    assert path.stat().st_size < 10_000
    message = "un classeur qui se déplie en plus de 600 Mo. Reprendre l'export d'origine."
    assert told(path) == [f"Fichier f.xlsx : {message}"]


def test_an_ods_whose_rows_repeat_for_ever_is_refused(tmp_path):
    cell = '<table:table-cell office:value-type="float" office:value="1"/>'
    rows = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row> '
    path = archive(tmp_path / "f.ods", content_DOT_xml=f'<table:table table:name="A">{rows}')
    assert "une cellule remplie à la ligne 1048576, colonne 1" in told(path)[0]


def test_an_old_or_protected_workbook_is_refused(tmp_path):
    (tmp_path / "f.xlsx").write_bytes(b"\xd0\xcf\x11\xe0" + b"0" * 100)
    assert "un ancien classeur .xls, ou un classeur protégé" in told(tmp_path / "f.xlsx")[0]


def test_a_cut_workbook_is_refused(tmp_path):
    path = openpyxl_file(tmp_path / "f.xlsx", table([row()]))
    path.write_bytes(path.read_bytes()[:3000])
    assert told(path)[0].startswith("Fichier f.xlsx : classeur illisible, coupé ou protégé")


def test_two_sheets_that_hold_a_table_ask_for_one(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for sheet_ in (book.active, book.create_sheet("Bis")):
        for line in table([row()]):
            sheet_.append(line)
    book.save(tmp_path / "f.xlsx")
    found = "plusieurs feuilles portent un tableau (« Bis », « Sheet »)"
    assert told(tmp_path / "f.xlsx") == [
        f"Fichier f.xlsx : {found} ; attendu : une seule. Dire laquelle : --sheet NOM."
    ]
    assert len(reading.read(tmp_path / "f.xlsx", "Bis").records) == 1
    assert "pas de feuille « Ter »" in told(tmp_path / "f.xlsx", sheet="Ter")[0]


def test_ages_that_a_spreadsheet_took_for_dates_are_refused(tmp_path):
    from datetime import datetime

    path = openpyxl_file(tmp_path / "f.xlsx", [
        [*row(), "ages"], [*row().values(), datetime(2021, 12, 17)],
    ])  # fmt: skip
    assert "une date (2021-12-17)" in told(path)[0]
    assert "mettre la colonne au format texte" in told(path)[0]


def test_a_serial_date_of_a_workbook_dated_since_1904_is_refused(tmp_path):
    import openpyxl
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    for line in ([*row()], [*row(debut=None).values()]):
        book.active.append(line)
    book.active["H2"] = 42917
    book.save(tmp_path / "f.xlsx")
    assert any("daté depuis 1904" in message for message in told(tmp_path / "f.xlsx"))


def test_millions_of_empty_rows_are_read_as_nothing(tmp_path):
    path = openpyxl_file(tmp_path / "f.xlsx", table([row()]))
    import zipfile

    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    empty = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(3, 300_000))
    part = "xl/worksheets/sheet1.xml"
    parts[part] = parts[part].replace(b"</sheetData>", empty.encode() + b"</sheetData>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    assert len(reading.read(path).records) == 1


def test_a_refused_file_changes_nothing(tmp_path, opened):
    folder = opened(register=tmp_path / "register").register
    register.keep(reading.read(csv_file(tmp_path)))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(Faults):
        register.keep(reading.read(csv_file(tmp_path, row(debut="hier"))))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_thousand_wrong_rows_are_one_message(tmp_path):
    rows = [row(reference=f"DA{n}", debut="hier") for n in range(1000)]
    messages = told(csv_file(tmp_path, *rows))
    assert len(messages) == 1
    assert "(de même lignes 3, 4, 5, 6, 7 et 994 autres)" in messages[0]


def test_many_values_wrong_in_one_way_are_one_line_on_screen(tmp_path):
    rows = [row(reference=f"DA{n}", montant_demande=f"x{n}") for n in range(50)]
    with pytest.raises(Faults) as refused:
        reading.read(csv_file(tmp_path, *rows))
    assert len(refused.value.faults) == 50  # the page has them all
    said = str(refused.value).splitlines()
    assert said[0] == "50 défauts ; rien n'est importé, le registre n'a pas changé."
    assert len(said) == 2
    assert (
        "« x0 », « x1 », « x2 » et 47 autres (de même lignes 3, 4, 5, 6, 7 et 44 autres)" in said[1]
    )
