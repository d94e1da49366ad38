"""Tables: a title, headers that reach every cell, decimals alike, colours that words say too."""

import re
from collections import defaultdict
from collections.abc import Iterator

from lxml.html import HtmlElement

from qpvlib.catalogue import accessibility
from qpvlib.publishing.gate.seen import Seen, heard, shown

AMOUNT = re.compile(r"[▲▼△▽<≈]*[−-]?\d+(?:,(\d+))?(%|€|€/m²|m|km)?")
LONG = 24  # letters of a cell that holds more than an amount
ROWS = "Indicateur"  # heads the rows of a table whose rows are each of another indicator


def _caption(table: HtmlElement) -> str:
    head = table.find("caption")
    return "" if head is None else head.text_content().strip()


def captioned(seen: Seen) -> Iterator[str]:
    """A table says what it holds."""
    for table in seen.all("table"):
        if not _caption(table):
            yield "un tableau n'a pas de titre"


def scoped(seen: Seen) -> Iterator[str]:
    """A header says of what it is one."""
    for table in seen.all("table"):
        if any(not header.get("scope") for header in table.iter("th")):
            yield f"un en-tête du tableau « {_caption(table)} » n'a pas de portée"


def headers_reach(seen: Seen) -> Iterator[str]:
    """Every cell has a header for its row and one for its column, and every row all its cells."""
    for table in seen.all("table"):
        rows = [list(row) for row in table.iter("tr")]
        heads = table.findall("thead/tr")
        named = _reached(list(heads[-1])) if heads else set()
        wide = _width(list(heads[-1])) if heads else 0
        for cells in rows[len(heads) :]:
            if _width(cells) != wide:
                yield f"une ligne du tableau « {_caption(table)} » n'a pas {wide} colonnes"
            elif not _headed(cells) or not _columns(cells) <= named:
                row = shown(" ".join(cell.text_content() for cell in cells))
                yield f"une cellule du tableau « {_caption(table)} » n'a pas d'en-tête : {row}"


def _placed(cells: list[HtmlElement]) -> Iterator[tuple[int, int, HtmlElement]]:
    """First column of each cell, the one after its last, and the cell."""
    at = 0
    for cell in cells:
        end = at + int(cell.get("colspan") or 1)
        yield at, end, cell
        at = end


def _width(cells: list[HtmlElement]) -> int:
    return sum(int(cell.get("colspan") or 1) for cell in cells)


def _reached(cells: list[HtmlElement]) -> set[int]:
    """Columns that a header heads."""
    return {
        column
        for at, end, cell in _placed(cells)
        if cell.tag == "th" and heard(cell).strip()
        for column in range(at, end)
    }


def _headed(cells: list[HtmlElement]) -> bool:
    return cells[0].tag == "th" and bool(heard(cells[0]).strip())


def _columns(cells: list[HtmlElement]) -> set[int]:
    return {
        column for at, end, cell in _placed(cells) if cell.tag == "td" for column in range(at, end)
    }


def decimals_alike(seen: Seen) -> Iterator[str]:
    """Amounts of one unit have as many decimals in a column; in a row, where it is an indicator."""
    for table in seen.all("table"):
        heads = table.findall("thead/tr")
        by_row = bool(heads) and heads[-1][0].text_content().startswith(ROWS)
        found = defaultdict(set)
        for number, row in enumerate(table.iterfind("tbody/tr")):
            for at, _, cell in _placed(list(row)):
                text = cell.text_content() if cell.tag == "td" else ""
                amount = AMOUNT.fullmatch("".join(text.split())) if len(text) < LONG else None
                if amount:
                    found[number if by_row else at, amount[2]].add(len(amount[1] or ""))
        for (at, _), decimals in found.items():
            if len(decimals) > 1:
                where = f"{'ligne' if by_row else 'colonne'} {at + 1}"
                yield f"des décimales diffèrent dans le tableau « {_caption(table)} », {where}"


def colours_said(seen: Seen) -> Iterator[str]:
    """What a colour says, words say, seen or heard."""
    colours = accessibility.declared().colours
    for tag in seen.all("td", "th", "span"):
        for name in (tag.get("class") or "").split():
            words = colours.get(f"{tag.tag}.{name}")
            if words and not re.search(words, heard(tag)):
                yield f"une case en couleur ({tag.tag}.{name}) ne dit pas « {words} »"
