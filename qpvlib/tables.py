"""A producer's file → a validated table: one tolerant reader driven by the catalogue.

Faults are gathered, never raised one at a time: each says the file, the line, the column, what was
found and what to do. The module also holds the contract of the tidy tables and reads them.
"""

import difflib
import io
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from qpvlib import paths
from qpvlib.catalogue import Identity, QpvError, Source, SourceFile

THOUSANDS = "[\u202f\u00a0\u2009 ]"
MARKERS = ("s", "ns", "nd", "n/a", "c")
SHOWN = 3  # faults of one kind shown for one column before « et … autres »


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a file: its place, what was found, what to do."""

    file: str
    found: str
    remedy: str
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        line = f", ligne {self.line}" if self.line else ""
        column = f", colonne « {self.column} »" if self.column else ""
        return f"Fichier {self.file}{line}{column} : {self.found}. {self.remedy}"


class FileFaults(QpvError):
    """Producers' files that cannot be used, with every fault."""

    def __init__(self, faults: list[Fault]):
        self.faults = faults
        noun = "défaut" if len(faults) < 2 else "défauts"
        lines = "\n".join(f"- {fault}" for fault in faults)
        super().__init__(f"{len(faults)} {noun} ; rien n'a été changé.\n{lines}")


@dataclass
class Reading:
    """What reading a source gave: its rows and its faults."""

    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    faults: list[Fault] = field(default_factory=list)


def area_id(level: str, code: str) -> str:
    """Identifier of an area, unique among levels: département 24 is not région 24.

    >>> area_id("departement", "45"), area_id("region", "24"), area_id("commune", "45155")
    ('D45', 'R24', '45155')
    """
    prefixes = {"departement": "D", "region": "R"}
    names = {"metropole": "METRO", "france": "FR"}
    return names.get(level, prefixes.get(level, "") + code)


def read(source: Source, raw: Path) -> Reading:
    """All the files of a source, one under the other.

    Returns
    -------
    Reading
        ``rows`` has one row per area and edition: ``area`` (text code), ``edition``, ``level``,
        ``line``, the source's numeric columns as floats, its notes and texts as strings.
    """
    parts = [_read_file(source, entry, entry.path, raw) for entry in source.files]
    faults = [fault for part in parts for fault in part.faults]
    for entry in source.files:
        for copy in entry.copies:
            if (raw / copy).exists():
                faults += _copy_faults(source, entry, copy, raw)
    tables = [part.rows for part in parts if len(part.rows)]
    rows = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    if len(rows) and not faults:
        faults += _total_faults(source, rows)
    return Reading(rows, faults)


def _copy_faults(source: Source, entry: SourceFile, copy: str, raw: Path) -> list[Fault]:
    """Two copies of one edition must read to the same values."""
    first, second = (_read_file(source, entry, path, raw) for path in (entry.path, copy))
    if first.faults or second.faults:
        return second.faults
    left, right = (part.rows.set_index("area") for part in (first, second))
    shared = [c for c in left.select_dtypes("number") if c in right and c not in ("line", "edition")]
    differ = (left[shared] != right[shared].reindex(left.index)) & left[shared].notna()
    return [
        Fault(copy, f"{differ[c].sum()} valeurs diffèrent de {entry.path}", "Garder le bon.", None, c)
        for c in shared
        if differ[c].any()
    ]


def _read_file(source: Source, entry: SourceFile, path: str, raw: Path) -> Reading:
    place = raw / path
    if not place.exists():
        return Reading(faults=[_missing(source, path, raw)])
    reader = {"csv": _csv, "xls": _xls, "geojson": _geojson}[source.kind]
    wide, faults = reader(source, entry, path, place)
    if wide is None:
        return Reading(faults=faults)
    wide, renamed = _columns(source, entry, path, wide)
    faults += renamed
    if source.key not in wide:
        return Reading(faults=faults)
    table, found = _values(source, entry, path, wide)
    return Reading(table, faults + found)


def _missing(source: Source, path: str, raw: Path) -> Fault:
    folder = (raw / path).parent
    near = difflib.get_close_matches(
        Path(path).name, [p.name for p in folder.glob("*")] if folder.exists() else [], n=1
    )
    found = "fichier absent" + (f", mais « {near[0]} » est là" if near else "")
    return Fault(path, found, f"À prendre sur {source.page} ({source.get or source.title}).")


