"""The annex and the sheets: a Word file that a screen reader can walk, twice the same bytes."""

import io
import itertools
import re
import zipfile
from functools import cache

import docx
import facts
import pytest
from nineteen import CODES, GIEN, compared, observed
from reading import NUMBER
from reading import plain as even
from test_decisions import SCHEME, decision, folder, stored  # noqa: F401

from qpvlib import pages
from qpvlib.catalogue import axes, catalogue
from qpvlib.document import word
from qpvlib.document.blocks import Figure, Heading, Picture
from qpvlib.pages import annex, roadmap, sheet
from qpvlib.roadmap import stands
from qpvlib.roadmap import table as csv_table
from qpvlib.tables.areas import neighbourhood
from qpvlib.tables.grouping import numbers

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fc"
    "ffff3f0300050001ff5e0c1d9b0000000049454e44ae426082"
)


def maps(place):
    return [still(f"Plan {n} de {place.name}, pour l'essai.", f"Plan {n}") for n in (1, 2, 3)]


def still(alt, caption):
    return Figure(Picture(PIXEL, alt), caption, caption)


def matter(code):
    rows = compared(code)
    return sheet.Matter(neighbourhood(code), rows, stands.plan(rows))


def written(blocks):
    return docx.Document(io.BytesIO(word.word(blocks, "Titre", "PROJET, non relu")))


def blocks(code):
    return Heading(2, sheet.title(matter(code))), *sheet.sheet(matter(code), maps, 3)


def alone(code):
    return written(blocks(code))


@cache
def whole():
    overview = still("Carte du département, pour l'essai.", "Carte")
    return written(annex.annex([matter(c) for c in CODES], maps, overview, False, True))


def headings(document):
    return [
        (int(p.style.name[-1]), p.text)
        for p in document.paragraphs
        if p.style.name.startswith("Heading")
    ]


def test_the_annex_is_contents_what_is_common_the_map_then_a_side_for_each():
    *first, third = [text for level, text in headings(whole()) if level == 1][:3]
    sides = [text for level, text in headings(whole()) if level == 1][3:]
    assert [*first, third] == ["Sommaire", "Le socle commun", "Carte"]
    assert [even(side).partition(" (")[0] for side in sides] == [
        even(f"{numbers()[code]}. {neighbourhood(code).name}") for code in CODES
    ]


def test_headings_never_skip_a_level():
    for document in (whole(), alone(GIEN)):
        levels = [level for level, _ in headings(document)]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("code", CODES)
def test_tables_have_headers_and_pictures_alternatives(code):
    document = alone(code)
    for table in document.tables:
        assert "w:tblHeader" in table.rows[0]._tr.xml
        assert 'w:firstRow="1"' in table._tbl.tblPr.xml
        assert "w:tblCaption" in table._tbl.tblPr.xml
        order = [word.ORDER.index(e.tag.rpartition("}")[2]) for e in table._tbl.tblPr]
        assert order == sorted(order)
    pictures = [shape._inline.docPr for shape in document.inline_shapes]
    assert len(pictures) == 3
    assert all(len(p.get("descr")) > 20 for p in pictures)


def test_the_document_is_in_french_and_says_it_is_a_draft():
    document = alone(GIEN)
    assert document.core_properties.language == "fr-FR"
    spoken = re.findall(r'<w:lang w:val="([^"]*)"', document.styles.element.xml)
    assert set(spoken) == {"fr-FR"}
    assert document.sections[0].header.paragraphs[0].text == "PROJET, non relu"
    text = "\n".join(p.text for p in document.paragraphs)
    assert not re.search(r"\w'\w| [;?!%€:]", text)


def test_every_style_used_is_a_real_one():
    used = {p.style.name for p in whole().paragraphs}
    used |= {
        p.style.name for t in whole().tables for row in t.rows for p in row.cells[0].paragraphs
    }
    assert used >= {"QPV Cellule", "QPV Note", "QPV État", "QPV Ligne", "List Bullet"}
    assert used >= {"QPV Légende", "QPV Titre de tableau", "QPV Chapeau"}


def test_same_matter_same_bytes_and_no_date_of_today():
    first, second = (word.word(blocks(GIEN), "T", "P") for _ in "12")
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {entry.date_time[:3] for entry in parts.infolist()} == {(2020, 1, 1)}


