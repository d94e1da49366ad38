"""Every number of a built page, with what is read around it. Nothing of qpvlib.

A piece is what a reader meets at once: a paragraph, a cell, what replaces a picture, a word drawn
in one. A cell is read with the heads of its row and columns, a paragraph with the headings above.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from lxml import etree, html
from reading import Element, plain

# A date, a code, a span of years or a number: what is resolved as one.
TOKEN = re.compile(
    r"\b[0-9a-f]{12}\b|\d{2}/\d{2}/\d{4}|(?<!\d)(?:19|20)\d\d-(?:19|20)\d\d|\b(?:QP|QN)\d{5,6}[MI]?\b|"
    r"(?<![\w,./])[−-]?(?:\d{1,3}(?: \d{3})+(?!\d)|\d+)(?:,\d+)?(?:\.\d+[a-z]?)?"
)
TAGS = {"p", "li", "dt", "dd", "h1", "h2", "h3", "h4", "summary", "figcaption", "caption", "td",
        "th", "title", "label", "text", "div", "section", "nav", "footer", "header", "main", "body",
        "figure", "details", "ul", "ol", "table", "tr"}  # fmt: skip
SAID = ("alt", "aria-label", "title", "content", "placeholder")
HEADS = ("h1", "h2", "h3", "h4")


@dataclass(frozen=True)
class Piece:
    """A text, its kind (``prose, cell, alt, drawing``) and what is read with it.

    ``heads``: headings above, or of a cell its caption, group, row and columns; ``rank``: its place
    in a list, or its row's in a table.
    """

    kind: str
    text: str
    heads: tuple[str, ...]
    rank: int = 0

    @property
    def context(self) -> str:
        return " · ".join((*self.heads, self.text))


@dataclass(frozen=True)
class Number:
    """A number of a piece, and where it is in its text."""

    piece: Piece
    token: str
    start: int
    end: int

    @property
    def before(self) -> str:
        return self.piece.text[: self.start]

    @property
    def after(self) -> str:
        return self.piece.text[self.end :]


def numbers(piece: Piece) -> Iterator[Number]:
    for found in TOKEN.finditer(piece.text):
        yield Number(piece, found[0], found.start(), found.end())


def page(path: Path) -> list[Piece]:
    """The pieces of a page that have a number, in order."""
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    root = html.parse(str(path), parser).getroot()
    etree.strip_tags(root, "abbr")  # a word spelled is the same word
    return pieces(root)


def pieces(root: Element) -> list[Piece]:
    heads = _headings(root)
    found = [piece for element in root.iter() if isinstance(element.tag, str)
             for piece in _said(element, heads)]  # fmt: skip
    return [piece for piece in found if re.search(r"\d", piece.text)]


def _headings(root: Element) -> dict[Element, tuple[str, ...]]:
    """The headings that stand above each element, the page's title first."""
    above: dict[str, str] = {}
    found = {}
    for element in root.iter():
        if element.tag in HEADS:
            level = element.tag
            above = {name: told for name, told in above.items() if name < level}
            above[level] = _text(element)
        found[element] = tuple(above.values())
    return found


def _said(element: Element, heads: dict) -> Iterator[Piece]:
    """What an element says itself: its text, what replaces it, what is drawn in it."""
    above = heads[element]
    for name in SAID:
        # Of the head of a page, only what describes it is read.
        told = name != "content" or element.get("name") == "description"
        if told and (words := plain(element.get(name) or "")):
            yield Piece("alt", words, _around(element, above))
    source = element.get("src") or ""
    if source.startswith("data:image/svg+xml"):
        drawn = etree.fromstring(unquote(source.partition(",")[2]).encode())
        alt = plain(element.get("alt") or "")
        for text in drawn.iter("{*}text"):
            yield Piece("drawing", plain("".join(text.itertext())), (*above, alt))
    if element.tag in TAGS and (words := _text(element)):
        kind = "cell" if element.tag in ("td", "th") else "prose"
        kind = "drawing" if element.tag == "text" else kind
        yield Piece(kind, words, _around(element, above), _rank(element))


def _text(element: Element) -> str:
    """Its own words, those of the blocks inside it left out."""
    words = plain(" ".join(_words(element)))
    return re.sub(r" ([.,)])(?=[ ;,.)]|$)", r"\1", words).replace("( ", "(")


def _words(element: Element) -> Iterator[str]:
    if element.text:
        yield element.text
    for child in element:
        hidden = not isinstance(child.tag, str) or child.tag in (*TAGS, "style", "script", "svg")
        if not hidden:
            yield from _words(child)
        if child.tail:
            yield child.tail


def _rank(element: Element) -> int:
    row = next(element.iterancestors("tr"), None) if element.tag in ("td", "th") else None
    return sum(1 for _ in (element if row is None else row).itersiblings(preceding=True)) + 1


def _around(element: Element, above: tuple[str, ...]) -> tuple[str, ...]:
    """What an element is read with: of a cell its caption, group, row and columns."""
    cell = next((e for e in (element, *element.iterancestors("td", "th")) if e.tag in ("td", "th")),
                None)  # fmt: skip
    if element.tag == "dd":  # a definition list: what it counts stands beside
        return *above, *(_text(term) for term in element.getparent().iter("dt"))
    if cell is None:
        return above
    row, table = cell.getparent(), next(cell.iterancestors("table"))
    caption = table.find("caption")
    heads = [*above, "" if caption is None else _text(caption), _group(row)]
    at = sum(int(e.get("colspan") or 1) for e in cell.itersiblings(preceding=True))
    if row.getparent().tag != "thead":
        heads.append(_whole(row[0]) if cell is not row[0] else "")
        heads += [_whole(_column(line, at)) for line in table.xpath("./thead/tr")]
    return tuple(heads)


def _whole(element: Element | None) -> str:
    return "" if element is None else plain(" ".join(element.itertext()))


def _group(row: Element) -> str:
    for other in row.itersiblings(preceding=True):
        if len(other) == 1:
            return _whole(other)
    return ""


def _column(line: Element, at: int) -> Element | None:
    here = 0
    for cell in line:
        here += int(cell.get("colspan") or 1)
        if at < here:
            return cell
    return None
