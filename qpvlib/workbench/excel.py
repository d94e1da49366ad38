"""A table of a notebook as a workbook: French labels, units, blanks in words, its sources."""

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from qpvlib.catalogue import QpvError, catalogue, wording
from qpvlib.diagnosis import tabled
from qpvlib.diagnosis.observed import OBSERVED
from qpvlib.diagnosis.reading import Reading
from qpvlib.publishing import spreadsheet
from qpvlib.publishing.spreadsheet import Sheet
from qpvlib.tables import areas, books, indicators, tidy, writing

say = partial(wording.say, "excel")
# Columns of ours that a table of the site has too, by the name they have there.
SAME = {
    "area": "territoire_code", "indicator": "indicateur_code", "year": "annee",
    "year_status": "annee_statut", "value": "valeur",
    "numerator": "numerateur", "denominator": "denominateur", "status": "statut", "note": "note",
    "noise": "bruit", "n": "nombre", "theme": "theme", "source": "source", "commune": "commune",
}  # fmt: skip
BESIDE = {"area": "territoire", "indicator": "indicateur", "value": "unite"}
FORMS = ("decimals", "reference_decimals")  # told by how a number is written
SOURCED = ("source", "years", "mise_a_jour", "licence", "adresse_web")
MOST = 1_048_000  # lines of a sheet
LONGEST, CELL = 200, 32_000  # letters of a head, of a cell
NOT_TEXT = re.compile(r"[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Row = dict[str, Any]


def to_excel(
    table: pd.DataFrame | pd.Series, path: str | Path, title: str = "", source: str = ""
) -> Path:
    """Enregistre un tableau en classeur Excel : libellés, unités, sources.

    Les codes ont leur libellé à côté d'eux, les valeurs leur unité ; une valeur absente est dite en
    mots, jamais laissée vide. La feuille « Sources » cite chaque fichier, ses années, sa licence ;
    « Définitions » explique les indicateurs. Vos colonnes restent, sous leur nom.

    Parameters
    ----------
    table : DataFrame ou Series
        Ce que donnent ``observations``, ``compare``, ``findings``, ou ce que vous en avez fait.
    path : str ou Path
        « pauvrete.xlsx » ; le dossier est créé s'il n'existe pas. Un classeur que ``to_excel`` a
        écrit et que personne n'a modifié est remplacé ; tout autre fichier est refusé.
    title : str, facultatif
        En haut de la première feuille.
    source : str, facultatif
        D'où viennent les chiffres, si le tableau n'a plus les colonnes qui le disent.

    Returns
    -------
    Path
        Le fichier écrit.

    Raises
    ------
    QpvError
        Ce n'est pas un tableau, il est vide, sa source n'est pas connue, ou le fichier est refusé.

    Examples
    --------
    >>> to_excel(qpv.compare("la source"), "la-source.xlsx")  # doctest: +SKIP
    """
    place = _place(Path(path))
    frame = _frame(table)
    sheets = [_table(frame), _sources(frame, source), *_definitions(frame)]
    titles = [title or say("title"), say("sources"), say("definitions")]
    stream = io.BytesIO()
    with books.made(stream, titles[0], say("about")) as book:
        forms = spreadsheet.forms_of(book)
        for sheet, head in zip(sheets, titles, strict=False):
            spreadsheet.fill(book, sheet, forms, head)
    try:
        writing.write(place, books.french(stream.getvalue()))
    except OSError as error:
        raise QpvError(say("refused", file=place, reason=writing.reason(error))) from None
    return place


def _place(path: Path) -> Path:
    place = path if path.suffix else path.with_suffix(".xlsx")
    if place.suffix.lower() != ".xlsx":
        raise QpvError(say("no_xlsx", name=path.name))
    if place.exists() and not _ours(place):
        raise QpvError(say("not_ours", file=place))
    return place


def _ours(place: Path) -> bool:
    """Whether a file is a workbook written here, and saved by nobody else since."""
    try:
        with zipfile.ZipFile(place) as archive:
            core = archive.read("docProps/core.xml").decode()
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return False
    return f"{books.EPOCH.isoformat()}Z</dcterms:modified>" in core and "qpv.to_excel" in core


def _frame(table: pd.DataFrame | pd.Series) -> pd.DataFrame:
    """The table with its index as columns, and one text for the name of each."""
    if isinstance(table, pd.Series):
        table = table.to_frame(table.name if table.name is not None else "value")
    if not isinstance(table, pd.DataFrame):
        raise QpvError(say("no_table", kind=type(table).__name__))
    if not isinstance(table.index, pd.RangeIndex) and _told_index(table):
        names = [name if name is not None else "index" for name in table.index.names]
        table = table.reset_index(names=names, allow_duplicates=True)
    if table.empty:
        raise QpvError(say("no_row"))
    if len(table) > MOST:
        n, most = wording.number(len(table)), wording.number(MOST)
        raise QpvError(say("too_long", n=n, most=most))
    return table.set_axis([_flat(name) for name in table.columns], axis=1)


def _told_index(table: pd.DataFrame) -> bool:
    """Whether an index says something: not what is left of the lines of a larger table."""
    return table.index.names != [None] or not pd.api.types.is_integer_dtype(table.index)


def _flat(name: object) -> str:
    parts = name if isinstance(name, tuple) else (name,)
    return " · ".join(str(part) for part in parts if part != "")


# --- the table -----------------------------------------------------------------------------------


def _table(frame: pd.DataFrame) -> Sheet:
    columns, heads = _columns(list(frame.columns))
    names = _names() if "area" in frame.columns else {}
    rows = [
        _row(list(frame.columns), columns, list(values), names)
        for values in frame.itertuples(index=False, name=None)
    ]
    return _Named(
        "table", tuple(name for pair in columns for name in pair), rows, heads, say("about")
    )


class _Named(Sheet):
    """A sheet of these workbooks."""

    @property
    def name(self) -> str:
        """On its tab."""
        return say(f"{self.key}_name")


def _columns(names: list[str]) -> tuple[list[tuple[str, ...]], dict[str, str]]:
    """What each column of the frame gives in the sheet, and the heads the catalogue lacks."""
    titles, found, heads = catalogue().phrases["excel_title"], [], {}
    for i, name in enumerate(names):
        first = names.index(name) == i
        if name in FORMS:
            found.append(())
        elif name in SAME and first:
            beside = name in BESIDE and (name != "value" or "indicator" in names)
            found.append((SAME[name], *((BESIDE[name],) if beside else ())))
        else:
            key = f"own {i}"
            found.append((key,))
            head = _clean(name)[:LONGEST].strip()
            heads[key] = titles.get(name) or head or say("column", n=i + 1)
    _unlike(found, heads)
    return found, heads


def _unlike(columns: list[tuple[str, ...]], heads: dict[str, str]) -> None:
    """A table has no two heads alike, whatever their capitals."""
    held: set[str] = set()
    for key in (name for pair in columns for name in pair):
        told = base = heads.get(key) or wording.say("tabled_title", key)
        n = 2
        while told.casefold() in held:
            told, n = f"{base} ({n})", n + 1
        held.add(told.casefold())
        heads[key] = told


def _row(
    names: list[str], columns: list[tuple[str, ...]], values: list[Any], areas_: dict[str, str]
) -> Row:
    record = dict(zip(reversed(names), reversed(values), strict=True))  # of two alike, the first
    declared = catalogue().indicators.get(str(record.get("indicator")))
    row: Row = {"decimales": _decimals(record, declared)}
    for name, keys, value in zip(names, columns, values, strict=True):
        if not keys:
            continue
        told = {"value": _value, "year": _year}.get(name)
        row[keys[0]] = told(record) if told else _told(name, value)
        if len(keys) > 1:
            row[keys[1]] = {
                "area": areas_.get(str(value)),
                "indicator": declared and declared.label,
                "value": declared and (declared.unit or tabled.say("plain")),
            }[name]
    return row


def _decimals(record: Row, declared: object) -> int | None:
    held = record.get("decimals")
    if held is None or pd.isna(held):
        return declared.decimals if declared else None
    return int(held)


def _value(record: Row) -> str | float:
    """A number, or in words why there is none; of a few people, the counts alone."""
    if {*OBSERVED, "indicator"} <= set(record):
        one = Reading.of({name: record[name] for name in (*OBSERVED, "indicator")})
        if one.few or not one.published:
            return one.shown
    value = record["value"]
    if isinstance(value, str) or pd.notna(value):
        return _told("value", value)
    status = str(record.get("status", ""))
    return catalogue().phrases["tabled"].get(status, say("blank"))


def _year(record: Row) -> str | float:
    """The data year; the file alone where it is not known."""
    known = {"year_status", "edition"} <= set(record)
    if known and record["year_status"] == "unknown":
        return wording.year(record["year"], "unknown", record["edition"])
    return _told("year", record["year"])


def _told(name: str, value: Any) -> str | float:
    """A cell: a number, or a text in French."""
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return say("blank") if name not in SAME else ""
    if pd.api.types.is_bool(value):
        return say("yes" if value else "no")
    if pd.api.types.is_number(value) and abs(value) < float("inf"):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    return _word(name, str(value))


def _word(name: str, value: str) -> str:
    """What a code of ours says, or the text itself."""
    phrases = catalogue().phrases
    if name == "source":
        return _cited(value)
    if name == "theme" and value in catalogue().themes:
        return catalogue().themes[value].label
    groups = {
        "year_status": ("tabled", f"year_{value}"), "status": ("tabled", value),
        "verdict": ("reading", value), "solidity": ("reading", value),
        "orientation": ("excel", value),
        "benchmark": ("excel" if value in phrases["excel"] else "tabled", value),
    }  # fmt: skip
    group, key = groups.get(name, ("", ""))
    return str(phrases[group].get(key, value)) if group else _clean(value)


def _clean(text: str) -> str:
    """A text without what no workbook can hold, cut and said so where a cell is too small."""
    told = NOT_TEXT.sub("\ufffd", text)
    return told if len(told) < CELL else f"{told[:CELL]} (…)"


def _names() -> dict[str, str]:
    """Names of the areas, those of 2024 included."""
    found = dict(tidy.table("areas")[["area", "name"]].itertuples(index=False, name=None))
    for place in areas.neighbourhoods().values():
        found |= {place.code: place.name} | {place.successor: place.successor_name}
    return found


# --- its sources ---------------------------------------------------------------------------------


def _sources(frame: pd.DataFrame, given: str) -> Sheet:
    """Where the figures come from: by the table, and what its author says."""
    pairs = _origins(frame)
    if not pairs and not given.strip():
        raise QpvError(say("no_source"))
    rows = [_sourced(source, years) for source, years in pairs.items()]
    if given.strip():
        rows.append({"source": given.strip(), "licence": wording.say("excel_title", "given")})
    heads = {"years": wording.say("excel_title", "years")}
    return _Named("sources", SOURCED, rows, heads, say("about"))


def _origins(frame: pd.DataFrame) -> dict[str, list[str]]:
    """Years by source: of the column, else of the observations of these indicators."""
    held, when = frame, _dates()
    if "source" not in frame and "indicator" in frame:
        held = tidy.table("observations")
        for name in ("indicator", "year", "area"):
            if name in frame:
                held = held[held[name].isin(frame[name].unique())]
    if "source" not in held:
        return {}
    found: dict[str, list[str]] = {}
    years = held["year"] if "year" in held else pd.Series(pd.NA, index=held.index)
    pairs = pd.DataFrame({"source": held["source"], "year": years}).drop_duplicates()
    for source, year in pairs.dropna(subset="source").itertuples(index=False, name=None):
        told = [] if pd.isna(year) else [when.get((source, year), str(year))]
        found.setdefault(str(source), []).extend(told)
    return found


def _dates() -> dict[tuple[str, int], str]:
    """Each year of each source as it may be told: some are only those of a file."""
    columns = ["source", "year", "year_status", "edition"]
    rows = tidy.table("observations")[columns].drop_duplicates()
    return {(r["source"], r["year"]): wording.year_of(r) for r in tidy.records(rows)}


def _sourced(source: str, years: Iterable[str]) -> Row:
    told = {"source": _cited(source), "years": ", ".join(sorted(set(years)))}
    known = catalogue().sources.get(source.partition("/")[0])
    if known:
        told |= {"mise_a_jour": known.updated, "licence": known.licence, "adresse_web": known.page}
    return told


def _cited(source: str) -> str:
    """How a source of ours is cited; another is its own name."""
    name, _, block = source.partition("/")
    known = catalogue().sources.get(name)
    return indicators.cite(source) if known and block in known.blocks else source


def _definitions(frame: pd.DataFrame) -> list[Sheet]:
    if "indicator" not in frame:
        return []
    held = set(frame["indicator"])
    rows = [row for row in spreadsheet.definitions() if row["indicateur_code"] in held]
    return [_Named("definitions", spreadsheet.DEFINED, rows, {}, say("about"))] if rows else []
