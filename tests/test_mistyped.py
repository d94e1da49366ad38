"""What an intern mistypes in an indicator: one fault, its file, its line, what to write instead."""

import re
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qpvlib.cli import checking
from qpvlib.project import current, forget

FILE = "indicators-1-population.toml"
SHARE = """
[essai]
label = "Couples sans enfant"
noun = "la part des couples sans enfant"
definition = "Part des allocataires en couple et sans enfant."
statement = "{numerator} des {denominator} foyers sont des couples sans enfant ({value})"
theme = "population_familles"
unit = "%"
decimals = 1
favourable = "none"
measure = "share"
inputs = [
  { source = "insee_demo", numerator = ["ACSSENF"], denominator = ["A"] },
]
noise = { years = [2021, 2022], reason = "Un essai." }
"""
RATE = (
    SHARE.replace('measure = "share"', 'measure = "value"\npart_of = "ménages"')
    .replace('["ACSSENF"], denominator = ["A"]', '["TX_F"]')
    .replace("{numerator} des {denominator} foyers sont des couples sans enfant ({value})",
             "{value} des habitants sont des femmes")
    .replace("[2021, 2022]", "[2017, 2018]")
)  # fmt: skip
# ruff: noqa: E501  (messages as they are told)
# What was typed, in place of what; the line of the entry; what is said, after « [essai] » if it is.
MISTAKES = [
    (SHARE, 'definition =', 'definiton =', 4,
     ' : champ « definiton » inconnu, voulez-vous dire « definition » ?'),
    (SHARE, 'noun = "la part des couples sans enfant"\n', '', 1,
     ' : champ « noun » absent'),
    (SHARE, 'unit = "%"', 'unit = "pourcent"', 7,
     ", champ « unit » : 'pourcent' refusé, attendu : %, €, nombre, indice, rapport, m, €/m² ou personnes"),
    (SHARE, 'decimals = 1', 'decimals = "1"', 8,
     ", champ « decimals » : '1' refusé, attendu : un nombre entier"),
    (SHARE, 'decimals = 1', 'decimals = 1.0', 8,
     ', champ « decimals » : 1.0 refusé, attendu : un nombre entier'),
    (SHARE, 'decimals = 1', 'decimals = 12', 8,
     ', champ « decimals » : 12 refusé, attendu : 4 au plus'),
    (SHARE, 'favourable = "none"', 'favourable = "bas"', 9,
     ", champ « favourable » : 'bas' refusé, attendu : higher, lower ou none"),
    (SHARE, 'theme = "population_familles"', 'theme = "population"', 6,
     ", champ « theme » : le thème « population » n'existe pas. Voulez-vous dire « population_familles » ?"),
    (SHARE, 'theme = "population_familles"', 'theme = "emploi_insertion"', 6,
     ', champ « theme » : les indicateurs de ce fichier sont du thème « population_familles ». Corriger, ou déplacer la section dans indicators-3-emploi.toml'),
    (SHARE, '[essai]', '[Essai]', 1,
     ', [Essai] : nom refusé : des minuscules sans accent, des chiffres et _ ; écrire [essai]'),
    (SHARE, '[essai]', "[essai d'été]", 1,
     " : ce n'est pas du TOML (nom refusé ; écrire [essai_d_ete])"),
    (SHARE, '[essai]', '[essai_été]', 1,
     " : ce n'est pas du TOML (nom refusé ; écrire [essai_ete])"),
    (SHARE, '[essai]', '[essai.couples]', 1,
     " : pas de point dans le nom d'une section ; écrire [essai_couples]"),
    (SHARE, '[essai]', '[[essai]]', 1,
     ' : une seule paire de crochets : [essai]'),
    (SHARE, '[essai]', '[population]', 1,
     " : ce n'est pas du TOML (la section [population] est déclarée deux fois)"),
    (SHARE, '[essai]', '[taux_pauvrete]', 1,
     ", [taux_pauvrete] : aussi dans indicators-2-revenus.toml ; n'en garder qu'une, ou en renommer une"),
    (SHARE, '[essai]', '[essai', 1,
     ", caractère 7 : ce n'est pas du TOML (crochet ] oublié)"),
    (SHARE, '[essai]\n', '', 1,
     " : ce n'est pas du TOML (« label » est donné deux fois, ou [nom] oublié au-dessus)"),
    (SHARE, '["ACSSENF"]', '["ACSENF"]', 12,
     ", champ « inputs » : la colonne de [insee_demo] « ACSENF » n'existe pas. Voulez-vous dire « ACSSENF » ?"),
    (SHARE, '["ACSSENF"]', '["TX_F"]', 11,
     ", champ « inputs » : colonnes de plusieurs blocs de [insee_demo] (recensement, cnaf), qui n'ont pas les mêmes années"),
    (SHARE, '["ACSSENF"]', '["DISP_TP60"]', 12,
     ", champ « inputs » : la colonne de [insee_demo] « DISP_TP60 » n'existe pas. Elle est dans [insee_filosofi_qpv]."),
    (SHARE, '["ACSSENF"]', '["A"]', 11,
     ', champ « inputs » : colonne nommée deux fois : A'),
    (SHARE, '["ACSSENF"]', '["ZZZ"]', 12,
     ", champ « inputs » : la colonne de [insee_demo] « ZZZ » n'existe pas. Si le fichier l'a, l'ajouter à « columns » d'un bloc de la source (sources.toml)."),
    (SHARE, '["ACSSENF"]', '"ACSSENF"', 12,
     ", champ « inputs.numerator » : 'ACSSENF' refusé, attendu : une liste entre crochets"),
    (SHARE, '"insee_demo"', '"insee_dem"', 12,
     ", champ « inputs » : la source « insee_dem » n'existe pas. Voulez-vous dire « insee_demo » ?"),
    (SHARE, ', denominator = ["A"]', '', 11,
     ', champ « inputs » : une part (share) a un dénominateur'),
    (SHARE, 'numerator = ["A', 'numerateur = ["A', 12,
     ' : champ « inputs.numerateur » inconnu, voulez-vous dire « numerator » ?'),
    (SHARE, 'inputs = [', 'input = [', 11,
     ' : champ « input » inconnu, voulez-vous dire « inputs » ?'),
    (SHARE, 'inputs = [\n  { source = "insee_demo", numerator = ["ACSSENF"], denominator = ["A"] },\n]', 'inputs = { source = "insee_demo", numerator = ["ACSSENF"], denominator = ["A"] }', 11,
     ", champ « inputs » : {'source': 'insee_demo', 'numerator': ['ACSSENF'], 'denomina refusé, attendu : une liste entre crochets"),
    (SHARE, ', reason = "Un essai."', '', 14,
     ' : champ « noise.reason » absent'),
    (SHARE, '{ years = [2021, 2022], reason = "Un essai." }', '"Un essai."', 14,
     ", champ « noise » : 'Un essai.' refusé, attendu : une table"),
    (SHARE, '[2021, 2022]', '[2021]', 14,
     ', champ « noise.years » : il y manque une valeur, la 2e'),
    (SHARE, '[2021, 2022]', '[2021, 2022, 2023]', 14,
     ', champ « noise.years » : 2 valeurs au plus'),
    (SHARE, '[2021, 2022]', '["2021", "2022"]', 14,
     ", champ « noise.years » : '2022' refusé, attendu : un nombre entier"),
    (SHARE, '[2021, 2022]', '[2022, 2021]', 14,
     ", champ « noise » : 2022 n'est pas avant 2021"),
    (SHARE, '[2021, 2022]', '[2012, 2022]', 14,
     ', champ « noise » : aucune édition ne donne 2012 ; il y a : 2017, 2018, 2019, 2020, 2021, 2022'),
    (SHARE, '[2021, 2022]', '2021', 14,
     ', champ « noise.years » : 2021 refusé, attendu : une liste entre crochets'),
    (SHARE, 'noise =', 'years = [2021, 2022]\nnoise =', 14,
     ' : champ « years » inconnu ; « years » se met dans « noise »'),
    (SHARE, 'noise =', 'year = 2022\nnoise =', 14,
     ' : champ « year » inconnu ; « years » se met dans « noise »'),
    (SHARE, 'noise =', 'trend_from = 2032\nnoise =', 14,
     ', champ « trend_from » : aucune édition ne donne 2032 ; il y a : 2017, 2018, 2019, 2020, 2021, 2022'),
    (SHARE, 'noise =', 'breaks = [2109]\nnoise =', 14,
     ', champ « breaks » : 2109 ne sépare aucune année de : 2017, 2018, 2019, 2020, 2021, 2022'),
    (SHARE, 'measure = "share"', 'measure = "part"', 10,
     ", champ « measure » : 'part' refusé, attendu : value, share ou count"),
    (SHARE, 'measure = "share"', 'measure = "value"', 10,
     ", champ « measure » : « value » refusé : avec un dénominateur, c'est une part (share)"),
    (SHARE, 'measure = "share"', 'measure = "count"', 10,
     ", champ « measure » : « count » refusé : avec un dénominateur, c'est une part (share)"),
    (RATE, 'part_of = "ménages"\n', '', 1,
     ', champ « part_of » absent : de quel effectif est-il la part ? Un de disclosure.toml, « counts » ; "" pour la part d\'un revenu'),
    (RATE, 'part_of = "ménages"', 'part_of = "menages"', 11,
     ", champ « part_of » : l'effectif « menages » n'existe pas. Voulez-vous dire « ménages » ?"),
    (SHARE, 'noise =', 'part_of = "ménages"\nnoise =', 14,
     ', champ « part_of » : à retirer ; ses colonnes (« inputs ») le disent déjà'),
    (SHARE, 'favourable = "none"', 'favourable = "lower"', 1,
     ', champ « family » absent : il en faut un à un indicateur qui a un sens'),
    (SHARE, 'favourable = "none"', 'favourable = "lower"\nfamily = "revenu"', 10,
     ", champ « family » : la famille « revenu » n'existe pas. Voulez-vous dire « revenus » ? Une famille nouvelle dit son sens dans phrases-fiches.toml, [polarity] : « lower_revenu »"),
    (SHARE, 'favourable = "none"', 'favourable = "none"\nplace = "headlines"', 10,
     ", champ « place » : 'headlines' refusé, attendu : headline, details ou identity"),
    (SHARE, 'statement = "{numerator} des', 'statement = "{numerateur} des', 5,
     ", champ « statement » : l'accolade « numerateur » n'existe pas. Voulez-vous dire « numerator » ? Il y a : value, numerator, denominator, year."),
    (SHARE, ' ({value})"', '"', 5,
     ', champ « statement » : il manque ({value})'),
    (SHARE, '({value})', '({value)', 5,
     ', champ « statement » : accolade ouverte et non fermée, ou fermée et non ouverte'),
    (SHARE, 'noun = "la', 'noun = "La', 3,
     ', champ « noun » : commence par une minuscule (« le taux… »)'),
    (SHARE, 'sans enfant."', 'sans enfant"', 4,
     ', champ « definition » : une phrase, qui finit par un point'),
    (SHARE, 'label = "Couples sans enfant"', 'label = "Taux de pauvreté"', 2,
     ', champ « label » : déjà celui de « taux_pauvrete » ; en donner un autre'),
    (SHARE, 'label = "Couples sans enfant"', 'label = "Couples sans enfant', 2,
     ', caractère 29 : ce n\'est pas du TOML (guillemet (") oublié, ou de trop)'),
    (SHARE, 'label = "Couples sans enfant"', 'label = Couples sans enfant', 2,
     ', caractère 9 : ce n\'est pas du TOML (guillemets (") oubliés autour du texte)'),
    (SHARE, 'label = "Couples sans enfant"', 'label = «Couples sans enfant»', 2,
     ', caractère 9 : ce n\'est pas du TOML (guillemets droits attendus (") autour du texte)'),
    (SHARE, 'label = "Couples sans enfant"', 'label = “Couples sans enfant”', 2,
     ', caractère 9 : ce n\'est pas du TOML (guillemets droits attendus (") autour du texte)'),
    (SHARE, '"Part des allocataires en couple et sans enfant."', "'Part d'allocataires sans enfant.'", 4,
     ', caractère 22 : ce n\'est pas du TOML (une apostrophe ferme le texte : l\'entourer de guillemets droits ("))'),
    (SHARE, '"Part des allocataires en couple', '"Part des "allocataires" en couple', 4,
     ", caractère 25 : ce n'est pas du TOML (guillemet dans le texte : l'écrire « » à l'intérieur)"),
    (SHARE, '["ACSSENF"]', '["ACSSENF"', 12,
     ", caractère 52 : ce n'est pas du TOML (crochet ] oublié)"),
    (SHARE, '["A"] },\n]', '["A"] },\n', 11,
     " : ce n'est pas du TOML (crochet ] ou accolade } jamais refermés)"),
    (SHARE, '["A"] },\n]', '["A"],\n]', 12,
     ", caractère 73 : ce n'est pas du TOML (crochet ] ou accolade } oubliés)"),
    (SHARE, 'source = "insee_demo", num', 'source = "insee_demo" num', 12,
     ", caractère 27 : ce n'est pas du TOML (virgule oubliée)"),
    (SHARE, 'decimals = 1', 'decimals = 0,1', 8,
     ", caractère 13 : ce n'est pas du TOML (virgule décimale : écrire un point)"),
    (SHARE, 'decimals = 1', 'decimals 1', 8,
     ", caractère 10 : ce n'est pas du TOML (signe = oublié)"),
    (SHARE, 'decimals = 1', 'decimals =', 8,
     ", caractère 11 : ce n'est pas du TOML (valeur oubliée après le signe =)"),
    (SHARE, 'decimals = 1', 'decimals : 1', 8,
     ", caractère 10 : ce n'est pas du TOML (un signe = et non :)"),
    (SHARE, 'unit = "%"', 'unit = "%"\nunit = "%"', 8,
     " : ce n'est pas du TOML (« unit » est donné deux fois, ou [nom] oublié au-dessus)"),
    (SHARE, 'favourable = "none"', 'strength = "non"\nfavourable = "none"', 9,
     ", champ « strength » : 'non' refusé, attendu : true ou false"),
]  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A copy of the catalogue, to be changed."""
    folder = tmp_path_factory.mktemp("catalogue")
    shutil.copytree(current().catalogue, folder / "data" / "catalogue")
    return folder


@pytest.fixture
def typed(root, opened):
    """Add an entry at the end of its file; the faults of the catalogue; the entry's first line."""
    place = opened(root=root).catalogue / FILE
    before = place.read_text("utf-8")

    def told(entry):
        place.write_text(before + entry, "utf-8")
        forget()
        return checking.declared_faults()

    yield told, len(before.splitlines()) + 1
    place.write_text(before, "utf-8")
    forget()


