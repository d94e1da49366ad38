"""The letters that ask bodies for figures, as a Word file."""

from qpvlib.catalogue import wording
from qpvlib.document import word
from qpvlib.pages import requests
from qpvlib.publishing import LETTERS, gate, page


def document() -> bytes:
    """A letter to each body and the list of the neighbourhoods, as ``qpv report`` writes them."""
    blocks, title = requests.letters(), wording.say("requests", "title")
    name = f"{LETTERS}.docx"
    made = page.signed(name, lambda state: word.word(blocks, title, state.label))
    gate.require(name, gate.document(made))
    return made
