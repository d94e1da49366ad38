"""Whole processes, timed from outside: wall clock and processor time of all their descendants."""

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: what a command leaves behind is ours to wait for


@dataclass(frozen=True)
class Cost:
    """Seconds of wall clock, seconds of processor, largest memory of one process in megabytes."""

    wall: float
    cpu: float
    memory: float


def adopt():
    """Become the parent of what commands leave running: a fork server, its kernels."""
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)


def command(words, folder, **environ):
    """Cost of a command and of every process that it started, directly or not."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in words], cwd=folder, env=os.environ | environ,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    told = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begun
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, words))}\n{told.decode()}")
    used, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss
    for usage in _left():
        used += usage.ru_utime + usage.ru_stime
    return Cost(wall, used, memory / 1024)


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
