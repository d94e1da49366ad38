"""``qpv.explore()`` without a browser: what is offered, what is shown, what its code gives."""

import builtins
import re
from types import SimpleNamespace

import pytest
from facts import PLACES

import qpvlib as qpv
from qpvlib.catalogue import QpvError, catalogue
from qpvlib.project import current
from qpvlib.workbench import explorer, views

GIEN = "QP045016"
VIEWS = {"map": "Carte", "landmarks": "Repères", "trend": "Tendance", "table": "Tableau"}
CONTROLS = {
    "place": "Quartier", "theme": "Thème", "indicator": "Indicateur", "benchmark": "Repère",
    "year": "Année",
}  # fmt: skip
OWN = [
    line.split(",")[:8]
    for line in (current().tidy / "observations.csv").read_text("utf-8").splitlines()[1:]
    if line.startswith(GIEN)
]


@pytest.fixture
def explore():
    return lambda **given: qpv.explore(**given).explorer


def plain(text):
    return re.sub(r"[\u202f\xa0]|&#8239;|&nbsp;", " ", text).replace("’", "'")


def seen(shown):
    """What an object of a view says, whatever holds it."""
    if hasattr(shown, "children"):
        return [seen(child) for child in shown.children]
    if hasattr(shown, "layers"):
        return [layer.data for layer in shown.layers] + [shown.center, shown.zoom]
    if hasattr(shown, "outputs"):
        return plain(shown.outputs[0]["data"]["text/html"])
    if hasattr(shown, "_repr_mimebundle_") and not hasattr(shown, "comm"):
        return plain(shown._repr_mimebundle_()["text/html"])
    return plain(shown.value)


def pasted(code):
    """What a cell gives that holds this code."""
    *lines, last = code.strip().split("\n")
    names = {}
    exec("\n".join(lines), names)
    return eval(last, names)


def agrees(one):
    assert seen(pasted(one.code.value)) == seen(one.shown.children[0]), one.code.value


@pytest.mark.parametrize("view", VIEWS)
def test_the_code_of_a_view_gives_the_same_thing(explore, view):
    one = explore(place="QP045004", indicator="demandeurs_sans_cap_bep")
    one.choose(view=view, benchmark="45208", year=one.controls["year"].options[0][1])
    agrees(one)


# What is published on the perimeters of 2024 alone is not explored on those of 2015.
HELD = [code for code, one in catalogue().indicators.items() if one.inputs or one.nearest]


@pytest.mark.acceptance
@pytest.mark.parametrize("code", HELD)
def test_every_indicator_of_every_view(explore, code):
    one = explore(place=GIEN, indicator=code)
    assert one["indicator"] == code
    for view in ("landmarks", "trend"):
        one.choose(view=view)
        for _, year in one.controls["year"].options if view == "landmarks" else [("", one["year"])]:
            one.choose(year=year)
            agrees(one)
            assert plain(catalogue().indicators[code].label) in seen(one.shown.children[0])


@pytest.mark.acceptance
@pytest.mark.parametrize("place", sorted(PLACES))
def test_every_neighbourhood_of_every_view(explore, place):
    one = explore()
    one.choose(place=place)
    for view in VIEWS:
        one.choose(view=view)
        agrees(one)


def test_the_controls_are_in_french_and_offer_what_there_is(explore):
    one = explore(place=GIEN)
    assert {name: one.controls[name].description for name in CONTROLS} == CONTROLS
    assert dict(one.controls["view"].options) == {told: name for name, told in VIEWS.items()}
    assert len(one.controls["place"].options) == 19
    assert one.controls["place"].label == "Champ de la Ville (Gien)"
    assert [label for label, _ in one.controls["theme"].options][:2] == [
        "Population et familles", "Revenus et pauvreté",
    ]  # fmt: skip
    assert one["theme"] == "revenus_pauvrete"
    assert one.controls["benchmark"].options[0] == ("QPV de métropole", "metropole_qpv")
    assert ("Gien (commune)", "45155") in one.controls["benchmark"].options
    assert ("Loiret (département)", "D45") in one.controls["benchmark"].options


@pytest.mark.parametrize("code", ["taux_pauvrete", "plus_60_ans", "vacance", "population"])
def test_the_years_are_those_that_the_tables_have(explore, code):
    one = explore(place=GIEN, indicator=code)
    held = {int(year) for _, _, indicator, year, *_ in OWN if indicator == code}
    assert {year for _, year in one.controls["year"].options} == held


def test_an_indicator_follows_its_theme_and_the_year_its_indicator(explore):
    one = explore(place=GIEN, indicator="taux_pauvrete")
    one.choose(year=2012)
    one.choose(theme="sante_droits")
    assert catalogue().indicators[one["indicator"]].theme == "sante_droits"
    assert one["year"] in {year for _, year in one.controls["year"].options} != {2012}


