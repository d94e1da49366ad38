"""The documentation once built: whole, in French, without a network; and its pictures."""

import re
import subprocess
import sys
from urllib.parse import unquote, urljoin, urlparse

import pytest
from browsing import AXE, OVERFLOW
from bs4 import BeautifulSoup
from click.testing import CliRunner
from fences import documents
from markdown_it import MarkdownIt
from PIL import Image
from reading import plain

import qpvlib
from qpvlib import cli
from qpvlib.project import current

ROOT = current().root
DOCS = ROOT / "docs"
IMAGES = sorted((DOCS / "images").glob("*.png"))
# Violations of whatever impact, each with its first element.
JUDGED = """async () => (await axe.run({preload: false, resultTypes: ['violations']}))
    .violations.map(rule => rule.id + ' : ' + rule.nodes[0].html.slice(0, 120))"""
READ = (ROOT / "README.md").read_text("utf-8")


# --- pictures ------------------------------------------------------------------------------------


def made():
    """Names that the script gives to its pictures, read without running it."""
    script = (DOCS / "pictures.py").read_text("utf-8")
    return set(re.findall(r'^    "([\w-]+)": \("|^CHARTS = \{"([\w-]+)"', script, re.M))


def test_the_folder_holds_the_pictures_of_the_script_each_used_and_light():
    names = {one or other for one, other in made()}
    assert {path.stem for path in IMAGES} == names
    texts = "".join((ROOT / page).read_text("utf-8") for page in documents(ROOT))
    assert [name for name in names if f"images/{name}.png" not in texts] == []
    assert {path.name for path in IMAGES if path.stat().st_size > 150_000} == set()


def test_each_picture_has_its_words():
    for page in documents(ROOT):
        text = (ROOT / page).read_text("utf-8")
        alts = re.findall(r"!\[([^\]]*)\]\(", text) + re.findall(r'<img [^>]*alt="([^"]*)"', text)
        assert len(alts) == text.count("![") + text.count("<img ")
        assert all(len(alt) > 15 for alt in alts), page


def size(path):
    with Image.open(path) as picture:
        return picture.size


@pytest.mark.acceptance
@pytest.mark.browser
def test_the_script_makes_the_same_pictures_of_today_s_pages(program, site, tmp_path):
    done = subprocess.run(
        [sys.executable, DOCS / "pictures.py", site, tmp_path], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert {path.name: size(path) for path in sorted(tmp_path.glob("*"))} == {
        path.name: size(path) for path in IMAGES
    }


def test_colours_are_the_palette_s():
    for path in (DOCS / "conf.py", DOCS / "_static" / "qpv.css"):
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text("utf-8")) == []


# --- README --------------------------------------------------------------------------------------


def test_readme_is_short():
    assert len(READ.splitlines()) <= 60
    assert READ.count("\n```sh\n") == 1
    assert len(re.search(r"```sh\n(.*?)```", READ, re.S)[1].splitlines()) == 2


@pytest.mark.browser
def test_readme_is_a_screen_and_a_half(chromium, tmp_path):
    style = "body{font:16px/1.5 Arial,sans-serif;width:836px}pre{padding:16px;font-size:13.6px}"
    page = tmp_path / "README.html"
    body = MarkdownIt("commonmark").render(READ)
    page.write_text(f'<base href="{ROOT.as_uri()}/"><style>{style}</style>{body}', "utf-8")
    tab = chromium.new_page(viewport={"width": 1280, "height": 800})
    tab.goto(page.as_uri())
    assert tab.evaluate("document.images.length && [...document.images].every(i => i.width)")
    height = tab.evaluate("document.body.offsetHeight")
    tab.close()
    assert 800 < height <= 1200


# --- the site ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def documentation(tmp_path_factory):
    """Folder of the documentation, built as « make docs » does, from another folder."""
    folder = tmp_path_factory.mktemp("documentation")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-E",
         "-d", folder / "doctrees", DOCS, folder / "site"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "site"


@pytest.fixture(scope="module")
def read(documentation):
    """Every page, parsed, by its path in the site."""
    return {
        path.relative_to(documentation).as_posix(): BeautifulSoup(path.read_text("utf-8"), "lxml")
        for path in sorted(documentation.rglob("*.html"))
    }


