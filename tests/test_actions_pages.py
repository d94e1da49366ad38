"""Pages of the register: true to their tables, said to be invented, absent without a register."""

import re
import shutil
from datetime import date

import pytest
from browsing import OVERFLOW, doubts, opened
from bs4 import BeautifulSoup
from click.testing import CliRunner
from paper import letters, sheets
from registers import csv_file, read_csv, row

from examples import registre_fictif
from qpvlib import pages
from qpvlib.actions import reading, register, summer
from qpvlib.catalogue import Faults
from qpvlib.cli import main
from qpvlib.pages import imports
from qpvlib.project import current
from qpvlib.roadmap import stands
from qpvlib.tables import indicators
from qpvlib.tables.areas import neighbourhood

AT = date(2021, 7, 20)


@pytest.fixture
def registered(demo, opened):
    """The fictitious register as the user's."""
    opened(register=demo / "registre")
    return register.required()


@pytest.fixture
def nowhere(tmp_path, opened):
    """No register at all."""
    return opened(register=tmp_path / "register").register


def qpv(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def soup(exhibit):
    return BeautifulSoup(exhibit.html, "html.parser")


# --- the fictitious register -----------------------------------------------------------------


def test_the_fictitious_register_is_always_the_same():
    assert registre_fictif.register() == registre_fictif.register()
    assert len(registre_fictif.register()) == 60


def test_the_fictitious_register_spares_two_neighbourhoods_and_names_no_one(registered):
    held = {code for places in registered.neighbourhoods for code, _ in places}
    assert len(held) == 17
    assert registered.bearer.str.contains("ficti").all()
    assert registered.title.str.endswith("(fictif)").all()


# --- without a register ------------------------------------------------------------------------


def test_without_a_register_nothing_about_actions_appears(nowhere):
    assert pages.engaged_here(neighbourhood("QP045010")) is None
    assert pages.coverage_brief() is None


@pytest.mark.parametrize("words", [["board", "--year", "2021"], ["export", "r.xlsx"]])
def test_without_a_register_the_command_says_how_to_have_one(nowhere, words):
    result = qpv("summer", *words)
    assert result.exit_code == 1
    assert "L'importer : qpv actions import FICHIER" in result.stderr


# --- what the pages show -----------------------------------------------------------------------


def test_the_grid_shows_each_cell_of_the_table(registered):
    found = summer.summer(registered, 2021)
    grid = soup(pages.summer_grid(found, 2021, AT))
    cells = grid.select("tbody td")
    empty = [cell for cell in cells if "empty" in cell.get("class", [])]
    assert len(cells) == 19 * 10
    assert len(empty) == len(summer.empty_weeks(found, 2021))
    assert all(cell.get_text(strip=True) == "rien" for cell in empty)
    assert [th.get_text(" ", strip=True) for th in grid.select("thead th .now")] == ["en cours"]


def test_the_grid_counts_every_action_it_holds(registered):
    found = summer.summer(registered, 2021)
    tags = soup(pages.summer_grid(found, 2021, AT)).select("tbody .tag")
    counted = sum(int((re.search(r"×(\d+)", tag.get_text()) or [0, 1])[1]) for tag in tags)
    assert counted == len(summer.presence(found))


def test_the_matrix_s_total_is_the_register_s_to_the_cent(registered):
    live = registered[registered.group.isin(["pending", "granted"])]
    cover = pages.coverage_of(registered)
    last = soup(pages.coverage_matrix(cover, 2021)).select("tr.total .sum")[0].get_text()
    assert last == pages.coverage.euros(int(live.granted.sum()))


def test_each_gap_of_the_table_is_a_gap_of_the_page(registered):
    cover = pages.coverage_of(registered)
    page = soup(pages.coverage_matrix(cover, 2021))
    assert len(page.select("tbody .gap")) == len(cover.uncovered) > 0


def test_without_needs_given_they_are_the_axes_as_they_stand(demo, tmp_path, opened):
    shutil.copytree(demo / "registre", tmp_path / "r")
    (tmp_path / "r" / "priorites.csv").unlink()
    opened(register=tmp_path / "r")
    actions = register.required()
    cover = pages.coverage_of(actions)
    rows = [s for p in stands.all_plans(indicators.observations()).values() for s in p.stands]
    offered = [s for s in rows if s.status in ("proposed", "carried")]
    solid = {(s.place.code, s.code) for s in offered if s.solidity == "solid"}
    needed = cover.cells[cover.cells.need.isin(["retained", "solid"])]
    assert set(zip(needed.area, needed.axis, strict=True)) == solid
    gaps = soup(pages.coverage_matrix(cover, 2021)).select("tbody .gap")
    assert 0 < len(gaps) == (needed.actions == 0).sum()
    told = soup(pages.coverage_header(actions, cover, 2021)).get_text()
    assert "Les besoins ne sont pas renseignés" not in told


@pytest.mark.parametrize("at", [date(2021, 4, 15), AT, date(2021, 12, 31)])
def test_what_is_done_is_never_denied_by_the_date_it_is_seen_from(registered, at):
    found = summer.summer(registered, 2021)
    told = soup(pages.summer_table(found, 2021, at)).get_text()
    live = found[found.group.isin(["pending", "granted"])]
    done = live[(live.state == "réalisée") & (live.end >= at)]
    assert ("plus récent que la date d’observation" in told) == (len(done) > 0)
    assert (f"{len(done)} actions sont dites réalisées" in told) == (len(done) > 0)
    assert "Aucune action n’est encore finie" not in told


@pytest.mark.parametrize("suffix", ["../x", "/tmp/x", "-a.b", "a" * 41, "é"])
def test_a_suffix_cannot_leave_the_folder(registered, tmp_path, suffix):
    result = qpv("summer", "board", "--year", 2021, "--reports", tmp_path, f"--suffix={suffix}")
    assert result.exit_code == 2
    assert "n'admet que des lettres" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("at", "words"), [
    (date(2021, 4, 15), "avant l’été"), (AT, "pendant l’été"), (date(2021, 9, 15), "après l’été"),
])  # fmt: skip
def test_three_views_of_the_same_data(registered, at, words):
    found = summer.summer(registered, 2021)
    assert words in soup(pages.summer_header(found, 2021, at)).get_text()
    assert pages.summer_table(found, 2021, at).data.equals(pages.summer_table(found, 2021, AT).data)


