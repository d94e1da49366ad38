"""What makes a neighbourhood itself: the two or three figures that distinguish it.

A trait is neither good nor bad: it names a public, or opens a question. It stands beside the needs
and replaces none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.catalogue.entries import TraitFamily
from qpvlib.diagnosis import comparison, noise, spreads
from qpvlib.diagnosis.reading import SOLID, Reading, readings
from qpvlib.diagnosis.references import peer_values, small_communes
from qpvlib.project import kept
from qpvlib.tables import indicators
from qpvlib.tables.areas import neighbourhood, neighbourhoods, siblings

Look = Literal["metropole", "contract", "commune", "size"]
INCOME, PEOPLE = "niveau_vie_median", "population"


@dataclass(frozen=True)
class Trait:
    """Un chiffre par lequel un quartier est lui-même.

    Attributes
    ----------
    side : {"higher", "lower"}
    look : {"metropole", "contract", "commune", "size"}
        Face à quoi il a été vu : rare parmi les QPV de métropole, seul de son contrat, un écart
        inhabituel à ses communes, une taille.
    others : int
        Combien d'autres quartiers du département ont le même.
    shared : bool
        Un tiers d'entre eux au moins l'ont : cela est dit, et il vient après les autres.
    whole : bool
        Publié pour tous les quartiers du contrat.
    """

    reading: Reading
    family: str
    side: Literal["higher", "lower"]
    look: Look
    others: int = 0
    shared: bool = False
    whole: bool = True

    @property
    def code(self) -> str:
        """Le code de son indicateur."""
        return self.reading.code

    @property
    def theme(self) -> str:
        """Le thème de sa famille."""
        families = catalogue().traits
        return families[self.family].theme if self.family in families else ""

    @property
    def names(self) -> bool:
        """S'il nomme un public, et non la composition des revenus."""
        families = catalogue().traits
        return self.family in families and self.code not in families[self.family].composition

    @property
    def sentence(self) -> str:
        """Il est dit en une phrase, avec ce à quoi il se compare."""
        one = self.reading
        if self.look == "commune":
            told = {"value": one.amount, "year": one.when, "gaps": _gaps(one)}
            return wording.say("trait", f"commune_{self.side}", **told)
        if self.look == "size":
            value = wording.number(one.value)
            return wording.say("trait", self.side, value=value, year=one.when)
        key = ("shared_one" if self.others == 1 else "shared") * self.shared
        if self.look == "contract":
            key = f"contract_{self.side}{'' if self.whole else '_known'}"
        if not key:
            return one.told
        more, median = wording.say("trait", key, n=self.others), one.median_beside
        return wording.say("trait", "with", statement=one.statement, median=median, more=more)

    @property
    def short(self) -> str:
        """Le même en une ligne de l'index, sans ce à quoi il se compare."""
        return self.sentence if self.look in ("commune", "size") else f"{self.reading.statement}."


def traits(positions: pd.DataFrame) -> list[Trait]:
    """Two or three traits of a neighbourhood, the most its own first.

    Parameters
    ----------
    positions : DataFrame
        As ``compare`` gives for one neighbourhood.

    Examples
    --------
    >>> from qpvlib.tables.areas import neighbourhood
    >>> place = neighbourhood("QP045012")
    >>> found = traits(comparison.compare(indicators.observations(around=place), place))
    >>> [trait.code for trait in found]
    ['monoparents_caf', 'taux_emploi', 'demandeurs_bac_plus']
    """
    return chosen(readings(positions))


def chosen(read: dict[str, Reading]) -> list[Trait]:
    """The same, from the readings of one neighbourhood."""
    most, found = catalogue().rule("traits"), rare(read)
    named = [trait for trait in found if trait.names]
    told_ = _own([trait for trait in named if not trait.shared], most)
    # Each way of looking is tried only where those before it did not suffice.
    looks = (
        (trait for trait in named if trait.shared), _in_contract(read),
        filter(None, [beside(read)]),
        _size(read), (trait for trait in found if not trait.names),
    )  # fmt: skip
    for look in looks:
        for trait in look if len(told_) < most else ():
            if trait.family not in {t.family for t in told_} and len(told_) < most:
                told_.append(trait)
    return told_


