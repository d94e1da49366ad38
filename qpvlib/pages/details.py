"""The details of a diagnosis: every indicator, every year, near places, sources and method."""

import pandas as pd

from qpvlib.catalogue import Indicator, catalogue, wording
from qpvlib.catalogue.entries import Rule
from qpvlib.diagnosis import noise, reading
from qpvlib.diagnosis.reading import METROPOLE, PEERS, Reading
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.document.named import named
from qpvlib.pages import opening, resources
from qpvlib.pages.cells import DASH, NATIONALITY, around, exhibit, headline, say, value_cell
from qpvlib.tables import areas, indicators, tidy
from qpvlib.tables.areas import Neighbourhood
from qpvlib.tables.tidy import Record

HEAD = ("indicator", "own", "median", "position", "peers", "around")
OUTLINES = (
    "anct_perimetres_2015", "anct_perimetres_2024", "anct_correspondance", "insee_cog",
    "anct_communes", "ign_communes", "ign_epci",
)  # fmt: skip

# --- every indicator ---------------------------------------------------------------------------


def theme_details(place: Neighbourhood, positions: pd.DataFrame) -> Exhibit:
    """Every indicator of the six themes against every benchmark, one folded table a theme."""
    seen, parts = reading.readings(positions), []
    head = tuple(say("details", key) for key in HEAD)
    for number, (code, theme) in enumerate(catalogue().themes.items(), 2):
        rows = tuple(
            _detail_row(seen[c])
            for c, i in catalogue().indicators.items()
            if i.theme == code and c in seen
        )
        caption = say("details", "theme", n=number, theme=theme.label)
        table = b.Table(caption, head, rows, "full", numeric=1)
        parts.append(b.Fold(theme.label, table, data=True))
    shown = positions[["indicator", "benchmark", "benchmark_area", "year", "value", "reference"]]
    return exhibit(place, say("details", "title"), tuple(parts), shown)


def _detail_row(one: Reading) -> tuple[b.Content, ...]:
    places = [around(r, one) for r in one.references if r.benchmark not in (METROPOLE, PEERS)]
    rank = "" if one.code in NATIONALITY else one.rank
    return (
        _label(one), value_cell(one), _median_cell(one), rank or DASH, _peers_cell(one),
        tuple(line for part in places for line in (b.BREAK, part))[1:] or DASH,
    )  # fmt: skip


def _label(one: Reading) -> b.Content:
    key = "year_estimated" if one.status == "estimated" else "year"
    caution = (b.BREAK, b.small(one.declared.caution)) if one.declared.caution else ()
    return named(one.code), " ", b.small(say("details", key, year=one.when)), *caution


def _median_cell(one: Reading) -> b.Content:
    if pd.isna(one.median):
        return DASH
    return say("details", "counted", value=one.median_beside, n=wording.number(one.n))


def _peers_cell(one: Reading) -> b.Content:
    """Median of the département's neighbourhoods; a median of one would be itself."""
    if len(areas.siblings(one.place)) == 1:
        return DASH
    peers = one.against(PEERS)
    if pd.notna(peers.value):
        return one.beside(peers.shown, peers.value)
    few = {0: "_none", 1: "_one"}.get(peers.n, "")
    return b.muted(say("details", f"peers_published{few}", n=peers.n))


# --- every year --------------------------------------------------------------------------------


def series_details(place: Neighbourhood, observations: pd.DataFrame) -> Exhibit:
    """Every year of every indicator of the neighbourhood, blanks said."""
    own = observations[observations.area.isin([place.code, place.successor])]
    own = own.sort_values(["generation", "year"])
    known = reading.series(own)
    rows = tuple(
        (named(code), tuple(part for one in known[code] for part in (" ", _year(one)))[1:])
        for code in catalogue().indicators
        if len(known.get(code, [])) > 1
    )
    head = say("series", "indicator"), say("series", "values")
    table = b.Table(say("series", "caption"), head, rows)
    content = b.Fold(say("series", "fold"), table, data=True)
    return exhibit(place, say("series", "title"), content, own[["indicator", "year", "value"]])


def _year(one: Reading) -> b.Span:
    later = one.generation == "2024"
    when = say("series", "later", year=one.when) if later else one.when
    return b.Span((b.small(when), " ", one.short if one.published else b.muted(one.blank)), "yr")


# --- places around -----------------------------------------------------------------------------


def nearby(place: Neighbourhood) -> Exhibit:
    """Nearest collèges, France services and hospital: distances as the crow flies, no judgement."""
    found = areas.places(place)
    if found.empty:
        return exhibit(place, say("nearby", "title"), "")
    every = {"college", "france_services", "hopital"} <= set(found.kind)
    head = tuple(say("nearby", key) for key in ("place", "distance", "ips", "dnb", "va"))
    rows = tuple(map(_place_row, tidy.records(found)))
    note = say("nearby", "note") if every else say("elsewhere", "places")
    table = b.Table(say("nearby", "caption"), head, rows, numeric=1)
    content = b.Fold(
        say("nearby", "fold" if every else "fold_schools"),
        (table, b.Paragraph(note, "small")), data=True,
    )  # fmt: skip
    return exhibit(place, say("nearby", "title"), content, found[["kind", "place", "distance_m"]])


