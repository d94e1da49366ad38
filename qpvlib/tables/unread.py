"""Files of the raw folder that nothing declares and that look like an edition: the line to write.

By their name, that of a declared file but for its numbers, or by their columns. An extract of a
file that is read already is no news.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

import tomlkit

from qpvlib.catalogue import Source, SourceFile, catalogue
from qpvlib.catalogue.sentences import TO_FILL
from qpvlib.tables import delimited, naming, safety
from qpvlib.tables.soundness import CODES

HEAD = 1 << 16  # bytes: more than any header has
MOST = 5000  # files looked at: a raw folder has a hundred
TEXTS = (".csv", ".txt", ".tsv")
KINDS = {**dict.fromkeys(TEXTS, "csv"), ".xls": "xls", ".xlsx": "xls", ".ods": "xls",
         ".geojson": "geojson", ".json": "geojson"}  # fmt: skip
ALIKE = 0.8  # share of the columns of both that both have
COMMON = 0.5  # share of the codes of the file that the declared one has


@dataclass(frozen=True)
class Model:
    """A declared file: its source, what is declared of it, its path."""

    code: str
    source: Source
    entry: SourceFile
    path: str


class Grid:
    """The columns of a delimited file, read once, when they are asked for."""

    def __init__(self, file: Path):
        self.file = file

    @cached_property
    def names(self) -> set[str]:
        """Its headers, by its first bytes; none where it is no table, or not there."""
        return set(self._read(HEAD))

    @cached_property
    def columns(self) -> dict[str, list[str]]:
        """Its named columns; none where it is too large."""
        return self._read(None)

    def _read(self, most: int | None) -> dict[str, list[str]]:
        file = self.file
        if file.suffix.lower() not in TEXTS or not file.is_file():
            return {}
        if most is None and file.stat().st_size > safety.MOST_BYTES:
            return {}
        with file.open("rb") as stream:
            text = delimited.decoded(stream.read(most or -1)).text
        rows, _ = delimited.rows(text, delimited.separator(text))
        (_, names), *rows = rows or [(1, [])]
        return {
            name.strip(): [cells[i].strip() if i < len(cells) else "" for _, cells in rows]
            for i, name in enumerate(names)
            if name.strip()
        }


def told(raw: Path) -> list[str]:
    """In French, each file that looks like an edition that is not read, and the lines that do it.

    Parameters
    ----------
    raw : Path
        Folder of the producers' files.
    """
    models = [
        Model(code, source, entry, path)
        for code, source in catalogue().sources.items()
        for entry in source.files
        for path in (entry.path, *entry.copies)
    ]
    grids = {model.path: Grid(raw / model.path) for model in models}
    known = set(grids)
    found = []
    for path in _undeclared(raw, known):
        grid = Grid(raw / path)
        model = _by_name(path, grid, models) or _by_columns(grid, models, grids)
        if model:
            found.append(_line(path, grid, model))
    return found


def _undeclared(raw: Path, known: set[str]) -> Iterator[str]:
    files = (p for p in raw.rglob("*") if p.suffix.lower() in KINDS and p.is_file())
    for file in sorted(islice(files, MOST)):
        path = file.relative_to(raw).as_posix()
        if path not in known and not any(part.startswith(".") for part in Path(path).parts):
            yield path


# --- what a file looks like ----------------------------------------------------------------------


def shape(path: str) -> tuple[str, str]:
    """Its name without numbers nor punctuation, and what kind of file it is.

    >>> shape("a/DEMO_2023.csv") == shape("b/demo-2022 (1).CSV")
    True
    """
    place = Path(path)
    kind = KINDS.get(place.suffix.lower(), "")
    return re.sub(r"\d+", "", naming.bare(place.stem)), kind


def _by_name(path: str, grid: Grid, models: list[Model]) -> Model | None:
    """The latest declared file of that name but for its numbers; elsewhere, of such codes too."""
    alike = [model for model in models if shape(model.path) == shape(path)]
    here = [model for model in alike if Path(model.path).parent == Path(path).parent]
    others = [model for model in alike if _coded(grid, model)]
    return max(here or others, key=lambda model: model.entry.edition, default=None)


def _coded(grid: Grid, model: Model) -> bool:
    """Whether a column of the file holds codes of the form that the source has."""
    source = model.source
    pattern = source.key_pattern or CODES.get(model.entry.level or source.level, "")
    return bool(pattern) and bool(naming.keyed(grid.columns, pattern))


def _by_columns(grid: Grid, models: list[Model], grids: dict[str, Grid]) -> Model | None:
    """The declared file that has nearly the same columns and codes, and not these figures."""
    best: tuple[float, Model] | None = None
    for model in models:
        other, key = grids[model.path], model.source.key
        names, theirs = grid.names, other.names
        likeness = len(names & theirs) / max(len(names | theirs), 1)
        if key not in names & theirs or likeness < ALIKE or not _same_codes(grid, other, key):
            continue
        if _within(grid, other):
            return None  # an extract, whatever else it looks like
        best = max(filter(None, (best, (likeness, model))), key=lambda pair: pair[0])
    return best[1] if best else None


def _same_codes(grid: Grid, other: Grid, key: str) -> bool:
    codes = set(grid.columns.get(key, ()))
    return len(codes & set(other.columns.get(key, ()))) >= max(COMMON * len(codes), 1)


def _within(grid: Grid, other: Grid) -> bool:
    """Whether all the rows of a file, of the columns that both have, are in another."""
    shared = [name for name in grid.columns if name in other.columns]
    mine, theirs = (set(zip(*(g.columns[n] for n in shared), strict=True)) for g in (grid, other))
    return mine <= theirs


# --- the lines to write --------------------------------------------------------------------------


def _line(path: str, grid: Grid, model: Model) -> str:
    year = edition(path, model)
    head = f"Non lu : {path}, qui ressemble à {model.path} ([{model.code}])."
    where = f"Dans data/catalogue/sources.toml, [{model.code}],"
    same = next((f for f in model.source.files if f.edition == year and _level(f, model)), None)
    if same:
        copies = tomlkit.item([*same.copies, path]).as_string()
        return (
            f"{head} Son édition {year} est déclarée. {where} si c'en est une autre copie, dans sa "
            f"ligne de « files » : copies = {copies}"
        )
    lines = [f"{head} {where} si c'en est une autre édition, ajouter à « files » :"]
    lines.append(f"    {_entry(path, grid, model, year)},")
    dated = [name for name, block in model.source.blocks.items() if block.years]
    if dated and not model.source.edition_column:
        blocks = ", ".join(f"[{model.code}.blocks.{name}]" for name in dated)
        shown = year or f"<{TO_FILL}>"
        lines.append(
            f"    et à « years » de {blocks}, l'année des données, si le producteur la dit : "
            f"{shown} = <{TO_FILL}>. Sans elle, les pages citent le fichier, non une année."
        )
    return "\n".join(lines + _renamed(grid, model, year))


def _level(entry: SourceFile, model: Model) -> bool:
    return entry.level == model.entry.level


def edition(path: str, model: Model) -> int:
    """Edition that a name tells, where the model's name tells its own; 0 when none does."""
    mine, theirs = (re.findall(r"\d+", Path(name).stem) for name in (path, model.path))
    if len(mine) == len(theirs):
        told = dict(zip(theirs, mine, strict=True)).get(str(model.entry.edition))
        if told and re.fullmatch(r"(19|20)\d\d", told):
            return int(told)
    years = [int(number) for number in mine if re.fullmatch(r"(19|20)\d\d", number)]
    return years[-1] if years else 0


