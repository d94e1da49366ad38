"""More areas in the tables, and a neighbourhood outside the home département."""

import re
import shutil

import pytest
from bs4 import BeautifulSoup
from elsewhere import TWIN, tables
from nineteen import CODES, GIEN, plain

from qpvlib import figures, pages
from qpvlib.diagnosis import comparison, findings
from qpvlib.figures import atlas, land
from qpvlib.project import current
from qpvlib.tables import areas, indicators, tidy
from qpvlib.tables.areas import neighbourhood
from qpvlib.tables.construction import places

HOME = "les dispositifs déclarés ne sont que ceux du Loiret ; à compléter."


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    """Tables with every neighbourhood twice: in the Loiret, and in an invented département."""
    return tables(tmp_path_factory.mktemp("twice") / "tidy")


@pytest.fixture
def elsewhere(twice, opened):
    """The same, in place of the project's tables."""
    opened(tidy=twice)


def page(code):
    """Every exhibit of a diagnosis."""
    place = neighbourhood(code)
    observed = indicators.observations(around=place)
    positions = comparison.compare(observed, place)
    found = findings.findings(positions)
    return [
        pages.header(place), pages.brief(place, positions),
        pages.identity(place, observed, positions), figures.locator(place),
        pages.needs(place, found, positions), pages.proposals(place, positions),
        pages.footnotes(place, positions), pages.landmarks(place, positions),
        figures.trends(place),
        pages.under_way(place), pages.contours(place),
        pages.unmeasured(place), pages.theme_details(place, positions),
        pages.series_details(place, observed), pages.nearby(place), pages.around(place),
        pages.around_details(place), pages.sources(place, positions, observed),
    ]  # fmt: skip


def test_a_page_is_the_same_whatever_else_the_tables_hold(twice, opened):
    # The perimeter map is left out: the twin lies exactly there, and is drawn.
    before = {e.title: e.html for e in page(GIEN)}
    opened(tidy=twice)
    after = {e.title: e.html for e in page(GIEN)}
    assert len(areas.neighbourhoods()) == 2 * len(CODES)
    assert {title for title in before if before[title] != after[title]} <= {
        figures.locator(neighbourhood(GIEN)).title
    }


def test_a_page_is_given_as_many_rows_whatever_else_the_tables_hold(twice, opened):
    alone = len(indicators.observations(around=neighbourhood(GIEN)))
    assert 0 < alone < len(indicators.observations())
    opened(tidy=twice)
    assert len(indicators.observations(around=neighbourhood(GIEN))) == alone


def test_around_is_all_that_a_comparison_reads():
    place = neighbourhood(GIEN)
    few, all_of_them = indicators.observations(around=place), indicators.observations()
    assert comparison.compare(few, place).equals(comparison.compare(all_of_them, place))
    assert set(few.area) >= {GIEN, place.successor, "45155", "D45", "R24", "FR"}


def test_changing_a_table_changes_no_other_reading():
    rows = tidy.table("observations")
    rows["value"] = 0.0
    assert not (tidy.table("observations").value == 0).all()


def test_siblings_are_those_of_the_departement(elsewhere):
    assert areas.siblings(neighbourhood(GIEN)) == tuple(CODES)
    assert {code[:5] for code in areas.siblings(neighbourhood(TWIN))} == {"QP099"}
    communes = neighbourhood(TWIN).communes
    assert areas.sharing(communes) == (TWIN, "QP099017")  # the two of Gien


def test_without_outlines_the_perimeter_alone_is_drawn(elsewhere):
    exhibit = figures.locator(neighbourhood(TWIN))
    assert exhibit.html.count("<img") == 1
    assert "Carte du périmètre du quartier Champ de la Ville" in exhibit.alt
    assert "moins de" not in plain(exhibit.alt)  # no list covers it: nothing is said absent
    assert len(re.findall("<img", figures.locator(neighbourhood(GIEN)).html)) == 3


def test_tables_without_any_outline_are_drawn_too(twice, tmp_path, opened):
    bare = shutil.copytree(twice, tmp_path / "bare")
    (bare / "outlines.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    opened(tidy=bare)
    assert figures.locator(neighbourhood(GIEN)).html.count("<img") == 1
    assert "<svg" in atlas.overview_svg()


def test_only_perimeters_in_the_frame_are_brought_to_the_picture():
    a, b, c, d = land.perimeters()[GIEN].bounds
    window = land.Window((a, b, c, d), (0, 0, 100, 100))
    assert set(land.around(window, (0, 0, 100, 100)).index) == {GIEN}


def test_a_page_of_another_departement_says_nothing_of_home(elsewhere):
    soup = BeautifulSoup("".join(exhibit.html for exhibit in page(TWIN)), "html.parser")
    words = plain(str(soup))
    # But for whose the declared programmes are: no other département's are known.
    assert words.count(HOME) == 1
    words = words.replace(HOME, "")
    assert "La suite de ce quartier en 2024 n'est pas connue ici." in words
    assert "Loiret" not in words + str([image["alt"] for image in soup("img")])
    assert "Politique de la ville · Ailleurs" in words
    assert "les 19 du département" in words
    assert "distance à l'hôpital" not in words
    assert "ne couvrent pas ce département" in words
    assert not [tag for tag in soup(["p", "li", "dd", "h2"]) if not tag.get_text(strip=True)]


def test_the_only_one_of_its_departement_is_said_to_be(monkeypatch):
    monkeypatch.setattr(comparison, "siblings", lambda place: (place.code,))
    place = neighbourhood(GIEN)
    positions = comparison.compare(indicators.observations(around=place), place)
    peers = positions[positions.benchmark == "peers"]
    assert set(peers.benchmark_name) == {"le seul quartier du département"}


def test_a_list_says_nothing_of_the_departements_it_does_not_cover():
    import geopandas

    shapes = geopandas.GeoDataFrame({"area": [GIEN, "QP02A001", "QP028001"]})
    assert places._covered(shapes, "hopital")["area"].tolist() == [GIEN]
    assert len(places._covered(shapes, "college")) == 3


def test_tables_of_two_folders_do_not_mix(twice, opened):
    assert TWIN not in areas.neighbourhoods()
    opened(tidy=twice)
    assert TWIN in areas.neighbourhoods()
    assert current().tidy == twice
