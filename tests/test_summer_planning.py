"""The planning of a summer, as published: its figures, its gaps, its meeting pages, its sheets."""

import csv
import re
from datetime import date, timedelta

import facts
import pytest
import reading
from browsing import CELLS, OVER, OVERFLOW, doubts
from facts import CONTRACTS, PLACES
from paper import letters, sheets

YEAR = 2021
GRANTED = ("accordée", "réalisée", "déposée", "projetée")
PARTNERS = "partenaire;quartiers\nClub fictif Alpha;Val de Sully\nClub fictif Bêta;tous\n"


@pytest.fixture(scope="module")
def planned(demo, tmp_path_factory):
    """The planning page with the fictitious register and the invented answer of one partner."""
    import shutil

    from qpvlib.actions import intentions
    from qpvlib.actions.intentions import Intention, Reply
    from qpvlib.project import current
    from qpvlib.publishing import actions

    folder = tmp_path_factory.mktemp("planned")
    shutil.copytree(demo / "registre", folder / "registre")
    (folder / "p.csv").write_text(PARTNERS, "utf-8")
    said = Intention(YEAR, "Club fictif Alpha", "QP045015", (32, 33), "familles", "1.4", "soirée",
                     "", 25)  # fmt: skip
    with current().opened(register=folder / "registre"):
        intentions.keep_partners(intentions.read_partners(folder / "p.csv"))
        intentions.keep([Reply(YEAR, "Club fictif Alpha", (said,))], date(2021, 4, 1))
        return actions.prepare(YEAR, (), folder)[0]


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The planning page of a project that has no register, for a year whose holidays are unread."""
    from qpvlib.project import current
    from qpvlib.publishing import actions

    folder = tmp_path_factory.mktemp("bare")
    with current().opened(register=folder / "none"):
        return actions.prepare(2033, (), folder)[0]


def held(demo):
    """Weeks of July and August, by neighbourhood, of the register's file."""
    found = {code: set() for code in PLACES}
    with (demo / "registre" / "registre.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            start, end = date.fromisoformat(row["debut"]), date.fromisoformat(row["fin"])
            short = (end - start).days <= facts.RULES["action_short_days"]
            if row["etat"] in GRANTED and short:
                days = (start + timedelta(days=n) for n in range((end - start).days + 1))
                weeks = {d.isocalendar().week for d in days if d.month in (7, 8)}
                for code in re.findall(r"QP\d{6}", row["quartiers"]):
                    found[code] |= weeks
    return found


def unfolded(words):
    """« 26 à 28 et 31 » → the weeks."""
    if "aucune" in words:
        return set()
    ends = re.findall(r"(\d+)(?: à (\d+))?", words.partition("intention")[0])
    return {week for first, last in ends for week in range(int(first), int(last or first) + 1)}


def test_weeks_without_proposal_are_the_register_s_and_no_intention_closes_one(planned, demo):
    table = next(t for t in reading.page(planned).tables if t.caption.startswith("Ce qui est"))
    own = held(demo)
    names = {place.name: code for code, place in PLACES.items()}
    shown = {names[row.head]: unfolded(row.cells["Semaines"]) for row in table.rows}
    assert shown == {code: set(range(26, 36)) - weeks for code, weeks in own.items()}
    hameau = table.by_head["Le Hameau"].cells["Semaines"]
    assert hameau.endswith("intention : 32 à 33")


def test_the_children_of_each_neighbourhood_are_those_published(planned):
    tables = [t for t in reading.page(planned).tables if t.caption.startswith("Pour qui")]
    rows = {row.head: row for table in tables for row in table.rows}
    for code, place in PLACES.items():
        last = facts.series(code, "enfants_6_17")[-1]
        told = f"{facts.shown(last)} enfants de 6 à 17 ans ({facts.when(last)})"
        assert rows[place.name].cells["Pour qui (nombre ou part, année)"].startswith(told)


def test_an_intention_is_marked_in_its_neighbourhood_s_grid_and_nowhere_else(planned):
    tables = [t for t in reading.page(planned).tables if t.caption.startswith("Qui, quelle")]
    marked = [(t.caption, row) for t in tables for row in t.rows if "intention" in row.head]
    (caption, row), = marked  # fmt: skip
    assert caption.endswith("Val de Sully")
    weeks = [re.match(r"S\d+", name)[0] for name, cell in row.cells.items() if cell == "×"]
    assert weeks == ["S32", "S33"]
    assert row.cells["Public"] == "familles (25 personnes)"


def test_who_has_not_answered_is_named_in_its_contracts(planned):
    said = [words for words in reading.page(planned).prose if "Partenaires qui ont" in words]
    assert sum("1 sur 2. Sans réponse : Club fictif Bêta." in words for words in said) == 2
    assert sum("0 sur 1. Sans réponse : Club fictif Bêta." in words for words in said) == 4


def test_an_intention_is_counted_by_no_board(planned, built):
    assert "Club fictif Alpha" not in built[0].read_text("utf-8")


def test_without_a_register_nothing_is_said_to_lack(bare):
    page = reading.page(bare)
    said = " ".join(page.prose)
    assert "ce qui est déjà proposé pour cet été n'est pas connu" in said
    assert "La date des vacances scolaires de 2033 n'a pas été lue" in said
    assert not [t for t in page.tables if "Sans proposition" in t.columns]


# --- in a browser ------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_the_page_is_read_by_all(planned, chromium, width):
    tab = chromium.new_page(viewport={"width": width, "height": 900})
    tab.goto(planned.as_uri())
    assert doubts(tab) == []
    assert [tab.evaluate(script) for script in (OVERFLOW, CELLS, OVER)] == [[]] * 3
    tab.close()


@pytest.mark.browser
@pytest.mark.parametrize("which", ["planned", "bare"])
def test_each_contract_begins_a_sheet_and_no_letter_is_small(which, request, chromium):
    tab = chromium.new_page()
    tab.goto(request.getfixturevalue(which).as_uri())
    printed = sheets(tab)
    tab.close()
    names = [contract["short"] for contract in CONTRACTS.values()]
    lines = [sheet.extract_text().splitlines() for sheet in printed[1:]]
    first = [[line for line in own if line in names] for own in lines]
    assert [own for own in first if own] == [[name] for name in names]
    assert len(printed) == 7  # the opening, then five contracts, the largest on two sheets
    # The foot of a sheet is 7 pt at the browser's own scale.
    assert min(size for sheet in printed for size, *_ in letters(sheet)) >= 6.45
