"""Figures in a notebook: saved, drawn in one's own axes; one's own chart in the house style."""

import re
from zlib import crc32

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from qpvlib import figures
from qpvlib.catalogue import QpvError
from qpvlib.document.palette import SERIES
from qpvlib.tables.areas import neighbourhood

GIEN = neighbourhood("QP045016")
SINGLE = {
    "position": lambda **given: figures.position(GIEN, "taux_pauvrete", **given),
    "trends": lambda **given: figures.trends(GIEN, ("taux_pauvrete",), **given),
    "overview": figures.overview,
}
EVERY = SINGLE | {
    "four trends": lambda: figures.trends(GIEN),
    "locator": lambda: figures.locator(GIEN),
}


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def texts(axes):
    told = " ".join(text.get_text() for text in axes.texts)
    return re.sub(r"[\u202f\xa0]", " ", told).replace("’", "'")


@pytest.mark.parametrize(
    ("name", "kind"), [("overview", "svg"), ("overview", "pdf"), ("position", "png")]
)
def test_a_figure_is_saved_twice_with_the_same_bytes_whatever_the_settings(name, kind, tmp_path):
    first, second = tmp_path / "neuf" / f"a.{kind}", tmp_path / f"b.{kind}"
    EVERY[name]().savefig(first)
    with mpl.rc_context({"font.size": 40, "lines.linewidth": 9, "svg.hashsalt": "else"}):
        EVERY[name]().savefig(second)
    assert crc32(first.read_bytes()) == crc32(second.read_bytes())
    assert first.stat().st_size > 5000


@pytest.mark.parametrize("name", EVERY)
def test_a_figure_says_its_sources_and_its_texts_fit(name):
    figure = EVERY[name]().figure
    assert isinstance(figure, Figure)
    figure.canvas.draw()
    for axes in figure.axes:
        assert "Source :" in texts(axes)
        box = axes.get_window_extent().padded(4)
        assert all(box.contains(*one.get_window_extent().min) for one in axes.texts)
        assert all(box.contains(*one.get_window_extent().max) for one in axes.texts)


def test_a_position_says_its_year_its_value_and_the_median():
    told = texts(SINGLE["position"]().figure.axes[0])
    assert "Taux de pauvreté, 2019." in told
    assert "58,0 %" in told
    assert "42,4 %" in told
    assert "Insee-DGFiP-Cnaf-Cnav-CCMSA" in told


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("size", [(4, 3), (6, 4), (12, 9)])
def test_one_drawing_goes_in_axes_of_ones_own_at_their_size(name, size):
    figure, (left, right) = plt.subplots(1, 2, figsize=size)
    assert SINGLE[name](ax=right) is right
    assert not left.texts
    assert "Source :" in texts(right)
    assert right.get_title(loc="left")
    figure.canvas.draw()
    box = right.get_window_extent()
    box = box.padded(0.05 * box.width)
    within = [text.get_window_extent() for text in right.texts]
    assert all(box.x0 < one.x0 and one.x1 < box.x1 for one in within)


def test_a_drawing_elsewhere_leaves_those_of_the_pages_as_they_were():
    before = [exhibit().stamped for exhibit in EVERY.values()]
    for name in SINGLE:
        SINGLE[name](ax=plt.subplots(figsize=(3, 3))[1])
    [exhibit().figure for exhibit in EVERY.values()]
    assert [exhibit().stamped for exhibit in EVERY.values()] == before


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (lambda: figures.trends(GIEN, ax=plt.subplots()[1]), "4 indicateurs sont demandés"),
        (lambda: SINGLE["position"]().savefig("a.docx"), "docx.*pas un genre d.image"),
        (lambda: SINGLE["position"](ax=None).savefig("/dev/null/a.png"), "n'a pas été enregistré"),
    ],
)
def test_a_mistake_is_told_in_french(asked, told):
    with pytest.raises(QpvError, match=told):
        asked()


# --- the house style -----------------------------------------------------------------------------


def ticks(values):
    with figures.style():
        figure, axes = plt.subplots()
        axes.set_yticks(values)
    figure.canvas.draw()  # after the block, as a notebook draws
    return [label.get_text() for label in axes.get_yticklabels()]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([0, 0.5, 1], ["0,0", "0,5", "1,0"]),
        ([2012, 2019], ["2012", "2019"]),
        ([10000, 12500], ["10\u202f000", "12\u202f500"]),
        ([-20000, -0.0], ["−20\u202f000", "0"]),
    ],
)
def test_numbers_of_a_chart_are_written_as_french_does(values, told):
    assert ticks(values) == told


def test_the_style_ends_with_its_block_and_gives_its_colours():
    before = dict(mpl.rcParams)
    with figures.style():
        axes = plt.subplots()[1]
        lines = [axes.plot([0, 1], [i, i])[0].get_color() for i in range(len(SERIES))]
    assert tuple(lines) == SERIES
    assert dict(mpl.rcParams) == before
    plain = plt.subplots()[1]
    plain.set_yticks([0.5])
    plain.figure.canvas.draw()
    assert plain.get_yticklabels()[0].get_text() == "0.5"


def test_the_style_ends_even_when_the_chart_fails():
    before = dict(mpl.rcParams)
    with pytest.raises(ZeroDivisionError), figures.style():
        1 / 0  # noqa: B018
    assert dict(mpl.rcParams) == before
