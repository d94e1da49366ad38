"""Two projects in one process, each with its own tables, catalogue and scheme; none mixes."""

import ast
import os
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from importlib import resources

import elsewhere
import pandas as pd
import pytest
import raw
from click.testing import CliRunner
from elsewhere import TWIN

import qpvlib
from qpvlib import cli
from qpvlib.catalogue import QpvError, axes, catalogue
from qpvlib.diagnosis import comparison, findings
from qpvlib.project import HERE, VARIABLES, Project, current
from qpvlib.publishing import execution, jobs, pools, proof
from qpvlib.roadmap import stands
from qpvlib.tables import indicators
from qpvlib.tables.areas import neighbourhood, neighbourhoods

GIEN, RULE, FIGURE = "QP045016", "quartile_low", "taux_pauvrete"
LIBRARY = HERE / "qpvlib"


@pytest.fixture(scope="module")
def here():
    """This library's own project: the Loiret."""
    return current()


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    """Another: the Loiret and « 99 », other figures, another rule, another scheme of axes."""
    root = tmp_path_factory.mktemp("there")
    for name in ("data/catalogue", "data/actions", "notebooks"):
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copytree(current().root / name, root / name)
    table = elsewhere.tables(root / "data" / "tidy") / "observations.csv"
    rows = pd.read_csv(table, dtype=str, keep_default_na=False)
    moved = rows.indicator.eq(FIGURE) & rows.value.ne("")
    rows.loc[moved, "value"] = [f"{float(value) / 2:g}" for value in rows.value[moved]]
    rows.to_csv(table, index=False)
    rules = root / "data" / "catalogue" / "rules.toml"
    before = f"[{RULE}]\nvalue = 25"
    assert before in rules.read_text("utf-8")
    rules.write_text(rules.read_text("utf-8").replace(before, f"[{RULE}]\nvalue = 10"), "utf-8")
    return Project.at(root, scheme="locales_2024_2030")


def asked(code=GIEN):
    """What the open project says of a neighbourhood."""
    place = neighbourhood(code)
    observed = indicators.observations(around=place)
    positions = comparison.compare(observed, place)
    own = observed[(observed.area == code) & (observed.indicator == FIGURE)].dropna(subset="value")
    gaps = positions[positions.indicator == FIGURE]
    return {
        "neighbourhoods": sorted(neighbourhoods()),
        "figures": dict(zip(own.year.astype(int), own.value, strict=True)),
        "compared": set(gaps.value.dropna()),
        "findings": findings.findings(positions).sentence.tolist(),
        "once": findings.findings(comparison.compared(place)).sentence.tolist(),
        "axes": [stand.axis.label for stand in stands.plan_of(place).stands],
        "rule": catalogue().rule(RULE),
        "scheme": axes.scheme().short,
    }


def read_plainly(project, code=GIEN):
    """The same, from the files, without the library."""
    tables = {
        name: pd.read_csv(project.tidy / f"{name}.csv", dtype=str, keep_default_na=False)
        for name in ("neighbourhoods", "observations")
    }
    rows = tables["observations"]
    own = rows[(rows.area == code) & (rows.indicator == FIGURE) & (rows.value != "")]
    rules = tomllib.loads((project.catalogue / "rules.toml").read_text("utf-8"))
    return {
        "neighbourhoods": sorted(tables["neighbourhoods"].code),
        "figures": {int(y): float(v) for y, v in zip(own.year, own.value, strict=True)},
        "rule": rules[RULE]["value"],
    }


# --- side by side --------------------------------------------------------------------------------


def test_the_same_code_asked_in_turn_has_in_each_project_its_own_answer(here, there):
    told = {here: [], there: []}
    for project in (here, there, here, there):
        with project.opened():
            told[project].append(asked())
    for project, (first, again) in told.items():
        assert first == again
        assert first | read_plainly(project) == first
        assert first["compared"] <= set(first["figures"].values())
    mine, theirs = told[here][0], told[there][0]
    assert {name for name in mine if mine[name] == theirs[name]} == set()


