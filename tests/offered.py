"""What is proposed: read off each diagnosis, then judged from the tidy tables and the patterns."""

import re
from types import SimpleNamespace

import facts
import judgements
import portraits
import reading
from facts import AXES, INDICATORS, NEEDS, PATTERNS, PLACES, RULES
from reading import plain
from sentences import shown, when

SCHEME = facts.SCHEME
BY_SHORT = {plain(pattern["short"]): name for name, pattern in PATTERNS.items()}
FALLS = {"commune": "de la commune", "bailleur": "du bailleur", "region": "de la Région",
         "departement": "du Département ou de la Caf", "etat": "de l'État",
         "education": "de l'Éducation nationale"}  # fmt: skip


def own(site, area):
    """The diagnosis of a neighbourhood."""
    return reading.page(site / f"{area.lower()}-{PLACES[area].slug}.html")


def axes(pattern):
    return PATTERNS[pattern].get("axes", {}).get(SCHEME, [])


def head(pattern):
    """« Emploi », or whom a proposal falls to where no association may answer."""
    who = PATTERNS[pattern]["who"]
    if "association" in who:
        return plain(AXES[axes(pattern)[0]]["short"])
    named = [FALLS[name] for name in who]
    return f"Relève {' et '.join(filter(None, [', '.join(named[:-1]), named[-1]]))}"


def proposals(page):
    """Number, head, pattern and doubt of each proposal of a diagnosis."""
    found = []
    for line in page.section("Propositions"):
        if not re.match(r"\d ", line):
            continue
        rank, told = line.split(" ", 1)
        doubt = told.endswith(" à confirmer")
        told = told.removesuffix(" à confirmer").removesuffix(".")
        lead, _, short = told.partition(". ")
        name = BY_SHORT[short]
        found.append(SimpleNamespace(rank=int(rank), head=lead, pattern=name, doubt=doubt))
    return found


def patterns(site, area):
    """Names of what is proposed to a neighbourhood."""
    return [one.pattern for one in proposals(own(site, area))]


def solid(area, pattern):
    """How sure what it rests on is: the need it answers, else its own figure."""
    declared = PATTERNS[pattern]
    if declared.get("unsure"):
        return False
    if declared["kind"] == "act":
        need = next(n for n in portraits.needs(area) if n.topic == declared["topic"])
        return need.sure
    return judgements.sure(facts.own(area, declared["indicator"]))


def states(site, area):
    """What the matrix must say of each axis."""
    offered = patterns(site, area)
    ranks = list(dict.fromkeys(axes(name)[0] for name in offered))
    return {axis: _state(area, axis, offered, ranks) for axis in AXES}


def _state(area, axis, offered, ranks):
    if axis in ranks:
        sure = any(solid(area, name) for name in offered if axes(name)[0] == axis)
        return f"{ranks.index(axis) + 1}{' à confirmer' * (not sure)}"
    if any(axis in axes(name) for name in offered):
        return "dans un autre axe"
    rows = [facts.own(area, code) for code in AXES[axis].get("indicators", ())]
    known = [row for row in rows if row and judgements.verdict(row)]
    if any(judgements.side(row) == "worse" for row in known):
        return "un écart, hors des trois besoins"
    return "sans écart" if known else "non documenté"


def publics(area):
    """Every public that a pattern may name there, as it must be told: number, or value, and year.

    Where no person is counted, it is said so.
    """
    for name, pattern in PATTERNS.items():
        codes = [pattern["indicator"]] if "indicator" in pattern else []
        codes = codes or NEEDS[pattern["topic"]]["indicators"]
        for code in codes:
            row = facts.own(area, code)
            if row is not None and not re.search(r"\{(?!count|value)", pattern["public"]):
                yield name, plain(_public(pattern["public"], row))


def _public(words, row):
    if "{count}" in words:
        enough = row.numerator is not None and row.numerator >= RULES["trait_persons"]
        if row.value is None or not enough:
            return f"{words.replace('{count}', '').strip()} (sans effectif publié)"
        return f"{words.format(count=facts.french(row.numerator))} ({when(row)})"
    if "{value}" not in words or row.value is None:
        return words.format(value=shown(row))
    value = facts.amount(row.value, row.indicator, row.decimals)
    return f"{words.format(value=value)} ({when(row)})"


def excess(area, pattern):
    """About how many more than at the median of the quarters: « environ 60 de plus… »."""
    code = PATTERNS[pattern].get("indicator") or NEEDS[PATTERNS[pattern]["topic"]]["indicators"][0]
    row = facts.own(area, code)
    if row is None or row.value is None or INDICATORS[row.indicator].measure != "share":
        return ""
    limit = facts.noise(row.indicator, row.area)
    doubt = INDICATORS[row.indicator].label_deduced or facts.cut(row.indicator, row.year)
    if doubt or limit is None or facts.few(row) or row.numerator < RULES["trait_persons"]:
        return ""
    more = row.numerator - facts.grid(row.indicator, row.year)[50] * row.denominator / 100
    outside = judgements.position(row) > RULES["quartile_high"]
    beyond = more > limit * row.denominator / 100
    if not outside or not beyond or more < RULES["excess_persons"]:
        return ""
    step = 5 if more < 100 else 10
    told = f"environ {step * round(more / step)} de plus qu'à la médiane des quartiers"
    return f" ; {told} prioritaires de métropole, un ordre de grandeur"
