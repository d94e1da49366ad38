"""The catalogue: what it must hold, and what it refuses."""

import shutil

import pytest

from qpvlib.catalogue import Faults, QpvError, catalogue, slug
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
    assert it.inputs or it.nearest
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
        ("themes.toml", 'chart = "taux_pauvrete"', 'chart = "taux_pauvret"',
         ["themes.toml", "[revenus_pauvrete]", "chart", "« taux_pauvrete »"]),
        ("indicators-2-revenus.toml", 'measure = "value"', 'measure = "valeur"',
         ["indicators-2-revenus.toml", "[taux_pauvrete]", "measure", "valeur"]),
        ("indicators-2-revenus.toml", 'definition = "Part des habitants dont le niveau',
         'short = "Part des habitants dont le niveau', ["indicators-2-revenus.toml"]),
        ("rules.toml", 'reason = "La moitié', 'raison = "La moitié',
         ["rules.toml", "[quartile_low]", "« raison »", "« reason »"]),
        ("indicators-6-logement.toml", 'measure = "count"', 'measure = "share"',
         ["[logements_sociaux]", "dénominateur"]),
    ],
)  # fmt: skip
def test_a_wrong_catalogue_is_refused(copy, file, before, after, said):
    message = copy(file, before, after)
    assert [words for words in said if words not in message] == []


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
