"""The gate: a page as it is built passes; broken in one way, it is refused for that and no more."""

import io
import re
import zipfile

import pytest
from conftest import TERRITORY
from hypothesis import given, settings
from hypothesis import strategies as st

from qpvlib.publishing import gate, jobs
from qpvlib.publishing.job import Page
from qpvlib.tables.areas import neighbourhood

SOURCE, INDEX, GRID = "qp045010-la-source", "index", "synthese"
LONG = "une alternative qui dit le constat, avec sa valeur"
# Page, what is replaced (once, a pattern), by what, what the gate says.
BROKEN = {
    "doctype": (INDEX, r"<!DOCTYPE html>\n", "", "ne commence pas par <!DOCTYPE html>"),
    "lang": (INDEX, r'<html lang="fr">', '<html lang="en">', "la langue de la page n'est pas"),
    "title": (INDEX, r"<title>.*?</title>", "<title> </title>", "la page n'a pas de titre"),
    "two h1": (INDEX, r"</main>", "<h1>Encore</h1></main>", "2 titres de premier niveau"),
    "script": (INDEX, r"</main>", "<script>1</script></main>", "la page contient un script"),
    "onclick": (INDEX, r"<p ", '<p onclick="x" ', "dans l'attribut onclick"),
    "network": (
        INDEX, r'src="data:image[^"]*"', 'src="https://ailleurs.example/a.png"',
        "la page appelle le réseau : https://ailleurs.example/a.png",
    ),
    "font": (INDEX, r"</style>", "@import '//x.example/a.css'</style>", "appelle le réseau"),
    "weight": (INDEX, r"</main>", f"<!--{'x' * 400_000}--></main>", "ko, 400 au plus"),
    "area": (SOURCE, r'data-area="QP045010"', 'data-area="QP045008"', "porte le code QP045008"),
    "words": (SOURCE, r"<dl[^>]*>", r"\g<0>" + "mot " * 400, "premier écran compte"),
    "two mains": (INDEX, r"</footer>", "</footer><main>Autre</main>", "2 zones de contenu"),
    "skip link": (INDEX, r'<a class="skip".*?</a>', "", "ne mène pas au contenu principal"),
    "twice id": (INDEX, r"<footer ", '<footer id="contenu" ', "le même identifiant « contenu »"),
    "anchor": (INDEX, r"</main>", '<a href="#rien">Voir</a></main>', "mène à « #rien »"),
    "level": (SOURCE, r"(<h2 )", r"<h5>Saut</h5>\1", "« Saut » est de niveau 5 après un titre de"),
    "empty heading": (SOURCE, r"(<h2 )", r"<h2> </h2>\1", "un titre de niveau 2 est vide"),
    "empty link": (INDEX, r"</main>", '<a href="index.html"></a></main>', "n'a pas de nom"),
    "nowhere": (INDEX, r"</main>", "<a>Voir</a></main>", "le lien « Voir » ne mène nulle part"),
    "tabindex": (GRID, r'tabindex="0"', 'tabindex="3"', "un ordre de tabulation (3)"),
    "list": (SOURCE, r"</ul>", "<p>Hors</p></ul>", "une liste (ul) contient un élément p"),
    "item": (SOURCE, r"</main>", "<li>Seul</li></main>", "« Seul » est hors d'une liste"),
    "details": (SOURCE, r"<summary>.*?</summary>", "", "n'a pas de titre (summary)"),
    "figcaption": (SOURCE, r"</figcaption>", "</figcaption><p>Après</p>", "ni en tête ni en fin"),
    "figure name": (SOURCE, r'role="figure" aria-label="', r"\g<0>x", "pas pour nom sa légende"),
    "address": (INDEX, r"%20", " ", "contient une espace"),
    "style": (INDEX, r"</main>", "<style>p{}</style></main>", "dans le corps de la page"),
    "attribute": (INDEX, r"<p ", '<p style="color:red" ', "un élément p a un attribut style"),
    "role": (INDEX, r"<tbody><tr", '<tbody><tr role="row"', "un rôle « row », interdit ou inutile"),
    "sign": (GRID, r'(<i role="img") aria-label="[^"]*"', r"\1", "élément i n'a pas de nom"),
    "generic name": (SOURCE, r"<p ", '<p aria-label="x" ', "sans rôle ne peut pas porter le nom"),
    "mute": (SOURCE, r'<img alt="[^"]*"', '<img alt="Image"', "d'alternative utile (« Image »)"),
    "same": (
        SOURCE, r'(?s)<img alt="[^"]*"(.*?)<img alt="[^"]*"',
        rf'<img alt="{LONG}"\1<img alt="{LONG}"', "deux images ont la même alternative",
    ),
    "drawing": (SOURCE, r'<svg aria-hidden="true"', "<svg", "caché aux lecteurs d'écran"),
    "caption": (INDEX, r"<caption>.*?</caption>", "", "un tableau n'a pas de titre"),
    "scope": (INDEX, r'<th scope="col">', "<th>", "n'a pas de portée"),
    "row header": (INDEX, r'<th scope="row">(.*?)</th>', r"<td>\1</td>", "n'a pas d'en-tête"),
    "ragged": (SOURCE, r"</tr></tbody>", "<td>9</td></tr></tbody>", "n'a pas 3 colonnes"),
    "decimals": (GRID, r"(▲</i> \d+,\d)(\u202f%)", r"\g<1>5\2", "des décimales diffèrent"),
    "colour": (GRID, r'(<td class="w2"><i role="img" aria-label=")[^"]*', r"\1plus", "ne dit pas"),
    "heard": (SOURCE, r'<span class="vh">, (plus|moins) de [^<]*</span>', "", "ne dit pas"),
    "escaped": (INDEX, r"</main>", "<p>L&amp;#39;été</p></main>", "un texte est codé deux fois"),
    "alternative": (SOURCE, r'<img alt="', r"\g<0>L&amp;#x27;été, ", "un texte est codé deux"),
    "sign space": (INDEX, r"\u202f%", " %", "espace sécable avant un signe"),
    "number": (INDEX, r"</main>", "<p>12 560 habitants</p></main>", "sécable dans un nombre"),
    "unit": (INDEX, r"</main>", "<p>à 350 m</p></main>", "espace sécable entre un nombre et son"),
    "apostrophe": (SOURCE, r"d’emploi", "d'emploi", "apostrophe droite : "),
}  # fmt: skip


