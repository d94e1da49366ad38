"""``qpv check --profile``: what a file that nothing declares is, and the draft of its entry."""

import csv
import io
import re
import tomllib
import zipfile
from contextlib import suppress

import hostile
import pytest
import raw
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qpvlib.catalogue import Faults
from qpvlib.cli import main
from qpvlib.project import current
from qpvlib.tables import tidy
from qpvlib.tables.profiling import profile

CODES = [f"QP0450{i:02d}" for i in range(1, 20)]


def told(place, text, encoding="utf-8"):
    """The description of a file with a text or bytes."""
    place.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return profile(place)


def table(rows, mark=";", quoting=csv.QUOTE_MINIMAL, end="\r\n"):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=mark, quoting=quoting, lineterminator=end).writerows(rows)
    return out.getvalue()


def line(text, start):
    """The line of a column."""
    return next(one for one in text.splitlines() if one.strip().startswith(f"{start} : "))


def entry(text):
    """The draft, as TOML: its code, its fields."""
    ((code, fields),) = tomllib.loads(text[text.index("\n[") :]).items()
    return code, fields


# --- how it is written -------------------------------------------------------------------------


WRITTEN = {
    "utf-8": "UTF-8 sans BOM", "utf-8-sig": "UTF-8 avec BOM", "cp1252": "Windows-1252",
    "utf-16": "UTF-16",
}  # fmt: skip
NAMED = {";": "« ; »", ",": "« , »", "\t": "tabulation", "|": "« | »"}
ENDS = {"\r\n": "CRLF (Windows)", "\n": "LF", "\r": "CR (ancien Mac)"}


@given(
    encoding=st.sampled_from([*WRITTEN]), mark=st.sampled_from([*NAMED]),
    end=st.sampled_from([*ENDS]), decimal=st.sampled_from([",", "."]), titles=st.integers(0, 3),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    values=st.lists(st.integers(11, 1800), min_size=19, max_size=19),
)  # fmt: skip
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_table_is_described_with_what_it_was_written_with(
    tmp_path_factory, encoding, mark, end, decimal, titles, quoting, values
):
    rows = [["Données par quartier, été"]] * titles + [["Qp", "Libellé", "Nb", "Taux libre"]]
    for code, value in zip(CODES, values, strict=True):
        rows.append([code, "Général été à Gien", value, f"{value % 90 + 5},{value % 9 + 1}"])
        rows[-1][-1] = rows[-1][-1].replace(",", decimal)
    place = tmp_path_factory.getbasetemp() / "ecrit.csv"
    found = told(place, table(rows, mark, quoting, end), encoding)
    head, shape, key, own = found.splitlines()[:4]
    for words in (WRITTEN[encoding], f"séparateur {NAMED[mark]}", f"fins de ligne {ENDS[end]}",
                  f"décimales « {decimal} »"):  # fmt: skip
        assert words in head
    assert ("sans guillemets" in head) == ('"' not in table(rows, mark, quoting, end))
    assert shape.startswith(f"En-tête ligne {titles + 1}")
    assert "19 lignes, 4 colonnes" in shape
    assert key == "Clé : Qp (19 codes, quartier prioritaire de 2015)."
    assert own == "Quartiers : 19 des 19 quartiers du Loiret."
    least = f"{min(values):,}".replace(",", "\u202f")
    assert f"Plus petit effectif publié, 0 mis à part : {least} (Nb" in found
    _, fields = entry(found)
    assert (fields.get("delimiter", ";"), fields.get("decimal", ",")) == (mark, decimal)
    assert fields.get("header", 0) == titles


# --- what it holds -----------------------------------------------------------------------------


def figures(code, year, field="value"):
    rows = tidy.table("observations")
    rows = rows[(rows.indicator == code) & (rows.year == year)].set_index("area")[field]
    return [f"{rows[one]:g}".replace(".", ",") for one in CODES]


def test_codes_marks_totals_doubles_and_rates_are_told(tmp_path):
    cells = zip(CODES, ["s", "s", "…", "", *range(7, 21), "0"], strict=True)
    rows = [[code, "Nom", n, "20,5"] for code, n in cells]
    rows = [["CODGEO", "LIB", "A", "TX_X"], ["Ensemble", "", "999", "20"], *rows[1:], rows[5],
            ["QP045999", "Nom", "12", "130"]]  # fmt: skip
    found = told(tmp_path / "a.csv", table(rows))
    assert "18 des 19 quartiers du Loiret ; absents : QP045001 ; inconnus : QP045999." in found
    assert "« s » 1 fois ; « … » 1 fois ; même nom que A [insee_demo]" in line(found, "A")
    assert "vide à" in line(found, "A")
    assert "1 ligne de total : « Ensemble » (ligne 2)." in found
    assert "1 code en double : QP045006 (2 fois)." in found
    assert "TX_X : 1 valeur hors de 0 à 100, la première 130 (ligne 22)." in found
    assert "Plus petit effectif publié, 0 mis à part : 7 (A, ligne 6)." in found
    code, fields = entry(found)
    assert (code, fields["level"], fields["key"]) == ("a", "neighbourhood", "CODGEO")
    assert (fields["skip"], fields["percent"]) == (["Ensemble"], ["TX_X"])
    assert fields["blocks"]["chiffres"]["columns"] == ["A", "TX_X"]


