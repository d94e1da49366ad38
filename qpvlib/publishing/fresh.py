"""Each call in a fresh process, forked from a warm one: imports and common work are done once.

An :class:`~concurrent.futures.Executor`. It starts one *warm* process, which prepares what calls
share, then forks itself for each of them: nothing passes from one call to the next, and a call
that is killed, or outlasts its time, takes no other along. No lock, no socket on the disk, no file:
pipes only, so that a full disk or a long temporary path is nothing to it.

Processes die with the one that asked for them, however that one dies, and take along what they
started. Imports nothing of the project.
"""

import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from itertools import count
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

# Before anything of ours is there: where to import from, as the caller does.
PROGRAM = """
import sys
from multiprocessing.connection import Connection
link = Connection(int(sys.argv[1]))
sys.path[:] = link.recv()
from qpvlib.publishing import fresh
fresh.serve(link)
"""


def available() -> bool:
    """Whether processes can be forked here: not on Windows, nor safely on macOS, whose frameworks
    start threads.
    """
    return sys.platform.startswith(("linux", "freebsd")) and hasattr(os, "fork")


@dataclass
class Lost(Exception):
    """A call whose process ended without an answer.

    ``seconds`` is the time that it outlasted, if it was that; ``code`` the exit code otherwise,
    negative for a signal; ``steps`` what it had told (:func:`tell`).
    """

    seconds: float = 0
    code: int | None = None
    steps: list = field(default_factory=list, repr=False)


class Broken(Exception):
    """The warm process is no longer there; the cause is what it said, if it could.

    ``ready`` says whether it had been able to take calls.
    """

    ready = False


# --- the caller's side -----------------------------------------------------------------------


class Fresh(Executor):
    """Calls in fresh processes.

    Parameters
    ----------
    prepare : callable
        Called once in the warm process, with ``given``; it must start no thread, and raise nothing.
    seconds : float, optional
        Most seconds of a call, then killed; 0: no limit.
    environment : mapping, optional
        What the environment of the processes has besides the caller's.

    Attributes
    ----------
    workers : int
        Most processes at once, from the next call on; calls beyond wait.
    """

    def __init__(
        self, prepare: Callable[..., object], *given: object, seconds: float = 0,
        environment: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
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
        self._link.send_bytes(pickle.dumps((seconds, prepare, given)))
        self._going: dict[int, Future] = {}
        self._numbers, self._lock = count(), threading.Lock()
        self._broken: Broken | None = None
        self._reader = threading.Thread(target=self._read, name="fresh", daemon=True)
        self._reader.start()

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
            self._link.send(None)
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


# --- the warm process ------------------------------------------------------------------------


@dataclass
class _Child:
    """A call that is being made: its process, the pipe that it answers on, what it told."""

    number: int
    process: BaseProcess
    link: Connection
    end: float
    steps: list = field(default_factory=list)


def serve(link: Connection) -> None:
    """Be the warm process: prepare, then fork for each call, until the caller is gone."""
    try:
        seconds, prepare, given = pickle.loads(link.recv_bytes())
        prepare(*given)
        link.send((None, "ready", b""))
    except BaseException as error:
        with contextlib.suppress(OSError):
            link.send((None, "broken", _pickled(error)))
        raise
    going: dict[Connection, _Child] = {}
    try:
        _served(link, seconds, going)
    except (EOFError, OSError):  # the caller is gone
        pass
    finally:
        for child in going.values():
            end(child.process.pid)


def _served(link: Connection, seconds: float, going: dict[Connection, _Child]) -> None:
    waiting: deque[tuple[int, int, bytes]] = deque()
    while True:
        while waiting and len(going) < waiting[0][1]:
            number, _, call = waiting.popleft()
            _start(link, number, call, seconds, going)
        now = time.monotonic()
        left = min((child.end for child in going.values()), default=now) - now
        timeout = max(left, 0) if seconds and going else None
        for ready in wait([link, *going], timeout):
            if ready is link:
                call = link.recv()
                if call is None:
                    return
                waiting.append(call)
            elif told := _told(going[ready]):
                link.send(told)
                _leave(going.pop(ready))
        for child in [c for c in going.values() if seconds and c.end < time.monotonic()]:
            end(child.process.pid)
            link.send((child.number, "lost", pickle.dumps(Lost(seconds, None, child.steps))))
            _leave(going.pop(child.link))


def _start(
    link: Connection, number: int, call: bytes, seconds: float, going: dict[Connection, _Child]
) -> None:
    context = get_context("fork")
    try:
        mine, its = context.Pipe(duplex=False)
        with its:
            process = context.Process(target=_call, args=(link, its, call))
            process.start()
    except OSError as error:  # no more processes, files, memory: the machine's fault, told as such
        link.send((number, "raised", pickle.dumps(error)))
        return
    going[mine] = _Child(number, process, mine, time.monotonic() + seconds)


def _told(child: _Child) -> tuple[int, str, bytes] | None:
    """The answer of a call, once it has come; None after a step."""
    try:
        kind, content = child.link.recv()
    except (EOFError, OSError):
        child.process.join()
        lost = Lost(0, child.process.exitcode, child.steps)
        return child.number, "lost", pickle.dumps(lost)
    if kind == "step":
        child.steps.append(content)
        return None
    return child.number, kind, content


def _leave(child: _Child) -> None:
    end(child.process.pid)
    child.process.join()
    child.link.close()


# --- one call ----------------------------------------------------------------------------------

_answer: list[Connection] = []


def tell(step: object) -> None:
    """Say how far a call is, for who would ask after its process is lost; nothing elsewhere."""
    for link in _answer:
        link.send(("step", step))


def _call(link: Connection, its: Connection, call: bytes) -> None:
    """Body of a fresh process: silent, in a group of its own, killed whole."""
    os.setsid()
    link.close()
    _silent()
    threading.Thread(target=_follow, name="lifeline", daemon=True).start()
    _answer.append(its)
    try:
        folder, environment, function, given, named = pickle.loads(call)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        answer = "done", pickle.dumps(function(*given, **named))
    except BaseException as error:
        answer = "raised", _pickled(error)
    its.send(answer)


def _pickled(error: BaseException) -> bytes:
    try:
        content = pickle.dumps(error)
        pickle.loads(content)
    except Exception:  # an exception that does not travel: what it says does
        return pickle.dumps(RuntimeError(f"{type(error).__name__} : {error}"))
    return content


def _silent() -> None:
    """Nothing that a call writes reaches the caller's terminal."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _follow() -> None:
    """Die with the warm process, even killed: its end of a pipe then closes."""
    wait([parent_process().sentinel])
    end(os.getpid())


def end(pid: int) -> None:
    """Kill a process, its group and all its descendants, those that left the group included."""
    import psutil

    try:
        family = psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        family = []
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    # Last: it may be our own.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
