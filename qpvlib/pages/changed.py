"""« Ce que 2024 a changé »: outline and inhabitants, in words; the map has both outlines."""

from functools import partial

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.catalogue.wording import say
from qpvlib.diagnosis.change import history
from qpvlib.diagnosis.reading import Reading
from qpvlib.document.blocks import Group, Heading, Paragraph
from qpvlib.document.exhibits import Exhibit
from qpvlib.figures import generations
from qpvlib.tables.areas import Neighbourhood

SOURCE = "anct_perimetres_2024"
_say = partial(say, "contours")


def contours(place: Neighbourhood) -> Exhibit:
    """What 2024 changed: areas, overlap, inhabitants of both outlines; no reason is known.

    Returns
    -------
    Exhibit
        ``data`` has the populations told: ``area, indicator, year, value``.
    """
    words, data = told(place)
    content = Heading(2, _say("title")), Group(words, "changed")
    return Exhibit(content, _say("title"), place.code, data)


def told(place: Neighbourhood) -> tuple[tuple[Paragraph, ...], pd.DataFrame]:
    """The same as sentences, and the populations that they tell."""
    own, later = _people(place.code), _people(place.successor)
    data = pd.DataFrame(
        [(one.area, "population", one.year, one.value) for one in (own, later) if one],
        columns=["area", "indicator", "year", "value"],
    )
    return (Paragraph(_changed(place)), *_inhabitants(place, own, later)), data


def _changed(place: Neighbourhood) -> str:
    """What became of the outline, in a sentence."""
    named = {"successor": place.successor, "name": place.successor_name}
    area = _hectares(place.area_ha, 1)
    if not place.successor:
        return _say("unknown")
    if place.successor_status == "unchanged":
        return _say("unchanged", **named, before=area)
    if not generations.both(place):
        return _say("unread", **named)
    found = generations.change(place)
    if found is None:
        return _say("alike", **named, step=wording.value(wording.STEP, "m"))
    within = wording.value(catalogue().sources[SOURCE].simplified, "m")
    whole = found.kept > 100 - 2 * generations.ROUNDED
    return _say(
        "modified", before=area, after=_hectares(found.after), share=found.share,
        within=within,
        kept=_say("kept_whole") if whole else _say("kept_part", kept=found.kept),
    )  # fmt: skip


def _hectares(area: float, decimals: int = 0) -> str:
    return f"{wording.number(area, decimals)}{wording.SOLID}ha"


def _people(area: str) -> Reading | None:
    """The last population published for a perimeter."""
    known = [one for one in history(area).get("population", ()) if one.published]
    return known[-1] if known else None


def _inhabitants(
    place: Neighbourhood, own: Reading | None, later: Reading | None
) -> tuple[Paragraph, ...]:
    """Inhabitants, each count with its year and its perimeter."""
    if own is None or later is None:
        return ()
    same = place.successor_status == "unchanged"
    parts = (
        _say("people", value=own.amount, year=own.year),
        _say("people_same" if same else "people_later", value=later.amount, year=later.year),
    )
    more = "" if same else f" {_say('apart')}"
    return (Paragraph(f"{' ; '.join(parts)}.{more}"),)
