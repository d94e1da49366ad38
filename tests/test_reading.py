"""The tolerant reader: what it accepts, and each fault it tells, on invented files."""

from pathlib import Path

import pandas as pd
import pytest
import raw
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from raw import cell, first_features, swap

from qpvlib.catalogue import catalogue
from qpvlib.tables import reading

DEMO = "insee/qpv_thematique/DEMO_2022.csv"
DEMO_2017 = "insee/qpv_thematique/DEMO_2017.csv"
COPY = "insee/qpv_thematique/data_DEMO_2021_V1_QP.csv"
IPRO = "insee/qpv_thematique/IPRO_2022.csv"
FILOSOFI = "insee/filosofi/filosofi_qpv_2016_2019_metropole.csv"
COMMUNES = "insee/filosofi/FILO2019_DISP_COM.csv"
DEPARTEMENTS = "insee/filosofi/FILO2019_DISP_DEP.csv"
POPULATION = "insee/population_qpv_2013_2018.csv"
PERIMETERS = "perimetres/qpv2015_metropole.geojson"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A sound tiny project, not to be changed."""
    return raw.make(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def files(whole, tmp_path):
    """Its copy, to plant faults in."""
    return raw.copy(whole, tmp_path)


def source_of(files, path):
    """The source of a file, that file alone."""
    with files.project.opened():
        known = catalogue().sources.values()
    pairs = ((s, e) for s in known for e in s.files if path in (e.path, *e.copies))
    source, entry = next(pairs)
    return source.model_copy(update={"files": (entry,)})


def faults(files, path):
    """Messages of one source read from a project."""
    found = reading.read(source_of(files, path), files.raw)
    return [str(fault) for fault in found.faults]


def percent_as_share(text):
    return f"0,{text.replace(',', '')}"


# --- what is accepted --------------------------------------------------------------------------


def test_a_sound_folder_has_no_fault(whole):
    with whole.project.opened():
        known = catalogue().sources.values()
    for source in known:
        assert reading.read(source, whole.raw).faults == []


def test_thin_spaces_decimal_comma_and_empty_columns_are_read(whole):
    text = (whole.raw / DEMO).read_text(encoding="utf-8-sig")
    assert ";1\u202f200;" in text
    assert text.splitlines()[0].endswith(";;;")
    row = reading.read(source_of(whole, DEMO), whole.raw).parts[DEMO].iloc[0]
    assert (row.area, row.line, row.POP_MUN, row.TX_F) == ("QP001901", 2, 1200.0, 20.5)


def test_the_total_row_is_not_a_neighbourhood(whole):
    assert "Ensemble" in (whole.raw / DEMO_2017).read_text(encoding="utf-8")
    rows = reading.read(source_of(whole, DEMO_2017), whole.raw).parts[DEMO_2017]
    assert rows.area.tolist() == raw.CODES
    assert rows.line.iloc[0] == 3


def test_two_copies_of_an_edition_read_to_the_same_values(whole):
    source = source_of(whole, COPY)
    (entry,) = source.files
    first, second = (
        reading.read_file(source, entry, path, whole.raw / path)[0] for path in (entry.path, COPY)
    )
    assert (whole.raw / COPY).read_text(encoding="utf-8").startswith('"')
    assert "\u202f" not in (whole.raw / COPY).read_text(encoding="utf-8")
    pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize("text", ["", "s", "ns", "nd", "n/a", "c", " "])
def test_an_unpublished_cell_is_missing_never_0(files, text):
    files.edit(DEMO, cell(4, "TX_F", text))
    found = reading.read(source_of(files, DEMO), files.raw)
    assert found.faults == []
    assert found.parts[DEMO].TX_F.isna().tolist() == [False, False, True, *[False] * 9]


@pytest.mark.parametrize(
    ("pattern", "codes"),
    [
        ("insee_demo", ["QP045016", "QP001001", "QP02A001", "QP02B002", "QP971001"]),
        ("insee_qpv2024", ["QN04516I", "QN02A01N", "QN97401M"]),
    ],
)
def test_codes_of_both_generations_and_of_corsica(pattern, codes):
    accepted = catalogue().sources[pattern].key_pattern
    assert pd.Series(codes).str.fullmatch(accepted).all()
    assert not pd.Series(["QP45016", "QP2A001", "45016", "QN4516I"]).str.fullmatch(accepted).any()


# --- each fault: file, line, column, what was found, what to do ----------------------------------

FAULTS = [
    # a renamed column, and one that nothing resembles
    (DEMO, swap("POP_MUN", "POP_MUM"),
     ["ligne 1, colonne « POP_MUN »", "la plus proche est « POP_MUM »",
      '« renames » : POP_MUM = "POP_MUN"']),
    (DEMO, swap("TX_F", "ZZ"), ["ligne 1, colonne « TX_F »", "attendue absente", "« files »",
                             'without = ["TX_F"]']),
    (DEMO_2017, swap("TX_F", "ZZ"), ["« TX_F »", 'without = ["NOTE_RP", "TX_F"]']),
    # the same in another writing, with a prefix, a year, a word changed: the line to write
    (DEMO, swap("POP_MUN", "Pop. mun "), ["« POP_MUN »", "renames » : \"Pop. mun\" = \"POP_MUN\""]),
    (DEMO, swap("POP_MUN", "QP_POP_MUN"), ["« POP_MUN »", "la plus proche est « QP_POP_MUN »"]),
    (DEMO, swap("POP_MUN", "POP_MUN_2022"), ["« POP_MUN »", "la plus proche est « POP_MUN_2022 »"]),
    (DEMO, swap("\ufeff", "\ufeff\ufeff"), ["« CODGEO »", "la plus proche est «"]),
    (IPRO, swap("TX_TOT_EDLIM", "TX_TOT_EDCDD"),
     ["[insee_ipro]", "« renames » : TX_TOT_EDCDD = \"TX_TOT_EDLIM\""]),
    (DEMO, swap("ENF_3_5", "ENF_3_6"), ["« ENF_3_5 »", "la plus proche est « ENF_3_6 »"]),
    (FILOSOFI, swap("DISP_TP60", "disp_tp60"),
     ["[insee_filosofi_qpv]", 'disp_tp60 = "DISP_TP60"']),
    # a key under a name that nothing resembles is known by its codes
    (DEMO, swap("CODGEO", "IDENT"), ["« CODGEO »", "« renames » : IDENT = \"CODGEO\""]),
    (PERIMETERS, lambda text: text.replace("code_qp", "ident"), ["« renames » : ident = "]),
    (COMMUNES, swap("Q219", "Q2 19"), ["ligne 1, colonne « Q219 »", "« Q2 19 »"]),
    (POPULATION, swap("pop_2013", "pop2013"), ["ligne 1, colonne « pop_2013 »", "« pop2013 »"]),
    (DEMO, swap("CODGEO", "CODE_GEO"), ["colonne « CODGEO »", "« CODE_GEO »"]),
    (DEMO, swap("NOTE_RP", "NOTES"), ["colonne « NOTE_RP »", "absente"]),
    (DEMO, swap("LIB_COM", "POP_MUN"), ["colonne « POP_MUN »", "nom de colonne en double"]),
    # a figure that is not one, or not on its scale
    (DEMO, cell(4, "TX_F", "22.5"), ["ligne 4, colonne « TX_F »", "« 22.5 » a un point décimal"]),
    (POPULATION, swap("1200", '"1200,5"'), ["ligne 2, colonne « pop_2013 »", "virgule décimale"]),
    (DEMO, cell(4, "A", "#REF!"), ["ligne 4, colonne « A »", "« #REF! » n'est pas un nombre"]),
    (DEMO, cell(4, "A", "4,8E+03"), ["ligne 4, colonne « A »", "« 4,8E+03 » n'est pas un nombre"]),
    (DEMO, cell(4, "TX_F", "225,0"), ["ligne 4, colonne « TX_F »", "225 n'est pas un pourcentage"]),
    (DEMO, cell(None, "TX_F", percent_as_share),
     ["colonne « TX_F »", "toutes les valeurs sont entre 0 et 1", "multiplier par 100"]),
    (FILOSOFI, swap(",2016", ",20l6"), ["colonne « annee »", "« 20l6 » n'est pas une année"]),
    # a code that a spreadsheet spoilt, or that is there twice
    (DEMO, swap("QP045901", "QP45901"),
     ["ligne 4, colonne « CODGEO »", "a perdu un zéro de tête : sans doute « QP045901 »"]),
    (POPULATION, swap(",01901", ",1901"),
     ["ligne 2, colonne « insee_com »", "« 1901 » a perdu un zéro de tête : sans doute « 01901 »"]),
    (COMMUNES, swap("\r\n01901", "\r\n1901"), ["ligne 2, colonne « CODGEO »", "« 01901 »"]),
    (DEPARTEMENTS, swap("\r\n01;", "\r\n1;"), ["ligne 2, colonne « CODGEO »", "sans doute « 01 »"]),
    (DEMO, swap("QP045901", "45901"), ["ligne 4, colonne « CODGEO »", "pas la forme d'un code"]),
    (DEMO, swap("QP045902", "QP045901"),
     ["ligne 5, colonne « CODGEO »", "« QP045901 » est déjà ligne 4"]),
    (PERIMETERS, swap("QP045902", "QP045901"),
     ["contour 4, colonne « code_qp »", "« QP045901 » est déjà contour 3"]),
    # parts that no longer make their total
    (DEMO, cell(4, "POP_MUN", "1401"),
     ["colonne « POP_MUN »", "les 9 quartiers QP045… font 16\u202f201", "publié est 16\u202f200"]),
    (DEMO_2017, cell(3, "POP_MUN", "1201"), ["colonne « POP_MUN »", "les 12 quartiers QP…"]),
    (IPRO, cell(4, "ABC_25", "1401"),
     ["ligne 4, colonne « ABC »", "4\u202f200 n'est pas le total de ABC_25", "font 4\u202f201"]),
    # a file that is not whole, or not the file
    (DEMO, lambda text: text[: text.index("QP045909") + 30], ["ligne 12", "dernière ligne coupée"]),
    (DEMO, lambda text: text[: text.index("QP045905")], ["ligne 7", "6 lignes au lieu de 11"]),
    (COPY, lambda text: text[:-20], ["ligne 13", "coupé"]),
    (DEMO, cell(6, "TX_F", "24,5;24,5;24,5;24,5;24,5"), ["ligne 6", "plus de cellules"]),
    (DEMO, lambda text: "\r\n".join(x[:60] if "QP045903" in x else x for x in text.split("\r\n")),
     ["ligne 6", "moins de cellules"]),
    (DEMO, lambda text: " \n<!DOCTYPE html><html><body>404</body></html>", ["ligne 1", "page web"]),
    (DEMO, lambda text: '{"error": "not found"}', ["ligne 1", "page web"]),
    (DEMO, lambda text: "\ufeff", ["vide"]),
    (DEMO, lambda text: text.replace(";", "\t"), ["ligne 1", "tabulation, attendu « ; »"]),
    (DEMO, swap("Commune 01901", "CommunÃ© 01901"), ["ligne 2", "caractères abîmés (« "]),
    (DEMO, swap("Commune 01901", '"Commune" 01901'), ["ligne 2", "guillemet mal placé"]),
    (PERIMETERS, lambda text: text[: len(text) // 2], ["carte illisible"]),
    (PERIMETERS, lambda text: "<html>", ["page web"]),
    (PERIMETERS, first_features(4), ["4 contours au lieu de 11 au moins"]),
    # two copies that do not say the same
    (COPY, swap('"20,5"', '"20,6"'), ["ligne 2", "QP001901 : 20,6, mais 20,5 dans"]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "change", "said"), FAULTS)
def test_a_fault_says_where_what_and_what_to_do(files, path, change, said):
    files.edit(path, change)
    told = faults(files, path)
    assert told
    named = [fault for fault in told if all(words in fault for words in said)]
    assert named, told
    assert all(fault.startswith(f"Fichier {path}") for fault in told)
    assert all(fault.endswith(".") for fault in told)


def test_a_missing_file_offers_its_near_name_and_says_where_to_get_it(files):
    place = files.raw / DEMO
    place.rename(place.with_name("DEMO_2022 (1).csv"))
    (told,) = faults(files, DEMO)
    assert "fichier absent, mais « DEMO_2022 (1).csv » est dans le même dossier" in told
    assert "À prendre sur https://www.insee.fr/" in told


@pytest.mark.parametrize(
    ("encoding", "line"), [("cp1252", 4), ("utf-16", 1)], ids=["Windows", "UTF-16"]
)
def test_another_encoding_is_told_with_the_other_faults(files, encoding, line):
    files.edit(DEMO, swap("Commune 45901", "Orléans"))
    files.edit(DEMO, cell(6, "TX_F", "24.5"))
    text = (files.raw / DEMO).read_bytes().decode("utf-8-sig").replace("\u202f", "")
    (files.raw / DEMO).write_bytes(text.encode(encoding))
    told = faults(files, DEMO)
    assert len(told) == 2
    assert f"ligne {line} : le fichier n'est pas en UTF-8" in told[0]
    assert "ligne 6, colonne « TX_F »" in told[1]


def test_blank_lines_do_not_shift_the_line_told(files):
    files.edit(DEMO, lambda text: text.replace("\r\n", "\r\n\r\n"))
    files.edit(DEMO, swap("QP045901", "QP45901"))
    assert "ligne 7, colonne « CODGEO »" in faults(files, DEMO)[0]  # 2 × 4 − 1


def test_the_same_fault_on_many_lines_is_one_fault_with_its_lines(files):
    files.edit(DEMO, cell(None, "TX_F", lambda text: text.replace(",", ".")))
    (told,) = faults(files, DEMO)
    assert "ligne 2, colonne « TX_F » : « 20.5 »" in told
    assert "(de même lignes 3, 4, 5, 6, 7 et 6 autres)" in told


def test_every_fault_of_a_file_at_once(files):
    for change in (
        cell(4, "TX_F", "22.5"),
        cell(5, "TX_TOT_0A24", "230,5"),
        swap("QP045909", "QP45909"),
        cell(6, "POP_MUN", "99"),
        swap("TX_TOT_MEN6", "TX_TOT_MENS6"),
    ):
        files.edit(DEMO, change)
    told = "\n".join(faults(files, DEMO))
    for words in ("« 22.5 »", "230,5 n'est pas", "« QP45909 »", "publié est", "« TX_TOT_MENS6 »"):
        assert words in told


@given(
    path=st.sampled_from([DEMO, COPY, FILOSOFI, POPULATION, PERIMETERS]),
    start=st.floats(0, 1), length=st.integers(0, 300), junk=st.binary(max_size=12),
)  # fmt: skip
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_damage_to_a_file_raises(whole, tmp_path_factory, path, start, length, junk):
    content = (whole.raw / path).read_bytes()
    cut = int(start * len(content))
    damaged = tmp_path_factory.getbasetemp() / ("damaged" + Path(path).suffix)
    damaged.write_bytes(content[:cut] + junk + content[cut + length :])
    source = source_of(whole, path)
    _, told = reading.read_file(source, source.files[0], path, damaged)
    assert all(fault.file == path for fault in told)


@given(order=st.permutations(range(12)))
@settings(max_examples=10, deadline=None)
def test_the_order_of_the_rows_does_not_matter(whole, tmp_path_factory, order):
    header, *rows = (whole.raw / DEMO).read_bytes().split(b"\r\n")[:13]
    shuffled = tmp_path_factory.getbasetemp() / "shuffled.csv"
    shuffled.write_bytes(b"\r\n".join([header, *(rows[i] for i in order), b""]))
    source = source_of(whole, DEMO)
    found, told = reading.read_file(source, source.files[0], DEMO, shuffled)
    expected = reading.read(source, whole.raw).parts[DEMO]
    assert told == []
    pd.testing.assert_frame_equal(
        found.drop(columns="line").sort_values("area", ignore_index=True),
        expected.drop(columns="line").sort_values("area", ignore_index=True),
    )
