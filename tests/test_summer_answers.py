"""Sheets that partners send back: read whole or refused, kept apart from actions."""

import shutil
import subprocess
from datetime import date

import pytest
from click.testing import CliRunner
from docx import Document
from openpyxl import load_workbook

from qpvlib.actions import checks, intentions, replies
from qpvlib.actions.intentions import Intention, Partner, Reply
from qpvlib.catalogue import Faults, QpvError
from qpvlib.cli import main
from qpvlib.publishing import actions as pages

YEAR = 2022
ALPHA = Partner("Association Alpha d'été (exemple)", ("QP045010", "QP045017"))
BETA = Partner("Club Bêta (exemple)", ("QP045015",))
ROW = ("QP045010 La Source", "S30 (25/7 au 31/7)", "S32 (8/8 au 14/8)", "filles et femmes",
       "1.5b Sport et loisir", "soirée", "Un tournoi à 20 h", "40")  # fmt: skip
TOLD = Intention(YEAR, ALPHA.name, "QP045010", (30, 31, 32), "filles et femmes", "1.5b", "soirée",
                 "Un tournoi à 20 h", 40)  # fmt: skip


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """The sheets of two partners, made once."""
    from qpvlib.project import current

    folder = tmp_path_factory.mktemp("sent")
    with current().opened(register=folder / "register"):
        pages.sheets(YEAR, [ALPHA, BETA], folder)
    return {place.name: place for place in (folder / "partenaires").iterdir()}


@pytest.fixture
def register(tmp_path, opened):
    """Two partners declared, no answer, no register."""
    opened(register=tmp_path / "register")
    intentions.keep_partners([ALPHA, BETA])
    return tmp_path / "register"


def sheet(sent, partner, suffix):
    return next(p for name, p in sent.items() if partner in name and name.endswith(suffix))


def filled(sent, folder, *rows, answer="", partner="alpha"):
    """A sheet filled in as a spreadsheet does it."""
    path = folder / f"{partner}.xlsx"
    book = load_workbook(sheet(sent, partner, ".xlsx"))
    book["Réponse"]["B4"] = answer or None
    for r, row in enumerate(rows, 7):
        for c, value in enumerate(row, 1):
            book["Réponse"].cell(r, c, value)
    book.save(path)
    return path


def worded(sent, folder, *rows):
    """The same in Word."""
    path, document = folder / "alpha.docx", Document(sheet(sent, "alpha", ".docx"))
    for r, row in enumerate(rows, 1):
        for c, value in enumerate(row):
            document.tables[1].cell(r, c).text = value
    document.save(path)
    return path


