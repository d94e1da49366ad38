"""Ways to make the same pages: the same notebooks, the same template."""

import sys
import time

from benchmarks.measure import BIN, command
from qpvlib.project import current
from qpvlib.publishing import ANNEX, jobs
from qpvlib.publishing.states import TEMPLATE
from qpvlib.tables import sealing
from qpvlib.tables.areas import neighbourhood

DIAGNOSTIC = "diagnostic.ipynb"
BASES = f"--TemplateExporter.extra_template_basedirs={TEMPLATE.parent}"
EMPTY = (
    '{"cells": [], "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python",'
    ' "name": "python3"}}, "nbformat": 4, "nbformat_minor": 5}'
)
PAST = "QP045016,2015,taux_pauvrete,2015,"  # a year that its own page alone shows


def loop(folder):
    """Seconds of each page of the site, by file, as a person would make it: command by command.

    What has no command of its own (letters, table of objectives) is left out.
    """
    return {
        job.file: sum(command(words, folder).wall for words in _typed(job, folder))
        for job in jobs.of(None)
        if job.notebook == ANNEX or job.notebook.endswith(".ipynb")
    }


def _typed(job, folder):
    given = dict(job.parameters)
    if job.notebook == ANNEX:
        return [[BIN / "qpv", "annexe", "--format", given["form"], "--reports", folder]]
    done = (folder / job.file).with_suffix(".ipynb")
    named = [word for name, value in given.items() for word in ("-p", name, value)]
    source = current().notebooks / job.notebook
    return [
        [BIN / "papermill", source, done, *named, "--no-progress-bar"],
        [BIN / "jupyter-nbconvert", done, "--to", "html", "--no-input", "--template", "template",
         BASES],
    ]  # fmt: skip


def ours(codes, reports, **environ):
    """Our command, as a whole process, over some neighbourhoods; over the whole site without."""
    words = [BIN / "qpv", "report", *codes, "--reports", reports]
    return command(words, reports.parent, **environ)


def changed(tidy, folder):
    """A copy of some tables where one figure of a past year differs, as if built so."""
    folder.mkdir()
    for path in tidy.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    table = folder / "observations.csv"
    head, row, tail = table.read_text("utf-8").partition(PAST)
    fields = tail.split(",")
    fields[2] = f"{float(fields[2]) - 1:.1f}"
    table.write_text(head + row + ",".join(fields), "utf-8")
    sealing.seal(folder)
    return folder


def empty(folder):
    """papermill over a notebook without a cell."""
    (folder / "empty.ipynb").write_text(EMPTY)
    words = [BIN / "papermill", "empty.ipynb", "out.ipynb", "--no-progress-bar"]
    return command(words, folder)


def cells(codes):
    """Processor time of the cells alone, in one warm process: the work that no engine can save."""
    from qpvlib.publishing import proof

    wanted = [jobs.diagnosis(neighbourhood(code)) for code in codes]
    shown(proof.exhibits(wanted[0]))
    begun = time.process_time()
    for job in wanted:
        shown(proof.exhibits(job))
    return time.process_time() - begun


def shown(exhibits):
    """Have exhibits made into what a notebook keeps of them."""
    for exhibit in exhibits:
        exhibit._repr_mimebundle_()


if __name__ == "__main__":
    print(cells(sys.argv[1:]))
