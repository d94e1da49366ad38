"""The site: the diagnoses, the synthesis, the index, what to do with failures, and the archive."""

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import nbformat

from qpvlib import paths, readiness, signatures
from qpvlib.areas import neighbourhoods
from qpvlib.catalogue import catalogue
from qpvlib.exhibits import escape
from qpvlib.publishing import annex, batch, page
from qpvlib.publishing.batch import Job, Outcome, Progress, write
from qpvlib.publishing.page import Page

ROADMAP = ("feuille-de-route.html", "La feuille de route")
KEPT = ".echecs"  # where the notebooks that failed are kept, never published


@dataclass(frozen=True)
class Built:
    """What a run did: outcomes, pages removed, archive."""

    outcomes: tuple[Outcome, ...]
    removed: tuple[str, ...]
    reports: Path
    archive: Path

    @property
    def failures(self) -> tuple[Outcome, ...]:
        """Outcomes without a page."""
        return tuple(outcome for outcome in self.outcomes if outcome.failed)


def build(
    codes: list[str] | None = None,
    reports: Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Built:
    """Build the diagnoses (all, or those of ``codes``), the synthesis, the index and the archive.

    Parameters
    ----------
    codes : list of str, optional
        Neighbourhoods, 2015 or 2024 codes; None for all, with the synthesis.
    reports : Path, optional
        Folder of the pages; the archive stands beside it.
    workers : int, optional
        Processes at a time (default: this machine's cores).
    progress : callable, optional
        Called after each page with its outcome, how many are done, how many there are.

    Raises
    ------
    QpvError
        For an unknown code, before anything is written.
    """
    reports = reports or paths.reports()
    places = batch.selected(codes)
    readiness.require()  # a faulty file of decisions: nothing is built from it
    jobs = [batch.diagnosis_job(place) for place in places]
    jobs += [] if codes else [synthesis_job(), roadmap_job()]
    jobs.append(index_job())
    outcomes = batch.run(jobs, workers, progress)
    for outcome in outcomes:
        _settle(outcome, reports)
    if not codes:
        annex.build(forms=("docx", "html"), reports=reports)
    removed = _remove_strays(reports)
    archive = reports.with_suffix(".zip")
    write(archive, _archive(reports))
    return Built(tuple(outcomes), removed, reports, archive)


def _many() -> int:
    return len(neighbourhoods())


def synthesis_job() -> Job:
    """The job of the synthesis."""
    home = catalogue().territory
    title = f"Synthèse des {_many()} quartiers prioritaires {home['departement_of']}"
    return Job(
        "Synthèse", "synthese.html", "synthese.ipynb", (),
        Page(
            title=title, description=f"{title}, projet non relu", area=f"D{home['departement']}",
            foot="Synthèse des quartiers · projet, non relu",
            footer=f"{home['office']}. Synthèse, projet non relu.",
            links=(("index.html", "Les quartiers"), ROADMAP),
            large=True,
        ),
    )  # fmt: skip


def roadmap_job() -> Job:
    """The job of the feuille de route."""
    home = catalogue().territory
    title = f"Feuille de route des {_many()} quartiers prioritaires {home['departement_of']}"
    return Job(
        "Feuille de route", "feuille-de-route.html", "feuille_de_route.ipynb", (),
        Page(
            title=title, description=f"{title}, projet non relu", area=f"D{home['departement']}",
            foot="Feuille de route · projet, non relu",
            footer=f"{home['office']}. Feuille de route, projet non relu.",
            links=(
                ("index.html", "Les quartiers"), ("synthese.html", "La synthèse"),
                (f"{annex.NAME}.html", "L'annexe de l'appel à projets"),
                (f"{annex.NAME}.docx", "la même, en fichier Word"),
            ),
            large=True,
        ),
    )  # fmt: skip


def index_job() -> Job:
    """The job of the index."""
    home = catalogue().territory
    title = f"Les quartiers prioritaires {home['departement_of']}"
    return Job(
        "Index", "index.html", "index.ipynb", (),
        Page(
            title=title, description=f"{title} : un diagnostic pour chacun, projet non relu",
            area=f"D{home['departement']}", foot="Les quartiers prioritaires · projet, non relu",
            footer=f"{home['office']}. Projet non relu.",
            links=(("synthese.html", "La synthèse"), ROADMAP),
        ),
    )  # fmt: skip


def _settle(outcome: Outcome, reports: Path) -> None:
    """Publish a page, or keep what failed and say so on the page it would have replaced."""
    target = reports / outcome.job.file
    kept = reports / KEPT / Path(outcome.job.file).with_suffix(".ipynb").name
    if not outcome.failed:
        kept.unlink(missing_ok=True)
        write(target, signatures.stamp(outcome.html, outcome.job.file))
        return
    if outcome.notebook:
        write(kept, outcome.notebook)
    write(target, notice(outcome, target))


def notice(outcome: Outcome, target: Path) -> str:
    """Page that stands in for one that could not be refreshed: it cannot look current."""
    before = ""
    if target.exists():
        when = datetime.fromtimestamp(target.stat().st_mtime)
        before = f" La page précédente, du {when:%d/%m/%Y}, n'est plus montrée."
    home = outcome.job.page
    body = (
        f'<div class="qpv"><h1>{escape(home.title)}</h1><div class="notice"><p><strong>Page non '
        f"actualisée.</strong> La dernière construction a échoué pour cette page, le "
        f"{datetime.now():%d/%m/%Y}.{before}</p><p>Les autres pages ne sont pas concernées.</p>"
        "</div></div>"
    )
    node = nbformat.v4.new_notebook()
    cell = nbformat.v4.new_code_cell()
    cell.outputs = [nbformat.v4.new_output("display_data", {"text/html": body})]
    node.cells = [cell]
    return page.export(node, home)


def _remove_strays(reports: Path) -> tuple[str, ...]:
    """Remove the pages of ours whose area is gone, and no other file."""
    expected = {place.page for place in neighbourhoods().values()}
    removed = []
    for path in sorted(reports.glob("q[pn]*.html")):
        ours = '<meta name="generator" content="qpvlib">' in path.read_text("utf-8")[:2000]
        if ours and path.name not in expected:
            path.unlink()
            removed.append(path.name)
    return tuple(removed)


def _archive(reports: Path) -> bytes:
    """The pages in one file to mail; same pages, same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted([*reports.glob("*.html"), *reports.glob("*.docx")]):
            entry = zipfile.ZipInfo(f"reports/{path.name}", (2020, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()
