"""The jobs of the site: the notebook of each page, its parameters, its title, where it leads."""

from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from qpvlib.catalogue import catalogue
from qpvlib.diagnosis import between
from qpvlib.project import current
from qpvlib.publishing import (
    ANNEX,
    BOOK,
    CORRECTIONS,
    DOCUMENTS,
    LETTERS,
    PACK,
    TABLE,
    ledger,
    sections,
)
from qpvlib.publishing.job import FILES, REGISTER, Job, Page, links, say, suffixed
from qpvlib.roadmap import corrections
from qpvlib.tables.areas import (
    Neighbourhood,
    neighbourhood,
    neighbourhoods,
    of_2024,
    single,
    whole,
)
from qpvlib.tables.grouping import groups

# What every page of the site leads to, at its foot.
BEHIND = ("pack", "book", "table", "cards", "glossary", "statement")


def selected(codes: list[str] | None) -> list[Neighbourhood]:
    """Neighbourhoods by code, of either generation, each once (None or empty: those of 2015)."""
    if not codes:
        return list(neighbourhoods().values())
    return list({place.code: place for place in map(neighbourhood, codes)}.values())


def diagnosis(place: Neighbourhood) -> Job:
    """The job of one neighbourhood's diagnosis."""
    communes = ", ".join(commune.name for commune in place.communes)
    told = {"name": place.name, "communes": communes, "code": place.code}
    page = Page(
        title=say("diagnosis", **told),
        description=say("diagnosis_description", **told),
        area=place.code,
        foot=say("diagnosis_foot", **told),
        footer=say("diagnosis_footer", office=place.office, **told),
        links=(*links("index", "synthesis"), *_neighbours(place)) if single() else (),
        behind=behind(place) if single() else (),
        # Names of elsewhere may be longer: what is too long for us is no fault of its page.
        words=catalogue().rule("first_screen_words") if _home(place) else None,
    )
    return Job(
        f"{place.name} ({place.code})", place.page, "diagnostic.ipynb", (("code", place.code),),
        page, sections=sections.of(place),
    )  # fmt: skip


def behind(place: Neighbourhood | None = None) -> tuple[tuple[str, str], ...]:
    """Sources and data that a page leads to: its own pack; the corrections, once there is one."""
    own = {"pack": _pack_link(place)} if place else {}
    keys = (*BEHIND, *(("corrections",) if corrections.read() else ()))
    return tuple(own.get(key, link) for key, link in zip(keys, links(*keys), strict=True))


def _pack_link(place: Neighbourhood) -> tuple[str, str]:
    return f"donnees/{Path(place.page).stem}.zip", say("pack_own_link")


def pack(place: Neighbourhood | None = None) -> Job:
    """The job of the data behind the diagnosis of a neighbourhood, or behind the synthesis."""
    if place is None:
        return Job(say("pack_name"), FILES["pack"], PACK, (), _together("synthesis"))
    of = diagnosis(place)
    name = say("pack_own_name", name=of.name)
    return Job(name, _pack_link(place)[0], PACK, of.parameters, of.page)


def book() -> Job:
    """The job of the workbook of every table."""
    return Job(say("book_name"), FILES["book"], BOOK, (), _together("synthesis"))


def _home(place: Neighbourhood) -> bool:
    return place.departement == catalogue().territory["departement"]


def _neighbours(place: Neighbourhood) -> tuple[tuple[str, str], ...]:
    """The pages before and after it in its group, by name: no other order."""
    order = next(held for _, held in groups().values() if place in held)
    at = order.index(place)
    before, after = order[max(at - 1, 0) : at], order[at + 1 : at + 2]
    return tuple(
        (one.page, say(key, name=one.name))
        for key, side in (("previous_link", before), ("next_link", after))
        for one in side
    )


