"""Pages of the register: the summer board, the coverage of needs, the control of an import."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from qpvlib.actions import register
from qpvlib.actions.intentions import Partner
from qpvlib.catalogue import Fault, catalogue, slug, wording
from qpvlib.project import current
from qpvlib.publishing import demand, jobs
from qpvlib.publishing.jobs import Job, Page, say
from qpvlib.tables import writing

PARTNERS = "partenaires"  # folder of the sheets to send, in that of the pages

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


def planning(year: int) -> Job:
    """The job of the planning of a summer: a meeting page for each contract."""
    title = say("planning", year=year)
    page = _page(title)
    return Job(title, jobs.FILES["planning"], "preparation_ete.ipynb", (("year", year),), page)


def build(year: int, at: date, reports: Path | None = None, suffix: str = "") -> list[Path]:
    """Build the board and the coverage."""
    return demand.build([board(year, at, suffix), coverage(year)], reports)


def prepare(year: int, partners: Sequence[Partner] = (), reports: Path | None = None) -> list[Path]:
    """Build the planning of a summer, and the sheets of its partners, if there are some."""
    pages = demand.build([planning(year)], reports)
    return [*pages, *(sheets(year, partners, reports or current().reports) if partners else [])]


def sheets(year: int, partners: Sequence[Partner], reports: Path) -> list[Path]:
    """Write the sheet of each partner, as a workbook and in Word: every one, or none."""
    from qpvlib.document import word
    from qpvlib.pages import partner as sheet
    from qpvlib.roadmap import partner_book
    from qpvlib.roadmap.preparation import preparation

    of, folder = preparation(year), reports.resolve() / PARTNERS
    names, state = [], wording.say("partner", "state")
    with writing.aside(folder, "Les fiches précédentes n'ont pas changé.") as work:
        for one in partners:
            stem = f"ete-{year}-{slug(one.name)}"
            partner_book.write(work / f"{stem}.xlsx", one, year, sheet.notes(of, one))
            content = word.word(sheet.sheet(of, one), one.name, state)
            (work / f"{stem}.docx").write_bytes(content)
            names += [f"{stem}.xlsx", f"{stem}.docx"]
        return writing.put(work, folder, names)


def write_control(
    place: Path, file: str, flaws: Sequence[Fault] = (), notices: Sequence[str] = (),
    done: "Merged | None" = None,
) -> None:  # fmt: skip
    """Write the page that says all that an import found wrong, or what it changed."""
    from qpvlib.pages import imports
    from qpvlib.publishing.page import framed

    shown = imports.control(file, list(flaws), list(notices), done)
    writing.write(place, framed(_page(say("control", file=file)), shown.content))
