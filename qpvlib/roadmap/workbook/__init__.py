"""The workbook of the decisions: filled in with the proposals, read back strictly."""

from qpvlib.roadmap.workbook.columns import COLUMNS, SHEET, STATES
from qpvlib.roadmap.workbook.filling import export
from qpvlib.roadmap.workbook.reading import load

__all__ = ["COLUMNS", "SHEET", "STATES", "export", "load"]
