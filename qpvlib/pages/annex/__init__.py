"""The annex of the call for projects and the neighbourhood's sheet, as blocks of a document."""

from qpvlib.pages.annex.blocks import (
    Block,
    Break,
    Bullets,
    Grid,
    Heading,
    Picture,
    Pictures,
    Room,
    Text,
)
from qpvlib.pages.annex.matter import Matter, matter
from qpvlib.pages.annex.sheet import sheet
from qpvlib.pages.annex.whole import annex

__all__ = [
    "Block",
    "Break",
    "Bullets",
    "Grid",
    "Heading",
    "Matter",
    "Picture",
    "Pictures",
    "Room",
    "Text",
    "annex",
    "matter",
    "sheet",
]
