"""Editions: what two publications say differently, each thing once, what matters most first."""

import copy
import re

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import plain

from qpvlib import cli
from qpvlib.roadmap import differences, published
from qpvlib.roadmap.published import COLUMNS, Said
from qpvlib.tables import sealing

SOURCE, HAMEAU = "QP045010", "QP045015"
OLD, NEW = "2026-01-15", "2026-06-15"


class Tables(dict):
    """Tables of an edition, which a failing test names and does not print."""

    def __repr__(self):
        return "Tables()"


@pytest.fixture(scope="session")
def before():
    """What the pages say of two neighbourhoods and of what is around them."""
    tables = Tables(copy.deepcopy(dict(published.present().tables)))
    kept = {SOURCE, HAMEAU, "45234", "median"}
    tables["figures"] = {k: row for k, row in tables["figures"].items() if k[0] in kept}
    put(tables, "decisions", SOURCE, "emploi", "Emploi", "rejected", "2026-01-10", "Chef", "", "x")
    return tables


def put(tables, name, *row):
    """Add a row to a table, or write over the one of its name."""
    named, others = COLUMNS[name]
    tables[name][row[: len(named)]] = dict(zip((*named, *others), row, strict=True))


def setting(name, *key, **cells):
    """A change of one row."""

    def change(tables):
        assert tables[name][key] != tables[name][key] | cells
        tables[name][key] = tables[name][key] | cells

    return change


def adding(name, *row):
    return lambda tables: put(tables, name, *row)


def taking(name, *key):
    return lambda tables: tables[name].pop(key)


# One change of each kind, in the order in which readers must hear of them.
CHANGES = {
    "decision": (
        setting("decisions", SOURCE, "emploi", state="retained"),
        "Décision : « Emploi », retenu, et non plus non retenu : La Source",
    ),
    "axis": (
        setting("axes", HAMEAU, "emploi", status="gap"),
        "Axe : « Développement économique et emploi » n'est plus proposé : Le Hameau",
    ),
    "objective": (
        adding("objectives", HAMEAU, "neuf", "act", "emploi", "Aider à lire", "Aider à lire"),
        "Objectif : nouveau : « Aider à lire » : Le Hameau",
    ),
    "revised": (
        setting("figures", SOURCE, "taux_pauvrete", "2019", value="47.9"),
        "Chiffre révisé : Taux de pauvreté (2019) : La Source 47,9 %, et non plus 48,4 %",
    ),
    "hidden": (
        setting("figures", SOURCE, "taux_pauvrete", "2018", value="", status="not_published"),
        "Chiffre qui n'est plus publié : Taux de pauvreté (2018) : La Source",
    ),
    "year": (
        adding("figures", SOURCE, "taux_pauvrete", "2023", "", "46.1", "", "published"),
        "Nouvelle année : Taux de pauvreté : 2023 s'ajoute, après 2021 : La Source",
    ),
    "shown": (
        adding("figures", "45234", "taux_emploi", "2017", "", "63.2", "", "estimated"),
        "Chiffre désormais publié : Taux d'emploi des 15-64 ans (2017) : Orléans 63,2 % "
        "(estimation)",
    ),
    "perimeter": (
        setting("perimeters", SOURCE, outline="0123456789ab", hectares="180"),
        "Périmètre : contour modifié : La Source 180,0 ha, et non plus 74,9 ha",
    ),
    "definition": (
        setting("definitions", "population", definition="Habitants comptés autrement."),
        "Définition : celle de « Habitants » n'est plus la même",
    ),
    "threshold": (
        setting("thresholds", "assets", value="3"),
        "Seuil : 3 points d'appui, et non plus 2 points d'appui. Deux au plus : ce qu'ont les "
        "habitants, puis une ressource proche.",
    ),
}  # fmt: skip
SIX = ("decision", "objective", "revised", "hidden", "year", "definition")


def after(tables, *changes):
    new = Tables({name: dict(rows) for name, rows in tables.items()})
    for change in changes:
        change(new)
    return new


def lines(old, new):
    found = differences.between(Said("", old), Said("", new))
    return [plain(one.said()) for one in found]


def kept(folder, day, tables):
    """An edition, on disk as publish keeps it."""
    made = folder / day
    made.mkdir(parents=True)
    for name in COLUMNS:
        (made / f"{name}.csv").write_text(published.written(name, tables[name]), "utf-8")
    names = sorted(f"{name}.csv" for name in COLUMNS)
    (made / "SHA256SUMS").write_text(sealing.checksums(made, names))
    return made


@pytest.fixture
def editions(tmp_path, opened):
    """Folder of the editions of a project that has none yet."""
    return opened(decisions=tmp_path / "data" / "decisions").editions


def ask(*words):
    done = CliRunner().invoke(cli.main, list(words))
    return done.exit_code, plain(done.output)


# --- what differs --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", CHANGES)
def test_one_change_is_one_entry(before, kind):
    change, told = CHANGES[kind]
    assert lines(before, after(before, change)) == [told]