def test_a_project_opened_inside_another_gives_it_back(here, there):
    with here.opened():
        mine = asked()
        with there.opened():
            assert asked()["neighbourhoods"] != mine["neighbourhoods"]
            with here.opened(tidy=there.tidy):  # the tables of one, the catalogue of the other
                mixed = asked()
            assert current() == there
        assert (current(), asked()) == (here, mine)
    assert (mixed["rule"], mixed["scheme"]) == (mine["rule"], mine["scheme"])
    assert mixed["figures"] == read_plainly(there)["figures"]


def test_a_project_is_given_back_after_an_error(here, there):
    before = current()
    with pytest.raises(QpvError, match=f"« {TWIN} » n'existe pas"), here.opened():
        neighbourhood(TWIN)
    assert current() == before


def test_two_threads_each_have_their_project_open(here, there):
    both, rounds = threading.Barrier(2), 5

    def work(project):
        told = []
        with project.opened():
            for _ in range(rounds):
                both.wait(60)
                told.append(asked())
        return told

    with ThreadPoolExecutor(2) as pool:
        found = dict(zip((here, there), pool.map(work, (here, there)), strict=True))
    for project, told in found.items():
        with project.opened():
            assert told == [asked()] * rounds


PAGE = """
from qpvlib.publishing import jobs, proof
from qpvlib.tables.areas import neighbourhood
print("".join(e.html for e in proof.exhibits(jobs.diagnosis(neighbourhood("QP045016")))))
"""


@pytest.mark.acceptance
def test_every_exhibit_of_a_page_is_that_of_a_process_with_one_project(here, there):
    def page():
        return "".join(e.html for e in proof.exhibits(jobs.diagnosis(neighbourhood(GIEN))))

    mixed = []
    for project in (there, here, there, here):
        with project.opened():
            mixed.append(page())
    for project, pages in ((there, mixed[::2]), (here, mixed[1::2])):
        done = subprocess.run(
            [sys.executable, "-c", PAGE], env=os.environ | project.environment,
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert [html == done.stdout.removesuffix("\n") for html in pages] == [True, True]
    assert mixed[0] != mixed[1]


@pytest.mark.parametrize("kernels", ["", pytest.param("ordinary", marks=pytest.mark.acceptance)])
def test_a_notebook_is_executed_over_the_open_project(here, there, kernels):
    shown = {}
    for project, code in ((here, GIEN), (there, TWIN)):
        with project.opened(kernels=kernels) as chosen:
            given = project.notebooks / "diagnostic.ipynb", {"code": code}
            done = pools.apart(chosen, execution.execute, *given)
        outputs = [o for cell in done.notebook.cells for o in cell.get("outputs", [])]
        shown[code] = "".join(o.get("data", {}).get("text/html", "") for o in outputs)
    assert "Loiret" in shown[GIEN]
    # But for whose the declared programmes are.
    assert "Loiret" not in shown[TWIN].replace("que ceux du Loiret", "")
    assert "Ailleurs" in shown[TWIN]
    assert VARIABLES["tidy"] not in os.environ


@pytest.fixture(scope="module")
def eure_et_loir(tmp_path_factory):
    """Another département's tables, built from the producers' files."""
    if not raw.REAL.is_dir():
        pytest.skip(raw.NO_REAL)
    folder = tmp_path_factory.mktemp("28") / "tidy"
    words = ["build", "--raw", str(raw.REAL), "--departement", "28", "--tidy", str(folder)]
    done = CliRunner().invoke(cli.main, words)
    assert done.exit_code == 0, done.output
    return folder


@pytest.mark.acceptance
def test_the_loiret_and_a_real_departement_side_by_side(here, eure_et_loir):
    dreux = sorted(pd.read_csv(eure_et_loir / "neighbourhoods.csv").code)
    assert {code[:5] for code in dreux} == {"QP028"}
    for _ in range(2):
        with here.opened(tidy=eure_et_loir) as project:
            told = asked(dreux[0])
            assert told | read_plainly(project, dreux[0]) == told
            with pytest.raises(QpvError, match=f"« {GIEN} » n'existe pas"):
                neighbourhood(GIEN)
        told = asked()
        assert told | read_plainly(here) == told
        assert not set(dreux) & set(told["neighbourhoods"])


# --- what names a project ------------------------------------------------------------------------


@pytest.mark.parametrize(("field", "variable"), VARIABLES.items())
def test_each_variable_is_read(field, variable):
    project = Project.of({variable: "ailleurs"})
    assert str(getattr(project, field)) == "ailleurs"
    moved = {f.name for f in fields(Project) if getattr(project, f.name) != OWN[f.name]}
    follow = {"tidy", "decisions", "register", "reports"} if field == "root" else set()
    assert moved == {field} | follow


OWN = {f.name: getattr(Project.at(HERE), f.name) for f in fields(Project)}


def test_without_a_variable_the_project_is_the_library_s_own():
    project = Project.of({})
    assert project == Project.at(HERE)
    assert project.tidy == HERE / "data" / "tidy"
    assert project.contract == HERE / "data" / "actions"


def test_a_project_is_told_whole_by_an_environment(there):
    assert Project.of(there.environment) == there
    assert set(there.environment) == set(VARIABLES.values())


def test_the_reference_has_exactly_the_variables():
    text = (HERE / "docs/reference/projet.md").read_text("utf-8")
    assert re.findall(r"^\| `(QPV_\w+)` \|", text, re.M) == list(VARIABLES.values())
    assert set(re.findall(r"QPV_\w+", text)) <= set(VARIABLES.values())


# --- who reads the environment -------------------------------------------------------------------

FRESH = ("__init__", "ask")
# The one reads it; others hand it to another process, are the body of one, or put it back.
ALLOWED = {("project.py", "_default"), *(("publishing/fresh.py", f) for f in FRESH),
           ("publishing/forked.py", "_call"),
           ("publishing/execution.py", "_kernel"), ("cli/lab.py", "lab"),
           ("workbench/lab.py", "command")}  # fmt: skip
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}


