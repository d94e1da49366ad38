"""The data behind each page: outlines, packs, workbook, read again by other tools than qpvlib."""

import json
from itertools import pairwise

import pandas as pd
import pytest
from facts import DATA
from shapely.geometry import MultiPolygon, Polygon

from qpvlib.tables import construction

# --- outlines ------------------------------------------------------------------------------------


def wound(collection):
    """The rings of a GeoJSON text that turn the wrong way: RFC 7946, 3.1.6."""
    wrong = []
    for one in json.loads(collection)["features"]:
        shape = one["geometry"]
        parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        for outer, *holes in parts:
            turns = [sum(x * t - z * y for (x, y), (z, t) in pairwise(r)) for r in (outer, *holes)]
            wrong += [one["properties"]] * (turns[0] <= 0 or any(turn >= 0 for turn in turns[1:]))
    return wrong


@pytest.mark.parametrize("name", ["perimeters", "perimeters_2024", "outlines"])
def test_what_an_outline_holds_is_on_the_left_of_its_rings(name):
    text = (DATA / "tidy" / f"{name}.geojson").read_text("utf-8")
    assert wound(text) == []
    assert "crs" not in json.loads(text)


def test_outlines_are_wound_whichever_way_the_producer_turned():
    ring, hole = [(0, 0), (0, 9), (9, 9), (9, 0)], [(2, 2), (4, 2), (4, 4), (2, 4)]
    shapes = [Polygon(r, [h]) for r in (ring, ring[::-1]) for h in (hole, hole[::-1])]
    shapes.append(MultiPolygon([shapes[0], Polygon([(20, 0), (20, 1), (21, 0)])]))
    rows = pd.DataFrame({"code": list("abcde"), "geometry": shapes})
    assert wound(construction._geojson(rows, 1e-6)) == []
