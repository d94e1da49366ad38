"""Many areas: one page each, in parallel; a failure leaves the others and never looks current."""

import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from qpvlib import paths
from qpvlib.areas import Neighbourhood, neighbourhood, neighbourhoods
from qpvlib.catalogue import catalogue
from qpvlib.publishing.page import Page

Progress = Callable[["Outcome", int, int], None]


@dataclass(frozen=True)
class Job:
    """One page to make: its notebook, its parameters, its file."""

    name: str
    file: str
    notebook: str
    parameters: tuple[tuple[str, str], ...]
    page: Page


@dataclass(frozen=True)
class Outcome:
    """What became of a job: its HTML, or the cell and the cause of its failure."""

    job: Job
    html: str = ""
    cell: int | None = None
    cause: str = ""
    notebook: str = ""
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """No page came out of it, or one that the gate refused."""
        return bool(self.cause)


def diagnosis_job(place: Neighbourhood) -> Job:
    """The job of one neighbourhood's diagnosis."""
    communes = ", ".join(commune.name for commune in place.communes)
    return Job(
        name=f"{place.name} ({place.code})",
        file=place.page,
        notebook="diagnostic.ipynb",
        parameters=(("code", place.code),),
        page=Page(
            title=f"{place.name}, {communes} : diagnostic de quartier",
            description=f"Diagnostic du quartier prioritaire {place.name} à {communes}"
            f" ({place.code}), projet non relu",
            area=place.code,
            foot=f"{place.name}, {communes} ({place.code}) · projet, non relu",
            footer=f"{catalogue().territory['office']}. {place.name} ({place.code}),"
            " projet non relu.",
            links=(("index.html", "Les quartiers"), ("synthese.html", "La synthèse")),
            words=catalogue().rule("first_screen_words"),
        ),
    )


def make(job: Job) -> Outcome:
    """Execute a job's notebook and export its page; runs in a worker process.

    Any failure is an outcome, never an exception: the other pages go on.
    """
    from qpvlib.publishing import page as pages
    from qpvlib.publishing.execution import Failure, execute

    start = time.monotonic()
    try:
        notebook = execute(paths.notebooks() / job.notebook, dict(job.parameters))
    except Failure as failure:
        return Outcome(
            job, "", failure.cell, failure.cause, failure.notebook, time.monotonic() - start
        )
    html = pages.export(notebook, job.page)
    faults = pages.gate(notebook, html, job.page)
    cause = "page refusée : " + " ; ".join(faults) if faults else ""
    return Outcome(job, html, None, cause, "", time.monotonic() - start)


def selected(codes: list[str] | None) -> list[Neighbourhood]:
    """Neighbourhoods by code, each once (None or empty: all).

    Raises
    ------
    QpvError
        For an unknown code, before anything starts.
    """
    if not codes:
        return list(neighbourhoods().values())
    return list({place.code: place for place in map(neighbourhood, codes)}.values())


def run(
    jobs: list[Job], workers: int | None = None, progress: Progress | None = None
) -> list[Outcome]:
    """Make every page, several at a time; outcomes in the order of the jobs."""
    workers = min(workers or os.cpu_count() or 1, max(len(jobs), 1))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        return _gathered(pool, jobs, progress)


def _gathered(pool: Executor, jobs: list[Job], progress: Progress | None) -> list[Outcome]:
    futures = {pool.submit(make, job): job for job in jobs}
    done: dict[Job, Outcome] = {}
    for future in as_completed(futures):
        job = futures[future]
        error = future.exception()
        cause = f"le processus s'est arrêté ({type(error).__name__})" if error else ""
        done[job] = Outcome(job, cause=cause) if error else future.result()
        if progress:
            progress(done[job], len(done), len(jobs))
    return [done[job] for job in jobs]


def write(path: Path, content: str | bytes) -> None:
    """Write a file at once: the old one stays until the new one is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content.encode() if isinstance(content, str) else content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
