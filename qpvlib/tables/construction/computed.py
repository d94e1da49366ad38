"""Files → the tables of figures, for every indicator or for some."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from qpvlib.catalogue import Fault, Faults, Source, catalogue
from qpvlib.catalogue.faults import counted
from qpvlib.tables import indicators, reading
from qpvlib.tables.construction import agreement, later, observed, statistics
from qpvlib.tables.construction.files import Files

Tables = dict[str, pd.DataFrame]
Measures = dict[str, list[pd.DataFrame]]
NAMES = (
    "observations", "distributions", "noise", "calls", "observations_2024", "distributions_2024",
)  # fmt: skip


@dataclass(frozen=True)
class Read:
    """The rows of some sources; the observations that they give, those of 2024 alone apart."""

    files: Files
    measures: Measures
    later: Measures


@dataclass(frozen=True)
class Computed:
    """The tables by name (``NAMES``); every observation of the country; what was left out."""

    tables: Tables
    national: pd.DataFrame
    said: list[str]


def read(raw: Path, sources: Mapping[str, Source], codes: Collection[str]) -> Read:
    """The rows of some sources, and the observations that they give of some indicators.

    Raises
    ------
    Faults
        Every one, of every file.
    """
    files, faults = _files(raw, sources)
    measures, own = observed.measures(files, codes), observed.measures(files, codes, ("later",))
    for found in (measures, own):
        faults += agreement.value_faults(found) + agreement.share_faults(found)
    if faults:
        raise _refused(faults)
    return Read(files, measures, own)


def _files(raw: Path, sources: Mapping[str, Source]) -> tuple[Files, list[Fault]]:
    """The rows of the sound files, each row saying the ``file`` it comes from; and every fault."""
    readings = {code: reading.read(source, raw) for code, source in sources.items()}
    faults = [fault for read in readings.values() for fault in read.faults]
    faults += agreement.code_faults(readings)
    faulty = {fault.file for fault in faults}
    sound = {
        code: [t.assign(file=path) for path, t in read.parts.items() if path not in faulty]
        for code, read in readings.items()
    }
    files = {
        code: _present(code, pd.concat(parts, ignore_index=True))
        for code, parts in sound.items()
        if parts
    }
    return Files(files), faults


def _present(code: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Figures have a history; of places, schools, outlines and lists, the last edition alone."""
    source = catalogue().sources[code]
    if source.level in ("neighbourhood", "mixed") or source.edition_column:
        return rows
    return rows[rows.edition == rows.edition.max()].reset_index(drop=True)


def _refused(faults: list[Fault]) -> Faults:
    """Faults file by file, in the order of the catalogue, then by line."""
    rank = {fault.file: i for i, fault in reversed(list(enumerate(faults)))}
    ordered = sorted(faults, key=lambda fault: (rank[fault.file], fault.line or 0))
    number, files = counted(len(faults), "défaut"), counted(len(rank), "fichier")
    return Faults(f"{number} dans {files} ; les tables du projet n'ont pas été touchées.", ordered)


def figures(
    read: Read, near: pd.DataFrame, kept: set[str], wanted: set[str], after: set[str]
) -> Computed:
    """What indicators give.

    ``near`` are the nearest places, ``kept`` the neighbourhoods of the tables, ``wanted`` the areas
    whose observations go into them, ``after`` the neighbourhoods of 2024; distributions and noise
    are those of the country.
    """
    national, repeats = observed.observations(read.measures, near, kept)
    national = observed.withheld(national, read.measures)
    own, _ = observed.observations(read.later, near[:0], set())
    sizes = statistics.sizes_of(read.files)
    spreads, noises = statistics.distributions(national), statistics.noise(national, sizes)
    tables = {
        "observations": national[national.area.isin(wanted)].sort_values(indicators.KEYS),
        "distributions": spreads,
        "noise": noises,
        "calls": statistics.calls(national, sizes, spreads, noises),
        "observations_2024": own[own.area.isin(after)].sort_values(indicators.KEYS),
        "distributions_2024": later.spreads(national, own),
    }
    return Computed(tables, national, observed.blanks(read.files, read.measures) + repeats)
