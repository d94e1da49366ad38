"""What the pages of the whole territory may say, from the tidy tables alone."""

from collections import Counter

import facts
import judgements
from facts import AREAS, CONTRACTS, HEADLINE, INDICATORS, PLACES
from reading import plain
from sentences import listed


def by_contract():
    """Neighbourhoods of each contract, in alphabetical order."""
    ordered = sorted(PLACES, key=lambda code: PLACES[code].name)
    return {c: [code for code in ordered if PLACES[code].contract == c] for c in CONTRACTS}


def column(code):
    """Head of a column: the indicator and the year of its figures."""
    row = next(facts.own(area, code) for area in PLACES)
    return f"{plain(INDICATORS[code].short or INDICATORS[code].label)} {facts.when(row)}"


def median_of(code):
    return facts.median_shown(next(facts.own(area, code) for area in PLACES), facts.leading(code))


def people(codes):
    rows = [facts.own(code, "population") for code in codes]
    return facts.french(sum(row.value for row in rows))


def counted(codes):
    return f"{len(codes)} quartier{'s' * (len(codes) > 1)}, {people(codes)} habitants (2018)"


# --- the note ----------------------------------------------------------------------------------


def sides(code, side, areas=tuple(PLACES)):
    return sum(judgements.side(facts.own(area, code)) == side for area in areas)


def span(code):
    """Least and greatest values, the median of metropolitan QPV, how many stand out badly."""
    rows = [facts.own(area, code) for area in PLACES]
    values = [row.value for row in rows if row.value is not None]
    ends = [facts.amount(v, code, rows[0].decimals) for v in (min(values), max(values))]
    return [*ends, median_of(code), sides(code, "worse"), len(values), facts.when(rows[0])]


def note():
    """The four sentences of the note that have numbers, each whole."""
    small = sum(place.size_class == "0-2499" for place in PLACES.values())
    half = "la moitié centrale de ceux de métropole, au-delà du bruit."
    qpv = "quartiers prioritaires de métropole"
    poor, women = span("taux_pauvrete"), span("taux_emploi_femmes")
    code = "demandeurs_sans_cap_bep"
    local = facts.amount(facts.middle(facts.peers(code, facts.leading(code))), code, 1)
    level = span(code)
    lines = [
        f"Les {len(PLACES)} quartiers comptent {people(PLACES)} habitants (2018), dans "
        f"{len(CONTRACTS)} contrats de ville ; {small} ont moins de 2 500 habitants, où les "
        "chiffres bougent plus d'une année à l'autre.",
        f"Le taux de pauvreté va de {poor[0]} à {poor[1]} selon le quartier ({poor[5]}) ; la "
        f"moitié des {qpv} dépassent {poor[2]} ; {poor[3]} des {poor[4]} quartiers "
        f"dépassent {half}",
        f"La moitié des quartiers comptent au moins {local} de niveaux inférieurs au CAP-BEP parmi "
        f"leurs demandeurs d'emploi ({level[5]}) ; la médiane des {qpv} est de {level[2]} ; "
        f"{level[3]} des {level[4]} quartiers dépassent {half}",
        f"Le taux d'emploi des femmes va de {women[0]} à {women[1]} selon le quartier ({women[5]}) "
        f"; la médiane des {qpv} est de {women[2]} ; {women[3]} des {women[4]} quartiers sont sous "
        f"{half}",
    ]
    return [plain(line) for line in lines]


def shared():
    """Indicators that half of the neighbourhoods or more have on the bad side."""
    counts = {code: sides(code, "worse") for code in HEADLINE}
    return [
        plain(
            f"{INDICATORS[code].label} : {n} quartiers sur {len(PLACES)} s'écartent "
            "défavorablement de la plupart des quartiers prioritaires de métropole."
        )
        for code, n in counts.items()
        if n * 2 >= len(PLACES)
    ]


def told(codes, side, inside):
    """Nouns of what most of a contract's neighbourhoods have and most of the others have not."""
    outside, nouns = [area for area in PLACES if area not in inside], {}
    for code in codes:
        if sides(code, side, inside) * 2 > len(inside) and sides(code, side, outside) * 2 <= len(
            outside
        ):
            doubt = not any(judgements.sure(facts.own(area, code)) for area in inside)
            noun = INDICATORS[code].noun + " (à confirmer)" * doubt
            nouns.setdefault(INDICATORS[code].family or code, noun)
    return list(nouns.values())


def distinguished(inside):
    lines = []
    for side, word in (("worse", "défavorable"), ("better", "favorable")):
        nouns = told(HEADLINE, side, inside)
        where = ", dans la plupart de ses quartiers," * (len(inside) > 1)
        lines += [f"Écart {word}{where} pour {listed(nouns)}."] if nouns else []
    return " ".join(lines) or (
        "Rien ne le distingue nettement des autres contrats parmi les indicateurs retenus."
    )


# --- the index -------------------------------------------------------------------------------


def lead():
    """The two sentences over the map."""
    kept = sum(place.successor_status == "unchanged" for place in PLACES.values())
    return [
        f"{len(PLACES)} quartiers, {len(CONTRACTS)} contrats de ville, {people(PLACES)} habitants "
        "en 2018. Une page de diagnostic pour chacun.",
        "Périmètres 2015-2023 (codes QP), auxquels se rapportent les données. "
        f"{kept} quartiers ont le même contour depuis 2024, {len(PLACES) - kept} ont été modifiés.",
    ]


def overview():
    """What replaces the map: how many around each town, and their numbers."""
    parts, first = [], 1
    for codes in by_contract().values():
        towns = Counter(facts.around(code, "commune")[0] for code in codes)
        every = {commune for code in codes for commune in facts.around(code, "commune")}
        last = first + len(codes) - 1
        numbers = {1: f"{first}", 2: f"{first} et {last}"}.get(len(codes), f"{first} à {last}")
        town = AREAS[towns.most_common(1)[0][0]].name + " et autour" * (len(every) > 1)
        parts.append(f"{town}, {len(codes)} (n° {numbers})")
        first = last + 1
    return plain(f"Carte du Loiret : {', '.join(parts)}.")
