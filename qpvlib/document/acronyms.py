"""Acronyms spelled where a page first uses them: one pass over its text, in reading order."""

import re

from markupsafe import escape

from qpvlib.catalogue.glossary import acronyms
from qpvlib.document.writing import french
from qpvlib.project import kept

# What is no text to read, or is none of ours to mark; other tags and what begins no acronym, as far
# as they go; words that may be acronyms.
_PIECES = re.compile(
    r"<(head|title|style|code|text|abbr)\b.*?</\1>"
    r'|<span class="vh">.*?</span>'
    r"|(?:[^<A-Z]++|<(?!(?:head|title|style|code|text|abbr)\b)(?!span class=\"vh\")[^>]*+>)++"
    r"|(?<![^\W_])(?P<word>[A-Z][A-Za-z0-9]+)",
    re.DOTALL,
)


def spelled(html: str) -> str:
    """A page whose acronyms say in full what they stand for, each once, at its first use.

    >>> spelled('<p title="RSA"><span class="vh">RSA</span> Au RSA¹, le RSA</p>')[43:]
    'Au <abbr title="revenu de solidarité active">RSA</abbr>¹, le RSA</p>'
    """
    left = dict(_titles())

    def piece(found: re.Match) -> str:
        word = found["word"]
        if word is None or word not in left:
            return found[0]
        return f'<abbr title="{left.pop(word)}">{word}</abbr>'

    return _PIECES.sub(piece, html)


@kept("root")
def _titles() -> dict[str, str]:
    """What each acronym stands for, as an attribute says it."""
    return {word: escape(french(one.full)) for word, one in acronyms().items() if one.full}
