"""``donnees/tableaux.xlsx``: every table of the site in one workbook, for who works in one.

As the practice of accessible spreadsheets asks: a contents sheet, notes, one table a sheet under
its title, one line of headers, no merged nor empty cell, nothing told by a colour alone.
"""

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qpvlib.catalogue import catalogue, slug, wording
from qpvlib.diagnosis import tabled
from qpvlib.roadmap import stands, table
from qpvlib.tables import books
from qpvlib.tables.areas import neighbourhoods, whole

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

OWN = (
    "territoire_code", "territoire", "territoire_type", "theme", "indicateur", "unite", "periode",
    "annee_statut", "valeur", "numerateur", "denominateur", "statut", "note", "bruit", "lecture",
    "solidite", "source", "mise_a_jour", "licence",
)  # fmt: skip
AROUND = (
    "territoire_code", "territoire", "territoire_type", "theme", "indicateur", "unite", "periode",
    "annee_statut", "valeur", "statut", "nombre", "source", "mise_a_jour", "licence",
)  # fmt: skip
DEFINED = ("indicateur_code", "indicateur", "theme", "unite", "definition", "precaution")
SOURCED = ("source", "mise_a_jour", "licence", "adresse_web")
WIDE = {
    "indicateur": 44, "definition": 90, "precaution": 60, "source": 96, "licence": 30, "nom": 44,
    "adresse": 34, "adresse_web": 60, "objectif": 60, "constat": 60, "question": 60, "public": 44,
    "element_local": 44, "suivi": 44, "qui": 34, "axe": 30, "content": 80, "told": 110, "sheet": 22,
    "lecture": 26, "solidite": 22, "statut": 24, "territoire": 30, "territoire_type": 28,
    "theme": 28, "periode": 20, "mise_a_jour": 24, "motif": 26, "p147": 22,
}  # fmt: skip
USUAL = 16  # width of the other columns, in characters
# Written with their thousands, as years are not.
COUNTS = ("numerateur", "denominateur", "nombre", "distance_m", "effectif", "lines")
NOTES = ("blanks", "few", "years", "noise", "limits", "licence", "contact")
LINE = 15  # height of a line, in points
ACROSS = 220  # characters that a sheet of paper holds, small but read
HEAD = 2  # the line of headers, from 0: under the title and what the table is
Row = dict[str, Any]


@dataclass(frozen=True)
class Sheet:
    """A table: its key in the catalogue, its columns in order, its rows.

    ``heads`` are of the columns that the catalogue does not name; ``under``, what is written under
    the title in place of the way back to the contents.
    """

    key: str
    columns: tuple[str, ...]
    rows: list[Row]
    heads: Mapping[str, str] = field(default_factory=dict)
    under: str = ""

    @property
    def name(self) -> str:
        """On its tab."""
        return say(f"{self.key}_name")


def say(key: str, **parts: object) -> str:
    """A sentence of the workbook (``phrases-donnees.toml``, group ``book``)."""
    return wording.say("book", key, **parts)


def written() -> bytes:
    """The workbook: the same tables, the same bytes."""
    stream = io.BytesIO()
    office, of = whole()
    title = say("title", n=len(neighbourhoods()), of=of)
    tables = [_notes(), *_tables()]
    with books.made(stream, title, say("about"), office) as book:
        forms = forms_of(book)
        fill(book, _contents(tables), forms, title)
        for sheet in tables:
            fill(book, sheet, forms, say(f"{sheet.key}_title"))
    return books.french(stream.getvalue())


def _tables() -> list[Sheet]:
    places = list(neighbourhoods().values())
    kinds = {tabled.say("own"), tabled.say("later")}
    figures = tabled.figures(*places)
    own = [row for row in figures if row["territoire_type"] in kinds]
    around = [row for row in figures if row["territoire_type"] not in kinds]
    return [
        Sheet("figures", OWN, own), Sheet("around", AROUND, around),
        Sheet("places", tuple(tabled.LISTED), tabled.listed(*places)),
        Sheet("objectives", table.COLUMNS, _objectives()),
        Sheet("definitions", DEFINED, definitions()), Sheet("sources", SOURCED, _sources()),
    ]  # fmt: skip


def _contents(tables: list[Sheet]) -> Sheet:
    rows = [
        {"sheet": one.name, "content": say(f"{one.key}_title"), "lines": len(one.rows)}
        for one in tables
    ]
    return Sheet("contents", ("sheet", "content", "lines"), rows)


