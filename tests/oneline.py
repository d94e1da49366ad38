"""A site of a few files, pages of one line made in the test's own process, without a notebook."""

from concurrent.futures import Future
from contextlib import contextmanager

from tiny import GIEN, HAMEAU

from qpvlib.publishing import batch, jobs, pools
from qpvlib.publishing.job import Outcome
from qpvlib.tables.areas import neighbourhood


def of(codes=None, later=False):
    """A site of five files."""
    first = [] if codes else [jobs.annexes()[0], jobs.table()]
    return [*first, jobs.index(), *map(jobs.diagnosis, map(neighbourhood, codes or [GIEN, HAMEAU]))]


def made(job):
    """A page without a notebook, from inputs that never change."""
    if job.known:
        return Outcome(job, inputs="same", code=job.code, unchanged=True)
    html = f'<meta name="generator" content="qpvlib"><p>{job.file}</p>'.encode()
    return Outcome(job, html, inputs="same", code=job.code)


@contextmanager
def _opened():
    def submit(function, *given):
        future = Future()
        future.set_result((made if function is batch.make else function)(*given))
        return future

    yield submit


def install(monkeypatch):
    """Such pages, until the end of the test; another ``made`` makes others."""
    monkeypatch.setattr(jobs, "of", of)
    monkeypatch.setattr(pools, "processes", lambda *_: pools.Pool(1, _opened))
    monkeypatch.setattr(pools, "warm", lambda: None)
