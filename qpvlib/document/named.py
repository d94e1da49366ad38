"""The label of an indicator, which leads to its card where the site has the cards."""

from qpvlib.catalogue import catalogue
from qpvlib.document.blocks import Content, Span
from qpvlib.document.writing import LABEL
from qpvlib.tables.areas import single

CARDS = "indicateurs.html"  # each card is anchored by the code of its indicator
GLOSSARY = "glossaire"  # anchor, on the same page


def named(code: str, words: Content = "") -> Content:
    """Its label, or the ``words`` that stand for it, as a link to its card.

    Words alone where the tables hold more than one département: the site then has no such page.

    Parameters
    ----------
    code : str
        Code of an indicator.
    words : Content, optional
        Its label when left out.

    Examples
    --------
    >>> named("taux_pauvrete").link
    'indicateurs.html#taux_pauvrete'
    """
    words = words or catalogue().indicator(code).label
    return Span(words, LABEL, f"{CARDS}#{code}") if single() else words
