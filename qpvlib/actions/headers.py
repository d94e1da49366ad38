"""The header of a table: found under its title rows, on one line or two, in anyone's words."""

from dataclasses import dataclass, field

from qpvlib.actions.contract import Words, fields
from qpvlib.actions.grids import Opened
from qpvlib.actions.values import plain
from qpvlib.catalogue import slug
from qpvlib.catalogue.faults import Fault, counted, near
from qpvlib.tables.books import Grid

LOOKED = 40  # first rows among which the header is looked for
FEWEST = 3  # columns recognised in a header, at least
ALIKE = 0.75  # titles of a platform are alike: a far one offered would mislead
TOML = "data/actions/synonymes.toml"


@dataclass
class Header:
    """Where the table starts, and which column holds which field."""

    grid: Grid
    row: int
    score: int
    columns: dict[str, int]
    titles: dict[str, str]
    twice: dict[str, list[str]] = field(default_factory=dict)
    dropped: dict[int, str] = field(default_factory=dict)
    ignored: dict[int, str] = field(default_factory=dict)
    suspect: dict[int, str] = field(default_factory=dict)


def found(opened: Opened, words: Words, sheet: str = "") -> Header | None:
    """The header of the only sheet that has one; otherwise the faults say why."""
    grids = [grid for grid in opened.grids if grid.rows and (not sheet or grid.sheet == sheet)]
    if not grids:
        names = ", ".join(grid.sheet for grid in opened.grids)
        opened.wrong(f"pas de feuille « {sheet} »", f"l'une de : {names}", "Donner son nom exact.")
        return None
    best = [
        max(
            (_header(grid, i, words) for i in range(min(LOOKED, len(grid.rows)))),
            key=lambda head: (head.score, -head.row),
        )
        for grid in grids
    ]
    head = max(best, key=lambda head: head.score)
    if head.score < FEWEST:
        opened.faults.append(_none(opened.file, head))
        return None
    rivals = [h.grid.sheet for h in best if h.score >= FEWEST]
    if len(rivals) > 1:
        listing = ", ".join(f"« {name} »" for name in sorted(rivals))
        told = f"plusieurs feuilles portent un tableau ({listing})"
        opened.wrong(told, "une seule", "Dire laquelle : --sheet NOM.")
        return None
    return head


def _none(file: str, head: Header) -> Fault:
    names = ", ".join(f"« {f.title} »" for f in fields() if f.required)
    closest = f" ; la plus proche en a {counted(head.score, 'connu')}" if head.score else ""
    return Fault(
        file, f"aucune ligne d'en-tête reconnue{closest}",
        "Vérifier que la première ligne du tableau porte les titres, ou ajouter les vôtres à "
        f"{TOML}.", sheet=head.grid.sheet, expected=f"des titres de colonne comme {names}",
        kind="structure",
    )  # fmt: skip


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
        joined.append(both if slug(both) in words.headers or not label else label)
    return joined


def _mapped(grid: Grid, index: int, labels: list[str], words: Words) -> Header:
    head = Header(grid, index, 0, {}, {})
    for place, label in enumerate(labels):
        name, key = words.headers.get(slug(label)), slug(label)
        if name and name in head.columns:
            head.twice.setdefault(name, [head.titles[name]]).append(label)
        elif name:
            head.columns[name], head.titles[name] = place, label
        elif key in words.contacts:
            head.dropped[place] = label
        elif key and any(f"-{word}-" in f"-{key}-" for word in words.suspects):
            head.suspect[place] = label
        elif key:
            head.ignored[place] = label
    head.score = len(head.columns)
    return head


def faults(file: str, head: Header, words: Words, required: bool = True) -> list[Fault]:
    """What is wrong with a header: columns twice, missing, or that name people."""
    line, sheet = head.grid.rows[head.row][0], head.grid.sheet

    def fault(found: str, expected: str, remedy: str, column: str = "") -> Fault:
        return Fault(
            file, found, remedy, line, column, sheet=sheet, expected=expected, kind="structure"
        )

    told = [
        fault(f"deux colonnes pour le même champ ({', '.join(f'« {t} »' for t in titles)})",
              "une seule", "Retirer celle qui ne sert pas.")
        for titles in head.twice.values()
    ]  # fmt: skip
    told += [
        fault("une colonne qui semble nommer des personnes", "aucune donnée personnelle",
              f"La supprimer, ou l'ajouter à [contacts] de {TOML} pour qu'elle soit jetée.", title)
        for title in head.suspect.values()
    ]  # fmt: skip
    missing = [f for f in fields() if f.required and f.name not in head.columns]
    for absent in missing if required else ():
        nearest = _near(absent.name, list(head.ignored.values()), words)
        say = f"dans {TOML}, [colonnes], {absent.name}."
        offer = f"L'ajouter, ou donner son autre nom {say}"
        if nearest:
            offer = f"Est-ce « {nearest} » ? Le dire {say}"
        told.append(fault("colonne absente", "une colonne obligatoire", offer, absent.title))
    return told


def _near(name: str, titles: list[str], words: Words) -> str:
    """A title of the file that is nearly one of the known titles of a field."""
    known = [key for key, field_name in words.headers.items() if field_name == name]
    keys = {slug(title): title for title in titles}
    found = filter(None, (near(key, keys, ALIKE) for key in known))
    return keys.get(next(found, ""), "")


def notices(head: Header) -> list[str]:
    """What was set aside: title rows, contact columns, columns that the register has not."""
    told = []
    if head.row:
        told.append(f"{counted(head.row, 'ligne')} au-dessus de l'en-tête : non lue"
                    f"{'s' if head.row > 1 else ''}.")  # fmt: skip
    if head.dropped:
        names = ", ".join(f"« {title} »" for title in head.dropped.values())
        told.append(f"Colonnes de contact jetées sans être lues : {names}.")
    if head.ignored:
        names = ", ".join(f"« {title} »" for title in head.ignored.values())
        told.append(f"Colonnes que le registre n'a pas, non importées : {names}.")
    return told
