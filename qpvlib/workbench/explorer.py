"""``qpv.explore()``: five choices, four views, and the code of the one that is shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from qpvlib.catalogue import QpvError, catalogue, wording
from qpvlib.diagnosis import comparison, reading
from qpvlib.diagnosis.reading import METROPOLE, PEERS, Reading
from qpvlib.figures.notebook import trends
from qpvlib.notebook import names
from qpvlib.tables import given, grouping, indicators
from qpvlib.tables.areas import Neighbourhood, neighbourhoods
from qpvlib.workbench import views
from qpvlib.workbench.views import needed

if TYPE_CHECKING:
    from ipywidgets import VBox

say = partial(wording.say, "explore")
VIEWS = ("map", "landmarks", "trend", "table")
CONTROLS = ("place", "theme", "indicator", "benchmark", "year")
USES = {  # which choices a view depends on; the others wait
    "map": ("place", "theme", "indicator", "year"),
    "landmarks": CONTROLS,
    "trend": ("place", "theme", "indicator"),
    "table": ("place", "theme", "benchmark"),
}
WHY = {"map": "no_benchmark_here", "trend": "unused_both", "table": "no_year_table"}
OPENING = "import qpvlib as qpv"
VIEWING = f"{OPENING}\nfrom qpvlib.workbench import views"
Option = tuple[str, Any]


def explore(place: str | Neighbourhood | None = None, indicator: str = "taux_pauvrete") -> "VBox":
    """Explore les chiffres sans écrire de code : quartier, thème, indicateur, repère, année.

    Quatre vues (carte, repères, tendance, tableau), sans réseau ; au clavier, Tab va d'un choix à
    l'autre et Espace ouvre sa liste. Le code de la vue montrée est dessous : copié dans une
    cellule, il donne la même chose.

    Parameters
    ----------
    place : str ou Neighbourhood, facultatif
        Le quartier par lequel commencer ; sinon le premier de l'index.
    indicator : str
        Code de l'indicateur par lequel commencer.

    Returns
    -------
    VBox
        À laisser en dernière ligne d'une cellule de JupyterLab.

    Raises
    ------
    QpvError
        Le quartier ou l'indicateur n'existe pas ; ou l'extra « lab » n'est pas installé.

    Examples
    --------
    >>> explore("la source", "taux_pauvrete")  # doctest: +SKIP
    """
    chosen = given.place(place or next(iter(grouping.numbers())))
    code = given.indicator(indicator)
    declared = catalogue().indicator(code)
    if code not in dict(map(reversed, _indicators(declared.theme, chosen))):
        raise QpvError(f"« {declared.label} » n'a aucune observation dans {chosen.name}.")
    return Explorer(chosen, declared.theme, code).box


class Explorer:
    """The choices, what they show, and the code of it.

    Attributes
    ----------
    controls : dict
        Of ``CONTROLS`` and ``view``, each a widget.
    shown, note, code : widgets
        What the view shows, what is to be known of it, its code.
    """

    def __init__(self, place: Neighbourhood, theme: str, indicator: str):
        widgets = needed("ipywidgets")
        self._quiet = False
        self.controls = {name: _dropdown(widgets, name) for name in CONTROLS}
        self.controls["view"] = widgets.ToggleButtons(
            options=[(say(name), name) for name in VIEWS],
            value="landmarks",
            style={"button_width": "7rem"},
        )
        self.note = widgets.HTML()
        self.output = widgets.Output()
        self.shown = widgets.VBox([self.output])
        self.code = widgets.Textarea(layout=widgets.Layout(width="100%", height="8.5rem"))
        with self._silent():
            self._offer("place", _places(), place.code)
            self._offer("theme", _themes(), theme)
            self._offer("indicator", _indicators(theme, place), indicator)
            self._follow()
        for name, widget in self.controls.items():
            widget.observe(partial(self._moved, name), "value")
        choices = widgets.HBox(
            [self.controls[name] for name in CONTROLS], layout=widgets.Layout(flex_flow="row wrap")
        )
        label = widgets.HTML(say("code"))
        parts = [choices, self.controls["view"], self.note, self.shown, label, self.code]
        self.box = widgets.VBox(parts)
        self.box.explorer = self
        self._show()

    def __getitem__(self, name: str) -> Any:
        return self.controls[name].value

    @property
    def place(self) -> Neighbourhood:
        """The neighbourhood chosen."""
        return neighbourhoods()[self["place"]]

    def choose(self, **chosen: Any) -> None:
        """Move some controls, as a hand would: ``choose(indicator="population", view="trend")``."""
        for name, value in chosen.items():
            self.controls[name].value = value

    # --- what depends on what --------------------------------------------------------------------

    @contextmanager
    def _silent(self) -> Iterator[None]:
        """While choices follow one another, nothing is shown."""
        held, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = held

    def _offer(self, name: str, options: list[Option], wanted: Any) -> None:
        """Change what a control offers; what was chosen stays, if it is still there."""
        control = self.controls[name]
        values = [value for _, value in options]
        control.options = options
        control.value = wanted if wanted in values else (values[0] if values else None)

    def _moved(self, name: str, _change: dict) -> None:
        if self._quiet:
            return
        with self._silent():
            if name in ("theme", "place"):
                options = _indicators(self["theme"], self.place)
                self._offer("indicator", options, self["indicator"])
            if name != "view":
                self._follow(keep=name in ("benchmark", "year"))
        self._show()

    def _follow(self, keep: bool = False) -> None:
        """Years and benchmarks of the indicator; the year of the pages, unless one is chosen."""
        own = self._own()
        leading = _leading(self.place, self["indicator"])
        years = [one.year for one in own]
        year = self["year"] if keep and self["year"] in years else leading
        self._offer("year", [(_dated(one), one.year) for one in own], year)
        wanted = self["benchmark"] or METROPOLE
        self._offer("benchmark", _benchmarks(self.place), wanted)

    def _own(self) -> list[Reading]:
        rows = indicators.observations(indicator=self["indicator"], area=self.place.code)
        return reading.series(rows.sort_values("year")).get(self["indicator"], [])

    def _positions(self) -> pd.DataFrame:
        code = self["indicator"]
        observed = indicators.observations(indicator=code, around=self.place)
        return comparison.compare(observed, self.place, {code: self["year"]})

    # --- what is shown ---------------------------------------------------------------------------

    def _show(self) -> None:
        view = self["view"]
        for name in CONTROLS:
            self.controls[name].disabled = name not in USES[view]
        self.note.value = self._noted(view)
        seen = getattr(self, f"_{view}")()
        self.code.value = getattr(self, f"_{view}_code")()
        if hasattr(seen, "_repr_mimebundle_") and not hasattr(seen, "children"):
            data = {k: v for k, v in seen._repr_mimebundle_().items() if k.startswith("text/")}
            told = {"output_type": "display_data", "data": data, "metadata": {}}
            self.output.outputs = (told,)
            seen = self.output
        self.shown.children = (seen,)

    def _noted(self, view: str) -> str:
        """What the view leaves out; why a figure is blank."""
        told = [say(WHY[view])] if view in WHY else []
        own = {one.year: one for one in self._own()}
        one = own.get(self["year"])
        if view in ("map", "landmarks") and one and not one.published:
            published = [str(y) for y, other in own.items() if other.published]
            years = wording.listed(published) if published else say("no_published")
            parts = {"name": self.place.name, "label": one.declared.label, "year": one.when}
            status = catalogue().phrases["tabled"][one.status]
            told.append(say("blank", **parts, status=status, years=years))
        if view in ("landmarks", "trend"):  # the two others say it themselves
            shown = own.values() if view == "trend" else [one]
            cites = dict.fromkeys(held.cite for held in shown if held)
            told.append(say("source", cites=" ; ".join(cites)))
        return " ".join(told)

    def _map(self) -> Any:
        return views.leaflet(
            self["indicator"], self["year"], self.place, partial(self._chosen, "place")
        )

    def _chosen(self, name: str, value: Any) -> None:
        self.controls[name].value = value

    def _map_code(self) -> str:
        return (
            f'{VIEWING}\n\nviews.leaflet("{self["indicator"]}", {self["year"]}, "{self["place"]}")'
        )

    def _landmarks(self) -> Any:
        return views.landmarks(self._positions(), self["indicator"], self["benchmark"])

    def _landmarks_code(self) -> str:
        code = self["indicator"]
        return (
            f'{VIEWING}\n\nquartier = qpv.neighbourhood("{self["place"]}")\n'
            f'observations = qpv.observations(indicator="{code}", around=quartier)\n'
            f'positions = qpv.compare(observations, quartier, {{"{code}": {self["year"]}}})\n'
            f'views.landmarks(positions, "{code}", "{self["benchmark"]}")'
        )

    def _trend(self) -> Any:
        return trends(self.place, (self["indicator"],))

    def _trend_code(self) -> str:
        return (
            f'{OPENING}\n\nquartier = qpv.neighbourhood("{self["place"]}")\n'
            f'qpv.figures.trends(quartier, ("{self["indicator"]}",))'
        )

    def _table(self) -> Any:
        observed = names.observations(theme=self["theme"], around=self.place)
        positions = comparison.compare(observed, self.place)
        return views.grid(positions, self["benchmark"])

    def _table_code(self) -> str:
        return (
            f'{VIEWING}\n\nquartier = qpv.neighbourhood("{self["place"]}")\n'
            f'observations = qpv.observations(theme="{self["theme"]}", around=quartier)\n'
            "positions = qpv.compare(observations, quartier)\n"
            f'views.grid(positions, "{self["benchmark"]}")'
        )


# --- what is offered -----------------------------------------------------------------------------


def _dropdown(widgets: Any, name: str) -> Any:
    style = {"description_width": "5.5rem"}
    return widgets.Dropdown(
        description=say(name), style=style, layout=widgets.Layout(width="23rem", max_width="100%")
    )


def _places() -> list[Option]:
    """In the order of the index."""
    known = neighbourhoods()
    return [(_named(known[code]), code) for code in grouping.numbers()]


def _named(place: Neighbourhood) -> str:
    communes = wording.listed([area.name for area in place.communes])
    return say("option", name=place.name, communes=communes)


def _themes() -> list[Option]:
    return [(theme.label, code) for code, theme in catalogue().themes.items()]


def _indicators(theme: str, place: Neighbourhood) -> list[Option]:
    """Those of a theme that are observed there, published or not."""
    held = set(indicators.observations(area=place.code).indicator)
    known = catalogue().indicators.items()
    return [(one.label, code) for code, one in known if one.theme == theme and code in held]


def _dated(one: Reading) -> str:
    """A year, and what is to be known of it."""
    status = one.status if one.status in ("not_published", "censored", "estimated") else ""
    if not status:
        return one.when
    return say("year_blank", year=one.when, status=catalogue().phrases["tabled"][status])


def _leading(place: Neighbourhood, code: str) -> int:
    """The year that the pages show."""
    observed = indicators.observations(indicator=code, around=place)
    return int(comparison.compare(observed, place).year.iloc[0])


def _benchmarks(place: Neighbourhood) -> list[Option]:
    """Those that some figure has: the metropolitan QPV first, then the areas, nearest first."""
    rows = comparison.compared(place).drop_duplicates(["benchmark", "benchmark_area"])
    others = rows[~rows.benchmark.isin([METROPOLE, PEERS])]
    named = dict(zip(others.benchmark_area, others.benchmark_name, strict=True))
    found = [
        (wording.sentence(r.benchmark_name), r.benchmark)
        for r in rows.itertuples()
        if r.benchmark in (METROPOLE, PEERS)
    ]
    kinds = catalogue().phrases["tabled"]
    return found + [
        (say("benchmark_named", name=named[area.code], kind=kinds[area.level]), area.code)
        for area in place.within
        if area.code in named
    ]
