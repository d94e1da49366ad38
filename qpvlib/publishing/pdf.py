"""What Chromium prints, settled: the same bytes for the same page, light, its tags mended."""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

HEADER = "%PDF-1.7"  # the first whose tags have all that Chromium writes
LANGUAGE = "fr-FR"
FINE = 0.002  # an em of 500 units at least: a whole one of them is not seen
DECIMAL = re.compile(rb"-?\d*\.\d+")
DRAWN = re.compile(rb"[-\d.\s]*d1[-\d.\smlchf]*")  # a glyph that is one path, and nothing else


def settled(printed: bytes, headings: Iterable[str], maker: str) -> bytes:
    """A PDF as it is published.

    Parameters
    ----------
    printed : bytes
        Chromium's own, tagged, with its outline.
    headings : iterable of str
        Those of the page, as it shows them: the outline has lost their line breaks.
    maker : str
        What printed it, and its version: it says so, and neither the day nor the machine.
    """
    writer = PdfWriter(clone_from=BytesIO(printed))
    writer.pdf_header = HEADER
    title = writer.metadata.title
    writer.metadata = {"/Title": title, "/Creator": "qpvlib", "/Producer": maker}
    writer.root_object[NameObject("/Lang")] = TextStringObject(LANGUAGE)
    shown = {"".join(heading.split()): " ".join(heading.split()) for heading in headings}
    for one in _dictionaries(writer.root_object):
        if one.get("/Subtype") == "/Type3":
            _lighten(one)
        elif one.get("/Type") == "/StructElem":
            _mend(one)
        elif "/Title" in one and "/Parent" in one:  # a bookmark
            title = shown.get("".join(one["/Title"].split()), one["/Title"])
            one[NameObject("/Title")] = TextStringObject(title)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _dictionaries(start: PdfObject) -> Iterator[DictionaryObject]:
    """Every dictionary that one leads to, itself first, each once."""
    waiting, seen = [start], set()
    while waiting:
        one = waiting.pop().get_object()
        if not isinstance(one, DictionaryObject | ArrayObject) or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, DictionaryObject):
            yield one
        waiting.extend(one.values() if isinstance(one, DictionaryObject) else one)


def _lighten(font: DictionaryObject) -> None:
    """Round the glyphs of a font that draws them: those of texts with a halo, half of the bytes."""
    if font["/FontMatrix"][0] > FINE:
        return
    for drawn in font["/CharProcs"].values():
        glyph = drawn.get_object()
        if isinstance(glyph, StreamObject) and DRAWN.fullmatch(path := glyph.get_data()):
            glyph.set_data(DECIMAL.sub(lambda found: b"%d" % round(float(found[0])), path))


# --- tags ----------------------------------------------------------------------------------------


def _mend(element: DictionaryObject) -> None:
    """Untag a figure that holds a picture, and a link that leads nowhere.

    A reader that is told the alternative of the former skips what it holds: picture and caption.
    """
    if element["/S"] == "/Figure" and any(one.get("/S") == "/Figure" for one in _below(element)):
        element[NameObject("/S")] = NameObject("/Div")
        element.pop("/Alt", None)
    if element["/S"] == "/Link" and not any(one.get("/Type") == "/OBJR" for one in _kids(element)):
        element[NameObject("/S")] = NameObject("/Span")


def _kids(element: DictionaryObject) -> list[DictionaryObject]:
    held = element.get("/K", ArrayObject()).get_object()
    kids = held if isinstance(held, ArrayObject) else [held]
    return [one for kid in kids if isinstance(one := kid.get_object(), DictionaryObject)]


def _below(element: DictionaryObject) -> Iterator[DictionaryObject]:
    for kid in _kids(element):
        yield kid
        yield from _below(kid)
