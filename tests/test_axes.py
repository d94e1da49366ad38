"""The axes as data: what holds between their files, and what a faulty one is told."""

import shutil

import pytest

from qpvlib.catalogue import Faults, QpvError, axes, catalogue
from qpvlib.project import current

DECLARED = axes.declared()
SPOKEN = [
    (name, code, indicator)
    for name, scheme in DECLARED.schemes.items()
    for code, axis in scheme.axes.items()
    for indicator in axis.indicators
]


@pytest.fixture
def copy(tmp_path, opened):
    """A copy of the catalogue that a test may spoil, in place of the real one."""
    shutil.copytree(current().catalogue, tmp_path / "data" / "catalogue")
    return opened(root=tmp_path).catalogue


@pytest.mark.parametrize(("scheme", "axis", "indicator"), SPOKEN)
def test_no_descriptive_figure_justifies_an_axis(scheme, axis, indicator):
    assert not catalogue().indicator(indicator).descriptive


def test_only_orleans_has_axes_for_2024_2030():
    scheme = axes.scheme("locales_2024_2030")
    assert {axis.contract for axis in scheme.axes.values()} == {"CN04505M"}
    assert len(scheme.of("CN04505M")) == 6
    assert scheme.of("CN04504I") == {}


def test_the_crosswalk_is_many_to_many_and_said_to_be_ours():
    walk = DECLARED.crosswalks["2020-2023"]
    arrivals = [code for codes in walk.codes.values() for code in codes]
    assert max(map(len, walk.codes.values())) > 1
    assert len(arrivals) > len(set(arrivals))
    assert "non officiel" in walk.label


def test_every_code_of_both_nomenclatures_is_in_the_crosswalk_s_reach():
    walk = DECLARED.crosswalks["2020-2023"]
    start = DECLARED.nomenclatures["2020-2023"].codes
    assert set(walk.codes) == {code for code in start if "." in code}


FAULTS = [
    ("axes.toml", '"taux_pauvrete"', '"taux_pauvret"', "l'indicateur « taux_pauvret » n'exi"),
    ("axes.toml", '"taux_pauvrete"', '"moins_25_ans"', "descriptif, il ne justifie aucun axe"),
    ("axes.toml", '"1.1", "1.2"', '"9.9", "1.2"', "le code « 9.9 » n'existe pas"),
    ("axes.toml", 'short = "Jeunesse"', 'shrt = "Jeunesse"', "« axes.jeunesse.shrt » inconnu"),
    ("axes.toml", 'contract = "CN04505M"', 'contract = "CN0"', "le contrat « CN0 » n'existe"),
    ("nomenclatures.toml", ', short = "Sport" }', " }", "champ « codes.1.5b.short » absent"),
    ("crosswalk.toml", '"1.2" = ["2.1"]', '"1.2" = ["7.1"]', "le code « 7.1 » n'existe pas"),
    ("objectives.toml", 'objective = "Faire', 'objective = "Un accueil', "par un verbe de verbs"),
    ("objectives.toml", "[vacance]\n", "[vacance\n", "ce n'est pas du TOML"),
    ("objectives.toml", 'topic = "jeunes"', 'topic = "jeune"', "le sujet « jeune » n'existe pas"),
    ("objectives.toml", 'topic = "jeunes"\n', "", "[jeunes] : un sujet (topic) pour « act »"),
    (
        "objectives.toml",
        'topic = "jeunes"',
        'topic = "vacance"',
        "le sujet « jeunes » n'a aucun motif sans condition",
    ),
    (
        "objectives.toml",
        'trait = "premier_decile"',
        'trait = "premier_dixieme"',
        "[droits_depenses], champ « when » : l'indicateur « premier_dixieme »",
    ),
    ("objectives.toml", "within = 300", "whithin = 300", "« when.whithin » inconnu"),
    (
        "objectives.toml",
        'piliers_2015_2023 = ["egalite"',
        'piliers_2015_2023 = ["egalites"',
        "champ « axes » : l'axe « egalites »",
    ),
    (
        "objectives.toml",
        'kind = "ask"\n',
        'kind = "ask"\nobjective = "Ouvrir un lieu"\n',
        "sauf pour « ask », qui est une question",
    ),
    ("objectives.toml", 'who = ["association", "departement"]', 'who = ["associations"]', "who"),
]


@pytest.mark.parametrize(("file", "before", "after", "said"), FAULTS)
def test_a_wrong_declaration_is_refused_with_its_place(copy, file, before, after, said):
    text = (copy / file).read_text("utf-8")
    assert before in text
    (copy / file).write_text(text.replace(before, after, 1), "utf-8")
    with pytest.raises(Faults) as error:
        axes.declared()
    assert said in str(error.value)
    assert file in str(error.value)


def test_an_unknown_scheme_offers_the_nearest():
    with pytest.raises(QpvError, match="Voulez-vous dire « piliers_2015_2023 »"):
        axes.scheme_name("piliers_2015")


def test_the_scheme_is_a_parameter(opened):
    opened(scheme="locales_2024_2030")
    assert axes.scheme().short == "priorités locales 2024-2030"
    assert axes.scheme("piliers_2015_2023").short == "piliers 2015-2023"


@pytest.mark.parametrize(("text", "good"), [
    ("Accompagner qui le souhaite", True), ("Se rapprocher des familles", True),
    ("S’appuyer sur les associations", True), ("Un accompagnement renforcé", False),
    ("Quartier à rénover", False), ("", False),
])  # fmt: skip
def test_an_objective_begins_with_a_verb(text, good):
    assert axes.begins_with_verb(text) is good
