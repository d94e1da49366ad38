"""Findings, needs and assets: what may be said first, what never, and how sure it is."""

import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
from nineteen import (
    CODES,
    GIEN,
    LIGNEROLLES,
    compared,
    details,
    drawn,
    everyone,
    finding,
    first_screen,
    found,
    landmarks,
    plain,
    plans,
)

from qpvlib import pages
from qpvlib.catalogue import QpvError, catalogue
from qpvlib.diagnosis import findings, needs, noise
from qpvlib.diagnosis.findings import strengths
from qpvlib.diagnosis.reading import Reading, orientation, readings
from qpvlib.roadmap import stands
from qpvlib.tables.areas import neighbourhood

DETAILS_ONLY = ("nationalité", "étrang", "personnes couvertes")


def families_of(points):
    """Families of points, or of indicators."""
    codes = [getattr(p, "indicator", p) for p in points]
    return [catalogue().indicator(code).family or code for code in codes]


def rows(*cases):
    """Findings made of (indicator, theme, family, orientation, solidity, strength)."""
    names = ["indicator", "theme", "family", "orientation", "solidity", "strength"]
    table = pd.DataFrame(cases, columns=names)
    told = table.indicator
    return table.assign(order=range(len(table)), sentence=told, asset=told, noise=1.0)


@pytest.mark.parametrize(
    ("verdict", "indicator", "expected"),
    [
        ("higher", "taux_pauvrete", "unfavourable"),
        ("lower", "taux_pauvrete", "favourable"),
        ("lower", "rsa_allocataires", "neutral"),  # few beneficiaries of a right is no good news
        ("lower", "c2s", "neutral"),
        ("higher", "c2s", "unfavourable"),
        ("higher", "taux_emploi", "favourable"),
        ("lower", "taux_emploi", "unfavourable"),
        ("comparable", "taux_pauvrete", "neutral"),
        ("not_compared", "taux_pauvrete", "neutral"),
        ("higher", "moins_25_ans", "neutral"),  # descriptive: no side
        ("lower", "etrangers", "neutral"),
    ],
)
def test_orientation(verdict, indicator, expected):
    assert orientation(verdict, catalogue().indicator(indicator)) == expected


@pytest.mark.parametrize(
    ("indicator", "verdict", "denominator", "noise", "expected"),
    [
        ("taux_pauvrete", "higher", np.nan, 4.8, "solid"),  # a rate without counts
        ("rsa_allocataires", "higher", 266, 0.5, "solid"),
        ("rsa_allocataires", "higher", 100, 0.5, "solid"),
        ("rsa_allocataires", "higher", 99, 0.5, "confirm"),  # fewer than a hundred households
        ("rsa_allocataires", "higher", 266, 12, "confirm"),  # the noise would often turn it
        ("taux_pauvrete", "higher", np.nan, np.nan, "confirm"),  # noise not measured
        ("demandeurs_rsa", "higher", 266, 0.5, "confirm"),  # no label of the column was seen
        ("rsa_allocataires", "comparable", 266, 4.5, "solid"),
        ("rsa_allocataires", "not_compared", 266, 4.5, "undocumented"),
        ("rsa_allocataires", "not_compared", 50, np.nan, "undocumented"),
    ],
)
def test_solidity(indicator, verdict, denominator, noise, expected):
    changes = {"verdict": verdict, "denominator": denominator, "noise": noise}
    if verdict == "higher" and indicator != "taux_pauvrete":
        changes["value"] = 40.0
    assert Reading.of(finding(GIEN, indicator, **changes)).solidity == expected


@pytest.mark.parametrize(
    ("verdict", "value", "noise", "expected"),
    [
        ("higher", 48.3, 4.8, 0.5),  # on the upper quartile of 2019, beyond the noise: 42.4 + 4.8
        ("higher", 50.0, 4.8, 0.72),  # 1.7 / (4.8 / 1.645) = 0.58 standard deviation above it
        ("higher", 53.1, 4.8, 0.95),  # 4.8 above: a whole noise
        ("higher", 50.4, 8.0, 0.5),  # beyond the quartile, on the edge of the noise: 42.4 + 8
        ("lower", 37.1, 4.8, 0.5),  # on the lower quartile, beyond the noise: 42.4 − 4.8
        ("lower", 32.3, 4.8, 0.95),
        ("comparable", 42.4, 4.8, 1),
        ("higher", 48.3, np.nan, 1),
        ("higher", 48.3, 0.0, 1),
    ],
)
def test_how_often_a_verdict_would_be_told_again(verdict, value, noise, expected):
    row = finding(GIEN, "taux_pauvrete", verdict=verdict, value=value, noise=noise)
    assert Reading.of(row).holds(1.645, (25, 75)) == pytest.approx(expected, abs=0.011)