@pytest.mark.acceptance
def test_every_link_and_file_of_the_site_is_there(documentation, read):
    anchors = {name: {e["id"] for e in page.select("[id]")} for name, page in read.items()}
    lost, outside = [], []
    for name, page in read.items():
        for element in page.select("[href], [src]"):
            told = element.get("href") or element.get("src")
            where = urlparse(urljoin(f"file:///{name}", told))
            path, fragment = unquote(where.path).lstrip("/"), unquote(where.fragment)
            if where.scheme in ("http", "https"):
                outside += [] if element.name == "a" else [f"{name} : {told}"]
            elif not (documentation / path).exists() or (
                path in anchors and fragment and fragment not in anchors[path]
            ):
                lost.append(f"{name} : {told}")
    assert len(read) > 30
    assert (lost, outside) == ([], [])


@pytest.mark.acceptance
def test_the_reference_has_each_verb_and_option_of_the_help(read):
    text = read["reference/commande.html"].get_text()
    verbs = [[name] for name in cli.main.commands]
    verbs += [["actions", n] for n in cli.main.commands["actions"].commands]
    verbs += [["summer", n] for n in cli.main.commands["summer"].commands]
    for words in verbs:
        heading = f"qpv {' '.join(words)}¶"
        assert heading in text, heading
        told = text.split(heading)[1].split("¶")[0]
        shown = CliRunner().invoke(cli.main, [*words, "--help"]).output
        options = set(re.findall(r"^  .*?(--[a-z-]+)", shown, re.M)) - {"--help"}
        assert [option for option in options if option not in told] == [], words


@pytest.mark.acceptance
def test_the_reference_has_each_public_name(read):
    page = read["reference/python.html"]
    titled = {e.get_text() for e in page.select(".sig-name")} | {
        e.get_text().rstrip("¶").removeprefix("qpv.") for e in page.select("h2")
    }
    assert set(qpvlib.__all__) - titled == set()


@pytest.mark.acceptance
def test_the_reference_of_names_is_in_french(read):
    page = BeautifulSoup(str(read["reference/python.html"].article), "lxml")
    assert "'2015'" in page.get_text()  # a value is not printed as French is
    for code in page.select("code, pre, .sig, .literal"):
        code.decompose()
    english = r"\b(?:the|of|or|its|and|optional|Whether|Parameters|Returns|Raises|Examples|Type)\b"
    assert re.findall(english, page.get_text()) == []


@pytest.mark.acceptance
def test_each_indicator_has_its_card(read):
    from qpvlib.catalogue import catalogue

    page = read["fiches.html"]
    for code, one in catalogue().indicators.items():
        card = page.find(id=code.replace("_", "-")).get_text()
        assert plain(one.definition) in plain(card), code


@pytest.mark.acceptance
def test_the_site_speaks_french(read):
    english = (
        r"On this page|Back to top|Skip to content|Toggle|Made with|Home|Next\b|Previous\b|Search\b"
    )
    for name, page in read.items():
        assert page.html["lang"] == "fr"
        words = [e["aria-label"] for e in page.select("[aria-label]")]
        words += [e.get_text() for e in page.select("aside, footer, .skip-to-content, header")]
        assert re.findall(english, " ".join(words)) == [], name


@pytest.fixture(scope="module")
def tabs(documentation, read, chromium):
    """What each page asked for; what axe says of it, and on a dark telephone; what sticks out."""
    context, asked, said = chromium.new_context(), [], {}
    context.on("request", lambda request: asked.append(request.url))
    tab = context.new_page()
    for name in read:
        tab.set_viewport_size({"width": 1280, "height": 900})
        tab.goto((documentation / name).as_uri())
        tab.evaluate(AXE)
        faults = tab.evaluate(JUDGED)
        tab.set_viewport_size({"width": 360, "height": 740})
        tab.emulate_media(color_scheme="dark")
        said[name] = faults + tab.evaluate(JUDGED) + tab.evaluate(OVERFLOW)
        tab.emulate_media(color_scheme="light")
    yield tab, asked, said
    context.close()


@pytest.mark.acceptance
@pytest.mark.browser
def test_nothing_is_asked_outside_and_the_search_finds(tabs, documentation):
    tab, asked, _ = tabs
    errors = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto((documentation / "search.html").as_uri() + "?q=bruit")
    tab.wait_for_selector("#search-results li a")
    assert errors == []
    here = (documentation.as_uri(), "data:")
    assert [url for url in asked if not url.startswith(here)] == []


@pytest.mark.acceptance
@pytest.mark.browser
def test_axe_finds_no_violation_and_nothing_sticks_out(tabs):
    _, _, said = tabs
    assert {name: faults for name, faults in said.items() if faults} == {}
