"""What the pages of the whole territory may say, from the tidy tables alone."""

from collections import Counter

import facts
import judgements
import portraits
from facts import AREAS, CONTRACTS, HEADLINE, INDICATORS, PLACES
from reading import plain


def by_contract():
    """Neighbourhoods of each contract, in alphabetical order."""
    ordered = sorted(PLACES, key=lambda code: PLACES[code].name)
    return {c: [code for code in ordered if PLACES[code].contract == c] for c in CONTRACTS}


def column(code):
    """Head of a column: the indicator and the year of its figures."""
    row = next(facts.own(area, code) for area in PLACES)
    return f"{plain(INDICATORS[code].short or INDICATORS[code].label)} {facts.when(row)}"


def grid_column(code):
    """The same side by side: whom it counts stands above, doubts on years are footnotes."""
    row = next(facts.own(area, code) for area in PLACES)
    name = plain(INDICATORS[code].short or INDICATORS[code].label).partition(", ")[0]
    dated = {"unknown": "fichier ¹", "deduced": f"{row.year} ²"}
    return f"{name} {dated.get(row.year_status, facts.when(row))}"


FOOTNOTES = [
    "¹ Fichier Insee 2022 : l'année de ces chiffres n'est pas vérifiée.",
    "² Année 2018 déduite de l'édition 2022 : l'Insee date ses fichiers, non ces chiffres.",
]


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


def note():
    """What the note says of all of them, in numbers."""
    small = sum(place.size_class == "0-2499" for place in PLACES.values())
    return plain(
        f"Les {len(PLACES)} quartiers comptent {people(PLACES)} habitants (2018), dans "
        f"{len(CONTRACTS)} contrats de ville ; {small} ont moins de 2 500 habitants, où les "
        "chiffres bougent plus d'une année à l'autre."
    )


def poorer():
    """All of them are, as portraits say one by one."""
    assert all(portraits.poorer(facts.own(area, "taux_pauvrete")) for area in PLACES)
    return (
        f"Les {len(PLACES)} quartiers ont un taux de pauvreté supérieur à celui de leur commune, "
        "au-delà du bruit."
    )


def shared():
    """Indicators that half of the neighbourhoods or more have on the bad side."""
    counts = {code: sides(code, "worse") for code in HEADLINE}
    return [
        plain(
            f"{INDICATORS[code].label} : dans {n} quartiers sur {len(PLACES)}, plus de difficultés "
            "que dans la plupart des quartiers prioritaires de métropole."
        )
        for code, n in counts.items()
        if n * 2 >= len(PLACES)
    ]


# --- what weighs in a contract -------------------------------------------------------------


def on_side(code, side, areas):
    """Rows of an indicator on a side, the sure ones apart."""
    rows = [facts.own(area, code) for area in areas]
    rows = [row for row in rows if judgements.side(row) == side]
    return rows, [row for row in rows if judgements.sure(row)]


def living(rows):
    return sum(facts.own(row.area, "population").value for row in rows)


def times(row):
    """A gap, in times the noise."""
    return abs(row.value - facts.grid(row.indicator, row.year)[50]) / facts.noise(
        row.indicator, row.area
    )


def heaviest(side, inside):
    """Indicators with a sure gap, by the inhabitants whom the gap concerns."""
    held = {code: on_side(code, side, inside) for code in HEADLINE}
    keys = {
        code: (living(rows), living(sure), max(map(times, sure)))
        for code, (rows, sure) in held.items()
        if sure
    }
    return sorted(keys, key=keys.get, reverse=True)


def apart(code, inside):
    """Most inhabitants of this contract have it, and of no other."""

    def most(areas):
        everyone = living([facts.own(area, "population") for area in areas])
        return living(on_side(code, "worse", areas)[0]) * 2 > everyone

    return [codes for codes in by_contract().values() if most(codes)] == [list(inside)]


def weight(code, side, inside):
    """« Dans 3 de ses 10 quartiers, où vivent … », then what the indicator shows there."""
    rows, sure = on_side(code, side, inside)
    n, of, every, when = len(rows), len(inside), people(inside), facts.when(rows[0])
    where = f"{n} de ses {of} quartiers" if n > 1 else f"l'un de ses {of} quartiers"
    lives = f", où vivent {people([r.area for r in rows])} de ses {every} habitants (2018)"
    if n == of:
        where = f"ses {n} quartiers" if n > 1 else "son seul quartier"
        lives = f" ({every} habitants, 2018)"
    ends = [facts.shown(f(rows, key=lambda row: row.value)) for f in (min, max)]
    values = ends[0] if ends[0] == ends[1] else f"de {ends[0]} à {ends[1]}"
    unsure, blank = n - len(sure), sum(facts.own(area, code).value is None for area in inside)
    more = f" ; écart à confirmer dans {unsure} de ces {n} quartiers" if unsure > 1 else ""
    more = f" ; écart à confirmer dans l'un de ces {n} quartiers" if unsure == 1 else more
    more += " ; non publié dans un autre quartier" if blank == 1 else ""
    more += f" ; non publié dans {blank} autres quartiers" if blank > 1 else ""
    end = f"{values} ({when}), médiane {median_of(code)}{more}."
    return f"ans {where}{lives}, {INDICATORS[code].noun} montre", end


def weighed(inside):
    """The two sentences on a contract."""
    (first, *others), better = heaviest("worse", inside), heaviest("better", inside)
    where, end = weight(first, "worse", inside)
    told = [f"D{where} plus de difficultés que dans la plupart des quartiers prioritaires : {end}"]
    family = INDICATORS[first].family
    own = [c for c in others if INDICATORS[c].family != family and apart(c, inside)]
    if better:
        where, end = weight(better[0], "better", inside)
        told.append(
            f"D{where} moins de difficultés que dans la plupart des quartiers prioritaires : {end}"
        )
    elif own:
        where, end = weight(own[0], "worse", inside)
        told.append(
            "Aucun écart favorable n'y est sûr ; ce contrat se distingue des autres en ce que, "
            f"d{where} aussi plus de difficultés : {end}"
        )
    else:
        told.append(
            "Aucun écart favorable n'y est sûr, et rien d'autre ne distingue nettement ce contrat "
            "des autres parmi les indicateurs retenus."
        )
    return [plain(line) for line in told]


# --- the index -------------------------------------------------------------------------------


def lead():
    """The two sentences over the map."""
    kept = sum(place.successor_status == "unchanged" for place in PLACES.values())
    return [
        f"{len(PLACES)} quartiers, {len(CONTRACTS)} contrats de ville, {people(PLACES)} habitants "
        "en 2018. Une page de diagnostic pour chacun.",
        "Périmètres 2015-2023 (codes QP), auxquels se rapportent les données. "
        f"{kept} quartiers ont gardé leur contour en 2024, {len(PLACES) - kept} ont été modifiés.",
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
