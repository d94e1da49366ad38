"""Many pages, several at a time: one fails, the others go on; a worker dies, no page is lost."""

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace

from qpvlib.catalogue import QpvError, catalogue
from qpvlib.project import current
from qpvlib.publishing import DOCUMENTS, forked, inputs, machine, states
from qpvlib.publishing.forked import Lost
from qpvlib.publishing.fresh import Broken
from qpvlib.publishing.job import Job, Outcome
from qpvlib.publishing.machine import MachineFault
from qpvlib.publishing.pools import Pool, Submit
from qpvlib.tables import writing

AHEAD = 2  # pages in hand for each worker: none is idle, and the parent holds few results


def make(job: Job) -> Outcome:
    """Execute a job's notebook and export its page; runs in a process of its own.

    Any failure is an outcome, never an exception: the other pages go on.
    """
    forked.limit(catalogue().rule("notebook_seconds"))
    code = states.code(job.notebook)
    if job.code not in ("", code):
        other = f"son programme ou ses paquets ne sont pas ceux d'ici ({code}, et non {job.code})"
        return Outcome(job, cause=other, machine=other)
    depends = _key(job)
    try:
        made = (_document if job.notebook in DOCUMENTS else _page)(job, depends, code)
    except Exception as error:  # whatever it is, the other pages go on
        made = _failed(job, error)
    return replace(made, inputs=depends, code=code)


def keys(jobs: Sequence[Job]) -> list[str]:
    """Checksum of the inputs of each job; empty for tables that cannot even be compared."""
    return [_key(job) for job in jobs]


def _key(job: Job) -> str:
    try:
        return inputs.of(job)
    except Exception:  # the notebook will say where and why
        return ""


def _page(job: Job, depends: str, code: str) -> Outcome:
    from qpvlib.publishing import adding, gate, page, withheld
    from qpvlib.publishing.execution import execute

    def written(added: Sequence[adding.Added]) -> tuple[str, list[str]]:
        notebook = adding.placed(done.notebook, added)
        html = page.signed(
            job.file, lambda state: page.export(notebook, job.page, depends, code, state)
        )
        return html, gate.page(notebook, html, job.page)

    done = execute(current().notebooks / job.notebook, dict(job.parameters))
    added = [adding.run(one, str(dict(job.parameters)["code"])) for one in job.sections]
    start = time.monotonic()
    html, faults = written(added)
    if faults and added:
        added = adding.sound(added, lambda some: written(some)[1])
        html, faults = written(added)
    return Outcome(
        job,
        html=b"" if faults else html.encode(),
        cause="page refusée : " + " ; ".join(faults) if faults else "",
        warnings=(*done.warnings, *(line for one in added for line in one.warnings)),
        lacks=(
            *withheld.lines(job.notebook, done.notebook),
            *(line for one in added for line in one.lacks),
        ),
        start=done.start,
        cells=done.cells,
        export=time.monotonic() - start,
    )


def _document(job: Job, _depends: str, _code: str) -> Outcome:
    """A document without a notebook: written from the same decisions and figures."""
    from qpvlib.publishing import documents

    start = time.monotonic()
    return Outcome(job, documents.written(job), export=time.monotonic() - start)


def _failed(job: Job, error: Exception) -> Outcome:
    """What is told of a page that could not be made."""
    from qpvlib.publishing.execution import Failure

    if isinstance(error, Failure):
        return Outcome(
            job, cell=error.cell, cause=error.cause, notebook=error.notebook, machine=error.machine
        )
    cause = f"{type(error).__name__} : {error}"
    if isinstance(error, QpvError):
        cause = str(error)
    elif isinstance(error, OSError):
        cause = f"{error.filename or 'lecture ou écriture'} : {writing.reason(error)}"
    return Outcome(job, cause=cause[:400], machine=machine.told(error))


