"""What leaves is run by no spreadsheet and reads back equal; the contract is a Table Schema."""

import csv
import io
import json
import re
import shutil
import subprocess
import tempfile
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registers import csv_file, read_csv, row

from qpvlib.actions import contract, documentation, reading, register, summer, upward
from qpvlib.project import current
from qpvlib.tables import delimited

RUN = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
CELL = st.one_of(
    st.sampled_from(["=1+1", "+33", "-5", "@SUM(A1)", "'=1", "''=1", " =1", "\t=1", "＝1", "'"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(CELL, min_size=2, max_size=2))
def test_any_cell_leaves_safe_and_comes_back_equal(cells):
    text = delimited.written([["a", "b"], ["x", "y"], cells])
    (*_, seen) = csv.reader(io.StringIO(text, newline=""))
    assert not any(RUN.match(cell) for cell in seen)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "f.csv"
        place.write_text(text, "utf-8", newline="")
        assert delimited.records(place)[1:] in ([dict(zip("ab", cells, strict=True))], [])


FORMULA = "=HYPERLINK(\"http://x\";\"y\")"  # fmt: skip


@pytest.fixture
def kept(tmp_path, opened):
    """A register whose free texts are formulas."""
    opened(register=tmp_path / "register")
    texts = {"intitule": FORMULA, "commentaire": "@SUM(A1)", "reference": "-DA1"}
    register.keep(reading.read(csv_file(tmp_path, row(**texts))))
    return tmp_path / "register"


def test_a_register_of_formulas_leaves_safe_and_reads_back(kept):
    for name in (register.TABLE, register.HISTORY):
        assert not any(RUN.match(cell) for line in read_csv(kept / name) for cell in line)
    assert register.texts()["-DA1"]["intitule"] == FORMULA
    again = reading.read(kept / register.TABLE)
    assert register.merged(again).changes == ()


def test_the_upward_report_of_formulas_leaves_safe(kept, tmp_path):
    import openpyxl

    title, lines = upward.template()
    found = summer.summer(register.actions(), 2021)
    figures = upward.report(found, 2021, lines)
    names = {a.action: (a.bearer, a.title) for a in found.itertuples()}
    for place in upward.write_report(tmp_path / "r.csv", title, figures, names):
        assert not any(RUN.match(cell) for line in read_csv(place, ";") for cell in line)
    upward.write_report(tmp_path / "r.xlsx", title, figures, names)
    cells = [c for line in openpyxl.load_workbook(tmp_path / "r.xlsx")["Lignes"] for c in line]
    risky = [c for c in cells if isinstance(c.value, str) and RUN.match(c.value)]
    assert risky
    assert {(c.data_type, c.quotePrefix) for c in risky} == {("s", True)}


def test_a_workbook_to_fill_in_of_formulas_is_only_text(tmp_path):
    import openpyxl

    place = tmp_path / "f.xlsx"
    filled = row(intitule=FORMULA, debut="2021-07-05", fin="", montant_demande="4500")
    documentation.write_register(place, [filled])
    cells = [c for line in openpyxl.load_workbook(place)["Actions"] for c in line]
    assert [(c.data_type, c.quotePrefix) for c in cells if c.value == FORMULA] == [("s", True)]
    assert reading.read(place).records[0]["intitule"] == FORMULA


def test_the_upward_report_is_made_of_native_tables_and_says_how_to_read_it(kept, tmp_path):
    import openpyxl

    title, lines = upward.template()
    found = summer.summer(register.actions(), 2021)
    figures = upward.report(found, 2021, lines)
    names = {a.action: (a.bearer, a.title) for a in found.itertuples()}
    upward.write_report(tmp_path / "r.xlsx", title, figures, names, upward.notes())
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    (held,) = book["Remontée"].tables.values()
    assert held.ref == f"A3:F{3 + len(lines)}"
    assert book["Remontée"]["A4"].value == lines[0].label
    assert [cell.value for (cell,) in book["À lire"]] == [title, *upward.notes()]


def test_a_summer_without_action_has_a_report_all_the_same(tmp_path, opened):
    opened(register=tmp_path / "register")
    register.keep(reading.read(csv_file(tmp_path)))
    title, lines = upward.template()
    figures = upward.report(summer.summer(register.actions(), 2030), 2030, lines)
    upward.write_report(tmp_path / "r.csv", title, figures, {})
    told = {line[0]: line[1] for line in read_csv(tmp_path / "r.csv", ";")}
    assert (told["Actions"], told["Montant versé (€)"]) == ("0", "non renseigné")


@pytest.mark.parametrize("suffix", ["xlsx", "ods", "xls"])
def test_the_model_saved_by_libreoffice_reads_back_the_same(tmp_path, suffix):
    import openpyxl

    if not (office := shutil.which("soffice")):
        pytest.skip("LibreOffice n'est pas sur cette machine")
    model = current().contract / "exemple-registre.xlsx"
    command = [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    command += ["--convert-to", suffix, "--outdir", str(tmp_path), str(model)]
    subprocess.run(command, check=True, capture_output=True)
    saved = tmp_path / f"exemple-registre.{suffix}"
    assert reading.read(saved).records == reading.read(model).records
    if suffix == "xlsx":
        count = [
            sum(len(r.sqref.ranges) for r in openpyxl.load_workbook(p)["Actions"].data_validations
                .dataValidation) for p in (saved, model)
        ]  # fmt: skip
        assert count[0] == count[1]


# --- the contract, as another tool reads it ------------------------------------------------------


def test_every_example_of_the_contract_is_of_its_own_type():
    kinds = {"integer": int, "number": (int, float), "string": str, "date": str}
    for field in contract.schema()["fields"]:
        assert isinstance(field["example"], kinds[field["type"]]), field["name"]


@pytest.fixture(scope="module")
def frictionless():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("frictionless")


def test_the_contract_is_a_table_schema(frictionless):
    described = json.loads((current().contract / "schema.json").read_text("utf-8"))
    assert list(frictionless.Schema.metadata_validate(described)) == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["modele-registre.csv", "exemple-registre.csv"])
def test_the_model_files_are_valid_headers_included(frictionless, name):
    report = frictionless.validate(
        name, basepath=str(current().contract), encoding="utf-8-sig", format="csv",
        schema=frictionless.Schema.from_descriptor(contract.schema()),
        control=frictionless.formats.CsvControl(delimiter=";"),
    )  # fmt: skip
    assert report.valid, report.flatten(["type", "note"])
    assert report.task.stats["fields"] == len(contract.fields())


@pytest.mark.filterwarnings("ignore")
def test_a_model_file_of_another_header_is_not_valid(frictionless, tmp_path):
    text = (current().contract / "exemple-registre.csv").read_text("utf-8-sig")
    (tmp_path / "f.csv").write_text(text.replace("reference", "Référence", 1), "utf-8")
    report = frictionless.validate(
        "f.csv", basepath=str(tmp_path), encoding="utf-8", format="csv",
        schema=frictionless.Schema.from_descriptor(contract.schema()),
        control=frictionless.formats.CsvControl(delimiter=";"),
    )  # fmt: skip
    assert not report.valid
