"""What a Word file counts by itself: numbers of pages, and the page where an anchor stands.

Each field keeps the number that our own breaks give; the program that opens the file counts again.
"""

from collections.abc import Iterator

from docx.document import Document as Word
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph

from qpvlib.document.paper import element


def field(line: Paragraph, instruction: str, result: str = "1") -> None:
    """A field at the end of a line: ``PAGE``, ``NUMPAGES``, ``PAGEREF name``."""
    for kind, text in (("begin", ""), ("", instruction), ("separate", ""), ("result", result)):
        _part(line, kind, text)
    _part(line, "end", "")


def _part(line: Paragraph, kind: str, text: str) -> None:
    run = line.add_run(text if kind == "result" else "")
    if kind == "result":
        return
    mark = element("w:fldChar", fldCharType=kind) if kind else element("w:instrText")
    mark.text = text or None
    run._r.append(mark)


def mark(line: Paragraph, name: str) -> None:
    """An anchor around a line, which links and pages are asked of by its name."""
    body = line._p.getroottree()
    number = str(len(body.findall(f".//{qn('w:bookmarkStart')}")) + 1)
    start = element("w:bookmarkStart", id=number, name=name)
    line._p.insert(1 if line._p.pPr is not None else 0, start)
    line._p.append(element("w:bookmarkEnd", id=number))


def link(line: Paragraph, name: str, first: int) -> None:
    """Make the runs of a line from the ``first`` on lead to an anchor."""
    inside = element("w:hyperlink", anchor=name, history="1")
    runs = line._p.findall(qn("w:r"))[first:]
    line._p.append(inside)
    inside.extend(runs)


def count(document: Word) -> None:
    """Breaks put before what follows them, and the number that each of them gives to the fields.

    A break of its own line would leave an empty sheet after a full one.
    """
    pages, page = {}, 1
    for part in list(document.element.body):
        page += _broken(part)
        for start in part.iter(qn("w:bookmarkStart")):
            pages[start.get(qn("w:name"))] = page
    for run, name in _asked(document.element.body):
        run.text = str(pages[name])
    feet = (section.footer._element for section in document.sections)
    for run, _ in (found for foot in feet for found in _asked(foot, "NUMPAGES")):
        run.text = str(page)
    if pages:
        settings = document.settings.element  # whose order Word wants: before « compat »
        settings.find(qn("w:compat")).addprevious(element("w:updateFields", val="true"))


def _broken(part: BaseOxmlElement) -> bool:
    """Whether a sheet begins with it; a line that is but a break gives it to the next."""
    breaks = part.findall(f"{qn('w:r')}/{qn('w:br')}[@{qn('w:type')}='page']")
    if breaks:
        following = part.getnext()
        following.get_or_add_pPr().get_or_add_pageBreakBefore()
        part.getparent().remove(part)
        return False
    return part.find(f"{qn('w:pPr')}/{qn('w:pageBreakBefore')}") is not None


def _asked(root: BaseOxmlElement, what: str = "PAGEREF") -> Iterator[tuple[BaseOxmlElement, str]]:
    """The run that holds the number of each field of a kind, and the name that it asks of."""
    for code in root.iter(qn("w:instrText")):
        kind, *name = code.text.split()
        if kind == what:
            result = code.getparent().getnext().getnext()
            yield result, name[0] if name else ""
