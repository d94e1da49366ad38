"""The neighbourhoods side by side: the note for the direction, the grid, the index."""

from itertools import groupby

import pandas as pd

from qpvlib.catalogue import Indicator, catalogue, wording
from qpvlib.diagnosis import comparison, findings
from qpvlib.document.exhibits import Exhibit, escape
from qpvlib.figures import rows
from qpvlib.pages.cells import ARROWS, exhibit, headline, text
from qpvlib.tables import areas, tidy
from qpvlib.tables.areas import Neighbourhood

LIST = ("taux_pauvrete", "niveau_vie_median", "taux_emploi", "demandeurs_sans_cap_bep")


def everyone(observations: pd.DataFrame) -> pd.DataFrame:
    """Findings of every neighbourhood: as ``findings`` gives, one block under the other."""
    index = observations.groupby("area", sort=False).indices
    parts = []
    for place in areas.neighbourhoods().values():
        near = tidy.taken(observations, index, areas.around(place))
        parts.append(findings.findings(comparison.compare(near, place)))
    return pd.concat(parts, ignore_index=True)


def _by_contract() -> list[tuple[str, list[Neighbourhood]]]:
    """Contracts with their neighbourhoods in alphabetical order: never a ranking."""
    places = list(areas.neighbourhoods().values())
    known = catalogue().contracts
    groups = [
        (contract.short, [p for p in places if p.contract_code == code])
        for code, contract in known.items()
    ]
    others = [p for p in places if p.contract_code not in known]
    named = [(name, group) for name, group in groups if group]
    if others:
        named.append(("Autres quartiers", others))
    return [(name, sorted(group, key=lambda p: p.name)) for name, group in named]


def _population(places: list[Neighbourhood]) -> tuple[int, int] | None:
    """Inhabitants of several neighbourhoods and their year; None as soon as one is unknown."""
    own = tidy.part("observations", "area", [p.code for p in places])
    own = own[own.indicator == "population"]
    year = own.year.max()
    values = own[own.year == year].value
    if len(values) != len(places) or values.isna().any():
        return None
    return int(values.sum()), int(year)


def _count(places: list[Neighbourhood]) -> str:
    noun = "quartier" if len(places) == 1 else "quartiers"
    people = _population(places)
    told = f", {wording.number(people[0])} habitants ({people[1]})" if people else ""
    return f"{len(places)} {noun}{told}"


def synthesis_header(found: pd.DataFrame) -> Exhibit:
    """Title of the synthesis."""
    office, _ = areas.whole()
    html = (
        f'<div class="top"><span>{escape(office)} · <a href="index.html">Les quartiers</a>'
        '</span><span class="draft">PROJET, non relu</span></div>'
        f'<div class="hd"><h1>Synthèse des {found.area.nunique()} quartiers</h1></div>'
    )
    return exhibit(None, "Synthèse", html)


# --- the note --------------------------------------------------------------------------------


def note(found: pd.DataFrame) -> Exhibit:
    """One page for the direction: five sentences, what is shared, each contract, what to decide."""
    five = "".join(f"<li>{escape(line)}</li>" for line in _five(found))
    contracts = "".join(
        f'<li><h3>{escape(name)}</h3><p class="s">{escape(_count(group))}</p>'
        f"<p>{escape(_contract_line(found, group))}</p></li>"
        for name, group in _by_contract()
    )
    decide = "".join(f"<li>{text(line)}</li>" for line in catalogue().phrases["decide"].values())
    html = (
        f'<ol class="five">{five}</ol>'
        '<div class="duo"><div><h2>Ce qui est commun</h2>'
        f'<ul class="five">{_shared(found)}</ul></div>'
        f'<div><h2>Ce qui est à décider</h2><ul class="five dash">{decide}</ul></div></div>'
        f'<div class="duo"><div style="grid-column:1/-1"><h2>Ce qui distingue chaque contrat</h2>'
        f'<ul class="contracts">{contracts}</ul></div></div>'
    )
    return exhibit(None, "Note pour la direction", html, _shown(found))


