"""Where the drawings put marks, bands and noise, against percentiles computed apart.

Each drawing gives its own scale by two positions that are known; the others must follow.
"""

import re

import facts
import judgements
import pytest
import reading
from facts import HEADLINE, INDICATORS, PLACES
from reading import percent, plain, points, style

CHARTS = [theme["chart"] for theme in facts.THEMES.values()]
TRENDS = ("taux_pauvrete", "niveau_vie_median", "taux_emploi_femmes", "population")
approx = pytest.approx
LINK = "{http://www.w3.org/1999/xlink}href"


@pytest.fixture(params=sorted(PLACES))
def code(request):
    return request.param


@pytest.fixture
def page(site, code):
    return reading.page(site / f"{code.lower()}-{PLACES[code].slug}.html")


class Scale:
    """Value → position, from two values and where the drawing has them."""

    def __init__(self, first, last):
        (a, at_a), (b, at_b) = ((float(value), float(x)) for value, x in (first, last))
        self.origin, self.start, self.step = a, at_a, (at_b - at_a) / (b - a)
        self.range = abs(b - a)

    def __call__(self, value):
        return self.start + (float(value) - self.origin) * self.step

    def blur(self, value):
        """What the rounding of the two known positions makes of another, in pixels."""
        return 0.2 + 0.2 * abs(float(value) - self.origin) / self.range

    def held(self, value, least, most):
        return min(max(self(value), least), most)


def svgs(element):
    return element.xpath(".//svg")


def shape(drawing):
    """What tells a mark: its outline and its colours."""
    mark = [e for e in drawing.iter("circle", "path") if e.get("stroke")][-1]
    return mark.tag, mark.get("d"), mark.get("fill"), mark.get("stroke")


def key(page):
    """Colours and marks as the page's legend gives them."""
    items = page.root.xpath("//ul/li[svg]")
    band, ticks, _, *marks = [item.find("svg") for item in items]
    names = [reading.text(item) for item in items[3:]]
    meant = dict(zip(["harder", "easier", "comparable", "descriptive"], marks, strict=True))
    assert [name.split(" : ")[-1].split(" (")[0] for name in names] == [
        "plus de difficultés", "moins de difficultés", "comparable", "descriptif",
    ]  # fmt: skip
    light, dark, median = band.findall("path")
    return {
        "light": light.get("fill"), "dark": dark.get("fill"), "median": median.get("stroke"),
        "peers": ticks.find("path").get("stroke"),
        **{kind: shape(drawing) for kind, drawing in meant.items()},
    }  # fmt: skip


def others(row):
    """The département's other neighbourhoods, in order."""
    values = facts.peers(row.indicator, row.year)
    if row.value is not None:
        values.remove(row.value)
    return values


def same_year(row):
    """Communes, or the EPCI where no commune has one, and département, of the same year."""
    found = {}
    for level in ("commune", "epci", "departement"):
        for area in facts.around(row.area, level):
            other = facts.beside(area, row)
            if other and row.value is not None and other.year == row.year:
                found.setdefault(level, []).append(other)
    nearest = found.get("commune") or found.get("epci", [])
    return nearest + found.get("departement", [])


# --- the rows of the landmarks -----------------------------------------------------------------


def drawn_rows(page, code):
    """Observation and drawing of each landmark."""
    rows = {row.head: row for n in (1, 2) for row in page.table(f"Tableau {n}.").rows}
    for indicator in HEADLINE:
        seen = facts.own(code, indicator)
        if seen:
            head = plain(f"{INDICATORS[indicator].label} {facts.when(seen)}")
            cell = list(rows[head].elements.values())[1]
            yield seen, svgs(cell)[0]


def bars(drawing, colour):
    """Left and right ends of the bars of a colour."""
    rects = [e for e in drawing.iter("rect") if e.get("fill") == colour]
    lefts = [percent(e.get("x")) for e in rects]
    return [(x, x + percent(e.get("width"))) for x, e in zip(lefts, rects, strict=True)]


