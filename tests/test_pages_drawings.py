"""Where the rows of the landmarks and the index put marks, bands and noise.

Each drawing gives its own scale by two positions that are known; the others must follow, against
percentiles computed apart.
"""

import facts
import judgements
import pytest
import reading
from drawings import Scale, key, others, same_year, shape, svgs
from facts import HEADLINE, INDICATORS, PLACES
from reading import percent, plain, points

approx = pytest.approx


# --- the rows of the landmarks -----------------------------------------------------------------


def drawn_rows(page, code):
    """Observation and drawing of each landmark."""
    rows = {row.head: row for row in page.table("Tableau 1.").rows}
    for indicator in HEADLINE:
        seen = facts.own(code, indicator)
        if seen:
            head = plain(facts.landmark(seen))
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
