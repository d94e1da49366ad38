"""Around a neighbourhood: every form of list, one line a place, what the page says of them.

The lists written here are in the producers' forms and hold nothing true: every name is invented.
"""

import csv
import re
from pathlib import Path

import geopandas
import pandas as pd
import pytest
import raw
import reading
from elsewhere import TWIN, tables
from nineteen import CODES, GIEN, plain
from shapely.geometry import box

from qpvlib import pages
from qpvlib.catalogue import catalogue
from qpvlib.pages import resources as block
from qpvlib.project import current
from qpvlib.tables import areas, tidy
from qpvlib.tables import reading as reader
from qpvlib.tables.areas import neighbourhood
from qpvlib.tables.construction import resources

# A perimeter of 1 km by 1 km in Lambert-93; (617500, 6753500) is its middle.
SQUARE = box(617000, 6753000, 618000, 6754000)
EAST = geopandas.GeoSeries.from_xy([618300.0, 617500.0], [6753500.0] * 2, crs=2154).to_crs(4326)
AWAY, MIDDLE = ((spot.x, spot.y) for spot in EAST)
COMMUNE = "Inventée-sur-Loire"

# ruff: noqa: E501  (lines as the producers write them)
# Each as its producer publishes it; the last line of each is too far, closed or of no type.
FORMS = {
    "men_annuaire": f"""\
Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Adresse_1;Code_commune;etat;latitude;longitude;date_maj_ligne
0459001A;École inventée des Tests;Ecole;1 rue Fictive;45999;OUVERT;{MIDDLE[1]};{MIDDLE[0]};2025-11-20
0459002B;Lycée inventé;Lycée;2 rue Fictive;45999;OUVERT;{AWAY[1]};{AWAY[0]};2024-01-02
0459003C;Collège fermé inventé;Collège;;45999;A FERMER;{MIDDLE[1]};{MIDDLE[0]};2025-11-20
""",
    "finess_structures": """\
finess;etalab;93;2026-05-04
structureet;459000001;459000009;CENTRE INVENTE;CENTRE DE SANTE INVENTE;;;3;R;FICTIVE;;;999;45;LOIRET;45000 X;;;124;Centre de santé;;;;;;;;;;;;
structureet;459000002;459000009;PHARMACIE D'UNE PERSONNE;;;;4;AV;FICTIVE;;;999;45;LOIRET;45000 X;;;620;Pharmacie;;;;;;;;;;;;
structureet;459000003;459000009;EHPAD INVENTE;;;;;;;;;999;45;LOIRET;45000 X;;;500;EHPAD;;;;;;;;;;;;
structureet;459000004;459000009;PMI SANS POSITION;;;;;;;;;999;45;LOIRET;45000 X;;;223;PMI;;;;;;;;;;;;
geolocalisation;459000001;617500.0;6753500.0;1,ATLASANTE,96,BAN,LAMBERT_93;2026-05-04
geolocalisation;459000002;618000.4;6753500.0;1,ATLASANTE,96,BAN,LAMBERT_93;2025-05-04
geolocalisation;459000003;617500.0;6753500.0;1,ATLASANTE,96,BAN,LAMBERT_93;2026-05-04
""",
    "insee_bpe": """\
AN;DEPCOM;TYPEQU;LAMBERT_X;LAMBERT_Y;QUALITE_XY
2024;45999;D502;618300.00;6753500.00;Bonne
2024;45999;D502;617500.00;6753500.00;Bonne
2024;45999;D265;617500.00;6753500.00;Bonne
2024;45999;F307;619500.00;6753500.00;Bonne
""",
    "sports_res": f"""\
inst_numero;inst_nom;inst_adresse;new_code;equip_numero;equip_type_name;coordonnees;inst_date_valid
I459990001;Gymnase inventé;5 rue Fictive;45999;E1;Salle;"{AWAY[1]}, {AWAY[0]}";2023-02-03
I459990001;Gymnase inventé;5 rue Fictive;45999;E2;Dojo;"{MIDDLE[1]}, {MIDDLE[0]}";2023-02-03
I459990002;Stade sans position inventé;;45999;E3;Terrain;;2019-02-03
""",
}  # fmt: skip


