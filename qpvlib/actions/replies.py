"""The sheet that a partner sends back, XLSX, ODS or Word → its intentions: whole, or refused."""

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from qpvlib.actions import intentions, sheets, values
from qpvlib.actions.contract import field_of
from qpvlib.actions.intentions import Intention, Partner, Reply, key
from qpvlib.actions.names import hidden
from qpvlib.actions.summer import Week, summer_weeks
from qpvlib.catalogue import Fault, Faults, axes
from qpvlib.catalogue.faults import near
from qpvlib.tables import books, delimited
from qpvlib.tables.areas import neighbourhoods
from qpvlib.tables.delimited import Row

SHEET = "Réponse"
PARTNER, SUMMER, ANSWER = "Partenaire", "Été", "Réponse"
WE_PROPOSE, NOTHING = "nous proposons", "rien cet été"
AREA, FIRST, LAST = "Quartier", "Première semaine", "Dernière semaine"
PUBLIC, THEME, SLOT = "Public", "Thème", "Créneau"
TITLE, EXPECTED = "Ce que vous proposez", "Personnes attendues"
COLUMNS = (AREA, FIRST, LAST, PUBLIC, THEME, SLOT, TITLE, EXPECTED)
MUST = (AREA, FIRST, PUBLIC)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MOST_BYTES, MOST_WORD, MOST_LETTERS = 10_000_000, 20_000_000, 300
MOST_PEOPLE = 100_000
Line = tuple[int, list[str]]


# --- what may be chosen ------------------------------------------------------------------------


def choices(year: int) -> dict[str, dict[str, object]]:
    """Lists of the sheet, by column: what is shown → what it means."""
    weeks = {week_label(week): week.number for week in summer_weeks(year)}
    period, nomenclature = axes.in_force(year)
    codes, ages = tuple(nomenclature.codes), field_of("ages").values
    return {
        AREA: {intentions.label(code): code for code in neighbourhoods()},
        FIRST: weeks, LAST: weeks,
        PUBLIC: {word: word for word in (*field_of("publics").values, *map(_aged, ages))},
        THEME: dict(zip(axes.labelled(codes, period), codes, strict=True)),
        SLOT: {value: value for value in field_of("slots").values},
    }  # fmt: skip


def _aged(age: str) -> str:
    """« 6-11 ans »: alone, a spreadsheet would take « 6-11 » for a day of November."""
    return f"{age} ans" if age[-1].isdigit() else age


def week_label(week: Week) -> str:
    """« S27 (5/7 au 11/7) ».

    >>> week_label(summer_weeks(2021)[1])
    'S27 (5/7 au 11/7)'
    """
    days = (f"{day.day}/{day.month}" for day in (week.start, week.end))
    return f"S{week.number} ({' au '.join(days)})"


# --- reading -----------------------------------------------------------------------------------


def read_all(files: Sequence[Path]) -> list[Reply]:
    """What several partners answered: every fault of every file, or every answer.

    Raises
    ------
    Faults
        Also when two files answer for one partner and one summer.
    """
    found, faults = {}, []
    for file in files:
        try:
            reply = read(file)
        except Faults as refused:
            faults += refused.faults
            continue
        whose = reply.partner, reply.year
        if whose in found:
            told = f"deuxième fiche de « {reply.partner} » pour l'été {reply.year}"
            faults.append(Fault(file.name, told, "N'en donner qu'une."))
        found[whose] = reply
    if faults:
        raise intentions.refused(", ".join(file.name for file in files), faults)
    return list(found.values())


def read(file: Path) -> Reply:
    """What a partner answered.

    Raises
    ------
    Faults
        Every cell that is not understood, with its place; nothing is then kept.
    """
    lines, faults = _lines(file)

    def told(found: str, remedy: str, line: int | None = None, column: str = "") -> None:
        faults.append(Fault(file.name, found, remedy, line, column))

    if faults:
        raise intentions.refused(file.name, faults)
    partner, year, nothing = _top(lines, told)
    if faults:
        raise intentions.refused(file.name, faults)
    found = _intentions(lines, partner, year, told)
    if nothing and found:
        told(f"« {NOTHING} », et des propositions plus bas", "Effacer l'un ou l'autre.")
    if not nothing and not found and not faults:
        told("aucune proposition", f"Remplir une ligne, ou choisir « {NOTHING} ».")
    if faults:
        raise intentions.refused(file.name, faults)
    return Reply(year, partner.name, tuple(found))


