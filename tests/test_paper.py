"""Paper: contents whose pages are right, no sheet for a few rows, French in every text of Word."""

import re
import shutil
import subprocess
import zipfile
from io import BytesIO

import pytest
from conftest import TERRITORY
from facts import PLACES
from lxml import etree, html
from pypdf import PdfReader
from reading import plain
from together import by_contract

ANNEX = "annexe-appel-a-projets"
FILES = (ANNEX, "donnees-a-demander")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ORDER = [code for codes in by_contract().values() for code in codes]
# What a side begins with: its number and its name; the first sheets have the contents and the map.
SIDES = {n: f"{n - 2}. {plain(PLACES[code].name)} (" for n, code in enumerate(ORDER, 3)}


def parts(site, name):
    """Each part of a Word file that has texts, read."""
    with zipfile.ZipFile(site / f"{name}.docx") as pack:
        found = [n for n in pack.namelist() if re.match(r"word/[a-z]+\d*\.xml|docProps/core", n)]
        return {n: etree.fromstring(pack.read(n)) for n in found}


def sheets(printed):
    return [plain(page.extract_text()) for page in PdfReader(printed).pages]


def misplaced(printed):
    """The sheets that do not begin as they must, or that nobody expects."""
    found = dict(enumerate(sheets(printed), 1))
    wrong = [n for n, words in SIDES.items() if words not in found.get(n, "")[:200]]
    return wrong + [n for n in found if n > max(SIDES)]


# --- the Word file -------------------------------------------------------------------------------


def test_the_contents_of_the_word_file_lead_to_every_side(site):
    """A link and a page field a side, the anchor in a heading of a real style, the right number."""
    body = parts(site, ANNEX)["word/document.xml"]
    anchors = {}
    for start in body.iter(f"{W}bookmarkStart"):
        line = start.getparent()
        assert line.find(f"{W}pPr/{W}pStyle").get(f"{W}val").startswith("Heading")
        anchors[start.get(f"{W}name")] = plain("".join(line.itertext()))
    links = {
        link.get(f"{W}anchor"): "".join(link.itertext()) for link in body.iter(f"{W}hyperlink")
    }
    asked = [code for code in body.iter(f"{W}instrText") if "PAGEREF" in code.text]
    kept = [code.getparent().getnext().getnext().findtext(f"{W}t") for code in asked]
    assert [code.text.split()[1] for code in asked] == [code.lower() for code in ORDER]
    assert kept == [str(n) for n in SIDES]
    for code, start in zip(ORDER, SIDES.values(), strict=True):
        assert anchors[code.lower()].startswith(start)
        assert plain(links[code.lower()]) == plain(PLACES[code].name)


@pytest.mark.parametrize("name", FILES)
def test_every_sheet_says_its_number_and_how_many_they_are(site, name):
    read = parts(site, name)
    codes = [e.text.strip() for n, root in read.items() if "footer" in n
             for e in root.iter(f"{W}instrText")]  # fmt: skip
    assert codes == ["PAGE", "NUMPAGES"]
    whole = len(list(read["word/document.xml"].iter(f"{W}pageBreakBefore"))) + 1
    (foot,) = (root for n, root in read.items() if "footer" in n)
    assert plain("".join(t.text or "" for t in foot.iter(f"{W}t"))).endswith(f" / {whole}")


@pytest.mark.parametrize("name", FILES)
def test_the_pages_that_the_word_file_keeps_are_those_of_a_word_processor(site, name, tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice est absent : le fichier Word n'a pas été mis en page")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    done = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path]
    subprocess.run([*done, site / f"{name}.docx"], check=True, capture_output=True)
    printed = tmp_path / f"{name}.pdf"
    if name == ANNEX:
        assert misplaced(printed) == []
        first = PdfReader(printed).pages[0].extract_text().partition("Le socle")[0]
        assert re.findall(r" (\d+)$", first, re.M)[-len(SIDES) :] == [str(n) for n in SIDES]
    body = parts(site, name)["word/document.xml"]
    assert len(sheets(printed)) == len(list(body.iter(f"{W}pageBreakBefore"))) + 1


# --- French --------------------------------------------------------------------------------------

RAW = re.compile(r"\w'\w|\w [:;?!%€]|« |[^\W\d]  \w| »")


def texts(root):
    """Every text of a part: lines, alternatives and titles of pictures, of tables, properties."""
    for line in root.iter(f"{W}p"):
        yield "".join(t.text or "" for t in line.iter(f"{W}t"))
    for element in root.iter():
        yield from (value for key, value in element.attrib.items()
                    if key in ("descr", "title") or element.tag == f"{W}tblCaption")  # fmt: skip
        if not element.tag.startswith(W):
            yield element.text or ""


@pytest.mark.parametrize("name", FILES)
def test_every_text_of_a_word_file_is_in_french_typography(site, name):
    said = [text for root in parts(site, name).values() for text in texts(root)]
    assert len(said) > 100
    assert [text for text in said if RAW.search(text)] == []


# --- the page ------------------------------------------------------------------------------------


def test_the_page_leads_to_each_side_and_back(pages):
    root = html.parse(str(pages[ANNEX])).getroot()
    places = {h.get("id"): plain(h.text_content()) for h in root.iter("h2") if h.get("id")}
    to = [a.get("href")[1:] for a in root.iter("a") if a.get("href").startswith("#")]
    assert to[1 : 1 + len(ORDER)] == [code.lower() for code in ORDER]  # after « Aller au contenu »
    assert all(places[code.lower()].startswith(SIDES[n]) for n, code in enumerate(ORDER, 3))
    assert to[1 + len(ORDER) :] == ["sommaire"] * len(ORDER)
    assert places["sommaire"] == "Sommaire"


@pytest.mark.browser
def test_the_page_prints_a_sheet_a_side_after_the_contents_and_the_map(pages, chromium):
    assert ANNEX in TERRITORY
    tab = chromium.new_page()
    tab.goto(pages[ANNEX].as_uri())
    printed = tab.pdf(prefer_css_page_size=True)
    tab.close()
    assert misplaced(BytesIO(printed)) == []
    assert "Sommaire" in sheets(BytesIO(printed))[0]