def _csv(
    source: Source, entry: SourceFile, path: str, place: Path
) -> tuple[pd.DataFrame | None, list[Fault]]:
    content = place.read_bytes()
    if re.match(rb"\s*(<!doctype|<html|<\?xml)", content[:200].removeprefix(b"\xef\xbb\xbf"), re.I):
        return None, [
            Fault(
                path,
                "c'est une page web, pas un tableau (le site a répondu par une page d'erreur)",
                f"Reprendre le fichier sur {source.page}.",
                1,
            )
        ]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        found = f"octet 0x{content[error.start]:02x} : le fichier n'est pas en UTF-8"
        return None, [Fault(path, found, "L'enregistrer de nouveau en « CSV UTF-8 ».", line)]
    faults = _truncation(source, entry, path, text)
    try:
        wide = pd.read_csv(
            io.StringIO(text), sep=source.delimiter, dtype=str, keep_default_na=False
        )
    except pd.errors.ParserError as error:
        return None, [*faults, Fault(path, f"tableau illisible ({error})", "Le reprendre.")]
    return wide, faults


def _truncation(source: Source, entry: SourceFile, path: str, text: str) -> list[Fault]:
    lines = text.rstrip("\r\n").split("\n")
    fields = [len(lines[i].split(source.delimiter)) for i in (0, -1)]
    if len(lines) > 1 and fields[1] < fields[0] and '"' not in lines[-1]:
        found = f"dernière ligne coupée ({fields[1]} colonnes au lieu de {fields[0]})"
        return [Fault(path, found, "Télécharger de nouveau le fichier entier.", len(lines))]
    fewest = entry.rows or source.rows
    if len(lines) - 1 < fewest:
        found = f"{len(lines) - 1} lignes au lieu de {fewest} au moins : fichier tronqué"
        return [Fault(path, found, "Télécharger de nouveau le fichier entier.", len(lines))]
    return []


def _xls(
    source: Source, entry: SourceFile, path: str, place: Path
) -> tuple[pd.DataFrame | None, list[Fault]]:
    try:
        wide = pd.read_excel(
            place, sheet_name=source.sheet, header=source.header, dtype=str, engine="calamine"
        )
    except Exception as error:  # calamine has no public base class for a broken workbook
        return None, [Fault(path, f"classeur illisible ({error})", "Le télécharger de nouveau.")]
    # A row of labels stands between the header and the figures.
    return wide.fillna(""), []


def _geojson(
    source: Source, entry: SourceFile, path: str, place: Path
) -> tuple[pd.DataFrame | None, list[Fault]]:
    import geopandas

    try:
        wide = geopandas.read_file(place)
    except Exception as error:  # pyogrio raises several kinds for an unreadable file
        return None, [Fault(path, f"carte illisible ({error})", "La télécharger de nouveau.")]
    if len(wide) < (entry.rows or source.rows):
        found = f"{len(wide)} contours au lieu de {source.rows} au moins"
        return None, [Fault(path, found, "Télécharger de nouveau le fichier entier.")]
    return wide, []


def _columns(
    source: Source, entry: SourceFile, path: str, wide: pd.DataFrame
) -> tuple[pd.DataFrame, list[Fault]]:
    """Names as the catalogue has them; a missing column is a fault that offers the near one."""
    names = [str(name).strip() for name in wide.columns]
    if source.edition_suffix:
        suffix = str(entry.edition)[2:]
        names = [name.removesuffix(suffix) if name[:-2] else name for name in names]
    names = [source.renames.get(name, name) for name in names]
    wide = wide.set_axis(names, axis="columns")
    wide = wide.loc[:, ~wide.columns.str.match(r"^(Unnamed.*)?$") & ~wide.columns.duplicated()]
    if source.wide_years:
        return wide, []
    expected = [source.key, *source.columns, *([source.edition_column] * bool(source.edition_column))]
    excused = {*entry.without, *source.optional}
    missing = [name for name in expected if name not in wide and name not in excused]
    spare = [name for name in wide if name not in expected]
    return wide, [_missing_column(path, name, spare) for name in missing]


def _missing_column(path: str, name: str, spare: list[str]) -> Fault:
    lowered = {other.lower(): other for other in spare}
    near = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.75)
    if near:
        found = f"colonne attendue « {name} » absente, colonne « {lowered[near[0]]} » inconnue"
        remedy = (
            "Probablement la même. Si le producteur l'a renommée, le déclarer dans "
            "data/catalogue/sources.toml, champ « renames »."
        )
    else:
        found = f"colonne attendue « {name} » absente"
        remedy = "Vérifier l'édition du fichier ; au besoin, le déclarer dans « without »."
    return Fault(path, found, remedy, 1, name)


