"""What 2024 changed: where both outlines are drawn, and what is said of them."""

import re
import shutil
from decimal import Decimal

import geopandas
import pytest
import shapely
from facts import DATA, PLACES, SOURCES, french, outlines
from lxml.etree import fromstring
from nineteen import GIEN, LIGNEROLLES, plain
from test_figures import drawn

from qpvlib import figures, pages
from qpvlib.figures import maps
from qpvlib.project import current
from qpvlib.tables.areas import neighbourhood

EVERY = pytest.mark.parametrize("code", sorted(PLACES))
SAME = {"QP045007", "QP045014", "QP045015", GIEN}
# Modified, and nowhere 50 m from what they were: measured apart from the project.
ALIKE = {"QP045005", "QP045006", "QP045011", "QP045013"}


def artists(code):
    """The outlines as the map of the perimeter has them: by name, artist and its box in pixels."""
    boxes = {}

    def kept(axes):
        for artist in axes.collections:
            points = [path.get_extents() for path in artist.get_paths()]
            if artist.get_gid():
                ends = [min(p.x0 for p in points), min(p.y0 for p in points),
                        max(p.x1 for p in points), max(p.y1 for p in points)]  # fmt: skip
                boxes[artist.get_gid()] = artist, ends

    maps.drawn(neighbourhood(code), kept)
    return boxes


@EVERY
def test_both_outlines_are_where_they_should_be_and_differ_without_colour(code):
    found = artists(code)
    assert list(found) == ["mark-2015"] + ["mark-2024"] * (code not in SAME)
    if code in SAME:
        return
    (first, old), (second, new) = found.values()
    before, after = (shape.bounds for shape in outlines(code))
    scale = (old[2] - old[0]) / (before[2] - before[0])
    origin = [old[0] - scale * before[0], old[1] - scale * before[1]] * 2
    for drawn_at, land in ((old, before), (new, after)):
        expected = [scale * at + o for at, o in zip(land, origin, strict=True)]
        assert drawn_at == pytest.approx(expected, abs=1)  # outlines are drawn to 0.3 px
        assert min(drawn_at[:2]) > 0
        assert drawn_at[2] < maps.WIDE
        assert drawn_at[3] < maps.HIGH
    solid, dashed = (artist.get_linestyle()[0][1] for artist in (first, second))
    assert solid is None
    assert len(dashed) == 2


def test_the_picture_keeps_both_their_dashes_and_the_caption_says_which():
    exhibit = figures.locator(neighbourhood(LIGNEROLLES))
    svg = fromstring(drawn(exhibit)[-1])
    paths = {g.get("id"): g[0].get("style", "") for g in svg.iter("{*}g") if g.get("id")}
    dashes = {name: "dasharray" in style for name, style in paths.items() if "mark" in name}
    assert dashes == {"mark-2015": False, "mark-2024": True}
    assert "tireté : contour de 2024" in plain(exhibit.html)
    assert "tireté" not in plain(figures.locator(neighbourhood(GIEN)).html)


def said(code):
    return plain(pages.contours(neighbourhood(code)).html)


@EVERY
def test_the_sentence_is_what_the_outlines_give(code):
    before, after = outlines(code)
    words, place = said(code), PLACES[code]
    area = french(Decimal(place.area_ha), 1)
    named = f"({place.successor} « {place.successor_name} »"
    if code in SAME:
        assert f"Le contour n'a pas changé {named}, {area} ha)." in words
        assert before.equals(after)  # the exact outline, not the simplified one
        return
    assert (shapely.hausdorff_distance(before, after, densify=0.01) < 50) == (code in ALIKE)
    if code in ALIKE:
        assert f"{named}) est classé modifié" in words
        assert "ne dit pas ce qui a changé" in words
        assert not re.search(r"environ \d+ (ha|%)", words)
        return
    assert f"(simplifié, à {SOURCES['anct_perimetres_2024']['simplified']} m près)" in words
    wide, share = (int(n) for n in re.findall(r"environ (\d+) (?:ha en 2024|%)", words))
    assert f"{area} ha en 2015" in words
    assert wide == pytest.approx(after.area / 1e4, abs=0.5)
    assert share % 5 == 0  # no finer than simplified outlines allow
    assert share == pytest.approx(100 * before.intersection(after).area / after.area, abs=2.5)
    assert ("presque en entier" in words) == (before.intersection(after).area > 0.925 * before.area)


@EVERY
def test_each_population_has_its_year_and_its_perimeter(code):
    words = said(code)
    later = "le même contour" if code in SAME else "celui de 2024"
    found = re.search(
        rf"([\d ]+) habitants en 2018 dans le contour de 2015 ; ([\d ]+) en 2020 dans {later} "
        r"\(copie à vérifier\)",
        words,
    )
    rows = pages.contours(neighbourhood(code)).data
    assert [int(n.replace(" ", "")) for n in found.groups()] == rows.value.tolist()
    assert rows.area.tolist() == [code, PLACES[code].successor]
    assert ("n'est pas une évolution" in words) == (code not in SAME)


@EVERY
def test_no_reason_is_given(code):
    assert not re.search(r"parce que|en raison|car |pour inclure|afin", said(code))


def test_what_is_added_is_said_where_it_is():
    alts = {code: plain(figures.locator(neighbourhood(code)).alt) for code in PLACES}
    added = "En tireté, le contour de 2024 ; ce qu'il ajoute de plus étendu est au sud-est de"
    assert added in alts[LIGNEROLLES]
    assert "ajoute" not in alts["QP045011"]  # nothing beyond 50 m
    assert {code for code, alt in alts.items() if "2024" not in alt} == SAME


def test_without_an_outline_of_2024_none_is_drawn_and_it_is_said(tmp_path, opened):
    bare = shutil.copytree(current().tidy, tmp_path / "tidy")
    empty = '{"type": "FeatureCollection", "features": []}'
    (bare / "perimeters_2024.geojson").write_text(empty)
    opened(tidy=bare)
    place = neighbourhood(LIGNEROLLES)
    assert "mark-2024" not in "".join(drawn(figures.locator(place)))
    assert "(QN04503M « Lignerolles-Hartière ») n'est pas lu ici." in said(LIGNEROLLES)


def test_every_successor_has_its_outline_and_its_source():
    later = geopandas.read_file(DATA / "tidy" / "perimeters_2024.geojson").set_index("code")
    assert set(later.index) == {place.successor for place in PLACES.values()}
    exact = set(later.index[later.source == "anct_perimetres_2015"])
    assert exact == {PLACES[code].successor for code in SAME}
    assert set(later.source) <= set(SOURCES)
    assert later.geometry.is_valid.all()
