"""Runs over real pages: what is rebuilt and what is not, the same bytes anywhere, publication."""

import multiprocessing
import os
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest
import tiny
from tiny import GIEN, HAMEAU, of_gien

from qpvlib.catalogue import QpvError
from qpvlib.project import current
from qpvlib.publishing import ANNEX, annex, inputs, jobs, ledger, pools, proof, sending, site
from qpvlib.tables import sealing
from qpvlib.tables.areas import neighbourhood

DAUPHINE = "QP045009"


def changed(folder, old, new):
    """A copy of the tables where one figure differs."""
    shutil.copytree(current().tidy, folder)
    table = folder / "observations.csv"
    text = table.read_text("utf-8")
    assert text.count(old) == 1
    table.write_text(text.replace(old, new), "utf-8")
    sealing.seal(folder)  # as if qpv build had written it
    return folder


def command(*words, **environ):
    return subprocess.run(
        [sys.executable, "-m", "qpvlib.cli", *map(str, words)],
        env=os.environ | environ, capture_output=True, text=True,
    )  # fmt: skip


@pytest.fixture
def copied(site, tmp_path):
    """The built site, ledger and archive included, elsewhere."""
    shutil.copytree(site, tmp_path / "reports")
    shutil.copy(site.parent / f"{site.name}.zip", tmp_path / "reports.zip")
    return tmp_path / "reports"


# --- incremental ---------------------------------------------------------------------------------

EVERY = {GIEN, DAUPHINE, "index", "synthese", "feuille", "annexe"}
FIGURES = {
    # A year before the leading one, of an indicator that only its own details and trend show.
    "own past year": ("QP045016,2015,taux_pauvrete,2015,", {GIEN}, set()),
    # In the leading year, every page of the département draws it, or quotes it.
    "own leading year": ("QP045016,2015,taux_pauvrete,2019,", EVERY, set()),
    # Gien's commune surrounds its own neighbourhoods alone. The pages on all of them weigh it, and
    # would show it if a need or a proposal moved.
    "commune": ("45155,,taux_pauvrete,2019,", {GIEN, "annexe"}, {"feuille", "index", "synthese"}),
}


def state():
    """By page, the checksum of its inputs and what it shows."""
    wanted = {
        GIEN: jobs.diagnosis(neighbourhood(GIEN)),
        DAUPHINE: jobs.diagnosis(neighbourhood(DAUPHINE)),
        "index": jobs.index(),
        "synthese": jobs.synthesis(),
        "feuille": jobs.roadmap(),
        "annexe": jobs.annexes()[1],
        "demandes": jobs.requests()[0],
    }
    return {
        name: (
            inputs.of(job),
            annex.document("html")
            if job.notebook == ANNEX
            else "".join(e.stamped for e in proof.exhibits(job)),
        )
        for name, job in wanted.items()
    }


@pytest.fixture(scope="module")
def before():
    return state()


@pytest.mark.acceptance
@pytest.mark.parametrize("case", FIGURES)
def test_a_figure_changes_the_inputs_of_exactly_the_pages_it_changes(
    before, tmp_path, opened, case
):
    start, expected, weighed = FIGURES[case]
    table = (current().tidy / "observations.csv").read_text("utf-8")
    row = next(line for line in table.splitlines() if line.startswith(start))
    value = row.split(",")[6]
    opened(
        tidy=changed(tmp_path / "tidy", row, row.replace(f",{value},", f",{float(value) + 3:g},"))
    )
    after = state()
    assert {name for name in before if before[name][0] != after[name][0]} == expected | weighed
    assert {name for name in before if before[name][1] != after[name][1]} == expected


@pytest.mark.acceptance
def test_one_figure_changed_rebuilds_one_page(copied, tmp_path):
    row = f"{GIEN},2015,taux_pauvrete,2015,verified,2019,"
    folder = changed(tmp_path / "tidy", row + "62.5", row + "61.5")
    before = {path.name: path.read_bytes() for path in copied.glob("*.html")}
    done = command("report", "--reports", copied, QPV_TIDY=str(folder))
    assert "1 construite, 26 inchangées" in done.stdout
    after = {path.name: path.read_bytes() for path in copied.glob("*.html")}
    differing = {name for name in after if after[name] != before[name]} - {"registre.html"}
    assert differing == {neighbourhood(GIEN).page}
    assert ledger.read(copied)[neighbourhood(GIEN).page].why == "données ou catalogue"