def _notes() -> Sheet:
    known = catalogue()
    parts = {"contact": known.territory["contact"], "n": known.rule("count_alone")}
    rows = [{"subject": say(f"{key}_name"), "told": say(key, **parts)} for key in NOTES]
    return Sheet("notes", ("subject", "told"), rows)


def _objectives() -> list[Row]:
    found = table.rows(stands.all_plans().values())
    return [one | {"effectif": int(one["effectif"] or 0) or None} for one in found]


def definitions() -> list[Row]:
    """The indicators: what each is, and what it must not be read for."""
    known = catalogue()
    return [
        {
            "indicateur_code": code, "indicateur": one.label, "definition": one.definition,
            "theme": known.themes[one.theme].label, "unite": one.unit or tabled.say("plain"),
            "precaution": one.caution,
        }
        for code, one in known.indicators.items()
    ]  # fmt: skip


def _sources() -> list[Row]:
    return [
        dict(zip(SOURCED, (one.cite, one.updated, one.licence, one.page), strict=True))
        for one in catalogue().sources.values()
    ]


# --- a sheet -------------------------------------------------------------------------------------


def forms_of(book: "Workbook") -> dict[object, "Format"]:
    """Formats by what they are of: a text, a number of so many decimals, any other number."""
    top = {"valign": "top"}
    kinds = {
        "title": {"bold": True, "font_size": 14}, "head": {"bold": True, "text_wrap": True},
        "text": {"text_wrap": True}, "quoted": {"text_wrap": True, "quote_prefix": True},
        None: {}, 0: {"num_format": "#,##0"}, 1: {"num_format": "#,##0.0"},
        2: {"num_format": "#,##0.00"}, 3: {"num_format": "#,##0.000"},
    }  # fmt: skip
    return {kind: book.add_format(top | form) for kind, form in kinds.items()}


def fill(book: "Workbook", sheet: Sheet, forms: dict, title: str) -> None:
    """Add a sheet: its title, what it is or the way back, then its native table."""
    page = book.add_worksheet(sheet.name)
    page.write_string(0, 0, title, forms["title"])
    widths = [WIDE.get(name, USUAL) for name in sheet.columns]
    for column, wide in enumerate(widths):
        page.set_column(column, column, wide)
    for line, row in enumerate(sheet.rows, HEAD + 1):
        cells = [_told(row, name) for name in sheet.columns]
        page.set_row(line, _height(cells, widths))
        for column, (name, value) in enumerate(zip(sheet.columns, cells, strict=True)):
            decimals = row["decimales"] if name == "valeur" else 0 if name in COUNTS else None
            _put(page, (line, column), value, forms, decimals)
    if sheet.key == "contents":
        page.write_string(1, 0, say("about"))
        for line, row in enumerate(sheet.rows, HEAD + 1):
            page.write_url(line, 0, _at(row["sheet"]), string=row["sheet"])
    elif sheet.under:
        page.write_string(1, 0, sheet.under)
    else:
        page.write_url(1, 0, _at(say("contents_name")), string=say("back"))
    told = (sheet.heads.get(name) or wording.say("tabled_title", name) for name in sheet.columns)
    heads = [{"header": head, "header_format": forms["head"]} for head in told]
    last = HEAD + len(sheet.rows), len(sheet.columns) - 1
    style = {"name": slug(sheet.name), "columns": heads, "style": "Table Style Light 1"}
    page.add_table(HEAD, 0, *last, style)
    page.freeze_panes(HEAD + 1, 1)
    page.set_landscape()
    page.fit_to_pages(math.ceil(sum(widths) / ACROSS), 0)
    page.repeat_rows(HEAD)


def _at(name: str) -> str:
    return f"internal:'{name}'!A1"


def _height(cells: list[str | float], widths: list[int]) -> float:
    """Of a row, in points: not every spreadsheet makes room for the lines of a text by itself."""
    lines = (len(str(cell)) // wide for cell, wide in zip(cells, widths, strict=True))
    return LINE * (1 + max(lines))


def _put(
    page: "Worksheet", place: tuple[int, int], value: str | float, forms: dict, decimals: int | None
) -> None:
    if isinstance(value, str):
        page.write_string(*place, value, forms["quoted" if books.risky(value) else "text"])
    else:
        page.write_number(*place, value, forms[decimals])


def _told(row: Row, name: str) -> str | float:
    """What a cell holds: never nothing, as an empty cell would not say why it is."""
    value = row.get(name)
    if value is not None and value != "":
        return value
    hidden = name in ("numerateur", "denominateur") and row.get("valeur", 0) is None
    return row["affichage"] if name == "valeur" or hidden else say("nothing")
