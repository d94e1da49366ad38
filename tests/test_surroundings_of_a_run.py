"""What surrounds a run does not enter it: the user's settings, a notebook's mark."""

import hashlib
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest
import seaborn as sns
from matplotlib.font_manager import FontManager
from nineteen import GIEN

from qpvlib import figures
from qpvlib.catalogue import QpvError
from qpvlib.figures import atlas, canvas, maps, stills
from qpvlib.publishing import execution
from qpvlib.tables.areas import neighbourhood

FONTS = f"fontlist-v{FontManager.__version__}.json"
SETTINGS = {
    "savefig.bbox": "tight", "lines.solid_capstyle": "projecting", "path.sketch": (2, 50, 5),
    "font.size": 30, "axes.edgecolor": "red", "lines.linewidth": 9, "savefig.dpi": 30,
}  # fmt: skip


def drawn():
    maps._picture.cache_clear()
    place = neighbourhood(GIEN)
    exhibits = figures.locator(place), figures.trends(place), figures.overview()
    pages = [exhibit.html for exhibit in exhibits]
    pages.append(figures.position(place, "taux_pauvrete").html)
    return [*pages, atlas.overview_svg(), stills.neighbourhood_maps(place, "docx")]


def digest():
    return hashlib.sha256(pickle.dumps(drawn())).hexdigest()


def test_the_user_s_settings_of_matplotlib_change_no_picture_and_are_kept():
    before = drawn()
    with mpl.rc_context(SETTINGS):
        sns.set_theme(font="serif", font_scale=3)
        mpl.rcParams["lines.linewidth"] = 9
        assert drawn() == before
        assert mpl.rcParams["lines.linewidth"] == 9


def elsewhere(folder, **more):
    """A machine without a home, whose list of fonts and whose settings are another's."""
    listed = json.loads(Path(mpl.get_cachedir(), FONTS).read_text())
    for entry in listed["ttflist"]:
        entry["fname"] = entry["fname"].replace("DejaVuSans", "DejaVuSansMono")
    (folder / FONTS).write_text(json.dumps(listed))
    (folder / "matplotlibrc").write_text("savefig.bbox: tight\nfont.family: serif\n")
    settings = {"MPLCONFIGDIR": str(folder), "MPLBACKEND": "TkAgg", **more}
    return {k: v for k, v in os.environ.items() if k != "HOME"} | settings


@pytest.mark.acceptance
def test_another_font_of_the_same_name_changes_no_picture(tmp_path):
    command = [sys.executable, "-c", f"import {__name__} as t; print(t.digest())"]
    given = elsewhere(tmp_path, PYTHONPATH=os.pathsep.join(sys.path))
    told = subprocess.run(command, env=given, capture_output=True, text=True)
    assert (told.stdout.strip(), told.stderr) == (digest(), "")


@pytest.mark.acceptance
def test_a_page_is_the_same_whatever_its_kernel_starts_with(site, tmp_path):
    startup = tmp_path / "profile_default" / "startup" / "00.py"
    startup.parent.mkdir(parents=True)
    ran = tmp_path / "ran"
    startup.write_text(
        "import seaborn; seaborn.set_theme(font_scale=3); print('bonjour')\n"
        f"open({str(ran)!r}, 'w')\n"
    )
    given = elsewhere(tmp_path, IPYTHONDIR=str(tmp_path), PYTHONSTARTUP=str(startup))
    command = [sys.executable, "-m", "qpvlib.cli", "report", "--reports", str(tmp_path / "r"), GIEN]
    subprocess.run(command, env=given, check=True, capture_output=True)
    page = neighbourhood(GIEN).page
    assert not ran.exists()
    assert (tmp_path / "r" / page).read_bytes() == (site / page).read_bytes()


def test_a_font_that_matplotlib_lost_is_told_in_french(tmp_path, monkeypatch):
    monkeypatch.setattr(mpl, "get_data_path", lambda: str(tmp_path))
    canvas.font.cache_clear()
    with pytest.raises(
        QpvError, match=r"Police DejaVuSans.ttf absente de matplotlib .* réinstaller"
    ):
        canvas.width("a", 13)


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
