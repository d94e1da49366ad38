"""``qpv check``: a fault planted in the catalogue, the tables or the files is told in French."""

import shutil
import tarfile

import pytest
import raw
import registers
from click.testing import CliRunner
from raw import cell, swap

from qpvlib.actions import reading, register
from qpvlib.catalogue import catalogue
from qpvlib.cli import checking, main
from qpvlib.project import current
from qpvlib.tables import sealing, tidy

DEMO = "insee/qpv_thematique/DEMO_2022.csv"


def check(*options):
    return CliRunner().invoke(main, ["check", *options])


def test_the_project_itself_has_no_fault():
    result = check()
    assert (result.exit_code, result.stderr) == (0, "")
    assert "rien à signaler" in result.stdout


# --- catalogue ---------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, opened):
    """A copy of the catalogue, in place of the real one."""
    for name in ("actions", "catalogue"):
        shutil.copytree(current().root / "data" / name, tmp_path / "data" / name)
    return opened(root=tmp_path).catalogue


REVENUS = "indicators-2-revenus.toml"


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        (REVENUS, b"caution = ", b"cautoin = ", ["[taux_pauvrete]", "« cautoin » inconnu, voulez"]),
        (REVENUS, b'"insee_filosofi_qpv"', b'"insee_filosofi_qp"',
         ["[taux_pauvrete], champ « inputs »", "Voulez-vous dire « insee_filosofi_qpv » ?"]),
        (REVENUS, b'"DISP_TP60"', b'"DISP_TP06"',
         ["[taux_pauvrete], champ « inputs »", "Voulez-vous dire « DISP_TP60 » ?"]),
        (REVENUS, b'"revenus_pauvrete"', b'"revenu_pauvrete"',
         ["[taux_pauvrete], champ « theme »", "Voulez-vous dire « revenus_pauvrete » ?"]),
        (REVENUS, b"decimals = 1", b'decimals = "un"', ["« decimals »", "un nombre entier"]),
        (REVENUS, b'measure = "value"', b'measure = "valeur"', ["attendu : value, share ou count"]),
        (REVENUS, b'label = "', b'label = ', ["ligne ", "ce n'est pas du TOML"]),
        ("rules.toml", "moitié".encode(), b"moiti\xe9", ["ligne 6 : pas en UTF-8 (octet 0xE9)"]),
        ("sources.toml", b'column = "POP_MUN"', b'column = "POP_MUM"',
         ["[insee_demo], champ « totals »", "Voulez-vous dire « POP_MUN » ?"]),
        ("sources.toml", b"{ edition = 2017, path", b"{ edtion = 2017, path",
         ["[insee_demo]", "« files.edtion » inconnu, voulez-vous dire « edition » ?"]),
        ("territory.toml", b'region = "24"', b"", ["champ « region » absent"]),
    ],
)  # fmt: skip
def test_a_fault_of_the_catalogue(folder, file, before, after, said):
    content = (folder / file).read_bytes()
    assert before in content
    (folder / file).write_bytes(content.replace(before, after, 1))
    result = check()
    assert result.exit_code == 1
    told = [line for line in result.stderr.splitlines() if file in line]
    assert [words for words in said if not any(words in line for line in told)] == [], result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("name", [path.name for path in sorted(current().catalogue.glob("*.toml"))])
def test_a_file_that_cannot_be_read_is_told_once_and_accuses_no_other(folder, name):
    place = folder / name
    place.write_text(place.read_text("utf-8") + "\n[[[\n", "utf-8")
    told, count = check().stderr.splitlines()
    assert told.startswith(f"- Catalogue, {name}, ligne ")
    assert count == "Erreur : 1 défaut."


def test_every_fault_of_the_catalogue_at_once(folder):
    (folder / "themes.toml").write_text("[[[", encoding="utf-8")
    (folder / "rules.toml").unlink()
    place = folder / REVENUS
    place.write_text(place.read_text("utf-8").replace("caution = ", "cautoin = ", 1), "utf-8")
    lines = check().stderr.splitlines()
    assert [name for name in ("themes.toml", "rules.toml", REVENUS) if name not in str(lines)] == []
    assert len(lines) == 4  # three faults and the count: nothing told twice


# --- tidy tables -------------------------------------------------------------------------------


@pytest.fixture
def tables(tmp_path, opened):
    """A copy of the tidy tables, in place of the real ones."""
    copy = tmp_path / "tidy"
    shutil.copytree(current().tidy, copy)
    return opened(tidy=copy).tidy


def edit(place, change):
    before = place.read_text("utf-8")
    after = change(before)
    assert after != before
    place.write_text(after, "utf-8", newline="")


def double_second_line(text):
    header, second, *others = text.splitlines(keepends=True)
    return "".join([header, second, second, *others])


