"""What a notebook cell shows: blocks that carry their area and the figures they rest on."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from qpvlib.catalogue import QpvError
from qpvlib.document import writing
from qpvlib.document.blocks import Content

LEAST = 20  # letters of an alternative that says something
MUTE = ("no description", "image", "graphique de")  # how an alternative that says nothing begins
AREA = ' data-area=""'  # what an exhibit of one's own bears until it is on its page
PAGE = "application/vnd.qpv.page+html"  # the same, for a page that has the style sheet already


class Unpublished(QpvError):
    """What a notebook shows and a page cannot: it lacks a title, an alternative, a source."""


def mute(alternative: str) -> bool:
    """Whether an alternative says nothing of its picture.

    >>> mute("Graphique de l'emploi des jeunes"), mute("L'emploi des jeunes recule depuis 2015")
    (True, False)
    """
    return len(alternative) < LEAST or alternative.lower().startswith(MUTE)


def checksum(data: pd.DataFrame) -> str:
    """Twelve hexadecimal digits of the figures an exhibit shows, whatever the machine."""
    text = data.to_csv(index=False, lineterminator="\n", float_format="%.10g")
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Exhibit:
    """Un morceau de page : ses blocs, avec le territoire et les données qu'il montre.

    Ses figures, tableaux et phrases portent la marque des deux : un morceau égaré dans une autre
    page est reconnu (``qpv check reports``). Le même s'affiche dans JupyterLab et dans le lot.

    Attributes
    ----------
    content : Content
        Les blocs.
    title : str
        Son titre, que les messages reprennent.
    area : str
        Le code du territoire dont il montre les chiffres.
    data : DataFrame
        Les chiffres montrés, dans l'unité des indicateurs.
    alt : str
        Ce que ses dessins disent à qui ne les voit pas.
    own : bool
        S'il est de l'auteur du carnet : les tables ne peuvent le garantir.
    """

    content: Content
    title: str
    area: str
    data: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    alt: str = ""
    own: bool = False

    @cached_property
    def html(self) -> str:
        """Ses blocs en HTML, sans marque ni feuille de style."""
        return writing.html(self.content)

    @cached_property
    def stamped(self) -> str:
        """Ses blocs tels qu'une page les a, chaque élément avec sa marque."""
        stamps = {"data-area": self.area, "data-checksum": checksum(self.data)}
        return writing.framed(self.content, stamps, "exhibit own" if self.own else "exhibit")

    def _repr_mimebundle_(self, **_given: object) -> dict[str, str]:
        return {"text/html": writing.alone(self.stamped), PAGE: self.stamped}
