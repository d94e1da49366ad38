"""Properties of the drawings: what they say, what they leave out, what they weigh."""

import re
from dataclasses import replace
from itertools import pairwise
from urllib.parse import unquote

import numpy as np
import pytest
from drawings import HILLS
from lxml.etree import fromstring, tostring

from qpvlib import figures
from qpvlib.diagnosis import comparison
from qpvlib.diagnosis.reading import read
from qpvlib.figures import atlas, canvas, changes, maps, positions, rows, stills
from qpvlib.tables import grouping, indicators
from qpvlib.tables.areas import neighbourhood, neighbourhoods

GIEN, PLATEAU, DAUPHINE = "QP045016", "QP045003", "QP045009"


def compared(code, indicator, **changes):
    """A comparison of one indicator, some of its columns replaced."""
    found = comparison.compare(indicators.observations(indicator=indicator), neighbourhood(code))
    return found.assign(**changes)


def row(indicator, positions=None):
    """The small drawing of Gien in a row, as text."""
    return rows.drawing(read(neighbourhood(GIEN), indicator, positions)).svg


def mark(sign):
    return tostring(rows.marker(sign), encoding="unicode")


def drawn(exhibit):
    """SVG of each picture of an exhibit."""
    sources = re.findall(r'src="data:image/svg\+xml,([^"]*)"', exhibit.html)
    return [tostring(fromstring(unquote(source)), encoding="unicode") for source in sources]


def plain(text):
    return text.replace("\u202f", " ").replace("\xa0", " ").replace("&#8239;", " ")


def test_the_alternative_says_value_year_and_references():
    alt = plain(figures.position(neighbourhood(GIEN), "taux_pauvrete").alt)
    assert "2019" in alt
    assert "58,0 %" in alt
    assert "42,4 %" in alt
    assert "dans la commune de Gien" in alt


def test_a_commune_of_another_year_is_not_drawn():
    other = compared(GIEN, "taux_pauvrete")
    away = other.benchmark.isin(["commune", "epci", "departement"])
    other = other.assign(reference_year=other.reference_year.where(~away, 2021))
    same = figures.position(neighbourhood(GIEN), "taux_pauvrete")
    moved = figures.position(neighbourhood(GIEN), "taux_pauvrete", other)
    assert drawn(same)[0].count('id="mark-reference"') == 2  # Gien, Loiret
    assert drawn(moved)[0].count('id="mark-reference"') == 0
    assert "Gien" not in moved.alt
    assert "Gien" not in row("taux_pauvrete", other)


def test_an_unpublished_value_draws_no_mark_and_says_so():
    blank = compared(
        GIEN, "taux_pauvrete", value=np.nan, gap=np.nan, status="not_published",
        verdict="not_compared",
    )  # fmt: skip
    exhibit = figures.position(neighbourhood(GIEN), "taux_pauvrete", blank)
    assert 'id="mark' not in drawn(exhibit)[0]
    assert "non publié pour ce quartier" in drawn(exhibit)[0]
    assert "non publié pour ce quartier" in exhibit.alt
    assert mark("descriptive") not in row("taux_pauvrete", blank)
    assert "<rect" in row("taux_pauvrete", blank)


@pytest.mark.parametrize(
    ("indicator", "verdict", "sign"),
    [
        ("taux_pauvrete", "higher", "harder"),
        ("taux_pauvrete", "lower", "easier"),
        ("taux_pauvrete", "comparable", "comparable"),
        ("taux_emploi_femmes", "lower", "harder"),
        ("moins_25_ans", "higher", "descriptive"),
    ],
)
def test_the_mark_follows_the_verdict(indicator, verdict, sign):
    given = compared(GIEN, indicator, verdict=verdict, clearly=False)
    svg = drawn(figures.position(neighbourhood(GIEN), indicator, given))[0]
    assert f'id="mark-{sign}"' in svg
    assert mark(sign) in row(indicator, given)


def test_marks_differ_by_shape_not_only_by_colour():
    colour = r"#[0-9a-f]{3,6}"
    shapes = {re.sub(colour, "", mark(sign)) for sign in rows.COLOURS}
    assert len(shapes) == len(rows.COLOURS)
    assert len({positions.MARKS[sign] for sign in ("harder", "easier", "descriptive")}) == 3


def test_left_is_more_difficulties_in_a_row_whatever_the_polarity():
    def place_of(indicator):
        found = re.search(r'<svg x="([\d.]+)%"[^>]*><circle r="7.5"', row(indicator))
        return float(found[1])

    assert place_of("taux_pauvrete") < rows.MIDDLE  # high rate
    assert place_of("taux_emploi_femmes") < rows.MIDDLE  # low rate


def test_same_bytes_twice():
    place = neighbourhood(GIEN)
    for draw in (figures.locator, figures.trends, lambda p: figures.position(p, "c2s")):
        first = draw(place).html
        maps._picture.cache_clear()
        assert draw(place).html == first
    assert atlas.overview_svg() == atlas.overview_svg()


