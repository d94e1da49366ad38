"""The state of the files that pages depend on: tables, catalogue, notebooks, and our own code.

As checksums, of contents or, to answer sooner, of sizes and dates. No table is parsed.
"""

import hashlib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from qpvlib.project import current, kept

TEMPLATE = Path(__file__).parent / "template"
DRAWING = (
    "babel", "geopandas", "jinja2", "matplotlib", "mistune", "nbconvert", "numpy", "pandas",
    "pillow", "pyproj", "seaborn", "shapely", "xlsxwriter",
)  # fmt: skip
# Of the catalogue, what tells of files received and of how tables are built: no page shows it.
UNSHOWN = ("registry.csv", "neighbourhoods.csv", "departements.csv", "regions.csv")
SECTIONS = "mes-sections"  # folder of the notebooks that someone adds to the diagnostics
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


LOOKS = Source(TEMPLATE.parent.parent, ("**/*.css", "**/*.j2", "**/*.json"))
MODULES = LOOKS._replace(patterns=("**/*.py",))
LIBRARY = LOOKS._replace(patterns=(*MODULES.patterns, *LOOKS.patterns))

# --- the programme -----------------------------------------------------------------------------


def code(notebook: str) -> str:
    """Checksum of what turns inputs into a page: notebook, template, library, drawing packages.

    A document without a notebook has the three others.
    """
    own = current().notebooks / notebook
    return digest([own.read_bytes() if own.is_file() else b"", programme().encode()])


def modules() -> str:
    """Checksum of the states of the library's modules, unread: what a process would import anew."""
    return digest(MODULES.states())


@kept("root")  # of no project, and forgotten with the rest
def programme() -> str:
    """Checksum of what makes every page: template, library, drawing packages.

    Read once, so that a run of a thousand pages does not read the library as many times.
    """
    _unread()
    return digest([*LIBRARY.contents(), *_packages()])


@kept("root")
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
    return digest([*read, programme().encode(), current().scheme.encode()])


def signature() -> str:
    """Checksum of the states of the same files, unread: equal, ``everything`` is too."""
    states = (state for source in _sources() for state in source.states())
    return digest([*states, *_unread(), current().scheme.encode()])


def shared() -> str:
    """Checksum of all that pages share: everything, but the notebooks and Python's own code."""
    read = (part for source in [*_shared(), LOOKS] for part in source.contents())
    return digest([*read, current().scheme.encode()])


def _sources() -> list[Source]:
    """What any page depends on, but the programme."""
    return [
        *_shared(),
        Source(current().notebooks, ("*.ipynb",)),
        Source(current().notebooks / SECTIONS, ("*",), ("README.md",)),
    ]


def _shared() -> list[Source]:
    return [
        Source(current().tidy, ("*",)),
        declared(),
        Source(current().decisions, ("*.toml",)),
        Source(current().editions, ("*/*",)),
        Source(current().corrections.parent, (current().corrections.name,)),
        *registered(),
    ]


def declared() -> Source:
    """The catalogue, but what only the method tells."""
    return Source(current().catalogue, ("*.*",), UNSHOWN)


def registered() -> list[Source]:
    """The user's register, partners and their answers, and what reads them; nothing without."""
    own = current().register
    return [Source(folder, DATA) for folder in (own, current().contract) if own.is_dir()]
