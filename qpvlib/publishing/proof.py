"""Proof that a page shows its own area's numbers: made again from the tables, and compared.

The figures, tables and sentences of a page are taken one by one. Each must carry the page's area
and be, to the letter, what the library makes of the tidy tables now; and the figures behind them
must be those of the table of observations, read again without any of the library's code.
"""

import ast
import csv
import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import isclose, isnan
from pathlib import Path

import nbformat
from lxml.html import HtmlElement, document_fromstring

from qpvlib.document.exhibits import Exhibit
from qpvlib.document.writing import SLOT, state_of
from qpvlib.project import current, kept
from qpvlib.publishing import ANNEX, inputs, jobs, pools
from qpvlib.publishing.jobs import Job
from qpvlib.roadmap import signatures
from qpvlib.tables.areas import neighbourhoods

KINDS = {"figure": "la figure", "table": "le tableau", "dl": "la carte d'identité",
         "div": "le bloc"}  # fmt: skip
UNITS = ("figure", "table", "p", "li", "dl")  # what bears an area and a checksum
REBUILD = "La reconstruire : qpv report"


@dataclass(frozen=True)
class Unit:
    """A figure, a table or a sentence of a page; ``own`` is its content without the ``inner``."""

    kind: str
    label: str
    area: str
    own: str
    text: str
    inner: tuple["Unit", ...]

    @property
    def whole(self) -> str:
        """All its content."""
        return self.own + "".join(unit.whole for unit in self.inner)

    @property
    def name(self) -> str:
        """What a reader would call it."""
        return f"{KINDS.get(self.kind, 'la phrase')} « {self.label} »"


def defects(reports: Path) -> list[str]:
    """Everything on the built pages that the tables do not say, in French; empty if all is proven.

    Parameters
    ----------
    reports : Path
        Folder of the built pages.
    """
    wanted = jobs.of(None)
    found = [*_strangers(reports, {job.file for job in wanted})]
    with pools.processes().open() as submit:
        futures = [submit(page_defects, reports, job) for job in wanted]
        return found + [line for future in futures for line in future.result()]


def _strangers(reports: Path, expected: set[str]) -> Iterator[str]:
    """Pages that bear an area's code and that the site does not have."""
    for path in sorted(reports.glob("q[pn]*.html")):
        if path.name not in expected:
            yield f"{path.name} : ce n'est la page d'aucun quartier des tables"


def page_defects(reports: Path, job: Job) -> list[str]:
    """Defects of one page."""
    place = reports / job.file
    if not place.is_file():
        return [f"{job.file} : page absente. {REBUILD}"]
    if job.notebook == ANNEX:
        return _document_defects(place, job)
    tree = document_fromstring(place.read_text("utf-8"))
    stale = _stale(tree, job)
    if stale:
        return [f"{job.file} : {stale}. {REBUILD}"]
    shown = exhibits(job)
    drawn = "".join(exhibit.stamped for exhibit in shown)
    # What the page says of its own state is its signatures', not its notebook's.
    state = signatures.state(job.file, signatures.content(place.read_text("utf-8")))
    expected = units(document_fromstring(drawn.replace(SLOT, state_of(state.name, state.label))))
    told = [*_compared(units(tree), expected, job.page.area), *_data_faults(shown)]
    return [f"{job.file} : {line}" for line in told]


def _document_defects(place: Path, job: Job) -> list[str]:
    """A document without a notebook is written again, whole, and compared."""
    from qpvlib.publishing import annex

    if place.read_bytes() == annex.document(dict(job.parameters)["form"]):
        return []
    return [f"{job.file} : le document n'est pas celui que donnent les tables. {REBUILD}"]


def _stale(tree: HtmlElement, job: Job) -> str:
    """Why a page is not to be compared: it was made from something else."""
    said = {tag.get("name"): tag.get("content") for tag in tree.iter("meta")}
    if "qpv-inputs" not in said:
        return "page non actualisée, ou qui n'est pas de qpv"
    if said.get("qpv-area") != job.page.area:
        return f"c'est la page de {said.get('qpv-area')}, et non de {job.page.area}"
    if said["qpv-code"] != inputs.code(job.notebook):
        return "construite par une autre version du programme"
    if said["qpv-inputs"] != inputs.of(job):
        return "les données ou le catalogue ont changé depuis sa construction"
    return ""


# --- the page, made again ------------------------------------------------------------------------


def exhibits(job: Job) -> list[Exhibit]:
    """What the cells of a notebook show, run here one after the other, without a kernel."""
    notebook = nbformat.read(current().notebooks / job.notebook, as_version=4)
    names: dict = {}
    shown = []
    for cell in (c for c in notebook.cells if c.cell_type == "code"):
        shown.append(_last(ast.parse(cell.source), names))
        if "parameters" in cell.metadata.get("tags", []):
            names |= dict(job.parameters)
    return [value for value in shown if isinstance(value, Exhibit)]


