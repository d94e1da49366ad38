"""The workbook filled in with the proposals and the decisions."""

from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from qpvlib.catalogue import axes, catalogue, wording
from qpvlib.roadmap.stands import Stand
from qpvlib.roadmap.workbook.columns import COLUMNS, FIGURES, GOALS, NOTE, SHEET, STATES, TYPED
from qpvlib.tables import writing


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
