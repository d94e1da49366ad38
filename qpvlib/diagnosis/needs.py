"""What a neighbourhood needs, as far as figures tell: up to three, each beside both references."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.catalogue.entries import Topic
from qpvlib.diagnosis.reading import CONFIRM, SOLID, Reading, readings
from qpvlib.diagnosis.references import Reference, small_communes

LEVELS = ("commune", "epci", "departement", "region", "metropole", "france")


@dataclass(frozen=True)
class Need:
    """Un besoin : son sujet, le chiffre qui le dit, et un second dit avec lui.

    ``commune`` : il tient à l'écart à toutes ses communes, au-delà du bruit, quoi que disent les
    QPV de métropole.
    """

    topic: str
    reading: Reading
    beside: Reading | None = None
    commune: bool = False

    @property
    def code(self) -> str:
        """Le code de son indicateur."""
        return self.reading.code

    @property
    def codes(self) -> tuple[str, ...]:
        """Ceux de tous les indicateurs qu'il dit."""
        return (self.code, self.beside.code) if self.beside else (self.code,)

    @property
    def label(self) -> str:
        """« Pauvreté », « Contrats courts »…"""
        return catalogue().needs[self.topic].label

    @property
    def worse(self) -> bool:
        """Si l'écart aux QPV de métropole est défavorable."""
        return self.reading.orientation == "unfavourable"

    @property
    def solidity(self) -> str:
        """``solid`` ou ``confirm`` ; l'écart aux communes au-delà d'un bruit mesuré est solide."""
        if self.commune:
            return SOLID
        parts = [self.reading, *([self.beside] if self.beside else [])]
        return SOLID if any(one.solidity == SOLID for one in parts) else CONFIRM

    @property
    def strength(self) -> float:
        """L'écart aux QPV de métropole, en nombre de fois le bruit."""
        return max(one.strength for one in (self.reading, self.beside) if one)

    @cached_property
    def sentence(self) -> str:
        """Il est dit en une phrase, avec ses repères."""
        return self._told(self.reading.statement)

    @cached_property
    def short(self) -> str:
        """Le même en une ligne, « 48,4 % des habitants sous le seuil (2019) »."""
        return self._told(self.reading.says(catalogue().needs[self.topic].said[self.code]))

    def _told(self, statement: str) -> str:
        """A clause and both its references, then what is told with it."""
        one = self.reading
        told = [wording.say("need", "median", median=one.median_beside)]
        if pd.isna(one.median):
            told = []
        told += [
            wording.say("need", "place", place=r.name, value=one.beside(r.shown, r.value))
            for r in surroundings(one)
        ]
        sentence = wording.say("need", "told", statement=statement, against=", ".join(told))
        if self.beside is None:
            return sentence
        other, name = self.beside, catalogue().needs[self.topic].second
        parts = {"name": name, "value": other.shown, "median": other.median_beside}
        return f"{sentence} {wording.say('need', 'beside', **parts)}"


def needs(positions: pd.DataFrame) -> list[Need]:
    """Up to three needs of a neighbourhood: income first, then the surest, then the widest gap.

    A gap to the metropolitan QPV that is unfavourable beyond the noise; and, where income has no
    such gap, that to the communes, which every reader makes first.

    Parameters
    ----------
    positions : DataFrame
        As ``compare`` gives for one neighbourhood.
    """
    return shown(readings(positions))


def shown(read: dict[str, Reading]) -> list[Need]:
    """Those that a page shows, from the readings of one neighbourhood."""
    return every(read)[: catalogue().rule("points")]


def every(read: dict[str, Reading]) -> list[Need]:
    """All the needs that the readings of a neighbourhood tell, in the same order."""
    found = filter(None, (_need(code, topic, read) for code, topic in catalogue().needs.items()))
    topics = catalogue().needs
    return sorted(
        found, key=lambda n: (not topics[n.topic].commune, n.solidity != SOLID, -n.strength)
    )


def _need(code: str, topic: Topic, read: dict[str, Reading]) -> Need | None:
    worse = [
        read[name]
        for name in topic.indicators
        if name in read and read[name].orientation == "unfavourable"
    ]
    main = read.get(topic.commune)
    poorer = main is not None and beyond_communes(main)
    if main is not None and (poorer or main in worse):
        return Need(code, main, commune=poorer)
    if not worse:
        return None
    together = [one for one in worse if one.code in topic.together]
    if len(together) > 1 and together[0].year == together[1].year:
        return Need(code, together[0], together[1])
    return Need(code, worse[0])  # the catalogue's first: its answers speak of it


def surroundings(one: Reading) -> list[Reference]:
    """Its communes of the same year, small parts of one left out; where none has the figure, the
    smallest area around that has it.
    """
    small = small_communes(one.area)
    for level in LEVELS:
        found = [
            r
            for r in one.references
            if r.benchmark == level and pd.notna(r.gap) and r.area not in small
        ]
        if found:
            return found
    return []


def beyond_communes(one: Reading) -> bool:
    """Whether it is worse than every one of them by more than the noise."""
    gaps = [r.gap for r in surroundings(one)]
    if not gaps or pd.isna(one.noise):
        return False
    sign = 1 if one.declared.favourable == "lower" else -1
    return all(round(sign * gap - one.noise, 6) > 0 for gap in gaps)


def others(read: dict[str, Reading], shown: Iterable[Need]) -> list[str]:
    """Labels of the unfavourable gaps that no need shown tells, in the catalogue's order: nothing
    is dropped. Without whom they count, where no other headline indicator begins alike.
    """
    told = {code for need in shown for code in need.codes}
    known = catalogue().indicators
    headline = [code for code, i in known.items() if i.place == "headline"]
    heads = [known[code].label.partition(",")[0] for code in headline]
    return [
        head if heads.count(head) == 1 else known[code].label
        for code, head in zip(headline, heads, strict=True)
        if code in read and code not in told and read[code].orientation == "unfavourable"
    ]
