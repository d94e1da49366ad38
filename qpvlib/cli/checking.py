"""Everything that can be checked without building a page (``qpv check``)."""

import re
from itertools import chain
from pathlib import Path

import pandas as pd

from qpvlib.actions import checks
from qpvlib.catalogue import (
    Fault,
    Faults,
    Indicator,
    QpvError,
    accessibility,
    axes,
    catalogue,
    disclosure,
    glossary,
    lexicon,
    programmes,
    requests,
    wording,
)
from qpvlib.catalogue.faults import near
from qpvlib.catalogue.written import located
from qpvlib.diagnosis import reading
from qpvlib.project import current
from qpvlib.tables import construction, declarations, delimited, indicators, sealing, sources, tidy
from qpvlib.tables.sealing import REBUILD


def check(raw: Path | None = None) -> list[str]:
    """Every fault, in French, of the catalogue, the tidy tables and, if asked, producers' files."""
    if declared := declared_faults():
        return [f"Catalogue, {fault}" for fault in declared]
    faults = [*tidy_faults(), *checks.faults()]
    if raw is not None:
        faults += raw_faults(raw)
    return located(current().catalogue, faults or secret_faults())


def declared_faults() -> list[str]:
    """Faults of the catalogue: those of its first files that have some."""
    try:
        catalogue()
        axes.declared()
        programmes.programmes()
        requests.bodies()
        glossary.acronyms(), glossary.terms()
        accessibility.declared()
        lexicon.lexicon()
        disclosure.disclosure()
    except Faults as error:
        return list(error.faults)
    return []


def secret_faults() -> list[str]:
    """Counts that public figures give away together; asked of tables without any other fault."""
    from qpvlib.publishing import guarding  # it imports the roadmap, and attacking imports scipy

    return list(guarding.faults())


# --- tidy tables -----------------------------------------------------------------------------


def tidy_faults() -> list[str]:
    """Faults of the project's own tables."""
    by_table = {name: table_faults(name) for name in tidy.COLUMNS}
    faults = [str(fault) for found in by_table.values() for fault in found]
    faults += [str(fault) for name in tidy.OUTLINES for fault in _outline_faults(name)]
    if not faults:
        faults += _reference_faults()
    return faults or [str(fault) for fault in sealing.differences()]


def table_faults(name: str) -> list[Fault]:
    """Faults of one tidy table: columns, cells, rows."""
    place = current().tidy / f"{name}.csv"
    file = str(place)
    if not place.is_file():
        return [Fault(file, "table absente", REBUILD)]
    try:
        rows = pd.read_csv(place, dtype=str, keep_default_na=False)
    except UnicodeDecodeError:
        line, _ = delimited.decoded(place.read_bytes()).first
        return [Fault(file, "la table n'est pas en UTF-8", REBUILD, line)]
    except ValueError as error:  # pandas' parser errors
        line = re.search(r"line (\d+)", str(error))
        found = "table vide ou illisible"
        return [Fault(file, found, REBUILD, int(line[1]) if line else None)]
    faults = _column_faults(file, name, list(rows)) or _number_faults(file, name, rows)
    return faults or _contract_faults(file, name, rows)


def _column_faults(file: str, name: str, found: list[str]) -> list[Fault]:
    expected = tidy.COLUMNS[name]
    spare = [column for column in found if column not in expected]
    faults = []
    for column in expected:
        if column not in found:
            nearest = near(column, spare)
            offer = f" ; la plus proche est « {nearest} »" if nearest else ""
            faults.append(Fault(file, f"colonne absente{offer}", REBUILD, 1, column))
    return faults + [
        Fault(file, "colonne inconnue", REBUILD, 1, column) for column in spare if not faults
    ]


def _number_faults(file: str, name: str, rows: pd.DataFrame) -> list[Fault]:
    faults = []
    for column in tidy.numbers(name):
        whole = tidy.COLUMNS[name][column] == "whole"
        pattern = r"-?\d+" if whole else r"-?\d+(\.\d+)?(e[+-]?\d+)?"
        cells = rows[column]
        wrong = ~cells.str.fullmatch(pattern)
        if tidy.COLUMNS[name][column] == "blank":
            wrong &= cells != ""
        if wrong.any():
            kind = "un nombre entier" if whole else "un nombre (point décimal)"
            found = f"« {cells[wrong].iloc[0]} » n'est pas {kind}"
            faults += Fault(file, found, REBUILD, column=column).on(cells.index[wrong] + 2)
    return faults


