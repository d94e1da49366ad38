"""The tables as ``qpv build`` wrote them: their checksums, a copy of them, what differs since."""

import csv
import hashlib
import io
import re
import tarfile
from collections.abc import Sequence
from pathlib import Path

from qpvlib.catalogue import Fault, Faults
from qpvlib.catalogue.faults import LISTED, counted
from qpvlib.project import current
from qpvlib.tables import declarations, tidy

COPY = "built.tar.bz2"  # bzip2 and no date: the same tables give the same bytes everywhere
REBUILD = "Reconstruire les tables : qpv build --raw DOSSIER"
RESTORE = f"Reprendre celle de {COPY} (tar xjf), ou les reconstruire : qpv build --raw DOSSIER"
NAMES = (*(f"{name}.csv" for name in tidy.COLUMNS), *(f"{name}.geojson" for name in tidy.OUTLINES))


def seal(folder: Path) -> list[str]:
    """Write beside the tables of a folder their checksums and a copy; the names of these two."""
    with tarfile.open(folder / COPY, "w:bz2") as pack:
        for name in sorted(NAMES):
            content = (folder / name).read_bytes()
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            pack.addfile(entry, io.BytesIO(content))
    (folder / tidy.SUMS).write_text(checksums(folder, sorted(NAMES)), encoding="utf-8")
    return [COPY, tidy.SUMS]


def checksums(folder: Path, names: list[str]) -> str:
    """SHA-256 of the tables, as ``sha256sum`` writes them: an edit by hand shows."""
    return "".join(f"{_digest((folder / name).read_bytes())}  {name}\n" for name in names)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def require() -> None:
    """Refuse to build anything from tables that are not those that ``qpv build`` wrote.

    Raises
    ------
    Faults
        Each table that differs, and in which rows; else each indicator that is not theirs.
    """
    untouched()
    _refuse(declarations.stale())


def untouched() -> None:
    """Refuse to build anything from tables that a hand changed; the catalogue may have."""
    _refuse(differences())


def _refuse(faults: Sequence[object]) -> None:
    if faults:
        head = f"{counted(len(faults), 'défaut')} dans les tables ; rien n'a été construit."
        raise Faults(head, faults)


def differences() -> list[Fault]:
    """Tables of the project that are not those that ``qpv build`` wrote, and in which rows."""
    folder = current().tidy
    sums = folder / tidy.SUMS
    if not sums.is_file():
        return [Fault(str(sums), "empreintes des tables absentes", REBUILD)]
    text = sums.read_text("utf-8", errors="replace")
    recorded = {name: digest for digest, name in re.findall(r"^(\w{64}) [ *](\S+)$", text, re.M)}
    unknown = [name for name in NAMES if name not in recorded]
    faults = [Fault(str(sums), f"aucune empreinte de {', '.join(unknown)}", REBUILD)]
    return (faults if unknown else []) + [
        fault for name, digest in recorded.items() for fault in _changed(folder / name, digest)
    ]


def _changed(place: Path, digest: str) -> list[Fault]:
    if not place.is_file():
        return [Fault(str(place), "table absente", RESTORE)]
    now = place.read_bytes()
    if _digest(now) == digest:
        return []
    was = _copied(place)
    told = _rows(place.stem, was, now) if was and _digest(was) == digest else []
    listed = " ; ".join(told[:LISTED])
    more = f" ; et {counted(len(told) - LISTED, 'autre')}" if len(told) > LISTED else ""
    found = "changée depuis sa construction" + (f" : {listed}{more}" if told else "")
    return [Fault(str(place), found, RESTORE)]


def _copied(place: Path) -> bytes:
    """A table as it was built; empty when there is no copy of it."""
    try:
        with tarfile.open(place.with_name(COPY), "r:bz2") as pack:
            return pack.extractfile(place.name).read()
    except (OSError, EOFError, KeyError, tarfile.TarError):
        return b""


def _rows(name: str, was: bytes, now: bytes) -> list[str]:
    """Each row of a table that is not as it was: changed, and in what; added; taken away."""
    if name not in tidy.KEYS:
        return []
    old, new = (csv.DictReader(io.StringIO(t.decode("utf-8", "replace"))) for t in (was, now))
    if old.fieldnames != new.fieldnames:
        return ["colonnes changées"]
    known = {tuple(row[column] for column in tidy.KEYS[name]): row for row in old}
    told = []
    for row in new:
        key = tuple(str(row[column]) for column in tidy.KEYS[name])
        place = f"ligne {new.line_num} ({', '.join(key)})"
        former = known.pop(key, None)
        changed = [c for c, cell in (former or {}).items() if row[c] != cell]
        if former is None or None in row:
            told.append(f"{place} ajoutée" if former is None else f"{place} : cellules en trop")
        elif changed:
            cells = (f"« {row[c] or ''} » au lieu de « {former[c]} »" for c in changed)
            told.append(
                f"{place} : "
                + ", ".join(f"{c} {cell}" for c, cell in zip(changed, cells, strict=True))
            )
    told += [f"({', '.join(key)}) retirée" for key in known]
    return told or ["ordre des lignes"]
