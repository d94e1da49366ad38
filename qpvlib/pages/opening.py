"""The first screen of a diagnosis, and the room left for people at the end of its main part."""

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.catalogue.entries import NotMeasured
from qpvlib.diagnosis import findings
from qpvlib.document.exhibits import Exhibit, escape
from qpvlib.pages.cells import TAGS, exhibit, headline, text
from qpvlib.tables import indicators
from qpvlib.tables.areas import Neighbourhood


def header(place: Neighbourhood) -> Exhibit:
    """Name, commune, contract, and what the perimeter became."""
    communes = ", ".join(commune.name for commune in place.communes)
    contract = f'<p class="s">{escape(place.contract.label)}</p>' if place.contract else ""
    status = {"unchanged": "unchanged", "modified": "modified"}.get(
        place.successor_status, "unknown"
    )
    line = (
        catalogue()
        .phrases["perimeter"][status]
        .format(
            code=place.code,
            successor=place.successor,
            successor_name=escape(place.successor_name),
        )
    )
    html = (
        f'<div class="top"><span>{escape(place.office)} · Diagnostic de quartier</span>'
        '<span class="draft">PROJET, non relu</span></div>'
        f'<div class="hd"><h1><span class="town">{escape(communes)}</span> '
        f"{escape(place.name)}</h1>"
        f'{contract}<p class="per">{wording.spaced(line)}</p></div>'
    )
    return exhibit(place, place.name, html)


def brief(place: Neighbourhood, found: pd.DataFrame, positions: pd.DataFrame) -> Exhibit:
    """« En bref »: the few sentences that open the page."""
    lines = " ".join(findings.brief(found, positions, place))
    html = f'<div class="br"><h2>En bref</h2><p class="lead">{escape(lines)}</p></div>'
    return exhibit(place, "En bref", html, found[["indicator", "value", "verdict"]])


def identity(place: Neighbourhood, observations: pd.DataFrame, positions: pd.DataFrame) -> Exhibit:
    """Identity card: inhabitants by year, area, social dwellings, children, age of the figures."""
    own = observations[observations.area == place.code]
    people = _series(own, "population")
    after = observations[observations.area == place.successor]
    later = _series(after, "population")
    cells = [
        _people(people, later),
        _single(own, "logements_sociaux", "logements sociaux au {year}"),
        _single(own, "enfants_6_17", "enfants de 6 à 17 ans couverts par la Caf ({year})"),
        (wording.number(place.area_ha, 1) + " ha", "de superficie (périmètre 2015)"),
        *_poverty(after),
    ]
    items = "".join(
        f"<div><dt>{escape(wording.spaced(label))}</dt><dd><b>{value}</b></dd></div>"
        for value, label in cells
    )
    html = (
        f'<dl class="id" aria-label="Carte d\'identité">{items}</dl>'
        f'<p class="s age">{text(_ages(positions))}</p>'
    )
    codes = ["population", "logements_sociaux", "enfants_6_17"]
    shown = own[own.indicator.isin(codes)][["indicator", "year", "value"]]
    return exhibit(place, "Carte d'identité", html, shown)


def _series(own: pd.DataFrame, code: str) -> pd.DataFrame:
    return own[(own.indicator == code) & own.value.notna()].sort_values("year")


def _people(people: pd.DataFrame, later: pd.DataFrame) -> tuple[str, str]:
    if people.empty:
        return "n. p.", "habitants : non publié"
    row = people.iloc[-1]
    others = [f"{wording.number(r.value)} en {r.year}" for r in people.iloc[:-1].itertuples()]
    label = f"habitants en {row.year}" + (" ; " + ", ".join(others) if others else "")
    if len(later):
        last = later.iloc[-1]
        label += (
            f" ; {wording.number(last.value)} en {last.year} (périmètre 2024, copie à vérifier)"
        )
    return wording.number(row.value), label


def _poverty(after: pd.DataFrame) -> list[tuple[str, str]]:
    """Poverty rate in the perimeter of 2024, the latest there is."""
    rows_ = _series(after, "taux_pauvrete")
    if rows_.empty:
        return []
    row = rows_.iloc[-1]
    value = wording.value(row.value, "%", int(row.decimals))
    return [(value, f"sous le seuil de pauvreté en {row.year} (périmètre 2024, copie à vérifier)")]


def _single(own: pd.DataFrame, code: str, label: str) -> tuple[str, str]:
    rows_ = own[own.indicator == code].sort_values("year")
    if rows_.empty or pd.isna(rows_.iloc[-1].value):
        return "n. p.", label.format(year="non publié")
    row = rows_.iloc[-1]
    return wording.number(row.value), label.format(year=wording.year_of(row))


