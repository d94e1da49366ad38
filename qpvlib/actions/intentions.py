"""Partners of a summer and what they say they could do: kept beside the register, never actions."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from filelock import FileLock, Timeout

from qpvlib.actions import names, register, sheets
from qpvlib.actions.contract import words
from qpvlib.catalogue import Fault, Faults, QpvError, catalogue, slug, unknown
from qpvlib.catalogue.faults import counted
from qpvlib.catalogue.people import Form
from qpvlib.project import current
from qpvlib.tables import books, delimited, writing
from qpvlib.tables.areas import neighbourhoods

PARTNERS, REPLIES, INTENTIONS = "partenaires.csv", "reponses.csv", "intentions.csv"
PARTNERS_HEAD = ["partenaire", "quartiers"]
REPLIES_HEAD = ["ete", "partenaire", "recue", "lignes"]
INTENTIONS_HEAD = [
    "ete", "partenaire", "quartier", "semaines", "public", "theme", "creneau", "proposition",
    "attendus",
]  # fmt: skip
TOLD = 30  # faults of a file listed on screen
LOCK, JOIN, MOST_LETTERS = ".verrou-intentions", " ; ", 120
EVERYWHERE = ("tous", "tous les quartiers", "tous les qpv")


@dataclass(frozen=True)
class Partner:
    """A body that is asked, and the codes of the neighbourhoods it is asked about."""

    name: str
    areas: tuple[str, ...]


@dataclass(frozen=True)
class Intention:
    """One thing that a partner said it could do: one neighbourhood, some weeks, one public.

    ``weeks`` are ISO numbers; ``expected`` is a number of persons, None when not given.
    """

    year: int
    partner: str
    area: str
    weeks: tuple[int, ...]
    public: str
    theme: str = ""
    slot: str = ""
    title: str = ""
    expected: int | None = None


@dataclass(frozen=True)
class Reply:
    """What came back of one partner for a summer; without intention, it plans nothing."""

    year: int
    partner: str
    intentions: tuple[Intention, ...] = ()


def refused(file: str, faults: Sequence[Fault]) -> Faults:
    """A file that is not taken: nothing of it is kept."""
    more = len(faults) - TOLD
    told = [*faults[:TOLD], f"et {counted(more, 'autre')}"] if more > 0 else faults
    return Faults(
        f"{file} : {counted(len(faults), 'défaut')} ; rien n'a été enregistré.", faults, told
    )


# --- partners --------------------------------------------------------------------------------


def read_partners(file: Path) -> list[Partner]:
    """Partners of a table: a column « partenaire », a column « quartiers ».

    A cell of « quartiers » holds codes or names of neighbourhoods or of contracts, between commas
    or semicolons, or « tous ».

    Raises
    ------
    Faults
        Every cell that is not understood, or that may name a person.
    """
    read, faults, found = sheets.opened(file), [], {}
    if read.faults:
        raise refused(file.name, read.faults)
    (top, head), *rows = read.grids[0].rows
    titles = [key(books.text(cell)) for cell in head]
    if missing := [title for title in PARTNERS_HEAD if title not in titles]:
        told = Fault(file.name, f"pas de colonne « {missing[0]} »", "L'ajouter.", top)
        raise refused(file.name, [told])
    places = [titles.index(title) for title in PARTNERS_HEAD]
    for line, row in rows:
        if stray := [cell for cell in row[len(head) :] if books.text(cell).strip()]:
            found_ = f"une cellule de trop (« {books.text(stray[0]).strip()[:40]} »)"
            remedy = "Mettre les quartiers d'un partenaire entre guillemets."
            faults.append(Fault(file.name, found_, remedy, line))
            continue
        name, areas = (books.text(row[p]).strip() if p < len(row) else "" for p in places)
        try:
            if slug(name) in found:
                raise ValueError("partenaire déjà nommé plus haut")
            found[slug(name)] = Partner(body(name), _areas(areas))
        except ValueError as wrong:
            faults.append(Fault(file.name, str(wrong), "Corriger la ligne.", line))
    if faults or not found:
        empty = Fault(file.name, "aucun partenaire", "Ajouter une ligne par structure.", top)
        raise refused(file.name, faults or [empty])
    return list(found.values())


def body(name: str) -> str:
    """The name of a body; ``ValueError`` when it is empty or looks like a person's."""
    if not slug(name) or len(name) > MOST_LETTERS or delimited.RISKY.match(name):
        raise ValueError("le nom de la structure manque, ou n'en est pas un")
    if seen := named(name, "name"):
        raise ValueError(f"{seen} : seul le nom de la structure est gardé")
    return name


def named(text: str, form: Form) -> str:
    """What a text shows of a person, sure or not: here it is refused, never asked about."""
    looked = names.look(text, words(register.synonyms()), form)
    return looked.refused or ("un nom de personne" if looked.asked else "")


def places() -> dict[str, str]:
    """Ways to write one neighbourhood: its label, its codes, its name → its code."""
    known = neighbourhoods().values()
    return {
        key(way): place.code
        for place in known
        for way in (label(place.code), place.code, place.successor, place.name)
        if way
    }


