"""Where the work goes: this machine's processes, or any executor's; the same function either way.

A pool is a context manager that gives ``submit(function, *arguments)``, as any
``concurrent.futures.Executor`` has it. Each call has a process of its own, wherever it is made.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from qpvlib.project import Project, current
from qpvlib.publishing import fresh, machine, states
from qpvlib.publishing import warm as warming
from qpvlib.publishing.fresh import Fresh

Submit = Callable[..., Future]
# One thread each: processes are as many as cores already. Figures are displayed, in no window.
QUIET = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # the debugger's, else it speaks
}
UNBOUND = 1 << 16  # processes at once: another executor has counted them
SHOWN = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}


@dataclass(frozen=True)
class Pool:
    """A way to get workers: how many, and a context that gives ``submit``.

    ``gone`` is what to say when it disappears in mid-run; ``local``, whether this machine may be
    why; ``notices``, what to say before.
    """

    workers: int
    open: Callable[[], AbstractContextManager[Submit]]
    gone: str = "Le processus qui prépare les pages s'est arrêté"
    local: bool = True
    notices: tuple[str, ...] = ()


# --- this machine ------------------------------------------------------------------------------


@dataclass
class _Warm:
    """The fresh processes of this one, what they were prepared for, the modules they run."""

    fresh: Fresh | None = None
    of: tuple[Project, str] | None = None
    modules: str = ""


_warm, _opening = _Warm(), threading.RLock()


def processes(workers: int | None = None) -> Pool:
    """A process of this machine for each call, as many at once as its cores by default."""
    count = workers or os.cpu_count() or 1
    return Pool(count, lambda: _forked(count) if fresh.available() else _spawned(count))


def warm() -> None:
    """Start the warm process now: it imports while the caller goes on."""
    if fresh.available():
        _fresh()


def cool() -> None:
    """End the warm process, and what it makes."""
    with _opening:
        ended, _warm.fresh, _warm.of = _warm.fresh, None, None
    if ended:
        ended.shutdown(cancel_futures=True)


def _fresh() -> Fresh:
    """Fresh processes over the current project as its files are now."""
    machine.require()
    project = current()
    now, modules = (project, states.shared()), states.modules()
    with _opening:
        if not _warm.fresh or not _warm.fresh.alive or _warm.modules != modules:
            cool()
            _warm.fresh, _warm.modules = Fresh(warming.loaded, QUIET | SHOWN), modules
        if _warm.of != now:
            _warm.fresh.prepare(warming.ready, project)
            _warm.of = now
        return _warm.fresh


def _forked_away() -> None:
    """In a fork of this process: the link of the warm one is not its own."""
    global _opening
    inherited, _opening = _warm.fresh, threading.RLock()
    _warm.fresh = _warm.of = None
    if inherited:
        inherited.abandon()


if fresh.available():
    os.register_at_fork(after_in_child=_forked_away)


@contextmanager
def _forked(workers: int) -> Iterator[Submit]:
    project, pool = current(), _fresh()
    ask = partial(pool.ask, workers, project.environment, within, project)
    try:
        yield ask
    except BaseException:
        cool()  # what is being made will not be asked for
        raise


@contextmanager
def _spawned(workers: int) -> Iterator[Submit]:
    """Where no process can be forked: each imports all, and starts ordinary kernels."""
    project = current()
    with ProcessPoolExecutor(workers, get_context("spawn"), logging.disable) as pool:
        try:
            yield lambda function, *given: pool.submit(within, project, function, *given)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def within(project: Project, function: Callable, *given: object) -> object:
    """Run a function over a project, open in this process."""
    with project.opened():
        return function(*given)


# --- any executor --------------------------------------------------------------------------------


def executor(given: Executor, workers: int) -> Pool:
    """Any executor of the caller's, threads or processes, which stays open."""

    @contextmanager
    def opened() -> Iterator[Submit]:
        project = current()
        yield lambda function, *words: given.submit(apart, project, function, *words)

    return Pool(workers, opened)


def apart(project: Project, function: Callable, *given: object) -> object:
    """Run a function over a project in a process of its own, whatever the worker that asks."""
    if not fresh.available():
        return within(project, function, *given)
    with project.opened():
        ask = partial(_fresh().ask, UNBOUND, project.environment, within, project)
        return ask(function, *given).result()
