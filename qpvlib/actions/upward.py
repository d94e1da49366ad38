"""The upward report: an editable list of fields, each figure traced to the rows it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from qpvlib.actions import agreement, summer
from qpvlib.actions.contract import field_of, words
from qpvlib.catalogue import Faults, unknown
from qpvlib.catalogue.faults import counted
from qpvlib.catalogue.written import toml
from qpvlib.project import current
from qpvlib.tables import books, delimited

COUNTS = {
    "participants_prevus": "planned_participants", "participants_reels": "actual_participants",
    "moins_26_reels": "actual_under_26", "presences_prevues": "planned_attendances",
    "presences_reelles": "actual_attendances", "sejours": "stays",
    "montant_demande": "requested", "montant_accorde": "granted", "montant_verse": "paid",
}  # fmt: skip
if TYPE_CHECKING:
    from xlsxwriter import Workbook

PAID = "montant_verse"
STYLE = "Table Style Light 1"
OTHERS = ("actions", "quartiers", "porteurs", "part_moins_26")
UNITS = {"cents": "€", "%": "%", "": ""}  # as a workbook has them
REPORT_HEAD = ["Champ", "Valeur", "Unité", "Actions comptées", "Actions sans ce nombre", "Remarque"]
TRACE_HEAD = ["Champ", "Référence", "Porteur", "Intitulé", "Valeur"]
# A condition of the report, and the column of the register that answers it.
CONDITIONS = {"creneaux": "slots", "publics": "publics", "ages": "ages", "dispositifs": "schemes"}


class Line(BaseModel):
    """A field of the report, as the template declares it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    compte: str
    note: str = ""
    etats: tuple[str, ...] = ()
    creneaux: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    dispositifs: tuple[str, ...] = ()
    mois: tuple[int, ...] = ()
    plusieurs_quartiers: bool = False

    @property
    def groups(self) -> tuple[str, ...]:
        """States it counts: those said, else the actions granted; money paid, whatever the state.

        What was paid left the State's account: no state of a platform takes it back.
        """
        return self.etats or (tuple(words().groups) if self.compte == PAID else ("granted",))


@dataclass(frozen=True)
class Figure:
    """A figure of the report: None when no row gives it; ``rows`` are those it comes from.

    ``rows`` columns: ``action`` and ``value`` (cents for amounts); ``silent``: actions that answer
    the conditions and do not give the number.
    """

    line: Line
    value: float | int | None
    unit: str
    rows: pd.DataFrame = field(repr=False)
    silent: tuple[str, ...] = ()
    # Of the money paid to actions neither granted nor done: left out if any is, else counted.
    lost: tuple[int, int, str] = (0, 0, "")

    @property
    def note(self) -> str:
        """Its remark, and what money paid says against the state."""
        actions, cents, how = self.lost
        if not actions:
            return self.line.note
        many = "s" if actions > 1 else ""
        told = f"{agreement.euros(cents)} versés à {counted(actions, 'action')} ni accordée{many} "
        told += f"ni réalisée{many}, {how} : état à vérifier."
        return f"{self.line.note} {told}".strip()


def template(place: Path | None = None) -> tuple[str, list[Line]]:
    """Title and fields of a template; every fault of it is raised."""
    place = place or current().contract / "remontee.toml"
    read = toml(place)
    lines, faults = [], []
    entries = read.get("champ", [])
    if not isinstance(entries, list):
        raise Faults(f"{place.name} :", ["chaque champ s'ouvre par [[champ]]"])
    for number, entry in enumerate(entries, 1):
        try:
            lines.append(Line.model_validate(entry))
        except ValidationError as error:
            names = ", ".join(".".join(map(str, e["loc"])) for e in error.errors())
            faults.append(f"champ {number} : « {names} » inconnu, absent ou mal écrit")
    faults += [fault for line in lines for fault in _wrong(line)]
    faults += [] if lines or faults else ["aucun [[champ]]"]
    if faults:
        raise Faults(f"{place.name} :", faults)
    return read.get("titre", "Remontée"), lines


def notes(place: Path | None = None) -> tuple[str, ...]:
    """What a template says of how to read the report."""
    return tuple(toml(place or current().contract / "remontee.toml").get("notes", ()))


def _wrong(line: Line) -> list[str]:
    allowed = {
        "compte": ([line.compte], (*COUNTS, *OTHERS)),
        "etats": (line.etats, words().groups),
        **{n: (getattr(line, n), field_of(column).values) for n, column in CONDITIONS.items()},
        "mois": (list(map(str, line.mois)), ("7", "8")),
    }
    return [
        f"« {line.label} », {unknown(name, value, known)}"
        for name, (values, known) in allowed.items()
        for value in values
        if value not in known
    ]


def report(found: pd.DataFrame, year: int, lines: list[Line]) -> list[Figure]:
    """Every figure of the report, from the actions of a summer (``summer.summer``)."""
    return [_figure(line, found, year) for line in lines]


def _fits(action: object, year: int, line: Line) -> bool:
    weeks = [w for w in summer.summer_weeks(year) if w.number in action.summer_weeks]
    months = {day.month for week in weeks for day in (week.start, week.end)}
    asked = (
        (line.creneaux, action.slots), (line.mois, months), (line.dispositifs, action.schemes),
        ((*line.publics, *line.ages), (*action.publics, *action.ages)),
    )  # fmt: skip
    return (
        action.group in line.groups
        and all(set(wanted) & set(own) for wanted, own in asked if wanted)
        and (not line.plusieurs_quartiers or len(action.neighbourhoods) > 1)
    )


