"""Whole or refused: what follows a pattern, or the last title, is never thrown away."""

from datetime import date
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from registers import csv_file, row, text

from qpvlib.actions import names, reading, values
from qpvlib.catalogue import Faults

FULL = row(
    rna="W999999999", fin="30/07/2021", semaines="27 ; 28", creneaux="journée ; soirée",
    lieu="dans le quartier", ages="6-11 ; 12-17", publics="familles", participants_reels="41",
    moins_26_reels="12", presences_prevues="240", presences_reelles="196", sejours="1",
    montant_accorde="4 000,00", montant_verse="4000", autres_financeurs="Commune",
    montant_autres="1 500,50", dispositif="Quartiers d'été", objectif="apprendre",
    orientation="rencontres et lien social", commentaire="Rien", axe="Emploi",
    quartiers="QP045010 60 % ; QP045011 40 %",
)  # fmt: skip
TEXTS = {*names.FORMS}


def read(changes, **how):
    """The only record of a row, or None when it is refused."""
    with TemporaryDirectory() as folder:
        try:
            return reading.read(csv_file(Path(folder), FULL | changes), **how).records[0]
        except Faults:
            return None


WHOLE = read({})
assert WHOLE is not None  # else every property below would pass


def refused_or_equal(column, cell):
    """A cell that was changed gives the row as it was, its own text (masked or not), or nothing."""
    found = read({column: cell})
    if found is None:
        return
    if column in TEXTS:
        if names.UNSURE in found[column]:
            return  # two words that may be someone's name
        assert values.plain(cell) in (found[column], f"{found[column]}.0")
    else:
        assert found == WHOLE, (column, cell)


