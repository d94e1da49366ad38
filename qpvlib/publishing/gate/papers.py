"""A Word file: its language, its title, its pictures, its tables, its typography."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from qpvlib.document.exhibits import LEAST
from qpvlib.publishing.gate import typography
from qpvlib.publishing.gate.seen import shown

DUBLIN = "{http://purl.org/dc/elements/1.1/}"
OFFICE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"


@dataclass(frozen=True)
class Paper:
    """A Word file, as bytes."""

    content: bytes

    def part(self, name: str) -> etree._Element:
        """One of its parts."""
        with zipfile.ZipFile(io.BytesIO(self.content)) as pack:
            return etree.fromstring(pack.read(name))

    @cached_property
    def body(self) -> etree._Element:
        """Its text."""
        return self.part("word/document.xml")

    @cached_property
    def text(self) -> str:
        """Its paragraphs, and the alternatives of its pictures, a line each."""
        lines = ["".join(p.itertext(f"{OFFICE}t")) for p in self.body.iter(f"{OFFICE}p")]
        told = (picture.get("descr") or "" for picture in self.body.iter(PICTURE))
        return "\n".join([*lines, *told])


def word_french(paper: Paper) -> Iterator[str]:
    """It says that it is in French."""
    styles = paper.part("word/styles.xml")
    if {e.get(f"{OFFICE}val") for e in styles.iter(f"{OFFICE}lang")} != {"fr-FR"}:
        yield "la langue du fichier Word n'est pas le français"


def word_titled(paper: Paper) -> Iterator[str]:
    """It has a title among its properties."""
    if not (paper.part("docProps/core.xml").findtext(f"{DUBLIN}title") or "").strip():
        yield "le fichier Word n'a pas de titre"


def word_pictures(paper: Paper) -> Iterator[str]:
    """A picture has an alternative that says something."""
    for picture in paper.body.iter(PICTURE):
        alt = picture.get("descr") or ""
        if len(alt) < LEAST:
            yield f"une image du fichier Word n'a pas d'alternative utile (« {alt} »)"


def word_headers(paper: Paper) -> Iterator[str]:
    """A table repeats its first line, of headers, on each sheet."""
    for table in paper.body.iter(f"{OFFICE}tbl"):
        if table.find(f"{OFFICE}tr/{OFFICE}trPr/{OFFICE}tblHeader") is None:
            text = shown(" ".join(table.itertext(f"{OFFICE}t")))
            yield f"un tableau du fichier Word n'a pas de ligne d'en-têtes : {text}"


def word_typed(paper: Paper) -> Iterator[str]:
    """Its typography is French."""
    yield from typography.curly(paper.text)
    yield from typography.unbroken(paper.text)
