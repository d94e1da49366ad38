"""The contract of the register as people meet it: in French, and as workbooks to fill in."""

from pathlib import Path

from jinja2 import StrictUndefined, Template
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from qpvlib.actions.contract import Field, fields, schema, words
from qpvlib.actions.coverage import NEEDS
from qpvlib.actions.values import cents
from qpvlib.catalogue import axes
from qpvlib.project import current
from qpvlib.tables import books, delimited
from qpvlib.tables.areas import neighbourhoods

ROWS = 2000  # rows of a template that offer the lists
YEAR = 2025  # its themes are those of this year
MEASURES = "noms_mesures.csv"  # how well names are told from bodies: tests/confusion.py
TEMPLATES = ("modele-registre", "exemple-registre")
Rows = list[dict[str, str]]


def listing() -> str:
    """The whole contract, in Markdown, as ``registre.md`` lays it out."""
    layout = (current().contract / "registre.md").read_text("utf-8")
    return Template(layout, keep_trailing_newline=True, undefined=StrictUndefined).render(
        schema=schema(), fields=fields(), groups=words().groups, needs=NEEDS, measures=measures()
    )


def measures() -> Rows:
    """The confusion table of names: texts, field, how many, accepted, asked about, refused."""
    return delimited.records(current().contract / MEASURES)


# --- workbooks to fill in ------------------------------------------------------------------------


def write_register(place: Path, rows: Rows = (), note: str = "") -> None:
    """A register as XLSX: headers of the contract, lists to choose from, how to fill it.

    ``rows``: text of each field by its name; ``note``: a title row, as « données fictives ».
    """
    with books.made(place, schema()["title"], note) as book:
        sheet = book.add_worksheet("Actions")
        lists = book.add_worksheet("Listes")
        top = 1 if note else 0
        if note:
            sheet.write_string(0, 0, note, book.add_format({"bold": True, "font_size": 14}))
        text = book.add_format({"num_format": "@"})
        _header(book, sheet, top, text)
        for r, row in enumerate(rows, top + 1):
            for c, field in enumerate(fields()):
                _cell(sheet, r, c, field, row.get(field.name, ""), text)
        _lists(book, sheet, lists, top + 1)
        _guide(book)


def _header(book: Workbook, sheet: Worksheet, top: int, text: Format) -> None:
    head = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 2}
    colours = {True: "#f3c9a8", False: "#e6eff7"}
    shapes = {must: book.add_format(head | {"bg_color": c}) for must, c in colours.items()}
    for c, field in enumerate(fields()):
        wide = 34 if field.kind == "neighbourhoods" or field.name == "intitule" else 16
        as_text = field.kind not in ("cents", "integer", "date")
        sheet.set_column(c, c, wide, text if as_text else None)
        sheet.write_string(top, c, field.title, shapes[field.required])
    sheet.set_row(top, 48)
    sheet.freeze_panes(top + 1, 1)


def _cell(sheet: Worksheet, r: int, c: int, field: Field, value: str, text: Format) -> None:
    if value and field.kind == "cents":
        sheet.write_number(r, c, cents(value) / 100)
    elif value and field.kind == "integer":
        sheet.write_number(r, c, int(value))
    elif value:
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


def write_templates(folder: Path, example: Rows, note: str) -> list[Path]:
    """The empty template and the filled-in example, in CSV and XLSX."""
    folder.mkdir(parents=True, exist_ok=True)
    titles, written = [field.title for field in fields()], []
    for name, rows in zip(TEMPLATES, ([], example), strict=True):
        told = note if rows else ""
        write_register(folder / f"{name}.xlsx", rows, told)
        lines = [[row.get(field.name, "") for field in fields()] for row in rows]
        above = [[told]] if told else []
        delimited.save(folder / f"{name}.csv", [*above, titles, *lines])
        written += [folder / f"{name}.xlsx", folder / f"{name}.csv"]
    return written
