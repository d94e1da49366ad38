"""Decisions, answers and signatures name no one: a function; a name alone masked, or told."""

import pytest
from click.testing import CliRunner
from test_answers import FIRST, answered
from test_decisions import (  # noqa: F401
    SCHEME,
    TODAY,
    TYPED,
    decision,
    filled,
    folder,
    load,
    stored,
)
from test_signatures import built  # noqa: F401

from qpvlib import cli
from qpvlib.actions import contract, register
from qpvlib.catalogue import Faults, QpvError
from qpvlib.project import current
from qpvlib.roadmap import answers, decisions, returned, signatures

REASON, FIELD, FUNCTION = "Motif", "Connaissance de terrain", "Fonction de l'auteur"
PERSONAL = ["joindre au 06-12 34.56 78", "marie (at) exemple.fr", "vu avec Mme Exemple",
            "référent : Koffi Mensah", "né le 12/03/1985"]  # fmt: skip


def silent(said):
    return not [part for part in ("Exemple", "exemple", "Mensah", "34.56", "1985") if part in said]


@pytest.mark.parametrize("text", PERSONAL)
@pytest.mark.parametrize("column", [REASON, FIELD, FUNCTION, "Objectif 1", "Décision", "Date"])
def test_a_workbook_that_names_someone_is_refused(folder, column, text):  # noqa: F811
    typed = f"Ouvrir {text}" if column == "Objectif 1" else text
    with pytest.raises(Faults) as refused:
        load(filled(folder, TYPED | {(2, column): typed}))
    assert "ligne 2" in str(refused.value)
    assert silent(str(refused.value))


@pytest.mark.parametrize("text", PERSONAL)
def test_a_file_of_decisions_that_names_someone_is_refused(folder, text):  # noqa: F811
    stored(decision(reason=text))
    with pytest.raises(Faults) as refused:
        decisions.read(SCHEME, TODAY)
    assert "motif : " in str(refused.value) or "masquée" in str(refused.value)
    assert silent(str(refused.value))


def test_a_name_alone_in_a_workbook_is_masked_and_asked(folder):  # noqa: F811
    path = filled(folder, TYPED | {(2, REASON): "Demandé par Marie Exemple en juin"})
    done = CliRunner().invoke(cli.main, ["decide", "--import", str(path), "--scheme", SCHEME])
    assert done.exit_code == 0, done.output
    assert " : M… E…, ligne 2, colonne « Motif »" in done.output
    assert [d.reason for d in decisions.read(SCHEME).values()] == [
        "Demandé par [nom à vérifier] en juin"
    ]
    kept = decisions.place_of(SCHEME).read_text("utf-8")
    assert silent(kept + done.output)


def test_a_name_alone_typed_in_the_file_is_told_until_said_to_be_a_body(folder, opened):  # noqa: F811
    opened(register=folder.parent / "register", decisions=current().decisions)
    stored(decision(reason="Selon Koffi Mensah"))
    with pytest.raises(Faults, match="motif : peut-être un nom de personne"):
        decisions.read(SCHEME, TODAY)
    run = CliRunner().invoke(
        cli.main, ["actions", "name", contract.fingerprint("Koffi Mensah"), "structure"]
    )
    assert run.exit_code == 0
    assert register.synonyms().exists()
    assert len(decisions.read(SCHEME, TODAY)) == 1


def test_a_name_is_no_function(folder):  # noqa: F811
    stored(decision(function="Koffi Mensah"))
    with pytest.raises(Faults, match=r"fonction : peut-être un nom de personne \(K… M…\)"):
        decisions.read(SCHEME, TODAY)


@pytest.mark.parametrize("text", PERSONAL)
def test_an_answer_that_names_someone_is_refused(folder, text):  # noqa: F811
    for column in ("Réponse du terrain", FUNCTION):
        with pytest.raises(Faults) as refused:
            returned.load(answered(FIRST | {(2, column): text}), SCHEME, TODAY)
        assert silent(str(refused.value))
        answers.place().parent.parent.joinpath("classeur.xlsx").unlink()


@pytest.mark.parametrize("text", [*PERSONAL, "Koffi Mensah", "Marie Exemple"])
def test_a_signature_names_no_one(built, text):  # noqa: F811
    with pytest.raises(QpvError) as refused:
        signatures.sign(built, "index.html", "reviewed", text)
    assert silent(str(refused.value))
    signatures.sign(built, "index.html", "reviewed", "Chef de bureau")
    path = current().decisions / signatures.FILE
    path.write_text(path.read_text("utf-8").replace("Chef de bureau", text), "utf-8")
    with pytest.raises(Faults) as refused:
        signatures.read()
    assert silent(str(refused.value))
