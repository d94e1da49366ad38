"""The PDFs, read by themselves: two sheets, tagged, light, what the printed page shows."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import pytest
from pypdf import PdfReader

from qpvlib.publishing import jobs, prints

KINDS = ("qp045003-le-plateau", "synthese", "feuille-de-route")
DETERMINED = KINDS[0]
MOST = 400_000  # bytes
# What a printed page shows: headings, alternatives, texts, and the drawings that have their own.
SHOWN = """() => {
    const seen = selector => [...document.querySelectorAll(selector)].filter(
        e => e.getClientRects().length && !e.closest('details:not([open]) > :not(summary)'));
    return {
        headings: seen('h1, h2, h3, h4, h5, h6').map(e => e.innerText),
        alts: seen('img, [role=img]').map(e => e.alt || e.getAttribute('aria-label')),
        text: document.body.innerText,
        drawings: seen('img').map(e => e.src),
    };
}"""

pytestmark = pytest.mark.browser


def printed(site, names):
    """The PDF of some pages, by name; apart from the browser that the other tests drive."""
    wanted = [job for job in prints.of(jobs.of(None)) if Path(job.file).stem in names]
    found = {}

    def done(outcome, *_):
        found[Path(outcome.job.file).stem] = outcome.html

    with ThreadPoolExecutor(1) as apart:
        apart.submit(prints.run, wanted, site, 2, done).result()
    return found


@pytest.fixture(scope="module", params=["kinds", pytest.param("all", marks=pytest.mark.acceptance)])
def pdfs(site, program, request):
    """The PDF of one page of each kind by its name, or of every page."""
    every = [Path(job.file).stem for job in prints.of(jobs.of(None))]
    found = printed(site, KINDS if request.param == "kinds" else every)
    assert len(found) == {"kinds": 3, "all": 21}[request.param]
    return found


@pytest.fixture(scope="module")
def read(pdfs):
    return {name: PdfReader(BytesIO(content)) for name, content in pdfs.items()}


@pytest.fixture(scope="module")
def shown(pdfs, site, chromium):
    """What a browser shows of the same pages, set for paper."""
    tab, found = chromium.new_page(), {}
    tab.emulate_media(media="print")
    for name in pdfs:
        tab.goto((site / f"{name}.html").as_uri())
        found[name] = tab.evaluate(SHOWN)
    tab.close()
    return found


def words(text):
    return " ".join(text.split())


def tags(element):
    """The tags of a PDF, those of an element first: their kind, their alternative, what holds."""
    waiting = [(element, ())]
    while waiting:
        one, above = waiting.pop(0)
        one = one.get_object()
        if isinstance(one, list):
            waiting[:0] = [(kid, above) for kid in one]
        elif (isinstance(one, dict) and "/K" in one) or (isinstance(one, dict) and "/S" in one):
            yield str(one.get("/S", "")), str(one.get("/Alt", "")), above
            waiting[:0] = [(one["/K"], (*above, str(one.get("/S", ""))))] if "/K" in one else []


def bookmarks(outline):
    for one in outline:
        yield from bookmarks(one) if isinstance(one, list) else [one.title]


def test_a_diagnosis_is_two_sheets_of_a4(read):
    sizes = {
        name: [
            tuple(round(float(side)) for side in page.mediabox.upper_right) for page in pdf.pages
        ]
        for name, pdf in read.items()
        if name.startswith("q")
    }
    assert {name: found for name, found in sizes.items() if found != [(595, 842)] * 2} == {}


def test_a_diagnosis_weighs_less_than_400_kilobytes(pdfs):
    weights = {name: len(pdf) for name, pdf in pdfs.items() if name.startswith("q")}
    assert {name: weight for name, weight in weights.items() if weight >= MOST} == {}


def test_a_pdf_says_its_title_and_language_and_is_tagged_and_claims_no_more(read, pdfs, site):
    for name, pdf in read.items():
        root, title = (
            pdf.trailer["/Root"],
            re.search("<title>(.*)</title>", (site / f"{name}.html").read_text("utf-8"))[1],
        )
        assert words(pdf.metadata.title) == words(title.replace("&#39;", "'"))
        assert root["/Lang"] == "fr-FR"
        assert root["/MarkInfo"]["/Marked"].value
        assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
        assert b"pdfuaid" not in pdfs[name]


def test_a_pdf_says_neither_the_day_nor_the_machine(read, pdfs, site):
    for name, pdf in read.items():
        assert set(pdf.metadata) == {"/Title", "/Creator", "/Producer"}
        assert re.fullmatch(r"Chromium [\d.]+", pdf.metadata.producer)
        assert "/ID" not in pdf.trailer
        assert b"file:" not in pdfs[name]
        assert str(site).encode() not in pdfs[name]


def test_the_bookmarks_are_the_headings(read, shown):
    for name, pdf in read.items():
        found = [words(title) for title in bookmarks(pdf.outline)]
        assert found == [words(heading) for heading in shown[name]["headings"]]


def test_each_picture_has_the_alternative_of_the_page_and_hides_no_other(read, shown):
    for name, pdf in read.items():
        figures = [t for t in tags(pdf.trailer["/Root"]["/StructTreeRoot"]) if t[0] == "/Figure"]
        assert Counter(words(alt) for _, alt, _ in figures) == Counter(
            map(words, shown[name]["alts"])
        )
        assert [alt for _, alt, above in figures if "/Figure" in above] == []


def test_no_tag_is_a_link_that_leads_nowhere(read):
    for pdf in read.values():
        leading = sum(len(page.get("/Annots", ())) for page in pdf.pages)
        links = [t for t in tags(pdf.trailer["/Root"]["/StructTreeRoot"]) if t[0] == "/Link"]
        assert len(links) == leading


def test_the_numbers_are_those_of_the_printed_page(read, shown):
    pdf, page = read[DETERMINED], shown[DETERMINED]
    printed = digits(" ".join(sheet.extract_text() for sheet in pdf.pages))
    said = digits(page["text"])
    assert said - printed == Counter()
    # Besides: at the foot of the sheets, and the labels of drawings, read together when they touch.
    drawn = [
        unescape(re.sub("<style.*?</style>|<[^>]*>", " ", unquote(s))) for s in page["drawings"]
    ]
    others = "|".join(digits(" ".join([*drawn, "045003", "1 2"])))
    assert [found for found in printed - said if not re.fullmatch(f"(?:{others})+", found)] == []


def digits(text):
    return Counter(re.findall(r"\d+", text))


def test_the_same_page_gives_the_same_bytes(pdfs, site):
    assert printed(site, [DETERMINED])[DETERMINED] == pdfs[DETERMINED]
