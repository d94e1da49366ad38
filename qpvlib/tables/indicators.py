"""Formulas, and the long table of observations."""

import itertools
from collections.abc import Iterable

import pandas as pd

from qpvlib.catalogue import (
    Catalogue,
    Fault,
    Indicator,
    Input,
    catalogue,
    wording,
)
from qpvlib.tables import areas, tidy
from qpvlib.tables.areas import Neighbourhood

KEYS = ["area", "indicator", "year"]


def share(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Share of a population, in percent.

    ``100 * numerator / denominator`` of two counts, the first a part of the second; missing where
    either is missing or the denominator is 0.

    >>> share(pd.Series([82]), pd.Series([266])).round(1).tolist()
    [30.8]
    """
    return 100 * numerator / denominator.where(denominator > 0)


def total(rows: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series:
    """Sum of counts, missing as soon as one of them is: an unpublished part is never 0.

    >>> total(pd.DataFrame({"a": [1, 2], "b": [3, None]}), ("a", "b")).tolist()
    [4.0, nan]
    """
    return rows[list(columns)].sum(axis=1, skipna=False)


def shown(counts: pd.Series) -> pd.Series:
    """Counts that we compute, missing between 1 and the smallest one that a producer shows.

    >>> shown(pd.Series([0, 4, 5])).tolist()
    [0.0, nan, 5.0]
    """
    return counts.where((counts == 0) | (counts >= catalogue().rule("small_count")))


def measured(code: str, indicator: Indicator, entry: Input, rows: pd.DataFrame) -> pd.DataFrame:
    """Observations of one indicator from the rows of one source.

    ``rows`` as ``reading.read`` gives them; one observation per area and edition where the columns
    exist, with the columns of the observations.
    """
    names = [*entry.numerator, *entry.denominator]
    if not set(names) <= set(rows):
        return pd.DataFrame()
    source = catalogue().sources[entry.source]
    block_name, block = source.block_of(entry.numerator[0])
    filled = rows[names].notna().groupby(rows.edition).transform("any").all(axis=1)
    rows = rows[filled]
    editions = rows.edition.astype(int)
    numerator = total(rows, entry.numerator)
    if len(entry.numerator) > 1:
        numerator = shown(numerator)
    denominator = total(rows, entry.denominator) if entry.denominator else None
    value = share(numerator, denominator) if denominator is not None else numerator
    rounded = rows.edition.isin(block.rounded.get(entry.numerator[0], ())) | rows.level.isin(
        block.rounded_levels
    )
    published = "estimated" if block.estimate else "published"
    notes = rows[block.note] if block.note in rows else pd.Series("", index=rows.index)
    status = value.notna().map({True: published, False: "not_published"})
    if denominator is None:
        numerator, denominator = (pd.Series(float("nan"), index=rows.index) for _ in range(2))
    threshold = block.censored.get(entry.numerator[0])
    if threshold and threshold.of in rows:
        # Blank where fewer than a threshold: a bound, which is more than nothing.
        under = value.isna() & (rows[threshold.of] > 0)
        status = status.mask(under, "censored")
        numerator = numerator.mask(under, threshold.below)
        denominator = denominator.mask(under, rows[threshold.of])
    return pd.DataFrame(
        {
            "area": rows.area,
            "generation": rows.area.str[:2].map({"QP": "2015", "QN": "2024"}).fillna(""),
            "indicator": code,
            "year": editions.map(block.year),
            "year_status": editions.map(block.year_status),
            "edition": editions,
            "value": value.round(6),
            "decimals": rounded.map({True: 0, False: indicator.decimals}),
            "numerator": numerator,
            "denominator": denominator,
            "status": status,
            "note": notes.fillna("").replace({"0": "", "nan": ""}),
            "source": f"{entry.source}/{block_name}",
        }
    )


def settled(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """One observation per area, indicator and year.

    Published before blank, then the first source that gives it, then its last edition.
    """
    stacked = pd.concat(
        [part.assign(order=i) for i, part in enumerate(parts) if len(part)], ignore_index=True
    )
    return (
        stacked.assign(blank=stacked.value.isna(), age=-stacked.edition)
        .sort_values([*KEYS, "blank", "order", "age"], kind="stable")
        .drop_duplicates(KEYS)
        .drop(columns=["blank", "order", "age"])
    )


def identical_vintages(rows: pd.DataFrame, fewest: int = 200) -> list[tuple[int, int]]:
    """Pairs of years of one indicator whose figures are the same everywhere.

    Whatever lies between them: a file of an old edition may have been received under a new name.

    ``fewest`` areas are needed to conclude.
    """
    wide = rows.pivot_table(index="area", columns="year", values="value")
    pairs = []
    for first, second in itertools.combinations(wide.columns, 2):
        both = wide[[first, second]].dropna()
        if len(both) >= fewest and (both[first] == both[second]).mean() > 0.99:
            pairs.append((int(first), int(second)))
    return pairs


def once(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[int, int]]:
    """The observations of one indicator without the years that repeat another before them.

    The neighbourhoods of each generation and the areas around are seen apart: a file rarely has
    all of them.

    Returns
    -------
    (DataFrame, dict of int to int)
        The rows kept; each year that is not, with the first one that it repeats.
    """
    repeated: dict[int, int] = {}
    gone = pd.Series(False, index=rows.index)
    for generation, part in rows.groupby("generation"):
        own = {second: first for first, second in reversed(identical_vintages(part))}
        gone |= (rows.generation == generation) & rows.year.isin(own)
        repeated |= own
    return rows[~gone], repeated


def benchmarked(held: pd.Series, around: Iterable[int]) -> set[int]:
    """Data years that nearly all the metropolitan QPV have, and an area around them too.

    Parameters
    ----------
    held : Series of int
        How many of these QPV have a value of one indicator, by data year.
    around : iterable of int
        Data years that areas of comparison have.
    """
    enough = held >= catalogue().rule("leading_share") / 100 * held.max()
    return set(held.index[enough].tolist()) & set(around)


def share_faults(code: str, rows: pd.DataFrame) -> list[Fault]:
    """Shares that none can be: a part above its whole, or a percentage out of 0 to 100.

    Told of the catalogue where most of the rows are so (a share the wrong way up), else of a file.

    Parameters
    ----------
    rows : DataFrame
        Observations of one indicator, each with the ``file``, ``line`` and ``column`` it is in.
    """
    shares = rows[rows.denominator.notna() & rows.value.notna()]
    possible = shares.value.between(0, 100) & (shares.numerator <= shares.denominator)
    wrong = shares[~possible]
    if wrong.empty:
        return []
    if len(wrong) > len(shares) / 2:
        found = f"{_above(wrong)}, comme pour {len(wrong)} parts sur {len(shares)}"
        remedy = "Échanger « numerator » et « denominator », ou corriger leurs colonnes."
        return [Fault(catalogue().home[code], found, remedy, column="inputs", entry=code)]
    remedy = "Corriger le chiffre, ou reprendre le fichier."
    return [
        fault
        for (file, column), part in wrong.groupby(["file", "column"], sort=False)
        for fault in Fault(file, f"[{code}] {_above(part)}", remedy, column=column).on(part.line)
    ]


def _above(wrong: pd.DataFrame) -> str:
    row = wrong.iloc[0]
    counts = f"{wording.number(row.numerator)} des {wording.number(row.denominator)}"
    return f"{row.area}, {row.year} : « {counts} » n'est pas une part de 0 à 100 %"


def observations(
    indicator: str | None = None,
    area: str | None = None,
    around: Neighbourhood | None = None,
) -> pd.DataFrame:
    """Observations of the tidy tables: one row per area, indicator and data year.

    Without an argument, all of them. ``around=neighbourhood`` is all that a page needs: as many
    rows whether the tables hold one département or the whole country.

    Parameters
    ----------
    indicator : str, optional
        Code of an indicator (``taux_pauvrete``).
    area : str, optional
        Code of an area: ``QP045016``, ``QN04516I``, ``45155``, ``D45``, ``R24``, ``METRO``.
    around : Neighbourhood, optional
        A neighbourhood and what it is compared with: its perimeter of 2024, the areas that contain
        it, the other neighbourhoods of its département; of one of 2024, those of 2024 alone.

    Returns
    -------
    DataFrame
        Columns ``area, generation, indicator, year, year_status, edition, value, decimals,
        numerator, denominator, status, note, source``. ``value`` is missing when ``status`` is
        ``not_published``: never 0.

    Raises
    ------
    QpvError
        Unknown indicator; the nearest name is offered.
    """
    rows = tidy.table("observations")
    if area is not None or around is not None:
        rows = of([area] if area is not None else areas.around(around))
    if indicator is not None:
        catalogue().indicator(indicator)
        rows = rows[rows.indicator == indicator]
    return rows.reset_index(drop=True)


def of(codes: Iterable[str]) -> pd.DataFrame:
    """Observations of some areas; of those of 2024 alone, what is kept for their own pages too."""
    codes = list(codes)
    rows = tidy.part("observations", "area", codes)
    if not all(map(areas.of_2024, codes)):
        return rows
    return pd.concat([rows, tidy.part("observations_2024", "area", codes)], ignore_index=True)


def series(known: Catalogue, source: str) -> str:
    """Statistical series of an observation's source (``filosofi``, ``recensement``, …)."""
    name, _, block = source.partition("/")
    return known.sources[name].blocks[block].series


def cite(source: str) -> str:
    """How to cite an observation's source, in French.

    >>> cite("insee_demo/population")
    'Insee, populations municipales des quartiers'
    """
    name, _, block = source.partition("/")
    return catalogue().sources[name].blocks[block].cite
