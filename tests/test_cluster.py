"""A real Dask scheduler and two real workers on the loopback: same pages, none lost."""

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import tiny
from tiny import GIEN, HAMEAU, of_gien

from qpvlib.project import current
from qpvlib.publishing import fresh, ledger

distributed = pytest.importorskip("distributed", reason="Dask n'est pas installé (extra cluster)")
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not fresh.available(), reason="pas de fork ici"),
]
CODES = [GIEN, HAMEAU, "QP045009", "QP045002"]
BLOCK = re.search(
    r"```sh\n(# sur plusieurs machines.*?)```",
    (current().root / "docs/guide/machines.md").read_text("utf-8"),
    re.S,
)


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


ENVIRON = os.environ | {
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    "DASK_DISTRIBUTED__DASHBOARD__LINK": "",
}
# A worker where what draws is not the same.
STALE = """
import sys
from qpvlib.publishing import states
states.DRAWING = ("babel",)
from distributed.cli.dask_worker import main
main([sys.argv[1], "--nthreads", "1", "--no-nanny"])
"""


@contextmanager
def started(folder, *commands):
    """Processes in the background, ended last first."""
    run = [
        subprocess.Popen(
            words, cwd=folder, env=ENVIRON, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for words in commands
    ]  # fmt: skip
    try:
        yield run
    finally:
        for process in reversed(run):
            process.terminate()
            process.wait(20)


def waited(address, workers):
    with distributed.Client(address, timeout=30, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=60)
        return list(client.nthreads())


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Address of a scheduler with two workers, started by the guide's own lines."""
    port = free_port()
    lines = BLOCK[1].replace("hôte", "127.0.0.1").replace("8786", str(port)).splitlines()
    commands = [["sh", "-c", f"exec {line.rstrip('& ')}"] for line in lines if line.endswith("&")]
    assert len(commands) == 2
    with started(tmp_path_factory.mktemp("dask"), *commands):
        address = f"tcp://127.0.0.1:{port}"
        waited(address, 2)
        yield address


def test_the_guide_tells_it_in_five_lines():
    lines = BLOCK[1].splitlines()
    assert len(lines) == 5
    assert lines[-1].startswith("qpv report --scheduler tcp://")


def test_the_same_pages_and_the_tables_reach_each_worker_once(cluster, tmp_path):
    told = f'open("{tmp_path}/" + code, "w").write(os.environ["QPV_ROOT"])'
    here = tiny.make(tmp_path / "a", told)
    done = here.run("report", *CODES, "--scheduler", cluster)
    assert done.returncode == 0, done.stderr
    roots = {(tmp_path / code).read_text() for code in CODES}
    assert str(here.root) not in roots
    assert len(roots) <= 2
    alone = tiny.make(tmp_path / "b", told)
    alone.run("report", *CODES)
    for code in CODES:
        assert here.page(code).read_bytes() == alone.page(code).read_bytes()
    assert {r.state for r in ledger.read(here.reports).values()} == {"published"}
    again = here.run("report", *CODES, "--scheduler", cluster)
    assert "0 construite, 9 inchangées" in again.stdout


def test_a_worker_killed_in_mid_run_loses_no_page(cluster, tmp_path):
    once = f'import multiprocessing; seen = "{tmp_path}/once"\nif not os.path.exists(seen):\n'
    once += '    open(seen, "w").close()\n    os.kill(multiprocessing.parent_process().pid, 9)'
    workshop = tiny.make(tmp_path / "a", of_gien(once))
    done = workshop.run("report", *CODES, "--scheduler", cluster)
    assert (tmp_path / "once").exists()
    assert done.returncode == 0, done.stderr
    assert {r.state for r in ledger.read(workshop.reports).values()} == {"published"}


def test_a_worker_of_another_version_is_named_and_left_out(tmp_path):
    address = f"tcp://127.0.0.1:{(port := free_port())}"
    workshop = tiny.make(tmp_path / "a")
    stale = [sys.executable, "-c", STALE, address]
    with started(tmp_path, ["dask", "scheduler", "--port", str(port)], stale):
        (left,) = waited(address, 1)
        done = workshop.run("report", *CODES, "--scheduler", address)
        assert done.returncode == 1
        assert f"n'a aucun worker de cette version du programme et des paquets ({left})" in (
            done.stderr
        )
        assert not workshop.page(GIEN).exists()
        with started(tmp_path, ["dask", "worker", address, "--nthreads", "1"]):
            waited(address, 2)
            done = workshop.run("report", *CODES, "--scheduler", address)
    assert done.returncode == 0, done.stderr
    assert f"Laissé de côté, d'une autre version du programme ou des paquets : {left}" in (
        done.stderr
    )
    assert {r.state for r in ledger.read(workshop.reports).values()} == {"published"}


def test_a_scheduler_lost_in_mid_run_is_told_in_a_sentence_and_loses_no_page(tmp_path):
    address = f"tcp://127.0.0.1:{(port := free_port())}"
    here = f'open("{tmp_path}/" + code, "w").close()\nwhile True: time.sleep(1)'
    workshop = tiny.make(tmp_path / "a", of_gien(here))
    workshop.run("report", HAMEAU)
    before = workshop.page(HAMEAU).read_bytes()
    worker = ["dask", "worker", address, "--nthreads", "1", "--death-timeout", "5"]
    with started(tmp_path, ["dask", "scheduler", "--port", str(port)], worker) as processes:
        waited(address, 1)
        run = workshop.start("report", GIEN, HAMEAU, "--scheduler", address)
        while not (tmp_path / GIEN).exists():
            time.sleep(0.05)
        processes[0].kill()
        _, told = run.communicate(timeout=90)
    assert run.returncode == 1
    assert f"L'ordonnanceur {address} a cessé de répondre. Les pages déjà en place" in told
    assert "Traceback" not in told
    assert len(told.strip().split("Erreur : ")[1].splitlines()) == 1
    assert ledger.read(workshop.reports)[workshop.page(GIEN).name].state == "pending"
    assert workshop.page(HAMEAU).read_bytes() == before


def test_a_scheduler_that_does_not_answer_is_told(tmp_path):
    workshop = tiny.make(tmp_path)
    begun = time.monotonic()
    done = workshop.run("report", GIEN, "--scheduler", f"tcp://127.0.0.1:{free_port()}")
    assert done.returncode == 1
    assert "ne répond pas" in done.stderr
    assert "Traceback" not in done.stderr
    assert time.monotonic() - begun < 60
