"""Numbers in French words and sentences: a decision table, then every sentence of the pages."""

import re

import numpy as np
import pytest
from nineteen import (
    CODES,
    GIEN,
    everyone,
    finding,
    first_screen,
    landmarks,
    plain,
    plans,
)

from qpvlib import pages
from qpvlib.catalogue import axes, catalogue, wording
from qpvlib.diagnosis.reading import Reading
from qpvlib.diagnosis.spreads import Spread
from qpvlib.tables.areas import neighbourhood

BANNED = (
    "verdict", "signal", "signaux", "score", "centile", "percentile", "polarité", "draw", "ex æquo",
    "robuste", "proxy", "millésime", "décrochent", "cumulent", "ghetto", "assistés", "fragile",
    "sensible", "malgré", "à cause de", "pire", "donc", "grâce", "zone", "rang", "classement",
    "nan", "none",
)  # fmt: skip


def typed(text):
    """The table below is typed with ordinary spaces: ~ is the thin one."""
    return text.replace("~", "\u202f")


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (43.45, 1, "43,5"),  # half up, though the machine holds 43.4500000000000028
        (2.5, 0, "3"),  # not the even 2
        (0.05, 1, "0,1"),
        (-0.05, 1, "−0,1"),  # half away from zero
        (-0.04, 1, "0,0"),  # never « −0,0 »
        (-0.4, 0, "0"),
        (8.25, 1, "8,3"),
        (21.25, 1, "21,3"),
        (16.25, 1, "16,3"),
        (99.96, 1, "100,0"),
        (12560, 0, "12~560"),
        (1234567.4, 0, "1~234~567"),
        (999.5, 0, "1~000"),
        (-1575, 0, "−1~575"),
        (0.243, 3, "0,243"),
    ],
)
def test_number(value, decimals, expected):
    assert wording.number(value, decimals) == typed(expected)


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "expected"),
    [
        (58, "%", 1, "58,0~%"),
        (61, "%", 0, "61~%"),
        (12560, "€", 0, "12~560~€"),
        (5.43, "€/m²", 2, "5,43~€"),
        (318, "m", 0, "318~m"),
        (1360, "personnes", 0, "1~360"),
        (2.3, "rapport", 1, "2,3"),
        (0, "%", 1, "0,0~%"),  # a published 0 is a 0
        (None, "%", 1, "non publié"),
        (float("nan"), "€", 0, "non publié"),
    ],
)
def test_value(value, unit, decimals, expected):
    assert wording.value(value, unit, decimals) == typed(expected)


@pytest.mark.parametrize(
    ("gap", "unit", "decimals", "expected"),
    [
        (-19.8, "%", 1, "19,8 points de moins"),  # points, not %; the sign is a word
        (1.9, "%", 1, "1,9 point de plus"),  # singular under 2
        (1.95, "%", 1, "2,0 points de plus"),
        (-2, "%", 0, "2 points de moins"),
        (-0.5, "%", 1, "0,5 point de moins"),
        (0.04, "%", 1, "aucun écart"),  # never « 0,0 point de plus »
        (-0.04, "%", 1, "aucun écart"),
        (0, "€", 0, "aucun écart"),
        (-1575, "€", 0, "1~575~€ de moins"),
        (720, "€", 0, "720~€ de plus"),
        (-316, "personnes", 0, "316 de moins"),
    ],
)
def test_points(gap, unit, decimals, expected):
    assert wording.points(gap, unit, decimals) == typed(expected)


@pytest.mark.parametrize(
    ("year", "status", "edition", "source", "expected"),
    [
        (2019, "verified", 2019, "insee_filosofi_qpv/filosofi", "2019"),
        (2018, "verified", 2022, "insee_revn/filosofi", "2018"),  # the year, not the edition
        (2018, "deduced", 2022, "insee_ipro/recensement", "2018"),  # a note of the page says so
        (2022, "unknown", 2022, "insee_revn/cnaf", "fichier Insee 2022"),
        (2022, "verified", 2022, "sdes_rpls/rpls", "01/01/2022"),
        (2024, "verified", 2024, "anct_france_services/place", "01/08/2024"),
        (2022, "verified", 2022, "depp_ips/ips", "rentrée 2022-2023"),
    ],
)
def test_year(year, status, edition, source, expected):
    assert wording.year(year, status, edition, source) == expected


@pytest.mark.parametrize(
    ("metres", "expected"),
    [
        (0, "dans le périmètre"),
        (10, "à moins de 50 m"),
        (49, "à moins de 50 m"),
        (50, "à environ 50 m"),
        (318, "à environ 300 m"),
        (974, "à environ 950 m"),
        (976, "à environ 1,0 km"),
        (3642, "à environ 3,6 km"),
    ],
)
def test_distance(metres, expected):
    assert wording.distance(metres).replace(wording.THIN, " ") == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], ""),
        (["un"], "un"),
        (["un", "deux"], "un et deux"),
        (["un", "deux", "trois"], "un, deux et trois"),
    ],
)
def test_listed(parts, expected):
    assert wording.listed(parts) == expected


