"""The data year that pages lead with."""

from qpvlib.catalogue import catalogue
from qpvlib.project import kept
from qpvlib.tables import indicators, tidy


def leading_year(years: set[int], code: str) -> int | None:
    """The year a report leads with: the latest of some, or of those that can be compared.

    Parameters
    ----------
    years : set of int
        Data years in which a QPV of 2015 has a row, published or not.
    code : str
        An indicator: its declaration says whether its benchmarks matter more than its latest year.
    """
    if catalogue().indicator(code).leading == "compared":
        years = years & _compared(code) or years
    return max(years, default=None)


@kept("tidy", "root")
def _compared(code: str) -> set[int]:
    around = tidy.part("observations", "indicator", [code])
    around = around[(around.generation == "") & around.value.notna()]
    spreads = tidy.part("distributions", "indicator", [code])
    return indicators.benchmarked(spreads.set_index("year").n, around.year)
