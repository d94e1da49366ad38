"""The feuille de route: its numbers are the tables'; counts add up by contract, nothing else."""

import re
from functools import cache

import facts
import pytest
from bs4 import BeautifulSoup
from nineteen import CODES, GIEN, compared, plain
from reading import plain as even
from test_wording import banned

from qpvlib import pages
from qpvlib.catalogue import axes, wording
from qpvlib.pages.cells import by_group
from qpvlib.roadmap import objectives, stands
from qpvlib.tables.areas import neighbourhood, neighbourhoods


@cache
def plans(scheme=None):
    return {code: stands.plan(compared(code), scheme) for code in CODES}


def told(found):
    """What plans say, by neighbourhood."""
    return {
        code: [(o.pattern, o.text, o.public, o.finding, o.follow, o.axes) for o in plan.objectives]
        + [(stand.code, stand.status, stand.figures) for stand in plan.stands]
        for code, plan in found.items()
    }


@pytest.mark.parametrize("scheme", [None, "locales_2024_2030"])
def test_plans_computed_once_are_those_of_all_the_observations(scheme):
    assert told(stands.all_plans(scheme=scheme)) == told(plans(scheme))
    one = {GIEN: stands.plan_of(neighbourhood(GIEN), scheme)}
    assert told(one) == {GIEN: told(plans(scheme))[GIEN]}


def soup(exhibit):
    return BeautifulSoup(exhibit.html, "html.parser")


# --- follow-up ------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_follow_up_is_published_for_the_neighbourhood_or_a_count(code):
    """The latest year of the indicator, its value as published; where it is not, a count alone."""
    for one in plans()[code].objectives:
        pattern, told = axes.declared().patterns[one.pattern], even(one.follow)
        assert told.endswith(even(f"Nombre à relever : {pattern.action}."))
        published = [c for c in pattern.follow if newest(code, c)]
        assert bool(published) == (told.count(". ") >= 1)
        for indicator in published[:1]:
            row = newest(code, indicator)
            assert facts.shown(row) in told or facts.french(row.numerator) in told
            assert facts.when(row) in told


def newest(code, indicator):
    """The row of the latest year that the metropolitan QPV have, if the neighbourhood's is told."""
    year = max(year for name, year in facts.grids() if name == indicator)
    row = facts.observations().get((code, indicator, year))
    return row if row and (row.value is not None or row.status == "censored") else None


def test_what_is_not_published_is_not_followed():
    # Poverty 2021, the latest edition, is not published for La Chaussée's seven likes.
    published = [code for code in CODES if objectives.latest(neighbourhood(code), "taux_pauvrete")]
    assert len(published) == 12
    pattern, gone = axes.declared().patterns["droits"], sorted(set(CODES) - set(published))[0]
    assert objectives.follow_up(neighbourhood(gone), pattern).startswith("Nombre à relever")
    assert "61" in objectives.follow_up(neighbourhood(GIEN), pattern)


def contract(code):
    return [p for p in neighbourhoods().values() if p.contract_code == code]


@pytest.mark.parametrize(("code", "people"), [
    ("CN04505M", 31079), ("CN04501I", 10732), ("CN04504I", 2790), ("CN04502M", 2587),
    ("CN04503M", 1391),
])  # fmt: skip
def test_counts_add_up_by_contract_as_published(code, people):
    assert stands.total("population", contract(code)).value == people


def test_shares_add_up_through_their_counts_and_nothing_else_does():
    places = contract("CN04504I")
    rows = [objectives.latest(p, "demandeurs_sans_cap_bep") for p in places]
    total = stands.total("demandeurs_sans_cap_bep", places)
    assert total.numerator == sum(one.numerator for one in rows)
    assert total.value == pytest.approx(100 * total.numerator / total.denominator)
    assert stands.total("niveau_vie_median", places).value is None
    assert stands.total("taux_emploi_femmes", places).value is None


def test_one_unpublished_neighbourhood_and_there_is_no_total(monkeypatch):
    places, whole = contract("CN04504I"), stands.latest
    monkeypatch.setattr(stands, "latest", lambda p, c: None if p is places[0] else whole(p, c))
    total = stands.total("demandeurs_sans_cap_bep", places)
    assert (total.value, total.published, total.places) == (None, 1, 2)


# --- the matrix -------------------------------------------------------------------------------


def test_the_matrix_has_every_neighbourhood_and_no_ranking():
    html = pages.matrix(plans()).html
    for _, places in by_group():
        names = [p.name for p in places]
        assert names == sorted(names)
        assert all(p.page in html for p in places)
    assert "ne sert pas à répartir des crédits" in plain(html)
    assert banned(plain(html)) == []


def test_each_cell_of_the_matrix_is_the_axis_as_it_stands():
    words = {"carried": "dans un autre axe", "gap": "un écart, hors des trois besoins",
             "no_gap": "sans écart", "undocumented": "non documenté"}  # fmt: skip
    page = soup(pages.matrix(plans()))
    head = [even(th.get_text()) for th in page.select("thead th")][1:]
    rows = {row.a["href"]: row for row in page.select("tbody tr") if row.a}
    assert len(rows) == 19
    for code, plan in plans().items():
        cells = rows[neighbourhood(code).page].select("td")
        shown = [stand for stand in plan.stands if even(stand.axis.short) in head]
        assert {s.status for s in plan.stands if s not in shown} == {"undocumented"}
        for stand in shown:
            told = even(cells[head.index(even(stand.axis.short))].get_text(" "))
            sure = "" if stand.solidity == "solid" else " à confirmer"
            expected = f"{stand.rank}{sure}" if stand.rank else words[stand.status]
            assert told == expected, (code, stand.code)


