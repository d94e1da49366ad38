"""``qpv where``: points and addresses against the contours, told again here in plain Python."""

import csv
import json
import math
import re
import shutil
import stat
import subprocess
import sys
from itertools import pairwise

import pytest
from click.testing import CliRunner
from facts import DATA, PLACES, SOURCES
from hypothesis import given, settings
from hypothesis import strategies as st

import qpvlib as qpv
from qpvlib.catalogue import QpvError
from qpvlib.cli import main
from qpvlib.tables import addresses, delimited, where

# --- the contours, read and measured apart from qpvlib -------------------------------------------


def rings(name):
    """Rings of each contour in degrees, and its source, by code."""
    found = {}
    for one in json.loads((DATA / "tidy" / f"{name}.geojson").read_text("utf-8"))["features"]:
        shape = one["geometry"]
        parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        every = [ring for part in parts for ring in part]
        found[one["properties"]["code"]] = every, one["properties"]["source"]
    return found


RINGS = {2015: rings("perimeters"), 2024: rings("perimeters_2024")}
SIMPLIFIED = {code for code, (_, source) in RINGS[2024].items() if source.endswith("2024")}
NEAR = SOURCES["anct_perimetres_2024"]["simplified"]


def holds(shape, lon, lat):
    """Whether an odd number of sides are crossed going east."""
    return sum(crossed(a, b, lon, lat) for ring in shape for a, b in sides(ring)) % 2 == 1


def sides(ring):
    return pairwise(ring)


def crossed(a, b, lon, lat):
    return (a[1] > lat) != (b[1] > lat) and lon < a[0] + (lat - a[1]) * (b[0] - a[0]) / (
        b[1] - a[1]
    )


def metres(shape, lon, lat):
    """From a point to the nearest side, on the plane that touches the ellipsoid halfway to it."""
    return min(side(a, b, lon, lat) for ring in shape for a, b in sides(ring))


def side(a, b, lon, lat):
    halfway = math.radians((lat + (a[1] + b[1]) / 2) / 2)
    flat = 1 - 0.00669438 * math.sin(halfway) ** 2
    east = math.radians(6378137 / flat**0.5 * math.cos(halfway))
    north = math.radians(6378137 * (1 - 0.00669438) / flat**1.5)
    (x, y), (z, t) = (((p[0] - lon) * east, (p[1] - lat) * north) for p in (a, b))
    long = (z - x) ** 2 + (t - y) ** 2
    along = min(max(-(x * (z - x) + y * (t - y)) / long, 0), 1) if long else 0
    return math.hypot(x + along * (z - x), y + along * (t - y))


def answers(year, lon, lat):
    """Code of the nearest contour, metres to its edge, whether it holds the point."""
    away = {code: metres(shape, lon, lat) for code, (shape, _) in RINGS[year].items()}
    held = [code for code, (shape, _) in RINGS[year].items() if holds(shape, lon, lat)]
    code = held[0] if held else min(away, key=away.get)
    return code, away[code], bool(held)


def middle(code, year=2015):
    """A point well inside: the cell of a grid over the contour that is farthest from its edge."""
    shape = RINGS[year][code][0]
    xs, ys = zip(*shape[0], strict=True)
    cells = [
        (min(xs) + (max(xs) - min(xs)) * i / 12, min(ys) + (max(ys) - min(ys)) * j / 12)
        for i in range(1, 12)
        for j in range(1, 12)
    ]
    return max((s for s in cells if holds(shape, *s)), key=lambda s: metres(shape, *s))


def typed(*words):
    return CliRunner().invoke(main, ["where", *map(str, words)])


# --- points --------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(PLACES))
def test_a_point_inside_a_quartier_has_its_codes(code):
    found = qpv.where(*middle(code))
    assert (found.of_2015.code, found.of_2015.inside, found.metres) == (code, True, 0)
    after = qpv.where(*middle(PLACES[code].successor, 2024))
    assert (after.of_2024.code, after.of_2024.inside) == (PLACES[code].successor, True)
    assert after.of_2024.name == PLACES[code].successor_name
    assert after.of_2024.simplified == (NEAR if PLACES[code].successor in SIMPLIFIED else 0)


# Places everyone can find on a map, the quartier nearest to each, and roughly how far it is.
OUTSIDE = {
    (1.9102, 47.9021): ("QP045011", 1000, 2000),  # Orléans, the cathedral: Argonne
    (2.6299, 47.6850): ("QP045016", 500, 1500),  # Gien, the castle: Champ de la Ville
    (2.3755, 47.7678): ("QP045015", 100, 1500),  # Sully-sur-Loire, the castle: Le Hameau
    (2.2522, 48.1716): ("QP045018", 100, 1500),  # Pithiviers, the church: Quartiers Nord
    (2.3522, 48.8566): ("QP045018", 70_000, 80_000),  # Paris: the nearest of those read
}


