"""The ledger as a page, for whoever runs the batch: ``registre.html``, not sent to readers."""

from collections.abc import Sequence
from dataclasses import asdict

from qpvlib.catalogue import catalogue
from qpvlib.pages.ledger import listing
from qpvlib.publishing import jobs
from qpvlib.publishing.jobs import Page, say
from qpvlib.publishing.ledger import Record
from qpvlib.publishing.page import framed

NAME = "registre.html"


def page(records: Sequence[Record]) -> str:
    """HTML of the ledger: what failed first, then every page."""
    title = say("ledger")
    footer = say("footer", office=catalogue().territory["office"], name=title)
    links = (jobs.link("index", jobs.INDEX),)
    about = Page(title, say("ledger_description"), "", title, footer, links, large=True)
    return framed(about, listing(list(map(asdict, records)), title))
