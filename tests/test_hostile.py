"""Hostile files: answered in French before they are laid out, register and decisions alike."""

import re
from datetime import datetime

import hostile
import pytest
from registers import csv_file, openpyxl_file, row, table

from qpvlib.actions import reading
from qpvlib.catalogue import Faults
from qpvlib.roadmap import returned
from qpvlib.tables import books

TOLD = re.compile(
    "une cellule remplie à la ligne|une cellule dont la place n'existe pas|une cellule mal écrite|"
    "une cellule répétée sans fin|une ligne répétée sans fin|un nombre démesuré|[0-9]{4,} colonnes|"
    "un classeur qui contient des macros"
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return dict(hostile.every(tmp_path_factory.mktemp("hostile")))


NAMES = [
    *hostile.ROWS, "columns", "cells", "old", "old_macros", "rows-repeated", "columns-repeated",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_file_is_refused_by_the_gate_and_by_both_its_doors(files, name, monkeypatch):
    def laid_out(*_):
        raise AssertionError("the file was laid out")

    monkeypatch.setattr(books, "_fill", laid_out)
    monkeypatch.setattr("qpvlib.tables.delimited.rows", laid_out)
    for read in (reading.read, lambda path: returned.load(path, "piliers_2015_2023")):
        with pytest.raises(Faults, match=TOLD):
            read(files[name])


@pytest.mark.parametrize("cell", ["NaN", "inf", "-Infinity", "1e308", "9" * 5000, "1" + "0" * 400])
@pytest.mark.parametrize("column", list(row()))
def test_a_number_without_end_is_a_value_or_a_fault_in_any_column(tmp_path, column, cell):
    try:
        (record,) = reading.read(csv_file(tmp_path, row(**{column: cell}))).records
    except Faults:
        return
    text = column in ("reference", "porteur", "intitule")
    assert text or (cell == "NaN" and record[column] is None)


@pytest.mark.parametrize("value", [b"NaN", b"inf", b"1e99", b"-1e99", b"1e20"])
@pytest.mark.parametrize("old", [b"<v>4500</v>", b"<v>60</v>", b"<v>44382</v>", b"<v>2021</v>"])
def test_what_is_not_a_number_in_a_workbook_is_a_fault(tmp_path, old, value):
    sound = openpyxl_file(tmp_path / "sound.xlsx", table([row()]))
    path = hostile.doctored(sound, tmp_path / "f.xlsx", old, b"<v>" + value + b"</v>")
    with pytest.raises(Faults):
        reading.read(path)


def test_an_old_workbook_is_read(tmp_path):
    book = books.opened(hostile.old_workbook(tmp_path / "f.xls", 3, 2))
    assert book.faults == []
    assert [(line, cells) for line, cells in book.grids[0].rows] == [
        (1, [1.0, "", ""]), (4, ["", "", 1.0]),
    ]  # fmt: skip


def test_cells_without_a_place_are_read_where_they_follow(tmp_path):
    sound = openpyxl_file(tmp_path / "sound.xlsx", [["a", "b"], [1, 2]])
    path = hostile.with_row(
        sound, tmp_path / "f.xlsx", b"<row><c><v>3</v></c><c><v>4</v></c></row>"
    )
    assert books.opened(path).grids[0].rows[2] == (3, [3.0, 4.0])


def test_lines_are_those_of_the_sheet_when_its_first_rows_are_empty(tmp_path):
    path = openpyxl_file(tmp_path / "f.xlsx", [[], [], [None, datetime(2021, 7, 5)], [None, 2]])
    assert [line for line, _ in books.opened(path).grids[0].rows] == [3, 4]
