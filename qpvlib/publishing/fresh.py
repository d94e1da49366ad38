"""Each call in a fresh process, forked from a warm one: imports and common work are done once.

An :class:`~concurrent.futures.Executor`. It starts one process that imports, forked into a *warm*
one that prepares what calls share, itself forked for each of them: nothing passes from one call to
the next, and a call that is killed, or outlasts its time, takes no other along. What is prepared
can be prepared anew, imports kept. No lock, no socket on the disk, no file: pipes only, so that a
full disk or a long temporary path is nothing to it.

Processes die with the one that asked for them, however that one dies, and take along what they
started (:mod:`.forked`). Imports nothing of the project.
"""

import contextlib
import os
import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from qpvlib.publishing.forked import END, PREPARE

# Before anything of ours is there: where to import from, as the caller does.
PROGRAM = """
import sys
from multiprocessing.connection import Connection
link = Connection(int(sys.argv[1]))
sys.path[:] = link.recv()
from qpvlib.publishing import forked
forked.serve(link)
"""


def available() -> bool:
    """Whether processes can be forked here: not on Windows, nor safely on macOS, whose frameworks
    start threads.
    """
    return sys.platform.startswith(("linux", "freebsd")) and hasattr(os, "fork")


class Broken(Exception):
    """The warm process is no longer there; the cause is what it said, if it could.

    ``ready`` says whether it had been able to take calls.
    """

    ready = False


# --- the caller's side -----------------------------------------------------------------------


class Fresh(Executor):
    """Calls in fresh processes, once :meth:`prepare` has been asked for.

    Parameters
    ----------
    load : callable
        Called once, in the process that imports; it must start no thread.
    environment : mapping, optional
        What the environment of the processes has besides the caller's.

    Attributes
    ----------
    workers : int
        Most processes at once, from the next call on; calls beyond wait.
    """

    def __init__(
        self, load: Callable[[], object], environment: Mapping[str, str] | None = None
    ) -> None:
        self.workers = os.cpu_count() or 1
        self._environment = dict(environment or {})
        here, there = socket.socketpair()
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, str(there.fileno())],
                pass_fds=[there.fileno()],
                env=os.environ | self._environment,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True,  # deaf to the terminal's Ctrl-C: the caller decides
            )  # fmt: skip
        self._link = Connection(here.detach())
        self._link.send(sys.path)
        self._link.send(pickle.dumps(load))
        self._going: dict[int, Future] = {}
        self._numbers, self._lock = count(), threading.Lock()
        self._broken: Broken | None = None
        self._reader = threading.Thread(target=self._read, name="fresh", daemon=True)
        self._reader.start()

    def prepare(
        self, function: Callable[..., object], *given: object, seconds: float = 0,
        environment: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Have the next calls find what ``function`` leaves; those asked for end as they were.

        Parameters
        ----------
        function : callable
            Called once in the warm process, with ``given``; it must start no thread.
        seconds : float, optional
            Most seconds of a call, then killed; 0: no limit.
        environment : mapping, optional
            What the environment of the calls has besides.
        """
        self._environment |= environment or {}
        with self._lock, contextlib.suppress(OSError):
            self._link.send(PREPARE)
            self._link.send(pickle.dumps((seconds, function, given)))

    def submit(self, fn: Callable, /, *args: Any, **kwargs: Any) -> Future:
        """Ask for a call in a process of its own.

        Its future raises what the call raised, ``Lost`` or ``Broken``.
        """
        future: Future = Future()
        future.set_running_or_notify_cancel()  # what is asked for is no longer taken back
        environment = os.environ | self._environment
        call = pickle.dumps((str(Path.cwd()), environment, fn, args, kwargs))
        with self._lock:
            number = next(self._numbers)
            self._going[number] = future
            try:
                if self._broken is None:
                    self._link.send((number, self.workers, call))
            except OSError:
                pass  # it is gone: whoever reads from it is about to say so
            if self._broken is not None:
                self._fail()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; first wait for the calls asked for, unless they are cancelled."""
        if wait and not cancel_futures:
            for future in list(self._going.values()):
                future.exception()
        with contextlib.suppress(OSError):
            # Closing is not enough while our thread reads it: say it too.
            self._link.send(END)
        self._process.wait()
        self._reader.join()
        self._link.close()

    @property
    def alive(self) -> bool:
        """Whether it can be asked for more."""
        return self._broken is None

    def _read(self) -> None:
        broken = Broken()
        with contextlib.suppress(EOFError, OSError):
            while True:
                number, kind, content = self._link.recv()
                if kind == "ready":
                    broken.ready = True
                    continue
                if kind == "broken":
                    broken.__cause__ = pickle.loads(content)
                    break
                with self._lock:
                    future = self._going.pop(number)
                _settle(future, kind, content)
        with self._lock:
            self._broken = broken
            self._fail()

    def _fail(self) -> None:
        while self._going:
            self._going.popitem()[1].set_exception(self._broken)


def _settle(future: Future, kind: str, content: bytes) -> None:
    try:
        value = pickle.loads(content)
    except Exception as error:  # a class that this process cannot import
        kind, value = "raised", error
    if kind == "done":
        future.set_result(value)
    else:
        future.set_exception(value)