@pytest.mark.parametrize(("entry", "wanted", "written", "line", "said"), MISTAKES)
def test_a_mistake_of_typing_is_one_fault_at_its_line(typed, entry, wanted, written, line, said):
    told, start = typed
    assert entry.count(wanted) >= 1
    own = "" if said.startswith((", [", ", car")) or "TOML" in said else ", [essai]"
    assert told(entry.replace(wanted, written, 1)) == [f"{FILE}, ligne {start + line}{own}{said}"]


@pytest.mark.parametrize("entry", [SHARE, RATE, SHARE.replace("\n", "\r\n")])
def test_what_is_well_typed_is_no_fault(typed, entry):
    told, _ = typed
    assert told(entry) == []


# --- around it -----------------------------------------------------------------------------------

AROUND = [
    ("an entry of another file", "sources.toml", None, SHARE,
     "sources.toml, ligne {last}, [essai] : cette section est de celles de indicators-*.toml : "
     "l'y déplacer"),
    ("a trait", "traits.toml", None, SHARE,
     "traits.toml, ligne {last}, [essai] : cette section est de celles de indicators-*.toml : "
     "l'y déplacer"),
    ("without a section", FILE, "", 'label = "Couples"\nunit = "%"\n',
     f"{FILE} : « label » hors de toute section ; écrire [nom] au-dessus"),
    ("a name that others tell", FILE, "[moins_25_ans]", "[moins_25_an]",
     f"{FILE}, ligne {{line}}, [moins_25_an] : traits.toml, similar.toml disent « moins_25_ans », "
     "qui n'est plus déclaré. Reprendre ce nom, ou le changer partout"),
    ("a column of a source", "sources.toml", '"ACAVENF", "AC3ENF"', '"ACAVENFF", "AC3ENF"', None),
    ("another encoding", FILE, "Population municipale", b"Pr\xe9fecture",
     f"{FILE}, ligne {{line}} : pas en UTF-8 (octet 0xE9) ; l'enregistrer en UTF-8"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "before", "after", "said"), [c[1:] for c in AROUND],
                         ids=[c[0] for c in AROUND])  # fmt: skip
