"""The label of an indicator, which leads to its card."""

from qpvlib.catalogue import catalogue
from qpvlib.document.blocks import Content, Span
from qpvlib.document.writing import LABEL

CARDS = "indicateurs.html"  # each card is anchored by the code of its indicator
GLOSSARY = "glossaire"  # anchor, on the same page


def named(code: str, words: Content = "") -> Span:
    """Its label, or the ``words`` that stand for it, as a link to its card.

    What is displayed where no card is beside takes the link away (``writing.unlinked``).

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
    return Span(words or catalogue().indicator(code).label, LABEL, f"{CARDS}#{code}")