def test_the_wrong_amounts_of_2025_are_said_and_not_shown():
    shown = soup(pages.coverage_means(2025)).get_text()
    assert "7\u202f164\u202f€ par poste" in shown
    assert "207\u202f756" not in shown  # Orléans, as the file has it
    assert "141\u202f489\u202f€" in shown  # its Fonjep posts, which are right


def test_a_diagnosis_says_what_is_engaged_here(registered):
    shown = pages.engaged_here(neighbourhood("QP045008"))
    assert "Aucune action du registre" in soup(shown).get_text()
    shown = soup(pages.engaged_here(neighbourhood("QP045010")))
    assert shown.select_one(".fiction")
    assert shown.select_one("table caption")


def test_text_of_the_register_is_escaped(tmp_path, opened):
    opened(register=tmp_path / "r")
    title = "=2+2 <script>alert(1)</script>"
    register.keep(reading.read(csv_file(tmp_path, row(intitule=title))))
    found = summer.summer(register.required(), 2021)
    shown = pages.summer_list(found, 2021).html
    assert "<script>" not in shown
    assert "=2+2 &lt;script&gt;" in shown


def test_the_page_of_a_refused_file_has_every_flaw(tmp_path):
    with pytest.raises(Faults) as refused:
        reading.read(csv_file(tmp_path, row(debut="hier", montant_demande="x")))
    page = soup(imports.control("f.csv", refused.value.faults, [], None))
    assert len(page.select("tbody tr")) == 2
    assert "rien n’est importé" in page.get_text()


# --- the pages, built -------------------------------------------------------------------------


def test_every_page_says_that_it_is_invented(built):
    for path in built[:2]:
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        assert page.title.get_text().startswith("DONNÉES FICTIVES")
        assert "DONNÉES FICTIVES" in page.style.get_text()  # the foot of each printed sheet
    for path in built:
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        assert page.select_one(".fiction strong").get_text() == "DONNÉES FICTIVES"


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_are_read_by_all(built, chromium, width):
    tab, found = chromium.new_page(viewport={"width": width, "height": 900}), {}
    for path in built:
        tab.goto(path.as_uri())
        opened(tab, True)
        found[path.name] = doubts(tab) + tab.evaluate(OVERFLOW)
    tab.close()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


# --- the commands -----------------------------------------------------------------------------


