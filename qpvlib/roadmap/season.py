"""What the diagnosis of a neighbourhood asks of its summer: for whom, what, where, which themes."""

from collections.abc import Iterable
from dataclasses import dataclass

from qpvlib.catalogue import axes
from qpvlib.diagnosis.change import history
from qpvlib.diagnosis.reading import Reading
from qpvlib.roadmap.objectives import Objective
from qpvlib.roadmap.stands import Plan
from qpvlib.tables import areas, tidy
from qpvlib.tables.areas import Neighbourhood
from qpvlib.tables.tidy import Record

CHILDREN = "enfants_6_17"
PUBLICS, ASKED, NEAR = 2, 2, 2  # more would not be read
WHOLE = (CHILDREN, "population", "logements_sociaux", "demandeurs_emploi")  # told of every place
# Where a summer may be held or left from, by use: the nearest of each is named.
USES = (
    ("ecole", "college", "lycee"), ("information_jeunesse", "mission_locale", "vie_associative"),
    ("tramway", "gare"), ("mairie", "france_services"),
)  # fmt: skip


@dataclass(frozen=True)
class Season:
    """The summer of a neighbourhood, as its figures ask for it.

    Attributes
    ----------
    children : Reading or None
        Children of 6 to 17, in the last year published.
    asked : tuple of Objective
        Those that say something of the summer, each saying another thing.
    publics : tuple of str
        For whom, each with its published number or value and its year; children first.
    near : tuple of dict
        Places of the lists read, the nearest of each use: whether they open is not known.
    questions : tuple of Objective
        What to ask of the field on what the summer is for.
    """

    place: Neighbourhood
    plan: Plan
    children: Reading | None
    asked: tuple[Objective, ...]
    publics: tuple[str, ...]
    near: tuple[Record, ...]
    questions: tuple[Objective, ...]

    def themes(self, year: int) -> tuple[str, ...]:
        """P147 themes of what associations are offered here, in the nomenclature of a year."""
        period, nomenclature = axes.in_force(year)
        patterns = axes.declared().patterns
        own = (patterns[o.pattern].p147.get(period, ()) for o in (*self.asked, *offered(self.plan)))
        used = {code for codes in own for code in codes}
        return tuple(code for code in nomenclature.codes if code in used)


def known(place: Neighbourhood, code: str) -> Reading | None:
    """A figure of a neighbourhood in the last year that it is published."""
    found = [one for one in history(place.code).get(code, ()) if one.published]
    return found[-1] if found else None


def offered(plan: Plan) -> list[Objective]:
    """Proposals that an association can answer, then questions that it may take up."""
    proposals = [o for o in plan.proposals if o.open]
    return proposals + [o for o in plan.questions if o.open and o.invite]


def season(plan: Plan) -> Season:
    """The summer that the plan of a neighbourhood asks for."""
    children = known(plan.place, CHILDREN)
    called = _unlike(o for o in (*plan.proposals, *plan.questions) if o.summer)
    asked = tuple(called[:ASKED])
    publics = dict.fromkeys(
        o.public for o in (*asked, *offered(plan)) if o.indicator not in WHOLE and _numbered(o)
    )
    return Season(
        plan.place, plan, children, asked, tuple(publics)[:PUBLICS], _near(plan.place),
        tuple(o for o in plan.questions if o.summer),
    )  # fmt: skip


def _unlike(found: Iterable[Objective]) -> list[Objective]:
    return list({o.summer: o for o in reversed([*found])}.values())[::-1]


def _numbered(one: Objective) -> bool:
    """Whether its public has a published number or value."""
    return bool(one.year) and any(letter.isdigit() for letter in one.public.partition("(")[0])


def _near(place: Neighbourhood) -> tuple[Record, ...]:
    found = tidy.records(areas.resources(place))
    first = (
        min((r for r in found if r["type"] in use), key=lambda r: r["distance_m"], default=None)
        for use in USES
    )
    return tuple(r for r in first if r is not None)[:NEAR]
