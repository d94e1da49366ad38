"""Answers of the field: typed in the workbook, read back, told on the page, lost by nothing."""

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner
from nineteen import GIEN, compared, plain
from openpyxl import load_workbook
from test_decisions import SCHEME, TODAY, TYPED, folder, planned, stored, type_in  # noqa: F401
from test_decisions import decision as decided

from qpvlib import cli, pages
from qpvlib.catalogue import Faults
from qpvlib.pages import sheet
from qpvlib.roadmap import answers, decisions, returned, workbook
from qpvlib.tables.areas import neighbourhood

pytestmark = pytest.mark.usefixtures("folder")
SAID = "Les jeunes viennent le soir, <b>pas</b> le matin"
FIRST = {
    (2, "Réponse du terrain"): SAID, (2, "Fonction de l'auteur"): "Directrice du centre social",
    (2, "Date"): "15/09/2021",
}  # fmt: skip


def asked():
    return planned().objectives


def answered(cells=(), decided_=(), name="classeur.xlsx"):
    """The workbook of one neighbourhood, with cells typed in the sheet of questions."""
    path = answers.place().parent.parent / name
    workbook.export(SCHEME, {GIEN: planned()}, path)
    book = load_workbook(path)
    type_in(book[workbook.ASKED], dict(cells))
    type_in(book[workbook.SHEET], dict(decided_))
    book.save(path)
    return path


def load(path):
    return returned.load(path, SCHEME, TODAY)[1]


# --- round trip ----------------------------------------------------------------------------------


def test_every_question_has_a_row_with_its_public():
    book = load_workbook(answered())
    head, *rows = book[workbook.ASKED].iter_rows(values_only=True)
    told = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(row["Code"], row["Motif"]) for row in told] == [o.key for o in asked()]
    assert [row["Question"] for row in told] == [o.question for o in asked()]
    assert all(row["Pour qui"] for row in told)
    assert {row["Réponse du terrain"] for row in told} == {None}


def test_an_answer_comes_back_and_is_kept_with_its_question():
    loaded = load(answered(FIRST))
    (one,) = loaded.values()
    first = asked()[0]
    assert (one.key, one.asked) == (first.key, first.question)
    assert (one.answer, one.date) == (SAID, dt.date(2021, 9, 15))
    path = answers.store(loaded)
    assert answers.read(TODAY) == loaded
    before = path.read_bytes()
    answers.store(load(answered(name="encore.xlsx")))
    assert path.read_bytes() == before


def test_the_pages_say_who_answered_and_that_it_is_no_figure():
    last = len(asked()) + 1
    cells = FIRST | {(last, column): value for (_, column), value in FIRST.items()}
    answers.store(load(answered(cells)))
    html = pages.proposals(neighbourhood(GIEN), compared(GIEN)).html
    assert "<b>pas" not in html
    line = f"Terrain (Directrice du centre social, 15/09/2021), qui n'est pas un chiffre : {SAID}"
    text = plain(html).replace("\xa0", " ")
    assert text.count(line) == 2
    # The question of a proposal is told with its answer alone.
    assert text.count(plain(asked()[0].question)) == 1


def test_the_sheet_of_the_call_has_it_too():
    answers.store(load(answered(FIRST)))
    matter = sheet.Matter(neighbourhood(GIEN), compared(GIEN), planned())
    (line,) = sheet._answered(matter)
    assert SAID in str(line)
    assert "Directrice du centre social" in str(line)


# --- nothing is lost -----------------------------------------------------------------------------


def test_a_row_emptied_in_the_workbook_is_a_fault():
    answers.store(load(answered(FIRST)))
    emptied = dict.fromkeys(FIRST)
    with pytest.raises(Faults, match="vide, alors qu'une réponse est enregistrée"):
        load(answered(emptied, name="vide.xlsx"))
    assert len(answers.read(TODAY)) == 1


@pytest.mark.parametrize(("cells", "said"), [
    ({(2, "Date"): None}, "feuille Questions, ligne 2, colonne « Date » : date absente"),
    ({(2, "Date"): "31/02/2021"}, "colonne « Date » : date absente ou illisible"),
    ({(2, "Date"): "01/10/2021"}, "date 01/10/2021 dans le futur"),
    ({(2, "Fonction de l'auteur"): None}, "fonction de l'auteur absente"),
    ({(2, "Réponse du terrain"): None}, "réponse vide"),
    ({(2, "Motif"): "droit"}, "la question « droit » n'existe pas. Voulez-vous dire « droits »"),
    ({(2, "Code"): "QP04501"}, "le quartier « QP04501 » n'existe pas"),
    ({(2, "Réponse du terrain"): "a" * 5001}, "réponse : 5001 caractères, 5000 au plus"),
    ({(3, c): v for (_, c), v in FIRST.items()} | {(3, "Motif"): "droits_france_services"},
     "deux réponses à la même question"),
    ({(1, "Date"): "Jour"}, "colonne « Date » absente"),
    ({(1, "Question"): "Autre"}, "Son contenu ne serait pas gardé"),
])  # fmt: skip
def test_a_wrong_answer_is_refused_with_its_place(cells, said):
    with pytest.raises(Faults) as error:
        load(answered(FIRST | cells))
    assert said in str(error.value)
    assert not answers.place().exists()