def commands():
    """The four commands that the guide opens on."""
    guide = (current().root / "docs/guide/actions.md").read_text("utf-8")
    block = re.search(r"```sh\n(.*?)```", guide, re.S)[1]
    return [line.split("#")[0].split() for line in block.strip().splitlines()]


def test_the_guide_s_four_commands_lead_to_the_board(demo, nowhere, opened, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    shutil.copy(demo / "registre-fictif.xlsx", "mon-export.xlsx")
    opened(reports=tmp_path / "reports")
    told = [qpv(*words[1:]) for words in commands()]
    assert [result.exit_code for result in told] == [0] * 4
    assert "Le registre n'a pas changé (--check)." in told[0].output
    assert "Sont ajoutées : 60" in told[1].output
    assert "quartiers-ete.html" in told[2].output
    assert (tmp_path / "reports" / "quartiers-ete.html").exists()
    assert (tmp_path / "reports" / "couverture.html").exists()
    assert (tmp_path / "remontee.xlsx").exists()


def test_a_refused_import_tells_and_leaves_the_page_of_the_control(nowhere, tmp_path):
    path = csv_file(tmp_path, row(debut="hier"))
    result = qpv("actions", "import", path)
    assert result.exit_code == 1
    assert "1 défaut ; rien n'est importé, le registre n'a pas changé." in result.stderr
    assert "Traceback" not in result.stderr
    page = (nowhere / "import.html").read_text("utf-8")
    assert "« hier »".replace("« ", "«\u00a0").replace(" »", "\u00a0»") in page
    assert not (nowhere / register.TABLE).exists()


def test_import_history_and_a_second_import(nowhere, tmp_path):
    assert "Sont ajoutées : 1" in qpv("actions", "import", csv_file(tmp_path)).output
    assert "déjà à jour" in qpv("actions", "import", csv_file(tmp_path)).output
    again = qpv("actions", "import", csv_file(tmp_path, row(montant_demande="1"))).output
    assert "DA1, montant_demande : 4500.00 → 1.00" in again
    assert "montant_demande : 4500.00 → 1.00" in qpv("actions", "history", "DA1").output


MISTAKES = [
    (["actions", "import", "absent.csv"], "Le fichier « absent.csv » n'existe pas."),
    (["actions", "imprt"], "La commande « imprt » n'existe pas. Voulez-vous dire « import » ?"),
    (["actions", "history", "DA9"], "L'action « DA9 » n'est pas dans l'historique."),
    (["summer", "board", "--at", "demain"], "« demain » n'est pas une date."),
    (["summer", "board", "--year", "21"], "Valeur refusée pour --year : un entier, 2014 au moins."),
    (["summer", "export", "r.pdf"], "« r.pdf » : terminer le nom par .xlsx ou .csv."),
]  # fmt: skip


@pytest.mark.parametrize(("words", "said"), MISTAKES)
def test_a_mistake_is_told_in_french(nowhere, words, said):
    result = qpv(*words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_the_export_traces_every_figure(registered, tmp_path):
    result = qpv("summer", "export", tmp_path / "remontee.csv", "--year", "2021")
    assert result.exit_code == 0
    head, *lines = read_csv(tmp_path / "remontee.csv", ";")
    trace = read_csv(tmp_path / "remontee-lignes.csv", ";")[1:]
    granted = registered[registered.group == "granted"].granted.sum() / 100
    shown = next(cells for cells in lines if cells[0] == "Montant accordé (€)")
    assert (float(shown[1]), shown[2]) == (pytest.approx(granted), "€")
    for line in (dict(zip(head, cells, strict=True)) for cells in lines):
        if line["Unité"] != "%" and line["Valeur"] != "non renseigné":
            rows = [float(cells[4]) for cells in trace if cells[0] == line["Champ"]]
            assert sum(rows) == pytest.approx(float(line["Valeur"]))
            assert len(rows) == int(line["Actions comptées"])


@pytest.mark.browser
def test_the_board_prints_its_weeks_in_letters_that_are_read(built, chromium):
    tab = chromium.new_page()
    tab.goto(built[0].as_uri())
    printed = sheets(tab)
    tab.close()
    weeks = next(p for p in printed if "Le calendrier des quartiers" in p.extract_text())
    assert min(size for size, *_ in letters(weeks)) >= 6.45
    assert "Le Hameau" in weeks.extract_text()  # the last row: the whole grid is on one sheet
