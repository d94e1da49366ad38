"""Do the producers' files agree with one another? The same neighbourhoods, the same figures."""

import re

import pandas as pd

from qpvlib.catalogue import Fault, Source, SourceFile, catalogue
from qpvlib.catalogue.faults import counted
from qpvlib.tables import indicators
from qpvlib.tables.construction.statistics import OVERSEAS
from qpvlib.tables.reading import Reading
from qpvlib.tables.received import AGAIN
from qpvlib.tables.soundness import figure

OF_RECORD = "insee_population"
PERIMETERS = "anct_perimetres_2015"


def code_faults(readings: dict[str, Reading]) -> list[Fault]:
    """Neighbourhoods that no list knows, and those that a file has lost."""
    listed = [set(readings[name].rows.get("area", ())) for name in (OF_RECORD, PERIMETERS)]
    known = listed[0] | listed[1] if listed[0] else set()  # it alone has those overseas
    metropolitan = {code for code in known if not re.match(OVERSEAS, code)}
    if readings[OF_RECORD].faults or readings[PERIMETERS].faults:
        metropolitan = set()  # a spoilt list would accuse the others
    faults = []
    for name, source in catalogue().sources.items():
        if name not in readings or source.level not in ("neighbourhood", "perimeter"):
            continue
        cut = {fault.file for fault in readings[name].faults if fault.remedy == AGAIN}
        for entry in source.files:
            rows = readings[name].parts.get(entry.path)
            if rows is None or not len(rows) or not rows.area.str.startswith("QP").any():
                continue
            faults += _unknown(source, entry, rows, known)
            faults += [] if entry.path in cut else _lost(source, entry, rows, metropolitan)
    return faults


def _unknown(source: Source, entry: SourceFile, rows: pd.DataFrame, known: set) -> list[Fault]:
    strange = rows[~rows.area.isin(known) & rows.area.str.fullmatch(source.key_pattern)]
    strange = strange.drop_duplicates("line")
    if not known or strange.empty:
        return []
    found = f"« {strange.area.iloc[0]} » n'est le code d'aucun quartier prioritaire"
    place = catalogue().sources[OF_RECORD].files[0].path
    remedy = f"Corriger le code d'après {place}, ou reprendre le fichier."
    return Fault(entry.path, found, remedy, column=source.key).on(strange.line)


def _lost(source: Source, entry: SourceFile, rows: pd.DataFrame, expected: set) -> list[Fault]:
    for edition, part in rows.groupby("edition"):
        lost = sorted(expected - set(part.area))
        if len(lost) > entry.absent:
            year = f" pour {edition}" if len(set(rows.edition)) > 1 else ""
            shown = ", ".join(lost[:5]) + (", …" if len(lost) > 5 else "")
            found = f"{counted(len(lost), 'quartier')} de métropole manquent{year} : {shown}"
            if len(lost) == 1:
                found = f"le quartier {lost[0]} manque{year}"
            remedy = (
                "Fichier coupé ou ligne effacée : le télécharger de nouveau ; si l'édition ne les "
                f"a jamais eus, « absent = {len(lost)} » dans sa ligne de « files » (sources.toml)."
            )
            return [Fault(entry.path, found, remedy, None, source.key)]
    return []


def value_faults(measures: dict[str, list[pd.DataFrame]]) -> list[Fault]:
    """Figures that differ from those of most files for the same area and data year."""
    faults: dict[tuple, Fault] = {}
    for code, parts in measures.items():
        unit = catalogue().indicators[code].unit
        tolerance = 0.51 if unit == "€" else catalogue().rule("agreement")
        for fault in _differences(code, parts, tolerance):
            faults.setdefault((fault.file, fault.line, fault.column), fault)
    return list(faults.values())


def share_faults(measures: dict[str, list[pd.DataFrame]]) -> list[Fault]:
    """Shares above their whole: of the catalogue when most are, else of the rows of a file."""
    return [
        fault
        for code, parts in measures.items()
        for part in parts
        if len(part)
        for fault in indicators.share_faults(code, part)
    ]


def _differences(code: str, parts: list[pd.DataFrame], tolerance: float) -> list[Fault]:
    if not any(map(len, parts)):
        return []
    rows = pd.concat([part for part in parts if len(part)]).dropna(subset=["value"])
    values = rows.groupby(["area", "year"]).value
    apart = values.transform("max") - values.transform("min") > tolerance
    by_file: dict[tuple, list] = {}
    for _, group in rows[apart].groupby(["area", "year"]):
        usual = _usual(group)
        for row in group.itertuples():
            if abs(row.value - usual) > tolerance:
                by_file.setdefault((row.file, row.column), []).append((row, group))
    return [_difference(code, cases) for cases in by_file.values()]


def _usual(group: pd.DataFrame) -> float:
    """The value that most files give; the first one's when they are as many."""
    counts = group.value.round(3).value_counts(sort=False)
    return group.value.round(3)[group.value.round(3).map(counts) == counts.max()].iloc[0]


def _difference(code: str, cases: list) -> Fault:
    row, group = cases[0]
    usual = group[(group.value - _usual(group)).abs() < 1e-3].iloc[0]
    found = (
        f"{row.area}, {code} {row.year} : {figure(round(row.value, 3))} ici, "
        f"{figure(round(usual.value, 3))} dans {usual.file}, ligne {usual.line}"
    )
    remedy = "Un des deux fichiers a changé : le télécharger de nouveau."
    lines = [other.line for other, _ in cases]
    return Fault(row.file, found, remedy, column=row.column).on(lines)[0]