def _lines(file: Path) -> tuple[list[Line], list[Fault]]:
    if not file.is_file():
        return [], [Fault(file.name, "le fichier n'existe pas", "Vérifier le chemin.")]
    if file.suffix.lower() == ".docx":
        return _word(file)
    read = sheets.opened(file)
    grids = [grid for grid in read.grids if grid.sheet in (SHEET, "")]
    if not read.faults and not grids:
        remedy = f"Renvoyer la fiche reçue, sa feuille « {SHEET} » remplie."
        return [], [Fault(file.name, f"pas de feuille « {SHEET} »", remedy)]
    rows: list[Row] = grids[0].rows if grids else []
    return [(line, [books.text(cell).strip() for cell in row]) for line, row in rows], read.faults


def _word(file: Path) -> tuple[list[Line], list[Fault]]:
    """Rows of the tables of a Word file, in their order; nothing else of it is read."""
    from lxml import etree

    def broken(found: str) -> tuple[list[Line], list[Fault]]:
        return [], [Fault(file.name, found, "Renvoyer la fiche reçue, en .docx.")]

    try:
        if file.stat().st_size > MOST_BYTES:
            return broken("un fichier Word de plus de 10 Mo")
        with zipfile.ZipFile(file) as archive, archive.open("word/document.xml") as stream:
            content = stream.read(MOST_WORD + 1)
        if len(content) > MOST_WORD or b"<!ENTITY" in content:
            return broken("un fichier Word qui se déplie démesurément")
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        root = etree.fromstring(content, parser)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, etree.XMLSyntaxError):
        return broken("un fichier Word illisible")
    names = {"w": WORD}
    rows = root.xpath("//w:tbl/w:tr", namespaces=names)
    found = [
        [" ".join(cell.xpath(".//w:t/text()", namespaces=names)) for cell in row.iterfind(
            "w:tc", names)]
        for row in rows
    ]  # fmt: skip
    clean = [[" ".join(cell.split()) for cell in row] for row in found]
    return [(line, row) for line, row in enumerate(clean, 1) if any(row)], []


Tell = Callable[..., None]


def _top(lines: Sequence[Line], tell: Tell) -> tuple[Partner | None, int, bool]:
    """Partner, summer, and whether it says that it plans nothing."""
    named = {key(row[0]): (line, row[1]) for line, row in lines if len(row) > 1 and row[0]}
    told = {name: named.get(key(name), (None, "")) for name in (PARTNER, SUMMER, ANSWER)}
    known = {key(partner.name): partner for partner in intentions.partners()}
    line, name = told[PARTNER]
    partner = known.get(key(name))
    if not partner:
        nearest = near(name, [p.name for p in known.values()]) if name else None
        offer = f"Voulez-vous dire « {nearest} » ?" if nearest else "Renvoyer la fiche reçue."
        tell(f"partenaire inconnu (« {name} »)", offer, line, PARTNER)
    line, text = told[SUMMER]
    year = int(text) if re.fullmatch(r"20\d\d", text, re.ASCII) else 0
    if not year:
        tell(f"année illisible (« {text[:20]} »)", "Écrire l'année de l'été.", line, SUMMER)
    line, word = told[ANSWER]
    if key(word) not in ("", key(WE_PROPOSE), key(NOTHING)):
        remedy = f"Choisir « {WE_PROPOSE} » ou « {NOTHING} »."
        tell(f"réponse non comprise (« {word} »)", remedy, line, ANSWER)
    return partner, year, key(word) == key(NOTHING)


