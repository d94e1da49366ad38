"""What a page depends on, as checksums: it is built again when one of them changes, and only then.

Two of them: of the *inputs* (the rows that the page shows or is compared with, the catalogue's
entries) and of the *code* (its notebook, the template, the library, the packages that draw). Both
are written on the page, which holds nothing else of the run that built it.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from qpvlib import paths

if TYPE_CHECKING:
    import pandas as pd

    from qpvlib.comparison import Spread

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
    """Checksum of what turns inputs into a page: notebook, template, library, drawing packages."""
    return digest([(paths.notebooks() / notebook).read_bytes(), *_programme()])


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
    return digest(
        [
            _scheme(),
            *_contents(_tables(), paths.tidy()),
            *_decided(),
            *_catalogue(),
            *_contents(paths.notebooks().glob("*.ipynb"), paths.notebooks()),
            *_programme(),
        ]
    )


def _catalogue() -> Iterator[bytes]:
    shown = [p for p in paths.catalogue().glob("*.*") if p.name not in UNSHOWN]
    return _contents(shown, paths.catalogue())


# --- the inputs of one page ----------------------------------------------------------------------


def diagnosis(area: str) -> str:
    """Checksum of the inputs of a neighbourhood's diagnosis.

    Its own rows, all years; what ``compare`` and ``trend`` make of its benchmarks and of its peers;
    the peers' values where drawings show them; the distributions that drawings show. Lists of areas
    and outlines count whole: maps name their neighbours.
    """
    from qpvlib import areas, comparison, indicators, roadmap, rows, signatures, tidy
    from qpvlib.catalogue import catalogue
    from qpvlib.display.cells import headline
    from qpvlib.figures.changes import TRENDS

    place = areas.neighbourhood(area)
    positions = comparison.compare(indicators.observations(around=place), place)
    own = tidy.part("observations", "area", [place.code, place.successor])
    drawn = dict.fromkeys([*headline(), *(theme.chart for theme in catalogue().themes.values())])
    views = rows.views(place, positions, list(drawn))
    trends = [comparison.trend(place, code) for code in TRENDS]
    parts = [
        roadmap.stands(place, positions),  # proposals, decisions, and the figures they rest on
        signatures.read().get(place.page),
        *map(tidy.records, (positions, own, areas.places(place))),
        [(view.peers, _grid(view.limits)) for view in views],
        [(tidy.records(trend.points), trend.verdict, trend.reason) for trend in trends],
        [_later(own, view.code) for view in views],
        comparison.broadest(),
    ]
    return digest([*_written(parts), *_common(paths.tidy(), paths.catalogue())])


def _grid(limits: "Spread | None") -> tuple | None:
    return None if limits is None else (limits.n, limits.grid.tolist())


def _later(own: "pd.DataFrame", code: str) -> tuple | None:
    """Median of the last year, which a landmark may quote after the leading one."""
    from qpvlib import comparison

    years = own[(own.indicator == code) & own.value.notna()].year
    limits = comparison.spread(code, years.max()) if len(years) else None
    return None if limits is None else (limits.n, limits.at(50))


def whole() -> str:
    """Checksum of the inputs of a page on all the neighbourhoods: synthesis, index.

    Their headline figures in the leading years, and the populations that are added up.
    """
    from qpvlib import areas, comparison, indicators, signatures, tidy
    from qpvlib.catalogue import catalogue
    from qpvlib.display.cells import headline

    observed = indicators.observations()
    observed = observed[observed.area.isin(areas.neighbourhoods())]
    noise = tidy.table("noise")
    parts = [
        [signatures.read().get(name) for name in ("synthese.html", "index.html")],
        tidy.records(observed[observed.indicator == "population"]),
        tidy.records(noise[noise.indicator.isin(headline())]),
    ]
    for name in headline():
        part = observed[observed.indicator == name]
        year = comparison.leading_year(set(part.year), catalogue().indicator(name))
        limits = None if year is None else comparison.spread(name, year)
        parts.append((tidy.records(part[part.year == year]), _grid(limits)))
    return digest([*_written(parts), *_common(paths.tidy(), paths.catalogue())])


def roadmap() -> str:
    """Checksum of the inputs of the feuille de route.

    Every axis of every neighbourhood, with its figures and its decision; the latest values that
    follow the objectives or add up by contract.
    """
    from qpvlib import areas, axes, indicators, objectives, signatures
    from qpvlib import roadmap as stands
    from qpvlib.display.roadmap import COUNTS

    linked = (code for axis in axes.scheme().axes.values() for code in axis.links)
    followed = dict.fromkeys([*COUNTS, *linked])
    rows = [
        objectives.latest(place, code)
        for place in areas.neighbourhoods().values()
        for code in followed
    ]
    parts = [
        stands.all_stands(indicators.observations()),
        [None if row is None else row.to_dict() for row in rows],
        signatures.read().get("feuille-de-route.html"),
    ]
    return digest([*_written(parts), *_common(paths.tidy(), paths.catalogue())])


def _tables() -> list[Path]:
    return [p for p in paths.tidy().iterdir() if p.is_file()] if paths.tidy().is_dir() else []


def _decided() -> Iterator[bytes]:
    return _contents(paths.decisions().glob("*.toml"), paths.decisions())


def _scheme() -> bytes:
    return os.environ.get("QPV_AXES", "").encode()


SLICES: dict[str, Callable[[str], str]] = {
    "diagnostic.ipynb": diagnosis,
    "feuille_de_route.ipynb": lambda _area: roadmap(),
}


def of(notebook: str, area: str) -> str:
    """Checksum of the inputs of a page, from the notebook that makes it and its area."""
    return SLICES[notebook](area) if notebook in SLICES else whole()


@cache
def _common(tidy: Path, _catalogue_folder: Path) -> tuple[bytes, ...]:
    """What every page may show: the catalogue; lists of areas and outlines, whole, since maps and
    sentences name the neighbours. Read once by each worker, as the tables are.
    """
    names = ("neighbourhoods.csv", "areas.csv", "containment.csv")
    places = [*(tidy / name for name in names), *tidy.glob("*.geojson")]
    return (digest([*_contents(places, tidy), *_catalogue()]).encode(),)


def _written(parts: list) -> Iterator[bytes]:
    """Plain values as the same bytes on every machine."""
    return (repr(part).encode() for part in parts)
