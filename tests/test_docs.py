"""The documents: generated lists are fresh, the commands named exist, links lead somewhere."""

import re

import facts
import pytest
from fences import documents
from reading import plain

from qpvlib import cli
from qpvlib.diagnosis import explaining
from qpvlib.project import current
from qpvlib.roadmap import method

README = (current().root / "README.md").read_text("utf-8")
PAGES = documents(current().root)
VERBS = r"(?:`|^)qpv ([a-z]+)"  # typed at a prompt, they are run: tests/test_docs_run.py


def test_the_list_of_indicators_is_the_catalogue_s():
    listed = (current().root / "docs" / "indicateurs.md").read_text("utf-8")
    assert listed == explaining.listing(), "qpv explain --all > docs/indicateurs.md"


def test_the_commands_that_documents_name_exist():
    texts = ((current().root / page).read_text("utf-8") for page in PAGES)
    named = {verb for text in texts for verb in re.findall(VERBS, text, re.M)}
    assert len(named) > 10
    assert named - set(cli.main.commands) == set()


@pytest.mark.parametrize("page", PAGES)
def test_links_between_documents_lead_somewhere(page):
    text = (current().root / page).read_text("utf-8")
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)|src=\"([^\"]+)", text)
    named = [one or other for one, other in links if "://" not in one]
    folder = (current().root / page).parent
    assert [to for to in named if not (folder / to).exists()] == []


def test_the_documents_count_what_there_is():
    people = facts.french(sum(facts.own(area, "population").value for area in facts.PLACES))
    assert f"{len(facts.PLACES)} quartiers prioritaires" in README
    assert plain(f"{people} habitants") in plain(README)
    changes = (current().root / "CHANGELOG.md").read_text("utf-8")
    assert f"{len(facts.INDICATORS)} indicateurs en " in changes


def test_the_method_is_the_tables():
    written = (current().root / "docs" / "method.md").read_text("utf-8")
    assert written == method.document(), "qpv explain --method > docs/method.md"


def test_the_method_says_what_each_rule_calls():
    written = (current().root / "docs" / "method.md").read_text("utf-8")
    assert "Ce bruit mêle le hasard et les changements réels" in written
    # 38 and 21 of 1,279 in the table of calls; 74 and 44 at the 90th, 10 and 3 at the 99th.
    assert (
        "| Taux d'emploi des femmes | 2015 → 2018 | 1\u202f279 | 3,0 % | 1,6 % | 4,6 % "
        "| 9,2 % | 1,0 % |" in written.replace("\xa0", " ")
    )