@pytest.fixture
def files(monkeypatch):
    """The perimeter of one neighbourhood, and the names of one commune."""
    monkeypatch.setattr(resources, "commune_names", lambda _files: {"45999": COMMUNE})
    shape = geopandas.GeoSeries([SQUARE], crs=2154).to_crs(4326)
    outline = pd.DataFrame({"area": ["QP045999"], "geometry": shape.to_numpy()})
    cog = pd.DataFrame({"area": ["45999"], "lib_com": [COMMUNE]})
    return {"anct_perimetres_2015": outline, "insee_cog": cog}


def received(folder: Path, name: str) -> pd.DataFrame:
    source = catalogue().sources[name]
    place = folder / source.files[0].path
    place.parent.mkdir(parents=True)
    place.write_text(FORMS[name], "utf-8")
    read = reader.read(source, folder)
    assert read.faults == []
    return read.rows


def lines(found: pd.DataFrame) -> list[tuple]:
    return [
        (r.type, r.name_, r.address, r.distance_m, r.year)
        for r in found.rename(columns={"name": "name_"}).itertuples()
    ]


# --- lists in the producers' forms -------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("men_annuaire", [
            ("ecole", "École inventée des Tests", "1 rue Fictive", 0, 2025),
            ("lycee", "Lycée inventé", "2 rue Fictive", 300, 2024),
        ]),
        ("finess_structures", [
            ("centre_sante", "CENTRE INVENTE", "3 RUE FICTIVE", 0, 2026),
            ("pharmacie", "", "4 AVENUE FICTIVE", 1, 2025),  # a step out is not inside
        ]),
        ("insee_bpe", [("creche", "", "", 0, 2024), ("creche", "", "", 300, 2024)]),
        ("sports_res", [("sport", "Gymnase inventé", "5 rue Fictive", 0, 2023)]),
    ],
)  # fmt: skip
def test_a_list_in_its_producer_s_form(tmp_path, files, name, expected):
    found = resources.resources(files | {name: received(tmp_path, name)}, ["QP045999"])
    assert lines(found) == expected
    assert set(found.commune) == {COMMUNE}
    assert set(found.source) == {name}


def test_a_neighbourhood_that_has_nothing_around_is_a_table_all_the_same(tmp_path, files):
    far = files["anct_perimetres_2015"].assign(
        geometry=geopandas.GeoSeries([box(700000, 6753000, 700100, 6753100)], crs=2154).to_crs(4326)
    )
    lists = {"insee_bpe": received(tmp_path, "insee_bpe"), "anct_perimetres_2015": far}
    found = resources.resources(files | lists, ["QP045999"])
    tidy.write("resources", found, tmp_path)
    assert (tmp_path / "resources.csv").read_text("utf-8").count("\n") == 1


def test_a_list_that_is_not_there_is_neither_a_fault_nor_told(tmp_path, files):
    for name in FORMS:
        found = reader.read(catalogue().sources[name], tmp_path)
        assert (found.parts, found.faults) == ({}, [])
    told = resources.lists(files | {"insee_bpe": received(tmp_path, "insee_bpe")})
    assert set(told.type) == {"bibliotheque", "creche", "poste"}
    assert set(told.year) == {2024}


def test_the_same_code_in_two_lists_is_one_line_of_the_latest(tmp_path, files):
    older = pd.DataFrame(
        {"area": ["0459001A"], "nom_etablissement": ["Ancien nom inventé"], "ep_2022_2023": "REP",
         "type_etablissement": "Ecole", "code_commune": "45999", "longitude": MIDDLE[0],
         "latitude": MIDDLE[1]}
    )  # fmt: skip
    both = {"men_education_prioritaire": older, "men_annuaire": received(tmp_path, "men_annuaire")}
    found = resources.resources(files | both, ["QP045999"]).set_index("type").loc["ecole"]
    assert (found["name"], found.year) == ("École inventée des Tests", 2025)
    assert (found.detail, found.source) == (
        "REP en 2022", "men_annuaire, men_education_prioritaire",
    )  # fmt: skip