@pytest.mark.parametrize(
    ("gap", "noise", "percentile", "expected"),
    [
        (-19.8, 4.6, 1, 4.304),  # 19.8 / 4.6
        (3.9, np.nan, 90, 0.4),  # under 1: (90 − 50) / 100
        (3.9, 0.0, 90, 0.4),
    ],
)
def test_strength(gap, noise, percentile, expected):
    row = finding(GIEN, "taux_pauvrete", verdict="higher", gap=gap, noise=noise,
                  percentile=percentile)  # fmt: skip
    assert Reading.of(row).strength == pytest.approx(expected, abs=0.001)


# --- needs ---------------------------------------------------------------------------------------


def read(code, **verdicts):
    """Readings of a neighbourhood, all comparable and without areas around but for some verdicts.

    A verdict may come with the size of its gap, in times the noise.
    """
    rows = compared(code).copy()
    rows["verdict"], rows["clearly"] = "comparable", False
    rows.loc[~rows.benchmark.isin(["metropole_qpv", "peers"]), "gap"] = np.nan
    for indicator, told in verdicts.items():
        verdict, times = told if isinstance(told, tuple) else (told, 3)
        own = rows.indicator == indicator
        away = times * rows.noise[own].fillna(1) * (1 if verdict == "higher" else -1)
        rows.loc[own, "verdict"] = verdict
        rows.loc[own & (rows.benchmark == "metropole_qpv"), "gap"] = away
    return readings(rows)


def told_of(found):
    return [(need.topic, need.codes) for need in found]


def test_income_comes_first_then_the_surest_then_the_widest():
    found = read(GIEN, demandeurs_deux_ans=("higher", 5), niveau_vie_median=("lower", 1.1),
                 taux_emploi_femmes=("lower", 3), demandeurs_rsa=("higher", 20))  # fmt: skip
    told = needs.every(found)
    assert [n.topic for n in told] == ["pauvrete", "emploi", "rsa_inscrits", "longue_duree"]
    assert [n.solidity for n in told[1:]] == ["solid", "confirm", "confirm"]


def test_both_employment_rates_are_told_together_and_either_alone_by_itself():
    both = read(GIEN, taux_emploi="lower", taux_emploi_femmes="lower")
    assert told_of(needs.every(both)) == [("emploi", ("taux_emploi", "taux_emploi_femmes"))]
    told = plain(needs.every(both)[0].sentence)
    assert "15-64 ans ont un emploi ; QPV : 44,7 %" in told
    assert told.endswith("Femmes : 19,9 % ; QPV : 39,7 %.")
    women = needs.every(read(GIEN, taux_emploi_femmes="lower"))
    assert told_of(women) == [("emploi", ("taux_emploi_femmes",))]
    assert "Femmes :" not in women[0].sentence


def test_a_favourable_gap_and_a_comparable_figure_are_no_need():
    assert needs.every(read(GIEN)) == []
    found = read(GIEN, taux_emploi="higher", demandeurs_sans_cap_bep="lower", vacance="lower")
    assert needs.every(found) == []


@pytest.mark.parametrize("code", CODES)
def test_nothing_unfavourable_is_dropped(code):
    told = needs.needs(compared(code))
    sides = found(code).set_index("indicator").orientation
    worse = {c for c, side in sides.items() if side == "unfavourable"}
    named = needs.others(drawn(code).readings, told)
    held = {c for need in told for c in need.codes}
    known = catalogue().indicators
    heads = [i.label.partition(",")[0] for i in known.values() if i.place == "headline"]
    left = [(known[c].label.partition(",")[0], known[c].label) for c in worse - held]
    assert sorted(named) == sorted(head if heads.count(head) == 1 else la for head, la in left)
    assert 1 <= len(told) <= 3
    assert len({need.topic for need in told}) == len(told)


