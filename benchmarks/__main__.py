"""``make bench``: our batch against the plain tools, in one run, medians and ratios.

BENCH_RUNS (5) says how many times each is run, in turn; BENCH_NATIONAL names a folder of tables of
all metropolitan QPV (qpv build --raw DOSSIER --departement all --tidy …), without which the row on
scale is left out. The result is printed and kept in benchmarks/results.md.
"""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from statistics import median

from benchmarks import ways
from benchmarks.measure import Folder, adopt, machine
from qpvlib.tables.areas import neighbourhoods

RUNS = int(os.environ.get("BENCH_RUNS", "5"))
NATIONAL = os.environ.get("BENCH_NATIONAL", "")
RESULTS = Path(__file__).parent / "results.md"


def main():
    adopt()
    codes = list(neighbourhoods())
    rows = [*against(codes), *processor(codes), *(scale(codes) if NATIONAL else [])]
    text = told(rows)
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


def against(codes):
    """The loop of commands and the two libraries in one process, ours in between, in turn."""
    times = {"loop": [], "api": [], "ours": [], "nothing": []}
    for _ in range(RUNS):
        for name in ("loop", "api"):
            with Folder() as folder:
                times[name].append(getattr(ways, name)(codes, folder))
        with Folder() as folder:
            times["ours"].append(ways.ours(codes, folder).wall)
        with Folder() as folder:
            ways.ours([], folder)
            times["nothing"].append(ways.ours([], folder).wall)
    ours = times["ours"]
    n = len(codes)
    yield "boucle des commandes papermill et nbconvert", _each(times["loop"], n), "", ""
    yield "papermill et nbconvert dans un seul processus", _each(times["api"], n), "", ""
    yield f"qpv report, {n} diagnostics et l'index", _each(ours, n), "", ""
    yield "boucle ÷ qpv report", _ratio(times["loop"], ours), "≥ 10, viser 15", ""
    yield "un seul processus ÷ qpv report", _ratio(times["api"], ours), "≥ 4,5", ""
    yield "rien n'a changé", _french(f"{median(times['nothing']):.2f} s"), "< 1 s", ""


def processor(codes):
    """Our processor time beyond the cells, a report, against papermill over an empty notebook."""
    beyond, empty = [], []
    for _ in range(RUNS):
        alone = [sys.executable, "-m", "benchmarks.ways", "cells", *codes]
        cells = float(subprocess.run(alone, capture_output=True, text=True, check=True).stdout)
        with Folder() as folder:
            whole = ways.ours(codes, folder).cpu
            beyond.append((whole - cells) / len(codes))
            empty.append(ways.empty(folder).cpu)
    yield "processeur par diagnostic, hors cellules", _french(f"{median(beyond):.2f} s"), "", ""
    yield "papermill sur un carnet vide, processeur", _french(f"{median(empty):.2f} s"), "", ""
    yield "le premier ÷ le second", _ratio(beyond, empty), "≤ 0,3", ""


def scale(codes):
    """As many pages from the tables of 19 areas and from those of all metropolitan France."""
    every = _national()
    step = len(every) // len(codes)
    few, many = [], []
    for _ in range(RUNS):
        with Folder() as folder:
            few.append(ways.ours(codes, folder))
        with Folder() as folder:
            chosen = every[::step][: len(codes)]
            many.append(ways.ours(chosen, folder, QPV_TIDY=NATIONAL))
    walls = [c.wall for c in many], [c.wall for c in few]
    yield (
        f"{len(codes)} diagnostics : tables de {len(every)} quartiers ÷ tables de {len(codes)}",
        _ratio(*walls), "", "chargement des tables compris",
    )  # fmt: skip


def _national():
    import csv

    with (Path(NATIONAL) / "neighbourhoods.csv").open(encoding="utf-8") as stream:
        return [row["code"] for row in csv.DictReader(stream)]


def _each(times, count):
    return _french(f"{median(times):.1f} s ({median(times) / count:.2f} s chacun)")


def _ratio(above, below):
    return _french(f"{median(a / b for a, b in zip(above, below, strict=True)):.2f}")


def _french(text):
    return text.replace(".", ",")


def told(rows):
    """The table, in French figures."""
    lines = [
        f"Mesuré le {date.today():%d/%m/%Y} sur {machine()} ; médianes de {RUNS}.", "",
        "| quoi | mesure | visé | remarque |", "|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows), "",
    ]  # fmt: skip
    return "\n".join(lines)


if __name__ == "__main__":
    main()
