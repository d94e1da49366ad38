"""A file that nothing declares → what it is, in French, and the draft of its declaration.

``unfolded`` reads it through the same gates as the others, ``columns`` looks at each column,
``known`` at what of it the project has already, ``drafting`` writes the entry. Nothing is written.
"""

from pathlib import Path

from qpvlib.tables.profiling import describing, unfolded


def profile(file: Path) -> str:
    """What a file of unknown make is, and the entry of ``sources.toml`` that would read it.

    Raises
    ------
    Faults
        When no table can be read of it: empty, a page, binary, too large, protected.
    """
    return describing.described(unfolded.unfolded(file))
