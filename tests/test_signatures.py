"""Sign-off bound to content: one figure moves, and that page alone is a draft again."""

import re

import pytest
from click.testing import CliRunner
from lxml.html import document_fromstring

from qpvlib import cli
from qpvlib.catalogue import Faults, QpvError
from qpvlib.document.blocks import Masthead, Paragraph
from qpvlib.publishing import page as publishing
from qpvlib.publishing.jobs import Page
from qpvlib.roadmap import signatures

WORDS = "PROJET, non relu"  # as an action may be titled: no state of the page


@pytest.fixture
def built(tmp_path, opened):
    """Two built pages, and no signature."""
    opened(decisions=tmp_path / "decisions", reports=tmp_path / "reports")
    (tmp_path / "reports").mkdir()
    for name in ("a.html", "b.html"):
        (tmp_path / "reports" / name).write_text(page(), "utf-8")
    return tmp_path / "reports"


def page(figure="58,0 %", foot="1", name="b.html"):
    """A page as publishing makes it, with the state that its signature gives it."""
    about = Page("Titre", "Description", "D45", "Pied", f"Préfecture, {foot}")
    blocks = Masthead("Préfecture", "Titre"), Paragraph(figure), Paragraph(WORDS, "action")
    return publishing.signed(name, lambda state: publishing.framed(about, blocks, state=state))


def states(html):
    """What a page says of itself: its description, the foot of its sheets, its head, its footer."""
    tree = document_fromstring(html)
    (head,) = tree.xpath("//*[@data-state]")
    foot = re.search(r'--foot:"(.*?)"', html)[1]
    description = tree.xpath("//meta[@name='description']/@content")[0]
    return [description, foot, head.text_content(), tree.find(".//footer").text_content()]


def test_a_draft_says_it_everywhere(built):
    assert all("projet, non relu" in said.lower() for said in states(page()))


def test_a_signature_holds_for_one_content(built):
    signatures.sign(built / "a.html", "validated", "Sous-préfète")
    signed = states(page(name="a.html"))
    assert all("alidé le" in said and "relu" not in said.lower() for said in signed)
    moved = states(page("57,0 %", name="a.html"))
    assert "PROJET, modifié depuis la signature du" in moved[2]
    assert all("projet, non relu" in said for said in moved[:2])
    assert "Sous-préfète" not in " ".join(moved)


def test_words_of_a_page_that_are_those_of_a_state_stay(built):
    signatures.sign(built / "a.html", "validated", "Sous-préfète")
    assert document_fromstring(page(name="a.html")).xpath("//p[@class='action']")[0].text == WORDS


def test_the_others_stay_as_they_are(built):
    signatures.sign(built / "a.html", "reviewed", "Chef de bureau")
    signatures.sign(built / "b.html", "reviewed", "Chef de bureau")
    assert signatures.state("b.html", signatures.content(page())).name == "reviewed"
    assert signatures.state("a.html", signatures.content(page("1"))).name == "draft"


def test_the_state_and_the_footer_are_not_content(built):
    assert signatures.content(page(foot="2")) == signatures.content(page())
    signatures.sign(built / "a.html", "reviewed", "Chef de bureau")
    assert signatures.content(page(name="a.html")) == signatures.content(page())


@pytest.mark.parametrize(('name', 'function', 'said'), [
    ("absente.html", "Chef", "n'est pas construite"), ("a.html", "  ", "Il manque la fonction"),
    ("objectifs.csv", "Chef", "ni une page ni un fichier Word"),
])  # fmt: skip
def test_what_cannot_be_signed(built, name, function, said):
    (built / "objectifs.csv").write_text("code\n", "utf-8")
    with pytest.raises(QpvError, match=said):
        signatures.sign(built / name, "reviewed", function)


def test_a_page_not_refreshed_cannot_be_signed(built):
    (built / "a.html").write_text('<div class="notice">Page non actualisée</div>', "utf-8")
    with pytest.raises(QpvError, match="n'est pas actualisée"):
        signatures.sign(built / "a.html", "reviewed", "Chef de bureau")


def test_a_wrong_file_of_signatures_is_refused(built):
    signatures.sign(built / "a.html", "reviewed", "Chef de bureau")
    path = built.parent / "decisions" / signatures.FILE
    path.write_text(path.read_text("utf-8").replace("reviewed", "relu"), "utf-8")
    with pytest.raises(Faults, match="page n° 1"):
        signatures.read()


def test_the_command_signs_and_leaves_the_page_to_the_next_report(built):
    verb = ["sign", "a.html", "--validated", "--function", "Sous-préfète"]
    done = CliRunner().invoke(cli.main, verb)
    assert done.exit_code == 0, done.output
    assert "Validé le" in done.output
    assert (built / "a.html").read_text("utf-8") == page()
    assert "Validé le" in states(page(name="a.html"))[2]
