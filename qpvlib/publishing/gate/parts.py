"""Headings, links, lists, folds, figures, pictures: each whole, in its place, with its name."""

from collections import Counter
from collections.abc import Iterator

from lxml.html import HtmlElement

from qpvlib.document.exhibits import mute
from qpvlib.publishing.gate.seen import Seen, heard, shown

LEVELS = ("h1", "h2", "h3", "h4", "h5", "h6")
# A role that says more than the tag: any other is refused, even one that the tag has already. Of a
# figure, it says no more; test 1.9.1 of the RGAA asks for it, and for a name equal to the caption.
ROLES = {("i", "img"), ("div", "region"), ("figure", "figure")}
NAMELESS = {"div", "span", "p", "i", "b", "em", "strong", "code", "td", "caption"}


def ids_once(seen: Seen) -> Iterator[str]:
    """No two elements have one id."""
    counts = Counter(value for _, name, value in seen.attributes if name == "id")
    for name, many in counts.items():
        if many > 1:
            yield f"{many} éléments ont le même identifiant « {name} »"


def anchors_exist(seen: Seen) -> Iterator[str]:
    """A link inside the page leads somewhere."""
    ids = {value for _, name, value in seen.attributes if name == "id"}
    for tag in seen.all("a"):
        place = tag.get("href") or ""
        if place.startswith("#") and place[1:] not in ids:
            yield f"le lien {shown(tag.text_content())} mène à « {place} », qui n'existe pas"


def headings_in_order(seen: Seen) -> Iterator[str]:
    """No level of heading is skipped."""
    level = 1
    for tag in seen.tree.iter(*LEVELS):
        own = int(tag.tag[1])
        if own > level + 1:
            name = shown(tag.text_content())
            yield f"le titre {name} est de niveau {own} après un titre de niveau {level}"
        level = own


def nothing_empty(seen: Seen) -> Iterator[str]:
    """Each heading says something; each link too, and leads somewhere."""
    for tag in seen.all(*LEVELS):
        if not heard(tag).strip():
            yield f"un titre de niveau {tag.tag[1]} est vide"
    for tag in seen.all("a"):
        if not heard(tag).strip():
            yield f"le lien vers « {tag.get('href')} » n'a pas de nom"
        elif not tag.get("href"):
            yield f"le lien {shown(heard(tag))} ne mène nulle part"


def tab_order(seen: Seen) -> Iterator[str]:
    """The keyboard goes as the page reads."""
    for tag, name, value in seen.attributes:
        if name == "tabindex" and value not in ("0", "-1"):
            yield f"un élément {tag.tag} a un ordre de tabulation ({value})"


def _strangers(tag: HtmlElement, allowed: set[str]) -> Iterator[str]:
    for child in tag:
        if isinstance(child.tag, str) and child.tag not in allowed:
            yield f"une liste ({tag.tag}) contient un élément {child.tag}"


def lists_whole(seen: Seen) -> Iterator[str]:
    """A list has items and nothing else; an item is of a list."""
    for tag in seen.all("ul", "ol"):
        yield from _strangers(tag, {"li"})
    for tag in seen.all("dl"):
        yield from _strangers(tag, {"dt", "dd", "div"})
    for tag in seen.all("li"):
        if tag.getparent().tag not in ("ul", "ol"):
            yield f"l'élément de liste {shown(tag.text_content())} est hors d'une liste"


def folds_named(seen: Seen) -> Iterator[str]:
    """What is folded has a title, first, that opens it."""
    for tag in seen.all("details"):
        first = next((child for child in tag if isinstance(child.tag, str)), None)
        if first is None or first.tag != "summary" or not heard(first).strip():
            yield f"un contenu replié n'a pas de titre (summary) : {shown(tag.text_content())}"


def captions_placed(seen: Seen) -> Iterator[str]:
    """The caption of a figure is its first part or its last, and its name."""
    for tag in seen.all("figcaption"):
        figure = tag.getparent()
        own = [child for child in figure if isinstance(child.tag, str)]
        if figure.tag != "figure" or tag not in (own[0], own[-1]):
            yield f"la légende {shown(tag.text_content())} n'est ni en tête ni en fin de sa figure"
        elif (
            figure.get("aria-label") != tag.text_content().strip() or figure.get("role") != "figure"
        ):
            yield f"la figure n'a pas pour nom sa légende {shown(tag.text_content())}"


def addresses_whole(seen: Seen) -> Iterator[str]:
    """No address holds a space as it is."""
    for tag, name, value in seen.attributes:
        if name in ("src", "href") and any(letter.isspace() for letter in value):
            yield f"l'adresse {shown(value)} d'un élément {tag.tag} contient une espace"


def no_style_in_body(seen: Seen) -> Iterator[str]:
    """Its looks are in its style sheet, alone."""
    for tag in seen.all("style"):
        if tag.getparent().tag != "head":
            yield "une feuille de style (style) est dans le corps de la page"
    for tag, name, _ in seen.attributes:
        if name == "style":
            yield f"un élément {tag.tag} a un attribut style"


def roles_allowed(seen: Seen) -> Iterator[str]:
    """A role says what its element is not already."""
    for tag, name, value in seen.attributes:
        if name == "role" and (tag.tag, value) not in ROLES:
            yield f"un élément {tag.tag} a un rôle « {value} », interdit ou inutile"


def names_heard(seen: Seen) -> Iterator[str]:
    """What a role announces has a name; what none may name has none."""
    for tag in seen.all("i", "div", "nav", "section"):
        wanted = tag.get("role") or tag.tag in ("nav", "section")
        if wanted and not (tag.get("aria-label") or "").strip():
            yield f"un élément {tag.tag} n'a pas de nom (aria-label)"
    for tag, name, value in seen.attributes:
        if name == "aria-label" and tag.tag in NAMELESS and not tag.get("role"):
            yield f"un élément {tag.tag} sans rôle ne peut pas porter le nom « {value} »"


def images_told(seen: Seen) -> Iterator[str]:
    """A picture has an alternative that says something; a drawing in a line says nothing more."""
    for picture in seen.all("img"):
        alt = (picture.get("alt") or "").strip()
        if mute(alt):
            yield f"une image n'a pas d'alternative utile (« {alt} »)"
    for drawing in seen.all("svg"):
        if drawing.getparent().tag != "svg" and drawing.get("aria-hidden") != "true":
            yield "un dessin dans le texte n'est pas caché aux lecteurs d'écran (aria-hidden)"


def images_distinct(seen: Seen) -> Iterator[str]:
    """No two pictures say the same."""
    counts = Counter((picture.get("alt") or "").strip() for picture in seen.all("img"))
    for alt, many in sorted(counts.items()):
        if many > 1 and alt:
            yield f"deux images ont la même alternative : « {alt[:60]}… »"
