"""The accessibility statement: nothing is met that no check holds or that nobody has looked at."""

import re
import tomllib
from pathlib import Path

import pytest
import reading

from qpvlib.catalogue import Faults, accessibility
from qpvlib.project import current
from qpvlib.publishing import gate

TESTS = Path(__file__).parent
DECLARED = tomllib.loads((current().catalogue / "accessibility.toml").read_text("utf-8"))
CRITERIA = DECLARED["criteria"]
SAID = {"met": "respecté", "failed": "non respecté", "none": "sans objet"}
SAID |= {"untested": "non vérifié"}


@pytest.fixture
def page(site):
    return reading.page(site / "accessibilite.html")


def counted(*states):
    return sum(one["state"] in states for one in CRITERIA.values())


def test_each_check_that_is_named_exists():
    tests = "\n".join(path.read_text("utf-8") for path in TESTS.glob("test_*.py"))
    known = gate.NAMES | set(re.findall(r"^def (test_\w+)\(", tests, re.M))
    named = {name for one in CRITERIA.values() for name in one.get("checks", ())}
    assert named - known == set()


def test_each_criterion_is_said_as_it_is_declared(page):
    rows = page.table("Critères du RGAA").rows
    assert {row.head: row.cells["État"] for row in rows} == {
        number: SAID[one["state"]] for number, one in CRITERIA.items()
    }
    for row in rows:
        how, one = row.cells["Comment on le sait"], CRITERIA[row.head]
        assert ("Automatique" in how) == ("checks" in one)
        assert ("À l'œil" in how) == ("seen" in one)


def test_the_rate_is_of_what_was_checked_and_says_so(page):
    told = " ".join(page.prose)
    met, checked = counted("met"), counted("met", "failed")
    assert f"Sur ces {len(CRITERIA)} : {met} respectés, {counted('failed')} non respectés" in told
    assert f"Parmi les {checked} vérifiés qui s'appliquent, {round(100 * met / checked)} %" in told
    assert "Ce n'est pas un taux de conformité" in told


def test_the_statement_has_what_the_law_asks_for_and_no_claim_beyond(page):
    told = " ".join(page.prose)
    for words in (
        "non conformes", "Aucun audit n'a été fait", "aucun lecteur d'écran n'a été utilisé",
        "Contenus non accessibles", "Établissement de cette déclaration", "Défenseur des droits",
        "adresse à compléter par la préfecture",
    ):  # fmt: skip
        assert words in told


def test_every_page_leads_to_it(pages):
    for path in pages.values():
        links = reading.page(path).root.xpath("//footer//a[@href='accessibilite.html']")
        assert [reading.text(link) for link in links] == ["Accessibilité : non conforme"], path.name


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('checks = ["doctype"]', "", "[criteria.8.1] : ni « checks » ni « seen »"),
        ('checks = ["doctype"]', 'check = ["doctype"]', "voulez-vous dire « checks » ?"),
        ('state = "untested"', 'state = "untested"\nseen = 2026-11-28', "et pourtant un contrôle"),
        ('state = "failed"', 'state = "faux"', "'faux' refusé, attendu : met, failed, none ou"),
        (
            "established = 2026",
            "etablie = 2026",
            "champ « etablie » inconnu, voulez-vous dire « established »",
        ),
        ('note = "Titres lus', 'notes = "Titres lus', "champ « criteria.5.5.notes » inconnu"),
    ],
)
def test_a_state_that_nothing_holds_is_refused(tmp_path, opened, old, new, said):
    text = (current().catalogue / accessibility.FILE).read_text("utf-8")
    assert old in text
    folder = opened(root=tmp_path).catalogue
    folder.mkdir(parents=True)
    (folder / accessibility.FILE).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(Faults, match=re.escape(said)):
        accessibility.declared()
