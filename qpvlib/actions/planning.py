"""Before the call: the weeks of the holidays, and what is still without proposal in each place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from qpvlib.actions.contract import field_of
from qpvlib.actions.coverage import wider
from qpvlib.actions.intentions import Intention
from qpvlib.actions.summer import engaged, presence, summer_weeks
from qpvlib.catalogue.written import toml
from qpvlib.project import current


def holidays(year: int) -> date | None:
    """First day of the school holidays of a summer; None where ``calendrier.toml`` has not it.

    >>> holidays(2021), holidays(1999)
    (datetime.date(2021, 7, 7), None)
    """
    entries = toml(current().contract / "calendrier.toml")["vacances"]
    starts = (date.fromisoformat(entry["start"]) for entry in entries)
    return next((start for start in starts if start.year == year), None)


@dataclass(frozen=True)
class Gaps:
    """What no action engaged of a neighbourhood holds: ISO weeks, slots, P147 themes asked for.

    ``intended`` are the weeks, among those, that a partner said it could hold: an intention is no
    action, and closes no gap.
    """

    weeks: tuple[int, ...]
    slots: tuple[str, ...]
    themes: tuple[str, ...]
    intended: tuple[int, ...]


def gaps(
    found: pd.DataFrame,
    year: int,
    themes: Mapping[str, Iterable[str]],
    intentions: Iterable[Intention] = (),
) -> dict[str, Gaps]:
    """What is without proposal, by code of neighbourhood.

    Parameters
    ----------
    found : DataFrame
        Actions of the summer, as ``summer.summer`` gives.
    themes : mapping
        By code of neighbourhood, the codes of the P147 themes that its diagnosis asks for.
    """
    live, held = engaged(found), presence(found)
    said = list(intentions)
    return {
        code: _gaps(code, live, set(held.week[held.area == code]), year, own, said)
        for code, own in themes.items()
    }


def _gaps(
    code: str, live: pd.DataFrame, held: set[int], year: int, themes: Iterable[str],
    said: list[Intention],
) -> Gaps:  # fmt: skip
    here = [a for a in live.itertuples() if code in {area for area, _ in a.neighbourhoods}]
    slots = {slot for action in here for slot in action.slots}
    # An action of a theme serves the wider ones too: « 1.5b » answers « 1.5 ».
    served = {wide for action in here for wide in wider(action.theme)}
    weeks = tuple(w.number for w in summer_weeks(year) if w.number not in held)
    intended = {week for one in said if one.area == code for week in one.weeks}
    return Gaps(
        weeks, tuple(s for s in field_of("slots").values if s not in slots),
        tuple(t for t in themes if t not in served), tuple(w for w in weeks if w in intended),
    )  # fmt: skip
