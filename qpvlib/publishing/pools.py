"""Where the work goes: this machine's processes, or a cluster's; the same function either way.

A pool is a context manager that gives ``submit(function, *arguments)``, as any
``concurrent.futures.Executor`` has it.
"""

import atexit
import io
import logging
import multiprocessing
import os
import signal
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection, wait
from pathlib import Path

from qpvlib.catalogue import QpvError
from qpvlib.project import Project, current
from qpvlib.publishing import WARM, inputs, kernels

Submit = Callable[..., Future]


@dataclass(frozen=True)
class Pool:
    """A way to get workers: how many, and a context that gives ``submit``."""

    workers: int
    open: Callable[[], AbstractContextManager[Submit]]


# --- this machine ------------------------------------------------------------------------------


def processes(workers: int | None = None) -> Pool:
    """Processes of this machine, as many as its cores by default, forked from a warm one."""
    count = workers or os.cpu_count() or 1
    return Pool(count, lambda: _processes(count))


def warm() -> None:
    """Start the warm process now: it imports while the caller goes on."""
    kernels.warm([WARM], inputs.everything)


@contextmanager
def _processes(workers: int) -> Iterator[Submit]:
    warm()
    method = "forkserver" if kernels.available() else "spawn"
    context = multiprocessing.get_context(method)
    held, lifeline = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, context, _enter, (held,))

    project = current()

    def submit(function: Callable, *given: object) -> Future:
        with kernels.without_main():  # the first calls start the workers
            return pool.submit(within, project, function, *given)

    try:
        yield submit
        pool.shutdown()
    finally:
        # Only this process holds this end: closed, by us or by our death, the workers leave.
        lifeline.close()
        pool.shutdown(cancel_futures=True)
        held.close()


def within(project: Project, function: Callable, *given: object) -> object:
    """Run a function over a project: what a worker, in a process of its own, has open."""
    with project.opened():
        return function(*given)


def _enter(held: Connection) -> None:
    """First thing in a worker: leave Ctrl-C to the parent, never outlive it, and write nothing.

    What libraries log of a notebook that fails, its outcome tells.
    """
    logging.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, args=(held,), name="lifeline", daemon=True).start()


def _follow(held: Connection) -> None:
    wait([held])
    os._exit(1)


def executor(given: Executor, workers: int) -> Pool:
    """Any executor of the caller's, which stays open."""

    @contextmanager
    def opened() -> Iterator[Submit]:
        project = current()
        yield lambda function, *words: given.submit(within, project, function, *words)

    return Pool(workers, opened)


# --- a cluster ---------------------------------------------------------------------------------


def cluster(address: str) -> Pool:
    """The workers of a Dask scheduler (``tcp://host:8786``); the project's files reach each once.

    Raises
    ------
    QpvError
        When Dask is not installed, the scheduler does not answer, or it has no worker.
    """
    try:
        from distributed import Client
    except ImportError:
        raise QpvError(
            "--scheduler demande Dask, qui n'est pas installé : pip install 'qpvlib[cluster]'"
        ) from None
    try:
        client = Client(address, timeout="5s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise QpvError(f"L'ordonnanceur {address} ne répond pas : {error}") from None
    workers = sum(client.nthreads().values())
    if not workers:
        client.close()
        raise QpvError(f"L'ordonnanceur {address} n'a aucun worker : dask worker {address}")

    @contextmanager
    def opened() -> Iterator[Submit]:
        try:
            bundle = client.scatter(packed(), broadcast=True, hash=False)
            pool = client.get_executor()
            yield lambda function, *given: pool.submit(
                elsewhere, bundle, current().scheme, function, *given
            )
        finally:
            client.close()

    return Pool(workers, opened)


def packed() -> bytes:
    """The project's files that a page is made of, as a zip: catalogue, tables, notebooks."""
    folders = {
        "data/catalogue": current().catalogue,
        "data/tidy": current().tidy,
        "data/decisions": current().decisions,
        "data/register": current().register,
        "data/actions": current().root / "data" / "actions",
        "notebooks": current().notebooks,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, folder in folders.items():
            for path in sorted(p for p in folder.glob("*") if p.is_file()):
                archive.writestr(zipfile.ZipInfo(f"{name}/{path.name}"), path.read_bytes())
    return buffer.getvalue()


_one_at_a_time = threading.Lock()


def elsewhere(bundle: bytes, scheme: str, function: Callable, *given: object) -> object:
    """Run a function on another machine, over the project's files that came with it.

    One at a time in a process: papermill changes the folder of all of it. Give workers one
    thread each.
    """
    with _one_at_a_time:
        return within(Project.at(_unpacked(bundle), scheme=scheme), function, *given)


@cache
def _unpacked(bundle: bytes) -> Path:
    """Folder of the unpacked files, once in a process; it goes with the process."""
    folder = tempfile.TemporaryDirectory(prefix="qpv-")
    atexit.register(folder.cleanup)
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        archive.extractall(folder.name)
    return Path(folder.name)
