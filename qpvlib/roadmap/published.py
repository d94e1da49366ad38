"""What the pages say, as small tables: today's, and those that each edition kept.

An edition is a folder of ``data/editions`` named by its date. It holds what readers were told, and
no producer's file: figures as rounded on the pages, perimeters, definitions, thresholds, axes,
objectives, decisions, and the state and checksum of each page.
"""

import csv
import datetime as dt
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from qpvlib.catalogue import QpvError, axes, catalogue, wording
from qpvlib.diagnosis.reading import Reading
from qpvlib.project import current, kept
from qpvlib.roadmap import stands
from qpvlib.tables import sealing, tidy
from qpvlib.tables.areas import neighbourhoods

# Columns of each table; those before the bar name a row.
COLUMNS = {
    name: tuple(part.split() for part in columns.split("|"))
    for name, columns in {
        "figures": "area indicator year | dated value count status",
        "perimeters": "code | name successor status hectares outline",
        "definitions": "indicator | label definition unit favourable measure",
        "thresholds": "rule | value unit reason",
        "axes": "neighbourhood axis | scheme label status",
        "objectives": "neighbourhood objective | kind axis short text",
        "decisions": "neighbourhood axis | label state date function objectives reason",
        "pages": "page | state date function checksum",
    }.items()
}
MEDIAN = "median"  # in place of an area: the metropolitan QPV
Row = dict[str, str]
Table = dict[tuple[str, ...], Row]


@dataclass(frozen=True)
class Said:
    """What the pages said at a date; ``date`` is empty for what they say now.

    ``tables`` has the rows of each table of ``COLUMNS`` by the columns that name them.
    """

    date: str
    tables: Mapping[str, Table]


# --- the editions kept ---------------------------------------------------------------------------


def dates() -> list[str]:
    """Dates of the editions kept, the oldest first."""
    found = (path.name for path in current().editions.glob("*") if path.is_dir())
    return sorted(name for name in found if day(name))


def day(text: str) -> dt.date | None:
    """The date of an edition; None for what is no date.

    >>> day("2026-11-28"), day("2026-13-01"), day("20261128")
    (datetime.date(2026, 11, 28), None, None)
    """
    try:
        return dt.date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


@kept("decisions")
def read(date: str) -> Said:
    """An edition, by one of ``dates``.

    Raises
    ------
    QpvError
        When a file of it is not as it was kept.
    """
    folder = current().editions / date
    if fault := _fault(date):
        raise QpvError(fault)
    return Said(date, {name: _read(folder / f"{name}.csv") for name in COLUMNS})


def faults() -> list[str]:
    """Editions that are not as they were kept."""
    return list(filter(None, map(_fault, dates())))


def _fault(date: str) -> str:
    """What is wrong with an edition; empty when nothing is."""
    folder = current().editions / date
    changed = _changed(folder)
    return (
        f"L'édition du {date} n'est plus telle que qpv publish l'a gardée "
        f"({', '.join(changed)}). La reprendre du dépôt : git checkout -- {folder}"
        if changed
        else ""
    )


def _changed(folder: Path) -> list[str]:
    """Files of an edition that are absent, or not as they were written."""
    sums = folder / tidy.SUMS
    recorded = sums.read_bytes().decode("utf-8", "replace") if sums.is_file() else ""
    lines, names = recorded.splitlines(), sorted(f"{name}.csv" for name in COLUMNS)
    return [
        name
        for name in names
        if not (folder / name).is_file()
        or sealing.checksums(folder, [name]).rstrip("\n") not in lines
    ]


def _read(place: Path) -> Table:
    named, _ = COLUMNS[place.stem]
    with place.open(encoding="utf-8", newline="") as stream:
        return {tuple(row[column] for column in named): row for row in csv.DictReader(stream)}


def written(name: str, rows: Table) -> str:
    """A table as an edition keeps it: the same rows, the same text."""
    out = io.StringIO()
    table = csv.DictWriter(out, [*COLUMNS[name][0], *COLUMNS[name][1]], lineterminator="\n")
    table.writeheader()
    table.writerows(row for _, row in sorted(rows.items()))
    return out.getvalue()


# --- what the pages say now ----------------------------------------------------------------------


