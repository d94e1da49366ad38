"""What is secret, and what is known to anyone who would find it (``disclosure.toml``)."""

from collections.abc import Iterator
from itertools import chain

from pydantic import Field, ValidationError

from qpvlib.catalogue.declared import catalogue
from qpvlib.catalogue.entries import Catalogue
from qpvlib.catalogue.faults import strangers
from qpvlib.catalogue.producers import Entry
from qpvlib.catalogue.strict import entry_faults
from qpvlib.catalogue.written import refused, toml_file
from qpvlib.project import current, kept

FILE = "disclosure.toml"


class Protected(Entry):
    """How the counts of a series are protected: fewest values that a hidden one must keep."""

    threshold: int = Field(ge=1)
    whole: bool = Field(default=False, description="whole counts, not estimates")
    reason: str
    source: str = Field(description="what the threshold was read in, and what that is worth")


class Relation(Entry):
    """Total = parts + rest, in counts of one area, series and year; nobody publishes the rest."""

    series: str
    total: str
    parts: tuple[str, ...] = Field(min_length=1)
    rest: str
    reason: str


class Scale(Entry):
    """A count near the inhabitants: the same in their year, else within so many percent."""

    name: str
    within: float = Field(gt=0, lt=100)
    reason: str


class Accepted(Entry):
    """A remainder that one file of a producer gives, and that is left open."""

    rest: str
    reason: str
    source: str


class Withheld(Entry):
    """A published figure that we withhold, so that it does not give away a hidden one."""

    area: str
    indicator: str
    year: int
    reason: str


class Perimeters(Entry):
    """When figures of 2015 and 2024 are of one territory, or of one inside the other."""

    same: tuple[str, ...] = Field(description="statuses of 2024 whose territory is that of 2015")
    reason: str
    nested: float = Field(gt=50, le=100, description="percent of its surface that 2024 keeps")
    nested_reason: str


class Disclosure(Entry):
    """What is protected, and what relates public figures to counts."""

    series: dict[str, Protected]
    counts: tuple[str, ...] = Field(description="those that rates are parts of, in words")
    relations: dict[str, Relation]
    labels: dict[str, str]
    scales: dict[str, Scale]
    accepted: dict[str, Accepted]
    perimeters: Perimeters
    withheld: dict[str, Withheld] = Field(default={}, description="needs qpv build")

    @property
    def whole(self) -> frozenset[str]:
        """Series of whole counts."""
        return frozenset(name for name, series in self.series.items() if series.whole)


@kept("root")
def disclosure() -> Disclosure:
    """The declarations of ``disclosure.toml``, checked against the catalogue.

    Raises
    ------
    Faults
        Every one: a field or a name that is unknown, an indicator that nothing protects.
    """
    faults: list[str] = []
    table = toml_file(current().catalogue, FILE, faults)
    try:
        read = Disclosure.model_validate(table) if not faults else None
    except ValidationError as error:
        faults += entry_faults(FILE, Disclosure, error)
        read = None
    if read:
        faults += _faults(read, catalogue())
    if faults:
        raise refused(faults)
    return read


def _faults(read: Disclosure, known: Catalogue) -> Iterator[str]:
    every = {block.series for source in known.sources.values() for block in source.blocks.values()}
    rests = [relation.rest for relation in read.relations.values()]
    yield from strangers(f"{FILE}, [series]", "la série", read.series, every)
    for code, relation in read.relations.items():
        place = f"{FILE}, [relations.{code}]"
        yield from strangers(place, "la série", [relation.series], read.series)
    yield from strangers(f"{FILE}, [scales]", "la série", read.scales, read.series)
    for code, accepted in read.accepted.items():
        yield from strangers(f"{FILE}, [accepted.{code}]", "le reste", [accepted.rest], rests)
    for code, withheld in read.withheld.items():
        place = f"{FILE}, [withheld.{code}]"
        yield from strangers(place, "l’indicateur", [withheld.indicator], known.indicators)
    yield from _unprotected(read, known)


def _unprotected(read: Disclosure, known: Catalogue) -> Iterator[str]:
    """Indicators that count people and that no threshold protects; parts of an unknown count."""
    for code, indicator in known.indicators.items():
        if indicator.measure == "value":
            place = f"{known.place(code)}, champ « part_of »"
            columns = (known.sources[entry.source].columns for entry in indicator.inputs)
            counts = [*read.counts, *known.indicators, *chain.from_iterable(columns)]
            yield from strangers(place, "l'effectif", filter(None, [indicator.part_of]), counts)
            continue
        held = (known.sources[one.source].block_of(one.numerator[0]) for one in indicator.inputs)
        for name in sorted({block.series for _, block in held} - set(read.series)):
            told = f"la série « {name} » n'a pas de seuil ; le déclarer dans {FILE}, [series]"
            yield f"{known.place(code)} : {told}"