def test_no_line_crosses_a_break_nor_a_missing_year():
    values = {2015: 1.0, 2016: 2.0, 2017: np.nan, 2018: 4.0, 2019: 5.0}
    one = read(neighbourhood(GIEN), "taux_pauvrete")
    series = [replace(one, year=year, value=value) for year, value in values.items()]
    parts = changes._segments(series, breaks=(2019,))
    assert [[p.year for p in part] for part in parts] == [[2015, 2016], [2018], [2019]]


def test_trends_say_their_reading_and_their_years():
    exhibit = figures.trends(neighbourhood(GIEN))
    assert "316 habitants de moins" in plain(exhibit.html)
    assert "1 676 en 2013, 1 360 en 2018" in plain(exhibit.html)
    assert len(drawn(exhibit)) == 4


def test_three_communes_are_all_named():
    place = neighbourhood(PLATEAU)
    names = [area.name for area in place.communes]
    assert len(names) == 3
    for text in (figures.locator(place).alt, drawn(figures.locator(place))[0]):
        assert all(name in text for name in names)
    poverty = figures.position(place, "taux_pauvrete")
    assert all(name in poverty.alt for name in names)
    assert drawn(poverty)[0].count('id="mark-reference"') == 4  # and the département


def test_callouts_never_meet():
    given = [positions._Callout(x, "Saint-Jean-de-Braye", "15 %") for x in (5, 6, 300)]
    centres = positions._spread_out(given)
    gaps = np.diff(centres) - [canvas.width("Saint-Jean-de-Braye", 13)] * 2
    assert min(gaps) > 0
    assert centres[0] >= given[0].width / 2


@pytest.mark.parametrize("code", sorted(neighbourhoods()))
def test_every_neighbourhood_is_drawn_within_its_budget(code):
    place = neighbourhood(code)
    known = indicators.observations()
    positions = comparison.compare(known[known.indicator.isin(HILLS)], place)
    maps, trends = drawn(figures.locator(place)), drawn(figures.trends(place))
    charts = [drawn(figures.position(place, chart, positions))[0] for chart in HILLS]
    assert max(map(len, maps)) < 15_000
    assert max(map(len, [*charts, *trends])) < 10_000
    assert sum(map(len, [*maps, *charts, *trends])) < 100_000
    for svg in [*maps, *charts, *trends]:
        assert not re.search(r'(href|src)="(?!#)|url\((?!#)|@import|<image', svg)


def test_numbers_follow_contracts_then_names():
    numbers = grouping.numbers()
    known = neighbourhoods()
    assert sorted(numbers.values()) == list(range(1, len(known) + 1))
    contracts = [known[code].contract_code for code in sorted(numbers, key=numbers.get)]
    changes = sum(one != following for one, following in pairwise(contracts))
    assert changes == len(set(contracts)) - 1  # each contract in one piece
    svg = atlas.overview_svg()
    assert all(re.search(rf"\b{number}\b", svg) for number in numbers.values())


def test_maps_for_a_word_file_are_the_page_s_twice_the_same():
    place = neighbourhood(GIEN)
    first = stills.neighbourhood_maps(place, "docx")
    maps._picture.cache_clear()
    assert stills.neighbourhood_maps(place, "docx") == first
    pictures = [figure.content for figure in first]
    assert len({picture.image for picture in pictures}) == 3
    assert [picture.image[:4] for picture in pictures] == [b"\x89PNG"] * 3
    drawn = stills.neighbourhood_maps(place, "html")
    words = [[(f.title, f.caption, f.content.alt) for f in form] for form in (drawn, first)]
    assert words[0] == words[1]
    assert all(figure.content.image.startswith("<svg") for figure in drawn)


def test_a_map_is_drawn_once_for_those_who_show_it_alike(monkeypatch):
    """Saint-Aignan and Quartiers Nord share their areas; Dauphine is elsewhere."""
    asked = []
    departement, *rest = maps.MAPS["departement"]
    counted = (lambda p: asked.append(p) or departement(p)), *rest
    monkeypatch.setitem(maps.MAPS, "departement", counted)
    shown = [stills.neighbourhood_maps(neighbourhood(code), "docx")[0].content.image
             for code in ("QP045018", "QP045019", DAUPHINE, "QP045018")]  # fmt: skip
    assert (shown[0], shown[0] == shown[2], len(asked)) == (shown[1], False, 2)


def test_a_map_that_is_not_shown_is_not_drawn(monkeypatch):
    for key in ("departement", "perimeter"):
        monkeypatch.setitem(maps.MAPS, key, (None, None, None))
    whole = stills.neighbourhood_maps(neighbourhood(GIEN), "html", only=slice(1, 2))
    assert [figure.content.image[:4] for figure in whole] == ["<svg"]