def _entry(path: str, grid: Grid, model: Model, year: int) -> str:
    """A line of « files » as the model's is, with what the file does not have."""
    absent, near = _missing(grid, model, year)
    told = {"edition": year or TO_FILL, "path": path}
    told |= {name: getattr(model.entry, name) for name in ("level", "rows", "absent")}
    told["without"] = [name for name in absent if name not in near]
    fields = [
        f"{name} = {tomlkit.item(value).as_string()}" for name, value in told.items() if value
    ]
    return f"{{ {', '.join(fields)} }}"


def _missing(grid: Grid, model: Model, year: int) -> tuple[list[str], dict[str, str]]:
    """Declared columns that a file does not have, and the near header of some of them."""
    source = model.source
    if not grid.columns or source.wide_years:
        return [], {}
    tail = str(year)[2:] if source.edition_suffix and year else ""
    canonical = {source.renames.get(name, name) for name in grid.columns}
    notes = [block.note for block in source.blocks.values() if block.note]
    wanted = dict.fromkeys([source.key, *source.columns, *notes])
    absent = [
        name
        for name in wanted
        if name not in canonical and name + tail not in canonical and name not in source.optional
    ]
    spare = [name for name in grid.columns if source.renames.get(name, name) not in wanted]
    spare = [name for name in spare if not tail or name.removesuffix(tail) not in wanted]
    near = {name: naming.nearest(name, spare, tail) for name in absent}
    if source.key in absent and source.key_pattern:
        near[source.key] = naming.keyed(grid.columns, source.key_pattern) or near[source.key]
    return absent, {name: offered[0] for name, offered in near.items() if offered}


def _renamed(grid: Grid, model: Model, year: int) -> list[str]:
    _, near = _missing(grid, model, year)
    if not near:
        return []
    pairs = ", ".join(
        f"{tomlkit.key(header).as_string()} = {tomlkit.item(name).as_string()}"
        for name, header in near.items()
    )
    return [f"    et à « renames », si ce sont les mêmes colonnes : {pairs}"]
