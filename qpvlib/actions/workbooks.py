"""Workbooks written for people: templates with lists to choose from, the upward report."""

from collections.abc import Iterable
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from qpvlib.actions.contract import Field, fields, schema
from qpvlib.actions.upward import Figure
from qpvlib.actions.values import cents
from qpvlib.catalogue import axes
from qpvlib.tables import books, delimited
from qpvlib.tables.areas import neighbourhoods

ROWS = 2000  # rows of a template that offer the lists
YEAR = 2025  # its themes are those of this year
TEMPLATES = ("modele-registre", "exemple-registre")
Rows = list[dict[str, str]]


def write_register(place: Path, rows: Rows = (), note: str = "") -> None:
    """A register as XLSX: headers of the contract, lists to choose from, how to fill it.

    Parameters
    ----------
    rows : list of dict
        Text of each field, by name of field.
    note : str
        A title row, such as the warning of invented data.
    """
    with books.made(place, schema()["title"], note) as book:
        sheet = book.add_worksheet("Actions")
        lists = book.add_worksheet("Listes")
        top = 1 if note else 0
        if note:
            sheet.write_string(0, 0, note, book.add_format({"bold": True, "font_size": 14}))
        _header(book, sheet, top)
        text = book.add_format({"num_format": "@"})
        for r, row in enumerate(rows, top + 1):
            for c, field in enumerate(fields()):
                _cell(sheet, r, c, field, row.get(field.name, ""), text)
        _lists(book, sheet, lists, top + 1)
        _guide(book)


def _header(book: Workbook, sheet: Worksheet, top: int) -> None:
    shapes = {
        kind: book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 2, "bg_color": colour}
        )
        for kind, colour in (("required", "#f3c9a8"), ("free", "#e6eff7"))
    }
    text = book.add_format({"num_format": "@"})
    for c, field in enumerate(fields()):
        wide = 34 if field.kind in ("neighbourhoods",) or field.name == "intitule" else 16
        as_text = field.kind not in ("cents", "integer", "date")
        sheet.set_column(c, c, wide, text if as_text else None)
        sheet.write_string(top, c, field.title, shapes["required" if field.required else "free"])
    sheet.set_row(top, 48)
    sheet.freeze_panes(top + 1, 1)


def _cell(sheet: Worksheet, r: int, c: int, field: Field, value: str, text: object) -> None:
    if not value:
        return
    if field.kind == "cents":
        sheet.write_number(r, c, cents(value) / 100)
    elif field.kind == "integer":
        sheet.write_number(r, c, int(value))
    else:
        sheet.write_string(r, c, value, text)


def _lists(book: Workbook, sheet: Worksheet, lists: Worksheet, first: int) -> None:
    """Lists to choose from; where several may be chosen, the cell only warns."""
    bold = book.add_format({"bold": True})
    for c, field in enumerate(fields()):
        values = _choices(field)
        if not values:
            continue
        lists.write_string(0, c, f"Liste : {field.title}", bold)
        lists.set_column(c, c, 30)
        for r, value in enumerate(values, 1):
            lists.write_string(r, c, value)
        letter = xl_col_to_name(c)
        closed = field.kind == "string"
        sheet.data_validation(
            first, c, first + ROWS, c,
            {
                "validate": "list", "source": f"=Listes!${letter}$2:${letter}${len(values) + 1}",
                "error_type": "stop" if closed else "information",
                "error_title": field.title[:32],
                "error_message": "Choisir dans la liste."
                if closed else "Hors de la liste : admis si plusieurs valeurs sont séparées par ;",
            },
        )  # fmt: skip


def _choices(field: Field) -> list[str]:
    if field.kind == "neighbourhoods":
        return [f"{place.code} 100 %" for place in neighbourhoods().values()]
    if field.kind == "theme":
        period, nomenclature = axes.in_force(YEAR)
        return axes.labelled(tuple(nomenclature.codes), period)
    return list(field.values)