def side_by_side(a: str, b: str) -> Job:
    """The job of two neighbourhoods side by side, whatever the order in which they are given."""
    both = between.two(a, b)
    told = {
        name: f"{place.name} ({', '.join(area.name for area in place.communes)})"
        for name, place in zip(("first", "second"), both, strict=True)
    }
    codes = [place.code for place in both]
    title = say("pair", **told)
    offices = ", ".join(dict.fromkeys(place.office for place in both))
    page = Page(
        title=title, description=title, area=" ".join(codes), foot=title,
        footer=say("footer", office=offices, name=title),
        links=(*((p.page, p.name) for p in both), *(links("index") if single() else ())),
    )  # fmt: skip
    file = f"comparaison-{'-'.join(sorted(codes)).lower()}.html"
    parameters = tuple(zip(("a", "b"), codes, strict=True))
    return _told(Job(title, file, "comparaison.ipynb", parameters, page))


def _together(key: str, *others: str, large: bool = True) -> Page:
    """A page on all the neighbourhoods."""
    (office, of), n = whole(), len(neighbourhoods())
    one = f"{key}_one" if n == 1 and key in ("synthesis", "roadmap") else key
    title = say(one, of=of, n=n)
    return Page(
        title=title, description=title, area=territory(), foot=say(f"{key}_name"),
        footer=say("footer", office=office, name=say(f"{key}_name")), links=links(*others),
        behind=behind(), large=large,
    )  # fmt: skip


def synthesis() -> Job:
    """The job of the synthesis."""
    page = _together("synthesis", "index", "roadmap")
    return Job(say("synthesis_name"), FILES["synthesis"], "synthese.ipynb", (), page)


def index(later: bool = False) -> Job:
    """The job of the index; it leads to the perimeters of 2024 where they have their pages."""
    own = ("site_board", "site_coverage") if followed() else ()
    own += ("perimeters",) if later else ()
    page = _together("index", "synthesis", "roadmap", "requests", *own, large=False)
    page = replace(page, description=say("index_description", title=page.title))
    return Job(say("index_job"), FILES["index"], "index.ipynb", (), page)


def perimeters() -> Job:
    """The job of the page on all the perimeters of 2024."""
    page = _together("perimeters", "index", "synthesis")
    return Job(say("perimeters_name"), FILES["perimeters"], "perimetres_2024.ipynb", (), page)


def perimeter(place: Neighbourhood) -> Job:
    """The job of the page of one perimeter of 2024."""
    communes = ", ".join(commune.name for commune in place.communes)
    told = {"name": place.name, "communes": communes, "code": place.code}
    known = neighbourhoods()
    before = [known[code] for code in place.predecessors if code in known]
    foot = say("perimeter_foot", **told)
    page = Page(
        title=say("perimeter", **told), description=say("perimeter_description", **told),
        area=place.code, foot=foot, footer=say("footer", office=place.office, name=foot),
        links=(
            *(links("perimeters", "index") if single() else ()),
            *((p.page, say("perimeter_before_link", code=p.code)) for p in before),
        ),
        behind=behind() if single() else (),
    )  # fmt: skip
    parameters = (("code", place.code),)
    return Job(say("perimeter_job", **told), place.page, "perimetre_2024.ipynb", parameters, page)


def later_in(reports: Path, codes: list[str] | None = None) -> bool:
    """Whether a folder has pages of perimeters of 2024, or codes ask for one: they are its own."""
    return FILES["perimeters"] in ledger.read(reports) or any(map(of_2024, codes or ()))


def roadmap() -> Job:
    """The job of the feuille de route."""
    page = _together("roadmap", "index", "synthesis", "annex", "annex_word", "table", "requests")
    return Job(say("roadmap_name"), FILES["roadmap"], "feuille_de_route.ipynb", (), page)


def annexes() -> list[Job]:
    """The jobs of the annex of the call for projects: the Word file and the page."""
    page = _together("annex", "index", "roadmap", large=False)
    return [
        Job(say(f"annex_{form}"), f"{ANNEX}.{form}", ANNEX, (("form", form),), page)
        for form in ("docx", "html")
    ]


def cards() -> Job:
    """The job of the cards of the indicators."""
    page = _together("cards", "index", "synthesis")
    return Job(say("cards_name"), FILES["cards"], "indicateurs.ipynb", (), page)


def table() -> Job:
    """The job of the objectives as a table, for who works on them."""
    return Job(say("table_name"), FILES["table"], TABLE, (), _together("table", large=False))


