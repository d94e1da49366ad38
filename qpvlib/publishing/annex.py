"""``qpv annexe``: the annex and the sheets, as a Word file or as a page."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Literal

from qpvlib.catalogue import Faults, wording
from qpvlib.catalogue.faults import counted
from qpvlib.document import word
from qpvlib.document.blocks import Content, Heading, Masthead
from qpvlib.figures import stills
from qpvlib.pages import annex, corrections, sheet
from qpvlib.pages.sheet import Matter
from qpvlib.project import current
from qpvlib.publishing import ANNEX, gate, jobs, page
from qpvlib.publishing.job import FILES, Page, links, say
from qpvlib.roadmap import corrections as declared
from qpvlib.roadmap import readiness
from qpvlib.tables import writing
from qpvlib.tables.areas import Neighbourhood, neighbourhoods, single, whole
from qpvlib.tables.grouping import numbers

Format = Literal["docx", "html"]


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
    Faults
        For tables edited by hand, a faulty decision, or what ``final`` refuses: nothing is written.
    """
    readiness.require()
    matters = _matters(place)
    if final:
        faults = readiness.final_faults({m.place.code: m.stands for m in matters})
        if faults:
            many = counted(len(faults), "raison")
            raise Faults(f"{many} de ne pas écrire de document final ; rien n'a été écrit.", faults)
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
    """The annex of every neighbourhood, as ``qpv report`` writes it."""
    return _content(f"{ANNEX}.{form}", None, _matters(None), form, False)


def _matters(place: Neighbourhood | None) -> list[Matter]:
    places = [place] if place else [neighbourhoods()[code] for code in numbers()]
    return [sheet.matter(place) for place in places]


def _content(
    name: str, place: Neighbourhood | None, matters: list[Matter], form: str, final: bool
) -> bytes:
    mailed = form == "html"
    maps = partial(stills.neighbourhood_maps, form=form)
    if place:
        title = Heading(2, sheet.title(matters[0]))
        one, level = matters[0], 2 if mailed else 3
        state = sheet.status(one.stands, final)
        blocks = state, *sheet.sheet(one, maps, level), *sheet.year_notes(matters)
    else:
        title = Heading(1, _title(None))
        # A page is mailed: one map a neighbourhood there, where a Word file has three.
        shown = partial(maps, only=slice(1, 2)) if mailed else maps
        blocks = annex.annex(matters, shown, stills.overview_map(form), final, not mailed)
    if mailed:
        shown = sheet.title(matters[0]) if place else _title(None)
        return _html(name, place, shown, blocks).encode()
    written = title, corrections.block(declared.of(name)), blocks
    made = page.signed(name, lambda state: word.word(written, _title(place), state.label))
    gate.require(name, gate.document(made))
    return made


def _title(place: Neighbourhood | None) -> str:
    if place is None:
        return wording.say("annex", "title")
    return wording.say("annex", "sheet_page", name=place.name, code=place.code)


def _html(name: str, place: Neighbourhood | None, shown: Content, blocks: Content) -> str:
    """The same blocks as a page, under its masthead."""
    office = place.office if place else whole()[0]
    title = _title(place)
    about = Page(
        title=title, description=title, area=place.code if place else jobs.territory(),
        foot=title, footer=say("footer", office=office, name=title),
        links=links("index", "roadmap"), behind=jobs.behind() if single() else (),
    )  # fmt: skip
    told = corrections.block(declared.of(name), FILES["corrections"])
    return page.alone(name, about, (Masthead(office, shown), told, blocks), "annex")