@pytest.mark.parametrize("spot", OUTSIDE)
def test_a_point_outside_is_told_its_distance_in_metres(spot):
    found = qpv.where(*spot)
    code, low, high = OUTSIDE[spot]
    assert found.of_2015.code == code
    assert low < found.of_2015.metres < high
    for year, near in found.both.items():
        expected, away, held = answers(year, *spot)
        assert (near.code, near.inside) == (expected, held)
        assert near.metres == pytest.approx(away, abs=1, rel=1e-3)  # Lambert-93 is off by as much
    assert found.held == {}
    assert found.beyond == (spot[1] > 48.5)


WIDE = st.tuples(st.floats(1.7, 2.9), st.floats(47.6, 48.3))
CLOSE = st.builds(
    lambda year, code, east, north: (
        RINGS[year][code][0][0][0][0] + east, RINGS[year][code][0][0][0][1] + north
    ),
    st.just(2015), st.sampled_from(sorted(PLACES)), st.floats(-0.01, 0.01), st.floats(-0.01, 0.01),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(WIDE | CLOSE)
def test_any_point_is_answered_as_plain_python_does(spot):
    found = qpv.where(*spot)
    for year, near in found.both.items():
        code, away, held = answers(year, *spot)
        if away < 0.6:  # metres: here the two answers may differ
            continue
        assert near.inside == held
        if near.code != code:  # of two as near as each other, either
            assert metres(RINGS[year][near.code][0], *spot) == pytest.approx(away, rel=2e-3)
        assert abs(near.edge) == pytest.approx(away, abs=0.1, rel=1e-3)
        assert abs(near.metres - (0 if held else away)) <= 0.6 + away * 1e-3
        doubt = any("à vérifier" in note for note in near.notes)
        if abs(away - 50) > 0.5:
            assert doubt == (near.code in SIMPLIFIED and away < 50)


@pytest.mark.parametrize("code", ["QP045003", "QP045014"])
def test_a_corner_and_the_middle_of_a_side_are_inside_and_say_so(code):
    a, b = RINGS[2015][code][0][0][:2]
    for spot in (a, [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]):
        found = qpv.where(*spot)
        assert found.of_2015.inside
        assert found.metres == 0
        assert "sur le bord, compté dedans (2015)" in found.notes


def past(code, year, away):
    """A point so many metres outside the middle of the longest side of a contour."""
    shape = RINGS[year][code][0]
    a, b = max(sides(shape[0]), key=lambda s: math.dist(*s))
    x, y = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    wide = math.cos(math.radians(y))
    across = (b[1] - a[1], -(b[0] - a[0]) * wide)  # at right angles, east told in degrees north
    unit = away / 111_200 / math.hypot(*across)
    spots = [(x + s * across[0] * unit / wide, y + s * across[1] * unit) for s in (1, -1)]
    return next(spot for spot in spots if not holds(shape, *spot))


def test_near_a_simplified_contour_is_to_be_checked_and_says_how_far():
    close, far = (str(qpv.where(*past("QN04518M", 2024, away))) for away in (30, 70))
    told = f"à vérifier : à 30 m du bord, contour simplifié, à {NEAR} m près"
    assert told in close.splitlines()[1]
    assert "à vérifier" not in far
    assert f"à 70 m (à {NEAR} m près) : Quartiers Nord (QN04518M)." in far


def test_near_an_exact_contour_nothing_is_to_be_checked():
    for year, code in ((2015, "QP045014"), (2024, "QN04510I")):  # unchanged: the same contour
        found = qpv.where(*past(code, year, 30))
        assert (found.metres, found.notes) == (30, [])


def test_a_sentence_a_generation():
    lon, lat = middle("QP045010")
    assert typed(lon, lat).output == (
        "2015 : dans La Source (QP045010).\n2024 : dans La Source (QN04505M).\n"
    )
    lines = typed("2,3522", "48,8566").output.splitlines()
    assert lines[0].startswith("2015 : hors de tout contour ; le plus proche des 19 quartiers du")
    assert lines[0].endswith(" m : Quartiers Nord (QP045018).")
    assert lines[2] == "Hors du Loiret, dont les quartiers sont seuls lus."


REFUSED = [
    ((48, 2), 1, "est hors de France métropolitaine, et inversé il y est : écrire 2 48."),
    ((0, 0), 1, "est hors de France métropolitaine ; attendu : la longitude puis la latitude"),
    ((-61.5, 16.2), 1, "Le point -61.5 16.2 est hors de France métropolitaine"),
    ((617500, 6753500), 1, "hors de France métropolitaine"),
    (("nan", "47.9"), 1, "« nan », « 47.9 » : un point est la longitude puis"),
    (("1e999", "47.9"), 1, "hors de France métropolitaine"),
    (("", "47.9"), 1, "un point est la longitude puis"),
    (("1.9", "=1+1"), 1, "un point est la longitude puis"),
    ((), 2, "Il manque LON LAT"),
    (("1.9",), 2, "Le fichier « 1.9 » n'existe pas. Un point : qpv where LON LAT"),
    (("1.9", "47.9", "3"), 2, "En trop : 3."),
    (("--csv", "47.9"), 1, "un point est la longitude puis"),
]


@pytest.mark.parametrize(("words", "code", "said"), REFUSED, ids=str)
def test_what_is_no_point_is_refused_in_one_french_line(words, code, said):
    done = typed(*words)
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_point_in_the_west_is_no_option():
    assert typed("-4.49", "48.39").output.startswith("2015 : hors de tout contour")


def test_a_notebook_that_gives_no_number_is_told():
    with pytest.raises(QpvError, match="un point est la longitude puis la latitude"):
        qpv.where(None, 47.9)


def test_without_contours_of_2024_none_is_said(metropole):
    place = json.loads((metropole.tidy / "perimeters.geojson").read_text("utf-8"))["features"][0]
    shape = place["geometry"]["coordinates"]
    while isinstance(shape[0][0], list):
        shape = shape[0]
    found = qpv.where(*shape[0])
    assert (found.of_2015.code, found.of_2024, found.beyond) == (place["properties"]["code"],
                                                                 None, False)  # fmt: skip
    assert found.notes == ["sur le bord, compté dedans (2015)", "contour de 2024 non lu"]
    assert str(found).endswith("\n2024 : contour non lu.")


def test_where_its_own_contour_of_2024_is_not_read_no_other_answers(tmp_path, opened):
    folder = tmp_path / "tidy"
    shutil.copytree(DATA / "tidy", folder)
    place = folder / "perimeters_2024.geojson"
    told = json.loads(place.read_text("utf-8"))
    told["features"] = [f for f in told["features"] if f["properties"]["code"] != "QN04510I"]
    place.write_text(json.dumps(told), "utf-8")
    opened(tidy=folder)
    inside, outside = middle("QP045014"), past("QP045014", 2015, 30)
    assert [qpv.where(*spot).of_2024 for spot in (inside, outside)] == [None, None]
    assert qpv.where(*middle("QP045010")).of_2024.code == "QN04505M"
    file = wrote(tmp_path, f"lon;lat\n{inside[0]};{inside[1]}\n")
    assert "1 sans contour de 2024 lu" in str(addresses.answer(file))


# --- addresses -----------------------------------------------------------------------------------

SOURCE, GIEN = middle("QP045010"), (2.6299, 47.6850)
GIEN_METRES = qpv.where(*GIEN).metres


def wrote(tmp_path, text, name="adresses.csv"):
    place = tmp_path / name
    place.write_bytes(text if isinstance(text, bytes) else text.encode())
    return place


def read(place):
    assert place.read_bytes().startswith(b"\xef\xbb\xbf")
    with place.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream, delimiter=";"))


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("titles", [("lon", "lat"), ("Longitude", "LATITUDE"), ("x", "y")])
def test_a_file_keeps_its_columns_and_gains_the_answers(tmp_path, mark, titles):
    lines = [["n° é", *titles], ["1 rue A", *SOURCE], ["2 rue B", *GIEN], ["3 rue C", "", ""]]
    file = wrote(tmp_path, "\n".join(mark.join(map(str, line)) for line in lines))
    done = typed(file)
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == [
        "- Sans coordonnées, gardées sans réponse : ligne 4.",
        "3 adresses : 1 dans un contour de 2015, 1 dans un contour de 2024, 1 hors de tout contour"
        " ; 1 sans coordonnées.",
        f"À ouvrir : {tmp_path / 'adresses-quartiers.csv'}",
    ]
    head, *rows = read(tmp_path / "adresses-quartiers.csv")
    assert head == [*lines[0], "qpv_code_2015", "qpv_nom", "qpv_code_2024", "qpv_distance_m",
                    "qpv_plus_proche", "qpv_remarque"]  # fmt: skip
    assert [row[:3] for row in rows] == [list(map(str, line)) for line in lines[1:]]
    assert rows[0][3:] == ["QP045010", "La Source", "QN04505M", "0", "", ""]
    assert rows[1][3:] == ["", "", "", str(GIEN_METRES), "Champ de la Ville (QP045016)", ""]
    assert rows[2][3:] == ["", "", "", "", "", "sans coordonnées"]