def test_six_changes_between_two_editions_are_six_entries_in_their_order(before, editions):
    kept(editions, OLD, before)
    kept(editions, NEW, after(before, *(CHANGES[kind][0] for kind in reversed(SIX))))
    code, told = ask("diff", OLD, NEW)
    expected = " ".join(f"- {CHANGES[kind][1]}" for kind in SIX)
    assert (code, told) == (0, f"De {OLD} à {NEW} : 6 changements {expected}")
    assert ask("diff", OLD, OLD) == (0, "Rien n'a changé.")


@settings(max_examples=60, deadline=None)
@given(kinds=st.sets(st.sampled_from(sorted(CHANGES))), shuffle=st.randoms())
def test_any_changes_are_told_once_each_in_their_order(before, kinds, shuffle):
    mixed = sorted(kinds)
    shuffle.shuffle(mixed)
    found = lines(before, after(before, *(CHANGES[kind][0] for kind in mixed)))
    assert found == [told for kind, (_, told) in CHANGES.items() if kind in kinds]


SILENT = {
    "the same row, under the mark of an estimate": setting(
        "figures", SOURCE, "taux_pauvrete", "2019", status="estimated"
    ),
    "a blank that says otherwise why": [
        adding("figures", SOURCE, "gini", "2030", "", "", "", "not_published"),
        setting("figures", SOURCE, "gini", "2030", status="not_applicable"),
    ],
    "an objective of which a figure alone moved": [
        adding("objectives", SOURCE, "x", "ask", "", "Moins d'habitants", "Pourquoi 1 133 ?"),
        setting("objectives", SOURCE, "x", text="Pourquoi 98 ?"),
    ],
    "who signed a page": adding("pages", "index.html", "reviewed", "2026-06-01", "Chef", "0"),
}


@pytest.mark.parametrize("case", SILENT)
def test_what_a_reader_would_not_see_is_not_told(before, case):
    *first, change = SILENT[case] if isinstance(SILENT[case], list) else [SILENT[case]]
    old = after(before, *first)
    assert lines(old, after(old, change)) == []


def test_a_figure_that_moves_with_its_definition_is_told_with_it(before):
    moved = [
        setting("figures", code, "taux_pauvrete", "2019", value=value)
        for code, value in ((SOURCE, "40.0"), (HAMEAU, "41.0"), ("45234", "22.0"))
    ]
    defined = setting("definitions", "taux_pauvrete", definition="Au seuil de 50 %.")
    assert lines(before, after(before, *moved, defined)) == [
        "Définition : celle de « Taux de pauvreté » n'est plus la même : 3 chiffres ont changé "
        "avec elle"
    ]
    renamed = setting("definitions", "taux_pauvrete", label="Pauvreté")
    found = lines(before, after(before, *moved, renamed))
    assert [line.partition(" : ")[0] for line in found] == ["Chiffre révisé", "Définition"]


def test_a_neighbourhood_that_goes_and_an_indicator_that_comes_are_one_entry_each(before):
    gone = after(before, taking("perimeters", HAMEAU))
    for name in ("figures", "axes", "objectives"):
        gone[name] = {key: row for key, row in gone[name].items() if key[0] != HAMEAU}
    assert lines(before, gone) == [f"Périmètre : Le Hameau ({HAMEAU}) n'est plus dans les tables"]
    assert lines(gone, before) == [f"Périmètre : Le Hameau ({HAMEAU}) est un quartier de plus"]
    rows = [("figures", SOURCE, "neuf", y, "", "1", "", "published") for y in ("2019", "2020")]
    new = [adding(*row) for row in rows]
    more = adding("definitions", "neuf", "Neuf", "Un.", "%", "none", "share")
    assert lines(before, after(before, *new, more)) == [
        "Définition : « Neuf » est un indicateur de plus"
    ]


def test_few_people_are_counted_and_what_is_hidden_is_not_said_again(before):
    few = setting("figures", SOURCE, "taux_pauvrete", "2019", value="38.0", count="33/87")
    (line,) = lines(before, after(before, few))
    assert "La Source 33 sur 87, et non plus 48,4 %" in line
    assert "38,0" not in line
    old = after(before, few)
    hide = setting("figures", SOURCE, "taux_pauvrete", "2019", value="", count="")
    (line,) = lines(old, after(old, hide))
    assert not re.search(r"33|87|38", line)


def test_another_scheme_of_axes_is_said_once(before):
    new = after(before, taking("decisions", SOURCE, "emploi"))
    new["axes"] = {(c, f"{a}_"): r | {"scheme": "autre"} for (c, a), r in new["axes"].items()}
    assert lines(before, new) == [
        "Axe : le schéma d'axes n'est plus le même : tous les axes et leurs décisions en dépendent"
    ]


def test_an_unknown_edition_is_told_with_the_nearest(before, editions):
    kept(editions, OLD, before)
    code, told = ask("diff", "2026-01-16", "site")
    assert code == 2
    assert f"Voulez-vous dire « {OLD} » ? Il y a : {OLD}, site." in told


def test_an_edition_that_a_hand_changed_is_refused(before, editions):
    place = kept(editions, OLD, before) / "figures.csv"
    place.write_text(place.read_text("utf-8").replace(",48.4,", ",18.4,"), "utf-8")
    code, told = ask("diff", OLD, "site")
    assert code == 1
    assert f"L'édition du {OLD} n'est plus telle que qpv publish l'a gardée (figures.csv)" in told