# --- the table, against the counts made apart ----------------------------------------------------

COUNTS = raw.REAL / "services" / "ressources_par_qpv2015.csv"
LIMITS = {"dans": 0, "moins_300m": 300, "moins_1km": 1000}
SAME = {
    "Caf, CPAM, MSA (2016)": {"caf", "cpam", "msa"},
    "France services (2024)": {"france_services"},
    "Pôle emploi (2016)": {"france_travail"},
    "accès au droit : MJD, permanence, CIDFF (2016)": {
        "maison_justice", "permanence_juridique", "cidff",
    },
    "collège (2024)": {"college"},
    "gare SNCF voyageurs": {"gare"},
    "hôpital ou clinique (2020)": {"hopital"},
    "information jeunesse, CIO (2016)": {"information_jeunesse", "orientation"},
    "laboratoire de biologie (2020)": {"laboratoire"},
    "lycée (2025)": {"lycee"},
    "mission locale (2016)": {"mission_locale"},
    "police ou gendarmerie (2016)": {"police", "gendarmerie"},
    "station de tramway (2026)": {"tramway"},
    "école (éducation prioritaire ou voisine d’un QPV, 2022)": {"ecole"},
}  # fmt: skip
# Those that the project leaves: a bus is at no place; clinics, day hospitals, the milk bank.
LEFT = {("France services (2024)", "QP045010"): 1}
CLINICS = {"QP045003", "QP045004", "QP045005", "QP045009", "QP045010", "QP045011", "QP045014",
           GIEN, "QP045018"}  # fmt: skip


@pytest.mark.skipif(not COUNTS.is_file(), reason=raw.NO_REAL)
@pytest.mark.parametrize("kind", SAME)
def test_counts_are_those_made_apart_from_the_same_lists(kind):
    rows = tidy.table("resources")
    rows = rows[rows.type.isin(SAME[kind])]
    with COUNTS.open(encoding="utf-8") as stream:
        told = [row for row in csv.DictReader(stream) if row["type"] == kind]
    assert len(told) == len(CODES)
    for row in told:
        own = rows[rows.neighbourhood == row["code_qp"]].distance_m
        for column, limit in LIMITS.items():
            more = int(row[column]) - (own <= limit).sum()
            if kind.startswith("hôpital"):
                assert more >= 0
                assert not more or row["code_qp"] in CLINICS
            else:
                assert more == LEFT.get((kind, row["code_qp"]), 0), (row["code_qp"], column)


def test_nothing_is_told_further_than_a_kilometre_and_no_school_twice():
    rows = tidy.table("resources")
    assert rows.distance_m.between(0, 1000).all()
    schools = rows[rows.type.isin(["ecole", "college", "lycee"])]
    assert schools.place.str.fullmatch(r"\d{7}[A-Z]").all()
    assert not schools.duplicated(["neighbourhood", "place"]).any()
    assert set(rows.reliability[rows.year <= 2020]) == {"to_check"}


# --- the page ----------------------------------------------------------------------------------


def record(kind, metres, reliability="listed", place=""):
    return {"type": kind, "distance_m": metres, "reliability": reliability, "place": place}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        # A family each, in the catalogue's order, however near the others are.
        ([("tramway", 0), ("ecole", 0), ("hopital", 900), ("mission_locale", 900), ("caf", 900)],
         ["caf", "mission_locale", "hopital"]),
        # Fewer families than lines: another type, never the same one.
        ([("ecole", 0), ("ecole", 5), ("lycee", 200)], ["ecole", "lycee"]),
        # In a band, the recent list first; a nearer band before it.
        ([("france_services", 290), ("caf", 20, "to_check")], ["france_services", "caf"]),
        ([("france_services", 310), ("caf", 20, "to_check")], ["caf", "france_services"]),
    ],
)  # fmt: skip
def test_the_three_are_of_three_types_the_most_useful_first(found, expected):
    order = list(catalogue().resources)
    rows = sorted((record(*one) for one in found), key=lambda r: order.index(r["type"]))
    assert [r["type"] for r in block._first(rows)] == expected


