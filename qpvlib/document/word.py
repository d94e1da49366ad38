"""Blocks → a Word file: real styles, headings, table headers, alternative texts; the same bytes."""

import io
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from docx import Document
from docx.document import Document as Word
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from qpvlib.document import blocks
from qpvlib.document.blocks import BREAK, Content, Drawing, Picture, Span, plain, strong
from qpvlib.document.fields import count, field, link, mark
from qpvlib.document.paper import PARAGRAPHS, WIDE, element, frame, settled
from qpvlib.document.writing import french

LINE = {"val": "single", "sz": "4", "space": "1", "color": "9AA3AB"}
STRONG = ("strong", "number")  # kinds of words in bold


def word(content: Content, title: str, state: str) -> bytes:
    """A Word file of blocks; ``state`` heads every page, the title and its number end it.

    Its pictures are PNG.
    """
    document = Document()
    frame(document, french(title), french(state))
    foot = document.sections[0].footer.paragraphs[0]
    field(foot, "PAGE")
    foot.add_run(" / ")
    field(foot, "NUMPAGES")
    _write(document, content)
    count(document)
    out = io.BytesIO()
    document.save(out)
    return settled(out.getvalue())


# --- words -----------------------------------------------------------------------------------


def _flat(content: Content) -> Iterator[Content]:
    """Blocks and words in their order, nothing of what is empty."""
    if isinstance(content, tuple):
        for part in content:
            yield from _flat(part)
    elif content != "":
        yield content


def _write(document: Word, content: Content, style: str = "Normal") -> None:
    """Blocks one after the other; the words between them are paragraphs of a style."""
    for words, parts in groupby(_flat(content), lambda p: isinstance(p, str | Span | Drawing)):
        if words:
            _paragraph(document, style, tuple(parts))
        else:
            for block in parts:
                WRITERS[type(block)](document, block)


def _runs(line: Paragraph, content: Content, bold: bool = False) -> None:
    """Words at the end of a line, in French typography; a drawing says nothing that they do not."""
    for part in _flat(content):
        if isinstance(part, str):
            line.add_run(french(part)).bold = bold or None
        elif part == BREAK:
            line.add_run().add_break()
        elif isinstance(part, Span) and part.kind == "page":
            field(line, f"PAGEREF {part.link[1:]} \\h")
        elif isinstance(part, Span) and part.link.startswith("#"):
            first = len(line.runs)
            _runs(line, part.content, bold)
            link(line, part.link[1:], first)
        elif not isinstance(part, Drawing):
            said = part.said if isinstance(part, Span) else ""
            _runs(line, said or part.content, bold or getattr(part, "kind", "") in STRONG)


def _id(style: str) -> str:
    """Id of a style: its name without spaces. python-docx would look for it again each time."""
    return style.replace(" ", "")


def _paragraph(document: Word, style: str, content: Content = "") -> Paragraph:
    line = document.add_paragraph()
    line._p.style = _id(style)
    before = line._p.getprevious()
    if before is not None and before.tag == qn("w:tbl"):
        line.paragraph_format.space_before = Pt(6)  # a table has no space of its own below
    _runs(line, content)
    return line


# --- blocks ----------------------------------------------------------------------------------


def _heading(document: Word, block: blocks.Heading) -> None:
    line = document.add_heading("", block.level - 1)
    _runs(line, block.content)
    if block.anchor:
        mark(line, block.anchor)


def _text(document: Word, block: blocks.Paragraph) -> None:
    _paragraph(document, PARAGRAPHS.get(block.kind, ("Normal",))[0], block.content)


def _listing(document: Word, block: blocks.Listing) -> None:
    # Bullets even where it is ordered: such items of ours say their numbers, or their ranks.
    for item in block.items:
        content = item.content if isinstance(item, blocks.Item) else item
        _write(document, content, "List Bullet")


def _facts(document: Word, block: blocks.Facts) -> None:
    for figure, words in block.pairs:
        _paragraph(document, "Normal", (strong(figure), " ", words))


def _masthead(document: Word, block: blocks.Masthead) -> None:
    _text(document, blocks.Paragraph(block.office, "small"))
    over = (block.over, BREAK) if block.over else ()
    _heading(document, blocks.Heading(1, (*over, block.title)))
    _write(document, block.under)


def _banner(document: Word, block: blocks.Banner) -> None:
    _text(document, blocks.Paragraph((strong(block.title), " ", block.content), "state"))


def _fold(document: Word, block: blocks.Fold) -> None:
    _text(document, blocks.Paragraph(block.title, "title"))
    _write(document, block.content)


def _break(document: Word, _block: blocks.Break) -> None:
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _room(document: Word, block: blocks.Room) -> None:
    for _ in range(block.lines):
        line = _paragraph(document, PARAGRAPHS["room"][0])
        line._p.get_or_add_pPr().append(_edges("w:pBdr", "bottom", "between"))


