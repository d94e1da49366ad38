"""Registers read from anyone's tools, merged without losing a row or a cent."""

import random
import shutil
import tempfile
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registers import (
    csv_file,
    odf_file,
    openpyxl_file,
    read_csv,
    row,
    table,
    text,
    typed,
    xlsxwriter_file,
)

from qpvlib.actions import (
    checks,
    contract,
    coverage,
    documentation,
    reading,
    register,
    values,
)
from qpvlib.catalogue import QpvError
from qpvlib.project import current

TWO = [
    row(),
    row(reference="DA2", quartiers="QP045010 1/3 ; QP045011 2/3", montant_demande="1 234,56 €"),
]


def records(path, **how):
    return reading.read(path, **how).records


# --- the same register, saved by anyone ---------------------------------------------------------

SAVED = {
    "openpyxl": lambda folder: openpyxl_file(folder / "r.xlsx", table(TWO)),
    "xlsxwriter": lambda folder: xlsxwriter_file(folder / "r.xlsx", table(TWO)),
    "odfpy": lambda folder: odf_file(folder / "r.ods", table(TWO)),
    "cp1252": lambda folder: csv_file(folder, *TWO, encoding="cp1252"),
    "utf-8-sig": lambda folder: csv_file(folder, *TWO, encoding="utf-8-sig"),
    "utf-16": lambda folder: csv_file(folder, *TWO, encoding="utf-16", delimiter="\t"),
    "comma": lambda folder: csv_file(folder, *TWO, delimiter=","),
}


@pytest.mark.parametrize("tool", SAVED)
def test_the_same_register_reads_the_same_whoever_saved_it(tmp_path, tool):
    assert records(SAVED[tool](tmp_path)) == records(csv_file(tmp_path, *TWO, name="reference.csv"))


def test_a_platform_s_export_is_read_as_it_comes(tmp_path):
    above = "Export du 12/07/2021;;;;;;;\r\n;;;;;;;\r\n;;;;Montants;;Participants;\r\n"
    lines = (
        "Code action;Exercice;Raison sociale;QPV;demandé;accordé;prévus;réels;Statut;RNA;Titre;"
        "Courriel\r\nDA1;2021;Alpha (exemple);Argonne;4 500,00 €;4000;60;;A été versé;"
        "w999999999;Tournoi;x@y.fr\r\nTotal;;;;4500;4000;;;;;;\r\n"
    )
    path = tmp_path / "export.csv"
    path.write_bytes((above + lines).encode("cp1252"))
    found = reading.read(path)
    one = found.records[0]
    assert one["montant_demande"] == 450_000
    assert (one["quartiers"], one["etat"]) == ((("QP045011", Fraction(1)),), "accordée")
    assert (one["participants_prevus"], one["participants_reels"]) == (60, None)
    assert found.notices == [
        "Encodage reconnu : cp1252.",
        "2 lignes au-dessus de l'en-tête : non lues.",
        "Colonnes de contact jetées sans être lues : « Courriel ».",
        "Ligne 6 : total, non importé.",
    ]


def test_a_mixed_encoding_is_told_and_read(tmp_path):
    first, second = text([row(intitule="Été")]), text([row(reference="DA2", intitule="Fête")])
    path = tmp_path / "f.csv"
    path.write_bytes(first.encode() + second.split("\r\n")[1].encode("cp1252"))
    found = reading.read(path)
    assert [r["intitule"] for r in found.records] == ["Été", "Fête"]
    assert found.notices == [
        "Encodages mêlés : ligne 3 lue en Windows-1252, les autres en UTF-8."
    ]  # fmt: skip


@pytest.mark.parametrize("cell", ["05/07/2021", "2021-07-05", "5 juillet 2021", "44382", 44382.0])
def test_a_date_is_read_in_three_forms_or_as_a_number(cell):
    assert values.day(cell) == date(2021, 7, 5)


@pytest.mark.parametrize("name", ["QN04505M", "la source", "QPV La Source", "La Source (Orléans)"])
def test_a_neighbourhood_is_known_by_either_code_or_its_name(tmp_path, name):
    assert records(csv_file(tmp_path, row(quartiers=name)))[0]["quartiers"][0][0] == "QP045010"


