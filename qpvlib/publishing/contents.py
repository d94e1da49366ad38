"""What a page leads to at its top: its parts, each named by the words of its title."""

import re
from dataclasses import dataclass
from html import unescape

from qpvlib.catalogue import slug

FEWEST = 3  # parts: fewer are seen at a glance
_TITLE = re.compile(r"<h2([^>]*)>(.*?)</h2>", re.DOTALL)
_ID = re.compile(r'\bid="([^"]+)"')
_ASIDE = re.compile(r'<svg.*?</svg>|<span class="s">.*?</span>|<[^>]+>', re.DOTALL)


@dataclass(frozen=True)
class Contents:
    """A body whose titles of parts can be led to, and ``(anchor, words)`` of each.

    No part is named where there are too few to need it, or where the page lists them itself.
    """

    body: str
    parts: tuple[tuple[str, str], ...] = ()


def contents(body: str, own: str) -> Contents:
    """Name every part of a page.

    Parameters
    ----------
    body : str
        HTML of a page between its first links and its foot.
    own : str
        Anchor of the contents that some pages have already.

    Examples
    --------
    >>> body = '<h2>Repères</h2><h2>À demander <span class="s">2</span></h2><h2 id="a">Été</h2>'
    >>> named = contents(body, "sommaire")
    >>> named.parts
    (('reperes', 'Repères'), ('a-demander', 'À demander'), ('a', 'Été'))
    >>> named.body.startswith('<h2 id="reperes">Repères</h2><h2 id="a-demander">')
    True
    """
    taken = set(_ID.findall(body))
    parts = []

    def name(title: re.Match) -> str:
        attributes, shown = title.groups()
        words = unescape(_ASIDE.sub("", shown)).strip()
        given = _ID.search(attributes)
        anchor = given[1] if given else _free(slug(_spelt(words)), taken)
        taken.add(anchor)
        parts.append((anchor, words))
        return title[0] if given else f'<h2 id="{anchor}"{attributes}>{shown}</h2>'

    named = _TITLE.sub(name, body)
    needed = len(parts) >= FEWEST and own not in taken
    return Contents(named, tuple(parts) if needed else ())


def _spelt(words: str) -> str:
    """Words whose ligatures and apostrophes are not lost in an anchor."""
    return words.replace("œ", "oe").replace("’", " ")


def _free(anchor: str, taken: set[str]) -> str:
    """The anchor, or it and a number where the page has it already."""
    tries = (anchor, *(f"{anchor}-{n}" for n in range(2, len(taken) + 3)))
    return next(one for one in tries if one not in taken)
