"""Nobody's name or coordinates come in: refused, or asked and masked; no message says them."""

import confusion
import pytest
from click.testing import CliRunner
from confusion import verdict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from registers import csv_file, row

from qpvlib import cli
from qpvlib.actions import contract, documentation, names, reading, register
from qpvlib.catalogue import Faults, QpvError
from qpvlib.catalogue.coordinates import coordinates
from qpvlib.catalogue.lexicon import lexicon
from qpvlib.project import current

SPACED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
COLUMNS = [*(field.name for field in contract.fields()), "Divers"]


def told(path):
    with pytest.raises(Faults) as refused:
        reading.read(path)
    return str(refused.value) + "".join(map(str, refused.value.faults))


# --- coordinates --------------------------------------------------------------------------------

GAPS = st.sampled_from(["", " ", ".", "-", "/", " - ", "\u202f", "\u2014", "_", "  ", "·"])
DIGITS = {
    "as they are": str.maketrans({}),
    "arabic": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"),
    "wide": str.maketrans("0123456789", "０１２３４５６７８９"),
}


@st.composite
def phones(draw):
    """A French number, each pair over 59 once at least so that no date or hour reads in it."""
    pairs = ["89", *draw(st.lists(st.sampled_from(["12", "60", "78", "99", "05"]), min_size=3,
                                  max_size=3))]  # fmt: skip
    start = draw(st.sampled_from(["06", "07", "02", "+336", "+33 (0)6", "00336", "0033 6", "33 6"]))
    text = start + "".join(draw(GAPS) + pair for pair in pairs)
    return text.translate(DIGITS[draw(st.sampled_from(sorted(DIGITS)))])


@st.composite
def mails(draw):
    at = st.sampled_from(["@", " @ ", "(at)", " [at] ", "＠", " arobase ", "{at}", " at ", "&#64;"])
    dot = st.sampled_from([".", " . ", " point ", "[dot]", "(point)", " dot "])
    name = draw(st.sampled_from(["marie.exemple", "m_exemple", "exemple45"]))
    return f"{name}{draw(at)}exemple{draw(dot)}{draw(st.sampled_from(['fr', 'com', 'org']))}"


@st.composite
def social(draw):
    """A NIR, with its key or without."""
    sex, month = draw(st.sampled_from("12")), draw(st.sampled_from(["01", "12", "63"]))
    town = draw(st.sampled_from(["45234", "2A004", "2b033", "99352"]))
    parts = [sex, "85", month, town[:2], town[2:], "084", *draw(st.sampled_from([(), ("36",)]))]
    return parts[0] + "".join(draw(GAPS) + part for part in parts[1:])


PERSONAL = st.one_of(phones(), mails(), social())


@pytest.mark.parametrize("column", COLUMNS)
@SPACED
@given(text=PERSONAL, around=st.sampled_from(["{}", "voir {}", "{} le matin"]))
def test_coordinates_are_refused_in_every_column_and_never_said(tmp_path, column, text, around):
    said = told(csv_file(tmp_path, row(**{column: around.format(text)})))
    assert f"« {column} »" in said
    shown = [part for part in (text, text.split("@")[0].strip()) if len(part) > 5]
    assert not [part for part in shown if part in said]


BIRTHS = [
    "12/03/1985",
    "1985-03-12",
    "12.03.85",
    "née le 3 mai",
    "né le 5/6/2019",
    "DDN : 12032015",
]


@pytest.mark.parametrize("text", [*BIRTHS[:3], "née le 3 mai 2012", BIRTHS[4], BIRTHS[5]])
def test_a_date_of_birth_is_refused_where_no_date_is_due(tmp_path, text):
    assert "une date de naissance" in told(csv_file(tmp_path, row(commentaire=text)))
    assert text not in told(csv_file(tmp_path, row(commentaire=text)))


@pytest.mark.parametrize("text", [
    "du 05/07/2021 au 30/07/2021", "05/07/2021 10h30", "05/07/2021-30/07/2021", "9:30-12:30 / 14h",
    "QP045010 33,34 ; QP045011 66,66", "00012345600006", "DA00000001", "1 234 567,89 €",
    "12-17 ; 18-25", "SIREN 775672272", "loi de 1901", "rendez-vous à 14 h chez nous",
])  # fmt: skip
def test_what_is_no_coordinate_passes(text):
    assert coordinates(text) == ""


# --- names --------------------------------------------------------------------------------------


def test_every_shared_case_gives_its_answer():
    if not confusion.SHARED.exists():
        pytest.skip("noms.csv is not beside the project: its cases were not tried")
    cases = [(one, names.FORMS[one["colonne"]]) for one in confusion.shared()]
    wrong = [one for one, form in cases if verdict(one["texte"], form) != one["attendu"]]
    assert wrong == []