def _guide(book: Workbook) -> None:
    sheet = book.add_worksheet("Mode d'emploi")
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 30, bold)
    sheet.set_column(1, 1, 90, wrap)
    sheet.write_string(0, 0, "Champ", bold)
    sheet.write_string(0, 1, "Ce qu'on y écrit", bold)
    for r, field in enumerate(fields(), 1):
        must = "Obligatoire. " if field.required else ""
        sheet.write_string(r, 0, field.title, bold)
        sheet.write_string(r, 1, f"{must}{field.description}", wrap)


def _write_csv(place: Path, lines: Iterable[Iterable[object]]) -> None:
    """A CSV that a French spreadsheet opens: semicolons, UTF-8 with its mark."""
    place.write_bytes(delimited.written(lines, ";", "\r\n").encode("utf-8-sig"))


def write_templates(folder: Path, example: Rows, note: str) -> list[Path]:
    """The empty template and the filled-in example, in CSV and XLSX."""
    folder.mkdir(parents=True, exist_ok=True)
    titles, written = [field.title for field in fields()], []
    for name, rows in zip(TEMPLATES, ([], example), strict=True):
        told = note if rows else ""
        write_register(folder / f"{name}.xlsx", rows, told)
        lines = [[row.get(field.name, "") for field in fields()] for row in rows]
        above = [[told]] if told else []
        _write_csv(folder / f"{name}.csv", [*above, titles, *lines])
        written += [folder / f"{name}.xlsx", folder / f"{name}.csv"]
    return written


def shown(figure: Figure) -> object:
    """Value of a figure as a workbook holds it: euros, percent rounded, or a count."""
    if figure.value is None:
        return "non renseigné"
    if figure.unit == "cents":
        return figure.value / 100
    return round(figure.value, 1) if figure.unit == "%" else figure.value


REPORT_HEAD = ["Champ", "Valeur", "Unité", "Actions comptées", "Actions sans ce nombre", "Remarque"]
TRACE_HEAD = ["Champ", "Référence", "Porteur", "Intitulé", "Valeur"]


def _lines(figures: list[Figure]) -> list[list]:
    units = {"cents": "€", "%": "%", "": ""}
    return [
        [f.line.label, shown(f), units[f.unit], len(f.rows), len(f.silent), f.line.note]
        for f in figures
    ]


def _trace(figures: list[Figure], names: dict[str, tuple[str, str]]) -> list[list]:
    """Every row that each figure comes from."""
    return [
        [f.line.label, action, *names[action], value / 100 if f.unit == "cents" else value]
        for f in figures
        for action, value in zip(f.rows.action, f.rows.value, strict=True)
    ]


def write_report(
    place: Path, title: str, figures: list[Figure], names: dict[str, tuple[str, str]]
) -> list[Path]:
    """The upward report and the rows of each figure: two sheets of a workbook, or two CSV files.

    Parameters
    ----------
    names : dict
        Bearer and title of each action by its reference.
    """
    tables = (REPORT_HEAD, _lines(figures)), (TRACE_HEAD, _trace(figures, names))
    if place.suffix.lower() == ".csv":
        second = place.with_name(f"{place.stem}-lignes.csv")
        for to, (head, rows) in zip((place, second), tables, strict=True):
            _write_csv(to, [head, *rows])
        return [place, second]
    with books.made(place, title) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 2})
        for name, (head, rows) in zip(("Remontée", "Lignes"), tables, strict=True):
            sheet = book.add_worksheet(name)
            sheet.set_column(0, 0, 52)
            sheet.set_column(1, len(head), 18)
            sheet.write_string(0, 0, title, bold)
            sheet.write_row(2, 0, head, bold)
            for r, row in enumerate(rows, 3):
                for c, value in enumerate(row):
                    write = sheet.write_string if isinstance(value, str) else sheet.write_number
                    write(r, c, value)
    return [place]