def about(name):
    if name == SOURCE:
        return jobs.diagnosis(neighbourhood("QP045010")).page
    return {"index": jobs.index, "synthese": jobs.synthesis}[name]().page


def broken(text, case):
    _, old, new, _ = BROKEN[case]
    changed, many = re.subn(old, new, text, count=1)
    assert many, case
    return changed


def told(case, faults):
    """The faults that are not those of this case."""
    said = BROKEN[case][3]
    assert any(said in fault for fault in faults), (case, faults)
    return [fault for fault in faults if said not in fault]


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_page_is_refused_for_that_alone(pages, case):
    name = BROKEN[case][0]
    html = broken(pages[name].read_text("utf-8"), case)
    assert told(case, gate.page(None, html, about(name))) == []


OF_INDEX = sorted(case for case, (name, *_) in BROKEN.items() if name == INDEX)


@given(cases=st.sets(st.sampled_from(OF_INDEX), min_size=2, max_size=2))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_two_faults_are_both_named(pages, cases):
    html = pages[INDEX].read_text("utf-8")
    for case in sorted(cases):
        html = broken(html, case)
    faults = gate.page(None, html, about(INDEX))
    for case in cases:
        told(case, faults)


def test_the_whole_site_passes(pages):
    blank = Page("", "", "", "", "")
    found = {name: gate.page(None, path.read_text("utf-8"), blank) for name, path in pages.items()}
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert len(found) == len(TERRITORY) + 2 * 19  # of both generations


def test_many_faults_of_a_kind_are_counted(pages):
    html = pages[SOURCE].read_text("utf-8").replace("’", "'")
    faults = gate.page(None, html, about(SOURCE))
    assert [fault.partition(" : ")[0] for fault in faults[:3]] == ["apostrophe droite"] * 3
    assert re.fullmatch(r"et \d+ de même \(apostrophes\)", faults[3])


# --- Word files ----------------------------------------------------------------------------------

DOCUMENT, STYLES = "word/document.xml", "word/styles.xml"
PAPERS = {
    "language": (STYLES, 'val="fr-FR"', 'val="en-US"', "la langue du fichier Word"),
    "title": ("docProps/core.xml", "Enjeux et objectifs par quartier", "", "n'a pas de titre"),
    "picture": (DOCUMENT, r'descr="[^"]*"', 'descr=""', "d'alternative utile (« »)"),
    "table": (DOCUMENT, r"<w:tblHeader[^>]*/>", "", "n'a pas de ligne d'en-têtes"),
    "apostrophe": (DOCUMENT, "(?<=<w:t>)[^<]*’", "L'été", "apostrophe droite : « L'été"),
    "space": (DOCUMENT, "\u202f%", " %", "espace sécable avant un signe"),
}


@pytest.mark.parametrize("case", PAPERS)
def test_a_broken_word_file_is_refused_for_that_alone(site, case):
    name, old, new, said = PAPERS[case]
    out = io.BytesIO()
    with (
        zipfile.ZipFile(site / "annexe-appel-a-projets.docx") as sound,
        zipfile.ZipFile(out, "w") as other,
    ):
        for part in sound.namelist():
            content = sound.read(part)
            if part == name:
                changed, many = re.subn(old, new, content.decode(), count=1)
                assert many
                content = changed.encode()
            other.writestr(part, content)
    (fault,) = gate.document(out.getvalue())
    assert said in fault.replace("«  »", "« »")


def test_word_files_pass(site):
    for path in site.glob("*.docx"):
        assert gate.document(path.read_bytes()) == []
