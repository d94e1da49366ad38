"""Neighbourhoods, their two codes, what contains them."""

import pytest
from nineteen import CODES, GIEN, LIGNEROLLES, PLATEAU

from qpvlib.catalogue import QpvError, slug
from qpvlib.tables import areas
from qpvlib.tables.areas import neighbourhood, neighbourhoods

SPANNING = {PLATEAU: ["45208", "45068", "45338"], "QP045005": ["45068", "45208"]}


@pytest.mark.parametrize("given", ["QP045016", "qp045016", " QP045016 "])
def test_its_code_finds_it(given):
    assert neighbourhood(given).code == GIEN


@pytest.mark.parametrize("given", ["QN04516I", "qn04516i"])
def test_a_code_of_2024_is_that_of_another_perimeter(given):
    found = neighbourhood(given)
    assert (found.code, found.generation, found.predecessors) == ("QN04516I", "2024", (GIEN,))


@pytest.mark.parametrize(
    ("given", "offered"),
    [
        ("QP045099", "QP0450"),  # the nearest code
        ("QP45016", "QP045016"),  # a lost zero
        ("Champ de la Ville", "QP045016"),  # a name
        ("", "qpv list"),
    ],
)
def test_an_unknown_code_offers_the_nearest(given, offered):
    with pytest.raises(QpvError, match=offered) as error:
        neighbourhood(given)
    assert "19" in str(error.value)


@pytest.mark.parametrize("code", CODES)
def test_communes_share_the_whole_surface(code):
    communes = neighbourhood(code).communes
    shares = [commune.share for commune in communes]
    assert [c.code for c in communes] == SPANNING.get(code, [communes[0].code])
    assert sum(shares) == pytest.approx(1, abs=0.0002)  # each rounded to 4 decimals
    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize("code", CODES)
def test_everything_that_contains_it_is_named(code):
    place = neighbourhood(code)
    single = ("epci", "departement", "region", "france", "metropole")
    assert [len(place.areas(level)) for level in single] == [1] * 5
    assert all(area.name and area.locative for area in place.within)
    assert place.contract.epci == place.areas("epci")[0].code


@pytest.mark.parametrize("code", CODES)
def test_identity(code):
    place = neighbourhood(code)
    assert (place.generation, place.departement) == ("2015", "45")
    assert place.successor.startswith("QN045")
    assert place.successor_status == {"I": "unchanged", "M": "modified"}[place.successor[-1]]
    assert place.page == f"{code.lower()}-{slug(place.name)}.html"
    assert place.page.isascii()


def test_four_perimeters_are_unchanged():
    kept = [p.code for p in neighbourhoods().values() if p.successor_status == "unchanged"]
    assert kept == ["QP045007", "QP045014", "QP045015", GIEN]


def test_both_generations_are_apart():
    before, after = neighbourhoods(), neighbourhoods("2024")
    assert [p.generation for p in (*before.values(), *after.values())] == ["2015"] * 19 + [
        "2024"
    ] * 19
    assert {p.successor: (code,) for code, p in before.items()} == {
        code: p.predecessors for code, p in after.items()
    }
    assert areas.siblings(after["QN04516I"]) == areas.around(after["QN04516I"]) == (*after,)
    with pytest.raises(QpvError, match="2015"):
        neighbourhoods("2016")


def test_contracts_hold_all_the_neighbourhoods():
    held = [p.contract.short for p in neighbourhoods().values()]
    counts = {name: held.count(name) for name in held}
    assert sorted(counts.values()) == [1, 2, 2, 4, 10]  # 19
    assert sum(counts.values()) == 19


@pytest.mark.parametrize(
    ("code", "size"),
    [(GIEN, "0-2499"), (PLATEAU, "2500-4999"), ("QP045010", "5000+"), (LIGNEROLLES, "0-2499")],
)
def test_size_class(code, size):
    assert neighbourhood(code).size_class == size


@pytest.mark.parametrize("code", [GIEN, PLATEAU])
def test_perimeter_is_in_metres(code):
    shape = areas.perimeter(neighbourhood(code))
    assert shape.crs.to_epsg() == 2154
    assert shape.geometry.area.sum() / 1e4 == pytest.approx(neighbourhood(code).area_ha, rel=0.001)


@pytest.mark.parametrize("code", CODES)
def test_nearest_places_come_nearest_first(code):
    found = areas.places(neighbourhood(code))
    assert set(found.kind) == {"college", "france_services", "hopital"}
    assert (found.groupby("kind").distance_m.apply(lambda d: d.is_monotonic_increasing)).all()
    assert (found[found.kind == "college"].sector == "Public").any()
