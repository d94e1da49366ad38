"""A new edition of a source needs its line in « files », its years, and nothing else."""

import csv
import io
import os
import re
import shutil
import subprocess
import sys

import pandas as pd
import pytest
import raw
from click.testing import CliRunner
from raw import cell

from qpvlib.cli import main
from qpvlib.diagnosis import change
from qpvlib.diagnosis.leading import leading_year
from qpvlib.project import Project, current
from qpvlib.tables import sealing
from qpvlib.tables.areas import neighbourhood
from qpvlib.tables.construction import statistics

THEMES = ("DEMO", "IPRO", "REVN")
FOLDER = "insee/qpv_thematique"
RATES = "2022 = 2018 }\ndeduced = [2019, 2020, 2021, 2022]"


def declared(text):
    """A declaration with an edition 2023: a line in « files », a year for the census alone."""
    for theme in THEMES:
        line = re.search(rf'  {{ edition = 2022, path = "{FOLDER}/{theme}_2022.csv".*\n', text)[0]
        text = text.replace(line, line + line.replace("2022", "2023"))
    assert text.count(RATES) == 2
    return text.replace(
        RATES, RATES.replace("2018", "2018, 2023 = 2019").replace("22]", "22, 2023]")
    )


def run(*words):
    result = CliRunner().invoke(main, [*map(str, words)])
    assert result.exit_code == 0, result.output
    return result.output


# --- invented files ------------------------------------------------------------------------------


@pytest.fixture
def tables(tmp_path, monkeypatch, opened):
    """Reads a table built from a tiny project, whose declaration was amended, then its files."""
    monkeypatch.setattr(statistics, "FEWEST", len(raw.METROPOLITAN))

    def made(amend, change=lambda files: None):
        files = raw.make(tmp_path, amend)
        change(files)
        opened(files.project)
        run("build", "--raw", files.raw)
        return lambda name: pd.read_csv(files.tidy / f"{name}.csv", dtype={"area": str})

    return made


def test_an_edition_follows_by_declaration_only(tables):
    def change(files):
        for column in ("TX_TOT_EMPL", "TX_F_EMPL"):
            files.edit(f"{FOLDER}/IPRO_2023.csv", cell(None, column, "30,5"))
        files.edit(f"{FOLDER}/REVN_2023.csv", cell(None, "TP60", "30,5"))

    table = tables(declared, change)
    rows = table("observations").query("area == 'QP045901' and edition == 2023")
    found = rows.set_index("indicator")
    assert (found.year["taux_emploi"], found.value["taux_emploi"]) == (2019, 30.5)
    assert found.year_status["taux_emploi"] == "deduced"
    # of these no year is declared: the edition stands for it, and says so
    for code in ("rsa_allocataires", "demandeurs_emploi", "taux_pauvrete"):
        assert (found.year[code], found.year_status[code]) == (2023, "unknown")
    spread = table("distributions").set_index(["indicator", "year"])
    assert spread.n["taux_emploi", 2019] == len(raw.METROPOLITAN)


def second(source, edition, path):
    """A further edition of a source of one file."""

    def amend(text):
        head, section, rest = text.partition(f"[{source}]\n")
        line = re.search(r'files = \[ ({.*path = )"(.*?)" } \]', rest)
        added = re.sub(r"edition = \d+", f"edition = {edition}", line[1]) + f'"{path}" }}'
        whole = line[0].replace(" } ]", f" }}, {added} ]")
        return head + section + rest.replace(line[0], whole, 1)

    return amend


LATEST = {
    "depp_ips": "education/ips_colleges_2023.csv",
    "depp_dnb": "education/dnb2023_colleges.csv",
    "men_colleges": "education/colleges_2025.csv",
    "insee_cog": "contexte/communes_2027.csv",
    "anct_correspondance": "perimetres/liste_2025.csv",
    "anct_perimetres_2015": "perimetres/qpv2015_bis.geojson",
    "ign_communes": "contexte/communes_2025.geojson",
    "anct_france_services": "services/france_services_2030.csv",
}


def test_of_places_and_lists_the_last_edition_alone_is_read(tables):
    def amend(text):
        for source, path in LATEST.items():
            text = second(source, 2030, path)(text)
        return text

    table = tables(amend, lambda files: files.edit(LATEST["depp_ips"], cell(2, "ips", "77")))
    places = table("places")
    colleges = places[places.kind == "college"]
    assert set(colleges.ips[colleges.place == "0459001A"]) == {77.0}
    assert (set(colleges.ips_year), set(colleges.dnb_year)) == ({2030.0}, {2030.0})
    assert set(places.year[places.kind == "france_services"]) == {2030.0}
    assert table("neighbourhoods").code.tolist() == raw.LOIRET
    rows = table("observations")
    assert set(rows.year[rows.indicator == "ips_college_proche"]) == {2030}


