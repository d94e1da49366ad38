"""Are a file's cells and rows sound? Codes, figures, duplicates, totals; faults are gathered."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from qpvlib.catalogue import Fault, Identity, Source, SourceFile, wording
from qpvlib.catalogue.faults import counted
from qpvlib.tables.received import Received

SPACES = dict.fromkeys(map(ord, "\u202f\u00a0\u2009 \t\r"))
MARKERS = ("s", "ns", "nd", "n/a", "c")
# Text codes of Insee: what a spreadsheet that takes them for numbers spoils.
CODES = {
    "commune": r"(\d{2}|2[AB])\d{3}",
    "epci": r"\d{9}",
    "departement": r"\d{2}|2[AB]|97\d",
    "region": r"\d{2}",
}
# A cell is empty, a secrecy marker, or a number whose decimal mark is the file's.
_NUMBER = r"-?\d+(?:{mark}\d+)?"
_ODD = {
    mark: re.compile(rf"^(?!(?:{_NUMBER.format(mark=found)})?$)", re.M)
    for mark, found in {",": ",", ".": r"\.", "any": "[.,]"}.items()
}
_MARKS = {
    ",": "un point décimal au lieu d'une virgule",
    ".": "une virgule décimale au lieu d'un point",
}
_ORIGINAL = "Reprendre le fichier d'origine, sans l'enregistrer depuis un tableur."


def figure(value: float) -> str:
    """A number as a message shows it.

    >>> figure(48579.0), figure(41.4)
    ('48\u202f579', '41,4')
    """
    decimals = len(f"{value:.10g}".partition(".")[2])
    return wording.number(value, decimals)


# --- codes -----------------------------------------------------------------------------------


def key_faults(
    source: Source, got: Received, keys: Sequence[str], levels: Sequence[str]
) -> list[Fault]:
    """Codes of areas, schools or places that have not the form of a code."""
    patterns = [source.key_pattern or CODES.get(level, "") for level in levels]
    wrong = [
        row
        for row, (key, pattern) in enumerate(zip(keys, patterns, strict=True))
        if pattern and not re.fullmatch(pattern, key)
    ]
    return _spoilt(got, source.key, keys, patterns, wrong)


def code_faults(source: Source, got: Received) -> list[Fault]:
    """Other codes of a file, such as a commune's; an empty one is not a fault."""
    faults = []
    for name, pattern in source.codes.items():
        if not pattern or name not in got.columns:
            continue
        codes = [str(cell).strip() for cell in got.columns[name]]
        wrong = [row for row, c in enumerate(codes) if c and not re.fullmatch(pattern, c)]
        faults += _spoilt(got, name, codes, [pattern] * len(codes), wrong)
    return faults


def _spoilt(
    got: Received, column: str, codes: Sequence[str], patterns: Sequence[str], wrong: list[int]
) -> list[Fault]:
    whole = {row: _with_zeros(codes[row], patterns[row]) for row in wrong}
    lost = [row for row in wrong if whole[row]]
    other = [row for row in wrong if not whole[row]]
    faults: list[Fault] = []
    if lost:
        found = f"« {codes[lost[0]]} » a perdu un zéro de tête : sans doute « {whole[lost[0]]} »"
        remedy = "Lire la colonne comme du texte, ou reprendre le fichier d'origine."
        faults += got.shared(column, lost, found, remedy)
    if other:
        found = f"« {codes[other[0]]} » n'a pas la forme d'un code"
        faults += got.shared(column, other, found, "Corriger le code, ou reprendre le fichier.")
    return faults


def _with_zeros(code: str, pattern: str) -> str | None:
    """The code with its zeros back after its letters, when that makes it whole."""
    letters, digits = re.fullmatch(r"([A-Z]*)(.*)", code, re.S).groups()
    for zeros in ("0", "00"):
        if digits and re.fullmatch(pattern, letters + zeros + digits):
            return letters + zeros + digits
    return None


# --- figures ---------------------------------------------------------------------------------


def numbers(source: Source, got: Received, name: str) -> np.ndarray:
    """A column of text cells as floats; an empty cell or a secrecy marker is missing, never 0."""
    cells = got.columns[name]
    text = "\n".join(map(str, cells)).translate(SPACES)
    if _ODD[source.decimal].search(text) or text.count("\n") != len(cells) - 1:
        text = "\n".join(_tidied(source, got, name))
    parts = text.replace(",", ".").split("\n") if len(cells) else []
    return pd.to_numeric(np.array(parts, dtype=object), errors="coerce").astype(float)


def _tidied(source: Source, got: Received, name: str) -> list[str]:
    """Cells with what is not a number left blank and told."""
    cells = got.columns[name]
    cleaned = [re.sub(r"\s", "", str(cell)).translate(SPACES) for cell in cells]
    cleaned = ["" if cell.lower() in MARKERS else cell for cell in cleaned]
    odd = [row for row, cell in enumerate(cleaned) if _ODD[source.decimal].search(cell)]
    marked = [row for row in odd if re.fullmatch(_NUMBER.format(mark="[.,]"), cleaned[row])]
    letters = sorted(set(odd) - set(marked))
    if marked:
        found = f"« {cells[marked[0]]} » a {_MARKS[source.decimal]}"
        got.faults += got.shared(name, marked, found, _ORIGINAL)
    if letters:
        found = f"« {str(cells[letters[0]])[:40]} » n'est pas un nombre"
        got.faults += got.shared(name, letters, found, "Corriger ou vider la cellule.")
    for row in letters:
        cleaned[row] = ""
    return cleaned


