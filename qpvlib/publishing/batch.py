"""Many pages, several at a time: one fails, the others go on; a worker dies, no page is lost."""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace

from qpvlib.catalogue import QpvError
from qpvlib.project import current
from qpvlib.publishing import DOCUMENTS, inputs
from qpvlib.publishing.jobs import Job, Outcome
from qpvlib.publishing.pools import Pool, Submit

AHEAD = 2  # pages in hand for each worker: none is idle, and the parent holds few results


def make(job: Job) -> Outcome:
    """Execute a job's notebook and export its page; runs in a worker, here or on a cluster.

    Any failure is an outcome, never an exception: the other pages go on.
    """
    code = inputs.code(job.notebook)
    if job.code not in ("", code):
        cause = f"ce worker a un autre programme ou d'autres paquets ({code}, et non {job.code})"
        return Outcome(job, cause=cause)
    try:
        depends = inputs.of(job)
    except Exception:  # tables that cannot even be compared: the notebook will say where and why
        depends = ""
    if depends and depends == job.known:
        return Outcome(job, inputs=depends, code=code, unchanged=True)
    return replace(_made(job, depends, code), inputs=depends, code=code)


def _made(job: Job, depends: str, code: str) -> Outcome:
    if job.notebook in DOCUMENTS:
        return _document(job)
    from qpvlib.publishing import page
    from qpvlib.publishing.execution import Failure, execute

    try:
        done = execute(current().notebooks / job.notebook, dict(job.parameters))
    except Failure as failure:
        return Outcome(job, cell=failure.cell, cause=failure.cause, notebook=failure.notebook)
    except (QpvError, OSError) as error:
        return Outcome(job, cause=str(error))
    start = time.monotonic()
    html = page.signed(
        job.file, lambda state: page.export(done.notebook, job.page, depends, code, state)
    )
    faults = page.gate(done.notebook, html, job.page)
    return Outcome(
        job,
        html=b"" if faults else html.encode(),
        cause="page refusée : " + " ; ".join(faults) if faults else "",
        warnings=done.warnings,
        start=done.start,
        cells=done.cells,
        export=time.monotonic() - start,
    )


def _document(job: Job) -> Outcome:
    """A document without a notebook: written from the same decisions and figures."""
    from qpvlib.publishing import documents

    start = time.monotonic()
    try:
        content = documents.written(job)
    except Exception as error:  # whatever it is, the other pages go on
        return Outcome(job, cause=_told(error))
    return Outcome(job, content, export=time.monotonic() - start)


def run(jobs: Iterable[Job], pool: Pool) -> Iterator[Outcome]:
    """Make every page, several at a time; outcomes as they come, held no longer than that.

    A worker that dies takes no page along: what was in hand is made again, one page at a time, so
    that the one that kills its worker is known, and is the only failure.
    """
    waiting = deque(jobs)
    while waiting:
        lost: list[Job] = []
        with pool.open() as submit:
            yield from _drained(waiting, submit, pool.workers * AHEAD, lost)
        for job in lost:
            fatal: list[Job] = []
            with pool.open() as submit:
                yield from _drained(deque([job]), submit, 1, fatal)
            yield from (Outcome(j, cause="le processus qui la faisait s'est arrêté") for j in fatal)


def _drained(waiting: deque[Job], submit: Submit, most: int, lost: list[Job]) -> Iterator[Outcome]:
    """Outcomes until no job waits, or until the workers are gone: ``lost`` then names the jobs."""
    going: dict[Future, Job] = {}
    while going or (waiting and not lost):
        while waiting and not lost and len(going) < most:
            job = waiting.popleft()
            try:
                going[submit(make, job)] = job
            except BrokenProcessPool:
                lost.append(job)
        done, _ = wait(going, return_when=FIRST_COMPLETED)
        for future in done:
            job, error = going.pop(future), future.exception()
            if isinstance(error, BrokenProcessPool):
                lost.append(job)
            else:
                yield Outcome(job, cause=_told(error)) if error else future.result()


def _told(error: BaseException) -> str:
    return f"{type(error).__name__} : {error}"[:400]
