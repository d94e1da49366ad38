"""French typography of every built page: no line ends before its sign, nor inside a number."""

import html
import re

import pytest
from conftest import TERRITORY
from facts import PLACES

NAMES = [*TERRITORY, *(f"{code.lower()}-{place.slug}" for code, place in PLACES.items())]
BREAKABLE = {
    "un signe": r"[^\s] [:;?!%€»]|« [^\s]",
    "une unité": r"\d (?:km²|m²|km|m|ha|ko|Mo)(?!\w)",
    "un nombre": r"(?<![\d,.])\d{1,3}(?: \d{3})+(?!\d)",
    "une apostrophe droite": r"\w'\w",
}


def texts(page):
    """What a page says: its text and its attributes read aloud, styles and addresses left out."""
    bare = re.sub(r"<style.*?</style>|<code.*?</code>", "", page, flags=re.S)
    said = re.findall(r'(?:alt|aria-label|title)="([^"]*)"', bare)
    return [html.unescape(part) for part in [*re.split(r"<[^>]*>", bare), *said]]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", BREAKABLE)
def test_no_line_ends_before_its_sign_nor_inside_a_number(site, name, kind):
    page = (site / f"{name}.html").read_text("utf-8")
    assert [part for part in texts(page) if re.search(BREAKABLE[kind], part)] == []
