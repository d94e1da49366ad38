"""Two neighbourhoods side by side: true to their tables, in no order, never compared too far."""

import re
from dataclasses import replace
from itertools import combinations

import browsing
import facts
import pytest
import reading
from facts import PLACES, as_shown, french, observations
from paper import letters, sheets

import qpvlib as qpv
from qpvlib.catalogue import QpvError
from qpvlib.diagnosis import between, comparison
from qpvlib.project import current
from qpvlib.publishing import demand, jobs, proof
from qpvlib.tables import indicators
from qpvlib.tables.areas import neighbourhood, neighbourhoods

# One with many figures and one with few, given in the other order than that of their names.
A, B = "QP045008", "QP045003"
NAMES = [PLACES[code].name for code in (B, A)]
RANKING = r"(?i)\bmieux\b|moins bien|meilleur|\bpires?\b|\d+e sur|(sur|des) (les )?19\b|palmarès"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Folder of the page, built as the command does."""
    reports = tmp_path_factory.mktemp("pair")
    (path,) = demand.build([jobs.side_by_side(A, B)], reports)
    assert path.name == "comparaison-qp045003-qp045008.html"
    return reports


@pytest.fixture
def page(folder):
    return reading.page(next(folder.glob("*.html")))


def rows(page):
    """Each row by its indicator: those on jobseekers leave them to the head above."""
    seekers = ", parmi les demandeurs d'emploi"
    labels = {code: reading.plain(facts.INDICATORS[code].label) for code in facts.HEADLINE}
    keys = {
        (label.removesuffix(seekers), label.endswith(seekers)): code
        for code, label in labels.items()
    }
    found = {}
    for row in page.table("Tableau 1").rows:
        inside = row.group == "Parmi les demandeurs d'emploi"
        (code,) = (
            code for (label, of), code in keys.items()
            if of == inside and row.head.startswith(f"{label} ")
        )  # fmt: skip
        found[code] = row
    return found


def said(one, other, code):
    """What the page must say of the two, worked out from the tables."""
    if None in (one.value, other.value):
        hidden = "censored" in (one.status, other.status)
        return "sous un seuil de publication" if hidden else "non publié"
    noises = [facts.noise(code, row.area) for row in (one, other)]
    if None in noises:
        return "bruit non mesuré"
    beyond = abs(as_shown(one) - as_shown(other)) > sum(noises)
    return "écart supérieur au bruit" if beyond else "comparables"


def test_each_landmark_has_both_values_of_one_year_and_what_the_noise_allows(page):
    shown = rows(page)
    assert list(shown) == sorted(
        facts.HEADLINE, key=lambda c: facts.INDICATORS[c].favourable == "none"
    )
    told = {}
    for code, row in shown.items():
        pair = [observations()[area, code, facts.leading(code)] for area in (B, A)]
        _, _, *own, state = row.cells.values()
        assert facts.when(pair[0]) in row.head
        assert f"QPV : {facts.median_shown(pair[0])}" in row.head
        for cell, one in zip(own, pair, strict=True):
            counts = (
                f"{french(one.numerator)} des {french(one.denominator)}" if facts.few(one) else ""
            )
            assert cell.startswith(counts or facts.shown(one))
        told[code] = said(*pair, code)
        assert state.startswith(told[code]), code
        if told[code] in ("écart supérieur au bruit", "comparables"):
            gap = abs(as_shown(pair[0]) - as_shown(pair[1]))
            assert french(gap, pair[0].decimals if gap else 0) in state or not gap
    assert {"écart supérieur au bruit", "comparables", "bruit non mesuré"} <= set(told.values())


def test_both_marks_are_where_their_values_are_a_disc_over_a_square(page):
    drawn = 0
    for code, row in rows(page).items():
        _, cell, *_ = row.elements.values()
        marks = cell.xpath(".//svg/svg")
        pair = [observations()[area, code, facts.leading(code)] for area in (B, A)]
        known = [one for one in pair if one.value is not None]
        edges = [float(facts.grid(code, facts.leading(code))[rank]) for rank in (10, 50, 90)]
        turn = -1 if facts.INDICATORS[code].favourable == "lower" else 1
        for mark, one in zip(marks, known, strict=True):
            x = 40 + turn * 34 * (float(one.value) - edges[1]) / (edges[2] - edges[0])
            if 1 <= x <= 99:
                assert reading.percent(mark.get("x")) == pytest.approx(x, abs=0.01), code
                assert mark[0].tag == ("circle" if one is pair[0] else "path")
                drawn += 1
    assert drawn > 30


def test_it_says_what_each_diagnosis_says(page, site):
    for code in (A, B):
        own = reading.page(site / f"{code.lower()}-{PLACES[code].slug}.html")
        brief = own.root.xpath("//p[contains(@class, 'lead')]")[0]
        assert reading.text(brief) in page.prose
        needs = own.root.xpath("//ol[contains(@class, 'points')]")[0]
        assert {reading.text(li) for li in needs} <= {
            reading.text(li) for li in page.root.xpath("//ol/li")
        }


def test_nothing_is_ranked(page):
    words = " ".join([*page.prose, *page.written])
    assert re.search(RANKING, words) is None
    assert "rien ici ne les classe" in words
    assert [text for text in page.prose if text in NAMES] == NAMES  # in alphabetical order


def test_the_order_given_changes_nothing():
    assert qpv.side_by_side(A, B).html == qpv.side_by_side(neighbourhood(B), A).html
    assert jobs.side_by_side(A, B) == jobs.side_by_side("QN04512M", A)


def test_the_page_is_proven_and_a_figure_typed_over_is_found(folder, tmp_path):
    job = jobs.side_by_side(A, B)
    assert proof.page_defects(folder, job) == []
    html = (folder / job.file).read_text("utf-8")
    (tmp_path / job.file).write_text(html.replace("<b>51,8", "<b>15,8", 1), "utf-8")
    (defect,) = proof.page_defects(tmp_path, job)
    assert "montre 15,8 là où les tables donnent 51,8" in defect


# --- what two figures allow to say ---------------------------------------------------------------


def positions(code, years=None):
    place = neighbourhood(code)
    return comparison.compare(indicators.observations(around=place), place, years)


def test_where_the_years_differ_it_is_the_last_that_both_publish():
    first, second = positions(A), positions(B, {"taux_pauvrete": 2018})
    (pair,) = between.pairs(first, second, ["taux_pauvrete"]).values()
    known = [{r.year for r in facts.series(code, "taux_pauvrete") if r.value} for code in (A, B)]
    last = max(known[0] & known[1])
    assert (pair.first.year, pair.second.year) == (last, last)
    assert pair.first.value == pytest.approx(float(observations()[A, pair.code, last].value))
    assert pair.first.median == pytest.approx(float(facts.grid(pair.code, last)[50]))


def test_without_a_year_of_both_each_has_its_own_and_nothing_is_compared(monkeypatch):
    monkeypatch.setattr(between, "_common", lambda *_: None)
    first, second = positions(A), positions(B, {"taux_pauvrete": 2018})
    (pair,) = between.pairs(first, second, ["taux_pauvrete"]).values()
    assert {pair.first.year, pair.second.year} == {2018, facts.leading("taux_pauvrete")}
    assert pair.state == "apart"


def test_every_gap_is_beyond_the_noise_of_both_added_or_alike():
    """Over the 171 pairs of the Loiret; a gap equal to the noise is not beyond it."""
    read = {code: positions(code) for code in PLACES}
    seen = set()
    for one, other in combinations(PLACES, 2):
        for code, pair in between.pairs(read[one], read[other], facts.HEADLINE).items():
            both = [observations()[area, code, pair.first.year] for area in (one, other)]
            due = {"écart supérieur au bruit": "beyond", "comparables": "alike"}
            if pair.state in ("beyond", "alike"):
                assert pair.state == due[said(*both, code)], (one, other, code)
            seen.add(pair.state)
    assert seen >= {"beyond", "alike", "unmeasured", "bound"}


def test_a_gap_of_few_people_is_to_be_confirmed():
    (pair,) = between.pairs(positions(A), positions(B), ["demandeurs_bac_plus"]).values()
    assert not pair.unsure
    assert replace(pair, first=replace(pair.first, denominator=99)).unsure


def test_twice_the_same_is_refused():
    with pytest.raises(QpvError, match=r"La Source \(QP045010\) est donné deux fois"):
        qpv.side_by_side("QP045010", "QN04505M")


def test_two_of_other_departements_stand_side_by_side_too(metropole):
    first, *others = neighbourhoods().values()
    second = next(place for place in others if place.departement != first.departement)
    shown = qpv.side_by_side(second.code, first.code)
    assert set(shown.data.area) == {first.code, second.code}
    assert jobs.side_by_side(first.code, second.code).page.links[0][0] in (first.page, second.page)


def test_altered_tables_make_no_page(tmp_path, opened):
    for path in current().tidy.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    table = tmp_path / "observations.csv"
    table.write_text(table.read_text("utf-8").replace("QP045010,2015,taux", "QP045010,2015,tau"))
    opened(tidy=tmp_path)
    with pytest.raises(QpvError, match="dans les tables ; rien n'a été construit"):
        demand.build([jobs.side_by_side(A, B)], tmp_path / "reports")
    assert not (tmp_path / "reports").exists()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360, 320])
def test_the_page_is_read_by_all_on_a_phone_too(folder, chromium, width):
    tab = chromium.new_page(viewport={"width": width, "height": 740})
    tab.goto(next(folder.glob("*.html")).as_uri())
    browsing.opened(tab, True)
    assert browsing.doubts(tab) + tab.evaluate(browsing.OVERFLOW) == []


@pytest.mark.browser
def test_printed_it_is_two_sides_at_most_and_no_letter_is_under_six_points_and_a_half(
    folder, chromium
):
    tab = chromium.new_page()
    tab.goto(next(folder.glob("*.html")).as_uri())
    printed = sheets(tab)
    tab.close()
    assert len(printed) <= 2
    assert min(size for sheet in printed for size, *_ in letters(sheet)) >= 6.48