def column(name, value, line=2):
    """Change a cell of a plain comma table."""

    def change(text):
        lines = text.splitlines()
        cells = lines[line - 1].split(",")
        cells[lines[0].split(",").index(name)] = value
        lines[line - 1] = ",".join(cells)
        return "\n".join(lines) + "\n"

    return change


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("observations", swap(",value,", ",valeur,"),
         ["ligne 1, colonne « value » : colonne absente", "« valeur »"]),
        ("observations", double_second_line, ["ligne 3 : ", "déjà là (area, indicator, year)"]),
        ("observations", column("status", "not_published"), ["ligne 2", "valeur et statut"]),
        ("observations", column("status", "publié"), ["ligne 2, colonne « status » : « publié »"]),
        ("observations", column("value", "douze"), ["ligne 2, colonne « value » : « douze »"]),
        ("observations", column("year", ""), ["ligne 2, colonne « year »", "un nombre entier"]),
        ("distributions", column("p50", "-99"), ["ligne 2", "les centiles ne vont pas"]),
        ("neighbourhoods", column("area_ha", "0"), ["« area_ha »", "doit dépasser 0"]),
        ("noise", lambda text: "", ["table vide ou illisible"]),
    ],
)  # fmt: skip
def test_a_fault_of_a_tidy_table(tables, name, change, said):
    edit(tables / f"{name}.csv", change)
    told = [str(fault) for fault in checking.table_faults(name)]
    assert [words for words in said if not any(words in fault for fault in told)] == [], told
    assert all(f"{name}.csv" in fault and "qpv build --raw" in fault for fault in told)


def test_a_share_that_is_not_its_two_counts(tables):
    place = tables / "observations.csv"
    rows = place.read_text("utf-8").splitlines()
    line = next(i for i, row in enumerate(rows, 1) if ",c2s," in row and ",published," in row)
    edit(place, column("value", "99.5", line))
    (told,) = checking.table_faults("observations")
    assert told.line == line
    assert "100 × numerator / denominator" in told.found


def test_a_value_edited_by_hand_shows(tables):
    edit(tables / "observations.csv", column("note", "9"))
    result = check()
    assert result.exit_code == 1
    assert "observations.csv : changée depuis sa construction" in result.stderr
    assert "1 défaut." in result.stderr


def share_above(indicator):
    """A part twice its whole, in the first published row of an indicator."""

    def change(text):
        lines, kept = text.splitlines(), (f",{indicator},", ",published,")
        i = next(i for i, row in enumerate(lines) if all(words in row for words in kept))
        cells = lines[i].split(",")
        cells[6], cells[8] = "200", str(2 * float(cells[9]))
        lines[i] = ",".join(cells)
        return "\n".join(lines) + "\n"

    return change


def lost(indicator):
    """Without the rows of an indicator."""
    return lambda text: "".join(
        line for line in text.splitlines(keepends=True) if not line.startswith(f"{indicator},")
    )


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("observations", share_above("c2s"), ["colonne « numerator » : [c2s] ", "part de 0 à 100"]),
        ("noise", lost("taux_pauvrete"),
         ["indicators-2-revenus.toml", "[taux_pauvrete], champ « noise »", "de 2017 à 2018"]),
    ],
)  # fmt: skip
def test_tables_that_the_catalogue_forbids(tables, name, change, said):
    edit(tables / f"{name}.csv", change)
    result = check()
    assert [words for words in said if words not in result.stderr] == [], result.stderr
    assert (result.exit_code, "1 défaut." in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("code", "statement", "said"),
    [
        ("taux_emploi", "{numerateur} ont un emploi", "la phrase ne se compose pas ('numerateur')"),
        ("taux_emploi", "{value", "la phrase ne se compose pas (expected '}'"),
        ("taux_emploi", "beaucoup ont un emploi", "beaucoup ont un emploi » ne dit pas"),
        ("demandeurs_rsa", "{denominator} inscrits ({value})", "ne dit pas"),
    ],
)
def test_each_statement_is_rendered_on_real_rows(monkeypatch, code, statement, said):
    known = catalogue()
    changed = known.indicators[code].model_copy(update={"statement": statement})
    monkeypatch.setitem(known.indicators, code, changed)
    rows = tidy.table("observations").assign(numerator=30.0, denominator=90.0)  # few: counts alone
    (told,) = checking._statement_faults(rows)
    assert f"[{code}], champ « statement » : " in told
    assert said in told


# --- tables that are not those that were built ---------------------------------------------------


def first_row(text):
    return text.splitlines()[1].split(",")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (column("value", "85.5"), "ligne 2 ({key}) : value « 85.5 » au lieu de « {value} »"),
        (lambda text: text + text.splitlines()[1].replace("45", "46", 1) + "\n", " ajoutée"),
        (lambda text: text.replace(text.splitlines(keepends=True)[1], "", 1), "({key}) retirée"),
        (lambda text: "".join([*text.splitlines(keepends=True)[:1],
                               *text.splitlines(keepends=True)[:0:-1]]), "ordre des lignes"),
        (swap("value", "valeur"), "colonnes changées"),
        (lambda text: text.replace(",2015,", ",2016,"), " ; et "),  # too many to be listed
    ],
)  # fmt: skip
def test_the_rows_that_differ_from_the_last_build_are_told(tables, change, said):
    place = tables / "observations.csv"
    cells = first_row(place.read_text("utf-8"))
    edit(place, change)
    (told,) = sealing.differences()
    assert told.file == str(place)
    said = said.format(key=f"{cells[0]}, {cells[2]}, {cells[3]}", value=cells[6])
    assert "changée depuis sa construction : " in told.found
    assert said in told.found


