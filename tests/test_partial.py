"""``qpv build --only``: some indicators anew, the bytes of a whole build, and nothing besides."""

import os
import re
import shutil

import pytest
import raw
from click.testing import CliRunner
from reading import plain

from qpvlib.catalogue import Faults, QpvError, catalogue
from qpvlib.cli import main
from qpvlib.project import current, forget
from qpvlib.tables import construction, sealing
from qpvlib.tables.construction import partial, statistics

POPULATION, REVENUS = "indicators-1-population.toml", "indicators-2-revenus.toml"
COUPLES = """
[couples_sans_enfant]
label = "Couples sans enfant"
noun = "la part des couples sans enfant"
definition = "Part des allocataires en couple et sans enfant."
statement = "{numerator} des {denominator} foyers sont des couples sans enfant ({value})"
theme = "population_familles"
unit = "%"
decimals = 1
favourable = "none"
measure = "share"
inputs = [{ source = "insee_demo", numerator = ["ACSSENF"], denominator = ["A"] }]
noise = { reason = "Un essai." }
"""
FAMILIES = """
[prestations_familiales]
label = "Prestations familiales"
noun = "la part des prestations familiales"
definition = "Part des prestations familiales dans les revenus."
theme = "revenus_pauvrete"
unit = "%"
decimals = 1
favourable = "none"
measure = "value"
part_of = ""
inputs = [{ source = "insee_filosofi_qpv", numerator = ["DISP_PPFAM"] }]
context = [{ source = "insee_filosofi_territoires", numerator = ["PPFAM"] }]
noise = { years = [2017, 2018], reason = "Un essai." }
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A tiny project, its tables built."""
    files = raw.make(tmp_path_factory.mktemp("tiny"))
    with pytest.MonkeyPatch.context() as patch, files.project.opened():
        patch.setattr(statistics, "FEWEST", len(raw.METROPOLITAN))
        construction.build(files.raw, files.tidy)
    return files


@pytest.fixture
def files(whole, tmp_path, monkeypatch, opened):
    """A copy of it whose catalogue may be changed."""
    monkeypatch.setattr(statistics, "FEWEST", len(raw.METROPOLITAN))
    shutil.copytree(whole.project.root, tmp_path / "projet")
    project = opened(type(whole.project).at(tmp_path / "projet"))
    return raw.Files(project, project.raw)


def change(files, name, before, after):
    place = files.catalogue / name
    text = place.read_text("utf-8")
    assert before in text
    place.write_text(text.replace(before, after, 1) if before else text + after, "utf-8")
    forget()


CHANGED = {
    "observations.csv", "distributions.csv", "declarations.csv", "SHA256SUMS", "built.tar.bz2",
}  # fmt: skip


