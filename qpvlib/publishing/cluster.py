"""The workers of a Dask cluster: the project's files reach each once, and only their likes work."""

import atexit
import io
import logging
import platform
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from qpvlib.catalogue import QpvError
from qpvlib.project import Project, current
from qpvlib.publishing import machine, pools, states
from qpvlib.publishing.pools import Pool, Submit

if TYPE_CHECKING:
    from distributed import Client


def cluster(address: str) -> Pool:
    """The workers of a Dask scheduler (``tcp://host:8786``), those of another version left out.

    Raises
    ------
    QpvError
        When Dask is not installed, the scheduler does not answer, or no worker has this version.
    """
    with _connected(address) as client:
        threads = client.nthreads()
        stale = _stale(client.run(version, on_error="return")) if threads else []
    able = [worker for worker in threads if worker not in stale]
    if not able:
        other = f" de cette version du programme et des paquets ({', '.join(stale)})"
        raise QpvError(
            f"L'ordonnanceur {address} n'a aucun worker{other if stale else ''}. En lancer un, là "
            f"où le projet est installé à la même version : dask worker {address}"
        )

    @contextmanager
    def opened() -> Iterator[Submit]:
        with _connected(address) as client:
            bundle = client.scatter(packed(), workers=able, broadcast=True, hash=False)
            pool = client.get_executor(workers=able, allow_other_workers=False)
            yield lambda function, *given: pool.submit(
                elsewhere, bundle, current().scheme, current().kernels, function, *given
            )

    left = f"Laissé de côté, d'une autre version du programme ou des paquets : {', '.join(stale)}"
    return Pool(
        sum(threads[worker] for worker in able), opened,
        gone=f"L'ordonnanceur {address} a cessé de répondre", local=False,
        notices=(left,) if stale else (),
    )  # fmt: skip


@contextmanager
def _connected(address: str) -> Iterator["Client"]:
    try:
        from distributed import Client
    except ImportError:
        raise QpvError(
            "--scheduler demande Dask, qui n'est pas installé : pip install 'qpvlib[cluster]'"
        ) from None
    before = logging.root.manager.disable
    logging.disable()  # in English and in many lines, what is told in a sentence
    try:
        client = Client(address, timeout="5s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        logging.disable(before)
        raise QpvError(f"L'ordonnanceur {address} ne répond pas : {error}") from None
    try:
        yield client
    finally:
        client.close(timeout=5)
        logging.disable(before)


def version() -> str:
    """What two machines must share to make the same pages: programme, packages, Python."""
    return f"{states.programme()} {platform.python_version()}"


def _stale(versions: dict[str, object]) -> list[str]:
    """Addresses of the workers that have another version, or cannot say theirs."""
    return [worker for worker, said in versions.items() if said != version()]


def packed() -> bytes:
    """The project's files that a page is made of, as a zip: catalogue, tables, notebooks."""
    folders = {
        "data/catalogue": current().catalogue,
        "data/tidy": current().tidy,
        "data/decisions": current().decisions,
        "data/register": current().register,
        "data/actions": current().contract,
        "notebooks": current().notebooks,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, folder in folders.items():
            for path in sorted(p for p in folder.glob("*") if p.is_file()):
                archive.writestr(zipfile.ZipInfo(f"{name}/{path.name}"), path.read_bytes())
    return buffer.getvalue()


def elsewhere(
    bundle: bytes, scheme: str, kernels: str, function: Callable, *given: object
) -> object:
    """Run a function on another machine, over the project's files that came with it."""
    project = Project.at(_unpacked(bundle), scheme=scheme, kernels=kernels)
    return pools.apart(project, function, *given)


@cache
def _unpacked(bundle: bytes) -> Path:
    """Folder of the unpacked files, once in a process; it goes with the process."""
    folder = machine.workplace()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        archive.extractall(folder)
    return folder
