"""What is asked of the tables, understood or refused: themes, years, comparisons; why no row."""

from collections.abc import Mapping, Sequence
from numbers import Real

import pandas as pd

from qpvlib.catalogue import QpvError, catalogue, wording
from qpvlib.catalogue.meant import Names, each
from qpvlib.diagnosis import comparison
from qpvlib.tables import areas, given, tidy
from qpvlib.tables.areas import Neighbourhood

MARK = "qpvlib"  # in ``attrs``, which tables keep when rows or columns of theirs are chosen
EARLIEST, LATEST = 1900, 2100  # what is no data year is a slip of the keyboard
FEW = 4  # names told one by one
WHOLE = "La faire : qpv.compare(quartier), et garder ses colonnes."


def themes(asked: object) -> list[str]:
    """Codes of themes, by their codes, their names, or a beginning that only one has.

    >>> themes("Santé"), themes(["revenus", "logement_cadre_de_vie"])
    (['sante_droits'], ['revenus_pauvrete', 'logement_cadre_de_vie'])
    """
    of = {code: [theme.label, theme.short] for code, theme in catalogue().themes.items()}
    return Names("thème", of, f"Les {len(of)} thèmes : {', '.join(of)}.").codes(asked)


def chosen(theme: object, codes: Sequence[str] | None) -> list[str]:
    """Codes of the indicators of some themes, of some indicators, or of both; empty: all."""
    known = catalogue().indicators
    if theme is None:
        return list(codes or ())
    wanted = themes(theme)
    inside = [code for code, one in known.items() if one.theme in wanted]
    if codes is None:
        return inside
    if not set(codes) & set(inside):
        names = catalogue().themes
        own = [
            f"« {known[code].label} » est du thème {names[known[code].theme].label}"
            for code in codes
        ]
        others = " ni ".join(names[code].label for code in wanted)
        raise QpvError(f"{wording.listed(own)}, et non {others}.")
    return [code for code in codes if code in inside]


def years(asked: object) -> list[int]:
    """Data years, given as numbers or as texts.

    >>> years("2018"), years([2017, "2018"]), years(range(2015, 2018))
    ([2018], [2017, 2018], [2015, 2016, 2017])
    """
    return list(dict.fromkeys(map(_year, each(asked, "une année"))))


def _year(asked: object) -> int:
    text = f"{asked:.10g}" if isinstance(asked, Real) else str(asked).strip()
    if not (text.isascii() and text.isdecimal() and EARLIEST <= int(text) <= LATEST):
        raise QpvError(
            f"« {asked} » n'est pas une année des données : écrire 2018, ou [2017, 2018]."
        )
    return int(text)


def rows(codes: Sequence[str], places: Sequence[str], wanted: Sequence[int]) -> pd.DataFrame:
    """Observations of some indicators, areas and data years; an empty sequence stands for all.

    Raises
    ------
    QpvError
        When there is none: why.
    """
    found = tidy.part("observations", "area", places) if places else tidy.table("observations")
    found = found[found.indicator.isin(codes)] if codes else found
    found = found[found.year.isin(wanted)] if wanted else found
    if found.empty:
        raise QpvError(missing(codes, places, wanted))
    return found


