"""Blocks of a document: what a page is made of, which knows nothing of HTML nor of Word."""

from dataclasses import dataclass, field
from functools import partial
from string import Formatter
from typing import Union

Content = Union[str, "Span", "Drawing", "Block", tuple["Content", ...]]


# --- in a line of text -----------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """Words said in a way of their own.

    ``kind`` is ``strong``, ``number`` (the figure that an eye looks for), ``small``, ``muted``,
    ``tag``, ``code``, ``line`` (alone on its line), ``hidden`` (read aloud only), ``sign`` (drawn;
    ``said`` is read aloud instead), ``page`` (in a Word file, the page where its link leads), or a
    name that the style sheet knows. ``link`` is where it leads.
    """

    content: Content
    kind: str = ""
    link: str = ""
    said: str = ""


@dataclass(frozen=True)
class Drawing:
    """A small drawing in a line or a cell, which says nothing that words beside do not say."""

    svg: str = field(repr=False)


BREAK = Span("", "break")


strong = partial(Span, kind="strong")  # words that stand out
small = partial(Span, kind="small")  # words in the second place
muted = partial(Span, kind="muted")  # what stands for a value that is not there


def fill(sentence: str, /, **parts: Content) -> Content:
    """A sentence of the catalogue with contents in its places.

    Parameters
    ----------
    sentence : str
        With names in braces.
    parts : Content
        By name; what is not a text is shown as its own kind.

    Examples
    --------
    >>> fill("{n} quartiers", n=19), fill("Périmètre {code}.", code=strong("QP045010"))
    ('19 quartiers', ('Périmètre ', Span(content='QP045010', kind='strong', link='', said=''), '.'))
    """
    if not any(isinstance(part, Span | tuple) for part in parts.values()):
        return sentence.format(**parts)
    found: list[Content] = []
    for text, name, form, _ in Formatter().parse(sentence):
        part = parts.get(name, "") if name else ""
        found += [text, part if isinstance(part, Span | tuple) else format(part, form or "")]
    return tuple(part for part in found if part != "")


# --- blocks ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Heading:
    """A title: 1 for the page's, then 2 to 4; ``anchor`` is what links name it by, after a #."""

    level: int
    content: Content
    kind: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``kind`` is a style: ``lead``, ``small``, ``notice``, ``goal``…"""

    content: Content
    kind: str = ""


@dataclass(frozen=True)
class Item:
    """A line of a list that has a style of its own."""

    content: Content
    kind: str = ""


@dataclass(frozen=True)
class Listing:
    """A list; ``label`` names it where no title does."""

    items: tuple[Content | Item, ...]
    kind: str = ""
    ordered: bool = False
    label: str = ""


@dataclass(frozen=True)
class Facts:
    """Figures, each with the words that name it: ``(figure, words)``."""

    pairs: tuple[tuple[Content, Content], ...]
    kind: str = "id"
    label: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell that has a style of its own, a label for narrow screens, or several columns."""

    content: Content
    kind: str = ""
    label: str = ""
    span: int = 1


@dataclass(frozen=True)
class Row:
    """A row that has a style of its own: ``group`` (its one cell heads those below), ``total``."""

    cells: tuple[Content | Cell, ...]
    kind: str = ""


@dataclass(frozen=True)
class Table:
    """A table: a caption that says what it holds, headers of columns, rows headed by their first.

    Attributes
    ----------
    numeric : int
        First column aligned as numbers; 0: none.
    over : tuple of Cell
        A line of headers above, each over several columns.
    widths : tuple of float
        Relative, for paper.
    scroll : bool
        Whether it slides sideways where it does not fit.
    """

    caption: Content
    head: tuple[Content | Cell, ...]
    rows: tuple[Row | tuple[Content | Cell, ...], ...]
    kind: str = ""
    numeric: int = 0
    over: tuple[Cell, ...] = ()
    widths: tuple[float, ...] = ()
    scroll: bool = True

    @property
    def lines(self) -> tuple[Row, ...]:
        """Its rows, every one a ``Row``."""
        return tuple(row if isinstance(row, Row) else Row(row) for row in self.rows)


@dataclass(frozen=True)
class Picture:
    """A picture (SVG as text, PNG as bytes) and what it says to who does not see it.

    ``width`` and ``height`` are in pixels; ``paper`` is its width in centimetres in a Word file.
    """

    image: str | bytes = field(repr=False)
    alt: str
    width: int = 0
    height: int = 0
    paper: float = 8.0


@dataclass(frozen=True)
class Figure:
    """Something drawn, its title and its caption."""

    content: Content
    title: str
    caption: Content


@dataclass(frozen=True)
class Group:
    """Blocks laid out together; ``label`` makes a region of it, with a name (``ways``: links)."""

    content: Content
    kind: str = ""
    label: str = ""


@dataclass(frozen=True)
class Fold:
    """Blocks under a title that opens them; on paper they follow it.

    ``data``: figures that a page gives to reuse.
    """

    title: Content
    content: Content
    data: bool = False


@dataclass(frozen=True)
class Masthead:
    """Top of a page: whose it is, its state if it has one, its title and what stands over it."""

    office: Content
    title: Content
    over: Content = ""
    under: Content = ""
    state: bool = True


@dataclass(frozen=True)
class Banner:
    """Invented data, said where nobody can miss it, on every printed sheet too."""

    title: str
    content: Content


@dataclass(frozen=True)
class Break:
    """A new sheet."""


@dataclass(frozen=True)
class Room:
    """Lines to write on by hand."""

    lines: int


Block = (
    Heading | Paragraph | Listing | Facts | Table | Picture | Figure | Group | Fold | Masthead
    | Banner | Break | Room
)  # fmt: skip


def plain(content: Content) -> str:
    """The words of some content, one after the other; nothing of what is drawn.

    >>> plain((strong("37"), " %", BREAK, small("2021")))
    '37 % 2021'
    """
    if isinstance(content, str):
        return content
    if isinstance(content, tuple):
        return "".join(map(plain, content))
    if isinstance(content, Span):
        return " " if content.kind == "break" else content.said or plain(content.content)
    return ""
