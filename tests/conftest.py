"""What several tests share: the site, built once, and a browser."""

import os
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest

from qpvlib.project import current

TERRITORY = ("index", "synthese", "feuille-de-route", "annexe-appel-a-projets")
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
def site(tmp_path_factory):
    """Folder of the whole site, built once; QPV_SITE names one already built."""
    if built := os.environ.get("QPV_SITE"):
        return Path(built).resolve()
    from qpvlib.publishing.site import build

    reports = tmp_path_factory.mktemp("site") / "reports"
    built = build(reports=reports)
    assert built.failures == []
    return reports


@pytest.fixture(scope="session")
def pages(site):
    """Path of each page by its name, those of the whole territory first."""
    first = [site / f"{name}.html" for name in TERRITORY]
    diagnostics = sorted(site.glob("qp*.html")) + sorted(site.glob("qn*.html"))
    return {page.stem: page for page in first + diagnostics}


@pytest.fixture(scope="module")
def chromium():
    """One browser for a module of tests; its absence is a failure in CI, a skip elsewhere."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        reason = "Chromium est absent : les pages n'ont pas été ouvertes dans un navigateur"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()
