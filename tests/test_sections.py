"""One's own charts in a report and sections: published, or said in the page and by the command."""

import re
import shutil
import time

import nbformat
import pytest
import reading
import tiny
from browsing import AXE, JUDGED
from lxml import html
from tiny import DAUPHINE, GIEN, HAMEAU, VESINE, of_gien

from qpvlib.catalogue import QpvError
from qpvlib.project import Project, current
from qpvlib.publishing import jobs, ledger, proof, sections
from qpvlib.tables.areas import neighbourhood

PLACES = (GIEN, VESINE, DAUPHINE, HAMEAU)
TEXTS = (
    'title="Jeunes reçus", source="Mission locale", year=2022,'
    ' alternative="Les jeunes reçus passent de 41 à 52"'
)
NEARBY = "import qpvlib as qpv\nqpv.pages.nearby(qpv.neighbourhood(code))"
DRAW = "import matplotlib.pyplot as plt\nfigure, ax = plt.subplots()\nax.plot([41, 52])\n"
TABLE = "import pandas as pd\ntable = pd.DataFrame({'Lieu': ['a'], 'n': [1234]})\n"
# As the tables have them, and not theirs: the proof takes no figure of one's own for the project's.
FIGURES = (
    "import pandas as pd\n"
    "table = pd.DataFrame({'area': [code], 'indicator': ['x'], 'year': [2020], 'value': [3]})\n"
)


