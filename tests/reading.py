"""A reader of built pages: what a person sees, as texts, tables and drawings. Nothing of qpvlib."""

import re
import zipfile
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import unquote

from lxml import etree, html

Element = html.HtmlElement
SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")
BLOCKS = ("p", "li", "dt", "dd", "figcaption", "h1", "h2", "h3", "h4", "summary", "title")
NUMBER = r"[−-]?(?:\d{1,3}(?: \d{3})+|\d+)(?:,\d+)?"


def plain(words: str) -> str:
    """Words with ordinary spaces and apostrophes."""
    return SPACES.sub(" ", words).replace("’", "'").strip()


def text(element: Element) -> str:
    """Text of an element, its pieces apart, its drawings left out."""
    pieces = element.xpath(".//text()[not(ancestor::svg) and not(ancestor::style)]")
    words = plain(" ".join(pieces))
    return re.sub(r" ([.,)])(?=[ ;,.)]|$)", r"\1", words).replace("( ", "(")


def number(words: str) -> float:
    """A French number, its unit left aside."""
    found = re.search(NUMBER, plain(words))
    return float(found[0].replace(" ", "").replace(",", ".").replace("−", "-"))


@dataclass(frozen=True)
class Row:
    """A row of a table: its group (contract, theme), its head, and its cells by column."""

    group: str
    head: str
    cells: dict[str, str]
    elements: dict[str, Element]


@dataclass(frozen=True)
class Table:
    caption: str
    columns: list[str]
    rows: list[Row]

    @property
    def by_head(self) -> dict[str, Row]:
        return {row.head: row for row in self.rows}


def _table(element: Element) -> Table:
    caption = element.find("caption")
    heads = [tr.xpath("./th|./td") for tr in element.xpath("./thead/tr")]
    columns = [text(cell) for cell in heads[-1]] if heads else []
    rows, group = [], ""
    for tr in element.xpath("./tbody/tr|./tfoot/tr"):
        cells = tr.xpath("./th|./td")
        if len(cells) == 1 and cells[0].get("scope") == "rowgroup":
            group = text(cells[0])
        else:
            named = dict(zip(columns, cells, strict=True))
            seen = {name: text(cell) for name, cell in named.items()}
            rows.append(Row(group, seen[columns[0]], seen, named))
    return Table("" if caption is None else text(caption), columns, rows)


@dataclass(frozen=True)
class Figure:
    """A picture: its visible title, what replaces it, its caption, the SVG, the table under it."""

    title: str
    alt: str
    caption: str
    drawing: etree._Element | None
    table: Table | None


def _figure(element: Element) -> Figure:
    image, caption = element.find(".//img"), element.find(".//figcaption")
    source = "" if image is None else image.get("src")
    head, _, drawn = source.partition(",")
    svg = etree.fromstring(unquote(drawn)) if head.startswith("data:image/svg+xml") else None
    table = element.find(".//table")
    heading = element.find(".//h3")
    if heading is None:
        heading = caption
    return Figure(
        "" if heading is None else text(heading),
        "" if image is None else plain(image.get("alt")),
        "" if caption is None else text(caption),
        svg,
        None if table is None else _table(table),
    )


def figure(markup: str) -> Figure:
    """The figure of a piece of a page."""
    return _figure(html.fromstring(markup))


