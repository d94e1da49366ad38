"""Blocks of a document: they know nothing of Word nor of HTML."""

from collections.abc import Callable
from dataclasses import dataclass, field

from qpvlib.tables.areas import Neighbourhood

Still = tuple[bytes, str, str]  # picture, alternative text, caption


@dataclass(frozen=True)
class Heading:
    """A title, 0 for the document's."""

    level: int
    text: str


@dataclass(frozen=True)
class Text:
    """A paragraph; ``kind`` is a style: ``normal``, ``lead``, ``small``, ``state``, ``goal``…"""

    text: str
    kind: str = "normal"
    strong: str = ""


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table: its title, headers, rows whose first cell is a header; relative widths."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A picture (PNG for Word, SVG for a page), its alternative text, its caption, its width."""

    image: bytes = field(repr=False)
    alt: str = ""
    caption: str = ""
    width: float = 8.0


@dataclass(frozen=True)
class Pictures:
    """Pictures side by side, of one width in centimetres, and what they have in common."""

    pictures: tuple[Picture, ...]
    caption: str = ""


@dataclass(frozen=True)
class Break:
    """A new page."""


@dataclass(frozen=True)
class Room:
    """Lines to write on by hand."""

    lines: int


Block = Heading | Text | Bullets | Grid | Picture | Pictures | Break | Room
Stills = Callable[[Neighbourhood], list[Still]]