def _values(
    source: Source, entry: SourceFile, path: str, wide: pd.DataFrame
) -> tuple[pd.DataFrame, list[Fault]]:
    keys = wide[source.key].astype(str).str.strip()
    kept = ~keys.isin([*source.skip, "", "nan"])
    for name, values in source.keep.items():
        if name in wide:
            kept &= wide[name].isin(values)
    if source.kind == "xls":  # the row of labels under the header
        kept &= keys.str.fullmatch(source.key_pattern or ".*")
    wide, keys = wide[kept], keys[kept]
    first = 2 + source.header
    table = pd.DataFrame({"area": keys, "line": np.arange(len(kept))[kept] + first})
    faults = _key_faults(source, path, table)
    notes = [b.note for b in source.blocks.values() if b.note]
    for name in dict.fromkeys([*source.text, *notes]):
        if name in wide:
            table[name] = wide[name].astype(str).str.strip()
    if source.kind == "geojson":
        table["geometry"] = wide.geometry
    long = _years(source, entry, wide, table).reset_index(drop=True)
    for name, pattern in source.codes.items():
        faults += _code_faults(path, name, pattern, wide, table)
    for name in [c for b in source.blocks.values() for c in b.columns]:
        if name in long:
            long[name], found = _numbers(source, path, name, long)
            faults += found
    faults += _duplicate_faults(path, long)
    for identity in source.identities:
        faults += _identity_faults(path, identity, long)
    return long, faults


def _years(
    source: Source, entry: SourceFile, wide: pd.DataFrame, table: pd.DataFrame
) -> pd.DataFrame:
    """One row per area and edition, whether the file has one edition, a column or a wide form."""
    if source.level_column:
        levels = wide[source.level_column].astype(str)
        ids = [area_id(level, code) for level, code in zip(levels, table.area, strict=True)]
        table = table.assign(area=ids, level=levels)
    else:
        level = entry.level or source.level
        ids = table.area.map(lambda code: area_id(level, code)) if entry.level else table.area
        table = table.assign(area=ids, level=level)
    columns = [c for b in source.blocks.values() for c in b.columns]
    if source.wide_years:
        return _melted(source, wide, table)
    values = wide[[c for c in columns if c in wide]]
    editions = (
        pd.to_numeric(wide[source.edition_column], errors="coerce").astype("Int64")
        if source.edition_column
        else entry.edition
    )
    return pd.concat([table.assign(edition=editions), values], axis="columns")


def _melted(
    source: Source, wide: pd.DataFrame, table: pd.DataFrame
) -> pd.DataFrame:
    digits = 2 if source.wide_years == "_yy" else 4
    years = sorted({y for b in source.blocks.values() for y in b.years})
    parts = []
    for year in years:
        suffix = "_" + str(year)[4 - digits :]
        present = {
            c + suffix: c
            for b in source.blocks.values()
            for c in b.columns
            if year in b.years and c + suffix in wide
        }
        values = wide[list(present)].rename(columns=present)
        parts.append(pd.concat([table.assign(edition=year), values], axis="columns"))
    return pd.concat(parts)


def _key_faults(source: Source, path: str, table: pd.DataFrame) -> list[Fault]:
    if not source.key_pattern:
        return []
    wrong = table[~table.area.str.fullmatch(source.key_pattern)]
    faults = []
    for row in wrong.head(SHOWN).itertuples():
        zeros = re.fullmatch(r"(Q[PN]|)0*(\w+)", row.area)
        hint = "un zéro de tête a-t-il été perdu ?" if zeros else "code inconnu"
        found = f"code « {row.area} » mal formé ({hint})"
        remedy = "Lire la colonne comme du texte et reprendre le fichier d'origine."
        faults.append(Fault(path, found, remedy, row.line, source.key))
    return faults + _others(path, source.key, len(wrong))


def _code_faults(
    path: str, name: str, pattern: str, wide: pd.DataFrame, table: pd.DataFrame
) -> list[Fault]:
    if not pattern or name not in wide:
        return []
    codes = wide[name].astype(str).str.strip()
    wrong = ~codes.str.fullmatch(pattern) & (codes != "")
    faults = [
        Fault(
            path,
            f"code « {codes[i]} » mal formé (un zéro de tête a-t-il été perdu ?)",
            "Lire la colonne comme du texte et reprendre le fichier d'origine.",
            int(table.line[i]),
            name,
        )
        for i in codes[wrong].index[:SHOWN]
    ]
    return faults + _others(path, name, int(wrong.sum()))


