"""Every phrase with a number that a page may say of a neighbourhood, from the tidy tables alone."""

import re
from functools import cache
from types import SimpleNamespace

import facts
import judgements
from facts import AREAS, INDICATORS, PLACES, RULES, Decimal, french, shown, when
from reading import NUMBER, plain

QUARTERS = "quartiers prioritaires de métropole"
TRENDS = ("taux_pauvrete", "niveau_vie_median", "taux_emploi_femmes", "population")


def listed(parts):
    """« un, deux et trois »."""
    return " et ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def statement(row, words=""):
    """What an indicator says, with its year; the counts alone when they are few."""
    declared, year = INDICATORS[row.indicator], when(row)
    words = words or declared.statement or f"{declared.noun} : {{value}}"
    if declared.measure == "share":
        words = words.replace("({value})", "({year})" if facts.few(row) else "({value}, {year})")
        counts = {name: french(getattr(row, name)) for name in ("numerator", "denominator")}
        return words.format(value=shown(row), year=year, **counts)
    words = words.format(value=shown(row))
    if re.match(r"\d{2}/", year):
        return f"Au {year}, {words}"
    return f"En {year}, {words}" if year == str(row.year) else f"{words} ({year})"


def quarters(row):
    """All of them, or how many have the figure where many have not."""
    most = max(n for n, *_ in facts.grids().values())
    n = facts.known(row.indicator, row.year)
    if n * 100 >= RULES["mostly_published"] * most:
        return QUARTERS
    return f"{french(n)} {QUARTERS} où ce chiffre est publié"


def finding(row):
    """A finding, whole: value, year, areas around of the same year, median of that year."""
    if row.status == "censored":
        return f"{statement(row, f'{facts.fewer(row)}, soit {shown(row)}')}."
    if row.value is None:
        note = f" (note {row.note} du fichier)" if row.note else ""
        return f"{INDICATORS[row.indicator].label} : non publié pour ce quartier{note}."
    limits, median = facts.grid(row.indicator, row.year), facts.median_shown(row)
    if judgements.verdict(row) == "comparable":
        same = facts.as_shown(row) == facts.rounded(limits[50], row.decimals)
        words = "au niveau de" if same else "comparable à"
        return f"{statement(row)}, {words} la médiane des {quarters(row)} ({median})."
    beside = ", ".join(near(row, "commune", "departement"))
    places = f" ; {beside}" if beside else ""
    way = "sont à" if facts.cut(row.indicator, row.year) else "dépassent"
    return f"{statement(row)}{places}. La moitié des {quarters(row)} {way} {median}."


def asset(row):
    """A favourable gap: of those who have; people in difficulty are told of the others."""
    declared = INDICATORS[row.indicator]
    if not declared.asset:
        return finding(row)
    lacking = SimpleNamespace(**vars(row) | {"value": 100 - row.value})
    if row.numerator is not None:
        lacking.numerator = row.denominator - row.numerator
    median = 100 - facts.grid(row.indicator, row.year)[50]
    beside = ", ".join(near(row, "commune", "departement", turned=True))
    places = f" ; {beside}" if beside else ""
    return (
        f"{statement(lacking, declared.asset)}{places}. La moitié des {quarters(row)} dépassent "
        f"{facts.amount(median, row.indicator, row.decimals)}."
    )


def point(number, words, code):
    """« 1 Emploi. … »: a point, its number and the short name of its theme."""
    return f"{number} {facts.THEMES[INDICATORS[code].theme]['short']}. {words}"


def vigilance(row):
    """A finding, what stands beside it, and whether it is to be confirmed."""
    aside, doubt = INDICATORS[row.indicator].aside, "" if judgements.sure(row) else "à confirmer"
    return " ".join(filter(None, [finding(row), aside, doubt]))


def also(rows):
    """The unfavourable gaps that no point of vigilance tells, named in one line."""
    labels = [INDICATORS[row.indicator].label for row in rows]
    told = " ; ".join(la if la[1].isupper() else la[0].lower() + la[1:] for la in labels)
    return f"Autres écarts défavorables : {told}."


def near(row, *levels, turned=False):
    """« 23 % dans la commune de Gien »: same year only, slivers of a commune left out."""
    for area in facts.around(row.area, *levels, least=RULES["commune_share"] / Decimal(100)):
        other = facts.beside(area, row)
        if other and other.year == row.year and row.year_status != "unknown":
            value = 100 - other.value if turned else other.value
            yield f"{facts.amount(value, row.indicator, other.decimals)} {AREAS[area].locative}"


def figure(row):
    """« 28,3 %, soit 101 sur 357 (fichier Insee 2022) »."""
    counts = f"{french(row.numerator)} sur {french(row.denominator)}" if row.numerator else ""
    told = ", soit ".join(filter(None, ["" if facts.few(row) else shown(row), counts]))
    return f"{told} ({when(row)})"


def latest(area, code):
    """The value of the latest year that metropolitan QPV have, if it is published."""
    last = max(year for indicator, year in facts.grids() if indicator == code)
    row = facts.observations().get((area, code, last))
    return row if row and row.value is not None else None


