"""Pages of the register: the summer board, the coverage of needs, the control of an import."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from qpvlib.actions.intentions import Partner
from qpvlib.catalogue import Fault, slug, wording
from qpvlib.project import current
from qpvlib.publishing import demand, jobs
from qpvlib.publishing.job import say
from qpvlib.tables import writing

PARTNERS = "partenaires"  # folder of the sheets to send, in that of the pages

if TYPE_CHECKING:
    from qpvlib.actions.register import Merged


def build(year: int, at: date, reports: Path | None = None, suffix: str = "") -> list[Path]:
    """Build the board and the coverage."""
    return demand.build([jobs.board(year, at, suffix), jobs.coverage(year)], reports)


def prepare(year: int, partners: Sequence[Partner] = (), reports: Path | None = None) -> list[Path]:
    """Build the planning of a summer, and the sheets of its partners, if there are some."""
    pages = demand.build([jobs.planning(year)], reports)
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
    writing.write(place, framed(jobs.of_register(say("control", file=file)), shown.content))