def _shown(found: pd.DataFrame) -> pd.DataFrame:
    return found[["area", "indicator", "year", "value", "verdict"]]


def _five(found: pd.DataFrame) -> list[str]:
    places = list(areas.neighbourhoods().values())
    phrases = catalogue().phrases["note"]
    people = _population(places)
    lines = []
    if people:
        group = "note" if _contracts(places) else "elsewhere"
        lines.append(
            catalogue().phrases[group]["people"].format(
                n=len(places), people=wording.number(people[0]), year=people[1],
                contracts=_contracts(places), small=_small(places),
            )
        )  # fmt: skip
    lines += [_range(found, "taux_pauvrete", phrases["poverty"])]
    lines += [_median_line(found, "demandeurs_sans_cap_bep", phrases["level"])]
    lines += [_range(found, "taux_emploi_femmes", phrases["women"])]
    lines.append(phrases["missing"])
    return [wording.spaced(line) for line in lines if line]


def _contracts(places: list[Neighbourhood]) -> int:
    """How many contracts they have, all told; 0 as soon as one has none that is known."""
    held = [place.contract_code for place in places if place.contract]
    return len(set(held)) if len(held) == len(places) else 0


def _small(places: list[Neighbourhood]) -> int:
    low = catalogue().rule("size_classes")[0]
    return len([p for p in places if p.size_class == f"0-{low - 1}"])


def _range(found: pd.DataFrame, code: str, phrase: str) -> str:
    """Lowest and highest values, without naming who has them: not a ranking."""
    part = found[(found.indicator == code) & found.value.notna()]
    if part.empty:
        return ""
    indicator, row = catalogue().indicator(code), part.iloc[0]
    show = _shower(indicator, row)
    return phrase.format(
        low=show(part.value.min()), high=show(part.value.max()), year=wording.year_of(row),
        median=show(row["median"]), n=wording.number(row.n),
        worse=int((part.orientation == "unfavourable").sum()), all=len(part),
    )  # fmt: skip


def _median_line(found: pd.DataFrame, code: str, phrase: str) -> str:
    part = found[found.indicator == code]
    if part.empty or part.value.isna().any():
        return ""
    indicator, row = catalogue().indicator(code), part.iloc[0]
    show = _shower(indicator, row)
    return phrase.format(
        local=show(part.value.median()), median=show(row["median"]), year=wording.year_of(row),
        worse=int((part.orientation == "unfavourable").sum()), all=len(part),
    )  # fmt: skip


def _shower(indicator: Indicator, row: pd.Series):
    return lambda amount: wording.value(amount, indicator.unit, int(row["decimals"]))


def _shared(found: pd.DataFrame) -> str:
    """What most neighbourhoods have in common, indicator by indicator."""
    lines = []
    for code, part in found.groupby("indicator", sort=False):
        worse = int((part.orientation == "unfavourable").sum())
        if worse * 2 >= len(part):
            lines.append(
                catalogue()
                .phrases["note"]["shared"]
                .format(label=catalogue().indicator(code).label, worse=worse, all=len(part))
            )
    lines = lines or [catalogue().phrases["note"]["nothing_shared"]]
    return "".join(f"<li>{text(line)}</li>" for line in lines)


def _contract_line(found: pd.DataFrame, group: list[Neighbourhood]) -> str:
    """What most neighbourhoods of a contract share and most of the others do not."""
    codes = [p.code for p in group]
    inside, outside = found[found.area.isin(codes)], found[~found.area.isin(codes)]
    phrases, told = catalogue().phrases["note"], []
    for side in ("unfavourable", "favourable"):
        nouns = [
            _noun(inside, code)
            for code in _own_codes(side)
            if _most(inside, code, side) and not _most(outside, code, side)
        ]
        key = side if len(group) > 1 else f"{side}_one"
        if nouns:
            told.append(phrases[key].format(nouns=wording.listed(_families(nouns))))
    line = (
        ". ".join(wording.sentence(part) for part in told) + "." if told else phrases["like_others"]
    )
    return wording.spaced(line)


