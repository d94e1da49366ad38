"""What makes a neighbourhood itself, and what it needs, worked out apart from qpvlib."""

from functools import cache
from itertools import chain
from statistics import mean
from types import SimpleNamespace

import facts
import judgements
from facts import HEADLINE, INDICATORS, NEEDS, PLACES, RULES, TRAITS, Decimal, grid, noise, own

CODES = [code for family in TRAITS.values() for code in family["indicators"]]
LEVELS = ("commune", "epci", "departement", "region", "metropole", "france")


# --- traits --------------------------------------------------------------------------------------


def rare_side(value: Decimal, limits: list[Decimal], limit: Decimal | None) -> str:
    """On which side a value is in the outer tenth and further from the median than the noise."""
    if limit is not None and abs(value - limits[50]) <= limit:
        return ""
    rank = judgements.placed(value, limits)
    return "higher" if rank >= RULES["trait_rank"] else (
        "lower" if rank <= 100 - RULES["trait_rank"] else ""
    )  # fmt: skip


def _rare(row: SimpleNamespace | None) -> str:
    if row is None or row.value is None or not judgements.verdict(row):
        return ""
    everyone = max(n for n, *_ in facts.grids().values())
    many = facts.known(row.indicator, row.year) >= RULES["trait_published"] * everyone
    people = row.numerator is None or row.numerator >= RULES["trait_persons"]
    limits = grid(row.indicator, row.year)
    return rare_side(row.value, limits, noise(row.indicator, row.area)) if many and people else ""


def _same(row: SimpleNamespace, side: str) -> int:
    """How many other neighbourhoods of the département are as rare, on the same side."""
    limits = grid(row.indicator, row.year)
    rows = (facts.observations().get((a, row.indicator, row.year)) for a in PLACES if a != row.area)
    return sum(
        rare_side(r.value, limits, noise(r.indicator, r.area)) == side
        for r in rows
        if r and r.value is not None
    )


def _trait(row: SimpleNamespace, family: str, side: str, look: str) -> SimpleNamespace:
    told = SimpleNamespace(
        row=row, code=row.indicator, family=family, side=side, look=look, others=0, shared=False
    )
    told.theme = TRAITS[family]["theme"] if family in TRAITS else ""
    told.names = family in TRAITS and told.code not in TRAITS[family].get("composition", ())
    return told


@cache
def rare(area: str) -> list[SimpleNamespace]:
    """The rare figures, one a family: own, solid, naming a public, clear, far from the middle."""
    first = {}
    for family, declared in TRAITS.items():
        found = []
        for code, wanted in declared["indicators"].items():
            side = _rare(row := own(area, code))
            if not side or wanted not in (side, "both"):
                continue
            told = _trait(row, family, side, "metropole")
            told.others, edge = _same(row, side), RULES["trait_extreme"]
            common = told.others + 1 >= RULES["trait_shared"] * len(PLACES)
            told.shared = common and 100 - edge < judgements.position(row) < edge
            found.append(told)
        if found:
            first[family] = min(found, key=lambda t: t.shared)  # the first of the least
    return sorted(first.values(), key=_order)


def _order(told: SimpleNamespace) -> tuple:
    limit, gap = noise(told.code, told.row.area), judgements.strength(told.row)
    clear = limit is not None and gap >= float(RULES["clearly"])
    far = abs(judgements.position(told.row) - 50)
    return told.shared, not judgements.sure(told.row), not told.names, not clear, -far


def _alone(area: str) -> list[SimpleNamespace]:
    """Over, or under, every other of the contract by more than the largest of their noises."""
    inside = [a for a in PLACES if PLACES[a].contract == PLACES[area].contract]
    found = []
    for family, declared in TRAITS.items():
        for code, wanted in declared["indicators"].items():
            row = own(area, code)
            if row is None or row.value is None or not judgements.verdict(row):
                continue
            rank = judgements.position(row)
            if RULES["quartile_low"] <= rank <= RULES["quartile_high"]:
                continue
            side = "higher" if rank > 50 else "lower"
            rows = [r for a in inside if (r := facts.observations().get((a, code, row.year)))]
            rows = [r for r in rows if r.value is not None]
            noises, sign = [noise(code, r.area) for r in rows], 1 if side == "higher" else -1
            if len(rows) < RULES["trait_contract"] or None in noises:
                continue
            nearest = max(sign * r.value for r in rows if r.area != area)
            told = _trait(row, family, side, "contract")
            told.whole = len(rows) == len(inside)
            if sign * row.value - nearest > max(noises) and wanted in (side, "both") and told.names:
                found.append(told)
    return found


def commune_gaps(area: str, code: str = "niveau_vie_median") -> list[Decimal]:
    """Gaps, as displayed, to the communes of the same year that hold enough of it."""
    return [gap for _, gap in _beside(own(area, code), "commune")]


