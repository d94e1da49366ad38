"""What IPython shows of our tables and objects: French, as HTML and as text.

Registered by name: IPython asks for a type only once the library has made one, and nothing of it is
imported before.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.lib.pretty import RepresentationPrinter

TYPES = (
    "pandas.DataFrame", "qpvlib.tables.areas.Area", "qpvlib.tables.areas.Neighbourhood",
    "qpvlib.catalogue.entries.Contract", "qpvlib.tables.where.Spot",
    "qpvlib.diagnosis.reading.Reading", "qpvlib.diagnosis.traits.Trait",
    "qpvlib.diagnosis.needs.Need", "qpvlib.diagnosis.findings.Point",
    "qpvlib.diagnosis.change.Trend", "qpvlib.roadmap.objectives.Objective",
    "qpvlib.roadmap.decisions.Decision", "qpvlib.roadmap.stands.Stand",
    "qpvlib.roadmap.stands.Plan",
)  # fmt: skip


def register(shell: "InteractiveShell") -> None:
    """Have a shell show our types in French; a table that is not ours keeps pandas' display."""
    html, text = (shell.display_formatter.formatters[f"text/{kind}"] for kind in ("html", "plain"))
    for name in TYPES:
        home = name.rpartition(".")
        html.for_type_by_name(home[0], home[2], _html)
        text.for_type_by_name(home[0], home[2], _text)


def _html(thing: Any) -> str | None:
    from qpvlib.document import writing
    from qpvlib.notebook import cards

    if not cards.known(thing):
        return thing._repr_html_()  # a DataFrame that is not ours
    return writing.alone(writing.framed(cards.blocks(thing)))


def _text(thing: Any, printer: "RepresentationPrinter", cycle: bool) -> None:
    from qpvlib.notebook import cards

    alone = len(printer.stack) < 2  # else it is in a list or in a dict: one line
    told = cards.line(thing) if not alone else cards.text(thing)
    for number, line in enumerate(told.splitlines()):
        if number:
            printer.break_()
        printer.text(line)
