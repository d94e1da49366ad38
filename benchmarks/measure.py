"""Whole processes, timed from outside: wall clock and processor time of all their descendants."""

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

BIN = Path(sys.executable).parent
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: what a command leaves behind is ours to wait for


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds of wall clock, seconds of processor, and what it said.

    ``memory`` is that of its own process in megabytes, every half second.
    """

    wall: float
    cpu: float
    said: str
    memory: tuple[float, ...]


def adopt():
    """Become the parent of what commands leave running: a fork server, its kernels."""
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)


def command(words, folder, sound=(0,), **environ):
    """Cost of a command and of every process that it started, directly or not.

    An exit code that is not one of ``sound`` stops everything.
    """
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(
            [str(word) for word in words], cwd=folder, env=os.environ | environ,
            stdout=told, stderr=told,
        )  # fmt: skip
        memory = []
        watching = threading.Thread(target=_watch, args=(process.pid, memory))
        watching.start()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - begun
        watching.join()
        told.seek(0)
        said = told.read().decode()
    if process.returncode not in sound:
        raise SystemExit(f"{' '.join(map(str, words))}\n{said}")
    every = [usage, *_left()]
    return Cost(wall, sum(u.ru_utime + u.ru_stime for u in every), said, tuple(memory))


def _watch(pid, memory):
    while True:
        try:
            size = psutil.Process(pid).memory_info().rss
        except psutil.Error:
            return
        if not size:  # it has ended
            return
        memory.append(size / 1e6)
        time.sleep(0.5)


def _left():
    while True:
        try:
            yield os.wait4(-1, 0)[2]
        except ChildProcessError:
            return


class Folder:
    """A folder that goes, whatever happens."""

    def __enter__(self):
        self.path = Path(tempfile.mkdtemp(prefix="bench-"))
        return self.path

    def __exit__(self, *error):
        shutil.rmtree(self.path, ignore_errors=True)


def machine():
    """What this machine is, in a line."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "processeur inconnu",
    )
    return f"{os.cpu_count()} cœurs ({model}), Python {sys.version.split()[0]}"