@pytest.mark.parametrize("kind", ["noms.csv", "structures", "personnes"])
def test_the_documented_table_is_what_is_measured(kind):
    if kind == "noms.csv" and not confusion.SHARED.exists():
        pytest.skip("noms.csv is not beside the project: its table was not measured")
    documented = [one for one in documentation.measures() if one["textes"].startswith(kind)]
    measured = [one for one in confusion.measured() if one["textes"].startswith(kind)]
    assert documented == measured, ".venv/bin/python tests/confusion.py"
    assert sum(int(one["nombre"]) for one in measured) >= 60


def test_the_table_is_worth_its_promise():
    """The least that the document may say: a person unseen is worse than a body asked about."""
    share = {(one["textes"], one["champ"]): one for one in documentation.measures()}
    assert int(share["personnes", "porteur"]["demandes"]) >= 195
    assert int(share["personnes", "commentaire"]["demandes"]) >= 190
    assert int(share["personnes, autres", "porteur"]["demandes"]) >= 95
    assert int(share["structures", "porteur"]["acceptes"]) >= 190
    assert all(one["refuses"] == "0" for one in share.values() if one["textes"] == "structures")


@pytest.mark.parametrize("bearer", [
    "OGEC SAINT MICHEL", "LOIRE ET MARINE", "CINEMA SAINT LAURENT", "EHPAD Pierre Exemple",
])  # fmt: skip
def test_a_body_of_the_shared_case_is_read_without_a_question(tmp_path, bearer):
    found = reading.read(csv_file(tmp_path, row(porteur=bearer)))
    assert (found.records[0]["porteur"], found.notices) == (bearer, [])


SURE = [
    "Mme Exemple", "M. Exemple", "M Exemple", "MADAME EXEMPLE", "mme exemple", "Dr Exemple",
    "Me Exemple", "Monsieur de Exemple", "présidente : Koffi Mensah", "contact : Mensah",
    "référent Koffi Mensah", "suivi par Marie Exemple", "mère de Kévin Exemple",
    "Marie Exemple (présidente)", "Marie Exemple, trésorière", "directrice adjointe Rosa Exemple",
]  # fmt: skip


@pytest.mark.parametrize("text", SURE)
@pytest.mark.parametrize("column", ["reference", "porteur", "intitule", "commentaire", "etat"])
def test_a_civility_or_a_role_with_a_name_is_refused(tmp_path, column, text):
    said = told(csv_file(tmp_path, row(**{column: text})))
    assert f"« {column} »" in said
    assert not [name for name in ("exemple", "mensah") if name in said.lower()]


@pytest.mark.parametrize("text", [
    "Mme la directrice absente", "M. le maire", "rue du Docteur Roux", "contact : mairie",
    "Délégué du préfet", "présidente de l'association", "directeur du collège Jean Exemple",
    "Chef de projet Montargis", "Directeur Orléans Métropole", "référent : Caf",
    "le son du quartier", "Spectacle du Père Noël", "parents et enfants",
])  # fmt: skip
def test_a_function_without_a_name_passes(text):
    assert verdict(text, "prose") == "accepté"


WORDS = sorted(lexicon().bodies)
FIRST = st.sampled_from(["Marie", "Fatoumata", "Koffi", "Zurab", "Jean-Pierre", "LI"])
LAST = st.sampled_from(["Durand", "N'Guessan", "DE SMET", "Aït Lahcen", "da Silva", "Özdemir"])


@SPACED
@given(word=st.sampled_from(WORDS), first=FIRST, last=LAST, form=st.sampled_from([*names.FORMS]))
def test_the_word_of_a_body_in_front_of_any_pair_passes(word, first, last, form):
    assert verdict(f"{word.capitalize()} {first} {last}", names.FORMS[form]) == "accepté"


# --- the question -------------------------------------------------------------------------------

ASKED = row(porteur="Koffi Mensah", commentaire="voir avec Marie Exemple avant juin")


@pytest.fixture
def asked(tmp_path, opened):
    opened(register=tmp_path / "register")
    return csv_file(tmp_path, ASKED, ASKED | {"reference": "DA2"})


def run(*words):
    return CliRunner().invoke(cli.main, ["actions", *map(str, words)])


