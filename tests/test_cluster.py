"""A real Dask scheduler and two real workers on the loopback: same pages, none lost."""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import tiny
from tiny import GIEN, HAMEAU, of_gien

from qpvlib.project import current
from qpvlib.publishing import kernels, ledger

distributed = pytest.importorskip("distributed", reason="Dask n'est pas installé (extra cluster)")
pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not kernels.available(), reason="pas de fork ici"),
]
CODES = [GIEN, HAMEAU, "QP045009", "QP045002"]
BLOCK = re.search(
    r"```sh\n(# sur plusieurs machines.*?)```",
    (current().root / "README.md").read_text("utf-8"),
    re.S,
)


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Address of a scheduler with two workers, started by README's own lines."""
    port, folder = free_port(), tmp_path_factory.mktemp("dask")
    lines = BLOCK[1].replace("hôte", "127.0.0.1").replace("8786", str(port)).splitlines()
    started = [line for line in lines if line.endswith("&")]
    assert len(started) == 2
    environ = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DASK_DISTRIBUTED__DASHBOARD__LINK": "",
    }
    run = [
        subprocess.Popen(
            ["sh", "-c", f"exec env {line.rstrip('& ')}"], cwd=folder, env=environ,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )
        for line in started
    ]  # fmt: skip
    address = f"tcp://127.0.0.1:{port}"
    try:
        with distributed.Client(address, timeout=30) as client:
            client.wait_for_workers(2, timeout=60)
        yield address
    finally:
        for process in reversed(run):
            process.terminate()
            process.wait(20)


def test_readme_tells_it_in_five_lines():
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
    assert "0 construite, 5 inchangées" in again.stdout


def test_a_worker_killed_in_mid_run_loses_no_page(cluster, tmp_path):
    once = f'import multiprocessing; seen = "{tmp_path}/once"\nif not os.path.exists(seen):\n'
    once += '    open(seen, "w").close()\n    os.kill(multiprocessing.parent_process().pid, 9)'
    workshop = tiny.make(tmp_path / "a", of_gien(once))
    done = workshop.run("report", *CODES, "--scheduler", cluster)
    assert (tmp_path / "once").exists()
    assert done.returncode == 0, done.stderr
    assert {r.state for r in ledger.read(workshop.reports).values()} == {"published"}


def test_a_worker_with_another_programme_is_refused(cluster, tmp_path):
    workshop = tiny.make(tmp_path / "a")
    program = (
        "from qpvlib.publishing import inputs\n"
        "inputs.DRAWING = ('babel',)\n"
        f"from qpvlib.cli import main\nmain(['report', '{GIEN}', '--scheduler', '{cluster}'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=workshop.environ, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "ce worker a un autre programme ou d'autres paquets" in done.stderr


def test_a_scheduler_that_does_not_answer_is_told(tmp_path):
    workshop = tiny.make(tmp_path)
    begun = time.monotonic()
    done = workshop.run("report", GIEN, "--scheduler", f"tcp://127.0.0.1:{free_port()}")
    assert done.returncode == 1
    assert "ne répond pas" in done.stderr
    assert "Traceback" not in done.stderr
    assert time.monotonic() - begun < 60
