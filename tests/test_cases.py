"""The small files met in real life (``../shared/cases``), each with its right answer."""

from pathlib import Path

import pytest

from qpvlib.actions import reading
from qpvlib.catalogue import Faults
from qpvlib.project import current

CASES = Path(current().root).parent / "shared" / "cases"
needed = pytest.mark.skipif(not CASES.is_dir(), reason="../shared/cases est absent")


def read(case, **asked):
    """What an import reads of a case: its rows, then its notices."""
    (folder,) = CASES.glob(f"{case}-*")
    found = reading.read(folder / "registre.csv", **asked)
    return found.records, " ".join(map(str, found.notices))


@needed
@pytest.mark.parametrize(("case", "told"), [
    ("01", "11 cellules, l'en-tête a 9 colonnes"),
    ("04", "« 30/07/2021 (reporté au 15/08/2021) » ; attendu : une seule date"),
    ("11", "--gather"),
    ("12", "« A évaluer » ; attendu : l'un de"),
])  # fmt: skip
def test_what_cannot_be_read_whole_is_refused_with_its_remedy(case, told):
    with pytest.raises(Faults) as refused:
        read(case)
    assert told in str(refused.value)


@needed
def test_two_themes_written_with_a_comma_are_those_themes():
    assert [row["theme"] for row in read("02")[0]] == ["1.2", "1.5b"]


@needed
def test_identifiers_lose_a_final_point_zero():
    assert [row["siret"] for row in read("06")[0]] == ["03805449300051", "00012345600006"]


@needed
def test_money_paid_to_a_refused_action_is_told():
    rows, told = read("07")
    assert len(rows) == 3
    assert "versés à des actions refusées" in told


@needed
def test_a_code_with_its_name_is_that_neighbourhood():
    assert {code for row in read("08")[0] for code, _ in row["quartiers"]} == {"QP045010"}


@needed
def test_bodies_are_not_taken_for_people():
    rows, told = read("09")
    assert [row["porteur"] for row in rows] == [
        "OGEC SAINT MICHEL", "LOIRE ET MARINE", "CINEMA SAINT LAURENT"
    ]  # fmt: skip
    assert "[nom à vérifier]" not in told


@needed
def test_a_note_under_the_table_is_one_line_not_read():
    rows, told = read("20")
    assert len(rows) == 1
    assert "note ou source, non lue" in told
