"""A map is read in the projection it declares, whatever it is, or refused by name."""

import json

import geopandas
import pyproj
import pytest
import raw
from hypothesis import given, settings
from hypothesis import strategies as st

from qpvlib.catalogue import catalogue
from qpvlib.tables import reading
from qpvlib.tables.areas import METRES

MAP = "perimetres/qpv2015_metropole.geojson"
TOLERANCE = 0.01  # metres: the files give a tenth of a millimetre, the conversions a millimetre
URN = "urn:ogc:def:crs:EPSG::{}"
WRITTEN = {  # what is declared → its EPSG code, and the decimals that give a tenth of a millimetre
    "urn:ogc:def:crs:OGC:1.3:CRS84": (4326, 9),
    **{URN.format(code): (code, 9) for code in (4326, 4171)},
    **{URN.format(code): (code, 4) for code in (2154, 3857, 3948, 32631, 9794)},
    "EPSG:2154": (2154, 4),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return raw.make(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def perimeters(whole):
    """The declaration of the perimeters, and the map of a tiny project."""
    with whole.project.opened():
        source = catalogue().sources["anct_perimetres_2015"]
    return source, json.loads((whole.raw / MAP).read_text("utf-8"))


def read(perimeters, place, shapes):
    """Outlines, if any, and messages of a map written by a tool."""
    place.write_text(json.dumps(shapes), "utf-8")
    source, _ = perimeters
    rows, faults = reading.read_file(source, source.files[0], MAP, place)
    return rows, [str(fault) for fault in faults]


def moved(shapes, change, crs=None):
    """The same map, each point changed; ``crs`` is the member declared."""
    features = []
    for one in shapes["features"]:
        (ring,) = one["geometry"]["coordinates"]
        geometry = {"type": "Polygon", "coordinates": [[change(*point) for point in ring]]}
        features.append(one | {"geometry": geometry})
    named = {"crs": {"type": "name", "properties": {"name": crs}}} if isinstance(crs, str) else {}
    return {"type": "FeatureCollection", **({"crs": crs} if isinstance(crs, dict) else named),
            "features": features}  # fmt: skip


def projected(code, decimals):
    change = pyproj.Transformer.from_crs(4326, code, always_xy=True).transform
    return lambda x, y: [round(value, decimals) for value in change(x, y)]


def in_metres(geometry):
    return geopandas.GeoSeries(geometry, crs=4326).to_crs(METRES)


@given(
    crs=st.sampled_from([None, *WRITTEN]),
    shift=st.tuples(st.floats(-1, 1), st.floats(-0.5, 1)),
)
@settings(max_examples=40, deadline=None)
def test_outlines_are_the_same_in_every_projection(perimeters, tmp_path_factory, crs, shift):
    code, decimals = WRITTEN.get(crs, (4326, 9))
    exact = moved(perimeters[1], lambda x, y: [x + shift[0], y + shift[1]])
    place = tmp_path_factory.getbasetemp() / "projected.geojson"
    expected = geopandas.GeoDataFrame.from_features(exact, crs=4326)
    rows, told = read(perimeters, place, moved(exact, projected(code, decimals), crs))
    assert told == []
    apart = in_metres(rows.geometry).hausdorff_distance(in_metres(expected.geometry))
    assert apart.max() < TOLERANCE


def swapped(x, y):
    return [y, x]


LAMBERT = projected(2154, 2)
FAULTS = [
    ("toto", list, ["projection déclarée « toto » inconnue"]),
    (URN.format(999999), list, ["EPSG::999999 » inconnue", "EPSG:2154"]),
    ({"type": "link", "properties": {"href": "a.prj"}}, list, ['« {"type": "link"', "inconnue"]),
    (URN.format(5720), list, ["« urn:ogc:def:crs:EPSG::5720 »", "hors de France"]),  # heights
    (None, LAMBERT, ["aucune projection déclarée", "on dirait du Lambert-93 (EPSG:2154)",
                     "urn:ogc:def:crs:EPSG::2154"]),
    (None, projected(3948, 2), ["on dirait du Lambert conique 48 (EPSG:3948)"]),
    (URN.format(3857), LAMBERT, ["« urn:ogc:def:crs:EPSG::3857 »", "du Lambert-93 (EPSG:2154)"]),
    (URN.format(2154), lambda x, y: [x, y], ["hors de France ; on dirait des degrés"]),
    (None, swapped, ["latitude et longitude inversées", "longitude d'abord"]),
    (None, lambda x, y: [x, -y], ["hors de France, dans toutes les projections"]),
]  # fmt: skip


@pytest.mark.parametrize(("crs", "change", "said"), FAULTS)
def test_a_map_that_cannot_be_placed_is_refused_by_name(perimeters, tmp_path, crs, change, said):
    change = (lambda x, y: [x, y]) if change is list else change
    _, told = read(perimeters, tmp_path / "a.geojson", moved(perimeters[1], change, crs))
    (one,) = told
    assert [words for words in said if words not in one] == [], one
    assert one.startswith(f"Fichier {MAP}")
    assert one.endswith(".")


def test_the_older_way_to_name_a_code_is_read(perimeters, tmp_path):
    crs = {"type": "EPSG", "properties": {"code": 2154}}
    rows, told = read(perimeters, tmp_path / "a.geojson", moved(perimeters[1], LAMBERT, crs))
    assert (told, len(rows)) == ([], len(raw.METROPOLITAN))


def test_one_contour_off_france_is_told_alone(perimeters, tmp_path):
    shapes = json.loads(json.dumps(perimeters[1]))
    shapes["features"][2]["geometry"]["coordinates"][0][1][0] = 45.0
    _, (told,) = read(perimeters, tmp_path / "a.geojson", shapes)
    assert f"Fichier {MAP}, contour 3, colonne « geometry »" in told
    assert "hors de France" in told


def test_overseas_is_france(perimeters, tmp_path):
    shapes = moved(perimeters[1], lambda x, y: [x - 63.4, y - 31.7])
    shapes["features"] = shapes["features"][2:]
    _, told = read(perimeters, tmp_path / "a.geojson", shapes)
    assert [fault for fault in told if "France" in fault] == []
