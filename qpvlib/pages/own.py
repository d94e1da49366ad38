"""What someone adds to a page: a figure or a table of their own, a section, what is not published.

The tables of the project cannot vouch for it: it says so, and where it comes from.
"""

import re
from functools import partial

import pandas as pd

from qpvlib.catalogue import catalogue
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import LEAST, Exhibit, Unpublished, mute
from qpvlib.figures import own as figures
from qpvlib.pages import tabulated
from qpvlib.pages.cells import say

CALL = 'qpv.exhibit(figure, title="…", alternative="…", source="…")'
_say = partial(say, "own")


def exhibit(
    figure: object,
    *,
    title: str = "",
    alternative: str = "",
    source: str = "",
    year: int | str = "",
) -> Exhibit:
    """Publie une figure ou un tableau à soi, avec ce qu'il faut pour que tous le lisent.

    En dernière ligne d'une cellule. La page dit que le projet n'en contrôle pas les chiffres.

    Parameters
    ----------
    figure : Figure, Axes, seaborn, DataFrame ou Series
        Ce qui est montré. Un tableau est écrit à la française, sans changer ses valeurs ni ses
        unités ; son index s'il a un nom, ou sa première colonne, est l'en-tête de ses lignes.
    title : str
        Ce que l'on voit : « L'emploi des jeunes à Gien ».
    alternative : str
        Ce que la figure apprend, pour qui ne la voit pas, en une phrase. Un tableau peut s'en
        passer : elle le résume.
    source : str
        L'organisme et le fichier.
    year : int ou str, facultatif
        L'année des données, ou une période : « 2018 à 2022 ».

    Returns
    -------
    Exhibit
        Affichée dans JupyterLab, publiée dans la page.

    Raises
    ------
    Unpublished
        Ce qui manque, et quoi écrire.

    Examples
    --------
    >>> ages = pd.DataFrame({"Âge": ["15 à 24 ans", "25 à 64 ans"], "Habitants": [1240, 3105]})
    >>> exhibit(ages, title="Habitants par âge", source="Enquête locale", year=2021).own
    True
    >>> exhibit(ages, title="Habitants par âge")
    Traceback (most recent call last):
    qpvlib.document.exhibits.Unpublished: Cette figure n'est pas publiée : la source manque. ...
    """
    if isinstance(figure, pd.DataFrame | pd.Series):
        return _table(figure, *_texts(title, alternative, source), year)
    found = figures.figure_of(figure)
    if found is None:
        raise Unpublished(f"Cette figure n'est pas publiée : {_stranger(figure)}.")
    try:
        texts = _texts(title, alternative, source)
        _tell(*texts[:2])
        if figures.blank(found):
            raise Unpublished("Cette figure n'est pas publiée : rien n'y est dessiné.")
        return _figure(figures.drawn(found), *texts, year)
    finally:
        figures.close(found)  # else the notebook would show it once more


def unpublished(reason: str) -> str:
    """Why something is not on a page, and what to write for it to be."""
    return f"Cette figure n'est pas publiée : {reason}. Écrire : {CALL}"


def _stranger(given: object) -> str:
    """What was given in place of a figure."""
    if getattr(given, "__name__", "") == "matplotlib.pyplot":
        return "plt est toute la bibliothèque ; la figure en cours est plt.gcf()"
    kind = type(given).__name__
    return f"une figure matplotlib ou seaborn, ou un DataFrame, est attendu, et non « {kind} »"


# --- what must be said -------------------------------------------------------------------------


def _texts(title: object, alternative: object, source: object) -> tuple[str, str, str]:
    """The three, trimmed; a title and a source are asked for."""
    given = {"title": title, "alternative": alternative, "source": source}
    for name, text in given.items():
        if not isinstance(text, str):
            raise Unpublished(unpublished(f"{name} doit être un texte, et non {text!r}"))
    own = {name: " ".join(str(text).split()).rstrip(".") for name, text in given.items()}
    for name, words in (("title", "le titre manque"), ("source", "la source manque")):
        if not own[name]:
            raise Unpublished(unpublished(words))
    return own["title"], own["alternative"], own["source"]


def _tell(title: str, alternative: str) -> None:
    """Refuse an alternative that tells nothing to who does not see the figure."""
    least, many = catalogue().rule("alternative_words"), len(alternative.split())
    asked = "dire en une phrase ce que la figure apprend à qui ne la voit pas"
    if not alternative:
        raise Unpublished(unpublished(f"l'alternative manque ; {asked}"))
    if _bare(alternative) == _bare(title):
        raise Unpublished(unpublished(f"l'alternative répète le titre ; {asked}"))
    if many < least or len(alternative) < LEAST:
        raise Unpublished(
            unpublished(f"l'alternative est trop courte ({least:g} mots au moins) ; {asked}")
        )
    if mute(alternative):
        raise Unpublished(
            unpublished(f"l'alternative commence par « {alternative.split()[0]} » ; {asked}")
        )


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


# --- what is shown -----------------------------------------------------------------------------


def _figure(
    drawn: figures.Drawn, title: str, alternative: str, source: str, year: int | str
) -> Exhibit:
    caption = b.strong(title), b.Span(_from(source, year), "line")
    picture = b.Picture(drawn.svg, alternative, drawn.width, drawn.height)
    data = pd.DataFrame({"svg": [drawn.svg]})
    return Exhibit(b.Figure(picture, title, caption), title, "", data, alternative, own=True)


def _table(
    given: pd.DataFrame | pd.Series, title: str, alternative: str, source: str, year: int | str
) -> Exhibit:
    frame, fault = tabulated.framed(given)
    if fault:
        raise Unpublished(f"Ce tableau n'est pas publié : {fault}.")
    told = b.Paragraph(alternative, "small") if alternative else ""
    content = tabulated.table(frame, title), told, b.Paragraph(_from(source, year), "small")
    return Exhibit(content, title, "", frame.astype(str), alternative, own=True)


def _from(source: str, year: int | str) -> b.Content:
    when = " ".join(str(year).split())
    return _say("source_year", source=source, year=when) if when else _say("source", source=source)


# --- a section, and what is missing ------------------------------------------------------------


def section(title: str, notebook: str) -> b.Content:
    """How a section of one's own begins: its title, what it is, the notebook that makes it."""
    told = _say("section", notebook=b.Span(notebook, "code"))
    return b.Heading(2, title, "part"), b.Paragraph(told, "small")


def missing(reason: str) -> b.Content:
    """What stands where something could not be published: nobody can take the page for whole."""
    return b.Paragraph((b.strong(_say("missing")), " ", reason), "notice")
