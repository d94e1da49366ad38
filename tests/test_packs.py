"""The data behind each page: outlines, packs, workbook, read again by other tools than qpvlib."""

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from decimal import Decimal
from functools import cache
from itertools import pairwise
from types import SimpleNamespace

import frictionless
import openpyxl
import pandas as pd
import pytest
from facts import DATA, PLACES, RULES, observations
from lxml import etree
from PIL import Image
from reading import page, plain
from shapely.geometry import MultiPolygon, Polygon

from qpvlib import pages
from qpvlib.catalogue import slug
from qpvlib.diagnosis import tabled
from qpvlib.document import writing
from qpvlib.project import current
from qpvlib.publishing import packs as packs_made
from qpvlib.publishing import spreadsheet
from qpvlib.tables import books, construction, tidy
from qpvlib.tables.areas import neighbourhood

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


# --- packs ---------------------------------------------------------------------------------------
# They are read by csv, frictionless, pillow and lxml; the pages, by tests/reading.


@pytest.fixture(scope="session")
def packs(site):
    """The packs of the site: each file's content, by name, by name of pack."""
    found = {}
    for path in sorted((site / "donnees").glob("*.zip")):
        with zipfile.ZipFile(path) as pack:
            found[path.stem] = {name: pack.read(name) for name in pack.namelist()}
    return found


def rows(pack, name="chiffres.csv"):
    return list(csv.DictReader(io.StringIO(pack[name].decode())))


def of(packs, code):
    return next(pack for name, pack in packs.items() if name.startswith(code.lower()))


def test_every_page_has_its_pack_and_leads_to_it(site, packs):
    pages = {path.stem for path in site.glob("qp*.html")}
    assert packs.keys() == pages | {"synthese"}
    for name in sorted(pages):
        leads = page(site / f"{name}.html").root.xpath("//footer//a/@href")
        assert leads[0] == f"donnees/{name}.zip"
    for name in ("synthese", "index", "feuille-de-route"):
        assert "donnees/synthese.zip" in page(site / f"{name}.html").root.xpath("//footer//a/@href")


@pytest.mark.parametrize("stem", ["qp045010", "qp045015", "synthese"])
def test_frictionless_finds_nothing_wrong_with_a_pack(packs, stem, tmp_path):
    check(of(packs, stem), tmp_path)


@pytest.mark.acceptance
def test_frictionless_finds_nothing_wrong_with_any_pack(packs, tmp_path):
    for name, pack in packs.items():
        check(pack, tmp_path / name)


def check(pack, folder):
    """What frictionless says of a pack, hashes included; each file is described, and no other."""
    for name, content in pack.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    package = frictionless.Package(folder / "datapackage.json")
    report = package.validate()
    assert report.valid, report.flatten(["fieldName", "rowNumber", "message"])[:5]
    told = {resource.path for resource in package.resources}
    assert told | {"LISEZ-MOI.txt", "datapackage.json"} == pack.keys()


def test_figures_of_a_pack_are_those_of_the_tables(packs):
    wrong = []
    for name, pack in packs.items():
        for row in rows(pack):
            seen = _observed(row)
            told = Decimal(row["valeur"]) if row["valeur"] else None
            if seen and told != (None if few(seen) else seen.value):
                wrong.append((name, row, seen.value))
            elif not seen and not row["territoire_code"].startswith("QPV-"):
                wrong.append((name, row, "no such figure"))
    assert wrong == []


def _observed(row):
    """The row of the tables that a row of a pack gives, by area, indicator and, if known, year."""
    year = int(row["annee"] or row["fichier"])
    return every().get((row["territoire_code"], row["indicateur_code"], year))


@cache
def every():
    """Observations, and those of the neighbourhoods that resemble ours."""
    with (DATA / "tidy" / "similar_values.csv").open(encoding="utf-8", newline="") as file:
        other = {(r["area"], r["indicator"], int(r["year"])): r for r in csv.DictReader(file)}
    columns = ("value", "numerator", "denominator")
    return observations() | {
        key: SimpleNamespace(**r | {c: Decimal(r[c]) if r[c] else None for c in columns})
        for key, r in other.items()
    }


def few(seen):
    """Under 100 people counted: a page gives no percentage of them."""
    share = seen.value is not None and seen.denominator is not None
    return share and seen.denominator < RULES["count_alone"]


def test_every_figure_of_a_neighbourhood_is_in_its_pack_and_in_that_of_all(packs):
    every = keys(packs["synthese"])
    for code, place in PLACES.items():
        own = {key for key in observations() if key[0] in (code, place.successor)}
        assert own <= keys(of(packs, code))
        assert own <= every


def keys(pack):
    """Area, indicator and year, or edition where the year is not known, of each figure."""
    return {
        (r["territoire_code"], r["indicateur_code"], int(r["annee"] or r["fichier"]))
        for r in rows(pack)
    }


def test_a_page_shows_the_figures_of_its_pack(site, packs, code):
    """Tables of the details: its value, the median of the QPV, each area around, every year."""
    shown = page(next(site.glob(f"{code.lower()}*.html")))
    held = rows(of(packs, code))
    ordered = own_rows(held)
    for table in shown.tables:
        for line in table.rows if "Position" in table.columns else ():
            own = next(r for r in ordered if starts(line.head, r))
            cells = [line.cells[name] for name in ("Quartier", MEDIAN, "Territoires autour")]
            assert cells[0].startswith(own_cell(own)), own
            same = [r for r in held if r["indicateur_code"] == own["indicateur_code"]]
            medians = [r for r in same if (r["territoire_code"], r["periode"])
                       == ("QPV-METROPOLE", own["periode"])]  # fmt: skip
            assert (cells[1] == "—") == (not medians)
            for r in medians:
                few = own["statut"] == "effectifs seuls"
                told = plain(r["affichage"]) + ("," if few else f" ({thousands(r['nombre'])})")
                assert cells[1].startswith(told), r
            around = [r for r in same if r["territoire_type"] in AROUND]
            assert (cells[2] == "—") == (not around)
            for r in around:
                when = "" if r["annee"] == own["annee"] else f" ({r['annee']})"
                assert f"{plain(r['affichage'])}{when}" in cells[2], r


MEDIAN = "Médiane des QPV de métropole (nombre)"
AROUND = ("commune", "intercommunalité", "département", "région", "pays", "France métropolitaine")


def own_rows(held):
    """Figures of the neighbourhood that the page leads with: those that it reads, or only gives."""
    found = [r for r in held if r["territoire_type"] == "quartier"]
    return sorted(found, key=lambda r: (-len(r["indicateur"]), r["lecture"] == ""))


def starts(head, row):
    return head.startswith((f"{plain(row['indicateur'])} ({row['periode']})",
                            f"{plain(row['indicateur'])} ({row['periode']} ;"))  # fmt: skip


def own_cell(row):
    """« 42,4 % 142 des 335 »."""
    counts = row["valeur"] and row["numerateur"]
    parts = [thousands(row[name]) for name in ("numerateur", "denominateur")] if counts else []
    return " ".join(filter(None, [plain(row["affichage"]), " des ".join(parts)]))


def thousands(words):
    return f"{int(words):,}".replace(",", " ")


def test_a_page_shows_every_year_that_its_pack_has(site, packs, code):
    shown = page(next(site.glob(f"{code.lower()}*.html"))).table("Toutes les années publiées")
    told = {line.head: line.cells["Année et valeur"] for line in shown.rows}
    for row in rows(of(packs, code)):
        mine = row["territoire_type"] in ("quartier", "périmètre 2024 du quartier")
        if mine and row["statut"] in ("publié", "estimé") and row["valeur"]:
            later = " (périmètre 2024)" * (row["territoire_type"] != "quartier")
            cell = told.get(plain(row["indicateur"]))
            assert not cell or f"{row['periode']}{later} {plain(row['affichage'])}" in cell, row


def test_what_is_not_published_is_nowhere_in_a_pack(packs):
    """Neither a value nor the counts it would be made of; and a blank is never a zero."""
    blank = {key for key, seen in observations().items() if seen.value is None}
    told = [
        row for pack in packs.values() for row in rows(pack)
        if (row["territoire_code"], row["indicateur_code"], int(row["annee"] or row["fichier"]))
        in blank
    ]  # fmt: skip
    assert len(told) > 300
    for row in told:
        assert row["valeur"] == row["numerateur"] == row["denominateur"] == ""
        hidden = row["statut"] == "sous le seuil de publication"
        assert hidden == bool(row["au_plus"])
        assert "moins de" in row["affichage"] if hidden else row["affichage"] == "non publié"


def test_a_few_people_are_counted_and_have_no_percentage(packs):
    told = [r for pack in packs.values() for r in rows(pack) if r["statut"] == "effectifs seuls"]
    assert told
    for row in told:
        assert row["valeur"] == ""
        assert int(row["denominateur"]) < RULES["count_alone"]
        assert row["affichage"] == f"{row['numerateur']} des {row['denominateur']}"


def test_outlines_of_a_pack_are_those_of_the_tables_and_well_wound(packs):
    for name, pack in packs.items():
        text = pack["perimetre.geojson"].decode()
        assert wound(text) == []
        assert "crs" not in json.loads(text)
        for one in json.loads(text)["features"]:
            told = one["properties"]
            table = {"2015": "perimeters", "2024": "perimeters_2024"}[told["generation"]]
            assert one["geometry"] == geometries(table)[told["code"]]
            assert told["licence"] == "Licence Ouverte 2.0"
        expected = 2 * (19 if name == "synthese" else 1)
        assert len(json.loads(text)["features"]) == expected


@cache
def geometries(name):
    text = (DATA / "tidy" / f"{name}.geojson").read_text("utf-8")
    return {f["properties"]["code"]: f["geometry"] for f in json.loads(text)["features"]}


def test_each_drawing_says_what_it_is_on_it_and_in_it(packs):
    for pack in packs.values():
        drawn = [name for name in pack if name.endswith(".svg")]
        assert drawn
        for name in drawn:
            root = etree.fromstring(pack[name])
            title, told = root.findtext("{*}title"), " ".join(root.itertext("{*}text"))
            said = {etree.QName(e).localname: " ".join(e.itertext()) for e in root.iter("{*}Work")
                    for e in e}  # fmt: skip
            assert root.get("role") == "img"
            assert said["language"] == "fr"
            assert said["title"] == title
            assert {"description", "publisher", "source"} <= said.keys()
            assert said["rights"].strip() == "Licence Ouverte 2.0"
            for words in ("Licence Ouverte 2.0", "Source"):
                assert words in plain(told), name
            picture = Image.open(io.BytesIO(pack[name.replace(".svg", ".png")]))
            assert plain(picture.text["Title"]) == plain(title)
            assert picture.text["Rights"] == "Licence Ouverte 2.0"
            assert plain(picture.text["Source"]) == plain(said["source"])
            wide, high = float(root.get("width")), float(root.get("height"))
            assert picture.size == (int(2 * wide), int(2 * high))  # 144 dots per inch
            assert re.search(r"\d{4}", said["source"])  # its year


def test_two_makings_of_a_pack_have_the_same_bytes(site):
    from qpvlib.publishing import documents, jobs

    job = jobs.pack(neighbourhood("QP045010"))
    assert documents.written(job) == (site / job.file).read_bytes()


def test_a_change_of_one_neighbourhood_changes_its_packs_key_and_no_other(tmp_path):
    from qpvlib.publishing import inputs, jobs

    shutil.copytree(DATA / "tidy", tmp_path / "tidy")
    places = [neighbourhood(code) for code in ("QP045010", "QP045017")]
    before = [inputs.of(jobs.pack(place)) for place in (*places, None)]
    table = tmp_path / "tidy" / "observations.csv"
    was = "QP045017,2015,gini,2016,"
    text = table.read_text("utf-8")
    line = next(one for one in text.splitlines() if one.startswith(was))
    table.write_text(text.replace(line, line.replace(",0.", ",0.9", 1)), "utf-8")
    with current().opened(tidy=tmp_path / "tidy"):
        after = [inputs.of(jobs.pack(place)) for place in (*places, None)]
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, False, False]


@pytest.mark.parametrize("form", ["formula", "plain"])
def test_no_cell_of_a_pack_is_run_by_a_spreadsheet(form):
    """A name that begins as a formula leaves quoted; negative numbers stay numbers."""
    name = {"formula": '=HYPERLINK("http://a")', "plain": "Les Chaises"}[form]
    row = dict.fromkeys(tabled.LISTED) | {"nom": name, "valeur_ajoutee": -5}
    cells = next(csv.DictReader(io.StringIO(packs_made._table("lieux.csv", [row]).decode())))
    assert cells["nom"] == {"formula": f"'{name}", "plain": name}[form]
    assert cells["valeur_ajoutee"] == "-5"


# --- links ---------------------------------------------------------------------------------------


def test_every_folded_table_leads_to_its_data_on_screens_alone(site):
    for path in site.glob("*.html"):
        found = page(path).root.find_class("behind")
        assert {link.get("href") for link in found} <= {f"donnees/{path.stem}.zip"}
        assert all(link.xpath("ancestor::details") for link in found)
        assert bool(found) == path.name.startswith("qp")
    sheet = (site / "qp045010-la-source.html").read_text("utf-8").partition("@media print{")[2]
    assert re.search(r"[,{}]\.behind,[^{}]*\{display:none\}", sheet.replace("\n", ""))


def test_no_link_of_the_site_leads_to_a_file_that_is_not_there(site):
    for path in site.glob("*.html"):
        for address in page(path).root.xpath("//@href"):
            file = address.partition("#")[0]
            assert not file or ":" in file or (site / file).is_file(), (path.name, address)


def test_a_page_without_a_pack_has_no_link_to_one():
    from qpvlib.publishing import jobs

    pair = jobs.side_by_side("QP045010", "QP045017").page
    assert (pair.pack, pair.behind) == ((), ())
    shown = pages.series_details(neighbourhood("QP045010"), tidy.table("observations"))
    assert "<a" not in shown._repr_mimebundle_()["text/html"]
    assert "behind" not in writing.filled(shown.stamped, "", *pair.pack)


# --- the workbook --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def book(site):
    return openpyxl.load_workbook(site / "donnees" / "tableaux.xlsx")


SHEETS = ["Sommaire", "Notes", "Chiffres", "Repères", "Lieux", "Objectifs", "Définitions",
          "Sources"]  # fmt: skip


def test_each_sheet_is_one_native_table_under_its_title(book):
    assert book.sheetnames == SHEETS
    for sheet in book:
        (table,) = sheet.tables.values()
        wide = openpyxl.utils.get_column_letter(sheet.max_column)
        assert table.ref == f"A3:{wide}{sheet.max_row}"
        assert table.displayName == slug(sheet.title)
        assert sheet["A1"].value
        assert sheet["A2"].value
        assert [cell.value for cell in sheet[3]] == [column.name for column in table.tableColumns]
        assert sheet.freeze_panes == "B4"
        assert not sheet.merged_cells.ranges
        assert all(sheet.column_dimensions[c.column_letter].width > 10 for c in sheet[3])
        empty = [c.coordinate for row in sheet.iter_rows(min_row=3) for c in row
                 if c.value in (None, "")]  # fmt: skip
        assert empty == []


def test_the_contents_lead_to_each_sheet_and_each_sheet_back(book):
    lines = list(book["Sommaire"].iter_rows(min_row=4))
    assert [row[0].value for row in lines] == SHEETS[1:]
    assert [row[2].value for row in lines] == [book[name].max_row - 3 for name in SHEETS[1:]]
    leads = [row[0].hyperlink.location for row in lines]
    assert leads == [f"'{name}'!A1" for name in SHEETS[1:]]
    back = {book[name]["A2"].hyperlink.location for name in SHEETS[1:]}
    assert back == {"'Sommaire'!A1"}


def test_the_workbook_says_whose_it_is_and_in_what_language(book):
    told = book.properties
    assert plain(told.title) == "Les 19 quartiers prioritaires du Loiret : tous les tableaux"
    assert told.creator == "Préfecture du Loiret · Politique de la ville"
    assert told.language == "fr-FR"


def test_the_workbook_has_the_figures_of_the_packs(book, packs):
    """The same value, or, where there is none, the words of the page."""
    heads = [cell.value for cell in book["Chiffres"][3]]
    kinds = ("quartier", "périmètre 2024 du quartier")
    told = {
        tuple(values[heads.index(name)] for name in ("Code du territoire", "Indicateur",
                                                     "Date des données")):
        values[heads.index("Valeur")]
        for values in book["Chiffres"].iter_rows(min_row=4, values_only=True)
    }  # fmt: skip
    expected = {
        (r["territoire_code"], r["indicateur"], r["periode"]):
        float(r["valeur"]) if r["valeur"] else r["affichage"]
        for r in rows(packs["synthese"]) if r["territoire_type"] in kinds
    }  # fmt: skip
    assert told == expected
    assert len(told) > 5000


def test_a_text_that_is_a_formula_stays_a_text_in_the_workbook(tmp_path):
    cells = ("=1+1", "+33", "", "http://a")
    row = dict(zip(spreadsheet.SOURCED, cells, strict=True))
    hostile = spreadsheet.Sheet("sources", spreadsheet.SOURCED, [row])
    with books.made(tmp_path / "a.xlsx", "a") as made:
        spreadsheet.fill(made, hostile, spreadsheet.forms_of(made), "Titre")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    told = [(cell.value, cell.data_type, cell.quotePrefix) for cell in sheet[4]]
    words = ["=1+1", "+33", "sans objet", "http://a"]
    assert told == [(w, "s", w[0] in "=+") for w in words]


def test_two_makings_of_the_workbook_have_the_same_bytes(site):
    assert spreadsheet.written() == (site / "donnees" / "tableaux.xlsx").read_bytes()


@pytest.mark.acceptance
@pytest.mark.skipif(not shutil.which("soffice"), reason="sans LibreOffice")
def test_libreoffice_opens_the_workbook(site, tmp_path):
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    told = [
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,3",
    ]  # the third sheet, « Chiffres »
    book = site / "donnees" / "tableaux.xlsx"
    subprocess.run(["soffice", "--headless", profile, *told, "--outdir", tmp_path, book],
                   check=True, capture_output=True, timeout=180)  # fmt: skip
    (made,) = tmp_path.glob("*.csv")
    lines = list(csv.reader(io.StringIO(made.read_text("utf-8")), delimiter=";"))
    assert lines[0][0] == "Chiffres des quartiers, toutes les années"
    assert lines[2][:3] == ["Code du territoire", "Territoire", "Type de territoire"]
    assert len(lines) > 5000