def _own_codes(side: str) -> list[str]:
    """Headline indicators that may distinguish a contract: RSA and C2S are never to its credit."""
    known = catalogue().indicators
    return [c for c in headline() if side == "unfavourable" or known[c].strength]


def _families(nouns: list[tuple[str, str]]) -> list[str]:
    """The nouns, the first of each family only: several say the same thing."""
    first: dict[str, str] = {}
    for family, noun in nouns:
        first.setdefault(family, noun)
    return list(first.values())


def _noun(found: pd.DataFrame, code: str) -> tuple[str, str]:
    """Family and noun of an indicator, with its doubt if the findings are all to be confirmed."""
    indicator = catalogue().indicator(code)
    sure = (found[found.indicator == code].solidity == findings.SOLID).any()
    confirm = catalogue().phrases["note"]["confirm"]
    return indicator.family or code, indicator.noun if sure else confirm.format(noun=indicator.noun)


def _most(found: pd.DataFrame, code: str, side: str) -> bool:
    """Whether more than half of the neighbourhoods, unpublished ones counted, are on a side."""
    part = found[found.indicator == code]
    return len(part) > 0 and (part.orientation == side).mean() > 0.5


# --- the grid --------------------------------------------------------------------------------


def grid(found: pd.DataFrame) -> Exhibit:
    """Indicator × neighbourhood by theme: an arrow for the number, a colour for what it means."""
    judged = [c for c in headline() if not catalogue().indicators[c].descriptive]
    described = [c for c in headline() if catalogue().indicators[c].descriptive]
    codes = [c for c in (*judged, *described) if c in set(found.indicator)]
    cells = found.set_index(["area", "indicator"])
    body = "".join(_median_rows(found, codes))
    for name, group in _by_contract():
        body += (
            f'<tr class="group"><th scope="rowgroup" colspan="{len(codes) + 1}">'
            f"{escape(name)}</th></tr>"
        )
        body += "".join(_grid_row(place, codes, cells) for place in group)
    head = "".join(_grid_head(found, code) for code in codes)
    html = (
        _chips()
        + '<div class="scroll" role="region" tabindex="0" aria-label="Les quartiers côte à côte">'
        '<table class="grid"><caption>Indicateurs repères des quartiers, par contrat de ville, '
        f"ordre alphabétique</caption><thead>{_theme_heads(codes)}<tr>"
        f'<th scope="col">Quartier</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
        f'<p class="s">{text(catalogue().phrases["note"]["grid"])}</p>'
    )
    return exhibit(None, "Les quartiers côte à côte", html, _shown(found))


def _chips() -> str:
    chips = [
        ("w2", "plus de difficultés, nettement"),
        ("w1", "plus de difficultés"),
        ("b1", "moins de difficultés"),
        ("b2", "moins de difficultés, nettement"),
    ]
    items = "".join(
        f'<li><span class="chip {kind}">31</span><span>{words}</span></li>' for kind, words in chips
    )
    signs = [
        ("▲ ▼", "plus élevé, plus bas que la plupart des quartiers"),
        ("▲ 7", "flèche sans couleur : à confirmer"),
        ("31", "sans flèche : comparable, descriptif, ou moins de bénéficiaires d'un droit"),
        ("n. p.", "non publié pour ce quartier"),
    ]
    items += "".join(
        f'<li><span class="chip">{sign}</span><span>{text(words)}</span></li>'
        for sign, words in signs
    )
    return f'<ul class="key grid" aria-label="Signes de la grille">{items}</ul>'


