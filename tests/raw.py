"""A tiny project: a dozen invented neighbourhoods in the producers' formats, to plant faults in.

Codes, names and figures are invented; no line comes from a producer's file. The shape is that of
the real ``sources.toml``, whose fewest rows and published totals alone are lowered.
"""

import csv
import io
import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from qpvlib.catalogue import Source, SourceFile, catalogue
from qpvlib.project import HERE, Project, current

# The producers' files as received, never in the repository.
REAL = Path(os.environ.get("QPV_RAW", HERE.parent / "shared" / "data"))
NO_REAL = "les fichiers des producteurs ne sont ni dans ../shared/data ni dans QPV_RAW"
LOIRET = [f"QP0459{i:02d}" for i in range(1, 10)]
METROPOLITAN = ["QP001901", "QP02A901", *LOIRET]
SUCCESSORS = [*(f"QN0459{i}M" for i in range(10)), "QN02A91N"]
CODES = [*METROPOLITAN, "QP971901"]
AREAS = {
    "commune": ["01901", "2A901", "45901", "45902"],
    "epci": ["249900001"],
    "departement": ["01", "2A", "45"],
    "region": ["24"],
    "metropole": ["1"],
}
COLLEGES = ["0459001A", "0459002B", "0459003C"]
SPOTS = {"01": (5.2, 46.2), "2A": (8.7, 41.9), "45": (1.9, 47.9)}
RATES = ("tx", "ind", "part", "taux", "eco", "rev_tx", "tp60", "disp_tp60", "brev", "pmimp")
WHOLES = ("a", "abc", "abcde", "c")
THIN = "\u202f"  # between thousands, as in the published files


@dataclass(frozen=True)
class Files:
    """A tiny project, and its producers' files to plant faults in."""

    project: Project
    raw: Path

    @property
    def catalogue(self) -> Path:
        return self.project.catalogue

    @property
    def tidy(self) -> Path:
        return self.project.tidy

    def edit(self, path: str, change: Callable[[str], str]) -> None:
        """Change the text of a raw file; the change must be one."""
        place = self.raw / path
        before = place.read_bytes().decode()
        after = change(before)
        assert after != before
        place.write_bytes(after.encode())

    def state(self) -> dict[str, bytes | None]:
        """Every file and folder of the project with its bytes."""
        root = self.raw.parent
        return {
            str(p.relative_to(root)): p.read_bytes() if p.is_file() else None
            for p in sorted(root.rglob("*"))
        }


def commune_of(code: str) -> str:
    """The first two neighbourhoods of the Loiret are in one commune, the others in another."""
    departement = code[2:5].removeprefix("0")
    if departement != "45":
        return (departement + "901")[:5]
    return "45901" if code in LOIRET[:2] else "45902"


def make(root: Path, amend: Callable[[str], str] = str) -> Files:
    """A whole tiny project, sound; ``amend`` may change its ``sources.toml``."""
    project = Project.at(root)
    shutil.copytree(current().catalogue, project.catalogue)
    (project.catalogue / "registry.csv").unlink()
    declaration = project.catalogue / "sources.toml"
    declaration.write_text(amend(_shrunk(declaration.read_text("utf-8"))), "utf-8")
    with project.opened():
        known = [source for source in catalogue().sources.values() if not source.if_there]
    for source in known:
        for entry in source.files:
            for path in (entry.path, *entry.copies):
                place = project.raw / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content(source, entry, copy=path in entry.copies))
    project.tidy.mkdir()
    (project.tidy / "observations.csv").write_text("les tables d'avant\n", encoding="utf-8")
    return Files(project, project.raw)


def copy(whole: Files, root: Path) -> Files:
    """The same files elsewhere, to be changed; the catalogue is shared."""
    files = Files(replace(whole.project, tidy=root / "tidy"), root / "raw")
    shutil.copytree(whole.raw, files.raw)
    shutil.copytree(whole.tidy, files.tidy)
    return files