def _contract_faults(file: str, name: str, rows: pd.DataFrame) -> list[Fault]:
    import pandera.errors

    figures = {column: pd.to_numeric(rows[column]) for column in tidy.numbers(name)}
    types = {column: float for column in figures if tidy.COLUMNS[name][column] != "whole"}
    try:
        tidy.schema(name).validate(rows.assign(**figures).astype(types), lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        return [
            _case(file, name, rows, part)
            for _, part in cases.groupby(["schema_context", "check"], sort=False)
        ]
    return []


def _case(file: str, name: str, rows: pd.DataFrame, cases: pd.DataFrame) -> Fault:
    first = cases.iloc[0]
    lines = [int(index) + 2 for index in dict.fromkeys(cases["index"].dropna())]
    if first.schema_context == "Column":
        found = f"« {first.failure_case} » {first.check}"
        return Fault(file, found, REBUILD, column=first.column).on(lines)[0]
    keys = ", ".join(rows.loc[lines[0] - 2, tidy.KEYS[name]]) if lines else name
    return Fault(file, f"{keys} : {first.check}", REBUILD).on(lines or [1])[0]


def _optional(indicator: Indicator) -> bool:
    """Whether all its sources may be absent: then so may its figures."""
    entries = [*indicator.inputs, *filter(None, [indicator.nearest])]
    return all(catalogue().sources[entry.source].if_there for entry in entries)


def _outline_faults(name: str) -> list[Fault]:
    place = current().tidy / f"{name}.geojson"
    if not place.is_file():
        return [Fault(str(place), "carte absente", REBUILD)]
    try:
        shapes = tidy.outlines(name)
    except QpvError:
        return [Fault(str(place), "carte illisible", REBUILD)]
    if shapes.empty and name != "perimeters":  # no file gives them everywhere
        return []
    if "code" not in shapes or not shapes.geometry.is_valid.all():
        return [Fault(str(place), "carte sans code ou au contour abîmé", REBUILD)]
    return []


# --- what the tables and the catalogue owe each other ------------------------------------------


def _reference_faults() -> list[str]:
    """Names that lead nowhere, and declarations that the figures do not bear out."""
    known, rows, later = catalogue(), tidy.table("observations"), tidy.table("observations_2024")
    held = {*rows.indicator, *later.indicator}
    if stale := declarations.stale():
        return stale
    faults = [
        f"{known.place(code)} : ses fichiers n'ont aucun chiffre d'un territoire du projet"
        for code, indicator in known.indicators.items()
        if code not in held and not _optional(indicator)
    ]
    for source in sorted({*rows.source, *later.source}):
        name, _, block = source.partition("/")
        if name not in known.sources or block not in known.sources[name].blocks:
            faults.append(f"la source « {source} » n'est pas dans le catalogue. {REBUILD}")
    inside, areas = map(tidy.table, ("containment", "areas"))
    places = {*tidy.table("neighbourhoods").code, *tidy.table("neighbourhoods_2024").code}
    stray = (set(inside.neighbourhood) - places) | (set(inside.area) - set(areas.area))
    faults += [
        f"« {code} » (containment.csv) n'est dans aucune liste. {REBUILD}" for code in sorted(stray)
    ]
    if faults:
        return [f"observations.csv : {fault}" for fault in faults]
    return [
        *_noise_faults(), *_similar_faults(rows), *_share_faults(rows),
        *_statement_faults(rows), *_statement_faults(later),
    ]  # fmt: skip


def _noise_faults() -> list[str]:
    """Indicators whose noise is declared measured, and that the tables have none of."""
    known, rows = catalogue(), tidy.table("noise")
    measured = set(rows.indicator[rows.kind == "change"])
    return [
        f"{known.place(code)}, champ « noise » : les tables n'ont aucun changement de "
        f"{' à '.join(map(str, indicator.noise.years))}. {REBUILD}"
        for code, indicator in known.indicators.items()
        if indicator.noise.years and code not in measured
    ]


def _similar_faults(rows: pd.DataFrame) -> list[str]:
    """Figures by which neighbourhoods resemble each other, of a year that none has."""
    held = set(zip(rows.indicator, rows.year, strict=True))
    return [
        f"similar.toml, [{code}], champ « year » : aucun quartier n'a de chiffre en {entry.year}"
        for code, entry in catalogue().similar.items()
        if (code, entry.year) not in held
    ]


def _share_faults(rows: pd.DataFrame) -> list[str]:
    place = str(current().tidy / "observations.csv")
    placed = rows.assign(file=place, line=rows.index + 2, column="numerator")
    return [
        str(fault)
        for code, part in placed.groupby("indicator", sort=False)
        for fault in indicators.share_faults(code, part)
    ]


def _statement_faults(rows: pd.DataFrame) -> list[str]:
    """Statements that cannot be told of a published figure, or that do not tell it.

    Of each indicator, one row per year and file, and one of few people.
    """
    known, published = catalogue(), rows[rows.value.notna()]
    few = published.denominator < known.rule("count_alone")
    kept = published[~published.assign(few=few).duplicated(["indicator", "year", "source", "few"])]
    wrong: dict[str, str] = {}
    for one in chain.from_iterable(reading.series(kept).values()):
        figure = wording.number(one.numerator) if one.few else one.amount
        try:
            told = one.statement
        except (LookupError, ValueError, TypeError, AttributeError) as error:
            wrong.setdefault(one.code, f"la phrase ne se compose pas ({error})")
            continue
        if figure not in told or one.when not in told:
            wrong.setdefault(one.code, f"« {told} » ne dit pas {figure} ({one.when})")
    return [f"{known.place(code)}, champ « statement » : {fault}" for code, fault in wrong.items()]


# --- producers' files ------------------------------------------------------------------------


def raw_faults(raw: Path) -> list[str]:
    """Faults of the producers' files, and those that are not the files recorded."""
    faults = [
        f"Fichier {path} : différent de celui enregistré. S'il est voulu : "
        f"qpv fetch {source} --accept --raw {raw}"
        for source, path, state in sources.states(raw)
        if state == "different"
    ]
    try:
        construction.prepared(raw)
    except Faults as error:
        faults += [str(fault) for fault in error.faults]
    return faults
