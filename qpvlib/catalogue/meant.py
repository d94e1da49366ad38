"""What a name means, however it is typed: without capitals, accents, articles; or the near names.

A name is understood when it means one thing; else it is refused, with what it may mean.
"""

from collections.abc import Iterable, Mapping, Sized
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from numbers import Real

from qpvlib.catalogue.faults import NEAR, QpvError, slug

EMPTY = frozenset(
    [
        "le",
        "la",
        "les",
        "l",
        "un",
        "une",
        "des",
        "du",
        "de",
        "d",
        "au",
        "aux",
        "a",
        "en",
        "et",
        "quartier",
        "quartiers",
        "qpv",
    ]
)
SHORTEST = 3  # letters of the beginning of a word: fewer begin too many names
LONGEST = 200  # characters of a name: what is longer is none
OFFERED = 12  # near names told at most
CLOSE = 0.75  # how alike a single word of a name must be, where fewer letters are compared
TIED = 0.1  # how much less alike than the nearest name another may be, to be offered with it


def words(text: str) -> tuple[str, ...]:
    """The words of a name that tell it from another, as ``slug`` writes them.

    >>> words("Le quartier de l'Argonne"), words("Les 3 Fontaines"), words("QPV")
    (('argonne',), ('3', 'fontaines'), ('qpv',))
    """
    every = tuple(filter(None, slug(text).split("-")))
    return tuple(word for word in every if word not in EMPTY) or every


@dataclass(frozen=True)
class Names:
    """Things of one kind, and the names of each.

    Attributes
    ----------
    noun : str
        « quartier », « indicateur »: a masculine one.
    of : mapping of str to list of str
        Names by code; the first is the one that is told.
    listing : str
        Where to see them all.
    absent : str
        What is said of one that is not among them.
    """

    noun: str
    of: Mapping[str, list[str]]
    listing: str = ""
    absent: str = "n'existe pas"

    def code(self, given: object) -> str:
        """The code of the one thing that is meant.

        Raises
        ------
        QpvError
            When nothing has this name, or several things have it: with the near names.

        Examples
        --------
        >>> trees = Names("arbre", {"t1": ["Le Chêne"], "t2": ["Le Charme"], "t3": ["Le Chalef"]})
        >>> trees.code("chene"), trees.code("T2"), trees.code("char")
        ('t1', 't2', 't2')
        >>> trees.code("chen")
        't1'
        >>> trees.code("cha")
        Traceback (most recent call last):
        qpvlib.catalogue.faults.QpvError: « cha » peut être Le Charme (t2) ou Le Chalef (t3) :
        lequel ? Donner son code.
        >>> trees.code("chhêne")
        Traceback (most recent call last):
        qpvlib.catalogue.faults.QpvError: L'arbre « chhêne » n'existe pas. Voulez-vous dire Le Chêne
        (t1) ?
        """
        text = self.one(given)
        found = self.meant(text)
        if len(found) == 1:
            return found[0]
        if found:
            which = self.told(found[:OFFERED])
            raise QpvError(f"« {text} » peut être {which} : lequel ? Donner son code.")
        raise QpvError(self.unknown(text))

    def codes(self, given: object) -> list[str]:
        """Those of one thing or of a list, each once."""
        return list(dict.fromkeys(map(self.code, each(given, f"un {self.noun}"))))

    def one(self, given: object) -> str:
        """What is given for one thing, as a text.

        >>> Names("quartier", {}).one(45016.0), Names("quartier", {}).one("  La   Source ")
        ('45016', 'La Source')
        """
        if isinstance(given, Real) and not isinstance(given, bool) and given == given:
            return f"{given:.10g}"
        if isinstance(given, str) and given.strip() and len(given) <= LONGEST:
            return " ".join(given.split())
        if isinstance(given, str) and given.strip():
            raise QpvError(f"Un {self.noun} n'a pas un nom de {len(given)} caractères.")
        if given is None or isinstance(given, (str, Real)):
            raise QpvError(f"Il manque un {self.noun} : donner son code ou son nom.")
        if many(given):
            raise QpvError(f"Un seul {self.noun} à la fois ; ici : {_plural(given)}.")
        kind = type(given).__name__
        raise QpvError(f"Un {self.noun} se donne par son code ou son nom ; ici : {kind}.")

    def meant(self, given: str) -> list[str]:
        """Codes of all that has this name; else of all whose names have words that begin so."""
        typed = words(given)
        if (whole := self.named(given)) or not typed or min(map(len, typed)) < SHORTEST:
            return whole
        return [c for c, names in self._words.items() if any(_begins(typed, n) for n in names)]

    def named(self, given: str) -> list[str]:
        """Codes of all that has this name, whole; with its articles, before without."""
        typed, whole = words(given), slug(given)
        if not typed:
            return []
        exact = [c for c, names in self.of.items() if whole in map(slug, (c, *names))]
        return exact or [code for code, names in self._words.items() if typed in names]

    @cached_property
    def _words(self) -> dict[str, list[tuple[str, ...]]]:
        return {code: [words(name) for name in (code, *names)] for code, names in self.of.items()}

    def unknown(self, given: str, like: str = "") -> str:
        """Why a name is refused, and those near to it, or to what it is ``like``."""
        near = self.near(like or given)
        offer = f" Voulez-vous dire {self.told(near)} ?" if near else ""
        the = f"L'{self.noun}" if self.noun[0] in "aeiou" else f"Le {self.noun}"
        return f"{the} « {given} » {self.absent}.{offer} {self.listing}".rstrip()

    def near(self, given: str, least: float = NEAR) -> list[str]:
        """Codes of the near names, the nearest first; of slips of the keyboard alone, if any is."""
        typed = slug(given)
        alike = {
            code: max(_alike(typed, one) for name in (code, *names) for one in _told(name, typed))
            for code, names in self.of.items()
        }
        slips, best = max(alike.values(), default=(False, 0))
        least = max(least, 0 if slips else best - TIED)
        found = {c: a for c, a in alike.items() if a[0] == slips and a[1] >= least}
        return sorted(found, key=found.__getitem__, reverse=True)[:OFFERED]

    def told(self, codes: Iterable[str]) -> str:
        """« La Source (QP045010), Argonne (QP045011) ou Dauphine (QP045009) »."""
        parts = [f"{self.of[code][0]} ({code})" for code in codes]
        return " ou ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def many(given: object) -> bool:
    """Whether several things are given: a list, a column, a table, and no text.

    >>> many(["a"]), many("abc"), many(12)
    (True, False, False)
    """
    # An array of no dimension has the methods of one, and cannot be gone through.
    alone = isinstance(given, (str, bytes)) or getattr(given, "ndim", 1) == 0
    return isinstance(given, Iterable) and not alone


