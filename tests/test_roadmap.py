"""The feuille de route: its numbers are the tables'; counts add up by contract, nothing else."""

import re

import pytest
from nineteen import CODES, GIEN, compared, found, plain

from qpvlib import pages
from qpvlib.catalogue import axes, catalogue, wording
from qpvlib.pages.cells import by_contract
from qpvlib.roadmap import objectives, stands
from qpvlib.tables.areas import neighbourhood, neighbourhoods

BANNED = re.compile(
    r"\b(verdict|signal|score|centile|polarité|draw|tirages?|ex æquo|robuste|proxy|millésime|"
    r"décroche\w*|cumule\w*|ghetto|assistés|sensible|zone)\b", re.I
)  # fmt: skip
ALL = {code: stands.stands(neighbourhood(code), compared(code)) for code in CODES}


def block(code):
    return pages.axes(neighbourhood(code), found(code), compared(code))


@pytest.mark.parametrize("code", CODES)
def test_the_first_screen_s_axes_are_short_and_plain(code):
    text = plain(block(code).html)
    words = re.findall(r"\w[\w'’\u202f-]*", re.sub(r"(?<=\d) (?=\d)", "", text))
    assert len(words) <= catalogue().rule("axis_words")
    assert BANNED.findall(text) == []
    assert "rien n'est décidé" in text


def metropolitan(rows, indicator):
    """The comparison of an indicator with the metropolitan neighbourhoods."""
    mine = (rows.indicator == indicator) & (rows.benchmark == "metropole_qpv")
    return rows[mine].iloc[0]


@pytest.mark.parametrize("code", CODES)
def test_every_number_of_a_sentence_is_the_table_s(code):
    rows = compared(code)
    for stand in ALL[code]:
        for draft in stand.drafts:
            row = metropolitan(rows, draft.indicator)
            assert wording.number(row.value, int(row.decimals)) in draft.finding
            assert wording.number(row.reference, int(row.reference_decimals)) in draft.finding
            latest = objectives.latest(neighbourhood(code), draft.indicator)
            if latest is None:
                assert "Nombre à relever" in draft.follow
            else:
                shown = wording.number(latest.value, int(latest.decimals))
                counts = wording.number(latest.numerator) if latest.numerator > 0 else shown
                assert shown in draft.follow or counts in draft.follow


@pytest.mark.parametrize("code", CODES)
def test_what_nuances_is_the_table_s_too(code):
    for stand in ALL[code]:
        if stand.proposal.counter:
            row = metropolitan(compared(code), stand.proposal.counter[0])
            assert wording.number(row.value, int(row.decimals)) in stand.nuance
            assert wording.year_of(row) in stand.nuance
        counted = re.findall(r"\d+", stand.told)
        if len(counted) == 2:
            assert counted == [
                str(len(stand.proposal.signals)),
                str(len(stand.proposal.documented)),
            ]


@pytest.mark.parametrize("code", CODES)
def test_objectives_are_one_to_three_verbs_with_no_causal_link(code):
    for stand in ALL[code]:
        assert len(stand.drafts) <= 3
        assert bool(stand.drafts) == stand.proposal.proposed
        for draft in stand.drafts:
            assert axes.begins_with_verb(draft.text)
            assert draft.verify.endswith("?")
            told = f"{draft.text} {draft.finding} {draft.verify}"
            assert not re.search(r"\b(donc|parce que|à cause|grâce|malgré|faute de)\b", told)


def test_follow_up_is_published_for_the_neighbourhood_or_a_count():
    # Poverty 2021, the latest edition, is not published for La Chaussée's seven likes.
    published = {c: objectives.latest(neighbourhood(c), "taux_pauvrete") for c in CODES}
    assert sum(row is not None for row in published.values()) == 12
    pattern = axes.declared().patterns["revenus_droits"]
    absent = next(c for c, row in published.items() if row is None)
    assert objectives.follow_up(neighbourhood(absent), pattern).startswith("Nombre à relever")
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
    places = contract("CN04504I")
    whole = objectives.latest
    monkeypatch.setattr(objectives, "latest", lambda p, c: None if p is places[0] else whole(p, c))
    total = stands.total("demandeurs_sans_cap_bep", places)
    assert (total.value, total.published, total.places) == (None, 1, 2)


def test_the_matrix_has_every_neighbourhood_and_no_ranking():
    html = pages.matrix(ALL).html
    for _, places in by_contract():
        names = [p.name for p in places]
        assert names == sorted(names)
        assert all(p.page in html for p in places)
    assert "ne sert pas à répartir des crédits" in plain(html)
    assert BANNED.findall(plain(html)) == []


def test_each_contract_has_one_page():
    html = pages.contracts(ALL).html
    assert html.count('<div class="contract">') == len(by_contract()) == 5
    assert BANNED.findall(plain(html)) == []


def test_a_contract_without_axes_says_so():
    none = {c: stands.stands(neighbourhood(c), compared(c), "locales_2024_2030") for c in CODES}
    assert none[GIEN] == []
    text = plain(pages.contracts(none, "locales_2024_2030").html)
    assert text.count("Les axes de ce contrat ne sont pas connus ici") == 4
    assert "Aucun axe ne ressort" not in text


def test_figures_that_no_axis_carries_are_said():
    place = neighbourhood("QP045014")
    html = pages.axes(place, found(place.code), compared(place.code), "locales_2024_2030").html
    assert "qu'aucun axe de ce schéma ne porte : revenus" in plain(html).replace("\xa0", " ")
