"""The site: what has to be built, is; what failed is kept, named, and never looks current."""

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from qpvlib.catalogue import QpvError
from qpvlib.project import current
from qpvlib.publishing import batch, inputs, jobs, ledger, pools
from qpvlib.publishing.jobs import Job, Outcome
from qpvlib.publishing.ledger import Record
from qpvlib.publishing.machine import MachineFault
from qpvlib.publishing.pools import Pool
from qpvlib.roadmap import readiness
from qpvlib.tables import writing
from qpvlib.tables.writing import write

KEPT = ".echecs"  # where the notebooks that failed are kept, never published
LOCK = ".verrou"
REGISTER = "registre.html"  # the ledger as a page, not sent to readers
LEFT = "Les pages déjà en place n'ont pas changé ; une fois réparé, qpv report finira le reste."
Progress = Callable[[Outcome, int, int], None]


class Busy(QpvError):
    """Another run is building in the same folder."""


class Interrupted(QpvError):
    """Ctrl-C: what is done stays, the next run does the rest."""


@dataclass
class Built:
    """What a run did: how many pages it made, left as they were, failed to make; and where."""

    reports: Path
    archive: Path
    made: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failures: list[Record] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    warned: list[Record] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many pages the run was about."""
        return len(self.made) + len(self.unchanged) + len(self.failures)


def build(
    codes: list[str] | None = None,
    reports: Path | None = None,
    pool: Pool | None = None,
    progress: Progress | None = None,
) -> Built:
    """Build what has to be: the diagnoses (all, or those of ``codes``), synthesis, index, archive.

    Parameters
    ----------
    codes : list of str, optional
        Neighbourhoods, 2015 or 2024 codes; None for all, with the synthesis.
    reports : Path, optional
        Folder of the pages; the archive stands beside it.
    pool : Pool, optional
        Where the work goes (default: this machine's cores).
    progress : callable, optional
        Called after each page with its outcome, how many are done, how many there are.

    Raises
    ------
    QpvError
        For an unknown code or tables edited by hand, before anything is written; when the disk
        refuses; ``Busy`` when another run is at work there, ``Interrupted`` on Ctrl-C. Pages done
        by then stay, and no half-written one is ever at its name.
    """
    reports = (reports or current().reports).absolute()
    built = Built(reports, reports.with_suffix(".zip"))
    if not codes and ledger.settled(reports):
        built.unchanged = list(ledger.read(reports))
        return built
    readiness.require()  # tables edited by hand, a faulty file of decisions: nothing is built
    pool = pool or pools.processes()
    wanted = [replace(job, code=inputs.code(job.notebook)) for job in jobs.of(codes)]
    try:
        with _alone(reports):
            _Run(built, wanted, whole=not codes).go(pool, progress)
    except MachineFault as error:
        raise QpvError(f"{error} {LEFT}") from None
    except OSError as error:
        raise QpvError(
            f"Écriture impossible dans {reports} : {writing.reason(error)}. {LEFT}"
        ) from None
    except KeyboardInterrupt:
        done = len(built.made)
        raise Interrupted(
            f"Interrompu : {done} page{'s' if done > 1 else ''} sur {len(wanted)} en place."
            " La prochaine exécution finira le reste."
        ) from None
    return built


@contextmanager
def _alone(reports: Path) -> Iterator[None]:
    """Hold the folder: the system lets go when this process ends, however it ends."""
    reports.mkdir(parents=True, exist_ok=True)
    lock = FileLock(reports / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise Busy(
            f"Une autre exécution construit déjà dans {reports}. Attendre qu'elle finisse,"
            " ou choisir un autre dossier : qpv report --reports DOSSIER"
        ) from None
    try:
        yield
    finally:
        lock.release()


class _Run:
    """One run over the folder of the pages, which it alone holds."""

    def __init__(self, built: Built, wanted: list[Job], whole: bool):
        self.built, self.reports, self.whole = built, built.reports, whole
        self.records = ledger.read(self.reports)
        self.jobs = [replace(job, known=self._known(job)) for job in wanted]
        self.commit = ledger.commit()
        self.print = inputs.everything()

    def _known(self, job: Job) -> str:
        """Inputs' checksum of the page on disk, if it is whole and made by today's code."""
        record = self.records.get(job.file)
        sound = record and record.code == job.code and ledger.intact(self.reports, record)
        return record.inputs if sound else ""

    def go(self, pool: Pool, progress: Progress | None) -> None:
        writing.sweep(self.reports)
        self._announce()
        self._make(self.jobs, pool, progress)
        # The folder may have been emptied under us: what is no longer there is made once more.
        gone = [
            job
            for job in self.jobs
            if self.records[job.file].state == "published"
            and not (self.reports / job.file).exists()
        ]
        for kept in (self.built.made, self.built.unchanged):
            kept[:] = [file for file in kept if file not in {job.file for job in gone}]
        self._make([replace(job, known="") for job in gone], pool, None)
        self._forget_strays()
        self._finish()

    def _announce(self) -> None:
        """Say in the ledger what is to be done, before it is: an interruption then shows."""
        ledger.unsettle(self.reports)
        for job in self.jobs:
            blank = Record(
                job.file, job.page.area, job.name, "pending", why="première construction"
            )
            before = self.records.get(job.file, blank)
            if not job.known and before is not blank:
                before = replace(before, why=self._reason(job, before))
            self.records[job.file] = replace(before, state="pending", name=job.name)
        ledger.rewrite(self.reports, self.records.values())

    def _reason(self, job: Job, before: Record) -> str:
        """Why a page that was there is built again."""
        if before.state == "failed":
            return "échec précédent"
        if not before.published_at:
            return before.why  # its first construction was interrupted
        return "programme" if before.code != job.code else "page retouchée ou disparue"

    def _make(self, wanted: list[Job], pool: Pool, progress: Progress | None) -> None:
        if not wanted:
            return
        for done, outcome in enumerate(batch.run(wanted, pool), 1):
            record = self._settle(outcome)
            self.records[record.file] = record
            ledger.append(self.reports, record)
            if progress:
                progress(outcome, done, len(wanted))

    def _settle(self, outcome: Outcome) -> Record:
        """Publish a page, or keep what failed and say so on the page it would have replaced."""
        before = self.records[outcome.job.file]
        if outcome.unchanged:
            self.built.unchanged.append(before.file)
            return replace(before, state="published")
        told = replace(
            before, page="", inputs=outcome.inputs, code=outcome.code, commit=self.commit,
            cell=outcome.cell, cause=outcome.cause, kept="", warnings=outcome.warnings,
        )  # fmt: skip
        return (self._failed if outcome.failed else self._published)(outcome, told)

    def _published(self, outcome: Outcome, before: Record) -> Record:
        write(self.reports / before.file, outcome.html)
        (self.reports / KEPT / _notebook_of(before.file)).unlink(missing_ok=True)
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        record = replace(
            before, state="published", page=ledger.checksum(outcome.html), published_at=now,
            why="données ou catalogue" if outcome.job.known else before.why,
            start=round(outcome.start, 3), cells=round(outcome.cells, 3),
            export=round(outcome.export, 3),
        )  # fmt: skip
        self.built.made.append(record.file)
        if record.warnings:
            self.built.warned.append(record)
        return record

    def _failed(self, outcome: Outcome, before: Record) -> Record:
        kept = ""
        if outcome.notebook:
            kept = f"{KEPT}/{_notebook_of(before.file)}"
            write(self.reports / kept, outcome.notebook)
        target = self.reports / before.file
        if target.suffix == ".html":
            from qpvlib.publishing import page  # a second: where a page failed, and nowhere else

            shown = before.published_at if target.exists() else ""
            write(target, page.notice(outcome.job.page, shown))
        else:
            target.unlink(missing_ok=True)  # a Word file can bear no notice: none is left
        record = replace(before, state="failed", kept=kept)
        self.built.failures.append(record)
        return record

    def _forget_strays(self) -> None:
        """Remove the pages of ours that the site no longer has, and no other file."""
        expected = {job.file for job in jobs.of(None)}
        for path in sorted(self.reports.glob("q[pn]*.html")):
            if path.name not in expected and _ours(path):
                path.unlink()
                self.built.removed.append(path.name)
        self.records = {file: r for file, r in self.records.items() if file in expected}

    def _finish(self) -> None:
        """The ledger, its page and the archive, from what is now on the disk."""
        order = sorted(self.records.values(), key=lambda record: record.file)
        ledger.rewrite(self.reports, order)
        stale = self.built.made or self.built.failures or not self.built.archive.exists()
        # In a process that has the exporter already: importing it here would take a second.
        with pools.processes(1).open() as submit:
            submit(_register, self.reports, order).result()
            if stale:
                submit(archive, self.reports, self.built.archive).result()
        if self.whole and not self.built.failures:
            ledger.settle(self.reports, self.print)


def _register(reports: Path, records: list[Record]) -> None:
    from qpvlib.publishing import page

    write(reports / REGISTER, page.ledger(records))


def _notebook_of(file: str) -> str:
    return Path(file).with_suffix(".ipynb").name


def _ours(path: Path) -> bool:
    with path.open("rb") as stream:
        return b'<meta name="generator" content="qpvlib">' in stream.read(2000)


def readers(reports: Path) -> list[Path]:
    """The pages that readers get: all of the ledger's, and nothing of ours alone."""
    found = (reports / file for file in ledger.read(reports))
    return sorted(path for path in found if path.exists())


def archive(reports: Path, target: Path) -> None:
    """The pages in one file to mail; same pages, same bytes."""
    with writing.replaced(target) as stream, zipfile.ZipFile(stream, "w") as pack:
        for path in readers(reports):
            name = path.relative_to(reports).as_posix()
            entry = zipfile.ZipInfo(f"reports/{name}", (2020, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            pack.writestr(entry, path.read_bytes())
