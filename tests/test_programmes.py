"""What is already under way: declared strictly, shown with its source, never spread."""

import csv
import re
import shutil
import tomllib

import pytest
from bs4 import BeautifulSoup
from facts import CONTRACTS, DATA, PLACES
from nineteen import plain

from qpvlib import pages
from qpvlib.catalogue import Faults
from qpvlib.catalogue.programmes import programmes, programmes_of
from qpvlib.project import current
from qpvlib.tables.areas import neighbourhood

SOURCE, ARGONNE, GIEN, HAMEAU = "QP045010", "QP045011", "QP045016", "QP045015"
FILE = DATA / "catalogue" / "programmes.toml"
DECLARED = tomllib.loads(FILE.read_text("utf-8"))
EVERY = pytest.mark.parametrize("code", sorted(PLACES))


def due(code):
    """What the file declares of a neighbourhood or of its contract, read plainly."""
    contract = PLACES[code].contract
    return [
        entry for entry in DECLARED.values()
        if code in entry.get("neighbourhoods", ()) or entry.get("contract") == contract
    ]  # fmt: skip


def lines(code):
    """Lines of the block, as a reader sees them."""
    soup = BeautifulSoup(pages.under_way(neighbourhood(code)).html, "html.parser")
    return [plain(str(line)).strip() for line in soup("li")]


# --- the page ----------------------------------------------------------------------------------


@EVERY
def test_each_line_says_what_when_and_how_sure(code):
    said, entries = lines(code), due(code)
    assert len(said) == len(entries) > 0
    sure = {"file": "({}, ", "site": "(d'après {}, à vérifier)",
            "press": "(d'après la presse, {}, à vérifier)"}  # fmt: skip
    for line, entry in zip(said, entries, strict=True):
        assert line.startswith(entry["label"])
        assert "/".join(reversed(entry["date"].split("-"))) in line
        assert sure[entry["reliability"]].format(entry["source"]["publisher"]) in line


@EVERY
def test_posts_are_those_of_the_whole_contract_and_never_the_neighbourhood_s(code):
    contract = PLACES[code].contract
    quarters = sum(place.contract == contract for place in PLACES.values())
    whole = f"pour les {quarters} quartiers du contrat."
    counted = [line for line in lines(code) if re.search(r"\bpostes?\b", line)]
    for line in counted:
        assert whole in line if quarters > 1 else "contrat, qui n'a que ce quartier." in line
    with (DATA / "actions" / "moyens.csv").open(encoding="utf-8") as stream:
        rows = [r for r in csv.DictReader(stream) if r["contract"] == contract]
    given = [int(r["posts"]) for r in rows if r["year"] == "2024"]
    assert [int(re.search(r": (\d+) postes? en 2024,", line)[1]) for line in counted] == given
    told = programmes_of(neighbourhood(code))
    assert all(p.contract == contract and not p.neighbourhoods for p in told if p.figure)


def test_urban_renewal_and_the_cite_educative_are_where_they_are():
    found = {kind: {c for c in PLACES if any(p.kind == kind for p in programmes_of(
        neighbourhood(c)))} for kind in ("npnru", "cite_educative", "contract")}  # fmt: skip
    assert found["npnru"] == {SOURCE, ARGONNE, "QP045001", "QP045017"}
    assert found["cite_educative"] == {SOURCE, ARGONNE}
    assert found["contract"] == set(PLACES)
    assert {e["contract"] for e in DECLARED.values() if e["kind"] == "contract"} == set(CONTRACTS)


def test_no_amount_is_shown():
    assert not [line for code in PLACES for line in lines(code) if re.search("€|euro", line)]


def test_what_is_not_known_is_said_in_one_line(copy):
    copy(lambda text: "")
    said = plain(pages.under_way(neighbourhood(SOURCE)).html)
    assert said.strip() == "Déjà à l'œuvre Rien n'est connu ici ; à compléter."


# --- strictness --------------------------------------------------------------------------------


@pytest.fixture
def copy(tmp_path, opened):
    """The catalogue's folder, the text of whose programmes may be changed."""
    shutil.copytree(current().catalogue, tmp_path / "data" / "catalogue")
    shutil.copytree(current().tidy, tmp_path / "data" / "tidy")
    place = opened(root=tmp_path).catalogue / FILE.name

    def change(how):
        before = place.read_text("utf-8")
        place.write_text(how(before), "utf-8")
        assert how(before) != before

    return change


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('["QP045011"]', '["QP045111"]',
         "[npnru_argonne] : le quartier « QP045111 » n'existe pas. Voulez-vous dire « QP0450"),
        ('"CN04505M"', '"CN04505I"',
         "[adultes_relais_orleans] : le contrat « CN04505I » n'existe pas. Voulez-vous dire"),
        ('neighbourhoods = ["QP045011"]', 'neighbourhoods = ["QP045011"]\ncontract = "CN04505M"',
         "[npnru_argonne] : « neighbourhoods » ou « contract », l'un des deux"),
        ('neighbourhoods = ["QP045011"]\n', "",
         "[npnru_argonne] : « neighbourhoods » ou « contract », l'un des deux"),
        ('date = "2019-09-13"\n', "", "[npnru_argonne] : champ « date » absent"),
        ('"2019-09-13"', '"13/09/2019"', "[npnru_argonne], champ « date » : « 13/09/2019 » refusé"),
        ('"2019-09-13"', '"2019-13"', "[npnru_argonne], champ « date » : « 2019-13 » refusé"),
        ("source = {", "sources = {",
         "[npnru_argonne] : champ « sources » inconnu, voulez-vous dire « source » ?"),
        ('publisher = "préfecture du Loiret"', 'publisher = ""', "éditeur de la source vide"),
        ('reliability = "site"', 'reliability = "sure"', "attendu : file, site ou press"),
        ("figure = 30\n", "", "[adultes_relais_orleans] : « figure » et « year » vont ensemble"),
        ('contract = "CN04505M"\nfigure', 'neighbourhoods = ["QP045010"]\nfigure',
         "[adultes_relais_orleans] : des postes sont ceux d'un contrat"),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_refused(copy, before, after, said):
    copy(lambda text: text.replace(before, after, 1))
    with pytest.raises(Faults) as error:
        programmes()
    assert f"programmes.toml, {said}" in str(error.value) or said in str(error.value)
