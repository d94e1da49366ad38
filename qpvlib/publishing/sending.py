"""The finished site, elsewhere: whole or not at all (``qpv publish``)."""

import ctypes
import os
import shutil
import sys
import tempfile
from pathlib import Path

from qpvlib.catalogue import QpvError
from qpvlib.publishing import ledger, site
from qpvlib.tables import writing
from qpvlib.tables.writing import WORK

MARK = ".qpv-site"  # says that a folder is a publication of ours, which another may replace


def publish(reports: Path, target: Path, accepted: int = 0) -> int:
    """Copy the pages that readers get to a folder, in one step; the former site goes.

    Parameters
    ----------
    reports : Path
        Folder of the built pages.
    target : Path
        New, empty, or a former publication: nothing else is ever replaced.
    accepted : int
        Exact number of pages in failure that are accepted, each then showing its notice.

    Returns
    -------
    int
        How many pages were copied.

    Raises
    ------
    QpvError
        When a page is unfinished, altered, or in failure beyond what is accepted; when the folder
        holds something else; when the disk refuses. The target is then untouched.
    """
    copied = site.readers(reports)
    _refuse_failures(ledger.read(reports), accepted)
    target = target.absolute()
    _refuse_foreign(target)
    kept = "Le site déjà publié n'a pas changé."
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=WORK) as work:
            new = Path(work) / "site"
            new.mkdir()
            for path in copied:
                own = new / path.relative_to(reports)
                own.parent.mkdir(exist_ok=True)
                shutil.copyfile(path, own)
            (new / MARK).write_text("Site publié par qpv publish.\n", encoding="utf-8")
            _open_to_colleagues(new)
            exchange(new, target)
    except OSError as error:
        raise QpvError(
            f"Publication impossible dans {target} : {writing.reason(error)}. {kept}"
        ) from None
    return len(copied)


def _refuse_failures(records: dict[str, ledger.Record], accepted: int) -> None:
    failed = [r.name for r in records.values() if r.state == "failed"]
    if len(failed) == accepted:
        return
    if not failed:
        raise QpvError(f"Aucune page en échec, et non {accepted} : retirer --accept-failures")
    raise QpvError(
        f"{site.named(failed)} en échec. Voir registre.html ; réparer et relancer qpv report, ou "
        f"publier en le sachant : --accept-failures {len(failed)}"
    )


def _refuse_foreign(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise QpvError(f"« {target} » n'est pas un dossier.")
    if target.is_dir() and any(target.iterdir()) and not (target / MARK).exists():
        raise QpvError(
            f"« {target} » contient autre chose qu'un site publié par qpv : rien n'y est remplacé."
            " Choisir un dossier vide ou nouveau."
        )


def _open_to_colleagues(folder: Path) -> None:
    """Whatever the user's umask, all may read: these pages are published."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def exchange(new: Path, target: Path) -> None:
    """Put a folder in another's place; the former one takes the new one's name, if there was one.

    In one step where Linux can; elsewhere in two renames, undone if the second fails.
    """
    if not target.exists():
        new.rename(target)
    elif not _exchanged(new, target):
        former = new.with_name("former")
        target.rename(former)
        try:
            new.rename(target)
        except OSError:
            former.rename(target)
            raise


def _exchanged(one: Path, other: Path) -> bool:
    """Whether the system exchanged two folders (``renameat2``, Linux 3.15)."""
    if not sys.platform.startswith("linux"):
        return False
    swap = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    here, both = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return swap is not None and swap(here, os.fsencode(one), here, os.fsencode(other), both) == 0
