"""What a run left: any damage is seen and mended, or told; nothing half whole is sent."""

import json
import os
import re
import shutil
import zipfile
from functools import partial

import oneline
import pytest
import tiny
from click.testing import CliRunner
from tiny import GIEN, HAMEAU

from qpvlib.catalogue import QpvError
from qpvlib.cli import main
from qpvlib.project import current
from qpvlib.publishing import jobs, ledger, manifest, proof, sending, site, states
from qpvlib.publishing.job import FILES, Outcome
from qpvlib.tables import sealing
from qpvlib.tables.areas import neighbourhood

INDEX, WORD, TABLE = FILES["index"], FILES["annex_word"], FILES["table"]
PAGE, OTHER = neighbourhood(GIEN).page, neighbourhood(HAMEAU).page
SENT = sorted([INDEX, WORD, TABLE, PAGE, OTHER])
UP_TO_DATE = "Rien n'a changé : toutes les pages sont à jour.\n"


@pytest.fixture(autouse=True)
def light(monkeypatch):
    """Pages of one line, made in this process."""
    oneline.install(monkeypatch)


@pytest.fixture
def reports(tmp_path):
    """A finished folder and its archive."""
    built = site.build(reports=tmp_path / "reports")
    assert sorted(built.made) == SENT
    return built.reports


def held(reports):
    """All that readers get, archive included."""
    files = [reports.with_suffix(".zip"), *(reports / file for file in SENT)]
    return {path.name: path.read_bytes() for path in files}


def report(reports):
    return CliRunner().invoke(main, ["report", "--reports", str(reports)])


# --- damages -------------------------------------------------------------------------------------


