"""Files of the raw folder that look like an edition which is not read: told, with what to write."""

import re
import shutil

import pytest
import raw
import tomlkit
from click.testing import CliRunner
from raw import cell, swap

from qpvlib.catalogue import catalogue
from qpvlib.cli import main
from qpvlib.tables import unread

DEMO = "insee/qpv_thematique/DEMO_2022.csv"
REVN = "insee/qpv_thematique/REVN_2022.csv"
IPS = "education/ips_colleges.csv"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return raw.make(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def files(whole, tmp_path, opened):
    copied = raw.copy(whole, tmp_path)
    opened(copied.project)
    return copied


def put(files, path, like=DEMO, change=str):
    """A further file in the raw folder, as another but for a change."""
    place = files.raw / path
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(change((files.raw / like).read_bytes().decode()).encode())


def changed(text):
    return cell(None, "A", "8")(text)


def test_a_folder_of_declared_files_has_nothing_to_tell(files):
    assert unread.told(files.raw) == []


TOLD = [
    # the same name but for its numbers, in the same folder: the line as the model's is
    ("insee/qpv_thematique/DEMO_2023.csv", DEMO, str,
     ["qui ressemble à insee/qpv_thematique/DEMO_2022.csv ([insee_demo])",
      '    { edition = 2023, path = "insee/qpv_thematique/DEMO_2023.csv" },',
      "[insee_demo.blocks.population], [insee_demo.blocks.recensement]", "2023 = <À COMPLÉTER>"]),
    ("insee/qpv_thematique/data_DEMO_2024_V2_QP.csv", DEMO, str, ["edition = 2024"]),
    ("insee/filosofi/FILO2020_DISP_EPCI.csv", "insee/filosofi/FILO2019_DISP_EPCI.csv",
     lambda text: text.replace("19;", "20;").replace("19\r", "20\r"),
     ['{ edition = 2020, path = "insee/filosofi/FILO2020_DISP_EPCI.csv", level = "epci", rows =']),
    # columns that it has not, and those that have another name
    ("insee/qpv_thematique/REVN_2023.csv", REVN, swap("ARSAS", "X1"),
     ['without = ["CC2S", "ARSAS"]']),
    ("insee/qpv_thematique/REVN_2023.csv", REVN, swap("DISP_Q2", "disp.q2"),
     ['« renames », si ce sont les mêmes colonnes : "disp.q2" = "DISP_Q2"']),
    ("insee/qpv_thematique/DEMO_2023.csv", DEMO, swap("CODGEO", "IDENT"), ['IDENT = "CODGEO"']),
    # another folder, another name: by its codes, by its columns
    ("telechargements/demo-2023.csv", DEMO, changed, ['path = "telechargements/demo-2023.csv"']),
    ("neuf/quartiers.csv", DEMO, changed, ["[insee_demo]", '{ edition = "À COMPLÉTER", path =']),
    ("education/ips_colleges_2023.csv", IPS, str, ["[depp_ips]", "edition = 2023"]),
    ("perimetres/qpv2016_metropole.geojson", "perimetres/qpv2015_metropole.geojson", str,
     ["[anct_perimetres_2015]", "edition = 2016"]),
    # an edition that is declared already
    ("insee/qpv_thematique/DEMO_2022 (1).csv", DEMO, str,
     ["Son édition 2022 est déclarée", 'copies = ["insee/qpv_thematique/DEMO_2022 (1).csv"]']),
]  # fmt: skip


@pytest.mark.parametrize(("path", "like", "change", "said"), TOLD)
def test_what_looks_like_an_edition_is_told_with_its_line(files, path, like, change, said):
    put(files, path, like, change)
    (told,) = unread.told(files.raw)
    assert told.startswith(f"Non lu : {path}, qui ressemble à ")
    assert [words for words in said if words not in told] == [], told


QUIET = [
    ("insee/qpv_thematique/extrait.csv", DEMO, lambda text: "\r\n".join(text.split("\r\n")[:5])),
    ("insee/iris.csv", DEMO, lambda text: changed(text).replace(";QP", ";").replace("\nQP", "\n")),
    ("notes/DEMO_2023.csv", DEMO, lambda text: "une note\n"),
    ("notes/DEMO_2023.md", DEMO, changed),
    (".corbeille/DEMO_2023.csv", DEMO, changed),
    ("education/ecoles.csv", IPS, lambda text: text.replace("045900", "045910")),
    ("autre/a.csv", DEMO, lambda text: "\0\1\2" * 50),
    ("autre/a.csv", DEMO, lambda text: ""),
]


@pytest.mark.parametrize(("path", "like", "change"), QUIET)
def test_what_is_no_edition_is_not_told(files, path, like, change):
    put(files, path, like, change)
    assert unread.told(files.raw) == []


def test_the_line_told_makes_the_file_read(whole, tmp_path, opened):
    put(files := raw.copy(whole, tmp_path), "insee/qpv_thematique/REVN_2023.csv", REVN)
    shutil.copytree(whole.catalogue, tmp_path / "data/catalogue")
    project = opened(files.project, root=tmp_path)
    (told,) = unread.told(files.raw)
    (line,) = re.findall(r"{ edition = 2023, .*? },", told)
    place = project.catalogue / "sources.toml"
    text = place.read_text("utf-8")
    after = re.search(rf'  {{ edition = 2022, path = "{REVN}".*\n', text)[0]
    place.write_text(text.replace(after, f"{after}  {line}\n"), "utf-8")
    catalogue.cache_clear()
    entry = catalogue().sources["insee_revn"].files[-1]
    assert (entry.edition, entry.without) == (2023, ("CC2S",))
    assert unread.told(files.raw) == []
    assert tomlkit.parse(place.read_text("utf-8"))


def test_build_and_check_tell_it_and_do_not_fail_for_it(files, monkeypatch):
    put(files, "insee/qpv_thematique/DEMO_2023.csv")
    done = CliRunner().invoke(main, ["build", "--raw", str(files.raw)])
    assert done.exit_code == 0, done.output
    assert "{ edition = 2023, path =" in done.stdout
    checked = CliRunner().invoke(main, ["check", "--raw", str(files.raw)])
    assert "{ edition = 2023, path =" in checked.stdout


@pytest.mark.acceptance
@pytest.mark.skipif(not raw.REAL.is_dir(), reason=raw.NO_REAL)
def test_of_the_producers_files_that_are_not_read_none_is_taken_for_an_edition():
    assert unread.told(raw.REAL) == []
