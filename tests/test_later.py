"""The pages of the perimeters of 2024, read apart: their figures, and what 2015 gives them."""

import math
import re
from decimal import Decimal
from functools import cache

import facts
import pytest
import reading
from facts import INDICATORS, PLACES, french
from nineteen import GIEN, LIGNEROLLES, plain
from shapely import hausdorff_distance

import qpvlib as qpv
from qpvlib import pages
from qpvlib.catalogue import QpvError
from qpvlib.diagnosis import carried
from qpvlib.diagnosis import reading as readings
from qpvlib.publishing import jobs
from qpvlib.publishing.job import FILES

BEFORE = {place.successor: code for code, place in PLACES.items()}
EVERY = pytest.mark.parametrize("code", sorted(BEFORE))
SAME = {code for code in BEFORE if code.endswith("I")}
COUNTS = {"population", "allocataires_caf", "personnes_couvertes_caf", "logements_sociaux"}
NATIONALITY = {"etrangers", "immigres"}
# Simplified outlines have 94 % at least of the exact ones; a share is told within 25 points.
ERROR, WIDTH = Decimal(6), Decimal(25)


@cache
def own(code):
    """Observations of a perimeter of 2024, by indicator."""
    every = facts.observations() | facts.later()
    return {row.indicator: row for (area, *_), row in every.items() if area == code}


@cache
def root(code):
    """The page as blocks, without the frame of the site."""
    place = qpv.neighbourhood(code)
    positions = qpv.compared(place)
    return {
        "figures": pages.later_figures(place, positions),
        "identity": pages.later_identity(place, positions),
        "changed": pages.later_changed(place, qpv.figures.contours_2024(place)),
        "missing": pages.later_missing(place, positions),
    }


def table(code, name):
    return reading._table(reading.html.fromstring(root(code)[name].html).xpath(".//table")[0])


def shown(row, value):
    return plain(facts.amount(value, row.indicator, row.decimals))


@EVERY
def test_each_figure_is_its_own_among_those_of_2024(code):
    lines = table(code, "figures").rows
    expected = {plain(INDICATORS[name].label): row for name, row in own(code).items()
                if name not in COUNTS}  # fmt: skip
    labels = [re.sub(r"(¹| \d{4})$", "", line.head) for line in lines]
    assert sorted(labels) == sorted(expected)
    for label, line in zip(labels, lines, strict=True):
        row, (_, _, value, middle, read) = expected[label], line.cells.values()
        grid = facts.later_grids()[row.indicator, row.year]
        low, half, high = (shown(row, Decimal(grid.__dict__[p])) for p in ("p25", "p50", "p75"))
        assert middle == f"{half} ({low} à {high})"
        assert line.head.endswith("¹") == (row.year_status == "unknown")
        assert line.head.endswith(str(row.year)) == (row.year_status == "verified")
        if row.value is None:
            assert value == "non publié"
            continue
        counts = ""
        if row.denominator is not None:
            counts = f" {french(row.numerator)} des {french(row.denominator)}"
        assert value == shown(row, row.value) + counts
        assert told(read) == verdict(row, grid), label


def told(read):
    """How a cell reads: its verdict, whether it is to be confirmed."""
    found = re.match(r"[▲▼○] (plus élevé|plus bas|comparable)", read)
    assert "nettement" not in read
    return found and (found[1], "à confirmer" in read)


def verdict(row, grid):
    """Outside the middle half, always to be confirmed: no second year measures the noise."""
    if INDICATORS[row.indicator].favourable == "none":
        return None
    if Decimal(grid.p25) <= row.value <= Decimal(grid.p75):
        return "comparable", False
    return ("plus élevé" if row.value > Decimal(grid.p75) else "plus bas"), True


@EVERY
def test_no_one_is_placed_by_nationality(code):
    for line in table(code, "figures").rows:
        row = line.elements["Indicateur, année"]
        one = next((n for n in NATIONALITY if plain(INDICATORS[n].label) in reading.text(row)), "")
        if one:
            assert not line.elements[list(line.cells)[1]].xpath(".//svg")
            assert "sur 100" not in [*line.cells.values()][-1]


