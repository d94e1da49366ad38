"""Executed notebook → one offline, accessible page (nbconvert)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from functools import cache, partial
from typing import Any, TypeVar

import nbformat
from nbconvert import HTMLExporter, TemplateExporter

from qpvlib.catalogue import catalogue
from qpvlib.document import palette, writing
from qpvlib.document.acronyms import spelled
from qpvlib.document.blocks import Content
from qpvlib.document.exhibits import AREA, PAGE
from qpvlib.document.writing import filled, french, state_of, style
from qpvlib.pages import corrections, own
from qpvlib.pages.annex import CONTENTS
from qpvlib.pages.ledger import listing, unmade
from qpvlib.publishing import gate, withheld
from qpvlib.publishing.contents import contents
from qpvlib.publishing.job import FILES, Page, links, say
from qpvlib.publishing.ledger import Record
from qpvlib.publishing.states import TEMPLATE
from qpvlib.roadmap import signatures
from qpvlib.roadmap.signatures import State

Written = TypeVar("Written", str, bytes)


class _Exporter(HTMLExporter):
    """nbconvert's, without its parse of the whole page to add an English text to mute images.

    The gate refuses such images.
    """

    def from_notebook_node(self, nb: nbformat.NotebookNode, *given: Any, **named: Any) -> tuple:
        return TemplateExporter.from_notebook_node(self, nb, *given, **named)


@cache
def _exporter() -> HTMLExporter:
    exporter = _Exporter(
        template_name="template",
        extra_template_basedirs=[str(TEMPLATE.parent)],
        exclude_anchor_links=True,
    )
    exporter.exclude_input = True
    exporter.register_filter("contents", partial(contents, own=CONTENTS))
    return exporter


def export(
    notebook: nbformat.NotebookNode,
    page: Page,
    inputs: str = "",
    code: str = "",
    state: State | None = None,
) -> str:
    """HTML of an executed notebook, which says the checksums of its inputs and of the code.

    ``state`` is what the page says of itself; a draft, when left out.
    """
    state = state or signatures.draft()
    notebook = nbformat.from_dict(notebook)
    slot = state_of(state.name, state.label)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = french(cell.source)
        elif cell.cell_type == "code":
            cell.outputs = [
                _output(filled(shown, slot, *page.pack).replace(AREA, f' data-area="{page.area}"'))
                for shown in _shown(cell)
            ]
    sheet = style() + palette.dark() + (TEMPLATE / "page.css").read_text("utf-8")
    words = {key: french(text) for key, text in catalogue().phrases["page"].items()}
    links, behind = (
        [(file, french(label)) for file, label in held] for held in (page.links, page.behind)
    )
    corrected = corrections.block(page.corrections, FILES["corrections"])
    notebook.metadata["qpv"] = asdict(page) | {
        "style": sheet, "inputs": inputs, "code": code, "state": state.foot, "words": words,
        "links": links, "behind": behind,
        "corrections": writing.framed(corrected, {}, "corrected") if corrected else "",
        "title": french(page.title), "description": french(page.description),
        "footer": french(page.footer),
        "invented": french(catalogue().phrases["register"]["banner"]),
        "foot": french(page.foot),  # in a style sheet, where « &#39; » would be read as it is
    }  # fmt: skip
    html, _ = _exporter().from_notebook_node(notebook)
    # A page that leads to no data of the site has no cards beside it either.
    return spelled(html if page.behind else writing.unlinked(html)) + "\n"


def _shown(cell: nbformat.NotebookNode) -> Iterator[str]:
    """Exhibits of a cell, without their style sheet; a notice, where it shows something else."""
    for output in cell.get("outputs", []):
        if PAGE in output.get("data", {}):
            yield "".join(output.data[PAGE])
    if held := withheld.reason(cell):
        yield writing.framed(own.missing(held), {}, "withheld")


def _output(html: str) -> nbformat.NotebookNode:
    shown = {"output_type": "display_data", "data": {"text/html": html}, "metadata": {}}
    return nbformat.from_dict(shown)


def signed(file: str, made: Callable[[State], Written]) -> Written:
    """A page or a document with the state that its signature gives it.

    ``made`` writes it with a state; a signature holds for what it says as a draft.
    """
    draft = made(signatures.draft())
    content = draft.encode() if isinstance(draft, str) else draft
    state = signatures.state(file, signatures.content_of(content))
    return draft if state == signatures.draft() else made(state)


def framed(page: Page, content: Content, kind: str = "", state: State | None = None) -> str:
    """A page of ours around some blocks, without a notebook: a notice, the ledger, the annex."""
    shown = nbformat.v4.new_output("display_data", {PAGE: writing.framed(content, {}, kind)})
    cell = nbformat.v4.new_code_cell(id="body", outputs=[shown])
    return export(nbformat.v4.new_notebook(cells=[cell]), page, state=state)


def alone(name: str, page: Page, content: Content, kind: str) -> str:
    """A page without a notebook, with the state that its signature gives it, through the gate."""
    written = signed(name, lambda state: framed(page, content, kind, state))
    gate.require(name, gate.page(None, written, page))
    return written


def notice(page: Page, published_at: str) -> str:
    """What stands in for a page that could not be refreshed: it cannot look current."""
    return framed(page, unmade(page.title, date.today(), published_at))


def ledger(records: Sequence[Record]) -> str:
    """The ledger, for whoever runs the batch: what failed first, then every page."""
    title = say("ledger")
    footer = say("footer", office=catalogue().territory["office"], name=title)
    about = Page(title, say("ledger_description"), "", title, footer, links("index"), large=True)
    return framed(about, listing(list(map(asdict, records)), title))
