"""« Données à demander »: what is asked, of whom, where, what for; page and letters agree."""

import re
import shutil
import zipfile

import facts
import pytest
import reading
from elsewhere import tables
from facts import INDICATORS, PLACES
from reading import plain

from qpvlib.catalogue import Faults, requests
from qpvlib.diagnosis.blanks import blanks
from qpvlib.document import writing
from qpvlib.pages import requests as pages
from qpvlib.project import current
from qpvlib.publishing import inputs, jobs
from qpvlib.tables import sealing

BODIES = facts._toml("requests.toml")
ASKED = {(body, code): r for body, b in BODIES.items() for code, r in b["requests"].items()}
NAME = "donnees-a-demander"


def blank(code):
    """Names of the neighbourhoods where an indicator is not published, in alphabetical order."""
    year = facts.leading(code)
    rows = {area: facts.observations().get((area, code, year)) for area in PLACES}
    found = [area for area, row in rows.items() if row and row.status == "not_published"]
    return sorted(plain(PLACES[area].name) for area in found)


# --- declared ------------------------------------------------------------------------------------


def test_whatever_the_mandate_names_and_nothing_measures_is_asked_for():
    named = {c for c, e in facts._toml("not_measured.toml").items() if e.get("mandate")}
    told = {code for request in ASKED.values() for code in request.get("not_measured", ())}
    assert len(named) == 4
    assert named <= told


def test_every_request_has_a_body_a_definition_and_a_use():
    assert len(ASKED) > 20
    for body in BODIES.values():
        assert body["name"]
        assert body["home"]
        assert body["minimum"] >= 11
    for key, request in ASKED.items():
        parts = ("label", "numerator", "unit", "period", "use")
        assert [part for part in parts if not request.get(part)] == [], key
        assert request["use"].endswith(".")
        assert request.get("denominator") or request["unit"] == "effectifs", key


@pytest.fixture
def refused(tmp_path, opened):
    """What is said of a catalogue where one text of the requests is replaced."""
    shutil.copytree(current().catalogue, tmp_path / "data" / "catalogue")
    path = opened(root=tmp_path).catalogue / "requests.toml"

    def told(before, after):
        text = path.read_text("utf-8")
        assert before in text
        path.write_text(text.replace(before, after), "utf-8")
        with pytest.raises(Faults) as error:
            requests.bodies()
        return str(error.value)

    return told


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("numerator = \"logements sociaux du quartier dont", "numerateur = \"logements dont",
         ["requests.toml", "[bailleurs]", "« requests.energie.numerateur »", "« numerator »"]),
        ("minimum = 11", "minimum = 0", ["[caf], champ « minimum »"]),
        ('not_measured = ["chomage"]', 'not_measured = ["chomages"]',
         ["[insee.requests.taux_chomage], champ « not_measured »", "« chomage »"]),
        ('not_measured = ["chomage"]', 'answers = "demandeurs_deux_ans"',
         ["aucune demande pour « chomage », que la mission nomme"]),
        ('unpublished = "plus_60_ans"', 'unpublished = "plus_60_an"', ["« plus_60_ans » ?"]),
        ('unpublished = "plus_60_ans"', "", ["[cpam.requests.assures_ages] : ni « not_measured »"]),
        ('answers = "vacance"', 'answers = "etrangers"', ["n'a pas de question au terrain"]),
        ("sans sa cause.", "sans sa cause", ["[cpam.requests.dentiste], champ « use »"]),
        ("sans sa cause.", "sans sa {cause}.", ["[cpam], champ « requests »", "« cause »"]),
    ],
)  # fmt: skip
def test_a_wrong_request_is_refused(refused, before, after, said):
    message = refused(before, after)
    assert [words for words in said if words not in message] == [], message


# --- where ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [r["unpublished"] for r in ASKED.values() if "unpublished" in r])
def test_the_neighbourhoods_of_a_blank_are_the_tables(code):
    known = {area: plain(place.name) for area, place in PLACES.items()}
    assert sorted(known[area] for area in blanks(code).area) == blank(code)
    assert 0 < len(blank(code)) < len(PLACES)


def test_a_bound_is_no_blank():
    assert blanks("vacance").empty  # seven are known to have fewer than 11
    assert blanks("taux_pauvrete").empty


def test_a_figure_published_since_is_no_longer_asked_for(tmp_path, opened):
    before = inputs.of(jobs.requests()[0])
    shutil.copytree(current().tidy, tmp_path / "tidy")
    path = tmp_path / "tidy" / "observations.csv"
    lines = [
        line.replace("not_published", "estimated").replace(",,1,", ",20,1,", 1)
        if ",plus_60_ans,2018," in line
        else line
        for line in path.read_text("utf-8").splitlines(keepends=True)
    ]
    path.write_text("".join(lines), "utf-8")
    sealing.seal(tmp_path / "tidy")
    opened(tidy=tmp_path / "tidy")
    labels = [request.label for one in pages.asked() for request, _ in one.requests]
    assert len(labels) == len(ASKED) - 1
    assert "Assurés de 60 ans et plus" not in labels
    assert inputs.of(jobs.requests()[0]) != before