def editions(source: Source, got: Received) -> list[int]:
    """The column that gives each row's edition; a row without a year is a fault, edition 0."""
    cleaned = [str(cell).strip() for cell in got.columns[source.edition_column]]
    years = [int(cell) if re.fullmatch(r"(19|20)\d\d", cell) else 0 for cell in cleaned]
    wrong = [row for row, year in enumerate(years) if not year]
    if wrong:
        found = f"« {cleaned[wrong[0]]} » n'est pas une année"
        got.faults += got.shared(source.edition_column, wrong, found, "Corriger l'année.")
    return years


# --- rows ------------------------------------------------------------------------------------


def row_faults(source: Source, got: Received, long: pd.DataFrame) -> list[Fault]:
    """Percentages out of their scale, areas there twice, parts that do not make their total."""
    percent = [name for name in source.percent if name in long]
    faults = [fault for name in percent for fault in _percent(got, name, long)]
    faults += [] if source.repeats else _duplicates(source, got, long)
    for identity in source.identities:
        faults += _identity(got, identity, long)
    return faults


def _percent(got: Received, name: str, long: pd.DataFrame) -> Iterator[Fault]:
    for _, part in long.groupby("edition"):
        filled = part.dropna(subset=[name])
        values = filled[name]
        if len(values) >= 10 and values.min() >= 0 and values.max() <= 1:
            top = filled.loc[values.idxmax()]
            found = f"toutes les valeurs sont entre 0 et 1 (la plus haute : {figure(top[name])})"
            remedy = "Attendu en %, de 0 à 100 : reprendre le fichier, ou multiplier par 100."
            yield from got.on(name, [top.line], found, remedy)
    outside = long[(long[name] < 0) | (long[name] > 100)]
    if len(outside):
        found = f"{figure(outside[name].iloc[0])} n'est pas un pourcentage entre 0 et 100"
        remedy = "Corriger la cellule, ou reprendre le fichier."
        yield from got.on(name, outside.line.tolist(), found, remedy)


def _duplicates(source: Source, got: Received, long: pd.DataFrame) -> list[Fault]:
    keys = ["area", "edition"]
    repeated = long[long.duplicated(keys)].drop_duplicates(["area", "line"])
    if repeated.empty:
        return []
    row = repeated.iloc[0]
    first = long[(long.area == row.area) & (long.edition == row.edition)].line.iloc[0]
    found = f"« {row.area} » est déjà {got.unit} {first}"
    remedy = "Ne garder que la bonne, ou reprendre le fichier."
    return got.on(source.key, repeated.line.tolist(), found, remedy)


def _identity(got: Received, identity: Identity, long: pd.DataFrame) -> list[Fault]:
    names = [identity.total, *identity.parts]
    if not set(names) <= set(long):
        return []
    rows = long.dropna(subset=names)
    off = (rows[list(identity.parts)].sum(axis=1) - rows[identity.total]).abs() > identity.tolerance
    if not off.any():
        return []
    row = rows[off].iloc[0]
    parts = " + ".join(got.names(p) for p in identity.parts)
    found = (
        f"{figure(row[identity.total])} n'est pas le total de {parts}, "
        f"qui font {figure(row[list(identity.parts)].sum())}"
    )
    remedy = "Un des chiffres a changé : reprendre le fichier."
    return got.on(identity.total, rows[off].line.tolist(), found, remedy)


def total_faults(source: Source, entry: SourceFile, rows: pd.DataFrame) -> list[Fault]:
    """Published totals that a file's rows no longer sum to."""
    faults = []
    for total in source.totals:
        if total.edition != entry.edition or total.column not in rows:
            continue
        part = rows[(rows.edition == total.edition) & rows.area.str.startswith(total.prefix)]
        found = part[total.column].sum()
        if found == total.value:
            continue
        text = (
            f"les {counted(len(part), 'quartier')} {total.prefix}… font {figure(found)}, le total "
            f"publié est {figure(total.value)} (écart : {figure(found - total.value)})"
        )
        remedy = "Une valeur a changé ou une ligne manque : reprendre le fichier."
        faults.append(Fault(entry.path, text, remedy, None, total.column))
    return faults


def copy_faults(first: str, rows: pd.DataFrame, copy: str, other: pd.DataFrame) -> list[Fault]:
    """Figures, notes and texts on which two copies of one edition differ."""
    left, right = (part.set_index(["area", "edition"]) for part in (rows, other))
    remedy = "Ne garder que la bonne copie."
    lost = left.index.difference(right.index)
    if len(lost):
        found = f"« {lost[0][0]} » n'y est pas, il est dans {first} ({counted(len(lost), 'code')})"
        return [Fault(copy, found, remedy)]
    right = right.reindex(left.index)
    faults = []
    for name in left.select_dtypes("number").columns.intersection(right.columns).drop("line"):
        a, b = left[name], right[name]
        differ = (a != b) & ~(a.isna() & b.isna())
        if differ.any():
            code = differ.idxmax()
            values = (part.loc[code, name] for part in (right, left))
            shown = ["rien" if pd.isna(value) else figure(value) for value in values]
            found = f"{code[0]} : {shown[0]}, mais {shown[1]} dans {first}"
            faults += Fault(copy, found, remedy, column=name).on(right.line[differ])
    return faults
