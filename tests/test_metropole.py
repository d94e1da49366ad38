"""Every rule beyond the Loiret: sixty metropolitan QPV, small, large, Corsican, in any clone."""

import re
from functools import cache

import metropole
import pandas as pd
import pytest
from nineteen import plain
from test_elsewhere import HOME
from test_wording import banned

from qpvlib import figures, pages
from qpvlib.catalogue import catalogue
from qpvlib.diagnosis import comparison, findings, needs, reading, traits
from qpvlib.roadmap import stands
from qpvlib.tables import indicators
from qpvlib.tables.areas import neighbourhood

every = pytest.mark.parametrize("code", metropole.CODES)


@pytest.fixture(autouse=True)
def _opened(metropole):
    """The sixty in place of the project's tables."""


@cache
def told(code):
    """Positions, readings and findings of a neighbourhood."""
    place = neighbourhood(code)
    positions = comparison.compare(indicators.observations(around=place), place)
    return positions, reading.readings(positions), findings.findings(positions)


@cache
def page(code):
    """Every exhibit of a diagnosis, in the order of the notebook."""
    place, (positions, _, found) = neighbourhood(code), told(code)
    observed = indicators.observations(around=place)
    return [
        pages.header(place), pages.brief(place, positions),
        pages.identity(place, observed, positions), figures.locator(place),
        pages.needs(place, found, positions), pages.proposals(place, positions),
        pages.landmarks(place, positions),
        figures.trends(place), pages.under_way(place), pages.contours(place),
        pages.unmeasured(place),
        pages.theme_details(place, positions), pages.series_details(place, observed),
        pages.nearby(place), pages.around(place), pages.around_details(place),
        pages.sources(place, positions, observed),
    ]  # fmt: skip


def words(code):
    """What the page says, alternative texts included."""
    html = "".join(exhibit.html for exhibit in page(code))
    return plain(" ".join([html, *re.findall(r'alt="([^"]*)"', html)]))


# --- whole pages -------------------------------------------------------------------------------


@every
def test_every_block_of_a_page_is_made_and_says_nothing_raw(code):
    said = words(code)
    assert len(said) > 10_000
    assert re.findall(r"\{\w*\}|\b(?:None|nan|NaN|inf)\b|\b[a-z]+_[a-z_]+\b|\(\)|  ", said) == []
    assert "Loiret" not in said.replace(HOME, "")  # whose the declared programmes are


@every
def test_no_block_that_is_read_first_has_a_banned_word(code):
    first = " ".join(exhibit.html for exhibit in page(code)[:8] if exhibit.title)
    assert banned(plain(re.sub(re.escape(neighbourhood(code).name), "", first))) == []
    for sentence in told(code)[2].sentence:
        assert banned(sentence) == []


# --- what is said of a figure ------------------------------------------------------------------


@every
def test_no_value_is_shown_where_none_is_published(code):
    published = metropole.part("observations").set_index(["area", "indicator", "year"])
    for one in told(code)[1].values():
        row = published.loc[(code, one.code, str(one.year))]
        assert one.published == (row.value != "")
        if row.status == "censored":  # a bound, told as such
            bound = f"{100 * float(row.numerator) / float(row.denominator):.1f}".replace(".", ",")
            assert (plain(one.brief), plain(one.amount)) == (f"< {bound} %", f"moins de {bound} %")
        elif not one.published:
            assert (one.brief, one.amount) == ("n. p.", "non publié")
            blank = r"non publié pour ce quartier( \(note \d du fichier\))?\.$"
            assert re.search(blank, one.sentence)


@every
def test_no_asset_is_of_what_a_need_tells(code):
    positions, _, found = told(code)
    needed = {code for need in needs.needs(positions) for code in need.codes}
    held = {point.indicator for point in findings.strengths(found, neighbourhood(code))}
    assert needed & held == set()


@every
def test_a_trait_is_rare_whoever_it_is_of(code):
    for trait in traits.traits(told(code)[0]):
        assert trait.code in ALLOWED
        assert trait.sentence.endswith(".")
        if trait.look == "metropole":
            share = trait.reading.percentile
            assert share >= 90 if trait.side == "higher" else share <= 10


ALLOWED = {c for f in catalogue().traits.values() for c in f.indicators} | {"population"}


@every
def test_every_neighbourhood_is_asked_something(code):
    found = stands.plan(told(code)[0])
    assert 1 <= len(found.questions) <= 3
    assert len(found.proposals) <= 3
    assert [o.topic for o in found.proposals if o.topic] == [n.topic for n in found.portrait.needs]


@every
def test_a_rank_is_true_of_every_neighbourhood_counted_one_by_one(code):
    counted = metropole.part("ranks").set_index(["area", "indicator", "year"])
    checked = 0
    for one in told(code)[1].values():
        if not one.rank:
            continue
        row = counted.loc[(code, one.code, str(one.year))]
        below, above = (100 * int(row[side]) / int(row.n) for side in ("below", "above"))
        for share, side in ((below, "plus élevé que dans"), (above, "plus bas que dans")):
            if said := re.search(rf"{side} (\d+)", one.rank):
                assert share - int(said[1]) > -0.2, (one.code, one.rank, share)
                assert share - int(said[1]) < 1.2 or one.cut
        if "autant" in one.rank:
            assert abs(below - above) < 2.2, (one.code, below, above)
        checked += 1
    assert checked > 15


@every
def test_a_count_alone_is_never_read_against_a_percentage(code):
    for one in told(code)[1].values():
        if one.few and one.published and one.verdict != "not_compared":
            told_of = plain(one.sentence)
            shares = re.findall(r"\d %", told_of)
            assert len(re.findall(r"\d %, l'équivalent de \d+ sur \d+", told_of)) == len(shares)
            assert "(médiane " in one.brief


def test_some_counts_are_alone():
    alone = [(code, one.code) for code in metropole.CODES for one in told(code)[1].values()
             if one.few and one.published]  # fmt: skip
    assert len(alone) >= 1


# --- the sixty themselves ----------------------------------------------------------------------


def test_the_sixty_are_of_every_size_and_everywhere():
    places = metropole.part("neighbourhoods")
    assert 55 <= len(places) <= 64
    assert set(places.size_class) == {"0-2499", "2500-4999", "5000+"}
    assert {"2A", "2B", "75"} <= set(places.departement)
    assert set(metropole.LEAPS) <= set(places.code)
    assert metropole.FILE.stat().st_size < 1_000_000
    rows = metropole._rows()
    assert (rows.source != "").all()
    known = catalogue().sources
    observed = rows[rows.table == "observations"].source.str.partition("/")[0]
    assert set(observed) <= set(known)


def test_a_name_out_of_the_table_is_said_with_its_noun():
    assert {neighbourhood(code).of for code in ("QP025002", "QP091035")} == {
        "du quartier Grette", "du quartier Sud",
    }  # fmt: skip
    assert pd.Series(metropole.CODES).map(lambda code: neighbourhood(code).of[:12]).eq(
        "du quartier "
    ).all()  # fmt: skip
