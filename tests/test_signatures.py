"""Sign-off bound to content: one figure moves, and that page alone is a draft again."""

import io
import json
import re
from datetime import date

import pytest
from click.testing import CliRunner
from docx import Document
from lxml.html import document_fromstring

from qpvlib import cli
from qpvlib.catalogue import Faults, QpvError
from qpvlib.document import word
from qpvlib.document.blocks import Masthead, Paragraph
from qpvlib.publishing import jobs
from qpvlib.publishing import page as publishing
from qpvlib.publishing.job import Page
from qpvlib.roadmap import signatures

A, B = "index.html", "synthese.html"
WORDS = "PROJET, non relu"  # as an action may be titled: no state of the page


@pytest.fixture
def built(tmp_path, opened):
    """Two built pages, and no signature."""
    opened(decisions=tmp_path / "decisions", reports=tmp_path / "reports")
    (tmp_path / "reports").mkdir()
    for name in (A, B):
        (tmp_path / "reports" / name).write_text(page(), "utf-8")
    return tmp_path / "reports"


def page(figure="58,0 %", foot="1", name=B):
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
    signatures.sign(built, A, "validated", "Sous-préfète")
    signed = states(page(name=A))
    assert all("alidé le" in said and "relu" not in said.lower() for said in signed)
    moved = states(page("57,0 %", name=A))
    assert "PROJET, modifié depuis la signature du" in moved[2]
    assert all("projet, non relu" in said for said in moved[:2])
    assert "Sous-préfète" not in " ".join(moved)


def test_words_of_a_page_that_are_those_of_a_state_stay(built):
    signatures.sign(built, A, "validated", "Sous-préfète")
    assert document_fromstring(page(name=A)).xpath("//p[@class='action']")[0].text == WORDS


def test_the_others_stay_as_they_are(built):
    signatures.sign(built, A, "reviewed", "Chef de bureau")
    signatures.sign(built, B, "reviewed", "Chef de bureau")
    assert signatures.state(B, signatures.content(page())).name == "reviewed"
    assert signatures.state(A, signatures.content(page("1"))).name == "draft"


def test_the_state_and_the_footer_are_not_content(built):
    assert signatures.content(page(foot="2")) == signatures.content(page())
    signatures.sign(built, A, "reviewed", "Chef de bureau")
    assert signatures.content(page(name=A)) == signatures.content(page())


def document(creator="qpvlib", by="qpvlib"):
    """A small Word file of ours, or last written by another."""
    made = Document(io.BytesIO(word.word(Paragraph("58,0 %"), "Titre", "PROJET")))
    made.core_properties.author, made.core_properties.last_modified_by = creator, by
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


