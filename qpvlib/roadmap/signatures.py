"""Draft, reviewed, validated: who signed which content of which page, and when.

A signature holds for one content. The page changes, and it is a draft again, whatever was signed.
"""

import datetime as dt
import hashlib
import html as escaping
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from qpvlib.catalogue import QpvError, wording
from qpvlib.catalogue.declared import entry_fault, toml_file
from qpvlib.catalogue.entries import Entry
from qpvlib.project import current
from qpvlib.roadmap.decisions import refused
from qpvlib.roadmap.keeping import keep

FILE = "signatures.toml"
HEADER = """\
# Les pages relues et validées : fonction (jamais un nom), date, empreinte de ce qui a été lu. Une
# page dont le contenu change redevient un projet. Écrit par qpv sign PAGE --reviewed, --validated.
"""
# What says the state of a page, and so is not its content.
_APART = re.compile(
    r"<head>.*?</head>|<footer.*?</footer>|<span class=\"draft[^\"]*\">.*?</span>", re.S
)
_SAID = re.compile(r"PROJET, non relu|[Pp]rojet,? non relu")


class Signature(Entry):
    """A page as someone read it."""

    page: str
    state: Literal["reviewed", "validated"]
    function: str
    date: dt.date
    content: str


@dataclass(frozen=True)
class State:
    """What a page says of itself: ``draft``, ``reviewed`` or ``validated``, and its words."""

    name: str
    label: str
    foot: str


def content(html: str) -> str:
    """Checksum of what a page says and draws, its state left out: twelve hexadecimal digits."""
    body = _APART.sub("", html)
    pictures = re.findall(r'\b(?:alt|src|d)="([^"]*)"', body)
    words = escaping.unescape(re.sub(r"<[^>]+>", " ", body))
    text = "\n".join([re.sub(r"\s+", " ", words).strip(), *pictures])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def content_of(file: bytes) -> str:
    """Checksum of a page or of a Word file: its text and its pictures, without its state."""
    if not file.startswith(b"PK"):
        return content(file.decode("utf-8"))
    digest = hashlib.sha256()
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        for name in sorted(parts.namelist()):
            if name == "word/document.xml" or name.startswith("word/media/"):
                digest.update(parts.read(name))
    return digest.hexdigest()[:12]


def read() -> dict[str, Signature]:
    """Signatures by page.

    Raises
    ------
    Faults
        Every one.
    """
    path = current().decisions / FILE
    if not path.exists():
        return {}
    faults: list[str] = []
    tables = toml_file(path.parent, FILE, faults)
    found = {}
    for number, table in enumerate(tables.get("page", []), 1):
        place = f"{FILE}, [page n° {number}]"
        try:
            signature = Signature.model_validate(table)
        except ValidationError as error:
            faults += [entry_fault(place, Signature, detail) for detail in error.errors()]
            continue
        if signature.page in found:
            faults.append(f"{place} : « {signature.page} » signée deux fois")
        if signature.date > dt.date.today():
            faults.append(f"{place} : date dans le futur")
        found[signature.page] = signature
    if faults:
        raise refused(faults)
    return found


def state(page: str, checksum: str) -> State:
    """State of a page from the checksum of its content."""
    signature = read().get(page)
    if signature is None:
        return _state("draft", "")
    day = f"{signature.date:%d/%m/%Y}"
    if signature.content != checksum:
        return State("draft", wording.say("signature", "changed", date=day), _foot("draft", day))
    return _state(signature.state, day, signature.function)


def _state(name: str, day: str, function: str = "") -> State:
    label = wording.say("signature", name, date=day, function=function)
    return State(name, label, _foot(name, day))


def _foot(name: str, day: str) -> str:
    return wording.say("signature", f"foot_{name}", date=day)


def stamp(html: str, page: str) -> str:
    """The page with its state written wherever it says one: head, foot of each printed page."""
    return said(html, state(page, content(html)))


def said(html: str, found: State) -> str:
    """Some HTML with that state wherever it says one."""

    def words_of(match: re.Match) -> str:
        words = found.label if match[0].isupper() or match[0].startswith("PROJET") else found.foot
        capital = match[0].startswith("Projet")
        return escaping.escape(wording.sentence(words) if capital else words)

    html = _SAID.sub(words_of, html)
    if found.name == "draft":
        return html
    return html.replace('<span class="draft">', f'<span class="draft {found.name}">')


def sign(path: Path, kind: Literal["reviewed", "validated"], function: str) -> Signature:
    """Sign the page as it is built today; the file keeps its comments.

    Raises
    ------
    QpvError
        When the page is not built, could not be refreshed, or when no function is given.
    """
    page = path.name
    if not path.exists():
        raise QpvError(f"La page « {page} » n'est pas construite dans {path.parent}. qpv report")
    file = path.read_bytes()
    if b'class="notice"' in file:
        raise QpvError(f"La page « {page} » n'est pas actualisée : elle ne se signe pas.")
    if not function.strip():
        raise QpvError("Il manque la fonction (--function) : une fonction, jamais un nom.")
    signature = Signature(
        page=page, state=kind, function=function, date=dt.date.today(), content=content_of(file)
    )
    read()
    keep(current().decisions / FILE, HEADER, "page", ("page",), [signature.model_dump()])
    return signature