def key(text: str) -> str:
    """A text as it is compared: whole, but for accents, capitals, spaces and apostrophes.

    >>> key("S27 (5/7 au 11/7)") == key("s27 (5/7\u202fau 11/7)"), key("-27"), key("L’Été-là")
    (True, '-27', "l'ete la")
    """
    flat = unicodedata.normalize("NFKD", text.replace("’", "'"))
    bare = "".join(letter for letter in flat if not unicodedata.combining(letter))
    return " ".join(re.sub(r"(?<=[^\W\d])-(?=[^\W\d])", " ", bare).casefold().split())


def label(code: str) -> str:
    """A neighbourhood in a list to choose from: « QP045010 La Source »."""
    return f"{code} {neighbourhoods()[code].name}"


def _areas(text: str) -> tuple[str, ...]:
    ways = {way: (code,) for way, code in places().items()}
    for contract, entry in catalogue().contracts.items():
        held = tuple(c for c, p in neighbourhoods().items() if p.contract_code == contract)
        ways |= {key(way): held for way in (contract, entry.label, entry.short, entry.brief)}
    ways |= dict.fromkeys(EVERYWHERE, tuple(neighbourhoods()))
    parts = [part.strip() for part in re.split(r"[;,|\n]", text) if part.strip()]
    if not parts:
        raise ValueError("ni quartier ni contrat : écrire « tous », des codes ou des noms")
    wrong = [part for part in parts if key(part) not in ways]
    if wrong:
        raise ValueError(unknown("le quartier ou le contrat", wrong[0], ways))
    chosen = {code for part in parts for code in ways[key(part)]}
    return tuple(code for code in neighbourhoods() if code in chosen)


# --- what is kept ------------------------------------------------------------------------------


def partners() -> list[Partner]:
    """Partners declared, in their order; none when none was."""
    rows = delimited.records(current().register / PARTNERS, PARTNERS_HEAD)
    return [Partner(row["partenaire"], tuple(row["quartiers"].split(JOIN))) for row in rows]


def keep_partners(found: Iterable[Partner]) -> None:
    """Remember them in place of the former ones."""
    rows = [[partner.name, JOIN.join(partner.areas)] for partner in found]
    _write({PARTNERS: [PARTNERS_HEAD, *rows]})


def intentions(year: int) -> list[Intention]:
    """What partners said of a summer, in the order of their answers."""
    place = current().register / INTENTIONS
    rows = delimited.records(place, INTENTIONS_HEAD)
    try:
        return [one for one in map(_read, rows) if one.year == year]
    except ValueError:
        raise QpvError(f"{place} : abîmé. Enregistrer de nouveau les fiches revenues.") from None


def answered(year: int) -> dict[str, int]:
    """Partners that answered for a summer → how many intentions: none is an answer too."""
    rows = delimited.records(current().register / REPLIES, REPLIES_HEAD)
    return {row["partenaire"]: int(row["lignes"]) for row in rows if row["ete"] == str(year)}


def silent(year: int) -> list[Partner]:
    """Partners declared that have not answered for a summer."""
    known = answered(year)
    return [partner for partner in partners() if partner.name not in known]


def keep(replies: Sequence[Reply], when: date | None = None) -> None:
    """Keep answers, each in place of the former one of its partner and summer: all, or none.

    Raises
    ------
    QpvError
        When the disk refuses, or another command writes there.
    """
    given = {(str(reply.year), reply.partner) for reply in replies}
    folder, received = current().register, (when or date.today()).isoformat()

    def others(name: str, head: list[str]) -> list[list[str]]:
        rows = delimited.records(folder / name, head)
        return [[*r.values()] for r in rows if (r["ete"], r["partenaire"]) not in given]

    told = [[r.year, r.partner, received, len(r.intentions)] for r in replies]
    lines = [_line(one) for reply in replies for one in reply.intentions]
    _write({
        REPLIES: [REPLIES_HEAD, *others(REPLIES, REPLIES_HEAD), *told],
        INTENTIONS: [INTENTIONS_HEAD, *others(INTENTIONS, INTENTIONS_HEAD), *lines],
    })  # fmt: skip


def _line(one: Intention) -> list[object]:
    weeks = JOIN.join(map(str, one.weeks))
    expected = "" if one.expected is None else one.expected
    return [one.year, one.partner, one.area, weeks, one.public, one.theme, one.slot, one.title,
            expected]  # fmt: skip


def _read(row: dict[str, str]) -> Intention:
    expected = int(row["attendus"]) if row["attendus"] else None
    weeks = tuple(map(int, row["semaines"].split(JOIN)))
    return Intention(
        int(row["ete"]), row["partenaire"], row["quartier"], weeks, row["public"], row["theme"],
        row["creneau"], row["proposition"], expected,
    )  # fmt: skip


def _write(tables: dict[str, list[list[object]]]) -> None:
    folder = current().register
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with (
            FileLock(folder / LOCK, timeout=0),
            writing.aside(folder, "Rien n'a été enregistré.") as work,
        ):
            for name, rows in tables.items():
                (work / name).write_text(delimited.written(rows), "utf-8")
            writing.put(work, folder, list(tables))
    except Timeout:
        raise QpvError(f"Une autre commande écrit déjà dans {folder} : l'attendre.") from None
