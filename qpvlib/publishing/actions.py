"""Pages of the register: the summer board, the coverage of needs, the control of an import."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from qpvlib.actions import register
from qpvlib.catalogue import Fault, catalogue
from qpvlib.publishing import demand, jobs
from qpvlib.publishing.jobs import Job, Page, say
from qpvlib.tables import writing

if TYPE_CHECKING:
    from qpvlib.actions.register import Merged


def _page(title: str, *others: str) -> Page:
    if register.fictitious():
        title = say("invented", title=title)
    footer = say("footer", office=catalogue().territory["office"], name=title)
    return Page(title, title, jobs.territory(), title, footer, jobs.links(*others), large=True)


def board(year: int, at: date, suffix: str = "") -> Job:
    """The job of the summer board, seen from a date."""
    title = say("board", year=year, at=f"{at:%d/%m/%Y}")
    page = _page(title, "coverage")
    parameters = (("year", year), ("at", at.isoformat()))
    name = say("board_name", year=year)
    return Job(name, f"quartiers-ete{suffix}.html", "quartiers_ete.ipynb", parameters, page)


def coverage(year: int) -> Job:
    """The job of the coverage of needs."""
    title = say("coverage", year=year)
    page = _page(title, "board")
    return Job(title, jobs.FILES["coverage"], "couverture.ipynb", (("year", year),), page)


def build(year: int, at: date, reports: Path | None = None, suffix: str = "") -> list[Path]:
    """Build the board and the coverage."""
    return demand.build([board(year, at, suffix), coverage(year)], reports)


def write_control(
    place: Path, file: str, flaws: Sequence[Fault] = (), notices: Sequence[str] = (),
    done: "Merged | None" = None,
) -> None:  # fmt: skip
    """Write the page that says all that an import found wrong, or what it changed."""
    from qpvlib.pages import imports
    from qpvlib.publishing.page import framed

    shown = imports.control(file, list(flaws), list(notices), done)
    writing.write(place, framed(_page(say("control", file=file)), shown.content))
