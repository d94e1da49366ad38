"""What we know, as data: the declarations of ``data/catalogue``, the axes, the words.

Read strictly, checked, frozen; a fault names file, entry, field, and offers the nearest name.
Gives the other rooms ``catalogue()``, its entries, the fault that users read, French wording.
"""

from qpvlib.catalogue.declared import catalogue
from qpvlib.catalogue.entries import Catalogue, Contract, Indicator
from qpvlib.catalogue.faults import Fault, Faults, QpvError, slug, unknown
from qpvlib.catalogue.producers import Identity, Input, Source, SourceFile, YearStatus

__all__ = [
    "Catalogue",
    "Contract",
    "Fault",
    "Faults",
    "Identity",
    "Indicator",
    "Input",
    "QpvError",
    "Source",
    "SourceFile",
    "YearStatus",
    "catalogue",
    "slug",
    "unknown",
]
