"""What is public together gives no secret away: bounds against enumeration, cases against sums."""

import csv
import itertools
import re
import shutil
from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qpvlib.catalogue import QpvError
from qpvlib.catalogue.disclosure import disclosure
from qpvlib.cli import main
from qpvlib.diagnosis import disclosure as attack
from qpvlib.diagnosis.disclosure.model import Count, Fact
from qpvlib.diagnosis.disclosure.solving import System
from qpvlib.project import current, forget
from qpvlib.publishing import guarding
from qpvlib.tables import tidy
from qpvlib.tables.areas import neighbourhoods
from qpvlib.tables.construction import observed

MOST = 6  # of a count in a table small enough to be enumerated
NAMES = "abcd"
few = settings(deadline=None, max_examples=50)  # the first one imports scipy


def count(name, series="t"):
    return Count("QP045001", series, 2022, name)


def fact(weights, low, high=None):
    terms = tuple((count(name), float(w)) for name, w in weights.items())
    return Fact(terms, float(low), float(low if high is None else high))


# --- bounds, against every table there is ------------------------------------------------------


@st.composite
def tables(draw):
    """A table of four whole counts, and some sums of it told, one in a while rounded."""
    truth = dict(
        zip(NAMES, draw(st.lists(st.integers(0, MOST), min_size=4, max_size=4)), strict=True)
    )
    facts = [fact({name: 1}, 0, MOST) for name in NAMES]
    sums = st.lists(st.sampled_from((-1, 0, 1, 1, 2)), min_size=4, max_size=4)
    for weights in draw(st.lists(sums, min_size=1, max_size=4)):
        held = {name: w for name, w in zip(NAMES, weights, strict=True) if w}
        value, around = sum(w * truth[n] for n, w in held.items()), draw(st.integers(0, 2))
        if held:
            facts.append(fact(held, value - around, value + around))
    return truth, facts


def agree(values, facts):
    return all(
        one.low <= sum(w * values[c.name] for c, w in one.terms) <= one.high for one in facts
    )


@few
@given(tables())
def test_the_ends_of_a_count_are_those_of_every_table_that_agrees(table):
    truth, facts = table
    every = (
        dict(zip(NAMES, cells, strict=True))
        for cells in itertools.product(range(MOST + 1), repeat=len(NAMES))
    )
    agreeing = [values for values in every if agree(values, facts)]
    assert truth in agreeing
    system = System(facts, {"t"})
    for names in ("a", "bc"):
        found = [sum(values[name] for name in names) for values in agreeing]
        asked = [count(name) for name in names]
        assert (system.least(asked), system.most(asked)) == (min(found), max(found))


@few
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2))
def test_a_rounded_share_holds_the_truth_whether_its_whole_is_known_or_not(part, rest, decimals):
    whole = part + rest
    shown, half = round(100 * part / whole, decimals), 0.5 * 10**-decimals + 1e-9
    rate = [
        fact({"part": 1, "whole": -(shown - half) / 100}, 0, float("inf")),
        fact({"part": 1, "whole": -(shown + half) / 100}, -float("inf"), 0),
        fact({"whole": -1, "part": 1, "rest": 1}, 0),
    ]
    known = System([*rate, fact({"whole": 1}, whole)], {"t"})
    assert known.least([count("part")]) <= part <= known.most([count("part")])
    low, high = System(rate, ()).share([count("rest")], count("whole"), 100)
    assert low <= 100 * rest / whole <= high
    assert high - low == pytest.approx(2 * half, abs=1e-4)  # the other share is as well known


def test_the_share_of_a_count_that_is_known_goes_with_the_ends_of_its_whole():
    known = System([fact({"a": 1}, 10), fact({"whole": 1}, 20, 40)], {"t"})
    assert known.share([count("a")], count("whole"), 100) == pytest.approx((25, 50))


def test_what_cannot_be_is_told_with_its_facts_alone():
    lies = [fact({"a": 1, "b": 1}, 3), fact({"a": 1, "b": 1}, 5, 9), fact({"c": 1, "d": 1}, 4)]
    with pytest.raises(attack.Contradiction) as told:
        System(lies, {"t"}).solution({}, {})
    assert set(told.value.facts) == set(lies[:2])
    with pytest.raises(attack.Contradiction):
        System([fact({"a": 1}, 3), fact({"b": 1}, 1), fact({"a": 1, "b": 1}, 5)], {"t"})


# --- small tables ------------------------------------------------------------------------------


