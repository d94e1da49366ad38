"""Each call in a fresh process, forked from a warm one: imports and common work are done once.

An :class:`~concurrent.futures.Executor`. It starts one process that imports, forked into a *warm*
one that prepares what calls share, itself forked for each of them: nothing passes from one call to
the next, and a call that is killed, or outlasts its time, takes no other along. What is prepared
can be prepared anew, imports kept. No file, no socket with a name, no shared memory: a full disk or
a long temporary path is nothing to it.

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

from qpvlib.publishing.forked import PREPARE, end

PATIENCE = 10  # seconds for the processes to end by themselves

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
    """

    def __init__(
        self, load: Callable[[], object], environment: Mapping[str, str] | None = None
    ) -> None:
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
        self._numbers = count()
        self._lock = threading.Lock()  # of what goes; never held while sending
        self._sending = threading.Lock()  # of the link: the warm process may be sending too
        self._broken: Broken | None = None
        self._reader = threading.Thread(target=self._read, name="fresh", daemon=True)
        self._reader.start()

    def prepare(self, function: Callable[..., object], *given: object) -> None:
        """Have the next calls find what ``function`` leaves; those asked for end as they were.

        It is called once in the warm process, with ``given``; it must start no thread.
        """
        self._send(PREPARE, pickle.dumps((function, given)))

    def submit(self, fn: Callable, /, *args: Any, **kwargs: Any) -> Future:
        """Ask for a call in a process of its own.

        Its future raises what the call raised, ``Lost`` or ``Broken``.
        """
        return self.ask(os.cpu_count() or 1, {}, fn, *args, **kwargs)

    def ask(
        self, most: int, environment: Mapping[str, str], fn: Callable, /, *args: Any, **kwargs: Any
    ) -> Future:
        """The same, where ``most`` processes at once are enough for it not to wait.

        ``environment`` is what that of the call has besides.
        """
        future: Future = Future()
        future.set_running_or_notify_cancel()  # what is asked for is no longer taken back
        around = os.environ | self._environment | environment
        call = pickle.dumps((str(Path.cwd()), around, fn, args, kwargs))
        with self._lock:
            number = next(self._numbers)
            self._going[number] = future
            if self._broken is not None:
                self._fail()
                return future
        self._send((number, most, call))
        return future

    def _send(self, *messages: object) -> None:
        # Gone: whoever reads from it is about to say so.
        with self._sending, contextlib.suppress(OSError):
            for message in messages:
                self._link.send(message)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; first wait for the calls asked for, unless they are cancelled."""
        if self._link.closed:
            return
        if wait and not cancel_futures:
            for future in list(self._going.values()):
                future.exception()
        # Both ways, and no farewell: a send that Ctrl-C cut would make it part of a message.
        with (
            socket.socket(fileno=os.dup(self._link.fileno())) as link,
            contextlib.suppress(OSError),
        ):
            link.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            end(self._process.pid)
            self._process.wait()
        self._reader.join()
        self._link.close()

    def abandon(self) -> None:
        """In a fork of the caller: leave the link to the one that it belongs to."""
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