COLUMN = st.sampled_from(list(FULL))
# Not what another sound cell is made of: a digit more, an item more of a list.
REST = st.one_of(
    st.sampled_from([
        " (reporté au 15/08/2021)", " au 30/07/2021", " - Culture", " ?", "x", " b", " 2", "%",
        " €", " / 2", " et 40", " environ", "T10:00", "Z", " 10:00", " ou 12", " ×2", " non",
        "\n2", " +", " k€", "e3", "²", " 4000,00", "(2)", " dont 3",
    ]),
    st.text(st.characters(exclude_categories=["Cs", "Nd", "Nl", "No"]), min_size=1, max_size=6)
    .filter(lambda rest: not rest.strip().startswith((",", ".", ";", "|")))
    .filter(lambda rest: not {*rest} & {"\r", "\n"}),  # a note above the row, as a file has it
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(COLUMN, REST)
@example("debut", " au 30/07/2021")
@example("theme", " - Culture")
def test_a_cell_that_something_follows_is_refused_or_equal(column, rest):
    refused_or_equal(column, FULL[column] + rest)


@settings(max_examples=300, deadline=None)
@given(COLUMN, REST)
def test_a_cell_that_something_precedes_is_refused_or_equal(column, rest):
    refused_or_equal(column, rest.rstrip("0123456789") + FULL[column])


@settings(max_examples=300, deadline=None)
@given(COLUMN, st.data(), st.sampled_from([" ", "\n", "x", "\u202f", "(", "?"]))
def test_a_cell_cut_in_two_is_refused_or_equal(column, data, between):
    cell = FULL[column]
    cut = data.draw(st.integers(1, max(len(cell) - 1, 1)))
    refused_or_equal(column, cell[:cut] + between + cell[cut:])


@settings(max_examples=100, deadline=None)
@given(COLUMN, st.data(), st.sampled_from(";,\t|"))
def test_columns_that_an_unquoted_separator_shifts_are_refused(column, data, mark):
    lines = [[*FULL], [cell.replace(";", "").replace(",", ".") for cell in FULL.values()]]
    place = list(FULL).index(column)
    cut = data.draw(st.integers(0, len(lines[1][place])))
    lines[1][place] = lines[1][place][:cut] + mark + lines[1][place][cut:]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "f.csv"
        path.write_text("\n".join(map(mark.join, lines)), "utf-8")
        with pytest.raises(Faults, match=f"{len(FULL) + 1} cellules, l'en-tête a {len(FULL)}"):
            reading.read(path)


# --- the small files that failed -------------------------------------------------------------


def test_a_row_wider_or_narrower_than_its_header_is_told_with_its_place(tmp_path):
    head = "Référence,Exercice,Porteur,SIRET,Intitulé,QPV,Statut,Montant demandé,Montant accordé\n"
    start = "DA1,2021,Association Alpha,00012345600006,Tournoi,QP045010,accordée"
    (tmp_path / "f.csv").write_text(f"{head}{start},4500,00,4000,00\n{start},4500\n", "utf-8")
    with pytest.raises(Faults) as refused:
        reading.read(tmp_path / "f.csv")
    wide, short = map(str, refused.value.faults)
    assert wide.startswith(
        "Fichier f.csv, ligne 2 : 11 cellules, l'en-tête a 9 colonnes "
        "(au-delà de « Montant accordé » : « 4000 », « 00 »)"
    )
    assert "ligne 3 : 8 cellules, l'en-tête a 9 colonnes (rien pour « Montant accordé »)" in short


def test_a_cell_under_no_title_is_told(tmp_path):
    (tmp_path / "f.csv").write_bytes(text([FULL | {"": "4000"}]).encode())
    with pytest.raises(Faults, match="« 4000 », dans une colonne sans titre"):
        reading.read(tmp_path / "f.csv")


@pytest.mark.parametrize(("cell", "code"), [
    ("1,2", "1.2"), ("1.5 b", "1.5b"), ("1.5B", "1.5b"), ("1.2.", "1.2"), ("1,2 - Santé", "1.2"),
    ("1.5b Sport et loisir", "1.5b"), ("1", "1"), ("Emploi", "2.1"),
])  # fmt: skip
def test_a_theme_is_read_entirely(cell, code):
    assert read({"theme": cell})["theme"] == code


@pytest.mark.parametrize("cell", ["1,2,3", "1.25", "1.5b - Culture", "1.2 Football", "1.5 bis"])
def test_a_theme_that_something_else_follows_is_refused(cell):
    assert read({"theme": cell}) is None


@pytest.mark.parametrize(("cell", "day"), [
    ("2021-07-04T23:30:00Z", date(2021, 7, 5)), ("2021-07-04T23:30:00+02:00", date(2021, 7, 4)),
    ("2021-01-04T23:30:00Z", date(2021, 1, 5)), ("05/07/2021 00:00:00", date(2021, 7, 5)),
    ("2021-07-05 10:00", date(2021, 7, 5)), ("lundi 5 juillet 2021", date(2021, 7, 5)),
    ("2021-07-04 22:00:00.000 +0000", date(2021, 7, 5)),
])  # fmt: skip
def test_a_time_may_follow_a_date_and_its_zone_is_that_of_paris(cell, day):
    assert values.day(cell) == day


@pytest.mark.parametrize("cell", [
    "05/07/2021 au 30/07/2021", "30/07/2021 (reporté au 15/08/2021)", "2021-07-05 25:00",
    "mardi 5 juillet 2021", "2021-07-05T", "2021-07-05/06", "Xday 5 juillet 2021",
])  # fmt: skip
def test_a_date_that_something_else_follows_is_refused(cell):
    with pytest.raises(values.Wrong):
        values.day(cell)


@pytest.mark.parametrize(("cell", "siret"), [
    ("3805449300051.0", "03805449300051"), ("00012345600006.0", "00012345600006"),
    ("1.2345600006E+10", "00012345600006"), ("000 123 456 00006", "00012345600006"),
])  # fmt: skip
def test_a_siret_loses_a_final_zero_after_a_dot(cell, siret):
    assert values.siret(cell) == siret


@pytest.mark.parametrize("cell", ["0001234.5600006", "1.23456000069E+10", "٠٠٠١٢٣٤٥٦٠٠٠٠٦"])
def test_a_siret_never_loses_a_dot_inside(cell):
    with pytest.raises(values.Wrong):
        values.siret(cell)


def test_a_share_is_read_entirely():
    assert read({"quartiers": "QP045010 -60 %, QP045011 40 %"}) is None
    held = read({"quartiers": "QP045010 - 60 % ; QP045011 : 40 %"})["quartiers"]
    assert held == (("QP045010", Fraction(3, 5)), ("QP045011", Fraction(2, 5)))
