"""Kernels forked from a process where the imports are done: fresh, isolated, ready at once.

A ``jupyter_client`` kernel provisioner, registered as ``forked-provisioner``. Instead of starting
Python and importing everything again, it asks :mod:`multiprocessing`'s fork server, which has
imported what notebooks need, for a new process, and runs ipykernel in it. Each notebook still has
a process of its own: nothing passes from one to the next. papermill and nbclient stay as they are::

    kernels.warm(["pandas", "matplotlib.figure"])
    papermill.execute_notebook(source, target, config=kernels.config(folder))

Nothing here writes the environment of the process: each kernel is given its own.

A kernel dies with the process that asked for it, however that one dies, and takes along what its
cells started. Where there is no fork (Windows), or where it is unsafe (macOS, whose frameworks
start threads), ordinary kernels start. Nothing of the project is imported here, but :mod:`.forked`.
"""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from multiprocessing import forkserver
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner
from traitlets import Bool, Dict, Integer
from traitlets.config import Config

from qpvlib.publishing import forked

NAME = "forked-provisioner"
ALONE = f"{__package__}.alone"  # by name: imported in the fork server, never here
QUIET = {
    # One thread each: kernels are as many as cores already.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # the debugger's, else it speaks
}
# What a kernel imports while it starts, the debugger it will not use included.
STARTING = ("ipykernel.kernelapp", "ipykernel.debugger")
SILENCE = 0.2  # seconds after which a kernel that has not answered is asked again

_state = {"token": None}
_starting = threading.Lock()


def available() -> bool:
    """Whether kernels can be forked here; ordinary ones start otherwise."""
    return sys.platform.startswith(("linux", "freebsd")) and hasattr(os, "fork")


def warm(modules: Sequence[str], token: Callable[[], str] = str) -> None:
    """Start, once, the process that kernels are forked from, with these modules imported.

    They must start no thread; one that cannot be imported is passed over: the notebook that needs
    it will tell. ``token`` gives what they hold beyond their code, such as the checksum of the
    tables that they load: a server warmed under another is stopped, and a new one started.
    """
    if not available():
        return
    if _inherited():
        # A child of a fork server would start one of its own; its parent's is there and warm.
        forkserver._forkserver.ensure_running = lambda: None
        return
    now = token()
    if _state["token"] not in (None, now):
        cool()
    forkserver.set_forkserver_preload([ALONE, *STARTING, *modules])
    forkserver.ensure_running()
    _state["token"] = now


def cool() -> None:
    """Stop the process that kernels are forked from, once its last kernel is gone."""
    if not _inherited() and _state["token"] is not None:
        forkserver._forkserver._stop()
        _state["token"] = None


def _inherited() -> bool:
    """Whether this process came from a fork server, which it may go on using."""
    server = forkserver._forkserver
    authenticated = getattr(server, "_forkserver_authkey", b"") is not None  # Python 3.14
    return bool(server._forkserver_address) and not server._forkserver_pid and authenticated


def config(
    folder: Path, memory: int = 0, environment: Mapping[str, str] | None = None, forked: bool = True
) -> Config:
    """Settings for ``papermill.execute_notebook(config=…)`` or ``nbclient.NotebookClient``.

    Parameters
    ----------
    folder : Path
        An empty folder of this kernel's own, on a short path: its sockets go there, so that
        parallel kernels cannot take each other's port.
    memory : int
        Most bytes of address space of a forked kernel, what it was forked with included; 0: no
        limit. Beyond, Python raises ``MemoryError`` in the cell.
    environment : mapping, optional
        What the kernel's environment has besides this process's own.
    """
    forked = forked and available()
    client = {"extra_arguments": ["--IPKernelApp.log_level=CRITICAL"]}
    # The factory is one for the process, and hears of no configuration of a kernel.
    KernelProvisionerFactory.instance().default_provisioner_name = NAME
    settings = {
        "NotebookClient": client,
        "KernelManager": {"connection_file": str(folder / "kernel.json")},
        "ForkedProvisioner": {
            "memory": memory, "environment": dict(environment or {}), "wanted": forked,
        },
    }  # fmt: skip
    if forked:
        client["shutdown_kernel"] = "immediate"
        # The address is given whole: left alone, it would be one name in a shared folder.
        settings["KernelManager"] |= {"transport": "ipc", "ip": str(folder / "k")}
        settings["AsyncKernelManager"] = {"client_class": f"{__name__}.PromptClient"}
    return Config(settings)


