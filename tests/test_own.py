"""One's own figures and tables: what qpv.exhibit takes, writes, and refuses with what to write."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import pytest
import reading
import seaborn as sns
import seaborn.objects as so
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from matplotlib.figure import Figure

import qpvlib as qpv
from qpvlib.catalogue import QpvError
from qpvlib.document.exhibits import PAGE

TEXTS = {
    "title": "Jeunes reçus",
    "alternative": "Les jeunes reçus passent de 41 en 2019 à 52 en 2022",
    "source": "Mission locale",
}
COUNTS = pd.DataFrame({"Année": [2019, 2022], "Reçus": [41, 52]})


@pytest.fixture(autouse=True, scope="module")
def _no_window():
    with mpl.rc_context({"backend": "agg"}):
        yield
    plt.close("all")


def line():
    figure = Figure(figsize=(4, 3))
    figure.subplots().plot([2019, 2022], [41, 52])
    return figure


DRAWINGS = {
    "figure": line,
    "axes": lambda: line().axes[0],
    "several axes": lambda: COUNTS.plot(subplots=True),
    "pandas": lambda: COUNTS.plot(x="Année"),
    "seaborn axes": lambda: sns.barplot(COUNTS, x="Année", y="Reçus", ax=plt.figure().subplots()),
    "seaborn grid": lambda: sns.relplot(COUNTS, x="Année", y="Reçus"),
    "seaborn pairs": lambda: sns.pairplot(COUNTS),
    "seaborn object": lambda: so.Plot(COUNTS, x="Année", y="Reçus").add(so.Line()),
    "image": lambda: plt.subplots()[1].imshow([[0, 1], [2, 3]]),
}


def page_of(exhibit):
    return exhibit._repr_mimebundle_()[PAGE]


@pytest.mark.filterwarnings("ignore:The copy keyword is deprecated")  # seaborn's own
@pytest.mark.parametrize("kind", DRAWINGS)
def test_whatever_draws_is_published_with_its_texts_the_same_bytes_twice(kind):
    shown = page_of(qpv.exhibit(DRAWINGS[kind](), **TEXTS, year=2022))
    plt.close("all")
    assert shown == page_of(qpv.exhibit(DRAWINGS[kind](), **TEXTS, year=2022))
    figure = reading.figure(shown)
    assert figure.alt == TEXTS["alternative"]
    assert figure.caption == (
        "Jeunes reçus Source : Mission locale, 2022 ; hors contrôle du projet."
    )
    drawn = {element.tag.rpartition("}")[2] for element in figure.drawing.iter("{*}*")}
    assert drawn & {"path", "image"}
    assert not plt.get_fignums()  # else the notebook would show it once more


def test_a_figure_is_as_wide_as_it_was_drawn():
    small, large = (
        html.fromstring(page_of(qpv.exhibit(figure, **TEXTS))).find(".//img")
        for figure in (line(), Figure(figsize=(8, 3)))
        if figure.axes or figure.subplots().plot([1, 2])
    )
    assert 330 < int(small.get("width")) < 400  # four inches, at 96 pixels, white margins cut
    assert int(large.get("width")) > 1.8 * int(small.get("width"))


ASKED = "dire en une phrase ce que la figure apprend à qui ne la voit pas"
REFUSED = {
    "no title": ({"title": ""}, "le titre manque"),
    "a title of spaces": ({"title": "  "}, "le titre manque"),
    "no source": ({"source": ""}, "la source manque"),
    "no alternative": ({"alternative": ""}, f"l'alternative manque ; {ASKED}"),
    "the title again": (
        {"title": TEXTS["alternative"].upper() + " !"}, f"l'alternative répète le titre ; {ASKED}"
    ),
    "a word": ({"alternative": "Courbe"}, "trop courte (5 mots au moins)"),
    "five letters": ({"alternative": "a b c d e"}, "trop courte"),
    "what it is": ({"alternative": "Image de la courbe des jeunes"}, "commence par « Image »"),
    "not a text": ({"title": 3}, "title doit être un texte, et non 3"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_lacks_is_refused_with_what_to_write(case):
    given, said = REFUSED[case]
    with pytest.raises(QpvError) as told:
        qpv.exhibit(line(), **TEXTS | given)
    assert said in str(told.value)
    assert str(told.value).endswith('Écrire : qpv.exhibit(figure, title="…", alternative="…", '
                                    'source="…")')  # fmt: skip


STRANGERS = {
    "a number": (3, "et non « int »"),
    "nothing": (None, "et non « NoneType »"),
    "the library": (plt, "la figure en cours est plt.gcf()"),
    "a blank figure": (Figure(), "rien n'y est dessiné"),
    "blank axes": (Figure().subplots(), "rien n'y est dessiné"),
    "an empty table": (COUNTS.head(0), "il est vide"),
    "rows without heads": (COUNTS.describe(), 'nommer l\'index : tableau.rename_axis("Quartier")'),
    "a column without a name": (pd.Series([1, 2]), 'serie.rename("Habitants")'),
    "levels of columns": (pd.concat({"a": COUNTS}, axis=1), "plusieurs niveaux"),
    "a file": (pd.concat([COUNTS] * 30), "il a 60 lignes, 40 au plus"),
    "a division by zero": (COUNTS.assign(Part=[1 / 3, float("inf")]), "« Part » contient"),
}


@pytest.mark.parametrize("case", STRANGERS)
def test_what_cannot_be_read_is_refused_with_what_to_do(case):
    given, said = STRANGERS[case]
    with pytest.raises(QpvError) as told:
        qpv.exhibit(given, **TEXTS)
    assert said in str(told.value)


# --- tables --------------------------------------------------------------------------------------


def table_of(frame, **texts):
    shown = page_of(qpv.exhibit(frame, title="Titre", source="Enquête", **texts))
    return reading._table(html.fromstring(shown).find(".//table")), shown


def test_a_table_is_french_its_values_untouched_a_blank_no_zero():
    frame = pd.DataFrame(
        {
            "Quartier": ["Le Plateau", "Gien"],
            "Année": [2019, 2022],
            "Habitants": [12560, None],
            "Part (%)": [7.25, 40.5],
            "Ratio": [1 / 3, 0.004],
            "ZRR": [True, False],
            "Ouvert le": pd.to_datetime(["2021-03-01", None]),
        }
    )
    table, shown = table_of(frame, alternative="Le Plateau est plus grand")
    assert table.caption == "Titre"
    first, second = ([*row.cells.values()] for row in table.rows)
    assert first == ["Le Plateau", "2019", "12 560", "7,25", "0,3333", "oui", "01/03/2021"]
    assert second == ["Gien", "2022", "—", "40,50", "0,0040", "non", "—"]
    assert "Le Plateau est plus grand" in shown


@pytest.mark.parametrize(
    ("frame", "heads"),
    [
        (COUNTS.set_index("Année"), ["2019", "2022"]),
        (COUNTS[COUNTS["Reçus"] > 41], ["2022"]),
        (COUNTS.set_index("Année")["Reçus"], ["2019", "2022"]),
        (pd.Series(["a", "b", "a"], name="Lieu").value_counts(), ["a", "b"]),
    ],
)
def test_rows_are_headed_by_a_named_index_else_by_the_first_column(frame, heads):
    assert [row.head for row in table_of(frame)[0].rows] == heads


@given(
    st.lists(
        st.none() | st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) >= 1e-5), min_size=1
    )
)
def test_no_value_is_shown_as_zero_but_zero_nor_a_blank_as_a_value(values):
    values = values[:40]
    frame = pd.DataFrame({"Lieu": map(str, range(len(values))), "n": values}, dtype=object)
    frame["n"] = frame["n"].astype(float)
    told = [row.cells["n"] for row in table_of(frame)[0].rows]
    decimals = set()
    for value, text in zip(values, told, strict=True):
        assert (text == "—") == (value is None)
        if value is not None:
            assert abs(reading.number(text) - value) <= max(0.005, 0.5 * abs(value))
            assert (reading.number(text) == 0) == (value == 0)
            decimals.add(len(text.partition(",")[2]))
    assert len(decimals) <= 1
