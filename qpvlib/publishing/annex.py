"""``qpv annexe``: the annex and the sheets, as a Word file or as a page."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import nbformat

from qpvlib.catalogue import QpvError, catalogue, wording
from qpvlib.catalogue.faults import counted
from qpvlib.document.exhibits import escape, figure, image, table
from qpvlib.figures import stills
from qpvlib.pages import annex, word
from qpvlib.pages.annex import Block, Matter
from qpvlib.project import current
from qpvlib.publishing import ANNEX, page
from qpvlib.publishing.jobs import LINKS, ROADMAP, Page
from qpvlib.roadmap import readiness, signatures
from qpvlib.tables import indicators, writing
from qpvlib.tables.areas import Neighbourhood, neighbourhoods, numbers, whole

Format = Literal["docx", "html"]


class NotFinal(QpvError):
    """A final document asked for while something forbids it: everything, named."""

    def __init__(self, faults: list[str]):
        self.faults = faults
        lines = "\n".join(f"- {fault}" for fault in faults)
        super().__init__(
            f"{counted(len(faults), 'raison')} de ne pas écrire de document final ; rien n'a été "
            f"écrit.\n{lines}"
        )


def build(
    place: Neighbourhood | None = None,
    forms: Sequence[Format] = ("docx",),
    reports: Path | None = None,
    final: bool = False,
) -> list[Path]:
    """Write the annex of every neighbourhood, or the sheet of one: every form asked for, or none.

    Parameters
    ----------
    place : Neighbourhood, optional
        The only one to write; None for the whole annex.
    forms : sequence of {"docx", "html"}
    reports : Path, optional
        Folder of the pages.
    final : bool
        Refuse while an axis is undecided, unjustified, or decided on figures that have changed.

    Raises
    ------
    NotFinal, Faults
        Nothing is then written.
    """
    matters = _matters([place] if place else [neighbourhoods()[code] for code in numbers()])
    if final:
        faults = readiness.final_faults({m.place.code: m.stands for m in matters})
        if faults:
            raise NotFinal(faults)
    stem = f"fiche-{Path(place.page).stem}" if place else ANNEX
    written = {
        f"{stem}.{form}": _content(f"{stem}.{form}", place, matters, form, final) for form in forms
    }
    folder = (reports or current().reports).resolve()
    with writing.aside(folder, "Le document précédent n'a pas changé.") as work:
        for name, content in written.items():
            (work / name).write_bytes(content)
        return writing.put(work, folder, list(written))


def document(form: Format) -> bytes:
    """The annex of every neighbourhood, as ``qpv report`` writes it.

    Raises
    ------
    QpvError
        When a decision is faulty, or the gate refuses the page.
    """
    name = f"{ANNEX}.{form}"
    matters = _matters([neighbourhoods()[code] for code in numbers()])
    return _content(name, None, matters, form, False)


def _matters(places: Sequence[Neighbourhood]) -> list[Matter]:
    return [annex.matter(place, indicators.observations(around=place)) for place in places]


def _content(
    name: str, place: Neighbourhood | None, matters: list[Matter], form: str, final: bool
) -> bytes:
    maps = partial(stills.neighbourhood_maps, form=form)
    if place:
        blocks = annex.sheet(matters[0], maps, final=final)
        title = f"{place.name} ({place.code}) : {wording.say('annex', 'sheet').lower()}"
    else:
        # A page is mailed: one map a neighbourhood there, where a Word file has three.
        shown = maps if form == "docx" else lambda each: maps(each)[1:2]
        blocks = annex.annex(matters, shown, stills.overview_map(form), final)
        title = wording.say("annex", "title")
    title = wording.spaced(title)
    if form == "html":
        return _html(name, place, title, blocks).encode()
    draft = catalogue().phrases["signature"]["draft"]
    unsigned = word.word(blocks, title, draft)
    state = signatures.state(name, signatures.content_of(unsigned))
    return unsigned if state.label == draft else word.word(blocks, title, state.label)


# --- the same blocks as a page -------------------------------------------------------------------


def _html(name: str, place: Neighbourhood | None, title: str, blocks: list[Block]) -> str:
    office = place.office if place else whole()[0]
    draft = catalogue().phrases["signature"]["draft"]
    head = f'<div class="top"><span>{escape(office)}</span><span class="draft">{draft}</span></div>'
    body = "".join(_WRITERS[type(block)](block) for block in blocks)
    if not any(isinstance(b, annex.Heading) and b.level == 0 for b in blocks):
        body = body.replace("<h2>", "<h1>", 1).replace("</h2>", "</h1>", 1)
    code = place.code if place else f"D{catalogue().territory['departement']}"
    about = Page(
        title=title, description=f"{title}, projet non relu", area=code,
        foot=f"{title} · projet, non relu", footer=f"{office}. {title}, projet non relu.",
        links=(LINKS[0], ROADMAP),
    )  # fmt: skip
    written = page.framed(about, head + body, "annex")
    faults = page.gate(nbformat.v4.new_notebook(), written, about)
    if faults:
        raise QpvError(f"{name} refusé : {' ; '.join(faults)}")
    return signatures.stamp(written, name)


def _text(block: annex.Text) -> str:
    kind = {"normal": "", "small": "s", "finding": "finding"}.get(block.kind, block.kind)
    return f'<p class="{kind}">{escape(block.text)}</p>' if kind else f"<p>{escape(block.text)}</p>"


def _grid(block: annex.Grid) -> str:
    rows = [[escape(cell) for cell in row] for row in block.rows]
    return table(escape(block.title), [escape(h) for h in block.head], rows, len(block.head))


def _picture(block: annex.Picture) -> str:
    svg = block.image.decode()
    wide, high = (int(re.search(rf'{side}="(\d+)"', svg)[1]) for side in ("width", "height"))
    return figure(image(svg, block.alt, wide, high), block.caption, escape(block.caption))


_WRITERS: dict[type, Callable] = {
    annex.Heading: lambda b: f"<h{b.level + 1}>{escape(b.text)}</h{b.level + 1}>",
    annex.Text: _text,
    annex.Bullets: lambda b: (
        '<ul class="dash">' + "".join(f"<li>{escape(item)}</li>" for item in b.items) + "</ul>"
    ),
    annex.Grid: _grid,
    annex.Picture: _picture,
    annex.Pictures: lambda b: (
        f'<div class="maps">{"".join(map(_picture, b.pictures))}</div>'
        f'<p class="s">{escape(b.caption)}</p>'
    ),
    annex.Break: lambda _: '<div class="break"></div>',
    annex.Room: lambda b: '<span class="ln" aria-hidden="true"></span>' * b.lines,
}
