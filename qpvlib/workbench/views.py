"""What the explorer shows, one function a view: the code that it gives calls the same ones."""

import importlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from qpvlib.catalogue import QpvError, catalogue, wording
from qpvlib.diagnosis import reading
from qpvlib.diagnosis.reading import CONFIRM, Reading
from qpvlib.diagnosis.references import Reference
from qpvlib.document.blocks import Paragraph
from qpvlib.document.exhibits import Exhibit
from qpvlib.document.palette import ACCENT, COLOURS, EDGE, LAND, NOTE
from qpvlib.figures import mapped
from qpvlib.figures.mapped import Mapped
from qpvlib.tables import tidy
from qpvlib.tables.areas import Neighbourhood, neighbourhood, neighbourhoods

if TYPE_CHECKING:
    from ipyleaflet import Map
    from ipywidgets import VBox

say = partial(wording.say, "explore")
CLOSE, HIGH = 12, "26rem"  # how near a map opens, its height
COLUMNS = (
    "indicator", "year", "value", "benchmark", "reference", "gap", "noise", "words", "source",
)  # fmt: skip


def needed(name: str) -> Any:
    """A library of the extra ``lab``.

    Raises
    ------
    QpvError
        It is not installed: what to do is said.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        raise QpvError(say("missing", name=name)) from None


# --- landmarks -----------------------------------------------------------------------------------


def landmarks(
    positions: pd.DataFrame, indicator: str, benchmark: str = reading.METROPOLE
) -> Exhibit:
    """Un indicateur d'un quartier : sa place parmi ceux de métropole, et un repère en une phrase.

    Parameters
    ----------
    positions : DataFrame
        Comme ``compare`` les donne pour un quartier.
    indicator : str
        Code d'un indicateur.
    benchmark : str
        Un type de repère (``"commune"``) ou le code d'un territoire (``"45155"``).
    """
    from qpvlib.figures.notebook import position

    one = reading.readings(positions, [indicator])[indicator]
    parts = {"name": one.place.name, "year": one.when, "value": one.full}
    told = [say("place_of", **parts, words=words(one))]
    held = [_against(one, r) for r in _references(one, benchmark)]
    told += held or [say("against_nothing")]
    shown = position(one.place, indicator, positions)
    lines = tuple(Paragraph(line) for line in told)
    return replace(shown, content=(*lines, shown.content), alt=" ".join([*told, shown.alt]))


def words(one: Reading) -> str:
    """How it reads, and whether that is to be confirmed."""
    if one.declared.descriptive and one.published:
        return catalogue().phrases["reading"]["descriptive"]
    unsure = one.solidity == CONFIRM and one.verdict != "comparable"
    return f"{one.words} ({wording.say('reading', 'confirm')})" if unsure else one.words


def _references(one: Reading, benchmark: str) -> list[Reference]:
    return [r for r in one.references if benchmark in (r.benchmark, r.area)]


def _against(one: Reading, r: Reference) -> str:
    gap = ""
    if one.published:
        noise = None if pd.isna(one.noise) else _size(one, one.noise)
        key = "against_none" if pd.isna(r.gap) else "against_gap" if noise else "against_alone"
        gap = say(key, gap=_gap(one, r), noise=noise)
    value = one.beside(r.shown, r.value)
    return say("against", benchmark=wording.sentence(r.name), value=value, year=r.year, gap=gap)


def _gap(one: Reading, r: Reference) -> str:
    if pd.isna(r.gap):
        return say("none")
    return wording.points(r.gap, one.declared.unit, min(one.decimals, r.decimals))


def _size(one: Reading, noise: float) -> str:
    return wording.size(noise, one.declared.unit, max(1, one.decimals) if noise < 10 else 0)


# --- table ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Grid:
    """A table in French, to search through; ``data`` is plain pandas."""

    data: pd.DataFrame

    def _repr_mimebundle_(self, **_given: object) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.data.to_string(index=False)}

    @property
    def html(self) -> str:
        """The table and what makes it live, whole: nothing is asked of a network."""
        itables, scripts = needed("itables"), needed("itables.javascript")
        live = scripts.generate_init_offline_itables_html(itables.options.dt_bundle)
        table = itables.to_html_datatable(
            self.data, connected=False, table_id="qpv-tableau", language=_language(),
            display_logo_when_loading=False, ordering=False, paging=False, maxBytes=0,
            layout={"topStart": "info", "topEnd": "search", "bottomStart": None, "bottomEnd": None},
            classes="display compact", style="width:100%", showIndex=False,
            columnDefs=[{"className": "dt-left", "targets": "_all"}],
        )  # fmt: skip
        return f"{live}{table}"


def _language() -> dict[str, str]:
    keys = {
        "search": "search", "info": "info", "infoEmpty": "empty", "emptyTable": "empty",
        "zeroRecords": "zero", "infoFiltered": "filtered", "lengthMenu": "length",
    }  # fmt: skip
    return {key: say(f"dt_{name}") for key, name in keys.items()}


def grid(positions: pd.DataFrame, benchmark: str = reading.METROPOLE) -> Grid:
    """Une comparaison en tableau : libellés, années, valeurs, écarts, lectures et sources.

    Parameters
    ----------
    positions : DataFrame
        Comme ``compare`` les donne pour un quartier.
    benchmark : str
        Un type de repère (``"commune"``) ou le code d'un territoire (``"45155"``). Un indicateur
        que ce repère n'a pas reste dans le tableau, et on le dit.
    """
    rows = [
        _line(one, r)
        for one in reading.readings(positions, list(catalogue().indicators)).values()
        for r in _references(one, benchmark) or [None]
    ]
    return Grid(pd.DataFrame(rows, columns=[say(f"column_{name}") for name in COLUMNS]))


def _line(one: Reading, r: Reference | None) -> tuple[str, ...]:
    none = say("none")
    beside = say("no_reference"), none, none
    if r is not None:
        year = "" if r.year == one.year else f" ({r.year})"
        value = none if pd.isna(r.value) else f"{one.beside(r.shown, r.value)}{year}"
        beside = r.name, value, _gap(one, r)
    noise = none if pd.isna(one.noise) else _size(one, one.noise)
    return one.declared.label, one.when, one.shown, *beside, noise, words(one), one.cite


# --- map -----------------------------------------------------------------------------------------


def leaflet(
    indicator: str,
    year: int | None = None,
    chosen: str | Neighbourhood | None = None,
    choose: Callable[[str], None] | None = None,
) -> "VBox":
    """Un indicateur sur une carte que l'on déplace, sans fond ni appel au réseau.

    Parameters
    ----------
    indicator : str
        Code d'un indicateur.
    year : int, optional
        Année des données ; sinon celle que les pages montrent.
    chosen : str or Neighbourhood, optional
        Le quartier sur lequel elle s'ouvre.
    choose : callable, optional
        Appelée avec le code du quartier sur lequel on clique.
    """
    widgets = needed("ipywidgets")
    of = mapped.mapped(indicator, year=year)
    code = getattr(chosen, "code", chosen) or next(iter(of.seen))
    told = widgets.HTML(_text(say("hover")))
    shown = _map(of, neighbourhood(code), told, choose)
    title = widgets.HTML(f"<b>{of.title}</b><br>{_key(of)}")
    source = say("map_source", told=of.caption, cites=" ; ".join(of.cites))
    return widgets.VBox([title, told, shown, widgets.HTML(_text(source))])


def _text(told: str) -> str:
    return f'<span style="color:{NOTE}">{told}</span>'


SIGNS = {"harder": "●", "easier": "◆", "comparable": "○", "descriptive": "■", "blank": "▨"}


def _key(of: Mapped) -> str:
    """What the colours that are there mean, each with its mark."""
    held = {of.sign(code) for code in of.seen}
    parts = [
        f'<span style="color:{COLOURS.get(sign, NOTE)}">{mark}</span> '
        + wording.say("figures", f"map_sign_{sign}")
        for sign, mark in SIGNS.items()
        if sign in held
    ]
    return " &nbsp; ".join(parts)


def _map(
    of: Mapped, place: Neighbourhood, told: Any, choose: Callable[[str], None] | None
) -> "Map":
    lib, widgets = needed("ipyleaflet"), needed("ipywidgets")
    layer = lib.GeoJSON(
        data=_geojson("perimeters", _styled(of, place.code)), hover_style={"weight": 4}
    )
    land = lib.GeoJSON(data=_geojson("outlines", _land()))
    spot = next(f for f in layer.data["features"] if f["id"] == place.code)
    shown = lib.Map(
        layers=[land, layer], center=_centre(spot["geometry"]), zoom=CLOSE, min_zoom=8,
        attribution_control=False, scroll_wheel_zoom=False,
        layout=widgets.Layout(height=HIGH),
    )  # fmt: skip

    def hovered(feature: dict, **_given: object) -> None:
        code = feature["properties"]["code"]
        parts = {"name": neighbourhoods()[code].name, "value": of.shown(code)}
        told.value = say("hovered", **parts, words=of.words(code))

    layer.on_hover(hovered)
    if choose:
        layer.on_click(lambda feature, **_given: choose(feature["properties"]["code"]))
    return shown


def _styled(of: Mapped, chosen: str) -> Iterator[tuple[str, dict]]:
    """How each perimeter is drawn: as on paper, its blanks in dashes, the chosen one thicker."""
    for code in of.seen:
        sign = of.sign(code)
        colour = COLOURS.get(sign, NOTE)
        full = sign not in ("comparable", "blank")
        edge = ACCENT if code == chosen else colour
        yield code, {
            "color": edge, "weight": 4 if code == chosen else 1.5, "fillColor": colour,
            "fillOpacity": 0.85 if full else 0.05, "dashArray": "5" if sign == "blank" else "",
        }  # fmt: skip


def _land() -> Iterator[tuple[str, dict]]:
    """Communes of the neighbourhoods, in their département."""
    places = neighbourhoods().values()
    for level in ("departement", "commune"):
        for code in sorted({area.code for place in places for area in place.areas(level)}):
            yield code, {"color": EDGE, "weight": 1, "fillColor": LAND, "fillOpacity": 0.6}


def _geojson(name: str, styles: Iterator[tuple[str, dict]]) -> dict:
    """Outlines of a table, in degrees, in the order given: those that are not known left out."""
    found = tidy.outlines(name)
    held = {f["properties"]["code"]: f for f in json.loads(found.to_json())["features"]}
    features = [
        {"type": "Feature", "id": code, "geometry": held[code]["geometry"],
         "properties": {"code": code, "style": style}}
        for code, style in styles
        if code in held
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def _centre(geometry: dict) -> tuple[float, float]:
    """Latitude and longitude of the middle of a shape."""
    import shapely

    a, b, c, d = shapely.geometry.shape(geometry).bounds
    return (b + d) / 2, (a + c) / 2
