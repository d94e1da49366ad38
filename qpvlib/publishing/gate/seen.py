"""A page as the checks see it: parsed once, walked once."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml.html import HtmlElement, document_fromstring

from qpvlib.publishing.job import Page

BLOCKS = (
    "p", "li", "dt", "dd", "th", "td", "caption", "figcaption", "summary", "h1", "h2", "h3", "h4",
    "title",
)  # fmt: skip
SAID = ("alt", "aria-label", "title", "data-label", "content")  # attributes that a reader is told


@dataclass(frozen=True)
class Seen:
    """A page: its text, what it says of itself, what its notebook has shown."""

    html: str
    page: Page
    outputs: Sequence[Any] = ()

    @cached_property
    def tree(self) -> HtmlElement:
        """Its elements."""
        return document_fromstring(self.html)

    @cached_property
    def by_tag(self) -> dict[str, list[HtmlElement]]:
        """Its elements by tag, in order."""
        found = defaultdict(list)
        for tag in self.tree.iter():
            if isinstance(tag.tag, str):
                found[tag.tag].append(tag)
        return found

    def all(self, *tags: str) -> Iterator[HtmlElement]:
        """Its elements of these tags."""
        for tag in tags:
            yield from self.by_tag.get(tag, ())

    @cached_property
    def attributes(self) -> list[tuple[HtmlElement, str, str]]:
        """Every attribute: its element, its name, its value."""
        return [
            (tag, name, value)
            for tags in self.by_tag.values()
            for tag in tags
            for name, value in tag.items()
        ]

    @cached_property
    def text(self) -> str:
        """What it says, a block or an attribute that is told a line; no code; each once."""
        coded = {block for code in self.all("code") for block in code.iterancestors(*BLOCKS)}
        blocks = [told(tag) if tag in coded else tag.text_content() for tag in self.all(*BLOCKS)]
        named = [value for _, name, value in self.attributes if name in SAID]
        return "\n".join(dict.fromkeys([*blocks, *named]))


def told(tag: HtmlElement) -> str:
    """Text of an element, code left out."""
    return "".join(tag.xpath(".//text()[not(ancestor::code)]"))


def heard(tag: HtmlElement) -> str:
    """What a screen reader says of an element: texts, alternatives and labels; no mark."""
    if tag.get("aria-hidden") == "true":
        return ""
    if name := tag.get("aria-label") or tag.get("alt"):
        return name
    inner = (heard(child) + (child.tail or "") for child in tag if isinstance(child.tag, str))
    return (tag.text or "") + "".join(inner)


def shown(text: str) -> str:
    """A few words of a text, for a message."""
    flat = re.sub(r"\s+", " ", text).strip()
    return f"« {flat[:40]}{'…' if len(flat) > 40 else ''} »"
