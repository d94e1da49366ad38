"""The axes of intervention, as data: schemes, subjects, nomenclatures, draft objectives."""

from itertools import chain
from typing import Literal

from pydantic import Field

from qpvlib.catalogue.declared import catalogue
from qpvlib.catalogue.entries import Catalogue
from qpvlib.catalogue.faults import QpvError, strangers, unknown
from qpvlib.catalogue.producers import Entry
from qpvlib.catalogue.sentences import unsound
from qpvlib.catalogue.strict import entries
from qpvlib.catalogue.written import refused, toml_file
from qpvlib.project import current, kept


class Axis(Entry):
    """One axis of a scheme: what it covers, which indicators speak of it, with what weight."""

    label: str
    short: str
    kind: Literal["main", "cross"] = "main"
    contract: str = ""
    indicators: tuple[str, ...] = ()
    p147: tuple[str, ...] = ()
    limit: str


class Scheme(Entry):
    """A set of axes: the pillars of 2015–2023, the local priorities of 2024–2030."""

    label: str
    short: str
    origin: str
    elsewhere: str = Field(default="", description="the origin told in another département")
    nomenclature: str
    axes: dict[str, Axis]

    @property
    def shared(self) -> bool:
        """Whether it is no contract's own."""
        return not any(axis.contract for axis in self.axes.values())

    def of(self, contract: str) -> dict[str, Axis]:
        """The axes that hold for a contract: those of every contract, and its own."""
        return {c: axis for c, axis in self.axes.items() if axis.contract in ("", contract)}


class Code(Entry):
    """A line of a nomenclature; ``short`` is our own name of it, for a cell."""

    label: str
    short: str


class Nomenclature(Entry):
    """The programme 147's nomenclature of a period, and the years that it holds for."""

    label: str
    years: tuple[int, ...]
    codes: dict[str, Code]


class Crosswalk(Entry):
    """Our own passage from a nomenclature to another, many to many."""

    to: str
    label: str
    codes: dict[str, tuple[str, ...]]


class Condition(Entry):
    """What must hold of a neighbourhood for a pattern to be its own: one field, and its limits."""

    trait: str = Field(default="", description="an indicator by which it is itself")
    side: Literal["", "higher", "lower"] = ""
    own: bool = Field(default=False, description="not shared by a third of the département")
    worse: str = Field(default="", description="unfavourable against the metropolitan QPV")
    better: str = Field(default="", description="favourable")
    solid: bool = False
    count: str = Field(default="", description="an indicator whose published count is")
    least: int = Field(default=0, description="at least this")
    place: Literal["", "college", "france_services", "hopital"] = ""
    within: int | None = Field(default=None, description="metres")
    beyond: int | None = Field(default=None, description="metres")
    public: bool = Field(default=False, description="a public establishment")
    people: int = Field(default=0, description="inhabitants, at least")
    people_most: int = Field(default=0, description="inhabitants, at most")
    change: Literal["", "higher", "lower"] = Field(default="", description="of the inhabitants")
    commune: Literal["", "higher", "lower"] = Field(default="", description="unusual gap to it")
    communes: int = Field(default=0, description="communes that it stands on, at least")
    contract: int = Field(default=0, description="neighbourhoods of its contract, exactly")
    neighbours: bool = Field(default=False, description="another one in its commune")
    programme: str = Field(default="", description="a kind of programme under way there")
    any_of: tuple["Condition", ...] = ()
    none_of: tuple["Condition", ...] = ()


Who = Literal["association", "commune", "bailleur", "departement", "region", "etat", "education"]


class Pattern(Entry):
    """A kind of objective: when it belongs to a place, what it says, who can act, how to follow it.

    ``act`` answers the need of a topic; ``preserve`` rests on a favourable gap; ``ask`` opens a
    question, and ``invite`` says what an association may do about it with the inhabitants.
    """

    unsaid = ("public", "objective", "question")
    kind: Literal["act", "preserve", "ask"]
    topic: str = ""
    indicator: str = ""
    when: tuple[Condition, ...] = ()
    axes: dict[str, tuple[str, ...]]
    short: str
    objective: str = ""
    public: str
    question: str
    invite: str = ""
    summer: str = ""
    tell: str = ""
    unsure: bool = Field(default=False, description="to be confirmed, whatever the figure")
    follow: tuple[str, ...] = ()
    action: str
    who: tuple[Who, ...]
    p147: dict[str, tuple[str, ...]]


