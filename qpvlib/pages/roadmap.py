"""The feuille de route: axis × neighbourhood, what is shared, one page per contract."""

import pandas as pd

from qpvlib.catalogue import axes, catalogue, wording
from qpvlib.catalogue.axes import Scheme
from qpvlib.catalogue.faults import counted
from qpvlib.document.exhibits import Exhibit, escape, table
from qpvlib.pages.cells import exhibit, text
from qpvlib.pages.proposals import by_contract, shown
from qpvlib.roadmap import objectives, stands
from qpvlib.roadmap.stands import Stand
from qpvlib.tables import areas
from qpvlib.tables.areas import Neighbourhood

Found = dict[str, list[Stand]]
COUNTS = ("population", "logements_sociaux", "demandeurs_emploi")


def roadmap_header(found: Found, scheme: str | None = None) -> Exhibit:
    """Title, how much is decided, and under which scheme."""
    office, phrases = areas.whole()[0], catalogue().phrases["roadmap"]
    chosen = axes.scheme(scheme)
    lines = [lead(found), phrases["scheme"].format(label=chosen.label, origin=chosen.origin)]
    html = (
        f'<div class="top"><span>{escape(office)} · <a href="index.html">Les quartiers</a>'
        ' · <a href="synthese.html">La synthèse</a></span>'
        '<span class="draft">PROJET, non relu</span></div>'
        f'<div class="hd"><h1>{text(phrases["title"])}</h1>'
        f'<p class="s">{text(chosen.short)}</p></div>'
        f'<p class="lead">{text(lines[0])}</p><p class="s">{text(lines[1])}</p>'
    )
    return exhibit(None, phrases["title"], html, _data(found))


def lead(found: Found) -> str:
    """How many neighbourhoods have a proposed axis, and how much is decided."""
    phrases = catalogue().phrases["roadmap"]
    n = sum(any(s.proposal.proposed for s in stands) for stands in found.values())
    decided = sum(s.decision is not None for stands in found.values() for s in stands)
    key = {0: "nothing", 1: "one"}.get(decided, "some")
    told = phrases[key].format(n=wording.number(decided))
    return phrases["lead"].format(n=n, all=len(found), decided=told)


def _data(found: Found) -> pd.DataFrame:
    return pd.concat([shown(stands) for stands in found.values()], ignore_index=True)


# --- the matrix ----------------------------------------------------------------------------------


def matrix(found: Found, scheme: str | None = None) -> Exhibit:
    """Axis × neighbourhood, by contract: the order within the neighbourhood, and how sure."""
    chosen, phrases = axes.scheme(scheme), catalogue().phrases["roadmap"]
    body = ""
    for _, name, places in by_contract():
        head = f'<th scope="rowgroup" colspan="{len(chosen.axes) + 1}">{escape(name)}</th>'
        body += f'<tr class="group">{head}</tr>' + _rows(places, found, chosen)
    html = _grid(phrases["matrix"], body, chosen)
    note = f'<p class="s">{text(phrases["matrix_note"])}</p>'
    return exhibit(None, phrases["matrix"], html + note, _data(found))


def _grid(caption: str, body: str, chosen: Scheme) -> str:
    head = "".join(f'<th scope="col">{text(axis.short)}</th>' for axis in chosen.axes.values())
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{text(caption)}">'
        f'<table class="matrix"><caption>{text(caption)}</caption><thead><tr>'
        f'<th scope="col">Quartier</th>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _rows(places: list[Neighbourhood], found: Found, chosen: Scheme) -> str:
    rows = ""
    for place in places:
        stands = {stand.code: stand for stand in found[place.code]}
        cells = "".join(cell(stands.get(code)) for code in chosen.axes)
        name = f'<a href="{place.page}">{escape(place.name)}</a>'
        rows += f'<tr><th scope="row">{name}</th>{cells}</tr>'
    return rows


def cell(stand: Stand | None) -> str:
    """« 1 · solide », « non documenté », « sans écart », and the decision if there is one."""
    if stand is None:
        return '<td class="off"><span class="vh">axe d\'un autre contrat</span></td>'
    reading = catalogue().phrases["reading"]
    if stand.proposal.proposed:
        rank = "" if stand.axis.kind == "cross" else f"<b>{stand.proposal.rank}</b> "
        words, kind = f"{rank}{reading[stand.proposal.solidity]}", stand.proposal.solidity
    elif stand.proposal.status == "undocumented":
        words, kind = reading["undocumented"], "na"
    else:
        words, kind = catalogue().phrases["axes"]["no_gap_short"], "alike"
    decided = catalogue().phrases["decision"][stand.state].lower() if stand.decision else ""
    more = f"<br><strong>{escape(decided)}</strong>" if decided else ""
    return f'<td class="{kind}">{words}{more}</td>'


