"""``qpv report --watch``: stay warm, and make again what a change touches, as it comes."""

import time
from collections.abc import Iterator
from pathlib import Path

from qpvlib import project
from qpvlib.catalogue import QpvError
from qpvlib.publishing import site, states
from qpvlib.publishing.site import Built

EVERY = 0.3  # seconds between two looks at the files: their states are read, not their contents


class Reprogrammed(Exception):
    """A module of the library has changed: this process still runs the former one."""


def builds(
    codes: list[str], reports: Path | None = None
) -> Iterator[tuple[Built | QpvError, float]]:
    """What each run did and its seconds, one now and one after each change, without end.

    A run that cannot be is given as its error: a file half saved is soon saved whole.

    Raises
    ------
    Reprogrammed
        When a module of the library changes.
    """
    modules = states.modules()
    while True:
        begun, seen = time.monotonic(), states.signature()
        try:
            done = site.build(codes, reports)
        except (site.Busy, site.Interrupted):
            raise
        except QpvError as error:
            done = error
        yield done, time.monotonic() - begun
        while states.signature() == seen:
            time.sleep(EVERY)
            project.forget()  # the state of the library's files is one of what is remembered
        if states.modules() != modules:
            raise Reprogrammed