def _others(path: str, column: str, count: int) -> list[Fault]:
    if count <= SHOWN:
        return []
    return [Fault(path, f"et {count - SHOWN} autres cellules du même défaut", "", None, column)]


def _numbers(
    source: Source, path: str, name: str, long: pd.DataFrame
) -> tuple[pd.Series, list[Fault]]:
    """A column of text cells as floats; an empty cell or a secrecy marker is missing, never 0."""
    cells = long[name].fillna("").astype(str).str.strip().str.replace(THOUSANDS, "", regex=True)
    cells = cells.mask(cells.str.lower().isin(MARKERS), "")
    wrong_mark = {",": r"-?\d+\.\d+", ".": r"-?\d+,\d+"}.get(source.decimal)
    faults: list[Fault] = []
    if wrong_mark:
        bad = cells.str.fullmatch(wrong_mark)
        words = {",": ("point", "virgule"), ".": ("virgule", "point")}[source.decimal]
        for i in cells[bad].index[:SHOWN]:
            found = f"« {long[name][i]} » a un {words[0]} décimal, le fichier a une {words[1]}"
            if source.decimal == ".":
                found = f"« {long[name][i]} » a une virgule décimale, le fichier a un point"
            remedy = "Reprendre le fichier d'origine, sans l'enregistrer depuis un tableur."
            faults.append(Fault(path, found, remedy, int(long.line[i]), name))
        faults += _others(path, name, int(bad.sum()))
    numbers = pd.to_numeric(cells.str.replace(",", ".").mask(cells == ""), errors="coerce")
    letters = numbers.isna() & (cells != "")
    for i in cells[letters].index[:SHOWN]:
        found = f"« {long[name][i]} » n'est pas un nombre"
        faults.append(Fault(path, found, "Corriger ou vider la cellule.", int(long.line[i]), name))
    faults += _others(path, name, int(letters.sum()))
    if name in source.percent and not faults:
        faults += _percent_faults(path, name, numbers, long)
    return numbers.astype(float), faults


def _percent_faults(path: str, name: str, values: pd.Series, long: pd.DataFrame) -> list[Fault]:
    filled = values.dropna()
    if len(filled) >= 10 and filled.max() <= 1:
        found = f"toutes les valeurs sont entre 0 et 1 (la plus haute : {filled.max():g})"
        return [Fault(path, found, "Attendu en % : multiplier par 100 ou reprendre.", None, name)]
    outside = filled[(filled < 0) | (filled > 100)]
    return [
        Fault(path, f"{v:g} n'est pas entre 0 et 100", "Vérifier.", int(long.line[i]), name)
        for i, v in outside.head(SHOWN).items()
    ] + _others(path, name, len(outside))


def _duplicate_faults(path: str, long: pd.DataFrame) -> list[Fault]:
    repeated = long[long.duplicated(["area", "edition"])]
    faults = [
        Fault(path, f"« {row.area} » est là deux fois", "Ne garder qu'une ligne.", int(row.line))
        for row in repeated.head(SHOWN).itertuples()
    ]
    return faults + _others(path, "", len(repeated))


def _identity_faults(path: str, identity: Identity, long: pd.DataFrame) -> list[Fault]:
    names = [identity.total, *identity.parts]
    if not set(names) <= set(long):
        return []
    rows = long.dropna(subset=names)
    off = (rows[list(identity.parts)].sum(axis=1) - rows[identity.total]).abs() > identity.tolerance
    if not len(rows) or 1 - off.mean() >= identity.share:
        return []
    row = rows[off].iloc[0]
    parts = " + ".join(f"{row[p]:g}" for p in identity.parts)
    found = f"{parts} ne font pas {row[identity.total]:g} ({off.sum()} lignes sur {len(rows)})"
    remedy = f"{' + '.join(identity.parts)} doit égaler {identity.total} : reprendre le fichier."
    return [Fault(path, found, remedy, int(row.line), identity.total)]


