"""Mistakes told in French: what was given, what exists, what to do."""

import difflib
import re
import unicodedata


class QpvError(Exception):
    """A mistake of the user or of a file: told in French, shown without a traceback."""


class CatalogueError(QpvError):
    """The catalogue is wrong: every fault, each with its file, entry and field."""

    def __init__(self, faults: list[str]):
        self.faults = faults
        super().__init__("Catalogue :\n" + "\n".join(f"- {fault}" for fault in faults))


def unknown(what: str, given: str, existing: object, listing: str = "") -> str:
    """French message for an unknown name: what was given, the nearest that exists.

    Parameters
    ----------
    what : str
        The kind of thing with its article (« l'indicateur »).
    given : str
    existing : iterable of str
    listing : str
        Where to see the whole list.
    """
    names = [str(name) for name in existing]
    lowered = {name.lower(): name for name in names}
    near = difflib.get_close_matches(given.lower(), lowered, n=1, cutoff=0.5)
    offer = f" Voulez-vous dire « {lowered[near[0]]} » ?" if near else ""
    return f"{what} « {given} » n'existe pas.{offer}{' ' + listing if listing else ''}"


def slug(text: str) -> str:
    """ASCII, lower case, hyphens: a name fit for a file.

    >>> slug("Andrillons Ormes du Mail / Vésine")
    'andrillons-ormes-du-mail-vesine'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
