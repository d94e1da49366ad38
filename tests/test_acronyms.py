"""Acronyms are declared, and spelled once a page, where a reader meets them first."""

import csv
import re
import shutil
import tomllib

import facts
import pytest
import reading
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from qpvlib.catalogue import Faults, glossary
from qpvlib.document.acronyms import spelled
from qpvlib.project import current

DECLARED = tomllib.loads((facts.DATA / "catalogue" / "acronyms.toml").read_text("utf-8"))
FULL = {word: one["full"] for word, one in DECLARED.items() if "full" in one}
CODE = r"Q[PN]\d{3}\w{3}|Q[PN]\d{5}[A-Z]"
UNREAD = ("head", "style", "title", "code", "svg")
HIDDEN = " or ".join([*(f"ancestor::{tag}" for tag in UNREAD), "ancestor::span[@class='vh']"])


def words(text):
    return re.findall(r"(?<![^\W_])[A-Z][A-Za-z0-9]+", text)


def named():
    """Words of the names and addresses that files give: they are not ours to spell."""
    found = set()
    for table in ("resources", "places", "similar"):
        with (facts.DATA / "tidy" / f"{table}.csv").open(encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                found |= {word for key in ("name", "address", "detail") for word in
                          re.findall(r"[^\W\d_]+", row.get(key) or "")}  # fmt: skip
    return found


def texts(path):
    """Texts of a page in reading order, and whether each is in an <abbr>."""
    root = html.parse(str(path), html.HTMLParser(encoding="utf-8")).getroot()
    for node in root.xpath(f"//body//text()[not({HIDDEN})]"):
        inside = node.getparent() if node.is_text else node.getparent().getparent()
        yield str(node), inside if inside.tag == "abbr" else None


def undeclared(paths):
    known = {*DECLARED, *named()}
    said = (text for path in paths for text, _ in texts(path))
    every = (re.findall(r"[A-Za-zÀ-ÿ]*[A-ZÀ-Ý]{2}[A-Za-zÀ-ÿ]*", re.sub(CODE, "", t)) for t in said)
    return {word for found in every for word in found} - known


def test_every_run_of_capitals_is_declared(site):
    assert undeclared(site.glob("*.html")) == set()


@pytest.mark.acceptance
def test_every_run_of_capitals_of_the_register_s_pages_is_declared(built):
    assert undeclared(built) == set()


def test_every_acronym_declared_is_on_a_page(site):
    seen = {word for p in site.glob("*.html") if p.name != "indicateurs.html"
            for text, _ in texts(p) for word in words(text)}  # fmt: skip
    assert set(FULL) <= seen


def test_each_acronym_is_spelled_at_its_first_use_and_there_alone(site):
    for path in site.glob("*.html"):
        first, spelt = {}, {}
        for at, (text, abbr) in enumerate(texts(path)):
            for word in words(text):
                if word in FULL:
                    first.setdefault(word, at)
            if abbr is not None:
                assert reading.plain(abbr.get("title")) == FULL[text], path.name
                assert text not in spelt, (path.name, text)
                spelt[text] = at
        assert spelt == first, path.name


def test_the_glossary_says_every_acronym_and_every_word(site):
    page = reading.page(site / "indicateurs.html")
    (heading,) = page.root.xpath("//h2[@id='glossaire']")
    told = {dt.text_content(): reading.text(dt.getnext())
            for dt in heading.xpath("following::dl[@class='words']//dt")}  # fmt: skip
    assert {word: told[word] for word in FULL} == {w: reading.plain(f) for w, f in FULL.items()}
    for label in ("Bruit", "Médiane des QPV", "Part", "Solide", "À confirmer", "Non publié",
                  "Année déduite (²)", "Périmètre de 2015", "Périmètre de 2024"):  # fmt: skip
        assert told[label].endswith("."), label


def test_every_page_leads_to_the_glossary(site):
    alone = {"registre.html", "annexe-appel-a-projets.html"}  # a ledger, and a page that is mailed
    for path in site.glob("*.html"):
        links = reading.page(path).root.xpath("//footer//nav//a/@href")
        assert "indicateurs.html#glossaire" in links or path.name in alone, path.name


PIECES = ["RSA", "CAP-BEP", "rsa", "xRSA", "RSA¹", "du RSA, ", "<b>", "</b>", '<p title="RSA">',
          "</p>", "<code>RSA</code>", '<span class="vh">RSA</span>', "<svg><text>RSA</text></svg>",
          '<a href="RSA.html">RSA</a>', "é"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_spelling_adds_its_marks_and_changes_nothing_else(page):
    marked = spelled(page)
    assert re.sub(r'<abbr title="[^"]*">(\w+)</abbr>', r"\1", marked) == page
    assert marked.count(">RSA</abbr>") <= 1
    unread = r'<code>.*?</code>|<span class="vh">.*?</span>|<svg>.*?</svg>|<[^>]*>'
    assert "<abbr" not in "".join(re.findall(r"<code>.*?</code>|<svg>.*?</svg>", marked))
    read = re.sub(unread, "|", page)
    used = re.search(r"(?<![^\W_])(RSA|CAP|BEP)(?![a-zA-Z0-9])", read)
    assert ("</abbr>" in marked) == bool(used)


WRONG = [
    ("acronyms.toml", '[RSA]\nfull = "a"\nname = "b"', "[RSA] : « full » ou « name »"),
    ("acronyms.toml", "[RSA]", "[RSA] : « full » ou « name »"),
    ("glossary.toml", '[a]\nlabel = "A"\nrule = "bruit"', "[a] : la règle « bruit » n'existe pas"),
    ("glossary.toml", '[a]\nlabel = "A"', "[a] : « said » ou « rule »"),
    (
        "glossary.toml",
        '[a]\nlibelle = "A"',
        "champ « libelle » inconnu, voulez-vous dire « label »",
    ),
]


@pytest.mark.parametrize(("file", "content", "said"), WRONG)
def test_a_wrong_glossary_is_refused(file, content, said, tmp_path, opened):
    shutil.copytree(current().catalogue, tmp_path / "data" / "catalogue")
    (opened(root=tmp_path).catalogue / file).write_text(content, "utf-8")
    with pytest.raises(Faults, match=re.escape(said)):
        glossary.acronyms(), glossary.terms()