TIES = np.repeat([10.0, 20.0, 30.0], [20, 50, 31])  # 20 values under 20, 31 over it
MIDDLE = "à peu près autant de quartiers au-dessus qu'au-dessous"


@pytest.mark.parametrize(
    ("value", "grid", "expected"),
    [
        (200, np.arange(101.0), "plus élevé que dans 99 quartiers sur 100"),  # never 100
        (97.6, np.arange(101.0), "plus élevé que dans 97 quartiers sur 100"),
        (50, np.arange(101.0), MIDDLE),
        (50.4, np.arange(101.0), MIDDLE),
        (51.2, np.arange(101.0), "plus élevé que dans 51 quartiers sur 100"),
        (3.4, np.arange(101.0), "plus bas que dans 96 quartiers sur 100"),
        (-5, np.arange(101.0), "plus bas que dans 99 quartiers sur 100"),  # never 0 nor 100
        (20, TIES, "plus bas que dans 30 quartiers sur 100, plus élevé que dans 19"),
        (10, TIES, "plus bas que dans 80 quartiers sur 100"),  # no claim on « que dans 0 »
        (100 / 3, np.full(101, 33.333333), MIDDLE),  # equal, though the tables round
    ],
)
def test_rank(value, grid, expected):
    one = Reading.of(finding(GIEN, "taux_pauvrete", value=float(value)))
    vars(one)["limits"] = Spread(1296, grid)
    assert one.rank == expected


def test_no_rank_where_nothing_is_compared():
    assert Reading.of(finding(GIEN, "taux_pauvrete", percentile=float("nan"))).rank == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("58,0 %", "58,0~%"),
        ("Qui ?", "Qui~?"),
        ("RSA ; C2S", "RSA~; C2S"),
        ("Emploi : non", "Emploi\xa0: non"),
        ("« lui »", "«\xa0lui\xa0»"),
    ],
)
def test_spaced(text, expected):
    assert wording.spaced(text) == typed(expected)


@pytest.mark.parametrize(
    ("indicator", "changes", "expected"),
    [
        # 100 or more: the count first, then the percentage; under 100: the count alone
        ("demandeurs_sans_cap_bep", {"numerator": 82.0, "denominator": 266.0, "value": 30.827},
         "82 des 266 demandeurs d'emploi ont un niveau inférieur au CAP-BEP "
         "(30,8~%, fichier Insee 2022)"),
        ("demandeurs_sans_cap_bep", {"numerator": 30.0, "denominator": 100.0, "value": 30.0},
         "30 des 100 demandeurs d'emploi ont un niveau inférieur au CAP-BEP "
         "(30,0~%, fichier Insee 2022)"),
        ("demandeurs_sans_cap_bep", {"numerator": 30.0, "denominator": 99.0, "value": 30.303},
         "30 des 99 demandeurs d'emploi ont un niveau inférieur au CAP-BEP (fichier Insee 2022)"),
        ("c2s", {"numerator": 4783.0, "denominator": 11792.0, "value": 40.561},
         "4~783 des 11~792 assurés du régime général ont la complémentaire santé solidaire "
         "(40,6~%, fichier Insee 2022)"),
        ("taux_pauvrete", {"value": 58.0},
         "En 2019, 58,0~% des habitants vivent sous le seuil de pauvreté"),
        ("taux_pauvrete", {"value": 61.0, "decimals": 0, "year": 2021, "edition": 2021},
         "En 2021, 61~% des habitants vivent sous le seuil de pauvreté"),
        ("taux_emploi_femmes", {},
         "En 2018, 19,9~% des femmes de 15 à 64 ans ont un emploi"),
        ("niveau_vie_median", {},
         "En 2019, la moitié des habitants disposent de moins de 12~560~€ par an et par unité de "
         "consommation"),
        ("vacance", {"value": 7.1}, "Au 01/01/2022, 7,1~% des logements sociaux sont vacants"),
    ],
)  # fmt: skip
def test_statement(indicator, changes, expected):
    assert Reading.of(finding(GIEN, indicator, **changes)).statement == typed(expected)


def said(indicator, **changes):
    """Sentence of a finding of Champ de la Ville, without the areas around."""
    return Reading.of(finding(GIEN, indicator, **changes)).sentence.replace("\u202f", " ")


