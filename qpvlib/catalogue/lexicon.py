"""The words by which a text names someone, or a body: ``people.toml``; a text cut into words."""

import re
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache

from qpvlib.catalogue.faults import slug, strangers
from qpvlib.catalogue.written import refused, toml_file
from qpvlib.project import current, kept

FILE = "people.toml"
_TOKEN = re.compile(
    r"(?:(?<![^\W\d_])[dlDLjnsmtcq]u?['’](?=[^\W\d_]))|[^\W\d_]+(?:[-'’][^\W\d_]+)*", re.UNICODE
)


@dataclass(frozen=True)
class Lexicon:
    """The words of ``people.toml`` and those that a user adds, without accents or capitals."""

    first_names: frozenset[str]
    bodies: frozenset[str]
    after: frozenset[str]
    common: frozenset[str]
    places: frozenset[str]
    roles: frozenset[str]
    relations: frozenset[str]
    between: frozenset[str]
    civilities: frozenset[str]
    particles: frozenset[str]
    breaking: frozenset[str]
    calling: frozenset[str]
    also_words: frozenset[str]
    abbreviations: frozenset[str]

    @cached_property
    def apart(self) -> frozenset[str]:
        """Words that are no one's name."""
        return self.common | self.places | self.after | self.roles | self.relations


@kept("root")
def lexicon(
    bodies: frozenset[str] = frozenset(), first_names: frozenset[str] = frozenset()
) -> Lexicon:
    """The project's words, with a user's own words of bodies and first names.

    Raises
    ------
    Faults
        When a list is unknown, absent, or not words between quotes.
    """
    faults: list[str] = []
    read, lists = toml_file(current().catalogue, FILE, faults), [f.name for f in fields(Lexicon)]
    if not faults:
        faults += strangers(FILE, "la liste", read, lists)
        held = (name for name in lists if not isinstance(read.get(name), str))
        faults += [f"{FILE} : liste « {name} » absente, ou sans guillemets" for name in held]
    if faults:
        raise refused(faults)
    told = {name: frozenset(read[name].split()) for name in lists}
    told["bodies"] |= bodies
    told["first_names"] |= first_names
    return Lexicon(**told)


@dataclass(frozen=True)
class Token:
    """A word of a text: where it is, its slug, what stands between it and the word before."""

    start: int
    end: int
    text: str
    gap: str
    slug: str

    @property
    def capital(self) -> bool:
        """Whether it begins as a name does."""
        return self.text[:1].isupper()

    @property
    def initial(self) -> bool:
        """One letter: « M », of « Kévin M. »."""
        return len(self.text) == 1 and self.capital


_slug = lru_cache(10_000)(slug)  # words come back from text to text


def tokens(text: str) -> list[Token]:
    """Words of a text, an elided article apart."""
    found: list[Token] = []
    last = 0
    for one in _TOKEN.finditer(text):
        found.append(Token(one.start(), one.end(), one[0], text[last : one.start()], _slug(one[0])))
        last = one.end()
    return found