def points(gap, code):
    """« 1,9 point de plus », « 1 575 € de moins »."""
    noun = {"%": " points" if abs(gap) >= 2 else " point", "€": " €"}[INDICATORS[code].unit]
    return f"{french(abs(gap), -gap.as_tuple().exponent)}{noun} de {'plus' if gap > 0 else 'moins'}"


def income(area):
    """« Le niveau de vie médian est de…, soit … de moins que dans la commune… »."""
    row = facts.own(area, "niveau_vie_median")
    gaps = []
    for commune in facts.around(area, "commune", least=RULES["commune_share"] / Decimal(100)):
        other = facts.beside(commune, row)
        if other and other.year == row.year:
            gap = facts.as_shown(row) - facts.as_shown(other)
            gaps.append(f"{points(gap, row.indicator)} que {AREAS[commune].locative}")
    head = f"Le niveau de vie médian est de {shown(row)} par an ({when(row)})"
    return f"{head}, soit {listed(gaps)}."


# --- change ------------------------------------------------------------------------------------


def trend_head(area, code):
    """The word over a trend."""
    told = judgements.change(area, code)
    if INDICATORS[code].measure == "count":
        way = "plus" if told.gap > 0 else "moins"
        return f"{french(abs(told.gap))} habitants de {way}"
    words = {
        "up": "En hausse", "down": "En baisse", "leap": "Rupture propre à ce quartier",
        "follows": "Ne se distingue pas des autres quartiers",
    }  # fmt: skip
    return words.get(told.verdict, "Non concluant") + " nette" * told.clear


REASONS = {
    "leap": "rupture propre à ce quartier, à éclaircir avec le producteur avant toute lecture",
    "break": "rupture possible, ne pas commenter",
    "unmeasured": "bruit non mesuré",
}


def trend_caption(area, code):
    """The two ends, the gap, the median's, the noise, the blanks and the breaks."""
    told, declared = judgements.change(area, code), INDICATORS[code]
    first, last = told.first, told.last
    ends = f"{shown(first)} en {first.year}, {shown(last)} en {last.year}"
    if declared.measure == "count":
        return f"{ends}. Deux dates seulement : le trait ne dit rien de l'entre-deux ; "\
            "cause non connue ici."  # fmt: skip
    decimals = min(first.decimals, last.decimals)
    if told.verdict in REASONS:
        tail = f"{REASONS[told.verdict]}."
    else:
        noise = points(facts.rounded(told.limit, decimals), code).removesuffix(" de plus")
        noise = f"bruit de cette période{{}}{noise}"
        drift = points(facts.rounded(told.drift, decimals), code)
        current = " (euros courants)" * (declared.unit == "€")
        moved = (
            f"{points(told.gap, code)}{current} ; évolution médiane des quartiers de métropole, "
            f"{drift}"
        )
        tail = {
            "noise": f"changement inférieur au {noise.format(' (')}).",
            "follows": f"{moved}. Le reste est sous le {noise.format(' (')}).",
        }.get(told.verdict, f"{moved} ; {noise.format(', ')}.")
    return " ".join([f"{ends} : {tail}", *_gone(area, code)])


def _gone(area, code):
    rows = facts.series(area, code)
    known = [row.year for row in rows if row.value is not None]
    blank = [str(row.year) for row in rows if row.value is None]
    breaks = [str(b) for b in INDICATORS[code].breaks if known[0] < b <= known[-1]]
    if blank:
        yield f"Non publié pour ce quartier en {' et '.join(blank)}."
    if breaks:
        yield f"Trait interrompu : rupture possible en {' et '.join(breaks)}."


def trend_alt(area, code):
    values = ", ".join(f"{shown(row)} en {row.year}" for row in facts.series(area, code))
    return f"{INDICATORS[code].label} : {values}. {trend_head(area, code)}."


def hill_alt(row):
    """What replaces a hill: value, reading, median and number of neighbourhoods, areas around."""
    n = facts.known(row.indicator, row.year)
    median = f"médiane de {facts.median_shown(row)} pour {french(n)} "
    head = f"{INDICATORS[row.indicator].label}, {when(row)} : "
    if row.value is None:
        return f"{head}non publié pour ce quartier ; {median}{QUARTERS}."
    described = INDICATORS[row.indicator].favourable == "none"
    reading = "donnée descriptive" if described else judgements.words(row)
    beside = "".join(f" ; {told}" for told in near_all(row))
    return f"{head}{shown(row)} ({PLACES[row.area].name}), {reading} ; {median}{QUARTERS}{beside}."


def near_all(row):
    """Communes, slivers included, and département, of the same year."""
    for area in facts.around(row.area, "commune", "departement"):
        other = facts.beside(area, row)
        if other and other.year == row.year and row.year_status != "unknown":
            yield f"{shown(other)} {AREAS[area].locative}"


