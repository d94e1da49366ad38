"""``qpv.map``: every value of the tables in its place, blanks hatched, nothing ranked."""

import re

import matplotlib.pyplot as plt
import pytest
from facts import PLACES
from matplotlib.colors import to_hex

import qpvlib as qpv
from qpvlib.catalogue import QpvError, catalogue
from qpvlib.document.palette import COLOURS
from qpvlib.project import current

OWN = {}
for line in (current().tidy / "observations.csv").read_text("utf-8").splitlines()[1:]:
    area, _, indicator, year, _, _, value, *_ = line.split(",")
    OWN[area, indicator, int(year)] = value


def plain(text):
    return re.sub(r"[\u202f\xa0]", " ", text).replace("’", "'")


def drawn(**asked):
    """The texts of a map by their place, and its filled shapes by colour."""
    (axes,) = qpv.map(**asked).figure.axes
    return [plain(text.get_text()) for text in axes.texts], axes


# What is published on the perimeters of 2024 alone is on no map of those of 2015.
HELD = [code for code, one in catalogue().indicators.items() if one.inputs or one.nearest]


@pytest.mark.parametrize("code", HELD)
def test_the_data_of_a_map_are_those_of_the_tables(code):
    data = qpv.map(code).data
    assert set(data.code) == set(PLACES)
    for row in data.itertuples():
        held = OWN[row.code, code, row.year]
        assert (held == "") == (row.value != row.value), row
        assert held == "" or float(held) == row.value


def test_each_value_is_written_beside_its_name_and_the_order_is_the_index_s():
    told, _ = drawn(indicator="taux_pauvrete")
    at = told.index("Champ de la Ville")
    assert told[at - 1 : at + 2] == ["15", "Champ de la Ville", "58,0 %"]
    numbers = [int(told[i - 1]) for i, text in enumerate(told) if text in NAMES]
    assert numbers == list(range(1, 20))
    assert "Source : Insee-DGFiP-Cnaf-Cnav-CCMSA, Filosofi. Licence Ouverte 2.0." in told
    assert any("2019" in text for text in told)


NAMES = {place.name for place in PLACES.values()}


def test_the_colours_are_those_of_the_readings():
    told, axes = drawn(indicator="taux_pauvrete", contract="giennoises")
    faces = [
        axes.figure.canvas.get_renderer() and shape.get_facecolor() for shape in axes.collections
    ]
    assert COLOURS["harder"] == "#b4470a"
    orange = tuple(int("b4470a"[i : i + 2], 16) / 255 for i in (0, 2, 4))
    assert sum(len(face) and tuple(face[0][:3]) == orange for face in faces) == 2  # both are higher
    assert [text for text in told if text.endswith("%")] == ["58,0 %", "49,5 %"]


def test_a_blank_is_hatched_said_and_never_zero():
    told, axes = drawn(indicator="plus_60_ans", contract="CN04505M")
    hatched = [shape for shape in axes.collections if shape.get_hatch()]
    assert len(hatched) == 2 * 6 + 1  # on the map, in the key, in the legend
    assert told.count("n. p.") == 6
    assert "non publié (n. p.)" in told
    assert not any(text.startswith("0") for text in told if text.endswith("%"))
    assert any("estimés par le producteur" in text for text in told)


def test_a_bound_is_told_as_a_bound():
    assert "< 1,5 %" in drawn(indicator="vacance")[0]


def test_what_is_not_judged_has_no_colour_of_a_judgement():
    _, axes = drawn(indicator="population")
    faces = {to_hex(face) for shape in axes.collections for face in shape.get_facecolor()}
    assert COLOURS["descriptive"] in faces
    assert not faces & {COLOURS["harder"], COLOURS["easier"]}


def test_another_year_is_that_year():
    data = qpv.map("taux_pauvrete", year=2012).data
    assert set(data.year) == {2012}
    assert float(OWN["QP045016", "taux_pauvrete", 2012]) == 61.5
    assert data.set_index("code").value["QP045016"] == 61.5


def test_it_goes_in_axes_of_ones_own():
    figure, axes = plt.subplots()
    assert qpv.map("taux_pauvrete", ax=axes) is axes
    assert any("Source :" in plain(text.get_text()) for text in axes.texts)
    plt.close(figure)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"indicator": "taux_pauvrtee"}, "taux_pauvrete"),
        ({"indicator": "taux_pauvrete", "year": 1999}, "en 1999.*2012, 2013"),
        ({"indicator": "taux_pauvrete", "contract": "de ville"}, "contrat « de ville »"),
        ({"indicator": "taux_pauvrete", "contract": "Marseille"}, "contrat « Marseille »"),
    ],
)
def test_what_is_not_known_is_told_with_what_is(asked, told):
    with pytest.raises(QpvError, match=told):
        qpv.map(**asked)
