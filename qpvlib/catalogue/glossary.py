"""What the words of the pages mean: ``acronyms.toml`` and ``glossary.toml``, read strictly."""

from pydantic import Field

from qpvlib.catalogue.declared import catalogue
from qpvlib.catalogue.faults import strangers
from qpvlib.catalogue.producers import Entry
from qpvlib.catalogue.strict import entries
from qpvlib.catalogue.written import refused, toml_file
from qpvlib.project import current, kept

ACRONYMS, TERMS = "acronyms.toml", "glossary.toml"


class Acronym(Entry):
    """What an acronym stands for; or capitals that stand for nothing."""

    full: str = ""
    name: str = Field(default="", description="what capitals are, that abridge nothing")


class Term(Entry):
    """A word that the pages use in a sense of their own."""

    label: str
    said: str = ""
    rule: str = Field(default="", description="of rules.toml: its reason is what the word means")

    @property
    def meaning(self) -> str:
        """In a sentence."""
        return self.said or catalogue().rules[self.rule].reason


@kept("root")
def acronyms() -> dict[str, Acronym]:
    """Every run of capitals that the pages may have, by itself.

    Raises
    ------
    Faults
        Every one: a field that is unknown, an acronym that stands for nothing or for two things.
    """
    read, faults = _read(ACRONYMS, Acronym)
    faults += [
        f"{ACRONYMS}, [{word}] : « full » ou « name », et pas les deux"
        for word, one in read.items()
        if bool(one.full) == bool(one.name)
    ]
    return _sound(read, faults)


@kept("root")
def terms() -> dict[str, Term]:
    """The words of the glossary, in the order they are shown.

    Raises
    ------
    Faults
        Every one: a field or a rule that is unknown, a word without a meaning or with two.
    """
    read, faults = _read(TERMS, Term)
    for code, term in read.items():
        place = f"{TERMS}, [{code}]"
        faults += strangers(place, "la règle", filter(None, [term.rule]), catalogue().rules)
        if bool(term.said) == bool(term.rule):
            faults.append(f"{place} : « said » ou « rule », et pas les deux")
    return _sound(read, faults)


def _read(file: str, kind: type[Entry]) -> tuple[dict, list[str]]:
    faults: list[str] = []
    return entries(file, toml_file(current().catalogue, file, faults), kind, faults), faults


def _sound(read: dict, faults: list[str]) -> dict:
    if faults:
        raise refused(faults)
    return read