def test_neighbourhoods_without_shares_are_equal_only_if_asked(tmp_path):
    path = csv_file(tmp_path, row(quartiers="QP045010, QP045011, QP045012"))
    held = records(path, equal=True)[0]["quartiers"]
    assert [share for _, share in held] == [Fraction(1, 3)] * 3


def test_the_user_s_synonyms_are_added(tmp_path):
    own = tmp_path / "synonymes.toml"
    own.write_text('[colonnes]\netat = ["Phase"]\n[etats]\n"accordée" = ["go"]\n'
                   '[quartiers]\n"ma cité" = "QP045016"\n', "utf-8")  # fmt: skip
    path = csv_file(tmp_path, row(etat=None, quartiers="Ma Cité") | {"Phase": "GO"})
    one = records(path, synonyms=own)[0]
    assert (one["etat"], one["quartiers"][0][0]) == ("accordée", "QP045016")


def test_synonyms_of_a_field_that_does_not_exist_are_told(tmp_path):
    own = tmp_path / "synonymes.toml"
    own.write_text('[colonnes]\nstatus = ["Phase"]\n', "utf-8")
    with pytest.raises(QpvError, match="ni champ ni valeur du registre : « status »"):
        records(csv_file(tmp_path), synonyms=own)


def test_a_lost_zero_of_a_siret_is_put_back_and_told(tmp_path):
    found = reading.read(csv_file(tmp_path, row(siret="12345600006")))
    assert found.records[0]["siret"] == "00012345600006"
    assert found.notices == ["SIRET complété par ses zéros perdus, clé vérifiée : ligne 2."]


def test_formulas_are_read_by_their_last_result_and_links_are_never_followed(tmp_path):
    import xlsxwriter

    path = tmp_path / "f.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for c, (name, cell) in enumerate(row().items()):
            sheet.write_string(0, c, name)
            sheet.write_string(1, c, cell)
        sheet.write_formula(1, 10, "='[other.xlsx]A'!B2+1", None, 4500)
    found = reading.read(path)
    assert found.records[0]["montant_demande"] == 450_000
    assert "Le classeur contient des formules" in found.notices[0]


# --- merging --------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, opened):
    """The user's register, not yet made."""
    return opened(register=tmp_path / "register").register


def total():
    return sum(values.cents(row["montant_demande"] or "0") for row in register.texts().values())


AMOUNTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=12)


@settings(max_examples=25, deadline=None)
@given(AMOUNTS, st.integers(0, 2**32), st.integers(0, 12))
def test_shuffled_split_and_imported_again_no_row_nor_cent_is_lost(amounts, seed, cut):
    rows = [
        row(reference=f"DA{i}", montant_demande=f"{a // 100},{a % 100:02d}")
        for i, a in enumerate(amounts)
    ]
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        with current().opened(register=work / "whole"):
            register.keep(reading.read(csv_file(work, *rows)))
            whole = register.texts()
        random.Random(seed).shuffle(rows)
        with current().opened(register=work / "split"):
            for part in (rows[:cut], rows[cut:], rows):
                if part:
                    register.keep(reading.read(csv_file(work, *part)))
            assert register.texts() == whole
            assert (len(whole), total()) == (len(amounts), sum(amounts))


def test_importing_twice_writes_nothing_the_second_time(tmp_path, folder):
    register.keep(reading.read(csv_file(tmp_path, *TWO)))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert register.keep(reading.read(csv_file(tmp_path, *TWO))).changes == ()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_register_s_own_file_imports_as_itself(tmp_path, folder):
    register.keep(reading.read(csv_file(tmp_path, *TWO)))
    again = reading.read(folder / register.TABLE)
    assert register.merged(again).changes == ()


def test_a_new_import_shows_what_changed_and_the_past_can_be_rebuilt(tmp_path, folder):
    first = date(2021, 6, 1)
    register.keep(reading.read(csv_file(tmp_path, *TWO)), when=first)
    before = register.texts()
    changed = [row(montant_demande="5000", participants_prevus=""), row(reference="DA3")]
    done = register.keep(
        reading.read(csv_file(tmp_path, *changed)), complete=True, when=date(2021, 7, 1)
    )
    assert (done.added, done.changed, done.removed) == (1, 1, 1)
    told = [(c.field, c.before, c.after) for c in done.changes if c.kind == "modification"]
    assert told == [("participants_prevus", "60", ""), ("montant_demande", "4500.00", "5000.00")]
    assert rewound(1) == before
    assert len(read_csv(folder / "imports.csv")) == 3


