"""Nobody's name gets in through what reads files as they are: funders, shifted rows, notices."""

import pytest
from registers import csv_file, row, text

from qpvlib.actions import contract, names, reading, sheets
from qpvlib.catalogue import Faults

LINES = [
    row(Financeur="Politique de la ville"),
    row(Financeur="Koffi Mensah", montant_demande="1000"),
    row(Financeur="Aya Traoré", montant_demande="1000"),
    row(Financeur="Ville d'Orléans", montant_demande="500"),
]


def test_a_funder_of_its_own_line_is_masked_and_asked_and_its_money_is_counted(tmp_path):
    found = reading.read(csv_file(tmp_path, *LINES))
    (record,) = found.records
    assert record["autres_financeurs"] == "[nom à vérifier] ; [nom à vérifier] ; Ville d'Orléans"
    assert (record["montant_demande"], record["montant_autres"]) == (450000, 250000)
    told = "\n".join(found.notices)
    code = contract.fingerprint("Koffi Mensah")
    assert f"{code} : K… M…, ligne 3, colonne « Financeur »." in told
    assert not [name for name in ("Koffi", "Mensah", "Aya", "Traoré") if name in told]


def test_a_funder_said_to_be_a_body_is_kept_and_one_to_refuse_refuses(tmp_path):
    place, code = tmp_path / "synonymes.toml", contract.fingerprint("Koffi Mensah")
    place.write_text(f'[noms]\n"{code}" = "structure"\n', "utf-8")
    (record,) = reading.read(csv_file(tmp_path, *LINES[:2]), synonyms=place).records
    assert record["autres_financeurs"] == "Koffi Mensah"
    place.write_text(f'[noms]\n"{code}" = "refuser"\n# changed\n', "utf-8")
    contract.words.cache_clear()
    with pytest.raises(Faults, match=f"colonne « Financeur » : {names.REFUSED}"):
        reading.read(csv_file(tmp_path, *LINES[:2]), synonyms=place)


def test_two_bearers_are_two_even_when_both_are_masked(tmp_path):
    lines = row(porteur="Koffi Mensah"), row(porteur="Aya Traoré")
    with pytest.raises(Faults, match="autre contenu") as refused:
        reading.read(csv_file(tmp_path, *lines))
    assert not [name for name in ("Koffi", "Traoré") if name in str(refused.value)]


@pytest.mark.parametrize("cell", ["Koffi Mensah", "Mme Exemple", "06 12 34 56 78", "a@b.fr"])
@pytest.mark.parametrize("shape", ["wide", "untitled"])
def test_a_row_that_has_not_the_width_of_its_header_says_no_one(tmp_path, shape, cell):
    sound = text([row()])
    shapes = {"wide": sound.rstrip() + f";{cell}\r\n", "untitled": text([row() | {"": cell}])}
    (tmp_path / "f.csv").write_text(shapes[shape], "utf-8", newline="")
    with pytest.raises(Faults) as refused:
        reading.read(tmp_path / "f.csv")
    assert cell not in str(refused.value)
    assert cell.split()[-1] not in str(refused.value)


@pytest.mark.parametrize("mark", [" ", "_"])
def test_the_name_of_a_file_says_no_one(tmp_path, mark):
    path = tmp_path / f"demandes{mark}Marie{mark}Exemple.csv"
    path.write_bytes(b"")
    assert [fault.file for fault in sheets.opened(path).faults] == ["demandes M… E….csv"]


def test_the_lines_of_a_notice_are_no_telephone(tmp_path):
    amounts = ["1"] * 109 + ["NC"] * 10
    rows = [row(reference=f"DA{n}", montant_demande=cell) for n, cell in enumerate(amounts)]
    told = "\n".join(reading.read(csv_file(tmp_path, *rows)).notices)
    assert "ligne 111 (de même lignes 112, 113, 114, 115, 116 et 4 autres)" in told


def test_a_siret_that_a_tool_made_a_number_is_no_social_security_number(tmp_path):
    (record,) = reading.read(csv_file(tmp_path, row(siret="18450234108402.0"))).records
    assert record["siret"] == "18450234108402"