@EVERY
def test_the_identity_has_its_counts_and_its_area(code):
    words = plain(reading.text(reading.html.fromstring(root(code)["identity"].html)))
    for name in ("population", "logements_sociaux", "personnes_couvertes_caf"):
        assert french(own(code)[name].value) in words
    before, after = PLACES[BEFORE[code]].area_ha, facts.outlines(BEFORE[code])[1].area / 1e4
    area = french(Decimal(before), 1) if code in SAME else french(Decimal(after))
    assert f"{area} ha" in words
    assert ("contour simplifié" in words) == (code not in SAME)


# --- what 2015 gives -----------------------------------------------------------------------------


def overlap(code):
    """Areas of both contours, and of what they have in common."""
    before, after = facts.outlines(BEFORE[code])
    return before.area, after.area, before.intersection(after).area


@EVERY
def test_a_figure_of_2015_holds_on_the_same_contour_and_is_bounded_on_another(code):
    lines = table(code, "missing").by_head
    area, after, common = (Decimal(size) for size in overlap(code))
    part = max(common / after - ERROR / 100, Decimal(0))
    for name in ("c2s", "taux_emploi_femmes", "population", "niveau_vie_median"):
        row = facts.own(BEFORE[code], name) if name != "population" else (
            facts.series(BEFORE[code], name)[-1])  # fmt: skip
        label = next(head for head in lines if head.startswith(plain(INDICATORS[name].label)))
        _, was, here = lines[label].cells.values()
        assert was == plain(facts.shown(row))
        later = own(code).get(name)
        if code in SAME:
            assert here == (f"{french(later.value)} ({later.year})" if later else "le même")
        elif name == "niveau_vie_median":
            assert here == "non estimé"
        elif name == "population":
            high = row.value * (1 + (after - common) / area)
            ends = 10 * math.floor(row.value / 10), 10 * math.ceil(high / 10)
            assert here == "de {} à {}".format(*map(french, ends))
        elif 100 * (1 - part) > WIDTH:
            assert here == "non estimé"
        else:
            low, high = part * row.value, part * row.value + 100 * (1 - part)
            assert here == f"de {math.floor(low)} à {math.ceil(high)} %"


@EVERY
def test_what_is_published_on_another_contour_is_never_set_beside_that_of_2015(code):
    codes = {one.reading.code for one in carried.carried(qpv.neighbourhood(code))}
    both = codes & set(own(code)) - {"population"}
    assert both == ({"taux_pauvrete", "taux_emploi", "menages_une_personne", "rsa_allocataires"}
                    if code in SAME else set())  # fmt: skip


@EVERY
def test_what_enters_is_told_with_its_bounds_where_it_can_be_seen(code):
    words = plain(root(code)["changed"].html)
    area, after, common = overlap(code)
    found = re.search(r"ajoute, environ (\d+) ha, aurait compté de 0 à ([\d ]+) habitants", words)
    assert bool(found) == (code not in SAME and (after - common) / after > float(ERROR) / 100)
    letter = {"I": "I, se lit « inchangé »", "M": "M, se lit « modifié »"}[code[-1]]
    assert letter in words
    if found:
        people = float(facts.series(BEFORE[code], "population")[-1].value)
        assert int(found[1]) == round((after - common) / 1e4)
        most = people * (after - common) / area
        assert int(found[2].replace(" ", "")) == 10 * math.ceil(most / 10)
        assert "estimation" in words
    far = hausdorff_distance(*facts.outlines(BEFORE[code]), densify=0.01) >= 50
    assert ("tireté" in words) == (code not in SAME)
    assert not (found and not far)


# What was published in 2020 of each contour is within what the estimates of 2018 allow.
@EVERY
def test_the_population_published_later_is_about_within_its_bounds(code):
    people = carried.carried(qpv.neighbourhood(code))[0]
    later = float(own(code)["population"].value)
    assert 0.93 * people.low <= later <= 1.08 * people.high


# --- together ------------------------------------------------------------------------------------


def test_the_list_has_each_perimeter_its_page_and_that_of_2015():
    found = reading.html.fromstring(pages.later_list().html)
    rows = reading._table(found.xpath("descendant-or-self::table")[0]).rows
    assert len(rows) == 19
    for row in rows:
        code = re.search(r"QN045\w+", row.head)[0]
        links = [link.get("href") for cell in row.elements.values() for link in cell.iter("a")]
        assert links == [qpv.neighbourhood(code).page, qpv.neighbourhood(BEFORE[code]).page]
        assert french(own(code)["population"].value) == row.cells["Habitants, 2020"]
        assert row.cells["Contour"].startswith("inchangé" if code in SAME else "modifié")
    names = [re.sub(r"^\d+ ", "", row.head) for row in rows if row.group == rows[0].group]
    assert names == sorted(names)


