"""Faults of the machine, not of a page: a full disk, no more memory, files or processes.

They never replace a good page: the run stops, says what is wrong and what to do.
"""

import errno
import os
import re
import shutil
import tempfile
from pathlib import Path

import psutil

from qpvlib.catalogue import QpvError

TEMPORARY = "qpv-"  # begins the name of our folders, then the number of their process

REMEDIES = {
    errno.ENOSPC: "disque plein (dossier temporaire : {temporary}). Faire de la place",
    errno.EDQUOT: "quota de disque dépassé (dossier temporaire : {temporary}). Faire de la place",
    errno.EIO: "erreur du disque. Vérifier le disque",
    errno.EMFILE: "trop de fichiers ouverts à la fois. En permettre plus : ulimit -n 1024",
    errno.ENFILE: "trop de fichiers ouverts sur cette machine. En fermer",
    errno.EAGAIN: "trop de processus. En permettre plus (ulimit -u), ou : qpv report --jobs 1",
    errno.ENOMEM: (
        "mémoire épuisée, ou limitée en dessous de ce qu'il faut à une page. Lever la limite "
        "(ulimit -v unlimited), ou faire moins de pages à la fois : qpv report --jobs 1"
    ),
}  # fmt: skip
NEEDED = 640 << 20  # bytes of address space: half as much again as the heaviest page takes
# Not of one disk or another: whatever was being written is not to blame.
SCARCE = {errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM}
# What libraries say of the same faults, without their number.
SAID = {
    r"\[Errno (\d+)\]": None,
    r"can't start new thread": errno.EAGAIN,
    r"[Cc]annot allocate memory|failed to map segment|DefaultCPUAllocator": errno.ENOMEM,
}


class MachineFault(QpvError):
    """The machine cannot go on; what is already in place has not changed."""


def told(error: BaseException | str) -> str:
    """What is wrong with the machine, in French, and what to do; empty when it is something else.

    >>> told(OSError(24, "Too many open files"))
    'trop de fichiers ouverts à la fois. En permettre plus : ulimit -n 1024'
    >>> told("[Errno 2] No such file or directory: 'a'")
    ''
    """
    number = error.errno if isinstance(error, OSError) else _said(str(error))
    if isinstance(error, MemoryError):
        number = errno.ENOMEM
    remedy = REMEDIES.get(number, "")
    return remedy.format(temporary=tempfile.gettempdir()) if "{" in remedy else remedy


def require() -> None:
    """Refuse to start where memory is limited below what a page needs.

    Libraries that lack some say anything, such as that a table is damaged.

    Raises
    ------
    MachineFault
    """
    most = _memory()
    if most is not None and most < NEEDED:
        raise MachineFault(
            f"La mémoire est limitée à {most >> 20} Mo (ulimit -v) : il en faut {NEEDED >> 20} à "
            "une page. Lever la limite : ulimit -v unlimited"
        )


def limits() -> str:
    """What the user's own limits may be the cause of, where nothing could say it."""
    return "" if _memory() is None else REMEDIES[errno.ENOMEM]


def _memory() -> int | None:
    """Bytes of address space that the user's limit leaves; None without one."""
    try:
        import resource
    except ImportError:  # not POSIX
        return None
    most = resource.getrlimit(resource.RLIMIT_AS)[0]
    return None if most == resource.RLIM_INFINITY else most


def _said(text: str) -> int | None:
    for pattern, number in SAID.items():
        found = re.search(pattern, text)
        if found:
            return number or int(found[1])
    return None


def workplace() -> Path:
    """A new folder of this process's own, among the temporary ones."""
    return Path(tempfile.mkdtemp(prefix=f"{TEMPORARY}{os.getpid()}-"))


def sweep() -> None:
    """Remove the folders of processes that were killed before they could."""
    for folder in Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*-*"):
        owner = folder.name.removeprefix(TEMPORARY).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)