def test_a_mistake_around_an_entry(tmp_path, opened, name, before, after, said):
    shutil.copytree(current().catalogue, tmp_path / "data" / "catalogue")
    place = opened(root=tmp_path).catalogue / name
    text = place.read_bytes()
    new = after if isinstance(after, bytes) else after.encode()
    at = len(text) if before is None else text.index(before.encode())
    place.write_bytes(text[:at] + new + text[at + len((before or "").encode()) :])
    line = text[:at].count(b"\n") + 1
    found = checking.declared_faults()
    if said is None:  # each indicator that reads the column is told, in its own place
        assert found
        assert all(
            "« ACAVENF » n'existe pas. Voulez-vous dire « ACAVENFF » ?" in f for f in found[:1]
        )
        return
    assert found == [said.format(line=line, last=line + 1)]


# --- whatever is mistyped ------------------------------------------------------------------------

NAMES = re.findall(r'"(?:[a-z_]+|[A-Z_]+)"|^[a-z_]+(?= =)|(?<=[{ ])[a-z]+(?= =)', SHARE, re.M)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from(sorted({*NAMES})),
    at=st.integers(0, 30),
    kind=st.sampled_from(["lost", "added", "changed"]),
    letter=st.sampled_from([*"aeZ_9-. é\"'=[]{}#,\t«"]),
)
def test_a_letter_mistyped_is_a_fault_of_the_entry_or_no_fault(typed, name, at, kind, letter):
    told, start = typed
    at %= len(name)
    new = name[:at] + ("" if kind == "lost" else letter) + name[at + (kind != "added") :]
    faults = told(SHARE.replace(name, new, 1))
    for fault in faults:
        assert fault.startswith(FILE), fault
        line = re.search(r"ligne (\d+)", fault)
        assert ("[essai" in fault and line) or "TOML" in fault, fault
        assert not line or int(line[1]) > start, fault
    assert len(faults) <= 2, faults
