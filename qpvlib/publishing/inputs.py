"""What a page depends on, as checksums: it is built again when one of them changes, and only then.

Two of them: of the *inputs* (the rows that the page shows or is compared with, the catalogue's
entries) and of the *code* (its notebook, the template, the library, the packages that draw). Both
are written on the page, which holds nothing else of the run that built it.
"""

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from qpvlib.project import current, kept
from qpvlib.publishing import ANNEX, LETTERS, TABLE

if TYPE_CHECKING:
    import pandas as pd

    from qpvlib.publishing.jobs import Job
    from qpvlib.tables.areas import Neighbourhood

TEMPLATE = Path(__file__).parent / "template"
DRAWING = (
    "babel", "geopandas", "jinja2", "matplotlib", "mistune", "nbconvert", "numpy", "pandas",
    "pyproj", "seaborn", "shapely",
)  # fmt: skip
# Of the catalogue, what tells of files received and of how tables are built: no page shows it.
UNSHOWN = ("registry.csv", "neighbourhoods.csv")
DATA = ("*.csv", "*.json", "*.toml")


def digest(parts: Iterable[bytes]) -> str:
    """Twelve hexadecimal digits for a sequence of contents; where one ends matters."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()[:12]


class Source(NamedTuple):
    """Files of a folder that pages depend on: which of them, and which not."""

    folder: Path
    patterns: tuple[str, ...]
    but: tuple[str, ...] = ()

    def files(self) -> list[Path]:
        """In the order of their names; none without the folder."""
        found = sorted({path for pattern in self.patterns for path in self.folder.glob(pattern)})
        return [path for path in found if path.is_file() and path.name not in self.but]

    def contents(self) -> Iterator[bytes]:
        """Name and content of each."""
        for path in self.files():
            yield path.relative_to(self.folder).as_posix().encode()
            yield path.read_bytes()

    def states(self) -> Iterator[bytes]:
        """Place, size, last change and inode of each: equal, its content is too."""
        for path in self.files():
            told = path.stat()
            yield repr((str(path), told.st_size, told.st_mtime_ns, told.st_ino)).encode()


LIBRARY = Source(TEMPLATE.parent.parent, ("**/*.py", "**/*.css", "**/*.j2", "**/*.json"))

# --- the programme -----------------------------------------------------------------------------


def code(notebook: str) -> str:
    """Checksum of what turns inputs into a page: notebook, template, library, drawing packages.

    A document without a notebook has the three others.
    """
    own = current().notebooks / notebook
    return digest([own.read_bytes() if own.is_file() else b"", *_programme()])


@cache
def _programme() -> tuple[bytes, ...]:
    _unread()
    return (*LIBRARY.contents(), *_packages())


@cache
def _unread() -> tuple[bytes, ...]:
    # Once, and before the contents: what changes meanwhile is then seen as changed by the next run.
    return (*LIBRARY.states(), *_packages())


def _packages() -> list[bytes]:
    return [f"{package} {_version(package)}".encode() for package in DRAWING]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


# --- everything, for the run that has nothing to do --------------------------------------------


def everything() -> str:
    """Checksum of all that any page depends on: equal to the last one, there is nothing to do.

    Reads files only: no table is parsed, so that the answer comes before pandas would be there.
    """
    read = (part for source in _sources() for part in source.contents())
    return digest([*read, *_programme(), current().scheme.encode()])


def signature() -> str:
    """Checksum of the states of the same files, unread: equal, ``everything`` is too."""
    states = (state for source in _sources() for state in source.states())
    return digest([*states, *_unread(), current().scheme.encode()])


def _sources() -> list[Source]:
    """What any page depends on, but the programme."""
    return [
        Source(current().tidy, ("*",)),
        _catalogue(),
        Source(current().decisions, ("*.toml",)),
        *_register(),
        Source(current().notebooks, ("*.ipynb",)),
    ]


def _catalogue() -> Source:
    return Source(current().catalogue, ("*.*",), UNSHOWN)


def _register() -> list[Source]:
    """The user's register, partners and their answers, and what reads them; nothing without."""
    own = current().register
    return [Source(folder, DATA) for folder in (own, current().contract) if own.is_dir()]


