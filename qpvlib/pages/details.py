"""The details of a diagnosis: every indicator, every year, near places, sources and method."""

import pandas as pd

from qpvlib.catalogue import Indicator, catalogue, wording
from qpvlib.catalogue.entries import Rule
from qpvlib.diagnosis import comparison
from qpvlib.document.exhibits import Exhibit, escape, table
from qpvlib.pages.cells import DASH, against, around, exhibit, text, value_cell
from qpvlib.tables import areas, indicators, tidy
from qpvlib.tables.areas import Neighbourhood
from qpvlib.tables.tidy import Record

HEAD = [
    "Indicateur (année)",
    "Quartier",
    "Médiane des QPV de métropole (nombre)",
    "Position",
    "Médiane des quartiers du département",
    "Territoires autour",
]


def theme_details(place: Neighbourhood, positions: pd.DataFrame) -> Exhibit:
    """Every indicator of the six themes against every benchmark, one folded table a theme."""
    parts, known = [], tidy.grouped(tidy.records(positions), "indicator")
    for number, (code, theme) in enumerate(catalogue().themes.items(), 3):
        codes = [c for c, i in catalogue().indicators.items() if i.theme == code]
        rows_ = [_detail_row(known[c]) for c in codes if c in known]
        html = table(f"Tableau {number}. {escape(theme.label)}", HEAD, rows_, kind="full")
        parts.append(f"<details><summary>{escape(theme.label)}</summary>{html}</details>")
    shown = positions[["indicator", "benchmark", "benchmark_area", "year", "value", "reference"]]
    return exhibit(place, "Tous les indicateurs", "".join(parts), shown)


def _detail_row(part: list[Record]) -> list[str]:
    row, peers = against(part, "metropole_qpv"), against(part, "peers")
    indicator = catalogue().indicator(row["indicator"])
    shown = wording.value(row["reference"], indicator.unit, int(row["decimals"]))
    median = f"{shown} ({wording.number(row['n'])})" if pd.notna(row["reference"]) else DASH
    local = _peers_cell(peers, indicator)
    others = [r for r in part if r["benchmark"] not in ("metropole_qpv", "peers")]
    places = "<br>".join(around(r, row, indicator) for r in others) or DASH
    caution = f'<br><span class="s">{text(indicator.caution)}</span>' if indicator.caution else ""
    estimate = " ; estimation" if row["status"] == "estimated" else ""
    year = text(wording.year_of(row) + estimate)
    label = f'{text(indicator.label)} <span class="s">({year})</span>{caution}'
    return [label, value_cell(row, indicator), median, _rank_cell(row, indicator), local, places]


def _peers_cell(peers: Record, indicator: Indicator) -> str:
    """Median of the département's neighbourhoods; a median of one would be itself."""
    if len(areas.siblings(areas.neighbourhood(peers["area"]))) == 1:
        return DASH
    if pd.notna(peers["reference"]):
        decimals = int(peers["reference_decimals"])
        return wording.value(peers["reference"], indicator.unit, decimals)
    n = int(peers["n"])
    told = f"{n} publiés" if n > 1 else f"{n or 'aucun'} publié"
    return f'<span class="na">{told}</span>'


def _rank_cell(row: Record, indicator: Indicator) -> str:
    if indicator.descriptive and row["indicator"] in ("etrangers", "taux_emploi_etrangers"):
        return DASH  # nationality is never placed on a scale
    return escape(wording.rank(row)) or DASH


def series_details(place: Neighbourhood, observations: pd.DataFrame) -> Exhibit:
    """Every year of every indicator of the neighbourhood, blanks said."""
    own = observations[observations.area.isin([place.code, place.successor])]
    own = own.sort_values(["generation", "year"])
    known, rows_ = tidy.grouped(tidy.records(own), "indicator"), []
    for code, indicator in catalogue().indicators.items():
        part = known.get(code, [])
        if len(part) > 1:
            cells = [_year_cell(row, indicator) for row in part]
            rows_.append([text(indicator.label), " ".join(cells)])
    html = table(
        "Tableau 9. Toutes les années publiées", ["Indicateur", "Année et valeur"], rows_, numeric=9
    )
    return exhibit(
        place,
        "Toutes les années",
        f"<details><summary>Toutes les années publiées</summary>{html}</details>",
        own[["indicator", "year", "value"]],
    )


def _year_cell(row: Record, indicator: Indicator) -> str:
    later = " (périmètre 2024)" if row["generation"] == "2024" else ""
    shown = wording.value(row["value"], indicator.unit, int(row["decimals"]))
    return (
        f'<span class="yr"><span class="s">{text(wording.year_of(row))}{later}</span> '
        f"{shown if pd.notna(row['value']) else _blank(row)}</span>"
    )


def _blank(row: Record) -> str:
    note = f", note {escape(row['note'])}" if row["note"] else ""
    return f'<span class="na">non publié{note}</span>'