def _theme_heads(codes: list[str]) -> str:
    """Heads of the columns' groups: the themes, then what is only descriptive."""
    known = catalogue()
    labels = [
        "Descriptif"
        if known.indicators[code].descriptive
        else known.themes[known.indicators[code].theme].short
        for code in codes
    ]
    spans = [(label, len(list(group))) for label, group in groupby(labels)]
    cells = "".join(
        f'<th scope="colgroup" colspan="{span}">{escape(label)}</th>' for label, span in spans
    )
    return f'<tr class="themes"><td></td>{cells}</tr>'


def _grid_head(found: pd.DataFrame, code: str) -> str:
    row = found[found.indicator == code].iloc[0]
    indicator = catalogue().indicator(code)
    return (
        f'<th scope="col">{text(indicator.short or indicator.label)}'
        f'<span class="s">{text(wording.year_of(row))}</span></th>'
    )


def _median_rows(found: pd.DataFrame, codes: list[str]) -> list[str]:
    first = found.drop_duplicates("indicator").set_index("indicator")
    medians = "".join(
        f"<td>{_shower(catalogue().indicator(c), first.loc[c])(first['median'][c])}</td>"
        for c in codes
    )
    return [f'<tr><th scope="row">Médiane, QPV de métropole</th>{medians}</tr>']


def _grid_row(place: Neighbourhood, codes: list[str], cells: pd.DataFrame) -> str:
    tds = "".join(
        _grid_cell(cells.loc[(place.code, code)], catalogue().indicator(code)) for code in codes
    )
    return f'<tr><th scope="row"><a href="{place.page}">{escape(place.name)}</a></th>{tds}</tr>'


def _grid_cell(row: pd.Series, indicator: Indicator) -> str:
    if pd.isna(row["value"]):
        return '<td class="na">n. p.</td>'
    shown = wording.value(row["value"], indicator.unit, int(row["decimals"]))
    if indicator.measure == "share" and row["denominator"] < catalogue().rule("count_alone"):
        shown = f"{wording.number(row['numerator'])} / {wording.number(row['denominator'])}"
    if row["orientation"] == "neutral":
        return f"<td>{shown}</td>"
    words = wording.reading(row)
    arrow = f'<i role="img" aria-label="{words}">{ARROWS[row["verdict"]]}</i> '
    if row["solidity"] != "solid":
        return f"<td>{arrow}{shown}</td>"
    kind = ("w" if row["orientation"] == "unfavourable" else "b") + ("2" if row["clearly"] else "1")
    return f'<td class="{kind}">{arrow}{shown}</td>'


# --- the index -------------------------------------------------------------------------------


def index_header() -> Exhibit:
    """Title of the index."""
    office, of = areas.whole()
    html = (
        f'<div class="top"><span>{escape(office)}</span>'
        '<span class="draft">PROJET, non relu</span></div>'
        '<div class="hd"><h1>Les quartiers prioritaires '
        f"{escape(of)}</h1></div>"
    )
    return exhibit(None, "Index", html)


def index_map(overview: Exhibit) -> Exhibit:
    """Counts in words, beside the map."""
    places = list(areas.neighbourhoods().values())
    people = _population(places)
    told = f", {wording.number(people[0])} habitants en {people[1]}" if people else ""
    kept = len([p for p in places if p.successor_status == "unchanged"])
    changed = len([p for p in places if p.successor_status == "modified"])
    contracts = f", {_contracts(places)} contrats de ville" if _contracts(places) else ""
    lead = f"{len(places)} quartiers{contracts}{told}. Une page de diagnostic pour chacun."
    perimeter = "Périmètres 2015-2023 (codes QP), auxquels se rapportent les données."
    if kept + changed == len(places):
        perimeter += (
            f" {kept} quartiers ont le même contour depuis 2024, {changed} ont été modifiés."
        )
    html = (
        f'<div class="index"><div><p class="lead">{escape(lead)}</p><p>{escape(perimeter)}</p>'
        '<p><a href="synthese.html">Synthèse : tous les quartiers en un tableau</a></p></div>'
        f'<div class="wide">{overview.html}</div></div>'
    )
    return exhibit(None, "Les quartiers", html, overview.data)