class Verbs(Entry):
    """The verbs an objective may begin with."""

    verbs: tuple[str, ...]


class Declared(Entry):
    """Everything the axes rest on, checked."""

    schemes: dict[str, Scheme]
    nomenclatures: dict[str, Nomenclature]
    crosswalks: dict[str, Crosswalk]
    patterns: dict[str, Pattern]
    verbs: frozenset[str]


_FILES: dict[str, tuple[str, type[Entry]]] = {
    "schemes": ("axes.toml", Scheme),
    "nomenclatures": ("nomenclatures.toml", Nomenclature),
    "crosswalks": ("crosswalk.toml", Crosswalk),
    "patterns": ("objectives.toml", Pattern),
    "verbs": ("verbs.toml", Verbs),
}


@kept("root")
def declared() -> Declared:
    """The declarations of the axes, read strictly.

    Raises
    ------
    Faults
        Every one: an unknown indicator, a weight under 1, a code of no nomenclature…
    """
    folder = current().catalogue
    faults: list[str] = []
    read = {
        part: entries(name, toml_file(folder, name, faults), kind, faults)
        for part, (name, kind) in _FILES.items()
    }
    read["verbs"] = frozenset(v for entry in read["verbs"].values() for v in entry.verbs)
    if not faults:
        faults += _faults(Declared(**read), catalogue())
    if faults:
        raise refused(faults)
    return Declared(**read)


def scheme_name(name: str | None = None) -> str:
    """The scheme asked for, or the project's, or the territory's.

    Raises
    ------
    QpvError
        For an unknown scheme; the nearest is offered.
    """
    chosen = name or current().scheme or catalogue().territory.get("axes", "")
    known = declared().schemes
    if chosen not in known:
        raise QpvError(unknown("Le schéma d'axes", chosen, known, f"Il y a : {', '.join(known)}."))
    return chosen


def scheme(name: str | None = None) -> Scheme:
    """A scheme by its name; the territory's by default."""
    return declared().schemes[scheme_name(name)]


def labelled(codes: tuple[str, ...], nomenclature: str) -> list[str]:
    """Codes of the programme 147 with their labels.

    >>> labelled(("1.5b",), "2020-2023")
    ['1.5b Sport et loisir']
    """
    known = declared().nomenclatures[nomenclature].codes
    return [f"{code} {known[code].label}" for code in codes]


@kept("root")
def in_force(year: int) -> tuple[str, Nomenclature]:
    """Period and nomenclature of the programme 147 of a year.

    Before the first period known and after the last, the nearest one is used.

    >>> in_force(2021)[1].codes["1.5b"].label, in_force(2012)[0]
    ('Sport et loisir', '2020-2023')
    """
    known = declared().nomenclatures
    period = min(known, key=lambda name: min(abs(year - y) for y in known[name].years))
    return period, known[period]


def begins_with_verb(objective: str) -> bool:
    """Whether an objective begins with one of the verbs of the catalogue.

    >>> begins_with_verb("Accompagner qui le souhaite"), begins_with_verb("Un accompagnement")
    (True, False)
    """
    return _first(objective) in declared().verbs


def _first(objective: str) -> str:
    """The verb an objective begins with, « se » and « s' » left out."""
    first, _, rest = objective.strip().lower().replace("’", "'").partition(" ")
    if first == "se":
        first = rest.partition(" ")[0]
    return first.removeprefix("s'").rstrip(",.;:")


# --- what must hold between the files ------------------------------------------------------------


def _faults(read: Declared, known: Catalogue) -> list[str]:
    faults = []
    for name, scheme_ in read.schemes.items():
        chosen = read.nomenclatures.get(scheme_.nomenclature)
        if chosen is None:
            wrong = unknown("la nomenclature", scheme_.nomenclature, read.nomenclatures)
            faults.append(f"axes.toml, [{name}] : {wrong}")
            continue
        for code, axis in scheme_.axes.items():
            place = f"axes.toml, [{name}.axes.{code}]"
            faults += _axis_faults(place, axis, chosen.codes, read, known)
    return faults + _crosswalk_faults(read) + _pattern_faults(read, known)