def emptied(reports):
    for path in reports.glob("[!.]*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def remove(path):
    path.unlink()


def truncate(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def folder(path):
    path.unlink()
    path.mkdir()


def link(path):
    path.rename(path.with_name("ailleurs"))
    path.symlink_to("ailleurs")


def pipe(path):
    path.unlink()
    os.mkfifo(path)


def line_and_page(reports):
    (reports / PAGE).unlink()
    place = reports / ledger.NAME
    lines = place.read_text("utf-8").splitlines(keepends=True)
    place.write_text("".join(line for line in lines if PAGE not in line), "utf-8")


FILES = [*SENT, site.REGISTER, ledger.NAME, manifest.NAME, "../reports.zip"]
DAMAGES = {
    "emptied": emptied,
    "line and page": line_and_page,
    "no folder of documents": lambda reports: shutil.rmtree(reports / "donnees"),
    "random ledger": lambda reports: (reports / ledger.NAME).write_bytes(b"\xff\0{}\n[1]\n" * 9),
    "empty ledger": lambda reports: (reports / ledger.NAME).write_bytes(b""),
    "archive of one byte": lambda reports: reports.with_suffix(".zip").write_bytes(b"x"),
    "mark of another time": lambda reports: (reports / manifest.NAME).write_text("0123456789ab"),
}
ONE = [remove, truncate, flip, folder, link, pipe]
# Each file of the site one by one is long: the others are for « make acceptance ».
EACH = [
    flip,
    *(pytest.param(spoil, marks=pytest.mark.acceptance) for spoil in ONE if spoil != flip),
]


def _mended(reports, spoil):
    sound = held(reports)
    spoil(reports)
    done = report(reports)
    assert (done.exit_code, done.stderr.count("Erreur")) == (0, 0)
    assert done.stdout != UP_TO_DATE
    assert held(reports) == sound
    assert not (reports / "qp045099-disparu.html").exists()
    assert {r.state for r in ledger.read(reports).values()} == {"published"}
    assert (reports / site.REGISTER).is_file()
    assert report(reports).stdout == UP_TO_DATE


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damage_is_mended_and_then_nothing_is_left_to_do(reports, damage):
    _mended(reports, DAMAGES[damage])


@pytest.mark.parametrize("spoil", EACH)
def test_any_damage_to_any_file_is_mended(reports, spoil):
    for file in FILES:
        _mended(reports, lambda reports, file=file: spoil(reports / file))


@pytest.mark.parametrize("file", FILES)
def test_a_folder_that_holds_something_is_told_and_left(reports, file):
    folder(reports / file)
    (reports / file / "notes.txt").write_text("à quelqu'un")
    done = report(reports)
    assert done.exit_code == 1
    told = done.stderr.splitlines()[-1]
    assert re.search(r"Erreur : « .* » est un dossier, là où .* : qpv report$", told)
    assert (reports / file / "notes.txt").exists()


def test_a_folder_that_is_a_link_is_told_and_nothing_is_written_through_it(reports, tmp_path):
    (reports / "donnees").rename(tmp_path / "ailleurs")
    (reports / "donnees").symlink_to(tmp_path / "ailleurs")
    (tmp_path / "ailleurs" / "objectifs.csv").write_text("à quelqu'un")
    done = report(reports)
    assert done.exit_code == 1
    assert "est un lien, que les pages ne suivent pas. Le déplacer" in done.stderr
    assert (tmp_path / "ailleurs" / "objectifs.csv").read_text() == "à quelqu'un"


@pytest.mark.parametrize(
    "place", [lambda p: p.write_text(""), lambda p: p.symlink_to("nulle-part")]
)
def test_reports_that_are_no_folder_are_told(tmp_path, place):
    place(tmp_path / "reports")
    done = report(tmp_path / "reports")
    assert done.exit_code == 1
    assert re.search(r"Erreur : Écriture impossible dans .* : un fichier est à", done.stderr)


# --- nothing changed -----------------------------------------------------------------------------


def test_nothing_is_read_again_of_what_was_not_touched(reports, monkeypatch):
    monkeypatch.setattr(states, "everything", lambda: pytest.fail("contents were read"))
    monkeypatch.setattr(manifest, "holds", lambda *_: pytest.fail("a page was read"))
    assert report(reports).stdout == UP_TO_DATE


@pytest.fixture
def tables(tmp_path, opened):
    """A copy of the tables, in place of the real ones."""
    shutil.copytree(current().tidy, tmp_path / "tidy")
    return opened(tidy=tmp_path / "tidy").tidy


def test_dates_alone_change_nothing_contents_do(tables, reports):
    for path in (*tables.iterdir(), reports / PAGE, reports.with_suffix(".zip")):
        os.utime(path, ns=(1, 1))
    assert report(reports).stdout == UP_TO_DATE
    table = tables / "observations.csv"
    text, told = table.read_text("utf-8"), table.stat()
    table.write_text(text.replace("2019", "2018", 1), "utf-8")
    sealing.seal(tables)
    assert table.stat().st_size == told.st_size
    assert "5 inchangées" in report(reports).stdout


def test_a_page_that_a_run_leaves_altered_does_not_pass_for_sound(reports, monkeypatch):
    (reports / INDEX).unlink()
    write = site.write

    def meddled(path, content):
        write(path, content)
        if path.name == site.REGISTER:
            flip(reports / PAGE)

    monkeypatch.setattr(site, "write", meddled)
    site.build(reports=reports)
    assert manifest.settled(reports) is None


def test_some_codes_do_not_settle_the_site(reports):
    (reports / OTHER).unlink()
    site.build([GIEN], reports)
    assert report(reports).stdout != UP_TO_DATE


def test_what_the_site_no_longer_has_goes_unless_a_hand_changed_it(reports, monkeypatch):
    monkeypatch.setattr(jobs, "of", lambda *_: [j for j in oneline.of() if j.file in (INDEX, PAGE)])
    (reports / OTHER).write_text("à quelqu'un")
    (reports / INDEX).unlink()
    built = site.build(reports=reports)
    assert built.removed == sorted([TABLE, WORD])
    assert [file for file in SENT if (reports / file).exists()] == sorted([INDEX, PAGE, OTHER])
    assert sending.readers(reports) == [reports / INDEX, reports / PAGE]
    assert report(reports).stdout == UP_TO_DATE


@pytest.mark.parametrize("name", ["lot.2021", "lot.2022", "lot"])
def test_the_archive_bears_the_whole_name_of_its_folder(tmp_path, name):
    assert site.build(reports=tmp_path / name).archive == tmp_path / f"{name}.zip"
    assert (tmp_path / f"{name}.zip").is_file()


def test_a_page_changed_leaves_the_other_members_of_the_archive_as_they_are(reports, monkeypatch):
    before, compressed = reports.with_suffix(".zip").read_bytes(), []
    pack = zipfile.ZipFile.writestr
    monkeypatch.setattr(
        zipfile.ZipFile, "writestr", lambda *words: [compressed.append(words[1]), pack(*words)]
    )
    real = oneline.made
    other = partial(Outcome, html=b"<p>autre</p>" * 9, inputs="other", code=states.code(""))
    monkeypatch.setattr(oneline, "made", lambda job: (other if job.file == PAGE else real)(job))
    flip(reports / PAGE)
    place = site.build(reports=reports).archive
    assert [entry.filename for entry in compressed] == [f"reports/{PAGE}"]
    with zipfile.ZipFile(place) as held:
        assert held.testzip() is None
        assert {name: held.read(name) for name in held.namelist()} == {
            f"reports/{file}": (reports / file).read_bytes() for file in SENT
        }
    monkeypatch.setattr(oneline, "made", real)
    flip(reports / PAGE)
    assert site.build(reports=reports).archive.read_bytes() == before


@pytest.mark.parametrize("file", ["../dehors.html", "/etc/passwd", "a/../../b", "lien/a.html",
                                  "lien.html", "", 3, None, "a\0b", "..\\a"])  # fmt: skip
def test_a_line_cannot_lead_outside_the_folder(reports, tmp_path, file):
    (tmp_path / "dehors.html").write_text("à quelqu'un")
    (reports / "lien").symlink_to(tmp_path)
    (reports / "lien.html").symlink_to(tmp_path / "dehors.html")
    line = json.dumps({"file": file, "area": "", "name": "", "state": "published"})
    with (reports / ledger.NAME).open("a") as stream:
        stream.write(line + "\n")
    assert sorted(ledger.read(reports)) == SENT


def test_a_check_finds_what_size_and_date_hide(reports, monkeypatch):
    monkeypatch.setattr(proof, "page_defects", lambda *_: [])  # of the figures, nothing to say
    assert proof.defects(reports) == []
    for place in (reports / PAGE, reports.with_suffix(".zip")):
        told = place.stat()
        flip(place)
        os.utime(place, ns=(told.st_atime_ns, told.st_mtime_ns))
    assert report(reports).stdout == UP_TO_DATE
    assert [line.split(" : ")[0] for line in proof.defects(reports)] == [PAGE, "reports.zip"]


# --- what may be sent ----------------------------------------------------------------------------


def test_what_is_sent_is_what_was_built(reports):
    assert sending.readers(reports) == [reports / file for file in SENT]


@pytest.mark.parametrize("spoil", ONE)
def test_nothing_altered_is_sent(reports, spoil, tmp_path):
    for file in [*SENT, ledger.NAME]:
        other = tmp_path / "copie"
        shutil.copytree(reports, other)
        spoil(other / file)
        with pytest.raises(QpvError, match=r"Absent, ou changé .* : 1 fichier \(.*qpv report"):
            sending.readers(other)
        shutil.rmtree(other)


@pytest.mark.parametrize("then", [[], [HAMEAU]])
@pytest.mark.parametrize("spoil", [line_and_page, emptied])
def test_half_a_site_is_not_sent(reports, spoil, then):
    spoil(reports)
    if then:  # a run over some codes does not make the others whole
        site.build(then, reports)
    with pytest.raises(QpvError, match="D'abord : qpv report"):
        sending.readers(reports)


def test_pages_whose_ledger_is_lost_are_not_left_out(reports):
    (reports / ledger.NAME).unlink()
    (reports / manifest.NAME).unlink()
    site.build([GIEN], reports)
    with pytest.raises(QpvError, match=OTHER):
        sending.readers(reports)


def test_of_some_codes_what_was_asked_for_is_sent(tmp_path):
    reports = tmp_path / "reports"
    site.build([GIEN], reports)
    assert [path.name for path in sending.readers(reports)] == sorted([INDEX, PAGE])
    site.build([HAMEAU], reports)
    assert [path.name for path in sending.readers(reports)] == sorted([INDEX, PAGE, OTHER])
    flip(reports / PAGE)
    built = site.build([HAMEAU], reports)
    assert built.spoilt == [PAGE]
    built.archive.unlink()
    site.build([HAMEAU], reports)
    with zipfile.ZipFile(built.archive) as pack:
        assert pack.namelist() == [f"reports/{name}" for name in (INDEX, OTHER)]


def test_a_failure_leaves_nothing_settled_and_its_notice_is_a_page(reports, monkeypatch):
    failing = partial(Outcome, cause="en panne", inputs="same")
    real = oneline.made
    monkeypatch.setattr(
        oneline, "made", lambda job: failing(job) if job.file in (PAGE, WORD) else real(job)
    )
    for file in (PAGE, WORD):
        flip(reports / file)
    for _ in range(2):
        assert report(reports).exit_code == 1
    assert sending.readers(reports) == [reports / file for file in SENT if file != WORD]
    flip(reports / PAGE)
    with pytest.raises(QpvError, match="Absent, ou changé"):
        sending.readers(reports)


# --- what is not ours ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../reports.zip", "index.html", PAGE])
def test_a_first_run_writes_over_no_file_of_another(tmp_path, name):
    workshop = tiny.make(tmp_path)
    workshop.reports.mkdir()
    place = workshop.reports / name
    place.write_text("<p>à moi</p>")
    done = workshop.run("report", GIEN)
    assert (done.returncode, place.read_text()) == (1, "<p>à moi</p>")
    assert f"« {place.resolve()} »" in done.stderr
    assert "Le déplacer, puis relancer : qpv report" in done.stderr