# --- tables ----------------------------------------------------------------------------------


def _table(document: Word, block: blocks.Table) -> None:
    _text(document, blocks.Paragraph(block.caption, "title"))
    wide = block.widths or (1,) * len(block.head)
    widths = [WIDE * part / sum(wide) for part in wide]
    table = document.add_table(rows=0, cols=len(widths))
    table.style, table.autofit = "Normal Table", False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for cells in [("", *block.over)] * bool(block.over) + [block.head]:
        _row(table, cells, widths, head=True)
    for row in block.lines:
        whole = row.kind in ("group", "th")
        _row(table, [blocks.Cell(row.cells[0], span=len(widths))] if whole else row.cells, widths)
    _describe(table, french(plain(block.caption)))


def _row(
    table: Table, cells: Sequence[Content | blocks.Cell], widths: list[float], head: bool = False
) -> None:
    """A row, its first cell a header; of the table's head, all are, and each page repeats it."""
    row, at = table.add_row(), 0
    places = row.cells
    for part in cells:
        given = part if isinstance(part, blocks.Cell) else blocks.Cell(part)
        end = at + given.span
        cell = places[at] if given.span == 1 else places[at].merge(places[end - 1])
        cell.width = Cm(sum(widths[at:end]))
        cell.paragraphs[0]._p.style = _id(PARAGRAPHS["cell"][0])
        _runs(cell.paragraphs[0], given.content, head or at == 0)
        if head:
            shade = element("w:shd", val="clear", color="auto", fill="E4E8EB")
            cell._tc.get_or_add_tcPr().append(shade)
        at = end
    for kept in ["w:tblHeader"] * head + ["w:cantSplit"]:
        row._tr.get_or_add_trPr().append(element(kept, val="true"))


ORDER = [  # of the properties of a table; Word calls a file unreadable that has another
    "tblStyle", "tblW", "jc", "tblInd", "tblBorders", "tblLayout", "tblCellMar", "tblLook",
    "tblCaption",
]  # fmt: skip


def _describe(table: Table, title: str) -> None:
    """Title and first column as a header, for those who do not see the table."""
    properties = table._tbl.tblPr
    properties.append(_edges("w:tblBorders", "top", "bottom", "insideH"))
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        properties.remove(look)
    properties.append(element("w:tblLook", firstRow="1", firstColumn="1", noVBand="1"))
    properties.append(element("w:tblCaption", val=title))
    properties[:] = sorted(properties, key=lambda e: ORDER.index(e.tag.rpartition("}")[2]))


def _edges(name: str, *sides: str) -> object:
    """Thin lines on some sides of a table or of a paragraph."""
    edges = element(name)
    edges.extend(element(f"w:{side}", **LINE) for side in sides)
    return edges


# --- pictures --------------------------------------------------------------------------------


def _figure(document: Word, block: blocks.Figure) -> None:
    if not isinstance(block.content, Picture):
        _write(document, block.content)
        _text(document, blocks.Paragraph(block.caption, "caption"))
    else:
        _side_by_side(document, [block])


def _picture(document: Word, block: Picture) -> None:
    _side_by_side(document, [blocks.Figure(block, "", "")])


def _group(document: Word, block: blocks.Group) -> None:
    if block.kind == "maps":
        _side_by_side(document, tuple(_flat(block.content)))
    else:
        _write(document, block.content)


def _side_by_side(document: Word, parts: Sequence[blocks.Figure | blocks.Paragraph]) -> None:
    """Pictures in the line of the text, each with its alternative: a reader meets them in order.

    Below, in one line, their captions and what is said of them all.
    """
    figures = [part for part in parts if isinstance(part, blocks.Figure)]
    captions = [*(f.caption for f in figures), *(p.content for p in parts if p not in figures)]
    line = document.add_paragraph()
    line.paragraph_format.keep_with_next, line.paragraph_format.space_before = True, Pt(5)
    for figure in figures:
        picture = figure.content
        shape = line.add_run().add_picture(io.BytesIO(picture.image), width=Cm(picture.paper))
        for side in ("distT", "distB", "distL", "distR"):
            shape._inline.set(side, "0")
        shape._inline.docPr.set("descr", french(picture.alt))
        shape._inline.docPr.set("title", french(figure.title))
        line.add_run(" ")
    told = [part for caption in captions if caption for part in (" · ", caption)]
    if told:
        _text(document, blocks.Paragraph(tuple(told[1:]), "caption"))


WRITERS: dict[type, Callable] = {
    blocks.Heading: _heading,
    blocks.Paragraph: _text,
    blocks.Listing: _listing,
    blocks.Facts: _facts,
    blocks.Table: _table,
    blocks.Picture: _picture,
    blocks.Figure: _figure,
    blocks.Group: _group,
    blocks.Fold: _fold,
    blocks.Masthead: _masthead,
    blocks.Banner: _banner,
    blocks.Break: _break,
    blocks.Room: _room,
}
