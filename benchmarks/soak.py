"""``make soak``: two hundred notebooks, one after the other: no file, socket or memory grows."""

import gc
import os
import tempfile
from pathlib import Path

import psutil

from qpvlib.project import current
from qpvlib.publishing import execution, pools
from qpvlib.tables.areas import neighbourhoods

RUNS = int(os.environ.get("SOAK_RUNS", "200"))
SETTLING = 20  # first runs, whose caches are not growth
MOST = {"fichiers ouverts": 2, "sockets": 2, "processus": 1, "mémoire (Mo)": 12, "temporaires": 0}


def state():
    """What a leak would make grow, here and in the warm process; not what waits to be collected."""
    gc.collect()
    own = psutil.Process()
    kept = [own, *own.children()]
    return {
        "fichiers ouverts": sum(one.num_fds() for one in kept),
        "sockets": sum(len(one.net_connections()) for one in kept),
        "processus": len(own.children(recursive=True)),
        "mémoire (Mo)": sum(one.memory_info().rss for one in kept) / 1e6,
        "temporaires": len(list(Path(tempfile.gettempdir()).glob("qpv-*"))),
    }


def main():
    codes, first = list(neighbourhoods()), {}
    notebook = current().notebooks / "diagnostic.ipynb"
    with pools.processes(1).open() as submit:
        for i in range(RUNS):
            submit(execution.execute, notebook, {"code": codes[i % len(codes)]}).result()
            if (i + 1) % SETTLING == 0:
                now = state()  # and collects, so that the heap is not left in pieces
                first = first or now
        last = state()
    for what, most in MOST.items():
        print(f"{what:<18} {first[what]:8.0f} → {last[what]:8.0f}   (au plus + {most})")
    grown = [what for what, most in MOST.items() if last[what] - first[what] > most]
    raise SystemExit(f"A grandi : {', '.join(grown)}" if grown else 0)


if __name__ == "__main__":
    main()
