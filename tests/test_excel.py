"""``qpv.to_excel``: what a table says is in the workbook, in French, with where it comes from."""

import re
import zipfile

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import qpvlib as qpv
from qpvlib.catalogue import QpvError

POVERTY = qpv.observations(indicator="taux_pauvrete", area="QP045016")
RSA = qpv.observations(indicator="demandeurs_rsa", area="QP045008")


def sheets(path):
    """Rows of each sheet under its title, as openpyxl reads them."""
    book = openpyxl.load_workbook(path)
    return {s.title: [[c.value for c in row] for row in s.iter_rows(min_row=3)] for s in book}


def column(path, head, sheet="Tableau"):
    heads, *rows = sheets(path)[sheet]
    return [plain(row[heads.index(head)]) for row in rows]


def plain(cell):
    return re.sub(r"[\u202f\xa0]", " ", cell) if isinstance(cell, str) else cell


def test_codes_have_their_labels_values_their_unit_and_every_source_is_cited(tmp_path):
    path = qpv.to_excel(POVERTY, tmp_path / "neuf" / "pauvrete")
    assert path == tmp_path / "neuf" / "pauvrete.xlsx"
    assert set(column(path, "Territoire")) == {"Champ de la Ville"}
    assert set(column(path, "Indicateur")) == {"Taux de pauvreté"}
    assert set(column(path, "Unité")) == {"%"}
    years = [int(year) for year in column(path, "Année")]
    assert dict(zip(years, column(path, "Valeur"), strict=True))[2019] == 58
    assert years == list(range(2012, 2022))
    cited = column(path, "Source", "Sources")
    assert set(column(path, "Source")) == set(cited)
    assert any("2012, 2020, 2021" in told for told in column(path, "Années des données", "Sources"))
    assert set(column(path, "Licence", "Sources")) == {"Licence Ouverte 2.0"}
    assert column(path, "Code de l'indicateur", "Définitions") == ["taux_pauvrete"]


def test_a_blank_is_told_and_never_an_empty_cell_nor_a_zero(tmp_path):
    blank = POVERTY.assign(value=float("nan"), status="not_published")
    path = qpv.to_excel(blank, tmp_path / "a.xlsx")
    assert set(column(path, "Valeur")) == {"non publié"}
    assert all(cell is not None for rows in sheets(path).values() for row in rows for cell in row)


def test_of_a_few_people_the_counts_alone_are_told(tmp_path):
    few = RSA.assign(numerator=33.0, denominator=87.0, value=37.9)
    assert set(column(qpv.to_excel(few, tmp_path / "a.xlsx"), "Valeur")) == {"33 des 87"}


def test_a_year_that_is_not_known_is_not_told_as_one(tmp_path):
    path = qpv.to_excel(RSA[RSA.year_status == "unknown"], tmp_path / "a.xlsx")
    assert "fichier Insee 2022" in column(path, "Année")
    assert not any(isinstance(year, float | int) for year in column(path, "Année"))
    assert all("fichier" in told for told in column(path, "Années des données", "Sources"))


def test_a_comparison_and_findings_are_in_french(tmp_path):
    place = qpv.neighbourhood("QP045016")
    positions = qpv.compare(qpv.observations(indicator="taux_pauvrete", around=place), place)
    path = qpv.to_excel(positions, tmp_path / "a.xlsx")
    assert set(column(path, "Lecture")) == {"plus élevé"}
    assert {"QPV de métropole", "commune", "région"} <= set(column(path, "Type de repère"))
    assert set(column(path, "Nettement")) == {"oui"}
    path = qpv.to_excel(qpv.findings(positions), tmp_path / "b.xlsx")
    assert column(path, "Sens") == ["plus de difficultés"]
    assert "58,0 %" in column(path, "Constat")[0]


def test_a_table_of_ones_own_keeps_its_columns_and_says_whose_it_is(tmp_path):
    wide = POVERTY.pivot_table(index="area", columns="year", values="value")
    path = qpv.to_excel(wide, tmp_path / "a.xlsx", source="Calcul : Insee, Filosofi", title="Ici")
    assert sheets(path)["Tableau"][0][:3] == ["Code du territoire", "Territoire", "2012"]
    assert column(path, "2019") == [58]
    assert column(path, "Source", "Sources") == ["Calcul : Insee, Filosofi"]
    assert openpyxl.load_workbook(path)["Tableau"]["A1"].value == "Ici"


def test_sources_are_found_again_by_the_indicators(tmp_path):
    path = qpv.to_excel(POVERTY[["indicator", "year", "value"]], tmp_path / "a.xlsx")
    assert any("Filosofi" in cited for cited in column(path, "Source", "Sources"))


def test_the_same_table_gives_the_same_bytes_and_replaces_its_own_file(tmp_path):
    path = qpv.to_excel(POVERTY, tmp_path / "a.xlsx")
    first = path.read_bytes()
    assert qpv.to_excel(POVERTY, path).read_bytes() == first
    assert [one.name for one in tmp_path.iterdir()] == ["a.xlsx"]


def test_a_workbook_that_someone_changed_is_not_replaced(tmp_path):
    path = qpv.to_excel(POVERTY, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(path)
    book["Tableau"]["A1"] = "relu"
    book.save(path)
    held = path.read_bytes()
    with pytest.raises(QpvError, match="choisir un autre nom"):
        qpv.to_excel(POVERTY, path)
    (tmp_path / "b.xlsx").write_text("notes")
    with pytest.raises(QpvError, match="to_excel ne l'a pas écrit"):
        qpv.to_excel(POVERTY, tmp_path / "b.xlsx")
    assert path.read_bytes() == held


@pytest.mark.parametrize(
    ("table", "path", "told"),
    [
        (POVERTY[:0], "a.xlsx", "aucune ligne"),
        (POVERTY[["value"]], "a.xlsx", "D'où viennent ces chiffres"),
        (3, "a.xlsx", "int.*pas un tableau"),
        (POVERTY, "a.csv", "un fichier .xlsx"),
        (POVERTY, "/dev/null/a.xlsx", "n'a pas été écrit"),
    ],
)
def test_what_cannot_be_written_is_told_and_nothing_is_left(table, path, told, tmp_path):
    with pytest.raises(QpvError, match=told):
        qpv.to_excel(table, tmp_path / path)
    assert list(tmp_path.iterdir()) == []


TEXTS = st.text(max_size=12) | st.sampled_from(
    ["=1+1", "@x", "-cmd", "+2", "<b>", "\x01", "http://a"]
)
CELLS = TEXTS | st.floats() | st.integers(-(10**9), 10**9) | st.booleans() | st.none()


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(columns=st.lists(st.tuples(TEXTS, CELLS), min_size=1, max_size=5))
def test_any_table_is_written_and_nothing_of_it_is_ever_run(columns, tmp_path):
    frame = pd.DataFrame([[cell for _, cell in columns]] * 2, columns=[head for head, _ in columns])
    path = qpv.to_excel(frame, tmp_path / "any.xlsx", source="inventé", title="=HYPERLINK()")
    heads, *rows = sheets(path)["Tableau"]
    assert len(rows) == 2
    assert len({str(head).casefold() for head in heads}) == len(columns)
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name) for name in archive.namelist() if "worksheets/" in name]
    assert not any(b"<f>" in part or b"<hyperlink" in part for part in parts)