def _total_faults(source: Source, rows: pd.DataFrame) -> list[Fault]:
    faults = []
    for total in source.totals:
        entry = next(e for e in source.files if e.edition == total.edition)
        part = rows[(rows.edition == total.edition) & rows.area.str.startswith(total.prefix)]
        found = part[total.column].sum()
        if found != total.value:
            text = f"la somme des {len(part)} {total.prefix}… fait {found:g}, attendu {total.value:g}"
            remedy = "Une valeur a changé ou une ligne manque : reprendre le fichier."
            faults.append(Fault(entry.path, text, remedy, None, total.column))
    return faults


# --- tidy tables -----------------------------------------------------------------------------

PERCENTILES = [f"p{rank:02d}" for rank in range(1, 100)]
TEXT = {
    "observations": ["area", "generation", "indicator", "year_status", "status", "note", "source"],
    "distributions": ["indicator", "source"],
    "noise": ["indicator", "size_class", "source"],
    "neighbourhoods": [
        "code", "generation", "name", "official_name", "slug", "departement", "region", "contract",
        "successor", "successor_name", "successor_status", "size_class", "source",
    ],
    "areas": ["area", "level", "name", "locative", "source"],
    "containment": ["neighbourhood", "area", "level", "source"],
    "places": [
        "neighbourhood", "kind", "place", "name", "address", "commune", "sector", "source",
    ],
}  # fmt: skip


def schema(name: str):
    """Contract of a tidy table (pandera): columns, types, allowed values.

    Imported only where tables are written or checked: pandera would cost each notebook a second.
    """
    import pandera.pandas as pa

    text = {column: pa.Column(str, nullable=column == "note") for column in TEXT[name]}
    number, integer = pa.Column(float, nullable=True), pa.Column(int)
    extra = {
        "observations": {
            "year": integer,
            "edition": integer,
            "decimals": integer,
            "value": number,
            "numerator": number,
            "denominator": number,
            "year_status": pa.Column(str, pa.Check.isin(["verified", "deduced", "unknown"])),
            "status": pa.Column(
                str, pa.Check.isin(["published", "estimated", "not_published", "not_applicable"])
            ),
        },
        "distributions": {"year": integer, "n": integer}
        | {c: pa.Column(float) for c in ["min", *PERCENTILES, "max"]},
        "noise": {"year_from": integer, "year_to": integer, "n": integer}
        | {c: pa.Column(float) for c in ["p50", "p90"]},
        "neighbourhoods": {"area_ha": pa.Column(float, pa.Check.gt(0))},
        "areas": {},
        "containment": {"share": number},
        "places": {
            c: number
            for c in [
                "rank", "distance_m", "longitude", "latitude", "year", "ips", "ips_year", "dnb",
                "dnb_year", "va", "va_year",
            ]
        },
    }[name]  # fmt: skip
    checks = []
    if name == "observations":
        checks = [
            pa.Check(
                lambda rows: rows.value.isna() == rows.status.isin(["not_published", "not_applicable"]),
                error="une valeur absente a un statut, une valeur présente est publiée ou estimée",
            ),
            pa.Check(lambda rows: ~rows.duplicated(["area", "indicator", "year"]), error="doublon"),
        ]
    return pa.DataFrameSchema({**text, **extra}, checks=checks, strict=True)


def write(name: str, table: pd.DataFrame, folder: Path) -> None:
    """Write a tidy table as CSV: stable order, no trailing zero, one figure one text."""
    schema(name).validate(table)
    table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", float_format="%.10g")


def tidy(name: str) -> pd.DataFrame:
    """One of the project's own tables (see ``TEXT`` for their names), read once per process.

    Raises
    ------
    QpvError
        When the table is not there.
    """
    return _tidy(paths.tidy(), name).copy()


@cache
def _tidy(folder: Path, name: str) -> pd.DataFrame:
    place = folder / f"{name}.csv"
    if not place.exists():
        raise QpvError(f"Table {place} absente. La construire : qpv build --raw DOSSIER")
    dtypes = {column: str for column in TEXT[name]}
    table = pd.read_csv(place, dtype=dtypes, keep_default_na=False, na_values={
        c: [""] for c in pd.read_csv(place, nrows=0).columns if c not in TEXT[name]
    })  # fmt: skip
    return table


@cache
def outlines(name: str, folder: Path | None = None):
    """Perimeters (``perimeters``) or context outlines (``outlines``) as a GeoDataFrame, WGS84."""
    import geopandas

    place = (folder or paths.tidy()) / f"{name}.geojson"
    if not place.exists():
        raise QpvError(f"Table {place} absente. La construire : qpv build --raw DOSSIER")
    return geopandas.read_file(place)