def _shrunk(text: str) -> str:
    text = re.sub(r"\brows = \d{1,3}\b", "rows = 1", text)
    # 1 000 or more is said of the lists of all neighbourhoods, but for those of schools and areas.
    text = re.sub(r"\brows = (1[234]00|5000|12000)\b", "rows = 11", text)
    text = re.sub(r"\brows = \d{4,}", "rows = 1", text)
    text = text.replace("absent = 2,", "").replace("absent = 4,", "")
    for prefix, codes in (("QP", CODES), ("QP045", LOIRET)):
        published = f'prefix = "{prefix}", value = '
        text = re.sub(published + r"\d+", published + str(population(codes)), text)
    return text.replace('kind = "xls"', 'delimiter = ","').replace("header = 5\n", "")


# --- faults to plant --------------------------------------------------------------------------


def cell(line: int | None, column: str, value: str | Callable[[str], str]) -> Callable:
    """Change one cell of a file as published, or a whole column (line None)."""

    def change(text):
        lines = text.split("\r\n")
        separator = ";" if ";" in lines[0] else ","
        rank = lines[0].lstrip("\ufeff").split(separator).index(column)
        for i in range(1, len(lines) - 1) if line is None else [line - 1]:
            cells = lines[i].split(separator)
            cells[rank] = value(cells[rank]) if callable(value) else value
            lines[i] = separator.join(cells)
        return "\r\n".join(lines)

    return change


def swap(before: str, after: str) -> Callable:
    """Replace a text once."""
    return lambda text: text.replace(before, after, 1)


def first_features(count: int) -> Callable:
    """Keep the first outlines of a map."""

    def change(text: str) -> str:
        shapes = json.loads(text)
        return json.dumps(shapes | {"features": shapes["features"][:count]})

    return change


def without(code: str) -> Callable:
    """Erase the lines of a code."""
    return lambda text: "".join(
        line for line in text.splitlines(keepends=True) if not line.startswith(code)
    )


# --- invented figures --------------------------------------------------------------------------


def population(codes: list[str]) -> int:
    """Inhabitants of some neighbourhoods."""
    return sum(int(figure("POP_MUN", CODES.index(code))) for code in codes)


def figure(column: str, rank: int) -> float:
    """The invented value of a column for the area of a rank, the same every year."""
    name = column.lower()
    if name in ("latitude", "lat"):
        return 47.9 + rank / 100
    if name in ("longitude", "lon"):
        return 1.9
    if name in ("tx_tot_0a14", "tx_tot_15a24"):  # added, they make TX_TOT_0A24
        return (20.5 + rank) / 2
    if name.startswith(RATES):
        return 20.5 + rank
    # A is the total of four columns; the others are wholes of which two columns may be the part.
    return (1200.0 + 100 * rank) * (4 if name in WHOLES else 1)


# --- producers' formats ------------------------------------------------------------------------


def content(source: Source, entry: SourceFile, copy: bool = False) -> bytes:
    """A file of a source: as published, or, for a copy, quoted and without thousands."""
    if source.kind == "geojson":
        return json.dumps(_shapes(source)).encode()
    published = source.delimiter == ";" and not copy
    rows = list(_rows(source, entry, published))
    header = list(rows[0])
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if copy else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=source.delimiter, lineterminator="\r\n", quoting=quoting)
    blank = [""] * 3 if published else []  # empty columns to the right
    writer.writerow([*(_published_name(source, entry, name) for name in header), *blank])
    writer.writerows([*row.values(), *blank] for row in rows)
    return (b"\xef\xbb\xbf" if published else b"") + out.getvalue().encode()


def _published_name(source: Source, entry: SourceFile, name: str) -> str:
    former = {new: old for old, new in source.renames.items()}
    numeric = any(name in block.columns for block in source.blocks.values())
    if source.edition_suffix and numeric:
        return name + str(entry.edition)[2:]
    return former.get(name, name) if entry.edition < 2021 else name


