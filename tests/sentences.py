"""Every phrase with a number that a page may say of a neighbourhood, from the tidy tables alone."""

import re
from functools import cache
from types import SimpleNamespace

import facts
import judgements
import portraits
from facts import AREAS, INDICATORS, PLACES, RULES, Decimal, french, shown, when
from reading import NUMBER, plain

QUARTERS = "quartiers prioritaires de métropole"
TRENDS = ("taux_pauvrete", "niveau_vie_median", "taux_emploi_femmes", "population")


def listed(parts):
    """« un, deux et trois »."""
    return " et ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def statement(row, words="", noted=False):
    """What an indicator says, with its year; the counts alone when they are few.

    ``noted``: as a page that has footnotes says it, the year after the words.
    """
    declared, year = INDICATORS[row.indicator], facts.mark(row) if noted else when(row)
    words = words or declared.statement or f"{declared.noun} : {{value}}"
    if declared.measure == "share":
        inside = "" if facts.few(row) else "{value}"
        told = f"{inside}, {year}".removeprefix(", ")
        told = f" ({told})"
        if year == "¹":
            told = f" ({inside}¹)" if inside else "¹"
        counts = {name: french(getattr(row, name)) for name in ("numerator", "denominator")}
        said = words.replace(" ({value})", told).format(value=shown(row), **counts)
        return said[0].upper() + said[1:]
    words = words.format(value=shown(row))
    if noted:
        return facts.dated(words[0].upper() + words[1:], row)
    if re.match(r"\d{2}/", year):
        return f"Au {year}, {words}"
    return f"En {year}, {words}" if year == str(row.year) else f"{words} ({year})"


def told(row, words="", more="", noted=False):
    """« …, comme dans 6 autres quartiers du département ; QPV : 23,7 %. »: value, year, median."""
    median = beside(row, facts.median_shown(row), facts.grid(row.indicator, row.year)[50])
    return f"{statement(row, words, noted)}{more} ; QPV : {median}."


def beside(row, words, value):
    """What it is read against: where counts stand alone, as a count too."""
    if not facts.few(row):
        return words
    whole = row.denominator
    return f"{words}, l'équivalent de {french(value * whole / 100)} sur {french(whole)}"


def asset(row):
    """A favourable gap: of those who have; people in difficulty are told of the others."""
    declared = INDICATORS[row.indicator]
    if not declared.asset:
        return told(row, noted=True)
    lacking = SimpleNamespace(**vars(row) | {"value": 100 - row.value})
    if row.numerator is not None:
        lacking.numerator = row.denominator - row.numerator
    median = 100 - facts.grid(row.indicator, row.year)[50]
    shown_ = beside(row, facts.amount(median, row.indicator, row.decimals), median)
    return f"{statement(lacking, declared.asset, True)} ; QPV : {shown_}."


def asset_line(number, row):
    """« 1 Emploi. En 2018, … »: its number, what it speaks of, whether it is to be confirmed."""
    topics = [
        t.get("held", t["label"]) for t in facts.NEEDS.values() if row.indicator in t["indicators"]
    ]
    label = (topics or [facts.THEMES[INDICATORS[row.indicator].theme]["short"]])[0]
    doubt = "" if judgements.sure(row) else " à confirmer"
    return f"{number} {label}. {asset(row)}{doubt}"


# --- traits and needs ----------------------------------------------------------------------------


def trait(one, noted=True):
    """A trait, whole."""
    if one.look == "commune":
        wide = {"higher": "étroit", "lower": "large"}[one.side]
        told_ = income(one.row.area).removesuffix(".")
        return f"{told_} : un écart {wide} pour le département."
    if one.look == "size":
        kind = {"higher": "grand", "lower": "petit"}[one.side]
        return f"Un {kind} quartier : {french(one.row.value)} habitants ({when(one.row)})."
    way = {"higher": "plus", "lower": "moins"}[one.side]
    more = f", {way} que dans chacun des autres quartiers du contrat" * (one.look == "contract")
    more += " où ce chiffre est publié" * (one.look == "contract" and not one.whole)
    shared = (
        f", rare en métropole, comme dans {one.others} autres quartiers du département" * one.shared
    )
    return told(one.row, more=more + shared, noted=noted)


def traits(area):
    """The paragraph « Ce qui le distingue »."""
    plain_ = "La plupart des chiffres ressemblent à ceux des autres quartiers prioritaires."
    lines = [plain_] * portraits.ordinary(area)
    return " ".join([*lines, *map(trait, portraits.traits(area))])


