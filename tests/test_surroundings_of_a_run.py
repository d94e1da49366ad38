"""What surrounds a run does not enter it: the user's settings, their umask, a notebook's mark."""

import os
import stat
from pathlib import Path

import matplotlib as mpl
import pytest
from nineteen import GIEN

from qpvlib import figures
from qpvlib.catalogue import QpvError
from qpvlib.figures import atlas, stills
from qpvlib.publishing import execution, sending
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


@pytest.mark.skipif(os.name != "posix", reason="droits des fichiers de POSIX")
def test_colleagues_read_what_is_published_whatever_the_umask(tmp_path, monkeypatch):
    reports, target = tmp_path / "reports", tmp_path / "site"
    (reports / "donnees").mkdir(parents=True)
    for name in ("index.html", "donnees/objectifs.csv"):
        (reports / name).write_text("x")
    monkeypatch.setattr(sending, "_refuse_unfinished", lambda *_: None)
    monkeypatch.setattr(sending, "_refuse_failures", lambda *_: None)
    monkeypatch.setattr(sending.site, "readers", lambda _: [
        reports / "index.html", reports / "donnees" / "objectifs.csv"
    ])  # fmt: skip
    before = os.umask(0o077)
    try:
        sending.publish(reports, target)
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(p.stat().st_mode) for p in target.rglob("*") if p.is_file()}
    assert modes == {0o644}
    assert {stat.S_IMODE(p.stat().st_mode) for p in (target, target / "donnees")} == {0o755}


@pytest.mark.parametrize(("content", "told"), [
    (b"\xef\xbb\xbf{}", "carnet index.ipynb : ce n'est pas un carnet Jupyter ; le rouvrir"),
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
