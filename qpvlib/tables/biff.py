"""An old XLS workbook looked at before it is opened: its extent, whether it is locked."""

import struct
from collections.abc import Iterator
from pathlib import Path

from qpvlib.catalogue.faults import Fault
from qpvlib.tables import safety

MAGIC = b"\xd0\xcf\x11\xe0"
SECTOR, ENTRY = 30, 128  # place in the header of a compound file; bytes of an entry
END = 0xFFFFFFFA  # from here on, a number of sector is a mark
DIFAT, IN_HEADER = 76, 109
SMALL = 4096  # bytes; a stream below is kept in pieces
LOCKED, SHEET_END = 0x2F, 0x0A
# A cell begins with its row and its column; of a run of them, the last two bytes are its last.
CELLS = {0x203, 0x204, 0xFD, 0x27E, 0xD6, 0x205, 0x06}
RUN = 0xBD


def inspect(file: Path) -> list[Fault]:
    """Why an old workbook is not to be opened: locked, another kind, or laid out too far.

    Its reader allocates the rectangle of every sheet at once: 16 million cells for a space typed in
    the last corner.
    """
    content = file.read_bytes()
    try:
        streams = dict(_streams(content))
    except (struct.error, IndexError, OverflowError):
        return [
            safety.unreadable(
                file.name, "un ancien classeur .xls, ou un classeur protégé, coupé ou abîmé"
            )
        ]
    if "EncryptedPackage" in streams:
        return [safety.locked(file.name)]
    if any(name.startswith("_VBA_PROJECT") for name in streams):
        return [safety.macros(file.name)]
    book = streams.get("Workbook", streams.get("Book"))
    if book is None:
        return [safety.unreadable(file.name, "un ancien document, et non un classeur")]
    if book[1] < SMALL:  # no spreadsheet writes one so short
        return [safety.unreadable(file.name, "un ancien classeur .xls incomplet")]
    return _extent(file.name, _chained(content, book))


def _extent(file: str, stream: bytes) -> list[Fault]:
    rows = columns = 0
    for kind, place, size in _records(stream):
        if kind == LOCKED:
            return [safety.locked(file)]
        if kind == SHEET_END:
            rows = columns = 0
        if (kind in CELLS or kind == RUN) and size >= 6:
            row, column = struct.unpack_from("<HH", stream, place)
            if kind == RUN:
                (column,) = struct.unpack_from("<H", stream, place + size - 2)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            if safety.too_far(rows, columns):
                told = f"une cellule remplie à la ligne {rows}, colonne {columns}"
                return [safety.oversized(file, told)]
    return []


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, place and size of each record."""
    place = 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        yield kind, place + 4, min(size, len(stream) - place - 4)
        place += 4 + size


# --- the compound file: a small file system ------------------------------------------------------


def _streams(content: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
    """Name of each stream, with its first sector and its size."""
    (first,) = struct.unpack_from("<I", content, 48)
    directory = _chained(content, (first, len(content)))
    for place in range(0, len(directory) - ENTRY + 1, ENTRY):
        (length,) = struct.unpack_from("<H", directory, place + 64)
        name = directory[place : place + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", directory, place + 116)
        yield name, (start, size)


def _chained(content: bytes, stream: tuple[int, int]) -> bytes:
    """The sectors of a stream, joined; never more of them than the file has."""
    start, size = stream
    wide = 1 << min(content[SECTOR], 16)
    table, parts = _table(content, wide), []
    while start < END and len(parts) <= len(content) // wide:
        parts.append(content[(start + 1) * wide : (start + 2) * wide])
        start = table[start]
    return b"".join(parts)[:size]


def _table(content: bytes, wide: int) -> list[int]:
    """Which sector follows each; those of the table itself are listed in the header, then on."""
    held = list(struct.unpack_from(f"<{IN_HEADER}I", content, DIFAT))
    (more,) = struct.unpack_from("<I", content, 68)
    for _ in range(len(content) // wide):
        if more >= END:
            break
        numbers = struct.unpack_from(f"<{wide // 4}I", content, (more + 1) * wide)
        held, more = held + list(numbers[:-1]), numbers[-1]
    found: list[int] = []
    for sector in held:
        if sector < END:
            found += struct.unpack_from(f"<{wide // 4}I", content, (sector + 1) * wide)
    return found