# --- assets --------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_strengths(code):
    points = strengths(found(code), neighbourhood(code))
    families = families_of(p for p in points if p.indicator)
    assert len(points) <= 2
    assert len(set(families)) == len(families)
    mine = found(code).set_index("indicator")
    worse = families_of(mine.index[mine.orientation == "unfavourable"])
    assert not set(families) & set(worse)
    for point in points:
        assert point.kind in ("figure", "france_services", "hopital")
        if point.kind == "figure":
            row, declared = mine.loc[point.indicator], catalogue().indicator(point.indicator)
            assert row.orientation == "favourable"
            assert row.noise > 0
            assert declared.family != "revenus"
            assert declared.favourable == "higher" or declared.asset
            assert "comparable" not in point.sentence


@pytest.mark.parametrize("change", [
    {"orientation": "neutral", "verdict": "comparable"},
    {"noise": np.nan},
    {"asset": ""},
])  # fmt: skip
def test_what_may_not_be_an_asset(change):
    case = ("taux_emploi", "emploi_insertion", "emploi", "favourable", "solid", 9.0)
    table = rows(case).assign(verdict="higher")
    place = neighbourhood(LIGNEROLLES)
    assert "taux_emploi" in [p.indicator for p in strengths(table, place)]
    assert "taux_emploi" not in [p.indicator for p in strengths(table.assign(**change), place)]


def test_no_asset_is_of_a_family_with_an_unfavourable_figure():
    table = rows(
        ("demandeurs_sans_cap_bep", "education_jeunesse", "q", "unfavourable", "confirm", 1.1),
        ("demandeurs_bac_plus", "education_jeunesse", "q", "favourable", "solid", 5.0),
    )
    told = strengths(table.assign(verdict="higher"), neighbourhood(LIGNEROLLES))
    assert "demandeurs_bac_plus" not in [p.indicator for p in told]


@pytest.mark.parametrize(
    ("code", "indicator", "expected"),
    [
        (LIGNEROLLES, "demandeurs_sans_cap_bep", "136 des 157 demandeurs d'emploi ont au moins un "
         "niveau CAP-BEP (86,6 %, fichier Insee 2022) ; QPV : 76,3 %."),
        ("QP045014", "demandeurs_deux_ans", "252 des 325 demandeurs d'emploi sont inscrits depuis "
         "moins de deux ans (77,5 %, fichier Insee 2022) ; QPV : 70,4 %."),
        (LIGNEROLLES, "taux_pauvrete", ""), (LIGNEROLLES, "niveau_vie_median", ""),
        (LIGNEROLLES, "vacance", ""), (LIGNEROLLES, "rsa_allocataires", ""),
        (LIGNEROLLES, "demandeurs_rsa", ""), (LIGNEROLLES, "c2s", ""),
    ],
)  # fmt: skip
def test_an_asset_is_told_of_the_others(code, indicator, expected):
    """136 = 157 − 21; 76,3 = 100 − 23,7."""
    assert plain(Reading.of(finding(code, indicator)).asset) == expected


@pytest.mark.parametrize(("numerator", "told"), [(152, True), (153, False), (157, False)])
def test_a_remainder_of_a_few_people_is_no_asset(numerator, told):
    one = Reading.of(finding(LIGNEROLLES, "demandeurs_deux_ans", numerator=numerator))
    assert one.denominator == 157
    assert bool(one.asset) == told


def test_only_a_favourable_gap_of_people_who_have_is_an_asset():
    for code, declared in catalogue().indicators.items():
        if declared.place == "headline" and declared.family == "revenus":
            assert declared.asset == "" or declared.favourable != "higher", code
        if declared.asset:
            assert declared.favourable == "lower", code
            assert "{value}" in declared.asset, code


@pytest.mark.parametrize("indicator", ["c2s", "rsa_allocataires", "demandeurs_rsa"])
def test_rights_opened_are_no_strength_even_when_few(indicator):
    few = Reading.of(finding(LIGNEROLLES, indicator, verdict="lower"))
    assert (few.orientation, few.asset) == ("neutral", "")
    case = (indicator, "sante_droits", "revenus", few.orientation, "solid", 9.0)
    points = strengths(rows(case).assign(verdict="lower"), neighbourhood(LIGNEROLLES))
    assert indicator not in [p.indicator for p in points]