def test_figures_that_the_tables_have_already_are_recognised(tmp_path):
    known = {"x1": figures("population", 2018), "x2": figures("taux_pauvrete", 2019)}
    counts = figures("rsa_allocataires", 2022, "numerator")
    rows = zip(CODES, *known.values(), counts, range(50, 69), strict=True)
    found = told(tmp_path / "a.csv", table([["qp", "x1", "x2", "x3", "x4"], *rows]))
    assert re.search(
        r"mêmes valeurs que (POP_MUN|pop) 2018 \[insee_\w+\], sur 19", line(found, "x1")
    )
    assert "mêmes valeurs que DISP_TP60 2019 [insee_filosofi_qpv], sur 19" in line(found, "x2")
    assert "mêmes valeurs que ARSAS fichier 2022 [insee_revn], sur 19" in line(found, "x3")
    assert "mêmes valeurs" not in line(found, "x4")


@pytest.mark.parametrize(
    ("header", "cells", "said"),
    [
        ("code_qp", [f"QN0450{i}M" for i in range(9)], "quartier prioritaire de 2024"),
        ("insee_com", ["45234", "45155", "45147"], "code : commune"),
        ("com", ["01004", "2A004", "45234"], "code : commune"),
        ("epci", ["244500468", "200067668", "244500203"], "code : intercommunalité (SIREN)"),
        ("zone", ["452340101", "452340102", "451550101"], "code : IRIS"),
        ("uai", ["0450001A", "0450002B"], "code : établissement scolaire (UAI)"),
        ("annee", ["2020", "2021"], "année"),
        ("jour", ["2024-01-01", "12/03/2024"], "date"),
        ("n", ["1 200", "12"], "entier"),
        ("n", ["", ""], "vide"),
    ],
)
def test_what_a_column_is(tmp_path, header, cells, said):
    rows = [["rang", header], *([f"r{i}", cell] for i, cell in enumerate(cells))]
    assert said in line(told(tmp_path / "a.csv", table(rows)), header)


def test_a_workbook_and_a_map_are_described(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["Titre"], ["qp", "n"], *([code, 12.5] for code in CODES)):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    found = profile(tmp_path / "a.xlsx")
    assert "classeur XLSX, feuille « Sheet »" in found
    assert entry(found)[1] | {"kind": "xls", "header": 1} == entry(found)[1]
    found = profile(current().tidy / "perimeters.geojson")
    assert "GeoJSON, formes" in found
    assert "19 contours" in found
    assert entry(found)[1]["level"] == "perimeter"


# --- the draft ---------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path, opened):
    """A tiny project, opened, with a file that nothing declares."""
    made = raw.make(tmp_path)
    opened(made.project)
    rows = [["qp", "nom", "NB_X", "TX_X"], ["Ensemble", "", "400", "3,5"]]
    rows += [[code, "Un nom", str(20 + i), "22,5"] for i, code in enumerate(raw.CODES)]
    (made.raw / "neuf").mkdir()
    (made.raw / "neuf/essai.csv").write_text(table(rows), "utf-8")
    return made


def pasted(files, change=str):
    found = CliRunner().invoke(main, ["check", "--profile", str(files.raw / "neuf/essai.csv")])
    assert found.exit_code == 0, found.output
    draft = change(found.stdout[found.stdout.index("\n[") :])
    place = files.catalogue / "sources.toml"
    place.write_text(place.read_text("utf-8") + draft, "utf-8")
    from qpvlib.catalogue import catalogue

    catalogue.cache_clear()
    return CliRunner().invoke(main, ["check"])


def test_a_draft_is_refused_field_by_field_until_it_is_completed(files):
    refused = pasted(files)
    assert refused.exit_code == 1
    told = re.sub(r", ligne \d+", "", refused.stderr)
    for field in ("title", "cite", "licence", "page", "get", "updated", "blocks"):
        words = f"sources.toml, [essai], champ « {field} » : « À COMPLÉTER » : à lire"
        assert told.count(words) == 1, told
    assert "champ « files.edition » : 'À COMPLÉTER' refusé, attendu : un nombre entier" in told
    assert refused.stderr.count("[essai]") == 8


