"""The workbook read back: all of it, or every fault with its row and its column."""

import datetime as dt
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.utils.exceptions import InvalidFileException

from qpvlib.catalogue import unknown
from qpvlib.roadmap import decisions
from qpvlib.roadmap.decisions import Decision, DecisionFaults, Draft
from qpvlib.roadmap.workbook.columns import COLUMNS, FIGURES, FORMATS, GOALS, NOTE, SHEET, STATES


@dataclass(frozen=True)
class _Read:
    """A workbook's rows, its scheme, the figures that stood beside each axis."""

    name: str
    scheme: str
    rows: list[tuple[int, dict[str, Any]]]
    figures: dict[tuple[str, str], dict[str, str]]


def load(path: Path, scheme: str, today: dt.date | None = None) -> dict[tuple[str, str], Decision]:
    """Decisions of a workbook, added to those that are stored; nothing is written.

    A row that says what is already stored leaves it as it is, figures included; a row that differs
    is a new decision, on the figures that the workbook showed.

    Raises
    ------
    DecisionFaults
        With every fault, each with its row and column.
    """
    read = _read(path, scheme)
    former = decisions.read(scheme, today)
    faults: list[str] = []
    drafts = [draft for row in read.rows if (draft := _draft(read, row, former, faults))]
    try:
        typed = decisions.checked(scheme, drafts, today)
    except DecisionFaults as error:
        faults += error.faults
    if faults:
        raise DecisionFaults(faults)
    return {
        key: former[key] if key in former and _same(former[key], decision) else decision
        for key, decision in typed.items()
    }


def _same(one: Decision, other: Decision) -> bool:
    """Same decision, the figures apart, and the spaces that a cell loses at its ends."""
    apart = {"figures", "checksum"}
    told = [
        {k: v.strip() if isinstance(v, str) else v for k, v in d.model_dump(exclude=apart).items()}
        for d in (one, other)
    ]
    return told[0] == told[1]


def _read(path: Path, scheme: str) -> _Read:
    try:
        book = load_workbook(path)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError):
        raise DecisionFaults([f"{path.name} : ce n'est pas un classeur .xlsx lisible"]) from None
    missing = [name for name in (NOTE, SHEET, FIGURES) if name not in book.sheetnames]
    if missing:
        named = ", ".join(f"« {name} »" for name in missing)
        raise DecisionFaults([f"{path.name} : feuille absente : {named}. Exporter de nouveau."])
    found = str(book[NOTE].cell(21, 1).value or "")
    if found != scheme:
        raise DecisionFaults(
            [f"{path.name} : classeur du schéma « {found} », et non « {scheme} » (--scheme)"]
        )
    head, *rows = list(book[SHEET].iter_rows())
    names = [str(cell.value or "").strip() for cell in head]
    faults = _column_faults(path.name, names)
    if faults:
        raise DecisionFaults(faults)
    lines = [
        (cells[0].row, {n: _plain(c) for n, c in zip(names, cells, strict=False) if n})
        for cells in rows
    ]
    return _Read(path.name, scheme, [r for r in lines if any(r[1].values())], _figures(book))


def _column_faults(name: str, names: list[str]) -> list[str]:
    faults = [f"{name} : colonne « {c} » absente" for c in COLUMNS if c not in names]
    for column in names:
        if column and column not in COLUMNS:
            told = unknown("la colonne", column, COLUMNS)
            faults.append(f"{name} : {told} Son contenu ne serait pas gardé.")
        if column and names.count(column) > 1:
            faults.append(f"{name} : colonne « {column} » présente deux fois")
    return list(dict.fromkeys(faults))


def _plain(cell: Cell) -> Any:
    """What was typed: the text of a formula, never its result."""
    value = getattr(cell.value, "text", cell.value)
    if isinstance(value, dt.datetime):
        return value.date()
    return value.strip() if isinstance(value, str) else "" if value is None else value


def _figures(book: Workbook) -> dict[tuple[str, str], dict[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for place, axis, code, text in book[FIGURES].iter_rows(max_col=4, values_only=True):
        if place:
            found.setdefault((place, axis), {})[code] = text
    return found


def _draft(
    read: _Read,
    row: tuple[int, dict[str, Any]],
    former: dict[tuple[str, str], Decision],
    faults: list[str],
) -> Draft | None:
    number, cells = row
    place = f"{read.name}, ligne {number}"
    key = str(cells["Code"]), str(cells["Code de l'axe"])
    shown = read.figures.get(key, {})
    if not cells["Décision"]:
        faults += _silent_faults(place, cells, key in former, shown)
        return None
    state = {label: name for name, label in STATES.items()}.get(cells["Décision"])
    if state is None:
        told = unknown("la valeur", str(cells["Décision"]), STATES.values())
        faults.append(f"{place}, colonne « Décision » : {told}")
    day = _date(cells["Date"])
    if day is None:
        shown = f"« {cells['Date']} » n'est pas une date" if cells["Date"] else "date absente"
        faults.append(f"{place}, colonne « Date » : {shown} (jj/mm/aaaa)")
    if state is None or day is None:
        return None
    figures = {code: text for code, text in shown.items() if code not in GOALS}
    return Draft(place, {
        "neighbourhood": key[0], "axis": key[1], "state": state, "date": day,
        "function": str(cells["Fonction de l'auteur"]), "reason": str(cells["Motif"]),
        "field": str(cells["Connaissance de terrain"]),
        "objectives": [str(cells[goal]) for goal in GOALS if cells[goal] != ""],
        "figures": figures, "checksum": decisions.checksum(figures),
    })  # fmt: skip


def _silent_faults(
    place: str, cells: dict[str, Any], decided: bool, shown: dict[str, str]
) -> list[str]:
    """A row without a decision that would lose something."""
    if decided:
        return [
            f"{place}, colonne « Décision » : vide, alors qu'une décision est enregistrée. Pour la "
            "retirer, l'effacer du fichier de data/decisions."
        ]
    names = ("Motif", "Fonction de l'auteur", "Date", "Connaissance de terrain")
    filled = [name for name in names if cells[name] != ""]
    filled += [goal for goal in GOALS if str(cells[goal]) != (shown.get(goal) or "")]
    named = ", ".join(f"« {name} »" for name in filled)
    return [f"{place} : {named} sans décision ; choisir une décision"] if filled else []


def _date(value: Any) -> dt.date | None:
    if isinstance(value, dt.date):
        return value
    for form in FORMATS:
        try:
            return dt.datetime.strptime(re.sub(r"\s", "", str(value)), form).date()
        except ValueError:
            continue
    return None