class PromptClient(AsyncKernelClient):
    """A client that is ready when the kernel is, not after a fifth of a second of silence."""

    def start_channels(self, *args: Any, **kwargs: Any) -> None:
        """Every channel but the heartbeat: the provisioner knows whether its process lives."""
        super().start_channels(*args, **kwargs | {"hb": False})

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel has answered, and its answers to this client are all received."""
        end = time.monotonic() + (timeout or float("inf"))
        while not await self._answered(self.kernel_info()):
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > end:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    async def _answered(self, request: str) -> bool:
        """Both the reply and the end of its broadcast, which says that broadcasts are heard."""
        try:
            reply = await self.shell_channel.get_msg(timeout=1)
            while reply["parent_header"].get("msg_id") != request:
                reply = await self.shell_channel.get_msg(timeout=1)
            while True:
                told = await self.iopub_channel.get_msg(timeout=SILENCE)
                ours = told["parent_header"].get("msg_id") == request
                if ours and told["content"].get("execution_state") == "idle":
                    break
        except Empty:
            return False
        self._handle_kernel_info_reply(reply)
        return True


class ForkedProvisioner(LocalProvisioner):
    """A Python kernel as a fork of the warm process; any other kernel starts as usual."""

    memory = Integer(0, help="Most bytes of address space of a kernel; 0: no limit.").tag(
        config=True
    )
    environment = Dict(help="What its environment has besides the caller's.").tag(config=True)
    wanted = Bool(True, help="Whether to fork; else an ordinary kernel starts.").tag(config=True)
    forked: multiprocessing.process.BaseProcess | None = None

    @property
    def has_process(self) -> bool:
        """Whether a kernel was started and not yet waited for."""
        return self.forked is not None or super().has_process

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict:
        """Fork a kernel; return once its sockets exist, so that the first request is heard."""
        arguments = _arguments(cmd)
        kwargs["env"] = kwargs["env"] | self.environment | QUIET
        # Daemons of multiprocessing may have no child: cluster engines sometimes make such workers.
        able = self.wanted and available() and not multiprocessing.current_process().daemon
        if arguments is None or not able:
            return await super().launch_kernel(cmd, **kwargs)
        context = multiprocessing.get_context("forkserver")
        ready, tell = context.Pipe(duplex=False)
        task = (arguments, kwargs.get("cwd"), dict(kwargs["env"]), self.memory, tell)
        self.forked = context.Process(target=forked.serve, args=task, name="kernel")
        with _starting, without_main():
            self.forked.start()
        self.pid = self.pgid = self.forked.pid
        tell.close()
        try:
            while not ready.poll():
                await asyncio.sleep(0.002)
            ready.recv_bytes()
        except EOFError:
            self.forked.join()
            raise RuntimeError(f"Kernel ended at start (code {self.forked.exitcode})") from None
        finally:
            ready.close()
        return self.connection_info

    async def poll(self) -> int | None:
        """None while the kernel lives, then its exit code."""
        return self.forked.exitcode if self.forked else await super().poll()

    async def wait(self) -> int | None:
        """Wait for the kernel's end."""
        if not self.forked:
            return await super().wait()
        while self.forked.exitcode is None:
            await asyncio.sleep(0.01)
        code = self.forked.exitcode
        self.forked.close()
        self.forked = None
        return code

    async def send_signal(self, signum: int) -> None:
        """Signal the kernel and the processes of its group."""
        if not self.forked:
            await super().send_signal(signum)
        elif signum == signal.SIGKILL:
            forked.end(self.forked.pid)
            self.forked.join(2)
        elif self.forked.exitcode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.forked.pid, signum)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel at once, with everything its cells started."""
        if self.forked:
            await self.send_signal(signal.SIGKILL)
        else:
            await super().kill(restart)

    async def terminate(self, restart: bool = False) -> None:
        """Ask the kernel to end."""
        if self.forked:
            await self.send_signal(signal.SIGTERM)
        else:
            await super().terminate(restart)


def _arguments(cmd: list[str]) -> list[str] | None:
    """What follows ``-m ipykernel_launcher`` in a command; None for any other kernel.

    >>> _arguments(["python3", "-m", "ipykernel_launcher", "-f", "kernel.json"])
    ['-f', 'kernel.json']
    """
    launchers = ("ipykernel_launcher", "ipykernel")
    found = [i for i, word in enumerate(cmd) if word in launchers and cmd[i - 1] == "-m"]
    return cmd[found[0] + 1 :] if found else None


@contextlib.contextmanager
def without_main() -> Iterator[None]:
    """Hide the caller's ``__main__``, which each process started inside would import again.

    A script without a guard would even run again there. What is sent must be in modules.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
