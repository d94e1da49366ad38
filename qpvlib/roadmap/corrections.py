"""What was wrong on a page, since when, and what is right: ``data/corrections.toml``, by hand.

Corrections are made in the open: on the pages concerned, and on a page that keeps them all.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from qpvlib.catalogue import catalogue, unknown
from qpvlib.catalogue.faults import strangers
from qpvlib.catalogue.producers import Entry
from qpvlib.catalogue.written import toml_file
from qpvlib.project import current, kept
from qpvlib.roadmap.decisions import Draft, frame_faults, refused, text_faults, valid
from qpvlib.tables.areas import neighbourhoods

ALL = "toutes"  # in place of a page
# Pages on all the neighbourhoods; a page's correction holds for the Word file of its name.
TOGETHER = (
    "index", "synthese", "feuille-de-route", "annexe-appel-a-projets", "donnees-a-demander",
    "indicateurs", "accessibilite", "perimetres-2024",
)  # fmt: skip


class Correction(Entry):
    """What was wrong, where, since when; what is right.

    ``page`` is a file of the site, the code of a neighbourhood, or ``toutes``.
    """

    date: dt.date
    page: str
    indicator: str = ""
    wrong: str
    since: dt.date
    right: str

    def concerns(self, stem: str) -> bool:
        """Whether it is told on the page, or the document, of this name without its end."""
        named = self.page == ALL or Path(self.page).stem == stem
        return named or self.page.lower() in stem.split("-")


def of(file: str) -> tuple[Correction, ...]:
    """Corrections of a page or document, by its name; the last first."""
    return tuple(one for one in read() if one.concerns(Path(file).stem))


@kept("decisions", "tidy", "root")
def read() -> tuple[Correction, ...]:
    """Every correction, the last first; none without a file.

    Raises
    ------
    Faults
        Every one: an unknown page or indicator, a date to come, a field absent, a name of someone…
    """
    path = current().corrections
    if not path.exists():
        return ()
    faults: list[str] = []
    tables = toml_file(path.parent, path.name, faults)
    faults += frame_faults(path.name, tables, "correction", "chaque correction")
    if faults:
        raise refused(faults, "les corrections")
    typed = enumerate(tables["correction"], 1)
    drafts = [Draft(f"{path.name}, correction {n}", table) for n, table in typed]
    found = []
    for place, one in valid(drafts, Correction, faults):
        faults += [f"{place} : {fault}" for fault in _faults(one)]
        found.append(one)
    if faults:
        raise refused(faults, "les corrections")
    named = [one.model_copy(update={"page": _named(one.page)}) for one in found]
    return tuple(sorted(named, key=lambda one: one.date, reverse=True))


def _pages() -> dict[str, str]:
    """What a page may be called, and the one name that it then has: a neighbourhood's, its code."""
    places = (*neighbourhoods().values(), *neighbourhoods("2024").values())
    codes = {name: place.code for place in places for name in (place.code, place.page)}
    return {ALL: ALL} | {f"{name}.html": f"{name}.html" for name in TOGETHER} | codes


def _named(page: str) -> str:
    return _pages()[page]


def _faults(one: Correction) -> Iterator[str]:
    today, most = dt.date.today(), catalogue().rule("correction_letters")
    if one.page not in _pages():
        listing = f"Une page du site, le code d'un quartier (qpv list), ou « {ALL} »."
        yield unknown("la page", one.page, _pages(), listing)
    if one.indicator:
        yield from strangers("indicator", "l'indicateur", [one.indicator], catalogue().indicators)
    if one.date > today:
        yield f"date {one.date:%d/%m/%Y} dans le futur (nous sommes le {today:%d/%m/%Y})"
    if one.since > one.date:
        yield f"since {one.since:%d/%m/%Y} est après la correction ({one.date:%d/%m/%Y})"
    texts = {"wrong": one.wrong, "right": one.right}
    for name, text in texts.items():
        if not text.strip():
            yield f"{name} : vide"
        if len(text) > most:
            yield f"{name} : {len(text)} caractères, {most} au plus"
    yield from text_faults({name: (text, "prose") for name, text in texts.items()})


def place(one: Correction) -> str:
    """The page of a correction, where it is one of the site; empty for all of them."""
    if one.page == ALL:
        return ""
    known = neighbourhoods() | neighbourhoods("2024")
    return known[one.page].page if one.page in known else one.page
