"""The workbook of the decisions: filled in with the proposals, read back whole or not at all."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qpvlib.catalogue import Faults, axes, catalogue, unknown, wording
from qpvlib.roadmap import decisions
from qpvlib.roadmap.decisions import Decision, Draft, refused
from qpvlib.roadmap.stands import Stand
from qpvlib.tables import books, writing

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

SHEET, NOTE, FIGURES = "Décisions", "À lire", "Chiffres"
SCHEME_LINE = 21  # of the note: where the workbook says of which scheme it is
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
Key = tuple[str, str]  # neighbourhood and axis
Cells = dict[str, Any]  # a row, by column


# --- filling -------------------------------------------------------------------------------------


def export(scheme: str, found: dict[str, list[Stand]], path: Path) -> Path:
    """Write the workbook: one row per neighbourhood and axis, proposals and decisions filled in.

    Raises
    ------
    QpvError
        When the disk refuses; no workbook is then written.
    """
    stands = [stand for part in found.values() for stand in part]
    folder = path.parent.resolve()
    with writing.aside(folder, "Aucun classeur n'a été écrit.") as work:
        with books.made(work / path.name, catalogue().phrases["workbook"]["title"]) as book:
            _note(book, scheme)
            _fill(book, stands)
            _figures(book.add_worksheet(FIGURES), stands)
        writing.put(work, folder, [path.name])
    return path


def _note(book: "Workbook", scheme: str) -> None:
    sheet = book.add_worksheet(NOTE)
    sheet.set_column(0, 0, 110, book.add_format({"text_wrap": True}))
    chosen, told = axes.scheme(scheme), catalogue().phrases["workbook"].values()
    title = book.add_format({"bold": True, "font_size": 14, "text_wrap": True})
    for row, line in enumerate([*told, chosen.label, chosen.origin]):
        sheet.write_string(row, 0, wording.spaced(line), None if row else title)
    grey = book.add_format({"font_color": "#808080"})
    sheet.write_string(SCHEME_LINE - 2, 0, "Schéma", grey)
    sheet.write_string(SCHEME_LINE - 1, 0, scheme, grey)


def _fill(book: "Workbook", stands: list[Stand]) -> None:
    sheet, rows = book.add_worksheet(SHEET), [_row(stand) for stand in stands]
    wrap = {"text_wrap": True, "valign": "top"}
    white = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#0B4A57"}
    head = book.add_format(wrap | white)
    for column, (name, width) in enumerate(COLUMNS.items()):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, head)
        own = {"locked": False} if name in TYPED else {"bg_color": "#F1F3F4"}
        day = {"num_format": "dd/mm/yyyy"} if name == "Date" else {}
        form = book.add_format(wrap | own | day)
        # Edited later, a text that begins so stays a text: the cell says that it was quoted.
        quoted = book.add_format(wrap | own | {"quote_prefix": True})
        for row, value in enumerate((cells[name] for cells in rows), 1):
            if isinstance(value, dt.date):
                sheet.write_datetime(row, column, value, form)
            elif value:
                sheet.write_string(row, column, value, quoted if value[0] in "=+-@" else form)
            else:
                sheet.write_blank(row, column, None, form)
    _lists(sheet, len(stands))
    sheet.freeze_panes(1, list(COLUMNS).index("Proposition"))
    sheet.autofilter(0, 0, len(stands), len(COLUMNS) - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.activate()


def _lists(sheet: "Worksheet", last: int) -> None:
    rules = {
        "Décision": ({"validate": "list", "source": [*STATES.values()]},
                     "Choisir dans la liste."),
        "Date": ({"validate": "date", "criteria": "<=", "value": "=TODAY()"},
                 "Une date, pas dans le futur."),
    }  # fmt: skip
    for name, (rule, told) in rules.items():
        column = list(COLUMNS).index(name)
        said = {"error_title": name, "error_message": told}
        sheet.data_validation(1, column, last, column, rule | said)


def _figures(sheet: "Worksheet", stands: list[Stand]) -> None:
    """What the reader saw beside each axis, hidden: a decision keeps it."""
    lines = [
        (stand.place.code, stand.code, code, text)
        for stand in stands
        for code, text in (stand.figures | _goals(stand)).items()
    ]
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            sheet.write_string(row, column, text)
    sheet.hide()


def _goals(stand: Stand) -> dict[str, str]:
    decision = stand.decision
    texts = decision.objectives if decision else tuple(d.text for d in stand.drafts)
    return dict.fromkeys(GOALS, "") | dict(zip(GOALS, texts, strict=False))


def _row(stand: Stand) -> Cells:
    decision = stand.decision
    return {
        "Code": stand.place.code,
        "Quartier": stand.place.name,
        "Code de l'axe": stand.code,
        "Axe": stand.axis.label,
        "Proposition": _proposal(stand),
        "Constat": " ".join([stand.told, *(d.finding for d in stand.drafts)]),
        "Ce qui nuance": wording.spaced(" ".join(filter(None, [stand.nuance, stand.axis.limit]))),
        "Décision": STATES[decision.state] if decision else "",
        "Motif": decision.reason if decision else "",
        "Fonction de l'auteur": decision.function if decision else "",
        "Date": decision.date if decision else "",
        "Connaissance de terrain": decision.field if decision else "",
        **_goals(stand),
        "Suivi possible": " ".join(d.follow for d in stand.drafts),
    }


def _proposal(stand: Stand) -> str:
    """« Proposé, 1 (solide) », « Non documenté », « Sans écart défavorable »."""
    phrases = catalogue().phrases
    if stand.proposal.proposed:
        sure = phrases["reading"][stand.proposal.solidity]
        level = f", {phrases['axes']['level']}" if stand.proposal.level else ""
        return f"{phrases['decision']['proposed']}, {stand.proposal.rank}{level} ({sure})"
    if stand.proposal.status == "undocumented":
        return wording.sentence(phrases["reading"]["undocumented"])
    return "Sans écart défavorable"


# --- reading back --------------------------------------------------------------------------------


def load(path: Path, scheme: str, today: dt.date | None = None) -> dict[Key, Decision]:
    """Decisions of a workbook, added to those that are stored; nothing is written.

    A row that says what is already stored leaves it as it is, figures included; a row that differs
    is a new decision, on the figures that the workbook showed.

    Raises
    ------
    Faults
        Every one, each with its row and column.
    """
    sheets = _sheets(path, scheme)
    former, faults, drafts = decisions.read(scheme, today), [], []
    for place, key, cells, shown in _rows(path.name, sheets):
        if cells["Décision"]:
            drafts += _drafts(place, key, cells, shown, faults)
        else:
            faults += _silent_faults(place, cells, key in former, shown)
    try:
        typed = decisions.checked(scheme, drafts, today)
    except Faults as error:
        faults += error.faults
    if faults:
        raise refused(faults)
    return {
        key: former[key] if key in former and _same(former[key], decision) else decision
        for key, decision in typed.items()
    }


def _same(one: Decision, other: Decision) -> bool:
    """Same decision, the figures apart, and the spaces that a cell loses at its ends."""

    def told(decision: Decision) -> list[object]:
        fields = decision.model_dump(exclude={"figures", "checksum"}).values()
        return [value.strip() if isinstance(value, str) else value for value in fields]

    return told(one) == told(other)


def _sheets(path: Path, scheme: str) -> dict[str, dict[int, list]]:
    """Lines of each sheet of a workbook of the scheme."""
    book = books.opened(path, computed=False)
    if book.seen.kind != "xlsx":
        raise refused([f"{path.name} : ce n'est pas un classeur .xlsx lisible"])
    if book.faults:
        raise refused(list(map(str, book.faults)))
    sheets = {grid.sheet: dict(grid.rows) for grid in book.grids}
    missing = [name for name in (NOTE, SHEET, FIGURES) if name not in sheets]
    if missing:
        named = ", ".join(f"« {name} »" for name in missing)
        raise refused([f"{path.name} : feuille absente : {named}. Exporter de nouveau."])
    found = books.text(next(iter(sheets[NOTE].get(SCHEME_LINE, [])), ""))
    if found != scheme:
        told = f"classeur du schéma « {found} », et non « {scheme} » (--scheme)"
        raise refused([f"{path.name} : {told}"])
    lines = sheets[SHEET]
    # The text of a formula, never its result: what was typed is what is kept.
    for (line, column), told in books.formulas(path, SHEET).items():
        own = lines.setdefault(line, [])
        own += [""] * (column - len(own))
        own[column - 1] = told
    return sheets


def _rows(
    name: str, sheets: dict[str, dict[int, list]]
) -> Iterator[tuple[str, Key, Cells, dict[str, str]]]:
    """Rows that hold something: place, neighbourhood and axis, cells, what was shown beside."""
    lines = sheets[SHEET]
    names = [books.text(cell).strip() for cell in lines.pop(1, [])]
    if faults := _column_faults(name, names):
        raise refused(faults)
    figures: dict[Key, dict[str, str]] = {}
    for area, axis, code, *told in sheets[FIGURES].values():
        figures.setdefault((area, axis), {})[code] = "".join(told[:1])
    for line, own in sorted(lines.items()):
        cells = {n: _typed(c) for n, c in zip(names, own, strict=False) if n}
        if any(cells.values()):
            key = str(cells["Code"]), str(cells["Code de l'axe"])
            yield f"{name}, ligne {line}", key, cells, figures.get(key, {})


def _column_faults(name: str, names: list[str]) -> list[str]:
    faults = [f"{name} : colonne « {c} » absente" for c in COLUMNS if c not in names]
    for column in filter(None, names):
        if column not in COLUMNS:
            told = unknown("la colonne", column, COLUMNS)
            faults.append(f"{name} : {told} Son contenu ne serait pas gardé.")
        if names.count(column) > 1:
            faults.append(f"{name} : colonne « {column} » présente deux fois")
    return list(dict.fromkeys(faults))


def _typed(cell: object) -> str | dt.date:
    if isinstance(cell, dt.datetime):
        return cell.date()
    return cell if isinstance(cell, dt.date) else books.text(cell).strip()


def _drafts(
    place: str, key: Key, cells: Cells, shown: dict[str, str], faults: list[str]
) -> list[Draft]:
    """The decision of a row; none, and what is wrong with it, when it cannot be one."""
    state = {label: name for name, label in STATES.items()}.get(cells["Décision"])
    if state is None:
        told = unknown("la valeur", str(cells["Décision"]), STATES.values())
        faults.append(f"{place}, colonne « Décision » : {told}")
    day = _date(cells["Date"])
    if day is None:
        told = f"« {cells['Date']} » n'est pas une date" if cells["Date"] else "date absente"
        faults.append(f"{place}, colonne « Date » : {told} (jj/mm/aaaa)")
    if state is None or day is None:
        return []
    figures = {code: text for code, text in shown.items() if code not in GOALS}
    return [Draft(place, {
        "neighbourhood": key[0], "axis": key[1], "state": state, "date": day,
        "function": str(cells["Fonction de l'auteur"]), "reason": str(cells["Motif"]),
        "field": str(cells["Connaissance de terrain"]),
        "objectives": [str(cells[goal]) for goal in GOALS if cells[goal] != ""],
        "figures": figures, "checksum": decisions.checksum(figures),
    })]  # fmt: skip


def _silent_faults(place: str, cells: Cells, decided: bool, shown: dict[str, str]) -> list[str]:
    """A row without a decision that would lose something."""
    if decided:
        return [
            f"{place}, colonne « Décision » : vide, alors qu'une décision est enregistrée. Pour la "
            "retirer, l'effacer du fichier de data/decisions."
        ]
    names = ("Motif", "Fonction de l'auteur", "Date", "Connaissance de terrain")
    filled = [name for name in names if cells[name] != ""]
    filled += [goal for goal in GOALS if str(cells[goal]) != shown.get(goal, "").strip()]
    named = ", ".join(f"« {name} »" for name in filled)
    return [f"{place} : {named} sans décision ; choisir une décision"] if filled else []


def _date(value: str | dt.date) -> dt.date | None:
    if isinstance(value, dt.date):
        return value
    for form in FORMATS:
        try:
            return dt.datetime.strptime(re.sub(r"\s", "", value), form).date()
        except ValueError:
            continue
    return None
