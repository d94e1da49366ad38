"""Where the hills and the trends put marks, medians, halves and noise.

Each picture gives its own scale by two values that are known; the others must follow, against
percentiles computed apart.
"""

import re

import drawings
import facts
import judgements
import pytest
import reading
from drawings import Scale, key, others, same_year
from facts import INDICATORS, PLACES
from reading import plain, points, style

TRENDS = ("taux_pauvrete", "niveau_vie_median", "taux_emploi_femmes", "population")
LINK = "{http://www.w3.org/1999/xlink}href"
approx = pytest.approx


# --- the hills -----------------------------------------------------------------------------------


def hill(page, code, chart):
    """Observation, picture and scale of a hill: its ticks are the département's others."""
    seen = facts.own(code, chart)
    picture, colours = drawings.hill(code, chart).drawing, key(page)
    ticks = [
        points(e.get("d"))[0][0]
        for e in reading.coloured(picture, stroke=colours["peers"], stroke_width="1.3")
    ]
    values = others(seen)
    scale = Scale((values[0], ticks[0]), (values[-1], ticks[-1]))
    assert ticks == approx([scale(value) for value in values], abs=0.3)
    return seen, picture, scale, colours


def across(element):
    return [x for x, _ in points(element.get("d"))]


def surface(element):
    corners = points(element.get("d"))
    pairs = zip(corners, corners[1:] + corners[:1], strict=True)
    return abs(sum(x * b - a * y for (x, y), (a, b) in pairs)) / 2


def upwards(picture, colours):
    """Median's upright line: of the median's colour, and not a mark's outline."""
    lines = reading.coloured(picture, stroke=colours["median"], stroke_width="2")
    return [e for e in lines if e.get("d")]


def placed(picture, name):
    """Abscissas of the marks of a name."""
    groups = [g for g in picture.iter("{*}g") if g.get("id") == name]
    return [float(use.get("x")) for g in groups for use in g.iter("{*}use")]


@pytest.mark.parametrize("chart", drawings.HILLS)
def test_the_dark_half_of_the_hill_goes_from_quartile_to_quartile(page, code, chart):
    seen, picture, scale, colours = hill(page, code, chart)
    limits = facts.grid(chart, seen.year)
    (light,) = reading.coloured(picture, fill=colours["light"])
    (dark,) = reading.coloured(picture, fill=colours["dark"])
    assert [min(across(dark)), max(across(dark))] == approx(
        [scale(limits[25]), scale(limits[75])], abs=0.3
    )
    assert surface(dark) / surface(light) == approx(0.5, abs=0.07)


@pytest.mark.parametrize("chart", drawings.HILLS)
def test_the_mark_the_median_and_the_noise_of_the_hill_are_in_place(page, code, chart):
    seen, picture, scale, colours = hill(page, code, chart)
    (stem,) = upwards(picture, colours)
    assert across(stem)[0] == approx(scale(facts.grid(chart, seen.year)[50]), abs=0.3)
    at = [] if seen.value is None else [scale(seen.value)]
    assert placed(picture, f"mark-{judgements.mark(seen)}") == approx(at, abs=0.3)
    found = sorted(scale(other.value) for other in same_year(seen))
    assert sorted(placed(picture, "mark-reference")) == approx(found, abs=0.3)
    bars = [e for e in picture.iter("{*}path") if style(e).get("stroke-width") == "3"]
    limit = facts.noise(chart, code)
    if seen.value is None or limit is None:
        assert bars == []
    else:
        ends = [scale.held(v, 2, 438) for v in (seen.value - limit, seen.value + limit)]
        assert [across(bar) for bar in bars] == [approx(ends, abs=0.3)]


@pytest.mark.parametrize("chart", drawings.HILLS)
def test_the_hill_writes_the_same_numbers_as_its_table(page, code, chart):
    seen, picture, _, _ = hill(page, code, chart)
    expected = {facts.median_shown(seen), *(facts.shown(other) for other in same_year(seen))}
    expected |= {facts.shown(seen)} if seen.value is not None else set()
    words = {plain(e.text).strip("→← ") for e in picture.iter("{*}text")}
    assert {w for w in words if re.match(r"\d", w)} - {PLACES[code].name} == expected
    assert ("non publié pour ce quartier" in words) == (seen.value is None)


