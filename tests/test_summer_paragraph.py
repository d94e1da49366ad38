"""« Cet été » of the annex, as published: each neighbourhood its own publics, places and weeks."""

import re
from collections import Counter

import facts
import pytest
import reading
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
    told = Counter(re.search(r"Publics : ([\d ]+) enfants de 6 à 17 ans \((.*?)\)", text).groups()
                   for text in paragraphs)  # fmt: skip
    seen = facts.observations()
    last = {code: max(y for a, i, y in seen if (a, i) == (code, "enfants_6_17"))
            for code in facts.PLACES}  # fmt: skip
    wanted = Counter(
        (f"{int(seen[code, 'enfants_6_17', year].value):,}".replace(",", " "),
         f"fichier Insee {seen[code, 'enfants_6_17', year].edition}")
        for code, year in last.items()
    )  # fmt: skip
    assert told == wanted


def test_no_place_is_said_to_be_open(paragraphs):
    assert all("ouverture l'été à demander : " in text for text in paragraphs)
