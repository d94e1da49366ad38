"""Where the processor time of a diagnosis goes, read in the process of its page."""

import sys
import time
from statistics import median

import psutil

from benchmarks import ways
from benchmarks.measure import command
from qpvlib.project import current
from qpvlib.publishing import jobs, pools, states
from qpvlib.tables.areas import neighbourhood

# As the warm process does.
IMPORTS = (
    "import gc, sys; gc.disable(); sys.modules['rfc3987_syntax'] = None;"
    "import qpvlib.publishing.rehearsal"
)


def of(codes):
    """Seconds of processor of a diagnosis, by what they are spent on, as rows of a table."""
    imports = command([sys.executable, "-c", IMPORTS], None).cpu
    wanted = [jobs.diagnosis(neighbourhood(code)) for code in codes]
    with pools.processes(1).open() as submit:
        submit(abs, 1).result()
        warm = psutil.Process().children()[0]
        ready = _used(warm)
        made = [submit(page, job).result() for job in wanted]
        each = (_used(warm) - ready) / len(wanted)
        fresh = median(submit(cells, job).result() for job in wanted)
        plain = median(submit(twice, job).result() for job in wanted)
    pools.cool()
    found = {name: median(one[name] for one in made) for name in made[0]}
    rows = {
        "cellules, dans un processus chaud": plain,
        "les mêmes dans un processus neuf : mémoire recopiée, premiers usages":
            fresh - plain,
        "shell et affichage d'IPython": found["cells"] - fresh,
        "papermill : paramètres, écriture du carnet": found["papermill"],
        "nbconvert et vérification de la page": found["export"],
        "empreintes": found["keys"],
        "bifurcation du processus, messages": each + found["start"],
        f"en une fois : imports et faits communs, sur {len(codes)} ({ready:.2f} s)".replace(
            ".", ","): ready / len(codes),
        f"dont imports ({imports:.2f} s)".replace(".", ","): imports / len(codes),
    }  # fmt: skip
    for what, value in rows.items():
        yield what, f"{value:.3f}".replace(".", ",")


def _used(process):
    times = process.cpu_times()
    return times.user + times.system


def page(job):
    """A page made as :func:`qpvlib.publishing.batch.make` does, and the time of each step."""
    from qpvlib.publishing import execution, inputs
    from qpvlib.publishing import page as pages

    taken = {"start": time.process_time()}
    began = time.process_time()
    code, depends = states.code(job.notebook), inputs.of(job)
    taken["keys"] = time.process_time() - began

    class Watch(execution.Watch):
        total = 0.0

        def entered(self, *given, **named):
            super().entered(*given, **named)
            self.since = time.process_time()

        def left(self, *given, **named):
            Watch.total += time.process_time() - self.since
            super().left(*given, **named)

    execution.Watch = Watch
    began = time.process_time()
    done = execution.execute(current().notebooks / job.notebook, dict(job.parameters))
    taken["cells"] = Watch.total
    taken["papermill"] = time.process_time() - began - Watch.total
    began = time.process_time()
    html = pages.export(done.notebook, job.page, depends, code)
    pages.gate(done.notebook, html, job.page)
    taken["export"] = time.process_time() - began
    return taken


def cells(job):
    """Processor time of the cells alone."""
    from qpvlib.publishing import proof

    began = time.process_time()
    ways.shown(proof.exhibits(job))
    return time.process_time() - began


def twice(job):
    """The same, once all that comes at the first use has come."""
    cells(job)
    return cells(job)
