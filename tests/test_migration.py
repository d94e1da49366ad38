"""What the former version wrote: a file of decisions, read and kept; a workbook, refused plainly.

Both files of ``tests/data`` were written by that version, for Champ de la Ville.
"""

import re
import shutil
from pathlib import Path

import pytest
from nineteen import GIEN
from test_decisions import SCHEME, TODAY, TYPED, filled, folder, planned, stored  # noqa: F401
from test_decisions import decision as decided

from qpvlib.catalogue import Faults
from qpvlib.roadmap import decisions, readiness, returned

DATA = Path(__file__).parent / "data"
pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
def formerly(folder):  # noqa: F811
    """The project's file of decisions is that of the former version."""
    folder.mkdir()
    return Path(shutil.copy(DATA / "decisions-formerly.toml", folder / f"{SCHEME}.toml"))


def stand(code):
    return next(s for s in planned().stands if s.code == code)


def test_former_decisions_read_as_they_were(formerly):
    found = decisions.read(SCHEME, TODAY)
    assert {axis: found[GIEN, axis].state for _, axis in found} == {
        "emploi": "retained", "cadre_de_vie": "rejected", "citoyennete": "modified",
    }  # fmt: skip
    assert stand("emploi").decision == found[GIEN, "emploi"]
    assert readiness.declared_faults() == []


def test_former_decisions_are_kept_word_for_word(formerly):
    before = formerly.read_text("utf-8")
    decisions.store(SCHEME, decisions.read(SCHEME, TODAY))
    assert formerly.read_text("utf-8") == before
    stored(decided("cohesion_sociale"))
    assert formerly.read_text("utf-8").startswith(before.rstrip())


def test_figures_that_are_now_kept_beside_make_no_decision_stale(formerly):
    """An axis rests on other figures than before; those that the decision kept have not moved."""
    told = {code: stand(code).stale for code in ("emploi", "cadre_de_vie", "citoyennete")}
    assert told == {"emploi": {}, "cadre_de_vie": {}, "citoyennete": {}}
    text = " ".join(readiness.final_faults({GIEN: list(planned().stands)}))
    assert "a changé" not in text
    assert "à la main" not in text


def test_a_figure_that_a_decision_did_not_keep_is_not_one_that_moved(formerly):
    text = formerly.read_text("utf-8")
    fewer = re.sub(', demandeurs_rsa = "[^"]*"', "", text)
    assert fewer != text
    formerly.write_text(fewer, "utf-8")
    assert "demandeurs_rsa" in stand("emploi").figures
    assert stand("emploi").stale == {}


def test_a_former_figure_that_moved_is_still_told(formerly):
    text = formerly.read_text("utf-8")
    assert text.count('taux_emploi = "28,4') == 1
    formerly.write_text(text.replace('taux_emploi = "28,4', 'taux_emploi = "31,0'), "utf-8")
    assert set(stand("emploi").stale) == {"taux_emploi"}


def test_a_workbook_of_now_reads_former_decisions_back_unchanged(formerly, folder):  # noqa: F811
    before = formerly.read_text("utf-8")
    loaded, _ = returned.load(filled(folder, {}), SCHEME, TODAY)
    assert loaded == decisions.read(SCHEME, TODAY)
    decisions.store(SCHEME, loaded)
    assert formerly.read_text("utf-8") == before


def test_a_former_workbook_is_refused_with_what_to_do():
    with pytest.raises(Faults) as error:
        returned.load(DATA / "classeur-formerly.xlsx", SCHEME, TODAY)
    told = str(error.value)
    assert "feuille absente : « Questions »" in told
    assert "Exporter de nouveau" in told
    assert "recopier" in told  # what is typed there is not lost