def test_another_departement_has_its_own_names(tmp_path, opened):
    opened(tidy=tables(tmp_path / "tidy"))
    told = pages.requests_header().html + pages.requests_list().html + writing.html(pages.letters())
    assert "Loiret" not in told
    assert not re.search("Orléans-Tours|Centre-Val", told)
    assert "Les 38 quartiers" in plain(told)
    assert "non connu ici" in told


# --- said ----------------------------------------------------------------------------------------


@pytest.fixture
def page(site):
    return reading.page(site / f"{NAME}.html")


@pytest.fixture
def letters(site):
    return reading.word(site / f"{NAME}.docx")


def own(words):
    """Lines as the page and the letters share them: without the mark of the mandate."""
    return words.removesuffix(" mission")


def test_the_page_says_each_request_where_and_what_for(page):
    for body in BODIES.values():
        rows = page.table(plain(f"Données demandées : {body['home']}")).rows
        expected = list(body["requests"].values())
        assert [own(row.head) for row in rows] == [plain(r["label"]) for r in expected]
        for row, request in zip(rows, expected, strict=True):
            where, use = row.cells["Pour quels quartiers"], row.cells["Ce qu'elle éclairerait"]
            if code := request.get("unpublished"):
                names = blank(code)
                assert where.startswith(f"{', '.join(names[:-1])} et {names[-1]} « ")
                assert "n'y est pas publié" in where
            else:
                assert where == f"Les {len(PLACES)} quartiers"
            assert use.startswith(plain(request["use"]))
            if code := request.get("answers"):
                assert plain(INDICATORS[code].field_question) in use


def test_what_the_mandate_names_is_marked(page):
    named = {c for c, e in facts._toml("not_measured.toml").items() if e.get("mandate")}
    heads = [row.head for table in page.tables for row in table.rows]
    marked = [bool(named & set(r.get("not_measured", ()))) for r in ASKED.values()]
    assert [head.endswith(" mission") for head in heads] == marked


def test_the_page_says_that_nothing_is_sent_and_leads_to_the_letters(page):
    assert any("Rien n'est envoyé par cette page" in words for words in page.prose)
    assert page.root.xpath(f"//main//a[@href='{NAME}.docx']|//header//a[@href='{NAME}.docx']")


def test_the_index_and_the_roadmap_lead_to_the_page(site):
    for name in ("index", "feuille-de-route"):
        links = reading.page(site / f"{name}.html").root.xpath("//nav//a/@href")
        assert f"{NAME}.html" in links


def test_the_letters_say_every_line_of_the_page_in_its_order(page, letters):
    at = 0
    for table in page.tables:
        body = table.caption.removeprefix("Données demandées : ")
        lines = [body, table.caption, *table.columns]
        for row in table.rows:
            lines += [own(row.head), row.cells["Pour quels quartiers"]]
            lines.append(row.cells["Ce qu'elle éclairerait"])
        for line in lines:
            # A break in a cell parts words on the page, and nothing in the text of a Word file.
            found = [n for n in range(at, len(letters)) if bare(letters[n]) == bare(line)]
            assert found, line
            at = found[0] + 1 if line == body else at


def bare(words):
    return words.replace(" ", "")


def test_a_letter_a_body_each_on_its_own_sheet_with_its_blanks(site, letters):
    with zipfile.ZipFile(site / f"{NAME}.docx") as pack:
        body = pack.read("word/document.xml").decode()
    assert body.count("<w:pageBreakBefore") == len(BODIES)
    blanks_ = ("[lieu], le [date]", "[adresse de l'organisme]", "[fonction du signataire]")
    for words in (*blanks_, "Madame, Monsieur,"):
        assert letters.count(words) == len(BODIES), words
    assert sum(words.startswith("Réponse souhaitée le [date]") for words in letters) == len(BODIES)
    bold = re.findall(r"<w:b/></w:rPr><w:t[^>]*>(\[[^<]*\])<", body)
    assert len(bold) == 7 * len(BODIES)


def test_each_letter_defines_its_figures_and_keeps_people_out(letters):
    for request in ASKED.values():
        (told,) = [w for w in letters if plain(request["numerator"]) in w]
        assert plain(request["period"]) in told
        assert plain(request["unit"]) in told
        assert plain(request.get("denominator", "")) in told
    small = [w for w in letters if "effectifs inférieurs à 11 masqués" in w]
    safe = [w for w in letters if "aucune donnée à caractère personnel" in w]
    form = [w for w in letters if "un fichier CSV, une ligne par quartier" in w]
    assert len(small) == len(safe) == len(form) == len(BODIES)


def test_the_list_of_the_letters_has_both_codes_of_each_neighbourhood(letters):
    start = letters.index("Liste des quartiers et de leurs codes")
    for code, place in PLACES.items():
        at = letters.index(code, start)
        assert letters[at - 2] == plain(place.name)
        assert letters[at - 1] == facts.communes(code)
        renamed = f" ({plain(place.successor_name)})" * (place.successor_name != place.name)
        assert letters[at + 1] == place.successor + renamed
        kept = {"unchanged": "inchangé", "modified": "modifié"}[place.successor_status]
        assert letters[at + 2] == kept
