"""The workbook of the decisions: filled in with the proposals, read back strictly."""

from qpvlib.workbook.columns import COLUMNS, SHEET, STATES
from qpvlib.workbook.filling import export
from qpvlib.workbook.reading import load

__all__ = ["COLUMNS", "SHEET", "STATES", "export", "load"]
