"""« Cet été » of the annex, as published: each neighbourhood its own publics, places and weeks."""

import re
from collections import Counter

import facts
import pytest
import reading
import together
from lxml import html


@pytest.fixture(scope="module")
def paragraphs(site):
    """The summer of each neighbourhood, in the order of the annex."""
    tree = html.parse(site / "annexe-appel-a-projets.html")
    found = [reading.text(p) for p in tree.iter("p")]
    return [text for text in found if text.startswith("Cet été.")]


def test_no_summer_is_that_of_more_than_two_neighbourhoods_numbers_apart(paragraphs):
    same = Counter(re.sub(r"\d[\d ,]*", "#", text) for text in paragraphs)
    assert len(paragraphs) == len(facts.PLACES)
    assert max(same.values()) <= 2, same.most_common(1)


def test_each_summer_tells_the_children_of_its_place_as_published(paragraphs):
    order = [code for codes in together.by_contract().values() for code in codes]
    for code, text in zip(order, paragraphs, strict=True):
        last = facts.series(code, "enfants_6_17")[-1]
        told = f"{facts.shown(last)} enfants de 6 à 17 ans ({facts.when(last)})"
        assert reading.plain(told) in text, code


def test_no_place_is_said_to_be_open(paragraphs):
    assert all("ouverture l'été à demander : " in text for text in paragraphs)
