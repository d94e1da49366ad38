"""What a batch survives, each fault really made: dead kernels, full disks, Ctrl-C, kill -9."""

import json
import os
import shutil
import signal
import subprocess
import time

import pytest
import tiny
from processes import gone
from tiny import DAUPHINE, GIEN, HAMEAU, VESINE, of_gien

from qpvlib.publishing import fresh, ledger
from qpvlib.tables.writing import WORK

pytestmark = pytest.mark.acceptance
POSIX = pytest.mark.skipif(not fresh.available(), reason="pas de fork ici")
OURS = '<meta name="generator" content="qpvlib"><p>vieux'
WAIT = 'while not os.path.exists(os.environ["HERE"] + "/go"): time.sleep(0.01)'
PIDS = "import multiprocessing; pids = f'{os.getpid()} {multiprocessing.parent_process().pid}'"
MARK = f'{PIDS}\nopen(os.environ["HERE"] + "/pid", "w").write(pids)'
CHILD = """
import subprocess
child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
open(os.environ["HERE"] + "/child", "w").write(str(child.pid))
"""
FAULTS = {
    GIEN: "os.kill(os.getpid(), 9)",
    HAMEAU: f"{CHILD}\nwhile True: time.sleep(1)",
    DAUPHINE: "tout = []\nwhile True: tout.append(bytearray(100_000_000))",
    VESINE: 'raise KeyError("colonne")',
    "QP045010": "import warnings; warnings.warn('obsolète', FutureWarning)",
}


def appeared(path, seconds=60):
    """Wait for a file that a cell writes."""
    end = time.monotonic() + seconds
    while not path.exists() or not path.read_text():
        assert time.monotonic() < end, f"{path.name} n'est jamais apparu"
        time.sleep(0.01)
    return path.read_text()


def states(workshop):
    """Of each page, by its area: the data behind it are of the same."""
    return {
        r.area: r.state for r in ledger.read(workshop.reports).values() if r.file.endswith(".html")
    }


def left(workshop):
    return [path.name for path in workshop.reports.glob(f"{WORK}*")]


# --- one run, a fault in each notebook -----------------------------------------------------------


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """Five neighbourhoods, four of which fail in four ways; limits of 5 seconds and 2 GB."""
    source = "\n".join(
        f'if code == "{code}":\n' + "\n".join(f"    {line}" for line in fault.strip().split("\n"))
        for code, fault in FAULTS.items()
    )
    workshop = tiny.make(
        tmp_path_factory.mktemp("faulty"), source, notebook_seconds=5, kernel_gigabytes=2
    )
    return workshop, workshop.run("report", *FAULTS)


@POSIX
@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (GIEN, "le processus qui l'exécutait s'est arrêté : tué, ou mémoire épuisée"),
        (HAMEAU, "le carnet n'a pas fini en 5 secondes"),
        (DAUPHINE, "MemoryError :"),
        (VESINE, "KeyError : 'colonne'"),
    ],
)
def test_a_notebook_that_fails_is_named_with_its_cell_and_cause_and_kept(faulty, code, cause):
    workshop, done = faulty
    record = ledger.read(workshop.reports)[workshop.page(code).name]
    assert (record.state, record.cell, record.page) == ("failed", 3, "")
    assert record.cause.startswith(cause)
    assert f"({code}), cellule 3 : {cause}" in done.stderr
    kept = json.loads((workshop.reports / record.kept).read_text("utf-8"))
    assert f'code = "{code}"' in "".join(kept["cells"][1]["source"] + kept["cells"][2]["source"])
    assert "Page non actualisée" in workshop.page(code).read_text("utf-8")


@POSIX
def test_failures_leave_the_others_and_exit_with_1(faulty):
    workshop, done = faulty
    assert done.returncode == 1
    assert "7 pages sur 11" in done.stdout
    assert "Traceback" not in done.stderr
    assert states(workshop)["QP045010"] == "published"


@POSIX
def test_the_children_of_a_kernel_that_never_ends_go_with_it(faulty):
    workshop, _ = faulty
    assert gone((workshop.root / "child").read_text(), seconds=1)


@POSIX
def test_a_warning_is_recorded_and_not_published(faulty):
    workshop, done = faulty
    record = ledger.read(workshop.reports)[workshop.page("QP045010").name]
    assert "FutureWarning: obsolète" in record.warnings[0]
    assert "obsolète" not in workshop.page("QP045010").read_text("utf-8")
    assert "Avertissements : La Source (QP045010)" in done.stdout


@POSIX
def test_the_register_tells_failures_and_warnings_in_french(faulty):
    workshop, _ = faulty
    text = (workshop.reports / "registre.html").read_text("utf-8")
    for words in ("7 à jour, 4 en échec", "KeyError", "cellule 3", "FutureWarning", ".echecs/"):
        assert words in text


def test_a_notebook_with_an_error_output_is_refused(tmp_path):
    workshop = tiny.make(tmp_path)
    workshop.write("diagnostic", "1 / 0", tags=("raises-exception",))
    done = workshop.run("report", GIEN)
    assert done.returncode == 1
    assert "cellule 3 : ZeroDivisionError" in done.stderr
    assert states(workshop)[GIEN] == "failed"


# --- runs that are stopped -----------------------------------------------------------------------


