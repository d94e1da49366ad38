"""Delimited text → rows of cells: its encoding, its separator, the line each row begins on."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

from qpvlib.catalogue.faults import QpvError, misread

Row = tuple[int, list]  # a line of the file, and its cells
# What UTF-8 becomes when something takes it for Windows-1252.
MOJIBAKE = re.compile("Ã[\u0080-\u00bf©¨ª«´®§]|â€|\ufffd")
MARKS = ";\t,|"
# Those that French tools write; more would let chance choose.
_ENCODINGS = ["cp1252", "mac_roman", "cp850", "utf_16_le", "utf_16_be"]
_PAGES = (b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")


@dataclass(frozen=True)
class Text:
    """A text and the encoding it was read with; ``strays``: its lines in Windows-1252.

    ``encoding`` is ``utf-8``, ``utf-16``, ``mixed`` (UTF-8 but for the strays) or one recognised;
    ``first`` is the line and the name of the first byte that is not UTF-8.
    """

    text: str
    encoding: str
    strays: tuple[int, ...] = ()
    first: tuple[int, str] = (0, "")


@dataclass(frozen=True)
class Broken:
    """Where the quotes of a text stop making sense; ``cut`` when one is never closed."""

    line: int
    cut: bool


def is_page(start: bytes) -> bool:
    """Whether a file begins as a web page: what a site answers in place of a table."""
    return start.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_PAGES)


def decoded(content: bytes) -> Text:
    """Text of a file whatever its encoding; never raises.

    >>> decoded("né\\nà\\n".encode() + b"d\\xe9\\n")
    Text(text='né\\nà\\ndé\\n', encoding='mixed', strays=(3,), first=(3, 'octet 0xE9'))
    """
    try:
        return Text(content.decode("utf-8-sig"), "utf-8")
    except UnicodeDecodeError as error:
        first = misread(error)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Text(content.decode("utf-16", errors="replace"), "utf-16", first=first)
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    sound = [_is_utf8(line) for line in lines]
    # A line of ASCII is every encoding: only one with an accent shows that some are UTF-8.
    if any(good and not line.isascii() for good, line in zip(sound, lines, strict=True)):
        read = [
            line.decode("utf-8" if good else "cp1252", errors="replace")
            for good, line in zip(sound, lines, strict=True)
        ]
        strays = (n for n, good in enumerate(sound, 1) if not good)
        return Text("\n".join(read), "mixed", tuple(strays), first)
    from charset_normalizer import from_bytes

    best = from_bytes(content[:200_000], cp_isolation=_ENCODINGS, threshold=0.6).best()
    name = best.encoding if best else "cp1252"
    return Text(content.decode(name, errors="replace"), name, first=first)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def spoilt(text: str) -> tuple[list[int], re.Match[str] | None]:
    """Lines whose letters another encoding has spoilt, and the first such letters."""
    lines = [n for n, line in enumerate(text.split("\n"), 1) if MOJIBAKE.search(line)]
    return lines, MOJIBAKE.search(text)


def separator(text: str) -> str:
    """The mark that cuts most of the first lines in the same number of cells.

    >>> separator('a;b\\n"1,5";2\\n')
    ';'
    """
    lines = [line for line in islice(text.splitlines(), 60) if line.strip()]
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines]

    def regular(mark: str) -> int:
        counts = [line.count(mark) for line in bare]
        most = max(set(counts) - {0}, key=counts.count, default=0)
        return counts.count(most) * min(most, 40) if most else 0

    return max(MARKS, key=regular)


LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def widest(text: str, mark: str) -> tuple[int, int]:
    """The line with the most separators, and its cells at most: no table is made of them.

    >>> widest("a;b\\n1;2;3\\n", ";")
    (2, 3)
    """
    counts = ((line[0].count(mark) + 1, -n) for n, line in enumerate(LINE.finditer(text), 1))
    many, line = max(counts, default=(0, -1))
    return -line, many


def rows(text: str, mark: str) -> tuple[list[Row], Broken | None]:
    """The rows that hold something, each with its first line; and where the quotes break.

    >>> rows('a,b\\n\\n"1\\n2",3\\n4,"5', ",")
    ([(1, ['a', 'b']), (3, ['1\\n2', '3'])], Broken(line=5, cut=True))
    """
    lines = (line[0] for line in LINE.finditer(text))
    reader = csv.reader(lines, delimiter=mark, strict=True)
    found, line = [], 1
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                found.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        return found, Broken(line, "unexpected end" in str(error))
    return found, None


# --- the project's own files: commas, UTF-8 ------------------------------------------------------


# What a spreadsheet would run if a cell began with it, and such a cell once quoted.
RISKY = re.compile(r"'*\s*[=+\-@＝＋－＠]|'*[\t\r\n]")


def safe(cell: object) -> object:
    """A cell as it leaves: a text that a spreadsheet would run is quoted; numbers are as they are.

    >>> safe("=1+1"), safe(-5), safe("'=x")
    ("'=1+1", -5, "''=x")
    """
    return f"'{cell}" if isinstance(cell, str) and RISKY.match(cell) else cell


def bare(cell: str) -> str:
    """A text as it was before ``safe`` quoted it.

    >>> bare("'=1+1"), bare("l'été"), bare("'90")
    ('=1+1', "l'été", "'90")
    """
    return cell[1:] if cell.startswith("'") and RISKY.match(cell) else cell


def records(place: Path, head: list[str] | None = None) -> list[dict[str, str]]:
    """Rows of one of the project's own CSV files, by column; none where there is no file.

    Raises
    ------
    QpvError
        When it is not UTF-8, its quotes break, a row has not the header's width, or the header is
        not ``head``.
    """
    if not place.exists():
        return []
    read = decoded(place.read_bytes())
    found, broken = rows(read.text, ",")
    (_, names), *lines = found or [(1, [])]
    uneven = any(len(cells) != len(names) for _, cells in lines)
    if read.encoding != "utf-8" or broken or uneven or (head and names != head):
        raise QpvError(f"{place} : abîmé, ou d'une autre forme (CSV en UTF-8, à virgules).")
    return [dict(zip(names, map(bare, cells), strict=True)) for _, cells in lines]


def written(lines: Iterable[Iterable[object]], mark: str = ",", end: str = "\n") -> str:
    """Lines as delimited text, where no cell is run by a spreadsheet (see ``safe``).

    >>> written([["a", "b"], [1, "x,y"]])
    'a,b\\n1,"x,y"\\n'
    """
    # A lone carriage return is quoted too if it is of the mark that ends a line.
    rows: list[str] = []
    writer = csv.writer(SimpleNamespace(write=rows.append), delimiter=mark, lineterminator="\r\n")
    writer.writerows(map(safe, line) for line in lines)
    return "".join(row[:-2] + end for row in rows)


def save(place: Path, lines: Iterable[Iterable[object]]) -> None:
    """A CSV that a French spreadsheet opens: semicolons, UTF-8 with its mark."""
    place.write_bytes(written(lines, ";", "\r\n").encode("utf-8-sig"))