def test_a_name_alone_is_asked_with_its_place_and_masked(asked):
    done = run("import", asked)
    assert done.exit_code == 0
    code = contract.fingerprint("Mensah Koffi")
    assert "- Noms à vérifier, masqués en attendant : 2. Répondre de chacun" in done.output
    assert f"- {code} : K… M…, ligne 2, colonne « porteur » (de même ligne 3)." in done.output
    stored = register.texts()["DA1"]
    assert (stored["porteur"], stored["commentaire"]) == (
        "[nom à vérifier]", "voir avec [nom à vérifier] avant juin",
    )  # fmt: skip
    kept = "".join(path.read_text("utf-8") for path in current().register.iterdir())
    assert not [
        name for name in ("Koffi", "Mensah", "Marie", "Exemple") if name in kept + done.output
    ]


@pytest.mark.parametrize(("answer", "bearer"), [
    ("structure", "Koffi Mensah"), ("masquer", "[nom masqué]"),
])  # fmt: skip
def test_an_answer_is_kept_by_its_code_and_not_asked_again(asked, answer, bearer):
    code = contract.fingerprint("Koffi Mensah")
    assert run("name", code, answer).exit_code == 0
    done = run("import", asked)
    assert code not in done.output
    assert "M… E…" in done.output
    assert register.texts()["DA1"]["porteur"] == bearer
    written = register.synonyms().read_text("utf-8")
    assert f'{code} = "{answer}"' in written.replace('"' + code + '"', code)
    assert "Mensah" not in written


def test_a_name_said_to_be_refused_refuses_the_file(asked):
    run("name", contract.fingerprint("Koffi Mensah"), "refuser")
    done = run("import", asked)
    assert done.exit_code == 1
    assert names.REFUSED in done.output
    assert "Mensah" not in done.output
    assert register.texts() == {}


def test_a_reference_is_not_masked(tmp_path):
    assert "un nom à vérifier (E… M…)" in told(csv_file(tmp_path, row(reference="EXEMPLE Marie")))


def test_a_column_that_is_not_imported_tells_where_a_name_may_be(tmp_path):
    found = reading.read(csv_file(tmp_path, row(Divers="Marie Exemple")))
    assert "Colonne « Divers », non importée : ligne 2, peut-être" in "".join(found.notices)


@pytest.mark.parametrize(("own", "said"), [
    ('[quartiers]\n"chez Mme Exemple" = "QP045010"', "[quartiers] : un nom précédé"),
    ('[etats]\n"accordée" = ["06 12 34 56 78"]', "[etats] : un numéro de téléphone"),
    ('[noms]\n"Marie Exemple" = "masquer"', "un nom écrit en clair. Le remplacer par son code"),
    ('[noms]\n"Marie Exemple" = "oui"', "une réponse inconnue"),
])  # fmt: skip
def test_the_catalogue_of_local_words_names_no_one(tmp_path, own, said):
    place = tmp_path / "synonymes.toml"
    place.write_text(own, "utf-8")
    with pytest.raises(QpvError) as refused:
        reading.read(csv_file(tmp_path), synonyms=place)
    assert said in str(refused.value)
    assert not [text for text in ("Exemple", "06 12") if text in str(refused.value)]


def test_a_body_may_be_said_in_a_word_or_in_full(tmp_path):
    place = tmp_path / "synonymes.toml"
    place.write_text('[personnes]\nstructures = ["zanza"]\n[noms]\n"Koffi Mensah" = "structure"\n')
    rows = row(porteur="Zanza Marie Exemple"), row(reference="DA2", porteur="Koffi Mensah")
    found = reading.read(csv_file(tmp_path, *rows), synonyms=place)
    assert [one["porteur"] for one in found.records] == ["Zanza Marie Exemple", "Koffi Mensah"]
    assert found.notices == []


def test_a_register_that_already_names_someone_is_told(asked):
    run("import", asked)
    place = current().register / register.TABLE
    place.write_text(
        place.read_text("utf-8").replace("[nom à vérifier]", "Rosa Exemple", 1), "utf-8"
    )
    done = CliRunner().invoke(cli.main, ["check"])
    assert "registre.csv, action DA1, porteur : peut-être un nom de personne" in done.output
    assert "Exemple" not in done.output


def test_a_list_of_words_that_is_unknown_or_absent_is_told(tmp_path, opened):
    import shutil

    shutil.copytree(current().catalogue, tmp_path / "data" / "catalogue")
    place = tmp_path / "data" / "catalogue" / "people.toml"
    place.write_text(place.read_text("utf-8").replace("\nbodies = ", "\nbodys = "), "utf-8")
    opened(root=tmp_path)
    with pytest.raises(Faults) as refused:
        lexicon()
    assert "Voulez-vous dire « bodies » ?" in str(refused.value)
    assert "liste « bodies » absente" in str(refused.value)