def rewound(number):
    """The register as it was after an import, found by undoing the later ones."""
    state = {reference: dict(row) for reference, row in register.texts().items()}
    for change in reversed(register.history()):
        if int(change["import"]) <= number:
            break
        reference = change["reference"]
        if change["changement"] == register.ADDED:
            del state[reference]
        else:
            blank = dict.fromkeys(register.names(), "")
            state.setdefault(reference, blank)[change["champ"]] = change["avant"]
    return state


def test_an_action_that_a_file_lacks_stays(tmp_path, folder):
    register.keep(reading.read(csv_file(tmp_path, *TWO)))
    done = register.keep(reading.read(csv_file(tmp_path, TWO[0])))
    assert (done.kept, done.removed, len(register.texts())) == (1, 0, 2)


def test_counts_come_later_in_a_file_of_two_columns(tmp_path, folder):
    register.keep(reading.read(csv_file(tmp_path, *TWO)))
    later = {"reference": "DA1", "participants_reels": "41", "presences_reelles": "90"}
    found = reading.read(csv_file(tmp_path, later), known=frozenset({"DA1", "DA2"}))
    register.keep(found)
    actions = register.actions().set_index("action")
    assert actions.actual_participants["DA1"] == 41
    assert actions.requested["DA1"] == 450_000


def test_invented_and_real_actions_never_mix(tmp_path, folder):
    register.keep(reading.read(csv_file(tmp_path)), invented=True)
    assert register.actions().fictitious.all()
    with pytest.raises(QpvError, match="ne se mêlent pas"):
        register.keep(reading.read(csv_file(tmp_path, *TWO)))


def test_two_imports_at_once_do_not_meet(tmp_path, opened):
    opened(register=tmp_path)
    from filelock import FileLock

    found = reading.read(csv_file(tmp_path))
    with FileLock(tmp_path / register.LOCK), pytest.raises(QpvError, match="Un autre import"):
        register.keep(found)
    assert register.texts() == {}


def test_a_register_changed_by_hand_is_told(tmp_path, opened):
    opened(register=tmp_path)
    (tmp_path / register.TABLE).write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(QpvError, match="abîmé, ou d'une autre version"):
        register.texts()


# --- the contract ---------------------------------------------------------------------------


def test_the_contract_s_document_is_generated():
    written = (current().root / "docs" / "registre.md").read_text("utf-8")
    assert written == documentation.listing(), "qpv actions doc > docs/registre.md"


@pytest.mark.parametrize("name", ["exemple-registre.xlsx", "exemple-registre.csv"])
def test_the_filled_in_example_reads(name):
    found = records(current().contract / name)
    assert len(found) == 6
    assert all("fictive" in r["porteur"] or "fictif" in r["porteur"] for r in found)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_the_empty_template_only_lacks_rows(suffix):
    with pytest.raises(QpvError, match="aucune ligne sous l'en-tête"):
        records(current().contract / f"modele-registre{suffix}")


def test_the_template_offers_its_lists():
    import openpyxl

    sheet = openpyxl.load_workbook(current().contract / "modele-registre.xlsx")["Actions"]
    assert [cell.value for cell in sheet[1]] == [field.title for field in contract.fields()]
    listed = [field for field in contract.fields() if field.values]
    lists = len(sheet.data_validations.dataValidation)
    assert lists == len(listed) + 2  # with neighbourhoods and themes


@pytest.mark.parametrize("field", contract.fields(), ids=lambda field: field.name)
def test_every_example_of_the_contract_reads(tmp_path, field):
    changes = {field.name: field.example} if field.example else {}
    if field.name in ("semaines", "debut", "fin"):
        changes |= {"debut": "2021-07-01", "fin": "2021-08-31"} | changes
    assert records(csv_file(tmp_path, row(**changes), delimiter="\t"))


