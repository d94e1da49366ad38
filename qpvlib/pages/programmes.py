"""« Déjà à l'œuvre »: what the catalogue knows to be under way, and how sure that is."""

from functools import partial

import pandas as pd

from qpvlib.catalogue import catalogue
from qpvlib.catalogue.programmes import Programme, programmes_of
from qpvlib.document.blocks import Content, Group, Heading, Listing, Paragraph, small
from qpvlib.document.exhibits import Exhibit
from qpvlib.pages.cells import count, exhibit, say
from qpvlib.tables.areas import Neighbourhood, neighbourhoods

_say = partial(say, "under_way")


def under_way(place: Neighbourhood) -> Exhibit:
    """What is under way, a line each; what a contract has is said to be the whole contract's.

    Returns
    -------
    Exhibit
        ``data`` has one row per line: ``kind, contract, figure, year, date, reliability``.
    """
    known = programmes_of(place)
    title = _say("title")
    lines = tuple(_line(programme, place) for programme in known)
    # Where nothing is known, no reader may think that nothing is under way.
    left = Paragraph(_say("open"), "small") if known else Paragraph(_nothing(place))
    listed = (Listing(lines, "dash", label=title),) if lines else ()
    content = Heading(2, title), Group((*listed, left), "way")
    shown = [p.model_dump(include=set(COLUMNS)) for p in known]
    return exhibit(place, title, content, pd.DataFrame(shown, columns=COLUMNS))


COLUMNS = ["kind", "label", "contract", "figure", "year", "date", "reliability"]


def _nothing(place: Neighbourhood) -> Content:
    """That nothing is known; elsewhere, that what is declared is the home département's."""
    if place.home:
        return _say("nothing")
    return _say("elsewhere", of=catalogue().territory["departement_of"])


def _line(programme: Programme, place: Neighbourhood) -> Content:
    source, date = programme.source.publisher, day(programme.date)
    told = _say(programme.reliability, publisher=source, date=date)
    return _told(programme, place), " ", small(told)


def _told(programme: Programme, place: Neighbourhood) -> Content:
    if programme.figure is None:
        return _say("told", label=programme.label, date=day(programme.date))
    posts = count(programme.figure, "poste")
    sharing = sum(p.contract_code == place.contract_code for p in neighbourhoods().values())
    return _say(
        "posts" if sharing > 1 else "posts_alone", label=programme.label, n=posts,
        year=programme.year, quarters=count(sharing, "quartier"),
    )  # fmt: skip


def day(date: str) -> str:
    """A date as precise as it is known, in French.

    >>> day("2019-09-13"), day("2019-09"), day("2019")
    ('13/09/2019', '09/2019', '2019')
    """
    return "/".join(reversed(date.split("-")))
