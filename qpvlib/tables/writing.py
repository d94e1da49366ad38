"""Writing files all or nothing: prepared aside, then put in place together."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from qpvlib.catalogue import QpvError

WORK = ".en-cours-"
_NETWORK = "disque réseau injoignable"
REASONS = {
    "ENOSPC": "disque plein",
    "EDQUOT": "quota de disque dépassé",
    "EACCES": "droits insuffisants",
    "EPERM": "droits insuffisants",
    "EROFS": "disque en lecture seule",
    "ENOTDIR": "un fichier est à la place d'un dossier",
    "EEXIST": "un fichier est à la place d'un dossier",
    "EISDIR": "un dossier est à la place d'un fichier",
    "ENOTEMPTY": "le dossier n'est pas vide",
    "ENOENT": "fichier ou dossier introuvable",
    "EIO": "erreur du disque",
    "ENXIO": "disque absent",
    "ENODEV": "disque absent",
    "EMFILE": "trop de fichiers ouverts",
    "ENFILE": "trop de fichiers ouverts",
    "ENAMETOOLONG": "nom trop long",
    "EILSEQ": "nom que ce disque n'admet pas",
    "EINVAL": "nom ou opération que ce disque n'admet pas",
    "ENOTSUP": "opération que ce disque n'admet pas",
    "SameFileError": "c'est le même fichier",
    "EXDEV": "deux disques différents",
    "ELOOP": "des liens mènent l'un à l'autre sans fin",
    "ENOMEM": "mémoire insuffisante",
    "EBUSY": "utilisé par un autre programme",
    "ETXTBSY": "utilisé par un autre programme",
    "EAGAIN": "machine trop occupée, réessayer",
    "EFBIG": "fichier trop gros pour ce disque",
    "ENOLCK": "verrous épuisés",
    "ESTALE": _NETWORK,
    "ETIMEDOUT": _NETWORK,
    "EHOSTDOWN": _NETWORK,
    "EHOSTUNREACH": _NETWORK,
    "ENETUNREACH": _NETWORK,
    "EREMOTEIO": _NETWORK,
}


def reason(error: OSError) -> str:
    """Why the system refused, in French.

    >>> reason(OSError(28, "No space left on device")), reason(OSError(3, "No such process"))
    ('disque plein', 'refus du système (ESRCH)')
    """
    name = errno.errorcode.get(error.errno, type(error).__name__)
    return REASONS.get(name, f"refus du système ({name})")


def write(path: Path, content: str | bytes) -> None:
    """Write a file at once: the old one stays until the new one is whole, and on the disk.

    Its folder is made; ``OSError`` when the disk refuses, and the old one is then untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with replaced(path) as stream:
        stream.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def replaced(path: Path) -> Iterator[BinaryIO]:
    """A stream whose content becomes the file's once it is whole; else the file is untouched."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=WORK)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def sweep(folder: Path) -> None:
    """Remove what a run that was killed had begun to write, known by names of ``tempfile``."""
    for path in folder.glob(WORK + "[a-z0-9_]" * 8):
        whole = path.is_dir() and not path.is_symlink()
        shutil.rmtree(path) if whole else path.unlink(missing_ok=True)


@contextmanager
def aside(folder: Path, kept: str = "") -> Iterator[Path]:
    """A working folder inside ``folder``; on leaving, nothing of it remains.

    ``folder`` is made when it is not there, and goes too if nothing was put in it.

    Raises
    ------
    QpvError
        When the disk refuses; ``kept`` then says in French what has not changed.
    """
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=WORK) as work:
            yield Path(work)
    except OSError as error:
        message = f"Écriture impossible dans {folder} : {reason(error)}. {kept}".strip()
        raise QpvError(message) from None
    finally:
        for place in made:
            if place.is_dir() and not any(place.iterdir()):
                place.rmdir()


def put(work: Path, folder: Path, names: list[str]) -> list[Path]:
    """Move files into place, all or none: a failure midway puts the former ones back."""
    former = work / "former"
    former.mkdir()
    for name in names:
        if (folder / name).exists():
            shutil.copy2(folder / name, former / name)
    done = []
    try:
        for name in names:
            (work / name).replace(folder / name)
            done.append(name)
    except BaseException:
        for name in done:
            if (former / name).exists():
                (former / name).replace(folder / name)
            else:
                (folder / name).unlink()
        raise
    return [folder / name for name in names]
