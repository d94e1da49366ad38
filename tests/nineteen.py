"""The neighbourhoods of the tidy tables, compared and judged once for all the tests."""

import html
import re
from functools import cache

import pandas as pd

from qpvlib import pages
from qpvlib.diagnosis import comparison, findings, portrait
from qpvlib.roadmap import stands
from qpvlib.tables import indicators
from qpvlib.tables.areas import neighbourhood, neighbourhoods

CODES = sorted(neighbourhoods())
GIEN, PLATEAU, LIGNEROLLES, DAUPHINE = "QP045016", "QP045003", "QP045008", "QP045009"


@cache
def observed():
    return indicators.observations()


@cache
def compared(code):
    return comparison.compare(observed(), neighbourhood(code))


@cache
def found(code):
    return findings.findings(compared(code))


@cache
def everyone():
    return pd.concat([found(code) for code in CODES], ignore_index=True)


@cache
def plans():
    return stands.all_plans(observed())


@cache
def landmarks(code):
    return pages.landmarks(neighbourhood(code), compared(code)).html


@cache
def details(code):
    return pages.theme_details(neighbourhood(code), compared(code)).html


@cache
def drawn(code):
    """The portrait of a neighbourhood."""
    return portrait.portrait(compared(code))


@cache
def first_screen(code):
    place, rows, positions = neighbourhood(code), found(code), compared(code)
    exhibits = (
        pages.header(place),
        pages.brief(place, positions),
        pages.identity(place, observed(), positions),
        pages.needs(place, rows, positions),
        pages.proposals(place, positions),
        pages.footnotes(place, positions),
    )
    return "".join(exhibit.html for exhibit in exhibits)


def finding(code, indicator, **changes):
    """One finding of a neighbourhood, some of its columns replaced."""
    row = found(code).set_index("indicator", drop=False).loc[indicator]
    return pd.Series({**row.to_dict(), **changes})


def plain(markup):
    """Text of a piece of HTML as people read it, without drawings; plain spaces, apostrophes."""
    words = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", markup, flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(words)).replace("’", "'")
