"""Figures that a producer publishes elsewhere, and not in some of the neighbourhoods."""

import pandas as pd

from qpvlib.diagnosis.leading import leading_year
from qpvlib.tables import tidy
from qpvlib.tables.areas import neighbourhoods


def blanks(code: str) -> pd.DataFrame:
    """Observations of an indicator that are not published, in the year that a page leads with.

    A figure of which a bound is known (``censored``) is no blank: fewer is already said, and more
    would be a secret. An indicator without any row says nothing.

    Parameters
    ----------
    code : str
        An indicator.

    Returns
    -------
    DataFrame
        Columns of the observations; a row a neighbourhood, in the order of their codes.
    """
    own = tidy.part("observations", "area", neighbourhoods())
    own = own[own.indicator == code]
    year = leading_year(set(own.year), code)
    return own[(own.year == year) & (own.status == "not_published")].sort_values("area")