def whole(code, tmp_path):
    """The two blocks of a page, as the independent reader reads them."""
    place, path = neighbourhood(code), tmp_path / f"{code}.html"
    path.write_text(pages.around(place).html + pages.around_details(place).html, "utf-8")
    return reading.Page(path)


@pytest.mark.parametrize("code", CODES)
def test_each_place_has_its_distance_and_the_year_of_its_list(code, tmp_path):
    with (current().tidy / "resources.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["neighbourhood"] == code]
    page = whole(code, tmp_path)
    shown = page.table("Lieux nommés").rows
    assert len(shown) == len(rows)
    for seen, row in zip(shown, rows, strict=True):
        _, distance, year = seen.cells.values()
        assert year == row["year"] + ", à vérifier" * (row["reliability"] == "to_check")
        assert (distance == "dans le périmètre") == (row["distance_m"] == "0")
        assert re.sub(r"\bEcole", "École", row["name"]).lower().replace("’", "'") in (
            seen.head.lower()
        )
    first = page.root.xpath("//ul[@class='around']/li")
    assert 1 <= len(first) <= 3
    assert all(re.search(r"liste de 20\d\d(, à vérifier)?\)$", reading.text(li)) for li in first)


@pytest.mark.parametrize("code", CODES)
def test_nothing_judges_a_school_nor_says_that_there_is_none(code, tmp_path):
    words = " ".join(whole(code, tmp_path).written)
    assert not re.search(
        r"\bIPS\b|brevet|réussite|valeur ajoutée|\baucune? [^l]|(?<![\d,])0\b", words
    )


def test_a_type_of_which_a_list_has_nothing_is_said_so_with_the_list_s_year():
    told = plain(pages.around_details(neighbourhood(GIEN)).html)
    assert "Rien dans ces listes à moins d'un kilomètre, ce qui ne dit pas" in told
    after = told.partition("Rien dans ces listes")[2]
    assert "Caf" in after.partition("(liste de 2016)")[0]
    assert "Station de tramway (liste de 2026)" in after
    assert "Pharmacie" not in after  # no list of them was read
    assert "France services" not in after  # one is at the door


def test_each_list_is_cited_once_with_its_year_and_what_is_known_of_its_licence():
    told = [plain(str(line)) for line in block.cites(neighbourhood(GIEN))]
    assert len(told) == len(set(told)) == len(set(areas.lists(neighbourhood(GIEN)).source))
    dila = next(line for line in told if "Dila" in line)
    assert "Lieux nommés, 2016." in dila
    assert "ODbL 1.0" in dila
    assert not block.cites(neighbourhood(GIEN), but=catalogue().sources)


def test_elsewhere_lists_that_do_not_cover_the_departement_are_said_not_to(tmp_path, opened):
    opened(tidy=tables(tmp_path / "twice"))
    place = neighbourhood(TWIN)
    page, details = (plain(e.html) for e in (pages.around(place), pages.around_details(place)))
    for told in (page, details):
        assert "Les autres listes lues ici ne couvrent pas ce département." in told
        assert "Caf" not in told
        assert "Collège Ernest Bildstein" in told


def test_where_no_list_covers_the_departement_one_sentence_says_so(monkeypatch):
    monkeypatch.setattr(areas, "lists", lambda _place: tidy.table("lists")[:0])
    monkeypatch.setattr(areas, "resources", lambda _place: tidy.table("resources")[:0])
    place = neighbourhood(GIEN)
    for exhibit in (pages.around(place), pages.around_details(place)):
        assert plain(exhibit.html).count("ne couvrent pas ce département.") == 1
        assert "Rien" not in plain(exhibit.html)