def _beside(row: SimpleNamespace | None, level: str) -> list[tuple[SimpleNamespace, Decimal]]:
    found = []
    if row is None or row.value is None or row.year_status == "unknown":
        return found
    for area in facts.around(row.area, level, least=RULES["commune_share"] / 100):
        other = facts.beside(area, row)
        if other and other.year == row.year:
            decimals = min(row.decimals, other.decimals)
            gap = facts.rounded(facts.as_shown(row) - facts.as_shown(other), decimals)
            found.append((other, gap))
    return found


def beside_communes(area: str) -> list[SimpleNamespace]:
    """A gap of the living standard to each commune unlike that of most neighbourhoods."""
    row = own(area, "niveau_vie_median")
    usual = facts.middle([mean(gaps) for a in PLACES if (gaps := commune_gaps(a))])
    gaps, limit = commune_gaps(area), RULES["trait_commune"] * noise(row.indicator, area)
    for side, sign in (("higher", 1), ("lower", -1)):
        if gaps and all(sign * (gap - usual) > limit for gap in gaps):
            return [_trait(row, "commune", side, "commune")]
    return []


def _size(area: str) -> list[SimpleNamespace]:
    row = own(area, "population")
    side = rare_side(row.value, grid("population", row.year), None)
    return [_trait(row, "size", side, "size")] if side else []


@cache
def traits(area: str) -> list[SimpleNamespace]:
    """Three at most: own by theme, a second of a theme, shared, and the other looks in order."""
    most, found, told = RULES["traits"], rare(area), []
    named = [t for t in found if t.names and not t.shared]
    for theme in dict.fromkeys(t.theme for t in named):
        told.append(next(t for t in named if t.theme == theme))
    told = told[:most]
    for t in named:
        if t not in told and len(told) < most and sum(o.theme == t.theme for o in told) < 2:
            told.append(t)
    shared = [t for t in found if t.names and t.shared]
    rest = [t for t in found if not t.names]
    for t in chain(shared, _alone(area), beside_communes(area), _size(area), rest):
        if len(told) < most and t.family not in [o.family for o in told]:
            told.append(t)
    return told


def ordinary(area: str) -> bool:
    """Whether no trait is its own, and most of the figures are in the middle half."""
    rows = [row for code in CODES if (row := own(area, code))]
    low, high = RULES["quartile_low"], RULES["quartile_high"]
    judged = [r for r in rows if r.value is not None and judgements.verdict(r)]
    inside = sum(low <= judgements.position(r) <= high for r in judged)
    own_ = any(t.look == "metropole" and not t.shared for t in traits(area))
    return not own_ and inside * 2 > len(rows)


# --- needs ---------------------------------------------------------------------------------------


def references(row: SimpleNamespace) -> list[SimpleNamespace]:
    """Its communes of the same year; where none has the figure, the smallest area that has it."""
    return [other for other, _ in _nearest(row)]


def _nearest(row: SimpleNamespace) -> list[tuple[SimpleNamespace, Decimal]]:
    return next((found for level in LEVELS if (found := _beside(row, level))), [])


def poorer(row: SimpleNamespace | None) -> bool:
    """Whether it is worse than each of them by more than the noise."""
    limit = None if row is None else noise(row.indicator, row.area)
    gaps = [gap for _, gap in _nearest(row)] if limit is not None else []
    sign = 1 if row and INDICATORS[row.indicator].favourable == "lower" else -1
    return bool(gaps) and all(sign * gap > limit for gap in gaps)


@cache
def every_need(area: str) -> list[SimpleNamespace]:
    """Every need that its figures tell: income first, then the surest, then the widest."""
    found = []
    for topic, declared in NEEDS.items():
        rows = [row for code in declared["indicators"] if (row := own(area, code))]
        worse = [row for row in rows if judgements.side(row) == "worse"]
        main = own(area, declared["commune"]) if "commune" in declared else None
        both = [row for row in worse if row.indicator in declared.get("together", ())]
        need = SimpleNamespace(topic=topic, beside=None, commune=poorer(main))
        if main and (need.commune or main in worse):
            need.row = main
        elif len(both) > 1 and both[0].year == both[1].year:
            need.row, need.beside = both
        elif worse:
            need.row = worse[0]
        else:
            continue
        need.rows = [r for r in (need.row, need.beside) if r]
        need.sure = need.commune or any(map(judgements.sure, need.rows))
        found.append(need)
    return sorted(found, key=lambda n: (
        "commune" not in NEEDS[n.topic], not n.sure, -max(map(judgements.strength, n.rows)),
    ))  # fmt: skip


def needs(area: str) -> list[SimpleNamespace]:
    return every_need(area)[: RULES["points"]]


def others(area: str) -> list[str]:
    """Indicators of the unfavourable gaps that no need shown tells, in the catalogue's order."""
    told = {row.indicator for need in needs(area) for row in need.rows}
    rows = [row for code in HEADLINE if code not in told and (row := own(area, code))]
    return [row.indicator for row in rows if judgements.side(row) == "worse"]
