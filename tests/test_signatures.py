"""Sign-off bound to content: one figure moves, and that page alone is a draft again."""

import pytest
from click.testing import CliRunner

from qpvlib import cli
from qpvlib.catalogue import Faults, QpvError
from qpvlib.roadmap import signatures

PAGE = (
    '<html><head><meta name="description" content="x, projet non relu">'
    '<style>:root{{--foot:"x · projet, non relu"}}</style></head><body>'
    '<span class="draft">PROJET, non relu</span><p>{figure}</p><img alt="Carte {figure}" src="a">'
    "<footer>Projet non relu. Empreinte {foot}.</footer></body></html>"
)


@pytest.fixture
def built(tmp_path, opened):
    """Two built pages, and no signature."""
    opened(decisions=tmp_path / "decisions", reports=tmp_path / "reports")
    (tmp_path / "reports").mkdir()
    for name in ("a.html", "b.html"):
        (tmp_path / "reports" / name).write_text(PAGE.format(figure="58,0 %", foot="1"), "utf-8")
    return tmp_path / "reports"


def page(figure="58,0 %", foot="1"):
    return PAGE.format(figure=figure, foot=foot)


def test_a_draft_says_it_everywhere(built):
    stamped = signatures.stamp(page(), "a.html")
    assert stamped.lower().count("projet, non relu") == 4
    assert '<span class="draft">' in stamped


def test_a_signature_holds_for_one_content(built):
    signatures.sign(built / "a.html", "validated", "Sous-préfète")
    signed = signatures.stamp(page(), "a.html")
    assert signed.count("PROJET") == signed.lower().count("non relu") == 0
    assert signed.count("alidé le") == 4
    moved = signatures.stamp(page("57,0 %"), "a.html")
    assert "PROJET, modifié depuis la signature du" in moved
    assert "projet, non relu" in moved
    assert "Sous-préfète" not in moved


def test_the_others_stay_as_they_are(built):
    signatures.sign(built / "a.html", "reviewed", "Chef de bureau")
    signatures.sign(built / "b.html", "reviewed", "Chef de bureau")
    assert signatures.state("b.html", signatures.content(page())).name == "reviewed"
    assert signatures.state("a.html", signatures.content(page("1"))).name == "draft"


def test_the_state_and_the_footer_are_not_content(built):
    assert signatures.content(page(foot="2")) == signatures.content(page())
    signatures.sign(built / "a.html", "reviewed", "Chef de bureau")
    stamped = signatures.stamp(page(), "a.html")
    assert signatures.content(stamped) == signatures.content(page())


@pytest.mark.parametrize(('name', 'function', 'said'), [
    ("absente.html", "Chef", "n'est pas construite"), ("a.html", "  ", "Il manque la fonction"),
])  # fmt: skip
def test_what_cannot_be_signed(built, name, function, said):
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
    assert "alidé le" in signatures.stamp(page(), "a.html")
