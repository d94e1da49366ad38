"""Four ways to make the same pages: the same notebook, the same template."""

import sys
from pathlib import Path

from benchmarks.measure import BIN, command
from qpvlib.project import current
from qpvlib.publishing.inputs import TEMPLATE

NOTEBOOK = current().notebooks / "diagnostic.ipynb"
BASES = f"--TemplateExporter.extra_template_basedirs={TEMPLATE.parent}"
EMPTY = (
    '{"cells": [], "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python",'
    ' "name": "python3"}}, "nbformat": 4, "nbformat_minor": 5}'
)


def loop(codes, folder):
    """What a person would type, once a neighbourhood: two commands. Total wall clock."""
    total = 0.0
    for code in codes:
        done = folder / f"{code}.ipynb"
        total += command(
            [BIN / "papermill", NOTEBOOK, done, "-p", "code", code, "--no-progress-bar"], folder
        ).wall
        total += command(
            [BIN / "jupyter-nbconvert", done, "--to", "html", "--no-input",
             "--template", "template", BASES], folder,
        ).wall  # fmt: skip
    return total


def api(codes, folder):
    """papermill and nbconvert called from one process, one page after the other. Wall clock."""
    return command([sys.executable, "-m", "benchmarks.ways", "api", folder, *codes], _here()).wall


def ours(codes, folder, **environ):
    """Our command, as a whole process."""
    return command(
        [BIN / "qpv", "report", *codes, "--reports", folder / "reports"], folder, **environ
    )


def empty(folder):
    """papermill over a notebook without a cell."""
    (folder / "empty.ipynb").write_text(EMPTY)
    words = [BIN / "papermill", "empty.ipynb", "out.ipynb", "--no-progress-bar"]
    return command(words, folder)


def cells(codes):
    """Processor time of the cells alone, in one warm process: the work that no engine can save."""
    import time

    from qpvlib.publishing import jobs, proof
    from qpvlib.tables.areas import neighbourhood

    wanted = [jobs.diagnosis(neighbourhood(code)) for code in codes]
    proof.exhibits(wanted[0])
    begun = time.process_time()
    for job in wanted:
        for exhibit in proof.exhibits(job):
            exhibit._repr_html_()
    return time.process_time() - begun


def _here():
    return Path(__file__).parent.parent


def _api(folder, codes):
    import papermill
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(
        template_name="template", extra_template_basedirs=[str(TEMPLATE.parent)]
    )
    exporter.exclude_input = True
    for code in codes:
        node = papermill.execute_notebook(
            str(NOTEBOOK), f"{folder}/{code}.ipynb", parameters={"code": code}, progress_bar=False
        )
        Path(folder, f"{code}.html").write_text(exporter.from_notebook_node(node)[0])


if __name__ == "__main__":
    verb, *words = sys.argv[1:]
    if verb == "api":
        _api(words[0], words[1:])
    else:
        print(cells(words))
