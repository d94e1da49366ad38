"""The axes of intervention, as data: schemes, subjects, nomenclatures, draft objectives."""

from itertools import chain
from typing import Literal

from pydantic import Field

from qpvlib.catalogue.declared import HEAD, catalogue, entries, toml_file
from qpvlib.catalogue.entries import Catalogue, Entry
from qpvlib.catalogue.faults import Faults, QpvError, strangers, unknown
from qpvlib.project import current, kept


class Axis(Entry):
    """One axis of a scheme: what it covers, which indicators speak of it, with what weight."""

    label: str
    short: str
    kind: Literal["main", "cross"] = "main"
    contract: str = ""
    links: dict[str, int] = Field(default={}, description="indicator → weight")
    p147: tuple[str, ...] = ()
    limit: str


class Scheme(Entry):
    """A set of axes: the pillars of 2015–2023, the local priorities of 2024–2030."""

    label: str
    short: str
    origin: str
    nomenclature: str
    axes: dict[str, Axis]

    def of(self, contract: str) -> dict[str, Axis]:
        """The axes that hold for a contract: those of every contract, and its own."""
        return {c: axis for c, axis in self.axes.items() if axis.contract in ("", contract)}


class Subject(Entry):
    """A family of linked indicators, counted once."""

    label: str


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


class Pattern(Entry):
    """A draft objective: the indicator that calls for it, what to ask, how to follow it."""

    indicator: str
    objective: str
    short: str
    verify: str
    follow: tuple[str, ...] = ()
    action: str


class Verbs(Entry):
    """The verbs an objective may begin with."""

    verbs: tuple[str, ...]


class Declared(Entry):
    """Everything the axes rest on, checked."""

    schemes: dict[str, Scheme]
    subjects: dict[str, Subject]
    nomenclatures: dict[str, Nomenclature]
    crosswalks: dict[str, Crosswalk]
    patterns: dict[str, Pattern]
    verbs: frozenset[str]


_FILES: dict[str, tuple[str, type[Entry]]] = {
    "schemes": ("axes.toml", Scheme),
    "subjects": ("subjects.toml", Subject),
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
        raise Faults(HEAD, faults)
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


def family(indicator: str) -> str:
    """The subject an indicator belongs to: itself when it is of no family.

    >>> family("niveau_vie_median") == family("taux_pauvrete")
    True
    """
    return catalogue().indicator(indicator).family or indicator


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
    first, _, rest = objective.strip().lower().replace("’", "'").partition(" ")
    if first == "se":
        first = rest.partition(" ")[0]
    return first.removeprefix("s'").rstrip(",.;:") in declared().verbs


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
    for code, weight in axis.links.items():
        where = f"{place}, champ « links »"
        if code not in known.indicators:
            faults.append(f"{where} : {unknown('l’indicateur', code, known.indicators)}")
        elif known.indicators[code].descriptive:
            faults.append(f"{where} : « {code} » est descriptif, il ne justifie aucun axe")
        elif (known.indicators[code].family or code) not in read.subjects:
            faults.append(f"{where} : « {code} » n'a pas de sujet dans subjects.toml")
        if weight < 1:
            faults.append(f"{where} : poids {weight} refusé pour « {code} », attendu : 1 ou plus")
    return faults


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
        named = (pattern.indicator, *pattern.follow)
        faults += strangers(place, "l’indicateur", named, known.indicators)
        faults += [
            f"{place}, champ « {field} » : ne commence pas par un verbe de verbs.toml"
            for field in ("objective", "short")
            if getattr(pattern, field).partition(" ")[0].lower() not in read.verbs
        ]
    covered = {pattern.indicator for pattern in read.patterns.values()}
    linked = {c for s in read.schemes.values() for a in s.axes.values() for c in a.links}
    return faults + [
        f"objectives.toml : aucun objectif pour « {code} », qui justifie un axe"
        for code in sorted(linked - covered)
    ]