def _ages(positions: pd.DataFrame) -> str:
    shown = positions[positions.indicator.isin(headline())].drop_duplicates("indicator")
    sure = shown[shown.year_status != "unknown"].year
    files = sorted(shown[shown.year_status == "unknown"].edition.unique())
    parts = [f"données de {wording.span(sure)}"] if len(sure) else []
    if files:
        named = ", ".join(str(e) for e in files)
        parts.append(f"fichier Insee {named} dont l'année des données n'est pas vérifiée")
    return f"Âge des chiffres repères : {', et '.join(parts)}." if parts else ""


def points(place: Neighbourhood, found: pd.DataFrame) -> Exhibit:
    """Points d'appui and points de vigilance, three at most of each, side by side."""
    phrases = catalogue().phrases
    strengths = findings.strengths(found, place)
    watched = findings.vigilance(found)
    favourable = any(
        found.set_index("indicator").orientation.get(p.indicator) == "favourable" for p in strengths
    )
    left = "".join(_strength(i, point) for i, point in enumerate(strengths, 1))
    left = f'<ol class="points">{left}</ol>' if left else ""
    none = "" if favourable else text(phrases["strength"]["none"]) + " "
    lines = '<span class="ln" aria-hidden="true"></span>' * 2
    right = "".join(_watch(i, point) for i, point in enumerate(watched, 1))
    right = (
        f'<ol class="points">{right}</ol>'
        if watched
        else f"<p>{text(phrases['vigilance']['none'])}{_unpublished(found)}</p>"
    )
    html = (
        f'<div class="duo"><div><h2>Points d\'appui</h2>{left}'
        f'<p class="s">{none}<strong>{text(phrases["strength"]["field"])}</strong></p>{lines}</div>'
        f"<div><h2>Points de vigilance</h2>{right}</div></div>"
    )
    return exhibit(
        place, "Points d'appui et de vigilance", html, found[["indicator", "value", "orientation"]]
    )


def _unpublished(found: pd.DataFrame) -> str:
    """How many of the headline indicators are blank, where they are many."""
    blank = int(found.value.isna().sum())
    if blank * 4 < len(found):
        return ""
    return " " + escape(wording.say("vigilance", "blank", n=blank, all=len(found)))


def _strength(number: int, point: findings.Point) -> str:
    phrases = catalogue().phrases["strength"]
    if point.kind == "figure":
        body = f"<strong>{escape(point.title)}.</strong> {escape(point.sentence)}"
        label = phrases["figure_label"]
    else:
        body = f"<strong>{escape(point.title)}</strong> {escape(point.sentence)}"
        label = phrases[f"{point.kind}_label"]
    return f'<li><b>{number}</b><span>{body} <span class="s">{text(label)}</span></span></li>'


def _watch(number: int, point: findings.Point) -> str:
    aside = catalogue().indicator(point.indicator).aside
    more = f" {text(aside)}" if aside else ""
    return (
        f"<li><b>{number}</b><span><strong>{escape(point.title)}.</strong> "
        f"{escape(point.sentence)}{more} {TAGS[point.solidity]}</span></li>"
    )


def _missing(entry: NotMeasured, observed: set[str]) -> str:
    """What is not measured, with the nearest clue that this neighbourhood has."""
    clue = entry.clue if observed.issuperset(entry.indicators) else entry.partial
    more = (
        f' <span class="s">Indice le plus proche, qui ne le remplace pas : {text(clue)}.</span>'
        if clue
        else ""
    )
    return f"<li><strong>{text(entry.label)}</strong>{more}</li>"


def unmeasured(place: Neighbourhood, found: pd.DataFrame) -> Exhibit:
    """« Non mesuré ici » and « À demander sur le terrain », with room to write."""
    known = catalogue()
    named = [entry for entry in known.not_measured.values() if entry.mandate]
    others = [entry.label for entry in known.not_measured.values() if not entry.mandate]
    observed = set(indicators.observations(area=place.code).indicator)
    listed = "".join(_missing(entry, observed) for entry in named)
    questions = "".join(
        f'<li>{escape(question)}<span class="ln" aria-hidden="true"></span></li>'
        for question in findings.field_questions(found, place)
    )
    lowered = [label[0].lower() + label[1:] for label in others]
    neither = f"Pas davantage mesurés à cette échelle : {', '.join(lowered)}."
    html = (
        '<div class="bas"><div class="box"><h2>Non mesuré ici</h2>'
        f"<ul>{listed}</ul><p>{text(neither)}</p>"
        "<p><strong>L'absence de chiffre n'est pas une absence de besoin.</strong></p></div>"
        f'<div><h2>À demander sur le terrain</h2><ul class="q">{questions}</ul></div></div>'
    )
    return exhibit(place, "Non mesuré ici", html)
