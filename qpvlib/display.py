"""Table → formatted piece of a page: header, identity, points, landmarks, details, sources."""

from datetime import date

import pandas as pd

from qpvlib import areas, comparison, diagnosis, indicators, rows, tables, wording
from qpvlib.areas import Neighbourhood
from qpvlib.catalogue import Indicator, catalogue
from qpvlib.exhibits import Exhibit, escape, table

TAGS = {
    "solid": '<span class="tag">solide</span>',
    "confirm": '<span class="tag c">à confirmer</span>',
    "undocumented": '<span class="tag c">non documenté</span>',
}
ARROWS = {"higher": "▲", "lower": "▼", "comparable": "○", "not_compared": ""}
DASH = '<span class="na">—</span>'


def _exhibit(place: Neighbourhood | None, title: str, html: str, data=None) -> Exhibit:
    area = place.code if place else f"D{catalogue().territory['departement']}"
    return Exhibit(html, title, area, pd.DataFrame() if data is None else data)


def _text(text: str) -> str:
    return escape(wording.spaced(text))


# --- first screen ----------------------------------------------------------------------------


def header(place: Neighbourhood) -> Exhibit:
    """Name, commune, contract, and what the perimeter became."""
    home = catalogue().territory
    communes = ", ".join(commune.name for commune in place.communes)
    contract = place.contract.label if place.contract else ""
    status = {"unchanged": "unchanged", "modified": "modified"}.get(
        place.successor_status, "unknown"
    )
    line = catalogue().phrases["perimeter"][status].format(
        code=place.code,
        successor=place.successor,
        successor_name=escape(place.successor_name),
    )
    html = (
        f'<div class="top"><span>{escape(home["office"])} · Diagnostic de quartier</span>'
        '<span class="draft">PROJET, non relu</span></div>'
        f'<div class="hd"><h1><span class="town">{escape(communes)}</span> '
        f"{escape(place.name)}</h1>"
        f'<p class="s">{escape(contract)}</p><p class="per">{wording.spaced(line)}</p></div>'
    )
    return _exhibit(place, place.name, html)


def brief(place: Neighbourhood, found: pd.DataFrame, positions: pd.DataFrame) -> Exhibit:
    """« En bref »: the few sentences that open the page."""
    lines = " ".join(diagnosis.brief(found, positions, place))
    html = f'<div class="br"><h2>En bref</h2><p class="lead">{escape(lines)}</p></div>'
    return _exhibit(place, "En bref", html, found[["indicator", "value", "verdict"]])


def identity(place: Neighbourhood, observations: pd.DataFrame) -> Exhibit:
    """Identity card: inhabitants by year, area, social dwellings, children, age of the figures."""
    own = observations[observations.area == place.code]
    people = _series(own, "population")
    later = _series(observations[observations.area == place.successor], "population")
    cells = [
        _cell(people.iloc[-1] if len(people) else None, "habitants", people, later),
        _single(own, "logements_sociaux", "logements sociaux au {year}"),
        _single(own, "enfants_6_17", "enfants de 6 à 17 ans couverts par la Caf ({year})"),
        (wording.number(place.area_ha, 1) + " ha", "de superficie (périmètre 2015)"),
    ]
    items = "".join(
        f"<div><dt>{escape(wording.spaced(label))}</dt><dd><b>{value}</b></dd></div>"
        for value, label in cells
    )
    html = (
        f'<dl class="id" aria-label="Carte d\'identité">{items}</dl>'
        f'<p class="s age">{_text(_ages(observations, place))}</p>'
    )
    codes = ["population", "logements_sociaux", "enfants_6_17"]
    shown = own[own.indicator.isin(codes)][["indicator", "year", "value"]]
    return _exhibit(place, "Carte d'identité", html, shown)


def _series(own: pd.DataFrame, code: str) -> pd.DataFrame:
    return own[(own.indicator == code) & own.value.notna()].sort_values("year")