def test_nothing_changed_imports_nothing_heavy_and_starts_no_kernel(copied):
    program = (
        "import sys, json, atexit\n"
        "heavy = ('pandas', 'jupyter_client', 'papermill', 'nbconvert', 'multiprocessing')\n"
        "atexit.register(lambda: print([m for m in heavy if m in sys.modules]))\n"
        f"from qpvlib.cli import main\nmain(['report', '--reports', {str(copied)!r}])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.splitlines() == ["Rien n'a changé : toutes les pages sont à jour.", "[]"]


@pytest.mark.acceptance
def test_a_page_touched_by_hand_is_made_again(copied):
    path = copied / neighbourhood(HAMEAU).page
    sound = path.read_bytes()
    path.write_bytes(sound.replace(b"Hameau", b"Village"))
    done = command("report", "--reports", copied)
    assert "1 construite, 26 inchangées" in done.stdout
    assert path.read_bytes() == sound
    assert ledger.read(copied)[path.name].why == "page retouchée ou disparue"


def test_a_line_cut_by_a_power_failure_says_nothing(tmp_path):
    whole = ledger.Record("a.html", "A", "A", "published")
    ledger.rewrite(tmp_path, [whole])
    with (tmp_path / ledger.NAME).open("a") as stream:
        stream.write('{"file": "b.html", "area": "B", "na')
    assert ledger.read(tmp_path) == {"a.html": whole}


# --- the same bytes ------------------------------------------------------------------------------


@pytest.mark.acceptance
@pytest.mark.parametrize("kernels", ["ordinary", ""])
def test_the_same_bytes_in_another_folder_time_locale_order_and_kernel(site, tmp_path, kernels):
    root = tmp_path / "ailleurs"
    for name in ("data/catalogue", "data/tidy", "notebooks"):
        shutil.copytree(current().root / name, root / name)
    environ = {
        "QPV_ROOT": str(root), "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7",
        "QPV_KERNELS": kernels,
    }  # fmt: skip
    done = command("report", GIEN, "--jobs", "1", **environ)
    assert done.returncode == 0, done.stderr
    built = {path.name: path.read_bytes() for path in (root / "reports").glob("*.html")}
    del built["registre.html"]
    assert len(built) == 2
    assert {name: (site / name).read_bytes() for name in built} == built


# --- publication ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def failed(tmp_path_factory):
    """A tiny project of two pages and an index, where one failed."""
    workshop = tiny.make(tmp_path_factory.mktemp("failed"), of_gien("1 / 0"))
    assert workshop.run("report", GIEN, HAMEAU).returncode == 1
    return workshop


def test_publication_is_refused_while_a_page_failed_unless_the_number_is_exact(failed, tmp_path):
    for words in ([], ["--accept-failures", "2"]):
        done = failed.run("publish", str(tmp_path / "site"), *words)
        assert done.returncode == 1
        assert "1 page (Champ de la Ville (QP045016)) en échec" in done.stderr
        assert list(tmp_path.iterdir()) == []
    done = failed.run("publish", str(tmp_path / "site"), "--accept-failures", "1")
    assert done.stdout == f"3 pages dans {tmp_path / 'site'}\n"
    names = {path.name for path in (tmp_path / "site").iterdir()}
    assert names == {"index.html", failed.page(GIEN).name, failed.page(HAMEAU).name, sending.MARK}


def test_a_publication_replaces_a_former_one_whole_and_nothing_else(copied, tmp_path):
    target = tmp_path / "site"
    assert sending.publish(copied, target) == 27
    (target / "vieille.html").write_text("d'avant")
    sending.publish(copied, target)
    assert not (target / "vieille.html").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["reports", "reports.zip", "site"]
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("à quelqu'un")
    with pytest.raises(QpvError, match="contient autre chose"):
        sending.publish(copied, tmp_path / "notes")
    assert (tmp_path / "notes" / "a.txt").exists()


def test_a_page_altered_or_unfinished_is_not_published(copied, tmp_path):
    path = copied / neighbourhood(HAMEAU).page
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(
        QpvError, match=r"Absent, ou changé .* 1 fichier \(Le Hameau \(QP045015\)\)"
    ):
        sending.publish(copied, tmp_path / "site")
    ledger.append(copied, ledger.Record(path.name, HAMEAU, "Le Hameau", "pending"))
    with pytest.raises(QpvError, match=r"1 page \(Le Hameau\) à refaire"):
        sending.publish(copied, tmp_path / "site")


@pytest.mark.parametrize("atomic", [True, False])
def test_two_folders_are_exchanged(tmp_path, monkeypatch, atomic):
    if not atomic:
        monkeypatch.setattr(sending, "_exchanged", lambda *_: False)
    new, target = tmp_path / "work" / "site", tmp_path / "site"
    for folder, word in ((new, "neuf"), (target, "vieux")):
        folder.mkdir(parents=True)
        (folder / "a").write_text(word)
    sending.exchange(new, target)
    assert (target / "a").read_text() == "neuf"


# --- any executor --------------------------------------------------------------------------------


@pytest.mark.acceptance
def test_any_executor_will_do(tmp_path, opened):
    workshop = tiny.make(tmp_path)
    opened(workshop.project)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as executor:
        built = site.build([GIEN], workshop.reports, pools.executor(executor, 1))
    assert sorted(built.made) == ["index.html", workshop.page(GIEN).name]
