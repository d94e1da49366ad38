"""Several lines of a file for one action → one record: funders apart, differences told."""

from collections.abc import Callable
from dataclasses import dataclass

from qpvlib.actions.agreement import LOST, Record, euros
from qpvlib.actions.contract import Words
from qpvlib.actions.values import Wrong, quoted
from qpvlib.catalogue import slug
from qpvlib.catalogue.faults import also, counted

AMOUNTS = ("montant_demande", "montant_accorde", "montant_verse")
OTHERS, NAMES = "montant_autres", "autres_financeurs"
# Two lines that do not agree on these are not of one action.
SAME = (
    "exercice", "porteur", "siret", "rna", "intitule", "quartiers", "theme", "debut", "fin",
)  # fmt: skip
APART = "Réunir les deux lignes, ou donner deux références."


@dataclass(frozen=True)
class Line:
    """A line of an action, and who funds what it says, where the file has a column of it."""

    number: int
    record: Record
    funder: str = ""
    state: bool = True


@dataclass
class Gathered:
    """One record an action, in the order of the file; what was told; what is wrong, by line."""

    records: list[tuple[int, Record]]  # with the line that leads each
    notices: list[str]
    wrong: list[tuple[int, Wrong]]


def gathered(
    records: list[tuple[int, Record]], funders: dict[int, str] | None, words: Words,
    titles: dict[str, str], shown: Callable[[str], str], summed: bool = False,
) -> Gathered:  # fmt: skip
    """One record a reference.

    Parameters
    ----------
    funders : dict, optional
        Who funds each line; None where the file has no column that says so.
    titles : dict
        Title of each field in the file.
    shown : callable
        A funder as a message may name it.
    summed : bool
        Without such a column, add up the amounts of the lines of an action: all are the State's.
    """
    done, groups = Gathered([], [], []), {}
    for number, record in records:
        name = funders[number] if funders is not None else ""
        line = Line(number, record, name, _of_state(name, words, number, done))
        groups.setdefault(record.get("reference"), []).append(line)
    same, split = [], []
    for lines in groups.values():
        kept = _distinct(lines)
        same += [line.number for line in lines if line not in kept]
        if len(kept) > 1 and funders is None and not summed:
            done.wrong += _unmerged(kept, titles)
        elif funders is None and len(kept) == 1:
            done.records.append((kept[0].number, kept[0].record))
        else:
            done.wrong += _unnamed(kept) if funders is not None else []
            done.records.append(_one(kept, words, done, titles))
            split += [kept] if len(kept) > 1 else []
    done.notices += _repeated(same) + _told(split, funders is None, shown)
    return done


def _of_state(name: str, words: Words, number: int, done: Gathered) -> bool:
    """Whether a funder is the town policy of the State; a part of the State that is not said to be
    is a fault: its money would be counted with it, or lost from it.
    """
    key = slug(name)
    if not key or key in words.state_funders:
        return True
    if key in words.other_funders:
        return False
    if {"etat", "prefecture"} & set(key.split("-")):
        remedy = (
            "Dire dans synonymes.toml, [financeurs], s'il est de « politique » ou d'« autres »."
        )
        expected = "un financeur dont on sait s'il est de la politique de la ville"
        done.wrong.append((number, Wrong(expected, remedy, quoted(name))))
    return False


def _distinct(lines: list[Line]) -> list[Line]:
    kept: list[Line] = []
    for line in lines:
        if all((line.record, line.funder) != (one.record, one.funder) for one in kept):
            kept.append(line)
    return kept


def _unnamed(lines: list[Line]) -> list[tuple[int, Wrong]]:
    """Of several lines of an action, those that do not say who funds them."""
    wrong = Wrong("le financeur de chaque ligne d'une action", "Compléter la colonne.", quoted(""))
    return [(line.number, wrong) for line in lines if len(lines) > 1 and not line.funder]


def _apart(line: Line, first: Line, field: str, remedy: str) -> tuple[int, Wrong]:
    told = f"{quoted(line.record.get('reference'))} est déjà à la ligne {first.number}, avec un "
    return line.number, Wrong("une ligne par action", remedy, f"{told}autre contenu (« {field} »)")


