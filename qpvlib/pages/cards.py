"""The cards of the indicators: what each says and does not, who counts it, where it stands."""

from functools import partial

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.diagnosis import explaining, spreads
from qpvlib.diagnosis.explaining import Held
from qpvlib.diagnosis.reading import Reading
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.figures import rows
from qpvlib.figures.spans import span
from qpvlib.pages.annex import CONTENTS
from qpvlib.pages.cells import NATIONALITY, exhibit, say, several
from qpvlib.tables import areas
from qpvlib.tables.areas import Neighbourhood

RANKS = (10, 25, 50, 75, 90)
_say = partial(say, "cards")


def cards_header() -> Exhibit:
    """Title, what a card is, and a way to each."""
    lead = _say("lead", n=len(catalogue().indicators)), " ", _say("order")
    content = b.Masthead(areas.whole()[0], _say("title")), b.Paragraph(lead, "lead")
    return exhibit(None, _say("title"), content)


def cards_contents() -> Exhibit:
    """The labels of the cards, theme by theme."""
    known = catalogue()
    parts = tuple(
        b.Group((
            b.Heading(3, theme.label),
            b.Listing(tuple(
                b.Span(one.label, link=f"#{code}")
                for code, one in known.indicators.items() if one.theme == name
            )),
        ))
        for name, theme in known.themes.items()
    )  # fmt: skip
    title = _say("contents")
    content = b.Heading(2, title, "part", CONTENTS), b.Group(parts, "toc")
    return exhibit(None, title, b.Group(content, "ways", title))


def cards_list() -> Exhibit:
    """Every card, theme by theme."""
    known, shown = catalogue(), {code: explaining.leading(code) for code in catalogue().indicators}
    content = tuple(
        part
        for name, theme in known.themes.items()
        for part in (b.Heading(2, theme.label, "part", name), *(
            _card(code, shown[code]) for code, one in known.indicators.items() if one.theme == name
        ))
    )  # fmt: skip
    figures = [(o.area, o.code, o.year, o.value) for held in shown.values() for o in held.values()]
    data = pd.DataFrame(figures, columns=["area", "indicator", "year", "value"])
    return exhibit(None, _say("title"), (_signs(), *content), data)


def _signs() -> b.Listing:
    told = {"band": say("landmarks", "sign_band"), "peers": _say("ticks", of=areas.whole()[1])}
    items = ((rows.key(sign), b.Span(words)) for sign, words in told.items())
    return b.Listing(tuple(items), "key", label=_say("signs"))


def _card(code: str, found: dict[str, Reading]) -> b.Group:
    told: list[tuple[b.Content, b.Content]] = [
        (wording.sentence(text), say("card", key)) for key, text in explaining.facts(code).items()
    ]
    if held := explaining.held(code):
        told.insert(2, (_who(held), say("card", "who")))
    heading = b.Heading(3, catalogue().indicator(code).label, anchor=code)
    return b.Group((heading, b.Facts(tuple(told), "told"), b.Group(_where(code, found), "where")),
                   "card")  # fmt: skip


def _who(every: list[Held]) -> b.Content:
    """Each source with its years, then its address."""
    lines = []
    for one in every:
        key = "held_2024" if one.generation == "2024" else "held"
        told: b.Content = one.cite
        if one.years not in one.cite:  # « RPLS au 01/01/2022 » has it
            told = say("card", key, cite=one.cite, years=one.years)
        address = b.Span(one.page.partition("://")[2].rstrip("/"), "address", one.page)
        lines.append((b.BREAK, told, " ", address))
    return tuple(part for line in lines for part in line)[1:]


# --- where it stands -----------------------------------------------------------------------------


def _where(code: str, found: dict[str, Reading]) -> tuple[b.Content, ...]:
    """The metropolitan QPV, drawn and in figures; folded, the neighbourhoods one by one."""
    if not found:
        later = "spread_later" if catalogue().indicator(code).later else "none"
        return (b.Paragraph(_say(later), "small"),)
    one = next(iter(found.values()))
    limits = spreads.spread(code, one.year)
    if limits is None:
        return b.Paragraph(_say("spread_none"), "small"), _values(one, found)
    values = [each.value for each in found.values() if each.published]
    ranks = tuple(
        _say("rank_median") if rank == 50 else _say("rank_of", rank=rank) for rank in RANKS
    )
    shown = (one.text(limits.at(rank)) for rank in RANKS)
    if limits.censored:
        shown = (wording.say("figure", "at_most", value=value) for value in shown)
    table = b.Table(
        _say("spread", n=wording.number(limits.n), year=one.when), (_say("rank"), *ranks),
        ((_say("rank_value"), *shown),), "ranks", numeric=1, scroll=False,
    )  # fmt: skip
    drawn = () if code in NATIONALITY else (span(limits, values),)
    return *drawn, table, _values(one, found)


def _values(one: Reading, found: dict[str, Reading]) -> b.Content:
    """The neighbourhoods one by one, folded; of very many, where to find them."""
    if len(areas.neighbourhoods()) > catalogue().rule("card_values"):
        return b.Paragraph(_say("values_apart"), "small")
    places = sorted(areas.neighbourhoods().values(), key=lambda place: (place.name, place.code))
    lines = tuple(_row(place, found.get(place.code)) for place in places)
    head = _say("place"), _say("value"), _say("state")
    caption = _say("values_caption", label=one.declared.label)
    table = b.Table(caption, head, lines, "those", scroll=False)
    return b.Fold(several("cards", "values", len(places)), table)


def _row(place: Neighbourhood, one: Reading | None) -> tuple[b.Content, ...]:
    if one is None:
        return place.name, b.muted(say("figure", "blank")), ""
    state = _say(f"state_{one.status}")
    return place.name, one.short, _say("dated", year=one.when, state=state)
