"""Documents of the site that no notebook makes: the annex, the letters, the table of objectives."""

from qpvlib.publishing import ANNEX, LETTERS, TABLE
from qpvlib.publishing.jobs import Job


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


_WRITERS = {ANNEX: _annex, LETTERS: _letters, TABLE: _table}
