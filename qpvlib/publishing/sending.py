"""The finished site, elsewhere (``qpv publish``): only what a publication wrote is ever replaced.

A list stands beside the published pages: the checksum of each. The next publication replaces or
removes the files that still have theirs, and no other.
"""

import json
import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from qpvlib.catalogue import QpvError
from qpvlib.catalogue.faults import named
from qpvlib.publishing import guarding, ledger, manifest, site
from qpvlib.publishing.job import FILES
from qpvlib.tables import writing
from qpvlib.tables.writing import WORK

MARK = ".qpv-site"  # the list of what was published, beside it
HEAD = "site publié par qpv publish, qui remplace ces fichiers tant que leur empreinte est celle-ci"
FIRST = "D'abord : qpv report"
OTHER = "?"  # no plain file, or one behind a link: never ours
Listed = dict[str, list[str]]  # file → checksums that it may have: two while a publication runs


@dataclass(frozen=True)
class Sent:
    """How many pages were published, the former ones removed, how many files are not ours."""

    pages: int
    removed: tuple[str, ...]
    others: int


def publish(reports: Path, target: Path, accepted: int = 0) -> Sent:
    """Copy the pages that readers get to a folder, and remove those of the former publication.

    A reader meets whole pages only, of the former site or of this one; the index comes last, so
    that it never leads to a page not there yet. Stopped midway, even by force, the next publication
    finishes: the files of both sites are listed before the first is written.

    Parameters
    ----------
    reports : Path
        Folder of the built pages.
    target : Path
        New, empty, or a former publication, or a link to one; what others put there stays.
    accepted : int
        Exact number of pages in failure that are accepted, each then showing its notice.

    Raises
    ------
    QpvError
        When a page is unfinished, altered, or in failure beyond what is accepted; when the folder
        is not a publication, when a published page was modified there or another file has its
        name; when figures give a secret away (``Faults``): nothing is then written. When the disk
        refuses; ``site.Interrupted`` on Ctrl-C.
    """
    files = readers(reports)
    _refuse_failures(ledger.read(reports), accepted)
    guarding.refuse()
    target = target.absolute()
    rest = (
        "Les pages en place sont entières, anciennes ou nouvelles ; le prochain qpv publish finira."
    )
    try:
        return _send(reports, files, target)
    except OSError as error:
        told = f"Publication impossible dans {target} : {writing.reason(error)}. {rest}"
        raise QpvError(told) from None
    except KeyboardInterrupt:
        raise site.Interrupted(f"Interrompu. {rest}") from None


def _send(reports: Path, read: list[Path], target: Path) -> Sent:
    former = _former(target)
    files = {path.relative_to(reports).as_posix(): path for path in read}
    new = {name: [manifest.checksum(path.read_bytes())] for name, path in files.items()}
    _refuse_touched(target, former, new)
    _open_folder(target)
    both = {n: sorted({*former.get(n, ()), *new.get(n, ())}) for n in (*former, *new)}
    _sweep(target, both)
    _note(target, both)
    for name in sorted(new, key=lambda name: (name == FILES["index"], name)):
        content = files[name].read_bytes()
        if [manifest.checksum(content)] != new[name]:
            raise QpvError(f"{name} a changé pendant sa publication. Relancer qpv publish.")
        _open_folder((target / name).parent)
        writing.write(target / name, content)
    removed = tuple(name for name in former if name not in new and _remove(target, name))
    _note(target, new)
    return Sent(len(new), removed, _others(target, new))


# --- what may be sent ----------------------------------------------------------------------------


def readers(reports: Path) -> list[Path]:
    """The files that readers get, read again: all that was asked for so far, as it was built.

    Raises
    ------
    QpvError
        When one is unfinished, missing or altered, with what to do. A page in failure is one of
        them, and shows its notice.
    """
    records, left = ledger.read(reports), manifest.read(reports)
    if not records and left is None:
        raise QpvError(f"Aucune page construite dans {reports}. {FIRST}")
    pending = [record.name for record in records.values() if record.state == "pending"]
    if pending:
        raise QpvError(f"{named(pending)} à refaire. {FIRST}")
    if left is None:
        raise QpvError(
            f"La dernière exécution n'a pas fini dans {reports}, ou son relevé ({manifest.NAME})"
            f" est abîmé. {FIRST}"
        )
    files = site.sent(left.files)
    wrong = manifest.changed(reports, left, [*files, ledger.NAME])
    if wrong:
        told = named([records[file].name if file in records else file for file in wrong], "fichier")
        raise QpvError(f"Absent, ou changé depuis la construction : {told}. {FIRST}")
    return sorted(reports / file for file in files)


def _refuse_failures(records: dict[str, ledger.Record], accepted: int) -> None:
    failed = [r.name for r in records.values() if r.state == "failed" or r.lacks]
    if len(failed) == accepted:
        return
    if not failed:
        raise QpvError(f"Aucune page en échec, et non {accepted} : retirer --accept-failures")
    what = "en échec ou à compléter" if any(r.lacks for r in records.values()) else "en échec"
    raise QpvError(
        f"{named(failed)} {what}. Voir registre.html ; réparer et relancer qpv report, ou "
        f"publier en le sachant : --accept-failures {len(failed)}"
    )


