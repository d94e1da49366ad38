"""Where a project is: its catalogue, its tables, its register, its decisions, its pages.

The only module that reads the environment. A project is made once, by the command, the notebook or
the test, and opened; what is read from its files is then remembered for it alone, so that two
projects can be open in one process.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache, wraps
from operator import attrgetter
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

EMBEDDED = Path(__file__).resolve().parent / "embedded"  # in a wheel: see setup.py
HERE = EMBEDDED if EMBEDDED.is_dir() else EMBEDDED.parent.parent
VARIABLES = {
    "root": "QPV_ROOT",
    "tidy": "QPV_TIDY",
    "decisions": "QPV_DECISIONS",
    "register": "QPV_REGISTER",
    "reports": "QPV_REPORTS",
    "scheme": "QPV_AXES",
    "kernels": "QPV_KERNELS",
    "trace": "QPV_TRACE",
}

Given = ParamSpec("Given")
Told = TypeVar("Told")


@dataclass(frozen=True)
class Project:
    """The places of a project, and the choices of who runs it.

    Attributes
    ----------
    root : Path
        Folder that holds ``data/catalogue``, ``data/raw`` and ``notebooks``.
    tidy, decisions, register, reports : Path
        Folders of the project's tables, of what people decided, of the user's register of actions,
        of the pages once built.
    scheme : str
        Scheme of axes; empty: the one of ``territory.toml``.
    kernels : str
        ``ordinary`` starts a Python for each notebook, even where one could be forked.
    trace : str
        If not empty, an error that nobody foresaw is shown whole.

    Examples
    --------
    >>> elsewhere = Project.at("ailleurs", scheme="locales_2024_2030")
    >>> elsewhere.tidy.as_posix(), elsewhere.catalogue.as_posix()
    ('ailleurs/data/tidy', 'ailleurs/data/catalogue')
    """

    root: Path
    tidy: Path
    decisions: Path
    register: Path
    reports: Path
    scheme: str = ""
    kernels: str = ""
    trace: str = ""

    @classmethod
    def at(cls, root: str | Path, **given: Any) -> "Project":
        """A project by its folder; ``given`` names what is elsewhere, or chosen."""
        data = Path(root) / "data"
        places = {
            "tidy": data / "tidy",
            "decisions": data / "decisions",
            "register": data / "register",
            "reports": Path(root) / "reports",
        }
        return cls(Path(root), **places)._but(**given)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Project":
        """The project that an environment names: this library's own, unless it says otherwise.

        Installed from a wheel, the library reads the tables that came with it, and writes what is
        the user's in the folder where the command runs.
        """
        given = {name: environment[v] for name, v in VARIABLES.items() if v in environment}
        root = Path(given.pop("root", HERE))
        if root != EMBEDDED:
            return cls.at(root, **given)
        own = cls.at(Path.cwd())
        users = {name: getattr(own, name) for name in ("decisions", "register", "reports")}
        return cls.at(root, **users | given)

    def _but(self, **given: Any) -> "Project":
        texts = ("scheme", "kernels", "trace")
        return replace(self, **{k: v if k in texts else Path(v) for k, v in given.items()})

    @property
    def environment(self) -> dict[str, str]:
        """What tells another process of this project: ``Project.of`` reads it back."""
        return {VARIABLES[f.name]: str(getattr(self, f.name)) for f in fields(self)}

    @property
    def catalogue(self) -> Path:
        """Folder of the declarations."""
        return _inside(self.root, "data", "catalogue")

    @property
    def raw(self) -> Path:
        """Folder of the producers' files, as received."""
        return self.root / "data" / "raw"

    @property
    def contract(self) -> Path:
        """Folder of what a register of actions must be: its schema, its nomenclatures."""
        return _inside(self.root, "data", "actions")

    @property
    def editions(self) -> Path:
        """Folder of what was published, a folder a date: beside the decisions, as people's own."""
        return self.decisions.parent / "editions"

    @property
    def corrections(self) -> Path:
        """File of the corrections made in the open, beside the decisions."""
        return self.decisions.parent / "corrections.toml"

    @property
    def notebooks(self) -> Path:
        """Folder of the notebooks."""
        return self.root / "notebooks"

    @contextmanager
    def opened(self, **given: Any) -> Iterator["Project"]:
        """Make it the current project for a block, ``given`` places or choices put in its own.

        >>> with Project.at("ailleurs").opened(scheme="locales_2024_2030") as project:
        ...     current() == project, current().scheme
        (True, 'locales_2024_2030')
        """
        project = self._but(**given)
        token = _opened.set(project)
        try:
            yield project
        finally:
            _opened.reset(token)


_opened: ContextVar[Project | None] = ContextVar("project", default=None)


def current() -> Project:
    """The project that is open; else the one that the environment named at the first call."""
    return _opened.get() or _default(os.getpid())


@cache
def _default(_process: int) -> Project:
    # By process: a fork of one that has read its own is told another.
    return Project.of(os.environ)


_kept: list = []  # all that is remembered


def forget() -> None:
    """Forget what was read of every project: its files may have changed."""
    for answer in _kept:
        answer.cache_clear()


def kept(*parts: str, most: int | None = None) -> Callable:
    """Remember what a function answered, apart for each project.

    Parameters
    ----------
    parts : str
        What of the project the answer depends on (``tidy``, ``catalogue``…): two projects that
        share these share the answer.
    most : int, optional
        Answers kept, where they are large.

    Examples
    --------
    >>> @kept("tidy")
    ... def folder(name):
    ...     return (current().tidy / name).as_posix()
    >>> with Project.at("a").opened():
    ...     folder("areas.csv")
    'a/data/tidy/areas.csv'
    >>> with Project.at("b").opened():
    ...     folder("areas.csv")
    'b/data/tidy/areas.csv'
    """
    depends = attrgetter(*parts)

    def remembering(function: Callable[Given, Told]) -> Callable[Given, Told]:
        @lru_cache(maxsize=most)
        def answer(_of: object, *given: Given.args, **named: Given.kwargs) -> Told:
            return function(*given, **named)

        @wraps(function)
        def asked(*given: Given.args, **named: Given.kwargs) -> Told:
            return answer(depends(current()), *given, **named)

        asked.cache_clear = answer.cache_clear
        _kept.append(answer)
        return asked

    return remembering


@cache
def _inside(folder: Path, *names: str) -> Path:
    # Asked thousands of times a page: the path is made once.
    return Path(folder, *names)
