"""Getting the producers' files: downloaded and checked, or where to take them."""

from dataclasses import dataclass
from pathlib import Path

from qpvlib.catalogue import Fault, QpvError, Source, catalogue
from qpvlib.tables import reading, soundness, sources, writing

Outcome = tuple[str, bool]  # a French line, and whether the file is still missing or refused
STAYS = "Le fichier en place n'a pas changé."


@dataclass(frozen=True)
class Wanted:
    """One file to get, and how far to go."""

    name: str
    source: Source
    path: str
    raw: Path
    recorded: str | None
    accept: bool

    @property
    def place(self) -> Path:
        """Where the file goes."""
        return self.raw / self.path


def fetch(
    names: list[str], raw: Path, accept: bool = False, again: bool = False
) -> tuple[list[str], bool]:
    """Get the files of some sources into the raw folder.

    A file that differs from the one recorded is checked by its content, and kept only when it is
    sound and ``accept`` is given; otherwise the one already there stays.

    Parameters
    ----------
    names : list of str
        Codes of sources.
    raw : Path
    accept : bool
        Keep and record a different file whose content is sound.
    again : bool
        Download again what is already there.

    Returns
    -------
    (list of str, bool)
        A French line for each file, and whether one is still missing or refused.
    """
    known = sources.registry()
    wanted = [
        Wanted(name, catalogue().sources[name], path, raw, known.get(path), accept)
        for name in names
        for path in sources.files(catalogue().sources[name])
    ]
    outcomes = [_one(file, again) for file in wanted]
    return [line for line, _ in outcomes], any(failed for _, failed in outcomes)


def _one(file: Wanted, again: bool) -> Outcome:
    if file.place.is_file() and not (again and file.source.url):
        if sources.state(file.place, file.recorded) == "same":
            return f"{file.path} : déjà là, identique à celui enregistré.", False
        return _settle(file, file.place)
    if not file.source.url:
        return sources.where_to_get(file.source, file.path, file.raw), True
    try:
        with writing.aside(file.place.parent, STAYS) as work:
            return _received(file, sources.download(file.source, file.path, work))
    except QpvError as error:
        return f"{error} {STAYS}" if file.place.exists() else str(error), True


def _received(file: Wanted, received: Path) -> Outcome:
    if sources.state(received, file.recorded) == "same":
        received.replace(file.place)
        return f"{file.path} : reçu, identique à celui enregistré.", False
    return _settle(file, received)


def _settle(file: Wanted, found: Path) -> Outcome:
    """Judge by its content a file that is not the one recorded."""
    met = "trouvé" if found == file.place else "reçu"
    told = f"{file.path} : {met}, différent de celui enregistré"
    if file.recorded is None:
        told = f"{file.path} : {met}, aucune empreinte n'est enregistrée"
    stays = f" {STAYS}" if found != file.place and file.place.exists() else ""
    faults = _content(file, found)
    if faults:
        listed = "\n".join(f"  - {fault}" for fault in faults)
        renew = f"\n  Pour le reprendre : qpv fetch {file.name} --again"
        renew = renew if found == file.place and file.source.url else ""
        return f"{told} ; son contenu est refusé.{stays}\n{listed}{renew}", True
    if not file.accept:
        ask = f"Pour l'accepter : qpv fetch {file.name} --accept"
        if found != file.place:
            ask += " --again" if file.place.exists() else ""
        return f"{told} ; son contenu est bon.{stays} {ask}", True
    if found != file.place:
        found.replace(file.place)
    sources.record(file.raw, only=[file.path])
    return f"{told} ; son contenu est bon : accepté, et son empreinte enregistrée.", False


def _content(file: Wanted, found: Path) -> list[Fault]:
    entry = sources.entry_of(file.source, file.path)
    rows, faults = reading.read_file(file.source, entry, file.path, found)
    if rows is None:
        return faults
    return faults + soundness.total_faults(file.source, entry, rows)