# --- what may be replaced ------------------------------------------------------------------------


def _former(target: Path) -> Listed:
    """Files that publications wrote in a folder; none in a new or an empty one.

    Raises
    ------
    QpvError
        When it is no folder, or holds something and no list of ours.
    """
    if target.is_symlink() and not target.exists():
        raise QpvError(f"« {target} » est un lien qui ne mène à rien. Le refaire, ou le supprimer.")
    if target.exists() and not target.is_dir():
        raise QpvError(f"« {target} » n'est pas un dossier.")
    mark = target / MARK
    if mark.is_symlink() or mark.exists():
        return _listed(mark)
    if target.is_dir() and any(not path.name.startswith(WORK) for path in target.iterdir()):
        raise QpvError(
            f"« {target} » contient autre chose qu'un site publié par qpv : rien n'y est remplacé."
            " Choisir un dossier vide ou nouveau."
        )
    return {}


def _listed(mark: Path) -> Listed:
    """The list of a publication, if it is one, and names files of its own folder only."""
    files: object = None
    if mark.is_file() and not mark.is_symlink():
        try:
            read = json.loads(mark.read_bytes())
            files = (
                read.get("files") if isinstance(read, dict) and read.get("qpv") == HEAD else None
            )
        except (ValueError, RecursionError):
            files = None
    if not isinstance(files, dict) or not all(map(_sound, files, files.values())):
        raise QpvError(
            f"« {mark} » n'est pas, ou n'est plus, la liste d'un site publié par qpv : rien n'est"
            f" remplacé dans {mark.parent}. Choisir un dossier vide ou nouveau."
        )
    return files


def _sound(name: str, checksums: object) -> bool:
    """Whether an entry is one of ours: the name of a file inside the folder, and checksums."""
    path = PurePosixPath(name)
    inside = path.as_posix() == name and not path.is_absolute() and ".." not in path.parts
    plain = name.isascii() and name.isprintable() and not {"\\", ":"} & set(name)
    listed = isinstance(checksums, list) and all(isinstance(one, str) for one in checksums)
    return inside and plain and listed and name not in (".", MARK)


def _found(target: Path, name: str) -> str:
    """Checksum of a file of the folder, empty when there is none; never read out of it."""
    place = target / name
    kinds = (place, Path.is_file), *((folder, Path.is_dir) for folder in _above(name, target))
    if any(path.is_symlink() or (path.exists() and not kind(path)) for path, kind in kinds):
        return OTHER
    return manifest.checksum(place.read_bytes()) if place.exists() else ""


def _above(name: str, target: Path) -> list[Path]:
    """Folders between a file and the target, the nearest first."""
    return list((target / name).parents)[: name.count("/")]


def _refuse_touched(target: Path, former: Listed, new: Listed) -> None:
    """Refuse while a published file was modified, or a file of others has the name of a page."""
    touched = {}
    for name in sorted({*former, *new}):
        found = _found(target, name)
        if found and found not in former.get(name, ()):
            touched[name] = "modifié depuis sa publication" if name in former else "pas de qpv"
    if touched:
        shown = ", ".join(f"{name} ({why})" for name, why in list(touched.items())[:10])
        more = " et d'autres" if len(touched) > 10 else ""
        raise QpvError(
            f"Rien n'a changé dans {target}, où le site remplacerait {shown}{more}. Mettre ces"
            " fichiers ailleurs, ou les supprimer, puis relancer qpv publish."
        )


# --- what is written -----------------------------------------------------------------------------


def _open_folder(folder: Path) -> None:
    """Make a folder, which all may read whatever the user's umask; one that is there stays so."""
    if not folder.exists():
        _open_folder(folder.parent)
        folder.mkdir()
        folder.chmod(0o755)


def _sweep(target: Path, names: Iterable[str]) -> None:
    """Remove what a publication that was killed had begun to write."""
    for folder in {(target / name).parent for name in names} | {target}:
        writing.sweep(folder)


def _note(target: Path, files: Listed) -> None:
    """Write the list of what is ours."""
    told = json.dumps({"qpv": HEAD, "files": files}, ensure_ascii=False, indent=1, sort_keys=True)
    writing.write(target / MARK, told + "\n")


def _remove(target: Path, name: str) -> bool:
    """Remove a former page, and its folder once empty; whether it was there."""
    place = target / name
    if not place.exists():
        return False
    place.unlink()
    for folder in _above(name, target):
        if not any(folder.iterdir()):
            folder.rmdir()
    return True


def _others(target: Path, names: Collection[str]) -> int:
    """How many files of a folder are not ours."""
    held = sum(len(files) for _, _, files in os.walk(target))
    return held - len(names) - 1
