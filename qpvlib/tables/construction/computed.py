"""Files → the four tables of figures, for every indicator or for some."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from qpvlib.catalogue import Fault, Faults, Source
from qpvlib.catalogue.faults import counted
from qpvlib.tables import indicators, reading
from qpvlib.tables.construction import agreement, observed, statistics

Tables = dict[str, pd.DataFrame]
Measures = dict[str, list[pd.DataFrame]]
NAMES = ("observations", "distributions", "noise", "calls")


@dataclass(frozen=True)
class Computed:
    """The tables by name (``NAMES``); every observation of the country; what was left out."""

    tables: Tables
    national: pd.DataFrame
    said: list[str]


def read(
    raw: Path, sources: Mapping[str, Source], codes: Collection[str]
) -> tuple[Tables, Measures]:
    """The rows of some sources, and the observations that they give of some indicators.

    Raises
    ------
    Faults
        Every one, of every file.
    """
    files, faults = _files(raw, sources)
    measures = observed.measures(files, codes)
    faults += agreement.value_faults(measures) + agreement.share_faults(measures)
    if faults:
        raise _refused(faults)
    return files, measures


def _files(raw: Path, sources: Mapping[str, Source]) -> tuple[Tables, list[Fault]]:
    """The rows of the sound files, each row saying the ``file`` it comes from; and every fault."""
    readings = {code: reading.read(source, raw) for code, source in sources.items()}
    faults = [fault for read in readings.values() for fault in read.faults]
    faults += agreement.code_faults(readings)
    faulty = {fault.file for fault in faults}
    sound = {
        code: [t.assign(file=path) for path, t in read.parts.items() if path not in faulty]
        for code, read in readings.items()
    }
    files = {code: pd.concat(parts, ignore_index=True) for code, parts in sound.items() if parts}
    return files, faults


def _refused(faults: list[Fault]) -> Faults:
    """Faults file by file, in the order of the catalogue, then by line."""
    rank = {fault.file: i for i, fault in reversed(list(enumerate(faults)))}
    ordered = sorted(faults, key=lambda fault: (rank[fault.file], fault.line or 0))
    number, files = counted(len(faults), "défaut"), counted(len(rank), "fichier")
    return Faults(f"{number} dans {files} ; les tables du projet n'ont pas été touchées.", ordered)


def figures(
    files: Tables, measures: Measures, near: pd.DataFrame, kept: set[str], wanted: set[str]
) -> Computed:
    """What indicators give.

    ``near`` are the nearest places, ``kept`` the neighbourhoods of the tables, ``wanted`` the areas
    whose observations go into them; distributions and noise are those of the country.
    """
    national, repeats = observed.observations(measures, near, kept)
    national = observed.withheld(national, measures)
    sizes = statistics.sizes_of(files)
    spreads, noises = statistics.distributions(national), statistics.noise(national, sizes)
    tables = {
        "observations": national[national.area.isin(wanted)].sort_values(indicators.KEYS),
        "distributions": spreads,
        "noise": noises,
        "calls": statistics.calls(national, sizes, spreads, noises),
    }
    return Computed(tables, national, observed.blanks(files, measures) + repeats)