def _unmerged(lines: list[Line], titles: dict[str, str]) -> list[tuple[int, Wrong]]:
    """Lines of one reference that nothing says how to gather."""
    first, *others = lines
    found = []
    for line in others:
        differ = [n for n in line.record if line.record[n] != first.record.get(n)]
        if set(differ) <= {*AMOUNTS, OTHERS, NAMES}:
            remedy = (
                "Si chaque ligne est d'un financeur : ajouter leur colonne (« Financeur »), ou "
            )
            remedy += "importer avec --gather pour additionner leurs montants, tous à l'État."
        else:
            remedy = APART
        found.append(_apart(line, first, titles.get(differ[0], differ[0]), remedy))
    return found


def _one(
    lines: list[Line], words: Words, done: Gathered, titles: dict[str, str]
) -> tuple[int, Record]:
    """The record of an action: what the State's line says, the amounts of each apart."""
    state = [line for line in lines if line.state]
    others = [line for line in lines if not line.state]
    lead = (state or lines)[0]
    record = dict(lead.record)
    for line in lines:
        for name, value in line.record.items():
            if name not in (*AMOUNTS, OTHERS, NAMES) and value != record.get(name):
                _differ(line, lead, name, record, done, titles.get(name, name))
    for name in AMOUNTS:
        if any(name in line.record for line in lines):
            record[name] = _sum([line.record.get(name) for line in state])
    if others:
        record[OTHERS] = _sum([_brought(line.record, words) for line in others])
        record[NAMES] = " ; ".join(dict.fromkeys(line.funder for line in others))
    return lead.number, record


def _differ(line: Line, lead: Line, name: str, record: Record, done: Gathered, title: str) -> None:
    """Two lines of an action that differ: the blank is filled, the rest is told or a fault."""
    value, own = line.record[name], record.get(name)
    if value in (None, ()) or own in (None, ()):
        record[name] = value if own in (None, ()) else own
    elif name in SAME:
        done.wrong.append(_apart(line, lead, title, APART))
    else:
        told = f"{record['reference']}, ligne {line.number} : « {title} » n'est pas celui de la "
        done.notices.append(f"{told}ligne {lead.number}, qui est gardé.")


def _sum(amounts: list[int | None]) -> int | None:
    given = [amount for amount in amounts if amount is not None]
    return sum(given) if given else None


def _brought(record: Record, words: Words) -> int | None:
    """What another funder brings: granted, else asked of it while it has not refused."""
    if words.group(record["etat"]) in LOST if record.get("etat") else False:
        return 0
    granted = record.get("montant_accorde")
    return record.get("montant_demande") if granted is None else granted


def _repeated(lines: list[int]) -> list[str]:
    if not lines:
        return []
    many = "s" if len(lines) > 1 else ""
    return [
        f"{counted(len(lines), 'ligne')} en double, identique{many} : gardée{many} une fois "
        f"(ligne {lines[0]}{also(lines[1:])})."
    ]


def _told(split: list[list[Line]], summed: bool, shown: Callable[[str], str]) -> list[str]:
    """How many actions were gathered from several lines, and whose amounts were taken as whose."""
    if not split:
        return []
    numbers = sorted(line.number for lines in split for line in lines)
    where = f"ligne {numbers[0]}{also(numbers[1:])}"
    head = f"{counted(len(split), 'action')} sur plusieurs lignes, réunie"
    head += f"{'s' if len(split) > 1 else ''} par référence ({where})"
    if summed:
        return [f"{head} : montants additionnés, tous à l'État (--gather)."]
    every = [line for lines in split for line in lines]
    state = ", ".join(dict.fromkeys(shown(one.funder) or "non dit" for one in every if one.state))
    others = [line for line in every if not line.state]
    names = ", ".join(dict.fromkeys(shown(line.funder) for line in others))
    asked = _sum([line.record.get("montant_demande") for line in others])
    more = f" ; autres : {names} ({euros(asked)} demandés)" if asked is not None else f" ; {names}"
    return [f"{head}. État : {state or 'aucune ligne'}{more if others else ''}."]