def row(indicator, value, of=None, **changes):
    """An observation of the jobseekers of 2022; without a value, hidden."""
    blank = float("nan")
    shown = {"value": value, "numerator": blank, "denominator": blank, "status": "published"}
    if of is not None and value is not None:
        shown |= {"value": 100 * value / of, "numerator": value, "denominator": of}
    if value is None:
        shown |= {"value": blank, "status": "not_published"}
    return {
        "area": "QP045001", "generation": "2015", "indicator": indicator, "year": 2022,
        "year_status": "unknown", "edition": 2022, "decimals": 1, "note": "",
        "source": "insee_ipro/defm", **shown, **changes,
    }  # fmt: skip


def leaks(rows, **more):
    places, declared = neighbourhoods().values(), disclosure()
    return attack.leaks(attack.public(pd.DataFrame(rows), places, declared, **more), declared)


LEVELS = [row("demandeurs_sans_cap_bep", 50, 100), row("demandeurs_cap_bep", 47, 100)]


def test_a_hidden_count_is_found_by_what_surrounds_it_and_the_least_to_hide_is_offered():
    apart = row("demandeurs_rsa", 40, 100)
    (leak,) = leaks([apart, *LEVELS, row("demandeurs_bac_plus", None)])
    assert (leak.low, leak.high) == (0, 3)  # 100 − 50 − 47, less those of unknown level
    assert {figure.indicator for figure in leak.culprits} == {
        "demandeurs_sans_cap_bep", "demandeurs_cap_bep"}  # fmt: skip
    assert [figure.indicator for figure in leak.hide] == ["demandeurs_cap_bep"]  # no headline
    told = attack.told(leak, disclosure())
    for words in ("QP045001 (Les Chaises), 2022", "chiffre caché, de 0 à 3 (seuil : 5)",
                  "À retirer au moins : « Niveau CAP-BEP"):  # fmt: skip
        assert words in told


def test_as_many_values_as_the_threshold_are_enough():
    assert not leaks([*LEVELS[:1], row("demandeurs_cap_bep", 46, 100),
                      row("demandeurs_bac_plus", None)])  # fmt: skip


def test_a_small_remainder_is_found_and_no_large_one():
    rows = [row("demandeurs_femmes", 96, 100), row("demandeurs_rsa", 40, 90)]
    (leak,) = leaks(rows)
    assert (leak.target.counts[0].name, leak.low) == (
        "demandeurs d'emploi hommes, toutes catégories", 4)  # fmt: skip
    assert not leaks([row("demandeurs_femmes", 95, 100), row("demandeurs_femmes", 100, 100,
                                                             area="QP045002")])  # fmt: skip


def test_each_copy_of_a_figure_must_be_hidden():
    rows = [*LEVELS, row("demandeurs_bac_plus", None), row("demandeurs_emploi", 100)]
    (leak,) = leaks(rows)
    # The total is told three times: hiding it would take three figures, hiding a level one.
    assert len(leak.hide) == 1
    assert not leaks([one for one in rows if one["indicator"] != leak.hide[0].indicator])


def test_a_hidden_median_is_found_only_where_it_is_told():
    hidden = row("niveau_vie_median", None, source="insee_filosofi_panel/filosofi", year=2021,
                 area="QP045007", decimals=0)  # fmt: skip
    twin = hidden | {"area": "QN04502I", "value": 15000.0, "status": "published"}
    (leak,) = leaks([hidden, twin])  # the same perimeter, under its code of 2024
    assert [figure.area for figure in leak.culprits + leak.hide] == ["QN04502I"] * 2
    other = twin | {"area": "QN04501M"}  # another perimeter
    assert not leaks([hidden, other])


@pytest.mark.parametrize(("later", "strip"), [(103, 3), (105, None), (100, None), (98, None)])
def test_what_2024_adds_to_a_perimeter_is_found_by_difference(later, strip):
    rows = [row("demandeurs_emploi", 100), row("demandeurs_emploi", later, area="QN04509M")]
    found = leaks(rows, nested=[("QP045001", "QN04509M")])
    assert [leak.low for leak in found] == [strip] * bool(strip)
    assert not found or "« Demandeurs d'emploi (A, B, C) » dans" in attack.told(
        found[0], disclosure()
    )
    assert not leaks(rows)


@few
@given(st.dictionaries(
    st.sampled_from(("demandeurs_femmes", "demandeurs_rsa", "demandeurs_deux_ans")),
    st.integers(5, 90)))  # fmt: skip
