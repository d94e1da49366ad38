"""Proof that a page shows its own area's numbers: made again from the tables, and compared.

The figures, tables and sentences of a page are taken one by one. Each must carry the page's area
and be, to the letter, what the library makes of the tidy tables now; and the figures behind them
must be those of the table of observations, read again without any of the library's code.
"""

import ast
import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from copy import deepcopy
from difflib import SequenceMatcher
from itertools import zip_longest
from math import isclose, isnan
from pathlib import Path

from lxml.etree import LxmlError, strip_tags
from lxml.html import HtmlElement, document_fromstring, tostring

from qpvlib.document.exhibits import Exhibit, Unpublished
from qpvlib.document.writing import LABEL, filled, state_of
from qpvlib.project import current, kept
from qpvlib.publishing import DOCUMENTS, inputs, jobs, manifest, pools, states
from qpvlib.publishing.job import Job
from qpvlib.roadmap import signatures
from qpvlib.tables.areas import neighbourhoods

KINDS = {"figure": "la figure", "table": "le tableau", "dl": "la carte d'identité",
         "div": "le bloc"}  # fmt: skip
REBUILD = "La reconstruire : qpv report"


def defects(reports: Path) -> list[str]:
    """Everything on the built pages that the tables do not say, in French; empty if proven."""
    wanted = jobs.of(None, jobs.later_in(reports))
    expected = {job.file for job in wanted}
    found = [
        f"{path.name} : ce n'est la page d'aucun quartier des tables"
        for path in sorted(reports.glob("q[pn]*.html"))
        if path.name not in expected
    ]
    with pools.processes().open() as submit:
        futures = [submit(page_defects, reports, job) for job in wanted]
        found += [line for future in futures for line in future.result()]
    return [*found, *_altered(reports, {line.split(" : ")[0] for line in found})]


def _altered(reports: Path, told: set[str]) -> list[str]:
    """What the proof does not compare, and a hand may have changed: titles, links, the archive."""
    left = manifest.read(reports)
    names = manifest.changed(reports, left) if left else ()
    return [
        f"{name or manifest.archive_of(reports).name} : absent, ou changé à la main. {REBUILD}"
        for name in names
        if name not in told
    ]


def page_defects(reports: Path, job: Job) -> list[str]:
    """Defects of one page."""
    place = reports / job.file
    if not place.is_file():
        return [f"{job.file} : page absente. {REBUILD}"]
    if job.notebook in DOCUMENTS:
        # A document without a notebook is written again, whole.
        from qpvlib.publishing import documents

        if place.read_bytes() == documents.written(job):
            return []
        return [f"{job.file} : le document n'est pas celui que donnent les tables. {REBUILD}"]
    try:
        html = place.read_text("utf-8", errors="replace")
        tree = _read(html)
    except (ValueError, LxmlError):
        return [f"{job.file} : page abîmée. {REBUILD}"]
    stale = _stale(tree, job)
    if stale:
        return [f"{job.file} : {stale}. {REBUILD}"]
    shown = exhibits(job)
    drawn = "".join(exhibit.stamped for exhibit in shown)
    # What the page says of its own state is its signatures', not its notebook's.
    state = signatures.state(job.file, signatures.content(html))
    slot = state_of(state.name, state.label)
    expected = units(_read(filled(drawn, slot, *job.page.pack)))
    told = [*_missing(tree), *_compared(units(tree), expected, job.page.area), *_data_faults(shown)]
    return [f"{job.file} : {line}" for line in told]


def _stale(tree: HtmlElement, job: Job) -> str:
    """Why a page is not to be compared: it was made from something else."""
    said = {tag.get("name"): tag.get("content") for tag in tree.iter("meta")}
    if "qpv-inputs" not in said:
        return "page non actualisée, ou qui n'est pas de qpv"
    if said.get("qpv-area") != job.page.area:
        return f"c'est la page de {said.get('qpv-area')}, et non de {job.page.area}"
    if said["qpv-code"] != states.code(job.notebook):
        return "construite par une autre version du programme"
    if said["qpv-inputs"] != inputs.of(job):
        return "les données ou le catalogue ont changé depuis sa construction"
    return ""


# --- the page, made again ------------------------------------------------------------------------


def exhibits(job: Job) -> list[Exhibit]:
    """What the cells of a notebook show, run here one after the other, without a kernel."""
    from qpvlib.publishing import execution  # papermill with it

    notebook = execution.read(current().notebooks / job.notebook)
    names: dict = {}
    shown = []
    for cell in (c for c in notebook.cells if c.cell_type == "code"):
        shown.append(_last(ast.parse(cell.source), names))
        if "parameters" in cell.metadata.get("tags", []):
            names |= dict(job.parameters)
    return [value for value in shown if isinstance(value, Exhibit) and not value.own]


def _last(tree: ast.Module, names: dict) -> object:
    """Run a cell; the value of its last line when it is an expression, as a notebook shows it.

    None for what is refused: its page has a notice there.
    """
    *body, last = tree.body
    if not isinstance(last, ast.Expr):
        body, last = tree.body, None
    with suppress(Unpublished):
        exec(compile(ast.Module(body, []), "cell", "exec"), names)
        return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None
    return None


# --- comparing -----------------------------------------------------------------------------------
#
# A unit is what the writer stamped with an area and a checksum: an exhibit, then its figures,
# tables and sentences, one inside the other.