def _rows(source: Source, entry: SourceFile, published: bool):
    if published and entry.edition <= 2019 and "Ensemble" in source.skip:
        yield dict.fromkeys(next(_plain(source, entry)), "") | {source.key: "Ensemble"}
    for row in _plain(source, entry):
        yield {name: _cell(cell, source.decimal, published) for name, cell in row.items()}


def _cell(cell: object, decimal: str, published: bool) -> str:
    if not isinstance(cell, float):
        return str(cell)
    text = f"{cell:,.1f}" if cell % 1 else f"{cell:,.0f}"
    text = text.replace(",", THIN if published else "")
    return text.replace(".", "," if decimal == "," else ".")


def _plain(source: Source, entry: SourceFile):
    years = sorted({y for b in source.blocks.values() for y in b.years}) or [entry.edition]
    for rank, key in enumerate(_keys(source, entry)):
        for year in years if source.edition_column else [entry.edition]:
            texts = {name: _text(source, name, key, rank) for name in (*source.text, *source.codes)}
            notes = {b.note: "0" for b in source.blocks.values() if b.note}
            edition = {source.edition_column: str(year)} if source.edition_column else {}
            row = {source.key: key} | edition | texts | _figures(source, rank) | notes
            row[source.key] = key
            yield {name: cell for name, cell in row.items() if name not in entry.without}


def _keys(source: Source, entry: SourceFile) -> list[str]:
    if source.level == "neighbourhood":
        return SUCCESSORS if "QN" in source.key_pattern else CODES
    if source.level in ("school", "place"):
        return COLLEGES if "A-Z" in source.key_pattern else ["901", "902"]
    if source.level_column:
        return ["45901", "45", "24", "00FR"]
    if source.key == "qp2024":
        return SUCCESSORS[:1]
    return AREAS[entry.level or "commune"]


def _figures(source: Source, rank: int) -> dict[str, float]:
    found = {}
    for block in source.blocks.values():
        for name in block.columns:
            digits = {"": 0, "_yy": 2, "_yyyy": 4}[source.wide_years]
            tails = [f"_{str(year)[-digits:]}" for year in block.years] if digits else [""]
            found |= {name + tail: figure(name, rank) for tail in tails}
    for identity in source.identities:
        found[identity.total] = sum(found[part] for part in identity.parts)
    return found


def _text(source: Source, name: str, key: str, rank: int) -> str:
    if name in source.keep:
        return source.keep[name][0]
    if source.resource and name == source.resource.by:
        return next(iter(source.resource.types))
    known = {
        "insee_com": commune_of(key) if key[:2] == "QP" else "45901",
        "code_commune": "45901",
        "LIB_COM": f"Commune {commune_of(key)}" if key[:2] == "QP" else "",
        "lib_com": f"Commune {key}",
        "LIBGEO": f"Territoire {key}",
        "departement": key[:2],
        "region": "24" if key[:2] == "45" else "94",
        "siren_epci": "249900001",
        "qp2015": LOIRET[0],
        "statut": "MODIFIE",
        "niveau": ["commune", "departement", "region", "france"][rank % 4],
        "etat_etablissement_libe": "OUVERT",
        "secteur_public_prive_libe": "Public",
    }
    return known.get(name, f"{name} {key}")


def _shapes(source: Source) -> dict:
    keys = {"code_qp": METROPOLITAN, "EPCI": AREAS["epci"]}.get(source.key, AREAS["commune"])
    keys = SUCCESSORS if "QN" in source.key_pattern else keys
    features = []
    for rank, key in enumerate(keys):
        x, y = SPOTS[key[2:5].removeprefix("0") if key[:2] in ("QP", "QN") else "45"]
        x, size = x + rank / 50, {"QP": 0.01, "QN": 0.02}.get(key[:2], 1)
        ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
        names = dict.fromkeys(source.text, f"Quartier {key}")
        features.append(
            {
                "type": "Feature",
                "properties": {source.key: key} | names,
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return {"type": "FeatureCollection", "features": features}