ENTRY = (
    '[[answer]]\nneighbourhood = "QP045016"\nquestion = "droits"\nanswer = "Oui"\n'
    'function = "Déléguée"\ndate = 2021-09-15\n'
)


@pytest.mark.parametrize(("text", "said"), [
    (ENTRY.replace("Oui", "a\\u0001b"), "caractère de contrôle refusé (0x01)"),
    (ENTRY.replace('"droits"', '"droit"'), "la question « droit » n'existe pas"),
    (ENTRY.replace("2021-09-15", "2031-09-15"), "dans le futur"),
    (ENTRY.replace("function", "fonction"), "champ « fonction » inconnu"),
    (ENTRY + ENTRY, "réponse 2 : deux réponses à la même question"),
    ("answers = 3\n" + ENTRY, "le champ « answers » n'existe pas"),
    ('answer = "x"\n', "chaque réponse s'ouvre par [[answer]]"),
])  # fmt: skip
def test_a_wrong_file_is_refused_and_nothing_built(text, said, tmp_path):
    answers.place().parent.mkdir(exist_ok=True)
    answers.place().write_text(text, "utf-8")
    with pytest.raises(Faults) as error:
        answers.read(TODAY)
    assert said in str(error.value)
    done = CliRunner().invoke(cli.main, ["annexe", GIEN, "--reports", str(tmp_path / "r")])
    assert done.exit_code == 1
    assert not (tmp_path / "r").exists()


def test_a_question_no_longer_asked_keeps_its_answer():
    path = answers.place()
    path.parent.mkdir(exist_ok=True)
    # « vacance » is asked elsewhere: here the answer stays, though the page has no place for it.
    path.write_text("# en comité\n" + ENTRY.replace('"droits"', '"vacance"'), "utf-8")
    answers.store(load(answered(FIRST)))
    assert {key for _, key in answers.read(TODAY)} == {"vacance", asked()[0].pattern}
    assert path.read_text("utf-8").startswith("# en comité\n")


# --- decisions and answers together ---------------------------------------------------------------


def run(path):
    return CliRunner().invoke(cli.main, ["decide", "--import", str(path)])


def test_the_command_stores_both():
    done = run(answered(FIRST, TYPED))
    assert done.exit_code == 0, done.output
    assert "1 décision dans le classeur, 1 changement" in done.output
    assert "1 réponse du terrain, 1 changement" in done.output
    assert len(decisions.read(SCHEME, TODAY)) == len(answers.read(TODAY)) == 1


@pytest.mark.parametrize(("asked_", "decided_"), [
    (FIRST | {(2, "Date"): None}, TYPED),
    (FIRST, TYPED | {(2, "Date"): None}),
])  # fmt: skip
def test_a_fault_in_one_sheet_stores_nothing_of_either(asked_, decided_):
    done = run(answered(asked_, decided_))
    assert done.exit_code == 1
    assert "rien n'a été construit ni modifié" in done.output
    assert decisions.read(SCHEME, TODAY) == answers.read(TODAY) == {}


def test_a_disk_that_refuses_the_second_file_keeps_the_first_as_it_was(monkeypatch):
    path = stored(decided())
    before, move = path.read_bytes(), Path.replace

    def refuses(self, target):
        if target == answers.place():
            raise OSError(28, "No space left on device")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", refuses)
    done = run(answered(FIRST, TYPED))
    assert done.exit_code == 1
    assert "disque plein. Rien n'a changé." in done.output
    assert path.read_bytes() == before
    assert not answers.place().exists()


def test_faults_of_both_sheets_are_told_at_once():
    with pytest.raises(Faults) as error:
        load(answered(FIRST | {(2, "Date"): None}, TYPED | {(2, "Date"): None}))
    assert len(error.value.faults) == 2


def test_answers_alone_leave_the_decisions_as_they_are():
    path = stored(decided())
    before = path.read_bytes()
    assert run(answered(FIRST)).exit_code == 0
    assert path.read_bytes() == before