def _cell(row, noun: str, people: pd.DataFrame, later: pd.DataFrame) -> tuple[str, str]:
    if row is None:
        return "n. p.", f"{noun} : non publié"
    others = [f"{wording.number(r.value)} en {r.year}" for r in people.iloc[:-1].itertuples()]
    label = f"{noun} en {row.year}" + (" ; " + ", ".join(others) if others else "")
    if len(later):
        last = later.iloc[-1]
        label += f" ; {wording.number(last.value)} en {last.year} dans le périmètre 2024"
    return wording.number(row.value), label


def _single(own: pd.DataFrame, code: str, label: str) -> tuple[str, str]:
    rows_ = own[own.indicator == code].sort_values("year")
    if rows_.empty or pd.isna(rows_.iloc[-1].value):
        return "n. p.", label.format(year="non publié")
    row = rows_.iloc[-1]
    return wording.number(row.value), label.format(year=wording.year_of(row))


def _ages(observations: pd.DataFrame, place: Neighbourhood) -> str:
    positions = comparison.compare(observations, place)
    shown = positions[positions.indicator.isin(_headline())].drop_duplicates("indicator")
    sure = shown[shown.year_status != "unknown"].year
    files = sorted(shown[shown.year_status == "unknown"].edition.unique())
    text = f"Âge des chiffres repères : données de {sure.min()} à {sure.max()}"
    if files:
        named = ", ".join(str(e) for e in files)
        text += f", et fichier Insee {named} dont l'année des données n'est pas vérifiée"
    return text + "."


def _headline() -> list[str]:
    return [code for code, i in catalogue().indicators.items() if i.place == "headline"]


def points(place: Neighbourhood, found: pd.DataFrame) -> Exhibit:
    """Points d'appui and points de vigilance, three at most of each, side by side."""
    phrases = catalogue().phrases
    strengths = diagnosis.strengths(found, place)
    watched = diagnosis.vigilance(found)
    favourable = any(
        found.set_index("indicator").orientation.get(p.indicator) == "favourable"
        for p in strengths
    )
    left = "".join(_strength(i, point) for i, point in enumerate(strengths, 1))
    none = "" if favourable else _text(phrases["strength"]["none"]) + " "
    lines = '<span class="ln" aria-hidden="true"></span>' * 2
    right = "".join(_watch(i, point) for i, point in enumerate(watched, 1))
    right = f"<ol>{right}</ol>" if watched else f"<p>{_text(phrases['vigilance']['none'])}</p>"
    html = (
        f'<div class="duo"><div><h2>Points d\'appui</h2>{f"<ol>{left}</ol>" if left else ""}'
        f'<p class="s">{none}<strong>{_text(phrases["strength"]["field"])}</strong></p>{lines}</div>'
        f"<div><h2>Points de vigilance</h2>{right}</div></div>"
    )
    return _exhibit(
        place, "Points d'appui et de vigilance", html, found[["indicator", "value", "orientation"]]
    )


def _strength(number: int, point: diagnosis.Point) -> str:
    phrases = catalogue().phrases["strength"]
    if point.kind == "figure":
        body = f"<strong>{escape(point.title)}.</strong> {escape(point.sentence)}"
        label = phrases["figure_label"]
    else:
        body = f"<strong>{escape(point.title)}</strong> {escape(point.sentence)}"
        label = phrases[f"{point.kind}_label"]
    return f'<li><b>{number}</b><span>{body} <span class="s">{_text(label)}</span></span></li>'


def _watch(number: int, point: diagnosis.Point) -> str:
    aside = catalogue().indicator(point.indicator).aside
    more = f" {_text(aside)}" if aside else ""
    return (
        f"<li><b>{number}</b><span><strong>{escape(point.title)}.</strong> "
        f"{escape(point.sentence)}{more} {TAGS[point.solidity]}</span></li>"
    )


# --- landmarks -------------------------------------------------------------------------------


