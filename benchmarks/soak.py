"""``make soak``: two hundred notebooks in one process, without growth of files, sockets, memory."""

import gc
import os
import tempfile
from pathlib import Path

import psutil

from qpvlib.project import current
from qpvlib.publishing import execution
from qpvlib.tables.areas import neighbourhoods

RUNS = int(os.environ.get("SOAK_RUNS", "200"))
SETTLING = 20  # first runs, whose caches are not growth
MOST = {"fichiers ouverts": 2, "sockets": 2, "processus": 1, "mémoire (Mo)": 12, "temporaires": 0}


def state(process):
    """What a leak would make grow; what only waits to be collected is not."""
    gc.collect()
    return {
        "fichiers ouverts": process.num_fds(),
        "sockets": len(process.net_connections()),
        "processus": len(process.children(recursive=True)),
        "mémoire (Mo)": process.memory_info().rss / 1e6,
        "temporaires": len(list(Path(tempfile.gettempdir()).glob("qpv-*"))),
    }


def main():
    process, codes = psutil.Process(), list(neighbourhoods())
    first = {}
    for i in range(RUNS):
        code = codes[i % len(codes)]
        execution.execute(current().notebooks / "diagnostic.ipynb", {"code": code})
        if (i + 1) % SETTLING == 0:
            now = state(process)  # and collects, so that the heap is not left in pieces
            first = first or now
    last = state(process)
    for what, most in MOST.items():
        print(f"{what:<18} {first[what]:8.0f} → {last[what]:8.0f}   (au plus + {most})")
    grown = [what for what, most in MOST.items() if last[what] - first[what] > most]
    raise SystemExit(f"A grandi : {', '.join(grown)}" if grown else 0)


if __name__ == "__main__":
    main()
