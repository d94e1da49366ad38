"""``qpv build``: all or nothing on invented files, byte for byte on the real ones."""

import errno
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import metropole
import pandas as pd
import pytest
import raw
from click.testing import CliRunner
from raw import cell, swap, without

from qpvlib.catalogue import catalogue
from qpvlib.cli import main
from qpvlib.project import current
from qpvlib.tables import construction, indicators, sealing, tidy
from qpvlib.tables.construction import observed, places, statistics, territory

DEMO = "insee/qpv_thematique/DEMO_2022.csv"
REVN = "insee/qpv_thematique/REVN_2022.csv"
IPRO = "insee/qpv_thematique/IPRO_2020.csv"
POPULATION = "insee/population_qpv_2013_2018.csv"
FILOSOFI = "insee/filosofi/filosofi_qpv_2016_2019_metropole.csv"
PERIMETERS = "perimetres/qpv2015_metropole.geojson"
RPLS = "logement/rpls_qpv_2022.csv"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return raw.make(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def files(whole, tmp_path, monkeypatch, opened):
    """A tiny project to plant faults in, with its catalogue in place of the real one."""
    monkeypatch.setattr(statistics, "FEWEST", len(raw.METROPOLITAN))
    copied = raw.copy(whole, tmp_path)
    opened(copied.project)
    return copied


@pytest.fixture(scope="module")
def tables_of(whole):
    """What a sound folder gives, before anything is written."""
    with whole.project.opened():
        return construction.prepared(whole.raw)


@pytest.fixture
def ready(files, tables_of, monkeypatch):
    """A project whose files are already read: only the writing is left."""
    monkeypatch.setattr(construction, "prepared", lambda raw, departements: tables_of)
    return files


def run(files, *options):
    command = ["build", "--raw", str(files.raw), "--tidy", str(files.tidy), *options]
    return CliRunner().invoke(main, command)


# --- a sound folder ----------------------------------------------------------------------------


def test_a_sound_folder_gives_every_table(files):
    result = run(files)
    assert (result.exit_code, result.stderr) == (0, "")
    names = {f"{name}.csv" for name in tidy.COLUMNS} | {f"{n}.geojson" for n in tidy.OUTLINES}
    assert {path.name for path in files.tidy.iterdir()} == {*names, tidy.SUMS, sealing.COPY}
    kept = pd.read_csv(files.tidy / "neighbourhoods.csv")
    assert kept.code.tolist() == raw.LOIRET
    rows = pd.read_csv(files.tidy / "observations.csv")
    first = rows[(rows.area == "QP045901") & (rows.indicator == "taux_pauvrete")]
    assert set(first.value) == {22.5}  # 20.5 + rank 2
    assert (files.tidy / "areas.csv").read_text("utf-8").count("Commune 45901") == 2


def test_corsica_and_another_departement_take_the_same_path(files):
    assert run(files, "--departement", "2a", "--departement", "01").exit_code == 0
    kept = pd.read_csv(files.tidy / "neighbourhoods.csv", dtype=str)
    assert kept.code.tolist() == ["QP001901", "QP02A901"]
    inside = pd.read_csv(files.tidy / "containment.csv", dtype=str)
    assert {"2A901", "D2A", "01901", "D01", "FR", "METRO"} <= set(inside.area)


def test_a_departement_without_neighbourhood_is_told(files):
    before = files.state()
    result = run(files, "--departement", "48")
    assert result.exit_code == 1
    assert "Aucun quartier prioritaire dans : 48." in result.stderr
    assert files.state() == before


def test_a_commune_that_the_official_list_lacks_has_the_producers_name(files):
    files.edit("contexte/communes_loiret.csv", without("45902"))
    files.edit("insee/filosofi/FILO2019_DISP_COM.csv", without("45902"))
    assert run(files).exit_code == 0
    areas = pd.read_csv(files.tidy / "areas.csv", dtype=str).set_index("area")
    assert areas.name["45902"] == "Territoire 45902"


@pytest.mark.parametrize(
    ("name", "words"),
    [("Orléans", "d'Orléans"), ("Hyères", "d'Hyères"), ("Haguenau", "de Haguenau"),
     ("Le Mans", "du Mans"), ("Les Ulis", "des Ulis"), ("Gien", "de Gien")],
)  # fmt: skip
def test_of_a_commune(name, words):
    assert territory.of(name) == words


# --- bad input: everything said, nothing changed -------------------------------------------------


def test_all_faults_of_all_files_at_once_and_nothing_changed(files):
    files.edit(DEMO, swap("POP_MUN", "POP_MUM"))
    files.edit(DEMO, swap("QP045903", "QP45903"))
    files.edit(IPRO, lambda text: "<!DOCTYPE html><title>503</title>")
    files.edit(FILOSOFI, swap("22.5", '"22,5"'))
    files.edit(RPLS, swap("QP045904", "QP045999"))
    files.edit(POPULATION, without("QP045905"))
    (files.raw / REVN).unlink()
    before = files.state()
    result = run(files)
    assert result.exit_code == 1
    assert result.stdout == ""
    for words in (
        f"Fichier {DEMO}, ligne 1, colonne « POP_MUN »",
        f"Fichier {DEMO}, ligne 6, colonne « CODGEO » : « QP45903 » a perdu un zéro de tête",
        f"Fichier {IPRO}, ligne 1 : c'est une page web",
        f"Fichier {FILOSOFI}, ligne 10, colonne « DISP_TP60 » : « 22,5 » a une virgule décimale",
        f"Fichier {RPLS}, ligne 7, colonne « CodGeo » : « QP045999 » n'est le code d'aucun",
        f"Fichier {POPULATION}, colonne « code » : le quartier QP045905 manque",
        f"Fichier {REVN} : fichier absent",
        "les tables du projet n'ont pas été touchées",
    ):
        assert words in result.stderr
    assert "Traceback" not in result.output
    assert files.state() == before


@pytest.mark.parametrize(
    ("path", "change", "said"),
    [
        # a code that no list of neighbourhoods has
        (DEMO, swap("QP045903", "QP045993"),
         [f"{DEMO}, ligne 6, colonne « CODGEO » : « QP045993 »", f"d'après {POPULATION}"]),
        # a line erased, where no total is published
        (REVN, without("QP045903"), [f"{REVN}, colonne « CODGEO » : le quartier QP045903 manque"]),
        # a perimeter that is gone: its neighbourhood would vanish
        (PERIMETERS, lambda text: text.replace("QP045903", "QP971902"),
         [f"{PERIMETERS}, colonne « code_qp » : le quartier QP045903 manque"]),
        # a figure that another file contradicts: the odd one out is named, and the other
        (REVN, cell(4, "TP60", "22,6"),
         [f"{REVN}, ligne 4", "QP045901", "22,6 ici, 22,5 dans", "Un des deux fichiers a changé"]),
        (POPULATION, swap("1400", "1401"),
         [f"{POPULATION}, ligne 4, colonne « pop »", "1\u202f401 ici, 1\u202f400 dans insee/"]),
    ],
)  # fmt: skip
def test_files_that_disagree(files, path, change, said):
    files.edit(path, change)
    before = files.state()
    result = run(files)
    assert result.exit_code == 1
    assert [words for words in said if words not in result.stderr] == [], result.stderr
    assert files.state() == before


def test_a_share_of_the_file_above_its_whole(files):
    files.edit(REVN, cell(4, "ARSAS", "9999"))
    before = files.state()
    result = run(files)
    assert result.exit_code == 1
    words = f"Fichier {REVN}, ligne 4, colonne « ARSAS » : [rsa_allocataires] QP045901, 2022 : « 9"
    assert words in result.stderr
    assert files.state() == before


def test_a_share_the_wrong_way_up_is_told_once_of_the_catalogue(tmp_path, opened):
    files = raw.make(tmp_path)
    place = files.catalogue / "indicators-2-revenus.toml"
    upright = 'numerator = ["ARSAS"], denominator = ["A"]'
    inverted = 'numerator = ["A"], denominator = ["ARSAS"]'
    assert upright in place.read_text("utf-8")
    place.write_text(place.read_text("utf-8").replace(upright, inverted), "utf-8")
    catalogue.cache_clear()  # it was read to make the files
    opened(files.project)
    before = files.state()
    result = run(files)
    assert result.exit_code == 1
    assert "indicators-2-revenus.toml, [rsa_allocataires], champ « inputs »" in result.stderr
    assert "1 défaut dans 1 fichier" in result.stderr
    assert files.state() == before


# --- what is left out is said --------------------------------------------------------------------


def test_a_blank_column_is_said(files):
    files.edit(REVN, cell(None, "ARSAS", ""))
    said = "Non repris : insee_revn, édition 2022 : rien dans ARSAS ; sans cette édition : rsa_"
    result = run(files)
    assert (result.exit_code, said in result.stdout) == (0, True), result.output


def test_a_repeated_vintage_is_left_out_and_said(files, monkeypatch):
    # The invented figures are the same every year; eleven neighbourhoods are here enough.
    monkeypatch.setattr(indicators.identical_vintages, "__defaults__", (11,))
    result = run(files)
    said = "Non repris : taux_emploi, 2018 : mêmes chiffres qu'en 2010 partout, non repris (insee_"
    assert (result.exit_code, said in result.stdout) == (0, True), result.output
    rows = pd.read_csv(files.tidy / "observations.csv")
    own = rows[(rows.indicator == "taux_emploi") & (rows.generation == 2015)]
    assert set(own.year) == {2010}


def test_a_spoilt_list_does_not_accuse_the_other_files(files):
    files.edit(POPULATION, swap("QP045903", "QP45903"))
    result = run(files)
    assert "« QP45903 » a perdu un zéro de tête" in result.stderr
    assert "n'est le code d'aucun" not in result.stderr


# --- the disk refuses ----------------------------------------------------------------------------


def full(*args, **kwargs):
    raise OSError(errno.ENOSPC, "No space left on device")


def closed(*args, **kwargs):
    raise PermissionError(errno.EACCES, "Permission denied")


def interrupted(*args, **kwargs):
    raise KeyboardInterrupt


def third(function, failing):
    """A function that fails at its third call."""
    calls = []

    def wrapped(*args, **kwargs):
        calls.append(args)
        return (failing if len(calls) == 3 else function)(*args, **kwargs)

    return wrapped


@pytest.mark.parametrize(
    ("owner", "name", "failing", "said", "code"),
    [
        (tidy, "write", full, "disque plein", 1),
        (Path, "replace", full, "disque plein", 1),
        (tidy, "write", interrupted, "Interrompu", 130),
        (Path, "replace", interrupted, "Interrompu", 130),
    ],
)
def test_a_failure_midway_leaves_the_previous_tables(
    ready, monkeypatch, owner, name, failing, said, code
):
    assert run(ready).exit_code == 0
    (ready.tidy / "areas.csv").write_text("avant\n")  # so that a table put in place would show
    (ready.tidy / "noise.csv").unlink()
    before = ready.state()
    monkeypatch.setattr(owner, name, third(getattr(owner, name), failing))
    result = run(ready)
    assert (result.exit_code, said in result.stderr) == (code, True)
    assert ready.state() == before


@pytest.mark.parametrize("folder", ["new", "new/deep"])
def test_a_failure_leaves_no_new_folder(ready, monkeypatch, folder):
    monkeypatch.setattr(tidy, "write", full)
    before = ready.state()
    options = ["build", "--raw", str(ready.raw), "--tidy", str(ready.raw.parent / folder)]
    result = CliRunner().invoke(main, options)
    assert result.exit_code == 1
    assert "Écriture impossible" in result.stderr
    assert ready.state() == before


def test_a_folder_that_cannot_be_written(ready, monkeypatch):
    monkeypatch.setattr("tempfile.mkdtemp", closed)
    before = ready.state()
    result = run(ready)
    assert result.exit_code == 1
    assert f"Écriture impossible dans {ready.tidy} : droits insuffisants" in result.stderr
    assert "Les tables précédentes n'ont pas été touchées" in result.stderr
    assert ready.state() == before


def test_a_file_in_the_place_of_the_folder(ready):
    taken = ready.tidy / "observations.csv"
    options = ["build", "--raw", str(ready.raw), "--tidy", str(taken)]
    result = CliRunner().invoke(main, options)
    assert result.exit_code == 1
    assert "un fichier est à la place d'un dossier" in result.stderr
    assert taken.read_text("utf-8") == "les tables d'avant\n"


def test_a_file_that_cannot_be_read(files, monkeypatch):
    read = Path.read_bytes
    refused = lambda path: closed() if path.name == "DEMO_2022.csv" else read(path)  # noqa: E731
    monkeypatch.setattr(Path, "read_bytes", refused)
    result = run(files)
    assert result.exit_code == 1
    assert f"Fichier {DEMO} : lecture impossible (droits insuffisants)" in result.stderr


# --- statistics and places -----------------------------------------------------------------------


def national(values, year=2018):
    """Observations of one indicator for as many metropolitan neighbourhoods."""
    codes = [f"QP{i // 900 + 1:03d}{i % 900 + 1:03d}" for i in range(len(values))]
    return pd.DataFrame(
        {"area": codes, "generation": "2015", "indicator": "taux_pauvrete", "year": year,
         "value": values, "source": "insee_filosofi_qpv/filosofi", "year_status": "verified",
         "status": "published", "numerator": float("nan"), "denominator": float("nan")}
    )  # fmt: skip


def test_percentiles_of_0_to_100():
    overseas = national([1000.0]).assign(area="QP971001")
    rows = pd.concat([national([float(i) for i in range(101)]), overseas])
    (row,) = statistics.distributions(rows).itertuples()
    assert (row.n, row.min, row.p01, row.p50, row.p99, row.max) == (101, 0, 1, 50, 99, 100)


def test_no_percentile_under_a_hundred_neighbourhoods():
    assert statistics.distributions(national([1.0] * 99)).empty


def test_noise_is_the_change_that_nine_out_of_ten_do_not_exceed():
    first, second = national([40.0] * 101, 2017), national([40.0 + i / 10 for i in range(101)])
    sizes = pd.Series("0-2499", index=first.area)
    rows = statistics.noise(pd.concat([first, second]), sizes)
    rows = rows[rows.kind == "change"].set_index("size_class")
    assert (rows.n["ensemble"], rows.p90["ensemble"], rows.p90["0-2499"]) == (101, 9.0, 9.0)


def series(*values):
    """Observations of 1,000 neighbourhoods over years: base and slope of each year."""
    spread = [(i - 499.5) / 100 for i in range(1000)]  # from −4.995 to 4.995
    return pd.concat(
        national([base + slope * s for s in spread], year) for year, base, slope in values
    )


def test_the_noise_of_a_horizon_is_what_is_beyond_the_median_change():
    # Over three years the median rises by 10, and 95 in 100 are within 4.75 of that.
    rows = series((2015, 40, 0), (2016, 41, 0.1), (2018, 50, 1))
    sizes = pd.Series(["0-2499"] * 960 + ["5000+"] * 40, index=rows.area[:1000])
    noise = statistics.noise(rows, sizes)
    excess = noise[noise.kind == "excess"].set_index("size_class")
    assert set(zip(excess.year_from, excess.year_to, strict=True)) == {(2015, 2018)}
    assert excess["median"]["ensemble"] == 10
    assert excess.p95["ensemble"] == pytest.approx(4.75, abs=0.011)
    assert set(excess.index) == {"ensemble", "0-2499"}  # forty neighbourhoods have none of theirs


def test_no_noise_is_measured_across_a_break_nor_of_a_count():
    rows = series((2018, 40, 0), (2019, 60, 1), (2022, 61, 2))  # a break in 2019
    noise = statistics.noise(rows, pd.Series("0-2499", index=rows.area[:1000]))
    pairs = set(zip(noise.kind, noise.year_from, noise.year_to, strict=True))
    assert pairs == {("excess", 2019, 2022), ("step", 2019, 2022)}
    count = rows.assign(indicator="population")
    assert statistics.noise(count, pd.Series("0-2499", index=rows.area[:1000])).empty


def test_the_noise_of_the_areas_around_is_apart_and_over_the_same_years():
    rows = series((2015, 40, 0), (2018, 50, 1))
    towns = series((2015, 20, 0), (2017, 20, 9), (2018, 20, 2))
    towns = towns.assign(area=[f"{i % 1000 + 1000:05d}" for i in range(len(towns))], generation="")
    others = towns.assign(area=towns.area.str[:2] + "METRO")
    sizes = pd.Series("0-2499", index=rows.area[:1000])
    noise = statistics.noise(pd.concat([rows, towns, others]), sizes)
    (one,) = noise[noise.kind == "commune"].itertuples()  # not 2015-2017: no neighbourhood has it
    assert (one.year_from, one.year_to, one.n, one.median) == (2015, 2018, 1000, 0)
    assert one.p95 == pytest.approx(2 * 4.75, abs=0.011)
    before = statistics.noise(rows, sizes)
    assert noise[noise.kind != "commune"].reset_index(drop=True).equals(before)


def test_a_leap_is_that_of_all_the_steps_together():
    rows = series((2013, 40, 0), (2014, 40, 1), (2015, 40, 0))
    rows.iloc[-1, rows.columns.get_loc("value")] += 30  # one neighbourhood, once
    noise = statistics.noise(rows, pd.Series("0-2499", index=rows.area[:1000]))
    steps = noise[noise.kind == "step"]
    assert set(zip(steps.year_from, steps.year_to, strict=True)) == {(2013, 2014), (2014, 2015)}
    assert steps.p999.nunique() == 1
    assert 4.99 < steps.p999.iloc[0] < 25


def test_calls_are_counted_by_the_same_rules():
    # Poverty leads with 2019: a quarter is beyond each quartile, 2.5 from the median.
    rows = series((2013, 40, 0), (2017, 40, 1), (2018, 40, 1), (2019, 40, 1))
    sizes = pd.Series("0-2499", index=rows.area[:1000])
    spreads, noises = statistics.distributions(rows), statistics.noise(rows, sizes)
    found = statistics.calls(rows, sizes, spreads, noises).set_index(["verdict", "rank"])
    assert found.told["higher", 90] == found.told["lower", 90] == 250
    # 2013 to 2018: the median does not move, 5 in 100 are beyond the 95th, half on each side.
    assert [found.told[way, 95] for way in ("up", "down")] == [25, 25]
    assert [found.told[way, 90] for way in ("up", "down")] == [50, 50]
    assert (found.year_from["up", 95], found.year_to["up", 95]) == (2013, 2018)
    wide = noises.assign(p90=4.0)
    found = statistics.calls(rows, sizes, spreads, wide).set_index(["verdict", "rank"])
    assert found.told["higher", 90] == 100  # 4.0 from the median: one in ten on that side


def test_the_nearest_places_and_always_a_public_college():
    import geopandas
    from shapely.geometry import Point

    spot = geopandas.GeoSeries([Point(1.9, 47.9)], crs=4326).to_crs(2154)
    shapes = geopandas.GeoDataFrame({"area": ["QP045901"]}, geometry=spot)
    points = pd.DataFrame(
        {"place": list("abcd"), "sector": ["Privé", "Privé", "Privé", "Public"],
         "longitude": [1.9, 1.91, 1.92, 1.95], "latitude": 47.9}
    )  # fmt: skip
    found = places.near(shapes, "college", points)
    assert found.place.tolist() == ["a", "b", "c", "d"]
    assert found["rank"].tolist() == [1, 2, 3, 4]
    assert found.distance_m.iloc[0] == 0
    assert found.distance_m.iloc[1] == pytest.approx(748, abs=3)  # 0.01° × 111.3 km × cos 47.9°


def test_of_two_schools_as_near_the_first_of_the_list_is_kept():
    """A sort by distance alone would not keep the same one on every processor."""
    codes = [f"QP{i:06d}" for i in range(2000)]
    near = pd.DataFrame(
        {"neighbourhood": codes * 2, "kind": "college", "sector": "Public", "distance_m": 0.0,
         "rank": [1.0] * 2000 + [2.0] * 2000, "ips": [100.0] * 2000 + [80.0] * 2000}
    )  # fmt: skip
    measured = {code: [] for code in catalogue().indicators}
    rows, _ = observed.observations(measured, near.sample(frac=1, random_state=1), set(codes))
    assert set(rows.value[rows.indicator == "ips_college_proche"]) == {100.0}


# --- the real files, where they are --------------------------------------------------------------

needs_real = pytest.mark.skipif(not raw.REAL.is_dir(), reason=raw.NO_REAL)
BUILDS = {
    "first": ({"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"}, []),
    # Another processor too: numpy sorts otherwise without its vector instructions.
    "second": (
        {
            "PYTHONHASHSEED": "2",
            "TZ": "Asia/Tokyo",
            "LC_ALL": "C",
            "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX2 AVX512F",
        },
        [],
    ),
    "whole": ({}, ["--departement", "all"]),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Folders of three builds of the real files, run side by side."""
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-c", "from qpvlib.cli import main; main()", "build"]
    running = {
        name: subprocess.Popen(
            [*command, "--raw", str(raw.REAL), "--tidy", str(folder / name), *options],
            env=os.environ | environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for name, (environment, options) in BUILDS.items()
    }
    told = {name: process.communicate()[1].decode() for name, process in running.items()}
    assert told == dict.fromkeys(BUILDS, "")
    return {name: folder / name for name in BUILDS}


@pytest.mark.acceptance
@needs_real
@pytest.mark.parametrize("name", ["first", "second"])
def test_a_rebuild_is_byte_identical_to_the_committed_tables(built, name):
    committed = {path.name: path.read_bytes() for path in (current().root / "data/tidy").iterdir()}
    found = {path.name: path.read_bytes() for path in built[name].iterdir()}
    assert found.keys() == committed.keys()
    assert [n for n in found if found[n] != committed[n]] == []


@pytest.mark.acceptance
@needs_real
def test_the_whole_of_metropolitan_france(built):
    kept = pd.read_csv(built["whole"] / "neighbourhoods.csv", dtype=str)
    assert len(kept) == 1296
    areas = pd.read_csv(built["whole"] / "areas.csv", dtype=str).set_index("area")
    assert areas.name["2A004"] == "Ajaccio"
    assert areas.name["28134"] == "Dreux"
    assert areas.name["D2A"] == "Corse-du-Sud"
    for name in ("distributions.csv", "noise.csv"):  # the same, whichever neighbourhoods are kept
        committed = current().root / "data/tidy" / name
        assert (built["whole"] / name).read_bytes() == committed.read_bytes()


@pytest.mark.acceptance
@needs_real
def test_the_sixty_of_the_tests_are_as_the_whole_build_gives_them(built):
    assert metropole.text(built["whole"]) == metropole.committed()


@needs_real
def test_two_real_copies_of_an_edition_read_to_the_same_values():
    from qpvlib.tables import reading

    source = catalogue().sources["insee_demo"]
    (entry,) = (entry for entry in source.files if entry.copies)
    found = [
        reading.read_file(source, entry, path, raw.REAL / path)
        for path in (entry.path, *entry.copies)
    ]
    assert [faults for _, faults in found] == [[], []]
    first, second = (rows.drop(columns="LIB_COM", errors="ignore") for rows, _ in found)
    pd.testing.assert_frame_equal(first, second)  # the first copy alone names the communes


# --- nothing of the producers' files in the repository -------------------------------------------


def tracked():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=current().root, capture_output=True, check=False
    )
    if listed.returncode:
        pytest.skip("ce dossier n'est pas un dépôt git : la liste des fichiers suivis manque")
    names = [name for name in listed.stdout.decode().split("\0") if name]
    return [current().root / name for name in names if (current().root / name).is_file()]


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@needs_real
def test_no_producers_file_whole_is_committed():
    received = {digest(path) for path in raw.REAL.rglob("*") if path.is_file()}
    assert [path for path in tracked() if digest(path) in received] == []


@needs_real
def test_no_line_of_a_producers_file_is_committed():
    received = {
        line.strip()
        for path in raw.REAL.rglob("*.csv")
        for line in path.read_bytes().splitlines()
        if len(line.strip()) > 60
    }
    copied = {
        path.name: line
        for path in tracked()
        for line in path.read_bytes().splitlines()
        if line.strip() in received
    }
    assert copied == {}


def test_the_tables_stay_under_3_megabytes():
    folder = current().root / "data/tidy"
    assert sum(path.stat().st_size for path in folder.iterdir()) < 3_000_000


def test_every_table_is_written_with_its_checksum(ready):
    assert run(ready).exit_code == 0
    listed = (ready.tidy / tidy.SUMS).read_text("utf-8")
    assert [line.split()[1] for line in listed.splitlines()] == sorted(sealing.NAMES)
    assert listed == sealing.checksums(ready.tidy, sorted(sealing.NAMES))
