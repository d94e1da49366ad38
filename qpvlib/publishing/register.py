"""The ledger as a page, for whoever runs the batch: ``registre.html``, not sent to readers."""

from collections.abc import Sequence
from datetime import datetime

from qpvlib.catalogue import catalogue, wording
from qpvlib.catalogue.faults import counted
from qpvlib.document import exhibits
from qpvlib.document.exhibits import escape
from qpvlib.publishing.jobs import Page
from qpvlib.publishing.ledger import Record
from qpvlib.publishing.page import framed

NAME = "registre.html"
STATES = {"published": "à jour", "failed": "en échec", "pending": "à refaire"}
HEAD = ["Page", "État", "Construite le", "Durée", "dont départ, cellules, mise en page",
        "Raison", "Données", "Programme", "Commit"]  # fmt: skip


def page(records: Sequence[Record]) -> str:
    """HTML of the ledger: what failed first, then every page."""
    title = "Registre des pages"
    office = catalogue().territory["office"]
    about = Page(
        title, f"{title} : état, durée, cause des échecs", "", title, f"{office}. {title}.",
        (("index.html", "Les quartiers"),), large=True,
    )  # fmt: skip
    rows = [_row(record) for record in records]
    head = (
        f'<div class="top"><span>{escape(office)}</span></div><div class="hd"><h1>{title}</h1>'
        '<p class="s">Pour qui lance la construction ; cette page ne fait partie ni de l\'archive '
        "ni du site publié.</p></div>"
    )
    every = f'<h2 class="part">Toutes les pages</h2><p>{_summary(records)}</p>'
    table = exhibits.table("État de chaque page", HEAD, rows, numeric=9)
    return framed(about, head + _failures(records) + _warnings(records) + every + table)


def _summary(records: Sequence[Record]) -> str:
    counts = [f"{sum(r.state == state for r in records)} {word}" for state, word in STATES.items()]
    return escape(f"{counted(len(records), 'page')} : {', '.join(counts)}.")


def _failures(records: Sequence[Record]) -> str:
    failed = [record for record in records if record.state == "failed"]
    if not failed:
        return ""
    items = "".join(
        f"<li><strong>{escape(r.name)}</strong>{_cell(r)} : {escape(r.cause)}"
        + (f' <span class="s">Carnet gardé : {escape(r.kept)}</span>' if r.kept else "")
        + "</li>"
        for r in failed
    )
    return f'<h2 class="part">En échec</h2><ul class="dash">{items}</ul>'


def _cell(record: Record) -> str:
    return "" if record.cell is None else f", cellule {record.cell}"


def _warnings(records: Sequence[Record]) -> str:
    told = [(r.name, line) for r in records for line in r.warnings]
    items = "".join(f"<li><strong>{escape(name)}</strong>, {escape(w)}</li>" for name, w in told)
    return (
        f'<h2 class="part">Avertissements, non publiés</h2><ul class="dash">{items}</ul>'
        if told
        else ""
    )


def _row(record: Record) -> list[str]:
    built = bool(record.seconds)
    times = (record.seconds, record.start, record.cells, record.export)
    whole, *parts = [wording.number(s, 2) if built else "–" for s in times]
    when = datetime.fromisoformat(record.published_at) if record.published_at else None
    return [
        f'<a href="{escape(record.file)}">{escape(record.name)}</a>',
        STATES[record.state],
        f"{when:%d/%m/%Y %H:%M}" if when else "–",
        f"{whole}\u202fs" if built else whole,
        " · ".join(parts),
        escape(record.why),
        f"<code>{escape(record.inputs)}</code>",
        f"<code>{escape(record.code)}</code>",
        f"<code>{escape(record.commit)}</code>",
    ]
