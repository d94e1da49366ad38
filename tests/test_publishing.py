"""Pages: what the gate refuses, what a failure leaves, what the archive holds."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile

import nbformat
import pytest

from qpvlib.catalogue import QpvError
from qpvlib.document.blocks import Heading
from qpvlib.document.exhibits import PAGE, Exhibit
from qpvlib.project import current
from qpvlib.publishing import execution, gate, page, parameters, pools, site
from qpvlib.publishing.job import Page
from qpvlib.tables import sealing, writing
from qpvlib.tables.areas import neighbourhood, neighbourhoods


def notebook(*outputs):
    cells = [nbformat.v4.new_code_cell(id="a", outputs=list(outputs))]
    return nbformat.v4.new_notebook(cells=cells)


def shown(html):
    return nbformat.v4.new_output("display_data", {PAGE: html})


def sheet():
    return Page("Titre", "Description", "QP045016", "pied", "bas de page")


def test_the_gate_refuses_a_notebook_with_an_error():
    error = nbformat.v4.new_output("error", ename="KeyError", evalue="x", traceback=[])
    node, about = notebook(shown("<h1>a</h1>"), error), sheet()
    assert gate.page(node, page.export(node, about), about) == [
        "une cellule a fini en erreur (KeyError)"
    ]


def test_a_page_is_french_offline_and_has_one_style():
    given = Exhibit(Heading(1, "L'un"), "Un", "QP045016")._repr_mimebundle_()
    assert given["text/html"].startswith("<style>")  # JupyterLab has no page around it
    html = page.export(notebook(nbformat.v4.new_output("display_data", given)), sheet())
    assert '<html lang="fr">' in html
    assert "default-src 'none'" in html
    assert html.count("<style") == 1
    assert "L’un" in html


@pytest.mark.parametrize(
    ("notebook", "given", "said"),
    [
        ("diagnostic.ipynb", {"code": "QP045099"}, "« QP045099 » n'existe pas."),
        ("diagnostic.ipynb", {"code": 1}, "vaut 1 : un texte est attendu."),
        ("diagnostic.ipynb", {"cod": "QP045016"}, "Voulez-vous dire « code » ?"),
        ("diagnostic.ipynb", {}, "Le paramètre « code » de diagnostic.ipynb manque."),
        ("index.ipynb", {"code": "QP045016"}, "index.ipynb attend : aucun paramètre."),
    ],
)
def test_parameters_are_strict_before_anything(monkeypatch, notebook, given, said):
    monkeypatch.setattr(execution, "read", lambda *_: pytest.fail("le carnet a été ouvert"))
    with pytest.raises(QpvError, match=re.escape(said)):
        execution.execute(current().notebooks / notebook, given)


def test_a_model_has_the_parameters_of_its_notebook():
    for path in current().notebooks.glob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        tagged = [c.source for c in cells if "parameters" in c.metadata.get("tags", [])]
        names = {line.split(" = ")[0] for source in tagged for line in source.splitlines()}
        assert names == set(parameters.MODELS.get(path.name, parameters.Parameters).model_fields)


def test_file_names_are_ascii_slugs():
    names = {place.page for place in neighbourhoods().values()}
    assert len(names) == len(neighbourhoods())
    assert "qp045010-la-source.html" in names
    assert all(name.isascii() for name in names)


def test_an_unknown_code_is_refused_before_anything(tmp_path):
    with pytest.raises(QpvError, match="QP045O01"):
        site.build(["QP045O01"], tmp_path / "reports")
    assert list(tmp_path.iterdir()) == []


def test_a_write_leaves_the_whole_file_or_the_old_one(tmp_path):
    target = tmp_path / "page.html"
    writing.write(target, "ancienne")
    with pytest.raises(TypeError):
        writing.write(target, None)
    assert target.read_text() == "ancienne"
    assert list(tmp_path.iterdir()) == [target]


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory):
    """Two neighbourhoods built from tables where one has a wrong cell, over an old site."""
    work = tmp_path_factory.mktemp("poisoned")
    tidy, reports = work / "tidy", work / "reports"
    shutil.copytree(current().tidy, tidy)
    table = tidy / "observations.csv"
    sound = "QP045016,2015,enfants_6_17,2022,unknown"
    text = table.read_text("utf-8")
    assert sound in text
    table.write_text(text.replace(sound, sound.replace("unknown", "inconnue")), "utf-8")
    sealing.seal(tidy)
    reports.mkdir()
    ours = '<html><meta name="generator" content="qpvlib"><p>ancienne</p>'
    (reports / neighbourhood("QP045016").page).write_text(ours, "utf-8")
    gone = "qp045099-disparu.html"
    for name in (gone, "qp045015-annote.html"):
        (reports / name).write_text(ours, "utf-8")
    sum_ = hashlib.sha256(ours.encode()).hexdigest()[:24]
    line = {"file": gone, "area": "QP045099", "name": "Disparu", "state": "published"}
    (reports / "run.jsonl").write_text(json.dumps(line | {"page": sum_}) + "\n", "utf-8")
    (reports / "qp-notes.html").write_text("<p>à quelqu'un d'autre</p>", "utf-8")
    command = [sys.executable, "-m", "qpvlib.cli", "report", "QP045016", "QP045015"]
    done = subprocess.run(
        [*command, "--reports", str(reports)],
        env=os.environ | {"QPV_TIDY": str(tidy)},
        capture_output=True,
        text=True,
    )
    return done, reports


def test_a_failing_neighbourhood_is_named_and_the_others_published(poisoned):
    done, reports = poisoned
    assert done.returncode == 1
    assert "Échec : Champ de la Ville (QP045016), cellule" in done.stderr
    assert "Traceback" not in done.stderr
    published = (reports / neighbourhood("QP045015").page).read_text("utf-8")
    assert "Ce qui le distingue" in published


def test_the_page_of_a_failure_does_not_look_current(poisoned):
    _, reports = poisoned
    old = (reports / neighbourhood("QP045016").page).read_text("utf-8")
    assert "Page non actualisée" in old
    assert "ancienne</p>" not in old
    assert (reports / site.KEPT / "qp045016-champ-de-la-ville.ipynb").exists()


def test_a_page_whose_area_is_gone_is_removed_and_no_other_file(poisoned):
    done, reports = poisoned
    assert not (reports / "qp045099-disparu.html").exists()
    assert (reports / "qp-notes.html").exists()
    assert (reports / "qp045015-annote.html").exists()  # a copy that someone made
    assert "Retirée : qp045099-disparu.html" in done.stdout


def test_the_archive_holds_the_pages_and_relative_links_only(poisoned):
    _, reports = poisoned
    with zipfile.ZipFile(reports.with_suffix(".zip")) as archive:
        names = archive.namelist()
        index = archive.read("reports/index.html").decode()
    assert "reports/qp045015-le-hameau.html" in names
    assert not [name for name in names if name.endswith(".ipynb")]
    assert 'href="qp045015-le-hameau.html"' in index
    assert 'href="/' not in index
    assert str(reports) not in index


def test_the_exploration_notebook_runs():
    exploration = current().notebooks / "exploration.ipynb"
    done = pools.apart(current(), execution.execute, exploration, {}).notebook
    assert not [o for c in done.cells for o in c.get("outputs", []) if o.output_type == "error"]