def landmarks(place: Neighbourhood, positions: pd.DataFrame) -> Exhibit:
    """The headline indicators: a small drawing, the value, how it reads, the areas around."""
    known = catalogue()
    judged = [c for c in _headline() if not known.indicators[c].descriptive]
    described = [c for c in _headline() if known.indicators[c].descriptive]
    first = positions[positions.benchmark == "metropole_qpv"].set_index("indicator")
    shown = [c for c in (*judged, *described) if c in first.index]
    html = (
        _legend(place)
        + _landmark_table(place, [c for c in judged if c in shown], positions, oriented=True)
        + _landmark_table(place, [c for c in described if c in shown], positions, oriented=False)
    )
    data = first.loc[shown].reset_index()[["indicator", "year", "value", "reference", "verdict"]]
    return _exhibit(place, "Les repères", html, data)


def _legend(place: Neighbourhood) -> str:
    count = len([p for p in areas.neighbourhoods().values() if p.departement == place.departement])
    words = [
        ("band", "quartiers prioritaires de métropole : 8 sur 10 (clair), la moitié (foncé), médiane (trait)"),
        ("ticks", f"les {count} quartiers du département"),
        ("around", "commune, département : même année seulement"),
        ("worse", "le quartier : plus de difficultés ; le trait horizontal est le bruit"),
        ("better", "moins de difficultés"),
        ("same", "comparable"),
        ("plain", "descriptif"),
    ]  # fmt: skip
    items = "".join(f"<li>{rows.sign(kind)}<span>{_text(text)}</span></li>" for kind, text in words)
    return f'<ul class="key" aria-label="Signes du tableau">{items}</ul>'