def nearby(place: Neighbourhood) -> Exhibit:
    """Nearest collèges, France services and hospital: distances as the crow flies, no judgement."""
    names = {"college": "Collège", "france_services": "France services", "hopital": "Hôpital"}
    found = areas.places(place)
    if found.empty:
        return exhibit(place, "Lieux proches", "")
    every = set(names) <= set(found.kind)
    kinds = "Collèges, France services et hôpital" if every else "Collèges"
    rows_ = [_place_row(names[r["kind"]], r) for r in tidy.records(found)]
    head = ["Lieu", "Distance à vol d'oiseau", "IPS (rentrée)", "Réussite au brevet (session)",
            "Valeur ajoutée, en points (session)"]  # fmt: skip
    note = catalogue().phrases["details" if every else "elsewhere"]["places"]
    html = (
        f"<details><summary>{kinds} les plus proches</summary>"
        f"{table('Tableau 10. Lieux les plus proches du périmètre 2015', head, rows_)}"
        f'<p class="s">{text(note)}</p></details>'
    )
    return exhibit(place, "Lieux proches", html, found[["kind", "place", "distance_m"]])


def _place_row(kind: str, r: Record) -> list[str]:
    school = r["kind"] == "college"
    sector = f", {r['sector'].lower()}" if school else ""
    return [
        f"{kind} : {text(_proper(r['name']))} "
        f'<span class="s">({text(_proper(r["commune"]))}{sector})</span>',
        escape(wording.distance(r["distance_m"])),
        _school(r["ips"], 1, r["ips_year"]) if school else DASH,
        _school(r["dnb"], 1, r["dnb_year"], " %") if school else DASH,
        _signed(r["va"], r["va_year"]) if school else DASH,
    ]


def _proper(name: str) -> str:
    return name.title() if name.isupper() else name


def _school(value: float, decimals: int, year: float, unit: str = "") -> str:
    if pd.isna(value):
        return '<span class="na">non publié</span>'
    season = f"{int(year)}-{int(year) + 1}" if not unit else f"{int(year)}"
    return f"{wording.spaced(wording.number(value, decimals) + unit)} ({season})"


def _signed(value: float, year: float) -> str:
    if pd.isna(value):
        return '<span class="na">non publié</span>'
    sign = "+" if value > 0 else ""
    return f"{sign}{wording.number(value, 0)} ({int(year)})"


def sources(place: Neighbourhood, positions: pd.DataFrame, observations: pd.DataFrame) -> Exhibit:
    """Sources and method of what the page shows, from the catalogue; checksums; contact."""
    known = catalogue()
    used = list(dict.fromkeys(positions.indicator))
    definitions = "".join(
        f"<li><strong>{text(known.indicators[c].label)}.</strong> "
        f"{text(known.indicators[c].definition)} {_noise(c, place)}</li>"
        for c in used
    )
    cites = "".join(
        f"<li>{text(line)}</li>" for line in _cites(observations[observations.area == place.code])
    )
    rules = "".join(
        f"<li>{text(wording.sentence(_reason(rule, place)))} "
        f'<span class="s">({text(_rule_value(rule))})</span></li>'
        for rule in known.rules.values()
        if rule.public
    )
    contact = wording.say("details", "contact", contact=known.territory["contact"])
    signed = f'<p class="s">{escape(contact)}</p>' if place.home else ""
    html = (
        "<details><summary>Définitions et bruit de chaque indicateur</summary>"
        f'<ul class="dash">{definitions}</ul></details>'
        "<details><summary>Méthode : les règles et leurs raisons</summary>"
        f'<ul class="dash">{rules}</ul></details>'
        f'<h2>Sources</h2><ul class="s cites">{cites}</ul>'
        f'<p class="s">{text(known.phrases["details"]["licence"])}</p>'
        f"{signed}"
    )
    return exhibit(place, "Sources et méthode", html)


def _reason(rule: Rule, place: Neighbourhood) -> str:
    return rule.reason if place.home or not rule.elsewhere else rule.elsewhere


def _rule_value(rule: Rule) -> str:
    value = ", ".join(map(str, rule.value)) if isinstance(rule.value, list) else f"{rule.value:g}"
    return f"{value} {rule.unit}".strip().replace(".", ",")


def _noise(code: str, place: Neighbourhood) -> str:
    indicator = catalogue().indicator(code)
    limit = comparison.noise(code, place.size_class)
    if limit is None:
        return f'<span class="s">Bruit non mesuré : {text(indicator.noise.reason)}</span>'
    unit = {"%": " point" + ("s" if limit >= 2 else "")}.get(indicator.unit, "")
    shown = (
        wording.number(limit, max(1, indicator.decimals)) + unit
        if unit or indicator.unit != "€"
        else wording.value(limit, "€", 0)
    )
    return f'<span class="s">Bruit : {shown}. {text(indicator.noise.reason)}</span>'


def _cites(own: pd.DataFrame) -> list[str]:
    """One line per producer's series: its data years, or its files where years are unknown."""
    known = catalogue()
    own = own.assign(cite=own.source.map(indicators.cite))
    lines = []
    for cite, part in own.groupby("cite", sort=False):
        span = wording.span(part.year)
        word = "fichiers" if (part.year_status == "unknown").all() else "données"
        dates = dict.fromkeys(known.sources[s.partition("/")[0]].updated for s in part.source)
        lines.append(f"{cite} : {word} {span} ; {', '.join(dates)}.")
    outlines = (
        "anct_perimetres_2015",
        "anct_correspondance",
        "insee_cog",
        "ign_communes",
        "ign_epci",
    )
    return lines + [f"{known.sources[source].cite}." for source in outlines]