@POSIX
@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_a_stopped_run_leaves_no_kernel_and_the_next_one_finishes(tmp_path, signum, code):
    workshop = tiny.make(tmp_path, of_gien(f"{MARK}\n{WAIT}"))
    run = workshop.start("report", HAMEAU, GIEN, "--jobs", "1")
    kernel, worker = appeared(tmp_path / "pid").split()
    os.killpg(run.pid, signum) if signum == signal.SIGINT else run.kill()
    _, told = run.communicate(timeout=30)
    assert run.returncode == code
    assert gone(kernel)
    assert gone(worker)
    assert "Traceback" not in told
    assert code < 0 or "Interrompu : 2 pages sur 5 en place." in told
    assert states(workshop) == {"D45": "published", HAMEAU: "published", GIEN: "pending"}
    (tmp_path / "go").touch()
    done = workshop.run("report", HAMEAU, GIEN)
    assert "5 pages sur 5" in done.stdout
    assert "3 construites, 2 inchangées" in done.stdout
    assert ledger.read(workshop.reports)[workshop.page(GIEN).name].why == "première construction"
    assert left(workshop) == []


@POSIX
def test_a_second_run_says_so_and_exits_with_3(tmp_path):
    workshop = tiny.make(tmp_path, f"{MARK}\n{WAIT}")
    first = workshop.start("report", GIEN)
    appeared(tmp_path / "pid")
    second = workshop.run("report", GIEN)
    assert second.returncode == 3
    assert second.stderr.splitlines()[-1].startswith("Erreur : Une autre exécution construit déjà")
    (tmp_path / "go").touch()
    first.communicate(timeout=30)
    assert first.returncode == 0


@POSIX
def test_a_worker_killed_in_mid_run_loses_no_page(tmp_path):
    killed = 'import multiprocessing; seen = os.environ["HERE"] + "/once"\n'
    killed += "if not os.path.exists(seen):\n"
    killed += '    open(seen, "w").close()\n    os.kill(multiprocessing.parent_process().pid, 9)'
    workshop = tiny.make(tmp_path, of_gien(killed))
    done = workshop.run("report", HAMEAU, GIEN, DAUPHINE)
    assert (tmp_path / "once").exists()
    assert done.returncode == 0
    assert set(states(workshop).values()) == {"published"}


@POSIX
def test_a_page_that_kills_its_worker_is_the_only_failure(tmp_path):
    workshop = tiny.make(
        tmp_path,
        of_gien("import multiprocessing; os.kill(multiprocessing.parent_process().pid, 9)"),
    )
    done = workshop.run("report", HAMEAU, GIEN, DAUPHINE)
    assert done.returncode == 1
    expected = {HAMEAU: "published", GIEN: "failed", DAUPHINE: "published", "D45": "published"}
    assert states(workshop) == expected
    assert "le processus qui la faisait s'est arrêté" in done.stderr


# --- disks and folders ---------------------------------------------------------------------------


def confined(workshop, *steps):
    """Shell steps where mounts are this test's own; then what the folder of the pages holds."""
    if not shutil.which("unshare"):
        pytest.skip("unshare est absent : pas de disque à remplir")
    report = " ".join(workshop.command("report", GIEN, HAMEAU, "--jobs", "1"))
    script = "; ".join([*steps, report, "echo code $?", "ls -A $HERE/reports"])
    return subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
        env=workshop.environ, capture_output=True, text=True,
    )  # fmt: skip


@POSIX
def test_a_full_disk_is_told_and_nothing_half_written(tmp_path):
    huge = f'"é" * (150_000 if code == "{GIEN}" else 1)'
    workshop = tiny.make(
        tmp_path,
        f'qpv.pages.cells.exhibit(qpv.neighbourhood(code), "x", "<p>" + {huge} + "</p>")',
    )
    workshop.reports.mkdir()
    old = workshop.page(GIEN).name
    done = confined(
        workshop,
        "mount -t tmpfs -o size=160k none $HERE/reports",
        f"echo '{OURS}' > $HERE/reports/{old}",
    )
    assert "code 1" in done.stdout
    assert "disque plein" in done.stderr
    assert "Traceback" not in done.stderr
    assert old in done.stdout
    assert WORK not in done.stdout


@POSIX
def test_a_read_only_folder_is_told_before_any_kernel_starts(tmp_path):
    workshop = tiny.make(tmp_path, MARK)
    workshop.reports.mkdir()
    done = confined(workshop, "mount -t tmpfs -o ro none $HERE/reports")
    assert "code 1" in done.stdout
    assert "disque en lecture seule" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "pid").exists()


def test_a_folder_removed_in_mid_run_is_filled_again(tmp_path):
    seen = 'seen = os.environ["HERE"] + "/once"\nif not os.path.exists(seen):\n'
    seen += '    open(seen, "w").close()\n    import shutil; shutil.rmtree(seen[:-4] + "reports")'
    workshop = tiny.make(tmp_path, of_gien(seen))
    done = workshop.run("report", HAMEAU, GIEN, "--jobs", "1")
    assert done.returncode == 0
    assert (tmp_path / "once").exists()
    assert "5 pages sur 5" in done.stdout
    pages = [workshop.page(HAMEAU), workshop.page(GIEN), workshop.reports / "index.html"]
    assert [page.name for page in pages if not page.exists()] == []
    assert set(states(workshop).values()) == {"published"}