def saved(path, folder, kind):
    """The same file opened and saved by LibreOffice."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice est absent")
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
               "--convert-to", kind, "--outdir", str(folder / kind), str(path)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return folder / kind / f"{path.stem}.{kind}"


def test_a_sheet_says_the_same_in_a_workbook_and_in_word(sent, register, tmp_path):
    both = [filled(sent, tmp_path, ROW), worded(sent, tmp_path, ROW)]
    assert [replies.read(path).intentions for path in both] == [(TOLD,)] * 2


def ranges(path):
    """Where the sheet has lists to choose from."""
    rules = load_workbook(path)["Réponse"].data_validations.dataValidation
    return sorted(str(part) for rule in rules for part in rule.sqref.ranges)


@pytest.mark.parametrize("kind", ["xlsx", pytest.param("ods", marks=pytest.mark.acceptance)])
def test_saved_by_libreoffice_a_sheet_keeps_its_answer_and_its_lists(
    sent, register, tmp_path, kind
):
    path = saved(filled(sent, tmp_path, ROW), tmp_path, kind)
    assert replies.read(path).intentions == (TOLD,)
    again = path if kind == "xlsx" else saved(path, tmp_path, "xlsx")
    assert ranges(again) == ranges(sheet(sent, "alpha", ".xlsx"))
    assert len(ranges(again)) == 7  # six columns of the answer, and the answer's own cell


def test_the_list_of_neighbourhoods_is_the_partner_s(sent):
    lists = load_workbook(sheet(sent, "alpha", ".xlsx"))["Listes"]
    shown = [cell.value for cell in lists["A"] if cell.value]
    assert shown == ["Quartier", "QP045010 La Source", "QP045017 Montoire"]


@pytest.mark.parametrize(("column", "typed", "told"), [
    (0, "QP045010 La Source, et Argonne", "n'est pas dans la liste"),
    (0, "", "cellule vide"),
    (1, "S30 ou S31", "n'est pas dans la liste"),
    (1, "-30", "n'est pas dans la liste"),
    (1, "S20", "n'est pas dans la liste"),
    (2, "S28", "la dernière semaine précède la première"),
    (3, "les jeunes", "n'est pas dans la liste"),
    (4, "1.5b et 1.2", "n'est pas dans la liste"),
    (5, "soirée ou journée", "n'est pas dans la liste"),
    (6, "voir avec Marie Durand", "un nom de personne"),
    (6, "06 12 34 56 78", "un numéro de téléphone"),
    (6, "+cmd", "commence par"),
    (7, "40 à 50", "n'est pas un nombre"),
])  # fmt: skip
def test_what_is_not_understood_is_refused_with_its_place(
    sent, register, tmp_path, column, typed, told
):
    row = [*ROW[:column], typed, *ROW[column + 1 :]]
    with pytest.raises(Faults) as refused:
        replies.read(filled(sent, tmp_path, ROW, row))
    assert len(refused.value.faults) == 1
    assert told in str(refused.value)
    assert f"ligne 8, colonne « {replies.COLUMNS[column]} »" in str(refused.value)


@pytest.mark.parametrize("typed", ["0000", "2022 et 2023", "", "20222", "²022"])
def test_a_summer_that_is_not_a_year_is_refused(sent, register, tmp_path, typed):
    path = filled(sent, tmp_path, ROW)
    book = load_workbook(path)
    book["Réponse"]["B3"] = typed
    book.save(path)
    with pytest.raises(Faults, match="année illisible"):
        replies.read(path)


def test_what_is_kept_and_spoilt_is_told(register):
    intentions.keep([Reply(YEAR, ALPHA.name, (TOLD,))])
    place = register / intentions.INTENTIONS
    place.write_text(place.read_text("utf-8").replace("30 ; 31", "30 et 31"), "utf-8")
    with pytest.raises(QpvError, match="abîmé"):
        intentions.intentions(YEAR)
    assert any("intentions.csv" in fault for fault in checks.faults())


def test_a_cell_outside_of_the_table_is_refused(sent, register, tmp_path):
    with pytest.raises(Faults, match="une cellule hors du tableau"):
        replies.read(filled(sent, tmp_path, [*ROW, "aussi S34"]))


def test_nothing_planned_is_an_answer_and_an_empty_sheet_is_not(sent, register, tmp_path):
    with pytest.raises(Faults, match="aucune proposition"):
        replies.read(filled(sent, tmp_path))
    reply = replies.read(filled(sent, tmp_path, answer="rien cet été"))
    intentions.keep([reply])
    assert intentions.answered(YEAR) == {ALPHA.name: 0}
    assert intentions.silent(YEAR) == [BETA]
    with pytest.raises(Faults, match="et des propositions plus bas"):
        replies.read(filled(sent, tmp_path, ROW, answer="rien cet été"))


def test_a_partner_that_is_not_declared_is_refused(sent, register, tmp_path):
    intentions.keep_partners([BETA])
    with pytest.raises(Faults, match="partenaire inconnu"):
        replies.read(filled(sent, tmp_path, ROW))


def test_one_wrong_file_and_none_is_kept(sent, register, tmp_path):
    good, wrong = filled(sent, tmp_path, ROW), tmp_path / "beta.xlsx"
    wrong.write_bytes(b"PK nothing")
    done = CliRunner().invoke(main, ["summer", "answers", str(good), str(wrong)])
    assert done.exit_code == 1
    assert "beta.xlsx" in done.stderr
    assert not (register / intentions.INTENTIONS).exists()


def test_the_command_says_who_has_not_answered(sent, register, tmp_path):
    path = filled(sent, tmp_path, ROW)
    done = CliRunner().invoke(main, ["summer", "answers", str(path)])
    assert done.output.splitlines() == [
        f"{ALPHA.name}, été 2022 : 1 intention.", f"Été 2022, sans réponse : {BETA.name}.",
    ]  # fmt: skip
    assert not (register / "registre.csv").exists()  # an intention is no action


def test_a_later_answer_stands_for_the_former_of_its_partner_and_summer(register):
    other = Intention(YEAR, BETA.name, "QP045015", (28,), "familles")
    past = Intention(2021, ALPHA.name, "QP045010", (28,), "familles")
    intentions.keep([Reply(YEAR, ALPHA.name, (TOLD,)), Reply(YEAR, BETA.name, (other,)),
                     Reply(2021, ALPHA.name, (past,))], date(2022, 4, 1))  # fmt: skip
    intentions.keep([Reply(YEAR, ALPHA.name)], date(2022, 5, 1))
    assert intentions.intentions(YEAR) == [other]
    assert intentions.intentions(2021) == [past]


@pytest.mark.parametrize(("lines", "told"), [
    ("partenaire;quartiers\nAlpha;QP045010 ; Le Hameau", "une cellule de trop"),
    ("partenaire;quartiers\nAlpha;La Sourse", "Voulez-vous dire"),
    ("partenaire;quartiers\nAlpha;", "ni quartier ni contrat"),
    ("partenaire;quartiers\nMarie DURAND;tous", "un nom de personne"),
    ("partenaire;quartiers\nAlpha;tous\nALPHA;tous", "déjà nommé"),
    ("partenaire;quartiers\nAlpha;tous\nAlpha !;tous", "déjà nommé"),  # one file for both
    ("partenaire;quartiers\n=A1;tous", "le nom de la structure manque"),
    ("structure;quartiers\nAlpha;tous", "pas de colonne « partenaire »"),
    ("partenaire;quartiers\n", "aucun partenaire"),
])  # fmt: skip
def test_a_table_of_partners_is_read_whole_or_refused(register, tmp_path, lines, told):
    (tmp_path / "p.csv").write_text(lines, "utf-8")
    with pytest.raises(Faults, match=told):
        intentions.read_partners(tmp_path / "p.csv")
    assert intentions.partners() == [ALPHA, BETA]


def test_a_partner_is_asked_about_neighbourhoods_contracts_or_all(register, tmp_path):
    (tmp_path / "p.csv").write_text(
        'partenaire;quartiers\nAlpha;"Val de Sully ; qp045010"\nBêta;Tous les QPV\n', "utf-8"
    )
    alpha, beta = intentions.read_partners(tmp_path / "p.csv")
    assert alpha.areas == ("QP045010", "QP045015")
    assert len(beta.areas) == 19
