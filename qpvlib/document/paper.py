"""The sheets of a Word file: size, header and footer, styles, a date of no day."""

import datetime as dt
import io
import zipfile

from docx.document import Document as Word
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor

INK, ACCENT, NOTE = map(RGBColor.from_string, ("1A1F24", "0B4A57", "59626C"))
DAY = dt.datetime(2020, 1, 1)
WIDE = 18.0  # text width of an A4 page, in centimetres
FONT = "Arial"
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
    "cell": ("QPV Cellule", 8, False, INK, 1, 1, 0),
    "head": ("QPV En-tête", 8.5, True, INK, 0, 0, 0),
    "room": ("QPV Ligne", 10, False, NOTE, 6, 0, 0),
}
HEADINGS = {1: (15, 10, 4), 2: (12, 8, 3), 3: (10.5, 6, 2)}


def element(name: str, /, **values: str) -> BaseOxmlElement:
    """An element of a Word file, with its attributes."""
    return OxmlElement(name, {qn(f"w:{key}"): value for key, value in values.items()})


def frame(document: Word, title: str, state: str) -> None:
    """Properties, page, header (the state) and footer (title; its numbers are fields), styles."""
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


def _styles(document: Word) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size, normal.font.color.rgb = FONT, Pt(9.5), INK
    normal.paragraph_format.space_after = Pt(3)
    for language in document.styles.element.iter(qn("w:lang")):  # of what every style starts from
        language.set(qn("w:val"), "fr-FR")
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


def settled(content: bytes) -> bytes:
    """The same file with the date of no day: same blocks, same bytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, DAY.timetuple()[:6])
            if not entry.filename.endswith(".png"):  # compressed already
                fixed.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(fixed, source.read(entry.filename))
    return out.getvalue()