def needs_block(code, rows=None):
    rows = found(code) if rows is None else rows
    return plain(pages.needs(neighbourhood(code), rows, compared(code)).html)


@pytest.mark.parametrize("code", CODES)
def test_every_page_leaves_room_for_people(code):
    words = needs_block(code)
    assert "À compléter :" in words
    points = strengths(found(code), neighbourhood(code))
    figures = [p for p in points if p.kind == "figure"]
    assert ("n'en montrent pas" in words) == (not figures)


def test_a_distance_says_nothing_of_use():
    words = needs_block(GIEN)
    assert "Ne dit rien de l'usage" in words
    assert "Ne dit rien des délais" in words
    assert "à vol d'oiseau" in words


def test_a_far_resource_is_not_near():
    near = [findings.near(neighbourhood(code), "hopital") for code in CODES]
    near = [row["distance_m"] for row in near if row is not None]
    assert max(near) <= 1000
    assert len(near) < len(CODES)


@cache
def seen_first():
    """Texts that reviewers see before the details: synthesis, index, and each diagnosis."""
    every = everyone()
    listed = pages.index_list(every, plans()).html
    together = (
        "".join(f(every).html for f in (pages.grid, pages.weighed))
        + pages.note(every, plans()).html
        + listed
    )
    return [plain(together), *(plain(first_screen(code) + landmarks(code)) for code in CODES)]


def test_nationality_and_caf_coverage_are_in_the_details_only():
    for words in seen_first():
        assert [name for name in DETAILS_ONLY if name in words.lower()] == []
    assert all(name in plain(details(GIEN)).lower() for name in DETAILS_ONLY)


def test_nationality_has_no_position():
    told = [plain(r) for r in details(GIEN).split("<tr>") if "nationalité étrangère" in r]
    assert len(told) == 2
    assert not any("quartiers sur 100" in row for row in told)


def test_nobody_is_ranked():
    ranks = re.compile(r"\b\d+\s?(er|e|ème|re) (rang|sur|place|des)|\bclass(é|ement)", re.I)
    for words in seen_first():
        assert not ranks.search(words)


def test_descriptive_indicators_are_never_coloured():
    described = [c for c, i in catalogue().indicators.items() if i.descriptive]
    mine = everyone()[everyone().indicator.isin(described)]
    assert set(mine.orientation) == {"neutral"}
    for code in CODES:
        table = landmarks(code).split("Données descriptives")[1]  # the descriptive ones
        assert 'class="le ' not in table
        assert "#b4470a" not in table
        assert "#175f9e" not in table


@pytest.mark.parametrize("code", CODES)
def test_questions_are_asked_not_answered(code):
    asked = [o.question for o in stands.plan(compared(code)).questions]
    assert 1 <= len(asked) <= 3
    assert all(" ?" in question.replace("\u202f", " ") for question in asked)
    assert len(set(asked)) == len(asked)


def test_the_population_is_asked_about_when_it_moved():
    told = {code: plain(first_screen(code)) for code in (GIEN, "QP045004", "QP045010")}
    assert "Pourquoi 316 habitants de moins en 2018 qu'en 2013" in told[GIEN]
    assert "À quoi tiennent 444 habitants de plus en 2018 qu'en 2013" in told["QP045004"]
    assert "qu'en 2013" not in told["QP045010"]  # 23 of 11,261


def test_a_contract_is_not_praised_for_rights_unopened_nor_by_a_few():
    words = plain(pages.weighed(everyone()).html)
    praised = [told for told in re.split(r"(?<=[a-z%])\. ", words) if "montre moins de" in told]
    assert praised
    assert not any("RSA" in told or "santé solidaire" in told for told in praised)
    assert "vacants" not in words  # never sure


@pytest.mark.parametrize("rule", ["noise_rank", "change_rank", "leap_rank"])
def test_a_rank_that_the_tables_do_not_measure_is_told(monkeypatch, rule):
    other = catalogue().rules[rule].model_copy(update={"value": 80})
    monkeypatch.setitem(catalogue().rules, rule, other)
    with pytest.raises(QpvError, match=rf"\[{rule}\] : le rang 80 n'est pas mesuré"):
        noise.measured(rule)