def section(workshop, name, *cells, title="# Vu d'ici", code=f'code = "{GIEN}"'):
    """A section: its parameters, its title, then cells; those that begin with a # are texts."""
    folder = workshop.root / "notebooks" / "mes-sections"
    folder.mkdir(exist_ok=True)
    made = [
        nbformat.v4.new_code_cell(code, id="p", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_markdown_cell(title, id="t"),
        *(
            (nbformat.v4.new_markdown_cell if text.startswith(("#", "!")) else
             nbformat.v4.new_code_cell)(text, id=f"c{i}")
            for i, text in enumerate(cells)
        ),
    ]  # fmt: skip
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    found = nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": spec})
    nbformat.write(found, folder / name)
    return folder / name


def pages(workshop):
    return {code: workshop.page(code).read_bytes() for code in PLACES}


def read(workshop, code):
    return html.document_fromstring(workshop.page(code).read_bytes())


def added(page):
    return page.xpath("//div[@class='qpv own']")


def built(workshop, code):
    return ledger.read(workshop.reports)[workshop.page(code).name].published_at


def clean(workshop):
    """The diagnostic without anything of one's own, nor any section."""
    shutil.rmtree(workshop.root / "notebooks" / sections.SECTIONS, ignore_errors=True)
    workshop.write("diagnostic", "qpv.pages.nearby(qpv.neighbourhood(code))", tags=("details",))


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A tiny site without anything of one's own, then with charts and sections, good and bad."""
    workshop = tiny.make(tmp_path_factory.mktemp("own"))
    clean(workshop)
    assert workshop.run("report", *PLACES).returncode == 0
    before = pages(workshop)
    workshop.write(
        "diagnostic", of_gien(f"{DRAW}"), of_gien(f"{DRAW}qpv.exhibit(figure, title='a')"),
        f"{FIGURES}qpv.exhibit(table, {TEXTS})", "print('vu')\n3",
    )  # fmt: skip
    section(
        workshop, "10-bonne.ipynb",
        f"{DRAW}qpv.exhibit(figure, {TEXTS})",
        "# Un sous-titre\n\n```\n# du code\n```",
        f"{TABLE}qpv.exhibit(table, {TEXTS})",
        code=f'import qpvlib as qpv\ncode = "{GIEN}"',
    )  # fmt: skip
    section(
        workshop, "20-deux.ipynb", f"{TABLE}table", NEARBY, title="## Pour deux",
        code=f'code = ""\nquartiers = ["{DAUPHINE}", "QN04515I"]',
    )  # fmt: skip
    section(workshop, "30-erreur.ipynb", f"assert code != '{DAUPHINE}', 'non <ici> !'", "'vu'")
    section(
        workshop, "40-refus.ipynb", "![une photo de la place du marché](photo.png)",
        code=f'code = ""\nquartiers = ["{HAMEAU}"]',
    )  # fmt: skip
    section(workshop, "_brouillon.ipynb", "1 / 0")
    return workshop, before, workshop.run("report", *PLACES)


def test_a_section_comes_before_the_details_under_its_title_and_says_what_it_is(shown):
    workshop, _, _ = shown
    for code in PLACES:
        page = read(workshop, code)
        first = added(page)[0]
        assert [h.text_content() for h in first.iter("h2", "h3")] == ["Vu d’ici", "Un sous-titre"]
        told = reading.plain(first.text_content())
        assert "Section locale, hors contrôle des chiffres du projet. Carnet : 10-bonne" in told
        assert "# du code" in told
        assert "Source : Mission locale, 2022 ; hors contrôle du projet." in told
        assert first.find(".//img").get("alt") == "Les jeunes reçus passent de 41 à 52"
        (table,) = first.iter("table")
        assert table.find(".//td").text == "1\u202f234"
        stamped = first.xpath(".//*[@data-checksum]")
        assert {tag.get("data-area") for tag in stamped} == {code}
        assert len(stamped) >= 4


def test_sections_follow_one_another_by_name_where_they_are_asked_for(shown):
    workshop, _, _ = shown
    titles = {
        code: [one.find(".//h2").text for one in added(read(workshop, code))] for code in PLACES
    }
    here = "Vu d’ici"
    assert titles == {
        GIEN: [here, here], VESINE: [here, here], DAUPHINE: [here, "Pour deux", here],
        HAMEAU: [here, "Pour deux", here, here],
    }  # fmt: skip


MISSING = {
    GIEN: [
        "Cette figure n'est pas publiée : cette cellule la montre sans titre, alternative ni",
        "Cette figure n'est pas publiée : la source manque. Écrire : qpv.exhibit(figure, title=",
    ],
    VESINE: [],
    DAUPHINE: [
        "Cette figure n'est pas publiée : cette cellule la montre sans",
        "Cette section n'est pas publiée : carnet 30-erreur.ipynb, cellule 3 : "
        "AssertionError : non <ici> !",
    ],
    HAMEAU: [
        "Cette figure n'est pas publiée : cette cellule la montre sans",
        "Cette section n'est pas publiée : carnet 40-refus.ipynb : une image n'est pas dans la page"
        " : photo.png",
    ],
}


@pytest.mark.parametrize("code", PLACES)
def test_what_is_not_published_is_said_in_its_place_and_the_rest_published(shown, code):
    workshop, _, _ = shown
    page = read(workshop, code)
    told = [reading.plain(n.text_content()) for n in page.xpath("//*[@class='qpv withheld']")]
    assert len(told) == len(MISSING[code])
    for said, expected in zip(told, MISSING[code], strict=True):
        assert said.startswith(f"À compléter avant publication. {expected}")
    assert "dataframe" not in html.tostring(page, encoding="unicode")
    assert len(page.xpath("//main//table")) >= 2  # of the notebook, and of the section


def test_the_command_names_notebook_and_cell_and_fails(shown):
    workshop, _, done = shown
    assert done.returncode == 1
    lines = [line for line in done.stderr.splitlines() if line.startswith("À compléter")]
    assert len(lines) == 5
    for expected in (
        r"\(Champ de la Ville .*\) : carnet diagnostic.ipynb, cellule 3 : .* sans titre",
        r"\(Champ de la Ville .*\) : carnet diagnostic.ipynb, cellule 4 : .* la source manque",
        r"2 pages \(.*\) : carnet mes-sections/20-deux.ipynb, cellule 3 : ",
        r"\(Dauphine .*\) : carnet mes-sections/30-erreur.ipynb, cellule 3 : AssertionError",
        r"\(Le Hameau .*\) : carnet mes-sections/40-refus.ipynb : une image",
    ):
        assert [line for line in lines if re.search(expected, line)], expected
    assert "Avertissements" in done.stdout  # what was printed is kept for its author
    told = (workshop.reports / "registre.html").read_text("utf-8")
    assert "À compléter avant publication" in told


def test_such_pages_are_not_final(shown, tmp_path, opened):
    workshop, _, _ = shown
    refused = workshop.run("publish", str(tmp_path / "site"))
    assert refused.returncode != 0
    assert "en échec ou à compléter" in refused.stderr
    assert not (tmp_path / "site").exists()
    signed = workshop.run("sign", workshop.page(GIEN).name, "--reviewed", "--function", "chef")
    assert "est à compléter : elle ne se signe pas" in signed.stderr
    opened(workshop.project)
    found = {
        code: proof.page_defects(workshop.reports, jobs.diagnosis(neighbourhood(code)))
        for code in PLACES
    }
    assert {code: len(lines) for code, lines in found.items()} == {
        code: len(lines) for code, lines in MISSING.items()
    }
    assert proof.own(workshop.reports) == 3 * len(PLACES) + 2  # and the project's own, for two


@pytest.mark.acceptance
def test_only_the_pages_concerned_are_made_again_and_the_bytes_come_back(shown):
    """Gien, Dauphine, Le Hameau lack something: they are made at each run. Vésine lacks nothing."""
    workshop, before, _ = shown
    folder = workshop.root / "notebooks" / sections.SECTIONS
    first = built(workshop, VESINE)
    again = workshop.run("report", *PLACES)
    assert (again.returncode, again.stderr.count("À compléter")) == (1, 5)  # told until it is not
    section(
        workshop, "20-deux.ipynb", "'autre'", title="## Pour deux",
        code=f'code = ""\nquartiers = ["{DAUPHINE}"]',
    )  # fmt: skip
    (folder / "_brouillon.ipynb").unlink()
    time.sleep(1.1)  # the ledger counts seconds
    workshop.run("report", *PLACES)
    assert built(workshop, VESINE) == first
    assert len(added(read(workshop, HAMEAU))) == 3
    (folder / "enquete.csv").write_text("a\n1\n", "utf-8")  # what a section may read
    workshop.run("report", *PLACES)
    assert built(workshop, VESINE) > first
    clean(workshop)
    assert workshop.run("report", *PLACES).returncode == 0
    assert pages(workshop) == before


MALFORMED = {
    "not a notebook": (lambda path: path.write_text("{}"), "ce n'est pas un carnet Jupyter"),
    "no label": (lambda path: path.write_text(path.read_text().replace("parameters", "a")),
                 "aucune cellule d'étiquette « parameters »"),
    "no title": (lambda path: path.write_text(path.read_text().replace("# Vu", "Vu")),
                 "commencer par « # Un titre »"),
}  # fmt: skip
CODES = {
    '"QP045016"': "quartiers s'écrit",
    "[]": "quartiers s'écrit",
    "[45016]": "quartiers s'écrit",
    "liste": "quartiers s'écrit",
    '["QP045061"]': "« QP045061 » n'existe pas",
    "[": "ce n'est pas du Python",
}


@pytest.mark.parametrize("case", [*MALFORMED, *CODES])
def test_a_section_that_says_not_what_it_is_stops_all_before_anything_is_built(
    tmp_path, opened, case
):
    workshop = tiny.make(tmp_path)
    given = f'code = ""\nquartiers = {case}' if case in CODES else 'code = ""'
    path = section(workshop, "10-a.ipynb", code=given)
    if case in MALFORMED:
        MALFORMED[case][0](path)
    opened(workshop.project)
    with pytest.raises(QpvError) as told:
        jobs.of(None)
    assert str(told.value).startswith("carnet mes-sections/10-a.ipynb : ")
    assert (CODES.get(case) or MALFORMED[case][1]) in str(told.value)


def endless(workshop):
    section(workshop, "10-longue.ipynb", "while True:\n    pass")
    return "cellule 3 : le carnet n'a pas fini en 3 secondes"


def dead(workshop):
    section(workshop, "10-morte.ipynb", "import os\nos._exit(3)")
    return "cellule 3 : le processus qui l'exécutait s'est arrêté"


@pytest.mark.acceptance
@pytest.mark.parametrize("fault", [endless, dead])
def test_a_section_that_never_ends_or_dies_takes_no_page_along(tmp_path, fault):
    workshop = tiny.make(tmp_path, notebook_seconds=3)
    told = fault(workshop)
    done = workshop.run("report", GIEN)
    assert done.returncode == 1
    assert told in done.stderr
    assert "Cette section n’est pas publiée" in workshop.page(GIEN).read_text("utf-8")


@pytest.mark.acceptance
def test_ordinary_kernels_give_the_same_bytes(shown, monkeypatch):
    workshop, _, _ = shown
    clean(workshop)
    workshop.write("diagnostic", f"{DRAW}qpv.exhibit(figure, title='a')", f"{DRAW}")
    section(workshop, "10-a.ipynb", f"{DRAW}import qpvlib as qpv\nqpv.exhibit(figure, {TEXTS})")
    section(workshop, "20-b.ipynb", "1 / 0")
    told = []
    for kernels in ("", "ordinary"):
        monkeypatch.setenv("QPV_KERNELS", kernels)
        done = workshop.run("report", GIEN)
        told.append((workshop.page(GIEN).read_bytes(), done.stderr.count("À compléter")))
    assert told[0] == told[1]
    assert told[0][1] == 3


# --- on the nineteen -----------------------------------------------------------------------------

SEEN = """() => [document.documentElement.scrollWidth - innerWidth,
  ...[...document.querySelectorAll('.own:not(.exhibit) img')].map(i => i.naturalWidth)]"""


@pytest.mark.acceptance
@pytest.mark.browser
def test_the_example_is_in_the_nineteen_read_by_all_then_gone(site, tmp_path, chromium):
    """The example, its line « quartiers » taken out, as README says: gate, axe, phone."""
    root = tmp_path / "projet"
    for name in ("data/catalogue", "data/tidy", "data/actions", "notebooks"):
        shutil.copytree(current().root / name, root / name)
    folder = root / "notebooks" / sections.SECTIONS
    example, own = nbformat.read(folder / "_exemple.ipynb", 4), folder / "10-emploi.ipynb"
    first = example.cells[0]
    first.source = re.sub("^quartiers = .*", "", first.source, flags=re.M)
    nbformat.write(example, own)
    workshop = tiny.Workshop(Project.at(root))
    done = workshop.run("report")
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in site.glob("qp*.html"))
    assert len(names) == 19
    tab = chromium.new_page()
    for name in names:
        page = html.document_fromstring((root / "reports" / name).read_bytes())
        (found,) = added(page)
        assert len(found.xpath("following::div[@id='details']")) == 1
        assert len(list(found.iter("img"))) == 2
        assert len(list(found.iter("table"))) == 1
        links = page.xpath(f"//nav//a[@href='#{found.find('.//h2').get('id')}']")
        assert len(links) == 1
        _looked_at(tab, root / "reports" / name)
    checked = workshop.run("check", str(root / "reports"))
    assert "Hors contrôle, ajoutés par des carnets : 57 éléments." in checked.stdout
    own.unlink()
    assert workshop.run("report").returncode == 0
    assert [
        n for n in names if (root / "reports" / n).read_bytes() != (site / n).read_bytes()
    ] == []


def _looked_at(tab, path):
    """A page as its readers have it, none of them left aside."""
    tab.goto(path.as_uri())
    tab.evaluate(AXE)
    for width in (1280, 360):
        tab.set_viewport_size({"width": width, "height": 900})
        found = tab.evaluate(JUDGED)
        assert (found["violations"], found["unanswered"]) == ([], []), path.name
        wider, *drawn = tab.evaluate(SEEN)
        assert wider <= 0
        assert len(drawn) == 2
        assert min(drawn) > 0  # a picture that a browser cannot read is zero wide