def test_the_x_and_y_of_the_ban_are_metres(tmp_path):
    import pyproj

    x, y = pyproj.Transformer.from_crs(4326, 2154, always_xy=True).transform(*SOURCE)
    told = addresses.answer(wrote(tmp_path, f"id;x;y\n1;{x:.2f};{y:.2f}\n"))
    assert read(told.place)[1][3] == "QP045010"
    assert told.notices == ["Colonnes x et y lues en mètres (Lambert-93)."]
    both = wrote(tmp_path, f"id;x;y;lon;lat\n1;0;0;{SOURCE[0]};{SOURCE[1]}\n", "ban.csv")
    assert read(addresses.answer(both).place)[1][5] == "QP045010"  # lon and lat come first


def test_a_french_spreadsheet_s_file_is_read(tmp_path):
    lon, lat = (f"{n:.6f}".replace(".", ",") for n in SOURCE)
    file = wrote(tmp_path, f"voie;lon;lat\r\nallée\xa0d'été;{lon};{lat}\r\n".encode("cp1252"))
    told = addresses.answer(file)
    assert read(told.place)[1] == ["allée\xa0d'été", lon, lat, "QP045010", "La Source",
                                   "QN04505M", "0", "", ""]  # fmt: skip


def test_what_a_spreadsheet_would_run_leaves_as_a_text(tmp_path):
    file = wrote(tmp_path, '=A1,lon,lat\n"=HYPERLINK(""http://x"")",-4.490,48.39\n@B,2,47.9\n')
    head, one, other = read(addresses.answer(file).place)
    assert (head[0], one[0], other[0]) == ("'=A1", '\'=HYPERLINK("http://x")', "'@B")
    assert one[1] == "-4.490"  # a number is as it was
    risky = [c for row in (head, one, other) for c in row if delimited.RISKY.match(c)]
    assert [cell for cell in risky if not cell.startswith("'")] == ["-4.490"]


