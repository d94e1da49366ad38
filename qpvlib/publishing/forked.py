"""The processes behind :mod:`.fresh`: one that imports, a warm one, a fresh one for each call.

Each dies with the one above it, however that one dies, and takes along what it started. Imports
nothing of the project.
"""

import contextlib
import os
import pickle
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import inf
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

import psutil

PREPARE = "prepare"  # what the caller orders, beside calls
AGAIN = 10  # exit code of a warm process that another replaces


@dataclass
class Lost(Exception):
    """A call whose process ended without an answer.

    ``seconds`` is the time that it outlasted, if it was that; ``code`` the exit code otherwise,
    negative for a signal; ``steps`` what it had told (:func:`tell`).
    """

    seconds: float = 0
    code: int | None = None
    steps: list = field(default_factory=list, repr=False)


@dataclass
class _Child:
    """A call that is being made: its process, the pipe that it answers on, what it told."""

    number: int
    process: BaseProcess
    link: Connection
    seconds: float = 0
    end: float = inf
    steps: list = field(default_factory=list)


def serve(link: Connection) -> None:
    """Be the process that imports: fork a warm one, and another when asked to prepare anew."""
    with _explained(link):
        pickle.loads(link.recv())()
    with contextlib.suppress(EOFError, OSError):  # the caller is gone
        order = link.recv()
        while order == PREPARE:
            warm = get_context("fork").Process(target=_warm, args=(link, link.recv()))
            warm.start()  # it reads the link in our stead, until asked for another
            warm.join()
            order = PREPARE if warm.exitcode == AGAIN else ""


def _warm(link: Connection, asked: bytes) -> None:
    """Body of the warm process: prepare, then fork for each call."""
    with _explained(link):
        prepare, given = pickle.loads(asked)
        prepare(*given)
    link.send((None, "ready", b""))
    calls, again = _Calls(link), False
    try:
        again = calls.made()
    except (EOFError, OSError):  # the caller is gone
        pass
    finally:
        for child in calls.going.values():
            end(child.process.pid)
    sys.exit(AGAIN if again else 0)


@contextlib.contextmanager
def _explained(link: Connection) -> Iterator[None]:
    """Tell the caller why this process ends."""
    try:
        yield
    except BaseException as error:
        with contextlib.suppress(OSError):
            link.send((None, "broken", _pickled(error)))
        raise


class _Calls:
    """The calls of a warm process: those that wait, those that are made."""

    def __init__(self, link: Connection) -> None:
        self.link = link
        self.waiting: deque[tuple[int, int, bytes]] = deque()
        self.going: dict[Connection, _Child] = {}
        self.last = False  # no other call comes before what is prepared anew

    def made(self) -> bool:
        """Make them until the process above ends (False), or asks to prepare anew (True)."""
        above = parent_process().sentinel
        while self.waiting or self.going or not self.last:
            self._start()
            listened = [] if self.last else [self.link]
            for ready in wait([above, *listened, *self.going], self._left()):
                if ready is above:
                    return False
                if ready is self.link:
                    self._asked()
                else:
                    self._hear(self.going[ready])
            self._expire()
        return True

    def _asked(self) -> None:
        asked = self.link.recv()
        if asked == PREPARE:
            self.last = True
        else:
            self.waiting.append(asked)

    def _left(self) -> float | None:
        """Seconds until a call will have outlasted its time; None when none has one."""
        end_ = min((child.end for child in self.going.values()), default=inf)
        return None if end_ == inf else max(end_ - time.monotonic(), 0)

    def _start(self) -> None:
        while self.waiting and len(self.going) < self.waiting[0][1]:
            number, _, call = self.waiting.popleft()
            context = get_context("fork")
            try:
                mine, its = context.Pipe(duplex=False)
                with its:
                    process = context.Process(target=_call, args=(self.link, its, call))
                    process.start()
            except OSError as error:  # no more processes, files, memory: the machine's fault
                self.link.send((number, "raised", pickle.dumps(error)))
            else:
                self.going[mine] = _Child(number, process, mine)

    def _hear(self, child: _Child) -> None:
        """What a call says: a step, its answer, or that it was lost."""
        try:
            kind, content = child.link.recv()
        except (EOFError, OSError):
            child.process.join()
            lost = Lost(0, child.process.exitcode, child.steps)
            kind, content = "lost", pickle.dumps(lost)
        if kind == "step":
            child.steps.append(content)
        elif kind == "limit":
            child.seconds, child.end = content, time.monotonic() + content
        else:
            self._answer(child, kind, content)

    def _expire(self) -> None:
        for child in [*self.going.values()]:
            if child.end < time.monotonic():
                lost = Lost(child.seconds, None, child.steps)
                self._answer(child, "lost", pickle.dumps(lost))

    def _answer(self, child: _Child, kind: str, content: bytes) -> None:
        self.link.send((child.number, kind, content))
        end(child.process.pid)
        child.process.join()
        child.link.close()
        del self.going[child.link]


# --- one call ----------------------------------------------------------------------------------

_answer: list[Connection] = []


def tell(step: object) -> None:
    """Say how far a call is, for who would ask after its process is lost; nothing elsewhere."""
    for link in _answer:
        link.send(("step", step))


def limit(seconds: float) -> None:
    """Give this call some seconds from now; beyond, it is killed. Nothing elsewhere."""
    for link in _answer:
        link.send(("limit", seconds))


def apart(seconds: float, function: Callable[..., Any], *given: object) -> Any:
    """A call in a process forked from that of this call, and what it answers or raises.

    Raises
    ------
    Lost
        Beyond ``seconds``, or when the process ends without an answer.
    """
    mine, its = get_context("fork").Pipe(duplex=False)
    with mine:
        with its:
            process = get_context("fork").Process(target=_aside, args=(its, function, given))
            process.start()
        steps, until = [], time.monotonic() + seconds
        try:
            while mine.poll(max(0, until - time.monotonic())):
                kind, content = mine.recv()
                if kind == "done":
                    return pickle.loads(content)
                if kind == "raised":
                    raise pickle.loads(content)
                steps += [content] if kind == "step" else []
            raise Lost(seconds, None, steps)
        except (EOFError, OSError):
            process.join()
            raise Lost(0, process.exitcode, steps) from None
        finally:
            end(process.pid)
            process.join()


def _aside(its: Connection, function: Callable[..., Any], given: tuple) -> None:
    os.setsid()
    _answer[:] = [its]
    try:
        answer = "done", pickle.dumps(function(*given))
    except BaseException as error:
        answer = "raised", _pickled(error)
    its.send(answer)


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
