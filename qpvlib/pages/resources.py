"""Around a neighbourhood: the named places of the lists read, three on the page, all in details.

Nothing judges a school here, and what no list has is never said to be absent.
"""

from collections.abc import Iterable

import pandas as pd

from qpvlib.catalogue import Source, catalogue, slug, wording
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.pages.cells import exhibit, say, several
from qpvlib.tables import areas, tidy
from qpvlib.tables.areas import Neighbourhood
from qpvlib.tables.tidy import Record

FIRST = 3  # on the page
# Metres: the outlines of 2015 skirt schools, so that « inside » would miss those at the door.
BESIDE = 300
NOTED = ("ecole", "conseiller_numerique", "laboratoire", "tramway")  # types that are half told
OPEN_LICENCE = "Licence Ouverte 2.0"


# --- on the page -------------------------------------------------------------------------------


def around(place: Neighbourhood) -> Exhibit:
    """Three places of three kinds: the nearest and most useful that the lists name.

    Of each family of types in the catalogue's order (rights, employment, health, education…), the
    best of ``_first``. Where no list covers the département, one sentence says so.
    """
    found = tidy.records(areas.resources(place))
    shown = _first(found)
    title = say("around", "title")
    listed = b.Listing(tuple(map(_line, shown)), "around") if shown else ""
    content = b.Heading(2, title), listed, *_foot(place, bool(shown))
    return exhibit(place, title, content, _data(pd.DataFrame(shown)))


def _first(found: list[Record]) -> list[Record]:
    """The best of each family, then of the types left: as near, a recent list comes first."""
    known = catalogue().resources
    order = {kind: rank for rank, kind in enumerate(known)}
    types: dict[str, Record] = {}
    for r in sorted(found, key=lambda r: (_band(r), r["reliability"], order[r["type"]])):
        types.setdefault(r["type"], r)
    families: dict[str, Record] = {}
    for kind, r in types.items():
        families.setdefault(known[kind].family, r)
    ranked = dict.fromkeys(one.family for one in known.values())
    chosen = [families[family] for family in ranked if family in families]
    return [*chosen, *(r for r in types.values() if r not in chosen)][:FIRST]


def _band(r: Record) -> int:
    """Inside, beside, or further."""
    return 0 if r["distance_m"] == 0 else 1 if r["distance_m"] <= BESIDE else 2


def _line(r: Record) -> b.Content:
    """Its name, its distance, its address, the year of its list."""
    told = " ; ".join(filter(None, (_address(r), _listed_in(r))))
    where = say("around", "where", distance=wording.distance(r["distance_m"]), told=told)
    return b.strong(_named(r)), ", ", where


def _named(r: Record) -> b.Content:
    """What it is, and its name: the name alone where it says what it is."""
    kind, name = catalogue().resources[r["type"]].label, _name(r)
    if not name:
        return kind
    told = set(slug(kind.partition(" (")[0]).split("-")) <= set(slug(name).split("-"))
    return name if told else say("around", "line", type=kind, name=name)


def near(r: Record) -> str:
    """A place in a sentence: « école Jean-Zay (à 120 m) », its name and its distance."""
    where = wording.distance(r["distance_m"])
    return b.plain(say("around", "near", name=_named(r), distance=where))


def _foot(place: Neighbourhood, some: bool) -> tuple[b.Paragraph, ...]:
    covered, every = areas.lists(place), tidy.table("lists")
    if covered.empty:
        return (b.Paragraph(say("around", "uncovered")),)
    foot = say("around", "foot") if some else say("around", "none")
    more = _unread(covered, every)
    return (b.Paragraph(" ".join(filter(None, (foot, more))), "small"),)


def _unread(covered: pd.DataFrame, every: pd.DataFrame) -> b.Content:
    """That other lists are of other départements; that there is one alone."""
    if len(covered) < len(every):
        return say("around", "elsewhere")
    return say("around", "only") if len(set(covered.source)) == 1 else ""


def _data(rows: pd.DataFrame) -> pd.DataFrame:
    """What an exhibit rests on: its checksum."""
    return rows.reindex(
        columns=["type", "place", "name", "address", "distance_m", "year", "reliability"]
    )


# --- one place ---------------------------------------------------------------------------------


def _name(r: Record) -> str:
    return wording.proper(r["name"])


def _address(r: Record) -> str:
    """Street and commune, as far as the list has them."""
    return ", ".join(filter(None, (wording.proper(r["address"]), r["commune"])))


def _listed_in(r: Record) -> str:
    """« liste de 2016, à vérifier »."""
    return _year_in("list", "undated", r)


