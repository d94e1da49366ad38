"""A summer before its call: what each neighbourhood asks of it, what is said so far, by whom."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from qpvlib.actions import intentions, planning, register, summer
from qpvlib.actions.intentions import Intention, Partner
from qpvlib.actions.planning import Gaps
from qpvlib.roadmap import stands
from qpvlib.roadmap.season import Season, season
from qpvlib.tables.areas import Neighbourhood


@dataclass(frozen=True)
class Preparation:
    """Everything that the planning pages of a summer read.

    Attributes
    ----------
    seasons : dict of Season
        By code of neighbourhood.
    found : DataFrame or None
        Actions of that summer at the register; None when there is no register: then what is
        proposed is unknown, and not nothing.
    gaps : dict of Gaps
        By code; empty without a register.
    intentions : tuple of Intention
        What partners said, which no count of actions holds.
    answered : dict
        Partner → how many intentions.
    """

    year: int
    seasons: dict[str, Season]
    found: pd.DataFrame | None
    gaps: dict[str, Gaps]
    intentions: tuple[Intention, ...]
    partners: tuple[Partner, ...]
    answered: dict[str, int]

    def asked_of(self, places: Sequence[Neighbourhood]) -> list[Partner]:
        """Partners asked about one of these neighbourhoods."""
        codes = {place.code for place in places}
        return [partner for partner in self.partners if codes & set(partner.areas)]

    def questions(self, places: Sequence[Neighbourhood]) -> dict[str, list[str]]:
        """What the summer asks of the field in several neighbourhoods, and in which, by name.

        Those of most neighbourhoods first, then in their order.
        """
        asked: dict[str, list[str]] = {}
        for place in places:
            for one in self.seasons[place.code].questions:
                asked.setdefault(one.question, []).append(place.name)
        return dict(sorted(asked.items(), key=lambda pair: -len(pair[1])))


def preparation(year: int) -> Preparation:
    """The planning of a summer, from the project's tables, decisions, register and answers."""
    seasons = {code: season(plan) for code, plan in stands.all_plans().items()}
    actions, said = register.actions(), tuple(intentions.intentions(year))
    found = None if actions is None else summer.summer(actions, year)
    themes = {code: one.themes(year) for code, one in seasons.items()}
    known = {} if found is None else planning.gaps(found, year, themes, said)
    return Preparation(
        year, seasons, found, known, said, tuple(intentions.partners()),
        intentions.answered(year),
    )  # fmt: skip