def test_an_address_on_two_lines_keeps_them(tmp_path):
    file = wrote(tmp_path, f'voie,lon,lat\n"1 rue A\nBât. 2",{SOURCE[0]},{SOURCE[1]}\nB,,\n')
    told = addresses.answer(file)
    assert read(told.place)[1][0] == "1 rue A\nBât. 2"
    assert told.blank == [4]


def test_what_is_to_check_is_beside_the_address_and_counted(tmp_path):
    lon, lat = past("QN04518M", 2024, 30)
    told = addresses.answer(wrote(tmp_path, f"lon;lat\n{lon};{lat}\n"))
    note = f"à vérifier : à 30 m du bord, contour simplifié, à {NEAR} m près (2024)"
    assert note in read(told.place)[1][-1]
    assert "1 à vérifier (près du bord d'un contour simplifié)" in str(told)


WRONG = {
    "no_columns": ("voie;ville\nA;B\n", ["pas de colonnes de coordonnées ; attendu : lon et lat"]),
    "one_column": ("voie;lon\nA;1.9\n", ["pas de colonnes de coordonnées"]),
    "twice": ("lon;lat;LON\n1;2;3\n", ["deux colonnes « lon »"]),
    "again": ("lon;lat;qpv_nom\n1.9;47.9;\n", ["la colonne « qpv_nom » y est déjà"]),
    "no_rows": ("lon;lat\n", ["aucune adresse sous les titres"]),
    "no_coordinates": ("v;lon;lat\nA;;\n", ["aucune adresse n'a de coordonnées"]),
    "text": (
        "v;lon;lat\nA;1.9;47.9\nB;Marie;47.9\nC;1.9;nan\nD;Paul;47.9\n",
        ["ligne 3, colonne « lon » : cellule qui n'est pas un nombre (de même ligne 5).",
         "ligne 4, colonne « lat » : cellule qui n'est pas un nombre."],
    ),
    "half": (
        "v;lon;lat\nA;1.9;\n",
        ["ligne 2, colonne « lat » : cellule vide, l'autre remplie."],
    ),
    "swapped": (
        "v;lon;lat\nA;47.9;1.9\nB;48;2\nC;1.9;47.9\n",
        ["ligne 2 : longitude et latitude inversées (de même ligne 3)."],
    ),
    "elsewhere": (
        "v;lon;lat\nA;55.5;-20.9\nB;1.9;47.9\n",
        ["ligne 2 : point hors de France métropolitaine."],
    ),
    "lambert": ("v;lon;lat\nA;617500;6753500\n", ["ligne 2 : point hors de France"]),
    "x_mixed": (
        "v;x;y\nA;617500;6753500\nB;1.9;47.9\n",
        ["ligne 3 : point hors de France métropolitaine."],
    ),
    "x_infinite": ("v;x;y\nA;1e999;6753500\n", ["ligne 2 : point hors de France"]),
    "wide": ("v;lon;lat\nA, B;1;2;3\n", ["ligne 2 : plus de 3 cellules."]),
    "quote": ('v;lon;lat\n"A;1.9;47.9\n', ["ligne 2 : guillemet jamais refermé"]),
    "page": ("<!doctype html><p>Se connecter", ["une page web, et non un tableau"]),
    "empty": ("", ["le fichier est vide"]),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_file_that_is_wrong_is_told_by_line_and_nothing_is_written(tmp_path, case):
    text, told = WRONG[case]
    file = wrote(tmp_path, text)
    done = typed(file)
    assert (done.exit_code, done.stdout) == (1, "")
    head, *lines = done.stderr.splitlines()
    assert re.fullmatch(r"Erreur : \d défauts? ; rien n'a été écrit\.", head)
    assert len(lines) == len(told)
    assert [words for words, line in zip(told, lines, strict=True) if words not in line] == []
    assert "Marie" not in done.stderr  # a cell may name someone
    assert list(tmp_path.iterdir()) == [file]


def test_thousands_of_wrong_lines_are_one(tmp_path):
    file = wrote(tmp_path, "lon;lat\n" + "48;2\n" * 5000)
    done = typed(file)
    assert len(done.stderr.splitlines()) == 2
    assert "de même lignes 3, 4, 5, 6, 7 et 4994 autres" in done.stderr


def test_a_workbook_is_not_opened(tmp_path):
    import openpyxl

    file = tmp_path / "a.xlsx"
    openpyxl.Workbook().save(file)
    assert "un classeur ; attendu : un CSV. L'enregistrer en CSV." in typed(file).stderr


@pytest.mark.parametrize("link", [False, True])
def test_an_existing_file_is_never_written_over(tmp_path, link):
    file = wrote(tmp_path, f"lon;lat\n{SOURCE[0]};{SOURCE[1]}\n")
    there = tmp_path / "adresses-quartiers.csv"
    there.symlink_to(tmp_path / "nulle-part") if link else there.write_text("à moi")
    done = typed(file)
    assert done.exit_code == 1
    assert "adresses-quartiers.csv » existe déjà : le déplacer" in done.stderr
    assert there.is_symlink() if link else there.read_text() == "à moi"
    assert len(list(tmp_path.iterdir())) == 2


def test_the_answer_is_as_private_as_the_addresses(tmp_path):
    file = wrote(tmp_path, f"lon;lat\n{SOURCE[0]};{SOURCE[1]}\n")
    file.chmod(0o600)
    assert stat.S_IMODE(addresses.answer(file).place.stat().st_mode) == 0o600


def test_a_disk_that_refuses_leaves_nothing(tmp_path, monkeypatch):
    file = wrote(tmp_path, f"lon;lat\n{SOURCE[0]};{SOURCE[1]}\n")

    def full(*_given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(delimited, "save", full)
    done = typed(file)
    assert "disque plein. adresses-quartiers.csv n'a pas été écrit." in done.stderr
    assert list(tmp_path.iterdir()) == [file]


CELL = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(CELL, WIDE), min_size=1, max_size=6))
def test_any_file_comes_back_with_its_cells_and_the_answer_of_each_point(tmp_path_factory, rows):
    lines = [["texte", "lon", "lat"], *([text, *map(repr, spot)] for text, spot in rows)]
    folder = tmp_path_factory.mktemp("any")
    file = wrote(folder, delimited.written(lines, ";"))
    _, *found = read(addresses.answer(file).place)
    assert [delimited.bare(row[0]) for row in found] == [text for text, _ in rows]
    assert [row[1:3] for row in found] == [list(map(repr, spot)) for _, spot in rows]
    for row, (_, spot) in zip(found, rows, strict=True):
        one = where.where(*spot)
        assert row[6] == str(one.metres)
        assert row[3] == (one.of_2015.code if one.of_2015.inside else "")


def test_it_imports_nothing_that_draws():
    program = (
        "import sys; import qpvlib as q; q.where(1.9, 47.9); print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr
