"""``qpv new``: the project of another département, from invented files, then from real ones."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
import raw
from bs4 import BeautifulSoup
from click.testing import CliRunner

from qpvlib.catalogue.departements import departements
from qpvlib.cli import main
from qpvlib.project import Project, current
from qpvlib.tables import founding

HOME = re.compile(
    r"Loiret|Orléans|Montarg|\bGien\b|Giennois|Pithiv|Sully-sur|Val de Sully"
    r"|Châlette|Argonne|[QC][PN]045|\bTAO\b"
)
# Counts that a template made for several would leave wrong.
ONE = re.compile(
    r"\b[01] (?:quartiers|habitants|objectifs|questions|sortes|contrats)\b(?! sur)"
    r"|\b(?:les|Les|des|ses) 1\b(?! \d)|\b[01] autres|\b[01] ont\b|\{\w*\}|\bnan\b|\bNone\b"
)


def qpv(*words, root):
    """The command, run in a process that has the project's own library."""
    command = [sys.executable, "-m", "qpvlib.cli", *map(str, words)]
    outside = {k: v for k, v in os.environ.items() if not k.startswith(("QPV_", "PYTHON"))}
    given = {"cwd": root, "env": outside | {"PYTHONPATH": str(root)}}
    return subprocess.run(command, capture_output=True, text=True, check=False, **given)


def new(*words):
    return CliRunner().invoke(main, ["new", *map(str, words)])


def words(page):
    """All that a page says: text, alternatives, title, description."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    for part in soup(["style", "script"]):
        part.decompose()
    for fold in soup("details"):  # it names neighbourhoods of all France
        if fold.summary and "ressemblent" in fold.summary.get_text():
            fold.decompose()
    told = [soup.get_text(" "), *(image.get("alt", "") for image in soup("img"))]
    told += [meta.get("content", "") for meta in soup("meta")]
    return re.sub(r"[\s\u202f\xa0]+", " ", " ".join(told))


# --- invented files, in make test ----------------------------------------------------------------


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Invented producers' files, without those that cover the home département alone."""
    made = raw.make(tmp_path_factory.mktemp("raw"))
    with made.project.opened():
        from qpvlib.catalogue.adapted import local

        for source in local().values():
            for entry in source.files:
                (made.raw / entry.path).unlink()
    for column, at in (("latitude", "41.9"), ("longitude", "8.7")):
        made.edit("education/colleges_geolocalises.csv", raw.cell(None, column, at))
    return made


@pytest.fixture(scope="module")
def corsica(files, tmp_path_factory):
    """A project of Corse-du-Sud that has one invented neighbourhood."""
    folder = tmp_path_factory.mktemp("new") / "corse"
    (root := files.raw.parent / "clone").mkdir(exist_ok=True)
    for name in founding.CARRIED:
        source = files.project.root / name if name == "data/catalogue" else current().root / name
        copy = shutil.copytree if source.is_dir() else shutil.copyfile
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        copy(source, root / name)
    with Project.at(root).opened():
        done = new("--departement", "corse du sud", "--folder", folder, "--raw", files.raw)
    assert done.exit_code == 0, done.output
    return folder, done.output


def test_it_holds_all_that_make_reports_needs(corsica):
    folder, said = corsica
    assert {p.name for p in folder.iterdir()} >= {
        "Makefile", "README.md", "pyproject.toml", "qpvlib", "data", "notebooks", "requirements"
    }  # fmt: skip
    assert "Corse-du-Sud (2A) : 1 quartier" in said
    verbs = re.findall(r"^(\w+):.*## ", (folder / "Makefile").read_text("utf-8"), re.M)
    assert verbs == list(founding.VERBS)
    assert not list(folder.rglob(".en-cours-*"))
    assert not list(folder.rglob("__pycache__"))


def test_what_covers_home_alone_is_told_with_where_to_put_it(corsica):
    folder, said = corsica
    for path in ("contexte/communes_france_2018.geojson", "education/dnb2021_colleges_france.csv"):
        assert path in said
        assert path in (folder / "README.md").read_text("utf-8")
    assert "tramway" not in said  # of one town


def test_nothing_of_home_is_left_to_be_shown(corsica):
    folder, _ = corsica
    for name in ("territory", "contracts", "names", "programmes", "requests", "axes"):
        text = (folder / f"data/catalogue/{name}.toml").read_text("utf-8")
        assert HOME.findall(text.replace("du Plateau", "").replace("d'Argonne", "")) == [], name
    for place in (folder / "notebooks").glob("*.ipynb"):
        assert "QP045" not in place.read_text("utf-8")
    territory = (folder / "data/catalogue/territory.toml").read_text("utf-8")
    assert 'departement_of = "de la Corse-du-Sud"' in territory
    assert 'departement_in = "en Corse-du-Sud"' in territory


def test_its_catalogue_and_tables_are_sound(corsica):
    folder, _ = corsica
    done = qpv("list", root=folder)
    assert done.stdout.startswith("QP02A901"), done.stderr
    faults = qpv("check", root=folder).stderr.splitlines()
    # A dozen invented neighbourhoods are too few for a national distribution, and their four levels
    # of education are more than the whole.
    known = "aucun repère", "ne peuvent être vrais ensemble", "Erreur"
    assert [one for one in faults if not any(told in one for told in known)] == []


def test_a_national_file_put_there_is_read(corsica, files, tmp_path):
    given = tmp_path / "raw"
    shutil.copytree(files.raw, given)
    ring = [[8.6, 41.8], [8.9, 41.8], [8.9, 42.1], [8.6, 42.1], [8.6, 41.8]]
    shape = {
        "type": "Feature",
        "properties": {"code": "2A901", "nom": "Commune 2A901"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    (given / "contexte/communes_france_2018.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [shape]})
    )
    tidy = tmp_path / "tidy"
    done = qpv("build", "--raw", given, "--tidy", tidy, root=corsica[0])
    assert done.returncode == 0, done.stderr
    found = json.loads((tidy / "outlines.geojson").read_text("utf-8"))["features"]
    assert [one["properties"]["code"] for one in found] == ["2A901"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("974", "La Réunion (974) n'est pas couvert"),
        ("Guadeloupe", "Guadeloupe (971) n'est pas couvert"),
        ("Indre-et-Loir", "Voulez-vous dire « Indre-et-Loire (37) » ?"),
        ("20", "« 20 » n'existe pas"),
        ("Loiret", "Ce projet est déjà celui du Loiret."),
    ],
)
def test_a_departement_that_cannot_be_is_told(given, said, files, tmp_path):
    done = new("--departement", given, "--folder", tmp_path / "x", "--raw", files.raw)
    assert done.exit_code != 0
    assert said in done.output
    assert not (tmp_path / "x").exists()


def test_a_folder_that_holds_something_is_left_as_it_is(files, tmp_path):
    (tmp_path / "notes.txt").write_text("à moi")
    done = new("--departement", "37", "--folder", tmp_path, "--raw", files.raw)
    assert "n'est pas un dossier vide" in done.output
    assert [p.name for p in tmp_path.iterdir()] == ["notes.txt"]


def test_of_faulty_files_nothing_is_written(files, tmp_path):
    shutil.copytree(files.raw, tmp_path / "raw")
    (tmp_path / "raw/insee/population_qpv_2013_2018.csv").write_text("code\n")
    folder = tmp_path / "new"
    done = new("--departement", "2A", "--folder", folder, "--raw", tmp_path / "raw")
    assert done.exit_code != 0
    assert not folder.exists()


def test_each_departement_is_said_with_its_article():
    known = departements()
    assert len(known) == 96
    for one in known.values():
        article = next(
            a for a in ("du ", "de la ", "des ", "de l'", "d'", "de ") if one.of.startswith(a)
        )
        assert one.of == article + one.name
        inside = {"du ": "dans le ", "des ": "dans les "}.get(article)
        assert one.locative.endswith(one.name)
        assert inside is None or one.locative == inside + one.name
        if article in ("de la ", "de l'"):
            apart = one.name[0] in "AEIOUÉ" or one.name in ("Hérault", "Yonne")
            assert (article == "de l'") == apart, one


# --- the producers' own, whole sites -------------------------------------------------------------


@pytest.mark.acceptance
@pytest.mark.skipif(not raw.REAL.is_dir(), reason=raw.NO_REAL)
@pytest.mark.parametrize(("code", "n"), [("2A", 3), ("69", 43), ("05", 1)])
def test_a_site_is_made_that_says_nothing_of_home(code, n, tmp_path):
    folder = tmp_path / "projet"
    done = new("--departement", code, "--folder", folder, "--raw", raw.REAL)
    assert done.exit_code == 0, done.output
    made = qpv("report", root=folder)
    assert made.returncode == 0, made.stderr
    checked = qpv("check", "reports", root=folder)
    assert checked.returncode == 0, checked.stderr
    pages = {page.name: words(page) for page in sorted((folder / "reports").glob("*.html"))}
    assert sum(name.startswith("qp") for name in pages) == n
    assert {"index.html", "synthese.html", "feuille-de-route.html", "indicateurs.html"} <= set(
        pages
    )
    found = {name: HOME.findall(said) for name, said in pages.items()}
    assert {name: some for name, some in found.items() if some} == {}
    wrong = {name: ONE.findall(said) for name, said in pages.items()}
    assert {name: some for name, some in wrong.items() if some} == {}
    assert departements()[code].of.replace("'", "’") in pages["index.html"]
    assert "ne couvrent pas ce département" in " ".join(pages.values())
    assert "Aucun contour de commune ni de département n’est lu ici." in pages["index.html"]