def _read(html: str) -> HtmlElement:
    """A page as a tree, without what says no figure: the order of attributes, acronyms spelled,
    links of labels, anchors.
    """
    tree = document_fromstring(html)
    strip_tags(tree, "abbr")
    for link in tree.xpath(f"//a[@class='{LABEL}']"):
        link.drop_tag()
    for tag in tree.iter("*"):
        ordered = sorted(tag.attrib.items())
        if tag.tag == "h2":
            ordered = [pair for pair in ordered if pair[0] != "id"]
        tag.attrib.clear()
        tag.attrib.update(ordered)
    return tree


def units(tree: HtmlElement) -> list[HtmlElement]:
    """Exhibits of a page that the tables can vouch for."""
    return [one for one in _exhibits(tree) if not _is_own(one)]


def own(reports: Path) -> int:
    """How many exhibits of the built pages are of who wrote their notebook, or in their section."""
    read = (_read(path.read_text("utf-8")) for path in sorted(reports.glob("*.html")))
    return sum(_is_own(one) for tree in read for one in _exhibits(tree))


def _exhibits(tree: HtmlElement) -> list[HtmlElement]:
    return tree.xpath("//div[starts-with(@class, 'qpv exhibit')]")


def _is_own(unit: HtmlElement) -> bool:
    return any("own" in tag.get("class", "").split() for tag in (unit, *unit.iterancestors()))


def _missing(tree: HtmlElement) -> Iterator[str]:
    """What the page says that it could not show."""
    for notice in tree.xpath("//div[@class='qpv withheld']"):
        yield _text(notice)


def _inner(tag: HtmlElement) -> Iterator[HtmlElement]:
    """Units inside a tag, the outermost only."""
    for child in tag:
        if child.get("data-checksum"):
            yield child
        else:
            yield from _inner(child)


def _whole(unit: HtmlElement) -> str:
    return tostring(unit, encoding="unicode", with_tail=False)


def _own(unit: HtmlElement) -> str:
    """Its markup, each unit inside it left as a mark."""
    bare = deepcopy(unit)
    for inner in list(_inner(bare)):
        inner.clear(keep_tail=True)
        inner.tag = "unit"
    return _whole(bare)


def _compared(
    found: Sequence[HtmlElement], expected: Sequence[HtmlElement], area: str
) -> Iterator[str]:
    """One line for each unit that is not the expected one, the outermost only."""
    matcher = SequenceMatcher(None, [*map(_whole, found)], [*map(_whole, expected)], autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            for mine, due in zip_longest(found[a:b], expected[c:d]):
                yield from _difference(mine, due, area)


def _difference(mine: HtmlElement | None, due: HtmlElement | None, area: str) -> Iterator[str]:
    if mine is None:
        yield f"{_name(due)} manque"
    elif due is None:
        yield f"{_name(mine)} est en trop{_of(mine, area)}"
    elif _own(mine) == _own(due):
        yield from _compared([*_inner(mine)], [*_inner(due)], area)
    elif mine.get("data-area") != due.get("data-area"):
        agreed = "remplacé" if _masculine(due) else "remplacée"
        yield f"{_name(due)} est {agreed} par {_name(mine)}{_of(mine, area)}"
    else:
        yield f"{_name(due)} {_numbers(mine, due)}"


def _text(unit: HtmlElement) -> str:
    return re.sub(r"[ \n]+", " ", " ".join(unit.itertext())).strip()


def _name(unit: HtmlElement) -> str:
    """What a reader would call it."""
    caption = unit.find("caption")
    named = _text(unit) if caption is None else caption.text_content().strip()
    label = unit.get("aria-label") or named
    label = label if len(label) <= 60 else label[:59].rstrip() + "…"
    return f"{KINDS.get(unit.tag, 'la phrase')} « {label} »"


def _masculine(unit: HtmlElement) -> bool:
    return KINDS.get(unit.tag, "").startswith("le ")


def _of(unit: HtmlElement, area: str) -> str:
    """« , de Dauphine (QP045009) », where a unit is not of the page's area."""
    own = unit.get("data-area", "")
    if own == area:
        return ""
    place = neighbourhoods().get(own)
    return f", {place.of} ({own})" if place else f", de {own or 'nulle part'}"


def _numbers(mine: HtmlElement, due: HtmlElement) -> str:
    """The first number that differs, or that something else does."""
    pattern = r"−?\d+(?:\u202f\d{3})*(?:,\d+)?"
    pairs = zip_longest(*(re.findall(pattern, _text(unit)) for unit in (mine, due)))
    for read, given in pairs:
        if read != given:
            return f"montre {read or 'rien'} là où les tables donnent {given or 'rien'}"
    return f"n'est pas {'celui' if _masculine(due) else 'celle'} que donnent les tables"


# --- the figures, read plainly --------------------------------------------------------------


@kept("tidy")
def _published() -> dict[tuple[str, str, int], float]:
    """Values of the table of observations by area, indicator and year, read plainly."""
    found = {}
    for name in ("observations.csv", "observations_2024.csv"):
        with (current().tidy / name).open(encoding="utf-8", newline="") as stream:
            found |= {
                (row["area"], row["indicator"], int(row["year"])): float(row["value"] or "nan")
                for row in csv.DictReader(stream)
            }
    return found


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
            if area not in codes:
                continue
            # A neighbourhood's figures are published under its code of 2015, then of 2024.
            place = neighbourhoods().get(area)
            own = [area, place.successor] if place else [area]
            given = [known.get((a, code, int(year))) for a in own]
            if not any(_same(published, value) for published in given):
                yield f"« {exhibit.title} » : {code} {year} vaut {value}, et non {given[0]}"


def _same(published: float | None, value: float) -> bool:
    if published is None:
        return False
    return isclose(published, value, abs_tol=1e-9) or (isnan(published) and isnan(value))
