"""Everything that can be checked without building a page (``qpv check``)."""

from pathlib import Path

import pandas as pd

from qpvlib import build, comparison, paths, sources, tables
from qpvlib.catalogue import QpvError, catalogue


def check(raw: Path | None = None) -> list[str]:
    """Check the catalogue, the tidy tables and, if asked, the producers' files.

    Returns
    -------
    list of str
        Every fault, in French; empty when all is well.
    """
    try:
        catalogue()
    except QpvError as error:
        return [str(error)]
    faults = []
    for name in tables.TEXT:
        faults += _table_faults(name)
    if not faults:
        faults += _reference_faults()
    if raw is not None:
        faults += _raw_faults(raw)
    return faults


def _table_faults(name: str) -> list[str]:
    import pandera.errors

    file = f"{paths.tidy() / name}.csv"
    try:
        tables.schema(name).validate(tables.tidy(name), lazy=True)
    except QpvError as error:
        return [str(error)]
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases.drop_duplicates(["column", "check"])
        return [_case(file, case) for case in cases.itertuples()]
    except (ValueError, KeyError) as error:
        return [f"{file} : illisible ({error}). Le reconstruire : qpv build --raw DOSSIER"]
    return []


def _case(file: str, case) -> str:
    line = f", ligne {int(case.index) + 2}" if pd.notna(case.index) else ""
    column = f", colonne « {case.column} »" if case.column else ""
    return (
        f"{file}{line}{column} : « {case.failure_case} » refusé (règle : {case.check}). "
        "Reconstruire la table : qpv build --raw DOSSIER"
    )


def _reference_faults() -> list[str]:
    """Names that lead nowhere, and leading years that are not what the rule says."""
    known, rows = catalogue(), tables.tidy("observations")
    faults = [
        f"observations.csv : l'indicateur « {code} » n'est pas dans le catalogue"
        for code in sorted(set(rows.indicator) - set(known.indicators))
    ]
    faults += [
        f"observations.csv : l'indicateur « {code} » du catalogue n'a aucune observation ; "
        "reconstruire : qpv build --raw DOSSIER"
        for code in known.indicators
        if code not in set(rows.indicator)
    ]
    for source in sorted(set(rows.source)):
        name, _, block = source.partition("/")
        if name not in known.sources or block not in known.sources[name].blocks:
            faults.append(f"observations.csv : la source « {source} » n'est pas dans le catalogue")
    return faults + _leading_faults(rows)


def _leading_faults(rows: pd.DataFrame) -> list[str]:
    """A declared leading year is the latest with every neighbourhood and every benchmark."""
    faults = []
    neighbourhoods = set(tables.tidy("neighbourhoods").code)
    for code, indicator in catalogue().indicators.items():
        if indicator.leading_year is None:
            continue
        part = rows[(rows.indicator == code) & rows.value.notna()]
        own = part[part.area.isin(neighbourhoods)].groupby("year").area.nunique()
        around = part[part.generation == ""].groupby("year").area.nunique()
        whole = [y for y in own.index if own[y] == len(neighbourhoods) and y in around.index]
        if whole and max(whole) != indicator.leading_year:
            faults.append(
                f"indicateur « {code} » : leading_year vaut {indicator.leading_year}, mais la "
                f"dernière année complète, repères compris, est {max(whole)}"
            )
        if comparison.spread(code, indicator.leading_year) is None:
            faults.append(f"indicateur « {code} » : aucun repère en {indicator.leading_year}")
    return faults


def _raw_faults(raw: Path) -> list[str]:
    faults = [
        f"Fichier {path} : différent de celui enregistré ({source}). S'il est voulu : "
        "qpv fetch --accept"
        for source, path, state in sources.states(raw)
        if state == "different"
    ]
    try:
        build.read_all(raw)
    except tables.FileFaults as error:
        faults += [str(fault) for fault in error.faults]
    return faults
