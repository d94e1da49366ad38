"""What a page depends on, as checksums: it is built again when one of them changes, and only then.

Two of them: of the *inputs* (the rows that the page shows or is compared with, the catalogue's
entries) and of the *code* (its notebook, the template, the library, the packages that draw). Both
are written on the page, which holds nothing else of the run that built it.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from qpvlib import paths

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
    tables = [p for p in paths.tidy().iterdir() if p.is_file()] if paths.tidy().is_dir() else []
    return digest(
        [
            *_contents(tables, paths.tidy()),
            *_catalogue(),
            *_register(),
            *_contents(paths.notebooks().glob("*.ipynb"), paths.notebooks()),
            *_programme(),
        ]
    )


def _catalogue() -> Iterator[bytes]:
    shown = [p for p in paths.catalogue().glob("*.*") if p.name not in UNSHOWN]
    return _contents(shown, paths.catalogue())


def _register() -> Iterator[bytes]:
    """The user's register of actions and what reads it; nothing where there is none."""
    if not (paths.register() / "registre.csv").exists():
        return iter(())
    own = [p for p in paths.register().glob("*.*") if p.suffix in (".csv", ".json", ".toml")]
    shared = (paths.root() / "data" / "actions").glob("*.*")
    texts = [p for p in shared if p.suffix in (".csv", ".json", ".toml")]
    return (part for files in (own, texts) for path in sorted(files) for part in _file(path))


def _file(path: Path) -> tuple[bytes, bytes]:
    return path.name.encode(), path.read_bytes()


# --- the inputs of one page ----------------------------------------------------------------------


def diagnosis(area: str) -> str:
    """Checksum of the inputs of a neighbourhood's diagnosis.

    Its own rows, all years; what ``compare`` and ``trend`` make of its benchmarks and of its peers;
    the peers' values where drawings show them; the distributions that drawings show. Lists of areas
    and outlines count whole: maps name their neighbours.
    """
    from qpvlib import areas, comparison, indicators, rows, tidy
    from qpvlib.catalogue import catalogue
    from qpvlib.display.cells import headline
    from qpvlib.figures.changes import TRENDS

    place = areas.neighbourhood(area)
    observed = indicators.observations()
    positions = comparison.compare(observed, place)
    own = observed[observed.area.isin([place.code, place.successor])]
    drawn = dict.fromkeys([*headline(), *(t.chart for t in catalogue().themes.values())])
    views = [rows.view(place, c, positions) for c in drawn if c in set(positions.indicator)]
    trends = [comparison.trend(place, c) for c in TRENDS]
    parts = [
        positions, own, areas.places(place),
        *(view.limits for view in views if view.limits is not None), [v.peers for v in views],
        *(trend.points for trend in trends), [(t.verdict, t.reason, t.noise) for t in trends],
        _later(own, views), tidy.table("distributions").n.max(),
    ]  # fmt: skip
    return digest([*map(_bytes, parts), *_places(), *_catalogue(), *_register()])


def _later(own: object, views: list) -> list:
    """Medians of the last years that a landmark quotes after the leading one."""
    from qpvlib import comparison

    found = []
    for view in views:
        years = own[(own.indicator == view.code) & own.value.notna()].year
        limits = comparison.spread(view.code, years.max()) if len(years) else None
        found.append(None if limits is None else (limits.p50, limits.n))
    return found


def whole(notebook: str) -> str:
    """Checksum of the inputs of a page on all the neighbourhoods: synthesis, index.

    Their headline figures in the leading years, and the populations that are added up.
    """
    from qpvlib import areas, comparison, indicators, tidy
    from qpvlib.catalogue import catalogue
    from qpvlib.display.cells import headline

    observed = indicators.observations()
    observed = observed[observed.area.isin(areas.neighbourhoods())]
    parts = [observed[observed.indicator == "population"]]
    for name in headline():
        part = observed[observed.indicator == name]
        year = comparison.leading_year(part, catalogue().indicator(name)) if len(part) else 0
        parts += [part[part.year == year], comparison.spread(name, year)]
    noise = tidy.table("noise")
    parts.append(noise[noise.indicator.isin(headline())])
    return digest([*map(_bytes, parts), *_places(), *_catalogue(), *_register()])


SLICES: dict[str, Callable[[str], str]] = {"diagnostic.ipynb": diagnosis}


def of(notebook: str, area: str) -> str:
    """Checksum of the inputs of a page, from the notebook that makes it and its area."""
    return SLICES[notebook](area) if notebook in SLICES else whole(notebook)


def _places() -> Iterator[bytes]:
    """Lists of areas and outlines: whole, since maps and sentences name the neighbours."""
    names = ("neighbourhoods.csv", "areas.csv", "containment.csv")
    files = [paths.tidy() / name for name in names] + list(paths.tidy().glob("*.geojson"))
    return _contents(files, paths.tidy())


def _bytes(part: object) -> bytes:
    """A table, a row or plain values, as the same bytes on every machine."""
    to_csv = getattr(part, "to_csv", None)
    if to_csv is None:
        return repr(part).encode()
    return to_csv(lineterminator="\n", float_format="%.10g").encode()