def ours(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The same table, known as ours when it is displayed, whatever columns are then chosen."""
    rows, codes = rows.reset_index(drop=True), rows.indicator.unique()
    rows.attrs[MARK] = {"kind": kind, "indicator": codes[0] if len(codes) == 1 else ""}
    return rows


# --- comparisons -----------------------------------------------------------------------------


def observed(table: object, place: Neighbourhood) -> pd.DataFrame:
    """Observations to compare a neighbourhood by: a table of ours that has rows of its own."""
    if not isinstance(table, pd.DataFrame):
        raise QpvError("compare prend des chiffres (qpv.observations(…)) et un seul quartier.")
    lacking = [name for name in tidy.COLUMNS["observations"] if name not in table]
    if lacking:
        raise QpvError(
            f"Il manque à ces chiffres les colonnes {_brief(lacking)} : donner ce que rend "
            "qpv.observations(…), toutes colonnes gardées."
        )
    if place.code not in set(table.area):
        held = ", ".join(map(name_of, table.area.drop_duplicates().head(5))) or "rien"
        raise QpvError(
            f"Aucun de ces chiffres n'est de {place.name} ({place.code}) : ils sont de {held}. "
            f'Les avoir : qpv.observations(around="{place.code}").'
        )
    return table


def led(asked: object, table: pd.DataFrame, place: Neighbourhood) -> dict[str, int]:
    """Data years in place of the leading ones, by code of indicator; each one is in the table."""
    if not isinstance(asked, Mapping):
        raise QpvError('« years » se donne par indicateur : years={"taux_pauvrete": 2018}.')
    wanted = {given.indicator(name): years(year)[0] for name, year in asked.items()}
    own = table[table.area == place.code]
    for code, year in wanted.items():
        if year not in set(own.year[own.indicator == code]):
            raise QpvError(missing([code], [place.code], [year]))
    return wanted


def positions(asked: object) -> pd.DataFrame:
    """The comparison of one neighbourhood: the one given, or that of the neighbourhood given."""
    if not isinstance(asked, pd.DataFrame):
        return comparison.compared(given.place(asked))
    whole = comparison.compared(next(iter(areas.neighbourhoods().values())))
    lacking = [name for name in whole if name not in asked]
    if lacking:
        raise QpvError(f"Ce n'est pas une comparaison : il y manque {_brief(lacking)}. {WHOLE}")
    named = asked.area.drop_duplicates().tolist()
    if len(named) != 1:
        several = f"Un seul quartier à la fois ; ces lignes sont de {len(named)}."
        raise QpvError(f"{several if named else 'Cette comparaison n’a aucune ligne.'} {WHOLE}")
    judged = asked.indicator[asked.benchmark == comparison.METROPOLE]
    without = [code for code in asked.indicator.unique() if code not in set(judged)]
    if without:
        raise QpvError(
            f"La comparaison aux QPV de métropole manque à : {_brief(without)}. Elle fonde "
            f"toute lecture. {WHOLE}"
        )
    return asked


def _brief(names: Sequence[str]) -> str:
    """A few names, and how many others."""
    more = f" et {len(names) - FEW} autres" if len(names) > FEW + 1 else ""
    return ", ".join(names[: FEW if more else None]) + more


def benchmarks(asked: object, positions: pd.DataFrame) -> pd.DataFrame:
    """The rows of a comparison against some benchmarks, by their names or their areas'.

    Raises
    ------
    QpvError
        For a benchmark that these rows have not: with those that they have.
    """
    held = positions[["benchmark", "benchmark_area", "benchmark_name"]].drop_duplicates()
    of: dict[str, list[str]] = {}
    for level, rows_ in held.groupby("benchmark", sort=False):
        own = dict(zip(rows_.benchmark_area, rows_.benchmark_name, strict=True))
        own = {} if level in (comparison.METROPOLE, comparison.PEERS) else own
        alone = [*own.values(), *own] if len(own) == 1 else []
        of[str(level)] = [wording.say("benchmark_kind", str(level)), *alone]
        of |= {code: [name] for code, name in own.items() if not alone}
    told = ", ".join(names[0] for names in of.values())
    chosen = Names("repère", of, f"Il y a : {told}.", "n'est pas dans cette comparaison").codes(
        asked
    )
    return positions[positions.benchmark.isin(chosen) | positions.benchmark_area.isin(chosen)]


# --- why there is no row ---------------------------------------------------------------------


def missing(codes: Sequence[str], places: Sequence[str], wanted: Sequence[int]) -> str:
    """Why the tables have no observation of some indicators, areas and years, in one sentence.

    An empty sequence stands for all.
    """
    rows = tidy.table("observations")
    told, known = _subject(codes), rows[rows.indicator.isin(codes)] if len(codes) else rows
    if known.empty:
        return f"Aucune observation de {told} dans les tables de ce projet."
    here = known[known.area.isin(places)] if len(places) else known
    if here.empty:
        other = _sister(places[0]) if len(places) == 1 else ""
        kinds = _held(known) if other not in set(known.area) else f"{name_of(other)} ({other})"
        return f"Aucune observation de {told} pour {_named(places)} ; il y en a pour {kinds}."
    where = f" pour {_named(places)}" if len(places) else ""
    held = ", ".join(map(str, sorted(set(here.year))))
    asked = wording.listed([str(year) for year in wanted])
    return f"Aucune observation de {told}{where} en {asked} ; années des données : {held}."


def _subject(codes: Sequence[str]) -> str:
    if not len(codes):
        return "ces chiffres"
    if len(codes) == 1:
        return f"« {catalogue().indicator(codes[0]).label} » ({codes[0]})"
    return f"ces {len(codes)} indicateurs"


def _named(places: Sequence[str]) -> str:
    names = [f"{name_of(code)} ({code})" for code in places]
    return wording.listed(names) if len(names) < 4 else f"ces {len(names)} territoires"


def _held(rows: pd.DataFrame) -> str:
    """The kinds of areas that have observations, with their years."""
    levels = dict(zip(tidy.table("areas").area, tidy.table("areas").level, strict=True))
    kinds = rows.area.map(levels).fillna(rows.generation)
    parts = [
        f"{wording.say('asked', f'of_{kind}')} ({wording.span(rows.year[kinds == kind])})"
        for kind in ORDER
        if (kinds == kind).any()
    ]
    return wording.listed(parts)


def _sister(code: str) -> str:
    """Code of the same neighbourhood in the other generation; empty for any other area."""
    known = areas.neighbourhoods()
    before = {one.successor: one.code for one in known.values()}
    return known[code].successor if code in known else before.get(code, "")


ORDER = ("2015", "2024", "commune", "epci", "departement", "region", "metropole", "france")


def name_of(code: str) -> str:
    """Name of an area of the tables; its code where they have none."""
    known = areas.neighbourhoods()
    if code in known:
        return known[code].name
    later = {one.successor: one.successor_name for one in known.values()}
    names = dict(zip(tidy.table("areas").area, tidy.table("areas").name, strict=True))
    return later.get(code) or names.get(code, code)