def _landmark_table(
    place: Neighbourhood, codes: list[str], positions: pd.DataFrame, oriented: bool
) -> str:
    ends = (
        ("◀ plus de difficultés", "moins de difficultés ▶")
        if oriented
        else ("◀ plus bas", "plus élevé ▶")
    )
    caption = (
        "Tableau 1. Indicateurs repères" if oriented else "Tableau 2. Données descriptives, ni favorables ni défavorables"
    )
    head = (
        '<th scope="col" role="columnheader">Indicateur, année des données</th>'
        f'<th scope="col" role="columnheader" class="ends"><span>{ends[0]}</span> <span>{ends[1]}</span></th>'
        '<th scope="col" role="columnheader" class="num">Quartier</th>'
        '<th scope="col" role="columnheader">Lecture et repères</th>'
    )
    body, theme = "", None
    for code in codes:
        label = catalogue().themes[catalogue().indicators[code].theme].short
        if oriented and label != theme:
            body += (
                '<tr class="th" role="row"><th scope="rowgroup" role="rowheader" colspan="4">'
                f"{escape(label)}</th></tr>"
            )
            theme = label
        body += _landmark_row(place, code, positions)
    return (
        f'<table class="marks" role="table"><caption>{caption}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def _landmark_row(place: Neighbourhood, code: str, positions: pd.DataFrame) -> str:
    indicator = catalogue().indicator(code)
    part = positions[positions.indicator == code]
    row = part[part.benchmark == "metropole_qpv"].iloc[0]
    return (
        f'<tr role="row"><th scope="row" role="rowheader">{_text(indicator.label)} '
        f'<span class="s">{_text(wording.year_of(row))}</span></th>'
        f'<td role="cell" class="draw">{rows.row(place, code, positions)}</td>'
        f'<td role="cell" class="num">{_value_cell(row, indicator)}</td>'
        f'<td role="cell" class="read">{_reading_cell(row, part, indicator)}</td></tr>'
    )


def _value_cell(row: pd.Series, indicator: Indicator) -> str:
    if pd.isna(row.value):
        return '<span class="na">non publié</span>'
    few = indicator.measure == "share" and row.denominator < catalogue().rule("count_alone")
    counts = (
        f'<span class="s">{wording.number(row.numerator)} des {wording.number(row.denominator)}</span>'
        if indicator.measure == "share"
        else ""
    )
    shown = wording.value(row.value, indicator.unit, int(row.decimals))
    return counts if few else f"<b>{shown}</b>{counts}"


def _reading_cell(row: pd.Series, part: pd.DataFrame, indicator: Indicator) -> str:
    words = escape(wording.reading(row))
    if row.status == "not_published":
        note = f" (note {escape(row.note)})" if row.note else ""
        head = f'<span class="na">pour ce quartier{note}</span>'
    elif indicator.descriptive:
        head = ""
    else:
        side = diagnosis.orientation(row.verdict, indicator)
        sure = diagnosis.solidity(row)
        doubt = " · à confirmer" if sure == "confirm" and row.verdict != "comparable" else ""
        head = (
            f'<span class="le {side}"><span aria-hidden="true">{ARROWS[row.verdict]}</span> '
            f"{words}{doubt}</span>"
        )
    median = wording.value(row.median, indicator.unit, int(row.decimals))
    refs = [f"médiane {median}"] if pd.notna(row.median) else []
    refs += [_around(r, row, indicator) for r in _shown_around(part).itertuples()]
    return f'{head}<span class="s">{" · ".join(refs)}</span>'


def _shown_around(part: pd.DataFrame) -> pd.DataFrame:
    return part[part.benchmark.isin(["commune", "epci", "departement"])]


def _around(r, row: pd.Series, indicator: Indicator) -> str:
    value = wording.value(r.reference, indicator.unit, int(r.reference_decimals))
    when = "" if r.reference_year == row.year else f" ({int(r.reference_year)})"
    short = areas.short_name(r.benchmark_area, r.benchmark_name)
    return f"{escape(short)} {value}{when}"


# --- what is not measured, what to ask -------------------------------------------------------


def unmeasured(place: Neighbourhood, found: pd.DataFrame) -> Exhibit:
    """« Non mesuré ici » and « À demander sur le terrain », with room to write."""
    known = catalogue()
    named = [entry for entry in known.not_measured.values() if entry.mandate]
    others = [entry.label for entry in known.not_measured.values() if not entry.mandate]
    listed = "".join(
        f"<li><strong>{_text(e.label)}</strong> <span class=\"s\">Indice le plus proche, qui ne le "
        f"remplace pas : {_text(e.clue)}.</span></li>"
        for e in named
    )
    questions = "".join(
        f'<li>{escape(question)}<span class="ln" aria-hidden="true"></span></li>'
        for question in diagnosis.field_questions(found, place)
    )
    html = (
        '<div class="bas"><div class="box"><h2>Non mesuré ici</h2>'
        f"<ul>{listed}</ul><p>{_text('Ni, à cette échelle : ' + ', '.join(o[0].lower() + o[1:] for o in others) + '.')}</p>"
        "<p><strong>L'absence de chiffre n'est pas une absence de besoin.</strong></p></div>"
        f'<div><h2>À demander sur le terrain</h2><ul class="q">{questions}</ul></div></div>'
    )
    return _exhibit(place, "Non mesuré ici", html)


# --- details ---------------------------------------------------------------------------------


def theme_details(place: Neighbourhood, positions: pd.DataFrame) -> Exhibit:
    """Every indicator of the six themes against every benchmark, one folded table a theme."""
    parts = []
    for number, (code, theme) in enumerate(catalogue().themes.items(), 3):
        codes = [c for c, i in catalogue().indicators.items() if i.theme == code]
        part = positions[positions.indicator.isin(codes)]
        rows_ = [_detail_row(part[part.indicator == c]) for c in codes if c in set(part.indicator)]
        head = ["Indicateur (année)", "Quartier", "Médiane des QPV de métropole (nombre)",
                "Position", "Médiane des quartiers du département", "Territoires autour"]  # fmt: skip
        html = table(f"Tableau {number}. {escape(theme.label)}", head, rows_, kind="full")
        parts.append(f"<details><summary>{escape(theme.label)}</summary>{html}</details>")
    shown = positions[["indicator", "benchmark", "benchmark_area", "year", "value", "reference"]]
    return _exhibit(place, "Tous les indicateurs", "".join(parts), shown)


def _detail_row(part: pd.DataFrame) -> list[str]:
    row = part[part.benchmark == "metropole_qpv"].iloc[0]
    indicator = catalogue().indicator(row.indicator)
    peers = part[part.benchmark == "peers"].iloc[0]
    median = (
        f"{wording.value(row.reference, indicator.unit, int(row.decimals))} ({wording.number(row.n)})"
        if pd.notna(row.reference)
        else DASH
    )
    local = (
        wording.value(peers.reference, indicator.unit, int(peers.reference_decimals))
        if pd.notna(peers.reference)
        else f'<span class="na">{int(peers.n)} publiés</span>'
    )
    around = part[~part.benchmark.isin(["metropole_qpv", "peers"])]
    places = "<br>".join(_around(r, row, indicator) for r in around.itertuples()) or DASH
    caution = f'<br><span class="s">{_text(indicator.caution)}</span>' if indicator.caution else ""
    estimate = " ; estimation" if row.status == "estimated" else ""
    label = (
        f"{_text(indicator.label)} <span class=\"s\">({_text(wording.year_of(row) + estimate)})</span>{caution}"
    )
    return [label, _value_cell(row, indicator), median, _rank_cell(row, indicator), local, places]


def _rank_cell(row: pd.Series, indicator: Indicator) -> str:
    if indicator.descriptive and row.indicator in ("etrangers", "taux_emploi_etrangers"):
        return DASH  # nationality is never placed on a scale
    return escape(wording.rank(row)) or DASH


def series_details(place: Neighbourhood, observations: pd.DataFrame) -> Exhibit:
    """Every year of every indicator of the neighbourhood, blanks said."""
    own = observations[observations.area.isin([place.code, place.successor])]
    own = own.sort_values(["generation", "year"])
    order = list(catalogue().indicators)
    rows_ = []
    for code in sorted(own.indicator.unique(), key=order.index):
        part = own[own.indicator == code]
        if len(part) < 2:
            continue
        indicator = catalogue().indicator(code)
        cells = [
            f'<span class="yr"><span class="s">{_text(wording.year_of(r))}'
            f"{' (périmètre 2024)' if r['generation'] == '2024' else ''}</span> "
            f"{wording.value(r.value, indicator.unit, int(r.decimals)) if pd.notna(r.value) else _blank(r)}</span>"
            for _, r in part.iterrows()
        ]
        rows_.append([_text(indicator.label), " ".join(cells)])
    html = table("Tableau 9. Toutes les années publiées", ["Indicateur", "Année et valeur"], rows_, numeric=9)
    return _exhibit(
        place,
        "Toutes les années",
        f"<details><summary>Toutes les années publiées</summary>{html}</details>",
        own[["indicator", "year", "value"]],
    )


def _blank(row: pd.Series) -> str:
    note = f", note {escape(row.note)}" if row.note else ""
    return f'<span class="na">non publié{note}</span>'


def nearby(place: Neighbourhood) -> Exhibit:
    """Nearest collèges, France services and hospital: distances as the crow flies, no judgement."""
    names = {"college": "Collège", "france_services": "France services", "hopital": "Hôpital"}
    found = areas.places(place)
    rows_ = [
        [
            f"{names[r.kind]} : {_text(_proper(r.name_))} <span class=\"s\">({_text(_proper(r.commune))}"
            f"{', ' + r.sector.lower() if r.kind == 'college' else ''})</span>",
            escape(wording.distance(r.distance_m)),
            _school(r.ips, 1, r.ips_year) if r.kind == "college" else DASH,
            _school(r.dnb, 1, r.dnb_year, " %") if r.kind == "college" else DASH,
            _signed(r.va, r.va_year) if r.kind == "college" else DASH,
        ]
        for r in found.rename(columns={"name": "name_"}).itertuples()
    ]
    head = ["Lieu", "Distance à vol d'oiseau", "IPS (rentrée)", "Réussite au brevet (session)",
            "Valeur ajoutée, en points (session)"]  # fmt: skip
    note = (
        "Le collège le plus proche n'est pas nécessairement celui du secteur ; ces chiffres disent un "
        "établissement, pas les enfants du quartier. Un indice de position sociale n'est pas un "
        "résultat. Listes : collèges, export antérieur au 06/12/2024 ; France services, 01/08/2024 "
        "(bus itinérants non comptés) ; hôpitaux, 06/03/2020. La distance ne dit ni les horaires, ni "
        "les délais, ni l'usage."
    )
    html = (
        "<details><summary>Collèges, France services et hôpital les plus proches</summary>"
        f"{table('Tableau 10. Lieux les plus proches du périmètre 2015', head, rows_)}"
        f'<p class="s">{_text(note)}</p></details>'
    )
    return _exhibit(place, "Lieux proches", html, found[["kind", "place", "distance_m"]])


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
        f"<li><strong>{_text(known.indicators[c].label)}.</strong> "
        f"{_text(known.indicators[c].definition)} {_noise(c, place)}</li>"
        for c in used
    )
    cites = "".join(
        f"<li>{_text(line)}</li>" for line in _cites(observations[observations.area == place.code])
    )
    rules = "".join(
        f"<li>{_text(_sentence_of(rule.reason))} <span class=\"s\">({_text(_rule_value(rule))})</span></li>"
        for rule in known.rules.values()
        if rule.public
    )
    html = (
        f"<details><summary>Définitions et bruit de chaque indicateur</summary><ul class=\"dash\">{definitions}</ul></details>"
        f"<details><summary>Méthode : les règles et leurs raisons</summary><ul class=\"dash\">{rules}</ul></details>"
        f'<h2>Sources</h2><ul class="s cites">{cites}</ul>'
        '<p class="s">Données publiques sous Licence Ouverte 2.0 (Etalab). Un « fichier Insee » est cité '
        "par son édition quand l'année de ses données n'est pas vérifiée. « Estimation » : l'Insee estime "
        "les chiffres du recensement à l'échelle du quartier.</p>"
        f'<p class="s">Corrections et remarques : {_text(known.territory["contact"])}.</p>'
    )
    return _exhibit(place, "Sources et méthode", html)


