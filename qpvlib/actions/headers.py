"""The header of a table in anyone's words: which column holds which field, which is dropped."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from qpvlib.actions.contract import Words, fields
from qpvlib.actions.names import hidden
from qpvlib.actions.sheets import Opened
from qpvlib.actions.values import plain
from qpvlib.catalogue import slug
from qpvlib.catalogue.faults import counted
from qpvlib.tables.books import Grid

LOOKED = 40  # first rows among which the header is looked for
FEWEST = 3  # columns recognised in a header, at least
OTHER = 2  # titles of another kind of file, at least
GROUPED = re.compile(r"\s+[-–—:>]\s+")  # « Action de demande - Code dossier »
TOML = "data/actions/synonymes.toml"


@dataclass
class Header:
    """Where the table starts, and which column holds which field."""

    grid: Grid
    row: int
    columns: dict[str, int] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    twice: dict[str, list[str]] = field(default_factory=dict)
    dropped: dict[int, str] = field(default_factory=dict)
    ignored: dict[int, str] = field(default_factory=dict)
    suspect: dict[int, str] = field(default_factory=dict)
    second: dict[int, str] = field(default_factory=dict)  # of a field that a better column gives
    platform: str = ""

    @property
    def score(self) -> int:
        """How many fields it names."""
        return len(self.columns)


def header(opened: Opened, words: Words, sheet: str = "") -> Header | None:
    """The header of the only sheet that has one; otherwise the faults say why."""
    grids = [grid for grid in opened.grids if grid.rows and (not sheet or grid.sheet == sheet)]
    if not grids:
        names = ", ".join(grid.sheet for grid in opened.grids)
        opened.wrong(f"pas de feuille « {sheet} »", f"l'une de : {names}", "Donner son nom exact.")
        return None
    heads = [
        max(
            (_header(grid, i, words) for i in range(min(LOOKED, len(grid.rows)))),
            key=lambda head: (head.score, -head.row),
        )
        for grid in grids
    ]
    head = max(heads, key=lambda head: head.score)
    rivals = [h.grid.sheet for h in heads if h.score >= FEWEST]
    other = _other_kind(grids, words) if head.score < FEWEST or _strange(head) else ""
    if other:
        remedy = "Vérifier que c'est le bon fichier."
        opened.wrong(other, "un registre d'actions", remedy, sheet=head.grid.sheet)
        return None
    if len(rivals) == 1:
        return head
    if rivals:
        told = f"plusieurs feuilles portent un tableau ({_named(sorted(rivals))})"
        opened.wrong(told, "une seule", "Dire laquelle : --sheet NOM.")
        return None
    closest = f" ; la plus proche en a {counted(head.score, 'connu')}" if head.score else ""
    opened.wrong(
        f"aucune ligne d'en-tête reconnue{closest}",
        f"des titres de colonne comme {_named(f.title for f in fields() if f.required)}",
        "Vérifier que la première ligne du tableau porte les titres, ou ajouter les vôtres à "
        f"{TOML}.", sheet=head.grid.sheet,
    )  # fmt: skip
    return None


def _named(names: Iterable[str]) -> str:
    return ", ".join(f"« {name} »" for name in names)


def _strange(head: Header) -> bool:
    """Whether a header names neither an action nor where it stands."""
    return not {"reference", "intitule", "etat"} & set(head.columns)


def _other_kind(grids: list[Grid], words: Words) -> str:
    """What a file that is no register is, when its titles say so."""
    rows = [row for grid in grids for _, row in grid.rows[:LOOKED]]
    found = [
        (len({slug(plain(cell)) for cell in row} & titles), told)
        for row in rows
        for told, titles in words.other_kinds.items()
    ]
    many, told = max(found, default=(0, ""))
    return told if many >= OTHER else ""


def _header(grid: Grid, index: int, words: Words) -> Header:
    """The row read as a header, alone or under the row of groups above it."""
    labels = [plain(cell) for cell in grid.rows[index][1]]
    alone = _mapped(grid, index, labels, words)
    if not index:
        return alone
    under = _mapped(grid, index, _joined(grid, index, labels, words), words)
    return under if under.score > alone.score else alone


def _joined(grid: Grid, index: int, labels: list[str], words: Words) -> list[str]:
    """Labels completed by the group above (« Montants » + « demandé »), merged or not."""
    above = [plain(cell) for cell in grid.rows[index - 1][1]]
    above += [""] * (len(labels) - len(above))
    labels = labels + [""] * (len(above) - len(labels))
    group, joined = "", []
    for parent, label in zip(above, labels, strict=True):
        group = parent or (group if label else "")
        both = f"{group} {label}".strip()
        joined.append(both if slug(both) in words.known or not label else label)
    return joined


def _mapped(grid: Grid, index: int, labels: list[str], words: Words) -> Header:
    head = Header(grid, index)
    keys = {slug(plain(cell)) for cell in grid.rows[index][1]}  # whatever the groups above
    own: dict[str, str] = {}
    for name, (signs, columns) in words.platforms.items():
        if signs <= keys:
            head.platform, own = name, columns
    for place, label in enumerate(labels):
        if slug(label):
            _place(head, place, label, own.get(slug(label)) or _field(label, words), words)
    return head


def _field(label: str, words: Words) -> str:
    """The field of a title, whole or under a known group; empty when it is none."""
    if slug(label) in words.unread:
        return ""
    group, *rest = GROUPED.split(label, maxsplit=1)
    under = rest[0] if rest and slug(group) in words.title_groups else ""
    return words.headers.get(slug(label)) or words.headers.get(slug(under), "")


def _place(head: Header, place: int, label: str, name: str, words: Words) -> None:
    """Put a column where it belongs; of two for one field, the first of the declared order."""
    key, group = slug(label), slug(GROUPED.split(label, maxsplit=1)[0])
    if name and name in head.columns:
        order = words.preferred.get(name, ())
        former = head.titles[name]
        if not {key, slug(former)} <= set(order):
            head.twice.setdefault(name, [former]).append(label)
            return
        if order.index(key) < order.index(slug(former)):
            place, head.columns[name] = head.columns[name], place
            label, head.titles[name] = former, label
        head.second[place] = name
        head.ignored[place] = label
    elif name:
        head.columns[name], head.titles[name] = place, label
    elif key in words.contacts or (group != key and group in words.contacts):
        head.dropped[place] = label
    elif any(f"-{word}-" in f"-{key}-" for word in words.suspects):
        head.suspect[place] = label
    else:
        head.ignored[place] = label


def check(opened: Opened, head: Header, offers: dict[str, str], required: bool = True) -> None:
    """Tell what is wrong with a header: columns twice, missing, or that name people.

    ``offers``: the title that each missing field may have in the file.
    """

    def wrong(found: str, expected: str, remedy: str, column: str = "") -> None:
        line, sheet = head.grid.rows[head.row][0], head.grid.sheet
        opened.wrong(found, expected, remedy, line, sheet=sheet, column=column)

    for titles in head.twice.values():
        told = f"deux colonnes pour le même champ ({_named(titles)})"
        wrong(told, "une seule", "Retirer celle qui ne sert pas.")
    for title in head.suspect.values():
        remedy = f"La supprimer, ou l'ajouter à [contacts] de {TOML} pour qu'elle soit jetée."
        told = "une colonne qui semble nommer des personnes"
        wrong(told, "aucune donnée personnelle", remedy, title)
    missing = [f for f in fields() if f.required and f.name not in head.columns]
    for absent in missing if required else ():
        nearest = hidden(offers.get(absent.name, ""))
        offer = (
            f"Est-ce « {nearest} » ? Le dire" if nearest else "L'ajouter, ou donner son autre nom"
        )
        say = f"{offer} dans {TOML}, [colonnes], {absent.name}."
        wrong("colonne absente", "une colonne obligatoire", say, absent.title)


def notices(head: Header) -> list[str]:
    """What was set aside: title rows, contact columns, columns that the register has not."""
    told = [f"Format reconnu : {head.platform}."] if head.platform else []
    if head.row:
        told.append(f"{counted(head.row, 'ligne')} au-dessus de l'en-tête : non lue"
                    f"{'s' if head.row > 1 else ''}.")  # fmt: skip
    if head.dropped:
        told.append(f"Colonnes de contact jetées sans être lues : {_named(head.dropped.values())}.")
    if set(head.ignored) - set(head.second):
        names = _named(t for place, t in head.ignored.items() if place not in head.second)
        told.append(f"Colonnes que le registre n'a pas, non importées : {names}.")
    return told
