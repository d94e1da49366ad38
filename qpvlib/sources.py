"""A source's files: where they are, whether they are those that were recorded, how to get them."""

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path

from qpvlib import paths
from qpvlib.catalogue import QpvError, Source, catalogue

REGISTRY = paths.CATALOGUE / "registry.csv"


def files(source: Source) -> Iterator[str]:
    """Paths of a source's files and of their second copies, under the raw folder."""
    for entry in source.files:
        yield entry.path
        yield from entry.copies


def sha256(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def registry() -> dict[str, str]:
    """Recorded SHA-256 of each producer's file, by its path under the raw folder."""
    if not REGISTRY.exists():
        return {}
    with REGISTRY.open(encoding="utf-8", newline="") as stream:
        return {row["path"]: row["sha256"] for row in csv.DictReader(stream)}


def record(raw: Path, only: list[str] | None = None) -> None:
    """Record the checksums of the files of a raw folder (all of the catalogue's, or ``only``)."""
    known = registry()
    named = [path for source in catalogue().sources.values() for path in files(source)]
    for path in only if only is not None else named:
        if (raw / path).exists():
            known[path] = sha256(raw / path)
    with REGISTRY.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["path", "sha256"])
        writer.writerows(sorted(known.items()))


def states(raw: Path) -> list[tuple[str, str, str]]:
    """(source, path, state) of every file: ``same``, ``different``, ``missing`` or ``unrecorded``."""
    known = registry()
    return [
        (code, path, _state(raw / path, known.get(path)))
        for code, source in catalogue().sources.items()
        for path in files(source)
    ]


def _state(path: Path, recorded: str | None) -> str:
    if not path.exists():
        return "missing"
    if recorded is None:
        return "unrecorded"
    return "same" if sha256(path) == recorded else "different"


def where_to_get(source: Source, path: str, raw: Path) -> str:
    """French instruction: where a file is published, and where to put it."""
    return (
        f"{path} : pas d'adresse directe. À prendre sur {source.page}"
        f"{' (' + source.get + ')' if source.get else ''}, puis à déposer sous {raw / path}"
    )


def download(source: Source, path: str, raw: Path) -> Path:
    """Fetch a file that has a direct address into a waiting name beside its place.

    The file is not put at its final name: its content is checked first (see ``cli.fetch``).

    Raises
    ------
    QpvError
        When the address does not answer.
    """
    import pooch
    import requests

    place = raw / path
    place.parent.mkdir(parents=True, exist_ok=True)
    waiting = place.with_name(place.name + ".recu")
    try:
        pooch.retrieve(
            source.url, known_hash=None, fname=waiting.name, path=waiting.parent, progressbar=False
        )
    except (requests.RequestException, OSError) as error:
        waiting.unlink(missing_ok=True)
        cause = type(error).__name__
        raise QpvError(f"{path} : {source.url} ne répond pas ({cause}).") from None
    return waiting
