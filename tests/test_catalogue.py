"""The catalogue: what it must hold, and what it refuses."""

import shutil

import pytest

from qpvlib.catalogue import Faults, QpvError, axes, catalogue, slug
from qpvlib.project import current

KNOWN = catalogue()
THEMES = ["population_familles", "revenus_pauvrete", "emploi_insertion", "education_jeunesse",
          "sante_droits", "logement_cadre_de_vie"]  # fmt: skip


def test_at_least_45_indicators_in_six_themes():
    assert len(KNOWN.indicators) >= 45
    assert list(KNOWN.themes) == THEMES
    assert {i.theme for i in KNOWN.indicators.values()} == set(THEMES)


@pytest.mark.parametrize("code", KNOWN.indicators)
def test_each_indicator_says_what_it_is(code):
    it = KNOWN.indicators[code]
    assert it.label
    assert it.noun[0].islower()
    assert it.definition.endswith(".")
    assert it.noise.reason
    assert it.inputs or it.nearest or it.later
    if it.place == "headline":
        assert it.statement
        assert it.family or it.descriptive
    if it.place == "headline" and not it.descriptive:
        assert it.field_question.endswith("?")


@pytest.mark.parametrize("code", [c for c, i in KNOWN.indicators.items() if i.measure == "share"])
def test_a_share_has_its_two_counts_in_one_block_of_one_source(code):
    it = KNOWN.indicators[code]
    for entry in it.inputs:
        source = KNOWN.sources[entry.source]
        blocks = {source.block_of(c)[0] for c in (*entry.numerator, *entry.denominator)}
        assert len(blocks) == 1
        assert set(entry.numerator) & set(entry.denominator) == set()


@pytest.mark.parametrize(
    "code",
    ["demandeurs_moins_26", "demandeurs_sans_cap_bep", "demandeurs_rsa", "demandeurs_deux_ans",
     "c2s", "rsa_allocataires", "monoparents_caf"],
)  # fmt: skip
def test_shares_built_from_counts(code):
    assert KNOWN.indicators[code].measure == "share"


def test_nothing_stands_for_an_unemployment_rate():
    assert not [c for c, i in KNOWN.indicators.items() if "taux de chômage" in i.label.lower()]
    named = [c for c in KNOWN.indicators if "demandeurs" in c]
    columns = {d for c in named for e in KNOWN.indicators[c].inputs for d in e.denominator}
    assert columns == {"ABC", "ABCDE"}  # never inhabitants


def test_what_the_mandate_names_and_no_file_gives_has_its_clue():
    named = {c: e for c, e in KNOWN.not_measured.items() if e.mandate}
    assert set(named) == {"decrochage", "acces_soins", "chomage", "acces_services"}
    for entry in named.values():
        assert entry.clue
        assert set(entry.indicators) <= set(KNOWN.indicators)


@pytest.mark.parametrize("code", ["etrangers", "taux_emploi_etrangers", "personnes_couvertes_caf"])
def test_some_figures_stay_in_the_details(code):
    it = KNOWN.indicators[code]
    assert it.place == "details"
    assert it.descriptive


@pytest.mark.parametrize("code", ["c2s", "rsa_allocataires", "demandeurs_rsa"])
def test_rights_opened_are_never_a_strength(code):
    it = KNOWN.indicators[code]
    assert not it.strength
    assert it.family == "revenus"
    assert "droit ouvert" in it.aside + it.caution


def test_every_rule_has_its_reason():
    assert all(rule.reason for rule in KNOWN.rules.values())
    assert KNOWN.rule("count_alone") == 100
    assert KNOWN.rule("change_years") == 3


# --- strictness --------------------------------------------------------------------------------


EMPLOI = "indicators-3-emploi.toml"


