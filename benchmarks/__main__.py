"""``make bench``: the whole job against the plain tools, in one run, medians and ratios.

Each ratio is that of two times of one round, of which the median is kept. Said by the environment:

- BENCH_RUNS (5): how many rounds;
- BENCH_NATIONAL: a folder of tables of all metropolitan QPV (qpv build --raw DOSSIER
  --departement all --tidy …), without which nothing is said of that scale;
- BENCH_NATIONAL_WHOLE=1: all their pages, built once;
- BENCH_OTHERS=1: what one could pick instead, once.

The result is printed and kept in benchmarks/results.md.
"""

import csv
import os
import subprocess
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path
from statistics import median

from benchmarks import others, shares, ways
from benchmarks.measure import Folder, adopt, machine
from qpvlib.project import current
from qpvlib.publishing import jobs
from qpvlib.tables.areas import neighbourhoods

RUNS = int(os.environ.get("BENCH_RUNS", "5"))
NATIONAL = os.environ.get("BENCH_NATIONAL", "") and str(
    Path(os.environ["BENCH_NATIONAL"]).resolve()
)
WHOLE = os.environ.get("BENCH_NATIONAL_WHOLE", "")
OTHERS = os.environ.get("BENCH_OTHERS", "")
RESULTS = Path(__file__).parent / "results.md"


def main():
    adopt()
    codes = list(neighbourhoods())
    rounds = defaultdict(list)
    for _ in range(RUNS):
        for name, value in (*job(codes), *processor(codes), *scale(codes)):
            rounds[name].append(value)
    national = dict(everyone()) if NATIONAL and WHOLE else {}
    tables = [
        table(("quoi", "mesure", "visé"), [*ratios(rounds), *far(national, rounds)]),
        table(("durées", "secondes"), seconds(rounds)),
        table(("un diagnostic, en secondes de processeur", "mesure"), shares.of(codes)),
    ]
    if OTHERS:
        heads = "à la place", "une page, s", f"{len(codes)} pages, s", "ce qui se perd"
        tables.append(table(heads, instead(codes, rounds)))
    head = f"Mesuré le {date.today():%d/%m/%Y} sur {machine()} ; médianes de {RUNS}."
    text = "\n".join([head, "", *tables])
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


# --- what is measured, by name, in one round -----------------------------------------------------


def job(codes):
    """The loop, then ours over the same pages, then over a site that is there already."""
    with Folder() as folder:
        typed = ways.loop(folder)
    with Folder() as folder:
        reports = folder / "reports"
        yield "one", ways.ours(codes[:1], folder / "one").wall
        diagnoses = ways.ours(codes, folder / "diagnoses").wall
        whole = ways.ours([], reports).wall
        nothing = ways.ours([], reports).wall
        tables = ways.changed(current().tidy, folder / "tidy")
        change = _rebuilt(ways.ours([], reports, QPV_TIDY=str(tables)))
    own = [typed[one.file] for one in (*map(jobs.diagnosis, neighbourhoods().values()),)]
    part = sum(own) + typed[jobs.index().file]
    yield "loop", sum(typed.values())
    yield "loop, one", own[0]
    yield "whole", whole
    yield "diagnoses", diagnoses
    yield "changed", change.wall
    yield "nothing", nothing
    yield "loop ÷ whole", sum(typed.values()) / whole
    yield "loop ÷ diagnoses", part / diagnoses
    yield "changed ÷ whole", change.wall / whole


def _rebuilt(cost):
    if "1 construite" not in cost.said:
        raise SystemExit(f"Un chiffre changé devait refaire une page, et une seule :\n{cost.said}")
    return cost


def processor(codes):
    """Our processor time beyond the cells, a report, against papermill over an empty notebook."""
    alone = [sys.executable, "-m", "benchmarks.ways", *codes]
    cells = float(subprocess.run(alone, capture_output=True, text=True, check=True).stdout)
    with Folder() as folder:
        beyond = (ways.ours(codes, folder / "reports").cpu - cells) / len(codes)
        empty = ways.empty(folder).cpu
    yield "beyond", beyond
    yield "empty", empty
    yield "beyond ÷ empty", beyond / empty


