"""The annex and the sheets: a Word file that a screen reader can walk, twice the same bytes."""

import io
import itertools
import re
import zipfile
from functools import cache

import docx
import pytest
from nineteen import CODES, GIEN, compared, found, observed
from test_decisions import SCHEME, decision, folder, stored  # noqa: F401

from qpvlib import pages
from qpvlib.catalogue import catalogue
from qpvlib.document import word
from qpvlib.document.blocks import Figure, Heading, Picture
from qpvlib.pages import annex, sheet
from qpvlib.roadmap import stands
from qpvlib.tables.areas import neighbourhood

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fc"
    "ffff3f0300050001ff5e0c1d9b0000000049454e44ae426082"
)


def maps(place):
    return [still(f"Plan {n} de {place.name}, pour l'essai.", f"Plan {n}") for n in (1, 2, 3)]


def still(alt, caption):
    return Figure(Picture(PIXEL, alt), caption, caption)


def matter(code):
    place, rows = neighbourhood(code), compared(code)
    return sheet.Matter(place, rows, found(code), observed(), stands.stands(place, rows))


def written(blocks):
    return docx.Document(io.BytesIO(word.word(blocks, "Titre", "PROJET, non relu")))


def blocks(code):
    return Heading(2, sheet.title(neighbourhood(code))), *sheet.sheet(matter(code), maps, 3)


def alone(code):
    return written(blocks(code))


@cache
def whole():
    overview = still("Carte du département, pour l'essai.", "Carte")
    return written(annex.annex([matter(c) for c in CODES], maps, overview, False))


def headings(document):
    return [
        (int(p.style.name[-1]), p.text)
        for p in document.paragraphs
        if p.style.name.startswith("Heading")
    ]


def test_the_annex_follows_comparable_calls():
    titles = [text for level, text in headings(whole()) if level == 1]
    assert titles == [
        "Note de présentation", "Carte", "Fiches par quartier", "Axes et objectifs",
        "Indicateurs d’évaluation",
    ]  # fmt: skip


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
    assert 'w:val="fr-FR"' in document.styles["Normal"].element.xml
    assert document.sections[0].header.paragraphs[0].text == "PROJET, non relu"
    text = "\n".join(p.text for p in document.paragraphs)
    assert not re.search(r"\w'\w| [;?!%€:]", text)


def test_every_style_used_is_a_real_one():
    used = {p.style.name for p in whole().paragraphs}
    used |= {
        p.style.name for t in whole().tables for row in t.rows for p in row.cells[0].paragraphs
    }
    assert used >= {"QPV Cellule", "QPV Constat", "QPV Objectif", "QPV État", "List Bullet"}
    assert {"QPV Légende", "QPV Titre de tableau"} <= used


def test_same_matter_same_bytes_and_no_date_of_today():
    first, second = (word.word(blocks(GIEN), "T", "P") for _ in "12")
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {entry.date_time[:3] for entry in parts.infolist()} == {(2020, 1, 1)}


def test_any_page_may_be_written_on_paper():
    place, rows = neighbourhood(GIEN), compared(GIEN)
    shown = (
        pages.header(place), pages.identity(place, observed(), rows),
        pages.axes(place, found(GIEN), rows), pages.landmarks(place, rows),
        pages.theme_details(place, rows), pages.unmeasured(place, found(GIEN)),
    )  # fmt: skip
    document = written(tuple(exhibit.content for exhibit in shown))
    assert document.paragraphs[1].style.name == "Title"
    text = "\n".join(p.text for p in document.paragraphs)
    assert all(words in text for words in ("1\u202f360 habitants en 2018", "Non mesuré ici"))
    first, *details = document.tables[:1] + document.tables[2:]
    assert [cell.text for cell in first.rows[1].cells] == ["Revenus"] * 4
    assert [len(table.columns) for table in details] == [6] * 6


LINES = ("Constat", "Proposition", "À vérifier", "Suivi possible", "Décision", "Motif")


@pytest.mark.parametrize("code", CODES)
def test_proposals_are_told_apart_in_every_sentence(code):
    for paragraph in alone(code).paragraphs:
        if paragraph.style.name in ("QPV Constat", "QPV Objectif"):
            assert paragraph.text.replace("\xa0", " ").startswith(tuple(f"{w} :" for w in LINES))


def test_a_decision_is_told_apart_and_field_knowledge_is_marked(folder):  # noqa: F811
    stored(
        decision(
            objectives=("Ouvrir un lieu d'accueil",), reason="=Choix", field="<b>Demandé</b> ici"
        )
    )
    lines = [p.text.replace("\xa0", " ").replace("’", "'") for p in alone(GIEN).paragraphs]
    told = [line for line in lines if line.startswith("Décision")]
    assert told == [
        "Décision du 15/09/2021 (Délégué du préfet) : retenu.",
        "Décision : Ouvrir un lieu d'accueil.",
    ]
    assert "Motif : =Choix" in lines
    (field,) = [line for line in lines if "Connaissance de terrain" in line]
    assert field.endswith("qui n'est pas un chiffre : <b>Demandé</b> ici")
    assert not [line for line in lines if line.startswith("Proposition : Accompagner vers l'emploi")
                and "femmes" not in line]  # fmt: skip


def test_rejected_axes_leave_the_objectives(folder):  # noqa: F811
    stored(decision("cadre_de_vie", state="rejected", objectives=(), reason="Autre cadre"))
    text = "\n".join(p.text for p in alone(GIEN).paragraphs)
    assert "Établir avec le bailleur" not in text


def test_the_numbered_list_names_the_map_s_numbers():
    rows = [[c.text for c in row.cells] for table in whole().tables for row in table.rows]
    named = [row for row in rows if row[0].isdigit() and len(row) == 4]
    assert [int(row[0]) for row in named] == list(range(1, 20))


def test_the_default_scheme_is_the_declared_one():
    assert catalogue().territory["axes"] == SCHEME