def row_scale(seen, drawing, colours):
    """Scale of a row: the light bar goes from p10 to p90, harder on the left."""
    limits = facts.grid(seen.indicator, seen.year)
    ((left, right),) = bars(drawing, colours["light"])
    ends = (limits[90], limits[10]) if turned(seen) else (limits[10], limits[90])
    return Scale((ends[0], left), (ends[1], right))


def turned(seen):
    return INDICATORS[seen.indicator].favourable == "lower"


def upright(drawing, colour):
    """Abscissas of the upright lines of a colour."""
    lines = [e for e in drawing.iter("line") if e.get("stroke") == colour]
    return [percent(e.get("x1")) for e in lines if e.get("x1") == e.get("x2")]


def marks(drawing, kind):
    """Abscissas of the marks of a kind."""
    return [percent(e.get("x")) for e in drawing.findall("svg") if shape(e) == kind]


def where(page, seen):
    return f"{page.name}, {seen.indicator}"


def near(expected):
    return approx(expected, abs=0.06)


def test_the_dark_bar_and_the_tick_are_the_quartiles_and_the_median(page, code):
    colours = key(page)
    for seen, drawing in drawn_rows(page, code):
        scale, limits = row_scale(seen, drawing, colours), facts.grid(seen.indicator, seen.year)
        ((left, right),) = bars(drawing, colours["dark"])
        assert [left, right] == near(sorted([scale(limits[25]), scale(limits[75])])), where(
            page, seen
        )
        assert upright(drawing, colours["median"]) == near([scale(limits[50])]), where(page, seen)


def test_each_mark_stands_at_its_value_with_the_shape_that_the_legend_tells(page, code):
    colours = key(page)
    kinds = ("harder", "easier", "comparable", "descriptive")
    for seen, drawing in drawn_rows(page, code):
        scale = row_scale(seen, drawing, colours)
        found = {kind: marks(drawing, colours[kind]) for kind in kinds}
        found = {kind: at for kind, at in found.items() if at}
        if seen.value is None:
            assert found == {}, where(page, seen)
        else:
            x = scale(seen.value)
            at = x if 1 <= x <= 99 else 96 if x > 50 else 4
            assert found == {judgements.mark(seen): near([at])}, where(page, seen)


def flat(drawing):
    """Ends of the level lines: the noise."""
    lines = [e for e in drawing.iter("line") if e.get("x1") != e.get("x2")]
    return [(percent(e.get("x1")), percent(e.get("x2"))) for e in lines]


def test_the_noise_bar_reaches_the_noise_on_both_sides(page, code):
    colours, drawn = key(page), 0
    for seen, drawing in drawn_rows(page, code):
        limit = facts.noise(seen.indicator, code)
        if seen.value is None or limit is None:
            assert flat(drawing) == [], where(page, seen)
            continue
        scale = row_scale(seen, drawing, colours)
        ends = [scale.held(v, 0, 100) for v in (seen.value - limit, seen.value + limit)]
        assert flat(drawing) == [near(tuple(sorted(ends)))], where(page, seen)
        drawn += 1
    assert drawn >= 8


def test_each_tick_is_another_neighbourhood_of_the_departement(page, code):
    colours = key(page)
    for seen, drawing in drawn_rows(page, code):
        places = [row_scale(seen, drawing, colours)(value) for value in others(seen)]
        ticks = upright(drawing, colours["peers"])
        wires = [e for e in drawing.iter("line") if e.get("stroke-width") == "0.75"]
        assert len(ticks) - len(wires) == sum(1 <= x <= 99 for x in places), where(page, seen)
        assert all(min(abs(x - tick) for tick in ticks) < 0.06 for x in places if 1 <= x <= 99)