def run(jobs: Iterable[Job], pool: Pool) -> Iterator[Outcome]:
    """Make every page, several at a time; outcomes as they come, held no longer than that.

    A process that is killed takes no other page along: its own is made again, alone, as memory may
    have been short; killed again, it is a failure.

    Raises
    ------
    MachineFault
        When the machine, or the cluster, cannot go on: no page has failed for that.
    """
    killed: list[Job] = []
    with pool.open() as submit:
        stale = yield from _unchanged(list(jobs), submit, pool)
        yield from _drained(stale, submit, pool, killed)
    for job in killed:
        with pool.open() as submit:
            yield from _drained([job], submit, pool, None)


def _unchanged(jobs: list[Job], submit: Submit, pool: Pool) -> Generator[Outcome, None, list[Job]]:
    """Outcomes of the pages that are already what their inputs make of them; returns the others.

    A slice that is lost says nothing: its pages are made, and tell why.
    """
    known = [job for job in jobs if job.known]
    slices = [known[i :: pool.workers] for i in range(min(pool.workers, len(known)))]
    same = set()
    for part, future in [(part, _asked(submit, keys, part)) for part in slices]:
        for job, key in zip(part, _told(future, pool), strict=False):
            if key == job.known:
                same.add(job)
                yield Outcome(job, inputs=key, code=job.code, unchanged=True)
    return [job for job in jobs if job not in same]


def _told(future: Future, pool: Pool) -> list[str]:
    try:
        return future.result()
    except Exception as error:
        if _gone(error):
            raise _stopped(pool, error) from None
        return []


def _drained(
    jobs: Iterable[Job], submit: Submit, pool: Pool, killed: list[Job] | None
) -> Iterator[Outcome]:
    """Outcomes until no job waits; ``killed`` receives those to make again, if any may be."""
    waiting, going = deque(jobs), dict[Future, Job]()
    while waiting or going:
        while waiting and len(going) < pool.workers * AHEAD:
            job = waiting.popleft()
            going[_asked(submit, make, job)] = job
        done, _ = wait(going, return_when=FIRST_COMPLETED)
        for future in done:
            outcome = _outcome(going.pop(future), future, pool, killed)
            if outcome:
                yield outcome


def _asked(submit: Submit, function: Callable, given: object) -> Future:
    try:
        return submit(function, given)
    except Exception as error:  # of an executor that is no longer there
        future: Future = Future()
        future.set_exception(error)
        return future


def _outcome(job: Job, future: Future, pool: Pool, killed: list[Job] | None) -> Outcome | None:
    """What became of a job; None when it is to be made again."""
    try:
        outcome = future.result()
    except Exception as error:
        if _gone(error):
            raise _stopped(pool, error) from None
        timed = isinstance(error, Lost) and error.seconds
        if _dead(error) and not timed and killed is not None:
            killed.append(job)
            return None
        outcome = _lost(job, error) if _dead(error) else _failed(job, error)
    if outcome.machine:
        raise MachineFault(f"La machine n'a pas pu finir « {job.name} » : {outcome.machine}.")
    return outcome


def _gone(error: Exception) -> bool:
    """Whether no worker is left, for any page."""
    if isinstance(error, Broken):
        return not error.ready
    return isinstance(error, CancelledError) or (_of_dask(error) and not _dead(error))


def _dead(error: Exception) -> bool:
    """Whether a worker died of this page, or beside it."""
    killed = _of_dask(error) and type(error).__name__ == "KilledWorker"
    return killed or isinstance(error, (Lost, Broken, BrokenProcessPool))


def _of_dask(error: Exception) -> bool:
    return type(error).__module__.partition(".")[0] == "distributed"


def _stopped(pool: Pool, error: Exception) -> MachineFault:
    why = machine.told(error.__cause__ or "") or (pool.local and machine.limits())
    return MachineFault(f"{pool.gone}{f' : {why}' if why else ''}.")


def _lost(job: Job, error: Exception) -> Outcome:
    from qpvlib.publishing.execution import recovered

    if isinstance(error, Lost) and (error.steps or error.seconds):
        return _failed(job, recovered(error))
    return Outcome(job, cause="le processus qui la faisait s'est arrêté")