HEAD = b'<meta name="generator" content="qpvlib">'
FILES = {
    "objectifs.csv": (b"code\n", "La page « objectifs.csv » n'existe pas. Se signent celles que"),
    "run.jsonl": (b"{}\n", "La page « run.jsonl » n'existe pas"),
    "registre.html": (page().encode(), "n'existe pas"),
    "syntese.html": (b"", "Voulez-vous dire « synthese.html »"),
    "index.html": (b"<p>autre</p>", "n'est pas, ou plus, telle que qpv"),
    "couverture.html": (HEAD + b"\xe9", "« couverture.html » est abîmée"),
    "preparation-ete.html": (b"", "n'est pas, ou plus"),
    "fiche-qp045001-a.docx": (b"PK\x03\x04 rien", "est abîmée, et ne se signe pas. La refaire"),
    "fiche-qp045002-a.docx": (document()[:3000], "est abîmée"),
    "fiche-qp045003-a.docx": (document("Un tiers"), "n'est pas, ou plus"),
    "fiche-qp045004-a.docx": (document(by="Un tiers"), "n'est pas, ou plus"),
    "annexe-appel-a-projets.docx": (page().encode(), "est abîmée"),
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_not_a_page_of_ours_is_not_signed(built, name):
    content, said = FILES[name]
    (built / name).write_bytes(content)
    with pytest.raises(QpvError, match=re.escape(said)):
        signatures.sign(built, name, "reviewed", "Chef de bureau")
    assert not (built.parent / "decisions").exists()


def test_a_page_that_could_not_be_refreshed_is_not_signed_and_a_warning_on_one_is(built):
    about = Page("Titre", "Description", "D45", "Pied", "Préfecture")
    (built / A).write_text(publishing.notice(about, ""), "utf-8")
    with pytest.raises(QpvError, match="n'est pas actualisée"):
        signatures.sign(built, A, "reviewed", "Chef de bureau")
    warned = Masthead("Préfecture", "Titre"), Paragraph("Axes inconnus", "notice")
    (built / B).write_text(publishing.framed(about, warned), "utf-8")
    assert signatures.sign(built, B, "reviewed", "Chef de bureau").page == B


@pytest.mark.parametrize("name", ["../index.html", "/etc/passwd", "a/index.html", "./index.html"])
def test_only_a_name_is_signed_not_a_path(built, name):
    (built.parent / "index.html").write_text(page(), "utf-8")
    with pytest.raises(QpvError, match="donner le nom seul"):
        signatures.sign(built, name, "reviewed", "Chef de bureau")


def test_a_link_and_a_folder_are_no_pages(built):
    (built.parent / "dehors.html").write_text(page(), "utf-8")
    (built / "couverture.html").symlink_to("../dehors.html")
    (built / "preparation-ete.html").mkdir()
    for name in ("couverture.html", "preparation-ete.html"):
        with pytest.raises(QpvError, match=f"« {name} » n'existe pas"):
            signatures.sign(built, name, "reviewed", "Chef de bureau")


def test_a_word_file_of_ours_is_signed(built):
    (built / "fiche-qp045001-a.docx").write_bytes(document())
    assert signatures.sign(built, "fiche-qp045001-a.docx", "reviewed", "Chef").state == "reviewed"


def test_every_page_of_the_site_or_asked_for_has_a_name_that_may_be_signed():
    wanted = [*jobs.of(None), jobs.board(2021, date(2021, 7, 1), "-juin_2"), jobs.coverage(2021)]
    wanted += [jobs.planning(2021), jobs.side_by_side("QP045010", "QP045012")]
    names = {job.file for job in wanted if job.file.endswith((".html", ".docx"))}
    names |= {f"fiche-{place.page}" for place in jobs.selected(None)}
    assert {name for name in names if not signatures.PAGES.fullmatch(name)} == set()


GOOD = ["Déléguée du préfet", "Chef de projet politique de la ville", "Sous-préfète", "DDETS 45",
        "Cheffe du bureau de la politique de la ville", "Chef de bureau\xa0: DDT"]  # fmt: skip
BAD = {
    "  ": "fonction de l'auteur absente", "\u200b": "absente", "12": "absente", "—": "absente",
    "Chef\nde bureau": "caché (U+000A)", "Chef\x07": "caractère de contrôle", "Chef\t": "U+0009",
    "Ch\u200bef": "caché (U+200B)", "\u202eChef": "caché (U+202E)", "\ufeffChef": "U+FEFF",
    "Chef " * 40: "200 caractères, 150 au plus", "Jean-Pierre": "un prénom", "MARIE": "un prénom",
    "Marie Exemple": "peut-être un nom", "06 12 34 56 78": "numéro de téléphone",
    "chef@exemple.fr": "adresse électronique",
}  # fmt: skip


@pytest.mark.parametrize("function", GOOD)
def test_a_function_signs(built, function):
    signatures.sign(built, A, "reviewed", function)
    assert signatures.read()[A].function == function


@pytest.mark.parametrize("function", BAD, ids=ascii)
def test_what_is_no_function_does_not_sign_nor_stay_in_the_file(built, function):
    with pytest.raises(QpvError, match=re.escape(BAD[function])) as told:
        signatures.sign(built, A, "reviewed", function)
    assert "\n" not in str(told.value)
    signatures.sign(built, A, "reviewed", "Chef de bureau")
    typed(built, "Chef de bureau", json.dumps(function)[1:-1])
    with pytest.raises(Faults, match=re.escape(BAD[function])):
        signatures.read()


def typed(built, old, new):
    """The file of signatures, as a hand changed it."""
    path = built.parent / "decisions" / signatures.FILE
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize(("old", "new", "said"), [
    ("reviewed\"", "relu\"", "page n° 1"), ('"index.html"', '"../x.html"', "qui se signe"),
    ('"index.html"', '"/etc/passwd"', "aucune page"), ("[[page]]", "[page]", "[[page]]"),
    ("[[page]]", "[[pages]]", "« pages » n'existe pas"), ("[[page]]", "page = 3\n[x]", "[[page]]"),
    ('content = "', 'content = "../', "empreinte du contenu"),
])  # fmt: skip
def test_a_file_of_signatures_edited_by_hand_is_refused(built, old, new, said):
    signatures.sign(built, A, "reviewed", "Chef de bureau")
    typed(built, old, new)
    with pytest.raises(Faults, match=re.escape(said)):
        signatures.read()


def test_a_file_of_signatures_saved_with_a_mark_is_read_and_written(built):
    signatures.sign(built, A, "reviewed", "Chef de bureau")
    path = built.parent / "decisions" / signatures.FILE
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    signatures.sign(built, B, "reviewed", "Chef de bureau")
    assert set(signatures.read()) == {A, B}


def test_the_command_signs_and_leaves_the_page_to_the_next_report(built):
    verb = ["sign", A, "--validated", "--function", "Sous-préfète"]
    done = CliRunner().invoke(cli.main, verb)
    assert done.exit_code == 0, done.output
    assert "Validé le" in done.output
    assert (built / A).read_text("utf-8") == page()
    assert "Validé le" in states(page(name=A))[2]
