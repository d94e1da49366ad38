"""The annex of the call for projects and the neighbourhood's sheet, as blocks of a document."""

from qpvlib.annex.blocks import (
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
from qpvlib.annex.matter import Matter, matter
from qpvlib.annex.sheet import sheet
from qpvlib.annex.whole import annex

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
