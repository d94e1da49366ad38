"""Names of people in a text: certain beside a civility or a role; a question when alone.

A first name and a name may be a person, or the body that bears them: nothing in the words tells.
They are a question, unless the word of a body stands in front. The words: ``people.toml``.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from qpvlib.catalogue.lexicon import Lexicon, Token, tokens

CIVILITY, ROLE = "un nom précédé d'une civilité", "un nom et une fonction, ou un lien de parenté"
MOST_WORDS = 4  # of a cell that is a name and nothing else
BACK = 7  # words before a name among which the word of a body is looked for
Form = Literal["name", "title", "prose", "header"]
GAP = 4  # words between a role and its name


@dataclass(frozen=True)
class Name:
    """A first name and a name found in a text: its place, and whether it is sure (``kind``)."""

    start: int
    end: int
    kind: str = ""


def names(text: str, words: Lexicon, form: Form = "header") -> list[Name]:
    """Names of people in a text, in order, each once; a sure one has its ``kind``.

    ``form``: what the text is. Two unknown words with a capital are a question too in a ``name``
    (a bearer), in ``prose``, and in a ``title`` that is a phrase, not in one whose every word has
    its capital; never in a ``header``.

    >>> from qpvlib.catalogue.lexicon import lexicon
    >>> told = lexicon()
    >>> [names(text, told) for text in ("EHPAD Pierre Pagot", "voir avec Marie Durand")]
    [[], [Name(start=10, end=22, kind='')]]
    >>> [one.kind for one in names("Mme Durand", told)]
    ["un nom précédé d'une civilité"]
    """
    return list(_Text(tokens(text), text, words, form).names())


class _Text:
    """The words of a text, looked at one after the other."""

    def __init__(self, found: Sequence[Token], text: str, words: Lexicon, form: Form):
        self.tokens, self.text, self.words, self.form = found, text, words, form
        self.lower, self.upper = text == text.lower(), text.isupper()
        common = (one.text.islower() and one.slug not in words.particles for one in found)
        self.phrase = form == "prose" or (form == "title" and any(common))

    def names(self) -> Iterator[Name]:
        """Sure names, then those that are a question."""
        at = 0
        while at < len(self.tokens):
            told = self._civility(at) or self._role(at) or self._pair(at)
            if told:
                last, kind = told
                yield Name(self.tokens[at].start, self.tokens[last].end, kind)
            at = told[0] + 1 if told else at + 1

    # --- what a word is -----------------------------------------------------------------------

    def _first(self, at: int) -> bool:
        """A first name, alone or compound, that is not a saint's."""
        one = self.tokens[at]
        parts = one.slug.split("-")
        if at and self.tokens[at - 1].slug in ("saint", "sainte", "st", "ste", "san", "santa"):
            return False
        known = all(part in self.words.first_names for part in parts)
        small = self.lower and len(one.text) > 3 and one.slug not in self.words.also_words
        return known and (one.capital or small) and len(one.text) > 1

    def _hyphened(self, at: int) -> bool:
        """« Jean-Moulin »: a first name and a name in one word."""
        first, _, rest = self.tokens[at].slug.partition("-")
        known = first in self.words.first_names and first not in ("san", "son")
        strange = rest and not {*rest.split("-")} & (self.words.apart | self.words.particles)
        capital = self.tokens[at].text.partition("-")[2][:1].isupper()
        return bool(known and strange and capital and self.tokens[at].capital)

    def _surname(self, at: int, lower: bool = False) -> bool:
        """A word that may be someone's name."""
        if at >= len(self.tokens):
            return False
        one = self.tokens[at]
        known = one.slug in self.words.apart or one.slug in self.words.particles
        return bool((one.capital or lower) and one.slug and not known)

    def _stranger(self, at: int) -> bool:
        """A word with a capital that nothing knows, but perhaps as a first name."""
        if not self._surname(at) or self.tokens[at].initial:
            return False
        parts = {self.tokens[at].slug, *self.tokens[at].slug.split("-")}
        return not parts & (self.words.bodies | self.words.common | self.words.breaking)

    def _strangers(self, at: int) -> bool:
        """Two such words side by side."""
        return self._stranger(at) and self._stranger(at + 1) and self._near(at + 1)

    def _near(self, at: int, also: str = "") -> bool:
        """Whether only spaces (or a sign of ``also``) stand before a word."""
        gap = self.tokens[at].gap if at < len(self.tokens) else "\n"
        return "\n" not in gap and not gap.strip(" \t\xa0\u202f'’" + also)

    # --- sure ---------------------------------------------------------------------------------

    def _civility(self, at: int) -> tuple[int, str] | None:
        one = self.tokens[at]
        if one.slug not in self.words.civilities or not self._titled(at):
            return None
        then = at + 1
        if then >= len(self.tokens) or not self._near(then, ".") or self._covered(at, street=True):
            return None
        skipped = then
        while skipped < len(self.tokens) and self.tokens[skipped].slug in ("et", "de", "el", "ben"):
            skipped += 1
        last = self.tokens[skipped] if skipped < len(self.tokens) else one
        lower = one.slug in ("mme", "mlle", "mr", "melle", "mlles") or self.lower
        if last.slug in self.words.breaking | self.words.bodies | self.words.civilities:
            return None
        if not self._surname(skipped, lower) or (skipped > then and not last.capital):
            return None
        return self._end(skipped), CIVILITY

    def _titled(self, at: int) -> bool:
        """Whether a civility is written as one: « M » and « Me » are words otherwise."""
        one = self.tokens[at]
        dot = at + 1 < len(self.tokens) and self.tokens[at + 1].gap.startswith(".")
        if one.slug == "m":
            # « Kévin M. est… » : the initial of a name.
            named = at and self._first(at - 1) and self._near(at)
            return not named and (one.capital or dot)
        if one.slug in ("me", "pr", "maitre", "dr", "prof"):
            return one.text in ("Me", "Pr", "Maître", "Dr", "DR", "Prof") or (dot and one.capital)
        return True

    def _end(self, at: int) -> int:
        """The last word of a name that begins with this one."""
        while at + 1 < len(self.tokens) and self._near(at + 1) and self._stranger(at + 1):
            at += 1
        return at

    def _role(self, at: int) -> tuple[int, str] | None:
        """A role or a bond, then a name; a single name must follow a colon, or be a first name."""
        one = self.tokens[at]
        related = one.slug in self.words.relations
        if not related and one.slug not in self.words.roles:
            return None
        then, colon = at + 1, ""
        while then < min(at + 1 + GAP, len(self.tokens)):
            token = self.tokens[then]
            colon += token.gap
            if token.capital or token.slug not in self.words.between | self.words.roles:
                break
            then += 1
        if then >= len(self.tokens) or re.search(r"[.;!?\n]", colon) or self._covered(then):
            return None
        pair = self._whole_pair(then)
        if (
            pair is None
            and self._stranger(then)
            and self._stranger(then + 1)
            and self._near(then + 1)
        ):
            pair = self._end(then)
        if pair is not None:
            return pair, ROLE
        alone = self._stranger(then) and not self._initialled(then)
        short = self.tokens[then].text.isupper() and len(self.tokens[then].text) <= 4
        if alone and not short and (":" in colon or (self._first(then) and "," not in colon)):
            return self._end(then), ROLE
        return None

    def _initialled(self, at: int) -> bool:
        return at + 1 < len(self.tokens) and self.tokens[at + 1].initial and self._near(at + 1)

    # --- a question ---------------------------------------------------------------------------

    def _pair(self, at: int) -> tuple[int, str] | None:
        last = self._whole_pair(at)
        if last is None:
            last = self._other(at)
        if last is None or self._covered(at) or self._form(last):
            return None
        return last, self._after(last) if last > at + self.tokens[last].initial else ""

    def _whole_pair(self, at: int) -> int | None:
        """First name and name; NAME and first name: the place of the last word."""
        if self._first(at):
            then = at + 1
            while then < len(self.tokens) and self._near(then) and self._first(then):
                then += 1
            several = then > at + 1
            link = then
            while link < len(self.tokens) and self._near(link) and self._particle(link):
                link += 1
            if link < len(self.tokens) and self._near(link) and self._named(link):
                return self._end(link)
            return then - 1 if several else None
        if self._hyphened(at):
            return self._end(at)
        return None

    def _particle(self, at: int) -> bool:
        return self.tokens[at].slug in self.words.particles

    def _named(self, at: int) -> bool:
        return self._surname(at, self.lower) and not self.tokens[at].initial

    def _other(self, at: int) -> int | None:
        """Less sure forms: NAME First name, an initial, two unknown words."""
        then, one = at + 1, self.tokens[at]
        follows = then < len(self.tokens)
        if one.initial and follows and self.tokens[then].gap.strip() in (".", ".-"):
            return self._end(then) if self._stranger(then) else None
        if not follows:
            return None
        if self._first(at) and self.tokens[then].initial and self._near(then):
            return then
        if self._stranger(at) and self._first(then) and self._turned(at, then):
            return self._end(then)
        called = at and self.tokens[at - 1].slug in self.words.calling
        prose = self.phrase and not self.upper
        if (called or prose) and self._strangers(at):
            return self._end(then)
        return self._alone(at) if self.form == "name" and at == 0 else None

    def _turned(self, at: int, then: int) -> bool:
        """NAME First name; Name, First name; in a field of names, Name First name."""
        loud = self.tokens[at].text.isupper() and len(self.tokens[at].text) > 2
        comma = "," in self.tokens[then].gap
        if not self._near(then, ",") or (self.upper and self.form != "name" and not comma):
            return False
        return loud or comma or self.form == "name"

    def _alone(self, at: int) -> int | None:
        """A cell of two to four words with a capital, none of them known: perhaps a name."""
        every = range(at, len(self.tokens))
        if not 2 <= len(every) <= MOST_WORDS or re.search(r"[\d;:()/&+]", self.text):
            return None
        if self.lower:  # typed without capitals: a first name at the end
            known = self._first(len(self.tokens) - 1) and self._plain(at)
            return len(self.tokens) - 1 if known and len(every) == 2 else None
        for n in every:
            sound = self._stranger(n) or self._particle(n) or (n and self.tokens[n].initial)
            if not sound or (n and not self._near(n, ",")):
                return None
        several = sum(self._stranger(n) or self.tokens[n].initial for n in every) > 1
        return len(self.tokens) - 1 if several and self._stranger(at) else None

    def _plain(self, at: int) -> bool:
        known = self.words.bodies | self.words.breaking | self.words.particles | self.words.apart
        return self.tokens[at].slug not in known

    # --- what stands around -------------------------------------------------------------------

    def _covered(self, at: int, street: bool = False) -> bool:
        """Whether the word of a body stands in front: the name is that of the body.

        ``street``: what is looked at is a civility, which only « rue du Docteur… » covers.
        """
        if street and self.tokens[at].slug not in ("dr", "docteur", "pr", "professeur", "abbe"):
            return False
        for n in range(at, max(at - BACK, -1), -1):
            one = self.tokens[n]
            if n < at and one.slug in self.words.breaking:
                return False
            if n < at and self._body(one):
                return True
            gap = one.gap
            short = n and self.tokens[n - 1].slug in self.words.abbreviations
            short = short or (n and self.tokens[n - 1].initial)
            if re.search(r"[,;:!?()\[\]/|\n–—]", gap) or ("." in gap and not short):
                return False
            if " - " in gap:
                return False
        return False

    def _body(self, one: Token) -> bool:
        parts = {one.slug, *one.slug.split("-")}
        return bool(parts & self.words.bodies)

    def _form(self, last: int) -> bool:
        """A legal form right behind: « Pierre Martin SARL »."""
        then = last + 1
        return (
            then < len(self.tokens)
            and self._near(then, "-")
            and self.tokens[then].slug in self.words.after
        )

    def _after(self, last: int) -> str:
        """A role right behind a name makes it sure: « Marie Dupont (présidente) »."""
        then = last + 1
        if then < len(self.tokens) and self._near(then, ",(-–—:"):
            one = self.tokens[then]
            return ROLE if one.slug in self.words.roles and not one.initial else ""
        return ""
