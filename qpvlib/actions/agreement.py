"""What the cells of a row owe each other."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from qpvlib.actions import cells
from qpvlib.actions.values import Wrong

Record = dict[str, object]


def disagreements(record: Record) -> Iterator[tuple[str, Wrong, object]]:
    """What cannot be right in a row: field, what is wrong, the cell."""
    start, end = record.get("debut"), record.get("fin")
    if start and end and start > end:
        yield "fin", Wrong("une fin qui suit le début", "Échanger les deux dates."), end
    elif start and end and (strays := _outside(record.get("semaines") or (), start, end)):
        expected = f"des semaines entre le {start:%d/%m/%Y} et le {end:%d/%m/%Y}"
        yield "semaines", Wrong(expected, "Corriger les semaines ou les dates."), strays
    for part, total, expected, remedy in (
        ("moins_26_reels", "participants_reels", "au plus les {} participants réels",
         "Vérifier les deux nombres."),
        ("participants_reels", "presences_reelles", "au plus les {} présences réelles",
         "Participants et présences sont peut-être inversés."),
    ):  # fmt: skip
        small, large = record.get(part), record.get(total)
        if small is not None and large is not None and small > large:
            yield part, Wrong(expected.format(large), remedy), small
    paid, granted = record.get("montant_verse"), record.get("montant_accorde")
    if paid is not None and granted is not None and paid > granted:
        most, given = (cells.written("cents", n).replace(".", ",") for n in (granted, paid))
        wrong = Wrong(f"au plus l'accordé ({most} €)", "Vérifier les deux montants.")
        yield "montant_verse", wrong, given


def _outside(weeks: Sequence[int], start: date, end: date) -> str:
    """Weeks declared outside the dates of the action; a year holds them all."""
    if (end - start).days > 366:
        return ""
    days = range((end - start).days + 1)
    held = {(start + timedelta(days=n)).isocalendar().week for n in (*days[::7], days[-1])}
    return ", ".join(str(week) for week in weeks if week not in held)