def test_a_draft_that_is_completed_is_read(files):
    def complete(draft):
        draft = draft.replace('edition = "À COMPLÉTER"', "edition = 2030")
        return draft.replace("À COMPLÉTER/essai", "neuf/essai").replace("À COMPLÉTER", "dit")

    assert "sources.toml" not in pasted(files, complete).stderr
    from qpvlib.catalogue import catalogue
    from qpvlib.tables import reading

    read = reading.read(catalogue().sources["essai"], files.raw)
    assert read.faults == []
    assert read.rows.area.tolist() == raw.CODES
    assert (read.rows.NB_X[0], read.rows.TX_X[0]) == (20.0, 22.5)


# --- what no table can be made of ----------------------------------------------------------------


def zipped(place):
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("data_DEMO_2023.csv", "a;b\n1;2\n")
    return place.read_bytes()


HOSTILE = [
    (b"", "vide"), (b"   \n\n", "vide"), (b"\xef\xbb\xbf", "vide|aucune ligne"),
    (b"%PDF-1.7 abc", "un document PDF"), (b"<!doctype html><p>", "une page web"),
    (bytes(range(256)) * 40, "octets nuls"), (b"{\"a\": ", "carte illisible"), (b"[1]", "carte"),
    (b"PK\x03\x04 no", "illisible"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "abîmé"),
    (b";" * 5_000_000 + b"\n1\n", "cellules"), (b"\0" * 1000, "octets nuls"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "said"), HOSTILE)
def test_what_is_no_table_is_told_in_french(tmp_path, content, said):
    place = tmp_path / "a.csv"
    place.write_bytes(content)
    with pytest.raises(Faults, match=said):
        profile(place)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_an_archive_names_what_it_holds(tmp_path):
    zipped(tmp_path / "a.zip")
    with pytest.raises(Faults, match=r"Elle contient : data_DEMO_2023\.csv"):
        profile(tmp_path / "a.zip")


def test_a_huge_file_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("qpvlib.tables.safety.MOST_BYTES", 1000)
    for name, start in (("a.csv", "a;b\n"), ("a.geojson", "{")):
        (tmp_path / name).write_text(start + "1;2\n" * 400)
        with pytest.raises(Faults, match="plus de 60 Mo"):
            profile(tmp_path / name)


@pytest.mark.parametrize("name", ["last_corner", "nowhere", "unplaced", "huge", "columns"])
def test_a_hostile_workbook_is_refused(tmp_path, name):
    place = dict(hostile.every(tmp_path))[name]
    with pytest.raises(Faults, match="Rien à décrire"):
        profile(place)


@given(content=st.binary(max_size=400) | st.text(max_size=300).map(str.encode))
@settings(max_examples=80, deadline=None)
def test_no_file_raises_anything_else(tmp_path_factory, content):
    with suppress(Faults):
        told(tmp_path_factory.getbasetemp() / "n.csv", content)


def test_the_command_says_a_file_that_is_not_there(tmp_path):
    result = CliRunner().invoke(main, ["check", "--profile", str(tmp_path / "absent.csv")])
    assert (result.exit_code, "n'existe pas" in result.stderr) == (2, True)


# --- the producers' files, where they are --------------------------------------------------------

needs_real = pytest.mark.skipif(not raw.REAL.is_dir(), reason=raw.NO_REAL)
REAL = {
    "insee/qpv_thematique/DEMO_2017.csv": [
        "milliers : espace fine insécable", "« Ensemble » (ligne 2)", "2013 [insee_", "206 vides"],
    "insee/qpv_thematique/data_DEMO_2021_V1_QP.csv": ["guillemets, décimales", "« files » plutôt"],
    "insee/demographie_2010_qpv.xls": [
        "En-tête ligne 6, après 4 lignes de titre", "TX_F 2010", "skip = [\"Code du quartier\"]"],
    "logement/rpls_qpv_2022.csv": ["décimales « , » et « . »", 'decimal = "any"'],
    "insee/caf_iris/caf_iris_loiret_2016_2020.csv": ["IRIS), par année : annee", "annee : année"],
    "contexte/epci_loiret.csv": ["siren_epci (16 codes, intercommunalité (SIREN))"],
    "perimetres/qpv2015_loiret.geojson": ["19 contours", "CRS84"],
    "qpv2024/qpv2024_france_indicateurs.csv": ["quartier prioritaire de 2024", "19 des 19"],
}  # fmt: skip


@pytest.mark.acceptance
@needs_real
@pytest.mark.parametrize("path", REAL)
def test_real_files_are_described(path):
    found = profile(raw.REAL / path)
    assert [words for words in REAL[path] if words not in found] == [], found


@pytest.mark.acceptance
@needs_real
def test_every_real_file_is_described_or_refused_in_french():
    kinds = {".csv", ".xls", ".geojson", ".md"}
    for place in sorted(p for p in raw.REAL.rglob("*") if p.suffix in kinds):
        assert tomllib.loads((text := profile(place))[text.index("\n[") :]), place
