"""The workbook of the decisions: filled in with the proposals, read back strictly."""

import datetime as dt
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from qpvlib import axes, decisions, wording
from qpvlib.catalogue import catalogue, unknown
from qpvlib.decisions import Decision, DecisionFaults, Draft
from qpvlib.roadmap import Stand

SHEET, NOTE, FIGURES = "Décisions", "À lire", "Chiffres"
STATES = {"retained": "Retenu", "modified": "Retenu et modifié", "rejected": "Non retenu"}
GIVEN = {
    "Code": 11, "Quartier": 22, "Code de l'axe": 16, "Axe": 26, "Proposition": 20, "Constat": 44,
    "Ce qui nuance": 30,
}  # fmt: skip
TYPED = {
    "Décision": 18, "Motif": 36, "Fonction de l'auteur": 24, "Date": 12,
    "Connaissance de terrain": 36, "Objectif 1": 40, "Objectif 2": 40, "Objectif 3": 40,
}  # fmt: skip
COLUMNS = GIVEN | TYPED | {"Suivi possible": 44}
GOALS = ("Objectif 1", "Objectif 2", "Objectif 3")
FORMATS = ("%d/%m/%Y", "%Y-%m-%d")


# --- export --------------------------------------------------------------------------------------


def export(scheme: str, found: dict[str, list[Stand]], path: Path) -> Path:
    """Write the workbook: one row per neighbourhood and axis, proposals and decisions filled in."""
    book = Workbook()
    note, sheet, figures = book.active, book.create_sheet(SHEET), book.create_sheet(FIGURES)
    _note(note, scheme)
    _fill(sheet, [s for part in found.values() for s in part])
    for stand in (s for part in found.values() for s in part):
        shown = {goal: text for goal, text in _row(stand).items() if goal in GOALS}
        for code, text in (stand.figures | shown).items():
            figures.append([stand.place.code, stand.code, code, text])
    figures.sheet_state = "hidden"
    book.active = 1
    from qpvlib import writing

    with writing.aside(path.parent.resolve(), "Aucun classeur n'a été écrit.") as work:
        book.save(work / path.name)
        writing.put(work, path.parent.resolve(), [path.name])
    return path


def _note(note: Worksheet, scheme: str) -> None:
    note.title = NOTE
    note.column_dimensions["A"].width = 110
    chosen, told = axes.scheme(scheme), catalogue().phrases["workbook"].values()
    for row, line in enumerate([*told, chosen.label, chosen.origin], 1):
        _type(note.cell(row, 1), wording.spaced(line)).alignment = Alignment(wrap_text=True)
    note["A1"].font = Font(bold=True, size=14)
    note.cell(20, 1, "Schéma").font = Font(color="808080")
    _type(note.cell(21, 1), scheme).font = Font(color="808080")


def _type(cell: Cell, text: str) -> Cell:
    """A text as typed: what begins with « = » is not a formula."""
    cell.value = text
    if isinstance(text, str):
        cell.data_type = "s"
        cell.quotePrefix = text[:1] in tuple("=+-@")
    return cell


def _fill(sheet: Worksheet, stands: list[Stand]) -> None:
    grey = PatternFill("solid", fgColor="F1F3F4")
    head = PatternFill("solid", fgColor="0B4A57")
    wrap = Alignment(wrap_text=True, vertical="top")
    for column, (name, width) in enumerate(COLUMNS.items(), 1):
        cell = sheet.cell(1, column, name)
        cell.font, cell.fill, cell.alignment = Font(bold=True, color="FFFFFF"), head, wrap
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, stand in enumerate(stands, 2):
        for column, (name, value) in enumerate(_row(stand).items(), 1):
            cell = _type(sheet.cell(row, column), value)
            cell.alignment = wrap
            if name in TYPED:
                cell.protection = Protection(locked=False)
            else:
                cell.fill = grey
            if name == "Date":
                cell.number_format = "DD/MM/YYYY"
    _lists(sheet, len(stands) + 1)
    sheet.freeze_panes = sheet.cell(2, list(COLUMNS).index("Proposition") + 1)
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _lists(sheet: Worksheet, last: int) -> None:
    letter = {name: get_column_letter(i) for i, name in enumerate(COLUMNS, 1)}
    choice = DataValidation(
        type="list", formula1=f'"{",".join(STATES.values())}"', allow_blank=True,
        showErrorMessage=True, errorTitle="Décision", error="Choisir dans la liste.",
    )  # fmt: skip
    day = DataValidation(
        type="date", operator="lessThanOrEqual", formula1="TODAY()", allow_blank=True,
        showErrorMessage=True, errorTitle="Date", error="Une date, pas dans le futur.",
    )  # fmt: skip
    for rule, name in ((choice, "Décision"), (day, "Date")):
        sheet.add_data_validation(rule)
        rule.add(f"{letter[name]}2:{letter[name]}{last}")


def _row(stand: Stand) -> dict[str, Any]:
    decision = stand.decision
    texts = decision.objectives if decision else tuple(d.text for d in stand.drafts)
    goals = dict.fromkeys(GOALS, "") | dict(zip(GOALS, texts, strict=False))
    return {
        "Code": stand.place.code,
        "Quartier": stand.place.name,
        "Code de l'axe": stand.code,
        "Axe": stand.axis.label,
        "Proposition": proposal_words(stand),
        "Constat": " ".join([stand.told, *(d.finding for d in stand.drafts)]),
        "Ce qui nuance": wording.spaced(" ".join(filter(None, [stand.nuance, stand.axis.limit]))),
        "Décision": STATES[decision.state] if decision else "",
        "Motif": decision.reason if decision else "",
        "Fonction de l'auteur": decision.function if decision else "",
        "Date": decision.date if decision else "",
        "Connaissance de terrain": decision.field if decision else "",
        **goals,
        "Suivi possible": " ".join(d.follow for d in stand.drafts),
    }


def proposal_words(stand: Stand) -> str:
    """« Proposé, 1 (solide) », « Non documenté », « Sans écart défavorable »."""
    phrases = catalogue().phrases
    if stand.proposal.proposed:
        sure = phrases["reading"][stand.proposal.solidity]
        level = f", {phrases['axes']['level']}" if stand.proposal.level else ""
        return f"{phrases['decision']['proposed']}, {stand.proposal.rank}{level} ({sure})"
    if stand.proposal.status == "undocumented":
        return wording.sentence(phrases["reading"]["undocumented"])
    return "Sans écart défavorable"


# --- import --------------------------------------------------------------------------------------


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
