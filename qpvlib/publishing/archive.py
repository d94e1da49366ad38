"""The archive: the pages in one file to mail, beside their folder."""

import zipfile
from pathlib import Path

from qpvlib.publishing import ledger, manifest
from qpvlib.tables import writing

FIXED = (2020, 1, 1, 0, 0, 0)  # of every page: the same ones make the same bytes


def write(reports: Path) -> None:
    """Write the archive of a folder: the same pages, the same bytes; none that was altered."""
    sound = (
        reports / file
        for file, record in ledger.read(reports).items()
        if ledger.intact(reports, record) or record.state == "failed"
    )
    target = manifest.archive_of(reports)
    with writing.replaced(target) as stream, zipfile.ZipFile(stream, "w") as pack:
        for path in sorted(path for path in sound if path.is_file()):
            entry = zipfile.ZipInfo(f"reports/{path.relative_to(reports).as_posix()}", FIXED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            pack.writestr(entry, path.read_bytes())