def trait_short(one):
    """A trait in a line, without its references."""
    whole = one.look in ("commune", "size")
    return trait(one, noted=False) if whole else f"{statement(one.row)}."


def need(one, noted=False):
    """A need: value and year, the median of the quarters, what its communes have that year."""
    near_ = [
        f"{AREAS[other.area].name} : {beside(one.row, shown(other), other.value)}"
        for other in portraits.references(one.row)
    ]
    said = facts.NEEDS[one.topic]["said"][one.row.indicator] if noted else ""
    words = told(one.row, said, noted=noted).removesuffix(".")
    words += "".join(f", {words}" for words in near_) + "."
    if one.beside:
        second = told(one.beside).partition(" ; ")[2]
        words += f" {facts.NEEDS[one.topic]['second']} : {shown(one.beside)} ; {second}"
    return words


def need_line(number, one):
    """« 1 Pauvreté. En 2019, … »"""
    doubt = "" if one.sure else " à confirmer"
    aside = plain(INDICATORS[one.rows[0].indicator].aside)
    more = f" {aside}" if aside else ""
    return f"{number} {facts.NEEDS[one.topic]['label']}. {need(one, True)}{more}{doubt}"


def also(codes):
    """The unfavourable gaps that no need tells, in one line; of whom, where two begin alike."""
    heads = [INDICATORS[code].label.partition(",")[0] for code in facts.HEADLINE]
    labels = [INDICATORS[code].label for code in codes]
    short = ((la.partition(",")[0], la) for la in labels)
    named = [head if heads.count(head) == 1 else la for head, la in short]
    told = " ; ".join(la if la[1].isupper() else la[0].lower() + la[1:] for la in named)
    return f"Autres écarts défavorables : {told}."


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
    moved = words.get(told.verdict, "Non concluant") + " nette" * told.clear
    over = f" de {told.first.year} à {told.last.year}" * (told.verdict in ("up", "down"))
    return moved + over


REASONS = {
    "leap": "rupture propre à ce quartier, à éclaircir avec le producteur avant toute lecture",
    "break": "rupture possible, ne pas commenter",
    "unmeasured": "bruit non mesuré",
}


def trend_caption(area, code):
    """The two ends, the gap, the median's, the noise, the blanks."""
    told, declared = judgements.change(area, code), INDICATORS[code]
    first, last = told.first, told.last
    ends = f"{shown(first)} en {first.year}, {shown(last)} en {last.year}"
    if declared.measure == "count":
        return f"{ends} ; cause inconnue."
    decimals = min(first.decimals, last.decimals)
    if told.verdict in REASONS:
        tail = f"{REASONS[told.verdict]}."
    else:
        noise = points(facts.rounded(told.limit, decimals), code).removesuffix(" de plus")
        drift = points(facts.rounded(told.drift, decimals), code)
        current = " (euros courants)" * (declared.unit == "€")
        moved = f"{points(told.gap, code)}{current} ; QPV : {drift}"
        tail = {
            "follows": f"{moved} ; écart sous le bruit ({noise}).",
        }.get(told.verdict, f"{moved} ; bruit : {noise}.")
        if told.verdict in ("up", "down"):
            ends = f"{shown(first)} puis {shown(last)}"
    still = told.verdict == "noise"
    beside = gap_line(area, code, brief=not still)
    said = f"{ends}." if still else f"{ends} ; {tail}"
    said = beside if still and beside else f"{said} {beside}".strip()
    rows = facts.series(area, code)
    blank = [str(row.year) for row in rows if row.value is None]
    return said + f" {' et '.join(blank)} : non publié." * bool(blank)


def gap_line(area, code, brief):
    """The gap to the commune that holds most of it, at two years, and what is said of it."""
    found = judgements.gaps(area, code)
    if not found:
        return ""
    one, levels = found[0], [facts.AREAS[other.area].level for other in found]
    name = "la commune" if levels.count("commune") == 1 else facts.AREAS[one.area].name
    first, last = (row.year for row in one.own)
    if brief:
        return f"Écart avec {name}, {first}-{last} : {one.told}."
    before, after = map(signed, one.gaps)
    return f"Écart avec {name} : {before} % ({first}), {after} % ({last}), {one.told}."


def signed(gap):
    return "+" * (gap > 0) + french(gap, 1)


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


