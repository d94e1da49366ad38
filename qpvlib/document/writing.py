"""Blocks → HTML, through the templates of this room; every text is escaped, and French."""

import re
from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import cache, lru_cache
from importlib import resources
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, Template
from markupsafe import Markup, escape

from qpvlib.catalogue import catalogue, wording
from qpvlib.document import palette
from qpvlib.document.blocks import Content, Span, plain

LABEL = "label"  # the kind of a link from a label to its card
SLOT = "<!--state-->"  # where a page says its state: no text can hold it, texts are escaped
BEHIND = "<!--behind-->"  # where it leads to the data behind it, at the end of those it folds
TAGS = {
    "": ("span", ""), "strong": ("strong", ""), "number": ("b", ""), "small": ("span", "s"),
    "muted": ("span", "na"), "code": ("code", ""), "hidden": ("span", "vh"),
    "line": ("span", "s line"),
}  # fmt: skip


def french(text: object) -> str:
    """A text as it is printed: no-break spaces, curly apostrophes.

    >>> french("l'écart : 3 %")
    'l’écart\\xa0: 3\\u202f%'
    """
    return _french(str(text))


@lru_cache(maxsize=10_000)  # the same words on every page
def _french(text: str) -> str:
    return re.sub(r"(?<=\w)'(?=\w)", "’", wording.spaced(text))


def uri(svg: str) -> Markup:
    """An SVG as an address, inside an attribute: its ids and styles cannot meet the page's.

    >>> uri('<svg><path d="M1 2"/></svg>')
    Markup("data:image/svg+xml,%3Csvg%3E%3Cpath%20d='M1%202'/%3E%3C/svg%3E")
    """
    flat = re.sub(r"[ \n\t]+", " ", svg)  # and no other space: U+202F must stay
    lean = re.sub(r"<[^>]*>", _lean_tag, flat)
    return Markup("data:image/svg+xml,") + Markup(quote(lean, safe="=:/,;()'-._~!*@+?"))


def _lean_tag(found: re.Match) -> str:
    """A tag with fewer of the characters that take three in an address."""
    tag = re.sub(r'="([^"\']*)"', r"='\1'", found[0])
    return re.sub(r"(?<=[;:]) ", "", tag)


def kind_of(thing: object) -> str:
    """Name of a block for the templates; empty for a text or a sequence."""
    return type(thing).__name__ if is_dataclass(thing) else ""


def _template(name: str) -> Template:
    return _environment().get_template(f"{name}.html.j2")


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("qpvlib.document"), autoescape=True, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    found.filters |= {"fr": french, "uri": uri, "plain": plain, "kind": kind_of}
    found.globals |= {"TAGS": TAGS, "SLOT": Markup(SLOT), "BEHIND": Markup(BEHIND)}
    found.globals |= {"attribute": _attribute}
    return found


def _attribute(name: str, value: str) -> str:
    return Markup(f' {name}="{escape(value)}"') if value else ""


def html(content: Content, stamps: Mapping[str, str] | None = None) -> str:
    """Some content as HTML.

    Parameters
    ----------
    content : Content
        Blocks, or words.
    stamps : mapping, optional
        Attributes of every figure, table, paragraph, item and list of figures.

    Examples
    --------
    >>> from qpvlib.document.blocks import Paragraph, strong
    >>> html(Paragraph(("moins de ", strong("11 < 12"))))
    '<p>moins de <strong>11 &lt; 12</strong></p>'
    """
    stamp = Markup("").join(Markup(' {}="{}"').format(*pair) for pair in (stamps or {}).items())

    def show(content: Content) -> Markup:
        if isinstance(content, str):
            return escape(french(content))
        if isinstance(content, (tuple, list)):
            return Markup("").join(map(show, content))
        return getattr(macros, kind_of(content).lower())(content)

    macros = _template("blocks").make_module({"stamp": stamp, "show": show})
    return str(show(content))


def framed(content: Content, stamps: Mapping[str, str] | None = None, kind: str = "exhibit") -> str:
    """Content in a frame of its own, as a page holds it; its state is still to be said."""
    shown = Markup(html(content, stamps))
    return _template("frame").render(stamps=stamps or {}, kind=kind, content=shown)


def unlinked(html: str) -> str:
    """The same without the links from labels to their cards, where no card is beside."""
    return re.sub(rf'<a href="[^"]*" class="{LABEL}">(.*?)</a>', r"\1", html)


def filled(framed: str, state: str, behind: str = "", words: str = "") -> str:
    """The same on its page: its state, and the link to the data behind it where it has one."""
    link = html(Span(words, "s behind", behind)) if behind else ""
    return framed.replace(SLOT, state).replace(BEHIND, link)


def alone(framed: str) -> str:
    """The same, displayed on its own, with its style sheet: a draft, as whatever is not a page."""
    draft = state_of("draft", catalogue().phrases["signature"]["draft"])
    content = Markup(unlinked(filled(framed, draft)))
    return _template("alone").render(style=Markup(style()), content=content)


def state_of(name: str, label: str) -> str:
    """What a page says of itself, in its slot: draft, reviewed or validated."""
    return _template("state").render(name=name, label=french(label))


@cache
def style() -> str:
    """The project's style sheet, shared by JupyterLab and the published pages."""
    sheet = (resources.files("qpvlib.document") / "templates" / "style.css").read_text("utf-8")
    return palette.sheet() + sheet
