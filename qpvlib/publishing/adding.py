"""A section of one's own → cells of a diagnostic, under its title; or a notice that it failed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode

from qpvlib.catalogue import QpvError
from qpvlib.document import writing
from qpvlib.document.blocks import Content, Span
from qpvlib.document.exhibits import PAGE
from qpvlib.pages import own
from qpvlib.publishing import execution, sections, withheld
from qpvlib.publishing.sections import HEADING, TITLE, Section
from qpvlib.publishing.states import SECTIONS

OPENS, CLOSES = "qpv_opens", "qpv_closes"  # of its first and last cells: the template frames them


@dataclass(frozen=True)
class Added:
    """A section as it was run: its cells, what it lacks, what libraries warned of."""

    section: Section
    cells: tuple[NotebookNode, ...]
    lacks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def run(section: Section, code: str) -> Added:
    """Run a section for a neighbourhood; what goes wrong in it is what it shows."""
    try:
        done = execution.apart(sections.folder() / section.file, {"code": code})
    except execution.Failure as failure:
        if failure.machine:
            raise
        return failed(section, failure.cause, failure.cell)
    except QpvError as error:  # the file is no longer what was read
        return failed(section, str(error))
    where = f"{SECTIONS}/{section.file}"
    return Added(
        section, _framed(section, _kept(done.notebook)), withheld.lines(where, done.notebook),
        tuple(f"{section.file}, {line}" for line in done.warnings),
    )  # fmt: skip


def failed(section: Section, cause: str, cell: int | None = None) -> Added:
    """What stands for a section that could not be run, or that the gate refused."""
    key = "refused" if cell is None else "failed"
    told = own.say("own", key, notebook=section.file, cell=cell, cause=Span(cause, "code"))
    where = f"carnet {SECTIONS}/{section.file}" + ("" if cell is None else f", cellule {cell}")
    return Added(
        section, _framed(section, [_shown(own.missing(told), "withheld")]), (f"{where} : {cause}",)
    )


def placed(notebook: NotebookNode, added: Sequence[Added]) -> NotebookNode:
    """The notebook with the cells of the sections before its details, or at its end."""
    if not added:
        return notebook
    cells = notebook.cells
    tagged = (i for i, c in enumerate(cells) if "details" in c.metadata.get("tags", ()))
    at = next(tagged, len(cells))
    own_cells = [cell for one in added for cell in one.cells]
    return nbformat.from_dict(notebook | {"cells": [*cells[:at], *own_cells, *cells[at:]]})


def sound(added: Sequence[Added], faults: Callable[[Sequence[Added]], list[str]]) -> list[Added]:
    """The sections, those that the gate refuses replaced by a notice.

    ``faults`` gives those of the page with some of the sections.
    """
    before, kept = faults(()), list[Added]()
    for one in added:
        wrong = [fault for fault in faults((*kept, one)) if fault not in before]
        kept.append(failed(one.section, " ; ".join(wrong)) if wrong else one)
    return kept


# --- its cells -----------------------------------------------------------------------------------


def _framed(section: Section, cells: Sequence[NotebookNode]) -> tuple[NotebookNode, ...]:
    """Cells of a section, its title first."""
    found = [_shown(own.section(section.title, section.file), "local"), *cells]
    found[0].metadata[OPENS] = True
    found[-1].metadata[CLOSES] = True
    return tuple(found)


def _shown(content: Content, kind: str) -> NotebookNode:
    data = {PAGE: writing.framed(content, {}, kind)}
    return nbformat.v4.new_code_cell(
        id=kind, outputs=[nbformat.v4.new_output("display_data", data)]
    )


def _kept(notebook: NotebookNode) -> list[NotebookNode]:
    """What its notebook says after its title, each heading one level below it."""
    cells = [cell for cell in notebook.cells if cell.cell_type in ("markdown", "code")]
    first = next(cell for cell in cells if cell.cell_type == "markdown")
    title = TITLE.match(first.source)
    first.source = first.source[title.end() :]
    more = 2 - len(title[1])
    for cell in cells:
        cell.metadata.clear()  # its labels are for another place
        if cell.cell_type == "markdown":
            cell.source = HEADING.sub(lambda at: _lower(at[0], more), cell.source)
    return [c for c in cells if c.cell_type == "code" or c.source.strip()]


def _lower(found: str, more: int) -> str:
    return found if found.startswith("`") else "#" * max(len(found) + more, 3)