# --- what is shared ------------------------------------------------------------------------------


def shared(found: Found, scheme: str | None = None) -> Exhibit:
    """In how many neighbourhoods each axis stands out: counts, and no ranking."""
    phrases = catalogue().phrases["roadmap"]
    lines = "".join(
        f"<li>{text(shared_line(code, found, scheme))}</li>" for code in axes.scheme(scheme).axes
    )
    html = f'<h2>{text(phrases["shared"])}</h2><ul class="five">{lines}</ul>{_walk(scheme)}'
    return exhibit(None, phrases["shared"], f'<div class="sec">{html}</div>', _data(found))


def shared_line(code: str, found: Found, scheme: str | None = None) -> str:
    """One axis over all the neighbourhoods: where it stands out, where it is documented."""
    phrases, axis = catalogue().phrases["roadmap"], axes.scheme(scheme).axes[code]
    mine = [s for stands in found.values() for s in stands if s.code == code]
    out = [s for s in mine if s.proposal.proposed]
    known = [s for s in mine if s.proposal.status != "undocumented"]
    if out:
        solid = sum(s.proposal.solidity == "solid" for s in out)
        key = "shared_one" if len(out) == 1 else "shared_line" if solid else "shared_unsure"
        return phrases[key].format(axis=axis.label, n=len(out), all=len(mine), solid=solid)
    if known:
        return phrases["shared_none"].format(axis=axis.label, n=len(known), all=len(mine))
    return phrases["shared_silent"].format(axis=axis.label, limit=axis.limit)


def _walk(scheme: str | None) -> str:
    """Each axis in the programme 147's nomenclature, and in the next one by our own crosswalk."""
    chosen, phrases = axes.scheme(scheme), catalogue().phrases["roadmap"]
    known = axes.declared()
    rows = [
        [text(axis.label), text(" ; ".join(axes.labelled(axis.p147, chosen.nomenclature)))]
        + [text(" ; ".join(walk)) for walk in next_codes(axis.p147, chosen.nomenclature)]
        for axis in chosen.axes.values()
    ]
    head = ["Axe", text(known.nomenclatures[chosen.nomenclature].label)]
    crosswalk = known.crosswalks.get(chosen.nomenclature)
    if crosswalk:
        label = known.nomenclatures[crosswalk.to].label
        head.append(text(f"{label} ({crosswalk.label.lower()})"))
    html = table("Les axes et la nomenclature du programme 147", head, rows, numeric=9)
    note = f'<p class="s">{text(phrases["walk_note"])}</p>' if crosswalk else ""
    return f"<details><summary>Programme 147</summary>{html}{note}</details>"


def next_codes(codes: tuple[str, ...], nomenclature: str) -> list[list[str]]:
    """Codes of the next nomenclature, labelled; no list where we have no crosswalk."""
    walk = axes.declared().crosswalks.get(nomenclature)
    if walk is None:
        return []
    found = dict.fromkeys(c for code in codes for c in walk.codes.get(code, ()))
    return [axes.labelled(tuple(sorted(found)), walk.to)]


# --- one page per contract -----------------------------------------------------------------------


def contracts(found: Found, scheme: str | None = None) -> Exhibit:
    """One printed page per contract: its matrix, its objectives, its indicators of follow-up."""
    pages = "".join(_contract(name, places, found, scheme) for _, name, places in by_contract())
    return exhibit(None, "Par contrat de ville", pages, _data(found))


def _contract(name: str, places: list[Neighbourhood], found: Found, scheme: str | None) -> str:
    mine = {place.code: found[place.code] for place in places}
    kept = [s for stands in mine.values() for s in stands if s.kept]
    chosen = axes.scheme(scheme)
    body = _grid(f"{name} : axes par quartier", _rows(places, mine, chosen), chosen)
    if not any(mine.values()):
        unknown = catalogue().phrases["axes"]["unknown"].format(scheme=chosen.short)
        body = f'<p class="notice">{text(unknown)}</p>'
    return (
        f'<section class="contract"><h2>{escape(name)}</h2><p class="s">{escape(count(places))}</p>'
        f"{body}{_goals(kept)}{_follow(name, places, kept)}</section>"
    )


