"""The page as a whole: what it is, what it calls for, what it weighs."""

import re
from collections.abc import Iterator
from copy import deepcopy

from lxml.etree import strip_tags

from qpvlib.catalogue import catalogue
from qpvlib.publishing.gate.seen import Seen

FIRST_SCREEN = {"br", "id", "duo"}  # classes of what a reader sees before scrolling
OUTSIDE = re.compile(r"(https?:)?//", re.I)
CALLED = re.compile(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//[^'\")\s]*", re.I)


def cells_end(seen: Seen) -> Iterator[str]:
    """No cell of its notebook has ended with an error."""
    for output in seen.outputs:
        if output.output_type == "error":
            yield f"une cellule a fini en erreur ({output.get('ename')})"


def doctype(seen: Seen) -> Iterator[str]:
    """It begins by its type."""
    if not seen.html.lstrip()[:15].lower().startswith("<!doctype html>"):
        yield "la page ne commence pas par <!DOCTYPE html>"


def language(seen: Seen) -> Iterator[str]:
    """It says that it is in French."""
    if seen.tree.get("lang") != "fr":
        yield "la langue de la page n'est pas le français"


def titled(seen: Seen) -> Iterator[str]:
    """It has a title."""
    if not (seen.tree.findtext(".//title") or "").strip():
        yield "la page n'a pas de titre"


def one_title(seen: Seen) -> Iterator[str]:
    """It has one heading of the first level."""
    if (titles := len(seen.by_tag["h1"])) != 1:
        yield f"{titles} titres de premier niveau au lieu d'un"


def no_script(seen: Seen) -> Iterator[str]:
    """Nothing in it runs."""
    if seen.by_tag["script"]:
        yield "la page contient un script"
    for tag, name, value in seen.attributes:
        if name.startswith("on") or value[:11].lower() == "javascript:":
            yield f"la page contient un script, dans l'attribut {name} d'un élément {tag.tag}"


def no_network(seen: Seen) -> Iterator[str]:
    """It is whole: nothing of it is fetched."""
    for tag in seen.all("img", "link", "iframe", "object", "video", "source", "embed", "audio"):
        address = tag.get("src") or tag.get("href") or tag.get("data") or ""
        if OUTSIDE.match(address):
            yield f"la page appelle le réseau : {address}"
        elif tag.tag == "img" and not address.startswith("data:"):
            yield f"une image n'est pas dans la page : {address}"
    for sheet in seen.all("style"):
        for address in CALLED.findall(sheet.text or ""):
            yield f"la page appelle le réseau : {address}"


def weight(seen: Seen) -> Iterator[str]:
    """It is light enough to be mailed."""
    size, most = len(seen.html.encode()) / 1000, catalogue().rule("page_kilobytes")
    if size > most:
        yield f"la page pèse {size:.0f} ko, {most} au plus"


def own_area(seen: Seen) -> Iterator[str]:
    """No figure of another area has strayed into it."""
    own = seen.page.area
    areas = {value for _, name, value in seen.attributes if name == "data-area"}
    for area in sorted(areas - {own}) if own else ():
        yield f"un élément porte le code {area} et non {own}"


def first_screen(seen: Seen) -> Iterator[str]:
    """What is seen before scrolling is read in one breath."""
    most = seen.page.words
    if not most:
        return
    shown = [
        tag for tag in seen.tree.iter() if set((tag.get("class") or "").split()) & FIRST_SCREEN
    ]
    for tag in (shown := deepcopy(shown)):
        strip_tags(tag, "abbr")  # « CAP-BEP » is one word, spelled or not
    text = " ".join(" ".join(tag.itertext()) for tag in shown)
    words = len(re.findall(r"\w[\w'’\u202f-]*", text))  # « 12 560 » is one word
    if words > most:
        yield f"le premier écran compte {words} mots, {most} au plus"


def one_main(seen: Seen) -> Iterator[str]:
    """Its content is one region, and its first link leads there."""
    mains = seen.by_tag["main"]
    if len(mains) != 1:
        yield f"{len(mains)} zones de contenu principal (main) au lieu d'une"
        return
    first = next(iter(seen.by_tag["a"]), None)
    if first is None or first.get("href") != f"#{mains[0].get('id')}":
        yield "le premier lien ne mène pas au contenu principal"
