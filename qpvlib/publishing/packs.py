"""The data behind a page, to be used elsewhere: figures, places, outlines, drawings, in one zip."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from qpvlib.catalogue import catalogue, wording
from qpvlib.diagnosis import tabled
from qpvlib.publishing.archive import FIXED
from qpvlib.publishing.job import Job
from qpvlib.tables import delimited, shapes, tidy
from qpvlib.tables.areas import Neighbourhood, neighbourhood, neighbourhoods

FIGURES, PLACES, OUTLINES, README = (
    "chiffres.csv", "lieux.csv", "perimetre.geojson", "LISEZ-MOI.txt"
)  # fmt: skip
DESCRIPTOR = "datapackage.json"
OPEN = {
    "name": "etalab-2.0", "title": "Licence Ouverte 2.0",
    "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
}  # fmt: skip
TYPES = {".csv": "text/csv", ".geojson": "application/geo+json", ".svg": "image/svg+xml",
         ".png": "image/png"}  # fmt: skip
SOURCED = ("source", "mise_a_jour", "licence")
TABLES = {FIGURES: (tabled.COLUMNS, tabled.KEY), PLACES: (tabled.LISTED, tabled.LISTED_KEY)}


def say(key: str, **parts: object) -> str:
    """A sentence of the packs (``phrases-donnees.toml``, group ``pack``)."""
    return wording.say("pack", key, **parts)


def written(job: Job) -> bytes:
    """The pack of a page: the same figures, the same bytes."""
    code = dict(job.parameters).get("code")
    places = [neighbourhood(code)] if code else list(neighbourhoods().values())
    rows = {FIGURES: tabled.figures(*places), PLACES: tabled.listed(*places)}
    outlines = shapes.both(places)
    files = {name: _table(name, rows[name]) for name in rows if rows[name]}
    files |= {OUTLINES: shapes.geojson(outlines).encode(), **_drawings(places, job)}
    cites = _cites(chain(*rows.values(), tidy.records(outlines[list(SOURCED)])))
    head = {README: _readme(job, files, cites), DESCRIPTOR: _descriptor(job, files, cites)}
    return _zipped(head | files)


def _zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as pack:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, FIXED)
            entry.external_attr = 0o644 << 16
            packed = name.endswith(".png")
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            pack.writestr(entry, content)
    return stream.getvalue()


def _table(name: str, rows: Sequence[tabled.Row]) -> bytes:
    columns = list(TABLES[name][0])
    lines = ([row[column] for column in columns] for row in rows)
    return delimited.written([columns, *lines]).encode()


def _drawings(places: Sequence[Neighbourhood], job: Job) -> dict[str, bytes]:
    from qpvlib.figures import alone

    drawn = alone.of_page(places[0]) if job.parameters else alone.of_all()
    saved = alone.saved(drawn, _office(job))
    return {f"figures/{name}": content for name, content in saved.items()}


def _office(job: Job) -> str:
    """Whose page it is, as its foot says."""
    return job.page.footer.partition(". ")[0]


# --- what it says of itself ----------------------------------------------------------------------


def _readme(job: Job, files: dict[str, bytes], cites: list[str]) -> bytes:
    """What the pack is, how to cite it, how blanks are told, who made the figures."""
    of = {"title": job.page.title, "office": _office(job), "digest": _digest(files[FIGURES])[:12]}
    held = dict.fromkeys(name.partition("/")[0] for name in files)
    parts = [
        say("title", **of), say("cite", **of), say("licence"), say("blanks"), say("limits"),
        _list("files", [say(_key(name), name=name) for name in held]), _list("sources", cites),
        say("contact", contact=catalogue().territory["contact"]),
    ]  # fmt: skip
    return ("\n\n".join(parts) + "\n").encode()


def _key(name: str) -> str:
    return f"file_{Path(name).stem}"


def _list(key: str, lines: list[str]) -> str:
    return "\n".join([say(key), *(f"- {line}" for line in lines)])


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _cites(rows: Iterable[tabled.Row]) -> list[str]:
    """Each source once, with its last update and its licence."""
    told = dict.fromkeys(tuple(row[name] for name in SOURCED) for row in rows)
    each = chain.from_iterable(
        zip(*(t.split(tabled.JOIN) for t in one), strict=True) for one in told
    )
    return [
        say("source", cite=cite, updated=updated, licence=licence)
        for cite, updated, licence in dict.fromkeys(each)
    ]


def _descriptor(job: Job, files: dict[str, bytes], cites: list[str]) -> bytes:
    """The data package (specs.frictionlessdata.io): each file, its columns, its licence."""
    told = {
        "profile": "data-package",
        "name": Path(job.file).stem,
        "title": say("title", title=job.page.title),
        "description": say("blanks"),
        "licenses": [OPEN],
        "contributors": [{"title": _office(job), "role": "publisher"}],
        "sources": [{"title": line} for line in cites],
        "resources": [_resource(name, content) for name, content in files.items()],
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _resource(name: str, content: bytes) -> dict:
    path = Path(name)
    told = {
        "name": path.name.replace(".", "-").lower(), "path": name, "format": path.suffix[1:],
        "mediatype": TYPES[path.suffix], "bytes": len(content),
        "hash": f"sha256:{_digest(content)}",
    }  # fmt: skip
    if name not in TABLES:
        return told
    columns, key = TABLES[name]
    fields = [_field(column, kind, column in key) for column, kind in columns.items()]
    schema = {"fields": fields, "primaryKey": list(key), "missingValues": [""]}
    return told | {
        "profile": "tabular-data-resource", "encoding": "utf-8",
        "dialect": {"delimiter": ","}, "schema": schema,
    }  # fmt: skip


def _field(name: str, kind: str, required: bool) -> dict:
    told = {"name": name, "type": kind, "description": wording.say("tabled_column", name)}
    return told | ({"constraints": {"required": True}} if required else {})