def count(places: list[Neighbourhood]) -> str:
    """Number of neighbourhoods and of their inhabitants, when every one is known."""
    people = stands.total("population", places)
    told = f", {wording.number(people.value)} habitants ({people.year})" if people.value else ""
    return f"{counted(len(places), 'quartier')}{told}"


def _goals(kept: list[Stand]) -> str:
    """Objectives of a contract, each once: where, on which figures, what to ask."""
    if not kept:
        return f"<p>{text(catalogue().phrases['axes']['none'].format(reason=''))}</p>"
    rows = [
        [text(first.axis.short) + tag, _goal(kind, goal), _where(where), text(ask)]
        for (first, kind, goal, ask, tag), where in _grouped(kept).values()
    ]
    head = ["Axe", "Objectif", "Quartiers et chiffres", "À vérifier"]
    return table(text(catalogue().phrases["roadmap"]["goals"]), head, rows, 9, "goals")


def _goal(kind: str, goal: str) -> str:
    return text(catalogue().phrases["decision"][kind].format(objective=goal)) + "."


def _grouped(kept: list[Stand]) -> dict:
    """Objectives by axis and text, with the neighbourhoods and the figures they rest on."""
    groups: dict = {}
    for stand in sorted(kept, key=lambda s: (s.axis.kind == "cross", s.axis.label)):
        if stand.decision:
            told = [(kind, goal, "", "") for kind, goal in stands.goals(stand)]
        else:
            told = [("proposal", d.text, d.verify, d.indicator) for d in stand.drafts]
        for kind, goal, ask, indicator in told:
            head = (stand, kind, goal, ask, "")
            groups.setdefault((stand.code, kind, goal), (head, []))[1].append((stand, indicator))
    return groups


def _where(where: list[tuple[Stand, str]]) -> str:
    told = []
    for stand, indicator in where:
        figure = stand.figures.get(indicator, "").partition(" ; ")[0]
        more = f' <span class="s">{escape(figure)}</span>' if figure else ""
        told.append(f"{escape(stand.place.name)}{more}")
    return " · ".join(told)


def _follow(name: str, places: list[Neighbourhood], kept: list[Stand]) -> str:
    """Follow-up indicators with their present value, and a line for the whole where it adds up."""
    phrases = catalogue().phrases["roadmap"]
    codes = [*COUNTS, *stands.followed(kept)]
    known = catalogue()
    totals = [stands.total(code, places) for code in codes]
    head = ["Quartier"] + [
        f"{text(known.indicator(t.indicator).short or known.indicator(t.indicator).label)}"
        f'<span class="s">{text(t.year)}</span>'
        for t in totals
    ]
    rows = [[escape(place.name), *(_now(place, code) for code in codes)] for place in places]
    if len(places) > 1:
        rows.append([f"<strong>{text(phrases['together'])}</strong>", *map(total_cell, totals)])
    note = f'<p class="s">{text(phrases["follow_note"])}</p>'
    return table(f"{text(phrases['follow'])}, {escape(name)}", head, rows, 1, "follow") + note


def _now(place: Neighbourhood, code: str) -> str:
    row = objectives.latest(place, code)
    if row is None:
        return '<span class="na">n. p.</span>'
    indicator = catalogue().indicator(code)
    few = indicator.measure == "share" and row["denominator"] < catalogue().rule("count_alone")
    if few:
        return f"{wording.number(row['numerator'])} / {wording.number(row['denominator'])}"
    return wording.value(row["value"], indicator.unit, int(row["decimals"]))


def total_cell(found: stands.Total) -> str:
    """A total, or why there is none."""
    phrases, indicator = catalogue().phrases["roadmap"], catalogue().indicator(found.indicator)
    if indicator.measure == "value":
        return f'<span class="na">{text(phrases["no_sum"])}</span>'
    if found.value is None:
        told = phrases["partial"].format(n=found.published, all=found.places)
        return f'<span class="na">{text(told)}</span>'
    value = wording.value(found.value, indicator.unit, indicator.decimals)
    if indicator.measure == "count":
        return f"<strong>{value}</strong>"
    counts = f"{wording.number(found.numerator)} des {wording.number(found.denominator)}"
    return f'<strong>{value}</strong><span class="s">{counts}</span>'
