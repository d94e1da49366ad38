"""Getting the producers' files: downloaded and checked, or where to take them."""

from dataclasses import dataclass
from pathlib import Path

from qpvlib.catalogue import Fault, QpvError, Source, SourceFile, catalogue
from qpvlib.tables import reading, soundness, sources, writing

Outcome = tuple[str, bool]  # a French line, and whether the file is still missing or refused
STAYS = "Le fichier en place n'a pas changé."


@dataclass(frozen=True)
class Wanted:
    """One file to get, and how far to go."""

    name: str
    source: Source
    entry: SourceFile
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

    ``again`` downloads what is already there. Returns a French line for each file, and whether one
    is still missing or refused.
    """
    known = sources.registry()
    wanted = [
        Wanted(name, source, entry, path, raw, known.get(path), accept)
        for name, source in [(name, catalogue().sources[name]) for name in names]
        for entry in source.files
        for path in (entry.path, *entry.copies)
    ]
    outcomes = [_one(file, again) for file in wanted]
    return [line for line, _ in outcomes], any(failed for _, failed in outcomes)


def _one(file: Wanted, again: bool) -> Outcome:
    if file.place.is_file() and not (again and file.source.url):
        return _settle(file, file.place)
    if not file.source.url:
        told = sources.where_to_get(file.source, file.path, file.raw)
        return told + " (facultatif)" * file.source.if_there, not file.source.if_there
    try:
        with writing.aside(file.place.parent, STAYS) as work:
            return _settle(file, sources.download(file.source, file.path, work))
    except QpvError as error:
        return f"{error} {STAYS}" if file.place.exists() else str(error), True


def _settle(file: Wanted, found: Path) -> Outcome:
    """Judge a file, by its content when it is not the one recorded."""
    here = found == file.place
    if sources.state(found, file.recorded) == "same":
        if not here:
            found.replace(file.place)
        met = "déjà là" if here else "reçu"
        return f"{file.path} : {met}, identique à celui enregistré.", False
    met, state = "trouvé" if here else "reçu", "différent de celui enregistré"
    if file.recorded is None:
        state = "aucune empreinte n'est enregistrée"
    told = f"{file.path} : {met}, {state}"
    stays = f" {STAYS}" if not here and file.place.exists() else ""
    faults = _content(file, found)
    if faults:
        listed = "\n".join(f"  - {fault}" for fault in faults)
        renew = f"\n  Pour le reprendre : qpv fetch {file.name} --again"
        renew = renew if here and file.source.url else ""
        return f"{told} ; son contenu est refusé.{stays}\n{listed}{renew}", True
    if not file.accept:
        ask = f"Pour l'accepter : qpv fetch {file.name} --accept"
        ask += " --again" if stays else ""
        return f"{told} ; son contenu est bon.{stays} {ask}", True
    if not here:
        found.replace(file.place)
    sources.record(file.raw, only=[file.path])
    return f"{told} ; son contenu est bon : accepté, et son empreinte enregistrée.", False


def _content(file: Wanted, found: Path) -> list[Fault]:
    rows, faults = reading.read_file(file.source, file.entry, file.path, found)
    return (
        faults if rows is None else faults + soundness.total_faults(file.source, file.entry, rows)
    )