@pytest.fixture
def copy(tmp_path, opened):
    """The catalogue's folder, where one text is replaced; returns the error's message."""
    shutil.copytree(current().catalogue, tmp_path / "data" / "catalogue")
    folder = opened(root=tmp_path).catalogue

    def refused(name, before, after):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
        with pytest.raises(Faults) as error:
            catalogue()
        return str(error.value)

    return refused


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        # a field misspelt: file, entry, field, nearest name
        ("indicators-2-revenus.toml", "caution = ", "cautoin = ",
         ["indicators-2-revenus.toml", "[taux_pauvrete]", "« cautoin »", "« caution »"]),
        # a source, a column, a theme that does not exist: entry and nearest name
        ("indicators-2-revenus.toml", '"insee_filosofi_qpv"', '"insee_filosofi_qp"',
         ["[taux_pauvrete]", "« insee_filosofi_qp »", "« insee_filosofi_qpv »"]),
        ("indicators-2-revenus.toml", '"DISP_TP60"', '"DISP_TP06"',
         ["[taux_pauvrete]", "« DISP_TP06 »", "« DISP_TP60 »"]),
        ("indicators-2-revenus.toml", '"revenus_pauvrete"', '"revenu_pauvrete"',
         ["[taux_pauvrete]", "« revenu_pauvrete »", "« revenus_pauvrete »"]),
        ("traits.toml", 'moins_25_ans = "higher"', 'moins_25_an = "higher"',
         ["traits.toml", "[ages]", "« moins_25_ans »"]),
        ("needs.toml", 'commune = "taux_pauvrete"', 'commune = "taux_pauvret"',
         ["needs.toml", "[pauvrete]", "« taux_pauvrete »"]),
        ("indicators-2-revenus.toml", 'measure = "value"', 'measure = "valeur"',
         ["indicators-2-revenus.toml", "[taux_pauvrete]", "measure", "valeur"]),
        ("indicators-2-revenus.toml", 'definition = "Part des habitants dont le niveau',
         'short = "Part des habitants dont le niveau', ["indicators-2-revenus.toml"]),
        ("rules.toml", 'reason = "La moitié', 'raison = "La moitié',
         ["rules.toml", "[quartile_low]", "« raison »", "« reason »"]),
        ("indicators-6-logement.toml", 'measure = "count"', 'measure = "share"',
         ["[logements_sociaux]", "dénominateur"]),
        # a statement: a part that is not given, a brace not closed, a figure not told
        (EMPLOI, "{numerator} des {denominator} demandeurs d'emploi perç", "{numerateur} perç",
         ["[demandeurs_rsa], champ « statement »", "« numerateur »", "« numerator »"]),
        (EMPLOI, "{value} des 15-64 ans", "{value des 15-64 ans",
         ["[taux_emploi], champ « statement »", "accolade ouverte et non fermée"]),
        (EMPLOI, "{value} des 15-64 ans", "{numerator} des 15-64 ans",
         ["[taux_emploi], champ « statement » : l'accolade « numerator » n'existe pas"]),
        (EMPLOI, "{value} des 15-64 ans", "des 15-64 ans",
         ["[taux_emploi], champ « statement » : il manque {value}"]),
        (EMPLOI, "perçoivent le RSA ({value})", "perçoivent le RSA",
         ["[demandeurs_rsa], champ « statement » : il manque ({value})"]),
        # an indicator that is good or bad news, and that no subject or sentence has
        (EMPLOI, 'family = "chomage_long"\n', "",
         ["[demandeurs_deux_ans], champ « family » absent"]),
        (EMPLOI, 'statement = "{value} des femmes', 'aside = "des femmes',
         ["[taux_emploi_femmes], champ « statement » absent"]),
        # years whose change measures nothing
        (EMPLOI, "years = [2017, 2018]", "years = [2018, 2017]",
         ["[taux_emploi], champ « noise » : 2018 n'est pas avant 2017"]),
        (EMPLOI, "years = [2017, 2018]", "years = [2018, 2018]", ["2018 n'est pas avant 2018"]),
        (EMPLOI, "years = [2017, 2018]", "years = [2017, 2022]",
         ["[taux_emploi], champ « noise » : aucune édition ne donne 2022 ; il y a : 2010, 2015"]),
        ("indicators-5-sante.toml", "noise = { ", "noise = { years = [2019, 2022], ",
         ["[c2s], champ « noise » : aucune édition ne donne 2019 ; il y a : 2021, 2022"]),
        ("sources.toml", 'series = "cnaf"', 'years = {2021 = 2021}\nseries = "cnaf"',
         ["[monoparents_caf], champ « noise » : de 2021 et 2022, l'une est l'édition d'un"]),
        ("sources.toml", "deduced = [2019,", "deduced = [2023, 2019,",
         ["champ « blocks.recensement.deduced » : l'édition 2023"]),
        # sentences: of the pages, then those that are said as they are
        ("phrases.toml", 'alone = "{dated}."', 'alone = "{datee}."',
         ["phrases.toml, ligne ", "[finding], champ « alone »", "« datee »", "« dated »"]),
        ("phrases.toml", 'alone = "{dated}."', 'alone = "{dated."',
         ["[finding], champ « alone » : accolade ouverte et non fermée"]),
        ("phrases.toml", 'alone = "{dated}."', 'alone = "{dated!r}."', ["pas de format"]),
        ("phrases.toml", 'alone = "{dated}."', 'alone = "{{dated}}."', ["accolade doublée"]),
        ("phrases.toml", 'alone = "{dated}."', "alone = 3", ["[finding], champ « alone »"]),
        ("phrases.toml", 'alone = "{dated}."', 'allone = "{dated}."',
         ["[finding] : phrase « alone » absente ; la plus proche est « allone »"]),
        ("phrases.toml", 'blank = "non publié"', 'blank = "non publié {note}"',
         ["[figure], champ « blank » : l'accolade « note » n'existe pas"]),
        ("phrases.toml", 'told = "{statement} ; {against}."', 'told = "{statemnt} ; {against}."',
         ["[need], champ « told »", "« statemnt »", "« statement »"]),
        ("themes.toml", "Revenus et pauvreté", "Revenus et {gap}",
         ["themes.toml, ligne 8, [revenus_pauvrete], champ « label »", "« gap »"]),
        ("rules.toml", "à l'autre bout", "à {rule", ["rules.toml, ligne ", "[quartile_high]"]),
        ("not_measured.toml", "la distance à la France", "{value} à la France",
         ["not_measured.toml, ligne ", "[acces_services], champ « clue »"]),
        ("territory.toml", "du Loiret", "du {name}", ["[territory], champ « departement_of »"]),
        ("territory.toml", "office =", "ofice =",
         ["champ « office » absent", "« ofice » n'existe pas. Voulez-vous dire « office »"]),
    ],
)  # fmt: skip
def test_a_wrong_catalogue_is_refused(copy, file, before, after, said):
    message = copy(file, before, after)
    assert [words for words in said if words not in message] == [], message


def test_a_draft_objective_with_a_brace_is_refused(copy, monkeypatch):
    monkeypatch.setitem(copy.__globals__, "catalogue", axes.declared)
    before = 'objective = "Rencontrer avec la mission locale'
    told = copy("objectives.toml", before, f"{before} {{mission}}")
    assert ", [jeunes], champ « objective » : l'accolade « mission »" in told


def test_a_file_that_cannot_be_read_is_one_fault(copy):
    told = copy("indicators-2-revenus.toml", 'label = "', "label = ")
    assert len(told.splitlines()) == 2  # the head, and the line that is wrong


def test_a_missing_file_is_named(tmp_path, opened):
    opened(root=tmp_path)
    with pytest.raises(Faults, match=r"sources\.toml"):
        catalogue()


def test_an_unknown_indicator_offers_the_nearest():
    with pytest.raises(QpvError, match="« taux_pauvrete »"):
        KNOWN.indicator("taux_pauvretee")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("La Source", "la-source"),
        ("Vésine", "vesine"),
        ("Le Bourg - Chautemps", "le-bourg-chautemps"),
        ("Les 3 Fontaines", "les-3-fontaines"),
    ],
)
def test_slug(name, expected):
    assert slug(name) == expected
