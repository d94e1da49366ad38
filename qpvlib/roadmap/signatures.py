"""Draft, reviewed, validated: who signed which content of which page, and when.

A signature holds for one content. The page changes, and it is a draft again, whatever was signed.
"""

import datetime as dt
import hashlib
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lxml.etree import LxmlError
from lxml.html import document_fromstring

from qpvlib.catalogue import QpvError, unknown, wording
from qpvlib.catalogue.producers import Entry
from qpvlib.catalogue.written import toml_file
from qpvlib.project import current
from qpvlib.roadmap import corrections
from qpvlib.roadmap.decisions import (
    Draft,
    author_faults,
    frame_faults,
    keep,
    refused,
    text_faults,
    valid,
)
from qpvlib.tables.safety import MOST_UNFOLDED

FILE = "signatures.toml"
HEADER = """\
# Les pages relues et validées : fonction (jamais un nom), date, empreinte de ce qui a été lu. Une
# page dont le contenu change redevient un projet. Écrit par qpv sign PAGE --reviewed, --validated.
"""
# What may be signed, by its name: the pages of the site, and those that are asked for.
PAGES = re.compile(
    rf"({'|'.join(corrections.TOGETHER)}|corrections|preparation-ete"
    r"|(quartiers-ete|couverture)[\w-]*|comparaison(-q[a-z0-9]+){2}|(fiche-)?q[a-z0-9]+-[a-z0-9-]+)"
    r"\.(html|docx)",
    re.ASCII,
)
SPOILT = ValueError, LxmlError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error


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
    faults += frame_faults(FILE, tables, "page", "chaque signature")
    if faults:
        raise refused(faults)
    drafts = [Draft(f"{FILE}, [page n° {n}]", one) for n, one in enumerate(tables["page"], 1)]
    found: dict[str, Signature] = {}
    for place, signature in valid(drafts, Signature, faults):
        faults += [f"{place} : {fault}" for fault in _faults(signature)]
        if signature.page in found:
            faults.append(f"{place} : « {signature.page} » signée deux fois")
        found[signature.page] = signature
    if faults:
        raise refused(faults)
    return found


def _faults(signature: Signature) -> list[str]:
    """What no signature may say, typed in the command or in the file."""
    faults = author_faults(signature.date, signature.function)
    if not PAGES.fullmatch(signature.page):
        faults.append("page : ce n'est le nom d'aucune page qui se signe (qpv report, qpv annexe)")
    if not re.fullmatch("[0-9a-f]{12}", signature.content):
        faults.append("empreinte du contenu : douze chiffres de 0 à f ; signer par qpv sign")
    return faults + text_faults({"fonction": (signature.function, "name")})


def state(page: str, checksum: str) -> State:
    """State of a page from the checksum of its content."""
    signature = read().get(page)
    if signature is None:
        return draft()
    day = f"{signature.date:%d/%m/%Y}"
    if signature.content != checksum:
        later = any(one.date >= signature.date for one in corrections.of(page))
        why = "corrected" if later else "changed"
        return State("draft", wording.say("signature", why, date=day), _foot("draft", day))
    return _state(signature.state, day, signature.function)


def draft() -> State:
    """What a page says that nobody signed."""
    return _state("draft", "")


def _state(name: str, day: str, function: str = "") -> State:
    label = wording.say("signature", name, date=day, function=function)
    return State(name, label, _foot(name, day))


def _foot(name: str, day: str) -> str:
    return wording.say("signature", f"foot_{name}", date=day)


def sign(
    reports: Path, page: str, kind: Literal["reviewed", "validated"], function: str
) -> Signature:
    """Sign a page as it is built today; the file of signatures keeps its comments.

    Parameters
    ----------
    reports : Path
        Folder of the pages.
    page : str
        Name of one of them, or of a Word file.
    kind : {"reviewed", "validated"}
    function : str
        Of who signs; never a name.

    Raises
    ------
    QpvError
        When the page is unknown, not ours, spoilt or could not be refreshed; when the function is
        none, or names someone.
    """
    checksum = _read(_built(reports, page))
    signature = Signature(
        page=page, state=kind, function=function, date=dt.date.today(), content=checksum
    )
    if faults := _faults(signature):
        raise QpvError(f"Rien n'est signé (--function) : {' ; '.join(faults)}")
    read()
    keep(current().decisions / FILE, HEADER, "page", ("page",), [signature.model_dump()])
    return signature


def _built(reports: Path, page: str) -> Path:
    """A page that may be signed, in the folder itself; else the nearest name."""
    name = Path(page).name
    if page != name:
        raise QpvError(f"« {page} » : donner le nom seul de la page, son dossier par --reports.")
    built = {
        path.name: path
        for path in sorted(reports.glob("*"))
        if PAGES.fullmatch(path.name) and path.is_file() and not path.is_symlink()
    }
    if page not in built:
        told = unknown("La page", page, built)
        raise QpvError(
            f"{told} Se signent celles que qpv report ou qpv annexe a construites dans {reports}."
        )
    return built[page]


def _read(place: Path) -> str:
    """Checksum of the content of a page of ours."""
    file, again = place.read_bytes(), "La refaire : qpv report, ou qpv annexe."
    try:
        ours = (_ours_word if place.suffix == ".docx" else _ours_html)(file)
        checksum = content_of(file) if ours else ""
    except SPOILT:
        raise QpvError(f"« {place.name} » est abîmée, et ne se signe pas. {again}") from None
    if not checksum:
        raise QpvError(f"« {place.name} » n'est pas, ou plus, telle que qpv l'a écrite. {again}")
    if b'class="notice unmade"' in file:
        raise QpvError(f"La page « {place.name} » n'est pas actualisée : elle ne se signe pas.")
    if b'class="qpv withheld"' in file:
        raise QpvError(f"La page « {place.name} » est à compléter : elle ne se signe pas.")
    return checksum


def _ours_html(file: bytes) -> bool:
    return b'<meta name="generator" content="qpvlib">' in file[:2000]


def _ours_word(file: bytes) -> bool:
    """Whether nobody but us wrote a Word file, last included; its parts are no trap."""
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        if sum(part.file_size for part in parts.infolist()) > MOST_UNFOLDED:
            return False
        core = parts.read("docProps/core.xml")
    return all(f">qpvlib</{by}>".encode() in core for by in ("dc:creator", "cp:lastModifiedBy"))