def touching(tree):
    """Names of the functions, "" outside any, where the environment is read or written."""
    named = {}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            named |= {id(node): function.name for node in ast.walk(function)}
    for node in ast.walk(tree):
        attribute = isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT
        imported = isinstance(node, ast.ImportFrom) and node.module == "os"
        if attribute or (imported and ENVIRONMENT & {alias.name for alias in node.names}):
            yield named.get(id(node), "")


def test_only_the_project_reads_the_environment_and_nothing_writes_it():
    found = {
        (path.relative_to(LIBRARY).as_posix(), function)
        for path in LIBRARY.rglob("*.py")
        for function in touching(ast.parse(path.read_text("utf-8")))
    }
    assert found == ALLOWED


@pytest.mark.parametrize(
    "source", ["import os\nos.environ['A'] = '1'", "from os import environ", "os.getenv('A')"]
)
def test_the_environment_is_seen_however_it_is_read(source):
    assert list(touching(ast.parse(source))) == [""]


# --- the library's names -------------------------------------------------------------------------

NAMES = {
    "compare", "exhibit", "explore", "figures", "findings", "map", "needs", "neighbourhood",
    "neighbourhoods", "observations", "pages", "plan", "side_by_side", "to_excel", "traits",
    "trend", "where",
}  # fmt: skip


def test_the_library_has_a_dozen_names():
    assert set(dir(qpvlib)) == NAMES
    assert set(qpvlib.__all__) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_name_is_there(name):
    assert getattr(qpvlib, name).__doc__


def test_a_name_that_is_not_there_is_told():
    with pytest.raises(
        AttributeError, match=r"« neighborhood »\. Voulez-vous dire « neighbourhood »"
    ):
        qpvlib.neighborhood  # noqa: B018


def test_types_are_shipped():
    declared = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))
    assert (resources.files("qpvlib") / "py.typed").is_file()
    assert "py.typed" in declared["tool"]["setuptools"]["package-data"]["qpvlib"]
