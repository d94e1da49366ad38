"""The site: what has to be built, is; what failed is kept, named, and never looks current."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from qpvlib.catalogue import QpvError
from qpvlib.catalogue.faults import counted
from qpvlib.project import current, forget
from qpvlib.publishing import archive, batch, jobs, ledger, machine, manifest, pools, prints, states
from qpvlib.publishing.forked import Lost
from qpvlib.publishing.fresh import Broken
from qpvlib.publishing.job import Job, Outcome
from qpvlib.publishing.ledger import Record
from qpvlib.publishing.machine import MachineFault
from qpvlib.publishing.manifest import checksum
from qpvlib.publishing.pools import Pool
from qpvlib.roadmap import readiness
from qpvlib.tables import writing
from qpvlib.tables.writing import write

KEPT = ".echecs"  # where the notebooks that failed are kept, never published
LOCK = ".verrou"
REGISTER = "registre.html"  # the ledger as a page
OWN = (REGISTER, ledger.NAME, manifest.ARCHIVE)  # left by a run, not sent to readers
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
    lacking: list[Record] = field(default_factory=list)  # published, with notices in place of parts
    spoilt: list[str] = field(default_factory=list)  # of other runs, absent or altered since
    unprinted: str = ""  # why no PDF, or no more of them

    @property
    def total(self) -> int:
        """How many pages the run was about."""
        return len(self.made) + len(self.unchanged) + len(self.failures)


def build(
    codes: list[str] | None = None,
    reports: Path | None = None,
    pool: Pool | None = None,
    progress: Progress | None = None,
    pdf: bool = False,
    later: bool = False,
) -> Built:
    """Build what has to be: the diagnoses (all, or those of ``codes``), synthesis, index, archive.

    Parameters
    ----------
    codes : list of str, optional
        Neighbourhoods, of 2015 or of 2024; None for all those of 2015, with the synthesis.
    reports : Path, optional
        Folder of the pages; the archive stands beside it.
    pool : Pool, optional
        Where the work goes (default: this machine's cores).
    progress : callable, optional
        Called after each page with its outcome, how many are done, how many there are.
    pdf : bool, optional
        Print the pages too. Where it cannot be, they are built, and ``unprinted`` says why.
    later : bool, optional
        Build the pages of the perimeters of 2024 too; once there, they are of the site.

    Raises
    ------
    QpvError
        For an unknown code or tables edited by hand, before anything is written; when the disk
        refuses; ``Busy`` when another run is at work there, ``Interrupted`` on Ctrl-C. Pages done
        by then stay, and no half-written one is ever at its name.
    """
    forget()  # files may have changed since this process read them
    reports = (reports or current().reports).absolute()
    built = Built(reports, manifest.archive_of(reports))
    held = jobs.later_in(reports, codes)
    if not codes and not pdf and later <= held and (left := manifest.settled(reports)):
        built.unchanged = sent(left.files)
        return built
    readiness.require()  # tables edited by hand, a faulty file of decisions: nothing is built
    pool = pool or pools.processes()
    later |= held
    wanted = [replace(job, code=states.code(job.notebook)) for job in jobs.of(codes, later)]
    try:
        with _alone(reports):
            _Run(built, wanted, whole=not codes, pdf=pdf, later=later).go(pool, progress)
    except MachineFault as error:
        raise QpvError(f"{error} {LEFT}") from None
    except (OSError, MemoryError, Lost, Broken) as error:
        raise QpvError(f"{_refused(reports, error)}. {LEFT}") from None
    except KeyboardInterrupt:
        done = len(built.made) + len(built.unchanged)
        asked = len(wanted) + (len(prints.of(wanted)) if pdf else 0)
        raise Interrupted(
            f"Interrompu : {counted(done, 'page')} sur {asked} en place."
            " La prochaine exécution finira le reste."
        ) from None
    finally:
        machine.sweep()
    return built


def _refused(reports: Path, error: Exception) -> str:
    """What is wrong with the folder, or with the machine."""
    if isinstance(error, OSError) and error.errno not in machine.SCARCE:
        return f"Écriture impossible dans {reports} : {writing.reason(error)}"
    why = machine.told(error) or machine.limits()
    return f"La machine n'a pas pu finir{f' : {why}' if why else ''}"


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

    def __init__(self, built: Built, wanted: list[Job], whole: bool, pdf: bool, later: bool):
        self.built, self.reports, self.whole, self.later = built, built.reports, whole, later
        self.records, self.former = ledger.read(self.reports), manifest.read(self.reports)
        self.jobs = [replace(job, known=self._known(job)) for job in wanted]
        self.prints = prints.of(wanted) if pdf else []
        self.commit = ledger.commit()
        self.signature = states.signature()  # first: what changes from here on then shows
        self.print = states.everything()

    def _known(self, job: Job) -> str:
        """Inputs' checksum of the page on disk, if it is whole and made by today's code."""
        record = self.records.get(job.file)
        sound = record and record.code == job.code and ledger.intact(self.reports, record)
        return record.inputs if sound and not record.lacks else ""

    def go(self, pool: Pool, progress: Progress | None) -> None:
        expected = [job.file for job in (*self.jobs, *self.prints)]
        if not self.records and not self.former:
            manifest.refuse_foreign(self.reports, expected)
        manifest.make_room(self.reports, [*expected, *OWN, manifest.NAME])
        for folder in {(self.reports / file).parent for file in expected}:
            writing.sweep(folder)
        self._announce()
        self._make(self.jobs, pool, progress)
        # Pages may have been removed or changed under us: those are made once more.
        gone = [
            job
            for job in self.jobs
            if self.records[job.file].state == "published"
            and not ledger.intact(self.reports, self.records[job.file])
        ]
        for kept in (self.built.made, self.built.unchanged):
            kept[:] = [file for file in kept if file not in {job.file for job in gone}]
        self._make([replace(job, known="") for job in gone], pool, None)
        self._forget_strays()
        self._print(pool.workers, progress)
        self._finish()

    def _announce(self) -> None:
        """Say in the ledger what is to be done, before it is: an interruption then shows."""
        manifest.forget(self.reports)
        for job in self.jobs:
            blank = _blank(job, "première construction")
            before = self.records.get(job.file, blank)
            if not job.known and before is not blank:
                before = replace(before, why=self._reason(job, before))
            self.records[job.file] = replace(before, state="pending", name=job.name)
        ledger.rewrite(self.reports, self.records.values())

    def _reason(self, job: Job, before: Record) -> str:
        """Why a page that was there is built again."""
        if before.state == "failed" or before.lacks:
            return "échec précédent"
        if not before.published_at:
            return before.why  # its first construction was interrupted
        return "programme" if before.code != job.code else "page retouchée ou disparue"

    def _make(self, wanted: list[Job], pool: Pool, progress: Progress | None) -> None:
        if not wanted:
            return
        for done, outcome in enumerate(batch.run(wanted, pool), 1):
            self._take(progress, outcome, done, len(wanted))

    def _take(self, progress: Progress | None, outcome: Outcome, done: int, total: int) -> None:
        record = self._settle(outcome)
        self.records[record.file] = record
        ledger.append(self.reports, record)
        if progress:
            progress(outcome, done, total)

    def _print(self, tabs: int, progress: Progress | None) -> None:
        """Print what is not there; where it cannot be, the pages are settled all the same."""
        wanted = prints.due(self.prints, self.records)
        self.built.unchanged += [job.file for job in self.prints if job.file in self.records]
        try:
            prints.run(wanted, self.reports, tabs, partial(self._take, progress))
        except prints.Unprinted as error:
            self.built.unprinted = str(error)

    def _settle(self, outcome: Outcome) -> Record:
        """Publish a page, or keep what failed and say so on the page it would have replaced."""
        before = self.records.get(outcome.job.file) or _blank(outcome.job, "impression de la page")
        if outcome.unchanged:
            self.built.unchanged.append(before.file)
            return replace(before, state="published")
        told = replace(
            before, page="", inputs=outcome.inputs, code=outcome.code, commit=self.commit,
            cell=outcome.cell, cause=outcome.cause, kept="", warnings=outcome.warnings,
            lacks=outcome.lacks,
        )  # fmt: skip
        return (self._failed if outcome.failed else self._published)(outcome, told)

    def _published(self, outcome: Outcome, before: Record) -> Record:
        write(self.reports / before.file, outcome.html)
        (self.reports / KEPT / _notebook_of(before.file)).unlink(missing_ok=True)
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        record = replace(
            before, state="published", page=checksum(outcome.html), published_at=now,
            why="données ou catalogue" if outcome.job.known else before.why,
            start=round(outcome.start, 3), cells=round(outcome.cells, 3),
            export=round(outcome.export, 3),
        )  # fmt: skip
        self.built.made.append(record.file)
        if record.warnings:
            self.built.warned.append(record)
        if record.lacks:
            self.built.lacking.append(record)
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
        expected = {job.file for job in jobs.of(None, self.later)}
        expected |= prints.sound(self.reports, self.records, expected)
        former = [
            file
            for file, record in self.records.items()
            if file not in expected and ledger.intact(self.reports, record)
        ]
        for file in sorted(former):
            (self.reports / file).unlink()
            self.built.removed.append(file)
        self.records = {file: r for file, r in self.records.items() if file in expected}
        # Of the site, and nobody knows what they should be: the ledger has lost them.
        held = {*(self.former.files if self.former else ())}
        held.update(file for file in expected if (self.reports / file).exists())
        self.lost = held & expected - self.records.keys()

    def _finish(self) -> None:
        """The ledger, its page and the archive, from what is now on the disk; what is left."""
        order = sorted(self.records.values(), key=lambda record: record.file)
        ledger.rewrite(self.reports, order)
        # In a process that has the exporter already: importing it here would take a second.
        with pools.processes(1).open() as submit:
            submit(_register, self.reports, order).result()
            sums = self._sums()
            same = self._archived(sums)
            if not same or same != {*sent(sums), *sent(self.former.files)}:
                submit(archive.write, self.reports, same).result()
        settled = self.whole and not self.built.failures and not self.built.lacking
        told = (self.print, self.signature) if settled else ()
        left = manifest.keep(self.reports, sums, *told)
        self.built.spoilt = [file for file, (state, _) in left.files.items() if state is None]

    def _sums(self) -> dict[str, str]:
        """Checksum of each file that this run leaves, or that an earlier one left."""
        sums = {file: record.page for file, record in self.records.items() if record.page}
        notices = [file for file, record in self.records.items() if record.state == "failed"]
        for file in (*notices, REGISTER, ledger.NAME):
            if content := manifest.content(self.reports / file):  # a failed document leaves none
                sums[file] = checksum(content)
        return dict.fromkeys(self.lost, "") | sums

    def _archived(self, sums: dict[str, str]) -> set[str]:
        """Files that the archive already holds as they are now; none if it was altered."""
        if not self.former or manifest.changed(self.reports, self.former, [manifest.ARCHIVE]):
            return set()
        sound = {(file, sum_) for file, (state, sum_) in self.former.files.items() if state}
        return {file for file in sent(sums) if (file, sums[file]) in sound}


def _blank(job: Job, why: str) -> Record:
    return Record(job.file, job.page.area, job.name, "pending", why)


def _register(reports: Path, records: list[Record]) -> None:
    from qpvlib.publishing import page

    write(reports / REGISTER, page.ledger(records))


def _notebook_of(file: str) -> str:
    return Path(file).with_suffix(".ipynb").as_posix()  # a pack has the name of its page


def sent(files: Iterable[str]) -> list[str]:
    """Those of the files of a run that readers get."""
    return [file for file in files if file not in OWN]