def test_nothing_hidden_and_nothing_small_is_nothing_found(parts):
    assume(parts)
    assert not leaks([row(code, part, 100) for code, part in parts.items()])


# --- the cases known by hand, in the real tables -----------------------------------------------


def observations():
    """The tables, by a reader of their own: (area, indicator, year) → row."""
    with (current().tidy / "observations.csv").open(encoding="utf-8") as stream:
        return {(r["area"], r["indicator"], r["year"]): r for r in csv.DictReader(stream)}


def counts(code, column="numerator"):
    return {
        (area, int(year)): float(r[column])
        for (area, indicator, year), r in observations().items()
        if indicator == code and r["value"]
    }


def of(*sources):
    """Real observations of some sources alone."""
    rows = tidy.table("observations")
    return rows[rows.source.str.startswith(sources)]


def found(declared, rows, places=None):
    """What is found: (area, year, name or hidden indicator)."""
    known = attack.public(rows, places or neighbourhoods().values(), declared)
    return {
        (t.counts[0].area, t.counts[0].year, t.figure.indicator if t.figure else t.counts[0].name)
        for t, _ in attack.narrowed(known, declared)
    }


def test_without_what_is_accepted_the_guard_names_the_remainders_that_were_known():
    levels = [counts(f"demandeurs_{code}") for code in ("sans_cap_bep", "cap_bep", "bac_plus")]
    total = counts("demandeurs_emploi", "value")
    unknown = {key: total[key] - sum(level[key] for level in levels) for key in levels[0]}
    small = {(*key, "demandeurs d'emploi de niveau de formation inconnu")
           for key, n in unknown.items() if 1 <= n < 5}  # fmt: skip
    assert len(small) == 30
    declared = disclosure().model_copy(update={"accepted": {}})
    named = found(declared, tidy.table("observations"))
    assert small <= named
    # Besides: empty dwellings, less than eleven by two rates and the dwellings.
    short = Counter(name for *_, name in named - small)
    assert short == {"logements sociaux vacants depuis trois mois au plus": 2}


def test_with_a_higher_threshold_it_names_the_categories_d_and_e():
    every, three = (counts(code, "value")
                    for code in ("demandeurs_toutes_categories", "demandeurs_emploi"))  # fmt: skip
    small = {(*key, "demandeurs d'emploi des catégories D et E")
           for key, n in every.items() if n - three[key] < 11}  # fmt: skip
    assert len(small) == 10  # « 7 à 10 personnes dans dix quartiers »
    declared = disclosure()
    defm = declared.series["defm"].model_copy(update={"threshold": 11})
    declared = declared.model_copy(update={"series": declared.series | {"defm": defm}})
    assert found(declared, of("insee_ipro/defm")) == small


def test_were_its_perimeter_the_same_it_names_the_poverty_that_is_hidden():
    hidden = {area for (area, code, year), r in observations().items()
              if (code, year) == ("taux_pauvrete", "2021") and not r["value"]}  # fmt: skip
    assert len(hidden) == 7
    places = [replace(place, successor_status="unchanged") if place.code in hidden else place
              for place in neighbourhoods().values()]  # fmt: skip
    rows = of("insee_filosofi_panel", "insee_qpv2024")
    assert found(disclosure(), rows, places) == {(area, 2021, "taux_pauvrete") for area in hidden}


def test_a_total_that_is_told_although_one_is_hidden_gives_it_away():
    rows = of("insee_ipro/defm")
    one = (rows.area == "QP045016") & (rows.indicator == "demandeurs_femmes")
    one &= rows.year == 2022
    truth = int(rows[one].numerator.iloc[0])
    blank = rows.mask(one, float("nan"))[["value", "numerator", "denominator"]]
    seeded = rows.assign(**blank, status=rows.status.mask(one, "not_published"))
    (told,) = guarding.attacked(disclosure(), seeded)
    assert "QP045016 (Champ de la Ville), 2022, Femmes" in told
    assert f"chiffre caché, {truth} exactement" in told
    assert "Contrat de ville" in told.partition("À retirer")[0]


@pytest.mark.acceptance
def test_the_tables_of_sixty_other_neighbourhoods_give_nothing_away(metropole):
    assert guarding.faults() == ()


# --- what was published before -----------------------------------------------------------------


