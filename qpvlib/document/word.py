"""Blocks → a Word file: real styles, headings, table headers, alternative texts; the same bytes."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable

from docx import Document
from docx.document import Document as Word
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from qpvlib.pages import annex
from qpvlib.pages.annex import Block

INK, ACCENT, NOTE = (
    RGBColor(0x1A, 0x1F, 0x24),
    RGBColor(0x0B, 0x4A, 0x57),
    RGBColor(0x59, 0x62, 0x6C),
)
DAY = dt.datetime(2020, 1, 1)
WIDE = 18.0  # text width of an A4 page, in centimetres
FONT = "Arial"
LINE = {"val": "single", "sz": "4", "space": "1", "color": "9AA3AB"}
# name: size, bold, colour, space before and after (points), left margin (centimetres)
PARAGRAPHS = {
    "lead": ("QPV Chapeau", 10.5, False, INK, 0, 4, 0),
    "small": ("QPV Note", 8, False, NOTE, 0, 3, 0),
    "state": ("QPV État", 9.5, True, ACCENT, 2, 4, 0),
    "axis": ("QPV Axe", 9.5, True, ACCENT, 5, 1, 0),
    "finding": ("QPV Constat", 9, False, INK, 0, 1, 0.5),
    "goal": ("QPV Objectif", 9, True, INK, 0, 1, 0.5),
    "field": ("QPV Terrain", 9, False, INK, 2, 2, 0.5),
    "caption": ("QPV Légende", 8, False, NOTE, 1, 4, 0),
    "title": ("QPV Titre de tableau", 9, True, INK, 4, 2, 0),
    "cell": ("QPV Cellule", 8, False, INK, 0, 0, 0),
    "head": ("QPV En-tête", 8.5, True, INK, 0, 0, 0),
    "room": ("QPV Ligne", 10, False, NOTE, 6, 0, 0),
}
HEADINGS = {1: (15, 10, 4), 2: (12, 8, 3), 3: (10.5, 6, 2)}


def word(blocks: list[Block], title: str, state: str) -> bytes:
    """A Word file of blocks; ``state`` heads every page, the title and a number end it."""
    document = Document()
    _frame(document, title, state)
    for block in blocks:
        WRITERS[type(block)](document, block)
    out = io.BytesIO()
    document.save(out)
    return _settled(out.getvalue())


def _frame(document: Word, title: str, state: str) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.language = title, "qpvlib", "fr-FR"
    properties.comments, properties.last_modified_by, properties.revision = "", "qpvlib", 1
    properties.created = properties.modified = DAY
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.5)
    section.top_margin, section.bottom_margin = Cm(1.4), Cm(1.4)
    section.header_distance = section.footer_distance = Cm(0.7)
    _styles(document)
    head = section.header.paragraphs[0]
    head.style = document.styles["QPV En-tête"]
    head.add_run(state)
    line = section.footer.paragraphs[0]
    line.style = document.styles["QPV Note"]
    line.add_run(f"{title} · ")
    _page_number(line)


def _styles(document: Word) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size, normal.font.color.rgb = FONT, Pt(9.5), INK
    normal.paragraph_format.space_after = Pt(3)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR")
    normal.element.get_or_add_rPr().append(language)
    for name, size, bold, colour, before, after, left in PARAGRAPHS.values():
        style = document.styles.add_style(name, 1)
        style.base_style = normal
        style.font.size, style.font.bold, style.font.color.rgb = Pt(size), bold, colour
        shape = style.paragraph_format
        shape.space_before, shape.space_after, shape.left_indent = Pt(before), Pt(after), Cm(left)
    document.styles["QPV Axe"].paragraph_format.keep_with_next = True
    document.styles["QPV Titre de tableau"].paragraph_format.keep_with_next = True
    for level, (size, before, after) in HEADINGS.items():
        _heading_style(document.styles[f"Heading {level}"], size, before, after)
    _heading_style(document.styles["Title"], 24, 0, 6)
    bullet = document.styles["List Bullet"]
    bullet.font.size, bullet.paragraph_format.space_after = Pt(9), Pt(1.5)


def _heading_style(style: object, size: float, before: float, after: float) -> None:
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), True
    style.font.color.rgb = INK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), FONT)
    for name in ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for border in style.element.findall(".//" + qn("w:pBdr")):
        border.getparent().remove(border)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _page_number(line: object) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = line.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


# --- blocks --------------------------------------------------------------------------------------


def _id(style: str) -> str:
    """Id of a style: its name without spaces. python-docx would look for it again each time."""
    return style.replace(" ", "")


def _paragraph(document: Word, style: str, text: str = "") -> Paragraph:
    line = document.add_paragraph(text)
    line._p.style = _id(style)
    return line


def _heading(document: Word, block: annex.Heading) -> None:
    document.add_heading(block.text, block.level)


def _text(document: Word, block: annex.Text) -> None:
    name = "Normal" if block.kind == "normal" else PARAGRAPHS[block.kind][0]
    _paragraph(document, name, block.text)


def _bullets(document: Word, block: annex.Bullets) -> None:
    for item in block.items:
        _paragraph(document, "List Bullet", item)


def _grid(document: Word, block: annex.Grid) -> None:
    _paragraph(document, PARAGRAPHS["title"][0], block.title)
    table = document.add_table(rows=1, cols=len(block.head))
    table.style, table.autofit = "Normal Table", False
    widths = block.widths or (1,) * len(block.head)
    for cell, text in zip(table.rows[0].cells, block.head, strict=True):
        _cell(cell, text, True)
        _shade(cell, "E4E8EB")
    _repeat(table)
    for row in block.rows:
        cells = table.add_row().cells
        for number, (cell, text) in enumerate(zip(cells, row, strict=True)):
            _cell(cell, text, number == 0)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(WIDE * width / sum(widths))
        for cell in column.cells:
            cell.width = column.width
    for row in table.rows:
        _mark(row._tr.get_or_add_trPr(), "w:cantSplit")
    _describe(table, block.title)


def _cell(cell: object, text: str, strong: bool) -> None:
    line = cell.paragraphs[0]
    line._p.style = _id(PARAGRAPHS["cell"][0])
    line.add_run(text).bold = strong


def _shade(cell: object, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _repeat(table: Table) -> None:
    """The first row is the header: read as such, repeated on each page."""
    _mark(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")


def _mark(properties: object, name: str) -> None:
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    properties.append(mark)


ORDER = [  # of the properties of a table; Word calls a file unreadable that has another
    "tblStyle", "tblW", "jc", "tblInd", "tblBorders", "tblLayout", "tblCellMar", "tblLook",
    "tblCaption",
]  # fmt: skip


def _describe(table: Table, title: str) -> None:
    """Title and first column as a header, for those who do not see the table."""
    properties = table._tbl.tblPr
    edges = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        edge = OxmlElement(f"w:{side}")
        for name, value in LINE.items():
            edge.set(qn(f"w:{name}"), value)
        edges.append(edge)
    properties.append(edges)
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        properties.remove(look)
    look = OxmlElement("w:tblLook")
    for name, value in (("firstRow", "1"), ("firstColumn", "1"), ("noVBand", "1")):
        look.set(qn(f"w:{name}"), value)
    properties.append(look)
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), title)
    properties.append(caption)
    properties[:] = sorted(properties, key=lambda e: ORDER.index(e.tag.rpartition("}")[2]))


def _picture(document: Word, block: annex.Picture) -> None:
    _pictures(document, annex.Pictures((block,)))


def _pictures(document: Word, block: annex.Pictures) -> None:
    """Pictures in the line of the text, each with its alternative: a reader meets them in order."""
    line = document.add_paragraph()
    line.paragraph_format.keep_with_next, line.paragraph_format.space_before = True, Pt(5)
    for picture in block.pictures:
        shape = line.add_run().add_picture(io.BytesIO(picture.image), width=Cm(picture.width))
        for side in ("distT", "distB", "distL", "distR"):
            shape._inline.set(side, "0")
        shape._inline.docPr.set("descr", picture.alt)
        shape._inline.docPr.set("title", picture.caption)
        line.add_run(" ")
    told = " · ".join(filter(None, [*(p.caption for p in block.pictures), block.caption]))
    _paragraph(document, PARAGRAPHS["caption"][0], told)


def _break(document: Word, _block: annex.Break) -> None:
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _room(document: Word, block: annex.Room) -> None:
    for _ in range(block.lines):
        line = _paragraph(document, PARAGRAPHS["room"][0])
        borders = OxmlElement("w:pBdr")
        for side in ("bottom", "between"):
            edge = OxmlElement(f"w:{side}")
            for name, value in LINE.items():
                edge.set(qn(f"w:{name}"), value)
            borders.append(edge)
        line._p.get_or_add_pPr().append(borders)


WRITERS: dict[type, Callable] = {
    annex.Heading: _heading,
    annex.Text: _text,
    annex.Bullets: _bullets,
    annex.Grid: _grid,
    annex.Picture: _picture,
    annex.Pictures: _pictures,
    annex.Break: _break,
    annex.Room: _room,
}


def _settled(content: bytes) -> bytes:
    """The same file with the date of no day: same blocks, same bytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, DAY.timetuple()[:6])
            fixed.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(fixed, source.read(entry.filename))
    return out.getvalue()
