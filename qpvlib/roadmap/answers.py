"""What people of the field answered to the questions: kept in ``data/decisions/terrain.toml``.

An answer is what someone says, with a function and a date: never a figure, never mixed with them.
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from qpvlib.catalogue import axes, unknown
from qpvlib.catalogue.producers import Entry
from qpvlib.catalogue.written import toml_file
from qpvlib.project import current
from qpvlib.roadmap.decisions import (
    Draft,
    author_faults,
    edited,
    frame_faults,
    refused,
    save,
    text_faults,
    valid,
)
from qpvlib.tables.areas import neighbourhoods

FILE = "terrain.toml"
HEADER = """\
# Les réponses du terrain aux questions des diagnostics, une par quartier et par question. Ce
# fichier se modifie à la main, ou par le classeur : qpv decide --export, puis --import. Pas de nom
# de personne, une fonction ; ni information sur une personne reconnaissable.

"""
Key = tuple[str, str]  # neighbourhood and question


class Answer(Entry):
    """An answer to one question of one neighbourhood."""

    neighbourhood: str
    question: str
    asked: str = ""
    answer: str
    function: str
    date: dt.date

    @property
    def key(self) -> Key:
        """Neighbourhood and question: the name of its pattern."""
        return self.neighbourhood, self.question


def place() -> Path:
    """The file of the answers."""
    return current().decisions / FILE


def read(today: dt.date | None = None) -> dict[Key, Answer]:
    """Answers by neighbourhood and question; none without a file; a fault is ``Faults``."""
    path = place()
    if not path.exists():
        return {}
    faults: list[str] = []
    tables = toml_file(path.parent, path.name, faults)
    faults += frame_faults(FILE, tables, "answer", "chaque réponse")
    if faults:
        raise refused(faults)
    drafts = [Draft(f"{FILE}, réponse {n}", table) for n, table in enumerate(tables["answer"], 1)]
    return checked(drafts, today)


def checked(drafts: Sequence[Draft], today: dt.date | None = None) -> dict[Key, Answer]:
    """Drafts turned into answers, all or none."""
    faults: list[str] = []
    kept: dict[Key, Answer] = {}
    for where, answer in valid(drafts, Answer, faults):
        faults += [f"{where} : {fault}" for fault in _faults(answer, today)]
        if answer.key in kept:
            faults.append(f"{where} : deux réponses à la même question du même quartier")
        kept[answer.key] = answer
    if faults:
        raise refused(faults)
    return kept


def _faults(answer: Answer, today: dt.date | None) -> list[str]:
    faults, known, places = [], axes.declared().patterns, neighbourhoods()
    if answer.neighbourhood not in places:
        told = unknown("le quartier", answer.neighbourhood, places, "Liste : qpv list")
        faults.append(told)
    if answer.question not in known:
        faults.append(unknown("la question", answer.question, known))
    if not answer.answer.strip():
        faults.append("réponse vide")
    faults += author_faults(answer.date, answer.function, today)
    return faults + text_faults(
        {"réponse": (answer.answer, "prose"), "fonction": (answer.function, "name")}
    )


def store(found: dict[Key, Answer]) -> Path:
    """Write answers, the comments of the file and the answers not given kept; its path."""
    return save({place(): text(found)})[0]


def text(found: dict[Key, Answer]) -> str:
    """The file as it becomes with these answers."""
    entries = [answer.model_dump() for answer in found.values()]
    return edited(place(), HEADER, "answer", ("neighbourhood", "question"), entries)