def _own(found: list[Trait], most: int) -> list[Trait]:
    """One by theme first, then a second of a theme."""
    first: dict[str, Trait] = {}
    for trait in found:
        first.setdefault(trait.theme, trait)
    kept_ = list(first.values())[:most]
    for trait in found:
        told = [t for t in kept_ if t.theme == trait.theme]
        if trait not in kept_ and len(told) < 2 and len(kept_) < most:
            kept_.append(trait)
    return kept_


# --- among the metropolitan QPV ------------------------------------------------------------------


def rare(read: dict[str, Reading]) -> list[Trait]:
    """Every trait against the metropolitan QPV, one a family, the most telling first."""
    own = (_first(name, family, read) for name, family in catalogue().traits.items())
    return sorted(filter(None, own), key=_order)


def _order(trait: Trait) -> tuple[bool, bool, bool, bool, float]:
    one = trait.reading
    far = abs(one.percentile - 50)
    clearly = pd.notna(one.noise) and abs(one.gap) >= catalogue().rule("clearly") * one.noise
    return trait.shared, one.solidity != SOLID, not trait.names, not clearly, -far


def _first(name: str, family: TraitFamily, read: dict[str, Reading]) -> Trait | None:
    """The trait of a family: its own before what is shared, then the order of the catalogue."""
    found = [
        _shared(Trait(one, name, side, "metropole"))
        for code, wanted in family.indicators.items()
        if (one := read.get(code)) and (side := _side(one)) and wanted in (side, "both")
    ]
    return next((t for t in found if not t.shared), found[0] if found else None)


def _side(one: Reading) -> str:
    """On which side a figure is rare; empty where it is not, or where that cannot be told."""
    rule = catalogue().rule
    if one.verdict == "not_compared" or not one.published:
        return ""
    if one.n < rule("trait_published") * spreads.broadest() or one.numerator < rule(
        "trait_persons"
    ):
        return ""
    return rare_side(one.value, one.limits, None if pd.isna(one.noise) else one.noise)


def rare_side(value: float, limits: spreads.Spread, noise: float | None) -> str:
    """``higher`` or ``lower`` in the outer tenths and beyond the noise of the median, else empty.

    >>> import numpy as np
    >>> tens = spreads.Spread(1000, np.arange(0.0, 101.0))
    >>> rare_side(95.0, tens, 20.0), rare_side(95.0, tens, 50.0), rare_side(50.0, tens, None)
    ('higher', '', '')
    """
    if noise is not None and not comparison.beyond(value - limits.at(50), noise):
        return ""
    far, rank = catalogue().rule("trait_rank"), spreads.percentile(value, limits.grid)
    return "higher" if rank >= far else "lower" if rank <= 100 - far else ""


def _shared(trait: Trait) -> Trait:
    """The trait, with how many of the département's neighbourhoods have it too."""
    one, rule = trait.reading, catalogue().rule
    others = siblings(one.place)
    values = peer_values(others).get((one.code, one.year), {})
    places = neighbourhoods()
    same = sum(
        rare_side(value, one.limits, noise.noise(one.code, places[area].size_class)) == trait.side
        for area, value in values.items()
        if area != one.area
    )
    extreme, rank = rule("trait_extreme"), one.percentile
    common = same + 1 >= rule("trait_shared") * len(others) and same > 0 and len(others) > 2
    shared = common and 100 - extreme < rank < extreme
    return Trait(one, trait.family, trait.side, trait.look, same, shared)


# --- beside the contract, the communes, the others' size ----------------------------------------


def _in_contract(read: dict[str, Reading]) -> Iterator[Trait]:
    """What is over, or under, all the others of the contract by more than the noise."""
    rule = catalogue().rule
    low, high = rule("quartile_low"), rule("quartile_high")
    for name, family in catalogue().traits.items():
        for code, wanted in family.indicators.items():
            one = read.get(code)
            if one is None or one.verdict == "not_compared" or low <= one.percentile <= high:
                continue
            side = "higher" if one.percentile > high else "lower"
            named = code not in family.composition and wanted in (side, "both")
            inside = _of_contract(one) if named else {}
            if _alone(one, side, inside):
                held = one.place.contract_code
                every = sum(p.contract_code == held for p in neighbourhoods().values())
                yield Trait(one, name, side, "contract", whole=len(inside) == every)


