"""Faults of the machine, really made: nothing to the run, or it stops and says so."""

import os
import shlex
import shutil
import signal
import subprocess
import time

import pytest
import tiny
from tiny import GIEN, of_gien

from qpvlib.publishing import fresh, ledger, machine

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not fresh.available(), reason="pas de fork ici"),
]
KEPT = "Les pages déjà en place n'ont pas changé ; une fois réparé, qpv report finira le reste."


def shell(workshop, before, *words, **options):
    """A command after shell words, such as a limit."""
    line = f"{before}; exec {shlex.join(workshop.command(*words))}"
    return subprocess.run(
        ["bash", "-c", line], env=workshop.environ, capture_output=True, text=True, **options
    )


@pytest.mark.parametrize("limit", ["ulimit -n 64", "ulimit -n 24", "ulimit -v 1000000"])
def test_a_small_machine_makes_the_same_page(tmp_path, limit):
    workshop = tiny.make(tmp_path)
    done = shell(workshop, limit, "report", GIEN)
    assert (done.returncode, ledger_states(workshop)) == (0, {"published"})
    assert "3 pages sur 3" in done.stdout


def ledger_states(workshop):
    return {record.state for record in ledger.read(workshop.reports).values()}


@pytest.mark.parametrize(
    ("limit", "cause"),
    [
        ("ulimit -n 12", "trop de fichiers ouverts à la fois. En permettre plus : ulimit -n 1024"),
        ("ulimit -v 375000", "La mémoire est limitée à 366 Mo (ulimit -v) : il en faut 640"),
    ],
)
def test_too_small_a_machine_stops_the_run_and_touches_no_page(tmp_path, limit, cause):
    workshop = tiny.make(tmp_path)
    assert workshop.run("report", GIEN).returncode == 0
    before = workshop.page(GIEN).read_bytes()
    workshop.write("diagnostic", "1 + 1")
    done = shell(workshop, limit, "report", GIEN)
    told = done.stderr.strip().splitlines()[-1]
    assert done.returncode == 1
    assert told.startswith("Erreur : ")
    assert cause in told
    assert told.endswith(KEPT) or "limitée" in told  # which is told before anything starts
    assert "Traceback" not in done.stderr
    assert workshop.page(GIEN).read_bytes() == before


@pytest.mark.parametrize("raised", [
    "raise OSError(28, 'No space left on device')",
    "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (99, 99))\n"
    "x = [open(os.devnull) for _ in range(99)]",
    "raise RuntimeError(\"can't start new thread\")",
])  # fmt: skip
def test_a_cell_that_meets_the_machine_s_limits_stops_the_run(tmp_path, raised):
    workshop = tiny.make(tmp_path)
    assert workshop.run("report", GIEN).returncode == 0
    before = workshop.page(GIEN).read_bytes()
    workshop.write("diagnostic", raised)
    done = workshop.run("report", GIEN)
    assert done.returncode == 1
    assert "La machine n'a pas pu finir « Champ de la Ville (QP045016) »" in done.stderr
    assert workshop.page(GIEN).read_bytes() == before


@pytest.mark.parametrize("kernels", ["", "ordinary"])
def test_a_long_or_full_temporary_folder_is_nothing(tmp_path, kernels):
    workshop = tiny.make(tmp_path / "p")
    place = tmp_path / ("a" * 150)
    place.mkdir()
    environ = f"export TMPDIR={place} QPV_KERNELS={kernels}"
    done = shell(workshop, environ, "report", GIEN)
    assert done.returncode == 0, done.stderr
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("kernels", ["", "ordinary"])
@pytest.mark.parametrize(
    "mount",
    [
        "mount -t tmpfs -o size=4k none $PLACE && head -c 8k /dev/zero > $PLACE/x",
        "mount -t tmpfs -o ro none /dev/shm",
    ],
)
def test_a_full_temporary_folder_or_shared_memory_read_only(tmp_path, mount, kernels):
    """Nothing to a run, which has no need of them; an ordinary kernel says what it lacks."""
    if not shutil.which("unshare"):
        pytest.skip("unshare est absent : pas de disque à remplir")
    workshop = tiny.make(tmp_path / "p")
    assert workshop.run("report", GIEN).returncode == 0
    before = workshop.page(GIEN).read_bytes()
    workshop.write("diagnostic", "1 + 1")
    place = tmp_path / "full"
    place.mkdir()
    script = f"{mount}; exec {shlex.join(workshop.command('report', GIEN))}"
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "bash", "-c", script],
        env=workshop.environ | {"PLACE": str(place), "TMPDIR": str(place), "QPV_KERNELS": kernels},
        capture_output=True, text=True,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    if done.returncode:
        assert kernels
        assert "disque plein" in done.stderr
        assert KEPT in done.stderr
    assert (workshop.page(GIEN).read_bytes() == before) == bool(done.returncode)


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGKILL])
def test_nothing_of_ours_stays_among_the_temporary_files(tmp_path, signum):
    """After Ctrl-C at once; after kill −9 once the next run has begun."""
    place = tmp_path / "temporary"
    place.mkdir()
    here = 'open(os.environ["HERE"] + "/here", "w").close()\nwhile True: time.sleep(1)'
    workshop = tiny.make(tmp_path / "p", of_gien(here))
    run = subprocess.Popen(
        workshop.command("report", GIEN), start_new_session=True,
        env=workshop.environ | {"TMPDIR": str(place), "QPV_KERNELS": "ordinary"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not (workshop.root / "here").exists():
        time.sleep(0.05)
    assert [p.name for p in place.glob(f"{machine.TEMPORARY}*")]
    os.killpg(run.pid, signum)
    run.communicate(timeout=30)
    if signum == signal.SIGKILL:
        workshop.write("diagnostic", "pass")
        assert shell(workshop, f"export TMPDIR={place}", "report", GIEN).returncode == 0
    assert list(place.iterdir()) == []


def test_a_second_ctrl_c_prints_no_traceback(tmp_path):
    here = 'open(os.environ["HERE"] + "/here", "w").close()\nwhile True: time.sleep(1)'
    workshop = tiny.make(tmp_path, of_gien(here))
    run = workshop.start("report", GIEN)
    while not (workshop.root / "here").exists():
        time.sleep(0.05)
    for _ in range(20):
        os.killpg(run.pid, signal.SIGINT)
        time.sleep(0.02)
        if run.poll() is not None:
            break
    _, told = run.communicate(timeout=30)
    assert run.returncode == 130
    assert "Traceback" not in told
    assert "Interrompu" in told
