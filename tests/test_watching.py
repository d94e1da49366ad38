"""``qpv report --watch``: what a saved file touches is made again, and nothing else."""

import gc
import os
import re
import signal
import sys
import time
from types import SimpleNamespace

import pytest
import tiny
from tiny import GIEN, HAMEAU, of_gien

from qpvlib.project import current
from qpvlib.publishing import fresh, inputs, jobs, warm

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
    assert "5 pages" in says()
    workshop.write("diagnostic", "1 + 1")
    assert "2 pages" in says()
    workshop.write("diagnostic", of_gien("1 / 0"))
    assert "1 page (" in (told := says())
    assert "hameau" in told
    assert "cellule 3 : ZeroDivisionError" in watch.stderr.readline()
    rules.write_text(sound + "[", "utf-8")
    assert "Erreur : " in says()
    assert "rules.toml" in says()
    workshop.write("diagnostic", "pass")
    rules.write_text(sound + "# vu\n", "utf-8")
    while "5 pages" not in (told := says()):
        assert told
    phrases = rules.with_name("phrases-site.toml")
    words = phrases.read_text("utf-8")
    for title in ("Portrait", "Image"):  # the second is saved while the first is being made
        phrases.write_text(re.sub(r'^diagnosis = "', f"\\g<0>{title} ", words, flags=re.M), "utf-8")
        time.sleep(0.4)
    while "<title>Image " not in workshop.page(GIEN).read_text("utf-8"):
        assert says()
    assert current().tidy.samefile(workshop.root / "data" / "tidy")
    os.killpg(watch.pid, signal.SIGINT)
    out, err = watch.communicate(timeout=30)
    assert (watch.returncode, out) == (0, "Arrêté : les pages faites restent.\n")
    assert "Traceback" not in err
    assert "0 construite, 5 inchangées" in workshop.run("report", GIEN, HAMEAU).stdout


def test_what_is_loaded_comes_from_one_state_of_the_files(monkeypatch, tmp_path):
    """A file saved while it is: checksums of the new one beside contents of the former."""
    workshop, done = tiny.make(tmp_path), []

    def prepare():
        done.append(inputs.of(jobs.index()))
        if len(done) < 3:
            (workshop.root / "data" / "catalogue" / "a.toml").write_text(str(len(done)))

    monkeypatch.setitem(sys.modules, warm.REHEARSAL, SimpleNamespace(prepare=prepare))
    frozen, enabled = gc.get_freeze_count(), gc.isenabled()
    warm.ready(workshop.project)
    with workshop.project.opened():
        assert inputs.of(jobs.index()) == done[2] != done[1] != done[0]
    gc.unfreeze()
    assert (frozen, enabled) == (0, True)