def _axis_faults(
    place: str, axis: Axis, codes: dict[str, Code], read: Declared, known: Catalogue
) -> list[str]:
    faults = strangers(f"{place}, champ « p147 »", "le code", axis.p147, codes)
    if axis.contract:
        faults += strangers(place, "le contrat", [axis.contract], known.contracts)
    where = f"{place}, champ « indicators »"
    faults += strangers(where, "l'indicateur", axis.indicators, known.indicators)
    return faults + [
        f"{where} : « {code} » est descriptif, il ne justifie aucun axe"
        for code in axis.indicators
        if code in known.indicators and known.indicators[code].descriptive
    ]


def _crosswalk_faults(read: Declared) -> list[str]:
    faults = []
    for name, walk in read.crosswalks.items():
        place = f"crosswalk.toml, [{name}]"
        if name not in read.nomenclatures or walk.to not in read.nomenclatures:
            faults.append(f"{place} : nomenclature inconnue")
            continue
        start, end = read.nomenclatures[name].codes, read.nomenclatures[walk.to].codes
        faults += strangers(place, "le code", walk.codes, start)
        faults += strangers(place, "le code", chain(*walk.codes.values()), end)
    return faults


def _pattern_faults(read: Declared, known: Catalogue) -> list[str]:
    faults = []
    for name, pattern in read.patterns.items():
        place = f"objectives.toml, [{name}]"
        named = filter(None, (pattern.indicator, *pattern.follow))
        faults += strangers(place, "l'indicateur", named, known.indicators)
        faults += strangers(place, "le sujet", filter(None, [pattern.topic]), known.needs)
        faults += _said_faults(place, pattern, read.verbs)
        faults += [f for one in pattern.when for f in _condition_faults(place, one, known)]
        for scheme_, axes_ in pattern.axes.items():
            held = read.schemes[scheme_].axes if scheme_ in read.schemes else {}
            faults += strangers(f"{place}, champ « axes »", "l'axe", axes_, held)
        for period, codes in pattern.p147.items():
            held = read.nomenclatures[period].codes if period in read.nomenclatures else {}
            faults += strangers(f"{place}, champ « p147 »", "le code", codes, held)
    return faults + _need_faults(read, known)


SLOTS = {
    "public": ("count", "value", "communes", "neighbours", "resource"),
    "objective": ("resource", "distance", "commune_of"),
    "question": ("change", "commune_of", "communes"),
}


def _said_faults(place: str, pattern: Pattern, known: frozenset[str]) -> list[str]:
    """Verbs, braces, and what each kind must say."""
    verbs = {"objective": pattern.objective, "invite": pattern.invite}
    if pattern.kind != "ask":
        verbs["short"] = pattern.short
    faults = [
        f"{place}, champ « {field} » : ne commence pas par un verbe de verbs.toml"
        for field, text in verbs.items()
        if text and _first(text) not in known
    ]
    faults += [
        f"{place}, champ « {field} » : {wrong}"
        for field, slots in SLOTS.items()
        if (wrong := unsound(getattr(pattern, field), slots))
    ]
    if (pattern.kind == "ask") == bool(pattern.objective):
        faults.append(f"{place} : un objectif (objective), sauf pour « ask », qui est une question")
    if (pattern.kind == "act") != bool(pattern.topic):
        faults.append(f"{place} : un sujet (topic) pour « act », et pour lui seul")
    if pattern.kind != "act" and not pattern.indicator:
        faults.append(f"{place} : champ « indicator » absent")
    return faults


def _condition_faults(place: str, one: Condition, known: Catalogue) -> list[str]:
    named = filter(None, (one.trait, one.worse, one.better, one.count))
    faults = strangers(f"{place}, champ « when »", "l'indicateur", named, known.indicators)
    return faults + [
        f for part in (*one.any_of, *one.none_of) for f in _condition_faults(place, part, known)
    ]


def _need_faults(read: Declared, known: Catalogue) -> list[str]:
    """A need that some neighbourhood would have without any answer."""
    always = {p.topic for p in read.patterns.values() if p.kind == "act" and not p.when}
    return [
        f"objectives.toml : le sujet « {topic} » n'a aucun motif sans condition : un besoin "
        "pourrait rester sans réponse"
        for topic in known.needs
        if topic not in always
    ]
