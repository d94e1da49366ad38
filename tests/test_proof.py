"""The proof: what was swapped between two pages, or typed over, is reported, and nothing else."""

import re
import shutil
from functools import cache

import pytest
from bs4 import BeautifulSoup

from qpvlib.project import current
from qpvlib.publishing import inputs, jobs, proof
from qpvlib.tables import tidy
from qpvlib.tables.areas import neighbourhood

ONE, OTHER = "QP045016", "QP045009"


remade = cache(proof.exhibits)


@pytest.fixture
def two(site, tmp_path, monkeypatch):
    """Two built pages, to be spoilt; what they should show is made again once for all the tests."""
    monkeypatch.setattr(proof, "exhibits", remade)
    for code in (ONE, OTHER):
        shutil.copy(site / neighbourhood(code).page, tmp_path)
    return tmp_path


def swap(folder, select):
    """Exchange an element between the two pages."""
    soups = {}
    for code in (ONE, OTHER):
        path = folder / neighbourhood(code).page
        soups[path] = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    found = [soup.select(select)[0] for soup in soups.values()]
    copies = [BeautifulSoup(str(tag), "html.parser") for tag in found]
    found[0].replace_with(copies[1])
    found[1].replace_with(copies[0])
    for path, soup in soups.items():
        path.write_text(str(soup), "utf-8")


def defects(folder):
    return [
        line
        for code in (ONE, OTHER)
        for line in proof.page_defects(folder, jobs.diagnosis(neighbourhood(code)))
    ]


def test_untouched_pages_are_proven(two):
    assert defects(two) == []


@pytest.mark.parametrize(
    ("select", "said"),
    [
        (".maps figure:nth-of-type(2)", "la figure « Dans la commune de Gien » est remplacée par"),
        ("table.marks", "le tableau « Tableau 1. Indicateurs repères » est remplacé par"),
        ("ol.points li", "la phrase « "),
        ("p.lead", "la phrase « "),
        (".trends figure", "la figure « "),
    ],
)
def test_a_swap_is_one_defect_on_each_page(two, select, said):
    swap(two, select)
    found = defects(two)
    assert len(found) == 2
    assert found[0].startswith(f"{neighbourhood(ONE).page} : {said}")
    assert found[1].startswith(f"{neighbourhood(OTHER).page} : ")


def test_three_swaps_are_six_defects_that_name_whose_they_are(two):
    for select in (".maps figure:nth-of-type(1)", "table.marks", "p.lead"):
        swap(two, select)
    found = defects(two)
    assert len(found) == 6
    assert all("de Dauphine (QP045009)" in line for line in found[:3])
    assert all("du Champ de la Ville (QP045016)" in line for line in found[3:])


def test_a_number_typed_over_is_told_with_the_table_s(two):
    path = two / neighbourhood(ONE).page
    text = path.read_text("utf-8")
    lead = re.search(r'<p [^>]*class="lead".*?</p>', text)[0]
    spoilt = text.replace(lead, lead.replace("58,0\u202f%", "85,0\u202f%"))
    assert spoilt != text
    path.write_text(spoilt, "utf-8")
    (line,) = defects(two)
    assert line.endswith("montre 85,0 là où les tables donnent 58,0")


def test_a_whole_page_in_another_s_place_is_told(two):
    one, other = (two / neighbourhood(code).page for code in (ONE, OTHER))
    shutil.copy(other, one)
    (line,) = defects(two)
    assert "c'est la page de QP045009, et non de QP045016" in line


def test_a_page_built_from_other_tables_is_stale(two, monkeypatch):
    monkeypatch.setattr(inputs, "of", lambda *_: "autre")
    found = defects(two)
    assert len(found) == 2
    assert all("ont changé depuis sa construction" in line for line in found)


def test_an_element_taken_away_is_missing(two):
    path = two / neighbourhood(ONE).page
    soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    soup.select("ol.points li")[0].decompose()
    path.write_text(str(soup), "utf-8")
    assert len(defects(two)) == 1


def test_figures_behind_the_exhibits_are_those_of_the_table(monkeypatch):
    """Even if the library read another area's rows, the plain reading of the table would tell."""
    job = jobs.diagnosis(neighbourhood(ONE))
    shown = proof.exhibits(job)
    assert list(proof._data_faults(shown)) == []
    proof._published.cache_clear()
    wrong = tidy.table("observations")
    wrong.loc[wrong.area == ONE, "value"] += 1
    plain = {(r.area, r.indicator, r.year): r.value for r in wrong.itertuples()}
    monkeypatch.setattr(proof, "_published", lambda: plain)
    assert len(list(proof._data_faults(shown))) > 50
    assert current().tidy.is_dir()


def test_every_unit_of_a_page_bears_its_area_and_a_checksum(two):
    soup = BeautifulSoup((two / neighbourhood(ONE).page).read_text("utf-8"), "html.parser")
    inside = soup.select(".exhibit figure, .exhibit table, .exhibit li, .exhibit p")
    assert len(inside) > 100
    assert {tag.get("data-area") for tag in inside} == {ONE}
    assert all(re.fullmatch("[0-9a-f]{12}", tag["data-checksum"]) for tag in inside)
