"""What several tests share: the site, built once, and a browser."""

import os
import shutil
import signal
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
import reading
import registers
from facts import PLACES

from qpvlib.project import current

os.environ["QPV_TRACE"] = "1"  # an error that nobody foresaw fails a test with its whole trace
# Started in the background, the tests would hand down a Ctrl-C that is ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
TERRITORY = (
    "index",
    "synthese",
    "feuille-de-route",
    "annexe-appel-a-projets",
    "donnees-a-demander",
    "indicateurs",
    "accessibilite",
    "perimetres-2024",
)
# The one with the most words, one with few and a figure of which a bound alone is known, one of
# 2024 whose contour doubles.
DIAGNOSTICS = ("qp045003-le-plateau", "qp045008-lignerolles", "qn04503m-lignerolles-hartiere")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--process-per-tab",  # else all file:// pages share one process, hence one core
]


@pytest.fixture
def opened():
    """Open a project, or the current one with some places elsewhere, for the rest of the test."""
    with ExitStack() as stack:
        yield lambda project=None, **given: stack.enter_context(
            (project or current()).opened(**given)
        )


@pytest.fixture(scope="session")
def metropole_tables(tmp_path_factory):
    """Folder of the tables of sixty metropolitan QPV (``tests/data/metropole.csv.gz``)."""
    import metropole

    return metropole.tables(tmp_path_factory.mktemp("metropole") / "tidy")


@pytest.fixture
def metropole(metropole_tables, opened):
    """A project whose tables are those of sixty metropolitan QPV, opened."""
    return opened(tidy=metropole_tables)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Folder of the whole site, built once; QPV_SITE names one already built."""
    if built := os.environ.get("QPV_SITE"):
        return Path(built).resolve()
    from qpvlib.publishing.site import build

    reports = tmp_path_factory.mktemp("site") / "reports"
    built = build(reports=reports, later=True)
    assert built.failures == []
    return reports


@pytest.fixture(scope="session")
def pages(site):
    """Path of each page by its name, those of the whole territory first."""
    first = [site / f"{name}.html" for name in TERRITORY]
    diagnostics = sorted(site.glob("qp*.html")) + sorted(site.glob("qn*.html"))
    return {page.stem: page for page in first + diagnostics}


@pytest.fixture(params=sorted(PLACES))
def code(request):
    """Each neighbourhood, for what holds on every diagnostic."""
    return request.param


@pytest.fixture
def page(site, code):
    """A neighbourhood's diagnostic, as the independent reader reads it."""
    return reading.page(site / f"{code.lower()}-{PLACES[code].slug}.html")


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """Folder of the fictitious register, imported as « make demo » does, and needs given beside."""
    from examples import registre_fictif
    from qpvlib.actions import reading, register

    folder = tmp_path_factory.mktemp("demo")
    registre_fictif.main(folder)
    found = reading.read(folder / "registre-fictif.xlsx")
    with current().opened(register=folder / "registre"):
        register.keep(found, invented=True, when=date(2021, 7, 1))
    registers.needs(folder / "registre" / "priorites.csv", PLACES)
    return folder


@pytest.fixture(scope="session")
def built(demo):
    """The board, the coverage, a diagnosis and the synthesis, with the fictitious register."""
    from qpvlib.publishing import batch, jobs, pools
    from qpvlib.tables.areas import neighbourhood

    with current().opened(register=demo / "registre"):
        wanted = [jobs.board(2021, date(2021, 7, 20)), jobs.coverage(2021)]
        wanted += [jobs.diagnosis(neighbourhood("QP045010")), jobs.synthesis()]
        outcomes = list(batch.run(wanted, pools.processes()))
    assert [o.cause for o in outcomes if o.failed] == []
    outcomes.sort(key=lambda outcome: wanted.index(outcome.job))
    for outcome in outcomes:
        (demo / outcome.job.file).write_bytes(outcome.html)
    return [demo / outcome.job.file for outcome in outcomes]


@pytest.fixture(scope="session")
def program():
    """The machine's Chromium; its absence is a failure in CI, a skip elsewhere."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        reason = "Chromium est absent : les pages n'ont pas été ouvertes dans un navigateur"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def chromium(program):
    """One browser for a module of tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


# --- pages in a browser --------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["kinds", pytest.param("all", marks=pytest.mark.acceptance)])
def extent(request):
    """One page of each kind, or every page, those of the fictitious register too."""
    return request.param


@pytest.fixture(scope="module")
def shown(pages, extent, request):
    """Path of each page to open, by its name."""
    if extent == "all":
        return pages | {path.stem: path for path in request.getfixturevalue("built")[:2]}
    return {name: pages[name] for name in (*TERRITORY, *DIAGNOSTICS)}


@pytest.fixture(scope="module")
def asked():
    """Every address asked for while the pages were opened."""
    return []


@pytest.fixture(scope="module")
def tabs(shown, chromium, asked):
    """One tab by page, its details open."""
    import browsing

    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.on("request", lambda request: asked.append(request.url))
    tabs = {}
    asked.clear()
    for name, path in shown.items():
        tabs[name] = tab = context.new_page()
        tab.goto(path.as_uri())
        browsing.opened(tab, True)
    yield tabs
    context.close()
