"""The workbook of the decisions, filled in by people and read back: whole, or not at all."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

from qpvlib.actions import register
from qpvlib.actions.contract import words
from qpvlib.actions.names import Asked, hidden, look
from qpvlib.catalogue import Faults, unknown
from qpvlib.roadmap import answers, decisions
from qpvlib.roadmap.answers import Answer
from qpvlib.roadmap.decisions import Decision, Draft, refused
from qpvlib.roadmap.workbook import (
    ANSWERED,
    ASKED,
    COLUMNS,
    FIGURES,
    GOALS,
    NOTE,
    QUESTIONS,
    SCHEME_LINE,
    SHEET,
    STATES,
    Cells,
    Key,
)
from qpvlib.tables import books

FREE = ("Motif", "Connaissance de terrain", "Réponse du terrain")
FORMATS = ("%d/%m/%Y", "%Y-%m-%d")


def load(
    path: Path, scheme: str, today: dt.date | None = None, asked: Asked | None = None
) -> tuple[dict[Key, Decision], dict[Key, Answer]]:
    """Decisions and answers of a workbook, to add to those that are stored; nothing is written.

    A row that says what is already stored leaves it as it is, figures included; a row that differs
    is a new decision, on the figures that the workbook showed. A name alone in a reason, in what
    the field knows or answers is masked, and added to ``asked`` with its place.

    Raises
    ------
    Faults
        Every one, each with its row and column.
    """
    sheets, look = _sheets(path, scheme), _Look(asked or Asked())
    former, faults, drafts = decisions.read(scheme, today), [], []
    answered = _answers(path.name, sheets, faults, look)
    for place, key, cells, shown in _rows(path.name, sheets):
        if cells["Décision"]:
            drafts += _drafts(place, key, look.all(place, cells), shown, faults)
        else:
            faults += _silent_faults(place, cells, key in former, shown)
    for check in (
        lambda: decisions.checked(scheme, drafts, today), lambda: answers.checked(answered, today)
    ):  # fmt: skip
        try:
            check()
        except Faults as error:
            faults += error.faults
    if faults:
        raise refused(faults)
    typed = decisions.checked(scheme, drafts, today)
    return {
        key: former[key] if key in former and _same(former[key], decision) else decision
        for key, decision in typed.items()
    }, answers.checked(answered, today)


def _answers(
    name: str, sheets: dict[str, dict[int, list]], faults: list[str], look: "_Look"
) -> list[Draft]:
    """What is typed beside the questions; a date or a function alone would be lost: a fault."""
    lines, drafts = sheets[ASKED], []
    names = [books.text(cell).strip() for cell in lines.pop(1, [])]
    if wrong := _column_faults(name, names, QUESTIONS | ANSWERED):
        raise refused(wrong)
    stored = answers.read()
    for line, own in sorted(lines.items()):
        cells = {n: _typed(c) for n, c in zip(names, own, strict=False) if n}
        place, key = f"{name}, feuille {ASKED}, ligne {line}", (cells["Code"], cells["Motif"])
        if not any(cells[column] for column in ANSWERED):
            if key in stored:
                faults.append(
                    f"{place} : vide, alors qu'une réponse est enregistrée. Pour la retirer, "
                    f"l'effacer de data/decisions/{answers.FILE}."
                )
            continue
        day = _date(cells["Date"])
        if day is None:
            faults.append(f"{place}, colonne « Date » : date absente ou illisible (jj/mm/aaaa)")
            continue
        cells = look.all(place, cells)
        drafts.append(Draft(place, {
            "neighbourhood": str(cells["Code"]), "question": str(cells["Motif"]),
            "asked": str(cells["Question"]), "answer": str(cells["Réponse du terrain"]),
            "function": str(cells["Fonction de l'auteur"]), "date": day,
        }))  # fmt: skip
    return drafts


class _Look:
    """Masks the names alone that free cells hold, and notes where they are."""

    def __init__(self, asked: Asked):
        self.asked, self.words = asked, words(register.synonyms())

    def all(self, place: str, cells: Cells) -> Cells:
        """The cells of a row, masked."""
        line = int(place.rpartition(" ")[2])
        return {name: self._one(line, name, cell) for name, cell in cells.items()}

    def _one(self, line: int, name: str, cell: str | dt.date) -> str | dt.date:
        if name not in FREE or not isinstance(cell, str):
            return cell
        found = look(cell, self.words, "prose")
        self.asked.add(found.asked, line, name)
        return cell if found.refused else found.text  # what is refused is told with the rest


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
        why = f" ({book.faults[0].found})" if book.faults else ""
        raise refused([f"{path.name} : ce n'est pas un classeur .xlsx lisible{why}"])
    if book.faults:
        raise refused(list(map(str, book.faults)))
    sheets = {grid.sheet: dict(grid.rows) for grid in book.grids}
    missing = [name for name in (NOTE, SHEET, ASKED, FIGURES) if name not in sheets]
    if missing:
        named = ", ".join(f"« {name} »" for name in missing)
        raise refused([
            f"{path.name} : feuille absente : {named}. Exporter de nouveau, sous un autre nom, et "
            "y recopier ce qui est rempli."
        ])  # fmt: skip
    found = books.text(next(iter(sheets[NOTE].get(SCHEME_LINE, [])), ""))
    if found != scheme:
        told = f"classeur du schéma « {found} », et non « {scheme} » (--scheme)"
        raise refused([f"{path.name} : {told}"])
    # The text of a formula, never its result: what was typed is what is kept.
    for name in (SHEET, ASKED):
        for (line, column), told in books.formulas(path, name).items():
            own = sheets[name].setdefault(line, [])
            own += [""] * (column - len(own))
            own[column - 1] = told
    return sheets


def _rows(
    name: str, sheets: dict[str, dict[int, list]]
) -> Iterator[tuple[str, Key, Cells, dict[str, str]]]:
    """Rows that hold something: place, neighbourhood and axis, cells, what was shown beside."""
    lines = sheets[SHEET]
    names = [books.text(cell).strip() for cell in lines.pop(1, [])]
    if faults := _column_faults(name, names, COLUMNS):
        raise refused(faults)
    figures: dict[Key, dict[str, str]] = {}
    for area, axis, code, *told in sheets[FIGURES].values():
        figures.setdefault((area, axis), {})[code] = "".join(told[:1])
    for line, own in sorted(lines.items()):
        cells = {n: _typed(c) for n, c in zip(names, own, strict=False) if n}
        if any(cells.values()):
            key = str(cells["Code"]), str(cells["Code de l'axe"])
            yield f"{name}, ligne {line}", key, cells, figures.get(key, {})


def _column_faults(name: str, names: list[str], wanted: dict[str, int]) -> list[str]:
    faults = [f"{name} : colonne « {c} » absente" for c in wanted if c not in names]
    for column in filter(None, names):
        if column not in wanted:
            told = unknown("la colonne", column, wanted)
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
        told = unknown("la valeur", hidden(str(cells["Décision"])), STATES.values())
        faults.append(f"{place}, colonne « Décision » : {told}")
    day = _date(cells["Date"])
    if day is None:
        told = (
            f"« {hidden(str(cells['Date']))} » n'est pas une date"
            if cells["Date"]
            else "date absente"
        )
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