def scale(codes):
    """As many pages from the tables of all metropolitan France, and from ours, each."""
    if not NATIONAL:
        return
    every = _national()
    with Folder() as folder:
        chosen = every[:: len(every) // len(codes)][: len(codes)]
        many = ways.ours(chosen, folder / "many", QPV_TIDY=NATIONAL).wall / len(chosen)
        few = ways.ours(codes, folder / "few").wall / (len(codes) + 1)  # and the index
    yield "many ÷ few", many / few
    yield "few", few


def everyone():
    """All the pages of metropolitan France, once."""
    pages = len(_national())
    with Folder() as folder:
        reports = folder / "reports"
        # A page that the gate refuses, among so many, does not hide the others.
        given = {"sound": (0, 1)}
        built = ways.ours([], reports, QPV_TIDY=NATIONAL, **given)
        yield "refused", built.said.count("Échec : ")
        yield "pages", pages
        yield "wall", built.wall
        yield "cpu", built.cpu
        # Once what it imports is there: a tenth of the run.
        yield "memory", (built.memory[len(built.memory) // 10], built.memory[-1])
        yield "disk", sum(path.stat().st_size for path in reports.iterdir() if path.is_file()) / 1e6
        yield "archive", reports.with_suffix(".zip").stat().st_size / 1e6
        yield (
            "nothing",
            median(ways.ours([], reports, QPV_TIDY=NATIONAL, **given).wall for _ in range(RUNS)),
        )
        tables = ways.changed(Path(NATIONAL), folder / "tidy")
        yield "changed", _rebuilt(ways.ours([], reports, QPV_TIDY=str(tables), **given)).wall


def _national():
    with (Path(NATIONAL) / "neighbourhoods.csv").open(encoding="utf-8") as stream:
        return [row["code"] for row in csv.DictReader(stream)]


# --- what is said of it --------------------------------------------------------------------------


def ratios(rounds):
    """Ratios and what was wanted of them; a target is an order and a limit."""
    n, whole = len(neighbourhoods()), len(jobs.of(None))
    wanted = {
        "loop ÷ whole": (f"boucle ÷ qpv report, le site ({whole} fichiers)", ">=", 9),
        "loop ÷ diagnoses": (f"boucle ÷ qpv report, {n} diagnostics et l'index", ">=", 10),
        "changed ÷ whole": ("un chiffre changé ÷ le site", "<=", 0.12),
        "beyond ÷ empty": ("processeur hors cellules ÷ papermill, carnet vide", "<=", 0.4),
        "nothing": (f"rien n'a changé, {whole} fichiers (s)", "<=", 0.15),
        "many ÷ few": (f"{n} pages : tables de la métropole ÷ celles du Loiret", "<=", 1.1),
    }
    for name, (what, order, limit) in wanted.items():
        if name in rounds:
            yield _aim(what, median(rounds[name]), order, limit)


def far(national, rounds):
    """What all the pages of metropolitan France took."""
    if not national:
        return
    pages, (start, end) = national["pages"], national["memory"]
    each = national["wall"] / pages
    few = median(rounds["few"])
    yield _aim(f"une page, de {pages} ÷ des nôtres", each / few, "<=", 1.1)
    yield _aim("mémoire du parent, fin ÷ début", end / start, "<=", 1.1)
    refused = f", dont {national['refused']} refusées, refaites" if national["refused"] else ""
    yield _aim(f"rien n'a changé, {pages} pages{refused} (s)", national["nothing"], "<=", 0.4)
    yield f"un chiffre changé, {pages} pages (s)", _french(national["changed"]), ""
    yield f"{pages} pages (s ; s de processeur)", _both(national["wall"], national["cpu"]), ""
    yield "mémoire du parent, début ; fin (Mo)", _both(start, end), ""
    yield "pages ; archive (Mo)", _both(national["disk"], national["archive"]), ""


def seconds(rounds):
    """Times, which other machines will not have."""
    told = {
        "loop": "boucle, le site", "whole": "qpv report, le site",
        "diagnoses": "qpv report, les diagnostics et l'index",
        "changed": "un chiffre changé", "nothing": "rien n'a changé",
        "beyond": "processeur par diagnostic, hors cellules",
        "empty": "processeur de papermill, carnet vide",
    }  # fmt: skip
    for name, what in told.items():
        yield what, _french(median(rounds[name]))


def instead(codes, rounds):
    """Other ways, beside the loop and ours, and what is lost with each."""
    one = median(rounds["one"]), median(rounds["loop, one"])
    all_ = median(rounds["diagnoses"]), median(rounds["loop"])
    yield "qpv report (avec l'index)", _french(one[0]), _french(all_[0]), ""
    lost = "ni reprise, ni paramètres vérifiés, ni deux pages à la fois"
    yield "la boucle (tout le site)", _french(one[1]), _french(all_[1]), lost
    for way, first, every in others.costs(codes):
        yield others.NAMES[way], _french(first), _french(every), others.LOSES[way]


def _aim(what, value, order, limit):
    kept = value >= limit if order == ">=" else value <= limit
    sign = {">=": "≥", "<=": "≤"}[order]
    return what, _french(value), f"{sign} {_french(limit)} : {'tenu' if kept else 'non tenu'}"


def _both(one, other):
    return f"{_french(one)} ; {_french(other)}"


def _french(value):
    return f"{value:.3g}".replace(".", ",") if value < 100 else f"{value:.0f}"


def table(heads, rows):
    """Rows as a table, a line each."""
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in lines)


if __name__ == "__main__":
    main()