def _last(tree: ast.Module, names: dict) -> object:
    """Run a cell; the value of its last line when it is an expression, as a notebook shows it."""
    *body, last = tree.body
    if not isinstance(last, ast.Expr):
        body, last = tree.body, None
    exec(compile(ast.Module(body, []), "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None


# --- taking a page apart -------------------------------------------------------------------------


def units(tree: HtmlElement) -> list[Unit]:
    """Exhibits of a page, each with its units."""
    return [_unit(tag) for tag in tree.xpath("//div[starts-with(@class, 'qpv exhibit')]")]


def _unit(tag: HtmlElement) -> Unit:
    inner: list[HtmlElement] = []
    own = _own(tag, inner)
    text = re.sub(r"[ \n]+", " ", " ".join(tag.itertext())).strip()
    return Unit(
        tag.tag, _label(tag, text), tag.get("data-area", ""), own, text, tuple(map(_unit, inner))
    )


def _own(tag: HtmlElement, inner: list[HtmlElement]) -> str:
    """Markup of a tag, each unit inside it left as a mark."""
    parts = [f"<{tag.tag} {sorted(tag.attrib.items())}>{tag.text or ''}"]
    for child in tag:
        if child.tag in UNITS and child.get("data-checksum"):
            inner.append(child)
            parts.append("¤")
        else:
            parts.append(_own(child, inner))
        parts.append(child.tail or "")
    return "".join(parts)


def _label(tag: HtmlElement, text: str) -> str:
    caption = tag.find("caption")
    named = tag.get("aria-label") or (text if caption is None else caption.text_content().strip())
    return named if len(named) <= 60 else named[:59].rstrip() + "…"


# --- comparing -----------------------------------------------------------------------------------


def _compared(found: Sequence[Unit], expected: Sequence[Unit], area: str) -> Iterator[str]:
    """One line for each unit that is not the expected one, the outermost only."""
    if len(found) == len(expected):
        for mine, due in zip(found, expected, strict=True):
            yield from _difference(mine, due, area)
        return
    matcher = difflib.SequenceMatcher(
        None, [u.whole for u in found], [u.whole for u in expected], autojunk=False
    )
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            for mine, due in zip_longest(found[a:b], expected[c:d]):
                yield from _missing(mine, due, area)


def _missing(mine: Unit | None, due: Unit | None, area: str) -> Iterator[str]:
    if mine and due:
        yield from _difference(mine, due, area)
    elif due:
        yield f"{due.name} manque"
    elif mine:
        yield f"{mine.name} est en trop{_of(mine, area)}"


def _difference(mine: Unit, due: Unit, area: str) -> Iterator[str]:
    if mine.whole == due.whole:
        return
    if mine.own == due.own:
        yield from _compared(mine.inner, due.inner, area)
    elif mine.area != due.area:
        yield f"{due.name} est remplacé{_agreed(due)} par {mine.name}{_of(mine, area)}"
    else:
        yield f"{due.name} {_numbers(mine, due)}"


def _agreed(unit: Unit) -> str:
    return "" if KINDS.get(unit.kind, "la").startswith("le ") else "e"


def _of(unit: Unit, area: str) -> str:
    """« , de Dauphine (QP045009) », where a unit is not of the page's area."""
    if unit.area == area:
        return ""
    place = neighbourhoods().get(unit.area)
    return f", {place.of} ({unit.area})" if place else f", de {unit.area or 'nulle part'}"


def _numbers(mine: Unit, due: Unit) -> str:
    """The first number that differs, or that something else does."""
    pattern = r"−?\d+(?:\u202f\d{3})*(?:,\d+)?"
    pairs = zip_longest(re.findall(pattern, mine.text), re.findall(pattern, due.text))
    odd = [(a, b) for a, b in pairs if a != b]
    if not odd:
        return "n'est pas celle que donnent les tables".replace("celle", _that(due))
    read, given = odd[0]
    return f"montre {read or 'rien'} là où les tables donnent {given or 'rien'}"


def _that(unit: Unit) -> str:
    return "celui" if _agreed(unit) == "" else "celle"


# --- the figures, read plainly --------------------------------------------------------------


@kept("tidy")
def _published() -> dict[tuple[str, str, int], float]:
    """Values of the table of observations by area, indicator and year, read plainly."""
    with (current().tidy / "observations.csv").open(encoding="utf-8", newline="") as stream:
        return {
            (row["area"], row["indicator"], int(row["year"])): float(row["value"] or "nan")
            for row in csv.DictReader(stream)
        }


def _data_faults(shown: Sequence[Exhibit]) -> Iterator[str]:
    """Figures of the exhibits' data that are not the table's; a median, of no area, is passed."""
    known = _published()
    codes = {area for area, _, _ in known}
    for exhibit in shown:
        rows = exhibit.data
        if not {"indicator", "year", "value"} <= set(rows):
            continue
        areas = rows["area"] if "area" in rows else [exhibit.area] * len(rows)
        cells = zip(areas, rows["indicator"], rows["year"], rows["value"], strict=True)
        for area, code, year, value in cells:
            given = [known.get((a, code, int(year))) for a in _codes(area)]
            if area in codes and not any(_same(published, value) for published in given):
                yield f"« {exhibit.title} » : {code} {year} vaut {value}, et non {given[0]}"


def _codes(area: str) -> list[str]:
    """Codes under which a neighbourhood's figures are published: 2015's, then 2024's."""
    place = neighbourhoods().get(area)
    return [area, place.successor] if place else [area]


def _same(published: float | None, value: float) -> bool:
    if published is None:
        return False
    return isclose(published, value, abs_tol=1e-9) or (isnan(published) and isnan(value))
