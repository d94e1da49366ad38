"""The batch against the plain loop of the papermill and nbconvert commands, in one run.

Both do the same work: the same notebook, the same neighbourhoods, the same template. Ours is timed
as a whole process. The loop is long: it runs on a few neighbourhoods, and both are told per page.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from qpvlib import paths
from qpvlib.areas import neighbourhoods
from qpvlib.publishing.page import TEMPLATE

PAGES = int(os.environ.get("BENCH_PAGES", "4"))
RUNS = int(os.environ.get("BENCH_RUNS", "3"))
BIN = Path(sys.executable).parent


def plain_loop(codes, folder):
    """What a person would type, once a neighbourhood."""
    for code in codes:
        done = folder / f"{code}.ipynb"
        source = paths.notebooks() / "diagnostic.ipynb"
        run([BIN / "papermill", source, done, "-p", "code", code, "--no-progress-bar"], folder)
        convert = [BIN / "jupyter-nbconvert", done, "--to", "html", "--no-input"]
        run(
            [
                *convert,
                "--template",
                "template",
                f"--TemplateExporter.extra_template_basedirs={TEMPLATE.parent}",
            ],
            folder,
        )


def ours(codes, folder):
    """Our command, as a whole process."""
    run([BIN / "qpv", "report", *codes, "--reports", folder / "reports"], folder)


def run(command, folder):
    subprocess.run([str(c) for c in command], cwd=folder, check=True, capture_output=True)


def timed(work, codes):
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    start = time.perf_counter()
    try:
        work(codes, folder)
    finally:
        shutil.rmtree(folder)
    return (time.perf_counter() - start) / len(codes)


def main():
    every = list(neighbourhoods())
    few = every[:: max(len(every) // PAGES, 1)][:PAGES]
    pairs = [(timed(plain_loop, few), timed(ours, every)) for _ in range(RUNS)]
    loop, batch = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"papermill + nbconvert, commandes en boucle : {loop:.2f} s par page ({len(few)} pages)")
    print(
        f"qpv report, le lot entier                  : {batch:.2f} s par page ({len(every)} pages)"
    )
    print(f"rapport (médiane de {RUNS})                     : {ratio:.1f}")


if __name__ == "__main__":
    main()