def tables(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


CASES = {
    "one": [(POPULATION, "", COUPLES, "couples_sans_enfant")],
    "each kind at once": [
        (POPULATION, "", COUPLES, "couples_sans_enfant"),
        (REVENUS, "", FAMILIES, "prestations_familiales"),  # around too
        (POPULATION, '["ACAVENF"]', '["ACAVENF", "AC3ENF"]', "couples_enfants"),
        # Of those by which neighbourhoods are alike.
        (REVENUS, "decimals = 1", "decimals = 2", "taux_pauvrete"),
        ("indicators-5-sante.toml", 'source = "eurostat_hopitaux"',
         'source = "eurostat_hopitaux", national = true', "distance_hopital"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_partial_build_gives_the_bytes_of_a_whole_one(files, tmp_path, case):
    for name, before, after, _ in CASES[case]:
        change(files, name, before, after)
    former = tables(files.tidy)
    partial.rebuild(files.raw, files.tidy, [code for *_, code in CASES[case]])
    forget()
    construction.build(files.raw, tmp_path / "whole")
    now = tables(files.tidy)
    assert now == tables(tmp_path / "whole")
    assert sealing.differences() == []
    assert {name for name, content in now.items() if content != former[name]} >= CHANGED


def test_one_that_is_taken_away_leaves_no_row_and_needs_no_file(files, tmp_path):
    former = tables(files.tidy)
    change(files, POPULATION, "", COUPLES)
    partial.rebuild(files.raw, files.tidy, ["couples_sans_enfant"])
    assert tables(files.tidy) != former
    change(files, POPULATION, COUPLES, "")
    partial.rebuild(tmp_path / "nowhere", files.tidy, ["couples_sans_enfant"])
    assert tables(files.tidy) == former


@pytest.mark.acceptance
@pytest.mark.skipif(not raw.REAL.is_dir(), reason=raw.NO_REAL)
@pytest.mark.parametrize("code", ["taux_pauvrete", "couples_enfants", "distance_college"])
def test_what_is_changed_and_changed_back_gives_the_committed_tables(tmp_path, opened, code):
    committed = tables(current().tidy)
    shutil.copytree(current().catalogue.parent, tmp_path / "data")
    project = opened(type(current()).at(tmp_path))
    place = project.catalogue / catalogue().home[code]
    text = place.read_text("utf-8")
    head, section = text.split(f"[{code}]\n")
    place.write_text(f"{head}[{code}]\n{section.replace('decimals = ', 'decimals = 1 + ', 1)}"
                     .replace("1 + 0", "1").replace("1 + 1", "2"), "utf-8")  # fmt: skip
    forget()
    partial.rebuild(raw.REAL, project.tidy, [code])
    forget()
    assert tables(project.tidy) != committed
    place.write_text(text, "utf-8")
    forget()
    partial.rebuild(raw.REAL, project.tidy, [code])
    assert tables(project.tidy) == committed


def test_only_the_files_concerned_are_read(files):
    change(files, POPULATION, "", COUPLES)
    kept = {"insee_demo", *partial.ALWAYS}
    for code, source in catalogue().sources.items():
        for entry in source.files if code not in kept else ():
            (files.raw / entry.path).unlink(missing_ok=True)
    written, said = partial.rebuild(files.raw, files.tidy, ["couples_sans_enfant"])
    assert {path.name for path in written} >= CHANGED
    assert said == []


def test_the_command_says_what_it_wrote_and_the_project_is_sound_again(files):
    change(files, POPULATION, "", COUPLES)
    with pytest.raises(Faults, match=r"\[couples_sans_enfant\] : pas encore dans les tables"):
        sealing.require()
    words = ["build", "--only", "couples_sans_enfant", "--raw", str(files.raw)]
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, "observations.csv" in done.output) == (0, True)
    forget()
    sealing.require()


REFUSED = [
    ("other", "D'autres déclarations ne sont plus celles des tables : couples_enfants (changé). "
     "Ajouter --only couples_enfants, ou tout reconstruire : qpv build --raw DOSSIER."),
    ("rule", "celles des tables : rules.toml (changé). Tout reconstruire : qpv build"),
    ("taken", "celles des tables : enfants_moins_3 (retiré). Ajouter --only enfants_moins_3"),
    ("hand", "observations.csv : changée depuis sa construction : ligne 2"),
    ("typed", "L'indicateur « couples_sans_enfants » n'existe pas. Voulez-vous dire « couples_s"),
    ("file", "Fichier insee/qpv_thematique/DEMO_2022.csv : fichier absent. À prendre sur https://"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "said"), REFUSED)
def test_what_would_not_be_the_whole_build_is_refused_and_nothing_written(files, case, said):
    change(files, POPULATION, "", COUPLES)
    code = "couples_sans_enfant"
    if case == "other":
        change(files, POPULATION, 'numerator = ["ACAVENF"]', 'numerator = ["AC3ENF"]')
    elif case == "rule":
        change(files, "rules.toml", "value = 100", "value = 90")
    elif case == "taken":
        place = files.catalogue / POPULATION
        text = place.read_text("utf-8")
        place.write_text(re.sub(r"\[enfants_moins_3\].*?\n(?=\[)", "", text, flags=re.S), "utf-8")
        forget()
    elif case == "hand":
        place = files.tidy / "observations.csv"
        place.write_text(place.read_text("utf-8").replace("published", "estimated", 1), "utf-8")
    elif case == "typed":
        code += "s"
    else:
        (files.raw / "insee/qpv_thematique/DEMO_2022.csv").unlink()
    before = tables(files.tidy)
    with pytest.raises(QpvError) as error:
        partial.rebuild(files.raw, files.tidy, [code])
    assert said in str(error.value)
    assert tables(files.tidy) == before


def test_a_disk_that_refuses_leaves_the_tables(files, monkeypatch):
    change(files, POPULATION, "", COUPLES)
    before, replace = tables(files.tidy), os.replace

    def full(*given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(partial.tidy, "write", full)
    with pytest.raises(QpvError, match=r"disque plein.*Les tables précédentes"):
        partial.rebuild(files.raw, files.tidy, ["couples_sans_enfant"])
    assert os.replace is replace
    assert tables(files.tidy) == before


# --- qpv try -------------------------------------------------------------------------------------


def attempt(*words):
    done = CliRunner().invoke(main, ["try", *words])
    forget()
    return done


@pytest.fixture
def elsewhere(monkeypatch):
    monkeypatch.delenv("QPV_RAW", raising=False)


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("built", [False, True])
def test_an_indicator_is_tried_whether_it_is_built_or_not_and_nothing_is_written(files, built):
    change(files, POPULATION, "", COUPLES)
    if built:
        partial.rebuild(files.raw, files.tidy, ["couples_sans_enfant"])
        forget()
    before = files.state()
    done = attempt("couples_sans_enfant", "--quartier", "QP045902")
    assert done.exit_code == 0, done.output
    assert files.state() == before
    # ACSSENF of the rank 3 is 1 500, A the sum of four columns of 1 500.
    told = plain(done.output)
    assert "QP045902 Quartier QP045902 25,0 %" in told
    assert "1 500 des 6 000 foyers sont des couples sans enfant (25,0 %, fichier" in told
    assert "Bruit : non mesuré. Un essai." in done.output
    assert len(re.findall(r" QP0459\d\d Q", told)) == 9


def test_what_has_no_sentence_of_its_own_is_told_with_its_two_counts(files):
    change(files, POPULATION, "", re.sub("^statement = .*\n", "", COUPLES, flags=re.M))
    done = attempt("couples_sans_enfant", "--raw", str(files.raw))
    said = "part des couples sans enfant : 1 400 sur 5 600 (25,0 %, fichier Insee 2022)"
    assert said in plain(done.output)


def test_what_no_neighbourhood_has_is_refused(files):
    change(files, POPULATION, "", COUPLES)
    folder = files.raw / "insee/qpv_thematique"
    (folder / "data_DEMO_2021_V1_QP.csv").unlink()  # a copy
    for path in folder.glob("*DEMO_*.csv"):
        path.write_bytes(raw.cell(None, "ACSSENF", "")(path.read_bytes().decode()).encode())
    done = attempt("couples_sans_enfant", "--raw", str(files.raw))
    assert done.exit_code == 1
    assert "aucun chiffre dans les 9 quartiers" in done.stderr, done.output


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(("name", "start"), [("a.png", b"\x89PNG"), ("a.svg", b"<svg")])
def test_its_drawing_is_written_where_it_is_asked(whole, tmp_path, name, start):
    image = tmp_path / name
    done = attempt("part_femmes", "--raw", str(whole.raw), "--image", str(image))
    assert (done.exit_code, str(image) in done.output) == (0, True), done.output
    assert image.read_bytes().startswith(start)


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["couple_sans_enfant"], 2, "Voulez-vous dire « couples_sans_enfant » ?"),
        (["couples_sans_enfant", "--image", "a.pdf"], 2, "attend un fichier .png ou .svg"),
        (["couples_sans_enfant", "--quartier", "QP045999"], 1, "QP045999"),
        (["couples_sans_enfant", "--raw", "nulle-part"], 2, "« nulle-part » n'existe pas"),
        (["couples_sans_enfant"], 1, "DEMO_2021.csv : fichier absent. À prendre sur https"),
    ],
)
def test_what_cannot_be_tried_is_said(files, words, code, said):
    change(files, POPULATION, "", COUPLES)
    if code == 1 and len(words) == 1:
        (files.raw / "insee/qpv_thematique/DEMO_2021.csv").unlink()
    done = attempt(*words)
    assert (done.exit_code, said in done.stderr) == (code, True), done.output


@pytest.mark.parametrize("command", ["try", "build"])
def test_without_a_folder_the_way_to_give_one_is_told(command, opened, tmp_path, monkeypatch):
    monkeypatch.delenv("QPV_RAW", raising=False)
    opened(root=tmp_path, tidy=current().tidy)
    shutil.copytree(current().tidy.parent / "catalogue", tmp_path / "data" / "catalogue")
    done = CliRunner().invoke(main, [command, *(["c2s"] if command == "try" else [])])
    assert (done.exit_code, "--raw DOSSIER" in done.stderr) == (2, True)
    monkeypatch.setenv("QPV_RAW", str(tmp_path / "ailleurs"))
    done = CliRunner().invoke(main, [command, *(["c2s"] if command == "try" else [])])
    assert "ailleurs » n'existe pas" in done.stderr