def test_the_place_changes_and_what_can_stay_stays(explore):
    one = explore(place=GIEN, indicator="niveau_vie_median")
    one.choose(benchmark="D45", place="QP045010")
    assert (one["indicator"], one["benchmark"]) == ("niveau_vie_median", "D45")
    one.choose(benchmark="45234", place=GIEN)  # Orléans is no benchmark of Gien
    assert one["benchmark"] == "metropole_qpv"


def test_landmarks_say_the_value_its_year_and_the_gap_to_the_benchmark_chosen(explore):
    one = explore(place=GIEN, indicator="taux_pauvrete")
    one.choose(benchmark="45155")
    told = re.sub(r"<[^>]*>", "", seen(one.shown.children[0]))
    assert "Champ de la Ville, 2019 : 58,0 %" in told
    assert "Gien : 23 % (2019) ; écart 35 points de plus, bruit 4,8 points." in told


def test_a_blank_is_explained_and_never_zero(explore):
    blank = next(code for code in PLACES if explore_status(code) == "not_published")
    one = explore(place=blank, indicator="plus_60_ans")
    assert "non publié. Ce n'est pas zéro." in plain(one.note.value)
    assert "(non publié)" in plain(one.controls["year"].label)
    agrees(one)


def explore_status(code):
    rows = qpv.observations(indicator="plus_60_ans", area=code)
    return rows[rows.year == 2018].status.iloc[0]


def test_a_choice_that_a_view_does_not_use_waits_and_why_is_said(explore):
    one = explore(place=GIEN)
    one.choose(view="trend")
    waits = {name for name in CONTROLS if one.controls[name].disabled}
    assert waits == {"benchmark", "year"}
    assert "Toutes les années" in one.note.value
    one.choose(view="landmarks")
    assert not any(one.controls[name].disabled for name in CONTROLS)
    assert plain(one.note.value) == "Source : Insee-DGFiP-Cnaf-Cnav-CCMSA, Filosofi."


def test_a_table_has_every_indicator_of_the_theme_even_those_the_benchmark_has_not():
    place = qpv.neighbourhood(GIEN)
    positions = qpv.compare(qpv.observations(theme="emploi_insertion", around=place), place)
    data = views.grid(positions, "45155").data
    assert set(data["Indicateur"]) == {
        catalogue().indicators[code].label for code in positions.indicator
    }
    assert (data["Repère"] == "non publié pour ce repère").any()
    assert data["Source"].str.len().min() > 5
    html = views.grid(positions, "45155").html
    assert not re.search(r"(src|href)=.?https?://(?!itables.org)|from 'https?:", html)


def test_the_map_has_no_tiles_its_blanks_are_dashed_and_a_click_chooses(explore):
    one = explore(place="QP045004", indicator="plus_60_ans")
    one.choose(view="map")
    title, told, shown, source = one.shown.children[0].children
    assert [type(layer).__name__ for layer in shown.layers] == ["GeoJSON", "GeoJSON"]
    assert "60 ans et plus, 2018" in plain(title.value)
    assert "Source" in plain(source.value)
    assert "estimés" in plain(source.value)
    features = shown.layers[1].data["features"]
    assert {f["id"] for f in features} == set(PLACES)
    dashed = {f["id"] for f in features if f["properties"]["style"]["dashArray"]}
    assert dashed == {code for code in PLACES if explore_status(code) == "not_published"}
    chosen = next(f for f in features if f["id"] == GIEN)
    for event in ("mouseover", "click"):  # as the browser tells them
        shown.layers[1]._handle_mouse_events(None, {"event": event, "feature": chosen}, None)
    assert one["place"] == GIEN
    assert plain(told.value) == "Champ de la Ville : 26,4 %, descriptif"


def test_without_the_libraries_how_to_have_them_is_said(monkeypatch):
    real = builtins.__import__
    absent = SimpleNamespace(import_module=lambda name: real("absent_" + name))
    monkeypatch.setattr(views, "importlib", absent)
    with pytest.raises(QpvError, match=r"ipywidgets.*make lab.*qpvlib\[lab\]"):
        explorer.explore()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"place": "QP045099"}, "QP045099"),
        ({"place": GIEN, "indicator": "immigres"}, "Habitants immigrés"),
        ({"indicator": "taux_pauvrtee"}, "taux_pauvrete"),
    ],
)
def test_what_is_not_known_is_told(given, told):
    with pytest.raises(QpvError, match=told):
        qpv.explore(**given)