def test_without_the_copy_the_table_alone_is_told(tables):
    (tables / sealing.COPY).unlink()
    assert sealing.differences() == []
    edit(tables / "observations.csv", column("value", "85.5"))
    (told,) = sealing.differences()
    assert told.found == "changée depuis sa construction"


def test_the_copy_gives_back_the_tables(tables, tmp_path):
    with tarfile.open(tables / sealing.COPY) as pack:
        pack.extractall(tmp_path / "back", filter="data")
    assert sealing.checksums(tmp_path / "back", sorted(sealing.NAMES)) == (
        tables / tidy.SUMS
    ).read_text("utf-8")


@pytest.mark.parametrize(("dropped", "said"), [("", "areas.csv, "), ("noise", "noise.csv")])
def test_checksums_that_lack_a_table(tables, dropped, said):
    place = tables / tidy.SUMS
    lines = place.read_text("utf-8").splitlines(keepends=True)
    place.write_text("".join(line for line in lines if dropped not in line), "utf-8")
    result = check()
    assert result.exit_code == 1
    assert "aucune empreinte de " in result.stderr
    assert said in result.stderr
    assert "1 défaut." in result.stderr


@pytest.mark.parametrize("spoil", [
    lambda folder: edit(folder / "observations.csv", column("value", "85.5")),
    lambda folder: (folder / tidy.SUMS).write_text(""),
    lambda folder: (folder / tidy.SUMS).unlink(),
])  # fmt: skip
def test_no_page_is_built_from_tables_edited_by_hand(tables, tmp_path, opened, spoil):
    spoil(tables)
    opened(reports=tmp_path / "reports")
    result = CliRunner().invoke(main, ["report", "QP045016"])
    assert result.exit_code == 1
    assert "1 défaut dans les tables ; rien n'a été construit." in result.stderr
    assert str(tables) in result.stderr
    assert not (tmp_path / "reports").exists()


TELLING = (
    "report", "report QP045016", "compare QP045016 QP045009", "annexe", "annexe QP045016",
    "decide --export DIR/new.xlsx", "decide --import DIR/f.csv", "explain taux_pauvrete",
    "explain --all", "explain --method", "actions import DIR/f.csv", "summer board --year 2021",
    "summer plan --year 2021", "summer plan --year 2021 --partners DIR/f.csv",
    "summer answers DIR/f.csv", "summer export DIR/new.csv --year 2021",
)  # fmt: skip


@pytest.mark.parametrize("words", TELLING)
def test_no_command_tells_figures_of_tables_edited_by_hand(tables, tmp_path, opened, words):
    opened(
        reports=tmp_path / "reports", register=tmp_path / "register", decisions=tmp_path / "said"
    )
    register.keep(reading.read(registers.csv_file(tmp_path)))
    edit(tables / "observations.csv", column("value", "85.5"))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    result = CliRunner().invoke(main, words.replace("DIR", str(tmp_path)).split())
    assert (result.exit_code, result.stdout) == (1, "")
    assert "observations.csv : changée depuis sa construction" in result.stderr
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", [tidy.SUMS, "perimeters.geojson", "places.csv"])
def test_a_table_that_is_gone(tables, name):
    (tables / name).unlink()
    result = check()
    assert result.exit_code == 1
    assert name in result.stderr
    assert "Traceback" not in result.output


def test_an_unknown_name_in_a_sound_table(tables):
    edit(tables / "observations.csv", swap("/filosofi", "/filo"))
    result = check()
    assert result.exit_code == 1
    assert "n'est pas dans le catalogue" in result.stderr


# --- producers' files --------------------------------------------------------------------------


def test_faults_of_the_files_and_files_that_are_not_those_recorded(tmp_path, opened):
    files = raw.make(tmp_path)
    opened(files.project)
    from qpvlib.tables import sources

    sources.record(files.raw)
    assert checking.raw_faults(files.raw) == []
    files.edit(DEMO, cell(4, "TX_F", "22.5"))
    files.edit("logement/rpls_qpv_2022.csv", swap("QP045904", "QP045999"))
    before = files.state()
    told = "\n".join(checking.raw_faults(files.raw))
    assert f"Fichier {DEMO}, ligne 4, colonne « TX_F » : « 22.5 »" in told
    assert "rpls_qpv_2022.csv, ligne 7, colonne « CodGeo »" in told
    assert f"{DEMO} : différent de celui enregistré" in told
    assert "qpv fetch insee_demo --accept" in told
    assert files.state() == before
