"""What looks like a person: a name, an e-mail address, a telephone number."""

import re
from itertools import pairwise

from qpvlib.actions.contract import Words
from qpvlib.catalogue import slug

MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
PHONE = re.compile(r"(?<![\w.,-])(?:\+33|0033|0)[ .-]?[1-9](?:[ .-]?\d{2}){4}(?!\w)")
TITLE = re.compile(
    r"(?<!\w)(?:M\.|MM\.|Mr\.?|Mme\.?|Mlle\.?|Monsieur|Madame|Mademoiselle)\s+[A-ZÀ-Ý][\w'’-]+"
)
WORD = re.compile(r"[^\W\d_][^\W\d_'’-]*(?:[-'’][^\W\d_]+)*\.?")


def person(text: str, words: Words, free: bool = False) -> str:
    """What a text shows of a person: « une adresse électronique », « un nom »…, or nothing.

    In a ``free`` text a name is looked for anywhere, less after the kind of a place.

    >>> from qpvlib.actions.contract import words
    >>> person("Marie DUPONT", words()), person("Centre social Jean-Moulin", words())
    ('un nom de personne', '')
    >>> person("voir avec Marie Durand", words(), free=True)
    'un nom de personne'
    """
    if "@" in text and MAIL.search(text):
        return "une adresse électronique"
    if PHONE.search(text):
        return "un numéro de téléphone"
    if TITLE.search(text) or _named(text, words) or (free and _inside(text, words)):
        return "un nom de personne"
    return ""


def _named(text: str, words: Words) -> bool:
    """Two or three words, one a first name, the others capitalised, none a kind of place."""
    if len(text) > LONGEST:
        return False
    parts = text.strip().split()
    if not 2 <= len(parts) <= MOST_WORDS or not all(WORD.fullmatch(part) for part in parts):
        return False
    if not all(part[0].isupper() for part in parts):
        return False
    names = [slug(part) for part in parts]
    first = [n in words.first_names or n.split("-")[0] in words.first_names for n in names]
    return any(first) and not words.structures & set(names)


def _inside(text: str, words: Words) -> bool:
    """A first name and a capitalised word side by side, not after « rue », « école »…"""
    parts = [part.strip(".,;:()") for part in re.split(r"[\s'’]+", text)]
    return any(
        slug(one) in words.first_names
        and one[:1].isupper()
        and two[:1].isupper()
        and not words.structures & {slug(part) for part in parts[max(i - 2, 0) : i]}
        for i, (one, two) in enumerate(pairwise(parts))
    )


LONGEST = 50
MOST_WORDS = 3
