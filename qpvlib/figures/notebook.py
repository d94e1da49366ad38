"""The figures as a notebook has them: shown, saved, or drawn in axes of its author's own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from functools import cached_property, partial
from math import ceil
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from qpvlib.catalogue import QpvError
from qpvlib.document.exhibits import Exhibit
from qpvlib.document.palette import INK
from qpvlib.figures import alone, atlas, changes, mapped, maps
from qpvlib.figures import positions as positioned
from qpvlib.figures.alone import HEAD, Alone
from qpvlib.figures.canvas import DPI, STYLE, font, plainly, say
from qpvlib.figures.stills import DOTS
from qpvlib.tables import writing
from qpvlib.tables.areas import Neighbourhood
from qpvlib.tables.given import understanding

ACROSS = 3  # drawings in a row, at most


@dataclass(frozen=True)
class Drawn(Exhibit):
    """Une figure : elle s'affiche, s'enregistre (``savefig``), se reprend (``figure``)."""

    drawings: Callable[[], Iterable[Alone]] = field(default=tuple, repr=False)

    @cached_property
    def figure(self) -> Figure:
        """La figure de matplotlib : ses dessins, leurs titres, leurs années et leurs sources."""
        return _figure(list(self.drawings()))

    def savefig(self, path: str | Path, **given: Any) -> None:
        """Enregistre la figure, par exemple en PNG, en SVG ou en PDF selon le nom du fichier.

        Parameters
        ----------
        path : str ou Path
            « position.png », « position.svg »… ; le dossier est créé s'il n'existe pas.
        given
            Comme pour ``Figure.savefig`` : ``dpi=300``, ``transparent=True``…

        Raises
        ------
        QpvError
            Le disque refuse, ou matplotlib n'écrit pas ce genre de fichier.
        """
        place = Path(path)
        kinds = self.figure.canvas.get_supported_filetypes()
        kind = given.pop("format", None) or place.suffix.lstrip(".").lower() or "png"
        if kind not in kinds:
            raise QpvError(say("no_format", kind=kind, kinds=", ".join(sorted(kinds))))
        dated = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
        given = {"metadata": dated.get(kind)} | given
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with mpl.rc_context(STYLE), writing.replaced(place) as stream:
                self.figure.savefig(stream, format=kind, **given)
        except OSError as error:
            told = say("not_saved", file=place, reason=writing.reason(error))
            raise QpvError(told) from None


@plainly
def _figure(drawings: list[Alone]) -> Figure:
    """Drawings in rows, each in its own axes, at its own size."""
    figure = Figure(dpi=DOTS)
    FigureCanvasAgg(figure)
    held = [figure.add_axes((0, 0, 1, 1), label=one.name) for one in drawings]
    for one, axes in zip(drawings, held, strict=True):
        alone.drawn(one, axes)
    wide, high = (max((_size(a)[i] for a in held), default=1) for i in range(2))
    across = ceil(len(held) / ceil(len(held) / ACROSS)) if held else 1
    down = ceil(len(held) / across) or 1
    figure.set_size_inches(across * wide / DPI, down * high / DPI)
    for i, axes in enumerate(held):
        row, column = divmod(i, across)
        own = _size(axes)
        top = 1 - row / down
        size = own[0] / (across * wide), own[1] / (down * high)
        axes.set_position((column / across, top - size[1], *size))
    return figure


def _size(axes: Axes) -> tuple[float, float]:
    """Width and height in pixels of a drawing that is whole."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    return right - left, top - bottom


@plainly
def _within(one: Alone, axes: Axes) -> Axes:
    """A drawing in axes of someone's own: its title is theirs to change, its sources stay."""
    alone.drawn(one._replace(title=""), axes)
    axes.set_aspect("equal", adjustable="box")
    axes.reset_position()
    wide, high = _size(axes)
    points = 72 / axes.get_figure(root=True).dpi
    scale = min(axes.bbox.width * points / wide, axes.bbox.height * points / high)
    for text in axes.texts:
        text.set_fontsize(text.get_fontsize() * scale)
    for line in axes.lines:
        line.set_linewidth(line.get_linewidth() * scale)
        line.set_markersize(line.get_markersize() * scale)
        line.set_markeredgewidth(line.get_markeredgewidth() * scale)
    for shape in (*axes.collections, *axes.patches):
        thin = shape.get_linewidth()
        shape.set_linewidth([w * scale for w in thin] if hasattr(thin, "__len__") else thin * scale)
    axes.set_title(one.title, loc="left", fontproperties=font(HEAD * scale, True), color=INK)
    return axes


def _shown(of: Exhibit, drawings: Callable[[], Iterable[Alone]]) -> Drawn:
    return Drawn(**{one.name: getattr(of, one.name) for one in fields(of)}, drawings=drawings)


@understanding
def locator(place: Neighbourhood) -> Exhibit:
    """Où est un quartier : le département, la commune, le périmètre et ce qui en est proche.

    Parameters
    ----------
    place : Neighbourhood

    Returns
    -------
    Exhibit
        Les cartes dont le contour est connu ; ``data`` a une ligne par service proche : ``kind,
        name, commune, distance_m`` (mètres). ``savefig`` l'enregistre, ``figure`` est à matplotlib.
    """
    return _shown(maps.locator(place), partial(alone.of_maps, place))


