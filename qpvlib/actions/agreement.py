"""What the cells of a row owe each other: faults where nothing can be right, else notices."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from qpvlib.actions import cells
from qpvlib.actions.contract import Words
from qpvlib.actions.values import GROUPS, Wrong, cents
from qpvlib.catalogue.faults import also

Record = dict[str, object]
LOST = ("refused", "ineligible", "cancelled")
FUNDER = re.compile(rf"(?<!\w)((?:{GROUPS})(?:[.,]\d{{1,2}})?) ?(?:€|euros?)", re.I)
AT_MOST = (
    ("moins_26_reels", "participants_reels", "au plus les {} participants réels",
     "Vérifier les deux nombres."),
    ("participants_prevus", "presences_prevues", "au plus les {} présences prévues",
     "Participants et présences sont peut-être inversés."),
    ("participants_reels", "presences_reelles", "au plus les {} présences réelles",
     "Participants et présences sont peut-être inversés."),
)  # fmt: skip


def disagreements(record: Record) -> Iterator[tuple[str, Wrong, object]]:
    """What cannot be right in a row: field, what is wrong, the cell."""
    start, end = record.get("debut"), record.get("fin")
    if start and end and start > end:
        yield "fin", Wrong("une fin qui suit le début", "Échanger les deux dates."), end
    elif start and end and (strays := _outside(record.get("semaines") or (), start, end)):
        expected = f"des semaines entre le {start:%d/%m/%Y} et le {end:%d/%m/%Y}"
        yield "semaines", Wrong(expected, "Corriger les semaines ou les dates."), strays
    for part, total, expected, remedy in AT_MOST:
        small, large = record.get(part), record.get(total)
        if small is not None and large is not None and small > large:
            yield part, Wrong(expected.format(large), remedy), small
    paid, granted = record.get("montant_verse"), record.get("montant_accorde")
    if paid is not None and granted is not None and paid > granted:
        wrong = Wrong(f"au plus l'accordé ({euros(granted)})", "Vérifier les deux montants.")
        yield "montant_verse", wrong, cells.written("cents", paid).replace(".", ",")


def _outside(weeks: Sequence[int], start: date, end: date) -> str:
    """Weeks declared outside the dates of the action; a year holds them all."""
    if (end - start).days > 366:
        return ""
    days = range((end - start).days + 1)
    held = {(start + timedelta(days=n)).isocalendar().week for n in (*days[::7], days[-1])}
    return ", ".join(str(week) for week in weeks if week not in held)


def euros(amount: int) -> str:
    """Cents as a message has them.

    >>> euros(123450)
    '1 234,50 €'
    """
    whole = f"{amount // 100:,}".replace(",", " ")
    return f"{whole},{amount % 100:02d} €"


# --- doubts: two statements that contradict each other, and no one can say which is right --------


@dataclass(frozen=True)
class Seen:
    """A row, the group of its state, and the amount of a column that only serves to compare."""

    record: Record
    group: str
    total: int | None = None

    def cents(self, *names: str) -> int:
        """Sum of amounts, those not given left out."""
        return sum(self.record.get(name) or 0 for name in names)


Doubt = tuple[str, Callable[[Seen], int | bool]]


def notices(
    records: Sequence[tuple[object, Record]], vocabulary: Words,
    totals: dict[int, int | None], unit: str = "ligne",
) -> list[str]:  # fmt: skip
    """A notice for each kind of contradiction, with its lines and, for money, its sum.

    ``unit``: what numbers the records, a line of a file or an action; ``totals``: by line, the
    total cost that the file gives and the register has not, in cents.
    """
    told = []
    seen = [(line, _seen(record, vocabulary, totals.get(line))) for line, record in records]
    for sentence, doubtful in DOUBTS:
        found = [(line, amount) for line, one in seen if (amount := doubtful(one))]
        if found:
            amount = euros(sum(n for _, n in found)) if "{amount}" in sentence else ""
            (first, _), *others = found
            lines = also([line for line, _ in others], unit)
            told.append(f"{unit.capitalize()} {first}{lines} : {sentence.format(amount=amount)}")
    return told


def _seen(record: Record, vocabulary: Words, total: int | None) -> Seen:
    state = record.get("etat")
    return Seen(record, vocabulary.group(state) if state else "", total)


def _paid(seen: Seen) -> int:
    return seen.cents("montant_verse") if seen.group in LOST else 0


def _granted(seen: Seen) -> int:
    lost = seen.group in LOST and not seen.cents("montant_verse")
    return seen.cents("montant_accorde") if lost else 0


def _pending(seen: Seen) -> int:
    amounts = seen.cents("montant_accorde"), seen.cents("montant_verse")
    return max(amounts) if seen.group == "pending" else 0


def _unpriced(seen: Seen) -> bool:
    silent = "montant_accorde" in seen.record and not seen.cents("montant_accorde")
    return seen.group == "granted" and silent


def _generous(seen: Seen) -> int:
    asked, given = seen.record.get("montant_demande"), seen.cents("montant_accorde")
    return given - asked if asked is not None and given > asked else 0


def _other_year(seen: Seen) -> bool:
    year, start, end = (seen.record.get(name) for name in ("exercice", "debut", "fin"))
    first, last = start or end, end or start
    return bool(year and first and (first.year > year + 1 or last.year < year))


def _attended(seen: Seen) -> bool:
    came = seen.record.get("participants_reels") or seen.record.get("presences_reelles")
    return bool(came) and seen.group not in ("granted", "")


def _excused(seen: Seen) -> bool:
    return bool(seen.record.get("motif_annulation")) and seen.group not in ("cancelled", "")


def _funders(seen: Seen) -> bool:
    """The amounts written beside the names of the other funders, against their total."""
    named = [cents(m) for m in FUNDER.findall(str(seen.record.get("autres_financeurs") or ""))]
    total = seen.record.get("montant_autres")
    return bool(named) and total is not None and sum(named) != total


def _beyond(seen: Seen) -> bool:
    """The State's part and that of others, against the total cost; own resources make the rest."""
    if seen.total is None:
        return False
    state = max(seen.cents(f"montant_{n}") for n in ("demande", "accorde", "verse"))
    return state + seen.cents("montant_autres") > seen.total


LAPSED = "actions refusées, irrecevables (« clôturée » en est) ou annulées"
DOUBTS: tuple[Doubt, ...] = (
    (f"{{amount}} versés à des {LAPSED} ; vérifier l'état. La remontée les compte.", _paid),
    (f"{{amount}} accordés à des {LAPSED} ; vérifier l'état.", _granted),
    ("{amount} accordés ou versés à des actions encore en attente ; vérifier l'état.", _pending),
    ("action accordée ou réalisée, sans montant accordé.", _unpriced),
    ("{amount} accordés de plus que demandé ; vérifier les deux montants.", _generous),
    ("des dates hors de l'exercice et de l'année qui le suit.", _other_year),
    ("des participants ou des présences, sans que l'action soit accordée.", _attended),
    ("un motif d'annulation, sans que l'action soit annulée.", _excused),
    ("les montants écrits à côté des autres financeurs ne font pas leur total.", _funders),
    ("l'État et les autres financeurs dépassent le coût total du fichier.", _beyond),
)
