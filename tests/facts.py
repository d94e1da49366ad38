"""The tidy tables, read and rounded apart from qpvlib: what the pages must show."""

import csv
import tomllib
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from statistics import median
from types import SimpleNamespace

import geopandas

DATA = Path(__file__).parents[1] / "data"
UNITS = {"%": " %", "€": " €", "€/m²": " €", "m": " m"}


def _rows(name: str) -> list[SimpleNamespace]:
    with (DATA / "tidy" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [SimpleNamespace(**row) for row in csv.DictReader(file)]


def _toml(name: str) -> dict:
    return tomllib.loads((DATA / "catalogue" / name).read_text("utf-8"), parse_float=Decimal)


def _decimal(words: str) -> Decimal | None:
    return Decimal(words) if words else None


PLACES = {row.code: row for row in _rows("neighbourhoods")}
AREAS = {row.area: row for row in _rows("areas")}


def thresholds() -> dict[str, dict]:
    """The thresholds that pages explain."""
    return {n: rule for n, rule in _toml("rules.toml").items() if rule.get("public", True)}


RULES = {name: rule["value"] for name, rule in _toml("rules.toml").items()}
CONTRACTS, THEMES, SOURCES = map(_toml, ("contracts.toml", "themes.toml", "sources.toml"))
NAMES, PROGRAMMES = map(_toml, ("names.toml", "programmes.toml"))
TRAITS, NEEDS, PATTERNS = map(_toml, ("traits.toml", "needs.toml", "objectives.toml"))
RESOURCES = _toml("resources.toml")
SCHEME = _toml("territory.toml")["territory"]["axes"]
AXES = _toml("axes.toml")[SCHEME]["axes"]
INDICATORS = {
    code: SimpleNamespace(code=code, **{"strength": True, "label_deduced": False, "short": "",
                                        "decimals": 1, "breaks": [], "trend_from": 0,
                                        "family": "", "caution": "", "aside": "",
                                        "statement": "", "leading": "latest", "asset": None,
                                        "favourable": "none", "place": ""} | entry)
    for path in sorted((DATA / "catalogue").glob("indicators-*.toml"))
    for code, entry in tomllib.loads(path.read_text("utf-8")).items()
}  # fmt: skip
HEADLINE = [code for code, i in INDICATORS.items() if i.place == "headline"]


@cache
def _shapes(name: str) -> dict:
    found = geopandas.read_file(DATA / "tidy" / f"{name}.geojson").to_crs(2154)
    return dict(zip(found.code, found.geometry, strict=True))


def outlines(code: str) -> tuple:
    """Outlines of a neighbourhood in metres: of 2015, of its successor in 2024."""
    return _shapes("perimeters")[code], _shapes("perimeters_2024")[PLACES[code].successor]


@cache
def observations() -> dict[tuple[str, str, int], SimpleNamespace]:
    """Every observation, by area, indicator and year."""
    return _observed("observations")


@cache
def later() -> dict[tuple[str, str, int], SimpleNamespace]:
    """Those of the perimeters of 2024 alone."""
    return _observed("observations_2024")


@cache
def perimeters() -> list[SimpleNamespace]:
    """The neighbourhoods of 2024."""
    return _rows("neighbourhoods_2024")


@cache
def later_grids() -> dict[tuple[str, int], SimpleNamespace]:
    """Distributions over the metropolitan QPV of 2024, by indicator and year."""
    return {(row.indicator, int(row.year)): row for row in _rows("distributions_2024")}


def _observed(name: str) -> dict[tuple[str, str, int], SimpleNamespace]:
    found = {}
    for row in _rows(name):
        row.year, row.edition, row.decimals = int(row.year), int(row.edition), int(row.decimals)
        row.value, row.numerator, row.denominator = map(
            _decimal, (row.value, row.numerator, row.denominator)
        )
        found[row.area, row.indicator, row.year] = row
    return found


@cache
def _elsewhere() -> dict[str, list[SimpleNamespace]]:
    found = defaultdict(list)
    for row in _observed("similar_values").values():
        found[row.area].append(row)
    return found


def elsewhere(code: str) -> list[SimpleNamespace]:
    """Observations of a neighbourhood that resembles one of ours."""
    return _elsewhere()[code]


@cache
def _series() -> dict[tuple[str, str], list[SimpleNamespace]]:
    found = defaultdict(list)
    for row in sorted(observations().values(), key=lambda row: row.year):
        found[row.area, row.indicator].append(row)
    return found


def series(area: str, code: str) -> list[SimpleNamespace]:
    """Observations of an area for an indicator, year after year."""
    return _series().get((area, code), [])


@cache
def leading(code: str) -> int | None:
    """Year that the pages lead with: the latest with a row in a QPV of 2015; where it is declared
    compared, of those that nine QPV in ten of the best known year have, and an area around.
    """
    years = {row.year for area in PLACES for row in series(area, code)}
    if INDICATORS[code].leading == "compared":
        known = {year: n for (one, year), (n, _, _) in grids().items() if one == code}
        around = {
            row.year
            for row in observations().values()
            if row.indicator == code and not row.generation and row.value is not None
        }
        years = {y for y in years & around if known.get(y, 0) * 10 >= max(known.values()) * 9}
    return max(years, default=None)


def own(area: str, code: str) -> SimpleNamespace | None:
    """Observation of a neighbourhood in the leading year."""
    return observations().get((area, code, leading(code)))


@cache
def grids() -> dict[tuple[str, int], tuple[int, list[Decimal], int]]:
    columns = ["min", *(f"p{rank:02}" for rank in range(1, 100)), "max"]
    return {
        (row.indicator, int(row.year)): (
            int(row.n), [Decimal(vars(row)[c]) for c in columns], int(row.censored)
        )
        for row in _rows("distributions")
    }  # fmt: skip


def grid(code: str, year: int) -> list[Decimal] | None:
    """Least value, 99 percentiles and greatest value over the metropolitan QPV."""
    return grids().get((code, year), (0, None, 0))[1]


def cut(code: str, year: int) -> bool:
    """Whether a producer's threshold hides the lowest values: percentiles are then at most that."""
    return grids().get((code, year), (0, None, 0))[2] > 0


def median_shown(row: SimpleNamespace, year: int | None = None) -> str:
    """Median of the metropolitan QPV as displayed beside an observation; « ou moins » where cut."""
    year = year or row.year
    told = amount(grid(row.indicator, year)[50], row.indicator, row.decimals)
    return told + " ou moins" * cut(row.indicator, year)


def known(code: str, year: int) -> int:
    """How many metropolitan QPV have a value."""
    return grids()[code, year][0]


@cache
def _noises(kind: str) -> dict[tuple, SimpleNamespace]:
    """Rows of a kind, by indicator, size class and, but for the noise of values, both years."""
    found = {}
    for row in _rows("noise"):
        if row.kind == kind:
            years = () if kind == "change" else (int(row.year_from), int(row.year_to))
            found[row.indicator, row.size_class, *years] = row
    return found


def _of_size(kind: str, area: str, code: str, *years: int) -> SimpleNamespace | None:
    """The row for a neighbourhood of this size, else for all of them."""
    rows = _noises(kind)
    return rows.get((code, PLACES[area].size_class, *years), rows.get((code, "ensemble", *years)))


def noise(code: str, area: str) -> Decimal | None:
    """Noise of an indicator's values: what nine in ten move by, from an edition to the next."""
    row = _of_size("change", area, code)
    return Decimal(row.p90) if row else None


def horizon(code: str, area: str, first: int, last: int) -> tuple[Decimal, Decimal] | None:
    """Median change between two years, and the distance to it that 95 in 100 keep within."""
    row = _of_size("excess", area, code, first, last)
    return (Decimal(row.median), Decimal(row.p95)) if row else None


def wider(code: str, area: str, first: int, last: int) -> tuple[Decimal, Decimal] | None:
    """The same for the areas of the level of an area that contains neighbourhoods."""
    row = _noises(AREAS[area].level).get((code, "ensemble", first, last))
    return (Decimal(row.median), Decimal(row.p95)) if row else None


def steps(code: str) -> dict[tuple[int, int], tuple[Decimal, Decimal]]:
    """From an edition to the next: median change, and what fewer than 1 in 1,000 leap by."""
    return {
        years: (Decimal(row.median), Decimal(row.p999))
        for (indicator, size, *years_), row in _noises("step").items()
        for years in [tuple(years_)]
        if indicator == code and size == "ensemble"
    }


@cache
def around(area: str, *levels: str, least: float = 0) -> list[str]:
    """Areas that contain a neighbourhood, of some levels or of all, slivers left out if asked."""
    links = [link for link in _rows("containment") if link.neighbourhood == area]
    links = [link for link in links if not levels or link.level in levels]
    return [link.area for link in links if not link.share or float(link.share) >= least]


@cache
def nearby(area: str) -> list[SimpleNamespace]:
    return [row for row in _rows("places") if row.neighbourhood == area]


@cache
def resources(area: str) -> list[SimpleNamespace]:
    return [row for row in _rows("resources") if row.neighbourhood == area]


@cache
def similar(area: str) -> list[SimpleNamespace]:
    """Neighbourhoods that resemble one, the nearest first."""
    return [row for row in _rows("similar") if row.area == area]


@cache
def lists() -> list[SimpleNamespace]:
    return _rows("lists")


def communes(area: str) -> str:
    return ", ".join(AREAS[code].name for code in around(area, "commune"))


def of(area: str) -> str:
    """A neighbourhood's name after a noun: « du Plateau »."""
    return NAMES[area]["of"]


def block(source: str) -> dict:
    """What the catalogue says of a source: series, years, how it is cited."""
    name, _, block = source.partition("/")
    return SOURCES[name]["blocks"][block]


def beside(area: str, row: SimpleNamespace) -> SimpleNamespace | None:
    """What an area around has to put beside an observation: same series, nearest year."""
    same = [
        other
        for other in series(area, row.indicator)
        if other.value is not None and block(other.source)["series"] == block(row.source)["series"]
    ]
    return min(same, key=lambda other: (abs(other.year - row.year), other.year), default=None)


def peers(code: str, year: int) -> list[Decimal]:
    """Published values of the département's neighbourhoods, in order."""
    rows = (observations().get((area, code, year)) for area in PLACES)
    return sorted(row.value for row in rows if row and row.value is not None)


def middle(values: list[Decimal]) -> Decimal:
    return median(values)


# --- words ---------------------------------------------------------------------------------------


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Half away from zero, from the six decimals of the tables."""
    exact = Decimal(value).quantize(Decimal("0.000001"), ROUND_HALF_UP)
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def french(value: Decimal, decimals: int = 0) -> str:
    shown = f"{abs(rounded(value, decimals)):,}".replace(",", " ").replace(".", ",")
    return f"−{shown}" if rounded(value, decimals) < 0 else shown


def amount(value: Decimal | None, code: str, decimals: int) -> str:
    """A value in its indicator's unit, or « non publié »."""
    if value is None:
        return "non publié"
    return french(value, decimals) + UNITS.get(INDICATORS[code].unit, "")


def as_shown(row: SimpleNamespace) -> Decimal:
    """The value that readers see, with which gaps are worked out."""
    return rounded(row.value, row.decimals)


def bound(row: SimpleNamespace) -> Decimal | None:
    """What a value hidden by a threshold is less than."""
    return 100 * row.numerator / row.denominator if row.status == "censored" else None


def fewer(row: SimpleNamespace) -> str:
    """« moins de 11 logements sociaux vacants »."""
    column = INDICATORS[row.indicator].inputs[0]["numerator"][0]
    rule = block(row.source)["censored"][column]
    return f"moins de {rule['below']} {rule['noun']}"


def shown(row: SimpleNamespace) -> str:
    if row.status == "censored":
        return f"moins de {amount(bound(row), row.indicator, row.decimals)}"
    return amount(row.value, row.indicator, row.decimals)


def when(row: SimpleNamespace) -> str:
    """The year of an observation, as readers must see it."""
    day = block(row.source).get("dates", {}).get(str(row.edition))
    known = row.year_status in ("verified", "deduced")
    return day or (f"{row.year}" if known else f"fichier Insee {row.edition}")


def mark(row: SimpleNamespace) -> str:
    """The same on a page that has footnotes: « ¹ » unknown, « 2018² » deduced."""
    if row.year_status == "unknown" and row.edition == 2022:
        return "¹"
    return f"{when(row)}²" if row.year_status == "deduced" else when(row)


def dated(words: str, row: SimpleNamespace) -> str:
    """Words and their year: « habitants (2018) », « enfants¹ »."""
    return f"{words}¹" if mark(row) == "¹" else f"{words} ({mark(row)})"


def landmark(row: SimpleNamespace) -> str:
    """Head of its row: what stands under « parmi les demandeurs d'emploi » says it no more."""
    label = INDICATORS[row.indicator].label.removesuffix(", parmi les demandeurs d'emploi")
    return f"{label}¹" if mark(row) == "¹" else f"{label} {mark(row)}"


def few(row: SimpleNamespace) -> bool:
    """Whether so few people that the counts stand alone."""
    share = INDICATORS[row.indicator].measure == "share"
    return share and row.denominator is not None and row.denominator < RULES["count_alone"]
