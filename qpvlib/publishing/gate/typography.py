"""French typography: no line ends before its sign, nor inside a number; one apostrophe."""

import re
from collections.abc import Iterator

from qpvlib.publishing.gate.seen import Seen, shown

ESCAPED = re.compile(r"&(?:#\d+|#x[0-9a-f]+|amp|lt|gt|quot|nbsp|apos);", re.I)
STRAIGHT = re.compile(r"(?<=\w)'(?=\w)")
BREAKABLE = {
    "avant un signe": re.compile(r" (?=[:;?!%€»])(?<=\S )|(?<=«) (?=\S)"),
    "dans un nombre": re.compile(r"(?<![\d,.])\d{1,3}(?: \d{3})+(?!\d)"),
    "entre un nombre et son unité": re.compile(r" (?=(?:km²|m²|km|m|ha|h|ko|Mo)(?!\w))(?<=\d )"),
}


def escaped_once(seen: Seen) -> Iterator[str]:
    """No text shows the code of a letter."""
    return (f"un texte est codé deux fois : {words}" for words in _found(ESCAPED, seen.text))


def no_break(seen: Seen) -> Iterator[str]:
    """No line may end before a sign, inside a number, between a number and its unit."""
    return unbroken(seen.text)


def apostrophes(seen: Seen) -> Iterator[str]:
    """Apostrophes are French."""
    return curly(seen.text)


def unbroken(text: str) -> Iterator[str]:
    """Faults of a text: a space where a line may end and should not."""
    for where, pattern in BREAKABLE.items():
        yield from (f"espace sécable {where} : {words}" for words in _found(pattern, text))


def curly(text: str) -> Iterator[str]:
    """Faults of a text: an apostrophe of a keyboard."""
    return (f"apostrophe droite : {words}" for words in _found(STRAIGHT, text))


def _found(pattern: re.Pattern, text: str) -> Iterator[str]:
    for at in pattern.finditer(text):
        first = max(text.rfind("\n", 0, at.start()) + 1, at.start() - 15)
        yield shown(text[first:].partition("\n")[0])
