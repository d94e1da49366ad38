"""The sheet that a partner fills in, as a workbook: lists to choose from, its own places first."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qpvlib.actions import replies
from qpvlib.actions.intentions import Partner, label
from qpvlib.catalogue import wording
from qpvlib.tables import books

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

LISTS, NOTE = "Listes", "À lire"
ROWS, TOP = 40, 6  # rows to fill in, and the line of their titles
WIDTHS = (30, 20, 20, 22, 34, 14, 50, 14)


def write(path: Path, partner: Partner, year: int, notes: Sequence[str]) -> None:
    """Write the workbook of a partner for a summer.

    Parameters
    ----------
    notes : sequence of str
        What it reads first, a line each: why, how, for whom in each of its neighbourhoods.
    """
    title = wording.say("partner", "title", year=year)
    with books.made(path, title) as book:
        sheet = book.add_worksheet(replies.SHEET)
        lists, note = book.add_worksheet(LISTS), book.add_worksheet(NOTE)
        _head(book, sheet, partner, year, title)
        columns = replies.choices(year)
        own = {label(code) for code in partner.areas}
        columns[replies.AREA] = {k: v for k, v in columns[replies.AREA].items() if k in own}
        for place, (name, values) in enumerate(columns.items()):
            _list(sheet, lists, place, name, list(values))
        answers = [replies.WE_PROPOSE, replies.NOTHING]
        sheet.data_validation(3, 1, 3, 1, {"validate": "list", "source": answers})
        _notes(book, note, notes)


def _head(book: "Workbook", sheet: "Worksheet", partner: Partner, year: int, title: str) -> None:
    bold = book.add_format({"bold": True, "font_size": 14})
    name = book.add_format({"bold": True, "valign": "top"})
    cell = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@", "border": 1,
                            "border_color": "#b3bac1"})  # fmt: skip
    typed = book.add_format({"num_format": "@", "bottom": 1, "border_color": "#b3bac1"})
    white = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#0B4A57", "text_wrap": True}
    sheet.write_string(0, 0, title, bold)
    for row, (key, value) in enumerate(
        ((replies.PARTNER, partner.name), (replies.SUMMER, str(year)), (replies.ANSWER, "")), 1
    ):
        sheet.write_string(row, 0, key, name)
        sheet.write_string(row, 1, value, typed)
    sheet.write_string(3, 2, wording.say("partner", "answer"))
    head = book.add_format(white)
    for column, (text, width) in enumerate(zip(replies.COLUMNS, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(TOP - 1, column, text, head)
        for row in range(TOP, TOP + ROWS):
            sheet.write_blank(row, column, None, cell)
    sheet.set_row(TOP - 1, 32)
    sheet.freeze_panes(TOP, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(TOP - 1)


def _list(
    sheet: "Worksheet", lists: "Worksheet", place: int, name: str, values: Sequence[str]
) -> None:
    """A list to choose from, for the column of its name."""
    column, letter = replies.COLUMNS.index(name), chr(ord("A") + place)
    lists.set_column(place, place, 34)
    lists.write_string(0, place, name)
    for row, value in enumerate(values, 1):
        lists.write_string(row, place, value)
    sheet.data_validation(
        TOP, column, TOP + ROWS - 1, column,
        {
            "validate": "list", "source": f"={LISTS}!${letter}$2:${letter}${len(values) + 1}",
            "error_title": name, "error_message": wording.say("partner", "choose"),
        },
    )  # fmt: skip


def _notes(book: "Workbook", sheet: "Worksheet", notes: Sequence[str]) -> None:
    sheet.set_column(0, 0, 110, book.add_format({"text_wrap": True, "valign": "top"}))
    for row, line in enumerate(notes):
        sheet.write_string(row, 0, wording.spaced(line))
