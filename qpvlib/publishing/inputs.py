"""What a page depends on, as checksums: it is built again when one of them changes, and only then.

Two of them: of the *inputs* (the rows that the page shows or is compared with, the catalogue's
entries) and of the *code* (its notebook, the template, the library, the packages that draw). Both
are written on the page, which holds nothing else of the run that built it.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING

from qpvlib.project import current, kept
from qpvlib.publishing import ANNEX, BOOK, CORRECTIONS, LETTERS, PACK, TABLE, sections
from qpvlib.publishing.states import Source, declared, digest, registered

if TYPE_CHECKING:
    from qpvlib.diagnosis.reading import Reading
    from qpvlib.publishing.job import Job
    from qpvlib.tables.areas import Neighbourhood

# What the perimeters of 2024 alone have, which no page of those of 2015 shows.
_LATER = tuple(f"{name}_2024.csv" for name in ("distributions", "neighbourhoods", "observations"))

# --- the inputs of one page ----------------------------------------------------------------------


def of(job: "Job") -> str:
    """Checksum of the inputs of a page: figures, frame, what every page may show, signature.

    Of the table of observations, the rows that the page shows or weighs; the other tables count
    whole: they change only with a new edition, and maps and sentences name the neighbours.
    """
    figures = TOGETHER.get(job.notebook, diagnosis)(job)
    *_, signed = _decided()
    own = _written(*figures, job.page, signed.get(job.file))
    return digest([*own, _common(), _followed(), *_added(job)])


def facts() -> None:
    """Compute what pages, documents and checksums share: processes forked from here have it.

    Where the tables hold more than one département, of the first neighbourhood only.

    Raises
    ------
    QpvError
        When the tables, or what was decided, cannot be read.
    """
    from qpvlib.pages import everyone
    from qpvlib.publishing import jobs
    from qpvlib.roadmap import stands
    from qpvlib.tables.areas import single

    if not single():
        of(jobs.diagnosis(jobs.selected(None)[0]))
        return
    stands.all_plans()
    everyone()
    for job in jobs.of(None):
        of(job)


def _written(*parts: object) -> Iterator[bytes]:
    return (repr(part).encode() for part in parts)


def _added(job: "Job") -> Iterator[bytes]:
    """What the sections of one's own depend on: whatever they may read of the project."""
    if job.sections:
        yield from sections.depends([one.file for one in job.sections])
        yield _whole()


@kept("tidy")
def _whole() -> bytes:
    return digest(Source(current().tidy, ("observations.csv", "calls.csv")).contents()).encode()


@kept("root", "register")
def _followed() -> bytes:
    """The register and its contract, remembered as what is read of them is."""
    return digest(part for source in registered() for part in source.contents()).encode()


@kept("tidy", "root", "scheme")
def _common() -> bytes:
    """What every page may show, read once by each worker, as the tables are."""
    # Not the copy of the tables, which has the observations; nor what only the method tells.
    but = ("observations.csv", "calls.csv", *_LATER)
    tables = Source(current().tidy, ("*.csv", "*.geojson"), but)
    return digest([*tables.contents(), *declared().contents(), current().scheme.encode()]).encode()


def diagnosis(job: "Job") -> Iterator[object]:
    """Of a neighbourhood's diagnosis: its rows, those compared, what was decided, what changed."""
    from qpvlib.roadmap import differences
    from qpvlib.tables import areas

    yield from _around(job.page.area)
    since = differences.since()
    if since and (told := since.of(areas.neighbourhood(job.page.area))):
        yield since.date, told


def pair(job: "Job") -> Iterator[object]:
    """Of two neighbourhoods side by side: all that the diagnosis of each depends on."""
    for _, code in job.parameters:
        yield from _around(str(code))


def _around(code: str) -> Iterator[object]:
    from qpvlib.tables import areas

    own = areas.neighbourhood(code).code
    yield _compared(own), _own(own)
    decided, answered, _ = _decided()
    yield [decision for (code, _), decision in decided.items() if code == own]
    yield [answer for (code, _), answer in answered.items() if code == own]


def roadmap(_job: "Job") -> Iterator[object]:
    """Of a page on all of them: comparisons, decisions, answers, figures that follow, changes."""
    from qpvlib.roadmap import differences
    from qpvlib.tables import areas

    yield _decided()[:2]
    yield differences.since()
    yield [(_compared(code), _last(code)) for code in areas.neighbourhoods()]


def pack(job: "Job") -> Iterator[object]:
    """Of the data behind a page: its figures, those of every neighbourhood where it has no code."""
    from qpvlib.tables import areas

    code = dict(job.parameters).get("code")
    for own in [str(code)] if code else areas.neighbourhoods():
        yield _compared(own), _own(own)


def book(job: "Job") -> Iterator[object]:
    """Of the workbook of every table: every figure, and what is decided."""
    yield from pack(job)
    yield from roadmap(job)


def followed(job: "Job") -> Iterator[object]:
    """Of a page of the register: its year and its day, and the needs set against the actions."""
    yield job.parameters
    yield from roadmap(job)


