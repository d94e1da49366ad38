"""TOML files that people edit: entries updated in place, comments and other entries kept."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Table

from qpvlib.tables import writing


def keep(
    path: Path, start: str, name: str, keys: Sequence[str], entries: Iterable[dict[str, Any]]
) -> Path:
    """Write entries into a file: those with the same keys are updated, the others stay.

    Parameters
    ----------
    start : str
        What a new file begins with.
    name : str
        The array of tables: ``[[name]]``.
    keys : sequence of str
        Fields that tell an entry from another.
    entries : iterable of dict
        An empty field that the file does not have is not added.

    Raises
    ------
    QpvError
        When the disk refuses; the file is then what it was.
    """
    document = tomlkit.parse(path.read_text("utf-8") if path.exists() else start)
    tables = document.setdefault(name, tomlkit.aot())
    former = {tuple(table[key] for key in keys): table for table in tables}
    for entry in entries:
        known = tuple(entry[key] for key in keys)
        if known in former:
            _update(former[known], entry)
        else:
            tables.append(_update(tomlkit.table(), entry))
    with writing.aside(path.parent, f"{path.name} n'a pas changé.") as work:
        (work / path.name).write_text(tomlkit.dumps(document), "utf-8", newline="\n")
        writing.put(work, path.parent, [path.name])
    return path


def _update(table: Table, entry: dict[str, Any]) -> Table:
    """Change what differs, and nothing else: a comment beside a value stays."""
    for name, value in entry.items():
        value = list(value) if isinstance(value, tuple) else value
        present = table.get(name)
        plain = present.unwrap() if present is not None else None
        if plain == value or (present is None and value in ("", [], {})):
            continue
        if isinstance(value, dict):
            table[name] = tomlkit.inline_table()
            table[name].update(value)
        else:
            table[name] = value
    return table
