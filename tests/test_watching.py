"""``qpv report --watch``: what a saved file touches is made again, and nothing else."""

import os
import signal

import pytest
import tiny
from tiny import GIEN, HAMEAU, of_gien

from qpvlib.project import current
from qpvlib.publishing import fresh

pytestmark = pytest.mark.acceptance


def test_only_one_way_to_work_at_once(tmp_path):
    done = tiny.make(tmp_path).run("report", "--watch", "--jobs", "2")
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.skipif(not fresh.available(), reason="pas de fork ici")
def test_a_change_makes_again_what_it_touches_until_ctrl_c(tmp_path):
    workshop = tiny.make(tmp_path)
    rules = workshop.root / "data" / "catalogue" / "rules.toml"
    sound = rules.read_text("utf-8")
    watch = workshop.start("report", "--watch", GIEN, HAMEAU)
    says = watch.stdout.readline
    assert "3 pages" in says()
    workshop.write("diagnostic", "1 + 1")
    assert "2 pages" in says()
    workshop.write("diagnostic", of_gien("1 / 0"))
    assert "1 page : " in (told := says())
    assert "hameau" in told
    assert "cellule 3 : ZeroDivisionError" in watch.stderr.readline()
    rules.write_text(sound + "[", "utf-8")
    assert "Erreur : " in says()
    assert "rules.toml" in says()
    workshop.write("diagnostic", "pass")
    rules.write_text(sound + "# vu\n", "utf-8")
    while "3 pages" not in (told := says()):
        assert told
    assert current().tidy.samefile(workshop.root / "data" / "tidy")
    os.killpg(watch.pid, signal.SIGINT)
    out, err = watch.communicate(timeout=30)
    assert (watch.returncode, out) == (0, "Arrêté : les pages faites restent.\n")
    assert "Traceback" not in err
