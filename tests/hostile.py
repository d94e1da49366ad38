"""Files that would take a machine's memory, or that no one types: made small, read by anyone."""

import struct
import zipfile

from registers import openpyxl_file, row, table

PART = "xl/worksheets/sheet1.xml"


def doctored(source, path, old, new):
    """A workbook whose first sheet's XML is changed."""
    with zipfile.ZipFile(source) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    assert old in parts[PART]
    parts[PART] = parts[PART].replace(old, new, 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return path


def with_row(source, path, xml):
    """A workbook with one more row, as given."""
    return doctored(source, path, b"</sheetData>", xml + b"</sheetData>")


ROWS = {
    "last_corner": b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t> </t></is></c></row>',
    "last_row": b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t> </t></is></c></row>',
    "last_column": b'<row r="9"><c r="XFD9" t="inlineStr"><is><t> </t></is></c></row>',
    "quotes": b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
    "nowhere": b'<row r="9"><c r="ZZZZZZ9999999999"><v>1</v></c></row>',
    "lower": b'<row r="9"><c r="xfd1048576"><v>1</v></c></row>',
    "entity": b'<row r="9"><c r="&#88;FD1048576"><v>1</v></c></row>',
    "greater": b'<row r="9"><c s=">" r="XFD1048576"><v>1</v></c></row>',
    "prefix": b'<x:row xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
    "unplaced": b"<row>" + b"<c><v>1</v></c>" * 1_000_000 + b"</row>",
    "unplaced_rows": b"<row><c><v>1</v></c></row>" * 200_000,
    "far_unplaced": b'<row r="1048576">' + b"<c><v>1</v></c>" * 20 + b"</row>",
    "huge": b'<row r="9"><c r="A9"><v>1e308</v></c></row>',
    "digits": b'<row r="9"><c r="A9"><v>' + b"9" * 5000 + b"</v></c></row>",
}


def old_workbook(path, last_row, last_column, macros=False):
    """An XLS of one sheet: a header, and a number in one far cell; as a program writes it."""

    def record(kind, *content):
        data = b"".join(content)
        return struct.pack("<HH", kind, len(data)) + data

    def start(kind):
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 0))

    def number(r, c):
        return record(0x203, struct.pack("<HHHd", r, c, 0, 1.0))

    name = b"A"
    sheet = [start(0x10), number(0, 0), number(last_row, last_column), record(0x0A)]
    head = start(0x05)
    bound = len(head) + 4 + 6 + 2 + len(name) + 4
    book = head + record(0x85, struct.pack("<IBBBB", bound, 0, 0, len(name), 0), name)
    stream = (book + record(0x0A) + b"".join(sheet)).ljust(8 * 512, b"\0")
    sectors = len(stream) // 512
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    fat = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))

    def entry(name, kind, first, size, child=0xFFFFFFFF, other=0xFFFFFFFF):
        text = (name + "\0").encode("utf-16-le")
        ids = struct.pack("<III", 0xFFFFFFFF, other, child)
        return (text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + ids
                + b"\0" * 36 + struct.pack("<IQ", first, size)[:12])  # fmt: skip

    second = entry("_VBA_PROJECT_CUR", 1, 0, 0) if macros else b"\0" * 128
    folder = entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)
    folder += entry("Workbook", 2, 2, len(stream), other=2 if macros else 0xFFFFFFFF)
    folder += second + b"\0" * 128
    top = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    top += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    top += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    top += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    path.write_bytes(top + fat + folder + stream)
    return path


def every(folder):
    """Name and path of each hostile file, made in a folder."""
    sound = openpyxl_file(folder / "sound.xlsx", table([row()]))
    for name, xml in ROWS.items():
        yield name, with_row(sound, folder / f"{name}.xlsx", xml)
    text = folder / "columns.csv"
    text.write_text(";".join(["a"] * 1_000_000) + "\n", "utf-8")
    yield "columns", text
    (folder / "cells.csv").write_text(";" * 20_000_000, "utf-8")
    yield "cells", folder / "cells.csv"
    yield "old", old_workbook(folder / "old.xls", 65_535, 255)
    yield "old_macros", old_workbook(folder / "macros.xls", 5, 2, macros=True)
    for what in (b"table:number-rows-repeated", b"table:number-columns-repeated"):
        cell = b'<table:table-cell office:value-type="float" office:value="1"/>'
        one = (
            b"<table:table-row " + what + b"='999999999'>" + cell
            if b"rows" in what
            else b"<table:table-row>" + cell.replace(b"<table:table-cell", b"<table:table-cell "
                                                     + what + b"='999999999'")
        )  # fmt: skip
        path = folder / f"{what.decode()[13:]}.ods"
        with zipfile.ZipFile(path, "w") as book:
            book.writestr("content.xml", b'<table:table table:name="A">' + one)
        yield path.stem, path