def test_every_state_of_the_platforms_has_a_group(tmp_path):
    known = contract.words()
    groups = {state: known.group(state) for state in known.values["etat"].values()}
    assert set(groups.values()) == {"pending", "granted", "refused", "ineligible", "cancelled"}
    words = ("Rejetée", "A justifier", "Non recevable", "Prise en charge", "annulé")
    states = [records(csv_file(tmp_path, row(etat=word)))[0]["etat"] for word in words]
    expected = ["refused", "granted", "ineligible", "pending", "cancelled"]
    assert [known.group(state) for state in states] == expected


def test_the_posts_are_those_the_producer_published():
    posts = coverage.means().groupby(["scheme", "year"]).posts.sum()
    adults = {2020: 49, 2021: 68, 2022: 64, 2023: 60, 2024: 53, 2025: 52}
    assert posts["adultes-relais"].to_dict() == adults
    assert posts["fonjep"].to_dict() == {2020: 13, 2021: 14, 2022: 14, 2023: 14, 2024: 14, 2025: 29}
    wrong = coverage.means().query("not usable")
    assert set(zip(wrong.scheme, wrong.year, strict=True)) == {("adultes-relais", 2025)}
    assert (wrong.cents == wrong.posts * 716_400).all()


def test_typed_cells_are_what_a_spreadsheet_holds():
    assert typed("montant_demande", "1 234,56 €") == 1234.56


# --- qpv check --------------------------------------------------------------------------------


def test_the_project_s_own_files_are_sound():
    assert checks.faults() == []


FAULTS = [
    ("synonymes.toml", 'axe = ["axe"', 'axe = ["territoire"', "« territoire » désigne deux champs"),
    ("synonymes.toml", "[quartiers]", '[quartiers]\n"chez moi" = "QP1"', "« QP1 » n'existe pas"),
    ("axes_p147.toml", '"2020-2023" = ["3"]', '"2020-2023" = ["7"]', "7 n'est pas un thème de"),
    ("remontee.toml", 'compte = "sejours"', 'compte = "sejour"', "« sejour » n'existe pas"),
    ("calendrier.toml", 'date = "06-01"', 'date = "31-06"', "calendar : fichier abîmé"),
    ("moyens.csv", "CN04505M", "CN04505X", "le contrat « CN04505X » n'existe pas"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "found", "put", "said"), FAULTS)
def test_a_fault_of_our_own_files_is_told(tmp_path, opened, file, found, put, said):
    for name in ("actions", "catalogue"):
        shutil.copytree(current().root / "data" / name, tmp_path / "data" / name)
    folder = opened(root=tmp_path).contract
    text_ = (folder / file).read_text("utf-8")
    assert found in text_
    (folder / file).write_text(text_.replace(found, put), "utf-8")
    assert said in "\n".join(checks.faults())


def test_merged_headers_title_rows_and_hidden_sheets(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    sheet, hidden = book.active, book.create_sheet("Cachée")
    hidden.append(["reference", "exercice", "etat"])
    hidden.sheet_state = "hidden"
    sheet.append(["Direction (exemple)"])
    sheet.append(["Dossier", None, None, "Montants", None, "Participants", None])
    sheet.append(["Code\naction", "Exercice", "Statut", "Demandé", "Versé", "Prévus", "Réels",
                  "Titre", "QPV", "Porteur", "RNA", "Téléphone"])  # fmt: skip
    sheet.append(["DA1", 2021, "Justifiée", 4500.5, None, 60, 41, "Tournoi", "Les 3 Fontaines",
                  "Alpha (exemple)", "W999999999", "06 12 34 56 78"])  # fmt: skip
    for cells in ("A1:L1", "A2:C2", "D2:E2", "F2:G2"):
        sheet.merge_cells(cells)
    book.save(tmp_path / "f.xlsx")
    found = reading.read(tmp_path / "f.xlsx")
    one = found.records[0]
    assert (one["montant_demande"], one["montant_verse"]) == (450_050, None)
    assert (one["participants_prevus"], one["participants_reels"]) == (60, 41)
    assert "Feuille masquée « Cachée » : non lue." in found.notices
    assert "Colonnes de contact jetées sans être lues : « Téléphone »." in found.notices


def test_la_poste_has_a_key_of_its_own():
    post = "35600000000001"  # its digits sum to a multiple of 5, and Luhn's key does not hold
    assert not values.luhn(post)
    assert values.siret(post) == post
    with pytest.raises(values.Wrong):
        values.siret(post[:-1] + str((int(post[-1]) + 1) % 10))