def test_the_totals_are_those_that_the_state_tells():
    words = plain(pages.later_map(qpv.figures.overview("2024")).html)
    assert "19 quartiers prioritaires" in words
    assert "50 076 habitants en 2020" in words
    assert "pour 4 d'entre eux, modifié pour 15" in words
    assert {
        int(row.n) for row in facts.later_grids().values() if row.indicator == "population"
    } == {1362}


# --- apart ---------------------------------------------------------------------------------------


def test_a_perimeter_of_2024_is_compared_with_no_other_generation():
    place = qpv.neighbourhood("QN04505M")
    assert set(qpv.observations(around=place).generation) == {"2024"}
    found = qpv.compared(place)
    assert set(found.benchmark) == {"metropole_qpv", "peers"}
    assert found.noise.isna().all()
    one = readings.read(place, "taux_pauvrete")
    assert (one.limits.n, one.solidity) == (1299, "confirm")
    assert set(qpv.compared(qpv.neighbourhood("QP045010")).area) == {"QP045010"}


def test_pages_of_2015_do_not_depend_on_figures_of_2024_alone(tmp_path, opened):
    import shutil

    from qpvlib.project import current
    from qpvlib.publishing import inputs

    after = qpv.neighbourhood("QN04505M")
    of = jobs.diagnosis(qpv.neighbourhood("QP045010")), jobs.perimeter(after)
    before = [inputs.of(job) for job in of]
    tidy = shutil.copytree(current().tidy, tmp_path / "tidy")
    place = tidy / "observations_2024.csv"
    text = place.read_text("utf-8")
    changed = re.sub(r"(QN04505M,2024,etrangers.*?,)35\.8,", r"\g<1>36.8,", text)
    assert changed != text
    place.write_text(changed, "utf-8")
    opened(tidy=tidy)
    same, other = (now == then for now, then in zip(map(inputs.of, of), before, strict=True))
    assert (same, other) == (True, False)


def test_jobs_of_a_code_of_2024_are_its_page_and_both_indexes(tmp_path):
    files = [job.file for job in jobs.of(["QN04516I"], True)]
    assert files == [FILES["perimeters"], FILES["index"], "qn04516i-champs-de-la-ville.html"]
    assert [job.file for job in jobs.of([GIEN])] == [
        FILES["index"], qpv.neighbourhood(GIEN).page,
        f"donnees/{qpv.neighbourhood(GIEN).page.replace('.html', '.zip')}",
    ]  # fmt: skip
    assert jobs.later_in(tmp_path, ["qn04516i"])
    assert not jobs.later_in(tmp_path, [GIEN])
    assert len(jobs.of(None, True)) == len(jobs.of(None)) + 20
    assert dict(jobs.index(later=True).page.links).get(FILES["perimeters"])
    assert not dict(jobs.index().page.links).get(FILES["perimeters"])


def test_the_notebook_of_one_generation_refuses_the_other():
    from qpvlib.publishing.execution import checked

    assert checked("perimetre_2024.ipynb", {"code": "qn04516i"}) == {"code": "QN04516I"}
    assert checked("diagnostic.ipynb", {"code": "QN04516I"}) == {"code": GIEN}
    with pytest.raises(QpvError, match="QN04503M"):
        checked("perimetre_2024.ipynb", {"code": LIGNEROLLES})


@pytest.mark.acceptance
def test_once_built_they_are_of_the_site_and_proven(tmp_path):
    from qpvlib.publishing import proof, site

    reports = tmp_path / "reports"
    built = site.build(["QN04516I"], reports)
    assert (built.failures, len(built.made)) == ([], 3)
    whole = site.build(None, reports)
    assert whole.failures == []
    assert len([*reports.glob("qn045*.html")]) == 19
    assert FILES["perimeters"] in (reports / FILES["index"]).read_text("utf-8")
    assert proof.defects(reports) == []
    assert len(site.build(None, reports).unchanged) == 70
    page = reports / "qn04516i-champs-de-la-ville.html"
    page.write_text(page.read_text("utf-8").replace("33,5", "35,3"), "utf-8")
    assert any("qn04516i" in fault and "35,3" in fault for fault in proof.defects(reports))