def _sentence_of(text: str) -> str:
    return wording.sentence(text)


def _rule_value(rule) -> str:
    value = ", ".join(map(str, rule.value)) if isinstance(rule.value, list) else f"{rule.value:g}"
    return f"{value} {rule.unit}".strip().replace(".", ",")


def _noise(code: str, place: Neighbourhood) -> str:
    indicator = catalogue().indicator(code)
    limit = comparison.noise(code, place.size_class)
    if limit is None:
        return f'<span class="s">Bruit non mesuré : {_text(indicator.noise.reason)}</span>'
    unit = {"%": " point" + ("s" if limit >= 2 else "")}.get(indicator.unit, "")
    shown = (
        wording.number(limit, max(1, indicator.decimals)) + unit
        if unit or indicator.unit != "€"
        else wording.value(limit, "€", 0)
    )
    return f'<span class="s">Bruit : {shown}. {_text(indicator.noise.reason)}</span>'


def _cites(own: pd.DataFrame) -> list[str]:
    known = catalogue()
    lines = []
    for source in dict.fromkeys(own.source):
        name = source.partition("/")[0]
        part = own[own.source == source]
        years = sorted(part.year.unique())
        span = f"{years[0]}" if len(years) == 1 else f"{years[0]} à {years[-1]}"
        word = "fichiers" if (part.year_status == "unknown").all() else "données"
        lines.append(f"{indicators.cite(source)} : {word} {span} ; {known.sources[name].updated}.")
    lines += [f"{known.sources[s].cite}." for s in ("anct_perimetres_2015", "anct_correspondance", "insee_cog", "ign_communes", "ign_epci", "ign_departement")]
    return lines
