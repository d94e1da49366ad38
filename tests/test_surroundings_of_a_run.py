"""What surrounds a run does not enter it: the user's settings, a notebook's mark."""

from pathlib import Path

import matplotlib as mpl
import pytest
from nineteen import GIEN

from qpvlib import figures
from qpvlib.catalogue import QpvError
from qpvlib.figures import atlas, stills
from qpvlib.publishing import execution
from qpvlib.tables.areas import neighbourhood

SETTINGS = {
    "savefig.bbox": "tight", "lines.solid_capstyle": "projecting", "path.sketch": (2, 50, 5),
    "font.size": 30, "axes.edgecolor": "red", "lines.linewidth": 9, "savefig.dpi": 30,
}  # fmt: skip


def drawn():
    place = neighbourhood(GIEN)
    exhibits = figures.locator(place), figures.trends(place), figures.overview()
    pages = [exhibit.html for exhibit in exhibits]
    pages.append(figures.position(place, "taux_pauvrete").html)
    return [*pages, atlas.overview_svg(), stills.neighbourhood_maps(place, "docx")]


def test_the_user_s_settings_of_matplotlib_change_no_picture_and_are_kept():
    before = drawn()
    with mpl.rc_context(SETTINGS):
        assert drawn() == before
        assert mpl.rcParams["lines.linewidth"] == 9


@pytest.mark.parametrize(("content", "told"), [
    (b"\xef\xbb\xbf{}", r"carnet index.ipynb : marque d'ordre \(BOM\) en tête ; l'enregistrer"),
    (b"{", "carnet index.ipynb : ce n'est pas un carnet Jupyter"),
    (b"[]", "ce n'est pas un carnet Jupyter"), (b"\xff\xfe{\x00", "ce n'est pas un carnet"),
    (b"", "ce n'est pas un carnet Jupyter"), (b'{"a": 1}', "ce n'est pas un carnet Jupyter"),
])  # fmt: skip
def test_a_file_that_is_no_notebook_is_told_in_french_before_a_kernel(
    tmp_path: Path, content, told
):
    (tmp_path / "index.ipynb").write_bytes(content)
    with pytest.raises(QpvError, match=told):
        execution.execute(tmp_path / "index.ipynb", {})