def _place_row(r: Record) -> tuple[b.Content, ...]:
    school, commune = r["kind"] == "college", wording.proper(r["commune"])
    where = (
        say("nearby", "commune_sector", commune=commune, sector=r["sector"].lower())
        if school
        else say("nearby", "commune", commune=commune)
    )
    name = say("nearby", r["kind"], name=wording.proper(r["name"])), " ", b.small(where)
    told = _results(r) if school else (DASH,) * 3
    return name, wording.distance(r["distance_m"]), *told


def _results(r: Record) -> tuple[b.Content, ...]:
    """Of a collège: social position of its pupils, success at the brevet, added value."""
    sign = "+" if r["va"] > 0 else ""
    return (
        _school("season", r["ips_year"], r["ips"], wording.number(r["ips"], 1)),
        _school("session", r["dnb_year"], r["dnb"], wording.value(r["dnb"], "%", 1)),
        _school("session", r["va_year"], r["va"], f"{sign}{wording.number(r['va'])}"),
    )


def _school(key: str, year: float, value: float, shown: str) -> b.Content:
    if pd.isna(value):
        return b.muted(say("figure", "blank"))
    return say("nearby", key, value=shown, year=int(year), next=int(year) + 1)


# --- sources and method ------------------------------------------------------------------------


def sources(place: Neighbourhood, positions: pd.DataFrame, observations: pd.DataFrame) -> Exhibit:
    """Sources and method of what the page shows, from the catalogue; checksums; contact."""
    known = catalogue()
    definitions = [_definition(code, place) for code in dict.fromkeys(positions.indicator)]
    rules = [_rule(rule, place) for rule in known.rules.values() if rule.public]
    own = observations[observations.area == place.code]
    named = {source.partition("/")[0] for source in own.source}
    held = areas.drawn_from() | set(tidy.table("areas").source)
    if any(one.successor for one in areas.neighbourhoods().values()):
        held |= {"anct_correspondance"}
    outlines = [
        say("sources", "cite_outline", cite=known.sources[s].cite) for s in OUTLINES if s in held
    ]
    told = [*cites(own), *outlines, *resources.cites(place, but=named)]
    producers = _producers(own[own.indicator.isin(headline())])
    signed = say("sources", "contact", contact=known.territory["contact"]) if place.home else ""
    content = (
        b.Fold(say("sources", "clues"), opening.clues(place)),
        b.Fold(say("sources", "definitions"), b.Listing(tuple(definitions), "dash")),
        b.Fold(say("sources", "rules"), b.Listing(tuple(rules), "dash")),
        b.Group(b.Fold(say("sources", "list", producers=producers), (
            b.Listing(tuple(told), "s cites"),
            *(b.Paragraph(line, "small") for line in (say("sources", "licence"), signed) if line),
        )), "foot"),
    )  # fmt: skip
    return exhibit(place, say("sources", "title"), content)


def _producers(own: pd.DataFrame) -> str:
    """« Insee, Cnaf, SDES »: who makes the figures of the page."""
    return ", ".join(
        dict.fromkeys(cite.partition(",")[0] for cite in own.source.map(indicators.cite))
    )


def _definition(code: str, place: Neighbourhood) -> b.Content:
    indicator = catalogue().indicator(code)
    told = b.small(_noise(indicator, noise.noise(code, place.size_class)))
    return b.strong((named(code), ".")), f" {indicator.definition} ", told


def _noise(indicator: Indicator, limit: float | None) -> b.Content:
    reason = indicator.noise.reason
    if limit is None:
        return say("sources", "noise_unknown", reason=reason)
    if indicator.unit == "€":
        return say("sources", "noise", limit=wording.value(limit, "€"), reason=reason)
    shown = wording.number(limit, max(1, indicator.decimals))
    if indicator.unit == "%":
        shown = say("sources", "points" if limit >= 2 else "point", value=shown)
    return say("sources", "noise", limit=shown, reason=reason)


def _rule(rule: Rule, place: Neighbourhood) -> b.Content:
    reason = rule.reason if place.home or not rule.elsewhere else rule.elsewhere
    values = rule.value if isinstance(rule.value, list) else [rule.value]
    shown = wording.listed([wording.number(v, len(f"{v:g}".partition(".")[2])) for v in values])
    told = b.small(say("sources", "rule", value=f"{shown} {rule.unit}".strip()))
    return wording.sentence(reason), " ", told


def cites(own: pd.DataFrame) -> list[b.Content]:
    """One line per producer's series: its data years, or its files where years are unknown.

    Parameters
    ----------
    own : DataFrame
        Observations, or comparisons.
    """
    known = catalogue()
    lines = []
    for cite, part in own.assign(cite=own.source.map(indicators.cite)).groupby("cite", sort=False):
        key = "cite_files" if (part.year_status == "unknown").all() else "cite"
        sources = [known.sources[s.partition("/")[0]] for s in part.source.unique()]
        dates = dict.fromkeys(source.updated for source in sources)
        parts = {"years": wording.span(part.year), "dates": ", ".join(dates)}
        told = say("sources", key, cite=cite, **parts)
        lines.append((told, *resources.licences(sources)))
    return lines