@understanding
def overview(generation: str = "2015", ax: Axes | None = None) -> Exhibit | Axes:
    """Tous les quartiers par leur numéro, sur une carte.

    Parameters
    ----------
    generation : {"2015", "2024"}, facultatif
        Celle des périmètres.
    ax : Axes, facultatif
        Axes de matplotlib où dessiner ; la fonction les rend.

    Returns
    -------
    Exhibit
        ``data`` a une ligne par quartier : ``number, code, name, communes``.
    """
    if ax is not None:
        return _within(alone.of_all(generation)[0], ax)
    return _shown(atlas.overview(generation), partial(alone.of_all, generation))


@understanding
def position(
    place: Neighbourhood,
    indicator: str,
    positions: pd.DataFrame | None = None,
    ax: Axes | None = None,
) -> Exhibit | Axes:
    """Où se place un quartier parmi ceux de métropole, pour un indicateur.

    À gauche, les valeurs basses ; les bouts disent où sont les difficultés.

    Parameters
    ----------
    place : str, int ou Neighbourhood
    indicator : str
        Code d'un indicateur.
    positions : DataFrame, facultatif
        Comme ``compare`` les donne pour ce quartier, par exemple d'une autre année.
    ax : Axes, facultatif
        Axes de matplotlib où dessiner ; la fonction les rend.

    Returns
    -------
    Exhibit
        ``data`` a une ligne par chiffre montré : ``area, value, high, year`` ; ``high`` est le haut
        d'un intervalle, dans l'unité de l'indicateur.

    Raises
    ------
    QpvError
        L'indicateur n'existe pas, ou n'a aucune observation dans ce quartier.
    """
    drawings = partial(alone.of_position, place, indicator, positions)
    if ax is not None:
        return _within(drawings()[0], ax)
    return _shown(positioned.position(place, indicator, positions), drawings)


@understanding
def trends(
    place: Neighbourhood, indicators: tuple[str, ...] = changes.TRENDS, ax: Axes | None = None
) -> Exhibit | Axes:
    """Ce qui a changé dans un quartier, ou non, et si l'on peut le dire.

    Parameters
    ----------
    place : str, int ou Neighbourhood
    indicators : tuple de str
        Codes d'indicateurs.
    ax : Axes, facultatif
        Axes de matplotlib où dessiner, pour un seul indicateur ; la fonction les rend.

    Returns
    -------
    Exhibit
        ``data`` a une ligne par territoire, indicateur et année : ``area, indicator, year, value,
        median, n``, dans l'unité de chacun.

    Raises
    ------
    QpvError
        Avec ``ax``, plusieurs indicateurs, ou un qui n'a aucune valeur.
    """
    drawings = partial(alone.of_trends, place, indicators)
    if ax is None:
        return _shown(changes.trends(place, indicators), drawings)
    if len(indicators) != 1:
        raise QpvError(say("one_axes", n=len(indicators)))
    found = list(drawings())
    if not found:
        raise QpvError(say("no_value", code=indicators[0], name=place.name))
    return _within(found[0], ax)


@understanding
def map(  # noqa: A001  # what a notebook calls it: qpv.map
    indicator: str,
    contract: str | None = None,
    year: int | None = None,
    ax: Axes | None = None,
) -> Exhibit | Axes:
    """Un indicateur sur la carte : les quartiers du territoire, ou ceux d'un contrat de ville.

    La forme et la couleur disent comment chacun se lit face aux QPV de métropole, comme dans
    l'index ; ce qui n'est pas publié est hachuré. Chaque valeur est écrite sous la carte, dans
    l'ordre de l'index : ce n'est pas un classement.

    Parameters
    ----------
    indicator : str
        Code d'un indicateur : ``"taux_pauvrete"``.
    contract : str, facultatif
        Code d'un contrat de ville, ou une partie de son nom : ``"giennoises"``.
    year : int, facultatif
        Année des données ; sinon celle que les pages montrent.
    ax : Axes, facultatif
        Axes de matplotlib où dessiner ; la fonction les rend.

    Returns
    -------
    Exhibit
        ``data`` a une ligne par quartier : ``code, name, year, value, status, verdict``, la valeur
        dans l'unité de l'indicateur, absente si elle n'est pas publiée.

    Raises
    ------
    QpvError
        L'indicateur, le contrat ou l'année n'existe pas ; le plus proche est proposé.

    Examples
    --------
    >>> map("taux_pauvrete", contract="giennoises").data[["name", "year", "value"]].values.tolist()
    [['Champ de la Ville', 2019, 58.0], ['Montoire', 2019, 49.5]]
    """
    of = mapped.mapped(indicator, contract, year)
    if ax is not None:
        return _within(alone.of_map(of)[0], ax)
    return _shown(mapped.exhibit(of), partial(alone.of_map, of))
