"""A source's files: where they are, whether they are those that were recorded, how to get them."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from qpvlib.catalogue import QpvError, Source, catalogue
from qpvlib.project import current
from qpvlib.tables import delimited, writing

REGISTRY = "registry.csv"
HEAD = ["path", "sha256"]
TIMEOUT = 60  # seconds without a byte


def files(source: Source) -> Iterator[str]:
    """Paths of a source's files and of their second copies, under the raw folder."""
    for entry in source.files:
        yield entry.path
        yield from entry.copies


def owner(path: str) -> str:
    """Code of the source that declares a file; empty when none does."""
    return next((code for code, s in catalogue().sources.items() if path in files(s)), "")


def sha256(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def registry() -> dict[str, str]:
    """Recorded SHA-256 of each producer's file, by its path under the raw folder."""
    place = current().catalogue / REGISTRY
    try:
        return {row["path"]: row["sha256"] for row in delimited.records(place, HEAD)}
    except QpvError:
        raise QpvError(
            f"Registre {place} illisible : deux colonnes attendues, path et sha256."
        ) from None


def record(raw: Path, only: list[str] | None = None) -> None:
    """Record the checksums of the files of a raw folder (all of the catalogue's, or ``only``)."""
    known = registry()
    named = [path for source in catalogue().sources.values() for path in files(source)]
    for path in only if only is not None else named:
        if (raw / path).exists():
            known[path] = sha256(raw / path)
    with writing.aside(current().catalogue, "Le registre n'a pas changé.") as work:
        lines = delimited.written([HEAD, *sorted(known.items())])
        (work / REGISTRY).write_text(lines, "utf-8", newline="")
        writing.put(work, current().catalogue, [REGISTRY])


def states(raw: Path) -> list[tuple[str, str, str]]:
    """(source, path, state) of every file of the catalogue (see ``state``)."""
    known = registry()
    return [
        (code, path, state(raw / path, known.get(path)))
        for code, source in catalogue().sources.items()
        for path in files(source)
    ]


def state(path: Path, recorded: str | None) -> str:
    """Is a file the one recorded: ``same``, ``different``, ``missing`` or ``unrecorded``?"""
    if not path.is_file():
        return "missing"
    if recorded is None:
        return "unrecorded"
    return "same" if sha256(path) == recorded else "different"


def where_to_get(source: Source, path: str, raw: Path) -> str:
    """French instruction: where a file is published, and where to put it."""
    what = f" ({source.get})" if source.get else ""
    return (
        f"{path} : pas d'adresse directe. À prendre sur {source.page}{what}, puis à déposer ici : "
        f"{raw / path}"
    )


def download(source: Source, path: str, folder: Path) -> Path:
    """Fetch a file that has a direct address aside; ``QpvError`` when it does not answer."""
    import pooch
    import requests

    pooch.get_logger().setLevel("ERROR")
    try:
        pooch.retrieve(
            source.url,
            known_hash=None,
            fname=Path(path).name,
            path=folder,
            downloader=pooch.HTTPDownloader(timeout=TIMEOUT),
        )
    except (requests.RequestException, ValueError) as error:
        raise QpvError(f"{path} : {source.url} {_silence(error)}.") from None
    return folder / Path(path).name


def _silence(error: Exception) -> str:
    """Why an address did not give its file."""
    import requests

    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"répond par l'erreur {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return "n'a pas répondu à temps"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "a coupé l'envoi avant la fin"
    if isinstance(error, requests.ConnectionError):
        return "est injoignable (réseau coupé, serveur arrêté ou proxy absent)"
    return "n'est pas une adresse utilisable"