def _figure(line: Line, found: pd.DataFrame, year: int) -> Figure:
    chosen = _chosen(line, found, year)
    if line.compte == "part_moins_26":
        return _share(line, chosen)
    if line.compte in OTHERS:
        reached = {code for held in chosen.neighbourhoods for code, _ in held}
        counts = {"actions": len(chosen), "porteurs": chosen.bearer.nunique()}
        rows = pd.DataFrame({"action": chosen.action, "value": 1})
        return Figure(line, counts.get(line.compte, len(reached)), "", rows)
    column = COUNTS[line.compte]
    given = chosen[chosen[column].notna()]
    rows = pd.DataFrame({"action": given.action, "value": given[column].astype(int)})
    silent = tuple(chosen.action[chosen[column].isna()])
    unit = "cents" if line.compte.startswith("montant") else ""
    total = int(rows.value.sum()) if len(rows) else None
    return Figure(line, total, unit, rows, silent, _lost(line, found, year))


def _chosen(line: Line, found: pd.DataFrame, year: int) -> pd.DataFrame:
    # By rows: of a summer without action, an empty list would choose no column.
    return found.loc[[_fits(action, year, line) for action in found.itertuples()]]


def _lost(line: Line, found: pd.DataFrame, year: int) -> tuple[int, int, str]:
    """How many actions neither granted nor done were paid, how much, whether the line has it."""
    if line.compte != PAID:
        return 0, 0, ""
    whole = line.model_copy(update={"etats": tuple(words().groups)})
    paid = _chosen(whole, found, year).query("group != 'granted' and paid > 0")
    left = paid[~paid.group.isin(line.groups)]
    told, how = (left, "non compris") if len(left) else (paid, "compris")
    return len(told), int(told.paid.sum()), how


def _share(line: Line, chosen: pd.DataFrame) -> Figure:
    """Share of under 26, on the actions that give both numbers."""
    both = chosen[chosen.actual_under_26.notna() & chosen.actual_participants.notna()]
    people = int(both.actual_participants.sum())
    rows = pd.DataFrame({"action": both.action, "value": both.actual_under_26.astype(int)})
    silent = tuple(sorted(set(chosen.action) - set(both.action)))
    value = 100 * int(both.actual_under_26.sum()) / people if people else None
    return Figure(line, value, "%", rows, silent)


# --- written -------------------------------------------------------------------------------------


def shown(figure: Figure) -> object:
    """Value of a figure as a workbook holds it: euros, percent rounded, or a count."""
    if figure.value is None:
        return "non renseigné"
    if figure.unit == "cents":
        return figure.value / 100
    return round(figure.value, 1) if figure.unit == "%" else figure.value


def write_report(
    place: Path, title: str, figures: list[Figure], names: dict[str, tuple[str, str]],
    notes: Sequence[str] = (),
) -> list[Path]:  # fmt: skip
    """The upward report and the rows of each figure: sheets of a workbook, or two CSV files.

    ``names``: bearer and title of each action by its reference; ``notes``: how to read it, a sheet
    of the workbook.
    """
    lines = [
        [f.line.label, shown(f), UNITS[f.unit], len(f.rows), len(f.silent), f.note] for f in figures
    ]
    trace = [
        [f.line.label, action, *names[action], value / 100 if f.unit == "cents" else value]
        for f in figures
        for action, value in zip(f.rows.action, f.rows.value, strict=True)
    ]
    tables = (REPORT_HEAD, lines), (TRACE_HEAD, trace)
    if place.suffix.lower() == ".csv":
        second = place.with_name(f"{place.stem}-lignes.csv")
        for to, (head, rows) in zip((place, second), tables, strict=True):
            delimited.save(to, [head, *rows])
        return [place, second]
    with books.made(place, title) as book:
        for name, (head, rows) in zip(("Remontée", "Lignes"), tables, strict=True):
            _sheet(book, name, title, head, rows)
        sheet = book.add_worksheet("À lire")
        sheet.set_column(0, 0, 110, book.add_format({"text_wrap": True, "valign": "top"}))
        sheet.fit_to_pages(1, 0)
        for r, line in enumerate((title, *notes)):
            sheet.set_row(r, _height(line, 110))
            books.put(sheet, (r, 0), line, book)
    return [place]


def _height(text: object, width: int) -> int:
    """Points that a text takes in a column of so many characters: not every tool works it out."""
    return 15 * (1 + (len(str(text)) - 1) // (width - 4))


def _sheet(book: "Workbook", name: str, title: str, head: list[str], rows: list[list]) -> None:
    """A sheet of a title and a native table: it filters, and a screen reader names its columns."""
    sheet = book.add_worksheet(name)
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 52, wrap)
    sheet.set_column(1, len(head) - 2, 18, wrap)
    sheet.set_column(len(head) - 1, len(head) - 1, 44 if head is REPORT_HEAD else 18, wrap)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    heads = [{"header": one, "header_format": bold} for one in head]
    columns = {"columns": heads, "name": f"Table{name[:2]}"}
    sheet.add_table(2, 0, 2 + max(len(rows), 1), len(head) - 1, columns | {"style": STYLE})
    for r, row in enumerate(rows, 3):
        sheet.set_row(r, max(_height(row[0], 52), _height(row[-1], 44)))
        for c, value in enumerate(row):
            books.put(sheet, (r, c), value, book)
    sheet.freeze_panes(3, 0)