def _year(r: Record) -> str:
    """« 2016, à vérifier », in a column that says what it is the year of."""
    return _year_in("year", "year_undated", r)


def _year_in(dated: str, undated: str, r: Record) -> str:
    check = "_check" if r["reliability"] == "to_check" else ""
    if pd.isna(r["year"]):
        return str(say("around", undated + check))
    return str(say("around", dated + check, year=int(r["year"])))


# --- in the details ----------------------------------------------------------------------------


def around_details(place: Neighbourhood) -> Exhibit:
    """Every named place within a kilometre, by type, then the types that the lists have not."""
    found, title = areas.resources(place), say("around", "title")
    if areas.lists(place).empty:
        return exhibit(place, title, b.Paragraph(say("around", "uncovered")))
    content = b.Fold(_fold(found), (*_table(found), *_notes(place, found)), data=True)
    return exhibit(place, title, content, _data(found))


def _fold(found: pd.DataFrame) -> b.Content:
    close = int((found.distance_m <= BESIDE).sum())
    if found.empty:
        return say("around", "fold_none")
    if not close:
        return several("around", "fold", len(found))
    parts = {"close": wording.number(close), "limit": wording.number(BESIDE)}
    return several("around", "fold_close", len(found), **parts)


def _table(found: pd.DataFrame) -> tuple[b.Table, ...]:
    if found.empty:
        return ()
    head = tuple(say("around", key) for key in ("place", "distance", "from"))
    rows: list[b.Row] = []
    for kind, places in tidy.grouped(tidy.records(found), "type").items():
        rows.append(b.Row((catalogue().resources[kind].label,), "group"))
        rows += map(_row, places)
    return (b.Table(say("around", "caption"), head, tuple(rows), "near", scroll=False),)


def _row(r: Record) -> b.Row:
    details = ", ".join(filter(None, (_address(r), r["detail"])))
    name = _name(r) or catalogue().resources[r["type"]].label
    told = (name, " ", b.small(f"({details})")) if details else name
    return b.Row((told, wording.distance(r["distance_m"]), _year(r)))


def _notes(place: Neighbourhood, found: pd.DataFrame) -> Iterable[b.Paragraph | b.Listing]:
    """The types that the lists have nothing of, then what no list says."""
    lists = areas.lists(place)
    absent = lists[~lists.type.isin(found.type)]
    if len(absent):
        yield b.Paragraph(say("around", "nothing"), "small")
        yield b.Listing(tuple(_absent(absent)), "dash")
    told = [say("around", "note")]
    told += [say("around", f"note_{kind}") for kind in NOTED if kind in set(lists.type)]
    if (found.reliability == "to_check").any():
        told.append(say("around", "note_check"))
    told += filter(None, [_unread(lists, tidy.table("lists"))])
    yield b.Paragraph(" ".join(map(str, told)), "small")


def _absent(lists: pd.DataFrame) -> Iterable[b.Content]:
    """« 2016 : Caf, mairie », a line a year of the lists."""
    years = lists.groupby("type").year.max()
    for year, of_it in years.groupby(years):
        yield say("around", "nothing_in", year=int(year), types=_labels(of_it.index))
    undated = years.index[years.isna()]
    if len(undated):
        yield say("around", "nothing_undated", types=_labels(undated))


def _labels(kinds: Iterable[str]) -> str:
    held = set(kinds)
    return ", ".join(one.label for kind, one in catalogue().resources.items() if kind in held)


# --- their sources -----------------------------------------------------------------------------


def cites(place: Neighbourhood, but: Iterable[str] = ()) -> list[b.Content]:
    """A line for each list that covers the neighbourhood, with its year and its licence.

    Parameters
    ----------
    but : iterable of str
        Sources that the page cites already.
    """
    lines: list[b.Content] = []
    for code, part in areas.lists(place).groupby("source", sort=False):
        source = catalogue().sources.get(code)
        if source is None or code in but:
            continue
        year = part.year.max()
        key = "cite_undated" if pd.isna(year) else "cite"
        parts = {} if pd.isna(year) else {"years": str(int(year))}
        lines.append((say("around", key, cite=source.cite, **parts), *licences([source])))
    return lines


def licences(sources: Iterable[Source]) -> list[str]:
    """Those that are not the Licence Ouverte: the others are told together, under the list."""
    own = dict.fromkeys(s.licence for s in sources if s.licence != OPEN_LICENCE)
    return [f" {say('sources', 'other', licence=name)}" for name in own]
