"""An edition: what the site said when it was published, kept whole, or not at all."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from qpvlib.catalogue import QpvError
from qpvlib.catalogue.faults import named
from qpvlib.project import current
from qpvlib.publishing import inputs, jobs, ledger, manifest, sending, states
from qpvlib.roadmap import published, readiness, signatures
from qpvlib.roadmap.published import COLUMNS
from qpvlib.tables import sealing, tidy, writing
from qpvlib.tables.areas import single

ANEW = "Reconstruire d'abord : qpv report"


def refuse(reports: Path, date: str) -> None:
    """Refuse what cannot be an edition, before anything is published.

    Parameters
    ----------
    reports : Path
        Folder of the built pages.
    date : str
        Of the edition: 2026-11-28.

    Raises
    ------
    QpvError
        For no date, one that has not come, one that is not after the last edition's; for tables of
        several départements; for pages that are not what tables and catalogue now give.
    """
    day, known, today = published.day(date), published.dates(), dt.date.today()
    if day is None:
        raise QpvError(f"« {date} » n'est pas la date d'une édition : 2026-11-28, par exemple.")
    if day > today:
        raise QpvError(f"Date {date} dans le futur : nous sommes le {today}.")
    if date in known:
        raise QpvError(
            f"L'édition du {date} existe déjà, et ne se refait pas. Dire une autre date."
        )
    if known and date < known[-1]:
        raise QpvError(f"L'édition du {known[-1]} est plus récente que le {date}.")
    if not single():
        raise QpvError(
            "Une édition se garde d'un seul département, et les tables en ont plusieurs."
        )
    readiness.require()
    if stale := list(_stale(reports)):
        raise QpvError(f"{named(stale)} d'un autre état des tables. {ANEW}")


def _stale(reports: Path) -> Iterator[str]:
    """Pages that are not what they would be if they were built now; failures told elsewhere."""
    if manifest.settled(reports):
        return
    records = ledger.read(reports)
    for job in jobs.of(None, jobs.later_in(reports)):
        record = records.get(job.file)
        now = inputs.of(job), states.code(job.notebook)
        if not record or (record.state == "published" and (record.inputs, record.code) != now):
            yield job.name


def keep(reports: Path, date: str) -> Path:
    """Keep an edition of pages just published; its folder."""
    tables = published.present(_pages(reports)).tables
    folder = current().editions
    writing.sweep(folder)
    with writing.aside(folder, "Aucune édition n'a été gardée ; les pages sont publiées.") as work:
        made = work / date
        for name in COLUMNS:
            writing.write(made / f"{name}.csv", published.written(name, tables[name]))
        names = sorted(f"{name}.csv" for name in COLUMNS)
        writing.write(made / tidy.SUMS, sealing.checksums(made, names))
        made.rename(folder / date)
    return folder / date


def _pages(reports: Path) -> Iterator[tuple[str, ...]]:
    """Each page or document, the state that it bears, who gave it and when, its checksum."""
    signed = signatures.read()
    for path in sending.readers(reports):
        name, content = path.relative_to(reports).as_posix(), path.read_bytes()
        who = ("draft", "", "")
        one = signed.get(name)
        if one and one.content == signatures.content_of(content):
            who = one.state, one.date.isoformat(), one.function
        yield name, *who, manifest.checksum(content)
