"""Executed notebook → one offline, accessible page (nbconvert), and the gate it must pass."""

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from functools import cache, partial
from typing import Any, TypeVar

import nbformat
from lxml.html import HtmlElement, document_fromstring
from nbconvert import HTMLExporter, TemplateExporter

from qpvlib.catalogue import QpvError, catalogue
from qpvlib.document import writing
from qpvlib.document.blocks import Content
from qpvlib.document.exhibits import PAGE
from qpvlib.document.writing import filled, french, state_of, style
from qpvlib.pages import corrections
from qpvlib.pages.annex import CONTENTS
from qpvlib.pages.ledger import listing, unmade
from qpvlib.publishing.contents import contents
from qpvlib.publishing.job import FILES, Page, links, say
from qpvlib.publishing.ledger import Record
from qpvlib.publishing.states import TEMPLATE
from qpvlib.roadmap import signatures
from qpvlib.roadmap.signatures import State

Written = TypeVar("Written", str, bytes)
FIRST_SCREEN = {"br", "id", "duo"}  # classes of what a reader sees before scrolling


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
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/html" in data:
                # An exhibit brings the style sheet for JupyterLab; for a page, without it.
                shown = data.get(PAGE, data["text/html"])
                data["text/html"] = filled("".join(shown), slot, *page.pack)
    sheet = style() + (TEMPLATE / "page.css").read_text("utf-8")
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
        "invented": french(catalogue().phrases["register"]["banner"]),
        "foot": french(page.foot),  # in a style sheet, where « &#39; » would be read as it is
    }  # fmt: skip
    html, _ = _exporter().from_notebook_node(notebook)
    return html + "\n"


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
    shown = nbformat.v4.new_output("display_data", {"text/html": writing.framed(content, {}, kind)})
    cell = nbformat.v4.new_code_cell(id="body", outputs=[shown])
    return export(nbformat.v4.new_notebook(cells=[cell]), page, state=state)


def alone(name: str, page: Page, content: Content, kind: str) -> str:
    """A page without a notebook, with the state that its signature gives it, through the gate."""
    written = signed(name, lambda state: framed(page, content, kind, state))
    if faults := gate(nbformat.v4.new_notebook(), written, page):
        raise QpvError(f"{name} refusé : {' ; '.join(faults)}")
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


def gate(notebook: nbformat.NotebookNode, html: str, page: Page) -> list[str]:
    """Everything that forbids a page to be published, in French; empty if it may be."""
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    faults = [
        f"une cellule a fini en erreur ({o.get('ename')})"
        for o in outputs
        if o.output_type == "error"
    ]
    tree = document_fromstring(html)
    faults += _frame_faults(tree) + _image_faults(tree) + _table_faults(tree)
    size = len(html.encode()) / 1000
    most = catalogue().rule("page_kilobytes")
    if size > most:
        faults.append(f"la page pèse {size:.0f} ko, {most} au plus")
    if page.area:
        strays = set(tree.xpath("//@data-area")) - {page.area}
        faults += [f"un élément porte le code {area} et non {page.area}" for area in sorted(strays)]
    if page.words:
        faults += _word_faults(tree, page.words)
    return faults


def _frame_faults(tree: HtmlElement) -> list[str]:
    faults = []
    if tree.get("lang") != "fr":
        faults.append("la langue de la page n'est pas le français")
    if not (tree.findtext(".//title") or "").strip():
        faults.append("la page n'a pas de titre")
    titles = len(tree.findall(".//h1"))
    if titles != 1:
        faults.append(f"{titles} titres de premier niveau au lieu d'un")
    if tree.find(".//script") is not None:
        faults.append("la page contient un script")
    outside = [
        tag.get("src") or tag.get("href")
        for tag in tree.iter("img", "link", "iframe", "object", "video", "source")
        if re.match(r"(https?:)?//", tag.get("src") or tag.get("href") or "")
    ]
    return faults + [f"la page appelle le réseau : {address}" for address in outside]


def _image_faults(tree: HtmlElement) -> list[str]:
    alts = [(picture.get("alt") or "").strip() for picture in tree.iter("img")]
    faults = [
        f"une image n'a pas d'alternative utile (« {alt} »)"
        for alt in alts
        if len(alt) < 20 or alt.lower().startswith(("no description", "image", "graphique de"))
    ]
    repeated = {alt for alt in alts if alts.count(alt) > 1}
    return faults + [
        f"deux images ont la même alternative : « {alt[:60]}… »" for alt in sorted(repeated)
    ]


def _table_faults(tree: HtmlElement) -> list[str]:
    faults = []
    for table in tree.iter("table"):
        head = table.find("caption")
        caption = "" if head is None else head.text_content().strip()
        if not caption:
            faults.append("un tableau n'a pas de titre")
        if any(not header.get("scope") for header in table.iter("th")):
            faults.append(f"un en-tête du tableau « {caption} » n'a pas de portée")
    return faults


def _word_faults(tree: HtmlElement, most: int) -> list[str]:
    shown = [tag for tag in tree.iter() if set((tag.get("class") or "").split()) & FIRST_SCREEN]
    text = " ".join(" ".join(tag.itertext()) for tag in shown)
    words = len(re.findall(r"\w[\w'’\u202f-]*", text))  # « 12 560 » is one word
    return [f"le premier écran compte {words} mots, {most} au plus"] if words > most else []
