"""The glossary: the words that the pages use in a sense of their own, then their acronyms."""

from qpvlib.catalogue import glossary as declared
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.document.named import GLOSSARY
from qpvlib.pages.cells import exhibit, say


def glossary() -> Exhibit:
    """Words with their meanings, in the order of the catalogue; acronyms, in alphabetical order."""
    title = say("cards", "glossary")
    terms = tuple((one.meaning, one.label) for one in declared.terms().values())
    every = sorted(declared.acronyms().items(), key=lambda item: item[0].lower())
    acronyms = tuple((one.full, word) for word, one in every if one.full)
    content = (
        b.Heading(2, title, "part", GLOSSARY),
        b.Heading(3, say("cards", "terms")), b.Facts(terms, "words"),
        b.Heading(3, say("cards", "acronyms")), b.Facts(acronyms, "words"),
    )  # fmt: skip
    return exhibit(None, title, content)