@pytest.mark.parametrize(
    ("indicator", "changes", "expected"),
    [
        ("taux_emploi_femmes", {"verdict": "lower"},
         "En 2018, 19,9 % des femmes de 15 à 64 ans ont un emploi. La moitié des quartiers "
         "prioritaires de métropole dépassent 39,7 %."),
        ("taux_emploi_femmes", {"verdict": "comparable", "gap": -0.1},
         "En 2018, 19,9 % des femmes de 15 à 64 ans ont un emploi, comparable à la médiane des "
         "quartiers prioritaires de métropole (39,7 %)."),
        ("demandeurs_sans_cap_bep",  # a count is read against counts
         {"verdict": "higher", "numerator": 33.0, "denominator": 87.0, "value": 37.931},
         "33 des 87 demandeurs d'emploi ont un niveau inférieur au CAP-BEP (fichier Insee 2022). "
         "La moitié des quartiers prioritaires de métropole dépassent 23,7 %, l'équivalent de 21 "
         "sur 87."),
        ("demandeurs_bac_plus",
         {"verdict": "comparable", "gap": 0.0, "value": 38.1, "median": 38.1},
         "100 des 266 demandeurs d'emploi ont un niveau bac ou plus (38,1 %, fichier Insee 2022), "
         "au niveau de la médiane des quartiers prioritaires de métropole (38,1 %)."),
        ("vacance", {"verdict": "higher"},  # a threshold hides the lowest: at most 2.757
         "Au 01/01/2022, 7,1 % des logements sociaux sont vacants. La moitié des quartiers "
         "prioritaires de métropole sont à 2,8 % ou moins."),
        ("taux_emploi_femmes", {"verdict": "lower", "n": 778},  # 778 < 90 % of 1,296
         "En 2018, 19,9 % des femmes de 15 à 64 ans ont un emploi. La moitié des 778 "
         "quartiers prioritaires de métropole où ce chiffre est publié dépassent 39,7 %."),
        ("vacance", {"status": "censored", "value": np.nan, "numerator": 11, "denominator": 471,
                     "verdict": "comparable"},
         "Au 01/01/2022, moins de 11 logements sociaux vacants, soit moins de 2,3 %."),
        ("vacance", {"status": "not_published", "note": ""},
         "Logements sociaux vacants\xa0: non publié pour ce quartier."),
        ("vacance", {"status": "not_published", "note": "3"},
         "Logements sociaux vacants\xa0: non publié pour ce quartier (note 3 du fichier)."),
        ("rotation", {"verdict": "not_compared", "value": 6.9},
         "Au 01/01/2022, 6,9 % des logements sociaux ont changé de locataire dans l'année."),
    ],
)  # fmt: skip
def test_finding_sentence(indicator, changes, expected):
    assert said(indicator, **changes) == expected


@pytest.mark.parametrize(
    ("verdict", "clearly", "status", "expected"),
    [
        ("higher", False, "published", "plus élevé"),
        ("higher", True, "published", "nettement plus élevé"),
        ("lower", True, "estimated", "nettement plus bas"),
        ("comparable", False, "published", "comparable"),
        ("not_compared", False, "published", "sans repère"),
        ("not_compared", False, "not_published", "non publié pour ce quartier"),
    ],
)
def test_reading(verdict, clearly, status, expected):
    changes = {"verdict": verdict, "clearly": clearly, "status": status}
    changes |= {"value": 20.0} if verdict == "lower" else {}  # where chance would not turn it
    assert Reading.of(finding(GIEN, "taux_pauvrete", **changes)).words == expected


def banned(text):
    words = text.replace("\u202f", " ").replace("\xa0", " ").casefold()
    return [word for word in BANNED if re.search(rf"\b{word}s?\b", words)]


def test_no_finding_has_a_banned_word():
    told = {s: words for s in everyone().sentence if (words := banned(s))}
    assert told == {}
    assert banned("Malgré un score plus bas") == ["score", "malgré"]  # the net has no hole


@pytest.mark.parametrize("code", CODES)
def test_no_text_of_a_page_has_a_banned_word(code):
    unmeasured = pages.unmeasured(neighbourhood(code)).html
    assert banned(plain(first_screen(code) + landmarks(code) + unmeasured)) == []


def test_no_text_of_the_synthesis_has_a_banned_word():
    rows = everyone()
    assert (
        banned(
            plain(
                "".join(f(rows).html for f in (pages.grid, pages.weighed))
                + pages.note(rows, plans()).html
            )
        )
        == []
    )


def test_no_catalogued_text_has_a_banned_word():
    known = catalogue()
    kept = {k: v for k, v in known.phrases.items() if k != "figures"}
    texts = [text for group in kept.values() for text in group.values()]
    for i in known.indicators.values():
        texts += [i.label, i.statement, i.field_question]
    texts += [topic.label for topic in known.needs.values()]
    for p in axes.declared().patterns.values():
        texts += [p.short, p.objective, p.public, p.invite, p.summer, p.tell, p.action]
        assert set(banned(p.question)) <= {"à cause de"}  # a cause may be asked, never told
    assert [text for text in texts if banned(text)] == []


SPACES = re.compile(r"[\d\w] %|\d €|\d \d{3}\b| [;?!%€]")


def test_every_sentence_has_french_spaces_and_no_signed_zero():
    for sentence in everyone().sentence:
        assert not SPACES.search(sentence), sentence
        assert not re.search(r"−0\b|\+0|\b0,0 point", sentence), sentence
        assert sentence.endswith("."), sentence
        assert sentence[0].isupper() or sentence[0].isdigit(), sentence