def test_any_page_may_be_written_on_paper():
    place, rows = neighbourhood(GIEN), compared(GIEN)
    shown = (
        pages.header(place), pages.identity(place, observed(), rows),
        pages.proposals(place, rows), pages.landmarks(place, rows),
        pages.theme_details(place, rows), pages.unmeasured(place),
    )  # fmt: skip
    document = written(tuple(exhibit.content for exhibit in shown))
    assert document.paragraphs[1].style.name == "Title"
    text = "\n".join(p.text for p in document.paragraphs)
    assert all(words in text for words in ("1\u202f360 habitants (2018)", "Non mesuré ici"))
    first, *details = document.tables
    assert [cell.text for cell in first.rows[1].cells] == ["Revenus"] * 5
    assert [len(table.columns) for table in details] == [6] * 6


# --- a side ------------------------------------------------------------------------------------

PARTS = ("Pour qui.", "Nous attendons des actions pour :", "Cet été.",
         "Dans votre dossier, dites :", "P147 (2020-2023) :")  # fmt: skip
every = pytest.mark.parametrize("code", CODES)


def side(code):
    """Its lines, each under the part that it begins or follows."""
    found, part = {}, ""
    for line in map(even, (p.text for p in alone(code).paragraphs)):
        part = next((name for name in PARTS if line.startswith(name)), part)
        found.setdefault(part, []).append(line.removeprefix(part).strip())
    return found


def awaited(code):
    paragraphs = alone(code).paragraphs
    return [even(p.text) for p in paragraphs if p.style.name.startswith("List")]


@every
def test_a_side_has_its_parts_in_order(code):
    assert [part for part in side(code) if part] == list(PARTS)


@every
def test_what_is_awaited_is_what_associations_are_offered_then_invited_to(code):
    plan, lines = stands.plan(compared(code)), awaited(code)
    offered = [o.text for o in plan.proposals if "association" in o.who]
    invited = [o.invite for o in plan.questions if "association" in o.who and o.invite]
    assert 1 <= len(lines) <= 4
    for line, text in zip(lines, [*offered, *invited], strict=False):
        assert even(text).lower() in line.lower()
    assert len(lines) == min(4, len(offered) + len(invited))
    assert all(line.endswith(" ;") for line in lines[:-1])
    assert lines[-1].endswith(".")


@every
def test_what_falls_to_others_is_not_awaited(code):
    text = " ".join(side(code)["Nous attendons des actions pour :"])
    for one in stands.plan(compared(code)).proposals:
        if "association" not in one.who:
            own = even(one.text).lower()
            assert not any(own in line.lower() for line in awaited(code))
            short = even(one.short)
            assert re.search(f"Relève .*, hors de cet appel : {short[0].lower()}{short[1:]}", text)


@every
def test_what_a_file_must_say_is_of_what_is_awaited(code):
    """No question of a part that the side does not have, nor code of the programme 147."""
    told = side(code)["Dans votre dossier, dites :"][0]
    assert told.startswith("combien d'habitants du quartier, où, quand, ")
    lines, objectives = awaited(code), stands.plan(compared(code)).objectives
    here = [o for o in objectives if any(even(text).lower() in line.lower() for line in lines
                                         for text in (o.text, o.invite) if text)]  # fmt: skip
    said = {even(o.tell) for o in objectives if o.tell and even(o.tell) in told}
    assert said <= {even(o.tell) for o in here}
    codes = re.findall(r"(\d\.\d\w?) ", side(code)["P147 (2020-2023) :"][0])
    assert set(codes) == {c for o in here for c in o.p147}


@every
def test_numbers_of_whom_it_is_for_are_published(code):
    """Each number is a value or a count of the tables, its median, its year, or an age."""
    told = " ".join(side(code)["Pour qui."]).replace("15-64 ans", "15 à 64 ans")
    known = {
        facts.french(c) for row in rows_of(code) for c in (row.numerator, row.denominator) if c
    }
    known |= {number for row in rows_of(code) for number in re.findall(NUMBER, shown(row))}
    ages = {"6", "17", "15", "64", "60", "26", "50", "25", "20", "1949", "1975", "2022", "2019",
            "2018", "01", "1"}  # fmt: skip
    assert [n for n in re.findall(NUMBER, told) if n not in known | ages] == []
    assert re.findall(r"\(fichier Insee 2022\)|\(20\d\d\)", told)


def rows_of(code):
    """Observations of the neighbourhood and of its communes."""
    areas = [code, *facts.around(code, "commune")]
    return [row for key, row in facts.observations().items() if key[0] in areas and row.value]