def index_list(found: pd.DataFrame) -> Exhibit:
    """The links, by contract, with four landmarks each."""
    order = areas.numbers()
    cells = found.set_index(["area", "indicator"])
    head = "".join(_list_head(found, code) for code in LIST)
    body = ""
    for name, group in _by_contract():
        body += (
            f'<tr class="group"><th scope="rowgroup" colspan="{len(LIST) + 1}">{escape(name)} '
            f'<span class="s">{escape(_count(group))}</span></th></tr>'
        )
        body += "".join(_list_row(place, order[place.code], cells, found) for place in group)
    html = (
        '<table class="list"><caption>Les diagnostics, et quatre repères</caption><thead><tr>'
        f'<th scope="col">Quartier</th>{head}</tr></thead><tbody>{body}</tbody></table>'
    )
    return exhibit(None, "Les diagnostics", html, _shown(found[found.indicator.isin(LIST)]))


def _list_head(found: pd.DataFrame, code: str) -> str:
    row = found[found.indicator == code].iloc[0]
    indicator = catalogue().indicator(code)
    median = wording.value(row["median"], indicator.unit, int(row["decimals"]))
    return (
        f'<th scope="col">{text(indicator.short or indicator.label)}<br>'
        f'<span class="s">{text(wording.year_of(row))} · médiane {median}</span></th>'
    )


def _list_row(place: Neighbourhood, number: int, cells: pd.DataFrame, found: pd.DataFrame) -> str:
    tds = "".join(_list_cell(place, code, cells.loc[(place.code, code)]) for code in LIST)
    communes = ", ".join(commune.name for commune in place.communes)
    people = _population([place])
    told = f" · {wording.number(people[0])} hab." if people else ""
    return (
        f'<tr><th scope="row"><span class="s">{number}</span> <a class="name" href="{place.page}">'
        f'{escape(place.name)}</a><br><span class="s">{escape(communes)}{told}</span></th>'
        f"{tds}</tr>"
    )


def _list_cell(place: Neighbourhood, code: str, row: pd.Series) -> str:
    indicator = catalogue().indicator(code)
    label = escape(indicator.short or indicator.label)
    if pd.isna(row["value"]):
        return f'<td data-label="{label}"><span class="na">n. p.</span></td>'
    shown = wording.value(row["value"], indicator.unit, int(row["decimals"]))
    words = wording.reading(row)
    return (
        f'<td data-label="{label}">{_spark(code, row)} <span class="v">{shown}</span>'
        f'<span class="vh"> {words}</span></td>'
    )


def _spark(code: str, row: pd.Series) -> str:
    """The position among metropolitan QPV, in a word's width; left is more difficulties."""
    limits = comparison.spread(code, row["year"])
    if limits is None:
        return ""
    ends = limits.at(10), limits.at(90)
    turned = catalogue().indicator(code).favourable == "lower"

    def place(value: float) -> float:
        x = 30 + 36 * (value - ends[0]) / (ends[1] - ends[0])
        return min(max(96 - x if turned else x, 8), 88)

    left, right = sorted(place(end) for end in ends)
    sign = rows.sign(row["verdict"], catalogue().indicator(code))
    return (
        f'<svg viewBox="0 0 96 20" aria-hidden="true"><path d="M{left:.1f} 7h{right - left:.1f}v6h'
        f'-{right - left:.1f}z" fill="{rows.BAND}"/><path d="M{place(limits.at(50)):.1f} 3v14" '
        f'stroke="{rows.MEDIAN}" stroke-width="1.5"/><svg x="{place(row["value"]):.1f}" y="10" '
        f'overflow="visible"><g transform="scale(.72)">{rows.marker(sign)}</g></svg></svg>'
    )
