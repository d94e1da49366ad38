"""A user's file → its table: kind, encoding and separator by content, header in anyone's words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from qpvlib.actions.contract import Words, fields
from qpvlib.actions.names import hidden
from qpvlib.actions.values import plain
from qpvlib.catalogue import slug
from qpvlib.catalogue.faults import Fault, also, counted, near
from qpvlib.tables import books, delimited, safety, writing
from qpvlib.tables.books import Grid

LOOKED = 40  # first rows among which the header is looked for
FEWEST = 3  # columns recognised in a header, at least
ALIKE = 0.75  # titles of a platform are alike: a far one offered would mislead
TOML = "data/actions/synonymes.toml"
ORIGIN = "Reprendre l'export d'origine, sans l'enregistrer depuis un tableur."
YEARLY = "Exporter une année à la fois."
THREE = "un fichier CSV, XLSX ou ODS"
KINDS = {
    b"\xd0\xcf\x11\xe0": ("un ancien classeur .xls, ou un classeur protégé par mot de passe",
                          "L'enregistrer en .xlsx, sans mot de passe."),
    b"%PDF": ("un document PDF", "Demander le tableau, non son impression."),
    b"{\\rtf": ("un texte mis en forme", "L'enregistrer en CSV depuis un tableur."),
}  # fmt: skip


@dataclass
class Opened:
    """A file opened: its sheets, what it said, what is wrong with it."""

    file: str
    grids: list[Grid] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    since_1904: bool = False

    def wrong(
        self, found: str, expected: str, remedy: str, line: int | None = None,
        kind: str = "structure", **where: str,
    ) -> None:  # fmt: skip
        """Add a fault: of the file itself, or of the ``sheet`` and the ``column`` given."""
        where = {name: hidden(text) for name, text in where.items()}
        told = hidden(found) if kind == "structure" else found  # a row's: by who knows its field
        fault = Fault(self.file, told, remedy, line, expected=expected, kind=kind, **where)
        self.faults.append(fault)


def opened(file: Path) -> Opened:
    """The sheets of a CSV, XLSX or ODS file; a file that cannot be read has only faults."""
    found = Opened(file.name)
    start = _start(file, found)
    if found.faults:
        return found
    if start.startswith(b"PK"):
        _workbook(file, found)
    else:
        _text(file, found)
    if not found.faults and not any(grid.rows for grid in found.grids):
        found.wrong("aucune cellule remplie", "un tableau", "Vérifier que c'est le bon fichier.")
    return found


def _start(file: Path, found: Opened) -> bytes:
    """How a file starts; told when that forbids even to try: empty, too large, another kind."""
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            start = stream.read(2000).lstrip()
    except OSError as error:
        told = f"lecture impossible ({writing.reason(error)})"
        found.wrong(told, THREE, "Vérifier le chemin et les droits.")
        return b""
    if not start:
        found.wrong("le fichier est vide", THREE, "Reprendre l'export.")
    elif size > safety.MOST_BYTES:
        found.wrong("plus de 60 Mo", THREE, YEARLY)
    elif delimited.is_page(start):
        remedy = "Se reconnecter à la plateforme et télécharger de nouveau."
        found.wrong("une page web, et non un tableau", THREE, remedy)
    for magic, (kind, remedy) in KINDS.items():
        if start.startswith(magic):
            found.wrong(kind, THREE, remedy)
    return start


def _workbook(file: Path, found: Opened) -> None:
    book = books.opened(file)
    seen = book.seen
    found.faults += book.faults
    found.since_1904 = seen.since_1904
    if seen.linked:
        found.notices.append(
            "Le classeur est lié à d'autres fichiers : aucun n'est ouvert, les valeurs "
            "enregistrées dans celui-ci sont lues."
        )
    if seen.formulas:
        found.notices.append(
            "Le classeur contient des formules : leur dernier résultat enregistré est lu, rien "
            "n'est recalculé."
        )
    for grid in book.grids:
        if grid.hidden:
            found.notices.append(f"Feuille masquée « {grid.sheet} » : non lue.")
        else:
            found.grids.append(grid)


def _text(file: Path, found: Opened) -> None:
    text = _decoded(file.read_bytes(), found)
    spoilt, sample = delimited.spoilt(text)
    if sample:
        told = f"caractères abîmés (« {sample[0]} »){also(spoilt[1:])}"
        found.wrong(told, "un texte lisible", ORIGIN, spoilt[0])
    if "\0" in text:
        found.wrong("des octets nuls", "un texte", ORIGIN)
        return
    rows, broken = delimited.rows(text, delimited.separator(text))
    if broken:
        told = "guillemet mal placé, ou cellule démesurée"
        told = "guillemet jamais refermé" if broken.cut else told
        found.wrong(told, "des cellules entre guillemets droits", ORIGIN, broken.line)
    if len(rows) > safety.MOST_ROWS:
        found.wrong(f"{len(rows)} lignes", safety.TABLE, YEARLY)
    found.grids.append(Grid("", rows))


def _decoded(content: bytes, found: Opened) -> str:
    """Text of a file; an encoding that is not UTF-8 is told."""
    text = delimited.decoded(content)
    if text.encoding == "mixed":
        found.notices.append(
            f"Encodages mêlés : ligne {text.strays[0]}{also(text.strays[1:])} lue en Windows-1252, "
            "les autres en UTF-8."
        )
    elif text.encoding not in ("utf-8", "utf-16"):
        found.notices.append(f"Encodage reconnu : {text.encoding.replace('_', '-')}.")
    return text.text


# --- the header ----------------------------------------------------------------------------------


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
    head = Header(grid, index)
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
    return head


def check(opened: Opened, head: Header, words: Words, required: bool = True) -> None:
    """Tell what is wrong with a header: columns twice, missing, or that name people."""

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
        nearest = _near(absent.name, list(head.ignored.values()), words)
        offer = (
            f"Est-ce « {nearest} » ? Le dire" if nearest else "L'ajouter, ou donner son autre nom"
        )
        say = f"{offer} dans {TOML}, [colonnes], {absent.name}."
        wrong("colonne absente", "une colonne obligatoire", say, absent.title)


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
        told.append(f"Colonnes de contact jetées sans être lues : {_named(head.dropped.values())}.")
    if head.ignored:
        names = _named(head.ignored.values())
        told.append(f"Colonnes que le registre n'a pas, non importées : {names}.")
    return told
