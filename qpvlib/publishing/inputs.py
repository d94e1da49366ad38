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
from typing import TYPE_CHECKING

from qpvlib.project import current, kept
from qpvlib.publishing import ANNEX

if TYPE_CHECKING:
    from qpvlib.diagnosis.comparison import Spread
    from qpvlib.publishing.jobs import Job
    from qpvlib.tables.areas import Neighbourhood

TEMPLATE = Path(__file__).parent / "template"
LIBRARY = TEMPLATE.parent.parent
DRAWING = (
    "babel", "geopandas", "jinja2", "matplotlib", "mistune", "nbconvert", "numpy", "pandas",
    "pyproj", "seaborn", "shapely",
)  # fmt: skip
# Of the catalogue, what tells of files received and of how tables are built: no page shows it.
UNSHOWN = ("registry.csv", "neighbourhoods.csv")


def digest(parts: Iterable[bytes]) -> str:
    """Twelve hexadecimal digits for a sequence of contents; where one ends matters."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()[:12]


def _contents(files: Iterable[Path], folder: Path) -> Iterator[bytes]:
    """Name and content of files, in the order of their names."""
    for path in sorted(files):
        yield path.relative_to(folder).as_posix().encode()
        yield path.read_bytes()


# --- the programme -----------------------------------------------------------------------------


def code(notebook: str) -> str:
    """Checksum of what turns inputs into a page: notebook, template, library, drawing packages.

    A document without a notebook has the three others.
    """
    own = current().notebooks / notebook
    return digest([own.read_bytes() if own.is_file() else b"", *_programme()])


@cache
def _programme() -> tuple[bytes, ...]:
    library = [p for p in LIBRARY.rglob("*") if p.suffix in (".py", ".css", ".j2", ".json")]
    return (*_contents(library, LIBRARY), *(f"{n} {_version(n)}".encode() for n in DRAWING))


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
    tables = [p for p in current().tidy.iterdir() if p.is_file()] if current().tidy.is_dir() else []
    return digest(
        [
            *_contents(tables, current().tidy),
            *_catalogue(),
            *_contents(current().decisions.glob("*.toml"), current().decisions),
            *_register(),
            *_contents(current().notebooks.glob("*.ipynb"), current().notebooks),
            *_programme(),
            current().scheme.encode(),
        ]
    )


def _catalogue() -> Iterator[bytes]:
    shown = [p for p in current().catalogue.glob("*.*") if p.name not in UNSHOWN]
    return _contents(shown, current().catalogue)


def _register() -> Iterator[bytes]:
    """The user's register of actions and what reads it; nothing where there is none."""
    if not (current().register / "registre.csv").exists():
        return iter(())
    own = [p for p in current().register.glob("*.*") if p.suffix in (".csv", ".json", ".toml")]
    shared = (current().root / "data" / "actions").glob("*.*")
    texts = [p for p in shared if p.suffix in (".csv", ".json", ".toml")]
    return (part for files in (own, texts) for path in sorted(files) for part in _file(path))


def _file(path: Path) -> tuple[bytes, bytes]:
    return path.name.encode(), path.read_bytes()


# --- the inputs of one page ----------------------------------------------------------------------


def diagnosis(area: str) -> str:
    """Checksum of the inputs of a neighbourhood's diagnosis.

    Its own rows, all years, with the medians of each; what ``compare`` makes of its benchmarks and
    of its peers; the peers' values and the distributions where drawings show them; what was decided
    of its axes. Lists of areas and outlines count whole: maps name their neighbours.
    """
    from qpvlib.catalogue import axes, catalogue
    from qpvlib.diagnosis import comparison, reading
    from qpvlib.pages.cells import headline
    from qpvlib.roadmap import decisions
    from qpvlib.tables import areas, indicators, tidy

    place = areas.neighbourhood(area)
    positions = comparison.compare(indicators.observations(around=place), place)
    own = tidy.part("observations", "area", [place.code, place.successor])
    drawn = dict.fromkeys([*headline(), *(theme.chart for theme in catalogue().themes.values())])
    seen = reading.readings(positions, list(drawn)).values()
    decided = decisions.read(axes.scheme_name())
    parts = [
        *(frame.to_dict("list") for frame in (positions, own, areas.places(place))),
        [(one.peers, _grid(one.limits)) for one in seen],
        [_median(code, year) for code, year in zip(own.indicator, own.year, strict=True)],
        comparison.broadest(),
        [decision for (code, _), decision in decided.items() if code == place.code],
    ]
    return digest([*_written(parts), *_common(), *_register()])


