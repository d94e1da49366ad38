"""Some indicators built anew in tables that are whole (``qpv build --only``): the same bytes.

Read are only the columns of their formulas, and what says which areas there are.
"""

import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from qpvlib.catalogue import Catalogue, QpvError, Source, catalogue, unknown
from qpvlib.project import current
from qpvlib.tables import declarations, sealing, tidy, writing
from qpvlib.tables.construction import computed, likeness, places
from qpvlib.tables.construction.computed import Computed, Tables

ALWAYS = {"insee_population": ["pop"], "anct_perimetres_2015": []}  # sizes; every code there is
NAMES = ("insee_demo", "insee_cog", "insee_filosofi_territoires")  # in which communes they are
UNTOUCHED = "Les tables précédentes n'ont pas été touchées."
WHOLE = "qpv build --raw DOSSIER"


def rebuild(raw: Path, folder: Path, codes: Collection[str]) -> tuple[list[Path], list[str]]:
    """Build some indicators anew in the tables of a folder, all or nothing.

    Parameters
    ----------
    raw : Path
        Folder of the producers' files; only the sources concerned are read.
    folder : Path
        The tables, as ``build`` wrote them.
    codes : collection of str
        Indicators that were added, changed or taken away.

    Returns
    -------
    (list of Path, list of str)
        The files written; in French, the columns and vintages left out.

    Raises
    ------
    Faults
        When the tables were altered, or the files have faults; nothing is then written.
    QpvError
        When another declaration than theirs has changed too.
    """
    with current().opened(tidy=folder):
        sealing.untouched()
        _alone(codes)
        made, said = amended(raw, codes)
    with writing.aside(folder, UNTOUCHED) as work:
        _laid(folder, made, work)
        names = [f"{name}.csv" for name in sorted(made)]
        return writing.put(work, folder, [*names, *sealing.seal(work)]), said


@contextmanager
def tried(raw: Path, code: str) -> Iterator[list[str]]:
    """The project, on tables where an indicator is as it is now declared; they are not kept.

    Gives, in French, each column and vintage of its files that was left out.
    """
    sealing.untouched()
    made, said = amended(raw, [code])
    with tempfile.TemporaryDirectory() as work:
        _laid(current().tidy, made, Path(work))
        with current().opened(tidy=work):
            yield said


def _laid(folder: Path, made: Tables, work: Path) -> None:
    """The tables of a folder in another, with some in place of theirs."""
    for name in sealing.NAMES:
        if Path(name).stem not in made:
            shutil.copy(folder / name, work / name)
    for name, table in made.items():
        tidy.write(name, table, work)


def _alone(codes: Collection[str]) -> None:
    known = {*catalogue().indicators, *tidy.table("declarations").name}
    for code in codes:
        if code not in known:
            raise QpvError(unknown("L'indicateur", code, known))
    others = {name: kind for name, kind in declarations.changed().items() if name not in codes}
    if others:
        told = ", ".join(f"{name} ({kind})" for name, kind in others.items())
        also = " ".join(f"--only {name}" for name in others)
        remedy = "Tout reconstruire" if "." in also else f"Ajouter {also}, ou tout reconstruire"
        raise QpvError(
            f"D'autres déclarations ne sont plus celles des tables : {told}. {remedy} : {WHOLE}. "
            f"{UNTOUCHED}"
        )


def amended(raw: Path, codes: Collection[str]) -> tuple[Tables, list[str]]:
    """The tables that some indicators change, as a whole build would write them.

    And, in French, each column and vintage of their files that was left out.
    """
    known, kept = catalogue(), tidy.table("neighbourhoods")
    alike = {*codes} & {*known.similar}
    chosen = {*codes, *(known.similar if alike else ())}
    asked = [code for code in known.indicators if code in chosen]
    found, files = _figures(raw, asked, bool(alike))
    made = {name: _merged(name, rows, chosen) for name, rows in found.tables.items()}
    if alike:
        made["similar"], made["similar_values"] = likeness.similar(files, found.national, kept.code)
    made["declarations"] = declarations.declarations()
    return {name: rows[list(tidy.COLUMNS[name])] for name, rows in made.items()}, found.said


def _figures(raw: Path, asked: list[str], alike: bool) -> tuple[Computed, Tables]:
    """What some indicators give in the areas of the tables, and the files read."""
    if not asked:  # all were taken away
        return Computed(
            {name: tidy.table(name)[:0] for name in computed.NAMES}, pd.DataFrame(), []
        ), {}
    kept, inside = tidy.table("neighbourhoods"), tidy.table("containment")
    after = set(tidy.table("neighbourhoods_2024").code)
    read = computed.read(raw, _sources(catalogue(), asked, alike), asked)
    near = any(catalogue().indicators[code].nearest for code in asked)
    found = places.places(read.files) if near else tidy.table("places")[:0]
    wanted = {*kept.code, *kept.successor, *inside.area} - {""}
    return computed.figures(read, found, set(kept.code), wanted, after), read.files


def _merged(name: str, new: pd.DataFrame, codes: set[str]) -> pd.DataFrame:
    """The rows of a table with those of some indicators in place of the former, in its order."""
    former = tidy.table(name)
    parts = [part for part in (former[~former.indicator.isin(codes)], new) if len(part)]
    rows = pd.concat(parts, ignore_index=True) if parts else former[:0]
    # A column of whole figures is read back as integers.
    figures = [column for column, kind in tidy.COLUMNS[name].items() if kind not in ("", "whole")]
    rows = rows.astype(dict.fromkeys(figures, float))
    if name == "noise":  # in the catalogue's order
        order = {code: i for i, code in enumerate(catalogue().indicators)}
        return rows.sort_values("indicator", key=lambda codes: codes.map(order), kind="stable")
    keys = [key for key in ("area", "indicator", "year") if key in rows]
    return rows.sort_values(keys, kind="stable")


# --- what is read --------------------------------------------------------------------------------


def _sources(known: Catalogue, asked: list[str], alike: bool) -> dict[str, Source]:
    """The sources of some indicators, with the columns of their formulas alone."""
    chosen = [known.indicators[code] for code in asked]
    entries = [entry for one in chosen for entry in (*one.inputs, *one.context, *one.later)]
    columns: dict[str, set[str]] = {name: {*some} for name, some in ALWAYS.items() if asked}
    mixed = any(known.sources[entry.source].level == "mixed" for entry in entries)
    for name in (*NAMES, "anct_correspondance") if alike else NAMES if mixed else ():
        columns[name] = set()
    for entry in entries:
        columns.setdefault(entry.source, set()).update(entry.columns)
    narrow = {name: _narrowed(known.sources[name], some) for name, some in columns.items()}
    near = places.SOURCES if any(one.nearest for one in chosen) else ()
    return narrow | {name: known.sources[name] for name in near}


def _narrowed(source: Source, columns: set[str]) -> Source:
    """A source less the figures that are not asked of it: they are not even read."""
    blocks = {}
    for name, block in source.blocks.items():
        bounds = [block.censored[c].of for c in columns if c in block.censored]
        own = tuple(c for c in block.columns if c in columns or c in bounds)
        if own:
            blocks[name] = block.model_copy(update={"columns": own})
    held = {c for block in blocks.values() for c in block.columns}
    checks = {
        "identities": tuple(i for i in source.identities if {i.total, *i.parts} <= held),
        "totals": tuple(total for total in source.totals if total.column in held),
    }
    return source.model_copy(update={"blocks": blocks, **checks})
