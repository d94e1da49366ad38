"""What the last run left, file by file: whether anything is left to do, what may be sent.

Written last, so that a run that stopped has none. It knows every file that the folder must hold,
whatever became of the ledger: a page and its line that went together are still missed.
"""

import json
import os
import stat
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile

from qpvlib.catalogue import QpvError
from qpvlib.publishing import states
from qpvlib.tables.writing import write

NAME = ".empreinte"
OURS = b'<meta name="generator" content="qpvlib">'  # at the head of each page
ARCHIVE = ""  # no page has this name: the archive stands beside the folder, named after it
State = tuple[int, int, int, int]  # mode, size in bytes, last change in nanoseconds, inode


@dataclass(frozen=True)
class Left:
    """What a run left.

    ``files`` gives the state and checksum of each: no state, its bytes alone can answer; an empty
    checksum, nobody knows what they should be. ``inputs`` is the checksum of all that they depend
    on, empty when some page failed or was not asked for; ``signature`` tells, unread, whether
    these inputs were touched since.
    """

    files: dict[str, tuple[State | None, str]]
    inputs: str = ""
    signature: str = ""


def checksum(content: bytes) -> str:
    """Checksum of a page, as the ledger holds it."""
    return sha256(content).hexdigest()[:24]


def archive_of(reports: Path) -> Path:
    """The archive of a folder of pages, beside it: « lot.2021.zip » for « lot.2021 »."""
    reports = reports.absolute()
    return reports.parent / f"{reports.name}.zip"


def inside(reports: Path, file: object) -> bool:
    """Whether a name read from a file stays in the folder: no way up, and no link on the way."""
    if not isinstance(file, str) or not file or "\\" in file or "\0" in file:
        return False
    path = PurePosixPath(file)
    if path.is_absolute() or ".." in path.parts:
        return False
    return not any((reports / part).is_symlink() for part in (path, *path.parents) if part.name)


def content(path: Path) -> bytes:
    """Bytes of an ordinary file; nothing for what is absent, unreadable, a link, a folder, a pipe.

    None of the files of a run is ever empty.
    """
    try:
        return path.read_bytes() if stat.S_ISREG(os.lstat(path).st_mode) else b""
    except OSError:
        return b""


def holds(path: Path, sum_: str) -> bool:
    """Whether a file has these very bytes, read again."""
    return checksum(content(path)) == sum_


# --- read and written ----------------------------------------------------------------------------


def read(reports: Path) -> Left | None:
    """What the last run left; None when it did not finish, or when this file is damaged."""
    try:
        sum_, _, text = content(reports / NAME).partition(b"\n")
        if checksum(text).encode() != sum_:
            return None
        told = json.loads(text)
        files = {n: (s and tuple(s), c) for n, (s, c) in told.pop("files").items()}
        return Left(files, **told)
    except (ValueError, TypeError, AttributeError, KeyError):
        return None


def keep(reports: Path, sums: dict[str, str], inputs: str = "", signature: str = "") -> Left:
    """Note what a run leaves: the checksum of each file, what they depend on (``Left``)."""
    files = {name: (_state(reports, name), sum_) for name, sum_ in sums.items()}
    # What someone has just changed: its state must not vouch for the bytes that were written.
    files |= {name: (None, sums[name]) for name in changed(reports, Left(files))}
    state = _state(reports, ARCHIVE)
    files[ARCHIVE] = state, checksum(archive_of(reports).read_bytes())
    left = Left(files, inputs, signature)
    _write(reports, left)
    return left


def _write(reports: Path, left: Left) -> None:
    text = json.dumps(asdict(left), ensure_ascii=False).encode()
    write(reports / NAME, checksum(text).encode() + b"\n" + text)


def forget(reports: Path) -> None:
    """A run begins."""
    (reports / NAME).unlink(missing_ok=True)


# --- whether nothing is left to do ---------------------------------------------------------------


def settled(reports: Path) -> Left | None:
    """What the folder holds, when nothing is left to do: same inputs, every file as it was left.

    Sizes and dates answer, as nothing is read of what has not been touched; where they differ
    (a copy, a checkout), contents do.
    """
    left = read(reports)
    if left is None or not left.inputs:
        return None
    now = {name: _state(reports, name) for name in left.files}
    touched = [name for name, (state, _) in left.files.items() if not state or now[name] != state]
    signature = states.signature()
    if not touched and signature == left.signature:
        return left
    if changed(reports, left, touched):
        return None
    if signature != left.signature and states.everything() != left.inputs:
        return None
    files = {name: (now[name], sum_) for name, (_, sum_) in left.files.items()}
    with suppress(OSError):  # only to answer sooner the next time
        _write(reports, replace(left, files=files, signature=signature))
    return left


def changed(reports: Path, left: Left, names: Collection[str] | None = None) -> list[str]:
    """Those of the files, or of ``names``, whose bytes, read again, are not those left."""
    asked = left.files if names is None else names
    return [n for n in asked if not holds(_place(reports, n), left.files[n][1])]


def _place(reports: Path, name: str) -> Path:
    return reports / name if name else archive_of(reports)


def _state(reports: Path, name: str) -> State | None:
    """State of what is at a name, link or folder included; None for nothing."""
    if "/" in name and not inside(reports, name):
        return None
    try:
        told = os.lstat(_place(reports, name))
    except OSError:
        return None
    return told.st_mode, told.st_size, told.st_mtime_ns, told.st_ino


# --- room for what a run writes ------------------------------------------------------------------


def make_room(reports: Path, names: Iterable[str]) -> None:
    """Remove the empty folders that stand where a file must be written.

    Raises
    ------
    QpvError
        For one that holds something, or for a link that would have us write elsewhere.
    """
    for place in [*(_place(reports, name) for name in names), archive_of(reports)]:
        below = place.parent
        if below not in (reports, reports.parent) and below.is_symlink():
            _refuse(below, "un lien, que les pages ne suivent pas")
        if place.is_dir() and not place.is_symlink():
            try:
                place.rmdir()
            except OSError:
                _refuse(place, "un dossier, là où un fichier doit être écrit")


def refuse_foreign(reports: Path, names: Iterable[str]) -> None:
    """Refuse to write over what is not ours, in a folder where no run has left anything.

    Raises
    ------
    QpvError
        For a page without our mark, or an archive that holds no page of ours.
    """
    for name in names:
        place = reports / name
        if place.suffix == ".html" and place.is_file() and OURS not in content(place)[:2000]:
            _refuse(place, "une page qui n'est pas de qpv")
    archive = archive_of(reports)
    if archive.is_file() and not _holds_pages(archive):
        _refuse(archive, "un fichier qui n'est pas une archive de qpv")


def _holds_pages(archive: Path) -> bool:
    try:
        with ZipFile(archive) as pack:
            return all(name.startswith("reports/") for name in pack.namelist())
    except (BadZipFile, OSError):
        return False


def _refuse(place: Path, what: str) -> None:
    raise QpvError(f"« {place} » est {what}. Le déplacer, puis relancer : qpv report")
