"""The warm process: what it does once, before pages' processes are forked from it."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from qpvlib.project import Project


def ready(project: Project) -> None:
    """Import what makes pages, and load what every page of a project needs."""
    gc.disable()  # what is imported and computed here is kept: nothing to look for
    # JupyterLab brings it, and jsonschema then compiles a grammar of addresses: a second, for a
    # check that notebooks do not have.
    with _absent("rfc3987_syntax"):
        from qpvlib.publishing import rehearsal
    rehearsal.prepare(project)
    gc.freeze()  # what is here is never collected: the pages of memory stay shared with the forks
    gc.enable()


@contextmanager
def _absent(module: str) -> Iterator[None]:
    """Imports of a block do as if a module were not installed."""
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]