def _intentions(lines: Sequence[Line], partner: Partner, year: int, tell: Tell) -> list[Intention]:
    start = next((i for i, (_, row) in enumerate(lines) if key(AREA) in map(key, row)), None)
    if start is None:
        tell(f"pas de colonne « {AREA} »", "Renvoyer la fiche reçue.")
        return []
    titles = {key(title): place for place, title in enumerate(lines[start][1]) if title}
    if lost := [title for title in COLUMNS if key(title) not in titles]:
        tell(f"pas de colonne « {lost[0]} »", "Renvoyer la fiche reçue.", lines[start][0])
        return []
    known, places = _known(year), {title: titles[key(title)] for title in COLUMNS}
    found = []
    for line, row in lines[start + 1 :]:
        if stray := [cell for i, cell in enumerate(row) if cell and i not in places.values()]:
            tell(f"une cellule hors du tableau (« {stray[0][:40]} »)", "L'effacer.", line)
        own = {title: row[at] if at < len(row) else "" for title, at in places.items()}
        if any(own.values()):
            found += _one(own, known, partner, year, lambda *t, at=line: tell(*t[:2], at, *t[2:]))
    return found


def _known(year: int) -> dict[str, dict[str, object]]:
    """Every way to write each choice, by column: nothing of a cell is left aside."""
    known = {title: {key(k): v for k, v in own.items()} for title, own in choices(year).items()}
    known[AREA] |= intentions.places()
    weeks = {w.number for w in summer_weeks(year)}
    for title in (FIRST, LAST):
        known[title] |= {key(way): n for n in weeks for way in (str(n), f"S{n}", f"semaine {n}")}
    for code, entry in axes.in_force(year)[1].codes.items():
        ways = (code, code.replace(".", ","), entry.label)  # a spreadsheet may write 1.2 as 1,2
        known[THEME] |= {key(way): code for way in ways}
    return known


def _one(
    own: dict[str, str], known: dict[str, dict], partner: Partner, year: int, tell: Tell
) -> list[Intention]:
    """One row; none where a cell is not understood."""
    faults: list[tuple[str, str, str]] = [*_unlisted(own, known), *_free(own)]
    read = {title: ways.get(key(own[title]), "") for title, ways in known.items()}
    order = [week.number for week in summer_weeks(year)]
    weeks = _weeks(order, read[FIRST], read[LAST] or read[FIRST])
    if not faults and not weeks:
        told = "la dernière semaine précède la première"
        faults.append((told, "Corriger l'une des deux.", LAST))
    for found, remedy, column in faults:
        tell(found, remedy, column)
    if faults:
        return []
    expected = values.integer(own[EXPECTED]) if own[EXPECTED] else None
    return [Intention(
        year, partner.name, read[AREA], weeks, read[PUBLIC], read[THEME], read[SLOT], own[TITLE],
        expected,
    )]  # fmt: skip


def _weeks(order: list[int], first: int | str, last: int | str) -> tuple[int, ...]:
    if first not in order or last not in order:
        return ()
    return tuple(order[order.index(first) : order.index(last) + 1])


def _unlisted(own: dict[str, str], known: dict[str, dict]) -> Iterator[tuple[str, str, str]]:
    """Cells that are not a choice of their list, or are missing."""
    for title, ways in known.items():
        text = own[title]
        if text and key(text) not in ways:
            yield (
                f"{hidden(f'« {text[:60]} »')} n'est pas dans la liste",
                "Choisir dans la liste.",
                title,
            )
        elif not text and title in MUST:
            yield "cellule vide", "Choisir dans la liste.", title


def _free(own: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """What is typed without a list: a sentence that names nobody, a number."""
    text, number = own[TITLE], own[EXPECTED]
    seen = intentions.named(text, "title")
    if seen or len(text) > MOST_LETTERS:
        told = seen or f"plus de {MOST_LETTERS} caractères"
        yield told, "Dire l'action en une phrase, sans nom de personne.", TITLE
    if delimited.RISKY.match(text):
        yield f"un texte qui commence par « {text[0]} »", "Commencer par une lettre.", TITLE
    try:
        if number and values.integer(number) > MOST_PEOPLE:
            yield f"« {number[:20]} » personnes", f"{MOST_PEOPLE} au plus.", EXPECTED
    except values.Wrong:
        yield f"{hidden(f'« {number[:60]} »')} n'est pas un nombre", "Un nombre entier.", EXPECTED
