"""What is declared of the accessibility of the pages (``accessibility.toml``), read strictly."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import Field

from qpvlib.catalogue.producers import Entry
from qpvlib.catalogue.strict import entries
from qpvlib.catalogue.written import refused, toml_file
from qpvlib.project import current, kept

FILE = "accessibility.toml"


class Criterion(Entry):
    """A criterion of the RGAA: whether it is met, and how that is known."""

    theme: str
    label: str = Field(description="in our words")
    state: Literal["met", "failed", "none", "untested"] = Field(description="none: not applicable")
    checks: tuple[str, ...] = Field(default=(), description="of the gate, or tests, by their name")
    seen: date | None = Field(default=None, description="the day somebody looked")
    note: str = Field(
        default="", description="what was looked at, what fails, why it is not tested"
    )

    @property
    def wrong(self) -> str:
        """Why its state is not held by how it is known; empty if it is."""
        proved = bool(self.checks or self.seen)
        if self.state in ("met", "failed") and not proved:
            return "ni « checks » ni « seen » : comment le sait-on ?"
        if self.state == "untested" and proved:
            return "« untested », et pourtant un contrôle ou une date"
        if (self.seen or self.state != "met") and not self.note:
            return "champ « note » absent : dire ce qui a été regardé, ou pourquoi"
        return ""


class Statement(Entry):
    """The statement of the pages' accessibility."""

    contact: str = Field(description="where to write; empty: the préfecture is to give it")
    established: date
    criteria: dict[str, Criterion] = Field(min_length=1)
    colours: dict[str, str] = Field(description="« td.w1 » → the words that it must hold")

    def of(self, *states: str) -> list[str]:
        """Numbers of the criteria in some states."""
        return [number for number, one in self.criteria.items() if one.state in states]


@kept("root")
def declared() -> Statement:
    """The statement, whole.

    Raises
    ------
    Faults
        Every one: a field unknown or absent, a state that nothing holds.
    """
    faults: list[str] = []
    read = toml_file(current().catalogue, FILE, faults)
    found = entries(FILE, {"statement": read}, Statement, faults) if not faults else {}
    faults += [fault for statement in found.values() for fault in _wrong(statement)]
    if faults:
        raise refused(faults)
    return found["statement"]


def _wrong(statement: Statement) -> Iterator[str]:
    for number, criterion in statement.criteria.items():
        if criterion.wrong:
            yield f"{FILE}, [criteria.{number}] : {criterion.wrong}"
