"""The warm process: what it does once, before pages' processes are forked from it."""

import gc
import logging
import sys
from importlib import import_module

from qpvlib import project
from qpvlib.project import Project

REHEARSAL = "qpvlib.publishing.rehearsal"  # imported there, never by who imports this


def loaded() -> None:
    """Import what makes pages."""
    # JupyterLab brings this grammar, which jsonschema would compile for a second, for addresses
    # that no notebook of ours has; it does without.
    sys.modules.setdefault("rfc3987_syntax", None)
    logging.disable()  # what libraries log of a notebook that fails, its outcome tells
    gc.disable()  # what is imported and computed here is kept: nothing to look for
    import_module(REHEARSAL)
    gc.freeze()


def ready(of: Project) -> None:
    """Load what every page of a project needs, all of it from the same state of its files.

    Checksums and contents are read one after the other: a file saved in between would give a page
    its former content under its new checksum, which nothing would ever make again.
    """
    from qpvlib.publishing import states

    with of.opened():
        before = ""
        while before != states.shared():
            before = states.shared()
            project.forget()
            import_module(REHEARSAL).prepare()
    gc.freeze()  # what is here is never collected: the pages of memory stay shared with the forks
    gc.enable()
