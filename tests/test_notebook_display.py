"""The names of a notebook, their help, and what IPython shows: in French, nothing dropped."""

import csv
import inspect
import json
import re
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

import qpvlib as qpv
from qpvlib.document.blocks import plain
from qpvlib.notebook import cards, sheet
from qpvlib.project import HERE
from qpvlib.roadmap.decisions import Decision
from qpvlib.tables import tidy

SHELL = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.completer import provisionalcompleter
shell = InteractiveShell.instance()
shell.run_cell("import pandas as pd, qpvlib as qpv", silent=True)
def listed():
    with provisionalcompleter():
        return sorted({c.text for c in shell.Completer.completions("qpv.", 4)})
before = listed()
found = []
for cell in json.load(sys.stdin):
    shell.user_ns["shown"] = None
    shell.run_cell(f"shown = {cell}", silent=True)
    found.append(shell.display_formatter.format(shell.user_ns["shown"])[0])
print("@@" + json.dumps([before, listed(), found]))
"""
POVERTY = 'qpv.observations(indicator="taux_pauvrete", area=16)'
CELLS = {
    "all": "qpv.observations()",
    "poverty": POVERTY,
    "chosen": f'{POVERTY}[["year", "value", "status"]]',
    "alone": "qpv.compare(16).query('indicator == \"gini\"')[['benchmark_name', 'year', 'gap']]",
    "positions": "qpv.compare(16)",
    "findings": "qpv.findings(16)",
    "own": 'pd.DataFrame({"area": ["QP045016"], "value": [1.5]})',
    "described": f"{POVERTY}.describe()",
    "blank": f"{POVERTY}.isna()",
    "place": 'qpv.neighbourhood("la source")',
    "places": 'qpv.neighbourhoods("gien")',
    "needs": "qpv.needs(16)",
    "trend": 'qpv.trend(16, "pauvreté")',
    "plan": "qpv.plan(16)",
    "where": "qpv.where(1.9347, 47.8371)",
}


def run(program, given=""):
    done = subprocess.run([sys.executable, "-c", program], input=given, capture_output=True,
                          text=True)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def shell():
    before, after, found = json.loads(run(SHELL, json.dumps([*CELLS.values()])).split("@@")[1])
    return before, after, dict(zip(CELLS, found, strict=True))


@pytest.fixture(scope="module")
def shown(shell):
    return shell[2]


def table(bundle):
    """Caption, heads, rows and notes of a table as its HTML has them, spaces made plain."""
    page = BeautifulSoup(bundle["text/html"], "lxml")
    for style in page("style"):
        style.extract()

    def texts(cells):
        return [re.sub(r"\s+", " ", cell.get_text(" ")).strip() for cell in cells]

    rows = [texts(row(["th", "td"])) for row in page("tr")]
    return texts(page("caption"))[0], rows[0], rows[1:], texts(page("p"))


def published(**wanted):
    """Rows of the observations as the file has them."""
    with (HERE / "data/tidy/observations.csv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        return [row for row in rows if all(row[name] == one for name, one in wanted.items())]


# --- names ---------------------------------------------------------------------------------------


def test_tab_lists_the_names_of_the_intern_and_no_other(shell):
    before, after, _ = shell
    assert before == after == sorted(qpv.__all__) == sorted(dir(qpv))
    assert {"neighbourhood", "observations", "compare", "findings", "figures"} <= set(before)
    assert len(before) <= 18


def test_the_notebooks_of_the_pages_reach_what_is_not_listed():
    reached = set()
    for place in (HERE / "notebooks").glob("*.ipynb"):
        cells = json.loads(place.read_text("utf-8"))["cells"]
        code = "".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
        reached |= set(re.findall(r"qpv\.(\w+)", code))
    assert reached - set(dir(qpv)) <= {"compared", "all_plans", "strengths", "Project"}
    assert [name for name in reached if not hasattr(qpv, name)] == []


FUNCTIONS = [name for name in qpv.__all__ if inspect.isfunction(getattr(qpv, name))]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_help_answers_in_french_with_an_example(name):
    function = getattr(qpv, name)
    told = inspect.getdoc(function)
    assert not re.search(r"\b(the|of|and|with|its|when)\b", told)
    assert re.search(r"\b(le|la|les|un|une|des)\b", told)
    assert [p for p in inspect.signature(function).parameters if p not in told] == []
    assert "Raises" in told
    assert f">>> {name}(" in told or f"{name}(" in told.partition("Examples")[2]


def test_importing_costs_nothing():
    program = "import sys; import qpvlib; dir(qpvlib); print(*sorted(sys.modules))"
    loaded = set(run(program).split())
    assert not loaded & {"pandas", "numpy", "IPython", "matplotlib", "pydantic"}
    assert {name for name in loaded if name.startswith("qpvlib.")} == set()


# --- tables --------------------------------------------------------------------------------------


def test_what_is_given_stays_a_plain_dataframe():
    assert {type(t) for t in (qpv.observations(), qpv.compare(3), qpv.findings(3))} == {
        pd.DataFrame
    }


def test_a_long_table_says_how_many_rows_are_shown(shown):
    caption, heads, rows, notes = table(shown["all"])
    every = len(published())
    assert caption == (f"Chiffres publiés : 40 lignes sur {every:,}".replace(",", " ")
                       + ", les 20 premières et les 20 dernières")  # fmt: skip
    assert len(rows) == 40
    assert heads == ["Territoire area", "Indicateur indicator", "Année des données year",
                     "Valeur value", "Statut status", "Source source"]  # fmt: skip
    assert notes == ["Colonnes qui ne sont pas montrées ici : generation, year_status, edition, "
                     "decimals, numerator, denominator, note."]  # fmt: skip


def test_each_row_is_that_of_the_file(shown):
    caption, _, rows, _ = table(shown["poverty"])
    own = published(area="QP045016", indicator="taux_pauvrete")
    assert caption == f"Chiffres publiés de Champ de la Ville (QP045016) : {len(own)} lignes"
    assert [row[2] for row in rows] == [one["year"] for one in own]
    for row, one in zip(rows, own, strict=True):
        value = Decimal(one["value"]).quantize(Decimal(1).scaleb(-int(one["decimals"])))
        assert row[:2] == ["Champ de la Ville (QP045016)", "Taux de pauvreté (taux_pauvrete)"]
        assert row[3] == f"{value} %".replace(".", ",")
        assert (
            row[4]
            == {"published": "publié", "estimated": "estimé par le producteur"}[one["status"]]
        )
        assert f"({one['source']})" in row[5]


def test_chosen_columns_keep_their_words_and_what_cannot_be_told_is_said(shown):
    caption, heads, rows, notes = table(shown["chosen"])
    assert caption.startswith("Tiré des chiffres publiés : ")
    assert heads == ["Année des données year", "Valeur value", "Statut status"]
    assert rows[0][1:] == ["61,5 %", "publié"]
    assert notes == ["Sans « year_status », rien ne dit ici si l’année est vérifiée, déduite ou "
                     "inconnue."]  # fmt: skip
    _, heads, rows, notes = table(shown["alone"])
    assert heads == ["Repère benchmark_name", "Année des données year", "Écart au repère gap"]
    assert rows[0] == ["QPV de métropole", "2019", "0,029 de moins"]
    assert notes[1:] == ["Sans « indicator », l’unité des valeurs n’est pas connue ici."]


def test_a_comparison_and_findings_are_in_words(shown):
    caption, heads, rows, _ = table(shown["positions"])
    assert caption.startswith("Comparaison de Champ de la Ville (QP045016) : 40 lignes sur ")
    assert heads[-2:] == ["Écart au repère gap", "Lecture parmi les QPV verdict"]
    assert {row[-1] for row in rows} <= {"plus élevé", "plus bas", "comparable", "sans repère"}
    caption, heads, rows, _ = table(shown["findings"])
    assert caption == f"Constats de Champ de la Ville (QP045016) : {len(rows)} lignes"
    assert {row[heads.index("Solidité solidity")] for row in rows} <= {
        "solide", "à confirmer", "non documenté"
    }  # fmt: skip
    assert all(row[-1].endswith(".") for row in rows)


@pytest.mark.parametrize("name", ["own", "described", "blank"])
def test_what_is_not_ours_keeps_pandas_display(shown, name):
    made = eval(CELLS[name], {"pd": pd, "qpv": qpv})
    assert shown[name] == {"text/plain": repr(made), "text/html": made._repr_html_()}


def test_every_figure_of_the_tables_is_shown_as_the_file_has_it():
    every, rows = published(), qpv.observations()
    blanks = {"not_published": "non publié", "censored": "moins de"}
    for start in range(0, len(rows), sheet.MOST):
        made = sheet.sheet(rows[start : start + sheet.MOST])
        values = [plain(row[-3]).replace("\u202f", "") for row in made.rows]
        for shown, one in zip(values, every[start : start + sheet.MOST], strict=True):
            if one["status"] in blanks:
                assert shown.startswith(blanks[one["status"]]), one
            elif " des " in shown:
                assert shown == f"{float(one['numerator']):.0f} des {float(one['denominator']):.0f}"
            else:
                step = Decimal(1).scaleb(-int(one["decimals"]))
                value = Decimal(one["value"]).quantize(step, ROUND_HALF_UP)
                number = re.match(r"[−\d,]+", shown)[0].replace(",", ".").replace("−", "-")
                assert number == f"{value + 0}", one


TABLES = {
    "observations": qpv.observations(),
    "positions": qpv.compare(3),
    "findings": qpv.findings(3),
}


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(sorted(TABLES)))
def test_whatever_rows_and_columns_are_chosen_each_is_shown(data, kind):
    whole = TABLES[kind]
    names = data.draw(st.lists(st.sampled_from(list(whole)), min_size=1, unique=True))
    first = data.draw(st.integers(0, len(whole)))
    chosen = whole[first : first + data.draw(st.integers(0, 60))][names]
    assert sheet.kind(chosen) in TABLES
    made = sheet.sheet(chosen)
    told = [name for _, name in made.heads]
    if set(tidy.COLUMNS["observations"]) - {"generation"} <= set(names):
        told += made.notes[0].partition("\xa0: ")[2].rstrip(".").split(", ")
    assert {*names} <= {*told}
    assert len(made.rows) == min(len(chosen), sheet.MOST)
    words = [plain(cell) for row in made.rows for cell in row]
    assert not {"nan", "None", "", "<NA>"} & {*words}


# --- things --------------------------------------------------------------------------------------


def test_a_neighbourhood_is_a_card(shown):
    told = shown["place"]["text/plain"].replace("\xa0", " ").replace("\u202f", " ").splitlines()
    [people] = published(area="QP045010", indicator="population")[-1:]
    assert told[:2] == ["La Source", "Quartier prioritaire QP045010"]
    assert "Commune : Orléans" in told
    assert any(f"({people['year']} ; Insee" in line for line in told)
    assert any("QN04505M « La Source », modifié depuis 2024" in line for line in told)
    assert told[-1] == "Sa page : qp045010-la-source.html"
    page = BeautifulSoup(shown["place"]["text/html"], "lxml")
    assert page.h3.get_text() == "La Source"
    assert len(page("dt")) == len(page("dd")) == 6


def test_in_a_list_or_a_dict_each_is_a_line(shown):
    assert shown["places"] == {
        "text/plain": "{'QP045016': Champ de la Ville (QP045016), Gien,\n"
        " 'QP045017': Montoire (QP045017), Gien}"
    }
    lines = shown["needs"]["text/plain"].splitlines()
    assert len(lines) == 3
    assert all(re.search(r"\. .*\((solide|à confirmer)\)[,\]]$", line) for line in lines)


def test_a_trend_a_plan_a_point_are_said_in_french(shown):
    assert shown["trend"]["text/plain"].startswith("Taux de pauvreté, Champ de la Ville\xa0: ")
    assert "Feuille de route de Champ de la Ville (QP045016)" in shown["plan"]["text/plain"]
    assert "aucune décision" in shown["plan"]["text/plain"]
    assert shown["where"]["text/plain"].startswith("2015 : dans La Source (QP045010).")
    english = r"Neighbourhood\(|Reading\(|Trend\(|\b(higher|lower|nan|None|solid|confirm)\b"
    assert [name for name, one in shown.items() if name not in ("own", "described", "blank")
            and re.search(english, one["text/plain"])] == []  # fmt: skip


def test_a_decision_is_said_whole():
    decision = Decision(
        neighbourhood="QP045016", axis="emploi", state="modified", function="déléguée du préfet",
        date="2026-09-15", reason="Le contrat le demande.", objectives=("Un objectif.",),
    )  # fmt: skip
    assert cards.text(decision).splitlines() == [
        "Champ de la Ville, axe emploi\xa0: retenu et modifié, le 15/09/2026 (déléguée du préfet)",
        "- Un objectif.",
        "Le contrat le demande.",
    ]


@pytest.mark.parametrize("trace", ["", "1"])
def test_a_mistake_is_shown_without_a_traceback_but_to_who_traces(monkeypatch, trace):
    monkeypatch.setenv("QPV_TRACE", trace)
    program = SHELL.partition("def listed")[0]
    told = run(f"{program}shell.run_cell('qpv.neighbourhood(\"la sourse\")')")
    assert "Voulez-vous dire La Source (QP045010) ?" in told
    assert ("Traceback" in told) == bool(trace)