def test_every_status_is_met():
    assert {s.status for plan in plans().values() for s in plan.stands} == {
        "proposed", "carried", "gap", "no_gap", "undocumented",
    }  # fmt: skip


def test_an_axis_counts_the_neighbourhoods_that_have_an_objective_of_its_own():
    told = even(plain(pages.shared(plans()).html))
    for code, axis in axes.scheme().axes.items():
        own = [p for p in plans().values() if any(o.axes[:1] == (code,) for o in p.proposals)]
        solid = [
            p for p in own
            if any(o.axes[:1] == (code,) and o.solidity == "solid" for o in p.proposals)
        ]  # fmt: skip
        if len(own) > 1:
            line = f"{axis.label} : un objectif dans {len(own)} quartiers sur 19"
            line += f", dont {len(solid)} de façon solide" if solid else ""
            assert even(line) in told


# --- one page per contract ----------------------------------------------------------------------


def test_each_contract_has_one_page():
    html = pages.contracts(plans()).html
    assert html.count('<div class="contract">') == len(by_group()) == 5
    assert banned(plain(html)) == []


def sheets(page):
    """Each contract: its neighbourhoods' plans, its text, the rows of its tables by caption."""
    for (_, places), block in zip(by_group(), page.select(".contract"), strict=True):
        tables = {
            even(table.caption.contents[0]): table.select("tbody tr")
            for table in block.select("table")
        }
        yield [plans()[place.code] for place in places], even(block.get_text(" ")), tables


def lines(cell):
    """Lines of a cell, each with its own words."""
    parts = cell.decode_contents().split("<br/>")
    return [even(BeautifulSoup(part, "html.parser").get_text()) for part in parts]


def test_each_objective_is_told_once_with_what_to_ask_and_how_to_follow_it():
    for found, text, tables in sheets(soup(pages.contracts(plans()))):
        rows = [row for row in tables["Objectifs, selon qui peut agir d'abord"] if row.td]
        offered = [o for plan in found for o in plan.proposals]
        assert len(rows) == len({o.pattern for o in offered})
        for one in offered:
            goal, pattern = even(one.text.rstrip(".")), axes.declared().patterns[one.pattern]
            assert text.count(goal) == 1
            (row,) = [row for row in rows if goal in even(row.th.get_text(" "))]
            where, _, asked, follow = row.select("td")
            named = [line for line in lines(where) if line.startswith(even(f"{one.place.name} :"))]
            assert len(named) == 1
            assert where.get_text().count(f"({one.year})") <= 1  # the others give a figure alone
            assert even(one.question) in lines(asked)
            assert lines(follow)[-1] == even(pattern.action)
            assert len(lines(follow)) == 1 + len(pattern.follow)


def test_each_question_is_told_once_with_the_names_of_its_neighbourhoods():
    for found, text, tables in sheets(soup(pages.contracts(plans()))):
        for one in (o for plan in found for o in plan.questions):
            rows = [
                r for r in tables["À demander"] if even(r.th.get_text(" ")) == even(one.question)
            ]
            assert len(rows) == 1
            assert even(one.place.name) in even(rows[0].td.get_text(" "))
            # Its public is there, or with a proposal, or its figure alone below another's.
            assert even(one.public) in text or even(one.amount) in text


def test_objectives_are_under_those_who_can_act_first_and_their_axis():
    for found, _, tables in sheets(soup(pages.contracts(plans()))):
        heads = [even(row.th.get_text()) for row in tables["Objectifs, selon qui peut agir d'abord"]
                 if not row.td]  # fmt: skip
        known = axes.scheme().axes
        first = {
            (wording.sentence(wording.say("who", o.who[0])), known[o.axes[0]].short)
            for plan in found
            for o in plan.proposals
        }
        assert sorted(heads) == sorted(even(" · ".join(pair)) for pair in first)


def test_a_contract_without_axes_says_so_and_still_has_its_objectives():
    later = plans("locales_2024_2030")
    assert later[GIEN].stands == ()
    text = even(plain(pages.contracts(later, "locales_2024_2030").html))
    assert text.count("Les axes de ce contrat ne sont pas connus ici") == 4
    for one in later[GIEN].proposals:
        assert even(one.text) in text
    own = even(plain(pages.proposals(neighbourhood(GIEN), compared(GIEN),
                                     "locales_2024_2030").html))  # fmt: skip
    assert "Les axes de ce contrat ne sont pas connus ici" in own
    assert all(even(one.short) in own for one in later[GIEN].proposals)


def test_what_is_told_of_the_whole_is_counted():
    offered = [o for plan in plans().values() for o in plan.proposals]
    asked = [o for plan in plans().values() for o in plan.questions]
    told = even(plain(pages.roadmap_header(plans()).html))
    kinds = len({o.pattern for o in offered})
    line = (
        f"{len(offered)} objectifs de {kinds} sortes pour 19 quartiers, et {len(asked)} questions"
    )
    assert line in told
    assert re.search(r"Rien n'est décidé", told)