class Page:
    """A built page."""

    def __init__(self, path: Path):
        self.name, self.root = (
            path.name,
            html.document_fromstring(
                # « CAP-BEP » is one word, spelled or not.
                re.sub(rb"</?abbr\b[^>]*>", b"", path.read_bytes()),
                _parser(),
            ),
        )

    @cached_property
    def tables(self) -> list[Table]:
        return [_table(element) for element in self.root.iter("table")]

    def table(self, caption: str) -> Table:
        """The table whose caption contains these words."""
        found = [table for table in self.tables if caption in table.caption]
        assert len(found) == 1, f"{self.name} : {len(found)} tableaux « {caption} »"
        return found[0]

    @cached_property
    def figures(self) -> list[Figure]:
        return [_figure(element) for element in self.root.iter("figure")]

    def figure(self, title: str) -> Figure:
        """The figure of this visible title, or the only one whose title begins so."""
        found = [f for f in self.figures if f.title == title]
        found = found or [f for f in self.figures if f.title.startswith(title)]
        assert len(found) == 1, f"{self.name} : {len(found)} figures « {title} »"
        return found[0]

    @property
    def prose(self) -> list[str]:
        """Texts out of the tables and drawings, block by block, alternative texts included."""
        inner = " or ".join(f"ancestor::{tag}" for tag in ("table", "svg", "head", "nav"))
        nested = " or ".join(f".//{tag}" for tag in BLOCKS)
        blocks = " or ".join(f"self::{tag}" for tag in BLOCKS)
        found = self.root.xpath(f"//*[({blocks}) and not({inner}) and not({nested})]")
        loose = self.root.xpath(f"//span[not({inner}) and not({' or '.join(_outside())})]")
        alts = [plain(image.get("alt")) for image in self.root.iter("img")]
        return [words for words in [*map(text, found), *map(text, loose), *alts] if words]

    @property
    def written(self) -> list[str]:
        """Every text in order: paragraphs, cells, captions, headings; no link to other pages."""
        tags = ("p", "li", "th", "td", "h1", "h2", "h3", "h4", "h5", "caption", "figcaption")
        found = (
            e for e in self.root.iter(*tags) if not e.xpath("ancestor::nav[not(ancestor::main)]")
        )
        return list(filter(None, map(text, found)))

    def section(self, title: str, after: str = "") -> list[str]:
        """Texts of what follows a heading, up to the next of the same level or higher, notes apart.

        ``after`` is a heading that it follows, where several have its title.
        """
        headings = list(self.root.iter("h1", "h2", "h3", "h4"))
        start = [text(h) for h in headings].index(after) if after else 0
        heading = next(h for h in headings[start:] if text(h).startswith(title))
        found = []
        for element in heading.xpath("following::*"):
            if element.tag in ("h1", "h2", "h3", "h4") and element.tag <= heading.tag:
                break
            inner = element.xpath("ancestor::p|ancestor::li") or element.get("class") == "notes"
            if element.tag in ("p", "li") and not inner:
                found.append(text(element))
        return found


def _outside() -> list[str]:
    return [f"ancestor::{tag}" for tag in (*BLOCKS, "span", "label")]


@cache
def _parser() -> html.HTMLParser:
    return html.HTMLParser(encoding="utf-8", huge_tree=True)


@cache
def page(path: Path) -> Page:
    """A page, read once for all the tests."""
    return Page(path)


def word(path: Path) -> list[str]:
    """Paragraphs of a Word file in order, those of its cells included."""
    with zipfile.ZipFile(path) as pack:
        root = etree.fromstring(pack.read("word/document.xml"))
    found = (plain("".join(t.text or "" for t in p.iter("{*}t"))) for p in root.iter("{*}p"))
    return list(filter(None, found))


def percent(words: str | None) -> float:
    """A coordinate of an inline drawing: « 21.2% »."""
    return float(words.removesuffix("%"))


def style(element: etree._Element) -> dict[str, str]:
    """Presentation of an element of a drawing, from its style and attributes."""
    said = (pair.split(":", 1) for pair in (element.get("style") or "").split(";") if ":" in pair)
    return dict(element.attrib) | {name.strip(): value.strip() for name, value in said}


def coloured(drawing: etree._Element, **wanted: str) -> list[etree._Element]:
    """Elements of a drawing with this presentation: ``coloured(svg, fill="#e4e8eb")``."""
    asked = {name.replace("_", "-"): value for name, value in wanted.items()}
    return [
        e for e in drawing.iter() if isinstance(e.tag, str) and asked.items() <= style(e).items()
    ]


def points(path: str) -> list[tuple[float, float]]:
    """Corners of a path made of M, L, H, V and z alone, in absolute or relative terms."""
    found, x, y = [], 0.0, 0.0
    for order, numbers in re.findall(r"([MLHVmlhvz])([^MLHVmlhvz]*)", path):
        given = [float(n) for n in re.findall(r"-?\d*\.?\d+", numbers)]
        relative = order.islower()
        if order in "Hh":
            given = [v for n in given for v in (n, 0 if relative else y)]
        if order in "Vv":
            given = [v for n in given for v in (0 if relative else x, n)]
        for dx, dy in zip(given[::2], given[1::2], strict=True):
            x, y = (x + dx, y + dy) if relative else (dx, dy)
            found.append((x, y))
    return found


def check(page: Page, shown: dict, expected: dict) -> None:
    """Fail with the page, the place, what is shown and what is expected, for each difference."""
    places = dict.fromkeys([*expected, *shown])
    wrong = [
        f"{page.name}, {place} : {shown.get(place)!r}, attendu {expected.get(place)!r}"
        for place in places
        if shown.get(place) != expected.get(place)
    ]
    assert not wrong, "\n".join(wrong)
