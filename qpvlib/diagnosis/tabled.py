"""The figures of a page as rows: its own, and all that they are read against; one figure, one row.

What a page holds back is held back here: no percentage of a few people, no count of a blank.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.diagnosis import comparison, reading
from qpvlib.diagnosis.observed import Observed
from qpvlib.diagnosis.reading import METROPOLE, PEERS, Reading
from qpvlib.project import kept
from qpvlib.tables import areas, indicators, tidy
from qpvlib.tables.areas import Area, Neighbourhood
from qpvlib.tables.tidy import Record

KEY = ("territoire_code", "indicateur_code", "periode")
# Each column and what it holds; its sentences are in the catalogue, under the same name.
COLUMNS = {
    "territoire_code": "string", "territoire": "string", "territoire_type": "string",
    "theme": "string", "indicateur_code": "string", "indicateur": "string", "unite": "string",
    "periode": "string", "annee": "integer", "annee_statut": "string", "fichier": "integer",
    "affichage": "string", "valeur": "number", "au_plus": "number", "numerateur": "integer",
    "denominateur": "integer", "decimales": "integer", "statut": "string", "note": "string",
    "nombre": "integer", "bruit": "number", "lecture": "string", "solidite": "string",
    "source": "string", "mise_a_jour": "string", "licence": "string",
}  # fmt: skip
LISTED = {
    "territoire_code": "string", "territoire": "string", "liste": "string", "type": "string",
    "lieu_code": "string", "nom": "string", "adresse": "string", "commune": "string",
    "precision": "string", "distance_m": "integer", "annee": "integer", "fiabilite": "string",
    "ips": "number", "ips_annee": "integer", "brevet": "number", "brevet_annee": "integer",
    "valeur_ajoutee": "number", "valeur_ajoutee_annee": "integer", "source": "string",
    "mise_a_jour": "string", "licence": "string",
}  # fmt: skip
LISTED_KEY = ("territoire_code", "liste", "type", "lieu_code")
JOIN = " | "  # between the sources of one row, in their three columns
Row = dict[str, Any]


@kept("root")
def say(key: str) -> str:
    """A word of the rows (``phrases-donnees.toml``, group ``tabled``)."""
    return wording.say("tabled", key)


def figures(*places: Neighbourhood) -> list[Row]:
    """Figures of some neighbourhoods, then of what they are read against, each once.

    Returns
    -------
    list of dict
        By ``COLUMNS``: None where there is nothing to give, which is never 0.
    """
    parts: tuple[Callable[[Neighbourhood], Iterator[Row]], ...] = (_own, _around, _alike)
    found: dict[tuple, Row] = {}
    for row in chain.from_iterable(part(place) for part in parts for place in places):
        held = found.setdefault(tuple(row[name] for name in KEY), row)
        if row["decimales"] > held["decimales"]:  # the same median beside a rounded figure
            held |= {name: row[name] for name in ("decimales", "affichage")}
    order = {code: i for i, code in enumerate(catalogue().indicators)}
    return sorted(found.values(), key=lambda row: order[row["indicateur_code"]])


# --- figures -----------------------------------------------------------------------------------


def _own(place: Neighbourhood) -> Iterator[Row]:
    """Every year of both perimeters; in the year that the page leads with, how it reads."""
    compared = reading.readings(comparison.compared(place))
    named = {place.code: (place.name, "own"), place.successor: (place.successor_name, "later")}
    for one in _readings("observations", named):
        led = compared.get(one.code)
        leads = led is not None and (led.area, led.year) == (one.area, one.year)
        yield _row(led if leads else one, *named[one.area]) | (_read(led) if leads else {})


def _readings(table: str, codes: Iterable[str]) -> Iterator[Reading]:
    rows = tidy.part(table, "area", filter(None, codes))
    return map(Reading.of, tidy.records(rows.sort_values("year", kind="stable")))


def _row(one: Observed, name: str, kind: str) -> Row:
    """A figure as it was published."""
    alone = one.few and one.published
    counts = one.published and pd.notna(one.denominator)
    return _about(one, one.area, name, kind) | {
        "affichage": one.shown,
        "valeur": None if alone else _number(one.value),
        "au_plus": None if one.bound is None else round(one.bound, 6),
        "numerateur": _number(one.numerator) if counts else None,
        "denominateur": _number(one.denominator) if counts else None,
        "statut": say("counts_alone" if alone else one.status),
        "note": one.note or None,
    }


def _about(one: Observed, area: str, name: str, kind: str) -> Row:
    """Whose figure it is, of what, when and by whom."""
    cite, updated, licence = _source(one.source)
    known = one.year_status != "unknown"
    told = {
        "territoire_code": area, "territoire": name, "territoire_type": say(kind),
        "theme": catalogue().themes[one.declared.theme].label, "indicateur_code": one.code,
        "indicateur": one.declared.label, "unite": one.declared.unit or say("plain"),
        "periode": wording.year(one.year, one.year_status, one.edition, one.source),
        "annee": int(one.year) if known else None, "annee_statut": say(f"year_{one.year_status}"),
        "fichier": int(one.edition), "decimales": int(one.decimals), "source": cite,
        "mise_a_jour": updated, "licence": licence,
    }  # fmt: skip
    return dict.fromkeys(COLUMNS) | told


@kept("root")
def _source(named: str) -> tuple[str, str, str]:
    """How it is cited, its last update, its licence."""
    source = catalogue().sources[named.partition("/")[0]]
    return indicators.cite(named), source.updated, source.licence


def _read(one: Reading) -> Row:
    """How the page reads a figure, where it does."""
    told = not one.declared.descriptive and one.verdict != "not_compared"
    return {
        "bruit": _number(one.noise),
        "lecture": one.words if told else None,
        "solidite": wording.say("reading", one.solidity) if told else None,
    }


def _around(place: Neighbourhood) -> Iterator[Row]:
    """Medians of the metropolitan QPV of every year, then the benchmarks of the leading one."""
    for one in _readings("observations", [place.code]):
        if one.limits is not None:
            yield _median(replace(one, median=one.limits.at(50), n=one.limits.n))
    held = _observed(place.within)
    for one in reading.readings(comparison.compared(place)).values():
        for r in one.references:
            if r.benchmark == PEERS and len(areas.siblings(place)) > 1:
                yield _middle(one, f"QPV-{r.area}", r.name, "peers", r.value, r.n)
            elif r.benchmark not in (METROPOLE, PEERS):
                # What stands beside is told with the words of the page, as it is published.
                seen = Reading.of(held[r.area, one.code, r.year])
                yield _row(seen, r.name, r.benchmark) | {"affichage": seen.amount}


def _observed(within: Iterable[Area]) -> dict[tuple, Record]:
    """Observations of some areas, by area, indicator and year."""
    rows = tidy.part("observations", "area", [area.code for area in within])
    return {(r["area"], r["indicator"], r["year"]): r for r in tidy.records(rows)}


def _median(one: Reading) -> Row:
    """The median of the metropolitan QPV: an upper bound where a threshold hides the lowest."""
    name = wording.say("benchmark", "metropole")
    row = _middle(one, "QPV-METROPOLE", name, "median", one.median, one.n)
    bound = {"valeur": None, "au_plus": row["valeur"], "statut": say("computed_most")}
    return row | {"affichage": one.metropole_shown} | (bound if one.cut else {})


def _middle(one: Reading, area: str, name: str, kind: str, value: float, n: int) -> Row:
    """A median that is computed here, of ``n`` neighbourhoods; none of some for all."""
    return _about(one, area, name, kind) | {
        "affichage": one.text(value), "valeur": _number(value), "nombre": int(n),
        "statut": say("computed" if pd.notna(value) else "not_computed"),
    }  # fmt: skip


def _alike(place: Neighbourhood) -> Iterator[Row]:
    """The declared figures of the metropolitan QPV that resemble it."""
    found = tidy.part("similar", "area", [place.code])
    named = {r["similar"]: f"{r['name']} ({r['communes']})" for r in tidy.records(found)}
    years = {code: entry.year for code, entry in catalogue().similar.items()}
    for one in _readings("similar_values", named):
        if one.year == years.get(one.code):
            yield _row(one, named[one.area], "alike")


def _number(value: float | None) -> float | int | None:
    """A number as it is written: no « .0 », nothing for a blank."""
    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else round(float(value), 6)


# --- places ------------------------------------------------------------------------------------


def listed(*places: Neighbourhood) -> list[Row]:
    """The places that the pages name: nearest collèges and services, then those of a kilometre.

    Returns
    -------
    list of dict
        By ``LISTED``.
    """
    return [row for place in places for part in (_near, _close) for row in part(place)]


def _near(place: Neighbourhood) -> Iterator[Row]:
    for r in tidy.records(areas.places(place)):
        yield _listed(place, r, "near", say(r["kind"])) | {
            "precision": r["sector"] or None,
            "ips": _number(r["ips"]), "ips_annee": _number(r["ips_year"]),
            "brevet": _number(r["dnb"]), "brevet_annee": _number(r["dnb_year"]),
            "valeur_ajoutee": _number(r["va"]), "valeur_ajoutee_annee": _number(r["va_year"]),
        }  # fmt: skip


def _close(place: Neighbourhood) -> Iterator[Row]:
    for r in tidy.records(areas.resources(place)):
        told = {"precision": r["detail"] or None, "fiabilite": say(r["reliability"])}
        yield _listed(place, r, "close", catalogue().resources[r["type"]].label) | told


def _listed(place: Neighbourhood, r: Row, key: str, kind: str) -> Row:
    sources = [catalogue().sources[name] for name in r["source"].split(", ")]
    told = {
        "territoire_code": place.code, "territoire": place.name, "liste": say(key), "type": kind,
        "lieu_code": r["place"], "nom": wording.proper(r["name"]) or kind,
        "adresse": wording.proper(r["address"]) or None,
        "commune": wording.proper(r["commune"]) or None, "distance_m": _number(r["distance_m"]),
        "annee": _number(r["year"]),
    }  # fmt: skip
    cites = {
        column: JOIN.join(getattr(source, name) for source in sources)
        for column, name in (("source", "cite"), ("mise_a_jour", "updated"), ("licence", "licence"))
    }
    return dict.fromkeys(LISTED) | told | cites