def test_the_areas_around_are_named_where_they_stand(page, code):
    colours = key(page)
    for seen, drawing in drawn_rows(page, code):
        scale, expected, held = row_scale(seen, drawing, colours), set(), []
        for other in same_year(seen):
            x = scale(other.value)
            told = plain(f"{facts.AREAS[other.area].name} {facts.shown(other)}")
            expected.add(told if 1 <= x <= 99 else f"{told} →" if x > 50 else f"← {told}")
            held += [x] if 1 <= x <= 99 else []
        words = {plain(e.text) for e in drawing.iter("text")}
        own = {plain(facts.shown(seen)), "médiane " + facts.amount(
            facts.grid(seen.indicator, seen.year)[50], seen.indicator, seen.decimals)}  # fmt: skip
        assert words - own == expected, where(page, seen)
        white = [e for e in drawing.findall("svg") if shape(e)[2:] == ("#fff", colours["median"])]
        assert sorted(percent(e.get("x")) for e in white) == near(sorted(held)), where(page, seen)


# --- the sparks of the index -------------------------------------------------------------------


def test_the_sparks_of_the_index_stand_where_the_landmarks_do(site):
    legend = key(reading.page(site / f"qp045001-{PLACES['QP045001'].slug}.html"))
    rows = reading.page(site / "index.html").table("Les diagnostics").rows
    named = {plain(place.name): code for code, place in PLACES.items()}
    codes = ("taux_pauvrete", "niveau_vie_median", "taux_emploi", "demandeurs_sans_cap_bep")
    for row in rows:
        area = next(named[n] for n in sorted(named, key=len, reverse=True) if f" {n} " in row.head)
        for indicator, cell in zip(codes, list(row.elements.values())[1:], strict=True):
            spark(facts.own(area, indicator), svgs(cell)[0], legend)


def spark(seen, drawing, colours):
    """Check a spark: its bar from the 10th to the 90th percentile, its tick, its mark."""
    limits = facts.grid(seen.indicator, seen.year)
    bar, tick = drawing.findall("path")
    across = [x for x, _ in points(bar.get("d"))]
    ends = (limits[90], limits[10]) if turned(seen) else (limits[10], limits[90])
    scale = Scale((ends[0], min(across)), (ends[1], max(across)))
    assert points(tick.get("d"))[0][0] == approx(scale(limits[50]), abs=0.11), (
        seen.area,
        seen.indicator,
    )
    inner = drawing.find("svg")
    assert float(inner.get("x")) == approx(scale.held(seen.value, 8, 88), abs=0.11), (
        seen.area,
        seen.indicator,
    )
    assert shape(inner) == colours[judgements.mark(seen)], (seen.area, seen.indicator)


# --- the hills -----------------------------------------------------------------------------------


def hill(page, code, chart):
    """Observation, picture and scale of a hill: its ticks are the département's others."""
    seen = facts.own(code, chart)
    label = plain(f"{INDICATORS[chart].label}, {facts.when(seen)}")
    picture, colours = page.figure(label).drawing, key(page)
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


@pytest.mark.parametrize("chart", CHARTS)
def test_the_dark_half_of_the_hill_goes_from_quartile_to_quartile(page, code, chart):
    seen, picture, scale, colours = hill(page, code, chart)
    limits = facts.grid(chart, seen.year)
    (light,) = reading.coloured(picture, fill=colours["light"])
    (dark,) = reading.coloured(picture, fill=colours["dark"])
    assert [min(across(dark)), max(across(dark))] == approx(
        [scale(limits[25]), scale(limits[75])], abs=0.3
    )
    assert surface(dark) / surface(light) == approx(0.5, abs=0.07)


@pytest.mark.parametrize("chart", CHARTS)
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


@pytest.mark.parametrize("chart", CHARTS)
def test_the_hill_writes_the_same_numbers_as_its_table(page, code, chart):
    seen, picture, _, _ = hill(page, code, chart)
    median = facts.amount(facts.grid(chart, seen.year)[50], chart, seen.decimals)
    expected = {median, *(facts.shown(other) for other in same_year(seen))}
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
