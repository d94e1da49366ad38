"""Pages as PDF (``qpv report --pdf``): by the machine's Chromium, one for the whole batch.

A PDF is of the very bytes of its page, whose checksum its record holds as its inputs. That of a
page that changed is no longer of the site: it is printed again, or removed.
"""

import asyncio
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from qpvlib.catalogue import QpvError, catalogue
from qpvlib.publishing import ledger, manifest
from qpvlib.publishing.job import Job, Outcome
from qpvlib.publishing.ledger import Record

if TYPE_CHECKING:
    from playwright.async_api import Browser

FOLDER = "pdf"  # beside the pages
PRINTED = ("diagnostic.ipynb", "synthese.ipynb", "feuille_de_route.ipynb")  # what is sent to people
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
TABS = 4  # at most: each is a process of a hundred megabytes
TEXTS = "found => found.map(one => one.innerText)"
MISSING = (
    "Aucun PDF : il manque playwright ou pypdf, qui ne s'installent qu'à la demande : "
    'pip install "qpvlib[pdf]" ; dans un clone, make pdf.'
)
LEFT = "Les pages, elles, sont en place."
AGAIN = "Relancer : qpv report --pdf"
Done = Callable[[Outcome, int, int], None]


class Unprinted(QpvError):
    """No PDF, or no more of them: no Chromium, or one that stopped."""


def place(file: str) -> str:
    """Name of the PDF of a page.

    >>> place("synthese.html")
    'pdf/synthese.pdf'
    """
    return f"{FOLDER}/{PurePosixPath(file).stem}.pdf"


def of(jobs: Iterable[Job]) -> list[Job]:
    """The jobs of the PDF of those pages that are printed."""
    return [
        Job(f"{job.name}, PDF", place(job.file), job.notebook, (("page", job.file),), job.page)
        for job in jobs
        if job.notebook in PRINTED
    ]


def page_of(job: Job) -> str:
    """Name of the page that a job prints."""
    return str(dict(job.parameters)["page"])


def due(jobs: Iterable[Job], records: Mapping[str, Record]) -> list[Job]:
    """Those that the ledger has not; a page in failure is not printed."""
    return [
        job
        for job in jobs
        if job.file not in records and records[page_of(job)].state == "published"
    ]


def sound(reports: Path, records: Mapping[str, Record], pages: Iterable[str]) -> set[str]:
    """Those PDFs of the ledger that are whole, and of pages as they are now."""
    return {
        pdf.file
        for file in pages
        if (pdf := records.get(place(file)))
        and (page := records.get(file))
        and pdf.inputs == page.page
        and ledger.intact(reports, pdf)
    }


def run(jobs: Sequence[Job], reports: Path, tabs: int, done: Done) -> None:
    """Print pages, several at a time; each outcome is given as it comes.

    Parameters
    ----------
    jobs : sequence of Job
        As ``of`` gives them.
    reports : Path
        Folder of the pages.
    tabs : int
        How many at a time, ``TABS`` at most.
    done : callable
        Called with each outcome, how many are done, how many there are; the inputs of an outcome
        are the checksum of the page printed.

    Raises
    ------
    Unprinted
        Without Chromium, or what drives it; when it stops, or no longer answers. What was given
        by then is whole.
    """
    if not jobs:
        return
    program = _program()
    try:
        import pypdf  # noqa: F401  # with the other or not at all, before anything is opened
        from playwright.async_api import Error
    except ModuleNotFoundError:
        raise Unprinted(f"{MISSING} {LEFT}") from None
    try:
        asyncio.run(_printed(jobs, reports, program, min(tabs, TABS), done))
    except TimeoutError:
        raise Unprinted(f"Chromium ({program}) ne répond plus. {LEFT} {AGAIN}") from None
    except Error:  # in English, and of the driver's own code
        raise Unprinted(f"Chromium ({program}) s'est arrêté. {LEFT} {AGAIN}") from None


def _program() -> str:
    """The Chromium of the machine."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        raise Unprinted(
            "Aucun PDF : c'est le Chromium de la machine qui les imprime, et aucun des programmes "
            f"{', '.join(CHROMIUM)} n'est là. L'installer, par exemple : apt install chromium. "
            f"{LEFT}"
        )
    return found


async def _printed(jobs: Sequence[Job], reports: Path, program: str, tabs: int, done: Done) -> None:
    from playwright.async_api import async_playwright

    waiting, numbers = iter(jobs), count(1)

    async def tab() -> None:
        for job in waiting:
            done(await _outcome(job, reports, browser), next(numbers), len(jobs))

    async with async_playwright() as driver:
        # Each tab its process, else one prints all; a Ctrl-C is ours, who then close the browser.
        browser = await driver.chromium.launch(
            executable_path=program, args=["--process-per-tab"], handle_sigint=False
        )
        try:
            with _stoppable():
                await asyncio.gather(*(tab() for _ in range(tabs)))
        finally:
            await browser.close()


@contextmanager
def _stoppable() -> Iterator[None]:
    """A Ctrl-C cancels the task, which tidies; raised within a step it would break the loop."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    asked = []

    def stop(*_: object) -> None:
        if not asked and task:
            loop.call_soon_threadsafe(task.cancel)
        asked.append(True)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if asked:
            raise KeyboardInterrupt


async def _outcome(job: Job, reports: Path, browser: "Browser") -> Outcome:
    from qpvlib.publishing import pdf

    begun = time.monotonic()
    content = manifest.content(reports / page_of(job))
    async with asyncio.timeout(catalogue().rule("notebook_seconds")):
        page = await browser.new_page(offline=True)
        # Not from its address: links to its neighbours would bear that of this machine.
        await page.set_content(content.decode())
        printed = await page.pdf(
            tagged=True, outline=True, prefer_css_page_size=True, print_background=True
        )
        headings = await page.eval_on_selector_all("h1, h2, h3, h4", TEXTS)
        await page.close()
    whole = await asyncio.to_thread(pdf.settled, printed, headings, f"Chromium {browser.version}")
    seconds = time.monotonic() - begun
    return Outcome(job, whole, inputs=manifest.checksum(content), export=seconds)
