"""The draft of an entry of sources.toml: what the file shows; the rest is left to be completed."""

import re

import tomlkit

from qpvlib.catalogue import catalogue, slug
from qpvlib.catalogue.sentences import TO_FILL
from qpvlib.tables.profiling import columns as looking
from qpvlib.tables.profiling.columns import Column
from qpvlib.tables.profiling.known import QPV, Key, is_note
from qpvlib.tables.profiling.unfolded import Table

HEAD = (
    "Ébauche pour data/catalogue/sources.toml. « À COMPLÉTER » : ce que le producteur dit, et que "
    "le fichier\nne dit pas ; qpv check refuse l'entrée tant qu'il en reste. Ne garder que les "
    "colonnes dont le libellé a été lu."
)
FEW = 5
READ = ("title", "cite", "licence", "page", "get", "updated")  # at the producer's


def draft(table: Table, key: Key | None, columns: list[Column]) -> str:
    """Lines of TOML to paste; a year, a licence, a level that the file does not tell are blank."""
    code = name(table.file.stem)
    fields: dict[str, object] = dict.fromkeys(READ, TO_FILL)
    fields["level"] = _level(table, key)
    fields |= _form(table, columns)
    fields["key"] = key.name if key else TO_FILL
    if key and key.pattern:
        fields["key_pattern"] = key.pattern
    if key and key.year:
        fields["edition_column"] = key.year
    if skipped := _skipped(table, key):
        fields["skip"] = skipped
    fields["rows"] = max(len(table.lines) * 9 // 10, 1)
    texts = [c.name for c in columns if c.kind == "texte" and not (key and c.name == key.name)]
    if texts:
        fields["text"] = texts[:6]
    figures = [c for c in columns if c.numeric]
    rates = [c.name for c in figures if c.rate]
    if rates and table.kind != "geojson":
        fields["percent"] = rates
    fields["files"] = _Inline({"edition": 0 if key and key.year else TO_FILL, "path": _path(table)})
    lines = [HEAD, "", f"[{code}]", *(f"{field} = {_toml(v)}" for field, v in fields.items())]
    notes = [c.name for c in columns if is_note(c)]
    if table.kind != "geojson":
        lines += _block(code, [c.name for c in figures if not is_note(c)], notes)
    return "\n".join(lines)


def _skipped(table: Table, key: Key | None) -> list[str]:
    """Cells of the key that are no code, such as a total's: few, or it is not the key."""
    cells = dict.fromkeys(table.columns[key.name]) if key and key.pattern else {}
    odd = [cell for cell in cells if cell and not re.fullmatch(key.pattern, cell)]
    return odd if len(odd) <= FEW else []


def name(stem: str) -> str:
    """A name of section that no source has.

    >>> name("DEMO 2023 (1)"), name("insee_demo")
    ('demo_2023_1', 'insee_demo_2')
    """
    code = slug(stem).replace("-", "_") or "source"
    known, n = catalogue().sources, 2
    free = code
    while free in known:
        free, n = f"{code}_{n}", n + 1
    return free


class _Inline(dict):
    """One file, as « files » writes it."""


def _toml(value: object) -> str:
    if isinstance(value, _Inline):
        inside = ", ".join(f"{field} = {_toml(part)}" for field, part in value.items())
        return f"[ {{ {inside} }} ]"
    return tomlkit.item(value).as_string()


def _level(table: Table, key: Key | None) -> str:
    if table.kind == "geojson":
        return "perimeter" if key and key.of in QPV else "outline"
    if key is None:
        return TO_FILL
    return {**dict.fromkeys(QPV, "neighbourhood"), "établissement scolaire (UAI)": "school"}.get(
        key.of, TO_FILL
    )


def _form(table: Table, columns: list[Column]) -> dict[str, object]:
    """Fields of how the file is written, but for those that are the catalogue's own."""
    found: dict[str, object] = {}
    if table.kind != "csv":
        found["kind"] = table.kind
    if table.kind == "csv" and table.mark != ";":
        found["delimiter"] = table.mark
    decimal = looking.decimal(columns)
    if decimal not in ("", ",") and table.kind != "geojson":
        found["decimal"] = decimal
    if table.sheet:
        found["sheet"] = table.sheet
    if table.above:
        found["header"] = table.head - 1
    return found


def _path(table: Table) -> str:
    return f"{TO_FILL}/{table.file.name}"


def _block(code: str, read: list[str], notes: list[str]) -> list[str]:
    return [
        "",
        f"[{code}.blocks.chiffres]",
        f'series = "{TO_FILL}"',
        f'cite = "{TO_FILL}"',
        f"columns = {_toml(read)}",
        *(f'note = "{note}"' for note in notes[:1]),
        "# years = { édition = année des données }, si le producteur la dit ; sinon, les pages "
        "citent le fichier.",
    ]