def present(pages: Iterable[tuple[str, ...]] = ()) -> Said:
    """What the pages say now.

    Parameters
    ----------
    pages : iterable of tuple of str
        Name, state, date, function, checksum of each page, where they are known.
    """
    name = axes.scheme_name()
    plans = stands.all_plans(scheme=name).values()
    own = {
        "axes": ((s.place.code, s.code, name, s.axis.label, s.status) for p in plans
                 for s in p.stands),
        "objectives": ((*o.key, o.kind, ";".join(o.axes), o.short, o.text) for p in plans
                       for o in (*p.proposals, *p.questions)),
        "decisions": (row for p in plans for row in _decisions(p)),
        "pages": pages,
    }  # fmt: skip
    return Said("", _told() | {name: _table(name, rows) for name, rows in own.items()})


def _table(name: str, rows: Iterable[tuple[str, ...]]) -> Table:
    named, others = COLUMNS[name]
    return {
        row[: len(named)]: dict(zip((*named, *others), row, strict=True))
        for row in map(tuple, rows)
    }


def _decisions(plan: stands.Plan) -> Iterator[tuple[str, ...]]:
    for stand in plan.stands:
        if one := stand.decision:
            goals = " | ".join(one.objectives)
            yield (*one.key, stand.axis.label, one.state, one.date.isoformat(), one.function,
                   goals, one.reason)  # fmt: skip


@kept("tidy", "root")
def _told() -> dict[str, Table]:
    """What tables and catalogue alone tell."""
    known = catalogue()
    return {
        "figures": _table("figures", _figures()),
        "perimeters": _table("perimeters", _perimeters()),
        "definitions": _table(
            "definitions",
            ((c, i.label, i.definition, i.unit, i.favourable, i.measure)
             for c, i in known.indicators.items()),
        ),
        "thresholds": _table(
            "thresholds",
            ((c, _values(r.value), r.unit, r.reason) for c, r in known.rules.items() if r.public),
        ),
    }  # fmt: skip


def _values(value: object) -> str:
    return " ".join(f"{one:g}" for one in (value if isinstance(value, list) else [value]))


def _figures() -> Iterator[tuple[str, ...]]:
    """Every figure as pages round it, then the medians that it is read against."""
    dated = {}
    for row in tidy.records(tidy.table("observations")):
        one = Reading.of(row)
        key = one.code, str(one.year)
        dated.setdefault(key, one.when)
        count = f"{one.numerator:g}/{one.denominator:g}" if one.few and one.published else ""
        value = _rounded(one.value, int(one.decimals))
        yield one.area, *key, _words(one.when, key[1]), value, count, one.status
    for row in tidy.records(tidy.table("distributions")):
        key, declared = (
            (row["indicator"], str(row["year"])),
            catalogue().indicator(row["indicator"]),
        )
        if declared.measure != "count" and key in dated:
            status = "censored" if row["censored"] else "published"
            value = _rounded(row["p50"], declared.decimals)
            yield MEDIAN, *key, _words(dated[key], key[1]), value, "", status


def _words(when: str, year: str) -> str:
    """How pages say a year, where they do not give it as it is."""
    return "" if when == year else when


def _rounded(value: float, decimals: int) -> str:
    return "" if pd.isna(value) else f"{wording.rounded(value, decimals):.{decimals}f}"


def _perimeters() -> Iterator[tuple[str, ...]]:
    """Both generations: the neighbourhoods of 2015, then the successors that have an outline."""
    outlines = _outlines("perimeters") | _outlines("perimeters_2024")
    for code, one in neighbourhoods().items():
        hectares = f"{one.area_ha:g}"
        outline = outlines.get(code, "")
        yield code, one.name, one.successor, one.successor_status, hectares, outline
    for one in neighbourhoods().values():
        if one.successor:
            yield one.successor, one.successor_name, "", "", "", outlines.get(one.successor, "")


def _outlines(name: str) -> dict[str, str]:
    """Checksum of each outline of a map."""
    place = tidy.present(current().tidy / f"{name}.geojson")
    shapes = json.loads(place.read_bytes())["features"]
    return {
        shape["properties"]["code"]: hashlib.sha256(
            json.dumps(shape["geometry"], sort_keys=True).encode()
        ).hexdigest()[:12]
        for shape in shapes
    }