def deduced(codes, others=False):
    """What figures have a deduced year, said once: those of 2018, of the edition 2022."""
    rows = [next(row for a in PLACES if (row := facts.own(a, code))) for code in codes]
    held = [row.indicator for row in rows if row.year_status == "deduced"]
    labels = [INDICATORS[code].label.partition(",")[0] for code in INDICATORS if code in held]
    first, *after = [label[0].lower() + label[1:] for label in labels]
    tail = ["autres chiffres du recensement"] * others
    return (
        f"{listed([first[0].upper() + first[1:], *after, *tail])} : l'Insee date ses fichiers, non "
        "ces chiffres ; l'année 2018 est déduite de l'édition 2022"
        + ", et de même les années d'avant" * others + "."
    )  # fmt: skip


# --- places --------------------------------------------------------------------------------------


def distance(metres):
    """By fifty metres under a kilometre, by a hundred beyond."""
    metres = int(metres)
    if metres < 50:
        return "à moins de 50 m" if metres else "dans le périmètre"
    if metres < 975:
        return f"à environ {50 * round(metres / 50)} m"
    return f"à environ {french(Decimal(metres) / 1000, 1)} km"


def resources(area):
    """The France services and the hospital within a kilometre, as points d'appui say them."""
    bird = " à vol d'oiseau"
    for row in facts.nearby(area):
        away, near_by = int(row.distance_m), int(row.distance_m) <= RULES["near"]
        told = distance(away) + bird * bool(away)
        if row.kind == "france_services" and near_by:
            yield f"Une France services {told} ({row.address}, {row.commune}, liste du 01/08/2024)."
        if row.kind == "hopital" and near_by:
            yield f"Un hôpital {told} (liste du 06/03/2020, à vérifier)."


def maps(area):
    """What replaces the three maps."""
    place, metres = PLACES[area], french(RULES["near"])
    size = french(Decimal(place.area_ha), 1)
    close = [row for row in facts.nearby(area) if row.kind != "college"]
    close = [row for row in close if int(row.distance_m) <= RULES["near"]]
    names = {"france_services": "France services", "hopital": "Hôpital"}
    told = ", ".join(f"{names[row.kind]} {distance(row.distance_m)}" for row in close)
    yield f"Périmètre {facts.of(area)}, {size} ha : " + (
        told or f"ni France services ni hôpital à moins de {metres} m à vol d'oiseau"
    )
    yield f"Périmètre ({size} ha)"
    yield f"ni France services ni hôpital à moins de {metres} m"
    mine = set(facts.around(area, "commune"))
    others = sorted(
        other.name
        for code, other in PLACES.items()
        if code != area and mine & set(facts.around(code, "commune"))
    )
    count = f"{len(others)} autres quartiers prioritaires"
    yield f"{count if len(others) > 1 else 'un autre quartier prioritaire'} : {listed(others)}."


# --- all together ------------------------------------------------------------------------------


@cache
def of(area):
    """Every phrase with a number of a neighbourhood."""
    rows = [row for code in INDICATORS if (row := facts.own(area, code))]
    told = [finding(row) for row in rows if facts.grid(row.indicator, row.year)]
    for row in rows:
        label = INDICATORS[row.indicator].label
        if row.value is not None:
            told.append(f"{INDICATORS[row.indicator].noun} ({shown(row)}, {when(row)})")
        if last := latest(area, row.indicator) if judgements.verdict(row) else None:
            told.append(f"{label} : {figure(last)}")
    told += [*map(asset, judgements.assets(area)), also(judgements.watched(area)[1])]
    told += [hill_alt(facts.own(area, theme["chart"])) for theme in facts.THEMES.values()]
    told += [trend_caption(area, code) for code in TRENDS]
    told += [trend_alt(area, code) for code in TRENDS]
    told += [trend_head(area, "population"), question(area), income(area)]
    told += [*resources(area), *maps(area), *perimeter(area), *noises(area)]
    return list(map(plain, told))


def question(area):
    change = judgements.change(area, "population")
    head = trend_head(area, "population")
    return f"Pourquoi {head} en {change.last.year} qu'en {change.first.year} :"


def perimeter(area):
    place = PLACES[area]
    yield f"Périmètre {area} (2015-2023)"
    yield f"modifié depuis 2024 ({place.successor} « {place.successor_name} »)"
    yield f"{place.successor} « {place.successor_name} »"
    yield f"{place.name} ({area})"


def noises(area):
    """« Bruit : 2,2 points »: of each indicator, for a neighbourhood of this size."""
    for code, declared in INDICATORS.items():
        limit = facts.noise(code, area)
        if limit is None:
            continue
        if declared.unit == "€":
            told = f"{french(limit)} €"
        else:
            noun = f" point{'s' * (limit >= 2)}" if declared.unit == "%" else ""
            told = french(limit, max(1, declared.decimals)) + noun
        yield f"{declared.label}. {declared.definition} Bruit : {told}."


def left(words, phrases):
    """What remains of a text without the phrases that are known; empty if no number does."""
    for phrase in sorted(filter(None, phrases), key=len, reverse=True):
        if phrase[1:] in words:  # its first letter may be in upper case
            first = f"[{phrase[0]}{phrase[0].upper()}]" if phrase[0].isalpha() else ""
            rest = re.escape(phrase[1:] if first else phrase)
            words = re.sub(rf"(?<![\d,]){first}{rest}(?!\d)", " ", words)
    return plain(words) if re.search(NUMBER, words) else ""