@pytest.fixture
def edition(tmp_path, opened):
    """Write the figures of a former edition."""
    opened(decisions=tmp_path / "decisions")
    place = tmp_path / "editions" / "2026-05-01" / "figures.csv"
    place.parent.mkdir(parents=True)

    def write(*lines):
        head = "area,indicator,year,dated,value,count,status"
        place.write_text("\n".join((head, *lines, "")), encoding="utf-8")
        return guarding.attacked(disclosure(), of("insee_filosofi_panel", "insee_population"))

    return write


def test_what_a_former_edition_told_is_still_known(edition):
    (told,) = edition("QP045013,taux_pauvrete,2021,,46,,published")
    assert (
        "QP045013 (Pont Bordeaux), 2021, Taux de pauvreté : chiffre caché, de 45,5 à 46,5" in told
    )
    assert "À retirer au moins : « Taux de pauvreté », QP" not in told
    assert "édition du 2026-05-01" in told


def test_a_figure_that_was_revised_is_no_secret(edition):
    assert edition("QP045003,taux_pauvrete,2021,,51,,published", "median,gini,2019,,0.2,,") == ()


# --- the command and the catalogue ---------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, opened):
    """A copy of the catalogue, in place of the real one."""
    for name in ("actions", "catalogue"):
        shutil.copytree(current().root / "data" / name, tmp_path / "data" / name)
    return opened(root=tmp_path).catalogue / "disclosure.toml"


def changed(place, before, after):
    text = place.read_text(encoding="utf-8")
    assert before in text
    place.write_text(text.replace(before, after), encoding="utf-8")


def test_a_secret_stops_the_publication_and_nothing_is_written(folder, site, tmp_path):
    target = tmp_path / "publié"
    accepted, last = "[accepted.vacance_courte]\n", "[perimeters]"
    text = folder.read_text(encoding="utf-8")
    folder.write_text(text.partition(accepted)[0] + last + text.partition(last)[2], "utf-8")
    for words in (["publish", str(target), "--reports", str(site)], ["check"]):
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 1
        told = "QP045014 (Les 3 Fontaines), 2022, logements sociaux vacants depuis trois mois"
        assert told in result.stderr
        assert "Traceback" not in result.output
    assert not target.exists()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("threshold = 5\n", "treshold = 5\n", "« series.defm.treshold » inconnu, voulez"),
        ("threshold = 5\n", "threshold = 0\n", "champ « series.defm.threshold » : 0 refusé"),
        ("[series.cnam]", "[series.cnan]", "Voulez-vous dire « cnam » ?"),
        ('"habitants", ', '"habitant", ', "[part_femmes], champ « part_of » : l'effectif « habi"),
        ("[accepted.niveau_inconnu]\nrest = \"dem", "[accepted.niveau_inconnu]\nrest = \"Dem",
         "[accepted.niveau_inconnu] : le reste « Demandeurs"),
        ('series = "defm"', 'series = "demf"', "Voulez-vous dire « defm » ?"),
    ],
)  # fmt: skip
def test_a_fault_of_the_declarations_is_told(folder, before, after, said):
    changed(folder, before, after)
    result = CliRunner().invoke(main, ["check"])
    assert result.exit_code == 1
    assert re.search(r"Catalogue, (disclosure|indicators-1-population)\.toml", result.stderr)
    assert said in result.stderr


WITHHELD = """
[withheld.essai]
area = "QP045001"
indicator = "demandeurs_cap_bep"
year = 2022
reason = "Un essai."
"""


def test_a_figure_that_is_withheld_is_told_nowhere_and_gives_nothing_away(folder):
    rows = pd.DataFrame([*LEVELS, row("demandeurs_bac_plus", None)])
    assert leaks(observed.withheld(rows).to_dict("records"))
    folder.write_text(folder.read_text(encoding="utf-8") + WITHHELD, encoding="utf-8")
    forget()
    kept = observed.withheld(rows)
    assert kept.iloc[1][["value", "numerator", "denominator"]].isna().all()
    assert kept.status.tolist() == ["published", "not_published", "not_published"]
    assert not leaks(kept.to_dict("records"))
    with pytest.raises(QpvError, match=r"essai.*demandeurs_cap_bep.*de QP045001"):
        observed.withheld(rows[:1])


def test_a_sum_that_does_not_hold_is_told(folder):
    changed(folder, 'total = "ABCDE"\nparts = ["ABC"]', 'total = "ABC"\nparts = ["ABCDE"]')
    (told,) = guarding.attacked(disclosure(), of("insee_ipro/defm"))
    assert "ne peuvent être vrais ensemble" in told
    assert "disclosure.toml" in told