def _grid(limits: "Spread | None") -> tuple | None:
    return None if limits is None else (limits.n, limits.grid.tolist())


def _median(code: str, year: int) -> tuple | None:
    from qpvlib.diagnosis import comparison

    limits = comparison.spread(code, year)
    return None if limits is None else (limits.n, limits.at(50))


def whole() -> str:
    """Checksum of the inputs of a page on all the neighbourhoods: synthesis, index.

    Their headline figures in the leading years, and the populations that are added up.
    """
    from qpvlib.catalogue import catalogue
    from qpvlib.diagnosis import comparison
    from qpvlib.pages.cells import headline
    from qpvlib.tables import areas, indicators, tidy

    observed = indicators.observations()
    observed = observed[observed.area.isin(areas.neighbourhoods())]
    noise = tidy.table("noise")
    parts = [
        tidy.records(observed[observed.indicator == "population"]),
        tidy.records(noise[noise.indicator.isin(headline())]),
    ]
    for name in headline():
        part = observed[observed.indicator == name]
        year = comparison.leading_year(set(part.year), catalogue().indicator(name))
        limits = None if year is None else comparison.spread(name, year)
        parts.append((tidy.records(part[part.year == year]), _grid(limits)))
    return digest([*_written(parts), *_common(), *_register()])


def roadmap() -> str:
    """Checksum of the inputs of the feuille de route.

    The axes of each neighbourhood, what was decided of them, the last year of each indicator, which
    objectives follow; the register of actions, if there is one.
    """
    from qpvlib.tables import areas

    parts = [part for place in areas.neighbourhoods().values() for part in _followed(place)[1:]]
    return digest([*_written(parts), *_common(), *_register()])


def annex() -> str:
    """Checksum of the inputs of the annex: those of the feuille de route, and the comparisons."""
    from qpvlib.tables import areas

    parts = [
        part
        for place in areas.neighbourhoods().values()
        for part in (*_followed(place), areas.places(place).to_dict("records"))
    ]
    return digest([*_written(parts), *_common()])


def _followed(place: "Neighbourhood") -> tuple[list, list, list, list]:
    """Comparisons of a neighbourhood, its axes, its last figures, those that objectives follow."""
    from qpvlib.catalogue import axes
    from qpvlib.diagnosis import comparison
    from qpvlib.pages.roadmap import COUNTS
    from qpvlib.roadmap import objectives
    from qpvlib.roadmap import stands as decided
    from qpvlib.tables import indicators, tidy

    positions = comparison.compare(indicators.observations(around=place), place)
    own = tidy.part("observations", "area", [place.code, place.successor])
    own = own.sort_values(["indicator", "year"], kind="stable")
    last = own[~own.duplicated("indicator", keep="last") | (own.indicator == "population")]
    linked = (code for axis in axes.scheme().axes.values() for code in axis.links)
    rows = [objectives.latest(place, code) for code in dict.fromkeys([*COUNTS, *linked])]
    return (
        tidy.records(positions),
        decided.stands(place, positions),
        tidy.records(last),
        rows,
    )


TOGETHER = {
    "synthese.ipynb": whole,
    "index.ipynb": whole,
    "feuille_de_route.ipynb": roadmap,
    ANNEX: annex,
}


def of(job: "Job") -> str:
    """Checksum of the inputs of a page: its notebook's, and the signature it bears."""
    from qpvlib.roadmap import signatures

    together = TOGETHER.get(job.notebook)
    figures = together() if together else diagnosis(job.page.area)
    return digest([figures.encode(), repr(signatures.read().get(job.file)).encode()])


@kept("tidy", "root")
def _common() -> tuple[bytes, ...]:
    """What every page may show: the catalogue; lists of areas and outlines, whole, since maps and
    sentences name the neighbours. Read once by each worker, as the tables are.
    """
    names = ("neighbourhoods.csv", "areas.csv", "containment.csv")
    tidy = current().tidy
    places = [*(tidy / name for name in names), *tidy.glob("*.geojson")]
    return (digest([*_contents(places, tidy), *_catalogue()]).encode(),)


def _written(parts: list) -> Iterator[bytes]:
    """Plain values as the same bytes on every machine."""
    return (repr(part).encode() for part in parts)
