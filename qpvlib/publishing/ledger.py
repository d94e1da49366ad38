"""The ledger: what became of each page, one JSON line a page, that outlives any interruption."""

import json
import os
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Literal

from qpvlib.project import current
from qpvlib.publishing import manifest
from qpvlib.tables.writing import write

NAME = "run.jsonl"
State = Literal["published", "failed", "pending"]


@dataclass(frozen=True)
class Record:
    """What became of one page.

    ``published``: on disk, as ``page`` says. ``failed``: its notebook stopped at ``cell`` for
    ``cause``. ``pending``: a run had to build it and has not finished. ``inputs`` and ``code`` are
    checksums of what it was built from, ``page`` of the file; seconds are those of its notebook,
    ``start``, ``cells``, ``export``; ``published_at`` is when its last good version was written.
    ``lacks``: what it says that it could not show; it is made again by each run until it can.
    """

    file: str
    area: str
    name: str
    state: State
    why: str = ""
    inputs: str = ""
    code: str = ""
    page: str = ""
    commit: str = ""
    published_at: str = ""
    start: float = 0.0
    cells: float = 0.0
    export: float = 0.0
    cell: int | None = None
    cause: str = ""
    kept: str = ""
    warnings: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


def read(reports: Path) -> dict[str, Record]:
    """Records by file name: the last line of each, whole lines only.

    A line cut by a power failure, or whose file would be outside the folder, says nothing: its page
    is built again.
    """
    lines = manifest.content(reports / NAME).decode("utf-8", errors="replace").splitlines()
    known = {field.name for field in fields(Record)}
    found = {}
    for line in lines:
        try:
            entry = {key: value for key, value in json.loads(line).items() if key in known}
            lines = {key: tuple(entry.get(key, ())) for key in ("warnings", "lacks")}
            record = Record(**entry | lines)
        except (ValueError, TypeError, AttributeError):
            continue
        if manifest.inside(reports, record.file):
            found[record.file] = record
    return found


def append(reports: Path, record: Record) -> None:
    """Add one line, at once: a run that stops leaves every page told."""
    with (reports / NAME).open("ab") as stream:
        stream.write(_line(record))
        stream.flush()
        os.fsync(stream.fileno())


def rewrite(reports: Path, records: Iterable[Record]) -> None:
    """Write the ledger anew, one line a page."""
    write(reports / NAME, b"".join(map(_line, records)))


def _line(record: Record) -> bytes:
    return json.dumps(asdict(record), ensure_ascii=False).encode() + b"\n"


def intact(reports: Path, record: Record) -> bool:
    """Whether a page is on disk exactly as it was published."""
    return manifest.holds(reports / record.file, record.page)


def commit() -> str:
    """The project's commit, with « + » where files differ from it; empty outside git."""
    told = _git("rev-parse", "--short=12", "HEAD")
    return told + ("+" if told and _git("status", "--porcelain", "--untracked-files=no") else "")


def _git(*words: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(current().root), *words], capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