def requests() -> list[Job]:
    """The jobs of the figures to ask for: the page, and the letters, a Word file."""
    page = _together("requests", "index", "roadmap", "requests_word", large=False)
    notebook = "donnees_a_demander.ipynb"
    return [
        Job(say("requests_name"), FILES["requests"], notebook, (), page),
        Job(say("requests_word"), FILES["requests_word"], LETTERS, (), page),
    ]


def corrected() -> list[Job]:
    """The job of the page of corrections; none without one."""
    page = _together("corrections", "index", large=False)
    job = Job(say("corrections_name"), FILES["corrections"], CORRECTIONS, (), page)
    return [job] if corrections.read() else []


def _told(job: Job) -> Job:
    """The same job, its page saying what was wrong on it."""
    found = () if job.notebook in DOCUMENTS else corrections.of(job.file)
    return replace(job, page=replace(job.page, corrections=found)) if found else job


def statement() -> Job:
    """The job of the accessibility statement."""
    page = _together("statement", "index", large=False)
    name = say("statement_name")
    return Job(name, FILES["statement"], "accessibilite.ipynb", (), page)


# --- pages of the user's register ----------------------------------------------------------------


def of_register(title: str, *others: str) -> Page:
    """What a page of the register says of itself: first, that its data are invented if they are."""
    from qpvlib.actions import register

    if register.fictitious():
        title = say("invented", title=title)
    footer = say("footer", office=catalogue().territory["office"], name=title)
    return Page(title, title, territory(), title, footer, links(*others), large=True)


def board(year: int, at: date, suffix: str = "") -> Job:
    """The job of the summer board, seen from a date."""
    title = say("board", year=year, at=f"{at:%d/%m/%Y}")
    page = of_register(title, "site_coverage" if suffix == REGISTER else "coverage")
    parameters = (("year", year), ("at", at.isoformat()))
    name = say("board_name", year=year)
    return Job(name, suffixed("board", suffix), "quartiers_ete.ipynb", parameters, page)


def coverage(year: int, suffix: str = "") -> Job:
    """The job of the coverage of needs."""
    title = say("coverage", year=year)
    page = of_register(title, "site_board" if suffix == REGISTER else "board")
    return Job(title, suffixed("coverage", suffix), "couverture.ipynb", (("year", year),), page)


def planning(year: int) -> Job:
    """The job of the planning of a summer: a meeting page for each contract."""
    title = say("planning", year=year)
    page = of_register(title)
    return Job(title, FILES["planning"], "preparation_ete.ipynb", (("year", year),), page)


def followed() -> list[Job]:
    """Board and coverage of the last year of the register, as of its last import: a page must not
    change with the day it is made. None without a register.
    """
    if not (current().register / "registre.csv").exists():
        return []
    from qpvlib.actions import register

    rows, at = register.actions(), register.imported()
    if rows is None or rows.empty or at is None:
        return []
    year = int(rows.fiscal_year.max())
    return [board(year, at, REGISTER), coverage(year, REGISTER)]


# --- the whole site ------------------------------------------------------------------------------


def territory() -> str:
    """Code of the home département, which pages on all the neighbourhoods bear."""
    return f"D{catalogue().territory['departement']}"


def of(codes: list[str] | None, later: bool = False) -> list[Job]:
    """The jobs of a run: the pages of ``codes`` and the index, or the whole site.

    With ``later``, those of the perimeters of 2024 too. The pages on all the neighbourhoods come
    first: they take longest, and no worker then waits.
    """
    after = list(neighbourhoods("2024").values()) if later else []
    own = [perimeters] if after else []
    alone = (
        book, roadmap, table, pack, statement, synthesis, cards, *own, partial(index, bool(own))
    )  # fmt: skip
    common = [*followed(), *annexes(), *requests(), *corrected(), *(make() for make in alone)]
    together = common if single() else []
    if codes:
        together = together[-len(own) - 1 :]  # the index, and that of the perimeters of 2024
        after = [place for place in selected(codes) if place.generation == "2024"]
    places = [place for place in selected(codes) if place.generation == "2015"]
    packs = map(pack, places) if single() else ()
    every = (*together, *map(diagnosis, places), *packs, *map(perimeter, after))
    return list(map(_told, every))
