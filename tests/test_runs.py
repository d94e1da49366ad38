"""Runs over real pages: what is rebuilt and what is not, the same bytes anywhere."""

import multiprocessing
import os
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import elsewhere
import pytest
import tiny
from tiny import GIEN, HAMEAU, of_gien

from qpvlib.catalogue import axes
from qpvlib.diagnosis import comparison, findings, portrait
from qpvlib.pages import everyone
from qpvlib.project import current
from qpvlib.publishing import ANNEX, annex, inputs, jobs, ledger, pools, proof, site
from qpvlib.roadmap import answers, stands
from qpvlib.tables import sealing
from qpvlib.tables.areas import neighbourhood

DAUPHINE = "QP045009"
QUESTION = next(iter(axes.declared().patterns))


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


def test_once_the_facts_are_there_no_checksum_compares_anything_again(
    tmp_path, opened, monkeypatch
):
    opened(tidy=shutil.copytree(current().tidy, tmp_path / "tidy"))
    inputs.facts()
    for room, name in ((comparison, "_rows"), (portrait, "portrait"), (findings, "findings")):
        monkeypatch.setattr(room, name, None)
    every = jobs.of(None)
    asked = {(job.page, inputs.TOGETHER.get(job.notebook)) for job in every}
    assert len({inputs.of(job) for job in every}) == len(asked)
    assert set(stands.all_plans()) == set(everyone().area)


def test_facts_of_a_country_are_not_waited_for(tmp_path, opened, monkeypatch):
    opened(tidy=elsewhere.tables(tmp_path / "tidy"))
    monkeypatch.setattr(stands, "all_plans", None)
    inputs.facts()


def test_what_is_decided_meanwhile_is_seen(tmp_path, opened):
    opened(decisions=tmp_path)
    job = jobs.diagnosis(neighbourhood(GIEN))
    before = inputs.of(job)
    for code, changes in ((DAUPHINE, False), (GIEN, True)):
        text = (
            f'[[answer]]\nneighbourhood = "{code}"\nquestion = "{QUESTION}"\nanswer = "Oui."\n'
            'function = "Directrice"\ndate = 2026-01-15\n'
        )
        (tmp_path / answers.FILE).write_text(text, "utf-8")
        assert (inputs.of(job) != before) == changes


def contents(folder):
    """Of each page and of what is behind it, by name."""
    found = [*folder.glob("*.html"), *(folder / "donnees").iterdir()]
    return {path.name: path.read_bytes() for path in found}


@pytest.mark.acceptance
def test_one_figure_changed_rebuilds_one_page_and_what_is_behind_it(copied, tmp_path):
    row = f"{GIEN},2015,taux_pauvrete,2015,verified,2019,"
    folder = changed(tmp_path / "tidy", row + "62.5", row + "61.5")
    before = contents(copied)
    done = command("report", "--reports", copied, QPV_TIDY=str(folder))
    assert "5 construites, 65 inchangées" in done.stdout
    after = contents(copied)
    differing = {name for name in after if after[name] != before[name]} - {"registre.html"}
    page = neighbourhood(GIEN).page
    behind = {page.replace(".html", ".zip"), "synthese.zip", "tableaux.xlsx", "indicateurs.html"}
    assert differing == {page, *behind}
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
    assert "1 construite, 69 inchangées" in done.stdout
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
    done = command("report", GIEN, neighbourhood(GIEN).successor, "--jobs", "1", **environ)
    assert done.returncode == 0, done.stderr
    built = {path.name: path.read_bytes() for path in (root / "reports").glob("*.html")}
    del built["registre.html"]
    assert len(built) == 4  # both perimeters, and their lists
    assert {name: (site / name).read_bytes() for name in built} == built


# --- any executor --------------------------------------------------------------------------------


@pytest.mark.acceptance
@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_any_executor_will_do(tmp_path, opened, kind):
    workshop = tiny.make(tmp_path)
    opened(workshop.project)
    spawned = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
    with spawned if kind == "processes" else ThreadPoolExecutor(2) as executor:
        built = site.build([GIEN], workshop.reports, pools.executor(executor, 1))
    page = workshop.page(GIEN).name
    pack = f"donnees/{page.replace('.html', '.zip')}"
    assert sorted(built.made) == [pack, "index.html", page]


@pytest.mark.acceptance
def test_where_nothing_can_be_forked_ordinary_kernels_make_the_pages(tmp_path):
    """As on Windows: each worker is spawned, and a kernel that dies is the only failure."""
    workshop = tiny.make(tmp_path, of_gien("os._exit(3)"))
    program = (
        "if __name__ == '__main__':\n"
        "    from qpvlib.publishing import fresh\n"
        "    fresh.available = lambda: False\n"
        f"    from qpvlib.cli import main\n    main(['report', '{GIEN}', '{HAMEAU}'])\n"
    )
    (tmp_path / "program.py").write_text(program)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "program.py")], capture_output=True, text=True,
        env=workshop.environ | {"QPV_KERNELS": "ordinary"},
    )  # fmt: skip
    assert "4 pages sur 5" in done.stdout
    assert "(QP045016), cellule 3 : le noyau s'est arrêté : tué, ou mémoire épuisée" in done.stderr
    records = ledger.read(workshop.reports)
    assert records[workshop.page(HAMEAU).name].state == "published"
