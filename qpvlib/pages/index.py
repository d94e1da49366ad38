"""The index: the map of all the neighbourhoods, and the links to their pages, by contract."""

import pandas as pd

from qpvlib.diagnosis.portrait import Portrait
from qpvlib.diagnosis.reading import Reading
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.document.named import named
from qpvlib.figures import atlas, rows
from qpvlib.pages import together
from qpvlib.pages.cells import by_group, count, exhibit, grouped, say, year_notes
from qpvlib.roadmap.stands import Plan
from qpvlib.tables import areas, grouping
from qpvlib.tables.areas import Neighbourhood

LIST = ("taux_pauvrete", "niveau_vie_median", "taux_emploi", "demandeurs_sans_cap_bep")


def index_header() -> Exhibit:
    """Title of the index."""
    office, of = areas.whole()
    title = say("figures", "overview_title", of=of)
    return exhibit(None, say("index", "name"), b.Masthead(office, title))


def index_map(overview: Exhibit) -> Exhibit:
    """Counts in words, beside the map.

    Parameters
    ----------
    overview : Exhibit
        As ``figures.overview`` gives.
    """
    places = list(areas.neighbourhoods().values())
    link = b.Span(say("index", "synthesis"), link="synthese.html")
    words = b.Paragraph(_lead(places), "lead"), b.Paragraph(_perimeter(places)), b.Paragraph(link)
    kind = "index crowded" if atlas.crowded() else "index"
    content = b.Group((b.Group(words), b.Group(overview.content, "wide")), kind)
    return exhibit(None, say("index", "places"), content, overview.data)


def _lead(places: list[Neighbourhood]) -> b.Content:
    people, n = together.population(places), together.contracts(places)
    told = say("index", "people", people=people[0], year=people[1]) if people else ""
    contracts = say("index", "contracts", n=count(n, "contrat")) if n else ""
    number = count(len(places), "quartier")
    return say("index", "lead", places=number, contracts=contracts, people=told)


def _perimeter(places: list[Neighbourhood]) -> b.Content:
    """What the perimeters are, and how many changed when that is known of all of them."""
    status = [place.successor_status for place in places]
    kept, changed = status.count("unchanged"), status.count("modified")
    known = kept + changed == len(places)
    told = f" {say('index', 'changed', kept=kept, changed=changed)}" if known else ""
    return f"{say('index', 'perimeter')}{told}"


# --- the list ----------------------------------------------------------------------------------


def index_list(found: pd.DataFrame, plans: dict[str, Plan]) -> Exhibit:
    """The links, by contract: what distinguishes each, and four landmarks.

    Parameters
    ----------
    found : DataFrame
        As ``everyone`` gives.
    plans : dict
        As ``all_plans`` gives.
    """
    shown = found[found.indicator.isin(LIST)]
    read, order = together.columns(shown), grouping.numbers()
    lines: list[b.Row] = []
    for name, group in by_group():
        lines.append(b.Row(((f"{name} ", b.small(together.counted(group))),), "group"))
        lines += [_row(plans[p.code].portrait, order[p.code], read) for p in group]
    head = say("together", "place"), *(_head(together.first(read[code])) for code in LIST)
    caption = say("index", "caption")
    table = b.Table(caption, head, tuple(lines), "list", scroll=False)
    lead = b.Heading(2, grouped("list")), b.Paragraph(say("index", "order"))
    content = *lead, _signs(), table, *year_notes(shown)
    return exhibit(None, say("index", "list"), content, together.data(shown))


def _signs() -> b.Listing:
    """The legend of the small drawings."""
    signs = ("spark", "harder", "easier", "comparable")
    items = ((rows.key(sign), b.Span(say("index", f"sign_{sign}"))) for sign in signs)
    return b.Listing(tuple(items), "key", label=say("index", "signs"))


def _head(one: Reading) -> b.Content:
    median = say("cells", "median", value=one.metropole_shown)
    return named(one.code, together.label(one)), b.BREAK, b.small(f"{one.when} · {median}")


def _row(of: Portrait, number: int, read: together.Columns) -> b.Row:
    place = of.place
    told, people = ", ".join(area.name for area in place.communes), together.population([place])
    if people:
        told = say("index", "people_short", communes=told, people=people[0])
    own = (b.Span(of.traits[0].short, "line"),) if of.traits else ()
    link = together.link(place, "name")
    head = b.small(str(number)), " ", link, " ", b.Span(told, "line"), *own
    return b.Row((head, *(_cell(read[code][place.code]) for code in LIST)))


def _cell(one: Reading) -> b.Cell:
    """A value with its small drawing, and, for who does not see it, how it reads."""
    if not one.published:
        return b.Cell(b.muted(one.brief), label=together.label(one))
    words = b.Span(one.brief, "v few" if one.few else "v"), b.Span(f" {one.words}", "hidden")
    return b.Cell((rows.spark(one), " ", *words), label=together.label(one))
