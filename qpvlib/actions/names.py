"""What a user's text shows of people: refused, or asked and masked; the answers that are kept.

Coordinates, a name beside a civility or a role are refused. A first name and a name alone are a
question: masked until it is answered, and never stored.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import tomlkit

from qpvlib.actions.contract import ANSWERS, CODE, Field, Words, fields, fingerprint, words
from qpvlib.actions.values import LENGTH, Wrong, identifier
from qpvlib.catalogue import QpvError, slug
from qpvlib.catalogue.coordinates import coordinates, flat
from qpvlib.catalogue.faults import also
from qpvlib.catalogue.lexicon import lexicon
from qpvlib.catalogue.people import Form, names
from qpvlib.catalogue.written import toml
from qpvlib.project import kept
from qpvlib.tables import writing

UNSURE, MASKED, HIDDEN = "[nom à vérifier]", "[nom masqué]", "[donnée personnelle masquée]"
EXPECTED = "aucune donnée personnelle"
REMEDY = "Écrire la fonction ou la structure, sans nom ni coordonnées."
REFUSED = "un nom que vous avez dit de refuser"
# What each free field holds; the other fields are closed lists, numbers, dates, codes.
FORMS: dict[str, Form] = {
    "reference": "name", "porteur": "name", "autres_financeurs": "name",
    "intitule": "title", "axe": "title", "commentaire": "prose",
}  # fmt: skip
DATED = ("date", "jour", "creation", "publication", "parution", "debut", "fin", "echeance")
NUMBERED = ("siren", "siret", "code", "numero", "n", "no", "id", "identifiant", "dossier", "tiers",
            "chorus", "ej", "reference", "ref", "montant")  # fmt: skip


@dataclass(frozen=True)
class Looked:
    """A text as it may be kept; what refuses it; the names it asks about (code, initials)."""

    text: str
    refused: str = ""
    asked: tuple[tuple[str, str], ...] = ()


def look(text: str, vocabulary: Words, form: Form, numbered: bool = False) -> Looked:
    """A free text looked at; its unsure names are masked, unless they were said to be bodies'.

    ``numbered``: the field holds identifiers (see ``coordinates``).

    >>> look("voir avec Marie Durand", words(), "prose").text
    'voir avec [nom à vérifier]'
    >>> look("suivi par Marie Durand", words(), "prose").refused
    'un nom et une fonction, ou un lien de parenté'
    """
    if seen := coordinates(text, numbered=numbered):
        return Looked("", seen)
    readable, at, masked, asked = flat(text), 0, "", []
    found = names(readable, vocabulary.people, form)
    for one in found:
        told = readable[one.start : one.end]
        code = fingerprint(told)
        answer = vocabulary.answers.get(code, "")
        if one.kind or answer == "refuser":
            return Looked("", one.kind or REFUSED)
        masked += readable[at : one.start]
        masked += told if answer == "structure" else MASKED if answer else UNSURE
        at = one.end
        if not answer:
            asked.append((code, initials(told)))
    masked += readable[at:]
    # A text that names no one is kept as it was typed.
    return Looked(text if masked == readable else masked, "", tuple(asked))


def cells(vocabulary: Words, field_name: str) -> Callable[[str], Looked]:
    """``look`` for the cells of a free field, each distinct text once, a list in parts."""
    form = FORMS[field_name]

    @cache
    def looked(text: str) -> Looked:
        if field_name != "autres_financeurs" or ";" not in text or coordinates(text):
            return look(text, vocabulary, form, field_name == "reference")
        given = [part.strip() for part in text.split(";")]
        parts = [look(part, vocabulary, form) for part in given]
        refused = next((part.refused for part in parts if part.refused), "")
        asked = tuple(one for part in parts for one in part.asked)
        changed = [part.text for part in parts]
        return Looked(text if changed == given else " ; ".join(changed), refused, asked)

    return looked


def free(entry: Field, looked: Looked) -> str | Wrong:
    """A free text as it is kept; a reference cannot be masked, or two actions would be one."""
    if looked.refused:
        return Wrong(EXPECTED, REMEDY, looked.refused)
    if entry.name == "reference" and looked.asked:
        code, shown = looked.asked[0]
        remedy = "Donner une référence qui ne nomme personne ; si c'est une structure : "
        remedy += f"qpv actions name {code} structure."
        return Wrong("un identifiant", remedy, f"un nom à vérifier ({shown})")
    return looked.text


def personal(text: str, vocabulary: Words, kind: str = "", named: bool = True) -> Wrong | None:
    """What refuses the text of a cell that is no free text: coordinates, and sure names."""
    if kind == "siret" and len(re.sub(r"\D", "", identifier(text))) == LENGTH:
        return None  # as many digits as it must have: its key is then what tells
    seen = coordinates(text, kind == "date", kind == "siret")
    if not seen and named:
        found = names(flat(text), vocabulary.people)
        seen = next((one.kind for one in found if one.kind), "")
    return Wrong(EXPECTED, REMEDY, seen) if seen else None


def unread(text: str, title: str, vocabulary: Words) -> tuple[str, bool]:
    """Of a cell that is not imported: what refuses it, and whether it may name someone."""
    said = set(slug(title).split("-"))
    dated, numbered = not said.isdisjoint(DATED), not said.isdisjoint(NUMBERED)
    if seen := coordinates(text, dated, numbered):
        return seen, False
    found = names(flat(text), vocabulary.people)
    return next((one.kind for one in found if one.kind), ""), bool(found)


def initials(name: str) -> str:
    """What a message shows of a name.

    >>> initials("Marie Durand")
    'M… D…'
    """
    return " ".join(f"{part[0]}…" for part in name.replace(",", " ").replace("-", " ").split())


@kept("root", most=10_000)
def hidden(text: str, column: str = "") -> str:
    """A message without anyone's name or coordinates in it; ``column``: where the cell quoted is.

    >>> hidden("« 06 12 34 56 78 »"), hidden("« Marie Durand »"), hidden("« 12 k€ »")
    ('« [donnée personnelle masquée] »', '« M… D… »', '« 12 k€ »')
    """
    kind = next((entry.kind for entry in fields() if entry.name == column), "")
    form: Form = "prose" if column else "header"
    if coordinates(text, kind == "date", kind == "siret"):
        return f"« {HIDDEN} »"
    readable, at, told = flat(text), 0, ""
    found = names(readable, lexicon(), form)
    for one in found:
        told += readable[at : one.start] + initials(readable[one.start : one.end])
        at = one.end
    return told + readable[at:] if found else text


def filed(file: Path) -> str:
    """The name of a file without anyone's in it.

    >>> filed(Path("demandes_Marie_Durand.csv")), filed(Path("export_2021.csv"))
    ('demandes M… D….csv', 'export_2021.csv')
    """
    spaced = file.name.replace("_", " ")
    shown = hidden(spaced)
    return file.name if shown == spaced else shown


def notice(text: str) -> str:
    """A notice without anyone's name or coordinates in what it quotes: its numbers are lines.

    >>> notice("« Marie Durand » : ligne 111 (de même lignes 112, 113, 114, 115, 116)")
    '« M… D… » : ligne 111 (de même lignes 112, 113, 114, 115, 116)'
    """
    return re.sub("«.*»", lambda quoted: hidden(quoted[0]), text, flags=re.DOTALL)


def written(texts: dict[str, tuple[str, Form]], vocabulary: Words) -> list[str]:
    """What is wrong with texts that people write of a decision (name → text, form), in French.

    A name alone is told too: in a file, nothing masks it.
    """
    faults = []
    for name, (text, form) in texts.items():
        looked = look(text, vocabulary, form)
        if looked.refused:
            faults.append(f"{name} : {looked.refused} ; {EXPECTED}. {REMEDY}")
        faults += [
            f"{name} : peut-être un nom de personne ({shown}). Écrire une fonction ; si c'est une "
            f"structure : qpv actions name {code} structure"
            for code, shown in looked.asked
        ]
    return faults


# --- what is asked, what is answered --------------------------------------------------------------


@dataclass
class Asked:
    """Names that an import found, by code: what is shown of each, and where (line, column)."""

    places: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)

    def add(self, found: Iterable[tuple[str, str]], line: int, column: str) -> None:
        """Note the names of a cell."""
        for code, told in found:
            self.shown[code] = told
            self.places.setdefault(code, []).append((line, column))

    def notices(self) -> Iterator[str]:
        """What to answer, then one line for each name, with its places."""
        if self.places:
            yield (
                f"Noms à vérifier, masqués en attendant : {len(self.places)}. Répondre de chacun "
                "par son code, qpv actions name CODE structure (ou masquer, ou refuser), puis "
                "importer de nouveau."
            )
        for code, places in self.places.items():
            columns = ", ".join(f"« {name} »" for name in dict.fromkeys(c for _, c in places))
            lines = list(dict.fromkeys(line for line, _ in places))
            told = f"{self.shown[code]}, ligne {lines[0]}, colonne {columns}{also(lines[1:])}"
            yield f"{code} : {told}."


def answer(code: str, said: str, place: Path) -> None:
    """Keep what a user says of a name, by its code, in a ``synonymes.toml``; comments stay.

    Raises
    ------
    QpvError
        When the code or the answer is none, or the file is spoilt.
    """
    if not CODE.fullmatch(code):
        raise QpvError("Ce n'est pas un code : huit signes (0-9, a-f), que l'import donne.")
    if said not in ANSWERS:
        raise QpvError(f"Réponse inconnue. Réponses : {', '.join(ANSWERS)}.")
    known = toml(place) if place.exists() else {}
    if not isinstance(known.get("noms", {}), dict):
        raise QpvError(f"{place} : « noms » n'est pas une section. L'écrire [noms].")
    document = tomlkit.parse(place.read_text("utf-8-sig") if place.exists() else "")
    document.setdefault("noms", tomlkit.table())[code] = said
    writing.write(place, tomlkit.dumps(document))
    words.cache_clear()