# --- the inputs of one page ----------------------------------------------------------------------


def of(job: "Job") -> str:
    """Checksum of the inputs of a page: its figures, what every page may show, its signature.

    Of the table of observations, the rows that the page shows or weighs; the other tables count
    whole: they change only with a new edition, and maps and sentences name the neighbours.
    """
    from qpvlib.roadmap import signatures

    figures = TOGETHER.get(job.notebook, diagnosis)(job)
    signed = signatures.read().get(job.file)
    parts = (repr(part).encode() for part in (*figures, signed))
    followed = (part for source in _register() for part in source.contents())
    return digest([*parts, _common(), *followed])


@kept("tidy", "root", "scheme")
def _common() -> bytes:
    """What every page may show, read once by each worker, as the tables are."""
    # Not the copy of the tables, which has the observations; nor what only the method tells.
    tables = Source(current().tidy, ("*.csv", "*.geojson"), ("observations.csv", "calls.csv"))
    return digest(
        [*tables.contents(), *_catalogue().contents(), current().scheme.encode()]
    ).encode()


def diagnosis(job: "Job") -> Iterator[object]:
    """Of a neighbourhood's diagnosis: its rows, what they are compared with, what was decided."""
    yield from _around(job.page.area)


def pair(job: "Job") -> Iterator[object]:
    """Of two neighbourhoods side by side: all that the diagnosis of each depends on."""
    for _, code in job.parameters:
        yield from _around(str(code))


def _around(code: str) -> Iterator[object]:
    from qpvlib.catalogue import axes
    from qpvlib.diagnosis import traits
    from qpvlib.diagnosis.references import peer_values
    from qpvlib.roadmap import answers, decisions
    from qpvlib.tables import areas

    place = areas.neighbourhood(code)
    positions = _compared(place)
    yield from (frame.to_dict("list") for frame in (positions, _own(place)))
    peers = peer_values(areas.siblings(place))
    shown = positions[["indicator", "year"]].drop_duplicates().itertuples(index=False)
    yield [sorted(peers.get(tuple(key), {}).items()) for key in shown]
    yield traits.usual_gap(areas.siblings(place))  # what makes its own gap unusual
    decided = decisions.read(axes.scheme_name())
    yield [decision for (code, _), decision in decided.items() if code == place.code]
    yield [answer for (code, _), answer in answers.read().items() if code == place.code]


def roadmap(_job: "Job") -> Iterator[object]:
    """Of a page on all of them: comparisons, decisions, answers, the figures that follow."""
    from qpvlib.catalogue import axes
    from qpvlib.pages.sheet import COUNTS
    from qpvlib.roadmap import answers, decisions, objectives
    from qpvlib.tables import areas

    yield decisions.read(axes.scheme_name())
    yield answers.read()
    linked = {code: None for p in axes.declared().patterns.values() for code in p.follow}
    for place in areas.neighbourhoods().values():
        own = _own(place).sort_values(["indicator", "year"], kind="stable")
        last = own[~own.duplicated(["area", "indicator"], keep="last") | own.indicator.isin(COUNTS)]
        yield from (frame.to_dict("list") for frame in (_compared(place), last))
        yield [objectives.latest(place, code) for code in (*COUNTS, *linked)]


def followed(job: "Job") -> Iterator[object]:
    """Of a page of the register: its year and its day, and the needs set against the actions."""
    yield job.parameters
    yield from roadmap(job)


def requests(_job: "Job") -> Iterator[object]:
    """Of the figures to ask for: the blanks that some of them would fill."""
    from qpvlib.pages.requests import asked

    yield from (one.rows.to_dict("list") for one in asked())


def _compared(place: "Neighbourhood") -> "pd.DataFrame":
    from qpvlib.diagnosis import comparison
    from qpvlib.tables import indicators

    return comparison.compare(indicators.observations(around=place), place)


def _own(place: "Neighbourhood") -> "pd.DataFrame":
    from qpvlib.tables import tidy

    return tidy.part("observations", "area", [place.code, place.successor])


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
    "donnees_a_demander.ipynb": requests,
    LETTERS: requests,
}
