"""Pages of the register: the summer board, the coverage of needs, the control of an import."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from qpvlib.actions import register
from qpvlib.catalogue import Fault, QpvError, catalogue
from qpvlib.project import current
from qpvlib.publishing import batch, pools
from qpvlib.publishing.jobs import Job, Page
from qpvlib.tables import writing

if TYPE_CHECKING:
    from qpvlib.actions.register import Merged


def _page(title: str, links: tuple[tuple[str, str], ...] = ()) -> Page:
    home = catalogue().territory
    invented = register.fictitious()
    title = f"DONNÉES FICTIVES · {title}" if invented else title
    state = "DONNÉES FICTIVES" if invented else "projet, non relu"
    return Page(
        title=title, description=f"{title}, projet non relu", area=f"D{home['departement']}",
        foot=f"{title} · {state}", footer=f"{home['office']}. {title}, projet non relu.",
        links=links, large=True,
    )  # fmt: skip


def board(year: int, at: date, suffix: str = "") -> Job:
    """The job of the summer board, seen from a date."""
    title = f"Quartiers d'été {year}, {at:%d/%m/%Y} : tableau de bord"
    return Job(
        f"Quartiers d'été {year}", f"quartiers-ete{suffix}.html", "quartiers_ete.ipynb",
        (("year", year), ("at", at.isoformat())),
        _page(title, (("couverture.html", "Besoins et actions"),)),
    )  # fmt: skip


def coverage(year: int) -> Job:
    """The job of the coverage of needs."""
    title = f"Besoins et actions {year}"
    return Job(
        title, "couverture.html", "couverture.ipynb", (("year", year),),
        _page(title, (("quartiers-ete.html", "Quartiers d'été"),)),
    )  # fmt: skip


def build(year: int, at: date, reports: Path | None = None, suffix: str = "") -> list[Path]:
    """Build the board and the coverage; a page that fails leaves the former one.

    Raises
    ------
    QpvError
        With the cause, for each page that could not be built.
    """
    reports = reports or current().reports
    outcomes = list(batch.run([board(year, at, suffix), coverage(year)], pools.processes()))
    for outcome in outcomes:
        if not outcome.failed:
            writing.write(reports / outcome.job.file, outcome.html)
    failed = [f"{o.job.name} : {o.cause}" for o in outcomes if o.failed]
    if failed:
        raise QpvError("\n".join(failed))
    return sorted((reports / outcome.job.file for outcome in outcomes), reverse=True)


def write_control(
    place: Path, file: str, flaws: Sequence[Fault] = (), notices: Sequence[str] = (),
    done: "Merged | None" = None,
) -> None:  # fmt: skip
    """Write the page that says all that an import found wrong, or what it changed."""
    from qpvlib.pages import imports
    from qpvlib.publishing.page import framed

    shown = imports.control(file, list(flaws), list(notices), done)
    writing.write(place, framed(_page(f"Contrôle de {file}"), shown.html))
