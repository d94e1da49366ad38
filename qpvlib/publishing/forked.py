"""A kernel in its process, forked from the warm one: what runs there, and how it ends.

It dies with the process that asked for it, however that one dies, and takes along what its cells
started. Imports nothing of the project.
"""

import contextlib
import multiprocessing
import os
import re
import signal
import sys
import threading
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

import psutil
from traitlets.config import Config
from traitlets.config.loader import DeferredConfigString

if TYPE_CHECKING:
    from ipykernel.kernelapp import IPKernelApp


def serve(
    arguments: list[str], cwd: str | None, env: dict[str, str], memory: int, tell: Connection
) -> None:
    """Be a kernel: the body of the forked process."""
    os.setsid()  # a group of its own: killed whole, and deaf to the terminal's Ctrl-C
    threading.Thread(target=_follow, name="lifeline", daemon=True).start()
    os.environ.clear()
    os.environ.update(env)
    if cwd:
        os.chdir(cwd)
    if memory:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    sys.argv = ["ipykernel_launcher", *arguments]
    app = _application()
    app.initialize(arguments)
    tell.send_bytes(b"ready")
    tell.close()
    app.start()


def _application() -> "IPKernelApp":
    """The kernel's application, which reads its two kinds of options without its whole grammar.

    That grammar is built anew from every class of IPython: a third of a kernel's start.
    """
    from ipykernel.kernelapp import IPKernelApp

    class Application(IPKernelApp):
        def parse_command_line(self, argv: list[str] | None = None) -> None:
            found = _options(argv or [])
            if found is None:
                super().parse_command_line(argv)
            else:
                self.cli_config = found
                self.update_config(found)

    IPKernelApp.clear_instance()
    return Application.instance()


def _options(arguments: list[str]) -> Config | None:
    """``-f FILE --Class.trait=value …`` as settings; None as soon as one has another form.

    >>> _options(["-f", "k.json", "--IPKernelApp.log_level=50"]).IPKernelApp
    {'connection_file': 'k.json', 'log_level': DeferredConfigString('50')}
    >>> _options(["--debug"])
    """
    found, words = Config(), list(arguments)
    while words:
        word = words.pop(0)
        option = re.fullmatch(r"--([A-Z]\w*)\.(\w+)=(.*)", word, re.S)
        if word == "-f" and words:
            found.IPKernelApp.connection_file = words.pop(0)
        elif option:
            found[option[1]][option[2]] = DeferredConfigString(option[3])
        else:
            return None
    return found


def _follow() -> None:
    """Die with the process that asked for this one, even killed: its end of a pipe then closes."""
    wait([multiprocessing.parent_process().sentinel])
    end(os.getpid())


def end(pid: int) -> None:
    """Kill a process, its group and all its descendants, those that left the group included."""
    try:
        family = psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        family = []
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
