"""What is given to the names of a notebook: understood, or refused in one exact French sentence."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

import qpvlib as qpv
from qpvlib.catalogue import QpvError, slug

ALL = qpv.observations()
SOURCE = qpv.neighbourhood("QP045010")
PLATEAU = qpv.compare("QP045003")
NAMES = {"qpv": qpv, "np": np, "pd": pd, "ALL": ALL, "SOURCE": SOURCE, "PLATEAU": PLATEAU}
LIST = "Les 19 : qpv.neighbourhoods()"
WHOLE = "La faire : qpv.compare(quartier), et garder ses colonnes."
GIEN = "Champ de la Ville (QP045016) et Montoire (QP045017)"

HEALTH = ["aah_allocataires", "c2s", "c2s_sans_participation", "distance_france_services",
          "distance_hopital"]  # fmt: skip

UNDERSTOOD = [
    # a neighbourhood: code, number, name, itself
    ('qpv.neighbourhood("qp 045 010").code', "QP045010"),
    ('qpv.neighbourhood("QP45016").code', "QP045016"),
    ('qpv.neighbourhood(" QN04516I ").code', "QP045016"),
    ("qpv.neighbourhood(45016).code", "QP045016"),
    ('qpv.neighbourhood("045016").code', "QP045016"),
    ("qpv.neighbourhood(16.0).code", "QP045016"),
    ("qpv.neighbourhood(np.int64(16)).code", "QP045016"),
    ('qpv.neighbourhood("la chaussee").code', "QP045004"),
    ('qpv.neighbourhood("CHAUSSÉE").code', "QP045004"),
    ('qpv.neighbourhood("quartier de l\'Argonne").code', "QP045011"),
    ('qpv.neighbourhood("Vésines").code', "QP045002"),  # its name of 2024
    ('qpv.neighbourhood("Chautemps").code', "QP045005"),
    ('qpv.neighbourhood("3 fontaines").code', "QP045014"),
    ('qpv.neighbourhood("QP045010 - La Source (Orléans)").code', "QP045010"),
    ("qpv.neighbourhood(SOURCE) is SOURCE", True),
    ('list(qpv.neighbourhoods(["la source", 16]))', ["QP045010", "QP045016"]),
    ('list(qpv.neighbourhoods("gien"))', ["QP045016", "QP045017"]),
    ('len(qpv.neighbourhoods("CN04505M"))', 10),
    ("len(qpv.neighbourhoods(SOURCE.contract))", 10),
    ("len(qpv.neighbourhoods(SOURCE.communes[0]))", 4),
    ("set(qpv.observations(area=SOURCE.communes).area)", {"45234"}),
    # figures
    ('qpv.observations(theme="santé").indicator.unique().tolist()', HEALTH),
    ('len(qpv.observations(theme="sante")) == len(qpv.observations("Santé, droits"))', True),
    (
        'qpv.observations(theme=["santé", "SANTE_DROITS"]).equals(qpv.observations("santé"))',
        True,
    ),
    ('set(qpv.observations(indicator=["Pauvreté", "gini"]).indicator)', {"taux_pauvrete", "gini"}),
    ('qpv.observations(area=45010, indicator="le taux de pauvreté", year="2019").value[0]', 48.4),
    ('set(qpv.observations(area=["Gien", SOURCE, "d45"]).area)', {"45155", "QP045010", "D45"}),
    ('set(qpv.observations(area="QN04505M").area)', {"QN04505M"}),
    ('set(qpv.observations(around="la source").area) >= {"45234", "D45", "QP045016"}', True),
    ('sorted(set(qpv.observations(year=[2018, "2019"]).year))', [2018, 2019]),
    # readings
    ('qpv.compare("la source").equals(qpv.compare(ALL, SOURCE))', True),
    ('qpv.compare(SOURCE, ALL).equals(qpv.compared("la source"))', True),
    ('set(qpv.compare(16, benchmark="Gien").benchmark)', {"commune"}),
    ('set(qpv.compare(16, benchmark="QPV de métropole").benchmark)', {"metropole_qpv"}),
    ('set(qpv.compare(16, benchmark=["commune", "D45"]).benchmark)', {"commune", "departement"}),
    ('qpv.compare(16, years={"Pauvreté": "2018"}).query("indicator == \'taux_pauvrete\'").year.max()',
     2018),
    ('len(qpv.findings("le plateau")) == len(qpv.findings(PLATEAU))', True),
    ('[one.code for one in qpv.traits("blossieres")][0]', "monoparents_caf"),
    ("qpv.needs(3)[0].sentence == qpv.needs(PLATEAU)[0].sentence", True),
    ('qpv.plan("le plateau").place.code', "QP045003"),
    ('qpv.trend("la source", "Pauvreté").verdict', "not_conclusive"),
    ('qpv.side_by_side("la source", 12).title', "Blossières et La Source"),
    ('len(qpv.strengths(qpv.findings(16), "champ de la ville"))', 2),
    ('qpv.where("1,9347", "47,8371").metres', 0),
    ("qpv.where((1.9347, 47.8371)).of_2015.code", "QP045010"),
    ('qpv.pages.header("la source").area', "QP045010"),
    ("qpv.pages.landmarks(3, PLATEAU).area", "QP045003"),
    ('qpv.figures.position("argonne", "Pauvreté").title', "Taux de pauvreté, 2019"),
]  # fmt: skip

REFUSED = [
    ("qpv.neighbourhood()", "Il manque un argument à neighbourhood : place. neighbourhood a pour "
     "arguments : place."),
    ("qpv.neighbourhood(None)", "Il manque un quartier : donner son code ou son nom."),
    ('qpv.neighbourhood("  ")', "Il manque un quartier : donner son code ou son nom."),
    ('qpv.neighbourhood(float("nan"))', "Il manque un quartier : donner son code ou son nom."),
    ('qpv.neighbourhood("?!")', f"Le quartier « ?! » n'est pas dans ce projet. {LIST}"),
    ('qpv.neighbourhood("la source " * 100)', "Un quartier n'a pas un nom de 1000 caractères."),
    ("qpv.neighbourhood(object())", "Un quartier se donne par son code ou son nom ; ici : object."),
    ('qpv.neighbourhood(["QP045010"])', "Un seul quartier à la fois ; ici : une liste de 1."),
    ("qpv.neighbourhood(ALL.head(2))", "Un seul quartier à la fois ; ici : une table de 2."),
    ('qpv.neighbourhood("champ de la vile")', "Le quartier « champ de la vile » n'est pas dans ce "
     f"projet. Voulez-vous dire Champ de la Ville (QP045016) ? {LIST}"),
    ('qpv.neighbourhood("QP045061")', "Le quartier « QP045061 » n'est pas dans ce projet. "
     "Voulez-vous dire Les Chaises (QP045001), Argonne (QP045011) ou Champ de la Ville (QP045016) ? "
     f"{LIST}"),
    ("qpv.neighbourhood(99)", f"Le quartier « 99 » n'est pas dans ce projet. {LIST}"),
    ('qpv.neighbourhood("QP037001")', "« QP037001 » est un code du département 37, et ce projet a "
     "les quartiers du Loiret. Ceux du 37 : qpv build --raw DOSSIER --departement 37."),
    ('qpv.neighbourhood("QN02A01M")', "« QN02A01M » est un code du département 2A, et ce projet a "
     "les quartiers du Loiret. Ceux du 2A : qpv build --raw DOSSIER --departement 2A."),
    ('qpv.neighbourhood("QP971001")', "« QP971001 » est un code du département 971, et ce projet a "
     "les quartiers du Loiret. Aucun projet ne se fait hors de la métropole."),
    ("qpv.neighbourhood(54016)", "« QP054016 » est un code du département 54, et ce projet a les "
     "quartiers du Loiret. Ceux du 54 : qpv build --raw DOSSIER --departement 54. Ou vouliez-vous "
     "dire Champ de la Ville (QP045016) ?"),
    ('qpv.neighbourhood("Gien")', f"« Gien » n'est pas un quartier mais Gien (commune), qui "
     f"contient {GIEN}."),
    ("qpv.neighbourhood(45155)", f"« 45155 » n'est pas un quartier mais Gien (commune), qui "
     f"contient {GIEN}."),
    ('qpv.neighbourhood("Loiret")', "« Loiret » n'est pas un quartier mais Loiret (département), "
     "qui contient les 19 : qpv.neighbourhoods()."),
    ("qpv.neighbourhoods([])", "Une liste vide est donnée : il faut au moins un quartier."),
    ('qpv.observations(theme="e")', "Le thème « e » n'existe pas. Les 6 thèmes : "
     "population_familles, revenus_pauvrete, emploi_insertion, education_jeunesse, sante_droits, "
     "logement_cadre_de_vie."),
    ('qpv.observations(theme="snaté")', "Le thème « snaté » n'existe pas. Voulez-vous dire Santé et "
     "accès aux droits (sante_droits) ? Les 6 thèmes : population_familles, revenus_pauvrete, "
     "emploi_insertion, education_jeunesse, sante_droits, logement_cadre_de_vie."),
    ('qpv.observations(indicator="couples")', "« couples » peut être Couples avec enfants, parmi les "
     "allocataires de la Caf (couples_enfants) ou Couples avec trois enfants ou plus, parmi les "
     "allocataires de la Caf (couples_trois_enfants) : lequel ? Donner son code."),
    ('qpv.observations(indicator="gini", theme="santé")', "« Indice de Gini » est du thème Revenus "
     "et pauvreté, et non Santé et accès aux droits."),
    ('qpv.observations(area="Tours")', "Le territoire « Tours » n'est pas dans ce projet. Il y a les "
     "quartiers (qpv.neighbourhoods()), leurs communes, leurs intercommunalités, le département, la "
     "région et la France."),
    ('qpv.observations(area=16, around=16)',
     "« area » et « around » sont donnés : choisir l'un ou l'autre."),
    ('qpv.observations(around=["la source", 16])',
     "Un seul quartier à la fois ; ici : une liste de 2."),
    ('qpv.observations(year="l\'an dernier")', "« l'an dernier » n'est pas une année des données : "
     "écrire 2018, ou [2017, 2018]."),
    ('qpv.observations(area=16, indicator="gini", year=2005)', "Aucune observation de « Indice de "
     "Gini » (gini) pour Champ de la Ville (QP045016) en 2005 ; années des données : 2016, 2017, "
     "2018, 2019."),
    ('qpv.observations(area="QN04505M", indicator="gini")', "Aucune observation de « Indice de Gini "
     "» (gini) pour La Source (QN04505M) ; il y en a pour La Source (QP045010)."),
    ('qpv.observations(area="Gien", indicator="rotation")', "Aucune observation de « Rotation dans "
     "le parc social » (rotation) pour Gien (45155) ; il y en a pour des quartiers de 2015 (2022)."),
    ('qpv.observations(indicateur="gini")', "L'argument « indicateur » n'existe pas. Voulez-vous "
     "dire « indicator » ? observations a pour arguments : theme, indicator, area, around, year."),
    ("qpv.compare(ALL)", "Il manque un quartier : donner son code ou son nom."),
    ("qpv.compare(ALL, [3, 16])", "Un seul quartier à la fois ; ici : une liste de 2."),
    ('qpv.compare(qpv.observations(area="Gien"), 16)', "Aucun de ces chiffres n'est de Champ de la "
     'Ville (QP045016) : ils sont de Gien. Les avoir : qpv.observations(around="QP045016").'),
    ('qpv.compare(ALL.drop(columns=["status", "note"]), 16)', "Il manque à ces chiffres les colonnes "
     "status, note : donner ce que rend qpv.observations(…), toutes colonnes gardées."),
    ('qpv.compare(16, benchmark="Orléans")', "Le repère « Orléans » n'est pas dans cette "
     "comparaison. Il y a : QPV de métropole, quartiers du département, commune, intercommunalité, "
     "département, région, France métropolitaine, France."),
    ("qpv.compare(16, years=2018)",
     '« years » se donne par indicateur : years={"taux_pauvrete": 2018}.'),
    ('qpv.compare(16, years={"gini": 2035})', "Aucune observation de « Indice de Gini » (gini) pour "
     "Champ de la Ville (QP045016) en 2035 ; années des données : 2016, 2017, 2018, 2019."),
    ("qpv.findings(ALL)", "Ce n'est pas une comparaison : il y manque median, n, noise, percentile "
     f"et 11 autres. {WHOLE}"),
    ("qpv.traits(pd.concat([PLATEAU, qpv.compare(1)]))",
     f"Un seul quartier à la fois ; ces lignes sont de 2. {WHOLE}"),
    ("qpv.needs(PLATEAU.head(0))", f"Cette comparaison n’a aucune ligne. {WHOLE}"),
    ('qpv.findings(PLATEAU[PLATEAU.indicator == "gini"])', "Aucun constat : ces lignes n'ont aucun "
     "indicateur repère. Les avoir tous : qpv.findings(quartier)."),
    ('qpv.findings(qpv.compare(16, benchmark="commune"))', "La comparaison aux QPV de métropole "
     "manque à : gini, neuvieme_decile, niveau_vie_median, part_activite et 10 autres. Elle fonde "
     f"toute lecture. {WHOLE}"),
    ('qpv.plan(16, "piliers_2015")', "Le schéma d'axes « piliers_2015 » n'existe pas. Voulez-vous dire « "
     "piliers_2015_2023 » ? Il y a : piliers_2015_2023, locales_2024_2030."),
    ('qpv.trend(16, ["gini", "pauvreté"])', "Un seul indicateur à la fois ; ici : une liste de 2."),
    ("qpv.side_by_side(10, SOURCE)",
     "La Source (QP045010) est donné deux fois : il faut deux quartiers."),
    ('qpv.where("la source")', "« la source » : un point est la longitude puis la latitude, en "
     "degrés (WGS 84)."),
    ('qpv.pages.header("la sourse")', "Le quartier « la sourse » n'est pas dans ce projet. "
     f"Voulez-vous dire La Source (QP045010) ? {LIST}"),
    ("qpv.figures.position(16)", "Il manque un argument à position : indicator. position a pour "
     "arguments : place, indicator, positions."),
]  # fmt: skip


@pytest.mark.parametrize(("call", "answer"), UNDERSTOOD, ids=[call for call, _ in UNDERSTOOD])
def test_understood(call, answer):
    assert eval(call, dict(NAMES)) == answer


@pytest.mark.parametrize(("call", "told"), REFUSED, ids=[call for call, _ in REFUSED])
def test_refused_in_one_sentence(call, told):
    with pytest.raises(QpvError) as caught:
        eval(call, dict(NAMES))
    assert str(caught.value) == told


# --- kinds of faults -----------------------------------------------------------------------------

PLACES = {one.code: one for one in qpv.neighbourhoods().values()}
TYPED = sorted(
    {(one.code, name) for one in PLACES.values() for name in (one.code, one.successor, one.name)}
)


@st.composite
def mangled(draw):
    """A code or a name as people type it, and the neighbourhood that it was."""
    code, name = draw(st.sampled_from(TYPED))
    how = draw(st.sampled_from(["as it is", "case", "plain", "spaces", "lost", "doubled", "other"]))
    at = draw(st.integers(0, len(name) - 1))
    letter = draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789"))
    return code, {
        "as it is": name,
        "case": name.swapcase(),
        "plain": slug(name),
        "spaces": f"  {name.replace(' ', '  ')} ",
        "lost": name[:at] + name[at + 1 :],
        "doubled": name[:at] + name[at] + name[at:],
        "other": name[:at] + letter + name[at + 1 :],
    }[how]


def answer(function, thing):
    """What a function gives of a thing, and why it refuses it."""
    try:
        return function(thing), ""
    except QpvError as error:
        return None, str(error)


def is_another(text, code):
    """Whether what was typed is the code or the name of another neighbourhood."""
    names = {slug(name) for other, name in TYPED if other != code}
    return slug(text) in names


@settings(max_examples=200, deadline=None)
@drawn(mangled())
def test_a_code_or_a_name_is_understood_or_among_those_offered(pair):
    code, text = pair
    found, refused = answer(qpv.neighbourhood, text)
    if refused:
        assert code in refused
    else:
        assert found.code == code or is_another(text, code) or slug(text) in slug(found.name)


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.binary(max_size=3),
    st.lists(st.text(max_size=3), max_size=3), st.sets(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2), st.dates(), st.just(object()),
    st.just(pd.DataFrame({"a": [1]})), st.just(pd.Series([1.5])), st.just(np.array([1, 2])), st.just(np.array(16)),
    st.just(SOURCE.contract), st.just(SOURCE.communes[0]), st.just("la source " * 100),
    st.just(pd.NA), st.just(pd.NaT), st.just(slug), st.complex_numbers(),
)  # fmt: skip
CALLED = [
    lambda odd: qpv.neighbourhood(odd), lambda odd: qpv.neighbourhoods(odd),
    lambda odd: qpv.observations(theme=odd), lambda odd: qpv.observations(indicator=odd),
    lambda odd: qpv.observations(area=odd), lambda odd: qpv.observations(around=odd),
    lambda odd: qpv.observations(year=odd), lambda odd: qpv.compare(ALL, odd),
    lambda odd: qpv.compare(odd, SOURCE), lambda odd: qpv.compare(SOURCE, benchmark=odd),
    lambda odd: qpv.compare(SOURCE, years=odd), lambda odd: qpv.compare(SOURCE, years={"gini": odd}),
    lambda odd: qpv.findings(odd), lambda odd: qpv.needs(odd), lambda odd: qpv.plan(odd),
    lambda odd: qpv.trend(SOURCE, odd), lambda odd: qpv.side_by_side(SOURCE, odd),
    lambda odd: qpv.where(odd), lambda odd: qpv.where(odd, 47.9), lambda odd: qpv.pages.header(odd),
    lambda odd: qpv.figures.position(SOURCE, odd),
]  # fmt: skip


@settings(max_examples=100, deadline=None)
@drawn(st.sampled_from(range(len(CALLED))), ODD)
def test_whatever_is_given_is_understood_or_refused_in_french(which, odd):
    found, refused = answer(CALLED[which], odd)
    assert not refused or refused.endswith((".", "?", "qpv.neighbourhoods()", "qpv explain --all"))
    assert not isinstance(found, pd.DataFrame) or len(found) > 0


@pytest.mark.parametrize(
    ("name", "near"),
    [("quartier", "neighbourhood"), ("quartiers", "neighbourhoods"), ("constats", "findings"),
     ("besoin", "needs"), ("comparer", "compare"), ("observation", "observations"),
     ("tendances", "trend"), ("graphique", "figures")],
)  # fmt: skip
def test_a_wrong_name_tells_the_near_one(name, near):
    with pytest.raises(AttributeError, match=f"« {name} ». Voulez-vous dire « {near} » ?"):
        getattr(qpv, name)


def test_another_project_s_neighbourhoods_are_told(metropole):
    with pytest.raises(
        QpvError, match=r"^« QP045010 » est un code du département 45, et ce projet"
    ):
        qpv.neighbourhood("QP045010")
    with pytest.raises(QpvError, match=r"^Le quartier « \?! » n'est pas dans ce projet\. Les \d+"):
        qpv.neighbourhood("?!")
    known = qpv.neighbourhoods()
    assert [qpv.neighbourhood(code.lower()).code for code in known] == list(known)
