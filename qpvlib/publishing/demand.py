"""Pages made when they are asked for, beside the site: whole, or not at all."""

from collections.abc import Sequence
from pathlib import Path

from qpvlib.catalogue import QpvError
from qpvlib.document.named import CARDS
from qpvlib.document.writing import unlinked
from qpvlib.project import current, forget
from qpvlib.publishing import batch, pools
from qpvlib.publishing.job import Job
from qpvlib.roadmap import readiness
from qpvlib.tables import writing


def build(jobs: Sequence[Job], reports: Path | None = None) -> list[Path]:
    """Build some pages, in their order; one that fails leaves the former one.

    Raises
    ------
    QpvError
        For tables edited by hand, before anything is written; with the cause, for each page that
        could not be built.
    """
    forget()  # files may have changed since this process read them
    readiness.require()
    reports = reports or current().reports
    outcomes = list(batch.run(jobs, pools.processes()))
    for outcome in outcomes:
        if not outcome.failed:
            writing.write(reports / outcome.job.file, _linked(outcome.html, reports))
    failed = [f"{o.job.name} : {o.cause}" for o in outcomes if o.failed]
    if failed:
        raise QpvError("\n".join(failed))
    return [reports / job.file for job in jobs]


def _linked(html: bytes, reports: Path) -> bytes:
    """A page with the links from its labels where the cards are beside, without them elsewhere."""
    beside = (reports / CARDS).exists()
    return html if beside else unlinked(html.decode()).encode()
