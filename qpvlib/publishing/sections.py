"""Sections of one's own: the notebooks of ``notebooks/mes-sections``, run for a neighbourhood.

Each is placed in the diagnostics before their details, under its own title, in the order of the
files' names. One that fails takes no page along: its place says why.
"""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qpvlib.catalogue import QpvError
from qpvlib.project import current, kept
from qpvlib.publishing.states import SECTIONS, Source

if TYPE_CHECKING:
    from qpvlib.tables.areas import Neighbourhood

TITLE = re.compile(r"\s*(#{1,2})[ \t]+(.+?)[ \t#]*(?:\n|\Z)")
HEADING = re.compile(r"^```.*?^```|^#{1,6}(?=[ \t])", re.M | re.S)  # those of code are none
UNTAGGED = (
    'aucune cellule d\'étiquette « parameters » ne contient code = "QP045016" ; dans JupyterLab : '
    "la cellule choisie, la roue dentée à droite, « Ajouter une étiquette »"
)
ASIDE = ("_", ".")  # begin the names of what is not published


@dataclass(frozen=True)
class Section:
    """A section: its file's name, its title, the codes of 2015 it is for (none: all)."""

    file: str
    title: str
    codes: tuple[str, ...] = ()


def folder() -> Path:
    """Where the sections of the project are."""
    return current().notebooks / SECTIONS


def of(place: "Neighbourhood") -> tuple[Section, ...]:
    """The sections of a neighbourhood's diagnostic, in order."""
    return tuple(one for one in declared() if not one.codes or place.code in one.codes)


@kept("root")
def declared() -> tuple[Section, ...]:
    """Every section of the project, read but not run.

    Raises
    ------
    QpvError
        For a file that is no notebook, has no cell of parameters, no title, an unknown code.
    """
    found = (path for path in sorted(folder().glob("*.ipynb")) if path.name[0] not in ASIDE)
    return tuple(map(_section, found))


def depends(names: Sequence[str]) -> Iterator[bytes]:
    """Contents of the notebooks of some sections, and of whatever lies beside for them to read."""
    files = Source(folder(), ("*",))
    others = [path.name for path in files.files() if path.suffix != ".ipynb"]
    for name in (*names, *others):
        yield name.encode()
        yield (folder() / name).read_bytes()


# --- what a notebook says of itself ----------------------------------------------------------


def _section(path: Path) -> Section:
    try:
        cells = json.loads(path.read_bytes().decode("utf-8-sig"))["cells"]
        told = [
            (c["cell_type"], "".join(c["source"]), c["metadata"].get("tags", ())) for c in cells
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        again = "ce n'est pas un carnet Jupyter ; le rouvrir dans JupyterLab et l'enregistrer"
        raise _refused(path.name, again) from None
    given = next((text for kind, text, tags in told if kind == "code" and "parameters" in tags), "")
    first = next((text for kind, text, _ in told if kind == "markdown"), "")
    named = _assigned(path.name, given)
    if "code" not in named:
        raise _refused(path.name, UNTAGGED)
    if not (title := TITLE.match(first)):
        raise _refused(path.name, "sa première cellule de texte doit commencer par « # Un titre »")
    words = re.sub(r"[*_`]", "", title[2]).strip()
    return Section(path.name, words, _codes(path.name, named.get("quartiers")))


def _assigned(name: str, cell: str) -> dict[str, ast.expr]:
    """What the lines « name = value » of a cell say."""
    try:
        lines = [line for line in ast.parse(cell).body if isinstance(line, ast.Assign)]
    except SyntaxError as error:
        told = f"ligne {error.lineno} de la cellule « parameters » : ce n'est pas du Python"
        raise _refused(name, told) from None
    return {ast.unparse(target): line.value for line in lines for target in line.targets}


def _codes(name: str, given: ast.expr | None) -> tuple[str, ...]:
    """Codes that a section names, of 2015 or of 2024; none where it names none."""
    from qpvlib.tables.areas import before, neighbourhood

    if given is None:
        return ()
    try:
        codes = ast.literal_eval(given)
    except ValueError:
        codes = None
    if not isinstance(codes, list) or not codes or not all(isinstance(c, str) for c in codes):
        raise _refused(name, 'la ligne quartiers s\'écrit : quartiers = ["QP045016", "QP045009"]')
    try:
        return tuple(before(neighbourhood(code)).code for code in codes)
    except QpvError as error:
        raise _refused(name, str(error)) from None


def _refused(name: str, reason: str) -> QpvError:
    return QpvError(f"carnet {SECTIONS}/{name} : {reason}")
