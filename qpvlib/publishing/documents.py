"""Documents of the site that no notebook makes: annex, letters, corrections, what is behind."""

from qpvlib.publishing import ANNEX, BOOK, CORRECTIONS, LETTERS, PACK, TABLE
from qpvlib.publishing.job import Job


def written(job: Job) -> bytes:
    """The document of a job, whole."""
    return _WRITERS[job.notebook](job)


def _annex(job: Job) -> bytes:
    from qpvlib.publishing import annex

    return annex.document(dict(job.parameters)["form"])


def _letters(_job: Job) -> bytes:
    from qpvlib.publishing import letters

    return letters.document()


def _table(_job: Job) -> bytes:
    from qpvlib.roadmap import stands, table

    return table.written(stands.all_plans().values())


def _pack(job: Job) -> bytes:
    from qpvlib.publishing import packs

    return packs.written(job)


def _book(_job: Job) -> bytes:
    from qpvlib.publishing import spreadsheet

    return spreadsheet.written()


def _corrections(job: Job) -> bytes:
    from qpvlib.pages import corrections
    from qpvlib.publishing import page

    return page.alone(job.file, job.page, corrections.listing(), "corrected").encode()


_WRITERS = {
    ANNEX: _annex, LETTERS: _letters, TABLE: _table, PACK: _pack, BOOK: _book,
    CORRECTIONS: _corrections,
}  # fmt: skip