def _of_contract(one: Reading) -> dict[str, float]:
    """Published values of the neighbourhoods of its contract, itself included."""
    places, held = neighbourhoods(), one.place.contract_code
    values = peer_values(siblings(one.place)).get((one.code, one.year), {})
    return {a: v for a, v in values.items() if held and places[a].contract_code == held}


def _alone(one: Reading, side: str, inside: dict[str, float]) -> bool:
    """Whether it is beyond all the others by more than the largest noise of theirs."""
    places = neighbourhoods()
    limits = [noise.noise(one.code, places[area].size_class) for area in inside]
    if len(inside) < catalogue().rule("trait_contract") or None in limits:
        return False
    sign = 1 if side == "higher" else -1
    nearest = max(sign * value for area, value in inside.items() if area != one.area)
    return round(sign * one.value - nearest - max(limits), 6) > 0


def beside(read: dict[str, Reading]) -> Trait | None:
    """A gap of the living standard to every commune that is unusual in the département."""
    one = read.get(INCOME)
    if one is None or pd.isna(one.noise) or not (gaps := _commune_gaps(one)):
        return None
    usual = usual_gap(siblings(one.place))
    if usual is None:
        return None
    least = catalogue().rule("trait_commune") * one.noise
    if all(gap - usual > least for gap in gaps):
        return Trait(one, "commune", "higher", "commune")
    wide = all(usual - gap > least for gap in gaps)
    return Trait(one, "commune", "lower", "commune") if wide else None


def _commune_gaps(one: Reading) -> list[float]:
    small = small_communes(one.area)
    return [
        r.gap
        for r in one.references
        if r.benchmark == "commune" and pd.notna(r.gap) and r.area not in small
    ]


@kept("tidy")
def usual_gap(codes: tuple[str, ...]) -> float | None:
    """Median, over the neighbourhoods of a département, of the gaps to their communes."""
    observed, gaps = indicators.observations(indicator=INCOME), []
    places = [neighbourhood(code) for code in codes]
    for compared in comparison.compare_each(observed, places):
        one = readings(compared).get(INCOME)
        if one and (own := _commune_gaps(one)):
            gaps.append(sum(own) / len(own))
    return float(pd.Series(gaps).median()) if len(gaps) > 2 else None


def _gaps(one: Reading) -> str:
    small = small_communes(one.area)
    told = [
        wording.say(
            "trait", "gap", gap=wording.points(r.gap, one.declared.unit, 0), place=r.locative
        )
        for r in one.references
        if r.benchmark == "commune" and pd.notna(r.gap) and r.area not in small
    ]
    return wording.listed(told)


def _size(read: dict[str, Reading]) -> Iterator[Trait]:
    """Very many inhabitants, or very few, among the metropolitan QPV."""
    one = read.get(PEOPLE)
    limits = spreads.spread(PEOPLE, one.year) if one and one.published else None
    if limits is None:
        return
    side = rare_side(one.value, limits, None)
    if side:
        yield Trait(one, "size", side, "size")


def told(found: Sequence[Trait], read: dict[str, Reading]) -> str:
    """The traits as the first sentences of a page, that of an ordinary profile said so first."""
    own = any(trait.look == "metropole" and not trait.shared for trait in found)
    plain = [] if own or not _ordinary(read) else [wording.say("trait", "ordinary")]
    return " ".join([*plain, *(trait.sentence for trait in found)])


def _ordinary(read: dict[str, Reading]) -> bool:
    """Whether most of what may distinguish is in the middle half of the metropolitan QPV."""
    codes = [code for family in catalogue().traits.values() for code in family.indicators]
    ranks = [read[code].percentile for code in codes if code in read]
    low, high = catalogue().rule("quartile_low"), catalogue().rule("quartile_high")
    return sum(low <= rank <= high for rank in ranks) * 2 > len(ranks)