# --- the trends --------------------------------------------------------------------------------


def trend(page, code, indicator):
    """Series and picture of a trend."""
    picture = page.figure(plain(INDICATORS[indicator].label)).drawing
    return facts.series(code, indicator), picture


def used(picture):
    """Each use of a shape: its outline, where it is put."""
    outlines = {e.get("id"): e.get("d") for e in picture.iter("{*}path") if e.get("id")}
    for use in picture.iter("{*}use"):
        yield outlines[use.get(LINK)[1:]], float(use.get("x")), float(use.get("y"))


def dots(picture):
    return [(x, y) for outline, x, y in used(picture) if "C" in outline]


def bands(picture):
    """Height of the noise at each abscissa."""
    found = {}
    for outline, dx, dy in used(picture):
        if "C" not in outline:
            for x, y in points(outline):
                found.setdefault(x + dx, []).append(y + dy)
    return {x: (min(ys), max(ys)) for x, ys in found.items()}


def trend_scale(rows, picture):
    """Year → x and value → y, from the first and last dots and from the extreme values."""
    at = dots(picture)
    shown = [row for row in rows if row.value is not None]
    low, high = (f(range(len(shown)), key=lambda i: shown[i].value) for f in (min, max))
    across = Scale((shown[0].year, at[0][0]), (shown[-1].year, at[-1][0]))
    return shown, across, Scale((shown[low].value, at[low][1]), (shown[high].value, at[high][1]))


@pytest.mark.parametrize("indicator", TRENDS)
def test_each_dot_of_a_trend_is_a_year_s_value_inside_its_noise(page, code, indicator):
    rows, picture = trend(page, code, indicator)
    shown, across, upwards_ = trend_scale(rows, picture)
    expected = [(across(row.year), upwards_(row.value)) for row in shown]
    assert upwards_.step < 0 < across.step
    assert dots(picture) == [approx(place, abs=0.3) for place in expected]
    limit, found = facts.noise(indicator, code), bands(picture)
    if limit is None:
        assert found == {}
        return
    for x, y in expected:
        edge = min(found, key=lambda other: abs(other - x))
        half = -upwards_.step * float(limit)
        assert found[edge] == approx((y - half, y + half), abs=0.4), indicator


@pytest.mark.parametrize("indicator", TRENDS[:3])
def test_the_dashes_of_a_trend_are_each_year_s_median(page, code, indicator):
    rows, picture = trend(page, code, indicator)
    _, across, upwards_ = trend_scale(rows, picture)
    lines = reading.coloured(picture, stroke=key(page)["peers"], stroke_width="1.5")
    found = [corner for line in lines for corner in points(line.get("d"))]
    medians = [(row.year, facts.grid(indicator, row.year)) for row in rows]
    for year, limits in medians:
        x, y, blur = across(year), upwards_(limits[50]), upwards_.blur(limits[50])
        assert any(abs(a - x) < 3.5 and abs(b - y) < blur for a, b in found), (indicator, year)
    assert len({round(b, 1) for _, b in found}) <= len(medians)


@pytest.mark.parametrize("indicator", TRENDS)
def test_a_trend_writes_its_first_and_last_values_and_the_last_median(page, code, indicator):
    rows, picture = trend(page, code, indicator)
    shown = [row for row in rows if row.value is not None]
    expected = {facts.shown(shown[0]), facts.shown(shown[-1])}
    expected |= {str(rows[0].year), str(rows[-1].year)}
    if INDICATORS[indicator].measure != "count":
        limits = facts.grid(indicator, rows[-1].year)
        expected.add(facts.amount(limits[50], indicator, rows[-1].decimals))
    assert {plain(e.text) for e in picture.iter("{*}text")} == expected