def requests(_job: "Job") -> Iterator[object]:
    """Of the figures to ask for: the blanks that some of them would fill."""
    from qpvlib.pages.requests import asked

    yield from (one.rows.to_dict("list") for one in asked())


def cards(_job: "Job") -> Iterator[object]:
    """Of the cards: every observation, and what the rules call."""
    held = ("observations.csv", "observations_2024.csv", "calls.csv")
    yield from Source(current().tidy, held).contents()


def later(job: "Job") -> Iterator[object]:
    """Of the pages of the perimeters of 2024: their tables, the figures of 2015 that they carry."""
    from qpvlib.tables import areas

    yield from Source(current().tidy, _LATER).contents()
    known = areas.neighbourhoods("2024")
    for place in [known[job.page.area]] if job.page.area in known else known.values():
        yield [(_compared(code), _last(code)) for code in place.predecessors]
        yield _compared(place.code)


def corrected(_job: "Job") -> Iterator[object]:
    """Of the page of corrections: all of them."""
    from qpvlib.roadmap import corrections

    yield corrections.read()


def declared_alone(_job: "Job") -> Iterator[object]:
    """Of a page that shows no figure: only what is declared, which every page depends on."""
    yield from ()


def _decided() -> tuple[dict, dict, dict]:
    """Decisions, answers of the field and signatures, each by its key."""
    # The user's words beside the register are no one's names: with them a decision may be refused.
    own = current().decisions, current().register
    files = (part for folder in own for part in Source(folder, ("*.toml",)).contents())
    return _decisions_of(digest(files))


@kept("tidy", "root", "scheme", "decisions", "register", most=4)
def _decisions_of(_files: str) -> tuple[dict, dict, dict]:
    from qpvlib.catalogue import axes
    from qpvlib.roadmap import answers, decisions, signatures

    return decisions.read(axes.scheme_name()), answers.read(), signatures.read()


@kept("tidy", "root")
def _compared(code: str) -> str:
    """Digest of a neighbourhood's comparison."""
    from qpvlib.diagnosis import comparison
    from qpvlib.tables import areas, tidy

    rows = comparison.compared(areas.neighbourhood(code))
    return digest(_written(*(tidy.listed(column) for _, column in rows.items())))


@kept("tidy", "root")
def _own(code: str) -> str:
    """Digest of every figure of a neighbourhood, and of those of its département beside them."""
    from qpvlib.diagnosis import comparison, traits
    from qpvlib.diagnosis.references import peer_values
    from qpvlib.tables import areas, tidy

    place = areas.neighbourhood(code)
    beside, positions = areas.siblings(place), comparison.compared(place)
    shown = dict.fromkeys(
        zip(*map(tidy.listed, (positions.indicator, positions.year)), strict=True)
    )
    peers = [sorted(peer_values(beside).get(key, {}).items()) for key in shown]
    # The usual gap of its département is what makes its own unusual.
    every = [one for _, found in _histories(place) for one in found]
    return digest(_written(_figures(every), peers, traits.usual_gap(beside)))


@kept("tidy", "root")
def _last(code: str) -> str:
    """Digest of a neighbourhood's last figures, of its counts of every year, of what follows."""
    from qpvlib.catalogue import axes
    from qpvlib.pages.sheet import COUNTS
    from qpvlib.roadmap import objectives
    from qpvlib.tables import areas

    place = areas.neighbourhood(code)
    last = [
        one
        for indicator, found in _histories(place)
        for one in (found if indicator in COUNTS else found[-1:])
    ]
    linked = {code: None for p in axes.declared().patterns.values() for code in p.follow}
    follow = (objectives.latest(place, indicator) for indicator in (*COUNTS, *linked))
    return digest(_written(_figures(last), _figures(filter(None, follow))))


def _histories(place: "Neighbourhood") -> Iterator[tuple[str, tuple["Reading", ...]]]:
    """Figures of its perimeter of 2015 then of 2024, by indicator, year after year."""
    from qpvlib.diagnosis.change import history

    return chain(history(place.code).items(), history(place.successor).items())


def _figures(found: Iterable["Reading"]) -> list[tuple]:
    from qpvlib.diagnosis.observed import OBSERVED

    return list(map(attrgetter("code", "generation", *OBSERVED), found))


TOGETHER = {
    "comparaison.ipynb": pair,
    "quartiers_ete.ipynb": followed,
    "couverture.ipynb": followed,
    "preparation_ete.ipynb": followed,
    "synthese.ipynb": roadmap,
    "index.ipynb": roadmap,
    "feuille_de_route.ipynb": roadmap,
    ANNEX: roadmap,
    TABLE: roadmap,
    PACK: pack,
    BOOK: book,
    "donnees_a_demander.ipynb": requests,
    LETTERS: requests,
    "indicateurs.ipynb": cards,
    CORRECTIONS: corrected,
    "accessibilite.ipynb": declared_alone,
    "perimetre_2024.ipynb": later,
    "perimetres_2024.ipynb": later,
}
