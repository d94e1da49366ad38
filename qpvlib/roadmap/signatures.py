"""Draft, reviewed, validated: who signed which content of which page, and when.

A signature holds for one content. The page changes, and it is a draft again, whatever was signed.
"""

import datetime as dt
import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lxml.html import document_fromstring
from pydantic import ValidationError

from qpvlib.catalogue import QpvError, wording
from qpvlib.catalogue.declared import entry_fault, toml_file
from qpvlib.catalogue.producers import Entry
from qpvlib.project import current
from qpvlib.roadmap.decisions import keep, refused, text_faults

FILE = "signatures.toml"
HEADER = """\
# Les pages relues et validées : fonction (jamais un nom), date, empreinte de ce qui a été lu. Une
# page dont le contenu change redevient un projet. Écrit par qpv sign PAGE --reviewed, --validated.
"""


class Signature(Entry):
    """A page as someone read it."""

    page: str
    state: Literal["reviewed", "validated"]
    function: str
    date: dt.date
    content: str


@dataclass(frozen=True)
class State:
    """What a page says of itself: ``draft``, ``reviewed`` or ``validated``, and its words.

    ``label`` stands at the head of the page, ``foot`` at the foot of each sheet.
    """

    name: str
    label: str
    foot: str


def content(html: str) -> str:
    """Checksum of what a page says and draws, its state left out: twelve hexadecimal digits."""
    page = document_fromstring(html)
    for apart in page.xpath("//head | //footer | //*[@data-state]"):
        apart.drop_tree()
    pictures = page.xpath("//@alt | //@src | //@d")
    text = "\n".join([" ".join(page.text_content().split()), *pictures])
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
        faults += [f"{place} : {fault}" for fault in _faults(signature.function)]
        found[signature.page] = signature
    if faults:
        raise refused(faults)
    return found


def _faults(function: str) -> list[str]:
    return text_faults({"fonction": (function, "name")})


def state(page: str, checksum: str) -> State:
    """State of a page from the checksum of its content."""
    signature = read().get(page)
    if signature is None:
        return draft()
    day = f"{signature.date:%d/%m/%Y}"
    if signature.content != checksum:
        return State("draft", wording.say("signature", "changed", date=day), _foot("draft", day))
    return _state(signature.state, day, signature.function)


def draft() -> State:
    """What a page says that nobody signed."""
    return _state("draft", "")


def _state(name: str, day: str, function: str = "") -> State:
    label = wording.say("signature", name, date=day, function=function)
    return State(name, label, _foot(name, day))


def _foot(name: str, day: str) -> str:
    return wording.say("signature", f"foot_{name}", date=day)


def sign(path: Path, kind: Literal["reviewed", "validated"], function: str) -> Signature:
    """Sign the page as it is built today; the file keeps its comments.

    Raises
    ------
    QpvError
        When the page is not built, could not be refreshed, or when no function is given, or a name.
    """
    page = path.name
    if not path.exists():
        raise QpvError(f"La page « {page} » n'est pas construite dans {path.parent}. qpv report")
    if path.suffix not in (".html", ".docx"):
        raise QpvError(f"« {page} » n'est ni une page ni un fichier Word : il ne se signe pas.")
    file = path.read_bytes()
    if b'class="notice"' in file:
        raise QpvError(f"La page « {page} » n'est pas actualisée : elle ne se signe pas.")
    if not function.strip():
        raise QpvError("Il manque la fonction (--function) : une fonction, jamais un nom.")
    if faults := _faults(function):
        raise QpvError("\n".join(faults))
    signature = Signature(
        page=page, state=kind, function=function, date=dt.date.today(), content=content_of(file)
    )
    read()
    keep(current().decisions / FILE, HEADER, "page", ("page",), [signature.model_dump()])
    return signature
