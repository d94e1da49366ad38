"""« Ce qui a changé » on pages: nothing without an edition, a few lines with one, then a link."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from reading import Page, plain, text
from test_editions import CHANGES, HAMEAU, SOURCE, Tables, after, kept, setting

from qpvlib.project import HERE, current, forget
from qpvlib.publishing import batch, inputs, jobs, pools, states
from qpvlib.roadmap import differences, published, readiness
from qpvlib.tables.areas import neighbourhood

DAY, LATER = "2026-01-15", "2026-06-15"
TITLE = "Ce qui a changé depuis l'édition du 15/01/2026"


@pytest.fixture
def editions(tmp_path, opened):
    return opened(decisions=tmp_path / "data" / "decisions").editions


@pytest.fixture(scope="session")
def today():
    return Tables(published.present().tables)


def made(*wanted):
    """Bytes of pages, by file."""
    forget()
    outcomes = list(batch.run(wanted, pools.processes(1)))
    assert [o.cause for o in outcomes if o.failed] == []
    return {outcome.job.file: outcome.html for outcome in outcomes}


def diagnosis(code=SOURCE):
    return jobs.diagnosis(neighbourhood(code))


def block(html, folder):
    """Lines of the block of a page; none without it."""
    (folder / "page.html").write_bytes(html)
    page = Page(folder / "page.html")
    return [text(e) for e in page.root.xpath("//*[@class='since']//*[self::h2|self::h3|self::li"
                                             "|self::p|self::summary]")]  # fmt: skip


@pytest.mark.acceptance
def test_without_an_edition_or_without_a_change_pages_are_the_same_bytes(editions, today):
    bare = made(diagnosis(), jobs.index())
    editions.mkdir(parents=True)
    assert differences.since() is None
    kept(editions, DAY, today)
    assert made(diagnosis(), jobs.index()) == bare


def test_a_page_is_built_again_for_what_it_will_say_and_for_nothing_else(editions, today):
    wanted = diagnosis(), diagnosis(HAMEAU), jobs.synthesis(), jobs.index()
    before, seen = list(map(inputs.of, wanted)), {states.everything()}
    kept(editions, DAY, today)
    assert list(map(inputs.of, wanted)) == before  # it says what they say
    seen.add(states.everything())
    shutil.rmtree(editions)
    forget()
    only = setting("figures", SOURCE, "taux_pauvrete", "2019", value="47.9")
    kept(editions, DAY, after(today, only))
    moved = [new != old for new, old in zip(map(inputs.of, wanted), before, strict=True)]
    assert moved == [True, False, True, True]
    assert len(seen | {states.everything()}) == 3


def test_a_page_says_what_changed_there_and_the_others_stay_as_they_were(editions, today, tmp_path):
    bare = made(diagnosis(HAMEAU))
    only = setting("figures", SOURCE, "taux_pauvrete", "2019", value="47.9")
    kept(editions, DAY, after(today, only))
    pages = made(diagnosis(), diagnosis(HAMEAU), jobs.synthesis(), jobs.index(), jobs.roadmap())
    told = "Chiffre révisé : Taux de pauvreté (2019) : "
    assert block(pages[neighbourhood(SOURCE).page], tmp_path) == [
        TITLE, f"{told}48,4 %, et non plus 47,9 %"
    ]  # fmt: skip
    assert pages.items() >= bare.items()
    assert block(pages["synthese.html"], tmp_path) == [
        TITLE, f"{told}La Source 48,4 %, et non plus 47,9 %"
    ]  # fmt: skip
    assert block(pages["index.html"], tmp_path) == [
        "Depuis l'édition du 15/01/2026, 1 changement : la synthèse les dit tous."
    ]
    assert block(pages["feuille-de-route.html"], tmp_path) == []  # of decisions and axes only


def test_a_diagnosis_has_six_lines_and_says_where_the_rest_is(editions, today, tmp_path):
    codes = [i for a, i, y in today["figures"] if (a, y) == (SOURCE, "2018")][:8]
    moved = [setting("figures", SOURCE, code, "2018", value="99.9", count="") for code in codes]
    kept(editions, DAY, after(today, *moved, CHANGES["threshold"][0]))
    pages = made(diagnosis(), jobs.synthesis())
    title, *lines, more = block(pages[neighbourhood(SOURCE).page], tmp_path)
    assert (title, len(lines)) == (TITLE, 6)
    assert more == "Et 3 autres changements : la synthèse les dit tous."
    title, *lines = block(pages["synthese.html"], tmp_path)
    assert (len(lines), lines[6]) == (10, "Et 3 autres changements")
    assert b'id="ce-qui-a-change"' in pages["synthese.html"]


@pytest.mark.acceptance
def test_once_kept_an_edition_is_what_its_pages_say_and_they_do_not_move(editions, today):
    """Built, published, kept: built again from what was kept, the pages are the published ones."""
    kept(editions, DAY, after(today, CHANGES["threshold"][0]))
    online = made(diagnosis(), jobs.index())
    assert b"01/2026" in online["index.html"]
    kept(editions, LATER, today)
    assert made(diagnosis(), jobs.index()) == online


@pytest.mark.acceptance
def test_a_clone_with_the_same_editions_gives_the_same_bytes(editions, today, tmp_path):
    kept(editions, DAY, after(today, CHANGES["threshold"][0], CHANGES["revised"][0]))
    here = made(diagnosis(), jobs.index())
    clone, ours = tmp_path / "clone", ["git", "ls-files", "-z"]
    listed = subprocess.run(ours, cwd=HERE, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / name, clone / name)
    shutil.copytree(editions, clone / "data" / "editions")
    words = [sys.executable, "-m", "qpvlib.cli", "report", SOURCE]
    environ = {"PATH": str(Path(sys.executable).parent), "PYTHONPATH": str(clone)}
    subprocess.run(words, cwd=clone, env=environ, check=True, capture_output=True)
    assert {name: (clone / "reports" / name).read_bytes() for name in here} == here


def test_an_edition_that_a_hand_changed_forbids_to_build(editions, today):
    place = kept(editions, DAY, today) / "axes.csv"
    place.write_text("neighbourhood,axis\n", "utf-8")
    (fault,) = readiness.declared_faults()
    assert plain(fault).startswith(f"L'édition du {DAY} n'est plus telle")
    assert current().editions == editions
