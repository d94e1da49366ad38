"""What is still to be decided, and what forbids a document to be final."""

from collections.abc import Callable
from functools import partial

from qpvlib.catalogue import Faults, axes, catalogue
from qpvlib.catalogue.faults import counted
from qpvlib.project import current
from qpvlib.roadmap import answers, corrections, decisions, published, signatures
from qpvlib.roadmap.stands import Stand
from qpvlib.tables import sealing
from qpvlib.tables.areas import neighbourhoods


def declared_faults() -> list[str]:
    """Faults of the axes' declarations, of the files of decisions, the editions kept."""
    try:
        schemes = axes.declared().schemes
    except Faults as error:
        return [f"Catalogue, {fault}" for fault in error.faults]
    if current().decisions.is_file():
        return [f"{current().decisions} : un fichier est à la place du dossier des décisions"]
    faults = []
    for path in sorted(current().decisions.glob("*.toml")):
        if path.name in (signatures.FILE, answers.FILE):
            continue
        if path.stem not in schemes:
            faults.append(f"{path.name} : ce n'est le nom d'aucun schéma ({', '.join(schemes)})")
        else:
            faults += _faults(partial(decisions.read, path.stem))
    others = (signatures.read, answers.read, corrections.read)
    return [*faults, *(fault for read in others for fault in _faults(read)), *published.faults()]


def _faults(read: Callable[[], object]) -> list[object]:
    try:
        read()
    except Faults as error:
        return error.faults
    return []


def require() -> None:
    """Refuse to build from tables edited by hand, from decisions with faults."""
    sealing.require()
    axes.declared()  # a fault of the catalogue is not one of the decisions
    if faults := declared_faults():
        raise decisions.refused(faults, "les décisions, les corrections ou les éditions")


def undecided(found: dict[str, list[Stand]]) -> list[str]:
    """Proposals without a decision, one line per neighbourhood."""
    lines = []
    for code, stands in found.items():
        waiting = [s.axis.short for s in stands if s.state == "pending"]
        if waiting:
            name = neighbourhoods()[code].name
            lines.append(f"{name} ({code}) : à décider : {', '.join(waiting)}")
    return lines


def final_faults(found: dict[str, list[Stand]]) -> list[str]:
    """Everything that forbids a final document, named."""
    faults = [f"{line}. Une proposition sans décision." for line in undecided(found)]
    return faults + [fault for own in found.values() for s in own for fault in _stand_faults(s)]


def _stand_faults(stand: Stand) -> list[str]:
    decision = stand.decision
    if decision is None:
        return []
    name = f"{stand.place.name} ({stand.place.code}), axe « {stand.axis.short} »"
    faults = []
    if decision.kept and not (stand.proposed or decision.reason or decision.field):
        faults.append(f"{name} : retenu sans indicateur ni motif. Écrire le motif.")
    if decision.kept and not decision.objectives:
        faults.append(f"{name} : retenu sans objectif. En écrire un, avec un verbe d'action.")
    if decision.figures and decision.checksum != decisions.checksum(decision.figures):
        faults.append(f"{name} : les chiffres gardés avec la décision ont été modifiés à la main.")
    for code, (then, now) in stand.stale.items():
        label = catalogue().indicator(code).label if code in catalogue().indicators else code
        faults.append(
            f"{name} : la décision du {decision.date:%d/%m/%Y} repose sur un chiffre qui a "
            f"changé. {label} : {then} alors, {now} maintenant. Décider de nouveau."
        )
    if not decision.figures and stand.axis.indicators:
        faults.append(f"{name} : la décision ne dit pas sur quels chiffres elle repose.")
    return faults


def summary(found: dict[str, list[Stand]]) -> str:
    """How much is decided, in one line."""
    stands = [s for part in found.values() for s in part]
    decided = sum(s.decision is not None for s in stands)
    waiting = sum(s.state == "pending" for s in stands)
    return f"{counted(decided, 'décision')}, {counted(waiting, 'proposition')} à décider"
