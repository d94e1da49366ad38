"""Getting the producers' files: downloaded and checked, or where to take them."""

import os
from pathlib import Path

from qpvlib import sources, tables
from qpvlib.catalogue import QpvError, Source, catalogue

STATES = {
    "same": "déjà là, identique à celui enregistré",
    "unrecorded": "déjà là ; aucune empreinte enregistrée",
    "different": "déjà là, différent de celui enregistré",
}


def fetch(names: list[str], raw: Path, accept: bool = False) -> tuple[list[str], bool]:
    """Get the files of some sources into the raw folder.

    A file that differs from the one recorded is checked by its content, and kept only when it is
    sound and ``accept`` is given; otherwise the one already there stays.

    Returns
    -------
    (list of str, bool)
        A French line for each file, and whether one is still missing or refused.
    """
    lines, failed = [], False
    known = sources.registry()
    for name in names:
        source = catalogue().sources[name]
        for path in sources.files(source):
            line, bad = _one(source, path, raw, accept, known.get(path))
            lines.append(line)
            failed |= bad
    return lines, failed


def _one(
    source: Source, path: str, raw: Path, accept: bool, recorded: str | None
) -> tuple[str, bool]:
    place = raw / path
    if place.exists():
        same = recorded is not None and sources.sha256(place) == recorded
        if same:
            return f"{path} : {STATES['same']}.", False
        return _settle(source, path, place, place, accept, raw)
    if not source.url:
        return sources.where_to_get(source, path, raw), True
    try:
        waiting = sources.download(source, path, raw)
    except QpvError as error:
        return str(error), True
    if recorded is not None and sources.sha256(waiting) == recorded:
        os.replace(waiting, place)
        return f"{path} : reçu, identique à celui enregistré.", False
    return _settle(source, path, waiting, place, accept, raw)


def _settle(
    source: Source, path: str, found: Path, place: Path, accept: bool, raw: Path
) -> tuple[str, bool]:
    """Judge by its content a file that is not the one recorded."""
    faults = _content(source, path, found)
    if faults:
        if found != place:
            found.unlink()
        listed = "\n".join(f"  - {fault}" for fault in faults)
        return f"{path} : différent de celui enregistré, et son contenu est refusé.\n{listed}", True
    if not accept:
        if found != place:
            found.unlink()
        return (
            f"{path} : différent de celui enregistré ; son contenu est bon. "
            f"Pour l'accepter : qpv fetch --accept",
            True,
        )
    if found != place:
        os.replace(found, place)
    sources.record(raw, only=[path])
    return f"{path} : accepté, et sa nouvelle empreinte enregistrée.", False


def _content(source: Source, path: str, found: Path) -> list[tables.Fault]:
    entry = next(e for e in source.files if path in (e.path, *e.copies))
    alone = source.model_copy(
        update={
            "files": (entry.model_copy(update={"path": found.name, "copies": ()}),),
            "totals": tuple(t for t in source.totals if t.edition == entry.edition),
        }
    )
    return tables.read(alone, found.parent).faults
