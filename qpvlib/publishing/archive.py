"""The archive: the pages in one file to mail, beside their folder."""

import struct
import zipfile
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from pathlib import Path

from qpvlib.publishing import ledger, manifest
from qpvlib.tables import writing

FIXED = (2020, 1, 1, 0, 0, 0)  # of every page: the same ones make the same bytes
HEAD = "<26x2H"  # of a member: the lengths of its name and of what follows it, then its bytes


def write(reports: Path, same: Collection[str] = ()) -> None:
    """Write the archive of a folder: the same pages, the same bytes; none that was altered.

    Parameters
    ----------
    reports : Path
        Folder of the pages, with its ledger.
    same : collection of str, optional
        Files that the former archive holds as they are now: they are not compressed again.
    """
    target = manifest.archive_of(reports)
    with ExitStack() as stack:
        stream = stack.enter_context(writing.replaced(target))
        pack = stack.enter_context(zipfile.ZipFile(stream, "w"))
        former = stack.enter_context(zipfile.ZipFile(target)) if same else None
        held = {f"reports/{file}" for file in same} & {*(former.namelist() if former else ())}
        for file, content in _sound(reports):
            entry = zipfile.ZipInfo(f"reports/{file}", FIXED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            if entry.filename in held:
                _copy(former, pack, entry)
            else:
                pack.writestr(entry, content)


def _sound(reports: Path) -> Iterator[tuple[str, bytes]]:
    """Pages and their content, as published or as a failure left them."""
    records = ledger.read(reports)
    for file in sorted(records, key=Path):
        content, record = manifest.content(reports / file), records[file]
        if manifest.checksum(content) == record.page or (content and record.state == "failed"):
            yield file, content


def _copy(former: zipfile.ZipFile, pack: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Copy a member as it is compressed: zipfile reads and writes them, and cannot copy one."""
    held = former.getinfo(entry.filename)
    former.fp.seek(held.header_offset)
    former.fp.seek(sum(struct.unpack(HEAD, former.fp.read(struct.calcsize(HEAD)))), 1)
    entry.CRC, entry.file_size, entry.compress_size = held.CRC, held.file_size, held.compress_size
    entry.header_offset = pack.fp.tell()
    pack.fp.write(entry.FileHeader(zip64=False) + former.fp.read(held.compress_size))
    pack.filelist.append(entry)
    pack.NameToInfo[entry.filename] = entry
    pack.start_dir = pack.fp.tell()