def each(given: object, least: str) -> list:
    """One thing or several, as a list that is not empty.

    >>> each("a", "un nom"), each(("a", "b"), "un nom")
    (['a'], ['a', 'b'])
    """
    every = [*given] if many(given) else [given]
    if not every:
        raise QpvError(f"Une liste vide est donnée : il faut au moins {least}.")
    return every


def _plural(given: Iterable) -> str:
    """« une liste de 2 », « une table de 40 »."""
    kind = {"DataFrame": "une table", "dict": "un dictionnaire"}.get(type(given).__name__)
    size = f" de {len(given)}" if isinstance(given, Sized) else ""
    return (kind or "une liste") + size


def _told(name: str, typed: str) -> tuple[str, ...]:
    """A name, and those of its words that what is typed is hardly different from."""
    return slug(name), *(word for word in words(name) if _alike(typed, word)[1] > CLOSE)


def _begins(typed: Iterable[str], name: tuple[str, ...]) -> bool:
    return all(any(word.startswith(one) for word in name) for one in typed)


def _alike(typed: str, name: str) -> tuple[bool, float]:
    """Whether one name is a slip of the other; how alike they are, from 0 to 1."""
    return _slip(typed, name), SequenceMatcher(None, typed, name).ratio()


def _slip(typed: str, name: str) -> bool:
    """Whether they differ by one letter lost, added or changed, or by two that are swapped.

    >>> [_slip("cha", word) for word in ("ca", "chat", "cho", "hca", "chants")]
    [True, True, True, True, False]
    """
    same = next((i for i, (a, b) in enumerate(zip(typed, name, strict=False)) if a != b), None)
    same = min(len(typed), len(name)) if same is None else same
    one, other = typed[same:], name[same:]
    swapped = one[:2] == other[1::-1] and one[2:] == other[2:]
    return swapped or one[1:] in (other, other[1:]) or one == other[1:]