# --- a file of unknown year among years that are known -------------------------------------------


@pytest.fixture
def later(tmp_path, opened):
    """The tables, with a poverty rate of 2020 that nearly all have, and one of unknown year."""
    folder = tmp_path / "tidy"
    shutil.copytree(current().tidy, folder)
    rows = pd.read_csv(folder / "observations.csv", dtype=str, keep_default_na=False)
    last = rows[(rows.indicator == "taux_pauvrete") & (rows.year == "2019")]
    unknown = last.assign(year="2023", edition="2023", year_status="unknown")
    benchmarks = last[last.generation == ""].assign(year="2020")
    pd.concat([rows, unknown[unknown.generation == "2015"], benchmarks]).to_csv(
        folder / "observations.csv", index=False
    )
    sealing.seal(folder)
    return opened(tidy=folder)


def test_a_file_of_unknown_year_has_no_place_among_years(later):
    told = change.series(neighbourhood("QP045010"), "taux_pauvrete")
    assert [one.year for one in told] == [*range(2012, 2022)]


def test_the_leading_year_follows_the_figures_and_their_benchmarks(later):
    held = {2018, 2019, 2020, 2021, 2023}
    # 2020: 1 269 of 1 296 have it, and now their communes; 2021: 1 008; 2023: no benchmark.
    assert leading_year(held, "taux_pauvrete") == 2020
    assert leading_year({2021, 2023}, "taux_pauvrete") == 2023
    assert leading_year({2018, 2019, 2020}, "niveau_vie_median") == 2019  # 2020: no benchmark
    assert leading_year(held, "taux_emploi") == 2023


# --- the producers' files, where they are --------------------------------------------------------


def edition_2023(theme, folder):
    """A file of 2023: of two neighbourhoods, one has again its row of 2021, of the same columns."""
    rows = {}
    for year in (2021, 2022):
        text = (raw.REAL / FOLDER / f"{theme}_{year}.csv").read_text("utf-8-sig")
        head, *lines = csv.reader(io.StringIO(text), delimiter=";")
        rows[year] = [name.strip() for name in head], {line[0]: line for line in lines if line}
    (former, old), (head, new) = rows[2021], rows[2022]
    shared = [name for name in head if name in former and not name.startswith(("LIB", "POP"))]
    for code in list(new)[::2]:
        for name in shared if code in old else []:
            new[code][head.index(name)] = old[code][former.index(name)]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([head, *new.values()])
    (folder / f"{theme}_2023.csv").write_bytes(out.getvalue().encode("utf-8-sig"))


def ran(project, *words):
    """Another process of a project: what it says, once it has succeeded."""
    code = "import sys; from qpvlib.cli import main; main(sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        env=os.environ | project.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.acceptance
@pytest.mark.skipif(not raw.REAL.is_dir(), reason=raw.NO_REAL)
def test_an_edition_2023_of_the_real_files_goes_up_to_the_pages(tmp_path):
    project = Project.at(tmp_path)
    for name in ("catalogue", "actions", "tidy"):
        shutil.copytree(current().root / "data" / name, tmp_path / "data" / name)
    shutil.copytree(current().notebooks, project.notebooks)
    shutil.copytree(raw.REAL, tmp_path / "raw", copy_function=os.symlink)
    (tmp_path / "raw" / FOLDER).chmod(0o755)
    for theme in THEMES:
        edition_2023(theme, tmp_path / "raw" / FOLDER)
    place = project.catalogue / "sources.toml"
    place.write_text(declared(place.read_text("utf-8")), "utf-8")
    ran(project, "build", "--raw", tmp_path / "raw")
    ran(project, "report", "--reports", project.reports)
    assert "rien à signaler" in ran(project, "check", project.reports)
    noise = pd.read_csv(project.tidy / "noise.csv")
    noise = noise[(noise.indicator == "taux_emploi") & (noise.kind == "excess")]
    assert 2019 in set(noise.year_to)
    pages = [page.read_text("utf-8") for page in project.reports.glob("qp0450*.html")]
    assert all("fichier Insee 2023" in page for page in pages)
    drawn = [alt for page in pages for alt in re.findall(r'alt="(.*? en 20\d\d\..*?)"', page)]
    assert [alt for alt in drawn if "Taux d’emploi" in alt and "en 2019." in alt]
    assert [alt for alt in drawn if "en 2023" in alt] == []