def deduced(codes):
    """What figures have a deduced year, said once: those of 2018, of the edition 2022."""
    rows = [next(row for a in PLACES if (row := facts.own(a, code))) for code in codes]
    held = [row.indicator for row in rows if row.year_status == "deduced"]
    labels = [INDICATORS[code].label.partition(",")[0] for code in INDICATORS if code in held]
    first, *after = [label[0].lower() + label[1:] for label in labels]
    return (
        f"{listed([first[0].upper() + first[1:], *after])} : l'Insee date ses fichiers, non "
        "ces chiffres ; l'année 2018 est déduite de l'édition 2022."
    )


def footnotes(area):
    """Each caveat of a page, once."""
    place = PLACES[area]
    named = f"{place.successor} « {place.successor_name} »"
    outline = {
        "modified": f"modifié depuis 2024 ({named}) : les chiffres décrivent l'ancien contour.",
        "unchanged": f"inchangé depuis : {named}.",
    }[place.successor_status]
    return (
        "¹ Fichier Insee 2022, année non vérifiée. ² Année déduite de l'édition du fichier. QPV : "
        f"médiane des quartiers prioritaires de métropole, même année. Périmètre {area} "
        f"(2015-2023), {outline}"
    )


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
            yield f"Une France services {told} (liste du 01/08/2024)."
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
    told = [
        f"{INDICATORS[r.indicator].noun} ({shown(r)}, {when(r)})"
        for r in rows
        if r.value is not None
    ]
    told += [traits(area), also(portraits.others(area)), footnotes(area)]
    told += [need(one, noted) for one in portraits.needs(area) for noted in (False, True)]
    told += [*map(asset, judgements.assets(area))]
    told += [trend_caption(area, code) for code in TRENDS]
    told += [trend_alt(area, code) for code in TRENDS]
    told += [trend_head(area, code) for code in TRENDS]
    told += [question(area), income(area)]
    told += [*resources(area), *maps(area), *perimeter(area), *noises(area)]
    told += [*generations(area), *under_way(area)]
    return list(map(plain, told))


def question(area):
    change = judgements.change(area, "population")
    head = trend_head(area, "population")
    first = "Pourquoi" if change.gap < 0 else "À quoi tiennent"
    return f"{first} {head} en {change.last.year} qu'en {change.first.year} :"


def perimeter(area):
    place = PLACES[area]
    yield f"Périmètre {area} (2015-2023)"
    yield f"modifié depuis 2024 ({place.successor} « {place.successor_name} »)"
    yield f"{place.successor} « {place.successor_name} »"
    yield f"{place.name} ({area})"


def generations(area):
    """What 2024 changed: areas, share in common, inhabitants of both outlines."""
    before, after = facts.outlines(area)
    share = 5 * round(100 * before.intersection(after).area / after.area / 5)
    own_ha = french(facts.Decimal(PLACES[area].area_ha), 1)
    near = facts.SOURCES["anct_perimetres_2024"]["simplified"]
    wide = f"{round(after.area / 1e4)} ha en 2024 (simplifié, à {near} m près)"
    yield f"couvre environ {wide}, {own_ha} ha en 2015"
    yield f"{own_ha} ha"
    yield f"environ {share} % de sa surface"
    own, later = (facts.series(code, "population")[-1] for code in (area, PLACES[area].successor))
    yield f"{shown(own)} habitants en {own.year} dans le contour de 2015"
    yield from (f"{shown(later)} en {later.year} dans {w}" for w in ("celui de 2024", "le même"))
    yield from ("contour de 2015", "contour de 2024", "celui de 2015", "Ce que 2024 a changé")
    yield "ne s'écarte nulle part de plus de 50 m"


def under_way(area):
    """What is declared of it and of its contract, dated."""
    contract = PLACES[area].contract
    quarters = sum(place.contract == contract for place in PLACES.values())
    for entry in facts.PROGRAMMES.values():
        if area in entry.get("neighbourhoods", ()) or entry.get("contract") == contract:
            date = "/".join(reversed(entry["date"].split("-")))
            yield f"{entry['label']} ({date})."
            yield f"({entry['source']['publisher']}, {date})"
            posts = entry.get("figure", 0)
            plural = "s" * (posts > 1)
            yield f"{entry['label']} : {posts} poste{plural} en {entry.get('year')}, pour"
            yield f"les {quarters} quartiers du contrat."


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
        if phrase[1:] in words:  # its first letter may be in either case
            first = f"[{phrase[0].lower()}{phrase[0].upper()}]" if phrase[0].isalpha() else ""
            rest = re.escape(phrase[1:] if first else phrase)
            words = re.sub(rf"(?<![\d,]){first}{rest}(?!\d)", " ", words)
    return plain(words) if re.search(NUMBER, words) else ""