def shown(row):
    median = facts.grid(row.indicator, row.year)
    told = facts.shown(row)
    return f"{told} ; {facts.median_shown(row)}" if median else told


# --- decisions -----------------------------------------------------------------------------------


def lines():
    return [even(p.text) for p in alone(GIEN).paragraphs]


def test_a_decision_is_told_apart_and_field_knowledge_is_marked(folder):  # noqa: F811
    proposed = "accompagner vers l'emploi ceux et celles"
    assert any(proposed in line for line in lines())
    stored(decision(objectives=("Ouvrir un lieu d'accueil",), field="<b>Demandé</b> ici"))
    told = [line for line in lines() if "Décision du" in line]
    assert told == [
        "Décision du 15/09/2021 (Délégué du préfet) : retenu. Ouvrir un lieu d'accueil."
    ]
    (field,) = [line for line in lines() if "Connaissance de terrain" in line]
    assert field.endswith("qui n'est pas un chiffre : <b>Demandé</b> ici")
    assert not any(proposed in line for line in lines())


def test_a_rejected_axis_leaves_its_objectives_out_and_says_so(folder):  # noqa: F811
    mine = [o for o in matter(GIEN).plan.objectives if o.axes[:1] == ("cohesion_sociale",)]
    assert {o.kind for o in mine} == {"act", "ask"}
    stored(decision("cohesion_sociale", state="rejected", objectives=(), reason="Autre cadre"))
    text = " ".join(lines())
    for one in mine:
        assert even(one.text).lower() not in text.lower()
        counted = axes.declared().patterns[one.pattern].action
        for told in (one.invite, one.summer, one.short, one.kind == "act" and counted):
            assert not told or even(told).lower() not in text.lower()
    assert "Cohésion sociale. Décision du 15/09/2021 (Délégué du préfet) : non retenu." in text


def test_what_a_decision_sets_aside_is_proposed_nowhere(folder):  # noqa: F811
    """Neither in the table of objectives, the synthesis, nor the count of the feuille de route."""

    def told():
        plans = {code: stands.plan(compared(code)) for code in CODES}
        lead = re.match(r"(\d+) objectifs", roadmap.lead(plans))
        return plans[GIEN], even(pages.profiles(plans).html), int(lead[1])

    before, line, n = told()
    gone = [o for o in before.proposals if o.axes[:1] == ("cohesion_sociale",)]
    assert gone
    stored(decision("cohesion_sociale", state="rejected", objectives=(), reason="Autre cadre"))
    after, now, left = told()
    assert left == n - len(gone)
    assert not {row["motif"] for row in csv_table.rows([after])} & {o.pattern for o in gone}
    for one in gone:
        assert now.count(even(one.short)) == line.count(even(one.short)) - 1


def test_a_side_whose_every_axis_is_rejected_awaits_nothing_more(folder):  # noqa: F811
    held = [s.code for s in matter(GIEN).plan.stands]
    stored(*(decision(axis, state="rejected", objectives=()) for axis in held))
    assert "Rien de plus que le socle commun." in lines()
    assert awaited(GIEN) == []


# --- the whole -----------------------------------------------------------------------------------


def test_the_common_ground_counts_who_is_poorer_than_its_communes():
    """By hand: each rate of 2019, and those of its communes, less the noise."""
    poorer = 0
    for code in CODES:
        row = facts.own(code, "taux_pauvrete")
        near = [facts.beside(a, row) for a in facts.around(code, "commune", least=0.1)]
        gaps = [facts.as_shown(row) - facts.as_shown(other) for other in near if other]
        poorer += bool(gaps) and all(g > facts.noise("taux_pauvrete", code) for g in gaps)
    text = [even(p.text) for p in whole().paragraphs]
    assert poorer == len(CODES)
    assert f"Les {poorer} quartiers ont un taux de pauvreté supérieur à celui de leur commune, " \
        "au-delà du bruit." in text  # fmt: skip


def test_the_numbered_list_names_the_map_s_numbers():
    rows = [[c.text for c in row.cells] for table in whole().tables for row in table.rows]
    named = [row for row in rows if row[0].isdigit() and len(row) == 5]
    assert [int(row[0]) for row in named] == [numbers()[code] for code in CODES]


def test_the_default_scheme_is_the_declared_one():
    assert catalogue().territory["axes"] == SCHEME
