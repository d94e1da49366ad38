"""The workbook of the decisions and of the field's answers, filled in with the proposals."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qpvlib.catalogue import axes, catalogue, wording
from qpvlib.roadmap import answers
from qpvlib.roadmap.answers import Answer
from qpvlib.roadmap.objectives import Objective
from qpvlib.roadmap.stands import Plan, Stand
from qpvlib.tables import books, delimited, writing

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

SHEET, ASKED, NOTE, FIGURES = "Décisions", "Questions", "À lire", "Chiffres"
SCHEME_LINE = 21  # of the note: where the workbook says of which scheme it is
STATES = {"retained": "Retenu", "modified": "Retenu et modifié", "rejected": "Non retenu"}
GIVEN = {
    "Code": 11, "Quartier": 22, "Code de l'axe": 16, "Axe": 26, "Proposition": 20, "Nature": 14,
    "Constat": 44, "Pour qui": 36, "Qui peut agir": 26, "Ce qui nuance": 30,
}  # fmt: skip
TYPED = {
    "Décision": 18, "Motif": 36, "Fonction de l'auteur": 24, "Date": 12,
    "Connaissance de terrain": 36, "Objectif 1": 40, "Objectif 2": 40, "Objectif 3": 40,
}  # fmt: skip
COLUMNS = GIVEN | TYPED | {"Suivi possible": 44}
# The questions, one a row: what people of the field answer comes back in the pages.
QUESTIONS = {"Code": 11, "Quartier": 22, "Motif": 26, "Pour qui": 40, "Question": 56}
ANSWERED = {"Réponse du terrain": 56, "Fonction de l'auteur": 24, "Date": 12}
GOALS = ("Objectif 1", "Objectif 2", "Objectif 3")
Key = tuple[str, str]  # neighbourhood and axis
Cells = dict[str, Any]  # a row, by column


def export(scheme: str, found: dict[str, Plan], path: Path) -> Path:
    """Write the workbook: a row per neighbourhood and axis, and a row per question, filled in.

    Raises
    ------
    QpvError
        When the disk refuses; no workbook is then written.
    """
    stands = [stand for plan in found.values() for stand in plan.stands]
    asked = [objective for plan in found.values() for objective in plan.objectives]
    folder = path.parent.resolve()
    with writing.aside(folder, "Aucun classeur n'a été écrit.") as work:
        with books.made(work / path.name, catalogue().phrases["workbook"]["title"]) as book:
            _note(book, scheme)
            _fill(book, SHEET, COLUMNS, TYPED, [_row(stand) for stand in stands])
            known = answers.read()
            rows = [_asked(one, known.get(one.key)) for one in asked]
            _fill(book, ASKED, QUESTIONS | ANSWERED, ANSWERED, rows)
            _figures(book.add_worksheet(FIGURES), stands)
        writing.put(work, folder, [path.name])
    return path


def _note(book: "Workbook", scheme: str) -> None:
    sheet = book.add_worksheet(NOTE)
    sheet.set_column(0, 0, 110, book.add_format({"text_wrap": True}))
    chosen, told = axes.scheme(scheme), catalogue().phrases["workbook"].values()
    title = book.add_format({"bold": True, "font_size": 14, "text_wrap": True})
    for row, line in enumerate([*told, chosen.label, chosen.origin]):
        sheet.write_string(row, 0, wording.spaced(line), None if row else title)
    grey = book.add_format({"font_color": "#808080"})
    sheet.write_string(SCHEME_LINE - 2, 0, "Schéma", grey)
    sheet.write_string(SCHEME_LINE - 1, 0, scheme, grey)


def _fill(
    book: "Workbook", name: str, columns: dict[str, int], typed: dict[str, int], rows: list[Cells]
) -> None:
    """A sheet of rows: grey what is given, white what is to be filled in."""
    sheet = book.add_worksheet(name)
    wrap = {"text_wrap": True, "valign": "top"}
    white = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#0B4A57"}
    head = book.add_format(wrap | white)
    for column, (title, width) in enumerate(columns.items()):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, head)
        own = {"locked": False} if title in typed else {"bg_color": "#F1F3F4"}
        day = {"num_format": "dd/mm/yyyy"} if title == "Date" else {}
        form = book.add_format(wrap | own | day)
        # Edited later, a text that begins so stays a text: the cell says that it was quoted.
        quoted = book.add_format(wrap | own | {"quote_prefix": True})
        for row, value in enumerate((cells[title] for cells in rows), 1):
            if isinstance(value, dt.date):
                sheet.write_datetime(row, column, value, form)
            elif value:
                sheet.write_string(
                    row, column, value, quoted if delimited.RISKY.match(value) else form
                )
            else:
                sheet.write_blank(row, column, None, form)
    _lists(sheet, columns, len(rows))
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    if name == SHEET:
        sheet.activate()


def _lists(sheet: "Worksheet", columns: dict[str, int], last: int) -> None:
    rules = {
        "Décision": ({"validate": "list", "source": [*STATES.values()]},
                     "Choisir dans la liste."),
        "Date": ({"validate": "date", "criteria": "<=", "value": "=TODAY()"},
                 "Une date, pas dans le futur."),
    }  # fmt: skip
    for name, (rule, told) in rules.items():
        if name in columns:
            column = list(columns).index(name)
            said = {"error_title": name, "error_message": told}
            sheet.data_validation(1, column, last, column, rule | said)


def _figures(sheet: "Worksheet", stands: list[Stand]) -> None:
    """What the reader saw beside each axis, hidden: a decision keeps it."""
    lines = [
        (stand.place.code, stand.code, code, text)
        for stand in stands
        for code, text in (stand.figures | _goals(stand)).items()
    ]
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            sheet.write_string(row, column, text)
    sheet.hide()


def _goals(stand: Stand) -> dict[str, str]:
    decision = stand.decision
    texts = decision.objectives if decision else tuple(o.text for o in stand.proposals)
    return dict.fromkeys(GOALS, "") | dict(zip(GOALS, texts, strict=False))


def _row(stand: Stand) -> Cells:
    decision, offered = stand.decision, stand.proposals
    kinds = dict.fromkeys(wording.say("kind", o.kind) for o in offered)
    return {
        "Code": stand.place.code,
        "Quartier": stand.place.name,
        "Code de l'axe": stand.code,
        "Axe": stand.axis.label,
        "Proposition": _proposal(stand),
        "Nature": " ; ".join(kinds),
        "Constat": " ".join(o.finding for o in offered) or stand.told,
        "Pour qui": " ; ".join(o.whom for o in offered),
        "Qui peut agir": " ; ".join(dict.fromkeys(o.actors for o in offered)),
        "Ce qui nuance": stand.axis.limit,
        "Décision": STATES[decision.state] if decision else "",
        "Motif": decision.reason if decision else "",
        "Fonction de l'auteur": decision.function if decision else "",
        "Date": decision.date if decision else "",
        "Connaissance de terrain": decision.field if decision else "",
        **_goals(stand),
        "Suivi possible": " ".join(o.follow for o in offered),
    }


def _asked(objective: Objective, answer: Answer | None) -> Cells:
    return {
        "Code": objective.place.code,
        "Quartier": objective.place.name,
        "Motif": objective.pattern,
        "Pour qui": objective.whom,
        "Question": objective.question,
        "Réponse du terrain": answer.answer if answer else "",
        "Fonction de l'auteur": answer.function if answer else "",
        "Date": answer.date if answer else "",
    }


def _proposal(stand: Stand) -> str:
    """« Proposé, 1 (solide) », « Non documenté », « Sans écart défavorable »."""
    if stand.proposed:
        sure = wording.say("reading", stand.solidity)
        return f"{wording.say('decision', 'proposed')}, {stand.rank} ({sure})"
    return wording.sentence(wording.say("axes", f"{stand.status}_short"))
