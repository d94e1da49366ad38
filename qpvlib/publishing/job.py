"""A job: a page or a document to make, the file that it becomes, what it says of itself."""

from dataclasses import dataclass

from qpvlib.catalogue import catalogue
from qpvlib.document.named import CARDS, GLOSSARY
from qpvlib.publishing import ANNEX, BOOK, CORRECTIONS, LETTERS, TABLE
from qpvlib.publishing.sections import Section
from qpvlib.roadmap.corrections import Correction

FILES = {
    "index": "index.html", "synthesis": "synthese.html", "roadmap": "feuille-de-route.html",
    "annex": f"{ANNEX}.html", "annex_word": f"{ANNEX}.docx", "board": "quartiers-ete.html",
    "coverage": "couverture.html", "planning": "preparation-ete.html",
    "requests": f"{LETTERS}.html", "requests_word": f"{LETTERS}.docx",
    "table": f"donnees/{TABLE}.csv", "pack": "donnees/synthese.zip", "cards": CARDS,
    "glossary": f"{CARDS}#{GLOSSARY}", "book": f"donnees/{BOOK}.xlsx",
    "statement": "accessibilite.html", "perimeters": "perimetres-2024.html",
    "corrections": f"{CORRECTIONS}.html",
}  # fmt: skip

REGISTER = "-registre"  # ends the site's own: those asked for a date stand beside, never over them


def suffixed(key: str, suffix: str) -> str:
    """« quartiers-ete-registre.html »: a file of its own for each way to be asked for."""
    return FILES[key].replace(".html", f"{suffix}.html")


FILES |= {f"site_{key}": suffixed(key, REGISTER) for key in ("board", "coverage")}


def say(key: str, **parts: object) -> str:
    """What the site says of itself (``phrases-site.toml``)."""
    return catalogue().phrases["site"][key].format(**parts)


def links(*keys: str) -> tuple[tuple[str, str], ...]:
    """Where a page leads, and in what words."""
    return tuple((FILES[key], say(f"{key}_link")) for key in keys)


@dataclass(frozen=True)
class Page:
    """What a page says of itself, outside its notebook."""

    title: str
    description: str
    area: str
    foot: str
    footer: str
    links: tuple[tuple[str, str], ...] = ()
    behind: tuple[tuple[str, str], ...] = ()  # its sources and data: one line, at its foot
    corrections: tuple[Correction, ...] = ()
    large: bool = False
    words: int | None = None  # most of the first screen

    @property
    def pack(self) -> tuple[str, ...]:
        """Where its own data are, and the words that lead there; nothing where it has none."""
        found = [file for file, _ in self.behind if file.endswith(".zip")]
        return (*found, say("behind")) if found else ()


@dataclass(frozen=True)
class Job:
    """One page or document to make: its notebook or document, its parameters, its file.

    ``code`` is the checksum of the code that must make it; ``known`` the inputs' checksum of the
    page already on disk, made by that code: found equal, nothing is made. ``sections`` are those
    that someone adds to it.
    """

    name: str
    file: str
    notebook: str
    parameters: tuple[tuple[str, str | int], ...]
    page: Page
    code: str = ""
    known: str = ""
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of a job: its HTML, or nothing to do, or the cell and cause of its failure.

    ``lacks``: what its page says that it could not show.
    """

    job: Job
    html: bytes = b""
    inputs: str = ""
    code: str = ""
    unchanged: bool = False
    cell: int | None = None
    cause: str = ""
    machine: str = ""
    notebook: str = ""
    warnings: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    start: float = 0.0
    cells: float = 0.0
    export: float = 0.0

    @property
    def failed(self) -> bool:
        """No page came out of it, or one that the gate refused."""
        return bool(self.cause)
